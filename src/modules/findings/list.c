/* list.c: GET /findings: what the rules found and nobody has closed, with filters in the address; JSON on the same
 * address. Newest first. */
#include <string.h>

#include "auth/access.h"
#include "findings/pages.h"
#include "modules/findings/queries.h"
#include "record/codes.h"

/* What the address may ask; `state` open is opened or answered, the default; all is no condition. */
enum {
    A_STATE,
    A_CATEGORY,
    A_EFFECT,
    A_ASKS,
    A_RULE,
    A_UNIT,
    A_MEMBER,
    A_Q,
    A_DUE,
    A_HANDLER,
    A_NEW,
    A_LIMIT,
    A_AFTER,
    A_BEFORE,
    A_DONE,
    A_SEALED,
    ASKED
};
static const char *const names[ASKED] = {"state", "category", "effect", "asks",  "rule",  "unit",   "member", "q",
                                         "due",   "handler",  "new",    "limit", "after", "before", "done",   "sealed"};
/* `due`: handed over to be done by a day that is past, within a week, within a month. */
static const char *const dues[] = {"late", "week", "month"};
enum { LATE, WEEK, MONTH, DUES };
static const char *const conds[ASKED] = {
    [A_STATE] = "state.eq", [A_CATEGORY] = "category.eq", [A_EFFECT] = "effect.eq", [A_ASKS] = "asks.eq",
    [A_RULE] = "rule.eq",   [A_UNIT] = "unit.under",      [A_MEMBER] = "member.eq", [A_Q] = "member.has"};

struct findings {
    const char *asked[ASKED]; /* NULL: not */
    struct face_query q;
    struct face_page page;
    struct reading r;
    struct face_names *names;
    struct findings_q_counts *counts;
    int n_counts;
    struct findings_q_looked *looked;     /* NULL: never */
    struct findings_q_handlers *handlers; /* who may be handed a finding */
    int n_handlers;
};

static struct err *take_asked(struct req *rq, struct findings *f)
{
    size_t n;
    const struct pair *all = req_query_all(rq, &n);
    struct err *wrong = NULL;
    for (size_t i = 0; i < n; i++) {
        int k = 0;
        while (k < ASKED && strcmp(names[k], all[i].name) != 0)
            k++;
        if (k == ASKED && strcmp(all[i].name, "lang") != 0)
            err_join(&wrong, err_field(err_say(ERR(rq->arena, ERR_INVALID, "filter '%.40s'", all[i].name),
                                               "findings.no_filter", "name", all[i].name, NULL),
                                       all[i].name));
        else if (k < ASKED && *all[i].value != '\0')
            f->asked[k] = all[i].value;
    }
    return wrong;
}

static void add(struct req *rq, struct findings *f, const char *cond, const char *value, const char *field,
                struct err **wrong)
{
    struct err *e = face_cond_add(rq->arena, &f->q, cond, value);
    if (e != NULL)
        e->field = field;
    err_join(wrong, e);
}

static void add_due(struct req *rq, struct findings *f, struct err **wrong)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    const char *due = f->asked[A_DUE];
    int k = 0;
    while (k < DUES && strcmp(dues[k], due) != 0)
        k++;
    if (k == DUES) {
        err_join(wrong,
                 err_field(err_say(ERR(rq->arena, ERR_INVALID, "due '%.20s'", due), "findings.due.what", NULL), "due"));
        return;
    }
    if (k != LATE)
        add(rq, f, "due_on.from", date_iso(rq->today, from), "due", wrong);
    struct date end = k == LATE   ? date_add_days(rq->today, -1)
                      : k == WEEK ? date_add_days(rq->today, 7)
                                  : date_add_months(rq->today, 1);
    add(rq, f, "due_on.to", date_iso(end, to), "due", wrong);
}

/* What was explained or rested on wrong data was never so: it stands in the sealed file, and in no list. */
static void add_sealed(struct req *rq, struct findings *f, struct err **wrong)
{
    const char *asked = f->asked[A_SEALED];
    if (asked != NULL && rq->who->sees < CLASS_SEALED) {
        err_join(wrong, err_field(err_say(ERR(rq->arena, ERR_INVALID, "sealed '%.20s'", asked), "face.no_sealed", NULL),
                                  "sealed"));
    } else if (asked == NULL) {
        add(rq, f, "ended_as.empty~1", "1", "sealed", wrong);
        add(rq, f, "ended_as.not~2", "reasons", "sealed", wrong);
        add(rq, f, "ended_as.not~2", "corrected", "sealed", wrong);
    }
}

