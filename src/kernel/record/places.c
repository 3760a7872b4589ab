/* places.c: see places.h. What belongs to a row follows its references: rows that concern it, cases about it, logs of
 * it, and whatever cannot be without it. What else refers to it is unlinked. Then every revision of the log is read
 * once for texts that name the person. */
#include "record/places.h"

#include <stdlib.h>
#include <string.h>

#include "record/inner.h"
#include "record/log.h"
#include "record/verify.h"

const char *const place_names[PLACE_KINDS] = {"row", "file", "unlink", "old", "head", "outside", "quote", "kept"};

/* ---- a set of numbered rows ---- */
struct key {
    const char *record; /* of the declaration, compared as a pointer; NULL: a change */
    int64_t row;
    bool used;
};
struct set {
    struct arena *a;
    struct key *slots;
    size_t n, cap;
};

static struct key *slot(const struct set *s, const char *record, int64_t row)
{
    size_t i = ((uintptr_t)record >> 3 ^ (uint64_t)row * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->cap - 1);
    while (s->slots[i].used && (s->slots[i].record != record || s->slots[i].row != row))
        i = (i + 1) & (s->cap - 1);
    return &s->slots[i];
}

static bool set_has(const struct set *s, const char *record, int64_t row)
{
    return s->cap > 0 && slot(s, record, row)->used;
}

/* false when it was there. */
static bool set_add(struct set *s, const char *record, int64_t row)
{
    if (s->n * 2 >= s->cap) {
        struct set old = *s;
        s->cap = old.cap == 0 ? 256 : old.cap * 2;
        s->slots = arena_alloc(s->a, s->cap * sizeof *s->slots);
        for (size_t i = 0; i < old.cap; i++)
            if (old.slots[i].used)
                *slot(s, old.slots[i].record, old.slots[i].row) = old.slots[i];
    }
    struct key *k = slot(s, record, row);
    if (k->used)
        return false;
    *k = (struct key){record, row, true};
    s->n++;
    return true;
}

struct search {
    struct db_tx *tx;
    struct arena *a;
    struct places *out;
    struct set rows, changes, files, shown_elsewhere;
    VEC(struct key) queue; /* rows whose references are still to be followed */
    VEC(int64_t) kept;     /* accounts that held an office */
    VEC(int64_t) accounts; /* of his own */
    bool person;
};

static void put(struct search *s, enum place_kind kind, const char *record, int64_t row, int64_t first, int64_t last)
{
    *VEC_PUSH(&s->out->v, s->a) = (struct place){kind, record, row, first, last};
    s->out->n[kind]++;
}

static void belongs(struct search *s, const struct record *rec, int64_t row)
{
    if (set_add(&s->rows, rec->name, row))
        *VEC_PUSH(&s->queue, s->a) = (struct key){rec->name, row, true};
}

/* ---- following references ---- */
static bool refers(const struct field *f, const struct record *to)
{
    return (f->type == FIELD_REF || f->type == FIELD_INT) && f->to != NULL && strcmp(f->to, to->name) == 0;
}

/* Is a row that refers by this field part of what it refers to? */
static bool part_of(const struct search *s, const struct record *rec, const struct field *f)
{
    bool case_of = (rec->concerns != NULL && strcmp(rec->concerns, f->name) == 0) ||
                   (rec->recusal != NULL && strcmp(rec->recusal, f->name) == 0);
    bool log = rec->quiet && strcmp(f->to, s->out->of->name) == 0;
    return case_of || log || (f->required && f->type == FIELD_REF);
}

/* An account whose holder acted in an office stays: acts in office are not his private matter. */
static struct err *account_acted(struct search *s, int64_t id, bool *out)
{
    int64_t n;
    struct db_val args[] = {db_int(id)};
    TRY(db_one_int(s->tx, "SELECT count(*) FROM change WHERE account = ?1 AND role NOT IN ('', 'member')", args, 1, 0,
                   &n));
    *out = n > 0;
    if (*out)
        *VEC_PUSH(&s->kept, s->a) = id;
    else
        *VEC_PUSH(&s->accounts, s->a) = id;
    return NULL;
}

