/* xlsx.h: the xlsx side of table.h, and its parts: shared strings, number formats. Inside load only. */
#ifndef QF_LOAD_XLSX_H
#define QF_LOAD_XLSX_H

#include "base/buf.h"
#include "load/table.h"
#include "load/zip.h"

struct load_xlsx;
struct err *load_xlsx_open(struct arena *a, struct load_zip *zip, const struct load_table_options *options,
                           struct load_table_facts *facts, struct load_xlsx **out) MUST_USE;
struct err *load_xlsx_next(struct load_xlsx *x, const struct load_row **out) MUST_USE;

/* --- xlsx_strings.c: the shared strings, compact, in memory up to 16 MiB and in a nameless file beyond. */
struct xlsx_strings;
struct xlsx_strings *xlsx_strings_new(struct arena *a); /* arena */
struct err *xlsx_strings_add(struct xlsx_strings *s, const char *text, size_t n) MUST_USE;
uint64_t xlsx_strings_count(const struct xlsx_strings *s);
/* Adds string i to out. false: there is none. */
struct err *xlsx_strings_get(struct xlsx_strings *s, uint64_t i, struct buf *out, bool *found) MUST_USE;

/* --- xlsx_format.c: what a number format makes of a number. */
enum xlsx_shape {
    SHAPE_NUMBER,
    SHAPE_DATE,
    SHAPE_MONTH, /* a date without a day */
    SHAPE_DATE_TIME,
    SHAPE_TIME,
    SHAPE_ELAPSED, /* [h]:mm */
    SHAPE_ZEROS    /* 000000; from here on: SHAPE_ZEROS + the number of zeros */
};
unsigned char xlsx_format_shape(const char *code);
unsigned char xlsx_format_builtin(int id); /* of the formats without a code */
/* A cell's text from its stored number (decimal text of n bytes). */
void xlsx_format_number(const char *raw, size_t n, unsigned char shape, bool epoch1904, struct buf *out,
                        enum load_cell_kind *kind, unsigned *doubts);

#endif
