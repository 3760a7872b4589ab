/* account.c: who may sign in. */
#include <string.h>

#include "auth/inner.h"
#include "auth/oidc.h"

static const struct field fields[] = {{"username", FIELD_TEXT, .max = 60, .required = true, .unique = true},
                                      {"name", FIELD_TEXT, .max = 60, .required = true},
                                      {"password", FIELD_COMPUTED, .max = 200, .required = true, .class = CLASS_SEALED},
                                      {"disabled", FIELD_BOOL, .by_default = "0"},
                                      {"totp", FIELD_COMPUTED, .max = 200, .class = CLASS_SEALED},
                                      {"must_change", FIELD_BOOL, .by_default = "0"},
                                      {"member", FIELD_INT, .to = "roster.member", .index = true},
                                      {"oidc", FIELD_COMPUTED, .max = OIDC_LINK, .unique = true},
                                      {0}};

const struct record account_record = {.name = "auth.account",
                                      .fields = fields,
                                      .title = "name",
                                      .list = "username name disabled",
                                      .order = "username",
                                      .guarded = true,
                                      .purpose = "auth.purpose.account",
                                      .basis = "kernel.basis.own",
                                      .readers = "security",
                                      .keep = "auth.keep.account",
                                      .keep_from = "disabled",
                                      .class = CLASS_INTERNAL};

struct err *account_create(struct change *c, const char *username, const char *name, int64_t member,
                           char **password_out, int64_t *id_out)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &account_record);
    char *password = password_make(a), *hash;
    TRY(password_hash(a, password, &hash));
    row_set(r, "username", username);
    row_set(r, "name", name);
    row_set(r, "password", hash);
    if (member != 0)
        row_set_int(a, r, "member", member);
    TRY(record_save(c, &account_record, r, 0));
    *password_out = password;
    *id_out = r->id;
    return NULL;
}

struct who *account_self(struct arena *a, int64_t account, const char *name)
{
    struct who *w = arena_new_of(a, struct who);
    *w = (struct who){.account = account, .name = name, .role = "self", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
    return w;
}

struct err *account_row(struct change *c, int64_t account, struct row **out)
{
    const struct who self = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};
    return record_read(&c->tx, &account_record, &self, account, out);
}

struct err *account_who(struct db *db, struct arena *a, const char *username, const struct who **out)
{
    if (username == NULL) {
        *out = &who_console;
        return NULL;
    }
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(username)};
    TRY(db_query(&tx,
                 "SELECT id, name, member FROM auth_account"
                 " WHERE username = ?1 AND ended = 0 AND coalesce(disabled, 0) = 0",
                 args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return err_field(ERR(a, ERR_INVALID, "no account '%s'", username), "usage");
    int64_t id = db_col_int(&rows, 0), member = db_col_int(&rows, 2);
    const char *name = arena_strdup(a, db_col_text(&rows, 1));
    db_rows_end(&rows);
    struct who *w;
    TRY(office_who(&tx, id, name, member, 0, &w));
    *out = w;
    return NULL;
}

struct err *account_acts(struct db *db, struct arena *a, const char *username, const char *capability,
                         const struct who **out)
{
    TRY(account_who(db, a, username, out));
    if (username == NULL || auth_may(*out, capability))
        return NULL;
    return ERR(a, ERR_DENIED, "account '%s' may not do this: its office (%s) lacks %s", username, (*out)->role,
               capability);
}
