/* words_split.c: where a unit's name ends and the titles begin. A title is prefixes (党组, 副 ...) and one closing word
 * (书记, 局长 ...); the unit is what stands before the longest run of titles at the end of a piece. */
#include <string.h>

#include "base/buf.h"
#include "roster/words.h"

static const char *const prefixes[] = {"党组", "党委", "党工委", "党总支", "党支部", "机关党委", "机关党总支", "总支",
                                       "支部", "纪委", "纪工委", "纪检组", "人大",   "武装部",   "组织",       "宣传",
                                       "政法", "统战", "副",     "代理",   "代",     "常务",     "第一",       "专职",
                                       "名誉", "一级", "二级",   "三级",   "四级",   NULL};
/* Those who lead a body stand first; then others of its team, staff, ranks. */
static const char *const chiefs[] = {
    "书记",   "局长", "主任", "部长", "镇长", "乡长", "区长", "县长",   "市长",   "院长",   "检察长", "主席",   "会长",
    "科长",   "股长", "所长", "站长", "队长", "组长", "校长", "园长",   "馆长",   "台长",   "社长",   "董事长", "经理",
    "总经理", "政委", "处长", "司长", "厅长", "庭长", "团长", "理事长", "秘书长", "大队长", "支队长", "负责人", NULL};
static const char *const team[] = {"常委",     "委员",     "成员",     "总工程师", "总经济师",
                                   "总会计师", "总审计师", "总规划师", "总农艺师", "副职领导",
                                   "班子成员", "党组成员", "董事",     "监事",     NULL};
static const char *const staff[] = {"法官助理", "检察官助理", "干部", "工作人员", "秘书",   "干事",
                                    "审判员",   "检察员",     "会计", "法官",     "检察官", "工程师",
                                    "教师",     "办事员",     "科员", "民警",     "助理",   NULL};
static const char *const ranks[] = {"巡视员", "调研员", "主任科员", "一级科员", "二级科员",
                                    "督办",   "警长",   "高级警长", NULL};

static bool ends_in(const char *s, size_t n, const char *const *words, size_t *word_out)
{
    size_t best = 0;
    for (; *words != NULL; words++) {
        size_t w = strlen(*words);
        if (w <= n && w > best && memcmp(s + n - w, *words, w) == 0)
            best = w;
    }
    *word_out = best;
    return best > 0;
}

/* Length without a bracket at the end: 局长（正科级）. */
static size_t without_bracket(const char *s, size_t n)
{
    static const char *const close[] = {"）", ")"}, *const open[] = {"（", "("};
    for (int i = 0; i < 2; i++) {
        size_t c = strlen(close[i]), o = strlen(open[i]);
        if (n < c || memcmp(s + n - c, close[i], c) != 0)
            continue;
        for (size_t k = n - c; k >= o; k--)
            if (memcmp(s + k - o, open[i], o) == 0)
                return k - o;
    }
    return n;
}

/* 示例区纪委常委: the body cannot be cut down to the place it lies in. */
static bool only_place(const char *s, size_t n)
{
    static const char *const words[] = {"省", "市", "区", "县"};
    for (int i = 0; i < 4; i++)
        if (n >= 3 && memcmp(s + n - 3, words[i], 3) == 0)
            return true;
    return false;
}

/* Where the title that ends the piece begins; n when it ends in none. */
static size_t title_at(const char *s, size_t n)
{
    size_t word, at = without_bracket(s, n);
    if (!ends_in(s, at, ranks, &word) && !ends_in(s, at, chiefs, &word) && !ends_in(s, at, team, &word) &&
        !ends_in(s, at, staff, &word))
        return n;
    at -= word;
    while (ends_in(s, at, prefixes, &word) && !only_place(s, at - word))
        at -= word;
    return at;
}

static bool starts(const char *s, const char *word)
{
    return strncmp(s, word, strlen(word)) == 0;
}

