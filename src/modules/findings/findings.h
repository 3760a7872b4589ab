/* findings.h: what rules found about the district, for people and for scripts: the record of findings, the commands
 * `check` and `rules`, and the pages of findings, their reasons and the rules. The engine is rules/rules.h. */
#ifndef QF_FINDINGS_FINDINGS_H
#define QF_FINDINGS_FINDINGS_H

#include "rules/finding.h"

extern const struct record findings_finding; /* rules.finding */

int findings_check_command(int argc, char **argv);
int findings_rules_command(int argc, char **argv);

#endif
