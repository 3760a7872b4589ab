/* lrmx.c: reads .lrmx. Bytes to UTF-8, put right what is not XML, parse as events, collect texts by element. Order,
 * prefixes, missing and unknown elements do not matter; markup inside a field counts as its text. */
#include "roster/lrmx.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "load/encoding.h"
#include "load/xml.h"
#include "roster/form_text.h"
#include "roster/form_write.h"

enum { FILE_MOST = 32 << 20, DEPTH_MOST = 16, KIN_MOST = 200, UNKNOWN_MOST = 200 };

static const char *const elements[RAW_FIELDS] = {
    [RAW_NAME] = "XingMing",
    [RAW_SEX] = "XingBie",
    [RAW_BIRTH] = "ChuShengNianYue",
    [RAW_ETHNICITY] = "MinZu",
    [RAW_NATIVE_PLACE] = "JiGuan",
    [RAW_BIRTH_PLACE] = "ChuShengDi",
    [RAW_PARTY] = "RuDangShiJian",
    [RAW_WORK_START] = "CanJiaGongZuoShiJian",
    [RAW_RETIRE_DUE] = "DaoLingNianYue",
    [RAW_HEALTH] = "JianKangZhuangKuang",
    [RAW_TITLE] = "ZhuanYeJiShuZhiWu",
    [RAW_EXPERTISE] = "ShuXiZhuanYeYouHeZhuanChang",
    [RAW_FULL_EDUCATION] = "QuanRiZhiJiaoYu_XueLi",
    [RAW_FULL_DEGREE] = "QuanRiZhiJiaoYu_XueWei",
    [RAW_FULL_SCHOOL] = "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi",
    [RAW_FULL_DEGREE_SCHOOL] = "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    [RAW_IN_EDUCATION] = "ZaiZhiJiaoYu_XueLi",
    [RAW_IN_DEGREE] = "ZaiZhiJiaoYu_XueWei",
    [RAW_IN_SCHOOL] = "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi",
    [RAW_IN_DEGREE_SCHOOL] = "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    [RAW_POST] = "XianRenZhiWu",
    [RAW_PROPOSED] = "NiRenZhiWu",
    [RAW_REMOVED] = "NiMianZhiWu",
    [RAW_RESUME] = "JianLi",
    [RAW_AWARDS] = "JiangChengQingKuang",
    [RAW_APPRAISAL] = "NianDuKaoHeJieGuo",
    [RAW_REASON] = "RenMianLiYou",
    [RAW_REPORTING_UNIT] = "ChengBaoDanWei",
    [RAW_AGE_LIMIT] = "GaiGeQianRenZhiNianLingJieXian",
    [RAW_AGE_AS_OF] = "JiSuanNianLingShiJian",
    [RAW_FILLED_ON] = "TianBiaoShiJian",
    [RAW_FILLED_BY] = "TianBiaoRen",
    [RAW_ID] = "ShenFenZheng",
    [RAW_PHOTO] = "ZhaoPian",
    [RAW_VERSION] = "Version",
};

const char *form_element(enum form_field f)
{
    return elements[f];
}

struct reading {
    struct arena *arena;
    struct form *form;
    struct form_raw raw;
    bool filled[RAW_FIELDS]; /* the first text of each field that is not empty counts */
    struct buf text;
    int depth, leaf;   /* leaf: depth of the field being read, 0 between fields */
    const char *field; /* its element; arena */
    bool in_family, in_item;
    struct form_raw_kin kin;
    VEC(struct form_unknown) unknown;
};

static struct err *on_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    (void)tag;
    struct reading *r = p;
    r->depth++;
    if (r->depth == 1) {
        if (strcasecmp(name, "Person") != 0)
            return err_say(ERR(r->arena, ERR_INVALID, "the document is a \"%.40s\", not a Person", name),
                           "roster.form.not_a_form", NULL);
        return NULL;
    }
    if (r->leaf > 0) { /* markup inside a field: <p>, <div> are lines */
        if (strcasecmp(name, "p") == 0 || strcasecmp(name, "div") == 0 || strcasecmp(name, "li") == 0)
            buf_putc(&r->text, '\n');
        return NULL;
    }
    if (r->depth == 2 && strcasecmp(name, "JiaTingChengYuan") == 0) {
        r->in_family = true;
    } else if (r->depth == 3 && r->in_family && strcasecmp(name, "Item") == 0) {
        r->in_item = true;
        r->kin = (struct form_raw_kin){0};
    } else {
        r->leaf = r->depth;
        r->field = arena_strdup(r->arena, name);
        r->text = BUF(r->arena);
    }
    return NULL;
}

static struct err *on_text(void *p, const char *s, size_t n)
{
    struct reading *r = p;
    if (r->leaf > 0)
        buf_add(&r->text, s, n);
    return NULL;
}

