/* text_test.c: what stands in rule files and case files, and where errors in them are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/embed.h"
#include "rules/case.h"
#include "rules/text.h"

#define HEAD                                          \
    "id      T-1\n"                                   \
    "title   试 | Try\n"                             \
    "group   trial 试 | Tries\n"                     \
    "basis   某规定 (T-1)   # a comment\n"         \
    "force   2006-06-10 .. 2015-12-31\n"              \
    "at      since\n"                                 \
    "about   post\n"                                  \
    "asks    unit\n"                                  \
    "effect  block\n"                                 \
    "seen    secondary\n"                             \
    "when    since + years($limit) <= today\n"        \
    "        # between the lines\n"                   \
    "        and current\n"                           \
    "param   limit 10 years, 第三条 | article 3\n" \
    "param   rest - months, 待定 | not known\n"     \
    "say     自{since} | since {since}\n"            \
    "clear   交流 | exchange\n"

static struct rules_text *read_ok(struct arena *a, const char *s)
{
    struct rules_text *t = NULL;
    struct err *e = text_read(a, "x/rules/T-1.rule", s, strlen(s), &t);
    if (e != NULL)
        fail_msg("%s", e->detail);
    return t;
}

static void wrong(const char *s, const char *key, const char *line, const char *column)
{
    arena_scope struct arena *a = arena_new();
    struct rules_text *t = NULL;
    struct err *e = text_read(a, "x/rules/T-1.rule", s, strlen(s), &t);
    assert_non_null(e);
    assert_string_equal(e->say, key);
    assert_string_equal(e->args[1].value, line);
    if (column != NULL)
        assert_string_equal(e->args[2].value, column);
}

static void a_rule_reads_back_whole(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const struct rules_text *t = read_ok(a, HEAD);
    const struct rules_edition *e = t->editions;
    assert_int_equal(t->n_editions, 1);
    assert_string_equal(t->id, "T-1");
    assert_string_equal(t->group, "trial");
    assert_string_equal(t->group_name[LANG_EN], "Tries");
    assert_string_equal(e->title[LANG_ZH], "试");
    assert_string_equal(e->basis[LANG_EN], "某规定 (T-1)");
    assert_int_equal(e->from.v, date_make(2006, 6, 10).v);
    assert_int_equal(e->to.v, date_make(2015, 12, 31).v);
    assert_int_equal(e->asks, RULES_UNIT);
    assert_int_equal(e->effect, RULES_BLOCK);
    assert_int_equal(e->seen, RULES_SECONDARY);
    assert_string_equal(e->when.s, "since + years($limit) <= today\n\n        and current");
    assert_int_equal(e->when.line, 11);
    assert_int_equal(e->when.column, 9);
    assert_int_equal(e->n_params, 2);
    assert_string_equal(e->params[0].value, "10");
    assert_string_equal(e->params[0].unit, "years");
    assert_string_equal(e->params[0].citation[LANG_EN], "article 3");
    assert_null(e->params[1].value);
    assert_string_equal(e->say[LANG_EN].s, "since {since}");
}

static void an_edition_takes_over_what_it_does_not_say(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const struct rules_text *t = read_ok(a, HEAD "\nedition\nforce 2016-01-01 ..\nparam limit 12 years, 第四条\n"
                                                 "title 新 | New\n");
    const struct rules_edition *old = t->editions, *new = t->editions + 1;
    assert_int_equal(t->n_editions, 2);
    assert_string_equal(new->title[LANG_EN], "New");
    assert_string_equal(new->when.s, old->when.s);
    assert_string_equal(new->params[0].value, "12");
    assert_string_equal(old->params[0].value, "10");
    assert_true(new->params[0].own);
    assert_false(new->params[1].own);
    assert_true(old->params[1].own);
    assert_int_equal(new->to.v, DATE_NONE.v);
}

static void lines_may_end_as_windows_ends_them(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    for (const char *s = HEAD; *s != '\0'; s++) {
        if (*s == '\n')
            buf_putc(&b, '\r');
        buf_putc(&b, *s);
    }
    assert_string_equal(read_ok(a, buf_str(&b))->editions->clear[LANG_EN], "exchange");
}

static void errors_name_line_and_column(void **state)
{
    (void)state;
    wrong("wenn x\n", "rules.syntax", "1", "1");
    wrong("id T-2\n", "rules.id_file", "1", "4");
    wrong("id      t\n", "rules.id", "1", "9");
    wrong("title   只有中文\n", "rules.two_languages", "1", NULL);
    wrong("id T-1\nid T-1\n", "rules.twice", "2", NULL);
    wrong("id T-1\neffect  maybe\n", "rules.value", "2", "9");
    wrong("force   2006-06 ..\n", "rules.force", "1", "9");
    wrong("force   2006-06-10\n", "rules.force", "1", "9");
    wrong("force   2016-01-01 .. 2015-01-01\n", "rules.force", "1", "9");
    wrong("param   limit 10 years\n", "rules.citation", "1", NULL);
    wrong("param   limit 10 moons, x\n", "rules.unit", "1", "9");
    wrong("param   limit, x\n", "rules.param_line", "1", "9");
    wrong("   when x\n", "rules.syntax", "1", "4");
    wrong("when\nid T-1\n", "rules.empty", "1", NULL);
    wrong("id T-1\n", "rules.lacks", "2", NULL);
    wrong(HEAD "edition\nforce 2015-01-01 ..\n", "rules.editions", "20", NULL);
    wrong(HEAD "edition\ntitle 新 | New\n", "rules.lacks", "20", NULL);
    wrong(HEAD "edition\nforce 2016-01-01 ..\nabout member\n", "rules.head_only", "20", "7");
    wrong("title \xff\n", "rules.encoding", "1", NULL);
    wrong(HEAD "say 又 | again\n", "rules.twice", "18", NULL);
    wrong(HEAD "param limit 3, x\n", "rules.twice", "18", NULL);
}

static void errors_of_an_expression_become_those_of_the_file(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct rules_piece p = {"自{a} |\n  {b}", 16, 9};
    struct err *in = err_say(ERR(a, ERR_INVALID, "x"), "expr.unknown", "line", "1", "column", "2", "near", "b", NULL);
    struct err *e = text_fail_expr(a, "T.rule", p, strlen("自{a} |\n  {"), in);
    assert_string_equal(e->say, "expr.unknown");
    assert_string_equal(e->args[1].value, "17");
    assert_string_equal(e->args[2].value, "5");
    in = err_say(ERR(a, ERR_INVALID, "x"), "expr.unknown", "line", "2", "column", "3", NULL);
    e = text_fail_expr(a, "T.rule", p, 0, in);
    assert_string_equal(e->args[1].value, "17");
    assert_string_equal(e->args[2].value, "3");
}

static void every_shipped_file_reads(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int n = 0;
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t len = strlen(e->name);
        struct err *er = NULL;
        struct rules_text *t;
        struct case_file *c;
        if (len > 5 && strcmp(e->name + len - 5, ".rule") == 0)
            er = text_read(a, e->name, (const char *)e->bytes, (size_t)(e->end - e->bytes), &t), n++;
        if (len > 5 && strcmp(e->name + len - 5, ".case") == 0)
            er = case_read(a, e->name, (const char *)e->bytes, (size_t)(e->end - e->bytes), &c);
        if (er != NULL)
            fail_msg("%s", er->detail);
    }
    assert_true(n >= 12);
}

static void a_case_file_reads_back(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char s[] = "given u test.unit name=\"一 局\" kind=a\n"
                            "case hit 到期\n"
                            "given m test.member unit=u\n"
                            "  birth=1970-01   # goes on\n"
                            "fact m.start unknown\n"
                            "on 2020-01-02 hit m since 2019-12-31 edition none\n"
                            "on 2020-01-03 missing m start\n"
                            "case miss 未到期\n"
                            "on 2020-01-01 miss u:21\n";
    struct case_file *f;
    assert_null(case_read(a, "x/rules/T-1.case", s, sizeof s - 1, &f));
    assert_string_equal(f->rule, "T-1");
    assert_int_equal(f->n, 2);
    const struct rule_case *c = f->cases;
    assert_string_equal(c->title, "到期");
    assert_int_equal(c->n_rows, 2);
    assert_string_equal(c->rows[0].fields[0].value, "一 局");
    assert_string_equal(c->rows[1].fields[1].value, "1970-01");
    assert_string_equal(c->facts[0].fact, "start");
    assert_int_equal(c->n_lines, 2);
    assert_true(c->lines[0].has_since && c->lines[0].has_edition);
    assert_int_equal(c->lines[0].edition.v, DATE_NONE.v);
    assert_string_equal(c->lines[1].fact, "start");
    assert_int_equal(f->cases[1].n_rows, 1);
    assert_int_equal(f->cases[1].lines[0].expect, EXPECT_MISS);
}

static void errors_in_a_case_name_the_line(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct {
        const char *text, *key, *line;
    } bad[] = {{"on 2020-01-01 hit m\n", "rules.case_on", "1"},
               {"case maybe x\n", "rules.case_kind", "1"},
               {"case hit\n", "rules.case_kind", "1"},
               {"given m\n", "rules.case_given", "1"},
               {"given m a.b x\n", "rules.case_pair", "1"},
               {"\ncase hit x\non 2020-01 hit m\n", "rules.case_on", "3"},
               {"case hit x\non 2020-01-01 missing m\n", "rules.case_on", "2"},
               {"case hit x\non 2020-01-01 hit m since\n", "rules.case_on", "2"},
               {"say x\n", "rules.syntax", "1"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct case_file *f;
        struct err *e = case_read(a, "x/rules/T-1.case", bad[i].text, strlen(bad[i].text), &f);
        assert_non_null(e);
        assert_string_equal(e->say, bad[i].key);
        assert_string_equal(e->args[1].value, bad[i].line);
    }
}

/* Any bytes either read or are refused with a place: prefixes and changed bytes of good files. */
static void broken_files_never_crash_it(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t len = strlen(e->name), n = (size_t)(e->end - e->bytes);
        bool rule = len > 5 && strcmp(e->name + len - 5, ".rule") == 0;
        if (!rule && (len <= 5 || strcmp(e->name + len - 5, ".case") != 0))
            continue;
        for (int i = 0; i < 60; i++) {
            arena_scope struct arena *a = arena_new();
            char *s = arena_strndup(a, (const char *)e->bytes, n);
            struct rules_text *t;
            struct case_file *f;
            for (int k = 0; k < 4; k++) {
                seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
                s[seed % n] = (char)(seed >> 40);
            }
            size_t most = i % 3 == 0 ? (size_t)(seed >> 20) % n : n;
            struct err *er = rule ? text_read(a, e->name, s, most, &t) : case_read(a, e->name, s, most, &f);
            if (er != NULL)
                assert_int_equal(er->kind, ERR_INVALID);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_reads_back_whole),
        cmocka_unit_test(an_edition_takes_over_what_it_does_not_say),
        cmocka_unit_test(lines_may_end_as_windows_ends_them),
        cmocka_unit_test(errors_name_line_and_column),
        cmocka_unit_test(errors_of_an_expression_become_those_of_the_file),
        cmocka_unit_test(every_shipped_file_reads),
        cmocka_unit_test(a_case_file_reads_back),
        cmocka_unit_test(errors_in_a_case_name_the_line),
        cmocka_unit_test(broken_files_never_crash_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
