/* import_map.c: which column of a table is which field. The choice of a person is kept for the header it was made for.
 */
#include "face/import.h"

#include <string.h>

static const struct field layout_fields[] = {{"record", FIELD_COMPUTED, .max = 100, .required = true, .index = true},
                                             {"heads", FIELD_COMPUTED, .max = 20000, .required = true},
                                             {"mapping", FIELD_COMPUTED, .max = 20000},
                                             {0}};
const struct record face_layout_record = {.name = "face.layout",
                                          .fields = layout_fields,
                                          .list = "record heads mapping",
                                          .order = "record",
                                          .purpose = "face.purpose.layout",
                                          .basis = "kernel.basis.own",
                                          .readers = "supervision personnel",
                                          .keep = "face.layout",
                                          .keep_from = "change",
                                          .class = CLASS_INTERNAL};

/* A header without what people put around words: blanks, brackets with units, colons, case. */
static char *bare(struct arena *a, const char *s)
{
    struct buf b = BUF(a);
    while (*s != '\0') {
        if (strncmp(s, "（", 3) == 0 || *s == '(')
            break;
        if (strncmp(s, "　", 3) == 0 || strncmp(s, "：", 3) == 0 || strncmp(s, "＊", 3) == 0) {
            s += 3;
            continue;
        }
        if ((unsigned char)*s > ' ' && strchr(":*_", *s) == NULL)
            buf_putc(&b, *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s);
        s++;
    }
    return buf_str(&b);
}

static bool says(struct arena *a, const char *head, const char *label)
{
    const char *x = bare(a, head);
    return *x != '\0' && strcmp(x, bare(a, label)) == 0;
}

static int guess_one(struct arena *a, const struct who *who, const struct import *m, const char *head)
{
    if (says(a, head, text_get(LANG_ZH, "face.id")) || says(a, head, text_get(LANG_EN, "face.id")) ||
        says(a, head, "id"))
        return COLUMN_ID;
    for (int i = 0; i < record_fields(m->rec); i++)
        if (face_form_writes(m->rec, i, who) &&
            (says(a, head, face_label(a, LANG_ZH, m->rec, i)) || says(a, head, face_label(a, LANG_EN, m->rec, i)) ||
             says(a, head, m->rec->fields[i].name)))
            return i;
    for (int i = 0; i < record_fields(m->rec); i++) { /* a person's "name" stands for the person */
        if (m->rec->fields[i].type != FIELD_REF || !face_form_writes(m->rec, i, who))
            continue;
        const struct record *to = record_find(m->rec->fields[i].to);
        int title = face_title_field(to);
        if (says(a, head, face_label(a, LANG_ZH, to, title)) || says(a, head, face_label(a, LANG_EN, to, title)))
            return i;
    }
    return COLUMN_NONE;
}

/* The header as one line, by which it is known again. */
static char *heads_text(struct arena *a, const struct import *m)
{
    enum { HEAD_MOST = 90 };
    struct buf b = BUF(a);
    for (int i = 0; i < m->n_cols; i++) {
        char *head = bare(a, m->heads[i]);
        size_t n = strlen(head);
        if (n > HEAD_MOST)
            for (n = HEAD_MOST; ((unsigned char)head[n] & 0xc0) == 0x80; n--)
                ;
        buf_printf(&b, "%s%.*s", i > 0 ? "|" : "", (int)n, head);
    }
    return buf_str(&b);
}

static struct err *layout_find(struct db_tx *tx, const struct import *m, struct row **out)
{
    static const char sql[] =
        "SELECT %s FROM face_layout WHERE record = ?1 AND heads = ?2 AND ended = 0 ORDER BY id LIMIT 1";
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(m->rec->name), db_text(heads_text(tx->arena, m))};
    bool more;
    TRY(db_query(tx, arena_printf(tx->arena, sql, record_columns(&face_layout_record)), args, 2, &rows));
    TRY(db_next(&rows, &more));
    *out = more ? record_take(tx->arena, &face_layout_record, &rows, 0) : NULL;
    return NULL;
}

struct err *face_import_guess(struct db_tx *tx, const struct who *who, struct import *m)
{
    struct row *kept;
    TRY(layout_find(tx, m, &kept));
    m->mapping = arena_array(tx->arena, int, m->n_cols);
    char *words =
        kept == NULL || row_text(kept, "mapping") == NULL ? NULL : arena_strdup(tx->arena, row_text(kept, "mapping"));
    for (int i = 0; i < m->n_cols; i++) {
        const char *name = words == NULL ? NULL : strsep(&words, " ");
        int at = name == NULL ? COLUMN_NONE : strcmp(name, "id") == 0 ? COLUMN_ID : record_field(m->rec, name);
        if (at >= 0 && !face_form_writes(m->rec, at, who))
            at = COLUMN_NONE;
        m->mapping[i] = kept != NULL ? at : guess_one(tx->arena, who, m, m->heads[i]);
        for (int j = 0; j < i; j++)
            if (m->mapping[j] == m->mapping[i] && m->mapping[i] != COLUMN_NONE)
                m->mapping[i] = COLUMN_NONE; /* the first of two wins */
    }
    return NULL;
}

struct err *face_import_keep_layout(struct db *db, struct arena *a, const struct who *who, const struct import *m)
{
    struct buf b = BUF(a);
    for (int i = 0; i < m->n_cols; i++) {
        int at = m->mapping[i];
        buf_printf(&b, "%s%s", i > 0 ? " " : "", at == COLUMN_ID ? "id" : at < 0 ? "-" : m->rec->fields[at].name);
    }
    change_scope struct change c = {0};
    struct row *r;
    TRY(change_begin(db, a, who, NULL, &c));
    TRY(layout_find(&c.tx, m, &r));
    int64_t rev = r == NULL ? 0 : r->rev;
    if (r == NULL)
        r = row_new(a, &face_layout_record);
    row_set(r, "record", m->rec->name);
    row_set(r, "heads", heads_text(a, m));
    row_set(r, "mapping", buf_str(&b));
    TRY(record_save(&c, &face_layout_record, r, rev));
    return change_commit(&c);
}
