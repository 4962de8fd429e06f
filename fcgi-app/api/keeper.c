#include "api/keeper.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/db.h"
#include "domain/analytics/analytics_records.h"
#include "domain/auth/auth.h"
#include "sec/token.h"

#include <poll.h>
#include <signal.h>

enum {
	ARENA_CAP = 16 << 20,
	EVERY_MS = 250,
	OVERLAP_MS = 10 * 1000, /* a revocation may commit this long after its own time stamp */
	DEADLINE_US = 5 * 1000 * 1000,
	SAVE_EVERY_MS = 5 * 1000,
	SAVE_DEADLINE_US = 500 * 1000, /* ended logins are not to wait for it */
};

static volatile sig_atomic_t stopping;

static void on_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

int keeper_run(const struct conf *conf, struct gate *gate)
{
	struct sigaction stop = {.sa_handler = on_stop};
	struct ctx c = {.conf = conf, .gate = gate, .arena = arena_new(ARENA_CAP), .request_id = "keeper"};
	struct timespec pause = {.tv_nsec = EVERY_MS * 1000000L};
	int64_t seen = 0; /* everything before was seen; 0: nothing yet */
	int64_t saved = 0;
	bool away = false;
	sigset_t mask;

	(void)sigaction(SIGTERM, &stop, NULL);
	c.db = db_open(conf);
	(void)sigemptyset(&mask);
	while (!stopping) {
		c.now = clock_ms();
		c.deadline = clock_mono() + DEADLINE_US;
		/* the clock may have been set back meanwhile */
		int64_t since = seen ? MIN(seen, c.now) - OVERLAP_MS
				     : c.now - (conf->access_ttl + TOKEN_AHEAD_S) * 1000;
		enum status st = auth_sync_revoked(&c, since);

		if (st == OK) {
			seen = c.now;
			gate_mark_current(gate);
		}
		if (away != (st != OK))
			LOG(st == OK ? LOG_INFO : LOG_WARN,
			    st == OK ? "ended logins are known again" : "cannot look for ended logins",
			    LOG_TEXT("why", c.why));
		away = st != OK;
		if (st == OK && (c.now < saved || c.now - saved >= SAVE_EVERY_MS)) {
			saved = c.now;
			c.deadline = clock_mono() + SAVE_DEADLINE_US;
			if (requests_save(&c) != OK)
				LOG(LOG_INFO, "requests are counted later", LOG_TEXT("why", c.why));
		}
		c.why = NULL;
		arena_reset(c.arena);
		/* SIGTERM is blocked but here, so it cannot be missed */
		(void)ppoll(NULL, 0, &pause, &mask);
	}
	db_close(c.db);
	arena_free(c.arena);
	return 0;
}
