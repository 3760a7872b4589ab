/* import_cases.h: rows from tables over HTTP: file, columns, dry run, writing. */
#include "served.h"

#include "doc/table.h"

/* Sends a file; the path of the import that began, or NULL with the answer in *r. */
static const char *send_file(struct arena *a, const char *list, const char *cookie, const char *name, const void *bytes,
                             size_t n, struct reply *r)
{
    struct reply p = get(a, arena_printf(a, "%s/import", list), cookie);
    const char *at = strstr(p.body == NULL ? "" : p.body, "name=\"csrf\" value=\"");
    assert_non_null(at);
    at += 19;
    struct buf b = BUF(a);
    buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%.*s\r\n", (int)strcspn(at, "\""), at);
    buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n", name);
    buf_add(&b, bytes, n);
    buf_puts(&b, "\r\n--XX--\r\n");
    *r = client_ask(a, port, "POST", arena_printf(a, "%s/import", list),
                    arena_printf(a, "Content-Type: multipart/form-data; boundary=XX\r\n%s", cookie), b.p, b.n);
    return r->status == 303 ? reply_header(a, r, "Location") : NULL;
}

static const char *begin(struct arena *a, const char *list, const char *name, const void *bytes, size_t n)
{
    struct reply r;
    const char *path = send_file(a, list, OFFICER, name, bytes, n, &r);
    if (path == NULL)
        fail_msg("%d %s", r.status, r.body);
    return path;
}

/* Takes the columns as proposed and tries. */
static void try_it(struct arena *a, const char *path)
{
    struct reply r = get(a, path, JSON_FACE OFFICER);
    json_t *cols = json_object_get(json_of(a, &r), "columns");
    struct buf b = BUF(a);
    buf_puts(&b, "act=try");
    for (size_t i = 0; i < json_array_size(cols); i++) {
        const char *f = json_string_value(json_object_get(json_array_get(cols, i), "field"));
        buf_printf(&b, "&col.%zu=%s", i, f == NULL ? "" : f);
    }
    r = send_form(a, path, path, OFFICER, buf_str(&b));
    assert_int_equal(r.status, 303);
}

static void counts_are(struct arena *a, const char *path, int fresh, int changed, int same, int refused)
{
    struct reply r = get(a, path, JSON_FACE OFFICER);
    json_t *c = json_object_get(json_of(a, &r), "counts");
    int got[] = {
        (int)json_integer_value(json_object_get(c, "new")), (int)json_integer_value(json_object_get(c, "changed")),
        (int)json_integer_value(json_object_get(c, "same")), (int)json_integer_value(json_object_get(c, "refused"))};
    if (got[0] != fresh || got[1] != changed || got[2] != same || got[3] != refused)
        fail_msg("new %d changed %d same %d refused %d: %s", got[0], got[1], got[2], got[3], r.body);
}

static int64_t changes_made(void)
{
    db_scope struct db_tx tx = {0};
    arena_scope struct arena *a = arena_new();
    int64_t n;
    OK(db_begin_read(world->db, a, &tx));
    OK(db_one_int(&tx, "SELECT count(*) FROM revision WHERE record <> 'admin.read'", NULL, 0, 0, &n));
    return n; /* reads are logged all along */
}

static const char csv[] = "name,test.person.place,born,测试,seat,number\r\n"
                          "新一,地3,1975.3,x,1,I1\r\n"
                          "新二,地4,1975年12月,x,2,I2\r\n"
                          "坏,nowhere,1975.13,x,zz,I3\r\n"
                          ",地3,1975,x,1,\r\n"
                          "新三,地3,,x,,\r\n"
                          "新三,地3,,x,,\r\n"
                          "新四,地3,,x,,I1\r\n";

