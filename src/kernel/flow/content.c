/* content.c: conditions over the fields of a matter's content, in the expression language: subject `matter`. */
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "flow/inner.h"
#include "record/codes.h"

static bool fact_of(const struct field *f, struct expr_fact *out)
{
    *out = (struct expr_fact){.name = f->name};
    switch (f->type) {
    case FIELD_BOOL: out->type = EXPR_BOOL; return true;
    case FIELD_INT: out->type = EXPR_INT; return true;
    case FIELD_DATE:
    case FIELD_PDATE: out->type = EXPR_DATE; return true;
    case FIELD_CODE:
        out->type = EXPR_CODE;
        out->codes = f->codes;
        return true;
    case FIELD_REF:
        out->type = EXPR_REF;
        out->to = f->to;
        return true;
    default: return false;
    }
}

struct world {
    struct expr_world world;
    const struct expr_subject *one[1];
    struct expr_subject subject;
    int *fields; /* [fact] */
};

static struct world *world_of(struct arena *a, const struct record *rec)
{
    struct world *w = arena_new_of(a, struct world);
    int n = record_fields(rec);
    struct expr_fact *facts = arena_array(a, struct expr_fact, n + 1);
    w->fields = arena_array(a, int, n + 1);
    for (int i = 0; i < n; i++)
        if (fact_of(&rec->fields[i], &facts[w->subject.n_facts]))
            w->fields[w->subject.n_facts++] = i;
    w->subject.name = "matter";
    w->subject.record = rec->name;
    w->subject.facts = facts;
    w->one[0] = &w->subject;
    w->world = (struct expr_world){.subjects = w->one, .n_subjects = 1, .code = codes_position};
    return w;
}

/* One value as a column of one row; nothing on record is unknown. */
static void *column(struct arena *a, const struct field *f, const char *v)
{
    struct date d;
    bool ordered;
    switch (f->type) {
    case FIELD_BOOL: {
        int8_t *p = arena_new_of(a, int8_t);
        *p = v == NULL ? EXPR_BOOL_UNKNOWN : *v == '1';
        return p;
    }
    case FIELD_INT: {
        int32_t *p = arena_new_of(a, int32_t);
        *p = v == NULL ? EXPR_INT_UNKNOWN : (int32_t)strtol(v, NULL, 10);
        return p;
    }
    case FIELD_CODE: {
        int16_t *p = arena_new_of(a, int16_t);
        *p = v == NULL ? EXPR_CODE_UNKNOWN : (int16_t)codes_position(f->codes, v, &ordered);
        return p;
    }
    case FIELD_REF: {
        int64_t *p = arena_new_of(a, int64_t);
        *p = v == NULL ? EXPR_REF_UNKNOWN : strtoll(v, NULL, 10);
        return p;
    }
    default: {
        int32_t *p = arena_new_of(a, int32_t);
        *p = v != NULL && date_parse(v, &d) ? d.v : EXPR_DATE_UNKNOWN;
        return p;
    }
    }
}

static struct err *parse(struct arena *a, const struct record *rec, const char *when, struct world **w,
                         struct expr **out)
{
    *w = world_of(a, rec);
    TRY(expr_parse(a, &(*w)->world, 0, when, NULL, out));
    if (expr_type_of(*out) != EXPR_BOOL)
        return ERR(a, ERR_INVALID, "'%s' is no condition", when);
    return NULL;
}

struct err *flow_when_check(struct arena *a, const struct record *rec, const char *when)
{
    struct world *w;
    struct expr *e;
    return parse(a, rec, when, &w, &e);
}

struct err *flow_true(struct arena *a, const struct record *rec, const char *when, const struct row *content,
                      struct date today, enum tri *out)
{
    struct world *w;
    struct expr *e;
    TRY(parse(a, rec, when, &w, &e));
    const void **cols = arena_array(a, const void *, w->subject.n_facts + 1);
    for (int i = 0; i < w->subject.n_facts; i++)
        cols[i] = column(a, &rec->fields[w->fields[i]], content->v[w->fields[i]]);
    const struct expr_table table = {.n = 1, .cols = cols, .ids = &content->id};
    const struct expr_block block = {.tables = &table};
    const struct expr_env env = {.today = today};
    struct expr_value v;
    TRY(expr_eval(a, e, &env, &block, 0, &v, NULL));
    *out = v.state == EXPR_UNKNOWN ? TRI_UNKNOWN : v.n != 0 ? TRI_TRUE : TRI_FALSE;
    return NULL;
}
