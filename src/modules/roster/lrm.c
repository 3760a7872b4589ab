/* lrm.c: reads .lrm, the record of 33 quoted values of the editor's version 2.0 (doc/forms.md). */
#include <string.h>

#include "base/buf.h"
#include "load/encoding.h"
#include "roster/form_text.h"

enum { FILE_MOST = 8 << 20, VALUES = 33, KIN_MOST = 60 };

/* Where each value of the record goes; RAW_FIELDS: unused or taken apart. */
static const int places[VALUES] = {RAW_NAME,      RAW_SEX,       RAW_BIRTH,       RAW_ETHNICITY,  RAW_NATIVE_PLACE,
                                   RAW_PARTY,     RAW_HEALTH,    RAW_BIRTH_PLACE, RAW_WORK_START, RAW_FIELDS,
                                   RAW_FIELDS,    RAW_TITLE,     RAW_FIELDS,      RAW_FIELDS,     RAW_FIELDS,
                                   RAW_FIELDS,    RAW_EXPERTISE, RAW_RESUME,      RAW_AWARDS,     RAW_APPRAISAL,
                                   RAW_FIELDS,    RAW_FIELDS,    RAW_FIELDS,      RAW_FIELDS,     RAW_FIELDS,
                                   RAW_POST,      RAW_PROPOSED,  RAW_REMOVED,     RAW_REASON,     RAW_REPORTING_UNIT,
                                   RAW_AGE_AS_OF, RAW_FILLED_BY, RAW_FILLED_ON};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The end of the value at s and the start of the next: at `","`, or with blanks around the comma when loose. */
static char *value_end(char *s, bool loose, char **next)
{
    for (char *p = s; (p = strchr(p, '"')) != NULL; p++) {
        char *q = p + 1;
        while (loose && blank(*q))
            q++;
        if (*q != ',')
            continue;
        q++;
        while (loose && blank(*q))
            q++;
        if (*q == '"') {
            *next = q + 1;
            return p;
        }
    }
    *next = NULL;
    return s + strlen(s);
}

/* Cuts the record in place; returns how many values it has, of which at most VALUES are kept. */
static size_t cut(char *s, bool loose, char *value[VALUES])
{
    size_t n = 0;
    for (char *next; s != NULL; s = next) {
        char *end = value_end(s, loose, &next);
        if (next == NULL) { /* the record ends with the last quote */
            while (end > s && blank(end[-1]))
                end--;
            if (end > s && end[-1] == '"')
                end--;
        }
        *end = '\0';
        if (n < VALUES)
            value[n] = s;
        n++;
    }
    return n;
}

/* The parts of s between separators; missing ones stay NULL. Returns how many there are. */
static size_t parts(struct arena *a, const char *s, char separator, const char **part, size_t most)
{
    size_t n = 0;
    for (const char *p = s;; n++) {
        const char *end = strchr(p, separator);
        size_t len = end == NULL ? strlen(p) : (size_t)(end - p);
        if (n < most)
            part[n] = arena_strndup(a, p, len);
        if (end == NULL)
            return n + 1;
        p = end + 1;
    }
}

/* 全日制学历#全日制学位@在职学历#在职学位, and the same of schools. */
static void education(struct arena *a, const char *s, struct form_raw *raw, bool school)
{
    const char *half[2] = {NULL, NULL};
    parts(a, s, '@', half, 2);
    for (int i = 0; i < 2; i++) {
        const char *pair[2] = {NULL, NULL};
        if (half[i] == NULL)
            continue;
        parts(a, half[i], '#', pair, 2);
        int base = (i == 0 ? RAW_FULL_EDUCATION : RAW_IN_EDUCATION) + (school ? 2 : 0);
        raw->v[base] = pair[0];
        raw->v[base + 1] = pair[1];
    }
}

/* Five parallel lists. Their padding varies, so a list is as long as its last value that is not empty; a work list
 * may be longer than the rest, since commas inside it were turned into separators. */
static void family(struct arena *a, char *const value[5], struct form_raw *raw, struct form *f)
{
    const char *cell[5][KIN_MOST] = {{0}};
    size_t rows = 0, full[5] = {0};
    for (int i = 0; i < 5; i++) {
        size_t n = parts(a, value[i], '@', cell[i], KIN_MOST), last = 0;
        for (size_t k = 0; k < n && k < KIN_MOST; k++)
            if (!form_blank(cell[i][k]))
                last = k + 1;
        full[i] = n;
        rows = last > rows ? last : rows;
    }
    for (int i = 1; i < 5; i++)
        if (full[i] != full[0]) {
            form_warn(a, f, FORM_LIST_WRONG, "family", "%zu %zu %zu %zu %zu", full[0], full[1], full[2], full[3],
                      full[4]);
            break;
        }
    for (size_t k = 0; k < rows; k++)
        *VEC_PUSH(&raw->kin, a) = (struct form_raw_kin){.relation = cell[0][k],
                                                        .name = cell[1][k],
                                                        .birth = cell[2][k],
                                                        .politics = cell[3][k],
                                                        .work = cell[4][k]};
}

struct err *form_read_lrm(struct arena *a, const void *bytes, size_t n, const void *pic, size_t n_pic,
                          struct form **out)
{
    struct form *f = arena_new_of(a, struct form);
    struct load_text text;
    TRY(load_text_read(a, bytes, n, "GBK", FILE_MOST, &text));
    if (text.damaged > 0)
        form_warn(a, f, FORM_CHARACTERS_LOST, "file", "%llu", (unsigned long long)text.damaged);
    char *s = arena_strndup(a, text.p, text.n), *again = arena_strndup(a, text.p, text.n);
    while (blank(*s))
        s++, again++;
    if (*s == '\0')
        return err_say(ERR(a, ERR_INVALID, "the file is empty"), "roster.form.empty", NULL);
    if (*s != '"')
        return err_say(ERR(a, ERR_INVALID, "the record does not begin with a quote"), "roster.form.not_a_form", NULL);
    char *value[VALUES] = {0};
    size_t count = cut(s + 1, false, value);
    if (count < VALUES)
        count = cut(again + 1, true, value);
    if (count < 10)
        return err_say(ERR(a, ERR_INVALID, "the record has %zu of 33 values", count), "roster.form.not_a_form", NULL);
    if (count != VALUES)
        form_warn(a, f, FORM_LIST_WRONG, "file", "%zu of 33", count);
    struct form_raw *raw = arena_new_of(a, struct form_raw);
    *raw = (struct form_raw){.photo = pic, .n_photo = n_pic};
    char *none = arena_strdup(a, "");
    for (size_t i = 0; i < VALUES; i++) {
        if (value[i] == NULL)
            value[i] = none;
        if (places[i] != RAW_FIELDS)
            raw->v[places[i]] = value[i];
    }
    education(a, value[9], raw, false);
    education(a, value[10], raw, true);
    family(a, value + 20, raw, f);
    form_understand(a, raw, f);
    f->raw = raw;
    *out = f;
    return NULL;
}
