/* read_command.h: `qingfeng read FILE...` */
#ifndef QF_ROSTER_READ_COMMAND_H
#define QF_ROSTER_READ_COMMAND_H

#include "base/err.h"

/* Prints what it understood of each person to stdout: for one file of one person one JSON object on many lines; for
 * several files or a zip one object a line, which also names its "file" (and the "archive" it was in). What cannot be
 * read goes to stderr, file and reason; the rest is still read.
 * argv: the files. ERR_INVALID without field: some could not be read. ERR_INVALID with field "usage": no file given. */
struct err *roster_read_command(struct arena *a, int argc, char **argv) MUST_USE;

#endif
