/* dashboard.c: GET /: counts over the columns and the links that open their rows. */
#include "dashboard/dashboard.h"

#include <string.h>

#include "modules/dashboard/queries.h"
#include "record/codes.h"
#include "roster/roster.h"
#include "rules/rules.h"
#include "view/view.h"
#include "web/web.h"

enum { MONTHS = 12, AGE_WIDTH = 5, DUE_DAYS = 90, GROUPS_MOST = 40, EFFECTS = 4 };

struct board {
    struct req *rq;
    struct arena *a;
    const struct expr_world *world;
    const struct facts_root *root;
    struct db_tx *tx;
    int member;
    struct date day, asked; /* the day shown; DATE_UNKNOWN in `asked` for today */
    struct expr_env env;
};

static const char *const in_office = "status = in_office";

/* ---- counting ---- */
static struct err *parsed(const struct board *b, int subject, const char *text, struct expr **out)
{
    *out = NULL;
    return text == NULL ? NULL : expr_parse(b->a, b->world, subject, text, NULL, out);
}

static struct err *count(const struct board *b, int subject, const char *filter, int64_t *out)
{
    struct expr *e;
    struct facts_page page;
    TRY(parsed(b, subject, filter, &e));
    struct facts_select q = {.subject = subject, .filter = e, .env = &b->env, .scope = &b->rq->who->scope};
    TRY(facts_list(b->root, b->a, &q, &page));
    *out = page.total;
    return NULL;
}

static struct err *groups(const struct board *b, const struct facts_by *by, int n_by, struct facts_group **out, int *n)
{
    struct expr *e;
    TRY(parsed(b, b->member, in_office, &e));
    struct facts_select q = {.subject = b->member, .filter = e, .env = &b->env, .scope = &b->rq->who->scope};
    return facts_count(b->root, b->a, &q, by, n_by, out, n);
}

static const char *rows(const struct board *b, const char *more)
{
    return *more == '\0' ? roster_where(b->a, b->asked, "%s", in_office)
                         : roster_where(b->a, b->asked, "%s and %s", in_office, more);
}

/* ---- data: {key, n, href} of every figure, then the tables ---- */
static json_t *number(int64_t n, const char *href)
{
    return json_pack("{s:I, s:s}", "n", (json_int_t)n, "href", href);
}

static struct err *figures(const struct board *b, json_t *out)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    int64_t n, units, over, lacking, retiring, probation;
    const char *until = date_iso(date_add_days(b->day, DUE_DAYS), to), *today = date_iso(b->day, from);
    const char *retires = arena_printf(b->a, "retires between %s and %s", today, until);
    const char *ends =
        arena_printf(b->a, "any(post: current and on_probation and probation_until between %s and %s)", today, until);
    TRY(count(b, b->member, in_office, &n));
    TRY(count(b, facts_subject("unit"), NULL, &units));
    TRY(count(b, facts_subject("unit_level"), "over > 0", &over));
    TRY(count(b, b->member, arena_printf(b->a, "%s and papers_lacking > 0", in_office), &lacking));
    TRY(count(b, b->member, arena_printf(b->a, "%s and %s", in_office, retires), &retiring));
    TRY(count(b, b->member, arena_printf(b->a, "%s and %s", in_office, ends), &probation));
    json_object_set_new(out, "in_office", number(n, rows(b, "")));
    json_object_set_new(out, "units", number(units, "/roster/unit"));
    json_object_set_new(out, "over", number(over, "/roster/unit?over=1"));
    json_object_set_new(out, "lacking", number(lacking, rows(b, "papers_lacking > 0")));
    json_object_set_new(out, "retiring", number(retiring, rows(b, retires)));
    json_object_set_new(out, "probation", number(probation, rows(b, ends)));
    return NULL;
}

/* One fact's groups: {value, n, href}; a group whose value is not on record is told as null. */
static struct err *by_code(const struct board *b, int fact, json_t *out)
{
    struct facts_group *g;
    int n;
    struct facts_by by = {fact, 0};
    const char *name = roster_member_facts.facts[fact].name;
    TRY(groups(b, &by, 1, &g, &n));
    for (int i = n - 1; i >= 0; i--) { /* the highest first */
        struct expr_value v = g[i].by[0];
        const struct code_list *l = v.state == EXPR_HAS ? codes_list(v.codes) : NULL;
        const char *key = l == NULL ? NULL : codes_key(l, (int)v.n);
        const char *part = v.state == EXPR_HAS       ? arena_printf(b->a, "%s = '%s'", name, key)
                           : v.state == EXPR_UNKNOWN ? arena_printf(b->a, "not known(%s)", name)
                                                     : arena_printf(b->a, "known(%s) and not has(%s)", name, name);
        json_t *o = number(g[i].n, rows(b, part));
        json_object_set_new(o, "value", l == NULL ? json_null() : json_string(codes_code(l, (int)v.n)));
        if (v.state == EXPR_NONE)
            json_object_set_new(o, "none", json_true());
        json_array_append_new(out, o);
    }
    return NULL;
}

