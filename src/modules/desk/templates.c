/* templates.c: the letters' texts a district edits. /desk/template lists every template the procedures use, the
 * program's own or the district's; /desk/template/{name} shows the text, the fields it may merge and how it will read.
 * A letter that went out keeps its words (flow/document.h). */
#include <stdlib.h>
#include <string.h>

#include "desk/desk.h"
#include "flow/document.h"
#include "modules/desk/queries.h"
#include "view/view.h"

/* The text of a template now, and the district's row of it, whose id is 0 when the program's is in use. */
static struct err *text_now(struct db_tx *tx, const char *name, struct row **own, const char **text)
{
    struct desk_q_template_of *t;
    TRY(desk_q_template_of(tx, name, &t));
    *own = row_new(tx->arena, &flow_template_record);
    if (t != NULL)
        TRY(record_read(tx, &flow_template_record, &who_console, t->id, own));
    *text = t != NULL ? row_text(*own, "body") : document_shipped(tx->arena, name);
    return NULL;
}

static const struct document_use *use_named(struct req *rq)
{
    struct document_use *all;
    int n = document_uses(rq->arena, &all);
    for (int i = 0; i < n; i++)
        if (strcmp(all[i].name, req_param(rq, "name")) == 0)
            return &all[i];
    return NULL;
}

struct err *desk_templates(struct req *rq)
{
    struct document_use *all;
    int n = document_uses(rq->arena, &all);
    json_t *data = json_array(), *labels = json_array();
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    for (int i = 0; i < n; i++) {
        const char *text;
        struct row *own;
        TRY(text_now(&tx, all[i].name, &own, &text));
        const char *title = document_head(rq->arena, text, "title"), *series = document_head(rq->arena, text, "series");
        json_array_append_new(data, json_pack("{s:s, s:s, s:s, s:b}", "name", all[i].name, "flow", all[i].flow->name,
                                              "step", all[i].step->name, "own", own->id != 0));
        json_array_append_new(
            labels, json_pack("{s:s, s:s, s:s, s:s, s:o, s:b}", "href",
                              arena_printf(rq->arena, "/desk/template/%s", all[i].name), "title",
                              title == NULL ? all[i].name : title, "flow", desk_flow_name(rq->lang, all[i].flow->name),
                              "step", desk_step_name(rq->arena, rq->lang, all[i].flow->name, all[i].step->name),
                              "series", view_text_json(series), "own", own->id != 0));
    }
    TRY(db_commit(&tx));
    rq->labels = json_pack("{s:o}", "templates", labels);
    return respond_page(rq, "desk/templates", json_pack("{s:o}", "rows", data));
}

/* [{field, text}]: what may stand between braces, and what it says. */
static json_t *merge_fields(struct req *rq, const struct flow *f)
{
    json_t *all = json_array();
    for (int i = 0; document_common[i] != NULL; i++)
        json_array_append_new(all, json_pack("{s:s, s:s}", "field", document_common[i], "text",
                                             tr(rq, arena_printf(rq->arena, "desk.merge.%s", document_common[i]))));
    for (const struct flow_due *d = f->dues; d != NULL && d->name != NULL; d++)
        json_array_append_new(all, json_pack("{s:s, s:s}", "field", arena_printf(rq->arena, "due.%s", d->name), "text",
                                             desk_due_name(rq->arena, rq->lang, f->name, d->name)));
    const struct record *content = record_find(f->name);
    for (int i = 0; i < record_fields(content); i++) {
        const char *key = arena_printf(rq->arena, "%s.%s", content->name, content->fields[i].name);
        if (content->fields[i].type != FIELD_REF && text_has(LANG_ZH, key))
            json_array_append_new(
                all, json_pack("{s:s, s:s}", "field", text_get(LANG_ZH, key), "text", text_get(rq->lang, key)));
    }
    return all;
}

/* typed: what was sent, or NULL; wrong: why it was refused, or NULL. */
static struct err *page(struct req *rq, const struct document_use *use, const char *typed, const struct err *wrong)
{
    const char *text;
    struct row *own;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(text_now(&tx, use->name, &own, &text));
    TRY(db_commit(&tx));
    const char *shown = typed == NULL ? text : typed, *title = document_head(rq->arena, text, "title");
    rq->labels = json_pack(
        "{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "title", title == NULL ? use->name : title, "say",
        text_format(rq->arena, rq->lang, "desk.template.of", "flow", desk_flow_name(rq->lang, use->flow->name), "step",
                    desk_step_name(rq->arena, rq->lang, use->flow->name, use->step->name), NULL),
        "text", shown, "rev", (json_int_t)own->rev, "fields", merge_fields(rq, use->flow), "looks_title",
        view_text_json(document_head(rq->arena, shown, "title")), "looks_to",
        view_text_json(document_head(rq->arena, shown, "to")), "looks_sign",
        view_text_json(document_head(rq->arena, shown, "sign")), "paragraphs", desk_paragraphs(document_body(shown)),
        "history",
        own->id == 0 ? json_null()
                     : json_string(arena_printf(rq->arena, "/flow/template/%lld/history", (long long)own->id)),
        "may", req_may(rq, "flow.template.write"));
    json_t *data = json_pack("{s:s, s:s, s:b, s:I}", "name", use->name, "text", text, "own", own->id != 0, "rev",
                             (json_int_t)own->rev);
    return wrong == NULL ? respond_page(rq, "desk/template", data) : respond_form(rq, "desk/template", data, wrong);
}

static struct err *no_template(struct req *rq)
{
    return ERR(rq->arena, ERR_MISSING, "no template '%.60s'", req_param(rq, "name"));
}

struct err *desk_template_page(struct req *rq)
{
    const struct document_use *use = use_named(rq);
    return use == NULL ? no_template(rq) : page(rq, use, NULL, NULL);
}

/* Lines end in one way, whatever the browser sent. */
static const char *plain_lines(struct arena *a, const char *text)
{
    char *out = arena_strdup(a, text), *to = out;
    for (const char *p = out; *p != '\0'; p++)
        if (*p != '\r')
            *to++ = *p;
    *to = '\0';
    return out;
}

/* Writes the text typed, or goes back to the program's; rev: of the district's text that was seen, 0 for none. */
static struct err *write_text(struct req *rq, const char *name, const char *text, int64_t rev)
{
    struct row *own;
    const char *before;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "desk.template.changed", &c));
    TRY(text_now(&c.tx, name, &own, &before));
    if (text == NULL && own->id != 0)
        TRY(record_end(&c, &flow_template_record, own->id, rev, tr(rq, "desk.template.back")));
    if (text != NULL) {
        row_set(own, "name", name);
        row_set(own, "body", text);
        TRY(record_save(&c, &flow_template_record, own, rev));
    }
    return change_commit(&c);
}

struct err *desk_template_save(struct req *rq)
{
    const struct document_use *use = use_named(rq);
    const char *what = req_form(rq, "what"), *body = req_form(rq, "body"), *rev = req_form(rq, "rev");
    if (use == NULL)
        return no_template(rq);
    bool back = what != NULL && strcmp(what, "back") == 0;
    const char *typed = plain_lines(rq->arena, body == NULL ? "" : body);
    struct err *e = write_text(rq, use->name, back ? NULL : typed, rev == NULL ? 0 : strtoll(rev, NULL, 10));
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return page(rq, use, typed, e);
    TRY(e);
    return respond_see_other(rq, "/desk/template/%s", use->name);
}
