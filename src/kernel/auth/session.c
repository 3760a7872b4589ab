/* session.c: sessions. The table holds the SHA-256 of the token, so a stolen database opens no session. */
#include <stdlib.h>
#include <string.h>

#include "auth/inner.h"
#include "base/clock.h"
#include "base/rand.h"

enum { MINUTE_MS = 60000, IDLE_MINUTES = 120, LONGEST_HOURS = 12, SEEN_STEP = 10 * MINUTE_MS, LIST_MOST = 200 };

/* A hash of no password: a sign-in with an unknown name costs as much as one with a wrong password. */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

void auth_digest(const char *text, char out[AUTH_DIGEST])
{
    sha256_hex(text, strlen(text), out);
}

struct found {
    int64_t id;
    const char *hash;
    bool enrolled;
};

static struct err *find(struct db *db, struct arena *a, const char *username, struct found *out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(username)};
    TRY(db_query(&tx,
                 "SELECT id, password, totp FROM auth_account"
                 " WHERE username = ?1 AND ended = 0 AND coalesce(disabled, 0) = 0",
                 args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = more ? (struct found){db_col_int(&rows, 0), arena_strdup(a, db_col_text(&rows, 1)), !db_col_null(&rows, 2)}
                : (struct found){0};
    return NULL;
}

static struct err *setting_number(struct db_tx *tx, const char *name, int64_t none, int64_t least, int64_t most,
                                  int64_t *out)
{
    const char *text;
    TRY(setting_get(tx, name, NULL, &text));
    int64_t n = text != NULL ? strtoll(text, NULL, 10) : none;
    *out = n < least ? least : n > most ? most : n;
    return NULL;
}

static struct err *make(struct db_tx *tx, int64_t account, const struct session_try *from, bool proved,
                        char token_out[SESSION_TOKEN])
{
    char token[SESSION_TOKEN], hash[AUTH_DIGEST], id[17];
    int64_t now = clock_now_ms(), idle, longest;
    TRY(setting_number(tx, "session_idle", IDLE_MINUTES, 5, 24 * 60, &idle));
    TRY(setting_number(tx, "session_longest", LONGEST_HOURS, 1, 7 * 24, &longest));
    rand_hex(token, 32);
    rand_hex(id, 8);
    auth_digest(token, hash);
    struct db_val old[] = {db_int(now)};
    TRY(db_run(tx, "DELETE FROM auth_login WHERE ends < ?1", old, 1, NULL));
    struct db_val args[] = {db_text(hash),
                            db_text(id),
                            db_int(account),
                            db_int(now),
                            db_int(idle * MINUTE_MS),
                            db_int(now + longest * 60 * MINUTE_MS),
                            db_int(proved ? now : 0),
                            db_text(from->address != NULL ? from->address : ""),
                            db_text(from->device != NULL ? arena_strndup(tx->arena, from->device, 200) : "")};
    TRY(db_run(tx,
               "INSERT INTO auth_login (token, id, account, office, begun, seen, idle, ends, second, proved, address,"
               " device) VALUES (?1, ?2, ?3, 0, ?4, ?4, ?5, ?6, 0, ?7, ?8, ?9)",
               args, 9, NULL));
    memcpy(token_out, token, SESSION_TOKEN);
    return NULL;
}

struct err *session_begin(struct db *db, struct arena *a, const struct session_try *t, char token_out[SESSION_TOKEN])
{
    struct found who = {0};
    char token[SESSION_TOKEN];
    TRY(throttle_enter(db, a, t->username, t->address));
    TRY(find(db, a, t->username, &who));
    bool set = who.id != 0 && strncmp(who.hash, "$argon2id$", 10) == 0; /* else its one-time code was not used yet */
    bool right = password_right(set ? who.hash : nobody, t->password);
    if (!set || !right)
        return err_say(ERR(a, ERR_LOGIN, "wrong name or password"), "auth.wrong", NULL);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(throttle_good(&tx, t->username, t->address));
    TRY(make(&tx, who.id, t, !who.enrolled, token));
    TRY(db_commit(&tx));
    memcpy(token_out, token, SESSION_TOKEN);
    return NULL;
}

struct err *session_make(struct db *db, struct arena *a, int64_t account, const struct session_try *from,
                         char token_out[SESSION_TOKEN])
{
    char token[SESSION_TOKEN];
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(make(&tx, account, from, false, token));
    TRY(db_commit(&tx));
    memcpy(token_out, token, SESSION_TOKEN);
    return NULL;
}

/* Notes use at most every few minutes, so that reading pages writes almost nothing. */
static struct err *note_seen(struct db *db, struct arena *a, const char *hash, int64_t now)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val args[] = {db_int(now), db_text(hash)};
    TRY(db_run(&tx, "UPDATE auth_login SET seen = ?1 WHERE token = ?2", args, 2, NULL));
    return db_commit(&tx);
}

