#include "domain/live/live.h"
#include "base/buf.h"
#include "http/render.h"
#include "kv/keys.h"
#include "kv/kv.h"

enum { LIVE_MAX = 1 << 20 };

/* "room 5 chat.message 7\n{…}": the gateway hands the JSON on as it stands, without reading it. */
void live_post(struct ctx *c, struct live l, const struct shape *s, const void *data)
{
	static const char *const names[] = {
		[LIVE_USER] = "user",	[LIVE_ROOM] = "room", [LIVE_CALL] = "call",
		[LIVE_STUDY] = "study", [LIVE_ALL] = "all",
	};
	struct buf b = buf_new(c->arena, 1024, LIVE_MAX);
	struct ctx_post *post = arena_new_of(c->arena, struct ctx_post);

	buf_printf(&b, "%s %llu %s %lld\n", names[l.to], (unsigned long long)l.id, l.event,
		   (long long)l.seq);
	render_value(&b, s, data);
	if (b.over)
		return; /* no such thing is sent; what it tells is in MariaDB */
	post->text = b.data;
	post->n = b.len;
	*(c->posts ? &c->last_post->next : &c->posts) = post;
	c->last_post = post;
}

void live_flush(struct ctx *c)
{
	for (const struct ctx_post *p = c->posts; p; p = p->next)
		kv_post(c, CHANNEL_LIVE, p->text, p->n);
	c->posts = c->last_post = NULL;
	kv_post_flush(c);
}
