/* where.c: the conditions of a list as SQL. Dates are intervals: a row is found when its date lies certainly within
 * what was asked. Text compares by bytes. An empty field meets no comparison, also no "not". */
#include "face/sql.h"

#include <stdlib.h>
#include <string.h>

#include "record/codes.h"

void face_sql_begin(struct sql *s, struct db_tx *tx)
{
    *s = (struct sql){.text = BUF(tx->arena), .a = tx->arena, .kind = db_kind(tx->db)};
}

void face_sql_put(struct sql *s, const char *text)
{
    buf_puts(&s->text, text);
}

void face_sql_printf(struct sql *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_puts(&s->text, arena_vprintf(s->a, fmt, ap));
    va_end(ap);
}

void face_sql_arg(struct sql *s, struct db_val v)
{
    *VEC_PUSH(&s->args, s->a) = v;
    face_sql_printf(s, "?%zu", s->args.n);
}

void face_sql_int(struct sql *s, int64_t n)
{
    face_sql_arg(s, db_int(n));
}

/* ---- scope ---- */
bool face_scope_matters(const struct record *rec, const struct scope *scope)
{
    if (rec->concerns == NULL && rec->unit == NULL && rec->tree == NULL)
        return false;
    for (int i = 0; i < scope->n; i++)
        if (scope->ranges[i].from == INT64_MIN && scope->ranges[i].to == INT64_MAX)
            return false;
    return true;
}

void face_scope_put(struct sql *s, const char *column, const struct scope *scope, bool loose)
{
    const char *plus = loose ? " + 0" : "";
    face_sql_put(s, scope->n == 0 ? "(1 = 0" : "(");
    for (int i = 0; i < scope->n; i++) {
        face_sql_printf(s, "%s%s%s >= ", i > 0 ? " OR " : "", column, plus);
        face_sql_int(s, scope->ranges[i].from);
        face_sql_printf(s, " AND %s%s < ", column, plus);
        face_sql_int(s, scope->ranges[i].to);
    }
    face_sql_put(s, ")");
}

/* ---- dates ---- */
/* The least text a date not before v can have: 1975-03-01 -> 1975-03, 1975-01 -> 1975. */
static char *date_least(struct arena *a, const char *v)
{
    char *s = arena_strdup(a, v);
    for (size_t n = strlen(s); n > 4 && strcmp(s + n - 3, "-01") == 0; n -= 3)
        s[n - 3] = '\0';
    return s;
}

/* The greatest text a date not after v can have, where "-99" stands for "some day or month of it". */
static char *date_greatest(struct arena *a, const char *v)
{
    struct date d = DATE_UNKNOWN;
    if (!date_parse(v, &d))
        return arena_strdup(a, v);
    int y = date_year(d), m = date_month(d), day = date_day(d);
    if (m != 0 && day == date_month_days(y, m))
        day = 0;
    if (m == 12 && day == 0)
        m = 0;
    if (m == 0)
        return arena_printf(a, "%04d-99-99", y);
    if (day == 0)
        return arena_printf(a, "%04d-%02d-99", y, m);
    return arena_printf(a, "%04d-%02d-%02d", y, m, day);
}

/* The last day of a partial date in that spelling. */
static const char padded[] = "(t.%s || substr('-99-99', length(t.%s) - 3))";

static void date_put(struct sql *s, const struct field *f, enum face_op op, const char *value)
{
    const char *last =
        f->type == FIELD_PDATE ? arena_printf(s->a, padded, f->name, f->name) : arena_printf(s->a, "t.%s", f->name);
    if (op == FACE_NOT) { /* certainly outside */
        face_sql_printf(s, "(%s < ", last);
        face_sql_arg(s, db_text(date_least(s->a, value)));
        face_sql_printf(s, " OR t.%s > ", f->name);
        face_sql_arg(s, db_text(date_greatest(s->a, value)));
        face_sql_put(s, ")");
        return;
    }
    face_sql_put(s, "(");
    if (op != FACE_TO) {
        face_sql_printf(s, "t.%s >= ", f->name);
        face_sql_arg(s, db_text(date_least(s->a, value)));
    }
    if (op == FACE_EQ)
        face_sql_put(s, " AND ");
    if (op != FACE_FROM) {
        const char *to = date_greatest(s->a, value);
        face_sql_printf(s, "t.%s <= ", f->name);
        face_sql_arg(s, db_text(to));
        face_sql_printf(s, " AND %s <= ", last);
        face_sql_arg(s, db_text(to));
    }
    face_sql_put(s, ")");
}

/* ---- other values ---- */
static bool is_whole(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_BOOL || f->type == FIELD_REF || f->type == FIELD_FILE;
}

