/* saved.c: a report as it was saved: its numbers stand in a record, on the ledger, and are shown and printed later as
 * they were. Whoever reads it covers the unit it is about and reads as much as who saved it; whoever is kept from some
 * persons' matters opens only those he saved himself, since another's less his own would tell what he must not know. */
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "figures/figures.h"
#include "modules/figures/queries.h"
#include "view/view.h"

enum { BODY_MOST = 2000000 };

static const struct field fields[] = {{"year", FIELD_INT, .max = 4, .required = true},
                                      {"unit", FIELD_REF, .to = "roster.unit", .required = true},
                                      {"made_on", FIELD_DATE, .required = true},
                                      {"made_by", FIELD_TEXT, .max = 60, .required = true},
                                      {"account", FIELD_INT, .required = true},
                                      {"sees", FIELD_INT, .required = true}, /* class of who saved it */
                                      {"body", FIELD_LONG, .max = BODY_MOST, .required = true}, /* JSON */
                                      {0}};
const struct record figures_report = {.name = "figures.report",
                                      .fields = fields,
                                      .unit = "unit",
                                      .title = "year",
                                      .purpose = "figures.purpose.report",
                                      .basis = "kernel.basis.own",
                                      .readers = "supervision minister party_secretary",
                                      .keep = "figures.report",
                                      .keep_from = "made_on",
                                      .class = CLASS_INTERNAL,
                                      .guarded = true};

/* ---- saving ---- */
static int put_piece(const char *bytes, size_t n, void *out)
{
    buf_add(out, bytes, n);
    return 0;
}

static char *text_of(struct arena *a, const json_t *data)
{
    struct buf b = BUF(a);
    json_dump_callback(data, put_piece, &b, JSON_COMPACT);
    return buf_str(&b);
}

/* The unit the report stands for: the one chosen, or the highest of the whole scope. */
static struct err *unit_of(struct req *rq, struct db_tx *tx, const struct figures_ask *ask, int64_t *out)
{
    struct figures_q_top_unit *top;
    int n;
    *out = ask->unit;
    if (ask->unit != 0)
        return NULL;
    TRY(figures_q_top_unit(tx, &ask->scope, &top, &n));
    if (n == 0 || ask->scope.n != 1)
        return err_field(
            err_say(ERR(rq->arena, ERR_INVALID, "%d ranges, %d units", ask->scope.n, n), "figures.choose_unit", NULL),
            "unit");
    *out = top[0].id;
    return NULL;
}

static struct err *make_body(struct req *rq, struct db_tx *tx, const struct figures_ask *ask, char **out)
{
    json_t *data;
    TRY(figures_data(tx, ask, rq->today, &data));
    *out = text_of(rq->arena, data);
    json_decref(data);
    return NULL;
}

struct err *figures_save(struct req *rq)
{
    struct figures_ask ask;
    int64_t unit;
    char *body = NULL;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "figures", &c));
    TRY(figures_asked(rq, &c.tx, &ask));
    TRY(unit_of(rq, &c.tx, &ask, &unit));
    TRY(make_body(rq, &c.tx, &ask, &body));
    struct row *r = row_new(rq->arena, &figures_report);
    row_set_int(rq->arena, r, "year", ask.year);
    row_set_int(rq->arena, r, "unit", unit);
    row_set_date(rq->arena, r, "made_on", rq->today);
    row_set(r, "made_by", rq->who->name);
    row_set_int(rq->arena, r, "account", rq->who->account);
    row_set_int(rq->arena, r, "sees", (int64_t)rq->who->sees);
    row_set(r, "body", body);
    TRY(record_save(&c, &figures_report, r, 0));
    TRY(change_commit(&c));
    return respond_see_other(rq, "/figures/saved/%lld", (long long)r->id);
}

/* ---- showing ---- */
static struct err *read_saved(struct req *rq, struct row **row, struct revision *made, struct row **unit)
{
    struct revision *all;
    int n;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, &figures_report, rq->who, rq->id, row));
    bool mine = row_int(*row, "account") == rq->who->account;
    if (row_int(*row, "sees") > (int64_t)rq->who->sees || (!mine && rq->who->n_barred > 0))
        return ERR(rq->arena, ERR_MISSING, "report %lld is not for account %lld", (long long)rq->id,
                   (long long)rq->who->account);
    TRY(record_history(&tx, &figures_report, rq->who, rq->id, 1, &all, &n));
    if (n != 1)
        return ERR(rq->arena, ERR_FAULT, "report %lld has no revision", (long long)rq->id);
    *made = all[0];
    TRY(record_read(&tx, record_find("roster.unit"), rq->who, row_int(*row, "unit"), unit));
    return req_proof(rq, &tx, made->seq);
}

struct err *figures_saved(struct req *rq)
{
    struct row *row, *unit;
    struct revision made = {0};
    json_error_t je;
    char hash[SHA256_HEX];
    TRY(read_saved(rq, &row, &made, &unit));
    const char *body = row_text(row, "body");
    json_t *data = json_loads(body, 0, &je);
    if (data == NULL)
        return ERR(rq->arena, ERR_FAULT, "report %lld is not JSON: %s", (long long)rq->id, je.text);
    sha256_hex(body, strlen(body), hash);
    rq->labels = figures_labels(rq, data, false);
    json_object_set_new(rq->labels, "report",
                        json_pack("{s:s, s:I, s:s, s:I, s:s}", "by", made.actor, "at", (json_int_t)made.at, "hash",
                                  hash, "seq", (json_int_t)made.seq, "unit", row_text(unit, "name")));
    json_object_set_new(
        rq->labels, "now",
        json_string(arena_printf(rq->arena, "/figures?year=%lld%s", (long long)row_int(row, "year"),
                                 json_is_null(json_object_get(data, "unit"))
                                     ? ""
                                     : arena_printf(rq->arena, "&unit=%lld", (long long)row_int(row, "unit")))));
    json_object_set_new(data, "id", json_integer(rq->id));
    json_object_set_new(data, "made_by", json_string(made.actor));
    json_object_set_new(data, "made_at", json_integer(made.at));
    json_object_set_new(data, "hash", json_string(hash));
    return respond_page(rq, "figures/saved", data);
}
