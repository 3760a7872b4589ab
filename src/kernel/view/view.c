/* view.c: pages from templates, data and what the frame of a page needs. */
#include "view/view.h"

#include <string.h>

#include "base/clock.h"
#include "base/embed.h"
#include "view/rail.h"
#include "view/stencil.h"

enum { RAIL_BYTES = 16384 }; /* room its HTML begins with */

static struct mustache_set *sets[LANGS];

/* "MODULE/NAME" is the embedded file MODULE/pages/NAME.html. A template of one line loses its line end, so that an icon
 * can stand in running text. */
static const char *embedded(const void *ctx, const char *name, size_t *n_out)
{
    (void)ctx;
    const char *slash = strchr(name, '/');
    if (slash == NULL)
        return NULL;
    arena_scope struct arena *a = arena_new();
    const char *src = embed_get(arena_printf(a, "%.*s/pages/%s.html", (int)(slash - name), name, slash + 1), n_out);
    if (src != NULL && *n_out > 0 && memchr(src, '\n', *n_out) == src + *n_out - 1)
        --*n_out;
    return src;
}

/* The template's name of an embedded file, NULL when it is none. */
static const char *template_name(struct arena *a, const char *file)
{
    const char *pages = strstr(file, "/pages/");
    size_t n = strlen(file);
    if (pages == NULL || n < 5 || strcmp(file + n - 5, ".html") != 0)
        return NULL;
    const char *name = pages + strlen("/pages/");
    return arena_printf(a, "%.*s/%.*s", (int)(pages - file), file, (int)(file + n - 5 - name), name);
}

struct err *view_init(struct arena *a)
{
    static struct arena *templates; /* lives as long as the program */
    (void)view_json_kept();         /* for the linker to take in json_memory.c */
    if (templates != NULL)
        return NULL;
    struct arena *own = arena_new();
    for (int lang = 0; lang < LANGS; lang++) {
        sets[lang] = mustache_set_new(own, (enum lang)lang, embedded, NULL);
        for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
            const char *name = template_name(own, e->name);
            const struct mustache *m;
            struct err *wrong = name != NULL ? mustache_load(sets[lang], name, &m) : NULL;
            if (wrong != NULL) {
                struct err *kept = ERR(a, wrong->kind, "%s", wrong->detail);
                arena_free(own);
                return kept;
            }
        }
    }
    templates = own;
    return NULL;
}

struct err *view_rail(struct arena *a, const struct view_menu *menu, int n_menu, struct rail **out)
{
    return rail_make(sets, a, menu, n_menu, out);
}

/* ---- the frame ---- */

static json_t *text_or_null(const char *s)
{
    return s != NULL && *s != '\0' ? json_string(s) : json_null();
}

/* This page in the other language: its address with lang= replaced. */
static const char *other_href(struct arena *a, const struct view *v)
{
    struct buf b = BUF(a);
    const char *here = v->here != NULL ? v->here : v->path, *query = strchr(here, '?');
    buf_add(&b, here, query != NULL ? (size_t)(query - here) : strlen(here));
    buf_putc(&b, '?');
    while (query != NULL && query[1] != '\0') {
        const char *from = query + 1;
        size_t n = strcspn(from, "&");
        if (strncmp(from, "lang=", 5) != 0 && n > 0) {
            buf_add(&b, from, n);
            buf_putc(&b, '&');
        }
        query = from[n] == '&' ? from + n : NULL;
    }
    buf_printf(&b, "lang=%s", lang_tag(v->lang == LANG_EN ? LANG_ZH : LANG_EN));
    return buf_str(&b);
}

/* "7", and "99+" for a hundred and more: nobody counts further at a glance. */
static const char *counted(int64_t n, char out[24])
{
    if (n >= 100)
        return "99+";
    snprintf(out, 24, "%lld", (long long)n);
    return out;
}

