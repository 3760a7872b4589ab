/* table.c: tells CSV from xlsx by the first bytes and passes on. */
#include "load/table.h"

#include <string.h>

#include "load/csv.h"
#include "load/xlsx.h"

const struct load_table_limits load_table_usual = {
    .rows = 2000000, .bytes = (uint64_t)4 << 30, .columns = 16384, .cell_bytes = 1 << 20};

struct load_table {
    struct load_csv *csv;
    struct load_xlsx *xlsx;
    struct load_table_facts facts;
};

/* The compound files of old workbooks, and of new ones locked with a password. */
static struct err *old_or_locked(struct arena *a, const struct load_source *s)
{
    static const char locked[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    char piece[65536];
    size_t n;
    bool found = false;
    for (uint64_t at = 0; at < s->size && !found; at += sizeof piece / 2) { /* pieces overlap by half */
        TRY(load_source_read(s, a, at, piece, sizeof piece, &n));
        found = n > 0 && memmem(piece, n, locked, sizeof locked) != NULL;
        if (at > (uint64_t)64 << 20)
            break;
    }
    return found ? err_say(ERR(a, ERR_INVALID, "a workbook locked with a password"), "load.xlsx_locked", NULL)
                 : err_say(ERR(a, ERR_INVALID, "a workbook of the old binary kind"), "load.xls_old", NULL);
}

static struct err *open_source(struct arena *a, const struct load_source *s, const struct load_table_options *given,
                               struct load_table **out)
{
    struct load_table_options o = {0};
    if (given != NULL)
        o = *given;
    if (o.limits.rows == 0)
        o.limits = load_table_usual;
    unsigned char head[8];
    size_t n;
    TRY(load_source_read(s, a, 0, head, sizeof head, &n));
    struct load_table *t = arena_new_of(a, struct load_table);
    if (n == 8 && memcmp(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
        return old_or_locked(a, s);
    if (load_zip_is(head, n)) {
        struct load_zip_limits limits = load_zip_usual;
        limits.entry_bytes = o.limits.bytes;
        struct load_zip *zip = NULL;
        t->facts.xlsx = true;
        if (s->fd < 0)
            TRY(load_zip_open_bytes(a, s->bytes, (size_t)s->size, limits, &zip));
        else
            TRY(load_zip_open(a, s->path, limits, &zip));
        TRY(load_xlsx_open(a, zip, &o, &t->facts, &t->xlsx));
    } else {
        TRY(load_csv_open(a, s, &o, &t->facts, &t->csv));
    }
    *out = t;
    return NULL;
}

struct err *load_table_open(struct arena *a, const char *path, const struct load_table_options *options,
                            struct load_table **out)
{
    struct load_source s;
    TRY(load_source_open(a, path, &s));
    return open_source(a, &s, options, out);
}

struct err *load_table_open_bytes(struct arena *a, const void *bytes, size_t n,
                                  const struct load_table_options *options, struct load_table **out)
{
    struct load_source s = load_source_bytes(bytes, n);
    return open_source(a, &s, options, out);
}

const struct load_table_facts *load_table_facts(const struct load_table *t)
{
    return &t->facts;
}

struct err *load_table_next(struct load_table *t, const struct load_row **out)
{
    return t->csv != NULL ? load_csv_next(t->csv, out) : load_xlsx_next(t->xlsx, out);
}

uint64_t load_table_damaged(const struct load_table *t)
{
    return t->csv != NULL ? load_csv_damaged(t->csv) : 0;
}

const char *load_unmark(const char *text)
{
    static const char *const live[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    const char *behind = text + strspn(text, "'");
    for (size_t i = 0; behind > text && i < sizeof live / sizeof *live; i++)
        if (strncmp(behind, live[i], strlen(live[i])) == 0)
            return text + 1;
    return text;
}
