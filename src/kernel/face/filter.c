/* filter.c: see filter.h. */
#include "face/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

int face_subject(const struct record *rec)
{
    for (int i = 0; i < facts_registered(); i++) {
        const struct facts_subject *s = facts_declared(i);
        if (s->record != NULL && strcmp(s->record, rec->name) == 0 && s->count_of == NULL)
            return i;
    }
    return -1;
}

static const char *lapsed_when(const struct record *rec)
{
    int subject = face_subject(rec);
    return subject < 0 ? NULL : facts_declared(subject)->lapsed;
}

bool face_lapses(const struct record *rec)
{
    return lapsed_when(rec) != NULL;
}

static struct err *refused(struct arena *a, const char *say, const char *value)
{
    return err_field(err_say(ERR(a, ERR_INVALID, "filter: %s %s", say, value), say, "value", value, NULL), "filter");
}

struct err *face_filter_parse(struct arena *a, const struct record *rec, const struct who *who, const char *text,
                              struct expr **out)
{
    const struct expr_world *world;
    const char *fact = "";
    int subject = face_subject(rec);
    if (subject < 0)
        return refused(a, "face.no_filter", "");
    TRY(facts_world(a, &world));
    TRY(err_field(expr_parse(a, world, subject, text, NULL, out), "filter"));
    if (expr_type_of(*out) != EXPR_BOOL)
        return refused(a, "face.no_condition", text);
    int class = expr_class(*out, &fact);
    if (class > (int)who->sees || (class >= CLASS_CASE && class > (int)rec->class))
        return refused(a, "face.secret_fact", fact);
    for (int i = 0; i < facts_registered(); i++) /* counting a person's rows would tell of those in the sealed file */
        if (facts_declared(i)->lapsed != NULL &&
            strstr(expr_text(a, *out), arena_printf(a, "(%s:", facts_declared(i)->name)) != NULL)
            return refused(a, "face.secret_fact", facts_declared(i)->name);
    return NULL;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct err *face_filter_ids(struct db_tx *tx, struct facts *f, const struct record *rec, const struct who *who,
                            const struct expr *e, int64_t **ids_out, int *n_out, int64_t *unknown_out)
{
    facts_scope const struct facts_root *root = NULL;
    if (f == NULL)
        return err_say(ERR(tx->arena, ERR_BUSY, "no columns are held"), "facts.loading", "percent", "0", NULL);
    TRY(facts_read(f, tx, &root));
    const struct expr_env env = {.today = facts_day(root)};
    struct facts_job job = {.subject = face_subject(rec), .when = e, .env = &env};
    facts_judge(root, tx->arena, &who->scope, &job, 1);
    int64_t *ids = arena_array(tx->arena, int64_t, job.hits.n + 1);
    for (int i = 0; i < job.hits.n; i++)
        ids[i] = job.hits.p[i].id;
    qsort(ids, (size_t)job.hits.n, sizeof *ids, by_id);
    *ids_out = ids;
    *n_out = job.hits.n;
    *unknown_out = job.hits.unknown;
    return NULL;
}

struct err *face_filter_use(struct db_tx *tx, struct face_query *q)
{
    struct expr *e;
    int64_t *ids;
    int n;
    if (q->filter == NULL)
        return NULL;
    TRY(face_filter_parse(tx->arena, q->rec, q->who, q->filter, &e));
    TRY(face_filter_ids(tx, facts_shared(), q->rec, q->who, e, &ids, &n, &q->unknown));
    if (n > FACE_FOUND_MOST)
        return err_field(err_say(ERR(tx->arena, ERR_INVALID, "the filter finds %d rows", n), "face.found_many", "most",
                                 arena_printf(tx->arena, "%d", FACE_FOUND_MOST), NULL),
                         "filter");
    q->ids = face_ids_text(tx->arena, ids, n);
    return NULL;
}

char *face_ids_text(struct arena *a, const int64_t *ids, int n)
{
    struct buf b = BUF(a);
    for (int i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(&b, ',');
        buf_int(&b, ids[i]);
    }
    return buf_str(&b);
}

/* ---- what lapsed ---- */
struct err *face_lapsed_ids(struct db_tx *tx, const struct record *rec, int64_t **out, int *n_out)
{
    static const struct who everywhere = {.scope = SCOPE_ALL};
    const struct expr_world *world;
    struct expr *e;
    int64_t unknown;
    *n_out = 0;
    if (!face_lapses(rec))
        return NULL;
    TRY(facts_world(tx->arena, &world));
    TRY(expr_parse(tx->arena, world, face_subject(rec), lapsed_when(rec), NULL, &e));
    return face_filter_ids(tx, facts_shared(), rec, &everywhere, e, out, n_out, &unknown);
}

bool face_lapsed_has(const int64_t *ids, int n, int64_t id)
{
    return n > 0 && bsearch(&id, ids, (size_t)n, sizeof id, by_id) != NULL;
}
