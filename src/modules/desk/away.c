/* away.c: /desk/away: who goes on with my matters while I am on leave. A deputy holds the same office for the same
 * units in his own right: standing in gives nobody more than he has, and never a signature. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "desk/desk.h"
#include "desk/page.h"
#include "modules/desk/queries.h"
#include "view/view.h"

enum { LONGEST = 366 };

struct away_page {
    struct desk_q_aways *rows;
    int64_t *colleagues;
    const char **names; /* of the colleagues */
    int n_rows, n_colleagues;
};

static const struct who everywhere = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *by_session(struct req *rq)
{
    if (rq->who->session != NULL)
        return NULL;
    return err_say(ERR(rq->arena, ERR_DENIED, "a program's token"), "auth.account.person_only", NULL);
}

struct err *desk_colleagues(struct db_tx *tx, const struct who *who, int64_t **out, const char ***names, int *n_out)
{
    char word[FLOW_OFFICE_TEXT];
    int64_t *all;
    int n, kept = 0;
    *n_out = 0;
    if (who->office == 0 || who->scope.n == 0)
        return NULL;
    TRY(office_holders(tx, flow_office(who, word), who->scope.ranges[0].from, 0, &all, &n));
    *names = arena_array(tx->arena, const char *, n + 1);
    for (int i = 0; i < n; i++) {
        struct row *r;
        if (all[i] == who->account)
            continue;
        TRY(record_read(tx, &account_record, &everywhere, all[i], &r));
        (*names)[kept] = row_text(r, "name");
        all[kept++] = all[i];
    }
    *out = all;
    *n_out = kept;
    return NULL;
}

static struct err *read_page(struct req *rq, struct away_page *p)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(desk_q_aways(&tx, rq->who->account, &p->rows, &p->n_rows));
    return desk_colleagues(&tx, rq->who, &p->colleagues, &p->names, &p->n_colleagues);
}

static json_t *rows_json(const struct req *rq, const struct away_page *p)
{
    json_t *list = json_array();
    for (int i = 0; i < p->n_rows; i++) {
        const struct desk_q_aways *w = &p->rows[i];
        bool ended = w->ended != 0, over = !ended && w->to_on.v < rq->today.v;
        json_t *o = json_pack("{sI ss ss sb sb sb}", "id", (json_int_t)w->id, "deputy", w->deputy_name, "ground",
                              w->ground, "ended", ended, "over", over, "open", !ended && !over);
        json_object_set_new(o, "from_on", view_date_json(w->from_on));
        json_object_set_new(o, "to_on", view_date_json(w->to_on));
        json_array_append_new(list, o);
    }
    return list;
}

json_t *desk_colleagues_json(int64_t *ids, const char **names, int n, const char *chosen)
{
    json_t *list = json_array();
    int64_t picked = chosen == NULL ? 0 : strtoll(chosen, NULL, 10);
    for (int i = 0; i < n; i++)
        json_array_append_new(
            list, json_pack("{sI ss sb}", "id", (json_int_t)ids[i], "name", names[i], "chosen", ids[i] == picked));
    return list;
}

static json_t *page_data(struct req *rq, const struct away_page *p)
{
    static const char *const typed[] = {"from_on", "to_on", "ground"};
    rq->labels = json_pack("{so sb sb}", "colleagues",
                           desk_colleagues_json(p->colleagues, p->names, p->n_colleagues, req_form(rq, "deputy")),
                           "any_colleague", p->n_colleagues > 0, "any", p->n_rows > 0);
    for (int i = 0; i < 3; i++)
        json_object_set_new(rq->labels, arena_printf(rq->arena, "typed_%s", typed[i]),
                            view_text_json(rq->method == POST ? req_form(rq, typed[i]) : NULL));
    return json_pack("{so}", "rows", rows_json(rq, p));
}

struct err *desk_away_page(struct req *rq)
{
    struct away_page p = {0};
    TRY(by_session(rq));
    TRY(read_page(rq, &p));
    return respond_page(rq, "desk/away", page_data(rq, &p));
}

/* ---- arranging ---- */
static void wrong(struct arena *a, const char *field, const char *say, struct err **all)
{
    err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "leave: %s", field), say, NULL), field));
}

static struct err *typed_row(struct req *rq, struct row *r, struct err **all)
{
    static const char *const fields[] = {"deputy", "from_on", "to_on", "ground"};
    row_set_int(rq->arena, r, "account", rq->who->account);
    for (int i = 0; i < 4; i++) {
        const char *value = NULL, *form = req_form(rq, fields[i]);
        struct err *e =
            record_parse(rq->arena, r->of, record_field(r->of, fields[i]), form == NULL ? "" : form, &value);
        if (e != NULL && e->kind != ERR_INVALID)
            return e;
        bool read = e == NULL;
        err_join(all, e);
        row_set(r, fields[i], value);
        if (read)
            err_join(all, record_need(rq->arena, fields[i], value));
    }
    return NULL;
}

