/* xml.h: XML as strangers send it. Read by libxml2 without network, entities or external parts; any DOCTYPE is refused;
 * depth and size have limits. Two doors: pieces of a stream as events (load_xml_begin), and load_xml_mend, which brings
 * a whole text that is not quite XML into a form that is, and says what it put right. */
#ifndef QF_LOAD_XML_H
#define QF_LOAD_XML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct load_xml;     /* a parser at work */
struct load_xml_tag; /* a start tag; lives during the call of start */

/* Names are local names, without prefix. A callback's error ends the reading and is what feed returns. */
struct load_xml_events {
    struct err *(*start)(void *p, const char *name, const struct load_xml_tag *tag);
    struct err *(*end)(void *p, const char *name);
    struct err *(*text)(void *p, const char *s, size_t n); /* in pieces, CDATA alike; UTF-8 */
    void *p;
};
/* The attribute with that local name; false when there is none. *s is not terminated. */
bool load_xml_attr(const struct load_xml_tag *tag, const char *name, const char **s, size_t *n);

struct load_xml_limits {
    int depth;      /* of elements */
    uint64_t bytes; /* of the whole document */
};
/* utf8: the bytes to come are UTF-8 whatever they declare; else libxml2 believes mark and declaration. out: arena. */
struct err *load_xml_begin(struct arena *a, const struct load_xml_events *events, struct load_xml_limits limits,
                           bool utf8, struct load_xml **out) MUST_USE;
/* ERR_INVALID: not well-formed (say load.xml_broken with {line}), a DOCTYPE (load.xml_doctype), too deep
 * (load.xml_deep). ERR_LIMIT: over the size. After an error the parser is dead. */
struct err *load_xml_feed(struct load_xml *x, const void *bytes, size_t n) MUST_USE;
struct err *load_xml_end(struct load_xml *x) MUST_USE; /* the document must be complete */
/* All at once. */
struct err *load_xml_read(struct arena *a, const void *bytes, size_t n, const struct load_xml_events *events,
                          struct load_xml_limits limits, bool utf8) MUST_USE;

/* The charset the XML declaration names, or NULL. Reads at most the first 256 bytes. */
const char *load_xml_declared(struct arena *a, const void *bytes, size_t n);

struct load_xml_notes {
    size_t controls;   /* control characters put right: VT and FF became line breaks, others went */
    size_t ampersands; /* bare & and unknown entities, kept as text */
    size_t angles;     /* < that begins no tag, kept as text */
};
/* Puts right what real files get wrong: characters XML forbids, bare & and <, HTML's named characters, <br> in any form
 * (becomes a line break), blanks before the declaration. Comments, the declaration and processing instructions are
 * dropped. Element names are taken to be ASCII, so that text like <工作失误> stays text. out is arena.
 * ERR_INVALID for a DOCTYPE (load.xml_doctype). */
struct err *load_xml_mend(struct arena *a, const char *utf8, size_t n, char **out, size_t *n_out,
                          struct load_xml_notes *notes) MUST_USE;

#endif
