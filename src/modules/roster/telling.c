/* telling.c: facts and conditions in words. A condition is taken in its canonical spelling and told word by word:
 * labels for facts, names for codes, signs for comparisons. */
#include "roster/telling.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "record/codes.h"
#include "view/view.h"

const char *telling_fact(struct arena *a, enum lang lang, int subject, int fact)
{
    const struct facts_subject *s = facts_declared(subject);
    const struct fact *f = &s->facts[fact];
    const char *key = arena_printf(a, "roster.fact.%s.%s", s->name, f->name);
    if (text_has(lang, key))
        return text_get(lang, key);
    return f->field == NULL || s->record == NULL ? f->name
                                                 : text_get(lang, arena_printf(a, "%s.%s", s->record, f->field));
}

static char *told_months(struct arena *a, enum lang lang, int months)
{
    const char *years = arena_printf(a, "%d", months / 12), *rest = arena_printf(a, "%d", months % 12);
    return text_format(a, lang,
                       months < 12        ? "roster.months"
                       : months % 12 == 0 ? "roster.years"
                                          : "roster.years_months",
                       "years", years, "months", rest, NULL);
}

static char *told_age(struct arena *a, enum lang lang, int years)
{
    return text_format(a, lang, "roster.age", "n", arena_printf(a, "%d", years), NULL);
}

/* A page tells a hundred spans and ages, and there are few: each is put into words once. */
enum { TOLD = 1200 };
struct told {
    char *(*tell)(struct arena *a, enum lang lang, int n);
    _Atomic(const char *) text[LANGS][TOLD];
};
static struct told months_told = {.tell = told_months}, ages_told = {.tell = told_age};

static void put_told(struct buf *out, struct told *t, enum lang lang, int n)
{
    static pthread_mutex_t telling = PTHREAD_MUTEX_INITIALIZER;
    static struct arena *kept; /* lives as long as the program */
    if (n < 0 || n >= TOLD) {
        buf_puts(out, t->tell(out->arena, lang, n));
        return;
    }
    const char *text = atomic_load_explicit(&t->text[lang][n], memory_order_acquire);
    if (text == NULL) {
        const char *fresh = t->tell(out->arena, lang, n);
        pthread_mutex_lock(&telling);
        kept = kept == NULL ? arena_new() : kept;
        text = arena_strdup(kept, fresh);
        atomic_store_explicit(&t->text[lang][n], text, memory_order_release);
        pthread_mutex_unlock(&telling);
    }
    buf_puts(out, text);
}

void telling_put_months(struct buf *out, enum lang lang, int months)
{
    put_told(out, &months_told, lang, months);
}

void telling_put_age(struct buf *out, enum lang lang, int years)
{
    put_told(out, &ages_told, lang, years);
}

const char *telling_months(struct arena *a, enum lang lang, int months)
{
    struct buf b = BUF(a);
    telling_put_months(&b, lang, months);
    return buf_str(&b);
}

static const char *list_of(const struct fact *f, int subject, int fact)
{
    const struct expr_world *w;
    arena_scope struct arena *a = arena_new();
    if (f->codes != NULL)
        return f->codes;
    if (facts_world(a, &w) != NULL)
        return NULL;
    return w->subjects[subject]->facts[fact].codes;
}

void telling_put(struct buf *out, enum lang lang, const struct fact *f, struct expr_value v)
{
    if (v.state != EXPR_HAS) {
        buf_puts(out, text_get(lang, v.state == EXPR_NONE ? "roster.none" : "roster.unknown"));
        return;
    }
    switch (v.type) {
    case EXPR_BOOL: buf_puts(out, text_get(lang, v.n ? "face.yes" : "face.no")); break;
    case EXPR_CODE: buf_puts(out, codes_name(codes_list(v.codes), (int)v.n, lang == LANG_EN)); break;
    case EXPR_DATE: view_date(out, lang, (struct date){(int32_t)v.n}); break;
    case EXPR_INT:
        if (f->unit != NULL && strcmp(f->unit, "months") == 0)
            telling_put_months(out, lang, (int)v.n);
        else
            buf_int(out, v.n);
        break;
    default: break;
    }
}

const char *telling_value(struct arena *a, enum lang lang, const struct fact *f, struct expr_value v)
{
    struct buf b = BUF(a);
    if (v.state == EXPR_HAS && v.type == EXPR_REF)
        return NULL;
    telling_put(&b, lang, f, v);
    return buf_str(&b);
}

static bool is_word(const char *s)
{
    if (!islower((unsigned char)*s))
        return false;
    for (; *s != '\0'; s++)
        if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_')
            return false;
    return true;
}

