/* ledger_test.c: the tree and signed notes against the conformance data, and proofs for every tree up to 64 leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "ledger/ledger.h"

#define OK(call) assert_null(call)

static struct arena *a;
static struct ledger_hasher *sha;

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    sha = ledger_hasher(a, "sha256");
    return sha == NULL;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static json_t *data(const char *name)
{
    const char *root = getenv("QF_ROOT");
    char *path = arena_printf(a, "%s/test/conformance/merkle/%s", root == NULL ? "." : root, name);
    json_t *j = json_load_file(path, 0, NULL);
    assert_non_null(j);
    return j;
}

static size_t unhex(const char *s, uint8_t *out)
{
    size_t n = strlen(s) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v;
        assert_int_equal(sscanf(s + 2 * i, "%2x", &v), 1);
        out[i] = (uint8_t)v;
    }
    return n;
}

static struct ledger_hash hash_hex(const json_t *j)
{
    struct ledger_hash h;
    assert_int_equal(unhex(json_string_value(j), h.b), LEDGER_HASH);
    return h;
}

static const struct ledger_hash *leaves;
static struct err *subtree(void *ctx, uint64_t lo, uint64_t hi, struct ledger_hash *out)
{
    struct ledger_range r = {.h = ctx};
    for (uint64_t i = lo; i < hi; i++)
        ledger_range_add(&r, &leaves[i], 0);
    ledger_range_root(&r, out);
    return NULL;
}

static void roots_and_proofs_of_the_classic_tree_are_those_of_rfc_6962(void **state)
{
    (void)state;
    json_t *j = data("rfc6962-basics.json"), *e;
    size_t i;
    struct ledger_hash leaf[8], roots[9];
    leaves = leaf;
    json_array_foreach(json_object_get(j, "leaves_hex"), i, e)
    {
        uint8_t bytes[64];
        size_t n = unhex(json_string_value(e), bytes);
        ledger_leaf_hash(sha, bytes, n, &leaf[i]);
        struct ledger_hash want = hash_hex(json_array_get(json_object_get(j, "leaf_hashes"), i));
        assert_true(ledger_same(&leaf[i], &want));
    }
    for (int n = 0; n <= 8; n++) {
        struct ledger_hash want =
            hash_hex(json_object_get(json_object_get(j, "roots_by_size"), arena_printf(a, "%d", n)));
        OK(subtree(sha, 0, (uint64_t)n, &roots[n]));
        assert_true(ledger_same(&roots[n], &want));
    }
    json_array_foreach(json_object_get(j, "inclusion"), i, e)
    {
        struct ledger_path p;
        uint64_t index = (uint64_t)json_integer_value(json_object_get(e, "leaf_index"));
        uint64_t size = (uint64_t)json_integer_value(json_object_get(e, "tree_size"));
        OK(ledger_inclusion(subtree, sha, index, size, &p));
        json_t *proof = json_object_get(e, "proof");
        assert_int_equal(p.n, json_array_size(proof));
        for (int k = 0; k < p.n; k++) {
            struct ledger_hash want = hash_hex(json_array_get(proof, (size_t)k));
            assert_true(ledger_same(&p.at[k], &want));
        }
        assert_true(ledger_included(sha, index, size, &leaf[index], p.at, p.n, &roots[size]));
    }
    json_array_foreach(json_object_get(j, "consistency"), i, e)
    {
        struct ledger_path p;
        uint64_t from = (uint64_t)json_integer_value(json_object_get(e, "size1"));
        uint64_t to = (uint64_t)json_integer_value(json_object_get(e, "size2"));
        OK(ledger_consistency(subtree, sha, from, to, &p));
        json_t *proof = json_object_get(e, "proof");
        assert_int_equal(p.n, json_array_size(proof));
        for (int k = 0; k < p.n; k++) {
            struct ledger_hash want = hash_hex(json_array_get(proof, (size_t)k));
            assert_true(ledger_same(&p.at[k], &want));
        }
        assert_true(ledger_grew(sha, from, to, p.at, p.n, &roots[from], &roots[to]));
    }
    json_decref(j);
}

/* A field in base64; false when it is no hash. */
static bool hash_b64(const json_t *j, struct ledger_hash *out)
{
    size_t n;
    const char *s = json_string_value(j);
    return s != NULL && ledger_unbase64(s, strlen(s), out->b, LEDGER_HASH, &n) && n == LEDGER_HASH;
}

