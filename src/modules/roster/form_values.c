/* form_values.c: parties and appraisals of the form (doc/forms.md). */
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "roster/form_text.h"

enum { TEXT_MOST = 8 << 10 };

static bool begins(const char *s, const char *w)
{
    return strncmp(s, w, strlen(w)) == 0;
}

/* Names as written and the short names of the code table. Longer ones first: 农工民主党 before 农工. */
static const char *const parties[][2] = {
    {"中国国民党革命委员会", "民革"},
    {"中国民主同盟", "民盟"},
    {"中国民主建国会", "民建"},
    {"中国民主促进会", "民进"},
    {"中国农工民主党", "农工党"},
    {"中国致公党", "致公党"},
    {"九三学社", "九三学社"},
    {"台湾民主自治同盟", "台盟"},
    {"农工民主党", "农工党"},
    {"农工党", "农工党"},
    {"致公党", "致公党"},
    {"无党派人士", "无党派"},
    {"无党派", "无党派"},
    {"民革", "民革"},
    {"民盟", "民盟"},
    {"民建", "民建"},
    {"民进", "民进"},
    {"农工", "农工党"},
    {"致公", "致公党"},
    {"九三", "九三学社"},
    {"台盟", "台盟"},
};

static void add_party(struct form *f, const char *name)
{
    for (int i = 0; i < f->n_parties; i++)
        if (strcmp(f->parties[i], name) == 0)
            return;
    if (f->n_parties < FORM_PARTIES)
        f->parties[f->n_parties++] = name;
}

