/* intake_education.c: a roster's single column of education, "研究生,法学硕士" or "全日制大学/农学学士，在职研究生", as
 * rows. Words the list does not have are asked, never guessed; without 全日制 or 在职 the mode stays unknown. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "record/codes.h"
#include "roster/form_text.h"
#include "roster/intake_means.h"
#include "roster/roster.h"

enum { EDUCATIONS = 4 };

static const struct {
    const char *word, *level;
} words[] = {{"研究生", "postgraduate"},        {"硕士研究生", "postgraduate"}, {"博士研究生", "postgraduate"},
             {"大学", "undergraduate"},         {"大学本科", "undergraduate"},  {"本科", "undergraduate"},
             {"大专", "junior_college"},        {"专科", "junior_college"},     {"大学专科", "junior_college"},
             {"中专", "secondary_specialised"}, {"中技", "technical_school"},   {"技校", "technical_school"},
             {"高中", "senior_secondary"},      {"初中", "junior_secondary"},   {"小学", "primary"}};
static const char *const degrees[] = {"学士", "硕士", "博士"}; /* as the list's keys bachelor, master, doctor */
static const char *const degree_keys[] = {"bachelor", "master", "doctor"};

struct reading {
    struct arena *a;
    struct row *rows[EDUCATIONS];
    int n;
};

static struct err *unknown(struct arena *a, const char *piece)
{
    return err_say(ERR(a, ERR_INVALID, "no such education: %.60s", piece), "roster.table.education", "value", piece,
                   NULL);
}

static const char *code_of(const char *list, const char *key)
{
    const struct code_list *l = codes_list(list);
    return codes_code(l, codes_find(l, key));
}

/* The level of a bare word, of 省委党校研究生 too; NULL: not a word of the list. */
static const char *level_of(const char *word)
{
    static const char school[] = "党校";
    const char *bare = strstr(word, school);
    bare = bare == NULL ? word : bare + sizeof school - 1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, bare) == 0)
            return words[i].level;
    return NULL;
}

static const char *degree_of(const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i < sizeof degrees / sizeof *degrees; i++)
        if (n >= strlen(degrees[i]) && strcmp(word + n - strlen(degrees[i]), degrees[i]) == 0)
            return degree_keys[i];
    return NULL;
}

/* Takes a word off wherever it stands, with brackets around it. */
static bool take_off(struct arena *a, const char **piece, const char *word)
{
    const char *at = strstr(*piece, word);
    if (at == NULL)
        return false;
    const char *from = at, *to = at + strlen(word);
    if (at - *piece >= 3 && strncmp(at - 3, "（", 3) == 0 && strncmp(to, "）", 3) == 0) {
        from -= 3;
        to += 3;
    } else if (at > *piece && at[-1] == '(' && *to == ')') {
        from--;
        to++;
    }
    *piece = arena_printf(a, "%.*s%s", (int)(from - *piece), *piece, to);
    return true;
}

static struct err *next_row(struct reading *g, const char *field, const char *piece, struct row **out)
{
    if (g->n == 0 || row_text(g->rows[g->n - 1], field) != NULL) {
        if (g->n == EDUCATIONS)
            return unknown(g->a, piece);
        g->rows[g->n++] = row_new(g->a, &roster_education);
    }
    *out = g->rows[g->n - 1];
    return NULL;
}

static struct err *put_education(struct reading *g, const char *word, const char *level, const char *mode)
{
    struct row *r;
    TRY(next_row(g, "education", word, &r));
    row_set(r, "education", word);
    row_set(r, "education_level", code_of("roster.education_level", level));
    if (mode != NULL)
        row_set(r, "mode", code_of("roster.education_mode", mode));
    return NULL;
}

static struct err *put_degree(struct reading *g, const char *word, const char *degree, const char *mode)
{
    struct row *r;
    TRY(next_row(g, "degree", word, &r));
    row_set(r, "degree", word);
    row_set(r, "degree_level", code_of("roster.degree_level", degree));
    if (mode != NULL)
        row_set(r, "mode", code_of("roster.education_mode", mode));
    return NULL;
}

/* 大学工学学士: the longest education a piece begins with, and the degree after it. */
static struct err *split(struct reading *g, const char *piece, const char *mode)
{
    const char *level = NULL, *degree = degree_of(piece);
    size_t most = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (n > most && strncmp(piece, words[i].word, n) == 0) {
            most = n;
            level = words[i].level;
        }
    }
    if (degree == NULL)
        return unknown(g->a, piece);
    if (level != NULL)
        TRY(put_education(g, arena_strndup(g->a, piece, most), level, mode));
    return put_degree(g, piece + most, degree, level != NULL ? NULL : mode);
}

static struct err *read_piece(struct reading *g, const char *piece)
{
    bool full = take_off(g->a, &piece, "全日制"), in = take_off(g->a, &piece, "在职");
    const char *mode = full ? "full_time" : in ? "in_service" : NULL, *level = level_of(piece);
    if ((full && in) || *piece == '\0')
        return unknown(g->a, piece);
    return level != NULL ? put_education(g, piece, level, mode) : split(g, piece, mode);
}

static bool separates(int c)
{
    return utf8_blank(c) || utf8_line_end(c) || (c < 0x80 && strchr("/,;", c) != NULL) || c == 0xFF0F || c == 0xFF0C ||
           c == 0x3001 || c == 0xFF1B;
}

/* The rows of the other columns say more: of a level they know nothing is added. */
static bool is_said(const struct intake *in, const struct row *r)
{
    const char *level = row_text(r, "education_level"), *other;
    for (int i = 0; level != NULL && row_text(r, "mode") == NULL && i < in->sets[SET_EDUCATION].n; i++)
        if ((other = row_text(in->sets[SET_EDUCATION].rows[i], "education_level")) != NULL && strcmp(other, level) == 0)
            return true;
    return false;
}

struct err *intake_education(struct arena *a, const char *cell, struct intake *in)
{
    struct reading g = {.a = a};
    for (const char *s = cell; *s != '\0';) {
        int used = 1;
        size_t n = 0;
        while (s[n] != '\0' && !separates(utf8_get(s + n, SIZE_MAX, &used)))
            n += (size_t)used;
        if (n > 0)
            TRY(read_piece(&g, arena_strndup(a, s, n)));
        s += n + (s[n] == '\0' ? 0 : (size_t)used);
    }
    for (int i = 0; i < g.n; i++)
        if (!is_said(in, g.rows[i]))
            intake_add_row(a, in, SET_EDUCATION, g.rows[i]);
    return NULL;
}
