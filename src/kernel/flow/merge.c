/* merge.c: several matters become one and are taken apart again. A merged matter keeps everything it has and stands
 * still: it takes no step of its own and is on no desk, its deadlines run on. It ends when the one it was merged into
 * ends, in the same way; taken out before, it goes on from where it stands. Both are lines in the histories of both. */
#include "flow/inner.h"

static struct err *no(struct arena *a, const char *say)
{
    return err_say(ERR(a, ERR_CONFLICT, "%s", say), say, NULL);
}

static bool merges(const struct flow_matter *m)
{
    return m->state->wait != FLOW_END && flow_word(m->flow->merges, m->state->name, NULL);
}

struct err *flow_merged(struct db_tx *tx, int64_t into, int64_t **out, int *n_out)
{
    VEC(int64_t) v = {0};
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(into)};
    TRY(db_query(tx, "SELECT id FROM flow_matter WHERE merged = ?1 AND ended = 0 ORDER BY id", args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&v, tx->arena) = db_col_int(&rows, 0);
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

static struct err *can_merge(struct change *c, const struct flow_matter *m, const struct flow_matter *to)
{
    struct arena *a = c->tx.arena;
    int64_t *along;
    int n;
    if (m->id == to->id || m->flow != to->flow || m->member != to->member)
        return no(a, "flow.merge_other");
    if (!merges(m) || !merges(to))
        return no(a, "flow.merge_state");
    if (row_int(m->row, "pending") != 0 || row_int(to->row, "pending") != 0)
        return no(a, "flow.pending");
    TRY(flow_merged(&c->tx, m->id, &along, &n));
    if (n > 0 || row_int(m->row, "merged") != 0 || row_int(to->row, "merged") != 0)
        return no(a, "flow.merge_chain");
    return NULL;
}

static char *given(struct change *c, const char *what, int64_t id)
{
    return arena_printf(c->tx.arena, "{\"%s\":\"%lld\"}", what, (long long)id);
}

/* The count moves the other's revision: who ends it at the same moment meets a conflict, and nothing goes along with
 * what has ended. */
static struct err *count_along(struct change *c, struct flow_matter *to, int more)
{
    row_set_int(c->tx.arena, to->row, "along", row_int(to->row, "along") + more);
    return change_done(c, to);
}

struct err *flow_merge(struct change *c, int64_t matter, int64_t rev, int64_t into, const char *reasons)
{
    struct flow_matter *m, *to;
    TRY(change_open(c, matter, rev, &m));
    TRY(flow_look(&c->tx, c->who, into, &to));
    TRY(change_open(c, into, to->rev, &to));
    TRY(record_need(c->tx.arena, "reasons", reasons));
    TRY(can_merge(c, m, to));
    acting_scope x = {0};
    act_begin(&x, c);
    row_set_int(c->tx.arena, m->row, "merged", into);
    TRY(change_written(c, m, "merge", reasons, given(c, "into", into)));
    TRY(change_written(c, to, "merge_in", reasons, given(c, "matter", matter)));
    TRY(count_along(c, to, 1));
    return change_done(c, m);
}

struct err *flow_split(struct change *c, int64_t matter, int64_t rev, const char *reasons)
{
    struct flow_matter *m, *to;
    TRY(flow_look(&c->tx, c->who, matter, &m));
    int64_t into = row_int(m->row, "merged");
    if (into == 0 || m->state->wait == FLOW_END)
        return no(c->tx.arena, "flow.not_merged");
    TRY(change_open(c, matter, rev, &m));
    TRY(record_need(c->tx.arena, "reasons", reasons));
    TRY(flow_look(&c->tx, c->who, into, &to));
    acting_scope x = {0};
    act_begin(&x, c);
    row_set(m->row, "merged", NULL);
    TRY(change_written(c, m, "split", reasons, given(c, "from", into)));
    TRY(change_written(c, to, "split_off", reasons, given(c, "matter", matter)));
    TRY(count_along(c, to, -1));
    return change_done(c, m);
}

struct err *merge_end(struct change *c, const struct flow_matter *m, const struct flow_step *s, const struct row *done)
{
    int64_t *along;
    int n;
    TRY(flow_merged(&c->tx, m->id, &along, &n));
    for (int i = 0; i < n; i++) {
        struct flow_matter *with;
        struct who engine = flow_engine(c->who);
        engine.account = 0; /* what he decided here he decided for all of them */
        TRY(flow_look(&c->tx, &engine, along[i], &with));
        if (with->state->wait == FLOW_END)
            continue;
        const struct flow_input in = {
            .values = m->content, .reasons = row_text(done, "reasons"), .on = row_date(done, "happened_on")};
        TRY(take_along(c, with, s, &in));
    }
    return NULL;
}
