#include "realtime/records.h"

enum {
	FCGI_BEGIN = 1,
	FCGI_END = 3,
	FCGI_PARAMS = 4,
	FCGI_STDIN = 5,
	FCGI_STDOUT = 6,
	RECORD_HEAD = 8,
	RECORD_MAX = 65528, /* of content; a multiple of 8 */
	ANSWER_MAX = 8 << 20,
	READ_ROOM = 8192, /* an answer is mostly one record */
};

static void grow(char **p, size_t *size, size_t need)
{
	if (need > *size) {
		*size = MAX(need, *size * 2);
		*p = must(realloc(*p, *size));
	}
}

/* ---- the request -------------------------------------------------------------------------- */

struct bytes {
	char *data;
	size_t n, size;
};

static void add(struct bytes *b, const void *data, size_t n)
{
	grow(&b->data, &b->size, b->n + n);
	if (n)
		memcpy(b->data + b->n, data, n);
	b->n += n;
}

static void add_record(struct bytes *b, int type, const void *data, size_t n)
{
	const unsigned char head[RECORD_HEAD] = {1, (unsigned char)type,     0,
						 1, (unsigned char)(n >> 8), (unsigned char)n};

	add(b, head, sizeof(head));
	add(b, data, n);
}

static void add_length(struct bytes *b, size_t n)
{
	const unsigned char wide[4] = {(unsigned char)(n >> 24 | 0x80), (unsigned char)(n >> 16),
				       (unsigned char)(n >> 8), (unsigned char)n};

	if (n < 128)
		add(b, wide + 3, 1);
	else
		add(b, wide, sizeof(wide));
}

static void add_param(struct bytes *b, const char *name, const char *value)
{
	if (!value)
		return;
	add_length(b, strlen(name));
	add_length(b, strlen(value));
	add(b, name, strlen(name));
	add(b, value, strlen(value));
}

char *records_write(const struct ask *a, size_t *n)
{
	static const char begin[8] = {0, 1}; /* responder, connection ends with the request */
	struct bytes out = {0}, p = {0};
	char length[24], *bearer = NULL;
	const char *query = strchr(a->uri, '?');

	(void)snprintf(length, sizeof(length), "%zu", a->n);
	if (a->token && asprintf(&bearer, "Bearer %s", a->token) < 0)
		abort();
	add_param(&p, "REQUEST_METHOD", a->method);
	add_param(&p, "REQUEST_URI", a->uri);
	add_param(&p, "QUERY_STRING", query ? query + 1 : "");
	add_param(&p, "CONTENT_LENGTH", length);
	add_param(&p, "CONTENT_TYPE", a->n ? "application/json" : NULL);
	add_param(&p, "REMOTE_ADDR", a->client_ip);
	add_param(&p, "HTTP_AUTHORIZATION", bearer);
	add_param(&p, "HTTP_IDEMPOTENCY_KEY", a->key);
	add_param(&p, "HTTP_ACCEPT_LANGUAGE", a->lang == LANG_EN ? "en" : NULL);
	free(bearer);
	assert(p.n <= RECORD_MAX);
	/* at once what it takes, for long bodies */
	grow(&out.data, &out.size, p.n + a->n + (5 + a->n / RECORD_MAX + 1) * RECORD_HEAD + sizeof(begin));
	add_record(&out, FCGI_BEGIN, begin, sizeof(begin));
	add_record(&out, FCGI_PARAMS, p.data, p.n);
	add_record(&out, FCGI_PARAMS, NULL, 0);
	for (size_t at = 0; at < a->n; at += RECORD_MAX)
		add_record(&out, FCGI_STDIN, a->body + at, MIN(a->n - at, (size_t)RECORD_MAX));
	add_record(&out, FCGI_STDIN, NULL, 0);
	free(p.data);
	*n = out.n;
	return out.data;
}

/* ---- the answer --------------------------------------------------------------------------- */

char *answer_room(struct answer *a, size_t *n)
{
	if (a->n_in + READ_ROOM > ANSWER_MAX)
		return NULL;
	grow(&a->in, &a->size_in, a->n_in + READ_ROOM);
	*n = a->size_in - a->n_in;
	return a->in + a->n_in;
}

bool answer_take(struct answer *a)
{
	while (a->n_in - a->seen >= RECORD_HEAD && !a->ended) {
		const unsigned char *head = (const unsigned char *)a->in + a->seen;
		size_t n = (size_t)head[4] << 8 | head[5], all = RECORD_HEAD + n + head[6];

		if (head[0] != 1)
			return false;
		if (a->n_in - a->seen < all)
			break;
		if (head[1] == FCGI_STDOUT) {
			if (a->n + n + 1 > ANSWER_MAX)
				return false;
			grow(&a->text, &a->size, a->n + n + 1);
			memcpy(a->text + a->n, head + RECORD_HEAD, n);
			a->n += n;
		}
		a->ended = head[1] == FCGI_END;
		a->seen += all;
	}
	if (a->seen == a->n_in)
		a->seen = a->n_in = 0;
	return true;
}

/* "Status: 201\r\n…\r\n\r\nbody" */
int answer_split(struct answer *a, const char **body, size_t *n)
{
	if (!a->ended || a->n < 12)
		return 0;
	a->text[a->n] = '\0';
	const char *blank = memmem(a->text, a->n, "\r\n\r\n", 4);

	if (!blank || strncmp(a->text, "Status: ", 8) != 0)
		return 0;
	*body = blank + 4;
	*n = a->n - (size_t)(*body - a->text);
	return (int)strtol(a->text + 8, NULL, 10);
}

void answer_reset(struct answer *a)
{
	a->n_in = a->seen = a->n = 0;
	a->ended = false;
}

void answer_free(struct answer *a)
{
	free(a->in);
	free(a->text);
}
