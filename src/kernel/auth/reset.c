/* reset.c: a new beginning for who lost password or authenticator: one person proposes, another agrees. There are no
 * recovery codes: a sheet in a drawer would be a second key that nobody misses. */
#include <string.h>

#include "auth/code.h"
#include "auth/inner.h"
#include "auth/token.h"

static const struct field fields[] = {{"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
                                      {"reason", FIELD_TEXT, .max = 200, .required = true},
                                      {"proposed_by", FIELD_REF, .to = "auth.account", .required = true},
                                      {"decided_by", FIELD_REF, .to = "auth.account"},
                                      {"state", FIELD_CODE, .codes = "auth.reset_state", .required = true},
                                      {0}};
const struct record reset_record = {.name = "auth.reset",
                                    .fields = fields,
                                    .purpose = "auth.purpose.reset",
                                    .basis = "kernel.basis.own",
                                    .readers = "security system audit",
                                    .keep = "auth.keep.reset",
                                    .keep_from = "change",
                                    .guarded = true,
                                    .class = CLASS_INTERNAL};

static const struct who everywhere = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};

struct err *reset_propose(struct change *c, int64_t account, const char *reason, int64_t *id_out)
{
    struct arena *a = c->tx.arena;
    struct row *of;
    int64_t open;
    struct db_val args[] = {db_int(account)};
    TRY(account_row(c, account, &of));
    if (account == c->who->account)
        return err_say(ERR(a, ERR_DENIED, "a reset of one's own account"), "auth.reset.own", NULL);
    TRY(db_one_int(&c->tx, "SELECT count(*) FROM auth_reset WHERE account = ?1 AND state = 'open' AND ended = 0", args,
                   1, 0, &open));
    if (open > 0)
        return err_field(err_say(ERR(a, ERR_INVALID, "a reset is open"), "auth.reset.there", NULL), "account");
    struct row *r = row_new(a, &reset_record);
    row_set_int(a, r, "account", account);
    row_set(r, "reason", reason);
    row_set_int(a, r, "proposed_by", c->who->account);
    row_set(r, "state", "open");
    TRY(record_save(c, &reset_record, r, 0));
    *id_out = r->id;
    return NULL;
}

static struct err *void_tokens(struct change *c, int64_t account)
{
    for (;;) {
        struct db_val args[] = {db_int(account)};
        int64_t id;
        struct row *r;
        TRY(db_one_int(&c->tx,
                       "SELECT min(id) FROM auth_token WHERE account = ?1 AND coalesce(revoked, 0) = 0 AND ended = 0",
                       args, 1, 0, &id));
        if (id == 0)
            return NULL;
        TRY(record_read(&c->tx, &token_record, &everywhere, id, &r));
        row_set(r, "revoked", "1");
        TRY(record_save(c, &token_record, r, r->rev));
    }
}

static struct err *begin_anew(struct change *c, int64_t account, char **text_out, int64_t *until_out)
{
    struct row *row;
    TRY(account_row(c, account, &row));
    row_set(row, "password", "none");
    row_set(row, "totp", NULL);
    row_set(row, "must_change", "0");
    TRY(record_save(c, &account_record, row, row->rev));
    struct db_val args[] = {db_int(account)};
    TRY(db_run(&c->tx, "DELETE FROM auth_step WHERE account = ?1", args, 1, NULL));
    TRY(session_close_in(&c->tx, account, NULL, NULL));
    TRY(void_tokens(c, account));
    return code_make(c, NULL, account, text_out, until_out);
}

struct err *reset_decide(struct change *c, int64_t id, bool agreed, char **text_out, int64_t *until_out)
{
    struct arena *a = c->tx.arena;
    struct row *r;
    char *text = NULL;
    int64_t until = 0;
    TRY(record_read(&c->tx, &reset_record, &everywhere, id, &r));
    if (strcmp(row_text(r, "state"), "open") != 0)
        return err_say(ERR(a, ERR_CONFLICT, "reset %lld is decided", (long long)id), "auth.reset.decided", NULL);
    int64_t account = row_int(r, "account"), me = c->who->account;
    if (me == row_int(r, "proposed_by") || me == account)
        return err_say(ERR(a, ERR_DENIED, "the second person is the first"), "auth.reset.same", NULL);
    row_set_int(a, r, "decided_by", me);
    row_set(r, "state", agreed ? "done" : "refused");
    TRY(record_save(c, &reset_record, r, r->rev));
    if (agreed)
        TRY(begin_anew(c, account, &text, &until));
    *text_out = text;
    *until_out = until;
    return NULL;
}
