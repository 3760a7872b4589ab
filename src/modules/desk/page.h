/* page.h: what the pages of one matter share. */
#ifndef QF_DESK_PAGE_H
#define QF_DESK_PAGE_H

#include "desk/desk.h"
#include "face/show.h"

struct matter_page {
    struct req *rq;
    struct flow_matter *m;
    struct flow_choice *choices;
    int n_choices;
    struct row **documents;
    int n_documents;
    struct flow_matter **along; /* merged into it */
    int n_along;
    struct flow_matter *with; /* what it is merged into; NULL also when this reader does not see that one */
    struct face_names *names;
    const struct calendar *cal;
    const char *behalf; /* the handler on leave for whom this person acts today; NULL */
    int64_t *colleagues;
    const char **colleague_names;
    int n_colleagues;
    struct who reader; /* reads the content of a matter the engine let him see */
};
/* The matter of the route's {id}; ERR_MISSING as flow_look. */
struct err *matter_open(struct req *rq, struct matter_page *p) MUST_USE;
/* list.c: the desk with what is wrong with a form sent from it. */
struct err *desk_list_again(struct req *rq, const struct err *e) MUST_USE;
/* away.c: who holds the same office for the same units, himself left out; arena. */
struct err *desk_colleagues(struct db_tx *tx, const struct who *who, int64_t **out, const char ***names,
                            int *n_out) MUST_USE;
json_t *desk_colleagues_json(int64_t *ids, const char **names, int n, const char *chosen); /* [{id, name, chosen}] */
/* Sentences: for whom this person stands in today, and who does for him. */
struct err *desk_away_notes(struct req *rq, struct db_tx *tx, json_t **out) MUST_USE;
/* inbox.c: what this person was told of the matter is read. */
struct err *desk_notices_seen(struct req *rq, int64_t matter) MUST_USE;
/* Takes out of the page what a department is not told. */
void matter_keep_told(struct matter_page *p);
struct who matter_reader(const struct who *who);
const char *matter_title(struct req *rq, const struct flow_matter *m);
void matter_labels(struct matter_page *p);
json_t *matter_content(const struct matter_page *p); /* [{label, value}] of the content's filled fields */
const char *desk_paper_name(struct arena *a, enum lang lang, const char *flow, const char *kind);

#endif
