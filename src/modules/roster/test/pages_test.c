/* The officer's pages over HTTP on a fictitious district of 300 cadres: lists agree with plain SQL, a portrait hides
 * what is over, nobody asks in lists for what case files say, and data is the same in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "base/clock.h"
#include "demo/demo.h"
#include "face/face.h"
#include "face/query.h"
#include "load/table.h"
#include "roster/intake_table.h"
#include "roster/roster.h"
#include "view/view.h"

static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
static struct who clerk = {
    .account = 2, .name = "白简", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_PERSONAL};
static struct who outsider = {
    .account = 3, .name = "江守一", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_INTERNAL};
static struct who town = {.account = 4, .name = "方守一", .role = "supervision", .sees = CLASS_PERSONAL};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(cookie, "officer") == 0    ? &officer
               : strcmp(cookie, "clerk") == 0    ? &clerk
               : strcmp(cookie, "outsider") == 0 ? &outsider
               : strcmp(cookie, "town") == 0     ? &town
                                                 : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}

static int64_t town_id, congress_id;

static int serve(void **state)
{
    (void)state;
    struct demo_stats stats;
    const struct demo_how how = {0};
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(":memory:", NULL);
    OK(demo_fill(h.db, h.a, 300, 1, &how, &stats));
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &who_console, "test", &c));
        OK(setting_put(&c, "reads_met", "unit"));
        OK(setting_put(&c, "reads_a_day", "1000"));
        OK(change_commit(&c));
    }
    house_columns();
    OK(view_init(h.a));
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h.db, h.a, &tx));
    town.scope.n = 1;
    OK(db_one_int(&tx,
                  "SELECT unit FROM roster_member WHERE unit IN (SELECT id FROM roster_unit WHERE node = '1') GROUP BY "
                  "unit ORDER BY count(*) DESC, unit LIMIT 1",
                  NULL, 0, 0, &town_id));
    OK(db_one_int(&tx, "SELECT id FROM roster_unit WHERE kind = 'peoples_congress'", NULL, 0, 0, &congress_id));
    OK(record_tree_range(&tx, &roster_unit, town_id, &town.scope.ranges[0].from, &town.scope.ranges[0].to));
    db_end(&tx);
    house_serve((struct web_config){.modules = program_modules, .auth = {session, may, "/login"}, .page_threads = 2});
    return 0;
}

#define JSON "Accept: application/json\r\n"

static json_t *json_at(struct arena *a, const char *who, const char *target)
{
    struct reply r = house_get(a, who, target, JSON);
    json_error_t je;
    json_t *o = json_loads(r.body == NULL ? "" : r.body, 0, &je);
    if (r.status != 200 || o == NULL)
        fail_msg("%s: %d %s", target, r.status, r.body == NULL ? "" : r.body);
    arena_defer(a, (void (*)(void *))json_decref, o);
    return o;
}

static const char *filter(struct arena *a, const char *condition)
{
    struct buf b = BUF(a);
    buf_puts(&b, "/roster/member?size=200&filter=");
    face_escape(&b, condition);
    return buf_str(&b);
}

static int64_t total(const json_t *list)
{
    return json_integer_value(json_object_get(list, "total"));
}

static void lists_count_what_sql_counts(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct {
        const char *condition, *sql;
    } all[] = {
        {"sex = female", "sex = '2'"},
        {"status = in_office", "status = '1'"},
        {"status != in_office", "status IS NOT NULL AND status <> '1'"},
        {"birth >= 1980-01-01", "substr(birth || '-01-01', 1, 10) >= '1980-01-01'"},
        {"politics in (party_member, masses) and sex = male", "politics IN ('01', '13') AND sex = '1'"},
        {"not managed_by_district", "managed_by_district = 0"},
        {"any(post: current and leading)",
         "EXISTS (SELECT 1 FROM roster_post p WHERE p.member = m.id AND p.current = 1 AND p.leading_post = 1 AND "
         "p.ended = 0)"},
        {"count(appraisal: grade = '1') >= 2",
         "(SELECT count(*) FROM roster_appraisal g WHERE g.member = m.id AND g.grade = '1' AND g.ended = 0) >= 2"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int64_t want =
            house_number(arena_printf(a, "SELECT count(*) FROM roster_member m WHERE ended = 0 AND %s", all[i].sql));
        int64_t got = total(json_at(a, "officer", filter(a, all[i].condition)));
        if (want != got || want <= 0)
            fail_msg("%s: %lld, by SQL %lld", all[i].condition, (long long)got, (long long)want);
    }
}

static void names_levels_ages_and_units_narrow_together(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t want = house_number(
        "SELECT count(*) FROM roster_member WHERE ended = 0 AND (name_pinyin LIKE 'z%' OR name_pinyin LIKE '% z%')");
    assert_int_equal(total(json_at(a, "officer", "/roster/member?q=z")), want);
    int64_t town_people = house_number(
        arena_printf(a, "SELECT count(*) FROM roster_member WHERE ended = 0 AND unit = %lld", (long long)town_id));
    assert_int_equal(total(json_at(a, "officer", arena_printf(a, "/roster/member?unit=%lld", (long long)town_id))),
                     town_people);
    assert_int_equal(total(json_at(a, "officer", arena_printf(a, "/roster/member?body=%lld", (long long)town_id))),
                     town_people);
    int64_t young =
        total(json_at(a, "officer", arena_printf(a, "/roster/member?unit=%lld&age_to=35", (long long)town_id)));
    int64_t old =
        total(json_at(a, "officer", arena_printf(a, "/roster/member?unit=%lld&age_from=36", (long long)town_id)));
    assert_int_equal(young + old, town_people);
    json_t *level = json_at(a, "officer", filter(a, "level = section"));
    assert_int_equal(total(json_at(a, "officer", "/roster/member?level=section")), total(level));
}

/* Every row once, forth and back. */
static void pages_turn_forth_and_back(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *at = "/roster/member?size=47&sort=-birth,roster";
    int64_t seen = 0, sum = 0;
    json_t *list = NULL;
    char first[8192] = "";
    while (at != NULL) {
        list = json_at(a, "officer", at);
        json_t *rows = json_object_get(list, "rows");
        if (seen == 0)
            snprintf(first, sizeof first, "%s", arena_strdup(a, at));
        for (size_t i = 0; i < json_array_size(rows); i++)
            sum += json_integer_value(json_object_get(json_array_get(rows, i), "id"));
        seen += (int64_t)json_array_size(rows);
        at = json_string_value(json_object_get(list, "next"));
    }
    assert_int_equal(seen, house_number("SELECT count(*) FROM roster_member WHERE ended = 0"));
    assert_int_equal(sum, house_number("SELECT sum(id) FROM roster_member WHERE ended = 0"));
    int back = 0;
    for (at = json_string_value(json_object_get(list, "prev")); at != NULL; back++) {
        list = json_at(a, "officer", at);
        at = json_string_value(json_object_get(list, "prev"));
    }
    assert_int_equal(back, (seen - 1) / 47);
    json_t *begin = json_at(a, "officer", first);
    assert_true(json_equal(json_object_get(begin, "rows"), json_object_get(list, "rows")));
}

