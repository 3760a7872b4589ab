/* intake_means.h: the meanings a roster's column can have. Inside the reading of tables only. */
#ifndef QF_ROSTER_INTAKE_MEANS_H
#define QF_ROSTER_INTAKE_MEANS_H

#include "roster/form_text.h"
#include "roster/intake_table.h"

struct table_means {
    const char *key;
    enum form_field raw; /* where the form has the same text; RAW_FIELDS: it has none */
    const char *warned;  /* the field a form's warning names; NULL: none that refuses */
    const char *member;  /* field of roster.member; NULL: of a set */
    const char *words;   /* each between blanks */
    bool date;
};
extern const struct table_means table_means[];

/* Adds the education rows a single column speaks of. ERR_INVALID (roster.table.education) for a word that is not on the
 * list. */
struct err *intake_education(struct arena *a, const char *cell, struct intake *in) MUST_USE;

char *table_bare(struct arena *a, const char *head);

#endif