static void a_dry_run_writes_nothing_and_names_every_reason(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = rows_of(&person);
    const char *path = begin(a, "/test/person", "新人.csv", csv, sizeof csv - 1);
    struct reply r = get(a, path, OFFICER);
    assert_has(&r, "测试");
    assert_has(&r, "<option value=\"place\" selected>");
    try_it(a, path);
    counts_are(a, path, 3, 0, 1, 3);
    assert_int_equal(rows_of(&person), before);
    r = get(a, arena_printf(a, "%s?status=refused", path), OFFICER);
    const char *const parts[] = {"1975.13", "nowhere", "zz", "请填写", "与第 2 行重复", "写入有效的 3 行"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(&r, parts[i]);
    r = get(a, arena_printf(a, "%s/sheet", path), OFFICER);
    assert_int_equal(r.status, 200);
    assert_true(r.body_n > 1000 && memcmp(r.body, "PK", 2) == 0);
    r = get(a, arena_printf(a, "%s?lang=en", path), OFFICER);
    assert_has(&r, "Row 2 has it too");
    get(a, arena_printf(a, "%s?lang=zh-CN", path), OFFICER);
}

static void what_is_valid_goes_in_and_a_second_time_changes_nothing(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = rows_of(&person);
    const char *path = begin(a, "/test/person", "新人.csv", csv, sizeof csv - 1);
    try_it(a, path);
    struct reply r = send_form(a, path, path, OFFICER, "act=write");
    assert_int_equal(r.status, 303);
    assert_int_equal(rows_of(&person), before + 3);
    r = get(a, "/test/person?number.eq=I2&cols=name,born,place", JSON_FACE OFFICER);
    assert_has(&r, "\"name\":\"新二\",\"born\":\"1975-12\",\"place\":4");
    int64_t seq = changes_made();
    path = begin(a, "/test/person", "新人.csv", csv, sizeof csv - 1);
    try_it(a, path);
    counts_are(a, path, 0, 0, 4, 3);
    assert_int_equal(changes_made(), seq);
}

/* An export taken in again is no change at all, whatever the texts are. */
static void an_export_comes_back_as_unchanged(void **state)
{
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        arena_scope struct arena *a = arena_new();
        const char *list = kind % 3 == 0 ? "/test/person" : kind % 3 == 1 ? "/test/note" : "/test/place";
        const char *at = arena_printf(a, "%s/export", list);
        struct reply r =
            send_form(a, at, at, OFFICER, kind < 3 ? "format=csv&cols=all&reason=t" : "format=xlsx&cols=all&reason=t");
        assert_int_equal(r.status, 200);
        int64_t seq = changes_made();
        const char *path = begin(a, list, kind < 3 ? "x.csv" : "x.xlsx", r.body, r.body_n);
        try_it(a, path);
        const struct record *rec = kind % 3 == 0 ? &person : kind % 3 == 1 ? &note : &place;
        counts_are(a, path, 0, 0, (int)rows_of(rec), 0);
        assert_int_equal(changes_made() - seq, kind < 3 ? 1 : 0); /* the layout, once */
    }
}

static void a_changed_cell_is_shown_and_an_empty_one_clears_nothing(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = post(a, "/test/person", JSON_BODY OFFICER,
                          "{\"name\": \"改\", \"place\": 3, \"born\": \"1975-03\", \"seat\": 5}");
    long long id = json_integer_value(json_object_get(json_of(a, &r), "id"));
    const char *file = arena_printf(a, "编号,name,born,seat\n%lld,改,1975.04,\n999999,x,,\nabc,x,,\n", id);
    const char *path = begin(a, "/test/person", "c.csv", file, strlen(file));
    try_it(a, path);
    counts_are(a, path, 0, 1, 0, 2);
    r = send_form(a, path, path, OFFICER, "act=write");
    r = get(a, arena_printf(a, "/test/person/%lld", id), JSON_FACE OFFICER);
    assert_has(&r, "\"born\":\"1975-04\"");
    assert_has(&r, "\"seat\":5");
    r = get(a, arena_printf(a, "/test/person/%lld/history", id), OFFICER);
    assert_has(&r, "导入 c.csv");
}

static void the_columns_are_remembered_for_the_header(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *file = "名号,座次,number\n记一,3,L1\n";
    const char *path = begin(a, "/test/person", "l.csv", file, strlen(file));
    struct reply r = send_form(a, path, path, OFFICER, "act=try&col.0=name&col.1=name&col.2=");
    assert_int_equal(r.status, 422);
    assert_has(&r, "名号");
    r = send_form(a, path, path, OFFICER, "act=try&col.0=&col.1=&col.2=id");
    assert_int_equal(r.status, 422);
    r = send_form(a, path, path, OFFICER, "act=try&col.0=name&col.1=seat&col.2=");
    assert_int_equal(r.status, 303);
    counts_are(a, path, 1, 0, 0, 0);
    path = begin(a, "/test/person", "m.csv", file, strlen(file));
    r = get(a, path, JSON_FACE OFFICER);
    assert_has(&r, "{\"head\":\"座次\",\"field\":\"seat\"},{\"head\":\"number\",\"field\":null}");
}

static struct err *collect(void *p, struct arena *a, const void *bytes, size_t n)
{
    (void)a;
    buf_add(p, bytes, n);
    return NULL;
}

