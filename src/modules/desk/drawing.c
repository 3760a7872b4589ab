/* drawing.c: GET /desk/{id}/drawing: the procedure as drawn from its declaration, the present state marked. States
 * stand in rows by their distance from the opening; ends at the bottom of theirs. Server SVG without style or script.
 */
#include <string.h>

#include "desk/page.h"
#include "view/view.h"

enum { STATES = 64, W = 176, H = 44, GAP_X = 24, GAP_Y = 56, EDGE = 16 };

struct place {
    const struct flow_state *s;
    int row, col;
};
struct drawing {
    const struct flow *f;
    struct place at[STATES];
    int n, rows, cols;
};

static int index_of(const struct drawing *d, const char *name)
{
    for (int i = 0; i < d->n; i++)
        if (strcmp(d->at[i].s->name, name) == 0)
            return i;
    return -1;
}

static bool leads(const struct flow_step *s, const struct flow_state *from)
{
    return from->wait != FLOW_END && *s->from != '\0' && strcmp(s->from, "*") != 0 &&
           flow_word(s->from, from->name, NULL);
}

static void rank(struct drawing *d)
{
    for (const struct flow_step *s = d->f->steps; s->name != NULL; s++)
        if (*s->from == '\0')
            d->at[index_of(d, s->to)].row = 0;
    for (bool more = true; more;) {
        more = false;
        for (const struct flow_step *s = d->f->steps; s->name != NULL; s++)
            for (int i = 0; i < d->n; i++) {
                struct place *to = &d->at[index_of(d, s->to)];
                if (d->at[i].row >= 0 && to->row < 0 && (leads(s, d->at[i].s) || strcmp(s->from, "*") == 0)) {
                    to->row = d->at[i].row + 1;
                    more = true;
                }
            }
    }
    int last = 0;
    for (int i = 0; i < d->n; i++)
        last = d->at[i].s->wait != FLOW_END && d->at[i].row > last ? d->at[i].row : last;
    int used[STATES + 2] = {0};
    for (int i = 0; i < d->n; i++) {
        if (d->at[i].s->wait == FLOW_END || d->at[i].row < 0)
            d->at[i].row = last + 1;
        d->at[i].col = used[d->at[i].row]++;
        d->cols = d->at[i].col + 1 > d->cols ? d->at[i].col + 1 : d->cols;
    }
    d->rows = last + 2;
}

static int x_of(const struct place *p)
{
    return EDGE + p->col * (W + GAP_X);
}

static int y_of(const struct place *p)
{
    return EDGE + p->row * (H + GAP_Y);
}

static void edge(struct buf *b, const struct place *from, const struct place *to, const char *label, int nth)
{
    int x1 = x_of(from) + W / 2, x2 = x_of(to) + W / 2, y1 = y_of(from) + H, y2 = y_of(to);
    int shift = nth % 3 * 14 - 14;
    if (to->row > from->row) {
        buf_printf(b,
                   "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#76868f\" marker-end=\"url(#head)\"/>",
                   x1 + shift, y1, x1 + shift, y1 + 24, x2 + shift, y2 - 24, x2 + shift, y2 - 2);
    } else { /* back or to the side: around the right edge */
        int right = (x1 > x2 ? x1 : x2) + W / 2 + 16, at = y_of(from) + H / 2, there = y_of(to) + H / 2;
        buf_printf(b,
                   "<path d=\"M%d %d C%d %d %d %d %d %d\" fill=\"none\" stroke=\"#76868f\" stroke-dasharray=\"4 3\" "
                   "marker-end=\"url(#head)\"/>",
                   x_of(from) + W, at, right, at, right, there, x_of(to) + W + 2, there);
        x1 = right - 8, y1 = there + 4, x2 = right - 8, y2 = at - 4;
    }
    buf_printf(b, "<text x=\"%d\" y=\"%d\" font-size=\"12\" text-anchor=\"middle\" fill=\"#56646d\">",
               (x1 + x2) / 2 + shift, (y1 + y2) / 2 + 4 + nth % 2 * 13);
    buf_html(b, label);
    buf_puts(b, "</text>");
}

static void box(struct buf *b, const struct place *p, const char *label, bool here)
{
    bool end = p->s->wait == FLOW_END, person = p->s->wait == FLOW_PERSON;
    buf_printf(
        b,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%d\"/>",
        x_of(p), y_of(p), W, H, end ? 22 : 4,
        here     ? "#0f5164"
        : person ? "#e6f0f2"
                 : "#fff",
        here ? "#0f5164" : "#76868f", here ? 3 : 1);
    buf_printf(b, "<text x=\"%d\" y=\"%d\" font-size=\"14\" text-anchor=\"middle\" fill=\"%s\">", x_of(p) + W / 2,
               y_of(p) + H / 2 + 5, here ? "#fff" : "#17242b");
    buf_html(b, label);
    buf_puts(b, "</text>");
}

static void draw(struct req *rq, struct drawing *d, const struct flow_state *here, struct buf *b)
{
    int width = 2 * EDGE + d->cols * (W + GAP_X) + 40, height = 2 * EDGE + d->rows * (H + GAP_Y) - GAP_Y;
    buf_printf(b,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
               "role=\"img\"><title>",
               width, height, width, height);
    buf_html(b, desk_flow_name(rq->lang, d->f->name));
    buf_puts(b, "</title><defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
                "markerHeight=\"7\" orient=\"auto\">"
                "<path d=\"M0 0L8 4L0 8z\" fill=\"#76868f\"/></marker></defs>");
    int nth = 0;
    for (const struct flow_step *s = d->f->steps; s->name != NULL; s++)
        for (int i = 0; i < d->n; i++)
            if (leads(s, d->at[i].s) && strcmp(d->at[i].s->name, s->to) != 0)
                edge(b, &d->at[i], &d->at[index_of(d, s->to)], desk_step_name(rq->arena, rq->lang, d->f->name, s->name),
                     nth++);
    for (int i = 0; i < d->n; i++)
        box(b, &d->at[i], desk_state_name(rq->arena, rq->lang, d->f->name, d->at[i].s->name), d->at[i].s == here);
    buf_puts(b, "</svg>");
}

struct err *desk_drawing(struct req *rq)
{
    struct matter_page p;
    TRY(matter_open(rq, &p));
    rq->shown = NULL; /* part of the matter's page, which is logged; states and steps name nobody */
    req_shows_nothing(rq);
    struct drawing d = {.f = p.m->flow};
    for (const struct flow_state *s = d.f->states; s->name != NULL && d.n < STATES; s++)
        d.at[d.n++] = (struct place){.s = s, .row = -1};
    rank(&d);
    struct buf b = BUF(rq->arena);
    draw(rq, &d, p.m->state, &b);
    return respond_bytes(rq, "image/svg+xml", b.p, b.n);
}
