/* matter.c: GET /desk/{id}: one matter: where it stands, what can be done and why not, who did what, deadlines with
 * their arithmetic, signatures, papers. */
#include <string.h>

#include "base/clock.h"
#include "desk/desk.h"
#include "desk/page.h"
#include "face/show.h"
#include "flow/document.h"
#include "view/view.h"

/* What goes along with it and what it goes along with, as far as this reader sees them. */
static struct err *look_along(struct req *rq, struct db_tx *tx, struct matter_page *p)
{
    int64_t *ids, into = row_int(p->m->row, "merged");
    int n;
    TRY(flow_merged(tx, p->m->id, &ids, &n));
    p->along = arena_array(rq->arena, struct flow_matter *, n + 1);
    for (int i = 0; i <= n; i++) {
        struct flow_matter *m = NULL;
        int64_t id = i < n ? ids[i] : into;
        struct err *e = id == 0 ? NULL : flow_look(tx, rq->who, id, &m);
        if (e != NULL && e->kind != ERR_MISSING)
            return err_via(e, ERR_HERE);
        if (m != NULL && i < n)
            p->along[p->n_along++] = m;
        else if (m != NULL)
            p->with = m;
    }
    return NULL;
}

/* A department that reads what it delivered about somebody does not read his file, and the log must not tell him which
 * department it was (PET-2022-30-2). */
static struct err *shows(struct req *rq, struct db_tx *tx, const struct flow_matter *m)
{
    if (!m->flow->hidden || rq->who->branch == NULL)
        return req_shows(rq, tx, m->row);
    req_shows_nothing(rq);
    return NULL;
}

struct err *matter_open(struct req *rq, struct matter_page *p)
{
    *p = (struct matter_page){.rq = rq};
    struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    struct err *e = flow_look(&tx, rq->who, rq->id, &p->m);
    if (e == NULL)
        e = shows(rq, &tx, p->m);
    if (e == NULL)
        e = flow_choices(&tx, rq->who, p->m, &p->choices, &p->n_choices);
    if (e == NULL)
        e = calendar_read(&tx, &p->cal);
    int64_t behalf;
    if (e == NULL)
        e = flow_behalf(&tx, rq->who, p->m, &behalf, &p->behalf);
    if (e == NULL)
        e = desk_colleagues(&tx, rq->who, &p->colleagues, &p->colleague_names, &p->n_colleagues);
    if (e == NULL)
        e = document_list(&tx, rq->id, &p->documents, &p->n_documents);
    if (e == NULL)
        e = look_along(rq, &tx, p);
    if (e == NULL)
        matter_keep_told(p);
    if (e == NULL) {
        p->reader = matter_reader(rq->who);
        p->names = face_names_new(rq->arena, &p->reader);
        e = face_names_of_rows(p->names, &tx, &p->m->content, 1, NULL, 0);
    }
    if (e == NULL && p->m->member != 0)
        e = face_names_of(p->names, &tx, record_find("roster.member"), p->m->member);
    if (e == NULL && p->m->unit != 0)
        e = face_names_of(p->names, &tx, record_find("roster.unit"), p->m->unit);
    db_end(&tx);
    return e;
}

const char *matter_title(struct req *rq, const struct flow_matter *m)
{
    return tr(rq, "desk.title_of", "kind", desk_flow_name(rq->lang, m->flow->name), "title", row_text(m->row, "title"));
}

