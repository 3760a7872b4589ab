/* people.c: an address read into a list of cadres, and back. */
#include "roster/people.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "face/query.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/roster.h"
#include "roster/telling.h"

static const char *const usual[] = {"sex", "birth", "education_level", "party_joined", "post_since", "rank"};

bool people_may_ask(const struct people *p, const struct who *who, int fact)
{
    const struct expr_fact *f = &p->world->subjects[p->subject]->facts[fact];
    return f->type != EXPR_REF && f->class < CLASS_CASE && f->class <= (int)who->sees;
}

void people_escape(struct buf *b, const char *s)
{
    face_escape(b, s);
}

struct err *roster_day(struct arena *a, const char *field, const char *typed, bool full, struct date *out)
{
    static const struct field day_fields[] = {{"day", FIELD_DATE}, {"part", FIELD_PDATE}, {0}};
    static const struct record day_record = {.name = "roster.day", .fields = day_fields};
    const char *iso = NULL;
    struct err *e = record_parse(a, &day_record, full ? 0 : 1, typed, &iso);
    if (e != NULL)
        return err_field(e, field);
    *out = DATE_UNKNOWN;
    if (iso != NULL && !date_parse(iso, out))
        return err_field(ERR(a, ERR_INVALID, "no date: %s", iso), field);
    return NULL;
}

static struct err *bad(struct arena *a, const char *field, const char *key, const char *value)
{
    return err_field(err_say(ERR(a, ERR_INVALID, "%s: '%.80s'", field, value), key, "value", value, NULL), field);
}

static struct err *number(struct arena *a, const char *field, const char *text, int64_t most, int64_t *out)
{
    char *end;
    long long n = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || n < 0 || n > most)
        return bad(a, field, "roster.list.number", text);
    *out = n;
    return NULL;
}

/* ---- orders and columns: names of facts, separated by commas ---- */
static struct err *one_sort(struct arena *a, const struct who *who, struct people *p, const char *word)
{
    bool desc = *word == '-';
    word += desc;
    bool roster = strcmp(word, "roster") == 0, name = strcmp(word, "name") == 0;
    int fact = roster ? FACTS_BY_ROSTER : name ? FACTS_BY_NAME : facts_fact(p->subject, word);
    if (fact < 0 && !roster && !name)
        return bad(a, "sort", "roster.list.unknown", word);
    if (fact >= 0 && !people_may_ask(p, who, fact))
        return bad(a, "sort", "roster.list.secret", word);
    if (p->n_sort < FACTS_SORTS)
        p->sort[p->n_sort++] = (struct facts_sort){fact, desc};
    return NULL;
}

static struct err *one_col(struct arena *a, const struct who *who, struct people *p, const char *word)
{
    int fact = facts_fact(p->subject, word);
    if (fact < 0)
        return bad(a, "cols", "roster.list.unknown", word);
    if (!people_may_ask(p, who, fact))
        return bad(a, "cols", "roster.list.secret", word);
    for (int i = 0; i < p->n_cols; i++)
        if (p->cols[i] == fact)
            return NULL;
    if (p->n_cols < PEOPLE_COLS)
        p->cols[p->n_cols++] = fact;
    return NULL;
}

static struct err *each_word(struct arena *a, const struct who *who, struct people *p, const char *text,
                             struct err *(*one)(struct arena *, const struct who *, struct people *, const char *))
{
    char *words = arena_strdup(a, text), *save = NULL;
    for (char *w = strtok_r(words, ", ", &save); w != NULL; w = strtok_r(NULL, ", ", &save))
        TRY(one(a, who, p, w));
    return NULL;
}

/* ---- conditions ---- */
/* Conditions chosen field by field, f.FACT=, f.FACT.from= and f.FACT.to=, become part of the filter. */
static struct err *chosen(struct arena *a, const struct who *who, struct people *p, const char *name, const char *value)
{
    const char *word = name + 2, *tail = strchr(word, '.');
    int fact = facts_fact(p->subject, arena_strndup(a, word, tail == NULL ? strlen(word) : (size_t)(tail - word)));
    if (fact < 0)
        return bad(a, name, "roster.list.unknown", word);
    if (!people_may_ask(p, who, fact))
        return bad(a, name, "roster.list.secret", word);
    const struct expr_fact *f = &p->world->subjects[p->subject]->facts[fact];
    const char *part;
    struct date d;
    int64_t n;
    bool from = tail == NULL || strcmp(tail, ".from") == 0;
    char iso[DATE_TEXT];
    if (strcmp(value, "unknown") == 0) {
        part = arena_printf(a, "not known(%s)", f->name);
    } else if (f->type == EXPR_CODE) {
        int pos = codes_find(codes_list(f->codes), value);
        if (pos == 0)
            return bad(a, name, "field.code", value);
        part = arena_printf(a, "%s = %s", f->name, telling_code(a, p->subject, f->codes, pos));
    } else if (f->type == EXPR_BOOL) {
        part = arena_printf(a, "%s%s", *value == 'n' ? "not " : "", f->name);
    } else if (f->type == EXPR_DATE) {
        TRY(roster_day(a, name, value, false, &d));
        part = arena_printf(a, "%s %s %s", f->name,
                            from ? ">=" : "<=", date_iso(from ? date_first(d) : date_last(d), iso));
    } else {
        TRY(number(a, name, value, INT32_MAX / 2, &n));
        part = arena_printf(a, "%s %s %lld", f->name, from ? ">=" : "<=", (long long)n);
    }
    p->filter = p->filter == NULL || *p->filter == '\0' ? part : arena_printf(a, "(%s) and %s", p->filter, part);
    return NULL;
}

