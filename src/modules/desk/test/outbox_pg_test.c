/* outbox_pg_test.c: outbox_cases.h on PostgreSQL. */
#include "db/test/on_pg.h"

#include "outbox_cases.h"
