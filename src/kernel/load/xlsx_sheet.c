/* xlsx_sheet.c: see xlsx_sheet.h. A piece of the XML is parsed, the rows it completes are kept until they are taken,
 * then the next piece. Nothing of the sheet is held beyond that. */
#include "load/xlsx_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/vec.h"

enum { PIECE = 16 << 10, DEPTH_MOST = 64, REF_COLUMNS = 1 << 20, ROW_MOST = 64 << 20 };

enum type { TYPE_NUMBER, TYPE_SHARED, TYPE_INLINE, TYPE_STRING, TYPE_BOOL, TYPE_ERROR, TYPE_DATE };

struct cell {
    size_t column, from, to; /* its text within the row's bytes */
    enum load_cell_kind kind;
    unsigned doubts;
};

struct xlsx_sheet {
    struct arena *arena;
    const struct xlsx_book *book;
    struct load_zip_stream *stream;
    struct load_xml *xml;
    struct xlsx_merges *merges; /* NULL: not asked for */
    bool finished;              /* the rows, or the part */

    bool in_data, in_row, in_cell, in_value, in_text, in_formula;
    int phonetic;
    uint64_t number; /* of the row being read */
    size_t column;
    enum type type;
    unsigned char shape;
    bool formula, has_value;
    struct buf value; /* of the cell */
    struct buf bytes; /* of the row */
    VEC(struct cell) cells;

    struct arena *done_arena; /* rows completed by the last piece */
    VEC(struct load_row) done;
    size_t taken;
};

static int hex(const char *s)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        int c = s[i], d = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                                 : -1;
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

void xlsx_unescape(const char *s, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n;) {
        const char *mark = memchr(s + i, '_', n - i);
        size_t run = mark == NULL ? n - i : (size_t)(mark - s) - i;
        buf_add(out, s + i, run);
        i += run;
        if (i >= n)
            break;
        int c = i + 7 <= n && s[i + 1] == 'x' && s[i + 6] == '_' ? hex(s + i + 2) : -1;
        if (c > 0 && (c < 0xD800 || c > 0xDFFF)) {
            utf8_put(out, c);
            i += 7;
        } else {
            buf_putc(out, '_');
            i++;
        }
    }
}

static struct err *limit(struct xlsx_sheet *s, const char *key, uint64_t most, const char *what)
{
    return err_say(ERR(s->arena, ERR_LIMIT, "row %llu: over %llu %s", (unsigned long long)s->number,
                       (unsigned long long)most, what),
                   key, "limit", arena_printf(s->arena, "%llu", (unsigned long long)most), "row",
                   arena_printf(s->arena, "%llu", (unsigned long long)s->number), NULL);
}

static uint64_t attr_number(const struct load_xml_tag *tag, const char *name, uint64_t none)
{
    const char *v;
    size_t n;
    if (!load_xml_attr(tag, name, &v, &n) || n == 0 || n > 18)
        return none;
    uint64_t r = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i] < '0' || v[i] > '9')
            return none;
        r = r * 10 + (uint64_t)(v[i] - '0');
    }
    return r;
}

size_t xlsx_reference_column(const char *v, size_t n)
{
    size_t c = 0, i = 0;
    for (; i < n && v[i] >= 'A' && v[i] <= 'Z' && c < REF_COLUMNS; i++)
        c = c * 26 + (size_t)(v[i] - 'A' + 1);
    return i == 0 ? SIZE_MAX : c - 1;
}

static struct err *start_row(struct xlsx_sheet *s, const struct load_xml_tag *tag)
{
    uint64_t r = attr_number(tag, "r", 0);
    s->number = r > s->number ? r : s->number + 1;
    s->in_row = true;
    s->column = 0;
    s->cells.n = 0;
    s->bytes.n = 0;
    return s->number > s->book->limits.rows ? limit(s, "load.table_rows", s->book->limits.rows, "rows") : NULL;
}

