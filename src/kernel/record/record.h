/* record.h: records described once, and the only door for writes.
 *
 * A module declares a struct record as static data. From it the kernel makes the table on both databases, checks
 * values, writes row + revision + place in the gapless sequence in one transaction, and gives back any past state.
 *
 * Values are canonical text or NULL (not on record): int "12", bool "1"/"0", date ISO ("1975-03" where partial is
 * allowed), code the code itself, ref the id, decimal "1.5", money "12.00". */
#ifndef QF_RECORD_RECORD_H
#define QF_RECORD_RECORD_H

#include "base/date.h"
#include "db/db.h"
#include "record/who.h"

enum field_type {
    FIELD_TEXT, /* one line; max in characters (0: 200) */
    FIELD_LONG, /* lines; max in characters (0: 20000) */
    FIELD_INT,
    FIELD_DECIMAL, /* up to 4 places */
    FIELD_MONEY,   /* yuan, 2 places */
    FIELD_BOOL,
    FIELD_DATE,  /* a full day */
    FIELD_PDATE, /* a day, a month or a year */
    FIELD_CODE,
    FIELD_REF,
    FIELD_FILE, /* id of a stored file */
    FIELD_CITIZEN_ID,
    FIELD_CREDIT_CODE,
    FIELD_COMPUTED /* stored, written by the module only, never from a form */
};

enum field_keep { KEEP_UNSET, KEEP_WITH_FILE /* as long as the person's file */ };

struct field {
    const char *name;
    enum field_type type;
    const char *to;         /* FIELD_REF: record name; FIELD_INT: of which record it is a number, looked up by nobody */
    const char *codes;      /* FIELD_CODE: list name */
    int max;                /* characters, or digits for FIELD_INT (0: 15) */
    bool required;          /* binds new saves only */
    bool unique;            /* among rows not ended */
    bool index;             /* lookups by it are common; refs of `concerns` and `of` get one anyway */
    enum class class;       /* CLASS_OPEN by default; personal data says so */
    const char *by_default; /* value of a field absent from a revision */
    const char *was;        /* former name: the column is renamed */
    bool gone;              /* kept in revisions, no longer shown or written */
    const char *purpose, *basis; /* override the record's own */
};

struct row;
struct change;
struct flow;

struct record {
    const char *name;           /* "roster.member" -> table roster_member */
    const struct field *fields; /* ends with {0} */
    /* Ref field: the person whose file it belongs to; scope follows that row. Where it is not required and empty, it
     * follows `unit`. */
    const char *concerns;
    const char *unit;           /* ref field to the tree record: scope is that unit's order */
    const char *tree;           /* ref field to the parent: this record is the unit tree itself */
    const char *title;          /* field shown as the row's name; NULL: the first */
    const char *list;           /* fields of the list, separated by blanks */
    const char *const *indexes; /* more of them: "NAME ON TABLE (...) WHERE ..."; ends with NULL */
    const char *order;          /* default order of the list, e.g. "member from_on" */
    const struct flow *flow;
    const char *purpose;   /* message key; required */
    const char *basis;     /* regulation id or message key; required */
    const char *readers;   /* roles that read it, separated by blanks; required */
    const char *keep;      /* dated parameter holding the retention period; required */
    const char *keep_from; /* field or event the period counts from; required */
    enum class class;      /* least class of every field */
    const char *recusal;   /* field naming whose case a row is; of records from class case on: `concerns` */
    bool guarded;          /* written by the module's own pages and jobs only: no form, import or ending is derived */
    bool quiet;            /* a log, no state: nothing is judged anew because a row came (change_stirred) */
    /* Fills FIELD_COMPUTED fields from the others before the row is compared, checked and written; values in arena a.
     * Not called in a bulk load, which brings them along. NULL: none. */
    void (*derive)(struct arena *a, struct row *row);
    /* Checks across fields before writing; joins errors to *all. NULL: none. */
    struct err *(*check)(struct db_tx *tx, const struct row *row, struct err **all);
    /* After the row is written, inside the same change (e.g. to keep a derived column true). NULL: none. */
    struct err *(*saved)(struct change *c, const struct row *before, const struct row *after);
};

/* ---- rows ---- */
struct row {
    const struct record *of;
    int64_t id;     /* 0: not yet saved */
    int64_t rev;    /* 0: not yet saved; 1, 2 ... */
    bool ended;     /* entered in error */
    int64_t scope;  /* order of its unit; -1: none */
    const char **v; /* [field]; canonical text or NULL; arena */
};
struct row *row_new(struct arena *a, const struct record *of);
struct row *row_copy(struct arena *a, const struct row *r);
/* By field name; the name must be declared (assert). */
const char *row_text(const struct row *r, const char *field); /* NULL when not on record */
int64_t row_int(const struct row *r, const char *field);      /* 0 when not on record */
struct date row_date(const struct row *r, const char *field); /* DATE_UNKNOWN when not on record */
void row_set(struct row *r, const char *field,
             const char *value); /* value is borrowed: give arena or static text; "" -> NULL */
