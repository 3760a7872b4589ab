/* view.h: pages for people. A handler's `data` (ids, codes, ISO dates) is rendered by a template; view lays beside it
 * the object `view` (language, token, menu, who is signed in) and, if given, `labels`. Neither changes `data`, which
 * JSON clients get as it is.
 *
 * Templates are embedded: MODULE/pages/NAME.html is "MODULE/NAME"; the kernel's are "view/layout", "view/icon-search"
 * ... A page begins `{{<view/layout}}{{$title}}{{t.x.title}}{{/title}}{{$main}}` and ends `{{/main}}{{/view/layout}}`;
 * more blocks of the layout: scripts, body_class, foot. Pages before sign-in use view/door, printed forms view/print.
 * Names a template finds in `view`: lang, lang_en, csrf, path, site, user{name, unit}, rail (menu, ready HTML),
 * desk{open, href}, inbox{unread} (numbers as they are shown), day (ISO), day_week (text), now (ms), number (of the
 * request), other_lang{href, tag}. A page with charts has
 * {{$scripts}}<script defer src="{{asset.echarts.common.min.js}}"></script>
 * <script defer src="{{asset.charts.js}}"></script>{{/scripts}}. */
#ifndef QF_VIEW_VIEW_H
#define QF_VIEW_VIEW_H

#include <jansson.h>

#include "base/date.h"
#include "view/mustache.h"

/* One line of the menu. Groups in order: workbench people daily selection special assessment rules data admin; their
 * names are the texts view.menu.GROUP. */
struct view_menu {
    const char *group;
    const char *text; /* key of the label */
    const char *path; /* "/roster/member" */
    bool open;        /* may this person use it? others are not listed */
    int64_t count;    /* shown at the right unless negative */
};

struct rail;

struct view {
    enum lang lang;
    const char *csrf;        /* token for forms */
    const char *path;        /* of this page: marks its line in the menu */
    const char *here;        /* path with query, for the language link */
    const char *site;        /* the office in the head; may be NULL */
    const char *user, *unit; /* who is signed in and the office held; NULL: nobody */
    const struct view_menu *menu;
    int n_menu;
    struct rail *rail;     /* of this menu (view_rail); NULL: made anew for the page */
    int64_t desk, unread;  /* matters that wait, notices not read; negative: not shown */
    const char *desk_path; /* where the matters stand */
    struct date day;       /* the day judged */
    int64_t now;           /* UTC ms, on prints */
    int64_t number;        /* of the request */
    const char *proof;     /* on prints: sequence and checkpoint; NULL */
    json_t *labels;        /* borrowed; may be NULL */
};

/* Compiles every embedded template for both languages; ERR_FAULT names the first that is wrong. Later calls do nothing.
 * Call before threads start. */
struct err *view_init(struct arena *a) MUST_USE;

/* Prepares a menu's HTML, so that pages with the same lines (open and counts may differ) put it together quickly;
 * arena. ERR_FAULT for an unknown group. */
struct err *view_rail(struct arena *a, const struct view_menu *menu, int n_menu, struct rail **out) MUST_USE;

/* The page of a template with this data (borrowed). ERR_FAULT when there is no such template. */
struct err *view_page(const struct view *v, const char *template, json_t *data, struct buf *out) MUST_USE;
/* Only its block `main`, for a swap by htmx; the whole page when it has no such block. */
struct err *view_part(const struct view *v, const char *template, json_t *data, struct buf *out) MUST_USE;

/* A piece of HTML that stands in a page many times (a row, a cell) or is the same for everyone (a box of choices): its
 * template is rendered once, with holes in data where values will stand; filling it is copying, and needs no template
 * and no JSON value. arena. data: taken over. */
struct stencil;
struct err *view_stencil(struct arena *a, enum lang lang, const char *template, json_t *data,
                         const struct stencil **out) MUST_USE;
/* What stands in data for the hole 0 .. 675: written escaped, or (its template's {{{...}}}) as HTML; arena. */
const char *view_hole(struct arena *a, int hole);
const char *view_hole_html(struct arena *a, int hole);
/* values[hole], NULL for nothing. */
void view_stencil_put(struct buf *out, const struct stencil *s, const char *const *values);

/* data as compact JSON, straight into the buffer; keys in the order they were set. */
void view_json(struct buf *out, const json_t *data);
/* A text as a value, null for NULL; a new reference. */
json_t *view_text_json(const char *s);
json_t *view_date_json(struct date d); /* ISO text; null unless a date */
json_t *view_id_json(int64_t id);      /* null for 0 */
/* Bytes of dropped jansson values this thread keeps for new ones; at most 1 MiB (json_memory.c). */
size_t view_json_kept(void);

/* ---- how people write things ---- */
void view_date(struct buf *out, enum lang lang, struct date d); /* 2026.11.23 / 23 Nov 2026; nothing unless a date */
void view_long_date(struct buf *out, enum lang lang, struct date d); /* 2026年11月23日 / 23 November 2026 */
void view_number(struct buf *out, int64_t n);                        /* thin gap (U+202F) between thousands */
void view_name(struct buf *out, const char *name);                   /* 白简 -> 白　简 */

/* Where an embedded asset is served: "/static/HASH/qingfeng.css" for "qingfeng.css"; NULL when there is none; static.
 */
const char *view_asset_path(const char *name);

#endif