static const char *text_at(struct arena *a, const struct db_rows *rows, int col)
{
    const char *s = db_col_text(rows, col);
    return s != NULL ? arena_strdup(a, s) : "";
}

static enum session_need need_of(bool enrolled, bool second, bool must_change, bool asked)
{
    if (enrolled && !second)
        return SESSION_CODE;
    if (must_change)
        return SESSION_PASSWORD;
    return asked && !enrolled ? SESSION_ENROL : SESSION_OPEN;
}

#define COLUMNS                                                                                                     \
    "SELECT s.id, s.account, s.office, u.username, u.name, u.member, u.totp, s.second, coalesce(u.must_change, 0)," \
    " s.begun, s.seen, s.proved, s.address, s.device, s.idle, (SELECT value FROM kernel_setting"                    \
    " WHERE name = 'second_factor' AND ended = 0) FROM auth_login s JOIN auth_account u ON u.id = s.account"        \
    " WHERE u.ended = 0 AND coalesce(u.disabled, 0) = 0 AND s.ends > ?1 AND s.seen + s.idle > ?1"

/* Enrolment is asked for while this holds: an office of the person wants a second factor and the house insists. */
static void take(struct arena *a, const struct db_rows *rows, bool asked, struct session *out)
{
    const char *factor = db_col_text(rows, 15);
    bool enrolled = !db_col_null(rows, 6), offered = factor != NULL && strcmp(factor, "offered") == 0;
    *out = (struct session){.id = text_at(a, rows, 0),
                            .account = db_col_int(rows, 1),
                            .office = db_col_int(rows, 2),
                            .username = text_at(a, rows, 3),
                            .name = text_at(a, rows, 4),
                            .member = db_col_int(rows, 5),
                            .enrolled = enrolled,
                            .second = enrolled && db_col_int(rows, 7) != 0,
                            .begun = db_col_int(rows, 9),
                            .seen = db_col_int(rows, 10),
                            .proved = db_col_int(rows, 11),
                            .address = text_at(a, rows, 12),
                            .device = text_at(a, rows, 13)};
    out->need = need_of(enrolled, db_col_int(rows, 7) != 0, db_col_int(rows, 8) != 0, !offered && asked);
}

static struct err *second_asked(struct db_tx *tx, int64_t account, bool *out)
{
    struct office *all;
    int n;
    *out = false;
    TRY(office_list(tx, account, clock_today(), &all, &n));
    for (int i = 0; i < n; i++)
        *out |= auth_second_factor(all[i].role);
    return NULL;
}

static struct err *lookup(struct db_tx *tx, const char *hash, int64_t now, struct session *out, int64_t *idle)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(now), db_text(hash)};
    TRY(db_query(tx, COLUMNS " AND s.token = ?2", args, 2, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = (struct session){0};
    if (!more)
        return NULL;
    take(tx->arena, &rows, true, out);
    *idle = db_col_int(&rows, 14);
    db_rows_end(&rows);
    bool asked = true;
    if (out->need == SESSION_ENROL)
        TRY(second_asked(tx, out->account, &asked));
    if (!asked)
        out->need = SESSION_OPEN;
    return NULL;
}

static struct err *find_session(struct db *db, struct arena *a, const char *token, struct session *out,
                                struct who **who_out)
{
    char hash[AUTH_DIGEST];
    auth_digest(token, hash);
    int64_t now = clock_now_ms(), idle = 0;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(lookup(&tx, hash, now, out, &idle));
        if (who_out != NULL && out->id != NULL && out->need == SESSION_OPEN)
            TRY(office_who(&tx, out->account, out->name, out->member, out->office, who_out));
    }
    if (out->id != NULL && now - out->seen > (idle / 6 < SEEN_STEP ? idle / 6 : SEEN_STEP))
        TRY(note_seen(db, a, hash, now));
    return NULL;
}

