/* form_files.c: form_each: every person in files and zips, one fresh arena each. In a zip a .lrm and its photo are
 * matched by base name: the photo of the same folder, else the only one of that name. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "load/zip.h"
#include "roster/form_ahead.h"

enum { FILE_MOST = 32 << 20 };

enum kind { OTHER, LRMX, LRM, PHOTO, NESTED_ZIP };

struct run {
    struct arena *arena, *fresh;
    struct err *(*each)(void *p, struct arena *fresh, const struct form_item *item);
    struct arena *(*next)(void *p); /* NULL: fresh is emptied after each */
    void *p;
};

static enum kind kind_of(const char *name)
{
    static const struct {
        const char *ending;
        enum kind kind;
    } known[] = {{".lrmx", LRMX}, {".lrm", LRM},   {".pic", PHOTO}, {".jpg", PHOTO},     {".jpeg", PHOTO},
                 {".png", PHOTO}, {".bmp", PHOTO}, {".gif", PHOTO}, {".zip", NESTED_ZIP}};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t e = strlen(known[i].ending);
        if (n > e && strcasecmp(name + n - e, known[i].ending) == 0)
            return known[i].kind;
    }
    return OTHER;
}

static struct err *tell(struct run *r, struct form_item *item, struct err *e, struct form *f)
{
    item->form = e == NULL ? f : NULL;
    item->err = err_keep(r->fresh, e); /* a zip's own errors end with the zip */
    struct err *stop = r->each(r->p, r->fresh, item);
    if (stop != NULL) { /* it lives in the arena about to end */
        struct err *kept = ERR(r->arena, stop->kind, "%s", stop->detail);
        return err_say(kept, stop->say == NULL ? NULL : arena_strdup(r->arena, stop->say), NULL);
    }
    if (r->next != NULL)
        r->fresh = r->next(r->p);
    else
        arena_reset(r->fresh);
    return NULL;
}

/* A whole file of at most FILE_MOST bytes; the kind of error tells why not. */
static struct err *slurp(struct arena *a, const char *path, void **out, size_t *n)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return err_say(ERR(a, errno == ENOENT ? ERR_MISSING : ERR_INVALID, "%s", strerror(errno)),
                       "roster.form.cannot_open", "reason", arena_strdup(a, strerror(errno)), NULL);
    struct buf b = BUF(a);
    char piece[65536];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, f)) > 0 && b.n <= FILE_MOST)
        buf_add(&b, piece, got);
    int bad = ferror(f) ? errno : 0;
    fclose(f);
    if (bad != 0)
        return err_say(ERR(a, ERR_INVALID, "%s", strerror(bad)), "roster.form.cannot_open", "reason",
                       arena_strdup(a, strerror(bad)), NULL);
    if (b.n > FILE_MOST)
        return err_say(ERR(a, ERR_LIMIT, "a form of over %d bytes", FILE_MOST), "load.too_big", "limit",
                       arena_printf(a, "%d", FILE_MOST), NULL);
    *out = buf_str(&b);
    *n = b.n;
    return NULL;
}

static struct err *understand(struct arena *a, enum kind kind, const void *bytes, size_t n, const void *pic,
                              size_t n_pic, struct form **out)
{
    const char *p = bytes;
    size_t i = 0;
    if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
        i = 3;
    while (i < n && strchr(" \t\r\n", p[i]) != NULL && p[i] != '\0')
        i++;
    bool record = i < n && p[i] == '"';
    if (kind == LRM ? i == n || p[i] != '<' : record) /* the name may be wrong, the first character is not */
        return form_read_lrm(a, bytes, n, pic, n_pic, out);
    return form_read_lrmx(a, bytes, n, out);
}

/* The photo beside a .lrm on disk; none is no error. */
static void photo_beside(struct arena *a, const char *path, void **pic, size_t *n)
{
    static const char *const endings[] = {".pic", ".PIC", ".Pic", ".jpg", ".JPG", ".jpeg", ".JPEG"};
    const char *dot = strrchr(path, '.');
    size_t stem = dot == NULL || strchr(dot, '/') != NULL ? strlen(path) : (size_t)(dot - path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct err *e = slurp(a, arena_printf(a, "%.*s%s", (int)stem, path, endings[i]), pic, n);
        if (e == NULL)
            return;
    }
    *n = 0;
}