void row_set_int(struct arena *a, struct row *r, const char *field, int64_t n);
void row_set_date(struct arena *a, struct row *r, const char *field, struct date d);

/* ---- the register of all records ---- */
/* Adds to the register; called by main for every module before record_init. */
void record_register(const struct record *rec);
const struct record *record_find(const char *name); /* NULL */
const struct record *record_at(int i);              /* 0 .. record_count() - 1, in order of registration */
int record_count(void);
int record_index(const struct record *rec);
int record_field(const struct record *rec, const char *name); /* index or -1 */
int record_fields(const struct record *rec);
/* The field naming whose case a row is, -1: rows are no cases. Nobody reads his own or a relative's (who->barred):
 * such a row is missing for him in every way of reading. */
int record_about(const struct record *rec);
char *record_table(struct arena *a, const struct record *rec);
enum class record_field_class(const struct record *rec, int field);
/* Every field has purpose, basis, readers and an event its retention counts from; names and references resolve; code
 * lists exist. ERR_FAULT naming the first that does not: the program does not start. */
struct err *record_init(struct arena *a) MUST_USE;

/* ---- schema ---- */
/* Creates what is missing and adds what is new (tables, columns, indexes) in one transaction. ERR_CONFLICT with say
 * "record.newer" when the database was written by a newer program. create: also on an empty database. */
struct err *record_migrate(struct db *db, struct arena *a, bool create) MUST_USE;
/* fn runs before the tables of a database that holds content grow; its error stops that. Call before threads start. */
void record_upgrade_use(struct err *(*fn)(struct db *db, struct arena *a));
/* Drops secondary indexes before and makes them after a bulk load of an empty database. */
struct err *record_bulk_begin(struct db *db, struct arena *a) MUST_USE;
struct err *record_bulk_end(struct db *db, struct arena *a) MUST_USE;

/* ---- reading ---- */
/* ERR_MISSING when there is no such row or it lies outside who's scope. */
struct err *record_read(struct db_tx *tx, const struct record *rec, const struct who *who, int64_t id,
                        struct row **out) MUST_USE;
/* Rows whose ref field equals id (e.g. all resumes of a member), not ended, in the record's order, at most `most`. */
struct err *record_of(struct db_tx *tx, const struct record *rec, const struct who *who, const char *ref, int64_t id,
                      int most, struct row ***out, int *n_out) MUST_USE;
/* The state of a row at a moment of knowledge (UTC ms); ERR_MISSING before it existed. */
struct err *record_as_of(struct db_tx *tx, const struct record *rec, const struct who *who, int64_t id, int64_t at_ms,
                         struct row **out) MUST_USE;
struct revision {
    int64_t seq, rev, at;     /* at: UTC ms */
    const char *actor, *what; /* name of the person; why the change was made */
    struct row *row;          /* state after it; ended true when entered in error */
    const char *reason;       /* of an ending */
};
struct err *record_history(struct db_tx *tx, const struct record *rec, const struct who *who, int64_t id, int most,
                           struct revision **out, int *n_out) MUST_USE; /* newest first */
/* "id, rev, ended, scope, <fields>" of a table, for queries that end in record_take. */
const char *record_columns(const struct record *rec); /* static */
/* The row under the cursor, columns from `first` in the order of record_columns. */
struct row *record_take(struct arena *a, const struct record *rec, const struct db_rows *rows, int first);

/* ---- writing: one change is one transaction, one place in the sequence ---- */
struct change {
    struct db_tx tx;
    const struct who *who;
    const char *what; /* reason shown in histories; may be NULL */
    int64_t id, seq, at;
    int n;     /* revisions so far */
    bool bulk; /* trusted bulk load: references and unique values are not looked up */
    struct change_state *state;
};
struct err *change_begin(struct db *db, struct arena *a, const struct who *who, const char *what,
                         struct change *out) MUST_USE;
/* The rest of this change is a trusted bulk load. What saves ask the database is asked now: rows may be sent through a
 * pipeline. */
struct err *change_bulk(struct change *c) MUST_USE;
/* Ends this change and begins the next inside the same transaction: a place in the sequence for each person of a file,
 * one commit for all of them. `what` as in change_begin. */
struct err *change_next(struct change *c, const char *what) MUST_USE;
/* The same, and another person acts from here on: logs of several readers share a commit. */
struct err *change_next_by(struct change *c, const struct who *who, const char *what) MUST_USE;
/* A mark inside a change, and back to it: what was saved since is undone, the transaction goes on. One at a
 * time; change_next leaves it behind. */