/* The place on a portrait is the row's number in the list it came from, under any order; who is not in it has none. */
static void a_portrait_says_its_true_place_in_the_list(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *const states[] = {"sort=-birth,roster&size=200", "filter=sex+%3D+female&size=200", "size=200&q=z"};
    for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
        json_t *list = json_at(a, "officer", arena_printf(a, "/roster/member?%s", states[s]));
        json_t *rows = json_object_get(list, "rows");
        size_t n = json_array_size(rows);
        assert_true(n > 2);
        for (size_t i = 0; i < n; i += i + 1 < n && i + 9 >= n ? n - 1 - i : 9) {
            int64_t id = json_integer_value(json_object_get(json_array_get(rows, i), "id"));
            struct buf at = BUF(a);
            buf_printf(&at, "/roster/member/%lld?from=", (long long)id);
            face_escape(&at, states[s]);
            json_t *portrait = json_at(a, "officer", buf_str(&at));
            assert_int_equal(json_integer_value(json_object_get(portrait, "place")), i + 1);
            struct reply page = house_get(a, "officer", buf_str(&at), "Accept-Language: en\r\n");
            assert_non_null(
                strstr(page.body, arena_printf(a, "Number %zu of %lld in the list<", i + 1, (long long)total(list))));
        }
    }
    int64_t man = house_number("SELECT min(id) FROM roster_member WHERE ended = 0 AND sex = '1'");
    const char *women = arena_printf(a, "/roster/member/%lld?from=filter%%3Dsex%%2B%%253D%%2Bfemale", (long long)man);
    assert_true(json_is_null(json_object_get(json_at(a, "officer", women), "place")));
    assert_null(strstr(house_get(a, "officer", women, "Accept-Language: en\r\n").body, " in the list<"));
}

