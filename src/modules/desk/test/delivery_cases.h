/* delivery_cases.h: the page of delivery and the private calendar: RFC 5545 to the letter, masked, withdrawn at once.
 */
#include "desk_world.h"

#include "desk/feed.h"

static struct reply fetch(const char *path)
{
    return client_ask(h.a, h.port, "GET", path, "", NULL, 0);
}

static const char *path_made(const char *username)
{
    struct reply r = post(username, "/desk/ics", "");
    assert_int_equal(r.status, 201);
    const char *at = strstr(r.body, "/desk/ics/qfc_");
    assert_non_null(at);
    return arena_strndup(h.a, at, strcspn(at, "<"));
}

/* Every line ends with CRLF, is at most 75 bytes and whole in UTF-8; unfolded it is NAME[;PARAM]:VALUE; begins and ends
 * nest; the parts an event must have are there. */
static int events_of(const char *ics)
{
    char all[1 << 16];
    size_t n = 0;
    for (const char *p = ics; *p != '\0';) {
        const char *end = strstr(p, "\r\n");
        assert_non_null(end);
        size_t len = (size_t)(end - p);
        assert_true(len > 0 && len <= 75 && memchr(p, '\n', len) == NULL && memchr(p, '\r', len) == NULL);
        assert_int_not_equal((unsigned char)p[*p == ' '] & 0xc0, 0x80); /* a fold is not inside a character */
        bool folded = *p == ' ';
        if (folded) {
            n--; /* the line feed before */
            memcpy(all + n, p + 1, len - 1);
            n += len - 1;
        } else {
            memcpy(all + n, p, len);
            n += len;
        }
        all[n++] = '\n';
        assert_true(n < sizeof all - 100);
        p = end + 2;
    }
    all[n] = '\0';
    int depth = 0, events = 0, uids = 0, stamps = 0;
    for (char *rest = all, *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
        assert_true(name > 0 && (line[name] == ':' || line[name] == ';') && strchr(line, ':') != NULL);
        depth += strncmp(line, "BEGIN:", 6) == 0;
        depth -= strncmp(line, "END:", 4) == 0;
        events += strcmp(line, "BEGIN:VEVENT") == 0;
        uids += strncmp(line, "UID:", 4) == 0;
        stamps += strncmp(line, "DTSTAMP:", 8) == 0;
        assert_true(depth > 0 || strcmp(line, "END:VCALENDAR") == 0);
    }
    assert_int_equal(depth, 0);
    assert_int_equal(uids, events);
    assert_int_equal(stamps, events);
    assert_true(strncmp(ics, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:", 37) == 0);
    return events;
}

static void lines_are_folded_and_escaped(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    feed_line(&b, "SUMMARY", "a,b;c\\d\ne", true);
    assert_string_equal(buf_str(&b), "SUMMARY:a\\,b\\;c\\\\d\\ne\r\n");
    struct buf c = BUF(a), text = BUF(a);
    for (int i = 0; i < 60; i++)
        buf_puts(&text, "期");
    feed_line(&c, "SUMMARY", buf_str(&text), true);
    for (const char *p = buf_str(&c); *p != '\0';) {
        const char *end = strstr(p, "\r\n");
        assert_true(end - p <= 75);
        assert_true(p == buf_str(&c) || *p == ' ');
        p = end + 2;
    }
}

static const char *path;

static void a_calendar_tells_days_and_numbers_only(void **state)
{
    (void)state;
    int64_t id = letter("绝不外传的标题");
    letter("另一件");
    path = path_made("first");
    struct reply r = fetch(path);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(h.a, &r, "Content-Type"), "text/calendar; charset=utf-8");
    assert_int_equal(events_of(r.body), 2);
    assert_true(holds(r, arena_printf(h.a, "SUMMARY:事项 %lld 到期\r\n", (long long)id)));
    assert_true(holds(r, "DTSTART;VALUE=DATE:20260309\r\n")); /* five working days from 2 March */
    assert_false(holds(r, "绝不外传"));
    assert_false(holds(r, "顾行简"));
    assert_false(holds(r, "函询"));
}

static const char *uid_of(const char *body)
{
    const char *at = strstr(body, "UID:");
    return arena_strndup(h.a, at, strcspn(at, "\r"));
}

static void names_of_events_stay(void **state)
{
    (void)state;
    const char *before = uid_of(fetch(path).body);
    clock_fix(clock_now_ms() + 3600000);
    assert_string_equal(uid_of(fetch(path).body), before);
    assert_string_not_equal(uid_of(fetch(path_made("first")).body), before);
}

static void a_token_is_kept_as_its_hash_and_ends_when_withdrawn(void **state)
{
    (void)state;
    const char *token = arena_strndup(h.a, strrchr(path, '/') + 1, 68);
    assert_int_equal(house_number(arena_printf(h.a, "SELECT count(*) FROM desk_feed WHERE hash = '%s'", token)), 0);
    int64_t id = house_number("SELECT min(id) FROM desk_feed");
    assert_int_equal(post("second", arena_printf(h.a, "/desk/ics/%lld/withdraw", (long long)id), "").status, 404);
    assert_int_equal(fetch(path).status, 200);
    done("first", arena_printf(h.a, "/desk/ics/%lld/withdraw", (long long)id), "");
    struct reply r = fetch(path);
    assert_int_equal(r.status, 404);
}

static void a_calendar_ends_with_the_office(void **state)
{
    (void)state;
    const char *his = path_made("archives");
    assert_int_equal(fetch(his).status, 200);
    int64_t held = who("archives")->office;
    {
        struct row *r;
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &who_console, "test", &c));
        OK(record_read(&c.tx, record_find(OFFICE_RECORD), &who_console, held, &r));
        row_set(r, "to_on", "2026-03-01");
        OK(record_save(&c, r->of, r, r->rev));
        OK(change_commit(&c));
    }
    assert_int_equal(fetch(his).status, 404);
}

