/* records.c: what is kept about matters. None of it has a page derived from it: it is read with its matter, whose scope
 * and class hold for all of it. */
#include <string.h>

#include "flow/document.h"
#include "flow/inner.h"

#define FLOW_RECORD(title_, from_)                                                                            \
    .title = title_, .purpose = "flow.purpose.matter", .basis = "kernel.basis.own", .readers = "supervision", \
    .keep = "flow.matter", .keep_from = from_, .guarded = true

static const struct field version_fields[] = {{"flow", FIELD_TEXT, .max = 60, .required = true, .index = true},
                                              {"number", FIELD_INT, .required = true},
                                              {"hash", FIELD_TEXT, .max = 64, .required = true, .unique = true},
                                              {"body", FIELD_LONG, .max = 200000, .required = true},
                                              {0}};
const struct record flow_version_record = {.name = "flow.version",
                                           .fields = version_fields,
                                           .order = "flow number",
                                           FLOW_RECORD("hash", "change"),
                                           .class = CLASS_OPEN};

#define OF_MATTER                                                                 \
    {                                                                             \
        "matter", FIELD_REF, .to = "flow.matter", .required = true, .index = true \
    }

static const struct field step_fields[] = {OF_MATTER,
                                           {"step", FIELD_TEXT, .max = 40, .required = true},
                                           {"from_state", FIELD_TEXT, .max = 40},
                                           {"to_state", FIELD_TEXT, .max = 40, .required = true},
                                           {"state", FIELD_CODE, .codes = "flow.step_state", .required = true},
                                           {"account", FIELD_INT, .required = true},
                                           {"actor", FIELD_TEXT, .max = 60, .required = true},
                                           {"role", FIELD_TEXT, .max = 40, .required = true},
                                           {"happened_on", FIELD_DATE, .required = true},
                                           {"late", FIELD_BOOL, .by_default = "0"},
                                           {"paper", FIELD_BOOL, .by_default = "0"},
                                           {"entered_by", FIELD_INT},
                                           {"behalf", FIELD_INT}, /* account on leave for whom it was done */
                                           {"behalf_name", FIELD_TEXT, .max = 60},
                                           {"reasons", FIELD_LONG, .max = 4000, .class = CLASS_CASE},
                                           {"overridden", FIELD_TEXT, .max = 500},
                                           {"given", FIELD_LONG, .max = 60000, .class = CLASS_CASE},
                                           {0}};
const struct record flow_step_record = {
    .name = "flow.step", .fields = step_fields, FLOW_RECORD("step", "closed_on"), .class = CLASS_INTERNAL};

static const struct field sign_fields[] = {OF_MATTER,
                                           {"step", FIELD_REF, .to = "flow.step", .required = true, .index = true},
                                           {"sign", FIELD_TEXT, .max = 40, .required = true},
                                           {"roles", FIELD_TEXT, .max = 200, .required = true},
                                           {"after", FIELD_TEXT, .max = 200},
                                           {"state", FIELD_CODE, .codes = "flow.sign_state", .required = true},
                                           {"account", FIELD_INT, .index = true},
                                           {"actor", FIELD_TEXT, .max = 60},
                                           {"role", FIELD_TEXT, .max = 40},
                                           {"shown", FIELD_LONG, .max = 60000, .class = CLASS_CASE},
                                           {"hash", FIELD_TEXT, .max = 64},
                                           {"reasons", FIELD_LONG, .max = 4000, .class = CLASS_CASE},
                                           {"waits", FIELD_TEXT, .max = 80, .index = true},
                                           {0}};
const struct record flow_sign_record = {
    .name = "flow.sign", .fields = sign_fields, FLOW_RECORD("sign", "closed_on"), .class = CLASS_INTERNAL};

static const struct field deadline_fields[] = {OF_MATTER,
                                               {"name", FIELD_TEXT, .max = 40, .required = true},
                                               {"basis", FIELD_TEXT, .max = 60},
                                               {"state", FIELD_CODE, .codes = "flow.due_state", .required = true},
                                               {"start_on", FIELD_DATE, .required = true},
                                               {"n", FIELD_INT, .required = true},
                                               {"unit", FIELD_TEXT, .max = 20, .required = true},
                                               {"plain_on", FIELD_DATE, .required = true},
                                               {"due_on", FIELD_DATE, .required = true},
                                               {"skipped", FIELD_INT},
                                               {"provisional", FIELD_BOOL, .by_default = "0"},
                                               {"paused_on", FIELD_DATE},
                                               {"paused", FIELD_INT, .by_default = "0"},
                                               {"ladder", FIELD_TEXT, .max = 200},
                                               {"tell_on", FIELD_DATE, .index = true},
                                               {"ended_on", FIELD_DATE},
                                               {0}};
