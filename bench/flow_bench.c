/* flow_bench.c: what matters cost, on a district made by `qingfeng demo`.
 *   flow_bench URL make MATTERS OPEN DESK   fills it: MATTERS in all, of which OPEN are open, DESK of these on the desk
 * of supervision. Open ones by flow_open; ended ones row by row through record_save, as a bulk load. flow_bench URL
 * night TABLE              the jobs of a coming night, and what they touched flow_bench URL recount TABLE every running
 * deadline counted anew after a holiday was declared, beside readers of a desk flow_bench URL sign TABLE the last of
 * three signatures, in a database of its own on a disk without fsync (tmpfs) TABLE gets lines of the bench's table:
 * what, measured, target, reached (tab between). */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/program.h"
#include "base/clock.h"
#include "base/log.h"
#include "care/care.h"
#include "desk/desk.h"
#include "flow/flow.h"
#include "modules/desk/queries.h"
#include "roster/roster.h"

enum { CHUNK = 500, SPREAD = 23, SIGNED = 300, READERS = 2 };

static struct arena *memory;
static struct db_pool *pool;
static struct db *db;
static const char *table;
static int64_t members;

static void ok(struct err *e)
{
    if (e == NULL)
        return;
    fprintf(stderr, "flow_bench: %s [%s]\n", e->detail, e->trail[0] == NULL ? "" : e->trail[0]);
    exit(3);
}

LIKE_PRINTF(4, 5)
static void line(const char *what, const char *target, bool reached, const char *fmt, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    FILE *f = fopen(table, "ae");
    if (f == NULL)
        ok(ERR(memory, ERR_FAULT, "cannot write %s", table));
    fprintf(f, "%s\t%s\t%s\t%s\n", what, text, target, reached ? "yes" : "no");
    fclose(f);
    printf("%s: %s (%s)\n", what, text, target);
}

static struct who office(int64_t account, const char *role)
{
    return (struct who){.account = account,
                        .name = "测速",
                        .role = role,
                        .scope = SCOPE_ALL,
                        .sees = CLASS_CASE,
                        .session = "bench",
                        .second = true,
                        .proved = clock_now_ms()};
}

static int64_t count(const char *sql)
{
    int64_t n;
    arena_scope struct arena *a = arena_new();
    db_scope struct db_tx tx = {0};
    ok(db_begin_read(db, a, &tx));
    ok(db_one_int(&tx, sql, NULL, 0, 0, &n));
    return n;
}

static void noon(struct date day)
{
    clock_fix(date_to_days(day) * INT64_C(86400000) + INT64_C(4) * 3600000);
}

