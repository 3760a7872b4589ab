/* concern.c: the letter of concern (关爱函告): at a node of a career or a festival, to one cadre or, by one act, to
 * each of a group. It asks nothing; the cadre confirms that he read it. `node` names what it was sent for, so that
 * nobody is written to twice about the same. */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_PERSONAL},
    {"occasion", FIELD_CODE, .codes = "care.occasion", .required = true},
    {"body", FIELD_LONG, .max = 4000, .required = true},
    {"node", FIELD_TEXT, .max = 80, .index = true},
    {"remark", FIELD_LONG, .max = 4000},
    {0}};

const struct record care_concern = {.name = "care.concern",
                                    .fields = fields,
                                    .concerns = "member",
                                    .title = "occasion",
                                    .purpose = "care.purpose.concern",
                                    .basis = "kernel.basis.own",
                                    .readers = "supervision minister cadre_officer",
                                    .keep = "care.concern",
                                    .keep_from = "closed_on",
                                    .class = CLASS_PERSONAL,
                                    .guarded = true};

static const struct flow_due dues[] = {{"read", "entered", 30, DUE_DAYS, NULL, "-7:person"}, {0}};

static const struct flow_state states[] = {{"sent", FLOW_PERSON, "person", "read"},
                                           {"read", FLOW_END},
                                           {"unread", FLOW_END},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_step steps[] = {{"send", "", "sent", "supervision cadre_officer minister",
                                          .fields = "member! occasion! body! node",
                                          .effects = "document:care.concern.send notice:person"},
                                         {"read", "sent", "read", "person", .fields = "remark", .receipt = true},
                                         {"read_out", "sent", "unread", "clock"},
                                         {"withdraw", "sent", "withdrawn", "supervision cadre_officer minister",
                                          .effects = "notice:person", .reasons = true},
                                         {0}};

const struct flow concern_flow = {"care.concern", states, steps, dues};