static void refused(struct arena *a, const char *who, const char *target, const char *what)
{
    struct reply r = house_get(a, who, target, JSON);
    if (r.status != 422 || (what != NULL && strstr(r.body, what) == NULL))
        fail_msg("%s for %s: %d %s", target, who, r.status, r.body);
}

static void case_files_are_no_condition_order_or_column(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    refused(a, "officer", filter(a, "sex = male and bar_until > today"), "bar_until");
    refused(a, "officer", filter(a, "any(measure: kind = adm_warning)"), "measure");
    refused(a, "officer", filter(a, "count(measure: true) > 0"), "measure");
    refused(a, "officer", "/roster/member?sort=bar_until", "bar_until");
    refused(a, "officer", "/roster/member?cols=sex,bar_until", "bar_until");
    refused(a, "officer", "/roster/member?f.bar_until.from=2020", "bar_until");
    assert_int_equal(house_get(a, "outsider", filter(a, "age > 40"), JSON).status, 403);
    struct reply r =
        house_get(a, "officer", filter(a, "sex = male and\nbar_until > today"), JSON "Accept-Language: en\r\n");
    assert_non_null(strstr(r.body, "Line 2, column 1"));
}

static void a_wrong_condition_is_shown_beside_its_box(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = house_get(a, "officer", filter(a, "age >"), "Accept-Language: en\r\n");
    assert_int_equal(r.status, 422);
    assert_non_null(strstr(r.body, "id=\"filter-bad\">Line 1, column 6"));
    assert_non_null(strstr(r.body, ">age &gt;</textarea>"));
    assert_null(strstr(r.body, "<tbody"));
    refused(a, "officer", "/roster/member?colour=red", "colour");
    refused(a, "officer", "/roster/member?after=nonsense", NULL);
}

/* The one measure of a member is shown exactly while its period runs. */
static void a_portrait_shows_measures_only_while_in_effect(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = house_number(
        "SELECT m.member FROM roster_measure m WHERE kind = 'adm_warning' AND cancelled_on IS NULL AND "
        "(SELECT count(*) FROM roster_measure n WHERE n.member = m.member) = 1 ORDER BY decided_on LIMIT 1");
    int64_t decided = house_number(
        arena_printf(a, "SELECT replace(decided_on, '-', '') FROM roster_measure WHERE member = %lld", (long long)id));
    assert_true(decided > 0);
    struct date day = date_make((int)(decided / 10000), (int)(decided / 100 % 100), (int)(decided % 100));
    static const struct {
        int months, days;
        size_t shown;
    } when[] = {{0, -1, 0}, {0, 0, 1}, {6, -1, 1}, {6, 1, 0}};
    for (size_t i = 0; i < sizeof when / sizeof *when; i++) {
        char iso[DATE_TEXT];
        struct date at = date_add_days(date_add_months(day, when[i].months), when[i].days);
        const char *target = arena_printf(a, "/roster/member/%lld?at=%s", (long long)id, date_iso(at, iso));
        json_t *mine = json_at(a, "officer", target);
        if (json_array_size(json_object_get(mine, "measure")) != when[i].shown)
            fail_msg("%s: %zu measures", target, json_array_size(json_object_get(mine, "measure")));
        assert_null(json_object_get(json_at(a, "clerk", target), "measure"));
        struct reply page = house_get(a, "clerk", target, "");
        assert_null(strstr(page.body, "tab=measure"));
    }
}

static void what_lies_outside_the_scope_is_not_found(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t there =
        house_number(arena_printf(a, "SELECT min(id) FROM roster_member WHERE unit = %lld", (long long)town_id));
    int64_t elsewhere =
        house_number(arena_printf(a, "SELECT min(id) FROM roster_member WHERE unit <> %lld", (long long)town_id));
    assert_int_equal(house_get(a, "town", arena_printf(a, "/roster/member/%lld", (long long)there), JSON).status, 200);
    assert_int_equal(house_get(a, "town", arena_printf(a, "/roster/member/%lld", (long long)elsewhere), JSON).status,
                     404);
    assert_int_equal(
        house_get(a, "town", arena_printf(a, "/roster/member/%lld/photo", (long long)elsewhere), JSON).status, 404);
    assert_int_equal(house_get(a, "town", arena_printf(a, "/roster/unit/%lld", (long long)congress_id), JSON).status,
                     404);
    int64_t n = house_number(
        arena_printf(a, "SELECT count(*) FROM roster_member WHERE ended = 0 AND unit = %lld", (long long)town_id));
    assert_int_equal(total(json_at(a, "town", "/roster/member")), n);
    json_t *home = json_at(a, "town", "/");
    json_t *units = json_object_get(json_object_get(home, "figures"), "units");
    assert_int_equal(json_integer_value(json_object_get(units, "n")), 1);
}

