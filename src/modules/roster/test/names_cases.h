/* names_cases.h: the order of names, on either database; a part of facts_cases.h. */
/* Ids of everybody by name, page by page, and each one's place. */
static int by_name(struct house *h, const struct facts_root *r, bool desc, int64_t *ids, int most)
{
    struct scope all = SCOPE_ALL;
    struct facts_select q = {
        .subject = facts_subject("member"), .scope = &all, .sort = {{FACTS_BY_NAME, desc}}, .n_sort = 1, .limit = 7};
    struct facts_page page;
    int n = 0;
    do {
        OK(facts_list(r, h->a, &q, &page));
        for (int i = 0; i < page.n && n < most; i++) {
            const char *cursor;
            OK(facts_cursor(r, h->a, &q, page.rows[i].at, &cursor));
            assert_string_equal(cursor, page.cursors[i]);
            ids[n++] = page.rows[i].id;
            if (n % 50 == 0)
                assert_int_equal(facts_position(r, h->a, &q, page.rows[i].at), n);
        }
        q.after = page.n > 0 ? page.cursors[page.n - 1] : NULL;
    } while (page.more);
    assert_int_equal(n, page.total);
    return n;
}

static void has_names(struct house *h, const int64_t *ids, int n, const char *const *names)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h->db, h->a, &tx));
    int last = -1, expected = 0;
    int64_t last_id = 0;
    for (int i = 0; i < n; i++) {
        struct row *row;
        OK(record_read(&tx, &roster_member, &who_console, ids[i], &row));
        const char *name = row_text(row, "name");
        if (last < 0 || strcmp(names[last], name) != 0) {
            last = expected++;
            last_id = 0;
            assert_non_null(names[last]);
            assert_string_equal(name, names[last]);
        }
        assert_true(ids[i] > last_id);
        last_id = ids[i];
    }
    assert_null(names[expected]);
}

static void rename_to(struct house *h, int64_t id, const char *name)
{
    struct row *row;
    begin(h);
    OK(record_read(&h->change.tx, &roster_member, &who_console, id, &row));
    row_set(row, "name", name);
    OK(record_save(&h->change, &roster_member, row, row->rev));
    commit(h);
}

/* 钱 before 单 (shan, not dan) before 王; longer names after their beginnings; also when only a fourth character of a
 * name was changed. */
static void names_stand_in_the_order_of_pinyin(void **state)
{
    struct house *h = *state;
    open_house(h, 400);
    static const char *const first[] = {"李四", "欧阳示例", "钱示范", "单某", "王某某", "张三", NULL};
    static const char *const backwards[] = {"张三",     "曾某某",   "王某某", "单某", "钱示范",
                                            "欧阳示例", "欧阳示范", "李四",   "安某", NULL};
    static const char *const now[] = {"安某", "李四",   "欧阳示范", "欧阳示例", "钱示范",
                                      "单某", "王某某", "曾某某",   "张三",     NULL};
    int64_t ids[420];
    const struct facts_root *r = read_root(h, h->facts);
    int n = by_name(h, r, false, ids, 420);
    has_names(h, ids, n, first);
    facts_end(r);
    int64_t some[3] = {0};
    for (int i = 0, k = 0; i < n && k < 3; i += n / 3, k++)
        some[k] = ids[i];
    rename_to(h, some[0], "安某");
    rename_to(h, some[1], "曾某某");
    rename_to(h, some[2], "欧阳示范");
    r = read_root(h, h->facts);
    has_names(h, ids, by_name(h, r, false, ids, 420), now);
    has_names(h, ids, by_name(h, r, true, ids, 420), backwards);
    facts_end(r);
    struct facts *cold;
    int64_t again[420];
    OK(facts_open(h->a, h->pool, 2, periods, NULL, &cold));
    OK(facts_wait(cold, h->a));
    r = read_root(h, cold);
    assert_int_equal(by_name(h, r, true, again, 420), n);
    assert_memory_equal(ids, again, sizeof *ids * (size_t)n);
    facts_end(r);
    facts_close(cold);
}
