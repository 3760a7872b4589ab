/* log.h: the log of all changes as a whole: checkpoints over it, proofs from it, and the verification of everything
 * that stands in the database against it. What is hashed: doc/ledger.md; the mathematics: ledger/ledger.h. */
#ifndef QF_RECORD_LOG_H
#define QF_RECORD_LOG_H

#include "ledger/ledger.h"
#include "record/record.h"

extern const struct record checkpoint_record, signer_record, erasure_record,
    restore_record; /* kernel.checkpoint, .signer, .erasure, .restore */

/* By which hash this database keeps its log; only while there is no change. name: "sha256" or "sm3". */
struct err *log_choose_hash(struct db *db, struct arena *a, const char *name) MUST_USE;

/* ---- reading the tree ---- */
struct log {
    struct db_tx *tx;
    const char *hash; /* its name */
    struct ledger_hasher *h;
};
struct err *log_open(struct db_tx *tx, struct log *out) MUST_USE;
/* For ledger_inclusion and ledger_consistency; ctx is the struct log. */
struct err *log_subtree(void *log, uint64_t lo, uint64_t hi, struct ledger_hash *out);

/* ---- checkpoints: what the log was, signed ---- */
struct log_checkpoint {
    int64_t id, size; /* id 0: there is none */
    const char *note; /* with its signatures */
};
struct err *log_newest(struct db_tx *tx, struct log_checkpoint *out) MUST_USE;
/* The first checkpoint of at least that size. */
struct err *log_covering(struct db_tx *tx, int64_t size, struct log_checkpoint *out) MUST_USE;
/* Signs what the log is now with the key `ledger.key` of the folder of keys (base/keys.h), making the key the first
 * time, and keeps the checkpoint as a row of its own. Nothing happens when the newest checkpoint says it all, and
 * without a folder of keys. made may be NULL. */
struct err *checkpoint_make(struct db *db, struct arena *a, bool *made) MUST_USE;
/* A new key; the old one signs it. Checkpoints of the old key stay verifiable. */
struct err *checkpoint_rotate(struct db *db, struct arena *a, const struct who *who) MUST_USE;

/* ---- erasure ---- */
/* The door for erasure: takes the content and salt of revisions first..last of a row away and leaves their commitments;
 * takes the row away when its newest revision is among them. The change itself names them (kernel.erasure), which is
 * what lets log_verify accept that they are missing. ERR_MISSING when there are no such revisions. */
struct err *log_erase(struct change *c, const char *record, int64_t row, int64_t first, int64_t last) MUST_USE;
/* The same for who made a change and why: account, name, office and reason of its head. */
struct err *log_erase_head(struct change *c, int64_t seq) MUST_USE;

/* The list of all erasures outside the database, in the folder of keys (doc/retention.md). Without a folder there is
 * none. Brings it up to date with the database; harmless to repeat. ERR_FAULT when somebody changed it. */
struct err *erased_keep(struct db *db, struct arena *a) MUST_USE;
struct err *erased_text(struct arena *a, char **out) MUST_USE; /* NULL: none; arena */
/* Erases anew what the list names and what stands there again; how many contents. */
struct err *erased_again(struct db *db, struct arena *a, const char *text, int64_t *n_out) MUST_USE;

/* ---- restore ---- */
/* Puts on record, in a database restored from the backup of `made` (UTC ms), that the log was set back, signed: the
 * checkpoint in the folder of keys need not fit any more. Before it: takes over the keys on record where the folder
 * knows none (*new_folder). */
struct err *log_restored(struct db *db, struct arena *a, int64_t made, int64_t now, bool *new_folder) MUST_USE;

/* ---- verification ---- */
struct log_difference {
    const char *table, *field; /* field: NULL when it is about the whole row */
    int64_t id;                /* of the row; a change's place */
    const char *why;
};
struct log_verified {
    int64_t changes, revisions, rows, files, checkpoints, erased, steps_back, restores, differences;
    int64_t leaves_since;    /* changes before this place got their leaves at an upgrade; 0: every one its own */
    bool keys;               /* signatures were checked against the folder of keys, not only against keys on record */
    const char *hash;        /* by its name; arena */
    struct ledger_hash root; /* of all changes */
    int64_t hash_us;         /* spent hashing, when asked for */
};
/* Calls fn for each difference. Reads one state of the database, row by row. */
struct err *log_verify(struct db *db, struct arena *a, void (*fn)(void *ctx, const struct log_difference *d), void *ctx,
                       struct log_verified *out) MUST_USE;

/* ---- proofs ---- */
/* The proof of a row's newest revision, or of revision rev, as a text (doc/ledger.md). ERR_MISSING when there is none
 * or it was erased; ERR_CONFLICT with say "log.no_checkpoint" when no checkpoint covers it yet. */
struct err *log_prove(struct db_tx *tx, const char *record, int64_t row, int64_t rev, char **out) MUST_USE;

#endif
