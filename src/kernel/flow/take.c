/* take.c: the only ways a matter moves. Inside one change: the content is saved, the step written down, and either it
 * waits for signatures or it takes effect: deadlines end and begin, the state changes, notices go out, hooks run. */
#include <string.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "flow/document.h"
#include "flow/inner.h"

/* ---- the pieces of a step ---- */
static struct err *save_content(struct change *c, struct row *content)
{
    return record_save(c, content->of, content, content->rev);
}

static char *given_json(struct arena *a, const struct flow_step *s, const struct flow_input *in)
{
    struct buf b = BUF(a);
    char *name;
    for (const char *p = s->fields; in->values != NULL && flow_next_word(a, &p, &name, NULL);) {
        const char *v = row_text(in->values, name);
        if (v == NULL)
            continue;
        buf_putc(&b, b.n == 0 ? '{' : ',');
        buf_json(&b, name);
        buf_putc(&b, ':');
        buf_json(&b, v);
    }
    if (b.n > 0)
        buf_putc(&b, '}');
    return b.n == 0 ? NULL : buf_str(&b);
}

static struct err *write_step(struct change *c, const struct flow_matter *m, const struct flow_step *s,
                              const struct flow_input *in, bool waits, struct row **out)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &flow_step_record);
    struct date today = clock_today(), on = date_is(in->on) ? in->on : today;
    row_set_int(a, r, "matter", m->id);
    row_set(r, "step", s->name);
    row_set(r, "from_state", m->state == NULL ? NULL : m->state->name);
    row_set(r, "to_state", s->to);
    row_set(r, "state", waits ? "waiting" : "taken");
    row_set_int(a, r, "account", in->paper ? 0 : c->who->account);
    row_set(r, "actor", c->who->name);
    row_set(r, "role", in->paper ? "person" : c->who->role);
    row_set_date(a, r, "happened_on", on);
    row_set(r, "late", on.v < today.v ? "1" : "0");
    row_set(r, "paper", in->paper ? "1" : "0");
    if (in->paper)
        row_set_int(a, r, "entered_by", c->who->account);
    if (!in->paper)
        TRY(behalf_put(&c->tx, c->who, m, r));
    row_set(r, "reasons", in->reasons);
    row_set(r, "overridden", in->override && in->blocked != NULL ? in->blocked : NULL);
    row_set(r, "given", given_json(a, s, in));
    TRY(record_save(c, &flow_step_record, r, 0));
    for (int i = 0; i < in->n_files; i++) {
        const struct flow_file *f = &in->files[i];
        int64_t file;
        TRY(file_put(c, f->bytes, f->n, f->type, &file));
        struct row *p = row_new(a, &flow_paper_record);
        row_set_int(a, p, "matter", m->id);
        row_set_int(a, p, "step", r->id);
        row_set(p, "kind", f->kind);
        row_set(p, "name", f->name);
        row_set(p, "type", f->type);
        row_set_int(a, p, "file", file);
        TRY(record_save(c, &flow_paper_record, p, 0));
    }
    *out = r;
    return NULL;
}

/* ---- signatures ---- */
static struct err *want_sign(struct change *c, const struct flow_matter *m, int64_t step, const char *name,
                             const char *roles, const char *after)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &flow_sign_record);
    char *first = NULL;
    const char *p = roles;
    row_set_int(a, r, "matter", m->id);
    row_set_int(a, r, "step", step);
    row_set(r, "sign", name);
    row_set(r, "roles", roles);
    row_set(r, "after", after);
    row_set(r, "state", "wanted");
    if (after == NULL && flow_next_word(a, &p, &first, NULL))
        row_set(r, "waits", flow_waits(a, first, row_text(m->row, "due_on")));
    return record_save(c, &flow_sign_record, r, 0);
}

static struct err *want_signs(struct change *c, const struct flow_matter *m, const struct flow_step *s,
                              const struct flow_input *in, int64_t step)
{
    char *name;
    for (const char *p = s->signs; flow_next_word(c->tx.arena, &p, &name, NULL);) {
        const struct flow_sign *sign = flow_sign_of(m->flow, name);
        if (sign == NULL)
            return ERR(c->tx.arena, ERR_FAULT, "flow %s has no signature '%s'", m->flow->name, name);
        for (int i = 0; i < (sign->n > 0 ? sign->n : 1); i++)
            TRY(want_sign(c, m, step, name, sign->roles, sign->after));
    }
    if (in->override && in->blocked != NULL && *in->blocked != '\0')
        TRY(want_sign(c, m, step, "override", s->override, NULL));
    return NULL;
}