static void a_single_hit_is_opened(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = house_number("SELECT min(id) FROM roster_member");
    db_scope struct db_tx tx = {0};
    struct row *r;
    OK(db_begin_read(h.db, a, &tx));
    OK(record_read(&tx, &roster_member, &officer, id, &r));
    struct reply to = house_get(a, "officer", arena_printf(a, "/search?q=%s", row_text(r, "citizen_id")), "");
    assert_int_equal(to.status, 303);
    assert_non_null(strstr(to.head, arena_printf(a, "/roster/member/%lld", (long long)id)));
    json_t *found = json_at(a, "officer", "/search?q=zzzzzz");
    assert_int_equal(json_integer_value(json_object_get(found, "members_total")), 0);
}

/* Every number of the first page is the length of the list it opens. */
static void figures_open_as_many_rows_as_they_say(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *home = json_at(a, "officer", "/"), *v;
    size_t i;
    const char *name;
    static const char *const tables[] = {"levels", "education", "ranks", "retirements"};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        json_array_foreach(json_object_get(home, tables[t]), i, v)
        {
            const char *href = json_string_value(json_object_get(v, "href"));
            assert_int_equal(total(json_at(a, "officer", href)), json_integer_value(json_object_get(v, "n")));
        }
    json_object_foreach(json_object_get(home, "figures"), name, v)
    {
        const char *href = json_string_value(json_object_get(v, "href"));
        int64_t n = json_integer_value(json_object_get(v, "n"));
        if (strncmp(href, "/roster/member", 14) == 0 && total(json_at(a, "officer", href)) != n)
            fail_msg("%s says %lld, %s has others", name, (long long)n, href);
    }
}

/* The links behind the approved posts of each unit's levels find the rows that add up to them. */
static void approved_posts_open_the_quotas_they_are_counted_from(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *units = json_at(a, "officer", "/roster/unit"), *u, *l;
    size_t i, k, seen = 0, past = 0;
    json_array_foreach(json_object_get(units, "rows"), i, u)
    {
        const char *at = arena_printf(a, "/roster/unit/%lld", (long long)json_integer_value(json_object_get(u, "id")));
        json_t *unit = json_at(a, "officer", at);
        const char *page = house_get(a, "officer", at, "").body;
        json_array_foreach(json_object_get(unit, "quota"), k, l)
        {
            int64_t approved = json_integer_value(json_object_get(l, "approved")), sum = 0;
            if (approved == 0)
                continue;
            const char *link = strstr(page, "<a href=\"/roster/quota?");
            assert_non_null(link);
            struct buf href = BUF(a);
            for (page = link + 9; *page != '"'; page += strncmp(page, "&amp;", 5) == 0 ? 5 : 1)
                buf_putc(&href, *page);
            json_t *list = json_at(a, "officer", buf_str(&href)), *row;
            size_t n;
            json_array_foreach(json_object_get(list, "rows"), n, row)
            {
                assert_string_equal(json_string_value(json_object_get(row, "level")),
                                    json_string_value(json_object_get(l, "level")));
                sum += json_integer_value(json_object_get(row, "approved"));
            }
            assert_int_equal(sum, approved);
            page = strstr(page, "</tr>");
            seen++;
        }
    }
    past = (size_t)house_number("SELECT count(*) FROM roster_quota WHERE to_on < '2026-11-25'");
    assert_true(seen > 10 && past > 0);
}

