/* sign.c: a wanted signature: the text that is signed, shown whole; given, or refused with reasons. What is kept is
 * that text with its hash, the signer's office of the day and the time. The signer shows his second factor in the same
 * form, so nothing he typed is lost over it; five minutes long it is not asked again. It is not a reliable electronic
 * signature in the sense of the law; the page says so. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "desk/page.h"
#include "view/view.h"

struct sign_page {
    struct matter_page p;
    const struct flow_signed *s;
    const struct flow_done *step;
    const char *text; /* what is signed */
    bool enrolled;    /* the signer has an authenticator */
};

/* What the signer sends. */
struct answer {
    const char *answer, *reasons, *text, *code; /* NULL: not sent */
    int64_t rev;
};

static const char *cookie_of(const struct req *rq)
{
    const char *c = req_session(rq);
    return c != NULL ? c : "";
}

static struct err *sign_of(struct req *rq, struct sign_page *out)
{
    TRY(matter_open(rq, &out->p));
    int64_t id = strtoll(req_param(rq, "sign"), NULL, 10);
    for (int i = 0; i < out->p.m->n_signs; i++)
        if (out->p.m->signs[i].id == id)
            out->s = &out->p.m->signs[i];
    for (int i = 0; out->s != NULL && i < out->p.m->n_done; i++)
        if (out->p.m->done[i].id == out->s->step)
            out->step = &out->p.m->done[i];
    if (out->step == NULL)
        return ERR(rq->arena, ERR_MISSING, "no signature %s of matter %lld", req_param(rq, "sign"), (long long)rq->id);
    struct session s;
    TRY(session_find(rq->db, rq->arena, cookie_of(rq), &s));
    out->enrolled = s.enrolled;
    return NULL;
}

static void line(struct req *rq, struct buf *b, const char *key, const char *first, const char *second)
{
    buf_printf(b, "%s\n", text_format(rq->arena, LANG_ZH, key, "first", first, "second", second, NULL));
}

/* The text signed, always Chinese: the step, what it decides, the matter's content and the reasons. */
static const char *signed_text(const struct sign_page *p)
{
    struct req *rq = p->p.rq;
    enum lang lang = rq->lang;
    struct buf b = BUF(rq->arena);
    rq->lang = LANG_ZH;
    json_t *content = matter_content(&p->p);
    const struct flow_matter *m = p->p.m;
    buf_printf(&b, "%s\n", matter_title(rq, m));
    line(rq, &b, "desk.sign_line.step", desk_step_name(rq->arena, LANG_ZH, m->flow->name, p->step->step),
         desk_state_name(rq->arena, LANG_ZH, m->flow->name, p->step->to));
    size_t i;
    json_t *f;
    json_array_foreach(content, i, f)
    {
        line(rq, &b, "desk.sign_line.field", json_string_value(json_object_get(f, "label")),
             json_string_value(json_object_get(f, "value")));
    }
    if (p->step->reasons != NULL)
        line(rq, &b, "desk.sign_line.reasons", "", p->step->reasons);
    const char *actor = p->step->actor;
    if (p->step->behalf_name != NULL)
        actor = arena_printf(rq->arena, "%s %s", actor,
                             text_format(rq->arena, LANG_ZH, "desk.for", "name", p->step->behalf_name, NULL));
    line(rq, &b, "desk.sign_line.by", actor, desk_role_name(rq->arena, LANG_ZH, p->step->role));
    json_decref(content);
    rq->lang = lang;
    return buf_str(&b);
}

static json_t *sentence_of(struct req *rq, const struct err *e, const char *field)
{
    while (e != NULL && (e->field == NULL || strcmp(e->field, field) != 0))
        e = e->next;
    return view_text_json(e == NULL ? NULL : text_err(rq->arena, rq->lang, e));
}

/* Which of the three ways the page goes on: fresh already, a code is asked, an authenticator must be set up first. */
static void put_factor(struct sign_page *p, const struct err *e)
{
    struct req *rq = p->p.rq;
    bool fresh = auth_second_fresh(rq->who);
    json_object_set_new(rq->labels, "ask_code", json_boolean(!fresh && p->enrolled));
    json_object_set_new(rq->labels, "bad_code", fresh ? json_null() : sentence_of(rq, e, "code"));
    json_object_set_new(rq->labels, "enrol",
                        fresh || p->enrolled ? json_null()
                                             : json_string(arena_printf(rq->arena, "/login/second?next=%s", rq->path)));
}

