/* list.c: GET /roster/member: the roster over the columns: every condition judged over everyone in scope, the true
 * count, one page of rows. Names and posts of the page's rows alone are read from the database. */
#include <pthread.h>
#include <string.h>

#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/people.h"

enum { VIEWS = 8, KEPT = 16, UNITS_SELECT = 600 };

/* ---- the official views and how many stand in each: kept while nobody has written ---- */
const char *people_view_filter(struct arena *a, struct date today, int view, const char **key)
{
    char iso[DATE_TEXT];
    static const struct {
        const char *key, *filter;
    } all[] = {{"all", ""},
               {"in_office", "status = in_office"},
               {"chiefs", "status = in_office and leading and chief = 'chief'"},
               {"ten_years", "status = in_office and leading and years_in_post >= 10"},
               {"retiring", NULL},
               {"women", "status = in_office and sex = female"},
               {"incomplete", "status = in_office and papers_lacking > 0"}};
    if (view < 0 || view >= (int)(sizeof all / sizeof *all))
        return NULL;
    *key = all[view].key;
    if (all[view].filter != NULL)
        return all[view].filter;
    return arena_printf(a, "status = in_office and retires between %s and %s",
                        date_iso(date_make(date_year(today), date_month(today), 1), iso),
                        arena_strdup(a, date_iso(date_add_months(today, 12), (char[DATE_TEXT]){0})));
}

static struct kept {
    int64_t version, n[VIEWS];
    int32_t day;
    struct scope scope;
    const struct facts *of;
} kept[KEPT];
static int next_kept;
static pthread_mutex_t keeping = PTHREAD_MUTEX_INITIALIZER;

static bool is_kept(const struct kept *k, const struct facts_root *root, const struct scope *scope)
{
    bool same = k->of == facts_shared() && k->of != NULL && k->version == facts_version(root) &&
                k->day == facts_day(root).v && k->scope.n == scope->n;
    return same && memcmp(k->scope.ranges, scope->ranges, sizeof *scope->ranges * (size_t)scope->n) == 0;
}

static struct err *count_views(struct arena *a, const struct facts_root *root, const struct people *p,
                               const struct scope *scope, int64_t *out)
{
    const char *key, *filter;
    for (int v = 0; (filter = people_view_filter(a, facts_day(root), v, &key)) != NULL; v++) {
        struct expr *e = NULL;
        struct facts_page page;
        struct expr_env env = {.today = facts_day(root)};
        if (*filter != '\0')
            TRY(expr_parse(a, p->world, p->subject, filter, NULL, &e));
        struct facts_select q = {.subject = p->subject, .filter = e, .env = &env, .scope = scope};
        TRY(facts_list(root, a, &q, &page));
        out[v] = page.total;
    }
    return NULL;
}

static struct err *views_of(struct arena *a, const struct facts_root *root, const struct people *p,
                            const struct scope *scope, int64_t *out)
{
    bool found = false;
    pthread_mutex_lock(&keeping);
    for (int i = 0; i < KEPT && !found; i++)
        if ((found = is_kept(&kept[i], root, scope)))
            memcpy(out, kept[i].n, sizeof kept[i].n);
    pthread_mutex_unlock(&keeping);
    if (found)
        return NULL;
    TRY(count_views(a, root, p, scope, out));
    pthread_mutex_lock(&keeping);
    struct kept *k = &kept[next_kept++ % KEPT];
    *k = (struct kept){.version = facts_version(root), .day = facts_day(root).v, .scope = *scope, .of = facts_shared()};
    memcpy(k->n, out, sizeof k->n);
    pthread_mutex_unlock(&keeping);
    return NULL;
}

/* ---- JSON ---- */
static void value_out(struct buf *b, struct expr_value v)
{
    char iso[DATE_TEXT];
    if (v.state == EXPR_UNKNOWN)
        buf_puts(b, "null");
    else if (v.state == EXPR_NONE)
        buf_puts(b, "\"none\"");
    else if (v.type == EXPR_BOOL)
        buf_puts(b, v.n ? "true" : "false");
    else if (v.type == EXPR_CODE)
        buf_json(b, codes_code(codes_list(v.codes), (int)v.n));
    else if (v.type == EXPR_DATE)
        buf_json(b, date_iso((struct date){(int32_t)v.n}, iso));
    else
        buf_int(b, v.n);
}

static struct err *answer_json(struct req *rq, const struct people *p, const struct people_rows *r)
{
    struct buf b = BUF(rq->arena);
    buf_puts(&b, "{\"rows\":[");
    for (int i = 0; i < r->page.n; i++) {
        const struct roster_q_member_line *line = r->lines[i];
        buf_puts(&b, i > 0 ? ",{\"id\":" : "{\"id\":");
        buf_int(&b, r->page.rows[i].id);
        buf_puts(&b, ",\"name\":");
        buf_json(&b, line->name);
        buf_puts(&b, ",\"unit\":");
        if (line->unit > 0)
            buf_int(&b, line->unit);
        else
            buf_puts(&b, "null");
        buf_puts(&b, ",\"post_text\":");
        buf_json(&b, line->post_text);
        for (int c = 0; c < p->n_cols; c++) {
            buf_puts(&b, ",\"");
            buf_puts(&b, p->world->subjects[p->subject]->facts[p->cols[c]].name);
            buf_puts(&b, "\":");
            value_out(&b, facts_value(r->root, p->subject, r->page.rows[i].at, p->cols[c]));
        }
        buf_putc(&b, '}');
    }
    buf_puts(&b, "],\"total\":");
    buf_int(&b, r->page.total);
    buf_puts(&b, ",\"total_exact\":true,\"unknown\":");
    buf_int(&b, r->page.unknown);
    buf_puts(&b, ",\"next\":");
    buf_json(&b, r->next);
    buf_puts(&b, ",\"prev\":");
    buf_json(&b, r->prev);
    buf_putc(&b, '}');
    return respond_json_text(rq, &b);
}

