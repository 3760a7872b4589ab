/* cli.h: options of subcommands. `--name VALUE`, `--name=VALUE`, `--flag`; everything else is a rest argument; `--`
 * ends options. Exit status: 0 it ran, 1 differences, 2 usage, 3 fault. Messages go to stderr, data to stdout. */
#ifndef QF_BASE_CLI_H
#define QF_BASE_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { CLI_OK = 0, CLI_DIFFERENCES = 1, CLI_USAGE = 2, CLI_FAULT = 3 };

struct cli_option {
    const char *name; /* without dashes */
    enum { CLI_FLAG, CLI_TEXT, CLI_INT } type;
    void *to; /* bool *, const char **, int64_t * */
    bool required;
};

/* options end with {0}. rest gets the other arguments (arena, NULL-terminated), n_rest their number; most_rest < 0:
 * any. ERR_INVALID with field "usage". argv[0] is the subcommand. */
struct err *cli_parse(struct arena *a, int argc, char **argv, const struct cli_option *options, int least_rest,
                      int most_rest, char ***rest, int *n_rest) MUST_USE;
/* Tells the error on stderr, if any, and gives the exit status: CLI_USAGE for usage, else CLI_FAULT. */
int cli_end(const char *command, const struct err *e);

#endif
