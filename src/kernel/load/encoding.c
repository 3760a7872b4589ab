/* encoding.c: see encoding.h. The tables of well-formed UTF-8 are those of the Unicode standard (table 3-7). */
#include "load/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

enum { TEXT_MOST = 256 << 20, PENDING = 16 };

const char *load_charset_name(enum load_charset c)
{
    static const char *const names[LOAD_CHARSETS] = {"UTF-8", "GB18030", "BIG5", "UTF-16LE", "UTF-16BE"};
    return names[c];
}

/* The charset a declaration names, or -1. */
static int declared_charset(const char *name)
{
    static const struct {
        const char *name;
        enum load_charset charset;
    } known[] = {{"utf-8", LOAD_UTF8},      {"utf8", LOAD_UTF8},      {"gb18030", LOAD_GB18030},
                 {"gbk", LOAD_GB18030},     {"gb2312", LOAD_GB18030}, {"gb_2312-80", LOAD_GB18030},
                 {"cp936", LOAD_GB18030},   {"ms936", LOAD_GB18030},  {"windows-936", LOAD_GB18030},
                 {"x-gbk", LOAD_GB18030},   {"euc-cn", LOAD_GB18030}, {"big5", LOAD_BIG5},
                 {"big5-hkscs", LOAD_BIG5}, {"cp950", LOAD_BIG5}};
    for (size_t i = 0; name != NULL && i < sizeof known / sizeof *known; i++)
        if (strcasecmp(name, known[i].name) == 0)
            return (int)known[i].charset;
    return -1;
}

/* Bounds of the second byte of a sequence and its length; 0 when no sequence begins so. */
static int utf8_lead(unsigned char c, unsigned char *lo, unsigned char *hi)
{
    *lo = 0x80, *hi = 0xBF;
    if (c >= 0xC2 && c <= 0xDF)
        return 2;
    if (c >= 0xE0 && c <= 0xEF) {
        if (c == 0xE0)
            *lo = 0xA0;
        if (c == 0xED)
            *hi = 0x9F;
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        if (c == 0xF0)
            *lo = 0x90;
        if (c == 0xF4)
            *hi = 0x8F;
        return 4;
    }
    return 0;
}

static void sniff_utf8(struct load_sniff *s, unsigned char c)
{
    if (s->u_need > 0) {
        if (c >= s->u_lo && c <= s->u_hi) {
            s->u_lo = 0x80, s->u_hi = 0xBF;
            if (--s->u_need == 0) {
                if (s->u_len == 2) {
                    s->u_two++;
                    s->u_wide += s->u_lead >= 0xC4;
                } else {
                    s->u_more++;
                }
            }
            return;
        }
        s->u_bad++;
        s->u_need = 0;
    }
    if (c < 0x80)
        return;
    int len = utf8_lead(c, &s->u_lo, &s->u_hi);
    if (len == 0) {
        s->u_bad++;
        return;
    }
    s->u_len = (unsigned char)len;
    s->u_need = (unsigned char)(len - 1);
    s->u_lead = c;
}

/* GB18030: two bytes 81-FE 40-7E/80-FE, or four 81-FE 30-39 81-FE 30-39. 80 alone is the euro sign of code page 936. */
static void sniff_gb(struct load_sniff *s, unsigned char c)
{
    switch (s->g_state) {
    case 1:
        s->g_state = 0;
        if (c >= 0x30 && c <= 0x39)
            s->g_state = 2;
        else if (c >= 0x40 && c != 0x7F && c != 0xFF)
            s->g_good++;
        else
            s->g_bad++;
        return;
    case 2:
        s->g_state = c >= 0x81 && c <= 0xFE ? 3 : 0;
        s->g_bad += s->g_state == 0;
        return;
    case 3:
        s->g_state = 0;
        if (c >= 0x30 && c <= 0x39)
            s->g_good++;
        else
            s->g_bad++;
        return;
    default: break;
    }
    if (c < 0x80)
        return;
    if (c == 0x80 || c == 0xFF)
        s->g_bad++;
    else
        s->g_state = 1;
}

void load_sniff_feed(struct load_sniff *s, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = p[i];
        if (s->n + i < sizeof s->head)
            s->head[s->n + i] = c;
        if (c < 0x80 && s->u_need == 0 && s->g_state == 0) {
            if (c == 0)
                s->zeros[(s->n + i) & 1]++;
            continue;
        }
        sniff_utf8(s, c);
        sniff_gb(s, c);
    }
    s->n += n;
}

