/* feed.c: see feed.h. */
#include "desk/feed.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/rand.h"
#include "flow/flow.h"
#include "modules/desk/queries.h"
#include "web/rate.h"

enum { FOLD = 75, NAME = 16 };
#define PREFIX "qfc_" /* scanners of source code find a token that was left in it */

static const struct field fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"office", FIELD_INT, .required = true},
    {"lang", FIELD_TEXT, .max = 10, .required = true},
    {"made_on", FIELD_DATE, .required = true},
    {"revoked", FIELD_BOOL, .by_default = "0"},
    {"hash", FIELD_COMPUTED, .max = 64, .required = true, .unique = true, .class = CLASS_SEALED},
    {0}};
const struct record desk_feed = {.name = "desk.feed",
                                 .fields = fields,
                                 .title = "made_on",
                                 .purpose = "desk.purpose.feed",
                                 .basis = "kernel.basis.own",
                                 .readers = "security audit",
                                 .keep = "auth.keep.token",
                                 .keep_from = "made_on",
                                 .guarded = true,
                                 .class = CLASS_INTERNAL};

static const struct who everywhere = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};

/* ---- tokens ---- */
struct err *feed_make(struct change *c, enum lang lang, char **token_out)
{
    struct arena *a = c->tx.arena;
    char random[65], *hash = arena_alloc(a, SHA256_HEX);
    if (c->who->session == NULL)
        return ERR(a, ERR_DENIED, "a program makes no token");
    rand_hex(random, 32);
    char *token = arena_printf(a, PREFIX "%s", random);
    sha256_hex(token, strlen(token), hash);
    struct row *r = row_new(a, &desk_feed);
    row_set_int(a, r, "account", c->who->account);
    row_set_int(a, r, "office", c->who->office);
    row_set(r, "lang", lang_tag(lang));
    row_set_date(a, r, "made_on", clock_today());
    row_set(r, "hash", hash);
    *token_out = token;
    return record_save(c, &desk_feed, r, 0);
}

struct err *feed_withdraw(struct change *c, int64_t id)
{
    struct row *r;
    TRY(record_read(&c->tx, &desk_feed, &everywhere, id, &r));
    if (row_int(r, "account") != c->who->account)
        return ERR(c->tx.arena, ERR_MISSING, "calendar %lld is another's", (long long)id);
    row_set(r, "revoked", "1");
    return record_save(c, &desk_feed, r, r->rev);
}

/* ---- lines ---- */
static void escape(struct buf *b, const char *s)
{
    for (; *s != '\0'; s++)
        switch (*s) {
        case '\\':
        case ';':
        case ',': buf_printf(b, "\\%c", *s); break;
        case '\n': buf_puts(b, "\\n"); break;
        case '\r': break;
        default: buf_putc(b, *s);
        }
}

void feed_line(struct buf *b, const char *name, const char *value, bool text)
{
    struct buf line = BUF(b->arena);
    buf_printf(&line, "%s:", name);
    if (text)
        escape(&line, value);
    else
        buf_puts(&line, value);
    const char *s = buf_str(&line);
    size_t room = FOLD;
    while (strlen(s) > room) {
        size_t n = room;
        while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
            n--; /* not inside a character */
        buf_printf(b, "%.*s\r\n ", (int)n, s);
        s += n;
        room = FOLD - 1;
    }
    buf_printf(b, "%s\r\n", s);
}

/* ---- the calendar ---- */
struct feed {
    const char *name; /* part of every uid: the same as long as the token */
    enum lang lang;
    const struct desk_q_feed_lines *rows;
    int n;
};

static const char *compact(struct arena *a, struct date d)
{
    return arena_printf(a, "%04d%02d%02d", date_year(d), date_month(d), date_day(d));
}

static const char *stamp(struct arena *a)
{
    char iso[CLOCK_TEXT];
    clock_iso(clock_now_ms(), iso); /* 2026-11-25T09:09:27Z */
    return arena_printf(a,
                        "%.4s%.2s%.2s"
                        "T"
                        "%.2s%.2s%.2sZ",
                        iso, iso + 5, iso + 8, iso + 11, iso + 14, iso + 17);
}

static void event(struct buf *b, const struct feed *f, const struct desk_q_feed_lines *m)
{
    struct arena *a = b->arena;
    const char *n = arena_printf(a, "%lld", (long long)m->id);
    feed_line(b, "BEGIN", "VEVENT", false);
    feed_line(b, "UID", arena_printf(a, "matter-%s-%s@qingfeng.invalid", n, f->name), false);
    feed_line(b, "DTSTAMP", stamp(a), false);
    feed_line(b, "DTSTART;VALUE=DATE", compact(a, m->due_on), false);
    feed_line(b, "DTEND;VALUE=DATE", compact(a, date_add_days(m->due_on, 1)), false);
    feed_line(b, "SUMMARY", text_format(a, f->lang, "desk.feed.due", "n", n, NULL), true);
    if (m->provisional != 0)
        feed_line(b, "STATUS", "TENTATIVE", false);
    feed_line(b, "CLASS", "PRIVATE", false);
    feed_line(b, "TRANSP", "TRANSPARENT", false);
    feed_line(b, "END", "VEVENT", false);
}

