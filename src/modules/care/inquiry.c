/* inquiry.c: the inquiry letter (函询): a problem that was reflected is put to the cadre in writing; he answers within
 * 15 working days of receipt; a clear answer ends it without a mark, an unclear one brings a second letter or goes on.
 */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_CASE},
    {"aspect", FIELD_CODE, .codes = "care.aspect", .required = true},
    {"cause", FIELD_LONG, .max = 2000, .required = true},
    {"source", FIELD_CODE, .codes = "care.source", .required = true},
    {"reply", FIELD_LONG, .max = 20000},
    {"second", FIELD_LONG, .max = 2000},
    {"finding", FIELD_LONG, .max = 4000},
    {0}};

const struct record care_inquiry = {.name = "care.inquiry",
                                    .fields = fields,
                                    .concerns = "member",
                                    .title = "cause",
                                    .purpose = "care.purpose.inquiry",
                                    .basis = "TIP-2015-INQ-1",
                                    .readers = "supervision minister",
                                    .keep = "care.inquiry",
                                    .keep_from = "closed_on",
                                    .class = CLASS_CASE,
                                    .guarded = true};

static const struct flow_due dues[] = {
    {"draft", "entered", 5, DUE_WORKING_DAYS, "TIP-2015-INQ-1", "0:owner 3:minister"},
    {"deliver", "entered", 5, DUE_WORKING_DAYS, "TIP-2015-INQ-1", "0:supervision 3:minister"},
    {"reply", "receipt", 15, DUE_WORKING_DAYS, "TIP-2015-INQ-1", "-5:person -1:person 1:supervision"},
    {"close", "entered", 1, DUE_MONTHS, "TIP-2015-INQ-3", "-5:owner 0:owner 1:minister"},
    {0}};

static const struct flow_state states[] = {{"drafted", FLOW_OFFICE, "supervision", "draft"},
                                           {"sent", FLOW_PERSON, "person", "deliver"},
                                           {"received", FLOW_PERSON, "person", "reply"},
                                           {"answered", FLOW_OFFICE, "supervision", "close"},
                                           {"silent", FLOW_OFFICE, "supervision", "close"},
                                           {"clear", FLOW_END, .unmarked = true},
                                           {"reminded", FLOW_END},
                                           {"admonish", FLOW_END},
                                           {"passed_on", FLOW_END},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_sign signs[] = {{"approve", "minister", 1}, {"decide", "minister", 1}, {0}};

static const struct flow_step steps[] = {
    {"draft", "", "drafted", "supervision", .fields = "member! aspect! cause! source!"},
    {"send", "drafted", "sent", "supervision", .signs = "approve",
     .effects = "document:care.inquiry.send notice:person", .counts = "entered"},
    {"receive", "sent", "received", "person", .receipt = true},
    {"reply", "received silent", "answered", "person", .fields = "reply!", .papers = "evidence",
     .effects = "notice:supervision"},
    {"waive", "received", "answered", "person", .reasons = true, .effects = "notice:supervision"},
    {"run_out", "received", "silent", "clock", .effects = "notice:supervision notice:person"},
    {"ask_again", "answered", "sent", "supervision", .fields = "second!", .signs = "approve",
     .effects = "document:care.inquiry.send notice:person"},
    {"clear", "answered", "clear", "supervision", .fields = "finding!", .signs = "decide",
     .effects = "document:care.inquiry.clear notice:person"},
    {"remind", "answered silent", "reminded", "supervision", .fields = "finding!", .signs = "decide", .reasons = true,
     .against = true, .effects = "notice:person"},
    {"admonish", "answered silent", "admonish", "supervision", .fields = "finding!", .signs = "decide", .reasons = true,
     .against = true, .effects = "notice:person"},
    {"pass_on", "answered silent", "passed_on", "supervision", .fields = "finding!", .signs = "decide", .reasons = true,
     .against = true},
    {"withdraw", "drafted sent received", "withdrawn", "supervision", .reasons = true, .effects = "notice:person"},
    {0}};

const struct flow inquiry_flow = {"care.inquiry",    states,           steps, dues, signs, .hearing = "reply",
                                  .window = "reply", .waiver = "waive"};
