/* query.c: the address of a list, read and checked against the declaration. */
#include "face/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "face/filter.h"
#include "record/codes.h"

static const char *const op_names[FACE_OPS] = {
    [FACE_HAS] = "has", [FACE_EQ] = "eq",       [FACE_NOT] = "not",     [FACE_FROM] = "from",
    [FACE_TO] = "to",   [FACE_UNDER] = "under", [FACE_EMPTY] = "empty", [FACE_FILLED] = "filled",
};

/* Names in an address that are no conditions. A field of such a name is asked with its operator: count.eq=3. */
static const char *const reserved[] = {"q",     "sort",  "cols", "limit",  "after", "before",
                                       "count", "ended", "lang", "filter", "sealed"};

bool face_reserved(const char *name)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    return false;
}

bool face_sees(const struct record *rec, int field, const struct who *who)
{
    return record_field_class(rec, field) <= who->sees;
}

bool face_shown(const struct record *rec, int field, const struct who *who)
{
    return !rec->fields[field].gone && face_sees(rec, field, who);
}

const char *face_op_name(enum face_op op)
{
    return op_names[op];
}

enum face_op face_op_find(const char *name)
{
    for (int i = 0; i < FACE_OPS; i++)
        if (strcmp(op_names[i], name) == 0)
            return (enum face_op)i;
    return FACE_OPS;
}

bool face_is_tree_ref(const struct field *f)
{
    return f->type == FIELD_REF && record_find(f->to)->tree != NULL;
}

int face_title_field(const struct record *rec)
{
    return rec->title == NULL ? 0 : record_field(rec, rec->title);
}

static bool is_words(const struct field *f)
{
    return f->type == FIELD_TEXT || f->type == FIELD_LONG || f->type == FIELD_COMPUTED || f->type == FIELD_CITIZEN_ID ||
           f->type == FIELD_CREDIT_CODE;
}

bool face_named(const struct record *rec, int field, const struct who *who)
{
    if (rec->fields[field].type != FIELD_REF)
        return false;
    const struct record *to = record_find(rec->fields[field].to);
    int title = face_title_field(to);
    return is_words(&to->fields[title]) && face_sees(to, title, who);
}

static bool is_date(const struct field *f)
{
    return f->type == FIELD_DATE || f->type == FIELD_PDATE;
}

static bool is_amount(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
}

bool face_op_fits(const struct field *f, enum face_op op)
{
    switch (op) {
    case FACE_HAS: return is_words(f) || f->type == FIELD_REF;
    case FACE_EQ:
    case FACE_NOT: return f->type != FIELD_FILE && f->type != FIELD_LONG;
    case FACE_FROM:
    case FACE_TO: return is_date(f) || is_amount(f) || (f->type == FIELD_CODE && codes_ordered(codes_list(f->codes)));
    case FACE_UNDER: return face_is_tree_ref(f);
    case FACE_EMPTY:
    case FACE_FILLED: return true;
    case FACE_OPS: break;
    }
    return false;
}

enum face_op face_op_default(const struct field *f)
{
    if (is_words(f))
        return FACE_HAS;
    if (face_is_tree_ref(f))
        return FACE_UNDER;
    return f->type == FIELD_FILE ? FACE_FILLED : FACE_EQ;
}

/* The words of a declaration ("member title unit") as visible fields. */
static int *declared_cols(struct arena *a, const struct record *rec, const struct who *who, int *n_out)
{
    VEC(int) v = {0};
    char *words = arena_strdup(a, rec->list == NULL ? "" : rec->list), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        int f = record_field(rec, w);
        if (f >= 0 && face_shown(rec, f, who))
            *VEC_PUSH(&v, a) = f;
    }
    *n_out = (int)v.n;
    return v.p;
}

static int declared_sort(struct arena *a, const struct record *rec, const struct who *who, struct face_sort *out)
{
    int n = 0;
    char *words = arena_strdup(a, rec->order == NULL ? "" : rec->order), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL && n < FACE_SORTS; w = strtok_r(NULL, " ", &save)) {
        bool desc = *w == '-';
        int f = record_field(rec, w + desc);
        if (f >= 0 && face_shown(rec, f, who))
            out[n++] = (struct face_sort){f, desc};
    }
    return n;
}

void face_query_init(struct arena *a, const struct record *rec, const struct who *who, struct face_query *out)
{
    *out = (struct face_query){.rec = rec, .who = who, .limit = FACE_ROWS};
    out->cols = declared_cols(a, rec, who, &out->n_cols);
    out->n_sort = declared_sort(a, rec, who, out->sort);
}

