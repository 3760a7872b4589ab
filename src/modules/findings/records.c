/* records.c: a finding is about a cadre (member) or a unit's posts; either way `unit` says whose it is to see, and the
 * judge keeps it that of the cadre. It has no derived list: what a finding rests on may be more secret than the person
 * who reads lists, which the pages here look at row by row. */
#include "findings/findings.h"

static const struct field finding_fields[] = {
    RULES_FINDING_FIELDS,
    {"member", FIELD_REF, .to = "roster.member", .index = true},
    {"unit", FIELD_REF, .to = "roster.unit", .index = true},
    {0},
};
const struct record findings_finding = {.name = "rules.finding",
                                        .fields = finding_fields,
                                        .unit = "unit",
                                        .recusal = "member",
                                        .title = "rule",
                                        .order = "opened_on rule",
                                        .purpose = "rules.purpose.finding",
                                        .basis = "rules.basis.own",
                                        .readers = "supervision",
                                        .keep = "rules.finding",
                                        .keep_from = "closed_on",
                                        .class = CLASS_PERSONAL,
                                        .guarded = true};

/* When an account last said that it had looked through the list: what is newer is new to it. */
static const struct field look_fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .unique = true},
    {"at", FIELD_INT, .required = true}, /* UTC ms */
    {0},
};
const struct record findings_look = {.name = "findings.look",
                                     .fields = look_fields,
                                     .title = "at",
                                     .purpose = "findings.purpose.look",
                                     .basis = "kernel.basis.own",
                                     .readers = "supervision",
                                     .keep = "findings.look",
                                     .keep_from = "change",
                                     .class = CLASS_INTERNAL,
                                     .quiet = true,
                                     .guarded = true};
