/* table.c: see table.h. xlsx by libxlsxwriter in its constant-memory mode into a nameless place of the temporary
 * folder, from where the finished file is passed on. */
#include "doc/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/buf.h"
#include "base/temp.h"
#include "base/utf8.h"
#include "doc/xlsx_whole.h"

enum { PIECE = 64 << 10, XLSX_ROWS = 1048576, XLSX_COLUMNS = 16384, XLSX_CELL = 32767, SHEET_NAME = 31 };

struct doc_table {
    struct arena *arena;
    enum doc_table_kind kind;
    struct doc_table_options options;
    struct doc_sink sink;
    struct buf out; /* CSV waiting to be written */
    struct buf text;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *bold;
    char *path;           /* of the xlsx while it is made */
    uint32_t row, filled; /* rows so far; those with a cell that is not empty */
};

const char *doc_table_mime(enum doc_table_kind kind)
{
    return kind == DOC_CSV ? "text/csv; charset=utf-8"
                           : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

const char *doc_table_ending(enum doc_table_kind kind)
{
    return kind == DOC_CSV ? ".csv" : ".xlsx";
}

/* Gives up what was begun and not ended. */
static void discard(void *p)
{
    struct doc_table *t = p;
    if (t->book != NULL)
        lxw_workbook_free(t->book);
    if (t->path != NULL)
        unlink(t->path);
    t->book = NULL;
    t->path = NULL;
}

/* At most 31 characters, none of []:*?/\ and no apostrophe at an end. */
static const char *sheet_name(struct arena *a, const char *name)
{
    struct buf b = BUF(a);
    int used;
    for (int n = 0; name != NULL && *name != '\0' && n < SHEET_NAME; name += used, n++) {
        int c = utf8_get(name, SIZE_MAX, &used);
        n += c > 0xFFFF; /* counted as two */
        if (c < 0x80 && (strchr("[]:*?/\\'", c) != NULL || c < ' '))
            buf_putc(&b, '_');
        else
            buf_add(&b, name, (size_t)used);
    }
    return b.n == 0 ? "Sheet1" : buf_str(&b);
}

/* In the foot of printed pages and among the file's properties; & begins a command there, 255 bytes is what one holds.
 */
static void carry(struct doc_table *t)
{
    enum { FOOT_MOST = 240 };
    struct buf b = BUF(t->arena);
    buf_puts(&b, "&L");
    for (const char *s = t->options.carries; *s != '\0';) {
        int used;
        utf8_get(s, SIZE_MAX, &used);
        if (b.n + (size_t)used + 1 > FOOT_MOST)
            break;
        if (*s == '&')
            buf_putc(&b, '&');
        buf_add(&b, s, (size_t)used);
        s += used;
    }
    worksheet_set_footer(t->sheet, buf_str(&b));
    lxw_doc_properties p = {.comments = arena_strdup(t->arena, t->options.carries)};
    workbook_set_properties(t->book, &p);
}

static struct err *begin_xlsx(struct doc_table *t)
{
    const char *dir = temp_folder();
    t->path = arena_printf(t->arena, "%s/qingfeng-XXXXXX", dir);
    int fd = mkostemp(t->path, O_CLOEXEC);
    if (fd < 0) {
        t->path = NULL;
        return err_disk(t->arena, errno, dir);
    }
    close(fd);
    lxw_workbook_options o = {.constant_memory = 1, .tmpdir = arena_strdup(t->arena, dir), .use_zip64 = 0};
    t->book = workbook_new_opt(t->path, &o);
    t->sheet = t->book == NULL ? NULL : workbook_add_worksheet(t->book, sheet_name(t->arena, t->options.sheet));
    if (t->sheet == NULL)
        return ERR(t->arena, ERR_FAULT, "libxlsxwriter gave no worksheet");
    if (t->options.carries != NULL)
        carry(t);
    t->bold = workbook_add_format(t->book);
    format_set_bold(t->bold);
    worksheet_set_column(t->sheet, 0, XLSX_COLUMNS - 1, 16, NULL);
    if (t->options.header > 0)
        worksheet_freeze_panes(t->sheet, (lxw_row_t)t->options.header, 0);
    return NULL;
}

struct err *doc_table_begin(struct arena *a, enum doc_table_kind kind, const struct doc_table_options *options,
                            struct doc_sink sink, struct doc_table **out)
{
    struct doc_table *t = arena_new_of(a, struct doc_table);
    *t = (struct doc_table){.arena = a, .kind = kind, .sink = sink, .out = BUF(a), .text = BUF(a)};
    if (options != NULL)
        t->options = *options;
    arena_defer(a, discard, t);
    if (kind == DOC_XLSX)
        TRY(begin_xlsx(t));
    else if (!t->options.no_mark)
        buf_puts(&t->out, "\xEF\xBB\xBF");
    *out = t;
    return NULL;
}

/* Whether a spreadsheet might run the text, behind any apostrophes. */
static bool live(const char *s)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    s += strspn(s, "'");
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (strncmp(s, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* A number a spreadsheet keeps exactly: sign, digits, one point, at most 15 digits. */
static bool exact_number(const char *s)
{
    s += *s == '-';
    size_t digits = 0, points = 0;
    for (; *s != '\0'; s++) {
        if (*s >= '0' && *s <= '9')
            digits++;
        else if (*s != '.' || ++points > 1)
            return false;
    }
    return digits > 0 && digits <= 15;
}

static void csv_cell(struct doc_table *t, const struct doc_cell *c)
{
    const char *s = c->text == NULL ? "" : c->text;
    size_t n = strlen(s);
    bool mark = live(s) && !(c->kind == DOC_NUMBER && exact_number(s));
    bool quote = strpbrk(s, ",\"\r\n") != NULL || (n > 0 && (s[0] == ' ' || s[0] == '\t' || s[n - 1] == ' '));
    if (quote)
        buf_putc(&t->out, '"');
    if (mark)
        buf_putc(&t->out, '\'');
    for (const char *q; (q = strchr(s, '"')) != NULL; s = q + 1) {
        buf_add(&t->out, s, (size_t)(q - s) + 1);
        buf_putc(&t->out, '"');
    }
    buf_puts(&t->out, s);
    if (quote)
        buf_putc(&t->out, '"');
}

static struct err *flush(struct doc_table *t)
{
    struct err *e = t->out.n == 0 ? NULL : t->sink.write(t->sink.p, t->arena, t->out.p, t->out.n);
    t->out.n = 0;
    return e;
}

/* Text for a string cell: characters XML forbids and what looks like an escape are escaped as spreadsheets do. */
static const char *xlsx_text(struct doc_table *t, const char *s)
{
    t->text.n = 0;
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        bool escape_like = c == '_' && s[1] == 'x' && strspn(s + 2, "0123456789abcdefABCDEF") >= 4 && s[6] == '_';
        if (escape_like || (c < ' ' && c != '\n' && c != '\t'))
            buf_printf(&t->text, "_x%04X_", c);
        else
            buf_putc(&t->text, (char)c);
    }
    return buf_str(&t->text);
}

static struct err *xlsx_cell(struct doc_table *t, lxw_col_t column, const struct doc_cell *c)
{
    if (c->text == NULL || *c->text == '\0')
        return NULL;
    lxw_format *format = t->row < t->options.header ? t->bold : NULL;
    lxw_error bad;
    if (c->kind == DOC_NUMBER && exact_number(c->text))
        bad = worksheet_write_number(t->sheet, t->row, column, strtod(c->text, NULL), format);
    else
        bad = worksheet_write_string(t->sheet, t->row, column, xlsx_text(t, c->text), format);
    if (bad == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
        return err_say(ERR(t->arena, ERR_LIMIT, "row %u: a text of over %d characters", t->row + 1, XLSX_CELL),
                       "doc.xlsx_cell", "row", arena_printf(t->arena, "%u", t->row + 1), NULL);
    return bad == LXW_NO_ERROR ? NULL : ERR(t->arena, ERR_FAULT, "libxlsxwriter: %s", lxw_strerror(bad));
}

struct err *doc_table_row(struct doc_table *t, const struct doc_cell *cells, size_t n)
{
    if (t->kind == DOC_CSV) {
        for (size_t i = 0; i < n; i++) {
            if (i > 0)
                buf_putc(&t->out, ',');
            csv_cell(t, &cells[i]);
        }
        buf_puts(&t->out, "\r\n");
        t->row++;
        return t->out.n >= PIECE ? flush(t) : NULL;
    }
    if (t->row >= XLSX_ROWS || n > XLSX_COLUMNS)
        return err_say(ERR(t->arena, ERR_LIMIT, "a worksheet holds %d rows and %d columns", XLSX_ROWS, XLSX_COLUMNS),
                       "doc.xlsx_rows", NULL);
    bool filled = false;
    for (size_t i = 0; i < n; i++) {
        filled |= cells[i].text != NULL && *cells[i].text != '\0';
        TRY(xlsx_cell(t, (lxw_col_t)i, &cells[i]));
    }
    t->row++;
    t->filled += filled;
    return NULL;
}

static struct err *pass_on(struct doc_table *t)
{
    int fd = open(t->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR(t->arena, ERR_FAULT, "%s: %s", t->path, strerror(errno));
    char piece[PIECE];
    struct err *e = NULL;
    for (ssize_t n = 1; e == NULL && n > 0;) {
        n = read(fd, piece, sizeof piece);
        if (n < 0)
            e = ERR(t->arena, ERR_FAULT, "%s: %s", t->path, strerror(errno));
        else if (n > 0)
            e = t->sink.write(t->sink.p, t->arena, piece, (size_t)n);
    }
    close(fd);
    return e;
}

struct err *doc_table_end(struct doc_table *t)
{
    if (t->kind == DOC_CSV)
        return flush(t);
    lxw_error bad = workbook_close(t->book); /* frees it too */
    t->book = NULL;
    if (bad != LXW_NO_ERROR)
        return bad == LXW_ERROR_CREATING_TMPFILE || bad == LXW_ERROR_ZIP_FILE_OPERATION
                   ? err_disk(t->arena, ENOSPC, lxw_strerror(bad))
                   : ERR(t->arena, ERR_FAULT, "libxlsxwriter: %s", lxw_strerror(bad));
    if (!doc_xlsx_whole(t->path, t->filled))
        return err_disk(t->arena, ENOSPC, "the workbook was cut off");
    struct err *e = pass_on(t);
    discard(t);
    return e;
}