static struct err *referring(struct search *s, const struct record *rec, const struct field *f, int64_t to)
{
    VEC(int64_t) ids = {0};
    {
        db_rows_scope struct db_rows rows = {0};
        struct db_val args[] = {db_int(to)};
        TRY(db_query(s->tx,
                     arena_printf(s->a, "SELECT id FROM %s WHERE %s = ?1 ORDER BY id", known_of(rec)->table, f->name),
                     args, 1, &rows));
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            *VEC_PUSH(&ids, s->a) = db_col_int(&rows, 0);
        }
    }
    for (size_t i = 0; i < ids.n; i++) {
        bool acted = false;
        if (f->type == FIELD_INT)
            TRY(account_acted(s, ids.p[i], &acted));
        if (acted)
            put(s, PLACE_KEPT, rec->name, ids.p[i], 0, 0);
        else if (f->type == FIELD_INT || part_of(s, rec, f))
            belongs(s, rec, ids.p[i]);
        else
            put(s, PLACE_UNLINK, rec->name, ids.p[i], 0, 0);
    }
    return NULL;
}

static struct err *follow(struct search *s)
{
    for (size_t q = 0; q < s->queue.n; q++) {
        struct key k = s->queue.p[q];
        const struct record *to = record_find(k.record);
        for (int r = 0; r < record_count(); r++) {
            const struct record *rec = record_at(r);
            for (const struct field *f = rec->fields; f->name != NULL; f++)
                if (refers(f, to))
                    TRY(referring(s, rec, f, k.row));
        }
    }
    return NULL;
}

/* ---- a value in the state kept in a revision: one flat object of texts, where a quote inside a value is escaped ----
 */
static const char *value_in(const char *body, const char *key, size_t *n_out)
{
    size_t n = strlen(key);
    for (const char *p = body; p != NULL && (p = strstr(p, key)) != NULL; p += n)
        if (p > body + 1 && p[-1] == '"' && (p[-2] == '{' || p[-2] == ',') && strncmp(p + n, "\":\"", 3) == 0) {
            const char *v = p + n + 3, *end = v;
            while (*end != '\0' && *end != '"')
                end += *end == '\\' && end[1] != '\0' ? 2 : 1;
            *n_out = (size_t)(end - v);
            return v;
        }
    return NULL;
}

static int64_t number_in(const char *body, const char *key)
{
    size_t n;
    const char *v = value_in(body, key, &n);
    return v == NULL ? 0 : strtoll(v, NULL, 10);
}

static void needle(struct search *s, const char *v, size_t n, bool id)
{
    struct places *o = s->out;
    if (v == NULL || n < 4) /* a name of one letter would be found everywhere */
        return;
    for (size_t i = 0; i < o->needles.n; i++)
        if (strlen(o->needles.p[i]) == n && memcmp(o->needles.p[i], v, n) == 0)
            return;
    *VEC_PUSH(&o->needles, s->a) = arena_strndup(s->a, v, n);
    if (id) { /* ids come first */
        const char *last = o->needles.p[o->needles.n - 1];
        memmove(o->needles.p + o->n_ids + 1, o->needles.p + o->n_ids,
                (o->needles.n - 1 - (size_t)o->n_ids) * sizeof *o->needles.p);
        o->needles.p[o->n_ids++] = last;
    }
}

/* ---- his own rows: which revisions, what names, which files ---- */
static void look_into(struct search *s, const struct record *rec, const char *body)
{
    const char *title = rec->title != NULL ? rec->title : rec->fields[0].name;
    for (const struct field *f = rec->fields; f->name != NULL; f++) {
        size_t n;
        const char *v = NULL;
        bool names = s->person && rec == s->out->of;
        if (f->type == FIELD_FILE && number_in(body, f->name) != 0)
            set_add(&s->files, "", number_in(body, f->name));
        if (names && (f->type == FIELD_CITIZEN_ID || strcmp(f->name, title) == 0))
            v = value_in(body, f->name, &n);
        if (v != NULL)
            needle(s, v, n, f->type == FIELD_CITIZEN_ID);
    }
}

static struct err *own_row(struct search *s, const struct record *rec, int64_t row)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(rec->name), db_int(row)};
    int64_t last = 0;
    TRY(db_query(s->tx,
                 "SELECT rev, body FROM revision WHERE record = ?1 AND row = ?2 AND body IS NOT NULL ORDER BY rev",
                 args, 2, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        last = db_col_int(&rows, 0);
        look_into(s, rec, db_col_text(&rows, 1));
    }
    if (last > 0)
        put(s, PLACE_ROW, rec->name, row, 1, last);
    return NULL;
}

/* ---- everything else: one pass over the log ---- */
enum named { NAMED_NOT, NAMED_NAME, NAMED_ID };

