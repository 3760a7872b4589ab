/* change.c: what is done with a matter without moving it: other hands, a stopped clock, a correction, another version.
 * Each is written down like a step, from the state to itself. */
#include <string.h>

#include "auth/auth.h"
#include "flow/inner.h"

/* The office that holds it, or whoever may act from this state. */
static bool may_change(const struct who *who, const struct flow_matter *m)
{
    if (flow_holds(who, m, m->state->owner))
        return true;
    for (const struct flow_step *s = m->flow->steps; s->name != NULL; s++)
        if (need_from(m, s) && !flow_word(s->by, "person", NULL) && flow_holds(who, m, s->by))
            return true;
    return false;
}

struct err *change_open(struct change *c, int64_t matter, int64_t rev, struct flow_matter **out)
{
    struct arena *a = c->tx.arena;
    TRY(flow_look(&c->tx, c->who, matter, out));
    if ((*out)->rev != rev)
        return err_say(ERR(a, ERR_CONFLICT, "matter %lld is at revision %lld, not %lld", (long long)matter,
                           (long long)(*out)->rev, (long long)rev),
                       "flow.moved", NULL);
    if (!may_change(c->who, *out))
        return err_say(ERR(a, ERR_DENIED, "role %s with matter %lld", c->who->role, (long long)matter),
                       "flow.not_your_office", NULL);
    return NULL;
}

struct err *change_written(struct change *c, const struct flow_matter *m, const char *what, const char *reasons,
                           const char *given)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &flow_step_record);
    row_set_int(a, r, "matter", m->id);
    row_set(r, "step", what);
    row_set(r, "from_state", m->state->name);
    row_set(r, "to_state", m->state->name);
    row_set(r, "state", "taken");
    row_set_int(a, r, "account", c->who->account);
    row_set(r, "actor", c->who->name);
    row_set(r, "role", c->who->role);
    row_set_date(a, r, "happened_on", clock_today());
    TRY(behalf_put(&c->tx, c->who, m, r));
    row_set(r, "reasons", reasons);
    row_set(r, "given", given);
    return record_save(c, &flow_step_record, r, 0);
}

struct err *change_done(struct change *c, struct flow_matter *m)
{
    clock_show(c->tx.arena, m);
    return record_save(c, m->row->of, m->row, m->rev);
}

/* ---- for whom ---- */
static const char away[] =
    "SELECT a.id, a.name FROM flow_away w JOIN auth_account a ON a.id = w.account"
    " WHERE w.account = ?1 AND w.deputy = ?2 AND w.from_on <= ?3 AND w.to_on >= ?3 AND w.ended = 0";

struct err *flow_behalf(struct db_tx *tx, const struct who *who, const struct flow_matter *m, int64_t *account_out,
                        const char **name_out)
{
    int64_t holder = m->row == NULL ? 0 : row_int(m->row, "holder");
    char iso[DATE_TEXT];
    *account_out = 0;
    *name_out = NULL;
    if (holder == 0 || holder == who->account || who->account == 0 || (m->member != 0 && who->member == m->member))
        return NULL;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(holder), db_int(who->account), db_text(date_iso(clock_today(), iso))};
    bool more = false;
    TRY(db_query(tx, away, args, 3, &rows));
    TRY(db_next(&rows, &more));
    if (more) {
        *account_out = db_col_int(&rows, 0);
        *name_out = arena_strdup(tx->arena, db_col_text(&rows, 1));
    }
    return NULL;
}

struct err *behalf_put(struct db_tx *tx, const struct who *who, const struct flow_matter *m, struct row *step)
{
    int64_t account;
    const char *name;
    TRY(flow_behalf(tx, who, m, &account, &name));
    if (account != 0)
        row_set_int(tx->arena, step, "behalf", account);
    row_set(step, "behalf_name", name);
    return NULL;
}

