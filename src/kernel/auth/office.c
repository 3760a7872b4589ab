/* office.c: from an account and a day to the acting person. Nothing is kept between requests: an office that ends
 * today ends at midnight in every open session. */
#include "auth/office.h"

#include <string.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "base/vec.h"

static const struct auth_role *roles;
static auth_relatives_fn *relatives;

void auth_roles_use(const struct auth_role *all)
{
    roles = all;
}

void auth_relatives_use(auth_relatives_fn *fn)
{
    relatives = fn;
}

const struct auth_role *auth_role_at(int i)
{
    return roles != NULL && roles[i].code != NULL ? &roles[i] : NULL;
}

const struct auth_role *auth_role_find(const char *code)
{
    const struct auth_role *r = roles;
    while (r != NULL && r->code != NULL && (code == NULL || strcmp(r->code, code) != 0))
        r++;
    return r != NULL && r->code != NULL ? r : NULL;
}

/* One pattern of n bytes against the whole text. */
static bool fits(const char *pattern, size_t n, const char *text)
{
    size_t p = 0, star = SIZE_MAX;
    const char *back = NULL;
    while (*text != '\0') {
        if (p < n && pattern[p] == '*') {
            star = p++;
            back = text;
        } else if (p < n && pattern[p] == *text) {
            p++;
            text++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            text = ++back;
        } else {
            return false;
        }
    }
    while (p < n && pattern[p] == '*')
        p++;
    return p == n;
}

static bool named(const char *patterns, const char *capability)
{
    for (const char *p = patterns; *p != '\0';) {
        size_t n = strcspn(p, " ");
        if (fits(p, n, capability))
            return true;
        p += n + strspn(p + n, " ");
    }
    return false;
}

bool auth_role_may(const struct auth_role *role, const char *capability)
{
    return named(role->may, capability);
}

bool auth_second_factor(const char *role)
{
    const struct auth_role *r = auth_role_find(role);
    return r != NULL && (r->administrator || r->signs);
}

bool auth_may(const struct who *who, const char *capability)
{
    if (who == NULL || (who->only != NULL && !named(who->only, capability)))
        return false;
    if (strncmp(capability, "my.", 3) == 0)
        return who->member != 0;
    const struct auth_role *role = auth_role_find(who->role);
    return role != NULL ? auth_role_may(role, capability) : who->account == 0; /* the program itself: console, judge */
}

/* ---- offices of an account ---- */
static const char in_force[] =
    "SELECT o.id, o.role, o.unit, o.branch, coalesce(o.deputy, 0), u.name, coalesce(u.parent, 0), u.scope, u.scope_to"
    " FROM admin_office o LEFT JOIN roster_unit u ON u.id = o.unit WHERE o.account = ?1 AND o.ended = 0"
    " AND o.from_on <= ?2 AND (o.to_on IS NULL OR o.to_on >= ?2) ORDER BY coalesce(o.deputy, 0), o.id";

static const char *text_at(struct arena *a, const struct db_rows *rows, int col)
{
    const char *s = db_col_text(rows, col);
    return s != NULL ? arena_strdup(a, s) : NULL;
}

/* The columns of in_force, from `first` on. */
static void take_from(struct arena *a, const struct db_rows *rows, int first, struct office *out)
{
    static const struct scope all = SCOPE_ALL;
    *out = (struct office){.id = db_col_int(rows, first),
                           .role = text_at(a, rows, first + 1),
                           .unit = db_col_int(rows, first + 2),
                           .branch = text_at(a, rows, first + 3),
                           .deputy = db_col_int(rows, first + 4) != 0,
                           .unit_name = text_at(a, rows, first + 5)};
    const struct auth_role *role = auth_role_find(out->role);
    bool root = out->unit == 0 || db_col_int(rows, first + 6) == 0;
    if (role == NULL || role->reach == OFFICE_NOWHERE)
        return;
    if (role->reach == OFFICE_DISTRICT && root) {
        out->scope = all; /* rows whose unit nobody has named yet are its work too */
    } else if (out->unit != 0) {
        out->scope.n = 1;
        out->scope.ranges[0].from = db_col_int(rows, first + 7);
        out->scope.ranges[0].to = db_col_int(rows, first + 8);
    }
}

