/* messages.c: see messages.h. Two hash tables, filled once. */
#include "view/messages.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/log.h"
#include "base/vec.h"

struct message {
    const char *key, *say, *folder;
    struct message *next;
};

enum { SLOTS = 4096, MISSING_MOST = 256 };

static struct table {
    struct message *slots[SLOTS];
    VEC(struct message *) all;
    VEC(const char *) doubles;
} tables[LANGS];
static struct arena *texts; /* lives as long as the program */
static pthread_once_t once = PTHREAD_ONCE_INIT;

const char *lang_tag(enum lang lang)
{
    return lang == LANG_EN ? "en" : "zh-CN";
}

static uint32_t hash(const char *s, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h;
}

static struct message *find(enum lang lang, const char *key)
{
    struct message *m = tables[lang].slots[hash(key, strlen(key)) % SLOTS];
    while (m != NULL && strcmp(m->key, key) != 0)
        m = m->next;
    return m;
}

static void add(enum lang lang, const char *key, const char *say, const char *folder)
{
    struct table *t = &tables[lang];
    if (find(lang, key) != NULL) {
        *VEC_PUSH(&t->doubles, texts) = key;
        return;
    }
    struct message *m = arena_new_of(texts, struct message);
    struct message **slot = &t->slots[hash(key, strlen(key)) % SLOTS];
    *m = (struct message){key, say, folder, *slot};
    *slot = m;
    *VEC_PUSH(&t->all, texts) = m;
}

static const char *trimmed(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    return arena_strndup(texts, p, (size_t)(end - p));
}

static void read_file(enum lang lang, const char *folder, const char *p, size_t n)
{
    const char *end = p + n;
    while (p < end) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        if (eol == NULL)
            eol = end;
        const char *eq = memchr(p, '=', (size_t)(eol - p));
        if (*p != '#' && eq != NULL)
            add(lang, trimmed(p, eq), trimmed(eq + 1, eol), folder);
        p = eol + 1;
    }
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(struct message *const *)a)->key, (*(struct message *const *)b)->key);
}

static void read_all(void)
{
    texts = arena_new();
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++)
        for (int lang = 0; lang < LANGS; lang++) {
            char tail[16];
            snprintf(tail, sizeof tail, "/text.%s", lang_tag((enum lang)lang));
            size_t n = strlen(e->name), t = strlen(tail);
            if (n > t && strcmp(e->name + n - t, tail) == 0)
                read_file((enum lang)lang, arena_strndup(texts, e->name, n - t), (const char *)e->bytes,
                          (size_t)(e->end - e->bytes));
        }
    for (int lang = 0; lang < LANGS; lang++) {
        struct table *t = &tables[lang];
        if (t->all.n > 0)
            qsort(t->all.p, t->all.n, sizeof *t->all.p, by_key);
        *VEC_PUSH(&t->doubles, texts) = NULL;
    }
}

void text_init(void)
{
    pthread_once(&once, read_all);
}

bool text_has(enum lang lang, const char *key)
{
    text_init();
    return find(lang, key) != NULL;
}

/* One log line a key, for the first MISSING_MOST slots of their hashes: a page in a loop must not fill the log. */
static void log_missing(enum lang lang, const char *key)
{
    static atomic_bool said[LANGS][MISSING_MOST];
    if (!atomic_exchange_explicit(&said[lang][hash(key, strlen(key)) % MISSING_MOST], true, memory_order_relaxed))
        log_line(LOG_WARN, "no text for '%s' in %s", key, lang_tag(lang));
}

const char *text_get(enum lang lang, const char *key)
{
    text_init();
    struct message *m = find(lang, key);
    if (m != NULL)
        return m->say;
    log_missing(lang, key);
    return key;
}

/* Copies say with each {name} replaced by value_of(ctx, name); a name without value stays as written. */
static char *fill(struct arena *a, const char *say,
                  const char *(*value_of)(const void *ctx, const char *name, size_t n), const void *ctx)
{
    struct buf b = BUF(a);
    for (;;) {
        size_t n = strcspn(say, "{");
        buf_add(&b, say, n);
        say += n;
        if (*say == '\0')
            return buf_str(&b);
        size_t len = strcspn(say + 1, "{}");
        const char *value = say[1 + len] == '}' ? value_of(ctx, say + 1, len) : NULL;
        if (value != NULL) {
            buf_puts(&b, value);
            say += len + 2;
        } else {
            buf_putc(&b, *say++);
        }
    }
}

enum { ARGS = 12 };
struct args {
    const char *name[ARGS], *value[ARGS];
    int n;
};

static const char *arg_value(const void *ctx, const char *name, size_t n)
{
    const struct args *args = ctx;
    for (int i = 0; i < args->n; i++)
        if (strlen(args->name[i]) == n && memcmp(args->name[i], name, n) == 0)
            return args->value[i] != NULL ? args->value[i] : "";
    return NULL;
}

const char *text_sign(enum lang lang, enum sign sign)
{
    static const char *const signs[][LANGS] = {[SIGN_COLON] = {"：", ": "},
                                               [SIGN_COMMA] = {"，", ", "},
                                               [SIGN_LIST] = {"、", ", "},
                                               [SIGN_SEMICOLON] = {"；", "; "}};
    return signs[sign][lang];
}

char *text_format(struct arena *a, enum lang lang, const char *key, ...)
{
    struct args args = {0};
    va_list ap;
    va_start(ap, key);
    for (const char *name; args.n < ARGS && (name = va_arg(ap, const char *)) != NULL; args.n++) {
        args.name[args.n] = name;
        args.value[args.n] = va_arg(ap, const char *);
    }
    va_end(ap);
    return fill(a, text_get(lang, key), arg_value, &args);
}

char *text_err(struct arena *a, enum lang lang, const struct err *e)
{
    struct args args = {0};
    for (int i = 0; i < ERR_ARGS && e->args[i].name != NULL; i++, args.n++) {
        args.name[i] = e->args[i].name;
        args.value[i] = e->args[i].value;
    }
    const char *key = e->say != NULL ? e->say : arena_printf(a, "err.%s", err_kind_name(e->kind));
    return fill(a, text_get(lang, key), arg_value, &args);
}

void text_each(enum lang lang, void (*fn)(void *ctx, const char *key, const char *say, const char *folder), void *ctx)
{
    text_init();
    for (size_t i = 0; i < tables[lang].all.n; i++) {
        const struct message *m = tables[lang].all.p[i];
        fn(ctx, m->key, m->say, m->folder);
    }
}

const char *const *text_doubles(enum lang lang)
{
    text_init();
    return tables[lang].doubles.p;
}