/* Whoever gets a matter can act in it: he holds the office it waits for, in its unit, and is no relative. */
static struct err *can_hold(struct change *c, const struct flow_matter *m, int64_t account)
{
    int64_t *holders;
    int n;
    if (m->state->wait == FLOW_PERSON || m->state->owner == NULL || record_find(OFFICE_RECORD) == NULL)
        return NULL;
    char *role;
    for (const char *p = m->state->owner; flow_next_word(c->tx.arena, &p, &role, NULL);) {
        TRY(office_holders(&c->tx, role, m->row->scope, m->member, &holders, &n));
        for (int i = 0; i < n; i++)
            if (holders[i] == account)
                return NULL;
    }
    return err_field(err_say(ERR(c->tx.arena, ERR_INVALID, "account %lld cannot act in matter %lld", (long long)account,
                                 (long long)m->id),
                             "flow.not_holder", NULL),
                     "holder");
}

struct err *flow_hand_over(struct change *c, int64_t matter, int64_t rev, int64_t to_account, const char *reasons)
{
    struct arena *a = c->tx.arena;
    struct flow_matter *m;
    struct row *to;
    TRY(change_open(c, matter, rev, &m));
    TRY(record_need(a, "reasons", reasons));
    if (row_int(m->row, "holder") == to_account)
        return NULL; /* he has it */
    acting_scope x = {0};
    act_begin(&x, c);
    struct err *e = record_read(&c->tx, &account_record, c->who, to_account, &to);
    if (e != NULL && e->kind == ERR_MISSING)
        return err_field(
            err_say(ERR(a, ERR_INVALID, "no account %lld", (long long)to_account), "flow.no_account", NULL), "holder");
    TRY(e);
    TRY(can_hold(c, m, to_account));
    row_set_int(a, m->row, "holder", to_account);
    TRY(change_written(c, m, "hand_over", reasons, arena_printf(a, "{\"holder\":\"%lld\"}", (long long)to_account)));
    TRY(change_done(c, m));
    if (to_account == x.before->account)
        return NULL; /* who takes it up knows */
    return notice_send(c, m, arena_printf(a, "account:%lld", (long long)to_account), "hand_over",
                       arena_printf(a, "hand %lld %lld", (long long)m->id, (long long)m->row->rev));
}

struct err *flow_pause(struct change *c, int64_t matter, int64_t rev, const char *ground)
{
    struct flow_matter *m;
    TRY(change_open(c, matter, rev, &m));
    TRY(record_need(c->tx.arena, "reasons", ground));
    if (m->state->wait == FLOW_END || row_text(m->row, "paused_on") != NULL)
        return err_say(ERR(c->tx.arena, ERR_CONFLICT, "nothing runs"), "flow.nothing_runs", NULL);
    acting_scope x = {0};
    act_begin(&x, c);
    row_set_date(c->tx.arena, m->row, "paused_on", clock_today());
    row_set(m->row, "pause_ground", ground);
    TRY(clock_stop(c, m));
    TRY(change_written(c, m, "pause", ground, NULL));
    return change_done(c, m);
}

struct err *flow_resume(struct change *c, int64_t matter, int64_t rev, const char *reasons)
{
    struct flow_matter *m;
    TRY(change_open(c, matter, rev, &m));
    if (row_text(m->row, "paused_on") == NULL)
        return err_say(ERR(c->tx.arena, ERR_CONFLICT, "not paused"), "flow.nothing_runs", NULL);
    acting_scope x = {0};
    act_begin(&x, c);
    TRY(clock_go_on(c, m));
    row_set(m->row, "paused_on", NULL);
    row_set(m->row, "pause_ground", NULL);
    TRY(change_written(c, m, "resume", reasons, NULL));
    return change_done(c, m);
}

/* A corrected day is the day figures count the matter by. */
static struct err *count_anew(struct change *c, struct flow_matter *m, const struct row *content)
{
    const char *was = row_text(m->row, "counted_on");
    for (int i = 0; was != NULL && i < m->n_done; i++) {
        const struct flow_step *s = flow_step_of(m->flow, m->done[i].step);
        if (s == NULL || s->counts == NULL || m->done[i].void_ || m->done[i].waiting)
            continue;
        const char *day = strcmp(s->counts, "entered") == 0 ? was : row_text(content, s->counts);
        if (day == NULL || strcmp(day, was) == 0)
            return NULL;
        row_set(m->row, "counted_on", day);
        return change_done(c, m);
    }
    return NULL;
}

