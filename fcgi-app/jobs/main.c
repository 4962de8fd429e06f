/* studymate-jobs: what follows events and the clock, and its tools. */
#include "base/b64.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/db.h"
#include "domain/notification/delivery.h"
#include "domain/outbox/outbox.h"
#include "jobs/runner.h"
#include "sec/token.h"
#include "sec/webpush.h"

enum { ARENA_CAP = 16 << 20, TOOL_US = 10 * 1000 * 1000, USAGE = 64, FATAL = 2 };

static const char usage[] =
	"studymate-jobs [--config FILE] [COMMAND]\n"
	"  (none)             run jobs until SIGTERM; any number of these may run\n"
	"  --status           what waits, how late it is, and the dead letters\n"
	"  --requeue [ID]     make dead letters due again: one event (push, mail: that channel), or all\n"
	"  --vapid-keys       a new key pair for web push, as two settings\n"
	"  --version, --help\n";

static int failed(const struct ctx *c, enum status st)
{
	fprintf(stderr, "studymate-jobs: %s: %s\n", error_row(st)->name, c->why ? c->why : "");
	return 1;
}

static enum status events(struct ctx *c)
{
	struct outbox_state now;
	struct list dead;
	enum status st = outbox_state(c, &now);

	if (st == OK)
		st = outbox_dead(c, &dead);
	if (st != OK)
		return st;
	printf("waiting  %lld\nretrying %lld\nlag      %lld ms\ndead     %lld\n",
	       (long long)now.waiting, (long long)now.retrying, (long long)now.lag_ms,
	       (long long)now.dead);
	const struct outbox_dead *d = dead.v;

	for (size_t i = 0; i < dead.n; i++) {
		char since[32];

		clock_iso(d[i].created_at, since);
		printf("  %llu %s %s after %lld tries: %s\n", (unsigned long long)d[i].id,
		       d[i].event, since, (long long)d[i].tries, d[i].error ? d[i].error : "");
	}
	if (dead.n)
		puts("when the cause is gone: studymate-jobs --requeue");
	return OK;
}

static enum status channel(struct ctx *c, enum channel ch)
{
	struct delivery_state now;
	enum status st = delivery_state(c, ch, &now);

	if (st == OK)
		printf("%-8s %s, waiting %lld, retrying %lld, lag %lld ms, dead %lld\n", channel_names[ch],
		       channel_on(c->conf, ch) ? "on" : "off", (long long)now.waiting, (long long)now.retrying,
		       (long long)now.lag_ms, (long long)now.dead);
	return st;
}

static enum status channels(struct ctx *c)
{
	struct list dead;
	enum status st = OK;

	for (enum channel ch = 0; ch < CHANNEL_MAX && st == OK; ch++)
		st = channel(c, ch);
	if (st == OK)
		st = delivery_dead(c, &dead);
	if (st != OK)
		return st;
	const struct delivery_dead *d = dead.v;

	for (size_t i = 0; i < dead.n; i++) {
		char since[32];

		clock_iso(d[i].created_at, since);
		printf("  %s %llu %s after %lld tries: %s\n", d[i].channel, (unsigned long long)d[i].id, since,
		       (long long)d[i].tries, d[i].error ? d[i].error : "");
	}
	if (dead.n)
		puts("when the cause is gone: studymate-jobs --requeue push, or mail");
	return OK;
}

static int status(struct ctx *c)
{
	enum status st = events(c);

	if (st == OK)
		st = channels(c);
	if (st != OK)
		return failed(c, st);
	return 0;
}

/* A channel by its name; CHANNEL_MAX: none. */
static enum channel channel_of(const char *name)
{
	enum channel ch = 0;

	while (ch < CHANNEL_MAX && strcmp(channel_names[ch], name) != 0)
		ch++;
	return ch;
}

static int requeue(struct ctx *c, const char *what)
{
	char *end = NULL;
	uint64_t id = what ? strtoull(what, &end, 10) : 0;
	enum channel only = what ? channel_of(what) : CHANNEL_MAX;
	int64_t n = 0, more = 0;
	enum status st = OK;

	if (what && only == CHANNEL_MAX && (!id || *end)) {
		fprintf(stderr, "studymate-jobs: %s is no id and no channel; --status lists them\n", what);
		return USAGE;
	}
	if (only == CHANNEL_MAX)
		st = outbox_requeue(c, id, &n);
	for (enum channel ch = 0; ch < CHANNEL_MAX && st == OK; ch++)
		if (!what || ch == only) {
			st = delivery_requeue(c, ch, &more);
			n += more;
		}
	if (st != OK)
		return failed(c, st);
	printf("%lld due again\n", (long long)n);
	return id && !n;
}

static int vapid_keys(void)
{
	struct arena *a = arena_new(1 << 16);
	struct webpush_keys k;

	webpush_new_keys(&k);
	printf("VAPID_PUBLIC_KEY=%s\nVAPID_PRIVATE_KEY=%s\n", b64_url(a, k.public, sizeof(k.public)),
	       b64_url(a, k.private, sizeof(k.private)));
	arena_free(a);
	return 0;
}

static int tool(const struct conf *conf, const char *command, const char *arg)
{
	struct ctx c = {.conf = conf,
			.arena = arena_new(ARENA_CAP),
			.request_id = "tool",
			.now = clock_ms()};
	int code = USAGE;

	c.deadline = clock_mono() + TOOL_US;
	c.db = db_open(conf);
	enum status st = db_ready(&c);

	if (st != OK)
		code = failed(&c, st);
	else if (!strcmp(command, "--status"))
		code = status(&c);
	else if (!strcmp(command, "--requeue"))
		code = requeue(&c, arg);
	else
		fputs(usage, stderr);
	db_close(c.db);
	arena_free(c.arena);
	return code;
}

int main(int argc, char **argv)
{
	static struct conf conf; /* its texts live as long as the process */
	const struct conf_args args = conf_args(argc, argv, usage);
	const char *command = args.command;

	if (command && !strcmp(command, "--vapid-keys"))
		return vapid_keys();
	if (!conf_load(&conf, args.file, stderr) || !channels_check(&conf, stderr))
		return FATAL;
	log_init("jobs", conf_log_level(&conf));
	token_init(&conf); /* for links in mails */
	return command ? tool(&conf, command, args.n ? args.v[0] : NULL)
		       : runner_run(&conf);
}
