/* expr_bench.c: how long conditions take over columns: a million members with five posts each in blocks of 1024, on one
 * and two threads. Prints elapsed time, and processor time, which says more on a busy machine; `make bench-expr`.
 * Arguments: members, rounds, `each` for a line per condition. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rand.h"
#include "expr/expr.h"

enum { POSTS_EACH = 5, THREADS_MOST = 8 };

static const struct expr_fact member_facts[] = {
    {"birth", EXPR_DATE},        {"joined", EXPR_DATE},        {"worked_since", EXPR_DATE},
    {"level_since", EXPR_DATE},  {"bar_until", EXPR_DATE},     {"retires", EXPR_DATE},
    {"sex", EXPR_CODE, "code"},  {"level", EXPR_CODE, "code"}, {"status", EXPR_CODE, "code"},
    {"kind", EXPR_CODE, "code"}, {"hours", EXPR_INT},          {"years_low", EXPR_INT},
    {"leading", EXPR_BOOL},      {"abroad", EXPR_BOOL},
};
static const struct expr_fact post_facts[] = {
    {"since", EXPR_DATE}, {"until", EXPR_DATE}, {"kind", EXPR_CODE, "code"}, {"current", EXPR_BOOL}};
#define FACTS_OF(f) .facts = f, .n_facts = sizeof f / sizeof *f
static const struct expr_subject member = {"member", "member", NULL, FACTS_OF(member_facts)};
static const struct expr_subject post = {"post", "post", "member", FACTS_OF(post_facts)};
static const struct expr_subject *const subjects[] = {&member, &post};

static int code_of(const char *list, const char *text, bool *ordered)
{
    (void)list;
    *ordered = true;
    return text[0] == 'c' ? atoi(text + 1) : 0;
}
static const struct expr_world world = {subjects, 2, code_of};

/* Sixty conditions of the kinds rules are made of. */
static const char *const conditions[] = {
    "birth + years(60) <= today",
    "level_since + years(10) <= today",
    "joined <= today and has(joined)",
    "status = c1",
    "level >= c5",
    "hours < 90",
    "leading",
    "not abroad",
    "bar_until >= today",
    "retires - months(6) <= today",
    "years(birth, today) >= 60",
    "years(birth, today) between 35 and 45",
    "kind in (c1, c4, c7)",
    "kind in (c2, c3)",
    "status = c1 and leading",
    "status = c1 and birth + years(55) <= today and sex = c2",
    "status = c1 and level_since + years(5) <= today and leading",
    "level in (c3, c4) and hours < 50",
    "status = c1 and bar_until > today",
    "retires <= today and status = c1",
    "worked_since + years(5) > today",
    "worked_since + years(2) > today and level >= c3",
    "joined + years(3) > today",
    "not has(joined)",
    "known(birth)",
    "has(bar_until) and bar_until + months(6) >= today",
    "level_since > 2020-01-01",
    "level_since >= 2015-06 and level = c4",
    "birth < 1970-01-01 or hours > 500",
    "years_low >= 2 and level >= c4",
    "years_low + 1 >= 3",
    "hours + years_low > 100",
    "birth < joined",
    "joined >= worked_since",
    "joined < birth + years(18)",
    "worked_since < birth + years(16)",
    "level_since < worked_since",
    "retires > birth + years(63)",
    "status in (c1, c2) and not leading",
    "status = c1 and (leading or level >= c6)",
    "sex = c2 and retires <= today + years(1)",
    "sex = c1 and level >= c5",
    "birth = 1975-03",
    "year(birth) = 1980",
    "month(birth) = 3",
    "max(joined, worked_since) > 2010-01-01",
    "status = c1 and kind in (c1, c2, c5) and level_since + years(3) <= today",
    "hours between 40 and 90",
    "hours = 0 or not known(hours)",
    "bar_until between today and today + months(3)",
    "level < c3 and leading",
    "months(level_since, today) >= 24",
    "years(worked_since, today) >= 30",
    "birth + years(58) <= today and sex = c2 and leading",
    "status = c1 and has(bar_until) and bar_until <= today",
    "kind = c9 or kind = c8",
    "not (leading and abroad)",
    "status = c1 and abroad",
    "level = c4 and years_low < 2",
    "level_since + months(18) <= today and status = c1",
};
static const char *const row_conditions[] = {"any(post: current)", "any(post: current and kind = c4)",
                                             "count(post: kind in (c1, c2)) >= 2", "all(post: has(until) or current)",
                                             "last(post: since by since) + years(10) <= today"};

struct bench {
    int blocks;
    struct expr_block *block;
    struct expr_plan **plans;
    int n_plans, threads;
    long hits[THREADS_MOST];
};
struct worker {
    struct bench *b;
    int number;
};

static void fill(struct rng *r, const struct expr_fact *f, int n, void *out)
{
    for (int i = 0; i < n; i++) {
        bool unknown = rng_chance(r, 20), none = rng_chance(r, 50);
        if (f->type == EXPR_DATE) {
            int32_t v = date_make(rng_range(r, 1955, 2026), rng_range(r, 1, 12), rng_range(r, 1, 28)).v;
            ((int32_t *)out)[i] = unknown ? 0 : none ? -1 : rng_chance(r, 500) ? v & ~31 : v;
        } else if (f->type == EXPR_CODE) {
            ((int16_t *)out)[i] = (int16_t)(unknown ? 0 : rng_range(r, 1, 9));
        } else if (f->type == EXPR_BOOL) {
            ((int8_t *)out)[i] = (int8_t)(unknown ? 2 : rng_below(r, 2));
        } else {
            ((int32_t *)out)[i] = unknown ? EXPR_INT_UNKNOWN : rng_below(r, 600);
        }
    }
}

