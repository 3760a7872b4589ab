/* list_view.c: what the page of a list shows: query bar, chips, heads, cells, pages. Every state is an address. */
#include "face/list.h"

#include <string.h>

#include "face/filter.h"
#include "record/codes.h"
#include "view/view.h"

enum { QUICK = 4, SELECT_MOST = 60, CELL_LONG = 60 };

/* ---- cells ---- */
static bool is_number(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
}

/* The beginning of a long text, cut between characters. */
static const char *beginning(struct arena *a, const char *s)
{
    int n = 0;
    for (const char *p = s; *p != '\0'; p++)
        if (((unsigned char)*p & 0xc0) != 0x80 && ++n > CELL_LONG)
            return arena_printf(a, "%.*s…", (int)(p - s), s);
    return s;
}

static json_t *cell(struct req *rq, const struct list *l, const struct row *r, int i, bool lead)
{
    int at = l->q.cols[i];
    const struct field *f = &r->of->fields[at];
    const char *text = face_value(rq->arena, rq->lang, r->of, at, r->v[at], l->names), *href = NULL;
    if (f->type == FIELD_REF && r->v[at] != NULL) {
        const struct record *to = record_find(f->to);
        int64_t id = strtoll(r->v[at], NULL, 10);
        bool in_scope;
        face_name(l->names, rq->arena, rq->lang, to, id, &in_scope);
        if (in_scope && to->list != NULL)
            href = arena_printf(rq->arena, "%s/%lld", face_path(rq->arena, to), (long long)id);
    }
    if (at == face_title_field(r->of) && text != NULL)
        href = arena_printf(rq->arena, "%s/%lld", l->path, (long long)r->id);
    json_t *o = json_pack("{s:s, s:b, s:b, s:s}", "label", face_label(rq->arena, rq->lang, r->of, at), "lead", lead,
                          "r", is_number(f), "text",
                          text == NULL            ? ""
                          : f->type == FIELD_LONG ? beginning(rq->arena, text)
                                                  : text);
    json_object_set_new(o, "href", view_text_json(href));
    json_object_set_new(o, "empty", json_boolean(text == NULL));
    return o;
}

static json_t *rows(struct req *rq, const struct list *l)
{
    json_t *all = json_array();
    for (int i = 0; i < l->page.n; i++) {
        const struct row *r = l->page.rows[i];
        json_t *cells = json_array(), *o = json_object();
        for (int c = 0; c < l->q.n_cols; c++)
            json_array_append_new(cells, cell(rq, l, r, c, c == 0));
        json_object_set_new(o, "cells", cells);
        json_object_set_new(o, "open", json_string(arena_printf(rq->arena, "%s/%lld", l->path, (long long)r->id)));
        json_object_set_new(o, "name", json_string(face_row_name(rq->arena, rq->lang, r, l->names)));
        json_object_set_new(o, "ended", json_boolean(r->ended));
        json_array_append_new(all, o);
    }
    return all;
}

/* ---- heads: a click sorts by that column first and keeps the order before it among equals ---- */
static const char *sorted_by(struct req *rq, const struct list *l, int field)
{
    struct face_query q = l->q;
    bool first = q.n_sort > 0 && q.sort[0].field == field, desc = first && !q.sort[0].desc;
    struct face_sort sort[FACE_SORTS] = {{field, desc}};
    int n = 1;
    for (int i = 0; i < l->q.n_sort && n < FACE_SORTS; i++)
        if (l->q.sort[i].field != field)
            sort[n++] = l->q.sort[i];
    memcpy(q.sort, sort, sizeof sort);
    q.n_sort = n;
    q.sorted = true;
    return face_address(rq->arena, &q, l->path, false);
}

static json_t *heads(struct req *rq, const struct list *l)
{
    json_t *all = json_array();
    for (int i = 0; i < l->q.n_cols; i++) {
        int at = l->q.cols[i];
        const struct field *f = &l->q.rec->fields[at];
        bool first = l->q.n_sort > 0 && l->q.sort[0].field == at;
        json_t *o = json_pack("{s:s, s:b}", "text", face_label(rq->arena, rq->lang, l->q.rec, at), "r", is_number(f));
        if (f->type != FIELD_LONG && f->type != FIELD_FILE)
            face_put_text(o, "href", sorted_by(rq, l, at));
        if (first) {
            face_put_text(o, "sort", l->q.sort[0].desc ? "descending" : "ascending");
            face_put_text(o, "arrow", l->q.sort[0].desc ? " ↓" : " ↑");
        }
        json_array_append_new(all, o);
    }
    return all;
}

