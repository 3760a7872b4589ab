/* version.c: stored declarations. A version read once stays for the life of the process, known by its hash: two
 * databases of one process may number theirs differently. */
#include <pthread.h>
#include <string.h>

#include "base/hash.h"
#include "flow/inner.h"

struct cached {
    struct cached *next;
    char hash[SHA256_HEX];
    struct flow *flow;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct cached *cache;
static struct arena *kept; /* as long as the process */

char *flow_hash(struct arena *a, const char *text)
{
    char *out = arena_alloc(a, SHA256_HEX);
    sha256_hex(text, strlen(text), out);
    return out;
}

static const struct flow *cached(const char *hash)
{
    pthread_mutex_lock(&lock);
    struct cached *c = cache;
    while (c != NULL && strcmp(c->hash, hash) != 0)
        c = c->next;
    pthread_mutex_unlock(&lock);
    return c == NULL ? NULL : c->flow;
}

static struct err *keep(struct arena *a, const char *hash, const char *body, const struct flow **out)
{
    struct err *e;
    pthread_mutex_lock(&lock);
    if (kept == NULL)
        kept = arena_new();
    struct cached *c = arena_new_of(kept, struct cached);
    e = flow_read(kept, body, &c->flow);
    if (e == NULL) {
        memcpy(c->hash, hash, strnlen(hash, sizeof c->hash - 1));
        c->next = cache;
        cache = c;
        *out = c->flow;
    } else {
        e = err_keep(a, e);
    }
    pthread_mutex_unlock(&lock);
    return e;
}

struct err *flow_version(struct db_tx *tx, int64_t id, const struct flow **out)
{
    struct db_val args[] = {db_int(id)};
    char *hash = NULL;
    {
        db_rows_scope struct db_rows rows = {0};
        bool more = false;
        TRY(db_query(tx, "SELECT hash FROM flow_version WHERE id = ?1", args, 1, &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            return ERR(tx->arena, ERR_FAULT, "no flow version %lld", (long long)id);
        hash = arena_strdup(tx->arena, db_col_text(&rows, 0));
    }
    *out = cached(hash);
    if (*out != NULL)
        return NULL;
    db_rows_scope struct db_rows rows = {0};
    bool more = false;
    TRY(db_query(tx, "SELECT body FROM flow_version WHERE id = ?1", args, 1, &rows));
    TRY(db_next(&rows, &more));
    const char *body = more ? db_col_text(&rows, 0) : "";
    if (strcmp(flow_hash(tx->arena, body), hash) != 0)
        return ERR(tx->arena, ERR_FAULT, "flow version %lld is not what its hash says", (long long)id);
    return keep(tx->arena, hash, body, out);
}

char *flow_version_hash(struct arena *a, const struct flow *f)
{
    return flow_hash(a, flow_json(a, f));
}

static struct err *find(struct db_tx *tx, const struct flow *f, int64_t *id_out)
{
    struct db_val args[] = {db_text(flow_version_hash(tx->arena, f))};
    return db_one_int(tx, "SELECT id FROM flow_version WHERE hash = ?1 AND ended = 0", args, 1, 0, id_out);
}

struct err *flow_version_now(struct db_tx *tx, const char *name, int64_t *id_out)
{
    const struct flow *f = flow_find(name);
    if (f == NULL)
        return ERR(tx->arena, ERR_FAULT, "no flow '%s' is declared", name);
    TRY(find(tx, f, id_out));
    return *id_out != 0 ? NULL : ERR(tx->arena, ERR_FAULT, "flow '%s' is not stored", name);
}

static struct err *store(struct change *c, const struct flow *f)
{
    struct arena *a = c->tx.arena;
    int64_t id, number;
    TRY(find(&c->tx, f, &id));
    if (id != 0)
        return NULL;
    struct db_val args[] = {db_text(f->name)};
    TRY(db_one_int(&c->tx, "SELECT max(number) FROM flow_version WHERE flow = ?1", args, 1, 0, &number));
    struct row *r = row_new(a, &flow_version_record);
    const char *body = flow_json(a, f);
    row_set(r, "flow", f->name);
    row_set_int(a, r, "number", number + 1);
    row_set(r, "hash", flow_hash(a, body));
    row_set(r, "body", body);
    return record_save(c, &flow_version_record, r, 0);
}

/* Stored versions with open matters must still run: their hooks are there, nothing dead-ends. */
struct err *flow_versions_check(struct db_tx *tx)
{
    VEC(int64_t) ids = {0};
    {
        db_rows_scope struct db_rows rows = {0};
        TRY(db_query(tx, "SELECT DISTINCT version FROM flow_matter WHERE closed_on IS NULL AND ended = 0", NULL, 0,
                     &rows));
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            *VEC_PUSH(&ids, tx->arena) = db_col_int(&rows, 0);
        }
    }
    struct err *all = NULL;
    for (size_t i = 0; i < ids.n; i++) {
        const struct flow *f;
        TRY(flow_version(tx, ids.p[i], &f));
        flow_check(tx->arena, f, &all);
    }
    return all == NULL ? NULL
                       : err_say(ERR(tx->arena, ERR_FAULT, "a stored flow: %s", all->detail), "flow.stored", NULL);
}

struct err *flow_versions_store(struct db *db, struct arena *a)
{
    if (flow_count() == 0)
        return NULL;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_upgrade, "flow versions", &c));
    for (int i = 0; i < flow_count(); i++)
        TRY(store(&c, flow_at(i)));
    TRY(flow_versions_check(&c.tx));
    return change_commit(&c);
}
