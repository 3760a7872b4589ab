/* match.c: which rows of a block match a filter, a scope and a search; and many conditions judged in one pass. */
#include <stdlib.h>
#include <string.h>

#include "facts/inner.h"

/* How many are true, and how many unknown. Bytes are added up in short runs, so that sums fit into bytes too. */
FACTS_WIDE static void tell(const uint8_t *mask, int n, int *n_true, int *n_unknown)
{
    enum { RUN = 255 };
    int t = 0, u = 0;
    for (int i = 0; i < n; i += RUN) {
        uint8_t some = 0, open = 0;
        int end = n - i < RUN ? n : i + RUN;
        for (int j = i; j < end; j++) {
            some = (uint8_t)(some + (mask[j] == TRI_TRUE));
            open = (uint8_t)(open + (mask[j] == TRI_UNKNOWN));
        }
        t += some;
        u += open;
    }
    *n_true = t;
    *n_unknown = u;
}

/* 1 where true, else 0. */
FACTS_WIDE static void settle(uint8_t *mask, int n)
{
    for (int i = 0; i < n; i++)
        mask[i] = mask[i] == TRI_TRUE;
}

FACTS_WIDE static void inside(const int64_t *place, int n, int64_t from, int64_t to, uint8_t *out)
{
    for (int i = 0; i < n; i++)
        out[i] |= (uint8_t)((place[i] >= from) & (place[i] < to));
}

FACTS_WIDE static void both(uint8_t *mask, const uint8_t *with, int n)
{
    for (int i = 0; i < n; i++)
        mask[i] = with[i] ? mask[i] : TRI_FALSE;
}

static bool everything(const struct scope *s)
{
    for (int i = 0; i < s->n; i++)
        if (s->ranges[i].from <= -1 && s->ranges[i].to == INT64_MAX)
            return true;
    return false;
}

void matcher_make(struct arena *a, const struct facts_root *root, const struct facts_select *q, struct matcher *out)
{
    const struct layout *l = layout_of(q->subject);
    struct matcher m = {.root = root, .subject = q->subject, .family = l->family};
    m.owner_subject = facts_the_world.families[l->family].owner;
    if (q->filter != NULL)
        m.filter = expr_plan_make(a, q->filter, q->env);
    m.scope = *q->scope;
    m.all_scope = everything(q->scope) || layout_of(m.owner_subject)->place_column < 0;
    m.has_needle = needle_make(a, q->search, &m.needle);
    *out = m;
}

void match_room_make(struct match_room *room, int n)
{
    if (room->scratch.arena == NULL)
        room->scratch.arena = arena_new();
    if ((size_t)n <= room->cap)
        return;
    free(room->mask);
    free(room->owners);
    room->cap = (size_t)n * 2;
    room->mask = facts_get(room->cap);
    room->owners = facts_get(room->cap);
}

void match_room_end(struct match_room *room)
{
    if (room->scratch.arena != NULL)
        arena_free(room->scratch.arena);
    free(room->mask);
    free(room->owners);
}

/* 1 for each owner of the block inside the scope. */
static void scope_mask(const struct cells *c, const struct scope *s, uint8_t *out)
{
    memset(out, 0, (size_t)c->n);
    for (int i = 0; i < s->n; i++)
        inside(c->place, c->n, s->ranges[i].from, s->ranges[i].to, out);
}

/* Takes out the rows of a subject whose owner is not in `owners`. */
static void only_of(const struct expr_table *t, const uint8_t *owners, uint8_t *mask)
{
    if (t->owner == NULL) {
        both(mask, owners, t->n);
        return;
    }
    for (int i = 0; i < t->n; i++)
        if (!owners[t->owner[i]])
            mask[i] = TRI_FALSE;
}

int match_block(const struct matcher *m, struct match_room *room, int block, int64_t *unknown)
{
    const struct block *b = root_block(m->root, m->family, block);
    const struct expr_table *t = &b->tables[m->subject];
    match_room_make(room, t->n > b->cells[0]->n ? t->n : b->cells[0]->n);
    if (m->filter != NULL) {
        expr_plan_judge(m->filter, &b->expr, &room->scratch, room->mask);
    } else {
        memset(room->mask, TRI_TRUE, (size_t)t->n);
    }
    if (!m->all_scope || m->has_needle) {
        if (m->all_scope)
            memset(room->owners, 1, (size_t)b->cells[0]->n);
        else
            scope_mask(b->cells[0], &m->scope, room->owners);
        if (m->has_needle)
            names_match(b->cells[0], &m->needle, room->owners);
        only_of(t, room->owners, room->mask);
    }
    int n_true, n_unknown;
    tell(room->mask, t->n, &n_true, &n_unknown);
    settle(room->mask, t->n);
    *unknown += n_unknown;
    return n_true;
}

/* ---- many conditions at once ---- */
struct slice { /* hits of one job in one block */
    struct facts_hit *p;
    int n;
};
struct judging {
    const struct facts_root *root;
    const struct scope *scope;
    bool all_scope;
    struct facts_job *jobs;
    struct expr_plan **plans;
    int n_jobs, family, n_blocks;
    struct slice *hits, *unknown; /* [job * n_blocks + block] */
    struct judge_worker {
        struct match_room room;
        struct arena *arena;
        int64_t *n_unknown; /* [job] */
    } * workers;
};

