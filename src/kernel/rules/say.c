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

char *rules_say(struct arena *a, enum lang lang, const struct rules_hit *h, const struct facts_root *root)
{
    struct expr_env env = stretch_env(h->stretch, facts_day(root));
    const struct expr_block *block = facts_block(root, h->rule->subject, h->where.at.block);
    const struct say *s = sentence(h, lang);
    struct buf b = BUF(a);
    for (int i = 0; i < s->n; i++) {
        struct expr_value v;
        if (s->parts[i].text != NULL) {
            buf_puts(&b, s->parts[i].text);
            continue;
        }
        struct err *e = expr_eval(a, s->parts[i].e, &env, block, h->where.at.row, &v, NULL);
        if (e != NULL) {
            log_err("a sentence of a rule", e);
            return arena_strdup(a, h->stretch->of->title[lang]);
        }
        buf_puts(&b, rules_words(a, lang, &v));
    }
    return buf_str(&b);
}
