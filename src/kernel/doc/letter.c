/* letter.c: WordprocessingML written by hand: a document of plain paragraphs needs no more. */
#include "doc/letter.h"

#include <string.h>

#include "base/buf.h"
#include "doc/word.h"

enum align { LEFT, CENTER, RIGHT };
enum { BODY = 32, TITLE = 44, LINE = 560 /* twips: 28 pt */ }; /* half points: 16 pt (三号), 22 pt (二号) */

struct style {
    const char *font, *spare; /* spare: where the first is not installed */
    int size;
    enum align align;
    bool indent; /* two characters */
    int before;  /* twips */
    bool new_page;
};

static void paragraph(struct buf *b, const struct style *s, const char *text, size_t n)
{
    static const char *const jc[] = {"both", "center", "right"};
    buf_printf(b, "<w:p><w:pPr>%s<w:spacing w:before=\"%d\" w:after=\"0\" w:line=\"%d\" w:lineRule=\"exact\"/>",
               s->new_page ? "<w:pageBreakBefore/>" : "", s->before, s->size > BODY ? LINE + 160 : LINE);
    if (s->indent)
        buf_puts(b, "<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>");
    if (s->align == RIGHT)
        buf_puts(b, "<w:ind w:rightChars=\"200\" w:right=\"640\"/>");
    buf_printf(
        b,
        "<w:jc w:val=\"%s\"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
        "w:eastAsia=\"%s\" w:cs=\"%s\"/><w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr><w:t "
        "xml:space=\"preserve\">",
        jc[s->align], s->font, s->spare, s->size, s->size);
    char *copy = arena_strndup(b->arena, text, n);
    buf_html(b, copy);
    buf_puts(b, "</w:t></w:r></w:p>");
}

static const struct style title = {"方正小标宋_GBK", "SimSun", TITLE, CENTER, false, 0, false},
                          number = {"仿宋_GB2312", "FangSong", BODY, CENTER, false, 120, false},
                          to = {"仿宋_GB2312", "FangSong", BODY, LEFT, false, 560, false},
                          body = {"仿宋_GB2312", "FangSong", BODY, LEFT, true, 0, false},
                          sign = {"仿宋_GB2312", "FangSong", BODY, RIGHT, false, 560, false},
                          date = {"仿宋_GB2312", "FangSong", BODY, RIGHT, false, 0, false},
                          slip = {"方正小标宋_GBK", "SimSun", TITLE, CENTER, false, 0, true};

static void one(struct buf *b, const struct style *s, const char *text)
{
    if (text != NULL && *text != '\0')
        paragraph(b, s, text, strlen(text));
}

/* Each line a paragraph. first: style of the first line. */
static void lines(struct buf *b, const struct style *first, const char *text)
{
    const struct style *s = first;
    while (text != NULL && *text != '\0') {
        size_t n = strcspn(text, "\n");
        if (n > 0)
            paragraph(b, s, text, n);
        s = &body;
        text += n + (text[n] == '\n');
    }
}

static char *document(struct arena *a, const struct letter *l)
{
    struct buf b = BUF(a);
    one(&b, &title, l->title);
    one(&b, &number, l->number);
    one(&b, &to, l->to);
    lines(&b, &body, l->body);
    one(&b, &sign, l->seal);
    one(&b, l->seal == NULL ? &sign : &date, l->sign);
    one(&b, &date, l->date);
    lines(&b, &slip, l->slip);
    /* A4, 37 mm 26 mm 35 mm 28 mm */
    buf_puts(
        &b, "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1985\" "
            "w:left=\"1588\" w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/></w:sectPr>");
    return buf_str(&b);
}

struct err *letter_docx(struct arena *a, const struct letter *l, const void **bytes, size_t *n)
{
    return word_file(a, document(a, l), NULL, bytes, n);
}
