/* batch.c: see batch.h. */
#include "roster/batch.h"

#include <stdint.h>
#include <string.h>

#include "roster/roster.h"

enum { PEOPLE_AT_ONCE = 200, ROWS_A_COMMIT = 500, CITING_MOST = 400, HISTORY_MOST = 60 };

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* ---- while importing ---- */
static struct err *of_stage(struct db_tx *tx, int64_t stage, int64_t *out)
{
    *out = 0;
    struct db_val args[] = {db_int(stage)};
    return stage == 0 ? NULL
                      : db_one_int(tx, "SELECT id FROM roster_batch WHERE stage = ?1 AND undone IS NULL AND ended = 0",
                                   args, 1, 0, out);
}

static struct err *new_batch(struct change *c, const char *name, int64_t stage, int64_t undoes, int64_t *out)
{
    struct arena *a = c->tx.arena;
    int64_t last;
    struct row *r = row_new(a, &roster_batch);
    TRY(change_last(&c->tx, &last));
    row_set(r, "name", name);
    row_set_int(a, r, "first", last);
    if (stage != 0)
        row_set_int(a, r, "stage", stage);
    if (undoes != 0)
        row_set_int(a, r, "undoes", undoes);
    TRY(record_save(c, &roster_batch, r, 0));
    *out = r->id;
    return NULL;
}

static struct who unscoped(const struct who *who)
{
    struct who by = *who; /* a batch belongs to no unit */
    by.scope = (struct scope)SCOPE_ALL;
    return by;
}

static const char *short_name(struct arena *a, const char *name)
{
    size_t n = strlen(name);
    return n <= 240 ? name : arena_printf(a, "...%s", name + n - 200);
}

struct err *batch_begin(struct db *db, struct arena *a, const struct who *who, const char *name, int64_t stage,
                        int64_t *out)
{
    const struct who by = unscoped(who);
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &by, "import", &c));
    TRY(of_stage(&c.tx, stage, out));
    if (*out == 0)
        TRY(new_batch(&c, short_name(a, name), stage, 0, out));
    return change_commit(&c);
}

struct err *batch_end(struct db *db, struct arena *a, const struct who *who, int64_t batch, bool wrote)
{
    const struct who by = unscoped(who);
    struct row *r;
    int64_t last;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &by, "import", &c));
    TRY(record_read(&c.tx, &roster_batch, &by, batch, &r));
    TRY(change_last(&c.tx, &last));
    if (wrote || row_text(r, "last") == NULL)
        row_set_int(a, r, "last", last);
    TRY(record_save(&c, &roster_batch, r, r->rev));
    return change_commit(&c);
}

char *batch_what(struct arena *a, int64_t batch, const char *source)
{
    return source == NULL ? arena_printf(a, "import %lld:", (long long)batch)
                          : arena_printf(a, "import %lld: %s", (long long)batch, source);
}

static char *undo_what(struct arena *a, int64_t batch)
{
    return arena_printf(a, "undo %lld:", (long long)batch);
}

/* ---- what became of a row ---- */
static bool same_values(const struct row *a, const struct row *b)
{
    if (a == NULL || b == NULL || a->ended != b->ended)
        return false;
    for (int i = 0; a->of->fields[i].name != NULL; i++)
        if (!same(a->v[i], b->v[i]))
            return false;
    return true;
}

static bool is_back(const struct batch_row *r)
{
    return r->was.before == NULL && r->was.rev == 1 ? r->now->ended : same_values(r->now, r->was.before);
}

/* Only the import itself, or its undoing, wrote this row since. */
static struct err *by_the_batch(struct db_tx *tx, const struct who *who, int64_t batch, const struct batch_row *r,
                                bool *out)
{
    struct revision *all;
    int n;
    const char *import = batch_what(tx->arena, batch, NULL), *undo = undo_what(tx->arena, batch);
    TRY(record_history(tx, r->was.rec, who, r->was.row, HISTORY_MOST, &all, &n));
    *out = true;
    for (int i = 0; i < n && *out; i++)
        *out = all[i].rev <= r->was.rev || (all[i].what != NULL && (strncmp(all[i].what, import, strlen(import)) == 0 ||
                                                                    strncmp(all[i].what, undo, strlen(undo)) == 0));
    return NULL;
}

/* Rows that others made about a person since: how many of each record came with him is in `own`. */
struct of_person {
    const struct change_row *rows;
    int n;
};

