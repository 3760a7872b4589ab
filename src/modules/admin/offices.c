/* offices.c: the capability matrix, the record of offices and what keeps them apart.
 *
 * A role's line is all it may: nothing is granted elsewhere. What a role sees of a record is bounded twice, by the
 * capability here and by the class; the three administrators read nothing about persons (doc/offices.md). */
#include "admin/offices.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"

const struct auth_role admin_roles[] = {
    {"minister", OFFICE_DISTRICT, CLASS_CASE, .signs = true,
     .may = "roster.*.read roster.*.export findings.* rules.* face.export.read face.layout.read desk.* care.* "
            "leads.list.read leads.lead.read leads.channel.read leads.sealed.read leads.release.read "
            "flow.template.read face.view.use face.view.official figures.read figures.save "
            "admin.reads.withhold"},
    {"supervision", OFFICE_DISTRICT, CLASS_CASE, .signs = true,
     .may = "roster.* findings.* rules.* policy.* face.* desk.* care.* leads.list.* leads.lead.* leads.channel.* "
            "leads.sealed.read leads.release.read flow.template.* figures.read figures.save "
            "admin.kernel.day.* keep.erasure.read keep.erasure.ask keep.period.*"},
    {"cadre_officer", OFFICE_DISTRICT, CLASS_PERSONAL, .signs = true,
     .may = "roster.* findings.read findings.answer rules.read rules.*.read face.* desk.*"},
    {"archives", OFFICE_DISTRICT, CLASS_PERSONAL,
     .may = "roster.* findings.read findings.answer rules.read face.* desk.* keep.erasure.read keep.erasure.ask "
            "keep.period.read"},
    {"party_secretary", OFFICE_UNIT, CLASS_PERSONAL, .signs = true,
     .may = "roster.*.read findings.read findings.answer rules.read desk.* face.view.use figures.read "
            "figures.save"},
    {"discipline_secretary", OFFICE_UNIT, CLASS_CASE, .signs = true,
     .may = "roster.*.read findings.read findings.answer rules.read desk.* admin.reads.withhold"},
    {"contact", OFFICE_DISTRICT, CLASS_INTERNAL,
     .may = "roster.position.read roster.quota.read rules.read desk.* leads.list.read leads.channel.read"},
    {"custodian", OFFICE_DISTRICT, CLASS_SEALED, .signs = true, .may = "rules.read desk.* leads.sealed.read"},
    {"witness", OFFICE_NOWHERE, CLASS_INTERNAL, .may = "ledger.read ledger.witness"},
    {"member", OFFICE_NOWHERE, CLASS_PERSONAL, .may = "rules.read desk.*"},
    {"system", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true,
     .may = "admin.system.* admin.kernel.day.read ledger.read ledger.keys auth.reset.read auth.reset.decide "
            "keep.backup.read keep.erasure.read keep.erasure.carry keep.period.read"},
    {"security", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true,
     .may = "auth.account.* auth.reset.* admin.office.* admin.class.* admin.kernel.setting.* keep.erasure.read "
            "keep.erasure.agree keep.period.read"},
    {"audit", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true,
     .may = "admin.reads.patterns admin.audit.* auth.account.read auth.reset.read admin.office.read "
            "admin.kernel.setting.read "
            "ledger.read keep.backup.read keep.erasure.read keep.period.read"},
    {0}};

static const struct field fields[] = {OFFICE_FIELDS, {0}};

/* ---- what keeps offices apart ---- */
static struct err *wrong(struct arena *a, const char *field, const char *say)
{
    return err_field(err_say(ERR(a, ERR_INVALID, "office: %s", say), say, NULL), field);
}

/* Does another office of the same account, or of the same person's other accounts, fall into the same days? */
static const char others[] =
    "SELECT o.role FROM admin_office o JOIN auth_account x ON x.id = o.account, auth_account mine WHERE mine.id = ?1"
    " AND (o.account = mine.id OR x.member = mine.member) AND o.ended = 0 AND o.id <> ?2"
    " AND (o.to_on IS NULL OR o.to_on >= ?3) AND o.from_on <= coalesce(?4, '9999-12-31')";

static struct err *check_alone(struct db_tx *tx, const struct row *row, const struct auth_role *role, struct err **all)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(row_int(row, "account")), db_int(row->id), db_text(row_text(row, "from_on")),
                            db_text(row_text(row, "to_on"))};
    TRY(db_query(tx, others, args, 4, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        const struct auth_role *other = auth_role_find(db_col_text(&rows, 0));
        if (role->administrator || (other != NULL && other->administrator)) {
            err_join(all, wrong(tx->arena, "role", "admin.office.apart"));
            return NULL;
        }
    }
}

static struct err *check(struct db_tx *tx, const struct row *row, struct err **all)
{
    const char *code = row_text(row, "role"), *from = row_text(row, "from_on"), *to = row_text(row, "to_on");
    const struct auth_role *role = auth_role_find(code);
    bool contact = code != NULL && strcmp(code, "contact") == 0;
    if (from != NULL && to != NULL && strcmp(to, from) < 0)
        err_join(all, wrong(tx->arena, "to_on", "admin.office.backwards"));
    if (role == NULL || from == NULL || row_text(row, "account") == NULL)
        return NULL;
    if (strcmp(code, "member") == 0)
        err_join(all, wrong(tx->arena, "role", "admin.office.no_office"));
    if (role->reach == OFFICE_UNIT && row_text(row, "unit") == NULL)
        err_join(all, wrong(tx->arena, "unit", "admin.office.unit_needed"));
    if (role->reach == OFFICE_NOWHERE && row_text(row, "unit") != NULL)
        err_join(all, wrong(tx->arena, "unit", "admin.office.no_unit"));
    if (contact != (row_text(row, "branch") != NULL))
        err_join(all, wrong(tx->arena, "branch", contact ? "admin.office.branch_needed" : "admin.office.no_branch"));
    return check_alone(tx, row, role, all);
}

const struct record admin_office_record = {.name = OFFICE_RECORD,
                                           .fields = fields,
                                           .list = "account role unit branch from_on to_on deputy",
                                           .order = "unit role from_on",
                                           .purpose = "admin.purpose.office",
                                           .basis = "kernel.basis.own",
                                           .readers = "security audit",
                                           .keep = "admin.keep.office",
                                           .keep_from = "to_on",
                                           .class = CLASS_INTERNAL,
                                           .check = check};

/* ---- the office acted in ---- */
struct err *office_switch(struct req *rq)
{
    const char *typed = req_form(rq, "office");
    int64_t office = typed != NULL ? strtoll(typed, NULL, 10) : 0;
    const char *cookie = req_session(rq);
    char token[SESSION_TOKEN];
    if (rq->who->session == NULL)
        return ERR(rq->arena, ERR_MISSING, "no session to switch");
    TRY(session_office(rq->db, rq->arena, rq->who, office));
    TRY(session_renew(rq->db, rq->arena, cookie != NULL ? cookie : "", token));
    req_session_set(rq, token, 0);
    return respond_see_other(rq, "/");
}
