/* form.c: see form.h. */
#include "face/form.h"

#include <stdlib.h>
#include <string.h>

#include "face/sql.h"
#include "record/codes.h"

enum { SELECT_MOST = 60, WORD_SHORT = 20, NAME_SHORT = 24 /* bytes */ };

bool face_form_writes(const struct record *rec, int field, const struct who *who)
{
    enum field_type t = rec->fields[field].type;
    return t != FIELD_COMPUTED && t != FIELD_FILE && face_shown(rec, field, who);
}

/* ---- what was sent ---- */
const char *face_form_typed(struct arena *a, const json_t *v)
{
    if (json_is_null(v))
        return "";
    if (json_is_boolean(v))
        return json_is_true(v) ? "1" : "0";
    if (json_is_integer(v))
        return arena_printf(a, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return arena_printf(a, "%.10g", json_real_value(v));
    return json_string_value(v);
}

static void take_one(struct req *rq, struct form *f, const char *name, const char *typed)
{
    struct arena *a = rq->arena;
    int at = record_field(f->rec, name);
    if (strcmp(name, "rev") == 0) {
        f->rev = typed == NULL ? 0 : strtoll(typed, NULL, 10);
    } else if (strcmp(name, "change.what") == 0 || (at < 0 && strcmp(name, "reason") == 0)) {
        f->what = typed == NULL || *typed == '\0' ? NULL : typed;
    } else if (at < 0 || !face_form_writes(f->rec, at, rq->who) || typed == NULL) {
        struct err *e = ERR(a, ERR_INVALID, "'%.60s' is no field of %s that can be written", name, f->rec->name);
        err_join(&f->bad, err_field(err_say(e, "face.no_write", "name", name, NULL), name));
    } else {
        f->typed[at] = typed;
    }
}

static struct err *take_json(struct req *rq, struct form *f)
{
    json_t *body, *v;
    const char *name;
    TRY(req_json(rq, &body));
    if (!json_is_object(body))
        return err_say(ERR(rq->arena, ERR_INVALID, "the body is no JSON object"), "face.no_object", NULL);
    json_object_foreach(body, name, v)
    {
        if (strcmp(name, "id") != 0) /* a row that was read may be sent back whole */
            take_one(rq, f, name, face_form_typed(rq->arena, v));
    }
    return NULL;
}

struct err *face_form_take(struct req *rq, const struct record *rec, struct form *out)
{
    *out = (struct form){.rec = rec, .typed = arena_array(rq->arena, const char *, record_fields(rec))};
    if (rq->body != NULL)
        return take_json(rq, out);
    size_t n;
    const struct pair *p = req_form_all(rq, &n);
    for (size_t i = 0; i < n; i++) {
        int at = record_field(rec, p[i].name);
        if (strchr(p[i].name, '.') != NULL || strcmp(p[i].name, "rev") == 0 ||
            (at >= 0 && face_form_writes(rec, at, rq->who)))
            take_one(rq, out, p[i].name, p[i].value);
    }
    return NULL;
}

/* ---- values ---- */
static struct err *bad_ref(struct arena *a, const struct field *f, const char *typed, const char *say, int64_t n)
{
    struct err *e = ERR(a, ERR_INVALID, "field %s: '%.60s' is refused (%s)", f->name, typed, say);
    return err_field(err_say(e, say, "value", typed, "n", arena_printf(a, "%lld", (long long)n), NULL), f->name);
}

/* The row of exactly this name, if there is one and only one the person can see. */
static struct err *ref_by_name(struct db_tx *tx, const struct who *who, const struct field *f, const char *typed,
                               int64_t *out, struct err **wrong)
{
    const struct record *to = record_find(f->to);
    int title = face_title_field(to);
    struct face_query q;
    struct face_page page = {0};
    face_query_init(tx->arena, to, who, &q);
    struct err *e = face_cond_add(tx->arena, &q, arena_printf(tx->arena, "%s.eq", to->fields[title].name), typed);
    if (e == NULL && q.n_conds == 1) {
        q.limit = 3;
        TRY(face_list(tx, &q, &page));
    }
    if (page.n == 1)
        *out = page.rows[0]->id;
    else
        *wrong = bad_ref(tx->arena, f, typed, page.n == 0 ? "face.ref_none" : "face.ref_many", page.total);
    return NULL;
}

/* What a reference means: "12", "12 Name" or a name. It must be a row the person may point at: his own scope for what
 * decides where the row belongs, anything he may know the name of otherwise. */
static struct err *ref_read(struct db_tx *tx, const struct who *who, const struct record *rec, int field,
                            const char *typed, const char **out, struct err **wrong)
{
    const struct field *f = &rec->fields[field];
    const struct record *to = record_find(f->to);
    size_t digits = strspn(typed, "0123456789");
    int64_t id = 0;
    if (digits > 0 && digits < 19 && (typed[digits] == '\0' || typed[digits] == ' '))
        id = strtoll(typed, NULL, 10);
    else
        TRY(ref_by_name(tx, who, f, typed, &id, wrong));
    if (*wrong != NULL)
        return NULL;
    bool in_scope, owns = (rec->concerns != NULL && strcmp(rec->concerns, f->name) == 0) ||
                          (rec->unit != NULL && strcmp(rec->unit, f->name) == 0);
    struct face_names *names = face_names_new(tx->arena, who);
    TRY(face_names_of(names, tx, to, id));
    const char *name = face_name(names, tx->arena, LANG_ZH, to, id, &in_scope);
    if (id == 0 || (!in_scope && (owns || name == NULL)))
        *wrong = bad_ref(tx->arena, f, typed, "field.ref", 0);
    else
        *out = arena_printf(tx->arena, "%lld", (long long)id);
    return NULL;
}

static const char *trimmed(struct arena *a, const char *s)
{
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
        n--;
    return arena_strndup(a, s, n);
}

/* Names of codes in English, which record_parse does not know. */
static const char *english_code(const struct field *f, const char *typed)
{
    const struct code_list *l = codes_list(f->codes);
    if (codes_find(l, typed) > 0 || codes_find_name(l, typed) > 0)
        return typed;
    for (int i = 1; i <= codes_count(l); i++)
        if (strcasecmp(codes_name(l, i, true), typed) == 0)
            return codes_code(l, i);
    return typed;
}

static struct err *value_read(struct db_tx *tx, const struct who *who, const struct record *rec, int field,
                              const char *typed, const char **out, struct err **wrong)
{
    const struct field *f = &rec->fields[field];
    *out = NULL;
    *wrong = NULL;
    if (f->type == FIELD_REF) {
        typed = trimmed(tx->arena, typed);
        return *typed == '\0' ? NULL : ref_read(tx, who, rec, field, typed, out, wrong);
    }
    if (f->type == FIELD_CODE)
        typed = english_code(f, trimmed(tx->arena, typed));
    *wrong = record_parse(tx->arena, rec, field, typed, out);
    return NULL;
}

struct err *face_form_apply(struct db_tx *tx, const struct who *who, const struct form *f, struct row *row,
                            struct err **wrong)
{
    for (int i = 0; i < record_fields(f->rec); i++) {
        if (f->typed[i] == NULL)
            continue;
        const char *value;
        struct err *bad;
        struct face_names *none = NULL;
        /* what comes back as it was shown is no change, even when the name behind it is out of sight by now */
        if (row->v[i] != NULL && strcmp(face_typed(tx->arena, LANG_ZH, f->rec, i, row->v[i], none), f->typed[i]) == 0)
            continue;
        TRY(value_read(tx, who, f->rec, i, f->typed[i], &value, &bad));
        if (bad != NULL)
            err_join(wrong, bad);
        else
            row->v[i] = value;
    }
    return NULL;
}

/* ---- saving ---- */
bool face_form_has_error(const struct err *e, const char *field)
{
    for (; e != NULL; e = e->next)
        if (e->field != NULL && strcmp(e->field, field) == 0)
            return true;
    return false;
}

/* What was wrong as typed, then what the save found beyond it. */
static struct err *all_errors(struct err *wrong, struct err *saved)
{
    struct err *all = wrong, *next;
    for (; saved != NULL; saved = next) {
        next = saved->next;
        saved->next = NULL;
        if (saved->field == NULL || !face_form_has_error(wrong, saved->field))
            err_join(&all, saved);
    }
    return all;
}

/* A row written by somebody with a narrow scope must lie in it, or he would never see it again. */
static struct err *stays_in_scope(struct change *c, const struct row *row)
{
    const struct record *rec = row->of;
    if (!face_scope_matters(rec, &c->who->scope) || scope_has(&c->who->scope, row->scope))
        return NULL;
    const char *by = rec->tree != NULL ? rec->tree : rec->unit != NULL ? rec->unit : rec->concerns;
    struct err *e = ERR(c->tx.arena, ERR_INVALID, "%s would lie outside the scope of the account", rec->name);
    return err_field(err_say(e, "face.outside", NULL), by);
}

struct err *face_form_save(struct change *c, const struct form *f, struct row *row, int64_t rev, struct err **wrong)
{
    *wrong = f->bad;
    TRY(face_form_apply(&c->tx, c->who, f, row, wrong));
    struct err *e = record_save(c, f->rec, row, rev);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_CONFLICT)
        return e;
    if (e != NULL && e->kind == ERR_CONFLICT && e->field == NULL) /* what was typed must be compared anew first */
        *wrong = e;
    else
        *wrong = all_errors(*wrong, e != NULL ? e : stays_in_scope(c, row));
    return NULL;
}