static char *order_words(struct req *rq, const struct list *l)
{
    struct buf b = BUF(rq->arena);
    for (int i = 0; i < l->q.n_sort; i++) {
        buf_puts(&b, i == 0 ? "" : text_sign(rq->lang, SIGN_LIST));
        buf_puts(&b, face_label(rq->arena, rq->lang, l->q.rec, l->q.sort[i].field));
        if (l->q.sort[i].desc)
            buf_printf(&b, rq->lang == LANG_EN ? " %s" : "%s", text_get(rq->lang, "face.descending"));
    }
    return l->q.n_sort == 0 ? NULL : tr(rq, "face.sorted", "fields", buf_str(&b));
}

/* ---- conditions in words ---- */
char *face_cond_words(struct arena *a, enum lang lang, const struct face_query *q, const struct face_cond *c,
                      struct face_names *names)
{
    struct buf b = BUF(a);
    for (int i = 0; i < c->n; i++) {
        if (i > 0)
            buf_printf(&b, lang == LANG_EN ? " %s " : "%s", text_get(lang, "face.value_or"));
        bool as_typed = c->op == FACE_HAS;
        buf_puts(&b, as_typed ? c->values[i] : face_value(a, lang, q->rec, c->field, c->values[i], names));
    }
    return text_format(a, lang, arena_printf(a, "face.chip.%s", face_op_name(c->op)), "field",
                       face_label(a, lang, q->rec, c->field), "value", buf_str(&b), NULL);
}

static const char *without(struct req *rq, const struct list *l, int cond)
{
    struct face_query q = l->q;
    memmove(&q.conds[cond], &q.conds[cond + 1], sizeof *q.conds * (size_t)(q.n_conds - cond - 1));
    q.n_conds--;
    return face_address(rq->arena, &q, l->path, false);
}

static json_t *chip(struct req *rq, const char *words, const char *href, const char *before, const char *after)
{
    json_t *o =
        json_pack("{s:s, s:s, s:s}", "text", words, "href", href, "remove", tr(rq, "face.remove", "what", words));
    face_put_text(o, "before", before);
    face_put_text(o, "after", after);
    return o;
}

/* The chips of one group; the first says how the group is joined to what stands before it. */
static void group_chips(struct req *rq, const struct list *l, int group, const char *joined, bool closes, json_t *all)
{
    int last = -1;
    for (int i = 0; i < l->q.n_conds; i++)
        if (l->q.conds[i].group == group)
            last = i;
    for (int i = 0; i < l->q.n_conds; i++) {
        if (l->q.conds[i].group != group)
            continue;
        char *words = face_cond_words(rq->arena, rq->lang, &l->q, &l->q.conds[i], l->names);
        json_array_append_new(all, chip(rq, words, without(rq, l, i), joined, i == last && closes ? ")" : NULL));
        joined = text_get(rq->lang, "face.and");
    }
}

static json_t *chips(struct req *rq, const struct list *l)
{
    json_t *all = json_array();
    if (l->q.search != NULL) {
        struct face_query q = l->q;
        q.search = NULL;
        json_array_append_new(all, chip(rq, tr(rq, "face.chip.q", "value", l->q.search),
                                        face_address(rq->arena, &q, l->path, false), NULL, NULL));
    }
    if (l->q.filter != NULL) {
        struct face_query q = l->q;
        q.filter = NULL;
        json_t *o = chip(rq, l->q.filter, face_address(rq->arena, &q, l->path, false), NULL, NULL);
        json_object_set_new(o, "expr", json_true());
        json_array_append_new(all, o);
    }
    const char *and = text_get(rq->lang, "face.and");
    group_chips(rq, l, 0, json_array_size(all) > 0 ? and : NULL, false, all);
    int groups = 0, last = 0;
    for (int g = 1; g < 100; g++)
        for (int i = 0; i < l->q.n_conds; i++)
            if (l->q.conds[i].group == g) {
                groups++;
                last = g;
                break;
            }
    bool opened = false;
    for (int g = 1; g <= last; g++) {
        size_t before = json_array_size(all);
        const char *open = before > 0 ? text_get(rq->lang, "face.and_open") : groups > 1 ? "(" : NULL;
        group_chips(rq, l, g,
                    opened       ? text_get(rq->lang, "face.or")
                    : groups > 1 ? open
                    : before > 0 ? and
                                 : NULL,
                    groups > 1 && g == last, all);
        opened |= json_array_size(all) > before;
    }
    return all;
}

