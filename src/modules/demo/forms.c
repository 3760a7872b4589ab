/* forms.c: the text of one person's 干部任免审批表 as .lrmx, in the spellings offices send: versions 3 and 4, with and
 * without BOM, posts by short and by full names, nested periods in brackets on the same line and on their own. */
#include <string.h>

#include "base/buf.h"
#include "demo/forms.h"
#include "record/codes.h"

/* A grey rectangle as PNG. */
static const char photo[] =
    "iVBORw0KGgoAAAANSUhEUgAAADwAAABLCAAAAAAJsLvXAAAAmklEQVR42u2USQ6DQBDE/P8HQCAQCATC9siMRvOAqItjXS31oVWW"
    "qfrP+Zz2ZvzWr+Xq5qN9b49h/QsTuiqY0FXBhK4KJvhuxgTfzZjguxkT3ilhwjslTHinhBEE6xAEGxAEmxAEWxAE2xAEOxEEqxEE"
    "axEE6xEEGxEEmxEEWxEE23F6nV6n1+l1ep1ep9fpdXqdXqfX6b0xvT9j5g6s0NTEaAAAAABJRU5ErkJggg==";

struct form_text {
    struct buf b;
    struct arena *a;
    const struct district *d;
    const struct person *p;
    const struct life *l;
    int person;
    struct rng r;
};

static void escaped(struct buf *b, const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '&')
            buf_puts(b, "&amp;");
        else if (*text == '<')
            buf_puts(b, "&lt;");
        else
            buf_putc(b, *text);
}

/* The editor writes an empty element as two lines. */
static void field_in(struct form_text *f, const char *indent, const char *name, const char *text)
{
    buf_printf(&f->b, "%s<%s>", indent, name);
    if (text != NULL && *text != '\0')
        escaped(&f->b, text);
    else
        buf_printf(&f->b, "\r\n%s", indent);
    buf_printf(&f->b, "</%s>\r\n", name);
}

static void field(struct form_text *f, const char *name, const char *text)
{
    field_in(f, "  ", name, text);
}

static const char *yyyymm(struct arena *a, int month)
{
    return month <= 0 ? NULL : arena_printf(a, "%04d%02d", month / 12, month % 12 + 1);
}

static const char *party(struct form_text *f)
{
    static const char *const others[] = {"民革", "民盟", "民建", "民进", "九三"};
    if (f->p->politics == POLITICS_OTHER)
        return others[f->p->birth % 5];
    return yyyymm(f->a, f->l->party_joined);
}

/* The unit's full name or its short one, with or without province and city. */
static const char *post(struct form_text *f)
{
    const struct unit *u = &f->d->units[f->p->unit];
    const char *text = f->l->post_text;
    if (rng_chance(&f->r, 200) && strstr(u->name, f->d->name) != NULL && strstr(text, "常委") == NULL &&
        strstr(text, "副书记、") == NULL && strstr(u->name, "、") == NULL)
        text = arena_printf(f->a, "%s%s", u->name, f->p->job);
    bool long_form = rng_chance(&f->r, 350) && strncmp(text, f->d->name, strlen(f->d->name)) == 0;
    return long_form ? arena_printf(f->a, "虚岭省%s%s", f->d->city, text) : text;
}

static void dates(struct buf *b, const struct period *t)
{
    buf_printf(b, "%04d.%02d--", t->from / 12, t->from % 12 + 1);
    if (t->to > 0)
        buf_printf(b, "%04d.%02d", t->to / 12, t->to % 12 + 1);
}

static const char *resume(struct form_text *f)
{
    struct period all[PERIODS_MOST];
    int n = demo_periods(f->a, f->d, f->person, f->l, all);
    struct buf b = BUF(f->a);
    for (int i = 0; i < n; i++) {
        if (all[i].within) {
            bool own_line = rng_chance(&f->r, 350);
            buf_puts(&b, own_line ? "\r\n                  （其间：" : "（其间：");
            dates(&b, &all[i]);
            buf_printf(&b, "%s）", all[i].text);
            continue;
        }
        if (b.n > 0)
            buf_puts(&b, "\r\n");
        dates(&b, &all[i]);
        buf_puts(&b, all[i].to > 0 ? "  " : "         ");
        buf_puts(&b, all[i].text);
    }
    if (f->p->slot >= 0 && rng_chance(&f->r, 150))
        buf_printf(&b, "\r\n\r\n%s第%s届人大代表", f->d->name, rng_chance(&f->r, 500) ? "十七" : "十八");
    return buf_str(&b);
}

static const char *grades(struct form_text *f)
{
    struct grade all[GRADES_MOST];
    int n = demo_grades(f->d, f->person, f->l, all);
    struct buf b = BUF(f->a);
    for (int i = n > 3 ? n - 3 : 0; i < n; i++) {
        const char *name = all[i].code[0] == '5' ? "不定等次" : codes_label("roster.grade", all[i].code, false);
        buf_printf(&b, "%s%d年度%s", b.n > 0 ? "；" : "", all[i].year, name);
    }
    if (b.n > 0)
        buf_puts(&b, "。");
    return buf_str(&b);
}

static const char *awards(struct form_text *f)
{
    if (!rng_chance(&f->r, 160))
        return "无";
    return arena_printf(f->a, "%d年%d月，经%s委、%s政府批准，获嘉奖。", date_year(f->d->today) - rng_range(&f->r, 1, 6),
                        rng_range(&f->r, 1, 12), f->d->name, f->d->name);
}

