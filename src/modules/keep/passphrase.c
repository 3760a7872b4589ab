/* passphrase.c: a passphrase from a file, standard input or the terminal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/sealed.h"
#include "keep/keep.h"

enum { MOST = 1024 };

static struct err *bad(struct arena *a, const char *why)
{
    return err_field(ERR(a, ERR_INVALID, "%s", why), "usage");
}

static struct err *line_of(struct arena *a, FILE *f, const char *name, const char **out)
{
    char *s = arena_alloc(a, MOST + 2);
    if (fgets(s, MOST + 2, f) == NULL)
        return ERR(a, ERR_INVALID, "'%s' holds no passphrase", name);
    s[strcspn(s, "\r\n")] = '\0';
    if (strlen(s) > MOST)
        return ERR(a, ERR_INVALID, "the passphrase in '%s' has over %d bytes", name, MOST);
    *out = s;
    return NULL;
}

static struct err *ask(struct arena *a, const char *prompt, const char **out)
{
    struct termios was, quiet;
    FILE *f = fopen("/dev/tty", "r+e");
    if (f == NULL)
        return bad(a, "there is no terminal to ask at; name a file with --passphrase-file FILE (- is standard input)");
    bool shows = tcgetattr(fileno(f), &was) == 0;
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (shows)
        tcsetattr(fileno(f), TCSAFLUSH, &quiet);
    fputs(prompt, f);
    fflush(f);
    struct err *e = line_of(a, f, "/dev/tty", out);
    if (shows)
        tcsetattr(fileno(f), TCSAFLUSH, &was);
    fputc('\n', f);
    fclose(f);
    return e;
}

static struct err *from_file(struct arena *a, const char *file, const char **out)
{
    FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (f == NULL)
        return ERR(a, ERR_INVALID, "'%s': %s", file, strerror(errno));
    struct err *e = line_of(a, f, file, out);
    if (f != stdin)
        fclose(f);
    return e;
}

struct err *passphrase_read(struct arena *a, const char *file, bool choose, const char **out)
{
    const char *again;
    TRY(file != NULL ? from_file(a, file, out) : ask(a, "passphrase of the backup: ", out));
    if (choose && strlen(*out) < SEALED_PASS_LEAST)
        return ERR(a, ERR_INVALID, "a passphrase has at least %d characters", SEALED_PASS_LEAST);
    if (file != NULL || !choose)
        return NULL;
    TRY(ask(a, "the same again: ", &again));
    return strcmp(*out, again) == 0 ? NULL : ERR(a, ERR_INVALID, "the two passphrases differ");
}
