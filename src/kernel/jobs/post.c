/* post.c: see post.h. */
#include "jobs/post.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

struct sending {
    const char *rest; /* of the body, not taken by the library yet */
    bool begun, whole;
};

static void begin_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* The library asks for the body after the other side is ready for it. */
static size_t give(char *out, size_t size, size_t n, void *ctx)
{
    struct sending *s = ctx;
    size_t left = strlen(s->rest), now = left < size * n ? left : size * n;
    memcpy(out, s->rest, now);
    s->rest += now;
    s->begun = true;
    s->whole = s->whole || *s->rest == '\0';
    return now;
}

static size_t drop(char *in, size_t size, size_t n, void *ctx)
{
    (void)in;
    (void)ctx;
    return size * n;
}

static void common(CURL *c, const struct post *p)
{
    curl_easy_setopt(c, CURLOPT_URL, p->url);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)p->seconds);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)p->seconds);
    curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)p->seconds); /* also for its answer to QUIT */
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, drop);
}

static enum post_end end_of(CURLcode code, long answer, const struct sending *s)
{
    bool mail = answer < 600 && s->rest != NULL;
    if (code == CURLE_OK && (mail || (answer >= 200 && answer < 300)))
        return POST_SENT;
    if (answer == 408 || answer == 429)
        return POST_AGAIN;
    if (answer >= 500)
        return mail ? POST_NEVER : POST_AGAIN;
    if (answer >= 400)
        return mail ? POST_AGAIN : POST_NEVER;
    return s->whole ? POST_UNSURE : POST_AGAIN;
}

static void mail_of(CURL *c, const struct post *p, struct curl_slist *to, struct sending *s, struct arena *a)
{
    s->rest = p->body;
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, p->user != NULL ? CURLUSESSL_ALL : CURLUSESSL_TRY);
    if (p->user != NULL) {
        curl_easy_setopt(c, CURLOPT_USERNAME, p->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, p->password != NULL ? p->password : "");
    }
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, arena_printf(a, "<%s>", p->from));
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(c, CURLOPT_READDATA, s);
}

static void hook_of(CURL *c, const struct post *p, struct curl_slist *headers)
{
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, p->body);
}

enum post_end post_send(struct arena *a, const struct post *p, const char **said)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, begin_library);
    CURL *c = curl_easy_init();
    struct sending s = {0};
    struct curl_slist *list = NULL;
    char why[CURL_ERROR_SIZE] = "";
    long answer = 0, sent = 0;
    *said = "no memory for a message";
    if (c == NULL)
        return POST_AGAIN;
    common(c, p);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    if (strncmp(p->url, "smtp", 4) == 0) {
        list = curl_slist_append(list, arena_printf(a, "<%s>", p->to));
        mail_of(c, p, list, &s, a);
    } else {
        list = curl_slist_append(list, "Content-Type: application/json");
        list = curl_slist_append(list, arena_printf(a, "Idempotency-Key: %s", p->key));
        hook_of(c, p, list);
    }
    CURLcode code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    curl_easy_getinfo(c, CURLINFO_REQUEST_SIZE, &sent);
    s.whole = s.whole || (s.rest == NULL && sent > 0);
    enum post_end end = end_of(code, answer, &s);
    *said =
        end == POST_SENT ? NULL : arena_printf(a, "%s (%ld)", *why != '\0' ? why : curl_easy_strerror(code), answer);
    curl_slist_free_all(list);
    curl_easy_cleanup(c);
    return end;
}