/* Ages in steps of five years, women and men: {from, to, female, male}, the oldest first. */
static struct err *pyramid(const struct board *b, json_t *out)
{
    struct facts_group *g;
    int n;
    struct facts_by by[2] = {{MEMBER_AGE, AGE_WIDTH}, {MEMBER_SEX, 0}};
    TRY(groups(b, by, 2, &g, &n));
    int64_t all[30][2] = {{0}};
    int lo = 30, hi = -1;
    for (int i = 0; i < n; i++) {
        struct expr_value age = g[i].by[0], sex = g[i].by[1];
        if (age.state != EXPR_HAS || sex.state != EXPR_HAS || age.n < 0 || age.n >= 30 * AGE_WIDTH)
            continue;
        int at = (int)(age.n / AGE_WIDTH);
        all[at][sex.n == roster_codes.male] += g[i].n;
        lo = at < lo ? at : lo;
        hi = at > hi ? at : hi;
    }
    for (int i = hi; i >= lo; i--) {
        int from = i * AGE_WIDTH, to = from + AGE_WIDTH - 1;
        const char *women = arena_printf(b->a, "sex = female and age between %d and %d", from, to);
        const char *men = arena_printf(b->a, "sex = male and age between %d and %d", from, to);
        json_array_append_new(out,
                              json_pack("{s:i, s:i, s:o, s:o}", "from", from, "to", to, "female",
                                        number(all[i][0], rows(b, women)), "male", number(all[i][1], rows(b, men))));
    }
    return NULL;
}

/* Who reaches the month of retirement in each of the coming twelve months: one pass. */
static struct err *retirements(const struct board *b, json_t *out)
{
    char from_text[DATE_TEXT], to_text[DATE_TEXT];
    struct date first = date_make(date_year(b->day), date_month(b->day), 1), end = date_add_months(first, MONTHS);
    struct expr *e;
    int64_t all[MONTHS] = {0};
    TRY(parsed(b, b->member,
               arena_printf(b->a, "%s and retires >= %s and retires < %s", in_office, date_iso(first, from_text),
                            date_iso(end, to_text)),
               &e));
    struct facts_job job = {.subject = b->member, .when = e, .env = &b->env};
    facts_judge(b->root, b->a, &b->rq->who->scope, &job, 1);
    for (int i = 0; i < job.hits.n; i++) {
        struct expr_value v = facts_value(b->root, b->member, job.hits.p[i].at, MEMBER_RETIRES);
        int month = date_months_between(first, (struct date){(int32_t)v.n});
        if (month >= 0 && month < MONTHS)
            all[month]++;
    }
    for (int m = 0; m < MONTHS; m++) {
        struct date month = date_add_months(first, m), last = date_add_months(first, m + 1);
        const char *part =
            arena_printf(b->a, "retires >= %s and retires < %s", date_iso(month, from_text), date_iso(last, to_text));
        json_t *o = number(all[m], rows(b, part));
        json_object_set_new(o, "month",
                            json_string(date_iso(date_make(date_year(month), date_month(month), 0), from_text)));
        json_array_append_new(out, o);
    }
    return NULL;
}

/* Open findings by category and effect, those this office may see. */
static struct err *questions(const struct board *b, json_t *out)
{
    static const char *const effects[EFFECTS] = {"remind", "warn", "block", "info"};
    struct dashboard_q_questions *all;
    int n;
    json_t *line = NULL;
    TRY(dashboard_q_questions(b->tx, (int64_t)b->rq->who->sees, &b->rq->who->scope, who_barred_text(b->a, b->rq->who),
                              &all, &n));
    for (int i = 0; i < n; i++) {
        if (i == 0 || strcmp(all[i].category, all[i - 1].category) != 0) {
            line = json_pack("{s:s}", "category", all[i].category);
            for (int k = 0; k < EFFECTS; k++)
                json_object_set_new(
                    line, effects[k],
                    number(0, arena_printf(b->a, "/findings?category=%s&effect=%s", all[i].category, effects[k])));
            json_array_append_new(out, line);
        }
        json_t *cell = json_object_get(line, all[i].effect);
        if (cell != NULL)
            json_object_set_new(cell, "n", json_integer(all[i].n));
    }
    return NULL;
}

