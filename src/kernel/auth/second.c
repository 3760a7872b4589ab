/* second.c: what a session shows beside its password: codes of an authenticator, a password of the person's own. */
#include <string.h>

#include "auth/inner.h"
#include "auth/seal.h"
#include "base/clock.h"
#include "base/rand.h"

enum { FRESH_MS = 5 * 60 * 1000 };

static const char *place_of(struct arena *a, int64_t account)
{
    return arena_printf(a, "auth.account %lld totp", (long long)account);
}

static struct err *wrong_code(struct arena *a)
{
    return err_field(err_say(ERR(a, ERR_LOGIN, "wrong code of the second factor"), "auth.code_wrong", NULL), "code");
}

/* The later of two people who send the same code at once finds the step taken. */
static struct err *note_step(struct db_tx *tx, int64_t account, int64_t step)
{
    struct db_val args[] = {db_int(account), db_int(step)};
    int64_t n = 0;
    TRY(db_run(tx,
               "INSERT INTO auth_step (account, step) VALUES (?1, ?2)"
               " ON CONFLICT (account) DO UPDATE SET step = excluded.step WHERE auth_step.step < excluded.step",
               args, 2, &n));
    return n == 1 ? NULL : wrong_code(tx->arena);
}

struct err *second_check(struct db_tx *tx, int64_t account, const char *sealed, const char *code)
{
    unsigned char secret[TOTP_SECRET];
    struct db_val args[] = {db_int(account)};
    int64_t used;
    TRY(seal_open(tx->arena, place_of(tx->arena, account), sealed, secret, TOTP_SECRET));
    TRY(db_one_int(tx, "SELECT step FROM auth_step WHERE account = ?1", args, 1, 0, &used));
    int64_t step = totp_match(secret, code, clock_now_ms(), used);
    if (step == 0)
        return wrong_code(tx->arena);
    return note_step(tx, account, step);
}

static struct err *account_text(struct db_tx *tx, int64_t account, const char *sql, const char **out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(account)};
    TRY(db_query(tx, sql, args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    const char *text = more ? db_col_text(&rows, 0) : NULL;
    *out = text != NULL ? arena_strdup(tx->arena, text) : NULL;
    return NULL;
}

static struct err *mine(struct db *db, struct arena *a, const char *token, struct session *out)
{
    TRY(session_find(db, a, token, out));
    return out->id != NULL ? NULL : ERR(a, ERR_LOGIN, "the session ended meanwhile");
}

static struct err *set_proved(struct db_tx *tx, const char *token, bool second)
{
    char hash[AUTH_DIGEST];
    auth_digest(token, hash);
    struct db_val args[] = {db_text(hash), db_int(clock_now_ms()), db_int(second)};
    return db_run(
        tx, "UPDATE auth_login SET proved = ?2, second = CASE WHEN ?3 = 1 THEN 1 ELSE second END WHERE token = ?1",
        args, 3, NULL);
}

/* The password is checked before the transaction begins: writers do not wait for argon2. */
static struct err *check_password(struct db *db, struct arena *a, int64_t account, const char *password)
{
    const char *hash;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(account_text(&tx, account, "SELECT password FROM auth_account WHERE id = ?1", &hash));
    }
    if (hash == NULL || !password_right(hash, password))
        return err_field(err_say(ERR(a, ERR_LOGIN, "wrong password"), "auth.password_wrong", NULL), "old");
    return NULL;
}

struct err *session_prove(struct db *db, struct arena *a, const char *token, const char *shown, const char *address,
                          char token_out[SESSION_TOKEN])
{
    struct session s;
    char fresh[SESSION_TOKEN];
    TRY(mine(db, a, token, &s));
    const char *name = arena_printf(a, "proof of %lld", (long long)s.account);
    TRY(throttle_enter(db, a, name, address));
    if (!s.enrolled)
        TRY(check_password(db, a, s.account, shown));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    if (s.enrolled) {
        const char *sealed;
        TRY(account_text(&tx, s.account, "SELECT totp FROM auth_account WHERE id = ?1", &sealed));
        if (sealed == NULL)
            return wrong_code(a);
        TRY(second_check(&tx, s.account, sealed, shown));
    }
    TRY(throttle_good(&tx, name, address));
    TRY(set_proved(&tx, token, s.enrolled));
    TRY(session_token(&tx, token, fresh));
    TRY(db_commit(&tx));
    memcpy(token_out, fresh, SESSION_TOKEN);
    return NULL;
}

bool auth_fresh(const struct who *who)
{
    int64_t now = clock_now_ms();
    return who != NULL && who->session != NULL && who->proved <= now && now - who->proved <= FRESH_MS;
}

bool auth_second_fresh(const struct who *who)
{
    return auth_fresh(who) && who->second;
}

/* ---- enrolment ---- */

