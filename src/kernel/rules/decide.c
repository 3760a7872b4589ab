/* decide.c: what persons do with findings and what a district decides about rules. */
#include <string.h>

#include "base/clock.h"
#include "base/embed.h"
#include "rules/finding.h"
#include "rules/inner.h"

static const struct record *finding_record(void)
{
    return record_find("rules.finding");
}

/* ---- findings ---- */
static struct err *open_finding(struct change *c, int64_t id, int64_t rev, struct row **out)
{
    struct arena *a = c->tx.arena;
    TRY(record_read(&c->tx, finding_record(), c->who, id, out));
    if ((*out)->rev != rev || strcmp(row_text(*out, "state"), "closed") == 0)
        return err_say(ERR(a, ERR_CONFLICT, "finding %lld is at revision %lld, %s", (long long)id,
                           (long long)(*out)->rev, row_text(*out, "state")),
                       "rules.finding_moved", NULL);
    return NULL;
}

struct err *rules_answer(struct change *c, int64_t id, int64_t rev, const char *reply)
{
    struct row *row;
    TRY(open_finding(c, id, rev, &row));
    TRY(record_need(c->tx.arena, "reply", reply));
    row_set(row, "reply", reply);
    row_set(row, "replied_by", c->who->name);
    row_set_date(c->tx.arena, row, "replied_on", clock_today());
    row_set(row, "state", "answered");
    return record_save(c, row->of, row, rev);
}

static rules_heard_fn *heard_fn;

void rules_heard_use(rules_heard_fn *fn)
{
    heard_fn = fn;
}

/* What is closed other than by putting the record right may stand against the person: he is heard first. */
static struct err *was_heard(struct change *c, const struct row *row, enum rules_ending how)
{
    bool heard = false;
    if (how == RULES_CORRECTED || strcmp(row_text(row, "asks"), "person") != 0 || row_int(row, "member") == 0)
        return NULL;
    if (heard_fn != NULL)
        TRY(heard_fn(&c->tx, row->id, &heard));
    if (heard)
        return NULL;
    return err_say(ERR(c->tx.arena, ERR_CONFLICT, "finding %lld: the person was not heard", (long long)row->id),
                   "rules.unheard", NULL);
}

struct err *rules_close_finding(struct change *c, int64_t id, int64_t rev, enum rules_ending how, const char *reasons)
{
    struct row *row;
    TRY(open_finding(c, id, rev, &row));
    TRY(record_need(c->tx.arena, "reasons", reasons));
    TRY(was_heard(c, row, how));
    row_set(row, "reasons", reasons);
    row_set(row, "closed_by", c->who->name);
    row_set_date(c->tx.arena, row, "closed_on", clock_today());
    row_set(row, "state", "closed");
    row_set(row, "ended_as", how == RULES_REASONS ? "reasons" : "corrected");
    return record_save(c, row->of, row, rev);
}

struct err *rules_take_up(struct change *c, int64_t id, int64_t rev)
{
    struct row *row;
    TRY(open_finding(c, id, rev, &row));
    row_set(row, "handler", c->who->name);
    return record_save(c, row->of, row, rev);
}

struct err *rules_hand_over(struct change *c, int64_t id, int64_t rev, const char *to, struct date due,
                            const char *task)
{
    struct row *row;
    TRY(open_finding(c, id, rev, &row));
    TRY(record_need(c->tx.arena, "to", to));
    row_set(row, "handler", to);
    row_set_date(c->tx.arena, row, "due_on", due);
    row_set(row, "task", task);
    return record_save(c, row->of, row, rev);
}

/* ---- adoption ---- */
static struct err *decided(struct change *c, const char *rule, struct row **out)
{
    struct arena *a = c->tx.arena;
    int64_t id;
    struct db_val args[] = {db_text(rule)};
    TRY(db_one_int(&c->tx, "SELECT id FROM rules_adoption WHERE rule = ?1 AND ended = 0", args, 1, 0, &id));
    if (id != 0)
        return record_read(&c->tx, &rules_adoption_record, c->who, id, out);
    *out = row_new(a, &rules_adoption_record);
    row_set(*out, "rule", rule);
    return NULL;
}

