/* life.c: a life that makes sense: schooling by the year of birth, work after it, the Party after eighteen, posts that
 * follow each other without a gap and rise one level at a time. No level of leading posts adds up to fifteen years, and
 * no post in a committee or government to ten, except where a case says so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo/inner.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

/* ---- schooling ---- */
static const char *const universities[] = {"虚岭大学",     "虚岭师范大学", "虚岭农业大学",
                                           "虚岭财经大学", "虚岭工业大学", "无定学院"};
static const char *const colleges[] = {"无定职业技术学院", "虚岭广播电视大学", "虚岭警官职业学院", "无定师范专科学校"};
static const char *const specialised[] = {"无定师范学校", "虚岭财政学校", "虚岭农业学校", "虚岭卫生学校"};
static const struct {
    const char *major, *bachelor, *master;
} majors[] = {{"法学", "法学学士", "法学硕士"},
              {"汉语言文学", "文学学士", "文学硕士"},
              {"会计学", "管理学学士", "管理学硕士"},
              {"行政管理", "管理学学士", "公共管理硕士"},
              {"经济学", "经济学学士", "经济学硕士"},
              {"土木工程", "工学学士", "工学硕士"},
              {"计算机科学与技术", "工学学士", "工学硕士"},
              {"农学", "农学学士", "农学硕士"},
              {"历史学", "历史学学士", "历史学硕士"},
              {"数学与应用数学", "理学学士", "理学硕士"}};

enum school { SCHOOL_SPECIALISED, SCHOOL_COLLEGE, SCHOOL_UNIVERSITY, SCHOOL_GRADUATE };

static enum school school_of(int birth_year, struct rng *r)
{
    int at = rng_below(r, 100);
    if (birth_year < 1972)
        return at < 40 ? SCHOOL_SPECIALISED : at < 75 ? SCHOOL_COLLEGE : SCHOOL_UNIVERSITY;
    if (birth_year < 1982)
        return at < 15 ? SCHOOL_SPECIALISED : at < 50 ? SCHOOL_COLLEGE : at < 98 ? SCHOOL_UNIVERSITY : SCHOOL_GRADUATE;
    return at < 12 ? SCHOOL_COLLEGE : at < 85 ? SCHOOL_UNIVERSITY : SCHOOL_GRADUATE;
}

static const char *place_of_study(struct arena *a, const char *school, const char *major)
{
    return arena_printf(a, "%s%s专业", school, major);
}

static void set_school(struct arena *a, struct schooling *s, enum school kind, int from, struct rng *r)
{
    static const char *const words[] = {"中专", "大专", "大学", "研究生"}, *const levels[] = {"35", "31", "21", "11"};
    static const int years[] = {3, 3, 4, 3};
    int m = rng_below(r, COUNT(majors));
    const char *school = kind == SCHOOL_SPECIALISED ? specialised[rng_below(r, COUNT(specialised))]
                         : kind == SCHOOL_COLLEGE   ? colleges[rng_below(r, COUNT(colleges))]
                                                    : universities[rng_below(r, COUNT(universities))];
    *s = (struct schooling){.education = words[kind],
                            .level = levels[kind],
                            .degree = kind == SCHOOL_UNIVERSITY ? majors[m].bachelor
                                      : kind == SCHOOL_GRADUATE ? majors[m].master
                                                                : NULL,
                            .degree_level = kind == SCHOOL_UNIVERSITY ? "4"
                                            : kind == SCHOOL_GRADUATE ? "3"
                                                                      : NULL,
                            .school = place_of_study(a, school, majors[m].major),
                            .major = majors[m].major,
                            .from = from,
                            .to = from + years[kind] * 12 - 2};
}

static const struct slot *slot_of(const struct district *d, const struct person *p)
{
    return p->slot < 0 ? NULL : &d->units[p->unit].body->pattern->slots[p->slot];
}

static enum level level_of(const struct district *d, const struct person *p)
{
    if (p->kase == CASE_OVER_QUOTA || p->kase == CASE_NO_QUOTA)
        return LEVEL_DEPUTY_SECTION;
    return p->slot < 0 ? LEVEL_CLERK : slot_of(d, p)->level;
}

