/* told.c: what of a matter another department is told. */
#include <string.h>

#include "desk/page.h"

/* Is what this step wrote meant for this reader? A department is told what it wrote itself and what the steps wrote
 * that notify it. */
static bool told(struct req *rq, const struct flow_matter *m, const struct flow_step *s)
{
    const struct who *who = rq->who;
    char mine[FLOW_OFFICE_TEXT], role[FLOW_OFFICE_TEXT];
    const char *opener = row_text(m->row, "office");
    bool opened = opener != NULL && strcmp(opener, flow_office(who, mine)) == 0;
    if (who->branch == NULL)
        return true;
    if (s == NULL)
        return false;
    if (*s->from == '\0')
        return opened;
    char *word;
    for (const char *p = s->effects; flow_next_word(rq->arena, &p, &word, NULL);) {
        if (strncmp(word, "notice:", 7) != 0)
            continue;
        if ((opened && strcmp(word + 7, "opener") == 0) || strcmp(flow_role(m, word + 7, role), mine) == 0)
            return true;
    }
    return flow_holds(who, m, s->by);
}

/* What a department is not told is not there for it: fields, reasons, papers, documents. */
void matter_keep_told(struct matter_page *p)
{
    struct req *rq = p->rq;
    struct flow_matter *m = p->m;
    int n = 0;
    if (rq->who->branch == NULL)
        return;
    struct row *seen = row_copy(rq->arena, m->content);
    for (int i = 0; i < record_fields(seen->of); i++) {
        bool shown = false;
        for (const struct flow_step *s = m->flow->steps; s->name != NULL && !shown; s++)
            shown = flow_word(s->fields, seen->of->fields[i].name, NULL) && told(rq, m, s);
        if (!shown)
            seen->v[i] = NULL;
    }
    for (int i = 0; i < m->n_done; i++)
        if (!told(rq, m, flow_step_of(m->flow, m->done[i].step)))
            m->done[i].reasons = NULL;
    for (int i = 0; i < m->n_papers; i++)
        for (int d = 0; d < m->n_done; d++)
            if (m->done[d].id == m->papers[i].step && told(rq, m, flow_step_of(m->flow, m->done[d].step)))
                m->papers[n++] = m->papers[i];
    m->n_papers = n;
    n = 0;
    for (int i = 0; i < p->n_documents; i++)
        for (int d = 0; d < m->n_done; d++)
            if (m->done[d].id == row_int(p->documents[i], "step") &&
                told(rq, m, flow_step_of(m->flow, m->done[d].step)))
                p->documents[n++] = p->documents[i];
    p->n_documents = n;
    m->content = seen;
}
