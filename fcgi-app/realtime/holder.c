#include "realtime/holder.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

enum {
	BATCH = 250, /* the kernel takes 253 at a time (SCM_MAX_FD) */
	EVENTS = 256,
	FILES = 1 << 16, /* held at most: LimitNOFILE of the unit */
	TICK_MS = 20,
	PER_TICK = 100, /* 5,000 a second: each takes nginx some 20 µs */
	CHANNEL = STDERR_FILENO + 1,
};

struct holder {
	int channel;
	size_t n; /* not told yet */
	int fds[BATCH];
};

union control { /* of a message with files */
	char bytes[CMSG_SPACE(sizeof(int) * BATCH)];
	struct cmsghdr align;
};

/* ---- the child ---------------------------------------------------------------------------- */

static struct {
	int epoll;
	int next; /* to be ended */
	bool alone, held[FILES];
	size_t n;
} child;

static bool watch(int how, int fd, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.fd = fd};

	return epoll_ctl(child.epoll, how, fd, &e) == 0;
}

/* What came after the gateway is read, or nginx would be told of a broken connection; before, it is the gateway's. */
static void end(int fd)
{
	static char unheard[1 << 16];

	if (child.alone)
		(void)recv(fd, unheard, sizeof(unheard), MSG_DONTWAIT);
	(void)watch(EPOLL_CTL_DEL, fd, 0); /* the gateway may have it still, so that closing is not enough */
	(void)close(fd);
	child.held[fd] = false;
	child.n--;
}

/* false: the gateway is gone */
static bool take(void)
{
	union control control;
	char byte;
	struct iovec io = {.iov_base = &byte, .iov_len = 1};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};

	ssize_t got = recvmsg(CHANNEL, &m, MSG_CMSG_CLOEXEC);

	if (got <= 0)
		return got < 0 && errno == EINTR;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		int fds[BATCH];
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		for (size_t i = 0; i < n; i++) {
			/* its end is told in any case, and only that is of interest */
			if (fds[i] >= FILES || !watch(EPOLL_CTL_ADD, fds[i], 0)) {
				(void)close(fds[i]);
				continue;
			}
			child.held[fds[i]] = true;
			child.n++;
		}
	}
	return true;
}

static void left_alone(void)
{
	child.alone = true;
	(void)close(CHANNEL);
	for (int fd = 0; fd < FILES; fd++)
		if (child.held[fd])
			(void)watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

static void end_some(void)
{
	for (int n = 0; child.n && n < PER_TICK; child.next++) {
		if (child.held[child.next]) {
			end(child.next);
			n++;
		}
	}
}

NORETURN static void hold(int channel)
{
	struct epoll_event events[EVENTS];

	(void)signal(SIGTERM, SIG_IGN); /* it ends with the gateway */
	(void)signal(SIGINT, SIG_IGN);
	(void)prctl(PR_SET_NAME, "sm-holder");
	if (dup2(channel, CHANNEL) < 0 || close_range(CHANNEL + 1, ~0U, 0) != 0)
		_exit(1);
	child.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (child.epoll < 0 || !watch(EPOLL_CTL_ADD, CHANNEL, EPOLLIN))
		_exit(1);
	while (!child.alone || child.n) {
		int n = epoll_wait(child.epoll, events, EVENTS, child.alone ? TICK_MS : -1);

		for (int i = 0; i < n; i++) {
			if (events[i].data.fd != CHANNEL)
				end(events[i].data.fd);
			else if (!take())
				left_alone();
		}
		if (child.alone)
			end_some();
	}
	_exit(0);
}

/* ---- the gateway -------------------------------------------------------------------------- */

struct holder *holder_start(void)
{
	struct holder *h;
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return NULL;
	pid = fork();
	if (pid == 0)
		hold(pair[1]);
	(void)close(pair[1]);
	if (pid < 0) {
		(void)close(pair[0]);
		return NULL;
	}
	h = must(calloc(1, sizeof(*h)));
	h->channel = pair[0];
	return h;
}

void holder_close(struct holder *h)
{
	if (h)
		(void)close(h->channel);
	free(h);
}

void holder_flush(struct holder *h)
{
	union control control;
	char byte = 0;
	struct iovec io = {.iov_base = &byte, .iov_len = 1};
	struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control};

	if (!h || !h->n)
		return;
	m.msg_controllen = CMSG_SPACE(sizeof(int) * h->n);
	control.align = (struct cmsghdr){
	    .cmsg_len = CMSG_LEN(sizeof(int) * h->n), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.align), h->fds, sizeof(int) * h->n);
	(void)sendmsg(h->channel, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	h->n = 0;
}

void holder_keep(struct holder *h, int fd)
{
	if (!h)
		return;
	h->fds[h->n++] = fd;
	if (h->n == BATCH)
		holder_flush(h);
}

void holder_let_go(struct holder *h, int fd)
{
	if (!h)
		return;
	(void)shutdown(fd, SHUT_RDWR);
	for (size_t i = 0; i < h->n; i++)
		if (h->fds[i] == fd)
			h->fds[i--] = h->fds[--h->n];
}