static void family(struct form_text *f)
{
    struct relative all[RELATIVES_MOST];
    int n = demo_family(f->a, f->d, f->person, f->l, all);
    buf_puts(&f->b, "  <JiaTingChengYuan>\r\n");
    for (int i = 0; i < n; i++) {
        buf_puts(&f->b, "    <Item>\r\n");
        field_in(f, "      ", "ChengWei", codes_label("roster.relation", all[i].relation, false));
        field_in(f, "      ", "XingMing", all[i].name);
        field_in(f, "      ", "ChuShengRiQi", yyyymm(f->a, all[i].birth));
        field_in(f, "      ", "ZhengZhiMianMao", all[i].politics);
        field_in(f, "      ", "GongZuoDanWeiJiZhiWu", all[i].work);
        buf_puts(&f->b, "    </Item>\r\n");
    }
    buf_puts(&f->b, "  </JiaTingChengYuan>\r\n");
}

static void schooling(struct form_text *f)
{
    const struct schooling *full = &f->l->full[f->l->n_full - 1], *later = &f->l->later;
    field(f, "QuanRiZhiJiaoYu_XueLi", full->education);
    field(f, "QuanRiZhiJiaoYu_XueWei", full->degree);
    field(f, "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", full->school);
    field(f, "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi", NULL);
    bool has = later->to > 0;
    field(f, "ZaiZhiJiaoYu_XueLi", has ? later->education : NULL);
    field(f, "ZaiZhiJiaoYu_XueWei", has ? later->degree : NULL);
    field(f, "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", has ? later->school : NULL);
    field(f, "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi", NULL);
}

static void head(struct form_text *f, bool v4)
{
    const struct person *p = f->p;
    bool wide = rng_chance(&f->r, 150) && strlen(p->name) == 6; /* two characters, widened */
    field(f, "XingMing", wide ? arena_printf(f->a, "%.3s  %s", p->name, p->name + 3) : p->name);
    field(f, "XingBie", p->male ? "男" : "女");
    field(f, "ChuShengNianYue", yyyymm(f->a, p->birth));
    field(f, "MinZu", codes_label("gb3304_ethnic", arena_printf(f->a, "%02d", p->ethnicity), false));
    field(f, "JiGuan", f->l->native);
    field(f, "ChuShengDi", f->l->birth_place);
    field(f, "RuDangShiJian", party(f));
    field(f, "CanJiaGongZuoShiJian", yyyymm(f->a, f->l->work_start));
    if (v4)
        field(f, "DaoLingNianYue", yyyymm(f->a, demo_retirement(p)));
    field(f, "JianKangZhuangKuang", "健康");
    field(f, "ZhuanYeJiShuZhiWu", NULL);
    field(f, "ShuXiZhuanYeYouHeZhuanChang", NULL);
}

static void tail(struct form_text *f, bool v4, bool with_id)
{
    char id[19], today[DATE_TEXT];
    demo_citizen_id(f->d, f->p, id);
    date_iso(f->d->today, today);
    const char *day = arena_printf(f->a, "%.4s%.2s%.2s", today, today + 5, today + 8);
    field(f, "ChengBaoDanWei", arena_printf(f->a, "中共%s委组织部", f->d->name));
    if (v4)
        field(f, "GaiGeQianRenZhiNianLingJieXian", arena_printf(f->a, "改革前任职年龄界限为%d岁", f->p->base_age));
    field(f, "JiSuanNianLingShiJian", day);
    field(f, "TianBiaoShiJian", day);
    field(f, "TianBiaoRen", "组织部干部科");
    if (with_id)
        field(f, "ShenFenZheng", id);
    field(f, "ZhaoPian", rng_chance(&f->r, 600) ? photo : NULL);
    field(f, "Version", with_id ? "3.2.1.6" : "3.0.2.14");
}

/* The first chance drawn of a form. The words of version 4 know no base age of 50. */
static bool version_4(const struct person *p, struct rng *r)
{
    return rng_chance(r, 250) && p->base_age != 50;
}

bool demo_form_says_base_age(const struct district *d, int person)
{
    struct rng r;
    const struct person *p = &d->people[person];
    demo_rng(d, person, 5, &r);
    return p->male || version_4(p, &r);
}

const char *demo_form(struct arena *a, const struct district *d, int person, size_t *n_out)
{
    struct life l;
    struct form_text f = {.b = BUF(a), .a = a, .d = d, .p = &d->people[person], .l = &l, .person = person};
    struct rng r;
    demo_life(a, d, person, &r, &l);
    demo_rng(d, person, 5, &f.r);
    bool v4 = version_4(f.p, &f.r);
    bool with_id = v4 || f.p->kase != CASE_NONE || !rng_chance(&f.r, 40);
    if (!with_id || rng_chance(&f.r, 100))
        buf_puts(&f.b, "\xEF\xBB\xBF");
    buf_puts(&f.b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Person>\r\n");
    head(&f, v4);
    schooling(&f);
    field(&f, "XianRenZhiWu", post(&f));
    field(&f, "NiRenZhiWu", NULL);
    field(&f, "NiMianZhiWu", NULL);
    field(&f, "JianLi", resume(&f));
    field(&f, "JiangChengQingKuang", awards(&f));
    field(&f, "NianDuKaoHeJieGuo", grades(&f));
    field(&f, "RenMianLiYou", NULL);
    family(&f);
    tail(&f, v4, with_id);
    buf_puts(&f.b, "</Person>\r\n");
    *n_out = f.b.n;
    return buf_str(&f.b);
}