static struct err *one_file(struct run *r, const char *path, struct form_item *item)
{
    struct arena *a = r->fresh;
    void *bytes = NULL, *pic = NULL;
    size_t n = 0, n_pic = 0;
    struct form *f = NULL;
    enum kind kind = kind_of(path);
    struct err *e = slurp(a, path, &bytes, &n);
    if (e == NULL && kind == LRM)
        photo_beside(a, path, &pic, &n_pic);
    if (e == NULL)
        e = understand(a, kind, bytes, n, pic, n_pic, &f);
    return tell(r, item, e, f);
}

/* Photos of a zip by hash of their base name without ending, sorted. */
struct photo {
    uint64_t hash, index;
};

static size_t stem_length(const char *base)
{
    const char *dot = strrchr(base, '.');
    return dot == NULL ? strlen(base) : (size_t)(dot - base);
}

static uint64_t stem_hash(const char *base)
{
    uint64_t h = 14695981039346656037U; /* FNV-1a */
    for (size_t i = 0, n = stem_length(base); i < n; i++) {
        unsigned char c = (unsigned char)base[i];
        h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32U : c)) * 1099511628211U;
    }
    return h;
}

static int by_hash(const void *a, const void *b)
{
    const struct photo *x = a, *y = b;
    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : x->index < y->index ? -1 : x->index > y->index;
}

struct batch {
    struct load_zip *zip;
    VEC(struct photo) photos;
    VEC(unsigned char) kinds; /* of each entry; 255: passed over */
    size_t total;
    bool is_form_batch;
};

static bool same_folder(const char *a, const char *b)
{
    const char *x = strrchr(a, '/'), *y = strrchr(b, '/');
    size_t n = x == NULL ? 0 : (size_t)(x - a), m = y == NULL ? 0 : (size_t)(y - b);
    return n == m && memcmp(a, b, n) == 0;
}

