/* put.h: rows filled quickly: the place of a field is looked up once for each line that fills it. Used on one thread.
 */
#ifndef QF_DEMO_PUT_H
#define QF_DEMO_PUT_H

#include "demo/inner.h"

/* Sets a field of a row whose record is always the same at this line. value: arena or static; NULL leaves it empty. */
#define PUT(row, field, value)                      \
    do {                                            \
        static int at_ = -1;                        \
        if (at_ < 0)                                \
            at_ = record_field((row)->of, (field)); \
        (row)->v[at_] = (value);                    \
    } while (0)

/* One person's file being written. */
struct file {
    struct writer *w;
    const struct district *d;
    const struct person *p;
    const struct life *l;
    struct rng *r;
    struct arena *a; /* of the change */
    int64_t id, scope;
    const char *id_text;
};

/* A new row with an id of its own. */
struct err *put_row(struct writer *w, const struct record *rec, int64_t scope, struct row **out) MUST_USE;
/* The same for a record that hangs on the person. */
struct err *put_of(struct file *f, const struct record *rec, struct row **out) MUST_USE;
struct err *put_save(struct writer *w, struct row *row) MUST_USE;

const char *put_int(struct arena *a, int64_t n);
const char *put_date(struct arena *a, struct date d);
const char *put_month(struct arena *a, int month);
void put_plant(struct file *f, const char *rule, const char *kind, int64_t id);

/* Measures and outside posts, family, appraisals. */
struct err *put_measures(struct file *f) MUST_USE;
struct err *put_outside(struct file *f) MUST_USE;
struct err *put_audits(struct file *f) MUST_USE;
struct err *put_family(struct file *f) MUST_USE;
struct err *put_yearly(struct file *f) MUST_USE; /* appraisals, rank, awards */

#endif