/* ---- the form as the template shows it ---- */
static json_t *options(struct req *rq, const struct field *f, const char *chosen)
{
    const struct code_list *list = codes_list(f->codes);
    json_t *all = json_array();
    int at = *chosen == '\0' ? 0 : codes_find(list, chosen);
    for (int i = 1; i <= codes_count(list); i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "value", codes_code(list, i), "text",
                                             codes_name(list, i, rq->lang == LANG_EN), "chosen", i == at));
    return all;
}

/* Widths fit the content. */
static const char *choose_width(const struct field *f)
{
    const struct code_list *list = codes_list(f->codes);
    size_t longest = 0;
    for (int i = 1; i <= codes_count(list); i++)
        for (int english = 0; english < 2; english++) {
            size_t n = strlen(codes_name(list, i, english == 1));
            longest = n > longest ? n : longest;
        }
    return longest <= NAME_SHORT ? "w-m" : "";
}

static json_t *yes_or_no(struct req *rq, const char *chosen)
{
    bool yes = strcmp(chosen, "1") == 0, no = strcmp(chosen, "0") == 0;
    return json_pack("[{s:s, s:s, s:b}, {s:s, s:s, s:b}]", "value", "1", "text", text_get(rq->lang, "face.yes"),
                     "chosen", yes, "value", "0", "text", text_get(rq->lang, "face.no"), "chosen", no);
}

