/* feed.h: the private calendar of deadlines (.ics, RFC 5545): an address with a token, made and withdrawn by its
 * person, that tells days and numbers of matters and no more. It ends with the office, the account, or the token. */
#ifndef QF_DESK_FEED_H
#define QF_DESK_FEED_H

#include "base/buf.h"
#include "record/record.h"
#include "view/messages.h"
#include "web/web.h"

extern const struct record desk_feed; /* desk.feed: its token kept as a hash */

struct err *feed_make(struct change *c, enum lang lang,
                      char **token_out) MUST_USE;                 /* for c->who in his office; arena */
struct err *feed_withdraw(struct change *c, int64_t id) MUST_USE; /* ERR_MISSING for another's */
/* One content line: folded at 75 bytes, never inside a character, with CRLF. value is escaped when it is text. */
void feed_line(struct buf *b, const char *name, const char *value, bool text);

struct err *desk_feed_get(struct req *rq) MUST_USE; /* GET /desk/ics/{token} */

#endif
