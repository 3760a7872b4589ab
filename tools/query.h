/* query.h: the parts of the build's tool query: query.c reads the file, query_sql.c makes and checks the statements'
 * texts, query_out.c writes the C. */
#ifndef QF_TOOLS_QUERY_H
#define QF_TOOLS_QUERY_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>

enum { FIELDS_MOST = 64 };
enum type { INT, TEXT, DATE, BOOL, TYPES };
enum shape { NO_SHAPE, ONE, MANY, EACH };
enum engine { SQLITE, POSTGRES };

struct text {
    char *p;
    size_t n, cap;
};

struct field {
    char *name;
    enum type type;
};

struct query {
    char *name, *doc;
    int line, in_line, out_line;
    struct field in[FIELDS_MOST], out[FIELDS_MOST];
    int n_in, n_out;
    int scope_at; /* where in the list of inputs the scope stands; -1: none */
    bool people, excused;
    enum shape shape;
    long limit;
    bool split; /* one body for each engine */
    struct text body[2];
    int body_line[2];
};

extern const char *file; /* the file being read, and the last name of its folder */
extern char module[64];
extern int errors;
extern struct query *queries;
extern int n_queries;

/* FILE:LINE: message; the tool then writes nothing. */
void bad(int line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void *get(void *p, size_t n); /* realloc that ends the tool */
char *copy(const char *s, size_t n);
void add(struct text *t, const char *s, size_t n);
void put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The texts of a query, [engine][several ranges], checked. */
void render_all(struct query *q, struct text out[2][2]);

void write_header(struct text *t);
void write_head(struct text *t);
void write_function(struct text *t, const struct query *q, struct text sql[2][2]);

#endif
