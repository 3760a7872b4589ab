/* audits.c: principals are audited in their second year and when they leave; some were not, as their case says. */
#include <string.h>

#include "demo/put.h"
#include "roster/roster.h"

enum office { OFFICE_OTHER, OFFICE_LOCAL, OFFICE_PLACE, OFFICE_DEPARTMENT, OFFICE_BODY, OFFICE_FIRM };

static enum office office_of(const struct file *f, const struct span *s)
{
    static const struct {
        const char *kind;
        enum office office;
    } all[] = {{"local_committee", OFFICE_LOCAL},
               {"local_government", OFFICE_LOCAL},
               {"discipline", OFFICE_PLACE},
               {"court", OFFICE_PLACE},
               {"procuratorate", OFFICE_PLACE},
               {"township", OFFICE_PLACE},
               {"party_department", OFFICE_DEPARTMENT},
               {"government_department", OFFICE_DEPARTMENT},
               {"institution", OFFICE_BODY},
               {"mass_organisation", OFFICE_BODY},
               {"subdistrict", OFFICE_BODY},
               {"state_firm", OFFICE_FIRM}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(f->d->units[s->unit].body->kind, all[i].kind) == 0)
            return all[i].office;
    return OFFICE_OTHER;
}

static struct err *put_audit(struct file *f, const struct span *s, const char *kind, struct date done)
{
    struct row *row;
    TRY(put_of(f, &roster_audit, &row));
    PUT(row, "kind", kind);
    PUT(row, "unit", put_int(f->a, f->d->units[s->unit].id));
    PUT(row, "from_on", put_month(f->a, month_of(s->from)));
    PUT(row, "to_on", put_month(f->a, month_of(done)));
    PUT(row, "done_on", put_date(f->a, done));
    PUT(row, "organ", arena_printf(f->a, "%s审计局", f->d->name));
    PUT(row, "document",
        arena_printf(f->a, "%.6s审责报〔%d〕%d号", f->d->name, date_year(done), rng_range(f->r, 1, 60)));
    return put_save(f->w, row);
}

/* Has the post been held for so many months today? */
static bool held(const struct file *f, const struct span *s, int months)
{
    return date_le(date_add_months(s->from, months), f->d->today) == TRI_TRUE;
}

/* What the check finds about somebody who was never audited in this post, or not jointly. */
static void plant_due(struct file *f, const struct span *s, bool joint_only)
{
    static const char *const four_years[] = {[OFFICE_LOCAL] = "AUD-2019-04-1",
                                             [OFFICE_PLACE] = "AUD-2019-04-1",
                                             [OFFICE_DEPARTMENT] = "AUD-2019-04-2",
                                             [OFFICE_BODY] = "AUD-2019-04-2",
                                             [OFFICE_FIRM] = "AUD-2019-04-3"};
    enum office o = office_of(f, s);
    if (!joint_only && s->chief && held(f, s, 48))
        put_plant(f, four_years[o], "roster.member", f->id);
    if ((o == OFFICE_LOCAL && held(f, s, 30)) || (o == OFFICE_DEPARTMENT && s->chief && held(f, s, 54)))
        put_plant(f, "TRIPLE-JS-2", "roster.member", f->id);
}

static struct err *in_the_term(struct file *f, const struct span *s)
{
    enum case_kind k = f->p->kase;
    bool none = k == CASE_AUDIT_PLACE || k == CASE_AUDIT_BODY || k == CASE_AUDIT_FIRM,
         joint_only = k == CASE_AUDIT_JOINT;
    if (!held(f, s, 24) || office_of(f, s) == OFFICE_OTHER || (!s->chief && office_of(f, s) != OFFICE_LOCAL))
        return NULL;
    if (none || joint_only)
        plant_due(f, s, joint_only);
    if (none)
        return NULL;
    return put_audit(f, s, joint_only ? "economic" : "joint", date_add_months(s->from, rng_range(f->r, 18, 23)));
}

static struct err *on_leaving(struct file *f, const struct span *s)
{
    struct date after = date_add_days(s->to, 20);
    if (!s->chief || office_of(f, s) == OFFICE_OTHER || date_months_between(s->to, f->d->today) > 12)
        return NULL;
    if (f->p->kase == CASE_LEFT_UNAUDITED) {
        put_plant(f, "AUD-2019-WHEN", "roster.member", f->id);
        return NULL;
    }
    return put_audit(f, s, "economic", date_le(after, f->d->today) == TRI_TRUE ? after : date_add_days(s->to, -30));
}

struct err *put_audits(struct file *f)
{
    int last = f->l->n_main - 1;
    const struct span *s = f->l->spans;
    if (f->p->status != STATUS_IN_OFFICE || !s[last].leading)
        return NULL;
    if (last > 0 && s[last - 1].leading)
        TRY(on_leaving(f, &s[last - 1]));
    return in_the_term(f, &s[last]);
}
