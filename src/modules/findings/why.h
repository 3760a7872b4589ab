/* why.h: one finding being explained: what why.c reads and decides, why_view.c puts into words. */
#ifndef QF_FINDINGS_WHY_H
#define QF_FINDINGS_WHY_H

#include "findings/pages.h"
#include "modules/findings/queries.h"

enum { WHY_SOURCES = 60, WHY_YEARS = 60, WHY_HISTORY = 100 };

/* A record row that facts of the trace were read from. */
struct why_source {
    int subject;
    int64_t row;
    const struct row *of; /* NULL: out of this person's sight */
    const struct revision *last;
};
/* What another value of a parameter would give. */
struct why_try {
    const struct rules_param *param;
    int value;
    bool holds, unknown;
    struct date next; /* the next day its truth changes; DATE_NONE */
};
struct why {
    struct reading r;
    const struct row *f;
    const struct rules_rule *rule; /* NULL: none such now, or a missing fact */
    bool there;                    /* the subject's row is in the columns */
    enum tri now;
    struct rules_hit hit;
    struct expr_trace *trace; /* NULL: no edition decides it */
    struct date next;         /* when its truth changes by itself; DATE_NONE */
    struct why_source sources[WHY_SOURCES];
    int n_sources;
    struct why_try tries[8];
    int n_tries;
    struct findings_q_values *values; /* what the district set */
    int n_values;
    struct findings_q_handlers *handlers; /* whom it may be handed to */
    int n_handlers;
    struct revision *history;
    int n_history;
    struct face_names *names;
};
struct err *why_read(struct req *rq, struct why *w) MUST_USE;
const struct why_source *why_source_of(const struct why *w, const struct expr_trace *t);
/* Where a row is shown, NULL when it has no page or is out of sight; arena. */
const char *why_href(struct req *rq, const struct why_source *s);
/* The list of the rows a fact counts or is made of; NULL when there is none. */
const char *why_rows(struct req *rq, const struct why *w, const struct expr_trace *t);
const char *why_document(const struct why_source *s); /* the document its date rests on; NULL */
const struct findings_q_values *why_value(const struct why *w, const struct rules_value *v);

json_t *why_data(struct req *rq, const struct why *w);   /* ids, codes, days: a new reference */
json_t *why_labels(struct req *rq, const struct why *w); /* words: a new reference */

#endif
