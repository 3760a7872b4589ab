/* strip.c: a checkpoint as a strip of paper to cut out, sign and keep elsewhere: the signed text as it is, the hash of
 * the tree in groups of four to compare by eye, the text as a QR code, and who witnessed it. What stands on paper
 * outside the house cannot be changed with the database. */
#include "ledger/strip.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "ledger/commands.h"
#include "ledger/ledger.h"
#include "record/log.h"
#include "view/qr.h"
#include "view/view.h"

/* The checkpoint asked for; id 0: there is none. */
static struct err *find(struct req *rq, struct log_checkpoint *out, const char **hash, const char **vkey)
{
    const char *size = req_query(rq, "size");
    struct log log;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(log_open(&tx, &log));
    *hash = log.hash;
    if (size != NULL)
        TRY(log_covering(&tx, strtoll(size, NULL, 10), out));
    else
        TRY(log_newest(&tx, out));
    return out->id != 0 ? ledger_signer_of(&tx, out->note, vkey) : NULL;
}

static char *grouped(struct arena *a, const struct ledger_hash *h)
{
    char hex[2 * LEDGER_HASH + 1];
    struct buf b = BUF(a);
    hex_write(h->b, LEDGER_HASH, hex);
    for (int i = 0; i < 2 * LEDGER_HASH; i++) {
        if (i > 0 && i % 4 == 0)
            buf_putc(&b, ' ');
        buf_putc(&b, hex[i]);
    }
    return buf_str(&b);
}

/* "— NAME SIGNATURE" lines: the first is the log's own, those behind are witnesses. */
static json_t *signed_by(struct arena *a, const char *lines)
{
    json_t *all = json_array();
    for (const char *l = lines; *l != '\0';) {
        size_t n = strcspn(l, "\n");
        const char *name = strchr(l, ' ');
        if (name != NULL && name < l + n) {
            size_t of = strcspn(name + 1, " \n");
            json_array_append_new(
                all, json_pack("{s:s, s:s}", "name", arena_strndup(a, name + 1, of), "line", arena_strndup(a, l, n)));
        }
        l += n + (l[n] == '\n');
    }
    return all;
}

static struct err *none(struct req *rq)
{
    rq->labels = json_pack("{s:b}", "none", true);
    return respond_page(rq, "ledger/strip", json_pack("{s:n}", "checkpoint"));
}

struct err *strip_page(struct req *rq)
{
    struct arena *a = rq->arena;
    struct log_checkpoint found;
    struct ledger_note note;
    struct ledger_checkpoint cp;
    const char *hash = NULL, *vkey = NULL;
    json_t *qr;
    TRY(find(rq, &found, &hash, &vkey));
    if (found.id == 0)
        return none(rq);
    if (!ledger_note_read(found.note, &note) || !ledger_checkpoint_read(&note, &cp))
        return ERR(a, ERR_FAULT, "checkpoint %lld cannot be read", (long long)found.id);
    TRY(view_qr(a, found.note, &qr));
    json_t *by = signed_by(a, note.signatures);
    json_t *data =
        json_pack("{s:{s:s, s:I, s:s, s:s, s:s, s:s}}", "checkpoint", "origin", cp.origin, "size", (json_int_t)cp.size,
                  "hash", hash, "root", grouped(a, &cp.root), "key", vkey, "text", found.note);
    json_array_remove(by, 0);
    rq->labels = json_pack("{s:o, s:b, s:s}", "qr", qr, "witnessed", json_array_size(by) > 0, "reader", rq->who->name);
    json_object_set_new(json_object_get(data, "checkpoint"), "witnesses", by);
    return respond_page(rq, "ledger/strip", data);
}
