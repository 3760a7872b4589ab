/* ids.c: see ids.h. */
#include "base/ids.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/utf8.h"

const char *ids_fault_name(enum ids_fault f)
{
    static const char *const names[IDS_FAULTS] = {"right", "empty", "length",   "character",
                                                  "date",  "check", "registrar"};
    return names[f];
}

static bool blank(int c)
{
    return utf8_blank(c) || utf8_line_end(c) || (c != 0 && utf8_hidden(c));
}

/* Cuts blanks at both ends, makes full-width half-width and small letters capitals. Returns the number of characters;
 * `foreign` says whether one of them is not printable ASCII. */
static size_t respell(const char *text, size_t n, char out[20], bool *respelt, bool *foreign)
{
    size_t from = 0, to = 0, chars = 0, at = 0;
    int used = 1;
    bool begun = false;
    for (size_t i = 0; i < n; i += (size_t)used) {
        if (blank(utf8_get(text + i, n - i, &used)))
            continue;
        if (!begun)
            from = i;
        begun = true;
        to = i + (size_t)used;
    }
    *respelt = from > 0 || to < n;
    *foreign = false;
    for (size_t i = from; i < to; i += (size_t)used, chars++) {
        int c = utf8_get(text + i, to - i, &used);
        if (c >= 0xFF01 && c <= 0xFF5E) {
            c -= 0xFEE0;
            *respelt = true;
        }
        if (c >= 'a' && c <= 'z') {
            c -= 'a' - 'A';
            *respelt = true;
        }
        bool plain = c > ' ' && c < 0x7F;
        *foreign |= !plain;
        size_t bytes = plain ? 1 : (size_t)used;
        if (at + bytes > 19 || c == 0)
            continue;
        if (plain)
            out[at] = (char)c;
        else
            memcpy(out + at, text + i, bytes);
        at += bytes;
    }
    out[at] = '\0';
    return chars;
}

static bool all_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return true;
}

static int number(const char *s, int n)
{
    int v = 0;
    while (n-- > 0)
        v = v * 10 + (*s++ - '0');
    return v;
}

char ids_citizen_check(const char digits[17])
{
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (digits[i] - '0') * weight[i];
    return "10X98765432"[sum % 11];
}

static enum ids_fault citizen_fault(struct ids_citizen *id, size_t chars, bool foreign, struct date today)
{
    char *v = id->value;
    if (chars == 0)
        return IDS_EMPTY;
    if (chars == 15 && !foreign && all_digits(v, 15)) {
        id->old15 = true;
        memmove(v + 8, v + 6, 9);
        memcpy(v + 6, "19", 2);
    } else if (chars != 18) {
        return IDS_LENGTH;
    } else if (foreign || !all_digits(v, 17) || !(all_digits(v + 17, 1) || v[17] == 'X')) {
        return IDS_CHARACTER;
    }
    int y = number(v + 6, 4), m = number(v + 10, 2), d = number(v + 12, 2);
    if (y < 1800 || m == 0 || d == 0 || !date_valid(y, m, d))
        return IDS_DATE;
    id->birth = date_make(y, m, d);
    if (date_is(today) && date_le(id->birth, today) == TRI_FALSE)
        return IDS_DATE;
    if (id->old15)
        v[17] = ids_citizen_check(v), v[18] = '\0';
    else if (v[17] != ids_citizen_check(v))
        return IDS_CHECK;
    id->sex = (v[16] - '0') % 2 ? 'M' : 'F';
    return IDS_RIGHT;
}

bool ids_citizen_read(const char *text, size_t n, struct date today, struct ids_citizen *out)
{
    *out = (struct ids_citizen){0};
    bool foreign;
    size_t chars = respell(text, n, out->value, &out->respelt, &foreign);
    char as_given[sizeof out->value];
    memcpy(as_given, out->value, sizeof as_given);
    out->fault = citizen_fault(out, chars, foreign, today);
    if (out->fault != IDS_RIGHT) {
        out->birth = DATE_UNKNOWN;
        memcpy(out->value, as_given, sizeof as_given);
    }
    return out->fault == IDS_RIGHT;
}

