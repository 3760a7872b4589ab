/* Pages whole: valid HTML in both languages, the menu, parts for htmx, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "view/asset.h"
#include "view/view.h"

static const struct view_menu menu[] = {
    {"people", "view.specimen.title", "/roster/member", true, -1},
    {"people", "view.specimen.since", "/roster/member/new", false, -1},
    {"daily", "view.specimen.name", "/findings", true, 1480},
    {"workbench", "view.desk", "/desk", true, 0},
    {"admin", "view.specimen.post", "/admin", false, -1},
};

static struct view shell(enum lang lang)
{
    return (struct view){.lang = lang,
                         .csrf = "token",
                         .path = "/roster/member",
                         .here = "/roster/member?q=%22%3E&lang=en&sort=a",
                         .site = "示例区<委>",
                         .user = "秦守正",
                         .unit = "监督科",
                         .menu = menu,
                         .n_menu = 5,
                         .desk = 12,
                         .day = date_make(2026, 11, 23),
                         .now = 1795400000000,
                         .number = 7};
}

static json_t *sample(void)
{
    json_t *rows = json_array();
    for (int i = 0; i < 30; i++)
        json_array_append_new(rows,
                              json_pack("{sI ss ss ss ss ss ss}", "id", (json_int_t)i, "name",
                                        i % 2 ? "白简" : "顾<行>简", "post", "区水务局\"党组\"书记", "note",
                                        i % 3 ? "" : "兼", "sex", "1", "birth", "1974-03", "since", "2016-05-04"));
    return json_pack("{so sI sb s{ss si s[{ssssss}] s{ss}}}", "rows", rows, "total", (json_int_t)1286, "states", 1,
                     "errors", "say", "有 1 处要改", "count", 1, "fields", "field", "got", "label", "收件日期", "say",
                     "不能早于送达日", "by", "got", "不能早于送达日");
}

static char *page(struct arena *a, const struct view *v, const char *template, json_t *data, bool part)
{
    struct buf out = BUF(a);
    assert_null(view_init(a));
    struct err *e = (part ? view_part : view_page)(v, template, data, &out);
    if (e != NULL)
        fail_msg("%s", e->detail);
    return buf_str(&out);
}

/* What tidy has to say about a page; it does not know the attributes of SVG and aria-current. */
static void assert_valid(const char *html)
{
    char path[] = "/tmp/qf-page-XXXXXX", command[256], line[512];
    int fd = mkstemp(path), bad = 0;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, html, strlen(html)), (ssize_t)strlen(html));
    close(fd);
    snprintf(command, sizeof command, "tidy -q -e -utf8 --drop-empty-elements no %s 2>&1", path);
    FILE *tidy = popen(command, "r");
    assert_non_null(tidy);
    while (fgets(line, sizeof line, tidy) != NULL) {
        if (strstr(line, "<svg> proprietary attribute") != NULL ||
            strstr(line, "proprietary attribute \"aria-current\""))
            continue;
        print_message("%s", line);
        bad++;
    }
    int status = pclose(tidy);
    unlink(path);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 3); /* 127: tidy is not installed */
    assert_int_equal(bad, 0);
}

static void every_kernel_page_is_valid_html(void **state)
{
    (void)state;
    for (int lang = 0; lang < LANGS; lang++) {
        arena_scope struct arena *a = arena_new();
        struct view v = shell((enum lang)lang);
        json_t *data = sample(), *labels = json_pack("{ss sb sb}", "title", "没有<找到>", "missing", 1, "fields", 0);
        json_t *error = json_pack("{s{ss sI}}", "error", "say", "没有找到。", "request", (json_int_t)7);
        assert_valid(page(a, &v, "view/specimen", data, false));
        v.labels = labels;
        assert_valid(page(a, &v, "view/error", error, false));
        v.user = NULL;
        v.n_menu = 0;
        assert_valid(page(a, &v, "view/error-door", error, false));
        json_decref(data);
        json_decref(error);
        json_decref(labels);
    }
}

static void pages_carry_no_inline_script_or_style(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct view v = shell(LANG_ZH);
    json_t *data = sample();
    const char *html = page(a, &v, "view/specimen", data, false);
    assert_null(strstr(html, "<style"));
    assert_null(strstr(html, "style="));
    assert_null(strstr(html, " onclick"));
    for (const char *s = html; (s = strstr(s, "<script")) != NULL; s++)
        assert_memory_equal(s, "<script defer src=\"/static/", 26);
    json_decref(data);
}

