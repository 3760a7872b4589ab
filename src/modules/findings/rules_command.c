/* rules_command.c: `rules list`, `test`, `book`, `export`, `import`. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "findings/carry.h"
#include "findings/findings.h"
#include "findings/opened.h"

static struct err *usage(struct arena *a, const char *what)
{
    return err_field(ERR(a, ERR_INVALID, "%s", what), "usage");
}

static void put_date(struct buf *b, const char *name, struct date d)
{
    char iso[DATE_TEXT];
    buf_printf(b, ",\"%s\":", name);
    buf_json(b, date_is(d) ? date_iso(d, iso) : NULL);
}

/* A rule's life: from the first edition's first day to the last one's last. */
static void put_json(struct buf *b, const struct rules_rule *r)
{
    const struct rules_edition *e = rules_edition_now(r, clock_today());
    buf_puts(b, "{\"id\":");
    buf_json(b, r->text->id);
    buf_puts(b, ",\"title\":");
    buf_json(b, e->title[LANG_ZH]);
    buf_printf(b, ",\"effect\":\"%s\",\"asks\":\"%s\"", rules_effect_name(e->effect), rules_asks_name(e->asks));
    put_date(b, "from", r->text->editions[0].from);
    put_date(b, "to", r->text->editions[r->text->n_editions - 1].to);
    buf_printf(b, ",\"seen\":\"%s\",\"state\":\"%s\"}\n", rules_seen_name(e->seen), rules_state_name(r->state));
}

static void put_text(struct buf *b, const struct rules_rule *r)
{
    const struct rules_edition *e = rules_edition_now(r, clock_today());
    buf_printf(b, "%-22s %-8s %-9s %-10s %-8s %s\n", r->text->id, rules_state_name(r->state),
               rules_effect_name(e->effect), rules_seen_name(e->seen), rules_asks_name(e->asks), e->title[LANG_ZH]);
}

static void put_all(struct arena *a, const struct rules_set *s, bool json)
{
    struct buf b = BUF(a);
    for (int i = 0; i < rules_count(s); i++)
        (json ? put_json : put_text)(&b, rules_at(s, i));
    fputs(buf_str(&b), stdout);
}

static struct err *list(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *as = NULL;
    bool json = false;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, false}, {"json", CLI_FLAG, &json, false}, {"as", CLI_TEXT, &as, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    if (url == NULL) {
        const struct rules_set *s;
        const struct expr_world *w;
        TRY(facts_world(a, &w));
        TRY(rules_shipped(a, w, &s));
        put_all(a, s, json);
        return NULL;
    }
    struct opened o;
    struct err *e = opened_open(a, url, false, &o);
    if (e == NULL)
        e = opened_acts(&o, a, as, "rules.read");
    if (e == NULL)
        put_all(a, o.set, json);
    opened_close(&o);
    return e;
}

static struct err *test(struct arena *a, int argc, char **argv, int *bad)
{
    const char *url = NULL;
    const struct cli_option options[] = {{"db", CLI_TEXT, &url, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    int passed = 0;
    struct buf out = BUF(a);
    TRY(rules_test(a, url, &out, &passed, bad));
    printf("%s%d passed, %d failed\n", buf_str(&out), passed, *bad);
    return NULL;
}

static struct err *to_file(struct arena *a, const char *path, FILE **out)
{
    *out = path == NULL ? stdout : fopen(path, "we");
    return *out == NULL ? err_disk(a, errno, path) : NULL;
}

static struct err *closed(struct arena *a, const char *path, FILE *f)
{
    return path != NULL && fclose(f) != 0 ? err_disk(a, errno, path) : NULL;
}

static struct err *book(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *path = NULL, *as = NULL;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, false}, {"out", CLI_TEXT, &path, false}, {"as", CLI_TEXT, &as, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    struct buf b = BUF(a);
    struct opened o = {0};
    struct err *e = NULL;
    const struct rules_set *s = NULL;
    const struct expr_world *w;
    if (url != NULL) {
        e = opened_open(a, url, false, &o);
        if (e == NULL)
            e = opened_acts(&o, a, as, "rules.read");
        s = o.set;
    } else {
        TRY(facts_world(a, &w));
        TRY(rules_shipped(a, w, &s));
    }
    if (e == NULL)
        findings_put_book(&b, s, clock_today());
    if (url != NULL)
        opened_close(&o);
    TRY(e);
    FILE *f;
    TRY(to_file(a, path, &f));
    if (fputs(buf_str(&b), f) == EOF)
        return err_disk(a, errno, "the book");
    return closed(a, path, f);
}

static struct err *carry(struct arena *a, int argc, char **argv, bool in, int *refused)
{
    const char *url = NULL, *path = NULL, *as = NULL;
    bool dry = false;
    char **files = NULL;
    int n = 0;
    const struct cli_option to[] = {
        {"db", CLI_TEXT, &url, true}, {"out", CLI_TEXT, &path, false}, {"as", CLI_TEXT, &as, false}, {0}};
    const struct cli_option from[] = {
        {"db", CLI_TEXT, &url, true}, {"dry-run", CLI_FLAG, &dry, false}, {"as", CLI_TEXT, &as, false}, {0}};
    TRY(cli_parse(a, argc, argv, in ? from : to, in ? 1 : 0, in ? 1 : 0, &files, &n));
    if (in) {
        struct buf said = BUF(a);
        struct carried c = {.said = &said, .as = as};
        TRY(carry_in(a, url, files[0], dry, &c));
        printf("%s%d taken, %d refused\n", buf_str(&said), c.taken, c.refused);
        *refused = c.refused;
        return NULL;
    }
    FILE *f;
    TRY(to_file(a, path, &f));
    TRY(carry_out(a, url, as, f));
    return closed(a, path, f);
}

int findings_rules_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    int bad = 0;
    struct err *e;
    if (argc > 1 && strcmp(argv[1], "list") == 0)
        e = list(a, argc - 1, argv + 1);
    else if (argc > 1 && strcmp(argv[1], "test") == 0)
        e = test(a, argc - 1, argv + 1, &bad);
    else if (argc > 1 && strcmp(argv[1], "book") == 0)
        e = book(a, argc - 1, argv + 1);
    else if (argc > 1 && (strcmp(argv[1], "export") == 0 || strcmp(argv[1], "import") == 0))
        e = carry(a, argc - 1, argv + 1, argv[1][0] == 'i', &bad);
    else
        e = usage(a, "rules list [--db URL] [--json], rules test, rules book, rules export or rules import");
    int code = cli_end("rules", e);
    return code == CLI_OK && bad > 0 ? CLI_DIFFERENCES : code;
}
