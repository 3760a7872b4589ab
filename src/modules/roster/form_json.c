/* form_json.c: a form as JSON, the shape `qingfeng read` prints. */
#include <string.h>

#include "base/buf.h"
#include "roster/lrmx.h"

struct out {
    struct buf b;
    bool pretty, first;
    int depth;
};

static void line(struct out *o)
{
    if (!o->pretty) {
        if (!o->first)
            buf_putc(&o->b, ' ');
        return;
    }
    buf_putc(&o->b, '\n');
    for (int i = 0; i < o->depth; i++)
        buf_putc(&o->b, ' ');
}

static void item(struct out *o)
{
    if (!o->first)
        buf_putc(&o->b, ',');
    line(o);
    o->first = false;
}

static void key(struct out *o, const char *name)
{
    item(o);
    buf_json(&o->b, name);
    buf_puts(&o->b, ": ");
}

static void open(struct out *o, char c)
{
    buf_putc(&o->b, c);
    o->depth++;
    o->first = true;
}

static void shut(struct out *o, char c)
{
    o->depth--;
    if (!o->first && o->pretty)
        line(o);
    buf_putc(&o->b, c);
    o->first = false;
}

static void text(struct out *o, const char *name, const char *s)
{
    key(o, name);
    buf_json(&o->b, s);
}

static void date(struct out *o, const char *name, struct date d)
{
    char iso[DATE_TEXT];
    text(o, name, date_is(d) ? date_iso(d, iso) : NULL);
}

static void number(struct out *o, const char *name, int64_t n)
{
    key(o, name);
    buf_int(&o->b, n);
}

static void yes(struct out *o, const char *name, bool v)
{
    key(o, name);
    buf_puts(&o->b, v ? "true" : "false");
}

static void education(struct out *o, const char *name, const struct form_education *e)
{
    key(o, name);
    open(o, '{');
    text(o, "education", e->education);
    text(o, "degree", e->degree);
    text(o, "education_school", e->education_school);
    text(o, "degree_school", e->degree_school);
    shut(o, '}');
}

static void resume(struct out *o, const struct form *f)
{
    key(o, "resume");
    open(o, '[');
    for (size_t i = 0; i < f->n_resume; i++) {
        const struct form_period *p = &f->resume[i];
        item(o);
        open(o, '{');
        date(o, "start", p->start);
        date(o, "end", p->end);
        text(o, "text", p->text);
        key(o, "nested");
        open(o, '[');
        for (size_t k = 0; k < p->n_nested; k++) {
            item(o);
            open(o, '{');
            date(o, "start", p->nested[k].start);
            date(o, "end", p->nested[k].end);
            text(o, "text", p->nested[k].text);
            shut(o, '}');
        }
        shut(o, ']');
        shut(o, '}');
    }
    shut(o, ']');
    key(o, "resume_notes");
    open(o, '[');
    for (size_t i = 0; i < f->n_notes; i++) {
        item(o);
        buf_json(&o->b, f->notes[i]);
    }
    shut(o, ']');
}

static void family(struct out *o, const struct form *f)
{
    key(o, "family");
    open(o, '[');
    for (size_t i = 0; i < f->n_family; i++) {
        const struct form_kin *k = &f->family[i];
        item(o);
        open(o, '{');
        text(o, "relation", k->relation);
        text(o, "name", k->name);
        date(o, "birth", k->birth);
        text(o, "politics", k->politics);
        text(o, "work", k->work);
        yes(o, "deceased", k->deceased);
        shut(o, '}');
    }
    shut(o, ']');
}

