/* form_write.c: see form_write.h; where the texts of a person on record come from stands in form_member.c. */
#include "roster/form_write.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Not every character of a text may stand in XML. */
static void put_text(struct buf *b, const char *s)
{
    int used;
    for (; *s != '\0'; s += used) {
        int c = utf8_get(s, SIZE_MAX, &used);
        if (c == '\r' && s[1] == '\n')
            used = 2;
        if (c == '\r' || c == '\n')
            buf_puts(b, "\r\n");
        else if (c == '&')
            buf_puts(b, "&amp;");
        else if (c == '<')
            buf_puts(b, "&lt;");
        else if (c == '>')
            buf_puts(b, "&gt;");
        else if (c == UTF8_BAD && used == 1)
            buf_puts(b, "\xEF\xBF\xBD");
        else if (c >= ' ' || c == '\t')
            buf_add(b, s, (size_t)used);
    }
}

static void open_tag(struct buf *b, const char *indent, const char *name)
{
    buf_puts(b, indent);
    buf_putc(b, '<');
    buf_puts(b, name);
    buf_putc(b, '>');
}

static void close_tag(struct buf *b, const char *name)
{
    buf_puts(b, "</");
    buf_puts(b, name);
    buf_puts(b, ">\r\n");
}

/* The editor writes an empty element as two lines. */
static void element(struct buf *b, const char *indent, const char *name, const char *text)
{
    open_tag(b, indent, name);
    if (form_blank(text)) {
        buf_puts(b, "\r\n");
        buf_puts(b, indent);
    } else {
        put_text(b, text);
    }
    close_tag(b, name);
}

static void photo(struct buf *b, const struct form_raw *raw)
{
    const char *name = form_element(RAW_PHOTO);
    if (raw->n_photo == 0) {
        element(b, "  ", name, raw->v[RAW_PHOTO]);
        return;
    }
    char *text = arena_alloc(b->arena, raw->n_photo / 3 * 4 + 8);
    int n = EVP_EncodeBlock((unsigned char *)text, raw->photo, (int)raw->n_photo);
    open_tag(b, "  ", name);
    buf_add(b, text, (size_t)n);
    close_tag(b, name);
}

static const char family[] = "JiaTingChengYuan";

/* Unknown elements are named NAME, JiaTingChengYuan.NAME and JiaTingChengYuan.3.NAME by the reader. prefix: what stands
 * before NAME. */
static void unknown_in(struct buf *b, const struct form *f, const char *indent, const char *prefix)
{
    size_t n = strlen(prefix);
    for (size_t i = 0; i < f->n_unknown; i++) {
        const char *name = f->unknown[i].element;
        if (strncmp(name, prefix, n) == 0 && strchr(name + n, '.') == NULL)
            element(b, indent, name + n, f->unknown[i].text);
    }
}

static void kin(struct buf *b, const struct form *f)
{
    buf_printf(b, "  <%s>\r\n", family);
    for (size_t i = 0; i < f->raw->kin.n; i++) {
        const struct form_raw_kin *k = &f->raw->kin.p[i];
        char prefix[48];
        snprintf(prefix, sizeof prefix, "%s.%zu.", family, i + 1);
        buf_puts(b, "    <Item>\r\n");
        element(b, "      ", "ChengWei", k->relation);
        element(b, "      ", "XingMing", k->name);
        element(b, "      ", "ChuShengRiQi", k->birth);
        element(b, "      ", "ZhengZhiMianMao", k->politics);
        element(b, "      ", "GongZuoDanWeiJiZhiWu", k->work);
        unknown_in(b, f, "      ", prefix);
        buf_puts(b, "    </Item>\r\n");
    }
    unknown_in(b, f, "    ", "JiaTingChengYuan.");
    buf_printf(b, "  </%s>\r\n", family);
}

void form_write(struct buf *b, const struct form *f)
{
    buf_puts(b, "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Person>\r\n");
    for (int i = 0; i < RAW_FIELDS; i++) {
        bool optional = i == RAW_RETIRE_DUE || i == RAW_AGE_LIMIT || i == RAW_ID;
        if (i == RAW_REPORTING_UNIT)
            kin(b, f);
        if (i == RAW_PHOTO)
            photo(b, f->raw);
        else if (!optional || f->raw->v[i] != NULL)
            element(b, "  ", form_element(i), f->raw->v[i]);
    }
    unknown_in(b, f, "  ", "");
    buf_puts(b, "</Person>");
}
