/* portrait_view.c: what the portrait shows: head, ages, what is missing, tabs, timeline, relations, revisions. */
#include <stdlib.h>
#include <string.h>

#include "record/codes.h"
#include "roster/facts.h"
#include "roster/portrait.h"
#include "roster/roster.h"
#include "roster/telling.h"
#include "rules/rules.h"
#include "view/view.h"

enum { SHOWN_EVENTS = 24, QUESTIONS_SHOWN = 8, REVISIONS_SHOWN = 3, REVISED_ROWS = 40 };

static void put(json_t *o, const char *name, const char *s)
{
    if (s != NULL && *s != '\0')
        json_object_set_new(o, name, json_string(s));
}

static const char *say(const struct portrait *p, const char *key)
{
    return text_get(p->rq->lang, key);
}

static const char *shown(const struct portrait *p, const struct row *r, const char *field)
{
    int at = record_field(r->of, field);
    if (!face_shown(r->of, at, p->rq->who))
        return NULL;
    return face_value(p->rq->arena, p->rq->lang, r->of, at, r->v[at], p->names);
}

static const char *fact(const struct portrait *p, int f)
{
    return telling_value(p->rq->arena, p->rq->lang, &roster_member_facts.facts[f], p->facts[f]);
}

static const char *number(const struct portrait *p, int64_t n)
{
    return arena_printf(p->rq->arena, "%lld", (long long)n);
}

/* ---- the head ---- */
static json_t *age(const struct portrait *p, const char *label, const char *value, struct date from, bool years)
{
    json_t *o =
        json_pack("{s:s, s:s}", "label", say(p, label), "value", value == NULL ? say(p, "roster.unknown") : value);
    if (value == NULL)
        json_object_set_new(o, "quiet", json_true());
    if (!date_is(from))
        return o;
    int months = date_months_between(from, p->day);
    put(o, "mute",
        years ? tr(p->rq, "roster.years", "years", number(p, months / 12), "months", "0")
              : telling_months(p->rq->arena, p->rq->lang, months));
    return o;
}

static struct date date_fact(const struct portrait *p, int f)
{
    struct date d = DATE_UNKNOWN;
    if (p->facts[f].state == EXPR_HAS)
        d.v = (int32_t)p->facts[f].n;
    return d;
}

enum mode { FULL_TIME, IN_SERVICE, UNSAID };

/* The best education of a mode, as printed. */
static const char *educated(const struct portrait *p, enum mode of)
{
    const char *best = NULL;
    int rank = -1;
    const struct code_list *levels = codes_list("roster.education_level"), *modes = codes_list("roster.education_mode");
    for (int i = 0; i < p->parts[PART_EDUCATION].n; i++) {
        const struct row *r = p->parts[PART_EDUCATION].rows[i];
        const char *level = row_text(r, "education_level"), *mode = row_text(r, "mode");
        enum mode own = mode == NULL                                        ? UNSAID
                        : codes_find(modes, mode) == roster_codes.full_time ? FULL_TIME
                                                                            : IN_SERVICE;
        int at = level == NULL ? 0 : codes_find(levels, level);
        if (own != of || at <= rank)
            continue;
        const char *education = shown(p, r, "education"), *degree = shown(p, r, "degree");
        rank = at;
        best = arena_printf(p->rq->arena, "%s%s%s", education == NULL ? "" : education,
                            education != NULL && degree != NULL ? " " : "", degree == NULL ? "" : degree);
    }
    return best;
}

