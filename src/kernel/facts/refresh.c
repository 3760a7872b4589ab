/* refresh.c: from the change feed to a new root. Who is touched: the owner a changed row belongs to, before and after;
 * whoever links to a touched owner; everyone, when what all look up changed or the day turned. Touched owners are read
 * from the database, all other rows are copied from the blocks they stand in. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "facts/inner.h"
#include "record/log.h"

enum { SINGLY = 24, LINKED_MOST = 2000 };

struct id {
    int64_t id;
    bool fresh; /* read anew; else only what looks at others is */
};
struct ids {
    VEC(struct id) v;
};
struct blocks {
    VEC(struct block *) v;
};
struct moved { /* the order of a unit before and after */
    int64_t from, to;
};
struct refresh {
    struct facts *f;
    struct db_tx *tx;
    struct arena *arena;
    const struct facts_root *old;
    struct facts_root *root;
    struct ids touched[FAMILIES_MOST];
    struct deltas deltas;
    VEC(struct moved) moved;    /* by from */
    bool all;                   /* everything is computed anew */
    bool refill[FAMILIES_MOST]; /* sum tables of the family */
};

/* ---- whom the feed touches ---- */
static void touch(struct refresh *r, int family, int64_t id, bool fresh)
{
    if (id > 0)
        *VEC_PUSH(&r->touched[family].v, r->arena) = (struct id){id, fresh};
}

/* A reference in the state kept in a revision: one flat object of texts, where a quote inside a value is escaped, so
 * that `"key":"` can only be the key. */
static int64_t ref_in(const char *body, const char *key)
{
    size_t n = strlen(key);
    for (const char *p = body; p != NULL && (p = strstr(p, key)) != NULL; p += n)
        if (p > body + 1 && p[-1] == '"' && (p[-2] == '{' || p[-2] == ',') && strncmp(p + n, "\":\"", 3) == 0)
            return strtoll(p + n + 3, NULL, 10);
    return 0;
}

/* Erased content leaves no revision to tell by whom it was held: the erasure does. */
static void on_erasure(struct refresh *r, const char *body)
{
    const char *record = strstr(body, "\"record\":\"");
    record = record == NULL ? "" : record + strlen("\"record\":\"");
    for (int i = 0; i < facts_the_world.n_subjects; i++) {
        const struct layout *l = layout_of(i);
        size_t n = strlen(l->rec == NULL ? "" : l->rec->name);
        if (n > 0 && strncmp(record, l->rec->name, n) == 0 && record[n] == '"')
            touch(r, l->family, ref_in(body, l->decl->owner == NULL ? "row" : "owner"), true);
    }
}

static struct err *on_entry(void *ctx, const struct feed_entry *e)
{
    struct refresh *r = ctx;
    if (e->rec == &erasure_record)
        on_erasure(r, e->body);
    for (int i = 0; e->rec != NULL && i < facts_the_world.n_subjects; i++) {
        const struct layout *l = layout_of(i);
        if (l->rec != e->rec)
            continue;
        if (l->decl->owner == NULL) {
            touch(r, l->family, e->row, true);
            continue;
        }
        int64_t before = ref_in(e->before, l->decl->key), after = ref_in(e->body, l->decl->key);
        touch(r, l->family, before, true);
        if (after != before)
            touch(r, l->family, after, true);
    }
    return NULL;
}

static int by_id(const void *a, const void *b)
{
    const struct id *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (int)y->fresh - (int)x->fresh;
}

static void sort_ids(struct ids *t)
{
    if (t->v.n == 0)
        return;
    qsort(t->v.p, t->v.n, sizeof *t->v.p, by_id);
    size_t n = 1;
    for (size_t i = 1; i < t->v.n; i++)
        if (t->v.p[i].id != t->v.p[n - 1].id)
            t->v.p[n++] = t->v.p[i];
    t->v.n = n;
}

/* Adds the owners whose rows link to a touched one. */
static struct err *touch_linked(struct refresh *r, int family)
{
    const struct family *fam = &facts_the_world.families[family];
    struct ids *t = &r->touched[family];
    size_t n = t->v.n;
    if (!fam->has_linked)
        return NULL;
    if (n > LINKED_MOST) {
        r->all = true;
        return NULL;
    }
    for (int k = 0; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        for (size_t i = 0; l->linked_by != NULL && i < n; i++) {
            db_rows_scope struct db_rows rows = {0};
            struct db_val args[] = {db_int(t->v.p[i].id)};
            TRY(db_query(r->tx, l->linked_by, args, 1, &rows));
            for (bool more = true;;) {
                TRY(db_next(&rows, &more));
                if (!more)
                    break;
                touch(r, family, db_col_int(&rows, 0), false);
            }
        }
    }
    sort_ids(t);
    return NULL;
}

