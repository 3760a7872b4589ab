/* declare.c: the flows of this program, and a declaration as canonical JSON and back. */
#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "flow/inner.h"

enum { MOST = 64 };
static const struct flow *flows[MOST];
static const struct flow_hook *hooks[MOST];
static int n_flows, n_hooks;

void flow_register(const struct flow *f)
{
    int i = 0;
    while (i < n_flows && strcmp(flows[i]->name, f->name) != 0)
        i++;
    assert(i < MOST);
    flows[i] = f;
    n_flows += i == n_flows;
}

void flow_hook_register(const struct flow_hook *h)
{
    assert(n_hooks < MOST);
    if (flow_hook_find(h->name) == NULL)
        hooks[n_hooks++] = h;
}

const struct flow_hook *flow_hook_find(const char *name)
{
    for (int i = 0; i < n_hooks; i++)
        if (strcmp(hooks[i]->name, name) == 0)
            return hooks[i];
    return NULL;
}

int flow_count(void)
{
    return n_flows;
}

const struct flow *flow_at(int i)
{
    return flows[i];
}

const struct flow *flow_find(const char *name)
{
    for (int i = 0; i < n_flows; i++)
        if (strcmp(flows[i]->name, name) == 0)
            return flows[i];
    return NULL;
}

const struct record *flow_matter_record(void)
{
    return record_find("flow.matter");
}

struct err *flow_init(struct arena *a)
{
    struct err *all = NULL;
    for (int i = 0; i < n_flows; i++)
        flow_check(a, flows[i], &all);
    if (all != NULL)
        return ERR(a, ERR_FAULT, "%s", all->detail);
    return NULL;
}

/* ---- words ---- */
bool flow_next_word(struct arena *a, const char **list, char **out, bool *must)
{
    const char *p = *list == NULL ? "" : *list;
    p += strspn(p, " ");
    size_t n = strcspn(p, " ");
    *list = p + n;
    if (n == 0)
        return false;
    bool marked = p[n - 1] == '!';
    if (must != NULL)
        *must = marked;
    *out = arena_strndup(a, p, n - marked);
    return true;
}

bool flow_word(const char *list, const char *word, bool *must)
{
    size_t len = strlen(word);
    for (const char *p = list == NULL ? "" : list; *p != '\0';) {
        p += strspn(p, " ");
        size_t n = strcspn(p, " ");
        bool marked = n > 0 && p[n - 1] == '!';
        if (n > 0 && n - marked == len && memcmp(p, word, len) == 0) {
            if (must != NULL)
                *must = marked;
            return true;
        }
        p += n;
    }
    return false;
}

