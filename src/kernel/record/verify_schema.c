/* verify_schema.c: the tables themselves: those declared are there, no other is, and nothing runs by itself (triggers,
 * rules, views). Tables that a module makes in its schema.sql stand outside the log; doc/threat-model.md says why. */
#include <string.h>

#include "base/embed.h"
#include "record/verify.h"

static const char *const kernel[] = {"change",      "revision",       "kernel_meta", "kernel_file",
                                     "ledger_node", "change_counter", NULL};

bool verify_outside(const char *table)
{
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t n = strlen(e->name), t = strlen(table);
        if (n <= 11 || strcmp(e->name + n - 11, "/schema.sql") != 0)
            continue;
        static const char make[] = "CREATE TABLE IF NOT EXISTS ";
        for (const char *p = (const char *)e->bytes; (p = strstr(p, make)) != NULL;) {
            p += sizeof make - 1;
            if (strncmp(p, table, t) == 0 && (p[t] == ' ' || p[t] == '('))
                return true;
        }
    }
    return false;
}

bool verify_inside(const char *table)
{
    for (int i = 0; kernel[i] != NULL; i++)
        if (strcmp(kernel[i], table) == 0)
            return true;
    for (int i = 0; i < record_count(); i++)
        if (strcmp(known_of(record_at(i))->table, table) == 0)
            return true;
    return false;
}

static const char sqlite_objects[] =
    "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite~_%'"
    " ESCAPE '~'";
static const char postgres_objects[] =
    "SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END, CAST(c.relname AS text)"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'f', 'v', 'm')"
    " UNION ALL SELECT 'trigger', CAST(t.tgname AS text) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND NOT t.tgisinternal"
    " UNION ALL SELECT 'rule', CAST(rulename AS text) FROM pg_rules WHERE schemaname = current_schema()";

static struct err *none_too_many(struct verify *v)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(v->tx, db_kind(v->tx->db) == DB_SQLITE ? sqlite_objects : postgres_objects, NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        const char *type = arena_strdup(v->a, db_col_text(&rows, 0)), *name = arena_strdup(v->a, db_col_text(&rows, 1));
        if (strcmp(type, "table") != 0 || (!verify_inside(name) && !verify_outside(name)))
            verify_differs(v, name, 0, NULL, "this %s is not one of ours", type);
    }
}

static struct err *meta(struct verify *v)
{
    db_rows_scope struct db_rows rows = {0};
    bool schema = false;
    TRY(db_query(v->tx, "SELECT name, value FROM kernel_meta", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const char *name = db_col_text(&rows, 0);
        if (name != NULL && strcmp(name, "schema") == 0 && strcmp(db_col_text(&rows, 1), schema_version()) == 0)
            schema = true;
        else if (name == NULL || strcmp(name, "hash") != 0)
            verify_differs(v, "kernel_meta", 0, name == NULL ? "" : arena_strdup(v->row, name),
                           "it says something else");
    }
    if (!schema)
        verify_differs(v, "kernel_meta", 0, "schema", "it does not say %s", schema_version());
    return NULL;
}

struct err *verify_schema(struct verify *v)
{
    TRY(none_too_many(v));
    return meta(v);
}
