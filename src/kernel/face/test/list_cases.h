/* list_cases.h: what holds for lists on either database: random queries against a naive model, paging, plans. */
#include "world.h"

static int setup(void **state)
{
    struct world *w = world_new();
    fill(w, 120, 400);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    face_turn_at(-1);
    world_free(*state);
    return 0;
}

/* ---- the naive model: rows in memory, one at a time ---- */
static enum tri inside(const char *have, const char *want, enum face_op op)
{
    struct date h, v;
    assert_true(date_parse(have, &h) && date_parse(want, &v));
    bool from = date_first(h).v >= date_first(v).v, to = date_last(h).v <= date_last(v).v;
    if (op == FACE_NOT)
        return date_last(h).v < date_first(v).v || date_first(h).v > date_last(v).v;
    return op == FACE_EQ ? from && to : op == FACE_FROM ? from : to;
}

static const struct row *row_at(struct world *w, const struct record *rec, const char *id)
{
    for (int k = 0; k < 3; k++)
        if (kinds[k] == rec)
            return w->rows[k].p[strtoll(id, NULL, 10) - 1];
    fail_msg("no such record");
    return NULL;
}

static bool in_scope(const struct face_query *q, const struct record *rec, const struct row *r)
{
    return !(rec->tree || rec->unit || rec->concerns) || scope_has(&q->who->scope, r->scope);
}

static bool under(struct world *w, const char *unit, const char *top)
{
    for (; unit != NULL; unit = row_text(row_at(w, &place, unit), "parent"))
        if (strcmp(unit, top) == 0)
            return true;
    return false;
}

static bool named(struct world *w, const struct face_query *q, const struct field *f, const char *have,
                  const char *want)
{
    const struct record *to = record_find(f->to);
    const struct row *r = row_at(w, to, have);
    if (to != &place && !in_scope(q, to, r))
        return false;
    return strstr(row_text(r, "name"), want) != NULL;
}

static bool value_meets(struct world *w, const struct face_query *q, const struct face_cond *c, const char *have,
                        const char *want)
{
    const struct field *f = &q->rec->fields[c->field];
    switch (f->type) {
    case FIELD_DATE:
    case FIELD_PDATE: return inside(have, want, c->op);
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_DECIMAL: {
        double h = strtod(have, NULL), v = strtod(want, NULL);
        return c->op == FACE_FROM ? h >= v : c->op == FACE_TO ? h <= v : (h == v) == (c->op == FACE_EQ);
    }
    case FIELD_REF:
        if (c->op == FACE_HAS)
            return named(w, q, f, have, want);
        if (c->op == FACE_UNDER)
            return under(w, have, want);
        break;
    default: break;
    }
    if (c->op == FACE_HAS)
        return strstr(have, want) != NULL;
    return (strcmp(have, want) == 0) == (c->op == FACE_EQ);
}

static bool cond_meets(struct world *w, const struct face_query *q, const struct face_cond *c, const struct row *r)
{
    const char *have = r->v[c->field];
    if (c->op == FACE_EMPTY || c->op == FACE_FILLED)
        return (have == NULL) == (c->op == FACE_EMPTY);
    if (have == NULL)
        return false;
    bool any = false, all = true;
    for (int i = 0; i < c->n; i++) {
        bool m = value_meets(w, q, c, have, c->values[i]);
        any |= m;
        all &= m;
    }
    return c->op == FACE_NOT ? all : any;
}

static bool group_meets(struct world *w, const struct face_query *q, int group, const struct row *r)
{
    for (int i = 0; i < q->n_conds; i++)
        if (q->conds[i].group == group && !cond_meets(w, q, &q->conds[i], r))
            return false;
    return true;
}

static bool search_meets(struct world *w, const struct face_query *q, const struct row *r)
{
    if (q->search == NULL)
        return true;
    if (q->rec == &note) {
        const struct row *who = row_at(w, &person, row_text(r, "person"));
        return strstr(row_text(r, "text"), q->search) != NULL ||
               (in_scope(q, &person, who) && strstr(row_text(who, "name"), q->search) != NULL);
    }
    if (strstr(row_text(r, "name"), q->search) != NULL)
        return true;
    const char *at = row_text(r, q->rec == &place ? "parent" : "place");
    if (at != NULL && strstr(row_text(row_at(w, &place, at), "name"), q->search) != NULL)
        return true;
    if (q->rec == &person && q->who->sees >= CLASS_SEALED && row_text(r, "secret") != NULL)
        return strstr(row_text(r, "secret"), q->search) != NULL;
    return false;
}

