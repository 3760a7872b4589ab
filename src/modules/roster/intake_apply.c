/* intake_apply.c: writes what was chosen of a file, the member first, then the rows of his sets. */
#include <string.h>

#include "record/codes.h"
#include "roster/facts.h"
#include "roster/intake.h"
#include "roster/roster.h"

static void defaults(struct arena *a, struct row *m)
{
    const struct code_list *status = codes_list("roster.status");
    if (row_text(m, "status") == NULL)
        row_set(m, "status", codes_code(status, codes_find(status, "in_office")));
    row_set(m, "name_pinyin", roster_initials(a, row_text(m, "name")));
}

/* A form of version 3 does not say a man's base age; there is only one (RET-2025-1). */
static void base_age(struct row *m)
{
    const char *sex = row_text(m, "sex");
    if (row_text(m, "base_age") == NULL && sex != NULL &&
        codes_find(codes_list("roster.sex"), sex) == roster_codes.male)
        row_set(m, "base_age", "60");
}

static struct err *save_new_row(struct change *c, const struct intake *in, enum intake_set s, int i, int64_t member)
{
    struct row *r = row_copy(c->tx.arena, in->sets[s].rows[i]);
    r->id = 0;
    row_set_int(c->tx.arena, r, "member", member);
    if (in->sets[s].under[i] >= 0) {
        int64_t outer = in->sets[s].rows[in->sets[s].under[i]]->id;
        if (outer != 0)
            row_set_int(c->tx.arena, r, "under", outer);
    }
    TRY(record_save(c, r->of, r, 0));
    in->sets[s].rows[i]->id = r->id;
    return NULL;
}

static struct err *check_one(struct change *c, struct row *row, const char *but, struct err **all)
{
    struct err *e = record_check(c, row, but);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    err_join(all, e);
    return NULL;
}

/* Asked for all rows before the first is written, so that nothing has to be undone: a mark costs a copy of each page
 * touched since, for every person. */
static struct err *check_new(struct change *c, const struct intake *in, struct row *m)
{
    struct err *all = NULL;
    TRY(check_one(c, m, NULL, &all));
    for (int s = 0; s < INTAKE_SETS; s++)
        for (int i = 0; i < in->sets[s].n; i++)
            TRY(check_one(c, in->sets[s].rows[i], "member", &all));
    return all;
}

static struct err *write_new(struct change *c, const struct intake *in, struct row *m)
{
    if (in->photo != NULL) {
        int64_t file;
        TRY(file_put(c, in->photo, in->n_photo, in->photo_type, &file));
        row_set_int(c->tx.arena, m, "photo", file);
    }
    TRY(record_save(c, &roster_member, m, 0));
    for (int s = 0; s < INTAKE_SETS; s++)
        for (int i = 0; i < in->sets[s].n; i++)
            TRY(save_new_row(c, in, s, i, m->id));
    return NULL;
}

static struct err *apply_new(struct change *c, const struct intake *in, int64_t *member_out)
{
    struct row *m = row_copy(c->tx.arena, in->member);
    defaults(c->tx.arena, m);
    base_age(m);
    TRY(check_new(c, in, m));
    struct err *e = write_new(c, in, m);
    if (e != NULL && e->kind == ERR_INVALID) /* not foreseen by the check: half a person must not stay */
        e->kind = ERR_FAULT;
    *member_out = m->id;
    return e;
}

static struct row *row_of(const struct intake_result *r, enum intake_set s, int64_t id)
{
    for (int i = 0; i < r->n_rows[s]; i++)
        if (r->rows[s][i]->id == id)
            return r->rows[s][i];
    return NULL;
}

static enum intake_set set_of(const struct record *rec)
{
    enum intake_set s = 0;
    while (s < INTAKE_SETS && intake_set_record(s) != rec)
        s++;
    return s;
}

/* Values are laid into the rows read by the comparison; each touched row is then saved once. */
static struct err *apply_changed(struct change *c, const struct intake *in, struct intake_result *r)
{
    struct row *m = r->ours;
    for (size_t i = 0; i < r->diffs.n; i++) {
        const struct intake_diff *d = &r->diffs.p[i];
        if (!d->take)
            continue;
        enum intake_set s = set_of(d->of);
        if (d->of == &roster_member)
            m->v[d->field] = d->theirs;
        else if (d->field >= 0)
            row_of(r, s, d->row)->v[d->field] = d->theirs;
        else if (d->mine >= 0)
            TRY(save_new_row(c, in, s, d->mine, r->member));
        else
            TRY(record_end(c, d->of, d->row, row_of(r, s, d->row)->rev, "导入的文件里没有这一条，经选择不再保留"));
    }
    if (in->photo != NULL && row_text(m, "photo") == NULL) {
        int64_t file;
        TRY(file_put(c, in->photo, in->n_photo, in->photo_type, &file));
        row_set_int(c->tx.arena, m, "photo", file);
    }
    defaults(c->tx.arena, m);
    TRY(record_save(c, &roster_member, m, m->rev));
    for (int s = 0; s < INTAKE_SETS; s++)
        for (int k = 0; k < r->n_rows[s]; k++) {
            bool touched = false;
            for (size_t i = 0; i < r->diffs.n; i++)
                touched |= r->diffs.p[i].take && r->diffs.p[i].row == r->rows[s][k]->id && r->diffs.p[i].field >= 0 &&
                           r->diffs.p[i].of == r->rows[s][k]->of;
            if (touched)
                TRY(record_save(c, r->rows[s][k]->of, r->rows[s][k], r->rows[s][k]->rev));
        }
    return NULL;
}

struct err *intake_apply(struct change *c, const struct intake *in, struct intake_result *r, int64_t *member_out)
{
    if (r->kind == INTAKE_REFUSED || r->kind == INTAKE_DOUBTFUL)
        return ERR(c->tx.arena, ERR_INVALID, "a %s person is not written", intake_kind_name(r->kind));
    *member_out = r->member;
    if (r->kind == INTAKE_UNCHANGED)
        return NULL;
    if (r->kind == INTAKE_NEW)
        return apply_new(c, in, member_out);
    TRY(change_mark(c));
    struct err *e = apply_changed(c, in, r);
    if (e != NULL && e->kind == ERR_INVALID)
        TRY(change_back(c));
    return e;
}
