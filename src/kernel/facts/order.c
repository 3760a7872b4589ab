/* order.c: owners of a block in the roster's own order (unit, seat, id): what most lists begin with. Columns never
 * change, so the order is made once, when first asked for, and goes with them. */
#include <stdlib.h>

#include "facts/inner.h"

struct seat {
    int64_t place, seat;
    int row; /* in order of id */
};

static int by_seat(const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->seat != y->seat)
        return x->seat < y->seat ? -1 : 1;
    return x->row - y->row;
}

const uint16_t *cells_by_roster(struct cells *owners, const struct layout *l)
{
    uint16_t *known = atomic_load_explicit(&owners->by_roster, memory_order_acquire), *fresh;
    if (known != NULL)
        return known;
    struct seat *seats = facts_get(sizeof *seats * (size_t)(owners->n + 1));
    fresh = facts_get(sizeof *fresh * (size_t)(owners->n + 1));
    for (int i = 0; i < owners->n; i++) {
        int64_t seat = l->seat < 0 ? 0 : facts_load_cell(owners->cols[l->seat], l->width[l->seat], (size_t)i);
        seats[i] = (struct seat){sort_key(owners->place[i], EXPR_REF, false), sort_key(seat, EXPR_INT, false), i};
    }
    qsort(seats, (size_t)owners->n, sizeof *seats, by_seat);
    for (int i = 0; i < owners->n; i++)
        fresh[i] = (uint16_t)seats[i].row;
    free(seats);
    if (atomic_compare_exchange_strong(&owners->by_roster, &known, fresh))
        return fresh;
    free(fresh); /* somebody else was faster */
    return known;
}

int cells_place_from(const struct cells *owners, const uint16_t *by_roster, int64_t place)
{
    int from = 0, to = owners->n;
    while (from < to) {
        int mid = (from + to) / 2;
        if (sort_key(owners->place[by_roster[mid]], EXPR_REF, false) >= place)
            to = mid;
        else
            from = mid + 1;
    }
    return from;
}
