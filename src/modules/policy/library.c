/* library.c: GET /policy: documents with their editions and clauses, and where the program applies each: rules,
 * records, procedures, letters. Clauses are found by their ids, which begin as the document's line in
 * data/documents.tsv says. */
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "face/show.h"
#include "flow/flow.h"
#include "modules/policy/queries.h"
#include "policy/policy.h"
#include "rules/rules.h"
#include "view/view.h"

enum { DOCUMENTS_MOST = 400, PLACES_MOST = 2000 };

struct document {
    const char *begins, *title[LANGS], *number;
    struct date from[12], to[12];
    int n_editions;
    int64_t own; /* row of policy.document, 0: shipped */
};
struct place { /* somewhere the program names a clause */
    const char *clause, *kind, *what, *href;
    int document; /* -1: none */
};
struct library {
    struct req *rq;
    struct document *docs;
    int n_docs;
    struct place *places;
    int n_places;
    struct policy_q_articles *articles;
    int n_articles;
};

/* ---- documents ---- */
static const char *cell(struct arena *a, const char **s)
{
    size_t n = strcspn(*s, "\t\n");
    const char *out = n == 0 ? NULL : arena_strndup(a, *s, n);
    *s += n + ((*s)[n] == '\t');
    return out;
}

static void add_edition(struct document *d, const char *from, const char *to)
{
    int k = d->n_editions;
    if (k == (int)(sizeof d->from / sizeof *d->from))
        return;
    d->from[k] = d->to[k] = DATE_NONE;
    if (from != NULL && !date_parse(from, &d->from[k]))
        d->from[k] = DATE_NONE;
    if (to != NULL && !date_parse(to, &d->to[k]))
        d->to[k] = DATE_NONE;
    d->n_editions++;
}

/* A line an edition: begins, 中文, English, number, first day, last day. */
static void read_shipped(struct library *l)
{
    struct arena *a = l->rq->arena;
    const char *s = strchr(embed_get("documents.tsv", NULL), '\n');
    while (s != NULL && *++s != '\0') {
        struct document d = {.begins = cell(a, &s)};
        d.title[LANG_ZH] = cell(a, &s);
        d.title[LANG_EN] = cell(a, &s);
        d.number = cell(a, &s);
        const char *from = cell(a, &s), *to = cell(a, &s);
        bool same = l->n_docs > 0 && strcmp(l->docs[l->n_docs - 1].begins, d.begins) == 0;
        if (!same && l->n_docs < DOCUMENTS_MOST)
            l->docs[l->n_docs++] = d;
        add_edition(&l->docs[l->n_docs - 1], from, to);
        s = strchr(s, '\n');
    }
}

static struct err *read_own(struct library *l, struct db_tx *tx)
{
    struct policy_q_documents *own;
    struct policy_q_editions *ed;
    int n, n_ed;
    char first[DATE_TEXT], last[DATE_TEXT];
    TRY(policy_q_documents(tx, &own, &n));
    TRY(policy_q_editions(tx, &ed, &n_ed));
    TRY(policy_q_articles(tx, &l->articles, &l->n_articles));
    for (int i = 0; i < n && l->n_docs < DOCUMENTS_MOST; i++) {
        struct document *d = &l->docs[l->n_docs++];
        *d = (struct document){.begins = own[i].clauses == NULL ? "" : own[i].clauses,
                               .title = {own[i].title, own[i].title},
                               .number = own[i].number,
                               .own = own[i].id};
        for (int k = 0; k < n_ed; k++)
            if (ed[k].document == own[i].id)
                add_edition(d, date_iso(ed[k].from_on, first),
                            date_is(ed[k].to_on) ? date_iso(ed[k].to_on, last) : NULL);
    }
    return NULL;
}

/* The document whose beginning is the longest that fits. */
static int document_of(const struct library *l, const char *clause)
{
    int best = -1;
    size_t most = 0;
    for (int i = 0; i < l->n_docs; i++) {
        size_t n = strlen(l->docs[i].begins);
        bool fits = n > most && strncmp(clause, l->docs[i].begins, n) == 0 && (clause[n] == '\0' || clause[n] == '-');
        if (fits)
            best = i, most = n;
    }
    return best;
}

/* ---- places ---- */
static void add_place(struct library *l, const char *clause, const char *kind, const char *what, const char *href)
{
    bool id = clause != NULL && clause[0] >= 'A' && clause[0] <= 'Z';
    if (!id || what == NULL || l->n_places == PLACES_MOST)
        return;
    for (int i = 0; i < l->n_places; i++)
        if (strcmp(l->places[i].clause, clause) == 0 && strcmp(l->places[i].what, what) == 0 &&
            strcmp(l->places[i].kind, kind) == 0)
            return;
    l->places[l->n_places++] = (struct place){clause, kind, what, href, document_of(l, clause)};
}

static void add_rules(struct library *l, const struct rules_set *s)
{
    for (int i = 0; i < rules_count(s); i++) {
        const struct rules_rule *r = rules_at(s, i);
        add_place(l, r->text->id, "rule", rules_edition_now(r, l->rq->today)->title[l->rq->lang],
                  arena_printf(l->rq->arena, "/rules/%s", r->text->id));
    }
}

