/* keep.h: what the files of this folder share: backups and their restore, periods that have ended, erasure. */
#ifndef QF_KEEP_KEEP_H
#define QF_KEEP_KEEP_H

#include "record/log.h"
#include "record/places.h"

/* ---- passphrases: never an argument, so that no list of processes shows them ---- */
/* From a file ("-": standard input), or asked at the terminal; twice when a new one is chosen. arena. */
struct err *passphrase_read(struct arena *a, const char *file, bool choose, const char **out) MUST_USE;

/* ---- backups ---- */
extern const struct record keep_backup;
struct backup {
    const char *path; /* arena */
    char until[11];
    int64_t made, size; /* UTC ms; bytes */
    struct {
        int64_t tables, rows, changes;
    } held;
};
/* Writes a backup of what stands in the database now to a file of its own in dir, and the list of erasures beside it.
 * what: "backup", "upgrade". */
struct err *backup_make(struct db *db, struct arena *a, const char *dir, const char *what, const char *until,
                        const char *pass, struct backup *out) MUST_USE;
/* Names of the backups in dir whose end has come. */
struct err *backup_ended(struct arena *a, const char *dir, const char *today, const char ***out, int *n_out) MUST_USE;
/* Before the schema of a database grows: a backup under a passphrase of the folder of keys. */
struct err *backup_before_upgrade(struct db *db, struct arena *a) MUST_USE;

int backup_command(int argc, char **argv);
int restore_command(int argc, char **argv);
int erase_command(int argc, char **argv);

/* ---- erasure: asked or marked, confirmed by two persons, carried out at the machine ---- */
extern const struct record keep_request, keep_quote, keep_period;
/* Everything request r means to erase, with what was decided about quotes; undecided ones stay PLACE_QUOTE. */
struct err *request_places(struct db_tx *tx, const struct row *r, struct places *out) MUST_USE;
/* {"row": {"roster.post": 3, ...}, ...}: counts, nothing of what stands there; arena. */
struct err *request_counts(struct arena *a, const struct places *p, const char **out) MUST_USE;
/* A person of the file's side asks: that is the first confirmation. ERR_MISSING outside his scope. */
struct err *request_ask(struct change *c, const char *record, int64_t row, const char *ground, const char *citation,
                        int64_t *id_out) MUST_USE;
/* The next confirmation, by another account. side: true for whoever knows the file, false for the administrator. */
struct err *request_agree(struct change *c, int64_t id, bool side) MUST_USE;
struct err *request_withdraw(struct change *c, int64_t id) MUST_USE;
/* Of a quote in another's text: "keep" with a ground, or "erase". */
struct err *request_decide(struct change *c, int64_t id, const char *record, int64_t row, int64_t rev,
                           const char *choice, const char *ground) MUST_USE;
/* Marks what has reached the end of its period, at most some at a time; how many. */
struct err *marks_make(struct db *db, struct arena *a, int64_t *n_out) MUST_USE;

struct req;
struct err *erasures_page(struct req *rq);
struct err *erasures_ask(struct req *rq);
struct err *erasure_page(struct req *rq);
struct err *erasure_answer(struct req *rq);
struct err *erasure_decide(struct req *rq);
struct err *backups_page(struct req *rq);

#endif
