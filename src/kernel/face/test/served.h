/* served.h: the small world of world.h behind a server, for tests over HTTP. */
#include "world.h"

#include "base/log.h"
#include "face/face.h"
#include "../../web/test/client.h"

/* A page of its own for one place: the derived one steps back. */
static struct err *place_route(struct req *rq)
{
    return respond_json(rq, json_pack("{s:s}", "own", "yes"));
}

static const struct module world_module = {
    .name = "test",
    .routes = (const struct route[]){
        {GET, "/test/place/{place}", "test.own", SCOPE_UNIT, place_route, .class = CLASS_INTERNAL}, {0}}};
static const struct module *const modules[] = {&world_module, &face_module, NULL};

static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
static struct who narrow = {.account = 2, .name = "江守一", .role = "supervision", .sees = CLASS_PERSONAL};
static struct who reader = {
    .account = 3, .name = "白简", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_PERSONAL, .readonly = true};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(cookie, "officer") == 0  ? &officer
               : strcmp(cookie, "narrow") == 0 ? &narrow
               : strcmp(cookie, "reader") == 0 ? &reader
                                               : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}

static struct world *world;
static struct web *web;
static int port;

static int serve(void **state)
{
    clock_init();
    log_set_level(LOG_ERROR + 1);
    world = world_new();
    fill(world, 60, 120);
    face_init(modules);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(world->db, world->a, &tx));
    narrow.scope.n = 1;
    OK(record_tree_range(&tx, &place, 2, &narrow.scope.ranges[0].from, &narrow.scope.ranges[0].to));
    db_end(&tx);
    struct web_config c = {.pool = world->pool,
                           .modules = modules,
                           .auth = {session, may, "/login"},
                           .site = "示例区",
                           .page_threads = 2,
                           .drain_seconds = 600};
    OK(web_start(world->a, &c, &web));
    port = web_port(web);
    *state = world;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    db_fail_at(-1);
    struct err *e = web_stop(web, world->a);
    world_free(world);
    return e != NULL ? -1 : 0;
}

#define JSON_FACE "Accept: application/json\r\n"
#define JSON_BODY "Content-Type: application/json\r\n" JSON_FACE
#define OFFICER "Cookie: qf_session=officer\r\n"
#define NARROW "Cookie: qf_session=narrow\r\n"
#define READER "Cookie: qf_session=reader\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static inline struct reply get(struct arena *a, const char *target, const char *headers)
{
    return client_ask(a, port, "GET", target, headers, NULL, 0);
}

static inline struct reply post(struct arena *a, const char *target, const char *headers, const char *body)
{
    return client_ask(a, port, "POST", target, headers, body, strlen(body));
}

/* A form sent by a person: with the token of the form on `page`. */
static inline struct reply send_form(struct arena *a, const char *page, const char *target, const char *cookie,
                                     const char *body)
{
    struct reply p = get(a, page, cookie);
    const char *at = strstr(p.body == NULL ? "" : p.body, "name=\"csrf\" value=\"");
    if (at == NULL)
        fail_msg("no form on %s: %d", page, p.status);
    at += 19;
    return post(a, target, arena_printf(a, FORM "%s", cookie),
                arena_printf(a, "csrf=%.*s&%s", (int)strcspn(at, "\""), at, body));
}

static inline bool has(const struct reply *r, const char *what)
{
    return r->body != NULL && strstr(r->body, what) != NULL;
}

static inline void assert_has(const struct reply *r, const char *what)
{
    if (!has(r, what))
        fail_msg("status %d, no '%s' in: %s", r->status, what, r->body != NULL ? r->body : "nothing");
}

static inline json_t *json_of(struct arena *a, const struct reply *r)
{
    json_error_t je;
    json_t *o = json_loads(r->body == NULL ? "" : r->body, 0, &je);
    if (o == NULL)
        fail_msg("status %d, no JSON (%s): %s", r->status, je.text, r->body == NULL ? "" : r->body);
    arena_defer(a, (void (*)(void *))json_decref, o);
    return o;
}

static inline int64_t rows_of(const struct record *rec)
{
    db_scope struct db_tx tx = {0};
    arena_scope struct arena *a = arena_new();
    int64_t n;
    OK(db_begin_read(world->db, a, &tx));
    OK(db_one_int(&tx, arena_printf(a, "SELECT count(*) FROM %s WHERE ended = 0", record_table(a, rec)), NULL, 0, 0,
                  &n));
    return n;
}
