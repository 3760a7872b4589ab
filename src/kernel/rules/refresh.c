/* refresh.c: brings the findings in line with a run: opens what is new, renews what rests on other facts than before,
 * and closes what is no longer so. First everything is read and decided, then it is written in chunks. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "rules/finding.h"
#include "rules/inner.h"
#include "view/view.h"

enum { CHUNK = 200, BUCKETS = 1 << 15 };

const struct who rules_judge_who = {.name = "judge", .role = "judge", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

/* A finding on record. */
struct known {
    int64_t id, rev, member, scope, place;
    const char *key, *rule, *kind, *subject, *missing, *waiting, *facts;
    bool closed, by_person, met, taken; /* taken: something is done with it */
    struct known *next;
};

enum act { ACT_OPEN, ACT_RENEW, ACT_WAITING, ACT_CEASE, ACT_WITHDRAW, ACT_MOVE };
struct deed {
    enum act act;
    struct known *known; /* NULL: ACT_OPEN */
    const struct rules_hit *hit;
    const struct rules_gap *gap;
    const char *facts, *trace, *changed, *waiting;
};
struct deeds {
    struct deed *p;
    size_t n, cap;
};

struct refresh {
    struct arena *a;
    const struct record *rec;
    const struct rules_set *set;
    const struct facts_root *root;
    struct known *buckets[BUCKETS];
    struct deeds deeds;
    enum class most;           /* nothing more secret is written */
    int64_t lock_id, lock_rev; /* of the one row of rules.judged: nobody else wrote findings meanwhile */
    struct rules_refreshed *out;
};

static uint64_t hash(const char *s)
{
    uint64_t h = 1469598103934665603u;
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return h ^ h >> 31;
}

static char *key_of(struct arena *a, const char *rule, const char *kind, const char *subject, const char *missing)
{
    return arena_printf(a, "%s %s %s %s", rule, kind, subject, missing == NULL ? "" : missing);
}

