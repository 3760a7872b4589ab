/* form_text.h: how the texts of the form are understood, one function a grammar. Inside the roster only. */
#ifndef QF_ROSTER_FORM_TEXT_H
#define QF_ROSTER_FORM_TEXT_H

#include "roster/lrmx.h"

/* What a reader of either file kind found: texts as they stand in the file. */
enum form_field {
    RAW_NAME,
    RAW_SEX,
    RAW_BIRTH,
    RAW_ETHNICITY,
    RAW_NATIVE_PLACE,
    RAW_BIRTH_PLACE,
    RAW_PARTY,
    RAW_WORK_START,
    RAW_RETIRE_DUE,
    RAW_HEALTH,
    RAW_TITLE,
    RAW_EXPERTISE,
    RAW_FULL_EDUCATION,
    RAW_FULL_DEGREE,
    RAW_FULL_SCHOOL,
    RAW_FULL_DEGREE_SCHOOL,
    RAW_IN_EDUCATION,
    RAW_IN_DEGREE,
    RAW_IN_SCHOOL,
    RAW_IN_DEGREE_SCHOOL,
    RAW_POST,
    RAW_PROPOSED,
    RAW_REMOVED,
    RAW_RESUME,
    RAW_AWARDS,
    RAW_APPRAISAL,
    RAW_REASON,
    RAW_REPORTING_UNIT,
    RAW_AGE_LIMIT,
    RAW_AGE_AS_OF,
    RAW_FILLED_ON,
    RAW_FILLED_BY,
    RAW_ID,
    RAW_PHOTO,
    RAW_VERSION,
    RAW_FIELDS
};
struct form_raw_kin {
    const char *relation, *name, *birth, *politics, *work;
};
struct form_raw {
    const char *v[RAW_FIELDS];
    VEC(struct form_raw_kin) kin;
    const void *photo; /* bytes of the image, when they did not come as base64 in v[RAW_PHOTO] */
    size_t n_photo;
};
/* Fills f from raw; f->unknown and earlier warnings stay. */
void form_understand(struct arena *a, const struct form_raw *raw, struct form *f);

void form_warn(struct arena *a, struct form *f, enum form_doubt doubt, const char *field, const char *fmt, ...)
    LIKE_PRINTF(5, 6);

/* Line ends to LF (also <br> and the two characters \n left as text), zero-width and control characters gone, blanks at
 * line ends and around the whole cut. NULL when nothing is left or raw is NULL. Arena. */
char *form_clean(struct arena *a, const char *raw);
/* Would nothing be left? Told by the first character that stays, however long the text. */
bool form_blank(const char *raw);
/* The same on one line without its blanks: numbers, dates, words of one value. */
char *form_squeeze(struct arena *a, const char *raw);
/* A name: blanks between Han gone, • ? . between them become ·. *doubtful: a ? may be a lost character. */
char *form_name(struct arena *a, const char *raw, bool *doubtful);

/* YYYYMM, YYYYMMDD, YYYY, 1975.3, 1975年3月15日, 1975-03-15, full-width, 一九七五年三月, a bracket or clock time
 * after it. false when it is none of these or no such date. Empty text is DATE_UNKNOWN and true. */
bool form_date(const char *text, struct date *out);

void form_party(struct arena *a, struct form *f, const char *text);
void form_appraisal(struct arena *a, struct form *f, const char *text);
void form_resume(struct arena *a, struct form *f, const char *text);
bool form_work_says_dead(const char *work);

/* Kind, size and digest of an image. false: kind unknown or size unreadable. */
bool form_photo_sniff(const void *bytes, size_t n, struct form_photo *out);
/* Base64 with any white space and an optional data: prefix. false when other characters stand in it. Arena. */
bool form_base64(struct arena *a, const char *text, void **out, size_t *n);

#endif
