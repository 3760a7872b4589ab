/* views.c: lists kept under a name: /face/view. What is kept is the address with its conditions, columns and order:
 * one's own, shared with the same office, or official. A view shows nothing by itself: whoever opens it sees what his
 * own office may. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "face/inner.h"
#include "record/codes.h"

static const struct field fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"role", FIELD_TEXT, .max = 60, .required = true, .index = true}, /* the office it was made in */
    {"shown", FIELD_CODE, .codes = "face.shown", .required = true, .index = true},
    {"name", FIELD_TEXT, .max = 60, .required = true},
    {"address", FIELD_TEXT, .max = 2000, .required = true, .class = CLASS_PERSONAL}, /* may hold a name looked for */
    {0}};
const struct record face_view_record = {.name = "face.view",
                                        .fields = fields,
                                        .title = "name",
                                        .purpose = "face.purpose.view",
                                        .basis = "kernel.basis.own",
                                        .readers = "supervision minister",
                                        .keep = "kernel.keep.setting",
                                        .keep_from = "change",
                                        .class = CLASS_INTERNAL,
                                        .guarded = true};

/* The page of the address: one a module made, or a list derived here; NULL when there is none. */
static const struct route *page_at(const char *path)
{
    for (const struct module *const *m = face_modules; m != NULL && *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++)
            if (r->method == GET && strcmp(r->path, path) == 0)
                return r;
    return NULL;
}

static const struct record *list_of(struct arena *a, const char *path)
{
    for (int i = 0; i < record_count(); i++)
        if (record_at(i)->list != NULL && strcmp(face_path(a, record_at(i)), path) == 0)
            return record_at(i);
    return NULL;
}

/* Is it the address of a page of this program and, where the list is derived, with conditions it takes from this
 * person? A module's own page reads its conditions when it is opened. ERR_INVALID, field "address". */
static struct err *check_address(struct arena *a, const struct who *who, const char *address)
{
    const char *mark = strchr(address, '?'),
               *path = mark == NULL ? address : arena_strndup(a, address, (size_t)(mark - address));
    const struct route *r = page_at(path);
    if (r == NULL || r->class == CLASS_OPEN)
        return err_field(err_say(ERR(a, ERR_INVALID, "'%.80s' is no list", path), "face.view.no_list", NULL),
                         "address");
    const struct record *rec = r->handler == face_list_page ? list_of(a, path) : NULL;
    if (rec == NULL)
        return NULL;
    struct face_query q;
    size_t n;
    const struct pair *pairs = face_pairs(a, mark == NULL ? "" : mark + 1, &n);
    struct err *e = face_query_read(a, rec, who, pairs, n, &q);
    for (struct err *each = e; each != NULL; each = each->next)
        each->field = "address";
    return e;
}

static const char of_reader[] =
    "SELECT v.id, v.account, v.shown, v.name, v.address, a.name FROM face_view v JOIN auth_account a ON a.id = "
    "v.account"
    " WHERE v.ended = 0 AND (v.account = ?1 OR v.shown = 'official' OR (v.shown = 'office' AND v.role = ?2))"
    " ORDER BY v.name, v.id LIMIT 500";

static json_t *view_row(const struct req *rq, const struct db_rows *rows)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b}", "id", (json_int_t)db_col_int(rows, 0), "name",
                     db_col_text(rows, 3), "address", db_col_text(rows, 4), "shown", db_col_text(rows, 2), "by",
                     db_col_text(rows, 5), "mine", db_col_int(rows, 1) == rq->who->account);
}

/* The row as people read it; a view whose list no longer takes its conditions says so. */
static json_t *view_words(struct req *rq, const json_t *row)
{
    json_t *o = json_copy((json_t *)row);
    struct err *stale = check_address(rq->arena, rq->who, json_string_value(json_object_get(row, "address")));
    json_object_set_new(
        o, "shown",
        json_string(codes_label("face.shown", json_string_value(json_object_get(row, "shown")), rq->lang == LANG_EN)));
    face_put_text(o, "stale", stale == NULL ? NULL : text_err(rq->arena, rq->lang, stale));
    return o;
}

