/* pinyin.c: writes the C tables of Han characters as ICU reads them one by one: the first letter of the reading, and
 * the place in the order of pinyin. Run by the build: opening ICU's rules takes the program longer and more memory than
 * the tables. pinyin OUT.c */
#include <stdio.h>
#include <stdlib.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { HAN_FROM = 0x3400, HAN_TO = 0xA000, ROW = 96, NUMBERS = 16 };

static char letter(UTransliterator *to_latin, int c)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar text[32] = {(UChar)c};
    int32_t n = 1, limit = 1;
    utrans_transUChars(to_latin, text, &n, 32, 0, &limit, &status);
    return U_SUCCESS(status) && text[0] >= 'a' && text[0] <= 'z' ? (char)text[0] : '-';
}

static UCollator *collator;

static int by_pinyin(const void *a, const void *b)
{
    const UChar *x = a, *y = b;
    UCollationResult r = ucol_strcoll(collator, x, 1, y, 1);
    return r != UCOL_EQUAL ? (int)r : (*x > *y) - (*x < *y);
}

static void write_letters(FILE *out, UTransliterator *to_latin)
{
    fprintf(out, "const char roster_pinyin_letters[ROSTER_HAN_TO - ROSTER_HAN_FROM + 1] =");
    for (int c = HAN_FROM; c < HAN_TO; c++) {
        if ((c - HAN_FROM) % ROW == 0)
            fprintf(out, "%s\n    \"", c == HAN_FROM ? "" : "\"");
        fputc(letter(to_latin, c), out);
    }
    fprintf(out, "\";\n");
}

static void write_order(FILE *out)
{
    static UChar all[HAN_TO - HAN_FROM];
    static int place[HAN_TO - HAN_FROM];
    for (int c = HAN_FROM; c < HAN_TO; c++)
        all[c - HAN_FROM] = (UChar)c;
    qsort(all, HAN_TO - HAN_FROM, sizeof *all, by_pinyin);
    for (int i = 0; i < HAN_TO - HAN_FROM; i++)
        place[all[i] - HAN_FROM] = i;
    fprintf(out, "const uint16_t roster_pinyin_order[ROSTER_HAN_TO - ROSTER_HAN_FROM] = {");
    for (int i = 0; i < HAN_TO - HAN_FROM; i++)
        fprintf(out, "%s%d,", i % NUMBERS == 0 ? "\n    " : " ", place[i]);
    fprintf(out, "};\n");
}

int main(int argc, char **argv)
{
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *to_latin =
        utrans_openU(u"Han-Latin; Latin-ASCII; Lower", -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    collator = ucol_open("zh@collation=pinyin", &status);
    FILE *out = argc == 2 && U_SUCCESS(status) ? fopen(argv[1], "w") : NULL;
    if (out == NULL) {
        fprintf(stderr, "pinyin: %s\n", u_errorName(status));
        return 1;
    }
    fprintf(out, "/* Made by tools/pinyin. */\n#include \"roster/pinyin.h\"\n\n");
    write_letters(out, to_latin);
    write_order(out);
    ucol_close(collator);
    utrans_close(to_latin);
    return fclose(out) == 0 ? 0 : 1;
}