static bool wants_signs(const struct flow_step *s, const struct flow_input *in)
{
    return s->signs != NULL || (in->override && in->blocked != NULL && *in->blocked != '\0');
}

/* ---- taking effect ---- */
/* Hooks run once: for the matter that was decided, not for those that go along with it. */
static struct err *run_effects(struct change *c, const struct flow_matter *m, const struct flow_step *s, int64_t step)
{
    struct arena *a = c->tx.arena;
    bool along = row_int(m->row, "merged") != 0;
    char *word;
    for (const char *p = s->effects; flow_next_word(a, &p, &word, NULL);) {
        char *colon = strchr(word, ':');
        const char *what = colon == NULL ? "" : colon + 1;
        if (strncmp(word, "notice:", 7) == 0) {
            TRY(notice_send(c, m, what, s->name, arena_printf(a, "step %lld %s", (long long)step, what)));
        } else if (strncmp(word, "document:", 9) == 0) {
            TRY(document_make(c, m, step, what));
        } else if (!along) {
            const struct flow_hook *h = flow_hook_find(what);
            if (h == NULL)
                return ERR(a, ERR_FAULT, "flow %s wants the hook '%s'", m->flow->name, what);
            TRY(h->run(c, m, s));
        }
    }
    return NULL;
}

static void put_state(struct arena *a, struct flow_matter *m, const struct flow_state *to)
{
    m->state = to;
    row_set(m->row, "state", to->name);
    row_set_date(a, m->row, "since_on", clock_today());
    char owner[FLOW_OFFICE_TEXT];
    row_set(m->row, "owner", to->owner == NULL ? NULL : arena_strdup(a, flow_role(m, to->owner, owner)));
    row_set(m->row, "pending", NULL);
    if (to->wait == FLOW_END) {
        row_set_date(a, m->row, "closed_on", clock_today());
        row_set(m->row, "outcome", to->outcome != NULL ? to->outcome : to->name);
        row_set(m->row, "unmarked", to->unmarked ? "1" : "0");
    }
}

/* Of which day figures count the matter, once the step that makes it count took effect. */
static void put_counted(struct arena *a, struct flow_matter *m, const struct flow_step *s, struct date on)
{
    if (s->counts == NULL || row_text(m->row, "counted_on") != NULL)
        return;
    struct date day = strcmp(s->counts, "entered") == 0 ? on : row_date(m->content, s->counts);
    if (date_is_full(day))
        row_set_date(a, m->row, "counted_on", day);
}

static struct err *save_matter(struct change *c, struct flow_matter *m)
{
    clock_show(c->tx.arena, m);
    TRY(record_save(c, m->row->of, m->row, m->rev));
    m->rev = m->row->rev;
    return NULL;
}

static struct err *take_effect(struct change *c, struct flow_matter *m, const struct flow_step *s, struct date on,
                               const struct row *done)
{
    const struct flow_state *to = flow_state_of(m->flow, s->to);
    if (to == NULL)
        return ERR(c->tx.arena, ERR_FAULT, "flow %s has no state '%s'", m->flow->name, s->to);
    bool stays = m->state == to;
    if (!stays)
        TRY(clock_leave(c, m));
    put_state(c->tx.arena, m, to);
    if (s->receipt)
        row_set_date(c->tx.arena, m->row, "receipt_on", on);
    if (!stays || s->receipt)
        TRY(clock_enter(c, m, on));
    put_counted(c->tx.arena, m, s, on);
    TRY(save_matter(c, m));
    TRY(run_effects(c, m, s, done->id));
    return to->wait == FLOW_END ? merge_end(c, m, s, done) : NULL;
}

struct err *take_along(struct change *c, struct flow_matter *m, const struct flow_step *s, const struct flow_input *in)
{
    struct row *done;
    m->content = need_content(c->tx.arena, m, s, in);
    TRY(save_content(c, m->content));
    TRY(write_step(c, m, s, in, false, &done));
    return take_effect(c, m, s, row_date(done, "happened_on"), done);
}

