/* facts_bench.c: what columns cost and give, on a database made by `qingfeng demo`.
 *   facts_bench URL load          only loads, for a profile
 *   facts_bench URL cold          milliseconds of a full check from nothing
 *   facts_bench URL again         milliseconds from a committed change until its member is judged again: the feed and
 *                                 his rows read, every rule asked (median of 40); without the commit itself
 *   facts_bench URL [table FILE]  prints one line a figure: name, value, unit, and the bound it is held against; FILE
 * gets those of the bench's table: what, measured, target, reached (tab between) */
#include <malloc.h>
#include <stdarg.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "facts/inner.h"
#include "../src/program.h"
#include "roster/facts.h"
#include "roster/roster.h"
#include "rules/rules.h"

enum { ROUNDS = 5, LISTS = 200 };

static struct arena *memory;
static struct db_pool *pool;
static struct facts *facts;
static struct rules *rules;
static FILE *table;

/* A line of the table. */
LIKE_PRINTF(4, 5)
static void line(const char *what, const char *target, bool reached, const char *fmt, ...)
{
    if (table == NULL)
        return;
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    fprintf(table, "%s\t%s\t%s\t%s\n", what, text, target, reached ? "yes" : "no");
    fflush(table);
}

static void ok(struct err *e)
{
    if (e == NULL)
        return;
    fprintf(stderr, "facts_bench: %s\n", e->detail);
    exit(3);
}

/* What an older database lacks is added. */
static void migrate(void)
{
    struct db *db;
    ok(db_take(pool, memory, &db));
    ok(record_migrate(db, memory, false));
    db_give(db);
}

static double ms_since(int64_t start)
{
    return (double)(clock_mono_us() - start) / 1000;
}

/* Processor time of the process: what a wall clock would say on an idle machine, all threads together. */
static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at_share(double *v, int n, double share)
{
    qsort(v, (size_t)n, sizeof *v, by_number);
    return v[(int)(share * (n - 1))];
}

static double resident_mib(void)
{
    long pages = 0, own = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f != NULL) {
        if (fscanf(f, "%ld %ld", &pages, &own) != 2)
            own = 0;
        fclose(f);
    }
    return (double)own * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

/* ---- merely stepping the rows that are read ---- */
static double step_all(void)
{
    struct db *db;
    ok(db_take(pool, memory, &db));
    struct db_tx tx = {0};
    ok(db_begin_read(db, memory, &tx));
    int64_t start = clock_mono_us(), rows = 0;
    for (int i = 0; i < facts_the_world.n_subjects; i++) {
        const struct layout *l = layout_of(i);
        if (is_sum(l))
            continue;
        struct db_rows r = {0};
        struct db_val args[] = {db_int(0), db_int(INT64_MAX)};
        ok(db_query(&tx, l->select, args, 2, &r));
        for (bool more = true;; rows++) {
            ok(db_next(&r, &more));
            if (!more)
                break;
        }
        db_rows_end(&r);
    }
    double ms = ms_since(start);
    db_end(&tx);
    db_give(db);
    printf("rows %lld\n", (long long)rows);
    return ms;
}

static double load(void)
{
    int64_t start = clock_mono_us();
    ok(rules_open(memory, pool, &rules));
    ok(facts_open(memory, pool, 0, rules_param, rules, &facts));
    rules_use(rules, facts);
    ok(facts_wait(facts, memory));
    return ms_since(start);
}
static void unload(void)
{
    facts_close(facts);
    rules_close(rules);
}

static const struct facts_root *read_now(struct db_tx *tx)
{
    const struct facts_root *r;
    ok(facts_read(facts, tx, &r));
    return r;
}

/* Every rule over everyone, with since when, as the command `check` does. */
static double check(struct db_tx *tx, int64_t *found)
{
    arena_scope struct arena *a = arena_new();
    const struct facts_root *root;
    const struct rules_set *set;
    struct rules_run run = {0};
    struct rules_ask ask = {.since = true};
    int64_t start = clock_mono_us();
    ok(rules_read_all(rules, tx, &set, &root));
    ok(rules_judge(set, root, a, &ask, &run));
    double ms = ms_since(start);
    *found = run.n;
    rules_end(set);
    facts_end(root);
    return ms;
}

