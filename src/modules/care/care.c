/* care.c: the module's descriptor. */
#include "care/care.h"

enum { EVIDENCE = 64 << 20 };

static const struct record *const records[] = {&care_inquiry,  &care_admonition, &care_measure, &care_appeal,
                                               &care_reminder, &care_concern,    &care_talk,    &care_promise,
                                               &care_visit,    &care_clearing,   &care_plan,    NULL};
static const struct flow *const flows[] = {&inquiry_flow,  &admonition_flow, &measure_flow, &appeal_flow,
                                           &reminder_flow, &concern_flow,    &talk_flow,    &promise_flow,
                                           &visit_flow,    &clearing_flow,   NULL};
static const struct flow_hook *const hooks[] = {&admonished_hook, &measure_made_hook, &appeal_cancel_hook,
                                                &promises_hook,   &clear_places_hook, NULL};

static const struct route routes[] = {
    {GET, "/care/letter", "care.letter.read", SCOPE_UNIT, care_letter, .class = CLASS_CASE, .needs = CLASS_CASE},
    {GET, "/care/due", "care.due.read", SCOPE_UNIT, care_due_page, .class = CLASS_CASE},
    {POST, "/care/due", "care.due.write", SCOPE_UNIT, care_due_send, .class = CLASS_CASE},
    {GET, "/care/talks", "care.talks.read", SCOPE_UNIT, care_talks, .class = CLASS_PERSONAL},
    {GET, "/my/appeal/{id}", CAP_SIGNED_IN, SCOPE_OWN, care_appeal_page, .class = CLASS_CASE},
    {POST, "/my/appeal/{id}", CAP_SIGNED_IN, SCOPE_OWN, care_appeal_ask, .upload = EVIDENCE, .class = CLASS_CASE},
    {0}};

static const struct menu_entry menu[] = {{"daily", "care.letter.title", "/care/letter", "care.letter.read"},
                                         {"daily", "care.due.title", "/care/due", "care.due.read"},
                                         {"daily", "care.talks.title", "/care/talks", "care.talks.read"},
                                         {0}};

const struct module care_module = {
    .name = "care", .records = records, .flows = flows, .hooks = hooks, .routes = routes, .menu = menu};
