#include "base/errors.h"

#define ERROR_ROW(name, http, code, level, ko, en) {#name, http, code, LOG_##level, {ko, en}},
static const struct error_row rows[E_MAX] = {ERROR_TABLE(ERROR_ROW)};

const struct error_row *error_row(enum status st)
{
	assert(st < E_MAX);
	return &rows[st];
}