/* UTF-16 without a mark: the high bytes of ASCII are zeros, all at places of one parity. */
static int utf16_by_zeros(const struct load_sniff *s)
{
    if (s->n < 4 || s->n % 2 != 0)
        return -1;
    uint64_t even = s->zeros[0], odd = s->zeros[1];
    if (odd * 20 > s->n && even * 8 < odd)
        return LOAD_UTF16LE;
    if (even * 20 > s->n && odd * 8 < even)
        return LOAD_UTF16BE;
    return -1;
}

static enum load_charset by_bytes(const struct load_sniff *s, int declared, bool *doubtful)
{
    uint64_t good = s->u_two + s->u_more, bad = s->u_bad + (s->u_need > 0);
    if (bad == 0) {
        /* Short texts in GBK can be well-formed UTF-8 by chance, but never with sequences of three bytes that mean
         * anything; two-byte ones would be Greek, Cyrillic or Hebrew, which these files do not hold. */
        bool chance = s->u_more == 0 && s->u_two > 0 && s->g_bad == 0 && s->g_state == 0;
        if (chance && (declared == LOAD_GB18030 || (declared < 0 && s->u_two >= 2 && s->u_wide > 0))) {
            *doubtful = true;
            return LOAD_GB18030;
        }
        return LOAD_UTF8;
    }
    if (good >= 4 * bad) /* UTF-8 with damage, as of a file cut off */
        return LOAD_UTF8;
    if (declared == LOAD_BIG5)
        return LOAD_BIG5;
    *doubtful = s->g_bad > 0 && s->g_good < 20 * s->g_bad;
    return LOAD_GB18030;
}

struct load_guess load_sniff_end(struct load_sniff *s, const char *declared)
{
    struct load_guess g = {0};
    const unsigned char *h = s->head;
    int says = declared_charset(declared), mark = -1;
    if (s->n >= 3 && h[0] == 0xEF && h[1] == 0xBB && h[2] == 0xBF)
        mark = LOAD_UTF8, g.bom = 3;
    else if (s->n >= 2 && h[0] == 0xFF && h[1] == 0xFE)
        mark = LOAD_UTF16LE, g.bom = 2;
    else if (s->n >= 2 && h[0] == 0xFE && h[1] == 0xFF)
        mark = LOAD_UTF16BE, g.bom = 2;
    bool wide_mark = mark == LOAD_UTF16LE || mark == LOAD_UTF16BE;
    if (wide_mark && (s->zeros[0] + s->zeros[1] > 0 || s->n <= 64)) {
        g.charset = (enum load_charset)mark;
        return g;
    }
    int zeros = mark < 0 ? utf16_by_zeros(s) : -1;
    if (zeros >= 0) {
        g.charset = (enum load_charset)zeros;
        return g;
    }
    if (wide_mark) /* its two bytes are errors in either reading */
        s->u_bad -= s->u_bad > 2 ? 2 : s->u_bad;
    if (mark == LOAD_UTF8)
        s->u_more -= s->u_more > 0;
    g.charset = by_bytes(s, says, &g.doubtful);
    bool ascii = s->u_two + s->u_more + s->u_bad == 0;
    g.lied = (mark >= 0 && mark != (int)g.charset) || (says >= 0 && says != (int)g.charset && !ascii);
    return g;
}

struct load_decoder {
    struct load_guess guess;
    iconv_t iconv; /* (iconv_t)-1 for UTF-8 */
    int skip;      /* bytes of the mark still to come */
    bool begun;
    unsigned char pending[PENDING];
    size_t n_pending;
    uint64_t damaged;
};

static void close_iconv(void *p)
{
    struct load_decoder *d = p;
    if (d->iconv != (iconv_t)-1)
        iconv_close(d->iconv);
}

struct load_decoder *load_decoder_new(struct arena *a, struct load_guess guess)
{
    struct load_decoder *d = arena_new_of(a, struct load_decoder);
    *d = (struct load_decoder){.guess = guess, .iconv = (iconv_t)-1, .skip = guess.bom};
    if (guess.charset != LOAD_UTF8) {
        d->iconv = iconv_open("UTF-8", load_charset_name(guess.charset));
        arena_defer(a, close_iconv, d);
    }
    return d;
}

uint64_t load_decoder_damaged(const struct load_decoder *d)
{
    return d->damaged;
}

static void replace(struct load_decoder *d, struct buf *out)
{
    d->damaged++;
    buf_add(out, "\xEF\xBF\xBD", 3);
}

/* Bytes of the well-formed sequence at p; 0: ill-formed, *skip bytes of it; -1: n ends before it does. */
static int utf8_sequence(const unsigned char *p, size_t n, size_t *skip)
{
    unsigned char lo, hi;
    if (p[0] < 0x80)
        return 1;
    int len = utf8_lead(p[0], &lo, &hi);
    for (int i = 1; i < len; i++) {
        *skip = (size_t)i; /* what began as a character counts as one, as the Unicode standard advises */
        if ((size_t)i >= n)
            return -1;
        if (p[i] < lo || p[i] > hi)
            return 0;
        lo = 0x80, hi = 0xBF;
    }
    if (len == 0)
        *skip = 1;
    return len;
}

