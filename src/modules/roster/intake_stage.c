/* intake_stage.c: see intake_stage.h. */
#include "roster/intake_stage.h"

#include <string.h>

#include "roster/batch.h"
#include "roster/lrmx.h"
#include "roster/roster.h"

enum { PEOPLE_A_COMMIT = 200, ROWS_A_COMMIT = 500, PAGE = 100 };

/* ---- choices ---- */
static void free_json(void *p)
{
    json_decref(p);
}

struct err *intake_choice_read(struct arena *a, const char *text, struct intake_choice *out)
{
    *out = (struct intake_choice){0};
    if (text == NULL)
        return NULL;
    json_t *o = json_loads(text, 0, NULL);
    if (!json_is_object(o)) {
        json_decref(o);
        return ERR(a, ERR_FAULT, "a staged choice is not a JSON object");
    }
    arena_defer(a, free_json, o);
    out->as = json_integer_value(json_object_get(o, "as"));
    out->leave = json_is_true(json_object_get(o, "leave"));
    out->ours = json_object_get(o, "ours");
    out->end = json_object_get(o, "end");
    return NULL;
}

char *intake_diff_key(struct arena *a, const struct intake_diff *d)
{
    const char *set = strchr(d->of->name, '.') + 1;
    if (d->of == &roster_member)
        return arena_printf(a, "member.%s", d->of->fields[d->field].name);
    if (d->field >= 0)
        return arena_printf(a, "%s.%lld.%s", set, (long long)d->row, d->of->fields[d->field].name);
    return d->mine >= 0 ? arena_printf(a, "%s.+%d", set, d->mine) : arena_printf(a, "%s.-%lld", set, (long long)d->row);
}

static bool holds(const json_t *keys, const char *key)
{
    size_t i;
    json_t *k;
    json_array_foreach(keys, i, k) if (json_is_string(k) && strcmp(json_string_value(k), key) == 0) return true;
    return false;
}

static bool fits(const char *pattern, const char *key)
{
    size_t n = strlen(pattern);
    if (n > 0 && pattern[n - 1] == '*')
        return strncmp(pattern, key, n - 1) == 0;
    return strcmp(pattern, key) == 0;
}

/* The last entry that fits a difference says which side stays. */
static bool keeps_ours(const json_t *ours, const char *key)
{
    bool keeps = false;
    size_t i;
    json_t *k;
    json_array_foreach(ours, i, k)
    {
        const char *s = json_string_value(k);
        if (s != NULL && fits(s + (*s == '!'), key))
            keeps = *s != '!';
    }
    return keeps;
}

void intake_choose(struct arena *a, const struct intake_choice *c, struct intake_result *r)
{
    if (r->kind != INTAKE_CHANGED && r->kind != INTAKE_UNCHANGED)
        return;
    bool some = false;
    for (size_t i = 0; i < r->diffs.n; i++) {
        struct intake_diff *d = &r->diffs.p[i];
        char *key = intake_diff_key(a, d);
        bool lacks = d->field < 0 && d->mine < 0;
        d->take = lacks ? holds(c->end, key) : !keeps_ours(c->ours, key);
        some |= d->take;
    }
    if (some)
        r->kind = INTAKE_CHANGED;
}

/* ---- dry run into a stage ---- */
struct staging {
    struct db *db;
    const struct who *who;
    struct arena *a, *chunk;
    struct db_tx tx;
    const char *const *names;
    const char *const *paths;
    int n_paths;
    int64_t stage, n;
    int in_chunk;
};

static struct err *close_chunk(struct staging *s, bool good)
{
    struct err *e = NULL;
    if (s->chunk == NULL)
        return NULL;
    if (good)
        e = db_commit(&s->tx);
    if (e != NULL)
        e = err_keep(s->a, e);
    db_end(&s->tx);
    arena_free(s->chunk);
    s->chunk = NULL;
    s->in_chunk = 0;
    return e;
}

static struct err *open_chunk(struct staging *s)
{
    if (s->chunk != NULL)
        return NULL;
    s->chunk = arena_new();
    struct err *e = db_begin_write(s->db, s->chunk, &s->tx);
    if (e != NULL) {
        e = err_keep(s->a, e);
        arena_free(s->chunk);
        s->chunk = NULL;
    }
    return e;
}

static const char *shown_name(const struct staging *s, const char *path)
{
    for (int i = 0; i < s->n_paths; i++)
        if (strcmp(s->paths[i], path) == 0)
            return s->names[i];
    return path;
}

static struct err *stage_form(void *p, struct arena *fresh, const struct form_item *item)
{
    struct staging *s = p;
    TRY(open_chunk(s));
    struct intake *in = intake_of_item(fresh, item);
    in->file = shown_name(s, item->file);
    struct intake_result r;
    TRY(intake_compare(&s->tx, s->who, in, 0, &r));
    const char *name = in->member != NULL ? row_text(in->member, "name") : NULL;
    const struct load_stage_item row = {.n = ++s->n,
                                        .kind = intake_kind_name(r.kind),
                                        .label = name != NULL        ? name
                                                 : in->entry != NULL ? in->entry
                                                                     : in->file,
                                        .said = intake_said(fresh, in)};
    TRY(load_stage_add(&s->tx, s->stage, &row));
    return ++s->in_chunk >= PEOPLE_A_COMMIT ? close_chunk(s, true) : NULL;
}

