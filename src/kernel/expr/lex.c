/* lex.c: the words of an expression and where errors are. Full-width signs as Chinese input methods give them, and the
 * mathematical ≤ ≥ ≠, count as their plain forms; dates may be written 2016-01-31 or 2016.01.31. */
#include "expr/node.h"

#include <string.h>

static const struct {
    const char *wide, *plain;
} same_signs[] = {
    {"≤", "<="}, {"≥", ">="}, {"≠", "!="}, {"＝", "="}, {"＜", "<"}, {"＞", ">"}, {"（", "("}, {"）", ")"}, {"，", ","},
    {"：", ":"}, {"＋", "+"}, {"－", "-"}, {"．", "."}, {"＄", "$"}, {"　", " "}, {"‘", "'"},  {"’", "'"},
};

/* The plain form of the sign at s, and how many bytes it takes; NULL when s begins none of them. */
static const char *plain_sign(const char *s, int *len)
{
    for (size_t i = 0; i < sizeof same_signs / sizeof *same_signs; i++) {
        size_t n = strlen(same_signs[i].wide);
        if (strncmp(s, same_signs[i].wide, n) == 0) {
            *len = (int)n;
            return same_signs[i].plain;
        }
    }
    return NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool expr_word_reserved(const char *word)
{
    static const char *const words[] = {"and", "or", "not", "in", "between", "true", "false", "today", "by", "where"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

struct err *expr_fail(struct arena *a, const char *text, int at, int len, const char *key, const char *name,
                      const char *value)
{
    int line = 1, column = 1;
    for (int i = 0; i < at; i++) {
        if (text[i] == '\n')
            line++, column = 1;
        else if (((unsigned char)text[i] & 0xC0) != 0x80)
            column++;
    }
    if (len > 40)
        len = 40;
    while (len > 0 && ((unsigned char)text[at + len] & 0xC0) == 0x80)
        len--; /* never cut a character in two */
    const char *near = arena_strndup(a, text + at, (size_t)len);
    struct err *e = ERR(a, ERR_INVALID, "expression, line %d, column %d, near \"%s\": %s%s%s", line, column, near, key,
                        value != NULL ? " " : "", value != NULL ? value : "");
    return err_say(e, key, "line", arena_printf(a, "%d", line), "column", arena_printf(a, "%d", column), "near", near,
                   name, value, NULL);
}

static int digits_at(const char *s)
{
    int n = 0;
    while (is_digit(s[n]))
        n++;
    return n;
}

/* Length of the date that begins at s: four digits, a - or . and two more, or 0. */
static int date_length(const char *s)
{
    if (digits_at(s) != 4 || (s[4] != '-' && s[4] != '.') || digits_at(s + 5) != 2)
        return 0;
    return s[7] == s[4] && digits_at(s + 8) == 2 ? 10 : 7;
}

static struct err *lex_number(struct arena *a, const char *text, int *at, struct token *t)
{
    const char *s = text + *at;
    int len = date_length(s);
    if (len > 0) {
        char iso[DATE_TEXT];
        memcpy(iso, s, (size_t)len);
        iso[len] = '\0';
        iso[4] = '-';
        if (len > 7)
            iso[7] = '-';
        struct date d;
        if (!date_parse(iso, &d))
            return expr_fail(a, text, *at, len, "expr.date", NULL, NULL);
        t->kind = T_DATE;
        t->n = d.v;
    } else {
        t->kind = T_INT;
        len = digits_at(s);
        for (int i = 0; i < len; i++)
            if ((t->n = t->n * 10 + (s[i] - '0')) > INT32_MAX)
                return expr_fail(a, text, *at, len, "expr.number", NULL, NULL);
    }
    if (is_letter(s[len]) || is_digit(s[len]))
        return expr_fail(a, text, *at, len + 1, "expr.syntax", NULL, NULL);
    *at += len;
    return NULL;
}

static int name_length(const char *s)
{
    int n = 0;
    if (is_letter(s[0]))
        while (is_letter(s[n]) || is_digit(s[n]))
            n++;
    return n;
}

static struct err *lex_quoted(struct arena *a, const char *text, int *at, int open, struct token *t)
{
    int from = *at + open, i = from, close = 0;
    while (text[i] != '\0' && text[i] != '\n') {
        const char *plain = plain_sign(text + i, &close);
        if (text[i] == '\'')
            close = 1;
        if (text[i] == '\'' || (plain != NULL && *plain == '\''))
            break;
        i++;
    }
    if (text[i] == '\0' || text[i] == '\n' || i == from)
        return expr_fail(a, text, *at, i - *at, "expr.quote", NULL, NULL);
    t->kind = T_QUOTED;
    t->text = arena_strndup(a, text + from, (size_t)(i - from));
    *at = i + close;
    return NULL;
}

static struct err *lex_sign(struct arena *a, const char *text, int *at, const char *s, int len, struct token *t)
{
    t->kind = T_SIGN;
    t->n = s[0];
    bool two = s[0] == '<' || s[0] == '>' || s[0] == '!';
    if (two && s[1] == '\0') { /* a wide < may be followed by a plain = */
        int next = 0;
        const char *plain = plain_sign(text + *at + len, &next);
        if (text[*at + len] == '=' || (plain != NULL && strcmp(plain, "=") == 0)) {
            len += text[*at + len] == '=' ? 1 : next;
            s = s[0] == '<' ? "<=" : s[0] == '>' ? ">=" : "!=";
        }
    }
    if (two && s[1] == '=')
        t->n = s[0] == '<' ? SIGN_LE : s[0] == '>' ? SIGN_GE : SIGN_NE;
    else if (strchr("+-=<>(),:.", s[0]) == NULL)
        return expr_fail(a, text, *at, len, "expr.character", NULL, NULL);
    *at += len;
    return NULL;
}

/* Bytes of the UTF-8 character at s, for showing it. */
static int char_length(const char *s)
{
    int n = *s != '\0';
    while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
        n++;
    return n;
}

struct err *expr_lex(struct arena *a, const char *text, int *at, struct token *out)
{
    int wide = 0;
    const char *plain;
    for (;;) {
        plain = plain_sign(text + *at, &wide);
        if (plain != NULL && *plain == ' ')
            *at += wide;
        else if (text[*at] != '\0' && strchr(" \t\r\n", text[*at]) != NULL)
            ++*at;
        else
            break;
    }
    struct token t = {.at = *at};
    const char *s = text + *at;
    char one[2] = {*s, '\0'};
    int len = plain != NULL ? wide : char_length(s);
    if (plain == NULL)
        plain = one;
    if (*s == '\0') {
        t.kind = T_END;
    } else if (is_digit(*s)) {
        TRY(lex_number(a, text, at, &t));
    } else if (is_letter(*s)) {
        int n = name_length(s);
        t.kind = T_NAME;
        t.text = arena_strndup(a, s, (size_t)n);
        *at += n;
    } else if (*plain == '\'') {
        TRY(lex_quoted(a, text, at, len, &t));
    } else if (*plain == '$') {
        int n = name_length(s + len);
        if (n == 0)
            return expr_fail(a, text, *at, len, "expr.syntax", NULL, NULL);
        t.kind = T_PARAM;
        t.text = arena_strndup(a, s + len, (size_t)n);
        *at += len + n;
    } else {
        TRY(lex_sign(a, text, at, plain, len, &t));
    }
    t.len = *at - t.at;
    *out = t;
    return NULL;
}