struct secret {
    const struct people *p;
    const struct who *who;
    const char *name, *rows;
};

static void look(void *ctx, int subject, int fact)
{
    struct secret *s = ctx;
    const struct expr_subject *of = s->p->world->subjects[subject];
    int class = of->facts[fact].class;
    if (s->name == NULL && (class >= CLASS_CASE || class > (int)s->who->sees)) {
        s->name = of->facts[fact].name;
        s->rows = subject == s->p->subject ? NULL : of->name;
    }
}

static size_t word_at(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word)) {
        char before = p == text ? ' ' : p[-1];
        bool starts = !((before >= 'a' && before <= 'z') || before == '_');
        if (starts && strchr(" .:()=!<>,+-\t\n", p[n]) != NULL)
            return (size_t)(p - text);
    }
    return 0;
}

/* Rows may be asked for without any fact of theirs, count(measure: true): the subject every fact of which is secret. */
static const char *secret_rows(const struct people *p, const struct who *who)
{
    for (int i = 0; i < p->world->n_subjects; i++) {
        const struct expr_subject *of = p->world->subjects[i];
        int least = CLASS_SEALED;
        for (int f = 0; f < of->n_facts; f++)
            least = of->facts[f].class < least ? of->facts[f].class : least;
        if ((least >= CLASS_CASE || least > (int)who->sees) && strstr(p->filter, of->name) != NULL)
            return of->name;
    }
    return NULL;
}

/* Refuses what this reader may not ask, saying where it stands. */
static struct err *refuse_secret(struct arena *a, const struct who *who, const struct people *p, const struct expr *e)
{
    const char *least = NULL;
    struct secret s = {p, who, NULL, NULL};
    int class = expr_class(e, &least);
    if (class < CLASS_CASE && class <= (int)who->sees)
        return NULL;
    expr_reads(e, look, &s);
    const char *rows = s.name == NULL ? secret_rows(p, who) : s.rows;
    const char *shown = rows != NULL ? rows : s.name != NULL ? s.name : least;
    size_t at = word_at(p->filter, shown), line = 1, column = 1;
    for (size_t i = 0; i < at; i++) {
        if (p->filter[i] == '\n')
            line++, column = 1;
        else if (((unsigned char)p->filter[i] & 0xC0) != 0x80)
            column++;
    }
    return err_field(err_say(ERR(a, ERR_INVALID, "a filter over %s, which is secret", shown), "roster.list.secret_at",
                             "line", arena_printf(a, "%zu", line), "column", arena_printf(a, "%zu", column), "value",
                             shown, NULL),
                     "filter");
}

static const char *join(struct arena *a, const char *all, const char *part)
{
    return *all == '\0' ? part : arena_printf(a, "%s and %s", all, part);
}

static struct err *level_part(struct arena *a, struct people *p, const char **all)
{
    int fact = facts_fact(p->subject, "level");
    const char *list = p->world->subjects[p->subject]->facts[fact].codes;
    int pos = codes_find(codes_list(list), p->level);
    if (pos == 0)
        return bad(a, "level", "field.code", p->level);
    p->level = codes_key(codes_list(list), pos);
    *all = join(a, *all, arena_printf(a, "level = %s", telling_code(a, p->subject, list, pos)));
    return NULL;
}

