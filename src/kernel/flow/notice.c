/* notice.c: who is told about a matter, and who has read it. A row says that there is something, never what. An office
 * is told by telling each account that holds it and may handle the matter; only where nobody does, the row names the
 * office and waits for who comes. */
#include <string.h>

#include "auth/auth.h"
#include "flow/inner.h"

static struct err *one(struct change *c, const struct flow_matter *m, const char *recipient, const char *kind,
                       const char *once)
{
    struct arena *a = c->tx.arena;
    int64_t there;
    const char *key = arena_printf(a, "%s %s", once, recipient);
    struct db_val args[] = {db_text(key)};
    TRY(db_one_int(&c->tx, "SELECT count(*) FROM flow_notice WHERE once = ?1 AND ended = 0", args, 1, 0, &there));
    if (there != 0)
        return NULL;
    struct row *r = row_new(a, &flow_notice_record);
    row_set_int(a, r, "matter", m->id);
    row_set(r, "recipient", recipient);
    row_set(r, "kind", kind);
    row_set(r, "once", key);
    row_set_date(a, r, "made_on", clock_today());
    return record_save(c, &flow_notice_record, r, 0);
}

static struct err *office(struct change *c, const struct flow_matter *m, const char *role, const char *kind,
                          const char *once)
{
    struct arena *a = c->tx.arena;
    int64_t *holders;
    int n;
    TRY(office_holders(&c->tx, role, m->row->scope, m->member, &holders, &n));
    for (int i = 0; i < n; i++)
        TRY(one(c, m, arena_printf(a, "account:%lld", (long long)holders[i]), kind, once));
    return n > 0 ? NULL : one(c, m, arena_printf(a, "role:%s", role), kind, once);
}

/* Everybody who was told of the matter before is told again. */
struct err *notice_again(struct change *c, const struct flow_matter *m, const char *kind, const char *once)
{
    struct arena *a = c->tx.arena;
    VEC(const char *) told = {0};
    {
        db_rows_scope struct db_rows rows = {0};
        struct db_val args[] = {db_int(m->id)};
        TRY(db_query(&c->tx, "SELECT DISTINCT recipient FROM flow_notice WHERE matter = ?1 AND ended = 0 ORDER BY 1",
                     args, 1, &rows));
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            *VEC_PUSH(&told, a) = arena_strdup(a, db_col_text(&rows, 0));
        }
    }
    for (size_t i = 0; i < told.n; i++)
        TRY(one(c, m, told.p[i], kind, once));
    return NULL;
}

/* to: "person", "owner" (whoever must act now), "opener" (the department that opened it), a role, or "account:ID". */
struct err *notice_send(struct change *c, const struct flow_matter *m, const char *to, const char *kind,
                        const char *once)
{
    struct arena *a = c->tx.arena;
    int64_t holder = row_int(m->row, "holder");
    if (strcmp(to, "owner") == 0) {
        if (m->state->owner == NULL)
            return NULL;
        if (holder != 0 && m->state->wait != FLOW_PERSON)
            return one(c, m, arena_printf(a, "account:%lld", (long long)holder), kind, once);
        to = row_text(m->row, "owner");
        if (to == NULL)
            return NULL;
    }
    if (strncmp(to, "account:", 8) == 0)
        return one(c, m, to, kind, once);
    if (strcmp(to, "person") == 0)
        return m->member == 0 ? NULL : one(c, m, arena_printf(a, "member:%lld", (long long)m->member), kind, once);
    if (strcmp(to, "opener") == 0) { /* a department; the own offices have it on their desks */
        const char *opener = row_text(m->row, "office");
        return opener == NULL || strchr(opener, ':') == NULL ? NULL : office(c, m, opener, kind, once);
    }
    char *word, role[FLOW_OFFICE_TEXT];
    for (const char *p = to; flow_next_word(a, &p, &word, NULL);)
        TRY(office(c, m, flow_role(m, word, role), kind, once));
    return NULL;
}

/* ---- reading ---- */
void flow_recipients(struct arena *a, const struct who *who, const char *out[FLOW_RECIPIENTS])
{
    char word[FLOW_OFFICE_TEXT];
    out[0] = arena_printf(a, "account:%lld", (long long)who->account);
    out[1] = who->member != 0 ? arena_printf(a, "member:%lld", (long long)who->member) : "-";
    out[2] = who->role != NULL ? arena_printf(a, "role:%s", flow_office(who, word)) : "-";
}

static struct err *read_one(struct change *c, int64_t id)
{
    struct arena *a = c->tx.arena;
    struct row *r;
    const char *mine[FLOW_RECIPIENTS];
    bool is_mine = false;
    TRY(record_read(&c->tx, &flow_notice_record, c->who, id, &r));
    flow_recipients(a, c->who, mine);
    for (int i = 0; i < FLOW_RECIPIENTS; i++)
        is_mine |= strcmp(row_text(r, "recipient"), mine[i]) == 0;
    if (!is_mine)
        return ERR(a, ERR_MISSING, "notice %lld is another's", (long long)id);
    if (row_text(r, "read_by") != NULL)
        return NULL;
    row_set_int(a, r, "read_by", c->who->account);
    row_set_date(a, r, "read_on", clock_today());
    return record_save(c, &flow_notice_record, r, r->rev);
}

struct err *flow_notice_read(struct change *c, int64_t id)
{
    acting_scope x = {0};
    act_begin(&x, c);
    return read_one(c, id);
}

static const char unread_of[] = "SELECT id FROM flow_notice WHERE matter = ?1 AND unread IN (?2, ?3, ?4) AND ended = 0"
                                " ORDER BY id LIMIT 1000";

struct err *flow_notices_unread(struct db_tx *tx, const struct who *who, int64_t matter, int64_t **out, int *n_out)
{
    const char *mine[FLOW_RECIPIENTS];
    VEC(int64_t) ids = {0};
    flow_recipients(tx->arena, who, mine);
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(matter), db_text(mine[0]), db_text(mine[1]), db_text(mine[2])};
    TRY(db_query(tx, unread_of, args, 4, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&ids, tx->arena) = db_col_int(&rows, 0);
    }
    *out = ids.p;
    *n_out = (int)ids.n;
    return NULL;
}
