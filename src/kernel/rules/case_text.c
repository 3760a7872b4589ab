/* case_text.c: reads a case file. */
#include "rules/case.h"

#include <string.h>

#include "base/vec.h"
#include "rules/text.h"

enum { TEXT_MOST = 200000, WORDS_MOST = 60 };

static const char *const kinds[CASE_KINDS] = {"hit", "miss", "boundary", "unknown", "edition"};
static const char *const expects[] = {"hit", "miss", "missing"};

struct rows {
    struct case_row *p;
    size_t n, cap;
};
struct reader {
    struct arena *a;
    const char *file;
    struct rows common, rows;
    VEC(struct case_fact) facts;
    VEC(struct case_line) lines;
    VEC(struct rule_case) cases;
    const char *words[WORDS_MOST];
    int columns[WORDS_MOST];
    int n, line;
};

static struct err *fail(struct reader *r, int word, const char *key)
{
    const char *near = word < r->n ? r->words[word] : "";
    struct rules_piece p = {near, r->line, word < r->n ? r->columns[word] : 1};
    return text_fail(r->a, r->file, p, 0, key);
}

/* Cuts a line into words; quotes keep blanks together and go away. */
static struct err *cut(struct reader *r, const char *s, size_t n)
{
    r->n = 0;
    for (size_t i = 0, column = 1; i < n;) {
        if (s[i] == ' ' || s[i] == '\t') {
            i++, column++;
            continue;
        }
        if (s[i] == '#')
            break;
        if (r->n == WORDS_MOST)
            return fail(r, 0, "rules.limit");
        struct buf b = BUF(r->a);
        r->columns[r->n] = (int)column;
        for (bool quoted = false; i < n && (quoted || (s[i] != ' ' && s[i] != '\t')); i++) {
            column += ((unsigned char)s[i] & 0xC0) != 0x80;
            if (s[i] == '"')
                quoted = !quoted;
            else
                buf_putc(&b, s[i]);
        }
        r->words[r->n++] = buf_str(&b);
    }
    return NULL;
}

static int find(const char *const *of, int n, const char *word)
{
    for (int i = 0; i < n; i++)
        if (strcmp(of[i], word) == 0)
            return i;
    return -1;
}

static struct case_row *row_named(struct rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->n; i++)
        if (strcmp(rows->p[i].name, name) == 0)
            return &rows->p[i];
    return NULL;
}

static struct err *take_pairs(struct reader *r, int from, struct case_row *row)
{
    VEC(struct case_pair) v = {0};
    for (int i = 0; i < row->n; i++)
        *VEC_PUSH(&v, r->a) = row->fields[i];
    for (int i = from; i < r->n; i++) {
        const char *equals = strchr(r->words[i], '=');
        if (equals == NULL || equals == r->words[i])
            return fail(r, i, "rules.case_pair");
        *VEC_PUSH(&v, r->a) =
            (struct case_pair){arena_strndup(r->a, r->words[i], (size_t)(equals - r->words[i])), equals + 1};
    }
    row->fields = v.p;
    row->n = (int)v.n;
    return NULL;
}

/* given NAME RECORD field=value ... */
static struct err *take_given(struct reader *r)
{
    struct rows *to = r->cases.n == 0 ? &r->common : &r->rows;
    if (r->n < 3 || row_named(to, r->words[1]) != NULL)
        return fail(r, 1, "rules.case_given");
    struct case_row row = {.name = r->words[1], .record = r->words[2], .line = r->line};
    TRY(take_pairs(r, 3, &row));
    *VEC_PUSH(to, r->a) = row;
    return NULL;
}

/* fact ROW.FACT VALUE */
static struct err *take_fact(struct reader *r)
{
    const char *dot = r->n == 3 ? strchr(r->words[1], '.') : NULL;
    if (dot == NULL || r->cases.n == 0)
        return fail(r, 1, "rules.case_fact");
    *VEC_PUSH(&r->facts, r->a) = (struct case_fact){arena_strndup(r->a, r->words[1], (size_t)(dot - r->words[1])),
                                                    dot + 1, r->words[2], r->line};
    return NULL;
}