static void put_labels(struct sign_page *p, const struct answer *typed, const struct err *e)
{
    struct req *rq = p->p.rq;
    const struct flow_matter *m = p->p.m;
    rq->labels = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "title", matter_title(rq, m), "sign",
                           desk_sign_name(rq->arena, rq->lang, m->flow->name, p->s->sign), "step",
                           desk_step_name(rq->arena, rq->lang, m->flow->name, p->step->step), "text", p->text, "back",
                           desk_path(rq->arena, m->id), "rev", (json_int_t)p->s->rev);
    const struct flow_sign *of = flow_sign_of(m->flow, p->s->sign);
    bool wanted = strcmp(p->s->state, "wanted") == 0, mine = flow_holds(rq->who, m, p->s->roles);
    json_object_set_new(rq->labels, "wanted", json_boolean(wanted && mine));
    if (wanted && !mine)
        json_object_set_new(rq->labels, "not_yours",
                            json_string(of != NULL && of->basis != NULL
                                            ? tr(rq, "flow.not_your_signature", "basis", of->basis)
                                            : tr(rq, "flow.not_your_office")));
    json_object_set_new(rq->labels, "bad_reasons", sentence_of(rq, e, "reasons"));
    json_object_set_new(rq->labels, "typed", view_text_json(typed != NULL ? typed->reasons : NULL));
    if (wanted && mine)
        put_factor(p, e);
}

static json_t *sign_data(const struct sign_page *p)
{
    return json_pack("{s:I, s:I, s:I, s:s, s:s}", "id", (json_int_t)p->p.m->id, "sign", (json_int_t)p->s->id, "rev",
                     (json_int_t)p->s->rev, "state", p->s->state, "text", p->text);
}

struct err *desk_sign_page(struct req *rq)
{
    struct sign_page p = {0};
    TRY(sign_of(rq, &p));
    p.text = signed_text(&p);
    put_labels(&p, NULL, NULL);
    return respond_page(rq, "desk/sign", sign_data(&p));
}

/* The form or a JSON body {rev, answer: "give"|"refuse", reasons, text, code}. */
static struct err *answer_of(struct req *rq, struct answer *out)
{
    if (rq->body == NULL) {
        const char *r = req_form(rq, "rev");
        *out = (struct answer){req_form(rq, "answer"), req_form(rq, "reasons"), req_form(rq, "text"),
                               req_form(rq, "code"), r == NULL ? 0 : strtoll(r, NULL, 10)};
        return NULL;
    }
    json_t *body;
    TRY(req_json(rq, &body));
    *out = (struct answer){
        json_string_value(json_object_get(body, "answer")), json_string_value(json_object_get(body, "reasons")),
        json_string_value(json_object_get(body, "text")), json_string_value(json_object_get(body, "code")),
        json_integer_value(json_object_get(body, "rev"))};
    return NULL;
}

/* The code sent with the form makes the second factor fresh; the session goes on with a new token. */
static struct err *prove(struct req *rq, const char *code)
{
    char token[SESSION_TOKEN];
    if (auth_second_fresh(rq->who) || code == NULL || *code == '\0' || rq->who->session == NULL)
        return NULL;
    struct err *e = session_prove(rq->db, rq->arena, cookie_of(rq), code, req_peer(rq), token);
    if (e != NULL)
        return err_field(e, "code");
    req_session_set(rq, token, 0);
    struct who *w = arena_new_of(rq->arena, struct who);
    *w = *rq->who;
    w->proved = clock_now_ms();
    w->second = true;
    rq->who = w;
    return NULL;
}

static struct err *sign(struct req *rq, const struct sign_page *p, const struct answer *in)
{
    bool give = in->answer != NULL && strcmp(in->answer, "give") == 0;
    if (!give && (in->answer == NULL || strcmp(in->answer, "refuse") != 0))
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "no answer"), "desk.no_answer", NULL), "answer");
    if (in->text != NULL && strcmp(in->text, p->text) != 0) /* what was shown is no longer what stands there */
        return err_say(ERR(rq->arena, ERR_CONFLICT, "another text was shown"), "flow.moved", NULL);
    if (p->enrolled)
        TRY(prove(rq, in->code));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "sign", &c));
    TRY(flow_answer(&c, p->s->id, in->rev, give, p->text, in->reasons));
    return change_commit(&c);
}

struct err *desk_sign_take(struct req *rq)
{
    struct sign_page p = {0};
    struct answer in = {0};
    TRY(sign_of(rq, &p));
    p.text = signed_text(&p);
    TRY(answer_of(rq, &in));
    struct err *e = sign(rq, &p, &in);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LOGIN)) {
        put_labels(&p, &in, e);
        return respond_form(rq, "desk/sign", sign_data(&p), e);
    }
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)p.p.m->id);
}
