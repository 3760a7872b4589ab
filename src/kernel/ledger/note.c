/* note.c: signed notes with Ed25519: the form of C2SP signed-note.md; checkpoints (tlog-checkpoint.md); cosignatures of
 * witnesses (tlog-cosignature.md, cosignature/v1). */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"

enum { SIGNATURE = 64, DASH = 4 }; /* "— " is 4 bytes */
static const char dash[] = "\xe2\x80\x94 ";
static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void ledger_base64(struct buf *b, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        char four[4] = {digits[v >> 18], digits[v >> 12 & 63], i + 1 < n ? digits[v >> 6 & 63] : '=',
                        i + 2 < n ? digits[v & 63] : '='};
        buf_add(b, four, 4);
    }
}

bool ledger_unbase64(const char *s, size_t n, uint8_t *out, size_t most, size_t *n_out)
{
    size_t got = 0;
    if (n % 4 != 0)
        return false;
    for (size_t i = 0; i < n; i += 4) {
        uint32_t v = 0;
        int pad = 0;
        for (int j = 0; j < 4; j++) {
            const char *d = s[i + j] == '\0' ? NULL : strchr(digits, s[i + j]);
            if (s[i + j] == '=' && i + 4 == n && j >= 2)
                pad++;
            else if (d == NULL || pad > 0)
                return false;
            v = v << 6 | (d == NULL ? 0 : (uint32_t)(d - digits));
        }
        if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)) || got + 3 - (size_t)pad > most)
            return false;
        for (int j = 0; j < 3 - pad; j++)
            out[got++] = (uint8_t)(v >> (16 - 8 * j));
    }
    *n_out = got;
    return true;
}

static bool name_right(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n > LEDGER_NAME || strchr(name, '+') != NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == 0x7f)
            return false;
    return true;
}

static void key_id(const struct ledger_signer *s, uint8_t id[4])
{
    uint8_t text[LEDGER_NAME + 2 + 32], md[32];
    size_t n = strlen(s->name);
    memcpy(text, s->name, n);
    text[n] = '\n';
    text[n + 1] = (uint8_t)s->kind;
    memcpy(text + n + 2, s->key, 32);
    EVP_Digest(text, n + 34, md, NULL, EVP_sha256(), NULL);
    memcpy(id, md, 4);
}

struct err *ledger_signer_make(struct arena *a, const char *name, int kind, const uint8_t secret[32],
                               struct ledger_signer *out)
{
    if (!name_right(name))
        return ERR(a, ERR_INVALID, "'%s' is no name of a key: no blanks, no '+', at most %d bytes", name, LEDGER_NAME);
    struct ledger_signer s = {.kind = kind};
    snprintf(s.name, sizeof s.name, "%s", name);
    memcpy(s.secret, secret, 32);
    EVP_PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, 32);
    size_t n = 32;
    bool right = k != NULL && EVP_PKEY_get_raw_public_key(k, s.key, &n) == 1;
    EVP_PKEY_free(k);
    if (!right)
        return ERR(a, ERR_FAULT, "the key of '%s' gives no Ed25519 key", name);
    key_id(&s, s.id);
    *out = s;
    return NULL;
}

char *ledger_vkey(struct arena *a, const struct ledger_signer *s)
{
    uint8_t key[33] = {(uint8_t)s->kind};
    memcpy(key + 1, s->key, 32);
    struct buf b = BUF(a);
    buf_printf(&b, "%s+%02x%02x%02x%02x+", s->name, s->id[0], s->id[1], s->id[2], s->id[3]);
    ledger_base64(&b, key, sizeof key);
    return buf_str(&b);
}

bool ledger_vkey_read(const char *vkey, struct ledger_signer *out)
{
    struct ledger_signer s = {0};
    const char *id = strchr(vkey, '+'), *key = id == NULL ? NULL : strchr(id + 1, '+');
    if (key == NULL || id - vkey > LEDGER_NAME || key - id != 9)
        return false;
    memcpy(s.name, vkey, (size_t)(id - vkey));
    uint8_t bytes[33];
    size_t n;
    char said[9];
    if (!name_right(s.name) || !ledger_unbase64(key + 1, strlen(key + 1), bytes, sizeof bytes, &n) || n != 33)
        return false;
    s.kind = bytes[0];
    memcpy(s.key, bytes + 1, 32);
    key_id(&s, s.id);
    snprintf(said, sizeof said, "%02x%02x%02x%02x", s.id[0], s.id[1], s.id[2], s.id[3]);
    if (strncmp(said, id + 1, 8) != 0 || (s.kind != LEDGER_ED25519 && s.kind != LEDGER_COSIGN))
        return false;
    *out = s;
    return true;
}

bool ledger_note_read(const char *note, struct ledger_note *out)
{
    const char *end = NULL; /* the last empty line: a body may hold others */
    for (const char *p = note; (p = strstr(p, "\n\n")) != NULL; p++)
        end = p;
    if (end == NULL || end[2] == '\0' || note[strlen(note) - 1] != '\n')
        return false;
    for (const char *p = end + 2; *p != '\0'; p = strchr(p, '\n') + 1)
        if (strncmp(p, dash, DASH) != 0)
            return false;
    *out = (struct ledger_note){note, (size_t)(end + 1 - note), end + 2};
    return true;
}