static int by_size(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static double share_ms(int64_t *us, size_t n, double share)
{
    qsort(us, n, sizeof *us, by_size);
    return (double)us[(size_t)((double)(n - 1) * share)] / 1e3;
}

/* ---- making them ---- */
static void put(struct change *c, struct row *r)
{
    ok(record_save(c, r->of, r, 0));
}

/* A talk of an earlier year: content, matter, its two steps, its deadline. */
static void ended(struct change *c, int64_t version, int64_t i)
{
    struct arena *a = c->tx.arena;
    char iso[DATE_TEXT];
    const char *day = arena_strdup(a, date_iso(date_add_days(date_make(2016, 1, 4), (int)(i % 3600)), iso));
    struct row *t = row_new(a, &care_talk), *m = row_new(a, &desk_matter), *d = row_new(a, &flow_deadline_record);
    row_set_int(a, t, "member", 1 + i * 7 % members);
    row_set(t, "kind", "yearly");
    row_set(t, "held_on", day);
    row_set(t, "held_by", "某领导");
    row_set(t, "said", "谈思想、谈工作。");
    put(c, t);
    row_set(m, "flow", "care.talk");
    row_set_int(a, m, "version", version);
    row_set_int(a, m, "row", t->id);
    row_set(m, "title", "谈心谈话");
    row_set(m, "state", "confirmed");
    row_set(m, "since_on", day);
    row_set_int(a, m, "opened_by", 1);
    row_set(m, "opened_on", day);
    row_set(m, "counted_on", day);
    row_set(m, "closed_on", day);
    row_set(m, "outcome", "confirmed");
    row_set(m, "unmarked", "0");
    row_set(m, "member", row_text(t, "member"));
    put(c, m);
    for (int k = 0; k < 2; k++) {
        struct row *s = row_new(a, &flow_step_record);
        row_set_int(a, s, "matter", m->id);
        row_set(s, "step", k == 0 ? "record" : "confirm");
        row_set(s, "to_state", k == 0 ? "recorded" : "confirmed");
        row_set(s, "state", "taken");
        row_set_int(a, s, "account", 1);
        row_set(s, "actor", "测速");
        row_set(s, "role", k == 0 ? "supervision" : "person");
        row_set(s, "happened_on", day);
        put(c, s);
    }
    row_set_int(a, d, "matter", m->id);
    row_set(d, "name", "confirm");
    row_set(d, "state", "met");
    row_set(d, "start_on", day);
    row_set(d, "n", "15");
    row_set(d, "unit", "days");
    row_set(d, "plain_on", day);
    row_set(d, "due_on", day);
    row_set(d, "ended_on", day);
    put(c, d);
}

static void make_ended(int64_t n)
{
    int64_t version;
    for (int64_t from = 0; from < n; from += CHUNK) {
        arena_scope struct arena *a = arena_new();
        change_scope struct change c = {0};
        ok(change_begin(db, a, &who_console, "bench", &c));
        c.bulk = true;
        ok(flow_version_now(&c.tx, "care.talk", &version));
        for (int64_t i = from; i < n && i < from + CHUNK; i++) {
            ended(&c, version, i);
            ok(change_next(&c, "bench"));
        }
        ok(change_commit(&c));
        if (from % 100000 == 0)
            fprintf(stderr, "flow_bench: %lld of %lld ended\n", (long long)from, (long long)n);
    }
}

static void open_one(struct change *c, int64_t i, bool on_desk)
{
    struct arena *a = c->tx.arena;
    int64_t id;
    const struct flow *f = on_desk ? &reminder_flow : &concern_flow;
    struct row *r = row_new(a, record_find(f->name));
    row_set_int(a, r, "member", 1 + i * 11 % members);
    if (on_desk) {
        row_set(r, "source", "daily");
        row_set(r, "form", "talk");
        row_set(r, "cause", "苗头性问题");
    } else {
        row_set(r, "occasion", "festival");
        row_set(r, "body", "祝节日快乐。");
    }
    ok(flow_open(c, f, on_desk ? "propose" : "send", &(struct flow_input){.values = r, .blocked = ""}, "一件事", &id));
}

/* Opened over the past days, so that each coming day something falls due. */
static void make_open(struct date today, int64_t n, int64_t desk)
{
    struct who who = office(1, "supervision");
    for (int64_t from = 0; from < n; from += CHUNK) {
        arena_scope struct arena *a = arena_new();
        change_scope struct change c = {0};
        bool on_desk = from < desk;
        noon(date_add_days(today, -(int)(from / CHUNK % (on_desk ? 4 : SPREAD))));
        ok(change_begin(db, a, &who, "bench", &c));
        for (int64_t i = from; i < n && i < from + CHUNK; i++) {
            open_one(&c, i, i < desk);
            ok(change_next(&c, "bench"));
        }
        ok(change_commit(&c));
    }
    noon(today);
}

static void make(struct date today, int64_t all, int64_t open, int64_t desk)
{
    int64_t start = clock_mono_us();
    ok(record_bulk_begin(db, memory));
    make_ended(all - open);
    ok(record_bulk_end(db, memory));
    int64_t filled = clock_mono_us();
    make_open(today, open, desk);
    printf("%lld ended matters in %.1f s, %lld open ones in %.1f s\n", (long long)(all - open),
           (double)(filled - start) / 1e6, (long long)open, (double)(clock_mono_us() - filled) / 1e6);
}

/* ---- a night ---- */
static void night(struct date today)
{
    struct flow_ticked done;
    ok(flow_clock_run(db, memory, today, &done)); /* what is due up to today: not measured */
    struct date next = date_add_days(today, 1);
    char iso[DATE_TEXT];
    int64_t due =
        count(arena_printf(memory, "SELECT count(*) FROM flow_deadline WHERE tell_on <= '%s'", date_iso(next, iso)));
    int64_t touched_from = count("SELECT coalesce(max(id), 0) FROM change");
    noon(next);
    int64_t start = clock_mono_us();
    ok(flow_clock_run(db, memory, next, &done));
    double seconds = (double)(clock_mono_us() - start) / 1e6;
    int64_t touched = count(arena_printf(
        memory, "SELECT count(DISTINCT row) FROM revision WHERE record = 'flow.deadline' AND change > %lld",
        (long long)touched_from));
    start = clock_mono_us();
    ok(flow_clock_run(db, memory, next, &done));
    double idle = (double)(clock_mono_us() - start) / 1e3;
    line(arena_printf(memory, "nightly jobs over %lld members and %lld matters: deadlines touched", (long long)members,
                      (long long)count("SELECT count(*) FROM flow_matter")),
         "only what is due", touched == due && done.told + done.missed + done.taken == 0,
         "%lld touched of %lld due, %lld revisions, %.2f s; again %.1f ms", (long long)touched, (long long)due,
         (long long)count(
             arena_printf(memory, "SELECT count(*) FROM revision WHERE change > %lld", (long long)touched_from)),
         seconds, idle);
}

/* ---- the calendar changes ---- */
static _Atomic bool over;
struct reader {
    pthread_t thread;
    int64_t *us;
    size_t n;
};
enum { READS_MOST = 200000 };

/* What a desk asks, again and again. */
static void *read_desk(void *p)
{
    struct reader *r = p;
    struct db *mine;
    struct scope all = SCOPE_ALL;
    ok(db_take(pool, memory, &mine));
    while (!over && r->n < READS_MOST) {
        arena_scope struct arena *a = arena_new();
        struct desk_q_waiting *rows;
        struct desk_q_waiting_count *n;
        int n_rows;
        int64_t start = clock_mono_us();
        db_scope struct db_tx tx = {0};
        ok(db_begin_read(mine, a, &tx));
        ok(desk_q_waiting(&tx, &all, "supervision ", "supervision!", 1, "2026-11-25", "supervision ", 0, &rows,
                          &n_rows));
        ok(desk_q_waiting_count(&tx, &all, "supervision ", "supervision!", 1, "2026-11-25", &n));
        db_end(&tx);
        r->us[r->n++] = clock_mono_us() - start;
    }
    db_give(mine);
    return NULL;
}

/* The day on which most of the open deadlines end becomes a holiday. */
static void declare_holiday(void)
{
    arena_scope struct arena *a = arena_new();
    const char *day = NULL;
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows rows = {0};
        bool more;
        ok(db_begin_read(db, a, &tx));
        ok(db_query(&tx,
                    "SELECT due_on FROM flow_deadline WHERE tell_on IS NOT NULL GROUP BY due_on ORDER BY count(*) "
                    "DESC, due_on LIMIT 1",
                    NULL, 0, &rows));
        ok(db_next(&rows, &more));
        day = arena_strdup(a, db_col_text(&rows, 0));
    }
    change_scope struct change c = {0};
    ok(change_begin(db, a, &who_console, "bench", &c));
    struct row *r = row_new(a, &day_record);
    row_set(r, "day", day);
    row_set(r, "kind", "holiday");
    row_set(r, "name", "临时放假");
    row_set(r, "document", "测速");
    put(&c, r);
    ok(change_commit(&c));
}

