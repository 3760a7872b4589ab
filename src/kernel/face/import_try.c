/* face_import_try.c: judges rows of a table and writes them. A row is judged by saving it: what the form would refuse
 * is refused, with every reason. The row it means is found by its number, else by a unique value, else by being equal.
 */
#include "face/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "view/view.h"

enum { EQUAL_CONDS = 30, EQUAL_ROWS = 20 };

/* Rows of the table seen so far, by what they say. */
struct seen {
    uint64_t *hash; /* 0: free */
    int64_t *n;
    size_t size, count;
};

struct trial {
    struct db *db;
    const struct who *who;
    const struct import *m;
    bool writing;
    struct arena *a; /* of the whole run */
    struct seen seen;
};

/* ---- what was seen before in this file ---- */
static size_t slot_of(const struct seen *s, uint64_t h)
{
    size_t i = h & (s->size - 1);
    while (s->hash[i] != 0 && s->hash[i] != h)
        i = (i + 1) & (s->size - 1);
    return i;
}

static void seen_grow(struct trial *t)
{
    struct seen old = t->seen, *s = &t->seen;
    s->size = old.size == 0 ? 1024 : old.size * 4;
    s->hash = arena_array(t->a, uint64_t, s->size);
    s->n = arena_array(t->a, int64_t, s->size);
    for (size_t i = 0; i < old.size; i++)
        if (old.hash[i] != 0) {
            size_t at = slot_of(s, old.hash[i]);
            s->hash[at] = old.hash[i];
            s->n[at] = old.n[i];
        }
}

/* The first row of the file that says the same as row n: n itself when it is the first. */
static int64_t first_like(struct trial *t, uint64_t h, int64_t n)
{
    if (t->seen.count * 2 >= t->seen.size)
        seen_grow(t);
    h |= h == 0;
    size_t at = slot_of(&t->seen, h);
    if (t->seen.hash[at] == 0) {
        t->seen.hash[at] = h;
        t->seen.n[at] = n;
        t->seen.count++;
    }
    return t->seen.n[at];
}

static uint64_t hash_text(uint64_t h, const char *s)
{
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return (h ^ 0xff) * 1099511628211u;
}

/* ---- cells ---- */
static const char *cell_fault(const struct field *f, const struct load_cell *c)
{
    bool date = f->type == FIELD_DATE || f->type == FIELD_PDATE;
    if (c->kind == CELL_ERROR)
        return "face.import.error";
    if ((c->doubts & (CELL_FORMULA | CELL_NO_VALUE)) != 0)
        return "face.import.formula";
    if ((c->doubts & CELL_DIGITS_LOST) != 0)
        return "face.import.digits";
    if ((c->doubts & CELL_BROKEN) != 0)
        return "face.import.broken";
    return date && (c->doubts & CELL_ONE_DECIMAL) != 0 ? "face.import.one_decimal" : NULL;
}

static const char *cell_text(struct arena *a, const struct import *m, const struct field *f, const struct load_cell *c)
{
    if (c->kind == CELL_BOOL)
        return strcmp(c->text, "TRUE") == 0 ? "1" : "0";
    if (c->kind == CELL_DATE && (c->doubts & CELL_MONTH_ONLY) != 0 && f->type == FIELD_PDATE)
        return arena_strndup(a, c->text, 7);
    return m->ours ? load_unmark(c->text) : c->text;
}

/* The row as a form would have sent it; empty cells are not sent. */
static void cells_typed(struct arena *a, const struct import *m, const struct import_row *r, struct form *f,
                        const char **id_out)
{
    *f = (struct form){.rec = m->rec, .typed = arena_array(a, const char *, record_fields(m->rec))};
    *id_out = NULL;
    for (int i = 0; i < r->n_cells && i < m->n_cols; i++) {
        const struct load_cell *c = &r->cells[i];
        int at = m->mapping[i];
        if (at == COLUMN_NONE || utf8_empty(c->text))
            continue;
        if (at == COLUMN_ID) {
            *id_out = c->text;
            continue;
        }
        const struct field *d = &m->rec->fields[at];
        const char *fault = cell_fault(d, c);
        if (fault == NULL) {
            f->typed[at] = cell_text(a, m, d, c);
        } else {
            struct err *e = ERR(a, ERR_INVALID, "field %s: a cell that cannot be read (%s)", d->name, fault);
            err_join(&f->bad, err_field(err_say(e, fault, "value", c->text, NULL), d->name));
        }
    }
}

