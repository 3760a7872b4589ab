/* lrmx.h: what a 干部任免审批表 says, and its readers: .lrmx (V3, V4), .lrm with .pic, and zips of them.
 * The texts are kept as written beside what was understood; what could not be understood or was put right with some
 * doubt is a warning, never a guess. doc/forms.md is the source of the field rules. */
#ifndef QF_ROSTER_LRMX_H
#define QF_ROSTER_LRMX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/err.h"
#include "base/ids.h"
#include "base/vec.h"

/* Why a value is to be looked at. The name (form_doubt_name) begins the warning in JSON and ends the message key
 * roster.form.doubt.NAME. */
enum form_doubt {
    FORM_ENCODING_DIFFERS,   /* the file declares another encoding than its bytes have */
    FORM_CHARACTERS_LOST,    /* bytes that are no characters, shown as U+FFFD */
    FORM_CONTROL_CHARACTERS, /* characters XML forbids, put right */
    FORM_MARKUP_REPAIRED,    /* bare & or < kept as text */
    FORM_ELEMENT_TWICE,      /* a field given twice with different values; the first counts */
    FORM_LIST_WRONG,         /* .lrm: fields missing, or family lists of different length */
    FORM_NAME_MISSING,
    FORM_NAME_DOUBTFUL, /* a ? that may be a lost character */
    FORM_SEX_UNREADABLE,
    FORM_DATE_UNREADABLE,
    FORM_PARTY_UNREADABLE,
    FORM_APPRAISAL_UNREADABLE,
    FORM_APPRAISAL_CONFLICT, /* one year, two grades */
    FORM_APPRAISAL_RELATIVE, /* 近三年: years counted back from the form's date */
    FORM_RESUME_UNREADABLE,  /* a line or a date of the resume */
    FORM_RESUME_JOINED,      /* several periods stood on one line */
    FORM_RESUME_BRACKET,     /* a bracket is never closed */
    FORM_RESUME_END_MISSING, /* a period without separator, or open before the last */
    FORM_RESUME_REVERSED,    /* ends before it starts */
    FORM_RESUME_GAP,         /* over one month to the next period */
    FORM_RESUME_OVERLAP,
    FORM_FAMILY_DEATH, /* words like 病故 outside the five that count */
    FORM_ID_WRONG,
    FORM_ID_OLD,   /* 15 digits, brought to 18 */
    FORM_ID_BIRTH, /* the number's birth differs from the form's */
    FORM_ID_SEX,
    FORM_PHOTO_UNREADABLE,
    FORM_PHOTO_LARGE, /* over 5 MB */
    FORM_DOUBTS
};
const char *form_doubt_name(enum form_doubt d); /* "encoding_differs"; static */

struct form_warning {
    enum form_doubt doubt;
    const char *field;  /* as in the JSON: "birth", "resume", "family.2.birth" (from 1) */
    const char *detail; /* the text in question */
};

struct form_nested {
    struct date start, end; /* end: DATE_NONE is to date; DATE_UNKNOWN could not be read */
    const char *text;
};
struct form_period {
    struct date start, end;
    const char *text;
    const struct form_nested *nested;
    size_t n_nested;
};
struct form_year {
    int year;
    const char *grade; /* 优秀 称职 基本称职 不称职 合格 基本合格 不合格 不定等次 不进行考核 */
};
struct form_kin {
    const char *relation, *name, *politics, *work;
    const char *birth_text;
    struct date birth;
    bool deceased;
};
struct form_education {
    const char *education, *degree, *education_school, *degree_school;
};
enum { FORM_PARTIES = 8 };
struct form_photo {
    const char *kind;  /* jpeg png bmp gif, or NULL */
    int width, height; /* 0: not readable */
    const void *bytes;
    size_t n;
    char sha256[65];
};
struct form_raw; /* the texts of a file by element: form_text.h */
struct form_unknown {
    const char *element, *text;
};

/* Texts are trimmed; NULL: nothing there. All of it lives in the arena it was read into. */
struct form {
    const char *name, *sex, *ethnicity, *native_place, *birth_place, *health, *title, *expertise;
    const char *age_limit_label; /* V4: 改革前任职年龄界限 */
    const char *post, *proposed, *removed, *awards, *reason, *reporting_unit, *filled_by, *version;
    struct date birth, work_start, retire_due, age_as_of, filled_on;
    struct date cpc_joined;
    const char *parties[FORM_PARTIES]; /* short names, 九三学社; 无党派 */
    int n_parties;
    struct form_education fulltime, inservice;
    /* As written: */
    const char *name_text, *birth_text, *party_text, *work_start_text, *resume_text, *appraisal_text;

    const struct form_period *resume;
    size_t n_resume;
    const char *const *notes; /* paragraphs of the resume without dates */
    size_t n_notes;
    const struct form_year *appraisal;
    size_t n_appraisal;
    const struct form_kin *family;
    size_t n_family;
    bool has_id;
    struct ids_citizen id;
    bool has_photo;
    struct form_photo photo;
    const struct form_unknown *unknown; /* elements without a field of ours, to be written back */
    size_t n_unknown;
    VEC(struct form_warning) warnings;
    const struct form_raw *raw; /* as it stood in the file, to be written back */
};

/* Readers. bytes are borrowed for the call; out is arena. A form that cannot be read at all is ERR_INVALID with a
 * sentence: roster.form.empty, .not_a_form, load.xml_broken, load.xml_doctype ... */
struct err *form_read_lrmx(struct arena *a, const void *bytes, size_t n, struct form **out) MUST_USE;
/* pic: the photo that stood beside, or NULL. */
struct err *form_read_lrm(struct arena *a, const void *bytes, size_t n, const void *pic, size_t n_pic,
                          struct form **out) MUST_USE;

/* Every person of files and zips, in order. Each call has a fresh arena that ends with it, so that memory stays flat.
 */
struct form_item {
    const char *file;  /* the path given */
    const char *entry; /* the entry of a zip as UTF-8, or NULL */
    struct form *form; /* NULL when it could not be read; then err says why */
    struct err *err;
    size_t number, total; /* this is the number-th of total (of this file) */
};
/* each: an error ends the reading. A file that cannot be opened is an item with err. paths may hold .lrmx, .lrm (a .pic
 * or .jpg of the same base name beside it is its photo) and zips of them; what is in a zip and neither form nor photo
 * is an item with err (roster.form.not_a_form), the litter of operating systems is passed over. */
struct err *form_each(struct arena *a, const char *const *paths, size_t n,
                      struct err *(*each)(void *p, struct arena *fresh, const struct form_item *item),
                      void *p) MUST_USE;

/* JSON, pretty, arena. Dates are YYYY-MM-DD, YYYY-MM, YYYY or null; warnings are "NAME: FIELD: TEXT". */
char *form_json(struct arena *a, const struct form *f);
/* On one line; file and archive (the zip it was in) first when not NULL. */
char *form_json_line(struct arena *a, const struct form *f, const char *file, const char *archive);

#endif