static void head(struct out *o, const struct form *f)
{
    text(o, "name", f->name);
    text(o, "sex", f->sex);
    date(o, "birth", f->birth);
    text(o, "ethnicity", f->ethnicity);
    text(o, "native_place", f->native_place);
    text(o, "birth_place", f->birth_place);
    key(o, "party");
    open(o, '{');
    date(o, "cpc_joined", f->cpc_joined);
    key(o, "parties");
    open(o, '[');
    for (int i = 0; i < f->n_parties; i++) {
        item(o);
        buf_json(&o->b, f->parties[i]);
    }
    shut(o, ']');
    shut(o, '}');
    date(o, "work_start", f->work_start);
    date(o, "retire_due", f->retire_due);
    text(o, "age_limit_label", f->age_limit_label);
    text(o, "health", f->health);
    text(o, "title", f->title);
    text(o, "expertise", f->expertise);
    key(o, "education");
    open(o, '{');
    education(o, "fulltime", &f->fulltime);
    education(o, "inservice", &f->inservice);
    shut(o, '}');
    text(o, "post", f->post);
    text(o, "proposed", f->proposed);
    text(o, "removed", f->removed);
}

static void id_and_photo(struct out *o, const struct form *f)
{
    key(o, "id_number");
    if (f->has_id) {
        open(o, '{');
        text(o, "value", f->id.value);
        yes(o, "valid", f->id.fault == IDS_RIGHT);
        shut(o, '}');
    } else {
        buf_puts(&o->b, "null");
    }
    key(o, "photo");
    if (f->has_photo) {
        open(o, '{');
        text(o, "kind", f->photo.kind);
        number(o, "width", f->photo.width);
        number(o, "height", f->photo.height);
        number(o, "bytes", (int64_t)f->photo.n);
        text(o, "sha256", f->photo.sha256);
        shut(o, '}');
    } else {
        buf_puts(&o->b, "null");
    }
}

static void tail(struct out *o, const struct form *f)
{
    text(o, "awards", f->awards);
    key(o, "appraisal");
    open(o, '[');
    for (size_t i = 0; i < f->n_appraisal; i++) {
        item(o);
        open(o, '{');
        number(o, "year", f->appraisal[i].year);
        text(o, "grade", f->appraisal[i].grade);
        shut(o, '}');
    }
    shut(o, ']');
    text(o, "reason", f->reason);
    family(o, f);
    text(o, "reporting_unit", f->reporting_unit);
    date(o, "age_as_of", f->age_as_of);
    date(o, "filled_on", f->filled_on);
    text(o, "filled_by", f->filled_by);
    id_and_photo(o, f);
    text(o, "version", f->version);
}

/* An element given several times has its texts joined by line breaks, since a JSON name stands once. */
static void unknown(struct out *o, const struct form *f)
{
    key(o, "unknown");
    open(o, '{');
    for (size_t i = 0; i < f->n_unknown; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= strcmp(f->unknown[k].element, f->unknown[i].element) == 0;
        if (seen)
            continue;
        struct buf all = BUF(o->b.arena);
        for (size_t k = i; k < f->n_unknown; k++)
            if (strcmp(f->unknown[k].element, f->unknown[i].element) == 0) {
                if (k > i)
                    buf_putc(&all, '\n');
                buf_puts(&all, f->unknown[k].text);
            }
        text(o, f->unknown[i].element, buf_str(&all));
    }
    shut(o, '}');
}

static char *write_form(struct arena *a, const struct form *f, bool pretty, const char *file, const char *archive)
{
    struct out o = {.b = BUF(a), .pretty = pretty};
    open(&o, '{');
    if (file != NULL)
        text(&o, "file", file);
    if (archive != NULL)
        text(&o, "archive", archive);
    head(&o, f);
    resume(&o, f);
    tail(&o, f);
    unknown(&o, f);
    key(&o, "warnings");
    open(&o, '[');
    for (size_t i = 0; i < f->warnings.n; i++) {
        const struct form_warning *w = &f->warnings.p[i];
        item(&o);
        buf_json(&o.b,
                 arena_printf(a, "%s: %s%s%s", form_doubt_name(w->doubt), w->field, *w->detail ? ": " : "", w->detail));
    }
    shut(&o, ']');
    shut(&o, '}');
    return buf_str(&o.b);
}

char *form_json(struct arena *a, const struct form *f)
{
    return write_form(a, f, true, NULL, NULL);
}

char *form_json_line(struct arena *a, const struct form *f, const char *file, const char *archive)
{
    return write_form(a, f, false, file, archive);
}
