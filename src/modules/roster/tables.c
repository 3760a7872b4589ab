/* tables.c: see tables.h. One pass over the columns a column of the table, for all units together. */
#include "roster/tables.h"

#include <string.h>

#include "face/export.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/people.h"
#include "roster/roster.h"

enum { UNITS_MOST = 2000, COLUMNS = 32, LEVELS_A_UNIT = 16, YEARS_30 = 30, YEARS_20 = 20 };

static const char team_base[] = "status = in_office and managed_by_district";

/* ---- the columns of 区管干部队伍情况 ---- */
static const struct {
    const char *key, *when; /* %s: a day so many years ago */
    int years;
} parts[] = {{"actual", "", 0},
             {"age_40", " and age between 0 and 40", 0},
             {"age_45", " and age between 41 and 45", 0},
             {"age_50", " and age between 46 and 50", 0},
             {"age_55", " and age between 51 and 55", 0},
             {"age_56", " and age between 56 and 200", 0},
             {"servant",
              " and category in ('general', 'technical', 'enforcement', 'judge', 'procurator', 'police', "
              "'police_technical')",
              0},
             {"reference", " and category in ('reference_body', 'reference_institution')", 0},
             {"institution", " and category in ('institution_manager', 'institution_technician', 'seconded')", 0},
             {"firm", " and category in ('firm_manager', 'firm_technician')", 0},
             {"work_30", " and work_start <= %s", YEARS_30},
             {"old_20", " and age between 55 and 200 and work_start <= %s", YEARS_20}};
static const char ranks[] = " and rank in ('ZG03', 'ZG04', 'ZG05', 'ZG06')";

struct column {
    const char *group, *key, *filter;
    struct facts_group *by_unit;
    int n;
};

struct cell {
    int64_t n;
    const char *href; /* NULL: a heading of its own, or nothing to open */
    const char *text; /* instead of a number */
};
struct line {
    const char *unit, *href;
    struct cell cells[COLUMNS];
};

struct table {
    struct req *rq;
    bool team;
    struct date day;
    const struct facts_root *root;
    struct people p;
    struct roster_q_units *units;
    int n_units;
    struct column columns[COLUMNS];
    int n_columns;
    struct line *lines;
    int n_lines;
    int64_t sums[COLUMNS];
};

static void add_column(struct table *t, const char *group, const char *key, const char *filter)
{
    t->columns[t->n_columns++] = (struct column){.group = group, .key = key, .filter = filter};
}

static const char *part_filter(struct table *t, const char *who, int i)
{
    struct arena *a = t->rq->arena;
    char iso[DATE_TEXT];
    const char *when = parts[i].when;
    if (parts[i].years > 0) {
        date_iso(date_add_months(t->day, -12 * parts[i].years), iso);
        size_t at = strcspn(when, "%");
        when = arena_printf(a, "%.*s%s", (int)at, when, iso);
    }
    return arena_printf(a, "%s%s%s", team_base, who, when);
}

static void team_columns(struct table *t)
{
    add_column(t, "all", "approved", NULL);
    add_column(t, "all", "actual", team_base);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        add_column(t, "chief", parts[i].key, part_filter(t, " and chief = 'chief'", (int)i));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        add_column(t, "deputy", parts[i].key, part_filter(t, " and chief = 'deputy'", (int)i));
    add_column(t, "ranks", "actual", arena_printf(t->rq->arena, "%s%s", team_base, ranks));
}

static struct err *count_column(struct table *t, struct db_tx *tx, struct column *c)
{
    struct facts_select q;
    struct expr *e;
    const struct facts_by by = {.fact = MEMBER_UNIT};
    TRY(people_select(tx, t->rq->who, t->root, &t->p, &q));
    TRY(expr_parse(t->rq->arena, t->p.world, t->p.subject, c->filter, NULL, &e));
    q.filter = e;
    return facts_count(t->root, t->rq->arena, &q, &by, 1, &c->by_unit, &c->n);
}

static int64_t of_unit(const struct column *c, int64_t unit)
{
    for (int i = 0; i < c->n; i++)
        if (c->by_unit[i].by[0].state == EXPR_HAS && c->by_unit[i].by[0].n == unit)
            return c->by_unit[i].n;
    return 0;
}