static struct err *compose(struct arena *a, const struct who *who, struct people *p)
{
    const char *all = "";
    struct expr *e;
    int64_t n;
    if (p->filter != NULL) {
        struct err *wrong = expr_parse(a, p->world, p->subject, p->filter, NULL, &e);
        if (wrong == NULL && expr_type_of(e) != EXPR_BOOL)
            wrong = err_say(ERR(a, ERR_INVALID, "not a condition"), "roster.list.no_condition", NULL);
        TRY(err_field(wrong, "filter"));
        TRY(refuse_secret(a, who, p, e));
        p->own = e;
        p->filter = expr_text(a, e);
        all = arena_printf(a, "(%s)", p->filter);
    }
    if (p->level != NULL)
        TRY(level_part(a, p, &all));
    if (p->age_from != NULL) {
        TRY(number(a, "age_from", p->age_from, 150, &n));
        all = join(a, all, arena_printf(a, "age >= %lld", (long long)n));
    }
    if (p->age_to != NULL) {
        TRY(number(a, "age_to", p->age_to, 150, &n));
        all = join(a, all, arena_printf(a, "age <= %lld", (long long)n));
    }
    if (*all == '\0')
        return NULL;
    TRY(expr_parse(a, p->world, p->subject, all, NULL, &e));
    p->when = e;
    return NULL;
}

/* ---- the address ---- */
static struct err *one_pair(struct arena *a, const struct who *who, struct people *p, const char *name, const char *v)
{
    static const struct {
        const char *name;
        size_t at;
    } texts[] = {{"q", offsetof(struct people, name)},
                 {"level", offsetof(struct people, level)},
                 {"age_from", offsetof(struct people, age_from)},
                 {"age_to", offsetof(struct people, age_to)},
                 {"after", offsetof(struct people, after)},
                 {"before", offsetof(struct people, before)}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(name, texts[i].name) == 0) {
            *(const char **)(void *)((char *)p + texts[i].at) = v;
            return NULL;
        }
    int64_t n = 0;
    if (strcmp(name, "unit") == 0 || strcmp(name, "body") == 0)
        return number(a, name, v, INT64_MAX, *name == 'u' ? &p->unit : &p->body);
    if (strcmp(name, "as_of") == 0)
        return roster_day(a, name, v, true, &p->day);
    if (strcmp(name, "sort") == 0)
        return each_word(a, who, p, v, one_sort);
    if (strcmp(name, "cols") == 0) {
        p->columns = true;
        return each_word(a, who, p, v, one_col);
    }
    if (strcmp(name, "size") == 0) {
        TRY(number(a, name, v, 1000000, &n));
        p->limit = n < 1 ? 1 : n > PEOPLE_MOST ? PEOPLE_MOST : (int)n;
        return NULL;
    }
    if (strcmp(name, "lang") == 0)
        return NULL;
    return bad(a, name, "roster.list.unknown", name);
}

struct err *people_read(struct arena *a, const struct who *who, const struct pair *pairs, size_t n, struct people *out)
{
    struct people *p = out;
    struct err *all = NULL;
    *p = (struct people){.limit = PEOPLE_ROWS};
    TRY(facts_world(a, &p->world));
    p->subject = facts_subject("member");
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, "filter") == 0 && *pairs[i].value != '\0')
            p->filter =
                p->filter == NULL ? pairs[i].value : arena_printf(a, "(%s) and (%s)", p->filter, pairs[i].value);
    for (size_t i = 0; i < n; i++) {
        if (*pairs[i].value == '\0' || strcmp(pairs[i].name, "filter") == 0)
            continue;
        struct err *e = strncmp(pairs[i].name, "f.", 2) == 0 ? chosen(a, who, p, pairs[i].name, pairs[i].value)
                                                             : one_pair(a, who, p, pairs[i].name, pairs[i].value);
        if (e != NULL)
            err_join(&all, e);
    }
    for (size_t i = 0; i < sizeof usual / sizeof *usual && !p->columns; i++)
        if (people_may_ask(p, who, facts_fact(p->subject, usual[i])))
            p->cols[p->n_cols++] = facts_fact(p->subject, usual[i]);
    struct err *e = compose(a, who, p);
    if (e != NULL)
        err_join(&all, e);
    return all;
}

static void put(struct buf *b, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    buf_puts(b, b->n == 0 ? "" : "&");
    buf_puts(b, name);
    buf_putc(b, '=');
    face_escape(b, value);
}

static void put_names(struct buf *b, const struct people *p)
{
    struct buf list = BUF(b->arena);
    for (int i = 0; i < p->n_sort; i++)
        buf_printf(&list, "%s%s%s", i > 0 ? "," : "", p->sort[i].desc ? "-" : "",
                   p->sort[i].fact == FACTS_BY_ROSTER ? "roster"
                   : p->sort[i].fact == FACTS_BY_NAME ? "name"
                                                      : p->world->subjects[p->subject]->facts[p->sort[i].fact].name);
    put(b, "sort", buf_str(&list));
    list = BUF(b->arena);
    for (int i = 0; i < p->n_cols && p->columns; i++)
        buf_printf(&list, "%s%s", i > 0 ? "," : "", p->world->subjects[p->subject]->facts[p->cols[i]].name);
    put(b, "cols", buf_str(&list));
}

