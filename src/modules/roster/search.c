/* search.c: GET /search. Names and initials are looked for in the columns; an id number in the database, by its index.
 */
#include "roster/search.h"

#include <ctype.h>
#include <string.h>

#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/people.h"
#include "roster/telling.h"

enum { MEMBERS_SHOWN = 50, UNITS_SHOWN = 20 };

struct found {
    const char *q;
    const struct facts_root *root;
    struct facts_page members, units;
    struct roster_q_member_line *lines[MEMBERS_SHOWN];
    struct roster_q_unit_line *unit_lines[UNITS_SHOWN];
};

static const char *trimmed(struct arena *a, const char *q)
{
    if (q == NULL)
        return "";
    while (isspace((unsigned char)*q))
        q++;
    size_t n = strlen(q);
    while (n > 0 && isspace((unsigned char)q[n - 1]))
        n--;
    return arena_strndup(a, q, n);
}

static bool looks_like_id(const char *q)
{
    size_t n = strlen(q), digits = strspn(q, "0123456789");
    return (n == 18 && digits >= 17) || (n == 15 && digits == 15);
}

static struct err *by_id(struct req *rq, struct db_tx *tx, struct found *f)
{
    struct roster_q_member_by_citizen_id *rows;
    int n, of = facts_subject("member");
    char *upper = arena_strdup(rq->arena, f->q);
    for (char *p = upper; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    TRY(roster_q_member_by_citizen_id(tx, upper, &rq->who->scope, &rows, &n));
    f->members.rows = arena_array(rq->arena, struct facts_hit, n + 1);
    for (int i = 0; i < n; i++) {
        struct facts_hit *h = &f->members.rows[f->members.n];
        *h = (struct facts_hit){rows[i].id, rows[i].id, {0, 0}};
        f->members.n += facts_find(f->root, of, rows[i].id, &h->at);
    }
    f->members.total = f->members.n;
    return NULL;
}

static struct err *by_name(struct req *rq, struct found *f)
{
    struct facts_select q = {
        .subject = facts_subject("member"), .scope = &rq->who->scope, .search = f->q, .limit = MEMBERS_SHOWN};
    TRY(facts_list(f->root, rq->arena, &q, &f->members));
    q.subject = facts_subject("unit");
    q.limit = UNITS_SHOWN;
    return facts_list(f->root, rq->arena, &q, &f->units);
}

static struct err *find(struct req *rq, struct found *f)
{
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, DATE_UNKNOWN, &tx, &f->root));
    if (looks_like_id(f->q) && rq->who->sees >= CLASS_PERSONAL)
        TRY(by_id(rq, &tx, f));
    else if (*f->q != '\0')
        TRY(by_name(rq, f));
    for (int i = 0; i < f->members.n; i++)
        TRY(roster_q_member_line(&tx, f->members.rows[i].id, &f->lines[i]));
    for (int i = 0; i < f->units.n; i++)
        TRY(roster_q_unit_line(&tx, f->units.rows[i].id, &f->unit_lines[i]));
    TRY(req_searches(rq, &tx, f->q, f->members.total));
    return db_commit(&tx);
}

static json_t *data(const struct found *f)
{
    json_t *members = json_array(), *units = json_array();
    for (int i = 0; i < f->members.n; i++)
        if (f->lines[i] != NULL)
            json_array_append_new(members, json_pack("{s:I, s:s, s:s?}", "id", (json_int_t)f->lines[i]->id, "name",
                                                     f->lines[i]->name, "post_text", f->lines[i]->post_text));
    for (int i = 0; i < f->units.n; i++)
        if (f->unit_lines[i] != NULL)
            json_array_append_new(
                units, json_pack("{s:I, s:s}", "id", (json_int_t)f->unit_lines[i]->id, "name", f->unit_lines[i]->name));
    return json_pack("{s:s, s:o, s:I, s:o, s:I}", "q", f->q, "members", members, "members_total",
                     (json_int_t)f->members.total, "units", units, "units_total", (json_int_t)f->units.total);
}

static json_t *member_label(struct req *rq, const struct found *f, int i, const char *state)
{
    static const int shown[] = {MEMBER_SEX, MEMBER_BIRTH, MEMBER_STATUS};
    struct buf facts = BUF(rq->arena);
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
        struct expr_value v = facts_value(f->root, facts_subject("member"), f->members.rows[i].at, shown[k]);
        buf_printf(&facts, "%s%s", k == 0 ? "" : " · ",
                   telling_value(rq->arena, rq->lang, &roster_member_facts.facts[shown[k]], v));
    }
    const char *post = f->lines[i]->post_text;
    return json_pack("{s:s, s:s, s:s, s:s}", "name", f->lines[i]->name, "post",
                     post == NULL ? text_get(rq->lang, "roster.portrait.no_post") : post, "facts", buf_str(&facts),
                     "href", arena_printf(rq->arena, "/roster/member/%lld%s", (long long)f->lines[i]->id, state));
}

static json_t *labels(struct req *rq, const struct found *f)
{
    json_t *members = json_array(), *units = json_array();
    struct buf state = BUF(rq->arena), link = BUF(rq->arena);
    if (!looks_like_id(f->q)) {
        buf_puts(&state, "?from=");
        people_escape(&link, f->q);
        people_escape(&state, arena_printf(rq->arena, "q=%s", buf_str(&link)));
    }
    for (int i = 0; i < f->members.n; i++)
        if (f->lines[i] != NULL)
            json_array_append_new(members, member_label(rq, f, i, buf_str(&state)));
    for (int i = 0; i < f->units.n; i++) {
        const struct roster_q_unit_line *u = f->unit_lines[i];
        if (u == NULL)
            continue;
        json_t *o = json_pack("{s:s, s:s, s:s}", "name", u->name, "href",
                              arena_printf(rq->arena, "/roster/unit/%lld", (long long)u->id), "kind",
                              codes_label("roster.office_kind", u->kind, rq->lang == LANG_EN));
        if (u->parent_name != NULL)
            json_object_set_new(o, "parent", json_string(u->parent_name));
        json_array_append_new(units, o);
    }
    json_t *o = json_pack("{s:s, s:b}", "q", f->q, "asked", *f->q != '\0');
    json_object_set_new(o, "none", json_boolean(*f->q != '\0' && f->members.n == 0 && f->units.n == 0));
    if (f->members.n > 0)
        json_object_set_new(o, "people", json_pack("{s:O, s:I}", "list", members, "n", (json_int_t)f->members.total));
    if (f->members.total > f->members.n)
        json_object_set_new(o, "more", json_string(arena_printf(rq->arena, "/roster/member?q=%s", buf_str(&link))));
    if (f->units.n > 0)
        json_object_set_new(o, "bodies", json_pack("{s:O, s:I}", "list", units, "n", (json_int_t)f->units.total));
    json_decref(members);
    json_decref(units);
    return o;
}

struct err *search_page(struct req *rq)
{
    struct found f = {.q = trimmed(rq->arena, req_query(rq, "q"))};
    TRY(find(rq, &f));
    if (rq->json)
        return respond_json(rq, data(&f));
    json_t *o = labels(rq, &f);
    rq->labels = o;
    if (f.members.total + f.units.total == 1) {
        const char *to = f.members.n == 1
                             ? arena_printf(rq->arena, "/roster/member/%lld", (long long)f.members.rows[0].id)
                             : arena_printf(rq->arena, "/roster/unit/%lld", (long long)f.units.rows[0].id);
        return respond_see_other(rq, "%s", to);
    }
    return respond_page(rq, "roster/search", json_object());
}
