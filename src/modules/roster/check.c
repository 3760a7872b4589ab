/* check.c: see check.h. Each check joins what is wrong to *all and returns only what went wrong in reading. */
#include "roster/check.h"

#include <string.h>

#include "base/clock.h"
#include "roster/roster.h"

enum { TREE_DEPTH = 40 };

/* Joins an error to *all when `later` is certainly before `earlier`. */
static void in_order(struct db_tx *tx, const struct row *row, const char *earlier, const char *later, struct err **all)
{
    struct date a = row_date(row, earlier), b = row_date(row, later);
    if (!date_is(a) || !date_is(b) || date_le(a, b) != TRI_FALSE)
        return;
    struct err *e = ERR(tx->arena, ERR_INVALID, "%s: %s before %s", row->of->name, later, earlier);
    err_join(all, err_field(err_say(e, "roster.before", "first", row_text(row, earlier), NULL), later));
}

static void not_future(struct db_tx *tx, const struct row *row, const char *field, struct err **all)
{
    if (date_le(row_date(row, field), clock_today()) != TRI_FALSE || !date_is(row_date(row, field)))
        return;
    struct err *e = ERR(tx->arena, ERR_INVALID, "%s: %s lies in the future", row->of->name, field);
    err_join(all, err_field(err_say(e, "roster.future", NULL), field));
}

struct err *roster_check_period(struct db_tx *tx, const struct row *row, struct err **all)
{
    in_order(tx, row, "from_on", "to_on", all);
    return NULL;
}

struct err *roster_check_unit(struct db_tx *tx, const struct row *row, struct err **all)
{
    int64_t up = row_int(row, "parent");
    for (int depth = 0; up != 0; depth++) {
        if (depth == TREE_DEPTH || up == row->id) {
            struct err *e = ERR(tx->arena, ERR_INVALID, "unit %lld stands above itself", (long long)row->id);
            err_join(all, err_field(err_say(e, "roster.cycle", NULL), "parent"));
            return NULL;
        }
        struct row *above = NULL;
        TRY(record_read(tx, &roster_unit, &who_console, up, &above));
        up = row_int(above, "parent");
    }
    return NULL;
}

struct err *roster_check_member(struct db_tx *tx, const struct row *row, struct err **all)
{
    not_future(tx, row, "birth", all);
    not_future(tx, row, "work_start", all);
    not_future(tx, row, "party_joined", all);
    in_order(tx, row, "birth", "work_start", all);
    in_order(tx, row, "birth", "party_joined", all);
    int64_t base = row_int(row, "base_age");
    if (row_text(row, "base_age") != NULL && base != 50 && base != 55 && base != 60) {
        struct err *e = ERR(tx->arena, ERR_INVALID, "base age %lld", (long long)base);
        err_join(all, err_field(err_say(e, "roster.base_age", NULL), "base_age"));
    }
    return NULL;
}

struct err *roster_check_post(struct db_tx *tx, const struct row *row, struct err **all)
{
    in_order(tx, row, "from_on", "to_on", all);
    in_order(tx, row, "from_on", "probation_until", all);
    struct date to = row_date(row, "to_on");
    if (row_int(row, "current") != 0 && date_is(to) && date_le(clock_today(), to) == TRI_FALSE) {
        struct err *e = ERR(tx->arena, ERR_INVALID, "a current post ended");
        err_join(all, err_field(err_say(e, "roster.current_ended", NULL), "current"));
    }
    return NULL;
}

struct err *roster_check_family(struct db_tx *tx, const struct row *row, struct err **all)
{
    not_future(tx, row, "birth", all);
    if (row_int(row, "other") != 0 && row_int(row, "other") == row_int(row, "member")) {
        struct err *e = ERR(tx->arena, ERR_INVALID, "a relative of oneself");
        err_join(all, err_field(err_say(e, "roster.own_relative", NULL), "other"));
    }
    return NULL;
}

struct err *roster_check_measure(struct db_tx *tx, const struct row *row, struct err **all)
{
    not_future(tx, row, "decided_on", all);
    in_order(tx, row, "decided_on", "probation_until", all);
    in_order(tx, row, "decided_on", "rights_restored_on", all);
    in_order(tx, row, "decided_on", "cancelled_on", all);
    return NULL;
}

struct err *roster_check_appraisal(struct db_tx *tx, const struct row *row, struct err **all)
{
    int64_t year = row_int(row, "year");
    if (year != 0 && (year < 1949 || year > date_year(clock_today()))) {
        struct err *e = ERR(tx->arena, ERR_INVALID, "appraisal of %lld", (long long)year);
        err_join(all, err_field(err_say(e, "roster.year", NULL), "year"));
    }
    return NULL;
}

void roster_derive_member(struct arena *a, struct row *row)
{
    const char *name = row_text(row, "name");
    row_set(row, "name_pinyin", name == NULL ? NULL : roster_initials(a, name));
}

struct err *roster_post_saved(struct change *c, const struct row *before, const struct row *after)
{
    (void)before;
    if (c->bulk || row_int(after, "current") == 0 || row_int(after, "main") == 0 || row_int(after, "unit") == 0 ||
        after->ended)
        return NULL;
    struct row *member = NULL;
    TRY(record_read(&c->tx, &roster_member, c->who, row_int(after, "member"), &member));
    if (row_int(member, "unit") == row_int(after, "unit"))
        return NULL;
    row_set(member, "unit", row_text(after, "unit"));
    return record_save(c, &roster_member, member, member->rev);
}
