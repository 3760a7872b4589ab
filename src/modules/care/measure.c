/* measure.c: the five organisational measures (组织处理): found and verified, the cadre told and heard, decided by a
 * meeting, announced. The period it brings is a row of roster.measure and ends by itself; a suspension is lifted by a
 * step, and reminded of before half a year is over. */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_CASE},
    {"kind", FIELD_CODE, .codes = "care.measure", .required = true},
    {"cause", FIELD_LONG, .max = 4000, .required = true},
    {"verified", FIELD_LONG, .max = 4000, .required = true},
    {"reply", FIELD_LONG, .max = 20000},
    {"finding", FIELD_LONG, .max = 4000},
    {"meeting", FIELD_TEXT, .max = 200},
    {"decided_on", FIELD_DATE},
    {"until_on", FIELD_DATE},
    {"ending", FIELD_LONG, .max = 2000},
    {"measure", FIELD_REF, .to = "roster.measure"},
    {0}};

const struct record care_measure = {.name = "care.measure",
                                    .fields = fields,
                                    .concerns = "member",
                                    .title = "cause",
                                    .purpose = "care.purpose.measure",
                                    .basis = "ORG-2021-03",
                                    .readers = "supervision minister party_secretary",
                                    .keep = "care.measure",
                                    .keep_from = "closed_on",
                                    .class = CLASS_CASE,
                                    .guarded = true};

static const struct flow_due dues[] = {
    {"propose", "entered", 5, DUE_WORKING_DAYS, "ORG-2021-PROC", "0:owner 3:minister"},
    {"deliver", "entered", 5, DUE_WORKING_DAYS, "ORG-2021-PROC", "0:supervision 3:minister"},
    {"reply", "receipt", 15, DUE_WORKING_DAYS, "DUE-1", "-5:person -1:person 1:supervision"},
    {"decide", "entered", 1, DUE_MONTHS, "ORG-2021-PROC", "-5:owner 0:owner 1:minister"},
    {"carry_out", "entered", 1, DUE_MONTHS, "ORG-2021-PROC", "-5:supervision 1:minister"},
    {"stop", "decided_on", 6, DUE_MONTHS, "ORG-2021-STOP", "-30:owner 0:owner 1:minister"},
    {"ends", "until_on", 0, DUE_DAYS, "DUE-2", "0:person"},
    {0}};

static const struct flow_state states[] = {{"proposed", FLOW_OFFICE, "supervision", "propose"},
                                           {"told", FLOW_PERSON, "person", "deliver"},
                                           {"received", FLOW_PERSON, "person", "reply"},
                                           {"answered", FLOW_OFFICE, "supervision", "decide"},
                                           {"silent", FLOW_OFFICE, "supervision", "decide"},
                                           {"decided", FLOW_PERSON, "person", "carry_out"},
                                           {"suspended", FLOW_OFFICE, "supervision", "stop"},
                                           {"in_force", FLOW_OFFICE, "supervision", "ends"},
                                           {"over", FLOW_END},
                                           {"lifted", FLOW_END},
                                           {"dropped", FLOW_END, .unmarked = true},
                                           {"cancelled", FLOW_END, .unmarked = true},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_sign signs[] = {{"agree", "minister", .basis = "ORG-2021-PROC"},
                                         {"approve", "party_secretary", .after = "agree", .basis = "ORG-2021-PROC"},
                                         {0}};

static const struct flow_step steps[] = {
    {"propose", "", "proposed", "supervision", .fields = "member! kind! cause! verified!"},
    {"tell", "proposed", "told", "supervision", .signs = "agree",
     .effects = "document:care.measure.tell notice:person"},
    {"receive", "told", "received", "person", .receipt = true},
    {"reply", "received silent", "answered", "person", .fields = "reply!", .papers = "evidence",
     .effects = "notice:supervision"},
    {"waive", "received", "answered", "person", .effects = "notice:supervision", .reasons = true},
    {"run_out", "received", "silent", "clock", .effects = "notice:supervision notice:person"},
    {"decide", "answered silent", "decided", "supervision", .fields = "finding! meeting!", .papers = "minutes",
     .signs = "agree approve",
     .effects = "document:care.measure.decide hook:care.measure_made notice:person notice:party_secretary",
     .against = true},
    {"drop", "answered silent", "dropped", "supervision", .fields = "finding!", .signs = "agree",
     .effects = "document:care.measure.drop notice:person"},
    {"suspend", "decided", "suspended", "person", .when = "kind = org_suspension", .receipt = true},
    {"receive_decision", "decided", "in_force", "person", .when = "kind != org_suspension", .receipt = true},
    {"lift", "suspended", "lifted", "supervision", .fields = "ending!", .signs = "agree", .effects = "notice:person"},
    {"end", "in_force", "over", "clock", .effects = "notice:person"},
    {"cancel", "decided suspended in_force", "cancelled", "flow", .effects = "notice:person"},
    {"withdraw", "proposed told received answered silent", "withdrawn", "supervision", .effects = "notice:person",
     .reasons = true},
    {0}};

const struct flow measure_flow = {
    "care.measure",    states, steps, dues, signs, .hearing = "reply", .window = "reply", .waiver = "waive",
    .appeal = "decide"};
