/* say.c: the sentences of a rule with the values of one row in them. */
#include "base/log.h"
#include "record/codes.h"
#include "rules/inner.h"
#include "view/view.h"

char *rules_words(struct arena *a, enum lang lang, const struct expr_value *v)
{
    struct buf b = BUF(a);
    if (v->state != EXPR_HAS)
        return arena_strdup(a, text_get(lang, v->state == EXPR_NONE ? "rules.none" : "rules.unknown"));
    switch (v->type) {
    case EXPR_BOOL: return arena_strdup(a, text_get(lang, v->n != 0 ? "rules.yes" : "rules.no"));
    case EXPR_DATE: view_date(&b, lang, (struct date){(int32_t)v->n}); break;
    case EXPR_CODE: {
        const struct code_list *l = codes_list(v->codes);
        buf_puts(&b, l == NULL ? "" : codes_name(l, (int)v->n, lang == LANG_EN));
        break;
    }
    default: buf_int(&b, v->n);
    }
    return buf_str(&b);
}

/* The condition's code of the edition the stretch belongs to. */
static const struct say *sentence(const struct rules_hit *h, enum lang lang)
{
    return &h->rule->code->editions[h->stretch->edition].say[lang];
}

static char *say_row(struct arena *a, enum lang lang, const struct rules_hit *h, const struct expr_block *block,
                     int row, struct date day)
{
    struct expr_env env = stretch_env(h->stretch, day);
    const struct say *s = sentence(h, lang);
    struct buf b = BUF(a);
    for (int i = 0; i < s->n; i++) {
        struct expr_value v;
        if (s->parts[i].text != NULL) {
            buf_puts(&b, s->parts[i].text);
            continue;
        }
        struct err *e = expr_eval(a, s->parts[i].e, &env, block, row, &v, NULL);
        if (e != NULL) {
            log_err("a sentence of a rule", e);
            return arena_strdup(a, h->stretch->of->title[lang]);
        }
        buf_puts(&b, rules_words(a, lang, &v));
    }
    return buf_str(&b);
}

char *rules_say(struct arena *a, enum lang lang, const struct rules_hit *h, const struct facts_root *root)
{
    return say_row(a, lang, h, facts_block(root, h->rule->subject, h->where.at.block), h->where.at.row,
                   facts_day(root));
}

struct err *rules_tell(struct arena *a, enum lang lang, const struct rules_hit *h, const struct facts_root *root,
                       struct date day, char **say, struct expr_trace **trace)
{
    const struct expr_block *b = facts_block(root, h->rule->subject, h->where.at.block);
    int row = h->where.at.row;
    if (day.v != facts_day(root).v) {
        if (facts_declared(h->rule->subject)->count_of != NULL) {
            struct facts_counted *c = NULL;
            facts_counted(root, a, h->rule->subject, &h->where.owner, 1, &c);
            TRY(facts_sums_at_day(c, a, day, &b));
        } else {
            TRY(facts_one_at_day(root, a, owner_subject(h->rule->code->world, h->rule->subject), h->where.owner, day,
                                 &b));
        }
        const struct expr_table *t = &b->tables[h->rule->subject];
        for (row = 0; row < t->n && t->ids[row] != h->where.id;)
            row++;
        if (row == t->n)
            return ERR(a, ERR_MISSING, "no row %lld on that day", (long long)h->where.id);
    }
    struct expr_env env = stretch_env(h->stretch, day);
    struct expr_value v;
    *say = say_row(a, lang, h, b, row, day);
    return trace == NULL ? NULL : expr_eval(a, h->stretch->when, &env, b, row, &v, trace);
}
