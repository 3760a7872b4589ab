/* outbox.c: see outbox.h. A message is a row from the moment it is decided on; every change of it is in the log. */
#include "desk/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "desk/mail.h"
#include "flow/flow.h"
#include "jobs/post.h"
#include "modules/desk/queries.h"
#include "record/calendar.h"

enum {
    TRIES = 8,
    MOST = 100,              /* messages of one run */
    LONGEST_US = 60000000,   /* one run */
    LEASE_MS = 300000,       /* longer than any message may take */
    MINUTE_MS = 60000,       /* wait after the first failure, doubled each time */
    WAIT_MOST_MS = 21600000, /* six hours */
    DIGEST_HOUR = 8
};

static const struct field delivery_fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .unique = true},
    {"mail", FIELD_TEXT, .max = 200, .class = CLASS_INTERNAL},
    {"mail_how", FIELD_CODE, .codes = "desk.how", .required = true},
    {"hook_how", FIELD_CODE, .codes = "desk.how", .required = true},
    {"lang", FIELD_TEXT, .max = 10, .required = true},
    {"since", FIELD_INT, .required = true}, /* the newest notice when it was asked for */
    {0}};

/* An address goes into a line of the protocol as it is. */
static bool address_right(const char *s)
{
    const char *at = strchr(s, '@');
    if (at == NULL || at == s || at[1] == '\0' || strchr(at + 1, '@') != NULL || strchr(at + 1, '.') == NULL)
        return false;
    for (; *s != '\0'; s++)
        if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || strchr("<>()[]\\,;:\"", *s) != NULL)
            return false;
    return true;
}

static struct err *delivery_check(struct db_tx *tx, const struct row *row, struct err **all)
{
    const char *mail = row_text(row, "mail"), *how = row_text(row, "mail_how");
    bool wanted = how != NULL && strcmp(how, "off") != 0;
    if (mail != NULL ? !address_right(mail) : wanted)
        err_join(all,
                 err_field(err_say(ERR(tx->arena, ERR_INVALID, "no address"), "desk.delivery.address", NULL), "mail"));
    return NULL;
}

const struct record desk_delivery = {.name = "desk.delivery",
                                     .fields = delivery_fields,
                                     .title = "account",
                                     .check = delivery_check,
                                     .purpose = "desk.purpose.delivery",
                                     .basis = "kernel.basis.own",
                                     .readers = "security audit",
                                     .keep = "flow.matter",
                                     .keep_from = "change",
                                     .guarded = true,
                                     .class = CLASS_INTERNAL};

static const struct field sending_fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"channel", FIELD_CODE, .codes = "desk.channel", .required = true},
    {"kind", FIELD_CODE, .codes = "desk.how", .required = true},
    {"n", FIELD_INT, .required = true},
    {"upto", FIELD_INT, .required = true}, /* the newest notice it speaks of */
    {"once", FIELD_TEXT, .max = 120, .required = true, .unique = true},
    {"state", FIELD_CODE, .codes = "desk.sending_state", .required = true},
    {"tries", FIELD_INT, .by_default = "0"},
    {"next_at", FIELD_INT, .index = true}, /* UTC ms: when to try, or until when a try may take; empty at the end */
    {"sent_at", FIELD_INT},
    {"said", FIELD_TEXT, .max = 400},
    {0}};

const struct record desk_sending = {.name = "desk.sending",
                                    .fields = sending_fields,
                                    .title = "once",
                                    .purpose = "desk.purpose.delivery",
                                    .basis = "kernel.basis.own",
                                    .readers = "security audit",
                                    .keep = "flow.matter",
                                    .keep_from = "sent_at",
                                    .guarded = true,
                                    .quiet = true,
                                    .class = CLASS_INTERNAL};

