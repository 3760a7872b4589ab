/* form_member.c: the form of a person on record, as the texts a file of it holds. */
#include <string.h>

#include "record/codes.h"
#include "roster/facts.h"
#include "roster/form_write.h"
#include "roster/roster.h"

enum { ROWS_MOST = 400 };

struct making {
    struct db_tx *tx;
    struct arena *a;
    const struct who *who;
    const struct row *m;
    const struct form_wish *w;
    struct form_raw *raw;
};

static const char *code(const struct row *r, const char *list, const char *field)
{
    return codes_label(list, row_text(r, field), false);
}

static const char *party(const struct making *k)
{
    const char *others = row_text(k->m, "other_parties"), *day = form_digits(k->a, row_date(k->m, "party_joined"));
    if (day == NULL || others == NULL)
        return day == NULL ? others : day;
    return arena_printf(k->a, "%s%s%s", day, "；", others);
}

/* 改革前任职年龄界限: the words the form knows have no 50. */
static const char *age_limit(const struct row *m)
{
    int64_t age = row_int(m, "base_age");
    return age == 60 ? "改革前任职年龄界限为60岁" : age == 55 ? "改革前任职年龄界限为55岁" : "";
}

static const char *retires(const struct making *k)
{
    const char *sex = row_text(k->m, "sex");
    struct date typed = row_date(k->m, "retire_override"), birth = row_date(k->m, "birth");
    int age = (int)row_int(k->m, "base_age");
    if (!date_is(typed) && sex != NULL && age > 0 && date_is(birth) && date_month(birth) > 0)
        typed = roster_retirement(birth, codes_find(codes_list("roster.sex"), sex) == roster_codes.male, age);
    const char *day = form_digits(k->a, typed);
    return day == NULL ? "" : arena_strndup(k->a, day, 6);
}

static void head(const struct making *k)
{
    const char **v = k->raw->v;
    const struct row *m = k->m;
    v[RAW_NAME] = row_text(m, "name");
    v[RAW_SEX] = code(m, "roster.sex", "sex");
    v[RAW_BIRTH] = form_digits(k->a, row_date(m, "birth"));
    v[RAW_ETHNICITY] = code(m, "gb3304_ethnic", "ethnicity");
    v[RAW_NATIVE_PLACE] = row_text(m, "native_place");
    v[RAW_BIRTH_PLACE] = row_text(m, "birth_place");
    v[RAW_PARTY] = party(k);
    v[RAW_WORK_START] = form_digits(k->a, row_date(m, "work_start"));
    v[RAW_HEALTH] = row_text(m, "health");
    v[RAW_TITLE] = row_text(m, "title");
    v[RAW_EXPERTISE] = row_text(m, "expertise");
    v[RAW_POST] = row_text(m, "post_text");
    if (k->w->v4) {
        v[RAW_RETIRE_DUE] = retires(k);
        v[RAW_AGE_LIMIT] = age_limit(m);
    }
}

static void tail(const struct making *k)
{
    const char **v = k->raw->v, *id = row_text(k->m, "citizen_id"), *day = form_digits(k->a, k->w->day);
    v[RAW_PROPOSED] = k->w->proposed;
    v[RAW_REMOVED] = k->w->removed;
    v[RAW_REASON] = k->w->reason;
    v[RAW_REPORTING_UNIT] = k->w->reporting_unit;
    v[RAW_AGE_AS_OF] = day;
    v[RAW_FILLED_ON] = day;
    v[RAW_FILLED_BY] = k->w->filled_by;
    v[RAW_ID] = id == NULL ? "" : id;
    v[RAW_VERSION] = k->w->v4 ? "4.0" : "3.2.1.6";
}

/* Of each mode the highest, the later of equal ones: a form has room for one. */
static void education(const struct making *k, struct row *const *rows, int n)
{
    const struct code_list *modes = codes_list("roster.education_mode"), *levels = codes_list("roster.education_level");
    const struct row *best[2] = {NULL, NULL};
    int64_t rank[2] = {-1, -1};
    for (int i = 0; i < n; i++) {
        const char *mode = row_text(rows[i], "mode"), *level = row_text(rows[i], "education_level");
        struct date to = row_date(rows[i], "to_on");
        if (mode == NULL)
            continue; /* the form asks which it was */
        int in = codes_find(modes, mode) != roster_codes.full_time;
        int64_t at = (int64_t)(level == NULL ? 0 : codes_find(levels, level)) << 32 | (date_is(to) ? to.v : 0);
        if (at >= rank[in]) {
            rank[in] = at;
            best[in] = rows[i];
        }
    }
    for (int in = 0; in < 2; in++) {
        const char **v = k->raw->v + (in ? RAW_IN_EDUCATION : RAW_FULL_EDUCATION);
        if (best[in] == NULL)
            continue;
        v[0] = row_text(best[in], "education");
        v[1] = row_text(best[in], "degree");
        v[2] = row_text(best[in], "school");
        v[3] = row_text(best[in], "degree_school");
    }
}

static void family(const struct making *k, struct row *const *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const char *relation = code(rows[i], "roster.relation", "relation");
        *VEC_PUSH(&k->raw->kin, k->a) =
            (struct form_raw_kin){.relation = relation != NULL ? relation : row_text(rows[i], "relation_text"),
                                  .name = row_text(rows[i], "name"),
                                  .birth = form_digits(k->a, row_date(rows[i], "birth")),
                                  .politics = row_text(rows[i], "politics"),
                                  .work = row_text(rows[i], "work")};
    }
}

static struct err *photo(const struct making *k)
{
    int64_t file = row_int(k->m, "photo");
    const char *type;
    if (file == 0 || k->w->no_photo)
        return NULL;
    return file_get(k->tx, file, &type, &k->raw->photo, &k->raw->n_photo);
}

static struct err *rows_of(const struct making *k, const struct record *rec, struct row ***rows, int *n)
{
    return record_of(k->tx, rec, k->who, "member", k->m->id, ROWS_MOST, rows, n);
}

struct err *form_of_member(struct db_tx *tx, const struct who *who, const struct row *member, const struct form_wish *w,
                           struct form **out)
{
    struct making k = {.tx = tx, .a = tx->arena, .who = who, .m = member, .w = w};
    k.raw = arena_new_of(k.a, struct form_raw);
    struct row **rows;
    int n;
    head(&k);
    tail(&k);
    TRY(rows_of(&k, &roster_resume, &rows, &n));
    k.raw->v[RAW_RESUME] = form_own_resume(k.a, row_text(member, "resume_text"), rows, n);
    TRY(rows_of(&k, &roster_appraisal, &rows, &n));
    k.raw->v[RAW_APPRAISAL] = form_own_appraisal(k.a, row_text(member, "appraisal_text"), rows, n);
    n = 0;
    if (row_text(member, "awards_text") == NULL)
        TRY(rows_of(&k, &roster_award, &rows, &n));
    k.raw->v[RAW_AWARDS] = form_own_awards(k.a, row_text(member, "awards_text"), rows, n);
    TRY(rows_of(&k, &roster_education, &rows, &n));
    education(&k, rows, n);
    TRY(rows_of(&k, &roster_family, &rows, &n));
    family(&k, rows, n);
    TRY(photo(&k));
    struct form *f = arena_new_of(k.a, struct form);
    f->raw = k.raw;
    *out = f;
    return NULL;
}