/* ---- the boxes of the query bar ---- */
static json_t *codes_options(struct req *rq, const struct field *f, const char *chosen)
{
    const struct code_list *list = codes_list(f->codes);
    json_t *all = json_array();
    for (int i = 1; i <= codes_count(list); i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "value", codes_code(list, i), "text",
                                             codes_name(list, i, rq->lang == LANG_EN), "chosen",
                                             chosen != NULL && strcmp(chosen, codes_code(list, i)) == 0));
    return all;
}

/* The value a box already has: a single one, asked in the box's own way. *taken marks the condition as shown there. */
static const char *box_value(struct req *rq, const struct list *l, int field, enum face_op op, bool *taken)
{
    for (int i = 0; i < l->q.n_conds; i++) {
        const struct face_cond *c = &l->q.conds[i];
        if (c->group != 0 || c->field != field || c->op != op || c->n != 1)
            continue;
        taken[i] = true;
        return op == FACE_HAS ? c->values[0] : face_typed(rq->arena, rq->lang, l->q.rec, field, c->values[0], l->names);
    }
    return "";
}

static json_t *box(struct req *rq, const struct list *l, int field, bool *taken)
{
    const struct field *f = &l->q.rec->fields[field];
    const char *name =
        face_reserved(f->name) ? arena_printf(rq->arena, "%s.%s", f->name, face_op_name(face_op_default(f))) : f->name;
    json_t *o = json_pack("{s:s, s:s}", "name", name, "label", face_label(rq->arena, rq->lang, l->q.rec, field));
    if (f->type == FIELD_DATE || f->type == FIELD_PDATE || is_number(f)) {
        json_object_set_new(o, "between",
                            json_pack("{s:s, s:s, s:s}", "from", box_value(rq, l, field, FACE_FROM, taken), "to",
                                      box_value(rq, l, field, FACE_TO, taken), "base", f->name));
    } else if (f->type == FIELD_BOOL) {
        const char *v = box_value(rq, l, field, FACE_EQ, taken);
        json_object_set_new(o, "choose",
                            json_pack("{s:[{s:s, s:s, s:b}, {s:s, s:s, s:b}]}", "options", "value", "1", "text",
                                      text_get(rq->lang, "face.yes"), "chosen", *v == '1', "value", "0", "text",
                                      text_get(rq->lang, "face.no"), "chosen", *v == '0'));
    } else if (f->type == FIELD_CODE && codes_count(codes_list(f->codes)) <= SELECT_MOST) {
        const char *v = box_value(rq, l, field, FACE_EQ, taken);
        json_object_set_new(o, "choose", json_pack("{s:o}", "options", codes_options(rq, f, v)));
    } else {
        const char *v = box_value(rq, l, field, face_op_default(f), taken);
        if (*v == '\0' && f->type == FIELD_REF)
            v = box_value(rq, l, field, FACE_HAS, taken);
        json_object_set_new(o, "type", json_pack("{s:s}", "value", v));
    }
    return o;
}

static json_t *boxes(struct req *rq, const struct list *l, bool *taken)
{
    json_t *all = json_array();
    struct face_query own; /* the boxes stay where they are when other columns are chosen */
    face_query_init(rq->arena, l->q.rec, rq->who, &own);
    for (int i = 0; i < own.n_cols && json_array_size(all) < QUICK; i++) {
        const struct field *f = &l->q.rec->fields[own.cols[i]];
        bool searched =
            own.cols[i] == face_title_field(l->q.rec) && (f->type == FIELD_TEXT || f->type == FIELD_COMPUTED);
        if (f->type != FIELD_LONG && f->type != FIELD_FILE && !searched)
            json_array_append_new(all, box(rq, l, own.cols[i], taken));
    }
    return all;
}

