/* import_command.h: `qingfeng import`. */
#ifndef QF_ROSTER_IMPORT_COMMAND_H
#define QF_ROSTER_IMPORT_COMMAND_H

#include "roster/intake.h"

int import_command(int argc, char **argv);

/* Counts of an import. */
struct import_tally {
    int64_t people, of[INTAKE_KINDS], written;
};

/* One person of an import as a JSON object: file, entry, result, member, name, diffs, errors; arena. */
char *intake_json(struct arena *a, const struct intake *in, const struct intake_result *r);

#endif
