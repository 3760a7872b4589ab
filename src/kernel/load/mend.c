/* mend.c: load_xml_mend. One pass over the text; what is right is copied, what is wrong is put right and counted. */
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "load/xml.h"

struct mend {
    const char *p, *end;
    struct buf out;
    struct load_xml_notes *notes;
    struct arena *arena;
};

static bool begins(const struct mend *m, const char *s)
{
    size_t n = strlen(s);
    return (size_t)(m->end - m->p) >= n && memcmp(m->p, s, n) == 0;
}

/* Copies a run of characters up to stop, putting control characters right. */
static void copy(struct mend *m, const char *stop)
{
    const char *from = m->p;
    for (; m->p < stop; m->p++) {
        unsigned char c = (unsigned char)*m->p;
        bool non = c == 0xEF && stop - m->p >= 3 && (unsigned char)m->p[1] == 0xBF && (unsigned char)m->p[2] >= 0xBE;
        if (!non && (c >= 0x20 || c == '\n' || c == '\r' || c == '\t'))
            continue;
        buf_add(&m->out, from, (size_t)(m->p - from));
        m->notes->controls++;
        if (c == 0x0B || c == 0x0C)
            buf_putc(&m->out, '\n');
        if (non)
            m->p += 2;
        from = m->p + 1;
    }
    buf_add(&m->out, from, (size_t)(stop - from));
}

static const char *find(const struct mend *m, const char *what)
{
    const char *at = memmem(m->p, (size_t)(m->end - m->p), what, strlen(what));
    return at == NULL ? m->end : at + strlen(what);
}

static bool name_char(unsigned char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && ((c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':'));
}

/* The end of the tag at m->p (past its >), or NULL when what stands there is text. */
static const char *tag_end(const struct mend *m, const char **name, size_t *n_name)
{
    const char *p = m->p + 1;
    bool closing = p < m->end && *p == '/';
    p += closing;
    *name = p;
    while (p < m->end && name_char((unsigned char)*p, p == *name))
        p++;
    *n_name = (size_t)(p - *name);
    if (*n_name == 0)
        return NULL;
    if (p == m->end)
        return p; /* cut off: let the parser say so */
    if (strchr(" \t\r\n/>", *p) == NULL)
        return NULL;
    for (char quote = '\0'; p < m->end; p++) {
        if (quote != '\0')
            quote = *p == quote ? '\0' : quote;
        else if (*p == '"' || *p == '\'')
            quote = *p;
        else if (*p == '>')
            return p + 1;
        else if (*p == '<')
            return NULL;
    }
    return m->end;
}

static struct err *angle(struct mend *m)
{
    if (begins(m, "<!--")) {
        m->p = find(m, "-->");
    } else if (begins(m, "<?")) {
        m->p = find(m, "?>");
    } else if (begins(m, "<![CDATA[")) {
        copy(m, find(m, "]]>"));
    } else if (begins(m, "<!")) {
        return err_say(ERR(m->arena, ERR_INVALID, "the document has a DOCTYPE or another declaration"),
                       "load.xml_doctype", NULL);
    } else {
        const char *name;
        size_t n;
        const char *end = tag_end(m, &name, &n);
        if (end == NULL) {
            buf_puts(&m->out, "&lt;");
            m->notes->angles++;
            m->p++;
        } else if (n == 2 && strncasecmp(name, "br", 2) == 0) {
            if (m->p[1] != '/')
                buf_putc(&m->out, '\n');
            m->p = end;
        } else {
            copy(m, end);
        }
    }
    return NULL;
}

/* &#11; and the like: a character XML forbids even by number. */
static bool numeric(struct mend *m, const char *semicolon)
{
    const char *p = m->p + 2;
    int base = *p == 'x' || *p == 'X' ? 16 : 10;
    p += base == 16;
    if (p == semicolon)
        return false;
    unsigned long c = 0;
    for (; p < semicolon; p++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, *p >= 'A' && *p <= 'F' ? *p + 32 : *p);
        if (d == NULL || *d == '\0' || d - digits >= base || c > 0x10FFFF)
            return false;
        c = c * (unsigned long)base + (unsigned long)(d - digits);
    }
    bool right = c == 9 || c == 10 || c == 13 || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) ||
                 (c >= 0x10000 && c <= 0x10FFFF);
    if (right) { /* written plainly, since libxml2 wants a small x */
        buf_printf(&m->out, "&#%lu;", c);
    } else {
        m->notes->controls++;
        if (c == 11 || c == 12)
            buf_putc(&m->out, '\n');
    }
    m->p = semicolon + 1;
    return true;
}

static void ampersand(struct mend *m)
{
    static const char *const named[][2] = {
        {"amp", "&amp;"},
        {"lt", "&lt;"},
        {"gt", "&gt;"},
        {"quot", "&quot;"},
        {"apos", "&apos;"},
        {"nbsp", "\xC2\xA0"},
        {"middot", "\xC2\xB7"},
        {"bull", "\xE2\x80\xA2"},
        {"ldquo", "\xE2\x80\x9C"},
        {"rdquo", "\xE2\x80\x9D"},
        {"lsquo", "\xE2\x80\x98"},
        {"rsquo", "\xE2\x80\x99"},
        {"mdash", "\xE2\x80\x94"},
        {"ndash", "\xE2\x80\x93"},
        {"hellip", "\xE2\x80\xA6"},
        {"ensp", " "},
        {"emsp", "\xE3\x80\x80"},
    };
    size_t most = (size_t)(m->end - m->p);
    const char *semicolon = memchr(m->p, ';', most < 12 ? most : 12);
    if (semicolon != NULL && m->p[1] == '#' && numeric(m, semicolon))
        return;
    for (size_t i = 0; semicolon != NULL && i < sizeof named / sizeof *named; i++) {
        size_t n = strlen(named[i][0]);
        if ((size_t)(semicolon - m->p - 1) == n && memcmp(m->p + 1, named[i][0], n) == 0) {
            buf_puts(&m->out, named[i][1]);
            m->p = semicolon + 1;
            return;
        }
    }
    buf_puts(&m->out, "&amp;");
    m->notes->ampersands++;
    m->p++;
}

struct err *load_xml_mend(struct arena *a, const char *utf8, size_t n, char **out, size_t *n_out,
                          struct load_xml_notes *notes)
{
    struct mend m = {.p = utf8, .end = utf8 + n, .out = BUF(a), .notes = notes, .arena = a};
    char *room = arena_alloc(a, n + n / 8 + 64); /* one piece for the usual case */
    m.out.p = room;
    m.out.cap = n + n / 8 + 64;
    while (m.p < m.end && (unsigned char)*m.p <= ' ')
        m.p++;
    while (m.end > m.p && (unsigned char)m.end[-1] <= ' ')
        m.end--;
    while (m.p < m.end) {
        const char *stop = m.p;
        while (stop < m.end && *stop != '<' && *stop != '&' && *stop != ']')
            stop++;
        copy(&m, stop);
        if (m.p == m.end)
            break;
        if (*m.p == '<') {
            TRY(angle(&m));
        } else if (*m.p == '&') {
            ampersand(&m);
        } else if (begins(&m, "]]>")) {
            buf_puts(&m.out, "]]&gt;");
            m.p += 3;
        } else {
            buf_putc(&m.out, *m.p++);
        }
    }
    *out = buf_str(&m.out);
    *n_out = m.out.n;
    return NULL;
}
