/* web_serve.c: a page of thirty rows and its JSON behind the whole server, without a database: what the pages lane
 * costs; and a page that sleeps for two seconds, /sleep. web_serve PORT [IO_THREADS [PAGE_THREADS]]      until SIGTERM
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/web.h"

static json_t *thirty_rows(void)
{
    json_t *rows = json_array();
    for (int i = 0; i < 30; i++) {
        json_t *row = json_object();
        json_object_set_new_nocheck(row, "id", json_integer(i));
        json_object_set_new_nocheck(row, "name", json_string_nocheck(i % 3 ? "顾行简" : "白简"));
        json_object_set_new_nocheck(row, "post", json_string_nocheck("区水务局党组书记、局长"));
        json_object_set_new_nocheck(row, "note", json_string_nocheck(i % 5 ? "" : "兼区河长制办公室主任"));
        json_object_set_new_nocheck(row, "sex", json_string_nocheck(i % 4 ? "1" : "2"));
        json_object_set_new_nocheck(row, "birth", json_string_nocheck("1974-03"));
        json_object_set_new_nocheck(row, "since", json_string_nocheck("2016-05-04"));
        json_array_append_new(rows, row);
    }
    return rows;
}

static struct err *page(struct req *rq)
{
    json_t *data = json_object();
    json_object_set_new_nocheck(data, "rows", thirty_rows());
    json_object_set_new_nocheck(data, "total", json_integer(1286));
    return respond_page(rq, "view/specimen", data);
}

static struct err *sleeping(struct req *rq)
{
    sleep(2);
    return respond_json(rq, json_object());
}

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq, (void)cookie;
    out->who = &who_console;
    out->user = "秦守正";
    out->unit = "监督科";
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    (void)capability;
    return who != NULL;
}

#define ENTRY(group, path)                                \
    {                                                     \
        group, "view.specimen.title", path, "roster.read" \
    }
static const struct module bench_module = {
    .name = "bench",
    .routes = (const struct route[]){{GET, "/roster/member", "roster.read", SCOPE_UNIT, page, .class = CLASS_INTERNAL},
                                     {GET, "/sleep", "roster.read", SCOPE_UNIT, sleeping, .class = CLASS_INTERNAL},
                                     {0}},
    .menu = (const struct menu_entry[]){ENTRY("workbench", "/desk"),
                                        ENTRY("workbench", "/overview"),
                                        ENTRY("people", "/roster/member"),
                                        ENTRY("people", "/roster/unit"),
                                        ENTRY("people", "/team"),
                                        ENTRY("daily", "/findings"),
                                        ENTRY("daily", "/letters"),
                                        ENTRY("daily", "/talks"),
                                        ENTRY("rules", "/rules"),
                                        ENTRY("rules", "/parameters"),
                                        ENTRY("data", "/import"),
                                        ENTRY("data", "/export"),
                                        {0}},
};

int main(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const struct module *const modules[] = {&bench_module, NULL};
    struct web_config c = {.modules = modules,
                           .auth = {session, may, "/login"},
                           .site = "中共无定市示例区委组织部",
                           .port = argc > 1 ? atoi(argv[1]) : 0,
                           .io_threads = argc > 2 ? atoi(argv[2]) : 0,
                           .page_threads = argc > 3 ? atoi(argv[3]) : 0};
    struct web *web;
    sigset_t end;
    int got;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    sigaddset(&end, SIGINT);
    pthread_sigmask(SIG_BLOCK, &end, NULL);
    clock_init();
    struct err *e = web_start(a, &c, &web);
    if (e != NULL) {
        fprintf(stderr, "web_serve: %s\n", e->detail);
        return 3;
    }
    printf("%d\n", web_port(web));
    fflush(stdout);
    sigwait(&end, &got);
    return web_stop(web, a) != NULL ? 3 : 0;
}
