/* offices.h: who holds which office (admin.office) and what each role may: the capability matrix. */
#ifndef QF_ADMIN_OFFICES_H
#define QF_ADMIN_OFFICES_H

#include "auth/office.h"
#include "web/web.h"

extern const struct record admin_office_record; /* admin.office */
extern const struct auth_role admin_roles[];    /* ended by {0} */

struct err *office_switch(struct req *rq) MUST_USE; /* POST /office */

#endif