static bool meets(struct world *w, const struct face_query *q, const struct row *r)
{
    bool alternative = false, some_group = false;
    for (int i = 0; i < q->n_conds; i++)
        if (q->conds[i].group > 0) {
            some_group = true;
            alternative |= group_meets(w, q, q->conds[i].group, r);
        }
    return (q->ended == FACE_ALL || r->ended == (q->ended == FACE_ENDED)) && in_scope(q, q->rec, r) &&
           group_meets(w, q, 0, r) && (alternative || !some_group) && search_meets(w, q, r);
}

static int key_cmp(const struct face_query *q, const struct face_sort *s, const struct row *a, const struct row *b)
{
    const struct field *f = &q->rec->fields[s->field];
    const char *x = a->v[s->field], *y = b->v[s->field];
    if (x == NULL || y == NULL)
        return (x == NULL) - (y == NULL); /* empty ones last, either way */
    int c;
    if (f->type == FIELD_REF && q->rec->unit != NULL && strcmp(f->name, q->rec->unit) == 0)
        c = (a->scope > b->scope) - (a->scope < b->scope);
    else if (f->type == FIELD_TEXT || f->type == FIELD_DATE || f->type == FIELD_PDATE || f->type == FIELD_CODE)
        c = strcmp(x, y);
    else
        c = (strtod(x, NULL) > strtod(y, NULL)) - (strtod(x, NULL) < strtod(y, NULL));
    return s->desc ? -c : c;
}

static const struct face_query *sorting;
static int row_cmp(const void *x, const void *y)
{
    const struct row *a = *(struct row *const *)x, *b = *(struct row *const *)y;
    for (int i = 0; i < sorting->n_sort; i++) {
        int c = key_cmp(sorting, &sorting->sort[i], a, b);
        if (c != 0)
            return c;
    }
    return (a->id > b->id) - (a->id < b->id);
}

static int model(struct world *w, const struct face_query *q, struct row **out)
{
    int kind = q->rec == &place ? 0 : q->rec == &person ? 1 : 2, n = 0;
    for (size_t i = 0; i < w->rows[kind].n; i++)
        if (meets(w, q, w->rows[kind].p[i]))
            out[n++] = w->rows[kind].p[i];
    sorting = q;
    qsort(out, (size_t)n, sizeof *out, row_cmp);
    return n;
}

/* ---- random questions ---- */
static const char *value_for(struct world *w, const struct field *f, enum face_op op)
{
    switch (f->type) {
    case FIELD_DATE:
    case FIELD_PDATE: return SOME(w, 0, DATES, DAYS, "1975.3", "1975年12月31日");
    case FIELD_INT: return SOME(w, 0, "1", "2", "3", "-5");
    case FIELD_MONEY:
    case FIELD_DECIMAL: return SOME(w, 0, AMOUNTS);
    case FIELD_BOOL: return SOME(w, 0, "1", "0");
    case FIELD_CODE: return SOME(w, 0, "1", "2", "9");
    case FIELD_REF:
        if (op == FACE_HAS)
            return SOME(w, 0, "甲", "地1", "a", "%");
        return number_of(w, rng_range(&w->rng, 1, 12));
    default: return SOME(w, 0, NAMES, "x", "N1");
    }
}

static void add_condition(struct world *w, struct buf *b, const struct record *rec, const struct who *who)
{
    int field = rng_below(&w->rng, record_fields(rec));
    enum face_op op = (enum face_op)rng_below(&w->rng, FACE_OPS);
    const struct field *f = &rec->fields[field];
    if (!face_op_fits(f, op) || !face_shown(rec, field, who) ||
        (f->type == FIELD_REF && op == FACE_HAS && !face_named(rec, field, who)))
        return;
    int values = rng_chance(&w->rng, 300) ? rng_range(&w->rng, 2, 5) : 1;
    const char *group = SOME(w, 500, "~1", "~2", "~12");
    for (int i = 0; i < values; i++) {
        buf_printf(b, "&%s.%s%s=", f->name, face_op_name(op), group == NULL ? "" : group);
        face_escape(b, value_for(w, f, op));
    }
}

