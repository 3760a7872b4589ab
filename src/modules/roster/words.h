/* words.h: from words to posts. Forms hold prose ("虚岭省无定市示例区示例局党组书记、局长"); rules want a unit, a
 * level, leading or not. Each distinct piece of text is answered once by a person, kept (roster.alias) and reused; what
 * nobody answered stays unknown. Proposals are guesses to be confirmed, nothing is written from them. */
#ifndef QF_ROSTER_WORDS_H
#define QF_ROSTER_WORDS_H

#include "base/vec.h"
#include "record/record.h"

/* One post named in a text: titles held in one unit. */
struct words_post {
    const char *text;   /* the piece of the text, as written */
    const char *unit;   /* words before the first title; "" when none */
    const char *titles; /* 党组书记、局长 */
};
enum { WORDS_POSTS = 8 };
/* Splits a text as the form writes it; returns the number of posts. Pieces are joined by ， ； and 、; a piece without
 * a unit of its own belongs to the one before. */
int words_split(struct arena *a, const char *text, struct words_post out[WORDS_POSTS]);
/* A place's name in front of a unit's: 虚岭省无定市示例区示例局 -> 示例局. Borrowed from text. */
const char *words_without_place(const char *text);

/* What the text's titles say of the post: 副局长 is a deputy, 党组成员 another member of the team, 科员 leads nothing.
 */
enum words_role { WORDS_CHIEF, WORDS_DEPUTY, WORDS_TEAM, WORDS_STAFF, WORDS_RANK };
enum words_role words_role_of(const char *titles);

struct words_unit {
    int64_t id, parent;
    const char *name, *short_name, *former, *kind, *level;
};
struct words_units {
    VEC(struct words_unit) v;
};
struct err *words_units_read(struct db_tx *tx, const struct who *who, struct words_units *out) MUST_USE;
/* The unit a written name means: by name, short name or former name, with or without the place; NULL when none or
 * several. */
const struct words_unit *words_unit_find(const struct words_units *u, const char *written);

/* A distinct text nobody has answered yet. */
struct words_open {
    const char *text, *unit_text, *titles;
    int64_t people;
    int64_t unit;                     /* proposed, 0: none known */
    const char *unit_name;            /* of it, or the name a new unit would get */
    const char *new_kind, *new_level; /* codes, of a new unit; NULL: no guess */
    int64_t new_parent;               /* 0: the top */
    const char *level;                /* code or NULL */
    const char *chief;                /* code of roster.chief or NULL */
    bool leading, main, set_aside;    /* set_aside proposed: a rank, not a post */
};
struct words_counts {
    int64_t open;  /* texts nobody has answered */
    int64_t ready; /* people whose texts are all answered and whose posts are not on record yet: words_apply */
};
/* Most people first; at most `limit` are given. */
struct err *words_open_list(struct db_tx *tx, const struct who *who, int limit, struct words_open **out, int *n_out,
                            struct words_counts *counts) MUST_USE;

/* What the officer confirmed for one text. unit 0 with unit_name: the unit is made first (under parent, or at the top).
 */
struct words_answer {
    const char *text, *titles, *unit_name, *kind, *unit_level, *level, *chief;
    int64_t unit, parent;
    bool leading, main, quota, set_aside;
};
/* The same answer again changes nothing. */
struct err *words_confirm(struct change *c, const struct words_answer *w) MUST_USE;
/* Makes the posts that confirmed texts name, for everyone who has none: commits of at most 500 rows, one change a
 * person. The post counts from the resume's open period, without a document. posts gets the number made. */
struct err *words_apply(struct db *db, struct arena *a, const struct who *who, int64_t *posts) MUST_USE;

#endif
