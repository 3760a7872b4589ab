/* file.c: bytes that fields of type FIELD_FILE point to, kept once by their SHA-256. A row of kernel_file never
 * changes; its revision commits to hash, type and size. */
#include <string.h>

#include "base/hash.h"
#include "record/inner.h"

static char *hash_of(struct arena *a, const void *bytes, size_t n)
{
    char *out = arena_alloc(a, SHA256_HEX);
    sha256_hex(bytes, n, out);
    return out;
}

char *file_body(struct arena *a, const char *hash, const char *type, int64_t size)
{
    struct buf b = BUF(a);
    buf_printf(&b, "{\"hash\":\"%s\",\"type\":", hash);
    buf_json(&b, type);
    buf_printf(&b, ",\"size\":\"%lld\"}", (long long)size);
    return buf_str(&b);
}

struct err *file_put(struct change *c, const void *bytes, size_t n, const char *type, int64_t *id_out)
{
    struct db_val find[] = {db_text(hash_of(c->tx.arena, bytes, n))};
    int64_t id;
    TRY(db_one_int(&c->tx, "SELECT id FROM kernel_file WHERE hash = ?1", find, 1, 0, &id));
    if (id == 0) {
        TRY(db_one_int(&c->tx,
                       db_kind(c->tx.db) == DB_SQLITE
                           ? "SELECT max(id) + 1 FROM (SELECT max(id) AS id FROM kernel_file UNION ALL"
                             " SELECT max(row) FROM kernel_erasure WHERE record = '" FILE_RECORD "')"
                           : "SELECT nextval('kernel_file_id')",
                       NULL, 0, 1, &id));
        struct db_val args[] = {db_int(id), find[0], db_text(type), db_int((int64_t)n), db_blob(bytes, n)};
        TRY(db_run(&c->tx, "INSERT INTO kernel_file (id, hash, type, size, bytes) VALUES (?1, ?2, ?3, ?4, ?5)", args, 5,
                   NULL));
        TRY(revision_write(c, FILE_RECORD, id, 1, file_body(c->tx.arena, find[0].p, type, (int64_t)n)));
    }
    *id_out = id;
    return NULL;
}

struct err *file_get(struct db_tx *tx, int64_t id, const char **type, const void **bytes, size_t *n)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id)};
    TRY(db_query(tx, "SELECT type, bytes FROM kernel_file WHERE id = ?1", args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(tx->arena, ERR_MISSING, "no file %lld", (long long)id);
    const void *p = db_col_blob(&rows, 1, n);
    *type = arena_strdup(tx->arena, db_col_text(&rows, 0));
    *bytes = arena_strndup(tx->arena, p, *n);
    return NULL;
}