/* ---- blocks ---- */
struct piece { /* owners of one old block: untouched runs and fresh ones */
    VEC(struct run) runs;
    VEC(struct block *) fresh; /* to be dropped */
    VEC(int64_t) due;          /* ids whose linked facts are due */
    int owners;
};

static struct err *read_fresh(struct refresh *r, int family, const struct id *ids, int n, struct stage *s)
{
    stage_begin(s, family);
    struct err *e = NULL;
    if (n > SINGLY) {
        e = stage_read(s, r->tx, ids[0].id, ids[n - 1].id);
    } else {
        for (int i = 0; i < n && e == NULL; i++)
            if (ids[i].fresh)
                e = stage_read(s, r->tx, ids[i].id, ids[i].id);
    }
    stage_sort(s);
    return e;
}

static void add_run(struct refresh *r, struct piece *p, struct run run)
{
    struct run *last = p->runs.n > 0 ? &p->runs.p[p->runs.n - 1] : NULL;
    p->owners += run.to - run.from;
    if (last != NULL && last->from_block == run.from_block && last->to == run.from && last->fresh == run.fresh)
        last->to = run.to;
    else
        *VEC_PUSH(&p->runs, r->arena) = run;
}

static bool is_touched(const struct id *ids, int n, int64_t id)
{
    for (int lo = 0, hi = n; lo < hi;) {
        int mid = (lo + hi) / 2;
        if (ids[mid].id == id)
            return ids[mid].fresh;
        if (ids[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

/* The owners of an old block (or none) and those staged, in order of id; whoever is touched comes from the stage. A
 * range read as a whole replaces everyone in it. */
static void merge(struct refresh *r, struct block *old, const struct id *ids, int n, const struct stage *s,
                  struct piece *p)
{
    int staged = s->rows[0].n, owners = old == NULL ? 0 : block_owners(old), in_fresh = EXPR_BLOCK, at = 0;
    bool whole = n > SINGLY;
    struct block *fresh = NULL;
    for (int i = 0; i < owners || at < staged;) {
        int64_t id = i < owners ? old->cells[0]->ids[i] : INT64_MAX;
        int64_t next = at < staged ? stage_row(&s->rows[0], at)->id : INT64_MAX;
        if (next <= id) {
            if (in_fresh == EXPR_BLOCK) { /* staged owners become blocks of their own first */
                int to = at + EXPR_BLOCK < staged ? at + EXPR_BLOCK : staged;
                fresh = stage_block(s, at, to);
                run_fixed(r->f, r->root, fresh, 0, to - at);
                *VEC_PUSH(&p->fresh, r->arena) = fresh;
                in_fresh = 0;
            }
            add_run(r, p, (struct run){fresh, in_fresh, in_fresh + 1, true});
            *VEC_PUSH(&p->due, r->arena) = next;
            in_fresh++;
            at++;
            i += next == id;
            continue;
        }
        if (!is_touched(ids, n, id) && !(whole && id >= ids[0].id && id <= ids[n - 1].id))
            add_run(r, p, (struct run){old, i, i + 1, false});
        i++;
    }
    for (int i = 0; i < n; i++)
        if (!ids[i].fresh)
            *VEC_PUSH(&p->due, r->arena) = ids[i].id;
}

/* Cuts the runs of a piece into blocks. Owners appended to a full block leave it full; else the blocks share evenly. */
static void cut(struct refresh *r, int family, const struct piece *p, bool appended, struct blocks *out)
{
    int n_blocks = (p->owners + EXPR_BLOCK - 1) / EXPR_BLOCK;
    int share = n_blocks == 0 ? 0 : appended ? EXPR_BLOCK : (p->owners + n_blocks - 1) / n_blocks;
    size_t at = 0;
    int used = 0;
    for (int b = 0; b < n_blocks; b++) {
        VEC(struct run) runs = {0};
        for (int left = share; left > 0 && at < p->runs.n;) {
            struct run run = p->runs.p[at];
            run.from += used;
            if (run.to - run.from > left)
                run.to = run.from + left;
            *VEC_PUSH(&runs, r->arena) = run;
            left -= run.to - run.from;
            used += run.to - run.from;
            if (p->runs.p[at].from + used == p->runs.p[at].to) {
                at++;
                used = 0;
            }
        }
        struct block *made = block_compose(family, runs.p, (int)runs.n);
        int row = 0;
        for (size_t i = 0; i < runs.n; i++) {
            int len = runs.p[i].to - runs.p[i].from;
            if (runs.p[i].fresh)
                run_of_day(r->f, r->root, made, row, row + len, r->root->day, NULL);
            row += len;
        }
        *VEC_PUSH(&out->v, r->arena) = made;
    }
}

static bool same_columns(const struct layout *l, const struct block *a, int i, const struct block *b, int j)
{
    const struct cells *x = a->cells[0], *y = b->cells[0];
    for (int k = 0; k < l->n_facts; k++)
        if (x->cols[k] != NULL &&
            facts_load_cell(x->cols[k], l->width[k], (size_t)i) != facts_load_cell(y->cols[k], l->width[k], (size_t)j))
            return false;
    return (x->place == NULL || x->place[i] == y->place[j]) &&
           (x->place_to == NULL || x->place_to[i] == y->place_to[j]);
}

/* Did a touched owner of a looked-up family disappear or change what others may look up? A new one is looked up by
 * nobody yet, unless rows are left out until a field is filled. */
static bool looked_up_changed(const struct refresh *r, int family)
{
    const struct layout *l = layout_of(facts_the_world.families[family].owner);
    const struct ids *t = &r->touched[family];
    for (size_t i = 0; i < t->v.n; i++) {
        struct facts_at a, b;
        bool was = root_find(r->old, family, t->v.p[i].id, &a), is = root_find(r->root, family, t->v.p[i].id, &b);
        if (!was && is && l->decl->only != NULL)
            return true;
        if (was && (!is || !same_columns(l, root_block(r->old, family, a.block), a.row,
                                         root_block(r->root, family, b.block), b.row)))
            return true;
    }
    return false;
}

static struct err *rebuild_block(struct refresh *r, int family, int block, const struct id *ids, int n,
                                 struct blocks *out, struct ids *due)
{
    const struct side *side = &r->root->sides[family];
    struct block *old = side->n == 0 ? NULL : side->blocks[block];
    struct stage s;
    struct piece p = {0};
    struct err *e = read_fresh(r, family, ids, n, &s);
    if (e == NULL) {
        merge(r, old, ids, n, &s, &p);
        bool appended = old == NULL || (block == side->n - 1 && ids[n - 1].id > block_last_id(old));
        cut(r, family, &p, appended, out);
    }
    stage_end(&s);
    for (size_t i = 0; i < p.fresh.n; i++)
        block_drop(p.fresh.p[i]);
    for (size_t i = 0; i < p.due.n; i++)
        *VEC_PUSH(&due->v, r->arena) = (struct id){p.due.p[i], false};
    return e;
}

static void count_touched(struct refresh *r, const struct facts_root *root, int family, const struct ids *due, int sign)
{
    for (size_t i = 0; i < due->v.n; i++) {
        struct facts_at at;
        if (root_find(root, family, due->v.p[i].id, &at))
            sums_delta(&r->deltas, r->arena, root_block(root, family, at.block), at.row, at.row + 1, sign);
    }
}

/* Linked facts of the owners named, and what they count for. */
static void finish_family(struct refresh *r, int family, struct ids *due)
{
    for (size_t i = 0; i < due->v.n; i++) {
        struct facts_at at;
        if (root_find(r->root, family, due->v.p[i].id, &at))
            run_linked(r->f, r->root, root_block(r->root, family, at.block), at.row, at.row + 1, r->root->day, NULL);
    }
    struct ids both = {0};
    for (size_t i = 0; i < due->v.n; i++)
        *VEC_PUSH(&both.v, r->arena) = due->v.p[i];
    for (size_t i = 0; i < r->touched[family].v.n; i++)
        *VEC_PUSH(&both.v, r->arena) = (struct id){r->touched[family].v.p[i].id, false};
    sort_ids(&both);
    count_touched(r, r->old, family, &both, -1);
    count_touched(r, r->root, family, &both, 1);
}

static struct err *rebuild_family(struct refresh *r, int family, struct ids *due)
{
    const struct ids *t = &r->touched[family];
    const struct side *side = &r->root->sides[family];
    struct blocks out = {0};
    struct err *e = NULL;
    size_t at = 0;
    for (int b = 0; b < (side->n == 0 ? 1 : side->n); b++) {
        size_t from = at;
        bool last = b >= side->n - 1;
        while (at < t->v.n && (last || t->v.p[at].id < side->first_ids[b + 1]))
            at++;
        if (at > from && e == NULL)
            e = rebuild_block(r, family, b, t->v.p + from, (int)(at - from), &out, due);
        else if (side->n > 0)
            *VEC_PUSH(&out.v, r->arena) = block_keep(side->blocks[b]);
    }
    struct block **blocks = facts_get(sizeof *blocks * (out.v.n + 1));
    if (out.v.n > 0)
        memcpy(blocks, out.v.p, sizeof *blocks * out.v.n);
    root_set_blocks(r->root, family, blocks, (int)out.v.n);
    return e;
}

/* ---- when units move ---- */
static int by_from(const void *a, const void *b)
{
    const struct moved *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* The order of units below a moved one changes without revisions: the whole tree is read again. */
static struct err *reread_tree(struct refresh *r, int family)
{
    struct stage s;
    stage_begin(&s, family);
    struct err *e = stage_read(&s, r->tx, 0, INT64_MAX);
    stage_sort(&s);
    int owners = s.rows[0].n, n = e != NULL ? 0 : (owners + EXPR_BLOCK - 1) / EXPR_BLOCK;
    struct block **blocks = facts_get(sizeof *blocks * (size_t)(n + 1));
    for (int i = 0; i < n; i++) {
        int to = (i + 1) * EXPR_BLOCK;
        blocks[i] = stage_block(&s, i * EXPR_BLOCK, to < owners ? to : owners);
    }
    stage_end(&s);
    root_set_blocks(r->root, family, blocks, n);
    for (int b = 0; b < r->old->sides[family].n; b++) {
        const struct cells *c = r->old->sides[family].blocks[b]->cells[0];
        for (int i = 0; i < c->n; i++) {
            struct facts_at at;
            if (!root_find(r->root, family, c->ids[i], &at))
                continue;
            int64_t to = root_block(r->root, family, at.block)->cells[0]->place[at.row];
            if (to != c->place[i])
                *VEC_PUSH(&r->moved, r->arena) = (struct moved){c->place[i], to};
        }
    }
    if (r->moved.n > 0)
        qsort(r->moved.p, r->moved.n, sizeof *r->moved.p, by_from);
    r->all = true;
    return e;
}

static const struct moved *moved_from(const struct refresh *r, int64_t place)
{
    struct moved key = {place, 0};
    return r->moved.n == 0 ? NULL : bsearch(&key, r->moved.p, r->moved.n, sizeof key, by_from);
}

/* Whoever belongs to a unit that moved moves with it. */
static void follow(struct refresh *r, int family)
{
    struct side *s = &r->root->sides[family];
    for (int b = 0; b < s->n; b++) {
        struct block *block = s->blocks[b], *own = NULL;
        for (int i = 0; block->cells[0]->place != NULL && i < block_owners(block); i++) {
            const struct moved *m = moved_from(r, block->cells[0]->place[i]);
            if (m == NULL)
                continue;
            if (own == NULL) {
                struct run whole = {block, 0, block_owners(block), false};
                own = block_compose(family, &whole, 1);
            }
            own->cells[0]->place[i] = m->to;
        }
        if (own != NULL) {
            block_drop(block);
            s->blocks[b] = own;
        }
    }
}

/* A moved unit has another place than before. */
static bool tree_moved(const struct refresh *r, int family)
{
    for (size_t i = 0; i < r->touched[family].v.n; i++) {
        struct facts_at a, b;
        int64_t id = r->touched[family].v.p[i].id;
        if (root_find(r->old, family, id, &a) && root_find(r->root, family, id, &b) &&
            root_block(r->old, family, a.block)->cells[0]->place[a.row] !=
                root_block(r->root, family, b.block)->cells[0]->place[b.row])
            return true;
    }
    return false;
}

static struct err *refresh_family(struct refresh *r, int family)
{
    const struct family *fam = &facts_the_world.families[family];
    bool tree = layout_of(fam->owner)->rec->tree != NULL;
    if (!tree && r->moved.n > 0)
        follow(r, family);
    sort_ids(&r->touched[family]);
    if (r->touched[family].v.n == 0)
        return NULL;
    struct ids due = {0};
    TRY(touch_linked(r, family));
    TRY(rebuild_family(r, family, &due));
    r->refill[family] = true;
    if (tree && tree_moved(r, family))
        return reread_tree(r, family);
    finish_family(r, family, &due);
    if (fam->looked_up && looked_up_changed(r, family))
        r->all = true;
    return NULL;
}

/* ---- the whole ---- */
static bool untouched(const struct refresh *r)
{
    for (int i = 0; i < facts_the_world.n_families; i++)
        if (r->touched[i].v.n > 0)
            return false;
    return !r->all;
}

static struct err *refreshed(struct refresh *r)
{
    for (int i = 0; i < facts_the_world.n_families; i++)
        TRY(refresh_family(r, i));
    if (r->all || r->root->day.v != r->old->day.v) {
        root_derive(r->root, r->all);
        return NULL;
    }
    sums_apply(r->root, &r->deltas);
    for (int i = 0; i < facts_the_world.n_families; i++)
        for (int b = 0; r->refill[i] && b < r->root->sides[i].n; b++)
            sums_fill_block(r->root, i, b);
    return NULL;
}

static struct facts_root *current(struct facts *f)
{
    pthread_mutex_lock(&f->lock);
    struct facts_root *r = f->root;
    if (r != NULL)
        atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    pthread_mutex_unlock(&f->lock);
    return r;
}

/* Under f->refreshing. */
struct err *facts_refresh(struct facts *f, struct db_tx *tx, int64_t seq, struct date day)
{
    arena_scope struct arena *a = arena_new();
    struct facts_root *now = current(f);
    const struct facts_root *old facts_scope = now;
    struct refresh r = {.f = f, .tx = tx, .arena = a, .old = old};
    TRY(change_feed(tx, facts_seq(old), on_entry, &r));
    r.all = atomic_exchange(&f->stale, false);
    if (untouched(&r) && old->day.v == day.v) { /* log rows and the like: nothing that stands in columns */
        atomic_store(&now->seq, seq);
        return NULL;
    }
    r.root = root_copy(old);
    r.root->version = seq;
    atomic_store(&r.root->seq, seq);
    r.root->day = day;
    struct err *e = refreshed(&r);
    if (e != NULL) {
        if (r.all)
            atomic_store(&f->stale, true);
        facts_end(r.root);
        return err_via(e, ERR_HERE);
    }
    bool heavy = r.all || old->day.v != day.v;
    pthread_mutex_lock(&f->lock);
    struct facts_root *gone = f->root;
    f->root = r.root;
    pthread_mutex_unlock(&f->lock);
    facts_end(gone);
    if (heavy)
        malloc_trim(0);
    return NULL;
}

static bool up_to_date(const struct facts *f, const struct facts_root *r, int64_t seq, struct date day)
{
    return r->version <= seq && seq <= facts_seq(r) && r->day.v == day.v && !atomic_load(&f->stale);
}

/* seq: the newest place this transaction sees. */
static struct err *catch_up(struct facts *f, struct db_tx *tx, int64_t seq)
{
    const struct facts_root *r facts_scope = current(f);
    if (seq < r->version) { /* the transaction began before somebody else's refresh */
        struct db *db = tx->db;
        struct arena *a = tx->arena;
        db_end(tx);
        TRY(db_begin_read(db, a, tx));
        TRY(change_last(tx, &seq));
    }
    struct date today = clock_today();
    return up_to_date(f, r, seq, today) ? NULL : facts_refresh(f, tx, seq, today);
}

/* What was committed before this write transaction, read through another connection. */
static struct err *read_beside(struct facts *f, struct db_tx *tx, const struct facts_root **out)
{
    struct db *db;
    TRY(db_take(db_pool_of(tx->db), tx->arena, &db));
    struct db_tx beside = {0};
    struct err *e = db_begin_read(db, tx->arena, &beside);
    if (e == NULL)
        e = facts_read(f, &beside, out);
    db_end(&beside);
    db_give(db);
    return e;
}

struct err *facts_read(struct facts *f, struct db_tx *tx, const struct facts_root **out)
{
    if (!facts_ready(f))
        return err_say(ERR(tx->arena, ERR_BUSY, "columns are still loading, %d %%", facts_progress(f)), "facts.loading",
                       "percent", arena_printf(tx->arena, "%d", facts_progress(f)), NULL);
    if (tx->write)
        return read_beside(f, tx, out);
    int64_t seq;
    TRY(change_last(tx, &seq));
    struct facts_root *r = current(f);
    if (!up_to_date(f, r, seq, clock_today())) {
        facts_end(r);
        pthread_mutex_lock(&f->refreshing);
        struct err *e = catch_up(f, tx, seq);
        r = current(f);
        pthread_mutex_unlock(&f->refreshing);
        if (e != NULL) {
            facts_end(r);
            return err_via(e, ERR_HERE);
        }
    }
    *out = r;
    return NULL;
}
