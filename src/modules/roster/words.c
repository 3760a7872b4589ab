/* words.c: texts nobody has answered, the answers, and the posts made from them. */
#include "roster/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/roster.h"

static const char *keyed(const char *list, const char *key)
{
    const struct code_list *l = codes_list(list);
    return codes_code(l, codes_find(l, key));
}

/* ---- units by their names ---- */
struct units_reading {
    struct arena *a;
    struct words_units *out;
};

static const char *kept(struct arena *a, const char *s)
{
    return s == NULL ? NULL : arena_strdup(a, s);
}

static struct err *take_unit(void *p, const struct roster_q_words_units *u)
{
    struct units_reading *r = p;
    *VEC_PUSH(&r->out->v, r->a) = (struct words_unit){.id = u->id,
                                                      .parent = u->parent,
                                                      .name = kept(r->a, u->name),
                                                      .short_name = kept(r->a, u->short_name),
                                                      .former = kept(r->a, u->former_names),
                                                      .kind = kept(r->a, u->kind),
                                                      .level = kept(r->a, u->level)};
    return NULL;
}

struct err *words_units_read(struct db_tx *tx, const struct who *who, struct words_units *out)
{
    struct units_reading r = {tx->arena, out};
    *out = (struct words_units){0};
    return roster_q_words_units(tx, &who->scope, take_unit, &r);
}

static bool among_lines(const char *lines, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = lines; p != NULL && *p != '\0';) {
        size_t len = strcspn(p, "\n");
        if (len == n && memcmp(p, name, n) == 0)
            return true;
        p += len + (p[len] == '\n');
    }
    return false;
}

static bool bears(const struct words_unit *u, const char *name)
{
    return strcmp(u->name, name) == 0 || (u->short_name != NULL && strcmp(u->short_name, name) == 0) ||
           among_lines(u->former, name);
}

static bool bears_without_place(const struct words_unit *u, const char *name)
{
    return strcmp(words_without_place(u->name), name) == 0 ||
           (u->short_name != NULL && strcmp(words_without_place(u->short_name), name) == 0);
}

const struct words_unit *words_unit_find(const struct words_units *u, const char *written)
{
    const char *plain = words_without_place(written);
    for (int loose = 0; loose < 2 && *written != '\0'; loose++) {
        const struct words_unit *found = NULL;
        int n = 0;
        for (size_t i = 0; i < u->v.n; i++)
            if (loose ? bears_without_place(&u->v.p[i], plain) : bears(&u->v.p[i], written)) {
                found = &u->v.p[i];
                n++;
            }
        if (n > 0)
            return n == 1 ? found : NULL;
    }
    return NULL;
}

/* ---- what a new unit would be ---- */
static bool ends(const char *s, const char *word)
{
    size_t n = strlen(s), w = strlen(word);
    return n >= w && strcmp(s + n - w, word) == 0;
}

static const struct {
    const char *word, *kind, *level;
} endings[] = {{"镇", "township", "section"},
               {"乡", "township", "section"},
               {"街道", "subdistrict", "section"},
               {"区委", "local_committee", "county"},
               {"县委", "local_committee", "county"},
               {"区政府", "local_government", "county"},
               {"人民政府", "local_government", "county"},
               {"人大常委会", "peoples_congress", "county"},
               {"人大", "peoples_congress", "county"},
               {"政协", "cppcc", "county"},
               {"纪委监委", "discipline", "deputy_county"},
               {"纪委", "discipline", "deputy_county"},
               {"法院", "court", "deputy_county"},
               {"检察院", "procuratorate", "deputy_county"},
               {"组织部", "party_department", "section"},
               {"宣传部", "party_department", "section"},
               {"统战部", "party_department", "section"},
               {"政法委", "party_department", "section"},
               {"委办公室", "party_department", "section"},
               {"编办", "party_department", "section"},
               {"党校", "institution", "section"},
               {"联合会", "mass_organisation", "section"},
               {"总工会", "mass_organisation", "section"},
               {"妇联", "mass_organisation", "section"},
               {"团区委", "mass_organisation", "section"},
               {"委员会", "government_department", "section"},
               {"健委", "government_department", "section"},
               {"改委", "government_department", "section"},
               {"办公室", "government_department", "section"},
               {"街道办事处", "subdistrict", "section"},
               {"局", "government_department", "section"},
               {"中心", "institution", NULL},
               {"学校", "institution", NULL},
               {"中学", "institution", NULL},
               {"小学", "institution", NULL},
               {"医院", "institution", NULL},
               {"公司", "state_firm", NULL},
               {"集团", "state_firm", NULL},
               {"科", "internal_unit", NULL},
               {"室", "internal_unit", NULL},
               {"股", "internal_unit", NULL},
               {"所", "institution", NULL},
               {"站", "institution", NULL},
               {"队", "institution", NULL}};