/* The menu leads to one page, and that to every record's pages, each of which is there. */
static void records_are_reached_from_the_menu(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply home = house_get(a, "officer", "/roster/member", "Accept-Language: en\r\n");
    assert_non_null(strstr(home.body, "href=\"/records\""));
    struct reply page = house_get(a, "officer", "/records", "Accept-Language: en\r\n");
    assert_int_equal(page.status, 200);
    json_t *data = json_at(a, "officer", "/records"), *m, *r;
    size_t i, k, records = 0, links = 0, declared = 0;
    static const char *const parts[] = {"list", "new", "import", "export"};
    json_array_foreach(json_object_get(data, "modules"), i, m) json_array_foreach(json_object_get(m, "records"), k, r)
    {
        records++;
        for (int p = 0; p < 4; p++) {
            const char *at = json_string_value(json_object_get(r, parts[p]));
            if (at == NULL)
                continue;
            links++;
            assert_non_null(strstr(page.body, arena_printf(a, "href=\"%s\"", at)));
            struct reply there = house_get(a, "officer", at, "");
            if (there.status != 200)
                fail_msg("%s: %d", at, there.status);
        }
    }
    for (int n = 0; n < record_count(); n++) {
        const char *name = record_at(n)->name;
        bool closed = strncmp(name, "kernel.", 7) == 0 || strncmp(name, "admin.", 6) == 0;
        declared += record_at(n)->list != NULL && !closed;
        if (closed) /* who may not read it does not see it */
            assert_null(strstr(page.body,
                               arena_printf(a, "\"/%.*s/%s\"", (int)strcspn(name, "."), name, strchr(name, '.') + 1)));
    }
    assert_int_equal(records, declared);
    assert_true(links > records);
}

/* ---- the list as a file ---- */
static struct load_table *file_of(struct arena *a, const char *address, const char *form)
{
    struct reply page = house_get(a, "officer", address, "");
    assert_int_equal(page.status, 200);
    const char *at = strstr(page.body, "name=\"csrf\" value=\"") + 19;
    const char *body = arena_printf(a, "csrf=%.*s&reason=%%E8%%AF%%95&%s", (int)strcspn(at, "\""), at, form);
    struct reply r = client_ask(a, h.port, "POST", address,
                                "Cookie: qf_session=officer\r\nContent-Type: application/x-www-form-urlencoded\r\n",
                                body, strlen(body));
    if (r.status != 200)
        fail_msg("%s: %d %s", address, r.status, r.body);
    struct load_table *t;
    OK(load_table_open_bytes(a, r.body, r.body_n, NULL, &t));
    return t;
}

static const char *cell(const struct load_row *r, size_t n)
{
    return n < r->n ? r->cells[n].text : "";
}

/* Moves on behind the next piece of the page. */
static void follow(struct arena *a, const char **page, const char *before, const char *text)
{
    const char *piece = arena_printf(a, "%s%s", before, text), *at = strstr(*page, piece);
    if (at == NULL)
        fail_msg("the page lacks '%s', or not in this order", piece);
    *page = at + strlen(piece);
}

/* The file's heads, rows and cells stand on the page in the same order, and no others. */
static void same_as_page(struct arena *a, const char *state, const char *format)
{
    struct reply r = house_get(a, "officer", arena_printf(a, "/roster/member?size=200&%s", state), "");
    json_t *list = json_at(a, "officer", arena_printf(a, "/roster/member?size=200&%s", state));
    struct load_table *t =
        file_of(a, arena_printf(a, "/roster/member/export?%s", state), arena_printf(a, "cols=shown&format=%s", format));
    bool csv = strcmp(format, "csv") == 0;
    const struct load_row *row;
    const char *page = strstr(r.body, "<thead");
    int64_t n = 0;
    OK(load_table_next(t, &row));
    size_t columns = row->n;
    for (size_t i = 0; i < columns; i++)
        follow(a, &page, ">", cell(row, i));
    const char *end = strstr(page, "</thead>"), *other = strstr(page, "columnheader");
    assert_true(other == NULL || end < other);
    for (;; n++) {
        OK(load_table_next(t, &row));
        if (row == NULL)
            break;
        const json_t *shown = json_array_get(json_object_get(list, "rows"), (size_t)n);
        const char *name = csv ? load_unmark(cell(row, 0)) : cell(row, 0);
        assert_string_equal(name, json_string_value(json_object_get(shown, "name")));
        follow(a, &page, "scope=\"row\"", "");
        follow(a, &page, "<td role=\"cell\">", csv ? load_unmark(cell(row, 1)) : cell(row, 1));
        for (size_t i = 2; i < columns; i++)
            follow(a, &page, "\"><span>", cell(row, i));
    }
    assert_true(n > 1 && n <= 200);
    assert_int_equal(n, total(list));
    assert_null(strstr(page, "scope=\"row\""));
}

