/* inbox.c: /desk/notices: what this account was told, newest first, and what of it has been read. A notice names its
 * matter only to who may still see that; each reading is written down on its own, with who and when. */
#include <stdlib.h>
#include <string.h>

#include "desk/desk.h"
#include "desk/page.h"
#include "modules/desk/queries.h"
#include "view/view.h"

enum { PAGE = 50, MOST = 1000 };

struct inbox {
    const char *mine[FLOW_RECIPIENTS];
    bool all; /* what was read, too */
    struct desk_q_notices *rows;
    int n;
};

/* Does the matter of a notice still belong to this office's work, or to the person's own? */
static bool in_reach(const struct who *who, int64_t member, int64_t place)
{
    if (member != 0 && member == who->member)
        return true;
    return scope_has(&who->scope, place) && !who_barred(who, member);
}

static bool shown(const struct req *rq, const struct desk_q_notices *n)
{
    return in_reach(rq->who, n->member, n->place) || strncmp(n->recipient, "role:", 5) != 0;
}

/* What happened: a step of the procedure, or one of the engine's own words. */
static const char *kind_name(struct req *rq, const struct desk_q_notices *n)
{
    const char *own = arena_printf(rq->arena, "desk.notice.%s", n->kind);
    return text_has(rq->lang, own) ? tr(rq, own) : desk_step_name(rq->arena, rq->lang, n->flow, n->kind);
}

static bool titled(const struct req *rq, const struct desk_q_notices *n)
{
    bool own = n->member != 0 && n->member == rq->who->member;
    return own || (in_reach(rq->who, n->member, n->place) && n->unmarked == 0);
}

static json_t *data_of(struct req *rq, const struct desk_q_notices *n)
{
    json_t *o = json_pack("{s:I, s:s, s:s, s:b}", "id", (json_int_t)n->id, "kind", n->kind, "flow", n->flow, "read",
                          date_is(n->read_on));
    json_object_set_new(o, "made_on", view_date_json(n->made_on));
    json_object_set_new(o, "read_on", view_date_json(n->read_on));
    json_object_set_new(o, "matter", titled(rq, n) ? json_integer(n->matter) : json_null());
    json_object_set_new(o, "title", view_text_json(titled(rq, n) ? n->title : NULL));
    return o;
}

static json_t *line_of(struct req *rq, const struct desk_q_notices *n)
{
    bool open = titled(rq, n);
    json_t *o = json_pack("{s:I, s:s, s:s, s:b}", "id", (json_int_t)n->id, "what", kind_name(rq, n), "kind",
                          desk_flow_name(rq->lang, n->flow), "read", date_is(n->read_on));
    json_object_set_new(o, "title", json_string(open ? n->title : tr(rq, "desk.notices.closed")));
    json_object_set_new(o, "href", view_text_json(open ? desk_path(rq->arena, n->matter) : NULL));
    json_object_set_new(o, "made_on", view_date_json(n->made_on));
    json_object_set_new(o, "read_on", view_date_json(n->read_on));
    json_object_set_new(o, "due_on", view_date_json(open ? n->due_on : DATE_NONE));
    return o;
}

static struct err *read_inbox(struct req *rq, struct inbox *in)
{
    const char *show = req_query(rq, "show"), *before = req_query(rq, "before");
    int64_t from = before == NULL ? 0 : strtoll(before, NULL, 10);
    in->all = show != NULL && strcmp(show, "all") == 0;
    flow_recipients(rq->arena, rq->who, in->mine);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    return desk_q_notices(&tx, in->mine[0], in->mine[1], in->mine[2], !in->all, from > 0 ? from : INT64_MAX, &in->rows,
                          &in->n);
}

static json_t *tab(struct req *rq, const char *key, const char *href, bool here)
{
    return json_pack("{s:s, s:s, s:b}", "text", tr(rq, key), "href", href, "here", here);
}

