/* finding.h: findings: what a run found, kept until somebody answered it. One finding per rule and subject key; another
 * kind tells one fact that is not on record, and the rules that wait for it.
 *
 *   opened -> answered -> closed      by persons, with reasons
 *   opened, answered   -> closed      as "no longer so" when the condition ceased, or "rule no longer used"
 *   closed             -> opened      when the facts in its trace changed, or the condition holds again after it ceased
 *
 * Closed with reasons stays closed for the same facts. */
#ifndef QF_RULES_FINDING_H
#define QF_RULES_FINDING_H

#include "rules/rules.h"

/* Fields of rules.finding. The module that knows persons and units declares the record: these, then `member` and
 * `unit`, references to the records that own subjects, and .unit = "unit". The owner of a subject's row is its
 * `member`, and `unit` is kept that person's present one; or the owner is the `unit` itself. */
#define RULES_FINDING_FIELDS                                                                                           \
    {"rule", FIELD_TEXT, .max = 40, .required = true, .index = true}, /* MISSING: a fact is not on record */           \
        {"missing", FIELD_TEXT, .max = 80},                           /* that fact: "post.since" */                    \
        {"waiting", FIELD_TEXT, .max = 1000}, /* ids of the rules that wait for it, separated by blanks */             \
        {"edition", FIELD_DATE},              /* its first day; NULL: from ever */                                     \
        {"kind", FIELD_TEXT, .max = 60, .required = true},    /* "roster.post" */                                      \
        {"subject", FIELD_TEXT, .max = 60, .required = true}, /* key of the row: "12", "3:21" */                       \
        {"category", FIELD_TEXT, .max = 40, .required = true},                                                         \
        {"effect", FIELD_CODE, .codes = "rules.effect", .required = true}, /* what it comes to: rules_acts */          \
        {"asks", FIELD_CODE, .codes = "rules.asks", .required = true},                                                 \
        {"secrecy", FIELD_INT, .max = 1}, /* class of the most secret fact it read */                                  \
        {"state", FIELD_CODE, .codes = "rules.state", .required = true, .index = true},                                \
        {"ended_as", FIELD_CODE, .codes = "rules.ending"},                                                             \
        {"since", FIELD_DATE}, /* first day on which it holds; NULL: as far back as days go */                         \
        {"judged_on", FIELD_DATE},                                                                                     \
        {"facts", FIELD_LONG, .max = 20000, .class = CLASS_CASE},                /* JSON, as rules_facts_json */       \
        {"trace", FIELD_LONG, .max = 60000, .class = CLASS_CASE},                /* JSON, as rules_trace_json */       \
        {"changed", FIELD_LONG, .max = 20000, .class = CLASS_CASE},              /* JSON {fact: [before, after]} */    \
        {"opened_on", FIELD_DATE}, {"opened_at", FIELD_INT, .index = true},      /* UTC ms; the same, to the moment */ \
        {"due_on", FIELD_DATE, .index = true}, {"task", FIELD_TEXT, .max = 400}, /* as handed over: by when, what */   \
        {"handler", FIELD_TEXT, .max = 50}, {"reply", FIELD_LONG, .max = 4000}, {"replied_by", FIELD_TEXT, .max = 50}, \
        {"replied_on", FIELD_DATE}, {"reasons", FIELD_LONG, .max = 2000}, {"closed_by", FIELD_TEXT, .max = 50},        \
    {                                                                                                                  \
        "closed_on", FIELD_DATE                                                                                        \
    }

#define RULES_MISSING "MISSING"

struct rules_refreshed {
    int64_t opened, renewed, ceased, withdrawn, moved, kept;
};
/* Judges everyone (id 0) or one owner on the root's day, and brings the findings in line. Writes in chunks, each whole;
 * nothing when nothing changed. ERR_CONFLICT when another process did the same meanwhile: nothing is lost, try later.
 * ERR_BUSY while the columns load. */
struct err *rules_refresh(struct rules *r, struct db *db, struct arena *a, int subject, int64_t id,
                          struct rules_refreshed *out) MUST_USE;
/* The judge's own acting person. */
extern const struct who rules_judge_who;

/* Keeps findings in line in a thread of its own with a connection of the pool: looks every `every_ms` whether the
 * sequence, the rules or the day moved. NULL on failure to start a thread. */
struct rules_keeper;
struct rules_keeper *rules_keeper_start(struct rules *r, struct db_pool *pool, int every_ms);
void rules_keeper_stop(struct rules_keeper *k); /* takes NULL */

/* ---- what persons do ---- */
/* A reply for the record, by who the change acts as. ERR_CONFLICT when it is closed or was changed since rev. */
struct err *rules_answer(struct change *c, int64_t id, int64_t rev, const char *reply) MUST_USE;
enum rules_ending { RULES_REASONS, RULES_CORRECTED };
/* Was the person heard about a finding that asks him: did he answer, let the time run out, or waive? The module that
 * keeps hearings tells; until one does, nobody was. */
typedef struct err *rules_heard_fn(struct db_tx *tx, int64_t finding, bool *out) MUST_USE;
void rules_heard_use(rules_heard_fn *fn);
/* Closes it with reasons, which are required: ERR_INVALID, field "reasons". With RULES_REASONS a finding that asks the
 * person is closed only when he was heard: ERR_CONFLICT, say "rules.unheard". */
struct err *rules_close_finding(struct change *c, int64_t id, int64_t rev, enum rules_ending how,
                                const char *reasons) MUST_USE;
struct err *rules_take_up(struct change *c, int64_t id, int64_t rev) MUST_USE; /* who handles it from now on */
/* Another handles it from now on: to, a name; by a day (DATE_UNKNOWN: none set) and with a word about what is to be
 * done (NULL). The caller knows that there is such a person and that it is no case of his. */
struct err *rules_hand_over(struct change *c, int64_t id, int64_t rev, const char *to, struct date due,
                            const char *task) MUST_USE;

/* ---- what a district decides about rules ---- */
/* Adopts the shipped text of a rule as it stands now (or its own where none is shipped), puts it on trial, or off,
 * which needs reasons. clause_read: the adopting person read the official text. */
struct err *rules_adopt(struct change *c, const struct rules_set *s, const char *rule, const char *reasons,
                        bool clause_read) MUST_USE;
struct err *rules_on_trial(struct change *c, const struct rules_set *s, const char *rule, const char *reasons) MUST_USE;
struct err *rules_off(struct change *c, const struct rules_set *s, const char *rule, const char *reasons) MUST_USE;
/* Keeps the district's own text of a rule with its cases: a rule of its own, or in place of the pack's. The caller has
 * asked rules_own_check. It is on trial until adopted; what was adopted before stays in use. note may be NULL. rev: the
 * revision seen, 0: none yet. */
struct err *rules_save_own(struct change *c, const char *rule, const char *text, const char *cases, const char *note,
                           int64_t rev) MUST_USE;
/* Takes the own text away again, with reasons: the pack's stands to be adopted, or nothing. */
struct err *rules_drop_own(struct change *c, const char *rule, const char *reasons) MUST_USE;
/* Adopts every shipped rule in the name of `by`: for demonstrations. Needs no columns. */
struct err *rules_adopt_all(struct change *c, const char *by) MUST_USE;
/* A dated value of a parameter; value NULL: empty from that day on. ERR_INVALID when the rule has no such parameter or
 * the value does not fit it. */
struct err *rules_set_param(struct change *c, const struct rules_set *s, const char *rule, const char *name,
                            const char *value, struct date from, const char *citation) MUST_USE;

#endif
