/* register.c: the list of all declared records, and the check that each declaration is whole. */
#include "record/inner.h"
#include "record/log.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "record/calendar.h"
#include "record/codes.h"

enum { RECORDS_MOST = 512 };

static struct known known[RECORDS_MOST];
static int n_known;
static struct arena *memory;

void record_register(const struct record *rec)
{
    assert(n_known < RECORDS_MOST);
    for (int i = 0; i < n_known; i++)
        if (known[i].rec == rec)
            return;
    known[n_known++] = (struct known){.rec = rec};
}

int record_count(void)
{
    return n_known;
}

const struct record *record_at(int i)
{
    return known[i].rec;
}

const struct record *record_find(const char *name)
{
    for (int i = 0; i < n_known; i++) /* the linker keeps equal texts once */
        if (known[i].rec->name == name)
            return known[i].rec;
    for (int i = 0; i < n_known; i++)
        if (strcmp(known[i].rec->name, name) == 0)
            return known[i].rec;
    return NULL;
}

int record_index(const struct record *rec)
{
    for (int i = 0; i < n_known; i++)
        if (known[i].rec == rec)
            return i;
    return -1;
}

const struct known *known_of(const struct record *rec)
{
    static _Thread_local int last;
    if (last < n_known && known[last].rec == rec)
        return &known[last];
    int i = record_index(rec);
    assert(i >= 0 && known[i].n_fields > 0); /* record_init was called */
    last = i;
    return &known[i];
}

int record_fields(const struct record *rec)
{
    int n = 0;
    while (rec->fields[n].name != NULL)
        n++;
    return n;
}

int record_field(const struct record *rec, const char *name)
{
    for (int i = 0; rec->fields[i].name != NULL; i++)
        if (rec->fields[i].name == name || strcmp(rec->fields[i].name, name) == 0)
            return i;
    return -1;
}

char *record_table(struct arena *a, const struct record *rec)
{
    char *s = arena_strdup(a, rec->name);
    for (char *p = s; *p != '\0'; p++)
        if (*p == '.')
            *p = '_';
    return s;
}

enum class record_field_class(const struct record *rec, int field) {
    enum class c = rec->fields[field].class; return c > rec->class ? c : rec->class;
}

const char *record_columns(const struct record *rec)
{
    return known_of(rec)->columns;
}

static bool is_word(const char *s)
{
    if (*s < 'a' || *s > 'z')
        return false;
    for (; *s != '\0'; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_'))
            return false;
    return true;
}

static struct err *check_field(struct arena *a, const struct record *rec, const struct field *f)
{
    if (!is_word(f->name))
        return ERR(a, ERR_FAULT, "record %s: field name '%s' is not a lower-case word", rec->name, f->name);
    if (f->type == FIELD_REF && (f->to == NULL || record_find(f->to) == NULL))
        return ERR(a, ERR_FAULT, "record %s.%s refers to '%s', which is no record", rec->name, f->name,
                   f->to ? f->to : "");
    if (f->type == FIELD_CODE && (f->codes == NULL || codes_list(f->codes) == NULL))
        return ERR(a, ERR_FAULT, "record %s.%s uses '%s', which is no code list", rec->name, f->name,
                   f->codes ? f->codes : "");
    for (const struct field *g = rec->fields; g != f; g++)
        if (strcmp(g->name, f->name) == 0)
            return ERR(a, ERR_FAULT, "record %s declares %s twice", rec->name, f->name);
    return NULL;
}

static struct err *check_ref(struct arena *a, const struct record *rec, const char *what, const char *field)
{
    if (field == NULL)
        return NULL;
    int i = record_field(rec, field);
    if (i < 0 || rec->fields[i].type != FIELD_REF)
        return ERR(a, ERR_FAULT, "record %s: .%s names '%s', which is no reference", rec->name, what, field);
    return NULL;
}

static struct err *check_record(struct arena *a, const struct record *rec)
{
    if (strchr(rec->name, '.') == NULL)
        return ERR(a, ERR_FAULT, "record '%s' has no module before its name", rec->name);
    const char *need[][2] = {{"purpose", rec->purpose},
                             {"basis", rec->basis},
                             {"readers", rec->readers},
                             {"keep", rec->keep},
                             {"keep_from", rec->keep_from}};
    for (size_t i = 0; i < sizeof need / sizeof *need; i++)
        if (need[i][1] == NULL || need[i][1][0] == '\0')
            return ERR(a, ERR_FAULT, "record %s does not say its %s", rec->name, need[i][0]);
    for (const struct field *f = rec->fields; f->name != NULL; f++)
        TRY(check_field(a, rec, f));
    TRY(check_ref(a, rec, "concerns", rec->concerns));
    TRY(check_ref(a, rec, "recusal", rec->recusal));
    TRY(check_ref(a, rec, "unit", rec->unit));
    TRY(check_ref(a, rec, "tree", rec->tree));
    if (rec->concerns != NULL && rec->unit == NULL && !rec->fields[record_field(rec, rec->concerns)].required)
        return ERR(a, ERR_FAULT, "record %s: %s must be required, since the row belongs to it", rec->name,
                   rec->concerns);
    return NULL;
}

static void texts_of(struct known *k)
{
    const struct record *rec = k->rec;
    k->n_fields = record_fields(rec);
    k->table = record_table(memory, rec);
    struct buf cols = BUF(memory), ins = BUF(memory), upd = BUF(memory), vals = BUF(memory);
    buf_puts(&cols, "id, rev, ended, scope");
    buf_printf(&ins, "INSERT INTO %s (id, rev, ended, scope", k->table);
    buf_printf(&upd, "UPDATE %s SET rev = ?2, ended = ?3, scope = ?4", k->table);
    buf_puts(&vals, "?1, ?2, ?3, ?4");
    for (int i = 0; i < k->n_fields; i++) {
        buf_printf(&cols, ", %s", rec->fields[i].name);
        buf_printf(&ins, ", %s", rec->fields[i].name);
        buf_printf(&vals, ", ?%d", i + 5);
        buf_printf(&upd, ", %s = ?%d", rec->fields[i].name, i + 5);
    }
    k->columns = buf_str(&cols);
    k->insert = arena_printf(memory, "%s) VALUES (%s)", buf_str(&ins), buf_str(&vals));
    k->update = arena_printf(memory, "%s WHERE id = ?1 AND rev = ?%d", buf_str(&upd), k->n_fields + 5);
    k->select = arena_printf(memory, "SELECT %s FROM %s WHERE id = ?1", k->columns, k->table);
}

struct err *record_init(struct arena *a)
{
    codes_init();
    record_register(&setting_record);
    record_register(&day_record);
    record_register(&checkpoint_record);
    record_register(&signer_record);
    record_register(&erasure_record);
    record_register(&restore_record);
    if (memory == NULL)
        memory = arena_new();
    for (int i = 0; i < n_known; i++) {
        TRY(check_record(a, known[i].rec));
        if (known[i].n_fields == 0)
            texts_of(&known[i]);
    }
    return NULL;
}
