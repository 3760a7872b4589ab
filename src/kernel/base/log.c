/* log.c: see log.h. One write(2) a line, so lines of threads do not mix. */
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static enum log_level least = LOG_INFO;

void log_set_level(enum log_level level)
{
    least = level;
}

static void put(enum log_level level, const char *text)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char line[2048], at[CLOCK_TEXT];
    int n = snprintf(line, sizeof line - 1, "%s %s %s", clock_iso(clock_now_ms(), at), names[level], text);
    if (n < 0)
        return;
    size_t len = (size_t)n < sizeof line - 1 ? (size_t)n : sizeof line - 2;
    for (size_t i = 0; i < len; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    line[len] = '\n';
    ssize_t got = write(STDERR_FILENO, line, len + 1);
    (void)got;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    if (level < least)
        return;
    char text[1800];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    put(level, text);
}

void log_err(const char *what, const struct err *e)
{
    arena_scope struct arena *a = arena_new();
    for (; e != NULL; e = e->next) {
        struct buf b = BUF(a);
        buf_printf(&b, "%s: %s: %s", what, err_kind_name(e->kind), e->detail);
        for (int i = 0; i < ERR_TRAIL && e->trail[i] != NULL; i++)
            buf_printf(&b, "%s%s", i == 0 ? " [" : " < ", e->trail[i]);
        buf_puts(&b, "]");
        put(e->kind == ERR_FAULT ? LOG_ERROR : LOG_INFO, buf_str(&b));
    }
}
