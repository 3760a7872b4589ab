/* office_pages.c: which office one acts in and what one signed (GET /office), who holds which office (/admin/offices),
 * what each may (/admin/matrix, for everyone signed in), the most secret class kept here (/admin/classes). */
#include <string.h>

#include "admin/offices.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/vec.h"
#include "modules/admin/queries.h"
#include "record/codes.h"
#include "view/view.h"

static const char *role_name(const struct req *rq, const char *role)
{
    return codes_label("auth.role", role, rq->lang == LANG_EN);
}

static const char *branch_name(const struct req *rq, const char *branch)
{
    return branch == NULL ? NULL : codes_label("auth.branch", branch, rq->lang == LANG_EN);
}

/* ---- one's own ---- */
static json_t *held_json(const struct req *rq, const struct office *all, int n, bool words)
{
    json_t *out = json_array();
    for (int i = 0; i < n; i++) {
        const struct office *o = &all[i];
        json_array_append_new(out, json_pack("{s:I, s:s, s:o, s:o, s:b, s:b}", "id", (json_int_t)o->id, "role",
                                             words ? role_name(rq, o->role) : o->role, "branch",
                                             view_text_json(words ? branch_name(rq, o->branch) : o->branch), "unit",
                                             view_text_json(o->unit_name), "deputy", o->deputy, "acting",
                                             o->id == rq->who->office));
    }
    return out;
}

static json_t *signed_json(const struct req *rq, const struct admin_q_signatures *all, int n, bool words)
{
    json_t *out = json_array();
    char at[CLOCK_TEXT];
    for (int i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{s:I, s:s, s:s, s:s, s:I, s:s, s:s}", "id", (json_int_t)all[i].id, "at",
                                             words ? clock_local(all[i].at, at) : clock_iso(all[i].at, at), "role",
                                             words ? role_name(rq, all[i].role) : all[i].role, "flow",
                                             words ? text_get(rq->lang, all[i].flow) : all[i].flow, "matter",
                                             (json_int_t)all[i].matter, "text", all[i].text, "hash", all[i].hash));
    return out;
}

struct err *office_page(struct req *rq)
{
    struct office *held;
    struct admin_q_signatures *given;
    int n, n_given;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(office_list(&tx, rq->who->account, rq->today, &held, &n));
    TRY(admin_q_signatures(&tx, rq->who->account, &given, &n_given));
    TRY(db_commit(&tx));
    rq->labels = json_pack("{s:o, s:o, s:b}", "held", held_json(rq, held, n, true), "signed",
                           signed_json(rq, given, n_given, true), "any", n > 0);
    return respond_page(rq, "admin/office",
                        json_pack("{s:o, s:o}", "offices", held_json(rq, held, n, false), "signed",
                                  signed_json(rq, given, n_given, false)));
}

/* ---- who holds which office ---- */
static const char *dots(struct arena *a, const char *iso)
{
    struct date d;
    char text[DATE_TEXT];
    return iso != NULL && date_parse(iso, &d) ? arena_strdup(a, date_dots(d, text)) : "";
}

static json_t *held_by(struct req *rq, const struct admin_q_offices *o, bool may_write)
{
    return json_pack("{s:I, s:s, s:o, s:s, s:s, s:s, s:s, s:o, s:b, s:b}", "id", (json_int_t)o->id, "role",
                     role_name(rq, o->role), "branch", view_text_json(branch_name(rq, o->branch)), "holder", o->name,
                     "username", o->username, "from_on", dots(rq->arena, o->from_on), "to_on",
                     dots(rq->arena, o->to_on), "successor", view_text_json(o->successor), "deputy", o->deputy != 0,
                     "may_write", may_write);
}

