/* care.h: caring reminders, inquiry letters, admonition, talks and visits (S9, S10): procedures on the engine of flows.
 */
#ifndef QF_CARE_CARE_H
#define QF_CARE_CARE_H

#include <jansson.h>

#include "flow/flow.h"
#include "web/module.h"
#include "web/web.h"

extern const struct module care_module;
extern const struct record care_inquiry, care_admonition, care_measure, care_appeal, care_reminder, care_concern,
    care_talk, care_promise, care_visit, care_clearing, care_plan;
extern const struct flow inquiry_flow, admonition_flow, measure_flow, appeal_flow, reminder_flow, concern_flow,
    talk_flow, promise_flow, visit_flow, clearing_flow;
extern const struct flow_hook admonished_hook, measure_made_hook, appeal_cancel_hook, promises_hook, clear_places_hook;

/* Marks a row of roster.measure as cancelled today: it never counted. measure 0: there is none. */
struct err *care_cancel_measure(struct change *c, int64_t measure) MUST_USE;

/* A record's .check: the matter its field "about" names, where it names one, is the same person's. */
struct err *care_check_about(struct db_tx *tx, const struct row *row, struct err **all) MUST_USE;

/* The reader's scope, or the part of it that lies in one unit (0: all of it). ERR_MISSING when there is no such unit.
 */
struct err *care_scope(struct req *rq, struct db_tx *tx, int64_t unit, struct scope *out) MUST_USE;

/* Units the reader may choose from, a new reference also on failure: [{id, name, chosen}]. */
json_t *care_units(struct req *rq, struct db_tx *tx, int64_t chosen, struct err **e);

struct err *care_letter(struct req *rq) MUST_USE;      /* GET /care/letter */
struct err *care_talks(struct req *rq) MUST_USE;       /* GET /care/talks */
struct err *care_due_page(struct req *rq) MUST_USE;    /* GET /care/due */
struct err *care_due_send(struct req *rq) MUST_USE;    /* POST /care/due */
struct err *care_appeal_page(struct req *rq) MUST_USE; /* GET /my/appeal/{id}: of a matter */
struct err *care_appeal_ask(struct req *rq) MUST_USE;  /* POST /my/appeal/{id} */

#endif