/* ---- values ---- */
static const struct field any_fields[] = {{"text", FIELD_TEXT, .max = 1000}, {"date", FIELD_PDATE}, {0}};
static const struct record any_record = {.name = "face.any", .fields = any_fields};

static struct err *bad(struct arena *a, const char *name, const char *say, const char *value)
{
    return err_field(
        err_say(ERR(a, ERR_INVALID, "condition '%.60s': %s", name, say), say, "name", name, "value", value, NULL),
        name);
}

/* A value of a condition: as a form would take it, but any piece of a text and dates of any precision. */
static struct err *value_read(struct arena *a, const struct record *rec, int field, enum face_op op, const char *typed,
                              const char **out)
{
    const struct field *f = &rec->fields[field];
    if (is_words(f) || op == FACE_HAS)
        return record_parse(a, &any_record, 0, typed, out);
    if (is_date(f))
        return record_parse(a, &any_record, 1, typed, out);
    return record_parse(a, rec, field, typed, out);
}

static bool is_number(const char *s)
{
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static struct face_cond *cond_place(struct face_query *q, int group, int field, enum face_op op)
{
    for (int i = 0; i < q->n_conds; i++)
        if (q->conds[i].group == group && q->conds[i].field == field && q->conds[i].op == op)
            return &q->conds[i];
    if (q->n_conds == FACE_CONDS)
        return NULL;
    struct face_cond *c = &q->conds[q->n_conds++];
    *c = (struct face_cond){.group = group, .field = field, .op = op};
    return c;
}

/* FIELD[.OP][~N] taken apart; *op is FACE_OPS where none is written. False: no such field or operator. */
static bool name_read(struct arena *a, const struct face_query *q, const char *name, int *field, enum face_op *op,
                      int *group)
{
    char *s = arena_strdup(a, name), *tilde = strrchr(s, '~');
    *group = 0;
    if (tilde != NULL) {
        if (!is_number(tilde + 1) || strlen(tilde + 1) > 2)
            return false;
        *group = (int)strtol(tilde + 1, NULL, 10);
        *tilde = '\0';
    }
    char *dot = strchr(s, '.');
    *op = FACE_OPS;
    if (dot != NULL) {
        *dot = '\0';
        *op = face_op_find(dot + 1);
        if (*op == FACE_OPS)
            return false;
    }
    *field = record_field(q->rec, s);
    return *field >= 0 && face_shown(q->rec, *field, q->who);
}

/* Which operator is meant by a bare name: a reference typed as a word is looked for by name. */
static enum face_op meant(const struct field *f, enum face_op op, const char *typed)
{
    if (op != FACE_OPS)
        return op;
    if (f->type == FIELD_REF && !is_number(typed))
        return FACE_HAS;
    return face_op_default(f);
}

struct err *face_cond_add(struct arena *a, struct face_query *q, const char *name, const char *typed)
{
    int field, group;
    enum face_op op;
    if (!name_read(a, q, name, &field, &op, &group))
        return bad(a, name, "face.no_field", typed);
    const struct field *f = &q->rec->fields[field];
    const char *value = NULL;
    typed += strspn(typed, " ");
    op = meant(f, op, typed);
    if (*typed == '\0' && op != FACE_EMPTY && op != FACE_FILLED) /* an empty box of a form is no condition */
        return NULL;
    if (!face_op_fits(f, op) || (f->type == FIELD_REF && op == FACE_HAS && !face_named(q->rec, field, q->who)))
        return bad(a, name, "face.no_op", typed);
    if (op != FACE_EMPTY && op != FACE_FILLED) {
        struct err *e = value_read(a, q->rec, field, op, typed, &value);
        if (e != NULL) {
            e->field = name;
            return e;
        }
        if (value == NULL)
            return NULL;
    }
    struct face_cond *c = cond_place(q, group, field, op);
    if (c == NULL || c->n == FACE_VALUES)
        return err_say(ERR(a, ERR_LIMIT, "more than %d conditions or %d values", FACE_CONDS, FACE_VALUES),
                       "face.too_many", NULL);
    if (value == NULL)
        return NULL;
    if (c->values == NULL)
        c->values = arena_array(a, const char *, FACE_VALUES);
    for (int i = 0; i < c->n; i++)
        if (strcmp(c->values[i], value) == 0)
            return NULL;
    c->values[c->n++] = value;
    return NULL;
}

/* ---- the reserved names ---- */
static struct err *sort_read(struct arena *a, struct face_query *q, const char *text)
{
    char *words = arena_strdup(a, text), *save = NULL;
    int n = 0;
    for (char *w = strtok_r(words, ", ", &save); w != NULL; w = strtok_r(NULL, ", ", &save)) {
        bool desc = *w == '-';
        int f = record_field(q->rec, w + desc);
        if (f < 0 || !face_shown(q->rec, f, q->who) || q->rec->fields[f].type == FIELD_LONG)
            return bad(a, "sort", "face.no_sort", w);
        if (n == FACE_SORTS)
            return bad(a, "sort", "face.many_sorts", text);
        q->sort[n++] = (struct face_sort){f, desc};
    }
    if (n > 0) {
        q->n_sort = n;
        q->sorted = true;
    }
    return NULL;
}

static struct err *cols_read(struct arena *a, struct face_query *q, const char *text)
{
    VEC(int) v = {0};
    char *words = arena_strdup(a, text), *save = NULL;
    for (int i = 0; q->columns && i < q->n_cols; i++) /* boxes of a form: one value each */
        *VEC_PUSH(&v, a) = q->cols[i];
    if (strcmp(text, "*") == 0) {
        v.n = 0;
        for (int i = 0; i < record_fields(q->rec); i++)
            if (face_shown(q->rec, i, q->who))
                *VEC_PUSH(&v, a) = i;
    }
    for (char *w = strtok_r(words, ", ", &save); w != NULL && *w != '*'; w = strtok_r(NULL, ", ", &save)) {
        int f = record_field(q->rec, w);
        if (f < 0 || !face_shown(q->rec, f, q->who))
            return bad(a, "cols", "face.no_field", w);
        bool there = false;
        for (size_t i = 0; i < v.n; i++)
            there |= v.p[i] == f;
        if (!there)
            *VEC_PUSH(&v, a) = f;
    }
    if (v.n == 0)
        return NULL;
    q->cols = v.p;
    q->n_cols = (int)v.n;
    q->columns = true;
    return NULL;
}

static struct err *filter_read(struct arena *a, struct face_query *q, const char *text)
{
    struct expr *e;
    q->filter = NULL;
    if (utf8_empty(text))
        return NULL;
    TRY(face_filter_parse(a, q->rec, q->who, text, &e));
    q->filter = expr_text(a, e);
    return NULL;
}

static struct err *reserved_read(struct arena *a, struct face_query *q, const char *name, const char *value)
{
    if (strcmp(name, "q") == 0)
        q->search = *value == '\0' ? NULL : value;
    else if (strcmp(name, "filter") == 0)
        return filter_read(a, q, value);
    else if (strcmp(name, "sort") == 0)
        return sort_read(a, q, value);
    else if (strcmp(name, "cols") == 0)
        return cols_read(a, q, value);
    else if (strcmp(name, "after") == 0)
        q->after = *value == '\0' ? NULL : value;
    else if (strcmp(name, "before") == 0)
        q->before = *value == '\0' ? NULL : value;
    else if (strcmp(name, "count") == 0)
        q->exact = strcmp(value, "exact") == 0;
    else if (strcmp(name, "ended") == 0)
        q->ended = strcmp(value, "only") == 0 ? FACE_ENDED : strcmp(value, "all") == 0 ? FACE_ALL : FACE_LIVE;
    else if (strcmp(name, "sealed") == 0) {
        q->sealed = strcmp(value, "only") == 0 ? FACE_ENDED : strcmp(value, "all") == 0 ? FACE_ALL : FACE_LIVE;
        if (q->sealed != FACE_LIVE && (q->who->sees < CLASS_SEALED || !face_lapses(q->rec)))
            return bad(a, name, "face.no_sealed", value);
    } else if (strcmp(name, "limit") == 0 && *value != '\0') {
        long n = is_number(value) && strlen(value) < 6 ? strtol(value, NULL, 10) : 0;
        if (n < 1 || n > FACE_ROWS_MOST)
            return bad(a, "limit", "face.limit", value);
        q->limit = (int)n;
    }
    return NULL;
}

struct err *face_query_read(struct arena *a, const struct record *rec, const struct who *who, const struct pair *pairs,
                            size_t n, struct face_query *out)
{
    struct face_query q;
    struct err *all = NULL;
    face_query_init(a, rec, who, &q);
    for (size_t i = 0; i < n; i++) {
        bool word = face_reserved(pairs[i].name);
        err_join(&all, word ? reserved_read(a, &q, pairs[i].name, pairs[i].value)
                            : face_cond_add(a, &q, pairs[i].name, pairs[i].value));
    }
    *out = q;
    return all;
}