/* A long list of codes is typed with proposals: by name, or by code where two have one name. */
static const char *code_typed(struct req *rq, const struct field *f, const char *value)
{
    const struct code_list *list = codes_list(f->codes);
    int at = codes_find(list, value);
    if (at == 0 || codes_find_name(list, codes_name(list, at, false)) != at)
        return value;
    return codes_name(list, at, rq->lang == LANG_EN);
}

static void kind_put(struct req *rq, json_t *o, const struct record *rec, int field, const char *value)
{
    const struct field *f = &rec->fields[field];
    const char *list = arena_printf(rq->arena, "list-%s", f->name);
    switch (f->type) {
    case FIELD_LONG: json_object_set_new(o, "long", json_true()); break;
    case FIELD_BOOL:
        json_object_set_new(o, "choose", json_pack("{s:o, s:s}", "options", yes_or_no(rq, value), "width", "w-m"));
        break;
    case FIELD_CODE:
        if (codes_count(codes_list(f->codes)) <= SELECT_MOST) {
            json_object_set_new(o, "choose",
                                json_pack("{s:o, s:s}", "options", options(rq, f, value), "width", choose_width(f)));
            break;
        }
        json_object_set_new(o, "line", json_pack("{s:s, s:s}", "width", "w-l", "list", list));
        json_object_set_new(o, "proposals", json_pack("{s:s, s:o}", "list", list, "options", options(rq, f, "")));
        json_object_set_new(o, "value", json_string(code_typed(rq, f, value)));
        break;
    case FIELD_REF: json_object_set_new(o, "pick", json_pack("{s:s, s:s}", "list", list, "to", f->to)); break;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        json_object_set_new(
            o, "line", json_pack("{s:s, s:s}", "width", "w-m", "mode", f->type == FIELD_INT ? "numeric" : "decimal"));
        break;
    case FIELD_DATE:
    case FIELD_PDATE: json_object_set_new(o, "line", json_pack("{s:s}", "width", "w-m")); break;
    default:
        json_object_set_new(o, "line", json_pack("{s:s}", "width", f->max > 0 && f->max <= WORD_SHORT ? "w-m" : ""));
        break;
    }
}

static const char *usual_hint(struct req *rq, enum field_type type)
{
    switch (type) {
    case FIELD_DATE: return text_get(rq->lang, "face.hint.date");
    case FIELD_PDATE: return text_get(rq->lang, "face.hint.pdate");
    case FIELD_REF: return text_get(rq->lang, "face.hint.ref");
    case FIELD_MONEY: return text_get(rq->lang, "face.hint.money");
    default: return NULL;
    }
}

static const char *hint(struct req *rq, const struct record *rec, int field)
{
    const char *own = face_hint(rq->arena, rq->lang, rec, field), *usual = usual_hint(rq, rec->fields[field].type);
    if (own == NULL || usual == NULL)
        return own != NULL ? own : usual;
    return arena_printf(rq->arena, "%s%s%s", own, text_sign(rq->lang, SIGN_SEMICOLON), usual);
}

static json_t *one_field(struct req *rq, const struct row *row, int field, const struct form *f,
                         struct face_names *names, const struct err *errors)
{
    const struct field *d = &row->of->fields[field];
    const char *value = f != NULL && f->typed[field] != NULL
                            ? f->typed[field]
                            : face_typed(rq->arena, rq->lang, row->of, field, row->v[field], names);
    json_t *o = json_pack("{s:s, s:s, s:b, s:s}", "name", d->name, "label",
                          face_label(rq->arena, rq->lang, row->of, field), "required", d->required, "value", value);
    kind_put(rq, o, row->of, field, value);
    json_object_set_new(o, "hint", view_text_json(hint(rq, row->of, field)));
    const struct err *e = errors;
    while (e != NULL && (e->field == NULL || strcmp(e->field, d->name) != 0))
        e = e->next;
    json_object_set_new(o, "bad", view_text_json(e == NULL ? NULL : text_err(rq->arena, rq->lang, e)));
    return o;
}

json_t *face_form_fields(struct req *rq, const struct row *row, const struct form *f, struct face_names *names,
                         const struct err *errors)
{
    json_t *all = json_array();
    for (int i = 0; i < record_fields(row->of); i++)
        if (face_form_writes(row->of, i, rq->who))
            json_array_append_new(all, one_field(rq, row, i, f, names, errors));
    return all;
}