struct err *office_list(struct db_tx *tx, int64_t account, struct date day, struct office **out, int *n_out)
{
    VEC(struct office) v = {0};
    char iso[DATE_TEXT];
    *out = NULL;
    *n_out = 0;
    if (record_find(OFFICE_RECORD) == NULL)
        return NULL;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(account), db_text(date_iso(day, iso))};
    TRY(db_query(tx, in_force, args, 2, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct office *o = VEC_PUSH(&v, tx->arena);
        take_from(tx->arena, &rows, 0, o);
        o->account = account;
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

/* ---- who holds an office ---- */
static const char holding[] =
    "SELECT o.account, coalesce(a.member, 0), o.id, o.role, o.unit, o.branch, 0, u.name, coalesce(u.parent, 0),"
    " u.scope, u.scope_to FROM admin_office o JOIN auth_account a ON a.id = o.account"
    " LEFT JOIN roster_unit u ON u.id = o.unit WHERE o.role = ?1 AND coalesce(o.branch, '') = ?2 AND o.ended = 0"
    " AND a.ended = 0 AND coalesce(a.disabled, 0) = 0 AND o.from_on <= ?3 AND (o.to_on IS NULL OR o.to_on >= ?3)"
    " ORDER BY o.account, o.id";

static bool among(const int64_t *ids, int n, int64_t id)
{
    for (int i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

struct err *office_holders(struct db_tx *tx, const char *office, int64_t place, int64_t member, int64_t **out,
                           int *n_out)
{
    struct arena *a = tx->arena;
    const char *colon = strchr(office, ':'), *branch = colon == NULL ? "" : colon + 1;
    const char *role = colon == NULL ? office : arena_strndup(a, office, (size_t)(colon - office));
    VEC(int64_t) v = {0};
    int64_t *kin = NULL;
    int n_kin = 0;
    char iso[DATE_TEXT];
    *out = NULL;
    *n_out = 0;
    if (record_find(OFFICE_RECORD) == NULL)
        return NULL;
    if (member != 0 && relatives != NULL)
        TRY(relatives(tx, member, &kin, &n_kin));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(role), db_text(branch), db_text(date_iso(clock_today(), iso))};
    TRY(db_query(tx, holding, args, 3, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct office o;
        int64_t account = db_col_int(&rows, 0), file = db_col_int(&rows, 1);
        take_from(a, &rows, 2, &o);
        bool barred = file != 0 && (file == member || among(kin, n_kin, file));
        if (!barred && scope_has(&o.scope, place) && (v.n == 0 || v.p[v.n - 1] != account))
            *VEC_PUSH(&v, a) = account;
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

struct err *office_give(struct change *c, int64_t account, const char *role, int64_t unit, const char *branch,
                        int64_t *id_out)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, record_find(OFFICE_RECORD));
    row_set_int(a, r, "account", account);
    row_set(r, "role", role);
    if (unit != 0)
        row_set_int(a, r, "unit", unit);
    row_set(r, "branch", branch);
    row_set_date(a, r, "from_on", clock_today());
    TRY(record_save(c, r->of, r, 0));
    *id_out = r->id;
    return NULL;
}

/* ---- the acting person ---- */
static struct err *bar(struct db_tx *tx, struct who *w)
{
    int64_t *kin = NULL;
    int n = 0;
    if (w->member == 0)
        return NULL;
    if (relatives != NULL)
        TRY(relatives(tx, w->member, &kin, &n));
    int64_t *all = arena_array(tx->arena, int64_t, (size_t)n + 1);
    all[0] = w->member;
    for (int i = 0; i < n; i++)
        all[i + 1] = kin[i];
    w->barred = all;
    w->n_barred = n + 1;
    return NULL;
}

struct err *office_who(struct db_tx *tx, int64_t account, const char *name, int64_t member, int64_t wanted,
                       struct who **out)
{
    struct office *all;
    int n, at = 0;
    TRY(office_list(tx, account, clock_today(), &all, &n));
    for (int i = 0; i < n; i++)
        if (all[i].id == wanted)
            at = i;
    struct who *w = arena_new_of(tx->arena, struct who);
    *w = (struct who){.account = account, .name = name, .member = member};
    w->role = n > 0 ? all[at].role : member != 0 ? "member" : "none";
    const struct auth_role *role = auth_role_find(w->role);
    w->sees = role != NULL ? role->sees : CLASS_OPEN;
    if (n > 0) {
        w->office = all[at].id;
        w->branch = all[at].branch;
        w->scope = all[at].scope;
        w->signs = role != NULL && role->signs;
    }
    TRY(bar(tx, w));
    *out = w;
    return NULL;
}
