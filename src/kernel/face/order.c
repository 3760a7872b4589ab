/* order.c: the keys rows are sorted by, and cursors: the keys and id of the row a page begins after, as one word. */
#include "face/sql.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void face_order_of(struct arena *a, const struct face_query *q, struct order *out)
{
    *out = (struct order){.n = q->n_sort};
    for (int i = 0; i < q->n_sort; i++) {
        const struct field *f = &q->rec->fields[q->sort[i].field];
        struct key *k = &out->keys[i];
        *k = (struct key){.field = q->sort[i].field, .desc = q->sort[i].desc};
        k->by_scope = q->rec->unit != NULL && strcmp(q->rec->unit, f->name) == 0; /* units stand in their own order */
        k->never_null = q->rec->concerns != NULL && strcmp(q->rec->concerns, f->name) == 0;
        if (k->by_scope) {
            k->type = KEY_INT;
            k->expr = i == 0 ? "t.scope" : "CASE WHEN t.scope < 0 THEN NULL ELSE t.scope END";
        } else if (f->type == FIELD_DECIMAL || f->type == FIELD_MONEY) {
            k->type = KEY_NUMERIC;
            k->expr = arena_printf(a, "CAST(t.%s AS numeric)", f->name);
        } else {
            bool whole = f->type == FIELD_INT || f->type == FIELD_BOOL || f->type == FIELD_REF || f->type == FIELD_FILE;
            k->type = whole ? KEY_INT : KEY_TEXT;
            k->expr = arena_printf(a, "t.%s", f->name);
        }
    }
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *base64_write(struct arena *a, const char *s, size_t n)
{
    struct buf b = BUF(a);
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned char)s[i] << 16U;
        v |= i + 1 < n ? (unsigned)(unsigned char)s[i + 1] << 8U : 0;
        v |= i + 2 < n ? (unsigned char)s[i + 2] : 0;
        for (int j = 0; j < 4 && i + (size_t)j <= n; j++)
            buf_putc(&b, letters[v >> (18 - 6 * j) & 63]);
    }
    return buf_str(&b);
}

/* NULL when it is no such text. */
static char *base64_read(struct arena *a, const char *s)
{
    struct buf b = BUF(a);
    unsigned v = 0;
    int bits = 0;
    for (; *s != '\0'; s++) {
        const char *at = strchr(letters, *s);
        if (at == NULL)
            return NULL;
        v = (v << 6 | (unsigned)(at - letters)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buf_putc(&b, (char)(v >> bits & 255));
        }
    }
    return buf_str(&b);
}

char *face_cursor_write(struct arena *a, const struct face_query *q, const struct order *o, const struct row *r)
{
    struct buf b = BUF(a);
    buf_putc(&b, '[');
    buf_json(&b, face_sort_text(a, q));
    for (int i = 0; i < o->n; i++) {
        buf_putc(&b, ',');
        if (o->keys[i].by_scope)
            buf_json(&b, r->scope < 0 ? NULL : arena_printf(a, "%lld", (long long)r->scope));
        else
            buf_json(&b, r->v[o->keys[i].field]);
    }
    buf_printf(&b, ",\"%lld\"]", (long long)r->id);
    return base64_write(a, b.p, b.n);
}

static bool whole(const char *s)
{
    size_t n = strspn(s + (*s == '-'), "0123456789");
    return n > 0 && n < 19 && s[n + (*s == '-')] == '\0';
}

static bool number(const char *s)
{
    s += *s == '-';
    size_t n = strspn(s, "0123456789"), m = s[n] == '.' ? strspn(s + n + 1, "0123456789") + 1 : 0;
    return n > 0 && n < 19 && m < 19 && s[n + m] == '\0';
}

static bool take(struct arena *a, const json_t *parts, const struct face_query *q, const struct order *o,
                 struct cursor *out)
{
    const char *sort = json_string_value(json_array_get(parts, 0));
    const char *id = json_string_value(json_array_get(parts, (size_t)o->n + 1));
    if (json_array_size(parts) != (size_t)o->n + 2 || sort == NULL || strcmp(sort, face_sort_text(a, q)) != 0 ||
        id == NULL || !whole(id))
        return false;
    for (int i = 0; i < o->n; i++) {
        json_t *v = json_array_get(parts, (size_t)i + 1);
        const char *s = json_string_value(v);
        if (s == NULL && !json_is_null(v))
            return false;
        if (s != NULL && ((o->keys[i].type == KEY_INT && !whole(s)) || (o->keys[i].type == KEY_NUMERIC && !number(s))))
            return false;
        out->values[i] = s == NULL ? NULL : arena_strdup(a, s);
    }
    out->id = strtoll(id, NULL, 10);
    return true;
}

struct err *face_cursor_read(struct arena *a, const struct face_query *q, const struct order *o, const char *text,
                             struct cursor *out)
{
    char *json = base64_read(a, text);
    json_t *parts = json == NULL ? NULL : json_loads(json, 0, NULL);
    struct cursor c = {0};
    bool right = take(a, parts, q, o, &c);
    json_decref(parts);
    if (!right)
        return err_field(
            err_say(ERR(a, ERR_INVALID, "the cursor '%.40s' is not of this order", text), "face.cursor", NULL),
            "after");
    *out = c;
    return NULL;
}
