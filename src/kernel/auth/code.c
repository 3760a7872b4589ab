/* code.c: see code.h. */
#include "auth/code.h"

#include <string.h>

#include "auth/inner.h"
#include "base/clock.h"
#include "base/rand.h"

enum { LETTERS = 16 }; /* of 31: 79 bits */
static const int64_t day_ms = (int64_t)24 * 3600 * 1000;

static const struct field code_fields[] = {
    {"kind", FIELD_CODE, .codes = "auth.code_kind", .required = true},
    {"role", FIELD_CODE, .codes = "auth.role", .index = true},
    {"account", FIELD_REF, .to = "auth.account", .index = true},
    {"hash", FIELD_COMPUTED, .max = 64, .required = true, .unique = true, .class = CLASS_SEALED},
    {"until", FIELD_INT, .required = true}, /* UTC ms */
    {"used", FIELD_BOOL, .by_default = "0"},
    {0}};
const struct record code_record = {.name = "auth.code",
                                   .fields = code_fields,
                                   .purpose = "auth.purpose.code",
                                   .basis = "kernel.basis.own",
                                   .readers = "security",
                                   .keep = "auth.keep.code",
                                   .keep_from = "until",
                                   .guarded = true,
                                   .class = CLASS_INTERNAL};

/* Small letters and digits without those that look alike; typed in with blanks, dashes or capitals it is the same. */
static char *text_make(struct arena *a)
{
    char *made = password_make(a);
    made[LETTERS + LETTERS / 4 - 1] = '\0';
    return made;
}

static void hash_of(const char *typed, char out[AUTH_DIGEST])
{
    char plain[LETTERS + 2];
    size_t n = 0;
    for (; *typed != '\0' && n < sizeof plain - 1; typed++)
        if (*typed != ' ' && *typed != '-')
            plain[n++] = *typed >= 'A' && *typed <= 'Z' ? (char)(*typed - 'A' + 'a') : *typed;
    plain[n] = '\0';
    auth_digest(plain, out);
}

static const struct who everywhere = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *void_older(struct change *c, const char *role, int64_t account)
{
    int64_t ids[32];
    int n = 0;
    {
        db_rows_scope struct db_rows rows = {0};
        struct db_val args[] = {role != NULL ? db_text(role) : db_int(account)};
        TRY(db_query(
            &c->tx,
            role != NULL
                ? "SELECT id FROM auth_code WHERE role = ?1 AND coalesce(used, 0) = 0 AND ended = 0 LIMIT 32"
                : "SELECT id FROM auth_code WHERE account = ?1 AND coalesce(used, 0) = 0 AND ended = 0 LIMIT 32",
            args, 1, &rows));
        for (bool more = true; n < 32;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            ids[n++] = db_col_int(&rows, 0);
        }
    }
    for (int i = 0; i < n; i++) {
        struct row *r;
        TRY(record_read(&c->tx, &code_record, &everywhere, ids[i], &r));
        row_set(r, "used", "1");
        TRY(record_save(c, &code_record, r, r->rev));
    }
    return NULL;
}

struct err *code_make(struct change *c, const char *role, int64_t account, char **text_out, int64_t *until_out)
{
    struct arena *a = c->tx.arena;
    char *text = text_make(a), *hash = arena_alloc(a, AUTH_DIGEST);
    int64_t until = clock_now_ms() + (role != NULL ? CODE_SETUP_DAYS : CODE_FIRST_DAYS) * day_ms;
    TRY(void_older(c, role, account));
    hash_of(text, hash);
    struct row *r = row_new(a, &code_record);
    row_set(r, "kind", role != NULL ? "setup" : "first");
    row_set(r, "role", role);
    if (role == NULL)
        row_set_int(a, r, "account", account);
    row_set(r, "hash", hash);
    row_set_int(a, r, "until", until);
    TRY(record_save(c, &code_record, r, 0));
    *text_out = text;
    *until_out = until;
    return NULL;
}

static struct err *unknown(struct arena *a)
{
    return err_field(err_say(ERR(a, ERR_LOGIN, "a one-time code that opens nothing"), "auth.code_unknown", NULL),
                     "code");
}

struct err *code_find(struct db_tx *tx, const char *typed, bool setup, struct code *out)
{
    char hash[AUTH_DIGEST];
    hash_of(typed, hash);
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(hash), db_text(setup ? "setup" : "first"), db_int(clock_now_ms())};
    TRY(db_query(tx,
                 "SELECT id, account, until, role FROM auth_code WHERE hash = ?1 AND kind = ?2 AND until > ?3"
                 " AND coalesce(used, 0) = 0 AND ended = 0",
                 args, 3, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return unknown(tx->arena);
    const char *role = db_col_text(&rows, 3);
    *out = (struct code){db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2),
                         role != NULL ? arena_strdup(tx->arena, role) : NULL};
    return NULL;
}

static struct err *use(struct change *c, const struct code *code)
{
    struct row *r;
    TRY(record_read(&c->tx, &code_record, &everywhere, code->id, &r));
    row_set(r, "used", "1");
    return record_save(c, &code_record, r, r->rev);
}

struct err *account_issue(struct change *c, const char *username, const char *name, int64_t member, int64_t *id_out)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &account_record);
    row_set(r, "username", username);
    row_set(r, "name", name);
    row_set(r, "password", "none");
    if (member != 0)
        row_set_int(a, r, "member", member);
    TRY(record_save(c, &account_record, r, 0));
    *id_out = r->id;
    return NULL;
}

/* ---- the first three ---- */

