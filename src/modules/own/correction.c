/* correction.c: the person asks that something in his file be put right: what stands there, what should stand there,
 * and what shows it. An officer checks, puts the record right and says so, or refuses with reasons; a refusal may be
 * objected to and goes to another officer. */
#include <stdlib.h>
#include <string.h>

#include "own/own.h"

static const struct field fields[] = {{"member", FIELD_REF, .to = "roster.member", .required = true},
                                      {"record", FIELD_TEXT, .max = 60, .required = true},
                                      {"row", FIELD_INT, .required = true},
                                      {"seen", FIELD_INT, .required = true}, /* revision the person saw */
                                      {"stands", FIELD_LONG, .max = 4000, .required = true},
                                      {"wanted", FIELD_LONG, .max = 4000, .required = true},
                                      {"decision", FIELD_LONG, .max = 4000},
                                      {"objection", FIELD_LONG, .max = 4000},
                                      {"answer", FIELD_LONG, .max = 4000},
                                      {0}};
const struct record own_correction = {.name = "own.correction",
                                      .fields = fields,
                                      .concerns = "member",
                                      .title = "wanted",
                                      .purpose = "own.purpose.correction",
                                      .basis = "PIPL-46",
                                      .readers = "cadre_officer archives member",
                                      .keep = "own.correction",
                                      .keep_from = "closed_on",
                                      .class = CLASS_PERSONAL,
                                      .guarded = true};

static const struct flow_due dues[] = {
    {"check", "entered", 15, DUE_WORKING_DAYS, "PIPL-46", "-5:owner 0:owner 1:minister"},
    {"object", "entered", 30, DUE_DAYS, "DUE-1", "-5:person"},
    {0}};
static const struct flow_state states[] = {{"asked", FLOW_OFFICE, "cadre_officer", "check"},
                                           {"refused", FLOW_PERSON, "person", "object"},
                                           {"objected", FLOW_OFFICE, "cadre_officer", "check"},
                                           {"made", FLOW_END},
                                           {"kept", FLOW_END},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};
static const struct flow_step steps[] = {
    {"ask", "", "asked", "person cadre_officer archives", .fields = "member! record! row! seen! stands! wanted!",
     .papers = "evidence", .effects = "notice:owner"},
    {"make", "asked objected", "made", "cadre_officer archives", .fields = "decision!",
     .effects = "hook:own.correction_made notice:person"},
    {"refuse", "asked", "refused", "cadre_officer archives", .fields = "decision!", .effects = "notice:person"},
    {"object", "refused", "objected", "person", .fields = "objection!", .papers = "evidence",
     .effects = "notice:owner"},
    {"keep", "objected", "kept", "cadre_officer archives", .fields = "answer!", .other_than = "refuse",
     .effects = "notice:person"},
    {"accept", "refused", "kept", "person"},
    {"object_out", "refused", "kept", "clock"},
    {"withdraw", "asked objected", "withdrawn", "person", .reasons = true},
    {0}};
const struct flow correction_flow = {"own.correction", states, steps, dues};

/* "Made" is said only when it was: the row has another revision than the one the person saw. */
static struct err *made(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)s;
    struct row *r;
    const struct record *rec = record_find(row_text(m->content, "record"));
    if (rec == NULL)
        return ERR(c->tx.arena, ERR_FAULT, "no record %s", row_text(m->content, "record"));
    TRY(record_read(&c->tx, rec, c->who, row_int(m->content, "row"), &r));
    if (r->rev > row_int(m->content, "seen"))
        return NULL;
    return err_field(err_say(ERR(c->tx.arena, ERR_INVALID, "%s %lld is still at revision %lld", rec->name,
                                 (long long)r->id, (long long)r->rev),
                             "own.not_made", NULL),
                     "decision");
}
const struct flow_hook correction_made_hook = {"own.correction_made", made};