static void add_sort(struct world *w, struct buf *b, const struct record *rec, const struct who *who)
{
    buf_puts(b, "&sort=");
    for (int i = rng_range(&w->rng, 1, 4); i > 0; i--) {
        int f = rng_below(&w->rng, record_fields(rec));
        if (face_shown(rec, f, who) && rec->fields[f].type != FIELD_LONG)
            buf_printf(b, "%s%s,", rng_chance(&w->rng, 500) ? "-" : "", rec->fields[f].name);
    }
}

static void random_query(struct world *w, const struct who *who, struct face_query *out)
{
    const struct record *rec = kinds[rng_below(&w->rng, 3)];
    struct buf b = BUF(w->a);
    buf_printf(&b, "limit=%d", rng_chance(&w->rng, 500) ? rng_range(&w->rng, 1, 7) : 50);
    for (int i = rng_below(&w->rng, 4); i > 0; i--)
        add_condition(w, &b, rec, who);
    if (rng_chance(&w->rng, 600))
        add_sort(w, &b, rec, who);
    if (rng_chance(&w->rng, 150))
        buf_printf(&b, "&q=%s", SOME(w, 0, "a", "甲", "x", "%25"));
    if (rng_chance(&w->rng, 150))
        buf_printf(&b, "&ended=%s", SOME(w, 0, "all", "only"));
    if (rng_chance(&w->rng, 200))
        buf_puts(&b, "&count=exact");
    size_t n;
    const struct pair *p = face_pairs(w->a, buf_str(&b), &n);
    OK(face_query_read(w->a, rec, who, p, n, out));
}

static void random_scope(struct world *w, struct db_tx *tx, struct scope *out)
{
    *out = (struct scope)SCOPE_ALL;
    if (rng_chance(&w->rng, 400))
        return;
    out->n = rng_below(&w->rng, 3);
    for (int i = 0; i < out->n; i++)
        OK(record_tree_range(tx, &place, rng_range(&w->rng, 1, 12), &out->ranges[i].from, &out->ranges[i].to));
}

static bool walk(struct db_tx *tx, struct face_query q, struct row **want, int n, bool back, const char **cursor)
{
    int at = back ? n : 0;
    for (int pages = 0; pages < 2000; pages++) {
        struct face_page p;
        if (back)
            q.before = *cursor;
        else
            q.after = *cursor;
        OK(face_list(tx, &q, &p));
        assert_true(p.total_exact);
        assert_int_equal(p.total, n);
        if (back)
            at -= p.n;
        assert_true(at >= 0 && at + p.n <= n);
        for (int i = 0; i < p.n; i++)
            if (p.rows[i]->id != want[at + i]->id)
                return false;
        if (!back)
            at += p.n;
        if ((back ? p.prev : p.next) == NULL)
            return at == (back ? 0 : n);
        *cursor = back ? p.prev : p.next;
    }
    return false;
}

/* Forth from the start to the end, then back again from the last row. */
static bool walks_alike(struct db_tx *tx, struct face_query q, struct row **want, int n)
{
    const char *at = NULL;
    if (!walk(tx, q, want, n, false, &at))
        return false;
    if (at == NULL || n == 0)
        return true;
    struct face_page last; /* the last page begins after `at`: what lies before it must be the rest */
    q.after = at;
    OK(face_list(tx, &q, &last));
    at = last.prev;
    q.after = NULL;
    struct face_page p;
    int left = n - last.n;
    while (at != NULL) {
        q.before = at;
        OK(face_list(tx, &q, &p));
        left -= p.n;
        for (int i = 0; i < p.n; i++)
            if (left < 0 || p.rows[i]->id != want[left + i]->id)
                return false;
        at = p.prev;
    }
    return left == 0;
}

struct seen {
    struct row **want;
    int at, n;
    bool right;
};

static struct err *see(void *ctx, struct arena *a, struct row **rows, int n)
{
    (void)a;
    struct seen *s = ctx;
    for (int i = 0; i < n; i++, s->at++)
        s->right &= s->at < s->n && rows[i]->id == s->want[s->at]->id;
    return NULL;
}

