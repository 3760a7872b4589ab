/* rules.h: rules as sentences with a clause: a head, dated editions, an expression over facts and parameters.
 *
 * Shipped rules are embedded files MODULE/rules/ID.rule with their cases beside them (ID.case); how to write them
 * stands in doc/rules.md. What a district decides about them are records: parameters (rules.param) and adoptions
 * (rules.adoption). Both together make a *set*, which never changes once read; a run judges a set over a root of facts.
 * A run writes nothing; rules_refresh opens, renews and closes findings (rules.finding).
 *
 * This folder knows nothing of cadres: whose file a finding belongs to follows from the subjects' owners. */
#ifndef QF_RULES_RULES_H
#define QF_RULES_RULES_H

#include <jansson.h>

#include "facts/facts.h"
#include "view/messages.h"

/* ---- what a rule file says ---- */
enum rules_effect { RULES_REMIND, RULES_WARN, RULES_BLOCK, RULES_INFO };
enum rules_asks { RULES_PERSON, RULES_UNIT, RULES_ARCHIVES, RULES_OFFICER };
enum rules_seen { RULES_TEXT, RULES_SECONDARY, RULES_MEMORY };
enum rules_state {
    RULES_TRIAL,   /* as shipped: judged and counted, nothing is opened */
    RULES_ADOPTED, /* by a named person */
    RULES_OFF,     /* with reasons; not judged */
    RULES_BROKEN   /* the adopted text no longer fits the program's facts; not judged */
};
const char *rules_effect_name(enum rules_effect e); /* "remind" ...; static */
const char *rules_asks_name(enum rules_asks a);
const char *rules_seen_name(enum rules_seen s);
const char *rules_state_name(enum rules_state s);

/* A piece of the file: its text with the breaks of the file (comments blanked) and where it stands there. */
struct rules_piece {
    const char *s; /* NULL: the rule has no such line */
    int line, column;
};
struct rules_param {
    const char *name, *value; /* value NULL: empty until a district fills it */
    const char *unit;         /* "years" ...; NULL */
    const char *citation[LANGS];
    bool own; /* written in this edition, not taken over from the one before */
    struct rules_piece at;
};
struct rules_edition {
    struct date from, to; /* DATE_NONE: open */
    const char *title[LANGS], *basis[LANGS], *clear[LANGS];
    enum rules_effect effect;
    enum rules_asks asks;
    enum rules_seen seen;
    struct rules_piece when, say[LANGS];
    struct rules_param *params;
    int n_params;
};
struct rules_text {
    const char *file, *source; /* file NULL: from a record */
    const char *id, *group, *group_name[LANGS];
    struct rules_piece at, about;   /* at.s NULL: the day judged */
    struct rules_edition *editions; /* in order of time, no two overlap */
    int n_editions;
};

/* ---- a set: rules as they stand for one database ---- */
extern const struct record rules_param_record, rules_adoption_record, rules_own_record; /* rules.param .adoption .own */
/* rules.judged: one row, the day and the place in the sequence findings were last written for. No list shows it: that
 * it moved would tell that somebody's facts did. */
extern const struct record rules_judged_record;

/* A stretch of time in which edition and parameters of a rule stay the same. */
struct rules_value {
    struct expr_param value;
    bool set;
    int64_t row; /* of rules.param; 0: the value of the rule's own text */
};
struct rules_stretch {
    struct date from, to; /* DATE_NONE: open */
    int edition;
    const struct rules_value *values; /* [param of the edition] */
    bool ready;                       /* every parameter its condition uses has a value */
    const struct rules_edition *of;
    struct expr *when, *all; /* the condition; with the dates of `at` around it */
};
struct rules_rule {
    const struct rules_text *text; /* adopted, or as shipped */
    const struct rules_text
        *shipped;                  /* what stands to be adopted: the district's own text, else the pack's; NULL: none */
    const struct rules_text *pack; /* the pack's; NULL: it has none */
    int64_t own;                   /* row of rules.own or 0 */
    const char *own_pack;          /* the pack's text when the district saved its own; NULL: it had none */
    enum rules_state state;
    bool changed;                          /* the shipped text is another than the adopted one */
    const char *by, *reasons;              /* who decided about it; NULL: nobody yet */
    struct date on, clause_read;           /* when; when the adopting person had read the clause, or DATE_UNKNOWN */
    int64_t adoption;                      /* row of rules.adoption or 0 */
    int subject;                           /* index in the world */
    enum class class;                      /* of the most secret fact it reads */
    const struct rules_stretch *stretches; /* in order of time */
    int n_stretches;
    struct rules_code *code;
};
struct rules_set;
int rules_count(const struct rules_set *s);
const struct rules_rule *rules_at(const struct rules_set *s, int i);            /* in order of id */
const struct rules_rule *rules_find(const struct rules_set *s, const char *id); /* NULL */
/* The stretch in force on a full day; NULL when the rule was not. */
const struct rules_stretch *rules_stretch_of(const struct rules_rule *r, struct date day);
/* The newest edition in force on the day, else the last one. */
const struct rules_edition *rules_edition_now(const struct rules_rule *r, struct date day);
/* What the effect comes to: `block` is `warn` unless the clause's text was seen or the adopting person read it. */
enum rules_effect rules_acts(const struct rules_rule *r, const struct rules_edition *e);