static const struct who who_outbox = {.name = "outbox", .role = "clock", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

/* ---- what the district has set ---- */
struct err *outbox_ways(struct db_tx *tx, struct outbox_ways *out)
{
    const char *seconds;
    TRY(setting_get(tx, "mail_server", NULL, &out->mail_server));
    TRY(setting_get(tx, "mail_from", NULL, &out->mail_from));
    TRY(setting_get(tx, "mail_user", NULL, &out->mail_user));
    TRY(setting_get(tx, "webhook", NULL, &out->webhook));
    TRY(setting_get(tx, "mail_seconds", "20", &seconds));
    long n = strtol(seconds, NULL, 10);
    out->seconds = n >= 1 && n <= 120 ? (int)n : 20;
    if (out->mail_from == NULL || !address_right(out->mail_from))
        out->mail_server = NULL;
    return NULL;
}

/* ---- what is to be said ---- */
static struct err *put(struct change *c, const char *channel, const char *kind, int64_t account, int64_t n,
                       int64_t upto, const char *once)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &desk_sending);
    row_set_int(a, r, "account", account);
    row_set(r, "channel", channel);
    row_set(r, "kind", kind);
    row_set_int(a, r, "n", n);
    row_set_int(a, r, "upto", upto);
    row_set(r, "once", once);
    row_set(r, "state", "ready");
    row_set_int(a, r, "next_at", clock_now_ms());
    TRY(record_save(c, &desk_sending, r, 0));
    return change_next(c, "delivery");
}

static struct err *put_now(struct change *c, const char *channel)
{
    struct desk_q_to_tell *rows;
    int n;
    TRY(desk_q_to_tell(&c->tx, channel, &rows, &n));
    for (int i = 0; i < n; i++)
        TRY(put(c, channel, "now", rows[i].account, rows[i].n, rows[i].upto,
                arena_printf(c->tx.arena, "now %s %lld %lld", channel, (long long)rows[i].account,
                             (long long)rows[i].upto)));
    return NULL;
}

/* What stands on the desk and in the inbox of this account. */
static struct err *waiting(struct db_tx *tx, const struct desk_q_daily *d, int64_t *n, int64_t *upto)
{
    struct who *w;
    struct desk_q_told *told;
    struct desk_q_head *head;
    const char *mine[FLOW_RECIPIENTS];
    char word[FLOW_OFFICE_TEXT], iso[DATE_TEXT];
    TRY(office_who(tx, d->account, d->name, d->member, 0, &w));
    flow_recipients(tx->arena, w, mine);
    TRY(desk_q_told(tx, mine[0], mine[1], &told));
    flow_office(w, word);
    TRY(desk_q_head(tx, &w->scope, arena_printf(tx->arena, "%s ", word), arena_printf(tx->arena, "%s!", word),
                    w->account, date_iso(clock_today(), iso), who_barred_text(tx->arena, w), mine[2], &head));
    *n = told->n + (head == NULL ? 0 : head->waiting + head->signing + head->unread);
    *upto = d->newest;
    return NULL;
}

/* Once a working day, from eight in the morning. */
static struct err *put_daily(struct change *c, const char *channel)
{
    struct desk_q_daily *rows;
    const struct calendar *cal;
    int n;
    char local[CLOCK_TEXT], day[DATE_TEXT];
    TRY(calendar_read(&c->tx, &cal));
    date_iso(clock_today(), day);
    if (strtol(clock_local(clock_now_ms(), local) + 11, NULL, 10) < DIGEST_HOUR ||
        !calendar_working(cal, clock_today()))
        return NULL;
    TRY(desk_q_daily(&c->tx, channel, day, &rows, &n));
    for (int i = 0; i < n; i++) {
        int64_t count = 0, upto = 0;
        TRY(waiting(&c->tx, &rows[i], &count, &upto));
        if (count > 0)
            TRY(put(c, channel, "daily", rows[i].account, count, upto,
                    arena_printf(c->tx.arena, "daily %s %lld %s", channel, (long long)rows[i].account, day)));
    }
    return NULL;
}

static struct err *decide(struct db *db, struct arena *a, const struct outbox_ways *ways)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_outbox, "delivery", &c));
    for (int i = 0; i < 2; i++) {
        const char *channel = i == 0 ? "mail" : "webhook";
        if ((i == 0 ? ways->mail_server : ways->webhook) == NULL)
            continue;
        TRY(put_now(&c, channel));
        TRY(put_daily(&c, channel));
    }
    return change_commit(&c);
}

/* ---- sending ---- */
/* Takes one that is in this state and due, and puts it into another. *r NULL: another server has it. */
static struct err *step(struct db *db, struct arena *a, int64_t id, const char *from, struct row **r,
                        void (*set)(struct arena *a, struct row *r, const void *ctx), const void *ctx)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_outbox, "delivery", &c));
    TRY(record_read(&c.tx, &desk_sending, &who_outbox, id, r));
    if (strcmp(row_text(*r, "state"), from) != 0) {
        *r = NULL;
        return NULL;
    }
    set(a, *r, ctx);
    struct err *e = record_save(&c, &desk_sending, *r, (*r)->rev);
    if (e != NULL && e->kind == ERR_CONFLICT) {
        *r = NULL;
        return NULL;
    }
    TRY(e);
    return change_commit(&c);
}

