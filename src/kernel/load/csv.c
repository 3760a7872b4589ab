/* csv.c: RFC 4180 as it is written in offices. The file is read twice: once to learn its charset, once for its rows.
 *
 * A quote opens a quoted cell only at the cell's start; inside, "" is a quote and line ends belong to the text. Rows
 * end with CRLF, LF or CR. A first line sep=; names the delimiter, as spreadsheets write it. */
#include "load/csv.h"

#include <stdio.h>
#include <string.h>

#include "base/vec.h"

enum { PIECE = 64 << 10, SNIFF = 64 << 10, SNIFF_ROWS = 25, ROW_MOST = 64 << 20 };

enum state { CELL_START, PLAIN, QUOTED, QUOTE_SEEN, AFTER_CR };

struct load_csv {
    struct arena *arena;
    struct load_source source;
    struct load_table_limits limits;
    struct load_decoder *decoder;
    char delimiter;
    uint64_t at;     /* bytes of the source decoded so far */
    struct buf text; /* decoded, not yet parsed from `pos` on */
    size_t pos;
    bool ended;

    enum state state;
    struct buf row; /* the cells' texts, each with its NUL */
    VEC(size_t) starts;
    VEC(struct load_cell) cells;
    unsigned doubts; /* of the cell being read */
    uint64_t number, line, row_line, zeros;
    struct load_row out;
};

uint64_t load_csv_damaged(const struct load_csv *c)
{
    return load_decoder_damaged(c->decoder) + c->zeros;
}

/* Decodes the next piece into text; *more false at the end. */
static struct err *refill(struct load_csv *c, bool *more)
{
    char piece[PIECE];
    size_t got;
    *more = !c->ended;
    if (c->ended)
        return NULL;
    TRY(load_source_read(&c->source, c->arena, c->at, piece, sizeof piece, &got));
    c->at += got;
    c->ended = got == 0 || c->at >= c->source.size;
    c->text.n = 0;
    c->pos = 0;
    load_decoder_feed(c->decoder, piece, got, c->ended, &c->text);
    (void)buf_str(&c->text);
    return NULL;
}

static struct err *learn_charset(struct load_csv *c, const char *declared, struct load_guess *out)
{
    struct load_sniff sniff = {0};
    char piece[PIECE];
    size_t got;
    uint64_t at = 0;
    do {
        TRY(load_source_read(&c->source, c->arena, at, piece, sizeof piece, &got));
        load_sniff_feed(&sniff, piece, got);
        at += got;
    } while (got > 0);
    *out = load_sniff_end(&sniff, declared);
    uint64_t zeros = sniff.zeros[0] + sniff.zeros[1];
    bool wide = out->charset == LOAD_UTF16LE || out->charset == LOAD_UTF16BE;
    if (!wide && zeros * 100 > sniff.n)
        return err_say(ERR(c->arena, ERR_INVALID, "binary data: %llu zeros", (unsigned long long)zeros),
                       "load.table_binary", NULL);
    return NULL;
}

/* How many of the delimiter each of the first rows has; returns the number of rows. */
static size_t count_in_rows(const char *s, size_t n, char delimiter, size_t counts[SNIFF_ROWS])
{
    size_t rows = 0, count = 0;
    bool quoted = false, start = true, any = false;
    for (size_t i = 0; i < n && rows < SNIFF_ROWS; i++) {
        char ch = s[i];
        if (quoted) {
            if (ch == '"' && i + 1 < n && s[i + 1] == '"')
                i++;
            else if (ch == '"')
                quoted = false;
            continue;
        }
        if (ch == '"' && start) {
            quoted = any = true;
        } else if (ch == '\n' || ch == '\r') {
            if (any)
                counts[rows++] = count;
            count = 0;
            any = false;
            start = true;
            continue;
        } else if (ch == delimiter) {
            count++;
            any = start = true;
            continue;
        } else {
            any = true;
        }
        start = false;
    }
    if (any && rows < SNIFF_ROWS && n < SNIFF) /* the last row, unless cut off */
        counts[rows++] = count;
    return rows;
}

/* The delimiter that most rows have in equal number; of equals, the one that makes more columns. */
static char sniff_delimiter(const char *s, size_t n)
{
    char best = ',';
    size_t best_score = 0;
    for (const char *d = ",\t;|"; *d != '\0'; d++) {
        size_t counts[SNIFF_ROWS] = {0}, rows = count_in_rows(s, n, *d, counts), score = 0;
        for (size_t i = 0; i < rows; i++) {
            size_t same = 0;
            for (size_t k = 0; k < rows; k++)
                same += counts[k] == counts[i];
            size_t width = counts[i] < 500 ? counts[i] : 500;
            if (counts[i] > 0 && same * 1000 + width > score)
                score = same * 1000 + width;
        }
        if (score > best_score) {
            best_score = score;
            best = *d;
        }
    }
    return best;
}

