/* embed.c (build time): writes an assembler file that carries files into the program, and the table that finds them.
 *   embed OUT.S OUT.c < list       each line of the list: NAME<TAB>PATH
 * The program reads them through base/embed.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: embed OUT.S OUT.c < list\n", stderr);
        return 2;
    }
    FILE *s = fopen(argv[1], "w"), *c = fopen(argv[2], "w");
    if (s == NULL || c == NULL) {
        perror("embed");
        return 3;
    }
    fputs("\t.section .rodata\n", s);
    fputs("/* written by tools/embed */\n#include \"base/embed.h\"\n\n", c);
    char line[4096], *names[8192];
    int n = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *path = strchr(line, '\t');
        if (path == NULL || n == 8192) {
            fprintf(stderr, "embed: bad line: %s\n", line);
            return 3;
        }
        *path++ = '\0';
        fprintf(s,
                "\t.balign 16\n\t.global qf_embed_%d\n\t.global qf_embed_end_%d\nqf_embed_%d:\n\t.incbin \"%s\"\n"
                "qf_embed_end_%d:\n\t.byte 0\n",
                n, n, n, path, n);
        fprintf(c, "extern const unsigned char qf_embed_%d[], qf_embed_end_%d[];\n", n, n);
        names[n++] = strdup(line);
    }
    fputs("\t.section .note.GNU-stack,\"\",%progbits\n", s);
    fputs("\nconst struct embed_entry embed_table[] = {\n", c);
    for (int i = 0; i < n; i++)
        fprintf(c, "    {\"%s\", qf_embed_%d, qf_embed_end_%d},\n", names[i], i, i);
    fputs("    {0}};\n", c);
    return fclose(s) != 0 || fclose(c) != 0 ? 3 : 0;
}
