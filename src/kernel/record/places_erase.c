/* places_erase.c: the erasure of what places.c found, as one change. */
#include <string.h>

#include "record/inner.h"
#include "record/log.h"
#include "record/places.h"
#include "record/verify.h"

static const struct who everywhere = {.name = "erase", .role = "console", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

/* The reference goes by a revision of its own; the one before, which held it, after that. */
static struct err *unlink_row(struct change *c, const struct places *p, const struct place *at)
{
    const struct record *rec = record_find(at->record);
    struct row *row = NULL;
    int64_t rev;
    TRY(record_read(&c->tx, rec, &everywhere, at->row, &row));
    rev = row->rev;
    for (const struct field *f = rec->fields; f->name != NULL; f++)
        if (f->type == FIELD_REF && strcmp(f->to, p->of->name) == 0 && row_int(row, f->name) == p->id)
            row_set(row, f->name, NULL);
    TRY(record_save(c, rec, row, rev));
    return row->rev == rev ? NULL : log_erase(c, rec->name, row->id, rev, rev);
}

static struct err *outside(struct change *c, const struct places *p)
{
    struct place *tables = NULL;
    const char **texts = NULL;
    int n = 0;
    TRY(places_outside(&c->tx, &tables, &texts, &n));
    for (int t = 0; t < n; t++)
        for (size_t i = 0; i < p->needles.n; i++) {
            struct db_val args[] = {db_text(p->needles.p[i])};
            TRY(db_run(&c->tx,
                       arena_printf(c->tx.arena, "DELETE FROM %s WHERE %s(%s, ?1) > 0", tables[t].record,
                                    db_kind(c->tx.db) == DB_SQLITE ? "instr" : "strpos", texts[t]),
                       args, 1, NULL));
        }
    return NULL;
}

/* Erased already, by a place before: nothing more to do. */
static struct err *gone_is_fine(struct err *e)
{
    return e != NULL && e->kind == ERR_MISSING ? NULL : e;
}

/* A row that goes as a whole needs no unlinking, which would write a new revision. */
static bool goes(const struct places *p, const struct place *at)
{
    for (size_t i = 0; i < p->v.n; i++)
        if (p->v.p[i].kind == PLACE_ROW && p->v.p[i].row == at->row && strcmp(p->v.p[i].record, at->record) == 0)
            return true;
    return false;
}

struct err *places_erase(struct change *c, const struct places *p)
{
    for (size_t i = 0; i < p->v.n; i++) /* while what they refer to still stands */
        if (p->v.p[i].kind == PLACE_UNLINK && !goes(p, &p->v.p[i]))
            TRY(unlink_row(c, p, &p->v.p[i]));
    for (size_t i = 0; i < p->v.n; i++) {
        const struct place *at = &p->v.p[i];
        if (at->kind == PLACE_ROW || at->kind == PLACE_FILE || at->kind == PLACE_OLD)
            TRY(gone_is_fine(log_erase(c, at->record, at->row, at->first, at->last)));
        else if (at->kind == PLACE_HEAD)
            TRY(gone_is_fine(log_erase_head(c, at->row)));
    }
    return outside(c, p);
}
