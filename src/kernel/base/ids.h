/* ids.h: the two numbers people and bodies are known by.
 *   citizen id   GB 11643: 18 characters, the last by ISO 7064 MOD 11-2. Kept in one spelling: half-width, capital X,
 *                no blanks around. A 15-digit number of before 1999 is brought to 18 by the rule 19 + YYMMDD and a
 *                computed check character, and said to be one (`old15`): one person must not get two records.
 *   credit code  GB 32100-2015: 18 of 31 characters, weights 3^i mod 31. Kept in capitals, half-width.
 * Blanks inside, hyphens and other characters are refused, never dropped. Whether an area code is on the list of
 * divisions is a question of its own (ids_area), since old numbers carry codes long gone. */
#ifndef QF_BASE_IDS_H
#define QF_BASE_IDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"

enum ids_fault {
    IDS_RIGHT,
    IDS_EMPTY,
    IDS_LENGTH,    /* not 18 (or, of old, 15) characters */
    IDS_CHARACTER, /* one that cannot stand there */
    IDS_DATE,      /* no such day, or not yet */
    IDS_CHECK,     /* the check character is wrong: a slip of the pen */
    IDS_REGISTRAR, /* credit code: no such registrar */
    IDS_FAULTS
};
/* "length" ...: the last part of a message key (ids.length); static. "right" for IDS_RIGHT. */
const char *ids_fault_name(enum ids_fault f);

struct ids_citizen {
    char value[20]; /* the one spelling; when wrong: as given, blanks cut, at most 19 bytes of whole characters */
    enum ids_fault fault;
    bool old15;        /* was the 15-digit form */
    bool respelt;      /* full-width, lower-case or blanks were put right */
    struct date birth; /* these two only when right */
    char sex;          /* 'M' or 'F' */
};
/* text: n bytes of UTF-8 (a NUL among them is a wrong character). today: a birth after it is wrong; DATE_UNKNOWN asks
 * nothing. out is always filled. Returns out->fault == IDS_RIGHT. */
bool ids_citizen_read(const char *text, size_t n, struct date today, struct ids_citizen *out);
/* The check character of 17 digits. */
char ids_citizen_check(const char digits[17]);

struct ids_credit {
    char value[20];
    enum ids_fault fault;
    bool respelt;
    bool organization_right; /* characters 9-17 also pass GB 11714; codes that do not exist, so this is a doubt only */
};
bool ids_credit_read(const char *text, size_t n, struct ids_credit *out);
char ids_credit_check(const char chars[17]); /* 0 when a character is not of the 31 */

enum ids_area {
    IDS_AREA_KNOWN,
    IDS_AREA_FORMER,   /* was a division once */
    IDS_AREA_INVENTED, /* 990103 or 999xxx and invented_allowed */
    IDS_AREA_UNKNOWN
};
/* code: six digits. invented_allowed is the setting that lets demo and test data through. */
enum ids_area ids_area(const char code[6], bool invented_allowed);

#endif
