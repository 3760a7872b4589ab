/* xlsx_sheet.h: rows of one worksheet from its XML, as it comes. Inside load only. */
#ifndef QF_LOAD_XLSX_SHEET_H
#define QF_LOAD_XLSX_SHEET_H

#include "load/xlsx.h"
#include "load/xml.h"

/* What the sheet needs of its workbook. */
struct xlsx_book {
    struct xlsx_strings *strings; /* NULL: there is no such part */
    const unsigned char *shapes;  /* of each cell format */
    size_t n_shapes;
    bool epoch1904;
    struct load_table_limits limits;
    bool fill_merged;
};
struct xlsx_sheet;
/* Reads the entry; lives in arena a. */
struct err *xlsx_sheet_open(struct arena *a, struct load_zip *zip, uint64_t entry, const struct xlsx_book *book,
                            struct xlsx_sheet **out) MUST_USE;
struct err *xlsx_sheet_next(struct xlsx_sheet *s, const struct load_row **out) MUST_USE;
/* The column of a reference like AB12, from 0; SIZE_MAX when it is none. */
size_t xlsx_reference_column(const char *s, size_t n);

/* --- xlsx_merge.c: cells merged downwards. */
struct xlsx_merges;
struct err *xlsx_merges_read(struct arena *a, struct load_zip *zip, uint64_t entry, uint64_t most,
                             struct xlsx_merges **out) MUST_USE;
/* Gives a row, in order, what stands above it in the same merged cell; a is the row's arena. */
void xlsx_merges_fill(struct xlsx_merges *m, struct arena *a, struct load_row *row);

/* Text of shared or inline strings: _x000A_ and the like become their characters. */
void xlsx_unescape(const char *s, size_t n, struct buf *out);

#endif
