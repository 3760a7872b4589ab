/* leads.c: the module's descriptor. */
#include "leads/leads.h"

static const struct record *const records[] = {
    &leads_channel, &leads_lead, &leads_reporter, &leads_receipt, &leads_release, &leads_look, NULL};
static const struct flow *const flows[] = {&lead_flow, &release_flow, NULL};
static const struct flow_hook *const hooks[] = {&delivered_hook, &next_hook, NULL};

static const struct menu_entry menu[] = {{"daily", "leads.channel.title", "/leads/channel", "leads.channel.read"}, {0}};

const struct module leads_module = {.name = "leads", .records = records, .flows = flows, .hooks = hooks, .menu = menu};