/* ---- lines ---- */
static const char *people_href(struct table *t, int64_t unit, const char *filter)
{
    return unit == 0 ? roster_where(t->rq->arena, t->p.day, "%s", filter)
                     : roster_where(t->rq->arena, t->p.day, "%s and unit = %lld", filter, (long long)unit);
}

static const char *quota_href(struct table *t, int64_t unit)
{
    return arena_printf(t->rq->arena, "/roster/quota?unit=%lld", (long long)unit);
}

/* Posts of a unit by level: what the sums of the columns say. */
static int64_t approved_of(const struct table *t, int64_t unit)
{
    struct facts_at at;
    int of = facts_subject("unit"), sum = facts_subject("unit_level");
    int64_t n = 0;
    if (!facts_find(t->root, of, unit, &at))
        return 0;
    const struct expr_table *rows = &facts_block(t->root, of, at.block)->tables[sum];
    for (int j = rows->first[at.row]; j < rows->first[at.row + 1]; j++) {
        struct expr_value v = facts_value(t->root, sum, (struct facts_at){at.block, j}, SUM_APPROVED);
        n += v.state == EXPR_HAS ? v.n : 0;
    }
    return n;
}

static struct line *new_line(struct table *t, const struct roster_q_units *u)
{
    struct line *l = &t->lines[t->n_lines++];
    *l = (struct line){.unit = u->name, .href = arena_printf(t->rq->arena, "/roster/unit/%lld", (long long)u->id)};
    return l;
}

static void put(struct table *t, struct line *l, int column, int64_t n, const char *href)
{
    l->cells[column] = (struct cell){.n = n, .href = n != 0 ? href : NULL};
    t->sums[column] += n;
}

static void team_line(struct table *t, const struct roster_q_units *u)
{
    int64_t approved = approved_of(t, u->id), actual = of_unit(&t->columns[1], u->id);
    if (approved == 0 && actual == 0)
        return;
    struct line *l = new_line(t, u);
    put(t, l, 0, approved, quota_href(t, u->id));
    for (int i = 1; i < t->n_columns; i++)
        put(t, l, i, of_unit(&t->columns[i], u->id), people_href(t, u->id, t->columns[i].filter));
}

static void posts_columns(struct table *t)
{
    static const char *const keys[] = {"level", "approved", "filled", "free", "over"};
    for (int i = 0; i < 5; i++)
        add_column(t, "posts", keys[i], NULL);
}

static int64_t number(struct expr_value v)
{
    return v.state == EXPR_HAS ? v.n : 0;
}

static void posts_line(struct table *t, const struct roster_q_units *u)
{
    struct facts_at at;
    struct arena *a = t->rq->arena;
    int of = facts_subject("unit"), sum = facts_subject("unit_level");
    if (!facts_find(t->root, of, u->id, &at))
        return;
    const struct expr_table *rows = &facts_block(t->root, of, at.block)->tables[sum];
    for (int j = rows->first[at.row]; j < rows->first[at.row + 1]; j++) {
        struct facts_at row = {at.block, j};
        struct expr_value level = facts_value(t->root, sum, row, SUM_LEVEL);
        int64_t approved = number(facts_value(t->root, sum, row, SUM_APPROVED)),
                filled = number(facts_value(t->root, sum, row, SUM_FILLED));
        if (level.state != EXPR_HAS || (approved == 0 && filled == 0))
            continue;
        struct line *l = new_line(t, u);
        const char *holders =
            roster_where(a, t->p.day, "any(post: fills and unit = %lld and level = %s)", (long long)u->id,
                         telling_code(a, facts_subject("post"), level.codes, (int)level.n));
        l->cells[0].text = codes_name(codes_list(level.codes), (int)level.n, t->rq->lang == LANG_EN);
        put(t, l, 1, approved, quota_href(t, u->id));
        put(t, l, 2, filled, holders);
        put(t, l, 3, approved > filled ? approved - filled : 0, quota_href(t, u->id));
        put(t, l, 4, filled > approved ? filled - approved : 0, holders);
    }
}

