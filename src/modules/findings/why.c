/* why.c: GET /findings/{id}: why it is asked, to the clause and to each record; and the forms that answer, close and
 * take it up. */
#include "findings/why.h"

#include <string.h>

#include "record/codes.h"
#include "roster/roster.h"

/* ---- reading ---- */
static struct err *read_finding(struct req *rq, struct why *w)
{
    struct row *f;
    TRY(record_read(&w->r.tx, &findings_finding, rq->who, rq->id, &f));
    if (!finding_seen(rq, f))
        return ERR(rq->arena, ERR_MISSING, "finding %lld is of class %lld", (long long)rq->id,
                   (long long)row_int(f, "secrecy"));
    w->f = f;
    TRY(req_shows(rq, &w->r.tx, f));
    return record_history(&w->r.tx, &findings_finding, rq->who, rq->id, WHY_HISTORY, &w->history, &w->n_history);
}

/* The record a subject's rows are read from; a sum's stand for their owner's. */
static const struct record *source_record(int subject, int64_t *row)
{
    const struct facts_subject *s = facts_declared(subject);
    if (s->count_of == NULL)
        return record_find(s->record);
    *row >>= 8;
    return record_find(facts_declared(facts_subject(s->owner))->record);
}

static struct err *read_source(struct req *rq, struct why *w, int subject, int64_t row)
{
    for (int i = 0; i < w->n_sources; i++)
        if (w->sources[i].subject == subject && w->sources[i].row == row)
            return NULL;
    if (w->n_sources == WHY_SOURCES)
        return NULL;
    struct why_source *s = &w->sources[w->n_sources++];
    *s = (struct why_source){.subject = subject, .row = row};
    const struct record *rec = source_record(subject, &row);
    struct row *of;
    struct revision *last;
    int n;
    struct err *e = record_read(&w->r.tx, rec, rq->who, row, &of);
    if (e != NULL)
        return e->kind == ERR_MISSING ? NULL : e;
    s->of = of;
    TRY(record_history(&w->r.tx, rec, rq->who, row, 1, &last, &n));
    s->last = n > 0 ? last : NULL;
    return face_names_of_rows(w->names, &w->r.tx, &of, 1, NULL, 0);
}

static struct err *read_sources(struct req *rq, struct why *w)
{
    for (const struct expr_trace *t = w->trace; t != NULL; t = t->next) {
        if (t->piece != EXPR_PIECE_FACT || t->row_id == 0)
            continue;
        TRY(read_source(rq, w, t->subject, t->row_id));
        if (t->value.type == EXPR_REF && t->value.state == EXPR_HAS &&
            facts_declared(t->subject)->facts[t->fact].to != NULL)
            TRY(face_names_of(w->names, &w->r.tx, record_find(facts_declared(t->subject)->facts[t->fact].to),
                              t->value.n));
    }
    return NULL;
}

/* ---- another parameter ---- */
/* The value asked for in the address (try.limit=12), else one step further. */
static int tried_value(struct req *rq, const struct rules_param *p, int now)
{
    const char *asked = req_query(rq, arena_printf(rq->arena, "try.%s", p->name));
    if (asked != NULL && *asked != '\0' && strlen(asked) <= 6 && asked[strspn(asked, "0123456789")] == '\0')
        return (int)strtol(asked, NULL, 10);
    return now + (p->unit != NULL && strcmp(p->unit, "months") == 0  ? 6
                  : p->unit != NULL && strcmp(p->unit, "years") == 0 ? 2
                                                                     : 1);
}

static struct err *try_param(struct req *rq, struct why *w, int param)
{
    const struct rules_stretch *s = w->hit.stretch;
    struct why_try *t = &w->tries[w->n_tries++];
    *t = (struct why_try){.param = &s->of->params[param], .next = DATE_NONE};
    t->value = tried_value(rq, t->param, s->values[param].value.value);
    struct rules_hit other = w->hit;
    other.rule = rules_with_value(rq->arena, w->rule, t->param->name, t->value);
    enum tri now;
    TRY(rules_truth(other.rule, w->r.root, rq->arena, other.where.owner, other.where.id, facts_day(w->r.root), &now,
                    &other.stretch));
    t->holds = now == TRI_TRUE;
    t->unknown = now == TRI_UNKNOWN;
    return t->unknown || other.stretch == NULL
               ? NULL
               : rules_next(&other, w->r.root, rq->arena, facts_day(w->r.root), WHY_YEARS, &t->next);
}

static struct err *try_params(struct req *rq, struct why *w)
{
    const struct rules_stretch *s = w->hit.stretch;
    for (int i = 0; i < s->of->n_params && w->n_tries < (int)(sizeof w->tries / sizeof *w->tries); i++)
        if (s->values[i].set && s->values[i].value.type == EXPR_INT && rules_needs(w->rule, s->edition, i))
            TRY(try_param(rq, w, i));
    return NULL;
}