static const char *const setup_roles[SETUP_ROLES] = {"system", "security", "audit"};

static struct err *held(struct db_tx *tx, const char *role, bool *out)
{
    char today[DATE_TEXT];
    struct db_val args[] = {db_text(role), db_text(date_iso(clock_today(), today))};
    int64_t n;
    TRY(db_one_int(tx,
                   "SELECT count(*) FROM admin_office o JOIN auth_account u ON u.id = o.account WHERE o.role = ?1"
                   " AND o.ended = 0 AND (o.to_on IS NULL OR o.to_on >= ?2) AND u.ended = 0"
                   " AND coalesce(u.disabled, 0) = 0",
                   args, 2, 0, &n));
    *out = n > 0;
    return NULL;
}

struct err *setup_codes(struct change *c, struct setup_code out[SETUP_ROLES])
{
    for (int i = 0; i < SETUP_ROLES; i++) {
        bool there;
        out[i] = (struct setup_code){.role = setup_roles[i]};
        TRY(held(&c->tx, setup_roles[i], &there));
        if (!there)
            TRY(code_make(c, setup_roles[i], 0, &out[i].text, &out[i].until));
    }
    return NULL;
}

struct err *setup_done(struct db_tx *tx, bool *out)
{
    bool all = true, there;
    for (int i = 0; i < SETUP_ROLES && all; i++) {
        TRY(held(tx, setup_roles[i], &there));
        all = there;
    }
    *out = all;
    return NULL;
}

/* Three people: an administrator's name is nobody else's among them. */
static struct err *same_person(struct db_tx *tx, const char *name, struct err **all)
{
    struct db_val args[] = {db_text(name)};
    int64_t n;
    TRY(db_one_int(tx,
                   "SELECT count(*) FROM auth_account u JOIN admin_office o ON o.account = u.id"
                   " WHERE u.name = ?1 AND u.ended = 0 AND o.ended = 0 AND o.role IN ('system', 'security', 'audit')",
                   args, 1, 0, &n));
    if (n > 0)
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "an administrator of that name exists"),
                                        "auth.setup.same_person", NULL),
                                "name"));
    return NULL;
}

static void check_passwords(struct arena *a, const struct person_form *f, struct err **all)
{
    struct err *e = password_check(a, f->password, f->username, f->name);
    if (e != NULL)
        err_join(all, e);
    if (strcmp(f->password, f->again) != 0)
        err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "two passwords"), "auth.password.twice", NULL), "again"));
}

/* The password is hashed before the writers' turn begins. */
static struct err *prepare(struct db *db, struct arena *a, const struct person_form *f, bool setup, struct code *code,
                           char **hash)
{
    struct err *all = NULL;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(code_find(&tx, f->code, setup, code));
        if (setup)
            TRY(same_person(&tx, f->name, &all));
    }
    check_passwords(a, f, &all);
    if (all != NULL)
        return all;
    return password_hash(a, f->password, hash);
}

static struct err *begin(struct db *db, struct arena *a, int64_t account, const struct session_try *from,
                         const char *name, char token_out[SESSION_TOKEN])
{
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_write(db, a, &tx));
        TRY(throttle_good(&tx, name, from->address));
        TRY(db_commit(&tx));
    }
    return session_make(db, a, account, from, token_out);
}

struct err *setup_person(struct db *db, struct arena *a, const struct person_form *f, const struct session_try *from,
                         char token_out[SESSION_TOKEN])
{
    struct code code;
    char *hash;
    int64_t account, office;
    const char *name = arena_printf(a, "setup from %s", from->address != NULL ? from->address : "");
    TRY(throttle_enter(db, a, name, from->address));
    TRY(prepare(db, a, f, true, &code, &hash));
    {
        bool there;
        change_scope struct change c = {0};
        TRY(change_begin(db, a, &who_console, "setup", &c));
        TRY(code_find(&c.tx, f->code, true, &code));
        TRY(held(&c.tx, code.role, &there));
        if (there)
            return unknown(a);
        TRY(account_issue(&c, f->username, f->name, 0, &account));
        struct row *row;
        TRY(account_row(&c, account, &row));
        row_set(row, "password", hash);
        TRY(record_save(&c, &account_record, row, row->rev));
        TRY(office_give(&c, account, code.role, 0, NULL, &office));
        TRY(use(&c, &code));
        TRY(change_commit(&c));
    }
    return begin(db, a, account, from, name, token_out);
}

struct err *first_sign_in(struct db *db, struct arena *a, const struct person_form *f, const struct session_try *from,
                          char token_out[SESSION_TOKEN])
{
    struct code code;
    char *hash;
    TRY(throttle_enter(db, a, f->username, from->address));
    TRY(prepare(db, a, f, false, &code, &hash));
    {
        struct row *row;
        change_scope struct change c = {0};
        TRY(change_begin(db, a, account_self(a, code.account, f->username), "first sign-in", &c));
        TRY(code_find(&c.tx, f->code, false, &code));
        TRY(account_row(&c, code.account, &row));
        const char *disabled = row_text(row, "disabled");
        if (strcmp(row_text(row, "username"), f->username) != 0 || row->ended ||
            (disabled != NULL && strcmp(disabled, "1") == 0))
            return unknown(a);
        TRY(password_check(a, f->password, f->username, row_text(row, "name")));
        row_set(row, "password", hash);
        row_set(row, "must_change", "0");
        TRY(record_save(&c, &account_record, row, row->rev));
        TRY(use(&c, &code));
        TRY(change_commit(&c));
    }
    return begin(db, a, code.account, from, f->username, token_out);
}
