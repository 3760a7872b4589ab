/* text.c: reads a rule file line by line. A line is a word and its value; indented lines continue the value before
 * them; a line `edition` begins the next edition, which starts as a copy of the one before it. */
#include "rules/text.h"

#include <string.h>

#include "base/vec.h"

enum { TEXT_MOST = 20000, EDITIONS_MOST = 40, PARAMS_MOST = 20, ID_MOST = 40 };

enum word {
    W_ID,
    W_TITLE,
    W_GROUP,
    W_BASIS,
    W_FORCE,
    W_AT,
    W_ABOUT,
    W_ASKS,
    W_EFFECT,
    W_SEEN,
    W_WHEN,
    W_PARAM,
    W_SAY,
    W_CLEAR,
    W_EDITION,
    WORDS
};
static const char *const words[WORDS] = {"id",     "title", "group", "basis", "force", "at",    "about",  "asks",
                                         "effect", "seen",  "when",  "param", "say",   "clear", "edition"};
static const char *const effects[] = {"remind", "warn", "block", "info"};
static const char *const askers[] = {"person", "unit", "archives", "officer"};
static const char *const certainties[] = {"text", "secondary", "memory"};
static const char *const states[] = {"trial", "adopted", "off", "broken"};
static const char *const units[] = {"years", "months", "days", "terms", "people", "percent", "times"};

const char *rules_effect_name(enum rules_effect e)
{
    return effects[e];
}
const char *rules_asks_name(enum rules_asks a)
{
    return askers[a];
}
const char *rules_seen_name(enum rules_seen s)
{
    return certainties[s];
}
const char *rules_state_name(enum rules_state s)
{
    return states[s];
}

struct param_lines {
    struct rules_param *p;
    size_t n, cap;
};
struct edition_lines {
    struct rules_edition *p;
    size_t n, cap;
};

struct reader {
    struct arena *a;
    const char *file;
    struct rules_text *rule;
    struct edition_lines editions;
    struct param_lines params; /* of the present edition */
    unsigned seen;             /* words of the present edition, by bit */
    int own_from;              /* line from which the present edition stands */
};

static void place(struct rules_piece p, size_t at, int *line, int *column)
{
    *line = p.line, *column = p.column;
    for (size_t i = 0; i < at; i++) {
        if (p.s[i] == '\n')
            (*line)++, *column = 1;
        else if (((unsigned char)p.s[i] & 0xC0) != 0x80)
            (*column)++;
    }
}

static struct err *fail_at(struct arena *a, const char *file, int line, int column, const char *near, const char *key)
{
    const char *f = file == NULL ? "rule" : file;
    size_t n = strcspn(near, "\n");
    if (n > 40)
        n = 40;
    while (n > 0 && ((unsigned char)near[n] & 0xC0) == 0x80)
        n--; /* never cut a character in two */
    near = arena_strndup(a, near, n);
    struct err *e = ERR(a, ERR_INVALID, "%s:%d:%d: %s near '%s'", f, line, column, key, near);
    return err_say(e, key, "file", f, "line", arena_printf(a, "%d", line), "column", arena_printf(a, "%d", column),
                   "near", near, NULL);
}

struct err *text_fail(struct arena *a, const char *file, struct rules_piece p, size_t at, const char *key)
{
    int line, column;
    place(p, at, &line, &column);
    return fail_at(a, file, line, column, p.s + at, key);
}

static const char *arg(const struct err *e, const char *name)
{
    for (int i = 0; i < ERR_ARGS; i++)
        if (e->args[i].name != NULL && strcmp(e->args[i].name, name) == 0)
            return e->args[i].value;
    return NULL;
}

static int number(const char *s)
{
    int n = 0;
    for (; s != NULL && *s >= '0' && *s <= '9' && n < 100000; s++)
        n = n * 10 + (*s - '0');
    return n;
}

struct err *text_fail_expr(struct arena *a, const char *file, struct rules_piece p, size_t at, struct err *e)
{
    if (e->kind != ERR_INVALID || e->say == NULL || arg(e, "column") == NULL)
        return e;
    int line, column, l = number(arg(e, "line")), c = number(arg(e, "column"));
    place(p, at, &line, &column);
    const char *near = arg(e, "near");
    const char *f = file == NULL ? "rule" : file;
    const char *at_line = arena_printf(a, "%d", line + l - 1);
    const char *at_column = arena_printf(a, "%d", l == 1 ? column + c - 1 : c);
    struct err *out = ERR(a, ERR_INVALID, "%s:%s:%s: %s", f, at_line, at_column, e->detail);
    out = err_say(out, e->say, "file", f, "line", at_line, "column", at_column, "near", near == NULL ? "" : near, NULL);
    int n = 4;
    for (int i = 0; i < ERR_ARGS && n < ERR_ARGS; i++)
        if (e->args[i].name != NULL && arg(out, e->args[i].name) == NULL) {
            out->args[n].name = e->args[i].name;
            out->args[n++].value = e->args[i].value;
        }
    return out;
}

