/* house.c: writes a district's units, positions and approved posts. */
#include <string.h>

#include "base/ids.h"
#include "demo/put.h"
#include "roster/roster.h"

enum { BLOCK = 4096 }; /* ids taken at first; then as many as were used so far, as asking may read the whole table */

static struct err *take_id(struct writer *w, const struct record *rec, int64_t *out)
{
    int i = record_index(rec);
    if (i < 0 || i >= RECORDS_MOST)
        return ERR(w->change->tx.arena, ERR_FAULT, "record %s has index %d", rec->name, i);
    if (w->ids[i].next == w->ids[i].end) {
        struct db_tx *tx = &w->change->tx;
        if (w->sending)
            TRY(db_pipeline_end(tx));
        int64_t more = w->ids[i].used > BLOCK ? w->ids[i].used : BLOCK;
        TRY(record_reserve(w->change, rec, more, &w->ids[i].next));
        if (w->sending)
            TRY(db_pipeline_begin(tx));
        w->ids[i].end = w->ids[i].next + more;
        w->ids[i].used += more;
    }
    *out = w->ids[i].next++;
    return NULL;
}

struct err *put_row(struct writer *w, const struct record *rec, int64_t scope, struct row **out)
{
    struct row *row = row_new(w->change->tx.arena, rec);
    row->scope = scope;
    TRY(take_id(w, rec, &row->id));
    *out = row;
    return NULL;
}

struct err *put_save(struct writer *w, struct row *row)
{
    w->rows++;
    return record_save(w->change, row->of, row, 0);
}

const char *put_int(struct arena *a, int64_t n)
{
    char text[24], *p = text + sizeof text;
    *--p = '\0';
    uint64_t left = n < 0 ? (uint64_t)-n : (uint64_t)n;
    do
        *--p = (char)('0' + left % 10);
    while ((left /= 10) != 0);
    if (n < 0)
        *--p = '-';
    return arena_strdup(a, p);
}

const char *put_date(struct arena *a, struct date d)
{
    char text[DATE_TEXT];
    return date_is(d) ? arena_strdup(a, date_iso(d, text)) : NULL;
}

const char *put_month(struct arena *a, int month)
{
    return put_date(a, month_date(month, 0));
}

static struct err *put_unit(struct writer *w, const char *name, const char *short_name, const char *kind,
                            const char *node, const char *level, int64_t parent, int seat, struct row **out)
{
    struct arena *a = w->change->tx.arena;
    TRY(put_row(w, &roster_unit, -1, out));
    PUT(*out, "name", name);
    PUT(*out, "short_name", short_name);
    PUT(*out, "kind", kind);
    PUT(*out, "node", node);
    PUT(*out, "level", level);
    PUT(*out, "parent", parent == 0 ? NULL : put_int(a, parent));
    PUT(*out, "seat", put_int(a, seat));
    return NULL;
}

static struct err *above(struct writer *w, struct district *d)
{
    struct row *row;
    if (w->province == 0) {
        TRY(put_unit(w, "虚岭省", NULL, "group", "3", "1A11", 0, 1, &row));
        TRY(put_save(w, row));
        w->province = row->id;
    }
    if (d->index % 10 == 0) {
        TRY(put_unit(w, d->city, NULL, "group", "3", "1A21", w->province, d->index / 10 + 1, &row));
        TRY(put_save(w, row));
        w->city = row->id;
    }
    TRY(put_unit(w, d->name, NULL, "group", "3", "1A31", w->city, d->index % 10 + 1, &row));
    PUT(row, "division", d->code);
    TRY(put_save(w, row));
    d->node = row->id;
    return NULL;
}

/* A credit code with the registrar of its kind and the invented division. */
static const char *credit_code(struct arena *a, const struct district *d, const struct unit *u)
{
    const char *kind = u->body->kind;
    const char *front = strcmp(kind, "institution") == 0         ? "12"
                        : strcmp(kind, "mass_organisation") == 0 ? "13"
                        : strcmp(kind, "state_firm") == 0        ? "91"
                                                                 : "11";
    char *code = arena_printf(a, "%s%s%09dX", front, d->code, (int)(u->id % 1000000000));
    code[17] = ids_credit_check(code);
    return code;
}

static struct err *write_unit(struct writer *w, const struct district *d, struct unit *u, int seat)
{
    struct arena *a = w->change->tx.arena;
    const struct body *b = u->body;
    struct row *row;
    int64_t parent = u->parent < 0 ? d->node : d->units[u->parent].id;
    TRY(put_unit(w, u->name, u->short_name, b->kind, "1", demo_level(b->level), parent, seat, &row));
    u->id = row->id;
    PUT(row, "credit_code", credit_code(a, d, u));
    PUT(row, "sectors", b->sectors);
    PUT(row, "division", u->division);
    if (b->former != NULL)
        PUT(row, "former_names", arena_printf(a, b->former, d->name));
    TRY(put_save(w, row));
    u->scope = row->scope;
    return NULL;
}

