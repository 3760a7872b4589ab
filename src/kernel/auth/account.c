/* account.c: who may sign in. */
#include "auth/auth.h"

#include <string.h>

static const struct field fields[] = {{"username", FIELD_TEXT, .max = 60, .required = true, .unique = true},
                                      {"name", FIELD_TEXT, .max = 60, .required = true},
                                      {"role", FIELD_CODE, .codes = "auth.role", .required = true},
                                      {"password", FIELD_COMPUTED, .max = 200, .required = true, .class = CLASS_SEALED},
                                      {"disabled", FIELD_BOOL, .by_default = "0"},
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

/* One office for now: the supervision office of the whole district does everything but administer accounts. */
bool auth_may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}
