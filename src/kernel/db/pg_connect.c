/* pg_connect.c: reaching a PostgreSQL server, and what its errors mean. Values of rows stay out of details: of a
 * message only the primary line is kept. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/pg.h"

enum { DIAL_MS = 10000 };

static enum err_kind kind_of(const char *state)
{
    static const struct {
        const char *state; /* a whole SQLSTATE or its beginning */
        enum err_kind kind;
    } known[] = {{"23505", ERR_CONFLICT}, {"40001", ERR_CONFLICT}, {"40P01", ERR_CONFLICT}, {"53100", ERR_LIMIT},
                 {"53", ERR_BUSY},        {"55P03", ERR_BUSY},     {"57P", ERR_BUSY},       {"57014", ERR_BUSY},
                 {"08", ERR_BUSY},        {"22021", ERR_INVALID},  {"22P05", ERR_INVALID}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(state, known[i].state, strlen(known[i].state)) == 0)
            return known[i].kind;
    return ERR_FAULT;
}

static struct err *say_kind(struct err *e)
{
    if (e->kind == ERR_LIMIT)
        return err_say(e, "db.disk_full", NULL);
    return e->kind == ERR_BUSY ? err_say(e, "db.busy", NULL) : e;
}

/* libpq's messages end with a newline and may have several lines. */
static const char *first_line(struct arena *a, const char *text)
{
    return arena_strndup(a, text, strcspn(text, "\n"));
}

struct err *pg_err(struct pg *c, struct arena *a, const char *here, PGresult *r, const char *sql)
{
    const char *state = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *text = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    if (text == NULL || *text == '\0')
        text = PQerrorMessage(c->h);
    enum err_kind kind = state != NULL ? kind_of(state) : PQstatus(c->h) == CONNECTION_BAD ? ERR_BUSY : ERR_FAULT;
    struct err *e = err_make(a, kind, here, "postgresql %s: %s (%s)", state == NULL ? "-" : state, first_line(a, text),
                             sql == NULL ? "" : db_short(a, sql));
    PQclear(r);
    return say_kind(e);
}

static bool answered(PGconn *h)
{
    int64_t until = clock_mono_us() / 1000 + DIAL_MS;
    for (PostgresPollingStatusType st = PGRES_POLLING_WRITING;;) {
        int64_t left = until - clock_mono_us() / 1000;
        if (st == PGRES_POLLING_OK || st == PGRES_POLLING_FAILED || left <= 0)
            return st == PGRES_POLLING_OK;
        struct pollfd fd = {.fd = PQsocket(h), .events = st == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        poll(&fd, 1, (int)left);
        if (fd.revents != 0)
            st = PQconnectPoll(h);
    }
}

/* With PQERRORS_VERBOSE the SQLSTATE stands in the message of a refused connection: "FATAL:  28P01: ...", the first
 * word in the server's language. */
static const char *state_in(const char *text)
{
    for (const char *s = text; (s = strstr(s, ":  ")) != NULL; s += 3)
        if (strspn(s + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && s[8] == ':')
            return s + 3;
    return "";
}

static struct err *not_connected(struct db_pool *p, struct arena *a, PGconn *h)
{
    const char *text = PQerrorMessage(h), *url = arena_strdup(a, p->shown), *state = state_in(text);
    const char *detail = *text == '\0' ? "no answer" : first_line(a, *state != '\0' ? state : text);
    enum err_kind kind = *state == '\0' ? ERR_BUSY : strncmp(state, "3D000", 5) == 0 ? ERR_MISSING : kind_of(state);
    const char *say = kind == ERR_MISSING ? "db.no_database"
                      : kind == ERR_FAULT ? "db.refused"
                      : kind == ERR_LIMIT ? "db.disk_full"
                      : *state != '\0'    ? "db.busy"
                                          : "db.no_server";
    return err_say(ERR(a, kind, "%s: %s", url, detail), say, "url", url, NULL);
}

static void no_notice(void *arg, const PGresult *r)
{
    (void)arg;
    (void)r;
}

static struct err *settle(struct db_pool *p, struct arena *a, PGconn *h)
{
    const char *encoding = PQparameterStatus(h, "server_encoding");
    if (encoding != NULL && strcmp(encoding, "UTF8") != 0)
        return err_say(ERR(a, ERR_INVALID, "%s: the database's encoding is %s", p->shown, encoding), "db.not_utf8",
                       "url", arena_strdup(a, p->shown), NULL);
    /* jit: compiling costs more than it wins on our queries of some milliseconds */
    PGresult *r = PQexec(h, "SET DateStyle = 'ISO'; SET TimeZone = 'UTC'; SET bytea_output = 'hex';"
                            "SET standard_conforming_strings = on; SET lock_timeout = '30s'; SET jit = off;"
                            "SET client_min_messages = 'warning'");
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return ok ? NULL : not_connected(p, a, h);
}

struct err *pg_dial(struct db_pool *p, struct arena *a, PGconn **out)
{
    const char *const keys[] = {"dbname", "client_encoding", "fallback_application_name", NULL};
    const char *const values[] = {p->url, "UTF8", "qingfeng", NULL};
    PGconn *h = PQconnectStartParams(keys, values, 1);
    struct err *e = NULL;
    if (h != NULL) {
        PQsetErrorVerbosity(h, PQERRORS_VERBOSE);
        PQsetNoticeReceiver(h, no_notice, NULL);
    }
    if (h == NULL || PQstatus(h) == CONNECTION_BAD || !answered(h))
        e = not_connected(p, a, h);
    else
        e = settle(p, a, h);
    if (e != NULL) {
        PQfinish(h);
        return e;
    }
    PQsetErrorVerbosity(h, PQERRORS_DEFAULT);
    *out = h;
    return NULL;
}

static const char *option(const PQconninfoOption *all, const char *key)
{
    for (; all->keyword != NULL; all++)
        if (strcmp(all->keyword, key) == 0 && all->val != NULL && *all->val != '\0')
            return all->val;
    return NULL;
}

/* For people and logs: who, where, which database; nothing else of the address. */
struct err *postgres_pool(struct db_pool *p, struct arena *a)
{
    char *why = NULL;
    PQconninfoOption *all = PQconninfoParse(p->url, &why);
    if (all == NULL) {
        /* libpq's message would quote the address with its password */
        PQfreemem(why);
        return err_say(ERR(a, ERR_INVALID, "not a valid postgresql:// address"), "db.bad_url", "url",
                       "postgresql://...", NULL);
    }
    const char *user = option(all, "user"), *host = option(all, "host"), *port = option(all, "port");
    const char *base = option(all, "dbname");
    bool socket = host != NULL && *host == '/';
    struct buf b = BUF(a);
    buf_printf(&b, "postgresql://%s%s%s%s%s", user == NULL ? "" : user, user == NULL ? "" : "@",
               host == NULL || socket ? "" : host, port == NULL ? "" : ":", port == NULL ? "" : port);
    buf_printf(&b, "/%s%s%s", base == NULL ? "" : base, socket ? "?host=" : "", socket ? host : "");
    p->shown = db_copy(buf_str(&b));
    PQconninfoFree(all);
    return NULL;
}
