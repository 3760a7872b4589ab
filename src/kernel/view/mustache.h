/* mustache.h: Mustache over jansson values (specification 1.4: all required modules, inheritance and dynamic names;
 * lambdas are refused when a template is compiled, C has none).
 *
 * A template is compiled once for one language and is never changed afterwards: rendering takes no lock. On top of the
 * specification stand reserved first names, resolved when the template is compiled (only with a set that has texts):
 *   {{t.some.key}}           the text of that key in the language of the set; {name} in the text becomes the value of
 *                            `name` in the data, escaped. {{{t.some.key}}} for texts that hold trusted markup.
 *   {{asset.qingfeng.css}}   the address of an embedded asset
 *   {{as_date.x}}            the ISO date x as people write it: 2026.11.23, 23 Nov 2026; partial stays partial
 *   {{as_long_date.x}}       2026年11月23日, 23 November 2026
 *   {{as_time.x}}            UTC milliseconds as day and minute in the zone
 *   {{as_number.x}}          thousands with a thin gap
 *   {{as_name.x}}            a two-character Han name widened by one full-width space
 *   {{as_code.LIST:x}}       the name of code x of a code list (record/codes.h)
 *
 * False are: missing, null, false, "", 0 and the empty list. */
#ifndef QF_VIEW_MUSTACHE_H
#define QF_VIEW_MUSTACHE_H

#include <jansson.h>

#include "base/buf.h"
#include "view/messages.h"

enum { MUSTACHE_DEPTH = 100 }; /* sections and partials inside each other; deeper is ERR_LIMIT */

struct mustache;     /* one compiled template */
struct mustache_set; /* templates that may name each other as partials */

/* The source of a template by name, NULL when there is none (which renders as nothing); borrowed, kept by the set. */
typedef const char *mustache_source_fn(const void *ctx, const char *name, size_t *n_out);

/* A set in arena a, which must outlive it. lang: LANGS for plain Mustache without the reserved names. */
struct mustache_set *mustache_set_new(struct arena *a, enum lang lang, mustache_source_fn *source, const void *ctx);
/* Compiles a template and every partial it names. *out is NULL when no source has that name. ERR_FAULT naming template
 * and line when a tag is not closed, not known or closes another. Not to be called while other threads render. */
struct err *mustache_load(struct mustache_set *set, const char *name, const struct mustache **out) MUST_USE;
/* What was loaded before; NULL when nothing has that name. Any thread. */
const struct mustache *mustache_find(const struct mustache_set *set, const char *name);

/* Renders with contexts[0] at the bottom of the stack. Errors (depth) live in out's arena. */
struct err *mustache_render(const struct mustache *m, json_t *const *contexts, int n_contexts,
                            struct buf *out) MUST_USE;
/* Renders only the block `name` given to the parent of m ({{<layout}}{{$name}}..{{/name}}{{/layout}}); *found is false
 * and nothing is written when m gives no such block. */
struct err *mustache_render_block(const struct mustache *m, const char *name, json_t *const *contexts, int n_contexts,
                                  struct buf *out, bool *found) MUST_USE;

#endif
