/* form.h: a form made from a declaration, and what came back in it.
 *
 * What a person typed is kept as typed: when anything is wrong the form comes again with every error at once and every
 * text as it was. A field the person may not see, one that only the program writes, or one that was not sent stays as
 * it is. */
#ifndef QF_FACE_FORM_H
#define QF_FACE_FORM_H

#include "face/inner.h"

struct form {
    const struct record *rec;
    const char **typed; /* [field]; NULL: not sent */
    const char *what;   /* why the change is made; NULL */
    int64_t rev;        /* the revision the person saw; 0: none sent */
    struct err *bad;    /* names sent that are no fields (JSON only) */
};

/* May a form write the field? */
bool face_form_writes(const struct record *rec, int field, const struct who *who);
/* A JSON value as a person would type it ("" for null); NULL when it is no single value. arena or borrowed from v. */
const char *face_form_typed(struct arena *a, const json_t *v);
/* From the form or the JSON body. ERR_INVALID only when the body is no JSON object. */
struct err *face_form_take(struct req *rq, const struct record *rec, struct form *out) MUST_USE;
/* Puts the typed values into the row, canonical. *wrong gets every value that cannot be (ERR_INVALID chain); those
 * fields stay as they are. A fault ends it. References may be typed as "12", "12 Name" or an exact name. */
struct err *face_form_apply(struct db_tx *tx, const struct who *who, const struct form *f, struct row *row,
                            struct err **wrong) MUST_USE;
/* Applies and saves inside the change. *wrong: everything the person must mend, what was wrong as typed before what the
 * save found beyond it, or the conflict alone; the change is then to be given up. */
struct err *face_form_save(struct change *c, const struct form *f, struct row *row, int64_t rev,
                           struct err **wrong) MUST_USE;
bool face_form_has_error(const struct err *e, const char *field);
/* The fields as the template face/form shows them: typed text where there is one, else the row's value. errors may be
 * NULL. A new reference. */
json_t *face_form_fields(struct req *rq, const struct row *row, const struct form *f, struct face_names *names,
                         const struct err *errors);

#endif