static json_t *inbox_page(struct req *rq, const struct inbox *in)
{
    json_t *rows = json_array(), *lines = json_array();
    bool any_unread = false;
    for (int i = 0; i < in->n && i < PAGE; i++) {
        if (!shown(rq, &in->rows[i]))
            continue;
        json_array_append_new(rows, data_of(rq, &in->rows[i]));
        json_array_append_new(lines, line_of(rq, &in->rows[i]));
        any_unread |= !date_is(in->rows[i].read_on);
    }
    rq->labels =
        json_pack("{s:[o, o], s:b, s:b, s:o}", "tabs", tab(rq, "desk.notices.unread", "/desk/notices", !in->all),
                  tab(rq, "desk.notices.all", "/desk/notices?show=all", in->all), "any", json_array_size(lines) > 0,
                  "any_unread", any_unread, "lines", lines);
    if (in->n > PAGE)
        json_object_set_new(rq->labels, "next",
                            json_string(arena_printf(rq->arena, "/desk/notices?%sbefore=%lld",
                                                     in->all ? "show=all&" : "", (long long)in->rows[PAGE - 1].id)));
    return json_pack("{s:s, s:o, s:o}", "show", in->all ? "all" : "unread", "rows", rows, "next",
                     in->n > PAGE ? json_integer(in->rows[PAGE - 1].id) : json_null());
}

struct err *desk_notices(struct req *rq)
{
    struct inbox in = {0};
    TRY(read_inbox(rq, &in));
    return respond_page(rq, "desk/notices", inbox_page(rq, &in));
}

/* ---- reading ---- */
/* Each on its own in the log, in one commit. */
static struct err *mark(struct req *rq, const int64_t *ids, int n)
{
    if (n == 0)
        return NULL;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "notice read", &c));
    for (int i = 0; i < n; i++) {
        TRY(flow_notice_read(&c, ids[i]));
        TRY(change_next(&c, "notice read"));
    }
    return change_commit(&c);
}

/* Everything, or what was ticked. */
static struct err *chosen(struct req *rq, int64_t *ids, int *n_out)
{
    const char *all = req_form(rq, "all");
    size_t n;
    const struct pair *form = req_form_all(rq, &n);
    *n_out = 0;
    for (size_t i = 0; i < n && all == NULL && *n_out < MOST; i++)
        if (strcmp(form[i].name, "id") == 0)
            ids[(*n_out)++] = strtoll(form[i].value, NULL, 10);
    if (all == NULL)
        return NULL;
    struct inbox in = {0};
    struct desk_q_unread *rows;
    int n_rows;
    flow_recipients(rq->arena, rq->who, in.mine);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(desk_q_unread(&tx, in.mine[0], in.mine[1], in.mine[2], &rows, &n_rows));
    for (int i = 0; i < n_rows; i++)
        ids[(*n_out)++] = rows[i].id;
    return NULL;
}

struct err *desk_notices_read(struct req *rq)
{
    int64_t *ids = arena_array(rq->arena, int64_t, MOST);
    int n;
    TRY(chosen(rq, ids, &n));
    if (n == 0) {
        struct inbox in = {0};
        TRY(read_inbox(rq, &in));
        return respond_form(
            rq, "desk/notices", inbox_page(rq, &in),
            err_say(ERR(rq->arena, ERR_INVALID, "nothing is ticked"), "desk.notices.none_ticked", NULL));
    }
    TRY(mark(rq, ids, n));
    return respond_see_other(rq, "/desk/notices");
}

/* Whoever opens a matter has read what he was told of it. A program that fetches it has not. */
struct err *desk_notices_seen(struct req *rq, int64_t matter)
{
    int64_t *ids;
    int n;
    if (rq->json || rq->who->readonly)
        return NULL;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(flow_notices_unread(&tx, rq->who, matter, &ids, &n));
    }
    return mark(rq, ids, n);
}