/* ---- which row it means ---- */
static struct err *by_number(struct db_tx *tx, const struct trial *t, const char *text, struct row **out,
                             struct err **bad)
{
    struct arena *a = tx->arena;
    size_t digits = strspn(text, "0123456789");
    struct err *e = NULL;
    if (digits > 0 && digits < 19 && text[digits] == '\0')
        e = record_read(tx, t->m->rec, t->who, strtoll(text, NULL, 10), out);
    if (e != NULL && e->kind != ERR_MISSING)
        return e;
    if (*out != NULL && !(*out)->ended)
        return NULL;
    e = ERR(a, ERR_INVALID, "no row '%.40s'", text);
    *bad = err_field(err_say(e, *out != NULL ? "face.ended_row" : "face.import.no_row", "value", text, NULL), "id");
    *out = NULL;
    return NULL;
}

static struct err *by_unique(struct db_tx *tx, const struct trial *t, const struct row *want, struct row **out)
{
    for (int i = 0; i < record_fields(t->m->rec) && *out == NULL; i++) {
        const struct field *f = &t->m->rec->fields[i];
        if (!f->unique || want->v[i] == NULL)
            continue;
        struct face_query q;
        struct face_page page;
        face_query_init(tx->arena, t->m->rec, t->who, &q);
        q.sealed = FACE_ALL;
        TRY(face_cond_add(tx->arena, &q, arena_printf(tx->arena, "%s.eq", f->name), want->v[i]));
        q.limit = 1;
        TRY(face_list(tx, &q, &page));
        if (page.n == 1)
            *out = page.rows[0];
    }
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Do two values of a field mean the same? Spreadsheets make 12 of 12.00. */
static bool alike(const struct field *f, const char *a, const char *b)
{
    bool amount = f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
    if (!amount || a == NULL || b == NULL)
        return same(a, b);
    char *x, *y;
    double va = strtod(a, &x), vb = strtod(b, &y);
    return *x == '\0' && *y == '\0' && va == vb;
}

/* A row that already says all of it. */
static struct err *by_content(struct db_tx *tx, const struct trial *t, const struct form *f, const struct row *want,
                              struct row **out)
{
    struct face_query q;
    struct face_page page;
    face_query_init(tx->arena, t->m->rec, t->who, &q);
    q.sealed = FACE_ALL; /* what stands in the sealed file is not entered twice */
    for (int i = 0; i < record_fields(t->m->rec); i++) {
        const struct field *d = &t->m->rec->fields[i];
        if (f->typed[i] != NULL && want->v[i] != NULL && face_op_fits(d, FACE_EQ) && q.n_conds < EQUAL_CONDS)
            TRY(face_cond_add(tx->arena, &q, arena_printf(tx->arena, "%s.eq", d->name), want->v[i]));
    }
    if (q.n_conds == 0)
        return NULL;
    q.limit = EQUAL_ROWS;
    TRY(face_list(tx, &q, &page));
    for (int r = 0; r < page.n && *out == NULL; r++) {
        bool all = true;
        for (int i = 0; i < record_fields(t->m->rec); i++)
            all &= f->typed[i] == NULL || alike(&f->rec->fields[i], want->v[i], page.rows[r]->v[i]);
        if (all)
            *out = page.rows[r];
    }
    return NULL;
}

/* ---- one row ---- */
/* Cells that say what the present row shows are no change: a name need not be the only one of its kind. */
static struct err *drop_as_shown(struct db_tx *tx, const struct trial *t, struct row *now, struct form *f)
{
    struct face_names *names = face_names_new(tx->arena, t->who);
    TRY(face_names_of_rows(names, tx, &now, 1, NULL, 0));
    for (int i = 0; i < record_fields(f->rec); i++) {
        if (f->typed[i] == NULL || now->v[i] == NULL)
            continue;
        if (alike(&f->rec->fields[i], f->typed[i], now->v[i]))
            f->typed[i] = NULL;
        for (int lang = 0; lang < LANGS; lang++)
            if (f->typed[i] != NULL &&
                strcmp(f->typed[i], face_value(tx->arena, (enum lang)lang, f->rec, i, now->v[i], names)) == 0)
                f->typed[i] = NULL;
    }
    return NULL;
}

static char *note_of(struct arena *a, const struct err *wrong, const struct row *before, const struct row *after)
{
    json_t *o = json_object();
    if (wrong != NULL)
        json_object_set_new(o, "errors", face_import_errors_json(wrong));
    if (after != NULL) {
        json_t *changes = json_object();
        for (int i = 0; i < record_fields(after->of); i++) {
            const char *was = before == NULL ? NULL : before->v[i];
            if (!same(was, after->v[i]))
                json_object_set_new(changes, after->of->fields[i].name, json_pack("[s?, s?]", was, after->v[i]));
        }
        json_object_set_new(o, "changes", changes);
    }
    struct buf b = BUF(a);
    view_json(&b, o);
    json_decref(o);
    return buf_str(&b);
}

static struct err *refuse(struct arena *a, struct import_row *r, const struct err *wrong)
{
    r->status = ROW_REFUSED;
    r->note = note_of(a, wrong, NULL, NULL);
    return NULL;
}

/* The present row it means, *existing NULL for a new one; *bad when its number names none. */
static struct err *find_row(struct change *c, struct trial *t, const struct form *f, const char *number,
                            struct row **existing, struct err **bad)
{
    *existing = NULL;
    *bad = NULL;
    if (number != NULL)
        return by_number(&c->tx, t, number, existing, bad);
    struct row *want = row_new(c->tx.arena, t->m->rec);
    struct err *unread = NULL;
    TRY(face_form_apply(&c->tx, t->who, f, want, &unread));
    TRY(by_unique(&c->tx, t, want, existing));
    if (*existing == NULL && unread == NULL)
        TRY(by_content(&c->tx, t, f, want, existing));
    return NULL;
}

static struct err *twice(struct arena *a, const char *field, int64_t first)
{
    const char *n = arena_printf(a, "%lld", (long long)first);
    return err_field(err_say(ERR(a, ERR_INVALID, "said by row %s already", n), "face.import.twice", "n", n, NULL),
                     field);
}

/* Does a row before it say exactly the same? Then there is nothing more to do. */
static bool said_before(struct trial *t, const struct form *f, int64_t n)
{
    uint64_t h = 14695981039346656037u;
    for (int i = 0; i < record_fields(f->rec); i++)
        h = hash_text(h, f->typed[i] == NULL ? "" : f->typed[i]);
    return first_like(t, h, n) < n;
}

/* Numbers and unique values that a row before it has too: which of the two counts is not guessed. */
static struct err *taken_before(struct arena *a, struct trial *t, const struct form *f, const char *number, int64_t n)
{
    struct err *all = NULL;
    if (number != NULL) {
        int64_t first = first_like(t, hash_text(1, number), n);
        return first < n ? twice(a, "id", first) : NULL;
    }
    for (int i = 0; i < record_fields(f->rec); i++) {
        const struct field *d = &f->rec->fields[i];
        if (!d->unique || f->typed[i] == NULL)
            continue;
        int64_t first = first_like(t, hash_text(hash_text(7, d->name), f->typed[i]), n);
        if (first < n)
            err_join(&all, twice(a, d->name, first));
    }
    return all;
}

static struct err *judge_row(struct change *c, struct trial *t, struct import_row *r)
{
    struct arena *a = c->tx.arena;
    struct form f;
    struct row *before = NULL;
    struct err *wrong;
    const char *number;
    cells_typed(a, t->m, r, &f, &number);
    if (number == NULL && f.bad == NULL && said_before(t, &f, r->n)) {
        r->status = ROW_SAME;
        return NULL;
    }
    wrong = taken_before(a, t, &f, number, r->n);
    if (wrong == NULL)
        TRY(find_row(c, t, &f, number, &before, &wrong));
    if (wrong != NULL)
        return refuse(a, r, wrong);
    if (before != NULL)
        TRY(drop_as_shown(&c->tx, t, before, &f));
    struct row *after = before == NULL ? row_new(a, t->m->rec) : row_copy(a, before);
    TRY(face_form_save(c, &f, after, before == NULL ? 0 : before->rev, &wrong));
    if (wrong != NULL)
        return refuse(a, r, wrong);
    r->status = before == NULL ? ROW_NEW : after->rev == before->rev ? ROW_SAME : ROW_CHANGED;
    r->id = before != NULL || t->writing ? after->id : 0;
    r->note = r->status == ROW_SAME ? NULL : note_of(a, NULL, before, after);
    return NULL;
}

/* ---- a chunk: one change ---- */
/* A new row that has a number was written before something failed. */
static bool wanted(const struct trial *t, const struct import_row *r)
{
    return !t->writing || (r->status == ROW_NEW && r->id == 0) || r->status == ROW_CHANGED;
}

/* A refused row leaves nothing behind, and the rows after it see those before it. */
static struct err *judge_chunk(struct trial *t, struct arena *a, struct import_row *rows, int n)
{
    const char *what = text_format(a, LANG_ZH, "face.import.what", "file", t->m->filename, NULL);
    change_scope struct change c = {0};
    TRY(change_begin(t->db, a, t->who, what, &c));
    for (int i = 0; i < n; i++) {
        if (!wanted(t, &rows[i]))
            continue;
        TRY(change_mark(&c));
        TRY(judge_row(&c, t, &rows[i]));
        if (rows[i].status == ROW_REFUSED)
            TRY(change_back(&c));
    }
    if (!t->writing)
        return NULL;
    TRY(face_import_note(&c.tx, t->m->id, rows, n));
    return change_commit(&c);
}

static struct err *note_chunk(struct trial *t, struct arena *a, const struct import_row *rows, int n)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(t->db, a, &tx));
    TRY(face_import_note(&tx, t->m->id, rows, n));
    return db_commit(&tx);
}

