/* cli.c: see cli.h. */
#include "base/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

static struct err *usage(struct arena *a, const char *fmt, const char *what)
{
    char *text = arena_printf(a, fmt, what);
    return err_field(ERR(a, ERR_INVALID, "%s", text), "usage");
}

static const struct cli_option *find(const struct cli_option *o, const char *name, size_t n)
{
    for (; o->name != NULL; o++)
        if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
            return o;
    return NULL;
}

static struct err *take(struct arena *a, const struct cli_option *o, const char *value)
{
    if (o->type == CLI_TEXT) {
        *(const char **)o->to = value;
        return NULL;
    }
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (*value == '\0' || *end != '\0' || errno != 0)
        return usage(a, "--%s wants a whole number", o->name);
    *(int64_t *)o->to = n;
    return NULL;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
struct err *cli_parse(struct arena *a, int argc, char **argv, const struct cli_option *options, int least_rest,
                      int most_rest, char ***rest, int *n_rest)
{
    VEC(char *) others = {0};
    bool given[64] = {0}, open = true;
    for (int i = 1; i < argc; i++) {
        const char *s = argv[i];
        if (!open || s[0] != '-' || s[1] != '-') {
            *VEC_PUSH(&others, a) = argv[i];
            continue;
        }
        if (s[2] == '\0') {
            open = false;
            continue;
        }
        size_t n = strcspn(s + 2, "=");
        const struct cli_option *o = find(options, s + 2, n);
        if (o == NULL)
            return usage(a, "unknown option %s", s);
        given[(o - options) & 63] = true;
        if (o->type == CLI_FLAG) {
            *(bool *)o->to = true;
        } else if (s[2 + n] == '=') {
            TRY(take(a, o, s + 3 + n));
        } else if (i + 1 < argc) {
            TRY(take(a, o, argv[++i]));
        } else {
            return usage(a, "--%s wants a value", o->name);
        }
    }
    for (const struct cli_option *o = options; o->name != NULL; o++)
        if (o->required && !given[(o - options) & 63])
            return usage(a, "--%s is missing", o->name);
    if ((int)others.n < least_rest)
        return usage(a, "%s wants more arguments", argv[0]);
    if (most_rest >= 0 && (int)others.n > most_rest)
        return usage(a, "unexpected argument %s", others.p[most_rest]);
    *VEC_PUSH(&others, a) = NULL;
    if (rest != NULL)
        *rest = others.p;
    if (n_rest != NULL)
        *n_rest = (int)others.n - 1;
    return NULL;
}
#pragma GCC diagnostic pop

int cli_end(const char *command, const struct err *e)
{
    if (e == NULL)
        return CLI_OK;
    bool is_usage = e->field != NULL && strcmp(e->field, "usage") == 0;
    for (; e != NULL; e = e->next) {
        fprintf(stderr, "qingfeng %s: %s", command, e->detail);
        if (e->kind == ERR_FAULT && e->trail[0] != NULL)
            fprintf(stderr, " [%s]", e->trail[0]);
        fputc('\n', stderr);
    }
    return is_usage ? CLI_USAGE : CLI_FAULT;
}
