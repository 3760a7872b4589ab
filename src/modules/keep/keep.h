/* keep.h: what the files of this folder share: backups and their restore, periods that have ended, erasure. */
#ifndef QF_KEEP_KEEP_H
#define QF_KEEP_KEEP_H

#include "record/log.h"

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

#endif