char *text_flow(struct arena *a, const char *s)
{
    struct buf b = BUF(a);
    bool gap = false;
    for (; *s != '\0'; s++) {
        if (*s == ' ' || *s == '\t' || *s == '\n') {
            gap = b.n > 0;
            continue;
        }
        if (gap)
            buf_putc(&b, ' ');
        gap = false;
        buf_putc(&b, *s);
    }
    return buf_str(&b);
}

/* Cuts blanks at both ends. */
static struct rules_piece trim(struct arena *a, struct rules_piece p, size_t from, size_t to)
{
    while (from < to && strchr(" \t\n", p.s[from]) != NULL)
        from++;
    while (to > from && strchr(" \t\n", p.s[to - 1]) != NULL)
        to--;
    struct rules_piece out = {.s = arena_strndup(a, p.s + from, to - from)};
    place(p, from, &out.line, &out.column);
    return out;
}

/* `zh | en`; without the bar both are the same text, unless both must be there. */
static struct err *both(struct reader *r, struct rules_piece p, bool must, struct rules_piece out[LANGS])
{
    const char *bar = strchr(p.s, '|');
    size_t n = strlen(p.s);
    if (bar == NULL) {
        if (must)
            return text_fail(r->a, r->file, p, n, "rules.two_languages");
        out[LANG_ZH] = out[LANG_EN] = trim(r->a, p, 0, n);
    } else {
        out[LANG_ZH] = trim(r->a, p, 0, (size_t)(bar - p.s));
        out[LANG_EN] = trim(r->a, p, (size_t)(bar - p.s) + 1, n);
    }
    for (int l = 0; l < LANGS; l++)
        if (*out[l].s == '\0')
            return text_fail(r->a, r->file, p, 0, "rules.empty");
    return NULL;
}

static struct err *texts(struct reader *r, struct rules_piece p, bool must, const char *out[LANGS])
{
    struct rules_piece two[LANGS];
    TRY(both(r, p, must, two));
    for (int l = 0; l < LANGS; l++)
        out[l] = text_flow(r->a, two[l].s);
    return NULL;
}

static struct err *choose(struct reader *r, struct rules_piece p, const char *const *of, size_t n, int *out)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(p.s, of[i]) == 0) {
            *out = (int)i;
            return NULL;
        }
    return text_fail(r->a, r->file, p, 0, "rules.value");
}

static bool name_ok(const char *s, const char *of, size_t most)
{
    size_t n = strspn(s, of);
    return n > 0 && n <= most && s[n] == '\0';
}
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

static struct err *read_force(struct reader *r, struct rules_piece p, struct rules_edition *ed)
{
    const char *dots = strstr(p.s, "..");
    if (dots == NULL)
        return text_fail(r->a, r->file, p, 0, "rules.force");
    size_t at = (size_t)(dots - p.s);
    struct rules_piece ends[2] = {trim(r->a, p, 0, at), trim(r->a, p, at + 2, strlen(p.s))};
    struct date days[2] = {DATE_NONE, DATE_NONE};
    for (int i = 0; i < 2; i++)
        if (*ends[i].s != '\0' && !(date_parse(ends[i].s, &days[i]) && date_is_full(days[i])))
            return text_fail(r->a, r->file, ends[i], 0, "rules.force");
    if (date_is(days[0]) && date_is(days[1]) && days[0].v > days[1].v)
        return text_fail(r->a, r->file, p, 0, "rules.force");
    ed->from = days[0], ed->to = days[1];
    return NULL;
}

/* NAME VALUE [UNIT], CITATION; the value `-` is empty until a district fills it. */
static struct err *read_param(struct reader *r, struct rules_piece p)
{
    const char *comma = strchr(p.s, ',');
    if (comma == NULL)
        return text_fail(r->a, r->file, p, strlen(p.s), "rules.citation");
    size_t at = (size_t)(comma - p.s);
    struct rules_param line = {.at = p, .own = true};
    TRY(texts(r, trim(r->a, p, at + 1, strlen(p.s)), false, line.citation));
    char *head = text_flow(r->a, arena_strndup(r->a, p.s, at)), *save = NULL, *more;
    line.name = strtok_r(head, " ", &save);
    line.value = strtok_r(NULL, " ", &save);
    line.unit = strtok_r(NULL, " ", &save);
    more = strtok_r(NULL, " ", &save);
    int unit;
    if (line.name == NULL || line.value == NULL || more != NULL || !name_ok(line.name, SMALL DIGITS "_", ID_MOST))
        return text_fail(r->a, r->file, p, 0, "rules.param_line");
    if (line.unit != NULL &&
        choose(r, (struct rules_piece){line.unit, 1, 1}, units, sizeof units / sizeof *units, &unit) != NULL)
        return text_fail(r->a, r->file, p, 0, "rules.unit");
    if (strcmp(line.value, "-") == 0)
        line.value = NULL;
    size_t i = 0;
    while (i < r->params.n && strcmp(r->params.p[i].name, line.name) != 0)
        i++;
    if (i < r->params.n && r->params.p[i].at.line >= r->own_from)
        return text_fail(r->a, r->file, p, 0, "rules.twice");
    if (i == PARAMS_MOST)
        return text_fail(r->a, r->file, p, 0, "rules.limit");
    if (i < r->params.n)
        r->params.p[i] = line;
    else
        *VEC_PUSH(&r->params, r->a) = line;
    return NULL;
}

