/* names.c: search by part of a name, or by the beginning of its initials. Each owner's text is NAME \t INITIALS \n, all
 * of a block one after the other, so that one pass finds them. A Chinese query of two characters is six bytes that must
 * stand in the name: exact, where an index of trigrams is not. */
#include <string.h>

#include "facts/inner.h"

bool needle_make(struct arena *a, const char *text, struct needle *out)
{
    while (text != NULL && (*text == ' ' || *text == '\t'))
        text++;
    size_t n = text == NULL ? 0 : strlen(text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    if (n == 0)
        return false;
    char *p = arena_strndup(a, text, n);
    bool ascii = true;
    for (size_t i = 0; i < n; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] |= 32;
        else if (p[i] == '\n' || p[i] == '\t')
            p[i] = ' ';
        ascii = ascii && (unsigned char)p[i] < 0x80;
    }
    *out = (struct needle){p, n, ascii};
    return true;
}

enum { LANE = 16 };
typedef signed char lane __attribute__((vector_size(16)));

static inline lane load(const char *p)
{
    lane v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline lane all(char c)
{
    lane v;
    memset(&v, c, sizeof v);
    return v;
}

/* Does any of 32 bytes equal a while the byte `gap` further on equals b? */
static inline bool any_pair(const char *p, size_t gap, lane a, lane b)
{
    lane hit = ((load(p) == a) & (load(p + gap) == b)) | ((load(p + LANE) == a) & (load(p + LANE + gap) == b));
    uint64_t w[2];
    memcpy(w, &hit, sizeof w);
    return (w[0] | w[1]) != 0;
}

/* A hit in a name counts anywhere; in the initials only where a reading begins. */
static bool counts(const struct needle *n, const char *names, const char *from, const char *hit)
{
    if (!n->ascii || hit == names || hit[-1] == '\t')
        return true;
    for (const char *p = hit; p > from; p--) /* in the name, unless its end lies before */
        if (p[-1] == '\t')
            return hit[-1] == ' ';
    return true;
}

struct hits {
    const struct cells *owners;
    const struct needle *needle;
    uint8_t *found;
    int at;
};

static void note(struct hits *h, const char *hit)
{
    const struct cells *c = h->owners;
    uint32_t off = (uint32_t)(hit - c->names);
    int hi = c->n, lo = h->at;
    if (off >= c->name_at[h->at + 1]) { /* the owner whose text holds the hit */
        while (hi - lo > 1) {
            int mid = (lo + hi) / 2;
            if (c->name_at[mid] <= off)
                lo = mid;
            else
                hi = mid;
        }
        h->at = lo;
    }
    if (!h->found[h->at] && counts(h->needle, c->names, c->names + c->name_at[h->at], hit))
        h->found[h->at] = 1;
}

static void try_at(struct hits *h, const char *p, const char *end)
{
    const struct needle *n = h->needle;
    if (p + n->n <= end && p[0] == n->p[0] && memcmp(p, n->p, n->n) == 0)
        note(h, p);
}

void names_match(const struct cells *owners, const struct needle *n, uint8_t *mask)
{
    uint8_t found[EXPR_BLOCK] = {0};
    struct hits h = {owners, n, found, 0};
    if (owners->name_at != NULL && owners->n > 0) {
        const char *p = owners->names, *end = p + owners->name_at[owners->n];
        lane first = all(n->p[0]), last = all(n->p[n->n - 1]);
        for (; p + n->n - 1 + 2 * LANE <= end; p += 2 * LANE)
            if (any_pair(p, n->n - 1, first, last))
                for (size_t i = 0; i < 2 * LANE; i++)
                    try_at(&h, p + i, end);
        for (; p < end; p++)
            try_at(&h, p, end);
    }
    for (int i = 0; i < owners->n; i++)
        mask[i] &= found[i];
}
