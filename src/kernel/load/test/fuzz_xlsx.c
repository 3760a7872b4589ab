/* fuzz_xlsx.c: a workbook with one part of any bytes. The first byte chooses the part; 5 takes the bytes as the zip. */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "load/table.h"

static const char *const parts[][2] = {
    {"xl/worksheets/sheet1.xml",
     "<worksheet><sheetData><row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45351</v></c></row></sheetData></worksheet>"},
    {"xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>"},
    {"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"},
    {"xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"s\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"s\" Type=\"x/worksheet\" "
                                   "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"t\" "
                                   "Type=\"x/styles\" Target=\"styles.xml\"/><Relationship Id=\"u\" "
                                   "Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"}};

static void read_all(struct arena *a, const void *bytes, size_t n)
{
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    uint64_t number = 0;
    struct err *e = load_table_open_bytes(a, bytes, n, &(struct load_table_options){.fill_merged = n % 2 == 0}, &t);
    while (e == NULL && (e = load_table_next(t, &row)) == NULL && row != NULL) {
        if (row->number <= number || row->n == 0)
            abort();
        number = row->number;
        for (size_t i = 0; i < row->n; i++)
            (void)strlen(row->cells[i].text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    struct arena *a = arena_new();
    unsigned which = data[0] % 6;
    if (which == 5) {
        if (n > 1 && load_table_usual.rows > 0)
            read_all(a, data + 1, n - 1);
        arena_free(a);
        return 0;
    }
    zip_error_t ze;
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &ze);
    zip_t *z = zip_open_from_source(to, ZIP_TRUNCATE, &ze);
    zip_source_keep(to);
    for (unsigned i = 0; i < 5; i++) {
        const void *text = i == which ? (const void *)(data + 1) : parts[i][1];
        zip_source_t *s = zip_source_buffer(z, text, i == which ? n - 1 : strlen(parts[i][1]), 0);
        zip_int64_t at = zip_file_add(z, parts[i][0], s, 0);
        zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0);
    }
    if (zip_close(z) == 0 && zip_source_open(to) == 0) {
        zip_source_seek(to, 0, SEEK_END);
        size_t len = (size_t)zip_source_tell(to);
        zip_source_seek(to, 0, SEEK_SET);
        char *p = arena_alloc(a, len);
        zip_source_read(to, p, len);
        zip_source_close(to);
        read_all(a, p, len);
    }
    zip_source_free(to);
    arena_free(a);
    return 0;
}
