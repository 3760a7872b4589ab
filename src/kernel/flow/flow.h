/* flow.h: matters that move. A *flow* is data: states, the steps between them with who may take them and what they
 * need, deadlines, signatures of different people, and the hearing of the person concerned. A *matter* (flow.matter) is
 * one case of it: its content is a row of the flow's record, its state and everything done with it stand here.
 *
 * Each declaration is stored as canonical JSON with its hash (flow.version); a matter runs to its end on the version it
 * was opened under. Whatever moves a matter goes through flow_open, flow_take, flow_answer and flow_clock_run: a step
 * that is not declared from the present state, or is taken by the wrong office, too early or without what it needs, is
 * refused with a sentence that says what is missing. How to write one: doc/adding-a-flow.md. */
#ifndef QF_FLOW_FLOW_H
#define QF_FLOW_FLOW_H

#include "record/calendar.h"
#include "record/record.h"

/* ---- a declaration; every text may be NULL where nothing is meant; lists are words separated by blanks ---- */
enum flow_wait {
    FLOW_OFFICE,     /* an office must act */
    FLOW_PERSON,     /* the person concerned must */
    FLOW_DEPARTMENT, /* another department must */
    FLOW_END
};

struct flow_due {
    const char *name;
    /* "entered" (its state), "receipt" (by the person), "step:NAME" (the day that step was taken), or a date field of
     * the content */
    const char *from;
    int n;
    enum due_unit unit;
    const char *basis;  /* id of the clause, "TIP-2015-INQ-1" */
    const char *ladder; /* whom to tell how many days before (-) or after the end: "-5:owner 1:leader 5:unit" */
    const char *param;  /* setting whose whole number, where the district set one, stands for n */
};

struct flow_state {
    const char *name;
    enum flow_wait wait;
    const char *owner; /* the role on whose desk it stands ("supervision", "contact:audit"); "person" when FLOW_PERSON;
                          "contact:@FIELD": the department this field of the content names */
    const char *due;   /* deadline that begins here; only an end may lack one */
    const char *outcome; /* of an end; NULL: its name */
    /* An end after which no list, search or chart of persons may show that it was; only who took part opens the matter
     * again. */
    bool unmarked;
};

struct flow_sign {
    const char *name;
    const char *roles; /* offices that may sign */
    int n;             /* how many of them, each another person; 0: one */
    const char *after; /* signatures that come before; NULL: in parallel */
    const char *basis; /* id of the clause that says who signs; told to whoever may not */
};

struct flow_step {
    const char *name;
    const char *from; /* states; "": opens a matter; "*": every state but ends */
    const char *to;
    /* roles; "person": the one concerned; "clock": the deadline of the state has ended; "flow": flow_carry; "public":
     * somebody who is not signed in (who_public) */
    const char *by;
    const char *fields;   /* of the content, which this step writes; "reply!" must be there */
    const char *papers;   /* kinds of attached files; "receipt!" must be there */
    const char *when;     /* condition over the content's fields (expression language, subject `matter`) */
    const char *rules;    /* a rule that blocks and holds for the person refuses the step */
    const char *override; /* offices that may take it against such a rule, with reasons; wants a signature of theirs */
    const char *signs;    /* signatures it waits for before it takes effect */
    /* Steps whose takers must be other people. "@FIELD": whoever acted in the matter this field of the content names,
     * neither takes the step nor signs it. */
    const char *other_than;
    /* "notice:person", "document:TEMPLATE", "hook:NAME", in this order of happening; "notice:opener": the department
     * that opened it */
    const char *effects;
    /* The matter counts in figures once this step took effect: of the day it did ("entered") or of a date field of the
     * content ("held_on"); the first such step of a matter decides. */
    const char *counts;
    bool reasons; /* must be given */
    bool against; /* decides against the person: he must have been heard */
    bool receipt; /* tells the day on which the person received what was sent (flow_input.on) */
};

struct flow {
    const char *name; /* "care.letter": the record of its content has this name, texts begin with it */
    const struct flow_state *states;
    const struct flow_step *steps;
    const struct flow_due *dues;
    const struct flow_sign *signs;
    const char *hearing; /* step by which the person answers */
    const char *window;  /* deadline until which he may: over without an answer counts as heard */
    const char *waiver;  /* step by which he does without, in writing */
    const char *appeal; /* steps whose decision he may ask to have looked at again; others than who acted handle that */
    const char *merges; /* states in which one matter may be merged into another (flow_merge) */
    bool hidden;        /* the person concerned does not see it: he is heard in what comes of it */
    const char *beside; /* a page beside that of the matter, "/lead/{id}/reporter"; not part of a version */
};

/* What only a program can do; its name stays for ever once released. */
struct flow_matter;
struct flow_hook {
    const char *name; /* "care.bar_promotion" */
    struct err *(*run)(struct change *c, const struct flow_matter *m, const struct flow_step *s);
};

