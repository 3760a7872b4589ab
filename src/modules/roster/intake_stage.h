/* intake_stage.h: an import between its dry run and the person's decision (load/stage.h, what = "roster"). Item kinds
 * are those of intake_kind_name, and "written" and "left" afterwards. */
#ifndef QF_ROSTER_INTAKE_STAGE_H
#define QF_ROSTER_INTAKE_STAGE_H

#include <jansson.h>

#include "load/stage.h"
#include "roster/intake.h"

#define INTAKE_STAGE "roster"

/* What a file says, as JSON, and back. */
char *intake_said(struct arena *a, const struct intake *in);
struct err *intake_unsaid(struct arena *a, const char *said, struct intake **out) MUST_USE;

/* The decision about one item: whom it means (0: as the records say, -1: a new person), leave: nothing is written;
 * ours: keys of differences where the records' value stays, also "resume.*" or "*" for many and "!" before one where it
 * does not (the last that fits counts); end: keys of rows the file lacks that are no longer kept.
 */
struct intake_choice {
    int64_t as;
    bool leave;
    json_t *ours, *end; /* arrays of keys; borrowed from the arena's JSON; may be NULL */
};
struct err *intake_choice_read(struct arena *a, const char *text, struct intake_choice *out) MUST_USE;
/* Names a difference within its item: "member.post_text", "resume.12.text", "family.+3", "appraisal.-7". */
char *intake_diff_key(struct arena *a, const struct intake_diff *d);
/* Sets what each difference takes; kind follows. */
void intake_choose(struct arena *a, const struct intake_choice *c, struct intake_result *r);

/* Lays files beside the records into a new stage; commits of 200 people. names: what the files are called. */
struct err *intake_stage_forms(struct db *db, struct arena *a, const struct who *who, const char *const *paths,
                               const char *const *names, int n, int64_t *stage_out) MUST_USE;
/* One decision for every person of one kind ("changed", "new" ...): on or off. pattern: whose differences keep the
 * records' value ("*", "member.post_text", "resume.*"); NULL: whether they are left out. Commits of 200 people. */
struct intake_wide {
    const char *kind, *pattern;
    bool on;
};
struct err *intake_stage_wide(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                              const struct intake_wide *w, int64_t *n_out) MUST_USE;

struct intake_written {
    int64_t people, unchanged, left;
};
/* Writes everything that is new, changed or decided; people refused on the way stay, with the reason, as "refused". */
struct err *intake_stage_write(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                               struct intake_written *out) MUST_USE;

#endif
