/* care.h: caring reminders, inquiry letters, admonition, talks and visits (S9, S10): procedures on the engine of flows.
 */
#ifndef QF_CARE_CARE_H
#define QF_CARE_CARE_H

#include "flow/flow.h"
#include "web/module.h"
#include "web/web.h"

extern const struct module care_module;
extern const struct record care_inquiry, care_admonition, care_measure, care_appeal, care_reminder, care_concern,
    care_talk, care_promise, care_visit, care_clearing;
extern const struct flow inquiry_flow, admonition_flow, measure_flow, appeal_flow, reminder_flow, concern_flow,
    talk_flow, promise_flow, visit_flow, clearing_flow;
extern const struct flow_hook admonished_hook, measure_made_hook, appeal_cancel_hook, promises_hook, clear_places_hook;

/* Marks a row of roster.measure as cancelled today: it never counted. measure 0: there is none. */
struct err *care_cancel_measure(struct change *c, int64_t measure) MUST_USE;

struct err *care_appeal_page(struct req *rq) MUST_USE; /* GET /my/appeal/{id}: of a matter */
struct err *care_appeal_ask(struct req *rq) MUST_USE;  /* POST /my/appeal/{id} */

#endif
