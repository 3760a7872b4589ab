/* form_files_test.c: whole files as they really come: lying encodings, broken markup, hostile XML, zips. */
#include "roster/lrmx.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"

/* text in another charset; arena */
static char *in_charset(struct arena *a, const char *charset, const char *text, size_t *n)
{
    iconv_t cd = iconv_open(charset, "UTF-8");
    size_t left = strlen(text), room = 4 * left + 16;
    char *out = arena_alloc(a, room), *to = out, *from = (char *)(uintptr_t)text;
    assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
    iconv_close(cd);
    *n = (size_t)(to - out);
    return out;
}

static struct form *read_bytes(struct arena *a, const void *bytes, size_t n)
{
    struct form *f = NULL;
    struct err *e = form_read_lrmx(a, bytes, n, &f);
    if (e != NULL)
        fail_msg("%s", e->detail);
    return f;
}
static struct form *read_text(struct arena *a, const char *text)
{
    return read_bytes(a, text, strlen(text));
}
static struct form *read_person(struct arena *a, const char *inside)
{
    return read_text(a, arena_printf(a, "<Person>%s</Person>", inside));
}

static bool doubted(const struct form *f, enum form_doubt d)
{
    for (size_t i = 0; i < f->warnings.n; i++)
        if (f->warnings.p[i].doubt == d)
            return true;
    return false;
}

static struct err *refusal(struct arena *a, const char *text)
{
    struct form *f = NULL;
    struct err *e = form_read_lrmx(a, text, strlen(text), &f);
    assert_non_null(e);
    assert_null(f);
    assert_non_null(e->say);
    return e;
}

#define BODY                                                                                                                \
    "<Person><XingMing>章测安</XingMing><MinZu>汉族</MinZu><XianRenZhiWu>虚岭省无定市示例区示例局局长</" \
    "XianRenZhiWu></Person>"

static void gbk_bytes_under_a_utf8_declaration_are_read_and_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n;
    char *bytes = in_charset(a, "GBK", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n" BODY, &n);
    struct form *f = read_bytes(a, bytes, n);
    assert_string_equal(f->name, "章测安");
    assert_true(doubted(f, FORM_ENCODING_DIFFERS));
}

static void utf8_bytes_under_a_gbk_declaration_are_read_and_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_text(a, "<?xml version='1.0' encoding='gb2312' ?>" BODY);
    assert_string_equal(f->post, "虚岭省无定市示例区示例局局长");
    assert_true(doubted(f, FORM_ENCODING_DIFFERS));
}

static void a_byte_order_mark_before_gbk_bytes_is_a_lie(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n;
    char *bytes = in_charset(a, "GBK", BODY, &n);
    char *all = arena_alloc(a, n + 3);
    memcpy(all, "\xEF\xBB\xBF", 3);
    memcpy(all + 3, bytes, n);
    struct form *f = read_bytes(a, all, n + 3);
    assert_string_equal(f->name, "章测安");
    assert_true(doubted(f, FORM_ENCODING_DIFFERS));
}

static void utf16_is_read_with_and_without_its_mark(void **state)
{
    (void)state;
    static const char *const charsets[] = {"UTF-16LE", "UTF-16BE", "UTF-16"};
    for (size_t i = 0; i < 3; i++) {
        arena_scope struct arena *a = arena_new();
        size_t n;
        char *bytes = in_charset(a, charsets[i], "<?xml version=\"1.0\" encoding=\"utf-16\"?>" BODY, &n);
        assert_string_equal(read_bytes(a, bytes, n)->name, "章测安");
    }
}

static void rare_characters_of_gb18030_survive(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n;
    char *bytes = in_charset(
        a, "GB18030", "<?xml version=\"1.0\" encoding=\"GB18030\"?><Person><XingMing>样例𠮷㛃</XingMing></Person>", &n);
    assert_string_equal(read_bytes(a, bytes, n)->name, "样例𠮷㛃");
}

static void a_damaged_character_is_shown_and_counted(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f =
        read_text(a, "<Person><XingMing>章测安</XingMing><XianRenZhiWu>示例区\xE5\xB1局长</XianRenZhiWu></Person>");
    assert_string_equal(f->post, "示例区\xEF\xBF\xBD局长");
    assert_true(doubted(f, FORM_CHARACTERS_LOST));
}

