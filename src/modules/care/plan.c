/* plan.c: GET /care/talks: the year's plan of talks and whom nobody has talked with for N months, within the reader's
 * units. The plan itself is the record care.plan with its list, form and import. */
#include <stdlib.h>

#include "care/care.h"
#include "desk/desk.h"
#include "modules/care/queries.h"
#include "view/view.h"

static const struct field fields[] = {
    {"year", FIELD_INT, .max = 4, .required = true},
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_PERSONAL},
    {"leader", FIELD_TEXT, .max = 50, .required = true},
    {"month", FIELD_INT, .max = 2},
    {"note", FIELD_TEXT, .max = 200},
    {0}};

static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    int64_t month = row_int(row, "month");
    if (row_text(row, "month") != NULL && (month < 1 || month > 12))
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "month %lld", (long long)month),
                                        "care.plan.bad_month", NULL),
                                "month"));
    return NULL;
}

const struct record care_plan = {.name = "care.plan",
                                 .fields = fields,
                                 .concerns = "member",
                                 .title = "leader",
                                 .list = "year member leader month note",
                                 .order = "year month",
                                 .check = check,
                                 .purpose = "care.purpose.talk",
                                 .basis = "kernel.basis.own",
                                 .readers = "supervision minister",
                                 .keep = "care.talk",
                                 .keep_from = "year",
                                 .class = CLASS_PERSONAL};

enum { MONTHS = 12, MONTHS_MOST = 120, PAGE = 50 };

struct talks {
    int months, year;
    int64_t after;
    struct care_q_talked *counts;
    struct care_q_not_talked *rows;
    int n;
    bool more;
};

static struct err *read_talks(struct req *rq, struct talks *t)
{
    const char *months = req_query(rq, "months"), *after = req_query(rq, "after");
    char since[DATE_TEXT];
    t->months = months == NULL || *months == '\0' ? MONTHS : (int)strtol(months, NULL, 10);
    if (t->months < 1 || t->months > MONTHS_MOST)
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "%d months", t->months), "care.talks.bad_months", NULL),
                         "months");
    t->after = after == NULL ? 0 : strtoll(after, NULL, 10);
    t->year = date_year(rq->today);
    date_iso(date_add_months(rq->today, -t->months), since);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(care_q_talked(&tx, &rq->who->scope, since, t->year, &t->counts));
    TRY(care_q_not_talked(&tx, &rq->who->scope, since, t->after, &t->rows, &t->n));
    t->more = t->n > PAGE;
    t->n = t->more ? PAGE : t->n;
    return NULL;
}

static json_t *rows_json(struct req *rq, const struct talks *t)
{
    json_t *rows = json_array();
    for (int i = 0; i < t->n; i++) {
        const struct care_q_not_talked *r = &t->rows[i];
        if (who_barred(rq->who, r->id))
            continue;
        json_t *o = json_pack("{s:I, s:s}", "member", (json_int_t)r->id, "name", r->name);
        json_object_set_new(o, "unit", view_text_json(r->unit));
        json_object_set_new(o, "last", view_date_json(r->last));
        json_object_set_new(o, "open", json_string(desk_open_path(rq->arena, "care.talk", r->id)));
        json_array_append_new(rows, o);
    }
    return rows;
}

static const char *number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

struct err *care_talks(struct req *rq)
{
    struct talks t = {0};
    struct err *e = read_talks(rq, &t);
    if (e != NULL && e->kind != ERR_INVALID)
        return err_via(e, ERR_HERE);
    struct arena *a = rq->arena;
    const struct care_q_talked none = {0}, *c = t.counts == NULL ? &none : t.counts;
    json_t *rows = rows_json(rq, &t);
    rq->labels = json_pack(
        "{s:O, s:b, s:s, s:s, s:s, s:s}", "rows", rows, "any", json_array_size(rows) > 0, "count",
        tr(rq, "care.talks.count", "n", number(a, c->in_office - c->talked), "months", number(a, t.months)), "covered",
        tr(rq, "care.talks.covered", "n", number(a, c->talked), "all", number(a, c->in_office)), "planned",
        tr(rq, "care.talks.planned", "n", number(a, c->planned), "done", number(a, c->planned_done), "year",
           number(a, t.year)),
        "months", number(a, t.months));
    if (t.more)
        json_object_set_new(
            rq->labels, "next",
            json_string(arena_printf(a, "/care/talks?months=%d&after=%lld", t.months, (long long)t.rows[PAGE - 1].id)));
    json_t *data = json_pack("{s:i, s:i, s:I, s:I, s:I, s:I, s:o}", "months", t.months, "year", t.year, "in_office",
                             (json_int_t)c->in_office, "talked", (json_int_t)c->talked, "planned",
                             (json_int_t)c->planned, "planned_done", (json_int_t)c->planned_done, "not_talked", rows);
    return e == NULL ? respond_page(rq, "care/talks", data) : respond_form(rq, "care/talks", data, e);
}
