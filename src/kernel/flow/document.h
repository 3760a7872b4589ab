/* document.h: letters and decisions made from templates the district edits. A template is a text: a head of `key:
 * value` lines (title, series, to, sign, seal, slip), an empty line, then the body, a paragraph a line; {field} merges
 * a field of the content by its name or its Chinese label, or one of number, today, office, member, unit, actor,
 * reasons, due.NAME. The program ships one a name (MODULE/letters/NAME.txt); the district's own (record flow.template)
 * comes before it. What was made is kept word for word (flow.document): a changed template changes no letter that went
 * out. */
#ifndef QF_FLOW_DOCUMENT_H
#define QF_FLOW_DOCUMENT_H

#include "flow/flow.h"

/* A template in use: the first step of the program's flows that makes a document of it. */
struct document_use {
    const struct flow *flow;
    const struct flow_step *step;
    const char *name;
};
/* Every template the flows name, each once; arena. */
int document_uses(struct arena *a, struct document_use **out);
/* The text this program ships under the name; NULL. arena or static. */
const char *document_shipped(struct arena *a, const char *name);
/* Merge fields that every flow has beside its content's; ends with NULL. */
extern const char *const document_common[];
/* The template's text now; arena. ERR_MISSING when there is none of this name. */
struct err *document_template(struct db_tx *tx, const char *name, const char **out) MUST_USE;
/* Is every merge field known for the flow, and every head line? ERR_INVALID, field "body". */
struct err *document_check(struct arena *a, const struct flow *f, const char *text) MUST_USE;
/* Merges and keeps it, with the next number of its series and year. */
struct err *document_make(struct change *c, const struct flow_matter *m, int64_t step, const char *name) MUST_USE;
/* A line of the head, NULL when it is not there; what follows the head. arena; of a template or of what was merged. */
const char *document_head(struct arena *a, const char *text, const char *key);
const char *document_body(const char *text);
/* The documents of a matter, oldest first; arena. */
struct err *document_list(struct db_tx *tx, int64_t matter, struct row ***out, int *n_out) MUST_USE;
/* Every shipped template fits its flow; for flow_init. */
void document_check_shipped(struct arena *a, const struct flow *f, struct err **all);

#endif
