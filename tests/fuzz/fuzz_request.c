/*
 * Whole requests through the pipeline, against the real routes and shapes, with neither MariaDB nor Redis behind it:
 * "METHOD uri", lines of headers, an empty line, the body. "* @17" is the method and path of row 17, "Bearer USER" and
 * "Bearer ADMIN" stand for good tokens.
 * Nothing may end in a 500, in a header of its own or in an answer that is not JSON; and what an input struct says it
 * holds is held against its shape here once more.
 */
#include "api/pipeline.h"
#include "api/router.h"
#include "api/worker.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "db/db.h"
#include "domain/registry.h"
#include "fuzz.h"
#include "http/fcgi.h"
#include "http/openapi.h"
#include "http/validate.h"
#include "json/jin.h"
#include "kv/kv.h"
#include "sec/token.h"

enum { ARENA_CAP = 32 << 20, OUT_MAX = 16 << 20, PARSE_MAX = 64 * 1024 };

/* What differs from the defaults. */
static const char *const settings[][2] = {
	{"DB_SOCKET", "/nonexistent/db"},
	{"REDIS_SOCKET", "/nonexistent/redis"},
	{"TOKEN_KEYS", "a1:3031323334353637383961626364656630313233343536373839616263646566"},
	{"CORS_ORIGINS", "https://app.example.com"},
	{"ARGON2_MEMORY_KIB", "64"},
	{"ARGON2_PASSES", "1"},
	{"RATE_PERCENT", "10000000"},
	{"STORAGE_DIR", "/nonexistent/files"},
	{"METRICS_TOKEN", "operator-of-the-fuzzer"},
};
static struct conf conf;

/* ---- in the place of http/fcgi.c and api/worker.c ------------------------------------------- */

unsigned worker_index;
static struct text body;

size_t fcgi_read(void *p, size_t n)
{
	n = MIN(n, body.n);
	memcpy(p, body.s, n);
	body.s += n;
	body.n -= n;
	return n;
}

/* ---- an input struct against its shape ----------------------------------------------------- */

static void check_shape(const struct shape *s, const char *in);

static void check_text(const struct field *f, const char *s)
{
	int64_t n = (int64_t)utf8_count(s);

	/* a header is a token, whose bytes token_check() looks at */
	HOLDS(f->from == FROM_HEADER || utf8_valid(s, strlen(s)));
	HOLDS(n >= f->min && n <= (f->max ? f->max : 10000));
	HOLDS(fmt_matches(f->fmt, s));
	for (; *s; s++)
		HOLDS((unsigned char)*s >= 0x20 || (f->lines && strchr("\n\t\r", *s)));
}

static void check_list(const struct field *f, const struct list *l)
{
	HOLDS((int64_t)l->n >= f->min && (int64_t)l->n <= (f->max ? f->max : 100));
	for (size_t i = 0; f->kind == K_LIST && i < l->n; i++)
		check_shape(f->of, (const char *)l->v + i * f->of->size);
}

static void check_value(const struct field *f, const char *at)
{
	const int64_t i = f->kind == K_INT || f->kind == K_ID ? *(const int64_t *)(const void *)at : 0;

	switch (f->kind) {
	case K_STR:
		check_text(f, *(const char *const *)(const void *)at);
		break;
	case K_ID:
		HOLDS(i > 0);
		break;
	case K_INT:
		HOLDS((!f->min && !f->max) || (i >= f->min && (!f->max || i <= f->max)));
		break;
	case K_NUM: {
		double v = *(const double *)(const void *)at;

		HOLDS(v - v == 0 && ((!f->min && !f->max) || (v >= (double)f->min && (!f->max || v <= (double)f->max))));
		break;
	}
	case K_OBJ:
		check_shape(f->of, *(const char *const *)(const void *)at);
		break;
	case K_LIST:
	case K_INTS:
	case K_STRS:
		check_list(f, (const struct list *)(const void *)at);
		break;
	case K_RAW:
		HOLDS(strlen(*(const char *const *)(const void *)at) <= (size_t)(f->max ? f->max : 10000));
		break;
	case K_BOOL:
	case K_TIME:
	case K_FILES:
		break;
	}
}

static void check_shape(const struct shape *s, const char *in)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		unsigned char has = (unsigned char)in[f->has];

		HOLDS(has <= GIVEN_NULL && (has != GIVEN_NULL || f->nullable));
		if (has == GIVEN)
			check_value(f, in + f->offset);
		else
			HOLDS(!f->required || f->dflt || (has == GIVEN_NULL && f->nullable));
	}
}

static void check_input(struct req *r)
{
	char *in = arena_alloc(r->ctx.arena, r->route->in->size);

	r->ctx.bad_fields = NULL;
	enum status st = shape_read(r, r->route->in, in);

	HOLDS((st == OK) == (r->ctx.bad_fields == NULL));
	if (st == OK)
		check_shape(r->route->in, in);
}

/* ---- the answer ---------------------------------------------------------------------------- */