static struct err *read_table(struct table *t, struct db_tx *tx)
{
    const char *which = req_query(t->rq, "which"), *day = req_query(t->rq, "as_of");
    const struct pair pairs[] = {{"as_of", day == NULL ? "" : day}};
    t->team = which != NULL && strcmp(which, "team") == 0;
    TRY(people_read(t->rq->arena, t->rq->who, pairs, 1, &t->p));
    TRY(roster_root(t->rq, t->p.day, tx, &t->root));
    t->day = facts_day(t->root);
    TRY(roster_q_units(tx, &t->rq->who->scope, &t->units, &t->n_units));
    t->n_units = t->n_units > UNITS_MOST ? UNITS_MOST : t->n_units;
    t->lines = arena_array(t->rq->arena, struct line, t->n_units * LEVELS_A_UNIT + 1);
    if (t->team)
        team_columns(t);
    else
        posts_columns(t);
    for (int i = 0; i < t->n_columns; i++)
        if (t->columns[i].filter != NULL)
            TRY(count_column(t, tx, &t->columns[i]));
    for (int i = 0; i < t->n_units; i++)
        if (t->team)
            team_line(t, &t->units[i]);
        else
            posts_line(t, &t->units[i]);
    return NULL;
}

/* ---- the page ---- */
static const char *head(const struct table *t, int i)
{
    return text_get(t->rq->lang, arena_printf(t->rq->arena, "roster.tables.%s", t->columns[i].key));
}

static json_t *heads(const struct table *t)
{
    json_t *all = json_array();
    for (int i = 0; i < t->n_columns; i++)
        json_array_append_new(all, json_string(head(t, i)));
    return all;
}

static json_t *groups(const struct table *t)
{
    json_t *all = json_array();
    for (int i = 0, n; i < t->n_columns; i += n) {
        for (n = 1; i + n < t->n_columns && strcmp(t->columns[i + n].group, t->columns[i].group) == 0; n++)
            ;
        json_array_append_new(all, json_pack("{s:s, s:i}", "text",
                                             text_get(t->rq->lang, arena_printf(t->rq->arena, "roster.tables.group.%s",
                                                                                t->columns[i].group)),
                                             "span", n));
    }
    return all;
}

static json_t *cell_json(const struct cell *c)
{
    return json_pack("{s:I, s:s?, s:s?, s:b}", "n", (json_int_t)c->n, "href", c->href, "text", c->text, "zero",
                     c->n == 0 && c->text == NULL);
}

static json_t *lines(const struct table *t)
{
    json_t *all = json_array();
    for (int i = 0; i < t->n_lines; i++) {
        json_t *cells = json_array();
        for (int k = 0; k < t->n_columns; k++)
            json_array_append_new(cells, cell_json(&t->lines[i].cells[k]));
        json_array_append_new(
            all, json_pack("{s:s, s:s, s:o}", "unit", t->lines[i].unit, "href", t->lines[i].href, "cells", cells));
    }
    return all;
}

static json_t *sums(const struct table *t)
{
    json_t *all = json_array();
    for (int k = 0; k < t->n_columns; k++) {
        struct cell c = {.n = t->sums[k], .text = !t->team && k == 0 ? "" : NULL};
        json_array_append_new(all, cell_json(&c));
    }
    return all;
}

static json_t *table_data(const struct table *t)
{
    json_t *rows = json_array();
    for (int i = 0; i < t->n_lines; i++) {
        json_t *o = json_pack("{s:s}", "unit", t->lines[i].unit);
        for (int k = 0; k < t->n_columns; k++) {
            const struct cell *c = &t->lines[i].cells[k];
            const char *name = t->team ? arena_printf(t->rq->arena, "%s.%s", t->columns[k].group, t->columns[k].key)
                                       : t->columns[k].key;
            json_object_set_new(o, name, c->text != NULL ? json_string(c->text) : json_integer(c->n));
        }
        json_array_append_new(rows, o);
    }
    return json_pack("{s:o}", "rows", rows);
}