static struct err *make_query(struct req *rq, struct findings *f)
{
    struct err *wrong = NULL;
    const char *state = f->asked[A_STATE];
    face_query_init(rq->arena, &findings_finding, rq->who, &f->q);
    for (int k = 0; k < ASKED; k++)
        if (conds[k] != NULL && f->asked[k] != NULL && k != A_STATE)
            add(rq, f, conds[k], f->asked[k], names[k], &wrong);
    if (state == NULL || strcmp(state, "open") == 0) {
        add(rq, f, "state.eq", "opened", names[A_STATE], &wrong);
        add(rq, f, "state.eq", "answered", names[A_STATE], &wrong);
    } else if (strcmp(state, "all") != 0) {
        add(rq, f, "state.eq", state, names[A_STATE], &wrong);
    }
    add_sealed(rq, f, &wrong);
    if (f->asked[A_DUE] != NULL)
        add_due(rq, f, &wrong);
    if (f->asked[A_HANDLER] != NULL)
        add(rq, f, "handler.eq", strcmp(f->asked[A_HANDLER], "me") == 0 ? rq->who->name : f->asked[A_HANDLER],
            names[A_HANDLER], &wrong);
    if (f->asked[A_NEW] != NULL)
        add(rq, f, "opened_at.from",
            arena_printf(rq->arena, "%lld", f->looked == NULL ? 0LL : (long long)f->looked->at + 1), names[A_NEW],
            &wrong);
    add(rq, f, "secrecy.to", arena_printf(rq->arena, "%d", (int)rq->who->sees), "secrecy", &wrong);
    f->q.sort[0] = (struct face_sort){record_field(&findings_finding, "opened_on"), true};
    f->q.sort[1] = (struct face_sort){record_field(&findings_finding, "rule"), false};
    f->q.n_sort = 2;
    f->q.sorted = true;
    f->q.after = f->asked[A_AFTER];
    f->q.before = f->asked[A_BEFORE];
    const char *limit = f->asked[A_LIMIT];
    long n = limit == NULL ? FACE_ROWS : strtol(limit, NULL, 10);
    f->q.limit = n < 1 ? 1 : n > FACE_ROWS_MOST ? FACE_ROWS_MOST : (int)n;
    return wrong;
}

/* The address with one thing asked otherwise (value NULL: not asked) and without a place. */
static const char *address(struct req *rq, const struct findings *f, int but, const char *value)
{
    struct buf b = BUF(rq->arena);
    buf_puts(&b, "/findings");
    char sign = '?';
    for (int k = 0; k < ASKED; k++) {
        const char *v = k == but ? value : k == A_AFTER || k == A_BEFORE || k == A_DONE ? NULL : f->asked[k];
        if (v == NULL)
            continue;
        buf_putc(&b, sign);
        buf_printf(&b, "%s=", names[k]);
        face_escape(&b, v);
        sign = '&';
    }
    return buf_str(&b);
}

static json_t *row_data(const struct row *r)
{
    static const char *const texts[] = {"rule", "missing", "kind",  "subject",  "category",  "effect",
                                        "asks", "state",   "since", "ended_as", "opened_on", "closed_on"};
    json_t *o = json_pack("{s:I, s:I}", "id", (json_int_t)r->id, "rev", (json_int_t)r->rev);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set_new(o, texts[i], view_text_json(row_text(r, texts[i])));
    json_object_set_new(o, "member", view_id_json(row_int(r, "member")));
    json_object_set_new(o, "unit", view_id_json(row_int(r, "unit")));
    return o;
}

static json_t *page_data(struct req *rq, const struct findings *f)
{
    json_t *rows = json_array(), *counts = json_array();
    for (int i = 0; i < f->page.n; i++)
        json_array_append_new(rows, row_data(f->page.rows[i]));
    for (int i = 0; i < f->n_counts; i++)
        json_array_append_new(counts, json_pack("{s:s, s:s, s:I}", "category", f->counts[i].category, "effect",
                                                f->counts[i].effect, "n", (json_int_t)f->counts[i].n));
    json_t *o = json_pack("{s:o, s:I, s:b, s:o}", "rows", rows, "total", (json_int_t)f->page.total, "total_exact",
                          f->page.total_exact, "counts", counts);
    json_object_set_new(o, "next", view_text_json(f->page.next == NULL ? NULL : address(rq, f, A_AFTER, f->page.next)));
    json_object_set_new(o, "prev",
                        view_text_json(f->page.prev == NULL ? NULL : address(rq, f, A_BEFORE, f->page.prev)));
    return o;
}

