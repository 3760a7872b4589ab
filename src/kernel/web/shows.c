/* shows.c: what an answer shows of persons' files: on what ground, and the row of the log that is committed before the
 * first byte leaves. */
#include <string.h>

#include "auth/access.h"
#include "record/codes.h"
#include "web/inner.h"

struct err *req_proof(struct req *rq, struct db_tx *tx, int64_t seq)
{
    int64_t size;
    TRY(access_checkpoint(tx, &size));
    rq->proof =
        tr(rq, size > 0 ? "web.proof" : "web.proof.none", "seq", arena_printf(rq->arena, "%lld", (long long)seq),
           "size", arena_printf(rq->arena, "%lld", (long long)size));
    return NULL;
}

static struct err *fill(struct req *rq, struct db_tx *tx, const struct access *x)
{
    struct access *own = arena_new_of(rq->arena, struct access);
    *own = *x;
    own->client = req_peer(rq);
    rq->shown = own;
    TRY(change_last(tx, &own->seq));
    return rq->json ? NULL : req_proof(rq, tx, own->seq);
}

static struct err *in_matter(struct req *rq, struct db_tx *tx, int64_t member, bool *out)
{
    *out = false;
    for (const struct module *const *m = rq->web->c.modules; m != NULL && *m != NULL && !*out; m++)
        if ((*m)->matter != NULL)
            TRY((*m)->matter(tx, rq->who, member, out));
    return NULL;
}

/* A reason sent along with the request, for programs: percent-encoded UTF-8. */
static const char *given(struct req *rq)
{
    const char *sent = req_header(rq, "X-Reason");
    if (sent == NULL)
        return NULL;
    size_t n;
    const char *s = request_decode(rq->arena, sent, strlen(sent), false, &n);
    return request_utf8(s, n) ? s : NULL;
}

struct err *req_shows(struct req *rq, struct db_tx *tx, const struct row *row)
{
    struct access x = {.record = row->of->name, .row = row->id, .rev = row->rev, .n = 1};
    bool matter;
    x.member = access_file_of(row);
    if (x.member == 0) {
        req_shows_nothing(rq);
        return NULL;
    }
    TRY(fill(rq, tx, &x));
    TRY(in_matter(rq, tx, x.member, &matter));
    return access_ground(tx, rq->who, matter, given(rq), rq->shown);
}

struct err *req_shows_many(struct req *rq, struct db_tx *tx, const struct access *x)
{
    return fill(rq, tx, x);
}

void req_shows_nothing(struct req *rq)
{
    rq->shows_nothing = true;
}

struct err *req_searches(struct req *rq, struct db_tx *tx, const char *words, int64_t found)
{
    if (words == NULL || *words == '\0' || !access_words_fresh(db_pool_of(rq->db), rq->who, words)) {
        req_shows_nothing(rq);
        return NULL;
    }
    return fill(rq, tx, &(struct access){.kind = ACCESS_SEARCH, .asked = words, .n = found});
}

json_t *req_reason_labels(struct req *rq, const char *to, int64_t member)
{
    json_t *common = json_array();
    const struct code_list *l = codes_list("auth.read_reason");
    for (int i = 1; i <= codes_count(l); i++)
        json_array_append_new(
            common, json_pack("{s:s, s:s}", "code", codes_code(l, i), "text", codes_name(l, i, rq->lang == LANG_EN)));
    return json_pack("{s:s, s:I, s:o}", "to", to, "member", (json_int_t)member, "common", common);
}

void req_met(struct req *rq, const int64_t *members, size_t n)
{
    access_met(db_pool_of(rq->db), rq->who, members, n);
}

struct err *shows_log(struct exchange *x)
{
    struct req *rq = &x->rq;
    bool elsewhere = x->status >= 300 && x->status < 400; /* a redirect shows no file, but whether a name was found */
    if (rq->shown != NULL && (!elsewhere || rq->shown->kind != ACCESS_READ))
        return access_note(rq->db, rq->arena, rq->who, rq->shown);
    if (rq->route->log == LOG_NONE || rq->shows_nothing || x->status != 200)
        return NULL;
    return ERR(rq->arena, ERR_FAULT, "the handler of '%s' did not say whose files it shows", rq->route->path);
}
