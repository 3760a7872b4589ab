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
    int64_t n = 0;
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
    opened_close(&o);
    arena_free(memory);
    return table != NULL && fclose(table) != 0 ? 3 : 0;
}
