/* appeal.c: a decision looked at again because the person asks for it: a review, then a complaint. Nobody who acted in
 * the matter handles or signs it; there is no step that makes it worse; the decision stays in effect meanwhile, and
 * when it falls its period never counted. Opened by the person at /my/appeal/{matter}, or by an office from paper. */
#include <string.h>

#include "care/care.h"
#include "desk/desk.h"
#include "own/own.h"
#include "view/view.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_CASE},
    {"about", FIELD_REF, .to = "flow.matter", .required = true, .index = true},
    {"objection", FIELD_LONG, .max = 20000, .required = true},
    {"answer", FIELD_LONG, .max = 4000},
    {"complaint", FIELD_LONG, .max = 20000},
    {"ruling", FIELD_LONG, .max = 4000},
    {0}};

struct err *care_check_about(struct db_tx *tx, const struct row *row, struct err **all)
{
    int64_t n, about = row_int(row, "about"), member = row_int(row, "member");
    struct db_val args[] = {db_int(about), db_int(member)};
    if (about == 0)
        return NULL;
    TRY(db_one_int(tx, "SELECT count(*) FROM flow_matter WHERE id = ?1 AND member = ?2 AND ended = 0", args, 2, 0, &n));
    if (n == 0)
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "matter %lld is not of member %lld",
                                            (long long)about, (long long)member),
                                        "care.appeal.other", NULL),
                                "about"));
    return NULL;
}

const struct record care_appeal = {.name = "care.appeal",
                                   .fields = fields,
                                   .concerns = "member",
                                   .title = "objection",
                                   .check = care_check_about,
                                   .purpose = "care.purpose.appeal",
                                   .basis = "CSL-2018-95",
                                   .readers = "supervision discipline_secretary member",
                                   .keep = "care.appeal",
                                   .keep_from = "closed_on",
                                   .class = CLASS_CASE,
                                   .guarded = true};

#define HANDLERS "supervision discipline_secretary cadre_officer"
static const struct flow_due dues[] = {
    {"review", "entered", 30, DUE_DAYS, "CSL-2018-96", "-10:owner 0:owner 1:minister"},
    {"complain", "entered", 15, DUE_DAYS, "CSL-2018-95", "-5:person"},
    {"rule", "entered", 60, DUE_DAYS, "CSL-2018-96", "-20:owner 0:owner 1:minister"},
    {"rule_more", "entered", 30, DUE_DAYS, "CSL-2018-96", "-10:owner 0:owner 1:minister"},
    {0}};

