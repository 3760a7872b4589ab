/* stage.c: database rows of a range of owners, turned into packed rows: texts of codes and dates become small numbers
 * while stepping. Rows come in whatever order the engine reads fastest; they are sorted here, by owner, then by the
 * subject's order, then by id. */
#include <stdlib.h>
#include <string.h>

#include "facts/inner.h"

void stage_begin(struct stage *s, int family)
{
    const struct family *fam = &facts_the_world.families[family];
    *s = (struct stage){.family = family, .names = arena_new()};
    for (int k = 0; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        s->rows[k].size = sizeof(struct packed) + l->packed;
        s->cache[k] = facts_get(sizeof(struct code_cache) * (size_t)l->n_facts);
        memset(s->cache[k], 0, sizeof(struct code_cache) * (size_t)l->n_facts);
    }
}

void stage_clear(struct stage *s)
{
    for (int k = 0; k < facts_the_world.families[s->family].n; k++)
        s->rows[k].n = 0;
    arena_reset(s->names);
}

void stage_end(struct stage *s)
{
    for (int k = 0; k < facts_the_world.families[s->family].n; k++) {
        free(s->rows[k].p);
        free(s->rows[k].sorted);
        free(s->rows[k].first);
        free(s->cache[k]);
    }
    arena_free(s->names);
}

static struct packed *add(struct packed_rows *r)
{
    if (r->n == r->cap) {
        r->cap = r->cap == 0 ? 64 : r->cap * 2;
        r->p = realloc(r->p, (size_t)r->cap * r->size);
        if (r->p == NULL)
            abort();
    }
    return (struct packed *)(r->p + r->size * (size_t)r->n++);
}

static void room_for(int **p, int *cap, int n)
{
    if (n <= *cap)
        return;
    free(*p);
    *cap = n * 2;
    *p = facts_get(sizeof(int) * (size_t)*cap);
}

/* ---- texts to numbers ---- */
static inline bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline int two(const char *s)
{
    return digit(s[0]) && digit(s[1]) ? (s[0] - '0') * 10 + s[1] - '0' : -1;
}

/* A stored date was checked when it was saved. */
static int32_t date_cell(const char *s)
{
    int a = two(s), b = a < 0 ? -1 : two(s + 2);
    if (b < 0 || (s[4] != '-' && s[4] != '\0'))
        return EXPR_DATE_UNKNOWN;
    int month = s[4] == '\0' ? 0 : two(s + 5);
    int day = month <= 0 || s[7] == '\0' ? 0 : two(s + 8);
    return month < 0 || day < 0 ? EXPR_DATE_UNKNOWN : date_make(a * 100 + b, month, day).v;
}

static int16_t code_cell(struct code_cache *c, const struct code_list *list, const char *s)
{
    size_t n = strnlen(s, 8);
    if (n == 8)
        return (int16_t)codes_find(list, s);
    uint64_t key = 0;
    memcpy(&key, s, n);
    size_t h = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 58);
    if (c->key[h] != key) {
        c->pos[h] = (int16_t)codes_find(list, s);
        c->key[h] = key;
    }
    return c->pos[h];
}

static int64_t blank_cell(const struct fact *f)
{
    bool none = f->blank == FACT_BLANK_NONE;
    if (f->blank == FACT_BLANK_NO)
        return 0;
    switch (f->type) {
    case EXPR_BOOL: return none ? EXPR_BOOL_NONE : EXPR_BOOL_UNKNOWN;
    case EXPR_INT: return none ? EXPR_INT_NONE : EXPR_INT_UNKNOWN;
    default: return none ? -1 : 0; /* dates, codes and references agree */
    }
}

static int32_t int_cell(int64_t n)
{
    return n > INT32_MAX ? INT32_MAX : n < -INT32_MAX + 1 ? -INT32_MAX + 1 : (int32_t)n;
}

static int64_t value_cell(const struct db_rows *rows, const struct layout *l, int i, struct code_cache *cache)
{
    const struct fact *f = &l->decl->facts[i];
    int col = l->column[i];
    struct db_val v = db_col(rows, col, f->type != EXPR_DATE && f->type != EXPR_CODE);
    if (v.type == DB_NULL)
        return blank_cell(f);
    switch (f->type) {
    case EXPR_DATE: return date_cell(v.p);
    case EXPR_CODE: return code_cell(&cache[i], l->codes[i], v.p);
    case EXPR_BOOL: return v.i != 0;
    case EXPR_INT: return int_cell(v.i);
    default: return v.i;
    }
}

static int64_t unknown_cell(enum expr_type t)
{
    return t == EXPR_BOOL ? EXPR_BOOL_UNKNOWN : t == EXPR_INT ? EXPR_INT_UNKNOWN : 0;
}

