/* need.c: what a step needs, and what speaks against taking it now. Each refusal is a sentence that says what to do. */
#include <string.h>

#include "flow/inner.h"
#include "rules/rules.h"

/* ---- from here, and by whom ---- */
bool need_from(const struct flow_matter *m, const struct flow_step *s)
{
    if (m->state->wait == FLOW_END)
        return false;
    return strcmp(s->from, "*") == 0 || flow_word(s->from, m->state->name, NULL);
}

/* Offices that act in this flow: one of them may enter what came on paper. */
static bool acts_here(const struct flow_matter *m, const struct who *who)
{
    for (const struct flow_step *s = m->flow->steps; s->name != NULL; s++) {
        bool only_person = flow_word(s->by, "person", NULL) && who->member == m->member && m->member != 0;
        if (!only_person && flow_holds(who, m, s->by))
            return true;
    }
    return false;
}

/* Who acted last that is neither the person nor the clock. */
static const struct flow_done *last_by_office(const struct flow_matter *m)
{
    for (int i = m->n_done - 1; i >= 0; i--) {
        const struct flow_step *s = flow_step_of(m->flow, m->done[i].step);
        bool by_person = s != NULL && flow_word(s->by, "person", NULL);
        if (!m->done[i].void_ && !by_person && strcmp(m->done[i].role, "clock") != 0)
            return &m->done[i];
    }
    return NULL;
}

/* A server whose clock was set back would write a step before the one it follows. */
static struct err *clock_right(struct arena *a, const struct flow_matter *m)
{
    for (int i = 0; i < m->n_done; i++)
        if (m->done[i].at != 0 && clock_day_of(m->done[i].at).v > clock_today().v) {
            char last[DATE_TEXT], now[DATE_TEXT];
            return err_say(ERR(a, ERR_CONFLICT, "the clock stands before step %lld", (long long)m->done[i].id),
                           "flow.clock_back", "last", arena_strdup(a, date_dots(clock_day_of(m->done[i].at), last)),
                           "now", arena_strdup(a, date_dots(clock_today(), now)), NULL);
        }
    return NULL;
}

static struct err *by_whom(struct arena *a, const struct who *who, const struct flow_matter *m,
                           const struct flow_step *s, bool paper)
{
    if (paper) {
        const struct flow_done *last = last_by_office(m);
        int64_t handler = row_int(m->row, "holder");
        if (handler == 0 && last != NULL)
            handler = last->account;
        if (!flow_word(s->by, "person", NULL) || !acts_here(m, who))
            return err_say(ERR(a, ERR_DENIED, "step %s on paper", s->name), "flow.paper_office", NULL);
        if (handler == who->account)
            return err_say(ERR(a, ERR_DENIED, "the handler enters paper for step %s", s->name), "flow.paper_handler",
                           NULL);
        return NULL;
    }
    if (!flow_holds(who, m, s->by))
        return err_say(ERR(a, ERR_DENIED, "step %s by role %s", s->name, who->role), "flow.not_your_office", NULL);
    char *word;
    for (const char *p = s->other_than; flow_next_word(a, &p, &word, NULL);) {
        const struct flow_done *d = *word == '@' ? NULL : done_of(m, word);
        if (d != NULL && (d->account == who->account || d->behalf == who->account))
            return err_say(ERR(a, ERR_DENIED, "step %s by who took %s", s->name, word), "flow.other_person", NULL);
    }
    return NULL;
}

/* Whoever acted in the matter that is looked at again is another person than who looks. */
struct err *need_other(struct db_tx *tx, const struct who *who, const struct flow_matter *m, const struct flow_step *s)
{
    char *word;
    for (const char *p = s->other_than; flow_next_word(tx->arena, &p, &word, NULL);) {
        int64_t n;
        if (*word != '@' || m->content == NULL)
            continue;
        struct db_val args[] = {db_int(row_int(m->content, word + 1)), db_int(who->account)};
        TRY(db_one_int(tx,
                       "SELECT (SELECT count(*) FROM flow_step WHERE matter = ?1 AND (account = ?2 OR behalf = ?2)"
                       " AND ended = 0) +"
                       " (SELECT count(*) FROM flow_sign WHERE matter = ?1 AND account = ?2 AND ended = 0)",
                       args, 2, 0, &n));
        if (n > 0)
            return err_say(
                ERR(tx->arena, ERR_DENIED, "account %lld acted in the matter before", (long long)who->account),
                "flow.other_handler", NULL);
    }
    return NULL;
}

/* ---- the person was heard ---- */
bool need_heard(const struct flow_matter *m)
{
    const struct flow *f = m->flow;
    if ((f->hearing != NULL && done_of(m, f->hearing) != NULL) || (f->waiver != NULL && done_of(m, f->waiver) != NULL))
        return true;
    for (int i = 0; i < m->n_dues; i++)
        if (f->window != NULL && strcmp(m->dues[i].name, f->window) == 0 && strcmp(m->dues[i].state, "missed") == 0)
            return true;
    return false;
}

