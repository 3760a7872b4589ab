/* reads_cases.h: the log of reads over HTTP, on a fictitious district: no byte of a file leaves without its row,
 * reasons are asked and kept, the person sees his readers, audit sees patterns and nobody's file. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "admin/reads.h"
#include "auth/access.h"
#include "base/clock.h"
#include "demo/demo.h"
#include "view/view.h"

#define JSON "Accept: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
enum { LIMIT = 5 };

/* officer reads; clerk too, and nothing was shown to him yet; cadre has a file; audit reads no file. */
static int64_t relative_of_clerk[] = {30};
static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
static struct who clerk = {.account = 2,
                           .name = "白简",
                           .role = "supervision",
                           .scope = SCOPE_ALL,
                           .sees = CLASS_PERSONAL,
                           .barred = relative_of_clerk,
                           .n_barred = 1};
static struct who cadre = {.account = 3, .name = "江守一", .role = "member", .sees = CLASS_PERSONAL, .member = 7};
static struct who audit = {.account = 4, .name = "方守一", .role = "audit", .sees = CLASS_INTERNAL};
static struct who *const everybody[] = {&officer, &clerk, &cadre, &audit};
static const char *const cookies[] = {"officer", "clerk", "cadre", "audit"};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    for (int i = 0; i < 4; i++)
        if (strcmp(cookie, cookies[i]) == 0)
            out->who = everybody[i];
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    if (who == NULL || strcmp(capability, "admin.reads.patterns") == 0)
        return who == &audit;
    if (strcmp(capability, "admin.reads.withhold") == 0)
        return who == &officer;
    return (who == &officer || who == &clerk) && strncmp(capability, "admin.", 6) != 0;
}

static void people(void)
{
    static const char *const usernames[] = {"a", "b", "c", "d"};
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    for (int i = 0; i < 4; i++) {
        struct row *r = row_new(h.a, record_find("auth.account"));
        row_set(r, "username", usernames[i]);
        row_set(r, "name", everybody[i]->name);
        row_set(r, "password", "x");
        OK(record_save(&c, r->of, r, 0));
        assert_int_equal(r->id, everybody[i]->account);
    }
    OK(setting_put(&c, "reads_a_day", arena_printf(h.a, "%d", LIMIT)));
    OK(change_commit(&c));
}

static int serve(void **state)
{
    (void)state;
    struct demo_stats stats;
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(test_url(), clean);
    OK(demo_fill(h.db, h.a, 150, 1, &(struct demo_how){0}, &stats));
    people();
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){.modules = program_modules, .auth = {session, may, "/login"}, .page_threads = 1});
    return 0;
}

/* A form on `page` (or on any page this person has) sent with its token. */
static struct reply send_form(struct arena *a, const char *who, const char *page, const char *target, const char *body)
{
    struct reply p = house_get(a, who, page, "");
    const char *at = strstr(p.body == NULL ? "" : p.body, "name=\"csrf\" value=\"");
    if (at == NULL)
        fail_msg("no form on %s: %d %s", page, p.status, p.body);
    at += 19;
    const char *whole = arena_printf(a, "csrf=%.*s&%s", (int)strcspn(at, "\""), at, body);
    return client_ask(a, h.port, "POST", target, arena_printf(a, "Cookie: qf_session=%s\r\n" FORM, who), whole,
                      strlen(whole));
}

static const char *text_of(struct arena *a, const char *sql)
{
    db_scope struct db_tx tx = {0};
    db_rows_scope struct db_rows rows = {0};
    bool more;
    OK(db_begin_read(h.db, a, &tx));
    OK(db_query(&tx, sql, NULL, 0, &rows));
    OK(db_next(&rows, &more));
    return more && !db_col_null(&rows, 0) ? arena_strdup(a, db_col_text(&rows, 0)) : "";
}

static int64_t reads(void)
{
    return house_number("SELECT count(*) FROM admin_read");
}

