/* account.c: who may sign in. */
#include <string.h>

#include "auth/inner.h"

static const struct field fields[] = {{"username", FIELD_TEXT, .max = 60, .required = true, .unique = true},
                                      {"name", FIELD_TEXT, .max = 60, .required = true},
                                      {"role", FIELD_CODE, .codes = "auth.role", .required = true},
                                      {"password", FIELD_COMPUTED, .max = 200, .required = true, .class = CLASS_SEALED},
                                      {"disabled", FIELD_BOOL, .by_default = "0"},
                                      {"totp", FIELD_COMPUTED, .max = 200, .class = CLASS_SEALED},
                                      {"must_change", FIELD_BOOL, .by_default = "0"},
                                      {"member", FIELD_INT, .index = true},
                                      {0}};

const struct record account_record = {.name = "auth.account",
                                      .fields = fields,
                                      .purpose = "auth.purpose.account",
                                      .basis = "kernel.basis.own",
                                      .readers = "security",
                                      .keep = "auth.keep.account",
                                      .keep_from = "disabled",
                                      .class = CLASS_INTERNAL};

struct err *account_create(struct change *c, const char *username, const char *name, const char *role,
                           char **password_out)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &account_record);
    char *password = password_make(a), *hash;
    TRY(password_hash(a, password, &hash));
    row_set(r, "username", username);
    row_set(r, "name", name);
    row_set(r, "role", role);
    row_set(r, "password", hash);
    TRY(record_save(c, &account_record, r, 0));
    *password_out = password;
    return NULL;
}

struct who *account_self(struct arena *a, int64_t account, const char *name, const char *role)
{
    struct who *w = arena_new_of(a, struct who);
    *w = (struct who){.account = account, .name = name, .role = role, .scope = SCOPE_ALL, .sees = CLASS_SEALED};
    return w;
}

struct err *account_row(struct change *c, int64_t account, struct row **out)
{
    const struct who self = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};
    return record_read(&c->tx, &account_record, &self, account, out);
}

bool auth_second_factor(const char *role)
{
    static const char *const asked[] = {"system",   "security",      "audit", "supervision",
                                        "minister", "cadre_officer", NULL};
    for (int i = 0; asked[i] != NULL; i++)
        if (strcmp(asked[i], role) == 0)
            return true;
    return false;
}

/* One office for now: the supervision office of the whole district does everything but administer accounts. */
bool auth_may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}

struct who *account_office(struct arena *a, int64_t account, const char *name, const char *role)
{
    struct who *w = arena_new_of(a, struct who);
    *w = (struct who){.account = account, .name = name, .role = role, .scope = SCOPE_ALL, .sees = CLASS_CASE};
    return w;
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
    TRY(db_query(
        &tx, "SELECT id, name, role FROM auth_account WHERE username = ?1 AND ended = 0 AND coalesce(disabled, 0) = 0",
        args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return err_field(ERR(a, ERR_INVALID, "no account '%s'", username), "usage");
    *out = account_office(a, db_col_int(&rows, 0), arena_strdup(a, db_col_text(&rows, 1)),
                          arena_strdup(a, db_col_text(&rows, 2)));
    return NULL;
}
