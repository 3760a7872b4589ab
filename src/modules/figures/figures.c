/* figures.c: the module's descriptor. */
#include "figures/figures.h"

static const struct record *const records[] = {&figures_report, NULL};

static const struct route routes[] = {
    {GET, "/figures", "figures.read", SCOPE_UNIT, figures_page, .class = CLASS_CASE},
    {GET, "/figures/rows", "figures.read", SCOPE_UNIT, figures_rows, .class = CLASS_CASE},
    {POST, "/figures/saved", "figures.save", SCOPE_UNIT, figures_save, .class = CLASS_CASE},
    {GET, "/figures/saved/{id}", "figures.read", SCOPE_UNIT, figures_saved, .class = CLASS_CASE},
    {0}};

static const struct menu_entry menu[] = {{"daily", "figures.title", "/figures", "figures.read"}, {0}};

static const struct command commands[] = {
    {"report", "--db URL --year Y [--unit ID] [--json]: reminders, inquiries, talks, visits of a year in numbers",
     figures_report_command},
    {0}};

const struct module figures_module = {
    .name = "figures", .records = records, .routes = routes, .menu = menu, .commands = commands};
