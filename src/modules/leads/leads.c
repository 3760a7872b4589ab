/* leads.c: the module's descriptor. */
#include "leads/leads.h"

static const struct record *const records[] = {
    &leads_channel, &leads_lead, &leads_reporter, &leads_receipt, &leads_release, &leads_look, NULL};
static const struct flow *const flows[] = {&lead_flow, &release_flow, NULL};
static const struct flow_hook *const hooks[] = {&delivered_hook, &next_hook, NULL};

enum { LETTER = 33 << 20 };

#define PUBLIC CAP_ANYONE, SCOPE_NONE
static const struct route routes[] = {
    {GET, "/desk/open/leads.lead", "desk.write", SCOPE_UNIT, leads_deliver_page, .class = CLASS_CASE},
    {POST, "/desk/open/leads.lead", "desk.write", SCOPE_UNIT, leads_deliver, .upload = LETTER, .class = CLASS_CASE},
    {GET, "/lead", "leads.list.read", SCOPE_UNIT, leads_list, .class = CLASS_CASE},
    {POST, "/lead/merge", "leads.list.write", SCOPE_UNIT, leads_merge, .class = CLASS_CASE},
    {GET, "/lead/sealed", "leads.sealed.read", SCOPE_UNIT, leads_sealed_list, .class = CLASS_INTERNAL},
    {GET, "/lead/{id}/reporter", "leads.sealed.read", SCOPE_UNIT, leads_reporter_page, .class = CLASS_INTERNAL},
    {POST, "/lead/{id}/reporter", "leads.sealed.read", SCOPE_UNIT, leads_reporter_open, .class = CLASS_SEALED},
    {GET, "/public", PUBLIC, leads_public, .tokenless = true},
    {GET, "/public/report", PUBLIC, leads_report_page, .tokenless = true},
    {POST, "/public/report", PUBLIC, leads_report, .tokenless = true},
    {GET, "/public/visit", PUBLIC, leads_visit_page, .tokenless = true},
    {POST, "/public/visit", PUBLIC, leads_visit, .tokenless = true},
    {0}};

static const struct menu_entry menu[] = {{"daily", "leads.title", "/lead", "leads.list.read"},
                                         {"daily", "leads.sealed.title", "/lead/sealed", "leads.sealed.read"},
                                         {"daily", "leads.channel.title", "/leads/channel", "leads.channel.read"},
                                         {0}};

const struct module leads_module = {
    .name = "leads", .records = records, .flows = flows, .hooks = hooks, .routes = routes, .menu = menu};
