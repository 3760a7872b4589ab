/* inner.h: what the files of this folder share.
 *
 * world.c     declarations -> layouts of columns, SQL texts
 * stage.c     database rows -> packed rows in memory, sorted by owner
 * block.c     packed rows or older blocks -> blocks; references
 * span.c      what hooks see; running them
 * sum.c       counting rows into sums
 * counted.c   sums of one owner on other days
 * root.c      the root: finding rows, values, another day
 * load.c      the first load, in background threads
 * refresh.c   the change feed -> touched blocks -> a new root
 * parallel.c  helper threads
 * match.c     which rows of a block match; judging many conditions
 * ahead.c     on which coming day a condition becomes true
 * list.c      lists
 * order.c     owners of a block in the roster's own order
 * count.c     counts for charts
 * names.c     search by name and initials */
#ifndef QF_FACTS_INNER_H
#define QF_FACTS_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/vec.h"
#include "facts/facts.h"
#include "record/codes.h"

enum {
    SUBJECTS_MOST = 40,
    FAMILIES_MOST = 8,
    FACTS_MOST = 80,
    READS_MOST = 16,
    CHUNK = 16 * EXPR_BLOCK /* owners staged at once while loading */
};

/* ---- world.c ---- */
struct layout {
    const struct facts_subject *decl;
    const struct record *rec; /* NULL for a sum */
    int subject, family, slot;
    int n_facts, n_fixed;
    int8_t width[FACTS_MOST];
    int16_t column[FACTS_MOST]; /* of the SELECT, -1: computed */
    uint16_t at[FACTS_MOST];    /* of a fixed fact in a packed row */
    size_t packed;              /* bytes of a packed row's values */
    const struct code_list *codes[FACTS_MOST];
    int n_reads;
    int16_t reads[READS_MOST];                                               /* columns of the SELECT */
    int owner_column, place_column, place_to_column, name_column;            /* -1: none */
    int order, seat, link;                                                   /* facts, -1: none */
    const char *select;                                                      /* rows of owners ?1 .. ?2 */
    const char *linked_by;                                                   /* owners whose row links to ?1 */
    int base, base_by, count_of, count_when, count_owner, count_by, counted; /* a sum: subjects and facts */
};
struct family {
    int owner; /* subject */
    int n;     /* slots; slot 0 is the owner */
    int subject[SUBJECTS_MOST];
    const char *bounds; /* count, least and greatest id */
    bool looked_up, has_fixed, has_linked;
};
struct world {
    struct expr_world expr;
    int n_subjects, n_families;
    struct layout *layouts[SUBJECTS_MOST];
    struct family families[FAMILIES_MOST];
};
extern struct world facts_the_world;
struct err *facts_made(struct arena *a) MUST_USE; /* the world stands */
static inline struct layout *layout_of(int subject)
{
    return facts_the_world.layouts[subject];
}
static inline bool is_sum(const struct layout *l)
{
    return l->rec == NULL;
}
static inline int64_t facts_load_cell(const void *col, int width, size_t i)
{
    switch (width) {
    case 1: return ((const int8_t *)col)[i];
    case 2: return ((const int16_t *)col)[i];
    case 4: return ((const int32_t *)col)[i];
    default: return ((const int64_t *)col)[i];
    }
}
void facts_store_cell(void *col, int width, size_t i, int64_t v);

/* ---- block.c ---- */
/* The fixed columns of one subject in one block; never changed once the block is published. */
struct cells {
    atomic_int refs;
    int n, n_first; /* n_first: owners + 1, or 0 */
    size_t bytes;
    int64_t *ids, *place, *place_to, *name_key; /* name_key: the first number of its name's order */
    int16_t *owner;                             /* within the block */
    int32_t *first;
    uint32_t *name_at; /* n + 1 */
    char *names;
    _Atomic(uint16_t *) by_roster; /* order.c; NULL: nobody asked yet */
    void *cols[];                  /* [fact]; NULL for one of day */
};
struct block {
    atomic_int refs;
    int family, n_slots;
    size_t bytes;
    struct expr_block expr;
    struct cells **cells;      /* [slot] */
    struct expr_table *tables; /* [subject] */
    void **cols;               /* of-day and fixed columns of every slot, one after the other; what tables point to */
};
struct run { /* owners from .. to - 1 of a block */
    struct block *from_block;
    int from, to;
    bool fresh; /* of-day facts are not there yet */
};
struct cells *cells_new(const struct layout *l, int n, int n_owners, size_t name_bytes);
struct cells *cells_keep(struct cells *c);
void cells_drop(struct cells *c);
/* Takes over one reference of each cells[slot]; of-day columns are uninitialised. */
struct block *block_new(int family, struct cells *const *cells);
struct block *block_keep(struct block *b);
void block_drop(struct block *b);
/* A block of the owners of the runs, sums left empty; of-day columns of runs that are not fresh are copied. */
struct block *block_compose(int family, const struct run *runs, int n_runs);
/* The same rows, of-day columns uninitialised. own_fixed: fixed columns are copied so that hooks may write them. */
struct block *block_again(const struct block *b, bool own_fixed);
/* The same rows and of-day columns with other cells in a slot (taken over). */
struct block *block_with(const struct block *b, int slot, struct cells *c);
static inline int block_owners(const struct block *b)
{
    return b->cells[0]->n;
}
static inline int64_t block_first_id(const struct block *b)
{
    return b->cells[0]->ids[0];
}
static inline int64_t block_last_id(const struct block *b)
{
    return b->cells[0]->ids[b->cells[0]->n - 1];
}
int block_find(const struct block *b, int64_t id); /* row of an owner, -1 */
size_t block_bytes(const struct block *b);         /* with its cells */

