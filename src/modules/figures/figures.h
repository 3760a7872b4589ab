/* figures.h: how many persons were reminded, asked in writing, admonished, talked with and visited (S9, S10), counted
 * from the matters themselves: by unit, kind, channel, month and outcome, persons and person-times apart. */
#ifndef QF_FIGURES_FIGURES_H
#define QF_FIGURES_FIGURES_H

#include <jansson.h>

#include "base/date.h"
#include "base/vec.h"
#include "record/record.h"
#include "web/module.h"
#include "web/web.h"

extern const struct module figures_module;
extern const struct record figures_report; /* a report as it was saved */

/* A group this small of matters the reader may not open could give a person away: it is withheld. */
enum { FIGURES_FEW = 5 };

/* What is counted; the last kind is the sum of two. */
struct figures_kind {
    const char *name; /* in JSON and addresses: "reminders" */
    const char *flow; /* NULL: the sum */
    enum class class; /* who reads less opens none of its matters */
    bool in_sum;
    bool pieces;          /* counted in pieces: some name no person */
    const char *outcomes; /* code list of its outcomes; NULL: they are states of the flow */
};
extern const struct figures_kind figures_kinds[]; /* ends with {0} */
enum { FIGURES_KINDS_MOST = 8 };
int figures_kind_find(const char *name);                                /* -1 */
int figures_sum(void);                                                  /* the kind that is the sum */
const char *figures_channel_label(struct req *rq, const char *channel); /* NULL, "-": no source */
/* NULL, "-": under way. */
const char *figures_outcome_label(struct req *rq, int kind, const char *outcome);

/* Which matters are meant: the same for a number and for the rows it opens. */
struct figures_ask {
    struct scope scope;
    enum class sees;
    const char *barred; /* who_barred_text */
    int64_t lost;       /* where what belongs to no unit is taken to stand: -1, or a place in the scope */
    int64_t year;
    int64_t unit;                  /* 0: every unit; else it and those below it; scope is narrowed by the caller */
    int kind;                      /* -1: every kind */
    bool opens;                    /* only kinds whose matters the reader may open */
    int month;                     /* 0: every month */
    int64_t of_unit;               /* -1: every unit; the person belongs to this very unit; 0: to none */
    const char *channel, *outcome; /* NULL: all; "-": none, still open */
};
struct figures_matter {
    int64_t id, member, unit, place;
    int kind;
    struct date day;
    const char *title, *state, *unit_name, *channel, *outcome; /* channel, outcome: "-" when there is none */
};
struct figures_matters {
    struct figures_matter *p;
    size_t n, cap;
};
/* In order of day and number; arena of the transaction. */
struct err *figures_read(struct db_tx *tx, const struct figures_ask *ask, struct figures_matters *out) MUST_USE;

/* The whole report of a year, a new reference: {year, as_of, unit, persons_times, persons, by_month, by_unit,
 * by_channel, by_outcome}; a withheld number is null (doc/cli.md). */
struct err *figures_data(struct db_tx *tx, const struct figures_ask *ask, struct date today, json_t **out) MUST_USE;
/* Distinct persons among matters. */
int64_t figures_persons(struct arena *a, const struct figures_matters *all);

/* The report as people read it; href: every number gets its address. A new reference. */
json_t *figures_labels(struct req *rq, const json_t *data, bool href);
/* What is asked for, from the address; the scope is the reader's. ERR_INVALID for a year that is none. */
struct err *figures_asked(struct req *rq, struct db_tx *tx, struct figures_ask *out) MUST_USE;

struct err *figures_page(struct req *rq) MUST_USE;  /* GET /figures */
struct err *figures_rows(struct req *rq) MUST_USE;  /* GET /figures/rows */
struct err *figures_save(struct req *rq) MUST_USE;  /* POST /figures/saved */
struct err *figures_saved(struct req *rq) MUST_USE; /* GET /figures/saved/{id} */
int figures_report_command(int argc, char **argv);

#endif
