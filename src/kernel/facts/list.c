/* list.c: a page of a list out of all rows: every row that matches is counted, only the best few are kept. Sort keys
 * are whole numbers made from columns, so a cursor is a line of numbers; unknown and none come last either way. The
 * order of names is exact: where the first numbers of two names agree, the names themselves are compared. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "facts/inner.h"

enum { KEYS = 2 * FACTS_SORTS + 1, NOT_BY_NAME = -1 };

struct rank { /* of one row: keys, then the id decides */
    int64_t key[KEYS];
    const char *name; /* ends with a tab or NUL; only when the order asks for it */
    struct facts_at at;
};
struct order {
    int n;
    struct {
        const void *(*column)(const struct block *b, const struct order *o, int k);
        int fact, width;
        enum expr_type type;
        bool desc, of_owner;
    } by[KEYS];
    int subject, owner_subject;
    int by_name; /* the key that compares names whose first numbers agree */
    int64_t (*name_order)(const char **name, bool begins);
};

/* ---- keys ---- */
static const void *fact_column(const struct block *b, const struct order *o, int k)
{
    int subject = o->by[k].of_owner ? o->owner_subject : o->subject;
    return b->tables[subject].cols[o->by[k].fact];
}

static const void *place_column(const struct block *b, const struct order *o, int k)
{
    (void)o;
    (void)k;
    return b->cells[0]->place;
}

static const void *id_column(const struct block *b, const struct order *o, int k)
{
    (void)k;
    return b->tables[o->subject].ids;
}

static const void *name_column(const struct block *b, const struct order *o, int k)
{
    (void)o;
    (void)k;
    return b->cells[0]->name_key;
}

static void add_key(struct order *o, const void *(*column)(const struct block *, const struct order *, int), int fact,
                    enum expr_type type, bool desc, bool of_owner)
{
    int width = type == EXPR_BOOL ? 1 : type == EXPR_CODE ? 2 : type == EXPR_REF ? 8 : 4;
    o->by[o->n].column = column;
    o->by[o->n].fact = fact;
    o->by[o->n].width = width;
    o->by[o->n].type = type;
    o->by[o->n].desc = desc;
    o->by[o->n].of_owner = of_owner;
    o->n++;
}

static void add_roster(struct order *o, bool desc)
{
    const struct layout *owner = layout_of(o->owner_subject);
    if (owner->place_column >= 0)
        add_key(o, place_column, 0, EXPR_REF, desc, true);
    if (owner->seat >= 0)
        add_key(o, fact_column, owner->seat, EXPR_INT, desc, true);
}

static void add_name(struct order *o, bool desc)
{
    const struct layout *owner = layout_of(o->owner_subject);
    if (owner->decl->name_order == NULL || o->by_name != NOT_BY_NAME)
        return;
    add_key(o, name_column, 0, EXPR_REF, desc, true);
    o->by_name = o->n;
    o->name_order = owner->decl->name_order;
    add_key(o, name_column, 0, EXPR_REF, desc, true);
}

static void order_make(const struct facts_select *q, struct order *o)
{
    const struct layout *l = layout_of(q->subject);
    *o = (struct order){
        .subject = q->subject, .owner_subject = facts_the_world.families[l->family].owner, .by_name = NOT_BY_NAME};
    for (int i = 0; i < q->n_sort; i++) {
        const struct facts_sort *s = &q->sort[i];
        if (s->fact == FACTS_BY_ROSTER)
            add_roster(o, s->desc);
        else if (s->fact == FACTS_BY_NAME)
            add_name(o, s->desc);
        else if (s->fact == FACTS_BY_ID)
            add_key(o, id_column, 0, EXPR_REF, s->desc, false);
        else
            add_key(o, fact_column, s->fact, l->decl->facts[s->fact].type, s->desc, false);
    }
    if (q->n_sort == 0)
        add_roster(o, false);
    add_key(o, id_column, 0, EXPR_REF, false, false);
}

/* Values whose keys lie between two bounds. */
struct window {
    int64_t least, most;
    bool unknown, none;
};

static struct window window_of(int64_t least, int64_t most, bool desc)
{
    bool unknown = most == INT64_MAX, none = most >= INT64_MAX - 1 && least <= INT64_MAX - 1;
    int64_t low = least < -INT64_MAX ? -INT64_MAX : least, high = most;
    return desc ? (struct window){-high, -low, unknown, none} : (struct window){low, high, unknown, none};
}

