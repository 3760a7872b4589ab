/* look.c: a matter with everything done in it, for who may see it. */
#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "flow/inner.h"

enum { PARTS_MOST = 1000 };

/* The engine reads and writes with every scope once it has decided that the acting person may. */
struct who flow_engine(const struct who *who)
{
    struct who w = *who;
    w.scope = (struct scope)SCOPE_ALL;
    w.sees = CLASS_SEALED;
    w.n_barred = 0;
    w.readonly = false;
    return w;
}

void act_begin(struct acting *x, struct change *c)
{
    x->c = c;
    x->before = c->who;
    x->engine = flow_engine(c->who);
    c->who = &x->engine;
}

void act_end(struct acting *x)
{
    if (x->c != NULL)
        x->c->who = x->before;
}

/* ---- the parts ---- */
/* When each step was written down, and each signature last: UTC ms by the row's id. CROSS JOIN, because SQLite would
 * otherwise begin with every revision of the record. */
static const char steps_at[] = "SELECT p.id, c.at FROM flow_step p CROSS JOIN revision r CROSS JOIN change c"
                               " WHERE p.matter = ?1 AND r.record = 'flow.step' AND r.row = p.id AND r.rev = 1"
                               " AND c.id = r.change";
static const char signs_at[] = "SELECT p.id, c.at FROM flow_sign p CROSS JOIN revision r CROSS JOIN change c"
                               " WHERE p.matter = ?1 AND p.account IS NOT NULL AND r.record = 'flow.sign'"
                               " AND r.row = p.id AND r.rev = p.rev AND c.id = r.change";

/* One query for all of a matter; put() finds the part of the id. */
static struct err *saved_at(struct db_tx *tx, const char *sql, struct flow_matter *m,
                            void (*put)(struct flow_matter *m, int64_t id, int64_t at))
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(m->id)};
    TRY(db_query(tx, sql, args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        put(m, db_col_int(&rows, 0), db_col_int(&rows, 1));
    }
}

static void put_step_at(struct flow_matter *m, int64_t id, int64_t at)
{
    for (int i = 0; i < m->n_done; i++)
        if (m->done[i].id == id)
            m->done[i].at = at;
}

static void put_sign_at(struct flow_matter *m, int64_t id, int64_t at)
{
    for (int i = 0; i < m->n_signs; i++)
        if (m->signs[i].id == id)
            m->signs[i].at = at;
}

struct err *look_done(struct db_tx *tx, struct flow_matter *m)
{
    struct row **rows;
    TRY(record_of(tx, &flow_step_record, &who_console, "matter", m->id, PARTS_MOST, &rows, &m->n_done));
    m->done = arena_array(tx->arena, struct flow_done, m->n_done + 1);
    for (int i = 0; i < m->n_done; i++) {
        const struct row *r = rows[i];
        const char *state = row_text(r, "state");
        m->done[i] = (struct flow_done){.id = r->id,
                                        .account = row_int(r, "account"),
                                        .step = row_text(r, "step"),
                                        .from = row_text(r, "from_state"),
                                        .to = row_text(r, "to_state"),
                                        .actor = row_text(r, "actor"),
                                        .role = row_text(r, "role"),
                                        .reasons = row_text(r, "reasons"),
                                        .overridden = row_text(r, "overridden"),
                                        .on = row_date(r, "happened_on"),
                                        .late = row_int(r, "late") != 0,
                                        .paper = row_int(r, "paper") != 0,
                                        .waiting = strcmp(state, "waiting") == 0,
                                        .void_ = strcmp(state, "void") == 0,
                                        .entered_by = row_int(r, "entered_by"),
                                        .behalf = row_int(r, "behalf"),
                                        .behalf_name = row_text(r, "behalf_name"),
                                        .given = row_text(r, "given")};
    }
    return saved_at(tx, steps_at, m, put_step_at);
}

