/* desk.c: the module's descriptor. Everybody signed in has a desk; which matters he sees there is the engine's to say.
 */
#include "desk/desk.h"

#include "base/clock.h"
#include "desk/feed.h"
#include "desk/flows_command.h"
#include "desk/outbox.h"
#include "jobs/jobs.h"
#include "modules/desk/queries.h"

enum { PAPERS = 64 << 20 }; /* bytes of one step's papers together */

static const struct field matter_fields[] = {FLOW_MATTER_FIELDS,
                                             {"member", FIELD_REF, .to = "roster.member", .index = true},
                                             {"unit", FIELD_REF, .to = "roster.unit"},
                                             {0}};
/* What an account opened or holds and is still open (queries.sql, mine): the years behind an office cost its desk
 * nothing. */
static const char *const open_ones[] = {
    "flow_matter_open_of ON flow_matter (opened_by, due_on, id) WHERE closed_on IS NULL AND ended = 0",
    "flow_matter_open_held ON flow_matter (holder, due_on, id) WHERE closed_on IS NULL AND ended = 0", NULL};
const struct record desk_matter = {.name = "flow.matter",
                                   .fields = matter_fields,
                                   .concerns = "member",
                                   .unit = "unit",
                                   .title = "title",
                                   .indexes = open_ones,
                                   .derive = flow_matter_derive,
                                   .purpose = "flow.purpose.matter",
                                   .basis = "kernel.basis.own",
                                   .readers = "supervision",
                                   .keep = "flow.matter",
                                   .keep_from = "closed_on",
                                   .class = CLASS_INTERNAL,
                                   .guarded = true};

static const struct record *const records[] = {&desk_matter,  FLOW_RECORDS, &desk_delivery,
                                               &desk_sending, &desk_feed,   NULL};

static const struct route routes[] = {
    {GET, "/desk", "desk.read", SCOPE_UNIT, desk_list, .class = CLASS_CASE},
    {GET, "/desk/notices", "desk.read", SCOPE_UNIT, desk_notices, .class = CLASS_CASE},
    {POST, "/desk/notices", "desk.read", SCOPE_UNIT, desk_notices_read, .class = CLASS_CASE},
    {GET, "/desk/template", "flow.template.read", SCOPE_NONE, desk_templates, .class = CLASS_OPEN},
    {GET, "/desk/template/{name}", "flow.template.read", SCOPE_NONE, desk_template_page, .class = CLASS_OPEN},
    {POST, "/desk/template/{name}", "flow.template.write", SCOPE_NONE, desk_template_save, .class = CLASS_OPEN},
    {GET, "/desk/delivery", "desk.read", SCOPE_NONE, desk_delivery_page},
    {POST, "/desk/delivery", "desk.read", SCOPE_NONE, desk_delivery_save},
    {GET, "/desk/ics/{token}", CAP_ANYONE, SCOPE_NONE, desk_feed_get},
    {POST, "/desk/ics", "desk.read", SCOPE_NONE, desk_feed_new},
    {POST, "/desk/ics/{id}/withdraw", "desk.read", SCOPE_NONE, desk_feed_end},
    {GET, "/desk/away", "desk.write", SCOPE_NONE, desk_away_page},
    {POST, "/desk/away", "desk.write", SCOPE_NONE, desk_away_make},
    {POST, "/desk/away/{id}/end", "desk.write", SCOPE_NONE, desk_away_end},
    {POST, "/desk/bulk", "desk.write", SCOPE_UNIT, desk_bulk, .class = CLASS_CASE},
    {GET, "/admin/calendar", "admin.kernel.day.read", SCOPE_NONE, desk_calendar},
    {POST, "/admin/calendar", "admin.kernel.day.write", SCOPE_NONE, desk_calendar_load, .lane = LANE_LONG,
     .upload = 1 << 20},
    {GET, "/desk/open/{flow}", "desk.write", SCOPE_UNIT, desk_open_page, .class = CLASS_CASE},
    {POST, "/desk/open/{flow}", "desk.write", SCOPE_UNIT, desk_open_take, .upload = PAPERS, .class = CLASS_CASE},
    {GET, "/desk/{id}", "desk.read", SCOPE_UNIT, desk_matter_page, .class = CLASS_CASE, .log = LOG_READ},
    {GET, "/desk/{id}/drawing", "desk.read", SCOPE_UNIT, desk_drawing, .class = CLASS_CASE, .log = LOG_READ},
    {GET, "/desk/{id}/step/{step}", "desk.write", SCOPE_UNIT, desk_step_page, .class = CLASS_CASE, .log = LOG_READ},
    {POST, "/desk/{id}/step/{step}", "desk.write", SCOPE_UNIT, desk_step_take, .upload = PAPERS, .class = CLASS_CASE},
    {GET, "/desk/{id}/sign/{sign}", "desk.write", SCOPE_UNIT, desk_sign_page, .class = CLASS_CASE, .log = LOG_READ},
    {POST, "/desk/{id}/sign/{sign}", "desk.write", SCOPE_UNIT, desk_sign_take, .class = CLASS_CASE},
    {POST, "/desk/{id}/manage", "desk.write", SCOPE_UNIT, desk_manage, .class = CLASS_CASE},
    {GET, "/desk/{id}/document/{document}", "desk.read", SCOPE_UNIT, desk_document, .class = CLASS_CASE,
     .log = LOG_READ},
    {GET, "/desk/{id}/document/{document}/docx", "desk.read", SCOPE_UNIT, desk_document_docx, .class = CLASS_CASE,
     .log = LOG_READ},
    {GET, "/desk/{id}/paper/{paper}", "desk.read", SCOPE_UNIT, desk_paper, .class = CLASS_CASE, .log = LOG_READ},
    {0}};

