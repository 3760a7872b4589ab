/* proof.c: `verify-proof`: a proof is read and followed from the content to the signature (doc/ledger.md). The separate
 * program tools/qingfeng_verify.c does the same without this code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/vec.h"
#include "ledger/commands.h"

struct bytes {
    uint8_t *p;
    size_t n;
};
struct proof {
    const char *hash, *vkey;
    int64_t seq, at, number;
    struct bytes head, head_salt, content, content_salt;
    VEC(struct ledger_hash) commitments;
    VEC(struct ledger_hash) path;
    const char *note;
};

static bool number(const char *s, int64_t *out)
{
    char *end;
    *out = strtoll(s, &end, 10);
    return end != s && *end == '\0' && *out >= 0;
}

static bool bytes(struct arena *a, const char *s, struct bytes *out)
{
    size_t n = strlen(s);
    out->p = arena_alloc(a, n + 1);
    return ledger_unbase64(s, n, out->p, n, &out->n);
}

static bool hash(const char *s, struct ledger_hash *out)
{
    size_t n;
    return ledger_unbase64(s, strlen(s), out->b, LEDGER_HASH, &n) && n == LEDGER_HASH;
}

static bool line(struct arena *a, struct proof *p, const char *name, const char *value)
{
    const struct {
        const char *name;
        struct bytes *to;
    } whole[] = {
        {"head", &p->head}, {"head-salt", &p->head_salt}, {"content", &p->content}, {"content-salt", &p->content_salt}};
    const struct {
        const char *name;
        int64_t *to;
    } numbers[] = {{"seq", &p->seq}, {"at", &p->at}, {"number", &p->number}};
    for (size_t i = 0; i < 4; i++)
        if (strcmp(name, whole[i].name) == 0)
            return bytes(a, value, whole[i].to);
    for (size_t i = 0; i < 3; i++)
        if (strcmp(name, numbers[i].name) == 0)
            return number(value, numbers[i].to);
    if (strcmp(name, "hash") == 0)
        p->hash = value;
    else if (strcmp(name, "vkey") == 0)
        p->vkey = value;
    else if (strcmp(name, "commitment") == 0)
        return hash(value, VEC_PUSH(&p->commitments, a));
    else if (strcmp(name, "path") == 0)
        return p->path.n < LEDGER_PATH && hash(value, VEC_PUSH(&p->path, a));
    else
        return false;
    return true;
}

static struct err *proof_read(struct arena *a, char *text, struct proof *p)
{
    static const char first[] = "qingfeng-proof/v1\n";
    char *note = strstr(text, "\n\n");
    if (strncmp(text, first, sizeof first - 1) != 0 || note == NULL)
        return ERR(a, ERR_INVALID, "it does not begin as a proof");
    note[1] = '\0';
    p->note = note + 2;
    char *save = NULL;
    for (char *l = strtok_r(text + sizeof first - 1, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save)) {
        char *blank = strchr(l, ' ');
        if (blank == NULL)
            return ERR(a, ERR_INVALID, "a line of the proof has no value: '%.40s'", l);
        *blank = '\0';
        if (!line(a, p, l, blank + 1))
            return ERR(a, ERR_INVALID, "the proof's '%.40s' cannot be read", l);
    }
    return NULL;
}

static bool commits(struct arena *a, struct ledger_hasher *h, const struct bytes *salt, const struct bytes *content,
                    const struct ledger_hash *want)
{
    struct buf b = BUF(a);
    struct ledger_hash got;
    if (salt->n != LEDGER_SALT || content->n == 0)
        return false;
    buf_add(&b, salt->p, salt->n);
    buf_add(&b, content->p, content->n);
    ledger_digest(h, b.p, b.n, &got);
    return ledger_same(&got, want);
}

static struct err *follow(struct arena *a, const struct proof *p, const char *vkey, const char *witness,
                          struct ledger_checkpoint *cp, int64_t *seen)
{
    struct ledger_hasher *h = ledger_hasher(a, p->hash);
    struct ledger_hash leaf;
    struct ledger_note note;
    struct ledger_signer by, w;
    struct buf b = BUF(a);
    if (h == NULL)
        return ERR(a, ERR_INVALID, "the proof names no hash that there is");
    if (p->number < 1 || (size_t)p->number >= p->commitments.n ||
        !commits(a, h, &p->content_salt, &p->content, &p->commitments.p[p->number]))
        return ERR(a, ERR_INVALID, "the content is not what the change committed to");
    if (p->head.p != NULL && !commits(a, h, &p->head_salt, &p->head, &p->commitments.p[0]))
        return ERR(a, ERR_INVALID, "who made the change is not what the change committed to");
    ledger_leaf(h, &b, p->seq, p->at, p->commitments.p, p->commitments.n, &leaf);
    if (!ledger_note_read(p->note, &note) || !ledger_checkpoint_read(&note, cp))
        return ERR(a, ERR_INVALID, "the checkpoint cannot be read");
    if (p->seq < 1 || !ledger_included(h, (uint64_t)p->seq - 1, cp->size, &leaf, p->path.p, (int)p->path.n, &cp->root))
        return ERR(a, ERR_INVALID, "the change is not in the log of the checkpoint");
    const char *key = vkey != NULL ? vkey : p->vkey;
    if (key == NULL || !ledger_vkey_read(key, &by))
        return ERR(a, ERR_INVALID, "the public key cannot be read");
    if (!ledger_note_signed(&note, &by, NULL))
        return ERR(a, ERR_INVALID, "the key %s did not sign the checkpoint", key);
    if (witness != NULL && (!ledger_vkey_read(witness, &w) || !ledger_note_signed(&note, &w, seen)))
        return ERR(a, ERR_INVALID, "the witness %s did not sign the checkpoint", witness);
    return NULL;
}

/* A text of the content at *at. */
static const char *take_text(struct arena *a, const struct bytes *b, size_t *at)
{
    uint64_t n = 0;
    if (*at + 4 > b->n)
        return "";
    for (int i = 0; i < 4; i++)
        n = n << 8 | b->p[(*at)++];
    if (n == UINT32_MAX || n > b->n - *at)
        return "";
    char *s = arena_strndup(a, (const char *)b->p + *at, n);
    *at += n;
    return s;
}