const char *facts_text(const struct facts_row *r, int field)
{
    return db_col_text(r->rows, r->l->reads[field]);
}

int64_t facts_number(const struct facts_row *r, int field)
{
    return db_col_int(r->rows, r->l->reads[field]);
}

int64_t facts_got(const struct facts_row *r, int fact)
{
    return facts_load_cell(r->v + r->l->at[fact], r->l->width[fact], 0);
}

void facts_put(struct facts_row *r, int fact, int64_t value)
{
    facts_store_cell(r->v + r->l->at[fact], r->l->width[fact], 0, value);
}

/* ---- reading ---- */
static void take_row(struct stage *s, const struct layout *l, const struct db_rows *rows)
{
    struct packed *p = add(&s->rows[l->slot]);
    p->id = db_col_int(rows, 0);
    p->owner = l->owner_column < 0 ? p->id : db_col_int(rows, l->owner_column);
    p->place = l->place_column < 0 ? -1 : db_col_int(rows, l->place_column);
    p->place_to = l->place_to_column < 0 ? -1 : db_col_int(rows, l->place_to_column);
    p->name = p->initials = NULL;
    if (l->name_column >= 0) {
        const char *name = db_col_text(rows, l->name_column);
        p->name = arena_strdup(s->names, name == NULL ? "" : name);
        p->initials = l->decl->initials == NULL ? "" : l->decl->initials(s->names, p->name);
    }
    for (int i = 0; i < l->n_facts; i++) {
        if (l->decl->facts[i].when != FACT_FIXED)
            continue;
        int64_t v =
            l->column[i] >= 0 ? value_cell(rows, l, i, s->cache[l->slot]) : unknown_cell(l->decl->facts[i].type);
        facts_store_cell(p->v + l->at[i], l->width[i], 0, v);
    }
    if (l->decl->row != NULL)
        l->decl->row(&(struct facts_row){rows, l, p->v});
    s->read++;
}

struct err *stage_read(struct stage *s, struct db_tx *tx, int64_t lo, int64_t hi)
{
    const struct family *fam = &facts_the_world.families[s->family];
    for (int k = 0; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        if (is_sum(l))
            continue;
        db_rows_scope struct db_rows rows = {0};
        struct db_val args[] = {db_int(lo), db_int(hi)};
        TRY(db_query(tx, l->select, args, 2, &rows));
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            take_row(s, l, &rows);
        }
    }
    return NULL;
}

/* ---- sorting ---- */
static int by_id(const void *a, const void *b, void *ctx)
{
    const struct packed_rows *r = ctx;
    int64_t x = ((struct packed *)(r->p + r->size * (size_t) * (const int *)a))->id;
    int64_t y = ((struct packed *)(r->p + r->size * (size_t) * (const int *)b))->id;
    return (x > y) - (x < y);
}

static void sort_owners(struct packed_rows *r)
{
    room_for(&r->sorted, &r->sorted_cap, r->n);
    bool sorted = true;
    for (int i = 0; i < r->n; i++) {
        r->sorted[i] = i;
        sorted = sorted && (i == 0 || stage_row(r, i - 1)->id < stage_row(r, i)->id);
    }
    if (!sorted)
        qsort_r(r->sorted, (size_t)r->n, sizeof(int), by_id, r);
}

