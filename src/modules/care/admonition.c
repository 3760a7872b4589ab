/* admonition.c: the admonition (诫勉): one listed ground and the material it rests on; the cadre is told and heard; the
 * office proposes, the minister agrees, the head of the party committee approves; a talk with its record or a letter; a
 * written self-review; a look back after six months. Its period is a row of roster.measure and ends by itself. */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_CASE},
    {"ground", FIELD_CODE, .codes = "care.ground", .required = true},
    {"cause", FIELD_LONG, .max = 4000, .required = true},
    {"material", FIELD_TEXT, .max = 200, .required = true},
    {"source", FIELD_CODE, .codes = "care.source", .required = true},
    {"reply", FIELD_LONG, .max = 20000},
    {"form", FIELD_CODE, .codes = "care.form"},
    {"finding", FIELD_LONG, .max = 4000},
    {"decided_on", FIELD_DATE},
    {"held_on", FIELD_DATE},
    {"held_by", FIELD_TEXT, .max = 100},
    {"said", FIELD_LONG, .max = 20000},
    {"review", FIELD_LONG, .max = 20000},
    {"report", FIELD_LONG, .max = 20000},
    {"checked", FIELD_LONG, .max = 4000},
    {"measure", FIELD_REF, .to = "roster.measure"},
    {0}};

const struct record care_admonition = {.name = "care.admonition",
                                       .fields = fields,
                                       .concerns = "member",
                                       .title = "cause",
                                       .purpose = "care.purpose.admonition",
                                       .basis = "TIP-2015-ADM-1",
                                       .readers = "supervision minister party_secretary",
                                       .keep = "care.admonition",
                                       .keep_from = "closed_on",
                                       .class = CLASS_CASE,
                                       .guarded = true};

static const struct flow_due dues[] = {
    {"propose", "entered", 5, DUE_WORKING_DAYS, "TIP-2015-ADM-2", "0:owner 3:minister"},
    {"deliver", "entered", 5, DUE_WORKING_DAYS, "DUE-1", "0:supervision 3:minister"},
    {"reply", "receipt", 15, DUE_WORKING_DAYS, "DUE-1", "-5:person -1:person 1:supervision"},
    {"decide", "entered", 1, DUE_MONTHS, "TIP-2015-ADM-2", "-5:owner 0:owner 1:minister"},
    {"carry_out", "entered", 5, DUE_WORKING_DAYS, "TIP-2015-ADM-3", "0:supervision 3:minister"},
    {"review", "receipt", 5, DUE_WORKING_DAYS, "TIP-2015-ADM-4", "-2:person 1:person 1:supervision",
     .param = "care.review_days"},
    {"follow", "decided_on", 6, DUE_MONTHS, "TIP-2015-ADM-5", "-15:person -15:supervision 0:owner 30:minister"},
    {"check", "entered", 1, DUE_MONTHS, "TIP-2015-ADM-5", "-5:owner 1:minister"},
    {0}};

static const struct flow_state states[] = {{"proposed", FLOW_OFFICE, "supervision", "propose"},
                                           {"told", FLOW_PERSON, "person", "deliver"},
                                           {"received", FLOW_PERSON, "person", "reply"},
                                           {"answered", FLOW_OFFICE, "supervision", "decide"},
                                           {"silent", FLOW_OFFICE, "supervision", "decide"},
                                           {"decided", FLOW_PERSON, "person", "carry_out"},
                                           {"reviewing", FLOW_PERSON, "person", "review"},
                                           {"running", FLOW_OFFICE, "supervision", "follow"},
                                           {"reported", FLOW_OFFICE, "supervision", "check"},
                                           {"done", FLOW_END},
                                           {"not_corrected", FLOW_END},
                                           {"dropped", FLOW_END, .unmarked = true},
                                           {"cancelled", FLOW_END, .unmarked = true},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_sign signs[] = {{"agree", "minister", .basis = "TIP-2015-ADM-2"},
                                         {"approve", "party_secretary", .after = "agree", .basis = "TIP-2015-ADM-2"},
                                         {0}};

static const struct flow_step steps[] = {
    {"propose", "", "proposed", "supervision", .fields = "member! ground! cause! material! source!"},
    {"tell", "proposed", "told", "supervision", .signs = "agree",
     .effects = "document:care.admonition.tell notice:person"},
    {"receive", "told", "received", "person", .receipt = true},
    {"reply", "received silent", "answered", "person", .fields = "reply!", .papers = "evidence",
     .effects = "notice:supervision"},
    {"waive", "received", "answered", "person", .reasons = true, .effects = "notice:supervision"},
    {"run_out", "received", "silent", "clock", .effects = "notice:supervision notice:person"},
    {"decide", "answered silent", "decided", "supervision", .fields = "form! finding!", .signs = "agree approve",
     .effects = "document:care.admonition.decide hook:care.admonished notice:person notice:party_secretary",
     .counts = "entered", .against = true},
    {"drop", "answered silent", "dropped", "supervision", .fields = "finding!", .signs = "agree",
     .effects = "document:care.admonition.drop notice:person"},
    {"receive_decision", "decided", "reviewing", "person", .when = "form = letter", .receipt = true},
    {"talk", "decided", "reviewing", "supervision minister", .fields = "held_on! held_by! said!", .when = "form = talk",
     .receipt = true, .effects = "document:care.admonition.talk notice:person"},
    {"review", "reviewing running", "running", "person", .fields = "review!", .effects = "notice:supervision"},
    {"review_out", "reviewing", "running", "clock", .effects = "notice:supervision notice:person"},
    {"report", "running", "reported", "person", .fields = "report!", .effects = "notice:supervision"},
    {"check", "running reported", "done", "supervision", .fields = "checked!",
     .when = "decided_on + months(6) <= today", .effects = "notice:person"},
    {"fail", "running reported", "not_corrected", "supervision", .fields = "checked!",
     .when = "decided_on + months(6) <= today", .signs = "agree", .effects = "notice:person", .reasons = true,
     .against = true},
    {"cancel", "decided reviewing running reported", "cancelled", "flow", .effects = "notice:person"},
    {"withdraw", "proposed told received answered silent", "withdrawn", "supervision", .effects = "notice:person",
     .reasons = true},
    {0}};

const struct flow admonition_flow = {
    "care.admonition", states, steps, dues, signs, .hearing = "reply", .window = "reply", .waiver = "waive",
    .appeal = "decide"};