static struct err *decide(struct change *c, const char *rule, const char *text, const char *state, const char *by,
                          const char *reasons, bool clause_read)
{
    struct arena *a = c->tx.arena;
    struct row *row;
    TRY(decided(c, rule, &row));
    row_set(row, "state", state);
    if (text != NULL)
        row_set(row, "text", text);
    row_set(row, "decided_by", by);
    row_set_date(a, row, "decided_on", clock_today());
    row_set(row, "reasons", reasons);
    if (clause_read || strcmp(state, "adopted") == 0)
        row_set_date(a, row, "clause_read", clause_read ? clock_today() : DATE_UNKNOWN);
    return record_save(c, &rules_adoption_record, row, row->rev);
}

static struct err *known_rule(struct change *c, const struct rules_set *s, const char *rule,
                              const struct rules_rule **out)
{
    *out = rules_find(s, rule);
    if (*out != NULL)
        return NULL;
    return err_say(ERR(c->tx.arena, ERR_MISSING, "no rule '%.60s'", rule), "rules.no_rule", "rule", rule, NULL);
}

struct err *rules_adopt(struct change *c, const struct rules_set *s, const char *rule, const char *reasons,
                        bool clause_read)
{
    const struct rules_rule *r;
    TRY(known_rule(c, s, rule, &r));
    return decide(c, rule, (r->shipped != NULL ? r->shipped : r->text)->source, "adopted", c->who->name, reasons,
                  clause_read);
}

struct err *rules_on_trial(struct change *c, const struct rules_set *s, const char *rule, const char *reasons)
{
    const struct rules_rule *r;
    TRY(known_rule(c, s, rule, &r));
    return decide(c, rule, r->shipped != NULL ? r->shipped->source : NULL, "trial", c->who->name, reasons, false);
}

struct err *rules_off(struct change *c, const struct rules_set *s, const char *rule, const char *reasons)
{
    const struct rules_rule *r;
    TRY(known_rule(c, s, rule, &r));
    TRY(record_need(c->tx.arena, "reasons", reasons));
    return decide(c, rule, NULL, "off", c->who->name, reasons, false);
}

struct err *rules_adopt_all(struct change *c, const char *by)
{
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        struct rules_text *t;
        size_t n = strlen(e->name);
        if (n <= 5 || strcmp(e->name + n - 5, ".rule") != 0)
            continue;
        TRY(text_read(c->tx.arena, e->name, (const char *)e->bytes, (size_t)(e->end - e->bytes), &t));
        TRY(decide(c, t->id, t->source, "adopted", by, NULL, false));
    }
    return NULL;
}

/* ---- the district's own texts ---- */
static struct err *own_row(struct change *c, const char *rule, struct row **out)
{
    int64_t id;
    struct db_val args[] = {db_text(rule)};
    TRY(db_one_int(&c->tx, "SELECT id FROM rules_own WHERE rule = ?1 AND ended = 0", args, 1, 0, &id));
    if (id != 0)
        return record_read(&c->tx, &rules_own_record, c->who, id, out);
    *out = row_new(c->tx.arena, &rules_own_record);
    row_set(*out, "rule", rule);
    return NULL;
}

/* The pack's text of a rule; NULL. */
static struct err *pack_text(struct arena *a, const char *rule, const char **out)
{
    const char *tail = arena_printf(a, "/rules/%s.rule", rule);
    *out = NULL;
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        struct rules_text *t;
        size_t n = strlen(e->name), m = strlen(tail);
        if (n <= m || strcmp(e->name + n - m, tail) != 0)
            continue;
        TRY(text_read(a, e->name, (const char *)e->bytes, (size_t)(e->end - e->bytes), &t));
        *out = t->source;
    }
    return NULL;
}

