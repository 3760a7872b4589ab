/* rows.c: runs lists. Two plans: few rows in scope are fetched by scope and then sorted; otherwise rows are read in the
 * order of the list and filtered. A page is found by its keys, never by counting rows. Rows whose first key is not on
 * record come last, either way, as a second statement: then an index of that key serves both directions on both engines
 * (PostgreSQL has none for DESC NULLS LAST). */
#include "face/filter.h"
#include "face/sql.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ALL_ROWS = -1 };
enum part { PART_WHOLE, PART_SET, PART_NULL }; /* rows whose first key is on record; is not */

static int turn = FACE_TURN;

void face_turn_at(int rows)
{
    turn = rows < 0 ? FACE_TURN : rows;
}

/* What all statements of one list share. */
struct plan {
    struct db_tx *tx;
    const struct face_query *q;
    struct order order;
    bool by_scope;
    const char *lapsed;          /* ids of rows that stand in the sealed file; NULL: no row is chosen by that */
    const struct record *anchor; /* by_scope: whose rows stand in the index by scope */
};

/* The record whose table has an index by scope that leads to the rows. */
static const struct record *anchor_of(const struct record *rec)
{
    if (rec->unit != NULL || rec->tree != NULL)
        return rec;
    if (rec->concerns == NULL)
        return NULL;
    const struct record *owner = record_find(rec->fields[record_field(rec, rec->concerns)].to);
    return owner->unit != NULL || owner->tree != NULL ? owner : NULL;
}

static struct err *unit_range(struct db_tx *tx, const struct face_query *q, struct scope *out)
{
    const struct field *f = &q->rec->fields[record_field(q->rec, q->rec->unit)];
    struct err *e =
        record_tree_range(tx, record_find(f->to), face_where_unit(q), &out->ranges[0].from, &out->ranges[0].to);
    out->n = e == NULL;
    return e != NULL && e->kind != ERR_MISSING ? e : NULL;
}

/* How many rows of the anchor lie in scope, counted no further than needed. */
static struct err *few_in_scope(struct plan *p, bool *few)
{
    struct scope unit = {0};
    struct sql s;
    face_sql_begin(&s, p->tx);
    face_sql_printf(&s, "SELECT count(*) FROM (SELECT 1 FROM %s WHERE ", record_table(s.a, p->anchor));
    if (face_where_unit(p->q) != 0) {
        TRY(unit_range(p->tx, p->q, &unit));
        face_scope_put(&s, "scope", &unit, false);
        face_sql_put(&s, " AND ");
    }
    if (face_scope_matters(p->q->rec, &p->q->who->scope))
        face_scope_put(&s, "scope", &p->q->who->scope, false);
    else
        face_sql_put(&s, "1 = 1");
    face_sql_printf(&s, " LIMIT %d) c", turn + 1);
    int64_t n;
    TRY(db_one_int(p->tx, buf_str(&s.text), s.args.p, (int)s.args.n, 0, &n));
    *few = n <= turn;
    return NULL;
}

/* Asked here, so that no way of listing forgets it. */
static struct err *find_lapsed(struct plan *p)
{
    int64_t *ids;
    int n;
    if (p->q->sealed == FACE_ALL || !face_lapses(p->q->rec))
        return NULL;
    TRY(face_lapsed_ids(p->tx, p->q->rec, &ids, &n));
    p->lapsed = face_ids_text(p->tx->arena, ids, n);
    return NULL;
}

static struct err *plan_choose(struct db_tx *tx, const struct face_query *q, struct plan *out)
{
    *out = (struct plan){.tx = tx, .q = q, .anchor = anchor_of(q->rec)};
    TRY(find_lapsed(out));
    face_order_of(tx->arena, q, &out->order);
    bool narrow = face_scope_matters(q->rec, &q->who->scope) || face_where_unit(q) != 0;
    if (!narrow || out->anchor == NULL || face_where_pinned(q))
        return NULL;
    return few_in_scope(out, &out->by_scope);
}

/* Cases of the reader himself and of his relatives are no rows for him. */
static void barred_put(struct sql *s, const struct record *rec, const struct who *who)
{
    int about = who->n_barred > 0 ? record_about(rec) : -1;
    if (about < 0)
        return;
    const char *field = rec->fields[about].name;
    face_sql_printf(s, "(t.%s IS NULL OR t.%s NOT IN (", field, field);
    for (int i = 0; i < who->n_barred; i++) {
        face_sql_put(s, i > 0 ? ", " : "");
        face_sql_int(s, who->barred[i]);
    }
    face_sql_put(s, ")) AND ");
}

