/* random.h: random expressions over the world of world.h and random blocks to judge them on. Dates come from a small
 * pool around month ends, leap days and today, so that boundaries are met. Included after world.h. */
#ifndef QF_EXPR_TEST_RANDOM_H
#define QF_EXPR_TEST_RANDOM_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/rand.h"
#include "expr/test/world.h"

static inline uint64_t random_seed(void)
{
    const char *seed = getenv("QF_SEED");
    uint64_t n = seed != NULL ? strtoull(seed, NULL, 10) : 20261123;
    printf("# seed %llu (QF_SEED=... repeats another)\n", (unsigned long long)n);
    return n;
}

static inline int32_t random_date(struct rng *r)
{
    static const int32_t pool[] = {D(2016, 2, 29),  D(2015, 2, 28), D(2016, 1, 31),  D(2016, 3, 31),  D(2015, 12, 31),
                                   D(2016, 1, 1),   D(2016, 3, 1),  D(2026, 11, 23), D(2026, 11, 22), D(2016, 11, 23),
                                   D(2016, 11, 24), D(2017, 1, 30), D(2024, 2, 29),  D(1966, 11, 23), D(1900, 2, 28),
                                   D(1, 1, 1),      D(9999, 12, 31)};
    int32_t v = pool[rng_below(r, sizeof pool / sizeof *pool)];
    if (rng_chance(r, 300))
        v = date_from_days(date_to_days((struct date){D(2014, 1, 1)}) + rng_below(r, 1500)).v;
    int cut = rng_below(r, 10);
    return cut < 6 ? v : cut < 9 ? v & ~31 : v & ~511;
}

static inline int random_mark(struct rng *r) /* 0 a value, 1 none, 2 unknown */
{
    int n = rng_below(r, 10);
    return n < 7 ? 0 : n < 8 ? 1 : 2;
}

static inline void random_column(struct rng *r, const struct expr_fact *f, int n, void *out)
{
    for (int i = 0; i < n; i++) {
        int mark = random_mark(r);
        switch (f->type) {
        case EXPR_BOOL: ((int8_t *)out)[i] = (int8_t)(mark == 0 ? rng_below(r, 2) : mark == 1 ? 3 : 2); break;
        case EXPR_INT:
            ((int32_t *)out)[i] = mark == 1           ? NON
                                  : mark == 2         ? UNK
                                  : rng_chance(r, 50) ? INT32_MAX - rng_below(r, 3)
                                                      : rng_range(r, -3, 30);
            break;
        case EXPR_DATE: ((int32_t *)out)[i] = mark == 0 ? random_date(r) : mark == 1 ? -1 : 0; break;
        case EXPR_CODE: ((int16_t *)out)[i] = (int16_t)(mark == 0 ? rng_range(r, 1, 4) : mark == 1 ? -1 : 0); break;
        default: ((int64_t *)out)[i] = mark == 0 ? rng_range(r, 1, 3) : mark == 1 ? -1 : 0; break;
        }
    }
}

static inline void random_table(struct arena *a, struct rng *r, int subject, int n, struct expr_table *out)
{
    static const size_t widths[] = {[EXPR_BOOL] = 1, [EXPR_INT] = 4, [EXPR_DATE] = 4, [EXPR_CODE] = 2, [EXPR_REF] = 8};
    const struct expr_subject *s = world_subjects[subject];
    const void **cols = arena_array(a, const void *, s->n_facts);
    int64_t *ids = arena_array(a, int64_t, n);
    for (int i = 0; i < n; i++)
        ids[i] = 1000 * subject + i + 1;
    for (int f = 0; f < s->n_facts; f++) {
        void *column = arena_alloc(a, widths[s->facts[f].type] * (size_t)n);
        random_column(r, &s->facts[f], n, column);
        cols[f] = column;
    }
    out->n = n;
    out->cols = cols;
    out->ids = ids;
}

static inline void random_rows(struct arena *a, struct rng *r, int subject, int owners, int most,
                               struct expr_table *out)
{
    int32_t *first = arena_array(a, int32_t, owners + 1);
    for (int i = 0; i < owners; i++)
        first[i + 1] = first[i] + (rng_chance(r, 5) ? most * 30 : rng_below(r, most + 1));
    int n = first[owners];
    int16_t *owner = arena_array(a, int16_t, n);
    for (int i = 0; i < owners; i++)
        for (int row = first[i]; row < first[i + 1]; row++)
            owner[row] = (int16_t)i;
    random_table(a, r, subject, n, out);
    if (n == 0)
        return;
    out->first = first;
    out->owner = owner;
}

static inline struct expr_block random_block(struct arena *a, struct rng *r)
{
    struct expr_table *t = arena_array(a, struct expr_table, N_WORLD_SUBJECTS);
    int members = rng_chance(r, 50) ? EXPR_BLOCK : rng_range(r, 1, 80);
    random_table(a, r, MEMBER, members, &t[MEMBER]);
    random_rows(a, r, POST, members, rng_chance(r, 50) ? 0 : 6, &t[POST]);
    random_rows(a, r, APPRAISAL, members, 3, &t[APPRAISAL]);
    random_table(a, r, UNIT_LEVEL, 5, &t[UNIT_LEVEL]);
    return (struct expr_block){t};
}