struct err *tables_page(struct req *rq)
{
    struct table t = {.rq = rq};
    char dots[DATE_TEXT];
    db_scope struct db_tx tx = {0};
    TRY(read_table(&t, &tx));
    TRY(db_commit(&tx));
    const char *which = t.team ? "team" : "posts";
    const char *query = date_is(t.p.day) ? arena_printf(rq->arena, "&as_of=%s", date_dots(t.p.day, dots)) : "";
    rq->labels = json_pack("{s:o, s:o, s:o, s:o, s:b, s:s, s:s, s:s, s:b, s:s, s:s}", "heads", heads(&t), "groups",
                           groups(&t), "rows", lines(&t), "sums", sums(&t), "team", t.team, "title",
                           text_get(rq->lang, arena_printf(rq->arena, "roster.tables.title.%s", which)), "say",
                           text_get(rq->lang, arena_printf(rq->arena, "roster.tables.say.%s", which)), "file",
                           arena_printf(rq->arena, "/roster/tables/xlsx?which=%s%s", which, query), "any",
                           t.n_lines > 0, "which", which, "as_of", date_is(t.p.day) ? date_dots(t.p.day, dots) : "");
    return respond_page(rq, "roster/tables", table_data(&t));
}

/* ---- the file ---- */
static struct err *put_row(struct doc_table *d, struct table *t, const char *unit, const struct cell *cells)
{
    struct doc_cell out[COLUMNS + 1] = {{DOC_TEXT, unit}};
    for (int k = 0; k < t->n_columns; k++)
        out[k + 1] = cells[k].text != NULL
                         ? (struct doc_cell){DOC_TEXT, cells[k].text}
                         : (struct doc_cell){DOC_NUMBER, arena_printf(t->rq->arena, "%lld", (long long)cells[k].n)};
    return doc_table_row(d, out, (size_t)t->n_columns + 1);
}

static struct err *write_heads(struct doc_table *d, struct table *t)
{
    struct doc_cell out[COLUMNS + 1] = {{DOC_TEXT, text_get(t->rq->lang, "roster.unit")}};
    for (int k = 0; k < t->n_columns; k++) {
        const char *group =
            text_get(t->rq->lang, arena_printf(t->rq->arena, "roster.tables.group.%s", t->columns[k].group));
        out[k + 1] =
            (struct doc_cell){DOC_TEXT, t->team ? arena_printf(t->rq->arena, "%s %s", group, head(t, k)) : head(t, k)};
    }
    return doc_table_row(d, out, (size_t)t->n_columns + 1);
}

static struct err *write_file(void *ctx, int fd)
{
    struct table *t = ctx;
    struct doc_table *d;
    struct doc_table_options options = {
        .header = 1,
        .sheet = text_get(t->rq->lang, t->team ? "roster.tables.sheet.team" : "roster.tables.sheet.posts")};
    db_scope struct db_tx tx = {0};
    TRY(read_table(t, &tx));
    TRY(face_export_carries(t->rq, &tx, &options.carries));
    TRY(db_commit(&tx));
    TRY(doc_table_begin(t->rq->arena, DOC_XLSX, &options, doc_sink_fd(&fd), &d));
    TRY(write_heads(d, t));
    for (int i = 0; i < t->n_lines; i++)
        TRY(put_row(d, t, t->lines[i].unit, t->lines[i].cells));
    struct cell all[COLUMNS] = {0};
    for (int k = 0; k < t->n_columns; k++)
        all[k] = (struct cell){.n = t->sums[k], .text = !t->team && k == 0 ? "" : NULL};
    TRY(put_row(d, t, text_get(t->rq->lang, "roster.tables.sum"), all));
    return doc_table_end(d);
}

struct err *tables_file(struct req *rq)
{
    struct table t = {.rq = rq};
    const char *which = req_query(rq, "which");
    const char *key =
        which != NULL && strcmp(which, "team") == 0 ? "roster.tables.sheet.team" : "roster.tables.sheet.posts";
    const char *name = face_export_name(rq, text_get(rq->lang, key), ".xlsx");
    return respond_stream(rq, doc_table_mime(DOC_XLSX), name, write_file, &t);
}