static struct known *find(const struct refresh *x, const char *key)
{
    struct known *k = x->buckets[hash(key) % BUCKETS];
    while (k != NULL && strcmp(k->key, key) != 0)
        k = k->next;
    return k;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ---- what is on record ---- */
static const char *take_text(struct refresh *x, const struct db_rows *rows, int col)
{
    const char *s = db_col_text(rows, col);
    return s == NULL ? NULL : arena_strdup(x->a, s);
}

static void take_known(struct refresh *x, const struct db_rows *rows)
{
    struct known *k = arena_new_of(x->a, struct known);
    *k = (struct known){.id = db_col_int(rows, 0), .rev = db_col_int(rows, 1)};
    k->rule = take_text(x, rows, 2);
    k->kind = take_text(x, rows, 3);
    k->subject = take_text(x, rows, 4);
    k->missing = take_text(x, rows, 5);
    k->waiting = take_text(x, rows, 6);
    k->facts = take_text(x, rows, 7);
    const char *state = db_col_text(rows, 8), *how = db_col_text(rows, 9);
    k->member = db_col_int(rows, 10);
    k->scope = db_col_int(rows, 11);
    k->closed = strcmp(state, "closed") == 0;
    k->by_person = k->closed && how != NULL && (strcmp(how, "reasons") == 0 || strcmp(how, "corrected") == 0);
    k->key = key_of(x->a, k->rule, k->kind, k->subject, k->missing);
    struct known **b = &x->buckets[hash(k->key) % BUCKETS];
    k->next = *b;
    *b = k;
}

/* The field of a finding that names an owner of this subject; NULL when none does. */
static const char *owner_field(const struct refresh *x, int subject)
{
    const struct expr_world *w = set_world(x->set);
    const char *record = w->subjects[owner_subject(w, subject)]->record;
    static const char *const fields[] = {"member", "unit"};
    for (int i = 0; i < 2; i++) {
        int f = record_field(x->rec, fields[i]);
        if (record != NULL && strcmp(x->rec->fields[f].to, record) == 0)
            return fields[i];
    }
    return NULL;
}

static struct err *read_known(struct refresh *x, struct db_tx *tx, int subject, int64_t id)
{
    db_rows_scope struct db_rows rows = {0};
    const char *field = id == 0 ? NULL : owner_field(x, subject);
    const char *sql =
        "SELECT id, rev, rule, kind, subject, missing, waiting, facts, state, ended_as, member, scope FROM "
        "rules_finding WHERE ended = 0";
    if (field != NULL)
        sql = arena_printf(x->a, "%s AND %s = ?1", sql, field);
    struct db_val args[] = {db_int(id)};
    TRY(db_query(tx, sql, args, field != NULL, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        take_known(x, &rows);
    }
}

static struct err *read_lock(struct refresh *x, struct db_tx *tx)
{
    TRY(db_one_int(tx, "SELECT max(id) FROM rules_judged", NULL, 0, 0, &x->lock_id));
    return db_one_int(tx, "SELECT max(rev) FROM rules_judged", NULL, 0, 0, &x->lock_rev);
}

/* ---- deciding ---- */
static struct deed *deed_new(struct refresh *x, enum act act, struct known *k)
{
    struct deed *d = VEC_PUSH(&x->deeds, x->a);
    *d = (struct deed){.act = act, .known = k};
    if (k != NULL)
        k->taken = true;
    return d;
}

static struct err *facts_of(struct refresh *x, const struct rules_hit *h, const char **facts, const char **trace)
{
    arena_scope struct arena *scratch = arena_new();
    struct expr_trace *t = NULL;
    TRY(rules_trace(h, x->root, scratch, &t));
    struct buf b = BUF(x->a);
    rules_facts_json(&b, h->rule->subject, h->where.id, t);
    *facts = buf_str(&b);
    if (trace != NULL) {
        b = BUF(x->a);
        rules_trace_json(&b, t);
        *trace = buf_str(&b);
    }
    return NULL;
}

static struct err *meet_hit(struct refresh *x, const struct rules_hit *h)
{
    if (h->rule->state != RULES_ADOPTED || h->stretch->of->effect == RULES_INFO)
        return NULL;
    const char *subject = facts_key(x->a, x->root, h->rule->subject, h->where.at), *facts, *trace;
    struct known *k = find(x, key_of(x->a, h->rule->text->id, kind_of(h->rule->subject), subject, NULL));
    TRY(facts_of(x, h, &facts, NULL));
    if (k != NULL) {
        k->met = true;
        if (same(k->facts, facts) && (!k->closed || k->by_person)) {
            x->out->kept++;
            return NULL;
        }
    }
    if (h->rule->class > x->most) /* what is kept stays, nothing is added */
        return NULL;
    TRY(facts_of(x, h, &facts, &trace));
    struct deed *d = deed_new(x, k == NULL ? ACT_OPEN : ACT_RENEW, k);
    d->hit = h;
    d->facts = facts;
    d->trace = trace;
    return NULL;
}

static void meet_gap(struct refresh *x, const struct rules_gap *g)
{
    struct buf waiting = BUF(x->a);
    for (int i = 0; i < g->n; i++)
        if (g->rules[i]->state == RULES_ADOPTED)
            buf_printf(&waiting, "%s%s", waiting.n > 0 ? " " : "", g->rules[i]->text->id);
    if (waiting.n == 0)
        return;
    const struct expr_world *w = set_world(x->set);
    const char *fact =
        arena_printf(x->a, "%s.%s", w->subjects[g->subject]->name, w->subjects[g->subject]->facts[g->fact].name);
    const char *subject = rules_gap_key(x->a, g);
    struct known *k = find(x, key_of(x->a, RULES_MISSING, kind_of(g->subject), subject, fact));
    enum act act = k == NULL || (k->closed && !k->by_person) ? (k == NULL ? ACT_OPEN : ACT_RENEW) : ACT_WAITING;
    if (k != NULL)
        k->met = true;
    if (act == ACT_WAITING && (k->closed || same(k->waiting, buf_str(&waiting)))) {
        x->out->kept++;
        return;
    }
    if (w->subjects[g->subject]->facts[g->fact].class > (int)x->most)
        return;
    struct deed *d = deed_new(x, act, k);
    d->gap = g;
    d->waiting = buf_str(&waiting);
}

/* What a finding rested on and what stands there now. */
static struct err *changed_facts(struct refresh *x, const struct rules_hit *h, const char *before, const char **out)
{
    const char *now;
    TRY(facts_of(x, h, &now, NULL));
    json_t *was = json_loads(before == NULL ? "{}" : before, 0, NULL), *is = json_loads(now, 0, NULL),
           *all = json_object();
    const char *name;
    json_t *v;
    json_object_foreach(is, name, v)
    {
        json_t *old = json_object_get(was, name);
        if (old == NULL || !json_equal(old, v))
            json_object_set_new(all, name, json_pack("[O, O]", old == NULL ? json_null() : old, v));
    }
    struct buf b = BUF(x->a);
    view_json(&b, all);
    *out = buf_str(&b);
    json_decref(was);
    json_decref(is);
    json_decref(all);
    return NULL;
}

/* An open finding the run did not meet: ceased, withdrawn, or its rule waits for something. */
static struct err *not_met(struct refresh *x, struct known *k)
{
    if (strcmp(k->rule, RULES_MISSING) == 0) {
        deed_new(x, ACT_CEASE, k);
        return NULL;
    }
    const struct rules_rule *r = rules_find(x->set, k->rule);
    if (r == NULL || r->state != RULES_ADOPTED) {
        if (r == NULL || r->state != RULES_BROKEN)
            deed_new(x, ACT_WITHDRAW, k);
        return NULL;
    }
    struct rules_hit h = {.rule = r};
    if (!facts_find_key(x->root, r->subject, k->subject, &h.where.at)) {
        deed_new(x, ACT_CEASE, k)->changed = "{\"gone\":[false,true]}";
        return NULL;
    }
    arena_scope struct arena *scratch = arena_new();
    enum tri t;
    TRY(row_truth(r, scratch, facts_block(x->root, r->subject, h.where.at.block), h.where.at.row, facts_day(x->root),
                  &t, &h.stretch));
    if (t == TRI_UNKNOWN || (h.stretch != NULL && !h.stretch->ready))
        return NULL;
    struct deed *d = deed_new(x, ACT_CEASE, k);
    d->changed = "{}";
    h.where.id = facts_id(x->root, r->subject, h.where.at);
    return h.stretch == NULL ? NULL : changed_facts(x, &h, k->facts, &d->changed);
}

/* Persons move between units, and what was found about them moves with them. */
static void follow(struct refresh *x)
{
    int f = record_field(x->rec, "member"), subject = facts_subject_of_kind(x->rec->fields[f].to);
    for (int i = 0; i < BUCKETS; i++)
        for (struct known *k = x->buckets[i]; k != NULL; k = k->next) {
            struct facts_at at;
            if (k->member == 0 || k->taken || !facts_find(x->root, subject, k->member, &at))
                continue;
            k->place = facts_place(x->root, subject, at);
            if (k->place != k->scope)
                deed_new(x, ACT_MOVE, k);
        }
}

static struct err *decide_all(struct refresh *x, const struct rules_run *run)
{
    for (int64_t i = 0; i < run->n; i++)
        TRY(meet_hit(x, &run->hits[i]));
    for (int64_t i = 0; i < run->n_gaps; i++)
        meet_gap(x, &run->gaps[i]);
    for (int i = 0; i < BUCKETS; i++)
        for (struct known *k = x->buckets[i]; k != NULL; k = k->next)
            if (!k->met && !k->closed)
                TRY(not_met(x, k));
    follow(x);
    return NULL;
}

/* ---- writing ---- */
/* The unit that stands at a place of the order. */
static struct err *unit_at(struct refresh *x, struct change *c, int64_t place, int64_t *out)
{
    const struct record *unit = record_find(x->rec->fields[record_field(x->rec, "unit")].to);
    struct db_val args[] = {db_int(place)};
    const char *sql = arena_printf(c->tx.arena, "SELECT id FROM %s WHERE scope = ?1", record_table(c->tx.arena, unit));
    *out = 0;
    return place < 0 ? NULL : db_one_int(&c->tx, sql, args, 1, 0, out);
}

static struct err *put_place(struct refresh *x, struct change *c, struct row *row, int64_t place)
{
    int64_t unit;
    TRY(unit_at(x, c, place, &unit));
    row_set(row, "unit", NULL);
    if (unit != 0)
        row_set_int(c->tx.arena, row, "unit", unit);
    row->scope = place;
    return NULL;
}

static struct err *put_subject(struct refresh *x, struct change *c, struct row *row, const struct facts_hit *where,
                               int about)
{
    const char *field = owner_field(x, about);
    TRY(put_place(x, c, row, facts_place(x->root, about, where->at)));
    if (field != NULL)
        row_set_int(c->tx.arena, row, field, where->owner);
    return NULL;
}

static void reopen(struct refresh *x, struct arena *a, struct row *row)
{
    static const char *const gone[] = {"ended_as", "reasons",    "closed_by",  "closed_on", "changed",
                                       "reply",    "replied_by", "replied_on", "due_on",    "task"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        row_set(row, gone[i], NULL);
    row_set(row, "state", "opened");
    row_set_date(a, row, "judged_on", facts_day(x->root));
    row_set_date(a, row, "opened_on", facts_day(x->root));
    row_set_int(a, row, "opened_at", clock_now_ms());
}

static struct err *fill_hit(struct refresh *x, struct change *c, struct row *row, const struct deed *d)
{
    struct arena *a = c->tx.arena;
    const struct rules_hit *h = d->hit;
    const struct rules_edition *e = h->stretch->of;
    struct date since = DATE_UNKNOWN;
    TRY(rules_since(h, x->root, a, &since));
    row_set(row, "rule", h->rule->text->id);
    row_set(row, "kind", kind_of(h->rule->subject));
    row_set(row, "subject", facts_key(a, x->root, h->rule->subject, h->where.at));
    row_set(row, "category", h->rule->text->group);
    row_set(row, "effect", rules_effect_name(rules_acts(h->rule, e)));
    row_set(row, "asks", rules_asks_name(e->asks));
    row_set_int(a, row, "secrecy", h->rule->class);
    row_set_date(a, row, "edition", date_is(e->from) ? e->from : DATE_UNKNOWN);
    row_set_date(a, row, "since", date_is(since) ? since : DATE_UNKNOWN);
    row_set(row, "facts", d->facts);
    row_set(row, "trace", d->trace);
    return put_subject(x, c, row, &h->where, h->rule->subject);
}

static struct err *fill_gap(struct refresh *x, struct change *c, struct row *row, const struct deed *d)
{
    struct arena *a = c->tx.arena;
    const struct rules_gap *g = d->gap;
    const struct expr_subject *s = set_world(x->set)->subjects[g->subject];
    row_set(row, "rule", RULES_MISSING);
    row_set(row, "missing", arena_printf(a, "%s.%s", s->name, s->facts[g->fact].name));
    row_set(row, "waiting", d->waiting);
    row_set(row, "kind", kind_of(g->subject));
    row_set(row, "subject", rules_gap_key(a, g));
    row_set(row, "category", "missing");
    row_set(row, "effect", "remind");
    row_set(row, "asks", "archives");
    row_set_int(a, row, "secrecy", s->facts[g->fact].class);
    return put_subject(x, c, row, &g->where, g->about);
}

static void end(struct refresh *x, struct arena *a, struct row *row, const struct deed *d)
{
    row_set(row, "state", "closed");
    row_set(row, "ended_as", d->act == ACT_CEASE ? "ceased" : "withdrawn");
    row_set(row, "changed", d->changed);
    row_set(row, "closed_by", rules_judge_who.name);
    row_set_date(a, row, "closed_on", facts_day(x->root));
}

static struct err *do_deed(struct refresh *x, struct change *c, const struct deed *d)
{
    struct arena *a = c->tx.arena;
    struct row *row = row_new(a, x->rec);
    int64_t *count[] = {&x->out->opened, &x->out->renewed,   &x->out->kept,
                        &x->out->ceased, &x->out->withdrawn, &x->out->moved};
    if (d->known != NULL) {
        struct err *e = record_read(&c->tx, x->rec, c->who, d->known->id, &row);
        if (e != NULL)
            return e->kind == ERR_MISSING ? NULL : e;
        if (row->rev != d->known->rev)
            return NULL; /* somebody changed it meanwhile: the next time */
    }
    if (d->act == ACT_OPEN || d->act == ACT_RENEW)
        reopen(x, a, row);
    if (d->hit != NULL)
        TRY(fill_hit(x, c, row, d));
    if (d->gap != NULL)
        TRY(fill_gap(x, c, row, d));
    if (d->act == ACT_CEASE || d->act == ACT_WITHDRAW)
        end(x, a, row, d);
    if (d->act == ACT_MOVE)
        TRY(put_place(x, c, row, d->known->place));
    ++*count[d->act];
    return record_save(c, x->rec, row, row->rev);
}

/* The one row must stand where it stood when everything was read. */
static struct err *take_lock(struct refresh *x, struct change *c)
{
    struct arena *a = c->tx.arena;
    struct row *row = row_new(a, &rules_judged_record);
    if (x->lock_id != 0)
        TRY(record_read(&c->tx, &rules_judged_record, c->who, x->lock_id, &row));
    row_set_date(a, row, "day", facts_day(x->root));
    row_set_int(a, row, "place", facts_seq(x->root));
    row_set_int(a, row, "written_at", clock_now_ms());
    if (row->rev != x->lock_rev)
        return ERR(a, ERR_CONFLICT, "findings were written by another process meanwhile");
    c->bulk = false;
    TRY(record_save(c, &rules_judged_record, row, x->lock_rev));
    x->lock_id = row->id;
    x->lock_rev = row->rev;
    return NULL;
}

static struct err *write_chunk(struct refresh *x, struct db *db, struct arena *a, size_t from, size_t to)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &rules_judge_who, "rules.judged", &c));
    TRY(take_lock(x, &c));
    c.bulk = true; /* references and codes come from the columns */
    for (size_t i = from; i < to; i++)
        TRY(do_deed(x, &c, &x->deeds.p[i]));
    return change_commit(&c);
}