/* Takes out rows whose value lies outside the window. */
#define NARROW(called, type, min, max, is_unknown, is_none)                                     \
    FACTS_WIDE static void called(const type *v, int n, const struct window *w, uint8_t *mask)  \
    {                                                                                           \
        type least = w->least < (min) ? (min) : w->least > (max) ? (max) : (type)w->least;      \
        type most = w->most < (min) ? (min) : w->most > (max) ? (max) : (type)w->most;          \
        bool empty = w->least > (max) || w->most < (min), unknown = w->unknown, none = w->none; \
        for (int i = 0; i < n; i++) {                                                           \
            bool in = !empty & (v[i] >= least) & (v[i] <= most);                                \
            in = v[i] == (is_none) ? none : in;                                                 \
            mask[i] &= (uint8_t)(v[i] == (is_unknown) ? unknown : in);                          \
        }                                                                                       \
    }
NARROW(narrow_bools, int8_t, INT8_MIN, INT8_MAX, EXPR_BOOL_UNKNOWN, EXPR_BOOL_NONE)
NARROW(narrow_codes, int16_t, INT16_MIN, INT16_MAX, EXPR_CODE_UNKNOWN, EXPR_CODE_NONE)
NARROW(narrow_ints, int32_t, INT32_MIN, INT32_MAX, EXPR_INT_UNKNOWN, EXPR_INT_NONE)
NARROW(narrow_dates, int32_t, INT32_MIN, INT32_MAX, EXPR_DATE_UNKNOWN, EXPR_DATE_NONE)
NARROW(narrow_refs, int64_t, INT64_MIN, INT64_MAX, EXPR_REF_UNKNOWN, EXPR_REF_NONE)

static void narrow(enum expr_type type, const void *col, int n, const struct window *w, uint8_t *mask)
{
    switch (type) {
    case EXPR_BOOL: narrow_bools(col, n, w, mask); break;
    case EXPR_CODE: narrow_codes(col, n, w, mask); break;
    case EXPR_INT: narrow_ints(col, n, w, mask); break;
    case EXPR_DATE: narrow_dates(col, n, w, mask); break;
    default: narrow_refs(col, n, w, mask); break;
    }
}

static int64_t row_key(const struct order *o, const void *const *cols, const struct expr_table *t, int row, int k)
{
    size_t i = (size_t)(o->by[k].of_owner && t->owner != NULL ? t->owner[row] : row);
    return sort_key(facts_load_cell(cols[k], o->by[k].width, i), o->by[k].type, o->by[k].desc);
}

static const char *name_of(const struct block *b, const struct expr_table *t, int row)
{
    const struct cells *c = b->cells[0];
    return c->names + c->name_at[t->owner != NULL ? t->owner[row] : row];
}

static int compare_names(const struct order *o, const char *x, const char *y)
{
    int64_t a, b;
    bool begins = true;
    do {
        a = o->name_order(&x, begins);
        b = o->name_order(&y, begins);
        begins = false;
    } while (a == b && a != 0);
    return o->by[o->by_name].desc ? (a < b) - (a > b) : (a > b) - (a < b);
}

static int compare(const struct order *o, const struct rank *a, const struct rank *b)
{
    for (int k = 0; k < o->n; k++) {
        int by_name = k == o->by_name ? compare_names(o, a->name, b->name) : 0;
        if (by_name != 0)
            return by_name;
        if (a->key[k] != b->key[k])
            return a->key[k] < b->key[k] ? -1 : 1;
    }
    return 0;
}

static void rank_fill(const struct order *o, const struct block *b, const void *const *cols, struct facts_at at,
                      struct rank *out)
{
    const struct expr_table *t = &b->tables[o->subject];
    for (int k = 0; k < o->n; k++)
        out->key[k] = row_key(o, cols, t, at.row, k);
    out->name = o->by_name == NOT_BY_NAME ? NULL : name_of(b, t, at.row);
    out->at = at;
}

/* ---- cursors ---- */
static const char *cursor_text(struct arena *a, const struct order *o, const struct rank *r)
{
    struct buf out = BUF(a);
    for (int k = 0; k < o->n; k++) {
        buf_puts(&out, k == 0 ? "" : ".");
        if (k != o->by_name)
            buf_int(&out, r->key[k]);
        for (const char *p = r->name; k == o->by_name && *p != '\0' && *p != '\t'; p++)
            buf_printf(&out, "%02x", (unsigned char)*p);
    }
    return buf_str(&out);
}

