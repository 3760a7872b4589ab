/* show.c: see show.h. */
#include "face/show.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "face/sql.h"
#include "record/codes.h"
#include "view/view.h"

enum { NAMES_AT_ONCE = 128, NAMES_DEEP = 3 };

struct name {
    const struct record *rec;
    int64_t id;
    const char *value; /* of its title field; NULL: not on record or not to be known */
    bool there, in_scope;
    struct name *next;
};

struct face_names {
    struct arena *a;
    const struct who *who;
    struct name **slots; /* 1 << bits of them */
    int bits, n;
    VEC(struct name *) asked; /* not yet fetched */
};

struct face_names *face_names_new(struct arena *a, const struct who *who)
{
    struct face_names *n = arena_new_of(a, struct face_names);
    *n = (struct face_names){.a = a, .who = who, .bits = 8};
    n->slots = arena_array(a, struct name *, 1 << n->bits);
    return n;
}

static struct name **slot_of(const struct face_names *n, const struct record *rec, int64_t id)
{
    uint64_t h = ((uint64_t)id * 31 + (uint64_t)record_index(rec)) * 0x9E3779B97F4A7C15u;
    struct name **at = &n->slots[h >> (64 - n->bits)];
    while (*at != NULL && ((*at)->id != id || (*at)->rec != rec))
        at = &(*at)->next;
    return at;
}

static void grow(struct face_names *n)
{
    struct name **old = n->slots;
    int size = 1 << n->bits;
    n->bits += 2;
    n->slots = arena_array(n->a, struct name *, 1 << n->bits);
    for (int i = 0; i < size; i++)
        for (struct name *m = old[i], *next; m != NULL; m = next) {
            next = m->next;
            m->next = NULL;
            *slot_of(n, m->rec, m->id) = m;
        }
}

static void ask(struct face_names *n, const struct record *rec, int64_t id)
{
    if (n->n > 2 << n->bits)
        grow(n);
    struct name **at = slot_of(n, rec, id);
    if (*at != NULL)
        return;
    *at = arena_new_of(n->a, struct name);
    **at = (struct name){.rec = rec, .id = id};
    *VEC_PUSH(&n->asked, n->a) = *at;
    n->n++;
}

/* Up to NAMES_AT_ONCE of one record, padded with the last id so that few texts are prepared. */
static struct err *fetch(struct face_names *n, struct db_tx *tx, struct name **v, int count)
{
    const struct record *rec = v[0]->rec;
    int title = face_title_field(rec), size = 1;
    bool open = record_field_class(rec, title) == CLASS_OPEN, seen = face_sees(rec, title, n->who);
    bool scoped = face_scope_matters(rec, &n->who->scope);
    while (size < count)
        size *= 2;
    struct sql s;
    face_sql_begin(&s, tx);
    s.a = s.text.arena = n->a; /* a long export asks for many names: the transaction's arena would grow */
    face_sql_printf(&s, "SELECT id, scope, %s FROM %s WHERE id IN (", rec->fields[title].name, record_table(s.a, rec));
    for (int i = 0; i < size; i++) {
        face_sql_put(&s, i > 0 ? ", " : "");
        face_sql_int(&s, v[i < count ? i : count - 1]->id);
    }
    face_sql_put(&s, ")");
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, s.text.p, s.args.p, (int)s.args.n, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct name *m = *slot_of(n, rec, db_col_int(&rows, 0));
        m->there = true;
        m->in_scope = !scoped || scope_has(&n->who->scope, db_col_int(&rows, 1));
        if (seen && (open || m->in_scope))
            m->value = db_col_null(&rows, 2) ? NULL : arena_strdup(n->a, db_col_text(&rows, 2));
    }
}

/* Names that are references themselves are fetched in a further round. */
static void ask_further(struct face_names *n, struct name **v, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *f = &v[i]->rec->fields[face_title_field(v[i]->rec)];
        if (f->type == FIELD_REF && v[i]->value != NULL)
            ask(n, record_find(f->to), strtoll(v[i]->value, NULL, 10));
    }
}

static struct err *fetch_asked(struct face_names *n, struct db_tx *tx)
{
    for (int round = 0; round < NAMES_DEEP && n->asked.n > 0; round++) {
        struct name **v = n->asked.p;
        size_t count = n->asked.n;
        n->asked.p = NULL;
        n->asked.n = n->asked.cap = 0;
        struct name **one = arena_array(n->a, struct name *, NAMES_AT_ONCE);
        for (int r = 0; r < record_count(); r++) {
            int k = 0;
            for (size_t i = 0; i < count; i++) {
                if (v[i]->rec == record_at(r))
                    one[k++] = v[i];
                if (k == NAMES_AT_ONCE || (i + 1 == count && k > 0)) {
                    TRY(fetch(n, tx, one, k));
                    k = 0;
                }
            }
        }
        ask_further(n, v, count);
    }
    return NULL;
}

struct err *face_names_of_rows(struct face_names *n, struct db_tx *tx, struct row *const *rows, int n_rows,
                               const int *cols, int n_cols)
{
    const struct record *rec = n_rows > 0 ? rows[0]->of : NULL;
    int fields = rec == NULL ? 0 : cols == NULL ? record_fields(rec) : n_cols;
    for (int i = 0; i < fields; i++) {
        int f = cols == NULL ? i : cols[i];
        if (rec->fields[f].type != FIELD_REF || !face_sees(rec, f, n->who))
            continue;
        const struct record *to = record_find(rec->fields[f].to);
        for (int r = 0; r < n_rows; r++)
            if (rows[r]->v[f] != NULL)
                ask(n, to, strtoll(rows[r]->v[f], NULL, 10));
    }
    return fetch_asked(n, tx);
}

