#include "http/fcgi.h"

#include <fcgiapp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { WAIT_US = 250 * 1000 };

static FCGX_Request request;
static int64_t body_left; /* of the length that was announced */

void fcgi_init(int listen_fd)
{
	static const int ours[] = {SIGPIPE, SIGUSR1, SIGTERM};
	struct sigaction saved[COUNT(ours)];
	struct timeval wait = {.tv_usec = WAIT_US};

	for (size_t i = 0; i < COUNT(ours); i++)
		(void)sigaction(ours[i], NULL, &saved[i]);
	/* a peer that connects and says nothing holds a worker this long, ms */
	(void)setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "200", 0);
	(void)setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "200", 0);
	/* A blocking accept with a timeout: the kernel wakes one worker for a connection, and one that
	 * another has taken meanwhile goes back to sleep there, without a way through our code. */
	if (setsockopt(listen_fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0 || FCGX_Init() != 0 ||
	    FCGX_InitRequest(&request, listen_fd, 0) != 0)
		abort();
	for (size_t i = 0; i < COUNT(ours); i++)
		(void)sigaction(ours[i], &saved[i], NULL);
}

bool fcgi_accept(void)
{
	return FCGX_Accept_r(&request) == 0;
}

static int64_t to_number(const char *s, int64_t otherwise)
{
	char *end;

	if (!s || !*s)
		return otherwise;
	errno = 0;
	long long v = strtoll(s, &end, 10);

	return *s < '0' || *s > '9' || *end || errno ? otherwise : v;
}

/* "1700000000.123" → ms */
static int64_t to_ms(const char *s)
{
	double v = s ? strtod(s, NULL) : 0;

	return v > 0 ? (int64_t)(v * 1000 + 0.5) : 0;
}

void fcgi_describe(struct req *r)
{
	const char *length = NULL, *received = NULL;
	const struct {
		const char *name;
		const char **to;
	} wanted[] = {
		{"REQUEST_METHOD", &r->method},
		{"REQUEST_URI", &r->uri},
		{"QUERY_STRING", &r->query},
		{"REMOTE_ADDR", &r->client_ip},
		{"CONTENT_TYPE", &r->content_type},
		{"CONTENT_LENGTH", &length},
		{"REQUEST_ID", &r->ctx.request_id},
		{"REQUEST_RECEIVED", &received},
		{"HTTP_AUTHORIZATION", &r->authorization},
		{"HTTP_ORIGIN", &r->origin},
		{"HTTP_IF_NONE_MATCH", &r->if_none_match},
		{"HTTP_IDEMPOTENCY_KEY", &r->idempotency_key},
		{"HTTP_ACCEPT_LANGUAGE", &r->accept_language},
		{"HTTP_USER_AGENT", &r->user_agent},
		{"HTTP_COOKIE", &r->cookie},
		{"HTTP_HOST", &r->host},
	};

	/* FCGX_GetParam() walks the whole list for every name: walk it once */
	for (char **p = request.envp; *p; p++) {
		size_t n = strcspn(*p, "=");

		for (size_t i = 0; i < COUNT(wanted); i++)
			if ((*p)[0] == wanted[i].name[0] && !strncmp(*p, wanted[i].name, n) &&
			    !wanted[i].name[n])
				/* copied: libfcgi frees its list before the log line is written */
				*wanted[i].to = arena_strdup(r->ctx.arena, *p + n + 1);
	}
	r->content_length = to_number(length, length && *length ? -1 : 0);
	r->received = to_ms(received);
	body_left = r->content_length;
}

size_t fcgi_read(void *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		int got = FCGX_GetStr((char *)p + done, (int)MIN(n - done, (size_t)1 << 30), request.in);

		if (got <= 0)
			break;
		done += (size_t)got;
	}
	body_left -= (int64_t)done;
	return FCGX_GetError(request.in) ? 0 : done;
}

static void put(const char *s, size_t n)
{
	(void)FCGX_PutStr(s, (int)n, request.out);
}

void fcgi_answer(const struct req *r)
{
	char head[160];
	int n = snprintf(head, sizeof(head), "Status: %d\r\nContent-Length: %zu\r\n", r->http_status,
			 r->out.len);

	put(head, (size_t)n);
	put(r->headers.data, r->headers.len);
	put("\r\n", 2);
	if (strcmp(r->method, "HEAD") != 0)
		put(r->out.data, r->out.len);
}

/*
 * FCGX_Finish_r() waits for the peer to close, since whoever closes while something is still on its way
 * makes the kernel drop the answer. nginx under overload is late with that, and meanwhile the worker
 * serves nobody. A request that was read to its end has nothing on its way.
 */
void fcgi_finish(void)
{
	const struct timeval wait = {.tv_usec = WAIT_US};

	(void)FCGX_FClose(request.err);
	(void)FCGX_FClose(request.out);
	bool whole = body_left == 0 &&
		     setsockopt(request.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
		     FCGX_GetChar(request.in) == EOF && !FCGX_GetError(request.in);

	FCGX_Free(&request, !whole);
	if (whole) {
		(void)close(request.ipcFd);
		request.ipcFd = -1;
	}
}
