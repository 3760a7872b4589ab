/* portrait.c: GET /roster/member/{id}: reads a file once, answers with JSON or the page. */
#include "roster/portrait.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/correct.h"
#include "roster/facts.h"
#include "roster/roster.h"

const struct record *const portrait_records[PARTS] = {
    &roster_post,    &roster_education, &roster_resume, &roster_family,  &roster_award,
    &roster_measure, &roster_appraisal, &roster_rank,   &roster_outside, &roster_audit};

/* ---- reading ---- */
/* In effect: begun, not taken back, and its period (with what older ones add) not over. A period that cannot be told is
 * not over. Kinds without a period have no time in effect. */
static bool in_effect(const struct portrait *p, int64_t id)
{
    int of = facts_subject("measure");
    struct facts_at at;
    if (!facts_find_row(p->root, of, p->member->id, id, &at))
        return false;
    struct expr_value start = facts_value(p->root, of, at, MEASURE_START);
    struct expr_value cancelled = facts_value(p->root, of, at, MEASURE_CANCELLED);
    struct expr_value until = facts_value(p->root, of, at, MEASURE_EXTENDED_TO);
    if (start.state != EXPR_HAS || start.n > p->day.v || cancelled.state == EXPR_HAS || until.state == EXPR_NONE)
        return false;
    return until.state == EXPR_UNKNOWN || until.n > p->day.v;
}

static struct err *read_parts(struct portrait *p, struct db_tx *tx)
{
    const struct who *who = p->rq->who;
    for (int i = 0; i < PARTS; i++) {
        const struct record *rec = portrait_records[i];
        p->parts[i].seen = rec->class <= who->sees;
        if (!p->parts[i].seen)
            continue;
        TRY(record_of(tx, rec, who, "member", p->member->id, PORTRAIT_ROWS, &p->parts[i].rows, &p->parts[i].n));
        int kept = 0;
        for (int k = 0; k < p->parts[i].n; k++)
            if (i != PART_MEASURE || in_effect(p, p->parts[i].rows[k]->id))
                p->parts[i].rows[kept++] = p->parts[i].rows[k];
        p->parts[i].n = kept;
    }
    return NULL;
}

static struct err *read_facts(struct portrait *p)
{
    int of = facts_subject("member");
    const struct facts_root *root = p->root;
    struct facts_at at;
    const struct expr_world *w;
    TRY(facts_world(p->rq->arena, &w));
    if (!facts_find(root, of, p->member->id, &at))
        return ERR(p->rq->arena, ERR_FAULT, "member %lld does not stand in the columns", (long long)p->member->id);
    int n = w->subjects[of]->n_facts;
    if (!p->other_day) {
        for (int i = 0; i < n && i < 64; i++)
            p->facts[i] = facts_value(root, of, at, i);
        return NULL;
    }
    const struct expr_block *b;
    TRY(facts_one_at_day(root, p->rq->arena, of, p->member->id, p->day, &b));
    for (int i = 0; i < n && i < 64; i++) {
        struct expr *e;
        struct expr_env env = {.today = p->day};
        TRY(expr_parse(p->rq->arena, w, of, w->subjects[of]->facts[i].name, NULL, &e));
        TRY(expr_eval(p->rq->arena, e, &env, b, 0, &p->facts[i], NULL));
    }
    return NULL;
}

/* Open findings about the person: links only; the reasons stand on their own page. */
static struct err *read_questions(struct portrait *p, struct db_tx *tx)
{
    const struct record *rec = record_find("rules.finding");
    struct row **all;
    int n;
    if (rec == NULL || rec->class > p->rq->who->sees || !req_may(p->rq, "rules.finding.read"))
        return NULL;
    TRY(record_of(tx, rec, p->rq->who, "member", p->member->id, PORTRAIT_ROWS, &all, &n));
    p->questions = all;
    for (int i = 0; i < n; i++) {
        bool closed = strcmp(row_text(all[i], "state"), "closed") == 0;
        if (!closed && row_int(all[i], "secrecy") <= (int64_t)p->rq->who->sees)
            p->questions[p->n_questions++] = all[i];
    }
    return NULL;
}

/* ---- the list one came from ---- */
static void end_root(void *root)
{
    facts_end(root);
}

static struct err *neighbour(struct portrait *p, struct db_tx *tx, const struct facts_root *root,
                             struct facts_select *q, bool before, int64_t *id, const char **name)
{
    struct facts_page page;
    struct roster_q_member_line *line;
    q->before = before;
    q->limit = 1;
    TRY(facts_list(root, p->rq->arena, q, &page));
    p->total = page.total;
    if (page.n == 0)
        return NULL;
    TRY(roster_q_member_line(tx, page.rows[0].id, &line));
    *id = page.rows[0].id;
    *name = line == NULL ? "" : line->name;
    return NULL;
}

