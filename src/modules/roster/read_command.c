/* read_command.c: see read_command.h. */
#include "roster/read_command.h"

#include <stdio.h>
#include <string.h>

#include "roster/lrmx.h"

struct output {
    bool single;
    size_t read, failed;
};

static struct err *print_item(void *p, struct arena *fresh, const struct form_item *item)
{
    struct output *o = p;
    const char *inside = item->entry;
    if (item->err != NULL) {
        o->failed++;
        fprintf(stderr, "%s%s%s: %s\n", item->file, inside != NULL ? ": " : "", inside != NULL ? inside : "",
                item->err->detail);
        return NULL;
    }
    o->read++;
    const char *json = o->single && inside == NULL
                           ? form_json(fresh, item->form)
                           : form_json_line(fresh, item->form, inside != NULL ? inside : item->file,
                                            inside != NULL ? item->file : NULL);
    if (fputs(json, stdout) == EOF || putchar('\n') == EOF)
        return ERR(fresh, ERR_FAULT, "standard output: cannot write");
    return NULL;
}

struct err *roster_read_command(struct arena *a, int argc, char **argv)
{
    if (argc < 1)
        return err_field(err_say(ERR(a, ERR_INVALID, "read: no file given"), "roster.form.read_usage", NULL), "usage");
    struct output o = {.single = argc == 1};
    TRY(form_each(a, (const char *const *)argv, (size_t)argc, print_item, &o));
    if (fflush(stdout) != 0)
        return ERR(a, ERR_FAULT, "standard output: cannot write");
    if (o.failed > 0)
        return err_say(ERR(a, ERR_INVALID, "%zu could not be read, %zu were", o.failed, o.read),
                       "roster.form.read_failed", "failed", arena_printf(a, "%zu", o.failed), "read",
                       arena_printf(a, "%zu", o.read), NULL);
    return NULL;
}