void flow_register(const struct flow *f); /* static data; before flow_init. The last of a name counts */
void flow_hook_register(const struct flow_hook *h);
int flow_count(void);
const struct flow *flow_at(int i);
const struct flow *flow_find(const char *name); /* the declaration of this program; NULL */
/* Examines every declaration of the program: unknown words, states that cannot be reached or left, states without owner
 * or deadline, hooks that are not there, a decision against the person without a hearing. ERR_FAULT names the first;
 * the program does not start. After record_init. */
struct err *flow_init(struct arena *a) MUST_USE;
/* One declaration; errors are joined to *all, each with say "flow.check.*". */
void flow_check(struct arena *a, const struct flow *f, struct err **all);

const struct flow_state *flow_state_of(const struct flow *f, const char *name);
const struct flow_step *flow_step_of(const struct flow *f, const char *name);
const struct flow_due *flow_due_of(const struct flow *f, const char *name);
const struct flow_sign *flow_sign_of(const struct flow *f, const char *name);
/* Is `word` one of the blank-separated words? A word of the list may end in '!': *must tells. must may be NULL. */
bool flow_word(const char *list, const char *word, bool *must);
/* The next word of a list into out (arena), advancing *list; false at its end. must may be NULL. */
bool flow_next_word(struct arena *a, const char **list, char **out, bool *must);

/* ---- versions ---- */
/* Canonical JSON: keys sorted, without blanks, what is not said left out; arena. */
char *flow_json(struct arena *a, const struct flow *f);
struct err *flow_read(struct arena *a, const char *json, struct flow **out) MUST_USE;
char *flow_version_hash(struct arena *a, const struct flow *f); /* SHA-256 of its JSON in hex; arena */
/* Every stored version that has open matters still runs: its hooks, offices and rules are there. ERR_FAULT. */
struct err *flow_versions_check(struct db_tx *tx) MUST_USE;
/* Stores each declaration that is not on record yet, then checks as above. When a server starts, after record_migrate.
 */
struct err *flow_versions_store(struct db *db, struct arena *a) MUST_USE;
/* The newest stored version of a flow. */
struct err *flow_version_now(struct db_tx *tx, const char *name, int64_t *id_out) MUST_USE;
/* The flow of a stored version; lives as long as the process. */
struct err *flow_version(struct db_tx *tx, int64_t id, const struct flow **out) MUST_USE;

/* ---- records ---- */
/* Fields of flow.matter. The module that knows persons and units declares the record: these, then `member` and `unit`,
 * references, with .concerns = "member" and .unit = "unit"; it is guarded. */
#define FLOW_MATTER_FIELDS                                                                                             \
    {"flow", FIELD_TEXT, .max = 60, .required = true}, {"version", FIELD_REF, .to = "flow.version", .required = true}, \
        {"row", FIELD_INT, .required = true, .index = true}, /* of the record of the same name as the flow */          \
        {"title", FIELD_TEXT, .max = 200, .required = true, .class = CLASS_CASE},                                      \
        {"state", FIELD_TEXT, .max = 40, .required = true}, {"since_on", FIELD_DATE, .required = true},                \
        {"owner", FIELD_TEXT, .max = 60},           /* whose desk; NULL when ended */                                  \
        {"holder", FIELD_INT},                      /* account that took it up */                                      \
        {"opened_by", FIELD_INT, .required = true}, /* account */                                                      \
        {"opened_on", FIELD_DATE, .required = true},                                                                   \
        {"counted_on", FIELD_DATE, .index = true}, /* the day figures count it by (flow_step.counts) */                \
        {"due_on", FIELD_DATE}, {"due", FIELD_TEXT, .max = 40}, {"provisional", FIELD_BOOL, .by_default = "0"},        \
        {"receipt_on", FIELD_DATE}, {"paused_on", FIELD_DATE}, {"pause_ground", FIELD_TEXT, .max = 500},               \
        {"pending", FIELD_INT},                  /* flow.step that waits for signatures */                             \
        {"office", FIELD_TEXT, .max = 80},       /* that opened it, "contact:audit" */                                 \
        {"merged", FIELD_INT, .index = true},    /* the matter it goes along with */                                   \
        {"along", FIELD_INT, .by_default = "0"}, /* how many go along with it */                                       \
        {"closed_on", FIELD_DATE}, {"outcome", FIELD_TEXT, .max = 40, .index = true},                                  \
        {"unmarked", FIELD_BOOL, .by_default = "0"},                                                                   \
    {                                                                                                                  \
        "waits", FIELD_COMPUTED, .max = 80, .index = true /* "ROLE DUE", of desks; NULL when ended */                  \
    }
void flow_matter_derive(struct arena *a, struct row *row); /* its .derive */

