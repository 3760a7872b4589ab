/* intake_rows.c: see intake_rows.h. */
#include "roster/intake_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { ROWS_A_COMMIT = 500, PEOPLE_A_COMMIT = 200 };

static char *cells_said(struct arena *a, const struct load_row *r)
{
    struct buf b = BUF(a);
    buf_putc(&b, '[');
    for (size_t i = 0; i < r->n; i++) {
        buf_puts(&b, i > 0 ? ",[" : "[");
        buf_json(&b, r->cells[i].text);
        buf_printf(&b, ",%d,%u]", (int)r->cells[i].kind, r->cells[i].doubts);
    }
    buf_putc(&b, ']');
    return buf_str(&b);
}

bool intake_row_read(struct arena *a, const struct load_stage_item *i, struct load_row *out)
{
    if (i->said[0] != '[')
        return false;
    json_t *list = json_loads(i->said, 0, NULL);
    size_t n = json_array_size(list);
    struct load_cell *cells = arena_array(a, struct load_cell, n + 1);
    for (size_t k = 0; k < n; k++) {
        const json_t *c = json_array_get(list, k);
        const char *text = json_string_value(json_array_get(c, 0));
        cells[k] = (struct load_cell){.text = arena_strdup(a, text == NULL ? "" : text),
                                      .kind = (enum load_cell_kind)json_integer_value(json_array_get(c, 1)),
                                      .doubts = (unsigned)json_integer_value(json_array_get(c, 2))};
    }
    json_decref(list);
    *out = (struct load_row){.number = (uint64_t)i->n, .cells = cells, .n = n};
    return true;
}

/* ---- staging ---- */
static struct err *begin(struct db *db, struct arena *a, const struct who *who, const char *path, const char *name,
                         struct intake_sheet *s, int64_t *stage)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(intake_sheet_open(&tx, a, path, s));
    TRY(load_stage_new(&tx, who, INTAKE_STAGE, name, stage));
    return db_commit(&tx);
}

static struct err *stage_chunk(struct db *db, struct arena *a, struct intake_sheet *s, int64_t stage, bool *more)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    for (int i = 0; i < ROWS_A_COMMIT && *more; i++) {
        const struct load_row *r;
        TRY(intake_sheet_next(s, &r));
        *more = r != NULL;
        if (r == NULL)
            break;
        const struct load_stage_item item = {.n = (int64_t)r->number,
                                             .kind = r->number <= s->layout.last ? "title" : "row",
                                             .label = "",
                                             .said = cells_said(a, r)};
        TRY(load_stage_add(&tx, stage, &item));
    }
    if (!*more)
        TRY(load_stage_set(&tx, stage, "open", NULL));
    return db_commit(&tx);
}

struct err *intake_rows_stage(struct db *db, struct arena *a, const struct who *who, const char *path, const char *name,
                              int64_t *stage_out, bool *known_out)
{
    struct intake_sheet s;
    int64_t stage;
    TRY(begin(db, a, who, path, name, &s, &stage));
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = stage_chunk(db, chunk, &s, stage, &more);
        if (e != NULL)
            return err_keep(a, e);
    }
    *stage_out = stage;
    *known_out = s.layout.known;
    return NULL;
}

struct err *intake_rows_layout(struct db_tx *tx, int64_t stage, struct intake_layout *out)
{
    struct load_stage_item *items;
    int n;
    TRY(load_stage_items(tx, stage, NULL, 0, TABLE_HEAD_ROWS, &items, &n));
    struct load_row *rows = arena_array(tx->arena, struct load_row, n + 1);
    int used = 0;
    while (used < n && intake_row_read(tx->arena, &items[used], &rows[used]))
        used++;
    if (!intake_layout_guess(tx->arena, rows, (size_t)used, out))
        return ERR(tx->arena, ERR_MISSING, "import %lld holds no roster", (long long)stage);
    return intake_layout_recall(tx, out);
}

/* ---- the dry run ---- */
static struct err *try_row(struct db_tx *tx, const struct who *who, int64_t stage, const char *file,
                           const struct intake_layout *l, const struct load_stage_item *i)
{
    struct load_row r;
    struct intake_result result;
    if (!intake_row_read(tx->arena, i, &r))
        return NULL;
    struct intake *in = intake_of_row(tx->arena, l, &r);
    if (in == NULL)
        return load_stage_item_set(tx, stage, i->n, "title", NULL, NULL);
    in->file = file;
    TRY(intake_compare(tx, who, in, 0, &result));
    return load_stage_item_set(tx, stage, i->n, intake_kind_name(result.kind), intake_said(tx->arena, in), NULL);
}

static struct err *try_some(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                            const struct intake_layout *l, int64_t *from, bool *more)
{
    db_scope struct db_tx tx = {0};
    struct load_stage s;
    struct load_stage_item *items;
    int n;
    TRY(db_begin_write(db, a, &tx));
    TRY(load_stage_read(&tx, who, INTAKE_STAGE, stage, &s));
    TRY(load_stage_items(&tx, stage, NULL, *from, PEOPLE_A_COMMIT, &items, &n));
    for (int i = 0; i < n; i++) {
        TRY(try_row(&tx, who, stage, s.name, l, &items[i]));
        *from = items[i].n;
    }
    *more = n > 0;
    return db_commit(&tx);
}

struct err *intake_rows_try(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                            const struct intake_layout *l)
{
    int64_t from = 0;
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = try_some(db, chunk, who, stage, l, &from, &more);
        if (e != NULL)
            return err_keep(a, e);
    }
    return NULL;
}
