/* text.h: reads a rule file and checks it in itself; what its expressions mean is found in compile.c. */
#ifndef QF_RULES_TEXT_H
#define QF_RULES_TEXT_H

#include "rules/rules.h"

/* file is named in errors and must be ID.rule unless it is NULL (a rule kept in a record). Everything in arena a.
 * ERR_INVALID with say "rules.*" and args file, line, column, near. */
struct err *text_read(struct arena *a, const char *file, const char *source, size_t n,
                      struct rules_text **out) MUST_USE;

/* An error at a byte of a piece. */
struct err *text_fail(struct arena *a, const char *file, struct rules_piece p, size_t at, const char *key) MUST_USE;
/* The same for an error of an expression that begins at byte `at` of the piece: its line and column become the file's.
 */
struct err *text_fail_expr(struct arena *a, const char *file, struct rules_piece p, size_t at, struct err *e) MUST_USE;
/* Words with the breaks and blanks between them made one blank each; arena. */
char *text_flow(struct arena *a, const char *s);

#endif
