/* forms_zip.c: the command `demo-forms`: a district's forms in one zip, as programs of that family make it: flat, names
 * in GBK without the UTF-8 flag. Each form is made when the zip asks for its bytes, so memory does not grow with the
 * number of people but for the zip's directory. */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/cli.h"
#include "base/clock.h"
#include "demo/demo.h"
#include "demo/forms.h"

enum { DISTRICT = 5000, NAME_BYTES = 120 };

struct forms {
    struct arena *district_arena, *form_arena; /* of the district at hand; of the form being read */
    struct district d;
    int64_t n, times[CASES];
    uint64_t seed;
    int districts, bodies;
};

/* What libzip holds for one entry. */
struct entry {
    struct forms *all;
    int64_t index;
    const char *bytes;
    size_t n, at;
    zip_error_t error;
};

static void free_forms(void *p)
{
    struct forms *f = p;
    arena_free(f->district_arena);
    arena_free(f->form_arena);
}

/* Makes the district that holds person `index` unless it is at hand; returns the person's place in it. */
static int go_to(struct forms *f, int64_t index)
{
    struct district *d = &f->d;
    if (d->people != NULL && index >= d->first_index && index < d->first_index + d->n)
        return (int)(index - d->first_index);
    int i = (int)(index * f->districts / f->n);
    while (f->n * (i + 1) / f->districts <= index)
        i++;
    int64_t from = f->n * i / f->districts, to = f->n * (i + 1) / f->districts;
    arena_reset(f->district_arena);
    *d = (struct district){.arena = f->district_arena,
                           .seed = f->seed,
                           .today = clock_today(),
                           .index = i,
                           .of = f->districts,
                           .first_member = from + 1,
                           .first_index = from,
                           .forms = true,
                           .bodies = f->bodies};
    demo_district_make(d, (int)(to - from), f->times);
    return (int)(index - from);
}

static zip_int64_t read_entry(struct entry *e, void *to, zip_uint64_t n)
{
    size_t left = e->n - e->at, part = left < n ? left : (size_t)n;
    memcpy(to, e->bytes + e->at, part);
    e->at += part;
    return (zip_int64_t)part;
}

static zip_int64_t entry_source(void *p, void *data, zip_uint64_t n, zip_source_cmd_t command)
{
    struct entry *e = p;
    switch (command) {
    case ZIP_SOURCE_OPEN:
        arena_reset(e->all->form_arena);
        e->bytes = demo_form(e->all->form_arena, &e->all->d, go_to(e->all, e->index), &e->n);
        e->at = 0;
        return 0;
    case ZIP_SOURCE_READ: return read_entry(e, data, n);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE: return 0;
    case ZIP_SOURCE_STAT: zip_stat_init(data); return sizeof(zip_stat_t);
    case ZIP_SOURCE_ERROR: return zip_error_to_data(&e->error, data, n);
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                              ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    default: zip_error_set(&e->error, ZIP_ER_OPNOTSUPP, 0); return -1;
    }
}

/* The file's name in GBK: number and name, as two people may be called the same. The first characters of 任免表 are no
 * UTF-8, without which libzip takes some names for it and says so in their flag. */
static bool entry_name(const struct forms *f, iconv_t gbk, int64_t index, int person, char out[NAME_BYTES])
{
    char utf8[NAME_BYTES], *in = utf8, *to = out;
    snprintf(utf8, sizeof utf8, "%05lld任免表%s.lrmx", (long long)index + 1, f->d.people[person].name);
    size_t in_left = strlen(utf8), out_left = NAME_BYTES - 1;
    if (iconv(gbk, &in, &in_left, &to, &out_left) == (size_t)-1)
        return false;
    *to = '\0';
    return true;
}

