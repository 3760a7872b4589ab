/* library_test.c: the pages of the library over HTTP, and what is refused of the district's own documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "base/clock.h"
#include "policy/policy.h"
#include "roster/roster.h"
#include "rules/rules.h"
#include "view/view.h"

static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(cookie, "officer") == 0 ? &officer : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    (void)capability;
    return who != NULL;
}

static int serve(void **state)
{
    (void)state;
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(":memory:", NULL);
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){
        .modules = program_modules, .auth = {session, may, "/login"}, .page_threads = 1, .long_threads = 1});
    return 0;
}

static json_t *asked(const char *target)
{
    struct reply r =
        client_ask(h.a, h.port, "GET", target, "Accept: application/json\r\nCookie: qf_session=officer\r\n", NULL, 0);
    assert_int_equal(r.status, 200);
    json_t *o = json_loads(r.body, 0, NULL);
    assert_non_null(o);
    arena_defer(h.a, (void (*)(void *))json_decref, o);
    return o;
}

static json_t *document(json_t *all, const char *begins)
{
    size_t i;
    json_t *d;
    json_array_foreach(json_object_get(all, "rows"), i, d)
    {
        if (strcmp(json_string_value(json_object_get(d, "begins")), begins) == 0)
            return d;
    }
    fail_msg("no document %s", begins);
    return NULL;
}

static bool applies(json_t *d, const char *clause, const char *kind)
{
    size_t i, k;
    json_t *c, *p;
    json_array_foreach(json_object_get(d, "clauses"), i, c)
    {
        json_array_foreach(json_object_get(c, "places"), k, p)
        {
            if (strcmp(json_string_value(json_object_get(c, "id")), clause) == 0 &&
                strcmp(json_string_value(json_object_get(p, "kind")), kind) == 0)
                return true;
        }
    }
    return false;
}

static void a_document_shows_its_editions_and_where_it_applies(void **state)
{
    (void)state;
    json_t *all = asked("/policy"), *d = document(all, "DISC");
    assert_int_equal(json_array_size(json_object_get(d, "editions")), 4);
    assert_true(applies(d, "DISC-SW", "rule"));
    assert_true(applies(document(all, "TIP-2015"), "TIP-2015-INQ-1", "flow"));
    assert_true(applies(document(all, "TIP-2015"), "TIP-2015-INQ-3", "form"));
    assert_true(applies(document(all, "KIN"), "KIN-1", "field"));
}

static struct err *saved(const struct record *rec, const char *a, const char *av, const char *b, const char *bv,
                         const char *c, const char *cv)
{
    change_scope struct change ch = {0};
    TRY(change_begin(h.db, h.a, &officer, "test", &ch));
    struct row *r = row_new(h.a, rec);
    row_set(r, a, av);
    row_set(r, b, bv);
    row_set(r, c, cv);
    TRY(record_save(&ch, rec, r, 0));
    return change_commit(&ch);
}

static void editions_of_one_document_do_not_overlap(void **state)
{
    (void)state;
    OK(saved(&policy_document, "title", "示例区干部监督办法", "clauses", "LOCAL", "number", "示委发〔2026〕1号"));
    OK(saved(&policy_edition, "document", "1", "from_on", "2024-01-01", "to_on", "2025-12-31"));
    struct err *e = saved(&policy_edition, "document", "1", "from_on", "2025-06-01", "to_on", NULL);
    assert_non_null(e);
    assert_string_equal(e->say, "policy.overlap");
    assert_string_equal(e->field, "from_on");
    e = saved(&policy_edition, "document", "1", "from_on", "2026-06-01", "to_on", "2026-01-01");
    assert_string_equal(e->say, "policy.backwards");
    OK(saved(&policy_edition, "document", "1", "from_on", "2026-01-01", "to_on", NULL));
    OK(saved(&policy_article, "document", "1", "article", "第三条", "summary", "任现职满五年的说明情况"));
    json_t *d = document(asked("/policy"), "LOCAL");
    assert_int_equal(json_array_size(json_object_get(d, "editions")), 2);
    assert_int_equal(json_array_size(json_object_get(d, "articles")), 1);
}

static void parameters_show_what_stands_and_what_was_set(void **state)
{
    (void)state;
    house_save(&officer, &rules_param_record, "rule", "APPT-XCH-1", "name", "limit", "value", "9", "from_on",
               "2020-01-01", "citation", "示委办〔2020〕1号", NULL);
    size_t i;
    json_t *p, *found = NULL, *all = asked("/policy/params");
    json_array_foreach(json_object_get(all, "rows"), i, p)
    {
        if (strcmp(json_string_value(json_object_get(p, "rule")), "APPT-XCH-1") == 0)
            found = p;
    }
    assert_non_null(found);
    assert_string_equal(json_string_value(json_object_get(found, "value")), "10");
    assert_string_equal(json_string_value(json_object_get(found, "now")), "9");
    assert_non_null(json_object_get(json_object_get(found, "set"), "all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_shows_its_editions_and_where_it_applies),
        cmocka_unit_test(editions_of_one_document_do_not_overlap),
        cmocka_unit_test(parameters_show_what_stands_and_what_was_set),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
