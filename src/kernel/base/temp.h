/* temp.h: temporary files. They have no name, so nothing is left behind whatever happens. */
#ifndef QF_BASE_TEMP_H
#define QF_BASE_TEMP_H

#include "base/err.h"

const char *temp_folder(void); /* $TMPDIR or /tmp; borrowed */
/* An empty file in that folder, for reading and writing; the caller closes it. */
struct err *temp_open(struct arena *a, const char *folder, int *fd_out) MUST_USE;

#endif