const struct flow_state *flow_state_of(const struct flow *f, const char *name)
{
    for (const struct flow_state *s = f->states; name != NULL && s != NULL && s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

const struct flow_step *flow_step_of(const struct flow *f, const char *name)
{
    for (const struct flow_step *s = f->steps; name != NULL && s != NULL && s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

const struct flow_due *flow_due_of(const struct flow *f, const char *name)
{
    for (const struct flow_due *d = f->dues; name != NULL && d != NULL && d->name != NULL; d++)
        if (strcmp(d->name, name) == 0)
            return d;
    return NULL;
}

const struct flow_sign *flow_sign_of(const struct flow *f, const char *name)
{
    for (const struct flow_sign *s = f->signs; name != NULL && s != NULL && s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

/* ---- members of the structs, in one table a struct: written and read by the same list ---- */
enum kind { TEXT, FLAG, COUNT, UNIT, WAIT };
struct member {
    const char *name;
    enum kind kind;
    size_t at;
};
#define AT(type, field) offsetof(struct type, field)
static const struct member due_members[] = {
    {"name", TEXT, AT(flow_due, name)},   {"from", TEXT, AT(flow_due, from)},
    {"n", COUNT, AT(flow_due, n)},        {"unit", UNIT, AT(flow_due, unit)},
    {"basis", TEXT, AT(flow_due, basis)}, {"ladder", TEXT, AT(flow_due, ladder)},
    {"param", TEXT, AT(flow_due, param)}, {0}};
static const struct member state_members[] = {{"name", TEXT, AT(flow_state, name)},
                                              {"wait", WAIT, AT(flow_state, wait)},
                                              {"owner", TEXT, AT(flow_state, owner)},
                                              {"due", TEXT, AT(flow_state, due)},
                                              {"outcome", TEXT, AT(flow_state, outcome)},
                                              {"unmarked", FLAG, AT(flow_state, unmarked)},
                                              {0}};
static const struct member sign_members[] = {
    {"name", TEXT, AT(flow_sign, name)},   {"roles", TEXT, AT(flow_sign, roles)}, {"n", COUNT, AT(flow_sign, n)},
    {"after", TEXT, AT(flow_sign, after)}, {"basis", TEXT, AT(flow_sign, basis)}, {0}};
static const struct member step_members[] = {{"name", TEXT, AT(flow_step, name)},
                                             {"from", TEXT, AT(flow_step, from)},
                                             {"to", TEXT, AT(flow_step, to)},
                                             {"by", TEXT, AT(flow_step, by)},
                                             {"fields", TEXT, AT(flow_step, fields)},
                                             {"papers", TEXT, AT(flow_step, papers)},
                                             {"when", TEXT, AT(flow_step, when)},
                                             {"rules", TEXT, AT(flow_step, rules)},
                                             {"override", TEXT, AT(flow_step, override)},
                                             {"signs", TEXT, AT(flow_step, signs)},
                                             {"other_than", TEXT, AT(flow_step, other_than)},
                                             {"effects", TEXT, AT(flow_step, effects)},
                                             {"counts", TEXT, AT(flow_step, counts)},
                                             {"reasons", FLAG, AT(flow_step, reasons)},
                                             {"against", FLAG, AT(flow_step, against)},
                                             {"receipt", FLAG, AT(flow_step, receipt)},
                                             {0}};
static const struct member flow_members[] = {{"name", TEXT, AT(flow, name)},     {"hearing", TEXT, AT(flow, hearing)},
                                             {"window", TEXT, AT(flow, window)}, {"waiver", TEXT, AT(flow, waiver)},
                                             {"appeal", TEXT, AT(flow, appeal)}, {"merges", TEXT, AT(flow, merges)},
                                             {"hidden", FLAG, AT(flow, hidden)}, {0}};
static const char *const waits[] = {"office", "person", "department", "end"};

static json_t *one_json(const struct member *m, const void *p)
{
    switch (m->kind) {
    case TEXT: {
        const char *s = *(const char *const *)p;
        return s == NULL ? NULL : json_string(s);
    }
    case FLAG: return *(const bool *)p ? json_true() : NULL;
    case COUNT: return *(const int *)p != 0 ? json_integer(*(const int *)p) : NULL;
    case UNIT: return json_string(due_unit_name(*(const enum due_unit *)p));
    case WAIT: return json_string(waits[*(const enum flow_wait *)p]);
    }
    return NULL;
}

static json_t *object_json(const struct member *members, const void *of)
{
    json_t *o = json_object();
    for (const struct member *m = members; m->name != NULL; m++) {
        json_t *v = one_json(m, (const char *)of + m->at);
        if (v != NULL)
            json_object_set_new(o, m->name, v);
    }
    return o;
}

static json_t *array_json(const struct member *members, const void *first, size_t size)
{
    json_t *list = json_array(); /* the first member of each struct is its name; {0} ends */
    for (const char *p = first; p != NULL && *(const char *const *)p != NULL; p += size)
        json_array_append_new(list, object_json(members, p));
    return list;
}

static int put_piece(const char *bytes, size_t n, void *out)
{
    buf_add(out, bytes, n);
    return 0;
}

char *flow_json(struct arena *a, const struct flow *f)
{
    json_t *o = object_json(flow_members, f);
    json_object_set_new(o, "states", array_json(state_members, f->states, sizeof *f->states));
    json_object_set_new(o, "steps", array_json(step_members, f->steps, sizeof *f->steps));
    json_object_set_new(o, "dues", array_json(due_members, f->dues, sizeof *f->dues));
    json_object_set_new(o, "signs", array_json(sign_members, f->signs, sizeof *f->signs));
    struct buf b = BUF(a);
    json_dump_callback(o, put_piece, &b, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(o);
    return buf_str(&b);
}

/* ---- back ---- */
static void one_read(struct arena *a, const struct member *m, const json_t *v, void *p)
{
    switch (m->kind) {
    case TEXT: *(const char **)p = json_is_string(v) ? arena_strdup(a, json_string_value(v)) : NULL; break;
    case FLAG: *(bool *)p = json_is_true(v); break;
    case COUNT: *(int *)p = (int)json_integer_value(v); break;
    case UNIT: {
        int unit = json_is_string(v) ? due_unit_find(json_string_value(v)) : 0;
        *(enum due_unit *)p = unit < 0 ? DUE_DAYS : (enum due_unit)unit;
        break;
    }
    case WAIT:
        for (int i = 0; i < (int)(sizeof waits / sizeof *waits); i++)
            if (json_is_string(v) && strcmp(json_string_value(v), waits[i]) == 0)
                *(enum flow_wait *)p = (enum flow_wait)i;
        break;
    }
}

static void object_read(struct arena *a, const struct member *members, const json_t *o, void *of)
{
    for (const struct member *m = members; m->name != NULL; m++)
        one_read(a, m, json_object_get(o, m->name), (char *)of + m->at);
}

static void *array_read(struct arena *a, const struct member *members, const json_t *list, size_t size)
{
    size_t n = json_array_size(list);
    char *all = arena_alloc(a, (n + 1) * size);
    for (size_t i = 0; i < n; i++)
        object_read(a, members, json_array_get(list, i), all + i * size);
    return all;
}

struct err *flow_read(struct arena *a, const char *json, struct flow **out)
{
    json_error_t je;
    json_t *o = json_loads(json, 0, &je);
    if (!json_is_object(o)) {
        json_decref(o);
        return ERR(a, ERR_FAULT, "a stored flow is not JSON: %s", je.text);
    }
    struct flow *f = arena_new_of(a, struct flow);
    *f = (struct flow){0};
    object_read(a, flow_members, o, f);
    f->states = array_read(a, state_members, json_object_get(o, "states"), sizeof *f->states);
    f->steps = array_read(a, step_members, json_object_get(o, "steps"), sizeof *f->steps);
    f->dues = array_read(a, due_members, json_object_get(o, "dues"), sizeof *f->dues);
    f->signs = array_read(a, sign_members, json_object_get(o, "signs"), sizeof *f->signs);
    json_decref(o);
    *out = f;
    return NULL;
}