static void set_taken(struct arena *a, struct row *r, const void *ctx)
{
    (void)ctx;
    row_set(r, "state", "sending");
    row_set_int(a, r, "tries", row_int(r, "tries") + 1);
    row_set_int(a, r, "next_at", clock_now_ms() + LEASE_MS);
}

struct outcome {
    enum post_end end;
    const char *said;
};

static void set_end(struct arena *a, struct row *r, const void *ctx)
{
    const struct outcome *o = ctx;
    int64_t tries = row_int(r, "tries"), wait = (int64_t)MINUTE_MS << (tries > 0 ? tries - 1 : 0);
    bool again = o->end == POST_AGAIN && tries < TRIES;
    row_set(r, "state", again ? "ready" : o->end == POST_SENT ? "sent" : o->end == POST_UNSURE ? "unsure" : "failed");
    row_set(r, "next_at", NULL);
    if (again)
        row_set_int(a, r, "next_at", clock_now_ms() + (wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS));
    if (o->end == POST_SENT)
        row_set_int(a, r, "sent_at", clock_now_ms());
    row_set(r, "said", o->said == NULL ? NULL : arena_strndup(a, o->said, strnlen(o->said, 200)));
}

static struct err *next_due(struct db *db, struct arena *a, bool mail, bool hook, struct desk_q_ready **out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    return desk_q_ready(&tx, clock_now_ms(), mail ? "mail" : "-", hook ? "webhook" : "-", out);
}

static struct err *send_one(struct db *db, struct arena *a, const struct outbox_ways *ways,
                            const struct desk_q_ready *m, enum post_end *end)
{
    struct row *r;
    struct post p;
    *end = POST_SENT;
    TRY(step(db, a, m->id, "ready", &r, set_taken, NULL));
    if (r == NULL)
        return NULL;
    struct outcome o = {0};
    TRY(mail_write(a, ways, m, &p));
    o.end = post_send(a, &p, &o.said);
    *end = o.end;
    return step(db, a, m->id, "sending", &r, set_end, &o);
}

/* One that was cut off on its way: nobody knows whether it arrived. */
static struct err *give_up_cut_off(struct db *db, struct arena *a)
{
    struct desk_q_cut_off *rows;
    int n;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(desk_q_cut_off(&tx, clock_now_ms(), &rows, &n));
    }
    for (int i = 0; i < n; i++) {
        struct row *r;
        const struct outcome o = {POST_UNSURE, "cut off"};
        TRY(step(db, a, rows[i].id, "sending", &r, set_end, &o));
    }
    return NULL;
}

/* A channel that does not answer is left alone until the next run: one that hangs costs one time limit, not a hundred.
 */
static struct err *send_ready(struct db *db, struct arena *a, const struct outbox_ways *ways)
{
    bool mail = ways->mail_server != NULL, hook = ways->webhook != NULL;
    int64_t begun = clock_mono_us();
    for (int i = 0; i < MOST && (mail || hook) && clock_mono_us() - begun < LONGEST_US; i++) {
        arena_scope struct arena *mine = arena_new();
        struct desk_q_ready *m;
        enum post_end end;
        struct err *e = next_due(db, mine, mail, hook, &m);
        if (e == NULL && m == NULL)
            return NULL;
        if (e == NULL)
            e = send_one(db, mine, ways, m, &end);
        if (e != NULL)
            return err_keep(a, e);
        bool of_mail = strcmp(m->channel, "mail") == 0;
        if (end == POST_AGAIN || end == POST_UNSURE) {
            mail = mail && !of_mail;
            hook = hook && of_mail;
        }
    }
    return NULL;
}

struct err *outbox_run(struct db *db, struct arena *a)
{
    struct outbox_ways ways;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(outbox_ways(&tx, &ways));
    }
    TRY(give_up_cut_off(db, a));
    if (ways.mail_server == NULL && ways.webhook == NULL)
        return NULL;
    TRY(decide(db, a, &ways));
    return send_ready(db, a, &ways);
}

const struct job desk_outbox_job = {"desk.outbox", 60, outbox_run, .apart = true};
