/* node.h: the tree of an expression, shared by the files of this folder; nobody else includes it. */
#ifndef QF_EXPR_NODE_H
#define QF_EXPR_NODE_H

#include "expr/expr.h"

/* Limits on text from outside: an expression is a sentence, not a program. */
enum { EXPR_TEXT_MOST = 16384, EXPR_NODES_MOST = 2000, EXPR_DEPTH_MOST = 60, EXPR_ROWS_MOST = 2 };

enum node_op {
    N_BOOL, /* literals: n */
    N_INT,
    N_DATE,
    N_CODE, /* text as written; n the position once checked */
    N_TODAY,
    N_PARAM, /* text: name */
    N_NAME,  /* before checking: a fact or a code; text, owner before the dot or NULL */
    N_FACT,  /* subject, fact */
    N_AND,   /* two kids or more, none of them N_AND; N_OR likewise */
    N_OR,
    N_NOT,
    N_EQ,
    N_NE,
    N_LT,
    N_LE,
    N_GT,
    N_GE,
    N_IN,      /* value, items */
    N_BETWEEN, /* value, low, high */
    N_ADD,
    N_SUB,
    N_HAS,
    N_KNOWN,
    N_YEARS, /* one number: a span; two dates: completed count. N_MONTHS, N_DAYS likewise */
    N_MONTHS,
    N_DAYS,
    N_YEAR,
    N_MONTH,
    N_MIN,
    N_MAX,
    N_PERCENT,
    N_PERCENT_NEAR,
    N_PERCENT_UP,
    N_ANY, /* subject: the rows; one kid. N_ALL, N_COUNT likewise */
    N_ALL,
    N_COUNT,
    N_FIRST, /* subject: the rows; value, where or NULL, by or NULL. N_LAST likewise */
    N_LAST
};

enum { LEVEL_CONST = -1 };

struct node {
    enum node_op op;
    enum expr_type type;
    bool pending; /* the type still follows from what it is compared with */
    bool bare;    /* N_CODE: written without quotes */
    int level;    /* the subject whose rows it has a value for, or LEVEL_CONST */
    int subject, fact;
    int at;            /* byte of the text where it stands, for errors */
    const char *text;  /* see the ops; functions and rows: their name */
    const char *owner; /* N_NAME */
    const char *codes;
    int64_t n;
    struct node **kids;
    int n_kids;
};

struct expr {
    const struct expr_world *world;
    int subject;
    struct node *root;
};

enum token_kind { T_END, T_INT, T_DATE, T_NAME, T_QUOTED, T_PARAM, T_SIGN };
struct token {
    enum token_kind kind;
    int at, len;      /* bytes in the text */
    int64_t n;        /* T_INT; T_DATE: struct date.v; T_SIGN: one of the characters + - = < > ( ) , : . and SIGN_* */
    const char *text; /* T_NAME, T_QUOTED, T_PARAM: arena */
};
enum { SIGN_LE = 256, SIGN_GE, SIGN_NE };

/* Reads the token at *at and moves *at behind it. */
struct err *expr_lex(struct arena *a, const char *text, int *at, struct token *out) MUST_USE;
/* ERR_INVALID about `len` bytes of the text at `at`, with key and args line, column, near, and one more pair if name is
 * not NULL. */
struct err *expr_fail(struct arena *a, const char *text, int at, int len, const char *key, const char *name,
                      const char *value) MUST_USE;
bool expr_word_reserved(const char *word);

struct err *expr_parse_tree(struct arena *a, const char *text, struct node **out) MUST_USE;
/* Finds what names mean and gives every node its type and level. */
struct err *expr_check(struct arena *a, const struct expr_world *w, int subject, const char *const *params,
                       const char *text, struct node *root) MUST_USE;

/* The owner's subject of a row subject, or -1. */
int expr_owner_of(const struct expr_world *w, int subject);
int expr_fact_find(const struct expr_subject *s, const char *name);
/* Canonical text of one piece, whose bare names are facts of `scope`. */
char *expr_node_text(struct arena *a, const struct expr_world *w, const struct node *n, int scope);
static inline bool expr_is_rows(enum node_op op)
{
    return op >= N_ANY;
}

#endif