static void schooling(struct arena *a, const struct district *d, const struct person *p, int end, struct rng *r,
                      struct life *l)
{
    int year = p->birth / 12;
    enum school kind = school_of(year, r);
    if (level_of(d, p) >= LEVEL_DEPUTY_COUNTY && kind == SCHOOL_SPECIALISED)
        kind = SCHOOL_COLLEGE;
    if (p->kase == CASE_SCHOOL)
        kind = SCHOOL_SPECIALISED;
    int leaves_school = (year + (p->birth % 12 >= 8 ? 19 : 18)) * 12 + 8; /* the September after eighteen */
    if (kind == SCHOOL_GRADUATE && leaves_school + 84 > end - 12)
        kind = SCHOOL_UNIVERSITY;
    if (kind == SCHOOL_UNIVERSITY && leaves_school + 46 > end - 4)
        kind = SCHOOL_COLLEGE;
    l->n_full = 1;
    if (kind == SCHOOL_GRADUATE) {
        set_school(a, &l->full[0], SCHOOL_UNIVERSITY, leaves_school, r);
        set_school(a, &l->full[1], SCHOOL_GRADUATE, leaves_school + 48, r);
        l->n_full = 2;
    } else {
        set_school(a, &l->full[0], kind, kind == SCHOOL_SPECIALISED ? (year + 16) * 12 + 8 : leaves_school, r);
    }
    l->work_start = l->full[l->n_full - 1].to + rng_below(r, 2);
    if (p->kase == CASE_SCHOOL)
        return;
    if (kind < SCHOOL_UNIVERSITY && end - l->work_start > 90 && rng_chance(r, 750)) {
        set_school(a, &l->later, SCHOOL_UNIVERSITY, (l->work_start / 12 + rng_range(r, 2, 4)) * 12 + 8, r);
        l->later.to = l->later.from + 34;
        l->later.degree = l->later.degree_level = NULL;
        if (rng_chance(r, 500)) {
            l->later.education = "省委党校大学";
            l->later.school = place_of_study(a, "虚岭省委党校", l->later.major);
        }
    } else if (kind == SCHOOL_UNIVERSITY && end - l->work_start > 150 && rng_chance(r, 250)) {
        set_school(a, &l->later, SCHOOL_GRADUATE, (l->work_start / 12 + rng_range(r, 5, 7)) * 12 + 8, r);
        l->later.education = "省委党校研究生";
        l->later.school = place_of_study(a, "虚岭省委党校", l->later.major);
        l->later.degree = l->later.degree_level = NULL;
    }
}

/* ---- posts ---- */
struct segment {
    enum level level;
    int months;
};
enum { SEGMENTS_MOST = 12 };

/* Unit and post in prose. */
static const char *prose_unit(struct arena *a, const struct district *d, const struct unit *u)
{
    return strstr(u->short_name, d->name) != NULL ? u->short_name : arena_printf(a, "%s%s", d->name, u->short_name);
}

static const char *slot_title(struct arena *a, const struct district *d, const struct unit *u, const struct slot *s)
{
    return arena_printf(a, s->title, *u->body->head != '\0' ? u->body->head : d->name + strlen(d->name) - 3);
}

/* Months the present post has been held. */
static int held(const struct person *p, bool standing, int all, struct rng *r)
{
    int months = rng_chance(r, 120) ? rng_range(r, 2, 8) : rng_range(r, 14, 100);
    if (p->kase == CASE_OVER_QUOTA || p->kase == CASE_NO_QUOTA)
        months = rng_range(r, 15, 50);
    if (p->kase == CASE_TERM || p->kase == CASE_TERM_NEARLY)
        months = rng_range(r, 40, 80);
    if (demo_promoted(p->kase))
        months = rng_range(r, 14, 50); /* promoted since 2019 */
    if (p->kase >= CASE_AUDIT_PLACE && p->kase <= CASE_AUDIT_JOINT)
        months = rng_range(r, 56, 90);
    if (standing && months > 80)
        months = 80; /* two posts at one level: even added up they stay under fifteen years */
    return months < all - 24 ? months : all - 24;
}

