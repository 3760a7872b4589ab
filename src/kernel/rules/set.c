/* set.c: the shipped rules, and with what a database says about them the set that is judged. A set is made anew when a
 * parameter or an adoption changed, and freed when its last reader gave it back. */
#include "rules/inner.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/log.h"
#include "base/vec.h"

struct rules_set {
    struct arena *arena; /* NULL: of the caller */
    struct rules *of;
    int users;
    const struct expr_world *world;
    struct rules_rule **rules;
    int n;
    int64_t mark;                   /* grows with every change of a parameter or adoption */
    const struct param_row *params; /* what the district set */
    int n_params;
};

struct shipped_rule { /* what stands to be adopted */
    struct rules_text *text;
    struct rules_code *code;
    const struct rules_text *pack;
    int64_t own; /* row of rules.own: the district's text */
    const char *own_pack;
};
struct shipped {
    struct shipped_rule *p;
    int n;
};

enum { FED_MOST = 64 };
struct rules {
    struct arena *arena;
    const struct expr_world *world;
    struct shipped shipped;
    pthread_mutex_t lock;
    struct rules_set *now;
    struct facts *facts;
    struct facts_memo *memo;   /* what falls due, by block */
    const char *fed[FED_MOST]; /* ids of rules whose parameters facts asked for; of the arena */
    int n_fed;
};

/* ---- shipped ---- */
static bool is_rule_file(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".rule") == 0 && strstr(name, "/rules/") != NULL;
}

static int by_id(const void *a, const void *b)
{
    const struct shipped_rule *x = a, *y = b;
    return strcmp(x->text->id, y->text->id);
}

static struct err *read_shipped(struct arena *a, const struct expr_world *w, struct shipped *out)
{
    VEC(struct shipped_rule) v = {0};
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        if (!is_rule_file(e->name))
            continue;
        struct shipped_rule r = {0};
        TRY(text_read(a, e->name, (const char *)e->bytes, (size_t)(e->end - e->bytes), &r.text));
        TRY(compile(a, w, r.text, &r.code));
        r.pack = r.text;
        *VEC_PUSH(&v, a) = r;
    }
    if (v.n > 1)
        qsort(v.p, v.n, sizeof *v.p, by_id);
    for (size_t i = 1; i < v.n; i++)
        if (strcmp(v.p[i - 1].text->id, v.p[i].text->id) == 0)
            return ERR(a, ERR_FAULT, "two rules %s: %s and %s", v.p[i].text->id, v.p[i - 1].text->file,
                       v.p[i].text->file);
    *out = (struct shipped){v.p, (int)v.n};
    return NULL;
}

static struct rules_rule *rule_new(struct arena *a, const struct rules_text *t, struct rules_code *c)
{
    struct rules_rule *r = arena_new_of(a, struct rules_rule);
    *r = (struct rules_rule){.text = t, .subject = c->subject, .class = c->class, .code = c};
    return r;
}

struct err *rules_shipped(struct arena *a, const struct expr_world *w, const struct rules_set **out)
{
    struct shipped shipped;
    TRY(read_shipped(a, w, &shipped));
    struct rules_set *s = arena_new_of(a, struct rules_set);
    *s = (struct rules_set){.world = w, .n = shipped.n, .rules = arena_array(a, struct rules_rule *, shipped.n + 1)};
    for (int i = 0; i < s->n; i++) {
        s->rules[i] = rule_new(a, shipped.p[i].text, shipped.p[i].code);
        s->rules[i]->shipped = s->rules[i]->pack = shipped.p[i].text;
        TRY(stretches_make(a, s->rules[i], NULL, 0));
    }
    *out = s;
    return NULL;
}

/* ---- what the database says ---- */
static struct err *read_rows(struct db_tx *tx, struct arena *a, const struct record *rec, struct row ***out, int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    const char *sql = arena_printf(a, "SELECT %s FROM %s WHERE ended = 0 ORDER BY rule%s", record_columns(rec),
                                   record_table(a, rec), rec == &rules_param_record ? ", name, from_on, id" : "");
    TRY(db_query(tx, sql, NULL, 0, &rows));
    VEC(struct row *) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&v, a) = record_take(a, rec, &rows, 0);
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

static struct err *read_mark(struct db_tx *tx, int64_t *out)
{
    return db_one_int(tx,
                      "SELECT coalesce((SELECT sum(rev) FROM rules_param), 0) + coalesce((SELECT sum(rev) FROM "
                      "rules_adoption), 0) + coalesce((SELECT sum(rev) FROM rules_own), 0)",
                      NULL, 0, 0, out);
}

