/* demo.h: a fictitious district with planted violations (README.md). */
#ifndef QF_DEMO_DEMO_H
#define QF_DEMO_DEMO_H

#include <stdio.h>

#include "record/record.h"

struct demo_stats {
    int64_t members, districts, units, posts, rows, planted;
    int n_rules;
    struct {
        const char *rule; /* static */
        int64_t n;
    } rules[160];
};

struct demo_how {
    FILE *planted; /* gets one JSON line {rule, kind, id} a violation; NULL: not asked */
    bool progress; /* tell on stderr how far it is */
    bool house;    /* only units, positions and approved posts: the house the forms of the same size and seed fit in */
};

/* Fills a migrated database without cadres: n members, the same for the same seed and day. ERR_CONFLICT, say
 * "demo.not_empty", when cadres stand there already; ERR_INVALID, say "demo.size", for a size out of bounds. */
struct err *demo_fill(struct db *db, struct arena *a, int64_t n, uint64_t seed, const struct demo_how *how,
                      struct demo_stats *out) MUST_USE;

/* demo --db URL --members N --seed S [--planted FILE] [--accounts FILE] [--house] */
int demo_command(int argc, char **argv);
/* demo-forms --members N --seed S --out FILE.zip [--planted FILE]: the same kind of district as .lrmx forms in a zip */
int demo_forms_command(int argc, char **argv);

#endif
