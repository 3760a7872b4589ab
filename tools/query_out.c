/* query_out.c: the C of a queries.sql: a row struct and a function for every statement. */
#include <stdio.h>
#include <string.h>

#include "query.h"

static const char *const c_types[TYPES] = {"int64_t ", "const char *", "struct date ", "bool "};

static const char scope_helper[] = "\n_Static_assert(SCOPE_RANGES == 8, \"tools/query.c writes that many\");\n"
                                   "/* No range sees nothing. Returns the number of values set. */\n"
                                   "static int ranges(const struct scope *s, struct db_val *args)\n"
                                   "{\n"
                                   "    int n = s->n > 1 ? SCOPE_RANGES : 1;\n"
                                   "    for (int i = 0; i < n; i++) {\n"
                                   "        args[2 * i] = db_int(i < s->n ? s->ranges[i].from : 0);\n"
                                   "        args[2 * i + 1] = db_int(i < s->n ? s->ranges[i].to : 0);\n"
                                   "    }\n"
                                   "    return 2 * n;\n"
                                   "}\n";

static bool any_scope(void)
{
    for (int i = 0; i < n_queries; i++)
        if (queries[i].scope_at >= 0)
            return true;
    return false;
}

static void c_string(struct text *t, const char *s)
{
    put(t, "\"");
    for (size_t column = 0; *s != '\0'; s++, column++) {
        if (column > 100 && *s == ' ') {
            put(t, "\"\n    \"");
            column = 0;
        }
        if (*s == '"' || *s == '\\')
            put(t, "\\");
        put(t, *s == '\n' ? "\\n" : "%c", *s);
    }
    put(t, "\"");
}

static void prototype(struct text *t, const struct query *q)
{
    put(t, "struct err *%s_q_%s(struct db_tx *tx", module, q->name);
    for (int i = 0; i <= q->n_in; i++) {
        if (i == q->scope_at)
            put(t, ", const struct scope *scope");
        if (i < q->n_in)
            put(t, ", %s%s", c_types[q->in[i].type], q->in[i].name);
    }
    if (q->shape == EACH)
        put(t, ", struct err *(*each)(void *context, const struct %s_q_%s *row), void *context)", module, q->name);
    else
        put(t, ", struct %s_q_%s **out%s)", module, q->name, q->shape == MANY ? ", int *n_out" : "");
}

void write_header(struct text *t)
{
    put(t, "/* written by tools/query from %s */\n#ifndef QF_GEN_%s_QUERIES_H\n#define QF_GEN_%s_QUERIES_H\n\n", file,
        module, module);
    put(t, "#include \"base/date.h\"\n#include \"db/db.h\"\n%s", any_scope() ? "#include \"record/who.h\"\n" : "");
    for (int i = 0; i < n_queries; i++) {
        const struct query *q = &queries[i];
        static const char *const told[] = {"", "NULL when there is none; arena",
                                           "arena; ERR_LIMIT when there are more than", "texts are borrowed"};
        put(t, "\n/* %s (line %d)", q->doc, q->line);
        put(t, q->shape == MANY ? "; %s %ld. */\n" : "; %s. */\n", told[q->shape], q->limit);
        put(t, "struct %s_q_%s {\n", module, q->name);
        for (int c = 0; c < q->n_out; c++)
            put(t, "    %s%s;\n", c_types[q->out[c].type], q->out[c].name);
        put(t, "};\n");
        prototype(t, q);
        put(t, " MUST_USE;\n");
    }
    put(t, "\n#endif\n");
}

/* What stands before the functions. */
void write_head(struct text *t)
{
    put(t, "/* written by tools/query from %s */\n#include \"queries.h\"\n\n", file);
    put(t, "#include \"base/vec.h\"\n#include \"db/generated.h\"\n");
    if (any_scope())
        put(t, "%s", scope_helper);
}

static void statement(struct text *t, const struct query *q, struct text sql[2][2])
{
    for (int several = 0; several <= (q->scope_at >= 0); several++) {
        put(t, "\nstatic const char %s_sql%s[] =\n    ", q->name, several ? "_ranges" : "");
        c_string(t, sql[SQLITE][several].p);
        put(t, ";\nDB_STATEMENT(\"%s.%s\", %s_sql%s)\n", module, q->name, q->name, several ? "_ranges" : "");
        if (!q->split)
            continue;
        put(t, "static const char %s_pg%s[] =\n    ", q->name, several ? "_ranges" : "");
        c_string(t, sql[POSTGRES][several].p);
        put(t, ";\n");
    }
}

