/* issue.c: see issue.h. */
#include "admin/issue.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "admin/door.h"
#include "auth/auth.h"
#include "auth/code.h"
#include "base/clock.h"
#include "modules/admin/queries.h"
#include "record/codes.h"
#include "roster/roster.h"

enum { BATCH = 500 };

/* ---- slips ---- */

static struct err *range_of(struct db_tx *tx, const char *unit, int64_t *low, int64_t *high)
{
    *low = INT64_MIN;
    *high = INT64_MAX;
    if (*unit == '\0')
        return NULL;
    int64_t id = strtoll(unit, NULL, 10);
    return err_field(record_tree_range(tx, &roster_unit, id, low, high), "unit");
}

static struct err *slips_form(struct req *rq, const struct err *e)
{
    db_scope struct db_tx tx = {0};
    struct admin_q_count_without *left;
    struct admin_q_units *units;
    int n;
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(admin_q_count_without(&tx, INT64_MIN, INT64_MAX, &left));
    TRY(admin_q_units(&tx, &units, &n));
    db_end(&tx);
    json_t *list = json_array();
    const char *unit = door_typed(rq, "unit");
    for (int i = 0; i < n; i++) {
        const char *id = arena_printf(rq->arena, "%lld", (long long)units[i].id);
        json_array_append_new(
            list, json_pack("{ss ss sb}", "value", id, "name", units[i].name, "chosen", strcmp(id, unit) == 0));
    }
    json_t *data = json_pack("{sI so ss ss}", "without", (json_int_t)left->n, "units", list, "name",
                             door_typed(rq, "name"), "username", door_typed(rq, "username"));
    return e != NULL ? respond_form(rq, "admin/issue", data, e) : respond_page(rq, "admin/issue", data);
}

struct err *slips_page(struct req *rq)
{
    return slips_form(rq, NULL);
}

struct sheet {
    struct req *rq;
    struct change *c;
    json_t *units; /* [{unit, slips: [...]}] */
    const char *unit;
};

static struct err *slip(struct sheet *s, const char *unit, int64_t account, const char *name, const char *username)
{
    char *code, until_day[DATE_TEXT];
    int64_t until;
    TRY(code_make(s->c, NULL, account, &code, &until));
    date_iso(clock_day_of(until), until_day);
    if (s->unit == NULL || strcmp(unit, s->unit) != 0) {
        s->unit = unit;
        json_array_append_new(s->units, json_pack("{ss s[]}", "unit", unit, "slips"));
    }
    json_t *page = json_array_get(s->units, json_array_size(s->units) - 1);
    json_array_append_new(json_object_get(page, "slips"), json_pack("{ss ss ss ss}", "name", name, "username", username,
                                                                    "code", code, "until", until_day));
    return NULL;
}

/* Initials of the name and the number of the file: short, and nobody else's. */
static struct err *issue(struct sheet *s, const struct admin_q_without_account *m)
{
    struct arena *a = s->rq->arena;
    int64_t account = m->account;
    const char *username = m->username, *initials = roster_initials(a, m->name);
    if (account == 0) {
        username = arena_printf(a, "%.*s%lld", (int)strcspn(initials, " "), initials, (long long)m->id);
        if (strspn(username, "0123456789") == strlen(username))
            username = arena_printf(a, "c%lld", (long long)m->id);
        TRY(account_issue(s->c, username, m->name, m->id, &account));
    }
    return slip(s, m->unit, account, m->name, username);
}

static struct err *batch(struct sheet *s)
{
    struct req *rq = s->rq;
    struct admin_q_without_account *rows;
    int64_t low, high;
    int n;
    TRY(range_of(&s->c->tx, door_typed(rq, "unit"), &low, &high));
    TRY(admin_q_without_account(&s->c->tx, low, high, req_form(rq, "waiting") != NULL, &rows, &n));
    if (n == 0)
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "nobody is left"), "admin.issue.nobody", NULL), "unit");
    if (n > BATCH)
        return err_field(
            err_say(ERR(rq->arena, ERR_INVALID, "over %d", BATCH), "admin.issue.many", "most", "500", NULL), "unit");
    for (int i = 0; i < n; i++)
        TRY(issue(s, &rows[i]));
    return NULL;
}

static struct err *one_person(struct sheet *s)
{
    struct req *rq = s->rq;
    const char *name = door_typed(rq, "name"), *username = door_typed(rq, "username");
    int64_t account;
    TRY(account_issue(s->c, username, name, 0, &account));
    return slip(s, "", account, name, username);
}

