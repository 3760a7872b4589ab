/* xlsx.c: the workbook: which sheets there are, which parts they use, the formats, the shared strings. Parts are found
 * by their relations, not by usual names; names of elements and attributes are local, so both editions of the standard
 * and any prefix are read. */
#include "load/xlsx.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/vec.h"
#include "load/xlsx_sheet.h"

enum { SMALL_PART = 64 << 20, DEPTH_MOST = 64, PIECE = 16 << 10, SHEETS_MOST = 4096, FORMATS_MOST = 65536 };

struct relation {
    const char *id, *type, *target;
};
struct found_sheet {
    const char *name, *relation;
    bool hidden;
};
struct load_xlsx {
    struct arena *arena;
    struct load_zip *zip;
    struct xlsx_book book;
    struct xlsx_sheet *sheet;
    VEC(struct relation) relations; /* of the part last read */
    VEC(struct found_sheet) sheets;
    unsigned char *codes; /* shape of each custom format's id, 255 where there is none */
    VEC(unsigned char) shapes;
    bool in_formats, in_string, in_text;
    int phonetic;
    struct buf text;
    struct buf plain;
};

static char *attr(struct load_xlsx *x, const struct load_xml_tag *tag, const char *name)
{
    const char *v;
    size_t n;
    return load_xml_attr(tag, name, &v, &n) ? arena_strndup(x->arena, v, n) : NULL;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = s == NULL ? 0 : strlen(s), m = strlen(end);
    return n >= m && strcasecmp(s + n - m, end) == 0;
}

static bool truth(const char *s)
{
    return s != NULL && (strcmp(s, "1") == 0 || strcasecmp(s, "true") == 0 || strcasecmp(s, "on") == 0);
}

static struct err *relation_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    struct load_xlsx *x = p;
    if (strcmp(name, "Relationship") == 0 && x->relations.n < SHEETS_MOST)
        *VEC_PUSH(&x->relations, x->arena) =
            (struct relation){.id = attr(x, tag, "Id"), .type = attr(x, tag, "Type"), .target = attr(x, tag, "Target")};
    return NULL;
}

static struct err *workbook_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    struct load_xlsx *x = p;
    if (strcmp(name, "workbookPr") == 0) {
        x->book.epoch1904 = truth(attr(x, tag, "date1904"));
    } else if (strcmp(name, "sheet") == 0 && x->sheets.n < SHEETS_MOST) {
        const char *state = attr(x, tag, "state"), *title = attr(x, tag, "name"), *id = attr(x, tag, "id");
        *VEC_PUSH(&x->sheets, x->arena) =
            (struct found_sheet){.name = title == NULL ? "" : title,
                                 .relation = id == NULL ? "" : id,
                                 .hidden = state != NULL && strcasecmp(state, "visible") != 0};
    }
    return NULL;
}

static struct err *style_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    struct load_xlsx *x = p;
    if (strcmp(name, "cellXfs") == 0) {
        x->in_formats = true;
        return NULL;
    }
    bool code = strcmp(name, "numFmt") == 0, format = x->in_formats && strcmp(name, "xf") == 0;
    if (!code && !format)
        return NULL;
    const char *text = attr(x, tag, "numFmtId");
    long id = text == NULL ? 0 : strtol(text, NULL, 10);
    if (id < 0 || id >= FORMATS_MOST)
        id = 0;
    if (format && x->shapes.n < FORMATS_MOST)
        *VEC_PUSH(&x->shapes, x->arena) = x->codes[id] != 255 ? x->codes[id] : xlsx_format_builtin((int)id);
    if (code && (text = attr(x, tag, "formatCode")) != NULL)
        x->codes[id] = xlsx_format_shape(text);
    return NULL;
}

static struct err *style_end(void *p, const char *name)
{
    struct load_xlsx *x = p;
    if (strcmp(name, "cellXfs") == 0)
        x->in_formats = false;
    return NULL;
}

static struct err *string_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    (void)tag;
    struct load_xlsx *x = p;
    if (strcmp(name, "si") == 0) {
        x->in_string = true;
        x->text.n = 0;
        x->phonetic = 0;
    } else if (strcmp(name, "rPh") == 0) {
        x->phonetic++;
    } else if (strcmp(name, "t") == 0) {
        x->in_text = x->in_string && x->phonetic == 0;
    }
    return NULL;
}

static struct err *string_text(void *p, const char *s, size_t n)
{
    struct load_xlsx *x = p;
    if (x->in_text)
        buf_add(&x->text, s, n);
    if (x->text.n > x->book.limits.cell_bytes)
        return err_say(ERR(x->arena, ERR_LIMIT, "a shared string of over %zu bytes", x->book.limits.cell_bytes),
                       "load.table_cell", "row", "?", NULL);
    return NULL;
}

