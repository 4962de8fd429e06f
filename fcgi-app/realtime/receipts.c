#include "realtime/receipts.h"
#include "base/buf.h"
#include "realtime/gateway.h"
#include "realtime/pool.h"

#include <uthash.h>

enum {
	BATCH = 256,	   /* CHAT_DELIVERED_MAX of the pool */
	WAITING_MAX = 65536, /* members of rooms; what is more is not known, until their next message */
};

struct member {
	uint64_t room_id, user_id;
};

struct receipt {
	struct member who;
	int64_t seq;
	UT_hash_handle hh; /* in the order they came */
};

struct receipts {
	struct gateway *gw;
	struct receipt *waiting;
	struct receipt *told[BATCH]; /* by the question under way */
	size_t n_told;
};

static void put(struct receipts *r, struct receipt *new)
{
	struct receipt *old;

	HASH_FIND(hh, r->waiting, &new->who, sizeof(new->who), old);
	if (!old && HASH_COUNT(r->waiting) < WAITING_MAX) {
		HASH_ADD(hh, r->waiting, who, sizeof(new->who), new);
		return;
	}
	if (old)
		old->seq = MAX(old->seq, new->seq);
	free(new);
}

void receipts_note(struct receipts *r, uint64_t room_id, uint64_t user_id, int64_t seq)
{
	struct receipt *new = must(malloc(sizeof(*new)));

	*new = (struct receipt){.who = {room_id, user_id}, .seq = seq};
	put(r, new);
}

static void on_told(void *arg, int status, const char *body, size_t n)
{
	struct receipts *r = arg;

	(void)body;
	(void)n;
	/* a room or a person that is gone is nothing to try again */
	for (size_t i = 0; i < r->n_told; i++)
		if (status == 0 || status >= 500)
			put(r, r->told[i]);
		else
			free(r->told[i]);
	r->n_told = 0;
}

void receipts_second(struct receipts *r)
{
	struct buf b = buf_new(r->gw->arena, 1024, BATCH * 96 + 32);
	struct receipt *one, *next;

	if (r->n_told || !r->waiting)
		return;
	buf_str(&b, "{\"receipts\":[");
	HASH_ITER (hh, r->waiting, one, next) {
		if (r->n_told == BATCH)
			break;
		buf_printf(&b, "%s{\"roomId\":\"%llu\",\"userId\":\"%llu\",\"seq\":%lld}", r->n_told ? "," : "",
			   (unsigned long long)one->who.room_id, (unsigned long long)one->who.user_id,
			   (long long)one->seq);
		HASH_DEL(r->waiting, one);
		r->told[r->n_told++] = one;
	}
	buf_str(&b, "]}");
	(void)pool_ask(r->gw->pool, &(struct ask){.method = "POST",
						  .uri = "/internal/chat/delivered",
						  .client_ip = "",
						  .repeatable = true,
						  .body = b.data,
						  .n = b.len,
						  .done = on_told,
						  .arg = r});
}

struct receipts *receipts_open(struct gateway *gw)
{
	struct receipts *r = must(calloc(1, sizeof(*r)));

	r->gw = gw;
	return r;
}

void receipts_close(struct receipts *r)
{
	struct receipt *one = r->waiting, *next;

	HASH_CLEAR(hh, r->waiting);
	for (; one; one = next) {
		next = one->hh.next;
		free(one);
	}
	while (r->n_told)
		free(r->told[--r->n_told]);
	free(r);
}
