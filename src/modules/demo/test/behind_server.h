/* behind_server.h: the fictitious district behind a server, with its accounts and every rule adopted, for tests that go
 * through its pages. demo_house, the test's own rows, demo_serve; house_end. */
#ifndef QF_DEMO_TEST_BEHIND_SERVER_H
#define QF_DEMO_TEST_BEHIND_SERVER_H

#include <stdio.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "auth/auth.h"
#include "demo/demo.h"
#include "demo/inner.h"
#include "rules/finding.h"
#include "view/view.h"

/* Of so many cadres, on 25 November 2026; readers are not asked why, however many files they open. */
static inline void demo_house(int64_t members)
{
    struct demo_stats stats;
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(":memory:", NULL);
    OK(demo_fill(h.db, h.a, members, 1, &(struct demo_how){0}, &stats));
    FILE *none = fopen("/dev/null", "we");
    OK(demo_accounts(h.db, h.a, none));
    fclose(none);
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    OK(setting_put(&c, "reads_a_day", "100000"));
    OK(rules_adopt_all(&c, "test"));
    OK(change_commit(&c));
}

static inline void demo_serve(struct err *(*session)(struct req *rq, const char *cookie, struct web_session *out))
{
    OK(view_init(h.a));
    house_serve(
        (struct web_config){.modules = program_modules, .auth = {session, auth_may, "/login"}, .page_threads = 1});
}

#endif
