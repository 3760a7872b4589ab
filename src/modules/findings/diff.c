/* diff.c: see diff.h. The longest common run of lines, by the plain table: texts of rules are short. */
#include "findings/diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LINES_MOST = 1000, AROUND = 2 };

struct lines {
    const char *p[LINES_MOST];
    int n;
};

static void cut(struct arena *a, const char *text, struct lines *out)
{
    for (const char *s = text == NULL ? "" : text; *s != '\0' && out->n < LINES_MOST;) {
        size_t n = strcspn(s, "\n"), used = n > 0 && s[n - 1] == '\r' ? n - 1 : n;
        out->p[out->n++] = arena_strndup(a, s, used);
        s += s[n] == '\n' ? n + 1 : n;
    }
}

struct line {
    const char *text;
    int sign; /* -1 gone, 1 added */
};

/* Lines of both texts in order. */
static int merge(struct arena *a, const struct lines *x, const struct lines *y, struct line *out)
{
    int w = y->n + 1, n = 0, i = 0, k = 0;
    uint16_t *common = arena_array(a, uint16_t, (x->n + 1) * w); /* lines in common from here on */
    for (i = x->n - 1; i >= 0; i--)
        for (k = y->n - 1; k >= 0; k--) {
            uint16_t down = common[(i + 1) * w + k], right = common[i * w + k + 1];
            common[i * w + k] = strcmp(x->p[i], y->p[k]) == 0 ? (uint16_t)(common[(i + 1) * w + k + 1] + 1)
                                : down > right                ? down
                                                              : right;
        }
    for (i = 0, k = 0; i < x->n || k < y->n;) {
        if (i < x->n && k < y->n && strcmp(x->p[i], y->p[k]) == 0) {
            out[n++] = (struct line){x->p[i], 0};
            i++, k++;
        } else if (k == y->n || (i < x->n && common[(i + 1) * w + k] >= common[i * w + k + 1])) {
            out[n++] = (struct line){x->p[i++], -1};
        } else {
            out[n++] = (struct line){y->p[k++], 1};
        }
    }
    return n;
}

json_t *diff_lines(struct arena *a, const char *was, const char *now)
{
    struct lines *x = arena_new_of(a, struct lines), *y = arena_new_of(a, struct lines);
    json_t *all = json_array();
    cut(a, was, x);
    cut(a, now, y);
    struct line *lines = arena_array(a, struct line, x->n + y->n + 1);
    int n = merge(a, x, y, lines);
    for (int i = 0; i < n; i++) {
        bool near = false;
        for (int k = i - AROUND; k <= i + AROUND; k++)
            near |= k >= 0 && k < n && lines[k].sign != 0;
        if (near)
            json_array_append_new(all, json_pack("{s:s, s:b, s:b}", "text", lines[i].text, "gone",
                                                 lines[i].sign<0, "added", lines[i].sign> 0));
    }
    return all;
}