/* What the form carries along unseen. */
static json_t *hidden(struct req *rq, const struct list *l, const bool *taken)
{
    json_t *all = json_array();
    struct face_query q = l->q;
    q.n_conds = 0;
    q.search = q.filter = NULL;
    for (int i = 0; i < l->q.n_conds; i++)
        if (!taken[i])
            q.conds[q.n_conds++] = l->q.conds[i];
    const char *text = face_address(rq->arena, &q, "", false);
    size_t n;
    const struct pair *p = face_pairs(rq->arena, text + (*text == '?'), &n);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(all, json_pack("{s:s, s:s}", "name", p[i].name, "value", p[i].value));
    return all;
}

static json_t *adding(struct req *rq, const struct list *l)
{
    json_t *fields = json_array(), *ops = json_array(), *groups = json_array();
    const char *chosen = req_query(rq, "add.field"), *op = req_query(rq, "add.op");
    for (int i = 0; i < record_fields(l->q.rec); i++) {
        const char *name = l->q.rec->fields[i].name;
        if (face_shown(l->q.rec, i, rq->who))
            json_array_append_new(fields, json_pack("{s:s, s:s, s:b}", "value", name, "text",
                                                    face_label(rq->arena, rq->lang, l->q.rec, i), "chosen",
                                                    chosen != NULL && strcmp(chosen, name) == 0));
    }
    for (int i = 0; i < FACE_OPS; i++) {
        const char *name = face_op_name((enum face_op)i);
        json_array_append_new(ops, json_pack("{s:s, s:s, s:b}", "value", name, "text",
                                             text_get(rq->lang, arena_printf(rq->arena, "face.op.%s", name)), "chosen",
                                             op != NULL && strcmp(op, name) == 0));
    }
    int next = 1;
    for (int i = 0; i < l->q.n_conds; i++)
        if (l->q.conds[i].group >= next)
            next = l->q.conds[i].group + 1;
    for (int g = 1; g <= next && g < 10; g++)
        json_array_append_new(groups, json_pack("{s:s, s:s}", "value", arena_printf(rq->arena, "%d", g), "text",
                                                tr(rq, g == next ? "face.group_new" : "face.group", "n",
                                                   arena_printf(rq->arena, "%d", g))));
    const char *value = req_query(rq, "add.value"), *typed = req_query(rq, "filter");
    bool expr = face_subject(l->q.rec) >= 0, wrong = l->wrong && typed != NULL && *typed != '\0';
    json_t *o = json_pack("{s:o, s:o, s:o, s:b, s:s}", "fields", fields, "ops", ops, "groups", groups, "open",
                          wrong || (chosen != NULL && *chosen != '\0'), "value", value == NULL ? "" : value);
    if (expr)
        json_object_set_new(o, "expr",
                            json_pack("{s:s}", "text",
                                      wrong                 ? typed
                                      : l->q.filter == NULL ? ""
                                                            : l->q.filter));
    return o;
}

static json_t *query_bar(struct req *rq, const struct list *l)
{
    bool taken[FACE_CONDS] = {false};
    json_t *all = boxes(rq, l, taken), *o = json_object();
    json_object_set_new(o, "boxes", all);
    json_object_set_new(o, "hidden", hidden(rq, l, taken));
    json_object_set_new(o, "add", adding(rq, l));
    json_object_set_new(o, "search", json_string(l->q.search == NULL ? "" : l->q.search));
    json_t *list = chips(rq, l);
    if (json_array_size(list) > 0)
        json_object_set_new(o, "chosen", json_pack("{s:O, s:s}", "chips", list, "clear", l->path));
    json_decref(list);
    return o;
}

