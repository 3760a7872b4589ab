/* reminder.c: the reminder (提醒): signs and tendencies of daily work are put to the cadre early, in a talk or a
 * letter; the office proposes, the minister approves. It is no measure and bars nothing. */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_CASE},
    {"source", FIELD_CODE, .codes = "care.source", .required = true},
    {"form", FIELD_CODE, .codes = "care.form", .required = true},
    {"cause", FIELD_LONG, .max = 4000, .required = true},
    {"held_on", FIELD_DATE},
    {"held_by", FIELD_TEXT, .max = 100},
    {"said", FIELD_LONG, .max = 20000},
    {"remark", FIELD_LONG, .max = 20000},
    {0}};

const struct record care_reminder = {.name = "care.reminder",
                                     .fields = fields,
                                     .concerns = "member",
                                     .title = "cause",
                                     .purpose = "care.purpose.reminder",
                                     .basis = "TIP-2015-REM",
                                     .readers = "supervision minister",
                                     .keep = "care.reminder",
                                     .keep_from = "closed_on",
                                     .class = CLASS_CASE,
                                     .guarded = true};

static const struct flow_due dues[] = {
    {"approve", "entered", 5, DUE_WORKING_DAYS, "TIP-2015-REM", "0:owner 3:minister"},
    {"talk", "entered", 10, DUE_WORKING_DAYS, "TIP-2015-REM", "-2:owner 0:owner 3:minister"},
    {"confirm", "entered", 15, DUE_DAYS, "TIP-2015-REM", "-5:person 1:supervision"},
    {0}};

static const struct flow_state states[] = {{"proposed", FLOW_OFFICE, "supervision", "approve"},
                                           {"to_talk", FLOW_OFFICE, "supervision", "talk"},
                                           {"sent", FLOW_PERSON, "person", "confirm"},
                                           {"talked", FLOW_PERSON, "person", "confirm"},
                                           {"done", FLOW_END},
                                           {"unconfirmed", FLOW_END},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_sign signs[] = {{"approve", "minister", .basis = "TIP-2015-REM"}, {0}};

static const struct flow_step steps[] = {
    {"propose", "", "proposed", "supervision", .fields = "member! source! form! cause!"},
    {"send", "proposed", "sent", "supervision", .when = "form = letter", .signs = "approve",
     .effects = "document:care.reminder.send notice:person", .counts = "entered"},
    {"arrange", "proposed", "to_talk", "supervision", .when = "form = talk", .signs = "approve"},
    {"talk", "to_talk", "talked", "supervision minister", .fields = "held_on! held_by! said!",
     .effects = "notice:person", .counts = "held_on"},
    {"confirm", "sent talked", "done", "person", .fields = "remark", .effects = "notice:supervision", .receipt = true},
    {"confirm_out", "sent talked", "unconfirmed", "clock", .effects = "notice:supervision"},
    {"withdraw", "proposed to_talk sent", "withdrawn", "supervision", .effects = "notice:person", .reasons = true},
    {0}};

const struct flow reminder_flow = {"care.reminder", states, steps, dues, signs};
