/* setting.c: settings of the installation, one row a name, with history like everything else. */
#include <string.h>

#include "record/inner.h"

#define CLASS_MOST "class_most"

static bool class_named(const char *name, enum class *out)
{
    for (int i = CLASS_OPEN; i <= CLASS_SEALED; i++)
        if (strcmp(class_names[i], name) == 0) {
            *out = (enum class)i;
            return true;
        }
    return false;
}

static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    enum class most;
    const char *name = row_text(row, "name"), *value = row_text(row, "value");
    if (!row->ended && name != NULL && strcmp(name, CLASS_MOST) == 0 && (value == NULL || !class_named(value, &most)))
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "no class '%s'", value == NULL ? "" : value),
                                        "record.class_names", NULL),
                                "value"));
    return NULL;
}

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
                                      .keep_from = "change",
                                      .check = check};

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

struct err *setting_class_most(struct db_tx *tx, enum class *out)
{
    const char *v = class_names[CLASS_SEALED];
    if (record_find(setting_record.name) != NULL)
        TRY(setting_get(tx, CLASS_MOST, v, &v));
    if (class_named(v, out))
        return NULL;
    return err_say(ERR(tx->arena, ERR_CONFLICT, "setting " CLASS_MOST " is '%s'", v), "record.class_unknown", NULL);
}
