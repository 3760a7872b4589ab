/* release.c: the decision to release a reporter's identity (DUE-3): asked for with a purpose, approved by another, done
 * by the custodian, a third; whoever asked may open it until a day. */
#include "leads/leads.h"

static const struct field fields[] = {{"lead", FIELD_REF, .to = "leads.lead", .required = true, .index = true},
                                      {"purpose", FIELD_LONG, .max = 2000, .required = true},
                                      {"until_on", FIELD_DATE},
                                      {0}};
const struct record leads_release = {.name = "leads.release",
                                     .fields = fields,
                                     .title = "purpose",
                                     .purpose = "leads.purpose.release",
                                     .basis = "DUE-3",
                                     .readers = "supervision minister custodian",
                                     .keep = "leads.lead",
                                     .keep_from = "closed_on",
                                     .class = CLASS_CASE,
                                     .guarded = true};

static const struct flow_due dues[] = {{"decide", "entered", 5, DUE_WORKING_DAYS, "DUE-3", "-1:owner 1:minister"}, {0}};
static const struct flow_state states[] = {{"asked", FLOW_OFFICE, "minister", "decide"},
                                           {"approved", FLOW_OFFICE, "custodian", "decide"},
                                           {"released", FLOW_END},
                                           {"refused", FLOW_END},
                                           {0}};
static const struct flow_step steps[] = {
    {"ask", "", "asked", "supervision", .fields = "lead! purpose!", .effects = "notice:minister"},
    {"approve", "asked", "approved", "minister", .reasons = true, .other_than = "ask", .effects = "notice:custodian"},
    {"release", "approved", "released", "custodian", .fields = "until_on!", .reasons = true,
     .other_than = "ask approve", .effects = "notice:supervision"},
    {"refuse", "asked approved", "refused", "minister custodian", .reasons = true, .other_than = "ask",
     .effects = "notice:supervision"},
    {0}};
const struct flow release_flow = {"leads.release", states, steps, dues};
