/* my.c: GET /my: what asks the person and until when, what he asked, what came of it. */
#include <string.h>

#include "desk/desk.h"
#include "modules/own/queries.h"
#include "own/own.h"
#include "rules/rules.h"
#include "view/view.h"

struct mine {
    struct db_tx tx;
    const struct rules_set *set;
    const struct facts_root *root;
    const struct calendar *cal;
    struct own_q_asks *asks;
    struct own_q_matters *matters;
    int n_asks, n_matters;
};

static json_t *mine_data(const struct mine *m, int64_t member)
{
    json_t *findings = json_array(), *matters = json_array();
    for (int i = 0; i < m->n_asks; i++) {
        const struct own_q_asks *f = &m->asks[i];
        json_t *o = json_pack("{s:I, s:s, s:s}", "id", (json_int_t)f->id, "rule", f->rule, "state", f->state);
        json_object_set_new(o, "ended_as", view_text_json(f->ended_as));
        json_object_set_new(o, "opened_on", view_date_json(f->opened_on));
        json_object_set_new(o, "closed_on", view_date_json(f->closed_on));
        json_object_set_new(o, "reasons", view_text_json(f->reasons));
        json_object_set_new(o, "matter", view_id_json(f->matter));
        json_object_set_new(o, "until", view_date_json(f->due_on));
        json_array_append_new(findings, o);
    }
    for (int i = 0; i < m->n_matters; i++) {
        const struct own_q_matters *t = &m->matters[i];
        json_t *o = json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)t->id, "flow", t->flow, "title", t->title,
                              "state", t->state);
        json_object_set_new(o, "waits_for_me", json_boolean(t->owner != NULL && strcmp(t->owner, "person") == 0));
        json_object_set_new(o, "due_on", view_date_json(t->due_on));
        json_object_set_new(o, "closed_on", view_date_json(t->closed_on));
        json_object_set_new(o, "outcome", view_text_json(t->outcome));
        json_array_append_new(matters, o);
    }
    return json_pack("{s:I, s:o, s:o}", "member", (json_int_t)member, "findings", findings, "matters", matters);
}

/* ---- words ---- */
static void put_light(struct req *rq, const struct mine *m, json_t *o, struct date day, bool provisional, bool paused)
{
    if (!date_is(day))
        return;
    const struct due due = {.day = day, .plain = day, .provisional = provisional};
    struct desk_light l = desk_light(rq->arena, rq->lang, m->cal, &due, paused, false, rq->today);
    json_object_set_new(o, "light", json_pack("{s:s, s:s}", "text", l.text, "look", l.look));
}

static json_t *finding_labels(struct req *rq, const struct mine *m, const struct own_q_asks *f)
{
    const struct rules_rule *r = rules_find(m->set, f->rule);
    bool closed = strcmp(f->state, "closed") == 0, received = f->matter != 0;
    const char *title = r == NULL ? f->rule : rules_edition_now(r, rq->today)->title[rq->lang];
    json_t *o = json_pack("{s:s, s:s, s:b, s:b}", "title", title, "href",
                          arena_printf(rq->arena, "/my/findings/%lld", (long long)f->id), "closed", closed, "received",
                          received);
    json_object_set_new(o, "matter_href", view_text_json(received ? desk_path(rq->arena, f->matter) : NULL));
    json_object_set_new(o, "state",
                        json_string(received ? desk_state_name(rq->arena, rq->lang, "own.hearing", f->matter_state)
                                    : closed ? tr(rq, "own.closed")
                                             : tr(rq, "own.not_received")));
    json_object_set_new(o, "reasons", view_text_json(closed ? f->reasons : NULL));
    put_light(rq, m, o, f->due_on, false, false);
    return o;
}

static json_t *matter_labels(struct req *rq, const struct mine *m, const struct own_q_matters *t)
{
    bool me = t->owner != NULL && strcmp(t->owner, "person") == 0;
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "title", t->title, "kind", desk_flow_name(rq->lang, t->flow),
                  "state", desk_state_name(rq->arena, rq->lang, t->flow, t->state), "href", desk_path(rq->arena, t->id),
                  "me", me, "closed", date_is(t->closed_on));
    put_light(rq, m, o, t->due_on, t->provisional != 0, date_is(t->paused_on));
    return o;
}

static void put_labels(struct req *rq, const struct mine *m)
{
    json_t *open = json_array(), *closed = json_array(), *waiting = json_array(), *others = json_array();
    for (int i = 0; i < m->n_asks; i++)
        json_array_append_new(strcmp(m->asks[i].state, "closed") == 0 ? closed : open,
                              finding_labels(rq, m, &m->asks[i]));
    for (int i = 0; i < m->n_matters; i++) {
        bool hearing = strcmp(m->matters[i].flow, "own.hearing") == 0; /* stands with its finding */
        bool me = m->matters[i].owner != NULL && strcmp(m->matters[i].owner, "person") == 0;
        if (!hearing || me)
            json_array_append_new(me ? waiting : others, matter_labels(rq, m, &m->matters[i]));
    }
    rq->labels = json_pack("{s:b, s:b, s:b, s:b}", "any_waiting", json_array_size(waiting) > 0, "any_open",
                           json_array_size(open) > 0, "any_closed", json_array_size(closed) > 0, "any_other",
                           json_array_size(others) > 0);
    json_object_set_new(rq->labels, "waiting", waiting);
    json_object_set_new(rq->labels, "open", open);
    json_object_set_new(rq->labels, "closed", closed);
    json_object_set_new(rq->labels, "others", others);
}

static struct err *read_all(struct req *rq, struct mine *m, int64_t member)
{
    const char *recipient = arena_printf(rq->arena, "member:%lld", (long long)member);
    TRY(db_begin_read(rq->db, rq->arena, &m->tx));
    TRY(rules_read_all(rules_shared(), &m->tx, &m->set, &m->root));
    TRY(calendar_read(&m->tx, &m->cal));
    TRY(own_q_asks(&m->tx, member, &m->asks, &m->n_asks));
    return own_q_matters(&m->tx, member, recipient, &m->matters, &m->n_matters);
}

struct err *own_page(struct req *rq)
{
    struct who reader;
    struct mine m = {0};
    TRY(own_reader(rq, &reader));
    if (rules_shared() == NULL)
        return ERR(rq->arena, ERR_FAULT, "this server has no rules");
    struct err *e = read_all(rq, &m, reader.member);
    if (e == NULL) {
        put_labels(rq, &m);
        e = respond_page(rq, "own/my", mine_data(&m, reader.member));
    }
    rules_end(m.set);
    facts_end(m.root);
    db_end(&m.tx);
    return e;
}
