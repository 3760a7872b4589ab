/* generated.c: see generated.h. */
#include "db/generated.h"

#include <string.h>

struct err *db_named(const struct db_rows *rows, const char *const *names, int n, const char *query,
                     _Atomic bool known[2])
{
    int engine = db_kind(rows->tx->db) == DB_POSTGRES;
    if (atomic_load_explicit(&known[engine], memory_order_relaxed))
        return NULL;
    if (db_cols(rows) != n)
        return ERR(rows->tx->arena, ERR_FAULT, "%s gives %d columns, not %d", query, db_cols(rows), n);
    for (int i = 0; i < n; i++)
        if (strcmp(db_col_name(rows, i), names[i]) != 0)
            return ERR(rows->tx->arena, ERR_FAULT, "%s: column %d is %s, not %s", query, i + 1, db_col_name(rows, i),
                       names[i]);
    atomic_store_explicit(&known[engine], true, memory_order_relaxed);
    return NULL;
}

struct db_val db_date(struct date d, char iso[DATE_TEXT])
{
    return date_is(d) ? db_text(date_iso(d, iso)) : db_null();
}

struct err *db_col_date(const struct db_rows *rows, int col, struct date *out)
{
    const char *s = db_col_text(rows, col);
    *out = DATE_UNKNOWN;
    if (s != NULL && !date_parse(s, out))
        return ERR(rows->tx->arena, ERR_FAULT, "column %s is no date", db_col_name(rows, col));
    return NULL;
}

const char *db_col_kept(const struct db_rows *rows, int col)
{
    const char *s = db_col_text(rows, col);
    return s == NULL ? NULL : arena_strndup(rows->tx->arena, s, db_col_bytes(rows, col));
}
