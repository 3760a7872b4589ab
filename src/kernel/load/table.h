/* table.h: rows of people's tables, CSV and xlsx through one door. The kind is told from the bytes, never the name.
 * Rows come one at a time in flat memory: 200 000 rows stay under 64 MiB. Texts are exactly what the file holds
 * (leading zeros, blanks and line breaks inside cells, and texts like =1+1, which are never evaluated). */
#ifndef QF_LOAD_TABLE_H
#define QF_LOAD_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "load/encoding.h"

enum load_cell_kind {
    CELL_EMPTY,
    CELL_TEXT,   /* all cells of CSV that are not empty */
    CELL_NUMBER, /* as shown with up to 15 digits; formats of zeros alone (000000) keep their zeros */
    CELL_BOOL,   /* TRUE FALSE */
    CELL_DATE,   /* 2024-02-29, or 2024-02-29T13:30:00 where a clock time is kept */
    CELL_TIME,   /* 13:30:00 */
    CELL_ERROR   /* #N/A ... */
};
enum load_cell_doubt {
    CELL_DIGITS_LOST = 1,       /* a number of over 15 digits: an id typed as a number has lost its end */
    CELL_MONTH_ONLY = 2,        /* a date whose format shows no day: the day may mean nothing */
    CELL_ONE_DECIMAL = 4,       /* like 1990.1, perhaps 1990.10 typed as a number */
    CELL_NO_VALUE = 8,          /* a formula whose result was not stored */
    CELL_FORMULA = 16,          /* the stored result of a formula */
    CELL_BROKEN = 32,           /* the file contradicts itself here */
    CELL_QUOTE = 64,            /* CSV: text behind a closing quote */
    CELL_DATE_IMPOSSIBLE = 128, /* a number formatted as a date that is none; the number is given */
    CELL_MERGED = 256           /* stands above, in a cell merged with this one */
};
struct load_cell {
    const char *text; /* never NULL */
    enum load_cell_kind kind;
    unsigned doubts; /* load_cell_doubt */
};
struct load_row {
    uint64_t number; /* as a spreadsheet counts, from 1; empty rows are counted but not given */
    uint64_t line;   /* CSV: the line of the file it begins on */
    const struct load_cell *cells;
    size_t n; /* up to the last cell that is not empty */
};

struct load_table_limits {
    uint64_t rows, bytes; /* of the table; of the file or of the unpacked sheet */
    size_t columns, cell_bytes;
};
extern const struct load_table_limits load_table_usual; /* 2 000 000 rows, 4 GiB, 16 384 columns, 1 MiB */

struct load_table_options {
    const char *sheet;   /* xlsx: its name; NULL: the first visible one */
    const char *charset; /* CSV: what a person chose; NULL: by the bytes */
    char delimiter;      /* CSV; 0: by the bytes, of , ; tab | */
    bool fill_merged;    /* xlsx: a cell merged downwards counts for each of its rows; reads the sheet twice */
    struct load_table_limits limits; /* {0}: the usual */
};

struct load_sheet {
    const char *name;
    bool hidden;
};
struct load_table_facts {
    bool xlsx;
    struct load_guess guess; /* CSV: charset, lied, doubtful */
    char delimiter;
    const struct load_sheet *sheets; /* xlsx */
    size_t n_sheets, sheet;          /* sheet: the one being read */
};

struct load_table;
/* The table and what it opens live in arena a and end with it. bytes are borrowed until then.
 * ERR_INVALID with a sentence: not a table (load.table_binary, load.table_html), an old or locked workbook
 * (load.xls_old, load.xlsx_locked, load.xlsb, load.ods), damaged (load.zip_broken, load.xml_broken),
 * no such sheet (load.no_sheet). */
struct err *load_table_open(struct arena *a, const char *path, const struct load_table_options *options,
                            struct load_table **out) MUST_USE;
struct err *load_table_open_bytes(struct arena *a, const void *bytes, size_t n,
                                  const struct load_table_options *options, struct load_table **out) MUST_USE;
const struct load_table_facts *load_table_facts(const struct load_table *t); /* borrowed */
/* The next row that is not empty, borrowed until the next call; NULL at the end. Errors live in the table's arena.
 * ERR_INVALID load.csv_quote {row}: a quote opened there is never closed; ERR_LIMIT load.table_rows {limit},
 * load.table_columns {limit}, load.table_cell {row}. */
struct err *load_table_next(struct load_table *t, const struct load_row **out) MUST_USE;
/* Characters or zeros that were lost so far. */
uint64_t load_table_damaged(const struct load_table *t);

/* Takes off the one apostrophe our CSV export sets before texts a spreadsheet would run (doc/table.h). For files known
 * to be our own; others are taken as they stand. Returns text or text + 1. */
const char *load_unmark(const char *text);

#endif
