#include "base/errors.h"

#define ERROR_ROW(name, http, code, level, ko, en) {#name, http, code, LOG_##level, {ko, en}},
static const struct error_row rows[E_MAX] = {ERROR_TABLE(ERROR_ROW)};

const struct error_row *error_row(enum status st)
{
	assert(st < E_MAX);
	return &rows[st];
}

enum lang lang_of(const char *accept)
{
	double best = 0, q;
	enum lang lang = LANG_KO;

	for (const char *p = accept; p && *p; p += strcspn(p, ","), p += *p == ',') {
		while (*p == ' ')
			p++;
		size_t n = strcspn(p, ",");
		const char *weight = memmem(p, n, ";q=", 3);

		q = weight ? strtod(weight + 3, NULL) : 1;
		if (q <= best || *p == '*')
			continue;
		best = q;
		lang = strncasecmp(p, "ko", 2) ? LANG_EN : LANG_KO;
	}
	return lang;
}
