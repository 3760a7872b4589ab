/* carry.h: own texts and parameters of rules, from one database to another. */
#ifndef QF_FINDINGS_CARRY_H
#define QF_FINDINGS_CARRY_H

#include <stdio.h>

#include "base/buf.h"
#include "rules/rules.h"

struct carried {
    const char *as;
    int taken, refused;
    struct buf *said; /* a line for each that was refused, with why */
};
/* {"qingfeng_rules": 1, "own": [{rule, text, cases, note}], "params": [{rule, name, value, from_on, citation}]} */
struct err *carry_out(struct arena *a, const char *url, const char *as, FILE *to) MUST_USE;
/* dry: checked, not written. ERR_INVALID for a file that is none. */
struct err *carry_in(struct arena *a, const char *url, const char *file, bool dry, struct carried *out) MUST_USE;
void carry_note(struct carried *out, struct arena *a, const char *what, const struct err *e);

#endif
