/* office.h: dated offices and what they may. An account acts in one office at a time; the office says where (units) and
 * its role says what (capabilities, the most secret class, signature). The table of roles is the capability matrix; the
 * module admin holds it and declares the record `admin.office` with OFFICE_FIELDS. doc/offices.md. */
#ifndef QF_AUTH_OFFICE_H
#define QF_AUTH_OFFICE_H

#include "record/record.h"

enum office_reach {
    OFFICE_NOWHERE,  /* no row about persons or units */
    OFFICE_UNIT,     /* the unit named and what lies below it */
    OFFICE_DISTRICT, /* the same; without a unit, or at the root, everything */
};

struct auth_role {
    const char *code; /* of auth.role */
    enum office_reach reach;
    enum class sees;    /* the most secret class it reads */
    bool signs;         /* puts its name to decisions */
    bool administrator; /* excludes every other office of the same person */
    const char *may;    /* capabilities, blanks between; * stands for any text: "roster.*.read rules.read" */
};

/* The roles of this program, ended by {0}; static. Before the first request. */
void auth_roles_use(const struct auth_role *roles);
const struct auth_role *auth_role_find(const char *code); /* NULL */
const struct auth_role *auth_role_at(int i);              /* in order; NULL after the last */
bool auth_role_may(const struct auth_role *role, const char *capability);
/* Does an office of this role ask for a second factor? Administrators and whoever signs. */
bool auth_second_factor(const char *role);

#define OFFICE_RECORD "admin.office"
#define OFFICE_FIELDS                                                                              \
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},                 \
        {"role", FIELD_CODE, .codes = "auth.role", .required = true},                              \
        {"unit", FIELD_REF, .to = "roster.unit", .index = true},                                   \
        {"branch", FIELD_CODE, .codes = "auth.branch"},                   /* of a contact */       \
        {"from_on", FIELD_DATE, .required = true}, {"to_on", FIELD_DATE}, /* last day */           \
        {"deputy", FIELD_BOOL, .by_default = "0"}, {"successor", FIELD_REF, .to = "auth.account"}, \
    {                                                                                              \
        "document", FIELD_TEXT, .max = 100                                                         \
    }

struct office {
    int64_t id, account, unit; /* unit 0: none named */
    const char *role, *branch; /* branch NULL: none */
    const char *unit_name;     /* NULL */
    bool deputy;
    struct scope scope; /* by the place of its unit */
};
/* Offices of an account in force on a day: own ones first, then those held as deputy. arena */
struct err *office_list(struct db_tx *tx, int64_t account, struct date day, struct office **out, int *n_out) MUST_USE;
/* Accounts that hold an office today: its word is "supervision" or "contact:audit". Of them those whose units include
 * the place, and who are neither the member named (0: none) nor his relatives. In order of account. arena */
struct err *office_holders(struct db_tx *tx, const char *office, int64_t place, int64_t member, int64_t **out,
                           int *n_out) MUST_USE;
/* A new office from today on. */
struct err *office_give(struct change *c, int64_t account, const char *role, int64_t unit, const char *branch,
                        int64_t *id_out) MUST_USE;

/* The acting person: of the wanted office when it is in force today, else of the first; without any, of his own file
 * alone (role "member"), or of nothing (role "none"). arena; name is borrowed. */
struct err *office_who(struct db_tx *tx, int64_t account, const char *name, int64_t member, int64_t wanted,
                       struct who **out) MUST_USE;

/* Who is related to a person on record: the module that keeps families says it. Called for every acting person with a
 * file of his own. */
typedef struct err *auth_relatives_fn(struct db_tx *tx, int64_t member, int64_t **out, int *n_out);
void auth_relatives_use(auth_relatives_fn *fn);

/* Does this office hold the capability? "my.*" goes with a file of one's own, in whatever office. */
bool auth_may(const struct who *who, const char *capability);

#endif
