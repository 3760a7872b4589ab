/* case.h: the cases beside a rule: rows in a readable text, a day, and what must be found. Read here, run in case.c.
 * The form is told in doc/rules.md. */
#ifndef QF_RULES_CASE_H
#define QF_RULES_CASE_H

#include "rules/rules.h"

enum case_kind { CASE_HIT, CASE_MISS, CASE_BOUNDARY, CASE_UNKNOWN, CASE_EDITION, CASE_KINDS };
enum case_expect { EXPECT_HIT, EXPECT_MISS, EXPECT_MISSING };

struct case_pair {
    const char *name, *value;
};
struct case_row {
    const char *name, *record;
    struct case_pair *fields;
    int n, line;
    int64_t id; /* once saved */
};
/* A fact set by hand: `fact x.start unknown`. */
struct case_fact {
    const char *row, *fact, *value;
    int line;
};
struct case_line {
    struct date day;
    enum case_expect expect;
    const char *row;  /* "x", or "u:21" of a sum */
    const char *fact; /* EXPECT_MISSING */
    bool has_since, has_edition;
    struct date since, edition; /* DATE_NONE: none */
    int line;
};
struct rule_case {
    enum case_kind kind;
    const char *title;
    int line;
    struct case_row *rows;
    int n_rows;
    struct case_fact *facts;
    int n_facts;
    struct case_line *lines;
    int n_lines;
};
struct case_file {
    const char *file, *rule;
    struct rule_case *cases;
    int n;
};

/* ERR_INVALID with say "rules.*" and args file, line, column, near. Everything in arena a. */
struct err *case_read(struct arena *a, const char *file, const char *text, size_t n, struct case_file **out) MUST_USE;

#endif