static json_t *ages(const struct portrait *p)
{
    json_t *all = json_array(), *o;
    const struct row *m = p->member;
    o = age(p, "roster.portrait.born", shown(p, m, "birth"), DATE_UNKNOWN, false);
    if (p->facts[MEMBER_AGE].state == EXPR_HAS)
        put(o, "mute", tr(p->rq, "roster.age", "n", number(p, p->facts[MEMBER_AGE].n)));
    json_array_append_new(all, o);
    json_array_append_new(all,
                          age(p, "roster.portrait.work", shown(p, m, "work_start"), row_date(m, "work_start"), true));
    bool none = p->facts[MEMBER_PARTY_JOINED].state == EXPR_NONE;
    json_array_append_new(all,
                          age(p, "roster.portrait.party", none ? say(p, "roster.none") : shown(p, m, "party_joined"),
                              row_date(m, "party_joined"), true));
    struct date retires = date_fact(p, MEMBER_RETIRES);
    struct buf month = BUF(p->rq->arena);
    if (date_is(retires))
        view_date(&month, p->rq->lang, date_make(date_year(retires), date_month(retires), 0));
    o = age(p, "roster.portrait.retires", month.n > 0 ? buf_str(&month) : NULL, DATE_UNKNOWN, false);
    put(o, "why", portrait_retirement(p));
    json_array_append_new(all, o);
    json_array_append_new(all, age(p, "roster.portrait.in_post",
                                   p->facts[MEMBER_POST_SINCE].state == EXPR_HAS ? fact(p, MEMBER_POST_SINCE) : NULL,
                                   date_fact(p, MEMBER_POST_SINCE), false));
    const char *level = p->facts[MEMBER_LEVEL].state == EXPR_HAS ? fact(p, MEMBER_LEVEL) : NULL;
    o = age(p, "roster.portrait.at_level",
            p->facts[MEMBER_LEVEL_SINCE].state == EXPR_HAS ? fact(p, MEMBER_LEVEL_SINCE) : NULL,
            date_fact(p, MEMBER_LEVEL_SINCE), false);
    if (level != NULL)
        put(o, "label", tr(p->rq, "roster.portrait.at", "level", level));
    json_array_append_new(all, o);
    const char *full = educated(p, FULL_TIME), *part = educated(p, IN_SERVICE), *unsaid = educated(p, UNSAID);
    if (full == NULL && part == NULL && unsaid != NULL)
        full = part = tr(p->rq, "roster.portrait.education_unsaid", "education", unsaid);
    json_array_append_new(all, age(p, "roster.portrait.full_time",
                                   full != NULL ? full : say(p, "roster.none_on_record"), DATE_UNKNOWN, false));
    json_array_append_new(all, age(p, "roster.portrait.part_time",
                                   part != NULL ? part : say(p, "roster.none_on_record"), DATE_UNKNOWN, false));
    return all;
}

static const char *line_under_name(const struct portrait *p)
{
    const char *native = shown(p, p->member, "native_place");
    const char *parts[] = {shown(p, p->member, "sex"), shown(p, p->member, "ethnicity"),
                           native == NULL ? NULL : tr(p->rq, "roster.portrait.from", "place", native),
                           shown(p, p->member, "politics")};
    struct buf b = BUF(p->rq->arena);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != NULL)
            buf_printf(&b, "%s%s", b.n == 0 ? "" : p->rq->lang == LANG_EN ? ", " : "　", parts[i]);
    return buf_str(&b);
}

/* ---- the state of the file ---- */
static const char *missing_label(const struct portrait *p, const char *name)
{
    int at = record_field(&roster_member, name);
    if (at >= 0)
        return face_label(p->rq->arena, p->rq->lang, &roster_member, at);
    return face_record_label(p->rq->lang, record_find(arena_printf(p->rq->arena, "roster.%s", name)));
}

static const char *listed(const struct portrait *p, const char *const *words, int n)
{
    struct buf b = BUF(p->rq->arena);
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s%s", i == 0 ? "" : text_sign(p->rq->lang, SIGN_LIST), words[i]);
    return buf_str(&b);
}