static struct slice slice_of(struct arena *a, const struct block *b, int subject, int block, const uint8_t *mask, int n,
                             uint8_t want)
{
    const struct expr_table *t = &b->tables[subject];
    struct slice s = {n == 0 ? NULL : arena_array(a, struct facts_hit, n), 0};
    for (int i = -1; s.n < n;) {
        i = (int)((const uint8_t *)memchr(mask + i + 1, want, (size_t)(t->n - i - 1)) - mask);
        int64_t owner = b->cells[0]->ids[t->owner == NULL ? i : t->owner[i]];
        s.p[s.n++] = (struct facts_hit){.id = t->ids[i], .owner = owner, .at = {block, i}};
    }
    return s;
}

static void judge_block(void *ctx, int worker, int block)
{
    struct judging *j = ctx;
    struct judge_worker *w = &j->workers[worker];
    const struct block *b = root_block(j->root, j->family, block);
    int most = 0;
    for (int k = 0; k < b->n_slots; k++)
        most = b->cells[k]->n > most ? b->cells[k]->n : most;
    match_room_make(&w->room, most);
    if (w->arena == NULL)
        w->arena = arena_new();
    if (!j->all_scope)
        scope_mask(b->cells[0], j->scope, w->room.owners);
    for (int k = 0; k < j->n_jobs; k++) {
        struct facts_job *job = &j->jobs[k];
        if (layout_of(job->subject)->family != j->family)
            continue;
        const struct expr_table *t = &b->tables[job->subject];
        expr_plan_judge(j->plans[k], &b->expr, &w->room.scratch, w->room.mask);
        if (!j->all_scope)
            only_of(t, w->room.owners, w->room.mask);
        int n, unknown;
        tell(w->room.mask, t->n, &n, &unknown);
        size_t at = (size_t)k * (size_t)j->n_blocks + (size_t)block;
        j->hits[at] = slice_of(w->arena, b, job->subject, block, w->room.mask, n, TRI_TRUE);
        if (job->keep_unknown)
            j->unknown[at] = slice_of(w->arena, b, job->subject, block, w->room.mask, unknown, TRI_UNKNOWN);
        w->n_unknown[k] += unknown;
    }
}

static void join(struct arena *a, const struct slice *s, int n_slices, struct facts_hits *out)
{
    int n = 0;
    for (int i = 0; i < n_slices; i++)
        n += s[i].n;
    out->p = n == 0 ? NULL : arena_array(a, struct facts_hit, n);
    out->n = 0;
    for (int i = 0; i < n_slices; i++) {
        if (s[i].n > 0)
            memcpy(out->p + out->n, s[i].p, sizeof *s[i].p * (size_t)s[i].n);
        out->n += s[i].n;
    }
}

static void judge_family(struct judging *j, struct arena *a, int family)
{
    int workers = facts_workers();
    j->family = family;
    j->n_blocks = j->root->sides[family].n;
    size_t slices = (size_t)j->n_jobs * (size_t)(j->n_blocks + 1);
    j->hits = calloc(slices, sizeof *j->hits);
    j->unknown = calloc(slices, sizeof *j->unknown);
    j->workers = calloc((size_t)workers, sizeof *j->workers);
    if (j->hits == NULL || j->unknown == NULL || j->workers == NULL)
        abort();
    for (int w = 0; w < workers; w++)
        j->workers[w].n_unknown = arena_array(a, int64_t, j->n_jobs);
    const struct layout *owner = layout_of(facts_the_world.families[family].owner);
    j->all_scope = everything(j->scope) || owner->place_column < 0;
    facts_parallel(j->n_blocks, judge_block, j);
    for (int k = 0; k < j->n_jobs; k++) {
        struct facts_job *job = &j->jobs[k];
        if (layout_of(job->subject)->family != family)
            continue;
        join(a, j->hits + (size_t)k * (size_t)j->n_blocks, j->n_blocks, &job->hits);
        join(a, j->unknown + (size_t)k * (size_t)j->n_blocks, j->n_blocks, &job->unknown);
        for (int w = 0; w < workers; w++)
            job->hits.unknown += j->workers[w].n_unknown[k];
    }
    for (int w = 0; w < workers; w++) {
        match_room_end(&j->workers[w].room);
        if (j->workers[w].arena != NULL)
            arena_free(j->workers[w].arena);
    }
    free(j->workers);
    free(j->hits);
    free(j->unknown);
}

void facts_judge(const struct facts_root *root, struct arena *a, const struct scope *scope, struct facts_job *jobs,
                 int n)
{
    struct judging j = {.root = root, .scope = scope, .jobs = jobs, .n_jobs = n};
    j.plans = arena_array(a, struct expr_plan *, n);
    bool wanted[FAMILIES_MOST] = {false};
    for (int k = 0; k < n; k++) {
        j.plans[k] = expr_plan_make(a, jobs[k].when, jobs[k].env);
        jobs[k].hits = jobs[k].unknown = (struct facts_hits){0};
        wanted[layout_of(jobs[k].subject)->family] = true;
    }
    for (int i = 0; i < facts_the_world.n_families; i++)
        if (wanted[i])
            judge_family(&j, a, i);
}
