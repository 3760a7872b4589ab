/* door.c: one shape for the forms before and around signing in, and where they lead. */
#include "admin/door.h"

#include <string.h>

#include "auth/auth.h"
#include "base/buf.h"

/* Only a path of this server: "/x", never "//host" or a scheme. */
const char *door_next(const struct req *rq)
{
    const char *next = req_form(rq, "next");
    if (next == NULL)
        next = req_query(rq, "next");
    return next != NULL && next[0] == '/' && next[1] != '/' && next[1] != '\\' && strpbrk(next, "\r\n\t") == NULL ? next
                                                                                                                  : "/";
}

const char *door_with_next(const struct req *rq, const char *path)
{
    return door_then(rq->arena, path, door_next(rq));
}

const char *door_then(struct arena *a, const char *path, const char *next)
{
    if (strcmp(next, "/") == 0)
        return path;
    struct buf b = BUF(a);
    buf_printf(&b, "%s?next=", path);
    for (; *next != '\0'; next++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/", *next) != NULL)
            buf_putc(&b, *next);
        else
            buf_printf(&b, "%%%02X", (unsigned char)*next);
    return buf_str(&b);
}

const char *door_typed(const struct req *rq, const char *name)
{
    const char *s = req_form(rq, name);
    return s != NULL ? s : "";
}

static json_t *text_or_null(struct req *rq, const char *key)
{
    return key != NULL ? json_string(tr(rq, key)) : json_null();
}

static json_t *box_json(struct req *rq, const struct door_box *b, const struct err *e)
{
    const char *bad = NULL;
    for (; e != NULL && bad == NULL; e = e->next)
        if (e->field != NULL && strcmp(e->field, b->name) == 0)
            bad = text_err(rq->arena, rq->lang, e);
    return json_pack("{ss ss so ss ss ss sb ss?}", "name", b->name, "label", tr(rq, b->label), "hint",
                     text_or_null(rq, b->hint), "type", b->type, "autocomplete", b->autocomplete, "value",
                     b->value != NULL ? b->value : "", "digits", b->digits, "bad", bad);
}

struct err *door_page(struct req *rq, const struct door_form *f, const struct err *e)
{
    json_t *boxes = json_array(), *links = json_array();
    for (const struct door_box *b = f->boxes; b->name != NULL; b++)
        json_array_append_new(boxes, box_json(rq, b, e));
    for (const char *const *l = f->links; l != NULL && *l != NULL; l += 2)
        json_array_append_new(links, json_pack("{ss ss}", "href", l[0], "text", tr(rq, l[1])));
    const char *next = door_next(rq);
    if (f->qr != NULL)
        json_object_set_new(f->qr, "secret", json_string(f->secret));
    rq->labels = json_pack("{ss so ss so ss ss? so so so*}", "title", tr(rq, f->title), "say", text_or_null(rq, f->say),
                           "button", tr(rq, f->button), "note", text_or_null(rq, f->note), "action", f->action, "next",
                           strcmp(next, "/") != 0 ? next : NULL, "boxes", boxes, "links", links, "qr", f->qr);
    json_t *data = json_pack("{ss}", "next", next);
    if (f->secret != NULL)
        json_object_set_new(data, "secret", json_string(f->secret));
    return e != NULL ? respond_form(rq, "admin/door", data, e) : respond_page(rq, "admin/door", data);
}

struct err *door_go_on(struct req *rq, const char *token)
{
    return door_go_on_to(rq, token, door_next(rq));
}

struct err *door_go_on_to(struct req *rq, const char *token, const char *next)
{
    static const char *const steps[] = {
        [SESSION_CODE] = "/login/code", [SESSION_PASSWORD] = "/login/password", [SESSION_ENROL] = "/login/second"};
    struct session s;
    TRY(session_find(rq->db, rq->arena, token, &s));
    if (s.id == NULL)
        return respond_see_other(rq, "/login");
    req_session_set(rq, token, 0);
    return respond_see_other(rq, "%s", s.need == SESSION_OPEN ? next : door_then(rq->arena, steps[s.need], next));
}