static json_t *frame_json(const struct view *v, struct arena *a, const struct buf *rail)
{
    char day[DATE_TEXT], week[] = "view.week.1";
    json_t *f = json_object();
    json_object_set_new(f, "lang", json_string_nocheck(lang_tag(v->lang)));
    json_object_set_new(f, "lang_en", json_boolean(v->lang == LANG_EN));
    json_object_set_new(f, "csrf", text_or_null(v->csrf));
    json_object_set_new(f, "path", text_or_null(v->path));
    json_object_set_new(f, "site", text_or_null(v->site));
    if (v->user != NULL) {
        json_t *user = json_object();
        json_object_set_new(user, "name", text_or_null(v->user));
        json_object_set_new(user, "unit", text_or_null(v->unit));
        json_object_set_new(f, "user", user);
    }
    if (rail->n > 0)
        json_object_set_new(f, "rail", json_stringn_nocheck(rail->p, rail->n));
    char n[24];
    if (v->desk >= 0)
        json_object_set_new(
            f, "desk",
            json_pack("{ss ss}", "open", counted(v->desk, n), "href", v->desk_path != NULL ? v->desk_path : "/desk"));
    if (v->unread >= 0)
        json_object_set_new(f, "inbox", json_pack("{ss sb}", "unread", counted(v->unread, n), "any", v->unread > 0));
    if (date_is_full(v->day)) {
        week[sizeof week - 2] = (char)('0' + date_weekday(v->day));
        json_object_set_new(f, "day", json_string_nocheck(date_iso(v->day, day)));
        json_object_set_new(f, "day_week", json_string_nocheck(text_get(v->lang, week)));
    }
    json_object_set_new(f, "number", json_integer(v->number));
    json_object_set_new(f, "proof", text_or_null(v->proof));
    json_object_set_new(f, "now", json_integer(v->now));
    json_t *other = json_object();
    json_object_set_new(other, "href", text_or_null(other_href(a, v)));
    json_object_set_new(other, "tag", json_string_nocheck(lang_tag(v->lang == LANG_EN ? LANG_ZH : LANG_EN)));
    json_object_set_new(f, "other_lang", other);
    return f;
}

static struct err *render(const struct view *v, const char *template, json_t *data, struct buf *out, bool part)
{
    const struct mustache *m = sets[v->lang] != NULL ? mustache_find(sets[v->lang], template) : NULL;
    if (m == NULL)
        return ERR(out->arena, ERR_FAULT, "no template '%s'", template);
    struct buf rail = BUF(out->arena);
    if (!part && v->n_menu > 0) {
        struct rail *made = v->rail;
        buf_room(&rail, RAIL_BYTES);
        if (made == NULL)
            TRY(rail_make(sets, out->arena, v->menu, v->n_menu, &made));
        rail_put(made, v, &rail);
    }
    json_t *bottom = json_object(), *contexts[2] = {bottom, data};
    json_object_set_new(bottom, "view", frame_json(v, out->arena, &rail));
    if (v->labels != NULL)
        json_object_set(bottom, "labels", v->labels);
    bool found = false;
    struct err *e = part ? mustache_render_block(m, "main", contexts, 2, out, &found) : NULL;
    if (e == NULL && !found)
        e = mustache_render(m, contexts, 2, out);
    json_decref(bottom);
    return e;
}

struct err *view_page(const struct view *v, const char *template, json_t *data, struct buf *out)
{
    return render(v, template, data, out, false);
}

struct err *view_part(const struct view *v, const char *template, json_t *data, struct buf *out)
{
    return render(v, template, data, out, true);
}

struct err *view_stencil(struct arena *a, enum lang lang, const char *template, json_t *data,
                         const struct stencil **out)
{
    const struct mustache *m = sets[lang] != NULL ? mustache_find(sets[lang], template) : NULL;
    struct buf b = BUF(a);
    struct err *e = m == NULL ? ERR(a, ERR_FAULT, "no template '%s'", template) : mustache_render(m, &data, 1, &b);
    json_decref(data);
    if (e == NULL)
        *out = stencil_cut(a, buf_str(&b));
    return e;
}
