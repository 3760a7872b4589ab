/* session.c: sessions. The table holds the SHA-256 of the token, so a stolen database opens no session. */
#include "auth/auth.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"

#define HOUR_MS ((int64_t)3600 * 1000)
enum { IDLE_HOURS = 12, LONGEST_HOURS = 72, SEEN_STEP_MINUTES = 10 };

/* A hash of no password: a sign-in with an unknown name costs as much as one with a wrong password. */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void digest(const char *token, char out[65])
{
    unsigned char md[32];
    unsigned n = 0;
    EVP_Digest(token, strlen(token), md, &n, EVP_sha256(), NULL);
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 32; i++) {
        out[2 * i] = hex[md[i] >> 4];
        out[2 * i + 1] = hex[md[i] & 15];
    }
    out[64] = '\0';
}

struct found {
    int64_t id;
    const char *hash;
};

static struct err *find(struct db *db, struct arena *a, const char *username, struct found *out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(username)};
    TRY(db_query(
        &tx, "SELECT id, password FROM auth_account WHERE username = ?1 AND ended = 0 AND coalesce(disabled, 0) = 0",
        args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = more ? (struct found){db_col_int(&rows, 0), arena_strdup(a, db_col_text(&rows, 1))} : (struct found){0};
    return NULL;
}

struct err *session_begin(struct db *db, struct arena *a, const char *username, const char *password,
                          char token_out[SESSION_TOKEN])
{
    struct found who = {0};
    TRY(find(db, a, username, &who));
    bool right = password_right(who.id != 0 ? who.hash : nobody, password);
    if (who.id == 0 || !right)
        return err_say(ERR(a, ERR_LOGIN, "wrong name or password"), "auth.wrong", NULL);
    rand_hex(token_out, 32);
    char hash[65];
    digest(token_out, hash);
    int64_t now = clock_now_ms();
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val old[] = {db_int(now - LONGEST_HOURS * HOUR_MS)};
    TRY(db_run(&tx, "DELETE FROM auth_session WHERE begun < ?1", old, 1, NULL));
    struct db_val args[] = {db_text(hash), db_int(who.id), db_int(now)};
    TRY(db_run(&tx, "INSERT INTO auth_session (token, account, begun, seen) VALUES (?1, ?2, ?3, ?3)", args, 3, NULL));
    return db_commit(&tx);
}

/* Notes use at most every few minutes, so that reading pages writes almost nothing. */
static struct err *note_seen(struct db *db, struct arena *a, const char *hash, int64_t now)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val args[] = {db_int(now), db_text(hash)};
    TRY(db_run(&tx, "UPDATE auth_session SET seen = ?1 WHERE token = ?2", args, 2, NULL));
    return db_commit(&tx);
}

static struct err *lookup(struct db *db, struct arena *a, const char *hash, int64_t now, struct who **out,
                          int64_t *seen)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(hash), db_int(now - IDLE_HOURS * HOUR_MS), db_int(now - LONGEST_HOURS * HOUR_MS)};
    TRY(db_query(&tx,
                 "SELECT u.id, u.name, u.role, s.seen FROM auth_session s JOIN auth_account u ON u.id = s.account"
                 " WHERE s.token = ?1 AND s.seen > ?2 AND s.begun > ?3 AND u.ended = 0 AND coalesce(u.disabled, 0) = 0",
                 args, 3, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    *seen = db_col_int(&rows, 3);
    *out = account_office(a, db_col_int(&rows, 0), arena_strdup(a, db_col_text(&rows, 1)),
                          arena_strdup(a, db_col_text(&rows, 2)));
    return NULL;
}

struct err *session_who(struct db *db, struct arena *a, const char *token, const struct who **out,
                        const char **role_out)
{
    char hash[65];
    digest(token, hash);
    int64_t now = clock_now_ms(), seen = 0;
    struct who *w = NULL;
    TRY(lookup(db, a, hash, now, &w, &seen));
    if (w != NULL && now - seen > SEEN_STEP_MINUTES * 60000)
        TRY(note_seen(db, a, hash, now));
    *out = w;
    *role_out = w == NULL ? NULL : w->role;
    return NULL;
}

struct err *session_end(struct db *db, struct arena *a, const char *token)
{
    char hash[65];
    digest(token, hash);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val args[] = {db_text(hash)};
    TRY(db_run(&tx, "DELETE FROM auth_session WHERE token = ?1", args, 1, NULL));
    return db_commit(&tx);
}
