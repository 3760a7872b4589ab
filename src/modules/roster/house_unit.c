/* house_unit.c: GET /roster/unit/{id}: a unit's team at a glance: who sits where, posts against the quota, ages. */
#include <string.h>

#include "face/show.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/house.h"
#include "roster/people.h"
#include "roster/roster.h"
#include "roster/telling.h"
#include "view/view.h"

enum { TEAM_MOST = 100, BANDS = 5 };

struct team {
    struct req *rq;
    struct row *unit;
    const struct facts_root *root;
    struct facts_page page;
    struct roster_q_member_line *lines[TEAM_MOST];
    struct roster_q_unit_children *children;
    int n_children, subject;
    const char *majors[TEAM_MOST]; /* of the latest education with one; NULL: none on record */
    json_t *due;                   /* by category */
    int64_t everyone;
    struct roster_q_unit_line *own;
};

/* What the figures count: filters of the roster, added to "leading members in office of this unit". */
static const struct count {
    const char *key, *filter;
} counts[] = {{"postgraduates", "education_level = postgraduate"},
              {"women", "sex = female"},
              {"minority", "ethnicity != 'han'"},
              {"outside_party", "not politics in (party_member, party_probationary)"}};
enum { COUNTS = sizeof counts / sizeof *counts };

static const char *const team_filter = "status = in_office and leading";

static struct expr_value value(const struct team *t, int i, int fact)
{
    return facts_value(t->root, t->subject, t->page.rows[i].at, fact);
}

static struct err *list_team(struct team *t, struct db_tx *tx)
{
    struct people p = {.body = t->unit->id, .limit = TEAM_MOST, .subject = t->subject};
    struct facts_select q;
    struct expr *e;
    struct facts_page all;
    TRY(facts_world(t->rq->arena, &p.world));
    TRY(people_select(tx, t->rq->who, t->root, &p, &q));
    TRY(expr_parse(t->rq->arena, p.world, t->subject, "status = in_office", NULL, &e));
    q.filter = e;
    q.limit = 0;
    TRY(facts_list(t->root, t->rq->arena, &q, &all));
    t->everyone = all.total;
    TRY(expr_parse(t->rq->arena, p.world, t->subject, team_filter, NULL, &e));
    q.filter = e;
    q.limit = TEAM_MOST;
    return facts_list(t->root, t->rq->arena, &q, &t->page);
}

static struct err *read_major(struct team *t, struct db_tx *tx, int i)
{
    struct roster_q_sheet_education *all;
    int n;
    TRY(roster_q_sheet_education(tx, t->page.rows[i].id, &all, &n));
    for (int k = 0; k < n && t->majors[i] == NULL; k++)
        t->majors[i] = all[k].major;
    return NULL;
}

static struct err *read_team(struct team *t)
{
    db_scope struct db_tx tx = {0};
    t->subject = facts_subject("member");
    TRY(roster_root(t->rq, DATE_UNKNOWN, &tx, &t->root));
    TRY(record_read(&tx, &roster_unit, t->rq->who, t->rq->id, &t->unit));
    TRY(list_team(t, &tx));
    for (int i = 0; i < t->page.n; i++) {
        req_met(t->rq, &t->page.rows[i].id, 1);
        TRY(roster_q_member_line(&tx, t->page.rows[i].id, &t->lines[i]));
        if (t->lines[i] == NULL)
            return ERR(t->rq->arena, ERR_FAULT, "a member stands in the columns only");
        TRY(read_major(t, &tx, i));
    }
    TRY(roster_q_unit_line(&tx, t->unit->id, &t->own));
    TRY(house_due(t->rq, &tx, t->root, t->unit->id, &t->due));
    TRY(roster_q_unit_children(&tx, t->unit->id, &t->rq->who->scope, &t->children, &t->n_children));
    return db_commit(&tx);
}

/* ---- figures ---- */
static bool counted(const struct team *t, int i, int which)
{
    struct expr_value v;
    switch (which) {
    case 0: v = value(t, i, MEMBER_EDUCATION); break;
    case 1: v = value(t, i, MEMBER_SEX); break;
    case 2: v = value(t, i, MEMBER_ETHNICITY); break;
    default: v = value(t, i, MEMBER_POLITICS); break;
    }
    if (v.state != EXPR_HAS)
        return false;
    const char *key = codes_key(codes_list(v.codes), (int)v.n);
    switch (which) {
    case 0: return strcmp(key, "postgraduate") == 0;
    case 1: return v.n == roster_codes.female;
    case 2: return strcmp(key, "han") != 0;
    default: return v.n != roster_codes.party_member && v.n != roster_codes.party_probationary;
    }
}

