/* openapi.c: GET /openapi.json and `qingfeng openapi`: every address of the program for other programs, in OpenAPI 3.0.
 * Made of the routes and the declarations, so it cannot say what is not there: rows, lists and errors of derived
 * addresses have schemas; what a module's own page answers is an object its page explains. */
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "face/commands.h"
#include "face/form.h"
#include "face/inner.h"
#include "record/codes.h"

enum { CODES_MOST = 60 }; /* longer lists are named, not written out */

/* ---- schemas ---- */
static json_t *code_values(const struct field *f)
{
    const struct code_list *l = codes_list(f->codes);
    if (l == NULL || codes_count(l) > CODES_MOST)
        return NULL;
    json_t *all = json_array();
    for (int i = 1; i <= codes_count(l); i++)
        json_array_append_new(all, json_string(codes_code(l, i)));
    if (!f->required)
        json_array_append_new(all, json_null());
    return all;
}

static json_t *field_schema(struct arena *a, enum lang lang, const struct record *rec, int i)
{
    const struct field *f = &rec->fields[i];
    json_t *o = json_object(), *codes = f->type == FIELD_CODE ? code_values(f) : NULL;
    const char *label = face_label(a, lang, rec, i);
    bool whole = f->type == FIELD_INT || f->type == FIELD_REF || f->type == FIELD_FILE;
    json_object_set_new(o, "type", json_string(f->type == FIELD_BOOL ? "boolean" : whole ? "integer" : "string"));
    if (whole)
        json_object_set_new(o, "format", json_string("int64"));
    if (f->type == FIELD_DATE)
        json_object_set_new(o, "format", json_string("date"));
    if (f->type == FIELD_PDATE)
        json_object_set_new(o, "pattern", json_string("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"));
    if (codes != NULL)
        json_object_set_new(o, "enum", codes);
    if (!f->required)
        json_object_set_new(o, "nullable", json_true());
    const char *of = f->to != NULL ? f->to : f->codes;
    json_object_set_new(o, "description", json_string(of == NULL ? label : arena_printf(a, "%s (%s)", label, of)));
    return o;
}

static json_t *reference(struct arena *a, const char *schema)
{
    return json_pack("{s:s}", "$ref", arena_printf(a, "#/components/schemas/%s", schema));
}

static json_t *place_schema(void)
{
    return json_pack("{s:s, s:b}", "type", "string", "nullable", 1);
}

static json_t *whole(void)
{
    return json_pack("{s:s, s:s}", "type", "integer", "format", "int64");
}

/* A row as it is read, as it is written, and a page of rows. */
static void record_schemas(struct arena *a, enum lang lang, const struct record *rec, json_t *schemas)
{
    json_t *read = json_pack("{s:o, s:o, s:{s:s}}", "id", whole(), "rev", whole(), "ended", "type", "boolean"),
           *written = json_pack("{s:o, s:{s:s}}", "rev", whole(), "reason", "type", "string");
    for (int i = 0; i < record_fields(rec); i++) {
        if (rec->fields[i].gone)
            continue;
        json_object_set_new(read, rec->fields[i].name, field_schema(a, lang, rec, i));
        if (face_form_writes(rec, i, &who_console))
            json_object_set_new(written, rec->fields[i].name, field_schema(a, lang, rec, i));
    }
    json_object_set_new(schemas, rec->name,
                        json_pack("{s:s, s:s, s:[s, s], s:o}", "type", "object", "description",
                                  face_record_label(lang, rec), "required", "id", "rev", "properties", read));
    json_object_set_new(schemas, arena_printf(a, "%s.written", rec->name),
                        json_pack("{s:s, s:o}", "type", "object", "properties", written));
    json_object_set_new(schemas, arena_printf(a, "%s.rows", rec->name),
                        json_pack("{s:s, s:[s, s, s], s:{s:{s:s, s:o}, s:o, s:{s:s}, s:o, s:o}}", "type", "object",
                                  "required", "rows", "total", "total_exact", "properties", "rows", "type", "array",
                                  "items", reference(a, rec->name), "total", whole(), "total_exact", "type", "boolean",
                                  "next", place_schema(), "prev", place_schema()));
}

static json_t *error_schema(void)
{
    return json_pack("{s:s, s:[s], s:{s:{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:{s:s, s:{s:s}}, s:{s:s}}}}}", "type",
                     "object", "required", "error", "properties", "error", "type", "object", "properties", "kind",
                     "type", "string", "say", "type", "string", "code", "type", "string", "fields", "type", "array",
                     "items", "type", "object", "request", "type", "integer");
}

/* ---- addresses ---- */
static const struct record *record_of_path(struct arena *a, const char *path)
{
    const struct record *best = NULL;
    for (int i = 0; i < record_count(); i++) {
        const char *own = face_path(a, record_at(i));
        size_t n = strlen(own);
        if (record_at(i)->list != NULL && strncmp(path, own, n) == 0 && (path[n] == '\0' || path[n] == '/'))
            best = record_at(i);
    }
    return best;
}

static json_t *parameter(const char *name, const char *in, json_t *schema, const char *say)
{
    json_t *o = json_pack("{s:s, s:s, s:o}", "name", name, "in", in, "schema", schema);
    if (strcmp(in, "path") == 0)
        json_object_set_new(o, "required", json_true());
    face_put_text(o, "description", say);
    return o;
}

static json_t *text_schema(void)
{
    return json_pack("{s:s}", "type", "string");
}