/* A set that is made once for the statement, however many there are. */
static void lapsed_put(struct sql *s, const struct plan *p)
{
    bool lite = s->kind == DB_SQLITE;
    if (p->lapsed == NULL)
        return;
    face_sql_printf(s, "t.id %s (SELECT %s", p->q->sealed == FACE_ENDED ? "IN" : "NOT IN",
                    lite ? "value FROM json_each(" : "unnest(CAST(");
    face_sql_arg(s, db_text(arena_printf(s->a, lite ? "[%s]" : "{%s}", p->lapsed)));
    face_sql_put(s, lite ? ")) AND " : " AS bigint[]))) AND ");
}

/* "FROM ... WHERE ..." up to the last condition of the query. */
static struct err *from_put(struct sql *s, const struct plan *p)
{
    const struct record *rec = p->q->rec;
    bool joined = p->by_scope && p->anchor != rec;
    const char *table = record_table(s->a, rec);
    if (joined) /* CROSS JOIN: the planner of SQLite keeps this order */
        face_sql_printf(s, " FROM %s o CROSS JOIN %s t WHERE t.%s = o.id AND ", record_table(s->a, p->anchor), table,
                        rec->concerns);
    else
        face_sql_printf(s, " FROM %s t WHERE ", table);
    if (face_scope_matters(rec, &p->q->who->scope)) {
        face_scope_put(s, joined ? "o.scope" : "t.scope", &p->q->who->scope, !p->by_scope);
        face_sql_put(s, " AND ");
    }
    barred_put(s, rec, p->q->who);
    lapsed_put(s, p);
    return face_where_put(s, p->tx, p->q);
}

/* ---- one part of the rows, in order ---- */
static const char *key_name(const struct sql *s, const struct plan *p, int i)
{
    return p->by_scope ? arena_printf(s->a, "s.k%d", i) : p->order.keys[i].expr;
}

static void key_value(struct sql *s, const struct key *k, const char *v)
{
    if (k->type == KEY_INT) {
        face_sql_int(s, strtoll(v, NULL, 10));
    } else if (k->type == KEY_NUMERIC) {
        face_sql_put(s, "CAST(");
        face_sql_arg(s, db_text(v));
        face_sql_put(s, " AS numeric)");
    } else {
        face_sql_arg(s, db_text(v));
    }
}

/* " AND" the row comes after the cursor by keys i, i + 1 ... and the id; back: before it. */
static void beyond_put(struct sql *s, const struct plan *p, const struct cursor *c, int i, bool back)
{
    if (i == p->order.n) {
        face_sql_printf(s, "%s %s ", p->by_scope ? "s.id" : "t.id", back ? "<" : ">");
        face_sql_int(s, c->id);
        return;
    }
    const struct key *k = &p->order.keys[i];
    const char *name = key_name(s, p, i), *v = c->values[i];
    if (v == NULL) {
        face_sql_printf(s, back ? "(%s IS NOT NULL OR " : "(%s IS NULL AND ", name);
        beyond_put(s, p, c, i + 1, back);
        face_sql_put(s, ")");
        return;
    }
    const char *than = k->desc != back ? "<" : ">";
    if (i == 0) { /* the part holds no NULL here: written so that an index finds the place */
        face_sql_printf(s, "%s %s= ", name, than);
        key_value(s, k, v);
        face_sql_put(s, " AND ");
    }
    face_sql_printf(s, "(%s %s ", name, than);
    key_value(s, k, v);
    if (i > 0 && !back)
        face_sql_printf(s, " OR %s IS NULL", name);
    face_sql_printf(s, " OR (%s = ", name);
    key_value(s, k, v);
    face_sql_put(s, " AND ");
    beyond_put(s, p, c, i + 1, back);
    face_sql_put(s, "))");
}

static void order_put(struct sql *s, const struct plan *p, enum part part, bool back, bool outer)
{
    face_sql_put(s, " ORDER BY ");
    for (int i = part == PART_NULL; i < p->order.n; i++) {
        const char *name = outer ? arena_printf(s->a, "p.k%d", i) : key_name(s, p, i);
        face_sql_printf(s, "%s %s", name, p->order.keys[i].desc != back ? "DESC" : "ASC");
        if (i > 0)
            face_sql_put(s, back ? " NULLS FIRST" : " NULLS LAST");
        face_sql_put(s, ", ");
    }
    face_sql_printf(s, "%s.id%s", outer ? "p" : p->by_scope ? "s" : "t", back ? " DESC" : "");
}

