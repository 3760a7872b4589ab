/* rules_bench.c: what trying rules over everyone costs: rules_bench URL [table FILE]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../src/program.h"
#include "base/clock.h"
#include "findings/opened.h"

enum { ROUNDS = 5 };

static struct arena *memory;
static FILE *table;

static void ok(struct err *e)
{
    if (e == NULL)
        return;
    fprintf(stderr, "%s\n", e->detail);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *ms)
{
    qsort(ms, ROUNDS, sizeof *ms, by_size);
    return ms[ROUNDS / 2];
}

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static void line(const char *what, double ms, double most, const char *more)
{
    printf("%s: %.0f ms (<= %.0f)%s\n", what, ms, most, more);
    if (table != NULL)
        fprintf(table, "%s\t%.0f ms%s\t<= %.0f ms\t%s\n", what, ms, more, most, ms <= most ? "yes" : "no");
}

static void coming(const struct opened *o, int64_t members)
{
    double ms[ROUNDS], cpu = cpu_ms();
    int64_t n = 0, began = clock_mono_us();
    struct rules_hit *first;
    ok(rules_ahead(o->set, o->root, memory, &(struct rules_ask){0}, 12, &first, &n));
    printf("the first look: %.0f ms, %.0f of a processor\n", (double)(clock_mono_us() - began) / 1000, cpu_ms() - cpu);
    cpu = cpu_ms();
    for (int i = 0; i < ROUNDS; i++) {
        arena_scope struct arena *a = arena_new();
        struct rules_hit *hits;
        int64_t start = clock_mono_us();
        ok(rules_ahead(o->set, o->root, a, &(struct rules_ask){0}, 12, &hits, &n));
        ms[i] = (double)(clock_mono_us() - start) / 1000;
    }
    line(arena_printf(memory, "what falls due in the coming twelve months, %lld members", (long long)members),
         median(ms), 1000,
         arena_printf(memory, ", %lld rows, %.0f ms of a processor", (long long)n, (cpu_ms() - cpu) / ROUNDS));
}

/* Whom another value would touch, whom it would free; and the same on another day. */
static void what_if(const struct opened *o, int64_t members)
{
    static const char *const texts[] = {"a parameter", "a parameter that facts are made of", "another day"};
    static const struct {
        const char *rule, *name, *value;
    } drafts[] = {{"APPT-XCH-1", "limit", "8"}, {"DISC-W", "period", "24"}, {NULL, NULL, NULL}};
    for (int k = 0; k < 3; k++) {
        double ms[ROUNDS], cpu = cpu_ms();
        int64_t n = 0;
        for (int i = 0; i < ROUNDS; i++) {
            arena_scope struct arena *a = arena_new();
            const struct rules_rule *draft = NULL;
            struct rules_tried t;
            int64_t start = clock_mono_us();
            if (drafts[k].rule != NULL)
                ok(rules_draft_value(a, rules_find(o->set, drafts[k].rule), drafts[k].name, drafts[k].value, &draft));
            ok(rules_try(o->rules, o->set, o->root, a, &(struct rules_ask){0}, draft,
                         draft == NULL ? date_add_months(facts_day(o->root), 6) : DATE_UNKNOWN, &t));
            ms[i] = (double)(clock_mono_us() - start) / 1000;
            n = t.n_touched + t.n_freed;
            rules_tried_end(&t);
        }
        line(arena_printf(memory, "what if: %s, with the list of all touched and freed, %lld members", texts[k],
                          (long long)members),
             median(ms), 300,
             arena_printf(memory, ", %lld rows, %.0f ms of a processor", (long long)n, (cpu_ms() - cpu) / ROUNDS));
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: rules_bench URL [table FILE]\n", stderr);
        return 2;
    }
    if (argc > 3 && strcmp(argv[2], "table") == 0)
        table = fopen(argv[3], "a");
    memory = arena_new();
    struct opened o;
    clock_init();
    ok(program_init(memory));
    ok(opened_open(memory, argv[1], true, &o));
    int64_t members = facts_rows(o.root, facts_subject("member"));
    coming(&o, members);
    what_if(&o, members);
    opened_close(&o);
    arena_free(memory);
    return table != NULL && fclose(table) != 0 ? 3 : 0;
}
