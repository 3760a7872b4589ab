/* check.c: what is wrong with a declaration. All of it at once, each as a sentence for the person who wrote it. */
#include <string.h>

#include "base/embed.h"
#include "flow/document.h"
#include "flow/inner.h"
#include "record/codes.h"

struct check {
    struct arena *a;
    const struct flow *f;
    const struct record *content;
    struct err **all;
};

static void wrong(struct check *k, const char *say, const char *where, const char *word)
{
    struct err *e = ERR(k->a, ERR_INVALID, "flow %s, %s: %s '%s'", k->f->name, where, say, word);
    err_join(k->all, err_say(e, say, "flow", k->f->name, "where", where, "word", word, NULL));
}

static bool end_of(const struct flow *f, const char *state)
{
    const struct flow_state *s = flow_state_of(f, state);
    return s != NULL && s->wait == FLOW_END;
}

static void role_there(struct check *k, const char *where, const char *role)
{
    const char *colon = strchr(role, ':');
    const char *name = colon == NULL ? role : arena_strndup(k->a, role, (size_t)(colon - role));
    bool special = strcmp(role, "person") == 0 || strcmp(role, "clock") == 0 || strcmp(role, "flow") == 0 ||
                   strcmp(role, "owner") == 0 || strcmp(role, "opener") == 0 || strcmp(role, "public") == 0;
    if (colon != NULL && colon[1] == '@') {
        int f = record_field(k->content, colon + 2);
        const char *codes = f < 0 ? NULL : k->content->fields[f].codes;
        if (codes == NULL || strcmp(codes, "auth.branch") != 0)
            wrong(k, "flow.check.field", where, colon + 2);
    }
    if (!special && codes_find(codes_list("auth.role"), name) == 0)
        wrong(k, "flow.check.role", where, role);
}

static void roles_there(struct check *k, const char *where, const char *roles)
{
    char *word;
    while (flow_next_word(k->a, &roles, &word, NULL))
        role_there(k, where, word);
}

static void states_there(struct check *k, const struct flow_step *s)
{
    char *word;
    const char *from = s->from;
    if (from == NULL)
        wrong(k, "flow.check.from", s->name, "");
    else if (strcmp(from, "*") != 0)
        while (flow_next_word(k->a, &from, &word, NULL))
            if (flow_state_of(k->f, word) == NULL || end_of(k->f, word))
                wrong(k, "flow.check.from", s->name, word);
    if (flow_state_of(k->f, s->to) == NULL)
        wrong(k, "flow.check.to", s->name, s->to == NULL ? "" : s->to);
}

static bool rule_there(struct check *k, const char *id)
{
    const char *name = arena_printf(k->a, "/rules/%s.rule", id);
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++)
        if (strlen(e->name) > strlen(name) && strcmp(e->name + strlen(e->name) - strlen(name), name) == 0)
            return true;
    return false;
}

static void effect_there(struct check *k, const char *where, const char *word)
{
    if (strncmp(word, "notice:", 7) == 0)
        role_there(k, where, word + 7);
    else if (strncmp(word, "hook:", 5) == 0) {
        if (flow_hook_find(word + 5) == NULL)
            wrong(k, "flow.check.hook", where, word + 5);
    } else if (strncmp(word, "document:", 9) != 0) {
        wrong(k, "flow.check.effect", where, word);
    }
}

static bool names_matter(const struct record *content, const char *field)
{
    int f = record_field(content, field);
    return f >= 0 && content->fields[f].to != NULL && strcmp(content->fields[f].to, "flow.matter") == 0;
}

static void step_check(struct check *k, const struct flow_step *s)
{
    char *word;
    states_there(k, s);
    if (s->by == NULL)
        wrong(k, "flow.check.by", s->name, "");
    if (s->from != NULL && *s->from == '\0' && s->signs != NULL)
        wrong(k, "flow.check.open_signs", s->name, s->signs);
    roles_there(k, s->name, s->by);
    roles_there(k, s->name, s->override);
    for (const char *p = s->fields; flow_next_word(k->a, &p, &word, NULL);)
        if (record_field(k->content, word) < 0)
            wrong(k, "flow.check.field", s->name, word);
    for (const char *p = s->rules; flow_next_word(k->a, &p, &word, NULL);)
        if (!rule_there(k, word))
            wrong(k, "flow.check.rule", s->name, word);
    for (const char *p = s->signs; flow_next_word(k->a, &p, &word, NULL);)
        if (flow_sign_of(k->f, word) == NULL)
            wrong(k, "flow.check.sign", s->name, word);
    for (const char *p = s->other_than; flow_next_word(k->a, &p, &word, NULL);)
        if (*word == '@' ? !names_matter(k->content, word + 1) : flow_step_of(k->f, word) == NULL)
            wrong(k, "flow.check.step", s->name, word);
    for (const char *p = s->effects; flow_next_word(k->a, &p, &word, NULL);)
        effect_there(k, s->name, word);
    if (s->when != NULL) {
        struct err *e = flow_when_check(k->a, k->content, s->when);
        if (e != NULL)
            wrong(k, "flow.check.when", s->name, e->detail);
    }
    int day = s->counts == NULL || strcmp(s->counts, "entered") == 0 ? -1 : record_field(k->content, s->counts);
    if (s->counts != NULL && strcmp(s->counts, "entered") != 0 &&
        (day < 0 || k->content->fields[day].type != FIELD_DATE))
        wrong(k, "flow.check.counts", s->name, s->counts);
    if (s->against && (k->f->hearing == NULL || k->f->window == NULL))
        wrong(k, "flow.check.unheard", s->name, "");
}

