/* xlsx_merge.c: cells merged downwards. A roster often names a unit once beside all its people; the rows below hold
 * nothing there. The merges stand behind the rows in the file, so it is read once before for them alone. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "load/xlsx_sheet.h"

enum { MERGES_MOST = 200000, DEPTH_MOST = 64, PIECE = 16 << 10 };

struct merge {
    uint64_t top, bottom;
    size_t column;
    const char *text; /* of the top cell, once it was seen */
    enum load_cell_kind kind;
};
struct xlsx_merges {
    struct arena *arena;
    VEC(struct merge) list; /* by top */
    VEC(size_t) active;     /* those that reach below the row last seen */
    size_t next;
};

/* A1:A9 */
static bool read_range(const char *s, size_t n, struct merge *out)
{
    uint64_t row[2];
    size_t column[2];
    for (int k = 0; k < 2; k++) {
        size_t used = 0;
        column[k] = xlsx_reference_column(s, n);
        while (used < n && s[used] >= 'A' && s[used] <= 'Z')
            used++;
        s += used, n -= used;
        row[k] = 0;
        for (used = 0; used < n && used < 9 && s[used] >= '0' && s[used] <= '9'; used++)
            row[k] = row[k] * 10 + (uint64_t)(s[used] - '0');
        s += used, n -= used;
        if (column[k] == SIZE_MAX || used == 0 || (k == 0 && (n == 0 || *s != ':')))
            return false;
        if (k == 0)
            s++, n--;
    }
    *out = (struct merge){.top = row[0], .bottom = row[1], .column = column[0]};
    return row[1] > row[0];
}

static struct err *on_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    struct xlsx_merges *m = p;
    const char *ref;
    size_t n;
    struct merge one;
    if (strcmp(name, "mergeCell") == 0 && load_xml_attr(tag, "ref", &ref, &n) && read_range(ref, n, &one) &&
        m->list.n < MERGES_MOST)
        *VEC_PUSH(&m->list, m->arena) = one;
    return NULL;
}

static int by_top(const void *a, const void *b)
{
    const struct merge *x = a, *y = b;
    return x->top < y->top ? -1 : x->top > y->top;
}

struct err *xlsx_merges_read(struct arena *a, struct load_zip *zip, uint64_t entry, uint64_t most,
                             struct xlsx_merges **out)
{
    struct xlsx_merges *m = arena_new_of(a, struct xlsx_merges);
    m->arena = a;
    struct load_zip_stream *stream = NULL;
    struct load_xml *xml = NULL;
    TRY(load_zip_stream_begin(zip, a, entry, &stream));
    TRY(load_xml_begin(a, &(struct load_xml_events){.start = on_start, .p = m},
                       (struct load_xml_limits){.depth = DEPTH_MOST, .bytes = most}, false, &xml));
    char piece[PIECE];
    for (size_t n = 1; n > 0;) {
        TRY(load_zip_stream_read(stream, piece, sizeof piece, &n));
        if (n == 0)
            TRY(load_xml_end(xml));
        else
            TRY(load_xml_feed(xml, piece, n));
    }
    load_zip_stream_end(stream);
    if (m->list.n > 0)
        qsort(m->list.p, m->list.n, sizeof *m->list.p, by_top);
    *out = m;
    return NULL;
}

void xlsx_merges_fill(struct xlsx_merges *m, struct arena *a, struct load_row *row)
{
    for (; m->next < m->list.n && m->list.p[m->next].top <= row->number; m->next++)
        *VEC_PUSH(&m->active, m->arena) = m->next;
    size_t kept = 0, width = row->n;
    for (size_t i = 0; i < m->active.n; i++) {
        const struct merge *one = &m->list.p[m->active.p[i]];
        if (one->bottom < row->number)
            continue;
        m->active.p[kept++] = m->active.p[i];
        if (one->text != NULL && one->column >= width)
            width = one->column + 1;
    }
    m->active.n = kept;
    if (kept == 0)
        return;
    struct load_cell *cells = arena_array(a, struct load_cell, width);
    for (size_t i = 0; i < width; i++)
        cells[i] = i < row->n ? row->cells[i] : (struct load_cell){.text = ""};
    for (size_t i = 0; i < kept; i++) {
        struct merge *one = &m->list.p[m->active.p[i]];
        if (one->top == row->number && one->column < row->n && cells[one->column].kind != CELL_EMPTY) {
            one->text = arena_strdup(m->arena, cells[one->column].text);
            one->kind = cells[one->column].kind;
        } else if (one->top < row->number && one->text != NULL && cells[one->column].kind == CELL_EMPTY) {
            cells[one->column] = (struct load_cell){.text = one->text, .kind = one->kind, .doubts = CELL_MERGED};
        }
    }
    row->cells = cells;
    row->n = width;
}
