/* checkpoint.c: what the log was at a time, signed. A checkpoint is a row like any other, so that taking one away is
 * found; the newest one is also kept in the folder of keys, so that a log cut short is found. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/keys.h"
#include "base/rand.h"
#include "record/inner.h"
#include "record/trust.h"

#define OWN                                                                                                 \
    .purpose = "kernel.purpose.ledger", .basis = "kernel.basis.own", .readers = "audit system supervision", \
    .keep = "kernel.keep.setting", .keep_from = "change", .guarded = true, .quiet = true

static const struct field checkpoint_fields[] = {{"size", FIELD_INT, .required = true, .index = true},
                                                 {"root", FIELD_TEXT, .max = 64, .required = true},
                                                 {"note", FIELD_LONG, .required = true},
                                                 {0}};
const struct record checkpoint_record = {.name = "kernel.checkpoint",
                                         .fields = checkpoint_fields,
                                         .title = "size",
                                         .list = "size root",
                                         .order = "size",
                                         OWN};
static const struct field signer_fields[] = {{"vkey", FIELD_TEXT, .max = 300, .required = true, .unique = true},
                                             {"endorsed", FIELD_LONG}, /* signed by the key before it */
                                             {"from_size", FIELD_INT, .required = true},
                                             {0}};
const struct record signer_record = {
    .name = "kernel.signer", .fields = signer_fields, .title = "vkey", .list = "vkey", .order = "from_size", OWN};

static const char key_file[] = "ledger.key", known_file[] = "ledger.vkeys", newest_file[] = "ledger.newest";

/* ---- the key ---- */
static struct err *key_write(struct arena *a, const struct ledger_signer *s)
{
    struct buf b = BUF(a);
    buf_printf(&b, "%s ", s->name);
    ledger_base64(&b, s->secret, sizeof s->secret);
    buf_putc(&b, '\n');
    struct err *e = keys_put(a, key_file, b.p, b.n);
    OPENSSL_cleanse(b.p, b.n);
    return e;
}

static struct err *key_new(struct arena *a, const char *name, struct ledger_signer *out)
{
    uint8_t secret[32];
    rand_bytes(secret, sizeof secret);
    struct err *e = ledger_signer_make(a, name, LEDGER_ED25519, secret, out);
    OPENSSL_cleanse(secret, sizeof secret);
    return e;
}

/* *there is false when the folder holds no key yet. */
static struct err *key_read(struct arena *a, struct ledger_signer *out, bool *there)
{
    char *text;
    size_t n, got;
    uint8_t secret[32];
    TRY(keys_get(a, key_file, &text, &n));
    *there = text != NULL;
    if (text == NULL)
        return NULL;
    char *blank = strchr(text, ' ');
    if (blank == NULL || !ledger_unbase64(blank + 1, strcspn(blank + 1, "\n"), secret, sizeof secret, &got) ||
        got != 32)
        return ERR(a, ERR_FAULT, "the file '%s/%s' holds no key", keys_dir(), key_file);
    *blank = '\0';
    struct err *e = ledger_signer_make(a, text, LEDGER_ED25519, secret, out);
    OPENSSL_cleanse(secret, sizeof secret);
    OPENSSL_cleanse(text, n);
    return e;
}

struct err *trust_known(struct arena *a, char **out)
{
    size_t n;
    *out = NULL;
    return keys_dir() == NULL ? NULL : keys_get(a, known_file, out, &n);
}

struct err *trust_newest(struct arena *a, char **out)
{
    size_t n;
    *out = NULL;
    return keys_dir() == NULL ? NULL : keys_get(a, newest_file, out, &n);
}

static struct err *known_add(struct arena *a, const char *vkey)
{
    char *had;
    TRY(trust_known(a, &had));
    if (had != NULL && strstr(had, vkey) != NULL)
        return NULL;
    char *all = arena_printf(a, "%s%s\n", had == NULL ? "" : had, vkey);
    return keys_put(a, known_file, all, strlen(all));
}