static void a_vertical_tab_of_word_becomes_a_line_break(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f =
        read_person(a, "<XingMing>甲\x01乙</XingMing><JianLi>1993.09--1997.07  甲\v1997.07--  乙&#11;</JianLi>");
    assert_int_equal(f->n_resume, 2);
    assert_string_equal(f->name, "甲乙");
    assert_true(doubted(f, FORM_CONTROL_CHARACTERS));
}

static void loose_ampersands_and_angles_stay_text(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(
        a, "<XingMing>甲</XingMing><RenMianLiYou>A & B &nbsp;&middot; &foo; 因<工作失误>及 3<5 ]]></RenMianLiYou>");
    assert_string_equal(f->reason, "A & B  · &foo; 因<工作失误>及 3<5 ]]>");
    assert_true(doubted(f, FORM_MARKUP_REPAIRED));
}

static void breaks_of_html_in_any_form_are_line_breaks(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f =
        read_person(a, "<JianLi>1993.09--1997.07  甲<br>1997.07--2001.03  乙<BR/>2001.03--2005.03  丙<br ></br>"
                       "2005.03--2006.03  丁&lt;br /&gt;2006.03--  戊</JianLi>");
    assert_int_equal(f->n_resume, 5);
    f = read_person(a, "<JianLi><p>1993.09--1997.07  甲</p><p>1997.07--  乙</p></JianLi>");
    assert_int_equal(f->n_resume, 2);
}

static void order_prefixes_and_capitals_do_not_matter(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f =
        read_text(a, "\r\n <?xml version=\"1.0\"?><!-- <!DOCTYPE no> --><?pi x?>"
                     "<x:Person xmlns:x=\"urn:x\" "
                     "xmlns:xsi=\"urn:y\"><Version>3</Version><x:XINGMING>甲</x:XINGMING></x:Person>\r\n\0");
    assert_string_equal(f->name, "甲");
    assert_string_equal(f->version, "3");
}

static void several_family_elements_are_one_family(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(
        a, "<JiaTingChengYuan><Item><ChengWei>妻 子</ChengWei><XingMing>乙</XingMing></Item></JiaTingChengYuan>"
           "<ShenFenZheng/><JiaTingChengYuan><Item><XingMing>丙</XingMing><ChuShengRiQi>1975.13</ChuShengRiQi></Item>"
           "<Item/><Item><ChengWei>父亲</ChengWei><GongZuoDanWeiJiZhiWu>病故</GongZuoDanWeiJiZhiWu></Item></"
           "JiaTingChengYuan>");
    assert_int_equal(f->n_family, 3);
    assert_string_equal(f->family[0].relation, "妻子");
    assert_string_equal(f->family[1].name, "丙");
    assert_false(date_is(f->family[1].birth));
    assert_true(doubted(f, FORM_DATE_UNREADABLE));
    assert_true(doubted(f, FORM_FAMILY_DEATH));
    assert_false(f->has_id);
}

static void unknown_elements_are_kept_with_what_is_in_them(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(a, "<Xin><a>甲</a><b>乙</b></Xin><Xin2/><JiaTingChengYuan><Item><XingMing>丙</"
                                    "XingMing><GuoJi>某国</GuoJi></Item></JiaTingChengYuan>");
    assert_int_equal(f->n_unknown, 3);
    assert_string_equal(f->unknown[0].text, "甲乙");
    assert_string_equal(f->unknown[1].text, "");
    assert_string_equal(f->unknown[2].element, "JiaTingChengYuan.1.GuoJi");
}

static void a_field_given_twice_keeps_the_first_and_says_so(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(a, "<XingMing> </XingMing><XingMing>甲</XingMing><XingMing>甲</XingMing>");
    assert_string_equal(f->name, "甲");
    assert_false(doubted(f, FORM_ELEMENT_TWICE));
    f = read_person(a, "<XingMing>甲</XingMing><XingMing>乙</XingMing>");
    assert_string_equal(f->name, "甲");
    assert_true(doubted(f, FORM_ELEMENT_TWICE));
}

static void impossible_dates_are_warnings_never_guesses(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(
        a, "<XingMing>甲</XingMing><XingBie>不详</XingBie><ChuShengNianYue>1975.13</ChuShengNianYue>"
           "<CanJiaGongZuoShiJian>19970230</CanJiaGongZuoShiJian><RuDangShiJian>1996.00.99</RuDangShiJian>");
    assert_false(date_is(f->birth));
    assert_string_equal(f->birth_text, "1975.13");
    assert_false(date_is(f->work_start));
    assert_null(f->sex);
    assert_true(doubted(f, FORM_SEX_UNREADABLE));
    assert_int_equal(f->warnings.n, 3);
}