/* ---- data ---- */
static json_t *done_data(const struct flow_matter *m)
{
    json_t *all = json_array();
    for (int i = 0; i < m->n_done; i++) {
        const struct flow_done *d = &m->done[i];
        json_t *o =
            json_pack("{s:I, s:s, s:s, s:s, s:I, s:s}", "id", (json_int_t)d->id, "step", d->step, "to", d->to, "state",
                      d->waiting ? "waiting"
                      : d->void_ ? "void"
                                 : "taken",
                      "at", (json_int_t)d->at, "role", d->role);
        json_object_set_new(o, "from", view_text_json(d->from));
        json_object_set_new(o, "actor", json_string(d->actor));
        json_object_set_new(o, "on", view_date_json(d->on));
        json_object_set_new(o, "late", json_boolean(d->late));
        json_object_set_new(o, "paper", json_boolean(d->paper));
        json_object_set_new(o, "behalf", view_text_json(d->behalf_name));
        json_object_set_new(o, "reasons", view_text_json(d->reasons));
        json_object_set_new(o, "overridden", view_text_json(d->overridden));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *dues_data(const struct flow_matter *m)
{
    json_t *all = json_array();
    for (int i = 0; i < m->n_dues; i++) {
        const struct flow_deadline *d = &m->dues[i];
        json_t *o =
            json_pack("{s:s, s:s, s:i, s:s, s:b, s:i}", "name", d->name, "state", d->state, "n", d->due.n, "unit",
                      due_unit_name(d->due.unit), "provisional", d->due.provisional, "paused", d->paused);
        json_object_set_new(o, "basis", view_text_json(d->basis));
        json_object_set_new(o, "start", view_date_json(d->due.start));
        json_object_set_new(o, "plain", view_date_json(d->due.plain));
        json_object_set_new(o, "day", view_date_json(d->due.day));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *signs_data(const struct flow_matter *m)
{
    json_t *all = json_array();
    for (int i = 0; i < m->n_signs; i++) {
        const struct flow_signed *s = &m->signs[i];
        json_t *o = json_pack("{s:I, s:I, s:I, s:s, s:s, s:s}", "id", (json_int_t)s->id, "rev", (json_int_t)s->rev,
                              "step", (json_int_t)s->step, "sign", s->sign, "roles", s->roles, "state", s->state);
        json_object_set_new(o, "actor", view_text_json(s->actor));
        json_object_set_new(o, "reasons", view_text_json(s->reasons));
        json_object_set_new(o, "hash", view_text_json(s->hash));
        json_object_set_new(o, "at", view_id_json(s->at));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *content_data(const struct matter_page *p)
{
    json_t *o = json_object();
    const struct row *r = p->m->content;
    for (int i = 0; i < record_fields(r->of); i++)
        if (face_shown(r->of, i, &p->reader))
            json_object_set_new(o, r->of->fields[i].name, view_text_json(r->v[i]));
    return o;
}

static json_t *matter_data(const struct matter_page *p)
{
    const struct flow_matter *m = p->m;
    json_t *steps = json_array(), *papers = json_array();
    for (int i = 0; i < p->n_choices; i++)
        if (p->choices[i].mine)
            json_array_append_new(
                steps, json_pack("{s:s, s:b, s:o}", "step", p->choices[i].step->name, "can",
                                 p->choices[i].refused == NULL, "why_not",
                                 view_text_json(p->choices[i].refused == NULL ? NULL : p->choices[i].refused->say)));
    for (int i = 0; i < m->n_papers; i++)
        json_array_append_new(papers, json_pack("{s:I, s:I, s:s, s:s, s:s}", "id", (json_int_t)m->papers[i].id, "step",
                                                (json_int_t)m->papers[i].step, "kind", m->papers[i].kind, "name",
                                                m->papers[i].name, "type", m->papers[i].type));
    json_t *o = json_pack("{s:I, s:I, s:s, s:s, s:s}", "id", (json_int_t)m->id, "rev", (json_int_t)m->rev, "flow",
                          m->flow->name, "title", row_text(m->row, "title"), "state", m->state->name);
    json_object_set_new(o, "member", view_id_json(m->member));
    json_object_set_new(o, "unit", view_id_json(m->unit));
    json_object_set_new(o, "version", json_integer(row_int(m->row, "version")));
    json_object_set_new(o, "due_on", view_date_json(row_date(m->row, "due_on")));
    json_object_set_new(o, "receipt_on", view_date_json(row_date(m->row, "receipt_on")));
    json_object_set_new(o, "opened_on", view_date_json(row_date(m->row, "opened_on")));
    json_object_set_new(o, "closed_on", view_date_json(row_date(m->row, "closed_on")));
    json_object_set_new(o, "outcome", view_text_json(row_text(m->row, "outcome")));
    json_object_set_new(o, "paused_on", view_date_json(row_date(m->row, "paused_on")));
    json_object_set_new(o, "content", content_data(p));
    json_object_set_new(o, "steps", steps);
    json_object_set_new(o, "done", done_data(m));
    json_object_set_new(o, "deadlines", dues_data(m));
    json_object_set_new(o, "signatures", signs_data(m));
    json_object_set_new(o, "papers", papers);
    json_t *documents = json_array();
    for (int i = 0; i < p->n_documents; i++)
        json_array_append_new(documents, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)p->documents[i]->id, "template",
                                                   row_text(p->documents[i], "template"), "title",
                                                   row_text(p->documents[i], "title")));
    json_object_set_new(o, "documents", documents);
    json_t *along = json_array();
    for (int i = 0; i < p->n_along; i++)
        json_array_append_new(along, json_integer(p->along[i]->id));
    json_object_set_new(o, "merged", along);
    json_object_set_new(o, "merged_into", view_id_json(row_int(m->row, "merged")));
    return o;
}

/* ---- labels ---- */
static json_t *choice_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    bool first = true;
    for (int i = 0; i < p->n_choices; i++) {
        const struct flow_choice *c = &p->choices[i];
        if (!c->mine)
            continue;
        json_t *o =
            json_pack("{s:s, s:s, s:b}", "text", desk_step_name(rq->arena, rq->lang, p->m->flow->name, c->step->name),
                      "href", arena_printf(rq->arena, "/desk/%lld/step/%s", (long long)p->m->id, c->step->name), "main",
                      first && c->refused == NULL);
        json_object_set_new(o, "why_not",
                            view_text_json(c->refused == NULL ? NULL : text_err(rq->arena, rq->lang, c->refused)));
        first = first && c->refused != NULL;
        json_array_append_new(all, o);
    }
    return all;
}

/* "Reply: 23 Mar 2026 became 24 Mar 2026": what a change of the calendar moved. */
static const char *moved_words(struct req *rq, const struct flow_matter *m, const struct flow_done *d)
{
    json_t *o = strcmp(d->step, "recount") == 0 && d->given != NULL ? json_loads(d->given, 0, NULL) : NULL;
    const char *due = json_string_value(json_object_get(o, "due")), *days[2];
    const char *const keys[] = {"from", "to"};
    if (due == NULL)
        return NULL;
    for (int i = 0; i < 2; i++) {
        struct date day = DATE_NONE;
        const char *iso = json_string_value(json_object_get(o, keys[i]));
        struct buf b = BUF(rq->arena);
        if (iso != NULL && date_parse(iso, &day))
            view_date(&b, rq->lang, day);
        days[i] = buf_str(&b);
    }
    const char *words = tr(rq, "desk.moved", "due", desk_due_name(rq->arena, rq->lang, m->flow->name, due), "from",
                           days[0], "to", days[1]);
    json_decref(o);
    return words;
}

static json_t *done_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int i = 0; i < p->m->n_done; i++) {
        const struct flow_done *d = &p->m->done[i];
        json_t *o =
            json_pack("{s:s, s:s, s:s, s:I}", "step", desk_step_name(rq->arena, rq->lang, p->m->flow->name, d->step),
                      "actor", d->actor, "role", desk_role_name(rq->arena, rq->lang, d->role), "at", (json_int_t)d->at);
        if (d->paper) { /* the person's own act, by another's hand */
            json_object_set_new(o, "actor", json_string(desk_role_name(rq->arena, rq->lang, d->role)));
            json_object_set_new(o, "role", json_string(tr(rq, "desk.entered_by", "name", d->actor)));
        }
        json_object_set_new(o, "behalf",
                            view_text_json(d->behalf_name == NULL ? NULL : tr(rq, "desk.for", "name", d->behalf_name)));
        json_object_set_new(o, "waiting", json_boolean(d->waiting));
        json_object_set_new(o, "void", json_boolean(d->void_));
        json_object_set_new(o, "late", json_boolean(d->late));
        json_object_set_new(o, "paper", json_boolean(d->paper));
        json_object_set_new(o, "on", view_date_json(d->on));
        const char *moved = moved_words(rq, p->m, d);
        json_object_set_new(o, "reasons", view_text_json(moved != NULL ? moved : d->reasons));
        json_object_set_new(o, "overridden", view_text_json(d->overridden));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *due_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int i = p->m->n_dues - 1; i >= 0; i--) {
        const struct flow_deadline *d = &p->m->dues[i];
        bool open = row_text(d->row, "ended_on") == NULL, paused = strcmp(d->state, "paused") == 0;
        struct desk_light l =
            desk_light(rq->arena, rq->lang, p->cal, &d->due, paused, p->m->state->wait == FLOW_PERSON, rq->today);
        json_t *o = json_pack("{s:s, s:s, s:b}", "name", desk_due_name(rq->arena, rq->lang, p->m->flow->name, d->name),
                              "arithmetic", l.arithmetic == NULL ? "" : l.arithmetic, "open", open);
        json_object_set_new(o, "basis", view_text_json(d->basis));
        json_object_set_new(
            o, "text", json_string(open ? l.text : tr(rq, strcmp(d->state, "met") == 0 ? "desk.met" : "desk.missed")));
        json_object_set_new(o, "look", json_string(open ? l.look : strcmp(d->state, "met") == 0 ? "good" : "over"));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *sign_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int i = 0; i < p->m->n_signs; i++) {
        const struct flow_signed *s = &p->m->signs[i];
        const char *key = arena_printf(rq->arena, "desk.sign.%s", s->state);
        json_t *o = json_pack("{s:s, s:s, s:b}", "sign", desk_sign_name(rq->arena, rq->lang, p->m->flow->name, s->sign),
                              "state", tr(rq, key), "given", strcmp(s->state, "given") == 0);
        const char *roles = s->roles;
        char *role;
        struct buf b = BUF(rq->arena);
        while (flow_next_word(rq->arena, &roles, &role, NULL))
            buf_printf(&b, "%s%s", b.n == 0 ? "" : text_sign(rq->lang, SIGN_LIST),
                       desk_role_name(rq->arena, rq->lang, role));
        json_object_set_new(o, "roles", json_string(buf_str(&b)));
        json_object_set_new(o, "actor", view_text_json(s->actor));
        json_object_set_new(o, "reasons", view_text_json(s->reasons));
        json_object_set_new(o, "at", view_id_json(s->at));
        const struct flow_sign *of = flow_sign_of(p->m->flow, s->sign);
        json_object_set_new(o, "basis", view_text_json(of == NULL ? NULL : of->basis));
        bool mine = strcmp(s->state, "wanted") == 0 && s->waits && flow_holds(rq->who, p->m, s->roles);
        json_object_set_new(
            o, "href",
            mine ? json_string(arena_printf(rq->arena, "/desk/%lld/sign/%lld", (long long)p->m->id, (long long)s->id))
                 : json_null());
        json_array_append_new(all, o);
    }
    return all;
}

json_t *matter_content(const struct matter_page *p)
{
    return face_row_words(p->rq->arena, p->rq->lang, p->m->content, &p->reader, p->names);
}

static json_t *paper_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int i = 0; i < p->m->n_papers; i++) {
        const struct flow_paper *f = &p->m->papers[i];
        json_array_append_new(
            all, json_pack("{s:s, s:s, s:s}", "name", f->name, "kind",
                           desk_paper_name(rq->arena, rq->lang, p->m->flow->name, f->kind), "href",
                           arena_printf(rq->arena, "/desk/%lld/paper/%lld", (long long)p->m->id, (long long)f->id)));
    }
    return all;
}

