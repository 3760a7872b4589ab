/* case.c: runs the cases of all rules. Their rows go through record_save into one database in memory and through the
 * modules' own functions into facts, so a case covers the road from a record to a finding; `fact` lines then set single
 * facts by hand, for states the records' own checks would refuse. */
#include "rules/case.h"

#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/vec.h"
#include "record/codes.h"
#include "rules/finding.h"
#include "rules/inner.h"

struct bench {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    struct rules *rules;
    struct facts *facts;
    struct case_file **files;
    int n_files;
    const char *only, *only_text; /* the cases of this rule alone, with this text of it; NULL: all shipped */
    const struct rules_set *set;
    const struct facts_root *today, *root; /* root: of the day now tried */
    struct buf *out;
    int passed, failed;
    struct err *first; /* why the first one failed, as a person is told */
};

static void note_first(struct bench *x, int line, const char *key, const char *name, const char *value)
{
    if (x->first == NULL)
        x->first =
            err_say(ERR(x->a, ERR_INVALID, "%s", key), key, "line", arena_printf(x->a, "%d", line), name, value, NULL);
}

static void failed(struct bench *x, const char *file, int line, const char *fmt, ...) LIKE_PRINTF(4, 5);
static void failed(struct bench *x, const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *why = arena_vprintf(x->a, fmt, ap);
    va_end(ap);
    buf_printf(x->out, "FAILED %s:%d: %s\n", file, line, why);
    note_first(x, line, "rules.case_fails", "why", why);
    x->failed++;
}

/* ---- rows in ---- */
static struct case_row *row_named(const struct rule_case *c, const char *name, size_t n)
{
    for (int i = 0; i < c->n_rows; i++)
        if (strncmp(c->rows[i].name, name, n) == 0 && c->rows[i].name[n] == '\0')
            return &c->rows[i];
    return NULL;
}

static struct err *field_value(struct arena *a, const struct rule_case *c, const struct record *rec, int field,
                               const char *typed, const char **out)
{
    const struct field *f = &rec->fields[field];
    if (f->type == FIELD_REF) {
        const struct case_row *r = row_named(c, typed, strlen(typed));
        if (r == NULL || r->id == 0)
            return ERR(a, ERR_INVALID, "no row '%s' before this one", typed);
        *out = arena_printf(a, "%lld", (long long)r->id);
        return NULL;
    }
    if (f->type == FIELD_BOOL && (strcmp(typed, "yes") == 0 || strcmp(typed, "no") == 0)) {
        *out = *typed == 'y' ? "1" : "0";
        return NULL;
    }
    if (f->type == FIELD_CODE) {
        const struct code_list *l = codes_list(f->codes);
        int pos = codes_find(l, typed);
        if (pos > 0) {
            *out = codes_code(l, pos);
            return NULL;
        }
    }
    return record_parse(a, rec, field, typed, out);
}

static struct err *save_row(struct change *c, const struct rule_case *of, struct case_row *row)
{
    struct arena *a = c->tx.arena;
    const struct record *rec = record_find(row->record);
    if (rec == NULL)
        return ERR(a, ERR_INVALID, "no record '%s'", row->record);
    struct row *r = row_new(a, rec);
    for (int i = 0; i < row->n; i++) {
        int f = record_field(rec, row->fields[i].name);
        const char *v;
        if (f < 0)
            return ERR(a, ERR_INVALID, "%s has no field '%s'", rec->name, row->fields[i].name);
        TRY(field_value(a, of, rec, f, row->fields[i].value, &v));
        row_set(r, row->fields[i].name, v);
    }
    TRY(record_save(c, rec, r, 0));
    row->id = r->id;
    return NULL;
}

static struct err *save_all(struct bench *x)
{
    for (int f = 0; f < x->n_files; f++)
        for (int i = 0; i < x->files[f]->n; i++) {
            struct rule_case *c = &x->files[f]->cases[i];
            change_scope struct change change = {0};
            TRY(change_begin(x->db, x->a, &who_console, "case", &change));
            for (int k = 0; k < c->n_rows; k++) {
                struct err *e = save_row(&change, c, &c->rows[k]);
                if (e != NULL && e->kind != ERR_INVALID)
                    return e;
                if (e != NULL)
                    return ERR(x->a, ERR_INVALID, "%s:%d: %s", x->files[f]->file, c->rows[k].line, e->detail);
            }
            TRY(change_commit(&change));
        }
    return NULL;
}

