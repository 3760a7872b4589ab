/* main.c: finds the subcommand. Exit status: 0 it ran, 1 differences, 2 usage, 3 fault. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "program.h"
#include "web/web.h"

static int routes(int argc, char **argv)
{
    (void)argv;
    arena_scope struct arena *a = arena_new();
    if (argc > 1)
        return cli_end("routes", err_field(ERR(a, ERR_INVALID, "it takes no argument"), "usage"));
    struct buf out = BUF(a);
    web_routes(program_modules, &out);
    fputs(buf_str(&out), stdout);
    return CLI_OK;
}

static const struct command own[] = {
    {"init", "--db URL [--codes]: make an empty database and its three one-time codes", init_command},
    {"serve", "--db URL [--listen HOST:PORT] [--tls-cert FILE --tls-key FILE]: serve the pages", serve_command},
    {"routes", ": method, path, capability, scope, class, lane, log of reads and roles of every page", routes},
    {0}};

static const struct command *find(const struct command *c, const char *name)
{
    for (; c != NULL && c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void list(FILE *to, const struct command *c)
{
    for (; c != NULL && c->name != NULL; c++)
        fprintf(to, "  %-12s %s\n", c->name, c->help);
}

static int help(FILE *to)
{
    fputs("Qingfeng (清风) " QF_VERSION "\nqingfeng COMMAND ...\n", to);
    list(to, own);
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        list(to, (*m)->commands);
    fputs("  --version    the version of this program\n", to);
    return to == stderr ? CLI_USAGE : CLI_OK;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file over the system's limit is an error like a full disk */
    clock_init();
    if (argc < 2)
        return help(stderr);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
        puts("qingfeng " QF_VERSION);
        return CLI_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return help(stdout);
    const struct command *c = find(own, argv[1]);
    for (const struct module *const *m = program_modules; c == NULL && *m != NULL; m++)
        c = find((*m)->commands, argv[1]);
    if (c == NULL) {
        fprintf(stderr, "qingfeng: no command '%s'; qingfeng help lists them\n", argv[1]);
        return CLI_USAGE;
    }
    arena_scope struct arena *a = arena_new();
    struct err *e = program_init(a);
    return e != NULL ? cli_end(argv[1], e) : c->run(argc - 1, argv + 1);
}
