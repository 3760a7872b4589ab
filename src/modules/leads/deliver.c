/* deliver.c: GET, POST /desk/open/leads.lead: a department, or the office itself, delivers a lead through one of its
 * channels. Who reported is written in boxes of their own and sealed in the same change; the form never shows it again.
 */
#include <string.h>

#include "desk/desk.h"
#include "face/form.h"
#include "leads/leads.h"
#include "view/view.h"

struct delivery {
    struct req *rq;
    const struct flow_step *step;
    struct form form;
    struct row *row;
    const char *name, *contact; /* of the reporter */
    struct flow_file letter;
    struct flow_input in;
    struct leads_channel_row *channels;
    int n_channels;
};

/* The engine decides who may deliver; the fields are those of a case. */
static struct who writer(const struct req *rq)
{
    struct who w = *rq->who;
    w.sees = w.sees < CLASS_CASE ? CLASS_CASE : w.sees;
    return w;
}

static struct err *begin(struct req *rq, struct delivery *d)
{
    const struct flow_matter none = {0};
    *d = (struct delivery){.rq = rq, .row = row_new(rq->arena, &leads_lead)};
    for (const struct flow_step *s = lead_flow.steps; s->name != NULL && d->step == NULL; s++)
        if (*s->from == '\0' && flow_holds(rq->who, &none, s->by))
            d->step = s;
    if (d->step == NULL)
        return err_say(ERR(rq->arena, ERR_DENIED, "role %s delivers no leads", rq->who->role), "flow.not_your_office",
                       NULL);
    d->form = (struct form){.rec = &leads_lead,
                            .typed = arena_array(rq->arena, const char *, record_fields(&leads_lead) + 1)};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    return leads_channels(&tx, rq->who, rq->today, &d->channels, &d->n_channels);
}

/* ---- the form ---- */
static json_t *choose_channel(const struct delivery *d, const char *chosen)
{
    json_t *options = json_array();
    for (int i = 0; i < d->n_channels; i++) {
        const char *id = arena_printf(d->rq->arena, "%lld", (long long)d->channels[i].id);
        json_array_append_new(options, json_pack("{s:s, s:s, s:b}", "value", id, "text", d->channels[i].name, "chosen",
                                                 d->n_channels == 1 || (chosen != NULL && strcmp(chosen, id) == 0)));
    }
    return json_pack("{s:o, s:s}", "options", options, "width", "w-l");
}

static json_t *fields_of(struct delivery *d, const struct err *e)
{
    struct req *rq = d->rq;
    struct who w = writer(rq);
    const struct who *before = rq->who;
    rq->who = &w;
    json_t *every = face_form_fields(rq, d->row, &d->form, face_names_new(rq->arena, &w), e), *all = json_array(), *f;
    rq->who = before;
    size_t i;
    bool must = false;
    json_array_foreach(every, i, f)
    {
        const char *name = json_string_value(json_object_get(f, "name"));
        if (!flow_word(d->step->fields, name, &must))
            continue;
        if (strcmp(name, "channel") == 0) {
            json_object_del(f, "pick");
            json_object_del(f, "hint");
            json_object_set_new(f, "choose", choose_channel(d, d->form.typed[record_field(&leads_lead, "channel")]));
        }
        json_object_set_new(f, "required", json_boolean(must));
        json_array_append(all, f);
    }
    json_decref(every);
    return all;
}

