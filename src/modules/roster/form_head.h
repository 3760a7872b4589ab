/* form_head.h: the head of a period, "date separator end", at some place of a text. Inside the resume's grammar only.
 */
#ifndef QF_ROSTER_FORM_HEAD_H
#define QF_ROSTER_FORM_HEAD_H

#include <stdbool.h>

#include "base/date.h"

struct stamp {
    struct date date;
    bool wrong; /* digits that are no date: 1975.13 */
    bool year_only;
};
struct head {
    struct stamp start, end;
    bool open;    /* to date, by a word or by nothing */
    bool no_mark; /* nothing stood between the dates, or behind the first */
    bool by_word; /* an end was written: a date or 至今 */
    const char *text;
};

/* A head at s. strict: inside a text, where a lone date or a lost separator does not count. */
bool head_read(const char *s, bool strict, struct head *h);
/* A date at *s, which moves past it. */
bool head_stamp(const char **s, struct stamp *out);

/* Characters of the grammar; texts are terminated. */
int head_char(const char *s, int *used);
bool head_opens(int c); /* brackets of any width and kind */
bool head_closes(int c);
const char *head_skip_blanks(const char *s, int *columns); /* columns: full-width count 2, tabs 8; may be NULL */
const char *head_skip_lead(const char *s);                 /* blanks and the marks that may follow a head */
bool head_word(const char **s, const char *word);          /* moves past it when it stands there */
int head_digits(const char **s, int most, int *n);         /* -1: none, or more than most */

#endif
