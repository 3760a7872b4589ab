/* face_import_page.c: the steps of an import over the web: file, columns, dry run, writing. Every step is a page that
 * can be come back to. */
#include "face/import.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "doc/table.h"
#include "face/import_view.h"

static struct err *may_write(struct req *rq)
{
    return rq->who->readonly ? ERR(rq->arena, ERR_DENIED, "account %lld may only read", (long long)rq->who->account)
                             : NULL;
}

struct err *face_import_page(struct req *rq)
{
    const struct record *rec;
    TRY(may_write(rq));
    TRY(face_ask_record(rq, &rec));
    rq->labels = face_import_file_labels(rq, rec);
    return respond_page(rq, "face/import", json_object());
}

struct err *face_import_post(struct req *rq)
{
    const struct record *rec;
    int64_t id = 0;
    TRY(may_write(rq));
    TRY(face_ask_record(rq, &rec));
    const struct upload *file = req_file(rq, "file");
    struct err *e = file == NULL || file->size == 0
                        ? err_say(ERR(rq->arena, ERR_INVALID, "no file was sent"), "face.import.no_file", NULL)
                        : face_import_stage(rq->db, rq->arena, rq->who, rec, file, rq->now, &id);
    if (e != NULL) {
        rq->labels = face_import_file_labels(rq, rec);
        return respond_form(rq, "face/import", json_object(), err_field(e, "file"));
    }
    if (rq->json) {
        respond_status(rq, 201);
        return respond_json(rq, json_pack("{s:I}", "id", (json_int_t)id));
    }
    return respond_see_other(rq, "%s/import/%lld", face_path(rq->arena, rec), (long long)id);
}

/* What a staged file says of persons is read like their files. */
static struct err *shows_rows(struct req *rq, struct db_tx *tx, const struct import *m, int64_t n)
{
    if (m->rec->concerns != NULL || access_is_person(m->rec))
        return req_shows_many(rq, tx, &(struct access){.record = m->rec->name, .n = n, .asked = rq->path});
    req_shows_nothing(rq);
    return NULL;
}

/* ---- the steps ---- */
static struct err *read_import(struct req *rq, struct db_tx *tx, struct import *m)
{
    const struct record *rec;
    TRY(face_ask_record(rq, &rec));
    return face_import_read(tx, rq->who, rec, rq->id, m);
}

static enum import_status status_asked(struct req *rq, const int64_t counts[ROW_STATUSES])
{
    static const enum import_status first[] = {ROW_REFUSED, ROW_CHANGED, ROW_NEW, ROW_SAME};
    const char *asked = req_query(rq, "status");
    for (int i = 0; asked != NULL && i < ROW_STATUSES; i++)
        if (strcmp(asked, face_import_status_name((enum import_status)i)) == 0)
            return (enum import_status)i;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (counts[first[i]] > 0)
            return first[i];
    return ROW_SAME;
}

static struct err *step(struct req *rq, const struct err *wrong)
{
    enum { ROWS = 100 };
    struct import_step s = {0};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(read_import(rq, &tx, &s.m));
    if (s.m.mapping == NULL)
        TRY(face_import_guess(&tx, rq->who, &s.m));
    TRY(face_import_counts(&tx, s.m.id, s.counts));
    const char *after = req_query(rq, "after"), *again = req_query(rq, "step");
    s.columns = s.m.state == IMPORT_MAPPING || wrong != NULL || (again != NULL && strcmp(again, "columns") == 0);
    s.status = s.columns ? ROW_STATUSES : status_asked(rq, s.counts);
    TRY(face_import_rows(&tx, s.m.id, after == NULL ? 0 : strtoll(after, NULL, 10), s.status, s.columns ? 3 : ROWS + 1,
                         &s.rows, &s.n));
    s.more = s.n > ROWS;
    s.n = s.more ? ROWS : s.n;
    s.names = face_names_new(rq->arena, rq->who);
    TRY(face_import_names(&tx, &s));
    TRY(shows_rows(rq, &tx, &s.m, s.n));
    TRY(db_commit(&tx));
    rq->labels = face_import_step_labels(rq, &s);
    json_t *data = face_import_step_json(rq, &s);
    const char *page = s.columns ? "face/import-columns" : "face/import-tried";
    return wrong == NULL ? respond_page(rq, page, data) : respond_form(rq, page, data, wrong);
}

struct err *face_import_step_page(struct req *rq)
{
    return step(rq, NULL);
}

/* The columns as chosen: col.0=FIELD, "id" or nothing. */
static struct err *read_columns(struct req *rq, struct import *m)
{
    int chosen = 0;
    m->mapping = arena_array(rq->arena, int, m->n_cols);
    for (int i = 0; i < m->n_cols; i++) {
        const char *box = arena_printf(rq->arena, "col.%d", i), *name = req_form(rq, box);
        int at = name == NULL || *name == '\0' ? COLUMN_NONE
                 : strcmp(name, "id") == 0     ? COLUMN_ID
                                               : record_field(m->rec, name);
        if (at >= 0 && !face_form_writes(m->rec, at, rq->who))
            at = COLUMN_NONE;
        for (int j = 0; j < i; j++)
            if (at != COLUMN_NONE && m->mapping[j] == at)
                return err_field(err_say(ERR(rq->arena, ERR_INVALID, "two columns are %s", name),
                                         "face.import.two_columns", "first", m->heads[j], "second", m->heads[i], NULL),
                                 box);
        m->mapping[i] = at;
        chosen += at >= 0;
    }
    if (chosen == 0)
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "no column was chosen"), "face.import.no_columns", NULL),
                         "col.0");
    return NULL;
}

