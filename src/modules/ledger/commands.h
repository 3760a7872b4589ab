/* commands.h: what the files of this folder share. */
#ifndef QF_MODULES_LEDGER_COMMANDS_H
#define QF_MODULES_LEDGER_COMMANDS_H

#include "record/log.h"
#include "web/module.h"

int verify_command(int argc, char **argv);
int checkpoint_command(int argc, char **argv);
int keys_command(int argc, char **argv);
int prove_command(int argc, char **argv);
int verify_proof_command(int argc, char **argv);
int witness_command(int argc, char **argv);

/* Opens the database of a command and its folder of keys; fn gets a connection. */
struct err *ledger_with_db(struct arena *a, const char *url, const char *keys,
                           struct err *(*fn)(void *ctx, struct arena *a, struct db *db), void *ctx) MUST_USE;
/* The key on record that signed a checkpoint, as NAME+ID+KEY; arena of tx. ERR_FAULT when none did. */
struct err *ledger_signer_of(struct db_tx *tx, const char *note, const char **vkey_out) MUST_USE;
/* A whole file of at most 64 MB; "-" is stdin. */
struct err *ledger_read(struct arena *a, const char *path, char **out) MUST_USE;
/* To a file, or stdout for NULL. */
struct err *ledger_write(struct arena *a, const char *path, const char *text) MUST_USE;

#endif