/* ---- who signs, on record ---- */
static struct err *signer_on_record(struct db_tx *tx, const char *vkey, bool *out)
{
    int64_t n;
    struct db_val args[] = {db_text(vkey)};
    TRY(db_one_int(tx, "SELECT count(*) FROM kernel_signer WHERE vkey = ?1 AND ended = 0", args, 1, 0, &n));
    *out = n > 0;
    return NULL;
}

static struct err *signer_save(struct change *c, const char *vkey, const char *endorsed, int64_t size)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &signer_record);
    row_set(r, "vkey", vkey);
    row_set(r, "endorsed", endorsed);
    row_set_int(a, r, "from_size", size);
    return record_save(c, &signer_record, r, 0);
}

char *trust_endorsed_text(struct arena *a, const char *vkey)
{
    return arena_printf(a, "qingfeng signer\n%s\n", vkey);
}

/* The key of the folder, made the first time and put on record. Two processes that make one at once: the file of the
 * later stays, and the record holds what is in the file. */
static struct err *signer_of(struct change *c, int64_t size, struct ledger_signer *out)
{
    struct arena *a = c->tx.arena;
    bool there;
    TRY(key_read(a, out, &there));
    if (!there) {
        char mark[17];
        rand_hex(mark, 8);
        TRY(key_new(a, arena_printf(a, "qingfeng/%s", mark), out));
        TRY(key_write(a, out));
    }
    char *vkey = ledger_vkey(a, out);
    TRY(signer_on_record(&c->tx, vkey, &there));
    TRY(known_add(a, vkey));
    return there ? NULL : signer_save(c, vkey, NULL, size);
}

struct err *trust_sign(struct change *c, const char *text, char **note)
{
    struct arena *a = c->tx.arena;
    struct ledger_signer by;
    char *line;
    int64_t last;
    *note = NULL;
    if (keys_dir() == NULL)
        return NULL;
    TRY(change_last(&c->tx, &last));
    TRY(signer_of(c, last, &by));
    struct err *e = ledger_note_sign(a, text, strlen(text), &by, 0, &line);
    OPENSSL_cleanse(by.secret, sizeof by.secret);
    TRY(e);
    *note = arena_printf(a, "%s\n%s", text, line);
    return NULL;
}

struct err *trust_signed(struct arena *a, const struct ledger_note *note, bool *out)
{
    char *known;
    struct ledger_signer s;
    *out = false;
    TRY(trust_known(a, &known));
    char *save = NULL;
    for (char *l = known == NULL ? NULL : strtok_r(arena_strdup(a, known), "\n", &save); l != NULL && !*out;
         l = strtok_r(NULL, "\n", &save))
        *out = ledger_vkey_read(l, &s) && ledger_note_signed(note, &s, NULL);
    return NULL;
}

struct err *trust_adopt(struct db_tx *tx, bool *adopted)
{
    char *known;
    *adopted = false;
    TRY(trust_known(tx->arena, &known));
    if (known != NULL || keys_dir() == NULL)
        return NULL;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, "SELECT vkey FROM kernel_signer WHERE ended = 0 ORDER BY id", NULL, 0, &rows));
    for (bool more = true;; *adopted = true) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        TRY(known_add(tx->arena, arena_strdup(tx->arena, db_col_text(&rows, 0))));
    }
}

/* ---- nodes ---- */
static struct err *nodes_write(struct log *l, uint64_t size)
{
    for (int level = 1; level <= 4; level++) {
        int64_t from;
        uint64_t to = size >> (8 * level);
        struct db_val at[] = {db_int(level)};
        if (to == 0)
            return NULL;
        TRY(db_one_int(l->tx, "SELECT max(place) + 1 FROM ledger_node WHERE level = ?1", at, 1, 0, &from));
        for (uint64_t p = (uint64_t)from; p < to; p++) {
            struct ledger_hash h;
            TRY(log_subtree(l, p << (8 * level), (p + 1) << (8 * level), &h));
            struct db_val args[] = {db_int(level), db_int((int64_t)p), db_blob(h.b, sizeof h.b)};
            TRY(db_run(l->tx,
                       "INSERT INTO ledger_node (level, place, hash) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT (level, place) DO NOTHING",
                       args, 3, NULL));
        }
    }
    return NULL;
}

