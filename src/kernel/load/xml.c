/* xml.c: the hardened reader of xml.h on libxml2's SAX2 interface. The handler given to libxml2 has no resolveEntity,
 * getEntity or entityDecl, so nothing outside the bytes is ever opened and no entity but XML's five ever expands. */
#include "load/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>
#include <string.h>

enum { PIECE = 64 << 10 };

struct load_xml {
    struct arena *arena;
    struct load_xml_events events;
    struct load_xml_limits limits;
    xmlParserCtxtPtr ctxt;
    xmlSAXHandler sax;
    uint64_t fed;
    int depth;
    struct err *err;
};

struct load_xml_tag {
    const xmlChar **attrs; /* localname, prefix, URI, value, end of value */
    int n;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

bool load_xml_attr(const struct load_xml_tag *tag, const char *name, const char **s, size_t *n)
{
    for (int i = 0; i < tag->n; i++) {
        const xmlChar **at = tag->attrs + (size_t)i * 5;
        if (strcmp((const char *)at[0], name) == 0) {
            *s = (const char *)at[3];
            *n = (size_t)(at[4] - at[3]);
            return true;
        }
    }
    return false;
}

static void stop(struct load_xml *x, struct err *e)
{
    if (x->err == NULL)
        x->err = e;
    xmlStopParser(x->ctxt);
}

static void on_start(void *p, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
    (void)prefix, (void)uri, (void)n_ns, (void)ns, (void)n_defaulted;
    struct load_xml *x = ((xmlParserCtxtPtr)p)->_private;
    if (x->err != NULL)
        return;
    if (++x->depth > x->limits.depth) {
        stop(x, err_say(ERR(x->arena, ERR_INVALID, "elements nested deeper than %d", x->limits.depth), "load.xml_deep",
                        NULL));
        return;
    }
    struct load_xml_tag tag = {.attrs = attrs, .n = n_attrs};
    struct err *e = x->events.start == NULL ? NULL : x->events.start(x->events.p, (const char *)name, &tag);
    if (e != NULL)
        stop(x, e);
}

static void on_end(void *p, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)prefix, (void)uri;
    struct load_xml *x = ((xmlParserCtxtPtr)p)->_private;
    if (x->err != NULL)
        return;
    x->depth--;
    struct err *e = x->events.end == NULL ? NULL : x->events.end(x->events.p, (const char *)name);
    if (e != NULL)
        stop(x, e);
}

static void on_text(void *p, const xmlChar *s, int n)
{
    struct load_xml *x = ((xmlParserCtxtPtr)p)->_private;
    if (x->err != NULL || x->events.text == NULL)
        return;
    struct err *e = x->events.text(x->events.p, (const char *)s, (size_t)n);
    if (e != NULL)
        stop(x, e);
}

static void on_doctype(void *p, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    struct load_xml *x = ((xmlParserCtxtPtr)p)->_private;
    if (x->err == NULL)
        stop(x, err_say(ERR(x->arena, ERR_INVALID, "the document has a DOCTYPE"), "load.xml_doctype", NULL));
}

static void quiet(void *p, xmlErrorPtr e)
{
    (void)p, (void)e;
}

static void quiet_text(void *p, const char *fmt, ...)
{
    (void)p, (void)fmt;
}

static void free_parser(void *p)
{
    struct load_xml *x = p;
    if (x->ctxt != NULL)
        xmlFreeParserCtxt(x->ctxt);
    x->ctxt = NULL;
}

