/* Rules of what is brought to people: whether still, when again, when no more. */
#include "base/b64.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "domain/notification/delivery_rules.h"
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"
#include "kv/gate.h"
#include "mail/mime.h"

#define MINUTE_MS ((int64_t)60000)
enum { WAIT_MAX_S = 3600, KEEP_DEAD_DAYS = 7, HOUR_S = 3600 };

const char *const channel_names[CHANNEL_MAX] = {[CHANNEL_PUSH] = "push", [CHANNEL_MAIL] = "mail"};

/* The first pause doubles each time: pushes are given up after a quarter of an hour, mails, whose
 * servers may mean to be asked again much later, after four hours. */
static const struct {
	int64_t pause_s;
	unsigned tries;
} patience[CHANNEL_MAX] = {[CHANNEL_PUSH] = {2, 10}, [CHANNEL_MAIL] = {15, 11}};

bool channel_on(const struct conf *conf, enum channel ch)
{
	return *(ch == CHANNEL_PUSH ? conf->vapid_public_key : conf->smtp_url) != '\0';
}

bool channels_check(const struct conf *conf, FILE *err)
{
	struct arena *a = arena_new(1 << 16);
	struct webpush_keys k;
	bool good = true;

	if (channel_on(conf, CHANNEL_PUSH) &&
	    (!b64_read(conf->vapid_public_key, k.public, sizeof(k.public)) ||
	     !b64_read(conf->vapid_private_key, k.private, sizeof(k.private)) || !webpush_is_pair(&k))) {
		good = false;
		conf_wrong(err, "VAPID_PUBLIC_KEY", conf->vapid_public_key,
			   "is not the public key of VAPID_PRIVATE_KEY", "Make a pair (studymate-jobs --vapid-keys)");
	}
	if (channel_on(conf, CHANNEL_MAIL) && !mime_address(a, conf->mail_from)) {
		good = false;
		conf_wrong(err, "MAIL_FROM", conf->mail_from, "must read a@b.c or Name <a@b.c>",
			   "Correct it and start again (studymate-api --check-config)");
	}
	arena_free(a);
	return good;
}

/* ---- before ------------------------------------------------------------------------------- */

static int64_t minutes(const char *hhmm)
{
	return strtol(hhmm, NULL, 10) * 60 + strtol(hhmm + 3, NULL, 10);
}

int64_t quiet_left(const char *start, const char *end, const char *zone, int64_t now)
{
	int64_t local = (now + clock_zone_offset(zone, now)) % DAY_MS;
	int64_t from = minutes(start) * MINUTE_MS, to = minutes(end) * MINUTE_MS;
	int64_t length = (to - from + DAY_MS) % DAY_MS, passed = (local - from + DAY_MS) % DAY_MS;

	return passed < length ? length - passed : 0;
}

/* How long a push is worth something to a device that was off, s. */
static int64_t worth(const struct delivery *d)
{
	static const struct {
		const char *category;
		int64_t hours;
	} rows[] = {{"urgent", 6}, {"session", 1}, {"reminder", 1}, {"matching", 7 * 24}};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (!strcmp(rows[i].category, d->category))
			return rows[i].hours * HOUR_S;
	return (int64_t)24 * HOUR_S;
}

/* A mailbox that fills up is taken for abuse of ours; read in the meantime, none is sent any more. To as many addresses
 * in turn that nobody has confirmed: somebody may give us those of others. */
static bool too_many(struct ctx *c, const struct delivery *d, int64_t *wait_s)
{
	const char kind = d->confirmed ? 'm' : 'u';
	struct gate_answer limit;

	if (gate_take(c, RATE_MAIL, arena_printf(c->arena, "%c%llu", kind, (unsigned long long)d->user_id), &limit))
		return false;
	*wait_s = limit.retry_ms / 1000 + 1;
	return true;
}

enum delivery_fate delivery_prepare(struct ctx *c, enum channel ch, const struct delivery *d,
				    struct outgoing *out, int64_t *wait_s)
{
	int64_t quiet = d->quiet ? quiet_left(d->quiet_start, d->quiet_end, d->zone, c->now) : 0;
	int64_t ttl = worth(d) - (c->now - d->shown_at) / 1000;

