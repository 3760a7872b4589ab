/* request.c: what a handler asks of its request. */
#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/rand.h"
#include "view/view.h"
#include "web/inner.h"

/* ---- texts ---- */

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

char *request_decode(struct arena *a, const char *s, size_t n, bool plus, size_t *n_out)
{
    char *out = arena_alloc(a, n + 1), *o = out;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
            *o++ = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
            i += 2;
        } else {
            *o++ = plus && s[i] == '+' ? ' ' : s[i];
        }
    }
    *o = '\0';
    *n_out = (size_t)(o - out);
    return out;
}

bool request_utf8(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        unsigned c = *p++, more = c < 0x80 ? 0 : c < 0xc2 ? 9 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : 9;
        if (c == 0 || more == 9 || (size_t)(end - p) < more)
            return false;
        if ((c == 0xe0 && p[0] < 0xa0) || (c == 0xed && p[0] > 0x9f) || (c == 0xf0 && p[0] < 0x90) ||
            (c == 0xf4 && p[0] > 0x8f))
            return false;
        for (; more > 0; more--, p++)
            if ((*p & 0xc0) != 0x80)
                return false;
    }
    return true;
}

struct err *request_text(struct exchange *x, const char *s, size_t n, const char **out)
{
    if (!request_utf8(s, n))
        return err_say(ERR(x->rq.arena, ERR_INVALID, "a field is not UTF-8 text"), "web.not_text", NULL);
    char *text = arena_strndup(x->rq.arena, s, n), *to = text;
    for (const char *from = text; *from != '\0'; from++)
        if (*from != '\r')
            *to++ = *from;
        else if (from[1] != '\n')
            *to++ = '\n';
    *to = '\0';
    *out = text;
    return NULL;
}

struct err *request_pairs(struct exchange *x, const char *s, size_t n, bool query)
{
    struct arena *a = x->rq.arena;
    const char *end = s + n;
    while (s < end) {
        const char *amp = memchr(s, '&', (size_t)(end - s));
        const char *stop = amp != NULL ? amp : end, *eq = memchr(s, '=', (size_t)(stop - s));
        const char *value = eq != NULL ? eq + 1 : stop;
        struct pair pair;
        size_t name_n, value_n;
        char *name = request_decode(a, s, (size_t)((eq != NULL ? eq : stop) - s), true, &name_n);
        char *decoded = request_decode(a, value, (size_t)(stop - value), true, &value_n);
        TRY(request_text(x, name, name_n, &pair.name));
        TRY(request_text(x, decoded, value_n, &pair.value));
        if (x->query.n + x->form.n >= WEB_FIELDS_MOST)
            return ERR(a, ERR_LIMIT, "more than %d fields", WEB_FIELDS_MOST);
        if (name_n > 0 && query)
            *VEC_PUSH(&x->query, a) = pair;
        else if (name_n > 0)
            *VEC_PUSH(&x->form, a) = pair;
        s = stop + 1;
    }
    return NULL;
}

/* ---- parts of the request ---- */

static const char *first_value(const struct pair *p, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].name, name) == 0)
            return p[i].value;
    return NULL;
}

const char *req_param(const struct req *rq, const char *name)
{
    const struct exchange *x = (const struct exchange *)rq;
    return first_value(x->params.p, x->params.n, name);
}

const char *req_query(const struct req *rq, const char *name)
{
    const struct exchange *x = (const struct exchange *)rq;
    return first_value(x->query.p, x->query.n, name);
}

const char *req_form(const struct req *rq, const char *name)
{
    const struct exchange *x = (const struct exchange *)rq;
    return first_value(x->form.p, x->form.n, name);
}

const struct pair *req_query_all(const struct req *rq, size_t *n_out)
{
    const struct exchange *x = (const struct exchange *)rq;
    *n_out = x->query.n;
    return x->query.p;
}

const struct pair *req_form_all(const struct req *rq, size_t *n_out)
{
    const struct exchange *x = (const struct exchange *)rq;
    *n_out = x->form.n;
    return x->form.p;
}

const struct upload *req_files(const struct req *rq, size_t *n_out)
{
    const struct exchange *x = (const struct exchange *)rq;
    *n_out = x->files.n;
    return x->files.p;
}

const struct upload *req_file(const struct req *rq, const char *field)
{
    size_t n;
    const struct upload *files = req_files(rq, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(files[i].field, field) == 0)
            return &files[i];
    return NULL;
}

const char *req_header(const struct req *rq, const char *name)
{
    return MHD_lookup_connection_value(((const struct exchange *)rq)->mhd, MHD_HEADER_KIND, name);
}

const char *req_cookie(const struct req *rq, const char *name)
{
    const char *all = req_header(rq, "Cookie");
    size_t n = strlen(name);
    while (all != NULL) {
        all += strspn(all, " ;");
        if (strncmp(all, name, n) == 0 && all[n] == '=')
            return arena_strndup(rq->arena, all + n + 1, strcspn(all + n + 1, "; "));
        all = strchr(all, ';');
    }
    return NULL;
}

