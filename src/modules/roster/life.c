/* life.c: small facts about people: kinds of kin, what an id says, the month of retirement. */
#include <string.h>

#include "roster/roster.h"

bool roster_household(const char *relation)
{
    size_t n = strlen(relation);
    bool by_law = strstr(relation, "son_in_law") != NULL || strstr(relation, "daughter_in_law") != NULL;
    bool child =
        (n >= 3 && strcmp(relation + n - 3, "son") == 0) || (n >= 8 && strcmp(relation + n - 8, "daughter") == 0);
    if (roster_kin_of(relation) == KIN_SPOUSE || by_law)
        return true;
    return child && roster_kin_of(relation) == KIN_DIRECT && strncmp(relation, "grand", 5) != 0 &&
           strncmp(relation, "daughters_", 10) != 0;
}

enum roster_kin roster_kin_of(const char *relation)
{
    static const struct {
        enum roster_kin kin;
        const char *names; /* keys of roster.relation between blanks */
    } kinds[] = {
        {KIN_SPOUSE, " wife husband "},
        {KIN_DIRECT,
         " son eldest_son second_son third_son fourth_son fifth_son adopted_son step_son daughter eldest_daughter"
         " second_daughter third_daughter fourth_daughter fifth_daughter adopted_daughter step_daughter other_daughter"
         " father mother step_father step_mother foster_father foster_mother grandson granddaughter daughters_son"
         " daughters_daughter grandfather grandmother maternal_grandfather maternal_grandmother great_grandfather"
         " great_grandmother "},
        {KIN_COLLATERAL,
         " elder_brother younger_brother elder_sister younger_sister fathers_elder_brother fathers_younger_brother"
         " mothers_brother fathers_sister mothers_sister nephew niece sisters_son sisters_daughter"
         " paternal_cousin_elder_brother paternal_cousin_younger_brother paternal_cousin_elder_sister"
         " paternal_cousin_younger_sister cousin_elder_brother cousin_younger_brother cousin_elder_sister"
         " cousin_younger_sister "},
        {KIN_OTHER, " other "},
    };
    if (relation == NULL || *relation == '\0')
        return KIN_UNKNOWN;
    size_t n = strlen(relation);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (const char *p = strstr(kinds[i].names, relation); p != NULL; p = strstr(p + 1, relation))
            if (p[-1] == ' ' && p[n] == ' ')
                return kinds[i].kin;
    return KIN_AFFINITY; /* the rest of the list is by marriage */
}

static bool digits(const char *s, int from, int n, int *out)
{
    *out = 0;
    for (int i = from; i < from + n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *out = *out * 10 + s[i] - '0';
    }
    return true;
}

bool roster_id_parts(const char *citizen_id, struct date *birth, bool *male)
{
    size_t n = citizen_id == NULL ? 0 : strlen(citizen_id);
    int year, month, day, order;
    if (n == 18) {
        if (!digits(citizen_id, 6, 4, &year) || !digits(citizen_id, 10, 2, &month) ||
            !digits(citizen_id, 12, 2, &day) || !digits(citizen_id, 14, 3, &order))
            return false;
    } else if (n == 15) {
        if (!digits(citizen_id, 6, 2, &year) || !digits(citizen_id, 8, 2, &month) || !digits(citizen_id, 10, 2, &day) ||
            !digits(citizen_id, 12, 3, &order))
            return false;
        year += 1900;
    } else {
        return false;
    }
    if (month == 0 || day == 0 || !date_valid(year, month, day))
        return false;
    *birth = date_make(year, month, day);
    *male = order % 2 == 1;
    return true;
}

struct date roster_retirement(struct date birth, bool male, int base_age)
{
    if (!date_is(birth) || date_month(birth) == 0 || (base_age != 60 && base_age != 55 && base_age != 50) ||
        (male && base_age != 60))
        return DATE_UNKNOWN;
    struct date old = date_add_months(date_make(date_year(birth), date_month(birth), 0), 12 * base_age);
    int n = (date_year(old) - 2025) * 12 + date_month(old) - 1; /* months from 2025-01 */
    if (n < 0)
        return old;
    int delay = base_age == 50 ? n / 2 + 1 : n / 4 + 1;
    int most = base_age == 50 ? 60 : 36;
    return date_add_months(old, delay < most ? delay : most);
}
