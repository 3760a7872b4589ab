/* body.c: the state of a row as the bytes of its revision. A JSON object of canonical texts in declared order; a field
 * that is not on record or has its declared default is absent; "_ended" carries the reason of an ending. */
#include "record/inner.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

char *body_write(struct arena *a, const struct row *r, const char *ended_reason)
{
    struct buf b = BUF(a);
    buf_putc(&b, '{');
    for (int i = 0; r->of->fields[i].name != NULL; i++) {
        const struct field *f = &r->of->fields[i];
        if (same(r->v[i], f->by_default))
            continue;
        if (b.n > 1)
            buf_putc(&b, ',');
        buf_putc(&b, '"');
        buf_puts(&b, f->name);
        buf_puts(&b, "\":");
        buf_json(&b, r->v[i]);
    }
    if (ended_reason != NULL) {
        buf_puts(&b, b.n > 1 ? ",\"_ended\":" : "\"_ended\":");
        buf_json(&b, ended_reason);
    }
    buf_putc(&b, '}');
    return buf_str(&b);
}

static void free_json(void *p)
{
    json_decref(p);
}

struct err *body_read(struct arena *a, const struct record *rec, const char *body, struct row **out,
                      const char **reason_out)
{
    json_error_t je;
    json_t *o = json_loads(body, 0, &je);
    if (!json_is_object(o)) {
        json_decref(o);
        return ERR(a, ERR_FAULT, "a revision of %s is not JSON: %s", rec->name, je.text);
    }
    arena_defer(a, free_json, o);
    struct row *r = row_new(a, rec);
    for (int i = 0; rec->fields[i].name != NULL; i++) {
        const struct field *f = &rec->fields[i];
        json_t *v = json_object_get(o, f->name);
        if (v == NULL && f->was != NULL)
            v = json_object_get(o, f->was);
        if (v != NULL)
            r->v[i] = json_string_value(v);
    }
    const char *reason = json_string_value(json_object_get(o, "_ended"));
    r->ended = reason != NULL;
    if (reason_out != NULL)
        *reason_out = reason;
    *out = r;
    return NULL;
}