static void an_export_holds_the_page_row_by_row(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *town_text =
        arena_printf(a, "unit=%lld&sort=-age,name&cols=age,degree_level,level_since", (long long)town_id);
    const char *const states[] = {"q=z", town_text, "as_of=2019-05-17&filter=age+%3E%3D+50&sort=-name",
                                  "filter=sex+%3D+female&level=section&age_from=30&sort=birth"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        same_as_page(a, states[i], "csv");
        same_as_page(a, states[i], "xlsx");
    }
    int64_t notes = house_number("SELECT count(*) FROM face_export WHERE record = 'roster.member' AND count = '0'");
    assert_int_equal(notes, 0);
    struct reply r = house_get(a, "officer", "/roster/member/export?colour=red", JSON);
    assert_int_equal(r.status, 422);
}

static void no_cell_of_an_export_runs(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char *const names[] = {"=试某甲", "+试某乙", "-试某丙", "@试某丁"};
    for (int i = 0; i < 4; i++) {
        change_scope struct change c = {0};
        struct row *row = row_new(a, &roster_member);
        row_set(row, "name", names[i]);
        row_set(row, "status", "1");
        row_set(row, "post_text", "=HYPERLINK(1)");
        OK(change_begin(h.db, a, &who_console, "test", &c));
        OK(record_save(&c, &roster_member, row, 0));
        OK(change_commit(&c));
    }
    for (int whole = 0; whole < 2; whole++) {
        struct load_table *t = file_of(a, "/roster/member/export?q=%E8%AF%95%E6%9F%90",
                                       whole ? "format=csv&cols=all" : "format=csv&cols=shown");
        const struct load_row *row;
        OK(load_table_next(t, &row));
        for (int n = 0; n < 4; n++) {
            OK(load_table_next(t, &row));
            assert_non_null(row);
            for (size_t i = 0; i < row->n; i++)
                assert_null(memchr("=+-@", *cell(row, i) == '\0' ? 'x' : *cell(row, i), 4));
        }
        OK(load_table_next(t, &row));
        assert_null(row);
    }
    same_as_page(a, "q=%E8%AF%95%E6%9F%90&sort=name", "csv");
    same_as_page(a, "q=%E8%AF%95%E6%9F%90&sort=name", "xlsx");
}

/* All columns are those of an official roster, and the import understands each but the running number and the age. */
static void all_columns_are_those_of_an_official_roster(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct load_table *t = file_of(a, "/roster/member/export?sort=name&filter=age+%3E%3D+40", "format=xlsx&cols=all");
    const struct load_row *row;
    struct intake_layout l;
    OK(load_table_next(t, &row));
    assert_true(intake_layout_guess(a, row, 1, &l));
    assert_int_equal(l.n, 20);
    assert_string_equal(l.heads[0], "序号");
    for (int i = 1; i < l.n; i++)
        if (l.means[i] < 0 && strcmp(l.heads[i], "年龄") != 0)
            fail_msg("the import does not know %s", l.heads[i]);
    int64_t n = 0, educated = 0;
    for (;; n++) {
        OK(load_table_next(t, &row));
        if (row == NULL)
            break;
        const struct intake *in = intake_of_row(a, &l, row);
        assert_non_null(in);
        if (in->refused != NULL)
            fail_msg("%s: %s", cell(row, 1), in->refused->detail);
        assert_int_equal(strtoll(cell(row, 0), NULL, 10), n + 1);
        educated += in->sets[SET_EDUCATION].n > 0;
    }
    assert_int_equal(n, total(json_at(a, "officer", "/roster/member?filter=age+%3E%3D+40")));
    assert_int_equal(educated, n);
}

/* Another value of the parameter that the demo sets. */
static void let_invented_through(const char *value)
{
    arena_scope struct arena *a = arena_new();
    int64_t id = house_number("SELECT id FROM rules_param WHERE rule = 'ID-CHECK' AND name = 'invented'");
    change_scope struct change c = {0};
    struct row *row;
    OK(change_begin(h.db, a, &who_console, "test", &c));
    OK(record_read(&c.tx, &rules_param_record, &who_console, id, &row));
    row_set(row, "value", value);
    OK(record_save(&c, &rules_param_record, row, row->rev));
    OK(change_commit(&c));
}