static const struct menu_entry menu[] = {{"workbench", "desk.title", "/desk", "desk.read"},
                                         {"workbench", "desk.notices", "/desk/notices", "desk.read"},
                                         {"admin", "desk.calendar", "/admin/calendar", "admin.kernel.day.read"},
                                         {"rules", "desk.templates", "/desk/template", "flow.template.read"},
                                         {0}};

/* ---- what comes round ---- */
static struct err *tick(struct db *db, struct arena *a)
{
    struct flow_ticked ticked;
    return flow_clock_run(db, a, clock_today(), &ticked);
}

static struct err *recount(struct db *db, struct arena *a)
{
    int64_t moved;
    return flow_recount(db, a, &moved);
}
static const struct job clock_job = {"flow.clock", 60, tick}, calendar_job = {"flow.calendar", 600, recount};
static const struct job *const jobs[] = {&clock_job, &calendar_job, &desk_outbox_job, NULL};

static const struct command commands[] = {
    {"flows", "--check [--db URL] | --json: the procedures this program knows", flows_command}, {0}};

/* Is the person in an open matter that this account holds or stands in for, or that nobody took up yet on the desk of
 * his office, or does it wait for the signature of his office? */
static struct err *in_hand(struct db_tx *tx, const struct who *who, int64_t member, bool *out)
{
    struct desk_q_in_hand *n;
    char iso[DATE_TEXT];
    TRY(desk_q_in_hand(tx, member, who->account, who->role, date_iso(clock_today(), iso), &n));
    *out = n->n > 0;
    return NULL;
}

const struct module desk_module = {.name = "desk",
                                   .records = records,
                                   .routes = routes,
                                   .menu = menu,
                                   .commands = commands,
                                   .jobs = jobs,
                                   .matter = in_hand};

const char *desk_path(struct arena *a, int64_t matter)
{
    return arena_printf(a, "/desk/%lld", (long long)matter);
}

const char *desk_open_path(struct arena *a, const char *flow, int64_t member)
{
    return member == 0 ? arena_printf(a, "/desk/open/%s", flow)
                       : arena_printf(a, "/desk/open/%s?member=%lld", flow, (long long)member);
}
