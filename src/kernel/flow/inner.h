/* inner.h: what the files of this folder share. */
#ifndef QF_FLOW_INNER_H
#define QF_FLOW_INNER_H

#include "base/clock.h"
#include "base/vec.h"
#include "flow/flow.h"

extern const struct who who_clock;             /* takes the steps that are by "clock" */
const struct record *flow_matter_record(void); /* flow.matter, declared by a module */
const struct flow_hook *flow_hook_find(const char *name);

/* Is the condition true of the content? Unknown is told apart: a step waits until it is known. */
struct err *flow_true(struct arena *a, const struct record *rec, const char *when, const struct row *content,
                      struct date today, enum tri *out) MUST_USE;
/* Does the text parse as a condition over the record's fields? */
struct err *flow_when_check(struct arena *a, const struct record *rec, const char *when) MUST_USE;

/* The same person with every scope: for what the engine does once it has decided that he may. */
struct who flow_engine(const struct who *who);
/* A change acts so until the brace: `acting_scope x = {0}; act_begin(&x, c);` */
struct acting {
    struct change *c;
    const struct who *before;
    struct who engine;
};
void act_begin(struct acting *x, struct change *c);
void act_end(struct acting *x);
#define acting_scope __attribute__((cleanup(act_end))) struct acting

/* merge.c: what was merged into a matter that has just ended by this step ends the same way. */
struct err *merge_end(struct change *c, const struct flow_matter *m, const struct flow_step *s,
                      const struct row *done) MUST_USE;
/* take.c: the same step, for a matter that goes along. */
struct err *take_along(struct change *c, struct flow_matter *m, const struct flow_step *s,
                       const struct flow_input *in) MUST_USE;
/* change.c: a line of its own in the matter's history, from the state to itself. */
struct err *change_written(struct change *c, const struct flow_matter *m, const char *what, const char *reasons,
                           const char *given) MUST_USE;
/* change.c: the matter as it was seen, for whoever may change it. */
struct err *change_open(struct change *c, int64_t matter, int64_t rev, struct flow_matter **out) MUST_USE;
struct err *change_done(struct change *c, struct flow_matter *m) MUST_USE; /* saves its row */

char *flow_hash(struct arena *a, const char *text); /* SHA-256 in hex */

/* "ROLE DUE": where something waits, in the order in which desks are read from the index: the office, then what is due
 * first, then what has no end. due may be NULL; arena. */
char *flow_waits(struct arena *a, const char *role, const char *due);

/* The content's person and unit; 0 where its record has none. */
int64_t flow_member_of(const struct row *content);
int64_t flow_unit_of(const struct row *content);

/* clock.c: deadlines of one matter inside a change. m is brought up to date; its row is saved by the caller. */
struct err *clock_enter(struct change *c, struct flow_matter *m, struct date on) MUST_USE; /* the present state's */
struct err *clock_leave(struct change *c, struct flow_matter *m) MUST_USE;                 /* what runs is met */
struct err *clock_stop(struct change *c, struct flow_matter *m) MUST_USE;                  /* paused */
struct err *clock_go_on(struct change *c, struct flow_matter *m) MUST_USE;
/* Puts the nearest running deadline on the matter's row. */
void clock_show(struct arena *a, struct flow_matter *m);

/* notice.c: one row a recipient; `once` makes a repetition do nothing. */
struct err *notice_send(struct change *c, const struct flow_matter *m, const char *to, const char *kind,
                        const char *once) MUST_USE;

struct err *notice_again(struct change *c, const struct flow_matter *m, const char *kind, const char *once) MUST_USE;

/* Puts on a step's row for whom on leave it is done. */
struct err *behalf_put(struct db_tx *tx, const struct who *who, const struct flow_matter *m, struct row *step) MUST_USE;

/* Reading the parts of a matter (look.c). */
struct err *look_done(struct db_tx *tx, struct flow_matter *m) MUST_USE;
struct err *look_signs(struct db_tx *tx, struct flow_matter *m) MUST_USE;
struct err *look_dues(struct db_tx *tx, struct flow_matter *m) MUST_USE;
/* For the clock, which asks nobody: the matter with its deadlines and content, without steps, signatures and papers. */
struct err *look_clock(struct db_tx *tx, int64_t id, struct flow_matter **out) MUST_USE;

/* What speaks against taking a step now (need.c), joined to *all; in NULL: asked for a list of choices, where what a
 * form still brings is not missed. */
struct err *need_step(struct db_tx *tx, const struct who *who, const struct flow_matter *m, const struct flow_step *s,
                      const struct flow_input *in, struct err **all) MUST_USE;
struct err *need_opening(struct db_tx *tx, const struct who *who, const struct flow *f, const struct flow_step *s,
                         const struct flow_input *in, struct err **all) MUST_USE;
/* ERR_DENIED when this person acted in a matter the step names by other_than "@FIELD". */
struct err *need_other(struct db_tx *tx, const struct who *who, const struct flow_matter *m,
                       const struct flow_step *s) MUST_USE;
bool need_from(const struct flow_matter *m, const struct flow_step *s);
bool need_heard(const struct flow_matter *m);
struct row *need_content(struct arena *a, const struct flow_matter *m, const struct flow_step *s,
                         const struct flow_input *in);
/* The last step of this name that was taken (not void, not waiting); NULL. */
const struct flow_done *done_of(const struct flow_matter *m, const char *step);

#endif