static void part_put(struct sql *s, const struct plan *p, enum part part)
{
    if (part == PART_WHOLE)
        return;
    bool set = part == PART_SET;
    face_sql_printf(s, " AND %s%s", key_name(s, p, 0),
                    p->order.keys[0].by_scope ? set ? " >= 0" : " < 0"
                    : set                     ? " IS NOT NULL"
                                              : " IS NULL");
}

static void columns_put(struct sql *s, const struct record *rec)
{
    face_sql_put(s, "t.id, t.rev, t.ended, t.scope");
    for (const struct field *f = rec->fields; f->name != NULL; f++)
        face_sql_printf(s, ", t.%s", f->name);
}

static void tail_put(struct sql *s, const struct plan *p, enum part part, const struct cursor *c, bool back, int limit)
{
    part_put(s, p, part);
    if (c != NULL) {
        face_sql_put(s, " AND ");
        beyond_put(s, p, c, part == PART_NULL, back);
    }
    order_put(s, p, part, back, false);
    if (limit != ALL_ROWS)
        face_sql_printf(s, " LIMIT %d", limit);
}

/* The statement for one part: c NULL from its beginning (its end when back). */
static struct err *part_sql(const struct plan *p, enum part part, const struct cursor *c, bool back, int limit,
                            struct sql *out)
{
    struct sql s;
    face_sql_begin(&s, p->tx);
    if (!p->by_scope) {
        face_sql_put(&s, "SELECT ");
        columns_put(&s, p->q->rec);
        TRY(from_put(&s, p));
        tail_put(&s, p, part, c, back, limit);
    } else { /* only keys are sorted; the rows of the page are fetched at the end */
        face_sql_put(&s, "WITH s AS MATERIALIZED (SELECT t.id AS id");
        for (int i = 0; i < p->order.n; i++)
            face_sql_printf(&s, ", %s AS k%d", p->order.keys[i].expr, i);
        TRY(from_put(&s, p));
        face_sql_put(&s, "), p AS MATERIALIZED (SELECT * FROM s WHERE 1 = 1");
        tail_put(&s, p, part, c, back, limit);
        face_sql_put(&s, ") SELECT ");
        columns_put(&s, p->q->rec);
        face_sql_printf(&s, " FROM p CROSS JOIN %s t WHERE t.id = p.id", record_table(s.a, p->q->rec));
        order_put(&s, p, part, back, true);
    }
    *out = s;
    return NULL;
}

/* The parts in the order they are read, for a list that begins at c. */
static int parts_of(const struct plan *p, const struct cursor *c, bool back, enum part out[2])
{
    if (p->order.n == 0 || p->order.keys[0].never_null) {
        out[0] = PART_WHOLE;
        return 1;
    }
    bool in_null = c != NULL ? c->values[0] == NULL : back;
    out[0] = in_null ? PART_NULL : PART_SET;
    out[1] = in_null ? PART_SET : PART_NULL;
    return in_null == back ? 2 : 1;
}

/* ---- a page ---- */
struct rows {
    VEC(struct row *) v;
};

static struct err *part_read(const struct plan *p, const struct sql *s, struct rows *to)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(p->tx, s->text.p, s->args.p, (int)s->args.n, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        *VEC_PUSH(&to->v, p->tx->arena) = record_take(p->tx->arena, p->q->rec, &rows, 0);
    }
}

static struct err *count(const struct plan *p, struct face_page *out)
{
    struct sql s;
    face_sql_begin(&s, p->tx);
    face_sql_put(&s, p->q->exact ? "SELECT count(*)" : "SELECT count(*) FROM (SELECT 1");
    TRY(from_put(&s, p));
    if (!p->q->exact)
        face_sql_printf(&s, " LIMIT %d) c", FACE_EXACT + 1);
    TRY(db_one_int(p->tx, buf_str(&s.text), s.args.p, (int)s.args.n, 0, &out->total));
    out->total_exact = p->q->exact || out->total <= FACE_EXACT;
    if (!out->total_exact)
        out->total = FACE_EXACT;
    return NULL;
}

static void turn_round(struct row **v, int n)
{
    for (int i = 0; i < n / 2; i++) {
        struct row *r = v[i];
        v[i] = v[n - 1 - i];
        v[n - 1 - i] = r;
    }
}

