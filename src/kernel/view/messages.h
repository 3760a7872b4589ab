/* messages.h: the sentences of the program by key, in two languages, from every embedded FOLDER/text.zh-CN and
 * FOLDER/text.en: `key = sentence with {name}` a line, # begins a comment line. Keys are written in full and begin with
 * the folder's name (kernel folders may name another area). Read once; afterwards any thread may ask without a lock. */
#ifndef QF_VIEW_MESSAGES_H
#define QF_VIEW_MESSAGES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum lang { LANG_ZH, LANG_EN, LANGS };

const char *lang_tag(enum lang lang); /* "zh-CN", "en" */

/* Reads all embedded texts; later calls do nothing. Called by everything here, so only speed asks for an early call. */
void text_init(void);
/* The sentence; the key itself when there is none, which is logged once. Static. */
const char *text_get(enum lang lang, const char *key);
bool text_has(enum lang lang, const char *key);
/* The sentence with {name} replaced by the values of the pairs name, value, ... NULL; arena. */
char *text_format(struct arena *a, enum lang lang, const char *key, ...) __attribute__((sentinel));
/* The sign between two parts of a text as each language sets it, with its blank: ： or ": "; static. */
enum sign { SIGN_COLON, SIGN_COMMA, SIGN_LIST /* 、 between words of a list */, SIGN_SEMICOLON };
const char *text_sign(enum lang lang, enum sign sign);
/* What an error says to a person: its own sentence with its arguments, else its kind's (`err.missing`); arena. */
char *text_err(struct arena *a, enum lang lang, const struct err *e);

/* Every key of a language in byte order: fn(ctx, key, sentence, folder). */
void text_each(enum lang lang, void (*fn)(void *ctx, const char *key, const char *say, const char *folder), void *ctx);
/* Keys that stand twice in one language, in order of reading; NULL-terminated, static. For the lint. */
const char *const *text_doubles(enum lang lang);

#endif
