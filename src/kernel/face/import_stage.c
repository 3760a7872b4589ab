/* face_import_stage.c: what a file says, row by row, until the import is done with. Only the account that brought the
 * file sees it. */
#include "face/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/rand.h"
#include "base/vec.h"
#include "view/messages.h"

static const char *const state_names[] = {"mapping", "tried", "written"};
static const char *const status_names[] = {"new", "changed", "same", "refused"};

const char *face_import_status_name(enum import_status s)
{
    return status_names[s];
}

static enum import_status status_find(const char *name)
{
    int i = 0;
    while (i < ROW_STATUSES && (name == NULL || strcmp(status_names[i], name) != 0))
        i++;
    return (enum import_status)i;
}

/* ---- in ---- */
static char *cells_json(struct arena *a, const struct load_row *r)
{
    struct buf b = BUF(a);
    buf_putc(&b, '[');
    for (size_t i = 0; i < r->n && i < IMPORT_COLUMNS; i++) {
        buf_puts(&b, i > 0 ? ",[" : "[");
        buf_json(&b, r->cells[i].text);
        buf_printf(&b, ",%d,%u]", (int)r->cells[i].kind, r->cells[i].doubts);
    }
    buf_putc(&b, ']');
    return buf_str(&b);
}

static char *heads_json(struct arena *a, const struct load_row *r)
{
    struct buf b = BUF(a);
    buf_putc(&b, '[');
    for (size_t i = 0; i < r->n; i++) {
        buf_puts(&b, i > 0 ? "," : "");
        buf_json(&b, r->cells[i].text);
    }
    buf_putc(&b, ']');
    return buf_str(&b);
}

static struct err *begin(struct db *db, struct arena *a, const struct who *who, const struct record *rec,
                         const char *filename, const char *heads, int64_t now, int64_t *id_out)
{
    uint64_t chance;
    rand_bytes(&chance, sizeof chance);
    int64_t id = (int64_t)(chance >> 12); /* a number that JSON holds */
    struct db_val old[] = {db_int(now - (int64_t)IMPORT_HOURS * 3600000)};
    struct db_val args[] = {db_int(id),  db_text(rec->name), db_int(who->account),
                            db_int(now), db_text(filename),  db_text(heads)};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(db_run(&tx, "DELETE FROM face_import_row WHERE import IN (SELECT id FROM face_import WHERE at < ?1)", old, 1,
               NULL));
    TRY(db_run(&tx, "DELETE FROM face_import WHERE at < ?1", old, 1, NULL));
    TRY(db_run(&tx,
               "INSERT INTO face_import (id, record, account, at, filename, heads, state)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'mapping')",
               args, 6, NULL));
    *id_out = id;
    return db_commit(&tx);
}

/* One transaction of at most IMPORT_CHUNK rows; *more is false at the end of the table. */
static struct err *stage_chunk(struct db *db, struct arena *a, struct load_table *t, int64_t id, int64_t *rows,
                               bool *more)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    for (int i = 0; i < IMPORT_CHUNK; i++) {
        const struct load_row *r;
        TRY(load_table_next(t, &r));
        *more = r != NULL;
        if (r == NULL)
            break;
        struct db_val args[] = {db_int(id), db_int((int64_t)r->number), db_text(cells_json(a, r))};
        TRY(db_run(&tx, "INSERT INTO face_import_row (import, n, cells) VALUES (?1, ?2, ?3)", args, 3, NULL));
        ++*rows;
    }
    return db_commit(&tx);
}

struct err *face_import_stage(struct db *db, struct arena *a, const struct who *who, const struct record *rec,
                              const struct upload *file, int64_t now, int64_t *id_out)
{
    struct load_table *t;
    struct load_table_options options = {.limits = load_table_usual};
    const struct load_row *head;
    options.limits.rows = IMPORT_ROWS + 1;
    options.limits.columns = IMPORT_COLUMNS;
    TRY(load_table_open(a, file->path, &options, &t));
    TRY(load_table_next(t, &head));
    if (head == NULL)
        return err_say(ERR(a, ERR_INVALID, "the table is empty"), "face.import.empty", NULL);
    TRY(begin(db, a, who, rec, file->filename, heads_json(a, head), now, id_out));
    int64_t rows = 0;
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = stage_chunk(db, chunk, t, *id_out, &rows, &more);
        if (e != NULL)
            return err_keep(a, e);
    }
    if (rows == 0)
        return err_say(ERR(a, ERR_INVALID, "the table has a header and no rows"), "face.import.empty", NULL);
    return NULL;
}

/* ---- out ---- */
static void free_json(void *p)
{
    json_decref(p);
}

static struct err *parsed(struct arena *a, const char *text, json_t **out)
{
    *out = json_loads(text, 0, NULL);
    if (!json_is_array(*out)) {
        json_decref(*out);
        return ERR(a, ERR_FAULT, "the staging area holds what is no JSON");
    }
    arena_defer(a, free_json, *out);
    return NULL;
}

/* The first column of our exports says "No.", and the rest is marked against formulas. */
static bool is_ours(const char *head)
{
    return strcmp(head, text_get(LANG_ZH, "face.id")) == 0 || strcmp(head, text_get(LANG_EN, "face.id")) == 0;
}

