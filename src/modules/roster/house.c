/* house.c: GET /roster/unit: the tree of units with their kinds, levels and posts. More units than fit one page are
 * shown a branch at a time. */
#include "roster/house.h"

#include <stdlib.h>
#include <string.h>

#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/people.h"
#include "roster/roster.h"

enum { UNITS_MOST = 2000, DEEP = 8 };

struct tree {
    struct req *rq;
    const struct facts_root *root;
    struct roster_q_units *all;
    int n;
    struct facts_group *people; /* in office, by unit */
    int n_people;
    bool over, cut; /* only units over their quota; a branch only */
    int64_t under;
};

struct house_posts house_posts_of(const struct facts_root *root, int64_t unit)
{
    struct house_posts out = {-1, 0, 0};
    struct facts_at at;
    int of = facts_subject("unit"), sum = facts_subject("unit_level");
    if (!facts_find(root, of, unit, &at))
        return out;
    const struct expr_table *t = &facts_block(root, of, at.block)->tables[sum];
    for (int j = t->first[at.row]; j < t->first[at.row + 1]; j++) {
        struct facts_at row = {at.block, j};
        struct expr_value approved = facts_value(root, sum, row, SUM_APPROVED);
        struct expr_value filled = facts_value(root, sum, row, SUM_FILLED),
                          over = facts_value(root, sum, row, SUM_OVER);
        if (approved.state == EXPR_HAS) {
            out.approved = (out.approved < 0 ? 0 : out.approved) + approved.n;
            out.filled += filled.state == EXPR_HAS ? filled.n : 0;
        }
        out.over += over.state == EXPR_HAS ? over.n : 0;
    }
    return out;
}

static struct err *read_units(struct tree *t, struct db_tx *tx)
{
    const struct scope *scope = &t->rq->who->scope;
    struct roster_q_units_under *some;
    if (t->under == 0) {
        TRY(roster_q_units(tx, scope, &t->all, &t->n));
        t->cut = t->n > UNITS_MOST;
        t->n = t->cut ? UNITS_MOST : t->n;
        return NULL;
    }
    TRY(roster_q_units_under(tx, t->under, scope, &some, &t->n));
    t->all = arena_array(t->rq->arena, struct roster_q_units, t->n + 1);
    for (int i = 0; i < t->n; i++)
        t->all[i] = (struct roster_q_units){some[i].id,   some[i].parent, some[i].name, some[i].kind,
                                            some[i].node, some[i].level,  some[i].place};
    return NULL;
}

static struct err *read_people(struct tree *t)
{
    const struct expr_world *w;
    struct expr *e;
    struct expr_env env = {.today = facts_day(t->root)};
    TRY(facts_world(t->rq->arena, &w));
    TRY(expr_parse(t->rq->arena, w, facts_subject("member"), "status = in_office", NULL, &e));
    struct facts_select q = {.subject = facts_subject("member"), .filter = e, .env = &env, .scope = &t->rq->who->scope};
    struct facts_by by = {MEMBER_UNIT, 0};
    return facts_count(t->root, t->rq->arena, &q, &by, 1, &t->people, &t->n_people);
}

static int64_t people_in(const struct tree *t, int64_t unit)
{
    for (int lo = 0, hi = t->n_people - 1; lo <= hi;) { /* in order of id */
        int mid = (lo + hi) / 2;
        const struct expr_value *v = &t->people[mid].by[0];
        if (v->state == EXPR_HAS && v->n == unit)
            return t->people[mid].n;
        if (v->state == EXPR_HAS && v->n < unit)
            lo = mid + 1;
        else
            hi = mid - 1;
    }
    return 0;
}

