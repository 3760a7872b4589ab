/* channel.c: the named channels leads come through: from whom, on what legal basis, whose office, whom to ask. A
 * department's channel has the source of its branch; leads come through a channel or not at all. */
#include <string.h>

#include "base/clock.h"
#include "leads/leads.h"
#include "modules/leads/queries.h"

static const struct field fields[] = {{"name", FIELD_TEXT, .max = 100, .required = true, .unique = true},
                                      {"source", FIELD_CODE, .codes = "leads.source", .required = true, .index = true},
                                      {"basis", FIELD_TEXT, .max = 300, .required = true},
                                      {"office", FIELD_TEXT, .max = 100, .required = true},
                                      {"contact", FIELD_TEXT, .max = 200, .required = true},
                                      {"from_on", FIELD_DATE, .required = true},
                                      {"to_on", FIELD_DATE},
                                      {0}};

static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    const char *from = row_text(row, "from_on"), *to = row_text(row, "to_on");
    if (from != NULL && to != NULL && strcmp(to, from) < 0)
        err_join(all,
                 err_field(err_say(ERR(tx->arena, ERR_INVALID, "ends before it begins"), "leads.channel.order", NULL),
                           "to_on"));
    return NULL;
}

const struct record leads_channel = {.name = "leads.channel",
                                     .fields = fields,
                                     .title = "name",
                                     .list = "name source basis office contact from_on to_on",
                                     .order = "source name",
                                     .check = check,
                                     .purpose = "leads.purpose.channel",
                                     .basis = "PET-2022-30-1",
                                     .readers = "supervision minister",
                                     .keep = "leads.channel",
                                     .keep_from = "to_on",
                                     .class = CLASS_INTERNAL};

struct err *leads_channels(struct db_tx *tx, const struct who *who, struct date today, struct leads_channel_row **out,
                           int *n_out)
{
    struct leads_q_channels *rows;
    int n;
    TRY(leads_q_channels(tx, who->branch == NULL ? "" : who->branch, today, &rows, &n));
    *out = arena_array(tx->arena, struct leads_channel_row, n + 1);
    for (int i = 0; i < n; i++)
        (*out)[i] = (struct leads_channel_row){rows[i].id, rows[i].name, rows[i].source, rows[i].office};
    *n_out = n;
    return NULL;
}

struct err *leads_public_channel(struct db_tx *tx, struct date today, int64_t *out)
{
    struct leads_q_public_channel *row;
    TRY(leads_q_public_channel(tx, today, &row));
    *out = row == NULL ? 0 : row->id;
    return NULL;
}