/* ---- what it brings along ---- */
static void fields_needed(struct arena *a, const struct flow_matter *m, const struct flow_step *s,
                          const struct flow_input *in, struct err **all)
{
    char *name;
    bool must;
    for (const char *p = s->fields; flow_next_word(a, &p, &name, &must);) {
        const char *v = in->values != NULL ? row_text(in->values, name) : m != NULL ? row_text(m->content, name) : NULL;
        if (must)
            err_join(all, record_need(a, name, v));
    }
    if (s->reasons || in->override)
        err_join(all, record_need(a, "reasons", in->reasons));
}

static bool has_paper(const struct flow_input *in, const char *kind)
{
    for (int i = 0; i < in->n_files; i++)
        if (strcmp(in->files[i].kind, kind) == 0)
            return true;
    return false;
}

static void papers_needed(struct arena *a, const struct flow_step *s, const struct flow_input *in, struct err **all)
{
    char *kind;
    bool must;
    for (const char *p = s->papers; flow_next_word(a, &p, &kind, &must);)
        if (must && !has_paper(in, kind))
            err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "step %s needs paper %s", s->name, kind),
                                            "flow.paper_missing", NULL),
                                    arena_printf(a, "paper.%s", kind)));
    if (in->paper && in->n_files == 0)
        err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "step %s on paper without a scan", s->name),
                                        "flow.scan_missing", NULL),
                                "paper.scan"));
    if (in->paper && !date_is_full(in->on))
        err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "step %s on paper without a day", s->name),
                                        "field.required", NULL),
                                "on"));
}

static void day_right(struct arena *a, const struct flow_matter *m, const struct flow_step *s,
                      const struct flow_input *in, struct err **all)
{
    if (!date_is(in->on))
        return;
    if (!date_is_full(in->on) || in->on.v > clock_today().v)
        err_join(
            all,
            err_field(err_say(ERR(a, ERR_INVALID, "step %s on a day to come", s->name), "flow.day_ahead", NULL), "on"));
    else if (m != NULL && in->on.v < row_date(m->row, "opened_on").v)
        err_join(all, err_field(err_say(ERR(a, ERR_INVALID, "step %s before the matter was opened", s->name),
                                        "flow.day_before", NULL),
                                "on"));
}

/* ---- guards ---- */
static struct err *when_true(struct db_tx *tx, const struct flow *f, const struct row *content,
                             const struct flow_step *s)
{
    enum tri t = TRI_TRUE;
    struct arena *a = tx->arena;
    if (s->when == NULL)
        return NULL;
    TRY(flow_true(a, record_find(f->name), s->when, content, clock_today(), &t));
    if (t == TRI_TRUE)
        return NULL;
    return err_say(ERR(a, ERR_INVALID, "step %s: %s is %s", s->name, s->when, t == TRI_FALSE ? "false" : "unknown"),
                   t == TRI_FALSE ? "flow.when_false" : "flow.when_unknown", "when", s->when, NULL);
}

static struct err *rules_let(struct arena *a, const struct flow_step *s, const struct flow_input *in)
{
    if (s->rules == NULL)
        return NULL;
    if (in->blocked == NULL)
        return ERR(a, ERR_FAULT, "nobody asked the rules of step %s", s->name);
    if (*in->blocked == '\0')
        return NULL;
    if (in->override && s->override != NULL)
        return NULL; /* the signature of that office is wanted before it takes effect */
    return err_say(ERR(a, ERR_DENIED, "step %s: rules %s block", s->name, in->blocked),
                   s->override != NULL ? "flow.blocked_override" : "flow.blocked", "rules", in->blocked, NULL);
}

/* The content as it would be after the step. */
struct row *need_content(struct arena *a, const struct flow_matter *m, const struct flow_step *s,
                         const struct flow_input *in)
{
    struct row *r = row_copy(a, m->content);
    char *name;
    for (const char *p = s->fields; in->values != NULL && flow_next_word(a, &p, &name, NULL);)
        row_set(r, name, row_text(in->values, name));
    return r;
}

/* What a form brings along is all there, and the content it comes to lets the step be taken. m NULL: it opens one. */
static struct err *brings(struct db_tx *tx, const struct flow *f, const struct flow_matter *m,
                          const struct flow_step *s, const struct flow_input *in, const struct row *content,
                          struct err **all)
{
    struct arena *a = tx->arena;
    fields_needed(a, m, s, in, all);
    papers_needed(a, s, in, all);
    day_right(a, m, s, in, all);
    err_join(all, rules_let(a, s, in));
    struct err *e = when_true(tx, f, content, s);
    if (e != NULL && e->kind == ERR_FAULT)
        return e;
    err_join(all, e);
    return NULL;
}

