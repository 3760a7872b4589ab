/* portrait.h: one person, one page: what stands in a file, read once for JSON and page.
 *
 * A measure appears only while it is in effect on the day shown, and only to those who may see case files: what is over
 * is in nobody's portrait. */
#ifndef QF_ROSTER_PORTRAIT_H
#define QF_ROSTER_PORTRAIT_H

#include "face/show.h"
#include "roster/people.h"

enum { PORTRAIT_ROWS = 500 };
enum portrait_part {
    PART_POST,
    PART_EDUCATION,
    PART_RESUME,
    PART_FAMILY,
    PART_AWARD,
    PART_MEASURE,
    PART_APPRAISAL,
    PART_RANK,
    PART_OUTSIDE,
    PART_AUDIT,
    PARTS
};
extern const struct record *const portrait_records[PARTS];

struct portrait {
    struct req *rq;
    struct date day; /* the world day shown */
    bool other_day;  /* not today */
    struct row *member;
    struct {
        struct row **rows;
        int n;
        bool seen; /* the reader's office may read this part */
    } parts[PARTS];
    const struct facts_root *root;
    struct expr_value facts[64]; /* of the member, by enum in facts.h */
    struct face_names *names;
    struct row **questions; /* open findings about the person */
    int n_questions;
    /* the list one came from */
    bool listed;
    struct people list;
    int64_t total, place, prev, next; /* 0: none; place: of the person in the list, 0: no longer in it */
    const char *prev_name, *next_name, *state;
    const char *tab;
};

/* What the file lacks: fields of roster.member, then "education", "resume", "family", "post"; returns their number. */
enum { MISSING_MOST = 20, ASKED_OF_EVERYONE = 16 };
int portrait_missing(const struct portrait *p, const char *out[MISSING_MOST]);
/* Codes of roster.paper_kind that the archive lacks; -1 when nobody has looked. */
int portrait_papers(const struct portrait *p, const char *out[8]);

/* One line of the timeline. */
struct event {
    struct date on;
    const char *icon, *text, *sub, *href;
    const struct record *of;
    int64_t id;
};
int portrait_events(const struct portrait *p, struct event **out);                   /* newest first; arena */
json_t *portrait_labels(const struct portrait *p, struct db_tx *tx, struct err **e); /* a new reference */
char *portrait_band(const struct portrait *p); /* the SVG of posts over time; arena; NULL: nothing dated */
/* The arithmetic of the month of retirement in words; NULL when it cannot be said. */
const char *portrait_retirement(const struct portrait *p);
/* Recent revisions of the person's rows as labels. */
struct err *portrait_revisions(const struct portrait *p, struct db_tx *tx, int most, json_t **out) MUST_USE;
/* ?at= and ?from= carried into an address of the same portrait; arena. */
char *portrait_address(const struct portrait *p, int64_t id, const char *tab);

struct err *portrait_page(struct req *rq) MUST_USE;  /* GET /roster/member/{id} */
struct err *portrait_photo(struct req *rq) MUST_USE; /* GET /roster/member/{id}/photo */

#endif