static void value_put(struct sql *s, const struct field *f, const char *value)
{
    if (is_whole(f)) {
        face_sql_int(s, strtoll(value, NULL, 10));
    } else if (f->type == FIELD_DECIMAL || f->type == FIELD_MONEY) {
        face_sql_put(s, "CAST(");
        face_sql_arg(s, db_text(value));
        face_sql_put(s, " AS numeric)");
    } else {
        face_sql_arg(s, db_text(value));
    }
}

static const char *column(struct arena *a, const struct field *f)
{
    if (f->type == FIELD_DECIMAL || f->type == FIELD_MONEY)
        return arena_printf(a, "CAST(t.%s AS numeric)", f->name);
    return arena_printf(a, "t.%s", f->name);
}

/* "x IN (?, ?, ?, ?)": the last value is repeated up to a power of two, so that few texts are prepared. */
static void in_put(struct sql *s, const struct field *f, const char *const *values, int n)
{
    int size = 1;
    while (size < n)
        size *= 2;
    face_sql_printf(s, "%s IN (", column(s->a, f));
    for (int i = 0; i < size; i++) {
        face_sql_put(s, i > 0 ? ", " : "");
        value_put(s, f, values[i < n ? i : n - 1]);
    }
    face_sql_put(s, ")");
}

/* Codes from or to a place of an ordered list, as the codes they are. */
static void codes_put(struct sql *s, const struct field *f, enum face_op op, const char *value)
{
    const struct code_list *l = codes_list(f->codes);
    int at = codes_find(l, value), n = 0;
    const char **v = arena_array(s->a, const char *, codes_count(l));
    for (int i = 1; i <= codes_count(l); i++)
        if (op == FACE_FROM ? i >= at : i <= at)
            v[n++] = codes_code(l, i);
    in_put(s, f, v, n);
}

static void contains_put(struct sql *s, const char *col, const char *value)
{
    face_sql_printf(s, "%s(%s, ", s->kind == DB_SQLITE ? "instr" : "strpos", col);
    face_sql_arg(s, db_text(value));
    face_sql_put(s, ") > 0");
}

/* Rows that refer to one whose name contains the value. Names that are not open are looked for in scope only. */
static void named_put(struct sql *s, const struct face_query *q, const struct field *f, const char *value)
{
    const struct record *to = record_find(f->to);
    int title = face_title_field(to);
    face_sql_printf(s, "t.%s IN (SELECT n.id FROM %s n WHERE ", f->name, record_table(s->a, to));
    contains_put(s, arena_printf(s->a, "n.%s", to->fields[title].name), value);
    if (record_field_class(to, title) > CLASS_OPEN && face_scope_matters(to, &q->who->scope)) {
        face_sql_put(s, " AND ");
        face_scope_put(s, "n.scope", &q->who->scope, false);
    }
    face_sql_put(s, ")");
}

static struct err *under_put(struct sql *s, struct db_tx *tx, const struct face_query *q, const struct field *f,
                             const char *value)
{
    const struct record *tree = record_find(f->to);
    int64_t from, to;
    struct err *e = record_tree_range(tx, tree, strtoll(value, NULL, 10), &from, &to);
    if (e != NULL && e->kind != ERR_MISSING)
        return e;
    if (e != NULL) {
        face_sql_put(s, "1 = 0");
        return NULL;
    }
    bool own = q->rec->unit != NULL && strcmp(q->rec->unit, f->name) == 0;
    if (own)
        face_sql_put(s, "(t.scope >= ");
    else
        face_sql_printf(s, "t.%s IN (SELECT u.id FROM %s u WHERE u.scope >= ", f->name, record_table(s->a, tree));
    face_sql_int(s, from);
    face_sql_put(s, own ? " AND t.scope < " : " AND u.scope < ");
    face_sql_int(s, to);
    face_sql_put(s, ")");
    return NULL;
}

static struct err *one_put(struct sql *s, struct db_tx *tx, const struct face_query *q, const struct face_cond *c,
                           const char *value)
{
    const struct field *f = &q->rec->fields[c->field];
    if (c->op == FACE_UNDER)
        return under_put(s, tx, q, f, value);
    if (c->op == FACE_HAS && f->type == FIELD_REF) {
        named_put(s, q, f, value);
    } else if (c->op == FACE_HAS) {
        contains_put(s, arena_printf(s->a, "t.%s", f->name), value);
    } else if (f->type == FIELD_DATE || f->type == FIELD_PDATE) {
        date_put(s, f, c->op, value);
    } else if (f->type == FIELD_CODE) {
        codes_put(s, f, c->op, value);
    } else {
        face_sql_printf(s, "%s %s ", column(s->a, f), c->op == FACE_FROM ? ">=" : "<=");
        value_put(s, f, value);
    }
    return NULL;
}