static struct err *offered(struct db_tx *tx, const char *token, const char **out)
{
    char hash[AUTH_DIGEST];
    auth_digest(token, hash);
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(hash)};
    TRY(db_query(tx, "SELECT offered FROM auth_login WHERE token = ?1", args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = more && !db_col_null(&rows, 0) ? arena_strdup(tx->arena, db_col_text(&rows, 0)) : NULL;
    return NULL;
}

struct err *second_offer(struct db *db, struct arena *a, const char *token, unsigned char out[TOTP_SECRET])
{
    struct session s;
    char hash[AUTH_DIGEST], *sealed;
    const char *there;
    TRY(mine(db, a, token, &s));
    const char *place = arena_printf(a, "offer %lld", (long long)s.account);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(offered(&tx, token, &there));
    if (there != NULL)
        return seal_open(a, place, there, out, TOTP_SECRET);
    rand_bytes(out, TOTP_SECRET);
    TRY(seal_close(a, place, out, TOTP_SECRET, &sealed));
    auth_digest(token, hash);
    struct db_val args[] = {db_text(hash), db_text(sealed)};
    TRY(db_run(&tx, "UPDATE auth_login SET offered = ?2 WHERE token = ?1", args, 2, NULL));
    return db_commit(&tx);
}

static struct err *enrol(struct change *c, const struct session *s, const char *token, const char *code)
{
    struct arena *a = c->tx.arena;
    unsigned char secret[TOTP_SECRET];
    const char *there;
    char *sealed;
    struct row *row;
    TRY(offered(&c->tx, token, &there));
    if (there == NULL)
        return wrong_code(a);
    TRY(seal_open(a, arena_printf(a, "offer %lld", (long long)s->account), there, secret, TOTP_SECRET));
    int64_t step = totp_match(secret, code, clock_now_ms(), 0);
    if (step == 0)
        return wrong_code(a);
    TRY(seal_close(a, place_of(a, s->account), secret, TOTP_SECRET, &sealed));
    TRY(account_row(c, s->account, &row));
    row_set(row, "totp", sealed);
    TRY(record_save(c, &account_record, row, row->rev));
    struct db_val args[] = {db_int(s->account), db_int(step)};
    TRY(db_run(&c->tx, "DELETE FROM auth_step WHERE account = ?1", args, 1, NULL));
    TRY(db_run(&c->tx, "INSERT INTO auth_step (account, step) VALUES (?1, ?2)", args, 2, NULL));
    TRY(session_close_in(&c->tx, s->account, NULL, s->id));
    return set_proved(&c->tx, token, true);
}

struct err *second_enrol(struct db *db, struct arena *a, const char *token, const char *code,
                         char token_out[SESSION_TOKEN])
{
    struct session s;
    char fresh[SESSION_TOKEN], hash[AUTH_DIGEST];
    TRY(mine(db, a, token, &s));
    TRY(throttle_enter(db, a, arena_printf(a, "proof of %lld", (long long)s.account), s.address));
    change_scope struct change c = {0};
    TRY(change_begin(db, a, account_self(a, s.account, s.name), "second factor", &c));
    TRY(enrol(&c, &s, token, code));
    auth_digest(token, hash);
    struct db_val args[] = {db_text(hash)};
    TRY(db_run(&c.tx, "UPDATE auth_login SET offered = NULL WHERE token = ?1", args, 1, NULL));
    TRY(throttle_good(&c.tx, arena_printf(a, "proof of %lld", (long long)s.account), s.address));
    TRY(session_token(&c.tx, token, fresh));
    TRY(change_commit(&c));
    memcpy(token_out, fresh, SESSION_TOKEN);
    return NULL;
}

/* ---- passwords ---- */

struct err *session_password(struct db *db, struct arena *a, const char *token, const char *old, const char *password,
                             char token_out[SESSION_TOKEN])
{
    struct session s;
    char fresh[SESSION_TOKEN], *hash;
    struct row *row;
    TRY(mine(db, a, token, &s));
    if (old != NULL) {
        TRY(throttle_enter(db, a, arena_printf(a, "proof of %lld", (long long)s.account), s.address));
        TRY(check_password(db, a, s.account, old));
    }
    TRY(password_check(a, password, s.username, s.name));
    TRY(password_hash(a, password, &hash));
    if (check_password(db, a, s.account, password) == NULL)
        return err_field(err_say(ERR(a, ERR_INVALID, "the same password"), "auth.password.same", NULL), "password");
    change_scope struct change c = {0};
    TRY(change_begin(db, a, account_self(a, s.account, s.name), "password", &c));
    TRY(account_row(&c, s.account, &row));
    row_set(row, "password", hash);
    row_set(row, "must_change", "0");
    TRY(record_save(&c, &account_record, row, row->rev));
    TRY(session_close_in(&c.tx, s.account, NULL, s.id));
    TRY(throttle_good(&c.tx, arena_printf(a, "proof of %lld", (long long)s.account), s.address));
    TRY(session_token(&c.tx, token, fresh));
    TRY(change_commit(&c));
    memcpy(token_out, fresh, SESSION_TOKEN);
    return NULL;
}
