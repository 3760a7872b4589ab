/* talk.c: the talk (谈心谈话): what was said of strengths and hardships and what was promised. The cadre reads the
 * record and confirms it or says what is wrong; each promise becomes a dated task (care.promise). Kinds are a closed
 * list: nothing is kept of private life that no kind asks for. */
#include "base/clock.h"
#include "care/care.h"

static const struct field fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_PERSONAL},
    {"kind", FIELD_CODE, .codes = "care.talk_kind", .required = true},
    {"held_on", FIELD_DATE, .required = true, .index = true},
    {"held_by", FIELD_TEXT, .max = 100, .required = true},
    {"said", FIELD_LONG, .max = 8000, .required = true},
    {"strengths", FIELD_LONG, .max = 2000},
    {"hardships", FIELD_LONG, .max = 2000},
    {"promise", FIELD_TEXT, .max = 200},
    {"promise_by", FIELD_DATE},
    {"promise_2", FIELD_TEXT, .max = 200},
    {"promise_2_by", FIELD_DATE},
    {"promise_3", FIELD_TEXT, .max = 200},
    {"promise_3_by", FIELD_DATE},
    {"remark", FIELD_LONG, .max = 4000},
    {"amended", FIELD_LONG, .max = 4000},
    {0}};

static void wrong(struct db_tx *tx, const char *field, const char *say, struct err **all)
{
    err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "%s", say), say, NULL), field));
}

static const char *const promises[][2] = {
    {"promise", "promise_by"}, {"promise_2", "promise_2_by"}, {"promise_3", "promise_3_by"}};
enum { PROMISES = sizeof promises / sizeof *promises };

/* A promise has its day, and a talk was held before it is written down. */
static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    struct date held = row_date(row, "held_on");
    if (date_is(held) && held.v > clock_today().v)
        wrong(tx, "held_on", "flow.day_ahead", all);
    for (int i = 0; i < PROMISES; i++) {
        struct date by = row_date(row, promises[i][1]);
        if (row_text(row, promises[i][0]) != NULL && !date_is(by))
            wrong(tx, promises[i][1], "care.talk.promise_day", all);
        if (date_is(by) && date_is(held) && by.v < held.v)
            wrong(tx, promises[i][1], "care.talk.promise_past", all);
    }
    return NULL;
}

const struct record care_talk = {.name = "care.talk",
                                 .fields = fields,
                                 .concerns = "member",
                                 .title = "kind",
                                 .check = check,
                                 .purpose = "care.purpose.talk",
                                 .basis = "kernel.basis.own",
                                 .readers = "supervision minister cadre_officer",
                                 .keep = "care.talk",
                                 .keep_from = "held_on",
                                 .class = CLASS_PERSONAL,
                                 .guarded = true};

static const struct flow_due dues[] = {{"confirm", "entered", 15, DUE_DAYS, NULL, "-5:person 1:supervision"},
                                       {"amend", "entered", 10, DUE_WORKING_DAYS, NULL, "-2:owner 1:minister"},
                                       {0}};

static const struct flow_state states[] = {{"recorded", FLOW_PERSON, "person", "confirm"},
                                           {"disputed", FLOW_OFFICE, "supervision", "amend"},
                                           {"confirmed", FLOW_END},
                                           {"unconfirmed", FLOW_END},
                                           {0}};

#define TALKERS "supervision minister cadre_officer"
static const struct flow_step steps[] = {
    {"record", "", "recorded", TALKERS,
     .fields = "member! kind! held_on! held_by! said! strengths hardships promise promise_by promise_2 promise_2_by"
               " promise_3 promise_3_by",
     .effects = "document:care.talk.record hook:care.promises notice:person", .counts = "held_on"},
    {"confirm", "recorded", "confirmed", "person", .fields = "remark", .effects = "notice:supervision"},
    {"dispute", "recorded", "disputed", "person", .fields = "remark!", .effects = "notice:supervision"},
    {"amend", "disputed", "recorded", TALKERS, .fields = "amended!", .effects = "notice:person"},
    {"confirm_out", "recorded", "unconfirmed", "clock"},
    {0}};

const struct flow talk_flow = {"care.talk", states, steps, dues};

/* ---- what was promised ---- */
static const struct field promise_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true, .class = CLASS_PERSONAL},
    {"talk", FIELD_REF, .to = "care.talk", .index = true},
    {"what", FIELD_TEXT, .max = 200, .required = true},
    {"by_on", FIELD_DATE, .required = true},
    {"result", FIELD_LONG, .max = 2000},
    {0}};

const struct record care_promise = {.name = "care.promise",
                                    .fields = promise_fields,
                                    .concerns = "member",
                                    .title = "what",
                                    .purpose = "care.purpose.promise",
                                    .basis = "kernel.basis.own",
                                    .readers = "supervision minister cadre_officer",
                                    .keep = "care.talk",
                                    .keep_from = "closed_on",
                                    .class = CLASS_PERSONAL,
                                    .guarded = true};

static const struct flow_due promise_dues[] = {{"keep", "by_on", 0, DUE_DAYS, NULL, "-10:owner 0:owner 1:minister"},
                                               {0}};
static const struct flow_state promise_states[] = {
    {"open", FLOW_OFFICE, "supervision", "keep"}, {"kept", FLOW_END}, {"not_kept", FLOW_END}, {0}};
static const struct flow_step promise_steps[] = {
    {"promise", "", "open", TALKERS, .fields = "member! talk what! by_on!"},
    {"keep", "open", "kept", TALKERS, .fields = "result!", .effects = "notice:person"},
    {"fail", "open", "not_kept", TALKERS, .effects = "notice:person", .reasons = true},
    {0}};
const struct flow promise_flow = {"care.promise", promise_states, promise_steps, promise_dues};

static struct err *promised(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)s;
    struct arena *a = c->tx.arena;
    for (int i = 0; i < PROMISES; i++) {
        const char *what = row_text(m->content, promises[i][0]);
        int64_t matter;
        if (what == NULL)
            continue;
        struct row *r = row_new(a, &care_promise);
        row_set_int(a, r, "member", m->member);
        row_set_int(a, r, "talk", m->content->id);
        row_set(r, "what", what);
        row_set(r, "by_on", row_text(m->content, promises[i][1]));
        TRY(flow_open(c, &promise_flow, "promise", &(struct flow_input){.values = r, .blocked = ""}, what, &matter));
    }
    return NULL;
}
const struct flow_hook promises_hook = {"care.promises", promised};