static int64_t id_checks(struct arena *a)
{
    struct rules_run run;
    struct rules_ask wanted = {.scope = &officer.scope, .rule = "ID-CHECK"};
    const struct rules_set *set = NULL;
    const struct facts_root *root facts_scope = NULL;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h.db, a, &tx));
    OK(rules_read_all(h.rules, &tx, &set, &root));
    OK(rules_judge(set, root, a, &wanted, &run));
    int64_t n = run.n;
    rules_end(set);
    return n;
}

/* What a roster's row with an invented number is refused for; NULL: nothing. */
static const char *said_of_invented(struct arena *a)
{
    char path[] = "/tmp/qf-invented-XXXXXX";
    int fd = mkstemp(path);
    static const char csv[] = "姓名,性别,出生年月,身份证号\n试某戊,男,1970.03,990103197003120215\n";
    assert_true(fd >= 0 && write(fd, csv, sizeof csv - 1) == (ssize_t)sizeof csv - 1);
    close(fd);
    struct intake_sheet sheet;
    const struct load_row *row;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h.db, a, &tx));
    OK(intake_sheet_open(&tx, a, path, &sheet));
    OK(intake_sheet_next(&sheet, &row));
    OK(intake_sheet_next(&sheet, &row));
    const struct intake *in = intake_of_row(a, &sheet.layout, row);
    unlink(path);
    assert_non_null(in);
    if (in->refused == NULL)
        return NULL;
    assert_string_equal(in->refused->field, "身份证号");
    return in->refused->say;
}

static void invented_ids_pass_only_where_the_parameter_says_so(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t in_office =
        house_number("SELECT count(*) FROM roster_member WHERE ended = 0 AND status = '1' AND citizen_id IS NOT NULL");
    int64_t planted = id_checks(a);
    assert_true(planted > 0 && planted < 20);
    assert_null(said_of_invented(a));
    const struct expr_world *w;
    const struct rules_set *shipped;
    OK(facts_world(a, &w));
    OK(rules_shipped(a, w, &shipped));
    assert_string_equal(rules_find(shipped, "ID-CHECK")->text->editions[0].params[0].value, "0"); /* after init */
    const char *const off[] = {"0", NULL}; /* NULL: empty, so that the rule waits */
    for (int i = 0; i < 2; i++) {
        let_invented_through(off[i]);
        if (off[i] != NULL)
            assert_int_equal(id_checks(a), in_office);
        assert_string_equal(said_of_invented(a), "roster.table.invented");
    }
    let_invented_through("1");
    assert_int_equal(id_checks(a), planted);
}

static void data_is_the_same_in_both_languages(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *const all[] = {"/",
                               "/roster/member?size=20",
                               "/roster/member/1",
                               "/roster/unit",
                               arena_printf(a, "/roster/unit/%lld", (long long)congress_id),
                               "/search?q=z"};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct reply zh = house_get(a, "officer", all[i], JSON "Accept-Language: zh-CN\r\n");
        struct reply en = house_get(a, "officer", all[i], JSON "Accept-Language: en\r\n");
        assert_int_equal(zh.status, 200);
        assert_int_equal(zh.body_n, en.body_n);
        assert_memory_equal(zh.body, en.body, zh.body_n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_count_what_sql_counts),
        cmocka_unit_test(names_levels_ages_and_units_narrow_together),
        cmocka_unit_test(pages_turn_forth_and_back),
        cmocka_unit_test(a_portrait_says_its_true_place_in_the_list),
        cmocka_unit_test(case_files_are_no_condition_order_or_column),
        cmocka_unit_test(a_wrong_condition_is_shown_beside_its_box),
        cmocka_unit_test(a_portrait_shows_measures_only_while_in_effect),
        cmocka_unit_test(what_lies_outside_the_scope_is_not_found),
        cmocka_unit_test(a_single_hit_is_opened),
        cmocka_unit_test(figures_open_as_many_rows_as_they_say),
        cmocka_unit_test(approved_posts_open_the_quotas_they_are_counted_from),
        cmocka_unit_test(records_are_reached_from_the_menu),
        cmocka_unit_test(an_export_holds_the_page_row_by_row),
        cmocka_unit_test(no_cell_of_an_export_runs),
        cmocka_unit_test(all_columns_are_those_of_an_official_roster),
        cmocka_unit_test(invented_ids_pass_only_where_the_parameter_says_so),
        cmocka_unit_test(data_is_the_same_in_both_languages),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