static enum type cell_type(const struct load_xml_tag *tag)
{
    static const struct {
        const char *name;
        enum type type;
    } known[] = {{"s", TYPE_SHARED}, {"inlineStr", TYPE_INLINE}, {"str", TYPE_STRING},
                 {"b", TYPE_BOOL},   {"e", TYPE_ERROR},          {"d", TYPE_DATE}};
    const char *v;
    size_t n;
    if (load_xml_attr(tag, "t", &v, &n))
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strlen(known[i].name) == n && memcmp(known[i].name, v, n) == 0)
                return known[i].type;
    return TYPE_NUMBER;
}

static struct err *start_cell(struct xlsx_sheet *s, const struct load_xml_tag *tag)
{
    const char *ref;
    size_t n, column = SIZE_MAX;
    if (load_xml_attr(tag, "r", &ref, &n))
        column = xlsx_reference_column(ref, n);
    if (column != SIZE_MAX)
        s->column = column;
    if (s->column >= s->book->limits.columns || s->cells.n >= s->book->limits.columns)
        return limit(s, "load.table_columns", s->book->limits.columns, "columns");
    s->type = cell_type(tag);
    uint64_t style = attr_number(tag, "s", 0);
    s->shape = style < s->book->n_shapes ? s->book->shapes[style] : SHAPE_NUMBER;
    s->in_cell = true;
    s->formula = s->has_value = false;
    s->value.n = 0;
    return NULL;
}

static struct err *on_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    struct xlsx_sheet *s = p;
    if (!s->in_data) {
        s->in_data = strcmp(name, "sheetData") == 0;
        return NULL;
    }
    if (s->in_cell) {
        if (strcmp(name, "v") == 0)
            s->in_value = s->has_value = true;
        else if (strcmp(name, "t") == 0)
            s->in_text = s->has_value = true;
        else if (strcmp(name, "f") == 0)
            s->formula = true;
        else if (strcmp(name, "rPh") == 0)
            s->phonetic++;
        return NULL;
    }
    if (strcmp(name, "row") == 0)
        return start_row(s, tag);
    if (s->in_row && strcmp(name, "c") == 0)
        return start_cell(s, tag);
    return NULL;
}

static struct err *on_text(void *p, const char *text, size_t n)
{
    struct xlsx_sheet *s = p;
    if (s->in_value || (s->in_text && s->phonetic == 0))
        buf_add(&s->value, text, n);
    return s->value.n > s->book->limits.cell_bytes
               ? limit(s, "load.table_cell", s->book->limits.cell_bytes, "bytes in a cell")
               : NULL;
}

/* The text of a cell's value into the row's bytes. */
static struct err *put_value(struct xlsx_sheet *s, struct cell *c)
{
    const char *v = buf_str(&s->value);
    size_t n = s->value.n;
    bool found = true;
    switch (s->type) {
    case TYPE_SHARED:
        c->kind = CELL_TEXT;
        if (s->book->strings == NULL || n == 0 || strspn(v, "0123456789") != n || n > 12)
            found = false;
        else
            TRY(xlsx_strings_get(s->book->strings, strtoull(v, NULL, 10), &s->bytes, &found));
        c->doubts |= found ? 0 : CELL_BROKEN;
        break;
    case TYPE_INLINE:
    case TYPE_STRING:
        c->kind = CELL_TEXT;
        xlsx_unescape(v, n, &s->bytes);
        break;
    case TYPE_BOOL:
        c->kind = CELL_BOOL;
        buf_puts(&s->bytes, n == 1 && *v == '0' ? "FALSE" : strcmp(v, "false") == 0 ? "FALSE" : "TRUE");
        break;
    case TYPE_ERROR:
        c->kind = CELL_ERROR;
        buf_add(&s->bytes, v, n);
        break;
    case TYPE_DATE:
        c->kind = CELL_DATE;
        if (n >= 19 && memcmp(v + 10, "T00:00:00", 9) == 0)
            n = 10;
        buf_add(&s->bytes, v, n);
        break;
    case TYPE_NUMBER: xlsx_format_number(v, n, s->shape, s->book->epoch1904, &s->bytes, &c->kind, &c->doubts); break;
    }
    return NULL;
}