static const char *read_name(struct arena *a, const char **text)
{
    static const char digits[] = "0123456789abcdef";
    struct buf name = BUF(a);
    const char *high, *low, *p = *text;
    for (; *p != '\0' && p[1] != '\0' && (high = strchr(digits, *p)) && (low = strchr(digits, p[1])); p += 2)
        buf_putc(&name, (char)((high - digits) << 4 | (low - digits)));
    *text = p;
    return buf_str(&name);
}

static struct err *cursor_read(struct arena *a, const struct order *o, const char *text, struct rank *out)
{
    const char *p = text;
    out->name = NULL;
    for (int k = 0; k < o->n; k++) {
        char *end = NULL;
        const char *from = p;
        if (k == o->by_name) {
            out->name = read_name(a, &p);
            out->key[k] = out->key[k - 1];
        } else {
            out->key[k] = strtoll(p, &end, 10);
            p = end;
        }
        if ((p == from && k != o->by_name) || *p != (k == o->n - 1 ? '\0' : '.'))
            return err_say(ERR(a, ERR_INVALID, "not a cursor of this list: '%.60s'", text), "facts.cursor", NULL);
        p++;
    }
    return NULL;
}

static void rank_row(const struct order *o, const struct block *b, int block, int row, struct rank *out)
{
    const void *cols[KEYS];
    for (int k = 0; k < o->n; k++)
        cols[k] = o->by[k].column(b, o, k);
    rank_fill(o, b, cols, (struct facts_at){block, row}, out);
}

struct err *facts_cursor(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                         struct facts_at at, const char **out)
{
    struct order o;
    struct rank r;
    order_make(q, &o);
    rank_row(&o, root_block(root, layout_of(q->subject)->family, at.block), at.block, at.row, &r);
    *out = cursor_text(a, &o, &r);
    return NULL;
}

/* ---- the best few ---- */
struct lister { /* one worker */
    struct match_room room;
    struct rank *heap; /* the worst on top */
    int n;
    int64_t total, unknown;
};
struct listing {
    const struct facts_root *root;
    struct matcher matcher;
    struct order order;
    struct rank after;
    bool has_after, before;
    int keep; /* rows of the page and one more */
    struct lister *listers;
};

/* Is a worse than b, further from the cursor? */
static inline bool worse(const struct listing *l, const struct rank *a, const struct rank *b)
{
    int c = compare(&l->order, a, b);
    return l->before ? c < 0 : c > 0;
}

static void sift_down(const struct listing *l, struct lister *w)
{
    struct rank x = w->heap[0];
    int i = 0;
    for (int child; (child = 2 * i + 1) < w->n; i = child) {
        if (child + 1 < w->n && worse(l, &w->heap[child + 1], &w->heap[child]))
            child++;
        if (!worse(l, &w->heap[child], &x))
            break;
        w->heap[i] = w->heap[child];
    }
    w->heap[i] = x;
}

static void offer(const struct listing *l, struct lister *w, const struct rank *r)
{
    if (w->n == l->keep) {
        if (!worse(l, &w->heap[0], r))
            return;
        w->heap[0] = *r;
        sift_down(l, w);
        return;
    }
    int i = w->n++;
    for (int up; i > 0 && worse(l, r, &w->heap[up = (i - 1) / 2]); i = up)
        w->heap[i] = w->heap[up];
    w->heap[i] = *r;
}

static void consider(const struct listing *l, struct lister *w, const void *const *cols, const struct block *b,
                     int block, int row)
{
    struct rank r;
    rank_fill(&l->order, b, cols, (struct facts_at){block, row}, &r);
    if (l->has_after) {
        int c = compare(&l->order, &r, &l->after);
        if (l->before ? c >= 0 : c <= 0)
            return;
    }
    offer(l, w, &r);
}

/* Most rows cannot enter the page by their first key: they are left in one pass over the column. Owners come in order
 * of id, so where only the id follows a row with the same first key as the worst kept one comes too late. */
static void narrow_block(const struct listing *l, struct lister *w, const void *first, const struct expr_table *t)
{
    const struct order *o = &l->order;
    int64_t least = INT64_MIN, most = INT64_MAX;
    bool owners = t->owner == NULL;
    if (w->n == l->keep)
        *(l->before ? &least : &most) = w->heap[0].key[0] - (owners && !l->before && o->n == 2);
    if (l->has_after)
        *(l->before ? &most : &least) = l->after.key[0];
    if ((least == INT64_MIN && most == INT64_MAX) || (o->by[0].of_owner && !owners))
        return;
    struct window window = window_of(least, most, o->by[0].desc);
    narrow(o->by[0].type, first, t->n, &window, w->room.mask);
}

