#include "realtime/pair.h"
#include "base/clock.h"

#include <utlist.h>

enum {
	PAIRS_MAX = 64,
	MINUTE_MS = 60 * 1000,
	DESCRIPTIONS_MAX = 20, /* a minute */
	CANDIDATES_MAX = 128,  /* for each of them */
};

static bool is_over(const struct pair *p)
{
	return clock_mono() / 1000 - p->began >= MINUTE_MS;
}

/* Names are whatever the client says. When there are too many, one of more than a minute ago is forgotten, and none
 * that is younger: its count would begin anew. */
struct pair *pair_with(struct pair **all, const char *peer)
{
	struct pair *p = *all, *old = NULL;
	size_t n = 0;

	for (; p && strcmp(p->peer, peer) != 0; p = p->next) {
		if (is_over(p))
			old = p;
		n++;
	}
	if (p || (n == PAIRS_MAX && !old))
		return p;
	if (n == PAIRS_MAX) {
		LL_DELETE(*all, old);
		free(old);
	}
	p = must(calloc(1, sizeof(*p)));
	p->began = clock_mono() / 1000;
	(void)snprintf(p->peer, sizeof(p->peer), "%s", peer);
	LL_PREPEND(*all, p);
	return p;
}

void pair_forget(struct pair **all, const char *peer)
{
	for (struct pair **at = all, *p; (p = *at);) {
		if (peer && strcmp(p->peer, peer) != 0) {
			at = &p->next;
			continue;
		}
		*at = p->next;
		free(p);
	}
}

bool pair_may_describe(struct pair *p)
{
	if (!p)
		return false;
	if (is_over(p)) {
		p->began = clock_mono() / 1000;
		p->descriptions = 0;
	}
	if (p->descriptions == DESCRIPTIONS_MAX)
		return false;
	p->descriptions++;
	p->candidates = 0;
	return true;
}

bool pair_may_add(struct pair *p)
{
	if (!p || p->candidates == CANDIDATES_MAX)
		return false;
	p->candidates++;
	return true;
}