struct err *load_xml_begin(struct arena *a, const struct load_xml_events *events, struct load_xml_limits limits,
                           bool utf8, struct load_xml **out)
{
    pthread_once(&once, xmlInitParser);
    xmlSetStructuredErrorFunc(NULL, quiet); /* of this thread: errors of encodings pass by the parser's own handler */
    xmlSetGenericErrorFunc(NULL, quiet_text);
    struct load_xml *x = arena_new_of(a, struct load_xml);
    *x = (struct load_xml){.arena = a, .events = *events, .limits = limits};
    x->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC,
                             .startElementNs = on_start,
                             .endElementNs = on_end,
                             .characters = on_text,
                             .ignorableWhitespace = on_text,
                             .cdataBlock = on_text,
                             .internalSubset = on_doctype,
                             .externalSubset = on_doctype,
                             .serror = quiet};
    x->ctxt = xmlCreatePushParserCtxt(&x->sax, NULL, NULL, 0, NULL);
    if (x->ctxt == NULL)
        return ERR(a, ERR_FAULT, "libxml2 gave no parser");
    arena_defer(a, free_parser, x);
    x->ctxt->_private = x;
    /* NOENT only makes libxml2 decode &amp; in attributes, which it else leaves as &#38;. There are no other entities
     * to replace: without entityDecl none is ever declared, and a DOCTYPE ends the reading. */
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOENT;
    xmlCtxtUseOptions(x->ctxt, options | (utf8 ? XML_PARSE_IGNORE_ENC : 0));
    if (utf8)
        xmlSwitchEncoding(x->ctxt, XML_CHAR_ENCODING_UTF8);
    *out = x;
    return NULL;
}

static struct err *broken(struct load_xml *x)
{
    if (x->err != NULL)
        return x->err;
    xmlErrorPtr last = xmlCtxtGetLastError(x->ctxt);
    const char *said = last != NULL && last->message != NULL ? last->message : "the document is not complete";
    int line = last != NULL ? last->line : xmlSAX2GetLineNumber(x->ctxt);
    struct err *e =
        ERR(x->arena, ERR_INVALID, "not well-formed XML, line %d: %.*s", line, (int)strcspn(said, "\n"), said);
    return x->err = err_say(e, "load.xml_broken", "line", arena_printf(x->arena, "%d", line), NULL);
}

static struct err *feed(struct load_xml *x, const char *p, size_t n, bool last)
{
    do {
        size_t piece = n < PIECE ? n : PIECE;
        int bad = xmlParseChunk(x->ctxt, p, (int)piece, last && piece == n);
        if (bad != 0 || x->err != NULL || !x->ctxt->wellFormed)
            return broken(x);
        p += piece;
        n -= piece;
    } while (n > 0);
    return NULL;
}

struct err *load_xml_feed(struct load_xml *x, const void *bytes, size_t n)
{
    if (x->err != NULL)
        return x->err;
    x->fed += n;
    if (x->fed > x->limits.bytes) {
        x->err = ERR(x->arena, ERR_LIMIT, "an XML document of over %llu bytes", (unsigned long long)x->limits.bytes);
        return x->err = err_say(x->err, "load.too_big", "limit",
                                arena_printf(x->arena, "%llu", (unsigned long long)x->limits.bytes), NULL);
    }
    return n == 0 ? NULL : feed(x, bytes, n, false);
}

struct err *load_xml_end(struct load_xml *x)
{
    if (x->err != NULL)
        return x->err;
    return feed(x, "", 0, true);
}

struct err *load_xml_read(struct arena *a, const void *bytes, size_t n, const struct load_xml_events *events,
                          struct load_xml_limits limits, bool utf8)
{
    struct load_xml *x = NULL;
    TRY(load_xml_begin(a, events, limits, utf8, &x));
    struct err *e = load_xml_feed(x, bytes, n);
    if (e == NULL)
        e = load_xml_end(x);
    return e;
}

const char *load_xml_declared(struct arena *a, const void *bytes, size_t n)
{
    const char *p = bytes;
    if (n > 256)
        n = 256;
    const char *open = memmem(p, n, "<?xml", 5);
    const char *close = open == NULL ? NULL : memmem(open, n - (size_t)(open - p), "?>", 2);
    if (close == NULL)
        return NULL;
    const char *e = memmem(open, (size_t)(close - open), "encoding", 8);
    if (e == NULL)
        return NULL;
    e += 8;
    while (e < close && *e != '"' && *e != '\'')
        e++;
    if (e >= close)
        return NULL;
    const char *end = memchr(e + 1, *e, (size_t)(close - e - 1));
    if (end == NULL)
        return NULL;
    char *name = arena_strndup(a, e + 1, (size_t)(end - e - 1));
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
    return *name != '\0' && name[strspn(name, allowed)] == '\0' ? name : NULL;
}
