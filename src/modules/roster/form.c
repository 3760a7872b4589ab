/* form.c: from the texts of a file to what the form says. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "roster/form_text.h"

enum { PHOTO_LARGE = 5 << 20 };

static struct date take_date(struct arena *a, struct form *f, const char *raw, const char *field)
{
    struct date d;
    const char *text = form_clean(a, raw);
    if (!form_date(text, &d))
        form_warn(a, f, FORM_DATE_UNREADABLE, field, "%.60s", text);
    return d;
}

static const char *take_name(struct arena *a, struct form *f, const char *raw, const char *field)
{
    bool doubtful;
    const char *name = form_name(a, raw, &doubtful);
    if (doubtful)
        form_warn(a, f, FORM_NAME_DOUBTFUL, field, "%.90s", name);
    return name;
}

static void take_sex(struct arena *a, struct form *f, const char *raw)
{
    const char *s = form_squeeze(a, raw);
    if (s == NULL)
        return;
    if (strcmp(s, "男") == 0 || strcmp(s, "男性") == 0)
        f->sex = "男";
    else if (strcmp(s, "女") == 0 || strcmp(s, "女性") == 0)
        f->sex = "女";
    else
        form_warn(a, f, FORM_SEX_UNREADABLE, "sex", "%.30s", s);
}

static void take_kin(struct arena *a, const struct form_raw *raw, struct form *f)
{
    static const char *const other_words[] = {"病故", "亡故", "身故", "牺牲", "殉职", "过世", "离世"};
    VEC(struct form_kin) kin = {0};
    for (size_t i = 0; i < raw->kin.n; i++) {
        const struct form_raw_kin *r = &raw->kin.p[i];
        struct form_kin k = {.relation = form_squeeze(a, r->relation),
                             .politics = form_squeeze(a, r->politics),
                             .work = form_clean(a, r->work),
                             .birth_text = form_clean(a, r->birth)};
        bool doubtful;
        k.name = form_name(a, r->name, &doubtful);
        if (k.relation == NULL && k.name == NULL && k.politics == NULL && k.work == NULL && k.birth_text == NULL)
            continue;
        const char *at = arena_printf(a, "family.%zu", kin.n + 1);
        if (doubtful)
            form_warn(a, f, FORM_NAME_DOUBTFUL, arena_printf(a, "%s.name", at), "%.90s", k.name);
        k.birth = take_date(a, f, r->birth, arena_printf(a, "%s.birth", at));
        k.deceased = form_work_says_dead(k.work);
        for (size_t w = 0; w < sizeof other_words / sizeof *other_words && k.work != NULL && !k.deceased; w++)
            if (strstr(k.work, other_words[w]) != NULL)
                form_warn(a, f, FORM_FAMILY_DEATH, arena_printf(a, "%s.work", at), "%.90s", k.work);
        *VEC_PUSH(&kin, a) = k;
    }
    f->family = kin.p;
    f->n_family = kin.n;
}

static void take_id(struct arena *a, struct form *f, const char *raw)
{
    const char *s = form_clean(a, raw);
    if (s == NULL)
        return;
    f->has_id = true;
    if (!ids_citizen_read(s, strlen(s), clock_today(), &f->id)) {
        form_warn(a, f, FORM_ID_WRONG, "id_number", "%s %.40s", ids_fault_name(f->id.fault), s);
        return;
    }
    if (f->id.old15)
        form_warn(a, f, FORM_ID_OLD, "id_number", "%.40s", s);
    char iso[DATE_TEXT], form_iso[DATE_TEXT];
    if (date_is(f->birth) && date_eq(f->birth, f->id.birth) == TRI_FALSE)
        form_warn(a, f, FORM_ID_BIRTH, "id_number", "%s %s", date_iso(f->id.birth, iso), date_iso(f->birth, form_iso));
    if (f->sex != NULL && (strcmp(f->sex, "男") == 0) != (f->id.sex == 'M'))
        form_warn(a, f, FORM_ID_SEX, "id_number", "%s", f->id.sex == 'M' ? "男" : "女");
}

static void take_photo(struct arena *a, const struct form_raw *raw, struct form *f)
{
    const void *bytes = raw->photo;
    void *decoded = NULL;
    size_t n = raw->n_photo;
    const char *text = raw->v[RAW_PHOTO];
    if (n == 0) {
        if (utf8_empty(text))
            return;
        if (!form_base64(a, text, &decoded, &n)) {
            form_warn(a, f, FORM_PHOTO_UNREADABLE, "photo", "base64");
            return;
        }
        bytes = decoded;
    }
    f->has_photo = true;
    if (!form_photo_sniff(bytes, n, &f->photo))
        form_warn(a, f, FORM_PHOTO_UNREADABLE, "photo", "%s", f->photo.kind == NULL ? "kind" : f->photo.kind);
    if (n > PHOTO_LARGE)
        form_warn(a, f, FORM_PHOTO_LARGE, "photo", "%zu", n);
}

static struct form_education take_education(struct arena *a, const char *const v[4])
{
    return (struct form_education){.education = form_clean(a, v[0]),
                                   .degree = form_clean(a, v[1]),
                                   .education_school = form_clean(a, v[2]),
                                   .degree_school = form_clean(a, v[3])};
}

void form_understand(struct arena *a, const struct form_raw *raw, struct form *f)
{
    const char *const *v = raw->v;
    f->name_text = form_clean(a, v[RAW_NAME]);
    f->name = take_name(a, f, v[RAW_NAME], "name");
    if (f->name == NULL)
        form_warn(a, f, FORM_NAME_MISSING, "name", "%s", "");
    take_sex(a, f, v[RAW_SEX]);
    f->birth_text = form_clean(a, v[RAW_BIRTH]);
    f->birth = take_date(a, f, v[RAW_BIRTH], "birth");
    f->ethnicity = form_squeeze(a, v[RAW_ETHNICITY]);
    f->native_place = form_clean(a, v[RAW_NATIVE_PLACE]);
    f->birth_place = form_clean(a, v[RAW_BIRTH_PLACE]);
    f->work_start_text = form_clean(a, v[RAW_WORK_START]);
    f->work_start = take_date(a, f, v[RAW_WORK_START], "work_start");
    f->retire_due = take_date(a, f, v[RAW_RETIRE_DUE], "retire_due");
    f->age_as_of = take_date(a, f, v[RAW_AGE_AS_OF], "age_as_of");
    f->filled_on = take_date(a, f, v[RAW_FILLED_ON], "filled_on");
    f->party_text = form_clean(a, v[RAW_PARTY]);
    form_party(a, f, v[RAW_PARTY]);
    f->health = form_clean(a, v[RAW_HEALTH]);
    f->title = form_clean(a, v[RAW_TITLE]);
    f->expertise = form_clean(a, v[RAW_EXPERTISE]);
    f->fulltime = take_education(a, v + RAW_FULL_EDUCATION);
    f->inservice = take_education(a, v + RAW_IN_EDUCATION);
    f->post = form_clean(a, v[RAW_POST]);
    f->proposed = form_clean(a, v[RAW_PROPOSED]);
    f->removed = form_clean(a, v[RAW_REMOVED]);
    f->resume_text = form_clean(a, v[RAW_RESUME]);
    form_resume(a, f, f->resume_text);
    f->awards = form_clean(a, v[RAW_AWARDS]);
    f->appraisal_text = form_clean(a, v[RAW_APPRAISAL]);
    form_appraisal(a, f, v[RAW_APPRAISAL]);
    f->reason = form_clean(a, v[RAW_REASON]);
    f->reporting_unit = form_clean(a, v[RAW_REPORTING_UNIT]);
    f->age_limit_label = form_clean(a, v[RAW_AGE_LIMIT]);
    f->filled_by = form_clean(a, v[RAW_FILLED_BY]);
    f->version = form_clean(a, v[RAW_VERSION]);
    take_kin(a, raw, f);
    take_id(a, f, v[RAW_ID]);
    take_photo(a, raw, f);
}