static struct err *data_of(const struct board *b, json_t *out)
{
    static const struct {
        const char *name;
        int fact;
    } codes[] = {{"levels", MEMBER_LEVEL}, {"education", MEMBER_EDUCATION}, {"ranks", MEMBER_RANK}};
    char iso[DATE_TEXT];
    json_t *x = json_object();
    json_object_set_new(out, "as_of", json_string(date_iso(b->day, iso)));
    json_object_set_new(out, "figures", x);
    TRY(figures(b, x));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        json_object_set_new(out, codes[i].name, x = json_array());
        TRY(by_code(b, codes[i].fact, x));
    }
    json_object_set_new(out, "ages", x = json_array());
    TRY(pyramid(b, x));
    json_object_set_new(out, "retirements", x = json_array());
    TRY(retirements(b, x));
    if (record_find("rules.finding") == NULL || !req_may(b->rq, "rules.finding.read"))
        return NULL;
    json_object_set_new(out, "questions", x = json_array());
    return questions(b, x);
}

/* ---- what the page shows: labels beside the same figures ---- */
static const char *grouped(const struct board *b, int64_t n)
{
    struct buf out = BUF(b->a);
    view_number(&out, n);
    return buf_str(&out);
}

static json_t *shown(const struct board *b, const json_t *from)
{
    int64_t n = json_integer_value(json_object_get(from, "n"));
    json_t *o = json_pack("{s:s, s:b}", "n", grouped(b, n), "zero", n == 0);
    if (n > 0)
        json_object_set(o, "href", json_object_get(from, "href"));
    return o;
}

