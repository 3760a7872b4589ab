/* qingfeng_verify.c: a program of its own that checks a proof of Qingfeng's log (doc/ledger.md) without a database and
 * without any other code of Qingfeng: content, change, tree, signature, and where asked the signature of a witness.
 *
 *     cc -O2 -o qingfeng-verify qingfeng_verify.c -lcrypto
 *     qingfeng-verify [--vkey VKEY] [--witness VKEY] FILE
 *
 * Exit status: 0 the proof is right, 1 it is wrong, 2 usage, 3 the file cannot be read. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HASH = 32, SALT = 16, SIGNATURE = 64, PATH = 64, FILE_MOST = 64 << 20, NAME = 100 };

struct bytes {
    uint8_t *p;
    size_t n;
};
struct proof {
    const char *hash, *vkey, *note;
    int64_t seq, at, number;
    struct bytes head, head_salt, content, content_salt;
    uint8_t *commitments; /* HASH bytes each */
    size_t n_commitments;
    uint8_t path[PATH][HASH];
    int n_path;
};

static void wrong(const char *why)
{
    printf("wrong: %s\n", why);
    exit(1);
}

static void *room(size_t n)
{
    void *p = calloc(1, n == 0 ? 1 : n);
    if (p == NULL) {
        fputs("qingfeng-verify: out of memory\n", stderr);
        exit(3);
    }
    return p;
}

/* ---- base64, strict ---- */
static int digit(char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

static bool unbase64(const char *s, size_t n, uint8_t *out, size_t most, size_t *n_out)
{
    size_t got = 0;
    if (n % 4 != 0)
        return false;
    for (size_t i = 0; i < n; i += 4) {
        uint32_t v = 0;
        int pad = 0;
        for (int j = 0; j < 4; j++) {
            int d = digit(s[i + (size_t)j]);
            if (s[i + (size_t)j] == '=' && i + 4 == n && j >= 2)
                pad++;
            else if (d < 0 || pad > 0)
                return false;
            v = v << 6 | (uint32_t)(d < 0 ? 0 : d);
        }
        if ((pad == 1 && (v & 0xff) != 0) || (pad == 2 && (v & 0xffff) != 0) || got + 3 - (size_t)pad > most)
            return false;
        for (int j = 0; j < 3 - pad; j++)
            out[got++] = (uint8_t)(v >> (16 - 8 * j));
    }
    *n_out = got;
    return true;
}

/* ---- hashing ---- */
static EVP_MD *md;

static void digest(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, uint8_t out[HASH])
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    if (c == NULL || EVP_DigestInit_ex(c, md, NULL) != 1 || EVP_DigestUpdate(c, a, na) != 1 ||
        EVP_DigestUpdate(c, b, nb) != 1 || EVP_DigestFinal_ex(c, out, NULL) != 1) {
        fputs("qingfeng-verify: hashing failed\n", stderr);
        exit(3);
    }
    EVP_MD_CTX_free(c);
}

static void node(const uint8_t *l, const uint8_t *r, uint8_t out[HASH])
{
    uint8_t both[1 + HASH] = {1};
    memcpy(both + 1, l, HASH);
    digest(both, sizeof both, r, HASH, out);
}