static json_t *document_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int i = 0; i < p->n_documents; i++) {
        const struct row *d = p->documents[i];
        json_t *o =
            json_pack("{s:s, s:s}", "title", row_text(d, "title"), "href",
                      arena_printf(rq->arena, "/desk/%lld/document/%lld", (long long)p->m->id, (long long)d->id));
        json_object_set_new(o, "number", view_text_json(row_text(d, "number")));
        json_object_set_new(o, "made_on", view_date_json(row_date(d, "made_on")));
        json_array_append_new(all, o);
    }
    return all;
}

/* Where the person asks to have a decision looked at again, once it was taken; NULL. */
static const char *appeal_path(const struct matter_page *p)
{
    char *step;
    for (const char *w = p->m->flow->appeal; flow_next_word(p->rq->arena, &w, &step, NULL);)
        for (int i = 0; i < p->m->n_done; i++)
            if (strcmp(p->m->done[i].step, step) == 0 && !p->m->done[i].void_ && !p->m->done[i].waiting)
                return arena_printf(p->rq->arena, "/my/appeal/%lld", (long long)p->m->id);
    return NULL;
}

/* The page a module keeps beside its matters, for whoever may enter it: a department may not. */
static json_t *beside(struct req *rq, const struct flow_matter *m)
{
    const struct flow *f = flow_find(m->flow->name);
    const char *at = f == NULL || f->beside == NULL || rq->who->branch != NULL ? NULL : strstr(f->beside, "{id}");
    if (at == NULL)
        return json_null();
    return json_pack(
        "{s:s, s:s}", "text", tr(rq, arena_printf(rq->arena, "%s.beside", f->name)), "href",
        arena_printf(rq->arena, "%.*s%lld%s", (int)(at - f->beside), f->beside, (long long)m->id, at + strlen("{id}")));
}