static struct err *write_positions(struct writer *w, const struct district *d, struct unit *u)
{
    struct arena *a = w->change->tx.arena;
    const struct pattern *pattern = u->body->pattern;
    const char *head = *u->body->head != '\0' ? u->body->head : d->name + strlen(d->name) - 3;
    const char *unit = put_int(a, u->id);
    for (int i = 0; i <= pattern->n; i++) {
        const struct slot *s = i < pattern->n ? &pattern->slots[i] : NULL;
        struct row *row;
        TRY(put_row(w, &roster_position, u->scope, &row));
        PUT(row, "unit", unit);
        PUT(row, "name", s == NULL ? "工作人员" : arena_printf(a, s->title, head));
        PUT(row, "level", demo_level(s == NULL ? LEVEL_CLERK : s->level));
        PUT(row, "leading_post", s == NULL ? "0" : "1");
        PUT(row, "chief", s == NULL ? "Z" : s->chief ? "1" : "3");
        PUT(row, "function", s == NULL ? NULL : s->function);
        PUT(row, "counts_in_quota", s == NULL ? "0" : "1");
        PUT(row, "closed_home",
            s == NULL                ? NULL
            : s->flags & SLOT_COUNTY ? "county"
            : s->flags & SLOT_TOWN   ? "township"
                                     : NULL);
        PUT(row, "seat", put_int(a, i + 1));
        *(s == NULL ? &u->staff_position : &u->position[i]) = row->id;
        TRY(put_save(w, row));
    }
    return NULL;
}

static struct err *quota(struct writer *w, const struct district *d, const struct unit *u, enum level l, int approved,
                         struct date from, struct date to)
{
    struct arena *a = w->change->tx.arena;
    struct row *row;
    TRY(put_row(w, &roster_quota, u->scope, &row));
    PUT(row, "unit", put_int(a, u->id));
    PUT(row, "level", demo_level(l));
    PUT(row, "approved", put_int(a, approved));
    PUT(row, "from_on", put_date(a, from));
    PUT(row, "to_on", put_date(a, to));
    PUT(row, "document", arena_printf(a, "%.6s编办〔%d〕%d号", d->name, date_year(from), (int)(u->id % 90) + 1));
    return put_save(w, row);
}

static struct err *write_quotas(struct writer *w, const struct district *d, const struct unit *u)
{
    struct date reform = date_make(2019, 3, 1), later = date_make(2023, 7, 1);
    for (enum level l = LEVEL_DEPUTY_SECTION; l < LEVELS; l++) {
        if (u->approved[l] < 0)
            continue;
        if (u->old_quota && l == LEVEL_DEPUTY_SECTION)
            TRY(quota(w, d, u, l, u->approved[l] > 0 ? u->approved[l] - 1 : 0, reform, date_add_days(later, -1)));
        TRY(quota(w, d, u, l, u->approved[l], u->old_quota && l == LEVEL_DEPUTY_SECTION ? later : reform,
                  DATE_UNKNOWN));
    }
    return NULL;
}

/* A share beyond the rule's: found, or agreed to. */
static struct err *write_share(struct writer *w, const struct district *d, const struct unit *u)
{
    struct arena *a = w->change->tx.arena;
    int year = demo_last_graded(d);
    if (u->grades == CASE_SHARE && year == date_year(d->today) - 1 && !d->forms) {
        struct planted p = {"CSA-2020-SHARE", "roster.unit_grade", arena_printf(a, "%lld:1", (long long)u->id)};
        w->plant(w->ctx, &p);
    }
    if (u->grades != CASE_SHARE_AGREED)
        return NULL;
    struct row *row;
    TRY(put_row(w, &roster_grade_share, u->scope, &row));
    PUT(row, "unit", put_int(a, u->id));
    PUT(row, "year", put_int(a, year));
    PUT(row, "grade", "1");
    PUT(row, "share", "25");
    PUT(row, "agreed_on", put_date(a, date_make(year, 12, 20)));
    PUT(row, "document", arena_printf(a, "%.6s委组考〔%d〕%d号", d->name, year, (int)(u->id % 90) + 1));
    return put_save(w, row);
}

struct err *demo_write_house(struct writer *w, struct district *d)
{
    TRY(above(w, d));
    for (int i = 0; i < d->n_units; i++)
        TRY(write_unit(w, d, &d->units[i], i + 1));
    for (int i = 0; i < d->n_units; i++) {
        TRY(write_positions(w, d, &d->units[i]));
        TRY(write_quotas(w, d, &d->units[i]));
        TRY(write_share(w, d, &d->units[i]));
    }
    return NULL;
}