static bool path_b64(const json_t *list, struct ledger_hash *out, int *n_out)
{
    *n_out = 0;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (i >= LEDGER_PATH || !hash_b64(json_array_get(list, i), &out[(*n_out)++]))
            return false;
    return true;
}

static void good_proofs_are_taken_and_bad_ones_refused(void **state)
{
    (void)state;
    json_t *j = data("probes-few.json"), *e;
    size_t i;
    struct ledger_hash root, root2, leaf, path[LEDGER_PATH];
    int n;
    json_array_foreach(json_object_get(j, "inclusion"), i, e)
    {
        bool right =
            hash_b64(json_object_get(e, "root"), &root) && hash_b64(json_object_get(e, "leafHash"), &leaf) &&
            path_b64(json_object_get(e, "proof"), path, &n) &&
            ledger_included(sha, (uint64_t)json_integer_value(json_object_get(e, "leafIdx")),
                            (uint64_t)json_integer_value(json_object_get(e, "treeSize")), &leaf, path, n, &root);
        if (right == json_is_true(json_object_get(e, "wantErr")))
            fail_msg("%s", json_string_value(json_object_get(e, "id")));
    }
    json_array_foreach(json_object_get(j, "consistency"), i, e)
    {
        bool right = hash_b64(json_object_get(e, "root1"), &root) && hash_b64(json_object_get(e, "root2"), &root2) &&
                     path_b64(json_object_get(e, "proof"), path, &n) &&
                     ledger_grew(sha, (uint64_t)json_integer_value(json_object_get(e, "size1")),
                                 (uint64_t)json_integer_value(json_object_get(e, "size2")), path, n, &root, &root2);
        if (right == json_is_true(json_object_get(e, "wantErr")))
            fail_msg("%s", json_string_value(json_object_get(e, "id")));
    }
    json_decref(j);
}

static void proofs_hold_for_every_tree_up_to_64_leaves_with_either_hash(void **state)
{
    (void)state;
    const char *const names[] = {"sha256", "sm3"};
    for (int k = 0; k < 2; k++) {
        struct ledger_hasher *h = ledger_hasher(a, names[k]);
        struct ledger_hash leaf[64], roots[65];
        leaves = leaf;
        for (uint8_t i = 0; i < 64; i++)
            ledger_leaf_hash(h, &i, 1, &leaf[i]);
        for (uint64_t n = 0; n <= 64; n++)
            OK(subtree(h, 0, n, &roots[n]));
        for (uint64_t n = 1; n <= 64; n++)
            for (uint64_t i = 0; i < n; i++) {
                struct ledger_path p;
                OK(ledger_inclusion(subtree, h, i, n, &p));
                assert_true(ledger_included(h, i, n, &leaf[i], p.at, p.n, &roots[n]));
                assert_false(ledger_included(h, i, n, &leaf[(i + 1) % 64], p.at, p.n, &roots[n]));
                assert_false(ledger_included(h, i, n, &leaf[i], p.at, p.n + 1, &roots[n]));
                OK(ledger_consistency(subtree, h, i, n, &p));
                assert_true(ledger_grew(h, i, n, p.at, p.n, &roots[i], &roots[n]));
                if (i > 0)
                    assert_false(ledger_grew(h, i, n, p.at, p.n, &roots[i - 1], &roots[n]));
            }
    }
}

static void sm3_is_the_standards_own_example(void **state)
{
    (void)state;
    /* GB/T 32905-2016, A.1 */
    uint8_t want[32];
    unhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", want);
    struct ledger_hash h;
    ledger_digest(ledger_hasher(a, "sm3"), "abc", 3, &h);
    assert_memory_equal(h.b, want, 32);
    assert_null(ledger_hasher(a, "md5"));
}

