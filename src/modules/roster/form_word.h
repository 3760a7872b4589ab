/* form_word.h: a 干部任免审批表 as .docx, the same sheet as printed (form_sheet.h). */
#ifndef QF_ROSTER_FORM_WORD_H
#define QF_ROSTER_FORM_WORD_H

#include "roster/form_sheet.h"

#define FORM_WORD_MIME "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

/* The file's bytes; arena. */
struct err *form_word(struct arena *a, const struct sheet *s, const void **bytes, size_t *n) MUST_USE;

#endif