/* ---- finding the row a line speaks of ---- */
struct target {
    const struct rules_rule *rule;
    int64_t owner, id;
    struct facts_at at;
};

static struct err *find_target(struct bench *x, const struct rules_rule *rule, const struct rule_case *c,
                               const char *name, struct target *out)
{
    const char *colon = strchr(name, ':');
    const struct case_row *row = row_named(c, name, colon == NULL ? strlen(name) : (size_t)(colon - name));
    if (row == NULL)
        return ERR(x->a, ERR_INVALID, "no row '%s'", name);
    const char *key = arena_printf(x->a, "%lld%s", (long long)row->id, colon == NULL ? "" : colon);
    if (!facts_find_key(x->root, rule->subject, key, &out->at))
        return ERR(x->a, ERR_INVALID, "'%s' is no %s on this day", name,
                   set_world(x->set)->subjects[rule->subject]->name);
    out->rule = rule;
    out->owner = facts_owner_id(x->root, rule->subject, out->at);
    out->id = facts_id(x->root, rule->subject, out->at);
    return NULL;
}

/* ---- facts set by hand ---- */
static bool fact_value(const struct expr_fact *f, const char *s, int64_t *out)
{
    bool unknown = strcmp(s, "unknown") == 0, none = strcmp(s, "none") == 0, ordered;
    struct date d;
    char *end;
    switch (f->type) {
    case EXPR_BOOL:
        *out = unknown ? EXPR_BOOL_UNKNOWN : none ? EXPR_BOOL_NONE : strcmp(s, "true") == 0 || strcmp(s, "yes") == 0;
        return true;
    case EXPR_DATE:
        *out = unknown ? EXPR_DATE_UNKNOWN : none ? EXPR_DATE_NONE : date_parse(s, &d) ? d.v : -2;
        return *out != -2;
    case EXPR_CODE:
        *out = unknown ? EXPR_CODE_UNKNOWN : none ? EXPR_CODE_NONE : codes_position(f->codes, s, &ordered);
        return unknown || none || *out > 0;
    case EXPR_INT:
        *out = unknown ? EXPR_INT_UNKNOWN : none ? EXPR_INT_NONE : strtoll(s, &end, 10);
        return unknown || none || *end == '\0';
    default: *out = unknown ? EXPR_REF_UNKNOWN : EXPR_REF_NONE; return unknown || none;
    }
}

static void *with_value(struct arena *a, const struct expr_fact *f, const void *col, int n, int row, int64_t v)
{
    size_t size = f->type == EXPR_BOOL ? 1 : f->type == EXPR_CODE ? 2 : f->type == EXPR_REF ? 8 : 4;
    char *copy = arena_alloc(a, size * (size_t)n);
    memcpy(copy, col, size * (size_t)n);
    switch (size) {
    case 1: ((int8_t *)copy)[row] = (int8_t)v; break;
    case 2: ((int16_t *)copy)[row] = (int16_t)v; break;
    case 4: ((int32_t *)copy)[row] = (int32_t)v; break;
    default: ((int64_t *)copy)[row] = v;
    }
    return copy;
}

/* A copy of the block with one fact of one row changed. */
static struct err *set_fact(struct bench *x, const struct rule_case *c, const struct case_fact *f, struct expr_block *b)
{
    const struct expr_world *w = set_world(x->set);
    const struct case_row *row = row_named(c, f->row, strlen(f->row));
    for (int s = 0; row != NULL && s < w->n_subjects; s++) {
        const struct expr_table *t = &b->tables[s];
        int fact = strcmp(w->subjects[s]->record, row->record) == 0 ? facts_fact(s, f->fact) : -1, at = 0;
        while (at < t->n && t->ids[at] != row->id)
            at++;
        int64_t v;
        if (fact < 0 || at == t->n || !fact_value(&w->subjects[s]->facts[fact], f->value, &v))
            continue;
        struct expr_table *tables = arena_array(x->a, struct expr_table, w->n_subjects);
        memcpy(tables, b->tables, sizeof *tables * (size_t)w->n_subjects);
        const void **cols = arena_array(x->a, const void *, w->subjects[s]->n_facts);
        memcpy(cols, t->cols, sizeof *cols * (size_t)w->subjects[s]->n_facts);
        cols[fact] = with_value(x->a, &w->subjects[s]->facts[fact], cols[fact], t->n, at, v);
        tables[s].cols = cols;
        b->tables = tables;
        return NULL;
    }
    return ERR(x->a, ERR_INVALID, "fact %s.%s cannot be %s", f->row, f->fact, f->value);
}