/* How much of a written name is this one, when more follows. */
static size_t continues(const char *plain, const char *name, size_t n)
{
    const char *bare = words_without_place(name);
    size_t cut = (size_t)(bare - name);
    n = cut < n ? n - cut : 0;
    return n >= 6 && strncmp(plain, bare, n) == 0 && plain[n] != '\0' ? n : 0;
}

static size_t continues_unit(const char *plain, const struct words_unit *u)
{
    size_t best = continues(plain, u->name, strlen(u->name));
    size_t n = u->short_name == NULL ? 0 : continues(plain, u->short_name, strlen(u->short_name));
    best = n > best ? n : best;
    for (const char *p = u->former; p != NULL && *p != '\0';) {
        size_t len = strcspn(p, "\n");
        n = continues(plain, p, len);
        best = n > best ? n : best;
        p += len + (p[len] == '\n');
    }
    return best;
}

/* The unit whose name, short or former name another name continues: 示例局办公室 lies in 示例局; 0: none. */
static int64_t around(const struct words_units *u, const char *written)
{
    const char *plain = words_without_place(written);
    size_t best = 0;
    int64_t id = 0;
    for (size_t i = 0; i < u->v.n; i++) {
        size_t n = continues_unit(plain, &u->v.p[i]);
        if (n > best) {
            best = n;
            id = u->v.p[i].id;
        }
    }
    return id;
}

static void guess_unit(const struct words_units *u, struct words_open *o)
{
    o->unit_name = words_without_place(o->unit_text);
    if (strlen(o->unit_name) < 6) /* 示例区委, not 委 */
        o->unit_name = *o->unit_text == '\0' ? NULL : o->unit_text;
    o->new_parent = o->unit_name == NULL ? 0 : around(u, o->unit_name);
    for (size_t i = 0; o->unit_name != NULL && i < sizeof endings / sizeof *endings; i++)
        if (ends(o->unit_text, endings[i].word)) {
            bool inside = o->new_parent != 0;
            o->new_kind = keyed("roster.office_kind", inside ? "internal_unit" : endings[i].kind);
            o->new_level = endings[i].level != NULL && !inside ? keyed("roster.level", endings[i].level) : NULL;
            return;
        }
}

/* The level below another of the ordered list; the list goes down by pairs of deputy and chief. */
static const char *level_below(const char *level)
{
    const struct code_list *l = codes_list("roster.level");
    int pos = codes_find(l, level);
    return pos > 1 ? codes_code(l, pos - 1) : level;
}

static void guess_post(struct words_open *o, const char *unit_level)
{
    enum words_role role = words_role_of(o->titles);
    o->set_aside = role == WORDS_RANK;
    o->leading = role <= WORDS_TEAM && unit_level != NULL;
    o->chief = role == WORDS_CHIEF    ? keyed("roster.chief", "chief")
               : role == WORDS_DEPUTY ? keyed("roster.chief", "deputy")
                                      : keyed("roster.chief", "other");
    if (unit_level == NULL || role > WORDS_TEAM)
        return;
    o->level = role == WORDS_CHIEF ? unit_level : level_below(unit_level);
}

/* ---- texts nobody has answered ---- */
struct listing {
    struct db_tx *tx;
    const struct words_units *units;
    VEC(struct words_open) open;
    int64_t ready;
};

static struct words_open *open_of(struct listing *l, const char *text)
{
    for (size_t i = 0; i < l->open.n; i++)
        if (strcmp(l->open.p[i].text, text) == 0)
            return &l->open.p[i];
    return NULL;
}

struct text_count {
    const char *text;
    int64_t people;
};
struct counting {
    struct arena *a;
    VEC(struct text_count) v;
};

static struct err *take_text(void *p, const struct roster_q_words_texts *t)
{
    struct counting *c = p;
    *VEC_PUSH(&c->v, c->a) = (struct text_count){arena_strdup(c->a, t->post_text), t->people};
    return NULL;
}