/* ---- columns, pages, acts ---- */
static json_t *columns(struct req *rq, const struct list *l)
{
    json_t *all = json_array(), *kept = json_array();
    for (int i = 0; i < record_fields(l->q.rec); i++) {
        bool shown = false;
        for (int c = 0; c < l->q.n_cols; c++)
            shown |= l->q.cols[c] == i;
        if (face_shown(l->q.rec, i, rq->who))
            json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "name", l->q.rec->fields[i].name, "text",
                                                 face_label(rq->arena, rq->lang, l->q.rec, i), "shown", shown));
    }
    struct face_query q = l->q;
    q.columns = false;
    const char *text = face_address(rq->arena, &q, "", false);
    size_t n;
    const struct pair *p = face_pairs(rq->arena, text + (*text == '?'), &n);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(kept, json_pack("{s:s, s:s}", "name", p[i].name, "value", p[i].value));
    return json_pack("{s:o, s:o}", "all", all, "hidden", kept);
}

static json_t *sizes(struct req *rq, const struct list *l)
{
    static const int of[] = {20, 50, 100, 200};
    json_t *all = json_array();
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct face_query q = l->q;
        q.limit = of[i];
        json_array_append_new(all,
                              json_pack("{s:i, s:s, s:b}", "n", of[i], "href",
                                        face_address(rq->arena, &q, l->path, false), "chosen", l->q.limit == of[i]));
    }
    return all;
}

static void total(struct req *rq, const struct list *l, json_t *o)
{
    struct buf b = BUF(rq->arena);
    view_number(&b, l->page.total);
    face_put_text(o, "total", tr(rq, l->page.total_exact ? "face.total" : "face.total_more", "n", buf_str(&b)));
    struct face_query q = l->q;
    q.exact = true;
    if (!l->page.total_exact)
        face_put_text(o, "count", face_address(rq->arena, &q, l->path, true));
}

static void acts(struct req *rq, const struct list *l, json_t *o)
{
    const struct record *rec = l->q.rec;
    const char *given = "";
    for (int i = 0; i < l->q.n_conds && rec->concerns != NULL; i++) { /* a new row of the person whose rows these are */
        const struct face_cond *c = &l->q.conds[i];
        if (c->op == FACE_EQ && c->n == 1 && strcmp(rec->fields[c->field].name, rec->concerns) == 0)
            given = arena_printf(rq->arena, "?%s=%s", rec->concerns, c->values[0]);
    }
    if (req_may(rq, "face.view.use") && !l->wrong)
        face_put_text(o, "keep", face_view_address(rq->arena, face_address(rq->arena, &l->q, l->path, false)));
    bool writes = face_ask_may(rq, rec, "write");
    if (writes)
        face_put_text(o, "new", arena_printf(rq->arena, "%s/new%s", l->path, given));
    if (face_ask_may(rq, rec, "export") && l->page.n > 0)
        face_put_text(o, "export",
                      face_address(rq->arena, &l->q, arena_printf(rq->arena, "%s/export", l->path), false));
    if (writes && face_ask_may(rq, rec, "import"))
        face_put_text(o, "import", arena_printf(rq->arena, "%s/import", l->path));
}

json_t *face_list_labels(struct req *rq, const struct list *l)
{
    json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o}", "title", face_record_label(rq->lang, l->q.rec), "path", l->path,
                          "query", query_bar(rq, l), "columns", columns(rq, l), "sizes", sizes(rq, l));
    acts(rq, l, o);
    if (l->wrong)
        return o;
    total(rq, l, o);
    face_put_text(o, "order", order_words(rq, l));
    struct buf unknown = BUF(rq->arena);
    view_number(&unknown, l->q.unknown);
    if (l->q.unknown > 0)
        face_put_text(o, "unknown", tr(rq, "face.unknown", "n", buf_str(&unknown)));
    if (l->q.sorted) {
        struct face_query q = l->q;
        q.sorted = false;
        face_put_text(o, "own_order", face_address(rq->arena, &q, l->path, false));
    }
    json_t *table = json_pack("{s:o, s:o}", "heads", heads(rq, l), "rows", rows(rq, l));
    json_object_set_new(o, l->page.n > 0 ? "table" : "unused", table);
    if (l->page.n == 0) {
        json_object_del(o, "unused");
        json_object_set_new(o, "none",
                            json_pack("{s:s*}", "loosen", l->q.n_conds > 0 ? without(rq, l, l->q.n_conds - 1) : NULL));
    }
    face_put_text(o, "next", l->next);
    face_put_text(o, "prev", l->prev);
    return o;
}
