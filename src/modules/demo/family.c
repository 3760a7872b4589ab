/* family.c: a person's family, resume and yearly grades, the same for the file and for the form. */
#include <string.h>

#include "demo/inner.h"

struct kin {
    struct arena *a;
    const struct district *d;
    const struct person *p;
    const struct life *l;
    struct rng r;
    struct relative *out;
    int n;
};

static bool linked(const struct person *p, const char *relation)
{
    return p->other >= 0 && strcmp(p->relation, relation) == 0;
}

/* Adds a relative; the one who is a cadre too as his own file has him. */
static void add(struct kin *k, struct relative t)
{
    const struct person *o = k->p->other >= 0 ? &k->d->people[k->p->other] : NULL;
    if (linked(k->p, t.relation)) {
        t.name = o->name;
        t.politics = o->politics == POLITICS_PARTY ? "中共党员" : "群众";
        t.work = demo_post_text(k->a, k->d, o);
        t.birth = o->birth;
        t.deceased = false;
        t.cadre = true;
    }
    k->out[k->n++] = t;
}

static const char *some_work(struct kin *k)
{
    static const char *const jobs[] = {"职工", "会计", "工程师", "业务员", "员工"};
    static const char *const others[] = {"个体经营",           "无定市第三中学教师", "无定市实验小学教师",
                                         "无定市中心医院护士", "无定市中心医院医生", "自由职业"};
    if (rng_chance(&k->r, 450))
        return others[rng_below(&k->r, 6)];
    const char *firm = demo_firm(k->a, &k->r);
    return arena_printf(k->a, "%s%s", firm, jobs[rng_below(&k->r, 5)]);
}

static const char *spouse(struct kin *k)
{
    const struct person *p = k->p;
    struct relative t = {.relation = p->male ? "wife" : "husband",
                         .politics = rng_chance(&k->r, 350) ? "中共党员" : "群众"};
    t.name = demo_name(k->a, &k->r, !p->male, p->ethnicity);
    t.work = (month_of(k->d->today) - p->birth) / 12 > 60 ? "无定市退休职工" : some_work(k);
    t.birth = p->birth + rng_range(&k->r, -40, 40);
    add(k, t);
    return k->out[k->n - 1].name;
}

static void children(struct kin *k, const char *spouse_name)
{
    const struct person *p = k->p;
    int now = month_of(k->d->today);
    if (linked(p, "son") || linked(p, "daughter")) {
        add(k, (struct relative){.relation = p->relation});
        return;
    }
    for (int i = 0; i < k->l->n_children && (i == 0 || !k->d->lean); i++) {
        bool male = rng_chance(&k->r, 520);
        int age = (now - k->l->child_birth[i]) / 12;
        struct relative t = {.relation = male ? "son" : "daughter",
                             .politics = age >= 14 && age < 28 ? "共青团员" : "群众",
                             .birth = k->l->child_birth[i]};
        t.name = demo_child_name(k->a, &k->r, male, p->male ? p->name : spouse_name);
        t.work = age < 6    ? "学龄前儿童"
                 : age < 12 ? "无定市实验小学学生"
                 : age < 18 ? "无定市第三中学学生"
                 : age < 22 ? "无定学院学生"
                            : some_work(k);
        add(k, t);
    }
}

static void parents(struct kin *k)
{
    const struct person *p = k->p;
    for (int mother = 0; mother < 2; mother++) {
        struct relative t = {.relation = mother ? "mother" : "father",
                             .politics = rng_chance(&k->r, 300) ? "中共党员" : "群众"};
        t.birth = p->birth - 12 * rng_range(&k->r, 23, 32);
        int age = (month_of(k->d->today) - t.birth) / 12;
        t.deceased = age > 70 && rng_chance(&k->r, (age - 68) * 25);
        t.name = mother ? demo_name(k->a, &k->r, false, p->ethnicity) : demo_child_name(k->a, &k->r, true, p->name);
        t.work = t.deceased ? "原无定市农民（已去世）" : age > 62 ? "无定市退休职工" : some_work(k);
        add(k, t);
    }
}