static const struct flow_state states[] = {{"asked", FLOW_OFFICE, "discipline_secretary", "review"},
                                           {"upheld", FLOW_PERSON, "person", "complain"},
                                           {"complained", FLOW_OFFICE, "discipline_secretary", "rule"},
                                           {"extended", FLOW_OFFICE, "discipline_secretary", "rule_more"},
                                           {"final", FLOW_END},
                                           {"cancelled", FLOW_END, .unmarked = true},
                                           {"withdrawn", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_step steps[] = {
    {"ask", "", "asked", "person", .fields = "member! about! objection!", .papers = "evidence",
     .effects = "notice:discipline_secretary"},
    {"enter", "", "asked", HANDLERS, .fields = "member! about! objection!", .papers = "scan!",
     .effects = "notice:discipline_secretary notice:person"},
    {"uphold", "asked", "upheld", HANDLERS, .fields = "answer!", .other_than = "@about",
     .effects = "document:care.appeal.uphold notice:person"},
    {"cancel", "asked", "cancelled", HANDLERS, .fields = "answer!", .other_than = "@about",
     .effects = "document:care.appeal.cancel hook:care.appeal_cancel notice:person notice:supervision"},
    {"complain", "upheld", "complained", "person", .fields = "complaint!", .papers = "evidence",
     .effects = "notice:discipline_secretary"},
    {"accept", "upheld", "final", "person"},
    {"complain_out", "upheld", "final", "clock"},
    {"extend", "complained", "extended", HANDLERS, .other_than = "@about uphold", .effects = "notice:person",
     .reasons = true},
    {"rule_uphold", "complained extended", "final", HANDLERS, .fields = "ruling!", .other_than = "@about uphold",
     .effects = "document:care.appeal.rule notice:person"},
    {"rule_cancel", "complained extended", "cancelled", HANDLERS, .fields = "ruling!", .other_than = "@about uphold",
     .effects = "document:care.appeal.rule hook:care.appeal_cancel notice:person notice:supervision"},
    {"withdraw", "asked complained extended", "withdrawn", "person", .reasons = true},
    {0}};

const struct flow appeal_flow = {"care.appeal", states, steps, dues};

/* The decision falls: its matter ends, its period never counted. */
static struct err *cancel(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    int64_t about = row_int(m->content, "about");
    struct row *of, *content;
    const char *reasons = row_text(m->content, strcmp(s->name, "cancel") == 0 ? "answer" : "ruling");
    TRY(record_read(&c->tx, record_find("flow.matter"), c->who, about, &of));
    const struct record *rec = record_find(row_text(of, "flow"));
    if (rec == NULL)
        return ERR(c->tx.arena, ERR_FAULT, "no record %s", row_text(of, "flow"));
    TRY(record_read(&c->tx, rec, c->who, row_int(of, "row"), &content));
    if (record_field(rec, "measure") >= 0)
        TRY(care_cancel_measure(c, row_int(content, "measure")));
    if (row_text(of, "closed_on") != NULL)
        return flow_remark(c, about, reasons);
    return flow_carry(c, about, "cancel", reasons);
}
const struct flow_hook appeal_cancel_hook = {"care.appeal_cancel", cancel};

/* ---- the person's page ---- */
struct asking {
    struct row *of; /* the matter decided */
    const struct flow *flow;
    struct due until; /* CSL-2018-95: 30 days from knowing; start DATE_UNKNOWN while it was not received */
    const struct calendar *cal;
    const char *typed;
};

static struct err *decided(struct db_tx *tx, const struct asking *x, bool *out)
{
    char *step;
    *out = false;
    for (const char *p = x->flow->appeal; flow_next_word(tx->arena, &p, &step, NULL);) {
        int64_t n;
        struct db_val args[] = {db_int(x->of->id), db_text(step)};
        TRY(db_one_int(tx,
                       "SELECT count(*) FROM flow_step WHERE matter = ?1 AND step = ?2 AND state = 'taken'"
                       " AND ended = 0",
                       args, 2, 0, &n));
        *out = *out || n > 0;
    }
    return NULL;
}

static struct err *read_asking(struct req *rq, struct asking *x)
{
    struct who reader;
    bool there = false;
    TRY(own_reader(rq, &reader));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(calendar_read(&tx, &x->cal));
    TRY(record_read(&tx, record_find("flow.matter"), &reader, rq->id, &x->of));
    if (row_int(x->of, "member") == reader.member) {
        TRY(flow_version(&tx, row_int(x->of, "version"), &x->flow));
        TRY(decided(&tx, x, &there));
    }
    if (!there)
        return ERR(rq->arena, ERR_MISSING, "no decision in matter %lld to object to", (long long)rq->id);
    struct date known = row_date(x->of, "receipt_on");
    x->until = (struct due){.start = DATE_UNKNOWN};
    if (date_is_full(known))
        x->until = calendar_due(x->cal, known, 30, DUE_DAYS);
    return NULL;
}

static struct err *answer(struct req *rq, const struct asking *x, const struct err *wrong)
{
    rq->labels = json_pack("{s:s, s:s, s:s}", "title", row_text(x->of, "title"), "kind",
                           desk_flow_name(rq->lang, x->flow->name), "back", desk_path(rq->arena, x->of->id));
    if (date_is(x->until.start)) {
        struct desk_light l = desk_light(rq->arena, rq->lang, x->cal, &x->until, false, false, rq->today);
        json_object_set_new(rq->labels, "light",
                            json_pack("{s:s, s:s, s:s}", "text", l.text, "look", l.look, "arithmetic",
                                      l.arithmetic == NULL ? "" : l.arithmetic));
    }
    json_object_set_new(rq->labels, "typed", view_text_json(x->typed));
    json_t *data = json_pack("{s:I, s:s}", "id", (json_int_t)x->of->id, "flow", x->flow->name);
    return wrong == NULL ? respond_page(rq, "care/appeal", data) : respond_form(rq, "care/appeal", data, wrong);
}

struct err *care_appeal_page(struct req *rq)
{
    struct asking x = {0};
    TRY(read_asking(rq, &x));
    return answer(rq, &x, NULL);
}

static struct err *in_time(struct req *rq, const struct asking *x)
{
    if (!date_is(x->until.start) || due_left(&x->until, rq->today) >= 0)
        return NULL;
    char dots[DATE_TEXT];
    return err_say(ERR(rq->arena, ERR_INVALID, "an objection after its time"), "care.appeal.late", "day",
                   date_dots(x->until.day, dots), NULL);
}

static struct err *open_it(struct req *rq, const struct asking *x, int64_t *matter)
{
    struct arena *a = rq->arena;
    struct row *r = row_new(a, &care_appeal);
    struct flow_file file;
    struct flow_input in = {.values = r, .blocked = ""};
    int64_t open;
    TRY(in_time(rq, x));
    row_set_int(a, r, "member", rq->who->member);
    row_set_int(a, r, "about", x->of->id);
    row_set(r, "objection", x->typed);
    TRY(desk_upload(rq, "paper.evidence", &file, &in));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, a, rq->who, "care.appeal.asked", &c));
    struct db_val args[] = {db_int(x->of->id)};
    TRY(db_one_int(&c.tx, "SELECT count(*) FROM care_appeal WHERE about = ?1 AND ended = 0", args, 1, 0, &open));
    if (open > 0)
        return err_say(ERR(a, ERR_CONFLICT, "matter %lld has its review", (long long)x->of->id), "care.appeal.once",
                       NULL);
    TRY(flow_open(&c, &appeal_flow, "ask", &in, row_text(x->of, "title"), matter));
    return change_commit(&c);
}

struct err *care_appeal_ask(struct req *rq)
{
    struct asking x = {0};
    int64_t matter = 0;
    TRY(read_asking(rq, &x));
    x.typed = req_form(rq, "objection");
    struct err *e = open_it(rq, &x, &matter);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return answer(rq, &x, e);
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)matter);
}
