#include "kv/gate.h"
#include "base/clock.h"
#include "kv/keys.h"
#include "kv/kv.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum {
	CELLS = 1 << 16, /* callers remembered at once */
	WAYS = 8,
	PARTS = 16,         /* sub-buckets a window has */
	SPAN = PARTS + 1,   /* sub-buckets counted: the partly expired one counts whole */
	LEASES = 16,        /* a lease is this part of the limit */
	REVOKED = 1 << 16,  /* revoked logins remembered at once */
	REVOKED_PROBES = 64,
	STEAL_US = 2000,    /* a lock held longer belongs to a dead worker */
	CURRENT_US = 1000 * 1000,
};

/* One caller under one limit. Guarded by its set's lock. */
struct cell {
	uint64_t key; /* 0: free */
	int64_t lease_until; /* monotonic ms: tokens in hand are good until then; later they go back */
	int64_t lease_part;  /* sub-bucket in Redis they were taken from */
	int64_t deny_until;  /* monotonic ms: Redis has said no until then */
	int64_t base;        /* number of the newest sub-bucket in count[] */
	uint32_t count[SPAN];
	uint32_t lease; /* tokens in hand */
};

struct set {
	_Atomic int64_t lock; /* 0: free; else since when, monotonic µs */
	struct cell cell[WAYS];
};

struct gate {
	struct set sets[CELLS / WAYS];
	struct {
		_Atomic uint64_t session_id;
		_Atomic int64_t until;
	} revoked[REVOKED];
	_Atomic bool revoked_full; /* something did not fit: workers ask MariaDB until a restart */
	_Atomic int64_t current;   /* monotonic µs of the keeper's last look */
	int64_t percent;
};

#define RATE_ROW(name, limit, window, by, strict) {#name, limit, window, by, strict},
static const struct rate_row rows[RATE_MAX] = {RATE_TABLE(RATE_ROW)};

const struct rate_row *rate_row(enum rate r)
{
	assert(r < RATE_MAX);
	return &rows[r];
}

struct gate *gate_new(const struct conf *conf)
{
	struct gate *g = mmap(NULL, sizeof(*g), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (g == MAP_FAILED)
		abort();
	g->percent = conf->rate_percent;
	return g;
}

/* FNV-1a over class and name; 64 bits are enough for a limiter. The class is a byte of its own: with that of the name
 * in one step "u6" of one class would be "g6" of another. */
static uint64_t hash(enum rate r, const char *who)
{
	const uint64_t prime = 0x100000001b3U;
	uint64_t h = (0xcbf29ce484222325U ^ (uint64_t)r) * prime;

	for (; *who; who++)
		h = (h ^ (unsigned char)*who) * prime;
	h ^= h >> 31;
	h *= 0x9e3779b97f4a7c15U;
	return h ? h : 1;
}

static int64_t lock(struct set *s)
{
	int64_t free_value = 0, now = clock_mono();

	while (!atomic_compare_exchange_weak(&s->lock, &free_value, now)) {
		int64_t since = free_value;

		now = clock_mono();
		if (since && now - since > STEAL_US && atomic_compare_exchange_strong(&s->lock, &since, now))
			return now;
		free_value = 0;
	}
	return now;
}

/* Only what the caller still has: who was away too long has lost it to another. */
static void unlock(struct set *s, int64_t stamp)
{
	(void)atomic_compare_exchange_strong(&s->lock, &stamp, 0);
}

/* The caller's cell, or the one in its set that was idle longest, made its own. */
static struct cell *cell_of(struct set *s, uint64_t key, int64_t part)
{
	struct cell *oldest = &s->cell[0];