static struct err *page_cursor(const struct plan *p, struct cursor *at, const struct cursor **c)
{
    const char *text = p->q->before != NULL ? p->q->before : p->q->after;
    *c = NULL;
    if (text == NULL)
        return NULL;
    TRY(face_cursor_read(p->tx->arena, p->q, &p->order, text, at));
    *c = at;
    return NULL;
}

struct err *face_list(struct db_tx *tx, const struct face_query *q, struct face_page *out)
{
    struct plan p;
    struct cursor at;
    const struct cursor *c;
    TRY(plan_choose(tx, q, &p));
    TRY(page_cursor(&p, &at, &c));
    bool back = q->before != NULL, more;
    enum part parts[2];
    int n_parts = parts_of(&p, c, back, parts);
    struct rows got = {0};
    for (int i = 0; i < n_parts && (int)got.v.n <= q->limit; i++) {
        struct sql s;
        TRY(part_sql(&p, parts[i], i == 0 ? c : NULL, back, q->limit + 1 - (int)got.v.n, &s));
        TRY(part_read(&p, &s, &got));
    }
    more = (int)got.v.n > q->limit;
    struct face_page page = {.rows = got.v.p, .n = more ? q->limit : (int)got.v.n, .by_scope = p.by_scope};
    if (back)
        turn_round(page.rows, page.n);
    if (page.n > 0 && (back || more))
        page.next = face_cursor_write(tx->arena, q, &p.order, page.rows[page.n - 1]);
    if (page.n > 0 && (back ? more : c != NULL))
        page.prev = face_cursor_write(tx->arena, q, &p.order, page.rows[0]);
    if (c == NULL && !more) {
        page.total = page.n;
        page.total_exact = true;
    } else {
        TRY(count(&p, &page));
    }
    *out = page;
    return NULL;
}

struct err *face_list_sql(struct db_tx *tx, const struct face_query *q, struct face_sql out[3], int *n_out)
{
    struct plan p;
    struct cursor at;
    const struct cursor *c;
    TRY(plan_choose(tx, q, &p));
    TRY(page_cursor(&p, &at, &c));
    enum part parts[2];
    *n_out = parts_of(&p, c, q->before != NULL, parts);
    for (int i = 0; i < *n_out; i++) {
        struct sql s;
        TRY(part_sql(&p, parts[i], i == 0 ? c : NULL, q->before != NULL, q->limit + 1, &s));
        out[i] = (struct face_sql){s.text.p, s.args.p, (int)s.args.n};
    }
    return NULL;
}

/* ---- every row ---- */
struct chunk {
    struct arena *a;
    struct row *rows[FACE_CHUNK];
    int n;
    struct err *(*fn)(void *ctx, struct arena *a, struct row **rows, int n);
    void *ctx;
};

/* fn's error must outlive the arena of the chunk. */
static struct err *chunk_give(struct chunk *k, struct arena *to)
{
    if (k->n == 0)
        return NULL;
    struct err *e = k->fn(k->ctx, k->a, k->rows, k->n);
    k->n = 0;
    if (e != NULL) {
        struct err *kept = ERR(to, e->kind, "%s", e->detail);
        kept->say = e->say; /* keys are static */
        return kept;
    }
    arena_reset(k->a);
    return NULL;
}

static struct err *each_part(const struct plan *p, const struct sql *s, struct chunk *k)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(p->tx, s->text.p, s->args.p, (int)s->args.n, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        k->rows[k->n++] = record_take(k->a, p->q->rec, &rows, 0);
        if (k->n == FACE_CHUNK)
            TRY(chunk_give(k, p->tx->arena));
    }
}

struct err *face_each(struct db_tx *tx, const struct face_query *q,
                      struct err *(*fn)(void *ctx, struct arena *a, struct row **rows, int n), void *ctx)
{
    struct plan p;
    TRY(plan_choose(tx, q, &p));
    enum part parts[2];
    int n_parts = parts_of(&p, NULL, false, parts);
    arena_scope struct arena *own = arena_new();
    struct chunk k = {.a = own, .fn = fn, .ctx = ctx};
    for (int i = 0; i < n_parts; i++) {
        struct sql s;
        TRY(part_sql(&p, parts[i], NULL, false, ALL_ROWS, &s));
        TRY(each_part(&p, &s, &k));
    }
    return chunk_give(&k, tx->arena);
}