static struct err *read_list(struct portrait *p, struct db_tx *tx)
{
    const char *from = req_query(p->rq, "from"), *cursor;
    struct facts_select q;
    struct facts_at at;
    size_t n;
    if (from == NULL)
        return NULL;
    struct arena *a = p->rq->arena;
    const struct pair *pairs = face_pairs(a, from, &n);
    struct err *e = people_read(a, p->rq->who, pairs, n, &p->list);
    const struct facts_root *root = p->root;
    if (e == NULL)
        e = people_select(tx, p->rq->who, root, &p->list, &q);
    if (e != NULL) /* an address somebody changed: the portrait is right without its list */
        return e->kind == ERR_INVALID ? NULL : e;
    if (date_is(p->list.day) && p->list.day.v != facts_day(root).v) {
        TRY(facts_at_day(root, a, p->list.day, &root));
        arena_defer(a, end_root, (void *)root);
    }
    p->list.env.today = facts_day(root);
    if (!facts_find(root, q.subject, p->member->id, &at))
        return NULL;
    TRY(facts_cursor(root, a, &q, at, &cursor));
    p->place = facts_position(root, a, &q, at);
    q.after = cursor;
    TRY(neighbour(p, tx, root, &q, true, &p->prev, &p->prev_name));
    TRY(neighbour(p, tx, root, &q, false, &p->next, &p->next_name));
    if (p->list.name == NULL || *p->list.name == '\0') { /* the next and the one before are part of that list */
        const int64_t beside[] = {p->prev, p->next};
        req_met(p->rq, beside, 2);
    }
    p->listed = true;
    p->state = people_state(a, &p->list);
    return NULL;
}

/* ---- what is missing ---- */
int portrait_missing(const struct portrait *p, const char *out[MISSING_MOST])
{
    static const char *const own[] = {"sex",        "birth",        "ethnicity",   "politics", "work_start", "category",
                                      "citizen_id", "native_place", "birth_place", "photo",    "health"};
    static const struct {
        enum portrait_part part;
        const char *name;
    } rows[] = {{PART_EDUCATION, "education"}, {PART_RESUME, "resume"}, {PART_FAMILY, "family"}, {PART_POST, "post"}};
    int n = 0;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (row_text(p->member, own[i]) == NULL)
            out[n++] = own[i];
    if (p->facts[MEMBER_PARTY_JOINED].state == EXPR_UNKNOWN)
        out[n++] = "party_joined";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (p->parts[rows[i].part].seen && p->parts[rows[i].part].n == 0)
            out[n++] = rows[i].name;
    return n;
}

int portrait_papers(const struct portrait *p, const char *out[8])
{
    static const char *const needed[] = {"1", "3", "4", "9", "6"};
    const char *papers = row_text(p->member, "papers");
    int n = 0;
    if (row_text(p->member, "papers_checked_on") == NULL)
        return -1;
    char *there = arena_printf(p->rq->arena, " %s ", papers == NULL ? "" : papers);
    struct expr_value politics = p->facts[MEMBER_POLITICS];
    bool party = politics.state == EXPR_HAS && politics.n == roster_codes.party_member;
    for (int i = 0; i < (party ? 5 : 4); i++)
        if (strstr(there, arena_printf(p->rq->arena, " %s ", needed[i])) == NULL)
            out[n++] = needed[i];
    return n;
}

/* ---- JSON ---- */
static json_t *value_json(const struct field *f, const char *value)
{
    if (value == NULL)
        return json_null();
    if (f->type == FIELD_BOOL)
        return json_boolean(*value == '1');
    if (f->type == FIELD_INT || f->type == FIELD_REF || f->type == FIELD_FILE)
        return json_integer(strtoll(value, NULL, 10));
    return json_string(value);
}

static json_t *row_json(const struct row *r, const struct who *who)
{
    json_t *o = json_pack("{s:I, s:I}", "id", (json_int_t)r->id, "rev", (json_int_t)r->rev);
    for (int i = 0; i < record_fields(r->of); i++)
        if (face_shown(r->of, i, who))
            json_object_set_new(o, r->of->fields[i].name, value_json(&r->of->fields[i], r->v[i]));
    return o;
}

static json_t *fact_json(const struct portrait *p, struct expr_value v)
{
    char iso[DATE_TEXT];
    (void)p;
    if (v.state != EXPR_HAS)
        return v.state == EXPR_NONE ? json_string("none") : json_null();
    switch (v.type) {
    case EXPR_BOOL: return json_boolean(v.n != 0);
    case EXPR_CODE: return json_string(codes_code(codes_list(v.codes), (int)v.n));
    case EXPR_DATE: return json_string(date_iso((struct date){(int32_t)v.n}, iso));
    default: return json_integer(v.n);
    }
}

static json_t *facts_json(const struct portrait *p)
{
    json_t *o = json_object();
    const struct facts_subject *s = &roster_member_facts;
    for (int i = 0; i < 64 && s->facts[i].name != NULL; i++)
        if (s->facts[i].class <= p->rq->who->sees && i != MEMBER_BAR_UNTIL && s->facts[i].field == NULL)
            json_object_set_new(o, s->facts[i].name, fact_json(p, p->facts[i]));
    return o;
}

static json_t *names_json(const char *const *names, int n)
{
    json_t *all = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(all, json_string(names[i]));
    return all;
}

