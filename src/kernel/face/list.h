/* list.h: a list being answered, shared by list.c (rows, JSON) and list_view.c (what the page shows beside them). */
#ifndef QF_FACE_LIST_H
#define QF_FACE_LIST_H

#include <stdlib.h>

#include "face/inner.h"

struct list {
    struct face_query q;
    struct face_page page;
    struct face_names *names;
    const char *path, *next, *prev;
    bool wrong; /* a condition was refused: no rows are shown, since without it they would be too many */
};
json_t *face_list_labels(struct req *rq, const struct list *l); /* a new reference */

/* A condition in words: "层次：正科级 或 副科级"; arena. */
char *face_cond_words(struct arena *a, enum lang lang, const struct face_query *q, const struct face_cond *c,
                      struct face_names *names);

#endif
