/* witness.c: checkpoints handed to a witness on a stick, signed there, and brought back. A witness keeps the newest
 * checkpoint he signed of each log and signs another only when the log grew from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"
#include "base/rand.h"
#include "base/vec.h"
#include "ledger/commands.h"

static const char first[] = "qingfeng-checkpoint/v1\n";

/* ---- the file ---- */
struct carried {
    const char *hash, *vkey;
    int64_t old; /* the proof is from this size */
    VEC(struct ledger_hash) grew;
    char *note;
    struct ledger_note read;
    struct ledger_checkpoint cp;
};

static struct err *carried_line(struct arena *a, struct carried *c, char *l)
{
    char *value = strchr(l, ' '), *end;
    size_t n;
    if (value != NULL)
        *value++ = '\0';
    if (value != NULL && strcmp(l, "hash") == 0)
        c->hash = value;
    else if (value != NULL && strcmp(l, "vkey") == 0)
        c->vkey = value;
    else if (value != NULL && strcmp(l, "old") == 0 && (c->old = strtoll(value, &end, 10)) >= 0 && *end == '\0')
        return NULL;
    else if (value == NULL || strcmp(l, "grew") != 0 || c->grew.n >= LEDGER_PATH ||
             !ledger_unbase64(value, strlen(value), VEC_PUSH(&c->grew, a)->b, LEDGER_HASH, &n) || n != LEDGER_HASH)
        return ERR(a, ERR_INVALID, "the line '%.40s' of the file cannot be read", l);
    return NULL;
}

static struct err *carried_read(struct arena *a, const char *path, struct carried *c)
{
    char *text = NULL, *save = NULL;
    TRY(ledger_read(a, path, &text));
    char *note = strstr(text, "\n\n");
    if (strncmp(text, first, sizeof first - 1) != 0 || note == NULL)
        return ERR(a, ERR_INVALID, "'%s' is no file of qingfeng checkpoint export", path);
    note[1] = '\0';
    c->note = note + 2;
    for (char *l = strtok_r(text + sizeof first - 1, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save))
        TRY(carried_line(a, c, l));
    if (c->hash == NULL || c->vkey == NULL || !ledger_note_read(c->note, &c->read) ||
        !ledger_checkpoint_read(&c->read, &c->cp))
        return ERR(a, ERR_INVALID, "the checkpoint in '%s' cannot be read", path);
    return NULL;
}

static char *carried_text(struct arena *a, const struct carried *c, const char *more)
{
    struct buf b = BUF(a);
    buf_printf(&b, "%shash %s\nold %lld\n", first, c->hash, (long long)c->old);
    for (size_t i = 0; i < c->grew.n; i++) {
        buf_puts(&b, "grew ");
        ledger_base64(&b, c->grew.p[i].b, LEDGER_HASH);
        buf_putc(&b, '\n');
    }
    buf_printf(&b, "vkey %s\n\n%s%s", c->vkey, c->note, more);
    return buf_str(&b);
}

/* ---- checkpoint ---- */
struct hand {
    const char *out, *file, *witness;
    int64_t from;
    enum { MAKE, EXPORT, IMPORT } what;
};

struct err *ledger_signer_of(struct db_tx *tx, const char *note, const char **out)
{
    struct ledger_note n;
    struct ledger_signer s;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, "SELECT vkey FROM kernel_signer WHERE ended = 0 ORDER BY id DESC", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return ERR(tx->arena, ERR_FAULT, "no key on record signed the checkpoint");
        if (ledger_note_read(note, &n) && ledger_vkey_read(db_col_text(&rows, 0), &s) &&
            ledger_note_signed(&n, &s, NULL)) {
            *out = arena_strdup(tx->arena, db_col_text(&rows, 0));
            return NULL;
        }
    }
}

static struct err *export_it(const struct hand *h, struct arena *a, struct db *db)
{
    db_scope struct db_tx tx = {0};
    struct log_checkpoint newest;
    struct log log;
    struct ledger_path path;
    const char *from = NULL;
    TRY(db_begin_read(db, a, &tx));
    TRY(log_open(&tx, &log));
    TRY(log_newest(&tx, &newest));
    if (newest.id == 0)
        return err_say(ERR(a, ERR_CONFLICT, "there is no checkpoint yet; run qingfeng checkpoint first"),
                       "log.no_checkpoint", NULL);
    TRY(setting_get(&tx, "witnessed", "0", &from));
    struct carried c = {.hash = log.hash, .old = h->from >= 0 ? h->from : strtoll(from, NULL, 10)};
    c.note = arena_strdup(a, newest.note);
    if (c.old > newest.size)
        return err_field(ERR(a, ERR_INVALID, "--from %lld is more than the %lld changes of the newest checkpoint",
                             (long long)c.old, (long long)newest.size),
                         "usage");
    TRY(ledger_signer_of(&tx, newest.note, &c.vkey));
    TRY(ledger_consistency(log_subtree, &log, (uint64_t)c.old, (uint64_t)newest.size, &path));
    for (int i = 0; i < path.n; i++)
        *VEC_PUSH(&c.grew, a) = path.at[i];
    return ledger_write(a, h->out, carried_text(a, &c, ""));
}