static void keep_unknown(struct reading *r, const char *name, const char *text)
{
    const char *clean = form_clean(r->arena, text);
    if (r->unknown.n < UNKNOWN_MOST)
        *VEC_PUSH(&r->unknown, r->arena) = (struct form_unknown){.element = name, .text = clean == NULL ? "" : clean};
}

static void keep_kin(struct reading *r, const char *text)
{
    struct {
        const char *element;
        const char **to;
    } known[] = {{"ChengWei", &r->kin.relation},
                 {"XingMing", &r->kin.name},
                 {"ChuShengRiQi", &r->kin.birth},
                 {"ZhengZhiMianMao", &r->kin.politics},
                 {"GongZuoDanWeiJiZhiWu", &r->kin.work}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasecmp(r->field, known[i].element) == 0) {
            *known[i].to = text;
            return;
        }
    if (!form_blank(text))
        keep_unknown(r, arena_printf(r->arena, "JiaTingChengYuan.%zu.%s", r->raw.kin.n + 1, r->field), text);
}

static void keep_field(struct reading *r, const char *text)
{
    for (int i = 0; i < RAW_FIELDS; i++) {
        if (strcasecmp(r->field, elements[i]) != 0)
            continue;
        if (!r->filled[i]) {
            r->raw.v[i] = text;
            r->filled[i] = !form_blank(text);
        } else if (strcmp(text, r->raw.v[i]) != 0 && !form_blank(text)) {
            form_warn(r->arena, r->form, FORM_ELEMENT_TWICE, r->field, "%.90s", form_clean(r->arena, text));
        }
        return;
    }
    keep_unknown(r, r->field, text);
}

static struct err *on_end(void *p, const char *name)
{
    (void)name;
    struct reading *r = p;
    if (r->leaf == r->depth && r->leaf > 0) {
        const char *text = buf_str(&r->text);
        if (r->in_item)
            keep_kin(r, text);
        else if (r->in_family)
            keep_unknown(r, arena_printf(r->arena, "JiaTingChengYuan.%s", r->field), text);
        else
            keep_field(r, text);
        r->leaf = 0;
    } else if (r->leaf == 0 && r->depth == 3 && r->in_item) {
        if (r->raw.kin.n < KIN_MOST)
            *VEC_PUSH(&r->raw.kin, r->arena) = r->kin;
        r->in_item = false;
    } else if (r->leaf == 0 && r->depth == 2) {
        r->in_family = false;
    }
    r->depth--;
    return NULL;
}

static struct err *decode(struct arena *a, const void *bytes, size_t n, struct form *f, struct load_text *text)
{
    const char *declared = load_xml_declared(a, bytes, n);
    TRY(load_text_read(a, bytes, n, declared, FILE_MOST, text));
    if (text->guess.lied)
        form_warn(a, f, FORM_ENCODING_DIFFERS, "file", "%s, not %s", load_charset_name(text->guess.charset),
                  declared != NULL ? declared : "as marked");
    if (text->damaged > 0)
        form_warn(a, f, FORM_CHARACTERS_LOST, "file", "%llu", (unsigned long long)text->damaged);
    return NULL;
}

struct err *form_read_lrmx(struct arena *a, const void *bytes, size_t n, struct form **out)
{
    struct form *f = arena_new_of(a, struct form);
    struct load_text text;
    TRY(decode(a, bytes, n, f, &text));
    char *xml;
    size_t n_xml;
    struct load_xml_notes notes = {0};
    TRY(load_xml_mend(a, text.p, text.n, &xml, &n_xml, &notes));
    if (n_xml == 0)
        return err_say(ERR(a, ERR_INVALID, "the file is empty"), "roster.form.empty", NULL);
    if (xml[strspn(xml, " \t\r\n")] != '<')
        return err_say(ERR(a, ERR_INVALID, "the file does not begin as XML"), "roster.form.not_a_form", NULL);
    if (notes.controls > 0)
        form_warn(a, f, FORM_CONTROL_CHARACTERS, "file", "%zu", notes.controls);
    if (notes.ampersands + notes.angles > 0)
        form_warn(a, f, FORM_MARKUP_REPAIRED, "file", "%zu", notes.ampersands + notes.angles);
    struct reading r = {.arena = a, .form = f};
    struct load_xml_events events = {.start = on_start, .end = on_end, .text = on_text, .p = &r};
    struct load_xml_limits limits = {.depth = DEPTH_MOST, .bytes = (uint64_t)FILE_MOST * 2};
    TRY(load_xml_read(a, xml, n_xml, &events, limits, true));
    struct form_raw *raw = arena_new_of(a, struct form_raw);
    *raw = r.raw;
    form_understand(a, raw, f);
    f->raw = raw;
    f->unknown = r.unknown.p;
    f->n_unknown = r.unknown.n;
    *out = f;
    return NULL;
}