/* ---- one line ---- */
struct looking {
    const struct expr_world *w;
    const struct rules_rule *rule;
    const char *fact;
    bool found;
    struct buf *names;
};

static void look_gap(void *ctx, int subject, int fact, int64_t id)
{
    struct looking *l = ctx;
    (void)id;
    const char *name = l->w->subjects[subject]->facts[fact].name, *dot = strchr(l->fact, '.');
    bool same = dot == NULL ? strcmp(name, l->fact) == 0
                            : strcmp(name, dot + 1) == 0 &&
                                  strncmp(l->w->subjects[subject]->name, l->fact, (size_t)(dot - l->fact)) == 0;
    l->found |= same;
    buf_printf(l->names, " %s.%s", l->w->subjects[subject]->name, name);
}

static const char *truth_name(enum tri t)
{
    return t == TRI_TRUE ? "hit" : t == TRI_FALSE ? "miss" : "missing";
}

/* The run over everyone must find the same. */
static struct err *same_as_run(struct bench *x, const struct target *t, enum tri truth, bool *out)
{
    struct rules_run run;
    struct rules_ask ask = {.rule = t->rule->text->id, .gaps = true};
    TRY(rules_judge(x->set, x->root, x->a, &ask, &run));
    bool hit = false, gap = false;
    for (int64_t i = 0; i < run.n; i++)
        hit |= run.hits[i].where.id == t->id && run.hits[i].where.owner == t->owner;
    for (int64_t i = 0; i < run.n_gaps; i++)
        gap |= run.gaps[i].where.owner == t->owner;
    *out = hit == (truth == TRI_TRUE) && (truth != TRI_UNKNOWN || gap);
    return NULL;
}

static struct err *check_hit(struct bench *x, const struct case_file *f, const struct case_line *l,
                             const struct target *t, const struct rules_stretch *s)
{
    char iso[DATE_TEXT];
    if (l->has_edition && s->of->from.v != l->edition.v) {
        failed(x, f->file, l->line, "found by the edition from '%s'", date_iso(s->of->from, iso));
        return NULL;
    }
    if (l->has_since) {
        struct rules_hit hit = {t->rule, s, {t->id, t->owner, t->at}, DATE_UNKNOWN};
        struct date since;
        TRY(rules_since(&hit, x->root, x->a, &since));
        if (since.v != l->since.v) {
            failed(x, f->file, l->line, "since '%s'", date_iso(since, iso));
            return NULL;
        }
    }
    x->passed++;
    return NULL;
}

static struct err *check_line(struct bench *x, const struct case_file *f, const struct rule_case *c,
                              const struct case_line *l, const struct rules_rule *rule)
{
    struct target t;
    TRY(find_target(x, rule, c, l->row, &t));
    struct expr_block b = *facts_block(x->root, rule->subject, t.at.block);
    for (int i = 0; i < c->n_facts; i++)
        TRY(set_fact(x, c, &c->facts[i], &b));
    enum tri truth;
    const struct rules_stretch *s;
    TRY(row_truth(rule, x->a, &b, t.at.row, l->day, &truth, &s));
    static const enum tri wanted[] = {TRI_TRUE, TRI_FALSE, TRI_UNKNOWN};
    bool same = true;
    if (c->n_facts == 0)
        TRY(same_as_run(x, &t, truth, &same));
    if (truth != wanted[l->expect]) {
        if (x->first == NULL)
            x->first = err_say(ERR(x->a, ERR_INVALID, "line %d", l->line), "rules.case_differs", "line",
                               arena_printf(x->a, "%d", l->line), "got", truth_name(truth), "want",
                               truth_name(wanted[l->expect]), NULL);
        failed(x, f->file, l->line, "%s, not %s", truth_name(truth), truth_name(wanted[l->expect]));
    } else if (!same) {
        failed(x, f->file, l->line, "a run over everyone finds otherwise");
    } else if (l->expect == EXPECT_HIT) {
        return check_hit(x, f, l, &t, s);
    } else if (l->expect == EXPECT_MISSING) {
        struct buf names = BUF(x->a);
        struct looking look = {set_world(x->set), rule, l->fact, false, &names};
        TRY(row_gaps(rule, x->a, &b, t.at.row, l->day, look_gap, &look));
        if (look.found)
            x->passed++;
        else
            failed(x, f->file, l->line, "what is missing:%s", buf_str(&names));
    } else {
        x->passed++;
    }
    return NULL;
}