static struct err *import_it(const struct hand *h, struct arena *a, struct db *db)
{
    struct carried c = {0};
    struct ledger_signer w;
    struct ledger_note ours;
    const char *vkey = NULL;
    TRY(carried_read(a, h->file, &c));
    change_scope struct change ch = {0};
    TRY(change_begin(db, a, &who_console, "a witness signed", &ch));
    TRY(setting_get(&ch.tx, "witness", NULL, &vkey));
    vkey = h->witness != NULL ? h->witness : vkey;
    if (vkey == NULL || !ledger_vkey_read(vkey, &w))
        return err_field(
            ERR(a, ERR_INVALID, "say whose signature it is with --witness VKEY, as witness cosign printed it"),
            "usage");
    if (!ledger_note_signed(&c.read, &w, NULL))
        return ERR(a, ERR_INVALID, "%s did not sign this checkpoint", vkey);
    struct log_checkpoint cp;
    struct row *row = NULL;
    TRY(log_covering(&ch.tx, (int64_t)c.cp.size, &cp));
    if (cp.id == 0 || cp.size != (int64_t)c.cp.size || !ledger_note_read(cp.note, &ours) || ours.n != c.read.n ||
        memcmp(ours.text, c.read.text, ours.n) != 0)
        return ERR(a, ERR_MISSING, "this database made no such checkpoint");
    TRY(record_read(&ch.tx, &checkpoint_record, &who_console, cp.id, &row));
    row_set(row, "note", c.note);
    TRY(record_save(&ch, &checkpoint_record, row, row->rev));
    TRY(setting_put(&ch, "witness", vkey));
    TRY(setting_put(&ch, "witnessed", arena_printf(a, "%llu", (unsigned long long)c.cp.size)));
    return change_commit(&ch);
}

static struct err *checkpoint_db(void *ctx, struct arena *a, struct db *db)
{
    const struct hand *h = ctx;
    TRY(record_migrate(db, a, false));
    if (h->what == IMPORT)
        return import_it(h, a, db);
    if (keys_dir() == NULL && h->what == MAKE)
        return err_field(ERR(a, ERR_INVALID, "name the folder of keys with --keys DIR"), "usage");
    TRY(checkpoint_make(db, a, NULL));
    if (h->what == EXPORT)
        return export_it(h, a, db);
    db_scope struct db_tx tx = {0};
    struct log_checkpoint newest;
    const char *vkey = NULL;
    TRY(db_begin_read(db, a, &tx));
    TRY(log_newest(&tx, &newest));
    if (newest.id == 0)
        return NULL; /* nothing happened yet */
    TRY(ledger_signer_of(&tx, newest.note, &vkey));
    printf("%s\n%s\n", newest.note, vkey);
    return NULL;
}

int checkpoint_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const char *url = NULL, *keys = NULL;
    struct hand h = {.from = -1};
    char **rest;
    int n;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, true},      {"keys", CLI_TEXT, &keys, false},         {"out", CLI_TEXT, &h.out, false},
        {"from", CLI_INT, &h.from, false}, {"witness", CLI_TEXT, &h.witness, false}, {0}};
    struct err *e = cli_parse(a, argc, argv, options, 0, 2, &rest, &n);
    if (e == NULL) {
        h.what = n == 0 ? MAKE : strcmp(rest[0], "export") == 0 ? EXPORT : IMPORT;
        h.file = n == 2 ? rest[1] : NULL;
        if ((n > 0 && h.what == IMPORT && strcmp(rest[0], "import") != 0) ||
            n != (h.what == IMPORT ? 2 : h.what == EXPORT))
            e = err_field(ERR(a, ERR_INVALID, "it is: checkpoint, checkpoint export, or checkpoint import FILE"),
                          "usage");
    }
    if (e == NULL)
        e = ledger_with_db(a, url, keys, checkpoint_db, &h);
    return cli_end("checkpoint", e);
}

/* ---- the witness ---- */
struct cosign {
    const char *name, *log, *out, *file;
};

static struct err *witness_key(struct arena *a, const struct cosign *w, struct ledger_signer *out)
{
    uint8_t secret[32];
    char *name;
    size_t n;
    TRY(keys_get(a, "witness.name", &name, &n));
    if (name == NULL) {
        if (w->name == NULL)
            return err_field(ERR(a, ERR_INVALID, "say the first time under which name to sign, with --name NAME"),
                             "usage");
        name = arena_strdup(a, w->name);
        struct ledger_signer trial;
        TRY(ledger_signer_make(a, name, LEDGER_COSIGN, (const uint8_t[32]){1}, &trial)); /* is the name right? */
        TRY(keys_put(a, "witness.name", name, strlen(name)));
    }
    TRY(keys_secret(a, "witness.key", secret, sizeof secret));
    struct err *e = ledger_signer_make(a, name, LEDGER_COSIGN, secret, out);
    OPENSSL_cleanse(secret, sizeof secret);
    return e;
}

