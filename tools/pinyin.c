/* pinyin.c: writes the C table of the first letters of Han characters' readings, as ICU reads them one by one. Run by
 * the build: opening ICU's rules takes the program longer and more memory than the table. pinyin OUT.c */
#include <stdio.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { HAN_FROM = 0x3400, HAN_TO = 0xA000, ROW = 96 };

static char letter(UTransliterator *to_latin, int c)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar text[32] = {(UChar)c};
    int32_t n = 1, limit = 1;
    utrans_transUChars(to_latin, text, &n, 32, 0, &limit, &status);
    return U_SUCCESS(status) && text[0] >= 'a' && text[0] <= 'z' ? (char)text[0] : '-';
}

int main(int argc, char **argv)
{
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *to_latin =
        utrans_openU(u"Han-Latin; Latin-ASCII; Lower", -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    FILE *out = argc == 2 && U_SUCCESS(status) ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "pinyin: %s\n", u_errorName(status));
        return 1;
    }
    fprintf(out, "/* Made by tools/pinyin. */\n#include \"roster/pinyin.h\"\n\n");
    fprintf(out, "const char roster_pinyin_letters[ROSTER_HAN_TO - ROSTER_HAN_FROM + 1] =");
    for (int c = HAN_FROM; c < HAN_TO; c++) {
        if ((c - HAN_FROM) % ROW == 0)
            fprintf(out, "%s\n    \"", c == HAN_FROM ? "" : "\"");
        fputc(letter(to_latin, c), out);
    }
    fprintf(out, "\";\n");
    utrans_close(to_latin);
    return fclose(out) == 0 ? 0 : 1;
}