/* Copies UTF-8, replacing what is ill-formed; returns how many bytes were used (a cut sequence waits unless last). */
static size_t feed_utf8(struct load_decoder *d, const unsigned char *p, size_t n, bool last, struct buf *out)
{
    size_t from = 0, i = 0, skip = 0;
    while (i < n) {
        int len = utf8_sequence(p + i, n - i, &skip);
        if (len > 0) {
            i += (size_t)len;
            continue;
        }
        buf_add(out, p + from, i - from);
        from = i;
        if (len < 0 && !last)
            return i;
        replace(d, out);
        i += skip;
        from = i;
    }
    buf_add(out, p + from, i - from);
    return i;
}

static size_t feed_iconv(struct load_decoder *d, const unsigned char *p, size_t n, bool last, struct buf *out)
{
    bool wide = d->guess.charset == LOAD_UTF16LE || d->guess.charset == LOAD_UTF16BE;
    char *in = (char *)(uintptr_t)p, chunk[8192];
    size_t left = n;
    while (left > 0) {
        char *to = chunk;
        size_t room = sizeof chunk;
        errno = 0;
        size_t r = d->iconv == (iconv_t)-1 ? (size_t)-1 : iconv(d->iconv, &in, &left, &to, &room);
        buf_add(out, chunk, sizeof chunk - room);
        if (r != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL && !last)
            break; /* cut in the middle of a character: the rest is to come */
        if (d->guess.charset == LOAD_GB18030 && (unsigned char)*in == 0x80)
            buf_add(out, "\xE2\x82\xAC", 3);
        else
            replace(d, out);
        size_t unit = errno == EINVAL ? left : wide && left > 1 ? 2 : 1;
        in += unit;
        left -= unit;
    }
    return n - left;
}

void load_decoder_feed(struct load_decoder *d, const void *bytes, size_t n, bool last, struct buf *out)
{
    const unsigned char *p = bytes;
    while (d->skip > 0 && n > 0)
        d->skip--, p++, n--;
    size_t (*feed)(struct load_decoder *, const unsigned char *, size_t, bool, struct buf *) =
        d->guess.charset == LOAD_UTF8 ? feed_utf8 : feed_iconv;
    while (d->n_pending > 0 && (n > 0 || last)) {
        size_t take = PENDING - d->n_pending < n ? PENDING - d->n_pending : n;
        if (take > 0)
            memcpy(d->pending + d->n_pending, p, take);
        size_t all = d->n_pending + take, used = feed(d, d->pending, all, last && take == n, out);
        if (used >= d->n_pending) { /* the rest of what was used came from p */
            p += used - d->n_pending;
            n -= used - d->n_pending;
            d->n_pending = 0;
        } else {
            memmove(d->pending, d->pending + used, all - used);
            d->n_pending = all - used;
            p += take;
            n -= take;
            if (n == 0 && !last)
                return;
        }
    }
    if (n == 0)
        return;
    size_t used = feed(d, p, n, last, out);
    d->n_pending = n - used; /* under 8 bytes */
    memcpy(d->pending, p + used, d->n_pending);
}

struct err *load_text_read(struct arena *a, const void *bytes, size_t n, const char *declared, size_t most,
                           struct load_text *out)
{
    if (n > most || n > TEXT_MOST)
        return err_say(ERR(a, ERR_LIMIT, "a text of %zu bytes, the limit is %zu", n, most), "load.too_big", "limit",
                       arena_printf(a, "%zu", most), NULL);
    struct load_sniff s = {0};
    load_sniff_feed(&s, bytes, n);
    struct load_text t = {.guess = load_sniff_end(&s, declared)};
    if (t.guess.charset == LOAD_UTF8 && s.u_bad == 0 && s.u_need == 0) {
        t.p = (const char *)bytes + t.guess.bom;
        t.n = n - (size_t)t.guess.bom;
    } else {
        struct load_decoder *d = load_decoder_new(a, t.guess);
        struct buf b = BUF(a);
        load_decoder_feed(d, bytes, n, true, &b);
        t.p = buf_str(&b);
        t.n = b.n;
        t.damaged = d->damaged;
    }
    while (t.n >= 3 && memcmp(t.p, "\xEF\xBB\xBF", 3) == 0) /* marks written twice */
        t.p += 3, t.n -= 3;
    *out = t;
    return NULL;
}
