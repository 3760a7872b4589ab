/* trust.h: what the folder of keys knows of the log: whose signatures count, and the newest checkpoint made here. */
#ifndef QF_RECORD_TRUST_H
#define QF_RECORD_TRUST_H

#include "record/log.h"

struct err *trust_known(struct arena *a, char **out) MUST_USE;  /* vkeys, a line each; NULL: none; arena */
struct err *trust_newest(struct arena *a, char **out) MUST_USE; /* a note; NULL: none; arena */
char *trust_endorsed_text(struct arena *a, const char *vkey);   /* what an older key signs for a newer one */
/* Signs a text (lines) with the key of the folder, made the first time and put on record; *note is NULL without a
 * folder.
 */
struct err *trust_sign(struct change *c, const char *text, char **note) MUST_USE;
/* Does a key of the folder stand behind the note? */
struct err *trust_signed(struct arena *a, const struct ledger_note *note, bool *out) MUST_USE;
/* Is there a restore on record, signed, after which the folder's newest checkpoint need not fit? *out is left when not.
 */
struct err *restored_from(struct db_tx *tx, const char *newest, bool *out) MUST_USE;
/* A folder that knows no keys takes over those on record. */
struct err *trust_adopt(struct db_tx *tx, bool *adopted) MUST_USE;

#endif
