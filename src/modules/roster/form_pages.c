/* form_pages.c: one person's form; see form_pages.h. Everything works without script: the wishes are one form. */
#include "roster/form_pages.h"

#include <string.h>

#include "auth/access.h"
#include "base/utf8.h"
#include "face/export.h"
#include "roster/form_html.h"
#include "roster/form_word.h"
#include "roster/roster.h"

enum { POST_MOST = 324, TEXT_MOST = 552, UNIT_MOST = 252, BY_MOST = 18 };

/* ---- what is wished ---- */
static const char *typed(struct req *rq, const char *name, size_t most, struct err **all)
{
    const char *s = req_form(rq, name);
    if (s == NULL)
        return NULL;
    s = form_clean(rq->arena, s);
    if (s != NULL && utf8_length(s) > most) {
        struct err *e = ERR(rq->arena, ERR_INVALID, "%s has over %zu characters", name, most);
        err_join(all, err_field(err_say(e, "field.long", "n", arena_printf(rq->arena, "%zu", utf8_length(s)), "most",
                                        arena_printf(rq->arena, "%zu", most), NULL),
                                name));
    }
    return s;
}

struct err *form_wish_read(struct req *rq, struct form_wish *out)
{
    struct err *all = NULL;
    const char *version = req_form(rq, "version"), *day = req_form(rq, "day");
    *out = (struct form_wish){.v4 = version == NULL || strcmp(version, "3") != 0, .day = rq->today};
    if (day != NULL && *day != '\0') {
        struct err *e = roster_day(rq->arena, "day", day, true, &out->day);
        if (e != NULL)
            err_join(&all, e);
    }
    out->proposed = typed(rq, "proposed", POST_MOST, &all);
    out->removed = typed(rq, "removed", POST_MOST, &all);
    out->reason = typed(rq, "grounds", TEXT_MOST, &all);
    out->reporting_unit = typed(rq, "reporting_unit", UNIT_MOST, &all);
    out->filled_by = typed(rq, "filled_by", BY_MOST, &all);
    return all;
}

void form_wish_labels(struct req *rq, const struct form_wish *w, json_t *labels)
{
    static const char *const names[] = {"proposed", "removed", "grounds", "reporting_unit", "filled_by", "reason"};
    char dots[DATE_TEXT];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *s = req_form(rq, names[i]);
        json_object_set_new(labels, names[i], json_string(s == NULL ? "" : s));
    }
    const char *day = req_form(rq, "day");
    json_object_set_new(labels, "day", json_string(day != NULL ? day : date_dots(w->day, dots)));
    json_object_set_new(labels, "v3", json_boolean(!w->v4));
}

/* ---- one person ---- */
struct err *form_sheet_of(struct db_tx *tx, const struct who *who, const struct row *member, const struct form_wish *w,
                          struct sheet **out)
{
    struct form *f;
    TRY(form_of_member(tx, who, member, w, &f));
    form_understand(tx->arena, f->raw, f);
    *out = sheet_of_form(tx->arena, f, w->v4, w->day);
    return NULL;
}

const char *form_file_name(struct arena *a, int64_t n, const char *name, const char *ending)
{
    struct buf b = BUF(a);
    if (n > 0)
        buf_printf(&b, "%04lld ", (long long)n);
    for (; *name != '\0'; name++) /* what no file system takes */
        buf_putc(&b, (unsigned char)*name < ' ' || strchr("/\\:*?\"<>|", *name) != NULL ? '_' : *name);
    buf_puts(&b, ending);
    return buf_str(&b);
}

static json_t *over_labels(struct req *rq, const struct sheet *s)
{
    struct buf b = BUF(rq->arena);
    for (int i = 0; i < s->n_over; i++)
        buf_printf(&b, "%s%s", i > 0 ? (rq->lang == LANG_EN ? ", " : "、") : "",
                   text_get(rq->lang, arena_printf(rq->arena, "roster.form.field.%s", s->over[i])));
    return s->n_over == 0 ? json_null() : json_string(tr(rq, "roster.form.over", "fields", buf_str(&b)));
}

