#include "http/fcgi.h"

#include <fcgiapp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	WAIT_US = 250 * 1000,
	STREAM_BYTES = 8000,   /* what libfcgi sends with one write, the end included */
	RECORD_BYTES = 65528,  /* content of one record */
	RECORD_HEAD = 8,
};

static FCGX_Request request;
static int64_t body_left; /* of the length that was announced */
static bool sent;         /* the answer is on its way, its end included */

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
	sent = false;
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
		{"HTTP_ACCEPT", &r->accept},
		{"HTTP_ACCEPT_LANGUAGE", &r->accept_language},
		{"HTTP_USER_AGENT", &r->user_agent},
		{"HTTP_COOKIE", &r->cookie},
		{"HTTP_HOST", &r->host},
		{"HTTPS", &r->https},
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

/* Head of a record (FastCGI 1.0, 3.3), without padding. */
static void record_head(unsigned char h[RECORD_HEAD], unsigned type, size_t n)
{
	const unsigned id = (unsigned)request.requestId;

	memcpy(h, (unsigned char[]){1, (unsigned char)type, (unsigned char)(id >> 8), (unsigned char)id,
				    (unsigned char)(n >> 8), (unsigned char)n, 0, 0}, RECORD_HEAD);
}

static bool write_all(struct iovec *v, int n)
{
	while (n > 0) {
		ssize_t done = writev(request.ipcFd, v, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		for (; n > 0 && (size_t)done >= v->iov_len; v++, n--)
			done -= (ssize_t)v->iov_len;
		if (n > 0) {
			v->iov_base = (char *)v->iov_base + done;
			v->iov_len -= (size_t)done;
		}
	}
	return true;
}

/*
 * What takes libfcgi several writes, in one for each record: nginx is woken by every one of them, and
 * passes on what it has. The last one carries the end of the request.
 */
static void send_records(char *head, size_t head_n, char *body, size_t body_n)
{
	enum { STDOUT = 6, END = 3 };
	unsigned char first[RECORD_HEAD], last[2 * RECORD_HEAD + 8] = {0};

	record_head(last, STDOUT, 0);
	record_head(last + RECORD_HEAD, END, 8);
	do {
		size_t n = MIN(body_n, RECORD_BYTES - head_n);
		struct iovec v[] = {
			{first, sizeof(first)},
			{head, head_n},
			{body, n},
			{last, n == body_n ? sizeof(last) : 0},
		};

		record_head(first, STDOUT, head_n + n);
		if (!write_all(v, COUNT(v)))
			break;
		body += n;
		body_n -= n;
		head_n = 0;
	} while (body_n);
	sent = true;
}

void fcgi_answer(const struct req *r)
{
	char head[HEADERS_MAX_BYTES + 160];
	size_t body_n = strcmp(r->method, "HEAD") != 0 ? r->out.len : 0;
	size_t n = (size_t)snprintf(head, sizeof(head), "Status: %d\r\nContent-Length: %zu\r\n%s\r\n",
				    r->http_status, r->out.len, r->headers.data);

	if (n + body_n > STREAM_BYTES) {
		send_records(head, n, r->out.data, body_n);
		return;
	}
	put(head, n);
	put(r->out.data, body_n);
}

/*
 * FCGX_Finish_r() waits for the peer to close, since whoever closes while something is still on its way
 * makes the kernel drop the answer. nginx under overload is late with that, and meanwhile the worker
 * serves nobody. A request that was read to its end has nothing on its way.
 */
void fcgi_finish(void)
{
	const struct timeval wait = {.tv_usec = WAIT_US};

	if (!sent) {
		(void)FCGX_FClose(request.err);
		(void)FCGX_FClose(request.out);
	}
	bool whole = body_left == 0 &&
		     setsockopt(request.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
		     FCGX_GetChar(request.in) == EOF && !FCGX_GetError(request.in);

	FCGX_Free(&request, !whole);
	if (whole) {
		(void)close(request.ipcFd);
		request.ipcFd = -1;
	}
}
