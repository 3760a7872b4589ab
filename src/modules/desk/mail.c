/* mail.c: the mail (RFC 5322, text in base64) and the webhook's JSON. Both say "you have n matters" in the person's
 * language; neither names a matter, a person, an office or an address of the system. */
#include "desk/mail.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/keys.h"
#include "modules/desk/queries.h"
#include "view/messages.h"

enum { LINE = 57 }; /* bytes that make 76 letters */

static void base64_lines(struct buf *b, const char *text)
{
    char line[LINE / 3 * 4 + 1];
    for (size_t n = strlen(text), at = 0; at < n; at += LINE) {
        int take = n - at < LINE ? (int)(n - at) : LINE;
        EVP_EncodeBlock((unsigned char *)line, (const unsigned char *)text + at, take);
        buf_printf(b, "%s\r\n", line);
    }
}

static void date_line(struct buf *b)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = (time_t)(clock_now_ms() / 1000);
    struct tm t;
    gmtime_r(&now, &t);
    buf_printf(b, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
               t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static const char *mail_text(struct arena *a, const struct outbox_ways *ways, const struct desk_q_ready *m,
                             enum lang lang, const char *says)
{
    struct buf b = BUF(a);
    char subject[512];
    EVP_EncodeBlock((unsigned char *)subject, (const unsigned char *)says, (int)strlen(says));
    buf_printf(&b, "From: <%s>\r\nTo: <%s>\r\nSubject: =?UTF-8?B?%s?=\r\n", ways->mail_from, m->mail, subject);
    date_line(&b);
    /* the same at every try: a reader that has it already can tell */
    buf_printf(&b, "Message-ID: <sending.%lld.%s>\r\n", (long long)m->id, ways->mail_from);
    buf_puts(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: base64\r\n\r\n");
    base64_lines(&b, arena_printf(a, "%s\r\n%s\r\n", says, text_get(lang, "desk.delivery.sign_in")));
    return buf_str(&b);
}

static const char *hook_text(struct arena *a, const struct desk_q_ready *m, const char *says)
{
    struct buf b = BUF(a);
    buf_puts(&b, "{\"to\":");
    buf_json(&b, m->username);
    buf_printf(&b, ",\"count\":%lld,\"text\":", (long long)m->n);
    buf_json(&b, says);
    buf_putc(&b, '}');
    return buf_str(&b);
}

struct err *mail_write(struct arena *a, const struct outbox_ways *ways, const struct desk_q_ready *m, struct post *out)
{
    enum lang lang = strcmp(m->lang, "en") == 0 ? LANG_EN : LANG_ZH;
    const char *n = arena_printf(a, "%lld", (long long)m->n);
    const char *says = text_format(a, lang, m->n == 1 ? "desk.delivery.one" : "desk.delivery.many", "n", n, NULL);
    *out = (struct post){.key = arena_printf(a, "sending-%lld", (long long)m->id), .seconds = ways->seconds};
    if (strcmp(m->channel, "webhook") == 0) {
        out->url = ways->webhook;
        out->body = hook_text(a, m, says);
        return NULL;
    }
    size_t size;
    char *password = NULL;
    if (ways->mail_user != NULL)
        TRY(keys_get(a, "mail_password", &password, &size));
    if (password != NULL)
        password[strcspn(password, "\r\n")] = '\0';
    out->url = ways->mail_server;
    out->user = ways->mail_user;
    out->password = password;
    out->from = ways->mail_from;
    out->to = m->mail;
    out->body = mail_text(a, ways, m, lang, says);
    return NULL;
}