static int came_along(const struct of_person *p, const struct record *rec)
{
    int n = 0;
    for (int i = 0; i < p->n; i++)
        n += p->rows[i].rec == rec && p->rows[i].rev == 1;
    return n;
}

/* A finding nobody has worked on is no citation: the program made it and closes it itself. */
static bool counts(const struct row *r)
{
    int state = record_field(r->of, "state");
    return strcmp(r->of->name, "rules.finding") != 0 || state < 0 || r->v[state] == NULL ||
           strcmp(r->v[state], "opened") != 0;
}

static struct err *cited(struct db_tx *tx, const struct who *who, const struct of_person *p, int64_t member,
                         const struct record **out)
{
    *out = NULL;
    for (int i = 0; i < record_count() && *out == NULL; i++) {
        const struct record *rec = record_at(i);
        for (int f = 0; rec->fields[f].name != NULL && *out == NULL && !rec->quiet; f++) {
            struct row **rows;
            int n, some = 0;
            const struct field *field = &rec->fields[f];
            if (field->type != FIELD_REF || field->gone || strcmp(field->to, roster_member.name) != 0 ||
                rec->class > who->sees)
                continue;
            TRY(record_of(tx, rec, who, field->name, member, CITING_MOST, &rows, &n));
            for (int k = 0; k < n; k++)
                some += counts(rows[k]);
            bool own = rec->concerns != NULL && strcmp(rec->concerns, field->name) == 0;
            if (some > (own ? came_along(p, rec) : 0))
                *out = rec;
        }
    }
    return NULL;
}

static struct err *judge(struct db_tx *tx, const struct who *who, int64_t batch, const struct of_person *p,
                         struct batch_row *r)
{
    struct err *e = record_read(tx, r->was.rec, who, r->was.row, &r->now);
    r->kind = BATCH_OUTSIDE;
    r->cited_by = NULL;
    if (e != NULL && e->kind != ERR_MISSING)
        return e;
    if (e != NULL || r->was.after == NULL || (r->was.before == NULL && r->was.rev > 1)) {
        r->now = e != NULL ? NULL : r->now;
        return NULL;
    }
    bool untouched = r->now->rev == r->was.rev || same_values(r->now, r->was.after);
    if (!untouched && is_back(r)) {
        r->kind = BATCH_DONE;
        return NULL;
    }
    if (!untouched)
        TRY(by_the_batch(tx, who, batch, r, &untouched));
    r->kind = untouched ? BATCH_BACK : BATCH_CHANGED;
    if (untouched && r->was.rec == &roster_member && r->was.rev == 1)
        TRY(cited(tx, who, p, r->was.row, &r->cited_by));
    if (r->cited_by != NULL)
        r->kind = BATCH_CITED;
    return NULL;
}

static bool ours(const struct record *rec)
{
    return rec != &roster_batch && strncmp(rec->name, "roster.", 7) == 0;
}

/* The rows from `from` on that one change wrote. */
static struct of_person person_at(const struct change_row *rows, int n, int from)
{
    int to = from;
    while (to < n && rows[to].seq == rows[from].seq)
        to++;
    return (struct of_person){rows + from, to - from};
}

/* All rows of a person's change. A new person is one question with everything that came with him. */
static struct err *judge_person(struct db_tx *tx, const struct who *who, int64_t batch, const struct of_person *p,
                                struct batch_row **out, int *person_out)
{
    struct batch_row *all = arena_array(tx->arena, struct batch_row, p->n + 1);
    int person = -1;
    bool changed = false;
    int64_t mark = 0;
    for (int i = 0; i < p->n; i++) {
        all[i] = (struct batch_row){.was = p->rows[i], .kind = BATCH_DONE};
        if (!ours(all[i].was.rec))
            continue;
        TRY(judge(tx, who, batch, p, &all[i]));
        all[i].mark = all[i].now == NULL ? 0 : all[i].now->rev;
        mark += all[i].mark;
        changed |= all[i].kind == BATCH_CHANGED;
        if (all[i].was.rec == &roster_member && all[i].was.rev == 1)
            person = i;
    }
    if (person >= 0 && changed && all[person].kind == BATCH_BACK)
        all[person].kind = BATCH_CHANGED;
    bool asked = person >= 0 && (all[person].kind == BATCH_CHANGED || all[person].kind == BATCH_CITED);
    for (int i = 0; i < p->n && asked; i++)
        all[i].held = i != person;
    if (asked)
        all[person].mark = mark;
    *out = all;
    *person_out = asked ? person : -1;
    return NULL;
}

