/* order_pages.c: see order_pages.h. Numbers and the buttons up and down work without script; with it, rows are dragged
 * and the numbers follow. Seats are kept as 1, 2, 3 ...; only those that change are written, in one change. */
#include "roster/order_pages.h"

#include <stdlib.h>
#include <string.h>

#include "modules/roster/queries.h"
#include "roster/facts.h"
#include "roster/people.h"
#include "roster/roster.h"

enum { PEOPLE_MOST_HERE = 500 };

struct place {
    int64_t id, typed; /* typed: the number in its box */
    int at;            /* where it stood */
    const char *name, *post;
};
struct order {
    struct req *rq;
    struct row *unit;
    struct place *all;
    int n;
    bool cut;
};

static struct err *read_order(struct order *o)
{
    struct req *rq = o->rq;
    struct facts_page page;
    struct facts_select q;
    struct expr *e;
    struct people p = {.body = rq->id, .limit = PEOPLE_MOST_HERE, .subject = facts_subject("member")};
    const struct facts_root *root;
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, DATE_UNKNOWN, &tx, &root));
    TRY(record_read(&tx, &roster_unit, rq->who, rq->id, &o->unit));
    TRY(facts_world(rq->arena, &p.world));
    TRY(people_select(&tx, rq->who, root, &p, &q));
    TRY(expr_parse(rq->arena, p.world, p.subject, "status = in_office", NULL, &e));
    q.filter = e;
    TRY(facts_list(root, rq->arena, &q, &page));
    o->all = arena_array(rq->arena, struct place, page.n + 1);
    o->cut = page.more;
    for (int i = 0; i < page.n; i++) {
        struct roster_q_member_line *line;
        TRY(roster_q_member_line(&tx, page.rows[i].id, &line));
        if (line == NULL)
            return ERR(rq->arena, ERR_FAULT, "a member stands in the columns only");
        o->all[o->n] = (struct place){page.rows[i].id, i + 1, i, line->name, line->post_text};
        req_met(rq, &o->all[o->n++].id, 1);
    }
    return db_commit(&tx);
}

static struct err *show(struct order *o, const struct err *wrong)
{
    struct req *rq = o->rq;
    json_t *rows = json_array(), *data = json_array();
    for (int i = 0; i < o->n; i++) {
        const struct place *p = &o->all[i];
        const char *typed = req_form(rq, arena_printf(rq->arena, "seat.%lld", (long long)p->id));
        json_array_append_new(rows, json_pack("{s:I, s:s, s:s, s:s, s:b, s:b}", "id", (json_int_t)p->id, "name",
                                              p->name, "post", p->post == NULL ? "" : p->post, "seat",
                                              typed != NULL ? typed : arena_printf(rq->arena, "%d", i + 1), "first",
                                              i == 0, "last", i == o->n - 1));
        json_array_append_new(data, json_integer(p->id));
    }
    rq->labels = json_pack("{s:s, s:I, s:o, s:b, s:b}", "unit", row_text(o->unit, "name"), "id", (json_int_t)rq->id,
                           "rows", rows, "any", o->n > 0, "cut", o->cut);
    json_t *d = json_pack("{s:I, s:o}", "id", (json_int_t)rq->id, "order", data);
    return wrong == NULL ? respond_page(rq, "roster/order", d) : respond_form(rq, "roster/order", d, wrong);
}

struct err *order_page(struct req *rq)
{
    struct order o = {.rq = rq};
    TRY(read_order(&o));
    return show(&o, NULL);
}

/* ---- saving ---- */
static int by_typed(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->typed != y->typed)
        return x->typed < y->typed ? -1 : 1;
    return x->at - y->at;
}

static struct err *read_numbers(struct order *o)
{
    struct err *all = NULL;
    for (int i = 0; i < o->n; i++) {
        const char *name = arena_printf(o->rq->arena, "seat.%lld", (long long)o->all[i].id);
        const char *s = req_form(o->rq, name);
        char *end;
        if (s == NULL || *s == '\0')
            continue; /* where it stood */
        o->all[i].typed = strtoll(s, &end, 10);
        if (*end != '\0' || o->all[i].typed < 0 || o->all[i].typed > 999999)
            err_join(&all, err_field(err_say(ERR(o->rq->arena, ERR_INVALID, "no place: '%.20s'", s),
                                             "roster.order.number", "name", o->all[i].name, NULL),
                                     name));
    }
    return all;
}

/* A button: the person changes places with his neighbour. true: one was pressed. */
static bool step(struct order *o)
{
    const char *up = req_form(o->rq, "up"), *down = req_form(o->rq, "down");
    int64_t id = strtoll(up != NULL ? up : down != NULL ? down : "0", NULL, 10);
    for (int i = 0; i < o->n && (up != NULL || down != NULL); i++) {
        int other = up != NULL ? i - 1 : i + 1;
        if (o->all[i].id != id || other < 0 || other >= o->n)
            continue;
        struct place kept = o->all[i];
        o->all[i] = o->all[other];
        o->all[other] = kept;
        break;
    }
    return up != NULL || down != NULL;
}

static struct err *save(struct order *o)
{
    struct arena *a = o->rq->arena;
    change_scope struct change c = {0};
    TRY(change_begin(o->rq->db, a, o->rq->who, text_get(LANG_ZH, "roster.order.title"), &c));
    for (int i = 0; i < o->n; i++) {
        struct row *m;
        TRY(record_read(&c.tx, &roster_member, o->rq->who, o->all[i].id, &m));
        row_set_int(a, m, "seat", i + 1);
        TRY(record_save(&c, &roster_member, m, m->rev));
    }
    return change_commit(&c);
}

struct err *order_save(struct req *rq)
{
    struct order o = {.rq = rq};
    TRY(read_order(&o));
    if (!step(&o)) {
        struct err *wrong = read_numbers(&o);
        if (wrong != NULL)
            return show(&o, wrong);
        qsort(o.all, (size_t)o.n, sizeof *o.all, by_typed);
    }
    TRY(save(&o));
    return respond_see_other(rq, "/roster/unit/%lld/order", (long long)rq->id);
}
