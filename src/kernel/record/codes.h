/* codes.h: code lists. Each is an embedded file "codes/NAME.tsv" (shared, national or system sets; list name NAME) or
 * "MODULE/codes/NAME.tsv" (a module's own; list name MODULE.NAME): tab separated, first line `code name_zh name_en` and
 * optionally `key` (ASCII word for expressions) and `note`. A first line "# ordered" before it: a later code is higher,
 * so < and >= make sense. Positions count from 1 in file order and are stable within one run of the program. */
#ifndef QF_RECORD_CODES_H
#define QF_RECORD_CODES_H

#include <stdbool.h>

#include "base/err.h"

struct code_list;

/* Reads every embedded list once; later calls do nothing. Safe to call from main before threads start. */
void codes_init(void);
const struct code_list *codes_list(const char *name); /* NULL when there is none; static */
int codes_count(const struct code_list *l);
bool codes_ordered(const struct code_list *l);
/* Position of a code, its key, or 0. */
int codes_find(const struct code_list *l, const char *code_or_key);
int codes_find_name(const struct code_list *l, const char *name_zh);      /* by Chinese name; 0 when none */
const char *codes_code(const struct code_list *l, int pos);               /* pos 1..count */
const char *codes_key(const struct code_list *l, int pos);                /* key, or the code where there is none */
const char *codes_name(const struct code_list *l, int pos, bool english); /* English falls back to Chinese */
/* Name of a stored code, the code itself when unknown; NULL for NULL. */
const char *codes_label(const char *list, const char *code, bool english);
/* For expr_world.code. */
int codes_position(const char *list, const char *code_or_key, bool *ordered);

#endif
