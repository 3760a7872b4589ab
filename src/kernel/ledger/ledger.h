/* ledger.h: the mathematics of the log: what of a change is hashed, the Merkle tree over all changes (RFC 9162 with
 * SHA-256 or SM3), its proofs, and signed notes. doc/ledger.md gives every byte. Nothing here writes rows. */
#ifndef QF_LEDGER_LEDGER_H
#define QF_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { LEDGER_HASH = 32, LEDGER_SALT = 16 };
struct ledger_hash {
    uint8_t b[LEDGER_HASH];
};
static inline bool ledger_same(const struct ledger_hash *a, const struct ledger_hash *b)
{
    return __builtin_memcmp(a, b, sizeof *a) == 0;
}

/* ---- hashing ---- */
struct ledger_hasher; /* of one thread */
/* name: "sha256" or "sm3"; NULL for another name. arena. */
struct ledger_hasher *ledger_hasher(struct arena *a, const char *name);
void ledger_digest(struct ledger_hasher *h, const void *p, size_t n, struct ledger_hash *out);
void ledger_leaf_hash(struct ledger_hasher *h, const void *leaf, size_t n, struct ledger_hash *out); /* H(0x00 leaf) */
void ledger_node_hash(struct ledger_hasher *h, const struct ledger_hash *l, const struct ledger_hash *r,
                      struct ledger_hash *out); /* H(0x01 l r) */

/* ---- what of a change is hashed ---- */
/* Who made the change. at: UTC ms; back: by how many ms that is before the change before it, 0 in the usual order. */
struct ledger_head {
    int64_t back, account, office;
    const char *role, *actor, *what; /* what may be NULL */
};
/* Appended to b, which holds the salt and nothing else before: the commitment is the digest of b. */
void ledger_head_bytes(struct buf *b, const struct ledger_head *h);
void ledger_revision_bytes(struct buf *b, const char *record, int64_t row, int64_t rev, const char *body, size_t n);
/* The leaf of a change: commitments[0] is the head's, the others its revisions' in their order. */
void ledger_leaf(struct ledger_hasher *h, struct buf *room, int64_t seq, int64_t at,
                 const struct ledger_hash *commitments, size_t n, struct ledger_hash *out);
/* The same bytes, for a proof. */
void ledger_leaf_bytes(struct buf *b, int64_t seq, int64_t at, const struct ledger_hash *commitments, size_t n);

/* ---- the tree ---- */
/* Subtrees put together from left to right: complete trees of falling size. */
struct ledger_range {
    struct ledger_hasher *h;
    uint64_t n; /* leaves so far */
    int top;
    struct ledger_hash stack[64];
};
/* Adds a complete subtree of 2^level leaves; n must be a multiple of 2^level. */
void ledger_range_add(struct ledger_range *r, const struct ledger_hash *sub, int level);
void ledger_range_root(const struct ledger_range *r, struct ledger_hash *out); /* of nothing: the digest of nothing */

/* The hash of leaves lo .. hi - 1, which lie in one subtree that begins at lo. */
typedef struct err *ledger_subtree_fn(void *ctx, uint64_t lo, uint64_t hi, struct ledger_hash *out);
enum { LEDGER_PATH = 130 };
struct ledger_path {
    int n;
    struct ledger_hash at[LEDGER_PATH];
};
struct err *ledger_inclusion(ledger_subtree_fn *sub, void *ctx, uint64_t index, uint64_t size,
                             struct ledger_path *out) MUST_USE;
struct err *ledger_consistency(ledger_subtree_fn *sub, void *ctx, uint64_t from, uint64_t to,
                               struct ledger_path *out) MUST_USE;
/* Does the path lead from the leaf to the root? From the old root to the new? */
bool ledger_included(struct ledger_hasher *h, uint64_t index, uint64_t size, const struct ledger_hash *leaf,
                     const struct ledger_hash *path, int n, const struct ledger_hash *root);
bool ledger_grew(struct ledger_hasher *h, uint64_t from, uint64_t to, const struct ledger_hash *path, int n,
                 const struct ledger_hash *old_root, const struct ledger_hash *new_root);

/* ---- signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ---- */
void ledger_base64(struct buf *b, const void *bytes, size_t n);
/* false for text that is not exactly the base64 of at most `most` bytes. */
bool ledger_unbase64(const char *s, size_t n, uint8_t *out, size_t most, size_t *n_out);

enum { LEDGER_ED25519 = 1, LEDGER_COSIGN = 4, LEDGER_NAME = 100 };
/* Who signs: its name, what kind of signature, the public key, and for our own keys the secret. */
struct ledger_signer {
    char name[LEDGER_NAME + 1];
    int kind; /* LEDGER_ED25519, LEDGER_COSIGN */
    uint8_t id[4], key[32], secret[32];
};
/* From the secret (32 bytes). ERR_INVALID for a name with blanks or '+'. */
struct err *ledger_signer_make(struct arena *a, const char *name, int kind, const uint8_t secret[32],
                               struct ledger_signer *out) MUST_USE;
char *ledger_vkey(struct arena *a, const struct ledger_signer *s); /* NAME+ID+KEY */
bool ledger_vkey_read(const char *vkey, struct ledger_signer *out);

/* A note as text: body lines, an empty line, signature lines. */
struct ledger_note {
    const char *text; /* of the body with its last newline; not ended by a NUL */
    size_t n;
    const char *signatures; /* the lines behind */
};
bool ledger_note_read(const char *note, struct ledger_note *out);
/* Is there a signature of that signer which is right? Lines of others are passed over; a wrong one of his refuses all.
 * time_out, if not NULL: seconds said by a cosignature. */
bool ledger_note_signed(const struct ledger_note *note, const struct ledger_signer *by, int64_t *time_out);
/* The line to append to the note. time: seconds, for a cosignature. */
struct err *ledger_note_sign(struct arena *a, const char *text, size_t n, const struct ledger_signer *by, int64_t time,
                             char **line_out) MUST_USE;

struct ledger_checkpoint {
    char origin[LEDGER_NAME + 1];
    uint64_t size;
    struct ledger_hash root;
};
bool ledger_checkpoint_read(const struct ledger_note *note, struct ledger_checkpoint *out);
char *ledger_checkpoint_text(struct arena *a, const struct ledger_checkpoint *c);

#endif
