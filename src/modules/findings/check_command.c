/* check_command.c: `check`: what holds on a day, without writing anything. Data to stdout, a line each; a summary to
 * stderr. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "findings/findings.h"
#include "findings/opened.h"
#include "findings/tried.h"

struct check {
    struct arena *a;
    const char *url, *as, *day_text, *rule, *expect;
    int64_t member;
    bool json, missing;
    struct date day;
    struct opened db;
    const struct who *who;
    const struct facts_root *root;
    struct rules_run run;
};

static struct err *usage(struct arena *a, const char *what)
{
    return err_field(ERR(a, ERR_INVALID, "%s", what), "usage");
}

static const char *kind_of(int subject)
{
    const struct facts_subject *s = facts_declared(subject);
    return s->kind != NULL ? s->kind : s->record;
}

static char *key_of(struct check *x, const struct rules_hit *h)
{
    return facts_key(x->a, x->root, h->rule->subject, h->where.at);
}

static struct err *put_hit(struct check *x, struct arena *line, const struct rules_hit *h)
{
    struct buf b = BUF(line);
    struct expr_trace *t = NULL;
    char iso[DATE_TEXT];
    TRY(rules_trace(h, x->root, line, &t));
    const char *key = facts_key(line, x->root, h->rule->subject, h->where.at), *kind = kind_of(h->rule->subject);
    const char *since = date_iso(h->since, iso);
    if (x->json) {
        buf_printf(&b, "{\"rule\":\"%s\",\"kind\":\"%s\",\"id\":\"%s\",\"since\":", h->rule->text->id, kind, key);
        buf_json(&b, *since == '\0' ? NULL : since);
        buf_puts(&b, ",\"facts\":");
        rules_facts_json(&b, h->rule->subject, h->where.id, t);
        buf_puts(&b, "}\n");
    } else {
        buf_printf(&b, "%s\t%s %s\t%s\t%s\t", h->rule->text->id, kind, key, *since == '\0' ? "-" : since,
                   rules_state_name(h->rule->state));
        rules_facts_json(&b, h->rule->subject, h->where.id, t);
        buf_putc(&b, '\n');
    }
    fputs(buf_str(&b), stdout);
    return NULL;
}

static struct err *put_hits(struct check *x)
{
    arena_scope struct arena *line = arena_new();
    for (int64_t i = 0; i < x->run.n; i++) {
        arena_reset(line);
        TRY(put_hit(x, line, &x->run.hits[i]));
    }
    return NULL;
}

static void put_gaps(struct check *x)
{
    for (int64_t i = 0; i < x->run.n_gaps; i++) {
        const struct rules_gap *g = &x->run.gaps[i];
        const struct facts_subject *s = facts_declared(g->subject);
        printf(x->json ? "{\"missing\":\"%s.%s\",\"kind\":\"%s\",\"id\":\"%s\",\"rules\":[" : "missing %s.%s\t%s %s\t",
               s->name, s->facts[g->fact].name, kind_of(g->subject), rules_gap_key(x->a, g));
        for (int k = 0; k < g->n; k++)
            printf(x->json ? "%s\"%s\"" : "%s%s", k > 0 ? x->json ? "," : " " : "", g->rules[k]->text->id);
        puts(x->json ? "]}" : "");
    }
}

static void put_summary(const struct check *x)
{
    char iso[DATE_TEXT];
    fprintf(stderr, "qingfeng check: %s, %lld found, %lld not judged for want of a fact\n", date_iso(x->day, iso),
            (long long)x->run.n, (long long)x->run.unknown);
    for (int i = 0; i < x->run.n_waiting; i++)
        fprintf(stderr, "qingfeng check: rule %s waits for an empty parameter\n", x->run.waiting[i]->text->id);
}

/* ---- --expect ---- */
struct names {
    char **p;
    size_t n, cap;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct names *n)
{
    if (n->n > 1)
        qsort(n->p, n->n, sizeof *n->p, by_text);
}

static struct err *read_line(struct check *x, const char *text, int line, struct names *out)
{
    json_t *v = json_loads(text, 0, NULL), *id = json_object_get(v, "id");
    const char *rule = json_string_value(json_object_get(v, "rule")),
               *kind = json_string_value(json_object_get(v, "kind"));
    bool right = rule != NULL && kind != NULL && (json_is_string(id) || json_is_integer(id));
    if (right && (x->rule == NULL || strcmp(x->rule, rule) == 0))
        *VEC_PUSH(out, x->a) = json_is_string(id)
                                   ? arena_printf(x->a, "%s %s %s", rule, kind, json_string_value(id))
                                   : arena_printf(x->a, "%s %s %lld", rule, kind, (long long)json_integer_value(id));
    json_decref(v);
    if (right)
        return NULL;
    return usage(x->a, arena_printf(x->a, "%s:%d: not a line {rule, kind, id}", x->expect, line));
}

static struct err *read_expected(struct check *x, struct names *out)
{
    FILE *f = fopen(x->expect, "r");
    if (f == NULL)
        return usage(x->a, arena_printf(x->a, "cannot read %s", x->expect));
    char line[8192];
    struct err *e = NULL;
    for (int n = 1; e == NULL && fgets(line, sizeof line, f) != NULL; n++)
        if (!utf8_empty(line))
            e = read_line(x, line, n, out);
    fclose(f);
    sort(out);
    return e;
}

