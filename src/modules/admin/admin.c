/* admin.c: the descriptor of the module admin. */
#include "admin/admin.h"

#include "admin/account.h"
#include "admin/door.h"
#include "admin/issue.h"
#include "admin/offices.h"
#include "admin/oidc_pages.h"
#include "admin/reads.h"
#include "auth/auth.h"
#include "auth/code.h"
#include "auth/token.h"

static const struct record *const records[] = {&account_record, &admin_office_record, &admin_read,   &admin_read_note,
                                               &code_record,    &reset_record,        &token_record, NULL};

/* A step of signing in: its form, and its answer in the lane where passwords are hashed. */
#define DOOR(path, page, post)                                        \
    {GET, path, CAP_ANYONE, SCOPE_NONE, page},                        \
    {                                                                 \
        POST, path, CAP_ANYONE, SCOPE_NONE, post, .lane = LANE_SIGNIN \
    }

static const struct route routes[] = {
    {GET, "/login", CAP_ANYONE, SCOPE_NONE, sign_in_page, .lane = LANE_PAGE},
    {POST, "/login", CAP_ANYONE, SCOPE_NONE, sign_in, .lane = LANE_SIGNIN},
    DOOR("/login/code", code_page, code_post),
    DOOR("/login/password", password_page, password_post),
    DOOR("/login/second", enrol_page, enrol_post),
    {GET, "/login/oidc", CAP_ANYONE, SCOPE_NONE, oidc_start, .lane = LANE_LONG},
    {GET, "/login/oidc/return", CAP_ANYONE, SCOPE_NONE, oidc_return, .lane = LANE_LONG},
    DOOR("/setup", setup_page, setup_post),
    DOOR("/first", first_page, first_post),
    {GET, "/account", CAP_SIGNED_IN, SCOPE_NONE, account_page},
    {GET, "/account/again", CAP_SIGNED_IN, SCOPE_NONE, again_page},
    {POST, "/account/again", CAP_SIGNED_IN, SCOPE_NONE, again_post, .lane = LANE_SIGNIN},
    {POST, "/account/sessions", CAP_SIGNED_IN, SCOPE_NONE, account_session_end},
    {GET, "/account/password", CAP_SIGNED_IN, SCOPE_NONE, account_password_page},
    {POST, "/account/password", CAP_SIGNED_IN, SCOPE_NONE, account_password_post, .lane = LANE_SIGNIN},
    {GET, "/account/token", CAP_SIGNED_IN, SCOPE_NONE, account_token_page},
    {POST, "/account/token", CAP_SIGNED_IN, SCOPE_NONE, account_token_make},
    {POST, "/account/token/{id}/revoke", CAP_SIGNED_IN, SCOPE_NONE, account_token_revoke},
    {GET, "/admin/slips", "auth.account.issue", SCOPE_NONE, slips_page, .class = CLASS_INTERNAL},
    {POST, "/admin/slips", "auth.account.issue", SCOPE_NONE, slips_make, .class = CLASS_INTERNAL},
    {GET, "/admin/resets", "auth.reset.read", SCOPE_NONE, resets_page, .class = CLASS_INTERNAL},
    {POST, "/admin/resets", "auth.reset.propose", SCOPE_NONE, resets_propose, .class = CLASS_INTERNAL},
    {POST, "/admin/resets/{id}", "auth.reset.decide", SCOPE_NONE, resets_decide, .class = CLASS_INTERNAL},
    {GET, "/admin/oidc", "auth.account.oidc", SCOPE_NONE, oidc_page, .class = CLASS_INTERNAL},
    {POST, "/admin/oidc", "auth.account.oidc", SCOPE_NONE, oidc_save, .class = CLASS_INTERNAL},
    {POST, "/admin/oidc/link", "auth.account.oidc", SCOPE_NONE, oidc_link_save, .class = CLASS_INTERNAL},
    {POST, "/logout", CAP_SIGNED_IN, SCOPE_NONE, sign_out, .lane = LANE_PAGE},
    {GET, "/office", CAP_SIGNED_IN, SCOPE_NONE, office_page, .class = CLASS_CASE},
    {GET, "/admin/offices", "admin.office.read", SCOPE_NONE, offices_page, .class = CLASS_INTERNAL},
    {GET, "/admin/matrix", CAP_SIGNED_IN, SCOPE_NONE, matrix_page},
    {GET, "/admin/classes", "admin.class.read", SCOPE_NONE, classes_page, .class = CLASS_INTERNAL},
    {POST, "/admin/classes", "admin.class.write", SCOPE_NONE, classes_save, .class = CLASS_INTERNAL},
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

static const struct menu_entry menu[] = {{"admin", "admin.offices.title", "/admin/offices", "admin.office.read"},
                                         {"admin", "admin.classes.title", "/admin/classes", "admin.class.read"},
                                         {"admin", "admin.reads.title", "/admin/reads", "admin.reads.patterns"},
                                         {"admin", "admin.withhold.title", "/reads/withhold", "admin.reads.withhold"},
                                         {"admin", "admin.menu.slips", "/admin/slips", "auth.account.issue"},
                                         {"admin", "admin.menu.resets", "/admin/resets", "auth.reset.read"},
                                         {"admin", "admin.menu.oidc", "/admin/oidc", "auth.account.oidc"},
                                         {0}};

const struct module admin_module = {.name = "admin", .records = records, .routes = routes, .menu = menu};
