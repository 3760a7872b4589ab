/* export.c: the roster list as a table file. It holds exactly whom the list shows, also when they were found by name,
 * in a unit's subtree or on another day, in the list's order; the columns are the list's, or those of an official
 * roster (干部名册), which the import of rosters reads again. */
#include "face/export.h"

#include <string.h>

#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/people.h"
#include "roster/telling.h"
#include "view/view.h"

enum { AT_ONCE = 5000, CELLS = PEOPLE_COLS + 2 };

/* ---- an official roster ---- */
enum sheet {
    SHEET_NUMBER,
    SHEET_NAME,
    SHEET_POST,
    SHEET_SEX,
    SHEET_ETHNICITY,
    SHEET_NATIVE,
    SHEET_BIRTH,
    SHEET_AGE,
    SHEET_WORK,
    SHEET_PARTY,
    SHEET_FULL,
    SHEET_FULL_SCHOOL,
    SHEET_IN,
    SHEET_IN_SCHOOL,
    SHEET_TITLE,
    SHEET_POST_SINCE,
    SHEET_LEVEL_SINCE,
    SHEET_RANK,
    SHEET_RANK_SINCE,
    SHEET_NOTE,
    SHEET_COLUMNS
};
static const struct {
    const char *key;
    int fact; /* the column's own, or the one whose class it has */
} sheet[SHEET_COLUMNS] = {{"number", -1},
                          {"name", -1},
                          {"post", -1},
                          {"sex", MEMBER_SEX},
                          {"ethnicity", MEMBER_ETHNICITY},
                          {"native", MEMBER_BIRTH},
                          {"birth", MEMBER_BIRTH},
                          {"age", MEMBER_AGE},
                          {"work", MEMBER_WORK_START},
                          {"party", MEMBER_PARTY_JOINED},
                          {"full", MEMBER_EDUCATION},
                          {"full_school", MEMBER_EDUCATION},
                          {"in", MEMBER_EDUCATION},
                          {"in_school", MEMBER_EDUCATION},
                          {"title", MEMBER_EDUCATION},
                          {"post_since", MEMBER_POST_SINCE},
                          {"level_since", MEMBER_LEVEL_SINCE},
                          {"rank", MEMBER_RANK},
                          {"rank_since", MEMBER_RANK_SINCE},
                          {"note", MEMBER_RANK}};

struct writing {
    struct req *rq;
    struct people *p;
    const struct facts_root *root;
    struct doc_table *table;
    enum doc_table_kind kind;
    bool whole;
    const char *reason;
    int64_t rows;
};

static bool in_sheet(const struct writing *w, int column)
{
    int fact = sheet[column].fact;
    return fact < 0 || w->p->world->subjects[w->p->subject]->facts[fact].class <= (int)w->rq->who->sees;
}

static const char *dotted(struct arena *a, const char *iso)
{
    struct date d;
    char dots[DATE_TEXT];
    return iso == NULL ? NULL : date_parse(iso, &d) ? arena_strdup(a, date_dots(d, dots)) : iso;
}

/* A fact as an official roster writes it; what is not known is left blank. */
static const char *of_fact(const struct writing *w, struct arena *a, struct facts_at at, int fact)
{
    struct expr_value v = facts_value(w->root, w->p->subject, at, fact);
    char dots[DATE_TEXT];
    if (v.state != EXPR_HAS)
        return NULL;
    if (v.type == EXPR_DATE)
        return arena_strdup(a, date_dots((struct date){(int32_t)v.n}, dots));
    return codes_name(codes_list(v.codes), (int)v.n, w->rq->lang == LANG_EN);
}

/* As a fact has it; else, for today, what an imported roster said. */
static const char *since(const struct writing *w, struct arena *a, struct facts_at at, int fact, const char *said)
{
    const char *v = of_fact(w, a, at, fact);
    return v != NULL || date_is(w->p->day) ? v : dotted(a, said);
}

static const char *joined(struct arena *a, const char *one, const char *sign, const char *two)
{
    if (one == NULL || two == NULL || *two == '\0')
        return one == NULL ? two : one;
    return arena_printf(a, "%s%s%s", one, sign, two);
}

