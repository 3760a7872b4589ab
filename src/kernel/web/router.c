/* router.c: a tree of path segments. A literal segment wins over {name}; if the literal way leads nowhere the other is
 * tried. */
#include <stdlib.h>
#include <string.h>

#include "auth/office.h"
#include "web/inner.h"

enum { SEGMENTS = 16, METHODS = 3 };

struct place {
    const char *literal; /* NULL: {name} */
    struct place **kids; /* literals in byte order */
    size_t n_kids, cap_kids;
    struct place *param;
    const struct route *routes[METHODS];
};

struct router {
    struct arena *arena;
    struct place root;
};

static struct place *literal_kid(const struct place *p, const char *segment)
{
    for (size_t lo = 0, hi = p->n_kids; lo < hi;) {
        size_t mid = (lo + hi) / 2;
        int c = strcmp(segment, p->kids[mid]->literal);
        if (c == 0)
            return p->kids[mid];
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

static struct place *add_kid(struct router *r, struct place *p, const char *segment)
{
    struct place *kid = arena_new_of(r->arena, struct place);
    kid->literal = segment;
    if (p->n_kids == p->cap_kids)
        p->kids = vec_grow(r->arena, p->kids, &p->cap_kids, p->n_kids, sizeof *p->kids);
    size_t at = p->n_kids++;
    for (; at > 0 && strcmp(p->kids[at - 1]->literal, segment) > 0; at--)
        p->kids[at] = p->kids[at - 1];
    p->kids[at] = kid;
    return kid;
}

static struct place *place_of(struct router *r, const char *path)
{
    struct place *at = &r->root;
    char *rest = arena_strdup(r->arena, path), *segment;
    while ((segment = strsep(&rest, "/")) != NULL) {
        if (*segment == '\0')
            continue;
        if (*segment == '{') {
            if (at->param == NULL)
                at->param = arena_new_of(r->arena, struct place);
            at = at->param;
        } else {
            struct place *kid = literal_kid(at, segment);
            at = kid != NULL ? kid : add_kid(r, at, segment);
        }
    }
    return at;
}

static struct err *add_route(struct router *r, const struct route *route)
{
    if (route->capability == NULL || route->scope == SCOPE_UNSET || route->handler == NULL ||
        route->method == METHOD_UNSET || route->path[0] != '/')
        return ERR(r->arena, ERR_FAULT, "route '%s' lacks method, capability, scope or handler", route->path);
    if ((route->scope == SCOPE_UNIT || route->scope == SCOPE_OWN) && route->class == CLASS_OPEN)
        return ERR(r->arena, ERR_FAULT, "route '%s' does not say the class of what it shows", route->path);
    if (route->needs > route->class)
        return ERR(r->arena, ERR_FAULT, "route '%s' needs more than it shows", route->path);
    struct place *at = place_of(r, route->path);
    if (at->routes[route->method] != NULL)
        return ERR(r->arena, ERR_FAULT, "two routes are '%s'", route->path);
    at->routes[route->method] = route;
    return NULL;
}

struct err *router_new(struct arena *a, const struct module *const *modules, struct router **out)
{
    struct router *r = arena_new_of(a, struct router);
    r->arena = a;
    for (const struct module *const *m = modules; m != NULL && *m != NULL; m++)
        for (const struct route *route = (*m)->routes; route != NULL && route->path != NULL; route++)
            TRY(add_route(r, route));
    *out = r;
    return NULL;
}

static bool has_control(const char *s)
{
    while (*s != '\0' && (unsigned char)*s >= 0x20 && *s != 0x7f)
        s++;
    return *s != '\0';
}

bool router_segments(struct arena *a, const char *raw, const char **segments, int most, int *n_out)
{
    int n = 0;
    if (*raw++ != '/')
        return false;
    while (*raw != '\0') {
        size_t len = strcspn(raw, "/"), decoded_n;
        char *decoded = request_decode(a, raw, len, false, &decoded_n);
        bool dots = strcmp(decoded, ".") == 0 || strcmp(decoded, "..") == 0;
        if (n == most || decoded_n == 0 || dots || !request_utf8(decoded, decoded_n) || has_control(decoded))
            return false;
        segments[n++] = decoded;
        raw += len;
        if (*raw == '/')
            raw++;
    }
    *n_out = n;
    return true;
}

/* The place of the segments from `at` on; values of {name} are noted by their depth. */
static const struct place *walk(const struct place *p, const char *const *segments, int at, int n,
                                bool params[SEGMENTS])
{
    if (at == n)
        return p->routes[GET] != NULL || p->routes[POST] != NULL ? p : NULL;
    const struct place *kid = literal_kid(p, segments[at]), *found = NULL;
    params[at] = false;
    if (kid != NULL)
        found = walk(kid, segments, at + 1, n, params);
    if (found == NULL && p->param != NULL) {
        found = walk(p->param, segments, at + 1, n, params);
        params[at] = true;
    }
    return found;
}

/* "{id}" -> id, for the depth-th segment of the route's path. */
static const char *param_name(struct arena *a, const char *path, int depth)
{
    for (; depth >= 0; depth--)
        path = strchr(path, '/') + 1;
    return arena_strndup(a, path + 1, strcspn(path + 1, "}"));
}

void router_find(const struct router *r, struct exchange *x, const char **allow_out)
{
    const char *segments[SEGMENTS];
    bool params[SEGMENTS];
    int n;
    struct arena *a = x->rq.arena;
    *allow_out = NULL;
    x->rq.route = NULL;
    if (!router_segments(a, x->raw_path, segments, SEGMENTS, &n))
        return;
    struct buf path = BUF(a);
    for (int i = 0; i < n; i++) {
        buf_putc(&path, '/');
        buf_puts(&path, segments[i]);
    }
    x->rq.path = n > 0 ? buf_str(&path) : "/";
    const struct place *p = walk(&r->root, segments, 0, n, params);
    if (p == NULL)
        return;
    const struct route *route = p->routes[x->rq.method];
    if (route == NULL) {
        *allow_out = p->routes[GET] == NULL ? "POST" : p->routes[POST] == NULL ? "GET, HEAD" : "GET, HEAD, POST";
        return;
    }
    for (int i = 0; i < n; i++)
        if (params[i])
            *VEC_PUSH(&x->params, a) = (struct pair){param_name(a, route->path, i), segments[i]};
    x->rq.route = route;
}

/* ---- the table ---- */

static int by_path(const void *a, const void *b)
{
    const struct route *const *x = a, *const *y = b;
    int c = strcmp((*x)->path, (*y)->path);
    return c != 0 ? c : (int)(*x)->method - (int)(*y)->method;
}

void web_each_route(const struct web *w, void (*fn)(void *ctx, const struct route *r), void *ctx)
{
    for (const struct module *const *m = w->c.modules; m != NULL && *m != NULL; m++)
        for (const struct route *route = (*m)->routes; route != NULL && route->path != NULL; route++)
            fn(ctx, route);
}

/* The roles an office of which may enter: by capability and by what it must be able to read. */
static void put_roles(struct buf *out, const struct route *route)
{
    bool open = strcmp(route->capability, CAP_ANYONE) == 0 || strcmp(route->capability, CAP_SIGNED_IN) == 0;
    bool own = strncmp(route->capability, "my.", 3) == 0, any = false;
    const struct auth_role *role;
    for (int i = 0; !open && !own && (role = auth_role_at(i)) != NULL; i++) {
        if (!auth_role_may(role, route->capability) || role->sees < route->needs)
            continue;
        buf_printf(out, "%s%s", any ? "," : "", role->code);
        any = true;
    }
    buf_puts(out, open ? "all" : own ? "own" : any ? "" : "-");
}

void web_routes(const struct module *const *modules, struct buf *out)
{
    static const char *const scopes[] = {"", "none", "own", "unit"}, *const lanes[] = {"page", "signin", "long"};
    static const char *const logs[] = {"-", "read", "search", "export", "print", "run"};
    VEC(const struct route *) all = {0};
    for (const struct module *const *m = modules; m != NULL && *m != NULL; m++)
        for (const struct route *route = (*m)->routes; route != NULL && route->path != NULL; route++)
            *VEC_PUSH(&all, out->arena) = route;
    if (all.n > 0)
        qsort(all.p, all.n, sizeof *all.p, by_path);
    for (size_t i = 0; i < all.n; i++) {
        const struct route *r = all.p[i];
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t", r->method == POST ? "POST" : "GET", r->path, r->capability,
                   scopes[r->scope], class_names[r->class], lanes[r->lane], logs[r->log]);
        put_roles(out, r);
        buf_putc(out, '\n');
    }
}
