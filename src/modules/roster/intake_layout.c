/* intake_layout.c: which column of a roster means what. See intake_table.h. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "modules/roster/queries.h"
#include "roster/intake_means.h"
#include "roster/roster.h"

/* Words of headers, without blanks and brackets. */
const struct table_means table_means[] = {
    {"name", RAW_NAME, "name", "name", " 姓名 名字 干部姓名 人员姓名 "},
    {"sex", RAW_SEX, "sex", "sex", " 性别 "},
    {"birth", RAW_BIRTH, "birth", "birth", " 出生年月 出生日期 出生时间 出生年月日 ", true},
    {"ethnicity", RAW_ETHNICITY, NULL, "ethnicity", " 民族 "},
    {"native_place", RAW_NATIVE_PLACE, NULL, "native_place", " 籍贯 "},
    {"birth_place", RAW_BIRTH_PLACE, NULL, "birth_place", " 出生地 "},
    {"work_start", RAW_WORK_START, "work_start", "work_start",
     " 参加工作时间 参工时间 参加工作年月 参加工作日期 工作时间 ", true},
    {"party", RAW_PARTY, "party", "party_joined", " 入党时间 入党年月 入党日期 加入党派时间 ", true},
    {"politics", RAW_FIELDS, NULL, "politics", " 政治面貌 党派 "},
    {"citizen_id", RAW_ID, "id_number", "citizen_id",
     " 身份证号 公民身份号码 身份证号码 公民身份证号码 身份号码 身份证 "},
    {"health", RAW_HEALTH, NULL, "health", " 健康状况 "},
    {"title", RAW_TITLE, NULL, "title", " 专业技术职务 职称 专业技术职称 "},
    {"expertise", RAW_EXPERTISE, NULL, "expertise", " 熟悉专业有何专长 专长 熟悉专业有何特长 "},
    {"post_text", RAW_POST, NULL, "post_text",
     " 现任职务 单位及职务 所在单位及职务 工作单位及职务 现工作单位及职务 职务 现职务 单位职务 "},
    {"rank_text", RAW_FIELDS, NULL, "rank_text", " 职级 现任职级 职务职级 "},
    {"full_education", RAW_FULL_EDUCATION, NULL, NULL, " "},
    {"full_degree", RAW_FULL_DEGREE, NULL, NULL, " "},
    {"full_school", RAW_FULL_SCHOOL, NULL, NULL, " "},
    {"in_education", RAW_IN_EDUCATION, NULL, NULL, " "},
    {"in_degree", RAW_IN_DEGREE, NULL, NULL, " "},
    {"in_school", RAW_IN_SCHOOL, NULL, NULL, " "},
    {"education", RAW_FIELDS, NULL, NULL, " 学历 最高学历 学历学位 最高学历学位 文化程度 "},
    {"degree", RAW_FIELDS, NULL, NULL, " 学位 最高学位 "},
    {"post_since", RAW_FIELDS, NULL, "post_since",
     " 任现职时间 任现职年月 现职务始任时间 任现职务时间 任现职日期 现任职务时间 ", true},
    {"level_since", RAW_FIELDS, NULL, "level_since", " 任现职务层次时间 任同职级时间 任现层次时间 任职级时间 ", true},
    {"rank_since", RAW_FIELDS, NULL, "rank_since", " 任现职级时间 任现职级年月 现职级始任时间 现职级时间 ", true},
    {"resume", RAW_RESUME, "resume", NULL, " 简历 工作简历 主要经历 "},
    {"note", RAW_FIELDS, NULL, "note", " 备注 说明 "},
};

int table_means_count(void)
{
    return sizeof table_means / sizeof *table_means;
}

const char *table_means_key(int m)
{
    return table_means[m].key;
}

int table_means_find(const char *key)
{
    for (int i = 0; key != NULL && i < table_means_count(); i++)
        if (strcmp(table_means[i].key, key) == 0)
            return i;
    return -1;
}

/* ---- words ---- */
static bool opens(const char *s)
{
    return *s == '(' || strncmp(s, "（", 3) == 0;
}

