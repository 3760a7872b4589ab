/* reads.c: the declaration of the log of reads, and stating a reason before a file opens. */
#include "admin/reads.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "base/utf8.h"
#include "record/codes.h"

static const struct field read_fields[] = {
    ACCESS_FIELDS, {"member", FIELD_REF, .to = "roster.member", .index = true, .class = CLASS_PERSONAL}, {0}};
const struct record admin_read = {.name = ACCESS_RECORD,
                                  .fields = read_fields,
                                  .title = "kind",
                                  .order = "id",
                                  .purpose = "admin.purpose.read",
                                  .basis = "PIPL-51",
                                  .readers = "audit",
                                  .keep = "admin.read",
                                  .keep_from = "at",
                                  .class = CLASS_INTERNAL,
                                  .guarded = true,
                                  .quiet = true};

static const char *local_path(const struct req *rq)
{
    const char *to = req_form(rq, "to");
    bool here = to != NULL && to[0] == '/' && to[1] != '/' && to[1] != '\\';
    return here && strpbrk(to, "\r\n") == NULL ? to : "/";
}

/* The common ground chosen, in words, and what was written. */
static struct err *stated(struct req *rq, const char **out)
{
    const struct code_list *l = codes_list("auth.read_reason");
    const char *common = req_form(rq, "common");
    int at = common == NULL ? 0 : codes_find(l, common);
    const char *chosen = at == 0 ? NULL : codes_name(l, at, rq->lang == LANG_EN);
    const char *own = req_form(rq, "reason");
    if (utf8_empty(own))
        own = NULL;
    if (chosen != NULL && own != NULL)
        own = arena_printf(rq->arena, "%s%s%s", chosen, rq->lang == LANG_EN ? ": " : "：", own);
    TRY(access_reason(rq->arena, own != NULL ? own : chosen, out));
    if (*out == NULL)
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "no reason"), "access.reason_length", NULL), "reason");
    return NULL;
}

static struct err *check_member(struct req *rq, int64_t member, int64_t *seq)
{
    struct row *row;
    const struct record *rec = record_find(admin_read.fields[record_field(&admin_read, "member")].to);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, rec, rq->who, member, &row));
    return change_last(&tx, seq);
}

struct err *reads_reason(struct req *rq)
{
    const char *to = local_path(rq), *id = req_form(rq, "member"), *reason;
    int64_t member = id == NULL ? 0 : strtoll(id, NULL, 10);
    struct access x = {.kind = ACCESS_REASON, .ground = ACCESS_REASONED, .member = member, .client = req_peer(rq)};
    TRY(check_member(rq, member, &x.seq));
    struct err *e = stated(rq, &reason);
    if (e != NULL) {
        rq->labels = req_reason_labels(rq, to, member);
        const char *typed = req_form(rq, "reason");
        json_object_set_new(rq->labels, "typed", json_string(typed == NULL ? "" : typed));
        return respond_form(rq, "view/reason", json_object(), e);
    }
    x.reason = reason;
    TRY(access_note(rq->db, rq->arena, rq->who, &x));
    return respond_see_other(rq, "%s", to);
}

/* The record of a page that is printed; its reader may read it, or it is missing. */
struct err *reads_print(struct req *rq)
{
    const char *name = req_form(rq, "record"), *id = req_form(rq, "row");
    const struct record *rec = name == NULL ? NULL : record_find(name);
    struct row *row;
    if (rec == NULL || id == NULL || rec->class > rq->who->sees)
        return ERR(rq->arena, ERR_MISSING, "'%.60s' is no record that is printed", name == NULL ? "" : name);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, rec, rq->who, strtoll(id, NULL, 10), &row));
    TRY(req_shows(rq, &tx, row));
    if (rq->shown == NULL)
        return ERR(rq->arena, ERR_MISSING, "%s %s belongs to nobody", rec->name, id);
    rq->shown->kind = ACCESS_PRINT;
    return respond_json(rq, json_object());
}