struct err *rules_save_own(struct change *c, const char *rule, const char *text, const char *cases, const char *note,
                           int64_t rev)
{
    struct row *row;
    const char *pack;
    TRY(own_row(c, rule, &row));
    if (row->rev != rev)
        return err_say(ERR(c->tx.arena, ERR_CONFLICT, "own rule %s is at revision %lld", rule, (long long)row->rev),
                       "rules.own_moved", NULL);
    TRY(pack_text(c->tx.arena, rule, &pack));
    row_set(row, "text", text);
    row_set(row, "cases", cases);
    row_set(row, "pack", pack);
    row_set(row, "note", note);
    row_set(row, "saved_by", c->who->name);
    row_set_date(c->tx.arena, row, "saved_on", clock_today());
    return record_save(c, &rules_own_record, row, row->rev);
}

struct err *rules_drop_own(struct change *c, const char *rule, const char *reasons)
{
    struct row *row;
    TRY(record_need(c->tx.arena, "reasons", reasons));
    TRY(own_row(c, rule, &row));
    if (row->id == 0)
        return err_say(ERR(c->tx.arena, ERR_MISSING, "no own text of '%.60s'", rule), "rules.no_rule", "rule", rule,
                       NULL);
    return record_end(c, &rules_own_record, row->id, row->rev, reasons);
}

/* ---- parameters ---- */
/* The edition in force on the day, else the last: what a value must fit. */
static int edition_on(const struct rules_rule *r, struct date day)
{
    const struct rules_stretch *s = rules_stretch_of(r, day);
    return s != NULL ? s->edition : r->text->n_editions - 1;
}

static struct err *fits(struct change *c, const struct rules_rule *r, const char *name, const char *value,
                        struct date from)
{
    int edition = edition_on(r, from), param = 0;
    const struct rules_edition *ed = &r->text->editions[edition];
    struct expr_param out;
    while (param < ed->n_params && strcmp(ed->params[param].name, name) != 0)
        param++;
    if (param == ed->n_params)
        return err_field(err_say(ERR(c->tx.arena, ERR_INVALID, "rule %s has no parameter '%.40s'", r->text->id, name),
                                 "rules.no_param", "name", name, NULL),
                         "name");
    if (value != NULL && !compile_value(r->code, r->text, edition, param, value, &out))
        return err_field(err_say(ERR(c->tx.arena, ERR_INVALID, "%s of %s cannot be '%.40s'", name, r->text->id, value),
                                 "rules.param_value", "value", value, NULL),
                         "value");
    return NULL;
}

struct err *rules_set_param(struct change *c, const struct rules_set *s, const char *rule, const char *name,
                            const char *value, struct date from, const char *citation)
{
    struct arena *a = c->tx.arena;
    const struct rules_rule *r;
    TRY(known_rule(c, s, rule, &r));
    if (!date_is_full(from))
        return err_field(err_say(ERR(a, ERR_INVALID, "no day"), "field.required", NULL), "from_on");
    TRY(record_need(a, "citation", citation));
    TRY(fits(c, r, name, value, from));
    int64_t id;
    char iso[DATE_TEXT];
    struct db_val args[] = {db_text(rule), db_text(name), db_text(date_iso(from, iso))};
    TRY(db_one_int(&c->tx, "SELECT id FROM rules_param WHERE rule = ?1 AND name = ?2 AND from_on = ?3 AND ended = 0",
                   args, 3, 0, &id));
    struct row *row = row_new(a, &rules_param_record);
    if (id != 0)
        TRY(record_read(&c->tx, &rules_param_record, c->who, id, &row));
    row_set(row, "rule", rule);
    row_set(row, "name", name);
    row_set(row, "value", value);
    row_set_date(a, row, "from_on", from);
    row_set(row, "citation", citation);
    row_set(row, "set_by", c->who->name);
    return record_save(c, &rules_param_record, row, row->rev);
}