static int count_of(const struct team *t, int which)
{
    int n = 0;
    for (int i = 0; i < t->page.n; i++)
        n += counted(t, i, which);
    return n;
}

/* Tenths of a year; -1 when nobody's age is known. */
static int average_age(const struct team *t)
{
    int64_t sum = 0;
    int n = 0;
    for (int i = 0; i < t->page.n; i++) {
        struct expr_value birth = value(t, i, MEMBER_BIRTH);
        if (birth.state == EXPR_HAS && date_month((struct date){(int32_t)birth.n}) > 0) {
            sum += date_months_between((struct date){(int32_t)birth.n}, facts_day(t->root));
            n++;
        }
    }
    return n == 0 ? -1 : (int)((sum * 10 + 6 * n) / (12 * n));
}

static const int band_from[BANDS] = {0, 41, 46, 51, 56}, band_to[BANDS] = {40, 45, 50, 55, 200};

static int in_band(const struct team *t, int band)
{
    int n = 0;
    for (int i = 0; i < t->page.n; i++) {
        struct expr_value age = value(t, i, MEMBER_AGE);
        n += age.state == EXPR_HAS && age.n >= band_from[band] && age.n <= band_to[band];
    }
    return n;
}

static const char *name_of(void *ctx, int i)
{
    return ((struct team *)ctx)->lines[i]->name;
}

static enum house_source source_of(const struct team *t, int i)
{
    struct expr_value since = value(t, i, MEMBER_POST_SINCE);
    struct date day = {since.state == EXPR_HAS ? (int32_t)since.n : 0};
    return house_source_of(t->root, t->page.rows[i].at, t->unit->id, day);
}

static const char *const sources[] = {NULL, "inside", "outside"};

static json_t *kin_of(const struct team *t)
{
    return house_kin(t->root, t->rq->lang == LANG_EN, t->page.rows, t->page.n, name_of, (void *)(uintptr_t)t);
}

/* ---- JSON ---- */
static json_t *fact_json(const struct team *t, int i, int fact)
{
    struct expr_value v = value(t, i, fact);
    char iso[DATE_TEXT];
    if (v.state != EXPR_HAS)
        return v.state == EXPR_NONE ? json_string("none") : json_null();
    if (v.type == EXPR_CODE)
        return json_string(codes_code(codes_list(v.codes), (int)v.n));
    return v.type == EXPR_DATE ? json_string(date_iso((struct date){(int32_t)v.n}, iso)) : json_integer(v.n);
}

static const int shown_facts[] = {MEMBER_SEX,      MEMBER_BIRTH,      MEMBER_AGE,          MEMBER_EDUCATION,
                                  MEMBER_POLITICS, MEMBER_POST_SINCE, MEMBER_YEARS_IN_POST};

static json_t *team_json(const struct team *t)
{
    json_t *all = json_array();
    for (int i = 0; i < t->page.n; i++) {
        json_t *o = json_pack("{s:I, s:s, s:s?}", "id", (json_int_t)t->lines[i]->id, "name", t->lines[i]->name,
                              "post_text", t->lines[i]->post_text);
        for (size_t k = 0; k < sizeof shown_facts / sizeof *shown_facts; k++)
            json_object_set_new(o, roster_member_facts.facts[shown_facts[k]].name, fact_json(t, i, shown_facts[k]));
        json_object_set_new(o, "major", view_text_json(t->majors[i]));
        json_object_set_new(o, "source", view_text_json(sources[source_of(t, i)]));
        json_array_append_new(all, o);
    }
    return all;
}

/* Levels of the unit with a quota or a post; fn gets the values of each. */
static void each_level(const struct team *t,
                       void (*fn)(const struct team *, json_t *, struct expr_value, struct expr_value,
                                  struct expr_value),
                       json_t *out)
{
    struct facts_at at;
    int of = facts_subject("unit"), sum = facts_subject("unit_level");
    if (!facts_find(t->root, of, t->unit->id, &at))
        return;
    const struct expr_table *table = &facts_block(t->root, of, at.block)->tables[sum];
    for (int j = table->first[at.row + 1] - 1; j >= table->first[at.row]; j--) { /* the highest level first */
        struct facts_at row = {at.block, j};
        fn(t, out, facts_value(t->root, sum, row, SUM_LEVEL), facts_value(t->root, sum, row, SUM_APPROVED),
           facts_value(t->root, sum, row, SUM_FILLED));
    }
}

