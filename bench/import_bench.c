/* import_bench.c: `qingfeng import` of a zip of forms beside the same rows by prepared statements, without revisions,
 * checks or parsing, in one run: import_bench QINGFENG FORMS.zip HOUSE.db FOLDER. Commits hold 500 rows both ways and
 * the connection is set as the program sets its own. Prints rows a second, the ratio and the import's peak memory. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROWS_A_COMMIT = 500, PATH = 4096 };
static const char *const tables[] = {"roster_member", "roster_resume", "roster_education", "roster_family",
                                     "roster_appraisal"};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
    fprintf(stderr, "import_bench: %s\n", what);
    exit(1);
}

static struct rusage run(char *const argv[])
{
    struct rusage used = {0};
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        execv(argv[0], argv);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail(argv[0]);
    return used;
}

static sqlite3 *open_db(const char *path)
{
    sqlite3 *h;
    if (sqlite3_open(path, &h) != SQLITE_OK ||
        sqlite3_exec(h,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8192;"
                     "PRAGMA mmap_size=0; PRAGMA cache_size=-8192",
                     NULL, NULL, NULL) != SQLITE_OK)
        fail(path);
    return h;
}

static sqlite3_stmt *prepare(sqlite3 *h, const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(h, sql, -1, &s, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(h));
    return s;
}

static void exec(sqlite3 *h, const char *sql)
{
    if (sqlite3_exec(h, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(h));
}

static sqlite3_stmt *insert_like(sqlite3 *to, const char *table, int columns)
{
    char sql[2048];
    int n = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);
    for (int i = 1; i < columns; i++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    return prepare(to, sql);
}

/* Reads all rows; writes them to `to` unless it is NULL. */
static int64_t copy(sqlite3 *from, sqlite3 *to)
{
    int64_t rows = 0;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY id", tables[t]);
        sqlite3_stmt *s = prepare(from, sql);
        int columns = sqlite3_column_count(s);
        sqlite3_stmt *put = to == NULL ? NULL : insert_like(to, tables[t], columns);
        if (to != NULL)
            exec(to, "BEGIN IMMEDIATE");
        while (sqlite3_step(s) == SQLITE_ROW) {
            for (int i = 0; i < columns && put != NULL; i++)
                sqlite3_bind_value(put, i + 1, sqlite3_column_value(s, i));
            if (put != NULL && (sqlite3_step(put) != SQLITE_DONE || sqlite3_reset(put) != SQLITE_OK))
                fail(sqlite3_errmsg(to));
            if (++rows % ROWS_A_COMMIT == 0 && to != NULL)
                exec(to, "COMMIT; BEGIN IMMEDIATE");
        }
        if (to != NULL)
            exec(to, "COMMIT");
        sqlite3_finalize(put);
        sqlite3_finalize(s);
    }
    return rows;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        fail("usage: import_bench QINGFENG FORMS.zip HOUSE.db FOLDER");
    char imported[PATH], plain[PATH], url[PATH + 8];
    snprintf(imported, sizeof imported, "%s/imported.db", argv[4]);
    snprintf(plain, sizeof plain, "%s/plain.db", argv[4]);
    snprintf(url, sizeof url, "%s", imported);
    run((char *[]){"/bin/cp", argv[3], imported, NULL});
    run((char *[]){"/bin/cp", argv[3], plain, NULL});

    double began = now();
    struct rusage used = run((char *[]){argv[1], "import", "--db", url, argv[2], NULL});
    double import = now() - began;

    sqlite3 *from = open_db(imported), *to = open_db(plain);
    began = now();
    copy(from, NULL);
    double reading = now() - began;
    began = now();
    int64_t rows = copy(from, to);
    double writing = now() - began - reading;
    sqlite3_close(from);
    sqlite3_close(to);

    printf("rows %lld\nimport %.1f s, %.0f rows/s, cpu %.1f s\nprepared statements %.1f s, %.0f rows/s\n",
           (long long)rows, import, (double)rows / import,
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
           writing, (double)rows / writing);
    printf("ratio %.2f\npeak %.1f MiB\n", writing / import, (double)used.ru_maxrss / 1024);
    return 0;
}