/* ---- opening ---- */
static struct err *new_matter(struct change *c, const struct flow *f, struct row *content, const char *title,
                              const struct flow_state *to, struct flow_matter *m)
{
    struct arena *a = c->tx.arena;
    int64_t version;
    TRY(flow_version_now(&c->tx, f->name, &version));
    *m = (struct flow_matter){.content = content, .member = flow_member_of(content), .unit = flow_unit_of(content)};
    TRY(flow_version(&c->tx, version, &m->flow));
    m->row = row_new(a, flow_matter_record());
    row_set(m->row, "flow", f->name);
    row_set_int(a, m->row, "version", version);
    row_set_int(a, m->row, "row", content->id);
    row_set(m->row, "title", title);
    row_set(m->row, "state", to->name);
    row_set_date(a, m->row, "since_on", clock_today());
    char owner[FLOW_OFFICE_TEXT];
    row_set(m->row, "owner", to->owner == NULL ? NULL : arena_strdup(a, flow_role(m, to->owner, owner)));
    row_set_int(a, m->row, "opened_by", c->who->account);
    row_set_date(a, m->row, "opened_on", clock_today());
    char office[FLOW_OFFICE_TEXT];
    row_set(m->row, "office", arena_strdup(a, flow_office(c->who, office)));
    if (m->member != 0)
        row_set_int(a, m->row, "member", m->member);
    if (m->unit != 0)
        row_set_int(a, m->row, "unit", m->unit);
    TRY(record_save(c, m->row->of, m->row, 0));
    m->id = m->row->id;
    m->rev = m->row->rev;
    return NULL;
}

static struct err *person_there(struct change *c, const struct row *content)
{
    int64_t member = flow_member_of(content), unit = flow_unit_of(content);
    struct row *row;
    const char *fields[] = {"member", "unit"};
    const int64_t ids[] = {member, unit};
    for (int i = 0; i < 2; i++) {
        int f = record_field(flow_matter_record(), fields[i]);
        bool own = i == 0 && member == c->who->member; /* the person himself sees no unit */
        if (ids[i] == 0 || f < 0 || own)
            continue;
        struct err *e = record_read(&c->tx, record_find(flow_matter_record()->fields[f].to), c->who, ids[i], &row);
        if (e != NULL)
            return err_field(err_via(e, ERR_HERE), fields[i]);
    }
    return NULL;
}

struct err *flow_open(struct change *c, const struct flow *f, const char *step, const struct flow_input *in,
                      const char *title, int64_t *matter_out)
{
    const struct flow_step *s = flow_step_of(f, step);
    struct err *all = NULL;
    struct flow_matter *m = arena_new_of(c->tx.arena, struct flow_matter);
    struct row *done;
    TRY(need_opening(&c->tx, c->who, f, s, in, &all));
    if (all != NULL)
        return all;
    TRY(person_there(c, in->values)); /* in the acting person's own scope */
    acting_scope x = {0};
    act_begin(&x, c);
    struct row *content = row_copy(c->tx.arena, in->values);
    TRY(save_content(c, content));
    TRY(new_matter(c, f, content, title, flow_state_of(f, s->to), m));
    TRY(write_step(c, m, s, in, false, &done));
    m->state = flow_state_of(m->flow, s->to);
    TRY(clock_enter(c, m, row_date(done, "happened_on")));
    put_counted(c->tx.arena, m, s, row_date(done, "happened_on"));
    TRY(save_matter(c, m));
    TRY(run_effects(c, m, s, done->id));
    *matter_out = m->id;
    return NULL;
}

/* A step may name the person or the unit where nobody was named yet; whose file it is then stays. */
static void put_person(struct arena *a, struct flow_matter *m)
{
    if (m->member == 0 && m->unit == 0) {
        m->member = flow_member_of(m->content);
        m->unit = flow_unit_of(m->content);
        if (m->member != 0)
            row_set_int(a, m->row, "member", m->member);
        if (m->unit != 0)
            row_set_int(a, m->row, "unit", m->unit);
    }
}

/* ---- taking ---- */
static struct err *open_at(struct change *c, int64_t matter, int64_t rev, struct flow_matter **out)
{
    TRY(flow_look(&c->tx, c->who, matter, out));
    if ((*out)->rev != rev)
        return err_say(ERR(c->tx.arena, ERR_CONFLICT, "matter %lld is at revision %lld, not %lld", (long long)matter,
                           (long long)(*out)->rev, (long long)rev),
                       "flow.moved", NULL);
    return NULL;
}

