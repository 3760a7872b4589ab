/* face.h: what people and programs get from the declaration of a record, without a page written by hand.
 *
 * For every registered record that names `.list` stand, under /MODULE/NAME:
 *   GET  .            the list: query bar, chips, columns, keyset paging; JSON {rows, total, total_exact, next, prev}
 *   GET  ./new        an empty form; values may be given in the address (./new?member=12)
 *   POST .            a new row, from the form or JSON
 *   GET  ./{id}       one row; ?at=DATE: as the records had it at the end of that day
 *   GET  ./{id}/edit  the form; POST ./{id} saves it (revision seen in the hidden field `rev`)
 *   GET  ./{id}/history   every revision with its differences
 *   GET, POST ./{id}/end      taken out of use as entered in error, with a reason
 *   GET, POST ./export        CSV and xlsx of what is filtered
 *   GET, POST ./import        rows from CSV and xlsx, dry run first
 * GET /records leads to all of them, by module (its name is the text MODULE.module).
 * The capability is RECORD.read, .write, .export or .import ("roster.post.read"); of the kernel's own records
 * "admin.RECORD.read". A route that a module declares itself is left to it; a record
 * that is `.guarded` is only read and exported here. */
#ifndef QF_FACE_FACE_H
#define QF_FACE_FACE_H

#include "face/query.h"
#include "face/show.h"
#include "web/module.h"

extern const struct module face_module;

/* Makes the routes of all registered records, leaving out those that one of the modules declares. Once, after
 * record_init and before web_start or web_routes. modules ends with NULL and may name face_module itself. */
void face_init(const struct module *const *modules);

#endif