static const char *ages_agree(const struct portrait *p)
{
    static const int differs[] = {MEMBER_BIRTH_DIFFERS, MEMBER_WORK_DIFFERS, MEMBER_PARTY_DIFFERS};
    static const char *const names[] = {"birth", "work_start", "party_joined"};
    static const char *const filed[] = {"birth_filed", "work_start_filed", "party_joined_filed"};
    const char *apart[3];
    int n = 0, told = 0;
    for (int i = 0; i < 3; i++) {
        told += row_text(p->member, filed[i]) != NULL;
        if (p->facts[differs[i]].state == EXPR_HAS && p->facts[differs[i]].n == 1)
            apart[n++] = missing_label(p, names[i]);
    }
    const char *recognised = shown(p, p->member, "recognised_on");
    if (recognised != NULL)
        return tr(p->rq, "roster.portrait.recognised", "day", recognised);
    if (n > 0)
        return tr(p->rq, "roster.portrait.ages_differ", "what", listed(p, apart, n));
    return say(p, told > 0 ? "roster.portrait.ages_agree" : "roster.portrait.ages_unfiled");
}

static json_t *state_of_file(const struct portrait *p)
{
    const char *missing[MISSING_MOST], *papers[8], *words[MISSING_MOST];
    int n = portrait_missing(p, missing), lacking = portrait_papers(p, papers);
    int filled = ASKED_OF_EVERYONE - n;
    json_t *o =
        json_pack("{s:i, s:i, s:s, s:s, s:b}", "filled", filled, "asked", ASKED_OF_EVERYONE, "fill",
                  arena_printf(p->rq->arena, "%.1f", filled * 100.0 / ASKED_OF_EVERYONE), "gap",
                  arena_printf(p->rq->arena, "%.1f", 100 - filled * 100.0 / ASKED_OF_EVERYONE), "whole", n == 0);
    for (int i = 0; i < n; i++)
        words[i] = missing_label(p, missing[i]);
    if (n > 0)
        put(o, "missing", tr(p->rq, "roster.portrait.missing", "what", listed(p, words, n)));
    for (int i = 0; i < lacking; i++)
        words[i] = codes_label("roster.paper_kind", papers[i], p->rq->lang == LANG_EN);
    put(o, "papers",
        lacking < 0    ? say(p, "roster.portrait.papers_unchecked")
        : lacking == 0 ? say(p, "roster.portrait.papers_whole")
                       : tr(p->rq, "roster.portrait.papers_lacking", "what", listed(p, words, lacking)));
    put(o, "ages", ages_agree(p));
    return o;
}

/* ---- tabs ---- */
static const char *part_name(int part)
{
    return strchr(portrait_records[part]->name, '.') + 1;
}

static json_t *tab(const struct portrait *p, const char *name, const char *text, int n)
{
    json_t *o = json_pack("{s:s, s:s}", "href", portrait_address(p, p->member->id, name), "text", text);
    if (n >= 0)
        json_object_set_new(o, "count", json_pack("{s:s}", "n", number(p, n)));
    bool here = name == NULL ? p->tab == NULL : p->tab != NULL && strcmp(p->tab, name) == 0;
    put(o, "current", here ? "page" : NULL);
    return o;
}

static json_t *tabs(const struct portrait *p)
{
    json_t *all = json_array();
    json_array_append_new(all, tab(p, NULL, say(p, "roster.portrait.overview"), -1));
    for (int i = 0; i < PARTS; i++) /* a part in which nothing may be shown is not named */
        if (p->parts[i].seen && (i != PART_MEASURE || p->parts[i].n > 0))
            json_array_append_new(
                all, tab(p, part_name(i), face_record_label(p->rq->lang, portrait_records[i]), p->parts[i].n));
    json_array_append_new(all, tab(p, "revisions", say(p, "roster.portrait.revisions"), -1));
    return all;
}

static int columns_of(const struct portrait *p, const struct record *rec, int *cols)
{
    char *words = arena_strdup(p->rq->arena, rec->list), *save = NULL;
    int n = 0;
    for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        int at = record_field(rec, w);
        if (strcmp(w, "member") != 0 && face_shown(rec, at, p->rq->who))
            cols[n++] = at;
    }
    return n;
}

