#include "api/master.h"
#include "api/keeper.h"
#include "api/worker.h"
#include "base/claim.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/score.h"
#include "domain/registry.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

enum {
	BACKLOG = 1024,
	FATAL = 2, /* exit code of what a restart cannot mend */
	TICK_MS = 200,
	BACK_OFF_FIRST_MS = 100,
	BACK_OFF_MAX_MS = 30 * 1000,
	LIVED_MS = 1000, /* one that lived so long is replaced at once */
	DRAIN_MS = 20 * 1000,
	KEEPER = 0, /* slot 0 is the keeper; workers are 1 … */
};

struct child {
	pid_t pid; /* 0: none */
	int64_t started;
	int64_t not_before; /* monotonic ms: back-off */
	int64_t back_off;
};

static const struct conf *conf;
static struct gate *gate;
static int listener, login_listener;
static struct conf login_conf;
static unsigned workers; /* of both sockets: the pool's first, then those for logins */
static struct child child[SCORE_WORKERS + 1];
static sigset_t blocked, nothing_blocked;
static volatile sig_atomic_t got_stop, got_reload;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		got_reload = 1;
	else if (sig != SIGCHLD) /* that one only wakes the loop */
		got_stop = 1;
}

static int64_t now_ms(void)
{
	return clock_mono() / 1000;
}

/* A stale socket is one nobody holds the claim of; the claim lives as long as its master. */
static int bind_socket(const char *path, const char *setting)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t n = strlen(path);
	int fd;

	if (!claim(path, setting))
		return -1;
	memcpy(a.sun_path, path, MIN(n, sizeof(a.sun_path) - 1));
	(void)unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mode_t old = umask(0117); /* 0660: nginx comes in by its group */
	int rc = fd < 0 ? -1 : bind(fd, (struct sockaddr *)&a, sizeof(a));

	(void)umask(old);
	if (rc != 0 || listen(fd, BACKLOG) != 0) {
		char why[200];

		(void)snprintf(why, sizeof(why), "cannot listen there: %s", strerror(errno));
		conf_wrong(stderr, setting, path, why, "Check that its folder exists and is writable");
		return -1;
	}
	return fd;
}

static void start(unsigned slot)
{
	struct child *ch = &child[slot];
	int64_t born = clock_mono();
	pid_t master = getpid();
	pid_t pid = fork();

	if (pid < 0) {
		LOG(LOG_ERROR, "cannot fork", LOG_TEXT("err", strerror(errno)));
		ch->not_before = now_ms() + BACK_OFF_MAX_MS;
		return;
	}
	if (pid == 0) {
		static const int ours[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};

		/* without a master nobody watches it, and it holds the lock that the next one needs */
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != master)
			exit(0);
		for (size_t i = 0; i < COUNT(ours); i++)
			(void)signal(ours[i], SIG_DFL);
		(void)signal(SIGHUP, SIG_IGN);
		log_init(slot == KEEPER ? "keeper" : "api", conf_log_level(conf));
		if (slot == KEEPER)
			exit(keeper_run(conf, gate));
		exit(slot <= (unsigned)conf->workers
			     ? worker_run(conf, gate, listener, slot - 1, born)
			     : worker_run(&login_conf, gate, login_listener, slot - 1, born));
	}
	ch->pid = pid;
	ch->started = now_ms();
	atomic_fetch_add(&score()->restarted, 1);
}

static const char *busy_with(unsigned slot)
{
	int route = slot == KEEPER ? -1 : score()->worker[slot - 1].route;
	const struct route *r = route >= 0 ? registry_route((size_t)route, NULL) : NULL;

	return r ? r->name : "none";
}

