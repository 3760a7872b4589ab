/* accounts.c: an account for each role. Whole-district offices sit at the root unit; the two secretaries at the
 * township with most cadres, of whom the first is its party secretary. A cadre whom a finding asks signs in for his own
 * file; where there is none, the township's second. */
#include <string.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "demo/inner.h"
#include "modules/demo/queries.h"

enum place { PLACE_NONE, PLACE_ROOT, PLACE_TOWN };

static const struct wanted {
    const char *role, *branch, *name;
    enum place place;
    int cadre; /* which of the township's cadres it is, from 1; 0: none on record */
} all[] = {{"supervision", NULL, "秦守正", PLACE_ROOT, 0},
           {"minister", NULL, "程立言", PLACE_ROOT, 0},
           {"cadre_officer", NULL, "顾知微", PLACE_ROOT, 0},
           {"archives", NULL, "白简", PLACE_ROOT, 0},
           {"party_secretary", NULL, NULL, PLACE_TOWN, 1},
           {"discipline_secretary", NULL, "方守一", PLACE_TOWN, 0},
           {"contact", "discipline", "韩问之", PLACE_ROOT, 0},
           {"contact", "audit", "宋核之", PLACE_ROOT, 0},
           {"contact", "petitions", "柳听之", PLACE_ROOT, 0},
           {"contact", "inspection", "江察之", PLACE_ROOT, 0},
           {"contact", "establishment", "杜编之", PLACE_ROOT, 0},
           {"contact", "publicity", "孟宣之", PLACE_ROOT, 0},
           {"contact", "political_legal", "石法之", PLACE_ROOT, 0},
           {"custodian", NULL, "封守默", PLACE_ROOT, 0},
           {"witness", NULL, "陆见之", PLACE_NONE, 0},
           {"member", NULL, NULL, PLACE_NONE, 2},
           {"system", NULL, "余机之", PLACE_NONE, 0},
           {"security", NULL, "段密之", PLACE_NONE, 0},
           {"audit", NULL, "钟审之", PLACE_NONE, 0}};

struct house {
    struct demo_q_roots *root;
    struct demo_q_town *town;
    struct demo_q_cadres *cadres;
    struct demo_q_asked *asked;
    int n_cadres;
    int64_t before; /* accounts made earlier */
};

static struct err *look(struct db_tx *tx, struct house *h)
{
    struct demo_q_accounts *there;
    TRY(demo_q_accounts(tx, &there));
    h->before = there->n;
    TRY(demo_q_roots(tx, &h->root));
    TRY(demo_q_town(tx, &h->town));
    TRY(demo_q_asked(tx, &h->asked));
    return h->town != NULL ? demo_q_cadres(tx, h->town->id, &h->cadres, &h->n_cadres) : NULL;
}

static void tell(FILE *to, struct arena *a, const struct wanted *w, const struct house *h, const char *username,
                 const char *password, int64_t member)
{
    struct buf b = BUF(a);
    buf_printf(&b, "{\"role\":\"%s\",\"username\":\"%s\",\"password\":\"%s\"", w->role, username, password);
    if (w->branch != NULL)
        buf_printf(&b, ",\"branch\":\"%s\"", w->branch);
    if (w->place == PLACE_TOWN) {
        buf_puts(&b, ",\"unit\":");
        buf_json(&b, h->town->name);
    }
    if (member != 0)
        buf_printf(&b, ",\"member\":%lld", (long long)member);
    fprintf(to, "%s}\n", buf_str(&b));
}

static struct err *make(struct change *c, const struct wanted *w, const struct house *h, FILE *to)
{
    struct arena *a = c->tx.arena;
    const struct demo_q_cadres *cadre = w->cadre > 0 && w->cadre <= h->n_cadres ? &h->cadres[w->cadre - 1] : NULL;
    const char *name = w->name != NULL ? w->name : cadre != NULL ? cadre->name : NULL;
    int64_t account, office, member = cadre != NULL ? cadre->id : 0;
    if (strcmp(w->role, "member") == 0 && h->asked != NULL && h->asked->id != h->cadres[0].id) {
        name = h->asked->name;
        member = h->asked->id;
    }
    int64_t unit = w->place == PLACE_ROOT && h->root != NULL   ? h->root->id
                   : w->place == PLACE_TOWN && h->town != NULL ? h->town->id
                                                               : 0;
    if (name == NULL || (w->place == PLACE_TOWN && unit == 0))
        return NULL; /* a house without people has no cadre to be it */
    const char *stem = w->branch != NULL ? arena_printf(a, "%s_%s", w->role, w->branch) : w->role;
    const char *username = h->before == 0 ? stem : arena_printf(a, "%s%lld", stem, (long long)h->before + 1);
    char *password;
    TRY(account_create(c, username, name, member, &password, &account));
    if (strcmp(w->role, "member") != 0)
        TRY(office_give(c, account, w->role, unit, w->branch, &office));
    tell(to, a, w, h, username, password, member);
    return NULL;
}

struct err *demo_accounts(struct db *db, struct arena *a, FILE *to)
{
    struct house h = {0};
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "demo", &c));
    TRY(look(&c.tx, &h));
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        TRY(make(&c, &all[i], &h, to));
    return change_commit(&c);
}