static bool has(const struct reply *r, const char *what)
{
    return r->body != NULL && strstr(r->body, what) != NULL;
}

static const char *file(struct arena *a, int member)
{
    return arena_printf(a, "/roster/member/%d", member);
}

/* ---- the row and the answer ---- */
static void a_page_names_in_its_row_what_it_showed(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(house_get(a, "officer", "/roster/member?size=150", JSON).status, 200);
    int64_t before = reads(), seq = house_number("SELECT max(seq) FROM change");
    assert_int_equal(house_get(a, "officer", file(a, 1), JSON).status, 200);
    assert_int_equal(reads(), before + 1);
    assert_int_equal(
        house_number(arena_printf(a,
                                  "SELECT count(*) FROM admin_read WHERE account = 1 AND member = 1 AND record ="
                                  " 'roster.member' AND row = 1 AND shown_rev = 1 AND kind = 'read' AND ground ="
                                  " 'routine' AND n = 1 AND seq = %lld",
                                  (long long)seq)),
        1);
    assert_int_equal(house_number("SELECT max(seq) FROM change"), seq + 1);
    /* its history, what hangs on it, and the same as a page */
    const char *const more[] = {"/roster/member/1/history", "/roster/member/1/edit", "/roster/member/1/end"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(house_get(a, "officer", more[i], "").status, 200);
    assert_int_equal(reads(), before + 4);
    assert_int_equal(house_get(a, "officer", "/roster/member/999", JSON).status, 404);
    assert_int_equal(reads(), before + 4);
}

/* Each call of the database fails once: either the row stands and the page is whole, or nothing of the file is told. */
static void no_byte_of_a_file_leaves_without_its_row(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *name = text_of(a, "SELECT name FROM roster_member WHERE id = 2"),
               *number_of_his = text_of(a, "SELECT citizen_id FROM roster_member WHERE id = 2");
    static const char *const tails[] = {"", "/history"};
    bool refused = false;
    for (int t = 0; t < 2; t++)
        for (int k = 0;; k++) {
            int64_t before = reads();
            db_fail_at(k);
            struct reply r = house_get(a, "officer", arena_printf(a, "%s%s", file(a, 2), tails[t]), "");
            db_fail_at(-1);
            assert_true(k < 300);
            if (r.status == 200) {
                assert_true(k > 5);
                assert_int_equal(reads(), before + 1);
                break;
            }
            assert_false(has(&r, name));
            assert_false(has(&r, number_of_his));
            assert_int_equal(reads(), before);
            refused |= has(&r, "未能记入查阅记录");
        }
    assert_true(refused);
}

static void a_search_is_noted_once_a_minute_and_a_list_is_not(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = reads();
    assert_int_equal(house_get(a, "officer", "/roster/member?size=5", "").status, 200);
    assert_int_equal(reads(), before);
    for (int i = 0; i < 2; i++)
        assert_int_equal(house_get(a, "officer", "/search?q=%E7%99%BD%E5%B0%8F", JSON).status, 200);
    assert_int_equal(reads(), before + 1);
    assert_int_equal(house_get(a, "officer", "/roster/member?q=%E9%A1%BE", JSON).status, 200);
    assert_int_equal(house_get(a, "officer", "/face/pick?record=roster.member&q=%E6%9D%8E", JSON).status, 200);
    assert_int_equal(reads(), before + 3);
    assert_int_equal(house_number("SELECT count(*) FROM admin_read WHERE kind = 'search' AND asked = '白小'"), 1);
    clock_fix(clock_now_ms() + 61000);
    assert_int_equal(house_get(a, "officer", "/search?q=%E7%99%BD%E5%B0%8F", JSON).status, 200);
    assert_int_equal(reads(), before + 4);
}

static void an_export_is_noted_with_its_files_and_reason(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = send_form(a, "officer", "/roster/award/export", "/roster/award/export",
                               "format=csv&cols=all&reason=%E5%B9%B4%E5%BA%A6%E7%BB%9F%E8%AE%A1");
    assert_int_equal(r.status, 200);
    assert_int_equal(
        house_number("SELECT count(*) FROM admin_read WHERE kind = 'export' AND record = 'roster.award' AND "
                     "reason = '年度统计' AND n = (SELECT count(*) FROM roster_award WHERE ended = 0)"),
        1);
}

/* ---- grounds ---- */
static void what_no_list_showed_needs_a_reason(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = reads();
    struct reply r = house_get(a, "clerk", file(a, 40), JSON);
    assert_int_equal(r.status, 403);
    assert_true(has(&r, "\"code\":\"reason_needed\""));
    assert_int_equal(reads(), before);
    r = house_get(a, "clerk", file(a, 40), "");
    assert_int_equal(r.status, 403);
    assert_true(has(&r, "action=\"/reads/reason\""));
    assert_false(has(&r, text_of(a, "SELECT name FROM roster_member WHERE id = 40")));
    /* too short, none, a file that is not there, and then a right one */
    r = send_form(a, "clerk", file(a, 40), "/reads/reason", "member=40&to=/roster/member/40&reason=%E6%9F%A5");
    assert_int_equal(r.status, 422);
    assert_true(has(&r, "4 至 400 个字"));
    r = send_form(a, "clerk", file(a, 40), "/reads/reason", "member=40&to=/roster/member/40&reason=++++");
    assert_int_equal(r.status, 422);
    r = send_form(a, "clerk", file(a, 40), "/reads/reason", "member=9999&common=verify");
    assert_int_equal(r.status, 404);
    r = send_form(a, "clerk", file(a, 40), "/reads/reason", "member=40&to=//evil.example&common=verify");
    assert_string_equal(reply_header(a, &r, "Location"), "/");
    r = send_form(a, "clerk", file(a, 40), "/reads/reason", "member=40&to=/roster/member/40&common=verify&reason=abcd");
    assert_int_equal(r.status, 303);
    assert_string_equal(reply_header(a, &r, "Location"), "/roster/member/40");
    assert_int_equal(house_get(a, "clerk", file(a, 40), "").status, 200);
    assert_int_equal(house_get(a, "clerk", "/roster/member/40/history", "").status, 200); /* not asked again today */
    assert_int_equal(
        house_number("SELECT count(*) FROM admin_read WHERE account = 2 AND member = 40 AND kind = 'read' AND "
                     "ground = 'reason' AND reason = '核对、补正档案信息：abcd'"),
        2);
    assert_int_equal(house_get(a, "clerk", file(a, 41), JSON "X-Reason: a%20b%20c\r\n").status, 200);
    assert_int_equal(house_get(a, "clerk", file(a, 41), JSON "X-Reason: ab\r\n").status, 422);
}

static void who_was_found_by_name_was_not_met_by_paging(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *name = text_of(a, "SELECT name FROM roster_member WHERE id = 50");
    struct buf q = BUF(a);
    for (const char *s = name; *s != '\0'; s++)
        buf_printf(&q, "%%%02X", (unsigned char)*s);
    assert_int_equal(house_get(a, "clerk", arena_printf(a, "/roster/member?q=%s", buf_str(&q)), JSON).status, 200);
    assert_int_equal(house_get(a, "clerk", file(a, 50), JSON).status, 403);
}

static void routine_ends_after_the_files_of_a_day(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(house_get(a, "clerk", "/roster/member?size=150", JSON).status, 200);
    for (int i = 0; i < 2; i++) /* the same files again are the same files */
        for (int m = 1; m <= LIMIT; m++)
            assert_int_equal(house_get(a, "clerk", file(a, m), JSON).status, 200);
    assert_int_equal(house_get(a, "clerk", file(a, LIMIT + 1), JSON).status, 403);
    house_today(date_make(2026, 11, 26));
    assert_int_equal(house_get(a, "clerk", file(a, LIMIT + 1), JSON).status, 403); /* no list showed it today */
    assert_int_equal(house_get(a, "clerk", "/roster/member?size=150", JSON).status, 200);
    assert_int_equal(house_get(a, "clerk", file(a, LIMIT + 1), JSON).status, 200);
}

static void a_file_in_a_matter_in_hand_is_open(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *unit = text_of(a, "SELECT CAST(unit AS text) FROM roster_member WHERE id = 60");
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, a, &officer, "test", &c));
        struct row *f = row_new(a, record_find("rules.finding"));
        static const char *const values[][2] = {{"rule", "TEST"},     {"kind", "roster.member"},  {"subject", "60"},
                                                {"category", "test"}, {"effect", "remind"},       {"asks", "officer"},
                                                {"state", "opened"},  {"secrecy", "1"},           {"member", "60"},
                                                {"handler", "白简"},  {"opened_on", "2026-11-25"}};
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            row_set(f, values[i][0], values[i][1]);
        row_set(f, "unit", unit);
        OK(record_save(&c, f->of, f, 0));
        OK(change_commit(&c));
    }
    assert_int_equal(house_get(a, "clerk", file(a, 60), JSON).status, 200);
    assert_int_equal(house_number("SELECT count(*) FROM admin_read WHERE member = 60 AND ground = 'matter'"), 1);
    assert_int_equal(house_get(a, "officer", "/findings/1", "").status,
                     403); /* whose finding it is, is no routine either */
}

