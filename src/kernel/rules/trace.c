/* trace.c: the trace of a condition, and the facts in it. */
#include "rules/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "record/codes.h"

struct err *rules_trace(const struct rules_hit *h, const struct facts_root *root, struct arena *a,
                        struct expr_trace **out)
{
    struct expr_env env = stretch_env(h->stretch, facts_day(root));
    struct expr_value v;
    const struct expr_block *b = facts_block(root, h->rule->subject, h->where.at.block);
    return expr_eval(a, h->stretch->when, &env, b, h->where.at.row, &v, out);
}

void rules_value_json(struct buf *out, const struct expr_value *v)
{
    char iso[DATE_TEXT];
    if (v->state != EXPR_HAS) {
        buf_puts(out, v->state == EXPR_NONE ? "null" : "\"unknown\"");
        return;
    }
    switch (v->type) {
    case EXPR_BOOL: buf_puts(out, v->n != 0 ? "true" : "false"); return;
    case EXPR_DATE: buf_json(out, date_iso((struct date){(int32_t)v->n}, iso)); return;
    case EXPR_CODE: {
        const struct code_list *l = codes_list(v->codes);
        buf_json(out, l == NULL ? NULL : codes_code(l, (int)v->n));
        return;
    }
    case EXPR_SPAN: buf_printf(out, "\"%lld months %d days\"", (long long)v->n, v->days); return;
    default: buf_int(out, v->n);
    }
}

const char *kind_of(int subject)
{
    const struct facts_subject *s = facts_declared(subject);
    return s->kind != NULL ? s->kind : s->record;
}

char *rules_gap_key(struct arena *a, const struct rules_gap *g)
{
    const struct facts_subject *s = facts_declared(g->subject);
    if (s->count_of == NULL)
        return arena_printf(a, "%lld", (long long)g->id);
    const char *code = codes_code(codes_list(s->facts[0].codes), (int)(g->id & 0xff));
    return arena_printf(a, "%lld:%s", (long long)(g->id >> 8), code);
}

/* What a fact is called beside those of the row judged. */
char *trace_name(struct arena *a, int about, int64_t id, const struct expr_trace *t)
{
    const struct facts_subject *s = facts_declared(t->subject);
    const char *fact = s->facts[t->fact].name;
    if (t->subject == about && t->row_id == id)
        return arena_strdup(a, fact);
    if (s->owner == NULL)
        return arena_printf(a, "%s.%s", s->name, fact);
    return arena_printf(a, "%s.%s@%lld", s->name, fact, (long long)t->row_id);
}

struct named {
    const char *name;
    const struct expr_value *value;
};

static int name_order(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void rules_facts_json(struct buf *out, int about, int64_t id, const struct expr_trace *t)
{
    VEC(struct named) list = {0};
    for (; t != NULL; t = t->next)
        if (t->piece == EXPR_PIECE_FACT)
            *VEC_PUSH(&list, out->arena) = (struct named){trace_name(out->arena, about, id, t), &t->value};
    if (list.n > 1)
        qsort(list.p, list.n, sizeof *list.p, name_order);
    buf_putc(out, '{');
    for (size_t i = 0; i < list.n; i++) {
        if (i > 0 && strcmp(list.p[i - 1].name, list.p[i].name) == 0)
            continue;
        if (i > 0)
            buf_putc(out, ',');
        buf_json(out, list.p[i].name);
        buf_putc(out, ':');
        rules_value_json(out, list.p[i].value);
    }
    buf_putc(out, '}');
}

static const char *const pieces[] = {"all", "any", "not", "compare", "rows", "row", "value", "fact", "param", "today"};

void rules_trace_json(struct buf *out, const struct expr_trace *t)
{
    buf_putc(out, '[');
    for (const char *comma = ""; t != NULL; t = t->next, comma = ",") {
        buf_printf(out, "%s{\"depth\":%d,\"piece\":\"%s\",\"text\":", comma, t->depth, pieces[t->piece]);
        buf_json(out, t->text);
        buf_puts(out, ",\"value\":");
        rules_value_json(out, &t->value);
        if (t->piece == EXPR_PIECE_COMPARE) {
            buf_puts(out, ",\"left\":");
            rules_value_json(out, &t->left);
            buf_puts(out, ",\"right\":");
            rules_value_json(out, &t->right);
        }
        if (t->piece == EXPR_PIECE_FACT) {
            const struct facts_subject *s = facts_declared(t->subject);
            buf_printf(out, ",\"subject\":\"%s\",\"fact\":\"%s\",\"row\":%lld", s->name, s->facts[t->fact].name,
                       (long long)t->row_id);
        }
        if (t->param != NULL)
            buf_printf(out, ",\"param\":\"%s\"", t->param);
        buf_putc(out, '}');
    }
    buf_putc(out, ']');
}