/* Where the newest signed checkpoint of a log is kept: its vkey, then the note. */
static char *seen_file(struct arena *a, const char *origin)
{
    struct ledger_hash h;
    ledger_digest(ledger_hasher(a, "sha256"), origin, strlen(origin), &h);
    return arena_printf(a, "witness.seen.%02x%02x%02x%02x%02x%02x", h.b[0], h.b[1], h.b[2], h.b[3], h.b[4], h.b[5]);
}

static struct err *only_grew(struct arena *a, const struct carried *c, char *seen)
{
    struct ledger_note note;
    struct ledger_checkpoint old;
    char *text = seen == NULL ? NULL : strchr(seen, '\n');
    if (text == NULL)
        return NULL;
    if (!ledger_note_read(text + 1, &note) || !ledger_checkpoint_read(&note, &old))
        return ERR(a, ERR_FAULT, "what the witness keeps of this log cannot be read");
    struct ledger_hasher *h = ledger_hasher(a, c->hash);
    if (h == NULL)
        return ERR(a, ERR_INVALID, "the file names no hash that there is");
    if (c->cp.size < old.size)
        return ERR(a, ERR_CONFLICT, "the log shrank: it had %llu changes when you last signed, now %llu; do not sign",
                   (unsigned long long)old.size, (unsigned long long)c->cp.size);
    bool same_size = c->cp.size == old.size;
    if (!same_size && old.size != (uint64_t)c->old)
        return ERR(a, ERR_INVALID, "you last signed at %llu changes; ask for qingfeng checkpoint export --from %llu",
                   (unsigned long long)old.size, (unsigned long long)old.size);
    if (same_size ? !ledger_same(&old.root, &c->cp.root)
                  : !ledger_grew(h, old.size, c->cp.size, c->grew.p, (int)c->grew.n, &old.root, &c->cp.root))
        return ERR(a, ERR_CONFLICT,
                   "the log is not the one you signed at %llu changes with more behind it: "
                   "its past was changed; do not sign",
                   (unsigned long long)old.size);
    return NULL;
}

static struct err *cosign(struct arena *a, const struct cosign *w)
{
    struct carried c = {0};
    struct ledger_signer me, log;
    char *seen, *line;
    size_t n;
    TRY(carried_read(a, w->file, &c));
    char *kept = seen_file(a, c.cp.origin);
    TRY(keys_get(a, kept, &seen, &n));
    const char *vkey = w->log != NULL ? w->log : seen == NULL ? NULL : arena_strndup(a, seen, strcspn(seen, "\n"));
    if (vkey == NULL)
        return err_field(ERR(a, ERR_INVALID,
                             "this log is new to you: compare its key with the printed strip and pass it with --log %s",
                             c.vkey),
                         "usage");
    if (!ledger_vkey_read(vkey, &log) || log.kind != LEDGER_ED25519 || strcmp(log.name, c.cp.origin) != 0)
        return ERR(a, ERR_INVALID, "%s is no key of the log %s", vkey, c.cp.origin);
    if (!ledger_note_signed(&c.read, &log, NULL))
        return ERR(a, ERR_INVALID, "the log's key %s did not sign this checkpoint", vkey);
    TRY(only_grew(a, &c, seen));
    TRY(witness_key(a, w, &me));
    TRY(ledger_note_sign(a, c.read.text, c.read.n, &me, clock_now_ms() / 1000, &line));
    char *state = arena_printf(a, "%s\n%s", vkey, c.note);
    TRY(keys_put(a, kept, state, strlen(state))); /* before the signature leaves the house */
    TRY(ledger_write(a, w->out, carried_text(a, &c, line)));
    fprintf(stderr, "signed %llu changes of %s as %s\n", (unsigned long long)c.cp.size, c.cp.origin,
            ledger_vkey(a, &me));
    OPENSSL_cleanse(me.secret, sizeof me.secret);
    return NULL;
}

int witness_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const char *keys = NULL;
    struct cosign w = {0};
    char **rest;
    int n;
    const struct cli_option options[] = {{"keys", CLI_TEXT, &keys, true},
                                         {"name", CLI_TEXT, &w.name, false},
                                         {"log", CLI_TEXT, &w.log, false},
                                         {"out", CLI_TEXT, &w.out, false},
                                         {0}};
    struct err *e = cli_parse(a, argc, argv, options, 2, 2, &rest, &n);
    if (e == NULL && strcmp(rest[0], "cosign") != 0)
        e = err_field(ERR(a, ERR_INVALID, "witness knows only: cosign FILE"), "usage");
    if (e == NULL) {
        keys_use(NULL, keys);
        w.file = rest[1];
        e = cosign(a, &w);
    }
    if (e != NULL && e->kind == ERR_CONFLICT) {
        fprintf(stderr, "qingfeng witness: %s\n", e->detail);
        return CLI_DIFFERENCES;
    }
    return cli_end("witness", e);
}
