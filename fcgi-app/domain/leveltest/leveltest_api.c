/* Level tests, below both of their prefixes. */
#include "domain/leveltest/leveltest.h"
#include "domain/registry.h"

extern const struct stmt *const leveltest_stmts[];
const struct domain leveltest_domain = {
	.name = "level tests",
	.doc = "How well somebody speaks a language",
	.stmts = leveltest_stmts,
};
