/* share.c: the columns this process serves from. */
#include <stdatomic.h>

#include "facts/facts.h"

static _Atomic(struct facts *) shared;

void facts_share(struct facts *f)
{
    atomic_store(&shared, f);
}

struct facts *facts_shared(void)
{
    return atomic_load(&shared);
}