static void who_tries_tokens_is_stopped(void **state)
{
    (void)state;
    int last = 0;
    for (int i = 0; i < 30 && last != 429; i++)
        last = fetch(arena_printf(h.a, "/desk/ics/qfc_%d.ics", i)).status;
    assert_int_equal(last, 429);
    const char *mine = path_made("second"); /* who has one is not */
    assert_int_equal(fetch(mine).status, 200);
    last = 200;
    for (int i = 0; i < 40 && last == 200; i++)
        last = fetch(mine).status;
    assert_int_equal(last, 429);
}

static void an_address_is_saved_or_said_to_be_wrong(void **state)
{
    (void)state;
    static const char *const bad[] = {"mail=%20&mail_how=now", "mail=nobody&mail_how=now", "mail=a%40b&mail_how=daily",
                                      "mail=a%40b.cn%3Ex&mail_how=now", "mail=a%40b%40c.cn&mail_how=off"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        said(post("first", "/desk/delivery", bad[i]), 422, "desk.delivery.address");
    assert_int_equal(house_number("SELECT count(*) FROM desk_delivery"), 0);
    done("first", "/desk/delivery", "mail=first%40example.cn&mail_how=daily");
    done("first", "/desk/delivery", "mail=first%40example.cn&mail_how=now");
    assert_int_equal(house_number("SELECT count(*) FROM desk_delivery"), 1);
    json_t *o = get_json("first", "/desk/delivery");
    assert_string_equal(json_string_value(json_object_get(o, "mail_how")), "now");
    json_decref(o);
    assert_true(holds(get("first", "/desk/delivery"), text_get(LANG_ZH, "desk.delivery.mail_off")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_folded_and_escaped),
        cmocka_unit_test(a_calendar_tells_days_and_numbers_only),
        cmocka_unit_test(names_of_events_stay),
        cmocka_unit_test(a_token_is_kept_as_its_hash_and_ends_when_withdrawn),
        cmocka_unit_test(a_calendar_ends_with_the_office),
        cmocka_unit_test(an_address_is_saved_or_said_to_be_wrong),
        cmocka_unit_test(who_tries_tokens_is_stopped),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
