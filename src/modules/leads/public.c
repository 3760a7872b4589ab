/* public.c: /public: anybody reports without an account and comes back with a code. Off until the district sets
 * `public_page` to "on" and names a channel for it. No cookie, no script needed, nothing kept of the sender but what he
 * wrote: his address is counted in memory only (req_limit). */
#include <ctype.h>
#include <string.h>

#include "auth/auth.h"
#include "base/rand.h"
#include "leads/leads.h"
#include "record/codes.h"
#include "view/view.h"

/* ten reports, sixty return visits an hour from one address */
enum { REPORTS = 10, VISITS = 60, MINUTES = 60 };

static struct err *is_open(struct req *rq, struct db_tx *tx, int64_t *channel)
{
    const char *on;
    TRY(setting_get(tx, "public_page", "off", &on));
    TRY(leads_public_channel(tx, rq->today, channel));
    if (strcmp(on, "on") != 0 || *channel == 0)
        return err_say(ERR(rq->arena, ERR_MISSING, "the public page is %s, channel %lld", on, (long long)*channel),
                       "leads.public.off", NULL);
    return NULL;
}

static struct err *opened(struct req *rq)
{
    int64_t channel;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    return is_open(rq, &tx, &channel);
}

/* From the form or a JSON body, without blanks around; NULL when empty. */
static const char *sent(struct req *rq, json_t *body, const char *name)
{
    const char *v = body != NULL ? json_string_value(json_object_get(body, name)) : req_form(rq, name);
    if (v == NULL)
        return NULL;
    v += strspn(v, " \n\t");
    size_t n = strlen(v);
    while (n > 0 && strchr(" \n\t", v[n - 1]) != NULL)
        n--;
    return n == 0 ? NULL : arena_strndup(rq->arena, v, n);
}

struct err *leads_public(struct req *rq)
{
    TRY(opened(rq));
    rq->labels = json_object();
    return respond_page(rq, "leads/public",
                        json_pack("{s:s, s:s}", "report", "/public/report", "visit", "/public/visit"));
}

/* ---- reporting ---- */
struct report {
    const char *kind, *about, *summary, *name, *contact, *once;
};

/* What only departments bring is not for the public to choose. */
static bool for_public(const char *kind)
{
    return strcmp(kind, "reply") != 0 && strcmp(kind, "audit") != 0 && strcmp(kind, "inspection") != 0;
}

static json_t *kinds(struct req *rq, const char *chosen)
{
    json_t *all = json_array();
    const struct code_list *codes = codes_list("leads.kind");
    for (int i = 1; i <= codes_count(codes); i++)
        if (for_public(codes_code(codes, i)))
            json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "value", codes_code(codes, i), "text",
                                                 codes_name(codes, i, rq->lang == LANG_EN), "chosen",
                                                 chosen != NULL && strcmp(chosen, codes_code(codes, i)) == 0));
    return all;
}

static struct err *report_form(struct req *rq, const struct report *r, const struct err *wrong)
{
    char once[33];
    rand_hex(once, 16);
    rq->labels = json_pack("{s:o, s:s}", "kinds", kinds(rq, r->kind), "once",
                           r->once != NULL ? r->once : arena_strdup(rq->arena, once));
    const char *const names[] = {"about", "summary", "name", "contact"}, *const values[] = {r->about, r->summary,
                                                                                            r->name, r->contact};
    for (int i = 0; i < 4; i++)
        json_object_set_new(rq->labels, names[i], view_text_json(values[i]));
    json_t *data = json_pack("{s:s, s:o}", "action", "/public/report", "kinds", kinds(rq, NULL));
    return wrong == NULL ? respond_page(rq, "leads/report", data) : respond_form(rq, "leads/report", data, wrong);
}

struct err *leads_report_page(struct req *rq)
{
    const struct report none = {0};
    TRY(opened(rq));
    return report_form(rq, &none, NULL);
}

