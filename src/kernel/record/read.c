/* read.c: rows as they are, as they were, and how they came to be so. */
#include "record/inner.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"

struct row *record_take(struct arena *a, const struct record *rec, const struct db_rows *rows, int first)
{
    const struct known *k = known_of(rec);
    struct row *r = arena_new_of(a, struct row);
    *r = (struct row){.of = rec,
                      .id = db_col_int(rows, first),
                      .rev = db_col_int(rows, first + 1),
                      .ended = db_col_int(rows, first + 2) != 0,
                      .scope = db_col_int(rows, first + 3),
                      .v = arena_array(a, const char *, k->n_fields)};
    for (int i = 0; i < k->n_fields; i++)
        r->v[i] = field_take(a, &rec->fields[i], rows, first + 4 + i);
    return r;
}

static bool scoped(const struct record *rec)
{
    return rec->concerns != NULL || rec->unit != NULL || rec->tree != NULL;
}

int record_about(const struct record *rec)
{
    const char *field = rec->recusal != NULL ? rec->recusal : rec->class >= CLASS_CASE ? rec->concerns : NULL;
    return field == NULL ? -1 : record_field(rec, field);
}

/* Outside the scope, or the reader's own case or a relative's: both are as if the row were not. */
static bool unseen(const struct record *rec, const struct who *who, const struct row *r)
{
    if (scoped(rec) && !scope_has(&who->scope, r->scope))
        return true;
    int about = who->n_barred > 0 ? record_about(rec) : -1;
    return about >= 0 && r->v[about] != NULL && who_barred(who, row_int(r, rec->fields[about].name));
}

struct err *record_read(struct db_tx *tx, const struct record *rec, const struct who *who, int64_t id, struct row **out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id)};
    TRY(db_query(tx, known_of(rec)->select, args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(tx->arena, ERR_MISSING, "no %s %lld", rec->name, (long long)id);
    struct row *r = record_take(tx->arena, rec, &rows, 0);
    if (unseen(rec, who, r))
        return ERR(tx->arena, ERR_MISSING, "%s %lld is outside the sight of account %lld", rec->name, (long long)id,
                   (long long)who->account);
    *out = r;
    return NULL;
}

/* The record's order as SQL: declared fields only. */
static char *order_by(struct arena *a, const struct record *rec)
{
    struct buf b = BUF(a);
    if (rec->order != NULL) {
        char *words = arena_strdup(a, rec->order), *save = NULL;
        for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
            if (record_field(rec, w) >= 0)
                buf_printf(&b, "%s NULLS LAST, ", w);
    }
    buf_puts(&b, "id");
    return buf_str(&b);
}

struct err *record_of(struct db_tx *tx, const struct record *rec, const struct who *who, const char *ref, int64_t id,
                      int most, struct row ***out, int *n_out)
{
    const struct known *k = known_of(rec);
    const char *sql =
        arena_printf(tx->arena, "SELECT %s FROM %s WHERE %s = ?1 AND ended = 0 ORDER BY %s LIMIT %d", k->columns,
                     k->table, rec->fields[record_field(rec, ref)].name, order_by(tx->arena, rec), most);
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id)};
    TRY(db_query(tx, sql, args, 1, &rows));
    VEC(struct row *) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct row *r = record_take(tx->arena, rec, &rows, 0);
        if (!unseen(rec, who, r))
            *VEC_PUSH(&v, tx->arena) = r;
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

static const char revisions[] =
    "SELECT c.seq, r.rev, c.at, c.actor, c.what, r.body FROM revision r JOIN change c ON c.id = r.change"
    " WHERE r.record = ?1 AND r.row = ?2 AND r.body IS NOT NULL ORDER BY r.rev DESC LIMIT ?3";

struct err *record_history(struct db_tx *tx, const struct record *rec, const struct who *who, int64_t id, int most,
                           struct revision **out, int *n_out)
{
    struct row *now = NULL;
    TRY(record_read(tx, rec, who, id, &now)); /* the scope of today decides who sees the past */
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(rec->name), db_int(id), db_int(most)};
    TRY(db_query(tx, revisions, args, 3, &rows));
    VEC(struct revision) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct revision *r = VEC_PUSH(&v, tx->arena);
        *r = (struct revision){.seq = db_col_int(&rows, 0), .rev = db_col_int(&rows, 1), .at = db_col_int(&rows, 2)};
        r->actor = arena_strdup(tx->arena, db_col_text(&rows, 3));
        r->what = db_col_null(&rows, 4) ? NULL : arena_strdup(tx->arena, db_col_text(&rows, 4));
        TRY(body_read(tx->arena, rec, arena_strdup(tx->arena, db_col_text(&rows, 5)), &r->row, &r->reason));
        r->row->id = id;
        r->row->rev = r->rev;
        r->row->scope = now->scope;
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

struct err *record_as_of(struct db_tx *tx, const struct record *rec, const struct who *who, int64_t id, int64_t at_ms,
                         struct row **out)
{
    struct row *now = NULL, *then = NULL;
    TRY(record_read(tx, rec, who, id, &now));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(rec->name), db_int(id), db_int(at_ms)};
    TRY(db_query(tx,
                 "SELECT r.rev, r.body FROM revision r JOIN change c ON c.id = r.change"
                 " WHERE r.record = ?1 AND r.row = ?2 AND c.at <= ?3 AND r.body IS NOT NULL"
                 " ORDER BY r.rev DESC LIMIT 1",
                 args, 3, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(tx->arena, ERR_MISSING, "%s %lld was not on record at %lld", rec->name, (long long)id,
                   (long long)at_ms);
    TRY(body_read(tx->arena, rec, arena_strdup(tx->arena, db_col_text(&rows, 1)), &then, NULL));
    then->id = id;
    then->rev = db_col_int(&rows, 0);
    then->scope = now->scope;
    *out = then;
    return NULL;
}