static void level_json(const struct team *t, json_t *out, struct expr_value level, struct expr_value approved,
                       struct expr_value filled)
{
    (void)t;
    json_array_append_new(out,
                          json_pack("{s:s, s:o, s:I}", "level", codes_code(codes_list(level.codes), (int)level.n),
                                    "approved", approved.state == EXPR_HAS ? json_integer(approved.n) : json_null(),
                                    "filled", (json_int_t)(filled.state == EXPR_HAS ? filled.n : 0)));
}

static json_t *unit_json(const struct team *t)
{
    json_t *o = json_pack("{s:I, s:I}", "id", (json_int_t)t->unit->id, "rev", (json_int_t)t->unit->rev);
    for (int i = 0; i < record_fields(&roster_unit); i++) {
        const struct field *f = &roster_unit.fields[i];
        bool number = f->type == FIELD_INT || f->type == FIELD_REF;
        if (face_shown(&roster_unit, i, t->rq->who))
            json_object_set_new(o, f->name,
                                t->unit->v[i] == NULL ? json_null()
                                : number              ? json_integer(row_int(t->unit, f->name))
                                                      : json_string(t->unit->v[i]));
    }
    json_t *levels = json_array(), *units = json_array(), *figures = json_object();
    each_level(t, level_json, levels);
    for (int i = 0; i < t->n_children; i++)
        json_array_append_new(
            units, json_pack("{s:I, s:s}", "id", (json_int_t)t->children[i].id, "name", t->children[i].name));
    int age = average_age(t);
    json_object_set_new(figures, "team", json_integer(t->page.total));
    json_object_set_new(figures, "members", json_integer(t->everyone));
    json_object_set_new(figures, "average_age", age < 0 ? json_null() : json_real(age / 10.0));
    for (int i = 0; i < (int)COUNTS; i++)
        json_object_set_new(figures, counts[i].key, json_integer(count_of(t, i)));
    json_object_set_new(o, "figures", figures);
    json_object_set_new(o, "quota", levels);
    json_object_set_new(o, "team", team_json(t));
    json_object_set_new(o, "units", units);
    json_t *due = json_deep_copy(t->due), *kin = kin_of(t), *one;
    size_t k;
    json_array_foreach(due, k, one)
    {
        json_object_del(one, "name");
    }
    json_array_foreach(kin, k, one)
    {
        json_object_del(one, "near");
    }
    json_object_set_new(o, "due", due);
    json_object_set_new(o, "kin", kin);
    return o;
}

/* ---- the page ---- */
static const char *in_roster(const struct team *t, const char *more)
{
    struct buf b = BUF(t->rq->arena);
    buf_printf(&b, "/roster/member?body=%lld&filter=", (long long)t->unit->id);
    people_escape(&b, *more == '\0' ? team_filter : arena_printf(t->rq->arena, "%s and %s", team_filter, more));
    return buf_str(&b);
}

static json_t *figure(const struct team *t, const char *key, const char *n, const char *unit, const char *href)
{
    json_t *o =
        json_pack("{s:s, s:s, s:s}", "label", text_get(t->rq->lang, arena_printf(t->rq->arena, "roster.unit.%s", key)),
                  "n", n, "unit", text_get(t->rq->lang, unit));
    if (href != NULL && strcmp(n, "0") != 0)
        json_object_set_new(o, "href", json_string(href));
    return o;
}

static json_t *figures(const struct team *t)
{
    struct arena *a = t->rq->arena;
    json_t *all = json_array(), *o;
    int age = average_age(t);
    o = figure(t, "team", arena_printf(a, "%lld", (long long)t->page.total), "roster.people", in_roster(t, ""));
    json_object_set_new(
        o, "note",
        json_string(tr(t->rq, "roster.unit.of_everyone", "n", arena_printf(a, "%lld", (long long)t->everyone))));
    json_array_append_new(all, o);
    o = figure(t, "average_age",
               age < 0 ? text_get(t->rq->lang, "roster.unknown") : arena_printf(a, "%d.%d", age / 10, age % 10),
               "roster.years_old", "#age");
    json_array_append_new(all, o);
    for (int i = 0; i < (int)COUNTS; i++)
        json_array_append_new(all, figure(t, counts[i].key, arena_printf(a, "%d", count_of(t, i)), "roster.people",
                                          in_roster(t, counts[i].filter)));
    return all;
}

