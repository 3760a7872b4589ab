/* pinyin.c: initials of names, so that "zs" finds 张三. The build asks ICU for the reading of each character. Surnames
 * it misreads are listed here, and then both readings are given. */
#include "roster/pinyin.h"

#include <string.h>

#include "base/buf.h"
#include "roster/roster.h"

/* Surnames of one and two characters and the initials people use for them. */
static const struct {
    const char *surname, *read;
} odd[] = {{"单", "s"},    {"仇", "q"},    {"解", "x"},    {"区", "o"},    {"朴", "p"},   {"曾", "z"}, {"查", "z"},
           {"盖", "g"},    {"任", "r"},    {"翟", "z"},    {"尉", "y"},    {"种", "c"},   {"召", "s"}, {"折", "s"},
           {"秘", "b"},    {"覃", "q"},    {"缪", "m"},    {"牟", "m"},    {"乐", "y"},   {"洗", "x"}, {"冼", "x"},
           {"员", "y"},    {"黑", "h"},    {"纪", "j"},    {"繁", "p"},    {"晟", "c"},   {"能", "n"}, {"费", "f"},
           {"万俟", "mq"}, {"尉迟", "yc"}, {"长孙", "zs"}, {"单于", "cy"}, {"澹台", "tt"}};

static char initial_of(int c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return (char)(c | 32);
    return c < ROSTER_HAN_FROM || c >= ROSTER_HAN_TO ? '-' : roster_pinyin_letters[c - ROSTER_HAN_FROM];
}

/* The next character of UTF-8 text; moves on by at least one byte. */
static int next_char(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    int more = *p < 0x80 ? 0 : *p < 0xE0 ? 1 : *p < 0xF0 ? 2 : 3;
    int c = more == 0 ? *p : *p & (0x3F >> more);
    for (p++; more > 0 && (*p & 0xC0) == 0x80; more--)
        c = c << 6 | (*p++ & 0x3F);
    *s = (const char *)p;
    return c;
}

static const char *odd_reading(const char *name)
{
    const char *best = NULL;
    size_t best_n = 0, first = strnlen(name, 3); /* bytes of a Han character */
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        if (memcmp(name, odd[i].surname, first) != 0)
            continue;
        size_t n = strlen(odd[i].surname);
        if (n > best_n && strncmp(name, odd[i].surname, n) == 0) {
            best = odd[i].read;
            best_n = n;
        }
    }
    return best;
}

char *roster_initials(struct arena *a, const char *name)
{
    struct buf plain = BUF(a);
    bool in_word = false; /* only the first letter of a Latin word counts */
    for (const char *p = name; *p != '\0';) {
        int c = next_char(&p);
        bool latin = c < 0x80 && ((c | 32) >= 'a' && (c | 32) <= 'z');
        char letter = latin && in_word ? '-' : initial_of(c);
        in_word = latin;
        if (letter != '-')
            buf_putc(&plain, letter);
    }
    const char *read = odd_reading(name);
    char *out = buf_str(&plain);
    if (read == NULL || plain.n < strlen(read) || strncmp(out, read, strlen(read)) == 0)
        return out;
    return arena_printf(a, "%s %s%s", out, read, out + strlen(read));
}
