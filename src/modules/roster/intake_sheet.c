/* intake_sheet.c: a roster file, opened with its header understood, row by row. See intake_table.h. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "roster/intake_table.h"

/* A row that outlives the reader's own. */
static struct load_row copy(struct arena *a, const struct load_row *r)
{
    struct load_cell *cells = arena_array(a, struct load_cell, r->n + 1);
    for (size_t i = 0; i < r->n; i++) {
        cells[i] = r->cells[i];
        cells[i].text = arena_strdup(a, r->cells[i].text);
    }
    struct load_row out = *r;
    out.cells = cells;
    return out;
}

static struct err *open_head(struct arena *a, const char *path, struct intake_sheet *s)
{
    struct load_table_options options = {.fill_merged = true, .limits = load_table_usual};
    options.limits.columns = TABLE_COLUMNS;
    TRY(load_table_open(a, path, &options, &s->table));
    s->head = arena_array(a, struct load_row, TABLE_HEAD_ROWS);
    while (s->n_head < TABLE_HEAD_ROWS) {
        const struct load_row *r;
        TRY(load_table_next(s->table, &r));
        if (r == NULL)
            break;
        s->head[s->n_head++] = copy(a, r);
    }
    return NULL;
}

static bool ends(const char *name, const char *ending)
{
    size_t n = strlen(name), e = strlen(ending);
    return n >= e && strcasecmp(name + n - e, ending) == 0;
}

bool intake_is_table(const char *path, const char *name)
{
    static const char *const endings[] = {".xlsx", ".csv", ".xls", ".xlsm", ".et", ".tsv"};
    arena_scope struct arena *a = arena_new();
    struct intake_sheet s = {0};
    struct intake_layout l;
    struct err *e = open_head(a, path, &s);
    if (e == NULL && (load_table_facts(s.table)->xlsx || intake_layout_guess(a, s.head, s.n_head, &l)))
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends(name, endings[i]))
            return true;
    return false;
}

struct err *intake_sheet_open(struct db_tx *tx, struct arena *a, const char *path, struct intake_sheet *out)
{
    struct intake_sheet s = {0};
    TRY(open_head(a, path, &s));
    if (!intake_layout_guess(a, s.head, s.n_head, &s.layout))
        return err_say(ERR(a, ERR_INVALID, "no row of the first %d is a header with a name", TABLE_HEAD_ROWS),
                       "roster.table.no_header", NULL);
    TRY(intake_layout_recall(tx, &s.layout));
    *out = s;
    return NULL;
}

struct err *intake_sheet_next(struct intake_sheet *s, const struct load_row **out)
{
    if (s->at < s->n_head) {
        *out = &s->head[s->at++];
        return NULL;
    }
    return load_table_next(s->table, out);
}
