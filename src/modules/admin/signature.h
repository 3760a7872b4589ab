/* signature.h: signing: the text shown, its hash, the office that moment, a fresh second factor, one leaf. */
#ifndef QF_ADMIN_SIGNATURE_H
#define QF_ADMIN_SIGNATURE_H

#include "record/record.h"

extern const struct record admin_signature; /* admin.signature */

/* The acting person signs this text, shown to him as it stands, under a row of a record; inside the change that acts on
 * it. ERR_DENIED with say "admin.sign.no" when his office does not sign, "admin.sign.fresh" when he must first show his
 * second factor (or, without one, the password) again: auth_fresh in auth/auth.h. */
struct err *auth_sign(struct change *c, const char *record, int64_t row, const char *text, int64_t *id_out) MUST_USE;

#endif
