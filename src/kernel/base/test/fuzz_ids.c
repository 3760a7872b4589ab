/* fuzz_ids.c: any text as a date, a citizen id and a credit code: what is taken has one spelling and means one day. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ids.h"

static void read_date(const char *s)
{
    struct date d, again;
    char iso[DATE_TEXT], dots[DATE_TEXT];
    if (!date_parse(s, &d))
        return;
    if (!date_valid(date_year(d), date_month(d), date_day(d)) || strcmp(date_iso(d, iso), s) != 0)
        abort();
    (void)date_dots(d, dots);
    if (date_le(date_first(d), date_last(d)) != TRI_TRUE ||
        date_from_days(date_to_days(date_first(d))).v != date_first(d).v || !date_parse(iso, &again) || again.v != d.v)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    const char *s = arena_strndup(a, (const char *)data, n);
    struct ids_citizen person, same_person;
    struct ids_credit body, same_body;
    read_date(s);
    if (ids_citizen_read(s, n, date_make(2026, 11, 25), &person) != (person.fault == IDS_RIGHT))
        abort();
    if (person.fault == IDS_RIGHT &&
        (strlen(person.value) != 18 || !ids_citizen_read(person.value, 18, date_make(2026, 11, 25), &same_person) ||
         strcmp(same_person.value, person.value) != 0 || same_person.birth.v != person.birth.v))
        abort();
    if (ids_credit_read(s, n, &body) && (!ids_credit_read(body.value, strlen(body.value), &same_body) ||
                                         strcmp(same_body.value, body.value) != 0 || same_body.respelt))
        abort();
    arena_free(a);
    return 0;
}