static void list_block(void *ctx, int worker, int block)
{
    struct listing *l = ctx;
    struct lister *w = &l->listers[worker];
    int n = match_block(&l->matcher, &w->room, block, &w->unknown);
    w->total += n;
    if (n == 0 || l->keep == 0)
        return;
    const struct block *b = root_block(l->root, l->matcher.family, block);
    const struct expr_table *t = &b->tables[l->matcher.subject];
    const void *cols[KEYS];
    for (int k = 0; k < l->order.n; k++)
        cols[k] = l->order.by[k].column(b, &l->order, k);
    narrow_block(l, w, cols[0], t);
    const uint8_t *mask = w->room.mask;
    int i = 0;
    for (; i + 8 <= t->n; i += 8) {
        uint64_t eight;
        memcpy(&eight, mask + i, 8);
        for (; eight != 0; eight &= eight - 1) /* each byte is 0 or 1 */
            consider(l, w, cols, b, block, i + __builtin_ctzll(eight) / 8);
    }
    for (; i < t->n; i++)
        if (mask[i])
            consider(l, w, cols, b, block, i);
}

/* ---- everyone in scope, in the roster's own order: nothing is judged and no column is read through ---- */
static bool in_order(const struct listing *l, const struct facts_select *q)
{
    const struct matcher *m = &l->matcher;
    const struct layout *owner = layout_of(m->owner_subject);
    bool usual = q->n_sort == 0 || (q->n_sort == 1 && q->sort[0].fact == FACTS_BY_ROSTER && !q->sort[0].desc);
    if (!usual || m->filter != NULL || m->has_needle || m->subject != m->owner_subject || owner->place_column < 0 ||
        (owner->seat >= 0 && owner->decl->facts[owner->seat].when != FACT_FIXED))
        return false;
    for (int i = 0; i < m->scope.n && !m->all_scope; i++)
        if (m->scope.ranges[i].from < 1 || (i > 0 && m->scope.ranges[i].from < m->scope.ranges[i - 1].to))
            return false; /* ranges that overlap would count somebody twice */
    return true;
}

/* The first of by_roster[from] .. [to - 1] that does not stand before the cursor, nor, on the way forth, at it. */
static int from_cursor(const struct listing *l, int block, const uint16_t *by_roster, int from, int to)
{
    const struct block *b = root_block(l->root, l->matcher.family, block);
    struct rank r;
    while (from < to) {
        int mid = (from + to) / 2;
        rank_row(&l->order, b, block, by_roster[mid], &r);
        int c = compare(&l->order, &r, &l->after);
        if (l->before ? c >= 0 : c > 0)
            to = mid;
        else
            from = mid + 1;
    }
    return from;
}

/* Rows by_roster[from] .. [to - 1], nearest to the cursor first, until the page can take no more. */
static void walk(const struct listing *l, struct lister *w, int block, const uint16_t *by_roster, int from, int to)
{
    const struct block *b = root_block(l->root, l->matcher.family, block);
    struct rank r;
    if (l->has_after)
        *(l->before ? &to : &from) = from_cursor(l, block, by_roster, from, to);
    for (int i = 0; i < to - from; i++) {
        int row = by_roster[l->before ? to - 1 - i : from + i];
        int64_t place = sort_key(b->cells[0]->place[row], EXPR_REF, false); /* decides for most blocks */
        if (w->n == l->keep && (l->before ? place < w->heap[0].key[0] : place > w->heap[0].key[0]))
            break;
        rank_row(&l->order, b, block, row, &r);
        if (w->n == l->keep && !worse(l, &w->heap[0], &r))
            break;
        offer(l, w, &r);
    }
}

static void list_in_order(const struct listing *l, struct lister *w, int block)
{
    const struct matcher *m = &l->matcher;
    struct cells *c = root_block(l->root, m->family, block)->cells[0];
    const uint16_t *by_roster = cells_by_roster(c, layout_of(m->subject));
    for (int i = 0; i < (m->all_scope ? 1 : m->scope.n); i++) {
        int from = m->all_scope ? 0 : cells_place_from(c, by_roster, m->scope.ranges[i].from);
        int to = m->all_scope ? c->n : cells_place_from(c, by_roster, m->scope.ranges[i].to);
        w->total += to - from;
        walk(l, w, block, by_roster, from, to);
    }
}

static int by_rank(const void *a, const void *b, void *ctx)
{
    const struct listing *l = ctx;
    int c = compare(&l->order, a, b);
    return l->before ? -c : c;
}

