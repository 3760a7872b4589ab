/* document.c: a letter or decision of a matter, as it is printed and as .docx. Both show the words kept when it was
 * made. */
#include <stdlib.h>
#include <string.h>

#include "desk/page.h"
#include "doc/letter.h"
#include "flow/document.h"
#include "view/view.h"

static struct err *find(struct req *rq, struct matter_page *p, const struct row **out)
{
    TRY(matter_open(rq, p));
    int64_t id = strtoll(req_param(rq, "document"), NULL, 10);
    for (int i = 0; i < p->n_documents; i++)
        if (p->documents[i]->id == id) {
            *out = p->documents[i];
            return NULL;
        }
    return ERR(rq->arena, ERR_MISSING, "no document %s of matter %lld", req_param(rq, "document"), (long long)rq->id);
}

static const char *long_day(struct req *rq, const struct row *d)
{
    struct buf b = BUF(rq->arena);
    view_long_date(&b, LANG_ZH, row_date(d, "made_on")); /* a Chinese letter in either language */
    return buf_str(&b);
}

/* What the slip says, and where to sign it. */
static const char *slip_text(struct req *rq, const char *head, const char *number)
{
    return head == NULL ? NULL
                        : arena_printf(rq->arena, "%s\n%s\n%s\n%s\n%s", head, number == NULL ? "" : number,
                                       text_get(LANG_ZH, "desk.slip_line"), text_get(LANG_ZH, "desk.slip_sign"),
                                       text_get(LANG_ZH, "desk.slip_day"));
}

static void put_head(struct req *rq, json_t *o, const char *text, const char *key)
{
    json_object_set_new(o, key, view_text_json(document_head(rq->arena, text, key)));
}

json_t *desk_paragraphs(const char *body)
{
    json_t *all = json_array();
    for (size_t n; *body != '\0'; body += n + (body[n] == '\n')) {
        n = strcspn(body, "\n");
        if (n > 0)
            json_array_append_new(all, json_stringn(body, n));
    }
    return all;
}

static json_t *labels(struct req *rq, const struct matter_page *p, const struct row *d)
{
    const char *text = row_text(d, "body");
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s}", "title", row_text(d, "title"), "day", long_day(rq, d), "back",
                  desk_path(rq->arena, p->m->id), "docx",
                  arena_printf(rq->arena, "/desk/%lld/document/%lld/docx", (long long)p->m->id, (long long)d->id));
    json_object_set_new(o, "paragraphs", desk_paragraphs(document_body(text)));
    json_object_set_new(o, "number", view_text_json(row_text(d, "number")));
    put_head(rq, o, text, "to");
    put_head(rq, o, text, "sign");
    put_head(rq, o, text, "seal");
    put_head(rq, o, text, "slip");
    return o;
}

struct err *desk_document(struct req *rq)
{
    struct matter_page p;
    const struct row *d = NULL;
    TRY(find(rq, &p, &d));
    rq->labels = labels(rq, &p, d);
    return respond_page(rq, "desk/document",
                        json_pack("{s:I, s:I, s:s, s:s}", "id", (json_int_t)d->id, "matter", (json_int_t)p.m->id,
                                  "title", row_text(d, "title"), "text", row_text(d, "body")));
}

struct err *desk_document_docx(struct req *rq)
{
    struct matter_page p;
    const struct row *d = NULL;
    TRY(find(rq, &p, &d));
    const char *text = row_text(d, "body"), *number = row_text(d, "number");
    const struct letter l = {.title = row_text(d, "title"),
                             .number = number,
                             .to = document_head(rq->arena, text, "to"),
                             .body = document_body(text),
                             .sign = document_head(rq->arena, text, "sign"),
                             .date = long_day(rq, d),
                             .seal = document_head(rq->arena, text, "seal"),
                             .slip = slip_text(rq, document_head(rq->arena, text, "slip"), number)};
    const void *bytes;
    size_t n;
    TRY(letter_docx(rq->arena, &l, &bytes, &n));
    respond_header(rq, "Content-Disposition",
                   arena_printf(rq->arena, "attachment; filename=\"document-%lld.docx\"", (long long)d->id));
    return respond_bytes(rq, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", bytes, n);
}