static void identity_numbers_are_checked_against_the_form(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(a, "<XingMing>甲</XingMing><ShenFenZheng>990103197503150010</ShenFenZheng>");
    assert_true(doubted(f, FORM_ID_WRONG));
    assert_string_equal(f->id.value, "990103197503150010");
    f = read_person(a, "<XingMing>甲</XingMing><XingBie>女</XingBie><ChuShengNianYue>197504</"
                       "ChuShengNianYue><ShenFenZheng>990103197503150015</ShenFenZheng>");
    assert_true(doubted(f, FORM_ID_BIRTH));
    assert_true(doubted(f, FORM_ID_SEX));
    f = read_person(a, "<XingMing>甲</XingMing><ShenFenZheng>９９０１０３７５０３１５００１</ShenFenZheng>");
    assert_true(doubted(f, FORM_ID_OLD));
    assert_string_equal(f->id.value, "990103197503150015");
}

static void photos_that_are_none_are_warnings(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(a, "<XingMing>甲</XingMing><ZhaoPian>不是照片</ZhaoPian>");
    assert_false(f->has_photo);
    assert_true(doubted(f, FORM_PHOTO_UNREADABLE));
    f = read_person(a, "<XingMing>甲</XingMing><ZhaoPian>data:image/jpeg;base64,aGVsbG8=</ZhaoPian>");
    assert_true(f->has_photo);
    assert_int_equal(f->photo.n, 5);
    assert_true(doubted(f, FORM_PHOTO_UNREADABLE));
}

static void hostile_xml_is_refused_with_a_sentence(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_string_equal(refusal(a, "<?xml version=\"1.0\"?><!DOCTYPE Person [<!ENTITY x SYSTEM "
                                   "\"file:///etc/passwd\">]><Person><XingMing>&x;</XingMing></Person>")
                            ->say,
                        "load.xml_doctype");
    assert_string_equal(
        refusal(a, "<!DOCTYPE lolz [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]><Person>&b;</Person>")->say,
        "load.xml_doctype");
    assert_string_equal(refusal(a, "<Person><XingMing>甲</XingMing>")->say, "load.xml_broken");
    assert_string_equal(refusal(a, "<Person><XingMing>甲</Xing")->say, "load.xml_broken");
    assert_string_equal(refusal(a, "<Person><XingMing>甲</MinZu></Person>")->say, "load.xml_broken");
    assert_string_equal(refusal(a, "<html><body>不是审批表</body></html>")->say, "roster.form.not_a_form");
    assert_string_equal(refusal(a, "")->say, "roster.form.empty");
    assert_string_equal(refusal(a, "  \r\n ")->say, "roster.form.empty");
    assert_string_equal(refusal(a, "没有标记")->say, "roster.form.not_a_form");
    struct buf deep = BUF(a);
    buf_puts(&deep, "<Person>");
    for (int i = 0; i < 100000; i++)
        buf_puts(&deep, "<a>");
    assert_string_equal(refusal(a, buf_str(&deep))->say, "load.xml_deep");
}

static void entities_are_text_when_nobody_declares_them(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form *f = read_person(a, "<XingMing>甲</XingMing><JiGuan>&xxe;</JiGuan>");
    assert_string_equal(f->native_place, "&xxe;");
}

