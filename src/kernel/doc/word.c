/* word.c: see word.h. */
#include "doc/word.h"

#include <string.h>

#include "doc/pack.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

static const char rels[] = XML
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
    "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/></Relationships>";

static struct err *add(struct doc_pack *p, const char *name, struct buf *text)
{
    return doc_pack_add(p, name, text->p, text->n);
}

static void types(struct buf *b, const struct word_picture *picture)
{
    buf_puts(b, XML
             "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
             "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
             "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    if (picture->kind != NULL)
        buf_printf(b, "<Default Extension=\"%s\" ContentType=\"image/%s\"/>", picture->kind, picture->kind);
    buf_puts(b, "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
                "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>");
}

static struct err *picture_parts(struct doc_pack *p, struct arena *a, const struct word_picture *picture)
{
    if (picture->kind == NULL)
        return NULL;
    struct buf b = BUF(a);
    buf_printf(&b,
               XML "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                   "<Relationship Id=\"" WORD_PICTURE_ID
                   "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" "
                   "Target=\"media/photo.%s\"/></Relationships>",
               picture->kind);
    TRY(add(p, "word/_rels/document.xml.rels", &b));
    return doc_pack_add(p, arena_printf(a, "word/media/photo.%s", picture->kind), picture->bytes, picture->n);
}

struct err *word_file(struct arena *a, const char *body, const struct word_picture *picture, const void **bytes,
                      size_t *n)
{
    static const struct word_picture none = {0};
    struct buf file = BUF(a), head = BUF(a), text = BUF(a);
    struct doc_pack *p;
    picture = picture == NULL ? &none : picture;
    types(&head, picture);
    buf_puts(&text, XML "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
                        "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
                        "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
                        "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
                        "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>");
    buf_puts(&text, body);
    buf_puts(&text, "</w:body></w:document>");
    TRY(doc_pack_begin(a, doc_sink_buf(&file), &p));
    TRY(add(p, "[Content_Types].xml", &head));
    TRY(doc_pack_add(p, "_rels/.rels", rels, sizeof rels - 1));
    TRY(add(p, "word/document.xml", &text));
    TRY(picture_parts(p, a, picture));
    TRY(doc_pack_end(p));
    *bytes = buf_str(&file);
    *n = file.n;
    return NULL;
}

void word_picture_put(struct buf *b, int width, int height)
{
    int x = width * 635, y = height * 635; /* 914 400 an inch */
    buf_printf(
        b,
        "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"%d\" cy=\"%d\"/>"
        "<wp:docPr id=\"1\" name=\"photo\"/><a:graphic><a:graphicData "
        "uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr "
        "id=\"1\" name=\"photo\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"" WORD_PICTURE_ID
        "\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext "
        "cx=\"%d\" cy=\"%d\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
        x, y, x, y);
}
