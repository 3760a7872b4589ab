/* intake_errors.c: the person's own sheet back, with one more column: what is wrong and what to do. Texts that a
 * spreadsheet would run are neutralised by doc/table.h. */
#include <string.h>

#include "base/buf.h"
#include "roster/intake_rows.h"
#include "roster/roster.h"
#include "view/messages.h"

enum { PAGE = 200 };

static char *why(struct arena *a, enum lang lang, const struct intake *in, enum intake_kind kind, const char *doubt)
{
    struct buf b = BUF(a);
    if (kind == INTAKE_DOUBTFUL && doubt != NULL)
        buf_puts(&b, text_get(lang, doubt));
    for (const struct err *e = kind == INTAKE_REFUSED ? in->refused : NULL; e != NULL; e = e->next) {
        buf_puts(&b, b.n > 0 ? "\n" : "");
        int f = e->field == NULL ? -1 : record_field(&roster_member, e->field);
        if (f >= 0)
            buf_puts(&b, text_get(lang, arena_printf(a, "roster.member.%s", e->field)));
        else if (e->field != NULL)
            buf_puts(&b, e->field);
        buf_puts(&b, e->field != NULL ? lang == LANG_ZH ? "：" : ": " : "");
        buf_puts(&b, text_err(a, lang, e));
    }
    return buf_str(&b);
}

struct err *intake_errors_head(struct intake_errors *x, const struct intake_layout *l)
{
    enum lang lang = (enum lang)x->lang;
    x->width = l == NULL ? 2 : l->n;
    x->last = l == NULL ? 0 : l->last;
    if (l != NULL)
        return NULL; /* the sheet's own header follows with its rows */
    const struct doc_cell cells[] = {{DOC_TEXT, text_get(lang, "roster.import.from")},
                                     {DOC_TEXT, text_get(lang, "roster.member.name")},
                                     {DOC_TEXT, text_get(lang, "roster.import.why")}};
    return doc_table_row(x->table, cells, 3);
}

static struct err *form_row(struct intake_errors *x, const struct intake *in, const char *say)
{
    const char *name = in->member == NULL ? "" : row_text(in->member, "name");
    const struct doc_cell cells[] = {
        {DOC_TEXT, in->entry != NULL ? in->entry : in->file}, {DOC_TEXT, name}, {DOC_TEXT, say}};
    return doc_table_row(x->table, cells, 3);
}

/* The column stands behind the header's last; what a row holds beyond moves aside. */
static struct err *sheet_row(struct arena *a, struct intake_errors *x, const struct load_row *row, const char *say)
{
    size_t width = (size_t)x->width, n = (row->n > width ? row->n : width) + 1;
    struct doc_cell *cells = arena_array(a, struct doc_cell, n);
    for (size_t i = 0; i < n; i++)
        cells[i] = (struct doc_cell){DOC_TEXT, ""};
    for (size_t i = 0; i < row->n; i++) {
        struct doc_cell *c = &cells[i < width ? i : i + 1];
        c->kind = row->cells[i].kind == CELL_NUMBER ? DOC_NUMBER : DOC_TEXT;
        c->text = (row->cells[i].doubts & CELL_MERGED) != 0 ? "" : row->cells[i].text;
    }
    cells[width].text = say;
    return doc_table_row(x->table, cells, n);
}

struct err *intake_errors_row(struct arena *a, struct intake_errors *x, const struct load_row *row,
                              const struct intake *in, enum intake_kind kind, const char *doubt)
{
    enum lang lang = (enum lang)x->lang;
    if (in == NULL && row != NULL)
        return sheet_row(a, x, row, row->number == x->last ? text_get(lang, "roster.import.why") : "");
    bool bad = kind == INTAKE_REFUSED || kind == INTAKE_DOUBTFUL;
    if (!bad && !x->all)
        return NULL;
    const char *say = bad ? why(a, lang, in, kind, doubt) : "";
    return row != NULL ? sheet_row(a, x, row, say) : form_row(x, in, say);
}

static struct err *stage_row(struct db_tx *tx, const struct who *who, const struct load_stage_item *i,
                             struct intake_errors *x)
{
    struct arena *a = tx->arena;
    struct load_row r;
    bool table = intake_row_read(a, i, &r);
    struct intake *in = NULL;
    struct intake_result result = {0};
    if (table && (i->report == NULL || strcmp(i->kind, "title") == 0))
        return intake_errors_row(a, x, &r, NULL, INTAKE_UNCHANGED, NULL);
    TRY(intake_unsaid(a, i->report != NULL ? i->report : i->said, &in));
    result.kind = strcmp(i->kind, "refused") == 0 ? INTAKE_REFUSED : INTAKE_UNCHANGED;
    if (strcmp(i->kind, "doubtful") == 0)
        TRY(intake_compare(tx, who, in, 0, &result));
    return intake_errors_row(a, x, table ? &r : NULL, in, result.kind, result.doubt);
}

static struct err *some_rows(struct db *db, struct arena *a, const struct who *who, int64_t stage, int64_t *from,
                             bool *more, struct intake_errors *x)
{
    db_scope struct db_tx tx = {0};
    struct load_stage_item *items;
    int n;
    TRY(db_begin_read(db, a, &tx));
    TRY(load_stage_items(&tx, stage, NULL, *from, PAGE, &items, &n));
    for (int i = 0; i < n; i++) {
        TRY(stage_row(&tx, who, &items[i], x));
        *from = items[i].n;
    }
    *more = n > 0;
    return NULL;
}

struct err *intake_rows_errors(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                               struct intake_errors *x)
{
    struct intake_layout l;
    bool table = true;
    {
        db_scope struct db_tx tx = {0};
        struct load_stage s;
        TRY(db_begin_read(db, a, &tx));
        TRY(load_stage_read(&tx, who, INTAKE_STAGE, stage, &s));
        struct err *e = intake_rows_layout(&tx, stage, &l);
        table = e == NULL;
        if (e != NULL && e->kind != ERR_MISSING)
            return e;
    }
    TRY(intake_errors_head(x, table ? &l : NULL));
    int64_t from = 0;
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = some_rows(db, chunk, who, stage, &from, &more, x);
        if (e != NULL)
            return err_keep(a, e);
    }
    return doc_table_end(x->table);
}
