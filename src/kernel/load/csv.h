/* csv.h: the CSV side of table.h. Inside load only. */
#ifndef QF_LOAD_CSV_H
#define QF_LOAD_CSV_H

#include "load/source.h"
#include "load/table.h"

struct load_csv;
struct err *load_csv_open(struct arena *a, const struct load_source *source, const struct load_table_options *options,
                          struct load_table_facts *facts, struct load_csv **out) MUST_USE;
struct err *load_csv_next(struct load_csv *c, const struct load_row **out) MUST_USE;
uint64_t load_csv_damaged(const struct load_csv *c);

#endif
