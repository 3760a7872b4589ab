/* step.c: the form of a step, for opening a matter and for moving it: fields and papers the declaration names, reasons,
 * the day, paper instead of the person's own hand. Everything wrong comes at once; what was typed is kept. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "desk/page.h"
#include "face/form.h"
#include "view/view.h"

enum { FILES_MOST = 20, FILE_MOST = 32 << 20 };

struct step_form {
    struct req *rq;
    const struct flow *flow;
    const struct flow_step *step;
    struct flow_matter *m; /* NULL: opens one */
    struct row *row;       /* content with what was typed */
    struct form form;
    struct flow_input in;
    struct flow_file files[FILES_MOST];
    const char *title;
    int64_t rev;
    const char *behalf; /* the handler on leave for whom it is done; NULL */
};

struct who matter_reader(const struct who *who)
{
    struct who w = *who;
    if (w.sees < CLASS_CASE)
        w.sees = CLASS_CASE; /* the engine let him see this one matter */
    if (w.member != 0 && w.scope.n == 0)
        w.scope = (struct scope)SCOPE_ALL; /* names in the person's own matter */
    return w;
}

/* ---- what came ---- */
/* What a file is by its first bytes; a name or a header that says otherwise does not count. NULL: not taken. */
static const char *type_of(const unsigned char *p, size_t n)
{
    static const struct {
        const char *magic;
        size_t n;
        const char *type;
    } known[] = {{"%PDF-", 5, "application/pdf"},
                 {"\xff\xd8\xff", 3, "image/jpeg"},
                 {"\x89PNG\r\n\x1a\n", 8, "image/png"},
                 {"II*\0", 4, "image/tiff"},
                 {"MM\0*", 4, "image/tiff"},
                 {"PK\3\4", 4, "application/zip"}}; /* docx, xlsx, ofd */
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= known[i].n && memcmp(p, known[i].magic, known[i].n) == 0)
            return known[i].type;
    return NULL;
}

static bool kind_wanted(const struct step_form *s, const char *kind)
{
    return flow_word(s->step->papers, kind, NULL) || (s->in.paper && strcmp(kind, "scan") == 0);
}

static struct err *read_file(struct arena *a, const struct upload *u, struct flow_file *out)
{
    if (u->size > FILE_MOST)
        return err_field(err_say(ERR(a, ERR_INVALID, "file of %lld bytes", (long long)u->size), "desk.paper_big", NULL),
                         u->field);
    unsigned char *bytes = arena_alloc(a, (size_t)u->size);
    for (int64_t at = 0; at < u->size;) {
        ssize_t got = pread(u->fd, bytes + at, (size_t)(u->size - at), at);
        if (got <= 0)
            return ERR(a, ERR_FAULT, "an upload cannot be read back");
        at += got;
    }
    const char *type = type_of(bytes, (size_t)u->size), *kind = u->field + strlen("paper.");
    if (type == NULL)
        return err_field(
            err_say(ERR(a, ERR_INVALID, "file '%.60s' is of no known type", u->filename), "desk.paper_type", NULL),
            u->field);
    *out = (struct flow_file){kind, *u->filename == '\0' ? kind : u->filename, type, bytes, (size_t)u->size};
    return NULL;
}

struct err *desk_upload(struct req *rq, const char *name, struct flow_file *file, struct flow_input *in)
{
    const struct upload *u = req_file(rq, name);
    if (u == NULL || u->size == 0)
        return NULL;
    TRY(read_file(rq->arena, u, file));
    in->files = file;
    in->n_files = 1;
    return NULL;
}

static struct err *take_file(struct step_form *s, const struct upload *u, struct err **wrong)
{
    const char *kind = strncmp(u->field, "paper.", 6) == 0 ? u->field + 6 : "";
    if (u->size == 0 || !kind_wanted(s, kind) || s->in.n_files == FILES_MOST)
        return NULL;
    struct err *e = read_file(s->rq->arena, u, &s->files[s->in.n_files]);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    s->in.n_files += e == NULL;
    err_join(wrong, e);
    return NULL;
}

static struct err *take_files(struct step_form *s, struct err **wrong)
{
    size_t n;
    const struct upload *all = req_files(s->rq, &n);
    s->in.files = s->files;
    for (size_t i = 0; i < n; i++)
        TRY(take_file(s, &all[i], wrong));
    return NULL;
}

