/* records.c: the district's own documents: what it keeps beside those that ship. */
#include "policy/policy.h"

#define KEPT                                                                                            \
    .purpose = "policy.purpose", .basis = "rules.basis.own", .readers = "supervision personnel policy", \
    .keep = "policy.document", .keep_from = "change", .class = CLASS_INTERNAL

static const struct field document_fields[] = {
    {"title", FIELD_TEXT, .max = 120, .required = true, .index = true},
    {"number", FIELD_TEXT, .max = 60},
    {"issuer", FIELD_TEXT, .max = 80},
    {"clauses", FIELD_TEXT, .max = 40}, /* how ids of its clauses begin in the program: "LOCAL-2026" */
    {"note", FIELD_LONG, .max = 1000},
    {0},
};
const struct record policy_document = {.name = "policy.document",
                                       .fields = document_fields,
                                       .title = "title",
                                       .list = "title number issuer clauses",
                                       .order = "title",
                                       KEPT};

/* Editions of one document follow each other without overlap. */
static struct err *check_edition(struct db_tx *tx, const struct row *row, struct err **all)
{
    struct date from = row_date(row, "from_on"), to = row_date(row, "to_on");
    char first[DATE_TEXT], last[DATE_TEXT];
    int64_t n;
    if (!date_is(from))
        return NULL;
    if (date_is(to) && to.v < from.v) {
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "ends before it begins"), "policy.backwards", NULL),
                                "to_on"));
        return NULL;
    }
    struct db_val args[] = {db_int(row_int(row, "document")), db_int(row->id), db_text(date_iso(from, first)),
                            db_text(date_is(to) ? date_iso(to, last) : "9999-12-31")};
    TRY(db_one_int(
        tx,
        "SELECT count(*) FROM policy_edition WHERE document = ?1 AND id <> ?2 AND ended = 0 AND from_on <= ?4 "
        "AND (to_on IS NULL OR to_on >= ?3)",
        args, 4, 0, &n));
    if (n > 0)
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "editions overlap"), "policy.overlap", NULL),
                                "from_on"));
    return NULL;
}

static const struct field edition_fields[] = {
    {"document", FIELD_REF, .to = "policy.document", .required = true, .index = true},
    {"from_on", FIELD_DATE, .required = true},
    {"to_on", FIELD_DATE},
    {"number", FIELD_TEXT, .max = 60},
    {"note", FIELD_TEXT, .max = 300},
    {0},
};
const struct record policy_edition = {.name = "policy.edition",
                                      .fields = edition_fields,
                                      .title = "from_on",
                                      .list = "document from_on to_on number note",
                                      .order = "document from_on",
                                      .check = check_edition,
                                      KEPT};

static const struct field article_fields[] = {
    {"document", FIELD_REF, .to = "policy.document", .required = true, .index = true},
    {"article", FIELD_TEXT, .max = 60, .required = true},
    {"summary", FIELD_LONG, .max = 2000, .required = true},
    {"applies", FIELD_TEXT, .max = 40}, /* the rule it stands behind */
    {0},
};
const struct record policy_article = {.name = "policy.article",
                                      .fields = article_fields,
                                      .title = "article",
                                      .list = "document article summary applies",
                                      .order = "document article",
                                      KEPT};
