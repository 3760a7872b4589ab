/* visit.c: visits at home and in the community (家访、社区走访): announced, with the purpose, and made only when the
 * cadre knows and agrees; he reads what was written down. Kinds and purposes are closed lists. */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_PERSONAL},
    {"kind", FIELD_CODE, .codes = "care.visit_kind", .required = true},
    {"occasion", FIELD_CODE, .codes = "care.visit_purpose", .required = true},
    {"planned_on", FIELD_DATE, .required = true},
    {"visitors", FIELD_TEXT, .max = 200, .required = true},
    {"held_on", FIELD_DATE},
    {"seen", FIELD_LONG, .max = 4000},
    {"needs", FIELD_LONG, .max = 2000},
    {"remark", FIELD_LONG, .max = 4000},
    {0}};

const struct record care_visit = {.name = "care.visit",
                                  .fields = fields,
                                  .concerns = "member",
                                  .title = "kind",
                                  .purpose = "care.purpose.visit",
                                  .basis = "PIPL-06",
                                  .readers = "supervision minister cadre_officer",
                                  .keep = "care.visit",
                                  .keep_from = "closed_on",
                                  .class = CLASS_PERSONAL,
                                  .guarded = true};

static const struct flow_due dues[] = {{"agree", "entered", 5, DUE_WORKING_DAYS, NULL, "-2:person"},
                                       {"visit", "planned_on", 10, DUE_WORKING_DAYS, NULL, "-10:owner 0:owner"},
                                       {"read", "entered", 15, DUE_DAYS, NULL, "-5:person"},
                                       {0}};

static const struct flow_state states[] = {{"announced", FLOW_PERSON, "person", "agree"},
                                           {"agreed", FLOW_OFFICE, "supervision", "visit"},
                                           {"recorded", FLOW_PERSON, "person", "read"},
                                           {"done", FLOW_END},
                                           {"unread", FLOW_END},
                                           {"declined", FLOW_END, .unmarked = true},
                                           {"lapsed", FLOW_END, .unmarked = true},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

#define VISITORS "supervision minister cadre_officer"
static const struct flow_step steps[] = {
    {"announce", "", "announced", VISITORS, .fields = "member! kind! occasion! planned_on! visitors!",
     .effects = "notice:person"},
    {"agree", "announced", "agreed", "person", .effects = "notice:supervision"},
    {"decline", "announced agreed", "declined", "person", .effects = "notice:supervision"},
    {"agree_out", "announced", "lapsed", "clock", .effects = "notice:supervision"},
    {"visit", "agreed", "recorded", VISITORS, .fields = "held_on! seen! needs",
     .effects = "document:care.visit.record notice:person", .counts = "held_on"},
    {"read", "recorded", "done", "person", .fields = "remark", .effects = "notice:supervision"},
    {"read_out", "recorded", "unread", "clock"},
    {"withdraw", "announced agreed", "withdrawn", VISITORS, .effects = "notice:person", .reasons = true},
    {0}};

const struct flow visit_flow = {"care.visit", states, steps, dues};