static void odd_files_and_cells_are_refused_with_a_sentence(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const struct {
        const char *bytes;
        size_t n;
    } bad[] = {{"", 0},
               {"name\n", 5},
               {"\x00\x01\x02\x03\xff\xfe\x00", 7},
               {"PK\x03\x04xxxxxxxx", 12},
               {"<html><body>x</body></html>", 26}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r;
        assert_null(send_file(a, "/test/person", OFFICER, "b.csv", bad[i].bytes, bad[i].n, &r));
        assert_int_equal(r.status, 422);
        assert_has(&r, "class=\"sum-bad\"");
    }
    struct buf x = BUF(a);
    struct doc_table *t;
    OK(doc_table_begin(a, DOC_XLSX, NULL, (struct doc_sink){collect, &x}, &t));
    OK(doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, "name"}, {DOC_TEXT, "born"}}, 2));
    OK(doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, "一月"}, {DOC_NUMBER, "1990.1"}}, 2));
    OK(doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, "三月"}, {DOC_NUMBER, "1990.03"}}, 2));
    OK(doc_table_end(t));
    const char *path = begin(a, "/test/person", "d.xlsx", x.p, x.n);
    try_it(a, path);
    counts_are(a, path, 1, 0, 0, 1);
    struct reply r = get(a, arena_printf(a, "%s?status=refused", path), OFFICER);
    assert_has(&r, "分不清");
}

static void an_import_is_its_own_accounts_and_keeps_to_the_scope(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *file = "name,place\n外,3\n内,2\n";
    const char *path = begin(a, "/test/person", "s.csv", file, strlen(file));
    assert_int_equal(get(a, path, NARROW).status, 404);
    assert_int_equal(get(a, arena_printf(a, "%s/sheet", path), NARROW).status, 404);
    struct reply r;
    path = send_file(a, "/test/person", NARROW, "s.csv", file, strlen(file), &r);
    assert_non_null(path);
    r = send_form(a, path, path, NARROW, "act=try&col.0=name&col.1=place");
    assert_int_equal(r.status, 303);
    r = get(a, path, JSON_FACE NARROW);
    assert_has(&r, "\"counts\":{\"new\":1,\"changed\":0,\"same\":0,\"refused\":1}");
    assert_int_equal(get(a, "/test/person/import", READER).status, 403);
    assert_int_equal(post(a, "/test/person/import", JSON_BODY READER, "{}").status, 403);
}

/* A tree is written in the order of the file, also when a row before is refused. */
static void a_tree_comes_in_parents_first(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *file =
        "name,parent,seat\n甲部,,1\n坏的名字太长太长太长太长太长太长太长太长太长,,1\n甲一处,甲部,1\n甲一科,"
        "甲一处,x\n甲二科,甲一处,2\n";
    const char *path = begin(a, "/test/place", "t.csv", file, strlen(file));
    try_it(a, path);
    counts_are(a, path, 3, 0, 0, 2);
    struct reply r = send_form(a, path, path, OFFICER, "act=write");
    assert_int_equal(r.status, 303);
    r = get(a, "/test/place?name.eq=%E7%94%B2%E4%BA%8C%E7%A7%91&cols=name,parent", JSON_FACE OFFICER);
    int64_t parent =
        json_integer_value(json_object_get(json_array_get(json_object_get(json_of(a, &r), "rows"), 0), "parent"));
    r = get(a, arena_printf(a, "/test/place?parent.eq=%lld", (long long)parent), JSON_FACE OFFICER);
    assert_has(&r, "\"total\":1");
}

static void a_failing_database_call_leaves_all_or_nothing(void **state)
{
    (void)state;
    const char *file = "name,place,number\n败一,3,F1\n败二,3,F2\n败三,3,F3\n";
    int64_t before = rows_of(&person);
    arena_scope struct arena *a = arena_new();
    const char *path = begin(a, "/test/person", "f.csv", file, strlen(file));
    try_it(a, path);
    for (int k = 0; k < 400; k++) {
        struct reply p = get(a, path, OFFICER);
        const char *at = strstr(p.body, "name=\"csrf\" value=\"") + 19;
        const char *body = arena_printf(a, "csrf=%.*s&act=write", (int)strcspn(at, "\""), at);
        db_fail_at(k);
        struct reply r = post(a, path, FORM OFFICER, body);
        db_fail_at(-1);
        int64_t now = rows_of(&person);
        assert_true(now == before || now == before + 3);
        if (r.status == 303) {
            assert_int_equal(now, before + 3);
            return;
        }
        assert_int_equal(r.status, 500);
    }
    fail_msg("the import never succeeded");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dry_run_writes_nothing_and_names_every_reason),
        cmocka_unit_test(what_is_valid_goes_in_and_a_second_time_changes_nothing),
        cmocka_unit_test(an_export_comes_back_as_unchanged),
        cmocka_unit_test(a_changed_cell_is_shown_and_an_empty_one_clears_nothing),
        cmocka_unit_test(the_columns_are_remembered_for_the_header),
        cmocka_unit_test(odd_files_and_cells_are_refused_with_a_sentence),
        cmocka_unit_test(an_import_is_its_own_accounts_and_keeps_to_the_scope),
        cmocka_unit_test(a_tree_comes_in_parents_first),
        cmocka_unit_test(a_failing_database_call_leaves_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, serve, stop);
}
