/* export_test.c: rows as table files: what goes out, what is noted first, the command. */
#include "db/test/on_sqlite.h"

#include "served.h"

#include <fcntl.h>

#include "face/commands.h"
#include "face/export.h"
#include "load/table.h"

static int64_t notes(void)
{
    return rows_of(&face_export_record);
}

static const struct load_row *next(struct load_table *t)
{
    const struct load_row *row;
    OK(load_table_next(t, &row));
    return row;
}

/* The n-th cell of a row, "" beyond its end. */
static const char *cell(const struct load_row *r, size_t n)
{
    return n < r->n ? r->cells[n].text : "";
}

static void an_export_holds_what_was_filtered_as_people_write_it(void **state)
{
    (void)state;
    for (int xlsx = 0; xlsx < 2; xlsx++) {
        arena_scope struct arena *a = arena_new();
        const char *at = "/test/person/export?place.eq=3&cols=name,place,born,hired,sex,pay,active&sort=-born";
        int64_t before = notes();
        struct reply r = send_form(a, at, at, OFFICER,
                                   xlsx ? "format=xlsx&cols=shown&reason=test" : "format=csv&cols=shown&reason=test");
        assert_int_equal(r.status, 200);
        assert_int_equal(notes(), before + 1);
        struct load_table *t;
        OK(load_table_open_bytes(a, r.body, r.body_n, NULL, &t));
        assert_true(load_table_facts(t)->xlsx == (xlsx == 1));
        const struct load_row *row = next(t);
        assert_string_equal(cell(row, 0), "编号");
        assert_string_equal(cell(row, 1), "test.person.name");
        int n = 0;
        for (; (row = next(t)) != NULL; n++) {
            const struct row *want = world->rows[1].p[strtoll(cell(row, 0), NULL, 10) - 1];
            assert_string_equal(load_unmark(cell(row, 1)), row_text(want, "name"));
            assert_string_equal(cell(row, 2), "地3");
            const char *born = row_text(want, "born");
            assert_int_equal(strlen(cell(row, 3)), born == NULL ? 0 : strlen(born));
            assert_null(strchr(cell(row, 3), '-'));
        }
        assert_true(n > 0);
    }
}

static void personal_rows_leave_only_with_a_reason(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = notes();
    struct reply r =
        send_form(a, "/test/person/export", "/test/person/export", OFFICER, "format=csv&cols=shown&reason=%20");
    assert_int_equal(r.status, 422);
    assert_has(&r, "id=\"reason-e\"");
    assert_int_equal(notes(), before);
    r = send_form(a, "/test/place/export", "/test/place/export", OFFICER,
                  "format=csv&cols=all"); /* open: none needed */
    assert_int_equal(r.status, 200);
    r = get(a, "/face/export?record.eq=test.place", JSON_FACE OFFICER);
    assert_has(&r, "\"by\":\"秦守正\"");
    r = post(a, "/face/export", JSON_BODY OFFICER, "{\"record\": \"x\"}"); /* nobody writes the notes */
    assert_int_equal(r.status, 405);
}

static void an_export_keeps_to_scope_and_class(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = send_form(a, "/test/person/export", "/test/person/export", NARROW, "format=csv&cols=all&reason=x");
    assert_int_equal(r.status, 200);
    assert_false(has(&r, "secret"));
    struct load_table *t;
    OK(load_table_open_bytes(a, r.body, r.body_n, NULL, &t));
    const struct load_row *row = next(t);
    while ((row = next(t)) != NULL) {
        const struct row *of = world->rows[1].p[strtoll(cell(row, 0), NULL, 10) - 1];
        assert_true(scope_has(&narrow.scope, of->scope));
    }
}

/* If the note cannot be written, nothing leaves. */
static void a_failing_database_call_lets_nothing_out(void **state)
{
    (void)state;
    for (int k = 0; k < 200; k++) {
        arena_scope struct arena *a = arena_new();
        struct reply p = get(a, "/test/person/export", OFFICER);
        const char *at = strstr(p.body, "name=\"csrf\" value=\"") + 19;
        const char *body = arena_printf(a, "csrf=%.*s&format=csv&reason=x", (int)strcspn(at, "\""), at);
        int64_t before = notes();
        db_fail_at(k);
        struct reply r = post(a, "/test/person/export", FORM OFFICER, body);
        db_fail_at(-1);
        if (r.status == 200) {
            assert_int_equal(notes(), before + 1);
            return;
        }
        assert_int_equal(r.status, 500);
        assert_false(has(&r, "test.person.name"));
    }
    fail_msg("the export never succeeded");
}

static int run(const char *file, const char *const *more)
{
    const char *argv[16] = {"export", "--db", file};
    int n = 3;
    while (*more != NULL)
        argv[n++] = *more++;
    return face_export_command(n, (char **)argv);
}

