/* head.c: what the head of every page counts: matters that wait for this office or person, notices nobody has read. */
#include "base/clock.h"
#include "desk/desk.h"
#include "modules/desk/queries.h"

static struct err *of_office(struct req *rq, struct db_tx *tx, const char *const *mine, struct web_head *out)
{
    char word[FLOW_OFFICE_TEXT], iso[DATE_TEXT];
    const struct who *who = rq->who;
    struct desk_q_head *n;
    flow_office(who, word);
    TRY(desk_q_head(tx, &who->scope, arena_printf(rq->arena, "%s ", word), arena_printf(rq->arena, "%s!", word),
                    who->account, date_iso(clock_today(), iso), who_barred_text(rq->arena, who), mine[2], &n));
    if (n == NULL)
        return NULL;
    out->desk = n->waiting + n->signing;
    out->unread += n->unread;
    return NULL;
}

static struct err *count(struct req *rq, struct db_tx *tx, struct web_head *out)
{
    const char *mine[FLOW_RECIPIENTS];
    struct desk_q_told *told;
    flow_recipients(rq->arena, rq->who, mine);
    TRY(desk_q_told(tx, mine[0], mine[1], &told));
    out->unread = told->n;
    out->desk = 0;
    if (rq->who->office != 0 || rq->who->member == 0)
        return of_office(rq, tx, mine, out);
    struct desk_q_asked *asked; /* a cadre without an office: what asks him */
    TRY(desk_q_asked(tx, rq->who->member, &asked));
    out->desk = asked->n;
    return NULL;
}

struct err *desk_head(struct req *rq, struct web_head *out)
{
    *out = (struct web_head){.desk = -1, .unread = -1, .desk_path = "/desk"};
    if (!req_may(rq, "desk.read"))
        return NULL;
    if (rq->who->office == 0 && rq->who->member != 0)
        out->desk_path = "/my";
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    return count(rq, &tx, out);
}
