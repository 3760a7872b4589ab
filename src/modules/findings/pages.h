/* pages.h: what the pages of this folder share. */
#ifndef QF_FINDINGS_PAGES_H
#define QF_FINDINGS_PAGES_H

#include <stdlib.h>

#include "face/query.h"
#include "face/show.h"
#include "findings/findings.h"
#include "view/view.h"
#include "web/web.h"

/* One read transaction with the rules and columns as true in it. End with reading_end. */
struct reading {
    struct db_tx tx;
    const struct rules_set *set;
    const struct facts_root *root;
};
struct err *reading_begin(struct req *rq, struct reading *out) MUST_USE; /* ERR_BUSY while the columns load */
void reading_end(struct reading *r);
#define reading_scope __attribute__((cleanup(reading_end)))

/* Handlers. */
struct err *findings_list(struct req *rq) MUST_USE;
/* The list again, with what was wrong in a form on it. */
struct err *findings_list_again(struct req *rq, const struct err *wrong) MUST_USE;
struct err *findings_why(struct req *rq) MUST_USE;
struct err *findings_answer(struct req *rq) MUST_USE;
struct err *findings_close(struct req *rq) MUST_USE;
struct err *findings_take_up(struct req *rq) MUST_USE;
struct err *findings_hand_over(struct req *rq) MUST_USE;
struct err *findings_alike(struct req *rq) MUST_USE;
struct err *findings_looked(struct req *rq) MUST_USE;
/* May this finding be handed to him? ERR_INVALID, field "to", for a name nobody bears who handles findings, or whose
 * own or relative's case it is. */
struct err *alike_to(struct db_tx *tx, const struct row *f, const char *to, struct date today) MUST_USE;
struct err *findings_coming(struct req *rq) MUST_USE;
struct err *findings_whatif(struct req *rq) MUST_USE;
struct err *findings_whatif_run(struct req *rq) MUST_USE;
struct err *own_new_page(struct req *rq) MUST_USE;
struct err *own_new_save(struct req *rq) MUST_USE;
struct err *own_text_page(struct req *rq) MUST_USE;
struct err *own_text_save(struct req *rq) MUST_USE;
struct err *own_drop(struct req *rq) MUST_USE;
struct err *rules_book(struct req *rq) MUST_USE;
struct err *rules_page(struct req *rq) MUST_USE;
struct err *rule_page(struct req *rq) MUST_USE;
struct err *rule_decide(struct req *rq) MUST_USE;
struct err *rule_param(struct req *rq) MUST_USE;

/* A category's name, from the rules that name it; "missing" has one of its own. */
const char *category_name(const struct rules_set *s, enum lang lang, const char *category);
/* A rule's present title; the id when there is no such rule. */
const char *rule_title(const struct rules_set *s, enum lang lang, const char *rule, struct date day);
/* What a finding is about: the title, or the fact that is not on record; arena. */
const char *finding_title(struct arena *a, const struct rules_set *s, enum lang lang, const struct row *f);
/* The place in the world of "post.since"; false when there is no such fact. */
bool fact_named(const char *name, int *subject, int *fact);
/* May this person see it? Findings about measures are a case's. */
bool finding_seen(const struct req *rq, const struct row *f);

json_t *two_texts(const char *const in[LANGS]); /* {"zh-CN": .., "en": ..} */
/* {value, text, chosen} for a select; chosen may be NULL. */
void put_option(json_t *options, const char *value, const char *text, const char *chosen);
/* Options from a code list by key. */
json_t *code_options(struct req *rq, const char *list, const char *chosen);

#endif
