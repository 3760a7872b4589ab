/* register.c: what is kept about people and why: every field with class, purpose, basis, readers and how long. The page
 * /fields and the commands `fields` and `schema`. A period nobody has set yet is said to be so. */
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/embed.h"
#include "face/commands.h"
#include "face/inner.h"
#include "record/codes.h"

static const char *const type_names[] = {
    [FIELD_TEXT] = "text",
    [FIELD_LONG] = "long",
    [FIELD_INT] = "int",
    [FIELD_DECIMAL] = "decimal",
    [FIELD_MONEY] = "money",
    [FIELD_BOOL] = "bool",
    [FIELD_DATE] = "date",
    [FIELD_PDATE] = "partial_date",
    [FIELD_CODE] = "code",
    [FIELD_REF] = "reference",
    [FIELD_FILE] = "file",
    [FIELD_CITIZEN_ID] = "citizen_id",
    [FIELD_CREDIT_CODE] = "credit_code",
    [FIELD_COMPUTED] = "computed",
};

static const char *purpose_of(const struct record *rec, const struct field *f)
{
    return f->purpose != NULL ? f->purpose : rec->purpose;
}

static const char *basis_of(const struct record *rec, const struct field *f)
{
    return f->basis != NULL ? f->basis : rec->basis;
}

/* A key has a text; the id of a regulation stands for itself. */
static const char *said(enum lang lang, const char *key)
{
    return text_has(lang, key) ? text_get(lang, key) : key;
}

static char *readers_of(struct arena *a, enum lang lang, const struct record *rec)
{
    struct buf b = BUF(a);
    char *words = arena_strdup(a, rec->readers), *save = NULL;
    for (char *w = strtok_r(words, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
        const char *key = arena_printf(a, "face.reader.%s", w);
        buf_printf(&b, "%s%s", b.n == 0 ? "" : text_sign(lang, SIGN_LIST),
                   said(lang, key) == key ? w : said(lang, key));
    }
    return buf_str(&b);
}

/* The event a period counts from: a field of the record, or something that happens. */
static const char *counted_from(struct arena *a, enum lang lang, const struct record *rec)
{
    int at = record_field(rec, rec->keep_from);
    return at >= 0 ? face_label(a, lang, rec, at) : text_get(lang, arena_printf(a, "face.from.%s", rec->keep_from));
}

/* ---- periods: what was set by today, {keep: months}; a later line without months takes it back ---- */
static struct err *read_periods(struct db_tx *tx, json_t *out)
{
    const struct record *rec = record_find("keep.period"); /* of the module that keeps them, where there is one */
    char today[DATE_TEXT];
    if (rec == NULL)
        return NULL;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(date_iso(clock_today(), today))};
    TRY(db_query(tx,
                 arena_printf(tx->arena,
                              "SELECT what, months FROM %s WHERE ended = 0 AND from_on <= ?1 ORDER BY from_on, id",
                              record_table(tx->arena, rec)),
                 args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        json_object_set_new(out, db_col_text(&rows, 0),
                            db_col_null(&rows, 1) ? json_null() : json_integer(db_col_int(&rows, 1)));
    }
}

static struct err *periods_of(struct db *db, struct arena *a, json_t *out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(read_periods(&tx, out));
    return db_commit(&tx);
}

static const char *period_words(struct arena *a, enum lang lang, const struct record *rec, const json_t *periods)
{
    json_t *months = json_object_get(periods, rec->keep);
    if (!json_is_integer(months))
        return text_get(lang, "face.fields.no_period");
    return text_format(a, lang, "face.fields.months", "n",
                       arena_printf(a, "%lld", (long long)json_integer_value(months)), NULL);
}

/* ---- the page ---- */
static json_t *field_row(const struct record *rec, int i, const json_t *periods)
{
    const struct field *f = &rec->fields[i];
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:O?}", "record", rec->name, "field", f->name,
                          "type", type_names[f->type], "class", class_names[record_field_class(rec, i)], "purpose",
                          purpose_of(rec, f), "basis", basis_of(rec, f), "readers", rec->readers, "keep", rec->keep,
                          "keep_from", rec->keep_from, "period", json_object_get(periods, rec->keep));
    if (f->codes != NULL)
        face_put_text(o, "codes", f->codes);
    if (f->to != NULL)
        face_put_text(o, "to", f->to);
    return o;
}