static struct err *add_text(struct listing *l, const char *text, int64_t people)
{
    struct words_post posts[WORDS_POSTS];
    struct arena *a = l->tx->arena;
    int n = words_split(a, text, posts), answered = 0, held = 0;
    for (int i = 0; i < n; i++) {
        struct words_open *o = open_of(l, posts[i].text);
        if (o != NULL) {
            o->people += people;
            continue;
        }
        struct roster_q_words_alias *known = NULL;
        TRY(roster_q_words_alias(l->tx, posts[i].text, &known));
        if (known != NULL) {
            answered++;
            held += !known->set_aside;
            continue;
        }
        o = VEC_PUSH(&l->open, a);
        *o = (struct words_open){.text = posts[i].text,
                                 .unit_text = posts[i].unit,
                                 .titles = posts[i].titles,
                                 .people = people,
                                 .main = i == 0};
        const struct words_unit *u = words_unit_find(l->units, posts[i].unit);
        if (u != NULL) {
            o->unit = u->id;
            o->unit_name = u->name;
        } else {
            guess_unit(l->units, o);
        }
        guess_post(o, u != NULL ? u->level : o->new_level);
    }
    if (answered == n && held > 0)
        l->ready += people;
    return NULL;
}

/* A new unit whose name continues that of another one lies inside it: 公安局派出所 in 公安局. */
static void inside_others(struct words_open *o, size_t n)
{
    const char *internal = keyed("roster.office_kind", "internal_unit");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n && o[i].unit == 0 && o[i].unit_name != NULL; k++) {
            size_t len = o[k].unit_name == NULL ? 0 : strlen(o[k].unit_name);
            if (len < 6 || strncmp(o[i].unit_name, o[k].unit_name, len) != 0 || o[i].unit_name[len] == '\0')
                continue;
            o[i].new_kind = internal;
            o[i].new_level = o[i].level = NULL;
            o[i].leading = false;
            break;
        }
}

static int more_people(const void *x, const void *y)
{
    const struct words_open *a = x, *b = y;
    return a->people != b->people ? (a->people < b->people) - (a->people > b->people) : strcmp(a->text, b->text);
}

struct err *words_open_list(struct db_tx *tx, const struct who *who, int limit, struct words_open **out, int *n_out,
                            struct words_counts *counts)
{
    struct words_units units = {0};
    TRY(words_units_read(tx, who, &units));
    struct counting c = {.a = tx->arena};
    TRY(roster_q_words_texts(tx, &who->scope, take_text, &c));
    struct listing l = {.tx = tx, .units = &units};
    for (size_t i = 0; i < c.v.n; i++)
        TRY(add_text(&l, c.v.p[i].text, c.v.p[i].people));
    inside_others(l.open.p, l.open.n);
    if (l.open.n > 0)
        qsort(l.open.p, l.open.n, sizeof *l.open.p, more_people);
    *out = l.open.p;
    *counts = (struct words_counts){.open = (int64_t)l.open.n, .ready = l.ready};
    *n_out = l.open.n < (size_t)limit ? (int)l.open.n : limit;
    return NULL;
}

/* ---- answers ---- */
static struct err *make_unit(struct change *c, const struct words_answer *w, int64_t *id)
{
    struct words_units units = {0};
    TRY(words_units_read(&c->tx, c->who, &units));
    const struct words_unit *there = words_unit_find(&units, w->unit_name);
    if (there != NULL) { /* an answer before this one made it */
        *id = there->id;
        return NULL;
    }
    struct row *u = row_new(c->tx.arena, &roster_unit);
    row_set(u, "name", w->unit_name);
    row_set(u, "kind", w->kind != NULL ? w->kind : keyed("roster.office_kind", "other"));
    row_set(u, "level", w->unit_level);
    int64_t parent = w->parent != 0 ? w->parent : around(&units, w->unit_name);
    if (parent != 0)
        row_set_int(c->tx.arena, u, "parent", parent);
    TRY(record_save(c, &roster_unit, u, 0));
    *id = u->id;
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The very answer that is kept: it was sent again, because something after it had failed. */
static struct err *kept_already(struct change *c, const struct words_answer *w, int64_t unit, bool *yes)
{
    struct roster_q_words_alias *k = NULL;
    TRY(roster_q_words_alias(&c->tx, w->text, &k));
    *yes = k != NULL && k->unit == unit && same_text(k->title, w->titles) && same_text(k->level, w->level) &&
           same_text(k->chief, w->chief) && k->leading_post == w->leading && k->main == w->main &&
           k->occupies_quota == w->quota && k->set_aside == w->set_aside;
    return NULL;
}

struct err *words_confirm(struct change *c, const struct words_answer *w)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &roster_alias);
    int64_t unit = w->unit;
    if (!w->set_aside && unit == 0 && w->unit_name != NULL)
        TRY(make_unit(c, w, &unit));
    bool kept = false;
    TRY(kept_already(c, w, unit, &kept));
    if (kept)
        return NULL;
    row_set(r, "text", w->text);
    if (unit != 0)
        row_set_int(a, r, "unit", unit);
    row_set(r, "title", w->titles);
    row_set(r, "level", w->level);
    row_set(r, "chief", w->chief);
    row_set(r, "leading_post", w->leading ? "1" : "0");
    row_set(r, "main", w->main ? "1" : "0");
    row_set(r, "occupies_quota", w->quota ? "1" : "0");
    row_set(r, "set_aside", w->set_aside ? "1" : "0");
    row_set(r, "confirmed_by", c->who->name);
    row_set_date(a, r, "confirmed_on", clock_today());
    return record_save(c, &roster_alias, r, 0);
}