/* ---- stage.c ---- */
struct packed {
    int64_t id, owner, place, place_to;
    const char *name, *initials;
    char v[];
};
struct packed_rows {
    char *p;
    size_t size; /* of one */
    int n, cap;
    int *sorted; /* positions by owner, order, id */
    int *first;  /* [owner]: into sorted; owners + 1 */
    int sorted_cap, first_cap;
};
enum { CODE_CACHE = 64 };
struct code_cache {
    uint64_t key[CODE_CACHE];
    int16_t pos[CODE_CACHE];
};
struct stage {
    int family;
    struct arena *names;
    struct packed_rows rows[SUBJECTS_MOST];  /* [slot] */
    struct code_cache *cache[SUBJECTS_MOST]; /* [slot][fact] */
    int64_t read;                            /* database rows so far */
};
struct facts_row {
    const struct db_rows *rows;
    const struct layout *l;
    char *v;
};
void stage_begin(struct stage *s, int family);
void stage_clear(struct stage *s);
void stage_end(struct stage *s);
/* Adds the owners with lo <= id <= hi and their rows. */
struct err *stage_read(struct stage *s, struct db_tx *tx, int64_t lo, int64_t hi) MUST_USE;
void stage_sort(struct stage *s);
static inline struct packed *stage_row(const struct packed_rows *r, int i)
{
    return (struct packed *)(r->p + r->size * (size_t)r->sorted[i]);
}
/* A block of the staged owners from .. to - 1 (sorted), without of-day facts and sums. */
struct block *stage_block(const struct stage *s, int from, int to);

/* ---- root ---- */
struct idmap { /* id - least -> block << 10 | row, -1 */
    atomic_int refs;
    int64_t least;
    int n;
    int32_t at[];
};
struct side { /* one family */
    int n;
    struct block **blocks;
    int64_t *first_ids;          /* [block] */
    int64_t rows[SUBJECTS_MOST]; /* [slot] */
    struct idmap *map;           /* looked-up families, when ids are dense */
};
struct tally { /* counts of a sum, by key */
    atomic_int refs;
    int n;
    struct tally_entry {
        int64_t key;
        int32_t n;
    } p[];
};
struct facts_root {
    atomic_int refs;
    struct facts *f;
    int64_t version;  /* place at which its content came to be */
    atomic_llong seq; /* nothing that stands in columns was written between version and this place */
    struct date day;
    struct side sides[FAMILIES_MOST];
    struct tally *tallies[SUBJECTS_MOST]; /* [subject] of sums */
};
struct facts_inner {
    const struct facts *f;
    const struct facts_root *root; /* other families, and for `linked` the other owners */
    struct block *block;
    struct arena *alone; /* of-day facts of other owners are computed when asked for */
    struct block *other; /* the last one computed so: hooks ask for several facts of one owner */
    int64_t other_id;
};
struct facts {
    struct db_pool *pool;
    facts_param_fn *param;
    const void *param_ctx;
    int threads;
    pthread_mutex_t lock; /* of root, load_error */
    pthread_cond_t loaded;
    struct facts_root *root;
    pthread_mutex_t refreshing;
    atomic_bool stale, closing, ready, failed;
    atomic_llong owners_due, owners_done;
    pthread_t loader;
    enum err_kind error_kind;
    char error[400];
};

struct facts_root *root_new(struct facts *f, int64_t seq, struct date day);
struct facts_root *root_copy(const struct facts_root *r); /* shares every block */
/* Takes over one reference of each block. */
void root_set_blocks(struct facts_root *r, int family, struct block **blocks, int n);
bool root_find(const struct facts_root *r, int family, int64_t id, struct facts_at *out);
int root_block_for(const struct side *s, int64_t id); /* the block whose range an id falls into; 0 when none */
static inline struct block *root_block(const struct facts_root *r, int family, int block)
{
    return r->sides[family].blocks[block];
}