struct err *offices_page(struct req *rq)
{
    struct admin_q_offices *all;
    int n;
    char today[DATE_TEXT];
    bool may_write = req_may(rq, "admin.office.write");
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(admin_q_offices(&tx, date_iso(rq->today, today), &all, &n));
    TRY(db_commit(&tx));
    json_t *units = json_array(), *rows = json_array(), *offices = NULL;
    for (int i = 0; i < n; i++) {
        const struct admin_q_offices *o = &all[i];
        if (i == 0 || o->unit != all[i - 1].unit) {
            const char *name = o->unit_name != NULL ? o->unit_name : tr(rq, "admin.offices.no_unit");
            json_array_append_new(units, json_pack("{s:s, s:o}", "name", name, "offices", offices = json_array()));
        }
        json_array_append_new(offices, held_by(rq, o, may_write));
        json_array_append_new(rows, json_pack("{s:I, s:o, s:s, s:o, s:s, s:s, s:o, s:b}", "id", (json_int_t)o->id,
                                              "unit", view_id_json(o->unit), "role", o->role, "branch",
                                              view_text_json(o->branch), "username", o->username, "from_on", o->from_on,
                                              "to_on", view_text_json(o->to_on), "deputy", o->deputy != 0));
    }
    rq->labels = json_pack("{s:o, s:b}", "units", units, "may_write", may_write);
    return respond_page(rq, "admin/offices", json_pack("{s:o}", "rows", rows));
}

/* ---- the matrix ---- */
struct matrix {
    struct arena *a;
    VEC(const char *) stems; /* "roster.post": what capabilities are about, in order of the routes */
    VEC(const struct route *) routes;
};

static const char *stem_of(struct arena *a, const char *capability)
{
    const char *dot = strrchr(capability, '.');
    return dot == NULL ? NULL : arena_strndup(a, capability, (size_t)(dot - capability));
}

static void take_route(void *ctx, const struct route *r)
{
    struct matrix *m = ctx;
    const char *stem = stem_of(m->a, r->capability);
    if (stem == NULL)
        return;
    *VEC_PUSH(&m->routes, m->a) = r;
    for (size_t i = 0; i < m->stems.n; i++)
        if (strcmp(m->stems.p[i], stem) == 0)
            return;
    *VEC_PUSH(&m->stems, m->a) = stem;
}

/* What the role may do about the stem, as words: "read, write"; verbs gets the codes. */
static const char *verbs_of(struct req *rq, const struct matrix *m, const char *stem, const struct auth_role *role,
                            json_t *verbs)
{
    static const char *const known[] = {"read", "write", "export", "import", "answer", NULL};
    struct buf b = BUF(rq->arena);
    size_t n = strlen(stem);
    for (size_t i = 0; i < m->routes.n; i++) {
        const struct route *r = m->routes.p[i];
        const char *verb = r->capability + n + 1;
        if (strncmp(r->capability, stem, n) != 0 || r->capability[n] != '.' || strchr(verb, '.') != NULL ||
            !auth_role_may(role, r->capability) || role->sees < r->needs)
            continue;
        bool there = false;
        for (size_t k = 0; k < json_array_size(verbs); k++)
            there |= strcmp(json_string_value(json_array_get(verbs, k)), verb) == 0;
        if (there)
            continue;
        json_array_append_new(verbs, json_string(verb));
        int k = 0;
        while (known[k] != NULL && strcmp(known[k], verb) != 0)
            k++;
        buf_puts(&b, b.n > 0 ? text_sign(rq->lang, SIGN_LIST) : "");
        buf_puts(&b, known[k] != NULL ? tr(rq, arena_printf(rq->arena, "admin.may.%s", verb)) : tr(rq, "admin.may.do"));
    }
    return b.n == 0 ? tr(rq, "admin.matrix.nothing") : buf_str(&b);
}

static const char *stem_name(struct req *rq, const char *stem)
{
    const struct record *rec = record_find(strncmp(stem, "admin.kernel.", 13) == 0 ? stem + 6 : stem);
    return rec != NULL && rec->list != NULL ? tr(rq, rec->name) : "";
}

