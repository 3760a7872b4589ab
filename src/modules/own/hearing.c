/* hearing.c: the hearing of a finding that asks the person. It begins when he has received it (his own confirmation, or
 * a slip an officer scanned): from then he has 15 working days. What is decided against him may be objected to; another
 * than who decided first handles that, and it cannot come out worse. */
#include <stdlib.h>
#include <string.h>

#include "own/own.h"
#include "rules/finding.h"

static const struct field fields[] = {{"member", FIELD_REF, .to = "roster.member", .required = true},
                                      {"finding", FIELD_REF, .to = "rules.finding", .required = true, .index = true},
                                      {"reply", FIELD_LONG, .max = 20000},
                                      {"decision", FIELD_LONG, .max = 4000},
                                      {"objection", FIELD_LONG, .max = 20000},
                                      {"answer", FIELD_LONG, .max = 4000},
                                      {0}};
/* A hearing is about the person's own finding, one that asks him. */
static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    int64_t n;
    struct db_val args[] = {db_int(row_int(row, "finding")), db_int(row_int(row, "member"))};
    TRY(db_one_int(tx,
                   "SELECT count(*) FROM rules_finding WHERE id = ?1 AND member = ?2 AND asks = 'person' AND ended = 0",
                   args, 2, 0, &n));
    if (n == 0)
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "finding %lld does not ask member %lld",
                                            (long long)row_int(row, "finding"), (long long)row_int(row, "member")),
                                        "own.other_finding", NULL),
                                "finding"));
    return NULL;
}

const struct record own_hearing = {.name = "own.hearing",
                                   .fields = fields,
                                   .concerns = "member",
                                   .title = "reply",
                                   .check = check,
                                   .purpose = "own.purpose.hearing",
                                   .basis = "DUE-1",
                                   .readers = "supervision member",
                                   .keep = "own.hearing",
                                   .keep_from = "closed_on",
                                   .class = CLASS_CASE,
                                   .guarded = true};

static const struct flow_due dues[] = {
    {"reply", "receipt", 15, DUE_WORKING_DAYS, "DUE-1", "-5:person -1:person 1:supervision"},
    {"decide", "entered", 1, DUE_MONTHS, "DUE-1", "-5:owner 1:minister"},
    {"object", "entered", 30, DUE_DAYS, "CSL-2018-95", "-5:person"},
    {"review", "entered", 30, DUE_DAYS, "CSL-2018-96", "-5:owner 1:minister"},
    {0}};

static const struct flow_state states[] = {{"received", FLOW_PERSON, "person", "reply"},
                                           {"answered", FLOW_OFFICE, "supervision", "decide"},
                                           {"silent", FLOW_OFFICE, "supervision", "decide"},
                                           {"stands", FLOW_PERSON, "person", "object"},
                                           {"objected", FLOW_OFFICE, "supervision", "review"},
                                           {"cleared", FLOW_END, .unmarked = true},
                                           {"final", FLOW_END},
                                           {0}};

static const struct flow_step steps[] = {
    {"receive", "", "received", "person", .fields = "member! finding!", .receipt = true,
     .effects = "notice:supervision"},
    {"serve", "", "received", "supervision", .fields = "member! finding!", .papers = "slip!", .receipt = true,
     .effects = "notice:person"},
    {"reply", "received silent", "answered", "person", .fields = "reply!", .papers = "evidence",
     .effects = "notice:supervision"},
    {"waive", "received", "answered", "person", .reasons = true, .effects = "notice:supervision"},
    {"run_out", "received", "silent", "clock", .effects = "notice:supervision notice:person"},
    {"clear", "received answered silent", "cleared", "supervision", .fields = "decision!",
     .effects = "hook:own.close_finding notice:person"},
    {"stand", "answered silent", "stands", "supervision", .fields = "decision!", .against = true,
     .effects = "hook:own.close_finding notice:person"},
    {"object", "stands", "objected", "person", .fields = "objection!", .papers = "evidence",
     .effects = "notice:supervision"},
    {"accept", "stands", "final", "person"},
    {"object_out", "stands", "final", "clock"},
    {"uphold", "objected", "final", "supervision", .fields = "answer!", .other_than = "stand",
     .effects = "notice:person"},
    {"lift", "objected", "cleared", "supervision", .fields = "answer!", .other_than = "stand",
     .effects = "notice:person"},
    {0}};

const struct flow hearing_flow = {"own.hearing",     states,           steps, dues, .hearing = "reply",
                                  .window = "reply", .waiver = "waive"};

/* The decision closes the finding with it as reasons; a finding that ceased meanwhile stays as it is. */
static struct err *close_finding(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    struct row *f;
    TRY(record_read(&c->tx, record_find("rules.finding"), c->who, row_int(m->content, "finding"), &f));
    if (strcmp(row_text(f, "state"), "closed") == 0)
        return NULL;
    return rules_close_finding(c, f->id, f->rev, strcmp(s->name, "clear") == 0 ? RULES_CORRECTED : RULES_REASONS,
                               row_text(m->content, "decision"));
}
const struct flow_hook hearing_close_hook = {"own.close_finding", close_finding};

struct err *hearing_of(struct db_tx *tx, int64_t finding, int64_t *matter_out)
{
    struct db_val args[] = {db_int(finding)};
    return db_one_int(
        tx,
        "SELECT max(m.id) FROM own_hearing h JOIN flow_matter m ON m.row = h.id AND m.flow = 'own.hearing'"
        " WHERE h.finding = ?1 AND h.ended = 0 AND m.ended = 0",
        args, 1, 0, matter_out);
}

struct err *hearing_heard(struct db_tx *tx, int64_t finding, bool *out)
{
    int64_t matter, n;
    TRY(hearing_of(tx, finding, &matter));
    struct db_val args[] = {db_int(matter)};
    TRY(db_one_int(tx,
                   "SELECT count(*) FROM flow_step WHERE matter = ?1 AND state = 'taken' AND ended = 0"
                   " AND step IN ('reply', 'waive', 'run_out')",
                   args, 1, 0, &n));
    *out = n > 0;
    return NULL;
}