static bool expected_exit(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool reap_one(pid_t pid, int status, bool stopping)
{
	for (unsigned i = 0; i <= SCORE_WORKERS; i++) {
		struct child *ch = &child[i];

		if (ch->pid != pid)
			continue;
		ch->pid = 0;
		if (i != KEEPER) {
			score()->worker[i - 1].state = SCORE_EMPTY;
		}
		if (expected_exit(status) || stopping) {
			ch->back_off = 0;
			ch->not_before = 0;
			return true;
		}
		atomic_fetch_add(&score()->crashed, 1);
		LOG(LOG_ERROR, "a worker died", LOG_NUM("worker", pid), LOG_TEXT("route", busy_with(i)),
		    LOG_NUM("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
		    LOG_NUM("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1));
		if (WIFEXITED(status) && WEXITSTATUS(status) == FATAL)
			return false;
		ch->back_off = now_ms() - ch->started > LIVED_MS
				       ? 0
				       : MIN(MAX(ch->back_off * 2, (int64_t)BACK_OFF_FIRST_MS),
					     (int64_t)BACK_OFF_MAX_MS);
		ch->not_before = now_ms() + ch->back_off;
		return true;
	}
	return true;
}

static bool reap(bool stopping)
{
	pid_t pid;
	int status;
	bool good = true;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		good &= reap_one(pid, status, stopping);
	return good;
}

static void start_missing(void)
{
	for (unsigned i = 0; i <= workers; i++)
		if (!child[i].pid && now_ms() >= child[i].not_before)
			start(i);
}

/* Large files take their time to reach the disk. */
static int64_t patience(const struct score_worker *w)
{
	const struct route *r = w->route >= 0 ? registry_route((size_t)w->route, NULL) : NULL;

	return conf->request_timeout * 1000 * (r && r->file_max ? 9 : 3) / 2;
}

/* A worker busy with one request past its deadline hangs in something no timeout covers. So does an idle one that has
 * not come back from waiting: libfcgi reads the head of a request without any. */
static void kill_hung(void)
{
	for (unsigned i = 1; i <= workers; i++) {
		struct score_worker *w = &score()->worker[i - 1];

		if (!child[i].pid || w->pid != child[i].pid || w->state == SCORE_STARTING ||
		    clock_mono() - w->since < patience(w))
			continue;
		LOG(LOG_ERROR, "a worker hangs and is killed", LOG_NUM("worker", child[i].pid),
		    LOG_TEXT("route", w->state == SCORE_BUSY ? busy_with(i) : "none"));
		(void)kill(child[i].pid, SIGKILL);
	}
}

static unsigned running(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i <= SCORE_WORKERS; i++)
		n += child[i].pid != 0;
	return n;
}

static void tell_all(int sig)
{
	for (unsigned i = 0; i <= SCORE_WORKERS; i++)
		if (child[i].pid)
			(void)kill(child[i].pid, sig);
}

static void wait_for_signal(int ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};

	(void)ppoll(NULL, 0, &t, &nothing_blocked);
}

static int drain(void)
{
	int64_t end = now_ms() + DRAIN_MS;

	/* those that hold a request finish it; the socket stays open for nginx to the last */
	tell_all(SIGTERM);
	while (running() && now_ms() < end) {
		(void)reap(true);
		if (running())
			wait_for_signal(TICK_MS);
	}
	tell_all(SIGKILL);
	(void)unlink(conf->listen);
	(void)unlink(conf->login_listen);
	LOG(LOG_INFO, "stopped", LOG_NUM("killed", running()));
	return 0;
}

/* One worker after another, so that the pool serves all the while. */
static void roll(void)
{
	static unsigned next = SCORE_WORKERS + 1;
	static pid_t told; /* it goes, but may still hold a request */

	if (got_reload) {
		got_reload = 0;
		next = 1;
		told = 0;
		LOG(LOG_INFO, "replacing workers");
	}
	if (next > workers)
		return;
	unsigned before = next > 1 ? next - 1 : 0;

	if (before && (!child[before].pid || child[before].pid == told ||
		       score()->worker[before - 1].state < SCORE_IDLE ||
		       score()->worker[before - 1].pid != child[before].pid))
		return; /* its predecessor's successor is not ready yet */
	told = child[next].pid;
	if (told)
		(void)kill(told, SIGTERM);
	next++;
}

int master_run(const struct conf *the_conf, struct gate *the_gate)
{
	static const int ours[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	struct sigaction act = {.sa_handler = on_signal};

	conf = the_conf;
	gate = the_gate;
	(void)sigemptyset(&nothing_blocked);
	(void)sigemptyset(&blocked);
	for (size_t i = 0; i < COUNT(ours); i++) {
		(void)sigaddset(&blocked, ours[i]);
		(void)sigaction(ours[i], &act, NULL);
	}
	(void)sigprocmask(SIG_BLOCK, &blocked, NULL);
	login_conf = *conf;
	login_conf.shed_after = conf->login_shed_after;
	workers = (unsigned)(conf->workers + conf->login_workers);
	listener = bind_socket(conf->listen, "LISTEN");
	login_listener = bind_socket(conf->login_listen, "LOGIN_LISTEN");
	if (listener < 0 || login_listener < 0)
		return FATAL;
	score()->started = clock_ms();
	LOG(LOG_INFO, "started", LOG_NUM("workers", workers), LOG_TEXT("socket", conf->listen));
	while (!got_stop) {
		start_missing();
		wait_for_signal(TICK_MS);
		if (!reap(false)) {
			LOG(LOG_ERROR, "a worker cannot start; see the line before");
			(void)drain();
			return FATAL;
		}
		kill_hung();
		roll();
	}
	return drain();
}
