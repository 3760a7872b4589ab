/* correct.c: see correct.h. */
#include "roster/correct.h"

#include <string.h>

#include "base/vec.h"
#include "roster/roster.h"

enum { MERGERS_MOST = 20 };

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The field by which rows of a record of ours stand in a person's file; -1: none. */
static int owner_field(const struct record *rec)
{
    if (strncmp(rec->name, "roster.", 7) != 0 || rec->concerns == NULL || rec->guarded || rec->quiet)
        return -1;
    int f = record_field(rec, rec->concerns);
    return strcmp(rec->fields[f].to, roster_member.name) == 0 ? f : -1;
}

struct err *correct_rows(struct db_tx *tx, const struct who *who, int64_t member, struct row ***rows, int *n)
{
    VEC(struct row *) all = {0};
    for (int i = 0; i < record_count(); i++) {
        const struct record *rec = record_at(i);
        struct row **some;
        int k;
        if (owner_field(rec) < 0 || rec->class > who->sees)
            continue;
        TRY(record_of(tx, rec, who, rec->concerns, member, CORRECT_ROWS, &some, &k));
        for (int j = 0; j < k; j++)
            *VEC_PUSH(&all, tx->arena) = some[j];
    }
    *rows = all.p;
    *n = (int)all.n;
    return NULL;
}

bool correct_same(const struct row *a, const struct row *b)
{
    if (a->of != b->of)
        return false;
    for (int f = 0; a->of->fields[f].name != NULL; f++) {
        const char *name = a->of->fields[f].name;
        bool place = strcmp(name, a->of->concerns) == 0 || strcmp(name, "seat") == 0 || strcmp(name, "under") == 0;
        if (!place && !same(a->v[f], b->v[f]))
            return false;
    }
    return true;
}

static struct err *need_reason(struct arena *a, const char *reason)
{
    if (reason != NULL && reason[strspn(reason, " \t\r\n")] != '\0')
        return NULL;
    return err_field(err_say(ERR(a, ERR_INVALID, "a correction needs a reason"), "record.reason", NULL), "reason");
}

static struct err *refuse(struct arena *a, const char *field, const char *say)
{
    return err_field(err_say(ERR(a, ERR_INVALID, "%s", say), say, NULL), field);
}

/* Nobody is his own relative: a reference to the person whose file it is in is let go, with what was confirmed. */
static void no_self(struct row *row, int field)
{
    row->v[field] = NULL;
    int kin = record_field(row->of, "kin");
    if (kin >= 0)
        row->v[kin] = NULL;
}

static struct err *move_row(struct change *c, struct row *row, int64_t to)
{
    int own = owner_field(row->of);
    for (int f = 0; row->of->fields[f].name != NULL; f++) {
        const struct field *field = &row->of->fields[f];
        if (f != own && field->type == FIELD_REF && strcmp(field->to, roster_member.name) == 0 &&
            row_int(row, field->name) == to)
            no_self(row, f);
    }
    row_set_int(c->tx.arena, row, row->of->concerns, to);
    return record_save(c, row->of, row, row->rev);
}

/* ---- two files become one ---- */
static bool there_already(const struct row *row, struct row *const *rows, int n)
{
    for (int i = 0; i < n; i++)
        if (correct_same(row, rows[i]))
            return true;
    return false;
}

/* Nested periods hang on a row that may be ended as the same: they then hang on nothing. */
static void let_go(struct row *row, const int64_t *ended, int n)
{
    int f = record_field(row->of, "under");
    for (int i = 0; f >= 0 && i < n; i++)
        if (row_int(row, "under") == ended[i])
            row->v[f] = NULL;
}

static struct err *join_rows(struct change *c, const struct correct_merge *m, struct correct_done *out)
{
    struct row **kept, **given;
    int n_kept, n, n_ended = 0;
    TRY(correct_rows(&c->tx, c->who, m->keep, &kept, &n_kept));
    TRY(correct_rows(&c->tx, c->who, m->give_up, &given, &n));
    int64_t *ended = arena_array(c->tx.arena, int64_t, n + 1);
    for (int i = 0; i < n; i++)
        if (there_already(given[i], kept, n_kept)) {
            TRY(record_end(c, given[i]->of, given[i]->id, given[i]->rev, m->reason));
            if (given[i]->of == &roster_resume)
                ended[n_ended++] = given[i]->id;
            given[i]->ended = true;
            out->same++;
        }
    for (int i = 0; i < n; i++) {
        if (given[i]->ended)
            continue;
        let_go(given[i], ended, n_ended);
        TRY(move_row(c, given[i], m->keep));
        out->moved++;
    }
    return NULL;
}

/* Rows of others that name the person given up: a relative's family row. */
static struct err *point_others(struct change *c, const struct correct_merge *m, struct correct_done *out)
{
    for (int i = 0; i < record_count(); i++) {
        const struct record *rec = record_at(i);
        int own = owner_field(rec);
        for (int f = 0; own >= 0 && rec->fields[f].name != NULL; f++) {
            struct row **rows;
            int n;
            const struct field *field = &rec->fields[f];
            if (f == own || field->type != FIELD_REF || field->gone || strcmp(field->to, roster_member.name) != 0)
                continue;
            TRY(record_of(&c->tx, rec, c->who, field->name, m->give_up, CORRECT_ROWS, &rows, &n));
            for (int k = 0; k < n; k++, out->pointed++) {
                bool himself = row_int(rows[k], rec->concerns) == m->keep;
                if (himself)
                    no_self(rows[k], f);
                else
                    row_set_int(c->tx.arena, rows[k], field->name, m->keep);
                TRY(record_save(c, rec, rows[k], rows[k]->rev));
            }
        }
    }
    return NULL;
}

