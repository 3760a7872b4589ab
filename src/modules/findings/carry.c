/* carry.c: `rules export` and `rules import`: what a district decided about rules, carried to another database: its own
 * texts with their cases, and its parameters. What comes in is checked as if a person had typed it, and is on trial:
 * whether to adopt it is decided there. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "findings/carry.h"
#include "findings/opened.h"
#include "rules/finding.h"

/* ---- out ---- */
static struct err *rows_of(struct opened *o, struct arena *a, const struct record *rec, const char *const *fields,
                           json_t *out)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(&o->tx,
                 arena_printf(a, "SELECT %s FROM %s WHERE ended = 0 ORDER BY rule, id", record_columns(rec),
                              record_table(a, rec)),
                 NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct row *r = record_take(a, rec, &rows, 0);
        json_t *one = json_object();
        for (int i = 0; fields[i] != NULL; i++)
            if (row_text(r, fields[i]) != NULL)
                json_object_set_new(one, fields[i], json_string(row_text(r, fields[i])));
        json_array_append_new(out, one);
    }
}

struct err *carry_out(struct arena *a, const char *url, const char *as, FILE *to)
{
    static const char *const own[] = {"rule", "text", "cases", "note", NULL};
    static const char *const params[] = {"rule", "name", "value", "from_on", "citation", NULL};
    struct opened o;
    json_t *texts = json_array(), *values = json_array();
    struct err *e = opened_open(a, url, false, &o);
    if (e == NULL)
        e = opened_acts(&o, a, as, "rules.own.export");
    if (e == NULL)
        e = rows_of(&o, a, &rules_own_record, own, texts);
    if (e == NULL)
        e = rows_of(&o, a, &rules_param_record, params, values);
    opened_close(&o);
    json_t *all = json_pack("{s:i, s:o, s:o}", "qingfeng_rules", 1, "own", texts, "params", values);
    if (e == NULL && (json_dumpf(all, to, JSON_INDENT(1)) != 0 || fputc('\n', to) == EOF || fflush(to) != 0))
        e = err_disk(a, errno, "the rules");
    json_decref(all);
    return e;
}

/* ---- in ---- */
static const char *text_of(const json_t *o, const char *name)
{
    return json_string_value(json_object_get(o, name));
}

/* Texts first: parameters may be theirs. Every one is tried; what is refused is told and left out. */
static struct err *take_own(struct opened *o, struct arena *a, const json_t *in, bool dry, struct carried *out)
{
    const char *text = text_of(in, "text"), *cases = text_of(in, "cases"), *id = NULL;
    struct err *e = text == NULL || cases == NULL ? ERR(a, ERR_INVALID, "no text or cases") : NULL;
    if (e == NULL)
        e = rules_own_check(a, text, cases, &id);
    if (e == NULL && !dry) {
        int64_t rev;
        struct db_val args[] = {db_text(id)};
        change_scope struct change c = {0};
        TRY(change_begin(o->db, a, o->who, "rules import", &c));
        TRY(db_one_int(&c.tx, "SELECT coalesce(max(rev), 0) FROM rules_own WHERE rule = ?1 AND ended = 0", args, 1, 0,
                       &rev));
        TRY(rules_save_own(&c, id, text, cases, text_of(in, "note"), rev));
        TRY(change_commit(&c));
    }
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    carry_note(out, a, text_of(in, "rule"), e);
    return NULL;
}

static struct err *take_param(struct opened *o, struct arena *a, const json_t *in, bool dry, struct carried *out)
{
    struct date from = DATE_UNKNOWN;
    const char *day = text_of(in, "from_on"), *rule = text_of(in, "rule"), *name = text_of(in, "name");
    struct err *e = NULL;
    if (day == NULL || !date_parse(day, &from) || rule == NULL || name == NULL)
        e = ERR(a, ERR_INVALID, "a parameter needs rule, name and from_on");
    if (e == NULL) {
        const struct rules_set *s rules_scope = NULL;
        change_scope struct change c = {0};
        TRY(change_begin(o->db, a, o->who, "rules import", &c));
        TRY(rules_read(o->rules, &c.tx, &s));
        e = rules_set_param(&c, s, rule, name, text_of(in, "value"), from, text_of(in, "citation"));
        if (e == NULL && !dry)
            TRY(change_commit(&c));
    }
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_MISSING)
        return e;
    carry_note(out, a, arena_printf(a, "%s.%s", rule == NULL ? "?" : rule, name == NULL ? "?" : name), e);
    return NULL;
}

void carry_note(struct carried *out, struct arena *a, const char *what, const struct err *e)
{
    out->taken += e == NULL;
    out->refused += e != NULL;
    if (e != NULL)
        buf_printf(out->said, "%s: %s\n", what == NULL ? "?" : what, text_err(a, LANG_EN, e));
}

struct err *carry_in(struct arena *a, const char *url, const char *file, bool dry, struct carried *out)
{
    json_error_t je;
    json_t *all = json_load_file(file, 0, &je), *o;
    size_t i;
    if (all == NULL || json_integer_value(json_object_get(all, "qingfeng_rules")) != 1) {
        json_decref(all);
        return ERR(a, ERR_INVALID, "%s is no file of `rules export`: %s", file, all == NULL ? je.text : "no mark");
    }
    struct opened db;
    struct err *e = opened_open(a, url, false, &db);
    if (e == NULL)
        e = opened_acts(&db, a, out->as, "rules.write");
    if (e == NULL)
        db_end(&db.tx);
    json_array_foreach(json_object_get(all, "own"), i, o)
    {
        if (e == NULL)
            e = take_own(&db, a, o, dry, out);
    }
    json_array_foreach(json_object_get(all, "params"), i, o)
    {
        if (e == NULL)
            e = take_param(&db, a, o, dry, out);
    }
    opened_close(&db);
    json_decref(all);
    return e;
}
