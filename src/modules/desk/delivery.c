/* delivery.c: /desk/delivery: where and how often this account is told outside the house, its calendars, and what was
 * sent. What the district has not set is said to be off. */
#include <stdlib.h>
#include <string.h>

#include "desk/desk.h"
#include "desk/feed.h"
#include "desk/outbox.h"
#include "modules/desk/queries.h"
#include "record/codes.h"
#include "view/view.h"

struct page {
    struct outbox_ways ways;
    struct row *row; /* as it stands, or was typed */
    struct desk_q_sendings *sent;
    struct desk_q_feeds *feeds;
    int n_sent, n_feeds;
};

static const struct who everywhere = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *by_session(struct req *rq)
{
    if (rq->who->session != NULL)
        return NULL;
    return err_say(ERR(rq->arena, ERR_DENIED, "a program's token"), "auth.account.person_only", NULL);
}

static struct err *row_of(struct req *rq, struct db_tx *tx, struct row **out)
{
    struct desk_q_delivery *d;
    TRY(desk_q_delivery(tx, rq->who->account, &d));
    if (d != NULL)
        return record_read(tx, &desk_delivery, &everywhere, d->id, out);
    *out = row_new(rq->arena, &desk_delivery);
    row_set_int(rq->arena, *out, "account", rq->who->account);
    row_set(*out, "mail_how", "off");
    row_set(*out, "hook_how", "off");
    return NULL;
}

static struct err *read_page(struct req *rq, struct page *p)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(outbox_ways(&tx, &p->ways));
    if (p->row == NULL)
        TRY(row_of(rq, &tx, &p->row));
    TRY(desk_q_sendings(&tx, rq->who->account, &p->sent, &p->n_sent));
    return desk_q_feeds(&tx, rq->who->account, &p->feeds, &p->n_feeds);
}

static json_t *hows(struct req *rq, const char *now)
{
    static const char *const all[] = {"off", "now", "daily"};
    json_t *list = json_array();
    for (int i = 0; i < 3; i++)
        json_array_append_new(list, json_pack("{ss ss sb}", "value", all[i], "text",
                                              codes_label("desk.how", all[i], rq->lang == LANG_EN), "chosen",
                                              now != NULL && strcmp(now, all[i]) == 0));
    return list;
}

static json_t *sent_json(struct req *rq, const struct page *p, bool words)
{
    json_t *list = json_array();
    for (int i = 0; i < p->n_sent; i++) {
        const struct desk_q_sendings *s = &p->sent[i];
        bool en = rq->lang == LANG_EN;
        json_array_append_new(list,
                              json_pack("{ss ss ss sI sI sI}", "channel",
                                        words ? codes_label("desk.channel", s->channel, en) : s->channel, "kind",
                                        words ? codes_label("desk.how", s->kind, en) : s->kind, "state",
                                        words ? codes_label("desk.sending_state", s->state, en) : s->state, "n",
                                        (json_int_t)s->n, "tries", (json_int_t)s->tries, "at", (json_int_t)s->at));
    }
    return list;
}

