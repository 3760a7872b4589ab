/* plans_test.c: no statement reads a whole table that grows with persons, unless it stops after a number of rows read
 * in the order of an index. SQLite is asked for the plan of every statement of every queries.sql, and of every
 * statement that any page prepares for any role. Tables that do not grow with persons, and statements that must see
 * everything, are named here with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "../../demo/test/behind_server.h"
#include "auth/auth.h"
#include "base/vec.h"
#include "db/generated.h"
#include "face/query.h"

extern const struct db_statement __start_qf_sql[], __stop_qf_sql[];

/* As many rows as an office has units, rules, settings or days, not as persons. */
static const char *const small[] = {
    "kernel_setting", "kernel_calendar", "kernel_day", "kernel_meta",    "roster_unit",
    "roster_quota",   "rules_param",     "rules_own",  "rules_adoption", "leads_channel",
    "flow_version",   "flow_template",   "flow_away",  "admin_office",   "job_state",
    "ledger_key",     "auth_reset",      "load_stage", "sqlite_master",  "keep_request",
    "keep_period",    "kernel_restore",  NULL};

static const struct {
    const char *part, *because;
} whole[] = {
    {" t WHERE t.ended = 0", "a list counted exactly, because the reader asked or an export is taken"},
    {" t WHERE t.id NOT IN (SELECT value FROM json_each(", "the same, without what lapsed"},
    {"demo.asked", "the fictitious district, once when it is made"},
    {"demo.accounts", "the same"},
    {"demo.people", "the same"},
};

struct plan {
    const char *sql, *name; /* name NULL: prepared by a page */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct arena *kept;
static struct {
    struct plan *p;
    size_t n, cap;
} seen;
static bool listening;

int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **out,
                              const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **out,
                              const char **tail);

int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **out,
                              const char **tail)
{
    pthread_mutex_lock(&lock);
    bool there = !listening;
    for (size_t i = 0; i < seen.n && !there; i++)
        there = strcmp(seen.p[i].sql, sql) == 0;
    if (!there)
        *VEC_PUSH(&seen, kept) = (struct plan){arena_strdup(kept, sql), NULL};
    pthread_mutex_unlock(&lock);
    return __real_sqlite3_prepare_v3(db, sql, n, flags, out, tail);
}

/* ---- the house ---- */
static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    return account_who(rq->db, rq->arena, cookie, &out->who);
}

static int serve(void **state)
{
    (void)state;
    kept = arena_new();
    demo_house(150);
    house_columns();
    demo_serve(session);
    return 0;
}

static const char *filled(struct arena *a, const char *path)
{
    struct buf b = BUF(a);
    for (; *path != '\0'; path++) {
        if (*path != '{') {
            buf_putc(&b, *path);
            continue;
        }
        buf_putc(&b, '1');
        path = strchr(path, '}');
    }
    return buf_str(&b);
}

static void walk(void)
{
    static const char *const accounts[] = {"minister",        "supervision",   "cadre_officer", "archives",
                                           "party_secretary", "contact_audit", "witness",       "member",
                                           "system",          "security",      "audit",         NULL};
    for (int i = 0; accounts[i] != NULL; i++)
        for (const struct module *const *m = program_modules; *m != NULL; m++)
            for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
                arena_scope struct arena *a = arena_new();
                if (r->method == GET)
                    house_get(a, accounts[i], filled(a, r->path),
                              "Accept: application/json\r\nX-Reason: %E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99\r\n");
            }
}

/* ---- reading a plan ---- */
static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *word(struct arena *a, const char **p)
{
    while (**p != '\0' && !is_word(**p))
        ++*p;
    const char *from = *p;
    while (is_word(**p))
        ++*p;
    return arena_strndup(a, from, (size_t)(*p - from));
}

static bool is_table(sqlite3 *db, const char *name)
{
    sqlite3_stmt *s;
    bool is = false;
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", -1, &s, NULL),
        SQLITE_OK);
    sqlite3_bind_text(s, 1, name, -1, SQLITE_TRANSIENT);
    is = sqlite3_step(s) == SQLITE_ROW;
    sqlite3_finalize(s);
    return is;
}

/* The table that a plan's name stands for in this statement: "m" of "roster_member m". */
static const char *table_of(sqlite3 *db, struct arena *a, const char *sql, const char *name)
{
    if (is_table(db, name))
        return name;
    const char *before = "";
    for (const char *p = sql; *p != '\0';) {
        const char *w = word(a, &p);
        if (strcasecmp(w, "AS") == 0)
            continue;
        if (strcmp(w, name) == 0 && is_table(db, before))
            return before;
        before = w;
    }
    return ""; /* a sub-query, a list of values */
}

static bool listed(const char *const *all, const char *name)
{
    for (int i = 0; all[i] != NULL; i++)
        if (strcmp(all[i], name) == 0)
            return true;
    return false;
}

static bool excused(const struct plan *p)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (p->name != NULL ? strcmp(p->name, whole[i].part) == 0 : strstr(p->sql, whole[i].part) != NULL)
            return true;
    return false;
}

/* The table read whole, NULL: none. */
static const char *scanned(sqlite3 *db, struct arena *a, const struct plan *p)
{
    sqlite3_stmt *s;
    const char *found = NULL;
    bool limit = strstr(p->sql, "LIMIT") != NULL, sorts = false;
    if (sqlite3_prepare_v2(db, arena_printf(a, "EXPLAIN QUERY PLAN %s", p->sql), -1, &s, NULL) != SQLITE_OK)
        return NULL; /* PRAGMA, BEGIN: nothing to plan */
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(s, 3);
        sorts = sorts || strstr(line, "USE TEMP B-TREE FOR ORDER BY") != NULL;
        if (strncmp(line, "SCAN ", 5) != 0)
            continue;
        const char *at = line + 5, *table = table_of(db, a, p->sql, word(a, &at));
        if (*table != '\0' && !listed(small, table))
            found = table;
    }
    sqlite3_finalize(s);
    return found != NULL && (!limit || sorts) ? found : NULL;
}

static void no_statement_reads_a_whole_table_without_a_limit(void **state)
{
    (void)state;
    face_turn_at(0); /* lists as of a large table */
    listening = true;
    walk();
    listening = false;
    assert_true(seen.n > 100);
    for (const struct db_statement *q = __start_qf_sql; q < __stop_qf_sql; q++)
        *VEC_PUSH(&seen, kept) = (struct plan){q->sql, q->name};
    sqlite3 *db;
    arena_scope struct arena *a = arena_new();
    const char *path = arena_printf(a, "/tmp/qf-plans-%d.db", (int)getpid());
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows rows = {0};
        OK(db_begin_read(h.db, a, &tx));
        OK(db_query(&tx, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'index'", NULL, 0,
                    &rows));
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        for (bool more = true;;) {
            OK(db_next(&rows, &more));
            if (!more)
                break;
            sqlite3_exec(db, db_col_text(&rows, 0), NULL, NULL, NULL);
        }
    }
    int bad = 0;
    for (size_t i = 0; i < seen.n; i++) {
        const char *table = scanned(db, a, &seen.p[i]);
        if (table == NULL || excused(&seen.p[i]))
            continue;
        bad++;
        print_error("%s is read whole by %s: %s\n", table, seen.p[i].name != NULL ? seen.p[i].name : "a page",
                    seen.p[i].sql);
    }
    sqlite3_close(db);
    unlink(path);
    assert_int_equal(bad, 0);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_statement_reads_a_whole_table_without_a_limit)};
    return cmocka_run_group_tests(tests, serve, house_end);
}
