/* admin.c: the descriptor of the module admin. */
#include "admin/admin.h"

#include "admin/reads.h"
#include "admin/sign_in.h"
#include "auth/auth.h"

static const struct record *const records[] = {&account_record, &admin_read, NULL};

static const struct route routes[] = {{GET, "/login", CAP_ANYONE, SCOPE_NONE, sign_in_page, .lane = LANE_PAGE},
                                      {POST, "/login", CAP_ANYONE, SCOPE_NONE, sign_in, .lane = LANE_SIGNIN},
                                      {POST, "/logout", CAP_SIGNED_IN, SCOPE_NONE, sign_out, .lane = LANE_PAGE},
                                      {POST, "/reads/reason", CAP_SIGNED_IN, SCOPE_UNIT, reads_reason},
                                      {0}};

const struct module admin_module = {.name = "admin", .records = records, .routes = routes};