static struct err *try_columns(struct req *rq, struct import *m, struct err **wrong)
{
    *wrong = read_columns(rq, m);
    if (*wrong != NULL)
        return NULL;
    m->state = IMPORT_MAPPING; /* until the dry run is through */
    TRY(face_import_set(rq->db, rq->arena, m));
    TRY(err_part(face_import_keep_layout(rq->db, rq->arena, rq->who, m)));
    return err_part(face_import_try(rq->db, rq->arena, rq->who, m));
}

struct err *face_import_step_post(struct req *rq)
{
    struct import m;
    struct err *wrong = NULL;
    const char *act = req_form(rq, "act");
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(read_import(rq, &tx, &m));
    db_end(&tx);
    TRY(may_write(rq));
    if (act != NULL && strcmp(act, "write") == 0 && m.state == IMPORT_TRIED)
        TRY(err_part(face_import_write(rq->db, rq->arena, rq->who, &m)));
    else if (act != NULL && strcmp(act, "try") == 0 && m.state != IMPORT_WRITTEN)
        TRY(try_columns(rq, &m, &wrong));
    if (wrong != NULL)
        return step(rq, wrong);
    return respond_see_other(rq, "%s/import/%lld", face_path(rq->arena, m.rec), (long long)m.id);
}

/* ---- the person's own sheet with what is wrong beside each row ---- */
struct sheet {
    struct req *rq;
    struct import m;
    struct doc_table *table;
};

static struct err *sheet_rows(struct sheet *s, struct db_tx *tx)
{
    struct doc_cell *cells = arena_array(s->rq->arena, struct doc_cell, s->m.n_cols + 1);
    for (int64_t after = 0;;) {
        struct import_row *rows;
        int n;
        arena_scope struct arena *a = arena_new();
        struct db_tx own = *tx;
        own.arena = a;
        struct err *e = face_import_rows(&own, s->m.id, after, ROW_STATUSES, IMPORT_CHUNK, &rows, &n);
        if (e != NULL)
            return ERR(tx->arena, e->kind, "%s", e->detail);
        if (n == 0)
            return NULL;
        for (int i = 0; i < n; i++) {
            memset(cells, 0, sizeof *cells * (size_t)(s->m.n_cols + 1));
            for (int c = 0; c < rows[i].n_cells && c < s->m.n_cols; c++)
                cells[c] = (struct doc_cell){rows[i].cells[c].kind == CELL_NUMBER ? DOC_NUMBER : DOC_TEXT,
                                             rows[i].cells[c].text};
            cells[s->m.n_cols].text = face_import_why(s->rq, a, &s->m, &rows[i]);
            TRY(doc_table_row(s->table, cells, (size_t)s->m.n_cols + 1));
        }
        after = rows[n - 1].n;
    }
}

static struct err *write_sheet(void *ctx, int fd)
{
    struct sheet *s = ctx;
    const struct doc_table_options options = {.header = 1};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(s->rq->db, s->rq->arena, &tx));
    TRY(doc_table_begin(s->rq->arena, DOC_XLSX, &options, doc_sink_fd(&fd), &s->table));
    struct doc_cell *cells = arena_array(s->rq->arena, struct doc_cell, s->m.n_cols + 1);
    for (int i = 0; i < s->m.n_cols; i++)
        cells[i].text = s->m.heads[i];
    cells[s->m.n_cols].text = text_get(s->rq->lang, "face.import.sheet_head");
    TRY(doc_table_row(s->table, cells, (size_t)s->m.n_cols + 1));
    TRY(sheet_rows(s, &tx));
    TRY(doc_table_end(s->table));
    return db_commit(&tx);
}

struct err *face_import_sheet(struct req *rq)
{
    struct sheet s = {.rq = rq};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(read_import(rq, &tx, &s.m));
    if (s.m.mapping == NULL)
        TRY(face_import_guess(&tx, rq->who, &s.m));
    int64_t counts[ROW_STATUSES], rows = 0;
    TRY(face_import_counts(&tx, s.m.id, counts));
    for (int i = 0; i < ROW_STATUSES; i++)
        rows += counts[i];
    TRY(shows_rows(rq, &tx, &s.m, rows));
    TRY(db_commit(&tx));
    const char *dot = strrchr(s.m.filename, '.');
    int n = dot == NULL ? (int)strlen(s.m.filename) : (int)(dot - s.m.filename);
    const char *name = tr(rq, "face.import.sheet_name", "file", arena_printf(rq->arena, "%.*s", n, s.m.filename));
    return respond_stream(rq, doc_table_mime(DOC_XLSX), name, write_sheet, &s);
}
