/* reporter.c: who reported. Name and contact are sealed with the key outside the database (auth/seal.h), each for its
 * own lead, so that no page, export, search, dump or revision holds them; one door opens them, for the custodian or for
 * whom a release in force names, and each opening is a row on the ledger before the answer leaves. */
#include <string.h>

#include "auth/seal.h"
#include "base/clock.h"
#include "leads/leads.h"
#include "modules/leads/queries.h"

enum { LINE_MOST = 60, SEALED_MOST = 700, BYTES = 250 };

static const struct field fields[] = {
    {"lead", FIELD_REF, .to = "leads.lead", .required = true, .unique = true, .index = true},
    {"name", FIELD_TEXT, .max = SEALED_MOST},
    {"contact", FIELD_TEXT, .max = SEALED_MOST},
    {0}};
const struct record leads_reporter = {.name = "leads.reporter",
                                      .fields = fields,
                                      .title = "lead",
                                      .purpose = "leads.purpose.reporter",
                                      .basis = "PET-2022-30-2",
                                      .readers = "custodian",
                                      .keep = "leads.lead",
                                      .keep_from = "closed_on",
                                      .class = CLASS_SEALED,
                                      .guarded = true};

static const struct field look_fields[] = {
    {"lead", FIELD_REF, .to = "leads.lead", .required = true, .index = true},
    {"account", FIELD_INT, .required = true},
    {"actor", FIELD_TEXT, .max = 60, .required = true},
    {"role", FIELD_TEXT, .max = 40, .required = true},
    {"opened_on", FIELD_DATE, .required = true},
    {"release", FIELD_REF, .to = "leads.release"}, /* none: the custodian himself */
    {0}};
const struct record leads_look = {.name = "leads.look",
                                  .fields = look_fields,
                                  .title = "actor",
                                  .purpose = "leads.purpose.look",
                                  .basis = "DUE-3",
                                  .readers = "custodian minister",
                                  .keep = "leads.lead",
                                  .keep_from = "opened_on",
                                  .class = CLASS_INTERNAL,
                                  .quiet = true,
                                  .guarded = true};

/* Every sealed text is as long as any other: its length says nothing. */
struct sealed {
    unsigned char n;
    char text[BYTES];
};

static const char *place(struct arena *a, int64_t lead, const char *field)
{
    return arena_printf(a, "leads.reporter %lld %s", (long long)lead, field);
}

static struct err *close_field(struct arena *a, struct row *r, int64_t lead, const char *field, const char *text)
{
    struct sealed s = {0};
    char *out;
    if (text == NULL || *text == '\0')
        return NULL;
    if (strlen(text) >= BYTES)
        return err_field(err_say(ERR(a, ERR_INVALID, "%zu bytes to seal", strlen(text)), "leads.reporter.long", NULL),
                         field);
    s.n = (unsigned char)strlen(text);
    memcpy(s.text, text, s.n);
    TRY(seal_close(a, place(a, lead, field), &s, sizeof s, &out));
    row_set(r, field, out);
    return NULL;
}

struct err *leads_seal(struct change *c, int64_t lead, const char *name, const char *contact)
{
    struct arena *a = c->tx.arena;
    if ((name == NULL || *name == '\0') && (contact == NULL || *contact == '\0'))
        return NULL;
    struct row *r = row_new(a, &leads_reporter);
    row_set_int(a, r, "lead", lead);
    TRY(close_field(a, r, lead, "name", name));
    TRY(close_field(a, r, lead, "contact", contact));
    return record_save(c, &leads_reporter, r, 0);
}

static struct err *open_field(struct arena *a, const struct row *r, int64_t lead, const char *field, const char **out)
{
    struct sealed s;
    const char *v = row_text(r, field);
    *out = NULL;
    if (v == NULL)
        return NULL;
    TRY(seal_open(a, place(a, lead, field), v, &s, sizeof s));
    *out = arena_strndup(a, s.text, s.n);
    return NULL;
}

bool leads_custodian(const struct who *who)
{
    return who->role != NULL && strcmp(who->role, "custodian") == 0;
}

/* The release in force that names this reader; 0: none. */
static struct err *released_to(struct db_tx *tx, const struct who *who, int64_t lead, int64_t *out)
{
    struct leads_q_released *row;
    TRY(leads_q_released(tx, lead, who->account, clock_today(), &row));
    *out = row == NULL ? 0 : row->id;
    return NULL;
}

struct err *leads_unseal(struct change *c, int64_t lead, const char **name, const char **contact)
{
    struct arena *a = c->tx.arena;
    struct row **rows;
    int n;
    int64_t release = 0;
    bool custodian = leads_custodian(c->who);
    if (!custodian)
        TRY(released_to(&c->tx, c->who, lead, &release));
    if (!custodian && release == 0)
        return err_say(ERR(a, ERR_DENIED, "the reporter of lead %lld is sealed", (long long)lead), "leads.sealed",
                       NULL);
    TRY(record_of(&c->tx, &leads_reporter, &who_console, "lead", lead, 1, &rows, &n));
    if (n == 0)
        return ERR(a, ERR_MISSING, "lead %lld has no reporter", (long long)lead);
    TRY(open_field(a, rows[0], lead, "name", name));
    TRY(open_field(a, rows[0], lead, "contact", contact));
    struct row *r = row_new(a, &leads_look);
    row_set_int(a, r, "lead", lead);
    row_set_int(a, r, "account", c->who->account);
    row_set(r, "actor", c->who->name);
    row_set(r, "role", c->who->role);
    row_set_date(a, r, "opened_on", clock_today());
    if (release != 0)
        row_set_int(a, r, "release", release);
    return record_save(c, &leads_look, r, 0);
}