static struct err *add_entries(struct forms *f, struct arena *a, zip_t *z, iconv_t gbk)
{
    struct entry *entries = arena_array(a, struct entry, f->n);
    for (int64_t i = 0; i < f->n; i++) {
        char name[NAME_BYTES];
        entries[i] = (struct entry){.all = f, .index = i};
        if (!entry_name(f, gbk, i, go_to(f, i), name))
            return ERR(a, ERR_FAULT, "a name has no GBK spelling");
        zip_source_t *source = zip_source_function(z, entry_source, &entries[i]);
        if (source == NULL || zip_file_add(z, name, source, ZIP_FL_ENC_CP437) < 0)
            return ERR(a, ERR_FAULT, "zip: %s", zip_strerror(z));
    }
    return NULL;
}

/* What the forms show by themselves, by citizen id: a slip in the id, a gap, a month of retirement, kin in one body. */
static void tell_planted(struct forms *f, FILE *to)
{
    for (int64_t i = 0; to != NULL && i < f->n; i++) {
        int who = go_to(f, i); /* makes the people anew when it comes to another district */
        const struct person *p = &f->d.people[who];
        int now = month_of(f->d.today), month = demo_retirement(p);
        char id[19];
        demo_citizen_id(&f->d, p, id);
        bool kin = p->kase == CASE_KIN_UNIT || p->kase == CASE_KIN_LINE || p->kase == CASE_KIN_PROPOSED ||
                   p->kase == CASE_KIN_REFUSED;
        const char *rules[] = {
            p->kase == CASE_ID_DIGIT || p->kase == CASE_ID_BIRTH || p->kase == CASE_ID_SEX ? "ID-CHECK" : NULL,
            p->kase == CASE_GAP || p->kase == CASE_OVERLAP ? "ARCH-RESUME-GAP" : NULL, kin ? "KIN-1" : NULL,
            month <= now + 6 && demo_form_says_base_age(&f->d, who) ? "RET-2025-1" : NULL,
            demo_form_says_base_age(&f->d, who) ? demo_node(month - now) : NULL};
        for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
            if (rules[k] != NULL)
                fprintf(to, "{\"rule\":\"%s\",\"citizen_id\":\"%s\",\"name\":\"%s\"}\n", rules[k], id, p->name);
    }
}

static struct err *write_zip(struct forms *f, struct arena *a, const char *path)
{
    int code = 0;
    iconv_t gbk = iconv_open("GBK", "UTF-8");
    if (gbk == (iconv_t)-1)
        return ERR(a, ERR_FAULT, "this system knows no GBK");
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    struct err *e =
        z != NULL ? add_entries(f, a, z, gbk) : ERR(a, ERR_FAULT, "cannot write %s: zip error %d", path, code);
    iconv_close(gbk);
    if (e != NULL) {
        if (z != NULL)
            zip_discard(z);
        return e;
    }
    if (zip_close(z) != 0) {
        e = ERR(a, ERR_FAULT, "cannot write %s: %s", path, zip_strerror(z));
        zip_discard(z);
    }
    return e;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const char *path = NULL, *planted = NULL;
    int64_t n = 0, seed = 0;
    const struct cli_option options[] = {{"members", CLI_INT, &n, true},
                                         {"seed", CLI_INT, &seed, true},
                                         {"out", CLI_TEXT, &path, true},
                                         {"planted", CLI_TEXT, &planted, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    struct forms *f = arena_new_of(a, struct forms);
    *f = (struct forms){.n = n, .seed = (uint64_t)seed, .bodies = demo_form_bodies(n)};
    f->districts = n < DISTRICT ? 1 : (int)((n + DISTRICT / 2) / DISTRICT);
    TRY(demo_case_times(a, n, f->districts, f->times));
    f->district_arena = arena_new();
    f->form_arena = arena_new();
    arena_defer(a, free_forms, f);
    TRY(write_zip(f, a, path));
    FILE *to = planted == NULL ? NULL : fopen(planted, "we");
    if (planted != NULL && to == NULL)
        return ERR(a, ERR_FAULT, "cannot write %s: %s", planted, strerror(errno));
    tell_planted(f, to);
    if (to != NULL && fclose(to) != 0)
        return ERR(a, ERR_FAULT, "cannot write %s: %s", planted, strerror(errno));
    return NULL;
}

int demo_forms_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("demo-forms", run(a, argc, argv));
}
