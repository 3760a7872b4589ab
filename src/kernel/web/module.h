/* module.h: what a module tells the program. A module is a folder with one descriptor; modules.def lists them. */
#ifndef QF_WEB_MODULE_H
#define QF_WEB_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/who.h"

struct req;
struct record;
struct job;
struct facts_subject;
struct db_tx;
struct who;
struct flow;
struct flow_hook;

enum method { METHOD_UNSET, GET, POST };

/* Which rows a route may touch. Every route says it; the program does not start with a route that does not. */
enum route_scope {
    SCOPE_UNSET,
    SCOPE_NONE, /* about no one's records */
    SCOPE_OWN,  /* the signed-in person's own file */
    SCOPE_UNIT  /* the units of the office held (struct who.scope) */
};

enum lane {
    LANE_PAGE,   /* the default */
    LANE_SIGNIN, /* password hashing; short bounded queue */
    LANE_LONG    /* exports, imports, what-if over everyone */
};

/* What the route shows of persons' files. The router answers 500 instead of a page whose handler did not say what it
 * shows (req_shows and its kin in web.h), and sends nothing before the log of reads has it. */
enum route_log {
    LOG_NONE,
    LOG_READ,   /* a file, a case, a document, its history */
    LOG_SEARCH, /* people looked for by name */
    LOG_EXPORT,
    LOG_PRINT,
    LOG_RUN /* rules tried over everyone or one */
};

/* Capabilities are names, "roster.read"; these two need none: */
#define CAP_ANYONE "anyone"       /* also without a session */
#define CAP_SIGNED_IN "signed-in" /* any session */

typedef struct err *route_fn(struct req *rq) MUST_USE;

struct route {
    enum method method; /* GET answers HEAD too */
    const char *path;   /* "/roster/member/{id}": a segment is literal or one {name}; literal wins */
    const char *capability;
    enum route_scope scope;
    route_fn *handler;
    enum lane lane;
    size_t upload; /* largest whole body with files, in bytes; 0: files are refused and the form limit holds */
    enum route_log log;
    enum class class; /* the most secret class its answer may hold; above open where it is about units or persons */
    bool tokenless;   /* anybody may send its form and nothing hangs on who he is: no token, no cookie */
    enum class needs; /* nothing of it can be shown to an office that reads less: denied as without the capability */
};

struct menu_entry {
    const char *group; /* view/view.h: struct view_menu */
    const char *text;
    const char *path;
    const char *capability;
};

/* A subcommand of the program; run gets its own name as argv[0] and returns the exit status. */
struct command {
    const char *name;
    const char *help; /* "FILE.xlsx: load a year's hours" */
    int (*run)(int argc, char **argv);
};

/* All arrays end with {0} or NULL; each may be NULL. */
struct module {
    const char *name;
    const struct record *const *records;
    const struct route *routes;
    const struct menu_entry *menu;
    const struct command *commands;
    const struct job *const *jobs;
    const struct facts_subject *const *subjects; /* owners before their rows */
    /* Is this person's file in an open matter that who handles? Then he opens it without being asked why. */
    struct err *(*matter)(struct db_tx *tx, const struct who *who, int64_t member, bool *out);
    const struct flow *const *flows;
    const struct flow_hook *const *hooks;
};

#endif
