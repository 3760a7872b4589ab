/* my_reads.c: the person's side of the log: who, in what office, when, what and on what ground. A reader is withheld
 * only with a ground, a decider and an end date, after which he appears; the number withheld is always shown. */
#include "admin/reads.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "base/clock.h"
#include "modules/admin/queries.h"
#include "record/codes.h"
#include "view/view.h"

enum { SHOWN = 100, YEARS_WITHHELD = 1 };

static json_t *row_data(const struct admin_q_readers *r)
{
    char at[CLOCK_TEXT];
    json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:s}", "id", (json_int_t)r->id, "at", clock_iso(r->at, at), "role",
                          r->role, "kind", r->kind, "ground", r->ground);
    json_object_set_new(o, "reader", view_text_json(r->name));
    json_object_set_new(o, "reason", view_text_json(r->reason));
    json_object_set_new(o, "record", view_text_json(r->record));
    return o;
}

static const char *what_of(enum lang lang, const char *record)
{
    return record != NULL && text_has(lang, record) ? text_get(lang, record) : text_get(lang, "admin.reads.file");
}

static json_t *row_label(struct req *rq, const struct admin_q_readers *r)
{
    char at[CLOCK_TEXT];
    bool english = rq->lang == LANG_EN, console = strcmp(r->role, "console") == 0;
    const char *role = console ? NULL : codes_label("auth.role", r->role, english);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "at", clock_local(r->at, at), "kind",
                          codes_label("auth.read_kind", r->kind, english), "ground",
                          codes_label("auth.read_ground", r->ground, english), "what", what_of(rq->lang, r->record));
    json_object_set_new(o, "reader", view_text_json(console ? text_get(rq->lang, "admin.reads.console") : r->name));
    json_object_set_new(o, "role", view_text_json(role));
    json_object_set_new(o, "reason", view_text_json(r->reason));
    return o;
}

struct err *reads_of(struct req *rq, struct db_tx *tx, int64_t member, int64_t before, json_t **data, json_t **labels)
{
    char today[DATE_TEXT];
    struct admin_q_readers *rows;
    struct admin_q_readers_count *n;
    struct admin_q_wide_reads *wide;
    int got;
    date_iso(clock_today(), today);
    int64_t year_ago = clock_day_end(date_add_months(clock_today(), -12));
    TRY(admin_q_readers(tx, member, today, before == 0 ? INT64_MAX : before, &rows, &got));
    TRY(admin_q_readers_count(tx, member, today, &n));
    TRY(admin_q_wide_reads(tx, year_ago, &wide));
    json_t *list = json_array(), *shown = json_array();
    int most = got > SHOWN ? SHOWN : got;
    for (int i = 0; i < most; i++) {
        json_array_append_new(list, row_data(&rows[i]));
        json_array_append_new(shown, row_label(rq, &rows[i]));
    }
    json_t *next = got > SHOWN ? json_integer(rows[SHOWN - 1].id) : json_null();
    *data = json_pack("{s:o, s:I, s:I, s:I, s:O}", "rows", list, "total", (json_int_t)n->n, "withheld",
                      (json_int_t)n->withheld, "wide", (json_int_t)wide->n, "next", next);
    *labels = json_pack("{s:o, s:b, s:I, s:I, s:I, s:o}", "rows", shown, "any", most > 0, "total", (json_int_t)n->n,
                        "withheld", (json_int_t)n->withheld, "wide", (json_int_t)wide->n, "next", next);
    return NULL;
}

struct err *reads_mine(struct req *rq)
{
    const char *before = req_query(rq, "before");
    json_t *data;
    if (rq->who->member == 0)
        return err_say(ERR(rq->arena, ERR_MISSING, "account %lld has no file of its own", (long long)rq->who->account),
                       "admin.reads.no_file", NULL);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(reads_of(rq, &tx, rq->who->member, before == NULL ? 0 : strtoll(before, NULL, 10), &data, &rq->labels));
    return respond_page(rq, "admin/my-reads", data);
}

/* ---- withholding ---- */
static struct err *bad(struct req *rq, const char *field, const char *key)
{
    return err_field(err_say(ERR(rq->arena, ERR_INVALID, "%s", field), key, NULL), field);
}

struct decision {
    int64_t member, account;
    const char *ground;
    struct date until;
};

static struct err *read_decision(struct req *rq, struct decision *d)
{
    const char *member = req_form(rq, "member"), *account = req_form(rq, "account"), *until = req_form(rq, "until");
    const char *iso = NULL;
    struct err *all = NULL;
    *d = (struct decision){.member = member == NULL ? 0 : strtoll(member, NULL, 10),
                           .account = account == NULL ? 0 : strtoll(account, NULL, 10)};
    if (d->member <= 0)
        err_join(&all, bad(rq, "member", "admin.withhold.member"));
    if (d->account <= 0 || d->account == rq->who->account) /* nobody hides his own reading */
        err_join(&all, bad(rq, "account", "admin.withhold.account"));
    struct err *e = access_reason(rq->arena, req_form(rq, "ground"), &d->ground);
    if (e != NULL || d->ground == NULL)
        err_join(&all, bad(rq, "ground", "access.reason_length"));
    e = record_parse(rq->arena, &admin_read, record_field(&admin_read, "withheld_until"), until == NULL ? "" : until,
                     &iso);
    bool day = e == NULL && iso != NULL && date_parse(iso, &d->until) && date_is_full(d->until);
    if (!day || d->until.v <= rq->today.v || d->until.v > date_add_months(rq->today, 12 * YEARS_WITHHELD).v)
        err_join(&all, bad(rq, "until", "admin.withhold.until"));
    return all;
}

static struct err *withhold(struct req *rq, const struct decision *d, int *n_out)
{
    struct admin_q_to_withhold *rows;
    struct row *person;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "admin.withheld", &c));
    TRY(record_read(&c.tx, record_find(admin_read.fields[record_field(&admin_read, "member")].to), rq->who, d->member,
                    &person));
    TRY(admin_q_to_withhold(&c.tx, d->member, d->account, &rows, n_out));
    for (int i = 0; i < *n_out; i++) {
        struct row *r;
        TRY(record_read(&c.tx, &admin_read, rq->who, rows[i].id, &r));
        row_set(r, "withheld_ground", d->ground);
        row_set(r, "withheld_by", rq->who->name);
        row_set_date(rq->arena, r, "withheld_until", d->until);
        TRY(record_save(&c, &admin_read, r, r->rev));
    }
    return change_commit(&c);
}

static json_t *typed(struct req *rq)
{
    static const char *const names[] = {"member", "account", "ground", "until"};
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *s = rq->method == POST ? req_form(rq, names[i]) : req_query(rq, names[i]);
        json_object_set_new(o, names[i], json_string(s == NULL ? "" : s));
    }
    return o;
}

struct err *reads_withhold_page(struct req *rq)
{
    rq->labels = typed(rq);
    return respond_page(rq, "admin/withhold", json_object());
}

struct err *reads_withhold(struct req *rq)
{
    struct decision d;
    int n = 0;
    struct err *e = read_decision(rq, &d);
    if (e == NULL)
        e = withhold(rq, &d, &n);
    if (e == NULL && n == 0)
        e = bad(rq, "account", "admin.withhold.nothing");
    rq->labels = typed(rq);
    if (e != NULL)
        return respond_form(rq, "admin/withhold", json_object(), e);
    json_object_set_new(rq->labels, "done", json_integer(n));
    return respond_page(rq, "admin/withhold", json_pack("{s:i}", "withheld", n));
}