struct err *people_units(struct req *rq, struct db_tx *tx, const struct people *p, struct people_rows *r)
{
    struct roster_q_unit_line *line;
    int64_t id = p->unit > 0 ? p->unit : p->body;
    r->many = facts_rows(r->root, facts_subject("unit")) > UNITS_SELECT;
    if (!r->many)
        return roster_q_units(tx, &rq->who->scope, &r->units, &r->n_units);
    if (id <= 0)
        return NULL;
    TRY(roster_q_unit_line(tx, id, &line));
    r->units = arena_new_of(rq->arena, struct roster_q_units);
    r->n_units = line != NULL;
    if (line != NULL)
        *r->units = (struct roster_q_units){.id = line->id, .parent = line->parent, .name = line->name};
    return NULL;
}

/* ---- rows ---- */
static struct err *read_lines(struct req *rq, struct db_tx *tx, struct people_rows *r)
{
    r->lines = arena_array(rq->arena, struct roster_q_member_line *, r->page.n + 1);
    for (int i = 0; i < r->page.n; i++) {
        TRY(roster_q_member_line(tx, r->page.rows[i].id, &r->lines[i]));
        if (r->lines[i] == NULL) /* the columns and this transaction are true as of one place */
            return ERR(rq->arena, ERR_FAULT, "member %lld stands in the columns only", (long long)r->page.rows[i].id);
    }
    return NULL;
}

static void places(struct req *rq, const struct people *p, struct people_rows *r)
{
    struct people q = *p;
    bool back = p->before != NULL, forth = p->after != NULL;
    if (r->page.n == 0)
        return;
    q.before = NULL;
    q.after = r->page.cursors[r->page.n - 1];
    if (back || r->page.more)
        r->next = people_address(rq->arena, &q, true);
    q.after = NULL;
    q.before = r->page.cursors[0];
    if (forth || (back && r->page.more))
        r->prev = people_address(rq->arena, &q, true);
}

/* Who asks for a name searches; else the files of the rows shown may be opened as the day's work. */
static struct err *log_rows(struct req *rq, struct db_tx *tx, const struct people *p, const struct people_rows *r)
{
    bool named = p->name != NULL && *p->name != '\0';
    int64_t *ids = arena_array(rq->arena, int64_t, r->page.n + 1);
    for (int i = 0; i < r->page.n; i++)
        ids[i] = r->page.rows[i].id;
    if (!named)
        req_met(rq, ids, (size_t)r->page.n);
    return req_searches(rq, tx, p->name, r->page.total);
}

static struct err *read_rows(struct req *rq, struct people *p, struct people_rows *r)
{
    struct facts_select q;
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, p->day, &tx, &r->root));
    TRY(people_select(&tx, rq->who, r->root, p, &q));
    TRY(facts_list(r->root, rq->arena, &q, &r->page));
    if (p->before != NULL && r->page.n < p->limit) { /* the first page is a whole one */
        p->before = q.after = NULL;
        q.before = false;
        TRY(facts_list(r->root, rq->arena, &q, &r->page));
    }
    TRY(read_lines(rq, &tx, r));
    places(rq, p, r);
    TRY(log_rows(rq, &tx, p, r));
    if (!rq->json) {
        TRY(views_of(rq->arena, r->root, p, &rq->who->scope, r->views));
        TRY(people_units(rq, &tx, p, r));
    }
    return db_commit(&tx);
}

static struct err *read_frame(struct req *rq, struct people *p, struct people_rows *r)
{
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, DATE_UNKNOWN, &tx, &r->root));
    struct people none = *p;
    none.unit = none.body = 0; /* it may be the wrong one, outside the scope */
    TRY(views_of(rq->arena, r->root, p, &rq->who->scope, r->views));
    TRY(people_units(rq, &tx, &none, r));
    return db_commit(&tx);
}

static bool was_chosen(const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(pairs[i].name, "f.", 2) == 0)
            return true;
    return false;
}

struct err *people_page(struct req *rq)
{
    struct people p;
    struct people_rows r = {0};
    size_t n;
    const struct pair *pairs = req_query_all(rq, &n);
    struct err *e = people_read(rq->arena, rq->who, pairs, n, &p);
    if (e == NULL && !rq->json && !rq->htmx && was_chosen(pairs, n)) {
        p.after = p.before = NULL;
        return respond_see_other(rq, "%s", people_address(rq->arena, &p, false));
    }
    if (e == NULL)
        e = read_rows(rq, &p, &r);
    if (e != NULL && (rq->json || e->kind != ERR_INVALID))
        return e;
    if (rq->json)
        return answer_json(rq, &p, &r);
    r.wrong = e;
    if (e != NULL)
        TRY(read_frame(rq, &p, &r));
    TRY(people_labels(rq, &p, &r, &rq->labels));
    if (rq->htmx && e == NULL)
        respond_header(rq, "HX-Push-Url", people_address(rq->arena, &p, true));
    return e != NULL ? respond_form(rq, "roster/member-list", json_object(), e)
                     : respond_page(rq, "roster/member-list", json_object());
}
