/* intake_own.c: what we wrote ourselves comes back: an import of an export changes nothing (form_own.c). */
#include <string.h>

#include "roster/form_write.h"
#include "roster/intake.h"
#include "roster/roster.h"

enum { AWARDS_MOST = 400 };

static bool is_member_field(const struct intake_diff *d, const char *field)
{
    return d->of == &roster_member && strcmp(d->of->fields[d->field].name, field) == 0;
}

static bool some(const struct intake_result *r, const char *field, const struct record *set)
{
    for (size_t i = 0; i < r->diffs.n; i++)
        if (is_member_field(&r->diffs.p[i], field) || (r->diffs.p[i].of == set && set != NULL))
            return true;
    return false;
}

static void take_out(struct intake_result *r, const char *field, const struct record *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->diffs.n; i++)
        if (!is_member_field(&r->diffs.p[i], field) && (r->diffs.p[i].of != set || set == NULL))
            r->diffs.p[kept++] = r->diffs.p[i];
    r->diffs.n = kept;
}

/* As a reader would have it. */
static bool same_text(struct arena *a, const char *own, const char *theirs)
{
    const char *x = form_squeeze(a, own), *y = form_squeeze(a, theirs);
    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

struct err *intake_own_texts(struct db_tx *tx, const struct who *who, const struct intake *in, struct intake_result *r)
{
    static const struct {
        const char *field;
        enum intake_set set; /* INTAKE_SETS: awards, which no file brings as rows */
        const char *(*own)(struct arena *a, const char *kept, struct row *const *rows, int n);
    } texts[] = {{"resume_text", SET_RESUME, form_own_resume},
                 {"appraisal_text", SET_APPRAISAL, form_own_appraisal},
                 {"awards_text", INTAKE_SETS, form_own_awards}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *field = texts[i].field, *theirs = row_text(in->member, field);
        enum intake_set s = texts[i].set;
        const struct record *rec = s == INTAKE_SETS ? NULL : intake_set_record(s);
        if (theirs == NULL || !some(r, field, rec))
            continue;
        struct row **rows = NULL;
        int n = 0;
        if (rec == NULL)
            TRY(record_of(tx, &roster_award, who, "member", r->member, AWARDS_MOST, &rows, &n));
        else if (r->rows[s] != NULL || in->sets[s].n > 0)
            rows = r->rows[s], n = r->n_rows[s];
        else
            TRY(record_of(tx, rec, who, "member", r->member, AWARDS_MOST, &rows, &n));
        if (same_text(tx->arena, texts[i].own(tx->arena, row_text(r->ours, field), rows, n), theirs))
            take_out(r, field, rec);
    }
    return NULL;
}