static struct err *make(struct req *rq, json_t *units)
{
    change_scope struct change c = {0};
    struct sheet s = {.rq = rq, .c = &c, .units = units};
    TRY(change_begin(rq->db, rq->arena, rq->who, "accounts issued", &c));
    TRY(strcmp(door_typed(rq, "what"), "one") == 0 ? one_person(&s) : batch(&s));
    return change_commit(&c);
}

struct err *slips_make(struct req *rq)
{
    json_t *units = json_array();
    struct err *e = make(rq, units);
    if (e == NULL)
        return respond_page(rq, "admin/slips", json_pack("{so}", "units", units));
    json_decref(units);
    return e->kind == ERR_INVALID ? slips_form(rq, e) : e;
}

/* ---- resets ---- */

static json_t *reset_json(struct req *rq, const struct admin_q_resets *r)
{
    bool open = strcmp(r->state, "open") == 0;
    bool may = req_may(rq, "auth.reset.decide") && r->proposed_by != rq->who->account && r->account != rq->who->account;
    return json_pack("{sI ss ss ss ss ss ss sb}", "id", (json_int_t)r->id, "username", r->username, "name", r->name,
                     "reason", r->reason, "state", r->state, "proposer", r->proposer, "decider", r->decider, "decide",
                     open && may);
}

static struct err *resets_form(struct req *rq, const struct err *e)
{
    db_scope struct db_tx tx = {0};
    struct admin_q_resets *rows;
    int n;
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(admin_q_resets(&tx, &rows, &n));
    db_end(&tx);
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, reset_json(rq, &rows[i]));
    rq->labels = json_pack("{sb}", "any", n > 0);
    json_t *data = json_pack("{so sb ss ss}", "resets", list, "propose", req_may(rq, "auth.reset.propose"), "account",
                             door_typed(rq, "account"), "reason", door_typed(rq, "reason"));
    return e != NULL ? respond_form(rq, "admin/resets", data, e) : respond_page(rq, "admin/resets", data);
}

struct err *resets_page(struct req *rq)
{
    return resets_form(rq, NULL);
}

struct err *issue_find_account(struct db_tx *tx, const char *typed, int64_t *out)
{
    struct admin_q_accounts *rows;
    int n;
    TRY(admin_q_accounts(tx, typed, &rows, &n));
    if (n == 1) {
        *out = rows[0].id;
        return NULL;
    }
    return err_field(err_say(ERR(tx->arena, ERR_INVALID, "%d accounts", n),
                             n == 0 ? "admin.reset.nobody" : "admin.reset.several", NULL),
                     "account");
}

static struct err *propose(struct req *rq)
{
    int64_t account = 0, id;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "reset proposed", &c));
    TRY(issue_find_account(&c.tx, door_typed(rq, "account"), &account));
    TRY(reset_propose(&c, account, door_typed(rq, "reason"), &id));
    return change_commit(&c);
}

/* What weighs much is asked for once more. */
static struct err *fresh_or_ask(struct req *rq, bool *fresh)
{
    *fresh = auth_fresh(rq->who);
    return *fresh ? NULL : respond_see_other(rq, "/account/again?next=/admin/resets");
}

struct err *resets_propose(struct req *rq)
{
    bool fresh;
    TRY(fresh_or_ask(rq, &fresh));
    if (!fresh)
        return NULL;
    struct err *e = propose(rq);
    if (e != NULL)
        return e->kind == ERR_INVALID ? resets_form(rq, e) : e;
    return respond_see_other(rq, "/admin/resets");
}

static struct err *decide(struct req *rq, bool agreed, json_t *units)
{
    struct row *reset, *account;
    char *code, until_day[DATE_TEXT];
    int64_t until;
    const struct who all = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "reset decided", &c));
    TRY(reset_decide(&c, rq->id, agreed, &code, &until));
    TRY(record_read(&c.tx, &reset_record, &all, rq->id, &reset));
    TRY(record_read(&c.tx, &account_record, &all, row_int(reset, "account"), &account));
    TRY(change_commit(&c));
    if (!agreed)
        return NULL;
    date_iso(clock_day_of(until), until_day);
    json_array_append_new(units,
                          json_pack("{ss s[{ss ss ss ss}]}", "unit", "", "slips", "name", row_text(account, "name"),
                                    "username", row_text(account, "username"), "code", code, "until", until_day));
    return NULL;
}

struct err *resets_decide(struct req *rq)
{
    bool fresh, agreed = strcmp(door_typed(rq, "answer"), "agree") == 0;
    TRY(fresh_or_ask(rq, &fresh));
    if (!fresh)
        return NULL;
    json_t *units = json_array();
    struct err *e = decide(rq, agreed, units);
    if (e == NULL && agreed)
        return respond_page(rq, "admin/slips", json_pack("{so}", "units", units));
    json_decref(units);
    TRY(e);
    return respond_see_other(rq, "/admin/resets");
}