/* Two posts at the level below a county post, long enough; or what a case says. */
static int below(const struct person *p, enum level level, struct rng *r, struct segment *out, int *n)
{
    int each = p->kase == CASE_SHORT_DEPUTY ? 8 : p->kase == CASE_SHORT_LOWER ? 12 : rng_range(r, 24, 34);
    int posts = p->kase == CASE_SKIP ? 0 : p->kase == CASE_ONE_POST ? 1 : 2;
    if (p->kase == CASE_ONE_POST)
        each = 40;
    for (int i = 0; i < posts; i++)
        out[(*n)++] = (struct segment){level, each};
    return posts * each;
}

/* Lengths of a leader's posts, the present one first. */
static int rising(enum level level, int all, int present, const struct person *p, struct rng *r, struct segment *out)
{
    int n = 0, used = present;
    out[n++] = (struct segment){level, present};
    bool fixed = p->kase == CASE_EXCHANGE || p->kase == CASE_EXCHANGE_NEARLY;
    if (!fixed && !demo_promoted(p->kase) && present < 50 && rng_chance(r, 400) && all - used > 70) {
        out[n] = (struct segment){level, rng_range(r, 18, 40)};
        used += out[n++].months;
    }
    if (level >= LEVEL_DEPUTY_COUNTY)
        used += below(p, --level, r, out, &n);
    for (enum level l = level - 1; l >= LEVEL_DEPUTY_SECTION; l--)
        for (int twice = 0; twice < 2; twice++) {
            int months = rng_range(r, 24, 48);
            if (all - used - months < 24 || (twice == 1 && rng_chance(r, 600)))
                break;
            out[n++] = (struct segment){l, months};
            used += months;
        }
    int rest = all - used, parts = rest / 60 < 1 ? 1 : rest / 60 > 2 ? 2 : rest / 60;
    for (int i = 0; i < parts; i++)
        out[n++] = (struct segment){LEVEL_CLERK, i + 1 < parts ? rest / parts : rest - rest / parts * (parts - 1)};
    return n;
}

static int plodding(int all, struct rng *r, struct segment *out)
{
    int n = all / 32 < 1 ? 1 : all / 32 > 8 ? 8 : all / 32;
    if (n > 1 && rng_chance(r, 60))
        n /= 2;
    int each = all / n, left = all;
    for (int i = 0; i < n; i++) {
        int months = i + 1 == n ? left : each + rng_range(r, -each / 4, each / 4);
        out[i] = (struct segment){LEVEL_CLERK, months};
        left -= months;
        if (i + 1 < n)
            each = left / (n - i - 1);
    }
    return n;
}

/* A clerk's post: more than half the time in the body he is in now, and rising with the years (step 0 .. of - 1). */
static void as_clerk(struct arena *a, const struct district *d, const struct person *p, int step, int of, struct rng *r,
                     struct span *s)
{
    static const char *const junior[] = {"办事员", "科员", "办公室科员", "综合科科员"}, *const senior[] = {
                                                                                            "综合科科员",
                                                                                            "业务科副科长",
                                                                                            "综合科副科长",
                                                                                            "综合科科长", "办公室主任"};
    s->unit = p->slot < 0 && rng_chance(r, 550) ? p->unit : rng_range(r, d->n_units > 20 ? 4 : 2, d->n_units - 1);
    s->title = arena_printf(a, "%s%s", prose_unit(a, d, &d->units[s->unit]),
                            step * 2 < of ? junior[rng_below(r, COUNT(junior))] : senior[rng_below(r, COUNT(senior))]);
}

/* A leading post of that level somewhere in the district. */
static void as_leader(struct arena *a, const struct district *d, enum level level, struct rng *r, struct span *s)
{
    for (;;) {
        const struct unit *u = &d->units[rng_below(r, d->n_units)];
        int slot = rng_below(r, u->body->pattern->n);
        const struct slot *at = &u->body->pattern->slots[slot];
        if (at->level != level)
            continue;
        s->unit = (int)(u - d->units);
        s->slot = slot;
        s->chief = at->chief;
        s->elected = (at->flags & SLOT_ELECTED) != 0;
        s->title = arena_printf(a, "%s%s", prose_unit(a, d, u), slot_title(a, d, u, at));
        return;
    }
}