static json_t *linked(const struct team *t, int64_t n, const char *href)
{
    json_t *o = json_pack("{s:s, s:b}", "n", arena_printf(t->rq->arena, "%lld", (long long)n), "zero", n == 0);
    if (n > 0 && href != NULL)
        json_object_set_new(o, "href", json_string(href));
    return o;
}

/* The rows of quota that the approved posts of a level are counted from, as roster_holds counts them. */
static const char *quotas_of(const struct team *t, struct expr_value level)
{
    struct buf b = BUF(t->rq->arena);
    buf_printf(&b, "/roster/quota?unit.eq=%lld&filter=", (long long)t->unit->id);
    people_escape(&b, arena_printf(t->rq->arena,
                                   "level = %s and (not has(from) or from <= today) and (not has(to) or to > today)",
                                   telling_code(t->rq->arena, facts_subject("quota"), level.codes, (int)level.n)));
    return buf_str(&b);
}

static void level_label(const struct team *t, json_t *out, struct expr_value level, struct expr_value approved,
                        struct expr_value filled)
{
    struct arena *a = t->rq->arena;
    int64_t n = filled.state == EXPR_HAS ? filled.n : 0;
    const char *quotas = quotas_of(t, level);
    struct buf holders = BUF(a);
    buf_puts(&holders, "/roster/member?filter=");
    people_escape(&holders, arena_printf(a, "any(post: fills and unit = %lld and level = %s)", (long long)t->unit->id,
                                         telling_code(a, facts_subject("post"), level.codes, (int)level.n)));
    json_t *o =
        json_pack("{s:s, s:o}", "level", codes_name(codes_list(level.codes), (int)level.n, t->rq->lang == LANG_EN),
                  "filled", linked(t, n, buf_str(&holders)));
    if (approved.state != EXPR_HAS) {
        json_object_set_new(o, "no_quota", json_true());
    } else {
        json_object_set_new(o, "approved", linked(t, approved.n, quotas));
        if (n > approved.n)
            json_object_set_new(o, "over", json_string(arena_printf(a, "%lld", (long long)(n - approved.n))));
        else
            json_object_set_new(o, "free", linked(t, approved.n - n, quotas));
    }
    json_array_append_new(out, o);
}

