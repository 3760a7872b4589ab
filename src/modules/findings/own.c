/* own.c: a district's own rules and editions: /rules/new and /rules/{rule}/text. A text is kept only if it reads, its
 * cases read, and the cases agree with it. */
#include <string.h>

#include "findings/pages.h"

struct own {
    struct req *rq;
    const char *rule; /* whose text is changed; NULL: a new rule */
    const char *text, *cases, *note;
    int64_t rev;
};

static const char *const model = "id      LOCAL-1\n"
                                 "title    | \n"
                                 "group   local 本区规定 | Local rules\n"
                                 "basis    | \n"
                                 "force   2026-01-01 ..\n"
                                 "about   member\n"
                                 "asks    unit\n"
                                 "effect  remind\n"
                                 "seen    text\n"
                                 "when    \n"
                                 "say      | \n"
                                 "clear    | \n";

static const char *const model_cases = "given u roster.unit name=示例单位 kind=government_department\n"
                                       "given m roster.member name=甲 status=in_office unit=u\n"
                                       "\n"
                                       "case hit 查出\n"
                                       "on 2026-06-01 hit m\n"
                                       "\n"
                                       "case miss 未查出\n"
                                       "on 2026-06-01 miss m\n"
                                       "\n"
                                       "case boundary 临界\n"
                                       "on 2026-05-31 miss m\n"
                                       "on 2026-06-01 hit m\n"
                                       "\n"
                                       "case unknown 缺材料\n"
                                       "on 2026-06-01 missing m birth\n";

/* What stands now: the district's text, else the pack's, with its cases. */
static struct err *standing(struct own *o)
{
    reading_scope struct reading r = {0};
    TRY(reading_begin(o->rq, &r));
    const struct rules_rule *rule = rules_find(r.set, o->rule);
    if (rule == NULL)
        return err_say(ERR(o->rq->arena, ERR_MISSING, "no rule '%.60s'", o->rule), "rules.no_rule", "rule", o->rule,
                       NULL);
    o->text = arena_strdup(o->rq->arena, (rule->shipped != NULL ? rule->shipped : rule->text)->source);
    o->cases = rules_cases_of(o->rq->arena, o->rule);
    if (rule->own == 0)
        return NULL;
    struct row *row;
    TRY(record_read(&r.tx, &rules_own_record, o->rq->who, rule->own, &row));
    o->cases = row_text(row, "cases");
    o->note = row_text(row, "note");
    o->rev = row->rev;
    return NULL;
}

static struct err *show(struct own *o, const struct err *wrong)
{
    struct req *rq = o->rq;
    json_t *data = json_pack("{s:s?, s:s?, s:s?, s:I}", "text", o->text, "cases", o->cases, "note", o->note, "rev",
                             (json_int_t)o->rev);
    json_object_set_new(data, "rule", view_text_json(o->rule));
    rq->labels = json_pack("{s:s}", "action",
                           o->rule == NULL ? "/rules/new" : arena_printf(rq->arena, "/rules/%s/text", o->rule));
    return wrong != NULL ? respond_form(rq, "findings/own", data, wrong) : respond_page(rq, "findings/own", data);
}

static struct err *check(struct own *o, const char **id)
{
    struct arena *a = o->rq->arena;
    struct err *e = NULL;
    if (o->text == NULL || *o->text == '\0')
        err_join(&e, err_field(err_say(ERR(a, ERR_INVALID, "no text"), "field.required", NULL), "text"));
    if (o->cases == NULL || *o->cases == '\0')
        err_join(&e, err_field(err_say(ERR(a, ERR_INVALID, "no cases"), "findings.own.no_cases", NULL), "cases"));
    TRY(e);
    TRY(rules_own_check(a, o->text, o->cases, id));
    if (o->rule != NULL && strcmp(*id, o->rule) != 0)
        return err_field(err_say(ERR(a, ERR_INVALID, "id %s", *id), "findings.own.other_id", "rule", o->rule, NULL),
                         "text");
    return NULL;
}

/* A new rule takes no id that stands already. */
static struct err *is_free(struct own *o, const char *id)
{
    reading_scope struct reading r = {0};
    TRY(reading_begin(o->rq, &r));
    if (o->rule != NULL || rules_find(r.set, id) == NULL)
        return NULL;
    return err_field(
        err_say(ERR(o->rq->arena, ERR_INVALID, "rule %s stands", id), "findings.own.taken", "rule", id, NULL), "text");
}

static struct err *save(struct own *o, const char **id)
{
    TRY(check(o, id));
    TRY(is_free(o, *id));
    change_scope struct change c = {0};
    TRY(change_begin(o->rq->db, o->rq->arena, o->rq->who, "findings.own_saved", &c));
    TRY(rules_save_own(&c, *id, o->text, o->cases, o->note, o->rev));
    return change_commit(&c);
}

static const char *filled(struct req *rq, const char *name)
{
    const char *s = req_form(rq, name);
    return s == NULL || *s == '\0' ? NULL : s;
}

static struct err *post(struct req *rq, const char *rule)
{
    const char *rev = req_form(rq, "rev"), *id = NULL;
    struct own o = {.rq = rq,
                    .rule = rule,
                    .text = filled(rq, "text"),
                    .cases = filled(rq, "cases"),
                    .note = filled(rq, "note"),
                    .rev = rev == NULL ? 0 : strtoll(rev, NULL, 10)};
    struct err *e = save(&o, &id);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(&o, e);
    TRY(e);
    return respond_see_other(rq, "/rules/%s", id);
}

struct err *own_new_page(struct req *rq)
{
    struct own o = {.rq = rq, .text = model, .cases = model_cases};
    return show(&o, NULL);
}

struct err *own_new_save(struct req *rq)
{
    return post(rq, NULL);
}

struct err *own_text_page(struct req *rq)
{
    struct own o = {.rq = rq, .rule = req_param(rq, "rule")};
    TRY(standing(&o));
    return show(&o, NULL);
}

struct err *own_text_save(struct req *rq)
{
    return post(rq, req_param(rq, "rule"));
}
