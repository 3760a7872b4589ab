/* program.c: the modules that make up the program. */
#include "program.h"

#include "admin/offices.h"
#include "base/vec.h"
#include "face/face.h"
#include "facts/facts.h"
#include "flow/flow.h"
#include "keep/keep.h"
#include "roster/roster.h"
#include "own/own.h"
#include "rules/finding.h"

#define MODULE(name) extern const struct module name##_module;
#include "modules.def"
#undef MODULE

#define MODULE(name) &name##_module,
const struct module *const program_modules[] = {
#include "modules.def"
    NULL};
#undef MODULE

const struct job *const *program_jobs(struct arena *a)
{
    VEC(const struct job *) all = {0};
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct job *const *j = (*m)->jobs; j != NULL && *j != NULL; j++)
            *VEC_PUSH(&all, a) = *j;
    *VEC_PUSH(&all, a) = NULL;
    return all.p;
}

struct err *program_init(struct arena *a)
{
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct record *const *r = (*m)->records; r != NULL && *r != NULL; r++)
            record_register(*r);
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct facts_subject *const *s = (*m)->subjects; s != NULL && *s != NULL; s++)
            facts_register(*s);
    for (const struct module *const *m = program_modules; *m != NULL; m++) {
        for (const struct flow *const *f = (*m)->flows; f != NULL && *f != NULL; f++)
            flow_register(*f);
        for (const struct flow_hook *const *h = (*m)->hooks; h != NULL && *h != NULL; h++)
            flow_hook_register(*h);
    }
    auth_roles_use(admin_roles);
    auth_relatives_use(roster_relatives);
    TRY(record_init(a));
    TRY(flow_init(a));
    rules_heard_use(hearing_heard);
    record_upgrade_use(backup_before_upgrade);
    face_init(program_modules);
    const struct expr_world *world;
    return facts_world(a, &world);
}