const struct record flow_deadline_record = {
    .name = "flow.deadline", .fields = deadline_fields, FLOW_RECORD("name", "closed_on"), .class = CLASS_INTERNAL};

static const struct field paper_fields[] = {OF_MATTER,
                                            {"step", FIELD_REF, .to = "flow.step", .required = true},
                                            {"kind", FIELD_TEXT, .max = 40, .required = true},
                                            {"name", FIELD_TEXT, .max = 200, .required = true},
                                            {"type", FIELD_TEXT, .max = 100, .required = true},
                                            {"file", FIELD_FILE, .required = true},
                                            {0}};
const struct record flow_paper_record = {
    .name = "flow.paper", .fields = paper_fields, FLOW_RECORD("name", "closed_on"), .class = CLASS_CASE};

static const struct field notice_fields[] = {OF_MATTER,
                                             {"recipient", FIELD_TEXT, .max = 60, .required = true, .index = true},
                                             {"kind", FIELD_TEXT, .max = 60, .required = true},
                                             {"once", FIELD_TEXT, .max = 120, .unique = true},
                                             {"made_on", FIELD_DATE, .required = true},
                                             {"read_by", FIELD_INT},
                                             {"read_on", FIELD_DATE},
                                             {"sent_on", FIELD_DATE, .gone = true}, /* see desk.sending */
                                             {"unread", FIELD_COMPUTED, .max = 60, .index = true},
                                             {0}};
/* Whose it is until it was read: the heads of pages count by it. */
static void notice_derive(struct arena *a, struct row *row)
{
    (void)a;
    row_set(row, "unread", row_text(row, "read_by") == NULL ? row_text(row, "recipient") : NULL);
}
const struct record flow_notice_record = {.name = "flow.notice",
                                          .fields = notice_fields,
                                          .derive = notice_derive,
                                          FLOW_RECORD("kind", "made_on"),
                                          .class = CLASS_INTERNAL};

static const struct field away_fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"deputy", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"from_on", FIELD_DATE, .required = true},
    {"to_on", FIELD_DATE, .required = true},
    {"ground", FIELD_TEXT, .max = 200, .required = true},
    {0}};
static struct err *away_check(struct db_tx *tx, const struct row *row, struct err **all)
{
    struct date from = row_date(row, "from_on"), to = row_date(row, "to_on");
    if (date_is(from) && date_is(to) && date_le(from, to) == TRI_FALSE)
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "ends before it begins"), "flow.away_order", NULL),
                                "to_on"));
    if (row_int(row, "account") != 0 && row_int(row, "account") == row_int(row, "deputy"))
        err_join(all, err_field(err_say(ERR(tx->arena, ERR_INVALID, "deputy of himself"), "flow.away_self", NULL),
                                "deputy"));
    return NULL;
}
const struct record flow_away_record = {.name = "flow.away",
                                        .fields = away_fields,
                                        .check = away_check,
                                        FLOW_RECORD("ground", "to_on"),
                                        .class = CLASS_INTERNAL};

char *flow_waits(struct arena *a, const char *role, const char *due)
{
    return arena_printf(a, "%s %s", role, due != NULL ? due : "9999-99-99");
}

void flow_matter_derive(struct arena *a, struct row *row)
{
    const char *owner = row_text(row, "owner");
    bool waits = owner != NULL && row_text(row, "closed_on") == NULL && row_text(row, "pending") == NULL &&
                 row_text(row, "merged") == NULL;
    row_set(row, "waits", waits ? flow_waits(a, owner, row_text(row, "due_on")) : NULL);
}

int64_t flow_member_of(const struct row *content)
{
    return record_field(content->of, "member") >= 0 ? row_int(content, "member") : 0;
}

int64_t flow_unit_of(const struct row *content)
{
    return record_field(content->of, "unit") >= 0 ? row_int(content, "unit") : 0;
}
