/* receipt.c: the code by which somebody who reported without an account comes back. It is shown once; the database has
 * its hash, from which nobody gets the code: it has 118 bits. */
#include <ctype.h>
#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "leads/leads.h"
#include "modules/leads/queries.h"

static const struct field fields[] = {{"lead", FIELD_REF, .to = "leads.lead", .required = true, .index = true},
                                      {"hash", FIELD_TEXT, .max = 64, .required = true, .unique = true},
                                      {"once", FIELD_TEXT, .max = 64, .required = true, .unique = true},
                                      {0}};
const struct record leads_receipt = {.name = "leads.receipt",
                                     .fields = fields,
                                     .title = "hash",
                                     .purpose = "leads.purpose.receipt",
                                     .basis = "PET-2022-30-2",
                                     .readers = "custodian",
                                     .keep = "leads.lead",
                                     .keep_from = "closed_on",
                                     .class = CLASS_SEALED,
                                     .guarded = true};

/* Capital letters, blanks and dashes do not count. */
static char *hash_of(struct arena *a, const char *what, const char *typed)
{
    char *out = arena_alloc(a, SHA256_HEX), *plain = arena_strdup(a, typed), *to = plain;
    for (const char *p = plain; *p != '\0'; p++)
        if (*p != ' ' && *p != '-' && *p != '\n')
            *to++ = (char)tolower((unsigned char)*p);
    *to = '\0';
    const char *text = arena_printf(a, "%s %s", what, plain);
    sha256_hex(text, strlen(text), out);
    return out;
}

struct err *leads_receipt_give(struct change *c, int64_t lead, const char *once, const char **code_out)
{
    struct arena *a = c->tx.arena;
    const char *code = password_make(a);
    struct row *r = row_new(a, &leads_receipt);
    row_set_int(a, r, "lead", lead);
    row_set(r, "hash", hash_of(a, "receipt", code));
    row_set(r, "once", hash_of(a, "once", once));
    struct err *e = record_save(c, &leads_receipt, r, 0);
    if (e != NULL && e->kind == ERR_INVALID && e->field != NULL && strcmp(e->field, "once") == 0)
        return err_say(ERR(a, ERR_CONFLICT, "this form was sent before"), "leads.report.twice", NULL);
    TRY(e);
    *code_out = code;
    return NULL;
}

struct err *leads_receipt_find(struct db_tx *tx, const char *typed, int64_t *matter_out)
{
    struct leads_q_receipt *row;
    TRY(leads_q_receipt(tx, hash_of(tx->arena, "receipt", typed), &row));
    if (row == NULL)
        return err_field(err_say(ERR(tx->arena, ERR_MISSING, "no lead has this code"), "leads.visit.no_code", NULL),
                         "code");
    *matter_out = row->matter;
    return NULL;
}