static struct err *days_right(struct db_tx *tx, const struct row *r, struct err **all)
{
    struct arena *a = tx->arena;
    struct date from = row_date(r, "from_on"), to = row_date(r, "to_on");
    struct desk_q_away_clash *n;
    if (!date_is_full(from) || !date_is_full(to))
        return NULL;
    if (from.v < clock_today().v)
        wrong(a, "from_on", "flow.away_past", all);
    if (date_to_days(to) - date_to_days(from) > LONGEST)
        wrong(a, "to_on", "flow.away_long", all);
    TRY(desk_q_away_clash(tx, row_int(r, "account"), row_int(r, "deputy"), row_text(r, "from_on"), row_text(r, "to_on"),
                          &n));
    if (n->mine > 0)
        wrong(a, "from_on", "flow.away_overlap", all);
    if (n->his > 0)
        wrong(a, "deputy", "flow.away_deputy_away", all);
    if (n->chain > 0)
        wrong(a, "from_on", "flow.away_chain", all);
    return NULL;
}

static struct err *deputy_right(struct db_tx *tx, const struct who *who, const struct row *r, struct err **all)
{
    int64_t *ids, deputy = row_int(r, "deputy");
    const char **names;
    int n;
    TRY(desk_colleagues(tx, who, &ids, &names, &n));
    for (int i = 0; i < n; i++)
        if (ids[i] == deputy)
            return NULL;
    if (deputy != 0)
        wrong(tx->arena, "deputy", "flow.away_deputy", all);
    return NULL;
}

/* The same person with every scope: leaves belong to no unit. */
static struct who unbound(const struct who *who)
{
    struct who w = *who;
    w.scope = (struct scope)SCOPE_ALL;
    w.sees = CLASS_SEALED;
    return w;
}

static struct err *arrange(struct req *rq, struct err **all)
{
    change_scope struct change c = {0};
    struct row *r = row_new(rq->arena, &flow_away_record);
    struct who me = unbound(rq->who);
    TRY(change_begin(rq->db, rq->arena, &me, "leave", &c));
    TRY(typed_row(rq, r, all));
    TRY(deputy_right(&c.tx, rq->who, r, all));
    TRY(days_right(&c.tx, r, all));
    if (*all != NULL)
        return NULL;
    struct err *e = record_save(&c, &flow_away_record, r, 0);
    if (e != NULL && e->kind == ERR_INVALID) {
        *all = e;
        return NULL;
    }
    TRY(e);
    return change_commit(&c);
}

struct err *desk_away_make(struct req *rq)
{
    struct err *all = NULL;
    struct away_page p = {0};
    TRY(by_session(rq));
    TRY(arrange(rq, &all));
    if (all == NULL)
        return respond_see_other(rq, "/desk/away");
    TRY(read_page(rq, &p));
    return respond_form(rq, "desk/away", page_data(rq, &p), all);
}

/* Withdrawn before it began, it never was; after that it ends with yesterday. */
struct err *desk_away_end(struct req *rq)
{
    struct row *r;
    struct who me = unbound(rq->who);
    TRY(by_session(rq));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, &me, "leave withdrawn", &c));
    TRY(record_read(&c.tx, &flow_away_record, &me, rq->id, &r));
    if (row_int(r, "account") != rq->who->account)
        return ERR(rq->arena, ERR_MISSING, "leave %lld is another's", (long long)rq->id);
    if (!r->ended && row_date(r, "from_on").v >= rq->today.v) {
        TRY(record_end(&c, &flow_away_record, r->id, r->rev, tr(rq, "desk.away.withdrawn")));
    } else if (!r->ended && row_date(r, "to_on").v >= rq->today.v) {
        row_set_date(rq->arena, r, "to_on", date_add_days(rq->today, -1));
        TRY(record_save(&c, &flow_away_record, r, r->rev));
    }
    TRY(change_commit(&c));
    return respond_see_other(rq, "/desk/away");
}

struct err *desk_away_notes(struct req *rq, struct db_tx *tx, json_t **out)
{
    struct desk_q_away_now *rows;
    int n;
    char iso[DATE_TEXT];
    *out = json_array();
    TRY(desk_q_away_now(tx, rq->who->account, date_iso(rq->today, iso), &rows, &n));
    for (int i = 0; i < n; i++) {
        struct buf day = BUF(rq->arena);
        view_date(&day, rq->lang, rows[i].to_on);
        bool me = rows[i].account == rq->who->account;
        json_array_append_new(*out, json_string(tr(rq, me ? "desk.away.now_by" : "desk.away.now_for", "name",
                                                   me ? rows[i].deputy_name : rows[i].name, "day", buf_str(&day))));
    }
    return NULL;
}
