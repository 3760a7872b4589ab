/* grades.c: whose work was excellent in the last year graded: a sixth of a body's staff at most, so that no body
 * exceeds its share, except those a case names. */
#include <string.h>

#include "demo/cases.h"

bool demo_measured(const struct person *p)
{
    return p->kase >= CASE_W && p->kase <= CASE_TIP_EXCELLENT;
}

int demo_last_graded(const struct district *d)
{
    int now = month_of(d->today);
    return now / 12 - (now % 12 >= 2 ? 1 : 2);
}

struct date demo_admonished(const struct district *d)
{
    return date_make(demo_last_graded(d) - 1, 5, 10);
}

bool demo_counts_in_share(const struct district *d, const struct person *p)
{
    static const char *const servants[] = {"1", "5", "6", "B1", "B2"};
    bool servant = false;
    for (size_t i = 0; i < sizeof servants / sizeof *servants; i++)
        servant |= strcmp(d->units[p->unit].body->staff, servants[i]) == 0;
    return servant && p->status == STATUS_IN_OFFICE && p->slot < 0 && p->kase != CASE_OVER_QUOTA &&
           p->kase != CASE_NO_QUOTA && p->kase != CASE_RETIRE_50;
}

/* Old enough to have been graded last year, whatever schools he went to. */
static bool surely_graded(const struct district *d, const struct person *p)
{
    return demo_counts_in_share(d, p) && p->birth <= month_of(d->today) - 30 * 12;
}

static void mark(struct district *d, const struct unit *u, int n)
{
    for (int i = u->first + u->leaders; i < u->first + u->leaders + u->staff && n > 0; i++)
        if (surely_graded(d, &d->people[i]) && !demo_measured(&d->people[i])) {
            d->people[i].best = true;
            n--;
        }
}

void demo_best_place(struct district *d, const int64_t times[CASES])
{
    int64_t over = demo_share(d, times[CASE_SHARE]), agreed = demo_share(d, times[CASE_SHARE_AGREED]);
    for (int k = 0; k < d->n_units; k++) {
        struct unit *u = &d->units[(k * 7 + 3) % d->n_units];
        int counted = 0, sure = 0, able = 0;
        for (int i = u->first + u->leaders; i < u->first + u->leaders + u->staff; i++) {
            const struct person *p = &d->people[i];
            counted += demo_counts_in_share(d, p);
            sure += surely_graded(d, p);
            able += surely_graded(d, p) && !demo_measured(p);
        }
        int beyond = counted / 5 + 1;
        if (u->grades != CASE_NONE)
            continue;
        if (agreed > 0 && beyond <= able && beyond <= sure / 4) {
            u->grades = CASE_SHARE_AGREED;
            agreed--;
        } else if (over > 0 && beyond <= able && counted >= 5) {
            u->grades = CASE_SHARE;
            over--;
        }
        mark(d, u, u->grades == CASE_NONE ? sure / 6 : beyond);
    }
}
