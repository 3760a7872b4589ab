/* findings.h: what rules found about the district, for people and for scripts: the record of findings, the commands
 * `check` and `rules`, and the pages of findings, their reasons and the rules. The engine is rules/rules.h. */
#ifndef QF_FINDINGS_FINDINGS_H
#define QF_FINDINGS_FINDINGS_H

#include "rules/finding.h"

extern const struct record findings_finding; /* rules.finding */
extern const struct record findings_look;    /* findings.look: when an account last looked through them */

struct req;
struct json_t;
/* The reasons of a finding that asks the person, for that person alone: as the why page has them. ERR_MISSING when it
 * is not his or does not ask him. data and labels are new references, labels with links left to the template. */
struct err *findings_explain(struct req *rq, const struct who *person, int64_t id, struct json_t **data,
                             struct json_t **labels) MUST_USE;

/* The book of rules as a text: Markdown. */
void findings_put_book(struct buf *b, const struct rules_set *s, struct date day);
int findings_check_command(int argc, char **argv);
int findings_rules_command(int argc, char **argv);

#endif
