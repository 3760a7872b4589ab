/* intake_form.c: from what a 干部任免审批表 says to proposed values of records. */
#include <string.h>

#include "base/buf.h"
#include "record/codes.h"
#include "roster/intake.h"
#include "roster/lrmx.h"
#include "roster/roster.h"

/* Everything refused about one person is told at once. */
struct making {
    struct arena *a;
    struct intake *in;
};

static void put(struct making *m, struct row *row, const char *field, const char *typed)
{
    if (typed == NULL)
        return;
    const char *value = NULL;
    struct err *e = record_parse(m->a, row->of, record_field(row->of, field), typed, &value);
    if (e != NULL)
        err_join(&m->in->refused, e);
    else
        row_set(row, field, value);
}

static const char *code_named(const char *list, const char *name)
{
    const struct code_list *l = codes_list(list);
    int pos = name == NULL ? 0 : codes_find_name(l, name);
    return pos == 0 ? NULL : codes_code(l, pos);
}

static const char *code_keyed(const char *list, const char *key)
{
    const struct code_list *l = codes_list(list);
    return codes_code(l, codes_find(l, key));
}

static void politics(struct making *m, struct row *r, const struct form *f)
{
    row_set_date(m->a, r, "party_joined", f->cpc_joined);
    struct buf others = BUF(m->a);
    for (int i = 0; i < f->n_parties; i++)
        buf_printf(&others, "%s%s", i > 0 ? "；" : "", f->parties[i]);
    row_set(r, "other_parties", buf_str(&others));
    if (date_is(f->cpc_joined))
        row_set(r, "politics", code_keyed("roster.politics", "party_member"));
    else if (f->n_parties > 0)
        row_set(r, "politics", code_named("roster.politics", f->parties[0]));
}

/* 改革前任职年龄界限为55岁: the base age where the law's schedule has one (RET-2025-1, RET-2025-2). Without the words a
 * new man's is 60 (intake_apply.c). */
static const char *base_age(const struct form *f)
{
    static const char *const ages[] = {"60", "55", "50"};
    for (size_t i = 0; f->age_limit_label != NULL && i < sizeof ages / sizeof *ages; i++)
        if (strstr(f->age_limit_label, ages[i]) != NULL)
            return ages[i];
    return NULL;
}

static void member(struct making *m, const struct form *f)
{
    struct row *r = m->in->member;
    if (f->name == NULL)
        err_join(
            &m->in->refused,
            err_field(err_say(ERR(m->a, ERR_INVALID, "the form has no name"), "roster.intake.no_name", NULL), "name"));
    put(m, r, "name", f->name);
    put(m, r, "sex", f->sex);
    row_set_date(m->a, r, "birth", f->birth);
    if (f->ethnicity != NULL)
        row_set(r, "ethnicity", code_named("gb3304_ethnic", f->ethnicity));
    put(m, r, "native_place", f->native_place);
    put(m, r, "birth_place", f->birth_place);
    politics(m, r, f);
    row_set_date(m->a, r, "work_start", f->work_start);
    put(m, r, "health", f->health);
    put(m, r, "title", f->title);
    put(m, r, "expertise", f->expertise);
    put(m, r, "post_text", f->post);
    put(m, r, "resume_text", f->resume_text);
    put(m, r, "awards_text", f->awards);
    put(m, r, "appraisal_text", f->appraisal_text);
    row_set(r, "base_age", base_age(f));
    if (f->has_id)
        put(m, r, "citizen_id", f->id.value);
}

static struct row *add(struct making *m, enum intake_set s, int most)
{
    if (m->in->sets[s].rows == NULL) {
        m->in->sets[s].rows = arena_array(m->a, struct row *, most);
        m->in->sets[s].under = arena_array(m->a, int, most);
    }
    int n = m->in->sets[s].n++;
    m->in->sets[s].under[n] = -1;
    return m->in->sets[s].rows[n] = row_new(m->a, intake_set_record(s));
}

static void period(struct making *m, struct row *r, struct date start, struct date end, const char *text)
{
    row_set_date(m->a, r, "from_on", start);
    row_set_date(m->a, r, "to_on", end);
    if (end.v == DATE_NONE.v)
        row_set(r, "open", "1");
    put(m, r, "text", text != NULL && *text != '\0' ? text : "（未写）");
}

