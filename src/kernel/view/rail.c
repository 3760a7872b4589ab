/* rail.c: see rail.h. */
#include "view/rail.h"

#include <string.h>

enum { GROUPS = 9 };

static const struct {
    const char *name, *icon;
} groups[GROUPS] = {{"workbench", "view/icon-layout-dashboard"},
                    {"people", "view/icon-users"},
                    {"daily", "view/icon-eye"},
                    {"selection", "view/icon-route"},
                    {"special", "view/icon-target"},
                    {"assessment", "view/icon-award"},
                    {"rules", "view/icon-books"},
                    {"data", "view/icon-database"},
                    {"admin", "view/icon-settings"}};

/* What stands before and after a place that is filled later. */
struct around {
    const char *before, *after;
    size_t before_n, after_n;
};

enum mark { MARK_NONE, MARK_HERE, MARK_WITHIN, MARKS };

struct line {
    struct around plain[MARKS], counted[MARKS]; /* plain: all in `before` */
};

struct rail {
    struct around heads[LANGS][GROUPS][2]; /* closed, open */
    struct line *lines[LANGS];
    int *order, first[GROUPS + 1]; /* lines of group g: order[first[g]] .. order[first[g + 1] - 1] */
};

static const char hole[] = "\x01";

/* Renders a template and cuts it where the hole is. */
static struct err *cut(struct mustache_set *set, const char *template, json_t *data, struct arena *a,
                       struct around *out)
{
    struct buf b = BUF(a);
    struct err *e = mustache_render(mustache_find(set, template), &data, 1, &b);
    json_decref(data);
    if (e != NULL)
        return e;
    char *text = buf_str(&b), *at = strstr(text, hole);
    *out = (struct around){.before = text, .before_n = at != NULL ? (size_t)(at - text) : b.n};
    if (at != NULL) {
        out->after = at + 1;
        out->after_n = b.n - out->before_n - 1;
    }
    return NULL;
}

static struct err *make_heads(struct rail *r, struct mustache_set *set, enum lang lang, struct arena *a)
{
    for (int g = 0; g < GROUPS; g++)
        for (int open = 0; open < 2; open++) {
            const char *text = text_get(lang, arena_printf(a, "view.menu.%s", groups[g].name));
            json_t *data =
                json_pack("{ss ss sb ss}", "icon", groups[g].icon, "text", text, "open", open, "entries", hole);
            TRY(cut(set, "view/rail-group", data, a, &r->heads[lang][g][open]));
        }
    return NULL;
}

static struct err *make_line(struct line *line, struct mustache_set *set, enum lang lang, const struct view_menu *m,
                             struct arena *a)
{
    static const char *const marks[MARKS] = {"", "page", "true"};
    for (int mark = 0; mark < MARKS; mark++)
        for (int counted = 0; counted < 2; counted++) {
            json_t *data = json_pack("{ss ss ss ss}", "path", m->path, "text", text_get(lang, m->text), "current",
                                     marks[mark], "count", counted ? hole : "");
            TRY(cut(set, "view/rail-entry", data, a, counted ? &line->counted[mark] : &line->plain[mark]));
        }
    return NULL;
}

struct err *rail_make(struct mustache_set *const sets[LANGS], struct arena *a, const struct view_menu *menu, int n,
                      struct rail **out)
{
    struct rail *r = arena_new_of(a, struct rail);
    r->order = arena_array(a, int, n);
    int placed = 0;
    for (int g = 0; g < GROUPS; g++) {
        r->first[g] = placed;
        for (int i = 0; i < n; i++)
            if (strcmp(menu[i].group, groups[g].name) == 0)
                r->order[placed++] = i;
    }
    r->first[GROUPS] = placed;
    if (placed != n)
        return ERR(a, ERR_FAULT, "a line of the menu is in no known group");
    for (int lang = 0; lang < LANGS; lang++) {
        TRY(make_heads(r, sets[lang], (enum lang)lang, a));
        r->lines[lang] = arena_array(a, struct line, n);
        for (int i = 0; i < n; i++)
            TRY(make_line(&r->lines[lang][i], sets[lang], (enum lang)lang, &menu[i], a));
    }
    *out = r;
    return NULL;
}

/* How much of path the line covers: its length when path is it or lies below it. */
static size_t covers(const char *entry, const char *path)
{
    size_t n = strlen(entry);
    bool below = strncmp(path, entry, n) == 0 && (path[n] == '\0' || path[n] == '/');
    return below ? n : 0;
}

static int current_line(const struct view *v)
{
    int best = -1;
    size_t most = 0;
    for (int i = 0; i < v->n_menu; i++) {
        size_t n = v->menu[i].open ? covers(v->menu[i].path, v->path) : 0;
        if (n > most) {
            most = n;
            best = i;
        }
    }
    return best;
}

static void put_line(const struct line *line, const struct view_menu *m, enum mark mark, struct buf *out)
{
    if (m->count < 0) {
        buf_add(out, line->plain[mark].before, line->plain[mark].before_n);
        return;
    }
    buf_add(out, line->counted[mark].before, line->counted[mark].before_n);
    view_number(out, m->count);
    buf_add(out, line->counted[mark].after, line->counted[mark].after_n);
}

void rail_put(const struct rail *r, const struct view *v, struct buf *out)
{
    int current = current_line(v);
    for (int g = 0; g < GROUPS; g++) {
        bool any = false, here = false;
        for (int k = r->first[g]; k < r->first[g + 1]; k++) {
            any = any || v->menu[r->order[k]].open;
            here = here || r->order[k] == current;
        }
        if (!any)
            continue;
        const struct around *head = &r->heads[v->lang][g][g == 0 || here];
        buf_add(out, head->before, head->before_n);
        for (int k = r->first[g]; k < r->first[g + 1]; k++) {
            int i = r->order[k];
            enum mark mark = i != current ? MARK_NONE : strcmp(v->menu[i].path, v->path) == 0 ? MARK_HERE : MARK_WITHIN;
            if (v->menu[i].open)
                put_line(&r->lines[v->lang][i], &v->menu[i], mark, out);
        }
        buf_add(out, head->after, head->after_n);
    }
}