struct err *flow_correct(struct change *c, int64_t matter, int64_t rev, const struct row *values, const char *reasons)
{
    struct arena *a = c->tx.arena;
    struct flow_matter *m;
    TRY(change_open(c, matter, rev, &m));
    TRY(record_need(a, "reasons", reasons));
    if (row_int(m->row, "pending") != 0)
        return err_say(ERR(a, ERR_CONFLICT, "a step waits for signatures"), "flow.pending", NULL);
    struct row *r = row_copy(a, values);
    if (flow_member_of(r) != m->member || flow_unit_of(r) != m->unit)
        return err_say(ERR(a, ERR_INVALID, "a correction to another person"), "flow.other_file", NULL);
    r->id = m->content->id;
    acting_scope x = {0};
    act_begin(&x, c);
    TRY(record_save(c, r->of, r, m->content->rev));
    TRY(count_anew(c, m, r));
    return change_written(c, m, "correct", reasons, NULL);
}

struct err *flow_move(struct change *c, int64_t matter, int64_t rev, int64_t version, const char *reasons)
{
    struct arena *a = c->tx.arena;
    struct flow_matter *m;
    const struct flow *to;
    TRY(change_open(c, matter, rev, &m));
    TRY(record_need(a, "reasons", reasons));
    TRY(flow_version(&c->tx, version, &to));
    if (strcmp(to->name, m->flow->name) != 0 || flow_state_of(to, m->state->name) == NULL)
        return err_say(ERR(a, ERR_INVALID, "version %lld has no state %s", (long long)version, m->state->name),
                       "flow.no_such_state", NULL);
    acting_scope x = {0};
    act_begin(&x, c);
    row_set_int(a, m->row, "version", version);
    m->flow = to;
    m->state = flow_state_of(to, m->state->name);
    char owner[FLOW_OFFICE_TEXT];
    row_set(m->row, "owner", m->state->owner == NULL ? NULL : arena_strdup(a, flow_role(m, m->state->owner, owner)));
    TRY(change_written(c, m, "move", reasons, arena_printf(a, "{\"version\":\"%lld\"}", (long long)version)));
    return change_done(c, m);
}

struct err *flow_remark(struct change *c, int64_t matter, const char *reasons)
{
    struct flow_matter *m;
    struct who engine = flow_engine(c->who);
    engine.account = 0;
    engine.sees = CLASS_SEALED;
    TRY(record_need(c->tx.arena, "reasons", reasons));
    TRY(flow_look(&c->tx, &engine, matter, &m));
    acting_scope x = {0};
    act_begin(&x, c);
    TRY(change_written(c, m, "remark", reasons, NULL));
    return notice_again(c, m, "remark",
                        arena_printf(c->tx.arena, "remark %lld %lld", (long long)m->id, (long long)c->id));
}

static bool urged_today(const struct flow_matter *m)
{
    for (int i = 0; i < m->n_done; i++)
        if (strcmp(m->done[i].step, "urge") == 0 && m->done[i].on.v == clock_today().v)
            return true;
    return false;
}

struct err *flow_urge(struct change *c, int64_t matter, const char *reasons)
{
    struct arena *a = c->tx.arena;
    struct flow_matter *m;
    TRY(flow_look(&c->tx, c->who, matter, &m));
    bool mine = row_int(m->row, "opened_by") == c->who->account || row_int(m->row, "holder") == c->who->account;
    if (!mine && !may_change(c->who, m))
        return err_say(ERR(a, ERR_DENIED, "role %s with matter %lld", c->who->role, (long long)matter),
                       "flow.not_your_office", NULL);
    if (m->state->wait == FLOW_END)
        return err_say(ERR(a, ERR_CONFLICT, "matter %lld has ended", (long long)matter), "flow.not_now", NULL);
    if (urged_today(m))
        return err_say(ERR(a, ERR_CONFLICT, "matter %lld was urged today", (long long)matter), "flow.urged", NULL);
    acting_scope x = {0};
    act_begin(&x, c);
    TRY(change_written(c, m, "urge", reasons, NULL));
    const char *once = arena_printf(a, "urge %lld %d", (long long)m->id, clock_today().v);
    if (row_int(m->row, "pending") == 0)
        return notice_send(c, m, "owner", "urge", once);
    for (int i = 0; i < m->n_signs; i++)
        if (strcmp(m->signs[i].state, "wanted") == 0 && m->signs[i].waits)
            TRY(notice_send(c, m, m->signs[i].roles, "urge", once));
    return NULL;
}
