/* intake_table.h: people in rosters (xlsx, CSV). The header is looked for: titles above it, a second header row with
 * the halves of an education, cells merged downwards. A column's meaning comes from the layout a person confirmed for
 * this very header, else from a list of the words offices use for it (doc/forms.md). Nothing is guessed from a
 * blank: a sex or nation left out stays unknown. What a cell says with doubt is refused with its column, all of a row
 * at once.
 */
#ifndef QF_ROSTER_INTAKE_TABLE_H
#define QF_ROSTER_INTAKE_TABLE_H

#include "load/table.h"
#include "roster/intake.h"

enum { TABLE_HEAD_ROWS = 30, TABLE_COLUMNS = 200 };

/* Meanings of columns: 0 .. table_means_count() - 1; -1: the column is not used. */
int table_means_count(void);
const char *table_means_key(int m); /* "name", "full_school" ...; the sentence is roster.table.col.KEY; static */
int table_means_find(const char *key);

struct intake_layout {
    uint64_t first, last; /* rows of the header, as the sheet counts */
    int n;
    const char **heads; /* without blanks; "" for none */
    int *means;
    char hash[65]; /* of the heads: by it the layout is known again */
    bool known;    /* the meanings are those a person confirmed */
    bool invented; /* citizen ids of invented areas are let through: the parameter of ID-CHECK */
    int64_t row;   /* of roster.layout; 0: none */
    int64_t rev;
};
/* Looks for the header among the first rows of a table. false: none is there. Arena. */
bool intake_layout_guess(struct arena *a, const struct load_row *rows, size_t n, struct intake_layout *out);
/* The meanings confirmed for this header, if any; known tells. Also whether invented areas are let through. */
struct err *intake_layout_recall(struct db_tx *tx, struct intake_layout *l) MUST_USE;
/* Keeps the meanings for the next table with this header. ERR_INVALID when no column is the name or one meaning stands
 * twice. */
struct err *intake_layout_keep(struct change *c, struct intake_layout *l) MUST_USE;

/* What one row says of a person; NULL for rows that speak of nobody: titles, the header again, and rows of one cell,
 * which name a group or are a note. */
struct intake *intake_of_row(struct arena *a, const struct intake_layout *l, const struct load_row *r);

/* Is this file a table rather than forms? By its content; the name decides only what is neither. */
bool intake_is_table(const char *path, const char *name);

/* Opens a table and reads its layout; at most TABLE_HEAD_ROWS rows are held. ERR_INVALID roster.table.no_header. */
struct intake_sheet {
    struct load_table *table;
    struct load_row *head; /* the first rows, copied */
    size_t n_head, at;
    struct intake_layout layout;
};
struct err *intake_sheet_open(struct db_tx *tx, struct arena *a, const char *path, struct intake_sheet *out) MUST_USE;
/* The next row from the first on, NULL at the end; borrowed until the next call. */
struct err *intake_sheet_next(struct intake_sheet *s, const struct load_row **out) MUST_USE;

#endif