static json_t *figure_labels(const struct board *b, const json_t *data)
{
    static const char *const keys[] = {"in_office", "retiring", "probation", "over", "lacking"};
    json_t *all = json_array(), *figures_data = json_object_get(data, "figures");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        json_t *o = shown(b, json_object_get(figures_data, keys[i]));
        json_object_set_new(o, "label",
                            json_string(text_get(b->rq->lang, arena_printf(b->a, "dashboard.%s", keys[i]))));
        json_object_set_new(o, "unit",
                            json_string(text_get(b->rq->lang, arena_printf(b->a, "dashboard.%s.unit", keys[i]))));
        json_object_set_new(o, "note",
                            json_string(text_get(b->rq->lang, arena_printf(b->a, "dashboard.%s.note", keys[i]))));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *code_labels(const struct board *b, const json_t *data, const char *name, int fact)
{
    json_t *all = json_array();
    const char *list = b->world->subjects[b->member]->facts[fact].codes;
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(data, name), i, v)
    {
        const char *code = json_string_value(json_object_get(v, "value"));
        bool none = json_is_true(json_object_get(v, "none"));
        json_t *o = shown(b, v);
        json_object_set_new(o, "label",
                            json_string(code != NULL ? codes_label(list, code, b->rq->lang == LANG_EN)
                                                     : text_get(b->rq->lang, none ? "roster.none" : "roster.unknown")));
        if (code == NULL)
            json_object_set_new(o, "skip", json_true());
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *age_labels(const struct board *b, const json_t *data)
{
    json_t *all = json_array(), *v;
    size_t i;
    json_array_foreach(json_object_get(data, "ages"), i, v)
    {
        json_array_append_new(all,
                              json_pack("{s:s, s:o, s:o}", "label",
                                        arena_printf(b->a, "%d–%d", (int)json_integer_value(json_object_get(v, "from")),
                                                     (int)json_integer_value(json_object_get(v, "to"))),
                                        "female", shown(b, json_object_get(v, "female")), "male",
                                        shown(b, json_object_get(v, "male"))));
    }
    return all;
}

static json_t *month_labels(const struct board *b, const json_t *data)
{
    json_t *all = json_array(), *v;
    size_t i;
    json_array_foreach(json_object_get(data, "retirements"), i, v)
    {
        struct date month = DATE_UNKNOWN;
        struct buf text = BUF(b->a);
        if (date_parse(json_string_value(json_object_get(v, "month")), &month))
            view_date(&text, b->rq->lang, month);
        json_t *o = shown(b, v);
        json_object_set_new(o, "label", json_string(buf_str(&text)));
        json_array_append_new(all, o);
    }
    return all;
}

/* What a category is called: the name its rules give it. */
static const char *category_name(const struct board *b, const struct rules_set *set, const char *category)
{
    for (int i = 0; set != NULL && i < rules_count(set); i++) {
        const struct rules_text *t = rules_at(set, i)->text;
        if (t != NULL && t->group != NULL && strcmp(t->group, category) == 0)
            return t->group_name[b->rq->lang];
    }
    return category;
}

static json_t *question_labels(const struct board *b, const struct rules_set *set, const json_t *data)
{
    static const char *const effects[EFFECTS] = {"remind", "warn", "block", "info"};
    json_t *all = json_array(), *v;
    int64_t sums[EFFECTS + 1] = {0};
    size_t i;
    json_array_foreach(json_object_get(data, "questions"), i, v)
    {
        const char *category = json_string_value(json_object_get(v, "category"));
        json_t *o = json_pack("{s:s}", "label", category_name(b, set, category)), *cells = json_array();
        int64_t sum = 0;
        for (int k = 0; k < EFFECTS; k++) {
            json_t *cell = json_object_get(v, effects[k]);
            sum += json_integer_value(json_object_get(cell, "n"));
            sums[k] += json_integer_value(json_object_get(cell, "n"));
            json_array_append_new(cells, shown(b, cell));
        }
        sums[EFFECTS] += sum;
        json_object_set_new(o, "cells", cells);
        json_t *total = number(sum, arena_printf(b->a, "/findings?category=%s", category));
        json_object_set_new(o, "total", shown(b, total));
        json_decref(total);
        json_array_append_new(all, o);
    }
    json_t *o = json_pack("{s:o}", "rows", all), *heads = json_array(), *foot = json_array();
    for (int k = 0; k < EFFECTS; k++)
        json_array_append_new(heads, json_string(codes_label("rules.effect", effects[k], b->rq->lang == LANG_EN)));
    for (int k = 0; k <= EFFECTS; k++)
        json_array_append_new(foot, json_string(grouped(b, sums[k])));
    json_object_set_new(o, "heads", heads);
    json_object_set_new(o, "foot", foot);
    return o;
}

static struct err *labels_of(const struct board *b, const json_t *data, json_t **out)
{
    const struct rules_set *set = NULL;
    json_t *o = json_object();
    char dots[DATE_TEXT];
    int64_t n =
        json_integer_value(json_object_get(json_object_get(json_object_get(data, "figures"), "in_office"), "n"));
    int64_t units =
        json_integer_value(json_object_get(json_object_get(json_object_get(data, "figures"), "units"), "n"));
    *out = o;
    json_object_set_new(o, "say",
                        json_string(tr(b->rq, "dashboard.say", "n", grouped(b, n), "units", grouped(b, units))));
    json_object_set_new(o, "day_typed", json_string(date_dots(b->day, dots)));
    json_object_set_new(o, "figs", figure_labels(b, data));
    json_object_set_new(o, "level_rows", code_labels(b, data, "levels", MEMBER_LEVEL));
    json_object_set_new(o, "education_rows", code_labels(b, data, "education", MEMBER_EDUCATION));
    json_object_set_new(o, "rank_rows", code_labels(b, data, "ranks", MEMBER_RANK));
    json_object_set_new(o, "age_rows", age_labels(b, data));
    json_object_set_new(o, "month_rows", month_labels(b, data));
    if (json_array_size(json_object_get(data, "questions")) == 0)
        return NULL;
    if (rules_shared() != NULL)
        TRY(rules_read(rules_shared(), b->tx, &set));
    json_object_set_new(o, "open", question_labels(b, set, data));
    rules_end(set);
    return NULL;
}

static struct err *home_page(struct req *rq)
{
    struct board b = {.rq = rq, .a = rq->arena};
    const char *asked = req_query(rq, "as_of"), *first = req_first_page(rq);
    if (strcmp(rq->who->role, "member") == 0) /* a cadre without an office: his own door */
        return respond_see_other(rq, "/my");
    if (!req_may(rq, "roster.member.read") || rq->who->sees < CLASS_PERSONAL)
        return respond_see_other(rq, "%s", first != NULL ? first : "/fields");
    if (asked != NULL && *asked != '\0')
        TRY(roster_day(rq->arena, "as_of", asked, true, &b.asked));
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, b.asked, &tx, &b.root));
    TRY(facts_world(rq->arena, &b.world));
    b.tx = &tx;
    b.member = facts_subject("member");
    b.day = facts_day(b.root);
    b.env = (struct expr_env){.today = b.day};
    json_t *data = json_object();
    struct err *e = data_of(&b, data);
    if (e == NULL && !rq->json)
        e = labels_of(&b, data, &rq->labels);
    if (e == NULL)
        e = db_commit(&tx);
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    return respond_page(rq, "dashboard/home", data);
}

static const struct route routes[] = {{GET, "/", CAP_SIGNED_IN, SCOPE_UNIT, home_page, .class = CLASS_CASE}, {0}};

static const struct menu_entry menu[] = {{"workbench", "dashboard.menu", "/", "roster.member.read"}, {0}};

const struct module dashboard_module = {.name = "dashboard", .routes = routes, .menu = menu};