struct err *need_step(struct db_tx *tx, const struct who *who, const struct flow_matter *m, const struct flow_step *s,
                      const struct flow_input *in, struct err **all)
{
    struct arena *a = tx->arena;
    if (!need_from(m, s)) {
        err_join(all,
                 err_say(ERR(a, ERR_CONFLICT, "step %s from state %s", s->name, m->state->name), "flow.not_now", NULL));
        return NULL;
    }
    err_join(all, by_whom(a, who, m, s, in != NULL && in->paper));
    struct err *same = need_other(tx, who, m, s);
    if (same != NULL && same->kind != ERR_DENIED)
        return same;
    err_join(all, same);
    err_join(all, clock_right(a, m));
    if (row_int(m->row, "pending") != 0)
        err_join(all, err_say(ERR(a, ERR_CONFLICT, "a step waits for signatures"), "flow.pending", NULL));
    if (row_int(m->row, "merged") != 0)
        err_join(all, err_say(ERR(a, ERR_CONFLICT, "the matter goes along with another"), "flow.merged", NULL));
    if (row_text(m->row, "paused_on") != NULL && s->against)
        err_join(all, err_say(ERR(a, ERR_CONFLICT, "the matter is paused"), "flow.paused", NULL));
    if (s->against && !need_heard(m))
        err_join(all,
                 err_say(ERR(a, ERR_CONFLICT, "step %s: the person was not heard", s->name), "flow.unheard", NULL));
    if (in == NULL)
        return NULL;
    return brings(tx, m->flow, m, s, in, need_content(a, m, s, in), all);
}

struct err *need_opening(struct db_tx *tx, const struct who *who, const struct flow *f, const struct flow_step *s,
                         const struct flow_input *in, struct err **all)
{
    struct arena *a = tx->arena;
    const struct flow_matter none = {.flow = f, .member = in->values == NULL ? 0 : flow_member_of(in->values)};
    if (s == NULL || s->from == NULL || *s->from != '\0')
        return ERR(a, ERR_FAULT, "flow %s is not opened by step '%s'", f->name, s == NULL ? "" : s->name);
    if (in->values == NULL)
        return ERR(a, ERR_FAULT, "flow %s is opened without content", f->name);
    if (!flow_holds(who, &none, s->by))
        err_join(all,
                 err_say(ERR(a, ERR_DENIED, "role %s opens %s", who->role, f->name), "flow.not_your_office", NULL));
    return brings(tx, f, NULL, s, in, in->values, all);
}

struct err *flow_choices(struct db_tx *tx, const struct who *who, const struct flow_matter *m, struct flow_choice **out,
                         int *n_out)
{
    VEC(struct flow_choice) v = {0};
    for (const struct flow_step *s = m->flow->steps; s->name != NULL; s++) {
        if (!need_from(m, s) || strcmp(s->by, "clock") == 0)
            continue;
        struct flow_choice c = {.step = s, .mine = flow_holds(who, m, s->by)};
        TRY(need_step(tx, who, m, s, NULL, &c.refused));
        *VEC_PUSH(&v, tx->arena) = c;
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

/* ---- rules that block for the person ---- */
static int member_subject(const struct expr_world *w)
{
    int f = record_field(flow_matter_record(), "member");
    const char *record = f < 0 ? "" : flow_matter_record()->fields[f].to;
    for (int i = 0; i < w->n_subjects; i++)
        if (w->subjects[i]->owner == NULL && w->subjects[i]->record != NULL &&
            strcmp(w->subjects[i]->record, record) == 0)
            return i;
    return -1;
}

static struct err *judge(struct db_tx *tx, const struct flow_step *s, int64_t member, struct buf *out)
{
    const struct expr_world *w;
    rules_scope const struct rules_set *set = NULL;
    facts_scope const struct facts_root *root = NULL;
    struct arena *a = tx->arena;
    TRY(facts_world(a, &w));
    TRY(rules_read_all(rules_shared(), tx, &set, &root));
    char *id;
    for (const char *p = s->rules; flow_next_word(a, &p, &id, NULL);) {
        const struct rules_rule *r = rules_find(set, id);
        if (r == NULL || r->state != RULES_ADOPTED)
            continue;
        struct rules_run run;
        const struct rules_ask ask = {.rule = id, .subject = member_subject(w), .id = member};
        TRY(rules_judge(set, root, a, &ask, &run));
        for (int64_t i = 0; i < run.n; i++)
            if (rules_acts(r, run.hits[i].stretch->of) == RULES_BLOCK) {
                buf_printf(out, "%s%s", out->n > 0 ? " " : "", id);
                break;
            }
    }
    return NULL;
}

struct err *flow_blocked(struct db *db, struct arena *a, const struct flow_step *s, int64_t member, const char **out)
{
    *out = "";
    if (s->rules == NULL || member == 0)
        return NULL;
    if (rules_shared() == NULL)
        return err_say(ERR(a, ERR_BUSY, "no columns are held"), "facts.loading", "percent", "0", NULL);
    struct buf b = BUF(a);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(judge(&tx, s, member, &b));
    *out = buf_str(&b);
    return NULL;
}