static struct err *to_day(struct bench *x, struct date day)
{
    if (x->root != NULL && facts_day(x->root).v == day.v)
        return NULL;
    facts_end(x->root);
    x->root = NULL;
    return facts_at_day(x->today, x->a, day, &x->root);
}

/* ---- what every rule must have ---- */
static bool has_kind(const struct case_file *f, enum case_kind kind)
{
    for (int i = 0; f != NULL && i < f->n; i++)
        if (f->cases[i].kind == kind && f->cases[i].n_lines > 0)
            return true;
    return false;
}

/* The date that chose the edition was this very day in a line of an edition case. */
static struct err *tried_on(struct bench *x, const struct case_file *f, const struct rules_rule *rule, struct date day,
                            bool *out)
{
    *out = false;
    for (int i = 0; i < f->n && !*out; i++)
        for (int k = 0; k < f->cases[i].n_lines && f->cases[i].kind == CASE_EDITION && !*out; k++) {
            const struct case_line *l = &f->cases[i].lines[k];
            struct expr_value v = {.state = EXPR_HAS, .n = l->day.v};
            if (rule->code->at != NULL) {
                struct target t;
                struct expr_env env = {.today = l->day};
                TRY(to_day(x, l->day));
                TRY(find_target(x, rule, &f->cases[i], l->row, &t));
                TRY(expr_eval(x->a, rule->code->at, &env, facts_block(x->root, rule->subject, t.at.block), t.at.row, &v,
                              NULL));
            }
            *out = v.state == EXPR_HAS && v.n == day.v;
        }
    return NULL;
}

static struct err *check_cover(struct bench *x, const struct case_file *f, const struct rules_rule *rule)
{
    static const char *const kinds[] = {"hit", "miss", "boundary", "unknown"};
    const char *file = rule->text->file == NULL ? rule->text->id : rule->text->file;
    for (int k = CASE_HIT; k <= CASE_UNKNOWN; k++) {
        if (has_kind(f, (enum case_kind)k))
            x->passed++;
        else {
            note_first(x, 1, "rules.case_lacks", "kind", kinds[k]);
            failed(x, file, 1, "rule %s has no %s case", rule->text->id, kinds[k]);
        }
    }
    for (int i = 1; i < rule->text->n_editions; i++) {
        struct date days[2] = {rule->text->editions[i - 1].to, rule->text->editions[i].from};
        for (int d = 0; d < 2; d++) {
            bool tried = false;
            char iso[DATE_TEXT];
            if (f != NULL)
                TRY(tried_on(x, f, rule, days[d], &tried));
            if (tried) {
                x->passed++;
                continue;
            }
            note_first(x, 1, "rules.case_lacks_edition", "day", date_iso(days[d], iso));
            failed(x, file, 1, "rule %s has no edition case on %s", rule->text->id, iso);
        }
    }
    return NULL;
}

/* ---- all ---- */
static struct err *run_file(struct bench *x, const struct case_file *f)
{
    const struct rules_rule *rule = rules_find(x->set, f->rule);
    if (rule == NULL)
        return ERR(x->a, ERR_INVALID, "%s: no rule %s", f->file, f->rule);
    for (int i = 0; i < f->n; i++)
        for (int k = 0; k < f->cases[i].n_lines; k++) {
            const struct case_line *l = &f->cases[i].lines[k];
            struct err *e = to_day(x, l->day);
            if (e == NULL)
                e = check_line(x, f, &f->cases[i], l, rule);
            if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_MISSING)
                return e;
            if (e != NULL)
                failed(x, f->file, l->line, "%s", e->detail);
        }
    return NULL;
}

static struct err *run_all(struct bench *x)
{
    for (int i = 0; i < x->n_files; i++)
        TRY(run_file(x, x->files[i]));
    for (int i = 0; i < rules_count(x->set); i++) {
        const struct rules_rule *rule = rules_at(x->set, i);
        const struct case_file *f = NULL;
        if (x->only != NULL && strcmp(x->only, rule->text->id) != 0)
            continue;
        for (int k = 0; k < x->n_files; k++)
            if (strcmp(x->files[k]->rule, rule->text->id) == 0)
                f = x->files[k];
        TRY(check_cover(x, f, rule));
    }
    return NULL;
}

