/* intake_table.c: see intake_table.h. A row's texts go the way a form's do, so a roster and a form that say the same
 * are understood the same. */
#include <stdlib.h>
#include <string.h>

#include "record/codes.h"
#include "roster/intake_means.h"
#include "roster/roster.h"

struct reading {
    struct arena *a;
    const struct intake_layout *layout;
    struct form_raw raw;
    const char *own[TABLE_COLUMNS]; /* by meaning: texts the form has no place for */
    struct err *refused;
};

static void refuse(struct reading *g, int column, struct err *e)
{
    err_join(&g->refused, err_field(e, g->layout->heads[column]));
}

/* 1990.1 typed as a number may have been 1990.01 or 1990.10. */
static struct err *one_decimal(struct arena *a, const char *value)
{
    const char *dot = strchr(value, '.');
    int year = (int)(dot - value);
    return err_say(ERR(a, ERR_INVALID, "%s is a number: January or October", value), "roster.table.one_decimal",
                   "value", value, "one", arena_printf(a, "%.*s.0%s", year, value, dot + 1), "ten",
                   arena_printf(a, "%s0", value), NULL);
}

static struct err *cell_doubt(struct arena *a, const struct load_cell *c, const struct table_means *m)
{
    const char *v = c->text;
    if ((c->doubts & (CELL_FORMULA | CELL_NO_VALUE)) != 0 || strncmp(v, "=", 1) == 0)
        return err_say(ERR(a, ERR_INVALID, "a formula: %.60s", v), "roster.table.formula", NULL);
    if (c->kind == CELL_ERROR || (c->doubts & CELL_BROKEN) != 0)
        return err_say(ERR(a, ERR_INVALID, "an error value: %.60s", v), "roster.table.error", "value", v, NULL);
    if ((c->doubts & CELL_DIGITS_LOST) != 0)
        return err_say(ERR(a, ERR_INVALID, "digits of a number are lost: %.60s", v), "roster.table.digits", NULL);
    if (m->date && (c->doubts & CELL_DATE_IMPOSSIBLE) != 0)
        return err_say(ERR(a, ERR_INVALID, "no such day: %.60s", v), "roster.table.date", "value", v, NULL);
    if (m->date && c->kind == CELL_NUMBER && (c->doubts & CELL_ONE_DECIMAL) != 0 && strchr(v, '.') != NULL)
        return one_decimal(a, v);
    return NULL;
}

/* A date cell as text: days counted from 1899-12-30 are what a spreadsheet keeps when the format is lost. */
static const char *date_text(struct arena *a, const struct load_cell *c)
{
    enum { SERIAL_LEAST = 10000, SERIAL_MOST = 73050, EPOCH = -25569 };
    if (c->kind == CELL_DATE)
        return arena_strndup(a, c->text, (c->doubts & CELL_MONTH_ONLY) != 0 ? 7 : 10);
    if (c->kind == CELL_NUMBER && strlen(c->text) == 5 && strspn(c->text, "0123456789") == 5) {
        long n = strtol(c->text, NULL, 10);
        char iso[DATE_TEXT];
        if (n >= SERIAL_LEAST && n <= SERIAL_MOST)
            return arena_strdup(a, date_iso(date_from_days(n + EPOCH), iso));
    }
    return c->text;
}

/* 汉 for 汉族. A word that is no nation is refused. */
static const char *ethnicity(struct reading *g, int column, const char *v)
{
    const struct code_list *l = codes_list("gb3304_ethnic");
    const char *bare = form_squeeze(g->a, v), *more = arena_printf(g->a, "%s族", bare);
    if (codes_find_name(l, bare) > 0)
        return bare;
    if (codes_find_name(l, more) > 0)
        return more;
    refuse(g, column,
           err_say(ERR(g->a, ERR_INVALID, "no such nation: %.60s", v), "roster.table.word", "value", v, NULL));
    return NULL;
}

/* 大学/农学学士, 大学（换行）农学学士: the education, then the degree. */
static void education(struct reading *g, enum form_field education_field, enum form_field degree_field, const char *v)
{
    const char *cut = strpbrk(v, "/\n");
    size_t wide = 1;
    const char *full = strstr(v, "／");
    if (full != NULL && (cut == NULL || full < cut)) {
        cut = full;
        wide = 3;
    }
    if (cut == NULL && strstr(v, "学士") != NULL && strstr(v, "大学") == NULL && strstr(v, "研究生") == NULL) {
        g->raw.v[degree_field] = v;
        return;
    }
    g->raw.v[education_field] = cut == NULL ? v : arena_strndup(g->a, v, (size_t)(cut - v));
    if (cut != NULL && g->raw.v[degree_field] == NULL)
        g->raw.v[degree_field] = cut + wide;
}

static void take(struct reading *g, int column, const struct load_cell *c)
{
    const struct table_means *m = &table_means[g->layout->means[column]];
    struct err *e = cell_doubt(g->a, c, m);
    if (e != NULL) {
        refuse(g, column, e);
        return;
    }
    const char *v = m->date ? date_text(g->a, c) : c->text;
    if (form_blank(v))
        return;
    switch (m->raw) {
    case RAW_ETHNICITY: g->raw.v[m->raw] = ethnicity(g, column, v); break;
    case RAW_FULL_EDUCATION: education(g, RAW_FULL_EDUCATION, RAW_FULL_DEGREE, v); break;
    case RAW_IN_EDUCATION: education(g, RAW_IN_EDUCATION, RAW_IN_DEGREE, v); break;
    case RAW_FIELDS: g->own[m - table_means] = v; break;
    default: g->raw.v[m->raw] = v;
    }
}

