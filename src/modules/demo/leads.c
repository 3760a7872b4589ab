/* leads.c: channels and a few invented leads, entered as the demo's own offices would: received, handled, with a
 * department, two made one, one closed. They are about cadres of the township whose secretaries have accounts. */
#include <string.h>

#include "base/clock.h"
#include "base/keys.h"
#include "demo/inner.h"
#include "leads/leads.h"
#include "modules/demo/queries.h"

static const struct {
    const char *name, *source, *basis, *office, *contact;
} channels[] = {
    {"信访部门移送", "petitions", "PET-2022-30-1", "区信访局", "办信科，0599-0000001"},
    {"巡察移交", "inspection", "INSP-2024-3", "区委巡察办", "综合科，0599-0000002"},
    {"审计移送", "audit", "经济责任审计工作联席会议制度", "区审计局", "法规科，0599-0000003"},
    {"纪检监察机关回复意见", "discipline", "任用条例：征求纪检监察机关意见", "区纪委监委", "党风室，0599-0000004"},
    {"日常监督", "daily", "TIP-2015-REM", "区委组织部监督科", "监督科，0599-0000005"},
    {"机构编制部门移送", "establishment", "部门间工作约定", "区委编办", "综合科，0599-0000006"},
    {"宣传部门移送", "publicity", "部门间工作约定", "区委宣传部", "办公室，0599-0000007"},
    {"政法部门移送", "political_legal", "部门间工作约定", "区委政法委", "办公室，0599-0000008"},
    {"公开反映页面", "public", "PET-2022-30-1", "区委组织部监督科", "监督科，0599-0000005"}};

/* Steps after the opening, by the supervision office unless the department is asked. */
enum fate { RECEIVED, ACCEPTED, MERGED /* into the one before */, ROUTED, CLOSED };
static const struct report {
    const char *source, *number, *kind, *about, *summary, *reporter;
    int cadre, days; /* which of the township's cadres; received so many days ago */
    enum fate fate;
} leads[] = {
    {"petitions", "信〔%s〕118号", "style", "%s（镇干部）",
     "来信反映：多次在会上随意打断群众发言，对来访事项推诿拖延。", "虚构人甲", 0, 24, ACCEPTED},
    {"inspection", "巡〔%s〕7号", "style", "%s（镇干部）", "巡察谈话中有两人谈到其对群众来访答复敷衍。", NULL, 0, 18,
     MERGED},
    {"audit", "审〔%s〕31号", "audit", "%s（镇干部）", "任期审计发现两笔培训费用列支手续不全，金额较小。", NULL, 1, 12,
     ROUTED},
    {"discipline", "纪函〔%s〕56号", "reply", "%s（镇干部）", "经了解，未发现影响使用的问题。", NULL, 1, 6, CLOSED},
    {"publicity", "宣〔%s〕9号", "duty", "某镇分管宣传工作的负责人", "意识形态工作责任制检查通报指出台账不全。", NULL,
     -1, 3, RECEIVED},
    {"political_legal", "政法〔%s〕14号", "duty", "某镇政法委员", "平安建设考核中矛盾纠纷排查记录缺两个月。", NULL, -1,
     2, RECEIVED}};

struct plant {
    struct change *c;
    struct arena *a;
    struct demo_q_cadres *cadres;
    int n_cadres;
    struct who supervision;
    int64_t before; /* the matter opened before */
};

static const char *fill(struct arena *a, const char *text, const char *value)
{
    const char *at = strstr(text, "%s");
    return at == NULL ? text : arena_printf(a, "%.*s%s%s", (int)(at - text), text, value, at + 2);
}

static struct err *office(struct plant *p, const char *role, const char *branch, struct who *out)
{
    struct demo_q_holder *h;
    TRY(demo_q_holder(&p->c->tx, role, branch, &h));
    *out = (struct who){.account = h == NULL ? 0 : h->account,
                        .name = h == NULL ? "演示" : h->name,
                        .role = role,
                        .branch = *branch == '\0' ? NULL : branch,
                        .scope = SCOPE_ALL,
                        .sees = CLASS_CASE};
    return NULL;
}

