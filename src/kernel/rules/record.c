/* record.c: what a district decides about rules, declared: dated parameters, its own texts and adoptions. They are
 * written by decide.c alone, since a value must fit its rule and an adoption carries the rule's text. Findings name
 * persons and units, so the module that knows those declares rules.finding (finding.h). */
#include "rules/inner.h"

#include <string.h>

#define READERS "supervision personnel policy"

/* A value must be a whole number, a day, yes or no, or the key of a code; which of them the rule says. */
static struct err *check_param(struct db_tx *tx, const struct row *row, struct err **all)
{
    const char *v = row_text(row, "value");
    for (const char *s = v; s != NULL && *s != '\0'; s++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *s) == NULL) {
            struct err *e = ERR(tx->arena, ERR_INVALID, "parameter value '%.40s'", v);
            err_join(all, err_field(err_say(e, "rules.param_value", "value", v, NULL), "value"));
            break;
        }
    return NULL;
}

static const struct field param_fields[] = {
    {"rule", FIELD_TEXT, .max = 40, .required = true, .index = true},
    {"name", FIELD_TEXT, .max = 40, .required = true},
    {"value", FIELD_TEXT, .max = 40}, /* NULL: empty from that day on */
    {"from_on", FIELD_DATE, .required = true},
    {"citation", FIELD_TEXT, .max = 300, .required = true},
    {"note", FIELD_TEXT, .max = 300},
    {"set_by", FIELD_COMPUTED, .max = 50},
    {0},
};
const struct record rules_param_record = {.name = "rules.param",
                                          .fields = param_fields,
                                          .title = "name",
                                          .list = "rule name value from_on citation set_by",
                                          .order = "rule name from_on",
                                          .purpose = "rules.purpose.param",
                                          .basis = "rules.basis.own",
                                          .readers = READERS,
                                          .keep = "rules.param",
                                          .keep_from = "change",
                                          .class = CLASS_INTERNAL,
                                          .guarded = true,
                                          .check = check_param};

static const struct field adoption_fields[] = {
    {"rule", FIELD_TEXT, .max = 40, .required = true, .unique = true},
    {"state", FIELD_CODE, .codes = "rules.adoption", .required = true},
    {"text", FIELD_LONG, .max = 20000}, /* the rule as it was adopted */
    {"decided_by", FIELD_COMPUTED, .max = 50},
    {"decided_on", FIELD_DATE},
    {"clause_read", FIELD_DATE}, /* the adopting person read the clause's official text */
    {"reasons", FIELD_LONG, .max = 1000},
    {0},
};
const struct record rules_adoption_record = {.name = "rules.adoption",
                                             .fields = adoption_fields,
                                             .title = "rule",
                                             .list = "rule state decided_by decided_on",
                                             .order = "rule",
                                             .purpose = "rules.purpose.adoption",
                                             .basis = "rules.basis.own",
                                             .readers = READERS,
                                             .keep = "rules.adoption",
                                             .keep_from = "change",
                                             .class = CLASS_INTERNAL,
                                             .guarded = true};

static const struct field own_fields[] = {
    {"rule", FIELD_TEXT, .max = 40, .required = true, .unique = true},
    {"text", FIELD_LONG, .max = 20000, .required = true},
    {"cases", FIELD_LONG, .max = 20000, .required = true},
    {"pack", FIELD_LONG, .max = 20000}, /* the pack's text of the rule when this was saved; NULL: it has none */
    {"note", FIELD_TEXT, .max = 300},
    {"saved_by", FIELD_COMPUTED, .max = 50},
    {"saved_on", FIELD_DATE},
    {0},
};
const struct record rules_own_record = {.name = "rules.own",
                                        .fields = own_fields,
                                        .title = "rule",
                                        .list = "rule note saved_by saved_on",
                                        .order = "rule",
                                        .purpose = "rules.purpose.own",
                                        .basis = "rules.basis.own",
                                        .readers = READERS,
                                        .keep = "rules.own",
                                        .keep_from = "change",
                                        .class = CLASS_INTERNAL,
                                        .guarded = true};

static const struct field judged_fields[] = {{"day", FIELD_DATE, .required = true},
                                             {"place", FIELD_INT, .required = true},      /* in the sequence */
                                             {"written_at", FIELD_INT, .required = true}, /* UTC ms */
                                             {0}};
const struct record rules_judged_record = {.name = "rules.judged",
                                           .fields = judged_fields,
                                           .title = "day",
                                           .purpose = "rules.purpose.judged",
                                           .basis = "rules.basis.own",
                                           .readers = "system",
                                           .keep = "kernel.keep.setting",
                                           .keep_from = "change",
                                           .class = CLASS_INTERNAL,
                                           .guarded = true};
