/* world.h: a small invented world for the tests of this folder: places in a tree, persons who belong to places, notes
 * that belong to persons, with every type of field, many ties and many empty fields. Included once by a test binary
 * that defines test_url and clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/access.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "face/export.h"
#include "face/import.h"
#include "face/query.h"
#include "record/codes.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)
#define REFUSED(call, k, key)                   \
    do {                                        \
        struct err *no_err_ = (call);           \
        if (no_err_ == NULL)                    \
            fail_msg("%s succeeded", #call);    \
        assert_int_equal(no_err_->kind, k);     \
        assert_string_equal(no_err_->say, key); \
    } while (0)

#define DECLARED \
    .purpose = "test.purpose.all", .basis = "TEST-1", .readers = "supervision", .keep = "test.all", .keep_from = "born"

static const struct field place_fields[] = {{"name", FIELD_TEXT, .required = true, .max = 20},
                                            {"parent", FIELD_REF, .to = "test.place"},
                                            {"seat", FIELD_INT},
                                            {0}};
static const struct record place = {.name = "test.place",
                                    .fields = place_fields,
                                    .tree = "parent",
                                    .list = "name parent seat",
                                    .order = "seat name",
                                    DECLARED};
static const struct field person_fields[] = {{"name", FIELD_TEXT, .required = true, .max = 20, .index = true},
                                             {"place", FIELD_REF, .to = "test.place"},
                                             {"born", FIELD_PDATE},
                                             {"hired", FIELD_DATE},
                                             {"sex", FIELD_CODE, .codes = "gb2261.1_sex"},
                                             {"number", FIELD_TEXT, .unique = true},
                                             {"pay", FIELD_MONEY},
                                             {"share", FIELD_DECIMAL},
                                             {"seat", FIELD_INT, .max = 6},
                                             {"active", FIELD_BOOL},
                                             {"boss", FIELD_REF, .to = "test.person"},
                                             {"secret", FIELD_TEXT, .class = CLASS_SEALED},
                                             {"about", FIELD_LONG},
                                             {0}};
static const struct record person = {.name = "test.person",
                                     .fields = person_fields,
                                     .unit = "place",
                                     .list = "name place born hired sex pay active secret",
                                     .order = "place seat name",
                                     .class = CLASS_PERSONAL,
                                     DECLARED};
static const struct field note_fields[] = {{"person", FIELD_REF, .to = "test.person", .required = true},
                                           {"text", FIELD_TEXT, .required = true},
                                           {"n", FIELD_INT},
                                           {"day", FIELD_PDATE},
                                           {0}};
static const struct record note = {.name = "test.note",
                                   .fields = note_fields,
                                   .concerns = "person",
                                   .title = "text",
                                   .list = "person text n day",
                                   .order = "person -n",
                                   .class = CLASS_PERSONAL,
                                   DECLARED};

static const struct field read_fields[] = {
    ACCESS_FIELDS, {"member", FIELD_REF, .to = "test.person", .index = true}, {0}};
static const struct record reads = {.name = ACCESS_RECORD, .fields = read_fields, .quiet = true, DECLARED};

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    struct rng rng;
    VEC(struct row *) rows[3]; /* of place, person, note; index + 1 is the id */
};
static const struct record *const kinds[3] = {&place, &person, &note};

static const char *some(struct world *w, const char *const *of, int n, int empty_per_mille)
{
    return rng_chance(&w->rng, empty_per_mille) ? NULL : of[rng_below(&w->rng, n)];
}

#define SOME(w, empty, ...)                                                                                           \
    some((w), (const char *const[]){__VA_ARGS__}, (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)), \
         empty)

#define NAMES "甲", "乙", "丙丁", "a", "B", "aa", "%_", "100%", "张三", "'; DROP", "<b>"
#define DATES \
    "1974", "1975", "1975-01", "1975-03", "1975-12", "1975-03-01", "1975-03-12", "1975-12-31", "1976-02-29", "1990-10"
#define DAYS "1975-01-01", "1975-03-01", "1975-03-31", "1975-12-31", "1976-02-29", "2001-10-10"
#define AMOUNTS "0", "12.00", "12.0", "9.5", "100", "-3", "7"

