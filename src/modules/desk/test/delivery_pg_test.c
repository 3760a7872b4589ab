/* delivery_pg_test.c: delivery_cases.h on PostgreSQL. */
#include "db/test/on_pg.h"

#include "delivery_cases.h"