/* sep=; in the first line; moves past it. */
static char named_delimiter(struct load_csv *c)
{
    const char *s = c->text.p;
    if (c->text.n < 5 || strncmp(s, "sep=", 4) != 0)
        return 0;
    size_t end = 5;
    if (s[5] == '\r')
        end++;
    if (s[end] == '\n')
        end++;
    if (end == 5 && c->text.n > 5)
        return 0;
    c->pos = end;
    c->number = c->line = 1;
    return s[4];
}

static struct err *refuse_markup(struct load_csv *c)
{
    size_t i = strspn(c->text.p, " \t\r\n\xEF\xBB\xBF");
    const char *s = c->text.p + i;
    static const char *const marks[] = {"<html",     "<HTML",     "<table", "<TABLE", "<?xml",
                                        "<!DOCTYPE", "<!doctype", "%PDF-",  "{\\rtf"};
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
        if (strncmp(s, marks[k], strlen(marks[k])) == 0)
            return err_say(ERR(c->arena, ERR_INVALID, "begins with \"%s\"", marks[k]), "load.table_html", NULL);
    return NULL;
}

struct err *load_csv_open(struct arena *a, const struct load_source *source, const struct load_table_options *options,
                          struct load_table_facts *facts, struct load_csv **out)
{
    struct load_csv *c = arena_new_of(a, struct load_csv);
    *c = (struct load_csv){.arena = a, .source = *source, .limits = options->limits, .text = BUF(a), .row = BUF(a)};
    if (source->size > c->limits.bytes)
        return err_say(ERR(a, ERR_LIMIT, "a table of %llu bytes", (unsigned long long)source->size), "load.too_big",
                       "limit", arena_printf(a, "%llu", (unsigned long long)c->limits.bytes), NULL);
    TRY(learn_charset(c, options->charset, &facts->guess));
    c->decoder = load_decoder_new(a, facts->guess);
    bool more;
    TRY(refill(c, &more));
    while (c->text.n >= c->pos + 3 && memcmp(c->text.p + c->pos, "\xEF\xBB\xBF", 3) == 0)
        c->pos += 3; /* marks written twice */
    TRY(refuse_markup(c));
    char named = c->pos == 0 ? named_delimiter(c) : 0;
    size_t n = c->text.n - c->pos;
    c->delimiter = options->delimiter != 0 ? options->delimiter
                   : named != 0            ? named
                                           : sniff_delimiter(c->text.p + c->pos, n < SNIFF ? n : SNIFF);
    facts->delimiter = c->delimiter;
    *out = c;
    return NULL;
}

static void begin_row(struct load_csv *c)
{
    c->row.n = 0;
    c->starts.n = 0;
    c->cells.n = 0;
    c->doubts = 0;
    c->state = CELL_START;
    c->number++;
    c->row_line = c->line + 1;
}

static struct err *end_cell(struct load_csv *c)
{
    if (c->starts.n >= c->limits.columns)
        return err_say(
            ERR(c->arena, ERR_LIMIT, "row %llu has over %zu columns", (unsigned long long)c->number, c->limits.columns),
            "load.table_columns", "limit", arena_printf(c->arena, "%zu", c->limits.columns), NULL);
    size_t from = c->starts.n == 0 ? 0 : c->starts.p[c->starts.n - 1];
    bool empty = c->row.n == from;
    buf_putc(&c->row, '\0');
    *VEC_PUSH(&c->starts, c->arena) = c->row.n; /* where the next one starts */
    *VEC_PUSH(&c->cells, c->arena) = (struct load_cell){.kind = empty ? CELL_EMPTY : CELL_TEXT, .doubts = c->doubts};
    c->doubts = 0;
    c->state = CELL_START;
    return NULL;
}

static struct err *too_long(struct load_csv *c)
{
    char *row = arena_printf(c->arena, "%llu", (unsigned long long)c->number);
    if (c->state == QUOTED)
        return err_say(
            ERR(c->arena, ERR_INVALID, "row %s: a quote is not closed within %zu bytes", row, c->limits.cell_bytes),
            "load.csv_quote", "row", row, NULL);
    return err_say(ERR(c->arena, ERR_LIMIT, "row %s: a cell of over %zu bytes", row, c->limits.cell_bytes),
                   "load.table_cell", "row", row, NULL);
}

