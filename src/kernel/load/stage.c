/* stage.c: see stage.h. */
#include "load/stage.h"

#include <string.h>

#include "base/clock.h"
#include "base/vec.h"

enum { LEFT_BEHIND_MS = 24 * 3600000 };

static struct err *drop_left_behind(struct db_tx *tx, const struct who *who, int64_t now)
{
    static const char which[] = "state = 'reading' AND account = ?1 AND begun < ?2";
    struct db_val args[] = {db_int(who->account), db_int(now - LEFT_BEHIND_MS)};
    TRY(db_run(tx,
               arena_printf(tx->arena,
                            "DELETE FROM load_stage_item WHERE stage IN (SELECT id FROM load_stage WHERE %s)", which),
               args, 2, NULL));
    return db_run(tx, arena_printf(tx->arena, "DELETE FROM load_stage WHERE %s", which), args, 2, NULL);
}

struct err *load_stage_new(struct db_tx *tx, const struct who *who, const char *what, const char *name, int64_t *id_out)
{
    int64_t id, now = clock_now_ms();
    TRY(drop_left_behind(tx, who, now));
    TRY(db_one_int(tx, "SELECT max(id) + 1 FROM load_stage", NULL, 0, 1, &id));
    struct db_val args[] = {db_int(id), db_text(what), db_int(who->account), db_int(now), db_text(name)};
    TRY(db_run(tx,
               "INSERT INTO load_stage (id, what, account, begun, name, state) VALUES (?1, ?2, ?3, ?4, ?5, 'reading')",
               args, 5, NULL));
    *id_out = id;
    return NULL;
}

static const char *kept(struct arena *a, const struct db_rows *rows, int col)
{
    return db_col_null(rows, col) ? NULL : arena_strndup(a, db_col_text(rows, col), db_col_bytes(rows, col));
}

static struct load_stage stage_take(struct arena *a, const struct db_rows *rows)
{
    return (struct load_stage){.id = db_col_int(rows, 0),
                               .account = db_col_int(rows, 1),
                               .begun = db_col_int(rows, 2),
                               .what = kept(a, rows, 3),
                               .name = kept(a, rows, 4),
                               .state = kept(a, rows, 5),
                               .notes = kept(a, rows, 6)};
}

struct err *load_stage_read(struct db_tx *tx, const struct who *who, const char *what, int64_t id,
                            struct load_stage *out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id), db_text(what), db_int(who->account)};
    TRY(db_query(tx,
                 "SELECT id, account, begun, what, name, state, notes FROM load_stage"
                 " WHERE id = ?1 AND what = ?2 AND account = ?3 AND state <> 'reading'",
                 args, 3, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(tx->arena, ERR_MISSING, "no stage %lld of %s", (long long)id, what);
    *out = stage_take(tx->arena, &rows);
    return NULL;
}

struct err *load_stage_list(struct db_tx *tx, const struct who *who, const char *what, struct load_stage **out,
                            int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(what), db_int(who->account)};
    TRY(db_query(tx,
                 "SELECT id, account, begun, what, name, state, notes FROM load_stage"
                 " WHERE what = ?1 AND account = ?2 AND state <> 'reading' ORDER BY id DESC LIMIT 100",
                 args, 2, &rows));
    VEC(struct load_stage) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&v, tx->arena) = stage_take(tx->arena, &rows);
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

struct err *load_stage_set(struct db_tx *tx, int64_t id, const char *state, const char *notes)
{
    struct db_val args[] = {db_int(id), db_text(state), db_text(notes)};
    return db_run(tx, "UPDATE load_stage SET state = coalesce(?2, state), notes = coalesce(?3, notes) WHERE id = ?1",
                  args, 3, NULL);
}

struct err *load_stage_drop(struct db_tx *tx, int64_t id)
{
    struct db_val args[] = {db_int(id)};
    TRY(db_run(tx, "DELETE FROM load_stage_item WHERE stage = ?1", args, 1, NULL));
    return db_run(tx, "DELETE FROM load_stage WHERE id = ?1", args, 1, NULL);
}

struct err *load_stage_add(struct db_tx *tx, int64_t stage, const struct load_stage_item *i)
{
    struct db_val args[] = {db_int(stage),    db_int(i->n),       db_text(i->kind),  db_text(i->label),
                            db_text(i->said), db_text(i->report), db_text(i->choice)};
    return db_run(tx,
                  "INSERT INTO load_stage_item (stage, n, kind, label, said, report, choice)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  args, 7, NULL);
}

static struct load_stage_item item_take(struct arena *a, const struct db_rows *rows)
{
    return (struct load_stage_item){.n = db_col_int(rows, 0),
                                    .kind = kept(a, rows, 1),
                                    .label = kept(a, rows, 2),
                                    .said = kept(a, rows, 3),
                                    .report = kept(a, rows, 4),
                                    .choice = kept(a, rows, 5)};
}

struct err *load_stage_items(struct db_tx *tx, int64_t stage, const char *kind, int64_t after, int limit,
                             struct load_stage_item **out, int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(stage), db_int(after), db_int(limit), db_text(kind)};
    TRY(kind == NULL ? db_query(tx,
                                "SELECT n, kind, label, said, report, choice FROM load_stage_item"
                                " WHERE stage = ?1 AND n > ?2 ORDER BY n LIMIT ?3",
                                args, 3, &rows)
                     : db_query(tx,
                                "SELECT n, kind, label, said, report, choice FROM load_stage_item"
                                " WHERE stage = ?1 AND n > ?2 AND kind = ?4 ORDER BY n LIMIT ?3",
                                args, 4, &rows));
    VEC(struct load_stage_item) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&v, tx->arena) = item_take(tx->arena, &rows);
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

struct err *load_stage_item_set(struct db_tx *tx, int64_t stage, int64_t n, const char *kind, const char *report,
                                const char *choice)
{
    struct db_val args[] = {db_int(stage), db_int(n), db_text(kind), db_text(report), db_text(choice)};
    return db_run(tx,
                  "UPDATE load_stage_item SET kind = coalesce(?3, kind), report = coalesce(?4, report),"
                  " choice = coalesce(?5, choice) WHERE stage = ?1 AND n = ?2",
                  args, 5, NULL);
}

struct err *load_stage_kinds(struct db_tx *tx, int64_t stage, struct load_stage_kind **out, int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(stage)};
    TRY(db_query(tx, "SELECT kind, count(*) FROM load_stage_item WHERE stage = ?1 GROUP BY kind ORDER BY kind", args, 1,
                 &rows));
    VEC(struct load_stage_kind) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&v, tx->arena) = (struct load_stage_kind){kept(tx->arena, &rows, 0), db_col_int(&rows, 1)};
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}
