/* findings.c: the module's descriptor. */
#include "findings/pages.h"

#include "modules/findings/queries.h"
#include "web/module.h"

static const struct record *const records[] = {&findings_finding,
                                               &findings_look,
                                               &rules_param_record,
                                               &rules_adoption_record,
                                               &rules_own_record,
                                               &rules_judged_record,
                                               NULL};

static const struct route routes[] = {
    {GET, "/findings", "findings.read", SCOPE_UNIT, findings_list, .lane = LANE_PAGE, .log = LOG_SEARCH,
     .class = CLASS_CASE},
    {GET, "/findings/{id}", "findings.read", SCOPE_UNIT, findings_why, .lane = LANE_PAGE, .log = LOG_READ,
     .class = CLASS_CASE},
    {POST, "/findings/{id}/answer", "findings.answer", SCOPE_UNIT, findings_answer, .lane = LANE_PAGE,
     .class = CLASS_CASE},
    {POST, "/findings/{id}/close", "findings.write", SCOPE_UNIT, findings_close, .lane = LANE_PAGE,
     .class = CLASS_CASE},
    {POST, "/findings/alike", "findings.answer", SCOPE_UNIT, findings_alike, .lane = LANE_PAGE, .class = CLASS_CASE},
    {POST, "/findings/looked", "findings.read", SCOPE_UNIT, findings_looked, .lane = LANE_PAGE, .class = CLASS_CASE},
    {POST, "/findings/{id}/hand-over", "findings.write", SCOPE_UNIT, findings_hand_over, .lane = LANE_PAGE,
     .class = CLASS_CASE},
    {POST, "/findings/{id}/take-up", "findings.write", SCOPE_UNIT, findings_take_up, .lane = LANE_PAGE,
     .class = CLASS_CASE},
    {GET, "/coming", "findings.read", SCOPE_UNIT, findings_coming, .lane = LANE_PAGE, .log = LOG_RUN,
     .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {GET, "/whatif", "rules.try", SCOPE_UNIT, findings_whatif, .lane = LANE_PAGE, .log = LOG_RUN, .class = CLASS_CASE,
     .needs = CLASS_PERSONAL},
    {POST, "/whatif", "rules.try", SCOPE_UNIT, findings_whatif_run, .lane = LANE_LONG, .log = LOG_RUN,
     .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {GET, "/rules", "rules.read", SCOPE_UNIT, rules_page, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {GET, "/rules/book", "rules.read", SCOPE_UNIT, rules_book, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {GET, "/rules/new", "rules.write", SCOPE_NONE, own_new_page, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {POST, "/rules/new", "rules.write", SCOPE_NONE, own_new_save, .lane = LANE_LONG, .class = CLASS_INTERNAL},
    {GET, "/rules/{rule}/text", "rules.write", SCOPE_NONE, own_text_page, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {POST, "/rules/{rule}/text", "rules.write", SCOPE_NONE, own_text_save, .lane = LANE_LONG, .class = CLASS_INTERNAL},
    {POST, "/rules/{rule}/drop", "rules.write", SCOPE_NONE, own_drop, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {GET, "/rules/{rule}", "rules.read", SCOPE_UNIT, rule_page, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {POST, "/rules/{rule}/decide", "rules.write", SCOPE_NONE, rule_decide, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {POST, "/rules/{rule}/param", "rules.write", SCOPE_NONE, rule_param, .lane = LANE_PAGE, .class = CLASS_INTERNAL},
    {0}};

static const struct menu_entry menu[] = {{"daily", "findings.title", "/findings", "findings.read"},
                                         {"daily", "findings.coming.title", "/coming", "findings.read"},
                                         {"rules", "findings.rules", "/rules", "rules.read"},
                                         {"rules", "findings.whatif.title", "/whatif", "rules.try"},
                                         {0}};

static const struct command commands[] = {
    {"check", "--db URL [--as-of DATE] [--rule ID] [--member ID] [--json] [--missing] [--expect FILE]: what holds",
     findings_check_command},
    {"rules",
     "list [--db URL] [--json] | test | book [--db URL] [--out FILE] | export --db URL [--out FILE] | import --db URL "
     "[--dry-run] FILE: the rules, their cases, the district's own",
     findings_rules_command},
    {0}};

/* Is he in a finding that this person took up and nobody closed? */
static struct err *in_hand(struct db_tx *tx, const struct who *who, int64_t member, bool *out)
{
    struct findings_q_in_hand *n;
    TRY(findings_q_in_hand(tx, member, who->name, &n));
    *out = n->n > 0;
    return NULL;
}

const struct module findings_module = {
    .name = "findings", .records = records, .routes = routes, .menu = menu, .commands = commands, .matter = in_hand};