static int64_t take_number(const struct bytes *b, size_t *at)
{
    uint64_t n = 0;
    for (int i = 0; i < 8 && *at < b->n; i++)
        n = n << 8 | b->p[(*at)++];
    return (int64_t)n;
}

static void tell(struct arena *a, const struct proof *p, const struct ledger_checkpoint *cp, bool given, int64_t seen)
{
    char when[CLOCK_TEXT];
    size_t at = 2;
    const char *record = take_text(a, &p->content, &at);
    int64_t row = take_number(&p->content, &at), rev = take_number(&p->content, &at);
    printf("right: %s %lld revision %lld\n%s\n", record, (long long)row, (long long)rev,
           take_text(a, &p->content, &at));
    if (p->head.p != NULL) {
        at = 2;
        take_number(&p->head, &at);
        int64_t account = take_number(&p->head, &at), office = take_number(&p->head, &at);
        const char *role = take_text(a, &p->head, &at), *actor = take_text(a, &p->head, &at);
        printf("by %s (account %lld, office %lld, %s): %s\n", actor, (long long)account, (long long)office, role,
               take_text(a, &p->head, &at));
    }
    printf("change %lld at %s, in the log %s of %llu changes\n", (long long)p->seq, clock_iso(p->at, when), cp->origin,
           (unsigned long long)cp->size);
    if (seen != 0)
        printf("the witness signed it at %s\n", clock_iso(seen * 1000, when));
    if (!given)
        printf("signed by the key that stands in the file itself; compare it with the office's printed key:\n%s\n",
               p->vkey);
}

int verify_proof_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const char *vkey = NULL, *witness = NULL;
    char **rest, *text = NULL;
    int n;
    int64_t seen = 0;
    struct proof p = {0};
    struct ledger_checkpoint cp;
    const struct cli_option options[] = {{"vkey", CLI_TEXT, &vkey, false}, {"witness", CLI_TEXT, &witness, false}, {0}};
    struct err *e = cli_parse(a, argc, argv, options, 1, 1, &rest, &n);
    if (e == NULL)
        e = ledger_read(a, rest[0], &text);
    if (e != NULL)
        return cli_end("verify-proof", e);
    e = proof_read(a, text, &p);
    if (e == NULL)
        e = follow(a, &p, vkey, witness, &cp, &seen);
    if (e != NULL) {
        printf("wrong: %s\n", e->detail);
        return CLI_DIFFERENCES;
    }
    tell(a, &p, &cp, vkey != NULL, seen);
    return CLI_OK;
}
