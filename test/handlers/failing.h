/* failing.h: one page that writes, over HTTP, while each call of the database behind it fails once: the person gets a
 * sentence and no inner word, the tables stand as before or as after the whole, and the next try succeeds. Included
 * after house.h. */
/* ---- what stands there ---- */
static void dump_table(struct db_tx *tx, struct buf *out, const char *table)
{
    const char *const *columns;
    int n;
    OK(db_table_columns(tx, table, &columns, &n));
    if (n == 0)
        return;
    struct buf sql = BUF(tx->arena);
    for (int i = 0; i < n; i++)
        if (strcmp(columns[i], "bytes") != 0)
            buf_printf(&sql, "%s%s", sql.n == 0 ? "SELECT " : ", ", columns[i]);
    const char *seen = strcmp(table, "load_stage") == 0        ? "WHERE state <> 'reading'"
                       : strcmp(table, "load_stage_item") == 0 ? "WHERE EXISTS (SELECT 1 FROM load_stage s WHERE "
                                                                 "s.id = stage AND s.state <> 'reading')"
                                                               : "";
    buf_printf(&sql, " FROM %s %s ORDER BY 1, 2, 3", table, seen);
    db_rows_scope struct db_rows rows = {0};
    OK(db_query(tx, buf_str(&sql), NULL, 0, &rows));
    for (bool more = true;;) {
        OK(db_next(&rows, &more));
        if (!more)
            return;
        buf_printf(out, "%s", table);
        for (int i = 0; i < db_cols(&rows); i++)
            buf_printf(out, "|%s", db_col_null(&rows, i) ? "-" : db_col_text(&rows, i));
        buf_putc(out, '\n');
    }
}

/* Every row of every table people's work is kept in; what nobody sees yet is left out: an import still being read. */
static const char *standing(struct arena *a)
{
    static const char *const others[] = {"change",          "revision",    "kernel_file",     "load_stage",
                                         "load_stage_item", "face_import", "face_import_row", "auth_session"};
    struct buf b = BUF(a);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h.db, a, &tx));
    for (int i = 0; i < record_count(); i++)
        dump_table(&tx, &b, record_table(a, record_at(i)));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        dump_table(&tx, &b, others[i]);
    return buf_str(&b);
}

static void assert_as_before(const char *what, int64_t k, const char *before, const char *now)
{
    size_t same = 0, line = 0;
    for (; before[same] != '\0' && before[same] == now[same]; same++)
        if (before[same] == '\n')
            line = same + 1;
    if (before[same] != now[same])
        fail_msg("%s, call %lld:\n%.200s\nbecame\n%.200s", what, (long long)k, before + line, now + line);
}

/* ---- asking ---- */
static const char *last_id; /* of the place the last answer led to */

/* Who acts where a work does not say, and where a form's token is found. */
static const char *acts_as = "officer", *form_page = "/roster/unit/new";

static const char *token_of(struct arena *a, const char *who)
{
    struct reply r = house_get(a, who, form_page, "");
    const char *at = strstr(r.body == NULL ? "" : r.body, "name=\"csrf\" value=\"");
    if (at == NULL)
        fail_msg("no form on %s: %d", form_page, r.status);
    return arena_strndup(a, at + 19, strcspn(at + 19, "\""));
}

struct work {
    const char *target;
    const char *form;           /* fields after csrf; NULL with a file */
    const char *name, *content; /* a file to send as `file` */
    bool many;                  /* commits more than once: what is done before a failure may stay */
    const char *seen;           /* with many: a count that must be as before or, when it succeeded, not */
    bool file;                  /* it answers with a file; else it leads on */
    int status;                 /* of success, where it is another */
    int step;                   /* call 0, step, 2 step ... fails; 0 counts as 1 */
    const char *who;            /* NULL: acts_as */
};

