/* findings.c: the module's descriptor. */
#include "findings/findings.h"

#include "web/module.h"

const struct module findings_module = {
    .name = "findings",
    .records = (const struct record *const[]){&findings_finding, &rules_param_record, &rules_adoption_record, NULL},
    .commands = (const struct command[]){
        {"check", "--db URL [--as-of DATE] [--rule ID] [--member ID] [--json] [--missing] [--expect FILE]: what holds",
         findings_check_command},
        {"rules", "list [--db URL] [--json] | test: the rules and their cases", findings_rules_command},
        {0}}};
