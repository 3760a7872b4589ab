/* care.c: the module's descriptor. */
#include "care/care.h"

static const struct record *const records[] = {&care_inquiry, NULL};
static const struct flow *const flows[] = {&inquiry_flow, NULL};

const struct module care_module = {.name = "care", .records = records, .flows = flows};
