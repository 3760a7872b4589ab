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
    struct who reader; /* reads the content of a matter the engine let him see */
};
/* The matter of the route's {id}; ERR_MISSING as flow_look. */
struct err *matter_open(struct req *rq, struct matter_page *p) MUST_USE;
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
