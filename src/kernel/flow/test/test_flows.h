/* test_flows.h: procedures for tests: a letter whose receiver must be heard, one of twelve states with signatures in
 * parallel and in order, and a tip of which several become one. A small house of records stands under them. */
#ifndef QF_FLOW_TEST_FLOWS_H
#define QF_FLOW_TEST_FLOWS_H

#include "flow/inner.h"

#define PAPERWORK                                                                                    \
    .purpose = "test.purpose", .basis = "test.basis", .readers = "supervision", .keep = "test.keep", \
    .keep_from = "change"

static const struct field unit_fields[] = {
    {"name", FIELD_TEXT, .required = true}, {"parent", FIELD_REF, .to = "test.unit"}, {0}};
static const struct record unit_record = {.name = "test.unit", .fields = unit_fields, .tree = "parent", PAPERWORK};
static const struct field person_fields[] = {
    {"name", FIELD_TEXT, .required = true}, {"unit", FIELD_REF, .to = "test.unit", .required = true}, {0}};
static const struct record person_record = {.name = "test.person", .fields = person_fields, .unit = "unit", PAPERWORK};
static const struct field matter_fields[] = {
    FLOW_MATTER_FIELDS, {"member", FIELD_REF, .to = "test.person"}, {"unit", FIELD_REF, .to = "test.unit"}, {0}};
static const struct record matter_record = {.name = "flow.matter",
                                            .fields = matter_fields,
                                            .concerns = "member",
                                            .unit = "unit",
                                            .title = "title",
                                            .derive = flow_matter_derive,
                                            PAPERWORK,
                                            .guarded = true};

/* ---- the letter ---- */
static const struct field letter_fields[] = {{"member", FIELD_REF, .to = "test.person", .required = true},
                                             {"cause", FIELD_TEXT, .max = 2000},
                                             {"grave", FIELD_BOOL, .by_default = "0"},
                                             {"reply", FIELD_LONG},
                                             {"finding", FIELD_LONG},
                                             {0}};
static const struct record letter_record = {
    .name = "test.letter", .fields = letter_fields, .concerns = "member", .title = "cause", PAPERWORK};

static const struct flow_due letter_dues[] = {
    {"send", "entered", 5, DUE_WORKING_DAYS, "TEST-1", "0:owner 3:minister"},
    {"deliver", "entered", 10, DUE_WORKING_DAYS, "TEST-1", "0:supervision"},
    {"reply", "receipt", 15, DUE_WORKING_DAYS, "TIP-2015-INQ-1", "-5:person 1:supervision"},
    {"close", "entered", 1, DUE_MONTHS, "TIP-2015-INQ-3", "-5:owner 1:minister"},
    {0}};
static const struct flow_state letter_states[] = {{"drafted", FLOW_OFFICE, "supervision", "send"},
                                                  {"sent", FLOW_PERSON, "person", "deliver"},
                                                  {"received", FLOW_PERSON, "person", "reply"},
                                                  {"answered", FLOW_OFFICE, "supervision", "close"},
                                                  {"clear", FLOW_END, .outcome = "clear", .unmarked = true},
                                                  {"admonition", FLOW_END},
                                                  {"withdrawn", FLOW_END, .unmarked = true},
                                                  {0}};
static const struct flow_sign letter_signs[] = {{"approve", "minister", 1}, {0}};
static const struct flow_step letter_steps[] = {
    {"draft", "", "drafted", "supervision", .fields = "member! cause! grave"},
    {"send", "drafted", "sent", "supervision", .signs = "approve", .effects = "notice:person"},
    {"receive", "sent", "received", "person", .receipt = true},
    {"reply", "received answered", "answered", "person", .fields = "reply!", .effects = "notice:owner"},
    {"silence", "received", "answered", "clock"},
    {"ask_again", "answered", "sent", "supervision", .fields = "cause!"},
    {"clear", "answered", "clear", "supervision", .fields = "finding!", .effects = "notice:person"},
    {"admonish", "received answered", "admonition", "supervision", .when = "grave", .reasons = true, .against = true,
     .other_than = "draft", .effects = "notice:person hook:test.count"},
    {"withdraw", "*", "withdrawn", "supervision", .reasons = true},
    {0}};
static const struct flow letter_flow = {"test.letter", letter_states,      letter_steps,     letter_dues,
                                        letter_signs,  .hearing = "reply", .window = "reply"};

/* ---- twelve states ---- */
static const struct field long_fields[] = {{"member", FIELD_REF, .to = "test.person", .required = true},
                                           {"votes", FIELD_INT},
                                           {"held_on", FIELD_DATE},
                                           {"note", FIELD_TEXT},
                                           {0}};
static const struct record long_record = {
    .name = "test.long", .fields = long_fields, .concerns = "member", .title = "note", PAPERWORK};
static const struct flow_due long_dues[] = {{"week", "entered", 7, DUE_DAYS, "TEST-2"},
                                            {"month", "entered", 1, DUE_MONTHS, "TEST-2"},
                                            {"shown", "held_on", 5, DUE_WORKING_DAYS, "APPT-2019-PUB-1"},
                                            {0}};