/* Bytes of words that say nothing beyond what is known. */
static size_t filler(const char *s)
{
    static const char *const words[] = {"中国共产党", "中共",     "党员", "会员", "社员", "盟员", "成员", "加入",
                                        "入党",       "民主党派", "群众", "无",   "年",   "月",   "日",   "、",
                                        "；",         "，",       "（",   "）",   "。",   "：",   "和"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (begins(s, words[i]))
            return strlen(words[i]);
    return strchr(";,()/.:-+[]", *s) != NULL ? 1 : 0;
}

/* The stretch of s that looks like one date, at most 40 bytes. */
static size_t date_run(const char *s, char out[48])
{
    size_t n = 0;
    int used;
    for (int c; (c = utf8_get(s + n, SIZE_MAX, &used)) != 0 && n < 40; n += (size_t)used) {
        bool part = utf8_digit(c) >= 0 || c == '.' || c == 0xFF0E || c == '-' || c == 0x5E74 || c == 0x6708 ||
                    c == 0x65E5 || c == '/';
        if (!part)
            break;
    }
    memcpy(out, s, n);
    out[n] = '\0';
    return n;
}

/* `199612`; `200108；民建`; `民建2001.08` (the date is always that of joining the CPC); `(民建、民盟)`; `无党派`. */
void form_party(struct arena *a, struct form *f, const char *text)
{
    const char *s = form_squeeze(a, text);
    if (s == NULL)
        return;
    const char *all = s;
    bool too_long = strlen(s) > TEXT_MOST, lost = too_long;
    while (*s != '\0' && !too_long) {
        size_t n = 0;
        int used;
        for (size_t i = 0; i < sizeof parties / sizeof *parties && n == 0; i++)
            if (begins(s, parties[i][0])) {
                add_party(f, parties[i][1]);
                n = strlen(parties[i][0]);
            }
        if (n == 0 && utf8_digit(utf8_get(s, SIZE_MAX, &used)) >= 0) {
            char run[48];
            struct date d;
            n = date_run(s, run);
            if (form_date(run, &d) && !date_is(f->cpc_joined))
                f->cpc_joined = d;
            else
                lost = true;
        }
        if (n == 0)
            n = filler(s);
        if (n == 0) {
            lost = true;
            utf8_get(s, SIZE_MAX, &used);
            n = (size_t)used;
        }
        s += n;
    }
    if (lost)
        form_warn(a, f, FORM_PARTY_UNREADABLE, "party", "%.90s", all);
}

/* Longer words first: 称职 stands inside 基本称职 and 不称职. */
static const char *const grades[][2] = {
    {"基本称职", "基本称职"},
    {"不称职", "不称职"},
    {"基本合格", "基本合格"},
    {"不合格", "不合格"},
    {"优秀", "优秀"},
    {"称职", "称职"},
    {"合格", "合格"},
    {"不定等次", "不定等次"},
    {"不确定等次", "不定等次"},
    {"未确定等次", "不定等次"},
    {"未定等次", "不定等次"},
    {"不进行考核", "不进行考核"},
    {"未进行考核", "不进行考核"},
    {"未参加考核", "不进行考核"},
    {"不参加考核", "不进行考核"},
    {"未考核", "不进行考核"},
    {"未参加年度考核", "不进行考核"},
    {"不参加年度考核", "不进行考核"},
    {"未进行年度考核", "不进行考核"},
    {"优等", "优秀"},
    {"优良", NULL},
    {"良好", NULL},
    {"优", "优秀"},
};

struct appraisals {
    struct arena *arena;
    struct form *form;
    VEC(struct form_year) rows;
    int waiting[128]; /* years whose grade is to come */
    int n_waiting;
    const char *grade; /* grade-first texts: 优秀：2022年、2023年 */
    bool grade_first, lost;
};

static void add_year(struct appraisals *p, int year, const char *grade)
{
    for (size_t i = 0; i < p->rows.n; i++)
        if (p->rows.p[i].year == year) {
            if (strcmp(p->rows.p[i].grade, grade) != 0)
                form_warn(p->arena, p->form, FORM_APPRAISAL_CONFLICT, "appraisal", "%d %s %s", year, p->rows.p[i].grade,
                          grade);
            return;
        }
    *VEC_PUSH(&p->rows, p->arena) = (struct form_year){.year = year, .grade = grade};
}

static void year_seen(struct appraisals *p, int year)
{
    if (p->grade_first && p->grade != NULL)
        add_year(p, year, p->grade);
    else if (p->n_waiting < (int)(sizeof p->waiting / sizeof *p->waiting))
        p->waiting[p->n_waiting++] = year;
}

static void grade_seen(struct appraisals *p, const char *grade)
{
    if (grade == NULL) {
        p->lost = true;
        p->n_waiting = 0;
        return;
    }
    if (p->rows.n == 0 && p->n_waiting == 0)
        p->grade_first = true;
    for (int i = 0; i < p->n_waiting; i++)
        add_year(p, p->waiting[i], grade);
    p->n_waiting = 0;
    p->grade = grade;
}

/* A year of 4 digits (half, full or Han) at *s; 0 when none. */
static int year_at(const char **s)
{
    static const char *const han[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "零", "○", "Ｏ"};
    const char *p = *s;
    int y = 0, n = 0, used;
    for (; n < 5; n++) {
        int d = utf8_digit(utf8_get(p, SIZE_MAX, &used));
        for (int i = 0; i < 13 && d < 0; i++)
            if (begins(p, han[i]))
                d = i > 9 ? 0 : i, used = (int)strlen(han[i]);
        if (d < 0)
            break;
        y = y * 10 + d;
        p += used;
    }
    if (n != 4 || y < 1949 || y > 2100)
        return 0;
    *s = p;
    return y;
}

/* 近三年, 近3年, 最近五年, 连续三年: how many; 0 when none. */
static int recent_at(const char **s)
{
    static const char *const lead[] = {"最近", "近", "连续"};
    static const char *const number[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    for (size_t i = 0; i < 3; i++) {
        const char *p = *s;
        if (!begins(p, lead[i]))
            continue;
        p += strlen(lead[i]);
        int n = 0, used, d = utf8_digit(utf8_get(p, SIZE_MAX, &used));
        if (d > 0)
            n = d, p += used;
        else if (begins(p, "两"))
            n = 2, p += 3;
        for (int k = 0; k < 10 && n == 0; k++)
            if (begins(p, number[k]))
                n = k + 1, p += 3;
        if (n > 0 && begins(p, "年")) {
            *s = p + 3;
            return n;
        }
    }
    return 0;
}

static bool range_mark(const char **s)
{
    static const char *const marks[] = {"——", "--", "—", "–", "－", "-", "～", "~", "〜", "至", "到", "―", "─", "−"};
    const char *p = *s;
    if (begins(p, "年度"))
        p += 6;
    else if (begins(p, "年"))
        p += 3;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (begins(p, marks[i])) {
            *s = p + strlen(marks[i]);
            return true;
        }
    return false;
}

/* The end of a range: 2023, or 23 after 2021. */
static int range_end(const char **s, int from)
{
    int y = year_at(s), used;
    if (y > 0)
        return y;
    const char *p = *s;
    int v = 0, n = 0;
    for (int d; (d = utf8_digit(utf8_get(p, SIZE_MAX, &used))) >= 0 && n < 3; p += used, n++)
        v = v * 10 + d;
    if (n != 2 || from / 100 * 100 + v < from)
        return 0;
    *s = p;
    return from / 100 * 100 + v;
}

/* Years back from the form's date: the year before it is the last one appraised. */
static void recent_years(struct appraisals *p, int n)
{
    struct form *f = p->form;
    struct date day = date_is(f->age_as_of) ? f->age_as_of : f->filled_on;
    if (!date_is(day)) {
        p->lost = true;
        return;
    }
    int last = date_year(day) - 1;
    form_warn(p->arena, f, FORM_APPRAISAL_RELATIVE, "appraisal", "%d-%d", last - n + 1, last);
    for (int y = last - n + 1; y <= last; y++)
        year_seen(p, y);
}

/* What a grade's word at *s means; *known false when none stands there. */
static const char *grade_at(const char **s, bool *known)
{
    for (size_t i = 0; i < sizeof grades / sizeof *grades; i++)
        if (begins(*s, grades[i][0])) {
            *s += strlen(grades[i][0]);
            *known = true;
            return grades[i][1];
        }
    *known = false;
    return NULL;
}

/* Whether years are named before the next grade: then 近三年 only introduces them. */
static bool years_follow(const char *s)
{
    int used;
    for (; *s != '\0'; s += used) {
        const char *p = s;
        bool known;
        (void)grade_at(&p, &known);
        if (known)
            return false;
        if (year_at(&p) > 0)
            return true;
        utf8_get(s, SIZE_MAX, &used);
    }
    return false;
}

static const char *take_year(struct appraisals *p, const char *s, int year)
{
    const char *q = s;
    int to = 0;
    if (range_mark(&q))
        to = range_end(&q, year);
    if (to == 0) {
        year_seen(p, year);
        return s;
    }
    if (to < year || to - year > 60) {
        p->lost = true;
        return q;
    }
    for (int y = year; y <= to; y++)
        year_seen(p, y);
    return q;
}

void form_appraisal(struct arena *a, struct form *f, const char *text)
{
    const char *s = form_squeeze(a, text), *all = s;
    if (s == NULL)
        return;
    bool too_long = strlen(all) > TEXT_MOST;
    struct appraisals p = {.arena = a, .form = f, .lost = too_long};
    while (*s != '\0' && !too_long) {
        int used, year = year_at(&s), n;
        if (year > 0) {
            s = take_year(&p, s, year);
            continue;
        }
        if ((n = recent_at(&s)) > 0) {
            if (p.n_waiting == 0 && !years_follow(s))
                recent_years(&p, n);
            continue;
        }
        bool known;
        const char *grade = grade_at(&s, &known);
        if (known) {
            grade_seen(&p, grade);
        } else {
            utf8_get(s, SIZE_MAX, &used);
            s += used;
        }
    }
    f->appraisal = p.rows.p;
    f->n_appraisal = p.rows.n;
    bool nothing = p.rows.n == 0 && strcmp(all, "无") != 0;
    if (p.lost || p.n_waiting > 0 || nothing)
        form_warn(a, f, FORM_APPRAISAL_UNREADABLE, "appraisal", "%.90s", all);
}