/* RFC 9162, section 2.1.3.2. */
static bool included(uint64_t index, uint64_t size, const uint8_t *leaf, uint8_t path[][HASH], int n,
                     const uint8_t *root)
{
    if (index >= size)
        return false;
    uint64_t fn = index, sn = size - 1;
    uint8_t r[HASH];
    memcpy(r, leaf, HASH);
    for (int i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) != 0 || fn == sn) {
            node(path[i], r, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            node(r, path[i], r);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && memcmp(r, root, HASH) == 0;
}

/* ---- signed notes (C2SP signed-note, tlog-cosignature) ---- */
struct key {
    char name[NAME + 1];
    int kind; /* 1: Ed25519, 4: cosignature/v1 */
    uint8_t id[4], key[32];
};

static bool vkey_read(const char *s, struct key *out)
{
    const char *id = strchr(s, '+'), *key = id == NULL ? NULL : strchr(id + 1, '+');
    uint8_t bytes[33], text[NAME + 2 + 32], sum[32];
    size_t n, len;
    char said[9];
    if (key == NULL || key - id != 9 || id == s || id - s > NAME)
        return false;
    len = (size_t)(id - s);
    memset(out, 0, sizeof *out);
    memcpy(out->name, s, len);
    if (!unbase64(key + 1, strlen(key + 1), bytes, sizeof bytes, &n) || n != sizeof bytes)
        return false;
    out->kind = bytes[0];
    memcpy(out->key, bytes + 1, 32);
    memcpy(text, out->name, len);
    text[len] = '\n';
    text[len + 1] = bytes[0];
    memcpy(text + len + 2, out->key, 32);
    if (EVP_Digest(text, len + 34, sum, NULL, EVP_sha256(), NULL) != 1) /* also where the log uses SM3 */
        return false;
    memcpy(out->id, sum, 4);
    snprintf(said, sizeof said, "%02x%02x%02x%02x", sum[0], sum[1], sum[2], sum[3]);
    return memcmp(said, id + 1, 8) == 0 && (out->kind == 1 || out->kind == 4);
}

/* The body ends at the last empty line; *n_out counts its last newline. */
static const char *note_signatures(const char *note, size_t *n_out)
{
    const char *end = NULL;
    for (const char *p = note; (p = strstr(p, "\n\n")) != NULL; p++)
        end = p;
    if (end == NULL || end[2] == '\0' || note[strlen(note) - 1] != '\n')
        return NULL;
    *n_out = (size_t)(end + 1 - note);
    return end + 2;
}

static bool ed25519(const struct key *k, const uint8_t *sig, const uint8_t *text, size_t n)
{
    EVP_PKEY *p = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k->key, 32);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool right = p != NULL && c != NULL && EVP_DigestVerifyInit(c, NULL, NULL, NULL, p) == 1 &&
                 EVP_DigestVerify(c, sig, SIGNATURE, text, n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(p);
    return right;
}

/* Is there a right signature of that key? time_out: seconds said by a witness. */
static bool note_signed(const char *note, const struct key *k, int64_t *time_out)
{
    static const char dash[] = "\xe2\x80\x94 ";
    size_t body, name = strlen(k->name), want = k->kind == 4 ? 4 + 8 + SIGNATURE : 4 + SIGNATURE;
    const char *lines = note_signatures(note, &body);
    for (const char *p = lines, *end; p != NULL && *p != '\0'; p = end + 1) {
        uint8_t sig[4 + 8 + SIGNATURE];
        size_t n;
        end = strchr(p, '\n');
        if (end == NULL || strncmp(p, dash, 4) != 0)
            return false;
        p += 4;
        if (strncmp(p, k->name, name) != 0 || p[name] != ' ')
            continue;
        if (!unbase64(p + name + 1, (size_t)(end - p) - name - 1, sig, sizeof sig, &n) || n < 4)
            return false;
        if (memcmp(sig, k->id, 4) != 0)
            continue;
        if (n != want)
            return false;
        uint64_t time = 0;
        for (int i = 0; k->kind == 4 && i < 8; i++)
            time = time << 8 | sig[4 + i];
        char head[64];
        int more = k->kind == 4 ? snprintf(head, sizeof head, "cosignature/v1\ntime %" PRIu64 "\n", time) : 0;
        uint8_t *text = room((size_t)more + body);
        memcpy(text, head, (size_t)more);
        memcpy(text + more, note, body);
        bool right = ed25519(k, sig + want - SIGNATURE, text, (size_t)more + body);
        free(text);
        *time_out = (int64_t)time;
        return right;
    }
    return false;
}

static bool checkpoint_read(const char *note, char origin[NAME + 1], uint64_t *size, uint8_t root[HASH])
{
    const char *l1 = strchr(note, '\n'), *l2 = l1 == NULL ? NULL : strchr(l1 + 1, '\n');
    const char *l3 = l2 == NULL ? NULL : strchr(l2 + 1, '\n');
    size_t n;
    if (l3 == NULL || l1 == note || l1 - note > NAME || l2 - l1 < 2 || l2 - l1 > 20 || (l1[1] == '0' && l2 - l1 > 2))
        return false;
    memset(origin, 0, NAME + 1);
    memcpy(origin, note, (size_t)(l1 - note));
    *size = 0;
    for (const char *p = l1 + 1; p < l2; p++) {
        if (*p < '0' || *p > '9')
            return false;
        *size = *size * 10 + (uint64_t)(*p - '0');
    }
    return unbase64(l2 + 1, (size_t)(l3 - l2 - 1), root, HASH, &n) && n == HASH;
}

/* ---- the proof ---- */
static char *file_read(const char *path)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        exit(3);
    }
    size_t n = 0, cap = 1 << 16;
    char *text = room(cap);
    for (size_t got; (got = fread(text + n, 1, cap - n - 1, f)) > 0;) {
        n += got;
        if (n + 1 == cap) {
            if (cap >= FILE_MOST)
                wrong("the file is too long");
            char *more = room(cap * 2);
            memcpy(more, text, n);
            free(text);
            text = more;
            cap *= 2;
        }
    }
    if (ferror(f) || memchr(text, '\0', n) != NULL)
        wrong("the file is no text");
    text[n] = '\0';
    if (f != stdin)
        fclose(f);
    return text;
}

