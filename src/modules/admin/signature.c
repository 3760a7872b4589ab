/* signature.c: what somebody signed, word for word: the text shown, its hash, the office held that moment, when the
 * second factor was shown. One change, one leaf of the log. Not a reliable electronic signature (可靠的电子签名), which
 * the page says. Who signed keeps sight of it when the office has ended. */
#include "admin/signature.h"

#include <openssl/evp.h>
#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"

static const struct field fields[] = {{"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
                                      {"office", FIELD_REF, .to = OFFICE_RECORD, .required = true},
                                      {"role", FIELD_CODE, .codes = "auth.role", .required = true},
                                      {"unit_name", FIELD_TEXT, .max = 100},
                                      {"at", FIELD_INT, .required = true},     /* UTC ms */
                                      {"proved", FIELD_INT, .required = true}, /* the second factor was shown */
                                      {"record", FIELD_TEXT, .max = 60, .required = true}, /* what it is under */
                                      {"row", FIELD_INT, .required = true, .index = true},
                                      {"text", FIELD_LONG, .max = 20000, .required = true, .class = CLASS_CASE},
                                      {"hash", FIELD_TEXT, .max = 64, .required = true}, /* SHA-256 of its bytes */
                                      {0}};

const struct record admin_signature = {.name = "admin.signature",
                                       .fields = fields,
                                       .purpose = "admin.purpose.signature",
                                       .basis = "kernel.basis.own",
                                       .readers = "supervision",
                                       .keep = "admin.keep.signature",
                                       .keep_from = "at",
                                       .class = CLASS_INTERNAL,
                                       .guarded = true,
                                       .quiet = true};

static const char *hash_of(struct arena *a, const char *text)
{
    unsigned char md[32];
    unsigned n = 0;
    char *out = arena_alloc(a, 65);
    if (EVP_Digest(text, strlen(text), md, &n, EVP_sha256(), NULL) != 1)
        return NULL;
    for (int i = 0; i < 32; i++)
        snprintf(out + 2 * i, 3, "%02x", md[i]);
    return out;
}

static struct err *unit_of(struct db_tx *tx, const struct who *who, const char **out)
{
    struct office *all;
    int n;
    *out = NULL;
    TRY(office_list(tx, who->account, clock_today(), &all, &n));
    for (int i = 0; i < n; i++)
        if (all[i].id == who->office)
            *out = all[i].unit_name;
    return NULL;
}

struct err *auth_sign(struct change *c, const char *record, int64_t row, const char *text, int64_t *id_out)
{
    struct arena *a = c->tx.arena;
    const struct who *who = c->who;
    const char *unit, *hash = hash_of(a, text);
    if (!who->signs || who->office == 0)
        return err_say(ERR(a, ERR_DENIED, "office %lld does not sign", (long long)who->office), "admin.sign.no", NULL);
    if (!auth_fresh(who))
        return err_say(ERR(a, ERR_DENIED, "the second factor was not shown lately"), "admin.sign.fresh", NULL);
    if (hash == NULL)
        return ERR(a, ERR_FAULT, "no SHA-256");
    TRY(unit_of(&c->tx, who, &unit));
    struct row *r = row_new(a, &admin_signature);
    row_set_int(a, r, "account", who->account);
    row_set_int(a, r, "office", who->office);
    row_set(r, "role", who->role);
    row_set(r, "unit_name", unit);
    row_set_int(a, r, "at", clock_now_ms());
    row_set_int(a, r, "proved", who->proved);
    row_set(r, "record", record);
    row_set_int(a, r, "row", row);
    row_set(r, "text", text);
    row_set(r, "hash", hash);
    TRY(record_save(c, &admin_signature, r, 0));
    *id_out = r->id;
    return NULL;
}