static struct err *read_id(struct reader *r, struct rules_piece p)
{
    if (!name_ok(p.s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "-", ID_MOST))
        return text_fail(r->a, r->file, p, 0, "rules.id");
    if (r->file != NULL) {
        const char *slash = strrchr(r->file, '/');
        if (strcmp(slash == NULL ? r->file : slash + 1, arena_printf(r->a, "%s.rule", p.s)) != 0)
            return text_fail(r->a, r->file, p, 0, "rules.id_file");
    }
    r->rule->id = p.s;
    return NULL;
}

static struct err *read_group(struct reader *r, struct rules_piece p)
{
    size_t n = strcspn(p.s, " \t\n");
    r->rule->group = arena_strndup(r->a, p.s, n);
    if (!name_ok(r->rule->group, SMALL "_", ID_MOST))
        return text_fail(r->a, r->file, p, 0, "rules.group");
    return texts(r, trim(r->a, p, n, strlen(p.s)), true, r->rule->group_name);
}

static struct rules_edition *now(struct reader *r)
{
    return &r->editions.p[r->editions.n - 1];
}

static struct err *read_head(struct reader *r, enum word w, struct rules_piece p)
{
    if (r->editions.n > 1)
        return text_fail(r->a, r->file, p, 0, "rules.head_only");
    switch (w) {
    case W_ID: return read_id(r, p);
    case W_GROUP: return read_group(r, p);
    case W_AT: r->rule->at = p; return NULL;
    default:
        r->rule->about = p;
        return name_ok(p.s, SMALL "_", ID_MOST) ? NULL : text_fail(r->a, r->file, p, 0, "rules.value");
    }
}

static struct err *read_value(struct reader *r, enum word w, struct rules_piece p)
{
    struct rules_edition *ed = now(r);
    int n = 0;
    switch (w) {
    case W_TITLE: return texts(r, p, true, ed->title);
    case W_BASIS: return texts(r, p, false, ed->basis);
    case W_CLEAR: return texts(r, p, true, ed->clear);
    case W_SAY: return both(r, p, true, ed->say);
    case W_WHEN: ed->when = p; return NULL;
    case W_FORCE: return read_force(r, p, ed);
    case W_PARAM: return read_param(r, p);
    case W_ASKS:
        TRY(choose(r, p, askers, sizeof askers / sizeof *askers, &n));
        return ed->asks = (enum rules_asks)n, NULL;
    case W_EFFECT:
        TRY(choose(r, p, effects, sizeof effects / sizeof *effects, &n));
        return ed->effect = (enum rules_effect)n, NULL;
    case W_SEEN:
        TRY(choose(r, p, certainties, sizeof certainties / sizeof *certainties, &n));
        return ed->seen = (enum rules_seen)n, NULL;
    default: return read_head(r, w, p);
    }
}

/* The edition is whole: every line it needs is there, and it follows the one before. */
static struct err *edition_done(struct reader *r, struct rules_piece at)
{
    struct rules_edition *ed = now(r);
    unsigned need = r->editions.n > 1
                        ? 1u << W_FORCE
                        : 1u << W_ID | 1u << W_TITLE | 1u << W_GROUP | 1u << W_BASIS | 1u << W_FORCE | 1u << W_ABOUT |
                              1u << W_ASKS | 1u << W_EFFECT | 1u << W_SEEN | 1u << W_WHEN | 1u << W_SAY | 1u << W_CLEAR;
    for (int w = 0; w < WORDS; w++)
        if ((need & 1u << w) != 0 && (r->seen & 1u << w) == 0) {
            struct err *e = fail_at(r->a, r->file, at.line, 1, words[w], "rules.lacks");
            return e;
        }
    ed->params = r->params.p;
    ed->n_params = (int)r->params.n;
    if (r->editions.n > 1) {
        const struct rules_edition *before = ed - 1;
        if (!date_is(before->to) || !date_is(ed->from) || before->to.v >= ed->from.v)
            return fail_at(r->a, r->file, at.line, 1, "edition", "rules.editions");
    }
    return NULL;
}