static void resume(struct making *m, const struct form *f)
{
    int most = (int)(f->n_resume + f->n_notes), seat = 0;
    for (size_t i = 0; i < f->n_resume; i++)
        most += (int)f->resume[i].n_nested;
    for (size_t i = 0; i < f->n_resume; i++) {
        const struct form_period *p = &f->resume[i];
        struct row *r = add(m, SET_RESUME, most);
        int outer = m->in->sets[SET_RESUME].n - 1;
        period(m, r, p->start, p->end, p->text);
        row_set_int(m->a, r, "seat", ++seat);
        for (size_t k = 0; k < p->n_nested; k++) {
            r = add(m, SET_RESUME, most);
            m->in->sets[SET_RESUME].under[m->in->sets[SET_RESUME].n - 1] = outer;
            period(m, r, p->nested[k].start, p->nested[k].end, p->nested[k].text);
            row_set_int(m->a, r, "seat", ++seat);
        }
    }
    for (size_t i = 0; i < f->n_notes; i++) {
        struct row *r = add(m, SET_RESUME, most);
        put(m, r, "text", f->notes[i]);
        row_set(r, "note", "1");
        row_set_int(m->a, r, "seat", ++seat);
    }
}

/* The highest level a printed word speaks of: 省委党校研究生 is postgraduate, 大学普通班 a bachelor course. */
static const char *level_in(const char *list, const char *text)
{
    const struct code_list *l = codes_list(list);
    for (int i = codes_count(l); text != NULL && i >= 1; i--)
        if (strstr(text, codes_name(l, i, false)) != NULL)
            return codes_code(l, i);
    return NULL;
}

static void education(struct making *m, const char *mode, const struct form_education *e)
{
    if (e->education == NULL && e->degree == NULL && e->education_school == NULL && e->degree_school == NULL)
        return;
    struct row *r = add(m, SET_EDUCATION, 2);
    row_set(r, "mode", code_keyed("roster.education_mode", mode));
    put(m, r, "education", e->education);
    put(m, r, "degree", e->degree);
    put(m, r, "school", e->education_school);
    put(m, r, "degree_school", e->degree_school);
    row_set(r, "education_level", level_in("roster.education_level", e->education));
    row_set(r, "degree_level", level_in("roster.degree_level", e->degree));
}

static void family(struct making *m, const struct form *f)
{
    for (size_t i = 0; i < f->n_family; i++) {
        const struct form_kin *k = &f->family[i];
        struct row *r = add(m, SET_FAMILY, (int)f->n_family);
        const char *relation = code_named("roster.relation", k->relation);
        row_set(r, "relation", relation);
        if (relation == NULL)
            put(m, r, "relation_text", k->relation);
        put(m, r, "name", k->name);
        row_set_date(m->a, r, "birth", k->birth);
        put(m, r, "politics", k->politics);
        put(m, r, "work", k->work);
        row_set(r, "deceased", k->deceased ? "1" : "0");
        row_set_int(m->a, r, "seat", (int64_t)i + 1);
    }
}

static void appraisal(struct making *m, const struct form *f)
{
    for (size_t i = 0; i < f->n_appraisal; i++) {
        const char *grade = code_named("roster.grade", f->appraisal[i].grade);
        if (grade == NULL)
            continue; /* the text is kept; the form's own warning names the year */
        struct row *r = add(m, SET_APPRAISAL, (int)f->n_appraisal);
        row_set_int(m->a, r, "year", f->appraisal[i].year);
        row_set(r, "grade", grade);
    }
}

struct intake *intake_of_form(struct arena *a, const struct form *f)
{
    struct making m = {a, arena_new_of(a, struct intake)};
    m.in->member = row_new(a, &roster_member);
    member(&m, f);
    resume(&m, f);
    education(&m, "full_time", &f->fulltime);
    education(&m, "in_service", &f->inservice);
    family(&m, f);
    appraisal(&m, f);
    if (f->has_photo && f->photo.kind != NULL) {
        m.in->photo = f->photo.bytes;
        m.in->n_photo = f->photo.n;
        m.in->photo_type = arena_printf(a, "image/%s", f->photo.kind);
    }
    return m.in;
}

void intake_add_row(struct arena *a, struct intake *in, enum intake_set s, struct row *r)
{
    int n = in->sets[s].n++;
    struct row **rows = arena_array(a, struct row *, n + 1);
    int *under = arena_array(a, int, n + 1);
    for (int i = 0; i < n; i++) {
        rows[i] = in->sets[s].rows[i];
        under[i] = in->sets[s].under == NULL ? -1 : in->sets[s].under[i];
    }
    rows[n] = r;
    under[n] = -1;
    in->sets[s].rows = rows;
    in->sets[s].under = under;
}

struct intake *intake_of_item(struct arena *a, const struct form_item *item)
{
    struct intake *in;
    if (item->form != NULL) {
        in = intake_of_form(a, item->form);
    } else {
        in = arena_new_of(a, struct intake);
        in->refused = item->err;
    }
    in->file = item->file;
    in->entry = item->entry;
    return in;
}