static void two_hundred_random_lists_equal_the_naive_model(void **state)
{
    struct world *w = *state;
    int rows = 0;
    for (int i = 0; i < 200; i++) {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(w->db, w->a, &tx));
        struct who who = {
            .name = "t", .role = "test", .sees = rng_chance(&w->rng, 500) ? CLASS_PERSONAL : CLASS_SEALED};
        random_scope(w, &tx, &who.scope);
        face_turn_at(rng_chance(&w->rng, 500) ? 0 : -1);
        struct face_query q;
        random_query(w, &who, &q);
        struct row *want[1000];
        int n = model(w, &q, want);
        rows += n;
        if (!walks_alike(&tx, q, want, n))
            fail_msg("query %d differs: %s %s", i, q.rec->name, face_address(w->a, &q, "", false));
        struct seen s = {want, 0, n, true};
        OK(face_each(&tx, &q, see, &s));
        if (!s.right || s.at != n)
            fail_msg("each %d differs: %s %s", i, q.rec->name, face_address(w->a, &q, "", false));
    }
    face_turn_at(-1);
    assert_true(rows > 2000); /* the questions were not all too narrow */
}

static void an_address_reads_back_as_the_same_query(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 200; i++) {
        struct face_query q, again;
        random_query(w, &who_console, &q);
        char *text = face_address(w->a, &q, "", true);
        size_t n;
        const struct pair *p = face_pairs(w->a, text + (*text == '?'), &n);
        OK(face_query_read(w->a, q.rec, &who_console, p, n, &again));
        assert_string_equal(face_address(w->a, &again, "", true), text);
    }
}

static struct err *ask(struct world *w, const struct record *rec, const struct who *who, const char *text,
                       struct face_query *q)
{
    size_t n;
    const struct pair *p = face_pairs(w->a, text, &n);
    return face_query_read(w->a, rec, who, p, n, q);
}

static void every_wrong_condition_is_named_at_once(void **state)
{
    struct world *w = *state;
    struct face_query q;
    struct err *e = ask(w, &person, &who_console,
                        "born.from=1975.13&seat=x&nothing=1&sex=7&name.from=a&hired=&sort=about&limit=0&cols=what", &q);
    const char *const fields[] = {"born.from", "seat", "nothing", "sex", "name.from", "sort", "limit", "cols"};
    size_t n = 0;
    for (; e != NULL; e = e->next, n++) {
        assert_true(n < 8);
        assert_int_equal(e->kind, ERR_INVALID);
        assert_string_equal(e->field, fields[n]);
    }
    assert_int_equal(n, 8);
}

static void a_field_too_secret_is_unknown_everywhere(void **state)
{
    struct world *w = *state;
    struct face_query q;
    struct who who = {.name = "t", .role = "test", .scope = SCOPE_ALL, .sees = CLASS_PERSONAL};
    REFUSED(ask(w, &person, &who, "secret=x", &q), ERR_INVALID, "face.no_field");
    REFUSED(ask(w, &person, &who, "sort=secret", &q), ERR_INVALID, "face.no_sort");
    REFUSED(ask(w, &person, &who, "cols=secret", &q), ERR_INVALID, "face.no_field");
    OK(ask(w, &person, &who, "cols=*", &q));
    for (int i = 0; i < q.n_cols; i++)
        assert_string_not_equal(person.fields[q.cols[i]].name, "secret");
    who.sees = CLASS_OPEN; /* notes are personal, and so are the names of persons */
    OK(ask(w, &place, &who, "", &q));
    assert_int_equal(q.n_cols, 3);
    who.sees = CLASS_INTERNAL;
    OK(ask(w, &note, &who, "", &q));
    assert_int_equal(q.n_cols, 0);
    assert_int_equal(q.n_sort, 0);
    REFUSED(ask(w, &note, &who, "person=甲", &q), ERR_INVALID, "face.no_field");
}