/* Bytes of the photo that belongs to a .lrm entry. */
static void photo_of(struct batch *b, struct arena *a, const struct load_zip_entry *entry, void **pic, size_t *n)
{
    struct photo key = {.hash = stem_hash(entry->base)};
    size_t lo = 0, hi = b->photos.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (b->photos.p[mid].hash < key.hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    size_t stem = stem_length(entry->base), found = 0;
    uint64_t index = 0;
    for (; lo < b->photos.n && b->photos.p[lo].hash == key.hash; lo++) {
        struct load_zip_entry photo;
        if (load_zip_entry(b->zip, a, b->photos.p[lo].index, &photo) != NULL || stem_length(photo.base) != stem ||
            strncasecmp(photo.base, entry->base, stem) != 0)
            continue;
        index = photo.index;
        found++;
        if (same_folder(photo.name, entry->name)) {
            found = 1;
            break;
        }
    }
    struct err *e = found == 1 ? load_zip_read(b->zip, a, index, FILE_MOST, pic, n) : NULL;
    if (found != 1 || e != NULL)
        *n = 0;
}

/* First pass: what each entry is. */
static struct err *survey(struct run *r, struct batch *b)
{
    uint64_t n = load_zip_count(b->zip);
    for (uint64_t i = 0; i < n; i++) {
        struct load_zip_entry entry;
        TRY(load_zip_entry(b->zip, r->fresh, i, &entry));
        enum kind kind = kind_of(entry.base);
        bool passed = entry.folder || entry.litter || kind == PHOTO;
        *VEC_PUSH(&b->kinds, r->arena) = passed ? 255 : (unsigned char)kind;
        if (kind == PHOTO && !entry.litter && !entry.folder)
            *VEC_PUSH(&b->photos, r->arena) = (struct photo){.hash = stem_hash(entry.base), .index = i};
        b->total += !passed;
        b->is_form_batch |= !passed && (kind == LRM || kind == LRMX);
        if (i % 64 == 63)
            arena_reset(r->fresh);
    }
    arena_reset(r->fresh);
    if (b->photos.n > 0)
        qsort(b->photos.p, b->photos.n, sizeof *b->photos.p, by_hash);
    return NULL;
}

static struct err *not_a_form(struct arena *a, const char *what)
{
    return err_say(ERR(a, ERR_INVALID, "%s", what), "roster.form.not_a_form", NULL);
}

static struct err *read_entry(struct batch *b, struct arena *a, enum kind kind, const struct load_zip_entry *entry,
                              struct form **f)
{
    if (kind != LRM && kind != LRMX)
        return not_a_form(a, kind == NESTED_ZIP ? "a zip inside the zip" : "neither .lrmx nor .lrm");
    void *bytes = NULL, *pic = NULL;
    size_t n = 0, n_pic = 0;
    TRY(load_zip_read(b->zip, a, entry->index, FILE_MOST, &bytes, &n));
    if (kind == LRM)
        photo_of(b, a, entry, &pic, &n_pic);
    return understand(a, kind, bytes, n, pic, n_pic, f);
}

static struct err *one_zip(struct run *r, const char *path)
{
    arena_scope struct arena *zip_arena = arena_new();
    struct run inner = *r;
    inner.arena = zip_arena;
    struct batch b = {0};
    struct form_item item = {.file = path, .number = 1, .total = 1};
    struct err *e = load_zip_open(zip_arena, path, load_zip_usual, &b.zip);
    if (e == NULL)
        e = survey(&inner, &b);
    if (e != NULL)
        return tell(r, &item, e, NULL);
    if (!b.is_form_batch)
        return tell(r, &item, not_a_form(r->fresh, "a zip without any .lrmx or .lrm"), NULL);
    item = (struct form_item){.file = path, .total = b.total};
    for (uint64_t i = 0; i < b.kinds.n; i++) {
        if (b.kinds.p[i] == 255)
            continue;
        struct load_zip_entry entry;
        struct form *f = NULL;
        e = load_zip_entry(b.zip, r->fresh, i, &entry);
        item.entry = e == NULL ? entry.name : NULL;
        item.number++;
        if (e == NULL)
            e = read_entry(&b, r->fresh, (enum kind)b.kinds.p[i], &entry, &f);
        TRY(tell(r, &item, e, f));
    }
    return NULL;
}

static bool file_is_zip(const char *path)
{
    unsigned char head[4];
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    return load_zip_is(head, n);
}

static struct err *all_files(struct run *r, const char *const *paths, size_t n)
{
    bool forms = false;
    for (size_t i = 0; i < n; i++)
        forms |= kind_of(paths[i]) != PHOTO;
    for (size_t i = 0; i < n; i++) {
        struct form_item item = {.file = paths[i], .number = 1, .total = 1};
        if (file_is_zip(paths[i]) || kind_of(paths[i]) == NESTED_ZIP)
            TRY(one_zip(r, paths[i]));
        else if (!forms || kind_of(paths[i]) != PHOTO) /* photos beside their .lrm in the list are read with it */
            TRY(one_file(r, paths[i], &item));
    }
    return NULL;
}

struct err *form_each(struct arena *a, const char *const *paths, size_t n,
                      struct err *(*each)(void *p, struct arena *fresh, const struct form_item *item), void *p)
{
    arena_scope struct arena *fresh = arena_new();
    struct run r = {.arena = a, .fresh = fresh, .each = each, .p = p};
    return all_files(&r, paths, n);
}

struct err *form_each_kept(struct arena *a, struct arena *first, const char *const *paths, size_t n,
                           struct err *(*each)(void *p, struct arena *fresh, const struct form_item *item),
                           struct arena *(*next)(void *p), void *p)
{
    struct run r = {.arena = a, .fresh = first, .each = each, .next = next, .p = p};
    return all_files(&r, paths, n);
}