static struct err *end_cell(struct xlsx_sheet *s)
{
    struct cell c = {.column = s->column, .from = s->bytes.n, .kind = CELL_EMPTY};
    if (s->has_value)
        TRY(put_value(s, &c));
    c.to = s->bytes.n;
    if (c.to > ROW_MOST)
        return limit(s, "load.table_cell", ROW_MOST, "bytes in a row");
    if (c.to == c.from)
        c.kind = CELL_EMPTY;
    if (s->formula)
        c.doubts |= s->has_value ? CELL_FORMULA : CELL_NO_VALUE;
    if (c.kind != CELL_EMPTY || c.doubts != 0)
        *VEC_PUSH(&s->cells, s->arena) = c;
    s->in_cell = s->in_value = s->in_text = false;
    s->phonetic = 0;
    s->column++;
    return NULL;
}

/* Moves the row into done_arena: cells in their columns, texts terminated. */
static void end_row(struct xlsx_sheet *s)
{
    s->in_row = false;
    size_t n = 0;
    for (size_t i = 0; i < s->cells.n; i++)
        if (s->cells.p[i].column >= n)
            n = s->cells.p[i].column + 1;
    if (n == 0)
        return;
    struct load_cell *cells = arena_array(s->done_arena, struct load_cell, n);
    for (size_t i = 0; i < n; i++)
        cells[i].text = "";
    for (size_t i = 0; i < s->cells.n; i++) {
        const struct cell *c = &s->cells.p[i];
        cells[c->column] = (struct load_cell){
            .text = arena_strndup(s->done_arena, s->bytes.p == NULL ? "" : s->bytes.p + c->from, c->to - c->from),
            .kind = c->kind,
            .doubts = c->doubts};
    }
    struct load_row row = {.number = s->number, .cells = cells, .n = n};
    if (s->merges != NULL)
        xlsx_merges_fill(s->merges, s->done_arena, &row);
    *VEC_PUSH(&s->done, s->done_arena) = row;
}

static struct err *on_end(void *p, const char *name)
{
    struct xlsx_sheet *s = p;
    if (!s->in_data)
        return NULL;
    if (s->in_cell) {
        if (strcmp(name, "v") == 0)
            s->in_value = false;
        else if (strcmp(name, "t") == 0)
            s->in_text = false;
        else if (strcmp(name, "rPh") == 0)
            s->phonetic -= s->phonetic > 0;
        else if (strcmp(name, "c") == 0)
            return end_cell(s);
        return NULL;
    }
    if (s->in_row && strcmp(name, "row") == 0)
        end_row(s);
    else if (strcmp(name, "sheetData") == 0)
        s->finished = true, s->in_data = false;
    return NULL;
}

static void free_arena(void *p)
{
    arena_free(p);
}

struct err *xlsx_sheet_open(struct arena *a, struct load_zip *zip, uint64_t entry, const struct xlsx_book *book,
                            struct xlsx_sheet **out)
{
    struct xlsx_sheet *s = arena_new_of(a, struct xlsx_sheet);
    *s = (struct xlsx_sheet){.arena = a, .book = book, .value = BUF(a), .bytes = BUF(a), .done_arena = arena_new()};
    arena_defer(a, free_arena, s->done_arena);
    if (book->fill_merged)
        TRY(xlsx_merges_read(a, zip, entry, book->limits.bytes, &s->merges));
    TRY(load_zip_stream_begin(zip, a, entry, &s->stream));
    struct load_xml_events events = {.start = on_start, .end = on_end, .text = on_text, .p = s};
    struct load_xml_limits limits = {.depth = DEPTH_MOST, .bytes = book->limits.bytes};
    TRY(load_xml_begin(a, &events, limits, false, &s->xml));
    *out = s;
    return NULL;
}

struct err *xlsx_sheet_next(struct xlsx_sheet *s, const struct load_row **out)
{
    while (s->taken == s->done.n) {
        if (s->finished) {
            *out = NULL;
            return NULL;
        }
        arena_reset(s->done_arena);
        s->done.p = NULL;
        s->done.n = s->done.cap = s->taken = 0;
        char piece[PIECE];
        size_t n;
        TRY(load_zip_stream_read(s->stream, piece, sizeof piece, &n));
        if (n == 0)
            TRY(load_xml_end(s->xml));
        else
            TRY(load_xml_feed(s->xml, piece, n));
        s->finished |= n == 0;
    }
    *out = &s->done.p[s->taken++];
    return NULL;
}