/* ---- checkpoints ---- */
static struct err *one(struct db_tx *tx, const char *sql, const struct db_val *args, int n, struct log_checkpoint *out)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, sql, args, n, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = (struct log_checkpoint){0};
    if (more)
        *out = (struct log_checkpoint){db_col_int(&rows, 0), db_col_int(&rows, 1),
                                       arena_strdup(tx->arena, db_col_text(&rows, 2))};
    return NULL;
}

struct err *log_newest(struct db_tx *tx, struct log_checkpoint *out)
{
    return one(tx, "SELECT id, size, note FROM kernel_checkpoint WHERE ended = 0 ORDER BY size DESC, id DESC LIMIT 1",
               NULL, 0, out);
}

struct err *log_covering(struct db_tx *tx, int64_t size, struct log_checkpoint *out)
{
    struct db_val args[] = {db_int(size)};
    return one(tx,
               "SELECT id, size, note FROM kernel_checkpoint WHERE ended = 0 AND size >= ?1 ORDER BY size, id LIMIT 1",
               args, 1, out);
}

static struct err *sign(struct change *c, struct log *l, const struct ledger_signer *by, int64_t size, char **note)
{
    struct arena *a = c->tx.arena;
    struct ledger_checkpoint cp = {.size = (uint64_t)size};
    struct buf root = BUF(a);
    char *line;
    snprintf(cp.origin, sizeof cp.origin, "%s", by->name);
    TRY(log_subtree(l, 0, cp.size, &cp.root));
    char *text = ledger_checkpoint_text(a, &cp);
    TRY(ledger_note_sign(a, text, strlen(text), by, 0, &line));
    *note = arena_printf(a, "%s\n%s", text, line);
    ledger_base64(&root, cp.root.b, LEDGER_HASH);
    struct row *r = row_new(a, &checkpoint_record);
    row_set_int(a, r, "size", size);
    row_set(r, "root", buf_str(&root));
    row_set(r, "note", *note);
    return record_save(c, &checkpoint_record, r, 0);
}

static struct err *make(struct db *db, struct arena *a, bool *made)
{
    struct log_checkpoint newest;
    struct log l;
    int64_t last;
    char *note = NULL;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "checkpoint", &c));
    TRY(change_last(&c.tx, &last));
    TRY(log_newest(&c.tx, &newest));
    if (last == 0 || (newest.id != 0 && last <= newest.size + 1)) /* the one change since is its own */
        return NULL;
    struct ledger_signer by;
    TRY(log_open(&c.tx, &l));
    TRY(nodes_write(&l, (uint64_t)last));
    TRY(signer_of(&c, last, &by));
    struct err *e = sign(&c, &l, &by, last, &note);
    OPENSSL_cleanse(by.secret, sizeof by.secret);
    TRY(e);
    TRY(change_commit(&c));
    *made = true;
    return keys_put(a, newest_file, note, strlen(note));
}

struct err *checkpoint_make(struct db *db, struct arena *a, bool *made)
{
    bool ignored;
    if (made == NULL)
        made = &ignored;
    *made = false;
    return keys_dir() == NULL ? NULL : make(db, a, made);
}

struct err *checkpoint_rotate(struct db *db, struct arena *a, const struct who *who)
{
    struct ledger_signer old, fresh;
    char *line;
    int64_t last;
    TRY(checkpoint_make(db, a, NULL)); /* the last word of the old key */
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "a new key for checkpoints", &c));
    TRY(change_last(&c.tx, &last));
    TRY(signer_of(&c, last, &old));
    TRY(key_new(a, old.name, &fresh));
    char *vkey = ledger_vkey(a, &fresh), *text = trust_endorsed_text(a, vkey);
    TRY(ledger_note_sign(a, text, strlen(text), &old, 0, &line));
    TRY(signer_save(&c, vkey, arena_printf(a, "%s\n%s", text, line), last));
    TRY(change_commit(&c));
    TRY(known_add(a, vkey));
    struct err *e = key_write(a, &fresh);
    OPENSSL_cleanse(old.secret, sizeof old.secret);
    OPENSSL_cleanse(fresh.secret, sizeof fresh.secret);
    TRY(e);
    return checkpoint_make(db, a, NULL);
}
