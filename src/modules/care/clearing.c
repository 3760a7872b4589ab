/* clearing.c: the clearing letter (澄清): a claim proved false is said to be false, to the cadre and at each place
 * where the claim was shown: the matter it stood in keeps a remark, everybody who was told of that matter is told
 * again, and places outside are named in the letter. */
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_CASE},
    {"claim", FIELD_LONG, .max = 2000, .required = true},
    {"found", FIELD_LONG, .max = 4000, .required = true},
    {"about", FIELD_REF, .to = "flow.matter", .index = true},
    {"places", FIELD_LONG, .max = 2000, .required = true},
    {"remark", FIELD_LONG, .max = 4000},
    {0}};

const struct record care_clearing = {.name = "care.clearing",
                                     .fields = fields,
                                     .concerns = "member",
                                     .title = "claim",
                                     .check = care_check_about,
                                     .purpose = "care.purpose.clearing",
                                     .basis = "ADM-2020-53",
                                     .readers = "supervision minister member",
                                     .keep = "care.clearing",
                                     .keep_from = "closed_on",
                                     .class = CLASS_CASE,
                                     .guarded = true};

static const struct flow_due dues[] = {{"send", "entered", 5, DUE_WORKING_DAYS, "TIP-2015-INQ-3", "0:owner 3:minister"},
                                       {"read", "entered", 30, DUE_DAYS, "ADM-2020-53", "-7:person"},
                                       {0}};
static const struct flow_state states[] = {{"drafted", FLOW_OFFICE, "supervision", "send"},
                                           {"sent", FLOW_PERSON, "person", "read"},
                                           {"cleared", FLOW_END, .unmarked = true},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};
static const struct flow_sign signs[] = {{"approve", "minister"}, {0}};
static const struct flow_step steps[] = {
    {"draft", "", "drafted", "supervision", .fields = "member! claim! found! about places!"},
    {"send", "drafted", "sent", "supervision", .signs = "approve",
     .effects = "document:care.clearing.send hook:care.clear_places notice:person"},
    {"read", "sent", "cleared", "person", .fields = "remark", .receipt = true},
    {"read_out", "sent", "cleared", "clock"},
    {"withdraw", "drafted", "withdrawn", "supervision", .reasons = true},
    {0}};
const struct flow clearing_flow = {"care.clearing", states, steps, dues, signs};

static struct err *clear_places(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)s;
    int64_t about = row_int(m->content, "about");
    if (about == 0)
        return NULL;
    return flow_remark(c, about, row_text(m->content, "found"));
}
const struct flow_hook clear_places_hook = {"care.clear_places", clear_places};
