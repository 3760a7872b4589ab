/* xlsx_whole.c: see xlsx_whole.h. */
#include "doc/xlsx_whole.h"

#include <string.h>
#include <zip.h>

enum { PIECE = 64 << 10 };

/* How often a short text stands in a part that comes in pieces. */
struct tally {
    const char *what;
    size_t matched;
    uint32_t n;
};

static void look(struct tally *t, const char *s, size_t n)
{
    size_t len = strlen(t->what);
    for (size_t i = 0; i < n; i++) { /* the first character, '<', stands nowhere else in the text */
        t->matched = s[i] == t->what[t->matched] ? t->matched + 1 : s[i] == t->what[0];
        if (t->matched == len) {
            t->n++;
            t->matched = 0;
        }
    }
}

static bool part_whole(zip_file_t *part, const uint32_t *rows)
{
    char piece[PIECE], last = '\0';
    struct tally begun = {.what = "<row "}, ended = {.what = "</row>"};
    zip_int64_t n;
    while ((n = zip_fread(part, piece, sizeof piece)) > 0) {
        look(&begun, piece, (size_t)n);
        look(&ended, piece, (size_t)n);
        for (zip_int64_t i = n; i-- > 0;)
            if (piece[i] != '\n') {
                last = piece[i];
                break;
            }
    }
    return n == 0 && last == '>' && (rows == NULL || (begun.n == *rows && ended.n == *rows));
}

bool doc_xlsx_whole(const char *path, uint32_t rows)
{
    zip_t *z = zip_open(path, ZIP_RDONLY, NULL);
    if (z == NULL)
        return false;
    bool whole = zip_get_num_entries(z, 0) > 0;
    for (zip_int64_t i = 0; whole && i < zip_get_num_entries(z, 0); i++) {
        bool sheet = strcmp(zip_get_name(z, (zip_uint64_t)i, 0), "xl/worksheets/sheet1.xml") == 0;
        zip_file_t *part = zip_fopen_index(z, (zip_uint64_t)i, 0);
        whole = part != NULL && part_whole(part, sheet ? &rows : NULL);
        if (part != NULL)
            zip_fclose(part);
    }
    zip_discard(z);
    return whole;
}