static void what_is_shown_is_escaped_and_formed(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct view v = shell(LANG_ZH);
    json_t *data = sample();
    const char *html = page(a, &v, "view/specimen", data, false);
    assert_non_null(strstr(html, "示例区&lt;委&gt;"));
    assert_non_null(strstr(html, "顾&lt;行&gt;简"));
    assert_non_null(strstr(html, ">白　简</a>"));
    assert_non_null(strstr(html, "共 1\u202f286 人"));
    assert_non_null(strstr(html, "判定日 2026.11.23（星期一）"));
    assert_non_null(strstr(html, "<title>样张 · 清风</title>"));
    assert_non_null(strstr(html, "href=\"/roster/member?q=%22%3E&amp;sort=a&amp;lang=en\" lang=\"en\""));
    assert_non_null(strstr(html, "name=\"csrf\" value=\"token\""));
    json_decref(data);
}

static void menu_lists_what_may_be_opened_and_marks_the_place(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct view v = shell(LANG_EN);
    json_t *data = sample();
    const char *html = page(a, &v, "view/specimen", data, false);
    assert_non_null(strstr(html, "<a href=\"/roster/member\" aria-current=\"page\">"));
    assert_null(strstr(html, "/roster/member/new\""));
    assert_null(strstr(html, "href=\"/admin\""));
    assert_null(strstr(html, "Administration"));
    assert_non_null(strstr(html, "<span class=\"n\">1\u202f480</span>"));
    v.path = "/roster/member/12";
    assert_non_null(
        strstr(page(a, &v, "view/specimen", data, false), "<a href=\"/roster/member\" aria-current=\"true\">"));
    json_decref(data);
}

static void a_part_is_the_main_block_alone(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct view v = shell(LANG_ZH);
    json_t *data = sample();
    const char *html = page(a, &v, "view/specimen", data, true);
    assert_null(strstr(html, "<html"));
    assert_memory_equal(html, "<div class=\"head\">", 18);
    json_decref(data);
}

static void an_unknown_template_is_a_fault(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct view v = shell(LANG_ZH);
    struct buf out = BUF(a);
    assert_null(view_init(a));
    struct err *e = view_page(&v, "no/such", NULL, &out);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_FAULT);
}

/* A hole takes each value anew: as text it is escaped, as HTML it is not. */
static void a_stencil_is_the_template_with_its_values(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const struct stencil *s;
    struct buf out = BUF(a);
    assert_null(view_init(a));
    json_t *data = json_pack("{s:s, s:s, s:s}", "path", "/a", "text", view_hole(a, 675), "count", view_hole(a, 1));
    assert_null(view_stencil(a, LANG_ZH, "view/rail-entry", data, &s));
    const char *values[676] = {[1] = "3", [675] = "<顾>&'\""};
    view_stencil_put(&out, s, values);
    assert_non_null(strstr(buf_str(&out), "&lt;顾&gt;&amp;&#39;&quot;"));
    assert_non_null(strstr(buf_str(&out), ">3<"));
    buf_clear(&out);
    assert_string_equal(buf_str(&out), "");
    values[675] = NULL;
    view_stencil_put(&out, s, values);
    assert_null(strstr(buf_str(&out), "顾"));
    assert_null(strpbrk(buf_str(&out), "\x01\x02"));
    assert_int_equal(view_stencil(a, LANG_ZH, "no/such", json_object(), &s)->kind, ERR_FAULT);
}

static void json_reads_back_as_it_was(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *data = json_pack("{s[i,f,f,b,n] s{} s[] ss}", "list", -5, 1.21, 3.0, 1, "object", "empty", "text",
                             "引号\"反斜杠\\换行\n制表\t\x01 end");
    struct buf out = BUF(a);
    view_json(&out, data);
    json_error_t je;
    json_t *back = json_loads(buf_str(&out), 0, &je);
    if (back == NULL)
        fail_msg("%s in %s", je.text, buf_str(&out));
    assert_true(json_equal(back, data));
    assert_memory_equal(out.p, "{\"list\":[-5,1.21,3.0,true,null],\"object\":{}", 43);
    json_decref(back);
    json_decref(data);
}

static void assets_are_named_by_their_content(void **state)
{
    (void)state;
    static const char *const names[] = {"qingfeng.css",          "tabler.min.css", "htmx.min.js",
                                        "echarts.common.min.js", "qingfeng.js",    "charts.js"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct asset *asset = asset_find(names[i]);
        assert_non_null(asset);
        assert_true(asset->n > 0);
        assert_memory_equal(asset->path, "/static/", 8);
    }
    assert_null(asset_find("../qingfeng.css"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_page_is_valid_html),
        cmocka_unit_test(pages_carry_no_inline_script_or_style),
        cmocka_unit_test(what_is_shown_is_escaped_and_formed),
        cmocka_unit_test(menu_lists_what_may_be_opened_and_marks_the_place),
        cmocka_unit_test(a_part_is_the_main_block_alone),
        cmocka_unit_test(an_unknown_template_is_a_fault),
        cmocka_unit_test(a_stencil_is_the_template_with_its_values),
        cmocka_unit_test(json_reads_back_as_it_was),
        cmocka_unit_test(assets_are_named_by_their_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