static json_t *events_json(const struct portrait *p)
{
    struct event *all;
    json_t *out = json_array();
    char iso[DATE_TEXT];
    int n = portrait_events(p, &all);
    for (int i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{s:s, s:s, s:I}", "on", date_iso(all[i].on, iso), "record",
                                             all[i].of->name, "id", (json_int_t)all[i].id));
    return out;
}

static json_t *portrait_json(const struct portrait *p)
{
    char iso[DATE_TEXT];
    const char *missing[MISSING_MOST], *papers[8];
    json_t *o = row_json(p->member, p->rq->who);
    json_object_set_new(o, "as_of", json_string(date_iso(p->day, iso)));
    json_object_set_new(o, "facts", facts_json(p));
    json_object_set_new(o, "missing", names_json(missing, portrait_missing(p, missing)));
    int n = portrait_papers(p, papers);
    json_object_set_new(o, "papers_lacking", n < 0 ? json_null() : names_json(papers, n));
    for (int i = 0; i < PARTS; i++) {
        json_t *rows = json_array();
        for (int k = 0; k < p->parts[i].n; k++)
            json_array_append_new(rows, row_json(p->parts[i].rows[k], p->rq->who));
        if (p->parts[i].seen)
            json_object_set_new(o, strchr(portrait_records[i]->name, '.') + 1, rows);
        else
            json_decref(rows);
    }
    json_object_set_new(o, "timeline", events_json(p));
    json_object_set_new(o, "place", p->place > 0 ? json_integer(p->place) : json_null());
    json_object_set_new(o, "prev", p->prev > 0 ? json_string(portrait_address(p, p->prev, NULL)) : json_null());
    json_object_set_new(o, "next", p->next > 0 ? json_string(portrait_address(p, p->next, NULL)) : json_null());
    return o;
}

char *portrait_address(const struct portrait *p, int64_t id, const char *tab)
{
    struct buf b = BUF(p->rq->arena);
    char iso[DATE_TEXT];
    buf_printf(&b, "/roster/member/%lld", (long long)id);
    char mark = '?';
    if (tab != NULL) {
        buf_printf(&b, "?tab=%s", tab);
        mark = '&';
    }
    if (p->other_day) {
        buf_printf(&b, "%cat=%s", mark, date_iso(p->day, iso));
        mark = '&';
    }
    if (p->state != NULL) {
        buf_printf(&b, "%cfrom=", mark);
        face_escape(&b, p->state);
    }
    return buf_str(&b);
}

static struct err *read_names(struct portrait *p, struct db_tx *tx)
{
    p->names = face_names_new(p->rq->arena, p->rq->who);
    TRY(face_names_of_rows(p->names, tx, &p->member, 1, NULL, 0));
    for (int i = 0; i < PARTS; i++)
        if (p->parts[i].n > 0)
            TRY(face_names_of_rows(p->names, tx, p->parts[i].rows, p->parts[i].n, NULL, 0));
    return NULL;
}

struct err *portrait_page(struct req *rq)
{
    struct portrait p = {.rq = rq, .tab = req_query(rq, "tab")};
    const char *at = req_query(rq, "at");
    struct err *wrong = NULL;
    db_scope struct db_tx tx = {0};
    p.day = rq->today;
    if (at != NULL && *at != '\0') {
        TRY(roster_day(rq->arena, "at", at, true, &p.day));
        if (!date_is(p.day))
            p.day = rq->today;
    }
    TRY(roster_root(rq, DATE_UNKNOWN, &tx, &p.root));
    p.other_day = p.day.v != facts_day(p.root).v;
    TRY(record_read(&tx, &roster_member, rq->who, rq->id, &p.member));
    int64_t leads;
    TRY(correct_leads(&tx, rq->who, p.member, &leads));
    if (leads != 0) { /* entered twice, and merged since */
        req_shows_nothing(rq);
        return respond_see_other(rq, "/roster/member/%lld", (long long)leads);
    }
    TRY(req_shows(rq, &tx, p.member));
    TRY(read_facts(&p));
    TRY(read_parts(&p, &tx));
    TRY(read_list(&p, &tx));
    if (!rq->json) {
        TRY(read_names(&p, &tx));
        TRY(read_questions(&p, &tx));
        rq->labels = portrait_labels(&p, &tx, &wrong);
        TRY(wrong);
    }
    TRY(db_commit(&tx));
    return respond_page(rq, "roster/portrait", rq->json ? portrait_json(&p) : json_object());
}

struct err *portrait_photo(struct req *rq)
{
    struct row *member;
    const char *type;
    const void *bytes;
    size_t n;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, &roster_member, rq->who, rq->id, &member));
    if (access_recent(db_pool_of(rq->db), rq->who, rq->id)) /* part of the page that was logged a moment ago */
        req_shows_nothing(rq);
    else
        TRY(req_shows(rq, &tx, member));
    int64_t file = row_int(member, "photo");
    if (file == 0)
        return ERR(rq->arena, ERR_MISSING, "member %lld has no photo", (long long)rq->id);
    TRY(file_get(&tx, file, &type, &bytes, &n));
    TRY(db_commit(&tx));
    respond_header(rq, "Cache-Control", "private, no-store");
    return respond_bytes(rq, type, bytes, n);
}