static json_t *feeds_json(const struct page *p)
{
    json_t *list = json_array();
    for (int i = 0; i < p->n_feeds; i++) {
        json_t *o = json_pack("{sI sb}", "id", (json_int_t)p->feeds[i].id, "revoked", p->feeds[i].revoked != 0);
        json_object_set_new(o, "made_on", view_date_json(p->feeds[i].made_on));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *page_data(struct req *rq, const struct page *p)
{
    const char *mail = row_text(p->row, "mail");
    rq->labels = json_pack("{so so so sb sb sb sb}", "mail_hows", hows(rq, row_text(p->row, "mail_how")), "hook_hows",
                           hows(rq, row_text(p->row, "hook_how")), "sent", sent_json(rq, p, true), "any_sent",
                           p->n_sent > 0, "any_feed", p->n_feeds > 0, "mail_on", p->ways.mail_server != NULL, "hook_on",
                           p->ways.webhook != NULL);
    json_t *o = json_pack("{so so sb sb}", "sent", sent_json(rq, p, false), "feeds", feeds_json(p), "mail_on",
                          p->ways.mail_server != NULL, "hook_on", p->ways.webhook != NULL);
    json_object_set_new(o, "mail", view_text_json(mail));
    json_object_set_new(o, "mail_how", view_text_json(row_text(p->row, "mail_how")));
    json_object_set_new(o, "hook_how", view_text_json(row_text(p->row, "hook_how")));
    return o;
}

struct err *desk_delivery_page(struct req *rq)
{
    struct page p = {0};
    TRY(by_session(rq));
    TRY(read_page(rq, &p));
    return respond_page(rq, "desk/delivery", page_data(rq, &p));
}

/* ---- saving ---- */
static bool is_off(const struct row *r)
{
    const char *mail = row_text(r, "mail_how"), *hook = row_text(r, "hook_how");
    return (mail == NULL || strcmp(mail, "off") == 0) && (hook == NULL || strcmp(hook, "off") == 0);
}

static struct err *typed(struct req *rq, struct row *r, const char *field, struct err **wrong)
{
    const char *value = NULL, *form = req_form(rq, field);
    struct err *e = record_parse(rq->arena, r->of, record_field(r->of, field), form == NULL ? "" : form, &value);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    err_join(wrong, e);
    row_set(r, field, value);
    return NULL;
}

static struct err *save(struct req *rq, struct row **out, struct err **wrong)
{
    change_scope struct change c = {0};
    struct row *r;
    struct who self = everywhere;
    TRY(change_begin(rq->db, rq->arena, rq->who, "delivery", &c));
    TRY(row_of(rq, &c.tx, &r));
    bool was_off = is_off(r);
    *out = r;
    TRY(typed(rq, r, "mail", wrong));
    if (req_form(rq, "mail_how") != NULL)
        TRY(typed(rq, r, "mail_how", wrong));
    if (req_form(rq, "hook_how") != NULL)
        TRY(typed(rq, r, "hook_how", wrong));
    row_set(r, "lang", lang_tag(rq->lang));
    struct desk_q_newest_notice *newest;
    TRY(desk_q_newest_notice(&c.tx, &newest));
    if (was_off || row_text(r, "since") == NULL) /* what came before was not asked for */
        row_set_int(rq->arena, r, "since", newest == NULL ? 0 : newest->id);
    if (*wrong != NULL)
        return NULL;
    self.account = rq->who->account;
    self.name = rq->who->name;
    self.role = rq->who->role;
    self.office = rq->who->office;
    c.who = &self; /* the row is of no unit */
    struct err *e = record_save(&c, &desk_delivery, r, r->rev);
    if (e != NULL && e->kind == ERR_INVALID) {
        *wrong = e;
        return NULL;
    }
    TRY(e);
    return change_commit(&c);
}

struct err *desk_delivery_save(struct req *rq)
{
    struct page p = {0};
    struct err *wrong = NULL;
    TRY(by_session(rq));
    TRY(save(rq, &p.row, &wrong));
    if (wrong == NULL)
        return respond_see_other(rq, "/desk/delivery");
    TRY(read_page(rq, &p));
    return respond_form(rq, "desk/delivery", page_data(rq, &p), wrong);
}

/* ---- calendars ---- */
struct err *desk_feed_new(struct req *rq)
{
    char *token;
    TRY(by_session(rq));
    {
        change_scope struct change c = {0};
        TRY(change_begin(rq->db, rq->arena, rq->who, "calendar", &c));
        TRY(feed_make(&c, rq->lang, &token));
        TRY(change_commit(&c));
    }
    respond_status(rq, 201);
    const char *host = req_header(rq, "Host");
    return respond_page(rq, "desk/feed-made",
                        json_pack("{ss}", "address",
                                  arena_printf(rq->arena, "%s://%s/desk/ics/%s.ics", req_secure(rq) ? "https" : "http",
                                               host == NULL ? "" : host, token)));
}

struct err *desk_feed_end(struct req *rq)
{
    TRY(by_session(rq));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "calendar withdrawn", &c));
    TRY(feed_withdraw(&c, rq->id));
    TRY(change_commit(&c));
    return respond_see_other(rq, "/desk/delivery");
}