static void state_check(struct check *k, const struct flow_state *s)
{
    if (s->wait == FLOW_END) {
        if (s->due != NULL || s->owner != NULL)
            wrong(k, "flow.check.end", s->name, s->due != NULL ? s->due : s->owner);
        return;
    }
    if (s->owner == NULL)
        wrong(k, "flow.check.owner", s->name, "");
    roles_there(k, s->name, s->owner);
    if ((s->wait == FLOW_PERSON) != (s->owner != NULL && strcmp(s->owner, "person") == 0))
        wrong(k, "flow.check.person", s->name, s->owner == NULL ? "" : s->owner);
    if (flow_due_of(k->f, s->due) == NULL)
        wrong(k, "flow.check.due", s->name, s->due == NULL ? "" : s->due);
}

/* Which states a matter can come to, and from which it can still end. */
static void reach(struct check *k)
{
    int n = 0;
    while (k->f->states[n].name != NULL)
        n++;
    bool *come = arena_array(k->a, bool, n), *ends = arena_array(k->a, bool, n);
    for (int i = 0; i < n; i++)
        ends[i] = k->f->states[i].wait == FLOW_END;
    for (bool more = true; more;) {
        more = false;
        for (const struct flow_step *s = k->f->steps; s->name != NULL; s++) {
            const struct flow_state *to = flow_state_of(k->f, s->to);
            if (to == NULL || s->from == NULL)
                continue;
            int t = (int)(to - k->f->states);
            for (int i = 0; i < n; i++) {
                const struct flow_state *from = &k->f->states[i];
                bool leads =
                    from->wait != FLOW_END && (strcmp(s->from, "*") == 0 || flow_word(s->from, from->name, NULL));
                if (leads && come[i] && !come[t])
                    more = come[t] = true;
                if (leads && ends[t] && !ends[i])
                    more = ends[i] = true;
            }
            if (*s->from == '\0' && !come[t])
                more = come[t] = true;
        }
    }
    for (int i = 0; i < n; i++) {
        if (!come[i])
            wrong(k, "flow.check.unreachable", k->f->states[i].name, "");
        if (!ends[i])
            wrong(k, "flow.check.dead_end", k->f->states[i].name, "");
    }
}

static void due_check(struct check *k, const struct flow_due *d)
{
    bool word = d->from != NULL && (strcmp(d->from, "entered") == 0 || strcmp(d->from, "receipt") == 0);
    word = word || (d->from != NULL && strncmp(d->from, "step:", 5) == 0 && flow_step_of(k->f, d->from + 5) != NULL);
    int f = d->from == NULL || word ? -1 : record_field(k->content, d->from);
    if (!word && (f < 0 || k->content->fields[f].type != FIELD_DATE))
        wrong(k, "flow.check.due_from", d->name, d->from == NULL ? "" : d->from);
    if (d->n < 0 || d->n > 10000)
        wrong(k, "flow.check.due_n", d->name, arena_printf(k->a, "%d", d->n));
    char *rung;
    for (const char *p = d->ladder; flow_next_word(k->a, &p, &rung, NULL);) {
        const char *colon = strchr(rung, ':');
        if (colon == NULL)
            wrong(k, "flow.check.ladder", d->name, rung);
        else
            role_there(k, d->name, colon + 1);
    }
}

/* What is merged ends with another's step: nobody may be decided against by it who was not heard in his own. A matter
 * the person does not see asks nothing of him. */
static void merges_check(struct check *k)
{
    char *word;
    for (const char *p = k->f->merges; flow_next_word(k->a, &p, &word, NULL);)
        if (flow_state_of(k->f, word) == NULL || end_of(k->f, word))
            wrong(k, "flow.check.to", "merges", word);
    for (const struct flow_step *s = k->f->steps; s->name != NULL; s++) {
        if (k->f->merges != NULL && s->against)
            wrong(k, "flow.check.merge", s->name, "against");
        if (k->f->hidden && (s->against || flow_word(s->by, "person", NULL)))
            wrong(k, "flow.check.hidden", s->name, "person");
    }
}

void flow_check(struct arena *a, const struct flow *f, struct err **all)
{
    struct check k = {.a = a, .f = f, .content = record_find(f->name), .all = all};
    if (k.content == NULL || f->states == NULL || f->steps == NULL) {
        wrong(&k, "flow.check.record", "", f->name);
        return;
    }
    for (const struct flow_state *s = f->states; s->name != NULL; s++)
        state_check(&k, s);
    for (const struct flow_step *s = f->steps; s->name != NULL; s++)
        step_check(&k, s);
    for (const struct flow_due *d = f->dues; d != NULL && d->name != NULL; d++)
        due_check(&k, d);
    for (const struct flow_sign *s = f->signs; s != NULL && s->name != NULL; s++)
        roles_there(&k, s->name, s->roles);
    if (f->hearing != NULL && flow_step_of(f, f->hearing) == NULL)
        wrong(&k, "flow.check.step", "hearing", f->hearing);
    if (f->waiver != NULL && flow_step_of(f, f->waiver) == NULL)
        wrong(&k, "flow.check.step", "waiver", f->waiver);
    if (f->window != NULL && flow_due_of(f, f->window) == NULL)
        wrong(&k, "flow.check.due", "window", f->window);
    char *word;
    for (const char *p = f->appeal; flow_next_word(a, &p, &word, NULL);)
        if (flow_step_of(f, word) == NULL)
            wrong(&k, "flow.check.step", "appeal", word);
    merges_check(&k);
    reach(&k);
    document_check_shipped(a, f, all);
}