/* ---- posts ---- */
/* First day of the period still running, from the resume, else from a roster: a day without a document. */
static struct err *since(struct change *c, int64_t member, struct date *out)
{
    struct row **rows;
    int n;
    *out = DATE_UNKNOWN;
    TRY(record_of(&c->tx, &roster_resume, c->who, "member", member, 400, &rows, &n));
    for (int i = 0; i < n; i++) {
        struct date from = row_date(rows[i], "from_on");
        bool running = row_int(rows[i], "open") != 0 && row_text(rows[i], "under") == NULL;
        if (running && date_is(from) && from.v > out->v)
            *out = from;
    }
    if (date_is(*out))
        return NULL;
    struct row *m;
    TRY(record_read(&c->tx, &roster_member, c->who, member, &m));
    *out = row_date(m, "post_since"); /* what a roster said of it */
    return NULL;
}

static struct err *make_post(struct change *c, int64_t member, const struct words_post *p,
                             const struct roster_q_words_alias *k, bool main, struct date from)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &roster_post);
    row_set_int(a, r, "member", member);
    if (k->unit != 0)
        row_set_int(a, r, "unit", k->unit);
    row_set(r, "title", p->titles);
    row_set(r, "level", k->level);
    row_set(r, "chief", k->chief);
    row_set(r, "leading_post", k->leading_post ? "1" : "0");
    row_set(r, "main", main ? "1" : "0");
    row_set(r, "occupies_quota", k->occupies_quota ? "1" : "0");
    row_set(r, "current", "1");
    row_set_date(a, r, "from_on", from);
    return record_save(c, &roster_post, r, 0);
}

static struct err *posts_of(struct change *c, int64_t member, const char *text, int64_t *made)
{
    struct words_post posts[WORDS_POSTS];
    int n = words_split(c->tx.arena, text, posts), mains = 0;
    struct roster_q_words_alias *known[WORDS_POSTS];
    for (int i = 0; i < n; i++) {
        known[i] = NULL;
        TRY(roster_q_words_alias(&c->tx, posts[i].text, &known[i]));
        if (known[i] == NULL)
            return NULL; /* half an answer is none */
    }
    struct date from = DATE_UNKNOWN;
    if (n > 0)
        TRY(since(c, member, &from));
    for (int i = 0; i < n; i++) {
        if (known[i]->set_aside)
            continue;
        bool main = known[i]->main && mains == 0;
        mains += main;
        TRY(make_post(c, member, &posts[i], known[i], main, from));
        ++*made;
    }
    return NULL;
}

/* One commit of people after `from`; *more is false when none is left. */
static struct err *apply_some(struct db *db, struct arena *a, const struct who *who, int64_t *from, int64_t *made,
                              bool *more)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "words to posts", &c));
    struct roster_q_words_people *people;
    int n;
    TRY(roster_q_words_people(&c.tx, *from, &who->scope, &people, &n));
    for (int i = 0; i < n; i++) {
        TRY(change_next(&c, "words to posts"));
        TRY(posts_of(&c, people[i].id, people[i].post_text, made));
        *from = people[i].id;
    }
    *more = n > 0;
    return change_commit(&c);
}

struct err *words_apply(struct db *db, struct arena *a, const struct who *who, int64_t *posts)
{
    int64_t from = 0;
    *posts = 0;
    for (bool more = true; more;) {
        arena_scope struct arena *chunk = arena_new();
        struct err *e = apply_some(db, chunk, who, &from, posts, &more);
        if (e != NULL)
            return err_keep(a, e);
    }
    return NULL;
}
