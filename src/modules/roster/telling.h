/* telling.h: facts and conditions over them in words, for people who do not read the expression language. */
#ifndef QF_ROSTER_TELLING_H
#define QF_ROSTER_TELLING_H

#include "facts/facts.h"
#include "view/messages.h"

/* What a fact is called: the text roster.fact.SUBJECT.FACT, else the label of the field it is read from; static or
 * arena. subject, fact: in the world. */
const char *telling_fact(struct arena *a, enum lang lang, int subject, int fact);
/* A value as people write it: names of codes, dates, "yes"; unknown and none are words. References give NULL. */
const char *telling_value(struct arena *a, enum lang lang, const struct fact *f, struct expr_value v);
void telling_put(struct buf *out, enum lang lang, const struct fact *f, struct expr_value v); /* the same, written */
/* A condition about `subject` in its canonical spelling, piece by piece in words; arena. */
char *telling_condition(struct arena *a, enum lang lang, int subject, const char *text);
/* A code as expressions write it: its key bare where that cannot be taken for something else, else quoted; arena. */
const char *telling_code(struct arena *a, int subject, const char *list, int pos);
/* "10 年 6 个月" of so many months; arena. */
void telling_put_months(struct buf *out, enum lang lang, int months);
void telling_put_age(struct buf *out, enum lang lang, int years); /* "45 岁" */
const char *telling_months(struct arena *a, enum lang lang, int months);

#endif
