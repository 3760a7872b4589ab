/* share.c: the rules this process serves from. */
#include <stdatomic.h>

#include "rules/rules.h"

static _Atomic(struct rules *) shared;

void rules_share(struct rules *r)
{
    atomic_store(&shared, r);
}

struct rules *rules_shared(void)
{
    return atomic_load(&shared);
}