struct err *flow_take(struct change *c, int64_t matter, int64_t rev, const char *step, const struct flow_input *in)
{
    struct arena *a = c->tx.arena;
    struct flow_matter *m;
    struct row *done;
    struct err *all = NULL;
    TRY(open_at(c, matter, rev, &m));
    const struct flow_step *s = flow_step_of(m->flow, step);
    if (s == NULL || *s->from == '\0')
        return err_say(ERR(a, ERR_INVALID, "flow %s has no step '%.40s'", m->flow->name, step), "flow.no_step", NULL);
    TRY(need_step(&c->tx, c->who, m, s, in, &all));
    if (all != NULL)
        return all;
    struct row *content = need_content(a, m, s, in);
    if (m->member == 0 && m->unit == 0)
        TRY(person_there(c, content)); /* in the acting person's own scope */
    acting_scope x = {0};
    act_begin(&x, c);
    m->content = content;
    TRY(save_content(c, m->content));
    put_person(a, m);
    bool waits = wants_signs(s, in);
    TRY(write_step(c, m, s, in, waits, &done));
    if (!waits)
        return take_effect(c, m, s, row_date(done, "happened_on"), done);
    TRY(want_signs(c, m, s, in, done->id));
    row_set_int(a, m->row, "pending", done->id);
    return save_matter(c, m);
}

struct err *flow_carry(struct change *c, int64_t matter, const char *step, const char *reasons)
{
    const struct who *before = c->who;
    struct who w = flow_engine(before);
    struct flow_matter *m;
    w.account = 0; /* the program, in the name of who decided */
    w.role = "flow";
    w.sees = CLASS_SEALED;
    c->who = &w;
    struct err *e = flow_look(&c->tx, c->who, matter, &m);
    if (e == NULL)
        e = flow_take(c, matter, m->rev, step, &(struct flow_input){.reasons = reasons, .blocked = ""});
    c->who = before;
    return e;
}

/* ---- answering a signature ---- */
static struct err *sign_free(struct change *c, const struct flow_matter *m, const struct flow_signed *s,
                             const struct row *step)
{
    struct arena *a = c->tx.arena;
    if (strcmp(s->state, "wanted") != 0)
        return err_say(ERR(a, ERR_CONFLICT, "signature %lld is %s", (long long)s->id, s->state), "flow.moved", NULL);
    const struct flow_sign *of = flow_sign_of(m->flow, s->sign);
    const struct flow_step *taken = flow_step_of(m->flow, row_text(step, "step"));
    if (!flow_holds(c->who, m, s->roles)) {
        struct err *e = ERR(a, ERR_DENIED, "role %s signs for %s", c->who->role, s->roles);
        return of != NULL && of->basis != NULL ? err_say(e, "flow.not_your_signature", "basis", of->basis, NULL)
                                               : err_say(e, "flow.not_your_office", NULL);
    }
    if (taken != NULL)
        TRY(need_other(&c->tx, c->who, m, taken));
    if (!s->waits)
        return err_say(ERR(a, ERR_CONFLICT, "signature %lld comes later", (long long)s->id), "flow.sign_order", NULL);
    bool same = row_int(step, "account") == c->who->account || row_int(step, "entered_by") == c->who->account ||
                row_int(step, "behalf") == c->who->account; /* what was done in his name is his */
    for (int i = 0; i < m->n_signs; i++)
        same = same || (m->signs[i].step == s->step && m->signs[i].account == c->who->account &&
                        strcmp(m->signs[i].state, "given") == 0);
    if (same)
        return err_say(ERR(a, ERR_DENIED, "account %lld acts twice", (long long)c->who->account), "flow.other_person",
                       NULL);
    if (c->who->session == NULL)
        return err_say(ERR(a, ERR_DENIED, "account %lld signs outside a session", (long long)c->who->account),
                       "flow.person_signs", NULL);
    if (!auth_second_fresh(c->who))
        return err_field(err_say(ERR(a, ERR_INVALID, "account %lld shows no second factor", (long long)c->who->account),
                                 "flow.second_factor", NULL),
                         "code");
    return NULL;
}

static struct err *save_sign(struct change *c, int64_t id, int64_t rev, const char *state, const char *text,
                             const char *reasons)
{
    struct arena *a = c->tx.arena;
    struct row *r;
    TRY(record_read(&c->tx, &flow_sign_record, c->who, id, &r));
    row_set(r, "state", state);
    row_set(r, "waits", NULL);
    if (strcmp(state, "void") != 0) {
        row_set_int(a, r, "account", c->who->account);
        row_set(r, "actor", c->who->name);
        row_set(r, "role", c->who->role);
        row_set(r, "shown", text);
        row_set(r, "hash", flow_hash(a, text));
        row_set(r, "reasons", reasons);
    }
    return record_save(c, &flow_sign_record, r, rev);
}