	for (int i = 0; i < WAYS; i++) {
		struct cell *c = &s->cell[i];

		if (c->key == key)
			return c;
		if (!c->key || (oldest->key && c->base < oldest->base))
			oldest = c;
	}
	*oldest = (struct cell){.key = key, .base = part};
	return oldest;
}

/* Counts one in the caller's own window. Returns what is left, or -1 and how long to wait. */
static int64_t count_here(struct cell *c, int64_t now, int64_t part_ms, int64_t limit, int64_t *retry)
{
	int64_t part = now / part_ms, sum = 0;

	for (; c->base < part - SPAN; c->base = part - SPAN)
		memset(c->count, 0, sizeof(c->count));
	while (c->base < part)
		c->count[++c->base % SPAN] = 0;
	for (int i = 0; i < SPAN; i++)
		sum += c->count[i];
	if (sum < limit) {
		c->count[c->base % SPAN]++;
		return limit - sum - 1;
	}
	/* the oldest sub-bucket with something in it must leave the window */
	int64_t oldest = c->base - SPAN + 1;

	while (oldest < c->base && !c->count[oldest % SPAN])
		oldest++;
	*retry = MAX((oldest + SPAN) * part_ms - now, (int64_t)1);
	return -1;
}

/* The same window in Redis, for all machines: takes up to ARGV[3] of ARGV[1] in sub-buckets of
 * ARGV[2] ms, after giving back ARGV[4] unused ones to sub-bucket ARGV[5]. One sub-bucket more than
 * here is counted, since leased tokens are used later. What lies ahead was counted before the clock of
 * Redis was set back, and would stay in the window until it is that hour again. */
static struct kv_script lease_script = {
	.text = "local t = redis.call('TIME') "
		"local now = t[1] * 1000 + math.floor(t[2] / 1000) "
		"local limit, part, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) "
		"local b = math.floor(now / part) local sum, oldest = 0, b "
		"if ARGV[4] ~= '0' and redis.call('HEXISTS', KEYS[1], ARGV[5]) == 1 then "
		"redis.call('HINCRBY', KEYS[1], ARGV[5], -ARGV[4]) end "
		"local h = redis.call('HGETALL', KEYS[1]) "
		"for i = 1, #h, 2 do local k = tonumber(h[i]) "
		"if k < b - 17 or k > b + 1 then redis.call('HDEL', KEYS[1], h[i]) "
		"else sum = sum + tonumber(h[i + 1]) if k < oldest then oldest = k end end end "
		"local n = math.min(want, limit - sum) "
		"if n > 0 then redis.call('HINCRBY', KEYS[1], b, n) "
		"redis.call('PEXPIRE', KEYS[1], part * 18) return {n, limit - sum - n, 0, b} end "
		"return {0, 0, math.max((oldest + 18) * part - now, 1), b}",
};

static bool take_lease(struct cell *c, int64_t now)
{
	if (!c->lease || now >= c->lease_until)
		return false;
	c->lease--;
	return true;
}

static bool refused(struct gate_answer *out, int64_t retry)
{
	out->remaining = 0;
	out->retry_ms = retry;
	return false;
}

bool gate_take(struct ctx *ctx, enum rate r, const char *who, struct gate_answer *out)
{
	struct gate *g = ctx->gate;
	const struct rate_row *row = rate_row(r);
	int64_t limit = MAX(row->limit * g->percent / 100, (int64_t)1);
	int64_t part_ms = row->window / PARTS, now = clock_mono() / 1000, retry = 0, got[4];
	uint64_t key = hash(r, who);
	struct set *s = &g->sets[key % (CELLS / WAYS)];
	bool alone = r == RATE_ADDRESS;

	*out = (struct gate_answer){.limit = limit};
	int64_t stamp = lock(s);
	struct cell *c = cell_of(s, key, now / part_ms);
	/* tokens in hand first: another worker may have been refused while we were given the last */
	bool leased = !alone && take_lease(c, now);
	bool denied = !leased && now < c->deny_until;

	if (denied)
		retry = c->deny_until - now;
	/* counted here as well, for the headers and for the day Redis is away */
	if (leased || alone) {
		out->remaining = count_here(c, now, part_ms, limit, &retry);
		unlock(s, stamp);
		return out->remaining >= 0 || refused(out, retry);
	}
	int64_t back = c->lease, from = c->lease_part;

	if (!denied)
		c->lease = 0;
	unlock(s, stamp);
	if (denied)
		return refused(out, retry);

	int64_t numbers[] = {limit, part_ms, row->strict ? 1 : MAX(limit / LEASES, (int64_t)1), back, from};
	char name[300], text[COUNT(numbers)][24];
	const char *args[COUNT(numbers)];

	(void)snprintf(name, sizeof(name), "%s" KEY_RATE, ctx->conf->redis_prefix, row->name, who);
	for (size_t i = 0; i < COUNT(numbers); i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%lld", (long long)numbers[i]);
		args[i] = text[i];
	}
	bool redis = kv_script(ctx, &lease_script, name, args, COUNT(args), got, COUNT(got)) == OK;

	stamp = lock(s);
	c = cell_of(s, key, now / part_ms);
	if (!redis) {
		out->limit = limit = row->strict ? MAX(limit / 4, (int64_t)1) : limit;
		out->remaining = count_here(c, now, part_ms, limit, &retry);
	} else if (got[0] > 0) {
		(void)count_here(c, now, part_ms, limit, &retry);
		c->lease += (uint32_t)(got[0] - 1); /* another worker may have leased as well */
		c->lease_part = got[3];
		c->lease_until = now + part_ms;
		out->remaining = got[1];
	} else {
		c->deny_until = now + MIN(got[2], part_ms);
		retry = got[2];
		out->remaining = -1;
	}
	unlock(s, stamp);
	return out->remaining >= 0 || refused(out, retry);
}

/* ---- revoked logins ----------------------------------------------------------------------- */

static size_t revoked_slot(uint64_t id, size_t probe)
{
	return (size_t)((id * 0x9e3779b97f4a7c15U >> 40) + probe) % REVOKED;
}

void gate_revoke(struct gate *g, uint64_t id, int64_t until)
{
	int64_t now = clock_ms() / 1000;

	for (size_t i = 0; i < REVOKED_PROBES; i++) {
		size_t at = revoked_slot(id, i);
		uint64_t old = atomic_load(&g->revoked[at].session_id);

		if (old == id) {
			atomic_store(&g->revoked[at].until, until);
			return;
		}
		if (old && atomic_load(&g->revoked[at].until) > now)
			continue;
		if (atomic_compare_exchange_strong(&g->revoked[at].session_id, &old, id)) {
			atomic_store(&g->revoked[at].until, until);
			return;
		}
	}
	atomic_store(&g->revoked_full, true);
}

bool gate_is_revoked(const struct gate *g, uint64_t id, int64_t now_s)
{
	for (size_t i = 0; i < REVOKED_PROBES; i++) {
		size_t at = revoked_slot(id, i);
		uint64_t found = atomic_load(&g->revoked[at].session_id);

		if (found == id)
			return atomic_load(&g->revoked[at].until) > now_s;
		if (!found)
			return false;
	}
	return false;
}

void gate_mark_current(struct gate *g)
{
	atomic_store(&g->current, clock_mono());
}

bool gate_is_current(const struct gate *g)
{
	return clock_mono() - atomic_load(&g->current) < CURRENT_US && !atomic_load(&g->revoked_full);
}
