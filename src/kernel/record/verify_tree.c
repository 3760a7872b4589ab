/* verify_tree.c: the leaves in order against the nodes, the checkpoints and the newest checkpoint of the folder of
 * keys; the checkpoints against the keys that may sign. */
#include <string.h>

#include "base/keys.h"
#include "record/trust.h"
#include "record/verify.h"

/* ---- nodes: one open subtree a level ---- */
struct nodes {
    struct ledger_range open[4];
    VEC(struct ledger_hash) want[4]; /* as they stand in the table, by place */
    uint64_t done[4];
};

static struct err *nodes_load(struct verify *v, struct nodes *n)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(v->tx, "SELECT level, place, hash FROM ledger_node ORDER BY level, place", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        int64_t level = db_col_int(&rows, 0), place = db_col_int(&rows, 1);
        size_t len;
        const void *p = db_col_blob(&rows, 2, &len);
        if (level < 1 || level > 4 || place != (int64_t)n->want[level - 1].n || p == NULL || len != LEDGER_HASH) {
            verify_differs(v, "ledger_node", place, "place", "no node of level %lld can stand here", (long long)level);
            continue;
        }
        memcpy(VEC_PUSH(&n->want[level - 1], v->a)->b, p, LEDGER_HASH);
    }
}

static void node_closed(struct verify *v, struct nodes *n, const struct ledger_hash *h, int level)
{
    if (level > 3)
        return;
    struct ledger_range *r = &n->open[level];
    r->h = v->log.h;
    ledger_range_add(r, h, 0);
    if (r->n < 256)
        return;
    struct ledger_hash sub;
    ledger_range_root(r, &sub);
    uint64_t place = n->done[level]++;
    if (place < n->want[level].n && !ledger_same(&sub, &n->want[level].p[place]))
        verify_differs(v, "ledger_node", (int64_t)place, "hash", "the node of level %d is not that of its leaves",
                       level + 1);
    memset(r, 0, sizeof *r);
    node_closed(v, n, &sub, level + 1);
}

/* Nodes over leaves that no checkpoint reached yet may be absent; none may be missing below, none too many. */
static void nodes_end(struct verify *v, const struct nodes *n, int64_t checked)
{
    for (int i = 0; i < 4; i++) {
        uint64_t least = (uint64_t)checked >> (8 * (i + 1));
        if (n->want[i].n < least)
            verify_differs(v, "ledger_node", (int64_t)n->want[i].n, NULL, "the node of level %d is gone", i + 1);
        if (n->want[i].n > n->done[i])
            verify_differs(v, "ledger_node", (int64_t)n->done[i], NULL, "the node of level %d stands over no leaves",
                           i + 1);
    }
}

/* ---- keys ---- */
struct keys {
    VEC(struct ledger_signer) known; /* whose signatures count */
};

static bool trusted(const struct keys *k, const struct ledger_note *note)
{
    for (size_t i = 0; i < k->known.n; i++)
        if (ledger_note_signed(note, &k->known.p[i], NULL))
            return true;
    return false;
}

/* A key counts when the folder of keys knows it, when a key before it signed it, or when it is the first and there is
 * no folder. */
static struct err *keys_load(struct verify *v, struct keys *k)
{
    char *folder;
    TRY(trust_known(v->a, &folder));
    v->out->keys = folder != NULL;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(v->tx, "SELECT id, vkey, endorsed FROM kernel_signer WHERE ended = 0 ORDER BY id", NULL, 0, &rows));
    for (bool more = true, first = true;; first = false) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct ledger_signer s;
        struct ledger_note note;
        const char *vkey = db_col_text(&rows, 1), *endorsed = db_col_text(&rows, 2);
        bool right = vkey != NULL && ledger_vkey_read(vkey, &s);
        char *text = trust_endorsed_text(v->row, vkey == NULL ? "" : vkey);
        bool counts = folder != NULL ? vkey != NULL && strstr(folder, vkey) != NULL : first;
        if (!counts && endorsed != NULL && ledger_note_read(endorsed, &note))
            counts = note.n == strlen(text) && memcmp(note.text, text, note.n) == 0 && trusted(k, &note);
        if (right && counts)
            *VEC_PUSH(&k->known, v->a) = s;
        else
            verify_differs(v, "kernel_signer", db_col_int(&rows, 0), "vkey", "this key is not one of ours");
    }
}

/* ---- checkpoints ---- */
static struct err *checkpoints_load(struct verify *v, const struct keys *k)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(v->tx, "SELECT id, size, root, note FROM kernel_checkpoint WHERE ended = 0 ORDER BY size, id", NULL, 0,
                 &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct log_checkpoint *c = VEC_PUSH(&v->checkpoints, v->a);
        const char *root = db_col_text(&rows, 2), *text = db_col_text(&rows, 3);
        *c = (struct log_checkpoint){db_col_int(&rows, 0), db_col_int(&rows, 1),
                                     arena_strdup(v->a, root == NULL ? "" : root)};
        struct ledger_note note;
        struct ledger_checkpoint said;
        struct buf b = BUF(v->row);
        if (text == NULL || !ledger_note_read(text, &note) || !ledger_checkpoint_read(&note, &said)) {
            verify_differs(v, "kernel_checkpoint", c->id, "note", "it is no signed checkpoint");
            continue;
        }
        ledger_base64(&b, said.root.b, LEDGER_HASH);
        if (said.size != (uint64_t)c->size || strcmp(buf_str(&b), c->note) != 0)
            verify_differs(v, "kernel_checkpoint", c->id, "note", "the signed text says another size or root");
        if (!trusted(k, &note))
            verify_differs(v, "kernel_checkpoint", c->id, "note", "no key of ours signed it");
        v->out->checkpoints++;
        arena_reset(v->row);
    }
}

