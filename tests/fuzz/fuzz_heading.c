/* Messages over the bus: whatever they are, a listener is told nothing but what stands in them. */
#include "fuzz.h"
#include "realtime/circle.h"
#include "realtime/hub.h"

static const char *text;
static size_t n_text;

static void told(struct sub *sub, const struct said *what)
{
	(void)sub;
	HOLDS(lies_in(what->data, what->n, text, n_text) && what->data + what->n == text + n_text);
	HOLDS(what->data > text && what->data[-1] == '\n');
	HOLDS(strlen(what->event) && strlen(what->event) < 48);
}

static void heard(struct place *p, const char *from, const struct said *what)
{
	(void)p;
	HOLDS(lies_in(what->data, what->n, text, n_text) && what->data + what->n == text + n_text);
	HOLDS(what->data[-1] == '\n' && strlen(from) <= CIRCLE_NAME_MAX && strlen(what->event) <= CIRCLE_NAME_MAX);
}

static void settled(struct sub *sub, bool granted)
{
	HOLDS(sub && granted);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct conf conf = {.sockets_per_user = 1};
	static const struct skin skin = {.tell = told, .settled = settled, .heard = heard};
	static const enum topic topics[] = {T_NOTES, T_PUBLIC_ROOMS, T_SYSTEM, T_URGENT};
	static struct gateway gw = {.conf = &conf};
	static struct sock s = {.gw = &gw, .skin = &skin, .who = {.user_id = 5}};
	static struct sub subs[COUNT(topics)];

	if (!gw.hub) {
		HOLDS(uv_loop_init(&gw.loop) == 0);
		gw.arena = arena_new(1 << 20);
		gw.hub = hub_open(&gw);
		gw.circles = circles_open();
		gw.presence = presence_open(&gw);
		HOLDS(hub_enter(&s));
		for (size_t i = 0; i < COUNT(topics); i++) {
			subs[i] = (struct sub){.sock = &s, .topic = topics[i], .after = -1, .next = s.subs};
			s.subs = &subs[i];
			hub_subscribe(&subs[i]);
		}
		(void)circle_enter(&s, "call:7", "b"); /* of study groups: fuzz_gateway.c */
	}
	char *copy = text_copy(bytes, size); /* as kv/bus.h hands it on */

	text = copy;
	n_text = size;
	hub_hear(gw.hub, text, n_text);
	arena_reset(gw.arena);
	free(copy);
	return 0;
}