static struct err *run(struct trial *t)
{
    for (int64_t after = 0;;) {
        arena_scope struct arena *a = arena_new();
        struct import_row *rows;
        int n;
        db_scope struct db_tx tx = {0};
        struct err *e = db_begin_read(t->db, a, &tx);
        if (e == NULL)
            e = face_import_rows(&tx, t->m->id, after, ROW_STATUSES, IMPORT_CHUNK, &rows, &n);
        db_end(&tx);
        if (e == NULL && n == 0)
            return NULL;
        if (e == NULL)
            e = judge_chunk(t, a, rows, n);
        if (e == NULL && !t->writing)
            e = note_chunk(t, a, rows, n);
        if (e != NULL) {
            struct err *kept = ERR(t->a, e->kind, "%s [%s]", e->detail, e->trail[0] == NULL ? "" : e->trail[0]);
            return err_say(kept, e->say, NULL);
        }
        after = rows[n - 1].n;
    }
}

static struct err *go(struct db *db, const struct who *who, const struct import *m, struct arena *a, bool writing)
{
    struct trial t = {.db = db, .who = who, .m = m, .writing = writing, .a = a};
    struct import after = *m;
    TRY(run(&t));
    after.state = writing ? IMPORT_WRITTEN : IMPORT_TRIED;
    return face_import_set(db, a, &after);
}