static void one_lrm_with(struct arena *a, const char *family, size_t people, bool warned)
{
    struct buf b = BUF(a);
    buf_puts(&b, "\"甲,乙\",\"男\",\"197503\",\"\",\"\",\"民建\",\"\",\"\",\"\",\"大学#@#\",\"#@\",\"\",\"\",\"\",\"\","
                 "\"\",\"\","
                 "\"1993.09--1997.07  a,b\"\"c\r\n1997.07--  乙\",\"\",\"\",");
    buf_puts(&b, family);
    buf_puts(&b, ",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"");
    size_t n;
    char *bytes = in_charset(a, "GBK", buf_str(&b), &n);
    struct form *f = NULL;
    struct err *e = form_read_lrm(a, bytes, n, NULL, 0, &f);
    if (e != NULL)
        fail_msg("%s", e->detail);
    assert_string_equal(f->name, "甲,乙");
    assert_int_equal(f->n_resume, 2);
    assert_string_equal(f->resume[0].text, "a,b\"\"c");
    assert_string_equal(f->fulltime.education, "大学");
    assert_int_equal(f->n_family, people);
    assert_int_equal(doubted(f, FORM_LIST_WRONG), warned);
}

static void old_records_with_short_and_crooked_lists_are_read(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    one_lrm_with(a, "\"妻子@儿子\",\"丙@丁\",\"197608@\",\"@\",\"某单位@\"", 2, false);
    one_lrm_with(a, "\"妻子@@@@@@\",\"丙@@@@@@\",\"@@@@@@\",\"@@@@@@\",\"甲@乙@@@@@@\"", 2, true);
    one_lrm_with(a, "\"\",\"\",\"\",\"\",\"\"", 0, false);
    struct form *f = NULL;
    assert_non_null(form_read_lrm(a, "\"a\",\"b\"", 7, NULL, 0, &f));
    assert_non_null(form_read_lrm(a, "abc", 3, NULL, 0, &f));
    assert_non_null(form_read_lrm(a, "", 0, NULL, 0, &f));
}

struct seen {
    struct buf b;
    size_t failed;
};
static struct err *note(void *p, struct arena *fresh, const struct form_item *item)
{
    (void)fresh;
    struct seen *s = p;
    if (item->form != NULL)
        buf_printf(&s->b, "%zu/%zu %s %s%s;", item->number, item->total, item->entry != NULL ? item->entry : "-",
                   item->form->name, item->form->has_photo ? "+" : "");
    else
        buf_printf(&s->b, "%zu/%zu %s !%s;", item->number, item->total, item->entry != NULL ? item->entry : "-",
                   item->err->say != NULL ? item->err->say : err_kind_name(item->err->kind));
    return NULL;
}

static const char *told(struct arena *a, const char *path)
{
    struct seen s = {.b = BUF(a)};
    assert_null(form_each(a, &path, 1, note, &s));
    return buf_str(&s.b);
}

struct member {
    const char *name, *text;
    const char *charset; /* of the name; NULL: UTF-8 with the flag */
    const char *password;
};

static char *make_zip(struct arena *a, const struct member *m, size_t n)
{
    char *path = arena_strdup(a, "/tmp/qf_form_XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    int code;
    zip_t *z = zip_open(path, ZIP_TRUNCATE | ZIP_CREATE, &code);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(m[i].name);
        char *name = m[i].charset == NULL ? arena_strdup(a, m[i].name) : in_charset(a, m[i].charset, m[i].name, &len);
        name = arena_strndup(a, name, len);
        zip_source_t *s = zip_source_buffer(z, m[i].text, strlen(m[i].text), 0);
        zip_int64_t at = zip_file_add(z, name, s, m[i].charset == NULL ? ZIP_FL_ENC_UTF_8 : ZIP_FL_ENC_CP437);
        assert_true(at >= 0);
        if (m[i].password != NULL)
            zip_file_set_encryption(z, (zip_uint64_t)at, ZIP_EM_AES_256, m[i].password);
    }
    assert_int_equal(zip_close(z), 0);
    return path;
}

#define LRM(name)                                                                                                     \
    "\"" name "\",\"男\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"," \
    "\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\""

static void a_zip_gives_each_person_its_photo_and_its_name(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct member m[] = {
        {"批次/", "", NULL, NULL},
        {"批次/章测安.LRM", LRM("zhang"), NULL, NULL},
        {"批次/章测安.pic", "GIF89a\x01\x01\x01\x01", NULL, NULL},
        {"别处/章测安.pic", "x", NULL, NULL},
        {"林例.lrm", LRM("lin"), NULL, NULL},
        {"深/林例.JPG", "GIF89a\x01\x01\x01\x01", NULL, NULL},
        {"../../../etc/温样.lrmx", "<Person><XingMing>温样</XingMing></Person>", NULL, NULL},
        {"__MACOSX/._温样.lrmx", "junk", NULL, NULL},
        {"Thumbs.db", "junk", NULL, NULL},
        {"说明.docx", "junk", NULL, NULL},
        {"空.lrmx", "", NULL, NULL},
        {"inner.zip", "PK", NULL, NULL},
    };
    char *path = make_zip(a, m, sizeof m / sizeof *m);
    assert_string_equal(told(a, path), "1/6 批次/章测安.LRM zhang+;2/6 林例.lrm lin+;3/6 ../../../etc/温样.lrmx 温样;"
                                       "4/6 说明.docx !roster.form.not_a_form;5/6 空.lrmx !roster.form.empty;"
                                       "6/6 inner.zip !roster.form.not_a_form;");
    unlink(path);
}

static void zips_that_cannot_be_read_say_why(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct member secret[] = {{"章.lrmx", BODY, NULL, "x"}};
    char *path = make_zip(a, secret, 1);
    assert_string_equal(told(a, path), "1/1 章.lrmx !load.zip_encrypted;");
    static const struct member plain[] = {{"章.lrmx", BODY, NULL, NULL}, {"安.lrmx", BODY, NULL, NULL}};
    unlink(path);
    path = make_zip(a, plain, 2);
    FILE *f = fopen(path, "r+b");
    assert_int_equal(ftruncate(fileno(f), 150), 0);
    fclose(f);
    assert_string_equal(told(a, path), "1/1 - !load.zip_broken;");
    unlink(path);
    static const struct member other[] = {{"a.txt", "x", NULL, NULL}};
    path = make_zip(a, other, 1);
    assert_string_equal(told(a, path), "1/1 - !roster.form.not_a_form;");
    unlink(path);
    assert_string_equal(told(a, "/nonexistent.lrmx"), "1/1 - !roster.form.cannot_open;");
}

static void a_bomb_in_a_zip_is_stopped(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n = 64 << 20;
    char *zeros = arena_alloc(a, n + 1);
    memset(zeros, ' ', n);
    const struct member m[] = {{"甲.lrmx", zeros, NULL, NULL}, {"乙.lrmx", BODY, NULL, NULL}};
    char *path = make_zip(a, m, 2);
    assert_string_equal(told(a, path), "1/2 甲.lrmx !load.zip_bomb;2/2 乙.lrmx 章测安;");
    unlink(path);
}

static void the_sample_batch_has_three_people(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *root = getenv("QF_ROOT");
    const char *path = arena_printf(a, "%s/test/lrmx-samples/batch-gbk-names.zip", root != NULL ? root : ".");
    assert_string_equal(told(a, path), "1/3 2025.06.30 1.干部任免审批表 章测安.lrmx 章测安+;"
                                       "2/3 2025.06.30 2.干部任免审批表 林例.lrmx 林例;3/3 章测安.lrm 章测安+;");
}

static struct err *stop_at_once(void *p, struct arena *fresh, const struct form_item *item)
{
    (void)item;
    ++*(int *)p;
    return ERR(fresh, ERR_CONFLICT, "enough");
}

static void an_error_of_the_caller_ends_the_reading(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *paths[] = {"/nonexistent", "/nonexistent2"};
    int calls = 0;
    struct err *e = form_each(a, paths, 2, stop_at_once, &calls);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_CONFLICT);
    assert_string_equal(e->detail, "enough");
    assert_int_equal(calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gbk_bytes_under_a_utf8_declaration_are_read_and_told),
        cmocka_unit_test(utf8_bytes_under_a_gbk_declaration_are_read_and_told),
        cmocka_unit_test(a_byte_order_mark_before_gbk_bytes_is_a_lie),
        cmocka_unit_test(utf16_is_read_with_and_without_its_mark),
        cmocka_unit_test(rare_characters_of_gb18030_survive),
        cmocka_unit_test(a_damaged_character_is_shown_and_counted),
        cmocka_unit_test(a_vertical_tab_of_word_becomes_a_line_break),
        cmocka_unit_test(loose_ampersands_and_angles_stay_text),
        cmocka_unit_test(breaks_of_html_in_any_form_are_line_breaks),
        cmocka_unit_test(order_prefixes_and_capitals_do_not_matter),
        cmocka_unit_test(several_family_elements_are_one_family),
        cmocka_unit_test(unknown_elements_are_kept_with_what_is_in_them),
        cmocka_unit_test(a_field_given_twice_keeps_the_first_and_says_so),
        cmocka_unit_test(impossible_dates_are_warnings_never_guesses),
        cmocka_unit_test(identity_numbers_are_checked_against_the_form),
        cmocka_unit_test(photos_that_are_none_are_warnings),
        cmocka_unit_test(hostile_xml_is_refused_with_a_sentence),
        cmocka_unit_test(entities_are_text_when_nobody_declares_them),
        cmocka_unit_test(old_records_with_short_and_crooked_lists_are_read),
        cmocka_unit_test(a_zip_gives_each_person_its_photo_and_its_name),
        cmocka_unit_test(zips_that_cannot_be_read_say_why),
        cmocka_unit_test(a_bomb_in_a_zip_is_stopped),
        cmocka_unit_test(the_sample_batch_has_three_people),
        cmocka_unit_test(an_error_of_the_caller_ends_the_reading),
    };
    clock_fix(1764057600000); /* 2025-11-25 */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