static const char *sent(struct req *rq, const char *name)
{
    const char *v = req_form(rq, name);
    return v == NULL || *v == '\0' ? NULL : v;
}

/* Fields of the step only; whatever else was sent is not looked at. body NULL: as a form. */
static void take_fields(struct step_form *s, const json_t *body)
{
    struct req *rq = s->rq;
    const struct record *rec = s->row->of;
    s->form = (struct form){.rec = rec, .typed = arena_array(rq->arena, const char *, record_fields(rec) + 1)};
    char *name;
    for (const char *p = s->step->fields; flow_next_word(rq->arena, &p, &name, NULL);)
        s->form.typed[record_field(rec, name)] =
            body == NULL ? req_form(rq, name) : face_form_typed(rq->arena, json_object_get(body, name));
}

static struct err *take_json(struct step_form *s)
{
    struct req *rq = s->rq;
    json_t *body;
    TRY(req_json(rq, &body));
    take_fields(s, body);
    s->in.reasons = json_string_value(json_object_get(body, "reasons"));
    s->title = json_string_value(json_object_get(body, "title"));
    s->rev = json_integer_value(json_object_get(body, "rev"));
    const char *on = json_string_value(json_object_get(body, "on"));
    if (on != NULL && !date_parse(on, &s->in.on))
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "on '%.20s'", on), "field.date", "value", on, NULL), "on");
    s->in.override = json_is_true(json_object_get(body, "override"));
    return NULL;
}

static struct err *take_form(struct step_form *s, struct err **wrong)
{
    struct req *rq = s->rq;
    const char *on = sent(rq, "on"), *out = NULL, *rev = sent(rq, "rev");
    take_fields(s, NULL);
    s->in.reasons = sent(rq, "reasons");
    s->in.paper = sent(rq, "paper") != NULL;
    s->in.override = sent(rq, "override") != NULL;
    s->title = sent(rq, "title");
    s->rev = rev == NULL ? 0 : strtoll(rev, NULL, 10);
    if (on != NULL) {
        struct err *e =
            record_parse(rq->arena, &flow_step_record, record_field(&flow_step_record, "happened_on"), on, &out);
        if (e != NULL)
            e->field = "on";
        err_join(wrong, e);
        if (e == NULL && out != NULL && !date_parse(out, &s->in.on))
            s->in.on = DATE_UNKNOWN;
    }
    return take_files(s, wrong);
}

/* ---- the form ---- */
static json_t *fields_of(struct step_form *s, const struct err *e)
{
    struct req *rq = s->rq;
    json_t *all = json_array();
    struct who reader = matter_reader(rq->who);
    const struct who *before = rq->who;
    rq->who = &reader;
    json_t *every =
        face_form_fields(rq, s->row, s->form.rec == NULL ? NULL : &s->form, face_names_new(rq->arena, rq->who), e);
    rq->who = before;
    char *name;
    bool must;
    for (const char *p = s->step->fields; flow_next_word(rq->arena, &p, &name, &must);) {
        size_t i;
        json_t *f;
        json_array_foreach(every, i, f)
        {
            if (strcmp(json_string_value(json_object_get(f, "name")), name) != 0)
                continue;
            json_object_set_new(f, "required", json_boolean(must));
            json_array_append(all, f);
        }
    }
    json_decref(every);
    return all;
}

static json_t *papers_of(struct step_form *s, const struct err *e)
{
    struct req *rq = s->rq;
    json_t *all = json_array();
    char *kind;
    bool must;
    for (const char *p = s->step->papers; flow_next_word(rq->arena, &p, &kind, &must);) {
        const char *field = arena_printf(rq->arena, "paper.%s", kind);
        json_array_append_new(all, json_pack("{s:s, s:s, s:b, s:o}", "name", field, "label",
                                             desk_paper_name(rq->arena, rq->lang, s->flow->name, kind), "required",
                                             must, "bad", view_text_json(form_wrong(rq, e, field))));
    }
    return all;
}

const char *desk_paper_name(struct arena *a, enum lang lang, const char *flow, const char *kind)
{
    const char *own = arena_printf(a, "%s.paper.%s", flow, kind), *common = arena_printf(a, "flow.paper.%s", kind);
    return text_get(lang, text_has(lang, own) ? own : common);
}

