/* outbox_cases.h: what leaves the house: how many, never what; once, never twice; and nothing waits for a mail server.
 */
#include "desk_world.h"

#include "desk/outbox.h"
#include "sink.h"

static int64_t minute; /* how far the clock was moved */

static void later(int64_t minutes)
{
    minute += minutes;
    clock_fix(date_to_days(date_make(2026, 3, 2)) * INT64_C(86400000) + INT64_C(4) * 3600000 + minute * 60000);
}

static void setting(const char *name, const char *value)
{
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    OK(setting_put(&c, name, value));
    OK(change_commit(&c));
}

static void wants(const char *username, const char *how)
{
    house_save(&who_console, &desk_delivery, "account", house_id(account_of(username)), "mail",
               arena_printf(h.a, "%s@example.cn", username), "mail_how", how, "hook_how", "off", "lang", "zh-CN",
               "since", "0", NULL);
}

static int begin(void **state)
{
    serve(state);
    sink_start();
    sink.way = SINK_TAKES;
    return 0;
}

static int end(void **state)
{
    sink_end();
    return house_end(state);
}

static void run(void)
{
    OK(outbox_run(h.db, h.a));
}

static int64_t in_state(const char *state)
{
    return house_number(arena_printf(h.a, "SELECT count(*) FROM desk_sending WHERE state = '%s'", state));
}

static void nothing_leaves_unless_it_is_set_and_asked_for(void **state)
{
    (void)state;
    answered("顾行简不该被说出的事");
    run();
    wants("first", "now");
    run();
    assert_int_equal(house_number("SELECT count(*) FROM desk_sending"), 0);
    setting("mail_from", "qingfeng@example.cn");
    setting("mail_seconds", "1");
    setting("mail_server", arena_printf(h.a, "smtp://127.0.0.1:%d", sink.port));
    run();
    assert_int_equal(sink.got, 1);
    assert_int_equal(in_state("sent"), 1);
    run();
    later(5);
    run();
    assert_int_equal(sink.got, 1); /* told once */
}

static void a_mail_says_how_many_and_nothing_else(void **state)
{
    (void)state;
    assert_non_null(strstr(sink.last, "To: <first@example.cn>\r\n"));
    assert_non_null(strstr(sink.last, "Subject: =?UTF-8?B?5oKo5pyJIDEg5Lu25LqL6aG5?=\r\n")); /* 您有 1 件事项 */
    assert_non_null(strstr(sink.last, "Content-Transfer-Encoding: base64\r\n\r\n5oKo5pyJIDEg5Lu25LqL6aG5"));
    assert_null(strstr(sink.last, "127.0.0.1"));
}

static void a_server_that_hangs_is_left_and_asked_again_later(void **state)
{
    (void)state;
    int talks = sink.talks;
    wants("second", "now");
    wants("minister", "daily");
    sink.way = SINK_HANGS;
    run();
    assert_int_equal(sink.talks, talks + 1); /* one time limit for all that wait */
    assert_int_equal(in_state("sent"), 1);
    assert_true(in_state("ready") >= 1);
    sink.way = SINK_TAKES;
    run(); /* those it did not come to */
    later(1);
    run();
    assert_int_equal(in_state("ready"), 0);
    assert_int_equal(house_number("SELECT max(tries) FROM desk_sending"), 2);
}

static void waits_grow_and_end(void **state)
{
    (void)state;
    int64_t sent = in_state("sent");
    answered("又一件");
    sink.way = SINK_LATER;
    run();
    assert_int_equal(house_number("SELECT max(next_at) FROM desk_sending WHERE state = 'ready'") - clock_now_ms(),
                     60000);
    run(); /* the other one: the server was left alone after the first */
    later(1);
    run();
    assert_int_equal(house_number("SELECT max(next_at) FROM desk_sending WHERE state = 'ready'") - clock_now_ms(),
                     120000);
    for (int i = 0; i < 30; i++) {
        later(400);
        run();
    }
    assert_int_equal(in_state("sent"), sent);
    assert_int_equal(in_state("ready"), 0);
    assert_int_equal(in_state("failed"), 2);
    assert_int_equal(house_number("SELECT max(tries) FROM desk_sending"), 8);
}

