/* mustache_node.h: what the compiler of templates hands to the renderer. Only for view/mustache*.c. */
#ifndef QF_VIEW_MUSTACHE_NODE_H
#define QF_VIEW_MUSTACHE_NODE_H

#include "base/vec.h"
#include "record/codes.h"
#include "view/mustache.h"

struct key {
    const char *s;
    size_t n;
};

struct path { /* a.b.c; n = 0 is the implicit iterator */
    struct key *keys;
    int n;
};

enum op { OP_TEXT, OP_VALUE, OP_SECTION, OP_INVERTED, OP_PARTIAL, OP_PARENT, OP_BLOCK };

enum form { FORM_PLAIN, FORM_DATE, FORM_LONG_DATE, FORM_TIME, FORM_NUMBER, FORM_NAME, FORM_CODE };

struct node {
    enum op op;
    enum form form;
    bool bol;                      /* stands first in its line: a partial's indentation goes before it */
    bool raw;                      /* OP_VALUE: not escaped */
    bool standalone;               /* OP_BLOCK: its content begins on the next line */
    bool dynamic;                  /* OP_PARTIAL, OP_PARENT: `path` holds the name of the template */
    struct key text;               /* OP_TEXT; OP_BLOCK: its name */
    const struct code_list *codes; /* FORM_CODE; NULL: no such list */
    struct path path;
    const struct mustache *partial; /* NULL: none has that name */
    struct key indent;              /* blanks before it: partials, parents; blocks: of their content */
    struct nodes {
        struct node *p;
        size_t n, cap;
    } kids;
};

struct mustache {
    struct mustache_set *set;
    const char *name;
    struct nodes nodes;
    bool ready; /* compiled whole; false inside a recursion */
    struct mustache *next;
};

enum { SET_SLOTS = 512 };
struct mustache_set {
    struct arena *arena;
    enum lang lang; /* LANGS: plain Mustache */
    mustache_source_fn *source;
    const void *ctx;
    struct mustache *slots[SET_SLOTS];
};

#endif