static const char *number_of(struct world *w, int64_t n)
{
    return arena_printf(w->a, "%lld", (long long)n);
}

static void person_fill(struct world *w, struct row *r, int i)
{
    row_set(r, "name", SOME(w, 0, NAMES));
    row_set(r, "place", rng_chance(&w->rng, 150) ? NULL : number_of(w, rng_range(&w->rng, 1, 12)));
    row_set(r, "born", SOME(w, 200, DATES));
    row_set(r, "hired", SOME(w, 300, DAYS));
    row_set(r, "sex", SOME(w, 300, "1", "2", "9"));
    row_set(r, "number", rng_chance(&w->rng, 500) ? NULL : arena_printf(w->a, "N%d", i));
    row_set(r, "pay", SOME(w, 300, AMOUNTS));
    row_set(r, "share", SOME(w, 300, AMOUNTS));
    row_set(r, "seat", SOME(w, 300, "1", "2", "3", "10", "-5"));
    row_set(r, "active", SOME(w, 200, "0", "1"));
    row_set(r, "boss", i == 0 || rng_chance(&w->rng, 600) ? NULL : number_of(w, rng_range(&w->rng, 1, i)));
    row_set(r, "secret", SOME(w, 300, "x", "y"));
    row_set(r, "about", SOME(w, 500, "long\ntext", "other"));
}

static void save(struct world *w, struct change *c, struct row *r, int kind)
{
    OK(record_save(c, kinds[kind], r, 0));
    *VEC_PUSH(&w->rows[kind], w->a) = r;
    assert_int_equal(r->id, w->rows[kind].n);
}

static void fill(struct world *w, int persons, int notes)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    for (int i = 0; i < 12; i++) {
        struct row *r = row_new(w->a, &place);
        row_set(r, "name", arena_printf(w->a, "地%d", i + 1));
        row_set(r, "parent", i == 0 ? NULL : number_of(w, i < 4 ? 1 : 2 + i % 3));
        row_set(r, "seat", SOME(w, 300, "1", "2", "3"));
        save(w, &c, r, 0);
    }
    for (int i = 0; i < persons; i++) {
        struct row *r = row_new(w->a, &person);
        person_fill(w, r, i);
        save(w, &c, r, 1);
    }
    for (int i = 0; i < notes; i++) {
        struct row *r = row_new(w->a, &note);
        row_set(r, "person", number_of(w, rng_range(&w->rng, 1, persons)));
        row_set(r, "text", SOME(w, 0, NAMES));
        row_set(r, "n", SOME(w, 300, "1", "2", "3"));
        row_set(r, "day", SOME(w, 200, DATES));
        save(w, &c, r, 2);
    }
    for (int i = 0; i < persons; i += 9) {
        OK(record_end(&c, &person, w->rows[1].p[i]->id, 1, "typed twice"));
        w->rows[1].p[i]->ended = true;
    }
    OK(change_commit(&c));
    db_scope struct db_tx tx = {0}; /* places got their order while others came */
    OK(db_begin_read(w->db, w->a, &tx));
    for (int k = 0; k < 3; k++)
        for (size_t i = 0; i < w->rows[k].n; i++) {
            struct row *r = NULL;
            OK(record_read(&tx, kinds[k], &who_console, (int64_t)i + 1, &r));
            w->rows[k].p[i]->scope = r->scope;
        }
}

static struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    rng_seed(&w->rng, 20261123);
    for (int i = 0; i < 3; i++)
        record_register(kinds[i]);
    record_register(&account_record);
    record_register(&reads);
    record_register(&face_export_record);
    record_register(&face_layout_record);
    OK(record_init(w->a));
    OK(db_pool_open(w->a, test_url(), true, &w->pool));
    OK(db_take(w->pool, w->a, &w->db));
    clean(w->db, w->a);
    OK(record_migrate(w->db, w->a, true));
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    OK(setting_put(&c, "reads_met", "unit"));
    OK(setting_put(&c, "reads_a_day", "1000"));
    OK(change_commit(&c));
    return w;
}

static void world_free(struct world *w)
{
    clock_fix(-1);
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    free(w);
}
