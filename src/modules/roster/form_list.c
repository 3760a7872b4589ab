/* form_list.c: the forms of a list: printed one after the other, or in one zip as .lrmx or .docx. A form at a time is
 * in memory. The file is whole and noted before anybody gets it. */
#include <string.h>

#include "auth/access.h"
#include "doc/pack.h"
#include "face/export.h"
#include "roster/form_html.h"
#include "roster/form_pages.h"
#include "roster/form_word.h"
#include "roster/people.h"
#include "view/view.h"

enum { PRINT_MOST = 1000 };
enum kind { AS_PRINT, AS_LRMX, AS_DOCX, KINDS };
static const char *const kinds[KINDS] = {"print", "lrmx", "docx"};

struct taking {
    struct req *rq;
    struct people_asked asked;
    struct form_wish wish;
    enum kind as;
    const char *reason;
    const struct facts_root *root;
    struct doc_sink to;
    struct doc_pack *pack;
    struct form_stencils *stencils;
    int64_t n, over;
};

static enum kind kind_of(const char *s)
{
    int i = 0;
    while (i < KINDS - 1 && (s == NULL || strcmp(s, kinds[i]) != 0))
        i++;
    return s == NULL ? AS_PRINT : (enum kind)i;
}

/* ---- one form ---- */
static struct err *print_one(struct taking *t, struct db_tx *tx, const struct row *m)
{
    struct sheet *s;
    struct buf b = BUF(tx->arena);
    TRY(form_sheet_of(tx, t->rq->who, m, &t->wish, &s));
    form_html(&b, t->stencils, s, t->n < t->asked.r.page.total);
    return t->to.write(t->to.p, tx->arena, b.p, b.n);
}

static struct err *pack_one(struct taking *t, struct db_tx *tx, const struct row *m)
{
    struct arena *a = tx->arena;
    struct buf b = BUF(a);
    struct sheet *s;
    struct form *f;
    const void *bytes;
    size_t n;
    if (t->as == AS_DOCX) {
        TRY(form_sheet_of(tx, t->rq->who, m, &t->wish, &s));
        TRY(form_word(a, s, &bytes, &n));
    } else {
        TRY(form_of_member(tx, t->rq->who, m, &t->wish, &f));
        form_write(&b, f);
        bytes = buf_str(&b);
        n = b.n;
    }
    const char *ending = t->as == AS_DOCX ? ".docx" : ".lrmx";
    return doc_pack_add(t->pack, form_file_name(a, t->n, row_text(m, "name"), ending), bytes, n);
}

static struct err *each_page(void *ctx, struct db_tx *tx, const struct facts_page *page)
{
    struct taking *t = ctx;
    struct arena *own = tx->arena;
    for (int i = 0; i < page->n; i++) {
        arena_scope struct arena *a = arena_new();
        struct row *m;
        tx->arena = a;
        struct err *e = record_read(tx, &roster_member, t->rq->who, page->rows[i].id, &m);
        t->n++;
        if (e == NULL)
            e = t->as == AS_PRINT ? print_one(t, tx, m) : pack_one(t, tx, m);
        tx->arena = own;
        if (e != NULL)
            return err_keep(own, e);
    }
    return NULL;
}

/* ---- all of them ---- */
static struct face_taken taken_of(const struct taking *t)
{
    return (struct face_taken){.who = t->rq->who,
                               .rec = &roster_member,
                               .conditions = people_state(t->rq->arena, &t->asked.p),
                               .columns = "form",
                               .rows = t->n};
}

/* The page around the forms, cut where they stand. */
static struct err *frame(struct req *rq, const char **head, const char **tail)
{
    const struct stencil *s;
    struct buf b = BUF(rq->arena);
    json_t *data =
        json_pack("{s:s, s:s}", "pages", view_hole_html(rq->arena, 0), "lang", rq->lang == LANG_EN ? "en" : "zh-CN");
    TRY(view_stencil(rq->arena, rq->lang, "roster/forms-print", data, &s));
    view_stencil_put(&b, s, (const char *const[]){"\f"});
    char *cut = strchr(buf_str(&b), '\f');
    *cut = '\0';
    *head = b.p;
    *tail = cut + 1;
    return NULL;
}

static struct err *write_print(struct taking *t, struct db_tx *tx)
{
    const char *head = NULL, *tail = NULL;
    struct arena *a = t->rq->arena;
    TRY(form_stencils_make(a, &t->stencils));
    TRY(frame(t->rq, &head, &tail));
    TRY(t->to.write(t->to.p, a, head, strlen(head)));
    TRY(people_each(tx, t->rq->who, t->root, &t->asked.p, each_page, t));
    return t->to.write(t->to.p, a, tail, strlen(tail));
}