static struct err *mapping_read(struct arena *a, const char *text, struct import *m)
{
    json_t *list;
    TRY(parsed(a, text, &list));
    m->mapping = arena_array(a, int, m->n_cols);
    for (int i = 0; i < m->n_cols; i++) {
        const char *name = json_string_value(json_array_get(list, (size_t)i));
        m->mapping[i] = name == NULL ? COLUMN_NONE : strcmp(name, "id") == 0 ? COLUMN_ID : record_field(m->rec, name);
    }
    return NULL;
}

struct err *face_import_read(struct db_tx *tx, const struct who *who, const struct record *rec, int64_t id,
                             struct import *out)
{
    struct arena *a = tx->arena;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id), db_text(rec->name), db_int(who->account)};
    TRY(db_query(
        tx, "SELECT filename, heads, mapping, state FROM face_import WHERE id = ?1 AND record = ?2 AND account = ?3",
        args, 3, &rows));
    bool more;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(a, ERR_MISSING, "no import %lld of account %lld", (long long)id, (long long)who->account);
    struct import m = {.id = id, .rec = rec, .filename = arena_strdup(a, db_col_text(&rows, 0))};
    json_t *heads;
    TRY(parsed(a, db_col_text(&rows, 1), &heads));
    m.n_cols = (int)json_array_size(heads);
    m.heads = arena_array(a, const char *, m.n_cols);
    for (int i = 0; i < m.n_cols; i++)
        m.heads[i] = json_string_value(json_array_get(heads, (size_t)i));
    m.ours = m.n_cols > 0 && is_ours(m.heads[0]);
    if (!db_col_null(&rows, 2))
        TRY(mapping_read(a, db_col_text(&rows, 2), &m));
    while (strcmp(state_names[m.state], db_col_text(&rows, 3)) != 0)
        m.state++;
    *out = m;
    return NULL;
}

static char *mapping_json(struct arena *a, const struct import *m)
{
    struct buf b = BUF(a);
    buf_putc(&b, '[');
    for (int i = 0; i < m->n_cols; i++) {
        int at = m->mapping[i];
        buf_puts(&b, i > 0 ? "," : "");
        buf_json(&b, at == COLUMN_ID ? "id" : at < 0 ? NULL : m->rec->fields[at].name);
    }
    buf_putc(&b, ']');
    return buf_str(&b);
}

struct err *face_import_set(struct db *db, struct arena *a, const struct import *m)
{
    struct db_val args[] = {db_int(m->id), db_text(mapping_json(a, m)), db_text(state_names[m->state])};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(db_run(&tx, "UPDATE face_import SET mapping = ?2, state = ?3 WHERE id = ?1", args, 3, NULL));
    return db_commit(&tx);
}

static struct err *cells_read(struct arena *a, const char *text, struct import_row *r)
{
    json_t *list;
    TRY(parsed(a, text, &list));
    r->n_cells = (int)json_array_size(list);
    struct load_cell *cells = arena_array(a, struct load_cell, r->n_cells);
    for (int i = 0; i < r->n_cells; i++) {
        json_t *c = json_array_get(list, (size_t)i);
        const char *said = json_string_value(json_array_get(c, 0));
        cells[i] =
            (struct load_cell){said == NULL ? "" : said, (enum load_cell_kind)json_integer_value(json_array_get(c, 1)),
                               (unsigned)json_integer_value(json_array_get(c, 2))};
    }
    r->cells = cells;
    return NULL;
}

struct err *face_import_rows(struct db_tx *tx, int64_t import, int64_t after, enum import_status status, int most,
                             struct import_row **out, int *n_out)
{
    struct arena *a = tx->arena;
    db_rows_scope struct db_rows rows = {0};
    bool any = status == ROW_STATUSES;
    struct db_val args[] = {db_int(import), db_int(after), db_text(any ? NULL : status_names[status])};
    TRY(db_query(tx,
                 arena_printf(a,
                              "SELECT n, cells, status, id, note FROM face_import_row WHERE import = ?1 AND n > ?2%s"
                              " ORDER BY n LIMIT %d",
                              any ? "" : " AND status = ?3", most),
                 args, any ? 2 : 3, &rows));
    VEC(struct import_row) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct import_row *r = VEC_PUSH(&v, a);
        *r = (struct import_row){.n = db_col_int(&rows, 0), .id = db_col_int(&rows, 3)};
        r->status = status_find(db_col_text(&rows, 2));
        r->note = db_col_null(&rows, 4) ? NULL : arena_strdup(a, db_col_text(&rows, 4));
        TRY(cells_read(a, db_col_text(&rows, 1), r));
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

struct err *face_import_counts(struct db_tx *tx, int64_t import, int64_t counts[ROW_STATUSES])
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(import)};
    memset(counts, 0, sizeof *counts * ROW_STATUSES);
    TRY(db_query(tx, "SELECT status, count(*) FROM face_import_row WHERE import = ?1 GROUP BY status", args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        enum import_status s = status_find(db_col_text(&rows, 0));
        if (s != ROW_STATUSES)
            counts[s] = db_col_int(&rows, 1);
    }
}

struct err *face_import_note(struct db_tx *tx, int64_t import, const struct import_row *rows, int n)
{
    for (int i = 0; i < n; i++) {
        const struct import_row *r = &rows[i];
        struct db_val args[] = {db_int(import), db_int(r->n),
                                db_text(r->status == ROW_STATUSES ? NULL : status_names[r->status]),
                                r->id == 0 ? db_null() : db_int(r->id), db_text(r->note)};
        TRY(db_run(tx, "UPDATE face_import_row SET status = ?3, id = ?4, note = ?5 WHERE import = ?1 AND n = ?2", args,
                   5, NULL));
    }
    return NULL;
}