static struct err *show(struct req *rq, const struct row *m, const struct form_wish *w, const struct sheet *s,
                        const struct err *wrong)
{
    struct form_stencils *t;
    struct buf pages = BUF(rq->arena);
    TRY(form_stencils_make(rq->arena, &t));
    form_html(&pages, t, s, false);
    rq->labels = json_pack("{s:s, s:s, s:s, s:o, s:b}", "name", row_text(m, "name"), "path",
                           arena_printf(rq->arena, "/roster/member/%lld", (long long)m->id), "pages", buf_str(&pages),
                           "over", over_labels(rq, s), "may_take", req_may(rq, "roster.member.export"));
    form_wish_labels(rq, w, rq->labels);
    json_object_set_new(rq->labels, "open", json_boolean(wrong != NULL));
    json_t *data =
        json_pack("{s:I, s:s, s:i}", "id", (json_int_t)m->id, "name", row_text(m, "name"), "pages", 2 + s->n_more);
    return wrong == NULL ? respond_page(rq, "roster/form", data) : respond_form(rq, "roster/form", data, wrong);
}

static struct err *read_one(struct req *rq, const struct form_wish *w, enum access_kind kind, struct row **m,
                            struct sheet **s, struct form **f)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, &roster_member, rq->who, rq->id, m));
    TRY(req_shows(rq, &tx, *m));
    rq->shown->kind = kind;
    if (s != NULL)
        TRY(form_sheet_of(&tx, rq->who, *m, w, s));
    if (f != NULL)
        TRY(form_of_member(&tx, rq->who, *m, w, f));
    return db_commit(&tx);
}

static struct err *again(struct req *rq, const struct err *wrong)
{
    struct row *m;
    struct sheet *s;
    struct form_wish w = {.v4 = true, .day = rq->today};
    TRY(read_one(rq, &w, ACCESS_READ, &m, &s, NULL));
    return show(rq, m, &w, s, wrong);
}

struct err *form_page(struct req *rq)
{
    struct form_wish w;
    struct row *m;
    struct sheet *s;
    struct err *wrong = form_wish_read(rq, &w);
    if (wrong != NULL)
        return again(rq, wrong);
    TRY(read_one(rq, &w, ACCESS_PRINT, &m, &s, NULL));
    return show(rq, m, &w, s, NULL);
}

static struct err *note(struct req *rq, const struct row *m, const char *format, const char *reason)
{
    const struct face_taken taken = {rq->who, &roster_member, arena_printf(rq->arena, "id=%lld", (long long)m->id),
                                     "form", 1};
    return face_export_note(rq->db, rq->arena, &taken, format, reason);
}

struct taken { /* one of them */
    const struct sheet *sheet;
    const struct form *form;
};

static struct err *write_one(void *ctx, int fd)
{
    const struct taken *t = ctx;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    const void *bytes;
    size_t n;
    if (t->sheet != NULL) {
        TRY(form_word(a, t->sheet, &bytes, &n));
    } else {
        form_write(&b, t->form);
        bytes = buf_str(&b);
        n = b.n;
    }
    struct doc_sink to = doc_sink_fd(&fd);
    return to.write(to.p, a, bytes, n);
}

struct err *form_file(struct req *rq)
{
    struct form_wish w;
    struct face_export_wish asked;
    struct row *m;
    struct sheet *s = NULL;
    struct form *f = NULL;
    const char *as = req_form(rq, "as");
    bool docx = as != NULL && strcmp(as, "docx") == 0;
    struct err *wrong = form_wish_read(rq, &w);
    face_export_wish(rq, &asked);
    struct err *reason = face_export_reason(rq, &asked, true);
    if (reason != NULL)
        err_join(&wrong, reason);
    if (wrong != NULL)
        return again(rq, wrong);
    TRY(read_one(rq, &w, ACCESS_EXPORT, &m, docx ? &s : NULL, docx ? NULL : &f));
    rq->shown->reason = asked.reason;
    TRY(note(rq, m, docx ? "docx" : "lrmx", asked.reason));
    struct taken t = {.sheet = s, .form = f};
    const char *name = form_file_name(rq->arena, 0, row_text(m, "name"), docx ? ".docx" : ".lrmx");
    return respond_stream(rq, docx ? FORM_WORD_MIME : "application/octet-stream", name, write_one, &t);
}
