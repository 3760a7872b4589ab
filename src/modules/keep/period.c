/* period.c: how long something is kept, as cited parameters by date, and the nightly look for what has reached its end.
 * Nothing set: it is kept. What is marked waits for two persons. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "keep/keep.h"

enum { A_NIGHT = 500 }; /* marks of one record */

static bool is_kept(const char *what)
{
    for (int i = 0; what != NULL && i < record_count(); i++)
        if (strcmp(record_at(i)->keep, what) == 0)
            return true;
    return false;
}

static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    int64_t months = row_int(row, "months");
    if (row_text(row, "what") != NULL && !is_kept(row_text(row, "what")))
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "no period is called '%s'", row_text(row, "what")),
                                        "keep.no_such_period", NULL),
                                "what"));
    if (row_text(row, "months") != NULL && (months < 1 || months > 1800))
        err_join(all,
                 err_field(err_say(ERR(tx->arena, ERR_INVALID, "%lld months", (long long)months), "keep.months", NULL),
                           "months"));
    return NULL;
}

static const struct field fields[] = {{"what", FIELD_TEXT, .max = 60, .required = true},
                                      {"months", FIELD_INT, .max = 4}, /* NULL: kept, from that day on */
                                      {"from_on", FIELD_DATE, .required = true},
                                      {"citation", FIELD_TEXT, .max = 300, .required = true},
                                      {"note", FIELD_TEXT, .max = 300},
                                      {0}};
const struct record keep_period = {.name = "keep.period",
                                   .fields = fields,
                                   .list = "what months from_on citation note",
                                   .order = "what from_on",
                                   .purpose = "keep.purpose.period",
                                   .basis = "PIPL-19",
                                   .readers = "supervision archives security system audit",
                                   .keep = "keep.period",
                                   .keep_from = "change",
                                   .class = CLASS_OPEN,
                                   .check = check};

/* ---- the event a period counts from, as an expression over t ---- */
static const char *event_sql(struct arena *a, const struct record *rec)
{
    int f = record_field(rec, rec->keep_from);
    if (f >= 0 && (rec->fields[f].type == FIELD_DATE || rec->fields[f].type == FIELD_PDATE))
        return arena_printf(a, "t.%s", rec->keep_from);
    if (strcmp(rec->keep_from, "member_left") != 0)
        return NULL; /* ends with what it hangs on, or counts from its last change and is kept */
    /* 调出 and 已去世: 离退 stays under the district's care */
    static const char left[] = "CASE WHEN %s.status IN ('3', '4') THEN %s.status_on END";
    return rec->concerns == NULL
               ? arena_printf(a, left, "t", "t")
               : arena_printf(a,
                              "(SELECT CASE WHEN m.status IN ('3', '4') THEN m.status_on END FROM roster_member m"
                              " WHERE m.id = t.%s)",
                              rec->concerns);
}

struct ended {
    int64_t row;
    struct date at;
};

static struct err *in_force(struct db_tx *tx, const char *what, int64_t *months, const char **citation)
{
    char day[DATE_TEXT];
    bool more;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(what), db_text(date_iso(clock_today(), day))};
    *months = 0;
    TRY(db_query(tx,
                 "SELECT months, citation FROM keep_period WHERE what = ?1 AND from_on <= ?2 AND ended = 0"
                 " ORDER BY from_on DESC, id DESC LIMIT 1",
                 args, 2, &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    *months = db_col_int(&rows, 0);
    *citation = arena_strdup(tx->arena, db_col_text(&rows, 1));
    return NULL;
}

/* The first A_NIGHT that nobody was asked about: also what two persons left standing is not asked about again. */
static struct err *find(struct db_tx *tx, const struct record *rec, const char *event, int64_t months,
                        struct ended *out, int *n_out)
{
    struct arena *a = tx->arena;
    char limit[DATE_TEXT], last[DATE_TEXT];
    db_rows_scope struct db_rows rows = {0};
    date_iso(date_add_months(clock_today(), -(int)months), limit);
    struct db_val args[] = {db_text(rec->name), db_text(limit), db_int(A_NIGHT * 4)};
    TRY(db_query(
        tx,
        arena_printf(a,
                     "SELECT t.id, %s AS at FROM %s t WHERE %s <= ?2 AND NOT EXISTS (SELECT 1 FROM keep_request r"
                     " WHERE r.record = ?1 AND r.row = t.id AND r.ended = 0) ORDER BY t.id LIMIT ?3",
                     event, record_table(a, rec), event),
        args, 3, &rows));
    *n_out = 0;
    for (bool more = true; *n_out < A_NIGHT;) {
        struct ended e = {0};
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        e.row = db_col_int(&rows, 0);
        /* of a month or a year the last day counts: never too early */
        if (date_parse(db_col_text(&rows, 1), &e.at) && strcmp(date_iso(date_last(e.at), last), limit) <= 0)
            out[(*n_out)++] = e;
    }
    return NULL;
}

static struct err *mark(struct db *db, struct arena *a, const struct record *rec, const char *event, int64_t *n_out)
{
    struct ended *found = arena_array(a, struct ended, A_NIGHT);
    const char *citation = NULL;
    int64_t months = 0;
    int n = 0;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "periods that ended", &c));
    TRY(in_force(&c.tx, rec->keep, &months, &citation));
    if (months == 0)
        return NULL;
    TRY(find(&c.tx, rec, event, months, found, &n));
    for (int i = 0; i < n; i++) {
        char day[DATE_TEXT];
        struct row *r = row_new(a, &keep_request);
        row_set(r, "record", rec->name);
        row_set_int(a, r, "row", found[i].row);
        row_set(r, "ground", arena_printf(a, "%s + %lld", date_iso(found[i].at, day), (long long)months));
        row_set(r, "citation", citation);
        row_set(r, "state", "open");
        row_set_date(a, r, "marked_on", clock_today());
        TRY(record_save(&c, &keep_request, r, 0));
    }
    *n_out += n;
    return change_commit(&c);
}

struct err *marks_make(struct db *db, struct arena *a, int64_t *n_out)
{
    *n_out = 0;
    for (int i = 0; i < record_count(); i++) {
        const char *event = event_sql(a, record_at(i));
        if (event != NULL)
            TRY(mark(db, a, record_at(i), event, n_out));
    }
    return NULL;
}