static struct err *write_all(struct refresh *x, struct db *db)
{
    for (size_t i = 0; i < x->deeds.n; i += CHUNK) {
        struct arena *chunk = arena_new();
        struct err *e = write_chunk(x, db, chunk, i, i + CHUNK < x->deeds.n ? i + CHUNK : x->deeds.n);
        if (e != NULL) {
            arena_defer(x->a, (void (*)(void *))arena_free, chunk);
            return e;
        }
        arena_free(chunk);
    }
    return NULL;
}

static struct err *read_and_decide(struct refresh *x, struct rules *r, struct db *db, int subject, int64_t id)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, x->a, &tx));
    TRY(rules_read_all(r, &tx, &x->set, &x->root));
    TRY(setting_class_most(&tx, &x->most));
    TRY(read_lock(x, &tx));
    TRY(read_known(x, &tx, subject, id));
    struct rules_run run;
    struct rules_ask ask = {.subject = subject, .id = id, .gaps = true};
    struct err *e = rules_judge(x->set, x->root, x->a, &ask, &run);
    if (e != NULL && e->kind == ERR_MISSING && id != 0) { /* the owner is gone: everything about it ceased */
        run = (struct rules_run){0};
        e = NULL;
    }
    if (e != NULL)
        return e;
    return decide_all(x, &run);
}

struct err *rules_refresh(struct rules *r, struct db *db, struct arena *a, int subject, int64_t id,
                          struct rules_refreshed *out)
{
    struct refresh *x = arena_new_of(a, struct refresh);
    struct rules_refreshed ignored = {0};
    *x = (struct refresh){.a = a, .rec = record_find("rules.finding"), .out = out == NULL ? &ignored : out};
    *x->out = (struct rules_refreshed){0};
    struct err *e = x->rec == NULL ? ERR(a, ERR_FAULT, "no module declares rules.finding") : NULL;
    if (e == NULL)
        e = read_and_decide(x, r, db, subject, id);
    if (e == NULL)
        e = write_all(x, db);
    rules_end(x->set);
    facts_end(x->root);
    return e;
}