static const char credit_chars[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int credit_value(char c)
{
    const char *p = c == '\0' ? NULL : strchr(credit_chars, c);
    return p == NULL ? -1 : (int)(p - credit_chars);
}

char ids_credit_check(const char chars[17])
{
    int sum = 0, weight = 1;
    for (int i = 0; i < 17; i++, weight = weight * 3 % 31) {
        int v = credit_value(chars[i]);
        if (v < 0)
            return 0;
        sum += v * weight;
    }
    return credit_chars[(31 - sum % 31) % 31];
}

/* GB 11714: eight characters, the ninth is 11 - sum mod 11, X for 10 and 0 for 11. */
static bool organization_right(const char *s)
{
    static const int weight[8] = {3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 8; i++)
        sum += weight[i] * (s[i] <= '9' ? s[i] - '0' : s[i] - 'A' + 10);
    return s[8] == "0X987654321"[sum % 11];
}

static enum ids_fault credit_fault(struct ids_credit *id, size_t chars, bool foreign)
{
    const char *v = id->value;
    if (chars == 0)
        return IDS_EMPTY;
    if (chars != 18)
        return IDS_LENGTH;
    if (foreign)
        return IDS_CHARACTER;
    for (int i = 0; i < 18; i++)
        if (credit_value(v[i]) < 0)
            return IDS_CHARACTER;
    if (!all_digits(v + 2, 6))
        return IDS_CHARACTER;
    if (strchr("123456789ANY", v[0]) == NULL)
        return IDS_REGISTRAR;
    return v[17] == ids_credit_check(v) ? IDS_RIGHT : IDS_CHECK;
}

bool ids_credit_read(const char *text, size_t n, struct ids_credit *out)
{
    *out = (struct ids_credit){0};
    bool foreign;
    size_t chars = respell(text, n, out->value, &out->respelt, &foreign);
    out->fault = credit_fault(out, chars, foreign);
    if (out->fault == IDS_RIGHT)
        out->organization_right = organization_right(out->value + 8);
    return out->fault == IDS_RIGHT;
}

/* Codes of a table as numbers, sorted as the file is: one code of six digits at the start of each line. */
struct codes {
    int *p;
    size_t n;
};
static struct codes known, former;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static int by_number(const void *a, const void *b)
{
    return *(const int *)a < *(const int *)b ? -1 : *(const int *)a > *(const int *)b;
}

static void load(const char *name, struct codes *out)
{
    const char *s = embed_get(name, NULL);
    if (s == NULL)
        return;
    size_t lines = 1;
    for (const char *p = s; *p != '\0'; p++)
        lines += *p == '\n';
    out->p = calloc(lines, sizeof *out->p); /* lives as long as the process */
    if (out->p == NULL)
        abort();
    for (const char *p = s; p != NULL && *p != '\0'; p = strchr(p, '\n'), p = p == NULL ? NULL : p + 1)
        if (strnlen(p, 6) == 6 && all_digits(p, 6))
            out->p[out->n++] = number(p, 6);
    qsort(out->p, out->n, sizeof *out->p, by_number);
}

static void load_all(void)
{
    load("codes/gb2260_division.tsv", &known);
    load("codes/gb2260_division_former.tsv", &former);
}

static bool stands_in(const struct codes *c, int code)
{
    return c->n > 0 && bsearch(&code, c->p, c->n, sizeof *c->p, by_number) != NULL;
}

enum ids_area ids_area(const char code[6], bool invented_allowed)
{
    if (!all_digits(code, 6))
        return IDS_AREA_UNKNOWN;
    int c = number(code, 6);
    if (c == 990103 || c / 1000 == 999)
        return invented_allowed ? IDS_AREA_INVENTED : IDS_AREA_UNKNOWN;
    pthread_once(&loaded, load_all);
    if (stands_in(&known, c))
        return IDS_AREA_KNOWN;
    return stands_in(&former, c) ? IDS_AREA_FORMER : IDS_AREA_UNKNOWN;
}
