/* inner.h: what the files of this folder share. */
#ifndef QF_RULES_INNER_H
#define QF_RULES_INNER_H

#include "rules/text.h"

/* A sentence with values in it: texts and expressions by turns. */
struct say_part {
    const char *text; /* NULL: the expression */
    struct expr *e;
};
struct say {
    struct say_part *parts;
    int n;
};
struct edition_code {
    struct expr *when;
    struct say say[LANGS];
    struct expr_param *values; /* [param]: of the rule's text */
    bool *set, *needed;        /* [param]; needed: its condition uses it */
};
/* A rule text whose expressions are parsed. */
struct rules_code {
    const struct expr_world *world;
    struct expr *at; /* NULL: the day judged */
    struct edition_code *editions;
    int subject;
    enum class class;
};

/* Parses the expressions of a text against the world. ERR_INVALID as text_read's, say "expr.*" or "rules.*". */
struct err *compile(struct arena *a, const struct expr_world *w, const struct rules_text *t,
                    struct rules_code **out) MUST_USE;
/* A typed-in value of a parameter as its expressions want it; false when it is none. */
bool compile_value(const struct rules_code *c, const struct rules_text *t, int edition, int param, const char *value,
                   struct expr_param *out);

/* One dated value a district gave a parameter. */
struct param_row {
    int64_t row;
    const char *rule, *name, *value; /* value NULL: empty from that day on */
    struct date from;
};
/* Cuts the life of a rule into stretches: rows by rule, name, from. */
struct err *stretches_make(struct arena *a, struct rules_rule *r, const struct param_row *rows, int n) MUST_USE;
struct expr_env stretch_env(const struct rules_stretch *s, struct date day);

/* The truth of a rule for one row of a block; stretch_out may be NULL. gaps gets every piece unknown when not NULL. */
struct err *row_truth(const struct rules_rule *r, struct arena *a, const struct expr_block *b, int row, struct date day,
                      enum tri *out, const struct rules_stretch **stretch_out) MUST_USE;

/* What a rule that cannot be judged for a row waits for: fn(ctx, subject, fact, row id) for every fact. */
typedef void gap_fn(void *ctx, int subject, int fact, int64_t id);
struct err *row_gaps(const struct rules_rule *r, struct arena *a, const struct expr_block *b, int row, struct date day,
                     gap_fn *fn, void *ctx) MUST_USE;

/* rules_since for a row of a sum whose counted rows are known (NULL: no sum). */
struct err *since_counted(const struct rules_hit *h, const struct facts_root *root, struct arena *a,
                          const struct facts_counted *counted, struct date *out) MUST_USE;

/* What a fact of a trace is called beside those of the row judged: "since", "member.birth", "post.since@17"; arena. */
char *trace_name(struct arena *a, int about, int64_t id, const struct expr_trace *t);

/* A set of one rule, and a rule from a text that is in no set yet, with the parameters the district set; arena. */
struct rules_set *set_of_one(struct arena *a, const struct rules_set *s, const struct rules_rule *r);
struct err *set_draft(struct arena *a, const struct rules_set *s, const char *text,
                      const struct rules_rule **out) MUST_USE;
/* What was found ahead is kept with the rules of a database; key: grows when they change. NULL: kept nowhere. */
struct facts_memo *set_memo(const struct rules_set *s, int64_t *key);
/* The stretch's value of a parameter; false: it has none. */
bool value_in(const struct rules_stretch *s, const char *name, int32_t *out);

/* Is the rule one the run is asked about? */
bool run_asks(const struct rules_set *s, const struct rules_ask *ask, const struct rules_rule *r);

/* The kind findings carry: "roster.post". */
const char *kind_of(int subject);

/* The sum or owner subject whose one-owner blocks hold rows of the subject. */
int owner_subject(const struct expr_world *w, int subject);
const struct expr_world *set_world(const struct rules_set *s);

#endif
