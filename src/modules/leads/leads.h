/* leads.h: what other departments and the public report about cadres and units (S9, S16): channels, leads on the engine
 * of flows, the reporter's identity sealed behind a custodian, and the public page. Counted by figures: leads.lead has
 * channel, kind, member, unit, received_on and outcome as plain fields, leads.channel the source. */
#ifndef QF_LEADS_LEADS_H
#define QF_LEADS_LEADS_H

#include "flow/flow.h"
#include "web/module.h"
#include "web/web.h"

extern const struct module leads_module;
extern const struct record leads_channel, leads_lead, leads_reporter, leads_receipt, leads_look, leads_release;
extern const struct flow lead_flow, release_flow;
extern const struct flow_hook delivered_hook, next_hook;

/* A channel's own words, for lists and choices. */
struct leads_channel_row {
    int64_t id;
    const char *name, *source, *office;
};
/* Channels in force today through which this person may deliver: a department its own, the office all but the public
 * page's. arena */
struct err *leads_channels(struct db_tx *tx, const struct who *who, struct date today, struct leads_channel_row **out,
                           int *n_out) MUST_USE;
/* The channel of the public page in force today, 0: none. */
struct err *leads_public_channel(struct db_tx *tx, struct date today, int64_t *out) MUST_USE;

/* ---- the reporter's identity (reporter.c) ---- */
/* Who reported: kept so that the database alone cannot read it. Nothing is kept when both are empty. ERR_INVALID at
 * the field when a text is too long. */
struct err *leads_seal(struct change *c, int64_t lead, const char *name, const char *contact) MUST_USE;
/* Opens it for one reader and writes down that he did, in this change. ERR_DENIED for everybody but the custodian and
 * whom a release in force names; ERR_MISSING when nobody is named. */
struct err *leads_unseal(struct change *c, int64_t lead, const char **name, const char **contact) MUST_USE;

bool leads_custodian(const struct who *who);

/* ---- receipts (receipt.c) ---- */
/* A new code for return visits; only its hash is kept. once: a text of the form, which is taken once: ERR_CONFLICT. */
struct err *leads_receipt_give(struct change *c, int64_t lead, const char *once, const char **code_out) MUST_USE;
/* The lead's matter behind a typed code; ERR_MISSING with say "leads.visit.no_code". */
struct err *leads_receipt_find(struct db_tx *tx, const char *typed, int64_t *matter_out) MUST_USE;

/* ---- handlers ---- */
struct err *leads_deliver_page(struct req *rq) MUST_USE;  /* GET /desk/open/leads.lead */
struct err *leads_deliver(struct req *rq) MUST_USE;       /* POST */
struct err *leads_list(struct req *rq) MUST_USE;          /* GET /lead */
struct err *leads_merge(struct req *rq) MUST_USE;         /* POST /lead/merge */
struct err *leads_sealed_list(struct req *rq) MUST_USE;   /* GET /lead/sealed */
struct err *leads_reporter_page(struct req *rq) MUST_USE; /* GET /lead/{id}/reporter */
struct err *leads_reporter_open(struct req *rq) MUST_USE; /* POST */
struct err *leads_public(struct req *rq) MUST_USE;        /* GET /public */
struct err *leads_report_page(struct req *rq) MUST_USE;   /* GET /public/report */
struct err *leads_report(struct req *rq) MUST_USE;        /* POST */
struct err *leads_visit_page(struct req *rq) MUST_USE;    /* GET /public/visit */
struct err *leads_visit(struct req *rq) MUST_USE;         /* POST */

#endif