static bool closes(const char *s)
{
    return *s == ')' || strncmp(s, "）", 3) == 0;
}

/* A header without blanks, line breaks and what stands in brackets. */
char *table_bare(struct arena *a, const char *s)
{
    struct buf b = BUF(a);
    int depth = 0;
    for (; *s != '\0'; s++) {
        size_t wide = strncmp(s, "　", 3) == 0 || strncmp(s, "：", 3) == 0 ? 3 : strncmp(s, "\xc2\xa0", 2) == 0 ? 2 : 0;
        if (opens(s) || closes(s)) {
            depth += opens(s) ? 1 : depth > 0 ? -1 : 0;
            wide = (unsigned char)*s < 0x80 ? 1 : 3;
        }
        if (wide > 0) {
            s += wide - 1;
            continue;
        }
        if (depth == 0 && (unsigned char)*s > ' ' && *s != ':' && *s != '*')
            buf_putc(&b, *s);
    }
    return buf_str(&b);
}

static bool has(const char *s, const char *word)
{
    return strstr(s, word) != NULL;
}

/* 全日制教育学历, 在职毕业院校及专业: the half and what of it. */
static int education(const char *head)
{
    bool full = has(head, "全日制"), in = strncmp(head, "在职", 6) == 0;
    if (full == in || has(head, "时间"))
        return -1;
    const char *what = has(head, "院校") || has(head, "学校") || has(head, "专业") ? "school"
                       : has(head, "学位") && !has(head, "学历")                   ? "degree"
                                                                                   : "education";
    char key[32];
    (void)snprintf(key, sizeof key, "%s_%s", full ? "full" : "in", what);
    return table_means_find(key);
}

static int means_of(struct arena *a, const char *bare)
{
    if (*bare == '\0')
        return -1;
    const char *word = arena_printf(a, " %s ", bare);
    for (int i = 0; i < table_means_count(); i++)
        if (has(table_means[i].words, word))
            return i;
    return education(bare);
}

/* ---- the header ---- */
static int known_cells(struct arena *a, const struct load_row *r)
{
    int n = 0;
    for (size_t i = 0; i < r->n; i++)
        n += means_of(a, table_bare(a, r->cells[i].text)) >= 0;
    return n;
}

/* The halves under 全日制教育 and 在职教育. */
static bool second_row(struct arena *a, const struct load_row *r)
{
    bool some = false;
    for (size_t i = 0; i < r->n; i++) {
        const char *s = table_bare(a, r->cells[i].text);
        if (*s == '\0' || (r->cells[i].doubts & CELL_MERGED) != 0)
            continue;
        if (!has(s, "学历") && !has(s, "学位") && !has(s, "院校") && !has(s, "专业") && means_of(a, s) < 0)
            return false;
        some = true;
    }
    return some;
}

static const char *cell(struct arena *a, const struct load_row *r, int i)
{
    return (size_t)i < r->n ? table_bare(a, r->cells[i].text) : "";
}

static void join_heads(struct arena *a, const struct load_row *top, const struct load_row *under,
                       struct intake_layout *l)
{
    const char *group = "";
    for (int i = 0; i < l->n; i++) {
        const char *one = cell(a, top, i), *two = under == NULL ? "" : cell(a, under, i);
        if (*one != '\0')
            group = one;
        if (*two == '\0' || strcmp(one, two) == 0)
            l->heads[i] = one;
        else
            l->heads[i] = arena_printf(a, "%s%s", group, two);
    }
}

static void hash(struct arena *a, struct intake_layout *l)
{
    struct buf b = BUF(a);
    for (int i = 0; i < l->n; i++)
        buf_printf(&b, "%s%s", i > 0 ? "|" : "", l->heads[i]);
    sha256_hex(b.p, b.n, l->hash);
}

