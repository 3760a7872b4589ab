/* face.c: the routes of every declared record, and the descriptor of this folder. */
#include "face/commands.h"
#include "face/export.h"
#include "face/import.h"
#include "face/inner.h"

#include <assert.h>
#include <string.h>

enum { ROUTES_MOST = 4096, UPLOAD_MOST = 64 << 20 };

static const struct plain {
    enum method method;
    const char *tail, *what;
    route_fn *handler;
    enum lane lane;
    size_t upload;
    enum route_log log;
} plains[] = {
    {GET, "", "read", face_list_page, .log = LOG_SEARCH},
    {POST, "", "write", face_create_post},
    {GET, "/new", "write", face_new_page},
    {GET, "/{id}", "read", face_row_page, .log = LOG_READ},
    {POST, "/{id}", "write", face_save_post, .log = LOG_READ},
    {GET, "/{id}/edit", "write", face_edit_page, .log = LOG_READ},
    {GET, "/{id}/history", "read", face_history_page, .log = LOG_READ},
    {GET, "/{id}/end", "write", face_end_page, .log = LOG_READ},
    {POST, "/{id}/end", "write", face_end_post, .log = LOG_READ},
    {GET, "/export", "export", face_export_page},
    {POST, "/export", "export", face_export_post, LANE_LONG, .log = LOG_EXPORT},
    {GET, "/import", "import", face_import_page},
    {POST, "/import", "import", face_import_post, LANE_LONG, UPLOAD_MOST},
    {GET, "/import/{id}", "import", face_import_step_page, .log = LOG_READ},
    {POST, "/import/{id}", "import", face_import_step_post, LANE_LONG, .log = LOG_READ},
    {GET, "/import/{id}/sheet", "import", face_import_sheet, LANE_LONG, .log = LOG_READ},
};

static const struct route fixed[] = {
    {GET, "/face/pick", CAP_SIGNED_IN, SCOPE_UNIT, face_pick_json, .log = LOG_SEARCH, .class = CLASS_SEALED},
    {GET, "/face/view", "face.view.use", SCOPE_NONE, face_views_page, .class = CLASS_PERSONAL},
    {GET, "/face/view/new", "face.view.use", SCOPE_NONE, face_view_new, .class = CLASS_PERSONAL},
    {POST, "/face/view", "face.view.use", SCOPE_NONE, face_view_create, .class = CLASS_PERSONAL},
    {POST, "/face/view/{id}/end", "face.view.use", SCOPE_NONE, face_view_end, .class = CLASS_PERSONAL},
    {GET, "/openapi.json", CAP_SIGNED_IN, SCOPE_NONE, face_openapi},
    {GET, "/fields", CAP_SIGNED_IN, SCOPE_NONE, face_fields_page},
    {GET, "/records", CAP_SIGNED_IN, SCOPE_NONE, face_records_page},
};

static struct route routes[ROUTES_MOST]; /* filled once by face_init; ends with {0} */
static int n_routes;
static struct arena *memory; /* lives as long as the program */
const struct module *const *face_modules;

/* Do two patterns meet the same paths? */
static bool same_pattern(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        size_t x = strcspn(a + 1, "/") + 1, y = strcspn(b + 1, "/") + 1;
        bool any = a[1] == '{' && b[1] == '{';
        if (!any && (x != y || strncmp(a, b, x) != 0))
            return false;
        a += x;
        b += y;
    }
    return *a == *b;
}

static bool declared(const struct module *const *modules, enum method method, const char *path)
{
    for (const struct module *const *m = modules; m != NULL && *m != NULL; m++) {
        if (*m == &face_module)
            continue;
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++)
            if (r->method == method && same_pattern(r->path, path))
                return true;
    }
    return false;
}

/* The pages of a record hold at most this; internal at least, since its rows are the office's own. */
static enum class most_secret(const struct record *rec) {
    enum class most = CLASS_INTERNAL;
    for (int i = 0; i < record_fields(rec); i++) if (record_field_class(rec, i) > most)
        most = record_field_class(rec, i);
    return most;
}

static void add(const struct route *r)
{
    assert(n_routes < ROUTES_MOST - 1);
    routes[n_routes++] = *r;
}

void face_init(const struct module *const *modules)
{
    assert(memory == NULL);
    memory = arena_new();
    face_modules = modules;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        add(&fixed[i]);
    for (int i = 0; i < record_count(); i++) {
        const struct record *rec = record_at(i);
        if (rec->list == NULL)
            continue;
        for (size_t j = 0; j < sizeof plains / sizeof *plains; j++) {
            const struct plain *p = &plains[j];
            if ((strcmp(p->what, "write") == 0 || strcmp(p->what, "import") == 0) && !face_ask_writable(rec))
                continue;
            const char *path = arena_printf(memory, "%s%s", face_path(memory, rec), p->tail);
            if (!declared(modules, p->method, path))
                add(&(struct route){p->method, path, face_ask_capability(memory, rec, p->what), SCOPE_UNIT, p->handler,
                                    p->lane, p->upload, p->log, .class = most_secret(rec), .needs = rec->class});
        }
    }
}

static const struct record *const records[] = {&face_export_record, &face_layout_record, &face_view_record, NULL};

const struct module face_module = {
    .name = "face",
    .records = records,
    .routes = routes,
    .menu = (const struct menu_entry[]){{"workbench", "face.view.title", "/face/view", "face.view.use"},
                                        {"data", "face.records", "/records", CAP_SIGNED_IN},
                                        {"data", "face.export", "/face/export", "face.export.read"},
                                        {"data", "face.fields.title", "/fields", CAP_SIGNED_IN},
                                        {0}},
    .commands =
        (const struct command[]){
            {"export", "--db URL RECORD [--filter EXPR] [--cols a,b] [--sort a,-b] --out FILE: rows as CSV or xlsx",
             face_export_command},
            {"fields", "[--db URL] [--json]: every field with class, purpose, basis, readers and retention",
             face_fields_command},
            {"openapi", ": every address for other programs, in OpenAPI 3.0", face_openapi_command},
            {"schema", ": tables and columns", face_schema_command},
            {0}},
};
