/* desk.h: what other modules use of the desk: pages of matters stand under /desk; a module that declares a flow links
 * to desk_open_path and desk_path. */
#ifndef QF_DESK_DESK_H
#define QF_DESK_DESK_H

#include "flow/flow.h"
#include "web/module.h"
#include "web/web.h"

extern const struct module desk_module;
extern const struct record desk_matter; /* flow.matter */

const char *desk_path(struct arena *a, int64_t matter); /* "/desk/12" */
/* The page that opens a matter of this flow for a person (0: to be chosen). */
const char *desk_open_path(struct arena *a, const char *flow, int64_t member);

/* How a matter and its parts are called: "care.letter.state.sent"; built-in steps are "flow.step.pause". Static or
 * arena. */
const char *desk_flow_name(enum lang lang, const char *flow);
const char *desk_state_name(struct arena *a, enum lang lang, const char *flow, const char *state);
const char *desk_step_name(struct arena *a, enum lang lang, const char *flow, const char *step);
const char *desk_due_name(struct arena *a, enum lang lang, const char *flow, const char *due);
const char *desk_sign_name(struct arena *a, enum lang lang, const char *flow, const char *sign);
/* "supervision", "contact:audit", "person" as people say it. */
const char *desk_role_name(struct arena *a, enum lang lang, const char *role);
/* Text and look of a deadline: "3 working days left", "due-soon". left: working days, negative when past. */
struct desk_light {
    const char *text, *look, *arithmetic; /* arithmetic NULL: only the day is known */
};
struct desk_light desk_light(struct arena *a, enum lang lang, const struct calendar *cal, const struct due *due,
                             bool paused, bool waits_person, struct date today);

/* One uploaded file as a paper of a step: its type told by its bytes. in gets it when one was sent. ERR_INVALID, field
 * = the upload's name "paper.KIND", for a file that is too big or of no known type. */
struct err *desk_upload(struct req *rq, const char *name, struct flow_file *file, struct flow_input *in) MUST_USE;

/* What the head of every page counts (web_config.head). */
struct err *desk_head(struct req *rq, struct web_head *out) MUST_USE;

/* A letter's body as the pages show it: [text], a paragraph each. A new reference. */
json_t *desk_paragraphs(const char *body);

/* ---- handlers ---- */
struct err *desk_notices(struct req *rq) MUST_USE;
struct err *desk_notices_read(struct req *rq) MUST_USE;
struct err *desk_delivery_page(struct req *rq) MUST_USE;
struct err *desk_away_page(struct req *rq) MUST_USE;
struct err *desk_away_make(struct req *rq) MUST_USE;
struct err *desk_away_end(struct req *rq) MUST_USE;
struct err *desk_bulk(struct req *rq) MUST_USE;
struct err *desk_calendar(struct req *rq) MUST_USE;
struct err *desk_calendar_load(struct req *rq) MUST_USE;
struct err *desk_delivery_save(struct req *rq) MUST_USE;
struct err *desk_feed_new(struct req *rq) MUST_USE;
struct err *desk_feed_end(struct req *rq) MUST_USE;
struct err *desk_list(struct req *rq) MUST_USE;
struct err *desk_matter_page(struct req *rq) MUST_USE;
struct err *desk_step_page(struct req *rq) MUST_USE;
struct err *desk_step_take(struct req *rq) MUST_USE;
struct err *desk_open_page(struct req *rq) MUST_USE;
struct err *desk_open_take(struct req *rq) MUST_USE;
struct err *desk_sign_page(struct req *rq) MUST_USE;
struct err *desk_sign_take(struct req *rq) MUST_USE;
struct err *desk_manage(struct req *rq) MUST_USE; /* hand over, pause, resume */
struct err *desk_paper(struct req *rq) MUST_USE;
struct err *desk_drawing(struct req *rq) MUST_USE;
struct err *desk_document(struct req *rq) MUST_USE;      /* as it is printed */
struct err *desk_document_docx(struct req *rq) MUST_USE; /* the same for a word processor */
struct err *desk_templates(struct req *rq) MUST_USE;     /* every template the procedures use */
struct err *desk_template_page(struct req *rq) MUST_USE; /* one: its text, its fields, how it reads */
struct err *desk_template_save(struct req *rq) MUST_USE;

#endif