/* With the last people the stage becomes visible. */
static struct err *finish(struct staging *s)
{
    TRY(open_chunk(s));
    TRY(load_stage_set(&s->tx, s->stage, "open", NULL));
    return close_chunk(s, true);
}

struct err *intake_stage_forms(struct db *db, struct arena *a, const struct who *who, const char *const *paths,
                               const char *const *names, int n, int64_t *stage_out)
{
    struct staging s = {.db = db, .who = who, .a = a, .names = names, .paths = paths, .n_paths = n};
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_write(db, a, &tx));
        const char *name = n == 1 ? names[0] : arena_printf(a, "%s +%d", names[0], n - 1);
        TRY(load_stage_new(&tx, who, INTAKE_STAGE, name, &s.stage));
        TRY(db_commit(&tx));
    }
    struct err *e = form_each(a, paths, (size_t)n, stage_form, &s);
    if (e == NULL)
        e = finish(&s);
    if (e == NULL) {
        *stage_out = s.stage;
        return NULL;
    }
    e = err_keep(a, e);
    struct err *closed = close_chunk(&s, false);
    (void)closed; /* a rollback */
    return e;
}

/* ---- writing what was decided ---- */
static bool wanted(const struct load_stage_item *i, const struct intake_choice *c)
{
    if (c->leave)
        return false;
    return strcmp(i->kind, "new") == 0 || strcmp(i->kind, "changed") == 0 || c->as != 0;
}

static struct err *refuse(struct change *c, int64_t stage, const struct load_stage_item *i, struct intake *in,
                          struct err *why)
{
    in->refused = why;
    return load_stage_item_set(&c->tx, stage, i->n, "refused", intake_said(c->tx.arena, in), NULL);
}

static struct err *write_item(struct change *c, int64_t stage, int64_t batch, const struct load_stage_item *i,
                              struct intake_written *w)
{
    struct intake_choice choice;
    struct intake *in;
    struct intake_result r;
    int64_t member;
    if (strcmp(i->kind, "title") == 0 || strcmp(i->kind, "row") == 0)
        return NULL; /* of a table, and no person */
    TRY(intake_choice_read(c->tx.arena, i->choice, &choice));
    if (!wanted(i, &choice)) {
        if (strcmp(i->kind, "unchanged") == 0)
            w->unchanged++;
        else
            w->left++;
        return NULL;
    }
    TRY(intake_unsaid(c->tx.arena, i->said[0] == '[' ? i->report : i->said, &in));
    TRY(change_next(c, batch_what(c->tx.arena, batch, in->entry != NULL ? in->entry : in->file)));
    TRY(intake_compare(&c->tx, c->who, in, choice.as, &r));
    intake_choose(c->tx.arena, &choice, &r);
    if (r.kind == INTAKE_DOUBTFUL) { /* became a question since the dry run */
        w->left++;
        return load_stage_item_set(&c->tx, stage, i->n, "doubtful", NULL, NULL);
    }
    struct err *e = intake_apply(c, in, &r, &member);
    if (e != NULL && e->kind == ERR_INVALID) {
        w->left++;
        return refuse(c, stage, i, in, e);
    }
    TRY(e);
    w->people++;
    return load_stage_item_set(&c->tx, stage, i->n, "written", NULL, NULL);
}

/* One commit of items after *from. */
static struct err *write_some(struct db *db, struct arena *a, const struct who *who, int64_t stage, int64_t batch,
                              int64_t *from, struct intake_written *w, bool *more)
{
    change_scope struct change c = {0};
    struct load_stage_item *items;
    int n, rows = 0;
    TRY(change_begin(db, a, who, "import", &c));
    TRY(load_stage_items(&c.tx, stage, NULL, *from, PAGE, &items, &n));
    for (int i = 0; i < n && rows < ROWS_A_COMMIT; i++) {
        if (strcmp(items[i].kind, "written") != 0)
            TRY(write_item(&c, stage, batch, &items[i], w));
        rows += c.n;
        *from = items[i].n;
    }
    *more = n > 0;
    return change_commit(&c);
}

static struct err *stage_name(struct db *db, struct arena *a, const struct who *who, int64_t stage, const char **out)
{
    struct load_stage s;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(load_stage_read(&tx, who, INTAKE_STAGE, stage, &s));
    *out = s.name;
    return db_commit(&tx);
}

struct err *intake_stage_write(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                               struct intake_written *out)
{
    int64_t from = 0, batch;
    const char *name = "";
    *out = (struct intake_written){0};
    TRY(stage_name(db, a, who, stage, &name));
    TRY(batch_begin(db, a, who, name, stage, &batch));
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = write_some(db, chunk, who, stage, batch, &from, out, &more);
        if (e != NULL)
            return err_keep(a, e);
    }
    TRY(batch_end(db, a, who, batch, out->people > 0));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(load_stage_set(&tx, stage, "written", NULL));
    return db_commit(&tx);
}