static void recount(void)
{
    struct reader readers[READERS] = {0};
    int64_t moved, n = count("SELECT count(*) FROM flow_deadline WHERE tell_on IS NOT NULL AND state = 'running'");
    declare_holiday();
    for (int i = 0; i < READERS; i++) {
        readers[i].us = arena_array(memory, int64_t, READS_MOST);
        pthread_create(&readers[i].thread, NULL, read_desk, &readers[i]);
    }
    int64_t start = clock_mono_us();
    ok(flow_recount(db, memory, &moved));
    double seconds = (double)(clock_mono_us() - start) / 1e6;
    over = true;
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i].thread, NULL);
    line(arena_printf(memory,
                      "%lld open deadlines counted anew after a holiday, %lld moved, beside %d readers of a desk",
                      (long long)n, (long long)moved, READERS),
         "<= 2 s", seconds <= 2, "%.2f s; a desk read meanwhile p99 %.1f ms", seconds,
         readers[0].n == 0 ? 0.0 : share_ms(readers[0].us, readers[0].n, .99));
}

/* ---- the last of three signatures ---- */
static const struct flow_sign three[] = {{"agree", "minister"},
                                         {"join", "discipline_secretary"},
                                         {"approve", "party_secretary", .after = "agree join"},
                                         {0}};

/* The admonition with a third signature under its decision. */
static void declare_three(void)
{
    int n = 0;
    while (admonition_flow.steps[n].name != NULL)
        n++;
    struct flow_step *steps = arena_array(memory, struct flow_step, n + 1);
    struct flow *f = arena_new_of(memory, struct flow);
    memcpy(steps, admonition_flow.steps, (size_t)(n + 1) * sizeof *steps);
    for (int i = 0; i < n; i++)
        if (strcmp(steps[i].name, "decide") == 0)
            steps[i].signs = "agree join approve";
    *f = admonition_flow;
    f->steps = steps;
    f->signs = three;
    flow_register(f);
}