static void the_command_writes_a_file(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char dir[] = "/tmp/qf-export.XXXXXX";
    assert_non_null(mkdtemp(dir));
    const char *file = arena_printf(a, "%s/x.db", dir), *out = arena_printf(a, "%s/out.csv", dir);
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
            row_set(r, "name", arena_printf(a, "=%d", i));
            row_set_int(a, r, "seat", i);
            OK(record_save(&c, &person, r, 0));
        }
        OK(change_commit(&c));
    }
    db_give(db);
    db_pool_close(pool);
    int err = dup(2), null = open("/dev/null", O_WRONLY); /* its messages are not the test's */
    dup2(null, 2);
    int done[] = {run(file, (const char *const[]){"test.person", "--filter", "?seat.from=2", "--cols", "name,seat",
                                                  "--sort", "-seat", "--out", out, "--english", NULL}),
                  run(file, (const char *const[]){"test.nothing", "--out", out, NULL}),
                  run(file, (const char *const[]){"test.person", "--filter", "?what=2", NULL}),
                  run("/tmp/qf-export.none/x.db", (const char *const[]){"test.person", NULL})};
    dup2(err, 2);
    close(err);
    close(null);
    assert_int_equal(done[0], 0);
    assert_int_equal(done[1], 2);
    assert_int_not_equal(done[2], 0);
    assert_int_equal(done[3], 3);
    FILE *f = fopen(out, "r");
    char text[400] = {0};
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    assert_string_equal(text, "\xef\xbb\xbfNo.,test.person.name,test.person.seat\r\n5,'=4,4\r\n4,'=3,3\r\n3,'=2,2\r\n");
    assert_int_equal(system(arena_printf(a, "rm -rf %s", dir)), 0);
}

/* What a command writes to stdout; arena. */
static char *told(struct arena *a, int (*command)(int argc, char **argv), const char *flag)
{
    char path[] = "/tmp/qf-told.XXXXXX";
    int fd = mkstemp(path), out = dup(1);
    char *argv[] = {"x", (char *)flag, NULL};
    fflush(stdout);
    dup2(fd, 1);
    int status = command(flag == NULL ? 1 : 2, argv);
    fflush(stdout);
    dup2(out, 1);
    close(out);
    struct buf b = BUF(a);
    char piece[4096];
    lseek(fd, 0, SEEK_SET);
    for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0;)
        buf_add(&b, piece, (size_t)n);
    close(fd);
    unlink(path);
    assert_int_equal(status, 0);
    return buf_str(&b);
}

static void the_register_tells_class_purpose_basis_and_retention_of_every_field(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/fields", OFFICER);
    assert_has(&r, "test.person.secret");
    assert_has(&r, "TEST-1");
    assert_has(&r, "期限未定");
    r = get(a, "/fields", JSON_FACE READER);
    json_t *rows = json_object_get(json_of(a, &r), "rows"), *row;
    size_t i;
    int fields = 0;
    for (int k = 0; k < record_count(); k++)
        fields += record_fields(record_at(k));
    assert_int_equal(json_array_size(rows), fields);
    static const char *const must[] = {"record", "field",   "type", "class",    "purpose",
                                       "basis",  "readers", "keep", "keep_from"};
    json_array_foreach(rows, i, row)
    {
        for (size_t m = 0; m < sizeof must / sizeof *must; m++)
            assert_non_null(json_string_value(json_object_get(row, must[m])));
    }
    char *text = told(a, face_fields_command, NULL);
    assert_non_null(
        strstr(text, "test.person.secret\ttest.person.secret\ttext\tsealed\ttest.purpose.all\tTEST-1\tsupervision\t"
                     "test.all\tborn\t"));
    text = told(a, face_fields_command, "--json");
    assert_non_null(strstr(text, "{\"record\":\"test.person\",\"field\":\"place\",\"type\":\"reference\","));
    assert_non_null(strstr(told(a, face_fields_command, "--english"), "kept, period not yet set"));
}

static void the_schema_names_tables_and_columns(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char *text = told(a, face_schema_command, NULL);
    assert_non_null(strstr(text, "test_person\tplace\tint\treference test.place\n"));
    assert_non_null(strstr(text, "test_person\tsex\ttext\tcode gb2261.1_sex\n"));
    assert_non_null(strstr(text, "test_place\tscope_to\tint\n"));
    assert_non_null(strstr(text, "-- face/schema.sql\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_export_holds_what_was_filtered_as_people_write_it),
        cmocka_unit_test(personal_rows_leave_only_with_a_reason),
        cmocka_unit_test(an_export_keeps_to_scope_and_class),
        cmocka_unit_test(a_failing_database_call_lets_nothing_out),
        cmocka_unit_test(the_command_writes_a_file),
        cmocka_unit_test(the_register_tells_class_purpose_basis_and_retention_of_every_field),
        cmocka_unit_test(the_schema_names_tables_and_columns),
    };
    return cmocka_run_group_tests(tests, serve, stop);
}