/* on DAY hit|miss ROW [since DAY|none] [edition DAY|none], on DAY missing ROW FACT */
static struct err *take_on(struct reader *r)
{
    struct case_line l = {.line = r->line};
    int what = r->n >= 4 ? find(expects, 3, r->words[2]) : -1;
    if (what < 0 || r->cases.n == 0)
        return fail(r, 0, "rules.case_on");
    if (!date_parse(r->words[1], &l.day) || !date_is_full(l.day))
        return fail(r, 1, "rules.case_on");
    l.expect = (enum case_expect)what;
    l.row = r->words[3];
    int i = 4;
    if (l.expect == EXPECT_MISSING) {
        if (r->n != 5)
            return fail(r, 2, "rules.case_on");
        l.fact = r->words[i++];
    }
    for (; i < r->n; i += 2) {
        bool since = strcmp(r->words[i], "since") == 0;
        struct date *to = since ? &l.since : &l.edition;
        if ((!since && strcmp(r->words[i], "edition") != 0) || i + 1 == r->n || l.expect != EXPECT_HIT)
            return fail(r, i, "rules.case_on");
        *to = DATE_NONE;
        if (strcmp(r->words[i + 1], "none") != 0 && !date_parse(r->words[i + 1], to))
            return fail(r, i + 1, "rules.case_on");
        *(since ? &l.has_since : &l.has_edition) = true;
    }
    *VEC_PUSH(&r->lines, r->a) = l;
    return NULL;
}

static void close_case(struct reader *r)
{
    if (r->cases.n == 0)
        return;
    struct rule_case *c = &r->cases.p[r->cases.n - 1];
    c->rows = r->rows.p, c->n_rows = (int)r->rows.n;
    c->facts = r->facts.p, c->n_facts = (int)r->facts.n;
    c->lines = r->lines.p, c->n_lines = (int)r->lines.n;
}

/* case KIND TITLE */
static struct err *take_case(struct reader *r, const char *line, size_t n)
{
    close_case(r);
    int kind = r->n >= 3 ? find(kinds, CASE_KINDS, r->words[1]) : -1;
    if (kind < 0)
        return fail(r, 1, "rules.case_kind");
    const char *title = strstr(line, r->words[1]) + strlen(r->words[1]);
    title += strspn(title, " \t");
    *VEC_PUSH(&r->cases, r->a) = (struct rule_case){
        .kind = (enum case_kind)kind, .line = r->line, .title = arena_strndup(r->a, title, (size_t)(line + n - title))};
    memset(&r->rows, 0, sizeof r->rows);
    memset(&r->facts, 0, sizeof r->facts);
    memset(&r->lines, 0, sizeof r->lines);
    for (size_t i = 0; i < r->common.n; i++)
        *VEC_PUSH(&r->rows, r->a) = r->common.p[i];
    return NULL;
}

static struct err *take(struct reader *r, const char *line, size_t n)
{
    bool more = *line == ' ' || *line == '\t';
    TRY(cut(r, line, n));
    if (r->n == 0)
        return NULL;
    if (more) { /* fields of the row before */
        struct rows *to = r->cases.n == 0 ? &r->common : &r->rows;
        return to->n == 0 || r->lines.n > 0 ? fail(r, 0, "rules.syntax") : take_pairs(r, 0, &to->p[to->n - 1]);
    }
    if (strcmp(r->words[0], "given") == 0)
        return take_given(r);
    if (strcmp(r->words[0], "fact") == 0)
        return take_fact(r);
    if (strcmp(r->words[0], "on") == 0)
        return take_on(r);
    if (strcmp(r->words[0], "case") == 0)
        return take_case(r, line, n);
    return fail(r, 0, "rules.syntax");
}

struct err *case_read(struct arena *a, const char *file, const char *text, size_t n, struct case_file **out)
{
    struct reader r = {.a = a, .file = file};
    const char *slash = strrchr(file, '/'), *name = slash == NULL ? file : slash + 1;
    size_t id = strlen(name) > 5 ? strlen(name) - 5 : 0;
    if (n > TEXT_MOST || id == 0 || strcmp(name + id, ".case") != 0 || memchr(text, '\0', n) != NULL)
        return fail(&r, 0, n > TEXT_MOST ? "rules.limit" : "rules.id_file");
    const char *s = arena_strndup(a, text, n);
    while (*s != '\0') {
        size_t len = strcspn(s, "\n"), used = len > 0 && s[len - 1] == '\r' ? len - 1 : len;
        r.line++;
        TRY(take(&r, s, used));
        s += s[len] == '\n' ? len + 1 : len;
    }
    close_case(&r);
    struct case_file *f = arena_new_of(a, struct case_file);
    *f = (struct case_file){
        .file = arena_strdup(a, file), .rule = arena_strndup(a, name, id), .cases = r.cases.p, .n = (int)r.cases.n};
    *out = f;
    return NULL;
}