/* Only the shipped rules, for tests and for the build: the first that is wrong ends it, with file, line and column. */
struct err *rules_shipped(struct arena *a, const struct expr_world *w, const struct rules_set **out) MUST_USE;

/* ---- the rules of one database in this process ---- */
struct rules;
/* Reads the shipped rules and what the database says about them. The world must be made already. out is owned. */
struct err *rules_open(struct arena *a, struct db_pool *pool, struct rules **out) MUST_USE;
void rules_close(struct rules *r); /* takes NULL */
/* The rules this process serves from, for handlers: set once by `serve`; NULL before. Borrowed. */
void rules_share(struct rules *r);
struct rules *rules_shared(void);
/* Which columns they are judged over: these are told when a parameter changes. For after facts_open. */
void rules_use(struct rules *r, struct facts *f);
/* The facts_param_fn to open facts with, ctx = the rules: name is "RULE.parameter". */
bool rules_param(const void *rules, const char *name, struct date day, int32_t *out);
/* Were parameters of this rule asked for by facts? Then they change with it. */
bool rules_feeds_facts(struct rules *r, const char *id);
/* The set as true in this transaction; give back with rules_end. */
struct err *rules_read(struct rules *r, struct db_tx *tx, const struct rules_set **out) MUST_USE;
/* The set and the columns together, in this order: a parameter that changed is in both. First in a read transaction. */
struct err *rules_read_all(struct rules *r, struct db_tx *tx, const struct rules_set **set,
                           const struct facts_root **root) MUST_USE;
void rules_end(const struct rules_set *s); /* takes NULL */
void rules_end_of(const struct rules_set **s);
#define rules_scope __attribute__((cleanup(rules_end_of)))

/* ---- a run: what holds on the root's day ---- */
struct rules_ask {
    const struct scope *scope; /* NULL: everyone */
    const char *rule;          /* only this one; NULL: all that are not off */
    int subject;               /* with `id`: only this owner and its rows */
    int64_t id;                /* 0: everyone */
    int sees;                  /* only rules whose facts are of at most this class; 0: all */
    bool since;                /* also find since when */
    bool gaps;                 /* also tell which facts are missing */
};
struct rules_hit {
    const struct rules_rule *rule;
    const struct rules_stretch *stretch;
    struct facts_hit where;
    struct date since; /* DATE_NONE: as far back as days go; DATE_UNKNOWN: not asked */
};
/* One fact of one row that is not on record (or not exact enough), and the rules that wait for it. */
struct rules_gap {
    int subject, fact;
    int64_t id;             /* of the row */
    struct facts_hit where; /* of the row judged */
    int about;              /* its subject */
    const struct rules_rule **rules;
    int n;
};
struct rules_run {
    struct rules_hit *hits; /* by rule, then in block order; arena */
    int64_t n;
    struct rules_gap *gaps; /* arena */
    int64_t n_gaps;
    int64_t unknown;                   /* pairs of rule and row that could not be judged */
    const struct rules_rule **waiting; /* rules a parameter of which is empty; arena */
    int n_waiting;
};
/* The key of the row a gap is about; arena. */
char *rules_gap_key(struct arena *a, const struct rules_gap *g);
/* ERR_MISSING for a rule or an owner that is not there. */
struct err *rules_judge(const struct rules_set *s, const struct facts_root *root, struct arena *a,
                        const struct rules_ask *ask, struct rules_run *out) MUST_USE;

/* What will fall due: rows for which a rule is not true on the root's day and becomes true within so many months, by
 * the present records. `since` of each is that day, the hits are in order of it; arena. Looked at as facts_ahead does.
 * Only scope, rule and sees of `ask` count. */
struct err *rules_ahead(const struct rules_set *s, const struct facts_root *root, struct arena *a,
                        const struct rules_ask *ask, int months, struct rules_hit **out, int64_t *n_out) MUST_USE;

/* Looks ahead for everybody and keeps what it found, so that the next who asks waits for what changed since only. */
enum { RULES_AHEAD = 12 }; /* months */
struct err *rules_ahead_ready(struct rules *r, struct db *db, struct arena *a) MUST_USE;

/* Is the rule true for this row on this day (facts computed anew when it is not the root's)? stretch_out: the one that
 * decided it, NULL when none did. */
struct err *rules_truth(const struct rules_rule *r, const struct facts_root *root, struct arena *a, int64_t owner,
                        int64_t id, struct date day, enum tri *out, const struct rules_stretch **stretch_out) MUST_USE;