extern const struct record flow_version_record;  /* flow.version */
extern const struct record flow_step_record;     /* flow.step: each step taken, with who, when and why */
extern const struct record flow_sign_record;     /* flow.sign: signatures wanted, given, refused */
extern const struct record flow_deadline_record; /* flow.deadline */
extern const struct record flow_paper_record;    /* flow.paper: files attached to a step */
extern const struct record flow_notice_record;   /* flow.notice: one a recipient */
extern const struct record flow_away_record;     /* flow.away: who acts for whom during leave */
extern const struct record flow_template_record; /* flow.template: the district's own letters (document.h) */
extern const struct record flow_document_record; /* flow.document: letters made, word for word */
/* All of them, for the list of the module that declares flow.matter. */
#define FLOW_RECORDS                                                                                       \
    &flow_version_record, &flow_step_record, &flow_sign_record, &flow_deadline_record, &flow_paper_record, \
        &flow_notice_record, &flow_template_record, &flow_document_record, &flow_away_record

extern const struct who who_public; /* somebody who is not signed in: takes the steps that are by "public" */

/* ---- a matter ---- */
struct flow_done {           /* a step taken, or one that waits for signatures */
    int64_t id, account, at; /* at: UTC ms */
    const char *step, *from, *to, *actor, *role, *reasons, *overridden;
    struct date on;                   /* the day it is told to have happened on */
    bool late, paper, waiting, void_; /* late: entered after `on` */
    int64_t entered_by;               /* account that entered it from paper; 0 */
    int64_t behalf;                   /* the handler on leave for whom it was done; 0 */
    const char *behalf_name;          /* NULL */
    const char *given;                /* JSON of what it wrote; NULL */
};
struct flow_signed {
    int64_t id, rev, step, account;
    const char *sign, *roles, *state; /* wanted, given, refused, void */
    const char *actor, *reasons, *text, *hash, *after;
    int64_t at;
    bool waits; /* wanted, and what comes before it is given */
};
struct flow_deadline {
    int64_t id, rev;
    const char *name, *basis, *state; /* running, met, missed, paused, void */
    struct due due;
    int paused; /* days (or working days) it stood still */
    struct row *row;
};
struct flow_paper {
    int64_t id, step, file;
    const char *kind, *name, *type;
};
struct flow_matter {
    int64_t id, rev, member, unit;
    const struct flow *flow; /* of its stored version */
    const struct flow_state *state;
    struct row *row, *content; /* of flow.matter; of the flow's record */
    struct flow_done *done;
    struct flow_signed *signs;
    struct flow_deadline *dues;
    struct flow_paper *papers;
    int n_done, n_signs, n_dues, n_papers;
};
/* ERR_MISSING outside the scope, for the file of a relative, or when it is not there; arena. */
struct err *flow_look(struct db_tx *tx, const struct who *who, int64_t id, struct flow_matter **out) MUST_USE;

/* The word by which declarations and desks name the office acted in: "supervision", "contact:audit"; returns out. */
enum { FLOW_OFFICE_TEXT = 80 };
char *flow_office(const struct who *who, char out[FLOW_OFFICE_TEXT]);
/* A role of the declaration for this matter: "contact:@FIELD" as the content has it; returns out. */
char *flow_role(const struct flow_matter *m, const char *role, char out[FLOW_OFFICE_TEXT]);
/* Does the acting person hold the office a word of the declaration means? "person": is the matter about him? */
bool flow_holds(const struct who *who, const struct flow_matter *m, const char *roles);
/* What can be done now, each with why not (NULL: it can); in order of declaration; arena. */
struct flow_choice {
    const struct flow_step *step;
    struct err *refused; /* say "flow.*" */
    bool mine;           /* the office is right: shown although refused */
};
struct err *flow_choices(struct db_tx *tx, const struct who *who, const struct flow_matter *m, struct flow_choice **out,
                         int *n_out) MUST_USE;

/* ---- moving it ---- */
struct flow_file {
    const char *kind, *name, *type;
    const void *bytes;
    size_t n;
};
struct flow_input {
    const struct row *values; /* content with the fields of the step set; others are ignored; NULL: none */
    const char *reasons;
    struct date on; /* the day it happened; DATE_UNKNOWN: today. Never in the future; earlier is marked late */
    bool paper;     /* taken on paper by the person or another office, entered by who the change acts as */
    bool override;  /* against the rules named in the step */
    const struct flow_file *files;
    int n_files;
    const char *blocked; /* what flow_blocked found for a step with rules: "" or ids; NULL: not asked */
};
/* Which of the step's rules block for the person today: "" or their ids. Outside a change. ERR_BUSY while the columns
 * load. */
struct err *flow_blocked(struct db *db, struct arena *a, const struct flow_step *s, int64_t member,
                         const char **out) MUST_USE;
