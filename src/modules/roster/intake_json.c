/* intake_json.c: what an import found of one person, for machines. */
#include <string.h>

#include "base/buf.h"
#include "roster/import_command.h"

static void pair(struct buf *b, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_printf(b, "%s\"%s\":", b->p[b->n - 1] == '{' ? "" : ",", name);
    buf_json(b, value);
}

static void diff(struct buf *b, const struct intake_diff *d)
{
    buf_puts(b, b->p[b->n - 1] == '[' ? "{" : ",{");
    pair(b, "record", d->of->name);
    if (d->row != 0)
        buf_printf(b, ",\"id\":%lld", (long long)d->row);
    if (d->field >= 0)
        pair(b, "field", d->of->fields[d->field].name);
    else
        pair(b, "row", d->mine >= 0 ? "add" : "keep");
    pair(b, "ours", d->ours);
    pair(b, "theirs", d->field >= 0 ? d->theirs : NULL);
    buf_putc(b, '}');
}

char *intake_json(struct arena *a, const struct intake *in, const struct intake_result *r)
{
    struct buf b = BUF(a);
    buf_putc(&b, '{');
    pair(&b, "file", in->file);
    pair(&b, "entry", in->entry);
    if (in->line > 0)
        buf_printf(&b, ",\"line\":%d", in->line);
    pair(&b, "result", intake_kind_name(r->kind));
    if (r->member > 0)
        buf_printf(&b, ",\"member\":%lld", (long long)r->member);
    if (in->member != NULL)
        pair(&b, "name", row_text(in->member, "name"));
    pair(&b, "doubt", r->doubt);
    if (r->n_candidates > 0) {
        buf_puts(&b, ",\"candidates\":[");
        for (int i = 0; i < r->n_candidates; i++)
            buf_printf(&b, "%s%lld", i > 0 ? "," : "", (long long)r->candidates[i].id);
        buf_putc(&b, ']');
    }
    if (r->diffs.n > 0) {
        buf_puts(&b, ",\"diffs\":[");
        for (size_t i = 0; i < r->diffs.n; i++)
            diff(&b, &r->diffs.p[i]);
        buf_putc(&b, ']');
    }
    if (in->refused != NULL) {
        buf_puts(&b, ",\"errors\":[");
        for (const struct err *e = in->refused; e != NULL; e = e->next) {
            buf_puts(&b, e == in->refused ? "{" : ",{");
            pair(&b, "field", e->field);
            pair(&b, "detail", e->detail);
            buf_putc(&b, '}');
        }
        buf_putc(&b, ']');
    }
    buf_putc(&b, '}');
    return buf_str(&b);
}