bool intake_layout_guess(struct arena *a, const struct load_row *rows, size_t n, struct intake_layout *out)
{
    for (size_t i = 0; i < n; i++) {
        if (known_cells(a, &rows[i]) < 2)
            continue;
        bool two = i + 1 < n && rows[i + 1].number == rows[i].number + 1 && second_row(a, &rows[i + 1]);
        const struct load_row *under = two ? &rows[i + 1] : NULL;
        size_t width = two && under->n > rows[i].n ? under->n : rows[i].n;
        struct intake_layout l = {.first = rows[i].number, .last = two ? under->number : rows[i].number};
        l.n = width > TABLE_COLUMNS ? TABLE_COLUMNS : (int)width;
        l.heads = arena_array(a, const char *, l.n);
        l.means = arena_array(a, int, l.n);
        join_heads(a, &rows[i], under, &l);
        bool named = false;
        for (int k = 0; k < l.n; k++) {
            l.means[k] = means_of(a, l.heads[k]);
            for (int j = 0; j < k; j++)
                if (l.means[j] == l.means[k])
                    l.means[k] = -1; /* the first of two wins */
            named |= l.means[k] == 0;
        }
        if (!named)
            continue;
        hash(a, &l);
        *out = l;
        return true;
    }
    return false;
}

/* ---- what was confirmed ---- */
/* Where no rules are, nobody can say. */
static struct err *invented_areas(struct db_tx *tx, bool *out)
{
    struct roster_q_invented_areas *r = NULL;
    if (record_find("rules.param") != NULL)
        TRY(roster_q_invented_areas(tx, clock_today(), &r));
    *out = record_find("rules.param") == NULL || (r != NULL && strcmp(r->value, "0") != 0);
    return NULL;
}

struct err *intake_layout_recall(struct db_tx *tx, struct intake_layout *l)
{
    struct roster_q_layout_by_hash *r;
    TRY(invented_areas(tx, &l->invented));
    l->known = false;
    TRY(roster_q_layout_by_hash(tx, l->hash, &r));
    if (r == NULL)
        return NULL;
    json_t *columns = json_loads(r->columns, 0, NULL);
    if ((int)json_array_size(columns) == l->n) {
        for (int i = 0; i < l->n; i++)
            l->means[i] =
                table_means_find(json_string_value(json_object_get(json_array_get(columns, (size_t)i), "means")));
        l->known = true;
    }
    json_decref(columns);
    l->row = r->id;
    l->rev = r->rev;
    return NULL;
}

static struct err *check(struct arena *a, const struct intake_layout *l)
{
    bool named = false;
    for (int i = 0; i < l->n; i++) {
        named |= l->means[i] == 0;
        for (int j = 0; j < i && l->means[i] >= 0; j++)
            if (l->means[j] == l->means[i])
                return err_field(err_say(ERR(a, ERR_INVALID, "columns %d and %d mean the same", j, i),
                                         "roster.table.twice", "one", l->heads[j], "two", l->heads[i], NULL),
                                 arena_printf(a, "means.%d", i));
    }
    if (!named)
        return err_say(ERR(a, ERR_INVALID, "no column is the name"), "roster.table.name_column", NULL);
    return NULL;
}

struct err *intake_layout_keep(struct change *c, struct intake_layout *l)
{
    struct arena *a = c->tx.arena;
    TRY(check(a, l));
    struct row *r = row_new(a, &roster_layout);
    if (l->row != 0)
        TRY(record_read(&c->tx, &roster_layout, c->who, l->row, &r));
    json_t *columns = json_array();
    for (int i = 0; i < l->n; i++)
        json_array_append_new(columns, json_pack("{s:s, s:s}", "head", l->heads[i], "means",
                                                 l->means[i] < 0 ? "" : table_means[l->means[i]].key));
    size_t n = json_dumpb(columns, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(a, n + 1);
    text[json_dumpb(columns, text, n, JSON_COMPACT)] = '\0';
    row_set(r, "layout", l->hash);
    row_set(r, "columns", text);
    json_decref(columns);
    row_set(r, "confirmed_by", c->who->name);
    row_set_date(a, r, "confirmed_on", clock_today());
    TRY(record_save(c, &roster_layout, r, r->rev));
    l->row = r->id;
    l->known = true;
    return NULL;
}
