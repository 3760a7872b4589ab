/* keep.c: the descriptor of the module keep: backups, and what becomes of content whose period has ended. */
#include "keep/keep.h"

#include "jobs/jobs.h"
#include "web/module.h"

static const struct command commands[] = {
    {"backup",
     "--db URL --out DIR [--passphrase-file FILE] [--until DAY] | --prune DIR: an encrypted copy of everything",
     backup_command},
    {"restore", "--db URL [--replace] [--passphrase-file FILE] BACKUP: a backup, verified, in place of the database",
     restore_command},
    {"erase", "--db URL --plan MEMBER [--record RECORD] [--json] [--list] | REQUEST: where a person stands; erase it",
     erase_command},
    {0}};

static const struct record *const records[] = {&keep_backup, &keep_request, &keep_quote, &keep_period, NULL};

static const struct route routes[] = {
    {GET, "/keep/erasure", "keep.erasure.read", SCOPE_NONE, erasures_page, .class = CLASS_INTERNAL},
    {POST, "/keep/erasure", "keep.erasure.ask", SCOPE_UNIT, erasures_ask, .class = CLASS_INTERNAL},
    {GET, "/keep/erasure/{id}", "keep.erasure.read", SCOPE_NONE, erasure_page, .lane = LANE_LONG,
     .class = CLASS_INTERNAL},
    {POST, "/keep/erasure/{id}", "keep.erasure.read", SCOPE_NONE, erasure_answer, .lane = LANE_LONG,
     .class = CLASS_INTERNAL},
    {POST, "/keep/erasure/{id}/quote", "keep.erasure.ask", SCOPE_UNIT, erasure_decide, .lane = LANE_LONG,
     .class = CLASS_INTERNAL},
    {GET, "/keep/backup", "keep.backup.read", SCOPE_NONE, backups_page, .class = CLASS_INTERNAL},
    {0}};

static const struct menu_entry menu[] = {{"admin", "keep.backups", "/keep/backup", "keep.backup.read"},
                                         {"admin", "keep.erasures", "/keep/erasure", "keep.erasure.read"},
                                         {"admin", "keep.period", "/keep/period", "keep.period.read"},
                                         {0}};

static struct err *mark_job(struct db *db, struct arena *a)
{
    int64_t n;
    TRY(marks_make(db, a, &n));
    return erased_keep(db, a);
}

static const struct job marking = {.name = "keep.mark", .every_seconds = 86400, .run = mark_job};
static const struct job *const jobs[] = {&marking, NULL};

const struct module keep_module = {
    .name = "keep", .records = records, .routes = routes, .menu = menu, .commands = commands, .jobs = jobs};
