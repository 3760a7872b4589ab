/* world.c: the register of subjects, and what is made from it once: the description for expressions, the layout of
 * columns, the SQL texts that read rows. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "facts/inner.h"

struct world facts_the_world;
static const struct facts_subject *registered[SUBJECTS_MOST];
static int n_registered;
static struct arena *memory; /* of the world, for the life of the process */

void *facts_get(size_t n)
{
    void *p = malloc(n);
    if (p == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return p;
}

void facts_register(const struct facts_subject *s)
{
    assert(n_registered < SUBJECTS_MOST);
    registered[n_registered++] = s;
}

int facts_registered(void)
{
    return n_registered;
}

static int width_of(enum expr_type t)
{
    switch (t) {
    case EXPR_BOOL: return 1;
    case EXPR_CODE: return 2;
    case EXPR_INT:
    case EXPR_DATE: return 4;
    case EXPR_REF: return 8;
    case EXPR_SPAN: break;
    }
    return 0;
}

void facts_store_cell(void *col, int width, size_t i, int64_t v)
{
    switch (width) {
    case 1: ((int8_t *)col)[i] = (int8_t)v; break;
    case 2: ((int16_t *)col)[i] = (int16_t)v; break;
    case 4: ((int32_t *)col)[i] = (int32_t)v; break;
    default: ((int64_t *)col)[i] = v; break;
    }
}

static bool fits(enum expr_type t, enum field_type f)
{
    switch (t) {
    case EXPR_BOOL: return f == FIELD_BOOL;
    case EXPR_INT: return f == FIELD_INT;
    case EXPR_DATE: return f == FIELD_DATE || f == FIELD_PDATE;
    case EXPR_CODE: return f == FIELD_CODE;
    case EXPR_REF: return f == FIELD_REF;
    case EXPR_SPAN: break;
    }
    return false;
}

static int fact_named(const struct facts_subject *s, const char *name)
{
    for (int i = 0; name != NULL && s->facts[i].name != NULL; i++)
        if (strcmp(s->facts[i].name, name) == 0)
            return i;
    return -1;
}

static int subject_named(const char *name)
{
    for (int i = 0; name != NULL && i < n_registered; i++)
        if (strcmp(registered[i]->name, name) == 0)
            return i;
    return -1;
}

static struct err *no_fit(struct arena *a, const struct facts_subject *s, const char *what, const char *name)
{
    return ERR(a, ERR_FAULT, "subject %s: %s '%s' does not fit", s->name, what, name == NULL ? "" : name);
}

/* The column of the SELECT that holds a field; adds it. */
static int column_for(struct buf *cols, int *n_cols, const char *field)
{
    buf_printf(cols, "%st.%s", *n_cols > 0 ? ", " : "", field);
    return (*n_cols)++;
}

static struct err *fact_layout(struct arena *a, struct layout *l, struct expr_fact *ef, int i, struct buf *cols,
                               int *n_cols)
{
    const struct fact *f = &l->decl->facts[i];
    *ef = (struct expr_fact){.name = f->name,
                             .type = f->type,
                             .codes = f->codes,
                             .to = f->to,
                             .class = (int)f->class,
                             .of_day = f->when == FACT_OF_DAY};
    l->width[i] = (int8_t)width_of(f->type);
    l->column[i] = -1;
    if (l->width[i] == 0 || (f->field != NULL && (f->when == FACT_OF_DAY || l->rec == NULL)))
        return no_fit(a, l->decl, "fact", f->name);
    if (f->field != NULL) {
        int at = record_field(l->rec, f->field);
        if (at < 0 || !fits(f->type, l->rec->fields[at].type))
            return no_fit(a, l->decl, "field", f->field);
        if (ef->codes == NULL)
            ef->codes = l->rec->fields[at].codes;
        if (ef->to == NULL)
            ef->to = l->rec->fields[at].to;
        if ((int)record_field_class(l->rec, at) > ef->class)
            ef->class = (int)record_field_class(l->rec, at);
        l->column[i] = (int16_t)column_for(cols, n_cols, f->field);
    }
    if (f->type == EXPR_CODE) {
        l->codes[i] = ef->codes == NULL ? NULL : codes_list(ef->codes);
        if (l->codes[i] == NULL)
            return no_fit(a, l->decl, "code list", ef->codes);
    }
    return NULL;
}

/* Fixed facts stand in a packed row widest first, so that each is aligned. */
static void pack(struct layout *l)
{
    size_t at = 0;
    for (int w = 8; w >= 1; w /= 2)
        for (int i = 0; i < l->n_facts; i++)
            if (l->width[i] == w && l->decl->facts[i].when == FACT_FIXED) {
                l->at[i] = (uint16_t)at;
                at += (size_t)w;
                l->n_fixed++;
            }
    l->packed = (at + 7) / 8 * 8;
}

static struct err *reads_layout(struct arena *a, struct layout *l, struct buf *cols, int *n_cols)
{
    const char *p = l->decl->reads;
    while (p != NULL && *p != '\0') {
        size_t n = strcspn(p, " ");
        char *field = arena_strndup(a, p, n);
        if (l->n_reads == READS_MOST || record_field(l->rec, field) < 0)
            return no_fit(a, l->decl, "field", field);
        l->reads[l->n_reads++] = (int16_t)column_for(cols, n_cols, field);
        p += n + strspn(p + n, " ");
    }
    return NULL;
}

static void texts(struct layout *l, const char *cols)
{
    const struct facts_subject *d = l->decl;
    const char *by = d->owner == NULL ? "id" : d->key;
    struct buf b = BUF(memory);
    buf_printf(&b, "SELECT %s FROM %s t WHERE t.%s >= ?1 AND t.%s <= ?2 AND t.ended = 0", cols,
               record_table(memory, l->rec), by, by);
    if (d->only != NULL)
        buf_printf(&b, " AND t.%s IS NOT NULL", d->only);
    l->select = buf_str(&b);
    if (l->link >= 0)
        l->linked_by = arena_printf(memory, "SELECT DISTINCT %s FROM %s WHERE %s = ?1 AND ended = 0", d->key,
                                    record_table(memory, l->rec), d->facts[l->link].field);
}

static struct err *sum_layout(struct arena *a, struct layout *l)
{
    const struct facts_subject *d = l->decl;
    l->base = subject_named(d->base);
    l->count_of = subject_named(d->count_of);
    l->counted = fact_named(d, d->counted);
    if (l->base < 0 || l->count_of < 0 || l->counted < 0 || d->owner == NULL || d->facts[0].type != EXPR_CODE ||
        d->facts[0].when != FACT_FIXED || d->facts[l->counted].type != EXPR_INT ||
        d->facts[l->counted].when != FACT_OF_DAY || strcmp(registered[l->base]->owner, d->owner) != 0)
        return no_fit(a, d, "sum", d->base);
    const struct facts_subject *of = registered[l->count_of];
    l->count_when = fact_named(of, d->count_when);
    l->count_owner = fact_named(of, d->count_owner);
    l->count_by = fact_named(of, d->count_by);
    if (l->count_when < 0 || of->facts[l->count_when].type != EXPR_BOOL || l->count_owner < 0 ||
        of->facts[l->count_owner].type != EXPR_REF || l->count_by < 0 || of->facts[l->count_by].type != EXPR_CODE)
        return no_fit(a, d, "count", d->count_of);
    l->base_by = 0;
    while (registered[l->base]->facts[l->base_by].type != EXPR_CODE)
        if (registered[l->base]->facts[++l->base_by].name == NULL)
            return no_fit(a, d, "base", d->base);
    return NULL;
}

/* Columns of the SELECT that are not facts: id, owner, the kernel's own scope, the name. */
static struct err *kernel_columns(struct arena *a, struct layout *l, struct buf *cols, int *n_cols)
{
    const struct facts_subject *d = l->decl;
    column_for(cols, n_cols, "id");
    l->owner_column = l->place_column = l->place_to_column = l->name_column = -1;
    if (d->owner != NULL) {
        if (d->key == NULL || record_field(l->rec, d->key) < 0)
            return no_fit(a, d, "key", d->key);
        l->owner_column = column_for(cols, n_cols, d->key);
        return NULL;
    }
    if (l->rec->unit != NULL || l->rec->tree != NULL)
        l->place_column = column_for(cols, n_cols, "scope");
    if (l->rec->tree != NULL)
        l->place_to_column = column_for(cols, n_cols, "scope_to");
    if (d->named != NULL) {
        if (record_field(l->rec, d->named) < 0)
            return no_fit(a, d, "field", d->named);
        l->name_column = column_for(cols, n_cols, d->named);
    }
    return NULL;
}

static struct err *subject_layout(struct arena *a, struct layout *l, struct expr_subject *es)
{
    const struct facts_subject *d = l->decl;
    while (d->facts[l->n_facts].name != NULL)
        l->n_facts++;
    struct expr_fact *facts = arena_array(memory, struct expr_fact, l->n_facts);
    if (l->n_facts == 0 || l->n_facts > FACTS_MOST)
        return no_fit(a, d, "number of facts", "");
    if (d->record != NULL && (l->rec = record_find(d->record)) == NULL)
        return no_fit(a, d, "record", d->record);
    struct buf cols = BUF(memory);
    int n_cols = 0;
    if (l->rec != NULL)
        TRY(kernel_columns(a, l, &cols, &n_cols));
    for (int i = 0; i < l->n_facts; i++)
        TRY(fact_layout(a, l, &facts[i], i, &cols, &n_cols));
    pack(l);
    l->order = fact_named(d, d->order);
    l->seat = fact_named(d, d->seat);
    l->link = fact_named(d, d->link);
    if ((d->order != NULL && (l->order < 0 || l->width[l->order] != 4)) || (d->seat != NULL && l->seat < 0) ||
        (d->link != NULL && (l->link < 0 || d->facts[l->link].field == NULL)))
        return no_fit(a, d, "order, seat or link", "");
    if (l->rec != NULL) {
        TRY(reads_layout(a, l, &cols, &n_cols));
        texts(l, buf_str(&cols));
    }
    *es = (struct expr_subject){.name = d->name,
                                .record = d->kind != NULL ? d->kind : d->record,
                                .owner = d->owner,
                                .facts = facts,
                                .n_facts = l->n_facts};
    return NULL;
}

static struct err *into_family(struct arena *a, struct world *w, struct layout *l)
{
    const struct facts_subject *d = l->decl;
    l->family = -1;
    if (d->owner == NULL) {
        if (w->n_families == FAMILIES_MOST || l->rec == NULL)
            return no_fit(a, d, "owner", d->name);
        l->family = w->n_families++;
        w->families[l->family] = (struct family){
            .owner = l->subject,
            .looked_up = d->looked_up || l->rec->tree != NULL,
            .bounds = arena_printf(memory, "SELECT count(*), min(id), max(id) FROM %s", record_table(memory, l->rec))};
    }
    for (int i = 0; i < w->n_families && l->family < 0; i++)
        if (strcmp(layout_of(w->families[i].owner)->decl->name, d->owner) == 0)
            l->family = i;
    if (l->family < 0)
        return no_fit(a, d, "owner", d->owner);
    struct family *fam = &w->families[l->family];
    l->slot = fam->n;
    fam->subject[fam->n++] = l->subject;
    fam->has_fixed |= d->fixed != NULL;
    fam->has_linked |= d->linked != NULL;
    return NULL;
}

struct err *facts_made(struct arena *a)
{
    struct world *w = &facts_the_world;
    if (w->n_subjects == n_registered)
        return NULL;
    memory = memory == NULL ? arena_new() : memory;
    *w = (struct world){0};
    struct expr_subject *subjects = arena_array(memory, struct expr_subject, n_registered);
    const struct expr_subject **list = arena_array(memory, const struct expr_subject *, n_registered);
    for (int i = 0; i < n_registered; i++) {
        struct layout *l = w->layouts[i] = arena_new_of(memory, struct layout);
        l->decl = registered[i];
        l->subject = i;
        TRY(subject_layout(a, l, &subjects[i]));
        TRY(into_family(a, w, l));
        list[i] = &subjects[i];
    }
    for (int i = 0; i < n_registered; i++) {
        if (registered[i]->prepare != NULL)
            registered[i]->prepare();
        if (is_sum(w->layouts[i]))
            TRY(sum_layout(a, w->layouts[i]));
    }
    w->expr = (struct expr_world){.subjects = list, .n_subjects = n_registered, .code = codes_position};
    w->n_subjects = n_registered;
    return NULL;
}

struct err *facts_world(struct arena *a, const struct expr_world **out)
{
    TRY(facts_made(a));
    *out = &facts_the_world.expr;
    return NULL;
}

int facts_subject(const char *name)
{
    return subject_named(name);
}

int facts_subject_of_kind(const char *kind)
{
    const struct expr_world *w = &facts_the_world.expr;
    for (int i = 0; i < w->n_subjects; i++)
        if (strcmp(w->subjects[i]->record, kind) == 0)
            return i;
    return -1;
}

int facts_fact(int subject, const char *name)
{
    return fact_named(registered[subject], name);
}

const struct facts_subject *facts_declared(int subject)
{
    return registered[subject];
}
