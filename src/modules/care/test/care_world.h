/* care_world.h: offices, a cadre, and small words to open, move and sign matters of care; test_url() and clean() come
 * from the file that includes the cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "admin/offices.h"
#include "auth/auth.h"
#include "auth/test/signing.h"
#include "base/clock.h"
#include "base/rand.h"
#include "care/care.h"
#include "desk/desk.h"
#include "modules/care/queries.h"
#include "record/codes.h"
#include "record/test/agree.h"
#include "roster/roster.h"
#include "web/module.h"

#define OK AGREE_OK

extern const struct module roster_module, findings_module, desk_module, own_module, leads_module;
static const struct module *const modules[] = {&roster_module, &findings_module, &desk_module,
                                               &own_module,    &care_module,     &leads_module};
static struct db_pool *pool;
static struct db *db;
static struct arena *a, *home; /* home: of the pool */
static int64_t unit, person;
static struct who supervision, colleague, minister, secretary, discipline, self;

static struct who office(int64_t account, const char *name, const char *role)
{
    return (struct who){.account = account, .name = name, .role = role, .scope = SCOPE_ALL, .sees = CLASS_CASE};
}

static void on_day(const char *iso)
{
    struct date d;
    assert_true(date_parse(iso, &d));
    clock_fix(date_to_days(d) * 86400000 + 4 * 3600000);
}

static int64_t make(const struct record *rec, const char *f1, const char *v1, const char *f2, const char *v2,
                    const char *f3, const char *v3)
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "test", &c));
    struct row *r = row_new(a, rec);
    row_set(r, f1, v1);
    if (f2 != NULL)
        row_set(r, f2, v2);
    if (f3 != NULL)
        row_set(r, f3, v3);
    OK(record_save(&c, rec, r, 0));
    OK(change_commit(&c));
    return r->id;
}

static char *text_of(int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static void declare(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    record_register(&account_record);
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        for (const struct record *const *r = modules[i]->records; r != NULL && *r != NULL; r++)
            record_register(*r);
        for (const struct flow *const *f = modules[i]->flows; f != NULL && *f != NULL; f++)
            flow_register(*f);
        for (const struct flow_hook *const *h = modules[i]->hooks; h != NULL && *h != NULL; h++)
            flow_hook_register(*h);
    }
}

static int set_up(void **state)
{
    (void)state;
    auth_roles_use(admin_roles);
    a = arena_new();
    home = arena_new();
    declare();
    OK(record_init(a));
    OK(flow_init(a));
    OK(db_pool_open(home, test_url(), true, &pool));
    OK(db_take(pool, home, &db));
    clean(db, a);
    OK(record_migrate(db, a, true));
    on_day("2026-03-02");
    OK(flow_versions_store(db, a));
    unit = make(&roster_unit, "name", "示例局", "kind", "government_department", NULL, NULL);
    person = make(&roster_member, "name", "某干部", "status", "1", "unit", text_of(unit));
    supervision = office(1, "监督甲", "supervision");
    colleague = office(2, "监督乙", "supervision");
    minister = office(3, "部长丙", "minister");
    secretary = office(4, "书记丁", "party_secretary");
    discipline = office(5, "纪检戊", "discipline_secretary");
    self = office(9, "某干部", "member");
    self.scope = (struct scope){0};
    self.member = person;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clock_fix(-1);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    arena_free(home);
    return 0;
}

/* ---- small words for the tests ---- */
static struct flow_matter *look(int64_t id)
{
    struct flow_matter *m;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(flow_look(&tx, &who_console, id, &m));
    return m;
}

static int64_t count(const char *sql)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    return agree_count(&tx, sql);
}

/* Fields as "name=value" pairs, ended by NULL. */
static void fill(struct row *r, va_list ap)
{
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
}

static struct err *try_open(const struct who *who, const struct flow *f, const char *step, struct row *r, int64_t *id)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "test", &c));
    TRY(flow_open(&c, f, step, &(struct flow_input){.values = r, .blocked = ""}, "一件事", id));
    return change_commit(&c);
}

static struct err *try_take(const struct who *who, int64_t id, const char *step, const struct row *values)
{
    int64_t rev = look(id)->rev;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "test", &c));
    TRY(flow_take(&c, id, rev, step, &(struct flow_input){.values = values, .reasons = "理由", .blocked = ""}));
    return change_commit(&c);
}

static void take(const struct who *who, int64_t id, const char *step, ...)
{
    va_list ap;
    struct row *r = row_copy(a, look(id)->content);
    va_start(ap, step);
    fill(r, ap);
    va_end(ap);
    OK(try_take(who, id, step, r));
}

static struct err *try_sign(const struct who *who, int64_t id)
{
    struct flow_matter *m = look(id);
    const struct flow_signed *s = NULL;
    for (int i = m->n_signs - 1; i >= 0; i--)
        if (strcmp(m->signs[i].state, "wanted") == 0 && m->signs[i].waits)
            s = &m->signs[i];
    assert_non_null(s);
    change_scope struct change c = {0};
    struct who signer = signing(who);
    TRY(change_begin(db, a, &signer, "test", &c));
    TRY(flow_answer(&c, s->id, s->rev, true, "所签文本", NULL));
    return change_commit(&c);
}

static void state_is(int64_t id, const char *state)
{
    assert_string_equal(look(id)->state->name, state);
}

static void refused_as(struct err *e, const char *say)
{
    assert_non_null(e);
    assert_string_equal(e->say, say);
}
