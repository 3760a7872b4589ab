/* xlsx_whole.h: libxlsxwriter does not look whether its temporary files took what it wrote: on a full disk it makes a
 * workbook whose sheet breaks off, and reports success. So what it made is read once before anybody gets it. */
#ifndef QF_DOC_XLSX_WHOLE_H
#define QF_DOC_XLSX_WHOLE_H

#include <stdbool.h>
#include <stdint.h>

/* Every part of the workbook can be read and ends with a tag, and its sheet has so many rows. */
bool doc_xlsx_whole(const char *path, uint32_t rows);

#endif