static void put_all(struct buf *b, const struct people *p, bool place)
{
    char iso[DATE_TEXT];
    put(b, "q", p->name);
    put(b, "unit", p->unit > 0 ? arena_printf(b->arena, "%lld", (long long)p->unit) : NULL);
    put(b, "body", p->body > 0 ? arena_printf(b->arena, "%lld", (long long)p->body) : NULL);
    put(b, "level", p->level);
    put(b, "age_from", p->age_from);
    put(b, "age_to", p->age_to);
    put(b, "as_of", date_is(p->day) ? date_iso(p->day, iso) : NULL);
    put(b, "filter", p->filter);
    put_names(b, p);
    put(b, "size", p->limit != PEOPLE_ROWS ? arena_printf(b->arena, "%d", p->limit) : NULL);
    put(b, "after", place ? p->after : NULL);
    put(b, "before", place ? p->before : NULL);
}

char *people_state(struct arena *a, const struct people *p)
{
    struct buf b = BUF(a);
    put_all(&b, p, false);
    return buf_str(&b);
}

char *people_address(struct arena *a, const struct people *p, bool place)
{
    struct buf b = BUF(a);
    put_all(&b, p, place);
    return arena_printf(a, "/roster/member%s%s", b.n > 0 ? "?" : "", buf_str(&b));
}

char *roster_where(struct arena *a, struct date day, const char *filter_fmt, ...)
{
    va_list ap;
    va_start(ap, filter_fmt);
    char *filter = arena_vprintf(a, filter_fmt, ap), iso[DATE_TEXT];
    va_end(ap);
    struct buf b = BUF(a);
    put(&b, "as_of", date_is(day) ? date_iso(day, iso) : NULL);
    put(&b, "filter", filter);
    return arena_printf(a, "/roster/member?%s", buf_str(&b));
}

/* ---- what is read ---- */
static void end_root(void *root)
{
    facts_end(root);
}

struct err *roster_root(struct req *rq, struct date day, struct db_tx *tx, const struct facts_root **out)
{
    const struct facts_root *root;
    struct facts *f = facts_shared();
    if (f == NULL)
        return err_say(ERR(rq->arena, ERR_BUSY, "the columns are not open"), "facts.loading", "percent", "0", NULL);
    TRY(db_begin_read(rq->db, rq->arena, tx));
    TRY(facts_read(f, tx, &root));
    arena_defer(rq->arena, end_root, (void *)root);
    if (date_is(day) && day.v != facts_day(root).v) {
        TRY(facts_at_day(root, rq->arena, day, &root));
        arena_defer(rq->arena, end_root, (void *)root);
    }
    *out = root;
    return NULL;
}

static void narrow(struct scope *s, int64_t from, int64_t to)
{
    struct scope all = {0};
    for (int i = 0; i < s->n; i++) {
        int64_t lo = s->ranges[i].from > from ? s->ranges[i].from : from;
        int64_t hi = s->ranges[i].to < to ? s->ranges[i].to : to;
        if (lo < hi) {
            all.ranges[all.n].from = lo;
            all.ranges[all.n++].to = hi;
        }
    }
    *s = all;
}

struct err *people_select(struct db_tx *tx, const struct who *who, const struct facts_root *root, struct people *p,
                          struct facts_select *out)
{
    struct row *unit;
    int64_t from, to;
    p->scope = who->scope;
    for (int i = 0; i < 2; i++) {
        int64_t id = i == 0 ? p->unit : p->body;
        if (id <= 0)
            continue;
        struct err *e = record_read(tx, &roster_unit, who, id, &unit);
        if (e != NULL && e->kind == ERR_MISSING)
            return bad(tx->arena, i == 0 ? "unit" : "body", "field.ref",
                       arena_printf(tx->arena, "%lld", (long long)id));
        TRY(e);
        TRY(record_tree_range(tx, &roster_unit, id, &from, &to));
        narrow(&p->scope, from, i == 0 ? to : from + 1);
    }
    p->env = (struct expr_env){.today = facts_day(root)};
    *out = (struct facts_select){.subject = p->subject,
                                 .filter = p->when,
                                 .env = &p->env,
                                 .scope = &p->scope,
                                 .search = p->name,
                                 .n_sort = p->n_sort,
                                 .after = p->before != NULL ? p->before : p->after,
                                 .before = p->before != NULL,
                                 .limit = p->limit};
    memcpy(out->sort, p->sort, sizeof out->sort);
    return NULL;
}