static struct err *string_end(void *p, const char *name)
{
    struct load_xlsx *x = p;
    if (strcmp(name, "t") == 0) {
        x->in_text = false;
    } else if (strcmp(name, "rPh") == 0) {
        x->phonetic -= x->phonetic > 0;
    } else if (strcmp(name, "si") == 0) {
        x->in_string = false;
        x->plain.n = 0;
        xlsx_unescape(x->text.p == NULL ? "" : x->text.p, x->text.n, &x->plain);
        return xlsx_strings_add(x->book.strings, x->plain.p == NULL ? "" : x->plain.p, x->plain.n);
    }
    return NULL;
}

/* The entry of a part; its name as the relations give it. */
static bool find_part(struct load_xlsx *x, const char *name, uint64_t *entry)
{
    while (*name == '/')
        name++;
    if (load_zip_find(x->zip, name, entry))
        return true;
    char *other = arena_strdup(x->arena, name); /* some writers separate by \ */
    for (char *s = other; *s != '\0'; s++)
        if (*s == '/')
            *s = '\\';
    return load_zip_find(x->zip, other, entry);
}

static struct err *read_part(struct load_xlsx *x, uint64_t entry, struct load_xml_events events, uint64_t most)
{
    arena_scope struct arena *a = arena_new(); /* the parser's, freed before the next part */
    struct load_zip_stream *stream = NULL;
    struct load_xml *xml = NULL;
    struct load_xml_limits limits = {.depth = DEPTH_MOST, .bytes = most};
    events.p = x;
    struct err *e = load_zip_stream_begin(x->zip, a, entry, &stream);
    if (e == NULL)
        e = load_xml_begin(a, &events, limits, false, &xml);
    char piece[PIECE];
    for (size_t n = 1; e == NULL && n > 0;) {
        e = load_zip_stream_read(stream, piece, sizeof piece, &n);
        if (e == NULL)
            e = n == 0 ? load_xml_end(xml) : load_xml_feed(xml, piece, n);
    }
    if (e == NULL)
        return NULL;
    struct err *kept = ERR(x->arena, e->kind, "%s", e->detail); /* its arena ends here */
    if (e->say != NULL)
        kept = err_say(kept, arena_strdup(x->arena, e->say),
                       e->args[0].name == NULL ? NULL : arena_strdup(x->arena, e->args[0].name),
                       e->args[0].value == NULL ? NULL : arena_strdup(x->arena, e->args[0].value), NULL);
    return kept;
}

/* Target of a relation of a part, as a name from the root. */
static const char *resolve(struct load_xlsx *x, const char *part, const char *target)
{
    if (*target == '/')
        return target + 1;
    const char *slash = strrchr(part, '/');
    size_t n = slash == NULL ? 0 : (size_t)(slash - part);
    while (strncmp(target, "../", 3) == 0 || strncmp(target, "./", 2) == 0) {
        if (target[1] == '.') {
            while (n > 0 && part[n - 1] != '/')
                n--;
            n -= n > 0;
        }
        target += target[1] == '.' ? 3 : 2;
    }
    return arena_printf(x->arena, "%.*s%s%s", (int)n, part, n > 0 ? "/" : "", target);
}

static struct err *read_relations(struct load_xlsx *x, const char *part)
{
    const char *slash = strrchr(part, '/');
    int n = slash == NULL ? 0 : (int)(slash - part) + 1;
    x->relations.n = 0;
    uint64_t entry;
    if (!find_part(x, arena_printf(x->arena, "%.*s_rels/%s.rels", n, part, part + n), &entry))
        return NULL;
    return read_part(x, entry, (struct load_xml_events){.start = relation_start}, SMALL_PART);
}

static const struct relation *relation_of_type(const struct load_xlsx *x, const char *type)
{
    for (size_t i = 0; i < x->relations.n; i++)
        if (x->relations.p[i].target != NULL && ends_with(x->relations.p[i].type, type))
            return &x->relations.p[i];
    return NULL;
}

static const struct relation *relation_of_id(const struct load_xlsx *x, const char *id)
{
    for (size_t i = 0; i < x->relations.n; i++)
        if (x->relations.p[i].target != NULL && x->relations.p[i].id != NULL && strcmp(x->relations.p[i].id, id) == 0)
            return &x->relations.p[i];
    return NULL;
}