/* May this person only be entering what came on paper? */
static bool only_paper(const struct step_form *s)
{
    return s->m != NULL && flow_word(s->step->by, "person", NULL) && !flow_holds(s->rq->who, s->m, s->step->by);
}

static void put_labels(struct step_form *s, const struct err *e)
{
    struct req *rq = s->rq;
    const char *step = desk_step_name(rq->arena, rq->lang, s->flow->name, s->step->name);
    const char *action = s->m == NULL
                             ? arena_printf(rq->arena, "/desk/open/%s", s->flow->name)
                             : arena_printf(rq->arena, "/desk/%lld/step/%s", (long long)s->m->id, s->step->name);
    const char *back = s->m == NULL ? "/desk" : desk_path(rq->arena, s->m->id);
    char iso[DATE_TEXT];
    rq->labels = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:b, s:b}", "step", step, "kind",
                           desk_flow_name(rq->lang, s->flow->name), "action", action, "back", back, "fields",
                           fields_of(s, e), "papers", papers_of(s, e), "reasons", s->step->reasons, "receipt",
                           s->step->receipt, "paper", only_paper(s), "opens", s->m == NULL);
    if (s->m != NULL)
        json_object_set_new(rq->labels, "title", json_string(matter_title(rq, s->m)));
    json_object_set_new(rq->labels, "typed_title", view_text_json(s->title));
    json_object_set_new(rq->labels, "typed_reasons", view_text_json(s->in.reasons));
    json_object_set_new(rq->labels, "typed_on", view_text_json(date_is(s->in.on) ? date_dots(s->in.on, iso) : NULL));
    json_object_set_new(rq->labels, "bad_reasons", view_text_json(form_wrong(rq, e, "reasons")));
    json_object_set_new(rq->labels, "bad_title", view_text_json(form_wrong(rq, e, "title")));
    json_object_set_new(rq->labels, "bad_on", view_text_json(form_wrong(rq, e, "on")));
    json_object_set_new(rq->labels, "bad_scan", view_text_json(form_wrong(rq, e, "paper.scan")));
    json_object_set_new(rq->labels, "override",
                        json_boolean(s->step->override != NULL && s->in.blocked != NULL && *s->in.blocked != '\0'));
    json_object_set_new(rq->labels, "signs", json_boolean(s->step->signs != NULL));
    if (s->behalf != NULL)
        json_object_set_new(rq->labels, "behalf", json_string(tr(rq, "desk.for_say", "name", s->behalf)));
    if (s->step->against)
        json_object_set_new(rq->labels, "against", json_true());
}

static json_t *form_data(const struct step_form *s)
{
    json_t *o = json_pack("{s:s, s:s}", "flow", s->flow->name, "step", s->step->name);
    json_object_set_new(o, "id", s->m == NULL ? json_null() : json_integer(s->m->id));
    json_object_set_new(o, "rev", s->m == NULL ? json_null() : json_integer(s->m->rev));
    return o;
}

/* ---- moving a matter ---- */
static struct err *step_of(struct req *rq, struct matter_page *p, struct step_form *s)
{
    *s = (struct step_form){.rq = rq};
    TRY(matter_open(rq, p));
    s->m = p->m;
    s->behalf = p->behalf;
    s->flow = p->m->flow;
    s->step = flow_step_of(s->flow, req_param(rq, "step"));
    if (s->step == NULL || *s->step->from == '\0')
        return ERR(rq->arena, ERR_MISSING, "flow %s has no step '%.40s'", s->flow->name, req_param(rq, "step"));
    s->row = row_copy(rq->arena, p->m->content);
    return NULL;
}

struct err *desk_step_page(struct req *rq)
{
    struct matter_page p;
    struct step_form s;
    TRY(step_of(rq, &p, &s));
    put_labels(&s, NULL);
    return respond_page(rq, "desk/step", form_data(&s));
}

/* Puts what was typed into the content, in a change of its own: only to check it. */
static struct err *apply(struct step_form *s, struct change *c, struct err **wrong)
{
    struct who reader = matter_reader(s->rq->who);
    return face_form_apply(&c->tx, &reader, &s->form, s->row, wrong);
}

static bool form_error(const struct err *e)
{
    return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_DENIED;
}

/* What the engine found beyond what could not be read as typed. */
static void join_new(struct err **wrong, struct err *more)
{
    for (struct err *next; more != NULL; more = next) {
        next = more->next;
        more->next = NULL;
        if (more->field == NULL || !face_form_has_error(*wrong, more->field))
            err_join(wrong, more);
    }
}