static struct err *put_channels(struct change *c)
{
    struct arena *a = c->tx.arena;
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        struct row *r = row_new(a, &leads_channel);
        row_set(r, "name", channels[i].name);
        row_set(r, "source", channels[i].source);
        row_set(r, "basis", channels[i].basis);
        row_set(r, "office", channels[i].office);
        row_set(r, "contact", channels[i].contact);
        row_set_date(a, r, "from_on", date_add_months(clock_today(), -24));
        TRY(record_save(c, &leads_channel, r, 0));
    }
    return NULL;
}

static struct err *step(struct plant *p, const struct who *who, int64_t matter, const char *name,
                        const char *const *set)
{
    struct flow_matter *m;
    TRY(flow_look(&p->c->tx, who, matter, &m));
    struct row *values = row_copy(p->a, m->content);
    for (; set != NULL && *set != NULL; set += 2)
        row_set(values, set[0], set[1]);
    p->c->who = who;
    return flow_take(p->c, matter, m->rev, name, &(struct flow_input){.values = values, .blocked = ""});
}

static struct err *go_on(struct plant *p, const struct report *l, int64_t matter, int64_t member)
{
    const char *id = arena_printf(p->a, "%lld", (long long)member);
    const char *const accept[] = {"member", id, NULL},
                      *const route[] = {"routed_to", "audit", "asked", "请补充两笔费用的凭证和整改情况。", NULL},
                      *const close[] = {"outcome", "explained",      "finding", "已收到回复意见，存档备查。",
                                        "answer",  "回复意见收悉。", NULL};
    if (l->fate == RECEIVED)
        return NULL;
    TRY(step(p, &p->supervision, matter, "accept", accept));
    if (l->fate == ROUTED)
        return step(p, &p->supervision, matter, "route", route);
    if (l->fate == CLOSED)
        return step(p, &p->supervision, matter, "close", close);
    if (l->fate != MERGED)
        return NULL;
    struct flow_matter *m;
    TRY(flow_look(&p->c->tx, &p->supervision, matter, &m));
    return flow_merge(p->c, matter, m->rev, p->before, "反映的是同一件事，合并办理。");
}

static struct err *put_lead(struct plant *p, const struct report *l)
{
    struct who brings;
    struct demo_q_channel *channel;
    struct row *r = row_new(p->a, &leads_lead);
    struct flow_matter *m;
    int64_t matter;
    if (l->cadre >= p->n_cadres)
        return NULL;
    const char *name = l->cadre < 0 ? "" : p->cadres[l->cadre].name;
    TRY(office(p, "contact", l->source, &brings));
    TRY(demo_q_channel(&p->c->tx, l->source, &channel));
    row_set_int(p->a, r, "channel", channel->id);
    row_set(r, "number", fill(p->a, l->number, arena_printf(p->a, "%d", date_year(clock_today()))));
    row_set(r, "kind", l->kind);
    row_set(r, "about", fill(p->a, l->about, name));
    row_set(r, "summary", l->summary);
    row_set_date(p->a, r, "received_on", date_add_days(clock_today(), -l->days));
    p->c->who = &brings;
    TRY(flow_open(p->c, &lead_flow, "deliver", &(struct flow_input){.values = r, .blocked = ""},
                  arena_printf(p->a, "%s %s", row_text(r, "number"), row_text(r, "about")), &matter));
    TRY(flow_look(&p->c->tx, &who_public, matter, &m));
    if (l->reporter != NULL && keys_dir() != NULL) /* nobody's name is kept that cannot be sealed */
        TRY(leads_seal(p->c, m->content->id, l->reporter, "0599-0000099"));
    TRY(go_on(p, l, matter, l->cadre < 0 ? 0 : p->cadres[l->cadre].id));
    p->before = matter;
    return change_next_by(p->c, &who_console, "demo");
}

struct err *demo_leads(struct db *db, struct arena *a)
{
    TRY(flow_versions_store(db, a));
    change_scope struct change c = {0};
    struct plant p = {.c = &c, .a = a};
    struct demo_q_town *town;
    TRY(change_begin(db, a, &who_console, "demo", &c));
    TRY(put_channels(&c));
    TRY(demo_q_town(&c.tx, &town));
    if (town != NULL)
        TRY(demo_q_cadres(&c.tx, town->id, &p.cadres, &p.n_cadres));
    TRY(office(&p, "supervision", "", &p.supervision));
    TRY(change_next_by(&c, &who_console, "demo"));
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        TRY(put_lead(&p, &leads[i]));
    return change_commit(&c);
}