/* ---- what people see beside it ---- */
/* The sentence with its values while it still holds, else the title. */
static const char *sentence(struct req *rq, const struct findings *f, const struct row *r)
{
    const struct rules_rule *rule = rules_find(f->r.set, row_text(r, "rule"));
    struct rules_hit h = {.rule = rule};
    if (rule == NULL || strcmp(row_text(r, "state"), "closed") == 0 ||
        !facts_find_key(f->r.root, rule->subject, row_text(r, "subject"), &h.where.at))
        return NULL;
    enum tri t;
    h.where.id = facts_id(f->r.root, rule->subject, h.where.at);
    h.where.owner = facts_owner_id(f->r.root, rule->subject, h.where.at);
    struct err *e =
        rules_truth(rule, f->r.root, rq->arena, h.where.owner, h.where.id, facts_day(f->r.root), &t, &h.stretch);
    return e != NULL || t != TRI_TRUE ? NULL : rules_say(rq->arena, rq->lang, &h, f->r.root);
}

static const char *name_of(struct req *rq, const struct findings *f, const char *record, int64_t id, const char **href)
{
    const struct record *rec = record_find(record);
    bool in_scope = false;
    *href = NULL;
    if (id == 0)
        return NULL;
    const char *name = face_name(f->names, rq->arena, rq->lang, rec, id, &in_scope);
    if (in_scope)
        *href = arena_printf(rq->arena, "%s/%lld", face_path(rq->arena, rec), (long long)id);
    return name;
}

static json_t *row_label(struct req *rq, const struct findings *f, const struct row *r)
{
    bool english = rq->lang == LANG_EN;
    const char *href, *unit_href, *rule = row_text(r, "rule");
    const char *name = name_of(rq, f, "roster.member", row_int(r, "member"), &href);
    const char *unit = name_of(rq, f, "roster.unit", row_int(r, "unit"), &unit_href);
    json_t *o = json_pack("{s:s, s:s, s:s}", "href", arena_printf(rq->arena, "/findings/%lld", (long long)r->id),
                          "title", finding_title(rq->arena, f->r.set, rq->lang, r), "state",
                          codes_label("rules.state", row_text(r, "state"), english));
    json_object_set_new(o, "say", view_text_json(sentence(rq, f, r)));
    json_object_set_new(o, "rule", rules_find(f->r.set, rule) == NULL ? json_null() : json_string(rule));
    json_object_set_new(o, "effect", view_text_json(codes_label("rules.effect", row_text(r, "effect"), english)));
    json_object_set_new(o, "ended_as", view_text_json(codes_label("rules.ending", row_text(r, "ended_as"), english)));
    json_object_set_new(o, "who", view_text_json(name != NULL ? name : unit));
    json_object_set_new(o, "who_href", view_text_json(name != NULL ? href : unit_href));
    json_object_set_new(o, "unit", view_text_json(name != NULL ? unit : NULL));
    json_object_set_new(o, "handler", view_text_json(row_text(r, "handler")));
    json_object_set_new(o, "due", view_date_json(row_date(r, "due_on")));
    json_object_set_new(o, "pick",
                        json_string(arena_printf(rq->arena, "%lld:%lld", (long long)r->id, (long long)r->rev)));
    json_object_set_new(o, "id", json_integer(r->id));
    json_object_set_new(o, "open", json_boolean(strcmp(row_text(r, "state"), "closed") != 0));
    json_object_set_new(o, "since", view_date_json(row_date(r, "since")));
    json_object_set_new(o, "opened", view_date_json(row_date(r, "opened_on")));
    return o;
}

/* Categories with their open findings; each opens its rows. */
static json_t *views(struct req *rq, const struct findings *f)
{
    json_t *all = json_array();
    int64_t every = 0;
    for (int i = 0; i < f->n_counts; i++)
        every += f->counts[i].n;
    const char *now = f->asked[A_CATEGORY];
    json_array_append_new(all, json_pack("{s:s, s:s, s:I, s:b}", "text", tr(rq, "findings.all"), "href", "/findings",
                                         "n", (json_int_t)every, "current", now == NULL));
    for (int i = 0; i < f->n_counts;) {
        const char *category = f->counts[i].category;
        int64_t n = 0;
        for (; i < f->n_counts && strcmp(f->counts[i].category, category) == 0; i++)
            n += f->counts[i].n;
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:I, s:b}", "text", category_name(f->r.set, rq->lang, category),
                                        "href", arena_printf(rq->arena, "/findings?category=%s", category), "n",
                                        (json_int_t)n, "current", now != NULL && strcmp(now, category) == 0));
    }
    return all;
}

