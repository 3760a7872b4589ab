/* lead.c: one lead (问题线索) as a flow: received through a channel, accepted or returned, handled or put to a
 * department, closed with an outcome that whoever delivered it is told. Kinds are a closed list; nothing is kept of
 * private life. Of discipline comes its reply (回复意见) only, never its clues. The person concerned does not see it
 * (PET-2022-30-2): he is heard in what comes of it. Clocks by the regulation on letters and visits, whose clauses were
 * seen (doc/deadlines.md, "Clocks of leads"); each length is also a setting. */
#include <string.h>

#include "base/clock.h"
#include "care/care.h"
#include "leads/leads.h"

static const struct field fields[] = {{"channel", FIELD_REF, .to = "leads.channel", .required = true, .index = true},
                                      {"number", FIELD_TEXT, .max = 60, .required = true},
                                      {"kind", FIELD_CODE, .codes = "leads.kind", .required = true},
                                      {"member", FIELD_REF, .to = "roster.member", .class = CLASS_CASE},
                                      {"unit", FIELD_REF, .to = "roster.unit"},
                                      {"about", FIELD_TEXT, .max = 120, .required = true},
                                      {"summary", FIELD_LONG, .max = 8000, .required = true},
                                      {"received_on", FIELD_DATE, .required = true, .index = true},
                                      {"routed_to", FIELD_CODE, .codes = "auth.branch"},
                                      {"asked", FIELD_LONG, .max = 2000},
                                      {"department_reply", FIELD_LONG, .max = 8000},
                                      {"question", FIELD_LONG, .max = 1000},
                                      {"more", FIELD_LONG, .max = 4000},
                                      {"finding", FIELD_LONG, .max = 4000},
                                      {"outcome", FIELD_CODE, .codes = "leads.outcome", .index = true},
                                      {"answer", FIELD_LONG, .max = 2000},
                                      {"put", FIELD_LONG, .max = 2000},
                                      {"next_matter", FIELD_REF, .to = "flow.matter"},
                                      {0}};

static void wrong(struct db_tx *tx, const char *field, const char *say, struct err **all)
{
    err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "%s", say), say, NULL), field));
}

static bool is(const struct row *row, const char *field, const char *value)
{
    const char *v = row_text(row, field);
    return v != NULL && strcmp(v, value) == 0;
}

/* What the discipline channel brings is its reply, and nothing else is one. */
static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    struct row *channel;
    int64_t id = row_int(row, "channel");
    struct date received = row_date(row, "received_on");
    if (date_is(received) && received.v > clock_today().v) /* clocks count from it */
        wrong(tx, "received_on", "flow.day_ahead", all);
    if (id == 0)
        return NULL;
    struct err *e = record_read(tx, &leads_channel, &who_console, id, &channel);
    if (e != NULL && e->kind == ERR_MISSING)
        return NULL; /* the reference itself is refused */
    TRY(e);
    if (is(channel, "source", "discipline") != is(row, "kind", "reply"))
        wrong(tx, "kind", "leads.only_reply", all);
    return NULL;
}

const struct record leads_lead = {.name = "leads.lead",
                                  .fields = fields,
                                  .concerns = "member",
                                  .unit = "unit",
                                  .title = "number",
                                  .check = check,
                                  .purpose = "leads.purpose.lead",
                                  .basis = "PET-2022-30-1",
                                  .readers = "supervision minister contact",
                                  .keep = "leads.lead",
                                  .keep_from = "closed_on",
                                  .class = CLASS_CASE,
                                  .guarded = true};

static const struct flow_due dues[] = {
    {"sort", "received_on", 15, DUE_DAYS, "PET-2022-22", "-10:owner -5:owner 1:minister", .param = "leads.sort_days"},
    {"decide", "step:accept", 60, DUE_DAYS, "PET-2022-34", "-15:owner -5:owner 1:minister",
     .param = "leads.decide_days"},
    {"decide_more", "step:accept", 90, DUE_DAYS, "PET-2022-34", "-15:owner -5:owner 1:minister",
     .param = "leads.decide_more_days"},
    {"department", "entered", 20, DUE_WORKING_DAYS, "kernel.basis.own", "-5:owner 1:supervision",
     .param = "leads.department_days"},
    {0}};

static const struct flow_state states[] = {{"received", FLOW_OFFICE, "supervision", "sort"},
                                           {"handling", FLOW_OFFICE, "supervision", "decide"},
                                           {"extended", FLOW_OFFICE, "supervision", "decide_more"},
                                           {"routed", FLOW_DEPARTMENT, "contact:@routed_to", "department"},
                                           {"closed", FLOW_END},
                                           {"unfounded", FLOW_END, .unmarked = true},
                                           {"returned", FLOW_END, .unmarked = true},
                                           {0}};

static const struct flow_sign signs[] = {{"approve", "minister", .basis = "PET-2022-34"}, {0}};

