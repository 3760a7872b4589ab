/* err.c: making and joining errors. */
#include "base/err.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct err *err_make(struct arena *a, enum err_kind kind, const char *here, const char *fmt, ...)
{
    struct err *e = arena_new_of(a, struct err);
    e->kind = kind;
    va_list ap;
    va_start(ap, fmt);
    e->detail = arena_vprintf(a, fmt, ap);
    va_end(ap);
    e->trail[0] = here;
    return e;
}

struct err *err_disk(struct arena *a, int number, const char *what)
{
    bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    struct err *e = ERR(a, full ? ERR_LIMIT : ERR_FAULT, "%s: %s", what, strerror(number));
    return err_say(e, full ? "base.disk_full" : "base.disk_refuses", NULL);
}

struct err *err_via(struct err *e, const char *here)
{
    for (int i = 0; i < ERR_TRAIL; i++)
        if (e->trail[i] == NULL) {
            e->trail[i] = here;
            break;
        }
    return e;
}

struct err *err_say(struct err *e, const char *key, ...)
{
    if (e == NULL || e->say != NULL)
        return e;
    e->say = key;
    va_list ap;
    va_start(ap, key);
    for (int i = 0; i < ERR_ARGS; i++) {
        const char *name = va_arg(ap, const char *);
        if (name == NULL)
            break;
        e->args[i].name = name;
        e->args[i].value = va_arg(ap, const char *);
    }
    va_end(ap);
    return e;
}

struct err *err_part(struct err *e)
{
    bool full = e != NULL && e->say != NULL && strstr(e->say, ".disk_full") != NULL;
    bool unknown = e != NULL && e->say != NULL && strcmp(e->say, "db.commit_unknown") == 0;
    if (full)
        e->say = "err.part_full";
    else if (e != NULL && e->kind == ERR_FAULT && !unknown)
        e->say = "err.part";
    return e;
}

struct err *err_field(struct err *e, const char *field)
{
    if (e != NULL && e->field == NULL)
        e->field = field;
    return e;
}

void err_join(struct err **all, struct err *more)
{
    while (*all != NULL)
        all = &(*all)->next;
    *all = more;
}

static const char *keep(struct arena *a, const char *s)
{
    return s == NULL ? NULL : arena_strdup(a, s);
}

struct err *err_keep(struct arena *a, const struct err *e)
{
    if (e == NULL)
        return NULL;
    struct err *c = arena_new_of(a, struct err);
    *c = *e; /* say, trail and argument names are static */
    c->field = keep(a, e->field);
    c->detail = keep(a, e->detail);
    for (int i = 0; i < ERR_ARGS; i++)
        c->args[i].value = keep(a, e->args[i].value);
    c->next = err_keep(a, e->next);
    return c;
}

const char *err_kind_name(enum err_kind kind)
{
    static const char *const names[ERR_KINDS] = {"invalid",  "login", "denied", "missing",
                                                 "conflict", "limit", "busy",   "fault"};
    assert(kind < ERR_KINDS);
    return names[kind];
}

int err_status(const struct err *e)
{
    static const int status[ERR_KINDS] = {422, 401, 403, 404, 409, 413, 503, 500};
    return status[e->kind];
}