static void take(const struct who *who, int64_t id, const char *step, const char *field, const char *value)
{
    arena_scope struct arena *a = arena_new();
    change_scope struct change c = {0};
    struct flow_matter *m;
    ok(change_begin(db, a, who, step, &c));
    ok(flow_look(&c.tx, who, id, &m));
    struct row *r = row_copy(a, m->content);
    row_set(r, field, value);
    row_set(r, "form", "letter");
    ok(flow_take(&c, id, m->rev, step, &(struct flow_input){.values = r, .blocked = ""}));
    ok(change_commit(&c));
}

static int64_t sign(const struct who *who, int64_t id)
{
    arena_scope struct arena *a = arena_new();
    struct flow_matter *m;
    const struct flow_signed *s = NULL;
    {
        db_scope struct db_tx tx = {0};
        ok(db_begin_read(db, a, &tx));
        ok(flow_look(&tx, who, id, &m));
    }
    for (int i = 0; i < m->n_signs; i++)
        if (strcmp(m->signs[i].state, "wanted") == 0 && flow_holds(who, m, m->signs[i].roles))
            s = &m->signs[i];
    if (s == NULL)
        ok(ERR(memory, ERR_FAULT, "nothing to sign for %s", who->role));
    int64_t start = clock_mono_us();
    change_scope struct change c = {0};
    ok(change_begin(db, a, who, "sign", &c));
    ok(flow_answer(&c, s->id, s->rev, true, "所签文本", NULL));
    ok(change_commit(&c));
    return clock_mono_us() - start;
}

static int64_t three_signed(int64_t i)
{
    const struct who supervision = office(1, "supervision"), minister = office(2, "minister"),
                     secretary = office(3, "party_secretary"), discipline = office(4, "discipline_secretary");
    struct who self = office(9, "member");
    int64_t id;
    self.member = 1 + i % members;
    {
        arena_scope struct arena *a = arena_new();
        change_scope struct change c = {0};
        struct row *r = row_new(a, &care_admonition);
        row_set_int(a, r, "member", self.member);
        row_set(r, "ground", "8");
        row_set(r, "cause", "核实的事实");
        row_set(r, "material", "某号");
        row_set(r, "source", "daily");
        ok(change_begin(db, a, &supervision, "bench", &c));
        ok(flow_open(&c, flow_find("care.admonition"), "propose", &(struct flow_input){.values = r, .blocked = ""},
                     "诫勉", &id));
        ok(change_commit(&c));
    }
    take(&supervision, id, "tell", "finding", NULL);
    sign(&minister, id);
    take(&self, id, "receive", "finding", NULL);
    take(&self, id, "reply", "reply", "说明");
    take(&supervision, id, "decide", "finding", "成立");
    sign(&minister, id);
    sign(&discipline, id);
    int64_t us = sign(&secretary, id);
    if (i == 0 && count("SELECT count(*) FROM flow_document WHERE template = 'care.admonition.decide'") != 1)
        ok(ERR(memory, ERR_FAULT, "the last signature made no document"));
    return us;
}

static void signatures(void)
{
    int64_t us[SIGNED];
    for (int i = 0; i < SIGNED; i++)
        us[i] = three_signed(i);
    double p99 = share_ms(us, SIGNED, .99);
    line("the last of three signatures, with its document and leaf, besides fsync", "<= 10 ms", p99 <= 10,
         "p50 %.2f p99 %.2f ms", share_ms(us, SIGNED, .5), p99);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    bool signing = strcmp(argv[2], "sign") == 0;
    memory = arena_new();
    clock_init();
    log_set_level(LOG_ERROR + 1);
    table = argv[3];
    if (signing)
        declare_three();
    ok(program_init(memory));
    if (signing) { /* registered again: the last of a name counts */
        declare_three();
        ok(flow_init(memory));
    }
    ok(db_pool_open(memory, argv[1], false, &pool));
    ok(db_take(pool, memory, &db));
    ok(record_migrate(db, memory, false));
    ok(flow_versions_store(db, memory));
    members = count("SELECT count(*) FROM roster_member");
    struct date today = clock_today();
    if (strcmp(argv[2], "make") == 0 && argc == 6)
        make(today, strtoll(argv[3], NULL, 10), strtoll(argv[4], NULL, 10), strtoll(argv[5], NULL, 10));
    else if (strcmp(argv[2], "night") == 0)
        night(today);
    else if (strcmp(argv[2], "recount") == 0)
        recount();
    else if (signing)
        signatures();
    db_give(db);
    db_pool_close(pool);
    arena_free(memory);
    return 0;
}