static void put_roles(struct req *rq, json_t *labels, json_t *data)
{
    static const char *const reaches[] = {"nowhere", "unit", "district"};
    const struct auth_role *r;
    for (int i = 0; (r = auth_role_at(i)) != NULL; i++) {
        const char *reach = reaches[r->reach], *class = class_names[r->sees];
        json_array_append_new(labels,
                              json_pack("{s:s, s:s, s:s, s:s}", "name", role_name(rq, r->code), "reach",
                                        tr(rq, arena_printf(rq->arena, "admin.matrix.reach.%s", reach)), "sees",
                                        tr(rq, arena_printf(rq->arena, "face.class.%s", class)), "signs",
                                        r->signs ? tr(rq, "admin.matrix.yes") : tr(rq, "admin.matrix.nothing")));
        json_array_append_new(data, json_pack("{s:s, s:s, s:s, s:b, s:b}", "code", r->code, "reach", reach, "sees",
                                              class, "signs", r->signs, "administrator", r->administrator));
    }
}

struct err *matrix_page(struct req *rq)
{
    struct matrix m = {.a = rq->arena};
    const struct auth_role *r;
    web_each_route(rq->web, take_route, &m);
    json_t *role_labels = json_array(), *roles = json_array(), *row_labels = json_array(), *rows = json_array();
    put_roles(rq, role_labels, roles);
    for (size_t s = 0; s < m.stems.n; s++) {
        const char *stem = m.stems.p[s];
        json_t *cells = json_array(), *may = json_object();
        for (int i = 0; (r = auth_role_at(i)) != NULL; i++) {
            json_t *verbs = json_array();
            json_array_append_new(cells, json_string(verbs_of(rq, &m, stem, r, verbs)));
            json_object_set_new(may, r->code, verbs);
        }
        json_array_append_new(row_labels,
                              json_pack("{s:s, s:s, s:o}", "name", stem_name(rq, stem), "code", stem, "cells", cells));
        json_array_append_new(rows, json_pack("{s:s, s:o}", "about", stem, "may", may));
    }
    rq->labels = json_pack("{s:o, s:o}", "roles", role_labels, "rows", row_labels);
    return respond_page(rq, "admin/matrix", json_pack("{s:o, s:o}", "roles", roles, "rows", rows));
}

/* ---- classes ---- */
static struct err *classes(struct req *rq, const struct err *wrong)
{
    const char *most;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(setting_get(&tx, "class_most", "sealed", &most));
    json_t *all = json_array();
    for (int i = CLASS_INTERNAL; i <= CLASS_SEALED; i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "code", class_names[i], "name",
                                             tr(rq, arena_printf(rq->arena, "face.class.%s", class_names[i])), "chosen",
                                             strcmp(class_names[i], most) == 0));
    enum class known;
    bool unknown = setting_class_most(&tx, &known) != NULL;
    rq->labels = json_pack("{s:o, s:b}", "classes", all, "unknown", unknown);
    json_t *data = json_pack("{s:s}", "most", most);
    return wrong == NULL ? respond_page(rq, "admin/classes", data) : respond_form(rq, "admin/classes", data, wrong);
}

struct err *classes_page(struct req *rq)
{
    return classes(rq, NULL);
}

struct err *classes_save(struct req *rq)
{
    const char *most = req_form(rq, "most");
    int i = CLASS_INTERNAL;
    while (i <= CLASS_SEALED && (most == NULL || strcmp(class_names[i], most) != 0))
        i++;
    if (i > CLASS_SEALED)
        return classes(
            rq, err_field(err_say(ERR(rq->arena, ERR_INVALID, "no class"), "admin.classes.choose", NULL), "f-most"));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "admin.classes.changed", &c));
    TRY(setting_put(&c, "class_most", class_names[i]));
    TRY(change_commit(&c));
    return respond_see_other(rq, "/admin/classes");
}