static struct err *report_lacks(struct req *rq, const struct report *r)
{
    struct err *all = NULL;
    err_join(&all, record_need(rq->arena, "kind", r->kind));
    if (r->kind != NULL && !for_public(r->kind))
        err_join(&all, err_field(err_say(ERR(rq->arena, ERR_INVALID, "kind %.20s", r->kind), "field.code", "value",
                                         r->kind, NULL),
                                 "kind"));
    err_join(&all, record_need(rq->arena, "about", r->about));
    err_join(&all, record_need(rq->arena, "summary", r->summary));
    return all;
}

/* "GK20261125-7KQ2": a number to speak of it; the code is another thing. */
static const char *new_number(struct req *rq)
{
    char iso[DATE_TEXT], *tail = arena_strndup(rq->arena, password_make(rq->arena), 4);
    date_iso(rq->today, iso);
    for (char *p = tail; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    return arena_printf(rq->arena, "GK%.4s%.2s%.2s-%s", iso, iso + 5, iso + 8, tail);
}

static struct err *save_report(struct req *rq, const struct report *r, const char **number, const char **code)
{
    struct row *row = row_new(rq->arena, &leads_lead);
    struct flow_matter *m;
    int64_t channel, matter;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, &who_public, "leads.reported", &c));
    TRY(is_open(rq, &c.tx, &channel));
    *number = new_number(rq);
    row_set_int(rq->arena, row, "channel", channel);
    row_set(row, "number", *number);
    row_set(row, "kind", r->kind);
    row_set(row, "about", r->about);
    row_set(row, "summary", r->summary);
    row_set_date(rq->arena, row, "received_on", rq->today);
    TRY(flow_open(&c, &lead_flow, "report", &(struct flow_input){.values = row, .blocked = ""},
                  arena_printf(rq->arena, "%s %s", *number, r->about), &matter));
    TRY(flow_look(&c.tx, &who_public, matter, &m));
    TRY(leads_seal(&c, m->content->id, r->name, r->contact));
    TRY(leads_receipt_give(&c, m->content->id, r->once, code));
    return change_commit(&c);
}

struct err *leads_report(struct req *rq)
{
    json_t *body = NULL;
    const char *number = NULL, *code = NULL;
    TRY(opened(rq));
    if (rq->body != NULL)
        TRY(req_json(rq, &body));
    struct report r = {.kind = sent(rq, body, "kind"),
                       .about = sent(rq, body, "about"),
                       .summary = sent(rq, body, "summary"),
                       .name = sent(rq, body, "name"),
                       .contact = sent(rq, body, "contact"),
                       .once = sent(rq, body, "once")};
    char once[33];
    rand_hex(once, 16);
    struct err *e = report_lacks(rq, &r);
    if (e == NULL)
        e = req_limit(rq, "leads.report", REPORTS, MINUTES);
    struct report saved = r;
    if (saved.once == NULL)
        saved.once = once;
    if (e == NULL)
        e = save_report(rq, &saved, &number, &code);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LIMIT))
        return report_form(rq, &r, e);
    TRY(e);
    rq->labels = json_object();
    return respond_page(rq, "leads/reported", json_pack("{s:s, s:s}", "number", number, "code", code));
}

/* ---- coming back ---- */
static struct err *visit_form(struct req *rq, const char *code, const struct err *wrong)
{
    rq->labels = json_object();
    json_object_set_new(rq->labels, "code", view_text_json(code));
    json_t *data = json_pack("{s:s}", "action", "/public/visit");
    return wrong == NULL ? respond_page(rq, "leads/visit", data) : respond_form(rq, "leads/visit", data, wrong);
}

struct err *leads_visit_page(struct req *rq)
{
    TRY(opened(rq));
    return visit_form(rq, NULL, NULL);
}

/* Is a question of the office still open? */
static bool asked(const struct flow_matter *m)
{
    for (int i = m->n_done - 1; i >= 0; i--) {
        const struct flow_step *s = flow_step_of(m->flow, m->done[i].step);
        if (s != NULL && flow_word(s->fields, "question", NULL))
            return m->state->wait == FLOW_OFFICE && row_int(m->row, "merged") == 0;
        if (s != NULL && flow_word(s->fields, "more", NULL))
            return false;
    }
    return false;
}