static struct err *give_up(struct change *c, const struct correct_merge *m, struct row *given)
{
    row_set_int(c->tx.arena, given, "merged_into", m->keep);
    TRY(record_save(c, &roster_member, given, given->rev));
    return record_end(c, &roster_member, given->id, given->rev, m->reason);
}

static void join_fields(const struct correct_merge *m, struct row *kept, const struct row *given)
{
    static const char *const own[] = {"merged_into", "name_pinyin"};
    for (int f = 0; kept->of->fields[f].name != NULL; f++) {
        bool stays = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            stays |= strcmp(kept->of->fields[f].name, own[i]) == 0;
        if (!stays && given->v[f] != NULL && (kept->v[f] == NULL || (m->theirs != NULL && m->theirs[f])))
            kept->v[f] = given->v[f];
    }
}

struct err *correct_merge(struct db *db, struct arena *a, const struct who *who, const struct correct_merge *m,
                          struct correct_done *out)
{
    struct row *kept, *given;
    struct correct_done done = {.member = m->keep};
    struct who whole = *who; /* entries he may not read move along unseen: a file is not torn apart */
    whole.sees = CLASS_SEALED;
    TRY(need_reason(a, m->reason));
    if (m->keep == m->give_up)
        return refuse(a, "with", "roster.merge.self");
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &whole, m->reason, &c));
    TRY(record_read(&c.tx, &roster_member, who, m->keep, &kept));
    TRY(record_read(&c.tx, &roster_member, who, m->give_up, &given));
    if (kept->ended || given->ended)
        return refuse(a, "with", "roster.merge.gone");
    TRY(join_rows(&c, m, &done));
    TRY(point_others(&c, m, &done));
    TRY(give_up(&c, m, row_copy(a, given)));
    TRY(record_read(&c.tx, &roster_member, who, m->keep, &kept)); /* a moved post may have told his unit */
    join_fields(m, kept, given);
    TRY(record_save(&c, &roster_member, kept, kept->rev));
    TRY(change_commit(&c));
    *out = done;
    return NULL;
}

/* ---- rows go to their right owner ---- */
static struct err *move_all(struct change *c, const struct correct_move *m, int64_t to, struct correct_done *out)
{
    struct row **all;
    int n;
    TRY(correct_rows(&c->tx, c->who, m->from, &all, &n));
    for (int i = 0; i < n; i++) {
        bool chosen = false, outer = false;
        int64_t under = all[i]->of == &roster_resume ? row_int(all[i], "under") : 0;
        for (int k = 0; k < m->n; k++) {
            const struct row *r = m->rows[k];
            if (r->of == all[i]->of && r->id == all[i]->id && r->rev != all[i]->rev)
                return err_say(ERR(c->tx.arena, ERR_CONFLICT, "%s %lld", r->of->name, (long long)r->id),
                               "record.conflict", NULL);
            chosen |= r->of == all[i]->of && r->id == all[i]->id;
            outer |= under != 0 && r->of == all[i]->of && r->id == under;
        }
        if (!chosen && !outer)
            continue;
        if (under != 0 && !outer)
            row_set(all[i], "under", NULL);
        TRY(move_row(c, all[i], to));
        out->moved++;
    }
    return NULL;
}

struct err *correct_move(struct db *db, struct arena *a, const struct who *who, const struct correct_move *m,
                         struct correct_done *out)
{
    struct row *from, *to;
    struct correct_done done = {.member = m->to};
    TRY(need_reason(a, m->reason));
    if (m->n == 0)
        return refuse(a, "row", "roster.move.none");
    if (m->to == m->from)
        return refuse(a, "to", "roster.merge.self");
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, m->reason, &c));
    TRY(record_read(&c.tx, &roster_member, who, m->from, &from));
    if (m->to == 0) {
        TRY(record_save(&c, &roster_member, m->person, 0));
        done.member = m->person->id;
    } else {
        TRY(record_read(&c.tx, &roster_member, who, m->to, &to));
        if (to->ended)
            return refuse(a, "to", "roster.merge.gone");
    }
    TRY(move_all(&c, m, done.member, &done));
    TRY(change_commit(&c));
    *out = done;
    return NULL;
}

struct err *correct_leads(struct db_tx *tx, const struct who *who, const struct row *member, int64_t *out)
{
    *out = 0;
    for (int i = 0; i < MERGERS_MOST && member->ended && row_text(member, "merged_into") != NULL; i++) {
        struct row *next;
        struct err *e = record_read(tx, &roster_member, who, row_int(member, "merged_into"), &next);
        if (e != NULL && e->kind == ERR_MISSING)
            return NULL; /* out of the reader's scope */
        TRY(e);
        member = next;
        *out = next->id;
    }
    return NULL;
}