static json_t *state_options(struct req *rq, const char *chosen)
{
    json_t *all = json_array();
    put_option(all, "open", tr(rq, "findings.state.open"), chosen == NULL ? "open" : chosen);
    json_t *states = code_options(rq, "rules.state", chosen);
    json_array_extend(all, states);
    json_decref(states);
    put_option(all, "all", tr(rq, "findings.state.all"), chosen);
    return all;
}

static json_t *rule_options(struct req *rq, const struct findings *f)
{
    json_t *all = json_array();
    for (int i = 0; i < rules_count(f->r.set); i++) {
        const char *id = rules_at(f->r.set, i)->text->id;
        const char *title = rule_title(f->r.set, rq->lang, id, rq->today);
        put_option(all, id, arena_printf(rq->arena, "%s %s", id, title), f->asked[A_RULE]);
    }
    return all;
}

static json_t *chip(struct req *rq, const struct findings *f, int asked, const char *text)
{
    return json_pack("{s:s, s:s, s:s}", "text", text, "href", address(rq, f, asked, NULL), "remove",
                     tr(rq, "findings.remove", "text", text));
}

/* Conditions that stand in no box: a unit, a person. */
static json_t *chips(struct req *rq, const struct findings *f)
{
    json_t *all = json_array();
    static const struct {
        int asked;
        const char *record, *key;
    } refs[] = {{A_UNIT, "roster.unit", "findings.in_unit"}, {A_MEMBER, "roster.member", "findings.of_member"}};
    for (size_t i = 0; i < 2; i++) {
        const char *v = f->asked[refs[i].asked], *href;
        if (v == NULL)
            continue;
        const char *name = name_of(rq, f, refs[i].record, strtoll(v, NULL, 10), &href);
        json_array_append_new(all, chip(rq, f, refs[i].asked, tr(rq, refs[i].key, "name", name == NULL ? v : name)));
    }
    return all;
}

static json_t *query_labels(struct req *rq, const struct findings *f)
{
    json_t *o = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o}", "q", f->asked[A_Q] == NULL ? "" : f->asked[A_Q], "states",
        state_options(rq, f->asked[A_STATE]), "effects", code_options(rq, "rules.effect", f->asked[A_EFFECT]), "askers",
        code_options(rq, "rules.asks", f->asked[A_ASKS]), "rules", rule_options(rq, f), "chips", chips(rq, f));
    json_t *due = json_array(), *handlers = json_array();
    for (int i = 0; i < DUES; i++)
        put_option(due, dues[i], tr(rq, arena_printf(rq->arena, "findings.due.%s", dues[i])), f->asked[A_DUE]);
    put_option(handlers, "me", tr(rq, "findings.handler.me"), f->asked[A_HANDLER]);
    for (int i = 0; i < f->n_handlers; i++)
        put_option(handlers, f->handlers[i].name, f->handlers[i].name, f->asked[A_HANDLER]);
    json_object_set_new(o, "dues", due);
    json_object_set_new(o, "handlers", handlers);
    json_t *hidden = json_array();
    static const int kept[] = {A_CATEGORY, A_UNIT, A_MEMBER, A_NEW, A_LIMIT};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (f->asked[kept[i]] != NULL)
            json_array_append_new(hidden, json_pack("{s:s, s:s}", "name", names[kept[i]], "value", f->asked[kept[i]]));
    json_object_set_new(o, "hidden", hidden);
    return o;
}

/* What may be done with the rows, and what is new. */
static void put_work(struct req *rq, const struct findings *f, json_t *o, bool wrong)
{
    bool may = req_may(rq, "findings.answer") && !rq->who->readonly, write = may && req_may(rq, "findings.write");
    bool posted = rq->method == POST && rq->body == NULL;
    json_t *names_ = json_array();
    for (int i = 0; i < f->n_handlers; i++)
        put_option(names_, f->handlers[i].name, f->handlers[i].name, posted ? req_form(rq, "to") : NULL);
    const char *text = posted ? req_form(rq, "text") : NULL, *due = posted ? req_form(rq, "due_on") : NULL;
    if (may && !wrong && f->page.n > 0)
        json_object_set_new(o, "work",
                            json_pack("{s:b, s:O, s:s, s:s}", "write", write, "names", names_, "typed_text",
                                      text == NULL ? "" : text, "typed_due", due == NULL ? "" : due));
    json_decref(names_);
    json_object_set_new(o, "new_href", json_string(address(rq, f, A_NEW, "1")));
    json_object_set_new(o, "is_new", json_boolean(f->asked[A_NEW] != NULL));
    if (f->looked != NULL)
        json_object_set_new(o, "looked", json_integer(f->looked->at));
    if (f->asked[A_DONE] != NULL && strspn(f->asked[A_DONE], "0123456789") == strlen(f->asked[A_DONE]))
        json_object_set_new(o, "done", json_string(tr(rq, "findings.alike.done", "n", f->asked[A_DONE])));
}