static void calendar(struct buf *b, const struct feed *f)
{
    feed_line(b, "BEGIN", "VCALENDAR", false);
    feed_line(b, "VERSION", "2.0", false);
    feed_line(b, "PRODID", "-//Qingfeng//Desk//ZH", false);
    feed_line(b, "CALSCALE", "GREGORIAN", false);
    feed_line(b, "METHOD", "PUBLISH", false);
    feed_line(b, "X-WR-CALNAME", text_get(f->lang, "desk.feed.name"), true);
    feed_line(b, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H", false);
    for (int i = 0; i < f->n; i++)
        event(b, f, &f->rows[i]);
    feed_line(b, "END", "VCALENDAR", false);
}

/* Whose token it is, in the office it was made in; NULL: nobody's any more. */
static struct err *find(struct db_tx *tx, const char *token, struct desk_q_feed_of **of, struct who **out)
{
    char hash[SHA256_HEX];
    sha256_hex(token, strlen(token), hash);
    *out = NULL;
    TRY(desk_q_feed_of(tx, hash, of));
    if (*of == NULL)
        return NULL;
    struct who *w;
    TRY(office_who(tx, (*of)->account, (*of)->name, (*of)->member, (*of)->office, &w));
    if (w->office == (*of)->office && auth_may(w, "desk.read"))
        *out = w;
    return NULL;
}

static struct err *read_feed(struct req *rq, const char *token, struct feed *f, bool *found)
{
    struct desk_q_feed_of *of;
    struct who *w;
    char word[FLOW_OFFICE_TEXT], hash[SHA256_HEX];
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(find(&tx, token, &of, &w));
    *found = w != NULL;
    if (w == NULL)
        return NULL;
    struct desk_q_feed_lines *rows;
    sha256_hex(token, strlen(token), hash);
    flow_office(w, word);
    f->name = arena_strndup(rq->arena, hash, NAME);
    f->lang = strcmp(of->lang, lang_tag(LANG_EN)) == 0 ? LANG_EN : LANG_ZH;
    TRY(desk_q_feed_lines(&tx, arena_printf(rq->arena, "%s ", word), arena_printf(rq->arena, "%s!", word), w->account,
                          who_barred_text(rq->arena, w), w->member, &rows, &f->n));
    int kept = 0; /* the office's own units, and what asks the person himself */
    for (int i = 0; i < f->n; i++)
        if (scope_has(&w->scope, rows[i].place) || (w->member != 0 && rows[i].member == w->member))
            rows[kept++] = rows[i];
    f->rows = rows;
    f->n = kept;
    return NULL;
}

static struct err *too_often(struct req *rq, int wait)
{
    respond_status(rq, 429);
    respond_header(rq, "Retry-After", arena_printf(rq->arena, "%d", wait));
    const char *say = tr(rq, "desk.feed.often");
    return respond_bytes(rq, "text/plain; charset=utf-8", say, strlen(say));
}

/* A calendar asks a few times an hour; who tries tokens gets ten wrong ones. */
static struct rate by_token = {.most = 20, .refill_ms = 60000}, wrong_from = {.most = 10, .refill_ms = 60000};

struct err *desk_feed_get(struct req *rq)
{
    const char *asked = req_param(rq, "token"), *peer = req_peer(rq);
    size_t n = strlen(asked);
    struct feed f = {0};
    bool found = false;
    int wait;
    if (n > 4 && strcmp(asked + n - 4, ".ics") == 0)
        asked = arena_strndup(rq->arena, asked, n - 4);
    if (!rate_take(&by_token, asked, &wait))
        return too_often(rq, wait);
    TRY(read_feed(rq, asked, &f, &found));
    if (!found && !rate_take(&wrong_from, peer, &wait))
        return too_often(rq, wait);
    if (!found)
        return err_say(ERR(rq->arena, ERR_MISSING, "no calendar of this token"), "desk.feed.none", NULL);
    struct buf b = BUF(rq->arena);
    calendar(&b, &f);
    respond_header(rq, "Content-Disposition", "inline; filename=\"desk.ics\"");
    return respond_bytes(rq, "text/calendar; charset=utf-8", b.p, b.n);
}