static json_t *data(const struct tree *t)
{
    json_t *rows = json_array();
    for (int i = 0; i < t->n; i++) {
        const struct roster_q_units *u = &t->all[i];
        struct house_posts p = house_posts_of(t->root, u->id);
        if (t->over && p.over == 0)
            continue;
        json_t *o = json_pack("{s:I, s:o, s:s, s:s?, s:s?, s:s?}", "id", (json_int_t)u->id, "parent",
                              u->parent > 0 ? json_integer(u->parent) : json_null(), "name", u->name, "kind", u->kind,
                              "node", u->node, "level", u->level);
        json_object_set_new(o, "approved", p.approved < 0 ? json_null() : json_integer(p.approved));
        json_object_set_new(o, "filled", p.approved < 0 ? json_null() : json_integer(p.filled));
        json_object_set_new(o, "over", json_integer(p.over));
        json_object_set_new(o, "members", json_integer(people_in(t, u->id)));
        json_array_append_new(rows, o);
    }
    return json_pack("{s:I, s:o}", "total", (json_int_t)json_array_size(rows), "rows", rows);
}

static json_t *figure(struct arena *a, int64_t n, const char *href)
{
    json_t *o = json_pack("{s:s, s:b}", "n", arena_printf(a, "%lld", (long long)n), "zero", n == 0);
    if (n > 0 && href != NULL)
        json_object_set_new(o, "href", json_string(href));
    return o;
}

static json_t *unit_label(const struct tree *t, const struct roster_q_units *u, int depth)
{
    struct arena *a = t->rq->arena;
    bool english = t->rq->lang == LANG_EN;
    struct house_posts p = house_posts_of(t->root, u->id);
    const char *own = arena_printf(a, "/roster/unit/%lld", (long long)u->id);
    const char *kind = codes_label("roster.office_kind", u->kind, english);
    const char *level = codes_label("roster.level", u->level, english);
    json_t *o = json_pack("{s:s, s:s, s:i, s:s, s:s}", "name", u->name, "href", own, "depth", depth, "kind",
                          kind == NULL ? "" : kind, "level", level == NULL ? "" : level);
    if (p.approved >= 0) {
        json_t *posts = json_object();
        json_object_set_new(posts, "approved", figure(a, p.approved, own));
        json_object_set_new(posts, "filled", figure(a, p.filled, own));
        int64_t free = p.approved - p.filled + p.over;
        json_object_set_new(posts, "free", figure(a, free, own));
        if (p.over > 0)
            json_object_set_new(posts, "over", json_string(arena_printf(a, "%lld", (long long)p.over)));
        json_object_set_new(o, "posts", posts);
    }
    json_object_set_new(
        o, "members",
        figure(a, people_in(t, u->id),
               arena_printf(a, "/roster/member?body=%lld&filter=status%%20%%3D%%20in_office", (long long)u->id)));
    if (t->cut || t->under > 0)
        json_object_set_new(o, "branch", json_string(arena_printf(a, "/roster/unit?under=%lld", (long long)u->id)));
    return o;
}

static json_t *labels(const struct tree *t)
{
    json_t *rows = json_array();
    int64_t open[DEEP] = {0};
    int top = 0, n = 0;
    for (int i = 0; i < t->n; i++) {
        const struct roster_q_units *u = &t->all[i];
        while (top > 0 && open[top - 1] != u->parent)
            top--;
        int depth = top;
        if (top < DEEP)
            open[top++] = u->id;
        if (t->cut && depth > 1) /* a branch at a time */
            continue;
        if (t->over && house_posts_of(t->root, u->id).over == 0)
            continue;
        json_array_append_new(rows, unit_label(t, u, t->over ? 0 : depth));
        n++;
    }
    return json_pack("{s:o, s:s, s:b, s:b, s:b}", "rows", rows, "n", arena_printf(t->rq->arena, "%d", n), "only_over",
                     t->over, "cut", t->cut, "none", n == 0);
}

struct err *house_page(struct req *rq)
{
    struct tree t = {.rq = rq, .over = req_query(rq, "over") != NULL};
    const char *under = req_query(rq, "under");
    t.under = under == NULL ? 0 : strtoll(under, NULL, 10);
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, DATE_UNKNOWN, &tx, &t.root));
    TRY(read_units(&t, &tx));
    TRY(read_people(&t));
    TRY(db_commit(&tx));
    if (rq->json)
        return respond_json(rq, data(&t));
    rq->labels = labels(&t);
    if (req_may(rq, "roster.unit.write") && !rq->who->readonly)
        json_object_set_new(rq->labels, "new", json_string("/roster/unit/new"));
    return respond_page(rq, "roster/units", json_object());
}