/* Adds a run of plain bytes to the cell, without its zeros. */
static struct err *add(struct load_csv *c, const char *s, size_t n)
{
    size_t from = c->starts.n == 0 ? 0 : c->starts.p[c->starts.n - 1];
    while (n > 0) {
        const char *zero = memchr(s, '\0', n);
        size_t run = zero == NULL ? n : (size_t)(zero - s);
        buf_add(&c->row, s, run);
        c->zeros += zero != NULL;
        s += run + (zero != NULL);
        n -= run + (zero != NULL);
    }
    return c->row.n - from > c->limits.cell_bytes || c->row.n > ROW_MOST ? too_long(c) : NULL;
}

/* Takes text up to the end of a row; *done when it was reached. */
static struct err *parse(struct load_csv *c, bool *done)
{
    const char *s = c->text.p, *end = s + c->text.n, *p = s + c->pos;
    *done = false;
    while (p < end) {
        if (c->state == AFTER_CR) {
            p += *p == '\n';
            *done = true;
            break;
        }
        if (c->state == QUOTED) {
            const char *q = p;
            while (q < end && *q != '"') {
                c->line += *q == '\n';
                q++;
            }
            TRY(add(c, p, (size_t)(q - p)));
            if (q < end)
                c->state = QUOTE_SEEN, q++;
            p = q;
            continue;
        }
        if (c->state == QUOTE_SEEN && *p == '"') {
            TRY(add(c, "\"", 1));
            c->state = QUOTED;
            p++;
            continue;
        }
        if (c->state == CELL_START && *p == '"') {
            c->state = QUOTED;
            p++;
            continue;
        }
        const char *q = p;
        while (q < end && *q != c->delimiter && *q != '\n' && *q != '\r')
            q++;
        if (q > p) {
            if (c->state == QUOTE_SEEN)
                c->doubts |= CELL_QUOTE;
            c->state = PLAIN;
            TRY(add(c, p, (size_t)(q - p)));
        }
        p = q;
        if (p == end)
            break;
        char ch = *p++;
        TRY(end_cell(c));
        if (ch == c->delimiter)
            continue;
        c->line++;
        if (ch == '\r') {
            c->state = AFTER_CR;
            continue;
        }
        *done = true;
        break;
    }
    c->pos = (size_t)(p - s);
    return NULL;
}

/* Gives the row its pointers. false when every cell is empty. */
static bool finish(struct load_csv *c)
{
    size_t n = c->cells.n;
    while (n > 0 && c->cells.p[n - 1].kind == CELL_EMPTY)
        n--;
    for (size_t i = 0; i < n; i++)
        c->cells.p[i].text = c->row.p + (i == 0 ? 0 : c->starts.p[i - 1]);
    c->out = (struct load_row){.number = c->number, .line = c->row_line, .cells = c->cells.p, .n = n};
    return n > 0;
}

/* One row, empty or not; *more false when there is none. */
static struct err *read_row(struct load_csv *c, bool *more)
{
    begin_row(c);
    bool any = false, done = false;
    while (!done) {
        if (c->pos < c->text.n) {
            any = true;
            TRY(parse(c, &done));
            continue;
        }
        TRY(refill(c, more));
        if (!*more)
            break;
    }
    *more = any;
    if (!done && c->state == QUOTED) {
        char *row = arena_printf(c->arena, "%llu", (unsigned long long)c->number);
        return err_say(ERR(c->arena, ERR_INVALID, "row %s: a quote is never closed", row), "load.csv_quote", "row", row,
                       NULL);
    }
    if (any && !done && c->state != AFTER_CR)
        TRY(end_cell(c)); /* a last row without line end */
    return NULL;
}

struct err *load_csv_next(struct load_csv *c, const struct load_row **out)
{
    for (;;) {
        bool more;
        TRY(read_row(c, &more));
        if (!more) {
            *out = NULL;
            return NULL;
        }
        if (c->number > c->limits.rows)
            return err_say(ERR(c->arena, ERR_LIMIT, "over %llu rows", (unsigned long long)c->limits.rows),
                           "load.table_rows", "limit",
                           arena_printf(c->arena, "%llu", (unsigned long long)c->limits.rows), NULL);
        if (finish(c))
            break;
    }
    *out = &c->out;
    return NULL;
}