static void a_cursor_of_another_order_is_refused(void **state)
{
    struct world *w = *state;
    struct face_query q;
    struct face_page p;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    OK(ask(w, &person, &who_console, "sort=name&limit=3", &q));
    OK(face_list(&tx, &q, &p));
    const char *cursor = p.next;
    OK(ask(w, &person, &who_console, "sort=born&limit=3", &q));
    const char *const wrong[] = {cursor, "x", "W10", "WyJib3JuIiwiMTk3NSIsInh4Il0", "!!", "WyJib3JuIiwxLCIxIl0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        q.after = wrong[i];
        REFUSED(face_list(&tx, &q, &p), ERR_INVALID, "face.cursor");
    }
}

static void a_nobody_sees_nothing(void **state)
{
    struct world *w = *state;
    struct who who = {.name = "t", .role = "test", .sees = CLASS_SEALED};
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    for (int k = 0; k < 3; k++) {
        struct face_query q;
        struct face_page p;
        OK(ask(w, kinds[k], &who, "ended=all", &q));
        OK(face_list(&tx, &q, &p));
        assert_int_equal(p.n, 0);
        assert_int_equal(p.total, 0);
    }
}

static void a_count_beyond_the_limit_says_so_and_counts_on_when_asked(void **state)
{
    struct world *w = *state;
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, "many", &c));
        OK(change_bulk(&c));
        int64_t first;
        OK(record_reserve(&c, &note, FACE_EXACT + 1, &first));
        OK(db_pipeline_begin(&c.tx));
        for (int i = 0; i <= FACE_EXACT; i++) {
            struct row *r = row_new(w->a, &note);
            row_set(r, "person", "1");
            row_set(r, "text", "many");
            r->id = first + i;
            r->scope = w->rows[1].p[0]->scope;
            if (r->scope < 0)
                r->scope = w->rows[0].p[0]->scope;
            OK(record_save(&c, &note, r, 0));
        }
        OK(db_pipeline_end(&c.tx));
        OK(change_commit(&c));
    }
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    struct face_query q;
    struct face_page p;
    OK(ask(w, &note, &who_console, "text.eq=many", &q));
    OK(face_list(&tx, &q, &p));
    assert_int_equal(p.total, FACE_EXACT);
    assert_false(p.total_exact);
    q.exact = true;
    OK(face_list(&tx, &q, &p));
    assert_int_equal(p.total, FACE_EXACT + 1);
    assert_true(p.total_exact);
}

/* ---- plans ---- */
static char *plan_of(struct world *w, struct db_tx *tx, const struct face_sql *s)
{
    struct buf b = BUF(w->a);
    const char *sql = s->text;
    struct db_val *args = s->args;
    if (db_kind(w->db) == DB_POSTGRES) { /* EXPLAIN takes no parameters there: numbers and texts are written in */
        struct buf t = BUF(w->a);
        for (const char *p = sql; *p != '\0'; p++) {
            char *end;
            if (*p != '?') {
                buf_putc(&t, *p);
                continue;
            }
            const struct db_val *v = &args[strtol(p + 1, &end, 10) - 1];
            if (v->type == DB_INT)
                buf_printf(&t, "%lld::bigint", (long long)v->i);
            else
                buf_printf(&t, "'%.*s'", (int)v->n, (const char *)v->p);
            p = end - 1;
        }
        sql = buf_str(&t);
        args = NULL;
    }
    db_rows_scope struct db_rows rows = {0};
    sql = arena_printf(w->a, "%s %s", db_kind(w->db) == DB_SQLITE ? "EXPLAIN QUERY PLAN" : "EXPLAIN", sql);
    OK(db_query(tx, sql, args, args == NULL ? 0 : s->n_args, &rows));
    for (bool more = true;;) {
        OK(db_next(&rows, &more));
        if (!more)
            break;
        buf_printf(&b, "%s\n", db_col_text(&rows, db_cols(&rows) - 1));
    }
    return buf_str(&b);
}

