#include "jobs/runner.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/db.h"
#include "domain/live/live.h"
#include "domain/outbox/outbox.h"
#include "domain/registry.h"
#include "jobs/sender.h"
#include "json/jin.h"
#include "kv/gate.h"
#include "kv/kv.h"

#include <poll.h>
#include <signal.h>

enum {
	ARENA_CAP = 64 << 20,
	IDLE_MS = 100, /* what an event waits at most when there is nothing else to do */
	AWAY_MS = 500, /* before MariaDB is tried again */
	JOB_US = 10 * 1000 * 1000,
	PIECES_US = 1000 * 1000,
	DRAIN_US = 5 * 1000 * 1000, /* for what is being sent when the process must stop */
	TRIES_MAX = 10, /* with pauses of 2, 4, … 512 s: a quarter of an hour */
};

static volatile sig_atomic_t stopping;

static void on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

/* A context for one piece of work, with an arena of its own that ends with it. */
static struct ctx begin(const struct ctx *base, const char *id)
{
	struct ctx c = *base;

	arena_reset(base->arena);
	c.request_id = id;
	c.now = clock_ms();
	c.deadline = clock_mono() + JOB_US;
	return c;
}

/* ---- events ------------------------------------------------------------------------------- */

static bool takes_all(const char *event)
{
	for (const struct domain *const *d = domains; *d; d++)
		for (const struct job *j = (*d)->jobs; j && j->event; j++)
			if (j->run_all && !strcmp(j->event, event))
				return true;
	return false;
}

static enum status run_jobs(struct ctx *c, struct event *e, size_t n)
{
	enum status st = OK;

	for (const struct domain *const *d = domains; *d; d++)
		for (const struct job *j = (*d)->jobs; j && j->event; j++) {
			if (strcmp(j->event, e->name) != 0)
				continue;
			if (j->run_all)
				st = j->run_all(c, e, n);
			for (size_t i = 0; j->run && i < n && st == OK; i++)
				st = j->run(c, &e[i]);
			if (st != OK)
				return st;
		}
	return OK;
}

static enum status failed(struct ctx *c, const struct event *e, enum status st)
{
	bool dead = e->tries >= TRIES_MAX;
	const char *why = c->why ? c->why : error_row(st)->name;

	LOG(dead ? LOG_ERROR : LOG_WARN,
	    dead ? "an event is given up; see studymate-jobs --status" : "an event failed",
	    LOG_TEXT("event", e->name), LOG_NUM("id", e->id), LOG_NUM("tries", e->tries),
	    LOG_TEXT("code", error_row(st)->name), LOG_TEXT("why", why));
	return outbox_failed(c, e->id, dead ? -1 : (int64_t)1 << e->tries, why);
}

static enum status done(struct ctx *c, const struct event *e, size_t n)
{
	int64_t *gone = arena_array(c->arena, int64_t, n), *again = arena_array(c->arena, int64_t, n);
	size_t n_gone = 0, n_again = 0;
	unsigned wait_s = 0;
	enum status st = OK;

	for (size_t i = 0; i < n; i++) {
		if (e[i].again_s)
			again[n_again++] = (int64_t)e[i].id;
		else
			gone[n_gone++] = (int64_t)e[i].id;
		wait_s = MAX(wait_s, e[i].again_s);
	}
	if (n_gone)
		st = outbox_done(c, buf_ids(c->arena, gone, n_gone, sizeof(*gone)));
	if (st == OK && n_again)
		st = outbox_again(c, buf_ids(c->arena, again, n_again, sizeof(*again)), wait_s);
	return st;
}

static enum status read_event(struct ctx *c, const struct outbox_row *row, struct event *e)
{
	const char *why = "";
	size_t at;

	*e = (struct event){.id = row->id,
			    .name = row->event,
			    .subject_id = row->subject_id,
			    .actor_id = row->actor_id,
			    .created_at = row->created_at,
			    .tries = (unsigned)row->tries,
			    .progress = (uint64_t)row->progress};
	e->payload = jin_parse(c->arena, row->payload, strlen(row->payload), &why, &at);
	return e->payload ? OK : fail(c, E_INTERNAL, "payload: %s", why);
}

/* Events of one name: n is 1 but for those that are done together. */
static enum status handle(const struct ctx *base, const struct outbox_row *const *row, size_t n)
{
	struct ctx c = begin(base, NULL);
	struct event *e = arena_array(c.arena, struct event, n);
	enum status st = OK;

	c.request_id = arena_printf(c.arena, "event-%llu", (unsigned long long)row[0]->id);
	for (size_t i = 0; i < n && st == OK; i++)
		st = read_event(&c, row[i], &e[i]);
	if (st == OK)
		st = run_jobs(&c, e, n);
	/* MariaDB away is nobody's failure: the lease ends, and it is tried again */
	if (st == E_UNAVAILABLE && !db_connected(c.db))
		return st;
	if (st != OK && n > 1) { /* one of them may be at fault: the others need not wait for it */
		st = OK;
		for (size_t i = 0; i < n && st == OK; i++)
			st = handle(base, &row[i], 1);
		return st;
	}
	if (st != OK)
		return failed(&c, e, st);
	live_flush(&c);
	return e->more ? outbox_continue(&c, e->id, e->progress) : done(&c, e, n);
}

/* How many there were; what is not begun when the process must stop is given back. */
static enum status take_and_handle(const struct ctx *base, struct arena *batch, struct sender *s, size_t *n)
{
	const struct outbox_row *group[OUTBOX_BATCH];
	bool handled[OUTBOX_BATCH] = {false};
	struct list rows;
	struct ctx c = begin(base, "take");

