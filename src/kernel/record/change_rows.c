/* change_rows.c: what some changes did to rows, newest first: for whoever takes them back. */
#include <string.h>

#include "record/inner.h"

static struct err *take(struct db_tx *tx, const struct db_rows *rows, struct change_row *out)
{
    const char *after = db_col_text(rows, 4), *before = db_col_text(rows, 5);
    *out = (struct change_row){.seq = db_col_int(rows, 0),
                               .rec = record_find(db_col_text(rows, 1)),
                               .row = db_col_int(rows, 2),
                               .rev = db_col_int(rows, 3)};
    if (out->rec == NULL)
        return NULL;
    if (after != NULL)
        TRY(body_read(tx->arena, out->rec, arena_strdup(tx->arena, after), &out->after, NULL));
    if (before != NULL)
        TRY(body_read(tx->arena, out->rec, arena_strdup(tx->arena, before), &out->before, NULL));
    return NULL;
}

struct err *change_rows(struct db_tx *tx, int64_t above, int64_t below, const char *what, int most,
                        struct change_row **out, int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(above), db_int(below), db_text(what), db_int(most)};
    VEC(struct change_row) v = {0};
    TRY(db_query(tx,
                 "SELECT c.seq, r.record, r.row, r.rev, r.body, b.body FROM (SELECT id, seq FROM change WHERE seq > ?1"
                 " AND seq < ?2 AND substr(what, 1, length(?3)) = ?3 ORDER BY seq DESC LIMIT ?4) c"
                 " JOIN revision r ON r.change = c.id LEFT JOIN revision b ON b.record = r.record AND b.row = r.row"
                 " AND b.rev = r.rev - 1 ORDER BY c.seq DESC, r.n DESC",
                 args, 4, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct change_row one;
        TRY(take(tx, &rows, &one));
        if (one.rec != NULL)
            *VEC_PUSH(&v, tx->arena) = one;
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}
