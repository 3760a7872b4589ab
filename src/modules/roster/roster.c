/* roster.c: the module's descriptor. */
#include "roster/roster.h"

#include "base/cli.h"
#include "roster/facts.h"
#include "roster/import_command.h"
#include "roster/people.h"
#include "roster/read_command.h"
#include "web/module.h"

static int read_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("read", roster_read_command(a, argc - 1, argv + 1));
}

static const struct command commands[] = {
    {"read", "FILE...: print what forms say, as JSON", read_command},
    {"import", "--db URL [--dry-run] [--accept all|valid|none] [--json] FILE...: bring forms in", import_command},
    {0}};

static const struct route routes[] = {{GET, "/roster/member", "roster.member.read", SCOPE_UNIT, people_page}, {0}};

static const struct menu_entry menu[] = {{"people", "roster.list.menu", "/roster/member", "roster.member.read"}, {0}};

const struct module roster_module = {.name = "roster",
                                     .records = roster_records,
                                     .routes = routes,
                                     .menu = menu,
                                     .commands = commands,
                                     .subjects = roster_subjects};
