/* intake_compare.c: whom a file means, and where it differs from the records. Identity is the citizen id; without one,
 * name, birth and post together. Anything less is a question for a person, never a guess. */
#include <string.h>

#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/form_text.h"
#include "roster/intake.h"
#include "roster/roster.h"

enum { ROWS_MOST = 400, PASSES = 5 };

/* How rows of a set are matched: each pass names the fields that must be equal, the surest first; dates, then text.
 * `order` fields say where a row stands, not what it says: they are not compared. */
static const struct {
    const struct record *of;
    const char *passes[PASSES];
} specs[INTAKE_SETS] = {
    [SET_RESUME] = {&roster_resume, {"from_on to_on text", "from_on to_on", "from_on text", "from_on", "text"}},
    [SET_EDUCATION] = {&roster_education,
                       {"mode education school degree", "mode education", "mode school", "mode degree",
                        "mode education_level"}},
    [SET_FAMILY] = {&roster_family, {"name relation birth", "name relation", "name birth", "relation birth", "name"}},
    [SET_APPRAISAL] = {&roster_appraisal, {"year"}},
};

const struct record *intake_set_record(enum intake_set s)
{
    return specs[s].of;
}

const char *intake_kind_name(enum intake_kind k)
{
    static const char *const names[INTAKE_KINDS] = {"new", "changed", "unchanged", "refused", "doubtful"};
    return names[k];
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A row from a roster's one column of education: it says less than the records. */
static bool is_brief(const struct row *theirs)
{
    return theirs->of == &roster_education && row_text(theirs, "mode") == NULL;
}

/* All fields of the pass are equal and at least one of them is on record. The level alone is enough only for a brief
 * row, whose mode may be either. */
static bool meets(const struct row *a, const struct row *b, const char *pass)
{
    bool some = false;
    for (const char *p = pass; *p != '\0'; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        char name[64];
        memcpy(name, p, n);
        name[n] = '\0';
        const char *x = row_text(a, name), *y = row_text(b, name);
        bool either = is_brief(a) && strcmp(name, "mode") == 0;
        if ((!either && !same(x, y)) || (!is_brief(a) && strcmp(name, "education_level") == 0))
            return false;
        some |= x != NULL && strcmp(name, "mode") != 0;
        p += n;
    }
    return some;
}

static bool is_nested(const struct intake *in, enum intake_set s, int i)
{
    return in->sets[s].under != NULL && in->sets[s].under[i] >= 0;
}

/* match[i]: index of the record's row that row i of the file means, -1: none. */
static void match_set(const struct intake *in, enum intake_set s, struct row **ours, int n_ours, int *match, bool *used)
{
    int n = in->sets[s].n;
    for (int i = 0; i < n; i++)
        match[i] = -1;
    for (int p = 0; p < PASSES && specs[s].passes[p] != NULL; p++)
        for (int i = 0; i < n; i++)
            for (int k = 0; match[i] < 0 && k < n_ours; k++) {
                bool both = s != SET_RESUME || is_nested(in, s, i) == (row_text(ours[k], "under") != NULL);
                if (!used[k] && both && meets(in->sets[s].rows[i], ours[k], specs[s].passes[p])) {
                    match[i] = k;
                    used[k] = true;
                }
            }
}

static bool compared(const char *field)
{
    static const char *const not [] = {"member", "seat", "under"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if (strcmp(field, not [i]) == 0)
            return false;
    return true;
}

/* Concluded from texts, not written: it says nothing where those texts are what the records have. */
static bool concluded(const struct row *ours, const struct row *theirs, const char *field)
{
    static const struct {
        const struct record *of;
        const char *field, *from;
    } of[] = {{&roster_education, "education_level", "education"},
              {&roster_education, "degree_level", "degree"},
              {&roster_family, "deceased", "work"}};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (ours->of == of[i].of && strcmp(field, of[i].field) == 0)
            return same(row_text(ours, of[i].from), row_text(theirs, of[i].from));
    return false;
}

/* Blanks and line ends are no difference: the readers of files drop them, whoever typed the record may not have. */
static bool reads_the_same(struct arena *a, const struct record *of, int field, const char *ours, const char *theirs)
{
    enum field_type t = of->fields[field].type;
    if (ours == NULL || (t != FIELD_TEXT && t != FIELD_LONG))
        return false;
    return same(form_squeeze(a, ours), form_squeeze(a, theirs));
}

/* A form's date of joining means a member of either kind; who is on probation stays so. */
static bool politics_stands(const struct row *ours, const struct row *theirs, const char *field)
{
    const struct code_list *l = codes_list("roster.politics");
    if (strcmp(field, "politics") != 0 || row_text(ours, field) == NULL)
        return false;
    return codes_find(l, row_text(theirs, field)) == roster_codes.party_member &&
           codes_find(l, row_text(ours, field)) == roster_codes.party_probationary &&
           same(row_text(ours, "party_joined"), row_text(theirs, "party_joined"));
}

static void diff_fields(struct arena *a, struct intake_result *r, const struct row *ours, const struct row *theirs,
                        int mine)
{
    for (int f = 0; ours->of->fields[f].name != NULL; f++)
        if (theirs->v[f] != NULL && compared(ours->of->fields[f].name) && !same(ours->v[f], theirs->v[f]) &&
            !(is_brief(theirs) && ours->v[f] != NULL) && !concluded(ours, theirs, ours->of->fields[f].name) &&
            !politics_stands(ours, theirs, ours->of->fields[f].name) &&
            !reads_the_same(a, ours->of, f, ours->v[f], theirs->v[f]))
            *VEC_PUSH(&r->diffs, a) = (struct intake_diff){.of = ours->of,
                                                           .row = ours->id,
                                                           .mine = mine,
                                                           .field = f,
                                                           .ours = ours->v[f],
                                                           .theirs = theirs->v[f],
                                                           .take = true};
}

static void diff_set(struct arena *a, const struct intake *in, enum intake_set s, struct intake_result *r)
{
    int n = in->sets[s].n, n_ours = r->n_rows[s];
    int *match = arena_array(a, int, n + 1);
    bool *used = arena_array(a, bool, n_ours + 1);
    match_set(in, s, r->rows[s], n_ours, match, used);
    for (int i = 0; i < n; i++) {
        if (match[i] >= 0)
            diff_fields(a, r, r->rows[s][match[i]], in->sets[s].rows[i], i);
        else
            *VEC_PUSH(&r->diffs, a) = (struct intake_diff){
                .of = specs[s].of, .mine = i, .field = -1, .theirs = in->sets[s].rows[i]->v[0], .take = true};
        if (match[i] >= 0)
            in->sets[s].rows[i]->id = r->rows[s][match[i]]->id; /* what nested periods hang on */
    }
    for (int k = 0; n > 0 && k < n_ours; k++)
        if (!used[k])
            *VEC_PUSH(&r->diffs, a) = (struct intake_diff){
                .of = specs[s].of, .row = r->rows[s][k]->id, .mine = -1, .field = -1, .take = false};
}

static struct err *diff(struct db_tx *tx, const struct who *who, const struct intake *in, struct intake_result *r)
{
    TRY(record_read(tx, &roster_member, who, r->member, &r->ours));
    diff_fields(tx->arena, r, r->ours, in->member, -1);
    for (int s = 0; s < INTAKE_SETS; s++) {
        if (in->sets[s].n == 0)
            continue; /* the file does not speak of this set at all */
        TRY(record_of(tx, specs[s].of, who, "member", r->member, ROWS_MOST, &r->rows[s], &r->n_rows[s]));
        diff_set(tx->arena, in, s, r);
    }
    TRY(intake_own_texts(tx, who, in, r));
    r->kind = INTAKE_UNCHANGED;
    for (size_t i = 0; i < r->diffs.n; i++)
        if (r->diffs.p[i].take)
            r->kind = INTAKE_CHANGED;
    if (in->photo != NULL && row_text(r->ours, "photo") == NULL)
        r->kind = INTAKE_CHANGED;
    return NULL;
}

static void candidate(struct arena *a, struct intake_result *r, const struct roster_q_member_by_name *m, int most)
{
    if (r->candidates == NULL)
        r->candidates = arena_array(a, struct intake_candidate, most);
    r->candidates[r->n_candidates++] = (struct intake_candidate){m->id, m->name, m->birth, m->post_text, m->citizen_id};
}

/* A namesake is the same person when birth and post agree and no number speaks against it; a question when birth does
 * not tell them apart. */
static void among_namesakes(struct arena *a, const struct intake *in, const struct roster_q_member_by_name *m, int n,
                            struct intake_result *r)
{
    const char *birth = row_text(in->member, "birth"), *post = row_text(in->member, "post_text"),
               *number = row_text(in->member, "citizen_id");
    int sure = 0;
    for (int i = 0; i < n; i++) {
        if (number != NULL && m[i].citizen_id != NULL)
            continue; /* both have numbers, and they differ */
        struct date b = DATE_UNKNOWN, t = row_date(in->member, "birth");
        bool known = birth != NULL && m[i].birth != NULL && date_parse(m[i].birth, &b);
        if (known && date_eq(b, t) == TRI_FALSE)
            continue; /* born another day: another person */
        bool surely = known && same(m[i].birth, birth) && post != NULL && same(m[i].post_text, post);
        sure += surely;
        if (surely)
            r->member = m[i].id;
        candidate(a, r, &m[i], n);
    }
    if (sure == 1) {
        r->n_candidates = 0;
        return;
    }
    r->member = 0;
    if (r->n_candidates > 0) {
        r->kind = INTAKE_DOUBTFUL;
        r->doubt = birth == NULL ? "roster.intake.doubt.birth" : "roster.intake.doubt.namesake";
    }
}

static struct err *identify(struct db_tx *tx, const struct who *who, const struct intake *in, struct intake_result *r)
{
    struct roster_q_member_by_citizen_id *by_id = NULL;
    struct roster_q_member_by_name *by_name = NULL;
    int n = 0;
    const char *number = row_text(in->member, "citizen_id"), *name = row_text(in->member, "name");
    if (number != NULL)
        TRY(roster_q_member_by_citizen_id(tx, number, &who->scope, &by_id, &n));
    if (n > 0) {
        const struct roster_q_member_by_citizen_id *m = by_id;
        if (n == 1 && same(m->name, name)) {
            r->member = m->id;
            return NULL;
        }
        r->kind = INTAKE_DOUBTFUL;
        r->doubt = "roster.intake.doubt.number";
        for (int i = 0; i < n; i++) {
            const struct roster_q_member_by_name c = {by_id[i].id,        by_id[i].name,       by_id[i].birth,
                                                      by_id[i].post_text, by_id[i].citizen_id, by_id[i].unit};
            candidate(tx->arena, r, &c, n);
        }
        return NULL;
    }
    TRY(roster_q_member_by_name(tx, name, &who->scope, &by_name, &n));
    among_namesakes(tx->arena, in, by_name, n, r);
    return NULL;
}

struct err *intake_compare(struct db_tx *tx, const struct who *who, const struct intake *in, int64_t chosen,
                           struct intake_result *out)
{
    struct intake_result r = {.kind = INTAKE_NEW};
    if (in->refused != NULL) {
        r.kind = INTAKE_REFUSED;
        *out = r;
        return NULL;
    }
    if (chosen > 0)
        r.member = chosen;
    else if (chosen == 0)
        TRY(identify(tx, who, in, &r));
    if (r.member != 0)
        TRY(diff(tx, who, in, &r));
    *out = r;
    return NULL;
}