static void put_difference(const char *what, const char *name)
{
    const char *kind = strchr(name, ' ') + 1, *id = strchr(kind, ' ') + 1;
    printf("{\"difference\":\"%s\",\"rule\":\"%.*s\",\"kind\":\"%.*s\",\"id\":\"%s\"}\n", what, (int)(kind - 1 - name),
           name, (int)(id - 1 - kind), kind, id);
}

/* Lines of what was expected and not found, and of what was found and not expected. */
static struct err *compare(struct check *x, int64_t *differences)
{
    struct names wanted = {0}, found = {0};
    TRY(read_expected(x, &wanted));
    for (int64_t i = 0; i < x->run.n; i++)
        *VEC_PUSH(&found, x->a) = arena_printf(x->a, "%s %s %s", x->run.hits[i].rule->text->id,
                                               kind_of(x->run.hits[i].rule->subject), key_of(x, &x->run.hits[i]));
    sort(&found);
    size_t i = 0, k = 0;
    while (i < wanted.n || k < found.n) {
        int c = i == wanted.n ? 1 : k == found.n ? -1 : strcmp(wanted.p[i], found.p[k]);
        if (c != 0) {
            put_difference(c < 0 ? "not found" : "not expected", c < 0 ? wanted.p[i] : found.p[k]);
            ++*differences;
        }
        i += c <= 0;
        k += c >= 0;
    }
    return NULL;
}

/* A run over everyone is a reading of that many files: on record before anything is printed. */
static struct err *log_run(struct check *x)
{
    char iso[DATE_TEXT];
    struct facts_page all;
    struct facts_select in = {.subject = facts_subject("member"), .scope = &x->who->scope};
    TRY(facts_list(x->root, x->a, &in, &all));
    const struct access what = {
        .kind = ACCESS_RUN,
        .member = x->member,
        .seq = facts_seq(x->db.root),
        .n = x->member != 0 ? 1 : all.total,
        .asked = arena_printf(x->a, "check %s %s", date_iso(x->day, iso), x->rule == NULL ? "" : x->rule)};
    struct db *db;
    TRY(db_take(x->db.pool, x->a, &db));
    struct err *e = access_note_command(db, x->a, x->who, what);
    db_give(db);
    return e;
}

/* Cases about himself and his relatives are not found for him. */
static void leave_out(struct check *x)
{
    int64_t n = 0, gaps = 0;
    if (x->who->n_barred == 0)
        return;
    for (int64_t i = 0; i < x->run.n; i++)
        if (!who_barred(x->who, tried_member(&x->run.hits[i])))
            x->run.hits[n++] = x->run.hits[i];
    x->run.n = n;
    for (int64_t i = 0; i < x->run.n_gaps; i++)
        if (!who_barred(x->who, tried_member(&(struct rules_hit){.rule = x->run.gaps[i].rules[0],
                                                                 .where = x->run.gaps[i].where})))
            x->run.gaps[gaps++] = x->run.gaps[i];
    x->run.n_gaps = gaps;
}

static struct err *judge(struct check *x, int64_t *differences)
{
    TRY(opened_open(x->a, x->url, true, &x->db));
    TRY(opened_acts(&x->db, x->a, x->as, "findings.read"));
    x->who = x->db.who;
    TRY(opened_to_day(&x->db, x->a, x->day, &x->root));
    if (x->rule != NULL && rules_find(x->db.set, x->rule) == NULL)
        return usage(x->a, arena_printf(x->a, "there is no rule %s", x->rule));
    struct rules_ask ask = {.scope = &x->who->scope,
                            .sees = (int)x->who->sees,
                            .rule = x->rule,
                            .subject = facts_subject("member"),
                            .id = x->member,
                            .since = x->expect == NULL,
                            .gaps = x->missing};
    TRY(rules_judge(x->db.set, x->root, x->a, &ask, &x->run));
    leave_out(x);
    TRY(log_run(x));
    put_summary(x);
    if (x->expect != NULL)
        return compare(x, differences);
    TRY(put_hits(x));
    if (x->missing)
        put_gaps(x);
    return NULL;
}

static struct err *options(struct check *x, int argc, char **argv)
{
    const struct cli_option all[] = {{"db", CLI_TEXT, &x->url, true},
                                     {"as-of", CLI_TEXT, &x->day_text, false},
                                     {"rule", CLI_TEXT, &x->rule, false},
                                     {"member", CLI_INT, &x->member, false},
                                     {"json", CLI_FLAG, &x->json, false},
                                     {"missing", CLI_FLAG, &x->missing, false},
                                     {"expect", CLI_TEXT, &x->expect, false},
                                     {"as", CLI_TEXT, &x->as, false},
                                     {0}};
    TRY(cli_parse(x->a, argc, argv, all, 0, 0, NULL, NULL));
    x->day = clock_today();
    if (x->day_text != NULL && !(date_parse(x->day_text, &x->day) && date_is_full(x->day)))
        return usage(x->a, "--as-of wants a day, as 2026-11-25");
    if (x->member < 0)
        return usage(x->a, "--member wants the id of a cadre");
    return NULL;
}

int findings_check_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    struct check x = {.a = a};
    int64_t differences = 0;
    struct err *e = options(&x, argc, argv);
    if (e == NULL)
        e = judge(&x, &differences);
    int code = cli_end("check", e);
    opened_close(&x.db);
    return code == CLI_OK && differences > 0 ? CLI_DIFFERENCES : code;
}