/* ---- conditions like the rules' ---- */
static const struct {
    int *subject;
    const char *when;
} conditions[] = {
    {NULL, "status = in_office and retires - months(6) <= today"},
    {NULL, "status = in_office and base_age = 50 and retires - months(6) <= today"},
    {NULL,
     "status = in_office and not has(recognised) and (birth_differs or work_start_differs or party_joined_differs)"},
    {NULL, "status = in_office and papers_lacking > 0"},
    {NULL, "status = in_office and (resume_gap > 1 or resume_overlap > 1)"},
    {NULL, "status = in_office and has(id_fault)"},
    {NULL, "status = in_office and leading_from + years(15) <= today"},
    {NULL, "age >= 50 and sex = female and party_joined > work_start"},
    {NULL, "years_in_post >= 5 and leading and education_level >= undergraduate"},
    {NULL, "birth + years(55) <= today and degree_level < master"},
    {NULL, "completeness < 60 or not known(birth)"},
    {NULL, "work_start + years(30) <= today and level >= section"}};
enum { CONDITIONS = sizeof conditions / sizeof *conditions };

static struct expr *parse(int subject, const char *text)
{
    const struct expr_world *w;
    struct expr *e;
    ok(facts_world(memory, &w));
    ok(expr_parse(memory, w, subject, text, NULL, &e));
    return e;
}

static double judge(const struct facts_root *r, int64_t *hits)
{
    struct scope all = SCOPE_ALL;
    struct expr_env env = {.today = facts_day(r)};
    struct facts_job jobs[CONDITIONS] = {{0}};
    double ms[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *a = arena_new();
        int64_t start = clock_mono_us();
        for (int k = 0; k < CONDITIONS; k++) /* a draft is parsed each time */
            jobs[k] = (struct facts_job){.subject = facts_subject("member"),
                                         .when = parse(facts_subject("member"), conditions[k].when),
                                         .env = &env};
        facts_judge(r, a, &all, jobs, CONDITIONS);
        ms[i] = ms_since(start);
        *hits = 0;
        for (int k = 0; k < CONDITIONS; k++)
            *hits += jobs[k].hits.n;
        arena_free(a);
    }
    return at_share(ms, ROUNDS, 0.5);
}

