/* pinyin.c: initials of names, so that "zs" finds 张三, and their order. The build asks ICU for the reading and the
 * place of each character. Surnames it misreads are listed here: both readings are found, the surname's sorts. */
#include "roster/pinyin.h"

#include <string.h>

#include "base/buf.h"
#include "roster/roster.h"

/* Surnames of one and two characters, the initials people use for them, and a character that is read as the surname's
 * first one is; "": by its usual reading. */
static const struct {
    const char *surname, *read, *like;
} odd[] = {{"单", "s", "善"},    {"仇", "q", "求"},    {"解", "x", "谢"},   {"区", "o", "欧"},    {"朴", "p", "瓢"},
           {"曾", "z", "增"},    {"查", "z", "渣"},    {"盖", "g", "舸"},   {"任", "r", "人"},    {"翟", "z", "宅"},
           {"尉", "y", ""},      {"种", "c", "虫"},    {"召", "s", "邵"},   {"折", "s", "蛇"},    {"秘", "b", "必"},
           {"覃", "q", "勤"},    {"缪", "m", "妙"},    {"牟", "m", "木"},   {"乐", "y", "月"},    {"洗", "x", "险"},
           {"冼", "x", ""},      {"员", "y", "运"},    {"黑", "h", ""},     {"纪", "j", "己"},    {"繁", "p", "婆"},
           {"晟", "c", ""},      {"能", "n", "奈"},    {"费", "f", ""},     {"万俟", "mq", "墨"}, {"尉迟", "yc", "育"},
           {"长孙", "zs", "掌"}, {"单于", "cy", "蝉"}, {"澹台", "tt", "谈"}};

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

/* The surname a name begins with, -1 when it is none of those. */
static int odd_surname(const char *name)
{
    int best = -1;
    size_t best_n = 0, first = strnlen(name, 3); /* bytes of a Han character */
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        if (memcmp(name, odd[i].surname, first) != 0)
            continue;
        size_t n = strlen(odd[i].surname);
        if (n > best_n && strncmp(name, odd[i].surname, n) == 0) {
            best = (int)i;
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
    int surname = odd_surname(name);
    const char *read = surname < 0 ? NULL : odd[surname].read;
    char *out = buf_str(&plain);
    if (read == NULL || plain.n < strlen(read) || strncmp(out, read, strlen(read)) == 0)
        return out;
    return arena_printf(a, "%s %s%s", out, read, out + strlen(read));
}

/* ---- order ---- */
enum { MARK = 0x100, HAN = 0x1000, OTHER = 0x10000, CHARACTER_BITS = 21, CHARACTERS = 3 };

/* Signs and digits, then Han in the order of pinyin, then everything else; different for different characters. */
static int64_t place_of(int c)
{
    static const int dots[] = {0xB7, 0x2022, 0x2027, 0x30FB}; /* between the parts of a name */
    for (size_t i = 0; i < sizeof dots / sizeof *dots; i++)
        if (c == dots[i])
            return MARK + (int)i;
    if (c >= ROSTER_HAN_FROM && c < ROSTER_HAN_TO)
        return HAN + 2 * (int64_t)roster_pinyin_order[c - ROSTER_HAN_FROM];
    return c < 0x80 && !((c | 32) >= 'a' && (c | 32) <= 'z') ? c : OTHER + c;
}

/* Right behind the character that is read alike: its own place lies there for no other. */
static int64_t place_of_surname(const char *name)
{
    int surname = odd_surname(name);
    const char *like = surname < 0 ? "" : odd[surname].like;
    return *like == '\0' ? -1 : place_of(next_char(&like)) + 1;
}

int64_t roster_name_order(const char **name, bool begins)
{
    int64_t n = 0;
    for (int i = 0; i < CHARACTERS; i++) {
        int64_t place = begins && i == 0 ? place_of_surname(*name) : -1;
        int c = **name == '\0' || **name == '\t' ? 0 : next_char(name);
        n = n << CHARACTER_BITS | (c == 0 ? 0 : place >= 0 ? place : place_of(c));
    }
    return n;
}
