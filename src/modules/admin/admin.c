/* admin.c: the descriptor of the module admin. */
#include "admin/admin.h"

#include "admin/offices.h"
#include "admin/reads.h"
#include "admin/sign_in.h"
#include "auth/auth.h"

static const struct record *const records[] = {&account_record, &admin_office_record, &admin_read, &admin_read_note,
                                               NULL};

static const struct route routes[] = {
    {GET, "/login", CAP_ANYONE, SCOPE_NONE, sign_in_page, .lane = LANE_PAGE},
    {POST, "/login", CAP_ANYONE, SCOPE_NONE, sign_in, .lane = LANE_SIGNIN},
    {POST, "/logout", CAP_SIGNED_IN, SCOPE_NONE, sign_out, .lane = LANE_PAGE},
    {POST, "/office", CAP_SIGNED_IN, SCOPE_NONE, office_switch},
    {POST, "/reads/reason", CAP_SIGNED_IN, SCOPE_UNIT, reads_reason, .class = CLASS_PERSONAL},
    {POST, "/reads/print", CAP_SIGNED_IN, SCOPE_UNIT, reads_print, .log = LOG_PRINT, .class = CLASS_CASE},
    {GET, "/my/reads", CAP_SIGNED_IN, SCOPE_OWN, reads_mine, .class = CLASS_CASE},
    {GET, "/reads/questions", CAP_SIGNED_IN, SCOPE_NONE, reads_questions},
    {POST, "/reads/questions/{id}", CAP_SIGNED_IN, SCOPE_NONE, reads_answer},
    {GET, "/reads/withhold", "admin.reads.withhold", SCOPE_UNIT, reads_withhold_page, .class = CLASS_CASE},
    {POST, "/reads/withhold", "admin.reads.withhold", SCOPE_UNIT, reads_withhold, .class = CLASS_CASE},
    {GET, "/admin/reads", "admin.reads.patterns", SCOPE_NONE, reads_patterns, .class = CLASS_INTERNAL},
    {POST, "/admin/reads", "admin.reads.patterns", SCOPE_NONE, reads_ask, .class = CLASS_INTERNAL},
    {0}};

static const struct menu_entry menu[] = {{"admin", "admin.reads.title", "/admin/reads", "admin.reads.patterns"},
                                         {"admin", "admin.withhold.title", "/reads/withhold", "admin.reads.withhold"},
                                         {0}};

const struct module admin_module = {.name = "admin", .records = records, .routes = routes, .menu = menu};
