/* since.c: since when a rule has been true for a row, and when its truth will change. Of-day facts come from C hooks,
 * so nothing says on which days they change; but every one of them is computed from dates on record. The truth is
 * looked at on those dates, and a change between two of them is found by halving. */
#include "rules/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

enum { FIRST_YEAR = 1900 };

struct days {
    int64_t *p;
    size_t n, cap;
};

struct asking {
    const struct rules_rule *rule;
    const struct facts_root *root;
    int owner_subject;
    int64_t owner, id;
    const struct facts_counted *counted; /* of a sum */
    struct arena *a, *scratch;
};

static int row_of(const struct expr_table *t, int64_t id)
{
    for (int i = 0; i < t->n; i++)
        if (t->ids[i] == id)
            return i;
    return -1;
}

/* Keeps an error that was made in the scratch arena. */
static struct err *keep(struct arena *a, struct err *e)
{
    return e == NULL ? NULL : ERR(a, e->kind, "%s", e->detail == NULL ? "" : e->detail);
}

static struct err *truth_on(const struct asking *q, struct date day, enum tri *out,
                            const struct rules_stretch **stretch)
{
    arena_reset(q->scratch);
    const struct expr_block *b;
    struct err *e = q->counted != NULL ? facts_sums_at_day(q->counted, q->scratch, day, &b)
                                       : facts_one_at_day(q->root, q->scratch, q->owner_subject, q->owner, day, &b);
    if (e != NULL)
        return keep(q->a, e);
    int row = row_of(&b->tables[q->rule->subject], q->id);
    if (row >= 0)
        return keep(q->a, row_truth(q->rule, q->scratch, b, row, day, out, stretch));
    *out = TRI_FALSE;
    if (stretch != NULL)
        *stretch = NULL;
    return NULL;
}

/* What is asked of one row; list lives as long as it. */
static struct asking asking_of(const struct rules_rule *r, const struct facts_root *root, int64_t owner, int64_t id,
                               struct arena *a, struct arena *list, struct arena *scratch)
{
    struct facts_counted *counted = NULL;
    if (facts_declared(r->subject)->count_of != NULL)
        facts_counted(root, list, r->subject, &owner, 1, &counted);
    return (struct asking){.rule = r,
                           .root = root,
                           .owner_subject = owner_subject(r->code->world, r->subject),
                           .owner = owner,
                           .id = id,
                           .counted = counted,
                           .a = a,
                           .scratch = scratch};
}

struct err *rules_truth(const struct rules_rule *r, const struct facts_root *root, struct arena *a, int64_t owner,
                        int64_t id, struct date day, enum tri *out, const struct rules_stretch **stretch_out)
{
    arena_scope struct arena *list = arena_new(), *scratch = arena_new();
    struct asking q = asking_of(r, root, owner, id, a, list, scratch);
    return truth_on(&q, day, out, stretch_out);
}

static void add_day(struct days *d, struct arena *a, struct date day)
{
    if (!date_is(day))
        return;
    int64_t ends[] = {date_to_days(date_first(day)), date_to_days(date_last(day)), date_to_days(date_last(day)) + 1};
    for (int i = 0; i < 3; i++)
        *VEC_PUSH(d, a) = ends[i];
}

static int day_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void add_table(struct days *d, struct arena *a, const struct expr_subject *s, const struct expr_table *t)
{
    for (int f = 0; f < s->n_facts; f++) {
        if (s->facts[f].type != EXPR_DATE)
            continue;
        const int32_t *col = t->cols[f];
        for (int i = 0; i < t->n; i++)
            add_day(d, a, (struct date){col[i]});
    }
}

/* Dates of the rows that may count for the owner of a sum: not those of the day, which are of any. */
static void add_counted(struct days *d, struct arena *a, const struct asking *q)
{
    const struct facts_subject *sum = facts_declared(q->rule->subject);
    int subject = facts_subject(sum->count_of), by = facts_fact(subject, sum->count_owner);
    const struct expr_subject *s = q->rule->code->world->subjects[subject];
    for (int b = 0; b < facts_counted_blocks(q->counted); b++) {
        const struct expr_table *t = &facts_counted_block(q->counted, b)->tables[subject];
        const int64_t *owner = t->cols[by];
        for (int f = 0; f < s->n_facts; f++) {
            const int32_t *col = t->cols[f];
            if (s->facts[f].type != EXPR_DATE || s->facts[f].of_day)
                continue;
            for (int i = 0; i < t->n; i++)
                if (owner[i] == q->owner)
                    add_day(d, a, (struct date){col[i]});
        }
    }
}

