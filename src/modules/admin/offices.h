/* offices.h: who holds which office (admin.office) and what each role may: the capability matrix. */
#ifndef QF_ADMIN_OFFICES_H
#define QF_ADMIN_OFFICES_H

#include "auth/office.h"
#include "web/web.h"

extern const struct record admin_office_record; /* admin.office */
extern const struct auth_role admin_roles[];    /* ended by {0} */

struct err *office_page(struct req *rq) MUST_USE;   /* GET /office */
struct err *office_switch(struct req *rq) MUST_USE; /* POST /office */
struct err *offices_page(struct req *rq) MUST_USE;  /* GET /admin/offices */
struct err *matrix_page(struct req *rq) MUST_USE;   /* GET /admin/matrix */
struct err *classes_page(struct req *rq) MUST_USE;  /* GET /admin/classes */
struct err *classes_save(struct req *rq) MUST_USE;  /* POST /admin/classes */

#endif