/* The first day of the present post where a case fixes it. */
static bool fixed_start(const struct district *d, const struct person *p, struct rng *r, struct date *out)
{
    if (p->kase == CASE_EXCHANGE)
        *out = date_add_days(date_add_months(d->today, -120), -rng_range(r, 1, 500));
    else if (p->kase == CASE_EXCHANGE_NEARLY)
        *out = date_add_days(date_add_months(d->today, -120), 1);
    else if (p->kase == CASE_PROBATION_SOON)
        *out = date_add_days(date_add_months(d->today, -12), rng_range(r, 3, 25));
    else if (p->kase == CASE_PROBATION)
        *out = date_add_days(date_add_months(d->today, -12), -rng_range(r, 2, 120));
    else
        return false;
    return true;
}

static void present_post(struct arena *a, const struct district *d, const struct person *p, struct span *s)
{
    const struct unit *u = &d->units[p->unit];
    const struct slot *slot = slot_of(d, p);
    s->unit = p->unit;
    s->slot = p->slot;
    s->title = arena_printf(a, "%s%s", prose_unit(a, d, u), p->job);
    s->chief = slot != NULL && slot->chief;
    s->elected = slot == NULL || (slot->flags & SLOT_ELECTED) != 0;
    s->quota = slot != NULL || p->kase == CASE_OVER_QUOTA;
    s->current = p->status == STATUS_IN_OFFICE;
}

static struct date day_in(int month, struct rng *r)
{
    return month_date(month, rng_range(r, 1, 28));
}

static bool department(const struct district *d, const struct span *s)
{
    return s->chief && strcmp(d->units[s->unit].body->kind, "government_department") == 0;
}

static bool same_post(const struct person *p)
{
    return p->kase == CASE_TERMS || p->kase == CASE_TERMS_ONE || p->kase == CASE_TERM_LEFT;
}

/* Lengths of the posts, the present one first. start: the first day of the present one. */
static int segments(const struct district *d, const struct person *p, const struct life *l, int end, struct rng *r,
                    struct segment *seg, struct date *start)
{
    enum level level = level_of(d, p);
    const struct slot *slot = slot_of(d, p);
    int all = end - l->work_start, n;
    if (level == LEVEL_CLERK) {
        n = plodding(all, r, seg);
        *start = day_in(end - seg[0].months, r);
        return n;
    }
    int present = held(p, slot != NULL && (slot->flags & (SLOT_STANDING | SLOT_VICE)) != 0, all, r);
    *start = day_in(end - present, r);
    if (fixed_start(d, p, r, start))
        present = end - month_of(*start);
    n = rising(level, all, present, p, r, seg);
    if (p->kase == CASE_TERM_MOVES) { /* three posts with a term in less than four years */
        present = rng_range(r, 13, 15);
        *start = day_in(end - present, r);
        seg[0] = (struct segment){level, present};
        seg[1] = (struct segment){level, 16};
        seg[2] = (struct segment){level, 18};
        seg[3] = (struct segment){LEVEL_DEPUTY_SECTION, 40};
        seg[4] = (struct segment){LEVEL_CLERK, all - present - 74};
        n = 5;
    }
    if (p->kase == CASE_LEFT_UNAUDITED) { /* from one principal post to another some months ago */
        present = rng_range(r, 3, 8);
        *start = day_in(end - present, r);
        seg[0] = (struct segment){level, present};
        seg[1] = (struct segment){level, 30};
        seg[2] = (struct segment){LEVEL_DEPUTY_SECTION, 40};
        seg[3] = (struct segment){LEVEL_CLERK, all - present - 70};
        n = 4;
    }
    if (same_post(p)) { /* three times */
        present = rng_range(r, 14, 20);
        *start = day_in(end - present, r);
        seg[0] = (struct segment){level, present};
        seg[1] = (struct segment){level, p->kase == CASE_TERMS ? 57 : 24};
        seg[2] = (struct segment){level, 60};
        seg[3] = (struct segment){LEVEL_DEPUTY_SECTION, 40};
        seg[4] = (struct segment){LEVEL_CLERK, all - present - seg[1].months - 100};
        n = 5;
    }
    if (p->kase == CASE_TERM || p->kase == CASE_TERM_NEARLY) { /* two posts at the level, the rest below */
        int total = p->kase == CASE_TERM ? rng_range(r, 186, 200) : 179;
        seg[1] = (struct segment){level, total - present};
        seg[2] = (struct segment){LEVEL_DEPUTY_SECTION, 30};
        seg[3] = (struct segment){LEVEL_CLERK, all - total - 30};
        n = 4;
    }
    return n;
}