static enum named named_in(const struct places *p, const char *text)
{
    for (size_t i = 0; text != NULL && i < p->needles.n; i++)
        if (strstr(text, p->needles.p[i]) != NULL)
            return (int)i < p->n_ids ? NAMED_ID : NAMED_NAME;
    return NAMED_NOT;
}

/* Another person of that name bears it himself: that is no quote. */
static bool only_namesake(const struct search *s, const struct record *rec, const char *body)
{
    const char *title = rec->title != NULL ? rec->title : rec->fields[0].name;
    size_t n;
    const char *v = rec == s->out->of ? value_in(body, title, &n) : NULL;
    if (v == NULL)
        return false;
    char *rest = arena_printf(s->a, "%.*s%s", (int)(v - body), body, v + n);
    return named_in(s->out, rest) == NAMED_NOT;
}

static bool held_reference(const struct search *s, const struct record *rec, const char *body)
{
    for (const struct field *f = rec->fields; f->name != NULL; f++)
        if (refers(f, s->out->of) && number_in(body, f->name) == s->out->id)
            return true;
    return false;
}

static struct err *newest_of(struct search *s, const char *record, int64_t row, int64_t *out)
{
    struct db_val args[] = {db_text(record), db_int(row)};
    return db_one_int(s->tx, "SELECT max(rev) FROM revision WHERE record = ?1 AND row = ?2", args, 2, 0, out);
}

struct hit {
    const struct record *rec;
    int64_t row, rev;
    enum named named;
};

static struct err *sort_hits(struct search *s, const struct hit *hits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t newest = 0;
        const struct hit *h = &hits[i];
        TRY(newest_of(s, h->rec->name, h->row, &newest));
        if (h->rec->quiet) /* of a log the whole row goes: nobody writes in it again */
            put(s, PLACE_ROW, h->rec->name, h->row, h->rev, h->rev);
        else if (h->rev < newest)
            put(s, PLACE_OLD, h->rec->name, h->row, h->rev, h->rev);
        else if (h->named != NAMED_NOT)
            put(s, PLACE_QUOTE, h->rec->name, h->row, h->rev, h->rev);
    }
    return NULL;
}

static struct err *pass(struct search *s)
{
    VEC(struct hit) hits = {0};
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(s->tx, "SELECT record, row, rev, change, body FROM revision WHERE body IS NOT NULL", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const struct record *rec = record_find(db_col_text(&rows, 0));
        const char *body = db_col_text(&rows, 4);
        int64_t row = db_col_int(&rows, 1);
        if (rec == NULL)
            continue;
        if (set_has(&s->rows, rec->name, row)) {
            set_add(&s->changes, NULL, db_col_int(&rows, 3));
            continue;
        }
        for (const struct field *f = rec->fields; s->files.n > 0 && f->name != NULL; f++)
            if (f->type == FIELD_FILE && set_has(&s->files, "", number_in(body, f->name)))
                set_add(&s->shown_elsewhere, "", number_in(body, f->name));
        enum named named = s->person ? named_in(s->out, body) : NAMED_NOT;
        if (named == NAMED_NAME && only_namesake(s, rec, body))
            named = NAMED_NOT;
        if (named != NAMED_NOT || (s->person && held_reference(s, rec, body)))
            *VEC_PUSH(&hits, s->a) = (struct hit){rec, row, db_col_int(&rows, 2), named};
    }
    db_rows_end(&rows);
    return sort_hits(s, hits.p, hits.n);
}

static void files_found(struct search *s)
{
    for (size_t i = 0; i < s->files.cap; i++)
        if (s->files.slots[i].used && !set_has(&s->shown_elsewhere, "", s->files.slots[i].row))
            put(s, PLACE_FILE, FILE_RECORD, s->files.slots[i].row, 1, 1);
}

static bool one_of(const int64_t *ids, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static struct err *heads(struct search *s)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(s->tx, "SELECT id, seq, account, what FROM change WHERE salt IS NOT NULL", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        int64_t seq = db_col_int(&rows, 1), account = db_col_int(&rows, 2);
        enum named named = named_in(s->out, db_col_text(&rows, 3));
        if (account != 0 && one_of(s->accounts.p, s->accounts.n, account))
            put(s, PLACE_HEAD, "change", seq, 0, 0);
        else if (account != 0 && one_of(s->kept.p, s->kept.n, account) && named == NAMED_NOT)
            put(s, PLACE_KEPT, "change", seq, 0, 0);
        else if (named == NAMED_ID || (named == NAMED_NAME && set_has(&s->changes, NULL, db_col_int(&rows, 0))))
            put(s, PLACE_HEAD, "change", seq, 0, 0);
        else if (named == NAMED_NAME)
            put(s, PLACE_QUOTE, "change", seq, 0, 0);
    }
}

