/* dashboard.h: the first page: figures that are true now, each a link to the rows it counts. */
#ifndef QF_DASHBOARD_DASHBOARD_H
#define QF_DASHBOARD_DASHBOARD_H

#include "web/module.h"

extern const struct module dashboard_module;

#endif
