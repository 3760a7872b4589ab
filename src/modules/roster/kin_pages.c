/* kin_pages.c: relatives who are cadres themselves, proposed from name and month of birth. Nothing is a fact before an
 * officer has said so: only then the avoidance rules see it. */
#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "face/show.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/import_pages.h"
#include "roster/roster.h"
#include "view/view.h"

enum { ROWS_A_PAGE = 100 };

/* The relative's work names the cadre's unit or says his post. */
static bool same_work(const struct roster_q_kin_open *k)
{
    if (k->work == NULL)
        return false;
    return (k->other_unit != NULL && strstr(k->work, k->other_unit) != NULL) ||
           (k->other_post != NULL && strstr(k->work, k->other_post) != NULL);
}

static json_t *candidate(const struct roster_q_kin_open *k)
{
    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:b}", "row", (json_int_t)k->id, "other", (json_int_t)k->other,
                     "post_text", view_text_json(k->other_post), "unit_name", view_text_json(k->other_unit), "birth",
                     view_text_json(k->other_birth), "sure", same_work(k));
}

static json_t *row_shown(struct req *rq, const struct roster_q_kin_open *k)
{
    int birth = record_field(&roster_family, "birth");
    const char *relation = codes_label("roster.relation", k->relation, rq->lang == LANG_EN);
    return json_pack("{s:I, s:I, s:s, s:o, s:o, s:s, s:o, s:o, s:o}", "row", (json_int_t)k->id, "member",
                     (json_int_t)k->member, "member_name", k->member_name, "member_post",
                     view_text_json(k->member_post), "relation", view_text_json(relation), "name", k->name, "birth",
                     view_text_json(face_value(rq->arena, rq->lang, &roster_family, birth, k->birth, NULL)), "work",
                     view_text_json(k->work), "candidates", json_array());
}

/* Rows of one relative stand together: he gets one line with all who may be he. Whole relatives only. */
static json_t *grouped(struct req *rq, const struct roster_q_kin_open *k, int n, int64_t *last)
{
    json_t *list = json_array(), *at = NULL;
    int most = n > ROWS_A_PAGE ? n - 1 : n;
    while (n > ROWS_A_PAGE && most > 1 && k[most - 1].id == k[n - 1].id && k[0].id != k[n - 1].id)
        most--;
    *last = 0;
    for (int i = 0; i < most; i++) {
        if (k[i].id != *last) {
            at = row_shown(rq, &k[i]);
            json_array_append_new(list, at);
            *last = k[i].id;
        }
        json_array_append_new(json_object_get(at, "candidates"), candidate(&k[i]));
    }
    return list;
}

/* One candidate of the same unit is proposed, the rest waits for a choice. */
static void propose(json_t *list)
{
    size_t i, j;
    json_t *row, *c;
    json_array_foreach(list, i, row)
    {
        int sure = 0;
        json_array_foreach(json_object_get(row, "candidates"), j, c) sure += json_is_true(json_object_get(c, "sure"));
        json_array_foreach(json_object_get(row, "candidates"), j, c)
            json_object_set_new(c, "picked", json_boolean(sure == 1 && json_is_true(json_object_get(c, "sure"))));
        json_object_set_new(row, "open", json_boolean(sure != 1));
    }
}

static struct err *page(struct req *rq, const struct err *bad)
{
    const char *after = req_query(rq, "after");
    struct roster_q_kin_open *k;
    int n;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(roster_q_kin_open(&tx, after == NULL ? 0 : strtoll(after, NULL, 10), &rq->who->scope, &k, &n));
        TRY(req_shows_many(rq, &tx, &(struct access){.record = "roster.family", .n = n}));
    }
    int64_t last;
    json_t *rows = grouped(rq, k, n, &last);
    propose(rows);
    bool more = n > ROWS_A_PAGE;
    rq->labels =
        json_pack("{s:O, s:b, s:o, s:o}", "rows", rows, "any", n > 0, "next", more ? json_integer(last) : json_null(),
                  "answered", view_text_json(req_query(rq, "answered")));
    json_t *data = json_pack("{s:o, s:o}", "rows", rows, "next", more ? json_integer(last) : json_null());
    return bad == NULL ? respond_page(rq, "roster/kin", data) : respond_form(rq, "roster/kin", data, bad);
}

struct err *roster_kin_page(struct req *rq)
{
    return page(rq, NULL);
}

static const char *state(const char *key)
{
    const struct code_list *l = codes_list("roster.kin_state");
    return codes_code(l, codes_find(l, key));
}

static struct err *answer(struct change *c, int64_t id, const char *pick)
{
    struct row *r;
    bool none = strcmp(pick, "none") == 0;
    TRY(record_read(&c->tx, &roster_family, c->who, id, &r));
    if (!none) {
        struct row *other; /* within the officer's sight, or it is not there */
        TRY(record_read(&c->tx, &roster_member, c->who, strtoll(pick, NULL, 10), &other));
        row_set_int(c->tx.arena, r, "other", other->id);
    } else {
        row_set(r, "other", NULL);
    }
    row_set(r, "kin", state(none ? "refused" : "confirmed"));
    struct err *e = record_save(c, &roster_family, r, r->rev);
    return e != NULL && e->kind == ERR_CONFLICT ? err_say(e, "roster.kin.changed", NULL) : e;
}

static struct err *answers(struct req *rq, int *n_out)
{
    size_t pairs;
    const struct pair *p = req_form_all(rq, &pairs);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "kin", &c));
    for (size_t i = 0; i < pairs; i++) {
        if (strncmp(p[i].name, "pick.", 5) != 0 || *p[i].value == '\0')
            continue;
        TRY(answer(&c, strtoll(p[i].name + 5, NULL, 10), p[i].value));
        ++*n_out;
    }
    return change_commit(&c);
}

struct err *roster_kin_answers(struct req *rq)
{
    int n = 0;
    struct err *e = answers(rq, &n);
    if (e != NULL && e->kind == ERR_INVALID)
        return page(rq, e);
    TRY(e);
    if (rq->json)
        return respond_json(rq, json_pack("{s:i}", "answers", n));
    const char *next = req_form(rq, "next");
    return respond_see_other(rq, "/roster/kin?answered=%d&after=%lld", n, next == NULL ? 0LL : strtoll(next, NULL, 10));
}
