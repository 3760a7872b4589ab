/* run.c: a set judged over a root: everyone in one pass over the blocks, a job for each stretch of each rule; or one
 * owner and its rows. */
#include "rules/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

struct hit_list {
    struct rules_hit *p;
    size_t n, cap;
};
struct open_list { /* rows a rule could not be judged for */
    struct facts_hit *p;
    size_t n, cap;
};
struct gap_entry {
    struct rules_gap gap;
    int cap;
    struct gap_entry *next;
};
enum { GAP_BUCKETS = 1 << 16 };

struct run {
    const struct rules_set *set;
    const struct facts_root *root;
    struct arena *a;
    const struct rules_ask *ask;
    struct hit_list hits;
    int64_t unknown;
    struct gap_entry **buckets;
    int64_t n_gaps;
    const struct rules_rule *rule; /* now told about by gap_fn */
    struct facts_hit where;
};

int owner_subject(const struct expr_world *w, int subject)
{
    const char *owner = w->subjects[subject]->owner;
    for (int i = 0; owner != NULL && i < w->n_subjects; i++)
        if (strcmp(w->subjects[i]->name, owner) == 0)
            return i;
    return subject;
}

bool run_asks(const struct rules_set *s, const struct rules_ask *ask, const struct rules_rule *r)
{
    if (ask->rule != NULL)
        return strcmp(r->text->id, ask->rule) == 0;
    if (r->state == RULES_OFF || r->state == RULES_BROKEN || (ask->sees > 0 && (int)r->class > ask->sees))
        return false;
    return ask->id == 0 || owner_subject(set_world(s), r->subject) == ask->subject;
}

static bool asked(const struct run *x, const struct rules_rule *r)
{
    return run_asks(x->set, x->ask, r);
}

/* ---- what is missing ---- */
static void note_gap(void *ctx, int subject, int fact, int64_t id)
{
    struct run *x = ctx;
    if (x->buckets == NULL)
        x->buckets = arena_array(x->a, struct gap_entry *, GAP_BUCKETS);
    uint64_t h = ((uint64_t)id * 0x9E3779B97F4A7C15u) ^ (uint64_t)(subject * 977 + fact * 31);
    struct gap_entry **b = &x->buckets[(h ^ h >> 32) % GAP_BUCKETS], *g = *b;
    while (g != NULL && (g->gap.id != id || g->gap.subject != subject || g->gap.fact != fact))
        g = g->next;
    if (g == NULL) {
        g = arena_new_of(x->a, struct gap_entry);
        *g = (struct gap_entry){
            .gap = {.subject = subject, .fact = fact, .id = id, .where = x->where, .about = x->rule->subject},
            .next = *b};
        *b = g;
        x->n_gaps++;
    }
    if (g->gap.n > 0 && g->gap.rules[g->gap.n - 1] == x->rule)
        return;
    if (g->gap.n == g->cap) {
        const struct rules_rule **more = arena_array(x->a, const struct rules_rule *, g->cap * 2 + 2);
        if (g->gap.n > 0)
            memcpy(more, g->gap.rules, sizeof *more * (size_t)g->gap.n);
        g->gap.rules = more;
        g->cap = g->cap * 2 + 2;
    }
    g->gap.rules[g->gap.n++] = x->rule;
}

static struct err *note_unknown(struct run *x, const struct rules_rule *r, struct facts_hit where)
{
    x->unknown++;
    if (!x->ask->gaps)
        return NULL;
    arena_scope struct arena *scratch = arena_new();
    x->rule = r;
    x->where = where;
    return row_gaps(r, scratch, facts_block(x->root, r->subject, where.at.block), where.at.row, facts_day(x->root),
                    note_gap, x);
}

static int gap_order(const void *a, const void *b)
{
    const struct rules_gap *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject - y->subject;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return x->fact - y->fact;
}

static void take_gaps(struct run *x, struct rules_run *out)
{
    out->n_gaps = 0;
    out->gaps = arena_array(x->a, struct rules_gap, x->n_gaps + 1);
    for (int i = 0; i < GAP_BUCKETS && x->buckets != NULL; i++)
        for (const struct gap_entry *g = x->buckets[i]; g != NULL; g = g->next)
            out->gaps[out->n_gaps++] = g->gap;
    qsort(out->gaps, (size_t)out->n_gaps, sizeof *out->gaps, gap_order);
}

/* ---- everyone ---- */
struct job_of {
    const struct rules_rule *rule;
    const struct rules_stretch *stretch;
};
struct jobs {
    struct facts_job *p;
    size_t n, cap;
};
struct jobs_of {
    struct job_of *p;
    size_t n, cap;
};