static struct err *tell_person(struct db_tx *tx, const struct who *who, int64_t batch, const struct of_person *p,
                               struct err *(*fn)(void *ctx, struct db_tx *tx, const struct batch_row *r), void *ctx)
{
    struct batch_row *all;
    int person;
    TRY(judge_person(tx, who, batch, p, &all, &person));
    if (person >= 0)
        TRY(fn(ctx, tx, &all[person]));
    for (int i = 0; i < p->n; i++)
        if (i != person && ours(all[i].was.rec))
            TRY(fn(ctx, tx, &all[i]));
    return NULL;
}

struct err *batch_each(struct db_tx *tx, const struct who *who, const struct row *batch,
                       struct err *(*fn)(void *ctx, struct db_tx *tx, const struct batch_row *r), void *ctx)
{
    struct arena *own = tx->arena;
    int64_t below = row_text(batch, "last") == NULL ? INT64_MAX : row_int(batch, "last") + 1;
    const char *what = batch_what(own, batch->id, NULL);
    for (bool more = true; more;) {
        arena_scope struct arena *a = arena_new();
        struct change_row *rows;
        struct of_person p = {0};
        int n;
        tx->arena = a;
        struct err *e = change_rows(tx, row_int(batch, "first"), below, what, PEOPLE_AT_ONCE, &rows, &n);
        for (int i = 0; i < n && e == NULL; i += p.n) {
            p = person_at(rows, n, i);
            e = tell_person(tx, who, batch->id, &p, fn, ctx);
        }
        more = e == NULL && n > 0;
        below = n > 0 ? rows[n - 1].seq : below;
        tx->arena = own;
        if (e != NULL)
            return err_keep(own, e);
    }
    return NULL;
}

/* ---- taking it back ---- */
struct err *batch_may_undo(struct arena *a, const struct row *batch)
{
    const char *say = row_text(batch, "undoes") != NULL      ? "roster.batch.of_undo"
                      : same(row_text(batch, "undone"), "1") ? "roster.batch.undone.say"
                      : row_text(batch, "last") == NULL      ? "roster.batch.writing"
                                                             : NULL;
    return say == NULL ? NULL : err_say(ERR(a, ERR_CONFLICT, "batch %lld", (long long)batch->id), say, NULL);
}

struct undoing {
    const struct who *who;
    const struct row *batch;
    const struct batch_choice *choices;
    int n_choices;
    struct batch_undone *out;
};

static bool chosen(const struct undoing *u, const struct batch_row *r)
{
    for (int i = 0; i < u->n_choices; i++)
        if (u->choices[i].rec == r->was.rec && u->choices[i].row == r->was.row && u->choices[i].mark == r->mark)
            return true;
    return false;
}

static const char *ending(struct arena *a, const struct undoing *u)
{
    return arena_printf(a, "撤销第%lld批导入", (long long)u->batch->id);
}

/* Everything else that stands in his file. */
static struct err *end_file(struct change *c, const struct undoing *u, int64_t member)
{
    for (int i = 0; i < record_count(); i++) {
        const struct record *rec = record_at(i);
        struct row **rows;
        int n;
        if (rec->concerns == NULL || !ours(rec) || rec->class > u->who->sees ||
            strcmp(rec->fields[record_field(rec, rec->concerns)].to, roster_member.name) != 0)
            continue;
        TRY(record_of(&c->tx, rec, u->who, rec->concerns, member, CITING_MOST, &rows, &n));
        for (int k = n - 1; k >= 0; k--) {
            TRY(record_end(c, rec, rows[k]->id, rows[k]->rev, ending(c->tx.arena, u)));
            u->out->rows++;
        }
    }
    return NULL;
}

/* The fields the import changed get what they held; a row it ended comes back as a new one. */
static struct err *put_back(struct change *c, struct batch_row *r)
{
    struct row *row = row_copy(c->tx.arena, r->now);
    for (int i = 0; row->of->fields[i].name != NULL; i++)
        if (!same(r->was.before->v[i], r->was.after->v[i]))
            row->v[i] = r->was.before->v[i];
    if (r->now->ended) {
        row->id = 0;
        row->rev = 0;
        row->ended = false;
    }
    return record_save(c, row->of, row, row->rev);
}