struct err *face_names_of(struct face_names *n, struct db_tx *tx, const struct record *rec, int64_t id)
{
    ask(n, rec, id);
    return fetch_asked(n, tx);
}

const char *face_name(struct face_names *n, struct arena *a, enum lang lang, const struct record *rec, int64_t id,
                      bool *in_scope)
{
    const struct name *m = *slot_of(n, rec, id);
    if (in_scope != NULL)
        *in_scope = m != NULL && m->in_scope;
    if (m == NULL || m->value == NULL)
        return NULL;
    int title = face_title_field(rec);
    const struct field *f = &rec->fields[title];
    if (f->type == FIELD_REF &&
        record_find(f->to) == rec) /* called after another of its kind: that may go in a circle */
        return NULL;
    return face_value(a, lang, rec, title, m->value, n);
}

/* ---- texts ---- */
const char *face_label(struct arena *a, enum lang lang, const struct record *rec, int field)
{
    return text_get(lang, arena_printf(a, "%s.%s", rec->name, rec->fields[field].name));
}

const char *face_hint(struct arena *a, enum lang lang, const struct record *rec, int field)
{
    const char *key = arena_printf(a, "%s.%s.hint", rec->name, rec->fields[field].name);
    return text_has(lang, key) ? text_get(lang, key) : NULL;
}

const char *face_record_label(enum lang lang, const struct record *rec)
{
    return text_get(lang, rec->name);
}

static const char *date_text(struct arena *a, enum lang lang, const char *value)
{
    struct date d;
    struct buf b = BUF(a);
    if (!date_parse(value, &d))
        return value;
    view_date(&b, lang, d);
    return buf_str(&b);
}

static const char *number_text(struct arena *a, int64_t id)
{
    return arena_printf(a, "#%lld", (long long)id);
}

static const char *ref_text(struct arena *a, enum lang lang, const struct record *to, const char *value,
                            struct face_names *names)
{
    int64_t id = strtoll(value, NULL, 10);
    if (names == NULL)
        return number_text(a, id);
    const char *name = face_name(names, a, lang, to, id, NULL);
    if (name != NULL)
        return name;
    const struct name *m = *slot_of(names, to, id);
    return m != NULL && m->there && m->in_scope ? number_text(a, id) : text_get(lang, "face.out_of_sight");
}

const char *face_value(struct arena *a, enum lang lang, const struct record *rec, int field, const char *value,
                       struct face_names *names)
{
    const struct field *f = &rec->fields[field];
    if (value == NULL)
        return NULL;
    switch (f->type) {
    case FIELD_DATE:
    case FIELD_PDATE: return date_text(a, lang, value);
    case FIELD_BOOL: return text_get(lang, *value == '1' ? "face.yes" : "face.no");
    case FIELD_CODE: return codes_label(f->codes, value, lang == LANG_EN);
    case FIELD_REF: return ref_text(a, lang, record_find(f->to), value, names);
    case FIELD_FILE: return text_get(lang, "face.file");
    default: return value;
    }
}

const char *face_row_name(struct arena *a, enum lang lang, const struct row *r, struct face_names *names)
{
    int title = face_title_field(r->of);
    const char *value = NULL;
    if (names == NULL || face_sees(r->of, title, names->who))
        value = face_value(a, lang, r->of, title, r->v[title], names);
    return value != NULL ? value : number_text(a, r->id);
}

json_t *face_row_words(struct arena *a, enum lang lang, const struct row *r, const struct who *who,
                       struct face_names *names)
{
    json_t *all = json_array();
    for (int i = 0; i < record_fields(r->of); i++) {
        bool owner = r->of->concerns != NULL && strcmp(r->of->fields[i].name, r->of->concerns) == 0;
        if (r->v[i] == NULL || owner || !face_shown(r->of, i, who) || r->of->fields[i].type == FIELD_FILE)
            continue;
        const char *v = face_value(a, lang, r->of, i, r->v[i], names);
        if (v != NULL)
            json_array_append_new(all, json_pack("{s:s, s:s}", "label", face_label(a, lang, r->of, i), "value", v));
    }
    return all;
}

const char *face_typed(struct arena *a, enum lang lang, const struct record *rec, int field, const char *value,
                       struct face_names *names)
{
    const struct field *f = &rec->fields[field];
    struct date d;
    char dots[DATE_TEXT];
    if (value == NULL)
        return "";
    if ((f->type == FIELD_DATE || f->type == FIELD_PDATE) && date_parse(value, &d))
        return arena_strdup(a, date_dots(d, dots));
    if (f->type == FIELD_REF && names != NULL) {
        const char *name = face_name(names, a, lang, record_find(f->to), strtoll(value, NULL, 10), NULL);
        return name == NULL ? value : arena_printf(a, "%s %s", value, name);
    }
    return value;
}

char *face_path(struct arena *a, const struct record *rec)
{
    char *s = arena_printf(a, "/%s", rec->name);
    for (char *p = s; *p != '\0'; p++)
        if (*p == '.')
            *p = '/';
    return s;
}