/* "__Host-": the browser takes such a cookie from this host alone, over TLS and for the whole host. */
static const char *cookie_name(const struct req *rq, const char *name)
{
    return req_secure(rq) ? arena_printf(rq->arena, "__Host-%s", name) : name;
}

const char *req_session(const struct req *rq)
{
    return req_cookie(rq, cookie_name(rq, WEB_SESSION_COOKIE));
}

static const char *socket_peer(const struct req *rq)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(((const struct exchange *)rq)->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[64] = "";
    if (info != NULL && info->client_addr != NULL &&
        getnameinfo(info->client_addr,
                    info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
                    text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
        text[0] = '\0';
    return arena_strdup(rq->arena, text);
}

static bool from_proxy(const struct req *rq)
{
    const char *proxy = rq->web->c.proxy;
    return proxy != NULL && strcmp(socket_peer(rq), proxy) == 0;
}

static enum MHD_Result last_forwarded(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    if (strcasecmp(name, "X-Forwarded-For") == 0)
        *(const char **)cls = value;
    return MHD_YES;
}

/* The proxy adds the address it saw at the end; what stands before it was said by the client. */
const char *req_peer(const struct req *rq)
{
    const char *all = NULL;
    unsigned char bytes[16];
    if (!from_proxy(rq))
        return socket_peer(rq);
    MHD_get_connection_values(((const struct exchange *)rq)->mhd, MHD_HEADER_KIND, last_forwarded, &all);
    if (all == NULL)
        return socket_peer(rq);
    const char *last = strrchr(all, ',');
    last = last != NULL ? last + 1 : all;
    last += strspn(last, " \t");
    char *address = arena_strndup(rq->arena, last, strcspn(last, " \t"));
    bool right = inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
    return right ? address : socket_peer(rq);
}

void request_secure(struct exchange *x)
{
    const char *proto = from_proxy(&x->rq) ? req_header(&x->rq, "X-Forwarded-Proto") : NULL;
    x->secure = x->rq.web->c.secure || (proto != NULL && strcasecmp(proto, "https") == 0);
}

bool req_secure(const struct req *rq)
{
    return ((const struct exchange *)rq)->secure;
}

struct framing {
    int lengths, codings, hosts;
    bool bad;
};

static enum MHD_Result count_framing(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    (void)kind;
    struct framing *f = cls;
    if (strcasecmp(name, "Content-Length") == 0) {
        f->lengths++;
        f->bad = f->bad || value == NULL || *value == '\0' || value[strspn(value, "0123456789")] != '\0';
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        f->codings++;
        f->bad = f->bad || value == NULL || strcasecmp(value, "chunked") != 0;
    } else if (strcasecmp(name, "Host") == 0) {
        f->hosts++;
    }
    f->bad = f->bad || name[strcspn(name, " \t\r\n")] != '\0' || (value != NULL && strpbrk(value, "\r\n") != NULL);
    return MHD_YES;
}

bool request_ambiguous(struct exchange *x)
{
    struct framing f = {0};
    MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, count_framing, &f);
    return f.bad || f.lengths > 1 || f.codings > 1 || f.hosts > 1 || f.lengths + f.codings > 1;
}

bool req_may(const struct req *rq, const char *capability)
{
    if (strcmp(capability, CAP_ANYONE) == 0)
        return true;
    if (rq->who == NULL)
        return false;
    const struct web_auth *auth = &rq->web->c.auth;
    return strcmp(capability, CAP_SIGNED_IN) == 0 || (auth->may != NULL && auth->may(rq->who, capability));
}

bool req_may_enter(const struct req *rq, const struct route *route)
{
    return req_may(rq, route->capability) &&
           (route->needs == CLASS_OPEN || (rq->who != NULL && rq->who->sees >= route->needs));
}

bool request_sees_line(const struct req *rq, int line)
{
    const struct web *w = rq->web;
    return req_may(rq, w->menu_capabilities[line]) &&
           (w->menu_routes[line] == NULL || req_may_enter(rq, w->menu_routes[line]));
}

const char *req_first_page(const struct req *rq)
{
    const struct web *w = rq->web;
    for (int i = 0; i < w->n_menu; i++)
        if (strcmp(w->menu[i].path, "/") != 0 && request_sees_line(rq, i))
            return w->menu[i].path;
    return NULL;
}

const char *req_capability(const struct req *rq, int i)
{
    return i < rq->web->n_capabilities ? rq->web->capabilities[i] : NULL;
}

static void drop_json(void *p)
{
    json_decref(p);
}

struct err *req_json(struct req *rq, json_t **out)
{
    json_error_t je;
    if (rq->body == NULL)
        return err_say(ERR(rq->arena, ERR_INVALID, "no body of application/json"), "web.not_json", NULL);
    json_t *value = json_loadb(rq->body, rq->body_n, JSON_REJECT_DUPLICATES, &je);
    if (value == NULL)
        return err_say(ERR(rq->arena, ERR_INVALID, "line %d column %d: %s", je.line, je.column, je.text),
                       "web.not_json", NULL);
    arena_defer(rq->arena, drop_json, value);
    *out = value;
    return NULL;
}

/* ---- language ---- */

static bool is_language(const char *s, enum lang *out)
{
    if (strncasecmp(s, "zh", 2) == 0)
        *out = LANG_ZH;
    else if (strncasecmp(s, "en", 2) == 0)
        *out = LANG_EN;
    else
        return false;
    return true;
}

/* The address says it and is remembered; else the cookie, else the browser's first wish that we know, else Chinese. */
void request_language(struct exchange *x)
{
    const char *wish = req_query(&x->rq, "lang");
    enum lang lang = LANG_ZH;
    if (wish != NULL && is_language(wish, &lang)) {
        respond_header(&x->rq, "Set-Cookie",
                       arena_printf(x->rq.arena, "qf_lang=%s; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax%s",
                                    lang_tag(lang), x->secure ? "; Secure" : ""));
    } else if ((wish = req_cookie(&x->rq, "qf_lang")) == NULL || !is_language(wish, &lang)) {
        for (wish = req_header(&x->rq, "Accept-Language"); wish != NULL; wish = strchr(wish, ',')) {
            wish += strspn(wish, " ,");
            if (is_language(wish, &lang))
                break;
        }
    }
    x->rq.lang = lang;
}

/* ---- the token of forms ---- */

/* Signed in: bound to the session. Before: bound to a cookie of its own, which a foreign page can neither read nor set.
 */
static const char *secret(struct exchange *x)
{
    if (x->rq.who != NULL)
        return x->session_cookie;
    if (x->door == NULL) {
        const char *cookie = req_cookie(&x->rq, cookie_name(&x->rq, "qf_door"));
        if (cookie == NULL || strlen(cookie) != 32) {
            char fresh[33];
            rand_hex(fresh, 16);
            cookie = arena_strdup(x->rq.arena, fresh);
            x->door_new = true;
            respond_header(&x->rq, "Set-Cookie",
                           arena_printf(x->rq.arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s",
                                        cookie_name(&x->rq, "qf_door"), cookie, x->secure ? "; Secure" : ""));
        }
        x->door = cookie;
    }
    return x->door;
}

static char *token_of(struct arena *a, const char *text)
{
    enum { TOKEN = 32 };
    char digest[SHA256_HEX];
    const char *with = arena_printf(a, "qingfeng form %s", text);
    sha256_hex(with, strlen(with), digest);
    return arena_strndup(a, digest, TOKEN);
}

const char *req_csrf(struct req *rq)
{
    struct exchange *x = exchange_of(rq);
    return token_of(rq->arena, secret(x));
}

bool request_csrf_right(struct exchange *x)
{
    const char *site = req_header(&x->rq, "Sec-Fetch-Site"), *sent = req_form(&x->rq, "csrf");
    if (x->bearer)
        return true;
    if (x->rq.route != NULL && x->rq.route->tokenless)
        return site == NULL || strcmp(site, "cross-site") != 0;
    if (site != NULL && strcmp(site, "cross-site") == 0)
        return false;
    if (x->body == BODY_JSON)
        return true;
    if (sent == NULL)
        sent = req_header(&x->rq, "X-CSRF");
    const char *right = req_csrf(&x->rq);
    return sent != NULL && !x->door_new && strlen(sent) == strlen(right) &&
           CRYPTO_memcmp(sent, right, strlen(right)) == 0;
}

static void session_cookie(struct req *rq, const char *token, int max_age)
{
    const char *age = max_age != 0 ? arena_printf(rq->arena, "; Max-Age=%d", max_age > 0 ? max_age : 0) : "";
    respond_header(rq, "Set-Cookie",
                   arena_printf(rq->arena, "%s=%s; Path=/%s; HttpOnly; SameSite=Lax%s",
                                cookie_name(rq, WEB_SESSION_COOKIE), token, age, req_secure(rq) ? "; Secure" : ""));
}

void req_session_set(struct req *rq, const char *token, int max_age)
{
    struct exchange *x = exchange_of(rq);
    session_cookie(rq, token, max_age);
    if (rq->who != NULL && x->session_cookie != NULL) /* forms of this answer are sent with the new cookie */
        x->session_cookie = arena_strdup(rq->arena, token);
}

void req_session_end(struct req *rq)
{
    session_cookie(rq, "", -1);
}

/* ---- at the beginning ---- */

void request_init(struct exchange *x, const char *target)
{
    struct req *rq = &x->rq;
    const char *query = strchr(target, '?');
    rq->target = arena_strdup(rq->arena, target);
    x->raw_path = arena_strndup(rq->arena, target, query != NULL ? (size_t)(query - target) : strlen(target));
    rq->path = x->raw_path;
    rq->now = clock_now_ms();
    rq->number = atomic_fetch_add_explicit(&rq->web->numbers, 1, memory_order_relaxed) + 1;
}

struct err *request_query(struct exchange *x)
{
    const char *query = strchr(x->rq.target, '?');
    return query != NULL ? request_pairs(x, query + 1, strlen(query + 1), true) : NULL;
}
