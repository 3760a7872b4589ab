/* form_write.h: a 干部任免审批表 out as .lrmx. What is written is what a file holds: the texts by element (struct
 * form_raw). Those of a form that was read are its own, so a file comes back as it was; those of a person on record are
 * made by form_of_member, and an import of what it made changes nothing. Source: doc/forms.md. */
#ifndef QF_ROSTER_FORM_WRITE_H
#define QF_ROSTER_FORM_WRITE_H

#include "base/buf.h"
#include "record/record.h"
#include "roster/form_text.h"

/* f->raw and f->unknown as the editor writes them: UTF-8 with byte order mark, CRLF, two blanks a level, its order of
 * elements, empty ones on two lines. The two elements of version 4 and the citizen id stand where raw has them, also
 * empty. */
void form_write(struct buf *b, const struct form *f);
/* The element of a field; static. */
const char *form_element(enum form_field f);

/* What a form says beside the file: the wishes of whoever takes it. */
struct form_wish {
    bool v4;
    bool no_photo;                           /* leaves the photo out */
    struct date day;                         /* of filling in, and the one ages are counted to */
    const char *proposed, *removed, *reason; /* 拟任职务, 拟免职务, 任免理由; NULL: empty */
    const char *reporting_unit, *filled_by;  /* likewise */
};
/* A person's form from his file. Rows and the texts kept of forms: a text that still says what the rows say is used as
 * it came, else it is made of the rows. *out: raw filled in, nothing else; arena of tx. */
struct err *form_of_member(struct db_tx *tx, const struct who *who, const struct row *member, const struct form_wish *w,
                           struct form **out) MUST_USE;

/* The three long texts as form_of_member writes them; rows in their order; arena, NULL for nothing. kept: the member's
 * own text, or NULL. */
const char *form_own_resume(struct arena *a, const char *kept, struct row *const *rows, int n);
const char *form_own_appraisal(struct arena *a, const char *kept, struct row *const *rows, int n);
const char *form_own_awards(struct arena *a, const char *kept, struct row *const *rows, int n);
/* YYYY, YYYYMM or YYYYMMDD as known; NULL unless a date; arena. */
const char *form_digits(struct arena *a, struct date d);

#endif
