/* policy.c: the module's descriptor. */
#include "policy/policy.h"

static const struct record *const records[] = {&policy_document, &policy_edition, &policy_article, NULL};

static const struct route routes[] = {{GET, "/policy", "rules.read", SCOPE_NONE, policy_library},
                                      {GET, "/policy/params", "rules.read", SCOPE_NONE, policy_params},
                                      {0}};

static const struct menu_entry menu[] = {{"rules", "policy.title", "/policy", "rules.read"},
                                         {"rules", "policy.params.title", "/policy/params", "rules.read"},
                                         {0}};

const struct module policy_module = {.name = "policy", .records = records, .routes = routes, .menu = menu};
