/* who.c: see who.h. */
#include "record/who.h"

#include "base/buf.h"

const char *const class_names[CLASS_SEALED + 1] = {"open", "internal", "personal", "case", "sealed"};
const struct who who_console = {.name = "console", .role = "console", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
const struct who who_upgrade = {.name = "upgrade", .role = "upgrade", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

bool scope_has(const struct scope *s, int64_t order)
{
    for (int i = 0; i < s->n; i++)
        if (order >= s->ranges[i].from && order < s->ranges[i].to)
            return true;
    return false;
}

bool who_barred(const struct who *w, int64_t member)
{
    for (int i = 0; i < w->n_barred; i++)
        if (w->barred[i] == member)
            return true;
    return false;
}

char *who_barred_text(struct arena *a, const struct who *w)
{
    struct buf b = BUF(a);
    buf_putc(&b, ',');
    for (int i = 0; i < w->n_barred; i++)
        buf_printf(&b, "%lld,", (long long)w->barred[i]);
    return buf_str(&b);
}
