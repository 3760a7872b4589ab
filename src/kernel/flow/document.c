/* document.c: see document.h. */
#include "flow/document.h"

#include <string.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/vec.h"
#include "flow/inner.h"
#include "record/codes.h"
#include "view/messages.h"
#include "view/view.h"

static const struct field template_fields[] = {{"name", FIELD_TEXT, .max = 60, .required = true, .unique = true},
                                               {"body", FIELD_LONG, .max = 20000, .required = true},
                                               {0}};

/* A district's text is saved only when it can be merged: its flow is named by its first part, "care.inquiry.send". */
static const struct flow *flow_of_template(struct arena *a, const char *name)
{
    const char *dot = name == NULL ? NULL : strrchr(name, '.');
    return dot == NULL ? NULL : flow_find(arena_strndup(a, name, (size_t)(dot - name)));
}

static struct err *template_check(struct db_tx *tx, const struct row *row, struct err **all)
{
    const char *name = row_text(row, "name"), *body = row_text(row, "body");
    const struct flow *f = flow_of_template(tx->arena, name);
    if (name != NULL && f == NULL)
        err_join(all,
                 err_field(err_say(ERR(tx->arena, ERR_INVALID, "template '%.60s'", name), "flow.no_template", NULL),
                           "name"));
    else if (body != NULL && f != NULL)
        err_join(all, document_check(tx->arena, f, body));
    return NULL;
}

const struct record flow_template_record = {.name = "flow.template",
                                            .fields = template_fields,
                                            .list = "name",
                                            .order = "name",
                                            .guarded = true, /* written on its own page, which knows the fields */
                                            .check = template_check,
                                            .purpose = "flow.purpose.template",
                                            .basis = "kernel.basis.own",
                                            .readers = "supervision",
                                            .keep = "kernel.keep.setting",
                                            .keep_from = "change",
                                            .class = CLASS_OPEN};

static const struct field document_fields[] = {
    {"matter", FIELD_REF, .to = "flow.matter", .required = true, .index = true},
    {"step", FIELD_REF, .to = "flow.step", .required = true},
    {"template", FIELD_TEXT, .max = 60, .required = true},
    {"series", FIELD_TEXT, .max = 60},
    {"year", FIELD_INT},
    {"n", FIELD_INT},
    {"number", FIELD_TEXT, .max = 100, .unique = true},
    {"title", FIELD_TEXT, .max = 200, .required = true},
    {"body", FIELD_LONG, .max = 60000, .required = true, .class = CLASS_CASE}, /* merged, with its head */
    {"made_on", FIELD_DATE, .required = true},
    {"place", FIELD_COMPUTED, .max = 100, .index = true}, /* in its series: "SERIES YEAR N", N of nine digits */
    {0}};

static void document_derive(struct arena *a, struct row *row)
{
    const char *series = row_text(row, "series");
    row_set(row, "place",
            series == NULL
                ? NULL
                : arena_printf(a, "%s %04d %09lld", series, (int)row_int(row, "year"), (long long)row_int(row, "n")));
}

const struct record flow_document_record = {.name = "flow.document",
                                            .fields = document_fields,
                                            .title = "title",
                                            .derive = document_derive,
                                            .purpose = "flow.purpose.matter",
                                            .basis = "kernel.basis.own",
                                            .readers = "supervision",
                                            .keep = "flow.matter",
                                            .keep_from = "closed_on",
                                            .class = CLASS_INTERNAL,
                                            .guarded = true};

/* ---- templates ---- */
const char *document_shipped(struct arena *a, const char *name)
{
    /* "care.inquiry.send" is care/letters/inquiry.send.txt */
    const char *dot = strchr(name, '.');
    if (dot == NULL)
        return NULL;
    return embed_get(arena_printf(a, "%.*s/letters/%s.txt", (int)(dot - name), name, dot + 1), NULL);
}

struct err *document_template(struct db_tx *tx, const char *name, const char **out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(name)};
    TRY(db_query(tx, "SELECT body FROM flow_template WHERE name = ?1 AND ended = 0", args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = more ? arena_strdup(tx->arena, db_col_text(&rows, 0)) : document_shipped(tx->arena, name);
    return *out != NULL ? NULL : ERR(tx->arena, ERR_MISSING, "no template '%.60s'", name);
}

/* ---- merging ---- */
/* Gives the value of a merge field, "" when it is empty, NULL when there is no such field. */
typedef const char *value_fn(void *ctx, const char *name);

static struct err *merge(struct arena *a, const char *text, value_fn *value, void *ctx, char **out)
{
    struct buf b = BUF(a);
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, "{");
        buf_add(&b, p, n);
        p += n;
        if (*p == '\0')
            break;
        size_t len = strcspn(p, "}\n");
        if (p[len] != '}')
            return err_field(err_say(ERR(a, ERR_INVALID, "a brace is not closed"), "flow.template_brace", NULL),
                             "body");
        char *name = arena_strndup(a, p + 1, len - 1);
        const char *v = value(ctx, name);
        if (v == NULL)
            return err_field(
                err_say(ERR(a, ERR_INVALID, "merge field '%.60s'", name), "flow.template_field", "name", name, NULL),
                "body");
        buf_puts(&b, v);
        p += len + 1;
    }
    *out = buf_str(&b);
    return NULL;
}