static void fill_table(struct arena *a, struct rng *r, const struct expr_subject *s, int n, struct expr_table *t)
{
    const void **cols = arena_array(a, const void *, s->n_facts);
    for (int f = 0; f < s->n_facts; f++) {
        void *column = arena_alloc(a, (size_t)n * 4);
        fill(r, &s->facts[f], n, column);
        cols[f] = column;
    }
    t->n = n;
    t->cols = cols;
}

static void make_block(struct arena *a, struct rng *r, int n, struct expr_block *out)
{
    struct expr_table *t = arena_array(a, struct expr_table, 2);
    fill_table(a, r, &member, n, &t[0]);
    fill_table(a, r, &post, n * POSTS_EACH, &t[1]);
    int32_t *first = arena_array(a, int32_t, n + 1);
    int16_t *owner = arena_array(a, int16_t, n * POSTS_EACH); /* of one block */
    for (int i = 0; i < n; i++) {                             /* three to seven each, five on average */
        int more = i % 5 - 2;
        first[i + 1] = i + 1 == n ? n * POSTS_EACH : first[i] + POSTS_EACH + more;
        for (int row = first[i]; row < first[i + 1]; row++)
            owner[row] = (int16_t)i;
    }
    t[1].first = first;
    t[1].owner = owner;
    out->tables = t;
}

static void *judge(void *arg)
{
    const struct worker *w = arg;
    struct bench *b = w->b;
    struct arena *a = arena_new();
    struct expr_scratch s = {.arena = a};
    uint8_t out[EXPR_BLOCK];
    long hits = 0;
    for (int i = w->number; i < b->blocks; i += b->threads)
        for (int p = 0; p < b->n_plans; p++) {
            expr_plan_judge(b->plans[p], &b->block[i], &s, out);
            hits += out[i % b->block[i].tables[0].n] == TRI_TRUE;
        }
    b->hits[w->number] = hits;
    arena_free(a);
    return NULL;
}

struct spent {
    double elapsed, processor; /* ms */
};

static double ms_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) * 1e3 + (double)(to->tv_nsec - from->tv_nsec) / 1e6;
}

static struct spent run(struct bench *b, int threads)
{
    struct timespec from, to, cpu_from, cpu_to;
    pthread_t id[THREADS_MOST];
    struct worker w[THREADS_MOST];
    b->threads = threads;
    clock_gettime(CLOCK_MONOTONIC, &from);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_from);
    for (int i = 0; i < threads; i++) {
        w[i] = (struct worker){b, i};
        pthread_create(&id[i], NULL, judge, &w[i]);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(id[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &to);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_to);
    return (struct spent){ms_between(&from, &to), ms_between(&cpu_from, &cpu_to)};
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct spent median(struct bench *b, int threads, int rounds)
{
    double elapsed[99], processor[99];
    for (int i = 0; i < rounds; i++) {
        struct spent s = run(b, threads);
        elapsed[i] = s.elapsed;
        processor[i] = s.processor;
    }
    qsort(elapsed, (size_t)rounds, sizeof *elapsed, by_size);
    qsort(processor, (size_t)rounds, sizeof *processor, by_size);
    return (struct spent){elapsed[rounds / 2], processor[rounds / 2]};
}

static void plan_all(struct arena *a, const char *const *texts, int n, struct bench *b)
{
    static const struct expr_env env = {.today = {2026 << 9 | 11 << 5 | 23}};
    b->plans = arena_array(a, struct expr_plan *, n);
    b->n_plans = n;
    for (int i = 0; i < n; i++) {
        struct expr *e;
        struct err *bad = expr_parse(a, &world, 0, texts[i], NULL, &e);
        if (bad != NULL) {
            fprintf(stderr, "%s: %s\n", texts[i], bad->detail);
            exit(3);
        }
        b->plans[i] = expr_plan_make(a, e, &env);
    }
}

static void report(struct arena *a, struct bench *b, const char *name, const char *const *texts, int n, int members,
                   int rounds, bool each)
{
    plan_all(a, texts, n, b);
    double rows = (double)members * n;
    for (int threads = 1; threads <= 2; threads++) {
        struct spent t = median(b, threads, rounds);
        printf("%s: %d conditions x %d, %d thread%s: %.1f ms; processor %.1f ms, %.3f ns per condition and member\n",
               name, n, members, threads, threads > 1 ? "s" : "", t.elapsed, t.processor, t.processor * 1e6 / rows);
    }
    for (int i = 0; i < n && each; i++) {
        plan_all(a, texts + i, 1, b);
        printf("  %7.3f ns  %s\n", median(b, 1, rounds).processor * 1e6 / members, texts[i]);
    }
}

int main(int argc, char **argv)
{
    int members = argc > 1 ? atoi(argv[1]) : 1000000, rounds = argc > 2 ? atoi(argv[2]) : 5;
    bool each = argc > 3 && strcmp(argv[3], "each") == 0;
    if (members < 1 || rounds < 1 || rounds > 99) {
        fputs("usage: expr_bench [members [rounds (1..99) [each]]]\n", stderr);
        return 2;
    }
    arena_scope struct arena *a = arena_new();
    struct rng r;
    rng_seed(&r, 1);
    struct bench b = {.blocks = (members + EXPR_BLOCK - 1) / EXPR_BLOCK};
    b.block = arena_array(a, struct expr_block, b.blocks);
    for (int i = 0; i < b.blocks; i++)
        make_block(a, &r, i + 1 < b.blocks ? EXPR_BLOCK : members - i * EXPR_BLOCK, &b.block[i]);
    report(a, &b, "members", conditions, sizeof conditions / sizeof *conditions, members, rounds, each);
    report(a, &b, "their posts", row_conditions, sizeof row_conditions / sizeof *row_conditions, members, rounds, each);
    return 0;
}