/* A checkpoint kept outside the database: what the folder of keys last signed. */
static struct err *newest_outside(struct verify *v, struct ledger_checkpoint *out)
{
    char *text;
    struct ledger_note note;
    out->size = 0;
    TRY(trust_newest(v->a, &text));
    if (text != NULL && (!ledger_note_read(text, &note) || !ledger_checkpoint_read(&note, out)))
        return ERR(v->a, ERR_FAULT, "the file ledger.newest in '%s' is no checkpoint", keys_dir());
    bool set_back = false;
    if (text != NULL)
        TRY(restored_from(v->tx, text, &set_back));
    if (set_back)
        out->size = 0;
    return NULL;
}

struct walk {
    struct verify *v;
    struct nodes nodes;
    struct ledger_range range;
    size_t next; /* checkpoint not yet reached */
    struct ledger_checkpoint outside;
    int64_t seq, at;
    bool broken; /* the first checkpoint that does not fit was told */
};

static void at_size(struct walk *w)
{
    struct verify *v = w->v;
    struct ledger_hash root = {{0}};
    bool have = false;
    for (; w->next < v->checkpoints.n && v->checkpoints.p[w->next].size <= (int64_t)w->range.n; w->next++) {
        const struct log_checkpoint *c = &v->checkpoints.p[w->next];
        struct buf b = BUF(v->row);
        if (c->size != (int64_t)w->range.n)
            continue; /* a size below zero: its note was refused already */
        if (!have)
            ledger_range_root(&w->range, &root);
        have = true;
        ledger_base64(&b, root.b, LEDGER_HASH);
        if (strcmp(buf_str(&b), c->note) != 0 && !w->broken) {
            w->broken = true; /* all later ones differ too */
            verify_differs(v, "kernel_checkpoint", c->id, "root",
                           "the log of %lld changes is not the one that was signed; something up to there was changed",
                           (long long)c->size);
        }
    }
    if (w->outside.size != 0 && w->outside.size == w->range.n) {
        ledger_range_root(&w->range, &root);
        if (!ledger_same(&root, &w->outside.root))
            verify_differs(v, "change", (int64_t)w->outside.size, NULL,
                           "the log up to here is not the one whose checkpoint the folder of keys holds");
    }
}

static void leaf(struct walk *w, const struct db_rows *rows)
{
    struct verify *v = w->v;
    int64_t seq = db_col_int(rows, 0), at = db_col_int(rows, 1), back = db_col_int(rows, 2);
    size_t n;
    struct ledger_hash h = {{0}};
    const void *p = db_col_blob(rows, 3, &n);
    if (seq != w->seq + 1)
        verify_differs(v, "change", w->seq + 1, NULL, "places %lld to %lld are missing", (long long)w->seq + 1,
                       (long long)seq - 1);
    if (back != (w->at > at ? w->at - at : 0))
        verify_differs(v, "change", seq, "back", "it says that time stepped back by %lld ms", (long long)back);
    if (back > 0)
        v->out->steps_back++;
    w->seq = seq;
    w->at = at;
    if (p != NULL && n == LEDGER_HASH)
        memcpy(h.b, p, LEDGER_HASH);
    ledger_range_add(&w->range, &h, 0);
    node_closed(v, &w->nodes, &h, 0);
    at_size(w);
}

static struct err *counter(struct verify *v, const struct walk *w)
{
    if (db_kind(v->tx->db) != DB_POSTGRES)
        return NULL;
    int64_t n;
    struct db_val args[] = {db_int(w->seq), db_int(w->at)};
    TRY(db_one_int(v->tx, "SELECT count(*) FROM change_counter WHERE n = ?1 AND at = ?2", args, 2, 0, &n));
    if (n != 1)
        verify_differs(v, "change_counter", 1, NULL, "it does not stand at the last change, %lld", (long long)w->seq);
    return NULL;
}

struct err *verify_tree(struct verify *v)
{
    struct walk w = {.v = v, .range = {.h = v->log.h}};
    struct keys k = {0};
    TRY(keys_load(v, &k));
    TRY(checkpoints_load(v, &k));
    TRY(newest_outside(v, &w.outside));
    TRY(nodes_load(v, &w.nodes));
    {
        db_rows_scope struct db_rows rows = {0};
        TRY(db_query(v->tx, "SELECT seq, at, back, leaf FROM change ORDER BY seq", NULL, 0, &rows));
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            leaf(&w, &rows);
        }
    }
    size_t n = v->checkpoints.n;
    nodes_end(v, &w.nodes, n == 0 ? 0 : v->checkpoints.p[n - 1].size);
    for (; w.next < n; w.next++)
        verify_differs(v, "kernel_checkpoint", v->checkpoints.p[w.next].id, "size", "the log is shorter than it says");
    if (w.outside.size > w.range.n)
        verify_differs(v, "change", (int64_t)w.range.n + 1, NULL,
                       "the log ends before the checkpoint of %llu changes that the folder of keys holds",
                       (unsigned long long)w.outside.size);
    ledger_range_root(&w.range, &v->out->root);
    return counter(v, &w);
}
