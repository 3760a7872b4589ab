/* page_cases.h: what people and programs get over HTTP, on either database. */
#include "served.h"

static void a_list_is_walked_by_its_next_links(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *at = "/test/person?sort=sex,-born&limit=7";
    int seen = 0, pages = 0;
    bool met[200] = {false};
    for (; at != NULL && pages < 30; pages++) {
        struct reply r = get(a, at, JSON_FACE OFFICER);
        assert_int_equal(r.status, 200);
        json_t *o = json_of(a, &r), *rows = json_object_get(o, "rows");
        assert_int_equal(json_integer_value(json_object_get(o, "total")), rows_of(&person));
        assert_true(json_is_true(json_object_get(o, "total_exact")));
        for (size_t i = 0; i < json_array_size(rows); i++, seen++) {
            int64_t id = json_integer_value(json_object_get(json_array_get(rows, i), "id"));
            assert_false(met[id]);
            met[id] = true;
        }
        at = json_string_value(json_object_get(o, "next"));
    }
    assert_int_equal(seen, rows_of(&person));
    assert_int_equal(pages, (seen + 6) / 7);
}

static void a_list_page_shows_conditions_rows_and_links(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/test/person?name=a&sex=1&born.from=1975&seat~1=1&active~2=1", OFFICER);
    assert_int_equal(r.status, 200);
    const char *const parts[] = {"class=\"chip\"",
                                 "1975",
                                 "name=\"born.from\" value=\"1975\"",
                                 "<a class=\"b b-main\" href=\"/test/person/new\"",
                                 "type=\"hidden\" name=\"seat~1\" value=\"1\"",
                                 "且（",
                                 "或"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(&r, parts[i]);
    r = get(a, "/test/person?number.eq=none", OFFICER);
    assert_has(&r, "没有符合条件的记录");
    r = get(a, "/test/person?sort=-born", OFFICER);
    assert_has(&r, "aria-sort=\"descending\"");
    assert_has(&r, "href=\"/test/person?sort=born\"");
    assert_has(&r, "href=\"/test/person?sort=name,-born\"");
    r = get(a, "/test/note?lang=en", OFFICER);
    assert_has(&r, "120 records");
    r = get(a, "/test/person", OFFICER "HX-Request: true\r\n");
    assert_false(has(&r, "<html"));
    assert_string_equal(reply_header(a, &r, "HX-Push-Url"), "/test/person");
}

static void a_condition_chosen_in_the_bar_becomes_the_address(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/test/person?sex=1&q=&add.field=seat&add.op=from&add.value=2&add.group=1", OFFICER);
    assert_int_equal(r.status, 303);
    assert_string_equal(reply_header(a, &r, "Location"), "/test/person?sex=1&seat.from~1=2");
    r = get(a, "/test/person?add.field=seat&add.op=from&add.value=x", OFFICER);
    assert_int_equal(r.status, 422);
    assert_has(&r, "value=\"x\"");
    assert_has(&r, "class=\"sum-bad\"");
    assert_false(has(&r, "id=\"rows\""));
}

static void a_wrong_condition_shows_no_rows(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/test/person?born.from=1975.13&what=1", OFFICER);
    assert_int_equal(r.status, 422);
    assert_has(&r, "href=\"#f-born.from\"");
    assert_false(has(&r, "id=\"rows\""));
    r = get(a, "/test/person?born.from=1975.13&what=1", JSON_FACE OFFICER);
    assert_int_equal(r.status, 422);
    json_t *fields = json_object_get(json_object_get(json_of(a, &r), "error"), "fields");
    assert_int_equal(json_array_size(fields), 2);
    r = get(a, "/test/person?after=xx", JSON_FACE OFFICER);
    assert_int_equal(r.status, 422);
}

static void hostile_texts_are_shown_as_texts(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r =
        send_form(a, "/test/person/new", "/test/person", OFFICER,
                  "name=%3Cscript%3Ealert(1)&number=%22%3E%3Cimg%20src%3Dx&about=%3C%2Ftextarea%3E%3Cb%3E%27");
    assert_int_equal(r.status, 303);
    const char *own = reply_header(a, &r, "Location");
    const char *const pages[] = {own,
                                 arena_printf(a, "%s/edit", own),
                                 arena_printf(a, "%s/history", own),
                                 arena_printf(a, "%s/end", own),
                                 "/test/person?name=%3Cscript&cols=name,number,about",
                                 "/test/person?q=%22%3E%3Cimg%20src%3Dx%3E",
                                 "/test/person?name=%3C%2Fscript%3E%3Cb%3E",
                                 "/test/person?add.field=seat&add.value=%22%3E%3Cimg%20src%3Dx",
                                 "/test/person?%3Cimg%20src%3Dx%3E=1",
                                 "/face/pick?record=test.person&q=%3Cscript"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        r = get(a, pages[i], OFFICER "HX-Request: true\r\n");
        assert_true(r.status == 200 || r.status == 422);
        if (has(&r, "<script>alert") || has(&r, "<img src") || has(&r, "</textarea><b>") || has(&r, "</script><b>"))
            fail_msg("%s lets markup through: %s", pages[i], r.body);
    }
    r = post(a, arena_printf(a, "%s/end", own), JSON_BODY OFFICER, "{\"rev\": 1, \"reason\": \"test\"}");
    assert_int_equal(r.status, 200);
}

static void every_field_error_comes_at_once_and_input_is_kept(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = rows_of(&person);
    struct reply r =
        send_form(a, "/test/person/new", "/test/person", OFFICER,
                  "name=&born=1975.13&hired=1975.03&sex=7&pay=1.234&seat=abc&place=nowhere&boss=99999&about=kept");
    assert_int_equal(r.status, 422);
    const char *const fields[] = {"name", "born", "hired", "sex", "pay", "seat", "place", "boss"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        assert_has(&r, arena_printf(a, "<a href=\"#f-%s\">test.person.%s：", fields[i], fields[i]));
        assert_has(&r, arena_printf(a, "id=\"f-%s-e\"", fields[i]));
    }
    const char *const kept[] = {"value=\"1975.13\"", "value=\"1975.03\"", "value=\"1.234\"", "value=\"abc\"",
                                "value=\"nowhere\"", "value=\"99999\"",   ">kept</textarea>"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        assert_has(&r, kept[i]);
    assert_int_equal(rows_of(&person), before);
}

static void a_form_takes_what_people_write(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = send_form(
        a, "/test/person/new?place=3", "/test/person", OFFICER,
        "name=%20%E7%99%BD%E7%AE%80%E3%80%80&place=%E5%9C%B03&born=1975.3&hired=1999%E5%B9%B49%E6%9C%881%E6%97%A5"
        "&sex=2&pay=1%2C200.5&active=1&boss=2%20somebody&about=a%0D%0Ab");
    assert_int_equal(r.status, 303);
    r = get(a, reply_header(a, &r, "Location"), JSON_FACE OFFICER);
    json_t *o = json_of(a, &r);
    assert_string_equal(json_string_value(json_object_get(o, "name")), "白简");
    assert_int_equal(json_integer_value(json_object_get(o, "place")), 3);
    assert_string_equal(json_string_value(json_object_get(o, "born")), "1975-03");
    assert_string_equal(json_string_value(json_object_get(o, "hired")), "1999-09-01");
    assert_string_equal(json_string_value(json_object_get(o, "pay")), "1200.5");
    assert_true(json_is_true(json_object_get(o, "active")));
    assert_int_equal(json_integer_value(json_object_get(o, "boss")), 2);
    assert_string_equal(json_string_value(json_object_get(o, "about")), "a\nb");
    assert_true(json_is_null(json_object_get(o, "seat")));
}

static int64_t person_made(struct arena *a, const char *json)
{
    struct reply r = post(a, "/test/person", JSON_BODY OFFICER, json);
    if (r.status != 201)
        fail_msg("%d %s", r.status, r.body);
    return json_integer_value(json_object_get(json_of(a, &r), "id"));
}

static void a_stale_form_shows_both_texts_and_saves_on_a_second_look(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = person_made(a, "{\"name\": \"甲\", \"place\": 3, \"seat\": 1, \"about\": \"old\"}");
    const char *own = arena_printf(a, "/test/person/%lld", (long long)id), *edit = arena_printf(a, "%s/edit", own);
    struct reply r = send_form(a, edit, own, OFFICER, "rev=1&name=%E4%B9%99&about=theirs&change.what=first");
    assert_int_equal(r.status, 303);
    r = send_form(a, edit, own, OFFICER, "rev=1&name=%E7%94%B2&place=3+%E5%9C%B03&seat=2&about=mine");
    assert_int_equal(r.status, 409);
    assert_has(&r, "<del>old</del>");
    assert_has(&r, "<ins>theirs</ins>");
    assert_has(&r, ">mine</textarea>");
    assert_has(&r, "id=\"f-name\" name=\"name\" value=\"乙\""); /* he did not touch it: the present value */
    assert_has(&r, "id=\"f-seat\" name=\"seat\" value=\"2\"");
    assert_has(&r, "name=\"rev\" value=\"2\"");
    assert_has(&r, "first");
    r = get(a, own, JSON_FACE OFFICER);
    assert_has(&r, "\"about\":\"theirs\"");
    r = send_form(a, edit, own, OFFICER, "rev=2&name=%E4%B9%99&seat=2&about=mine");
    assert_int_equal(r.status, 303);
    r = get(a, own, JSON_FACE OFFICER);
    assert_has(&r, "\"rev\":3");
    assert_has(&r, "\"about\":\"mine\"");
    r = post(a, own, JSON_BODY OFFICER, "{\"rev\": 1, \"about\": \"x\"}");
    assert_int_equal(r.status, 409);
    assert_has(&r, "\"kind\":\"conflict\"");
}

static void the_history_tells_who_when_why_and_what(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t day = 86400000;
    clock_fix(1700000000000);
    int64_t id = person_made(a, "{\"name\": \"丙\", \"place\": 4, \"born\": \"1975-03\"}");
    const char *own = arena_printf(a, "/test/person/%lld", (long long)id);
    clock_fix(1700000000000 + 3 * day);
    struct reply r = post(a, own, JSON_BODY OFFICER,
                          "{\"rev\": 1, \"born\": \"1975-05\", \"place\": 5, \"change.what\": \"核对档案\"}");
    assert_int_equal(r.status, 200);
    r = get(a, arena_printf(a, "%s/history", own), OFFICER);
    const char *const parts[] = {"秦守正",         "核对档案",       "<del>1975.03</del>", "<ins>1975.05</ins>",
                                 "<del>地4</del>", "<ins>地5</ins>", "2023.11.15",         "2023.11.18"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(&r, parts[i]);
    r = get(a, arena_printf(a, "%s/history", own), JSON_FACE OFFICER);
    assert_has(&r, "\"born\":[\"1975-03\",\"1975-05\"]");
    assert_has(&r, "\"place\":[4,5]");
    r = get(a, arena_printf(a, "%s?at=2023.11.16", own), OFFICER);
    assert_has(&r, "1975.03");
    assert_has(&r, "2023.11.16");
    assert_has(&r, "不是现在的");
    assert_false(has(&r, "/edit\""));
    r = get(a, arena_printf(a, "%s?at=2023-11-18", own), JSON_FACE OFFICER);
    assert_has(&r, "\"born\":\"1975-05\"");
    r = get(a, arena_printf(a, "%s?at=2020-01-01", own), JSON_FACE OFFICER);
    assert_int_equal(r.status, 404);
    r = get(a, arena_printf(a, "%s?at=2020-01-01", own), OFFICER);
    assert_int_equal(r.status, 200);
    assert_has(&r, "还没有这条记录");
    r = get(a, arena_printf(a, "%s?at=2020-13-01", own), OFFICER);
    assert_int_equal(r.status, 422);
    clock_fix(-1);
}

static void entered_in_error_needs_a_reason_and_leaves_the_list(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = person_made(a, "{\"name\": \"误\", \"number\": \"E1\"}");
    const char *own = arena_printf(a, "/test/person/%lld", (long long)id), *end = arena_printf(a, "%s/end", own);
    struct reply r = send_form(a, end, end, OFFICER, "rev=1&reason=%20");
    assert_int_equal(r.status, 422);
    assert_has(&r, "id=\"reason-e\"");
    r = send_form(a, end, end, OFFICER, "rev=1&reason=typed%20twice");
    assert_int_equal(r.status, 303);
    r = get(a, "/test/person?number.eq=E1", JSON_FACE OFFICER);
    assert_has(&r, "\"total\":0");
    r = get(a, "/test/person?number.eq=E1&ended=all", JSON_FACE OFFICER);
    assert_has(&r, "\"ended\":true");
    r = get(a, own, OFFICER);
    assert_has(&r, "typed twice");
    assert_false(has(&r, "/edit\""));
    r = get(a, arena_printf(a, "%s/history", own), OFFICER);
    assert_has(&r, "typed twice");
    r = get(a, arena_printf(a, "%s/edit", own), OFFICER);
    assert_int_equal(r.status, 409);
    r = post(a, own, JSON_BODY OFFICER, "{\"rev\": 2, \"name\": \"x\"}");
    assert_int_equal(r.status, 409);
}

static void programs_get_errors_with_fields(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = post(a, "/test/person", JSON_BODY OFFICER,
                          "{\"born\": \"1975-13\", \"seat\": 1.5, \"nothing\": 1, \"active\": [], \"place\": 777}");
    assert_int_equal(r.status, 422);
    json_t *fields = json_object_get(json_object_get(json_of(a, &r), "error"), "fields");
    assert_int_equal(json_array_size(fields), 6); /* born, seat, nothing, active, place and the lacking name */
    r = post(a, "/test/person", JSON_BODY OFFICER, "[1]");
    assert_int_equal(r.status, 422);
    r = post(a, "/test/person", JSON_BODY OFFICER, "{");
    assert_int_equal(r.status, 422);
    r = post(a, "/test/person/2", JSON_BODY OFFICER, "{\"name\": \"x\"}");
    assert_int_equal(r.status, 422);
    r = get(a, "/test/person/999999", JSON_FACE OFFICER);
    assert_int_equal(r.status, 404);
    r = get(a, "/test/nothing", JSON_FACE OFFICER);
    assert_int_equal(r.status, 404);
    r = get(a, "/kernel/setting", JSON_FACE OFFICER);
    assert_int_equal(r.status, 403);
}

/* A row that was read may be changed and sent back whole. */
static void a_row_read_may_be_sent_back(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = person_made(a, "{\"name\": \"丁\", \"active\": false, \"share\": 0.25, \"secret\": \"s\"}");
    const char *own = arena_printf(a, "/test/person/%lld", (long long)id);
    struct reply r = get(a, own, JSON_FACE OFFICER);
    r = post(a, own, JSON_BODY OFFICER, r.body);
    assert_int_equal(r.status, 200);
    assert_has(&r, "\"rev\":1"); /* nothing changed, nothing written */
    assert_has(&r, "\"active\":false");
    assert_has(&r, "\"share\":\"0.25\"");
    r = post(a, own, JSON_BODY OFFICER, "{\"rev\": 1, \"share\": null}");
    assert_has(&r, "\"share\":null");
    assert_has(&r, "\"secret\":\"s\"");
}

static void a_field_too_secret_is_nowhere(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = person_made(a, "{\"name\": \"密\", \"place\": 2, \"secret\": \"ZZTOP\", \"number\": \"S1\"}");
    const char *own = arena_printf(a, "/test/person/%lld", (long long)id);
    struct reply r = post(a, own, JSON_BODY OFFICER, "{\"rev\": 1, \"secret\": \"ZZTOP2\"}");
    assert_int_equal(r.status, 200);
    const char *const pages[] = {own,
                                 arena_printf(a, "%s/history", own),
                                 arena_printf(a, "%s/edit", own),
                                 "/test/person?number=S1",
                                 "/test/person?cols=*",
                                 "/test/person?q=ZZTOP",
                                 "/face/pick?record=test.person&q=ZZTOP",
                                 arena_printf(a, "%s?at=2099-01-01", own)};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        for (int json = 0; json < 2; json++) {
            r = get(a, pages[i], json ? JSON_FACE NARROW : NARROW);
            assert_int_equal(r.status, 200);
            if (has(&r, "secret") || (strstr(pages[i], "q=") == NULL && has(&r, "ZZTOP")) ||
                has(&r, "\"number\":\"S1\",\"place\""))
                fail_msg("%s tells the secret: %s", pages[i], r.body);
        }
    r = get(a, "/test/person?secret=ZZTOP2", JSON_FACE NARROW);
    assert_int_equal(r.status, 422);
    r = post(a, own, JSON_BODY NARROW, "{\"rev\": 2, \"secret\": \"x\"}");
    assert_int_equal(r.status, 422);
    r = post(a, own, JSON_BODY NARROW, "{\"rev\": 2, \"name\": \"密密\"}"); /* and a save leaves it alone */
    assert_int_equal(r.status, 200);
    r = get(a, own, JSON_FACE OFFICER);
    assert_has(&r, "ZZTOP2");
}

static void what_lies_outside_the_scope_is_not_found(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = person_made(a, "{\"name\": \"外人\", \"place\": 3}");
    int64_t in = person_made(a, arena_printf(a, "{\"name\": \"内人\", \"place\": 2, \"boss\": %lld}", (long long)id));
    const char *own = arena_printf(a, "/test/person/%lld", (long long)id);
    const char *const tails[] = {"", "/history", "/edit", "/end", "?at=2099-01-01"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        assert_int_equal(get(a, arena_printf(a, "%s%s", own, tails[i]), NARROW).status, 404);
    assert_int_equal(post(a, own, JSON_BODY NARROW, "{\"rev\": 1, \"name\": \"x\"}").status, 404);
    assert_int_equal(
        post(a, arena_printf(a, "%s/end", own), JSON_BODY NARROW, "{\"rev\": 1, \"reason\": \"x\"}").status, 404);
    struct reply r = get(a, "/test/person?name=%E5%A4%96%E4%BA%BA", JSON_FACE NARROW);
    assert_has(&r, "\"total\":0");
    r = get(a, "/test/person?boss=%E5%A4%96%E4%BA%BA", JSON_FACE NARROW); /* nor by the name of a boss outside */
    assert_has(&r, "\"total\":0");
    r = get(a, "/face/pick?record=test.person&q=%E5%A4%96%E4%BA%BA", JSON_FACE NARROW);
    assert_has(&r, "{\"rows\":[]}");
    r = get(a, arena_printf(a, "/test/person/%lld", (long long)in), NARROW);
    assert_false(has(&r, "外人"));
    assert_has(&r, "不在您的范围内");
    /* nothing can be put there */
    r = post(a, "/test/person", JSON_BODY NARROW, "{\"name\": \"x\", \"place\": 3}");
    assert_int_equal(r.status, 422);
    r = post(a, "/test/person", JSON_BODY NARROW, "{\"name\": \"x\"}");
    assert_int_equal(r.status, 422);
    r = post(a, "/test/note", JSON_BODY NARROW, arena_printf(a, "{\"text\": \"x\", \"person\": %lld}", (long long)id));
    assert_int_equal(r.status, 422);
    r = post(a, "/test/note", JSON_BODY NARROW, arena_printf(a, "{\"text\": \"x\", \"person\": %lld}", (long long)in));
    assert_int_equal(r.status, 201);
}

static void who_only_reads_gets_no_forms_to_send(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/test/person", READER);
    assert_false(has(&r, "/test/person/new"));
    r = get(a, "/test/person/2", READER);
    assert_false(has(&r, "/edit\""));
    r = post(a, "/test/person", JSON_BODY READER, "{\"name\": \"x\"}");
    assert_int_equal(r.status, 403);
    r = post(a, "/test/person", JSON_BODY, "{\"name\": \"x\"}");
    assert_int_equal(r.status, 401);
    r = post(a, "/test/person", FORM OFFICER, "name=x"); /* without the token */
    assert_int_equal(r.status, 403);
}

static void references_are_proposed_by_name(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/face/pick?record=test.place&q=%E5%9C%B03", JSON_FACE OFFICER);
    assert_has(&r, "{\"rows\":[{\"id\":3,\"name\":\"地3\"");
    r = get(a, "/face/pick?record=test.place&field=place&place=%E5%9C%B03", OFFICER "HX-Request: true\r\n");
    assert_has(&r, "<option value=\"3 地3\">");
    assert_int_equal(get(a, "/face/pick?record=nothing.here", JSON_FACE OFFICER).status, 404);
    assert_int_equal(get(a, "/face/pick?record=kernel.setting", JSON_FACE OFFICER).status, 403);
}

/* Every database call of a handler fails once: afterwards all or nothing is there, and the next request works. */
static void fails_whole(const char *target, const char *(*body)(struct arena *a, int k), int64_t (*state_of)(void),
                        int64_t step)
{
    for (int k = 0; k < 200; k++) {
        arena_scope struct arena *a = arena_new();
        int64_t before = state_of();
        const char *sent = body(a, k);
        db_fail_at(k);
        struct reply r = post(a, target, JSON_BODY OFFICER, sent);
        db_fail_at(-1);
        int64_t after = state_of();
        if (r.status == 200 || r.status == 201) {
            assert_int_equal(after, before + step);
            assert_true(k > 3);
            return;
        }
        assert_int_equal(r.status, 500);
        assert_int_equal(after, before);
    }
    fail_msg("%s never succeeded", target);
}

static int64_t persons(void)
{
    return rows_of(&person);
}

static const char *new_person(struct arena *a, int k)
{
    return arena_printf(a, "{\"name\": \"败%d\", \"place\": 3, \"boss\": 2}", k);
}

static int64_t victim;
static int64_t victim_rev(void)
{
    db_scope struct db_tx tx = {0};
    arena_scope struct arena *a = arena_new();
    int64_t n;
    struct db_val args[] = {db_int(victim)};
    OK(db_begin_read(world->db, a, &tx));
    OK(db_one_int(&tx, "SELECT rev FROM test_person WHERE id = ?1", args, 1, 0, &n));
    return n;
}

static const char *changed_person(struct arena *a, int k)
{
    return arena_printf(a, "{\"rev\": %lld, \"seat\": %d}", (long long)victim_rev(), k + 10);
}

static const char *ended_person(struct arena *a, int k)
{
    (void)k;
    return arena_printf(a, "{\"rev\": %lld, \"reason\": \"test\"}", (long long)victim_rev());
}

static void a_failing_database_call_leaves_before_or_after(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    victim = person_made(a, "{\"name\": \"易\", \"place\": 3}");
    fails_whole("/test/person", new_person, persons, 1);
    fails_whole(arena_printf(a, "/test/person/%lld", (long long)victim), changed_person, victim_rev, 1);
    fails_whole(arena_printf(a, "/test/person/%lld/end", (long long)victim), ended_person, victim_rev, 1);
}

static void a_route_of_a_module_wins(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    web_routes(modules, &b);
    const char *const lines[] = {"GET\t/test/person\ttest.person.read\tunit\t",
                                 "POST\t/test/person/{id}/end\ttest.person.write\tunit\t",
                                 "GET\t/kernel/setting\tadmin.kernel.setting.read\tunit\tinternal\t"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strstr(b.p, lines[i]) == NULL)
            fail_msg("no %s in %s", lines[i], b.p);
    assert_null(strstr(b.p, "GET\t/test/place/{id}\t")); /* world_module has its own */
    assert_non_null(strstr(b.p, "GET\t/face/export\t")); /* only the program writes these */
    assert_null(strstr(b.p, "POST\t/face/export\t"));
    assert_null(strstr(b.p, "/face/export/new"));
    assert_int_equal(get(a, "/test/place/1", OFFICER).status, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_walked_by_its_next_links),
        cmocka_unit_test(a_list_page_shows_conditions_rows_and_links),
        cmocka_unit_test(a_condition_chosen_in_the_bar_becomes_the_address),
        cmocka_unit_test(a_wrong_condition_shows_no_rows),
        cmocka_unit_test(hostile_texts_are_shown_as_texts),
        cmocka_unit_test(every_field_error_comes_at_once_and_input_is_kept),
        cmocka_unit_test(a_form_takes_what_people_write),
        cmocka_unit_test(a_stale_form_shows_both_texts_and_saves_on_a_second_look),
        cmocka_unit_test(the_history_tells_who_when_why_and_what),
        cmocka_unit_test(entered_in_error_needs_a_reason_and_leaves_the_list),
        cmocka_unit_test(programs_get_errors_with_fields),
        cmocka_unit_test(a_row_read_may_be_sent_back),
        cmocka_unit_test(a_field_too_secret_is_nowhere),
        cmocka_unit_test(what_lies_outside_the_scope_is_not_found),
        cmocka_unit_test(who_only_reads_gets_no_forms_to_send),
        cmocka_unit_test(references_are_proposed_by_name),
        cmocka_unit_test(a_failing_database_call_leaves_before_or_after),
        cmocka_unit_test(a_route_of_a_module_wins),
    };
    return cmocka_run_group_tests(tests, serve, stop);
}
