#include "web/web.h"
#include "base/address.h"
#include "web/address.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_MS = 5000, ANSWER_MAX = 64 * 1024, CONNECTIONS_MAX = 64 };

struct web {
	CURLM *multi;
	struct transfer *first; /* all that are under way */
	int mail[CONNECTIONS_MAX]; /* sockets to mail servers, also those that are kept; 0: none */
};

struct transfer {
	struct transfer *next, **at;
	struct web *web;
	CURL *curl;
	struct curl_slist *headers, *to;
	char *body;
	size_t n, sent, got;
	void *tag;
	bool public_only, mail;
	unsigned tried, closed; /* addresses, and how many of them it may not connect to */
};

struct web *web_open(void)
{
	struct web *w = must(calloc(1, sizeof(*w)));

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		abort();
	w->multi = must(curl_multi_init());
	(void)curl_multi_setopt(w->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_MAX);
	(void)curl_multi_setopt(w->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
	return w;
}

static void end(struct web *w, struct transfer *t)
{
	(void)curl_multi_remove_handle(w->multi, t->curl);
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->to);
	*t->at = t->next;
	if (t->next)
		t->next->at = t->at;
	free(t->body);
	free(t);
}

static void replace_socket(struct web *w, int old, int fresh)
{
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (w->mail[i] == old) {
			w->mail[i] = fresh;
			return;
		}
}

void web_close(struct web *w)
{
	/* libcurl takes leave of each mail server and waits two minutes for its answer */
	for (size_t i = 0; i < CONNECTIONS_MAX; i++)
		if (w->mail[i])
			(void)shutdown(w->mail[i], SHUT_RDWR);
	for (struct transfer *t = w->first, *next; t; t = next) {
		next = t->next;
		end(w, t);
	}
	(void)curl_multi_cleanup(w->multi);
	curl_global_cleanup();
	free(w);
}

/* ---- what libcurl asks of us -------------------------------------------------------------- */

/* Looks at the very address that is connected to: a name may mean another one each time. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = arg;

	(void)purpose;
	t->tried++;
	if (t->public_only && !web_is_public(&a->addr)) {
		t->closed++;
		return CURL_SOCKET_BAD;
	}
	const int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);

	if (t->mail && fd > 0)
		replace_socket(t->web, 0, fd);
	return fd;
}

static int close_socket(void *arg, curl_socket_t fd)
{
	replace_socket(arg, fd, 0);
	return close(fd);
}

/* An answer is not read, but not without end. */
static size_t take(char *p, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)p;
	t->got += one * n;
	return t->got > ANSWER_MAX ? 0 : one * n;
}

static size_t give(char *p, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t piece = MIN(one * n, t->n - t->sent);

	memcpy(p, t->body + t->sent, piece);
	t->sent += piece;
	return piece;
}

static int rewind_body(void *arg, curl_off_t offset, int origin)
{
	struct transfer *t = arg;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > t->n)
		return CURL_SEEKFUNC_FAIL;
	t->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* ---- starting ----------------------------------------------------------------------------- */

#define SET(option, value) (void)curl_easy_setopt(t->curl, option, value)

static struct curl_slist *add(struct curl_slist *list, const char *s)
{
	return must(curl_slist_append(list, s));
}

static void set_mail(struct transfer *t, const struct web_request *r)
{
	t->to = add(NULL, r->to);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_MAIL_FROM, r->from);
	SET(CURLOPT_MAIL_RCPT, t->to);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, give);
	SET(CURLOPT_READDATA, t);
	SET(CURLOPT_SEEKFUNCTION, rewind_body);
	SET(CURLOPT_SEEKDATA, t);
	/* beyond this machine not without encryption: a server that does not offer it is not used */
	bool here = address_is_loopback(strstr(r->url, "://") + 3);

	SET(CURLOPT_USE_SSL, here ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	if (r->user && *r->user) {
		SET(CURLOPT_USERNAME, r->user);
		SET(CURLOPT_PASSWORD, r->password);
	}
	if (r->ca && *r->ca)
		SET(CURLOPT_CAINFO, r->ca);
}

static void set_post(struct transfer *t, const struct web_request *r)
{
	for (const char *const *h = r->headers; h && *h; h++)
		t->headers = add(t->headers, *h);
	t->headers = add(t->headers, "Expect:"); /* no round trip before the body */
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDS, t->body);
	SET(CURLOPT_POSTFIELDSIZE, (long)t->n);
	SET(CURLOPT_HTTPHEADER, t->headers);
	SET(CURLOPT_USERAGENT, "StudyMate/" VERSION);
}

void web_start(struct web *w, const struct web_request *r, void *tag)
{
	struct transfer *t = must(calloc(1, sizeof(*t)));

	t->web = w;
	t->curl = must(curl_easy_init());
	t->body = must(malloc(r->n + 1));
	memcpy(t->body, r->body, r->n);
	t->n = r->n;
	t->tag = tag;
	t->public_only = r->public_only;
	t->mail = r->to != NULL;
	t->next = w->first;
	t->at = &w->first;
	if (t->next)
		t->next->at = &t->next;
	w->first = t;
	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_URL, r->url);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	SET(CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, t);
	SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	SET(CURLOPT_CLOSESOCKETDATA, w);
	SET(CURLOPT_WRITEFUNCTION, take);
	SET(CURLOPT_WRITEDATA, t);
	if (t->mail)
		set_mail(t, r);
	else
		set_post(t, r);
	if (curl_multi_add_handle(w->multi, t->curl))
		abort();
}

/* ---- going on ----------------------------------------------------------------------------- */

void web_turn(struct web *w)
{
	int running;

	(void)curl_multi_perform(w->multi, &running);
}

void web_wait(struct web *w, int ms)
{
	(void)curl_multi_poll(w->multi, NULL, 0, ms, NULL);
}

/* The server took part in a conversation and ended it with a no, past greeting and log-in. */
static bool rejected(CURLcode st, long code)
{
	return code >= 500 && code < 600 && (st == CURLE_SEND_ERROR || st == CURLE_WEIRD_SERVER_REPLY);
}

bool web_next(struct web *w, struct web_answer *out)
{
	int left;
	CURLMsg *m;

	do
		m = curl_multi_info_read(w->multi, &left);
	while (m && m->msg != CURLMSG_DONE);
	if (!m)
		return false;
	struct transfer *t = NULL;
	CURLcode st = m->data.result;
	curl_off_t wait = 0;

	*out = (struct web_answer){.why = curl_easy_strerror(st)};
	(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
	(void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &out->code);
	(void)curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &wait);
	/* one that we cut off was an answer all the same */
	out->delivered = st == CURLE_OK || (st == CURLE_WRITE_ERROR && t->got > ANSWER_MAX);
	out->tag = t->tag;
	out->retry_after = wait;
	out->rejected = t->mail && rejected(st, out->code);
	out->refused = st == CURLE_COULDNT_CONNECT && t->closed && t->closed == t->tried;
	if (out->refused)
		out->why = "no address it may connect to";
	end(w, t);
	return true;
}