static struct err *write_pack(struct taking *t, struct db_tx *tx)
{
    TRY(doc_pack_begin(t->rq->arena, t->to, &t->pack));
    TRY(people_each(tx, t->rq->who, t->root, &t->asked.p, each_page, t));
    return doc_pack_end(t->pack);
}

static struct err *write_all(struct taking *t)
{
    struct req *rq = t->rq;
    db_scope struct db_tx tx = {0};
    TRY(roster_root(rq, t->asked.p.day, &tx, &t->root));
    TRY(t->as == AS_PRINT ? write_print(t, &tx) : write_pack(t, &tx));
    const struct face_taken taken = taken_of(t);
    TRY(face_export_shows(rq, &tx, &taken, t->reason));
    if (t->as == AS_PRINT)
        rq->shown->kind = ACCESS_PRINT;
    return db_commit(&tx);
}

static struct err *write_out(void *ctx, int fd)
{
    struct taking *t = ctx;
    t->to = doc_sink_fd(&fd);
    TRY(write_all(t));
    const struct face_taken taken = taken_of(t);
    return face_export_note(t->rq->db, t->rq->arena, &taken, kinds[t->as], t->reason);
}

/* ---- asking, taking ---- */
static json_t *choices(struct req *rq, enum kind chosen)
{
    json_t *all = json_array();
    for (int i = 0; i < KINDS; i++)
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:b}", "value", kinds[i], "text",
                                        text_get(rq->lang, arena_printf(rq->arena, "roster.forms.as.%s", kinds[i])),
                                        "chosen", i == (int)chosen));
    return all;
}

static struct err *ask(struct taking *t, const struct err *wrong)
{
    struct req *rq = t->rq;
    struct buf n = BUF(rq->arena);
    int64_t total = t->asked.r.page.total;
    view_number(&n, total);
    rq->labels =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:b}", "title", tr(rq, "roster.forms.title", "n", buf_str(&n)), "back",
                  people_address(rq->arena, &t->asked.p, false), "action", people_forms_address(rq->arena, &t->asked.p),
                  "conditions", people_conditions(rq, &t->asked.p, &t->asked.r), "kinds",
                  choices(rq, kind_of(req_form(rq, "as"))), "one", total == 1);
    form_wish_labels(rq, &t->wish, rq->labels);
    for (const struct err *e = wrong; e != NULL; e = e->next)
        if (e->field != NULL && strcmp(e->field, "reason") == 0)
            json_object_set_new(rq->labels, "bad", json_string(text_err(rq->arena, rq->lang, e)));
    json_t *data = json_pack("{s:I}", "rows", (json_int_t)total);
    return wrong == NULL ? respond_page(rq, "roster/forms", data) : respond_form(rq, "roster/forms", data, wrong);
}

char *people_forms_address(struct arena *a, const struct people *p)
{
    const char *state = people_state(a, p);
    return arena_printf(a, "/roster/member/forms%s%s", *state != '\0' ? "?" : "", state);
}

struct err *form_list_page(struct req *rq)
{
    struct taking t = {.rq = rq, .wish = {.v4 = true, .day = rq->today}};
    TRY(people_asked_read(rq, &t.asked));
    return ask(&t, NULL);
}

static struct err *too_many(struct taking *t)
{
    if (t->as != AS_PRINT || t->asked.r.page.total <= PRINT_MOST)
        return NULL;
    struct err *e = ERR(t->rq->arena, ERR_INVALID, "%lld forms to print", (long long)t->asked.r.page.total);
    return err_field(err_say(e, "roster.forms.too_many", "most", arena_printf(t->rq->arena, "%d", PRINT_MOST), NULL),
                     "as");
}

struct err *form_list_take(struct req *rq)
{
    struct taking t = {.rq = rq, .as = kind_of(req_form(rq, "as"))};
    struct face_export_wish w;
    TRY(people_asked_read(rq, &t.asked));
    struct err *wrong = form_wish_read(rq, &t.wish), *more[2];
    face_export_wish(rq, &w);
    t.reason = w.reason;
    more[0] = face_export_reason(rq, &w, true);
    more[1] = too_many(&t);
    for (int i = 0; i < 2; i++)
        if (more[i] != NULL)
            err_join(&wrong, more[i]);
    if (wrong != NULL)
        return ask(&t, wrong);
    if (t.as == AS_PRINT)
        return respond_stream(rq, "text/html; charset=utf-8", NULL, write_out, &t);
    const char *what = text_get(rq->lang, "roster.form.title");
    return respond_stream(rq, "application/zip", face_export_name(rq, what, ".zip"), write_out, &t);
}
