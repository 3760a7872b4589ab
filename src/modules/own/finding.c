/* finding.c: GET /my/findings/{id}: one finding as the person sees it: the clause, the facts with their records, what
 * would clear it, his rights; POST: he has received it, and the time to answer begins. */
#include <string.h>

#include "desk/desk.h"
#include "findings/findings.h"
#include "own/own.h"
#include "view/view.h"

static struct err *explain(struct req *rq, int64_t *matter, json_t **data)
{
    struct who reader;
    TRY(own_reader(rq, &reader));
    TRY(findings_explain(rq, &reader, rq->id, data, &rq->labels));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    return hearing_of(&tx, rq->id, matter);
}

struct err *own_finding(struct req *rq)
{
    int64_t matter = 0;
    json_t *data = NULL;
    struct err *e = explain(rq, &matter, &data);
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    json_object_set_new(data, "matter", view_id_json(matter));
    json_object_set_new(rq->labels, "matter_href", view_text_json(matter == 0 ? NULL : desk_path(rq->arena, matter)));
    return respond_page(rq, "own/finding", data);
}

static struct err *begin(struct req *rq, const char *title, int64_t *matter)
{
    struct row *content = row_new(rq->arena, &own_hearing);
    row_set_int(rq->arena, content, "member", rq->who->member);
    row_set_int(rq->arena, content, "finding", rq->id);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "own.received", &c));
    TRY(hearing_of(&c.tx, rq->id, matter));
    if (*matter != 0) /* a second click */
        return NULL;
    TRY(flow_open(&c, &hearing_flow, "receive", &(struct flow_input){.values = content, .blocked = ""}, title, matter));
    return change_commit(&c);
}

struct err *own_receive(struct req *rq)
{
    int64_t matter = 0;
    json_t *data = NULL;
    struct err *e = explain(rq, &matter, &data); /* it is his, and asks him */
    const char *title = e == NULL ? json_string_value(json_object_get(rq->labels, "title")) : NULL;
    if (e == NULL && matter == 0)
        e = begin(rq, title == NULL ? "" : arena_strdup(rq->arena, title), &matter);
    json_decref(data);
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)matter);
}
