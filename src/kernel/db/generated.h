/* generated.h: what the functions that tools/query.c makes of queries.sql share. Nobody else includes it. */
#ifndef QF_DB_GENERATED_H
#define QF_DB_GENERATED_H

#include <stdatomic.h>

#include "base/date.h"
#include "db/db.h"

/* The columns must be those the head of the query names, in its order; looked at once for each engine and noted in
 * known. ERR_FAULT otherwise. */
struct err *db_named(const struct db_rows *rows, const char *const *names, int n, const char *query,
                     _Atomic bool known[2]) MUST_USE;
struct db_val db_date(struct date d, char iso[DATE_TEXT]); /* NULL unless a date */
/* NULL is DATE_UNKNOWN; a text that is no date ERR_FAULT. */
struct err *db_col_date(const struct db_rows *rows, int col, struct date *out) MUST_USE;
const char *db_col_kept(const struct db_rows *rows, int col); /* in the transaction's arena */

/* Every statement by name, in a section of its own: tests ask the engine for the plan of each. */
struct db_statement {
    const char *name, *sql;
};
#define DB_STATEMENT(its_name, text) \
    static const struct db_statement text##_listed __attribute__((used, section("qf_sql"))) = {its_name, text};

#endif