int demo_family(struct arena *a, const struct district *d, int person, const struct life *l,
                struct relative out[RELATIVES_MOST])
{
    const struct person *p = &d->people[person];
    struct kin k = {.a = a, .d = d, .p = p, .l = l, .out = out};
    demo_rng(d, person, 3, &k.r);
    int age = (month_of(d->today) - p->birth) / 12;
    bool firm = p->kase == CASE_KIN_FIRM || p->kase == CASE_KIN_FIRM_OTHER;
    bool married = firm || (p->other >= 0 && !linked(p, "mother")) ||
                   rng_chance(&k.r, age < 27   ? 150
                                    : age < 32 ? 700
                                               : 950);
    if (married)
        children(&k, spouse(&k));
    if (linked(p, "wifes_father") || linked(p, "son_in_law"))
        add(&k, (struct relative){.relation = p->relation});
    bool both = d->lean ? linked(p, "mother") || !married : age < 35 || rng_chance(&k.r, 600) || linked(p, "mother");
    if (both)
        parents(&k);
    return k.n;
}

int demo_grades(const struct district *d, int person, const struct life *l, struct grade out[GRADES_MOST])
{
    const struct person *p = &d->people[person];
    const char *staff = d->units[p->unit].body->staff;
    bool servants = strcmp(staff, "7") != 0 && strcmp(staff, "8") != 0 && strcmp(staff, "A1") != 0;
    int end = p->status == STATUS_IN_OFFICE ? month_of(d->today) : p->status_month;
    int last = end / 12 - (end % 12 >= 2 ? 1 : 2), began = l->work_start / 12, n = 0;
    int first = last - (d->lean ? 1 : GRADES_MOST - 1);
    struct rng r;
    demo_rng(d, person, 4, &r);
    for (int year = first > began ? first : began; year <= last; year++) {
        const char *plain = servants ? "2" : "2B";
        bool best = year == date_year(demo_admonished(d)) && p->kase == CASE_TIP_EXCELLENT;
        if (year == demo_last_graded(d) && demo_counts_in_share(d, p))
            best = p->best;
        else if (!demo_measured(p))
            best = rng_chance(&r, 190);
        out[n++] = (struct grade){year, year == began ? "5A" : best ? "1" : plain};
    }
    return n;
}

/* In a large house the middle years stand in one line and only the last school. */
int demo_periods(struct arena *a, const struct district *d, int person, const struct life *l,
                 struct period out[PERIODS_MOST])
{
    const struct person *p = &d->people[person];
    const struct schooling *later = &l->later;
    int n = 0, schools;
    for (int i = d->lean ? l->n_full - 1 : 0; i < l->n_full; i++)
        out[n++] = (struct period){l->full[i].from, l->full[i].to, arena_printf(a, "%s学习", l->full[i].school), false};
    schools = n;
    if (schools == 2)
        out[0].to = out[1].from - 1; /* the summer between the two */
    if (p->kase == CASE_GAP)
        out[schools - 1].to -= 7;
    if (p->kase == CASE_OVERLAP)
        out[schools - 1].to += 7;
    for (int i = 0; i < l->n_main; i++) {
        const struct span *s = &l->spans[i];
        int from = month_of(s->from), to = date_is(s->to) ? month_of(s->to) : 0;
        bool last = i + 1 == l->n_main;
        if (d->lean && i > 0 && !last) {
            out[n - 1].to = to;
            continue;
        }
        if (last && p->kase == CASE_RESUME_END) {
            int early = month_of(d->today) - 6;
            to = early > from ? early : from;
        }
        out[n++] = (struct period){from, to, last && s->current ? l->post_text : s->title, false};
        if (!d->lean && later->to > 0 && later->from >= from && (to == 0 || later->from < to))
            out[n++] = (struct period){later->from, later->to, arena_printf(a, "在%s学习", later->school), true};
    }
    return n;
}