static bool take_bytes(const char *s, struct bytes *out)
{
    size_t n = strlen(s);
    if (out->p != NULL)
        return false; /* said twice */
    out->p = room(n);
    return unbase64(s, n, out->p, n, &out->n);
}

static bool take_hash(const char *s, uint8_t out[HASH])
{
    size_t n;
    return unbase64(s, strlen(s), out, HASH, &n) && n == HASH;
}

static bool take_count(const char *s, int64_t *out)
{
    char *end;
    if (*s < '0' || *s > '9' || strlen(s) > 18)
        return false;
    *out = strtoll(s, &end, 10);
    return *end == '\0';
}

static bool line_read(struct proof *p, const char *name, const char *value)
{
    if (strcmp(name, "hash") == 0)
        p->hash = value;
    else if (strcmp(name, "vkey") == 0)
        p->vkey = value;
    else if (strcmp(name, "seq") == 0)
        return take_count(value, &p->seq);
    else if (strcmp(name, "at") == 0)
        return take_count(value, &p->at);
    else if (strcmp(name, "number") == 0)
        return take_count(value, &p->number);
    else if (strcmp(name, "head") == 0)
        return take_bytes(value, &p->head);
    else if (strcmp(name, "head-salt") == 0)
        return take_bytes(value, &p->head_salt);
    else if (strcmp(name, "content") == 0)
        return take_bytes(value, &p->content);
    else if (strcmp(name, "content-salt") == 0)
        return take_bytes(value, &p->content_salt);
    else if (strcmp(name, "commitment") == 0)
        return take_hash(value, p->commitments + HASH * p->n_commitments++);
    else if (strcmp(name, "path") == 0)
        return p->n_path < PATH && take_hash(value, p->path[p->n_path++]);
    else
        return false;
    return true;
}

static void proof_read(char *text, struct proof *p)
{
    static const char first[] = "qingfeng-proof/v1\n";
    char *note = strstr(text, "\n\n"), *save = NULL;
    if (strncmp(text, first, sizeof first - 1) != 0 || note == NULL)
        wrong("it does not begin as a proof");
    note[1] = '\0';
    p->note = note + 2;
    p->commitments = room(strlen(text)); /* each takes a longer line */
    for (char *l = strtok_r(text + sizeof first - 1, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save)) {
        char *blank = strchr(l, ' ');
        if (blank == NULL)
            wrong("a line has no value");
        *blank = '\0';
        if (!line_read(p, l, blank + 1))
            wrong("a line of the proof cannot be read");
    }
}

static void commits(const struct bytes *salt, const struct bytes *content, const uint8_t *want, const char *why)
{
    uint8_t got[HASH];
    if (salt->n != SALT || content->n == 0)
        wrong(why);
    digest(salt->p, salt->n, content->p, content->n, got);
    if (memcmp(got, want, HASH) != 0)
        wrong(why);
}

static uint8_t *put(uint8_t *at, uint64_t n, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *at++ = (uint8_t)(n >> (8 * i));
    return at;
}

static void leaf_of(const struct proof *p, uint8_t out[HASH])
{
    uint8_t head[1 + 1 + 8 + 8 + 4] = {0 /* of a leaf */, 1 /* version */};
    put(put(put(head + 2, (uint64_t)p->seq, 8), (uint64_t)p->at, 8), p->n_commitments, 4);
    digest(head, sizeof head, p->commitments, HASH * p->n_commitments, out);
}

/* ---- what it says ---- */
static int64_t number_at(const struct bytes *b, size_t *at)
{
    uint64_t n = 0;
    if (*at + 8 > b->n)
        wrong("the content is cut short");
    for (int i = 0; i < 8; i++)
        n = n << 8 | b->p[(*at)++];
    return (int64_t)n;
}