static int column_of(const struct intake_layout *l, const char *field, bool warned)
{
    for (int i = 0; field != NULL && i < l->n; i++) {
        const struct table_means *m = l->means[i] < 0 ? NULL : &table_means[l->means[i]];
        const char *name = m == NULL ? NULL : warned ? m->warned : m->member;
        if (name != NULL && strcmp(name, field) == 0)
            return i;
    }
    return -1;
}

/* What a form would only be asked about is refused in a table: the cell can be put right at once. */
static void warnings(struct reading *g, const struct form *f)
{
    for (size_t i = 0; i < f->warnings.n; i++) {
        const struct form_warning *w = &f->warnings.p[i];
        int c = column_of(g->layout, w->field, true);
        if (c < 0)
            continue;
        if (w->doubt == FORM_DATE_UNREADABLE || w->doubt == FORM_PARTY_UNREADABLE)
            refuse(g, c,
                   err_say(ERR(g->a, ERR_INVALID, "no date: %s", w->detail), "roster.table.date", "value", w->detail,
                           NULL));
        else if (w->doubt == FORM_ID_WRONG)
            refuse(g, c, err_say(ERR(g->a, ERR_INVALID, "a wrong number: %s", w->detail), "roster.table.number", NULL));
        else if (w->doubt == FORM_SEX_UNREADABLE)
            refuse(g, c,
                   err_say(ERR(g->a, ERR_INVALID, "no sex: %s", w->detail), "roster.table.word", "value", w->detail,
                           NULL));
    }
}

/* An invented number belongs to a demonstration, not to a district's people. */
static void refuse_invented(struct reading *g, const struct form *f)
{
    int c = column_of(g->layout, "id_number", true);
    if (c >= 0 && f->has_id && f->id.fault == IDS_RIGHT && !g->layout->invented &&
        ids_area(f->id.value, true) == IDS_AREA_INVENTED)
        refuse(g, c, err_say(ERR(g->a, ERR_INVALID, "an invented area"), "roster.table.invented", NULL));
}

/* The one column that says the education of both modes, or two: education and degree. */
static void one_education(struct reading *g, struct intake *in)
{
    int at = -1, parts[] = {table_means_find("education"), table_means_find("degree")};
    const char *said = NULL;
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < g->layout->n; i++)
            if (g->layout->means[i] == parts[p] && g->own[parts[p]] != NULL) {
                said = said == NULL ? g->own[parts[p]] : arena_printf(g->a, "%s/%s", said, g->own[parts[p]]);
                at = at < 0 ? i : at;
            }
    struct err *e = said == NULL ? NULL : intake_education(g->a, said, in);
    if (e != NULL)
        refuse(g, at, e);
}

/* Values of the member a form has no place for. */
static void own_values(struct reading *g, struct row *member)
{
    for (int i = 0; i < g->layout->n; i++) {
        int m = g->layout->means[i];
        if (m < 0 || g->own[m] == NULL || table_means[m].member == NULL)
            continue;
        const char *value = NULL, *typed = form_clean(g->a, g->own[m]);
        struct err *e =
            record_parse(g->a, &roster_member, record_field(&roster_member, table_means[m].member), typed, &value);
        if (e != NULL && table_means[m].date)
            e = err_say(ERR(g->a, ERR_INVALID, "no date: %.60s", typed), "roster.table.date", "value", typed, NULL);
        if (e != NULL)
            refuse(g, i, e);
        else
            row_set(member, table_means[m].member, value);
    }
}

/* Errors of the records carry field names; people know their columns. */
static void name_columns(const struct intake_layout *l, struct err *e)
{
    for (; e != NULL; e = e->next) {
        int c = column_of(l, e->field, false);
        if (c >= 0)
            e->field = l->heads[c];
    }
}

static bool is_head(struct arena *a, const struct intake_layout *l, int column, const char *text)
{
    return strcmp(table_bare(a, text), l->heads[column]) == 0;
}

struct intake *intake_of_row(struct arena *a, const struct intake_layout *l, const struct load_row *r)
{
    struct reading g = {.a = a, .layout = l};
    int filled = 0, name = -1, cells = 0;
    if (r->number <= l->last)
        return NULL;
    for (int i = 0; i < l->n && (size_t)i < r->n; i++)
        if (l->means[i] >= 0 && !form_blank(r->cells[i].text)) {
            filled += (r->cells[i].doubts & CELL_MERGED) == 0;
            name = l->means[i] == 0 ? i : name;
        }
    for (size_t i = 0; i < r->n; i++)
        cells += *r->cells[i].text != '\0';
    if (cells == 1 && l->n > 1)
        return NULL; /* one cell alone: the name of a group, a note below */
    if (name >= 0 && (r->cells[name].doubts & CELL_MERGED) != 0)
        return NULL; /* a further line of the person above */
    if (name < 0 ? filled < 2 : is_head(a, l, name, r->cells[name].text))
        return NULL;
    for (int i = 0; i < l->n && (size_t)i < r->n; i++)
        if (l->means[i] >= 0)
            take(&g, i, &r->cells[i]);
    struct form *f = arena_new_of(a, struct form);
    form_understand(a, &g.raw, f);
    struct intake *in = intake_of_form(a, f);
    warnings(&g, f);
    refuse_invented(&g, f);
    own_values(&g, in->member);
    one_education(&g, in);
    name_columns(l, in->refused);
    err_join(&in->refused, g.refused);
    in->line = (int)r->number;
    return in;
}