static struct reply send_work(struct arena *a, const struct work *w, const char *token, int64_t fail_at, bool *failed)
{
    const char *type = "application/x-www-form-urlencoded";
    struct buf b = BUF(a);
    if (w->content != NULL) {
        type = "multipart/form-data; boundary=XX";
        buf_printf(&b,
                   "--XX\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n--XX\r\nContent-Disposition: "
                   "form-data; name=\"file\"; filename=\"%s\"\r\n\r\n%s\r\n--XX--\r\n",
                   token, w->name, w->content);
    } else {
        buf_printf(&b, "csrf=%s&%s", token, w->form);
    }
    int64_t calls = db_calls();
    db_fail_at(fail_at);
    const char *head = arena_printf(a, "Content-Type: %s\r\nCookie: qf_session=%s\r\nX-Forwarded-For: 10.0.%d.%d\r\n",
                                    type, w->who == NULL ? acts_as : w->who, (int)(fail_at / 250),
                                    (int)(fail_at % 250) + 1); /* none comes too often */
    struct reply r = client_ask(a, h.port, "POST", w->target, head, b.p, b.n);
    db_fail_at(-1);
    *failed = db_calls() - calls > fail_at;
    return r;
}

static bool says(const struct reply *r, const char *key)
{
    return strstr(r->body, text_get(LANG_ZH, key)) != NULL;
}

/* A page for people: it says something, and nothing from inside. */
static void assert_said(const struct work *w, int64_t k, const struct reply *r)
{
    bool sentence =
        says(r, "err.fault") || (w->many && says(r, "err.part")) || (w->file && says(r, "access.not_written"));
    const char *page = strstr(r->body, "id=\"error\"");
    if (r->status != 500 || !sentence || strstr(r->body, "injected") != NULL)
        fail_msg("%s, call %lld: %d %s", w->target, (long long)k, r->status, page != NULL ? page : r->body);
}

/* Fails the first call behind the page, then the second ... until it answers as it should; how often that was. */
static int try_each(const struct work *w)
{
    int step = w->step == 0 ? 1 : w->step;
    for (int n = 0;; n++) {
        arena_scope struct arena *a = arena_new();
        const char *token = w->who != NULL && strcmp(w->who, "nobody") == 0
                                ? ""
                                : token_of(a, w->who == NULL ? acts_as : w->who),
                   *before = standing(a);
        int64_t k = (int64_t)n * step, seen = w->seen != NULL ? house_number(w->seen) : 0;
        bool failed;
        struct reply r = send_work(a, w, token, k, &failed);
        if (r.body == NULL)
            fail_msg("%s, call %lld: no answer", w->target, (long long)k);
        assert_agree(h.db);
        if (!failed) {
            if (r.status != (w->status != 0 ? w->status : w->file ? 200 : 303))
                fail_msg("%s: %d %s", w->target, r.status,
                         strstr(r.body, "sum-bad") != NULL ? strstr(r.body, "sum-bad") : r.body);
            const char *to = w->file || w->status != 0 ? "" : reply_header(a, &r, "Location"),
                       *digits = strpbrk(to, "0123456789");
            last_id = digits == NULL ? "" : arena_strndup(h.a, digits, strspn(digits, "0123456789"));
            if (!w->many && strcmp(standing(a), before) == 0)
                fail_msg("%s changed nothing", w->target);
            return n;
        }
        assert_said(w, k, &r);
        bool unchanged = !w->many || (says(&r, "err.fault") && w->seen == NULL); /* it says that nothing was changed */
        if (unchanged && !says(&r, "access.not_written")) /* a file that was noted and then withheld */
            assert_as_before(w->target, k, before, standing(a));
        if (w->seen != NULL)
            assert_int_equal(house_number(w->seen), seen);
    }
}

static const char *tried[64];
static int n_tried;

/* The route as declared, for the roll call at the end. */
static void fails_whole(const char *route, const struct work *w)
{
    tried[n_tried++] = route;
    int n = try_each(w);
    if (n < 3)
        fail_msg("%s: only %d calls", w->target, n);
}

/* Every POST of these modules (names, blanks between) was tried. */
static void roll_call(const char *modules)
{
    for (const struct module *const *m = program_modules; *m != NULL; m++) {
        size_t n = strlen((*m)->name);
        const char *at = strstr(modules, (*m)->name);
        bool mine = at != NULL && (at == modules || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0');
        for (const struct route *r = (*m)->routes; mine && r != NULL && r->path != NULL; r++) {
            bool found = r->method != POST;
            for (int i = 0; i < n_tried; i++)
                found |= strcmp(tried[i], r->path) == 0;
            if (!found)
                fail_msg("no call of the database was failed behind POST %s", r->path);
        }
    }
}