static void take_state(struct rules_rule *r, const struct row *row)
{
    const char *state = row_text(row, "state");
    r->adoption = row->id;
    r->by = row_text(row, "decided_by");
    r->reasons = row_text(row, "reasons");
    r->on = row_date(row, "decided_on");
    r->clause_read = row_date(row, "clause_read");
    r->state = strcmp(state, "adopted") == 0 ? RULES_ADOPTED : strcmp(state, "off") == 0 ? RULES_OFF : RULES_TRIAL;
}

/* The rule of an adoption: its own text, or the shipped one where that is the same. */
static struct err *adopted_rule(struct arena *a, const struct rules *of, const struct row *row,
                                const struct shipped_rule *shipped, struct rules_rule **out)
{
    bool adopted = strcmp(row_text(row, "state"), "adopted") == 0; /* otherwise the shipped text, as it is now */
    const char *text = adopted || shipped == NULL ? row_text(row, "text") : NULL;
    bool same = shipped != NULL && (text == NULL || strcmp(text, shipped->text->source) == 0);
    if (same || text == NULL) {
        *out = shipped == NULL ? NULL : rule_new(a, shipped->text, shipped->code);
    } else {
        struct rules_text *t = NULL;
        struct rules_code *c = NULL;
        struct err *e = text_read(a, NULL, text, strlen(text), &t);
        if (e == NULL)
            e = compile(a, of->world, t, &c);
        if (e == NULL && strcmp(t->id, row_text(row, "rule")) != 0)
            e = ERR(a, ERR_INVALID, "the text adopted as %s is of %s", row_text(row, "rule"), t->id);
        if (e != NULL)
            log_err(arena_printf(a, "the adopted text of rule %s", row_text(row, "rule")), e);
        if (e != NULL && shipped == NULL) {
            *out = NULL;
            return NULL;
        }
        *out = e == NULL ? rule_new(a, t, c) : rule_new(a, shipped->text, shipped->code);
        (*out)->changed = true;
        take_state(*out, row);
        if (e != NULL)
            (*out)->state = RULES_BROKEN;
        return NULL;
    }
    if (*out != NULL)
        take_state(*out, row);
    return NULL;
}

struct rule_list {
    struct rules_rule **p;
    size_t n, cap;
};

/* A text the district keeps. One that no longer fits the program's facts is passed over, and told in the log. */
static struct err *own_rule(struct arena *a, const struct rules *of, const struct row *row, struct shipped_rule *out)
{
    const char *text = row_text(row, "text");
    struct err *e = text_read(a, NULL, text, strlen(text), &out->text);
    if (e == NULL)
        e = compile(a, of->world, out->text, &out->code);
    if (e == NULL && strcmp(out->text->id, row_text(row, "rule")) != 0)
        e = ERR(a, ERR_INVALID, "the text kept as %s is of %s", row_text(row, "rule"), out->text->id);
    if (e == NULL) {
        out->own = row->id;
        out->own_pack = row_text(row, "pack");
    }
    return e;
}

/* The pack's rules and the district's own, both in order of id: its own stands in place of the pack's. */
static struct shipped with_own(struct arena *a, const struct rules *of, struct row **own, int n)
{
    VEC(struct shipped_rule) v = {0};
    int i = 0, k = 0;
    while (i < of->shipped.n || k < n) {
        int c = i == of->shipped.n ? 1 : k == n ? -1 : strcmp(of->shipped.p[i].text->id, row_text(own[k], "rule"));
        struct shipped_rule r = c <= 0 ? of->shipped.p[i] : (struct shipped_rule){0};
        struct err *e = c < 0 ? NULL : own_rule(a, of, own[k], &r);
        if (e != NULL) {
            log_err(arena_printf(a, "the district's own text of rule %s", row_text(own[k], "rule")), e);
            r = c <= 0 ? of->shipped.p[i] : (struct shipped_rule){0};
        }
        if (r.text != NULL)
            *VEC_PUSH(&v, a) = r;
        i += c <= 0;
        k += c >= 0;
    }
    return (struct shipped){v.p, (int)v.n};
}

/* What stands to be adopted and adoptions, both in order of id, merged. */
static struct err *merge(struct arena *a, const struct rules *of, const struct shipped *all, struct row **adoptions,
                         int n, struct rule_list *out)
{
    int i = 0, k = 0;
    while (i < all->n || k < n) {
        int c = i == all->n ? 1 : k == n ? -1 : strcmp(all->p[i].text->id, row_text(adoptions[k], "rule"));
        const struct shipped_rule *shipped = c <= 0 ? &all->p[i] : NULL;
        struct rules_rule *r = NULL;
        if (c < 0)
            r = rule_new(a, shipped->text, shipped->code);
        else
            TRY(adopted_rule(a, of, adoptions[k], shipped, &r));
        if (r != NULL) {
            if (shipped != NULL) {
                r->shipped = shipped->text;
                r->pack = shipped->pack;
                r->own = shipped->own;
                r->own_pack = shipped->own_pack;
            }
            *VEC_PUSH(out, a) = r;
        }
        i += c <= 0;
        k += c >= 0;
    }
    return NULL;
}