static const char *const heads[] = {"title", "series", "to", "sign", "seal", "slip"};
const char *const document_common[] = {"number", "today", "office", "member", "unit", "actor", "reasons", NULL};

static int field_named(struct arena *a, const struct record *rec, const char *name)
{
    int f = record_field(rec, name);
    for (int i = 0; f < 0 && i < record_fields(rec); i++)
        if (strcmp(text_get(LANG_ZH, arena_printf(a, "%s.%s", rec->name, rec->fields[i].name)), name) == 0)
            f = i;
    return f;
}

struct checking {
    struct arena *a;
    const struct flow *f;
};

static const char *known(void *ctx, const char *name)
{
    struct checking *k = ctx;
    for (int i = 0; document_common[i] != NULL; i++)
        if (strcmp(document_common[i], name) == 0)
            return "";
    if (strncmp(name, "due.", 4) == 0)
        return flow_due_of(k->f, name + 4) != NULL ? "" : NULL;
    return field_named(k->a, record_find(k->f->name), name) >= 0 ? "" : NULL;
}

struct err *document_check(struct arena *a, const struct flow *f, const char *text)
{
    struct checking k = {a, f};
    char *out;
    const char *p = text;
    for (; *p != '\0' && *p != '\n'; p += strcspn(p, "\n"), p += *p == '\n') {
        size_t n = strcspn(p, ":\n");
        bool good = false;
        for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
            good = good || (p[n] == ':' && n == strlen(heads[i]) && strncmp(p, heads[i], n) == 0);
        if (!good)
            return err_field(err_say(ERR(a, ERR_INVALID, "head line '%.40s'", p), "flow.template_head", "line",
                                     arena_strndup(a, p, strcspn(p, "\n")), NULL),
                             "body");
    }
    if (*p == '\0')
        return err_field(err_say(ERR(a, ERR_INVALID, "no body"), "flow.template_body", NULL), "body");
    return merge(a, text, known, &k, &out);
}

void document_check_shipped(struct arena *a, const struct flow *f, struct err **all)
{
    for (const struct flow_step *s = f->steps; s->name != NULL; s++) {
        char *word;
        for (const char *p = s->effects; flow_next_word(a, &p, &word, NULL);) {
            if (strncmp(word, "document:", 9) != 0)
                continue;
            const char *text = document_shipped(a, word + 9);
            struct err *e =
                text == NULL ? ERR(a, ERR_INVALID, "no template '%s'", word + 9) : document_check(a, f, text);
            if (e != NULL)
                err_join(all,
                         err_say(ERR(a, ERR_INVALID, "flow %s, %s: %s", f->name, s->name, e->detail),
                                 "flow.check.template", "flow", f->name, "where", s->name, "word", word + 9, NULL));
        }
    }
}

int document_uses(struct arena *a, struct document_use **out)
{
    VEC(struct document_use) all = {0};
    for (int i = 0; i < flow_count(); i++)
        for (const struct flow_step *s = flow_at(i)->steps; s->name != NULL; s++) {
            char *word;
            for (const char *p = s->effects; flow_next_word(a, &p, &word, NULL);) {
                bool is = strncmp(word, "document:", 9) == 0;
                for (size_t k = 0; is && k < all.n; k++)
                    is = strcmp(all.p[k].name, word + 9) != 0;
                if (is)
                    *VEC_PUSH(&all, a) = (struct document_use){flow_at(i), s, word + 9};
            }
        }
    *out = all.p;
    return (int)all.n;
}

/* ---- making ---- */
struct merging {
    struct arena *a;
    const struct flow_matter *m;
    const char *number, *office, *actor, *reasons, *member, *unit;
};

static const char *day_words(struct arena *a, struct date d)
{
    struct buf b = BUF(a);
    view_long_date(&b, LANG_ZH, d);
    return buf_str(&b);
}

static const char *value_of(void *ctx, const char *name)
{
    struct merging *x = ctx;
    const struct row *r = x->m->content;
    if (strcmp(name, "number") == 0)
        return x->number;
    if (strcmp(name, "today") == 0)
        return day_words(x->a, clock_today());
    if (strcmp(name, "office") == 0)
        return x->office;
    if (strcmp(name, "actor") == 0)
        return x->actor;
    if (strcmp(name, "reasons") == 0)
        return x->reasons;
    if (strcmp(name, "member") == 0)
        return x->member;
    if (strcmp(name, "unit") == 0)
        return x->unit;
    if (strncmp(name, "due.", 4) == 0) {
        for (int i = x->m->n_dues - 1; i >= 0; i--)
            if (strcmp(x->m->dues[i].name, name + 4) == 0)
                return day_words(x->a, x->m->dues[i].due.day);
        return "";
    }
    int f = field_named(x->a, r->of, name);
    if (f < 0)
        return NULL;
    if (r->v[f] == NULL)
        return "";
    if (r->of->fields[f].type == FIELD_CODE)
        return codes_label(r->of->fields[f].codes, r->v[f], false);
    struct date d;
    return r->of->fields[f].type == FIELD_DATE && date_parse(r->v[f], &d) ? day_words(x->a, d) : r->v[f];
}