static const char *party(const struct writing *w, struct arena *a, struct facts_at at, const char *others)
{
    return joined(a, of_fact(w, a, at, MEMBER_PARTY_JOINED), "；", others);
}

/* The highest of each mode, the latest of equal ones: 大学/农学学士, and where. */
static struct err *education(struct db_tx *tx, struct arena *a, int64_t member, const char **v)
{
    struct roster_q_sheet_education *all, *best[2] = {NULL, NULL};
    int n, rank[2] = {-1, -1};
    const struct code_list *levels = codes_list("roster.education_level"), *modes = codes_list("roster.education_mode");
    TRY(roster_q_sheet_education(tx, member, &all, &n));
    for (int i = 0; i < n; i++) {
        if (all[i].mode == NULL)
            continue; /* an official roster has no place for it */
        int in = codes_find(modes, all[i].mode) != roster_codes.full_time;
        int at = all[i].level == NULL ? 0 : codes_find(levels, all[i].level);
        if (at > rank[in]) {
            rank[in] = at;
            best[in] = &all[i];
        }
    }
    for (int in = 0; in < 2; in++)
        if (best[in] != NULL) {
            v[in == 0 ? SHEET_FULL : SHEET_IN] = joined(a, best[in]->education, "/", best[in]->degree);
            v[in == 0 ? SHEET_FULL_SCHOOL : SHEET_IN_SCHOOL] = joined(a, best[in]->school, "", best[in]->major);
        }
    return NULL;
}

static struct err *sheet_row(struct writing *w, struct db_tx *tx, const struct facts_hit *hit, struct doc_cell *cells,
                             size_t *n)
{
    struct arena *a = tx->arena;
    const char *v[SHEET_COLUMNS] = {0};
    struct roster_q_sheet_line *m;
    TRY(roster_q_sheet_line(tx, hit->id, &m));
    if (m == NULL)
        return ERR(a, ERR_FAULT, "member %lld stands in the columns only", (long long)hit->id);
    v[SHEET_NUMBER] = arena_printf(a, "%lld", (long long)w->rows + 1);
    struct buf name = BUF(a);
    view_name(&name, m->name);
    v[SHEET_NAME] = buf_str(&name);
    v[SHEET_POST] = m->post_text;
    v[SHEET_SEX] = of_fact(w, a, hit->at, MEMBER_SEX);
    v[SHEET_ETHNICITY] = of_fact(w, a, hit->at, MEMBER_ETHNICITY);
    v[SHEET_NATIVE] = m->native_place;
    v[SHEET_BIRTH] = of_fact(w, a, hit->at, MEMBER_BIRTH);
    struct expr_value age = facts_value(w->root, w->p->subject, hit->at, MEMBER_AGE);
    if (age.state == EXPR_HAS)
        v[SHEET_AGE] = arena_printf(a, "%lld", (long long)age.n);
    v[SHEET_WORK] = of_fact(w, a, hit->at, MEMBER_WORK_START);
    v[SHEET_PARTY] = party(w, a, hit->at, m->other_parties);
    TRY(education(tx, a, hit->id, v));
    v[SHEET_TITLE] = m->title;
    v[SHEET_POST_SINCE] = since(w, a, hit->at, MEMBER_POST_SINCE, m->post_since);
    v[SHEET_LEVEL_SINCE] = since(w, a, hit->at, MEMBER_LEVEL_SINCE, m->level_since);
    v[SHEET_RANK] = of_fact(w, a, hit->at, MEMBER_RANK);
    if (v[SHEET_RANK] == NULL && !date_is(w->p->day))
        v[SHEET_RANK] = m->rank_text;
    v[SHEET_RANK_SINCE] = since(w, a, hit->at, MEMBER_RANK_SINCE, m->rank_since);
    v[SHEET_NOTE] = m->note;
    *n = 0;
    for (int i = 0; i < SHEET_COLUMNS; i++)
        if (in_sheet(w, i))
            cells[(*n)++] = (struct doc_cell){i == SHEET_NUMBER || i == SHEET_AGE ? DOC_NUMBER : DOC_TEXT, v[i]};
    return NULL;
}

