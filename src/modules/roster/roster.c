/* roster.c: the module's descriptor. */
#include "roster/roster.h"

#include "base/cli.h"
#include "roster/batch_pages.h"
#include "roster/compare_command.h"
#include "roster/correct_pages.h"
#include "roster/facts.h"
#include "roster/form_pages.h"
#include "roster/house.h"
#include "roster/import_command.h"
#include "roster/import_pages.h"
#include "roster/order_pages.h"
#include "roster/people.h"
#include "roster/portrait.h"
#include "roster/read_command.h"
#include "roster/search.h"
#include "roster/tables.h"
#include "web/module.h"

static int read_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("read", roster_read_command(a, argc - 1, argv + 1));
}

static const struct command commands[] = {{"read", "FILE...: print what forms say, as JSON", read_command},
                                          {"import",
                                           "--db URL [--dry-run] [--accept all|valid|none] [--json] [--errors OUT "
                                           "[--all]] FILE...: bring forms and rosters in",
                                           import_command},
                                          {"compare",
                                           "--db URL [--json] [--out FILE.zip --reason TEXT] FILE...: forms beside the "
                                           "records; --out: the forms with the records' values",
                                           compare_command},
                                          {0}};

enum { UPLOAD_MOST = 512 << 20 };

static const struct route routes[] = {
    {GET, "/roster/member", "roster.member.read", SCOPE_UNIT, people_page, .lane = LANE_PAGE, .log = LOG_SEARCH,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/export", "roster.member.export", SCOPE_UNIT, people_export_page, .lane = LANE_PAGE,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/member/export", "roster.member.export", SCOPE_UNIT, people_export_post, .lane = LANE_LONG,
     .log = LOG_EXPORT, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/forms", "roster.member.export", SCOPE_UNIT, form_list_page, .lane = LANE_PAGE,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/member/forms", "roster.member.export", SCOPE_UNIT, form_list_take, .lane = LANE_LONG,
     .log = LOG_EXPORT, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/{id}/form", "roster.member.read", SCOPE_UNIT, form_page, .lane = LANE_PAGE, .log = LOG_PRINT,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/member/{id}/form", "roster.member.read", SCOPE_UNIT, form_page, .lane = LANE_PAGE, .log = LOG_PRINT,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/{id}/merge", "roster.member.write", SCOPE_UNIT, merge_page, .lane = LANE_PAGE,
     .log = LOG_READ, .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {POST, "/roster/member/{id}/merge", "roster.member.write", SCOPE_UNIT, merge_post, .lane = LANE_PAGE,
     .log = LOG_READ, .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/{id}/move", "roster.member.write", SCOPE_UNIT, move_page, .lane = LANE_PAGE, .log = LOG_READ,
     .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {POST, "/roster/member/{id}/move", "roster.member.write", SCOPE_UNIT, move_post, .lane = LANE_PAGE, .log = LOG_READ,
     .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {POST, "/roster/member/{id}/form/file", "roster.member.export", SCOPE_UNIT, form_file, .lane = LANE_PAGE,
     .log = LOG_EXPORT, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/{id}", "roster.member.read", SCOPE_UNIT, portrait_page, .lane = LANE_PAGE, .log = LOG_READ,
     .class = CLASS_CASE, .needs = CLASS_PERSONAL},
    {GET, "/roster/member/{id}/photo", "roster.member.read", SCOPE_UNIT, portrait_photo, .lane = LANE_PAGE,
     .log = LOG_READ, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/unit", "roster.unit.read", SCOPE_UNIT, house_page, .lane = LANE_PAGE, .class = CLASS_PERSONAL,
     .needs = CLASS_PERSONAL},
    {GET, "/roster/unit/{id}", "roster.unit.read", SCOPE_UNIT, house_unit, .lane = LANE_PAGE, .class = CLASS_PERSONAL,
     .needs = CLASS_PERSONAL},
    {GET, "/roster/unit/{id}/order", "roster.member.write", SCOPE_UNIT, order_page, .lane = LANE_PAGE,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/unit/{id}/order", "roster.member.write", SCOPE_UNIT, order_save, .lane = LANE_PAGE,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/tables", "roster.unit.read", SCOPE_UNIT, tables_page, .lane = LANE_LONG, .class = CLASS_PERSONAL,
     .needs = CLASS_PERSONAL},
    {GET, "/roster/tables/xlsx", "roster.unit.read", SCOPE_UNIT, tables_file, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/search", "roster.member.read", SCOPE_UNIT, search_page, .lane = LANE_PAGE, .log = LOG_SEARCH,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/import", "roster.member.import", SCOPE_UNIT, roster_import_home, .lane = LANE_PAGE,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/import", "roster.member.import", SCOPE_UNIT, roster_import_upload, .lane = LANE_LONG,
     .upload = UPLOAD_MOST, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/import/{id}", "roster.member.import", SCOPE_UNIT, roster_import_page, .lane = LANE_PAGE,
     .log = LOG_READ, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/import/{id}", "roster.member.import", SCOPE_UNIT, roster_import_choose, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/import/{id}/drop", "roster.member.import", SCOPE_UNIT, roster_import_drop, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/import/{id}/columns", "roster.member.import", SCOPE_UNIT, roster_import_columns, .lane = LANE_PAGE,
     .log = LOG_READ, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/import/{id}/columns", "roster.member.import", SCOPE_UNIT, roster_import_columns_keep,
     .lane = LANE_LONG, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/import/{id}/errors", "roster.member.import", SCOPE_UNIT, roster_import_errors, .lane = LANE_LONG,
     .log = LOG_READ, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/import/{id}/wide", "roster.member.import", SCOPE_UNIT, roster_import_wide, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/batch/{id}/undo", "roster.member.import", SCOPE_UNIT, batch_undo_page, .lane = LANE_LONG,
     .log = LOG_READ, .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/batch/{id}/undo", "roster.member.import", SCOPE_UNIT, batch_undo_post, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/kin", "roster.family.write", SCOPE_UNIT, roster_kin_page, .lane = LANE_PAGE, .log = LOG_READ,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/kin", "roster.family.write", SCOPE_UNIT, roster_kin_answers, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {GET, "/roster/words", "roster.alias.write", SCOPE_UNIT, roster_words_page, .lane = LANE_PAGE,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {POST, "/roster/words", "roster.alias.write", SCOPE_UNIT, roster_words_answers, .lane = LANE_LONG,
     .class = CLASS_PERSONAL, .needs = CLASS_PERSONAL},
    {0}};

static const struct menu_entry menu[] = {{"people", "roster.list.menu", "/roster/member", "roster.member.read"},
                                         {"people", "roster.units.menu", "/roster/unit", "roster.unit.read"},
                                         {"people", "roster.tables.menu", "/roster/tables", "roster.unit.read"},
                                         {"data", "roster.menu.import", "/roster/import", "roster.member.import"},
                                         {"data", "roster.menu.words", "/roster/words", "roster.alias.write"},
                                         {"data", "roster.menu.kin", "/roster/kin", "roster.family.write"},
                                         {0}};

const struct module roster_module = {.name = "roster",
                                     .records = roster_records,
                                     .routes = routes,
                                     .menu = menu,
                                     .commands = commands,
                                     .subjects = roster_subjects};
