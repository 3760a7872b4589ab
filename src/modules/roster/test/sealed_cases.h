/* sealed_cases.h: a sanction whose period is over stands in the sealed file: no list, count, search, filter or export
 * shows it, but for those who read the sealed file and ask for it, on record. On any database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "roster/roster.h"
#include "view/view.h"

static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_CASE};
static struct who keeper = {
    .account = 2, .name = "封守默", .role = "custodian", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(cookie, "officer") == 0 ? &officer : strcmp(cookie, "keeper") == 0 ? &keeper : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    (void)capability;
    return who != NULL;
}

/* Of one cadre: a warning that ended in 2021, one taken back, one in force; measures 1, 2, 3. */
static int serve(void **state)
{
    (void)state;
    static const char *const decided[] = {"2020-01-06", "2026-09-01", "2026-10-08"};
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(test_url(), clean);
    int64_t top = house_save(&keeper, &roster_unit, "name", "示例区政府", "kind", "local_government", NULL);
    int64_t m = house_save(&keeper, &roster_member, "name", "顾行简", "status", "1", "unit", house_id(top), NULL);
    for (int i = 0; i < 3; i++)
        house_save(&keeper, &roster_measure, "member", house_id(m), "kind", "adm_warning", "decided_on", decided[i],
                   "document", i == 0 ? "示纪〔2020〕1号" : "示纪〔2026〕9号", i == 1 ? "cancelled_on" : "organ",
                   i == 1 ? "2026-10-01" : "示例区监委", NULL);
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){
        .modules = program_modules, .auth = {session, may, "/login"}, .page_threads = 1, .long_threads = 1});
    return 0;
}

static json_t *asked(struct arena *a, const char *who, const char *target)
{
    struct reply r = house_get(a, who, target, "Accept: application/json\r\n");
    if (r.status != 200)
        fail_msg("%s: %d %s", target, r.status, r.body);
    json_t *o = json_loads(r.body, 0, NULL);
    assert_non_null(o);
    return o;
}

static int64_t found(const char *who, const char *address)
{
    arena_scope struct arena *a = arena_new();
    json_t *all = asked(a, who, arena_printf(a, "/roster/measure%s", address));
    int64_t n = json_integer_value(json_object_get(all, "total"));
    assert_int_equal(json_array_size(json_object_get(all, "rows")), n);
    return n;
}

static int status_of(const char *who, const char *target)
{
    arena_scope struct arena *a = arena_new();
    return house_get(a, who, target, "Accept: application/json\r\n").status;
}

static void what_is_over_is_in_no_list(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "",           "?count=exact",          "?member=1",
        "?sort=kind", "?decided_on.from=2019", "?filter=decided%20%3E%3D%202019-01-01"};
    for (int i = 0; i < 6; i++)
        assert_int_equal(found("officer", addresses[i]), 1);
    assert_int_equal(found("keeper", ""), 1);
    assert_int_equal(found("officer", "?q=2020"), 0);
    assert_int_equal(found("officer", "?decided_on=2020"), 0);
    assert_int_equal(found("officer", "?filter=decided%20%3C%202021-01-01"), 0);
}

static void an_expression_does_not_count_what_is_sealed(void **state)
{
    (void)state;
    assert_int_equal(status_of("officer", "/roster/measure?filter=count(measure%3A%20true)%20%3E%201"), 422);
    assert_int_equal(status_of("keeper", "/roster/member?filter=count(measure%3A%20true)%20%3E%201"), 422);
}

static void no_page_or_file_shows_it(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_null(strstr(house_get(a, "officer", "/roster/measure", "").body, "2020.01.06"));
    json_t *ask = asked(a, "officer", "/roster/measure/export");
    assert_int_equal(json_integer_value(json_object_get(ask, "rows")), 1);
    struct reply csv = house_form(a, "officer", "/roster/measure/export", "/roster/measure/export",
                                  "format=csv&cols=all&reason=%E6%A0%B8%E5%AF%B9");
    assert_int_equal(csv.status, 200);
    assert_non_null(strstr(csv.body, "2026.10.08"));
    assert_null(strstr(csv.body, "2020.01.06"));
    assert_null(strstr(csv.body, "2026.09.01"));
    assert_null(strstr(house_get(a, "officer", "/face/pick?record=roster.measure&q=2020", "").body, "2020"));
}

static void the_sealed_file_is_opened_by_those_who_read_it_and_on_record(void **state)
{
    (void)state;
    assert_int_equal(status_of("officer", "/roster/measure?sealed=all"), 422);
    assert_int_equal(status_of("keeper", "/roster/appraisal?sealed=all"), 422); /* nothing of it lapses */
    int64_t reads = house_number("SELECT count(*) FROM admin_read");
    assert_int_equal(found("keeper", "?sealed=only"), 2);
    assert_int_equal(found("keeper", "?sealed=all"), 3);
    assert_int_equal(house_number("SELECT count(*) FROM admin_read"), reads + 2);
    assert_int_equal(house_number("SELECT count(*) FROM admin_read WHERE asked LIKE '%sealed=only%' AND n = 2"), 1);
}

static void it_lapses_by_itself_as_the_day_passes(void **state)
{
    (void)state;
    house_today(date_make(2027, 4, 7));
    assert_int_equal(found("officer", ""), 1);
    house_today(date_make(2027, 4, 8));
    assert_int_equal(found("officer", ""), 0);
    assert_int_equal(found("keeper", "?sealed=only"), 3);
    house_today(date_make(2026, 11, 25));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_over_is_in_no_list),
        cmocka_unit_test(an_expression_does_not_count_what_is_sealed),
        cmocka_unit_test(no_page_or_file_shows_it),
        cmocka_unit_test(the_sealed_file_is_opened_by_those_who_read_it_and_on_record),
        cmocka_unit_test(it_lapses_by_itself_as_the_day_passes),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