static json_t *team_labels(const struct team *t)
{
    json_t *all = json_array();
    struct arena *a = t->rq->arena;
    struct buf state = BUF(a);
    const char *list = in_roster(t, "");
    people_escape(&state, strchr(list, '?') + 1);
    for (int i = 0; i < t->page.n; i++) {
        const char *text[sizeof shown_facts / sizeof *shown_facts];
        for (size_t k = 0; k < sizeof shown_facts / sizeof *shown_facts; k++)
            text[k] =
                telling_value(a, t->rq->lang, &roster_member_facts.facts[shown_facts[k]], value(t, i, shown_facts[k]));
        const char *post = t->lines[i]->post_text;
        json_t *o =
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "name", t->lines[i]->name, "post",
                      post == NULL ? text_get(t->rq->lang, "roster.unknown") : post, "href",
                      arena_printf(a, "/roster/member/%lld?from=%s", (long long)t->lines[i]->id, buf_str(&state)),
                      "sex", text[0], "birth", text[1], "education", text[3], "politics", text[4], "since", text[5]);
        if (value(t, i, MEMBER_AGE).state == EXPR_HAS)
            json_object_set_new(o, "age", json_string(tr(t->rq, "roster.age", "n", text[2])));
        struct expr_value since = value(t, i, MEMBER_POST_SINCE);
        if (since.state == EXPR_HAS) {
            int months = date_months_between((struct date){(int32_t)since.n}, facts_day(t->root));
            json_object_set_new(o, "years", json_string(arena_printf(a, "%d.%d", months / 12, months % 12 * 10 / 12)));
        } else {
            json_object_set_new(o, "quiet", json_string(text_get(t->rq->lang, "roster.unknown")));
        }
        json_object_set_new(o, "major", view_text_json(t->majors[i]));
        enum house_source s = source_of(t, i);
        if (s != HOUSE_UNKNOWN)
            json_object_set_new(o, "source",
                                json_string(text_get(t->rq->lang, s == HOUSE_INSIDE ? "roster.unit.source.inside"
                                                                                    : "roster.unit.source.outside")));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *bands(const struct team *t)
{
    static const char *const names[BANDS] = {"≤40", "41–45", "46–50", "51–55", "≥56"};
    json_t *all = json_array();
    for (int i = 0; i < BANDS; i++)
        json_array_append_new(all, json_pack("{s:s, s:o}", "band", names[i], "figure",
                                             linked(t, in_band(t, i),
                                                    in_roster(t, arena_printf(t->rq->arena, "age between %d and %d",
                                                                              band_from[i], band_to[i])))));
    return all;
}

static json_t *labels(const struct team *t)
{
    struct arena *a = t->rq->arena;
    bool english = t->rq->lang == LANG_EN;
    json_t *levels = json_array(), *units = json_array();
    each_level(t, level_label, levels);
    for (int i = 0; i < t->n_children; i++)
        json_array_append_new(units,
                              json_pack("{s:s, s:s, s:s?}", "name", t->children[i].name, "href",
                                        arena_printf(a, "/roster/unit/%lld", (long long)t->children[i].id), "kind",
                                        codes_label("roster.office_kind", t->children[i].kind, english)));
    const char *kind = codes_label("roster.office_kind", row_text(t->unit, "kind"), english);
    const char *level = codes_label("roster.level", row_text(t->unit, "level"), english);
    json_t *o = json_pack("{s:s, s:s}", "name", row_text(t->unit, "name"), "say",
                          arena_printf(a, "%s%s%s", kind == NULL ? "" : kind,
                                       kind != NULL && level != NULL ? text_sign(t->rq->lang, SIGN_COMMA) : "",
                                       level == NULL ? "" : level));
    if (t->own != NULL && t->own->parent_name != NULL)
        json_object_set_new(o, "parent",
                            json_pack("{s:s, s:s}", "name", t->own->parent_name, "href",
                                      arena_printf(a, "/roster/unit/%lld", (long long)t->own->parent)));
    json_object_set_new(o, "figures", figures(t));
    if (json_array_size(levels) > 0)
        json_object_set_new(o, "levels", json_pack("{s:O}", "rows", levels));
    if (t->page.n > 0) {
        json_object_set_new(o, "team", json_pack("{s:o}", "rows", team_labels(t)));
        json_object_set_new(o, "ages", json_pack("{s:o}", "rows", bands(t)));
    }
    json_t *kin = kin_of(t);
    json_object_set_new(o, "kin", json_array_size(kin) > 0 ? json_pack("{s:O}", "pairs", kin) : json_null());
    json_decref(kin);
    json_object_set_new(o, "sees_due", json_boolean(req_may(t->rq, "findings.read")));
    json_object_set_new(o, "due", json_array_size(t->due) > 0 ? json_pack("{s:O}", "rows", t->due) : json_null());
    json_object_set_new(o, "coming", json_string(arena_printf(a, "/coming?unit=%lld", (long long)t->unit->id)));
    if (t->n_children > 0)
        json_object_set_new(o, "units", json_pack("{s:O}", "list", units));
    json_decref(levels);
    json_decref(units);
    json_object_set_new(o, "roster", json_string(arena_printf(a, "/roster/member?unit=%lld", (long long)t->unit->id)));
    if (req_may(t->rq, "roster.unit.write") && !t->rq->who->readonly)
        json_object_set_new(o, "edit", json_string(arena_printf(a, "/roster/unit/%lld/edit", (long long)t->unit->id)));
    if (t->everyone > 1 && req_may(t->rq, "roster.member.write") && !t->rq->who->readonly)
        json_object_set_new(o, "order",
                            json_string(arena_printf(a, "/roster/unit/%lld/order", (long long)t->unit->id)));
    json_object_set_new(o, "history",
                        json_string(arena_printf(a, "/roster/unit/%lld/history", (long long)t->unit->id)));
    const char *mandate = row_text(t->unit, "mandate");
    if (mandate != NULL)
        json_object_set_new(o, "mandate", json_string(mandate));
    return o;
}

struct err *house_unit(struct req *rq)
{
    struct team t = {.rq = rq};
    struct err *e = read_team(&t);
    json_t *data = e == NULL && rq->json ? unit_json(&t) : NULL;
    if (e == NULL && !rq->json)
        rq->labels = labels(&t);
    json_decref(t.due);
    TRY(e);
    if (rq->json)
        return respond_json(rq, data);
    return respond_page(rq, "roster/unit", json_object());
}
