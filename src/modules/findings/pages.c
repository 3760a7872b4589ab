/* pages.c: see pages.h. */
#include "findings/pages.h"

#include <string.h>

#include "record/codes.h"
#include "roster/roster.h"

struct err *reading_begin(struct req *rq, struct reading *out)
{
    *out = (struct reading){0};
    struct rules *r = rules_shared();
    if (r == NULL)
        return ERR(rq->arena, ERR_FAULT, "this server has no rules");
    struct reading x = {0};
    TRY(db_begin_read(rq->db, rq->arena, &x.tx));
    struct err *e = rules_read_all(r, &x.tx, &x.set, &x.root);
    if (e != NULL)
        db_end(&x.tx);
    else
        *out = x;
    return e;
}

void reading_end(struct reading *r)
{
    rules_end(r->set);
    facts_end(r->root);
    db_end(&r->tx);
    *r = (struct reading){0};
}

const char *category_name(const struct rules_set *s, enum lang lang, const char *category)
{
    for (int i = 0; i < rules_count(s); i++)
        if (strcmp(rules_at(s, i)->text->group, category) == 0)
            return rules_at(s, i)->text->group_name[lang];
    return strcmp(category, "missing") == 0 ? text_get(lang, "findings.category.missing") : category;
}

const char *rule_title(const struct rules_set *s, enum lang lang, const char *rule, struct date day)
{
    const struct rules_rule *r = rules_find(s, rule);
    return r == NULL ? rule : rules_edition_now(r, day)->title[lang];
}

bool fact_named(const char *name, int *subject, int *fact)
{
    const char *dot = name == NULL ? NULL : strchr(name, '.');
    char head[64];
    if (dot == NULL || (size_t)(dot - name) >= sizeof head)
        return false;
    memcpy(head, name, (size_t)(dot - name));
    head[dot - name] = '\0';
    *subject = facts_subject(head);
    *fact = *subject < 0 ? -1 : facts_fact(*subject, dot + 1);
    return *fact >= 0;
}

const char *finding_title(struct arena *a, const struct rules_set *s, enum lang lang, const struct row *f)
{
    const char *missing = row_text(f, "missing");
    int subject, fact;
    if (missing == NULL)
        return rule_title(s, lang, row_text(f, "rule"), row_date(f, "judged_on"));
    const char *label = fact_named(missing, &subject, &fact) ? telling_fact(a, lang, subject, fact) : missing;
    return text_format(a, lang, "findings.missing", "fact", label, NULL);
}

bool finding_seen(const struct req *rq, const struct row *f)
{
    return row_int(f, "secrecy") <= (int64_t)rq->who->sees;
}

json_t *two_texts(const char *const in[LANGS])
{
    return json_pack("{s:s, s:s}", lang_tag(LANG_ZH), in[LANG_ZH], lang_tag(LANG_EN), in[LANG_EN]);
}

void put_option(json_t *options, const char *value, const char *text, const char *chosen)
{
    bool is = chosen != NULL && strcmp(chosen, value) == 0;
    json_array_append_new(options, json_pack("{s:s, s:s, s:b}", "value", value, "text", text, "chosen", is));
}

json_t *code_options(struct req *rq, const char *list, const char *chosen)
{
    json_t *all = json_array();
    const struct code_list *l = codes_list(list);
    for (int i = 1; i <= codes_count(l); i++)
        put_option(all, codes_code(l, i), codes_name(l, i, rq->lang == LANG_EN), chosen);
    return all;
}
