/* people.h: the list of cadres as an address asks for it: /roster/member?q=zs&unit=3&level=section&age_from=40
 * &filter=chief = 'chief'&sort=-age,birth. Every state of the list is an address; a portrait opened from it carries
 * that address along, so that "next" means the next of that list.
 *
 * No oracle: a condition, order or column over a fact of a class the reader lacks is refused, and one over facts of
 * cases (measures) is refused for everyone. */
#ifndef QF_ROSTER_PEOPLE_H
#define QF_ROSTER_PEOPLE_H

#include "roster/roster.h"
#include "view/messages.h"
#include "web/web.h"

enum { PEOPLE_ROWS = 50, PEOPLE_MOST = 200, PEOPLE_COLS = 40, PEOPLE_PARTS = 60 };

struct people {
    /* as asked; texts are arena */
    const char *name, *level, *age_from, *age_to, *filter;
    int64_t unit, body; /* a unit with all below it; one unit alone; 0 */
    struct date day;    /* DATE_UNKNOWN: today */
    struct facts_sort sort[FACTS_SORTS];
    int n_sort;
    int cols[PEOPLE_COLS], n_cols;
    bool columns; /* the columns were asked for, not the usual ones */
    const char *after, *before;
    int limit;
    /* made from it */
    int subject;
    const struct expr_world *world;
    const struct expr *own;  /* of `filter` alone */
    const struct expr *when; /* everything together; NULL: no condition */
    struct scope scope;
    struct expr_env env;
};

/* May facts be asked for by this reader in lists? */
bool people_may_ask(const struct people *p, const struct who *who, int fact);
/* Reads an address. All errors at once (ERR_INVALID, field = name in the address); unknown names are refused. */
struct err *people_read(struct arena *a, const struct who *who, const struct pair *pairs, size_t n,
                        struct people *out) MUST_USE;
/* The address without a place (after, before), or with it; arena. */
char *people_address(struct arena *a, const struct people *p, bool place);
/* The same as a value to carry in another address: without the path and the question mark; arena. */
char *people_state(struct arena *a, const struct people *p);
/* Narrows the reader's scope to the unit asked for, and makes the selection. ERR_INVALID (field unit) outside it. */
struct err *people_select(struct db_tx *tx, const struct who *who, const struct facts_root *root, struct people *p,
                          struct facts_select *out) MUST_USE;
/* Values in an address. */
void people_escape(struct buf *b, const char *s);

struct err *people_page(struct req *rq) MUST_USE; /* GET /roster/member */

/* What the page shows beside the rows; list_view.c. */
struct people_rows {
    struct facts_page page;
    const struct facts_root *root;
    struct roster_q_member_line **lines; /* [row] */
    const char *next, *prev;             /* addresses */
    int64_t views[8];                    /* counts of the official views */
    struct roster_q_units *units;
    int n_units;
    bool many; /* too many units for a choice: `units` holds only the one asked for */
    const struct err *wrong;
};
/* *out: a new reference. */
struct err *people_labels(struct req *rq, const struct people *p, const struct people_rows *r, json_t **out) MUST_USE;
/* The conditions in words, an array; a new reference. Needs people_units. */
json_t *people_conditions(struct req *rq, const struct people *p, const struct people_rows *r);
/* The units one may choose from; where they are too many, only the one asked for, for its name. */
struct err *people_units(struct req *rq, struct db_tx *tx, const struct people *p, struct people_rows *r) MUST_USE;
/* What the list says of a cadre's post: the text, else the unit, else that it is unknown. */
const char *people_post(enum lang lang, const struct roster_q_member_line *line);

/* Whom a page that takes the list out speaks of: the list of its address, with count and units' names. */
struct people_asked {
    struct people p;
    struct people_rows r;
};
struct err *people_asked_read(struct req *rq, struct people_asked *out) MUST_USE;
/* Everyone of the list in its order, so many at once that memory does not grow with it: fn's tx has an arena of the
 * page's own. root: of the list's day. */
struct err *people_each(struct db_tx *tx, const struct who *who, const struct facts_root *root, struct people *p,
                        struct err *(*fn)(void *ctx, struct db_tx *tx, const struct facts_page *page),
                        void *ctx) MUST_USE;

/* The list as a table file, export.c: the same people in the same order, with the list's columns or those of an
 * official roster. */
char *people_export_address(struct arena *a, const struct people *p);
char *people_forms_address(struct arena *a, const struct people *p); /* of their forms, form_list.c */
struct err *people_export_page(struct req *rq) MUST_USE;             /* GET /roster/member/export */
struct err *people_export_post(struct req *rq) MUST_USE;             /* POST likewise */
/* Official views: filter or NULL after the last; arena. */
const char *people_view_filter(struct arena *a, struct date today, int view, const char **key);

#endif