/* Position of an owner among the sorted ones, -1. `at` is where the last one was found: rows mostly come in order. */
static int owner_of(const struct packed_rows *owners, int64_t id, int at)
{
    if (at < owners->n && stage_row(owners, at)->id == id)
        return at;
    if (at + 1 < owners->n && stage_row(owners, at + 1)->id == id)
        return at + 1;
    int lo = 0, hi = owners->n;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (stage_row(owners, mid)->id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < owners->n && stage_row(owners, lo)->id == id ? lo : -1;
}

static bool stands_before(const struct layout *l, const struct packed *a, const struct packed *b)
{
    if (l->order >= 0) {
        int32_t x = *(const int32_t *)(a->v + l->at[l->order]), y = *(const int32_t *)(b->v + l->at[l->order]);
        if (x != y)
            return x < y;
    }
    return a->id < b->id;
}

static void sort_rows(const struct layout *l, const struct packed_rows *owners, struct packed_rows *r)
{
    room_for(&r->first, &r->first_cap, owners->n + 1);
    room_for(&r->sorted, &r->sorted_cap, r->n);
    int *whose = facts_get(sizeof(int) * (size_t)(r->n + 1)), at = 0;
    memset(r->first, 0, sizeof(int) * (size_t)(owners->n + 1));
    for (int i = 0; i < r->n; i++) { /* rows of an owner that is not there fall away */
        int w = whose[i] = owner_of(owners, ((struct packed *)(r->p + r->size * (size_t)i))->owner, at);
        if (w >= 0)
            r->first[(at = w) + 1]++;
    }
    for (int i = 0; i < owners->n; i++)
        r->first[i + 1] += r->first[i];
    int *next = facts_get(sizeof(int) * (size_t)(owners->n + 1));
    memcpy(next, r->first, sizeof(int) * (size_t)(owners->n + 1));
    for (int i = 0; i < r->n; i++) {
        if (whose[i] < 0)
            continue;
        const struct packed *p = (struct packed *)(r->p + r->size * (size_t)i);
        int to = next[whose[i]]++;
        for (; to > r->first[whose[i]] && stands_before(l, p, stage_row(r, to - 1)); to--)
            r->sorted[to] = r->sorted[to - 1];
        r->sorted[to] = i;
    }
    free(next);
    free(whose);
}

void stage_sort(struct stage *s)
{
    const struct family *fam = &facts_the_world.families[s->family];
    sort_owners(&s->rows[0]);
    for (int k = 1; k < fam->n; k++)
        if (!is_sum(layout_of(fam->subject[k])))
            sort_rows(layout_of(fam->subject[k]), &s->rows[0], &s->rows[k]);
}

/* ---- into a block ---- */
static void fill_column(void *col, int width, const struct packed_rows *r, int from, int n, size_t at)
{
#define FILL(type)                                                          \
    for (int i = 0; i < n; i++)                                             \
        ((type *)col)[i] = *(const type *)(stage_row(r, from + i)->v + at); \
    break
    switch (width) {
    case 1: FILL(int8_t);
    case 2: FILL(int16_t);
    case 4: FILL(int32_t);
    default: FILL(int64_t);
    }
#undef FILL
}

static void fill_columns(const struct layout *l, struct cells *c, const struct packed_rows *r, int from)
{
    for (int i = 0; i < c->n; i++)
        c->ids[i] = stage_row(r, from + i)->id;
    for (int i = 0; i < l->n_facts; i++)
        if (c->cols[i] != NULL)
            fill_column(c->cols[i], l->width[i], r, from, c->n, l->at[i]);
}

static size_t name_size(const struct packed *p)
{
    return p->name == NULL ? 0 : strlen(p->name) + strlen(p->initials) + 2;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c == '\n' || c == '\t' ? ' ' : c;
}

static struct cells *owner_cells(const struct layout *l, const struct packed_rows *r, int from, int to)
{
    size_t names = 0;
    for (int i = from; i < to && l->name_column >= 0; i++)
        names += name_size(stage_row(r, i));
    struct cells *c = cells_new(l, to - from, 0, names);
    fill_columns(l, c, r, from);
    size_t at = 0;
    for (int i = 0; i < c->n; i++) {
        const struct packed *p = stage_row(r, from + i);
        if (c->place != NULL)
            c->place[i] = p->place;
        if (c->place_to != NULL)
            c->place_to[i] = p->place_to;
        if (c->name_at == NULL)
            continue;
        c->name_at[i] = (uint32_t)at;
        for (const char *s = p->name; *s != '\0'; s++)
            c->names[at++] = lower(*s);
        c->names[at++] = '\t';
        if (c->name_key != NULL) {
            const char *name = c->names + c->name_at[i];
            c->name_key[i] = l->decl->name_order(&name, true);
        }
        for (const char *s = p->initials; *s != '\0'; s++)
            c->names[at++] = *s;
        c->names[at++] = '\n';
    }
    if (c->name_at != NULL)
        c->name_at[c->n] = (uint32_t)at;
    return c;
}

static struct cells *row_cells(const struct layout *l, const struct packed_rows *r, int from, int to)
{
    struct cells *c = cells_new(l, r->first[to] - r->first[from], to - from, 0);
    fill_columns(l, c, r, r->first[from]);
    for (int i = from; i <= to; i++)
        c->first[i - from] = r->first[i] - r->first[from];
    for (int i = 0; i < to - from; i++)
        for (int j = c->first[i]; j < c->first[i + 1]; j++)
            c->owner[j] = (int16_t)i;
    return c;
}

struct block *stage_block(const struct stage *s, int from, int to)
{
    const struct family *fam = &facts_the_world.families[s->family];
    struct cells *cells[SUBJECTS_MOST];
    for (int k = 0; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        if (k == 0) {
            cells[k] = owner_cells(l, &s->rows[k], from, to);
        } else if (is_sum(l)) {
            cells[k] = cells_new(l, 0, to - from, 0);
            memset(cells[k]->first, 0, sizeof(int32_t) * (size_t)(to - from + 1));
        } else {
            cells[k] = row_cells(l, &s->rows[k], from, to);
        }
    }
    return block_new(s->family, cells);
}