static struct err *read_views(struct req *rq, json_t *out)
{
    db_scope struct db_tx tx = {0};
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(rq->who->account), db_text(rq->who->role)};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(db_query(&tx, of_reader, args, 2, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        json_array_append_new(out, view_row(rq, &rows));
    }
}

struct err *face_views_page(struct req *rq)
{
    json_t *all = json_array(), *labels = json_array(), *one;
    struct err *e = read_views(rq, all);
    if (e != NULL) {
        json_decref(all);
        json_decref(labels);
        return err_via(e, ERR_HERE);
    }
    size_t i;
    json_array_foreach(all, i, one) json_array_append_new(labels, view_words(rq, one));
    rq->labels = json_pack("{s:o, s:b}", "views", labels, "any", json_array_size(all) > 0);
    return respond_page(rq, "face/views", json_pack("{s:o}", "rows", all));
}

/* ---- making ---- */
static bool may_choose(const struct req *rq, const char *shown)
{
    return strcmp(shown, "official") != 0 || req_may(rq, "face.view.official");
}

static struct err *form(struct req *rq, const char *address, const char *name, const char *shown,
                        const struct err *wrong)
{
    json_t *choices = json_array();
    const struct code_list *l = codes_list("face.shown");
    for (int i = 1; i <= codes_count(l); i++)
        if (may_choose(rq, codes_code(l, i)))
            json_array_append_new(choices, json_pack("{s:s, s:s, s:b}", "code", codes_code(l, i), "name",
                                                     codes_name(l, i, rq->lang == LANG_EN), "chosen",
                                                     strcmp(codes_code(l, i), shown) == 0));
    rq->labels = json_pack("{s:o, s:s, s:s}", "choices", choices, "name", name, "address", address);
    json_t *data = json_pack("{s:s}", "address", address);
    return wrong == NULL ? respond_page(rq, "face/view-new", data) : respond_form(rq, "face/view-new", data, wrong);
}

struct err *face_view_new(struct req *rq)
{
    const char *address = req_query(rq, "address");
    address = address == NULL ? "" : address;
    return form(rq, address, "", "own", check_address(rq->arena, rq->who, address));
}

struct err *face_view_create(struct req *rq)
{
    const char *address = req_form(rq, "address"), *name = req_form(rq, "name"), *shown = req_form(rq, "shown");
    address = address == NULL ? "" : address;
    shown = shown == NULL ? "own" : shown;
    struct err *e = check_address(rq->arena, rq->who, address);
    if (!may_choose(rq, shown))
        return ERR(rq->arena, ERR_DENIED, "account %lld may make no official view", (long long)rq->who->account);
    if (e == NULL) {
        struct row *r = row_new(rq->arena, &face_view_record);
        row_set_int(rq->arena, r, "account", rq->who->account);
        row_set(r, "role", rq->who->role);
        row_set(r, "shown", shown);
        row_set(r, "name", name);
        row_set(r, "address", address);
        change_scope struct change c = {0};
        TRY(change_begin(rq->db, rq->arena, rq->who, "face.view.kept", &c));
        e = record_save(&c, &face_view_record, r, 0);
        if (e == NULL)
            e = change_commit(&c);
    }
    if (e != NULL && e->kind == ERR_INVALID)
        return form(rq, address, name == NULL ? "" : name, shown, e);
    TRY(e);
    return respond_see_other(rq, "/face/view");
}

/* Its maker ends it; an official one also whoever may make them. */
struct err *face_view_end(struct req *rq)
{
    struct row *r;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "face.view.ended", &c));
    TRY(record_read(&c.tx, &face_view_record, &who_console, rq->id, &r));
    bool official = strcmp(row_text(r, "shown"), "official") == 0;
    if (row_int(r, "account") != rq->who->account && !(official && req_may(rq, "face.view.official")))
        return ERR(rq->arena, ERR_MISSING, "view %lld is not account %lld's", (long long)rq->id,
                   (long long)rq->who->account);
    if (!r->ended)
        TRY(record_end(&c, &face_view_record, r->id, r->rev, tr(rq, "face.view.ended")));
    TRY(change_commit(&c));
    return respond_see_other(rq, "/face/view");
}

char *face_view_address(struct arena *a, const char *list)
{
    struct buf b = BUF(a);
    buf_puts(&b, "/face/view/new?address=");
    face_escape(&b, list);
    return buf_str(&b);
}