static void posts(struct arena *a, const struct district *d, const struct person *p, int end, struct rng *r,
                  struct life *l)
{
    struct segment seg[SEGMENTS_MOST];
    struct date start, after = DATE_NONE;
    int n = segments(d, p, l, end, r, seg, &start), month = end;
    bool term = p->kase == CASE_TERM || p->kase == CASE_TERM_NEARLY;
    l->n_main = l->n_spans = n;
    for (int i = 0; i < n; i++) {
        struct span *s = &l->spans[n - 1 - i];
        *s = (struct span){.slot = -1, .level = seg[i].level, .leading = seg[i].level > LEVEL_CLERK, .main = true};
        month -= seg[i].months;
        s->from = i == 0 ? start : day_in(month, r);
        s->day_known = s->leading;
        s->to = after;
        bool again = i < 3 && same_post(p), moved = i < 3 && p->kase == CASE_TERM_MOVES;
        if (i == 0 || again)
            present_post(a, d, p, s);
        if (i > 0)
            s->current = s->quota = false;
        if (i > 0 && !again && s->leading)
            as_leader(a, d, s->level, r, s);
        else if (i > 0 && !again)
            as_clerk(a, d, p, n - 1 - i, n, r, s);
        while (i == 1 && p->kase == CASE_LEFT_UNAUDITED && !department(d, s))
            as_leader(a, d, s->level, r, s);
        s->term = again || moved || (i == 0 && s->leading && s->elected && s->chief);
        if (i == 0 && !s->current)
            s->to = day_in(end, r);
        if (term && i == 1) /* the fifteen years are counted from here */
            s->from = month_date(month, date_day(d->today) > 28 ? 28 : date_day(d->today));
        if (p->kase == CASE_PROBATION
                ? i == 0
                : s->current && s->leading && !s->elected && date_months_between(s->from, d->today) < 12) {
            s->on_probation = true;
            s->probation_until = date_add_days(date_add_months(s->from, 12), -1);
        }
        after = s->from;
    }
}

/* 区委常委 and 区委副书记 beside the main post, from the same day unless that is very long ago. */
static void concurrent(struct arena *a, const struct district *d, const struct person *p, struct life *l)
{
    const struct slot *slot = slot_of(d, p);
    if (slot == NULL || (slot->flags & (SLOT_STANDING | SLOT_VICE)) == 0 || p->status != STATUS_IN_OFFICE)
        return;
    struct date since = l->spans[l->n_main - 1].from;
    bool long_ago = date_months_between(since, d->today) > 81;
    l->spans[l->n_spans++] =
        (struct span){.unit = 0,
                      .slot = -1,
                      .title = arena_printf(a, "%s委%s", d->name, slot->flags & SLOT_VICE ? "副书记" : "常委"),
                      .level = slot->level,
                      .leading = true,
                      .current = true,
                      .day_known = true,
                      .elected = true,
                      .from = long_ago ? date_add_months(since, 96) : since};
}

/* ---- the rest ---- */
static void rank(const struct district *d, const struct person *p, int end, struct rng *r, struct life *l)
{
    static const struct {
        int years;
        const char *general, *general_text, *police, *police_text;
    } steps[] = {{3, "ZG11", "一级科员", "JY11", "一级警员"},      {6, "ZG10", "四级主任科员", "JY10", "四级警长"},
                 {10, "ZG09", "三级主任科员", "JY09", "三级警长"}, {15, "ZG08", "二级主任科员", "JY08", "二级警长"},
                 {22, "ZG07", "一级主任科员", "JY07", "一级警长"}, {99, "ZG06", "四级调研员", "JY06", "四级高级警长"}};
    int years = (end - l->work_start) / 12, i = 0;
    const struct body *b = d->units[p->unit].body;
    if (years < 1 || strcmp(b->staff, "1") != 0 || p->kase == CASE_RETIRE_50 || level_of(d, p) > LEVEL_SECTION)
        return;
    while (years >= steps[i].years)
        i++;
    if (i == 5 && p->slot < 0 && rng_chance(r, 700))
        i = 4;
    bool police = strstr(b->name, "公安") != NULL && p->slot < 0;
    l->rank = police ? steps[i].police : steps[i].general;
    l->rank_text = police ? steps[i].police_text : steps[i].general_text;
    int first = 2019 * 12 + 5, from = end - rng_range(r, 3, 30);
    l->rank_from = from > first ? from : first;
    if (l->rank_from < l->work_start + 12)
        l->rank_from = l->work_start + 12;
    if (p->kase != CASE_RANK_EARLY && p->kase != CASE_RANK_EARLY_HIGH)
        return;
    bool high = p->kase == CASE_RANK_EARLY_HIGH;
    l->rank = high ? "ZG03" : "ZG08";
    l->rank_text = high ? "一级调研员" : "二级主任科员";
    l->rank_before = high ? "ZG04" : "ZG09";
    l->rank_before_months = high ? 20 : 8; /* with two years excellent still too few */
    l->rank_from = end - 8;
}