static struct err *take_back(struct change *c, const struct undoing *u, struct batch_row *r)
{
    if (r->was.rev > 1)
        TRY(put_back(c, r));
    else if (r->now->ended)
        return NULL;
    else {
        if (r->was.rec == &roster_member)
            TRY(end_file(c, u, r->was.row));
        TRY(record_end(c, r->was.rec, r->was.row, r->now->rev, ending(c->tx.arena, u)));
    }
    u->out->rows++;
    return NULL;
}

/* A person of the import, whole or not at all. */
static struct err *one_person(struct change *c, const struct undoing *u, const struct of_person *p)
{
    struct batch_row *all;
    int person;
    TRY(judge_person(&c->tx, u->who, u->batch->id, p, &all, &person));
    for (int i = 0; i < p->n; i++) {
        struct batch_row *r = &all[i];
        bool asked = r->kind == BATCH_CHANGED || r->kind == BATCH_CITED;
        if (r->kind == BATCH_DONE || r->held)
            continue;
        if (r->kind == BATCH_OUTSIDE || (asked && !chosen(u, r)))
            u->out->kept++;
        else
            TRY(take_back(c, u, r));
    }
    return NULL;
}

static struct err *undo_person(struct change *c, const struct undoing *u, const struct of_person *p)
{
    struct batch_undone before = *u->out;
    TRY(change_next(c, undo_what(c->tx.arena, u->batch->id)));
    TRY(change_mark(c));
    struct err *e = one_person(c, u, p);
    if (e == NULL || e->kind != ERR_INVALID)
        return e;
    *u->out = before;
    u->out->refused++;
    return change_back(c);
}

/* One commit of people whose changes stand below *below. */
static struct err *undo_some(struct db *db, struct arena *a, const struct undoing *u, int64_t *below, bool *more)
{
    struct change_row *rows;
    int n, written = 0;
    int64_t next = *below;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, u->who, undo_what(a, u->batch->id), &c));
    TRY(change_rows(&c.tx, row_int(u->batch, "first"), *below, batch_what(a, u->batch->id, NULL), PEOPLE_AT_ONCE, &rows,
                    &n));
    for (int i = 0; i < n && written < ROWS_A_COMMIT;) {
        struct of_person p = person_at(rows, n, i);
        TRY(undo_person(&c, u, &p));
        written += p.n;
        i += p.n;
        next = p.rows[0].seq;
    }
    *more = n > 0;
    TRY(change_commit(&c));
    *below = next;
    return NULL;
}

static struct err *close_both(struct db *db, struct arena *a, const struct who *who, int64_t batch, int64_t undo)
{
    struct row *r;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "import", &c));
    TRY(record_read(&c.tx, &roster_batch, who, batch, &r));
    row_set(r, "undone", "1");
    TRY(record_save(&c, &roster_batch, r, r->rev));
    TRY(record_read(&c.tx, &roster_batch, who, undo, &r));
    int64_t last;
    TRY(change_last(&c.tx, &last));
    row_set_int(a, r, "last", last);
    TRY(record_save(&c, &roster_batch, r, r->rev));
    return change_commit(&c);
}

/* The batch that takes this one back: begun before, or now. */
static struct err *undo_batch(struct db *db, struct arena *a, const struct who *who, const struct row *batch,
                              int64_t *out)
{
    change_scope struct change c = {0};
    struct db_val args[] = {db_int(batch->id)};
    TRY(change_begin(db, a, who, "import", &c));
    TRY(db_one_int(&c.tx, "SELECT id FROM roster_batch WHERE undoes = ?1 AND ended = 0", args, 1, 0, out));
    if (*out == 0)
        TRY(new_batch(&c, row_text(batch, "name"), 0, batch->id, out));
    return change_commit(&c);
}

struct err *batch_undo(struct db *db, struct arena *a, const struct who *who, int64_t batch,
                       const struct batch_choice *choices, int n, struct batch_undone *out)
{
    const struct who by = unscoped(who);
    struct row *b;
    int64_t undo;
    *out = (struct batch_undone){0};
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(record_read(&tx, &roster_batch, &by, batch, &b));
        TRY(db_commit(&tx));
    }
    TRY(batch_may_undo(a, b));
    TRY(undo_batch(db, a, &by, b, &undo));
    const struct undoing u = {.who = who, .batch = b, .choices = choices, .n_choices = n, .out = out};
    int64_t below = row_int(b, "last") + 1;
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = undo_some(db, chunk, &u, &below, &more);
        if (e != NULL)
            return err_keep(a, e);
    }
    return close_both(db, a, &by, batch, undo);
}