struct err *look_signs(struct db_tx *tx, struct flow_matter *m)
{
    struct row **rows;
    TRY(record_of(tx, &flow_sign_record, &who_console, "matter", m->id, PARTS_MOST, &rows, &m->n_signs));
    m->signs = arena_array(tx->arena, struct flow_signed, m->n_signs + 1);
    for (int i = 0; i < m->n_signs; i++) {
        const struct row *r = rows[i];
        m->signs[i] = (struct flow_signed){.id = r->id,
                                           .rev = r->rev,
                                           .step = row_int(r, "step"),
                                           .account = row_int(r, "account"),
                                           .sign = row_text(r, "sign"),
                                           .roles = row_text(r, "roles"),
                                           .state = row_text(r, "state"),
                                           .actor = row_text(r, "actor"),
                                           .reasons = row_text(r, "reasons"),
                                           .text = row_text(r, "shown"),
                                           .hash = row_text(r, "hash"),
                                           .after = row_text(r, "after"),
                                           .waits = row_text(r, "waits") != NULL};
    }
    return m->n_signs == 0 ? NULL : saved_at(tx, signs_at, m, put_sign_at);
}

struct err *look_dues(struct db_tx *tx, struct flow_matter *m)
{
    struct row **rows;
    TRY(record_of(tx, &flow_deadline_record, &who_console, "matter", m->id, PARTS_MOST, &rows, &m->n_dues));
    m->dues = arena_array(tx->arena, struct flow_deadline, m->n_dues + 1);
    for (int i = 0; i < m->n_dues; i++) {
        const struct row *r = rows[i];
        int unit = due_unit_find(row_text(r, "unit"));
        m->dues[i] = (struct flow_deadline){.id = r->id,
                                            .rev = r->rev,
                                            .name = row_text(r, "name"),
                                            .basis = row_text(r, "basis"),
                                            .state = row_text(r, "state"),
                                            .row = rows[i],
                                            .due = {.start = row_date(r, "start_on"),
                                                    .n = (int)row_int(r, "n"),
                                                    .unit = unit < 0 ? DUE_DAYS : (enum due_unit)unit,
                                                    .plain = row_date(r, "plain_on"),
                                                    .day = row_date(r, "due_on"),
                                                    .skipped = (int)row_int(r, "skipped"),
                                                    .provisional = row_int(r, "provisional") != 0},
                                            .paused = (int)row_int(r, "paused")};
    }
    return NULL;
}

static struct err *look_papers(struct db_tx *tx, struct flow_matter *m)
{
    struct row **rows;
    TRY(record_of(tx, &flow_paper_record, &who_console, "matter", m->id, PARTS_MOST, &rows, &m->n_papers));
    m->papers = arena_array(tx->arena, struct flow_paper, m->n_papers + 1);
    for (int i = 0; i < m->n_papers; i++)
        m->papers[i] = (struct flow_paper){.id = rows[i]->id,
                                           .step = row_int(rows[i], "step"),
                                           .file = row_int(rows[i], "file"),
                                           .kind = row_text(rows[i], "kind"),
                                           .name = row_text(rows[i], "name"),
                                           .type = row_text(rows[i], "type")};
    return NULL;
}

/* ---- who sees it ---- */
static bool took_part(const struct flow_matter *m, const struct who *who)
{
    for (int i = 0; i < m->n_done; i++)
        if (m->done[i].account == who->account || m->done[i].entered_by == who->account)
            return true;
    for (int i = 0; i < m->n_signs; i++)
        if (m->signs[i].account == who->account ||
            (strcmp(m->signs[i].state, "wanted") == 0 && flow_holds(who, m, m->signs[i].roles)))
            return true;
    return false;
}

static bool may_see(const struct flow_matter *m, const struct who *who, struct arena *a)
{
    if (who->account == 0 && who->sees == CLASS_SEALED) /* the program itself */
        return true;
    if (m->member != 0 && who->member == m->member)
        return !m->flow->hidden && flow_holds(who, m, "person");
    if (!scope_has(&who->scope, m->row->scope) || who_barred(who, m->member))
        return false;
    /* what ended without a mark is closed to the office: only who took part opens it again */
    bool sealed = m->state->wait == FLOW_END && row_int(m->row, "unmarked") != 0;
    if (!sealed && auth_may(who, arena_printf(a, "%s.read", m->flow->name)) && who->sees >= CLASS_CASE)
        return true;
    const char *owner = row_text(m->row, "owner"), *opener = row_text(m->row, "office");
    char office[FLOW_OFFICE_TEXT];
    bool delivered = who->branch != NULL && opener != NULL && strcmp(opener, flow_office(who, office)) == 0;
    return delivered || (owner != NULL && flow_holds(who, m, owner)) || took_part(m, who);
}