static json_t *shown_record(struct req *rq, const struct record *rec, const json_t *periods)
{
    struct arena *a = rq->arena;
    json_t *rows = json_array();
    for (int i = 0; i < record_fields(rec); i++) {
        const struct field *f = &rec->fields[i];
        if (f->gone)
            continue;
        json_array_append_new(
            rows,
            json_pack("{s:s, s:s, s:s, s:s, s:s}", "label", face_label(a, rq->lang, rec, i), "type",
                      text_get(rq->lang, arena_printf(a, "face.type.%s", type_names[f->type])), "class",
                      text_get(rq->lang, arena_printf(a, "face.class.%s", class_names[record_field_class(rec, i)])),
                      "purpose", said(rq->lang, purpose_of(rec, f)), "basis", said(rq->lang, basis_of(rec, f))));
    }
    bool mine = strncmp(rec->name, "kernel.", 7) != 0 && strncmp(rec->name, "auth.", 5) != 0;
    json_t *list = rec->list != NULL && mine ? json_string(face_path(a, rec)) : json_null();
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:o}", "name", rec->name, "label",
                     face_record_label(rq->lang, rec), "list", list, "readers", readers_of(a, rq->lang, rec), "from",
                     counted_from(a, rq->lang, rec), "period", period_words(a, rq->lang, rec, periods), "rows", rows);
}

struct err *face_fields_page(struct req *rq)
{
    json_t *periods = json_object();
    struct err *e = periods_of(rq->db, rq->arena, periods);
    if (e != NULL) {
        json_decref(periods);
        return e;
    }
    json_t *rows = json_array(), *shown = json_array();
    for (int r = 0; r < record_count(); r++) {
        const struct record *rec = record_at(r);
        for (int i = 0; i < record_fields(rec); i++)
            if (!rec->fields[i].gone)
                json_array_append_new(rows, field_row(rec, i, periods));
        if (!rq->json)
            json_array_append_new(shown, shown_record(rq, rec, periods));
    }
    json_decref(periods);
    rq->labels = json_pack("{s:o}", "records", shown);
    return respond_page(rq, "face/fields", json_pack("{s:o}", "rows", rows));
}

/* ---- commands ---- */
static struct err *periods_at(struct arena *a, const char *url, json_t *out)
{
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(a, url, false, &pool));
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = record_migrate(db, a, false);
    if (e == NULL)
        e = periods_of(db, a, out);
    db_give(db);
    db_pool_close(pool);
    return e;
}

static struct err *run_fields(struct arena *a, int argc, char **argv)
{
    const char *url = NULL;
    bool json = false, english = false;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, false}, {"json", CLI_FLAG, &json, false}, {"english", CLI_FLAG, &english, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    enum lang lang = english ? LANG_EN : LANG_ZH;
    json_t *periods = json_object();
    struct err *e = url == NULL ? NULL : periods_at(a, url, periods);
    if (e != NULL) {
        json_decref(periods);
        return e;
    }
    if (!json)
        puts("field\tlabel\ttype\tclass\tpurpose\tbasis\treaders\tkeep\tkeep_from\tperiod");
    for (int r = 0; r < record_count(); r++) {
        const struct record *rec = record_at(r);
        for (int i = 0; i < record_fields(rec); i++) {
            const struct field *f = &rec->fields[i];
            if (f->gone)
                continue;
            if (json) {
                json_t *o = field_row(rec, i, periods);
                face_put_text(o, "label", face_label(a, lang, rec, i));
                json_dumpf(o, stdout, JSON_COMPACT);
                putchar('\n');
                json_decref(o);
                continue;
            }
            printf("%s.%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", rec->name, f->name, face_label(a, lang, rec, i),
                   type_names[f->type], class_names[record_field_class(rec, i)], said(lang, purpose_of(rec, f)),
                   said(lang, basis_of(rec, f)), rec->readers, rec->keep, rec->keep_from,
                   period_words(a, lang, rec, periods));
        }
    }
    json_decref(periods);
    return NULL;
}

int face_fields_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("fields", run_fields(a, argc, argv));
}

static void print_table(struct arena *a, const struct record *rec)
{
    const char *table = record_table(a, rec);
    printf("%s\tid\tint\n%s\trev\tint\n%s\tended\tint\n%s\tscope\tint\n", table, table, table, table);
    if (rec->tree != NULL)
        printf("%s\tscope_to\tint\n", table);
    for (const struct field *f = rec->fields; f->name != NULL; f++) {
        bool whole = f->type == FIELD_INT || f->type == FIELD_BOOL || f->type == FIELD_REF || f->type == FIELD_FILE;
        const char *of = f->to != NULL ? f->to : f->codes;
        printf("%s\t%s\t%s\t%s%s%s\n", table, f->name, whole ? "int" : "text", type_names[f->type],
               of == NULL ? "" : " ", of == NULL ? "" : of);
    }
}

static struct err *run_schema(struct arena *a, int argc, char **argv)
{
    const struct cli_option options[] = {{0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    for (int i = 0; i < record_count(); i++)
        print_table(a, record_at(i));
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t n = strlen(e->name);
        if (n > 11 && strcmp(e->name + n - 11, "/schema.sql") == 0)
            printf("-- %s\n%s", e->name, (const char *)e->bytes);
    }
    return NULL;
}

int face_schema_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("schema", run_schema(a, argc, argv));
}