static void a_change_by_a_program_is_answered_with_what_it_may_see(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = reads();
    static const char body[] = "{\"rev\": 1, \"health\": \"良好，偶有感冒\"}";
    struct reply r =
        client_ask(a, h.port, "POST", "/roster/member/70",
                   "Cookie: qf_session=clerk\r\nContent-Type: application/json\r\n" JSON, body, sizeof body - 1);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "{\"id\":70,\"rev\":2}");
    assert_int_equal(reads(), before);
}

/* ---- the person ---- */
static void the_person_sees_his_readers_and_how_many_are_withheld(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(house_get(a, "officer", "/my/reads", "").status, 404);
    assert_int_equal(house_get(a, "clerk", file(a, 7), JSON "X-Reason: abcde\r\n").status, 200);
    assert_int_equal(house_get(a, "officer", file(a, 7), JSON "X-Reason: fghij\r\n").status, 200);
    struct reply r = house_get(a, "cadre", "/my/reads", JSON);
    assert_int_equal(r.status, 200);
    assert_true(has(&r, "\"total\":2,\"withheld\":0"));
    assert_true(has(&r, "白简") && has(&r, "abcde") && has(&r, "秦守正"));
    r = house_get(a, "cadre", "/my/reads?lang=en", "");
    assert_true(has(&r, "Who read my file") && has(&r, "秦守正"));
    house_get(a, "cadre", "/my/reads?lang=zh-CN", "");
    /* withheld: not one's own reading, not without end, not without ground */
    const char *at = "/reads/withhold";
    assert_int_equal(send_form(a, "officer", at, at, "member=7&account=1&ground=abcd&until=2027.01.01").status, 422);
    assert_int_equal(send_form(a, "officer", at, at, "member=7&account=2&ground=&until=2027.01.01").status, 422);
    assert_int_equal(send_form(a, "officer", at, at, "member=7&account=2&ground=abcd&until=2029.01.01").status, 422);
    assert_int_equal(house_get(a, "clerk", at, "").status, 403);
    assert_int_equal(send_form(a, "officer", at, at, "member=7&account=2&ground=abcd&until=2027.01.01").status, 200);
    r = house_get(a, "cadre", "/my/reads", JSON);
    assert_true(has(&r, "\"total\":2,\"withheld\":1"));
    assert_false(has(&r, "白简"));
    house_today(date_make(2027, 1, 2));
    r = house_get(a, "cadre", "/my/reads", JSON);
    assert_true(has(&r, "\"withheld\":0") && has(&r, "白简"));
    house_today(date_make(2026, 11, 26));
}

