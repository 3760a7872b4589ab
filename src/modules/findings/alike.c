/* alike.c: several findings answered, closed or handed over alike, each as a change of its own under the person's name;
 * and the mark up to which an account has looked. What asks a person who was not heard stays open, and is told. */
#include <string.h>

#include "base/clock.h"
#include "findings/pages.h"
#include "modules/findings/queries.h"
#include "roster/roster.h"

enum { ALIKE_MOST = 200 };
enum deed { ANSWER, CLOSE, CORRECTED, HAND_OVER, DEEDS };
static const char *const deeds[DEEDS] = {"answer", "close", "corrected", "hand_over"};
static const char *const said[DEEDS] = {"findings.answered", "findings.closed", "findings.closed", "findings.handed"};

struct alike {
    struct req *rq;
    int deed;
    const char *text, *to;
    struct date due;
    struct {
        int64_t id, rev;
        const struct err *refused; /* NULL: done */
    } of[ALIKE_MOST];
    int n, done;
};

/* ---- asked ---- */
static struct err *invalid(struct req *rq, const char *field, const char *key)
{
    return err_field(err_say(ERR(rq->arena, ERR_INVALID, "%s", field), key, NULL), field);
}

/* "12:3": a finding and the revision the person saw. */
static bool take_one(struct alike *x, const char *s)
{
    char *end;
    int64_t id = strtoll(s, &end, 10);
    if (id <= 0 || *end != ':' || x->n == ALIKE_MOST)
        return false;
    for (int i = 0; i < x->n; i++)
        if (x->of[i].id == id)
            return true;
    x->of[x->n].id = id;
    x->of[x->n++].rev = strtoll(end + 1, NULL, 10);
    return true;
}

static struct err *take(struct alike *x)
{
    struct req *rq = x->rq;
    size_t n;
    const struct pair *all = req_form_all(rq, &n);
    const char *deed = req_form(rq, "deed"), *due = req_form(rq, "due_on");
    bool every = req_form(rq, "every") != NULL;
    struct err *e = NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, every ? "shown" : "pick") == 0 && !take_one(x, all[i].value))
            return invalid(rq, "pick", "findings.alike.too_many");
    for (x->deed = 0; x->deed < DEEDS && (deed == NULL || strcmp(deed, deeds[x->deed]) != 0); x->deed++)
        ;
    if (x->n == 0)
        err_join(&e, invalid(rq, "pick", "findings.alike.none"));
    if (x->deed == DEEDS)
        err_join(&e, invalid(rq, "deed", "findings.alike.what"));
    if (x->deed < DEEDS && x->deed != ANSWER && !req_may(rq, "findings.write"))
        err_join(&e, invalid(rq, "deed", "findings.alike.may_not"));
    x->text = req_form(rq, "text");
    x->to = req_form(rq, "to");
    if (x->deed != HAND_OVER)
        err_join(&e, record_need(rq->arena, "text", x->text));
    else
        err_join(&e, record_need(rq->arena, "to", x->to));
    if (x->deed == HAND_OVER && due != NULL && *due != '\0')
        err_join(&e, roster_day(rq->arena, "due_on", due, true, &x->due));
    return e;
}

/* ---- handing over ---- */
struct err *alike_to(struct db_tx *tx, const struct row *f, const char *to, struct date today)
{
    struct findings_q_handlers *all;
    int n, i = 0;
    TRY(findings_q_handlers(tx, today, &all, &n));
    while (i < n && strcmp(all[i].name, to) != 0)
        i++;
    if (i == n)
        return err_field(
            err_say(ERR(tx->arena, ERR_INVALID, "no '%.40s'", to), "findings.hand.nobody", "name", to, NULL), "to");
    int64_t *kin = NULL, about = row_int(f, "member");
    int n_kin = 0;
    bool own = about != 0 && all[i].member == about;
    if (about != 0 && all[i].member != 0)
        TRY(roster_relatives(tx, all[i].member, &kin, &n_kin));
    for (int k = 0; k < n_kin; k++)
        own |= kin[k] == about;
    if (own)
        return err_field(
            err_say(ERR(tx->arena, ERR_INVALID, "a case of his own"), "findings.hand.own", "name", to, NULL), "to");
    return NULL;
}