struct err *face_import_try(struct db *db, struct arena *a, const struct who *who, const struct import *m)
{
    return go(db, who, m, a, false);
}

struct err *face_import_write(struct db *db, struct arena *a, const struct who *who, const struct import *m)
{
    return go(db, who, m, a, true);
}

/* ---- errors in notes ---- */
json_t *face_import_errors_json(const struct err *e)
{
    json_t *all = json_array();
    for (; e != NULL; e = e->next) {
        json_t *args = json_object();
        for (int i = 0; i < ERR_ARGS && e->args[i].name != NULL; i++)
            json_object_set_new(args, e->args[i].name, view_text_json(e->args[i].value));
        json_array_append_new(all, json_pack("{s:s?, s:s?, s:s, s:o}", "field", e->field, "say", e->say, "kind",
                                             err_kind_name(e->kind), "args", args));
    }
    return all;
}

struct err *face_import_errors_read(struct arena *a, const json_t *list)
{
    struct err *all = NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        const char *say = json_string_value(json_object_get(o, "say")),
                   *kind = json_string_value(json_object_get(o, "kind"));
        bool conflict = kind != NULL && strcmp(kind, "conflict") == 0;
        struct err *e = ERR(a, conflict ? ERR_CONFLICT : ERR_INVALID, "noted");
        e->say = say;
        e->field = json_string_value(json_object_get(o, "field"));
        const char *name;
        json_t *v;
        int n = 0;
        json_object_foreach(json_object_get(o, "args"), name, v)
        {
            if (n < ERR_ARGS) {
                e->args[n].name = name;
                e->args[n++].value = json_string_value(v);
            }
        }
        err_join(&all, e);
    }
    return all;
}