/* Does any statement of the list read a whole table? SQLite says SCAN t; PostgreSQL, told not to, Seq Scan. */
static bool reads_all(struct world *w, struct db_tx *tx, const struct face_query *q, bool first_only)
{
    struct face_sql s[3];
    int n;
    OK(face_list_sql(tx, q, s, &n));
    for (int i = 0; i < (first_only ? 1 : n); i++) {
        char *plan = plan_of(w, tx, &s[i]);
        for (char *save = NULL, *line = strtok_r(plan, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
            if ((strstr(line, "SCAN t") != NULL && strstr(line, "USING INDEX") == NULL &&
                 strstr(line, "PRIMARY") == NULL) ||
                strstr(line, "Seq Scan") != NULL)
                return true;
    }
    return false;
}

static void limited_lists_use_an_index(void **state)
{
    struct world *w = *state;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    bool pg = db_kind(w->db) == DB_POSTGRES;
    if (pg) /* the tables are tiny; what matters is whether an index can serve */
        OK(db_run(&tx, "SET LOCAL enable_seqscan = off", NULL, 0, NULL));
    struct who narrow = {.name = "t", .role = "test", .sees = CLASS_SEALED, .scope = {.n = 1}};
    OK(record_tree_range(&tx, &place, 2, &narrow.scope.ranges[0].from, &narrow.scope.ranges[0].to));
    struct face_query q;
    const char *const whole[] = {"sort=name", "sort=-name", "sort=place", "sort=-place", "number.eq=N7", "", "place=3"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        OK(ask(w, &person, &who_console, whole[i], &q));
        if (reads_all(w, &tx, &q, true))
            fail_msg("person?%s reads all", whole[i]);
        OK(ask(w, &person, &narrow, whole[i], &q));
        if (reads_all(w, &tx, &q, true))
            fail_msg("person?%s in scope reads all", whole[i]);
    }
    const char *const notes[] = {"person.eq=7", "person.eq=7&sort=day", ""};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        OK(ask(w, &note, &narrow, notes[i], &q));
        if (reads_all(w, &tx, &q, true))
            fail_msg("note?%s in scope reads all", notes[i]);
    }
    struct face_page p; /* the second page begins at its place in the index, not at the start */
    OK(ask(w, &person, &who_console, "sort=-name&limit=5", &q));
    OK(face_list(&tx, &q, &p));
    q.after = p.next;
    struct face_sql s[3];
    int n;
    OK(face_list_sql(&tx, &q, s, &n));
    assert_int_equal(n, 2);
    char *plan = plan_of(w, &tx, &s[0]);
    if (strstr(plan, pg ? "Index Cond: ((name IS NOT NULL) AND (name <="
                        : "SEARCH t USING INDEX test_person_by_name (name>? AND name<?)") == NULL)
        fail_msg("%s", plan);
}

static void few_rows_in_scope_are_fetched_by_scope_and_many_in_order(void **state)
{
    struct world *w = *state;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    struct who narrow = {.name = "t", .role = "test", .sees = CLASS_SEALED, .scope = {.n = 1}};
    OK(record_tree_range(&tx, &place, 2, &narrow.scope.ranges[0].from, &narrow.scope.ranges[0].to));
    struct face_query q;
    struct face_page p;
    for (int k = 0; k < 3; k++) {
        OK(ask(w, kinds[k], &narrow, "", &q));
        face_turn_at(-1);
        OK(face_list(&tx, &q, &p));
        assert_true(p.by_scope);
        face_turn_at(0);
        OK(face_list(&tx, &q, &p));
        assert_false(p.by_scope);
        OK(ask(w, kinds[k], &who_console, "", &q));
        face_turn_at(-1);
        OK(face_list(&tx, &q, &p));
        assert_false(p.by_scope);
    }
    OK(ask(w, &person, &who_console, "place=4", &q)); /* a unit chosen by everyone's officer is as narrow */
    OK(face_list(&tx, &q, &p));
    assert_true(p.by_scope);
    OK(ask(w, &note, &narrow, "person.eq=7", &q)); /* one person's rows are few anyway */
    OK(face_list(&tx, &q, &p));
    assert_false(p.by_scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_random_lists_equal_the_naive_model),
        cmocka_unit_test(an_address_reads_back_as_the_same_query),
        cmocka_unit_test(every_wrong_condition_is_named_at_once),
        cmocka_unit_test(a_field_too_secret_is_unknown_everywhere),
        cmocka_unit_test(a_cursor_of_another_order_is_refused),
        cmocka_unit_test(a_nobody_sees_nothing),
        cmocka_unit_test(limited_lists_use_an_index),
        cmocka_unit_test(few_rows_in_scope_are_fetched_by_scope_and_many_in_order),
        cmocka_unit_test(a_count_beyond_the_limit_says_so_and_counts_on_when_asked),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