static const char *link_to(const struct portrait *p, const struct field *f, const char *value)
{
    bool in_scope = false;
    if (f->type != FIELD_REF || value == NULL)
        return NULL;
    const struct record *to = record_find(f->to);
    int64_t id = strtoll(value, NULL, 10);
    face_name(p->names, p->rq->arena, p->rq->lang, to, id, &in_scope);
    return in_scope ? arena_printf(p->rq->arena, "%s/%lld", face_path(p->rq->arena, to), (long long)id) : NULL;
}

static json_t *part_row(const struct portrait *p, const struct row *r, const int *cols, int n, bool write)
{
    json_t *cells = json_array();
    struct arena *a = p->rq->arena;
    const char *path = arena_printf(a, "%s/%lld", face_path(a, r->of), (long long)r->id);
    for (int i = 0; i < n; i++) {
        const char *text = face_value(a, p->rq->lang, r->of, cols[i], r->v[cols[i]], p->names);
        json_t *c = json_pack("{s:s, s:s, s:b}", "text", text == NULL ? "" : text, "label",
                              face_label(a, p->rq->lang, r->of, cols[i]), "lead", i == 0);
        put(c, "href", link_to(p, &r->of->fields[cols[i]], r->v[cols[i]]));
        json_array_append_new(cells, c);
    }
    json_t *o =
        json_pack("{s:o, s:s, s:s}", "cells", cells, "open", path, "what", face_row_name(a, p->rq->lang, r, p->names));
    if (write)
        put(o, "edit", arena_printf(a, "%s/edit", path));
    return o;
}

static bool may_write(const struct portrait *p, const struct record *rec)
{
    return !p->rq->who->readonly && req_may(p->rq, arena_printf(p->rq->arena, "%s.write", rec->name));
}

static json_t *part_table(const struct portrait *p, int part)
{
    const struct record *rec = portrait_records[part];
    struct arena *a = p->rq->arena;
    int cols[64], n = columns_of(p, rec, cols);
    bool write = may_write(p, rec);
    json_t *heads = json_array(), *rows = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(heads, json_pack("{s:s}", "text", face_label(a, p->rq->lang, rec, cols[i])));
    for (int i = 0; i < p->parts[part].n; i++)
        json_array_append_new(rows, part_row(p, p->parts[part].rows[i], cols, n, write));
    json_t *o = json_pack("{s:s, s:o, s:b}", "title", face_record_label(p->rq->lang, rec), "heads", heads, "empty",
                          p->parts[part].n == 0);
    json_object_set_new(o, "rows", rows);
    if (write)
        put(o, "new", arena_printf(a, "%s/new?member=%lld", face_path(a, rec), (long long)p->member->id));
    if (part == PART_MEASURE)
        put(o, "note", say(p, "roster.portrait.measures_note"));
    return o;
}

/* ---- the timeline ---- */
static const char *when(const struct portrait *p, struct date d)
{
    if (date_month(d) == 0)
        return say(p, "roster.portrait.all_year");
    if (p->rq->lang == LANG_EN) {
        struct buf b = BUF(p->rq->arena);
        view_date(&b, LANG_EN, d);
        char *s = buf_str(&b), *year = strrchr(s, ' ');
        if (year != NULL)
            *year = '\0';
        return s;
    }
    return date_day(d) == 0 ? arena_printf(p->rq->arena, "%02d", date_month(d))
                            : arena_printf(p->rq->arena, "%02d.%02d", date_month(d), date_day(d));
}

