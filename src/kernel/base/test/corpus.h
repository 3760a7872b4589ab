/* corpus.h: replays a fuzzer's corpus; for the *_corpus_test.c beside each fuzzer. Include after <cmocka.h>. */
#ifndef QF_BASE_TEST_CORPUS_H
#define QF_BASE_TEST_CORPUS_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Gives every file of the folder (below the project's root) to the fuzzer; returns how many there were. */
static int corpus_replay(const char *folder, int (*fuzz)(const uint8_t *data, size_t n))
{
    enum { MOST = 4 << 20 };
    const char *root = getenv("QF_ROOT");
    char whole[2048], path[4096];
    snprintf(whole, sizeof whole, "%s/%s", root != NULL ? root : ".", folder);
    DIR *d = opendir(whole);
    if (d == NULL)
        fail_msg("no corpus %s", whole);
    uint8_t *bytes = malloc(MOST);
    int files = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", whole, e->d_name);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        size_t n = fread(bytes, 1, MOST, f);
        fclose(f);
        uint8_t *exact = malloc(n + 1); /* so that reading past the end is seen */
        memcpy(exact, bytes, n);
        assert_int_equal(fuzz(exact, n), 0);
        free(exact);
        files++;
    }
    closedir(d);
    free(bytes);
    return files;
}

#endif
