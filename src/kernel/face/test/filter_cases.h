/* filter_cases.h: lists narrowed by an expression over facts, on either database. */
#include "served.h"

#include <fcntl.h>

#include "face/commands.h"
#include "face/filter.h"

static const struct fact person_facts[] = {{"seat", EXPR_INT, .field = "seat"},
                                           {"sex", EXPR_CODE, .field = "sex"},
                                           {"active", EXPR_BOOL, .field = "active"},
                                           {"secret_seat", EXPR_INT, .field = "seat", .class = CLASS_SEALED},
                                           {0}};
static const struct facts_subject person_subject = {
    .name = "person", .record = "test.person", .facts = person_facts, .seat = "seat"};
static const struct fact note_facts[] = {{"n", EXPR_INT, .field = "n"}, {"day", EXPR_DATE, .field = "day"}, {0}};
static const struct facts_subject note_subject = {
    .name = "note", .record = "test.note", .owner = "person", .key = "person", .facts = note_facts};

static struct facts *facts;

static int serve_facts(void **state)
{
    facts_register(&person_subject);
    facts_register(&note_subject);
    serve(state);
    OK(facts_open(world->a, world->pool, 1, NULL, NULL, &facts));
    OK(facts_wait(facts, world->a));
    facts_share(facts);
    return 0;
}

static int stop_facts(void **state)
{
    facts_share(NULL);
    facts_close(facts);
    return stop(state);
}

/* Persons in use: notes of those entered in error stand in lists, but not in the columns. */
#define USED "person.not=1&person.not=10&person.not=19&person.not=28&person.not=37&person.not=46&person.not=55"

/* Both addresses give the same rows in the same order. */
static void alike(struct arena *a, const char *one, const char *two, const char *cookie)
{
    struct reply x = get(a, one, arena_printf(a, JSON_FACE "%s", cookie));
    struct reply y = get(a, two, arena_printf(a, JSON_FACE "%s", cookie));
    assert_int_equal(x.status, 200);
    json_t *r = json_object_get(json_of(a, &x), "rows"), *s = json_object_get(json_of(a, &y), "rows");
    assert_true(json_array_size(r) > 0);
    if (!json_equal(r, s))
        fail_msg("%s\n%s", x.body, y.body);
    assert_int_equal(json_integer_value(json_object_get(json_of(a, &x), "total")),
                     json_integer_value(json_object_get(json_of(a, &y), "total")));
}

static void an_expression_finds_what_conditions_find(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    alike(a, "/test/person?filter=seat%20%3E%3D%202&sort=-born", "/test/person?seat.from=2&sort=-born", OFFICER);
    alike(a, "/test/person?filter=seat%20%3E%3D%202&active=1", "/test/person?seat.from=2&active=1", OFFICER);
    alike(a, "/test/person?filter=seat%20%3E%3D%202%20and%20active", "/test/person?seat.from=2&active=1", NARROW);
    alike(a, "/test/note?filter=n%20%3D%202&" USED, "/test/note?n=2&" USED, NARROW);
    alike(a, "/test/note?filter=n%20%3D%202&limit=5&" USED, "/test/note?n=2&limit=5&" USED, OFFICER);
}

static void an_expression_is_shown_as_a_chip_and_kept_in_every_link(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/test/note?filter=n%3D2%20or%20n%3D3&limit=5", OFFICER);
    assert_int_equal(r.status, 200);
    assert_has(&r, "<code class=\"expr\">n = 2 or n = 3</code>");
    assert_has(&r, "filter=n%20%3D%202%20or%20n%20%3D%203&amp;limit=5&amp;after=");
    r = get(a, "/test/person?filter=seat%20%3E%3D%202", OFFICER);
    assert_has(&r, "未能判断");
    r = get(a, "/test/person?filter=seat%20%3E%3D%202", JSON_FACE OFFICER);
    assert_has(&r, "\"unknown\":");
    r = send_form(a, "/test/note/export?filter=n%3D2&" USED, "/test/note/export?filter=n%3D2&" USED, OFFICER,
                  "format=csv&reason=x");
    assert_int_equal(r.status, 200);
    int lines = 0;
    for (const char *p = r.body; (p = strchr(p, '\n')) != NULL; p++)
        lines++;
    struct reply list = get(a, "/test/note?n=2&" USED, JSON_FACE OFFICER);
    assert_int_equal(lines - 1, json_integer_value(json_object_get(json_of(a, &list), "total")));
}