static json_t *timeline(const struct portrait *p)
{
    struct event *all;
    int n = portrait_events(p, &all), year = 0;
    bool every = req_query(p->rq, "all") != NULL;
    int most = every || n <= SHOWN_EVENTS ? n : SHOWN_EVENTS;
    json_t *lines = json_array();
    for (int i = 0; i < most; i++) {
        if (date_year(all[i].on) != year) {
            year = date_year(all[i].on);
            json_array_append_new(lines, json_pack("{s:s}", "year", number(p, year)));
        }
        json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "when", when(p, all[i].on), "icon", all[i].icon, "text",
                              all[i].text, "href", all[i].href);
        put(o, "sub", all[i].sub);
        json_array_append_new(lines, json_pack("{s:o}", "event", o));
    }
    json_t *o = json_pack("{s:o, s:b}", "lines", lines, "empty", n == 0);
    put(o, "band", portrait_band(p));
    if (most < n) {
        char *path = portrait_address(p, p->member->id, NULL);
        put(o, "every", arena_printf(p->rq->arena, "%s%call=1", path, strchr(path, '?') == NULL ? '?' : '&'));
        put(o, "every_text", tr(p->rq, "roster.portrait.every", "n", number(p, n)));
    }
    return o;
}

/* ---- beside the timeline ---- */
static json_t *questions(const struct portrait *p, const struct rules_set *set)
{
    json_t *all = json_array();
    for (int i = 0; i < p->n_questions && i < QUESTIONS_SHOWN; i++) {
        const struct row *r = p->questions[i];
        const char *rule = row_text(r, "rule");
        const struct rules_rule *known = set == NULL ? NULL : rules_find(set, rule);
        const struct rules_edition *e = known == NULL ? NULL : rules_edition_now(known, p->rq->today);
        const char *missing = row_text(r, "missing");
        const char *text = missing != NULL ? tr(p->rq, "roster.portrait.lacks", "what", missing)
                           : e != NULL     ? e->title[p->rq->lang]
                                           : rule;
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s}", "text", text, "rule", rule, "state",
                                             codes_label("rules.state", row_text(r, "state"), p->rq->lang == LANG_EN),
                                             "href", arena_printf(p->rq->arena, "/findings/%lld", (long long)r->id)));
    }
    json_t *o = json_pack("{s:o, s:b}", "list", all, "any", p->n_questions > 0);
    if (p->n_questions > QUESTIONS_SHOWN)
        put(o, "more", arena_printf(p->rq->arena, "/findings?member=%lld", (long long)p->member->id));
    return o;
}

static const char *kin_place(const struct portrait *p, int64_t row)
{
    static const int facts[] = {KIN_SAME_UNIT, KIN_IN_LINE, KIN_SENSITIVE};
    static const char *const keys[] = {"roster.portrait.same_unit", "roster.portrait.in_line",
                                       "roster.portrait.sensitive"};
    int of = facts_subject("kin");
    struct facts_at at;
    if (!facts_find_row(p->root, of, p->member->id, row, &at))
        return NULL;
    for (int i = 0; i < 3; i++) {
        struct expr_value v = facts_value(p->root, of, at, facts[i]);
        if (v.state == EXPR_HAS && v.n == 1)
            return say(p, keys[i]);
    }
    return say(p, "roster.portrait.no_crossing");
}

static json_t *relations(const struct portrait *p)
{
    json_t *kin = json_array();
    int cadres = 0;
    for (int i = 0; i < p->parts[PART_FAMILY].n; i++) {
        const struct row *r = p->parts[PART_FAMILY].rows[i];
        const char *relation = shown(p, r, "relation"), *written = shown(p, r, "relation_text");
        int64_t other = row_int(r, "other");
        json_t *o = json_pack("{s:s, s:s}", "relation",
                              relation != NULL  ? relation
                              : written != NULL ? written
                                                : say(p, "roster.unknown"),
                              "name", shown(p, r, "name") == NULL ? say(p, "roster.unknown") : shown(p, r, "name"));
        put(o, "work", shown(p, r, "work"));
        if (other > 0) {
            cadres++;
            put(o, "state", shown(p, r, "kin"));
            put(o, "place", p->other_day ? NULL : kin_place(p, r->id));
            put(o, "href",
                link_to(p, &roster_family.fields[record_field(&roster_family, "other")], row_text(r, "other")));
        }
        json_array_append_new(kin, o);
    }
    json_t *o = json_pack("{s:o}", "kin", kin);
    put(o, "say",
        tr(p->rq, p->parts[PART_FAMILY].n == 0 ? "roster.portrait.kin_none" : "roster.portrait.kin", "n",
           number(p, p->parts[PART_FAMILY].n), "cadres", number(p, cadres)));
    put(o, "scope", say(p, "roster.portrait.kin_scope"));
    return o;
}

