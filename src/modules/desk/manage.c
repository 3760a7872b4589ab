/* manage.c: what is done with a matter without moving it, and its papers. */
#include <stdlib.h>
#include <string.h>

#include "desk/page.h"
#include "view/view.h"

static struct err *act(struct change *c, struct req *rq, const char *what, int64_t rev)
{
    const char *reasons = req_form(rq, "reasons"), *to = req_form(rq, "holder");
    if (strcmp(what, "pause") == 0)
        return flow_pause(c, rq->id, rev, reasons);
    if (strcmp(what, "resume") == 0)
        return flow_resume(c, rq->id, rev, reasons);
    if (strcmp(what, "take_up") == 0)
        return flow_hand_over(c, rq->id, rev, rq->who->account, tr(rq, "desk.took_up"));
    if (strcmp(what, "hand_over") == 0)
        return flow_hand_over(c, rq->id, rev, to == NULL ? 0 : strtoll(to, NULL, 10), reasons);
    if (strcmp(what, "split") == 0)
        return flow_split(c, rq->id, rev, reasons);
    if (strcmp(what, "urge") == 0)
        return flow_urge(c, rq->id, reasons);
    return err_say(ERR(c->tx.arena, ERR_INVALID, "what '%.20s'", what), "desk.no_answer", NULL);
}

struct err *desk_manage(struct req *rq)
{
    const char *what = req_form(rq, "what"), *rev = req_form(rq, "rev");
    struct err *e;
    {
        change_scope struct change c = {0};
        TRY(change_begin(rq->db, rq->arena, rq->who, what, &c));
        e = act(&c, rq, what == NULL ? "" : what, rev == NULL ? 0 : strtoll(rev, NULL, 10));
        if (e == NULL)
            e = change_commit(&c);
    }
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_DENIED)) {
        struct matter_page p;
        TRY(matter_open(rq, &p));
        matter_labels(&p);
        return respond_form(rq, "desk/matter",
                            json_pack("{s:I, s:I}", "id", (json_int_t)p.m->id, "rev", (json_int_t)p.m->rev), e);
    }
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)rq->id);
}

struct err *desk_paper(struct req *rq)
{
    struct matter_page p;
    TRY(matter_open(rq, &p));
    int64_t id = strtoll(req_param(rq, "paper"), NULL, 10);
    const struct flow_paper *f = NULL;
    for (int i = 0; i < p.m->n_papers; i++)
        if (p.m->papers[i].id == id)
            f = &p.m->papers[i];
    if (f == NULL)
        return ERR(rq->arena, ERR_MISSING, "no paper %s of matter %lld", req_param(rq, "paper"), (long long)rq->id);
    const char *type;
    const void *bytes;
    size_t n;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(file_get(&tx, f->file, &type, &bytes, &n));
    /* never shown inside a page of ours: what a person sent in may hold script */
    respond_header(rq, "Content-Disposition", "attachment");
    return respond_bytes(rq, f->type, bytes, n);
}
