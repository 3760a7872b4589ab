/* save.c: the only writers of rows. Each save checks the values and the revision the person saw, writes the row and its
 * revision, and keeps the scope of what hangs on it true. */
#include "record/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

enum { FIELDS_MOST = 120 };

static struct err *ref_there(struct change *c, const struct field *f, const char *value)
{
    struct arena *a = c->tx.arena;
    int64_t there, scope;
    if (near_find(c, record_find(f->to), field_bind(f, value).i, &scope)) /* saved in this transaction, not ended */
        return NULL;
    const char *sql =
        arena_printf(a, "SELECT count(*) FROM %s WHERE id = ?1 AND ended = 0", known_of(record_find(f->to))->table);
    struct db_val args[] = {field_bind(f, value)};
    TRY(db_one_int(&c->tx, sql, args, 1, 0, &there));
    if (there == 0)
        return err_field(err_say(ERR(a, ERR_INVALID, "field %s: no %s %s", f->name, f->to, value), "field.ref", "value",
                                 value, NULL),
                         f->name);
    return NULL;
}

static struct err *only_one(struct change *c, const struct row *row, const struct field *f, const char *value)
{
    struct arena *a = c->tx.arena;
    int64_t there;
    const char *sql = arena_printf(a, "SELECT count(*) FROM %s WHERE %s = ?1 AND ended = 0 AND id <> ?2",
                                   known_of(row->of)->table, f->name);
    struct db_val args[] = {field_bind(f, value), db_int(row->id)};
    TRY(db_one_int(&c->tx, sql, args, 2, 0, &there));
    if (there != 0)
        return err_field(err_say(ERR(a, ERR_INVALID, "field %s: '%.60s' is there already", f->name, value),
                                 "field.unique", "value", value, NULL),
                         f->name);
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Has this installation not been cleared for what a field holds? Bulk loads and logs are asked too; only the number of
 * the file a log is about is kept in any case, and what a row about nobody holds. Of findings the judge asks it
 * himself: they are as secret as the facts they rest on. */
static struct err *too_secret(struct change *c, const struct row *row, int field)
{
    const struct record *rec = row->of;
    enum class class = record_field_class(rec, field), most;
    if (class <= CLASS_INTERNAL || (rec->quiet && rec->fields[field].type == FIELD_REF) ||
        (!rec->quiet && rec->concerns == NULL && rec->unit == NULL) ||
        (c->who->account == 0 && strcmp(c->who->role, "judge") == 0))
        return NULL;
    TRY(change_class_most(c, &most));
    if (class <= most)
        return NULL;
    return err_field(err_say(ERR(c->tx.arena, ERR_INVALID, "%s.%s is of class %d, this installation holds up to %d",
                                 rec->name, rec->fields[field].name, (int)class, (int)most),
                             "record.class_most", NULL),
                     rec->fields[field].name);
}

/* Every field error at once; faults of the database end it. before is NULL for a new row: what did not change is not
 * asked again, so that old rows stay savable when the declaration grew stricter. but: the field not looked at, -1. */
static struct err *check_row(struct change *c, const struct row *row, const struct row *before, int but)
{
    struct err *all = NULL;
    for (int i = 0; row->of->fields[i].name != NULL; i++) {
        const struct field *f = &row->of->fields[i];
        const char *v = row->v[i];
        if (i == but || (before != NULL && same(v, before->v[i])))
            continue;
        struct err *e = NULL;
        if (v == NULL) {
            if (f->required)
                e = err_field(
                    err_say(ERR(c->tx.arena, ERR_INVALID, "field %s is required", f->name), "field.required", NULL),
                    f->name);
        } else {
            e = value_check(c->tx.arena, f, v);
            if (e == NULL)
                e = too_secret(c, row, i);
            if (e == NULL && !c->bulk && f->type == FIELD_REF)
                e = ref_there(c, f, v);
            if (e == NULL && !c->bulk && f->unique)
                e = only_one(c, row, f, v);
        }
        if (e != NULL && e->kind == ERR_FAULT)
            return e;
        err_join(&all, e);
    }
    if (row->of->check != NULL && !c->bulk) {
        struct err *e = row->of->check(&c->tx, row, &all);
        if (e != NULL)
            /* a fault of its own, never &all */
            return e; // cppcheck-suppress returnDanglingLifetime
    }
    return all;
}

/* Order of the unit or person a row hangs on; -1 when it hangs on none. */
static struct err *scope_of(struct change *c, const struct row *row, int64_t *out)
{
    const char *by =
        row->of->concerns != NULL && row_text(row, row->of->concerns) != NULL ? row->of->concerns : row->of->unit;
    *out = -1;
    if (by == NULL)
        return NULL;
    const struct field *f = &row->of->fields[record_field(row->of, by)];
    const char *v = row_text(row, by);
    if (v == NULL)
        return NULL;
    static const char sql[] = "SELECT scope FROM %s WHERE id = ?1";
    struct db_val args[] = {field_bind(f, v)};
    if (near_find(c, record_find(f->to), args[0].i, out))
        return NULL;
    return db_one_int(&c->tx, arena_printf(c->tx.arena, sql, known_of(record_find(f->to))->table), args, 1, -1, out);
}

/* A person moved to another unit: everything in his file moves with him. */
static struct err *scope_follows(struct change *c, const struct row *row)
{
    for (int i = 0; i < record_count(); i++) {
        const struct record *r = record_at(i);
        if (r->concerns == NULL || strcmp(r->fields[record_field(r, r->concerns)].to, row->of->name) != 0)
            continue;
        struct db_val args[] = {db_int(row->scope), db_int(row->id)};
        TRY(db_run(&c->tx,
                   arena_printf(c->tx.arena, "UPDATE %s SET scope = ?1 WHERE %s = ?2", known_of(r)->table, r->concerns),
                   args, 2, NULL));
    }
    return NULL;
}

static struct err *write_row(struct change *c, const struct known *k, const struct row *row, int64_t seen, bool fresh)
{
    struct db_val args[FIELDS_MOST + 5] = {db_int(row->id), db_int(row->rev), db_int(row->ended), db_int(row->scope)};
    if (k->n_fields > FIELDS_MOST)
        return ERR(c->tx.arena, ERR_FAULT, "%s has %d fields", row->of->name, k->n_fields);
    for (int i = 0; i < k->n_fields; i++)
        args[i + 4] = field_bind(&row->of->fields[i], row->v[i]);
    if (fresh)
        return db_run(&c->tx, k->insert, args, k->n_fields + 4, NULL);
    args[k->n_fields + 4] = db_int(seen);
    int64_t changed = 0;
    TRY(db_run(&c->tx, k->update, args, k->n_fields + 5, &changed));
    if (changed == 0)
        return err_say(ERR(c->tx.arena, ERR_CONFLICT, "%s %lld is no longer at revision %lld", row->of->name,
                           (long long)row->id, (long long)seen),
                       "record.conflict", NULL);
    return NULL;
}

static struct err *place_in_tree(struct change *c, struct row *row, const struct row *before)
{
    const char *by = row->of->tree;
    int64_t parent = row_int(row, by), from, to;
    if (before != NULL) {
        row->scope = before->scope;
        return same(row_text(row, by), row_text(before, by)) ? NULL : tree_move(c, row->of, row->id, parent);
    }
    TRY(tree_place(&c->tx, row->of, parent, &from, &to));
    struct db_val args[] = {db_int(from), db_int(to), db_int(row->id)};
    row->scope = from;
    return db_run(
        &c->tx,
        arena_printf(c->tx.arena, "UPDATE %s SET scope = ?1, scope_to = ?2 WHERE id = ?3", known_of(row->of)->table),
        args, 3, NULL);
}

static bool same_row(const struct row *a, const struct row *b)
{
    for (int i = 0; a->of->fields[i].name != NULL; i++)
        if (!same(a->v[i], b->v[i]))
            return false;
    return a->ended == b->ended;
}

static struct err *store(struct change *c, struct row *row, const struct row *before, int64_t seen, const char *reason)
{
    const struct record *rec = row->of;
    row->rev = before == NULL ? 1 : before->rev + 1;
    TRY(write_row(c, known_of(rec), row, seen, before == NULL));
    if (rec->tree != NULL)
        TRY(place_in_tree(c, row, before));
    TRY(revision_write(c, rec->name, row->id, row->rev, body_write(c->tx.arena, row, reason)));
    if (before != NULL && before->scope != row->scope && rec->tree == NULL)
        TRY(scope_follows(c, row));
    if (rec->tree != NULL || row->ended)
        near_forget(c);
    else if (rec->concerns == NULL)
        near_put(c, rec, row->id, row->scope);
    return rec->saved == NULL ? NULL : rec->saved(c, before, row);
}

struct err *record_check(struct change *c, struct row *row, const char *but)
{
    if (row->of->derive != NULL)
        row->of->derive(c->tx.arena, row);
    return check_row(c, row, NULL, but == NULL ? -1 : record_field(row->of, but));
}

struct err *record_save(struct change *c, const struct record *rec, struct row *row, int64_t rev)
{
    struct arena *a = c->tx.arena;
    struct row *before = NULL;
    if (rec->derive != NULL && !c->bulk)
        rec->derive(a, row);
    if (rev != 0) {
        TRY(record_read(&c->tx, rec, c->who, row->id, &before));
        if (before->rev != rev)
            return err_say(ERR(a, ERR_CONFLICT, "%s %lld is at revision %lld, not %lld", rec->name, (long long)row->id,
                               (long long)before->rev, (long long)rev),
                           "record.conflict", NULL);
        row->ended = before->ended;
        if (same_row(before, row))
            return NULL;
    }
    TRY(check_row(c, row, before, -1));
    if (rec->tree == NULL && !(c->bulk && row->scope >= 0))
        TRY(scope_of(c, row, &row->scope));
    if (before == NULL && row->id == 0)
        TRY(record_reserve(c, rec, 1, &row->id));
    return store(c, row, before, rev, NULL);
}

struct err *record_end(struct change *c, const struct record *rec, int64_t id, int64_t rev, const char *reason)
{
    struct arena *a = c->tx.arena;
    if (reason == NULL || *reason == '\0')
        return err_field(err_say(ERR(a, ERR_INVALID, "ending needs a reason"), "record.reason", NULL), "reason");
    struct row *before = NULL;
    TRY(record_read(&c->tx, rec, c->who, id, &before));
    if (before->rev != rev || before->ended)
        return err_say(
            ERR(a, ERR_CONFLICT, "%s %lld is at revision %lld", rec->name, (long long)id, (long long)before->rev),
            "record.conflict", NULL);
    struct row *row = row_copy(a, before);
    row->ended = true;
    return store(c, row, before, rev, reason);
}