/* ---- audit ---- */
static void audit_sees_patterns_and_nobody_s_file(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(house_get(a, "clerk", file(a, 30), JSON "X-Reason: abcdef\r\n").status, 200); /* a relative */
    for (int m = 70; m < 76; m++)
        send_form(a, "clerk", file(a, m), "/reads/reason", arena_printf(a, "member=%d&common=verify", m));
    assert_int_equal(house_get(a, "officer", "/admin/reads", "").status, 403);
    struct reply r = house_get(a, "audit", "/admin/reads", JSON);
    assert_int_equal(r.status, 200);
    static const char *const found[] = {"\"pattern\":\"relative\"", "\"pattern\":\"repeated\"", "\"reader\":\"白简\"",
                                        "\"ground\":\"routine\""};
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (!has(&r, found[i]))
            fail_msg("no %s in %s", found[i], r.body);
    assert_false(has(&r, "member"));
    struct reply page = house_get(a, "audit", "/admin/reads", "");
    for (int m = 1; m <= 80; m++) {
        const char *name = text_of(a, arena_printf(a, "SELECT name FROM roster_member WHERE id = %d", m));
        assert_false(has(&r, name));
        assert_false(has(&page, name));
    }
    assert_false(has(&page, "abcdef"));
    assert_int_equal(house_get(a, "audit", file(a, 1), JSON).status, 403);
    assert_int_equal(house_get(a, "audit", "/admin/reads?from=2026.12.01&to=2026.11.01", JSON).status, 422);
}

