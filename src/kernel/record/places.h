/* places.h: every place where a row and what belongs to it stands, found by declaration, and its erasure. For a person
 * also every text that names him. doc/retention.md says what each kind means. */
#ifndef QF_RECORD_PLACES_H
#define QF_RECORD_PLACES_H

#include "base/vec.h"
#include "record/record.h"

enum place_kind {
    PLACE_ROW,     /* his: the row with all its revisions */
    PLACE_FILE,    /* a stored file that nothing else shows */
    PLACE_UNLINK,  /* another's row refers to him: the reference goes, and the revisions that held it */
    PLACE_OLD,     /* an older revision of another's row names him */
    PLACE_HEAD,    /* who made a change, and why, where that is about him */
    PLACE_OUTSIDE, /* outside the log: a row that names him */
    PLACE_QUOTE,   /* another's text names him as it stands: a person redacts it or decides */
    PLACE_KEPT,    /* stays: what he did in office, and quotes a person decided to keep */
    PLACE_KINDS
};
extern const char *const place_names[PLACE_KINDS]; /* "row" ...; in JSON and keys of texts */

struct place {
    enum place_kind kind;
    const char *record; /* name; "change" for a head; the table outside the log */
    int64_t row;        /* a head: its place in the sequence; outside: how many rows */
    int64_t first, last;
};
struct places {
    const struct record *of;
    int64_t id;
    VEC(const char *) needles; /* his citizen ids and names, as they ever stood: secrets */
    int n_ids;                 /* the first of them are ids */
    VEC(struct place) v;
    int64_t n[PLACE_KINDS];
};
/* Reads the whole log once. ERR_MISSING when there is neither the row nor content of it. */
struct err *places_find(struct db_tx *tx, const struct record *of, int64_t id, struct places *out) MUST_USE;
/* Erases them in the change; PLACE_QUOTE and PLACE_KEPT stay. */
struct err *places_erase(struct change *c, const struct places *p) MUST_USE;

#endif
