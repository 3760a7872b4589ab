/* rules_world.h: a database with rules and columns, and small hands to write and read it, for rules_cases.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../kernel/record/test/agree.h"
#include "base/clock.h"
#include "base/vec.h"
#include "demo/demo.h"
#include "findings/findings.h"
#include "roster/facts.h"
#include "roster/roster.h"
#include "rules/inner.h"

#define OK(call)                                                                                          \
    do {                                                                                                  \
        struct err *ok_err_ = (call);                                                                     \
        if (ok_err_ != NULL)                                                                              \
            fail_msg("%s:%d %s: %s [%s]", __FILE__, __LINE__, #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

#define NOON(day) (date_to_days(day) * INT64_C(86400000) + INT64_C(4) * 3600000) /* noon in Shanghai */

static const struct who officer = {
    .account = 7, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

#define ID_A "990103197003120012"
#define ID_B "990103197003120039"

struct house {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    struct rules *rules;
    struct facts *facts;
};

static int setup_all(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct expr_world *w;
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    record_register(&findings_finding);
    record_register(&rules_param_record);
    record_register(&rules_adoption_record);
    record_register(&rules_own_record);
    record_register(&rules_judged_record);
    for (const struct facts_subject *const *s = roster_subjects; *s != NULL; s++)
        facts_register(*s);
    OK(record_init(a));
    OK(facts_world(a, &w));
    arena_free(a);
    return 0;
}

static void today(int year, int month, int day)
{
    clock_fix(NOON(date_make(year, month, day)));
}

/* ---- writing ---- */
static int64_t save(struct house *h, const struct record *rec, ...) /* name, value, ..., NULL */
{
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    struct row *r = row_new(h->a, rec);
    va_list ap;
    va_start(ap, rec);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
    va_end(ap);
    OK(record_save(&c, rec, r, 0));
    OK(change_commit(&c));
    return r->id;
}

static int setup(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    h->a = arena_new();
    today(2026, 11, 25);
    OK(db_pool_open(h->a, test_url(), true, &h->pool));
    OK(db_take(h->pool, h->a, &h->db));
    clean(h->db, h->a);
    OK(record_migrate(h->db, h->a, true));
    save(h, &rules_param_record, "rule", "ID-CHECK", "name", "invented", "value", "1", "from_on", "1900-01-01",
         "citation", "the ids of these tests are invented", NULL);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    struct house *h = *state;
    db_fail_at(-1);
    facts_close(h->facts);
    rules_close(h->rules);
    db_give(h->db);
    db_pool_close(h->pool);
    clock_fix(-1);
    arena_free(h->a);
    free(h);
    return 0;
}

static void load(struct house *h)
{
    OK(rules_open(h->a, h->pool, &h->rules));
    OK(facts_open(h->a, h->pool, 1, rules_param, h->rules, &h->facts));
    rules_use(h->rules, h->facts);
    OK(facts_wait(h->facts, h->a));
}

static struct row *read_row(struct house *h, const struct record *rec, int64_t id)
{
    db_scope struct db_tx tx = {0};
    struct row *r = NULL;
    OK(db_begin_read(h->db, h->a, &tx));
    OK(record_read(&tx, rec, &officer, id, &r));
    return r;
}

static inline void set(struct house *h, const struct record *rec, int64_t id, const char *name, const char *value)
{
    struct row *r = read_row(h, rec, id);
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    row_set(r, name, value);
    OK(record_save(&c, rec, r, r->rev));
    OK(change_commit(&c));
}

static const char *id_text(struct house *h, int64_t id)
{
    return arena_printf(h->a, "%lld", (long long)id);
}

static inline void adopt_all(struct house *h)
{
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(rules_adopt_all(&c, "政策科"));
    OK(change_commit(&c));
}

/* A cadre with a post of ten years in the government. */
struct person {
    int64_t unit, member, post;
};
static struct person ten_years_at(struct house *h, int64_t unit, const char *citizen_id)
{
    struct person p = {.unit = unit};
    p.member = save(h, &roster_member, "name", "甲", "status", "1", "sex", "1", "birth", "1970-03", "politics", "13",
                    "citizen_id", citizen_id, NULL);
    p.post =
        save(h, &roster_post, "member", id_text(h, p.member), "unit", id_text(h, p.unit), "title", "副区长", "current",
             "1", "main", "1", "from_on", "2016-05-18", "leading_post", "1", "level", "1A32", "chief", "3", NULL);
    save(h, &roster_audit, "member", id_text(h, p.member), "kind", "joint", "done_on", "2020-06-01", NULL);
    return p;
}

static struct person ten_years(struct house *h)
{
    return ten_years_at(h, save(h, &roster_unit, "name", "示例区政府", "kind", "local_government", NULL), ID_A);
}

/* ---- the demo district ---- */
struct lines {
    char **p;
    size_t n, cap;
};

static inline int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline struct lines planted(struct house *h, int64_t members)
{
    FILE *f = tmpfile();
    struct demo_stats stats;
    OK(demo_fill(h->db, h->a, members, 11, &(struct demo_how){.planted = f}, &stats));
    rewind(f);
    struct lines v = {0};
    char line[300];
    while (fgets(line, sizeof line, f) != NULL) {
        json_t *o = json_loads(line, 0, NULL);
        *VEC_PUSH(&v, h->a) =
            arena_printf(h->a, "%s %s %s", json_string_value(json_object_get(o, "rule")),
                         json_string_value(json_object_get(o, "kind")), json_string_value(json_object_get(o, "id")));
        json_decref(o);
    }
    fclose(f);
    qsort(v.p, v.n, sizeof *v.p, by_text);
    return v;
}

struct reading {
    struct db_tx tx;
    const struct rules_set *set;
    const struct facts_root *root;
};

static void begin(struct house *h, struct reading *r)
{
    *r = (struct reading){0};
    OK(db_begin_read(h->db, h->a, &r->tx));
    OK(rules_read_all(h->rules, &r->tx, &r->set, &r->root));
}

static void end(struct reading *r)
{
    rules_end(r->set);
    facts_end(r->root);
    db_end(&r->tx);
}