/* ---- revisions ---- */
static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int newest_revision(const void *a, const void *b)
{
    const struct revision *x = a, *y = b;
    return x->seq > y->seq ? -1 : x->seq < y->seq;
}

struct revised {
    struct revision is;
    struct row *was;
};

static json_t *revision_label(const struct portrait *p, const struct revised *v)
{
    const struct record *of = v->is.row->of;
    json_t *rows = json_array();
    struct arena *a = p->rq->arena;
    for (int i = 0; i < record_fields(of) && v->is.rev > 1; i++) {
        const char *was = v->was == NULL ? NULL : v->was->v[i], *now = v->is.row->v[i];
        if (!face_shown(of, i, p->rq->who) || same(was, now))
            continue;
        json_t *o = json_pack("{s:s}", "label", face_label(a, p->rq->lang, of, i));
        put(o, "was", face_value(a, p->rq->lang, of, i, was, p->names));
        put(o, "now", face_value(a, p->rq->lang, of, i, now, p->names));
        json_array_append_new(rows, o);
    }
    json_t *o = json_pack("{s:s, s:s, s:I, s:s, s:s, s:b, s:o}", "record", face_record_label(p->rq->lang, of), "rev",
                          number(p, v->is.rev), "at", (json_int_t)v->is.at, "by", v->is.actor, "href",
                          arena_printf(a, "%s/%lld/history", face_path(a, of), (long long)v->is.row->id), "first",
                          v->is.rev == 1, "rows", rows);
    put(o, "what", v->is.rev == 1 ? NULL : v->is.what);
    return o;
}

static struct err *histories(const struct portrait *p, struct db_tx *tx, struct row *const *rows, int n,
                             struct revised *all, int *count, int room)
{
    for (int i = 0; i < n && *count < room; i++) {
        struct revision *h;
        int m;
        if (rows[i]->rev < 2 && rows[i] != p->member)
            continue;
        TRY(record_history(tx, rows[i]->of, p->rq->who, rows[i]->id, 10, &h, &m));
        for (int k = 0; k < m && *count < room; k++)
            all[(*count)++] = (struct revised){h[k], k + 1 < m ? h[k + 1].row : NULL};
    }
    return NULL;
}

struct err *portrait_revisions(const struct portrait *p, struct db_tx *tx, int most, json_t **out)
{
    struct revised all[REVISED_ROWS * 2];
    int n = 0;
    TRY(histories(p, tx, &p->member, 1, all, &n, REVISED_ROWS * 2));
    for (int i = 0; i < PARTS; i++)
        TRY(histories(p, tx, p->parts[i].rows, p->parts[i].n, all, &n, REVISED_ROWS * 2));
    qsort(all, (size_t)n, sizeof *all, newest_revision);
    json_t *list = json_array();
    for (int i = 0; i < n && i < most; i++) {
        struct row *row = all[i].is.row;
        TRY(face_names_of_rows(p->names, tx, &row, 1, NULL, 0));
        json_array_append_new(list, revision_label(p, &all[i]));
    }
    *out = list;
    return NULL;
}

/* ---- all of it ---- */
static void put_way(const struct portrait *p, json_t *o)
{
    if (!p->listed)
        return;
    const char *say = p->place > 0
                          ? tr(p->rq, "roster.portrait.at_place", "at", number(p, p->place), "n", number(p, p->total))
                          : tr(p->rq, "roster.portrait.in_list", "n", number(p, p->total));
    json_t *way = json_pack("{s:s}", "say", say);
    put(way, "list", people_address(p->rq->arena, &p->list, false));
    if (p->prev > 0) {
        put(way, "prev", portrait_address(p, p->prev, p->tab));
        put(way, "prev_name", p->prev_name);
    }
    if (p->next > 0) {
        put(way, "next", portrait_address(p, p->next, p->tab));
        put(way, "next_name", p->next_name);
    }
    json_object_set_new(o, "way", way);
}