static void text_at(const struct bytes *b, size_t *at)
{
    uint32_t n = 0;
    if (*at + 4 > b->n)
        wrong("the content is cut short");
    for (int i = 0; i < 4; i++)
        n = n << 8 | b->p[(*at)++];
    if (n == UINT32_MAX)
        return;
    if (n > b->n - *at)
        wrong("the content is cut short");
    for (uint32_t i = 0; i < n; i++, (*at)++) /* a terminal is not commanded from here */
        putchar(b->p[*at] < ' ' || b->p[*at] == 0x7f ? ' ' : b->p[*at]);
}

static void when(int64_t ms, char out[32])
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;
    if (gmtime_r(&t, &tm) == NULL || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(out, 32, "%" PRId64 " ms", ms);
}

static void tell(const struct proof *p, const char *origin, uint64_t size)
{
    char at_text[32];
    size_t at = 2;
    if (p->content.n < 2 || memcmp(p->content.p, "R\1", 2) != 0)
        wrong("the content is no revision");
    printf("right: ");
    text_at(&p->content, &at);
    int64_t row = number_at(&p->content, &at), rev = number_at(&p->content, &at);
    printf(" %" PRId64 " revision %" PRId64 "\n", row, rev);
    text_at(&p->content, &at);
    putchar('\n');
    if (p->head.p != NULL) {
        if (p->head.n < 2 || memcmp(p->head.p, "H\1", 2) != 0)
            wrong("the head is none");
        at = 2;
        number_at(&p->head, &at);
        int64_t account = number_at(&p->head, &at), office = number_at(&p->head, &at);
        printf("role ");
        text_at(&p->head, &at);
        printf(", by ");
        text_at(&p->head, &at);
        printf(" (account %" PRId64 ", office %" PRId64 "): ", account, office);
        text_at(&p->head, &at);
        putchar('\n');
    }
    when(p->at, at_text);
    printf("change %" PRId64 " at %s, in the log %s of %" PRIu64 " changes\n", p->seq, at_text, origin, size);
}

static int usage(void)
{
    fputs("qingfeng-verify [--vkey VKEY] [--witness VKEY] FILE\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *vkey = NULL, *witness = NULL, *file = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--vkey") == 0 && i + 1 < argc)
            vkey = argv[++i];
        else if (strcmp(argv[i], "--witness") == 0 && i + 1 < argc)
            witness = argv[++i];
        else if (file == NULL && (argv[i][0] != '-' || argv[i][1] == '\0'))
            file = argv[i];
        else
            return usage();
    }
    if (file == NULL)
        return usage();
    static struct proof p;
    struct key by, w;
    char origin[NAME + 1], seen_text[32];
    uint8_t root[HASH], leaf[HASH];
    uint64_t size;
    int64_t seen = 0;
    proof_read(file_read(file), &p);
    md = p.hash == NULL                  ? NULL
         : strcmp(p.hash, "sha256") == 0 ? EVP_MD_fetch(NULL, "SHA256", NULL)
         : strcmp(p.hash, "sm3") == 0    ? EVP_MD_fetch(NULL, "SM3", NULL)
                                         : NULL;
    if (md == NULL)
        wrong("it names no hash that there is");
    if (p.seq < 1 || p.number < 1 || (uint64_t)p.number >= p.n_commitments)
        wrong("its numbers cannot be right");
    commits(&p.content_salt, &p.content, p.commitments + HASH * p.number,
            "the content is not what the change committed to");
    if (p.head.p != NULL)
        commits(&p.head_salt, &p.head, p.commitments, "who made the change is not what the change committed to");
    leaf_of(&p, leaf);
    if (!checkpoint_read(p.note, origin, &size, root))
        wrong("the checkpoint cannot be read");
    if (!included((uint64_t)p.seq - 1, size, leaf, p.path, p.n_path, root))
        wrong("the change is not in the log of the checkpoint");
    if ((vkey == NULL && p.vkey == NULL) || !vkey_read(vkey != NULL ? vkey : p.vkey, &by) || by.kind != 1)
        wrong("the public key cannot be read");
    if (strcmp(by.name, origin) != 0)
        wrong("the key is that of another log");
    if (!note_signed(p.note, &by, &seen))
        wrong("the key did not sign the checkpoint");
    if (witness != NULL && (!vkey_read(witness, &w) || w.kind != 4 || !note_signed(p.note, &w, &seen)))
        wrong("the witness did not sign the checkpoint");
    tell(&p, origin, size);
    if (witness != NULL) {
        when(seen * 1000, seen_text);
        printf("the witness signed it at %s\n", seen_text);
    }
    if (vkey == NULL)
        printf("signed by the key that stands in the file itself; compare it with the office's printed key:\n%s\n",
               p.vkey);
    return 0;
}