static void read_row(struct text *t, const struct query *q)
{
    bool keep = q->shape != EACH;
    put(t, "\nstatic struct err *%s_row(const struct db_rows *rows, struct %s_q_%s *out)\n{\n", q->name, module,
        q->name);
    for (int c = 0; c < q->n_out; c++) {
        static const char *const how[TYPES] = {"    out->%s = db_col_int(rows, %d);\n", NULL,
                                               "    TRY(db_col_date(rows, %2$d, &out->%1$s));\n",
                                               "    out->%s = db_col_int(rows, %d) != 0;\n"};
        const char *form = q->out[c].type != TEXT ? how[q->out[c].type]
                           : keep                 ? "    out->%s = db_col_kept(rows, %d);\n"
                                                  : "    out->%s = db_col_text(rows, %d);\n";
        char line[200];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(line, sizeof line, form, q->out[c].name, c);
#pragma GCC diagnostic pop
        put(t, "%s", line);
    }
    put(t, "    return NULL;\n}\n");
}

static void arguments(struct text *t, const struct query *q)
{
    bool scoped = q->scope_at >= 0;
    for (int i = 0; i < q->n_in; i++)
        if (q->in[i].type == DATE)
            put(t, "    char %s_iso[DATE_TEXT];\n", q->in[i].name);
    if (q->n_in > 0 || scoped)
        put(t, "    struct db_val args[%d%s];\n", q->n_in, scoped ? " + 2 * SCOPE_RANGES" : "");
    for (int i = 0; i < q->n_in; i++) {
        static const char *const make[TYPES] = {"db_int(", "db_text(", "db_date(", "db_int("};
        const char *name = q->in[i].name;
        put(t, "    args[%d] = %s%s", i, make[q->in[i].type], name);
        if (q->in[i].type == DATE)
            put(t, ", %s_iso", name);
        put(t, ");\n");
    }
    put(t, "    int n_args = %d;\n", q->n_in);
    if (scoped)
        put(t, "    n_args += ranges(scope, args + n_args);\n");
}

static void choose_sql(struct text *t, const struct query *q)
{
    const char *n = q->name;
    bool scoped = q->scope_at >= 0;
    put(t, "    const char *sql = ");
    if (q->split)
        put(t, "db_kind(tx->db) == DB_POSTGRES ? ");
    for (int e = q->split ? POSTGRES : SQLITE; e >= SQLITE; e--) {
        const char *which = e == POSTGRES ? "pg" : "sql";
        if (scoped)
            put(t, "(scope->n > 1 ? %s_%s_ranges : %s_%s)", n, which, n, which);
        else
            put(t, "%s_%s", n, which);
        put(t, e == POSTGRES ? " : " : ";\n");
    }
}

static void loop(struct text *t, const struct query *q)
{
    const char *n = q->name;
    if (q->shape == ONE) {
        put(t,
            "    bool more;\n    TRY(db_next(&rows, &more));\n    struct %s_q_%s *row = NULL;\n    if (more) {\n"
            "        row = arena_new_of(tx->arena, struct %s_q_%s);\n        TRY(%s_row(&rows, row));\n"
            "        TRY(db_next(&rows, &more));\n        if (more)\n"
            "            return ERR(tx->arena, ERR_FAULT, \"%s.%s gives more than one row\");\n    }\n"
            "    *out = row;\n    return NULL;\n}\n",
            module, n, module, n, n, module, n);
        return;
    }
    if (q->shape == MANY)
        put(t, "    VEC(struct %s_q_%s) all = {0};\n", module, n);
    put(t, "    for (bool more;;) {\n        TRY(db_next(&rows, &more));\n        if (!more)\n            break;\n");
    if (q->shape == MANY)
        put(t,
            "        if (all.n == %ld)\n"
            "            return ERR(tx->arena, ERR_LIMIT, \"%s.%s gives more than %ld rows\");\n"
            "        TRY(%s_row(&rows, VEC_PUSH(&all, tx->arena)));\n    }\n"
            "    *out = all.p;\n    *n_out = (int)all.n;\n",
            q->limit, module, n, q->limit, n);
    else
        put(t,
            "        struct %s_q_%s row;\n        TRY(%s_row(&rows, &row));\n        TRY(each(context, &row));\n    "
            "}\n",
            module, n, n);
    put(t, "    return NULL;\n}\n");
}

void write_function(struct text *t, const struct query *q, struct text sql[2][2])
{
    statement(t, q, sql);
    read_row(t, q);
    put(t, "\n");
    prototype(t, q);
    put(t, "\n{\n    static const char *const names[] = {");
    for (int c = 0; c < q->n_out; c++)
        put(t, "%s\"%s\"", c == 0 ? "" : ", ", q->out[c].name);
    put(t, "};\n    static _Atomic bool known[2];\n");
    arguments(t, q);
    choose_sql(t, q);
    put(t, "    db_rows_scope struct db_rows rows = {0};\n    TRY(db_query(tx, sql, %s, n_args, &rows));\n",
        q->n_in > 0 || q->scope_at >= 0 ? "args" : "NULL");
    put(t, "    TRY(db_named(&rows, names, %d, \"%s.%s\", known));\n", q->n_out, module, q->name);
    loop(t, q);
}
