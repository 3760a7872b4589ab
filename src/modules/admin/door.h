/* door.h: the forms before and around signing in, all of one shape. */
#ifndef QF_ADMIN_DOOR_H
#define QF_ADMIN_DOOR_H

#include "web/web.h"

struct door_box {
    const char *name, *label, *hint; /* hint NULL: none */
    const char *type;                /* "text", "password" */
    const char *autocomplete;
    const char *value; /* NULL: empty */
    bool digits;
};
struct door_form {
    const char *title, *say, *button, *note; /* keys; say and note may be NULL */
    const char *action;
    const char *const *links; /* pairs of address and key, ends with NULL; NULL: none */
    json_t *qr;               /* view_qr and the secret; taken */
    const char *secret;
    struct door_box boxes[6]; /* ends with {0} */
};
/* The form, with what is wrong beside it unless e is NULL. */
struct err *door_page(struct req *rq, const struct door_form *f, const struct err *e) MUST_USE;

/* Where to go afterwards: a path of this server from `next`, else "/". */
const char *door_next(const struct req *rq);
/* `path` with that wish in its address; arena. */
const char *door_with_next(const struct req *rq, const char *path);
/* path, and from there to next. arena */
const char *door_then(struct arena *a, const char *path, const char *next);
/* Sets the cookie and leads to what the session still needs, or to the page asked for. */
struct err *door_go_on(struct req *rq, const char *token) MUST_USE;
struct err *door_go_on_to(struct req *rq, const char *token, const char *next) MUST_USE;
/* The form's text of a name, "" when it is missing. */
const char *door_typed(const struct req *rq, const char *name);

struct err *sign_in_form(struct req *rq, const struct err *e) MUST_USE;
struct err *sign_in_page(struct req *rq) MUST_USE;
struct err *sign_in(struct req *rq) MUST_USE;
struct err *sign_out(struct req *rq) MUST_USE;
struct err *code_page(struct req *rq) MUST_USE;
struct err *code_post(struct req *rq) MUST_USE;
struct err *password_page(struct req *rq) MUST_USE;
struct err *password_post(struct req *rq) MUST_USE;
struct err *enrol_page(struct req *rq) MUST_USE;
struct err *enrol_post(struct req *rq) MUST_USE;
struct err *setup_page(struct req *rq) MUST_USE;
struct err *setup_post(struct req *rq) MUST_USE;
struct err *first_page(struct req *rq) MUST_USE;
struct err *first_post(struct req *rq) MUST_USE;
struct err *again_page(struct req *rq) MUST_USE;
struct err *again_post(struct req *rq) MUST_USE;

#endif
