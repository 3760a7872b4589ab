/* form_html.c: see form_html.h. Sizes are classes (hp-28 is 14 points), as pages carry no style of their own. */
#include "roster/form_html.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "view/view.h"

/* The cells by their names in the templates. */
static const char *const names[SHEET_CELLS] = {[CELL_NAME] = "name",
                                               [CELL_SEX] = "sex",
                                               [CELL_BIRTH] = "birth",
                                               [CELL_ETHNICITY] = "ethnicity",
                                               [CELL_NATIVE] = "native",
                                               [CELL_BIRTH_PLACE] = "birth_place",
                                               [CELL_PARTY] = "party",
                                               [CELL_WORK] = "work",
                                               [CELL_RETIRE] = "retire",
                                               [CELL_HEALTH] = "health",
                                               [CELL_TITLE] = "title",
                                               [CELL_EXPERTISE] = "expertise",
                                               [CELL_FULL_EDUCATION] = "full_education",
                                               [CELL_FULL_DEGREE] = "full_degree",
                                               [CELL_FULL_SCHOOL] = "full_school",
                                               [CELL_FULL_DEGREE_SCHOOL] = "full_degree_school",
                                               [CELL_IN_EDUCATION] = "in_education",
                                               [CELL_IN_DEGREE] = "in_degree",
                                               [CELL_IN_SCHOOL] = "in_school",
                                               [CELL_IN_DEGREE_SCHOOL] = "in_degree_school",
                                               [CELL_POST] = "post",
                                               [CELL_PROPOSED] = "proposed",
                                               [CELL_REMOVED] = "removed",
                                               [CELL_AWARDS] = "awards",
                                               [CELL_APPRAISAL] = "appraisal",
                                               [CELL_REASON] = "reason"};
static const char *const kin_names[] = {"relation", "kin_name", "age", "politics", "kin_work"};

/* Holes: 2 c the text of cell c, 2 c + 1 its class; then these. */
enum {
    HOLE_RESUME = 2 * SHEET_CELLS,
    HOLE_RESUME_CLASS,
    HOLE_PHOTO,
    HOLE_SPAN,
    HOLE_KIN,
    HOLE_UNIT,
    HOLE_DAY,
    HOLE_BY,
    HOLE_WHO,
    HOLE_HEIGHT,
    HOLE_KIN_TEXT, /* 5 texts, 5 classes */
    HOLES = HOLE_KIN_TEXT + 10
};

struct form_stencils {
    const struct stencil *side_1[2], *side_2, *kin, *more_resume, *more_kin; /* side_1[v4] */
};

static void hole(struct arena *a, json_t *o, const char *name, int n)
{
    json_object_set_new(o, name, json_string(view_hole_html(a, n)));
}