static struct err *no_workbook(struct load_xlsx *x)
{
    uint64_t entry;
    struct err *e = ERR(x->arena, ERR_INVALID, "the zip holds no workbook");
    if (load_zip_find(x->zip, "xl/workbook.bin", &entry))
        return err_say(e, "load.xlsb", NULL);
    if (load_zip_find(x->zip, "content.xml", &entry))
        return err_say(e, "load.ods", NULL);
    return err_say(e, "load.not_a_table", NULL);
}

static struct err *read_workbook(struct load_xlsx *x, const char **part)
{
    TRY(read_relations(x, ""));
    const struct relation *r = relation_of_type(x, "/officeDocument");
    *part = r == NULL ? "xl/workbook.xml" : resolve(x, "", r->target);
    uint64_t entry;
    if (!find_part(x, *part, &entry) || ends_with(*part, ".bin"))
        return no_workbook(x);
    TRY(read_part(x, entry, (struct load_xml_events){.start = workbook_start}, SMALL_PART));
    return read_relations(x, *part);
}

static struct err *read_styles_and_strings(struct load_xlsx *x, const char *part)
{
    uint64_t entry;
    const struct relation *r = relation_of_type(x, "/styles");
    if (r != NULL && find_part(x, resolve(x, part, r->target), &entry))
        TRY(read_part(x, entry, (struct load_xml_events){.start = style_start, .end = style_end}, SMALL_PART));
    x->book.shapes = x->shapes.p;
    x->book.n_shapes = x->shapes.n;
    r = relation_of_type(x, "/sharedStrings");
    if (r == NULL || !find_part(x, resolve(x, part, r->target), &entry))
        return NULL;
    x->book.strings = xlsx_strings_new(x->arena);
    return read_part(x, entry, (struct load_xml_events){.start = string_start, .end = string_end, .text = string_text},
                     x->book.limits.bytes);
}

/* The sheet asked for, or the first that can be seen; chart sheets are none. */
static struct err *choose_sheet(struct load_xlsx *x, const char *part, const char *wanted,
                                struct load_table_facts *facts, uint64_t *entry)
{
    VEC(struct load_sheet) list = {0};
    size_t chosen = SIZE_MAX, hidden = SIZE_MAX;
    uint64_t hidden_entry = 0;
    for (size_t i = 0; i < x->sheets.n; i++) {
        const struct found_sheet *s = &x->sheets.p[i];
        const struct relation *r = relation_of_id(x, s->relation);
        uint64_t at;
        if (r == NULL || ends_with(r->type, "/chartsheet") || ends_with(r->type, "/dialogsheet") ||
            !find_part(x, resolve(x, part, r->target), &at))
            continue;
        *VEC_PUSH(&list, x->arena) = (struct load_sheet){.name = s->name, .hidden = s->hidden};
        bool fits = wanted != NULL ? strcmp(s->name, wanted) == 0 : !s->hidden;
        if (fits && chosen == SIZE_MAX)
            chosen = list.n - 1, *entry = at;
        if (hidden == SIZE_MAX)
            hidden = list.n - 1, hidden_entry = at;
    }
    if (chosen == SIZE_MAX && wanted == NULL && hidden != SIZE_MAX)
        chosen = hidden, *entry = hidden_entry;
    if (chosen == SIZE_MAX)
        return err_say(ERR(x->arena, ERR_INVALID, "no sheet \"%s\"", wanted == NULL ? "" : wanted), "load.no_sheet",
                       NULL);
    facts->sheets = list.p;
    facts->n_sheets = list.n;
    facts->sheet = chosen;
    return NULL;
}

struct err *load_xlsx_open(struct arena *a, struct load_zip *zip, const struct load_table_options *options,
                           struct load_table_facts *facts, struct load_xlsx **out)
{
    struct load_xlsx *x = arena_new_of(a, struct load_xlsx);
    *x = (struct load_xlsx){.arena = a, .zip = zip, .text = BUF(a), .plain = BUF(a)};
    x->book.limits = options->limits;
    x->book.fill_merged = options->fill_merged;
    x->codes = arena_alloc(a, FORMATS_MOST);
    memset(x->codes, 255, FORMATS_MOST);
    const char *part = NULL;
    uint64_t entry = 0;
    TRY(read_workbook(x, &part));
    TRY(choose_sheet(x, part, options->sheet, facts, &entry));
    TRY(read_styles_and_strings(x, part));
    TRY(xlsx_sheet_open(a, zip, entry, &x->book, &x->sheet));
    *out = x;
    return NULL;
}

struct err *load_xlsx_next(struct load_xlsx *x, const struct load_row **out)
{
    return xlsx_sheet_next(x->sheet, out);
}
