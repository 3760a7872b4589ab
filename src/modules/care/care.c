/* care.c: the module's descriptor. */
#include "care/care.h"

enum { EVIDENCE = 64 << 20 };

static const struct record *const records[] = {&care_inquiry,  &care_admonition, &care_measure, &care_appeal,
                                               &care_reminder, &care_concern,    &care_talk,    &care_promise,
                                               &care_visit,    &care_clearing,   NULL};
static const struct flow *const flows[] = {&inquiry_flow,  &admonition_flow, &measure_flow, &appeal_flow,
                                           &reminder_flow, &concern_flow,    &talk_flow,    &promise_flow,
                                           &visit_flow,    &clearing_flow,   NULL};
static const struct flow_hook *const hooks[] = {&admonished_hook, &measure_made_hook, &appeal_cancel_hook,
                                                &promises_hook,   &clear_places_hook, NULL};

static const struct route routes[] = {
    {GET, "/my/appeal/{id}", CAP_SIGNED_IN, SCOPE_OWN, care_appeal_page, .class = CLASS_CASE},
    {POST, "/my/appeal/{id}", CAP_SIGNED_IN, SCOPE_OWN, care_appeal_ask, .upload = EVIDENCE, .class = CLASS_CASE},
    {0}};

const struct module care_module = {
    .name = "care", .records = records, .flows = flows, .hooks = hooks, .routes = routes};
