/* intake.h: what a file says about one person, laid beside what the records say.
 *
 * A reader (a form, a line of a roster) makes a struct intake: proposed values of the member and of the sets in his
 * file. intake_compare finds whom it means and every difference; nothing is written. intake_apply writes what was
 * chosen, as one reviewed change. An empty or absent value never clears one; rows of a set that the file does not hold
 * are kept; both unless chosen otherwise. A second import of the same file changes nothing. */
#ifndef QF_ROSTER_INTAKE_H
#define QF_ROSTER_INTAKE_H

#include "base/vec.h"
#include "record/record.h"

enum intake_kind { INTAKE_NEW, INTAKE_CHANGED, INTAKE_UNCHANGED, INTAKE_REFUSED, INTAKE_DOUBTFUL, INTAKE_KINDS };
const char *intake_kind_name(enum intake_kind k); /* "new" ... ; static */

/* The sets of a file, in the order they are written. */
enum intake_set { SET_RESUME, SET_EDUCATION, SET_FAMILY, SET_APPRAISAL, INTAKE_SETS };
const struct record *intake_set_record(enum intake_set s);

struct intake {
    struct row *member; /* NULL values are not said */
    struct {
        struct row **rows;
        int *under; /* SET_RESUME: index of the outer period, -1 for none */
        int n;
    } sets[INTAKE_SETS];
    const void *photo; /* borrowed until applied; NULL: none */
    size_t n_photo;
    const char *photo_type;
    struct err *refused;      /* why it cannot be taken at all; NULL: it can */
    const char *file, *entry; /* where it came from; entry NULL outside zips */
    int line;                 /* of a table, else 0 */
};

/* One difference. field NULL: a row the records lack (theirs), or one the file lacks (ours). */
struct intake_diff {
    const struct record *of;
    int64_t row;               /* of the records; 0: none yet */
    int mine;                  /* index in its set, -1 for the member or a row the file lacks */
    int field;                 /* index, -1: the whole row */
    const char *ours, *theirs; /* canonical; NULL: nothing there */
    bool take;                 /* the file's value is written; false for rows the file lacks */
};
struct intake_candidate {
    int64_t id;
    const char *name, *birth, *post_text, *citizen_id;
};
struct intake_result {
    enum intake_kind kind;
    int64_t member;    /* whom it means; 0 for a new person, or when doubtful */
    const char *doubt; /* message key of the question, when doubtful */
    struct intake_candidate *candidates;
    int n_candidates;
    VEC(struct intake_diff) diffs;
    struct row *ours;               /* the member as on record; NULL when new */
    struct row **rows[INTAKE_SETS]; /* of the records */
    int n_rows[INTAKE_SETS];
};

/* chosen: 0 lets the records decide, a member's id says whom it means, -1 says a new person. */
struct err *intake_compare(struct db_tx *tx, const struct who *who, const struct intake *in, int64_t chosen,
                           struct intake_result *out) MUST_USE;
/* Inside intake_compare: a long text that is the one we write ourselves (form_write.h) says nothing new, and neither do
 * the rows read from it: their differences are taken out. */
struct err *intake_own_texts(struct db_tx *tx, const struct who *who, const struct intake *in,
                             struct intake_result *r) MUST_USE;
/* Writes what the result takes (all of a new person). Refused and doubtful ones are not written: ERR_INVALID.
 * member_out gets the id. A refusal by the records (ERR_INVALID) leaves nothing of this person. */
struct err *intake_apply(struct change *c, const struct intake *in, struct intake_result *r,
                         int64_t *member_out) MUST_USE;

/* One more row of a set. */
void intake_add_row(struct arena *a, struct intake *in, enum intake_set s, struct row *r);

struct form;
/* What a form says. Values no field can take become in->refused, all at once. */
struct intake *intake_of_form(struct arena *a, const struct form *f);
struct form_item;
/* The same with where it came from; of a form that could not be read, why. */
struct intake *intake_of_item(struct arena *a, const struct form_item *item);

#endif
