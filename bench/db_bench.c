/* db_bench.c: what db.h costs beside the engines' own C interfaces. Each round does the same work both ways; the median
 * of the rounds is printed with its ratio.
 *   db_bench [ROWS]        SQLite, and PostgreSQL when QF_PG_URL is set */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/db.h"

enum { ROUNDS = 5 };

static int rows = 1000000;
static const char table[] = "CREATE TABLE t (id BIGINT PRIMARY KEY, member BIGINT, name TEXT, day TEXT, n BIGINT)";
static const char lite_table[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, member BIGINT, name TEXT, day TEXT, n BIGINT)";
static const char insert[] = "INSERT INTO t (id, member, name, day, n) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char insert_pg[] = "INSERT INTO t (id, member, name, day, n) VALUES ($1, $2, $3, $4, $5)";
static const char all[] = "SELECT id, member, name, day, n FROM t";

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "db_bench: %s\n", what);
    exit(3);
}

static void ok(struct err *e)
{
    need(e == NULL, e == NULL ? "" : e->detail);
}

static double since(int64_t start)
{
    return (double)(clock_mono_us() - start) / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, double own[ROUNDS], double raw[ROUNDS])
{
    qsort(own, ROUNDS, sizeof *own, by_size);
    qsort(raw, ROUNDS, sizeof *raw, by_size);
    double o = own[ROUNDS / 2], r = raw[ROUNDS / 2];
    printf("%-28s %9.0f rows/s   the engine alone %9.0f rows/s   time x %.2f\n", what, rows / o, rows / r, o / r);
}

/* What is inserted in row i. */
static void row_values(int i, char name[32], char day[16])
{
    memcpy(name, "name 0000000", 13);
    for (int k = 11, v = i; k > 4 && v > 0; k--, v /= 10)
        name[k] = (char)('0' + v % 10);
    memcpy(day, "2020-01-01", 11);
    day[9] = (char)('1' + i % 9);
}

static double insert_ours(struct db *db, bool pipeline)
{
    arena_scope struct arena *a = arena_new();
    db_scope struct db_tx tx = {0};
    ok(db_begin_write(db, a, &tx));
    ok(db_script(&tx, "DROP TABLE IF EXISTS t"));
    ok(db_script(&tx, db_kind(db) == DB_SQLITE ? lite_table : table));
    int64_t start = clock_mono_us();
    if (pipeline)
        ok(db_pipeline_begin(&tx));
    for (int i = 0; i < rows; i++) {
        char name[32], day[16];
        row_values(i, name, day);
        const struct db_val v[] = {db_int(i), db_int(i / 5), db_text(name), db_text(day), db_int(i % 100)};
        ok(db_run(&tx, insert, v, 5, NULL));
    }
    if (pipeline)
        ok(db_pipeline_end(&tx));
    ok(db_commit(&tx));
    return since(start);
}