/* ---- doing ---- */
static struct err *do_one(struct alike *x, struct change *c, int64_t id, int64_t rev)
{
    struct row *f;
    TRY(record_read(&c->tx, &findings_finding, x->rq->who, id, &f));
    if (!finding_seen(x->rq, f))
        return ERR(x->rq->arena, ERR_MISSING, "finding %lld", (long long)id);
    switch (x->deed) {
    case ANSWER: return rules_answer(c, id, rev, x->text);
    case CLOSE: return rules_close_finding(c, id, rev, RULES_REASONS, x->text);
    case CORRECTED: return rules_close_finding(c, id, rev, RULES_CORRECTED, x->text);
    default:
        TRY(alike_to(&c->tx, f, x->to, x->rq->today));
        return rules_hand_over(c, id, rev, x->to, x->due, x->text == NULL || *x->text == '\0' ? NULL : x->text);
    }
}

/* A refusal of one leaves the others; a fault leaves nothing. */
static struct err *do_all(struct alike *x)
{
    change_scope struct change c = {0};
    TRY(change_begin(x->rq->db, x->rq->arena, x->rq->who, said[x->deed], &c));
    bool fresh = true; /* nothing stands in this change yet */
    for (int i = 0; i < x->n; i++) {
        if (!fresh)
            TRY(change_next(&c, said[x->deed]));
        TRY(change_mark(&c));
        struct err *e = do_one(x, &c, x->of[i].id, x->of[i].rev);
        if (e != NULL && e->kind != ERR_CONFLICT && e->kind != ERR_MISSING && e->kind != ERR_INVALID)
            return e;
        x->of[i].refused = e;
        fresh = e != NULL;
        if (e != NULL)
            TRY(change_back(&c));
        else
            x->done++;
    }
    return x->done == 0 ? NULL : change_commit(&c);
}

static struct err *answer(struct alike *x)
{
    struct req *rq = x->rq;
    json_t *refused = json_array(), *labels = json_array();
    for (int i = 0; i < x->n; i++) {
        const struct err *e = x->of[i].refused;
        if (e == NULL)
            continue;
        const char *key = e->say == NULL ? "" : e->say;
        const char *say = e->kind == ERR_MISSING ? tr(rq, "findings.alike.gone") : text_err(rq->arena, rq->lang, e);
        json_array_append_new(refused, json_pack("{s:I, s:s}", "id", (json_int_t)x->of[i].id, "why", key));
        json_array_append_new(labels, json_pack("{s:s, s:I, s:s}", "href",
                                                arena_printf(rq->arena, "/findings/%lld", (long long)x->of[i].id), "id",
                                                (json_int_t)x->of[i].id, "say", say));
    }
    rq->labels =
        json_pack("{s:s, s:b, s:o}", "done", tr(rq, "findings.alike.done", "n", arena_printf(rq->arena, "%d", x->done)),
                  "some", x->done < x->n, "refused", labels);
    return respond_page(rq, "findings/alike", json_pack("{s:i, s:o}", "done", x->done, "refused", refused));
}

struct err *findings_alike(struct req *rq)
{
    struct alike x = {.rq = rq};
    struct err *e = take(&x);
    if (e == NULL)
        e = do_all(&x);
    if (e != NULL && e->kind == ERR_INVALID)
        return findings_list_again(rq, e);
    TRY(e);
    if (x.done == x.n && !rq->json)
        return respond_see_other(rq, "/findings?done=%d", x.done);
    return answer(&x);
}

/* ---- looked ---- */
struct err *findings_looked(struct req *rq)
{
    struct who by = *rq->who; /* who only reads has looked, too */
    by.readonly = false;
    struct findings_q_looked *old = NULL;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, &by, "findings.looked", &c));
    TRY(findings_q_looked(&c.tx, by.account, &old));
    struct row *r = row_new(rq->arena, &findings_look);
    if (old != NULL)
        TRY(record_read(&c.tx, &findings_look, &by, old->id, &r));
    row_set_int(rq->arena, r, "account", by.account);
    row_set_int(rq->arena, r, "at", clock_now_ms());
    TRY(record_save(&c, &findings_look, r, r->rev));
    TRY(change_commit(&c));
    return respond_see_other(rq, "/findings");
}