static json_t *holes(struct arena *a, bool v4)
{
    static const struct {
        const char *name;
        int hole;
    } more[] = {{"resume", HOLE_RESUME}, {"c_resume", HOLE_RESUME_CLASS}, {"photo", HOLE_PHOTO}, {"span", HOLE_SPAN},
                {"kin", HOLE_KIN},       {"reporting_unit", HOLE_UNIT},   {"day", HOLE_DAY},     {"filled_by", HOLE_BY},
                {"who", HOLE_WHO},       {"height", HOLE_HEIGHT}};
    json_t *o = json_pack("{s:b}", "v4", v4);
    for (int i = 0; i < SHEET_CELLS; i++) {
        hole(a, o, names[i], 2 * i);
        hole(a, o, arena_printf(a, "c_%s", names[i]), 2 * i + 1);
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        hole(a, o, more[i].name, more[i].hole);
    for (int i = 0; i < 5; i++) {
        hole(a, o, kin_names[i], HOLE_KIN_TEXT + i);
        hole(a, o, arena_printf(a, "c_%s", kin_names[i]), HOLE_KIN_TEXT + 5 + i);
    }
    return o;
}

struct err *form_stencils_make(struct arena *a, struct form_stencils **out)
{
    struct form_stencils *t = arena_new_of(a, struct form_stencils);
    for (int v4 = 0; v4 < 2; v4++)
        TRY(view_stencil(a, LANG_ZH, "roster/form-1", holes(a, v4 != 0), &t->side_1[v4]));
    TRY(view_stencil(a, LANG_ZH, "roster/form-2", holes(a, false), &t->side_2));
    TRY(view_stencil(a, LANG_ZH, "roster/form-kin", holes(a, false), &t->kin));
    TRY(view_stencil(a, LANG_ZH, "roster/form-more-resume", holes(a, false), &t->more_resume));
    TRY(view_stencil(a, LANG_ZH, "roster/form-more-kin", holes(a, false), &t->more_kin));
    *out = t;
    return NULL;
}

static const char *lines(struct arena *a, const char *text)
{
    struct buf b = BUF(a), whole = BUF(a);
    if (*text == '\0')
        return "";
    buf_html(&whole, text);
    for (const char *s = whole.p; *s != '\0';) {
        size_t n = strcspn(s, "\n");
        buf_add(&b, s, n);
        s += n;
        if (*s == '\n') {
            buf_puts(&b, "<br>");
            s++;
        }
    }
    return buf_str(&b);
}

static const char *size_class(struct arena *a, int size)
{
    return arena_printf(a, "hp-%d", size);
}

static const char *resume(struct arena *a, const struct sheet *s, int from, int to)
{
    struct buf b = BUF(a);
    for (int i = from; i < to; i++) {
        const struct sheet_period *p = &s->periods[i];
        if (p->dates != NULL)
            buf_printf(&b, "<div class=\"cv-row\"><span>%s</span><span>", p->dates);
        else
            buf_puts(&b, i > from && s->periods[i - 1].dates != NULL ? "<div class=\"cv-note\">" : "<div>");
        buf_puts(&b, lines(a, p->text));
        buf_puts(&b, p->dates != NULL ? "</span></div>" : "</div>");
    }
    return buf_str(&b);
}

static const char *resume_class(struct arena *a, const struct sheet *s)
{
    return arena_printf(a, "%s%s", size_class(a, s->resume_size),
                        s->resume_line < s->resume_size * 14 ? " cv-tight" : "");
}

static const char *photo(struct arena *a, const struct sheet *s)
{
    if (s->photo.kind == NULL)
        return "";
    struct buf b = BUF(a);
    char *text = arena_alloc(a, s->photo.n / 3 * 4 + 8);
    EVP_EncodeBlock((unsigned char *)text, s->photo.bytes, (int)s->photo.n);
    buf_printf(&b, "<img class=\"photo\" alt=\"\" src=\"data:image/%s;base64,", s->photo.kind);
    buf_puts(&b, text);
    buf_puts(&b, "\">");
    return buf_str(&b);
}

/* Rows of members from .. to - 1, and empty ones up to `least`. */
static const char *kin(struct arena *a, const struct form_stencils *t, const struct sheet *s, int from, int to,
                       int least, int height)
{
    struct buf b = BUF(a);
    static const struct sheet_kin none = {{"", 28}, {"", 28}, {"", 28}, {"", 28}, {"", 28}};
    for (int i = from; i < to || i < from + least; i++) {
        const char *v[HOLES] = {0};
        const struct sheet_kin *k = i < to ? &s->kin[i] : &none;
        const struct sheet_text *texts[] = {&k->relation, &k->name, &k->age, &k->politics, &k->work};
        for (int j = 0; j < 5; j++) {
            v[HOLE_KIN_TEXT + j] = lines(a, texts[j]->text);
            v[HOLE_KIN_TEXT + 5 + j] = size_class(a, texts[j]->size);
        }
        v[HOLE_HEIGHT] = arena_printf(a, "h-%d", height);
        view_stencil_put(&b, t->kin, v);
    }
    return buf_str(&b);
}

static void continuation(struct buf *b, const struct form_stencils *t, const struct sheet *s,
                         const struct sheet_more *m)
{
    struct arena *a = b->arena;
    const char *v[HOLES] = {0};
    v[2 * CELL_NAME] = lines(a, s->name);
    if (m->period_to > m->period_from) {
        v[HOLE_RESUME] = resume(a, s, m->period_from, m->period_to);
        v[HOLE_RESUME_CLASS] = resume_class(a, s);
        view_stencil_put(b, t->more_resume, v);
    } else {
        v[HOLE_SPAN] = arena_printf(a, "%d", m->kin_to - m->kin_from + 1);
        v[HOLE_KIN] = kin(a, t, s, m->kin_from, m->kin_to, 0, 697);
        view_stencil_put(b, t->more_kin, v);
    }
}

void form_html(struct buf *b, const struct form_stencils *t, const struct sheet *s, bool even)
{
    struct arena *a = b->arena;
    const char *v[HOLES] = {0};
    for (int i = 0; i < SHEET_CELLS; i++) {
        v[2 * i] = lines(a, s->cells[i].text);
        v[2 * i + 1] = size_class(a, s->cells[i].size);
    }
    v[HOLE_RESUME] = resume(a, s, 0, s->periods_here);
    v[HOLE_RESUME_CLASS] = resume_class(a, s);
    v[HOLE_PHOTO] = photo(a, s);
    int rows = s->kin_here > SHEET_KIN ? s->kin_here : SHEET_KIN;
    v[HOLE_SPAN] = arena_printf(a, "%d", rows + 1);
    v[HOLE_KIN] = kin(a, t, s, 0, s->kin_here, SHEET_KIN, s->kin_height);
    v[HOLE_UNIT] = lines(a, s->reporting_unit);
    v[HOLE_DAY] = *s->day != '\0' ? s->day : "年　　月　　日";
    v[HOLE_BY] = lines(a, s->filled_by);
    view_stencil_put(b, t->side_1[s->v4], v);
    view_stencil_put(b, t->side_2, v);
    for (int i = 0; i < s->n_more; i++)
        continuation(b, t, s, &s->more[i]);
    if (even && s->n_more % 2 == 1)
        buf_puts(b, "<section class=\"form-page\"></section>\n");
}
