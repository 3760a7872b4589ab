/* stencil.c: see stencil.h. */
#include "view/stencil.h"

#include <string.h>

#include "base/vec.h"
#include "view/view.h"

/* A mark is one byte that says how its value is written, and two letters. */
enum { MARK_TEXT = 1, MARK_HTML = 2, MARK = 3, LETTERS = 26 };

struct piece { /* text, then what fills the hole after it */
    const char *text;
    size_t n;
    int hole; /* -1: the last piece */
    bool html;
};

struct stencil {
    struct piece *pieces;
};

static const char *mark(struct arena *a, char how, int hole)
{
    char text[] = {how, (char)('A' + hole / LETTERS % LETTERS), (char)('a' + hole % LETTERS), '\0'};
    return arena_strdup(a, text);
}

const char *view_hole(struct arena *a, int hole)
{
    return mark(a, MARK_TEXT, hole);
}

const char *view_hole_html(struct arena *a, int hole)
{
    return mark(a, MARK_HTML, hole);
}

const struct stencil *stencil_cut(struct arena *a, const char *text)
{
    VEC(struct piece) all = {0};
    struct stencil *s = arena_new_of(a, struct stencil);
    for (;;) {
        size_t n = strcspn(text, "\x01\x02");
        struct piece *p = VEC_PUSH(&all, a);
        *p = (struct piece){text, n, -1, text[n] == MARK_HTML};
        if (text[n] == '\0')
            break;
        p->hole = (text[n + 1] - 'A') * LETTERS + text[n + 2] - 'a';
        text += n + MARK;
    }
    s->pieces = all.p;
    return s;
}

void view_stencil_put(struct buf *out, const struct stencil *s, const char *const *values)
{
    for (const struct piece *p = s->pieces;; p++) {
        buf_add(out, p->text, p->n);
        if (p->hole < 0)
            return;
        const char *value = values[p->hole];
        if (value != NULL)
            (p->html ? buf_puts : buf_html)(out, value);
    }
}