/* ---- the list's own columns ---- */
const char *people_post(enum lang lang, const struct roster_q_member_line *line)
{
    return line->post_text != NULL   ? line->post_text
           : line->unit_name != NULL ? line->unit_name
                                     : text_get(lang, "roster.unknown");
}

static struct err *list_row(struct writing *w, struct db_tx *tx, const struct facts_hit *hit, struct doc_cell *cells,
                            size_t *n)
{
    struct roster_q_member_line *line;
    TRY(roster_q_member_line(tx, hit->id, &line));
    if (line == NULL)
        return ERR(tx->arena, ERR_FAULT, "member %lld stands in the columns only", (long long)hit->id);
    cells[0] = (struct doc_cell){DOC_TEXT, line->name};
    cells[1] = (struct doc_cell){DOC_TEXT, people_post(w->rq->lang, line)};
    for (int i = 0; i < w->p->n_cols; i++) {
        int fact = w->p->cols[i];
        struct expr_value v = facts_value(w->root, w->p->subject, hit->at, fact);
        const struct fact *f = &facts_declared(w->p->subject)->facts[fact];
        cells[i + 2] =
            (struct doc_cell){v.type == EXPR_INT ? DOC_NUMBER : DOC_TEXT, telling_value(tx->arena, w->rq->lang, f, v)};
    }
    *n = (size_t)w->p->n_cols + 2;
    return NULL;
}

static struct err *write_heads(struct writing *w)
{
    struct arena *a = w->rq->arena;
    enum lang lang = w->rq->lang;
    struct doc_cell cells[CELLS] = {0};
    size_t n = 0;
    for (int i = 0; i < SHEET_COLUMNS && w->whole; i++)
        if (in_sheet(w, i))
            cells[n++].text = text_get(lang, arena_printf(a, "roster.sheet.%s", sheet[i].key));
    if (!w->whole) {
        cells[n++].text = text_get(lang, "roster.member.name");
        cells[n++].text = text_get(lang, "roster.list.unit_post");
        for (int i = 0; i < w->p->n_cols; i++)
            cells[n++].text = telling_fact(a, lang, w->p->subject, w->p->cols[i]);
    }
    return doc_table_row(w->table, cells, n);
}

static struct err *write_page(void *ctx, struct db_tx *tx, const struct facts_page *page)
{
    struct writing *w = ctx;
    for (int i = 0; i < page->n; i++) {
        struct doc_cell cells[CELLS];
        size_t n = 0;
        if (w->whole)
            TRY(sheet_row(w, tx, &page->rows[i], cells, &n));
        else
            TRY(list_row(w, tx, &page->rows[i], cells, &n));
        TRY(doc_table_row(w->table, cells, n));
        w->rows++;
    }
    return NULL;
}

struct err *people_each(struct db_tx *tx, const struct who *who, const struct facts_root *root, struct people *p,
                        struct err *(*fn)(void *ctx, struct db_tx *tx, const struct facts_page *page), void *ctx)
{
    struct facts_select q;
    struct arena *own = tx->arena;
    char *after = NULL;
    TRY(people_select(tx, who, root, p, &q));
    q.limit = AT_ONCE;
    q.before = false;
    for (bool more = true; more;) {
        arena_scope struct arena *a = arena_new();
        struct facts_page page;
        q.after = after;
        tx->arena = a;
        struct err *e = facts_list(root, a, &q, &page);
        if (e == NULL)
            e = fn(ctx, tx, &page);
        tx->arena = own;
        if (e != NULL)
            return err_keep(own, e);
        more = page.more;
        if (more)
            after = arena_strdup(own, page.cursors[page.n - 1]);
    }
    return NULL;
}

static const char *column_names(struct arena *a, const struct people *p)
{
    struct buf b = BUF(a);
    buf_puts(&b, "name post");
    for (int i = 0; i < p->n_cols; i++)
        buf_printf(&b, " %s", p->world->subjects[p->subject]->facts[p->cols[i]].name);
    return buf_str(&b);
}

