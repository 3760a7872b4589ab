/* fuzz_request.c: any bytes as what a client sends: the path (first line), then a form. */
#include <stdlib.h>
#include <string.h>

#include "web/inner.h"

static struct err *never(struct req *rq)
{
    return ERR(rq->arena, ERR_FAULT, "not called");
}

static const struct route routes[] = {{GET, "/", CAP_ANYONE, SCOPE_NONE, never},
                                      {GET, "/people/{id}", CAP_ANYONE, SCOPE_NONE, never},
                                      {GET, "/people/new", CAP_ANYONE, SCOPE_NONE, never},
                                      {POST, "/people/{id}/{part}", CAP_ANYONE, SCOPE_NONE, never},
                                      {0}};
static const struct module module = {.name = "fuzz", .routes = routes}, *const modules[] = {&module, NULL};

static void check_pairs(const struct pair *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!request_utf8(p[i].name, strlen(p[i].name)) || strchr(p[i].value, '\r') != NULL ||
            !request_utf8(p[i].value, strlen(p[i].value)))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct router *router = NULL;
    struct web web = {0};
    struct exchange x = {.rq = {.arena = a, .web = &web, .method = GET}};
    const uint8_t *eol = memchr(data, '\n', n);
    size_t line = eol != NULL ? (size_t)(eol - data) : n;
    const char *allow, *target = arena_strndup(a, (const char *)data, line);
    if (router_new(a, modules, &router) != NULL)
        abort();
    request_init(&x, target);
    router_find(router, &x, &allow);
    if (x.rq.route != NULL && allow != NULL)
        abort();
    check_pairs(x.params.p, x.params.n);
    if (request_query(&x) == NULL)
        check_pairs(x.query.p, x.query.n);
    if (line < n && request_pairs(&x, (const char *)data + line + 1, n - line - 1, false) == NULL)
        check_pairs(x.form.p, x.form.n);
    arena_free(a);
    return 0;
}
