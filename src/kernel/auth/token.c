/* token.c: see token.h. */
#include "auth/token.h"

#include <string.h>

#include "auth/inner.h"
#include "base/clock.h"
#include "base/rand.h"

enum { LIST_MOST = 100 };
#define PREFIX "qft_" /* scanners of source code find a token that was left in it */

static const struct field fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"office", FIELD_INT, .required = true},
    {"name", FIELD_TEXT, .max = 60, .required = true},
    {"may", FIELD_TEXT, .max = 1000, .required = true},
    {"unit", FIELD_REF, .to = "roster.unit"},
    {"until", FIELD_DATE, .required = true},
    {"revoked", FIELD_BOOL, .by_default = "0"},
    {"hash", FIELD_COMPUTED, .max = 64, .required = true, .unique = true, .class = CLASS_SEALED},
    {0}};
const struct record token_record = {.name = "auth.token",
                                    .fields = fields,
                                    .purpose = "auth.purpose.token",
                                    .basis = "kernel.basis.own",
                                    .readers = "security audit",
                                    .keep = "auth.keep.token",
                                    .keep_from = "until",
                                    .guarded = true,
                                    .class = CLASS_INTERNAL};

static const struct who everywhere = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};

static void wrong(struct arena *a, const char *field, const char *say, struct err **all)
{
    err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "token: %s", field), say, NULL), field));
}

static const struct record *units(void)
{
    return record_find("roster.unit");
}

/* The unit's places that the office has, too. */
static struct err *narrow(struct db_tx *tx, int64_t unit, struct scope *scope)
{
    int64_t from, to;
    TRY(record_tree_range(tx, units(), unit, &from, &to));
    struct scope out = {0};
    for (int i = 0; i < scope->n; i++) {
        int64_t lo = scope->ranges[i].from > from ? scope->ranges[i].from : from;
        int64_t hi = scope->ranges[i].to < to ? scope->ranges[i].to : to;
        if (lo < hi) {
            out.ranges[out.n].from = lo;
            out.ranges[out.n++].to = hi;
        }
    }
    *scope = out;
    return NULL;
}

static struct err *check(struct change *c, const struct token_form *f)
{
    struct arena *a = c->tx.arena;
    struct err *all = NULL;
    struct date today = clock_today();
    if (f->name == NULL || *f->name == '\0')
        wrong(a, "name", "auth.token.name_missing", &all);
    if (f->may == NULL || *f->may == '\0')
        wrong(a, "may", "auth.token.may_missing", &all);
    if (!date_is_full(f->until) || date_to_days(f->until) < date_to_days(today))
        wrong(a, "until", "auth.token.until_missing", &all);
    else if (date_to_days(f->until) > date_to_days(today) + 366)
        wrong(a, "until", "auth.token.until_late", &all);
    if (f->unit != 0) {
        struct scope scope = c->who->scope;
        struct err *e = narrow(&c->tx, f->unit, &scope);
        if (e != NULL && e->kind != ERR_MISSING)
            return e;
        if (e != NULL || scope.n == 0)
            wrong(a, "unit", "auth.token.unit_outside", &all);
    }
    return all;
}

struct err *token_make(struct change *c, const struct token_form *f, char **text_out)
{
    struct arena *a = c->tx.arena;
    char random[65], *hash = arena_alloc(a, AUTH_DIGEST);
    if (c->who->session == NULL)
        return ERR(a, ERR_DENIED, "a token makes no token");
    TRY(check(c, f));
    rand_hex(random, 32);
    char *text = arena_printf(a, PREFIX "%s", random);
    auth_digest(text, hash);
    struct row *r = row_new(a, &token_record);
    row_set_int(a, r, "account", c->who->account);
    row_set_int(a, r, "office", c->who->office);
    row_set(r, "name", f->name);
    row_set(r, "may", f->may);
    if (f->unit != 0)
        row_set_int(a, r, "unit", f->unit);
    row_set_date(a, r, "until", f->until);
    row_set(r, "hash", hash);
    TRY(record_save(c, &token_record, r, 0));
    *text_out = text;
    return NULL;
}

struct err *token_revoke(struct change *c, int64_t id)
{
    struct row *r;
    TRY(record_read(&c->tx, &token_record, &everywhere, id, &r));
    if (row_int(r, "account") != c->who->account)
        return ERR(c->tx.arena, ERR_MISSING, "token %lld is another's", (long long)id);
    row_set(r, "revoked", "1");
    return record_save(c, &token_record, r, r->rev);
}

struct found {
    int64_t account, office, member, unit;
    const char *name, *may;
};

static struct err *find(struct db_tx *tx, const char *text, struct found *out)
{
    char hash[AUTH_DIGEST], today[DATE_TEXT];
    auth_digest(text, hash);
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(hash), db_text(date_iso(clock_today(), today))};
    TRY(db_query(tx,
                 "SELECT t.account, t.office, u.member, t.unit, u.name, t.may FROM auth_token t"
                 " JOIN auth_account u ON u.id = t.account WHERE t.hash = ?1 AND t.until >= ?2 AND t.ended = 0"
                 " AND coalesce(t.revoked, 0) = 0 AND u.ended = 0 AND coalesce(u.disabled, 0) = 0",
                 args, 2, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = (struct found){0};
    if (more)
        *out = (struct found){db_col_int(&rows, 0),
                              db_col_int(&rows, 1),
                              db_col_int(&rows, 2),
                              db_col_int(&rows, 3),
                              arena_strdup(tx->arena, db_col_text(&rows, 4)),
                              arena_strdup(tx->arena, db_col_text(&rows, 5))};
    return NULL;
}

struct err *token_who(struct db *db, struct arena *a, const char *text, const struct who **out)
{
    struct found f = {0};
    struct who *w;
    db_scope struct db_tx tx = {0};
    *out = NULL;
    TRY(db_begin_read(db, a, &tx));
    TRY(find(&tx, text, &f));
    if (f.account == 0)
        return NULL;
    TRY(office_who(&tx, f.account, f.name, f.member, f.office, &w));
    if (w->office != f.office)
        return NULL;
    if (f.unit != 0)
        TRY(narrow(&tx, f.unit, &w->scope));
    w->only = f.may;
    *out = w;
    return NULL;
}

struct err *token_list(struct db *db, struct arena *a, int64_t account, struct token **out, int *n_out)
{
    struct token *list = arena_array(a, struct token, LIST_MOST);
    int n = 0;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(account)};
    TRY(db_query(&tx,
                 "SELECT id, unit, name, may, until, coalesce(revoked, 0) FROM auth_token"
                 " WHERE account = ?1 AND ended = 0 ORDER BY id DESC LIMIT 100",
                 args, 1, &rows));
    for (bool more = true; n < LIST_MOST; n++) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        list[n] = (struct token){db_col_int(&rows, 0),
                                 db_col_int(&rows, 1),
                                 arena_strdup(a, db_col_text(&rows, 2)),
                                 arena_strdup(a, db_col_text(&rows, 3)),
                                 arena_strdup(a, db_col_text(&rows, 4)),
                                 db_col_int(&rows, 5) != 0};
    }
    *out = list;
    *n_out = n;
    return NULL;
}
