/* form_pages.h: a cadre's 干部任免审批表 on the screen as on paper, as .lrmx and .docx; those of a list at once. */
#ifndef QF_ROSTER_FORM_PAGES_H
#define QF_ROSTER_FORM_PAGES_H

#include "roster/form_sheet.h"
#include "roster/form_write.h"
#include "web/web.h"

route_fn form_page;      /* GET, POST /roster/member/{id}/form */
route_fn form_file;      /* POST /roster/member/{id}/form/file: as=lrmx|docx, reason */
route_fn form_list_page; /* GET /roster/member/forms?LIST: what, which version, why */
route_fn form_list_take; /* POST likewise: as=print|lrmx|docx */

/* What is wished of forms, from the fields of the form. ERR_INVALID: all errors. */
struct err *form_wish_read(struct req *rq, struct form_wish *out) MUST_USE;
/* The fields as they were sent, for the form again. */
void form_wish_labels(struct req *rq, const struct form_wish *w, json_t *labels);
/* A person's sheet: form_of_member, understood. */
struct err *form_sheet_of(struct db_tx *tx, const struct who *who, const struct row *member, const struct form_wish *w,
                          struct sheet **out) MUST_USE;
/* Name of a person's file: "0001 白简.lrmx"; n 0: without a number; arena. */
const char *form_file_name(struct arena *a, int64_t n, const char *name, const char *ending);

#endif
