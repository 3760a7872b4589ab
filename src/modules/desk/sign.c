/* sign.c: a wanted signature: the text that is signed, shown whole; given, or refused with reasons. What is kept is
 * that text with its hash, the signer's office of the day and the time. It is not a reliable electronic signature in
 * the sense of the law; the page says so. */
#include <stdlib.h>
#include <string.h>

#include "desk/page.h"
#include "view/view.h"

struct sign_page {
    struct matter_page p;
    const struct flow_signed *s;
    const struct flow_done *step;
    const char *text; /* what is signed */
};

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
    line(rq, &b, "desk.sign_line.by", p->step->actor, desk_role_name(rq->arena, LANG_ZH, p->step->role));
    json_decref(content);
    rq->lang = lang;
    return buf_str(&b);
}

static void put_labels(struct sign_page *p, const char *typed, const struct err *e)
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
    const struct err *at = e;
    while (at != NULL && (at->field == NULL || strcmp(at->field, "reasons") != 0))
        at = at->next;
    json_object_set_new(rq->labels, "bad_reasons",
                        view_text_json(at == NULL ? NULL : text_err(rq->arena, rq->lang, at)));
    json_object_set_new(rq->labels, "typed", view_text_json(typed));
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

/* The form or a JSON body {rev, answer: "give"|"refuse", reasons, text}. */
static struct err *answer_of(struct req *rq, const char **answer, const char **reasons, const char **text, int64_t *rev)
{
    if (rq->body == NULL) {
        const char *r = req_form(rq, "rev");
        *answer = req_form(rq, "answer");
        *reasons = req_form(rq, "reasons");
        *text = req_form(rq, "text");
        *rev = r == NULL ? 0 : strtoll(r, NULL, 10);
        return NULL;
    }
    json_t *body;
    TRY(req_json(rq, &body));
    *answer = json_string_value(json_object_get(body, "answer"));
    *reasons = json_string_value(json_object_get(body, "reasons"));
    *text = json_string_value(json_object_get(body, "text"));
    *rev = json_integer_value(json_object_get(body, "rev"));
    return NULL;
}

struct err *desk_sign_take(struct req *rq)
{
    struct sign_page p = {0};
    const char *answer = NULL, *reasons = NULL, *text = NULL;
    int64_t rev = 0;
    TRY(sign_of(rq, &p));
    p.text = signed_text(&p);
    TRY(answer_of(rq, &answer, &reasons, &text, &rev));
    struct err *e = NULL;
    if (answer == NULL || (strcmp(answer, "give") != 0 && strcmp(answer, "refuse") != 0))
        e = err_field(
            err_say(ERR(rq->arena, ERR_INVALID, "answer '%s'", answer == NULL ? "" : answer), "desk.no_answer", NULL),
            "answer");
    else if (text != NULL && strcmp(text, p.text) != 0) /* what was shown is no longer what stands there */
        e = err_say(ERR(rq->arena, ERR_CONFLICT, "another text was shown"), "flow.moved", NULL);
    if (e == NULL) {
        change_scope struct change c = {0};
        TRY(change_begin(rq->db, rq->arena, rq->who, "sign", &c));
        e = flow_answer(&c, p.s->id, rev, strcmp(answer, "give") == 0, p.text, reasons);
        if (e == NULL)
            e = change_commit(&c);
    }
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_DENIED)) {
        put_labels(&p, reasons, e);
        return respond_form(rq, "desk/sign", sign_data(&p), e);
    }
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)p.p.m->id);
}
