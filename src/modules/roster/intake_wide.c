/* intake_wide.c: one decision for everybody of an import, kept with each person's own choice so that it can still be
 * changed one by one. */
#include <string.h>

#include "roster/intake_stage.h"

enum { AT_ONCE = 200 };

/* The later of two decisions about the same differences counts; "!" before a pattern takes the file's value. */
static void decide(json_t *choice, const char *pattern, bool ours)
{
    json_t *list = json_object_get(choice, "ours");
    if (!json_is_array(list)) {
        list = json_array();
        json_object_set_new(choice, "ours", list);
    }
    bool every = strcmp(pattern, "*") == 0;
    for (size_t i = json_array_size(list); i-- > 0;) {
        const char *s = json_string_value(json_array_get(list, i));
        if (every || (s != NULL && strcmp(s + (*s == '!'), pattern) == 0))
            json_array_remove(list, i);
    }
    if (ours)
        json_array_append_new(list, json_string(pattern));
    else if (!every)
        json_array_append_new(list, json_sprintf("!%s", pattern));
}

static struct err *widen_one(struct db_tx *tx, int64_t stage, const struct load_stage_item *i,
                             const struct intake_wide *w)
{
    json_t *choice = i->choice == NULL ? json_object() : json_loads(i->choice, 0, NULL);
    if (!json_is_object(choice)) {
        json_decref(choice);
        return ERR(tx->arena, ERR_FAULT, "a staged choice is not a JSON object");
    }
    if (w->pattern != NULL)
        decide(choice, w->pattern, w->on);
    else
        json_object_set_new(choice, "leave", json_boolean(w->on));
    size_t n = json_dumpb(choice, NULL, 0, JSON_COMPACT);
    char *kept = arena_alloc(tx->arena, n + 1);
    kept[json_dumpb(choice, kept, n, JSON_COMPACT)] = '\0';
    json_decref(choice);
    return load_stage_item_set(tx, stage, i->n, NULL, NULL, kept);
}

/* The next few after *from, in memory of their own; *n_out is 0 at the end. */
static struct err *widen_some(struct db_tx *tx, int64_t stage, const struct intake_wide *w, int64_t *from, int *n_out)
{
    struct load_stage_item *items;
    TRY(load_stage_items(tx, stage, w->kind, *from, AT_ONCE, &items, n_out));
    for (int i = 0; i < *n_out; i++) {
        TRY(widen_one(tx, stage, &items[i], w));
        *from = items[i].n;
    }
    return NULL;
}

/* For everybody or for nobody: one commit. */
struct err *intake_stage_wide(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                              const struct intake_wide *w, int64_t *n_out)
{
    int64_t from = 0;
    db_scope struct db_tx tx = {0};
    struct load_stage s;
    *n_out = 0;
    TRY(db_begin_write(db, a, &tx));
    TRY(load_stage_read(&tx, who, INTAKE_STAGE, stage, &s));
    for (int n = 1; n > 0; *n_out += n) {
        arena_scope struct arena *chunk = arena_new();
        struct db_tx part = tx;
        part.arena = chunk;
        struct err *e = widen_some(&part, stage, w, &from, &n);
        if (e != NULL)
            return err_keep(a, e);
    }
    return db_commit(&tx);
}
