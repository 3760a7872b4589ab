/* table.h: tables out, CSV and xlsx through one streaming door in flat memory.
 * No text can run in a spreadsheet: xlsx texts are string cells; in CSV a text that begins with = + - @ TAB CR (or the
 * full-width ＝＋－＠), or with apostrophes before one of them, gets one apostrophe in front, which load_unmark takes
 * off again. Number cells stay numbers. Dates are written as text, as people keep them (1975.03 has no day). */
#ifndef QF_DOC_TABLE_H
#define QF_DOC_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum doc_table_kind { DOC_CSV, DOC_XLSX };
const char *doc_table_mime(enum doc_table_kind kind);   /* static */
const char *doc_table_ending(enum doc_table_kind kind); /* ".csv", ".xlsx"; static */

/* Where the bytes go. write is called in order with pieces of any size. */
struct doc_sink {
    struct err *(*write)(void *p, struct arena *a, const void *bytes, size_t n);
    void *p;
};
/* To an open file, which stays the caller's. fd is borrowed as a pointer's target until doc_table_end. */
struct doc_sink doc_sink_fd(const int *fd);
/* A new file beside the path, which doc_sink_keep gives the name: until then what stood there stands. One not kept goes
 * with arena a. A device or pipe is written as it is. ERR_INVALID when it cannot be made. */
struct err *doc_sink_file(struct arena *a, const char *path, struct doc_sink *out) MUST_USE;
/* After doc_table_end. The file is on the disk when it returns NULL. */
struct err *doc_sink_keep(struct arena *a, const struct doc_sink *file) MUST_USE;

struct doc_table_options {
    bool no_mark;        /* CSV: without the byte order mark that makes spreadsheets read UTF-8 */
    const char *sheet;   /* xlsx: the sheet's name; NULL: Sheet1; what may not stand in one is replaced by _ */
    const char *carries; /* xlsx: who took it, when: the foot of every printed page and a property of the file; NULL */
    size_t header;       /* xlsx: the first rows, set in bold and kept in sight */
};

enum doc_cell_kind { DOC_TEXT, DOC_NUMBER };
struct doc_cell {
    enum doc_cell_kind kind; /* DOC_NUMBER: text is a decimal number; if it is not or has over 15 digits, a text */
    const char *text;        /* UTF-8; NULL or "": an empty cell */
};

struct doc_table;
/* Lives in arena a, which also ends it (nothing is then written). */
struct err *doc_table_begin(struct arena *a, enum doc_table_kind kind, const struct doc_table_options *options,
                            struct doc_sink sink, struct doc_table **out) MUST_USE;
/* ERR_LIMIT: xlsx holds 1 048 576 rows (doc.xlsx_rows), 16 384 columns and 32 767 characters a cell (doc.xlsx_cell). */
struct err *doc_table_row(struct doc_table *t, const struct doc_cell *cells, size_t n) MUST_USE;
/* Writes what is left. For xlsx this is when the sink is called. */
struct err *doc_table_end(struct doc_table *t) MUST_USE;

#endif