/* Every day on which the truth is looked at: dates of the owner's rows, dates the trace computed, ends of stretches. */
static struct err *all_days(const struct asking *q, const struct rules_hit *h, struct arena *a, struct days *out)
{
    const struct expr_block *b;
    const struct expr_world *w = q->rule->code->world;
    TRY(facts_one_at_day(q->root, a, q->owner_subject, q->owner, facts_day(q->root), &b));
    for (int s = 0; s < w->n_subjects; s++)
        if (owner_subject(w, s) == q->owner_subject)
            add_table(out, a, w->subjects[s], &b->tables[s]);
    if (q->counted != NULL)
        add_counted(out, a, q);
    struct expr_trace *t = NULL;
    TRY(rules_trace(h, q->root, a, &t));
    for (; t != NULL; t = t->next) {
        const struct expr_value *values[] = {&t->value, &t->left, &t->right};
        for (int i = 0; i < 3; i++)
            if (values[i]->type == EXPR_DATE && values[i]->state == EXPR_HAS)
                add_day(out, a, (struct date){(int32_t)values[i]->n});
    }
    for (int i = 0; i < q->rule->n_stretches; i++) {
        add_day(out, a, q->rule->stretches[i].from);
        add_day(out, a, q->rule->stretches[i].to);
    }
    if (out->n > 1)
        qsort(out->p, out->n, sizeof *out->p, day_order);
    return NULL;
}

/* *low has another truth than `like`, *high has it; afterwards they are neighbours. */
static struct err *halve(const struct asking *q, enum tri like, int64_t *low, int64_t *high)
{
    while (*high - *low > 1 || *low - *high > 1) {
        int64_t mid = *low + (*high - *low) / 2;
        enum tri t;
        TRY(truth_on(q, date_from_days(mid), &t, NULL));
        *(t == like ? high : low) = mid;
    }
    return NULL;
}

static struct err *since_of(struct asking *q, const struct rules_hit *h, struct arena *list, struct date *out)
{
    struct days days = {0};
    struct err *e = all_days(q, h, list, &days);
    if (e != NULL)
        return keep(q->a, e);
    int64_t high = date_to_days(facts_day(q->root)), floor = date_to_days(date_make(FIRST_YEAR, 1, 1));
    for (size_t i = days.n + 1; i-- > 0;) { /* the last one: the floor */
        int64_t day = i == 0 ? floor : days.p[i - 1];
        if (day >= high || day < floor)
            continue;
        enum tri t;
        TRY(truth_on(q, date_from_days(day), &t, NULL));
        if (t == TRI_TRUE) {
            high = day;
            continue;
        }
        TRY(halve(q, TRI_TRUE, &day, &high));
        *out = date_from_days(high);
        return NULL;
    }
    *out = DATE_NONE;
    return NULL;
}

struct err *rules_since(const struct rules_hit *h, const struct facts_root *root, struct arena *a, struct date *out)
{
    arena_scope struct arena *list = arena_new(), *scratch = arena_new();
    struct asking q = asking_of(h->rule, root, h->where.owner, h->where.id, a, list, scratch);
    return since_of(&q, h, list, out);
}

struct err *since_counted(const struct rules_hit *h, const struct facts_root *root, struct arena *a,
                          const struct facts_counted *counted, struct date *out)
{
    arena_scope struct arena *list = arena_new(), *scratch = arena_new();
    struct asking q = {.rule = h->rule,
                       .root = root,
                       .owner_subject = owner_subject(h->rule->code->world, h->rule->subject),
                       .owner = h->where.owner,
                       .id = h->where.id,
                       .counted = counted,
                       .a = a,
                       .scratch = scratch};
    return since_of(&q, h, list, out);
}

struct err *rules_next(const struct rules_hit *h, const struct facts_root *root, struct arena *a, struct date day,
                       int years, struct date *out)
{
    arena_scope struct arena *list = arena_new(), *scratch = arena_new();
    const struct rules_rule *r = h->rule;
    struct asking q = asking_of(r, root, h->where.owner, h->where.id, a, list, scratch);
    struct days days = {0};
    enum tri like;
    struct err *e = all_days(&q, h, list, &days);
    if (e != NULL)
        return keep(a, e);
    TRY(truth_on(&q, day, &like, NULL));
    int64_t low = date_to_days(day), end = date_to_days(date_add_months(day, 12 * years));
    for (size_t i = 0; i <= days.n; i++) {
        int64_t next = i == days.n ? end : days.p[i];
        if (next <= low || next > end)
            continue;
        enum tri t;
        TRY(truth_on(&q, date_from_days(next), &t, NULL));
        if (t == like) {
            low = next;
            continue;
        }
        TRY(halve(&q, like, &next, &low));
        *out = date_from_days(next);
        return NULL;
    }
    *out = DATE_NONE;
    return NULL;
}
