/* effect.c: what a decision puts into the cadre's file: a row of roster.measure with its document and day. Its period
 * is counted by the rules from that day, so that it ends by itself; a decision that is cancelled never counted. */
#include <string.h>

#include "base/clock.h"
#include "care/care.h"
#include "flow/document.h"
#include "record/codes.h"
#include "rules/rules.h"

/* The number of the newest document of the matter; NULL. */
static struct err *number_of(struct db_tx *tx, int64_t matter, const char **out)
{
    struct row **all;
    int n;
    TRY(document_list(tx, matter, &all, &n));
    *out = n == 0 ? NULL : row_text(all[n - 1], "number");
    return NULL;
}

static struct err *write_measure(struct change *c, const struct flow_matter *m, const char *kind, const char *cause)
{
    struct arena *a = c->tx.arena;
    const struct record *rec = record_find("roster.measure");
    struct row *r = row_new(a, rec);
    const char *number = NULL;
    TRY(number_of(&c->tx, m->id, &number));
    row_set_int(a, r, "member", m->member);
    row_set(r, "kind", kind);
    row_set(r, "cause", cause);
    row_set(r, "document", number);
    row_set_date(a, r, "decided_on", clock_today());
    TRY(record_save(c, rec, r, 0));
    row_set_int(a, m->content, "measure", r->id);
    row_set_date(a, m->content, "decided_on", clock_today());
    return NULL;
}

static struct err *admonished(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)s;
    TRY(write_measure(c, m, "admonition", codes_label("care.ground", row_text(m->content, "ground"), false)));
    return record_save(c, m->content->of, m->content, m->content->rev);
}
const struct flow_hook admonished_hook = {"care.admonished", admonished};

/* Last day of the period: by the rule's parameter of today where rules are held, else as shipped. */
static struct date until(const char *kind, struct date from)
{
    static const struct {
        const char *kind, *param;
        int months;
    } all[] = {{"org_transfer", "ORG-2021-P1.period", 12},
               {"org_ordered_resignation", "ORG-2021-P2B.period", 24},
               {"org_dismissal", "ORG-2021-P2B.period", 24},
               {"org_demotion", "ORG-2021-P3.period", 24}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int32_t months = all[i].months;
        if (strcmp(all[i].kind, kind) != 0)
            continue;
        if (rules_shared() != NULL && !rules_param(rules_shared(), all[i].param, from, &months))
            months = all[i].months;
        return date_add_days(date_add_months(from, months), -1);
    }
    return DATE_UNKNOWN;
}

static struct err *measure_made(struct change *c, const struct flow_matter *m, const struct flow_step *s)
{
    (void)s;
    struct arena *a = c->tx.arena;
    const char *kind = row_text(m->content, "kind");
    struct date end = until(kind, clock_today());
    TRY(write_measure(c, m, kind, row_text(m->content, "cause")));
    if (date_is(end))
        row_set_date(a, m->content, "until_on", end);
    return record_save(c, m->content->of, m->content, m->content->rev);
}
const struct flow_hook measure_made_hook = {"care.measure_made", measure_made};

struct err *care_cancel_measure(struct change *c, int64_t measure)
{
    const struct record *rec = record_find("roster.measure");
    struct row *r;
    if (measure == 0)
        return NULL;
    TRY(record_read(&c->tx, rec, c->who, measure, &r));
    row_set_date(c->tx.arena, r, "cancelled_on", clock_today());
    return record_save(c, rec, r, r->rev);
}
