/* module.h: what a module tells the program. A module is a folder with one descriptor; modules.def lists them. */
#ifndef QF_WEB_MODULE_H
#define QF_WEB_MODULE_H

#include <stddef.h>

#include "base/err.h"

struct req;
struct record;
struct job;
struct facts_subject;

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
    const struct job *jobs;
    const struct facts_subject *const *subjects; /* owners before their rows */
};

#endif
