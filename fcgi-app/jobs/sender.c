#include "jobs/sender.h"
#include "base/clock.h"
#include "base/log.h"
#include "domain/notification/delivery.h"
#include "web/web.h"

enum { PUSHES = 48, MAILS = 4, SLOTS = PUSHES + MAILS, LOOK_US = 200 * 1000 };

enum slot_state { FREE, UNDER_WAY, ENDED };

struct sender {
	struct web *web;
	struct slot {
		enum slot_state state;
		struct delivery_end end; /* of ENDED ones the answer too, until it is written down */
	} slots[SLOTS];
	size_t busy[CHANNEL_MAX];
	int64_t next_look[CHANNEL_MAX]; /* monotonic, µs */
	bool push_private;
};

static const size_t slots_of[CHANNEL_MAX] = {[CHANNEL_PUSH] = PUSHES, [CHANNEL_MAIL] = MAILS};

struct sender *sender_open(const struct conf *conf)
{
	struct sender *s = must(calloc(1, sizeof(*s)));

	s->web = web_open();
	s->push_private = !strcmp(conf->push_private, "yes");
	for (enum channel ch = 0; ch < CHANNEL_MAX; ch++)
		LOG(LOG_INFO, channel_on(conf, ch) ? "channel is on" : "channel is off: it has no settings",
		    LOG_TEXT("channel", channel_names[ch]));
	return s;
}

void sender_close(struct sender *s)
{
	web_close(s->web);
	free(s);
}

bool sender_busy(const struct sender *s)
{
	return s->busy[CHANNEL_PUSH] + s->busy[CHANNEL_MAIL] > 0;
}

void sender_wait(struct sender *s, int ms)
{
	web_wait(s->web, ms);
}

/* ---- what has ended ----------------------------------------------------------------------- */

void sender_look(struct sender *s)
{
	struct web_answer a;

	web_turn(s->web);
	while (web_next(s->web, &a)) {
		struct slot *p = a.tag;

		p->state = ENDED;
		p->end.delivered = a.delivered;
		p->end.refused = a.refused;
		p->end.rejected = a.rejected;
		p->end.code = a.code;
		p->end.retry_after = a.retry_after;
		p->end.why = a.why;
	}
}

/* Kept until MariaDB has it, so that nothing is sent again because that was away for a moment. */
static enum status write_down(struct sender *s, struct ctx *c)
{
	struct delivery_end *all = arena_array(c->arena, struct delivery_end, SLOTS);
	size_t n = 0;

	for (size_t i = 0; i < SLOTS; i++)
		if (s->slots[i].state == ENDED)
			all[n++] = s->slots[i].end;
	enum status st = n ? delivery_ended(c, all, n) : OK;

	for (size_t i = 0; i < SLOTS && st == OK; i++)
		if (s->slots[i].state == ENDED) {
			s->slots[i].state = FREE;
			s->busy[s->slots[i].end.channel]--;
		}
	return st;
}

/* ---- what is due -------------------------------------------------------------------------- */

static struct slot *take_slot(struct sender *s, enum channel ch, const struct delivery *d)
{
	struct slot *p = s->slots;

	while (p->state != FREE)
		p++;
	p->state = UNDER_WAY;
	p->end = (struct delivery_end){
		.id = d->id,
		.device_id = d->device_id,
		.channel = ch,
		.tries = (unsigned)d->tries,
	};
	s->busy[ch]++;
	return p;
}

static enum status start(struct sender *s, struct ctx *c, enum channel ch, const struct delivery *d)
{
	struct outgoing out = {0};
	int64_t wait_s = 0;
	enum delivery_fate fate = delivery_prepare(c, ch, d, &out, &wait_s);

	if (fate == DELIVERY_LATER)
		return delivery_put_off(c, d->id, wait_s);
	struct slot *p = take_slot(s, ch, d);

	if (fate == DELIVERY_DROP) {
		p->end.dropped = true;
		p->state = ENDED;
		return OK;
	}
	const struct web_request r = {
		.url = out.url,
		.headers = out.headers,
		.body = out.body,
		.n = out.n,
		.public_only = ch == CHANNEL_PUSH && !s->push_private,
		.timeout_ms = ch == CHANNEL_PUSH ? PUSH_TIMEOUT_MS : MAIL_TIMEOUT_MS,
		.from = out.from,
		.to = out.to,
		.user = c->conf->smtp_user,
		.password = c->conf->smtp_password,
		.ca = c->conf->smtp_ca,
	};

	web_start(s->web, &r, p);
	return OK;
}

static enum status take(struct sender *s, struct ctx *c, enum channel ch)
{
	size_t room = slots_of[ch] - s->busy[ch];
	struct list rows;

	if (!channel_on(c->conf, ch) || !room || clock_mono() < s->next_look[ch])
		return OK;
	enum status st = delivery_take(c, ch, room, &rows);

	if (st == OK && rows.n < room)
		s->next_look[ch] = clock_mono() + LOOK_US;
	for (size_t i = 0; i < rows.n && st == OK; i++)
		st = start(s, c, ch, (const struct delivery *)rows.v + i);
	return st;
}

enum status sender_turn(struct sender *s, struct ctx *c, bool more)
{
	sender_look(s);
	enum status st = write_down(s, c);

	for (enum channel ch = 0; ch < CHANNEL_MAX && more && st == OK; ch++)
		st = take(s, c, ch);
	web_turn(s->web); /* what was begun gets under way */
	return st;
}