static void an_address_that_is_refused_is_not_asked_again(void **state)
{
    (void)state;
    int64_t failed = in_state("failed");
    answered("第三件");
    sink.way = SINK_REFUSES;
    run();
    assert_int_equal(in_state("failed"), failed + 2);
    int talks = sink.talks;
    later(600);
    run();
    assert_int_equal(sink.talks, talks);
}

static void no_answer_at_the_end_is_not_sent_again(void **state)
{
    (void)state;
    int got = sink.got;
    answered("第四件");
    sink.way = SINK_HANGS_AT_END;
    run();
    run();
    assert_int_equal(in_state("unsure"), 2);
    assert_int_equal(sink.got, got + 2);
    sink.way = SINK_TAKES;
    later(600);
    run();
    assert_int_equal(sink.got, got + 2);
}

/* The house falls between any two calls of the database: before the mark, between mark and mail, after the mail. */
static void a_house_that_falls_sends_nothing_twice(void **state)
{
    (void)state;
    sink.way = SINK_TAKES;
    for (int64_t k = 0;; k++) {
        answered("第五件");
        int got = sink.got;
        int64_t rows = house_number("SELECT count(*) FROM desk_sending");
        int64_t calls = db_calls();
        db_fail_at(k);
        arena_scope struct arena *mine = arena_new();
        struct err *e = outbox_run(h.db, mine);
        db_fail_at(-1);
        bool fell = db_calls() - calls > k;
        assert_true(fell == (e != NULL));
        for (int i = 0; i < 3; i++) {
            later(10);
            run();
        }
        int64_t made = house_number("SELECT count(*) FROM desk_sending") - rows;
        assert_int_equal(made, 2);
        assert_int_equal(in_state("ready") + in_state("sending"), 0);
        assert_true(sink.got - got <= made);
        int64_t unsure = house_number(arena_printf(
            h.a, "SELECT count(*) FROM desk_sending WHERE state = 'unsure' AND id > %lld", (long long)rows));
        assert_true(sink.got - got >= made - unsure);
        if (!fell)
            break;
    }
}

static void once_a_day_in_the_morning_of_a_working_day(void **state)
{
    (void)state;
    int64_t before = house_number("SELECT count(*) FROM desk_sending WHERE kind = 'daily'");
    clock_fix(date_to_days(date_make(2026, 6, 8)) * INT64_C(86400000) - 3600000); /* Monday, seven */
    letter("早上的一件");
    OK(try_take("first", house_number("SELECT max(id) FROM flow_matter"), "send", NULL, NULL)); /* to be signed */
    run();
    assert_int_equal(house_number("SELECT count(*) FROM desk_sending WHERE kind = 'daily'"), before);
    clock_fix(date_to_days(date_make(2026, 6, 8)) * INT64_C(86400000) + 1800000); /* half past eight */
    run();
    run();
    assert_int_equal(house_number("SELECT count(*) FROM desk_sending WHERE kind = 'daily'"), before + 1);
    clock_fix(date_to_days(date_make(2026, 6, 13)) * INT64_C(86400000) + 1800000); /* Saturday */
    run();
    assert_int_equal(house_number("SELECT count(*) FROM desk_sending WHERE kind = 'daily'"), before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_unless_it_is_set_and_asked_for),
        cmocka_unit_test(a_mail_says_how_many_and_nothing_else),
        cmocka_unit_test(a_server_that_hangs_is_left_and_asked_again_later),
        cmocka_unit_test(waits_grow_and_end),
        cmocka_unit_test(an_address_that_is_refused_is_not_asked_again),
        cmocka_unit_test(no_answer_at_the_end_is_not_sent_again),
        cmocka_unit_test(a_house_that_falls_sends_nothing_twice),
        cmocka_unit_test(once_a_day_in_the_morning_of_a_working_day),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