static void signed_notes_of_the_specification_are_read_and_broken_ones_refused(void **state)
{
    (void)state;
    json_t *j = data("signed-notes.json"), *e;
    size_t i;
    uint8_t seed[32];
    unhex(json_string_value(json_object_get(j, "seed_hex_TEST_ONLY")), seed);
    json_array_foreach(json_object_get(j, "examples"), i, e)
    {
        struct ledger_signer s, ours;
        struct ledger_note note;
        struct ledger_checkpoint c;
        assert_true(ledger_vkey_read(json_string_value(json_object_get(e, "vkey")), &s));
        assert_string_equal(ledger_vkey(a, &s), json_string_value(json_object_get(e, "vkey")));
        const char *text = json_string_value(json_object_get(e, "note"));
        assert_true(ledger_note_read(text, &note));
        assert_int_equal(ledger_note_signed(&note, &s, NULL), json_is_true(json_object_get(e, "valid")));
        if (json_object_get(e, "size") == NULL)
            continue;
        assert_true(ledger_checkpoint_read(&note, &c));
        assert_int_equal(c.size, json_integer_value(json_object_get(e, "size")));
        /* and we write the same bytes */
        char *line;
        OK(ledger_signer_make(a, s.name, LEDGER_ED25519, seed, &ours));
        char *body = ledger_checkpoint_text(a, &c);
        OK(ledger_note_sign(a, body, strlen(body), &ours, 0, &line));
        assert_string_equal(arena_printf(a, "%s\n%s", body, line), text);
    }
    json_array_foreach(json_object_get(j, "parse_only"), i, e)
    {
        struct ledger_note note;
        struct ledger_checkpoint c;
        assert_true(ledger_note_read(json_string_value(json_object_get(e, "note")), &note));
        if (json_object_get(e, "size") == NULL)
            continue;
        assert_true(ledger_checkpoint_read(&note, &c));
        assert_string_equal(c.origin, json_string_value(json_object_get(e, "origin")));
        assert_int_equal(c.size, json_integer_value(json_object_get(e, "size")));
    }
    json_decref(j);
}

static void a_cosignature_says_its_time_and_covers_it(void **state)
{
    (void)state;
    uint8_t seed[32] = {7};
    struct ledger_signer w;
    struct ledger_note note;
    char *line;
    int64_t time = 0;
    const char *body = "example.org/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n";
    OK(ledger_signer_make(a, "witness.example", LEDGER_COSIGN, seed, &w));
    OK(ledger_note_sign(a, body, strlen(body), &w, 1700000000, &line));
    char *text = arena_printf(a, "%s\n%s", body, line);
    assert_true(ledger_note_read(text, &note));
    assert_true(ledger_note_signed(&note, &w, &time));
    assert_int_equal(time, 1700000000);
    text[3]++;
    assert_true(ledger_note_read(text, &note));
    assert_false(ledger_note_signed(&note, &w, &time));
    assert_int_equal(ledger_signer_make(a, "two words", LEDGER_ED25519, seed, &w)->kind, ERR_INVALID);
}

static void texts_that_are_no_notes_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"",       "\n\n", "a\n",          "a\n\n",  "a\n\nb\n", "a\n\n\xe2\x80\x94 x y",
                               "a\n\nb", "\n",   "a\n\n- x y\n", "a\n\n\n"};
    struct ledger_note note;
    struct ledger_signer s;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ledger_note_read(bad[i], &note))
            fail_msg("'%s' was taken", bad[i]);
    const char *const keys[] = {"",
                                "a",
                                "a+b",
                                "a+00000000+AA==",
                                "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                                "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_false(ledger_vkey_read(keys[i], &s));
    const char *const sizes[] = {"-1", "01", "", "x", "99999999999999999999999", "1 "};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct ledger_checkpoint c;
        char *t = arena_printf(a, "o\n%s\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n", sizes[i]);
        assert_false(ledger_checkpoint_read(&(struct ledger_note){t, strlen(t), ""}, &c));
    }
}

int main(void)
{
#define T(name) cmocka_unit_test(name)
    const struct CMUnitTest tests[] = {T(roots_and_proofs_of_the_classic_tree_are_those_of_rfc_6962),
                                       T(good_proofs_are_taken_and_bad_ones_refused),
                                       T(proofs_hold_for_every_tree_up_to_64_leaves_with_either_hash),
                                       T(sm3_is_the_standards_own_example),
                                       T(signed_notes_of_the_specification_are_read_and_broken_ones_refused),
                                       T(a_cosignature_says_its_time_and_covers_it),
                                       T(texts_that_are_no_notes_are_refused)};
    return cmocka_run_group_tests_name("ledger", tests, setup, teardown);
}
