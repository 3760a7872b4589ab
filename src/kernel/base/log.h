/* log.h: lines for whoever runs the server, to stderr, one event a line. No personal data: ids, not names. */
#ifndef QF_BASE_LOG_H
#define QF_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_line(enum log_level level, const char *fmt, ...) LIKE_PRINTF(2, 3);
/* The error's kind, detail and trail. `what` says what was being done. */
void log_err(const char *what, const struct err *e);
void log_set_level(enum log_level least);

#endif