static struct err *answer(struct delivery *d, const struct err *wrong)
{
    struct req *rq = d->rq;
    rq->labels =
        json_pack("{s:s, s:o, s:b}", "step", desk_step_name(rq->arena, rq->lang, lead_flow.name, d->step->name),
                  "fields", fields_of(d, wrong), "any_channel", d->n_channels > 0);
    json_object_set_new(rq->labels, "name", view_text_json(d->name));
    json_object_set_new(rq->labels, "contact", view_text_json(d->contact));
    json_object_set_new(rq->labels, "bad_name", view_text_json(form_wrong(rq, wrong, "name")));
    json_object_set_new(rq->labels, "bad_contact", view_text_json(form_wrong(rq, wrong, "contact")));
    json_object_set_new(rq->labels, "bad_letter", view_text_json(form_wrong(rq, wrong, "paper.letter")));
    json_t *channels = json_array();
    for (int i = 0; i < d->n_channels; i++)
        json_array_append_new(channels, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)d->channels[i].id, "name",
                                                  d->channels[i].name, "source", d->channels[i].source));
    json_t *data = json_pack("{s:s, s:s, s:o}", "flow", lead_flow.name, "step", d->step->name, "channels", channels);
    return wrong == NULL ? respond_page(rq, "leads/deliver", data) : respond_form(rq, "leads/deliver", data, wrong);
}

struct err *leads_deliver_page(struct req *rq)
{
    struct delivery d;
    TRY(begin(rq, &d));
    char iso[DATE_TEXT];
    d.form.typed[record_field(&leads_lead, "received_on")] = arena_strdup(rq->arena, date_iso(rq->today, iso));
    return answer(&d, NULL);
}

/* ---- what came ---- */
static struct err *take(struct delivery *d)
{
    struct req *rq = d->rq;
    json_t *body = NULL;
    char *name;
    if (rq->body != NULL)
        TRY(req_json(rq, &body));
    for (const char *p = d->step->fields; flow_next_word(rq->arena, &p, &name, NULL);)
        d->form.typed[record_field(&leads_lead, name)] =
            body == NULL ? req_form(rq, name) : face_form_typed(rq->arena, json_object_get(body, name));
    d->name = body == NULL ? req_form(rq, "name") : json_string_value(json_object_get(body, "name"));
    d->contact = body == NULL ? req_form(rq, "contact") : json_string_value(json_object_get(body, "contact"));
    return body == NULL ? desk_upload(rq, "paper.letter", &d->letter, &d->in) : NULL;
}

static bool shown(const struct err *e)
{
    return e == NULL || e->kind == ERR_INVALID || e->kind == ERR_DENIED || e->kind == ERR_CONFLICT;
}

static struct err *save(struct delivery *d, struct err **wrong, int64_t *matter)
{
    struct req *rq = d->rq;
    struct who w = writer(rq);
    struct flow_matter *m;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "leads.delivered", &c));
    TRY(face_form_apply(&c.tx, &w, &d->form, d->row, wrong));
    const char *about = row_text(d->row, "about"), *number = row_text(d->row, "number");
    const char *title = arena_printf(rq->arena, "%s %s", number == NULL ? "" : number, about == NULL ? "" : about);
    d->in.values = d->row;
    d->in.blocked = "";
    struct err *e = flow_open(&c, &lead_flow, d->step->name, &d->in, title, matter);
    if (e == NULL)
        e = flow_look(&c.tx, &who_public, *matter, &m);
    if (e == NULL)
        e = leads_seal(&c, m->content->id, d->name, d->contact);
    if (!shown(e))
        return err_via(e, ERR_HERE);
    for (struct err *next; e != NULL; e = next) { /* what the engine found beyond what could not be read as typed */
        next = e->next;
        e->next = NULL;
        if (e->field == NULL || !face_form_has_error(*wrong, e->field))
            err_join(wrong, e);
    }
    return *wrong != NULL ? NULL : change_commit(&c);
}

struct err *leads_deliver(struct req *rq)
{
    struct delivery d;
    int64_t matter = 0;
    TRY(begin(rq, &d));
    struct err *wrong = take(&d);
    if (!shown(wrong))
        return err_via(wrong, ERR_HERE);
    TRY(save(&d, &wrong, &matter));
    if (wrong != NULL)
        return answer(&d, wrong);
    return respond_see_other(rq, "/desk/%lld", (long long)matter);
}