static struct err *with_facts(struct bench *x)
{
    TRY(rules_open(x->a, x->pool, &x->rules));
    TRY(facts_open(x->a, x->pool, 1, rules_param, x->rules, &x->facts));
    rules_use(x->rules, x->facts);
    TRY(facts_wait(x->facts, x->a));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(x->db, x->a, &tx));
    TRY(facts_read(x->facts, &tx, &x->today));
    TRY(rules_read(x->rules, &tx, &x->set));
    return run_all(x);
}

const char *rules_cases_of(struct arena *a, const char *rule)
{
    const char *tail = arena_printf(a, "/rules/%s.case", rule);
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t n = strlen(e->name), m = strlen(tail);
        if (n > m && strcmp(e->name + n - m, tail) == 0)
            return arena_strndup(a, (const char *)e->bytes, (size_t)(e->end - e->bytes));
    }
    return NULL;
}

static struct err *read_files(struct bench *x)
{
    if (x->only != NULL)
        return NULL;
    VEC(struct case_file *) v = {0};
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t n = strlen(e->name);
        if (n < 5 || strcmp(e->name + n - 5, ".case") != 0)
            continue;
        struct case_file *f;
        TRY(case_read(x->a, e->name, (const char *)e->bytes, (size_t)(e->end - e->bytes), &f));
        *VEC_PUSH(&v, x->a) = f;
    }
    x->files = v.p;
    x->n_files = (int)v.n;
    return NULL;
}

static struct err *save_text(struct bench *x)
{
    change_scope struct change c = {0};
    TRY(change_begin(x->db, x->a, &who_console, "case", &c));
    TRY(rules_save_own(&c, x->only, x->only_text, "-", NULL, 0));
    return change_commit(&c);
}

static struct err *with_database(struct bench *x)
{
    TRY(read_files(x));
    TRY(db_take(x->pool, x->a, &x->db));
    TRY(record_migrate(x->db, x->a, true));
    if (x->only != NULL)
        TRY(save_text(x));
    TRY(save_all(x));
    return with_facts(x);
}

static void close_all(struct bench *x)
{
    facts_end(x->root);
    facts_end(x->today);
    rules_end(x->set);
    facts_close(x->facts);
    rules_close(x->rules);
    db_give(x->db);
    db_pool_close(x->pool);
}

struct err *rules_test(struct arena *a, const char *url, struct buf *out, int *passed, int *failed_out)
{
    struct bench x = {.a = a, .out = out};
    TRY(db_pool_open(a, url == NULL ? ":memory:" : url, true, &x.pool));
    struct err *e = with_database(&x);
    close_all(&x);
    *passed = x.passed;
    *failed_out = x.failed;
    return e;
}

/* ---- a district's own ---- */
struct err *rules_own_check(struct arena *a, const char *text, const char *cases, const char **id_out)
{
    const struct expr_world *w;
    struct rules_text *t;
    struct rules_code *code;
    struct case_file *file;
    struct buf out = BUF(a);
    TRY(facts_world(a, &w));
    struct err *e = text_read(a, NULL, text, strlen(text), &t);
    if (e == NULL)
        e = compile(a, w, t, &code);
    if (e != NULL)
        return err_field(e, "text");
    e = case_read(a, arena_printf(a, "%s.case", t->id), cases, strlen(cases), &file);
    if (e != NULL)
        return err_field(e, "cases");
    struct bench x = {.a = a, .out = &out, .files = &file, .n_files = 1, .only = t->id, .only_text = text};
    TRY(db_pool_open(a, ":memory:", true, &x.pool));
    e = with_database(&x);
    close_all(&x);
    if (e != NULL && e->kind == ERR_INVALID) /* a row of a case that the records refuse */
        e = err_say(ERR(a, ERR_INVALID, "%s", e->detail), "rules.case_row", "why", e->detail, NULL);
    else if (e == NULL && x.failed > 0)
        e = x.first;
    *id_out = t->id;
    return e == NULL ? NULL : e->kind == ERR_INVALID ? err_field(e, "cases") : e;
}