static struct err *cond_put(struct sql *s, struct db_tx *tx, const struct face_query *q, const struct face_cond *c)
{
    const struct field *f = &q->rec->fields[c->field];
    if (c->op == FACE_EMPTY || c->op == FACE_FILLED) {
        face_sql_printf(s, "t.%s IS %sNULL", f->name, c->op == FACE_EMPTY ? "" : "NOT ");
        return NULL;
    }
    bool date = f->type == FIELD_DATE || f->type == FIELD_PDATE;
    if ((c->op == FACE_EQ || c->op == FACE_NOT) && !date) {
        if (c->op == FACE_NOT)
            face_sql_put(s, "NOT (");
        in_put(s, f, c->values, c->n);
        face_sql_put(s, c->op == FACE_NOT ? ")" : "");
        return NULL;
    }
    face_sql_put(s, "(");
    for (int i = 0; i < c->n; i++) {
        face_sql_put(s, i == 0 ? "" : c->op == FACE_NOT ? " AND " : " OR ");
        TRY(one_put(s, tx, q, c, c->values[i]));
    }
    face_sql_put(s, ")");
    return NULL;
}

/* ---- the whole ---- */
static struct err *group_put(struct sql *s, struct db_tx *tx, const struct face_query *q, int group)
{
    bool first = true;
    for (int i = 0; i < q->n_conds; i++) {
        if (q->conds[i].group != group)
            continue;
        face_sql_put(s, first ? "" : " AND ");
        first = false;
        TRY(cond_put(s, tx, q, &q->conds[i]));
    }
    return NULL;
}

static struct err *alternatives_put(struct sql *s, struct db_tx *tx, const struct face_query *q)
{
    bool first = true;
    for (int i = 0; i < q->n_conds; i++) {
        int group = q->conds[i].group;
        bool done = group == 0;
        for (int j = 0; j < i; j++)
            done |= q->conds[j].group == group;
        if (done)
            continue;
        face_sql_put(s, first ? " AND ((" : " OR (");
        first = false;
        TRY(group_put(s, tx, q, group));
        face_sql_put(s, ")");
    }
    face_sql_put(s, first ? "" : ")");
    return NULL;
}

/* The fields a search looks into: what a list of the record shows as words. */
static void search_put(struct sql *s, const struct face_query *q)
{
    struct face_query own;
    bool first = true;
    face_query_init(s->a, q->rec, q->who, &own);
    int title = face_title_field(q->rec);
    face_sql_put(s, " AND (");
    for (int i = -1; i < own.n_cols; i++) {
        int at = i < 0 ? title : own.cols[i];
        const struct field *f = &q->rec->fields[at];
        bool words = f->type == FIELD_TEXT || f->type == FIELD_COMPUTED || f->type == FIELD_LONG;
        if ((i >= 0 && at == title) || !face_shown(q->rec, at, q->who) || !(words || face_named(q->rec, at, q->who)))
            continue;
        face_sql_put(s, first ? "" : " OR ");
        first = false;
        if (words)
            contains_put(s, arena_printf(s->a, "t.%s", f->name), q->search);
        else
            named_put(s, q, f, q->search);
    }
    face_sql_put(s, first ? "1 = 0)" : ")");
}

struct err *face_where_put(struct sql *s, struct db_tx *tx, const struct face_query *q)
{
    face_sql_put(s, q->ended == FACE_ALL ? "1 = 1" : q->ended == FACE_LIVE ? "t.ended = 0" : "t.ended = 1");
    if (q->ids != NULL) { /* one value, however many: the text of the statement stays the same */
        bool lite = s->kind == DB_SQLITE;
        face_sql_put(s, lite ? " AND t.id IN (SELECT value FROM json_each(" : " AND t.id = ANY(CAST(");
        face_sql_arg(s, db_text(arena_printf(s->a, lite ? "[%s]" : "{%s}", q->ids)));
        face_sql_put(s, lite ? "))" : " AS bigint[]))");
    }
    if (q->search != NULL)
        search_put(s, q);
    for (int i = 0; i < q->n_conds; i++)
        if (q->conds[i].group == 0) {
            face_sql_put(s, " AND ");
            TRY(cond_put(s, tx, q, &q->conds[i]));
        }
    return alternatives_put(s, tx, q);
}

int64_t face_where_unit(const struct face_query *q)
{
    for (int i = 0; i < q->n_conds; i++) {
        const struct face_cond *c = &q->conds[i];
        if (c->group == 0 && c->op == FACE_UNDER && c->n == 1 && q->rec->unit != NULL &&
            strcmp(q->rec->unit, q->rec->fields[c->field].name) == 0)
            return strtoll(c->values[0], NULL, 10);
    }
    return 0;
}

bool face_where_pinned(const struct face_query *q)
{
    for (int i = 0; i < q->n_conds; i++) {
        const struct face_cond *c = &q->conds[i];
        const struct field *f = &q->rec->fields[c->field];
        bool owner = q->rec->concerns != NULL && strcmp(q->rec->concerns, f->name) == 0;
        if (c->group == 0 && c->op == FACE_EQ && (owner || f->unique))
            return true;
    }
    return false;
}
