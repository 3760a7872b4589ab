/* list_pieces.h: the parts of the roster's page that follow from declarations alone: the boxes of "more conditions",
 * the choices of columns and levels, the cells, the addresses of the official views. Made once for each language
 * (boxes: for each set of facts one may ask for); they hold nothing of anybody's rows, scope or session. */
#ifndef QF_ROSTER_LIST_PIECES_H
#define QF_ROSTER_LIST_PIECES_H

#include "roster/people.h"
#include "view/view.h"

/* Cells of one column. Holes: LIST_VALUE, LIST_NOTE. */
struct list_column {
    const struct stencil *plain[2], *beside[2], *below[2]; /* [1]: nothing is on record; where the note stands */
};
enum { LIST_VALUE, LIST_NOTE };
enum { LIST_ID, LIST_FROM, LIST_NAME, LIST_POST };                /* holes of a row's beginning; its cells follow */
enum { LIST_OPTION_VALUE, LIST_OPTION_TEXT, LIST_OPTION_CHOSEN }; /* holes of an option */
enum { LIST_VIEWS = 8 };

struct list_pieces {
    const struct stencil *row, *option;
    const struct stencil *levels;                  /* hole: position of the level, for LIST_CHOSEN */
    const struct stencil *columns;                 /* hole: fact, for LIST_CHECKED */
    json_t *more;                                  /* HTML; borrowed */
    const struct list_column *column[PEOPLE_COLS]; /* of p->cols */
    const char *view[LIST_VIEWS];                  /* addresses, today; NULL after the last */
};
#define LIST_CHOSEN " selected"
#define LIST_CHECKED " checked"

/* For this page's language, reader and columns; arena and static. */
struct err *list_pieces(struct req *rq, const struct people *p, struct list_pieces *out) MUST_USE;

/* The rows of the page; list_rows.c; arena. */
char *people_rows_html(struct req *rq, const struct people *p, const struct people_rows *r,
                       const struct list_pieces *pieces);

#endif
