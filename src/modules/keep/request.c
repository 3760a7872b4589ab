/* request.c: an erasure from the first word to the last: who asked or which period ended, who confirmed, what was
 * decided about texts of others, when it was carried out. A request holds numbers and counts, nothing of what it
 * erases. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "keep/keep.h"

static const struct field request_fields[] = {{"record", FIELD_TEXT, .max = 60, .required = true},
                                              {"row", FIELD_INT, .required = true, .index = true},
                                              {"ground", FIELD_TEXT, .max = 400, .required = true},
                                              {"citation", FIELD_TEXT, .max = 300, .required = true},
                                              {"state", FIELD_CODE, .codes = "keep.state", .required = true},
                                              {"marked_on", FIELD_DATE, .required = true},
                                              {"first_by", FIELD_INT},
                                              {"first_name", FIELD_TEXT, .max = 60},
                                              {"first_role", FIELD_TEXT, .max = 40},
                                              {"second_by", FIELD_INT},
                                              {"second_name", FIELD_TEXT, .max = 60},
                                              {"second_role", FIELD_TEXT, .max = 40},
                                              {"counts", FIELD_LONG}, /* as the second person saw them */
                                              {"done_on", FIELD_DATE},
                                              {"erased", FIELD_LONG}, /* as carried out */
                                              {0}};
const struct record keep_request = {.name = "keep.request",
                                    .fields = request_fields,
                                    .title = "ground",
                                    .order = "id",
                                    .purpose = "keep.purpose.request",
                                    .basis = "PIPL-47",
                                    .readers = "archives supervision security system audit",
                                    .keep = "keep.request",
                                    .keep_from = "done_on",
                                    .guarded = true,
                                    .class = CLASS_INTERNAL,
                                    .quiet = true};

static const struct field quote_fields[] = {
    {"request", FIELD_REF, .to = "keep.request", .required = true, .index = true},
    {"record", FIELD_TEXT, .max = 60, .required = true},
    {"row", FIELD_INT, .required = true},
    {"at_rev", FIELD_INT},
    {"choice", FIELD_CODE, .codes = "keep.choice", .required = true},
    {"ground", FIELD_TEXT, .max = 200},
    {"decided_by", FIELD_TEXT, .max = 60, .required = true},
    {0}};
const struct record keep_quote = {.name = "keep.quote",
                                  .fields = quote_fields,
                                  .title = "record",
                                  .purpose = "keep.purpose.request",
                                  .basis = "PIPL-47",
                                  .readers = "archives supervision audit",
                                  .keep = "keep.request",
                                  .keep_from = "change",
                                  .guarded = true,
                                  .class = CLASS_INTERNAL,
                                  .quiet = true};