	arena_reset(batch);
	c.arena = batch; /* the rows outlive the arena of each event */
	enum status st = outbox_take(&c, &rows);
	const struct outbox_row *row = rows.v;

	if (st != OK)
		return st;
	*n = rows.n;
	for (size_t i = 0; i < rows.n && st == OK; i++) {
		size_t in_group = 0;

		if (handled[i])
			continue;
		if (stopping) {
			st = outbox_give_back(&c, row[i].id);
			continue;
		}
		size_t end = takes_all(row[i].event) ? rows.n : i + 1;

		for (size_t k = i; k < end; k++)
			if (!strcmp(row[k].event, row[i].event)) {
				handled[k] = true;
				group[in_group++] = &row[k];
			}
		st = handle(base, group, in_group);
		sender_look(s); /* a hundred events may take longer than an answer is waited for */
	}
	return st;
}

/* ---- schedules ---------------------------------------------------------------------------- */

static enum status each_schedule(const struct ctx *base,
				 enum status (*fn)(struct ctx *, const struct schedule *))
{
	for (const struct domain *const *d = domains; *d; d++)
		for (const struct schedule *s = (*d)->schedules; s && s->name && !stopping; s++) {
			struct ctx c = begin(base, s->name);
			enum status st = fn(&c, s);

			if (st == E_UNAVAILABLE)
				return st;
			if (st != OK)
				/* a lost race is nobody's fault, and its next turn comes */
				LOG(st == E_CONFLICT_RETRY ? LOG_INFO : LOG_WARN, "a schedule failed",
				    LOG_TEXT("schedule", s->name), LOG_TEXT("code", error_row(st)->name),
				    LOG_TEXT("why", c.why));
		}
	return OK;
}

static enum status announce(struct ctx *c, const struct schedule *s)
{
	return outbox_schedule(c, s->name);
}

static enum status in_pieces(struct ctx *c, const struct schedule *s)
{
	int64_t end = clock_mono() + PIECES_US, n = s->full;
	enum status st = OK;

	while (st == OK && n >= s->full && clock_mono() < end) {
		st = s->piece(c, &n);
		if (st == OK) { /* a piece is done with, and what it took */
			live_flush(c);
			arena_reset(c->arena);
		}
	}
	return st;
}

static enum status run_if_due(struct ctx *c, const struct schedule *s)
{
	bool mine = false;
	enum status st = outbox_turn(c, s->name, s->every_s, &mine);

	if (st == OK && mine) {
		st = s->run ? s->run(c) : in_pieces(c, s);
		live_flush(c);
	}
	return st;
}

/* ---- the loop ----------------------------------------------------------------------------- */

static void rest(struct sender *s, int64_t ms, const sigset_t *mask)
{
	if (ms && sender_busy(s)) {
		sender_wait(s, (int)MIN(ms, (int64_t)IDLE_MS));
		ms = 0;
	}
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	if (!stopping) /* the signals are blocked but here, so none is missed */
		(void)ppoll(NULL, 0, &t, mask);
}

static enum status deliver(const struct ctx *base, struct sender *s)
{
	struct ctx c = begin(base, "deliveries");

	return sender_turn(s, &c, !stopping);
}

static void drain(const struct ctx *base, struct sender *s)
{
	int64_t end = clock_mono() + DRAIN_US;

	while (sender_busy(s) && clock_mono() < end && deliver(base, s) == OK)
		sender_wait(s, IDLE_MS);
}

int runner_run(const struct conf *conf)
{
	struct sigaction stop = {.sa_handler = on_stop};
	struct ctx base = {.conf = conf, .arena = arena_new(ARENA_CAP), .lang = LANG_KO};
	struct arena *batch = arena_new(ARENA_CAP);
	struct sender *sender = sender_open(conf);
	int64_t next_look = 0; /* at the schedules, monotonic µs */
	bool known = false, away = false;
	sigset_t blocked, mask;

	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigaddset(&blocked, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &blocked, &mask);
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	base.db = db_open(conf);
	base.kv = kv_open(conf);
	base.gate = gate_new(conf);
	LOG(LOG_INFO, "jobs started", LOG_TEXT("version", VERSION));
	while (!stopping) {
		size_t n = 0;
		struct ctx c = begin(&base, "jobs");
		enum status st = db_ready(&c);

		if (st == OK && !known)
			st = each_schedule(&base, announce);
		known = known || st == OK;
		if (st == OK && clock_mono() >= next_look) {
			next_look = clock_mono() + 1000000;
			st = each_schedule(&base, run_if_due);
		}
		if (st == OK)
			st = take_and_handle(&base, batch, sender, &n);
		if (st == OK)
			st = deliver(&base, sender);
		else
			sender_look(sender);
		if (away != (st != OK))
			LOG(st == OK ? LOG_INFO : LOG_WARN,
			    st == OK					 ? "MariaDB is back"
			    : st == E_UNAVAILABLE || st == E_UNCERTAIN ? "MariaDB is away"
								       : "events cannot be taken",
			    LOG_TEXT("code", error_row(st)->name));
		away = st != OK;
		/* given the chance, the signals come through here also when there is no pause */
		rest(sender, away ? AWAY_MS : n ? 0 : IDLE_MS, &mask);
	}
	drain(&base, sender);
	sender_close(sender);
	LOG(LOG_INFO, "jobs stopped");
	db_close(base.db);
	kv_close(base.kv);
	arena_free(batch);
	arena_free(base.arena);
	return 0;
}
