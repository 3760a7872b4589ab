/* ledger.c: the descriptor of the module ledger: checking the log, proving from it, and handing checkpoints out. */
#include "ledger/commands.h"

#include "jobs/jobs.h"
#include "ledger/strip.h"

static const struct command commands[] = {
    {"verify", "--db URL [--keys DIR] [--json]: everything in the database against the log; status 1 on differences",
     verify_command},
    {"checkpoint", "[export|import] --db URL [--keys DIR] ...: sign what the log is now; hand it to a witness and back",
     checkpoint_command},
    {"keys", "rotate --db URL [--keys DIR]: a new key for checkpoints, signed by the old one", keys_command},
    {"prove", "--db URL [--keys DIR] [--rev N] [--out FILE] RECORD ID: a proof of one row", prove_command},
    {"verify-proof", "[--vkey VKEY] [--witness VKEY] FILE: check such a proof, without a database",
     verify_proof_command},
    {"witness", "cosign --keys DIR [--name NAME] [--log VKEY] [--out FILE] FILE: sign a log that only grew",
     witness_command},
    {0}};

static struct err *checkpoint_job(struct db *db, struct arena *a)
{
    return checkpoint_make(db, a, NULL);
}

static const struct job checkpoints = {.name = "ledger.checkpoint", .every_seconds = 300, .run = checkpoint_job};
static const struct job *const jobs[] = {&checkpoints, NULL};

static const struct route routes[] = {
    {GET, "/ledger/strip", "ledger.read", SCOPE_NONE, strip_page, .class = CLASS_INTERNAL}, {0}};
static const struct menu_entry menu[] = {{"admin", "ledger.strip.menu", "/ledger/strip", "ledger.read"}, {0}};

const struct module ledger_module = {
    .name = "ledger", .routes = routes, .menu = menu, .commands = commands, .jobs = jobs};
