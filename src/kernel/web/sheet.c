/* sheet.c: tables as files to save. Written row by row into a temporary file: memory stays flat at any size. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "web/inner.h"

enum { FLUSH_AT = 1 << 16 };

struct sheet {
    struct req *rq;
    const struct sheet_source *rows;
};

static struct err *put(struct req *rq, int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, s, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return err_say(ERR(rq->arena, errno == ENOSPC ? ERR_LIMIT : ERR_FAULT, "export: %s", strerror(errno)),
                           "web.disk_full", NULL);
        s += done;
        n -= (size_t)done;
    }
    return NULL;
}

static bool is_number(const char *s)
{
    char *end;
    strtod(s, &end);
    return *s != '\0' && *end == '\0';
}

/* A text that a spreadsheet would run as a formula gets an apostrophe before it. */
static void put_cell(struct buf *b, const char *s)
{
    if (s == NULL)
        return;
    bool formula = *s != '\0' && strchr("=+-@\t\r", *s) != NULL && !is_number(s);
    if (!formula && strpbrk(s, ",\"\r\n") == NULL) {
        buf_puts(b, s);
        return;
    }
    buf_putc(b, '"');
    if (formula)
        buf_putc(b, '\'');
    for (; *s != '\0'; s++) {
        if (*s == '"')
            buf_putc(b, '"');
        buf_putc(b, *s);
    }
    buf_putc(b, '"');
}

static void put_row(struct buf *b, const char *const *cells, int n)
{
    for (int i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(b, ',');
        put_cell(b, cells[i]);
    }
    buf_puts(b, "\r\n");
}

static struct err *write_csv(void *ctx, int fd)
{
    const struct sheet *s = ctx;
    arena_scope struct arena *row = arena_new();
    struct buf b = BUF(s->rq->arena);
    buf_puts(&b, "\xef\xbb\xbf");
    put_row(&b, s->rows->heads, s->rows->n_cols);
    for (bool more = true; more;) {
        const char **cells = NULL;
        arena_reset(row);
        TRY(s->rows->next(s->rows->ctx, row, &cells, &more));
        if (more)
            put_row(&b, cells, s->rows->n_cols);
        if (b.n >= FLUSH_AT || !more) {
            TRY(put(s->rq, fd, b.p, b.n));
            b.n = 0;
        }
    }
    return NULL;
}

struct err *respond_csv(struct req *rq, const char *filename, const struct sheet_source *rows)
{
    struct sheet s = {rq, rows};
    return respond_stream(rq, "text/csv; charset=utf-8", filename, write_csv, &s);
}

static struct err *fill_xlsx(const struct sheet *s, lxw_worksheet *sheet)
{
    arena_scope struct arena *row = arena_new();
    for (int c = 0; c < s->rows->n_cols; c++)
        worksheet_write_string(sheet, 0, (lxw_col_t)c, s->rows->heads[c], NULL);
    lxw_row_t r = 1;
    for (bool more = true; more; r++) {
        const char **cells = NULL;
        arena_reset(row);
        TRY(s->rows->next(s->rows->ctx, row, &cells, &more));
        if (more && r >= LXW_ROW_MAX)
            return err_say(ERR(s->rq->arena, ERR_LIMIT, "over %d rows", LXW_ROW_MAX), "web.too_many_rows", NULL);
        for (int c = 0; more && c < s->rows->n_cols; c++)
            if (cells[c] != NULL)
                worksheet_write_string(sheet, r, (lxw_col_t)c, cells[c], NULL);
    }
    return NULL;
}

static struct err *write_xlsx(void *ctx, int fd)
{
    const struct sheet *s = ctx;
    struct req *rq = s->rq;
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = (char *)rq->web->c.tmp};
    lxw_workbook *book = workbook_new_opt(arena_printf(rq->arena, "/proc/self/fd/%d", fd), &options);
    if (book == NULL)
        return ERR(rq->arena, ERR_FAULT, "a workbook could not be begun");
    struct err *e = fill_xlsx(s, workbook_add_worksheet(book, NULL));
    lxw_error failed = workbook_close(book);
    if (e == NULL && failed != LXW_NO_ERROR)
        e = err_say(ERR(rq->arena, ERR_FAULT, "xlsx: %s", lxw_strerror(failed)), "web.disk_full", NULL);
    return e;
}

struct err *respond_xlsx(struct req *rq, const char *filename, const struct sheet_source *rows)
{
    struct sheet s = {rq, rows};
    return respond_stream(rq, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename, write_xlsx,
                          &s);
}