#define BROUGHT "channel! number! kind! about! summary! received_on!"
static const struct flow_step steps[] = {
    {"deliver", "", "received", "contact", .fields = BROUGHT, .papers = "letter",
     .effects = "hook:leads.delivered notice:supervision"},
    {"enter", "", "received", "supervision", .fields = BROUGHT " member unit", .papers = "letter",
     .effects = "hook:leads.delivered"},
    {"report", "", "received", "public", .fields = BROUGHT, .effects = "hook:leads.delivered notice:supervision"},
    {"accept", "received", "handling", "supervision", .fields = "kind! member unit", .effects = "notice:opener",
     .counts = "received_on"},
    {"return_it", "received", "returned", "supervision", .fields = "answer!", .reasons = true,
     .effects = "notice:opener"},
    {"route", "handling", "routed", "supervision", .fields = "routed_to! asked!",
     .effects = "notice:contact:@routed_to"},
    {"reply", "routed", "handling", "contact:@routed_to", .fields = "department_reply!", .papers = "letter",
     .effects = "notice:supervision"},
    {"recall", "routed", "handling", "supervision", .reasons = true, .effects = "notice:contact:@routed_to"},
    {"extend", "handling", "extended", "supervision", .signs = "approve", .reasons = true, .effects = "notice:opener"},
    {"ask", "handling", "handling", "supervision", .fields = "question!"},
    {"ask_more", "extended", "extended", "supervision", .fields = "question!"},
    {"tell", "handling", "handling", "public", .fields = "more!", .effects = "notice:supervision"},
    {"tell_more", "extended", "extended", "public", .fields = "more!", .effects = "notice:supervision"},
    {"close", "handling extended", "closed", "supervision", .fields = "outcome! finding! answer! put",
     .when = "outcome != unfounded", .effects = "hook:leads.next notice:opener"},
    {"clear", "handling extended", "unfounded", "supervision", .fields = "outcome! finding! answer!",
     .when = "outcome = unfounded", .effects = "notice:opener"},
    {0}};

const struct flow lead_flow = {"leads.lead",   states,
                               steps,          dues,
                               signs,          .merges = "handling extended",
                               .hidden = true, .beside = "/lead/{id}/reporter"};

/* A department delivers through its own channels, the public through the public page's. */
static struct err *delivered(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    struct arena *a = c->tx.arena;
    struct row *channel;
    (void)s;
    TRY(record_read(&c->tx, &leads_channel, c->who, row_int(m->content, "channel"), &channel));
    const char *mine = strcmp(c->who->role, "public") == 0 ? "public" : c->who->branch;
    const char *source = row_text(channel, "source");
    if (mine == NULL ? strcmp(source, "public") == 0 : strcmp(source, mine) != 0)
        return err_field(err_say(ERR(a, ERR_INVALID, "channel %lld is not of %s", (long long)channel->id,
                                     mine == NULL ? "the office" : mine),
                                 "leads.other_channel", NULL),
                         "channel");
    return NULL;
}
const struct flow_hook delivered_hook = {"leads.delivered", delivered};

/* ---- what comes of it ---- */
/* The source as letters to cadres name it; never the channel itself. */
static const char *care_source(struct change *c, const struct flow_matter *m, struct err **e)
{
    struct row *channel;
    *e = record_read(&c->tx, &leads_channel, c->who, row_int(m->content, "channel"), &channel);
    if (*e != NULL)
        return NULL;
    const char *s = row_text(channel, "source");
    if (strcmp(s, "petitions") == 0 || strcmp(s, "public") == 0)
        return "petition";
    bool same = strcmp(s, "inspection") == 0 || strcmp(s, "audit") == 0 || strcmp(s, "discipline") == 0;
    return same ? s : "daily";
}

static const char *care_aspect(const struct flow_matter *m)
{
    static const char *const aspects[] = {"politics", "duty", "style", "morals", "clean", "discipline", NULL};
    for (int i = 0; aspects[i] != NULL; i++)
        if (is(m->content, "kind", aspects[i]))
            return aspects[i];
    return "duty";
}

/* An inquiry or a reminder begins as a draft of the office, in words written for the person: `put`. What the reporter
 * wrote goes nowhere. */
static struct err *open_next(struct change *c, const struct flow_matter *m, const struct flow *f, const char *step)
{
    struct arena *a = c->tx.arena;
    struct err *e = NULL, *all = NULL;
    if (m->member == 0)
        wrong(&c->tx, "outcome", "leads.next_member", &all);
    err_join(&all, record_need(a, "put", row_text(m->content, "put")));
    if (all != NULL)
        return all;
    struct row *r = row_new(a, record_find(f->name));
    row_set_int(a, r, "member", m->member);
    row_set(r, "source", care_source(c, m, &e));
    TRY(e);
    row_set(r, "cause", row_text(m->content, "put"));
    if (f == &inquiry_flow)
        row_set(r, "aspect", care_aspect(m));
    else
        row_set(r, "form", "talk");
    int64_t matter;
    TRY(flow_open(c, f, step, &(struct flow_input){.values = r, .blocked = ""}, row_text(m->content, "put"), &matter));
    row_set_int(a, m->content, "next_matter", matter);
    return record_save(c, &leads_lead, m->content, m->content->rev);
}

static struct err *next(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)s;
    if (is(m->content, "outcome", "inquiry"))
        return open_next(c, m, &inquiry_flow, "draft");
    if (is(m->content, "outcome", "reminder"))
        return open_next(c, m, &reminder_flow, "propose");
    return NULL;
}
const struct flow_hook next_hook = {"leads.next", next};