static const struct flow_state long_states[] = {{"proposed", FLOW_OFFICE, "supervision", "week"},
                                                {"recommended", FLOW_OFFICE, "cadre_officer", "week"},
                                                {"inspected", FLOW_OFFICE, "cadre_officer", "month"},
                                                {"archives_read", FLOW_OFFICE, "archives", "week"},
                                                {"audit_asked", FLOW_DEPARTMENT, "contact:audit", "month"},
                                                {"heard", FLOW_OFFICE, "supervision", "week"},
                                                {"discussed", FLOW_OFFICE, "minister", "week"},
                                                {"shown", FLOW_OFFICE, "cadre_officer", "shown"},
                                                {"talked", FLOW_OFFICE, "minister", "week"},
                                                {"appointed", FLOW_END},
                                                {"stopped", FLOW_END},
                                                {"withdrawn", FLOW_END},
                                                {0}};
static const struct flow_sign long_signs[] = {{"secretary", "party_secretary", 1},
                                              {"discipline", "discipline_secretary", 1},
                                              {"team", "minister cadre_officer archives", 2},
                                              {"last", "minister", 1, .after = "secretary discipline"},
                                              {0}};
static const struct flow_step long_steps[] = {
    {"propose", "", "proposed", "supervision", .fields = "member! note"},
    {"recommend", "proposed", "recommended", "supervision", .signs = "secretary discipline last"},
    {"inspect", "recommended", "inspected", "cadre_officer", .fields = "votes!", .when = "votes >= 3"},
    {"read_archives", "inspected", "archives_read", "archives", .papers = "report!"},
    {"ask_audit", "archives_read", "audit_asked", "archives"},
    {"audit_reply", "audit_asked", "heard", "contact:audit"},
    {"discuss", "heard", "discussed", "supervision", .signs = "team", .other_than = "propose"},
    {"show", "discussed", "shown", "minister", .fields = "held_on!"},
    {"shown_out", "shown", "talked", "clock"},
    {"appoint", "talked", "appointed", "minister", .other_than = "show"},
    {"stop", "proposed recommended inspected archives_read audit_asked heard discussed shown talked", "stopped",
     "supervision minister", .reasons = true},
    {"withdraw", "*", "withdrawn", "supervision", .reasons = true},
    {0}};
static const struct flow long_flow = {"test.long", long_states, long_steps, long_dues, long_signs};

/* ---- a tip: several become one; a department is named by the content; the person does not see it ---- */
static const struct field tip_fields[] = {{"member", FIELD_REF, .to = "test.person"},
                                          {"unit", FIELD_REF, .to = "test.unit"},
                                          {"number", FIELD_TEXT, .required = true},
                                          {"branch", FIELD_CODE, .codes = "auth.branch"},
                                          {"result", FIELD_TEXT},
                                          {0}};
static const struct record tip_record = {
    .name = "test.tip", .fields = tip_fields, .concerns = "member", .unit = "unit", .title = "number", PAPERWORK};
static const struct flow_due tip_dues[] = {{"sort", "entered", 15, DUE_DAYS, "TEST-3", "0:owner"},
                                           {"decide", "step:accept", 60, DUE_DAYS, "TEST-3", "0:owner"},
                                           {0}};
static const struct flow_state tip_states[] = {{"received", FLOW_OFFICE, "supervision", "sort"},
                                               {"handling", FLOW_OFFICE, "supervision", "decide"},
                                               {"routed", FLOW_DEPARTMENT, "contact:@branch", "decide"},
                                               {"done", FLOW_END},
                                               {"dropped", FLOW_END, .unmarked = true},
                                               {0}};
static const struct flow_sign tip_signs[] = {{"approve", "minister"}, {0}};
static const struct flow_step tip_steps[] = {
    {"bring", "", "received", "contact supervision", .fields = "number! member", .effects = "notice:supervision"},
    {"accept", "received", "handling", "supervision", .fields = "member", .effects = "notice:opener"},
    {"route", "handling", "routed", "supervision", .fields = "branch!", .effects = "notice:contact:@branch"},
    {"reply", "routed", "handling", "contact:@branch", .effects = "notice:supervision"},
    {"recall", "routed", "handling", "supervision", .reasons = true},
    {"close", "handling", "done", "supervision", .fields = "result!", .signs = "approve",
     .effects = "hook:test.count notice:opener"},
    {"drop", "handling received", "dropped", "supervision", .reasons = true},
    {0}};
static const struct flow tip_flow = {
    "test.tip", tip_states, tip_steps, tip_dues, tip_signs, .merges = "received handling", .hidden = true};

static int hook_calls;
static struct err *count_hook(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)c;
    (void)m;
    (void)s;
    hook_calls++;
    return NULL;
}
static const struct flow_hook test_hook = {"test.count", count_hook};

#endif