static void page_of(const struct listing *l, struct arena *a, const struct rank *ranks, int n, struct facts_page *out)
{
    int subject = l->matcher.subject;
    out->rows = arena_array(a, struct facts_hit, n + 1);
    out->cursors = arena_array(a, const char *, n + 1);
    out->n = n;
    for (int i = 0; i < n; i++) {
        const struct rank *r = &ranks[l->before ? n - 1 - i : i];
        out->rows[i] =
            (struct facts_hit){facts_id(l->root, subject, r->at), facts_owner_id(l->root, subject, r->at), r->at};
        out->cursors[i] = cursor_text(a, &l->order, r);
    }
}

struct err *facts_list(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                       struct facts_page *out)
{
    struct listing l = {.root = root, .before = q->before, .has_after = q->after != NULL, .keep = q->limit + 1};
    order_make(q, &l.order);
    matcher_make(a, root, q, &l.matcher);
    if (l.has_after)
        TRY(cursor_read(a, &l.order, q->after, &l.after));
    int workers = facts_workers(), n = 0;
    l.listers = arena_array(a, struct lister, workers);
    for (int w = 0; w < workers; w++)
        l.listers[w].heap = arena_room(a, sizeof(struct rank) * (size_t)l.keep);
    bool ordered = in_order(&l, q);
    for (int b = 0; ordered && b < root->sides[l.matcher.family].n; b++)
        list_in_order(&l, &l.listers[0], b);
    if (!ordered)
        facts_parallel(root->sides[l.matcher.family].n, list_block, &l);
    struct rank *all = arena_room(a, sizeof *all * (size_t)(workers * l.keep));
    *out = (struct facts_page){0};
    for (int w = 0; w < workers; w++) {
        memcpy(all + n, l.listers[w].heap, sizeof *all * (size_t)l.listers[w].n);
        n += l.listers[w].n;
        out->total += l.listers[w].total;
        out->unknown += l.listers[w].unknown;
        match_room_end(&l.listers[w].room);
    }
    qsort_r(all, (size_t)n, sizeof *all, by_rank, &l);
    out->more = n > q->limit;
    page_of(&l, a, all, n > q->limit ? q->limit : n, out);
    return NULL;
}

/* ---- the place of one row ---- */
struct placing {
    const struct facts_root *root;
    struct matcher matcher;
    struct order order;
    struct rank of;
    struct placer { /* one worker */
        struct match_room room;
        int64_t before;
        bool met; /* the row itself */
    } * placers;
};

static bool stands_before(const struct placing *l, const void *const *cols, const struct block *b, int row)
{
    const struct expr_table *t = &b->tables[l->matcher.subject];
    for (int k = 0; k < l->order.n; k++) {
        int by_name = k == l->order.by_name ? compare_names(&l->order, name_of(b, t, row), l->of.name) : 0;
        if (by_name != 0)
            return by_name < 0;
        int64_t key = row_key(&l->order, cols, t, row, k);
        if (key != l->of.key[k])
            return key < l->of.key[k];
    }
    return false;
}

static void place_block(void *ctx, int worker, int block)
{
    struct placing *l = ctx;
    struct placer *w = &l->placers[worker];
    int64_t unknown = 0;
    if (match_block(&l->matcher, &w->room, block, &unknown) == 0)
        return;
    const struct block *b = root_block(l->root, l->matcher.family, block);
    const struct expr_table *t = &b->tables[l->matcher.subject];
    const void *cols[KEYS];
    for (int k = 0; k < l->order.n; k++)
        cols[k] = l->order.by[k].column(b, &l->order, k);
    for (int i = 0; i < t->n; i++)
        if (w->room.mask[i])
            w->before += stands_before(l, cols, b, i);
    if (block == l->of.at.block)
        w->met = w->room.mask[l->of.at.row];
}

int64_t facts_position(const struct facts_root *root, struct arena *a, const struct facts_select *q, struct facts_at at)
{
    struct placing l = {.root = root};
    order_make(q, &l.order);
    matcher_make(a, root, q, &l.matcher);
    rank_row(&l.order, root_block(root, l.matcher.family, at.block), at.block, at.row, &l.of);
    int workers = facts_workers();
    int64_t before = 0;
    bool met = false;
    l.placers = arena_array(a, struct placer, workers);
    facts_parallel(root->sides[l.matcher.family].n, place_block, &l);
    for (int w = 0; w < workers; w++) {
        before += l.placers[w].before;
        met = met || l.placers[w].met;
        match_room_end(&l.placers[w].room);
    }
    return met ? before + 1 : 0;
}