static void add_jobs(struct run *x, const struct rules_rule *r, struct jobs *jobs, struct jobs_of *of)
{
    struct date day = facts_day(x->root);
    for (int i = 0; i < r->n_stretches; i++) {
        const struct rules_stretch *s = &r->stretches[i];
        if (!s->ready || (r->code->at == NULL && s != rules_stretch_of(r, day)))
            continue;
        struct expr_env *env = arena_new_of(x->a, struct expr_env);
        *env = stretch_env(s, day);
        *VEC_PUSH(jobs, x->a) =
            (struct facts_job){.subject = r->subject, .when = s->all, .env = env, .keep_unknown = true};
        *VEC_PUSH(of, x->a) = (struct job_of){r, s};
    }
}

static int hit_order(const void *a, const void *b)
{
    const struct rules_hit *x = a, *y = b;
    int c = x->rule == y->rule ? 0 : strcmp(x->rule->text->id, y->rule->text->id);
    if (c != 0)
        return c;
    if (x->where.at.block != y->where.at.block)
        return x->where.at.block - y->where.at.block;
    return x->where.at.row - y->where.at.row;
}

static int where_order(const void *a, const void *b)
{
    const struct facts_hit *x = a, *y = b;
    return x->at.block != y->at.block ? x->at.block - y->at.block : x->at.row - y->at.row;
}

/* Rows unknown in several stretches of one rule are told once. */
static struct err *tell_unknown(struct run *x, const struct rules_rule *r, struct open_list *open)
{
    if (open->n > 1)
        qsort(open->p, open->n, sizeof *open->p, where_order);
    for (size_t i = 0; i < open->n; i++)
        if (i == 0 || where_order(&open->p[i - 1], &open->p[i]) != 0)
            TRY(note_unknown(x, r, open->p[i]));
    return NULL;
}

static struct err *judge_all(struct run *x)
{
    struct jobs jobs = {0};
    struct jobs_of of = {0};
    static const struct scope everyone = SCOPE_ALL;
    for (int i = 0; i < rules_count(x->set); i++)
        if (asked(x, rules_at(x->set, i)))
            add_jobs(x, rules_at(x->set, i), &jobs, &of);
    if (jobs.n == 0)
        return NULL;
    facts_judge(x->root, x->a, x->ask->scope == NULL ? &everyone : x->ask->scope, jobs.p, (int)jobs.n);
    for (size_t i = 0; i < jobs.n;) {
        const struct rules_rule *r = of.p[i].rule;
        struct open_list open = {0};
        for (; i < jobs.n && of.p[i].rule == r; i++) {
            for (int k = 0; k < jobs.p[i].hits.n; k++)
                *VEC_PUSH(&x->hits, x->a) = (struct rules_hit){r, of.p[i].stretch, jobs.p[i].hits.p[k], DATE_UNKNOWN};
            for (int k = 0; k < jobs.p[i].unknown.n; k++)
                *VEC_PUSH(&open, x->a) = jobs.p[i].unknown.p[k];
        }
        TRY(tell_unknown(x, r, &open));
    }
    if (x->hits.n > 1)
        qsort(x->hits.p, x->hits.n, sizeof *x->hits.p, hit_order);
    return NULL;
}

/* ---- one owner ---- */
static struct err *judge_row(struct run *x, const struct rules_rule *r, struct arena *scratch, struct facts_at at,
                             int64_t owner)
{
    enum tri truth;
    const struct rules_stretch *s;
    TRY(row_truth(r, scratch, facts_block(x->root, r->subject, at.block), at.row, facts_day(x->root), &truth, &s));
    if (truth == TRI_FALSE || (s != NULL && !s->ready))
        return NULL;
    struct facts_hit where = {.id = facts_id(x->root, r->subject, at), .owner = owner, .at = at};
    if (truth == TRI_UNKNOWN)
        return note_unknown(x, r, where);
    *VEC_PUSH(&x->hits, x->a) = (struct rules_hit){r, s, where, DATE_UNKNOWN};
    return NULL;
}