static struct err *judge(struct req *rq, struct why *w)
{
    struct rules_hit *h = &w->hit;
    w->rule = rules_find(w->r.set, row_text(w->f, "rule"));
    w->now = TRI_FALSE;
    w->next = DATE_NONE;
    h->rule = w->rule;
    w->there = w->rule != NULL && facts_find_key(w->r.root, w->rule->subject, row_text(w->f, "subject"), &h->where.at);
    if (!w->there)
        return NULL;
    h->where.id = facts_id(w->r.root, w->rule->subject, h->where.at);
    h->where.owner = facts_owner_id(w->r.root, w->rule->subject, h->where.at);
    TRY(rules_truth(w->rule, w->r.root, rq->arena, h->where.owner, h->where.id, facts_day(w->r.root), &w->now,
                    &h->stretch));
    if (h->stretch == NULL)
        return NULL;
    TRY(rules_trace(h, w->r.root, rq->arena, &w->trace));
    TRY(rules_next(h, w->r.root, rq->arena, facts_day(w->r.root), WHY_YEARS, &w->next));
    TRY(findings_q_values(&w->r.tx, w->rule->text->id, &w->values, &w->n_values));
    return try_params(rq, w);
}

/* A missing fact: its row is the only source. */
static struct err *read_missing(struct req *rq, struct why *w)
{
    int subject, fact;
    if (!fact_named(row_text(w->f, "missing"), &subject, &fact))
        return NULL;
    return read_source(rq, w, subject, strtoll(row_text(w->f, "subject"), NULL, 10));
}

struct err *why_read(struct req *rq, struct why *w)
{
    TRY(reading_begin(rq, &w->r));
    w->names = face_names_new(rq->arena, rq->who);
    TRY(read_finding(rq, w));
    struct row *f = (struct row *)w->f;
    TRY(face_names_of_rows(w->names, &w->r.tx, &f, 1, NULL, 0));
    TRY(judge(rq, w));
    TRY(findings_q_handlers(&w->r.tx, rq->today, &w->handlers, &w->n_handlers));
    TRY(read_sources(rq, w));
    return row_text(w->f, "missing") != NULL ? read_missing(rq, w) : NULL;
}

/* ---- what the words are made of ---- */
const struct why_source *why_source_of(const struct why *w, const struct expr_trace *t)
{
    for (int i = 0; i < w->n_sources; i++)
        if (w->sources[i].subject == t->subject && w->sources[i].row == t->row_id)
            return &w->sources[i];
    return NULL;
}

const char *why_href(struct req *rq, const struct why_source *s)
{
    if (s == NULL || s->of == NULL || s->of->of->list == NULL)
        return NULL;
    return arena_printf(rq->arena, "%s/%lld", face_path(rq->arena, s->of->of), (long long)s->of->id);
}

/* Counted rows: those of the owner and code that count. Base rows of a sum: those of the owner and code. */
static const char *rows_of_sum(struct req *rq, const struct expr_trace *t)
{
    const struct facts_subject *s = facts_declared(t->subject);
    bool counted = strcmp(s->facts[t->fact].name, s->counted) == 0;
    int subject = facts_subject(counted ? s->count_of : s->base);
    const struct facts_subject *of = facts_declared(subject);
    const char *owner = counted ? of->facts[facts_fact(subject, s->count_owner)].field : of->key;
    const char *by = of->facts[facts_fact(subject, counted ? s->count_by : s->facts[0].name)].field;
    struct buf b = BUF(rq->arena);
    buf_printf(&b, "%s?%s.eq=%lld&%s=%s", face_path(rq->arena, record_find(of->record)), owner,
               (long long)(t->row_id >> 8), by, codes_code(codes_list(s->facts[0].codes), (int)(t->row_id & 255)));
    const char *when = counted ? of->facts[facts_fact(subject, s->count_when)].from : NULL;
    for (size_t n; when != NULL && *when != '\0'; when += n + strspn(when + n, " ")) { /* all of them yes */
        n = strcspn(when, " ");
        buf_printf(&b, "&%.*s=1", (int)n, when);
    }
    return buf_str(&b);
}

const char *why_rows(struct req *rq, const struct why *w, const struct expr_trace *t)
{
    const struct facts_subject *s = facts_declared(t->subject);
    const char *rows = s->facts[t->fact].rows;
    if (s->count_of != NULL)
        return rows_of_sum(rq, t);
    return rows == NULL ? NULL
                        : arena_printf(rq->arena, "%s?member=%lld", face_path(rq->arena, record_find(rows)),
                                       (long long)w->hit.where.owner);
}

const char *why_document(const struct why_source *s)
{
    static const char *const fields[] = {"from_doc", "document", "recognised_doc"};
    for (size_t i = 0; s != NULL && s->of != NULL && i < sizeof fields / sizeof *fields; i++)
        if (record_field(s->of->of, fields[i]) >= 0)
            return row_text(s->of, fields[i]);
    return NULL;
}

