/* restored.c: what a restore leaves behind. The log is set back to that of a backup; so that this is no secret cutting
 * short, the restore is a change on record which names the newest checkpoint of the folder of keys that no longer fits,
 * signed with the key of the folder. And what was erased since the backup is erased again. */
#include <string.h>

#include "base/keys.h"
#include "record/inner.h"
#include "record/trust.h"

static const struct field fields[] = {{"made", FIELD_INT, .required = true}, /* the backup, UTC ms */
                                      {"at", FIELD_INT, .required = true},   /* the restore */
                                      {"size", FIELD_INT, .required = true}, /* changes in the backup */
                                      {"cut_size", FIELD_INT},               /* of the checkpoint, if any */
                                      {"cut", FIELD_LONG},                   /* its text */
                                      {"note", FIELD_LONG},                  /* signed: sizes and cut */
                                      {0}};
const struct record restore_record = {.name = "kernel.restore",
                                      .fields = fields,
                                      .title = "at",
                                      .list = "at made size cut_size",
                                      .order = "at",
                                      .purpose = "kernel.purpose.ledger",
                                      .basis = "kernel.basis.own",
                                      .readers = "audit system supervision",
                                      .keep = "kernel.keep.setting",
                                      .keep_from = "change",
                                      .guarded = true,
                                      .quiet = true};

static char *signed_text(struct arena *a, int64_t made, int64_t size, const char *tree)
{
    return arena_printf(a, "qingfeng restore\n%lld %lld\n%s", (long long)made, (long long)size,
                        tree == NULL ? "" : tree);
}

/* The lines of a checkpoint: which tree it was, without its signatures. */
static char *tree_of(struct arena *a, const char *note)
{
    struct ledger_note n;
    return note != NULL && ledger_note_read(note, &n) ? arena_strndup(a, n.text, n.n) : NULL;
}

struct err *log_restored(struct db *db, struct arena *a, int64_t made, int64_t now, bool *new_folder)
{
    char *newest = NULL, *note = NULL;
    int64_t size = 0;
    struct ledger_note n;
    struct ledger_checkpoint cp;
    TRY(trust_newest(a, &newest));
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "restore", &c));
    TRY(change_last(&c.tx, &size));
    TRY(trust_adopt(&c.tx, new_folder));
    char *cut = tree_of(a, newest);
    TRY(trust_sign(&c, signed_text(a, made, size, cut), &note));
    struct row *r = row_new(a, &restore_record);
    row_set_int(a, r, "made", made);
    row_set_int(a, r, "at", now);
    row_set_int(a, r, "size", size);
    row_set(r, "cut", newest);
    row_set(r, "note", note);
    if (newest != NULL && ledger_note_read(newest, &n) && ledger_checkpoint_read(&n, &cp))
        row_set_int(a, r, "cut_size", (int64_t)cp.size);
    TRY(record_save(&c, &restore_record, r, 0));
    return change_commit(&c);
}

struct err *restored_from(struct db_tx *tx, const char *newest, bool *out)
{
    struct arena *a = tx->arena;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, "SELECT made, size, cut, note FROM kernel_restore WHERE ended = 0 ORDER BY id", NULL, 0, &rows));
    for (bool more = true; !*out;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const char *cut = db_col_text(&rows, 2), *note = db_col_text(&rows, 3);
        struct ledger_note n;
        if (cut == NULL || note == NULL || strcmp(cut, newest) != 0 || !ledger_note_read(note, &n))
            continue;
        char *text = signed_text(a, db_col_int(&rows, 0), db_col_int(&rows, 1), tree_of(a, cut));
        if (n.n == strlen(text) && memcmp(n.text, text, n.n) == 0)
            TRY(trust_signed(a, &n, out));
    }
    return NULL;
}