/* The same facts as a table of SQLite in memory, the same conditions as one pass. */
static double sqlite_pass(const struct facts_root *r)
{
    sqlite3 *db;
    int member = facts_subject("member");
    sqlite3_open(":memory:", &db);
    char sql[4000] = "CREATE TABLE f (";
    const struct facts_subject *d = facts_declared(member);
    int n = 0;
    for (; d->facts[n].name != NULL; n++)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "%sc%d INTEGER", n > 0 ? "," : "", n);
    strcat(sql, ")");
    sqlite3_exec(db, sql, NULL, NULL, NULL);
    strcpy(sql, "INSERT INTO f VALUES (?");
    for (int i = 1; i < n; i++)
        strcat(sql, ",?");
    strcat(sql, ")");
    sqlite3_stmt *s;
    sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    for (int b = 0; b < facts_blocks(r, member); b++)
        for (int i = 0; i < facts_block(r, member, b)->tables[member].n; i++) {
            for (int k = 0; k < n; k++) {
                struct expr_value v = facts_value(r, member, (struct facts_at){b, i}, k);
                if (v.state == EXPR_HAS)
                    sqlite3_bind_int64(s, k + 1, v.n);
                else
                    sqlite3_bind_null(s, k + 1);
            }
            sqlite3_step(s);
            sqlite3_reset(s);
        }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_finalize(s);
    int day = facts_day(r).v;
    snprintf(
        sql, sizeof sql,
        "SELECT sum(c%d=1 AND c%d<=%d),sum(c%d=1 AND c%d=50 AND c%d<=%d),sum(c%d=1 AND c%d IS NULL AND (c%d OR c%d OR "
        "c%d)),sum(c%d=1 AND c%d>0),sum(c%d=1 AND (c%d>1 OR c%d>1)),sum(c%d=1 AND c%d IS NOT NULL),sum(c%d=1 AND "
        "c%d<=%d),sum(c%d>=50 AND c%d=2 AND c%d>c%d),sum(c%d>=5 AND c%d AND c%d>=7),sum(c%d<=%d AND c%d<2),sum(c%d<60 "
        "OR c%d IS NULL),sum(c%d<=%d AND c%d>=4) FROM f",
        MEMBER_STATUS, MEMBER_RETIRES, day, MEMBER_STATUS, MEMBER_BASE_AGE, MEMBER_RETIRES, day, MEMBER_STATUS,
        MEMBER_RECOGNISED, MEMBER_BIRTH_DIFFERS, MEMBER_WORK_DIFFERS, MEMBER_PARTY_DIFFERS, MEMBER_STATUS,
        MEMBER_PAPERS_LACKING, MEMBER_STATUS, MEMBER_GAP, MEMBER_OVERLAP, MEMBER_STATUS, MEMBER_ID_FAULT, MEMBER_STATUS,
        MEMBER_LEADING_FROM, day - (15 << 9), MEMBER_AGE, MEMBER_SEX, MEMBER_PARTY_JOINED, MEMBER_WORK_START,
        MEMBER_YEARS_IN_POST, MEMBER_LEADING, MEMBER_EDUCATION, MEMBER_BIRTH, day - (55 << 9), MEMBER_DEGREE,
        MEMBER_COMPLETENESS, MEMBER_BIRTH, MEMBER_WORK_START, day - (30 << 9), MEMBER_LEVEL);
    double ms[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_mono_us();
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
            fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        ms[i] = ms_since(start);
    }
    sqlite3_close(db);
    return at_share(ms, ROUNDS, 0.5);
}

static double another_day(const struct facts_root *r)
{
    double ms[ROUNDS], cpu = cpu_ms();
    for (int i = 0; i < ROUNDS; i++) {
        const struct facts_root *x;
        int64_t start = clock_mono_us();
        ok(facts_at_day(r, memory, date_make(2024, 3, 1 + i), &x));
        ms[i] = ms_since(start);
        facts_end(x);
    }
    printf("another day takes %.1f ms of a processor\n", (cpu_ms() - cpu) / ROUNDS);
    return at_share(ms, ROUNDS, 0.5);
}

/* ---- one change ---- */
static void one_change(double *read_ms, double *day_ms, double *again_ms)
{
    enum { CHANGES = 40 };
    struct db *db;
    double ms[CHANGES], one[CHANGES], again[CHANGES];
    ok(db_take(pool, memory, &db));
    for (int i = 0; i < CHANGES; i++) {
        struct arena *a = arena_new();
        change_scope struct change c = {0};
        struct row *row;
        ok(change_begin(db, a, &who_console, "bench", &c));
        int64_t id = 1 + (int64_t)i * 997 % 900;
        ok(record_read(&c.tx, &roster_member, &who_console, id, &row));
        row_set(row, "seat", arena_printf(a, "%d", (int)(clock_mono_us() % 100000)));
        ok(record_save(&c, &roster_member, row, row->rev));
        ok(change_commit(&c));
        struct db_tx tx = {0};
        ok(db_begin_read(db, a, &tx));
        int64_t start = clock_mono_us();
        const struct facts_root *r = read_now(&tx);
        ms[i] = ms_since(start);
        const struct rules_set *set;
        struct rules_run run = {0};
        struct rules_ask ask = {.subject = facts_subject("member"), .id = id};
        ok(rules_read(rules, &tx, &set));
        ok(rules_judge(set, r, a, &ask, &run));
        again[i] = ms_since(start);
        rules_end(set);
        start = clock_mono_us();
        const struct expr_block *block;
        ok(facts_one_at_day(r, a, facts_subject("member"), id, date_make(2024, 1, 1), &block));
        one[i] = ms_since(start);
        facts_end(r);
        db_end(&tx);
        change_end(&c);
        arena_free(a);
    }
    db_give(db);
    *read_ms = at_share(ms, CHANGES, 0.5);
    *day_ms = at_share(one, CHANGES, 0.5);
    *again_ms = at_share(again, CHANGES, 0.5);
}

