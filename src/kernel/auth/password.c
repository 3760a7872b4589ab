/* password.c: argon2id with 19 MiB and two passes (OWASP's second choice of parameters), made passwords. */
#include "auth/auth.h"

#include <argon2.h>
#include <string.h>

#include "base/rand.h"

enum { LEAST_CHARACTERS = 12, MOST_CHARACTERS = 200 };
enum { PASSES = 2, MEMORY_KIB = 19456, LANES = 1, SALT = 16, HASH = 32 };

struct err *password_hash(struct arena *a, const char *password, char **out)
{
    unsigned char salt[SALT];
    rand_bytes(salt, sizeof salt);
    size_t n = argon2_encodedlen(PASSES, MEMORY_KIB, LANES, SALT, HASH, Argon2_id);
    char *text = arena_alloc(a, n);
    int rc = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password, strlen(password), salt, SALT, HASH, text, n);
    if (rc != ARGON2_OK)
        return ERR(a, ERR_FAULT, "argon2id: %s", argon2_error_message(rc));
    *out = text;
    return NULL;
}

bool password_right(const char *encoded, const char *password)
{
    return argon2id_verify(encoded, password, strlen(password)) == ARGON2_OK;
}

char *password_make(struct arena *a)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789"; /* 31, no i l o 0 1 */
    char *out = arena_alloc(a, 32), *p = out;
    for (int i = 0; i < 24;) {
        unsigned char byte;
        rand_bytes(&byte, 1);
        if (byte >= 31 * 8)
            continue; /* keeps every letter equally likely */
        if (i > 0 && i % 4 == 0)
            *p++ = '-';
        *p++ = letters[byte % 31];
        i++;
    }
    return out;
}

/* ---- passwords people choose ---- */

/* Of the lists of leaked passwords those with twelve characters and more, and what is typed where twelve are asked. */
static const char *const common[] = {
    "123456789012",     "1234567890123",    "12345678901234", "123456123456",   "123123123123",   "012345678912",
    "098765432109",     "987654321098",     "111222333444",   "112233445566",   "121212121212",   "147258369147",
    "1qaz2wsx3edc",     "1qaz2wsx3edc4rfv", "1q2w3e4r5t6y",   "1q2w3e4r5t6y7u", "q1w2e3r4t5y6",   "qazwsxedcrfv",
    "qwertyuiopas",     "qwertyuiop12",     "qwertyuiop123",  "qwertyuiop[]",   "qwerty123456",   "asdfghjkl123",
    "asdfghjkl;'",      "zxcvbnm12345",     "abcdefghijkl",   "abcd12345678",   "abc123456789",   "abcdefg12345",
    "a12345678910",     "aa1234567890",     "password1234",   "password12345",  "password123456", "passw0rd1234",
    "passwordpassword", "p@ssw0rd1234",     "p@ssword1234",   "administrator",  "admin1234567",   "admin12345678",
    "admin123456789",   "admin@123456",     "admin@12345678", "admin123admin",  "adminadmin123",  "root12345678",
    "root@1234567",     "test12345678",     "welcome12345",   "iloveyou1234",   "letmein12345",   "changeme1234",
    "woaini1314520",    "woaini123456",     "woaini5201314",  "5201314520131",  "520131452013",   "mima12345678",
    "mima@1234567",     "qingfeng1234",     "qingfeng12345",  "qingfeng2024",   "qingfeng2025",   "qingfeng2026",
    "qingfeng@123",     "zuzhibu12345",     "zuzhibu@1234",   "huawei@123456",  "china12345678",  "beijing2008!",
    "zhongguo1949",     "zhonghua1949",     "renminfuwu123",  "baobei123456",   "aini12345678",   "laopo1234567"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_but_case(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b))
        a++, b++;
    return *a == '\0' && *b == '\0';
}

/* One letter or a run ("aaaa...", "34567..."), or the same few letters again and again. */
static bool repeats(const char *s)
{
    size_t n = strlen(s);
    bool run = true;
    for (size_t i = 1; i < n && run; i++)
        run = s[i] - s[i - 1] == s[1] - s[0] && s[1] - s[0] >= -1 && s[1] - s[0] <= 1;
    for (size_t period = 1; period <= 4 && !run; period++)
        run = strncmp(s, s + period, n - period) == 0;
    return run;
}

/* Nothing is left of it but digits when the name is taken out. */
static bool made_of(const char *password, const char *name)
{
    size_t n = strlen(name);
    if (n == 0)
        return false;
    bool found = false;
    for (const char *p = password; *p != '\0';) {
        size_t i = 0;
        while (i < n && lower(p[i]) == lower(name[i]))
            i++;
        if (i == n) {
            found = true;
            p += n;
        } else if ((*p >= '0' && *p <= '9') || strchr("!@#$%.-_ ", *p) != NULL) {
            p++;
        } else {
            return false;
        }
    }
    return found;
}

static struct err *weak(struct arena *a, const char *say)
{
    return err_field(err_say(ERR(a, ERR_INVALID, "the password is weak"), say, NULL), "password");
}

struct err *password_check(struct arena *a, const char *password, const char *username, const char *name)
{
    size_t characters = 0;
    for (const char *p = password; *p != '\0'; p++)
        characters += ((unsigned char)*p & 0xc0) != 0x80;
    if (characters < LEAST_CHARACTERS)
        return weak(a, "auth.password.short");
    if (characters > MOST_CHARACTERS)
        return weak(a, "auth.password.long");
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (same_but_case(password, common[i]))
            return weak(a, "auth.password.common");
    if (repeats(password))
        return weak(a, "auth.password.common");
    if (made_of(password, username) || made_of(password, name))
        return weak(a, "auth.password.name");
    return NULL;
}