static const struct flow_step *telling(const struct flow_matter *m)
{
    for (const struct flow_step *s = m->flow->steps; s->name != NULL; s++)
        if (flow_word(s->by, "public", NULL) && flow_word(s->from, m->state->name, NULL))
            return s;
    return NULL;
}

static struct err *tell(struct req *rq, struct flow_matter **at, const char *more)
{
    const struct flow_matter *m = *at;
    const struct flow_step *s = telling(m);
    if (!asked(m) || s == NULL)
        return err_field(err_say(ERR(rq->arena, ERR_CONFLICT, "nothing is asked"), "leads.visit.not_asked", NULL),
                         "more");
    struct row *values = row_copy(rq->arena, m->content);
    row_set(values, "more", more);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, &who_public, "leads.told", &c));
    TRY(flow_take(&c, m->id, m->rev, s->name, &(struct flow_input){.values = values, .blocked = ""}));
    TRY(flow_look(&c.tx, &who_public, m->id, at)); /* nothing is read after the commit that could fail */
    return change_commit(&c);
}

static struct err *find(struct req *rq, const char *code, struct flow_matter **out)
{
    int64_t matter;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(leads_receipt_find(&tx, code, &matter));
    return flow_look(&tx, &who_public, matter, out);
}

/* What a reporter may know: the number, where it stands, what the office asks and answers; of the person nothing. */
static struct err *show(struct req *rq, const char *code, const struct flow_matter *m, bool told,
                        const struct err *wrong)
{
    bool open_question = asked(m), ended = m->state->wait == FLOW_END;
    const char *state = tr(rq, arena_printf(rq->arena, "leads.visit.state.%s", m->state->name));
    rq->labels = json_pack("{s:s, s:s, s:b, s:b}", "state", state, "code", code, "told", told, "ended", ended);
    json_object_set_new(rq->labels, "typed", view_text_json(wrong == NULL ? NULL : req_form(rq, "more")));
    json_t *data = json_pack("{s:s, s:s, s:o, s:b}", "number", row_text(m->content, "number"), "state", m->state->name,
                             "received_on", view_date_json(row_date(m->content, "received_on")), "asks", open_question);
    json_object_set_new(data, "question", view_text_json(row_text(m->content, "question")));
    json_object_set_new(data, "more", view_text_json(open_question ? NULL : row_text(m->content, "more")));
    json_object_set_new(data, "answer", view_text_json(ended ? row_text(m->content, "answer") : NULL));
    return wrong == NULL ? respond_page(rq, "leads/visited", data) : respond_form(rq, "leads/visited", data, wrong);
}

struct err *leads_visit(struct req *rq)
{
    json_t *body = NULL;
    struct flow_matter *m = NULL;
    TRY(opened(rq));
    if (rq->body != NULL)
        TRY(req_json(rq, &body));
    const char *code = sent(rq, body, "code"), *more = sent(rq, body, "more");
    bool answers = body != NULL ? json_object_get(body, "more") != NULL : req_form(rq, "more") != NULL;
    struct err *e = record_need(rq->arena, "code", code);
    if (e == NULL)
        e = req_limit(rq, "leads.visit", VISITS, MINUTES);
    if (e == NULL)
        e = find(rq, code, &m);
    if (e != NULL && e->kind == ERR_MISSING) /* the form again: a letter was mistyped */
        e->kind = ERR_INVALID;
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT))
        return visit_form(rq, code, e);
    TRY(e);
    if (!answers)
        return show(rq, code, m, false, NULL);
    e = record_need(rq->arena, "more", more);
    if (e == NULL)
        e = tell(rq, &m, more);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(rq, code, m, false, e);
    TRY(e);
    return show(rq, code, m, true, NULL);
}