static struct err *move(struct step_form *s, struct err **wrong)
{
    struct req *rq = s->rq;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, s->step->name, &c));
    TRY(apply(s, &c, wrong));
    s->in.values = s->row;
    struct err *e = flow_take(&c, s->m->id, s->rev, s->step->name, &s->in);
    if (e != NULL && !form_error(e))
        return err_via(e, ERR_HERE);
    join_new(wrong, e);
    return *wrong != NULL ? NULL : change_commit(&c);
}

struct err *desk_step_take(struct req *rq)
{
    struct matter_page p;
    struct step_form s;
    struct err *wrong = NULL;
    TRY(step_of(rq, &p, &s));
    TRY(rq->body != NULL ? take_json(&s) : take_form(&s, &wrong));
    TRY(flow_blocked(rq->db, rq->arena, s.step, s.m->member, &s.in.blocked));
    TRY(move(&s, &wrong));
    if (wrong != NULL) {
        put_labels(&s, wrong);
        return respond_form(rq, "desk/step", form_data(&s), wrong);
    }
    return respond_see_other(rq, "/desk/%lld", (long long)s.m->id);
}

/* ---- opening one ---- */
static struct err *opening_of(struct req *rq, struct step_form *s)
{
    *s = (struct step_form){.rq = rq};
    const struct flow_matter none = {0};
    s->flow = flow_find(req_param(rq, "flow"));
    for (const struct flow_step *t = s->flow == NULL ? NULL : s->flow->steps; t != NULL && t->name != NULL; t++)
        if (*t->from == '\0' && (s->step == NULL || flow_holds(rq->who, &none, t->by)))
            s->step = t;
    if (s->step == NULL)
        return ERR(rq->arena, ERR_MISSING, "no flow '%.40s'", req_param(rq, "flow"));
    if (!flow_holds(rq->who, &none, s->step->by))
        return err_say(ERR(rq->arena, ERR_DENIED, "role %s opens %s", rq->who->role, s->flow->name),
                       "flow.not_your_office", NULL);
    s->row = row_new(rq->arena, record_find(s->flow->name));
    return NULL;
}

struct err *desk_open_page(struct req *rq)
{
    struct step_form s;
    TRY(opening_of(rq, &s));
    size_t n;
    const struct pair *all = req_query_all(rq, &n); /* ?member=12 fills the form */
    s.form =
        (struct form){.rec = s.row->of, .typed = arena_array(rq->arena, const char *, record_fields(s.row->of) + 1)};
    for (size_t i = 0; i < n; i++)
        if (flow_word(s.step->fields, all[i].name, NULL))
            s.form.typed[record_field(s.row->of, all[i].name)] = all[i].value;
    put_labels(&s, NULL);
    return respond_page(rq, "desk/step", form_data(&s));
}

static struct err *open_it(struct step_form *s, struct err **wrong, int64_t *matter)
{
    struct req *rq = s->rq;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, s->step->name, &c));
    TRY(apply(s, &c, wrong));
    err_join(wrong, record_need(rq->arena, "title", s->title));
    s->in.values = s->row;
    struct err *e = flow_open(&c, s->flow, s->step->name, &s->in, s->title == NULL ? "-" : s->title, matter);
    if (e != NULL && !form_error(e))
        return err_via(e, ERR_HERE);
    join_new(wrong, e);
    return *wrong != NULL ? NULL : change_commit(&c);
}

struct err *desk_open_take(struct req *rq)
{
    struct step_form s;
    struct err *wrong = NULL;
    int64_t matter = 0, member = 0;
    TRY(opening_of(rq, &s));
    TRY(rq->body != NULL ? take_json(&s) : take_form(&s, &wrong));
    int f = record_field(s.row->of, "member");
    if (f >= 0 && s.form.typed[f] != NULL)
        member = strtoll(s.form.typed[f], NULL, 10);
    TRY(flow_blocked(rq->db, rq->arena, s.step, member, &s.in.blocked));
    TRY(open_it(&s, &wrong, &matter));
    if (wrong != NULL) {
        put_labels(&s, wrong);
        return respond_form(rq, "desk/step", form_data(&s), wrong);
    }
    return respond_see_other(rq, "/desk/%lld", (long long)matter);
}