struct err *session_find(struct db *db, struct arena *a, const char *token, struct session *out)
{
    return find_session(db, a, token, out, NULL);
}

struct err *session_who(struct db *db, struct arena *a, const char *token, const struct who **out)
{
    struct session s;
    struct who *w = NULL;
    TRY(find_session(db, a, token, &s, &w));
    if (w != NULL) {
        w->session = s.id;
        w->proved = s.proved;
        w->second = s.second;
    }
    *out = w;
    return NULL;
}

struct err *session_office(struct db *db, struct arena *a, const struct who *who, int64_t office)
{
    struct office *all;
    int n;
    bool held = false;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(office_list(&tx, who->account, clock_today(), &all, &n));
    for (int i = 0; i < n; i++)
        held |= all[i].id == office;
    if (!held)
        return ERR(a, ERR_MISSING, "account %lld does not hold office %lld", (long long)who->account,
                   (long long)office);
    struct db_val args[] = {db_int(office), db_int(who->account), db_text(who->session)};
    TRY(db_run(&tx, "UPDATE auth_login SET office = ?1 WHERE account = ?2 AND id = ?3", args, 3, NULL));
    return db_commit(&tx);
}

struct err *session_end(struct db *db, struct arena *a, const char *token)
{
    char hash[AUTH_DIGEST];
    auth_digest(token, hash);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val args[] = {db_text(hash)};
    TRY(db_run(&tx, "DELETE FROM auth_login WHERE token = ?1", args, 1, NULL));
    return db_commit(&tx);
}

struct err *session_token(struct db_tx *tx, const char *token, char token_out[SESSION_TOKEN])
{
    char old[AUTH_DIGEST], hash[AUTH_DIGEST], fresh[SESSION_TOKEN];
    int64_t n = 0;
    auth_digest(token, old);
    rand_hex(fresh, 32);
    auth_digest(fresh, hash);
    struct db_val args[] = {db_text(hash), db_text(old)};
    TRY(db_run(tx, "UPDATE auth_login SET token = ?1 WHERE token = ?2", args, 2, &n));
    if (n != 1)
        return ERR(tx->arena, ERR_LOGIN, "the session ended meanwhile");
    memcpy(token_out, fresh, SESSION_TOKEN);
    return NULL;
}

struct err *session_renew(struct db *db, struct arena *a, const char *token, char token_out[SESSION_TOKEN])
{
    char fresh[SESSION_TOKEN];
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(session_token(&tx, token, fresh));
    TRY(db_commit(&tx));
    memcpy(token_out, fresh, SESSION_TOKEN);
    return NULL;
}

struct err *session_list(struct db *db, struct arena *a, int64_t account, struct session **out, int *n_out)
{
    struct session *list = arena_array(a, struct session, LIST_MOST);
    int n = 0;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(clock_now_ms()), db_int(account)};
    TRY(db_query(&tx, COLUMNS " AND s.account = ?2 ORDER BY s.begun DESC, s.id LIMIT 200", args, 2, &rows));
    for (bool more = true; n < LIST_MOST; n++) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        take(a, &rows, false, &list[n]);
    }
    *out = list;
    *n_out = n;
    return NULL;
}

struct err *session_close_in(struct db_tx *tx, int64_t account, const char *id, const char *keep)
{
    struct db_val args[] = {db_int(account), db_text(id != NULL ? id : keep != NULL ? keep : "")};
    return db_run(tx,
                  id != NULL ? "DELETE FROM auth_login WHERE account = ?1 AND id = ?2"
                             : "DELETE FROM auth_login WHERE account = ?1 AND id <> ?2",
                  args, 2, NULL);
}

struct err *session_close(struct db *db, struct arena *a, int64_t account, const char *id, const char *keep)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(session_close_in(&tx, account, id, keep));
    return db_commit(&tx);
}