static void path_parameters(struct arena *a, const char *path, json_t *into)
{
    for (const char *p = strchr(path, '{'); p != NULL; p = strchr(p + 1, '{')) {
        const char *name = arena_strndup(a, p + 1, strcspn(p + 1, "}"));
        json_array_append_new(into, parameter(name, "path", strcmp(name, "id") == 0 ? whole() : text_schema(), NULL));
    }
}

static void list_parameters(struct arena *a, enum lang lang, const struct record *rec, json_t *into)
{
    static const char *const words[] = {"q", "filter", "sort", "cols", "after", "before"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        json_array_append_new(into, parameter(words[i], "query", text_schema(), NULL));
    json_array_append_new(into, parameter("limit", "query",
                                          json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 1, "maximum", 200),
                                          NULL));
    for (int i = 0; i < record_fields(rec); i++)
        if (!rec->fields[i].gone && !face_reserved(rec->fields[i].name))
            json_array_append_new(into,
                                  parameter(rec->fields[i].name, "query", text_schema(), face_label(a, lang, rec, i)));
}

static json_t *answer(const char *say, json_t *schema)
{
    return json_pack("{s:s, s:{s:{s:o}}}", "description", say, "content", "application/json", "schema", schema);
}

/* What the derived addresses take and give; elsewhere an object. */
static void put_bodies(struct arena *a, const struct route *r, const struct record *rec, json_t *op)
{
    bool list = rec != NULL && r->handler == face_list_page, row = rec != NULL && r->handler == face_row_page,
         make = rec != NULL && r->handler == face_create_post, save = rec != NULL && r->handler == face_save_post;
    json_t *any = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 1);
    json_t *gives = list                  ? reference(a, arena_printf(a, "%s.rows", rec->name))
                    : row || make || save ? reference(a, rec->name)
                                          : json_incref(any);
    json_t *answers = json_pack("{s:o, s:o}", make ? "201" : "200", answer("what was asked for", gives), "default",
                                answer("why not", reference(a, "error")));
    if (r->method == POST && !make)
        json_object_set_new(answers, "303", json_pack("{s:s}", "description", "done; where to look"));
    json_object_set_new(op, "responses", answers);
    if (r->method == POST) {
        json_t *takes = make || save ? reference(a, arena_printf(a, "%s.written", rec->name)) : json_incref(any);
        json_t *content = json_pack("{s:{s:o}}", "application/json", "schema", takes);
        if (r->upload > 0)
            json_object_set_new(content, "multipart/form-data", json_pack("{s:O}", "schema", any));
        json_object_set_new(op, "requestBody", json_pack("{s:o}", "content", content));
    }
    json_decref(any);
}

static char *operation_id(struct arena *a, const struct route *r)
{
    char *id =
        arena_printf(a, "%s%s", r->method == GET ? "get" : "post", strcmp(r->path, "/") == 0 ? "/start" : r->path);
    for (char *p = id; *p != '\0'; p++)
        if (strchr("/.-", *p) != NULL)
            *p = '_';
        else if (*p == '{')
            *p = 'b';
        else if (*p == '}')
            *p = 'y';
    return id;
}

static json_t *operation(struct arena *a, enum lang lang, const struct route *r, const char *tag)
{
    const struct record *rec = record_of_path(a, r->path);
    json_t *parameters = json_array();
    path_parameters(a, r->path, parameters);
    if (rec != NULL && r->handler == face_list_page)
        list_parameters(a, lang, rec, parameters);
    if (r->log != LOG_NONE)
        json_array_append_new(parameters,
                              parameter("X-Reason", "header", text_schema(), text_get(lang, "face.openapi.reason")));
    json_t *op = json_pack("{s:s, s:[s], s:s, s:o}", "operationId", operation_id(a, r), "tags", tag, "description",
                           text_format(a, lang, "face.openapi.capability", "capability", r->capability, NULL),
                           "parameters", parameters);
    put_bodies(a, r, rec, op);
    if (strcmp(r->capability, CAP_ANYONE) == 0)
        json_object_set_new(op, "security", json_array());
    return op;
}

static json_t *whole_document(struct arena *a, enum lang lang)
{
    json_t *paths = json_object(), *schemas = json_object();
    for (int i = 0; i < record_count(); i++)
        if (record_at(i)->list != NULL)
            record_schemas(a, lang, record_at(i), schemas);
    json_object_set_new(schemas, "error", error_schema());
    for (const struct module *const *m = face_modules; m != NULL && *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
            json_t *at = json_object_get(paths, r->path);
            if (at == NULL) {
                at = json_object();
                json_object_set_new(paths, r->path, at);
            }
            json_object_set_new(at, r->method == GET ? "get" : "post", operation(a, lang, r, (*m)->name));
        }
    return json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}], s:o, s:{s:o, s:{s:{s:s, s:s}}}}", "openapi",
                     "3.0.3", "info", "title", text_get(lang, "face.openapi.title"), "version", "1", "description",
                     text_get(lang, "face.openapi.say"), "servers", "url", "/", "security", "token", "paths", paths,
                     "components", "schemas", schemas, "securitySchemes", "token", "type", "http", "scheme", "bearer");
}

struct err *face_openapi(struct req *rq)
{
    return respond_json(rq, whole_document(rq->arena, rq->lang));
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    struct buf out = BUF(a);
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    json_t *document = whole_document(a, LANG_ZH);
    view_json(&out, document);
    json_decref(document);
    puts(buf_str(&out));
    return NULL;
}

int face_openapi_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("openapi", run(a, argc, argv));
}