/* Signatures that waited for these to be given stand on their desks from now on. */
static struct err *next_signs(struct change *c, struct flow_matter *m, int64_t step, bool *all_given)
{
    struct arena *a = c->tx.arena;
    *all_given = true;
    for (int i = 0; i < m->n_signs; i++) {
        struct flow_signed *s = &m->signs[i];
        if (s->step != step || strcmp(s->state, "wanted") != 0)
            continue;
        *all_given = false;
        bool ready = !s->waits;
        for (int k = 0; k < m->n_signs && ready; k++)
            ready = !(m->signs[k].step == step && strcmp(m->signs[k].state, "wanted") == 0 &&
                      flow_word(s->after, m->signs[k].sign, NULL));
        if (!ready)
            continue;
        struct row *r;
        char *first = NULL;
        const char *p = s->roles;
        TRY(record_read(&c->tx, &flow_sign_record, c->who, s->id, &r));
        flow_next_word(a, &p, &first, NULL);
        row_set(r, "waits", flow_waits(a, first, row_text(m->row, "due_on")));
        TRY(record_save(c, &flow_sign_record, r, s->rev));
    }
    return NULL;
}

/* The step that waited ends: taken or void. */
static struct err *end_step(struct change *c, struct row *step, const char *state)
{
    row_set(step, "state", state);
    return record_save(c, &flow_step_record, step, step->rev);
}

static struct err *refuse(struct change *c, struct flow_matter *m, struct row *step)
{
    TRY(look_signs(&c->tx, m));
    for (int i = 0; i < m->n_signs; i++)
        if (m->signs[i].step == step->id && strcmp(m->signs[i].state, "wanted") == 0)
            TRY(save_sign(c, m->signs[i].id, m->signs[i].rev, "void", NULL, NULL));
    TRY(end_step(c, step, "void"));
    row_set(m->row, "pending", NULL);
    TRY(save_matter(c, m));
    return notice_send(c, m, "owner", "sign_refused", arena_printf(c->tx.arena, "void %lld", (long long)step->id));
}

static struct err *matter_of_sign(struct change *c, int64_t sign, int64_t rev, struct flow_matter **m,
                                  const struct flow_signed **s)
{
    struct arena *a = c->tx.arena;
    struct who engine = flow_engine(c->who);
    struct row *r;
    TRY(record_read(&c->tx, &flow_sign_record, &engine, sign, &r));
    TRY(flow_look(&c->tx, c->who, row_int(r, "matter"), m));
    if (r->rev != rev)
        return err_say(ERR(a, ERR_CONFLICT, "signature %lld is at revision %lld", (long long)sign, (long long)r->rev),
                       "flow.moved", NULL);
    for (int i = 0; i < (*m)->n_signs; i++)
        if ((*m)->signs[i].id == sign)
            *s = &(*m)->signs[i];
    return NULL;
}

struct err *flow_answer(struct change *c, int64_t sign, int64_t rev, bool given, const char *text, const char *reasons)
{
    struct arena *a = c->tx.arena;
    struct flow_matter *m;
    const struct flow_signed *s = NULL;
    struct row *step;
    TRY(matter_of_sign(c, sign, rev, &m, &s));
    struct who engine = flow_engine(c->who);
    TRY(record_read(&c->tx, &flow_step_record, &engine, s->step, &step));
    TRY(sign_free(c, m, s, step));
    if (!given)
        TRY(record_need(a, "reasons", reasons));
    acting_scope x = {0};
    act_begin(&x, c);
    TRY(save_sign(c, sign, rev, given ? "given" : "refused", text, reasons));
    if (!given)
        return refuse(c, m, step);
    TRY(look_signs(&c->tx, m));
    bool all_given;
    TRY(next_signs(c, m, step->id, &all_given));
    if (!all_given)
        return NULL;
    TRY(end_step(c, step, "taken"));
    const struct flow_step *of = flow_step_of(m->flow, row_text(step, "step"));
    if (of == NULL)
        return ERR(a, ERR_FAULT, "flow %s has no step '%s'", m->flow->name, row_text(step, "step"));
    return take_effect(c, m, of, clock_today(), step);
}