/* For a row for which the rule is true on the root's day: the first day of the stretch of days on which it is. The
 * truth is looked at on every date the owner's rows and the trace hold (first and last day, and the day after) and,
 * between the last such day with another truth and the next, found by halving: true on `since`, not true the day
 * before. DATE_NONE when it goes back to 1900. */
struct err *rules_since(const struct rules_hit *h, const struct facts_root *root, struct arena *a,
                        struct date *out) MUST_USE;
/* The next day after `day` on which the rule's truth is another, at most `years` ahead; DATE_NONE when there is none.
 */
struct err *rules_next(const struct rules_hit *h, const struct facts_root *root, struct arena *a, struct date day,
                       int years, struct date *out) MUST_USE;

/* The rule as it would be with another value of an INT parameter, on every day; arena. */
const struct rules_rule *rules_with_value(struct arena *a, const struct rules_rule *r, const char *param,
                                          int32_t value);
/* ---- what if: nothing is kept ---- */
/* A rule as it would be: from a text that nobody adopted, or with another value of a parameter, on every day. A text is
 * refused with its line and column as a shipped one is; a value that does not fit, or a parameter the rule has not,
 * with field "value" or "name"; arena. */
struct err *rules_draft(struct arena *a, const struct rules_set *s, const char *text,
                        const struct rules_rule **out) MUST_USE;
struct err *rules_draft_value(struct arena *a, const struct rules_rule *r, const char *name, const char *value,
                              const struct rules_rule **out) MUST_USE;
struct rules_tried {
    const struct facts_root *root;     /* of the day tried, with the draft's parameters; ended by rules_tried_end */
    struct rules_hit *touched, *freed; /* found by the draft only (on root); found now only (on the root asked) */
    int64_t n_touched, n_freed, same;
    int64_t unknown_now, unknown_then; /* rows that could not be judged */
};
/* Judges as it is (the root, the set's rules) and as it would be (the draft in place of the rule of its id, or NULL; on
 * another day, DATE_UNKNOWN: the root's) and compares. With a draft only that rule, else those asked; arena, which must
 * outlive out. */
struct err *rules_try(struct rules *r, const struct rules_set *s, const struct facts_root *root, struct arena *a,
                      const struct rules_ask *ask, const struct rules_rule *draft, struct date day,
                      struct rules_tried *out) MUST_USE;
void rules_tried_end(struct rules_tried *t);

/* Does the condition of this edition use the parameter? */
bool rules_needs(const struct rules_rule *r, int edition, int param);

/* ---- explaining ---- */
/* The trace of the stretch's condition for a row, in reading order. */
struct err *rules_trace(const struct rules_hit *h, const struct facts_root *root, struct arena *a,
                        struct expr_trace **out) MUST_USE;
/* The facts of a trace as an object, `{"since":"2016-05-18"}`: facts of other rows are "member.birth", "post.since@17";
 * none is null, unknown is "unknown". Without days, parameters and what was computed from them, so it changes only when
 * the records do. */
void rules_facts_json(struct buf *out, int about, int64_t id, const struct expr_trace *t);
void rules_value_json(struct buf *out, const struct expr_value *v);
/* The whole trace as an array of {depth, piece, text, value}; comparisons have left and right, facts subject, fact and
 * row, parameters param. */
void rules_trace_json(struct buf *out, const struct expr_trace *t);

/* The rule's sentence with this row's values; arena. */
char *rules_say(struct arena *a, enum lang lang, const struct rules_hit *h, const struct facts_root *root);
/* The sentence and the trace (NULL: not wanted) as on another day, facts computed anew for it. ERR_MISSING: the row is
 * not there on that day. */
struct err *rules_tell(struct arena *a, enum lang lang, const struct rules_hit *h, const struct facts_root *root,
                       struct date day, char **say, struct expr_trace **trace) MUST_USE;
/* A value as people write it; references are numbers; arena. */
char *rules_words(struct arena *a, enum lang lang, const struct expr_value *v);

/* ---- cases ---- */
/* May a district keep this text of a rule? Refused are: what rules_draft refuses (field "text"); cases that do not
 * read, that do not cover the rule, or that contradict it, each with its line (field "cases"). The cases are run in a
 * database of their own in memory. id_out: the rule's. */
struct err *rules_own_check(struct arena *a, const char *text, const char *cases, const char **id_out) MUST_USE;
/* The cases shipped with a rule, NULL when there are none; static or arena. */
const char *rules_cases_of(struct arena *a, const char *rule);
/* Runs every embedded case file in a database of its own (url NULL: in memory); lines about what failed go to out.
 * Every rule needs a hit, a miss, a boundary and an unknown, and an edition case on the last day of each edition and
 * the first of the next. Records and subjects of all modules are registered and record_init was called. */
struct err *rules_test(struct arena *a, const char *url, struct buf *out, int *passed, int *failed) MUST_USE;

#endif