static double read_ours(struct db *db, int64_t *sum)
{
    arena_scope struct arena *a = arena_new();
    db_scope struct db_tx tx = {0};
    int64_t start = clock_mono_us();
    ok(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows r = {0};
    ok(db_query(&tx, all, NULL, 0, &r));
    for (bool more;;) {
        ok(db_next(&r, &more));
        if (!more)
            break;
        *sum +=
            db_col_int(&r, 0) + db_col_int(&r, 1) + db_col_text(&r, 2)[0] + db_col_text(&r, 3)[0] + db_col_int(&r, 4);
    }
    return since(start);
}

static double insert_sqlite(sqlite3 *h)
{
    sqlite3_stmt *s = NULL;
    sqlite3_exec(h, "BEGIN IMMEDIATE; DROP TABLE IF EXISTS t", NULL, NULL, NULL);
    need(sqlite3_exec(h, lite_table, NULL, NULL, NULL) == SQLITE_OK, "create");
    int64_t start = clock_mono_us();
    need(sqlite3_prepare_v2(h, insert, -1, &s, NULL) == SQLITE_OK, "prepare");
    for (int i = 0; i < rows; i++) {
        char name[32], day[16];
        row_values(i, name, day);
        sqlite3_bind_int64(s, 1, i);
        sqlite3_bind_int64(s, 2, i / 5);
        sqlite3_bind_text(s, 3, name, -1, SQLITE_STATIC);
        sqlite3_bind_text(s, 4, day, -1, SQLITE_STATIC);
        sqlite3_bind_int64(s, 5, i % 100);
        need(sqlite3_step(s) == SQLITE_DONE, "insert");
        sqlite3_reset(s);
    }
    need(sqlite3_exec(h, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
    double took = since(start);
    sqlite3_finalize(s);
    return took;
}

static double read_sqlite(sqlite3 *h, int64_t *sum)
{
    sqlite3_stmt *s = NULL;
    int64_t start = clock_mono_us();
    need(sqlite3_prepare_v2(h, all, -1, &s, NULL) == SQLITE_OK, "prepare");
    while (sqlite3_step(s) == SQLITE_ROW)
        *sum += sqlite3_column_int64(s, 0) + sqlite3_column_int64(s, 1) + sqlite3_column_text(s, 2)[0] +
                sqlite3_column_text(s, 3)[0] + sqlite3_column_int64(s, 4);
    sqlite3_finalize(s);
    return since(start);
}

static void bench_sqlite(void)
{
    arena_scope struct arena *a = arena_new();
    char path[2][64], command[160];
    for (int i = 0; i < 2; i++)
        snprintf(path[i], sizeof path[i], "/tmp/qf-bench-%d-%d.db", (int)getpid(), i);
    struct db_pool *p;
    struct db *db;
    ok(db_pool_open(a, path[0], true, &p));
    ok(db_take(p, a, &db));
    sqlite3 *h;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    need(sqlite3_open_v2(path[1], &h, flags, NULL) == SQLITE_OK, "open");
    sqlite3_exec(
        h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=8192",
        NULL, NULL, NULL);
    double own[2][ROUNDS], raw[2][ROUNDS];
    int64_t x = 0, y = 0;
    for (int i = 0; i < ROUNDS; i++) {
        raw[0][i] = insert_sqlite(h);
        own[0][i] = insert_ours(db, false);
        raw[1][i] = read_sqlite(h, &x);
        own[1][i] = read_ours(db, &y);
    }
    need(x == y, "the sums differ");
    report("sqlite insert, prepared", own[0], raw[0]);
    report("sqlite read", own[1], raw[1]);
    db_give(db);
    db_pool_close(p);
    sqlite3_close(h);
    snprintf(command, sizeof command, "rm -f /tmp/qf-bench-%d-*", (int)getpid());
    need(system(command) == 0, "rm");
}

static double insert_pg_raw(PGconn *h)
{
    PQclear(PQexec(h, "BEGIN; DROP TABLE IF EXISTS t"));
    PQclear(PQexec(h, table));
    int64_t start = clock_mono_us();
    PQclear(PQprepare(h, "i", insert_pg, 0, NULL));
    need(PQenterPipelineMode(h) == 1, "pipeline");
    for (int i = 0; i < rows; i++) {
        char name[32], day[16], n[3][16];
        row_values(i, name, day);
        snprintf(n[0], 16, "%d", i);
        snprintf(n[1], 16, "%d", i / 5);
        snprintf(n[2], 16, "%d", i % 100);
        const char *v[] = {n[0], n[1], name, day, n[2]};
        need(PQsendQueryPrepared(h, "i", 5, v, NULL, NULL, 0) == 1, "send");
        if (i % 1024 != 1023 && i != rows - 1)
            continue;
        PQpipelineSync(h);
        for (ExecStatusType st = PGRES_COMMAND_OK; st != PGRES_PIPELINE_SYNC;) {
            PGresult *r = PQgetResult(h);
            st = PQresultStatus(r);
            need(r == NULL || st != PGRES_FATAL_ERROR, PQerrorMessage(h));
            PQclear(r);
        }
    }
    PQexitPipelineMode(h);
    PQclear(PQexec(h, "COMMIT"));
    double took = since(start);
    PQclear(PQexec(h, "DEALLOCATE i"));
    return took;
}

static double read_pg(PGconn *h, int64_t *sum)
{
    int64_t start = clock_mono_us();
    need(PQsendQuery(h, all) == 1 && PQsetSingleRowMode(h) == 1, "send");
    for (PGresult *r; (r = PQgetResult(h)) != NULL; PQclear(r))
        if (PQresultStatus(r) == PGRES_SINGLE_TUPLE)
            *sum += atoll(PQgetvalue(r, 0, 0)) + atoll(PQgetvalue(r, 0, 1)) + PQgetvalue(r, 0, 2)[0] +
                    PQgetvalue(r, 0, 3)[0] + atoll(PQgetvalue(r, 0, 4));
    return since(start);
}

static void bench_postgres(const char *url)
{
    arena_scope struct arena *a = arena_new();
    struct db_pool *p;
    struct db *db;
    ok(db_pool_open(a, url, false, &p));
    ok(db_take(p, a, &db));
    PGconn *h = PQconnectdb(url);
    need(PQstatus(h) == CONNECTION_OK, "connect");
    PQclear(PQexec(h, "SET client_min_messages = 'warning'"));
    double own[2][ROUNDS], raw[2][ROUNDS];
    int64_t x = 0, y = 0;
    for (int i = 0; i < ROUNDS; i++) {
        raw[0][i] = insert_pg_raw(h);
        raw[1][i] = read_pg(h, &x);
        own[0][i] = insert_ours(db, true);
        own[1][i] = read_ours(db, &y);
    }
    need(x == y, "the sums differ");
    report("postgresql insert, pipeline", own[0], raw[0]);
    report("postgresql read", own[1], raw[1]);
    PQfinish(h);
    db_give(db);
    db_pool_close(p);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        rows = atoi(argv[1]);
    need(rows > 0 && rows < 10000000, "ROWS is 1 to 9999999");
    printf("db_bench: %d rows, median of %d rounds\n", rows, ROUNDS);
    bench_sqlite();
    const char *url = getenv("QF_PG_URL");
    if (url != NULL)
        bench_postgres(url);
    return 0;
}