static struct face_taken taken_of(const struct writing *w)
{
    struct arena *a = w->rq->arena;
    return (struct face_taken){.who = w->rq->who,
                               .rec = &roster_member,
                               .conditions = people_state(a, w->p),
                               .columns = w->whole ? "roster" : column_names(a, w->p),
                               .rows = w->rows};
}

static struct err *write_file(struct writing *w, int fd)
{
    struct req *rq = w->rq;
    struct doc_table_options options = {.header = 1, .sheet = text_get(rq->lang, "roster.list.title")};
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, w->p->day, &tx, &w->root));
    TRY(face_export_carries(rq, &tx, &options.carries));
    TRY(doc_table_begin(rq->arena, w->kind, &options, doc_sink_fd(&fd), &w->table));
    TRY(write_heads(w));
    TRY(people_each(&tx, rq->who, w->root, w->p, write_page, w));
    TRY(doc_table_end(w->table));
    const struct face_taken taken = taken_of(w);
    TRY(face_export_shows(rq, &tx, &taken, w->reason));
    return db_commit(&tx);
}

/* Noted when the file is whole and before anybody gets it. */
static struct err *write_out(void *ctx, int fd)
{
    struct writing *w = ctx;
    TRY(write_file(w, fd));
    const struct face_taken taken = taken_of(w);
    return face_export_note(w->rq->db, w->rq->arena, &taken, doc_table_ending(w->kind) + 1, w->reason);
}

/* ---- asking, taking ---- */
char *people_export_address(struct arena *a, const struct people *p)
{
    const char *state = people_state(a, p);
    return arena_printf(a, "/roster/member/export%s%s", *state != '\0' ? "?" : "", state);
}

struct err *people_asked_read(struct req *rq, struct people_asked *x)
{
    size_t n;
    struct facts_select q;
    const struct pair *pairs = req_query_all(rq, &n);
    *x = (struct people_asked){0};
    TRY(people_read(rq->arena, rq->who, pairs, n, &x->p));
    x->p.after = x->p.before = NULL;
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, x->p.day, &tx, &x->r.root));
    TRY(people_select(&tx, rq->who, x->r.root, &x->p, &q));
    q.limit = 1;
    TRY(facts_list(x->r.root, rq->arena, &q, &x->r.page));
    TRY(people_units(rq, &tx, &x->p, &x->r));
    return db_commit(&tx);
}

static struct err *ask_page(struct req *rq, struct people_asked *x, const struct err *wrong)
{
    struct writing w = {.rq = rq, .p = &x->p};
    int official = 0;
    for (int i = 0; i < SHEET_COLUMNS; i++)
        official += in_sheet(&w, i);
    const struct face_export_ask ask = {
        .rec = &roster_member,
        .back = people_address(rq->arena, &x->p, false),
        .action = people_export_address(rq->arena, &x->p),
        .conditions = people_conditions(rq, &x->p, &x->r),
        .cols_shown = tr(rq, "face.export.cols_shown", "n", arena_printf(rq->arena, "%d", x->p.n_cols + 2)),
        .cols_all = tr(rq, "roster.sheet.cols", "n", arena_printf(rq->arena, "%d", official)),
        .personal = true,
        .rows = x->r.page.total};
    return face_export_ask(rq, &ask, wrong);
}

struct err *people_export_page(struct req *rq)
{
    struct people_asked x;
    TRY(people_asked_read(rq, &x));
    return ask_page(rq, &x, NULL);
}

struct err *people_export_post(struct req *rq)
{
    struct people_asked x;
    struct face_export_wish w;
    TRY(people_asked_read(rq, &x));
    face_export_wish(rq, &w);
    struct err *e = face_export_reason(rq, &w, true);
    if (e != NULL)
        return ask_page(rq, &x, e);
    struct writing out = {.rq = rq, .p = &x.p, .kind = w.kind, .whole = w.whole, .reason = w.reason};
    return face_export_send(rq, &roster_member, w.kind, write_out, &out);
}
