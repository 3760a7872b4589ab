/* roster.c: the module's descriptor. */
#include "roster/roster.h"

#include "roster/facts.h"

#include "web/module.h"

const struct module roster_module = {.name = "roster", .records = roster_records, .subjects = roster_subjects};