static void add_records(struct library *l)
{
    for (int i = 0; i < record_count(); i++)
        if (strcmp(face_record_label(l->rq->lang, record_at(i)), record_at(i)->name) !=
            0) /* it has a page and a name */
            add_place(l, record_at(i)->basis, "field", face_record_label(l->rq->lang, record_at(i)), "/fields");
}

/* Is there a letter of this procedure? */
static bool writes_letter(const struct arena *a, const char *flow)
{
    const char *in = arena_printf((struct arena *)(uintptr_t)a, "/letters/%s.", strchr(flow, '.') + 1);
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++)
        if (strstr(e->name, in) != NULL)
            return true;
    return false;
}

static void add_flows(struct library *l)
{
    for (int i = 0; i < flow_count(); i++) {
        const struct flow *f = flow_at(i);
        const char *name = text_get(l->rq->lang, f->name);
        if (strcmp(name, f->name) == 0)
            continue;
        for (const struct flow_due *d = f->dues; d != NULL && d->name != NULL; d++) {
            add_place(l, d->basis, "flow", name, NULL);
            if (strchr(f->name, '.') != NULL && writes_letter(l->rq->arena, f->name))
                add_place(l, d->basis, "form", tr(l->rq, "policy.letter", "name", name), "/desk/template");
        }
    }
}

static int by_clause(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int c = strcmp(x->clause, y->clause);
    return c != 0 ? c : strcmp(x->what, y->what);
}

/* ---- answering ---- */
static json_t *editions(const struct document *d)
{
    json_t *all = json_array();
    for (int i = 0; i < d->n_editions; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "from", view_date_json(d->from[i]));
        json_object_set_new(o, "to", view_date_json(d->to[i]));
        json_array_append_new(all, o);
    }
    return all;
}

/* Clauses of a document (-1: of none), each with its places. */
static json_t *clauses(const struct library *l, int doc)
{
    json_t *all = json_array(), *last = NULL;
    const char *id = "";
    for (int i = 0; i < l->n_places; i++) {
        const struct place *p = &l->places[i];
        if (p->document != doc)
            continue;
        if (strcmp(p->clause, id) != 0) {
            id = p->clause;
            last = json_pack("{s:s, s:o}", "id", id, "places", json_array());
            json_array_append_new(all, last);
        }
        json_array_append_new(json_object_get(last, "places"),
                              json_pack("{s:s, s:s, s:s?}", "kind", p->kind, "what", p->what, "href", p->href));
    }
    return all;
}

static json_t *articles(const struct library *l, int64_t own)
{
    json_t *all = json_array();
    for (int i = 0; i < l->n_articles && own != 0; i++)
        if (l->articles[i].document == own)
            json_array_append_new(
                all,
                json_pack("{s:s, s:s, s:s, s:s?}", "article", l->articles[i].article, "summary", l->articles[i].summary,
                          "href", arena_printf(l->rq->arena, "/policy/article/%lld", (long long)l->articles[i].id),
                          "applies", l->articles[i].applies));
    return all;
}

static void name_kinds(struct req *rq, json_t *of)
{
    size_t i, k;
    json_t *c, *p;
    json_array_foreach(of, i, c)
    {
        json_array_foreach(json_object_get(c, "places"), k, p)
        {
            const char *kind = json_string_value(json_object_get(p, "kind"));
            json_object_set_new(p, "kind_name", json_string(tr(rq, arena_printf(rq->arena, "policy.kind.%s", kind))));
        }
    }
}

static struct err *answer(struct library *l)
{
    struct req *rq = l->rq;
    json_t *rows = json_array();
    for (int i = 0; i < l->n_docs; i++) {
        const struct document *d = &l->docs[i];
        json_t *o =
            json_pack("{s:s, s:s, s:s?, s:o, s:o, s:o}", "begins", d->begins, "title", d->title[rq->lang], "number",
                      d->number, "editions", editions(d), "clauses", clauses(l, i), "articles", articles(l, d->own));
        json_object_set_new(o, "own", view_id_json(d->own));
        name_kinds(rq, json_object_get(o, "clauses"));
        if (d->own != 0)
            json_object_set_new(o, "href",
                                json_string(arena_printf(rq->arena, "/policy/document/%lld", (long long)d->own)));
        json_array_append_new(rows, o);
    }
    json_t *others = clauses(l, -1);
    name_kinds(rq, others);
    rq->labels = json_pack("{s:b, s:o}", "may", req_may(rq, "policy.document.write") && !rq->who->readonly, "others",
                           json_array_size(others) > 0 ? json_pack("{s:O}", "all", others) : json_null());
    json_decref(others);
    return respond_page(rq, "policy/library", json_pack("{s:o, s:i}", "rows", rows, "total", l->n_docs));
}

struct err *policy_library(struct req *rq)
{
    struct library l = {.rq = rq,
                        .docs = arena_array(rq->arena, struct document, DOCUMENTS_MOST),
                        .places = arena_array(rq->arena, struct place, PLACES_MOST)};
    db_scope struct db_tx tx = {0};
    const struct rules_set *s rules_scope = NULL;
    if (rules_shared() == NULL)
        return ERR(rq->arena, ERR_FAULT, "this server has no rules");
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(rules_read(rules_shared(), &tx, &s));
    read_shipped(&l);
    TRY(read_own(&l, &tx));
    add_rules(&l, s);
    add_records(&l);
    add_flows(&l);
    qsort(l.places, (size_t)l.n_places, sizeof *l.places, by_clause);
    db_end(&tx);
    return answer(&l);
}