/* Opens a matter with a step that opens one. values: a new row of the flow's record, saved here; member and unit are
 * taken from it. */
struct err *flow_open(struct change *c, const struct flow *f, const char *step, const struct flow_input *in,
                      const char *title, int64_t *matter_out) MUST_USE;
/* ERR_CONFLICT when it moved since rev; ERR_DENIED for the wrong office; ERR_INVALID (all at once) for what it lacks.
 */
struct err *flow_take(struct change *c, int64_t matter, int64_t rev, const char *step,
                      const struct flow_input *in) MUST_USE;
/* A step declared `by` "flow", taken in another matter by a hook: what a decision here comes to there. Written down
 * with the name of who acted here. Refused as by flow_take. */
struct err *flow_carry(struct change *c, int64_t matter, const char *step, const char *reasons) MUST_USE;
/* A remark on a matter in any state, ended ones too: what came out later about what it says. Everybody who was told of
 * the matter is told again. */
struct err *flow_remark(struct change *c, int64_t matter, const char *reasons) MUST_USE;
/* A wanted signature: given or refused with reasons. text: what the signer was shown, kept with its hash. The last one
 * lets the step take effect; a refusal ends the step, the matter stays where it was. ERR_INVALID, field "code", say
 * "flow.second_factor" when this session showed no second factor within the last five minutes; ERR_DENIED outside a
 * session: a program does not sign. */
struct err *flow_answer(struct change *c, int64_t sign, int64_t rev, bool given, const char *text,
                        const char *reasons) MUST_USE;
struct err *flow_hand_over(struct change *c, int64_t matter, int64_t rev, int64_t to_account,
                           const char *reasons) MUST_USE;
/* Asks whoever must act now, and those whose signatures are wanted, to act: once a day. By who handles it, opened it or
 * may act in it. ERR_CONFLICT "flow.urged" when it was done today. */
struct err *flow_urge(struct change *c, int64_t matter, const char *reasons) MUST_USE;
/* Is this person acting today for the matter's handler, who is on leave? Their number and name; 0 and NULL: no. */
struct err *flow_behalf(struct db_tx *tx, const struct who *who, const struct flow_matter *m, int64_t *account_out,
                        const char **name_out) MUST_USE;
struct err *flow_pause(struct change *c, int64_t matter, int64_t rev, const char *ground) MUST_USE;
struct err *flow_resume(struct change *c, int64_t matter, int64_t rev, const char *reasons) MUST_USE;
/* Fields of the content put right after the fact, with reasons, in any state. */
struct err *flow_correct(struct change *c, int64_t matter, int64_t rev, const struct row *values,
                         const char *reasons) MUST_USE;
/* Merges a matter into another of the same flow, version and person: from here on it goes along with that one, stands
 * on no desk of its own and keeps everything it has: content, steps, and its own deadlines, which run on. When the
 * other ends it ends the same way, with the fields that step wrote. ERR_CONFLICT in a state that does not merge. */
struct err *flow_merge(struct change *c, int64_t matter, int64_t rev, int64_t into, const char *reasons) MUST_USE;
/* Takes it out again: it goes on by itself from where it stands. */
struct err *flow_split(struct change *c, int64_t matter, int64_t rev, const char *reasons) MUST_USE;
/* The matters merged into one, in order of opening, ended ones too; arena. */
struct err *flow_merged(struct db_tx *tx, int64_t into, int64_t **out, int *n_out) MUST_USE;
/* Moves a matter to another stored version that knows its state, by a recorded decision. */
struct err *flow_move(struct change *c, int64_t matter, int64_t rev, int64_t version, const char *reasons) MUST_USE;

/* ---- notices ---- */
/* By which words notices name this person: his account, his own file, his office ("-": none). */
enum { FLOW_RECIPIENTS = 3 };
void flow_recipients(struct arena *a, const struct who *who, const char *out[FLOW_RECIPIENTS]);
/* Notes who read it and when, once. ERR_MISSING for another's. */
struct err *flow_notice_read(struct change *c, int64_t id) MUST_USE;
/* The notices of a matter this person has not read. arena. */
struct err *flow_notices_unread(struct db_tx *tx, const struct who *who, int64_t matter, int64_t **out,
                                int *n_out) MUST_USE;

/* ---- time ---- */
/* Tells whom the ladders name, marks what was missed, takes the steps that are by "clock", as of `today`; in chunks,
 * each whole; touches only what is due. Counts what it did. Nothing is done twice. */
struct flow_ticked {
    int64_t told, missed, taken;
};
struct err *flow_clock_run(struct db *db, struct arena *a, struct date today, struct flow_ticked *out) MUST_USE;
/* Counts every running deadline anew after the calendar changed; how many moved. In chunks. */
struct err *flow_recount(struct db *db, struct arena *a, int64_t *moved_out) MUST_USE;

#endif