static json_t *labels(struct req *rq, const struct findings *f, bool wrong)
{
    json_t *rows = json_array(), *o = json_object();
    for (int i = 0; i < f->page.n && !wrong; i++)
        json_array_append_new(rows, row_label(rq, f, f->page.rows[i]));
    json_object_set_new(o, "views", views(rq, f));
    json_object_set_new(o, "query", query_labels(rq, f));
    if (!wrong) {
        const char *n = arena_printf(rq->arena, "%lld", (long long)f->page.total);
        json_object_set_new(o, "total",
                            json_string(tr(rq, f->page.total_exact ? "findings.total" : "findings.more", "n", n)));
        json_object_set_new(o, "table", json_boolean(f->page.n > 0));
        json_object_set_new(o, "none", json_boolean(f->page.n == 0));
    }
    json_object_set_new(o, "rows", rows);
    put_work(rq, f, o, wrong);
    return o;
}

static struct err *read_names(struct req *rq, struct findings *f)
{
    f->names = face_names_new(rq->arena, rq->who);
    int cols[] = {record_field(&findings_finding, "member"), record_field(&findings_finding, "unit")};
    TRY(face_names_of_rows(f->names, &f->r.tx, f->page.rows, f->page.n, cols, 2));
    if (f->asked[A_UNIT] != NULL)
        TRY(face_names_of(f->names, &f->r.tx, record_find("roster.unit"), strtoll(f->asked[A_UNIT], NULL, 10)));
    if (f->asked[A_MEMBER] != NULL)
        TRY(face_names_of(f->names, &f->r.tx, record_find("roster.member"), strtoll(f->asked[A_MEMBER], NULL, 10)));
    return NULL;
}

static struct err *log_rows(struct req *rq, struct findings *f)
{
    const char *words = f->asked[A_Q];
    if (f->asked[A_SEALED] != NULL) /* opening the sealed file is a read, whatever is found */
        return req_shows_many(rq, &f->r.tx,
                              &(struct access){.kind = ACCESS_READ,
                                               .ground = ACCESS_ROUTINE,
                                               .record = findings_finding.name,
                                               .n = f->page.n,
                                               .asked = "sealed"});
    if (words == NULL && f->asked[A_MEMBER] == NULL) {
        int64_t *ids = arena_array(rq->arena, int64_t, f->page.n + 1);
        for (int i = 0; i < f->page.n; i++)
            ids[i] = row_int(f->page.rows[i], "member");
        req_met(rq, ids, (size_t)f->page.n);
    }
    return req_searches(rq, &f->r.tx, words, f->page.total);
}

static struct err *list(struct req *rq, const struct err *said)
{
    struct findings f = {0};
    reading_scope struct reading r = {0};
    struct err *e = take_asked(rq, &f);
    if (e != NULL && rq->json)
        return e;
    TRY(reading_begin(rq, &r));
    f.r = r;
    TRY(findings_q_looked(&f.r.tx, rq->who->account, &f.looked));
    err_join(&e, make_query(rq, &f));
    if (e != NULL && rq->json)
        return e;
    TRY(findings_q_handlers(&f.r.tx, rq->today, &f.handlers, &f.n_handlers));
    TRY(findings_q_counts(&f.r.tx, &rq->who->scope, rq->who->sees, who_barred_text(rq->arena, rq->who), &f.counts,
                          &f.n_counts));
    if (e == NULL)
        e = face_list(&f.r.tx, &f.q, &f.page);
    if (e == NULL)
        e = log_rows(rq, &f);
    if (e != NULL && (rq->json || e->kind != ERR_INVALID))
        return e;
    if (rq->json)
        return respond_json(rq, page_data(rq, &f));
    TRY(read_names(rq, &f));
    rq->labels = labels(rq, &f, e != NULL);
    db_end(&r.tx); /* what is beside the page is read in a transaction of its own */
    if (e != NULL)
        return respond_form(rq, "findings/list", json_object(), e);
    return said != NULL ? respond_form(rq, "findings/list", page_data(rq, &f), said)
                        : respond_page(rq, "findings/list", page_data(rq, &f));
}

struct err *findings_list(struct req *rq)
{
    return list(rq, NULL);
}

struct err *findings_list_again(struct req *rq, const struct err *wrong)
{
    return rq->json ? (struct err *)wrong : list(rq, wrong);
}
