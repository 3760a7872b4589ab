/* bulk.c: POST /desk/bulk: one act on several matters of a desk. Each is done in a change of its own, with its own line
 * in the log; what one refuses keeps none of the others back. Only acts that decide nothing. */
#include <stdlib.h>
#include <string.h>

#include "desk/desk.h"
#include "desk/page.h"
#include "view/view.h"

enum { MOST = 200 };

struct bulk {
    const char *act, *reasons;
    int64_t to;
    json_t *refused;
    int done;
};

static struct err *seen(struct req *rq, struct change *c, int64_t id)
{
    int64_t *ids;
    int n;
    TRY(flow_notices_unread(&c->tx, rq->who, id, &ids, &n));
    for (int i = 0; i < n; i++)
        TRY(flow_notice_read(c, ids[i]));
    return NULL;
}

static struct err *act_on(struct req *rq, struct change *c, const struct bulk *b, int64_t id)
{
    struct flow_matter *m;
    TRY(flow_look(&c->tx, rq->who, id, &m));
    if (strcmp(b->act, "seen") == 0)
        return seen(rq, c, id);
    if (strcmp(b->act, "take_up") == 0)
        return flow_hand_over(c, id, m->rev, rq->who->account, tr(rq, "desk.took_up"));
    if (strcmp(b->act, "hand_over") == 0)
        return flow_hand_over(c, id, m->rev, b->to, b->reasons);
    return flow_urge(c, id, b->reasons);
}

static struct err *one(struct req *rq, const struct bulk *b, int64_t id)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, b->act, &c));
    TRY(act_on(rq, &c, b, id));
    return change_commit(&c);
}

static struct err *title_of(struct req *rq, int64_t id, const char **out)
{
    struct flow_matter *m;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(flow_look(&tx, rq->who, id, &m));
    *out = matter_title(rq, m);
    return NULL;
}

/* A refusal is told, a fault ends it: what was done before stays. */
static struct err *try_one(struct req *rq, struct bulk *b, int64_t id)
{
    struct err *e = one(rq, b, id);
    if (e == NULL) {
        b->done++;
        return NULL;
    }
    if (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT && e->kind != ERR_DENIED)
        return e;
    const char *title = NULL;
    TRY(title_of(rq, id, &title));
    json_array_append_new(b->refused, json_pack("{sI ss ss ss}", "id", (json_int_t)id, "title", title, "href",
                                                desk_path(rq->arena, id), "why", text_err(rq->arena, rq->lang, e)));
    return NULL;
}

static bool known(const char *act)
{
    static const char *const acts[] = {"seen", "take_up", "hand_over", "urge"};
    for (int i = 0; i < 4; i++)
        if (act != NULL && strcmp(act, acts[i]) == 0)
            return true;
    return false;
}

static struct err *all_of(struct req *rq, struct bulk *b, int *n_out)
{
    size_t n;
    const struct pair *form = req_form_all(rq, &n);
    *n_out = 0;
    for (size_t i = 0; i < n && *n_out < MOST; i++)
        if (strcmp(form[i].name, "id") == 0) {
            ++*n_out;
            TRY(try_one(rq, b, strtoll(form[i].value, NULL, 10)));
        }
    return NULL;
}

struct err *desk_bulk(struct req *rq)
{
    const char *to = req_form(rq, "to");
    struct bulk b = {.act = req_form(rq, "act"),
                     .reasons = req_form(rq, "reasons"),
                     .to = to == NULL ? 0 : strtoll(to, NULL, 10),
                     .refused = json_array()};
    int n = 0;
    struct err *e =
        known(b.act) ? all_of(rq, &b, &n) : err_say(ERR(rq->arena, ERR_INVALID, "no act"), "desk.no_answer", NULL);
    if (e == NULL && n == 0)
        e = err_say(ERR(rq->arena, ERR_INVALID, "nothing is ticked"), "desk.bulk.none_ticked", NULL);
    bool all = e == NULL && json_array_size(b.refused) == 0;
    if (e != NULL || all)
        json_decref(b.refused);
    if (e != NULL && e->kind == ERR_INVALID && b.done == 0)
        return desk_list_again(rq, e);
    if (e != NULL)
        return b.done > 0 ? err_say(e, "err.part", NULL) : e;
    if (all)
        return respond_see_other(rq, "/desk");
    rq->labels = json_pack("{ss sb}", "done", tr(rq, "desk.bulk.done", "n", arena_printf(rq->arena, "%d", b.done)),
                           "any", b.done > 0);
    return respond_page(rq, "desk/bulk", json_pack("{si so}", "done", b.done, "refused", b.refused));
}