/* ---- outside the log ---- */
/* "coalesce(a, '') || ..." of the columns of a table that hold text. */
struct err *places_outside(struct db_tx *tx, struct place **out, const char ***text_out, int *n_out)
{
    struct arena *a = tx->arena;
    VEC(struct place) v = {0};
    VEC(const char *) texts = {0};
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx,
                 db_kind(tx->db) == DB_SQLITE
                     ? "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p"
                       " WHERE m.type = 'table' AND lower(p.type) = 'text' ORDER BY m.name, p.cid"
                     : "SELECT CAST(c.relname AS text), CAST(t.attname AS text) FROM pg_class c"
                       " JOIN pg_attribute t ON t.attrelid = c.oid WHERE c.relkind = 'r' AND t.attnum > 0"
                       " AND NOT t.attisdropped AND t.atttypid = 'text'::regtype AND c.relnamespace ="
                       " (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY c.relname, t.attnum",
                 NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const char *name = db_col_text(&rows, 0), *column = db_col_text(&rows, 1);
        if (!verify_outside(name))
            continue;
        bool same = v.n > 0 && strcmp(v.p[v.n - 1].record, name) == 0;
        if (!same) {
            *VEC_PUSH(&v, a) = (struct place){.kind = PLACE_OUTSIDE, .record = arena_strdup(a, name)};
            *VEC_PUSH(&texts, a) = "''";
        }
        texts.p[texts.n - 1] = arena_printf(a, "%s || ' ' || coalesce(%s, '')", texts.p[texts.n - 1], column);
    }
    *out = v.p;
    *text_out = texts.p;
    *n_out = (int)v.n;
    return NULL;
}

static struct err *outside(struct search *s)
{
    struct place *tables = NULL;
    const char **texts = NULL;
    int n = 0;
    TRY(places_outside(s->tx, &tables, &texts, &n));
    for (int t = 0; t < n; t++) {
        int64_t found = 0;
        for (size_t i = 0; i < s->out->needles.n; i++) {
            int64_t some;
            struct db_val args[] = {db_text(s->out->needles.p[i])};
            TRY(db_one_int(s->tx,
                           arena_printf(s->a, "SELECT count(*) FROM %s WHERE %s(%s, ?1) > 0", tables[t].record,
                                        db_kind(s->tx->db) == DB_SQLITE ? "instr" : "strpos", texts[t]),
                           args, 1, 0, &some));
            found += some;
        }
        if (found > 0)
            put(s, PLACE_OUTSIDE, tables[t].record, found, 0, 0);
    }
    return NULL;
}

/* A person is who others' rows concern, and has a number by which he is known. */
static bool is_person(const struct record *rec)
{
    for (const struct field *f = rec->fields; f->name != NULL; f++)
        if (f->type == FIELD_CITIZEN_ID)
            return true;
    return false;
}

/* Rows that belong to him need not be unlinked as well. */
static void drop_own(struct search *s)
{
    struct places *o = s->out;
    size_t n = 0;
    for (size_t i = 0; i < o->v.n; i++) {
        const struct place *p = &o->v.p[i];
        const struct record *rec = record_find(p->record);
        bool own = p->kind == PLACE_UNLINK && rec != NULL && set_has(&s->rows, rec->name, p->row);
        if (own)
            o->n[PLACE_UNLINK]--;
        else
            o->v.p[n++] = *p;
    }
    o->v.n = n;
}

struct err *places_find(struct db_tx *tx, const struct record *of, int64_t id, struct places *out)
{
    struct arena *a = tx->arena;
    *out = (struct places){.of = of, .id = id};
    struct search s = {.tx = tx, .a = a, .out = out, .person = is_person(of)};
    s.rows.a = s.changes.a = s.files.a = s.shown_elsewhere.a = a;
    belongs(&s, of, id);
    TRY(follow(&s));
    drop_own(&s);
    for (size_t i = 0; i < s.queue.n; i++)
        TRY(own_row(&s, record_find(s.queue.p[i].record), s.queue.p[i].row));
    if (out->n[PLACE_ROW] == 0)
        return ERR(a, ERR_MISSING, "%s %lld has no content", of->name, (long long)id);
    TRY(pass(&s));
    files_found(&s);
    if (!s.person)
        return NULL;
    TRY(heads(&s));
    return outside(&s);
}