	if (!d->wanted || (d->expires_at && d->expires_at <= c->now))
		return DELIVERY_DROP;
	if (d->expires_at)
		ttl = MIN(ttl, (d->expires_at - c->now) / 1000);
	if (ch == CHANNEL_PUSH)
		/* what came in the night stands in the list in the morning */
		return !quiet && ttl > 0 && push_make(c, d, ttl, out) ? DELIVERY_SEND : DELIVERY_DROP;
	*wait_s = quiet / 1000 + 1;
	if (quiet || (!mail_is_asked_for(d) && too_many(c, d, wait_s)))
		return DELIVERY_LATER;
	if (mail_make(c, d, out))
		return DELIVERY_SEND;
	LOG(LOG_INFO, "no mail can be made of it, or for that address", LOG_NUM("id", d->id));
	return DELIVERY_DROP;
}

/* ---- after -------------------------------------------------------------------------------- */

enum verdict { DONE, GONE, REFUSED, AGAIN };

static enum verdict judge(const struct delivery_end *e)
{
	if (e->dropped)
		return DONE;
	if (e->channel == CHANNEL_MAIL)
		return e->delivered ? DONE : AGAIN;
	if (e->refused)
		return REFUSED;
	if (!e->delivered || e->code == 429 || e->code >= 500)
		return AGAIN;
	if (e->code == 404 || e->code == 410)
		return GONE;
	return e->code >= 200 && e->code < 300 ? DONE : REFUSED;
}

/* Never the address, nor what was to be said. */
static void note(const struct delivery_end *e, const char *what)
{
	/* users name the push service, and the address that a mail server does not know; that server is ours */
	LOG(e->channel == CHANNEL_PUSH || e->rejected ? LOG_INFO : LOG_WARN, what,
	    LOG_TEXT("channel", channel_names[e->channel]), LOG_NUM("id", e->id),
	    LOG_NUM("tries", e->tries), LOG_NUM("code", e->code), LOG_TEXT("why", e->why));
}

static enum status again(struct ctx *c, const struct delivery_end *e)
{
	bool dead = e->rejected || e->tries >= patience[e->channel].tries;
	int64_t wait = patience[e->channel].pause_s << (MIN(e->tries, 20u) - 1);
	const char *why = e->code >= 400 ? arena_printf(c->arena, "answer %ld", e->code) : e->why;

	if (dead)
		note(e, "a delivery is given up; see studymate-jobs --status");
	return delivery_sql_failed(c, e->id, dead ? -1 : MAX(wait, MIN(e->retry_after, (int64_t)WAIT_MAX_S)), why);
}

enum status delivery_ended(struct ctx *c, const struct delivery_end *all, size_t n)
{
	int64_t *done = arena_array(c->arena, int64_t, n + 1);
	size_t n_done = 0, failed = 0;
	enum status st = OK;

	for (size_t i = 0; i < n && st == OK; i++) {
		enum verdict v = judge(&all[i]);

		if (v == REFUSED)
			note(&all[i], "a delivery was refused");
		if (v == GONE)
			st = delivery_sql_forget_device(c, all[i].device_id);
		if (v == AGAIN)
			st = again(c, &all[i]);
		else
			done[n_done++] = (int64_t)all[i].id;
		failed += v == AGAIN;
	}
	if (failed) /* one line, however many: a push service that is down has its own story to tell */
		LOG(LOG_INFO, "deliveries failed", LOG_NUM("n", failed));
	if (st != OK || !n_done)
		return st;
	return delivery_sql_done(c, buf_ids(c->arena, done, n_done, sizeof(*done)));
}

static enum status forget(struct ctx *c, int64_t *n)
{
	return delivery_sql_forget_dead(c, c->now - KEEP_DEAD_DAYS * DAY_MS, n);
}

static const struct schedule schedules[] = {
	{"delivery.forget", HOUR_S, .piece = forget, .full = FORGET_PIECE},
	{0},
};
extern const struct stmt *const delivery_stmts[];
const struct domain delivery_domain = {.name = "deliveries", .stmts = delivery_stmts, .schedules = schedules};
