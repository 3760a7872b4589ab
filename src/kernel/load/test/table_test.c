/* table_test.c: CSV and xlsx tables against the shared conformance files. */
#include "load/table.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char *at(struct arena *a, const char *name)
{
    const char *root = getenv("QF_ROOT");
    return arena_printf(a, "%s/test/conformance/tabular/%s", root != NULL ? root : ".", name);
}

static json_t *json(const char *path)
{
    json_error_t e;
    json_t *j = json_load_file(path, 0, &e);
    if (j == NULL)
        fail_msg("%s: %s", path, e.text);
    return j;
}

static struct load_table *open_table(struct arena *a, const char *path)
{
    struct load_table *t = NULL;
    struct err *e = load_table_open(a, path, NULL, &t);
    if (e != NULL)
        fail_msg("%s: %s", path, e->detail);
    return t;
}

static const struct load_row *next(struct load_table *t)
{
    const struct load_row *row = NULL;
    struct err *e = load_table_next(t, &row);
    if (e != NULL)
        fail_msg("%s", e->detail);
    return row;
}

/* The rows after the header as an array of objects by header; numbers stay numbers. */
static json_t *by_header(struct load_table *t, uint64_t header_row)
{
    const struct load_row *row = next(t);
    while (row != NULL && row->number < header_row)
        row = next(t);
    assert_non_null(row);
    char *names[64];
    size_t n = row->n;
    for (size_t i = 0; i < n; i++)
        names[i] = strdup(row->cells[i].text);
    json_t *all = json_array();
    while ((row = next(t)) != NULL) {
        json_t *o = json_object();
        for (size_t i = 0; i < n; i++) {
            const struct load_cell *c = i < row->n ? &row->cells[i] : NULL;
            json_t *v = c != NULL && c->kind == CELL_NUMBER ? json_real(strtod(c->text, NULL))
                                                            : json_string(c == NULL ? "" : c->text);
            json_object_set_new(o, names[i], v);
        }
        json_array_append_new(all, o);
    }
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    return all;
}

static void all_of_csv_spectrum_parses_to_its_json(void **state)
{
    (void)state;
    static const char *const names[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "newlines_crlf",
                                        "quotes_and_newlines",
                                        "simple",
                                        "simple_crlf",
                                        "utf8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        arena_scope struct arena *a = arena_new();
        json_t *want = json(at(a, arena_printf(a, "csv-spectrum/json/%s.json", names[i])));
        json_t *have = by_header(open_table(a, at(a, arena_printf(a, "csv-spectrum/csvs/%s.csv", names[i]))), 1);
        if (!json_equal(want, have))
            fail_msg("%s: %s", names[i], json_dumps(have, 0));
        json_decref(want);
        json_decref(have);
    }
}

static bool same_row(json_t *want, json_t *have)
{
    const char *key;
    json_t *v;
    json_object_foreach(want, key, v)
    {
        json_t *h = json_object_get(have, key);
        if (json_is_number(v)) {
            double d = json_is_string(h) ? strtod(json_string_value(h), NULL) : json_number_value(h);
            if (d != json_number_value(v))
                return false;
        } else if (!json_is_string(h) || strcmp(json_string_value(h), json_string_value(v)) != 0) {
            return false;
        }
    }
    return true;
}

static void check_rows(json_t *want, json_t *have, const char *name)
{
    assert_int_equal(json_array_size(have), json_array_size(want));
    for (size_t i = 0; i < json_array_size(want); i++)
        if (!same_row(json_array_get(want, i), json_array_get(have, i)))
            fail_msg("%s row %zu: %s", name, i, json_dumps(json_array_get(have, i), 0));
}

static void the_roster_is_the_same_from_every_writer(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *expected = json(at(a, "xlsx/expected.json")), *file;
    const char *name;
    json_object_foreach(json_object_get(expected, "files"), name, file)
    {
        struct load_table *t = open_table(a, at(a, arena_printf(a, "xlsx/%s", name)));
        const struct load_table_facts *f = load_table_facts(t);
        assert_true(f->xlsx);
        assert_string_equal(f->sheets[f->sheet].name, json_string_value(json_object_get(file, "sheet")));
        json_t *have = by_header(t, (uint64_t)json_integer_value(json_object_get(file, "header_row")));
        check_rows(json_object_get(expected, "rows"), have, name);
        json_decref(have);
    }
    static const char *const csvs[] = {"csv/utf8-bom.csv", "csv/gb18030.csv"};
    for (size_t i = 0; i < 2; i++) {
        struct load_table *t = open_table(a, at(a, csvs[i]));
        assert_int_equal(load_table_facts(t)->guess.charset, i == 0 ? LOAD_UTF8 : LOAD_GB18030);
        json_t *have = by_header(t, 1);
        check_rows(json_object_get(expected, "rows"), have, csvs[i]);
        json_decref(have);
    }
    json_decref(expected);
}

static void cells_like_formulas_come_in_as_the_text_they_are(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *expected = json(at(a, "csv/expected.json")), *cells = json_object_get(expected, "formula_cells");
    struct load_table *t = open_table(a, at(a, "csv/formula-cells.csv"));
    next(t);
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const struct load_row *row = next(t);
        assert_non_null(row);
        assert_string_equal(row->cells[2].text, json_string_value(json_array_get(cells, i)));
        assert_int_equal(row->cells[2].kind, CELL_TEXT);
    }
    assert_null(next(t));
    json_decref(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_csv_spectrum_parses_to_its_json),
        cmocka_unit_test(the_roster_is_the_same_from_every_writer),
        cmocka_unit_test(cells_like_formulas_come_in_as_the_text_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
