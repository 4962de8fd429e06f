#include "realtime/ids.h"

static size_t place_of(const struct ids *all, uint64_t id)
{
	size_t i = 0;

	while (i < all->n && all->v[i] != id)
		i++;
	return i;
}

bool ids_has(const struct ids *all, uint64_t id)
{
	return place_of(all, id) < all->n;
}

void ids_add(struct ids *all, uint64_t id)
{
	if (ids_has(all, id))
		return;
	all->v = must(realloc(all->v, (all->n + 1) * sizeof(*all->v)));
	all->v[all->n++] = id;
}

void ids_drop(struct ids *all, uint64_t id)
{
	size_t i = place_of(all, id);

	if (i < all->n)
		all->v[i] = all->v[--all->n];
}

void ids_free(struct ids *all)
{
	free(all->v);
	*all = (struct ids){0};
}
