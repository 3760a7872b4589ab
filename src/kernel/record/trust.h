/* trust.h: what the folder of keys knows of the log: whose signatures count, and the newest checkpoint made here. */
#ifndef QF_RECORD_TRUST_H
#define QF_RECORD_TRUST_H

#include "record/log.h"

struct err *trust_known(struct arena *a, char **out) MUST_USE;  /* vkeys, a line each; NULL: none; arena */
struct err *trust_newest(struct arena *a, char **out) MUST_USE; /* a note; NULL: none; arena */
char *trust_endorsed_text(struct arena *a, const char *vkey);   /* what an older key signs for a newer one */

#endif