static struct err *edition_next(struct reader *r, struct rules_piece at)
{
    TRY(edition_done(r, at));
    if (r->editions.n == EDITIONS_MOST)
        return text_fail(r->a, r->file, at, 0, "rules.limit");
    struct rules_edition copy = *now(r);
    *VEC_PUSH(&r->editions, r->a) = copy;
    struct param_lines params = {0};
    for (int i = 0; i < copy.n_params; i++) {
        struct rules_param line = copy.params[i];
        line.own = false;
        *VEC_PUSH(&params, r->a) = line;
    }
    r->params = params;
    r->own_from = at.line;
    r->seen = 0;
    return NULL;
}

static struct err *take(struct reader *r, int w, struct rules_piece p, int line)
{
    p = trim(r->a, p, 0, strlen(p.s));
    if (w == W_EDITION) {
        if (*p.s != '\0')
            return text_fail(r->a, r->file, p, 0, "rules.value");
        return edition_next(r, (struct rules_piece){"edition", line, 1});
    }
    if (*p.s == '\0')
        return fail_at(r->a, r->file, line, 1, words[w], "rules.empty");
    if (w != W_PARAM && (r->seen & 1u << w) != 0)
        return fail_at(r->a, r->file, line, 1, words[w], "rules.twice");
    r->seen |= 1u << w;
    return read_value(r, (enum word)w, p);
}

static bool is_utf8(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)s[i];
        size_t len = c < 0x80                ? 1
                     : c >= 0xc2 && c < 0xe0 ? 2
                     : c >= 0xe0 && c < 0xf0 ? 3
                     : c >= 0xf0 && c < 0xf5 ? 4
                                             : 0;
        bool plain = c >= 0x20 || c == '\n' || c == '\t' || (c == '\r' && i + 1 < n && s[i + 1] == '\n');
        if (len == 0 || i + len > n || !plain)
            return false;
        for (size_t k = 1; k < len; k++)
            if (((unsigned char)s[i + k] & 0xC0) != 0x80)
                return false;
        i += len;
    }
    return true;
}

/* Where the comment of a line begins: # at its start or after a blank. */
static size_t comment_at(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] == '#' && (i == 0 || s[i - 1] == ' ' || s[i - 1] == '\t'))
            return i;
    return n;
}

static struct err *read_lines(struct reader *r, const char *s)
{
    struct buf value = BUF(r->a);
    int word = -1, word_line = 0, word_column = 0, line = 0;
    while (*s != '\0') {
        size_t n = strcspn(s, "\n"), used = comment_at(s, n), at = 0;
        const char *text = s;
        line++;
        s += s[n] == '\n' ? n + 1 : n;
        if (used > 0 && text[used - 1] == '\r')
            used--;
        size_t blank = strspn(text, " \t");
        if (blank >= used || blank > 0) { /* nothing, or the value goes on */
            if (word < 0 && blank < used)
                return fail_at(r->a, r->file, line, (int)blank + 1, text + blank, "rules.syntax");
            buf_putc(&value, '\n');
            if (blank < used)
                buf_add(&value, text, used);
            continue;
        }
        if (word >= 0)
            TRY(take(r, word, (struct rules_piece){buf_str(&value), word_line, word_column}, word_line));
        at = strspn(text, SMALL);
        for (word = 0; word < WORDS; word++)
            if (strlen(words[word]) == at && strncmp(text, words[word], at) == 0)
                break;
        if (word == WORDS || (at < used && text[at] != ' ' && text[at] != '\t'))
            return fail_at(r->a, r->file, line, 1, text, "rules.syntax");
        value = BUF(r->a);
        buf_add(&value, text + at, used - at);
        word_line = line, word_column = (int)at + 1;
    }
    if (word >= 0)
        TRY(take(r, word, (struct rules_piece){buf_str(&value), word_line, word_column}, word_line));
    return edition_done(r, (struct rules_piece){"", line + 1, 1});
}

struct err *text_read(struct arena *a, const char *file, const char *source, size_t n, struct rules_text **out)
{
    struct reader r = {.a = a, .file = file, .rule = arena_new_of(a, struct rules_text)};
    if (n > TEXT_MOST)
        return fail_at(a, file, 1, 1, "", "rules.limit");
    if (!is_utf8(source, n))
        return fail_at(a, file, 1, 1, "", "rules.encoding");
    r.rule->source = arena_strndup(a, source, n);
    r.rule->file = file == NULL ? NULL : arena_strdup(a, file);
    r.file = r.rule->file;
    *VEC_PUSH(&r.editions, a) = (struct rules_edition){.from = DATE_NONE, .to = DATE_NONE};
    TRY(read_lines(&r, r.rule->source));
    r.rule->editions = r.editions.p;
    r.rule->n_editions = (int)r.editions.n;
    *out = r.rule;
    return NULL;
}