const struct findings_q_values *why_value(const struct why *w, const struct rules_value *v)
{
    for (int i = 0; i < w->n_values; i++)
        if (v->row != 0 && w->values[i].id == v->row)
            return &w->values[i];
    return NULL;
}

/* ---- handlers ---- */
static struct err *show(struct req *rq, const struct err *wrong)
{
    struct why w = {0};
    struct err *e = why_read(rq, &w);
    if (e == NULL && rq->json && wrong == NULL)
        e = respond_json(rq, why_data(rq, &w));
    else if (e == NULL) {
        rq->labels = why_labels(rq, &w);
        db_end(&w.r.tx);
        e = wrong != NULL ? respond_form(rq, "findings/why", why_data(rq, &w), wrong)
                          : respond_page(rq, "findings/why", why_data(rq, &w));
    }
    reading_end(&w.r);
    return e;
}

struct err *findings_explain(struct req *rq, const struct who *person, int64_t id, json_t **data, json_t **labels)
{
    struct why w = {0};
    const struct who *before = rq->who;
    int64_t here = rq->id;
    rq->who = person;
    rq->id = id;
    struct err *e = why_read(rq, &w);
    if (e == NULL && (row_int(w.f, "member") != person->member || strcmp(row_text(w.f, "asks"), "person") != 0))
        e = ERR(rq->arena, ERR_MISSING, "finding %lld does not ask member %lld", (long long)id,
                (long long)person->member);
    if (e == NULL) {
        *data = why_data(rq, &w);
        *labels = why_labels(rq, &w);
    }
    reading_end(&w.r);
    rq->who = before;
    rq->id = here;
    return e;
}

struct err *findings_why(struct req *rq)
{
    return show(rq, NULL);
}

/* What came in, from a form or as JSON. */
static const char *sent(struct req *rq, const char *name)
{
    json_t *body;
    if (rq->body == NULL)
        return req_form(rq, name);
    if (req_json(rq, &body) != NULL)
        return NULL;
    json_t *v = json_object_get(body, name);
    if (json_is_integer(v))
        return arena_printf(rq->arena, "%lld", (long long)json_integer_value(v));
    return json_string_value(v) == NULL ? NULL : arena_strdup(rq->arena, json_string_value(v));
}

enum deed { ANSWER, CLOSE, TAKE_UP, HAND_OVER };

static struct err *hand_over(struct req *rq, struct change *c, const struct row *f, int64_t rev)
{
    const char *to = sent(rq, "to"), *due = sent(rq, "due_on"), *task = sent(rq, "task");
    struct date day = DATE_UNKNOWN;
    TRY(record_need(rq->arena, "to", to));
    if (due != NULL && *due != '\0')
        TRY(roster_day(rq->arena, "due_on", due, true, &day));
    TRY(alike_to(&c->tx, f, to, rq->today));
    return rules_hand_over(c, f->id, rev, to, day, task == NULL || *task == '\0' ? NULL : task);
}

static struct err *write(struct req *rq, enum deed deed)
{
    struct row *f;
    const char *rev_text = sent(rq, "rev"), *how = sent(rq, "how");
    int64_t rev = rev_text == NULL ? 0 : strtoll(rev_text, NULL, 10);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who,
                     deed == ANSWER      ? "findings.answered"
                     : deed == CLOSE     ? "findings.closed"
                     : deed == HAND_OVER ? "findings.handed"
                                         : "findings.taken",
                     &c));
    TRY(record_read(&c.tx, &findings_finding, rq->who, rq->id, &f));
    if (!finding_seen(rq, f))
        return ERR(rq->arena, ERR_MISSING, "finding %lld", (long long)rq->id);
    if (deed == ANSWER)
        TRY(rules_answer(&c, rq->id, rev, sent(rq, "reply")));
    else if (deed == TAKE_UP)
        TRY(rules_take_up(&c, rq->id, rev));
    else if (deed == HAND_OVER)
        TRY(hand_over(rq, &c, f, rev));
    else
        TRY(rules_close_finding(&c, rq->id, rev,
                                how != NULL && strcmp(how, "corrected") == 0 ? RULES_CORRECTED : RULES_REASONS,
                                sent(rq, "reasons")));
    return change_commit(&c);
}

static struct err *do_deed(struct req *rq, enum deed deed)
{
    struct err *e = write(rq, deed);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(rq, e);
    TRY(e);
    if (rq->json)
        return err_part(show(rq, NULL));
    return respond_see_other(rq, "/findings/%lld", (long long)rq->id);
}

struct err *findings_answer(struct req *rq)
{
    return do_deed(rq, ANSWER);
}

struct err *findings_close(struct req *rq)
{
    return do_deed(rq, CLOSE);
}

struct err *findings_take_up(struct req *rq)
{
    return do_deed(rq, TAKE_UP);
}

struct err *findings_hand_over(struct req *rq)
{
    return do_deed(rq, HAND_OVER);
}