static void a_reader_is_asked_and_answers_on_record(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = send_form(a, "audit", "/admin/reads", "/admin/reads", "account=2&pattern=%E5%A4%9A&question=");
    assert_int_equal(r.status, 422);
    r = send_form(a, "audit", "/admin/reads", "/admin/reads",
                  "account=2&pattern=%E5%A4%9A&question=%E4%B8%BA%E4%BD%95");
    assert_int_equal(r.status, 303);
    r = house_get(a, "clerk", "/reads/questions", "");
    assert_true(has(&r, "为何"));
    r = house_get(a, "officer", "/reads/questions", JSON);
    assert_true(has(&r, "{\"rows\":[]}"));
    const char *at = "/reads/questions/1";
    assert_int_equal(send_form(a, "officer", "/roster/unit/new", at, "answer=x").status, 404);
    assert_int_equal(send_form(a, "clerk", "/reads/questions", at, "answer=+").status, 422);
    assert_int_equal(send_form(a, "clerk", "/reads/questions", at, "answer=%E6%9F%A5%E7%BB%9F%E8%AE%A1").status, 303);
    assert_int_equal(send_form(a, "clerk", "/roster/unit/new", at, "answer=again").status, 409);
    r = house_get(a, "audit", "/admin/reads", JSON);
    assert_true(has(&r, "查统计"));
}

static void a_print_is_noted(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *at = "/reads/print", *page = "/roster/unit/new";
    assert_int_equal(send_form(a, "clerk", page, at, "record=roster.member&row=40").status, 200);
    assert_int_equal(send_form(a, "clerk", page, at, "record=roster.unit&row=1").status, 404);
    assert_int_equal(send_form(a, "clerk", page, at, "record=roster.member&row=9999").status, 404);
    assert_int_equal(send_form(a, "clerk", page, at, "record=nothing&row=1").status, 404);
    assert_int_equal(house_number("SELECT count(*) FROM admin_read WHERE kind = 'print' AND member = 40"), 1);
}

/* ---- the kernel's part ---- */
struct noting {
    int i;
    pthread_t thread;
    bool failed;
};

static void *note(void *arg)
{
    struct noting *n = arg;
    arena_scope struct arena *a = arena_new();
    struct db *db;
    struct err *e = db_take(h.pool, a, &db);
    if (e == NULL) {
        const struct who who = {.account = 1 + n->i % 4, .name = "同", .role = "test", .scope = SCOPE_ALL};
        e = access_note(db, a, &who, &(struct access){.member = n->i + 1, .record = "test.together"});
        db_give(db);
    }
    n->failed = e != NULL;
    return NULL;
}

