/* codes.c: see codes.h. Lists live as long as the program; lookups go through one open-addressed table a list. */
#include "record/codes.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "base/embed.h"
#include "base/vec.h"

struct code {
    const char *code, *zh, *en, *key;
};

struct slot {
    const char *text;
    int pos;
};

struct code_list {
    const char *name;
    bool ordered;
    struct code *codes; /* [1..n] */
    int n;
    struct slot *slots;
    unsigned mask;
};

static struct arena *memory;
static struct code_list *lists;
static int n_lists;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static unsigned hash(const char *s)
{
    unsigned h = 2166136261U;
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 16777619U;
    return h;
}

static int slot_find(const struct code_list *l, const char *text)
{
    for (unsigned i = hash(text) & l->mask;; i = (i + 1) & l->mask) {
        if (l->slots[i].text == NULL)
            return 0;
        if (strcmp(l->slots[i].text, text) == 0)
            return l->slots[i].pos;
    }
}

static void slot_put(struct code_list *l, const char *text, int pos)
{
    unsigned i = hash(text) & l->mask;
    while (l->slots[i].text != NULL) {
        if (strcmp(l->slots[i].text, text) == 0)
            return; /* the first of two wins */
        i = (i + 1) & l->mask;
    }
    l->slots[i] = (struct slot){text, pos};
}

/* Cuts the next cell of a line; *line moves on. */
static char *cell(char **line)
{
    char *s = *line, *tab = strchr(s, '\t');
    if (tab == NULL) {
        *line = s + strlen(s);
    } else {
        *tab = '\0';
        *line = tab + 1;
    }
    return s;
}

static void read_lines(struct code_list *l, char *text)
{
    VEC(struct code) v = {0};
    *VEC_PUSH(&v, memory) = (struct code){0};
    int key_col = -1;
    bool head = true;
    for (char *line = strtok_r(text, "\n", &text); line != NULL; line = strtok_r(NULL, "\n", &text)) {
        line[strcspn(line, "\r")] = '\0';
        if (*line == '#') {
            l->ordered |= strcmp(line, "# ordered") == 0;
            continue;
        }
        char *cells[6] = {0};
        for (int i = 0; i < 6 && *line != '\0'; i++)
            cells[i] = cell(&line);
        if (head) {
            for (int i = 0; i < 6; i++)
                if (cells[i] != NULL && strcmp(cells[i], "key") == 0)
                    key_col = i;
            head = false;
            continue;
        }
        const char *key = key_col > 0 && cells[key_col] != NULL && cells[key_col][0] != '\0' ? cells[key_col] : NULL;
        if (cells[0] != NULL)
            *VEC_PUSH(&v, memory) = (struct code){cells[0], cells[1] ? cells[1] : cells[0], cells[2], key};
    }
    l->codes = v.p;
    l->n = (int)v.n - 1;
}

static struct code_list read_list(const char *name, const struct embed_entry *e)
{
    struct code_list l = {.name = name};
    read_lines(&l, arena_strndup(memory, (const char *)e->bytes, (size_t)(e->end - e->bytes)));
    unsigned size = 8;
    while (size < (unsigned)l.n * 5)
        size *= 2;
    l.mask = size - 1;
    l.slots = arena_array(memory, struct slot, size);
    for (int i = 1; i <= l.n; i++)
        slot_put(&l, l.codes[i].code, i);
    for (int i = 1; i <= l.n; i++)
        if (l.codes[i].key != NULL)
            slot_put(&l, l.codes[i].key, i);
    return l;
}

/* "codes/x.tsv" -> "x"; "roster/codes/x.tsv" -> "roster.x"; NULL for other files. */
static const char *list_name(const char *file)
{
    size_t n = strlen(file);
    if (n < 5 || strcmp(file + n - 4, ".tsv") != 0)
        return NULL;
    if (strncmp(file, "codes/", 6) == 0)
        return arena_strndup(memory, file + 6, n - 10);
    const char *mid = strstr(file, "/codes/");
    if (mid == NULL)
        return NULL;
    return arena_printf(memory, "%.*s.%.*s", (int)(mid - file), file, (int)(file + n - 4 - (mid + 7)), mid + 7);
}

static void init(void)
{
    memory = arena_new();
    VEC(struct code_list) v = {0};
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        const char *name = list_name(e->name);
        if (name != NULL)
            *VEC_PUSH(&v, memory) = read_list(name, e);
    }
    lists = v.p;
    n_lists = (int)v.n;
}

void codes_init(void)
{
    pthread_once(&once, init);
}

/* Declarations ask with the same text again and again: its address finds the list without comparing. */
enum { ASKED = 64 };
static _Thread_local struct {
    const char *name;
    const struct code_list *list;
} asked[ASKED];

const struct code_list *codes_list(const char *name)
{
    unsigned at = (unsigned)((uintptr_t)name >> 3) % ASKED;
    if (asked[at].name == name && strcmp(asked[at].list->name, name) == 0)
        return asked[at].list;
    codes_init();
    for (int i = 0; i < n_lists; i++)
        if (strcmp(lists[i].name, name) == 0) {
            asked[at].name = name;
            asked[at].list = &lists[i];
            return &lists[i];
        }
    return NULL;
}

int codes_count(const struct code_list *l)
{
    return l->n;
}

bool codes_ordered(const struct code_list *l)
{
    return l->ordered;
}

int codes_find(const struct code_list *l, const char *code_or_key)
{
    return slot_find(l, code_or_key);
}

int codes_find_name(const struct code_list *l, const char *name_zh)
{
    for (int i = 1; i <= l->n; i++)
        if (strcmp(l->codes[i].zh, name_zh) == 0)
            return i;
    return 0;
}

const char *codes_code(const struct code_list *l, int pos)
{
    return l->codes[pos].code;
}

const char *codes_key(const struct code_list *l, int pos)
{
    return l->codes[pos].key != NULL ? l->codes[pos].key : l->codes[pos].code;
}

const char *codes_name(const struct code_list *l, int pos, bool english)
{
    const struct code *c = &l->codes[pos];
    return english && c->en != NULL && c->en[0] != '\0' ? c->en : c->zh;
}

const char *codes_label(const char *list, const char *code, bool english)
{
    if (code == NULL)
        return NULL;
    const struct code_list *l = codes_list(list);
    int pos = l == NULL ? 0 : codes_find(l, code);
    return pos == 0 ? code : codes_name(l, pos, english);
}

int codes_position(const char *list, const char *code_or_key, bool *ordered)
{
    const struct code_list *l = codes_list(list);
    if (l == NULL)
        return 0;
    *ordered = l->ordered;
    return codes_find(l, code_or_key);
}
