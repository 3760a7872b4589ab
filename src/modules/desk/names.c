/* names.c: how matters, steps and deadlines are called, and how much time is left, in words. */
#include <stdlib.h>
#include <string.h>

#include "desk/desk.h"
#include "record/codes.h"
#include "view/view.h"

const char *desk_flow_name(enum lang lang, const char *flow)
{
    return text_get(lang, flow);
}

static const char *part(struct arena *a, enum lang lang, const char *flow, const char *kind, const char *name)
{
    const char *own = arena_printf(a, "%s.%s.%s", flow, kind, name),
               *common = arena_printf(a, "flow.%s.%s", kind, name);
    return text_get(lang, text_has(lang, own) ? own : common);
}

const char *desk_state_name(struct arena *a, enum lang lang, const char *flow, const char *state)
{
    return part(a, lang, flow, "state", state);
}

const char *desk_step_name(struct arena *a, enum lang lang, const char *flow, const char *step)
{
    return part(a, lang, flow, "step", step);
}

const char *desk_due_name(struct arena *a, enum lang lang, const char *flow, const char *due)
{
    return part(a, lang, flow, "due", due);
}

const char *desk_sign_name(struct arena *a, enum lang lang, const char *flow, const char *sign)
{
    return part(a, lang, flow, "sign", sign);
}

const char *desk_role_name(struct arena *a, enum lang lang, const char *role)
{
    const char *colon = strchr(role, ':');
    if (strcmp(role, "person") == 0 || strcmp(role, "clock") == 0 || strcmp(role, "flow") == 0 ||
        strcmp(role, "public") == 0)
        return text_get(lang, arena_printf(a, "flow.role.%s", role));
    if (colon == NULL)
        return codes_label("auth.role", role, lang == LANG_EN);
    return codes_label("auth.branch", colon + 1, lang == LANG_EN);
}

static const char *day(struct arena *a, enum lang lang, struct date d)
{
    struct buf b = BUF(a);
    view_date(&b, lang, d);
    return buf_str(&b);
}

static const char *number(struct arena *a, int n)
{
    return arena_printf(a, "%d", n);
}

/* "Received 10 Nov; from the next day 15 working days, the last is 1 Dec; today is the 9th." */
static const char *arithmetic(struct arena *a, enum lang lang, const struct due *due)
{
    const char *key = arena_printf(a, "desk.due.%s", due_unit_name(due->unit));
    const char *counted = text_format(a, lang, key, "start", day(a, lang, due->start), "n", number(a, due->n), "plain",
                                      day(a, lang, due->plain), "skipped", number(a, due->skipped), NULL);
    if (due->plain.v != due->day.v)
        counted = arena_printf(a, "%s%s", counted,
                               text_format(a, lang, "desk.due.rolled", "day", day(a, lang, due->day), NULL));
    if (due->provisional)
        counted = arena_printf(a, "%s%s", counted, text_get(lang, "desk.due.provisional"));
    return counted;
}

struct desk_light desk_light(struct arena *a, enum lang lang, const struct calendar *cal, const struct due *due,
                             bool paused, bool waits_person, struct date today)
{
    struct desk_light l = {.look = "calm"};
    bool past = due->day.v < today.v;
    int left = past ? -calendar_working_between(cal, due->day, today) : calendar_working_between(cal, today, due->day);
    if (date_is(due->start))
        l.arithmetic = arithmetic(a, lang, due);
    const char *n = number(a, abs(left)), *key = "desk.left";
    if (paused) {
        l.look = "hold";
        key = "desk.paused";
    } else if (past) {
        l.look = "over";
        key = "desk.over";
    } else if (due->provisional) {
        key = "desk.provisional";
    } else if (due->day.v == today.v) {
        l.look = "soon";
        key = "desk.today";
    } else if (waits_person) {
        l.look = "wait";
        key = "desk.waits_person";
    } else if (left <= 2) {
        l.look = "soon";
    }
    l.text = text_format(a, lang, key, "n", n, "day", day(a, lang, due->day), NULL);
    return l;
}