char *flow_office(const struct who *who, char out[FLOW_OFFICE_TEXT])
{
    if (who->branch == NULL)
        snprintf(out, FLOW_OFFICE_TEXT, "%s", who->role);
    else
        snprintf(out, FLOW_OFFICE_TEXT, "%s:%s", who->role, who->branch);
    return out;
}

bool flow_holds(const struct who *who, const struct flow_matter *m, const char *roles)
{
    if (roles == NULL)
        return false;
    if (flow_word(roles, "person", NULL) && m->member != 0 && who->member == m->member)
        return true;
    if (who->role == NULL || (m->member != 0 && who_barred(who, m->member)))
        return false;
    if (flow_word(roles, who->role, NULL))
        return true;
    char office[FLOW_OFFICE_TEXT], word[FLOW_OFFICE_TEXT], role[FLOW_OFFICE_TEXT];
    flow_office(who, office);
    for (const char *p = roles + strspn(roles, " "); *p != '\0'; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, p);
        if (strcmp(flow_role(m, word, role), office) == 0)
            return true;
        p += n;
    }
    return false;
}

char *flow_role(const struct flow_matter *m, const char *role, char out[FLOW_OFFICE_TEXT])
{
    const char *at = strstr(role, ":@"),
               *names = at == NULL || m->content == NULL ? NULL : row_text(m->content, at + 2);
    if (at == NULL)
        snprintf(out, FLOW_OFFICE_TEXT, "%s", role);
    else
        snprintf(out, FLOW_OFFICE_TEXT, "%.*s%s", (int)(at - role) + 1, role, names == NULL ? "" : names);
    return out;
}

/* The matter's own row, its flow and its content. */
static struct err *look_matter(struct db_tx *tx, int64_t id, struct flow_matter **out)
{
    struct arena *a = tx->arena;
    struct flow_matter *m = arena_new_of(a, struct flow_matter);
    TRY(record_read(tx, flow_matter_record(), &who_clock, id, &m->row));
    m->id = id;
    m->rev = m->row->rev;
    m->member = row_int(m->row, "member");
    m->unit = row_int(m->row, "unit");
    TRY(flow_version(tx, row_int(m->row, "version"), &m->flow));
    m->state = flow_state_of(m->flow, row_text(m->row, "state"));
    if (m->state == NULL)
        return ERR(a, ERR_FAULT, "matter %lld is in state '%s', which its flow lacks", (long long)id,
                   row_text(m->row, "state"));
    *out = m;
    return record_read(tx, record_find(m->flow->name), &who_clock, row_int(m->row, "row"), &m->content);
}

struct err *look_clock(struct db_tx *tx, int64_t id, struct flow_matter **out)
{
    TRY(look_matter(tx, id, out));
    return look_dues(tx, *out);
}

struct err *flow_look(struct db_tx *tx, const struct who *who, int64_t id, struct flow_matter **out)
{
    struct arena *a = tx->arena;
    struct flow_matter *m;
    TRY(look_matter(tx, id, &m));
    TRY(look_done(tx, m));
    TRY(look_signs(tx, m));
    if (!may_see(m, who, a))
        return ERR(a, ERR_MISSING, "matter %lld is not for account %lld", (long long)id, (long long)who->account);
    TRY(look_dues(tx, m));
    TRY(look_papers(tx, m));
    *out = m;
    return NULL;
}

const struct flow_done *done_of(const struct flow_matter *m, const char *step)
{
    for (int i = m->n_done - 1; i >= 0; i--)
        if (strcmp(m->done[i].step, step) == 0 && !m->done[i].void_ && !m->done[i].waiting)
            return &m->done[i];
    return NULL;
}
