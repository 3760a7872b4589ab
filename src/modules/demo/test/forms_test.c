/* forms_test.c: the forms the demo writes are read back without a doubt but those planted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "demo/demo.h"
#include "record/codes.h"
#include "roster/lrmx.h"
#include "roster/roster.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

struct count {
    int forms, v4, bom_only, nested, with_photo, kin, doubts[FORM_DOUBTS], other_doubts;
};

static struct err *look(void *p, struct arena *a, const struct form_item *item)
{
    struct count *c = p;
    (void)a;
    if (item->err != NULL)
        return item->err;
    const struct form *f = item->form;
    assert_non_null(f->name);
    assert_non_null(f->post);
    assert_non_null(f->sex);
    assert_true(date_is(f->birth) && date_is(f->work_start));
    assert_true(f->n_resume >= 2);
    assert_true(f->resume[f->n_resume - 1].end.v == DATE_NONE.v);
    c->forms++;
    c->v4 += f->age_limit_label != NULL;
    c->bom_only += !f->has_id;
    c->with_photo += f->has_photo;
    c->kin += (int)f->n_family;
    for (size_t i = 0; i < f->n_resume; i++)
        c->nested += (int)f->resume[i].n_nested;
    for (size_t i = 0; i < f->warnings.n; i++) {
        enum form_doubt d = f->warnings.p[i].doubt;
        c->doubts[d]++;
        if (d != FORM_ID_WRONG && d != FORM_ID_BIRTH && d != FORM_ID_SEX && d != FORM_RESUME_GAP &&
            d != FORM_RESUME_OVERLAP) {
            print_message("%s: %s %s\n", f->name, form_doubt_name(d), f->warnings.p[i].detail);
            c->other_doubts++;
        }
    }
    return NULL;
}

static void make_forms(const char *members, const char *path)
{
    char *argv[] = {"demo-forms", "--members", (char *)members, "--seed", "3", "--out", (char *)path, NULL};
    assert_int_equal(demo_forms_command(7, argv), 0);
}

static void forms_are_read_back_with_only_the_planted_doubts(void **state)
{
    (void)state;
    char path[] = "/tmp/qf-forms-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    make_forms("300", path);
    struct count c = {0};
    arena_scope struct arena *a = arena_new();
    OK(form_each(a, (const char *const[]){path}, 1, look, &c));
    unlink(path);
    assert_int_equal(c.forms, 300);
    assert_int_equal(c.other_doubts, 0);
    assert_int_equal(c.doubts[FORM_ID_WRONG], 1);
    assert_int_equal(c.doubts[FORM_ID_BIRTH], 1);
    assert_int_equal(c.doubts[FORM_ID_SEX], 1);
    assert_int_equal(c.doubts[FORM_RESUME_GAP], 1);
    assert_int_equal(c.doubts[FORM_RESUME_OVERLAP], 1);
    assert_true(c.v4 > 30 && c.bom_only > 3 && c.nested > 30 && c.with_photo > 90 && c.kin > 600);
}

/* Whose form says, by sex, birth and base age, that retirement is within six months. */
static struct err *look_retiring(void *p, struct arena *a, const struct form_item *item)
{
    (void)a;
    int *n = p;
    const struct form *f = item->form;
    bool male = strcmp(f->sex, "男") == 0;
    const char *label = f->age_limit_label == NULL ? "" : f->age_limit_label;
    int base = male || strstr(label, "60") != NULL ? 60 : strstr(label, "55") != NULL ? 55 : 0;
    if (base == 0)
        return NULL;
    struct date month = roster_retirement(f->birth, male, base), soon = date_make(2027, 5, 1);
    n[male ? 0 : 1] += date_first(month).v <= soon.v;
    return NULL;
}

/* The planted lines of a rule, of men and of women by their citizen id. */
static void count_lines(const char *path, const char *rule, int n[2])
{
    char line[1000];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        const char *id = strstr(line, "\"citizen_id\":\"");
        assert_non_null(id);
        if (strstr(line, rule) != NULL)
            n[(id[14 + 16] - '0') % 2 == 0]++;
    }
    fclose(f);
}

static void planted_retirements_are_those_the_forms_say(void **state)
{
    (void)state;
    char zip[] = "/tmp/qf-forms-XXXXXX", planted[] = "/tmp/qf-planted-XXXXXX";
    int one = mkstemp(zip), two = mkstemp(planted), said[2] = {0}, told[2] = {0}, fifty[2] = {0};
    assert_true(one >= 0 && two >= 0);
    close(one);
    close(two);
    char *argv[] = {"demo-forms", "--members", "5000", "--seed", "3", "--out", zip, "--planted", planted, NULL};
    assert_int_equal(demo_forms_command(9, argv), 0);
    arena_scope struct arena *a = arena_new();
    OK(form_each(a, (const char *const[]){zip}, 1, look_retiring, said));
    count_lines(planted, "RET-2025-1", told);
    count_lines(planted, "RET-2025-2", fifty);
    unlink(zip);
    unlink(planted);
    assert_true(said[0] > 3 && said[1] > 0);
    assert_int_equal(told[0], said[0]);
    assert_int_equal(told[1], said[1]);
    assert_int_equal(fifty[0] + fifty[1], 0); /* a base age of 50 stands on no form */
}

/* The zip's own time stamps may differ; what it holds may not. */
static struct err *hash_form(void *p, struct arena *a, const struct form_item *item)
{
    uint64_t *h = p;
    for (const char *s = form_json_line(a, item->form, item->entry, NULL); *s != '\0'; s++)
        *h = (*h ^ (unsigned char)*s) * 0x100000001B3U;
    return NULL;
}

static void the_same_seed_writes_the_same_forms(void **state)
{
    (void)state;
    uint64_t hashes[2] = {1, 1};
    for (int i = 0; i < 2; i++) {
        char path[] = "/tmp/qf-forms-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        make_forms("200", path);
        arena_scope struct arena *a = arena_new();
        OK(form_each(a, (const char *const[]){path}, 1, hash_form, &hashes[i]));
        unlink(path);
    }
    assert_true(hashes[0] == hashes[1]);
}

int main(void)
{
    codes_init();
    clock_fix((date_to_days(date_make(2026, 11, 25)) * 24 + 4) * 3600 * 1000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read_back_with_only_the_planted_doubts),
        cmocka_unit_test(planted_retirements_are_those_the_forms_say),
        cmocka_unit_test(the_same_seed_writes_the_same_forms),
    };
    return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