/* ---- lists ---- */
static void lists(const struct facts_root *r)
{
    static const char *const filters[] = {"age >= 45 and sex = female and managed_by_district",
                                          "years_in_post >= 3 and leading and birth >= 1970-01-01",
                                          "education_level >= undergraduate and age < 40 and status = in_office",
                                          "level >= section and age between 30 and 50"};
    static const int sorts[] = {MEMBER_BIRTH, FACTS_BY_ROSTER, MEMBER_LEVEL, FACTS_BY_NAME};
    int member = facts_subject("member");
    struct scope all = SCOPE_ALL;
    struct expr_env env = {.today = facts_day(r)};
    double ms[LISTS];
    struct facts_page page = {0};
    double cpu = cpu_ms();
    for (int i = 0; i < LISTS; i++) {
        struct arena *a = arena_new();
        struct facts_select q = {.subject = member, .env = &env, .scope = &all, .limit = 50};
        q.filter = parse(member, filters[i % 4]);
        q.sort[0] = (struct facts_sort){sorts[i / 4 % 4], i % 2};
        q.n_sort = 1;
        int64_t start = clock_mono_us();
        ok(facts_list(r, a, &q, &page));
        ms[i] = ms_since(start);
        arena_free(a);
    }
    printf("list of 50, three conditions, sorted, counted: median %.2f ms (%.2f of a processor), p99 %.2f ms (<= 5)\n",
           at_share(ms, LISTS, 0.5), (cpu_ms() - cpu) / LISTS, at_share(ms, LISTS, 0.99));
    static const char *const names[] = {"zs", "张", "建国", "wangj"};
    for (size_t k = 0; k < 4; k++) {
        for (int i = 0; i < ROUNDS; i++) {
            struct facts_select q = {.subject = member, .scope = &all, .limit = 50, .search = names[k]};
            int64_t start = clock_mono_us();
            ok(facts_list(r, memory, &q, &page));
            ms[i] = ms_since(start);
        }
        printf("search %s: %lld found, %.2f ms\n", names[k], (long long)page.total, at_share(ms, ROUNDS, 0.5));
    }
    struct facts_by by[] = {{MEMBER_AGE, 5}, {MEMBER_SEX, 0}};
    struct facts_select q = {.subject = member, .scope = &all};
    struct facts_group *groups;
    int n;
    int64_t start = clock_mono_us();
    ok(facts_count(r, memory, &q, by, 2, &groups, &n));
    printf("counts by age and sex: %.2f ms\n", ms_since(start));
}

static void memory_used(const struct facts_root *r)
{
    int64_t members = facts_rows(r, facts_subject("member")), others = 0;
    for (int i = 0; i < facts_registered(); i++)
        others += i == facts_subject("member") ? 0 : facts_rows(r, i);
    double bytes = (double)facts_bytes(facts), most = 250.0 * (double)members + 40.0 * (double)others;
    printf("columns %.1f MiB for %lld members and %lld other rows, %.2f of what is allowed (<= 1)\n", bytes / 1048576,
           (long long)members, (long long)others, bytes / most);
    line("columns in memory, of 250 bytes a cadre + 40 a row of another subject", "<= 1", bytes <= most,
         "%.2f (%.0f MiB)", bytes / most, bytes / 1048576);
    for (int i = 0; i < facts_registered(); i++) {
        const struct layout *l = layout_of(i);
        size_t sum = 0;
        for (int b = 0; b < facts_blocks(r, i); b++)
            sum += root_block(r, l->family, b)->cells[l->slot]->bytes;
        if (facts_rows(r, i) > 0)
            printf("  %s: %lld rows, %.1f fixed bytes each\n", l->decl->name, (long long)facts_rows(r, i),
                   (double)sum / (double)facts_rows(r, i));
    }
}

