/* notice.c: who is told about a matter. A row says that there is something, never what. */
#include <string.h>

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

/* to: "person", "owner" (whoever must act now), a role, or "account:ID". */
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
        to = m->state->owner;
    }
    if (strncmp(to, "account:", 8) == 0)
        return one(c, m, to, kind, once);
    if (strcmp(to, "person") == 0)
        return m->member == 0 ? NULL : one(c, m, arena_printf(a, "member:%lld", (long long)m->member), kind, once);
    char *role;
    for (const char *p = to; flow_next_word(a, &p, &role, NULL);)
        TRY(one(c, m, arena_printf(a, "role:%s", role), kind, once));
    return NULL;
}