/* What a signature is over: the body, or for a cosignature its time before it. */
static size_t message(struct buf *b, const char *text, size_t n, int kind, int64_t time)
{
    if (kind == LEDGER_COSIGN)
        buf_printf(b, "cosignature/v1\ntime %lld\n", (long long)time);
    buf_add(b, text, n);
    return b->n;
}

static bool right(const struct ledger_note *note, const struct ledger_signer *by, const uint8_t *sig, int64_t time)
{
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    size_t n = message(&b, note->text, note->n, by->kind, time);
    EVP_PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, by->key, 32);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool yes = k != NULL && c != NULL && EVP_DigestVerifyInit(c, NULL, NULL, NULL, k) == 1 &&
               EVP_DigestVerify(c, sig, SIGNATURE, (const uint8_t *)b.p, n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(k);
    return yes;
}

bool ledger_note_signed(const struct ledger_note *note, const struct ledger_signer *by, int64_t *time_out)
{
    bool found = false;
    size_t name = strlen(by->name), want = by->kind == LEDGER_COSIGN ? 4 + 8 + SIGNATURE : 4 + SIGNATURE;
    for (const char *p = note->signatures; *p != '\0'; p = strchr(p, '\n') + 1) {
        const char *who = p + DASH, *end = strchr(p, '\n');
        uint8_t bytes[4 + 8 + SIGNATURE];
        size_t n;
        if (strncmp(who, by->name, name) != 0 || who[name] != ' ')
            continue;
        if (!ledger_unbase64(who + name + 1, (size_t)(end - who) - name - 1, bytes, sizeof bytes, &n) || n < 4)
            return false;
        if (memcmp(bytes, by->id, 4) != 0)
            continue; /* another key of that name */
        int64_t time = 0;
        for (int i = 0; want == sizeof bytes && i < 8; i++)
            time = (int64_t)((uint64_t)time << 8 | bytes[4 + i]);
        if (n != want || found || !right(note, by, bytes + want - SIGNATURE, time))
            return false;
        found = true;
        if (time_out != NULL)
            *time_out = time;
    }
    return found;
}

struct err *ledger_note_sign(struct arena *a, const char *text, size_t n, const struct ledger_signer *by, int64_t time,
                             char **line_out)
{
    uint8_t bytes[4 + 8 + SIGNATURE];
    memcpy(bytes, by->id, 4);
    size_t at = 4, len = SIGNATURE;
    for (int i = 0; by->kind == LEDGER_COSIGN && i < 8; i++)
        bytes[at++] = (uint8_t)((uint64_t)time >> (56 - 8 * i));
    struct buf b = BUF(a), line = BUF(a);
    size_t whole = message(&b, text, n, by->kind, time);
    EVP_PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, by->secret, 32);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool done = k != NULL && c != NULL && EVP_DigestSignInit(c, NULL, NULL, NULL, k) == 1 &&
                EVP_DigestSign(c, bytes + at, &len, (const uint8_t *)b.p, whole) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(k);
    if (!done)
        return ERR(a, ERR_FAULT, "Ed25519 did not sign as '%s'", by->name);
    buf_printf(&line, "%s%s ", dash, by->name);
    ledger_base64(&line, bytes, at + len);
    buf_putc(&line, '\n');
    *line_out = buf_str(&line);
    return NULL;
}

bool ledger_checkpoint_read(const struct ledger_note *note, struct ledger_checkpoint *out)
{
    struct ledger_checkpoint c = {0};
    const char *l1 = memchr(note->text, '\n', note->n), *end = note->text + note->n;
    const char *l2 = l1 == NULL ? NULL : memchr(l1 + 1, '\n', (size_t)(end - l1 - 1));
    const char *l3 = l2 == NULL ? NULL : memchr(l2 + 1, '\n', (size_t)(end - l2 - 1));
    if (l3 == NULL || l1 == note->text || l1 - note->text > LEDGER_NAME)
        return false;
    memcpy(c.origin, note->text, (size_t)(l1 - note->text));
    if (l2 - l1 < 2 || l2 - l1 > 20 || (l1[1] == '0' && l2 - l1 > 2))
        return false;
    for (const char *p = l1 + 1; p < l2; p++) {
        if (*p < '0' || *p > '9')
            return false;
        c.size = c.size * 10 + (uint64_t)(*p - '0');
    }
    size_t n;
    if (!ledger_unbase64(l2 + 1, (size_t)(l3 - l2 - 1), c.root.b, LEDGER_HASH, &n) || n != LEDGER_HASH)
        return false;
    *out = c;
    return true;
}

char *ledger_checkpoint_text(struct arena *a, const struct ledger_checkpoint *c)
{
    struct buf b = BUF(a);
    buf_printf(&b, "%s\n%llu\n", c->origin, (unsigned long long)c->size);
    ledger_base64(&b, c->root.b, LEDGER_HASH);
    buf_putc(&b, '\n');
    return buf_str(&b);
}
