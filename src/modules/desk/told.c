/* told.c: what of a matter another department is told. */
#include <stdio.h>
#include <string.h>

#include "desk/page.h"

/* Is what this step wrote meant for this reader? A department is told what it wrote itself and what the steps wrote
 * that notify it. */
static bool told(const struct flow_matter *m, const struct who *who, const struct flow_step *s)
{
    char mine[FLOW_OFFICE_TEXT], role[FLOW_OFFICE_TEXT];
    const char *opener = row_text(m->row, "office");
    bool opened = opener != NULL && strcmp(opener, flow_office(who, mine)) == 0;
    if (who->branch == NULL)
        return true;
    if (s == NULL)
        return false;
    if (*s->from == '\0')
        return opened;
    for (const char *p = s->effects; p != NULL && (p = strstr(p, "notice:")) != NULL;) {
        p += strlen("notice:");
        char word[FLOW_OFFICE_TEXT];
        snprintf(word, sizeof word, "%.*s", (int)strcspn(p, " "), p);
        if ((opened && strcmp(word, "opener") == 0) || strcmp(flow_role(m, word, role), mine) == 0)
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
            shown = flow_word(s->fields, seen->of->fields[i].name, NULL) && told(m, rq->who, s);
        if (!shown)
            seen->v[i] = NULL;
    }
    for (int i = 0; i < m->n_done; i++)
        if (!told(m, rq->who, flow_step_of(m->flow, m->done[i].step)))
            m->done[i].reasons = NULL;
    for (int i = 0; i < m->n_papers; i++)
        for (int d = 0; d < m->n_done; d++)
            if (m->done[d].id == m->papers[i].step && told(m, rq->who, flow_step_of(m->flow, m->done[d].step)))
                m->papers[n++] = m->papers[i];
    m->n_papers = n;
    n = 0;
    for (int i = 0; i < p->n_documents; i++)
        for (int d = 0; d < m->n_done; d++)
            if (m->done[d].id == row_int(p->documents[i], "step") &&
                told(m, rq->who, flow_step_of(m->flow, m->done[d].step)))
                p->documents[n++] = p->documents[i];
    p->n_documents = n;
    m->content = seen;
}
