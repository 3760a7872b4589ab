#!/bin/bash
# new_module.sh NAME: writes src/modules/NAME, a module with one record, and one line of src/modules.def.
set -e
n=$1
case $n in "" | *[!a-z]*) echo "a module's name is lower-case letters: make module NAME=exchange" >&2; exit 2 ;; esac
d=src/modules/$n
[ ! -e "$d" ] || { echo "$d is there already" >&2; exit 2; }
mkdir -p "$d/test"
cat >"$d/README.md" <<E1
# $n

What this module is for, in a sentence; the articles it follows.

- records.c: what it keeps, declared. List, form, history, import, export and JSON stand under /$n/ITEM by themselves.
- $n.c: the descriptor: records, routes, menu, commands. No logic.
E1
cat >"$d/$n.h" <<E1
/* $n.h: what other modules may use of $n. */
#ifndef QF_${n^^}_${n^^}_H
#define QF_${n^^}_${n^^}_H

#include "record/record.h"

extern const struct record ${n}_item;

#endif
E1
cat >"$d/records.c" <<E1
/* records.c: what $n keeps, declared. The kernel makes table, list, form, history, import, export and JSON from it. */
#include "$n/$n.h"

static const struct field item_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true}, /* whose file it belongs to */
    {"title", FIELD_TEXT, .max = 100, .required = true},
    {"held_on", FIELD_PDATE},
    {"hours", FIELD_INT, .max = 4},
    {0},
};
const struct record ${n}_item = {.name = "$n.item",
                                 .fields = item_fields,
                                 .concerns = "member",
                                 .title = "title",
                                 .list = "member title held_on hours",
                                 .order = "member held_on",
                                 .purpose = "$n.purpose.item",
                                 .basis = "PIPL-13",
                                 .readers = "supervision",
                                 .keep = "$n.item",
                                 .keep_from = "member_left",
                                 .class = CLASS_PERSONAL};
E1
cat >"$d/$n.c" <<E1
/* $n.c: the descriptor of the module $n. */
#include "$n/$n.h"

#include "web/module.h"

static const struct record *const records[] = {&${n}_item, NULL};

static const struct menu_entry menu[] = {{"people", "$n.item", "/$n/item", "$n.item.read"}, {0}};

const struct module ${n}_module = {.name = "$n", .records = records, .menu = menu};
E1
cat >"$d/text.zh-CN" <<E1
$n.module = 新模块
$n.item = 事项
$n.item.member = 干部
$n.item.title = 名称
$n.item.held_on = 日期
$n.item.hours = 学时
$n.purpose.item = 说明用途
E1
cat >"$d/text.en" <<E1
$n.module = New module
$n.item = Item
$n.item.member = Cadre
$n.item.title = Title
$n.item.held_on = Date
$n.item.hours = Hours
$n.purpose.item = Say what it is for
E1
cat >"$d/test/${n}_test.c" <<E1
/* ${n}_test.c: an item is saved and read back with its history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "$n/$n.h"
#include "base/clock.h"
#include "roster/roster.h"

#define OK(call) assert_null(call)

static void an_item_is_kept_with_its_history(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    record_register(&${n}_item);
    struct db_pool *pool;
    struct db *db;
    OK(record_init(a));
    OK(db_pool_open(a, ":memory:", true, &pool));
    OK(db_take(pool, a, &db));
    OK(record_migrate(db, a, true));
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "test", &c));
        struct row *m = row_new(a, &roster_member), *i = row_new(a, &${n}_item);
        row_set(m, "name", "白简");
        row_set(m, "status", "1");
        OK(record_save(&c, &roster_member, m, 0));
        row_set_int(a, i, "member", m->id);
        row_set(i, "title", "专题班");
        OK(record_save(&c, &${n}_item, i, 0));
        row_set(i, "hours", "24");
        OK(record_save(&c, &${n}_item, i, 1));
        OK(change_commit(&c));
    }
    {
        db_scope struct db_tx tx = {0};
        struct revision *h;
        int n;
        OK(db_begin_read(db, a, &tx));
        OK(record_history(&tx, &${n}_item, &who_console, 1, 10, &h, &n));
        assert_int_equal(n, 2);
        assert_string_equal(row_text(h[0].row, "hours"), "24");
    }
    db_give(db);
    db_pool_close(pool);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_item_is_kept_with_its_history)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
E1
echo "MODULE($n)" >>src/modules.def
echo "made $d; now: make, make unit T=$n, and /$n/item in the page"
