/* sealed.c: GET /lead/sealed: leads whose reporter is sealed. GET /lead/{id}/reporter: whether there is one, who opened
 * it, who asked for its release; POST opens it for who may: the answer alone shows it, no address leads to it again. */
#include "desk/desk.h"
#include "leads/leads.h"
#include "modules/leads/queries.h"
#include "record/codes.h"
#include "view/view.h"

struct seal_page {
    struct leads_q_sealed_lead *lead;
    struct leads_q_looks *looks;
    struct leads_q_releases *releases;
    int n_looks, n_releases;
    bool may_open;
};

/* The number and the day of a lead in scope, nothing of what it says: so much the custodian sees. */
static struct err *read_page(struct req *rq, struct db_tx *tx, struct seal_page *p)
{
    struct leads_q_released *released = NULL;
    TRY(leads_q_sealed_lead(tx, &rq->who->scope, who_barred_text(rq->arena, rq->who), rq->id, &p->lead));
    if (p->lead == NULL)
        return ERR(rq->arena, ERR_MISSING, "no lead of matter %lld in scope", (long long)rq->id);
    TRY(leads_q_looks(tx, p->lead->lead, &p->looks, &p->n_looks));
    TRY(leads_q_releases(tx, p->lead->lead, &p->releases, &p->n_releases));
    TRY(leads_q_released(tx, p->lead->lead, rq->who->account, rq->today, &released));
    p->may_open = p->lead->sealed != 0 && (leads_custodian(rq->who) || released != NULL);
    return NULL;
}

static void put_labels(struct req *rq, const struct seal_page *p)
{
    json_t *looks = json_array(), *releases = json_array();
    for (int i = 0; i < p->n_looks; i++)
        json_array_append_new(looks,
                              json_pack("{s:s, s:s, s:o, s:b}", "actor", p->looks[i].actor, "role",
                                        codes_label("auth.role", p->looks[i].role, rq->lang == LANG_EN), "opened_on",
                                        view_date_json(p->looks[i].opened_on), "released", p->looks[i].release != 0));
    for (int i = 0; i < p->n_releases; i++)
        json_array_append_new(
            releases,
            json_pack("{s:s, s:s, s:o, s:o}", "href", desk_path(rq->arena, p->releases[i].id), "state",
                      desk_state_name(rq->arena, rq->lang, release_flow.name, p->releases[i].state), "opened_on",
                      view_date_json(p->releases[i].opened_on), "until_on", view_date_json(p->releases[i].until_on)));
    const struct flow_matter none = {0};
    bool may_ask = p->lead->sealed != 0 && !p->may_open && flow_holds(rq->who, &none, "supervision");
    rq->labels = json_pack("{s:o, s:o, s:b, s:b, s:b, s:s, s:s}", "looks", looks, "releases", releases, "any_look",
                           p->n_looks > 0, "any_release", p->n_releases > 0, "may_ask", may_ask, "ask",
                           arena_printf(rq->arena, "/desk/open/leads.release?lead=%lld", (long long)p->lead->lead),
                           "action", arena_printf(rq->arena, "/lead/%lld/reporter", (long long)rq->id));
    if (req_may(rq, "leads.lead.read"))
        json_object_set_new(rq->labels, "matter", json_string(desk_path(rq->arena, rq->id)));
}

static json_t *page_data(struct req *rq, const struct seal_page *p)
{
    json_t *looks = json_array();
    for (int i = 0; i < p->n_looks; i++)
        json_array_append_new(looks, json_pack("{s:s, s:s, s:o}", "actor", p->looks[i].actor, "role", p->looks[i].role,
                                               "opened_on", view_date_json(p->looks[i].opened_on)));
    return json_pack("{s:I, s:I, s:s, s:o, s:b, s:b, s:o}", "id", (json_int_t)rq->id, "lead", (json_int_t)p->lead->lead,
                     "number", p->lead->number, "received_on", view_date_json(p->lead->received_on), "sealed",
                     p->lead->sealed != 0, "may_open", p->may_open, "looks", looks);
}

struct err *leads_reporter_page(struct req *rq)
{
    struct seal_page p = {0};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(read_page(rq, &tx, &p));
    db_end(&tx);
    put_labels(rq, &p);
    return respond_page(rq, "leads/reporter", page_data(rq, &p));
}

struct err *leads_reporter_open(struct req *rq)
{
    struct seal_page p = {0};
    const char *name, *contact;
    {
        change_scope struct change c = {0};
        TRY(change_begin(rq->db, rq->arena, rq->who, "leads.opened", &c));
        TRY(read_page(rq, &c.tx, &p));
        TRY(leads_unseal(&c, p.lead->lead, &name, &contact));
        TRY(leads_q_looks(&c.tx, p.lead->lead, &p.looks, &p.n_looks));
        TRY(change_commit(&c)); /* on record before the answer leaves */
    }
    put_labels(rq, &p);
    json_t *data = page_data(rq, &p);
    json_object_set_new(data, "reporter",
                        json_pack("{s:o, s:o}", "name", view_text_json(name), "contact", view_text_json(contact)));
    return respond_page(rq, "leads/reporter", data);
}

struct err *leads_sealed_list(struct req *rq)
{
    struct leads_q_sealed_leads *rows;
    int n;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(leads_q_sealed_leads(&tx, &rq->who->scope, who_barred_text(rq->arena, rq->who), &rows, &n));
    }
    json_t *all = json_array(), *labels = json_array();
    for (int i = 0; i < n; i++) {
        json_t *o = json_pack("{s:I, s:s, s:o, s:I, s:o, s:I}", "id", (json_int_t)rows[i].id, "number", rows[i].number,
                              "received_on", view_date_json(rows[i].received_on), "looks", (json_int_t)rows[i].looks,
                              "last", view_date_json(rows[i].last), "asked", (json_int_t)rows[i].released);
        json_t *l = json_deep_copy(o);
        json_object_set_new(l, "href",
                            json_string(arena_printf(rq->arena, "/lead/%lld/reporter", (long long)rows[i].id)));
        json_object_set_new(l, "any_asked", json_boolean(rows[i].released > 0));
        json_array_append_new(labels, l);
        json_array_append_new(all, o);
    }
    rq->labels = json_pack("{s:o, s:b}", "rows", labels, "any", n > 0);
    return respond_page(rq, "leads/sealed", json_pack("{s:o}", "rows", all));
}
