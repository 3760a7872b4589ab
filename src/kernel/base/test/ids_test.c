/* ids_test.c: citizen id and credit code against the shared vectors, and each way to be wrong. */
#include "base/ids.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define TODAY date_make(2026, 11, 25)

static json_t *vectors(const char *name)
{
    const char *root = getenv("QF_ROOT");
    char path[4096];
    snprintf(path, sizeof path, "%s/test/conformance/identifiers/%s", root != NULL ? root : ".", name);
    json_error_t e;
    json_t *j = json_load_file(path, JSON_ALLOW_NUL, &e);
    if (j == NULL)
        fail_msg("%s: %s", path, e.text);
    return j;
}

static enum ids_fault citizen(const char *s)
{
    struct ids_citizen id;
    ids_citizen_read(s, strlen(s), TODAY, &id);
    return id.fault;
}

static enum ids_fault credit(const char *s)
{
    struct ids_credit id;
    ids_credit_read(s, strlen(s), &id);
    return id.fault;
}

static void every_valid_citizen_vector_gives_birth_and_sex(void **state)
{
    (void)state;
    json_t *all = vectors("citizen-id.json"), *v;
    size_t i;
    json_array_foreach(json_object_get(all, "valid"), i, v)
    {
        struct ids_citizen id;
        const char *s = json_string_value(json_object_get(v, "value"));
        char iso[DATE_TEXT];
        assert_true(ids_citizen_read(s, strlen(s), TODAY, &id));
        assert_string_equal(id.value, s);
        assert_false(id.respelt);
        assert_string_equal(date_iso(id.birth, iso), json_string_value(json_object_get(v, "birth")));
        assert_int_equal(id.sex, json_string_value(json_object_get(v, "sex"))[0]);
    }
    json_decref(all);
}

static void every_invalid_citizen_vector_is_refused_or_respelt_and_said_so(void **state)
{
    (void)state;
    json_t *all = vectors("citizen-id.json"), *v;
    size_t i;
    json_array_foreach(json_object_get(all, "invalid"), i, v)
    {
        struct ids_citizen id;
        json_t *s = json_object_get(v, "value");
        bool right = ids_citizen_read(json_string_value(s), json_string_length(s), TODAY, &id);
        if (json_is_true(json_object_get(v, "policy")))
            assert_true(!right || ((id.respelt || id.old15) && strlen(id.value) == 18));
        else
            assert_false(right);
    }
    json_decref(all);
}

static void every_credit_vector_comes_out_as_told(void **state)
{
    (void)state;
    json_t *all = vectors("unified-credit-code.json"), *v;
    size_t i;
    struct ids_credit id;
    json_array_foreach(json_object_get(all, "valid"), i, v)
    {
        const char *s = json_string_value(json_object_get(v, "value"));
        assert_true(ids_credit_read(s, strlen(s), &id));
        assert_true(id.organization_right);
        assert_string_equal(id.value, s);
    }
    json_array_foreach(json_object_get(all, "invalid"), i, v)
    {
        json_t *s = json_object_get(v, "value");
        bool right = ids_credit_read(json_string_value(s), json_string_length(s), &id);
        if (json_is_true(json_object_get(v, "policy")))
            assert_true(!right || id.respelt || !id.organization_right);
        else
            assert_false(right);
    }
    json_decref(all);
}

static void each_slip_in_a_citizen_id_has_its_own_reason(void **state)
{
    (void)state;
    assert_int_equal(citizen("11010519491231002X"), IDS_RIGHT);
    assert_int_equal(citizen("440524188001010014"), IDS_RIGHT);
    assert_int_equal(citizen(""), IDS_EMPTY);
    assert_int_equal(citizen(" \xE3\x80\x80"), IDS_EMPTY);
    assert_int_equal(citizen("9901031975031500"), IDS_LENGTH);
    assert_int_equal(citizen("990103 197503150015"), IDS_LENGTH);
    assert_int_equal(citizen("99010 197503150015"), IDS_CHARACTER);
    assert_int_equal(citizen("99010X197503150015"), IDS_CHARACTER);
    assert_int_equal(citizen("990103198202290027"), IDS_DATE);
    assert_int_equal(citizen("990103197503150010"), IDS_CHECK);
    assert_int_equal(citizen("\xFF\xFE"), IDS_LENGTH);
}

static void one_person_has_one_spelling(void **state)
{
    (void)state;
    struct ids_citizen id;
    const char *s = "\xE3\x80\x80\xEF\xBC\x99\xEF\xBC\x99"
                    "010319800101005x\n";
    assert_true(ids_citizen_read(s, strlen(s), TODAY, &id));
    assert_string_equal(id.value, "99010319800101005X");
    assert_true(id.respelt);
}

static void a_number_of_fifteen_digits_is_brought_to_eighteen_and_flagged(void **state)
{
    (void)state;
    struct ids_citizen id;
    assert_true(ids_citizen_read("990103750315001", 15, TODAY, &id));
    assert_true(id.old15);
    assert_string_equal(id.value, "990103197503150015");
    assert_false(ids_citizen_read("990103751315001", 15, TODAY, &id));
    assert_int_equal(id.fault, IDS_DATE);
    assert_string_equal(id.value, "990103751315001");
}

static void a_long_wrong_text_keeps_whole_characters(void **state)
{
    (void)state;
    struct ids_citizen id;
    const char *s = "\xE8\xBA\xAB\xE4\xBB\xBD\xE8\xAF\x81\xE5\x8F\xB7\xE7\xA0\x81\xE5\xBE\x85\xE6\x9F\xA5";
    assert_false(ids_citizen_read(s, strlen(s), TODAY, &id));
    assert_int_equal(strlen(id.value), 18);
    assert_memory_equal(id.value, s, 18);
}

static void credit_codes_without_a_registrar_are_refused(void **state)
{
    (void)state;
    assert_int_equal(credit("91350100M000100Y43"), IDS_RIGHT);
    assert_int_equal(credit("000000000000000000"), IDS_REGISTRAR);
    assert_int_equal(credit("11990103MB00000010"), IDS_CHECK);
    assert_int_equal(credit("1199010IMB00000012"), IDS_CHARACTER);
}

static void areas_are_looked_up_apart(void **state)
{
    (void)state;
    assert_int_equal(ids_area("110101", false), IDS_AREA_KNOWN);
    assert_int_equal(ids_area("120225", false), IDS_AREA_FORMER);
    assert_int_equal(ids_area("990103", false), IDS_AREA_UNKNOWN);
    assert_int_equal(ids_area("990103", true), IDS_AREA_INVENTED);
    assert_int_equal(ids_area("999016", true), IDS_AREA_INVENTED);
    assert_int_equal(ids_area("990104", true), IDS_AREA_UNKNOWN);
    assert_int_equal(ids_area("12a225", true), IDS_AREA_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_valid_citizen_vector_gives_birth_and_sex),
        cmocka_unit_test(every_invalid_citizen_vector_is_refused_or_respelt_and_said_so),
        cmocka_unit_test(every_credit_vector_comes_out_as_told),
        cmocka_unit_test(each_slip_in_a_citizen_id_has_its_own_reason),
        cmocka_unit_test(one_person_has_one_spelling),
        cmocka_unit_test(a_number_of_fifteen_digits_is_brought_to_eighteen_and_flagged),
        cmocka_unit_test(a_long_wrong_text_keeps_whole_characters),
        cmocka_unit_test(credit_codes_without_a_registrar_are_refused),
        cmocka_unit_test(areas_are_looked_up_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
