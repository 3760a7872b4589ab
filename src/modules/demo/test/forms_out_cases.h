/* forms_out_cases.h: an import of our export changes nothing: over the fictitious district as it stands, over forms
 * brought in before, and over the samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "demo/demo.h"
#include "roster/form_write.h"
#include "roster/intake.h"
#include "roster/roster.h"
#include "rules/rules.h"

#define OK(call)                                                                                          \
    do {                                                                                                  \
        struct err *ok_err_ = (call);                                                                     \
        if (ok_err_ != NULL)                                                                              \
            fail_msg("%s:%d %s: %s [%s]", __FILE__, __LINE__, #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

enum { PEOPLE = 150 };

static struct arena *a;
static struct db_pool *pool;
static struct db *db;

static int setup_all(void **state)
{
    (void)state;
    arena_scope struct arena *own = arena_new();
    const struct expr_world *w;
    record_register(&account_record);
    record_register(&rules_param_record);
    record_register(&rules_adoption_record);
    record_register(&rules_own_record);
    record_register(&rules_judged_record);
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    for (const struct facts_subject *const *s = roster_subjects; *s != NULL; s++)
        facts_register(*s);
    OK(record_init(own));
    OK(facts_world(own, &w));
    return 0;
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    OK(db_pool_open(a, test_url(), true, &pool));
    OK(db_take(pool, a, &db));
    clean(db, a);
    OK(record_migrate(db, a, true));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

static void tell(const struct intake_result *r)
{
    for (size_t i = 0; i < r->diffs.n; i++) {
        const struct intake_diff *d = &r->diffs.p[i];
        print_error("%s.%s: %s | %s\n", d->of->name, d->field < 0 ? "row" : d->of->fields[d->field].name,
                    d->ours == NULL ? "-" : d->ours, d->theirs == NULL ? "-" : d->theirs);
    }
}

/* Written in both versions, read, compared: nobody new, nothing to take. */
static void assert_identity(int64_t id, struct arena *fresh)
{
    for (int v4 = 0; v4 < 2; v4++) {
        db_scope struct db_tx tx = {0};
        struct row *member;
        struct form *out, *back;
        struct buf b = BUF(fresh);
        struct intake_result r;
        const struct form_wish wish = {.v4 = v4 != 0, .day = clock_today(), .reporting_unit = "中共示例区委组织部"};
        OK(db_begin_read(db, fresh, &tx));
        OK(record_read(&tx, &roster_member, &who_console, id, &member));
        OK(form_of_member(&tx, &who_console, member, &wish, &out));
        form_write(&b, out);
        OK(form_read_lrmx(fresh, b.p, b.n, &back));
        OK(intake_compare(&tx, &who_console, intake_of_form(fresh, back), 0, &r));
        if (r.kind != INTAKE_UNCHANGED || r.member != id) {
            tell(&r);
            fail_msg("member %lld: %s %s, means %lld\n%s", (long long)id, intake_kind_name(r.kind),
                     r.doubt == NULL ? "" : r.doubt, (long long)r.member, buf_str(&b));
        }
    }
}

static int everybody(void)
{
    db_rows_scope struct db_rows rows = {0};
    db_scope struct db_tx tx = {0};
    int64_t ids[2 * PEOPLE];
    int n = 0;
    OK(db_begin_read(db, a, &tx));
    OK(db_query(&tx, "SELECT id FROM roster_member ORDER BY id", NULL, 0, &rows));
    for (bool more = true; n < 2 * PEOPLE;) {
        OK(db_next(&rows, &more));
        if (!more)
            break;
        ids[n++] = db_col_int(&rows, 0);
    }
    db_rows_end(&rows);
    OK(db_commit(&tx));
    for (int i = 0; i < n; i++) {
        arena_scope struct arena *fresh = arena_new();
        assert_identity(ids[i], fresh);
    }
    return n;
}

static void an_import_of_the_district_exported_changes_nothing(void **state)
{
    (void)state;
    struct demo_stats stats;
    OK(demo_fill(db, a, PEOPLE, 11, &(struct demo_how){0}, &stats));
    assert_int_equal(everybody(), PEOPLE);
}

static struct err *take(void *p, struct arena *fresh, const struct form_item *item)
{
    struct intake_result r;
    int64_t member;
    int *n = p;
    if (item->err != NULL)
        return item->err;
    struct intake *in = intake_of_form(fresh, item->form);
    change_scope struct change c = {0};
    OK(change_begin(db, fresh, &who_console, "import", &c));
    OK(intake_compare(&c.tx, &who_console, in, -1, &r));
    struct err *e = intake_apply(&c, in, &r, &member);
    if (e != NULL)
        return e->kind == ERR_INVALID ? NULL : e; /* planted: a number that is wrong */
    *n += 1;
    return change_commit(&c);
}

static void an_import_of_forms_brought_in_and_exported_changes_nothing(void **state)
{
    (void)state;
    char path[] = "/tmp/qf-out-XXXXXX";
    int fd = mkstemp(path), n = 0;
    assert_true(fd >= 0);
    close(fd);
    char *argv[] = {"demo-forms", "--members", "200", "--seed", "8", "--out", path, NULL};
    assert_int_equal(demo_forms_command(7, argv), 0);
    OK(form_each(a, (const char *const[]){path}, 1, take, &n));
    unlink(path);
    assert_true(n > 150);
    assert_int_equal(everybody(), n);
}

static void an_import_of_the_samples_exported_changes_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"01-baseline-3.2",
                                        "02-bom-v3.0-no-id",
                                        "03-nested-resume",
                                        "04-spaced-names",
                                        "05-gbk-declared",
                                        "06-cdata-br-entities",
                                        "08-long-family",
                                        "09-odd-dates-and-dashes",
                                        "10-png-wrapped-base64",
                                        "11-new-2025-fields",
                                        "12-other-parties-two-degrees"};
    const char *root = getenv("QF_ROOT");
    int n = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = arena_printf(a, "%s/test/lrmx-samples/%s.lrmx", root != NULL ? root : ".", names[i]);
        OK(form_each(a, &path, 1, take, &n));
    }
    assert_int_equal(everybody(), n);
    assert_true(n >= 10);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_import_of_the_district_exported_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_import_of_forms_brought_in_and_exported_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_import_of_the_samples_exported_changes_nothing, setup, teardown)};
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
