/* relatives.c: whose cases a person on record neither reads nor handles: relatives confirmed on his file or theirs. */
#include "modules/roster/queries.h"
#include "roster/roster.h"

struct err *roster_relatives(struct db_tx *tx, int64_t member, int64_t **out, int *n_out)
{
    struct roster_q_relatives *rows;
    int n;
    TRY(roster_q_relatives(tx, member, &rows, &n));
    *out = arena_array(tx->arena, int64_t, (size_t)n + 1);
    for (int i = 0; i < n; i++)
        (*out)[i] = rows[i].id;
    *n_out = n;
    return NULL;
}
