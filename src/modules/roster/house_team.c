/* house_team.c: what a unit's page says of its team beyond the table: what they studied and where they came from, who
 * of them are kin, and what falls due in the unit in the coming twelve months. These are facts of their files; what
 * falls due is told by kind, never by person. */
#include <string.h>

#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/house.h"
#include "roster/roster.h"
#include "rules/rules.h"
#include "view/view.h"

/* ---- where from ---- */
/* The newest of the posts that ended before the present one began: of the same unit, or of another. */
enum house_source house_source_of(const struct facts_root *root, struct facts_at at, int64_t unit, struct date since)
{
    int post = facts_subject("post");
    const struct expr_block *b = facts_block(root, facts_subject("member"), at.block);
    const struct expr_table *t = &b->tables[post];
    int64_t before = 0;
    for (int j = t->first[at.row]; j < t->first[at.row + 1]; j++) {
        struct facts_at row = {at.block, j};
        struct expr_value from = facts_value(root, post, row, POST_SINCE), of = facts_value(root, post, row, POST_UNIT);
        if (from.state == EXPR_HAS && of.state == EXPR_HAS && date_is(since) && from.n < since.v)
            before = of.n; /* in order of their first day */
    }
    return before == 0 ? HOUSE_UNKNOWN : before == unit ? HOUSE_INSIDE : HOUSE_OUTSIDE;
}

/* ---- kin ---- */
static int in_team(const struct facts_hit *team, int n, int64_t id)
{
    for (int i = 0; i < n; i++)
        if (team[i].id == id)
            return i;
    return -1;
}

/* Confirmed pairs, each once. */
json_t *house_kin(const struct facts_root *root, bool english, const struct facts_hit *team, int n,
                  const char *(*name)(void *ctx, int i), void *ctx)
{
    json_t *all = json_array();
    int kin = facts_subject("kin"), member = facts_subject("member");
    for (int i = 0; i < n; i++) {
        const struct expr_table *t = &facts_block(root, member, team[i].at.block)->tables[kin];
        for (int j = t->first[team[i].at.row]; j < t->first[team[i].at.row + 1]; j++) {
            struct facts_at row = {team[i].at.block, j};
            struct expr_value other = facts_value(root, kin, row, KIN_OTHER_MEMBER);
            struct expr_value sure = facts_value(root, kin, row, KIN_CONFIRMED),
                              near = facts_value(root, kin, row, KIN_NEAR);
            int k = other.state == EXPR_HAS ? in_team(team, n, other.n) : -1;
            bool told = false;
            for (size_t x = 0; x < json_array_size(all); x++) {
                json_t *o = json_array_get(all, x);
                told |= json_integer_value(json_object_get(o, "b")) == team[i].id &&
                        json_integer_value(json_object_get(o, "a")) == other.n;
            }
            if (k < 0 || told || sure.state != EXPR_HAS || sure.n != 1)
                continue;
            json_array_append_new(
                all, json_pack("{s:I, s:I, s:s, s:s, s:s}", "a", (json_int_t)team[i].id, "b", (json_int_t)other.n,
                               "one", name(ctx, i), "other", name(ctx, k), "near",
                               near.state == EXPR_HAS ? codes_name(codes_list(near.codes), (int)near.n, english) : ""));
        }
    }
    return all;
}

/* ---- what falls due ---- */
enum { MONTHS = 12 };

static struct scope within(const struct scope *s, int64_t from, int64_t to)
{
    struct scope out = {0};
    for (int i = 0; i < s->n; i++) {
        int64_t lo = s->ranges[i].from > from ? s->ranges[i].from : from;
        int64_t hi = s->ranges[i].to < to ? s->ranges[i].to : to;
        if (lo < hi) {
            out.ranges[out.n].from = lo;
            out.ranges[out.n++].to = hi;
        }
    }
    return out;
}

static void count_group(struct req *rq, json_t *all, const struct rules_hit *h, int64_t unit)
{
    const char *group = h->rule->text->group;
    size_t i;
    json_t *o;
    json_array_foreach(all, i, o)
    {
        if (strcmp(json_string_value(json_object_get(o, "category")), group) != 0)
            continue;
        json_object_set_new(o, "n", json_integer(json_integer_value(json_object_get(o, "n")) + 1));
        return;
    }
    json_array_append_new(
        all, json_pack("{s:s, s:s, s:i, s:s}", "category", group, "name", h->rule->text->group_name[rq->lang], "n", 1,
                       "href", arena_printf(rq->arena, "/coming?unit=%lld&category=%s", (long long)unit, group)));
}

struct err *house_due(struct req *rq, struct db_tx *tx, const struct facts_root *root, int64_t unit, json_t **out)
{
    int64_t from, to, n;
    struct rules_hit *hits;
    *out = json_array();
    if (rules_shared() == NULL || !req_may(rq, "findings.read"))
        return NULL;
    const struct rules_set *s rules_scope = NULL;
    TRY(rules_read(rules_shared(), tx, &s));
    TRY(record_tree_range(tx, &roster_unit, unit, &from, &to));
    struct scope scope = within(&rq->who->scope, from, to);
    struct rules_ask ask = {.scope = &scope, .sees = (int)rq->who->sees};
    TRY(rules_ahead(s, root, rq->arena, &ask, MONTHS, &hits, &n));
    for (int64_t i = 0; i < n; i++) {
        const struct facts_subject *d = facts_declared(hits[i].rule->subject);
        bool person = strcmp(d->owner == NULL ? d->name : d->owner, "member") == 0;
        if (!person || !who_barred(rq->who, hits[i].where.owner))
            count_group(rq, *out, &hits[i], unit);
    }
    return NULL;
}