struct err *change_mark(struct change *c) MUST_USE;
struct err *change_back(struct change *c) MUST_USE;
/* Takes the sequence as the last statement, commits. A change without revisions takes no place. c->seq is then set. */
struct err *change_commit(struct change *c) MUST_USE;
void change_end(struct change *c); /* rolls back unless committed; safe twice and on {0} */
#define change_scope __attribute__((cleanup(change_end)))

/* Saves a new row (row->id 0, rev 0; gets its id) or a changed one (rev: the revision the person saw). All field errors
 * at once (ERR_INVALID chain), ERR_CONFLICT with say "record.conflict" when somebody changed it first, ERR_MISSING
 * outside the scope. A save that changes nothing writes nothing and leaves rev as it is. row->id is set, row->rev is
 * the new one. */
struct err *record_save(struct change *c, const struct record *rec, struct row *row, int64_t rev) MUST_USE;
/* What would refuse a new row, without writing: whoever writes many rows asks for each before the first. but: a field
 * filled only then, not looked at; or NULL. */
struct err *record_check(struct change *c, struct row *row, const char *but) MUST_USE;
/* Takes a row out of use as entered in error; the reason is required. The row and its history stay readable. */
struct err *record_end(struct change *c, const struct record *rec, int64_t id, int64_t rev,
                       const char *reason) MUST_USE;
/* A block of n new ids of the record, first in *first; a new row may carry one of them as its id with rev 0. */
struct err *record_reserve(struct change *c, const struct record *rec, int64_t n, int64_t *first) MUST_USE;
/* Checks and normalises one typed-in value (blanks, full-width digits, 1975.03 -> 1975-03, names of codes -> codes).
 * *out: canonical or NULL for empty. ERR_INVALID with say "field.*". */
struct err *record_parse(struct arena *a, const struct record *rec, int field, const char *typed,
                         const char **out) MUST_USE;
/* ERR_INVALID at the field, "field.required", where nothing was written. */
struct err *record_need(struct arena *a, const char *field, const char *text) MUST_USE;

/* ---- the change feed ---- */
struct err *change_last(struct db_tx *tx, int64_t *seq_out) MUST_USE; /* newest place in the sequence, 0 when empty */
/* Has anything but quiet records been written after this place? *last_out: the newest place. */
struct err *change_stirred(struct db_tx *tx, int64_t after_seq, bool *out, int64_t *last_out) MUST_USE;
struct feed_entry {
    int64_t seq;
    const struct record *rec; /* NULL: a record this program does not know */
    int64_t row, rev;
    const char *body, *before; /* JSON of the state after and before (NULL when new); borrowed until the next call */
};
/* Calls fn for every revision after seq in order. fn's error ends it. */
struct err *change_feed(struct db_tx *tx, int64_t after_seq, struct err *(*fn)(void *ctx, const struct feed_entry *e),
                        void *ctx) MUST_USE;

/* What changes did to rows, to take them back: of the newest `most` changes with above < place < below whose `what`
 * begins so, newest row first. after, before: states, NULL where there was none (a new row: rev 1) or it was erased. */
struct change_row {
    int64_t seq;
    const struct record *rec;
    int64_t row, rev;
    struct row *after, *before;
};
struct err *change_rows(struct db_tx *tx, int64_t above, int64_t below, const char *what, int most,
                        struct change_row **out, int *n_out) MUST_USE;

/* ---- stored files: photos, scans; one copy of equal bytes ---- */
struct err *file_put(struct change *c, const void *bytes, size_t n, const char *type, int64_t *id_out) MUST_USE;
/* ERR_MISSING when there is none. bytes: arena. */
struct err *file_get(struct db_tx *tx, int64_t id, const char **type, const void **bytes, size_t *n) MUST_USE;

/* ---- settings: dated records of the kernel ---- */
extern const struct record setting_record; /* kernel.setting */
/* Value of a setting or `none`; arena. */
struct err *setting_get(struct db_tx *tx, const char *name, const char *none, const char **out) MUST_USE;
struct err *setting_put(struct change *c, const char *name, const char *value) MUST_USE;
/* The most secret class this installation may hold: setting class_most, without it CLASS_SEALED. ERR_CONFLICT, say
 * "record.class_unknown", when the setting names no class: until somebody chooses one, nothing about persons enters. */
struct err *setting_class_most(struct db_tx *tx, enum class *out) MUST_USE;

/* ---- the unit tree ---- */
/* Order of a unit (its place, and the end of its subtree). */
struct err *record_tree_range(struct db_tx *tx, const struct record *tree, int64_t id, int64_t *from,
                              int64_t *to) MUST_USE;

#endif
