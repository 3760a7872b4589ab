/* intake_said.c: an intake as JSON and back: {"file", "entry", "line", "member": {...}, "resume": [{..., "_under": 0}],
 * ..., "photo": base64, "refused": [{"field", "say", "value", "detail"}]}. */
#include <openssl/evp.h>
#include <string.h>

#include "base/buf.h"
#include "roster/intake_stage.h"
#include "roster/roster.h"

static const char *const set_names[INTAKE_SETS] = {"resume", "education", "family", "appraisal"};

static void values(struct buf *b, const struct row *r, int under)
{
    size_t from = b->n + 1;
    buf_putc(b, '{');
    for (int i = 0; r->of->fields[i].name != NULL; i++) {
        if (r->v[i] == NULL)
            continue;
        buf_printf(b, "%s\"%s\":", b->n > from ? "," : "", r->of->fields[i].name);
        buf_json(b, r->v[i]);
    }
    if (under >= 0)
        buf_printf(b, "%s\"_under\":%d", b->n > from ? "," : "", under);
    buf_putc(b, '}');
}

static void refusals(struct buf *b, const struct err *e)
{
    buf_puts(b, ",\"refused\":[");
    for (const struct err *at = e; at != NULL; at = at->next) {
        buf_printf(b, "%s{\"field\":", at == e ? "" : ",");
        buf_json(b, at->field);
        buf_puts(b, ",\"say\":");
        buf_json(b, at->say);
        buf_puts(b, ",\"detail\":");
        buf_json(b, at->detail);
        buf_puts(b, ",\"args\":[");
        for (int i = 0; i < ERR_ARGS && at->args[i].name != NULL; i++) {
            buf_puts(b, i > 0 ? ",[" : "[");
            buf_json(b, at->args[i].name);
            buf_putc(b, ',');
            buf_json(b, at->args[i].value);
            buf_putc(b, ']');
        }
        buf_puts(b, "]}");
    }
    buf_putc(b, ']');
}

static void photo(struct buf *b, struct arena *a, const struct intake *in)
{
    char *text = arena_alloc(a, in->n_photo * 4 / 3 + 8);
    EVP_EncodeBlock((unsigned char *)text, in->photo, (int)in->n_photo);
    buf_puts(b, ",\"photo_type\":");
    buf_json(b, in->photo_type);
    buf_puts(b, ",\"photo\":");
    buf_json(b, text);
}

char *intake_said(struct arena *a, const struct intake *in)
{
    struct buf b = BUF(a);
    buf_puts(&b, "{\"file\":");
    buf_json(&b, in->file);
    buf_puts(&b, ",\"entry\":");
    buf_json(&b, in->entry);
    buf_printf(&b, ",\"line\":%d", in->line);
    if (in->member != NULL) {
        buf_puts(&b, ",\"member\":");
        values(&b, in->member, -1);
    }
    for (int s = 0; s < INTAKE_SETS; s++) {
        buf_printf(&b, ",\"%s\":[", set_names[s]);
        for (int i = 0; i < in->sets[s].n; i++) {
            buf_puts(&b, i > 0 ? "," : "");
            values(&b, in->sets[s].rows[i], in->sets[s].under[i]);
        }
        buf_putc(&b, ']');
    }
    if (in->photo != NULL)
        photo(&b, a, in);
    if (in->refused != NULL)
        refusals(&b, in->refused);
    buf_putc(&b, '}');
    return buf_str(&b);
}

static struct row *row_read(struct arena *a, const struct record *of, const json_t *o)
{
    struct row *r = row_new(a, of);
    for (int i = 0; of->fields[i].name != NULL; i++) {
        const char *v = json_string_value(json_object_get(o, of->fields[i].name));
        r->v[i] = v == NULL ? NULL : arena_strdup(a, v);
    }
    return r;
}

static const char *text_of(struct arena *a, const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s == NULL ? NULL : arena_strdup(a, s);
}

static struct err *refusal_read(struct arena *a, const json_t *o)
{
    const char *detail = text_of(a, o, "detail");
    struct err *e = ERR(a, ERR_INVALID, "%s", detail == NULL ? "" : detail);
    e->say = text_of(a, o, "say");
    e->field = text_of(a, o, "field");
    size_t i;
    json_t *pair;
    json_array_foreach(json_object_get(o, "args"), i, pair)
    {
        if (i < ERR_ARGS) {
            e->args[i].name = arena_strdup(a, json_string_value(json_array_get(pair, 0)));
            const char *v = json_string_value(json_array_get(pair, 1));
            e->args[i].value = v == NULL ? NULL : arena_strdup(a, v);
        }
    }
    return e;
}

static void photo_read(struct arena *a, const json_t *o, struct intake *in)
{
    const char *text = json_string_value(json_object_get(o, "photo"));
    if (text == NULL)
        return;
    size_t n = strlen(text);
    unsigned char *bytes = arena_alloc(a, n / 4 * 3 + 4);
    int got = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)n);
    if (got <= 0)
        return;
    while (n > 0 && text[n - 1] == '=' && got > 0)
        n--, got--;
    in->photo = bytes;
    in->n_photo = (size_t)got;
    in->photo_type = text_of(a, o, "photo_type");
}

struct err *intake_unsaid(struct arena *a, const char *said, struct intake **out)
{
    json_error_t je;
    json_t *o = json_loads(said, 0, &je);
    if (!json_is_object(o)) {
        json_decref(o);
        return ERR(a, ERR_FAULT, "a staged person is not JSON: %s", je.text);
    }
    struct intake *in = arena_new_of(a, struct intake);
    in->file = text_of(a, o, "file");
    in->entry = text_of(a, o, "entry");
    in->line = (int)json_integer_value(json_object_get(o, "line"));
    if (json_is_object(json_object_get(o, "member")))
        in->member = row_read(a, &roster_member, json_object_get(o, "member"));
    for (int s = 0; s < INTAKE_SETS; s++) {
        const json_t *rows = json_object_get(o, set_names[s]);
        size_t n = json_array_size(rows);
        in->sets[s].rows = arena_array(a, struct row *, n + 1);
        in->sets[s].under = arena_array(a, int, n + 1);
        for (size_t i = 0; i < n; i++) {
            const json_t *r = json_array_get(rows, i), *under = json_object_get(r, "_under");
            in->sets[s].rows[i] = row_read(a, intake_set_record(s), r);
            in->sets[s].under[i] = under == NULL ? -1 : (int)json_integer_value(under);
        }
        in->sets[s].n = (int)n;
    }
    photo_read(a, o, in);
    size_t i;
    json_t *r;
    json_array_foreach(json_object_get(o, "refused"), i, r) err_join(&in->refused, refusal_read(a, r));
    json_decref(o);
    *out = in;
    return NULL;
}