/* The title of a row of another record, e.g. a person's name. */
static struct err *name_of(struct db_tx *tx, const char *field, int64_t id, const char **out)
{
    struct row *r;
    *out = "";
    int f = record_field(flow_matter_record(), field);
    if (id == 0 || f < 0)
        return NULL;
    const struct record *rec = record_find(flow_matter_record()->fields[f].to);
    TRY(record_read(tx, rec, &who_console, id, &r));
    const char *v = row_text(r, rec->title != NULL ? rec->title : rec->fields[0].name);
    *out = v == NULL ? "" : v;
    return NULL;
}

const char *document_head(struct arena *a, const char *text, const char *key)
{
    size_t len = strlen(key);
    for (const char *p = text; *p != '\0' && *p != '\n'; p += strcspn(p, "\n"), p += *p == '\n')
        if (strncmp(p, key, len) == 0 && p[len] == ':') {
            const char *v = p + len + 1 + strspn(p + len + 1, " ");
            return arena_strndup(a, v, strcspn(v, "\n"));
        }
    return NULL;
}

const char *document_body(const char *text)
{
    const char *gap = strncmp(text, "\n", 1) == 0 ? text : strstr(text, "\n\n");
    return gap == NULL ? "" : gap + strspn(gap, "\n");
}

/* The next number of the series this year: 示组函询〔2026〕19号. */
static struct err *next_number(struct change *c, const char *series, struct row *r)
{
    struct arena *a = c->tx.arena;
    int64_t last;
    int year = date_year(clock_today());
    struct db_val range[] = {db_text(arena_printf(a, "%s %04d ", series, year)),
                             db_text(arena_printf(a, "%s %04d!", series, year))};
    struct db_val args[] = {db_text(series), db_int(year)};
    TRY(db_one_int(&c->tx,
                   "SELECT n FROM flow_document WHERE place >= ?1 AND place < ?2 AND ended = 0"
                   " ORDER BY place DESC LIMIT 1",
                   range, 2, 0, &last));
    if (last == 0) /* the first of the year, or letters of an earlier program, which have no place yet */
        TRY(db_one_int(&c->tx, "SELECT max(n) FROM flow_document WHERE series = ?1 AND year = ?2 AND ended = 0", args,
                       2, 0, &last));
    row_set(r, "series", series);
    row_set_int(a, r, "year", year);
    row_set_int(a, r, "n", last + 1);
    row_set(r, "number",
            text_format(a, LANG_ZH, "flow.number", "series", series, "year", arena_printf(a, "%d", year), "n",
                        arena_printf(a, "%lld", (long long)last + 1), NULL));
    return NULL;
}

struct err *document_make(struct change *c, const struct flow_matter *m, int64_t step, const char *name)
{
    struct arena *a = c->tx.arena;
    const char *text;
    char *merged;
    struct row *r = row_new(a, &flow_document_record), *by;
    struct who engine = flow_engine(c->who);
    TRY(document_template(&c->tx, name, &text));
    TRY(record_read(&c->tx, &flow_step_record, &engine, step, &by));
    const char *series = document_head(a, text, "series"), *reasons = row_text(by, "reasons");
    if (series != NULL && *series != '\0')
        TRY(next_number(c, series, r));
    struct merging x = {.a = a,
                        .m = m,
                        .number = row_text(r, "number"),
                        .actor = row_text(by, "actor"),
                        .reasons = reasons == NULL ? "" : reasons};
    x.number = x.number == NULL ? "" : x.number;
    TRY(setting_get(&c->tx, "site", "", &x.office));
    TRY(name_of(&c->tx, "member", m->member, &x.member));
    TRY(name_of(&c->tx, "unit", m->unit, &x.unit));
    TRY(merge(a, text, value_of, &x, &merged));
    const char *title = document_head(a, merged, "title");
    row_set_int(a, r, "matter", m->id);
    row_set_int(a, r, "step", step);
    row_set(r, "template", name);
    row_set(r, "title", title == NULL ? name : title);
    row_set(r, "body", merged);
    row_set_date(a, r, "made_on", clock_today());
    return record_save(c, &flow_document_record, r, 0);
}

struct err *document_list(struct db_tx *tx, int64_t matter, struct row ***out, int *n_out)
{
    return record_of(tx, &flow_document_record, &who_console, "matter", matter, 200, out, n_out);
}
