/* row.c: values of one row by field name. */
#include "record/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct row *row_new(struct arena *a, const struct record *of)
{
    struct row *r = arena_new_of(a, struct row);
    int n = record_fields(of);
    *r = (struct row){.of = of, .scope = -1, .v = arena_array(a, const char *, n)};
    for (int i = 0; i < n; i++)
        r->v[i] = of->fields[i].by_default;
    return r;
}

struct row *row_copy(struct arena *a, const struct row *r)
{
    struct row *c = arena_new_of(a, struct row);
    int n = record_fields(r->of);
    *c = *r;
    c->v = arena_array(a, const char *, n);
    memcpy(c->v, r->v, sizeof *c->v * (size_t)n);
    return c;
}

static int field_of(const struct row *r, const char *field)
{
    int i = record_field(r->of, field);
    assert(i >= 0);
    return i;
}

const char *row_text(const struct row *r, const char *field)
{
    return r->v[field_of(r, field)];
}

int64_t row_int(const struct row *r, const char *field)
{
    const char *s = row_text(r, field);
    return s == NULL ? 0 : strtoll(s, NULL, 10);
}

struct date row_date(const struct row *r, const char *field)
{
    const char *s = row_text(r, field);
    struct date d = DATE_UNKNOWN;
    if (s != NULL && !date_parse(s, &d))
        return DATE_UNKNOWN;
    return d;
}

void row_set(struct row *r, const char *field, const char *value)
{
    r->v[field_of(r, field)] = value != NULL && value[0] == '\0' ? NULL : value;
}

void row_set_int(struct arena *a, struct row *r, const char *field, int64_t n)
{
    row_set(r, field, arena_printf(a, "%lld", (long long)n));
}

void row_set_date(struct arena *a, struct row *r, const char *field, struct date d)
{
    char text[DATE_TEXT];
    row_set(r, field, date_is(d) ? arena_strdup(a, date_iso(d, text)) : NULL);
}
