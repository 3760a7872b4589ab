/* list_rows.c: the rows of the roster's table as HTML, put together from pieces: a page has fifty rows and a list is
 * what the program is asked for most. */
#include <string.h>

#include "modules/roster/queries.h"
#include "roster/facts.h"
#include "roster/list_pieces.h"
#include "roster/telling.h"

enum { ROW_BYTES = 200, CELL_BYTES = 110 }; /* what they mostly take */

struct writer {
    struct req *rq;
    const struct people *p;
    const struct people_rows *r;
    const struct list_pieces *pieces;
    struct buf value, note; /* written anew for each cell */
};

static struct expr_value value(const struct writer *w, struct facts_at at, int fact)
{
    return facts_value(w->r->root, w->p->subject, at, fact);
}

static void tell(struct writer *w, struct buf *out, int fact, struct expr_value x)
{
    buf_clear(out);
    telling_put(out, w->rq->lang, &facts_declared(w->p->subject)->facts[fact], x);
}

/* What stands small under a value; false: nothing. */
static bool below(struct writer *w, struct facts_at at, int fact, struct expr_value x)
{
    int other = fact == MEMBER_EDUCATION ? MEMBER_DEGREE : fact == MEMBER_RANK ? MEMBER_RANK_SINCE : -1;
    if (other >= 0) {
        struct expr_value y = value(w, at, other);
        if (y.state == EXPR_HAS)
            tell(w, &w->note, other, y);
        return y.state == EXPR_HAS;
    }
    if ((fact != MEMBER_POST_SINCE && fact != MEMBER_LEVEL_SINCE && fact != MEMBER_LEADING_FROM) || x.state != EXPR_HAS)
        return false;
    buf_clear(&w->note);
    telling_put_months(&w->note, w->rq->lang, date_months_between((struct date){(int32_t)x.n}, facts_day(w->r->root)));
    return true;
}

/* And beside it: a birth's age. */
static bool beside(struct writer *w, struct facts_at at, int fact)
{
    struct expr_value x = fact == MEMBER_BIRTH ? value(w, at, MEMBER_AGE) : (struct expr_value){.state = EXPR_NONE};
    if (x.state != EXPR_HAS)
        return false;
    buf_clear(&w->note);
    telling_put_age(&w->note, w->rq->lang, (int)x.n);
    return true;
}

static void put_cell(struct writer *w, struct facts_at at, int i, struct buf *out)
{
    int fact = w->p->cols[i];
    struct expr_value x = value(w, at, fact);
    const struct list_column *c = w->pieces->column[i];
    bool quiet = x.state != EXPR_HAS;
    tell(w, &w->value, fact, x);
    const struct stencil *s = below(w, at, fact, x) ? c->below[quiet]
                              : beside(w, at, fact) ? c->beside[quiet]
                                                    : c->plain[quiet];
    view_stencil_put(out, s, (const char *[]){[LIST_VALUE] = buf_str(&w->value), [LIST_NOTE] = buf_str(&w->note)});
}

char *people_rows_html(struct req *rq, const struct people *p, const struct people_rows *r,
                       const struct list_pieces *pieces)
{
    struct arena *a = rq->arena;
    struct writer w = {rq, p, r, pieces, BUF(a), BUF(a)};
    struct buf out = BUF(a), from = BUF(a);
    people_escape(&from, people_state(a, p));
    buf_room(&out, (size_t)r->page.n * (size_t)(ROW_BYTES + from.n + (size_t)p->n_cols * CELL_BYTES));
    for (int i = 0; i < r->page.n; i++) {
        const struct roster_q_member_line *line = r->lines[i];
        buf_clear(&w.value);
        buf_clear(&w.note);
        buf_int(&w.value, line->id);
        view_name(&w.note, line->name);
        view_stencil_put(&out, pieces->row,
                         (const char *[]){[LIST_ID] = buf_str(&w.value),
                                          [LIST_FROM] = buf_str(&from),
                                          [LIST_NAME] = buf_str(&w.note),
                                          [LIST_POST] = people_post(rq->lang, line)});
        for (int c = 0; c < p->n_cols; c++)
            put_cell(&w, r->page.rows[i].at, c, &out);
        buf_puts(&out, "</tr>\n");
    }
    return buf_str(&out);
}