static void a_wrong_or_secret_expression_says_where_it_stands(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/test/person?filter=seat%20%3E%3D%20%3D", OFFICER);
    assert_int_equal(r.status, 422);
    assert_has(&r, "href=\"#f-filter\"");
    assert_has(&r, "seat &gt;= =</textarea>");
    assert_false(has(&r, "id=\"rows\""));
    const char *const wrong[] = {"seat", "nothing=1", "secret_seat=1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        r = get(a, arena_printf(a, "/test/person?filter=%s", wrong[i]), JSON_FACE NARROW);
        assert_int_equal(r.status, 422);
        assert_has(&r, "\"field\":\"filter\"");
    }
    r = get(a, "/test/person?filter=secret_seat%3D1", JSON_FACE OFFICER); /* nor does who may see it ask it here */
    assert_int_equal(r.status, 422);
    r = get(a, "/test/place?filter=seat%3D1", JSON_FACE OFFICER);
    assert_int_equal(r.status, 422);
}

static void while_columns_load_the_list_says_so(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    facts_share(NULL);
    struct reply r = get(a, "/test/person?filter=seat%3D1", JSON_FACE OFFICER);
    facts_share(facts);
    assert_int_equal(r.status, 503);
}

static void the_command_takes_an_expression(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char dir[] = "/tmp/qf-filter.XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *file = arena_printf(a, "%s/x.db", dir), *out = arena_printf(a, "%s/out.csv", dir);
    struct db_pool *pool;
    struct db *db;
    OK(db_pool_open(a, file, true, &pool));
    OK(db_take(pool, a, &db));
    OK(record_migrate(db, a, true));
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, NULL, &c));
        for (int i = 0; i < 5; i++) {
            struct row *r = row_new(a, &person);
            row_set(r, "name", arena_printf(a, "p%d", i));
            if (i < 4)
                row_set_int(a, r, "seat", i);
            OK(record_save(&c, &person, r, 0));
        }
        OK(change_commit(&c));
    }
    db_give(db);
    db_pool_close(pool);
    int err = dup(2), null = open("/dev/null", O_WRONLY); /* its messages are not the test's */
    dup2(null, 2);
    int done = face_export_command(
        10, (char *[]){"export", "--db", file, "test.person", "--filter", "seat >= 2", "--cols", "name", "--out", out});
    int wrong = face_export_command(6, (char *[]){"export", "--db", file, "test.person", "--filter", "seat >="});
    dup2(err, 2);
    close(err);
    close(null);
    assert_int_equal(done, 0);
    assert_int_not_equal(wrong, 0);
    FILE *f = fopen(out, "r");
    char text[200] = {0};
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    assert_string_equal(text, "\xef\xbb\xbf编号,test.person.name\r\n3,p2\r\n4,p3\r\n");
    assert_int_equal(system(arena_printf(a, "rm -rf %s", dir)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expression_finds_what_conditions_find),
        cmocka_unit_test(an_expression_is_shown_as_a_chip_and_kept_in_every_link),
        cmocka_unit_test(a_wrong_or_secret_expression_says_where_it_stands),
        cmocka_unit_test(while_columns_load_the_list_says_so),
        cmocka_unit_test(the_command_takes_an_expression),
    };
    return cmocka_run_group_tests(tests, serve_facts, stop_facts);
}
