/* care.h: caring reminders, inquiry letters, admonition (S9): procedures on the engine of flows. */
#ifndef QF_CARE_CARE_H
#define QF_CARE_CARE_H

#include "flow/flow.h"
#include "web/module.h"

extern const struct module care_module;
extern const struct record care_inquiry;
extern const struct flow inquiry_flow;

#endif