static struct err *judge_one(struct run *x)
{
    struct facts_at at;
    if (!facts_find(x->root, x->ask->subject, x->ask->id, &at) ||
        (x->ask->scope != NULL && !facts_sees(x->root, x->ask->subject, at, x->ask->scope)))
        return ERR(x->a, ERR_MISSING, "no %s %lld", set_world(x->set)->subjects[x->ask->subject]->record,
                   (long long)x->ask->id);
    arena_scope struct arena *scratch = arena_new();
    for (int i = 0; i < rules_count(x->set); i++) {
        const struct rules_rule *r = rules_at(x->set, i);
        if (!asked(x, r) || owner_subject(set_world(x->set), r->subject) != x->ask->subject)
            continue;
        const struct expr_table *t = &facts_block(x->root, r->subject, at.block)->tables[r->subject];
        int from = t->first == NULL ? at.row : t->first[at.row],
            to = t->first == NULL ? at.row + 1 : t->first[at.row + 1];
        for (int row = from; row < to; row++) {
            arena_reset(scratch);
            TRY(judge_row(x, r, scratch, (struct facts_at){at.block, row}, x->ask->id));
        }
    }
    return NULL;
}

static void note_waiting(struct run *x, struct rules_run *out)
{
    struct date day = facts_day(x->root);
    out->waiting = arena_array(x->a, const struct rules_rule *, rules_count(x->set) + 1);
    out->n_waiting = 0;
    for (int i = 0; i < rules_count(x->set); i++) {
        const struct rules_stretch *s = rules_stretch_of(rules_at(x->set, i), day);
        if (asked(x, rules_at(x->set, i)) && s != NULL && !s->ready)
            out->waiting[out->n_waiting++] = rules_at(x->set, i);
    }
}

/* ---- since when, shared between threads ---- */
enum { SINCE_CHUNK = 32, WORKERS_MOST = 64 };
struct since_work {
    const struct run *run;
    struct facts_counted **counted; /* [hit]; NULL where it is no sum */
    struct arena *arenas[WORKERS_MOST];
    struct err *errs[WORKERS_MOST];
};

static void since_chunk(void *ctx, int worker, int chunk)
{
    struct since_work *w = ctx;
    size_t from = (size_t)chunk * SINCE_CHUNK, to = from + SINCE_CHUNK;
    for (size_t i = from; i < to && i < w->run->hits.n && w->errs[worker] == NULL; i++)
        w->errs[worker] =
            since_counted(&w->run->hits.p[i], w->run->root, w->arenas[worker], w->counted[i], &w->run->hits.p[i].since);
}

/* Who counts for the rows of sums, a pass for each sum: hits of one rule stand together. */
static struct facts_counted **count_holders(const struct run *x, struct arena *a)
{
    struct facts_counted **out = arena_array(a, struct facts_counted *, x->hits.n + 1);
    int64_t *owners = arena_array(a, int64_t, x->hits.n + 1);
    for (size_t i = 0, end; i < x->hits.n; i = end) {
        int subject = x->hits.p[i].rule->subject;
        for (end = i; end < x->hits.n && x->hits.p[end].rule == x->hits.p[i].rule; end++)
            owners[end] = x->hits.p[end].where.owner;
        if (facts_declared(subject)->count_of != NULL)
            facts_counted(x->root, a, subject, owners + i, (int)(end - i), out + i);
    }
    return out;
}

static struct err *find_since(struct run *x)
{
    arena_scope struct arena *holders = arena_new();
    struct since_work w = {.run = x, .counted = count_holders(x, holders)};
    int workers = facts_workers();
    struct err *e = NULL;
    if (workers > WORKERS_MOST)
        return ERR(x->a, ERR_FAULT, "%d workers", workers);
    for (int i = 0; i < workers; i++)
        w.arenas[i] = arena_new();
    facts_parallel((int)((x->hits.n + SINCE_CHUNK - 1) / SINCE_CHUNK), since_chunk, &w);
    for (int i = 0; i < workers; i++) {
        if (w.errs[i] != NULL)
            e = ERR(x->a, w.errs[i]->kind, "%s", w.errs[i]->detail);
        arena_free(w.arenas[i]);
    }
    return e;
}

struct err *rules_judge(const struct rules_set *s, const struct facts_root *root, struct arena *a,
                        const struct rules_ask *ask, struct rules_run *out)
{
    struct run x = {.set = s, .root = root, .a = a, .ask = ask};
    if (ask->rule != NULL && rules_find(s, ask->rule) == NULL)
        return err_say(ERR(a, ERR_MISSING, "no rule '%.60s'", ask->rule), "rules.no_rule", "rule", ask->rule, NULL);
    TRY(ask->id == 0 ? judge_all(&x) : judge_one(&x));
    if (ask->since)
        TRY(find_since(&x));
    *out = (struct rules_run){.hits = x.hits.p, .n = (int64_t)x.hits.n, .unknown = x.unknown};
    take_gaps(&x, out);
    note_waiting(&x, out);
    return NULL;
}
