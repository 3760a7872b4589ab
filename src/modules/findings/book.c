/* book.c: the book of rules: the clause left, the rule right, in both languages: GET /rules/book to print, and the
 * command `rules book`. */
#include <string.h>

#include "findings/pages.h"

static json_t *edition(const struct rules_edition *e)
{
    json_t *params = json_array();
    for (int i = 0; i < e->n_params; i++) {
        json_t *p =
            json_pack("{s:s, s:s?, s:s?, s:s, s:s}", "name", e->params[i].name, "value", e->params[i].value, "unit",
                      e->params[i].unit, "zh", e->params[i].citation[LANG_ZH], "en", e->params[i].citation[LANG_EN]);
        json_array_append_new(params, p);
    }
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "title_zh", e->title[LANG_ZH],
                          "title_en", e->title[LANG_EN], "basis_zh", e->basis[LANG_ZH], "basis_en", e->basis[LANG_EN],
                          "clear_zh", e->clear[LANG_ZH], "clear_en", e->clear[LANG_EN], "when", e->when.s, "effect",
                          rules_effect_name(e->effect), "asks", rules_asks_name(e->asks), "seen",
                          rules_seen_name(e->seen), "params", params);
    json_object_set_new(o, "from", view_date_json(e->from));
    json_object_set_new(o, "to", view_date_json(e->to));
    return o;
}

static json_t *rule(const struct rules_rule *r)
{
    json_t *editions = json_array();
    for (int i = 0; i < r->text->n_editions; i++)
        json_array_append_new(editions, edition(&r->text->editions[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:o}", "id", r->text->id, "about", r->text->about.s, "state",
                     rules_state_name(r->state), "group", r->text->group, "at", r->text->at.s, "editions", editions);
}

struct err *rules_book(struct req *rq)
{
    reading_scope struct reading r = {0};
    TRY(reading_begin(rq, &r));
    json_t *rows = json_array(), *states = json_object();
    for (int i = 0; i < rules_count(r.set); i++)
        json_array_append_new(rows, rule(rules_at(r.set, i)));
    for (enum rules_state s = RULES_TRIAL; s <= RULES_BROKEN; s++)
        json_object_set_new(
            states, rules_state_name(s),
            json_string(tr(rq, arena_printf(rq->arena, "findings.rule_state.%s", rules_state_name(s)))));
    rq->labels = json_pack("{s:o, s:s}", "states", states, "total",
                           tr(rq, "findings.book.total", "n", arena_printf(rq->arena, "%d", rules_count(r.set))));
    db_end(&r.tx);
    return respond_page(rq, "findings/book", json_pack("{s:o, s:i}", "rows", rows, "total", rules_count(r.set)));
}

/* ---- the command ---- */
static void put_edition(struct buf *b, const struct rules_edition *e)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    buf_printf(b, "| %s<br>%s<br>%s .. %s<br>%s | `", e->basis[LANG_ZH], e->basis[LANG_EN],
               date_is(e->from) ? date_iso(e->from, from) : "", date_is(e->to) ? date_iso(e->to, to) : "",
               rules_seen_name(e->seen));
    for (const char *s = e->when.s; *s != '\0'; s++)
        buf_putc(b, *s == '\n' ? ' ' : *s);
    buf_printf(b, "`<br>%s, %s", rules_effect_name(e->effect), rules_asks_name(e->asks));
    for (int i = 0; i < e->n_params; i++)
        buf_printf(b, "<br>$%s = %s %s (%s; %s)", e->params[i].name,
                   e->params[i].value == NULL ? "-" : e->params[i].value,
                   e->params[i].unit == NULL ? "" : e->params[i].unit, e->params[i].citation[LANG_ZH],
                   e->params[i].citation[LANG_EN]);
    buf_printf(b, "<br>%s<br>%s |\n", e->clear[LANG_ZH], e->clear[LANG_EN]);
}

void findings_put_book(struct buf *b, const struct rules_set *s, struct date day)
{
    for (int i = 0; i < rules_count(s); i++) {
        const struct rules_rule *r = rules_at(s, i);
        const struct rules_edition *now = rules_edition_now(r, day);
        buf_printf(b, "## %s %s\n\n%s (%s)\n\n| clause | rule |\n| --- | --- |\n", r->text->id, now->title[LANG_ZH],
                   now->title[LANG_EN], rules_state_name(r->state));
        for (int k = 0; k < r->text->n_editions; k++)
            put_edition(b, &r->text->editions[k]);
        buf_putc(b, '\n');
    }
}
