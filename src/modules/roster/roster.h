/* roster.h: the district's own files: units, posts, quotas, cadres and what stands in a cadre's file. Every record is
 * declared in records.c; other modules name them by these objects or by their names. All names and meanings of fields
 * are stable. NULL is "not on record"; what is known not to be is said by another field: post.to_on        NULL and
 * current: no end yet; NULL and not current: unknown member.party_joined  none when politics is neither party_member
 * nor party_probationary resume.to_on      NULL and open: to date */
#ifndef QF_ROSTER_ROSTER_H
#define QF_ROSTER_ROSTER_H

#include "record/record.h"
#include "roster/facts.h"
#include "roster/telling.h" /* facts in words, for other modules too */

extern const struct record roster_unit, roster_quota, roster_position, roster_member, roster_post, roster_resume,
    roster_education, roster_family, roster_award, roster_measure, roster_appraisal, roster_rank, roster_outside,
    roster_audit, roster_grade_share, roster_alias, roster_layout, roster_batch;

extern const struct record *const roster_records[]; /* all of them; ends with NULL */

/* How near two people are by the form of address of a family row (list roster.relation): the kinds of the avoidance
 * rule. relation NULL: KIN_UNKNOWN. Source: regulations KIN-2, KIN-3, KIN-4. */
enum roster_kin { KIN_UNKNOWN, KIN_SPOUSE, KIN_DIRECT, KIN_COLLATERAL, KIN_AFFINITY, KIN_OTHER };
enum roster_kin roster_kin_of(const char *relation);
bool roster_household(const char *relation); /* spouse, child or child's spouse (KIN-7) */

/* Birth and sex a citizen id carries; false when it is neither 15 nor 18 characters with a possible date. The check
 * digit is the kernel's business. */
bool roster_id_parts(const char *citizen_id, struct date *birth, bool *male);

/* The month of retirement: birth with at least a month, base age 60, 55 or 50. Unknown when it cannot be said.
 * Source: RET-2025-1, RET-2025-2. */
struct date roster_retirement(struct date birth, bool male, int base_age);

/* Initials of a name's pinyin, lower case; both readings, separated by a blank, where a surname has an odd one
 * (单 仇 解 区 朴 曾 ...). "" when nothing in it is Han or Latin. Thread-safe. */
char *roster_initials(struct arena *a, const char *name);
/* The order of names (facts_subject.name_order): by the pinyin of each character, of surnames by their own reading,
 * shorter ones first; equal for equal names only. */
int64_t roster_name_order(const char **name, bool begins);

/* ---- for pages over the roster's columns ---- */
struct req;
/* Begins a read transaction and gives the columns for the day asked (DATE_UNKNOWN: today); they live as long as the
 * request. ERR_BUSY while loading. */
struct err *roster_root(struct req *rq, struct date day, struct db_tx *tx, const struct facts_root **out) MUST_USE;
/* The address of the roster narrowed by a condition, "/roster/member?filter=..."; day DATE_UNKNOWN: today; arena. */
char *roster_where(struct arena *a, struct date day, const char *filter_fmt, ...) LIKE_PRINTF(3, 4);
/* For auth_relatives_use: cadres related to this one by confirmed kin, on either file. */
struct err *roster_relatives(struct db_tx *tx, int64_t member, int64_t **out, int *n_out) MUST_USE;
/* A day as typed, "2026.11.23", partial ones too unless full. ERR_INVALID with field. */
struct err *roster_day(struct arena *a, const char *field, const char *typed, bool full, struct date *out) MUST_USE;

#endif