/* ---- span.c ---- */
void run_fixed(struct facts *f, const struct facts_root *root, struct block *b, int from, int to);
void run_of_day(struct facts *f, const struct facts_root *root, struct block *b, int from, int to, struct date day,
                struct arena *alone);
void run_linked(struct facts *f, const struct facts_root *root, struct block *b, int from, int to, struct date day,
                struct arena *alone);
void run_sums(struct facts *f, const struct facts_root *root, struct block *b, struct date day);
/* Every of-day fact of every block anew for root->day; fixed ones too when `all`. */
void root_derive(struct facts_root *r, bool all);
void root_link_all(struct facts_root *r, int family);

/* ---- sum.c ---- */
struct tally *tally_keep(struct tally *t);
void tally_drop(struct tally *t);
/* The key a row counts for, 0 when it counts for none. */
int64_t sum_key(const struct expr_table *t, const struct layout *sum, int row);
/* The block of one owner with the sum's table filled from numbers by code. */
struct block *sum_of_one(const struct block *b, const struct layout *sum, const int n[256]);
void sums_count(struct facts_root *r); /* every tally from the blocks */
/* Adds sign for each counted row of owners from .. to - 1 of a block. */
struct delta {
    int64_t key;
    int32_t n;
};
struct deltas {
    VEC(struct delta) v[SUBJECTS_MOST]; /* [subject] of sums */
};
void sums_delta(struct deltas *d, struct arena *a, const struct block *b, int from, int to, int sign);
/* Adds the deltas to the tallies and rebuilds the sum tables of the blocks they name, and of those where again[block].
 */
void sums_apply(struct facts_root *r, struct deltas *d);
void sums_fill(struct facts_root *r); /* every sum table from the tallies */
void sums_fill_block(struct facts_root *r, int family, int block);

/* ---- refresh.c ---- */
struct err *facts_refresh(struct facts *f, struct db_tx *tx, int64_t seq, struct date day) MUST_USE;

/* ---- names.c ---- */
struct needle {
    const char *p;
    size_t n;
    bool ascii;
};
bool needle_make(struct arena *a, const char *text, struct needle *out);             /* false: nothing to look for */
void names_match(const struct cells *owners, const struct needle *n, uint8_t *mask); /* mask[i] &= found */

/* ---- order.c ---- */
/* A value as a sort key: unknown and none come last either way. */
static inline int64_t sort_key(int64_t v, enum expr_type type, bool desc)
{
    bool unknown, none;
    switch (type) {
    case EXPR_BOOL:
        unknown = v == EXPR_BOOL_UNKNOWN;
        none = v == EXPR_BOOL_NONE;
        break;
    case EXPR_INT:
        unknown = v == EXPR_INT_UNKNOWN;
        none = v == EXPR_INT_NONE;
        break;
    default: unknown = v == 0; none = v == -1;
    }
    if (unknown || none)
        return unknown ? INT64_MAX : INT64_MAX - 1;
    return desc ? -v : v;
}
/* Rows of a block's owners by place, seat and id, ascending; made when first asked for and kept with the columns. */
const uint16_t *cells_by_roster(struct cells *owners, const struct layout *l);
/* Where in that order places not before `place` (at least 1) begin. */
int cells_place_from(const struct cells *owners, const uint16_t *by_roster, int64_t place);

/* ---- match.c ---- */
/* out[row] = 1 for rows of the query's subject in the block that match. Returns how many; adds to *unknown. */
struct matcher {
    const struct facts_root *root;
    int subject, family, owner_subject;
    const struct expr_plan *filter;
    struct scope scope;
    bool all_scope;
    struct needle needle;
    bool has_needle;
};
void matcher_make(struct arena *a, const struct facts_root *root, const struct facts_select *q, struct matcher *out);
struct match_room {              /* of one worker */
    struct expr_scratch scratch; /* its arena is the room's own */
    uint8_t *mask, *owners;
    size_t cap;
};
int match_block(const struct matcher *m, struct match_room *room, int block, int64_t *unknown);
void match_room_make(struct match_room *room, int n); /* for tables of up to n rows */
void match_room_end(struct match_room *room);

void *facts_get(size_t n); /* malloc that never fails */

/* Loops over plain arrays, for the widest vectors the processor has. */
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define FACTS_WIDE __attribute__((optimize("O3"), target_clones("avx2", "default")))
#else
#define FACTS_WIDE __attribute__((optimize("O3")))
#endif

#endif
