/* keep.c: the descriptor of the module keep: backups, and what becomes of content whose period has ended. */
#include "keep/keep.h"

#include "web/module.h"

static const struct command commands[] = {
    {"backup",
     "--db URL --out DIR [--passphrase-file FILE] [--until DAY] | --prune DIR: an encrypted copy of everything",
     backup_command},
    {"restore", "--db URL [--replace] [--passphrase-file FILE] BACKUP: a backup, verified, in place of the database",
     restore_command},
    {0}};

static const struct record *const records[] = {&keep_backup, NULL};

const struct module keep_module = {.name = "keep", .records = records, .commands = commands};
