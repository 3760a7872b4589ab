/* setting.c: settings of the installation, one row a name, with history like everything else. */
#include "record/inner.h"

static const struct field fields[] = {
    {"name", FIELD_TEXT, .max = 60, .required = true, .unique = true}, {"value", FIELD_TEXT, .max = 500}, {0}};
const struct record setting_record = {.name = "kernel.setting",
                                      .fields = fields,
                                      .list = "name value",
                                      .order = "name",
                                      .purpose = "kernel.purpose.setting",
                                      .basis = "kernel.basis.own",
                                      .readers = "system",
                                      .keep = "kernel.keep.setting",
                                      .keep_from = "change"};

static struct err *find(struct db_tx *tx, const char *name, struct row **out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(name)};
    TRY(db_query(tx,
                 arena_printf(tx->arena, "SELECT %s FROM kernel_setting WHERE name = ?1 AND ended = 0",
                              record_columns(&setting_record)),
                 args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = more ? record_take(tx->arena, &setting_record, &rows, 0) : NULL;
    return NULL;
}

struct err *setting_get(struct db_tx *tx, const char *name, const char *none, const char **out)
{
    struct row *r;
    TRY(find(tx, name, &r));
    const char *v = r == NULL ? NULL : row_text(r, "value");
    *out = v == NULL ? none : v;
    return NULL;
}

struct err *setting_put(struct change *c, const char *name, const char *value)
{
    struct row *r;
    TRY(find(&c->tx, name, &r));
    int64_t rev = r == NULL ? 0 : r->rev;
    if (r == NULL)
        r = row_new(c->tx.arena, &setting_record);
    row_set(r, "name", name);
    row_set(r, "value", value);
    return record_save(c, &setting_record, r, rev);
}