/* Writes random text of a type into b; names are those of `scope`. */
static inline void random_condition(struct rng *r, struct buf *b, int scope, int depth);
static inline void random_date_text(struct rng *r, struct buf *b, int scope, int depth);

static inline bool random_fact(struct rng *r, struct buf *b, int scope, enum expr_type type, const char *codes)
{
    int subject = scope == POST || scope == APPRAISAL ? (rng_chance(r, 300) ? MEMBER : scope) : scope;
    const struct expr_subject *s = world_subjects[subject];
    for (int tries = 0; tries < 30; tries++) {
        const struct expr_fact *f = &s->facts[rng_below(r, s->n_facts)];
        if (f->type != type || (codes != NULL && strcmp(codes, f->codes) != 0))
            continue;
        buf_printf(b, "%s%s", subject == scope ? "" : "member.", f->name);
        return true;
    }
    return false;
}

static inline int random_child(int scope, struct rng *r)
{
    return scope == UNIT_LEVEL ? -1 : rng_below(r, 2) ? POST : APPRAISAL;
}

static inline void random_int(struct rng *r, struct buf *b, int scope, int depth)
{
    static const char *const counts[] = {"years", "months", "days"};
    static const char *const percents[] = {"percent", "percent_near", "percent_up", "min", "max"};
    int child = random_child(scope, r);
    switch (depth <= 0 ? rng_below(r, 3) : rng_below(r, 11)) {
    case 0: buf_printf(b, "%d", rng_range(r, -2, 25)); return;
    case 1: buf_puts(b, rng_chance(r, 800) ? "($limit + 0)" : "($unset + 0)"); return;
    case 2:
        if (!random_fact(r, b, scope, EXPR_INT, NULL))
            buf_puts(b, "7");
        return;
    case 3:
    case 4:
        buf_putc(b, '(');
        random_int(r, b, scope, depth - 1);
        buf_puts(b, rng_below(r, 2) ? " + " : " - ");
        random_int(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 5:
    case 6:
        buf_printf(b, "%s(", counts[rng_below(r, 3)]);
        random_date_text(r, b, scope, depth - 1);
        buf_puts(b, ", ");
        random_date_text(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 7:
        buf_puts(b, rng_below(r, 2) ? "year(" : "month(");
        random_date_text(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 8:
        buf_printf(b, "%s(", percents[rng_below(r, 5)]);
        random_int(r, b, scope, depth - 1);
        buf_puts(b, ", ");
        random_int(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 9:
        if (child >= 0) {
            buf_printf(b, "count(%s: ", world_subjects[child]->name);
            random_condition(r, b, child, depth - 2);
            buf_putc(b, ')');
            return;
        }
        buf_puts(b, "approved");
        return;
    default:
        if (child >= 0) {
            buf_printf(b, "%s(%s: ", rng_below(r, 2) ? "first" : "last", world_subjects[child]->name);
            random_int(r, b, child, depth - 2);
            buf_puts(b, " + 0 where ");
            random_condition(r, b, child, depth - 2);
            buf_putc(b, ')');
            return;
        }
        buf_puts(b, "actual");
    }
}

static inline void random_span(struct rng *r, struct buf *b, int scope, int depth)
{
    static const char *const spans[] = {"years", "months", "days"};
    if (depth > 0 && rng_chance(r, 200)) {
        buf_putc(b, '(');
        random_span(r, b, scope, depth - 1);
        buf_puts(b, rng_below(r, 2) ? " + " : " - ");
        random_span(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    }
    buf_printf(b, "%s(", spans[rng_below(r, 3)]);
    if (rng_chance(r, 700))
        buf_printf(b, "%d", rng_chance(r, 50) ? 2000000000 : rng_range(r, -13, 61));
    else
        random_int(r, b, scope, depth - 1);
    buf_putc(b, ')');
}

static inline void random_date_text(struct rng *r, struct buf *b, int scope, int depth)
{
    char iso[DATE_TEXT];
    int child = random_child(scope, r);
    switch (depth <= 0 ? rng_below(r, 5) : rng_below(r, 12)) {
    case 0: buf_puts(b, "today"); return;
    case 1:;
        int32_t v = random_date(r);
        if (v == D(1, 0, 0))
            v = D(1, 1, 0); /* a lone year is written with a number from 1000 on */
        buf_puts(b, date_iso((struct date){v}, iso));
        return;
    case 2: buf_puts(b, rng_chance(r, 900) ? "($from + days(0))" : "($unset - years(1))"); return;
    case 6:
    case 7:
    case 8:
        random_date_text(r, b, scope, depth - 1);
        buf_puts(b, rng_below(r, 2) ? " + " : " - ");
        random_span(r, b, scope, depth - 1);
        return;
    case 9:
        buf_puts(b, rng_below(r, 2) ? "min(" : "max(");
        random_date_text(r, b, scope, depth - 1);
        buf_puts(b, ", today - days(0), ");
        random_date_text(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 10:
        if (child >= 0) {
            buf_printf(b, "%s(%s: ", rng_below(r, 2) ? "first" : "last", world_subjects[child]->name);
            random_date_text(r, b, child, depth - 2);
            buf_puts(b, " - months(0)");
            if (rng_below(r, 2)) {
                buf_puts(b, " where ");
                random_condition(r, b, child, depth - 2);
            }
            if (rng_below(r, 2)) {
                buf_puts(b, " by ");
                random_date_text(r, b, child, depth - 2);
            }
            buf_putc(b, ')');
            return;
        }
        buf_puts(b, "today");
        return;
    default:
        if (!random_fact(r, b, scope, EXPR_DATE, NULL))
            buf_puts(b, "2016-02-29");
    }
}

static inline void random_code(struct rng *r, struct buf *b, int scope, int depth)
{
    static const char *const keys[] = {"staff", "section", "'02'", "county_deputy", "$least"};
    int child = rng_chance(r, 200) && depth > 0 && scope != UNIT_LEVEL ? POST : -1;
    if (child >= 0)
        buf_printf(b, "%s(post: level%s)", rng_below(r, 2) ? "first" : "last", rng_below(r, 2) ? " by since" : "");
    else if (rng_chance(r, 500) || !random_fact(r, b, scope, EXPR_CODE, "level"))
        buf_puts(b, keys[rng_below(r, 5)]);
}

static inline void random_comparison(struct rng *r, struct buf *b, int scope, int depth)
{
    static const char *const signs[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
    static const char *const lists[] = {"(staff)", "(staff, section)", "('01', '02', county_deputy, '06')",
                                        "($least, '06')"};
    int kind = rng_below(r, 10);
    const char *sign = signs[rng_below(r, 6)], *negated = rng_chance(r, 300) ? " not" : "";
    if (kind < 4) {
        random_date_text(r, b, scope, depth - 1);
        buf_puts(b, sign);
        random_date_text(r, b, scope, depth - 1);
    } else if (kind < 6) {
        random_int(r, b, scope, depth - 1);
        buf_puts(b, sign);
        random_int(r, b, scope, depth - 1);
    } else if (kind < 8 && scope != APPRAISAL) {
        buf_puts(b, "level");
        if (rng_below(r, 2)) {
            buf_printf(b, "%s in %s", negated, lists[rng_below(r, 4)]);
            return;
        }
        buf_puts(b, sign);
        random_code(r, b, scope, depth);
    } else if (kind == 8) {
        random_date_text(r, b, scope, depth - 1);
        buf_printf(b, "%s between ", negated);
        random_date_text(r, b, scope, depth - 1);
        buf_puts(b, " and ");
        random_date_text(r, b, scope, depth - 1);
    } else {
        random_int(r, b, scope, depth - 1);
        buf_printf(b, "%s in (", negated);
        random_int(r, b, scope, depth - 1);
        buf_puts(b, ", 3, 10)");
    }
}

static inline void random_condition(struct rng *r, struct buf *b, int scope, int depth)
{
    static const char *const asks[] = {"has(", "known("};
    int child = random_child(scope, r);
    switch (depth <= 0 ? rng_below(r, 4) : rng_below(r, 13)) {
    case 0: buf_puts(b, rng_chance(r, 700) ? "($on = true)" : rng_below(r, 2) ? "true" : "false"); return;
    case 1:
        if (!random_fact(r, b, scope, EXPR_BOOL, NULL))
            buf_puts(b, "has(today)");
        return;
    case 2:
        buf_puts(b, asks[rng_below(r, 2)]);
        if (!random_fact(r, b, scope, rng_below(r, 5), NULL))
            buf_puts(b, "today");
        buf_putc(b, ')');
        return;
    case 4:
    case 5:
    case 6:
        buf_putc(b, '(');
        random_condition(r, b, scope, depth - 1);
        buf_puts(b, rng_below(r, 2) ? " and " : " or ");
        random_condition(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 7:
        buf_puts(b, "not (");
        random_condition(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 8:
        if (child >= 0) {
            buf_printf(b, "%s(%s: ", rng_below(r, 2) ? "any" : "all", world_subjects[child]->name);
            random_condition(r, b, child, depth - 1);
            buf_putc(b, ')');
            return;
        }
        buf_puts(b, "false");
        return;
    case 9:
        buf_putc(b, '(');
        random_condition(r, b, scope, depth - 1);
        buf_puts(b, rng_below(r, 2) ? ") = (" : ") != (");
        random_condition(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    case 10:
        buf_puts(b, asks[rng_below(r, 2)]);
        random_condition(r, b, scope, depth - 1);
        buf_putc(b, ')');
        return;
    default: random_comparison(r, b, scope, depth);
    }
}

#endif
