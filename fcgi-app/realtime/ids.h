/* A few ids, each once, in no order. */
#ifndef REALTIME_IDS_H
#define REALTIME_IDS_H

#include "base/base.h"

struct ids {
	uint64_t *v;
	size_t n;
};

bool ids_has(const struct ids *all, uint64_t id);
void ids_add(struct ids *all, uint64_t id);
void ids_drop(struct ids *all, uint64_t id);
void ids_free(struct ids *all);
#endif