/* The matters that go along, and the one it goes along with: each by its own title, which carries its number. */
static void along_labels(const struct matter_page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int i = 0; i < p->n_along; i++) {
        const struct flow_matter *m = p->along[i];
        json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o, s:b, s:I, s:I}", "title", row_text(m->row, "title"),
                                             "href", desk_path(rq->arena, m->id), "state",
                                             desk_state_name(rq->arena, rq->lang, m->flow->name, m->state->name),
                                             "due_on", view_date_json(row_date(m->row, "due_on")), "can_split",
                                             m->state->wait != FLOW_END, "id_along", (json_int_t)m->id, "rev_along",
                                             (json_int_t)m->rev));
    }
    json_object_set_new(rq->labels, "any_along", json_boolean(p->n_along > 0));
    json_object_set_new(rq->labels, "along", all);
    if (row_int(p->m->row, "merged") == 0)
        return;
    json_t *with = json_object();
    json_object_set_new(with, "title",
                        json_string(p->with == NULL ? tr(rq, "desk.another") : row_text(p->with->row, "title")));
    json_object_set_new(with, "href", p->with == NULL ? json_null() : json_string(desk_path(rq->arena, p->with->id)));
    json_object_set_new(rq->labels, "with", with);
}

void matter_labels(struct matter_page *p)
{
    struct req *rq = p->rq;
    const struct flow_matter *m = p->m;
    const char *owner = row_text(m->row, "owner");
    bool in_scope = false, own = m->member != 0 && rq->who->member == m->member;
    const char *who =
        m->member == 0 ? NULL
                       : face_name(p->names, rq->arena, rq->lang, record_find("roster.member"), m->member, &in_scope);
    rq->labels = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "title", matter_title(rq, m), "kind",
                           desk_flow_name(rq->lang, m->flow->name), "state",
                           desk_state_name(rq->arena, rq->lang, m->flow->name, m->state->name), "choices",
                           choice_labels(p), "done", done_labels(p), "dues", due_labels(p), "signs", sign_labels(p),
                           "content", matter_content(p), "papers", paper_labels(p));
    json_object_set_new(rq->labels, "who", view_text_json(who));
    json_object_set_new(rq->labels, "who_href",
                        in_scope && !own
                            ? json_string(arena_printf(rq->arena, "/roster/member/%lld", (long long)m->member))
                            : json_null());
    json_object_set_new(rq->labels, "waits",
                        view_text_json(owner == NULL ? NULL : desk_role_name(rq->arena, rq->lang, owner)));
    along_labels(p);
    json_object_set_new(rq->labels, "beside", beside(rq, m));
    json_object_set_new(rq->labels, "appeal", view_text_json(own ? appeal_path(p) : NULL));
    json_object_set_new(rq->labels, "any_sign", json_boolean(m->n_signs > 0));
    json_object_set_new(rq->labels, "any_paper", json_boolean(m->n_papers > 0));
    json_object_set_new(rq->labels, "documents", document_labels(p));
    json_object_set_new(rq->labels, "any_document", json_boolean(p->n_documents > 0));
    json_object_set_new(rq->labels, "any_due", json_boolean(m->n_dues > 0));
    json_object_set_new(rq->labels, "pending", json_boolean(row_int(m->row, "pending") != 0));
    json_object_set_new(rq->labels, "paused", view_text_json(row_text(m->row, "pause_ground")));
    json_object_set_new(rq->labels, "manage", json_boolean(!own && m->state->wait != FLOW_END));
    json_object_set_new(rq->labels, "behalf",
                        view_text_json(p->behalf == NULL ? NULL : tr(rq, "desk.for_say", "name", p->behalf)));
    json_object_set_new(rq->labels, "colleagues",
                        desk_colleagues_json(p->colleagues, p->colleague_names, p->n_colleagues, NULL));
    json_object_set_new(rq->labels, "any_colleague", json_boolean(p->n_colleagues > 0));
    json_object_set_new(rq->labels, "drawing",
                        json_string(arena_printf(rq->arena, "/desk/%lld/drawing", (long long)m->id)));
}

struct err *desk_matter_page(struct req *rq)
{
    struct matter_page p;
    TRY(matter_open(rq, &p));
    TRY(desk_notices_seen(rq, p.m->id));
    matter_labels(&p);
    return respond_page(rq, "desk/matter", matter_data(&p));
}
