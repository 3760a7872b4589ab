/* query.c (build time): makes a typed C function of every statement in a queries.sql.
 *   query IN.sql OUT.h OUT.c
 * The file's form is told in doc/queries.md. Statements only read. A statement over people takes a scope, or says why
 * it takes none. Errors name file and line; nothing is written then. */
#include "query.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[TYPES] = {"int", "text", "date", "bool"};

const char *file;
int errors;
struct query *queries;
int n_queries;
char module[64];

void bad(int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    errors++;
}

void *get(void *p, size_t n)
{
    p = realloc(p, n);
    if (p == NULL) {
        perror("query");
        exit(3);
    }
    return p;
}

void add(struct text *t, const char *s, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        t->cap = (t->n + n + 1) * 2;
        t->p = get(t->p, t->cap);
    }
    memcpy(t->p + t->n, s, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void put(struct text *t, const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    if (n < 0)
        exit(3);
    add(t, s, (size_t)n);
    free(s);
}

char *copy(const char *s, size_t n)
{
    char *p = get(NULL, n + 1);
    memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

/* Is it a word of C, or one the generated functions use themselves? */
static bool reserved(const char *name)
{
    static const char *const words[] = {
        "auto",     "break",  "case",     "char",    "const",  "continue", "default", "do",     "double",  "else",
        "enum",     "extern", "float",    "for",     "goto",   "if",       "inline",  "int",    "long",    "register",
        "restrict", "return", "short",    "signed",  "sizeof", "static",   "struct",  "switch", "typedef", "union",
        "unsigned", "void",   "volatile", "while",   "asm",    "typeof",   "bool",    "true",   "false",   "tx",
        "out",      "n_out",  "each",     "context", "args",   "n_args",   "rows",    "sql",    "scope"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0)
            return true;
    return false;
}

static void trim(char *s)
{
    size_t n = strlen(s), skip = strspn(s, " \t\r");
    while (n > skip && strchr(" \t\r", s[n - 1]) != NULL)
        n--;
    memmove(s, s + skip, n - skip);
    s[n - skip] = '\0';
}

/* "by date" or "scope" of a list of inputs; "name text" of outputs. */
static void read_field(struct query *q, int line, char *item, bool input)
{
    trim(item);
    struct field *all = input ? q->in : q->out;
    int *n = input ? &q->n_in : &q->n_out;
    if (input && strcmp(item, "scope") == 0) {
        if (q->scope_at >= 0)
            bad(line, "scope is named twice");
        q->scope_at = *n;
        return;
    }
    char name[64] = "", type[16] = "", more;
    if (sscanf(item, "%63[a-z0-9_] %15[a-z] %c", name, type, &more) != 2 || !islower((unsigned char)name[0])) {
        bad(line, "\"%s\" is not a name and a type", item);
        return;
    }
    if (reserved(name))
        bad(line, "\"%s\" cannot be a name: it is a word of C or of the generated function", name);
    for (int i = 0; i < *n; i++)
        if (strcmp(all[i].name, name) == 0)
            bad(line, "\"%s\" is named twice", name);
    int t = 0;
    while (t < TYPES && strcmp(type_names[t], type) != 0)
        t++;
    if (t == TYPES)
        bad(line, "\"%s\" is not a type: int, text, date or bool", type);
    else if (*n == FIELDS_MOST)
        bad(line, "more than %d", FIELDS_MOST);
    else
        all[(*n)++] = (struct field){copy(name, strlen(name)), (enum type)t};
}

static void read_fields(struct query *q, int line, char *list, bool input)
{
    for (char *item; (item = strsep(&list, ",")) != NULL;)
        read_field(q, line, item, input);
}

static void read_out(struct query *q, int line, char *value)
{
    char word[8] = "";
    int used = 0;
    q->out_line = line;
    if (sscanf(value, "%7[a-z] (%n", word, &used) == 1 && used > 0) {
        q->shape = strcmp(word, "one") == 0    ? ONE
                   : strcmp(word, "many") == 0 ? MANY
                   : strcmp(word, "each") == 0 ? EACH
                                               : NO_SHAPE;
    }
    char *end = strrchr(value, ')');
    if (q->shape == NO_SHAPE || end == NULL || end[1] != '\0') {
        bad(line, "out must read: one, many or each, then (name type, ...)");
        return;
    }
    *end = '\0';
    read_fields(q, line, value + used, false);
}

static void read_scope(struct query *q, int line, const char *value)
{
    static const char reason[] = "none, because ";
    if (strncmp(value, reason, strlen(reason)) != 0 || strlen(value) < strlen(reason) + 8)
        bad(line, "scope must read: none, because and the reason");
    q->excused = true;
}

/* Lines of the head. false: it is no directive. */
static bool directive(struct query *q, int line, const char *word, char *value, bool in_body)
{
    static const char *const words[] = {"in", "out", "limit", "scope"};
    int i = 0;
    while (i < 4 && strcmp(words[i], word) != 0)
        i++;
    if (i == 4)
        return false;
    if (in_body) {
        bad(line, "\"%s:\" belongs before the statement", word);
        return true;
    }
    char *end;
    switch (i) {
    case 0:
        if (q->in_line != 0)
            bad(line, "\"in:\" stands twice");
        q->in_line = line;
        read_fields(q, line, value, true);
        break;
    case 1:
        if (q->out_line != 0)
            bad(line, "\"out:\" stands twice");
        read_out(q, line, value);
        break;
    case 2:
        q->limit = strtol(value, &end, 10);
        if (end == value || *end != '\0' || q->limit < 1 || q->limit > 1000000)
            bad(line, "limit must be a number from 1 to 1000000");
        break;
    case 3: read_scope(q, line, value); break;
    }
    return true;
}

/* "-- word: value" */
static bool is_comment_pair(const char *s, char word[64], char **value)
{
    int used = 0;
    char rest[2];
    if (sscanf(s, "-- %63[a-z0-9_]%1[:]%n", word, rest, &used) != 2 || used == 0)
        return false;
    *value = (char *)s + used;
    trim(*value);
    return true;
}

static void start(const char *name, const char *doc, int line)
{
    for (int i = 0; i < n_queries; i++)
        if (strcmp(queries[i].name, name) == 0)
            bad(line, "\"%s\" is there already, in line %d", name, queries[i].line);
    queries = get(queries, sizeof *queries * (size_t)(n_queries + 1));
    queries[n_queries++] =
        (struct query){.name = copy(name, strlen(name)), .doc = copy(doc, strlen(doc)), .line = line, .scope_at = -1};
}

/* In which body the coming lines stand: HEAD before any. */
enum { HEAD = -1, BOTH = 2 };

static void body_line(struct query *q, int where, int line, const char *s)
{
    for (int e = SQLITE; e <= POSTGRES; e++) {
        if (where != BOTH && where != e)
            continue;
        if (q->body_line[e] == 0)
            q->body_line[e] = line;
        add(&q->body[e], s, strlen(s));
        add(&q->body[e], "\n", 1);
    }
}

static void read_line(char *s, int line, int *where, bool first_of_block)
{
    char word[64], *value;
    struct query *q = n_queries > 0 ? &queries[n_queries - 1] : NULL;
    bool pair = is_comment_pair(s, word, &value);
    static const char *const engines[] = {"sqlite", "postgres"};
    if (pair && q != NULL)
        for (int e = SQLITE; e <= POSTGRES; e++)
            if (strcmp(word, engines[e]) == 0) {
                if (*where == BOTH || q->body_line[e] != 0)
                    bad(line, "a second statement for %s", word);
                q->split = true;
                *where = e;
                return;
            }
    if (pair && q != NULL && directive(q, line, word, value, *where != HEAD))
        return;
    if (pair && first_of_block) {
        start(word, value, line);
        *where = HEAD;
        return;
    }
    if (q != NULL && strcmp(s, "-- people") == 0)
        q->people = true;
    else if (*where == HEAD && strncmp(s, "--", 2) == 0)
        return;
    else if (q == NULL)
        bad(line, "a statement without a head: -- name: what it gives");
    else {
        if (*where == HEAD)
            *where = BOTH;
        body_line(q, *where, line, s);
    }
}

static void read_file(FILE *f)
{
    char *s = NULL;
    size_t cap = 0;
    int where = HEAD;
    bool fresh = true;
    for (int line = 1; getline(&s, &cap, f) >= 0; line++) {
        s[strcspn(s, "\n")] = '\0';
        char *text = s;
        while (strchr(" \t\r", *text) != NULL && *text != '\0')
            text++;
        if (*text == '\0') {
            fresh = true;
            if (n_queries > 0 && where != HEAD) /* keeps the count of lines right */
                body_line(&queries[n_queries - 1], where, line, "");
            continue;
        }
        s[strcspn(s, "\r")] = '\0';
        read_line(strncmp(text, "--", 2) == 0 ? text : s, line, &where, fresh);
        fresh = false;
    }
    free(s);
}

static bool write_file(const char *path, const struct text *t)
{
    FILE *f = fopen(path, "w");
    if (f == NULL || fwrite(t->p, 1, t->n, f) != t->n || fclose(f) != 0) {
        perror(path);
        return false;
    }
    return true;
}

/* src/modules/roster/queries.sql: roster */
static void name_module(const char *path)
{
    const char *end = strrchr(path, '/');
    const char *from = end;
    while (from != NULL && from > path && from[-1] != '/')
        from--;
    snprintf(module, sizeof module, "%.*s", end == NULL ? 0 : (int)(end - from), from == NULL ? "" : from);
    if (!islower((unsigned char)module[0]) || module[strspn(module, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
        bad(1, "the folder's name \"%s\" cannot be part of a C name", module);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: query IN.sql OUT.h OUT.c\n", stderr);
        return 2;
    }
    file = argv[1];
    FILE *f = fopen(file, "r");
    if (f == NULL) {
        perror(file);
        return 3;
    }
    name_module(file);
    read_file(f);
    fclose(f);
    struct text h = {0}, c = {0};
    write_head(&c);
    for (int i = 0; i < n_queries; i++) {
        struct text sql[2][2] = {0};
        int before = errors;
        render_all(&queries[i], sql);
        if (errors == before)
            write_function(&c, &queries[i], sql);
    }
    if (errors > 0)
        return 1;
    write_header(&h);
    return write_file(argv[2], &h) && write_file(argv[3], &c) ? 0 : 3;
}