static void reads_that_wait_together_are_changes_of_their_own(void **state)
{
    (void)state;
    enum { N = 24 };
    struct noting all[N];
    for (int i = 0; i < N; i++) {
        all[i] = (struct noting){.i = i};
        assert_int_equal(pthread_create(&all[i].thread, NULL, note, &all[i]), 0);
    }
    for (int i = 0; i < N; i++) {
        pthread_join(all[i].thread, NULL);
        assert_false(all[i].failed);
    }
    assert_int_equal(house_number("SELECT count(DISTINCT r.change) FROM revision r JOIN admin_read a ON a.id = r.row"
                                  " WHERE r.record = 'admin.read' AND a.record = 'test.together'"),
                     N);
    assert_int_equal(
        house_number("SELECT count(*) FROM admin_read a JOIN revision r ON r.record = 'admin.read' AND r.row ="
                     " a.id JOIN change c ON c.id = r.change WHERE a.record = 'test.together' AND c.account ="
                     " a.account AND c.actor = '同'"),
        N);
    assert_int_equal(house_number("SELECT max(seq) - count(*) FROM change"), 0); /* no gap */
}

/* Another process (or this one begun anew) knows from the log what was opened today. */
static void a_process_begun_anew_reads_the_day_back(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct who fresh = {.account = 9, .name = "新", .role = "supervision", .scope = SCOPE_ALL};
    db_scope struct db_tx tx = {0};
    for (int m = 1; m <= LIMIT; m++)
        OK(access_note(h.db, a, &fresh, &(struct access){.member = m, .record = "roster.member", .n = 1}));
    access_met(h.pool, &fresh, (const int64_t[]){1, 20}, 2);
    OK(db_begin_read(h.db, a, &tx));
    OK(access_ground(&tx, &fresh, false, NULL, &(struct access){.member = 1}));
    struct err *e = access_ground(&tx, &fresh, false, NULL, &(struct access){.member = 20});
    assert_non_null(e);
    assert_string_equal(e->say, "access.reason_needed");
}

/* Pages of persons' records, and what is taken out, are logged; a new one must say it. */
static void every_page_about_persons_has_a_log(void **state)
{
    (void)state;
    static const char *const prefixes[] = {"/roster/member/{id}", "/roster/post/{id}", "/roster/family/{id}",
                                           "/findings/{id}"};
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++)
            for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
                if (r->method == GET && strncmp(r->path, prefixes[i], strlen(prefixes[i])) == 0 && r->log == LOG_NONE)
                    fail_msg("GET %s shows a file and has no log", r->path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_list_showed_needs_a_reason),
        cmocka_unit_test(who_was_found_by_name_was_not_met_by_paging),
        cmocka_unit_test(a_file_in_a_matter_in_hand_is_open),
        cmocka_unit_test(a_change_by_a_program_is_answered_with_what_it_may_see),
        cmocka_unit_test(a_page_names_in_its_row_what_it_showed),
        cmocka_unit_test(no_byte_of_a_file_leaves_without_its_row),
        cmocka_unit_test(a_search_is_noted_once_a_minute_and_a_list_is_not),
        cmocka_unit_test(an_export_is_noted_with_its_files_and_reason),
        cmocka_unit_test(a_print_is_noted),
        cmocka_unit_test(routine_ends_after_the_files_of_a_day),
        cmocka_unit_test(the_person_sees_his_readers_and_how_many_are_withheld),
        cmocka_unit_test(audit_sees_patterns_and_nobody_s_file),
        cmocka_unit_test(a_reader_is_asked_and_answers_on_record),
        cmocka_unit_test(reads_that_wait_together_are_changes_of_their_own),
        cmocka_unit_test(a_process_begun_anew_reads_the_day_back),
        cmocka_unit_test(every_page_about_persons_has_a_log),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
