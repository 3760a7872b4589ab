/* tried.c: see tried.h. */
#include "findings/tried.h"

#include <string.h>

#include "auth/access.h"
#include "record/codes.h"
#include "roster/roster.h"

static bool about_unit(const struct rules_hit *h)
{
    const struct facts_subject *s = facts_declared(h->rule->subject);
    return strcmp(s->owner == NULL ? s->name : s->owner, "member") != 0;
}

int64_t tried_member(const struct rules_hit *h)
{
    return about_unit(h) ? 0 : h->where.owner;
}

int64_t tried_unit(const struct facts_root *root, const struct rules_hit *h)
{
    struct facts_at at;
    int member = facts_subject("member");
    if (about_unit(h))
        return h->where.owner;
    if (!facts_find(root, member, h->where.owner, &at))
        return 0;
    struct expr_value v = facts_value(root, member, at, MEMBER_UNIT);
    return v.state == EXPR_HAS ? v.n : 0;
}

bool tried_seen(const struct req *rq, const struct rules_hit *h)
{
    int64_t member = tried_member(h);
    return h->rule->class <= rq->who->sees && (member == 0 || !who_barred(rq->who, member));
}

struct err *tried_names(struct req *rq, struct db_tx *tx, const struct facts_root *root, const struct rules_hit *hits,
                        int n, struct face_names **out)
{
    *out = face_names_new(rq->arena, rq->who);
    for (int i = 0; i < n; i++) {
        int64_t member = tried_member(&hits[i]), unit = tried_unit(root, &hits[i]);
        if (member != 0) {
            req_met(rq, &member, 1);
            TRY(face_names_of(*out, tx, &roster_member, member));
        }
        if (unit != 0)
            TRY(face_names_of(*out, tx, &roster_unit, unit));
    }
    return NULL;
}

/* ---- the trace in words ---- */
static const char *piece_words(struct req *rq, const struct expr_trace *t, int subject)
{
    switch (t->piece) {
    case EXPR_PIECE_ALL: return tr(rq, "findings.piece.all");
    case EXPR_PIECE_ANY: return tr(rq, "findings.piece.any");
    case EXPR_PIECE_FACT: return telling_fact(rq->arena, rq->lang, t->subject, t->fact);
    case EXPR_PIECE_TODAY: return tr(rq, "findings.piece.today");
    case EXPR_PIECE_PARAM: return tr(rq, "findings.param", "name", t->param);
    default: return telling_condition(rq->arena, rq->lang, subject, t->text);
    }
}

static const char *value_words(struct req *rq, const struct expr_trace *t)
{
    const char *s = NULL;
    if (t->piece == EXPR_PIECE_FACT)
        s = telling_value(rq->arena, rq->lang, &facts_declared(t->subject)->facts[t->fact], t->value);
    return s != NULL ? s : rules_words(rq->arena, rq->lang, &t->value);
}

static json_t *trace_label(struct req *rq, const struct expr_trace *t, int about)
{
    enum { DEEP = 62 };
    int subjects[DEEP] = {0};
    json_t *all = json_array();
    for (; t != NULL; t = t->next) {
        int depth = t->depth < DEEP - 1 ? t->depth : DEEP - 2, here = depth == 0 ? about : subjects[depth];
        subjects[depth + 1] = t->piece == EXPR_PIECE_ROW ? t->subject : here;
        json_array_append_new(all, json_pack("{s:i, s:s, s:s}", "depth", depth > 2 ? 2 : depth, "words",
                                             piece_words(rq, t, here), "value", value_words(rq, t)));
    }
    return all;
}

static void put_name(struct req *rq, json_t *o, struct face_names *names, const struct record *rec, int64_t id,
                     const char *key)
{
    bool in_scope = false;
    if (id == 0)
        return;
    const char *name = face_name(names, rq->arena, rq->lang, rec, id, &in_scope);
    json_object_set_new(o, key, view_text_json(name));
    if (in_scope)
        json_object_set_new(o, arena_printf(rq->arena, "%s_href", key),
                            json_string(arena_printf(rq->arena, "%s/%lld", face_path(rq->arena, rec), (long long)id)));
}

struct err *tried_row(struct req *rq, const struct facts_root *root, const struct rules_hit *h, struct date day,
                      struct face_names *names, json_t **data, json_t **label)
{
    char *say = NULL;
    struct expr_trace *t = NULL;
    TRY(rules_tell(rq->arena, rq->lang, h, root, day, &say, &t));
    const struct facts_subject *s = facts_declared(h->rule->subject);
    int64_t member = tried_member(h), unit = tried_unit(root, h);
    *data = json_pack("{s:s, s:s, s:s}", "rule", h->rule->text->id, "kind", s->kind != NULL ? s->kind : s->record, "id",
                      facts_key(rq->arena, root, h->rule->subject, h->where.at));
    json_object_set_new(*data, "member", view_id_json(member));
    json_object_set_new(*data, "unit", view_id_json(unit));
    json_object_set_new(*data, "edition", view_date_json(h->stretch->of->from));
    struct buf b = BUF(rq->arena);
    rules_trace_json(&b, t);
    json_object_set_new(*data, "trace", json_loads(buf_str(&b), 0, NULL));
    *label = json_pack("{s:s, s:s, s:s, s:o}", "rule", h->rule->text->id, "title", h->stretch->of->title[rq->lang],
                       "say", say, "trace", trace_label(rq, t, h->rule->subject));
    put_name(rq, *label, names, &roster_member, member, "who");
    put_name(rq, *label, names, &roster_unit, unit, "unit");
    json_object_set_new(*label, "person", json_boolean(member != 0));
    return NULL;
}

struct err *tried_log(struct req *rq, struct reading *r, const char *asked, const char *reason)
{
    struct facts_page all;
    struct facts_select q = {.subject = facts_subject("member"), .scope = &rq->who->scope};
    TRY(facts_list(r->root, rq->arena, &q, &all));
    return req_shows_many(rq, &r->tx,
                          &(struct access){.kind = ACCESS_RUN,
                                           .ground = reason == NULL ? ACCESS_ROUTINE : ACCESS_REASONED,
                                           .n = all.total,
                                           .asked = asked,
                                           .reason = reason});
}