static struct err *set_read(struct rules *of, struct db_tx *tx, struct rules_set *s)
{
    struct row **params = NULL, **adoptions = NULL, **own = NULL;
    int n_params = 0, n_adoptions = 0, n_own = 0;
    TRY(read_rows(tx, s->arena, &rules_param_record, &params, &n_params));
    TRY(read_rows(tx, s->arena, &rules_adoption_record, &adoptions, &n_adoptions));
    TRY(read_rows(tx, s->arena, &rules_own_record, &own, &n_own));
    struct param_row *rows = arena_array(s->arena, struct param_row, n_params + 1);
    for (int i = 0; i < n_params; i++)
        rows[i] = (struct param_row){params[i]->id, row_text(params[i], "rule"), row_text(params[i], "name"),
                                     row_text(params[i], "value"), row_date(params[i], "from_on")};
    struct rule_list list = {0};
    struct shipped all = with_own(s->arena, of, own, n_own);
    TRY(merge(s->arena, of, &all, adoptions, n_adoptions, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(stretches_make(s->arena, list.p[i], rows, n_params));
    s->rules = list.p;
    s->n = (int)list.n;
    s->params = rows;
    s->n_params = n_params;
    return NULL;
}

static struct rules_set *set_new(struct rules *of)
{
    struct arena *a = arena_new();
    struct rules_set *s = arena_new_of(a, struct rules_set);
    *s = (struct rules_set){.arena = a, .of = of, .users = 1, .world = of->world};
    return s;
}

static void drop(struct rules_set *s)
{
    if (--s->users == 0)
        arena_free(s->arena);
}

struct err *rules_read(struct rules *r, struct db_tx *tx, const struct rules_set **out)
{
    int64_t mark;
    TRY(read_mark(tx, &mark));
    pthread_mutex_lock(&r->lock);
    if (r->now != NULL && r->now->mark >= mark) {
        r->now->users++;
        *out = r->now;
        pthread_mutex_unlock(&r->lock);
        return NULL;
    }
    pthread_mutex_unlock(&r->lock);
    struct rules_set *s = set_new(r);
    struct err *e = set_read(r, tx, s);
    if (e != NULL) { /* its words live in the transaction's arena or in the set's: keep the set until that ends */
        arena_defer(tx->arena, (void (*)(void *))arena_free, s->arena);
        return e;
    }
    s->mark = mark;
    pthread_mutex_lock(&r->lock);
    bool newer = r->now == NULL || r->now->mark < mark;
    if (newer) {
        if (r->now != NULL)
            drop(r->now);
        r->now = s;
        s->users++;
    }
    struct facts *f = r->facts;
    pthread_mutex_unlock(&r->lock);
    if (newer && f != NULL)
        facts_stale(f);
    *out = s;
    return NULL;
}

struct err *rules_read_all(struct rules *r, struct db_tx *tx, const struct rules_set **set,
                           const struct facts_root **root)
{
    const struct rules_set *s;
    TRY(rules_read(r, tx, &s)); /* tells the columns of a changed parameter before they are read */
    rules_end(s);
    TRY(facts_read(r->facts, tx, root));
    struct err *e = rules_read(r, tx, set);
    if (e != NULL) {
        facts_end(*root);
        *root = NULL;
    }
    return e;
}

void rules_end(const struct rules_set *s)
{
    if (s == NULL || s->arena == NULL)
        return;
    struct rules *of = s->of;
    pthread_mutex_lock(&of->lock);
    drop((struct rules_set *)s);
    pthread_mutex_unlock(&of->lock);
}

void rules_end_of(const struct rules_set **s)
{
    rules_end(*s);
}

/* ---- opening ---- */
static struct err *first_read(struct rules *r, struct db_pool *pool, struct arena *a)
{
    struct db *db = NULL;
    TRY(db_take(pool, a, &db));
    db_scope struct db_tx tx = {0};
    const struct rules_set *s = NULL;
    struct err *e = db_begin_read(db, a, &tx);
    if (e == NULL)
        e = rules_read(r, &tx, &s);
    rules_end(s);
    db_end(&tx);
    db_give(db);
    return e;
}

struct err *rules_open(struct arena *a, struct db_pool *pool, struct rules **out)
{
    struct arena *own = arena_new();
    struct rules *r = arena_new_of(own, struct rules);
    *r = (struct rules){.arena = own, .memo = facts_memo_new()};
    pthread_mutex_init(&r->lock, NULL);
    struct err *e = facts_world(a, &r->world);
    if (e == NULL)
        e = read_shipped(own, r->world, &r->shipped);
    if (e == NULL)
        e = first_read(r, pool, a);
    if (e != NULL) {
        facts_memo_free(r->memo);
        arena_defer(a, (void (*)(void *))arena_free, own);
        return e;
    }
    *out = r;
    return NULL;
}

void rules_close(struct rules *r)
{
    if (r == NULL)
        return;
    if (r->now != NULL)
        drop(r->now);
    facts_memo_free(r->memo);
    pthread_mutex_destroy(&r->lock);
    arena_free(r->arena);
}

void rules_use(struct rules *r, struct facts *f)
{
    r->facts = f;
}

/* ---- looking into a set ---- */
int rules_count(const struct rules_set *s)
{
    return s->n;
}

const struct rules_rule *rules_at(const struct rules_set *s, int i)
{
    return s->rules[i];
}

static const struct rules_rule *find(const struct rules_set *s, const char *id, size_t n)
{
    for (int lo = 0, hi = s->n; lo < hi;) {
        int mid = (lo + hi) / 2;
        int c = strncmp(id, s->rules[mid]->text->id, n);
        if (c == 0)
            c = s->rules[mid]->text->id[n] == '\0' ? 0 : -1;
        if (c == 0)
            return s->rules[mid];
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

const struct rules_rule *rules_find(const struct rules_set *s, const char *id)
{
    return find(s, id, strlen(id));
}

struct facts_memo *set_memo(const struct rules_set *s, int64_t *key)
{
    *key = s->mark;
    return s->of == NULL ? NULL : s->of->memo;
}

struct rules_set *set_of_one(struct arena *a, const struct rules_set *s, const struct rules_rule *r)
{
    struct rules_set *out = arena_new_of(a, struct rules_set);
    struct rules_rule **one = arena_new_of(a, struct rules_rule *);
    *one = (struct rules_rule *)r;
    *out = (struct rules_set){.world = s->world, .rules = one, .n = 1};
    return out;
}

struct err *set_draft(struct arena *a, const struct rules_set *s, const char *text, const struct rules_rule **out)
{
    struct rules_text *t;
    struct rules_code *c;
    TRY(text_read(a, NULL, text, strlen(text), &t));
    TRY(compile(a, s->world, t, &c));
    struct rules_rule *r = rule_new(a, t, c);
    TRY(stretches_make(a, r, s->params, s->n_params));
    *out = r;
    return NULL;
}

const struct expr_world *set_world(const struct rules_set *s)
{
    return s->world;
}

enum rules_effect rules_acts(const struct rules_rule *r, const struct rules_edition *e)
{
    return e->effect == RULES_BLOCK && e->seen != RULES_TEXT && !date_is(r->clause_read) ? RULES_WARN : e->effect;
}

bool value_in(const struct rules_stretch *s, const char *name, int32_t *out)
{
    for (int i = 0; i < s->of->n_params; i++)
        if (strcmp(s->of->params[i].name, name) == 0) {
            *out = s->values[i].value.value;
            return s->values[i].set;
        }
    return false;
}

/* The lock is held. */
static void note_fed(struct rules *r, const char *name, size_t n)
{
    int i = 0;
    while (i < r->n_fed && (strncmp(r->fed[i], name, n) != 0 || r->fed[i][n] != '\0'))
        i++;
    if (i == r->n_fed && i < FED_MOST)
        r->fed[r->n_fed++] = arena_strndup(r->arena, name, n);
}

bool rules_feeds_facts(struct rules *r, const char *id)
{
    bool fed = false;
    pthread_mutex_lock(&r->lock);
    for (int i = 0; i < r->n_fed; i++)
        fed |= strcmp(r->fed[i], id) == 0;
    pthread_mutex_unlock(&r->lock);
    return fed;
}

bool rules_param(const void *rules, const char *name, struct date day, int32_t *out)
{
    struct rules *r = (struct rules *)rules;
    const char *dot = strchr(name, '.');
    if (dot == NULL || !date_is(day))
        return false;
    pthread_mutex_lock(&r->lock);
    note_fed(r, name, (size_t)(dot - name));
    const struct rules_rule *rule = find(r->now, name, (size_t)(dot - name));
    const struct rules_stretch *s = rule == NULL ? NULL : rules_stretch_of(rule, date_first(day));
    bool set = s != NULL && value_in(s, dot + 1, out);
    pthread_mutex_unlock(&r->lock);
    return set;
}