static struct err *put_overview(const struct portrait *p, struct db_tx *tx, json_t *o)
{
    json_t *revisions, *x = json_object();
    const struct rules_set *set = NULL;
    if (rules_shared() != NULL && p->n_questions > 0)
        TRY(rules_read(rules_shared(), tx, &set));
    json_object_set_new(x, "timeline", timeline(p));
    if (p->n_questions > 0)
        json_object_set_new(x, "questions", questions(p, set));
    rules_end(set);
    if (p->parts[PART_FAMILY].seen)
        json_object_set_new(x, "relations", relations(p));
    json_object_set_new(o, "overview", x);
    TRY(portrait_revisions(p, tx, REVISIONS_SHOWN, &revisions));
    json_object_set_new(
        x, "revisions",
        json_pack("{s:o, s:s}", "list", revisions, "all", portrait_address(p, p->member->id, "revisions")));
    return NULL;
}

static struct err *put_tab(const struct portrait *p, struct db_tx *tx, json_t *o)
{
    json_t *revisions;
    if (strcmp(p->tab, "revisions") == 0) {
        TRY(portrait_revisions(p, tx, REVISED_ROWS, &revisions));
        json_object_set_new(o, "history", json_pack("{s:o}", "list", revisions));
        return NULL;
    }
    for (int i = 0; i < PARTS; i++)
        if (p->parts[i].seen && strcmp(p->tab, part_name(i)) == 0) {
            json_object_set_new(o, "part", part_table(p, i));
            return NULL;
        }
    return ERR(p->rq->arena, ERR_MISSING, "no part '%.40s' of a file", p->tab);
}

json_t *portrait_labels(const struct portrait *p, struct db_tx *tx, struct err **e)
{
    struct arena *a = p->rq->arena;
    const struct row *m = p->member;
    json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", row_text(m, "name"), "line", line_under_name(p), "ages",
                          ages(p), "file", state_of_file(p), "tabs", tabs(p));
    struct buf day = BUF(a);
    view_date(&day, p->rq->lang, p->day);
    put(o, "day", buf_str(&day));
    char dots[DATE_TEXT];
    put(o, "day_typed", date_dots(p->day, dots));
    json_object_set_new(o, "id", json_integer(m->id));
    put(o, "path", arena_printf(a, "/roster/member/%lld", (long long)m->id));
    json_object_set_new(o, "other_day", json_boolean(p->other_day));
    put(o, "from", p->state);
    const char *post = shown(p, m, "post_text"), *rank = shown(p, m, "rank_text");
    put(o, "post", post != NULL ? post : say(p, "roster.portrait.no_post"));
    put(o, "rank", rank);
    put(o, "unit", shown(p, m, "unit"));
    put(o, "unit_href", link_to(p, &roster_member.fields[record_field(&roster_member, "unit")], row_text(m, "unit")));
    if (row_int(m, "photo") > 0)
        put(o, "photo", arena_printf(a, "/roster/member/%lld/photo", (long long)m->id));
    put(o, "form_href", arena_printf(a, "/roster/member/%lld/form", (long long)m->id));
    if (may_write(p, &roster_member))
        put(o, "edit", arena_printf(a, "/roster/member/%lld/edit", (long long)m->id));
    json_object_set_new(o, "correct", json_boolean(may_write(p, &roster_member)));
    put(o, "history_href", arena_printf(a, "/roster/member/%lld/history", (long long)m->id));
    const char *status = row_text(m, "status");
    if (status != NULL && codes_find(codes_list("roster.status"), status) != roster_codes.in_office)
        put(o, "status", shown(p, m, "status"));
    put_way(p, o);
    *e = p->tab == NULL ? put_overview(p, tx, o) : put_tab(p, tx, o);
    return o;
}
