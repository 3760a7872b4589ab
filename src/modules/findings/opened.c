/* opened.c: see opened.h. */
#include "findings/opened.h"

#include "auth/auth.h"

static struct err *open_facts(struct arena *a, struct opened *o)
{
    TRY(facts_open(a, o->pool, 0, rules_param, o->rules, &o->facts));
    rules_use(o->rules, o->facts);
    TRY(facts_wait(o->facts, a));
    TRY(db_begin_read(o->db, a, &o->tx));
    TRY(facts_read(o->facts, &o->tx, &o->root));
    return rules_read(o->rules, &o->tx, &o->set);
}

struct err *opened_open(struct arena *a, const char *url, bool facts, struct opened *out)
{
    *out = (struct opened){0};
    TRY(db_pool_open(a, url, false, &out->pool));
    TRY(db_take(out->pool, a, &out->db));
    TRY(record_migrate(out->db, a, false));
    TRY(rules_open(a, out->pool, &out->rules));
    if (facts)
        return open_facts(a, out);
    TRY(db_begin_read(out->db, a, &out->tx));
    return rules_read(out->rules, &out->tx, &out->set);
}

struct err *opened_acts(struct opened *o, struct arena *a, const char *as, const char *capability)
{
    struct db *db; /* o's own is in its transaction */
    TRY(db_take(o->pool, a, &db));
    struct err *e = account_acts(db, a, as, capability, &o->who);
    db_give(db);
    return e;
}

struct err *opened_to_day(struct opened *o, struct arena *a, struct date day, const struct facts_root **out)
{
    *out = o->root;
    if (day.v == facts_day(o->root).v)
        return NULL;
    TRY(facts_at_day(o->root, a, day, &o->then));
    *out = o->then;
    return NULL;
}

void opened_close(struct opened *o)
{
    rules_end(o->set);
    facts_end(o->then);
    facts_end(o->root);
    db_end(&o->tx);
    db_give(o->db);
    facts_close(o->facts);
    rules_close(o->rules);
    db_pool_close(o->pool);
}