static void family(const struct person *p, int now, struct rng *r, struct life *l)
{
    int child = p->birth + 12 * rng_range(r, 25, 30) + rng_below(r, 12);
    int many = rng_chance(r, 880) ? 1 + rng_chance(r, 270) : 0;
    for (; l->n_children < many && child < now - 2; child += rng_range(r, 24, 60))
        l->child_birth[l->n_children++] = child;
}

const char *demo_post_text(struct arena *a, const struct district *d, const struct person *p)
{
    const struct unit *u = &d->units[p->unit];
    const struct slot *s = slot_of(d, p);
    const char *unit = prose_unit(a, d, u);
    if (s != NULL && (s->flags & (SLOT_STANDING | SLOT_VICE)) != 0) {
        const char *party = arena_printf(a, "%s委", d->name);
        const char *rest = strncmp(unit, party, strlen(party)) == 0 ? unit + strlen(party) : unit;
        return arena_printf(a, "%s%s、%s%s", party, s->flags & SLOT_VICE ? "副书记" : "常委", rest, p->job);
    }
    const char *was = p->status == STATUS_RETIRED || p->status == STATUS_DECEASED ? "原" : "";
    return arena_printf(a, "%s%s%s", was, unit, p->job);
}

/* Where somebody grew up matters where the post is closed to natives. */
static void home(struct arena *a, const struct district *d, const struct person *p, const struct slot *s,
                 struct life *l)
{
    if (s == NULL || (s->flags & (SLOT_COUNTY | SLOT_TOWN)) == 0)
        return;
    l->home_division = "990199";
    if (p->kase != CASE_HOME_COUNTY && p->kase != CASE_HOME_TOWN)
        return;
    l->home = arena_printf(a, "虚岭%s", d->name);
    l->home_division = p->kase == CASE_HOME_TOWN ? d->units[p->unit].division : d->code;
}

void demo_life(struct arena *a, const struct district *d, int person, struct rng *r, struct life *out)
{
    const struct person *p = &d->people[person];
    const struct slot *s = slot_of(d, p);
    int now = month_of(d->today), end = p->status == STATUS_IN_OFFICE ? now : p->status_month;
    struct life l = {0};
    demo_rng(d, person, 2, r);
    schooling(a, d, p, end, r, &l);
    if (p->politics == POLITICS_PARTY) {
        l.party_joined = p->birth + 12 * rng_range(r, 19, p->party_needed ? 24 : 30) + rng_below(r, 12);
        if (l.party_joined > end - 3)
            l.party_joined = end - 3 > p->birth + 18 * 12 ? end - 3 : p->birth + 18 * 12;
    }
    posts(a, d, p, end, r, &l);
    concurrent(a, d, p, &l);
    if (p->kase == CASE_PARTY_AGE)
        l.party_joined = month_of(l.spans[l.n_spans - 1].from) - 20;
    rank(d, p, end, r, &l);
    family(p, now, r, &l);
    l.post_text = demo_post_text(a, d, p);
    l.native = demo_native(r);
    l.birth_place = rng_chance(r, 850) ? l.native : demo_native(r);
    l.home = s != NULL && (s->flags & (SLOT_COUNTY | SLOT_TOWN)) != 0 ? demo_native_not(r, d->name) : l.birth_place;
    home(a, d, p, s, &l);
    *out = l;
}