static void check_answer(struct req *r)
{
	const char *why, *colon, *end;
	size_t at;

	HOLDS(r->http_status >= 200 && r->http_status < 600 && r->http_status != 500);
	for (const char *p = r->headers.data; *p; p = end + 2) {
		HOLDS((end = strstr(p, "\r\n")) && (colon = strstr(p, ": ")) && colon < end && colon > p);
		for (; p < end; p++)
			HOLDS((unsigned char)*p >= 0x20 && *p != 0x7f);
	}
	if (r->out.len && r->out.len < PARSE_MAX && !(r->route && r->route->media))
		HOLDS(jin_parse(r->ctx.arena, r->out.data, r->out.len, &why, &at));
}

/* ---- the request --------------------------------------------------------------------------- */

static const char *token_for(struct arena *a, const char *said, int64_t now_s)
{
	struct claims c = {.type = TOKEN_ACCESS, .user_id = 7, .session_id = 9, .role = ROLE_USER,
			   .issued = now_s, .expires = now_s + 60};

	if (!strcmp(said, "Bearer ADMIN"))
		c.role = ROLE_ADMIN;
	else if (strcmp(said, "Bearer USER") != 0)
		return said;
	return arena_printf(a, "Bearer %s", token_make(a, &c));
}

static void take_header(struct req *r, char *line)
{
	const struct {
		const char *name;
		const char **to;
	} known[] = {
		{"Content-Type", &r->content_type}, {"Authorization", &r->authorization},
		{"Origin", &r->origin}, {"If-None-Match", &r->if_none_match},
		{"Idempotency-Key", &r->idempotency_key}, {"Accept-Language", &r->accept_language},
		{"Cookie", &r->cookie}, {"User-Agent", &r->user_agent}, {"From", &r->client_ip},
	};
	char *value = strstr(line, ": ");

	if (!value)
		return;
	*value = '\0';
	for (size_t i = 0; i < COUNT(known); i++)
		if (!strcasecmp(line, known[i].name))
			*known[i].to = value + 2;
}

/* "@17?x=1" → the path of that row, with 5 for each parameter, and its method for "*". */
static void name_row(struct req *r)
{
	char *rest;
	size_t n = strtoull(r->uri + 1, &rest, 10) % registry_route_count();
	const char *on = registry_route(n, NULL)->on[0], *path = strchr(on, ' ') + 1;
	struct buf b = buf_new(r->ctx.arena, 64, 16 * 1024);

	for (const char *p = path; *p; p++) {
		buf_char(&b, *p == '{' ? '5' : *p);
		if (*p == '{')
			p += strcspn(p, "}");
	}
	buf_str(&b, rest);
	r->uri = b.data;
	if (!strcmp(r->method, "*"))
		r->method = arena_strndup(r->ctx.arena, on, strcspn(on, ", "));
}

/* Cuts the heading into its lines. What nginx lets through has no control characters. */
static bool describe(struct req *r, char *heading)
{
	char *rest = heading, *line = strsep(&rest, "\n"), *uri = strchr(line, ' ');

	for (const char *p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return false;
	if (!uri)
		return false;
	*uri++ = '\0';
	r->method = line;
	r->uri = uri;
	if (*uri == '@')
		name_row(r);
	const char *query = strchr(r->uri, '?');

	r->query = query ? query + 1 : "";
	while ((line = strsep(&rest, "\n"))) {
		for (const char *p = line; *p; p++)
			if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
				return false;
		take_header(r, line);
	}
	return true;
}

static struct ctx *set_up(void)
{
	static struct ctx c;

	if (c.arena)
		return &c;
	openapi_source(registry_documented);
	for (size_t i = 0; i < COUNT(settings); i++)
		HOLDS(!setenv(settings[i][0], settings[i][1], 1));
	HOLDS(conf_load(&conf, NULL, stderr));
	HOLDS(router_init(stderr));
	token_init(&conf);
	c = (struct ctx){.conf = &conf, .arena = arena_new(ARENA_CAP), .gate = gate_new(&conf),
			 .db = db_open(&conf), .kv = kv_open(&conf), .request_id = "0123456789abcdef"};
	return &c;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct ctx *base = set_up();
	const uint8_t *blank = memmem(bytes, size, "\n\n", 2);
	size_t n = blank ? (size_t)(blank - bytes) : size;
	char *heading = text_copy(bytes, n), *content = exact_copy(blank ? blank + 2 : bytes, blank ? size - n - 2 : 0);
	struct req *r = arena_new_of(base->arena, struct req);

	body = (struct text){content, blank ? size - n - 2 : 0};
	r->ctx = *base;
	r->ctx.now = clock_ms();
	r->ctx.deadline = clock_mono() + conf.request_timeout * 1000;
	r->client_ip = "192.0.2.1";
	r->content_length = (int64_t)body.n;
	r->headers = buf_new(base->arena, 1024, HEADERS_MAX_BYTES);
	r->out = buf_new(base->arena, (size_t)32 * 1024, OUT_MAX);
	gate_mark_current(base->gate);
	if (strlen(heading) == n && describe(r, heading)) {
		if (r->authorization)
			r->authorization = token_for(base->arena, r->authorization, r->ctx.now / 1000);
		(void)pipeline_run(r);
		check_answer(r);
		if (r->route && !r->form)
			check_input(r);
	}
	arena_reset(base->arena);
	free(heading);
	free(content);
	return 0;
}