static bool taken(int subject, const char *word)
{
    static const char *const words[] = {"and",   "or",    "not",   "in",   "between", "true",  "false",
                                        "today", "by",    "where", "none", "has",     "known", "any",
                                        "all",   "count", "first", "last", "year",    "month"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return facts_fact(subject, word) >= 0 || facts_subject(word) >= 0;
}

const char *telling_code(struct arena *a, int subject, const char *list, int pos)
{
    const char *key = codes_key(codes_list(list), pos);
    return is_word(key) && !taken(subject, key) ? key : arena_printf(a, "'%s'", key);
}

/* ---- conditions, word by word ---- */
enum { DEEP = 16 };
struct teller {
    struct arena *a;
    enum lang lang;
    struct buf out;
    int subject[DEEP], depth[DEEP], top; /* rows opened by any(post: ...) and the brackets they end with */
    int brackets;
    const char *codes; /* list of the last fact that is a code */
    const char *unit;  /* of the last fact that is a number */
    bool between, tight;
};

static void say(struct teller *t, const char *s)
{
    if (t->out.n > 0 && !t->tight)
        buf_putc(&t->out, ' ');
    buf_puts(&t->out, s);
    t->tight = false;
}

static void say_key(struct teller *t, const char *name)
{
    const char *key = arena_printf(t->a, "roster.word.%s", name);
    say(t, text_has(t->lang, key) ? text_get(t->lang, key) : name);
}

static bool say_code(struct teller *t, const char *word)
{
    const struct code_list *l = t->codes == NULL ? NULL : codes_list(t->codes);
    int pos = l == NULL ? 0 : codes_find(l, word);
    if (pos > 0)
        say(t, codes_name(l, pos, t->lang == LANG_EN));
    return pos > 0;
}

static void say_fact(struct teller *t, int subject, int fact)
{
    const struct fact *f = &facts_declared(subject)->facts[fact];
    const char *list = list_of(f, subject, fact);
    if (f->type == EXPR_CODE && list != NULL)
        t->codes = list;
    t->unit = f->type == EXPR_INT ? f->unit : NULL;
    say(t, telling_fact(t->a, t->lang, subject, fact));
}

static const char *say_subject(struct teller *t, int subject, const char *rest)
{
    say(t, text_get(t->lang, arena_printf(t->a, "roster.fact.%s", facts_declared(subject)->name)));
    if (*rest == ':' && t->top + 1 < DEEP) {
        t->top++;
        t->subject[t->top] = subject;
        t->depth[t->top] = t->brackets;
        buf_puts(&t->out, text_get(t->lang, "roster.word.colon"));
        t->tight = t->lang == LANG_ZH;
        return rest + 1;
    }
    return rest;
}

static const char *say_word(struct teller *t, const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_')
        n++;
    const char *word = arena_strndup(t->a, p, n), *rest = p + n;
    int of = facts_subject(word);
    if (of >= 0 && *rest == '.' && isalpha((unsigned char)rest[1])) {
        size_t m = 0;
        while (isalnum((unsigned char)rest[1 + m]) || rest[1 + m] == '_')
            m++;
        int fact = facts_fact(of, arena_strndup(t->a, rest + 1, m));
        if (fact >= 0) {
            say_fact(t, of, fact);
            return rest + 1 + m;
        }
    }
    int fact = facts_fact(t->subject[t->top], word);
    if (of >= 0 && *rest == ':')
        return say_subject(t, of, rest);
    if (strcmp(word, "and") == 0 && t->between) {
        t->between = false;
        say_key(t, "until");
    } else if (*rest != '(' && fact >= 0) {
        say_fact(t, t->subject[t->top], fact);
    } else if (!say_code(t, word)) {
        t->between = t->between || strcmp(word, "between") == 0;
        say_key(t, word);
    }
    return rest;
}

static const char *say_number(struct teller *t, const char *p)
{
    size_t n = strspn(p, "0123456789-");
    const char *word = arena_strndup(t->a, p, n);
    struct date d;
    struct buf b = BUF(t->a);
    if (strchr(word, '-') != NULL && date_parse(word, &d)) {
        view_date(&b, t->lang, d);
        say(t, buf_str(&b));
        return p + n;
    }
    say(t, word);
    if (t->unit != NULL)
        say_key(t, t->unit);
    return p + n;
}

static const char *say_sign(struct teller *t, const char *p)
{
    static const struct {
        const char *plain, *shown;
    } signs[] = {{"!=", "≠"}, {"<=", "≤"}, {">=", "≥"}, {"=", "="}, {"<", "<"}, {">", ">"}, {"+", "+"}, {"-", "−"}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(p, signs[i].plain, strlen(signs[i].plain)) == 0) {
            say(t, signs[i].shown);
            return p + strlen(signs[i].plain);
        }
    char one[2] = {*p, '\0'};
    if (*p == '(') {
        t->brackets++;
        say(t, "(");
        t->tight = true;
        return p + 1;
    }
    if (*p == ')') {
        if (t->top > 0 && t->depth[t->top] == t->brackets)
            t->top--;
        t->brackets--;
    }
    t->tight = true;
    say(t, *p == ',' && t->lang == LANG_ZH ? "、" : one);
    t->tight = *p == ',' && t->lang == LANG_ZH;
    return p + 1;
}

char *telling_condition(struct arena *a, enum lang lang, int subject, const char *text)
{
    struct teller t = {.a = a, .lang = lang, .out = BUF(a), .subject = {subject}, .tight = true};
    for (const char *p = text; *p != '\0';) {
        if (*p == ' ') {
            p++;
        } else if (*p == '\'') {
            const char *end = strchr(p + 1, '\'');
            const char *word = arena_strndup(a, p + 1, end == NULL ? strlen(p + 1) : (size_t)(end - p - 1));
            if (!say_code(&t, word))
                say(&t, word);
            p = end == NULL ? p + strlen(p) : end + 1;
        } else if (isalpha((unsigned char)*p) || *p == '_') {
            p = say_word(&t, p);
        } else if (isdigit((unsigned char)*p)) {
            p = say_number(&t, p);
        } else {
            p = say_sign(&t, p);
        }
    }
    return buf_str(&t.out);
}