static const struct who everywhere = {.name = "keep", .role = "console", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *load(struct change *c, int64_t id, struct row **out)
{
    return record_read(&c->tx, &keep_request, &everywhere, id, out);
}

static struct err *not_now(struct arena *a, const char *say)
{
    return err_say(ERR(a, ERR_CONFLICT, "erasure: %s", say), say, NULL);
}

static struct err *need(struct arena *a, const char *field, const char *text)
{
    return text != NULL && *text != '\0' ? NULL : record_need(a, field, NULL);
}

/* ---- from asking to two confirmations ---- */
static struct err *open_there(struct change *c, const char *record, int64_t row)
{
    int64_t n;
    struct db_val args[] = {db_text(record), db_int(row)};
    TRY(db_one_int(&c->tx,
                   "SELECT count(*) FROM keep_request WHERE record = ?1 AND row = ?2 AND ended = 0"
                   " AND state IN ('open', 'first', 'confirmed')",
                   args, 2, 0, &n));
    return n == 0 ? NULL : err_field(not_now(c->tx.arena, "keep.there"), "row");
}

static void first_is(struct change *c, struct row *r)
{
    row_set_int(c->tx.arena, r, "first_by", c->who->account);
    row_set(r, "first_name", c->who->name);
    row_set(r, "first_role", c->who->role);
    row_set(r, "state", "first");
}

struct err *request_ask(struct change *c, const char *record, int64_t row, const char *ground, const char *citation,
                        int64_t *id_out)
{
    struct arena *a = c->tx.arena;
    const struct record *rec = record_find(record);
    struct row *seen;
    struct err *all = NULL;
    if (row <= 0)
        err_join(&all, record_need(a, "row", NULL));
    err_join(&all, need(a, "ground", ground));
    err_join(&all, need(a, "citation", citation));
    if (all != NULL)
        return all;
    if (rec == NULL)
        return ERR(a, ERR_MISSING, "no record '%s'", record);
    struct err *e = record_read(&c->tx, rec, c->who, row, &seen);
    if (e != NULL && e->kind == ERR_MISSING)
        return err_field(err_say(ERR(a, ERR_INVALID, "%s", e->detail), "keep.nobody", NULL), "row");
    TRY(e);
    TRY(open_there(c, record, row));
    struct row *r = row_new(a, &keep_request);
    row_set(r, "record", record);
    row_set_int(a, r, "row", row);
    row_set(r, "ground", ground);
    row_set(r, "citation", citation);
    row_set_date(a, r, "marked_on", clock_today());
    first_is(c, r);
    TRY(record_save(c, &keep_request, r, 0));
    *id_out = r->id;
    return NULL;
}

struct err *request_agree(struct change *c, int64_t id, bool side)
{
    struct arena *a = c->tx.arena;
    struct row *r = NULL;
    struct places p;
    const char *counts = NULL;
    TRY(load(c, id, &r));
    const char *state = row_text(r, "state");
    if (side) {
        if (strcmp(state, "open") != 0)
            return not_now(a, "keep.decided");
        TRY(record_read(&c->tx, record_find(row_text(r, "record")), c->who, row_int(r, "row"), &(struct row *){0}));
        first_is(c, r);
        return record_save(c, &keep_request, r, r->rev);
    }
    if (strcmp(state, "first") != 0)
        return not_now(a, strcmp(state, "open") == 0 ? "keep.first_missing" : "keep.decided");
    if (c->who->account == row_int(r, "first_by"))
        return err_say(ERR(a, ERR_DENIED, "the second person is the first"), "keep.same", NULL);
    TRY(request_places(&c->tx, r, &p));
    if (p.n[PLACE_QUOTE] > 0)
        return not_now(a, "keep.quotes_open");
    TRY(request_counts(a, &p, &counts));
    row_set(r, "counts", counts);
    row_set_int(a, r, "second_by", c->who->account);
    row_set(r, "second_name", c->who->name);
    row_set(r, "second_role", c->who->role);
    row_set(r, "state", "confirmed");
    return record_save(c, &keep_request, r, r->rev);
}

struct err *request_withdraw(struct change *c, int64_t id)
{
    struct row *r = NULL;
    TRY(load(c, id, &r));
    if (strcmp(row_text(r, "state"), "done") == 0 || strcmp(row_text(r, "state"), "withdrawn") == 0)
        return not_now(c->tx.arena, "keep.decided");
    row_set(r, "state", "withdrawn");
    return record_save(c, &keep_request, r, r->rev);
}

/* ---- texts of others ---- */
struct err *request_decide(struct change *c, int64_t id, const char *record, int64_t row, int64_t rev,
                           const char *choice, const char *ground)
{
    struct arena *a = c->tx.arena;
    struct row *r = NULL, *q = row_new(a, &keep_quote);
    struct places p;
    bool there = false;
    TRY(load(c, id, &r));
    if (strcmp(row_text(r, "state"), "done") == 0)
        return not_now(a, "keep.decided");
    if (choice == NULL || strcmp(choice, "erase") != 0) {
        choice = "keep";
        TRY(need(a, "ground", ground));
    }
    TRY(request_places(&c->tx, r, &p));
    for (size_t i = 0; i < p.v.n; i++)
        there = there || (p.v.p[i].kind == PLACE_QUOTE && p.v.p[i].row == row && p.v.p[i].first == rev &&
                          strcmp(p.v.p[i].record, record) == 0);
    if (!there)
        return not_now(a, "keep.no_quote");
    row_set_int(a, q, "request", id);
    row_set(q, "record", record);
    row_set_int(a, q, "row", row);
    row_set_int(a, q, "at_rev", rev);
    row_set(q, "choice", choice);
    row_set(q, "ground", ground);
    row_set(q, "decided_by", c->who->name);
    return record_save(c, &keep_quote, q, 0);
}

static struct err *decided(struct db_tx *tx, int64_t request, struct places *p)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(request)};
    TRY(db_query(tx, "SELECT record, row, at_rev, choice FROM keep_quote WHERE request = ?1 AND ended = 0 ORDER BY id",
                 args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        const char *record = db_col_text(&rows, 0);
        bool head = strcmp(record, "change") == 0, erase = strcmp(db_col_text(&rows, 3), "erase") == 0;
        for (size_t i = 0; i < p->v.n; i++) {
            struct place *at = &p->v.p[i];
            if (at->kind != PLACE_QUOTE || at->row != db_col_int(&rows, 1) || at->first != db_col_int(&rows, 2) ||
                strcmp(at->record, record) != 0)
                continue;
            p->n[PLACE_QUOTE]--;
            at->kind = !erase ? PLACE_KEPT : head ? PLACE_HEAD : PLACE_ROW;
            if (at->kind == PLACE_ROW)
                at->first = 1;
            p->n[at->kind]++;
        }
    }
}

struct err *request_places(struct db_tx *tx, const struct row *r, struct places *out)
{
    const struct record *rec = record_find(row_text(r, "record"));
    if (rec == NULL)
        return ERR(tx->arena, ERR_MISSING, "no record '%s'", row_text(r, "record"));
    TRY(places_find(tx, rec, row_int(r, "row"), out));
    return decided(tx, r->id, out);
}

static int keep_text(const char *p, size_t n, void *b)
{
    buf_add(b, p, n);
    return 0;
}

struct err *request_counts(struct arena *a, const struct places *p, const char **out)
{
    struct buf b = BUF(a);
    json_t *all = json_object();
    for (size_t i = 0; i < p->v.n; i++) {
        const struct place *at = &p->v.p[i];
        json_t *of = json_object_get(all, place_names[at->kind]);
        if (of == NULL)
            json_object_set_new(all, place_names[at->kind], of = json_object());
        json_int_t n = json_integer_value(json_object_get(of, at->record));
        json_object_set_new(of, at->record, json_integer(n + (at->kind == PLACE_OUTSIDE ? at->row : 1)));
    }
    json_dump_callback(all, keep_text, &b, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(all);
    *out = buf_str(&b);
    return NULL;
}
