/* own.c: the module's descriptor. */
#include "own/own.h"

#include "rules/finding.h"

enum { EVIDENCE = 64 << 20 };

static const struct record *const records[] = {&own_hearing, &own_correction, NULL};
static const struct flow *const flows[] = {&hearing_flow, &correction_flow, NULL};
static const struct flow_hook *const hooks[] = {&hearing_close_hook, &correction_made_hook, NULL};

static const struct route routes[] = {
    {GET, "/my", CAP_SIGNED_IN, SCOPE_OWN, own_page, .class = CLASS_CASE},
    {GET, "/my/file", CAP_SIGNED_IN, SCOPE_OWN, own_file, .class = CLASS_CASE},
    {GET, "/my/findings/{id}", CAP_SIGNED_IN, SCOPE_OWN, own_finding, .class = CLASS_CASE},
    {POST, "/my/findings/{id}", CAP_SIGNED_IN, SCOPE_OWN, own_receive, .class = CLASS_CASE},
    {GET, "/my/correct", CAP_SIGNED_IN, SCOPE_OWN, own_correct_page, .class = CLASS_CASE},
    {POST, "/my/correct", CAP_SIGNED_IN, SCOPE_OWN, own_correct, .class = CLASS_CASE, .upload = EVIDENCE},
    {0}};

static const struct menu_entry menu[] = {{"workbench", "own.title", "/my", "my.file"}, {0}};

const struct module own_module = {
    .name = "own", .records = records, .routes = routes, .menu = menu, .flows = flows, .hooks = hooks};

struct err *own_reader(struct req *rq, struct who *out)
{
    if (rq->who->member == 0)
        return err_say(ERR(rq->arena, ERR_DENIED, "account %lld is no cadre's", (long long)rq->who->account),
                       "own.no_file", NULL);
    *out = *rq->who;
    out->scope = (struct scope)SCOPE_ALL;
    out->sees = CLASS_CASE;
    out->n_barred = 0;
    return NULL;
}
