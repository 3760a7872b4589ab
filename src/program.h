/* program.h: what the files beside main share. */
#ifndef QF_PROGRAM_H
#define QF_PROGRAM_H

#include "web/module.h"

#define QF_VERSION "0.1.0"

/* Every module of modules.def; ends with NULL. */
extern const struct module *const program_modules[];
struct job;
/* The jobs of all modules; ends with NULL; arena. */
const struct job *const *program_jobs(struct arena *a);
/* Registers the records and subjects of all modules and checks every declaration. */
struct err *program_init(struct arena *a) MUST_USE;

int init_command(int argc, char **argv);
int serve_command(int argc, char **argv);

#endif