static void one_again(void)
{
    double refresh, one, again;
    load();
    one_change(&refresh, &one, &again);
    printf("%.3f\n", again);
}

static void cold_check(void)
{
    struct db *db;
    struct db_tx tx = {0};
    int64_t found;
    double ms = load();
    ok(db_take(pool, memory, &db));
    ok(db_begin_read(db, memory, &tx));
    printf("%.1f\n", ms + check(&tx, &found));
    db_end(&tx);
    db_give(db);
}

static void warm(const struct facts_root *r, double cold)
{
    int64_t hits;
    double judged = judge(r, &hits), pass = sqlite_pass(r), day = another_day(r);
    printf("%d conditions warm: %.2f ms, %lld hits; one SQLite pass %.1f ms, ratio %.1f (>= 30)\n", CONDITIONS, judged,
           (long long)hits, pass, pass / judged);
    line("draft rules, warm, against one SQLite pass over a table of facts", ">= 30 x", pass / judged >= 30,
         "%.1f x (%.2f ms, %.0f ms)", pass / judged, judged, pass);
    printf("another day %.1f ms; cold / (day + check) %.1f (>= 8); SQLite pass / (day + check) %.1f\n", day,
           cold / (day + judged), pass / (day + judged));
    line("the same on another day: facts anew and judged, against that pass", ">= 8 x", pass / (day + judged) >= 8,
         "%.1f x (%.1f ms; the cold check %.0f x)", pass / (day + judged), day + judged, cold / (day + judged));
}

static void everything(void)
{
    struct db *db;
    struct db_tx tx = {0};
    int64_t found;
    step_all(); /* warms the file */
    double before = cpu_ms(), step = step_all(), step_cpu = cpu_ms() - before;
    before = cpu_ms();
    double cold = load(), cold_cpu = cpu_ms() - before;
    malloc_trim(0);
    printf("stepping %.0f ms (%.0f of a processor), cold load %.0f ms (%.0f), ratio %.2f (<= 2)\n", step, step_cpu,
           cold, cold_cpu, cold / step);
    printf("resident %.1f MiB\n", resident_mib());
    ok(db_take(pool, memory, &db));
    ok(db_begin_read(db, memory, &tx));
    double checked = check(&tx, &found), full = cold + checked;
    printf("all rules %.0f ms, %lld found; full check, cold %.0f ms\n", checked, (long long)found, full);
    line("full check, cold, against merely stepping the rows it reads", "<= 2 x", full <= 2 * step,
         "%.2f x (%.0f ms, %.0f ms; processor %.1f x)", full / step, full, step, (cpu_ms() - before) / step_cpu);
    const struct facts_root *r = read_now(&tx);
    memory_used(r);
    warm(r, full);
    lists(r);
    facts_end(r);
    db_end(&tx);
    db_give(db);
    double refresh, one, again;
    one_change(&refresh, &one, &again);
    printf("one change: read again %.3f ms, judged again %.3f ms (<= 1); one member on another day %.3f ms\n", refresh,
           again, one);
    line("one member judged again after a committed change, SQLite", "<= 1 ms", again <= 1, "%.2f ms", again);
    printf("resident %.1f MiB\n", resident_mib());
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[2] : "";
    if (argc < 2) {
        fputs("usage: facts_bench URL [load | cold | again | table FILE]\n", stderr);
        return 2;
    }
    if (strcmp(what, "table") == 0 && argc > 3)
        table = fopen(argv[3], "a");
    memory = arena_new();
    clock_init();
    ok(program_init(memory));
    ok(db_pool_open(memory, argv[1], false, &pool));
    migrate();
    if (strcmp(what, "load") == 0)
        load();
    else if (strcmp(what, "cold") == 0)
        cold_check();
    else if (strcmp(what, "again") == 0)
        one_again();
    else
        everything();
    unload();
    db_pool_close(pool);
    arena_free(memory);
    return table != NULL && fclose(table) != 0 ? 3 : 0;
}