static size_t separator(const char *s)
{
    static const char *const marks[] = {"，", "；", ",", ";", "。", "、"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (starts(s, marks[i]))
            return strlen(marks[i]);
    return 0;
}

static const char *trim(struct arena *a, const char *s, size_t n)
{
    while (n > 0 && (*s == ' ' || *s == '\n'))
        s++, n--;
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\n'))
        n--;
    const char *words[] = {"兼任", "兼", "任"};
    for (size_t i = 0; i < 3; i++)
        if (n > strlen(words[i]) && memcmp(s, words[i], strlen(words[i])) == 0) {
            s += strlen(words[i]);
            n -= strlen(words[i]);
            break;
        }
    return arena_strndup(a, s, n);
}

static int piece(struct arena *a, struct words_post *out, int n, const char *s)
{
    size_t len = strlen(s), at = title_at(s, len);
    if (len == 0)
        return n;
    bool commission = at == strlen("监委") && starts(s, "监委"); /* sits with the discipline committee named before */
    if ((at == 0 || commission) && n > 0) {                      /* another title in the same unit */
        out[n - 1].titles = arena_printf(a, "%s%s%s", out[n - 1].titles, "、", s);
        out[n - 1].text = arena_printf(a, "%s%s%s", out[n - 1].text, "、", s);
        return n;
    }
    if (n == WORDS_POSTS)
        return n;
    out[n] = (struct words_post){.text = s, .unit = arena_strndup(a, s, at), .titles = s + at};
    return n + 1;
}

int words_split(struct arena *a, const char *text, struct words_post out[WORDS_POSTS])
{
    int n = 0, depth = 0;
    const char *from = text;
    for (const char *p = text;; p++) {
        depth += starts(p, "（") || *p == '(';
        depth -= starts(p, "）") || *p == ')';
        size_t sep = depth > 0 ? 0 : separator(p);
        if (sep == 0 && starts(p, "兼") && title_at(from, (size_t)(p - from)) < (size_t)(p - from))
            sep = strlen("兼"); /* 副局长兼中心主任: the title before it is whole */
        if (sep == 0 && *p != '\0')
            continue;
        n = piece(a, out, n, trim(a, from, (size_t)(p - from)));
        if (*p == '\0')
            return n;
        from = p + sep;
        p += sep - 1;
    }
}

/* Cuts a place's name that ends in the word: two to four characters and the word, 虚岭省, 无定市, 示例区. Another such
 * word before it means that this one belongs to the unit: 示例区市监局. */
static const char *cut_place(const char *s, const char *word)
{
    static const char *const words[] = {"省", "市", "区", "县"};
    const char *p = s;
    for (int chars = 0; chars < 5 && *p != '\0'; chars++) {
        for (int i = 0; i < 4 && chars >= 2; i++)
            if (starts(p, words[i]))
                return strcmp(words[i], word) == 0 && p[3] != '\0' ? p + 3 : s;
        p += (unsigned char)*p < 0x80 ? 1 : (unsigned char)*p < 0xe0 ? 2 : (unsigned char)*p < 0xf0 ? 3 : 4;
    }
    return s;
}

const char *words_without_place(const char *text)
{
    const char *s = cut_place(starts(text, "中共") ? text + 6 : text, "省");
    s = cut_place(s, "市");
    const char *district = cut_place(s, "区");
    if (district == s)
        district = cut_place(s, "县");
    if (district == s && (starts(s, "区") || starts(s, "县")) && s[3] != '\0')
        district = s + 3;
    return district;
}

enum words_role words_role_of(const char *titles)
{
    enum words_role best = WORDS_RANK;
    for (const char *p = titles; *p != '\0';) {
        const char *end = strstr(p, "、");
        size_t n = end == NULL ? strlen(p) : (size_t)(end - p), word;
        size_t plain = without_bracket(p, n);
        enum words_role r = WORDS_STAFF;
        if (ends_in(p, plain, ranks, &word))
            r = WORDS_RANK;
        else if (ends_in(p, plain, chiefs, &word))
            r = memmem(p, plain - word, "副", 3) != NULL ? WORDS_DEPUTY : WORDS_CHIEF;
        else if (ends_in(p, plain, team, &word))
            r = WORDS_TEAM;
        if (r < best)
            best = r;
        p += end == NULL ? n : n + strlen("、");
    }
    return best;
}
