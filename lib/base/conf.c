#include "base/conf.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>

enum conf_kind { KIND_STR, KIND_SECRET, KIND_WORD, KIND_INT };

struct row {
	enum conf_kind kind;
	size_t offset;
	const char *key, *dflt, *words, *doc;
	int64_t min, max;
};

/* A WORD row keeps its words where the others keep their maximum. */
#define WORDS_STR(max) NULL
#define WORDS_SECRET(max) NULL
#define WORDS_INT(max) NULL
#define WORDS_WORD(max) (max)
#define MAX_STR(max) (max)
#define MAX_SECRET(max) (max)
#define MAX_INT(max) (max)
#define MAX_WORD(max) 0
#define CONF_ROW(kind, member, key, dflt, min, max, doc)                                           \
	{KIND_##kind,      offsetof(struct conf, member), #key, dflt,                              \
	 WORDS_##kind(max), doc,                          min,  MAX_##kind(max)},
static const struct row rows[] = {CONF_TABLE(CONF_ROW)};

enum { FILE_MAX_BYTES = 64 * 1024, LINES_MAX = 256 };

struct source {
	const char *key[LINES_MAX], *value[LINES_MAX];
	size_t n;
	const char *open_to_all; /* the file, if anybody may read or write it */
};

void conf_wrong(FILE *err, const char *key, const char *value, const char *why, const char *todo)
{
	fprintf(err, "%s: config: %s=\"", program_invocation_short_name, key);
	for (; *value; value++) /* one line, whatever it holds */
		fputc(iscntrl((unsigned char)*value) ? '?' : *value, err);
	fprintf(err, "\": %s. %s\n", why, todo);
}

static void complain(FILE *err, const struct row *r, const char *value, const char *reason)
{
	char why[900];

	(void)snprintf(why, sizeof(why), "%s; %s", reason, r->doc);
	conf_wrong(err, r->key, r->kind == KIND_SECRET ? "(secret)" : value, why,
		   "Correct it and start again (studymate-api --check-config)");
}

static char *read_whole(const char *path, char *reason, size_t size, bool private)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		(void)snprintf(reason, size, "cannot read %s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (private && (st.st_mode & 077)) {
		(void)snprintf(reason, size, "%s can be read by others; chmod 600 it", path);
		close(fd);
		return NULL;
	}
	char *text = calloc(1, FILE_MAX_BYTES + 1);
	ssize_t n = text ? read(fd, text, FILE_MAX_BYTES) : -1;

	close(fd);
	if (n < 0) {
		(void)snprintf(reason, size, "cannot read %s", path);
		free(text);
		return NULL;
	}
	return text;
}

static bool load_file(struct source *s, const char *path, FILE *err)
{
	char reason[600];
	char *text = read_whole(path, reason, sizeof(reason), false);
	bool good = true;
	int number = 0;

	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & 07))
		s->open_to_all = path;
	if (!text) {
		fprintf(err, "%s: config: %s. Name an existing file after --config\n", program_invocation_short_name,
			reason);
		return false;
	}
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		while (isspace((unsigned char)*line))
			line++;
		size_t len = strlen(line);

		while (len && isspace((unsigned char)line[len - 1]))
			line[--len] = '\0';
		if (!len || *line == '#')
			continue;
		char *eq = strchr(line, '=');
		bool known = false;

		if (eq) {
			*eq = '\0';
			for (size_t i = 0; i < COUNT(rows) && !known; i++) {
				size_t n = strlen(rows[i].key);

				known = !strncmp(line, rows[i].key, n) &&
					(!line[n] || (rows[i].kind == KIND_SECRET && !strcmp(line + n, "_FILE")));
			}
		}
		if (!known || s->n == LINES_MAX) {
			fprintf(err, "%s: config: %s:%d: \"%s\" is no known KEY=VALUE line; studymate-api "
				"--document-config lists the keys\n",
				program_invocation_short_name, path, number, line);
			good = false;
			continue;
		}
		s->key[s->n] = line;
		s->value[s->n++] = eq + 1;
	}
	return good; /* text stays: the values point into it */
}

static const char *look_up(const struct source *s, const char *key, const char *suffix)
{
	char name[80];

	(void)snprintf(name, sizeof(name), "%s%s", key, suffix);
	const char *v = getenv(name);

	for (size_t i = s->n; !v && i-- > 0;)
		if (!strcmp(s->key[i], name))
			v = s->value[i];
	return v;
}

static bool one_of(const char *words, const char *value)
{
	size_t n = strlen(value);

	for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == n && !strncmp(p, value, n))
			return true;
	return false;
}

static bool set_value(struct conf *c, const struct row *r, const char *v, FILE *err)
{
	char reason[200];
	void *member = (char *)c + r->offset;

	if (r->kind == KIND_INT) {
		char *end;

		errno = 0;
		long long n = strtoll(v, &end, 10);

		if (!*v || *end || errno || n < r->min || n > r->max) {
			(void)snprintf(reason, sizeof(reason), "must be a whole number from %lld to %lld",
				       (long long)r->min, (long long)r->max);
			complain(err, r, v, reason);
			return false;
		}
		*(int64_t *)member = n;
		return true;
	}
	*(const char **)member = v;
	if (r->kind == KIND_WORD && !one_of(r->words, v)) {
		(void)snprintf(reason, sizeof(reason), "must be one of: %s", r->words);
		complain(err, r, v, reason);
		return false;
	}
	if (r->kind != KIND_WORD && ((int64_t)strlen(v) < r->min || (int64_t)strlen(v) > r->max)) {
		(void)snprintf(reason, sizeof(reason), "must have %lld to %lld characters",
			       (long long)r->min, (long long)r->max);
		complain(err, r, v, reason);
		return false;
	}
	return true;
}

static bool load_row(struct conf *c, const struct row *r, const struct source *s, bool production,
		     FILE *err)
{
	const char *v = look_up(s, r->key, "");
	char reason[600];

	const bool exposed = v && *v && r->kind == KIND_SECRET && production && s->open_to_all && !getenv(r->key);

	if (exposed) {
		(void)snprintf(reason, sizeof(reason),
			       "stands in %s, which anybody can read; chmod o= that, or name a file in %s_FILE",
			       s->open_to_all, r->key);
		complain(err, r, v, reason);
	}
	if (!v && r->kind == KIND_SECRET) {
		const char *path = look_up(s, r->key, "_FILE");

		if (path) {
			char *text = read_whole(path, reason, sizeof(reason), production);

			if (!text) {
				complain(err, r, path, reason);
				return false;
			}
			text[strcspn(text, "\r\n")] = '\0';
			v = text;
		}
	}
	if (!v)
		v = r->dflt;
	if (!v) {
		complain(err, r, "", r->kind == KIND_SECRET ? "is required: set it, or name its file in KEY_FILE"
							     : "is required");
		return false;
	}
	return set_value(c, r, v, err) && !exposed;
}

static const struct row *row_of(const char *key)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!strcmp(rows[i].key, key))
			return &rows[i];
	abort();
}

/* A name or an address, of IPv6 in brackets, and perhaps a port: all of the n characters. */
static bool is_host(const char *p, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	const bool six = n && *p == '[';
	size_t host = six ? 1 + strspn(p + 1, "0123456789abcdefABCDEF:.") : strspn(p, letters);

	if (six && (host < 3 || p[host++] != ']'))
		return false;
	if (!host || host > n || *p == '.' || *p == '-')
		return false;
	if (host == n)
		return true;
	const size_t port = strspn(p + host + 1, "0123456789");

	return p[host] == ':' && port && port <= 5 && host + 1 + port == n && strtol(p + host + 1, NULL, 10) <= 65535;
}

static bool check_origins(const struct conf *c, FILE *err)
{
	const struct row *r = row_of("CORS_ORIGINS");

	for (const char *p = c->cors_origins; *p; p += strcspn(p, ","), p += *p == ',') {
		size_t n = strcspn(p, ",");
		bool https = n > 8 && !strncmp(p, "https://", 8);
		bool http = n > 7 && !strncmp(p, "http://", 7);
		const char *host = p + (https ? 8 : 7);

		if ((!https && !http) || !is_host(host, n - (size_t)(host - p))) {
			complain(err, r, c->cors_origins, "every origin is scheme://host[:port], without a path or *");
			return false;
		}
		if (http && c->production) {
			complain(err, r, c->cors_origins, "plain-HTTP origins are refused in production; use https");
			return false;
		}
	}
	return true;
}

/* Browsers refuse the whole list for one address that is none. */
static bool check_servers(const char *list, const struct row *r, const char *scheme, FILE *err)
{
	size_t n = strlen(scheme);

	for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',') {
		const char *host = strncmp(p, scheme, n) ? NULL : p + n + (p[n] == 's');

		if (!host || *host != ':' || !is_host(host + 1, strcspn(host + 1, ",?")) ||
		    p[strcspn(p, ", ")] == ' ') {
			complain(err, r, list, "every server is scheme:host[:port], without spaces");
			return false;
		}
	}
	return true;
}

/* host:port[,host:port…] */
static const char *sentinels_wrong(const char *p)
{
	for (int n = 1; *p; n++) {
		const size_t len = strcspn(p, ",");
		const char *port = memrchr(p, ':', len);

		/* the last colon may be one of an address of IPv6 */
		if (!is_host(p, len) || !port || memchr(port, ']', (size_t)(p + len - port)) ||
		    !strtol(port + 1, NULL, 10) || !strcmp(p + len, ","))
			return "every Sentinel is host:port, without spaces";
		if (n > SENTINELS_MAX)
			return "eight Sentinels are the most";
		p += len + (p[len] == ',');
	}
	return NULL;
}

/* kid:64hex[,kid:64hex…]; a kid is 1 to 16 letters and digits. */
static const char *token_keys_wrong(const char *p, bool production)
{
	for (int n = 1;; n++) {
		size_t kid = strcspn(p, ":,"), hex;

		if (kid < 1 || kid > 16 || p[kid] != ':')
			return "every key is kid:64 hex digits";
		for (size_t i = 0; i < kid; i++)
			if (!isalnum((unsigned char)p[i]))
				return "a kid has letters and digits only";
		p += kid + 1;
		hex = strspn(p, "0123456789abcdefABCDEF");
		if (hex != 64 || (p[hex] && p[hex] != ','))
			return "every key has exactly 64 hex digits (openssl rand -hex 32)";
		bool same = true;

		for (size_t i = 2; i < 64 && same; i++)
			same = p[i] == p[i % 2];
		if (same && production)
			return "this is a demo key, refused in production (openssl rand -hex 32)";
		if (n > TOKEN_KEYS_MAX)
			return "eight keys are the most";
		if (!p[hex])
			return NULL;
		p += hex + 1;
	}
}

/* ---- push and mail: all of a channel's settings, or none of them ---------------------------- */

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* Letters, digits and what is allowed besides. */
static bool made_of(const char *s, const char *besides)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr(besides, *s))
			return false;
	return true;
}

/* One of two schemes, a host, and a path of plain characters. */
static bool is_url(const char *s, const char *scheme, const char *other)
{
	const char *host = s + strlen(starts(s, scheme) ? scheme : other);

	if (!starts(s, scheme) && !starts(s, other))
		return false;
	const size_t n = strcspn(host, "/");

	return is_host(host, n) && made_of(host + n, ":/.-_");
}

static const char *push_wrong(const struct conf *c, const char **key)
{
	*key = "VAPID_PUBLIC_KEY";
	if (!*c->vapid_public_key && !*c->vapid_private_key)
		return NULL;
	if (strlen(c->vapid_public_key) != 87 || !made_of(c->vapid_public_key, "-_"))
		return "is 87 digits of base64url (studymate-jobs --vapid-keys)";
	*key = "VAPID_PRIVATE_KEY";
	if (strlen(c->vapid_private_key) != 43 || !made_of(c->vapid_private_key, "-_"))
		return "is 43 digits of base64url (studymate-jobs --vapid-keys)";
	*key = "VAPID_SUBJECT";
	if (!(starts(c->vapid_subject, "mailto:") || starts(c->vapid_subject, "https://")) ||
	    !made_of(c->vapid_subject, ":/@.-_+"))
		return "must be mailto:… or https://…, since VAPID_PUBLIC_KEY is set";
	return NULL;
}

/* Of a page that a mail leads to; empty: ours. */
static const char *page_wrong(const struct conf *c, const char *url)
{
	if (*url && !is_url(url, "https://", "http://"))
		return "must be the address of a page, without ? or #";
	return *url && c->production && !starts(url, "https://") ? "must be https in production" : NULL;
}

static const char *mail_wrong(const struct conf *c, const char **key)
{
	*key = "SMTP_URL";
	if (!*c->smtp_url)
		return NULL;
	if (!is_url(c->smtp_url, "smtps://", "smtp://"))
		return "must be smtp://host[:port] or smtps://host[:port]; user and password have keys of their own";
	*key = "SMTP_CA";
	if (*c->smtp_ca && access(c->smtp_ca, R_OK) != 0)
		return "cannot be read";
	*key = "MAIL_FROM";
	if (!strchr(c->mail_from, '@'))
		return "must be an address, since SMTP_URL is set";
	*key = "SITE_URL";
	if (!is_url(c->site_url, "https://", "http://"))
		return "must be the address of the web client, since SMTP_URL is set";
	if (c->production && !starts(c->site_url, "https://"))
		return "must be https in production";
	*key = "RESET_URL";
	const char *wrong = page_wrong(c, c->reset_url);

	if (wrong)
		return wrong;
	*key = "CONFIRM_URL";
	return page_wrong(c, c->confirm_url);
}

/* Whether it is good; if not, says so with its value. */
static bool check(bool good, const struct conf *c, FILE *err, const char *key, const char *wrong)
{
	if (good)
		return true;
	const struct row *r = row_of(key);
	const void *member = (const char *)c + r->offset;
	char number[24];

	if (r->kind == KIND_INT)
		(void)snprintf(number, sizeof(number), "%lld", (long long)*(const int64_t *)member);
	complain(err, r, r->kind == KIND_INT ? number : *(const char *const *)member, wrong);
	return false;
}

static bool check_channels(const struct conf *c, FILE *err)
{
	const char *key, *wrong = push_wrong(c, &key);

	if (!wrong)
		wrong = mail_wrong(c, &key);
	if (!wrong && c->production && !strcmp(c->push_private, "yes")) {
		key = "PUSH_PRIVATE";
		wrong = "is refused in production";
	}
	return check(!wrong, c, err, key, wrong);
}

static bool check_calls(const struct conf *c, FILE *err)
{
	bool good = check_servers(c->stun_urls, row_of("STUN_URLS"), "stun", err);

	good &= check_servers(c->turn_urls, row_of("TURN_URLS"), "turn", err);
	good &= check(!*c->turn_secret || strlen(c->turn_secret) >= 16, c, err, "TURN_SECRET",
		      "has fewer than 16 characters (openssl rand -hex 32)");
	return good;
}

/* Three addresses, and a secret with the client. */
static bool check_provider(const struct conf *c, FILE *err, const char *key, const char *secret_key, const char *client,
			   const char *secret, const char *urls)
{
	char each[1001];
	int n = 0;
	bool good = true;

	for (const char *p = urls; *p; p += strspn(p, " "), n++) {
		size_t len = strcspn(p, " ");

		(void)snprintf(each, sizeof(each), "%.*s", (int)len, p);
		good &= is_url(each, "https://", c->production ? "https://" : "http://");
		p += len;
	}
	good = check(good && n == 3, c, err, key,
		     "is not three addresses with blanks between: https, or http outside of production");
	return check(!*client || *secret, c, err, secret_key, "is missing, though there is a client id") && good;
}

static bool check_providers(const struct conf *c, FILE *err)
{
	bool good = check_provider(c, err, "GOOGLE_URLS", "GOOGLE_CLIENT_SECRET", c->google_client, c->google_secret,
				   c->google_urls);

	good &= check_provider(c, err, "NAVER_URLS", "NAVER_CLIENT_SECRET", c->naver_client, c->naver_secret,
			       c->naver_urls);
	good &= check(!*c->login_return || (is_url(c->login_return, "https://", "http://") &&
					    c->login_return[strlen(c->login_return) - 1] == '/'),
		      c, err, "LOGIN_RETURN_URL", "is an address that ends with /");
	return good;
}

static bool on_loopback(const char *url)
{
	static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

	for (size_t i = 0; i < COUNT(hosts); i++) {
		size_t n = strlen(hosts[i]);

		if (!strncmp(url, hosts[i], n) && strchr(":/", url[n]))
			return true;
	}
	return false;
}

static bool check_ai(const struct conf *c, FILE *err)
{
	const char *url = c->ai_url;
	const bool some = *c->ai_model || *c->ai_speech_model;
	const bool known = on_loopback(url) || is_url(url, "https://", c->production ? "https://" : "http://");
	bool good = check(!*url || (known && url[strlen(url) - 1] != '/'), c, err, "AI_URL",
			  "is no address without / at its end: https, or http on 127.0.0.1");

	good &= check(!*url || some, c, err, "AI_MODEL",
		      "is missing, and AI_SPEECH_MODEL as well, though there is AI_URL");
	good &= check(*url || !some, c, err, "AI_URL", "is missing, though there is a model");
	return good;
}

static bool check_keys(const struct conf *c, FILE *err)
{
	const char *wrong = token_keys_wrong(c->token_keys, c->production);

	bool good = check(!wrong, c, err, "TOKEN_KEYS", wrong);

	good &= check(!*c->session_secret || strlen(c->session_secret) >= 16, c, err, "SESSION_SECRET",
		      "has fewer than 16 characters (openssl rand -hex 32)");
	good &= check(c->access_ttl <= c->refresh_ttl, c, err, "ACCESS_TTL_S",
		      "must not be above REFRESH_TTL_S: a login ends with its refresh token");
	return good;
}

static bool check_database(const struct conf *c, FILE *err)
{
	bool good = check(!c->production || *c->db_password || *c->db_socket, c, err, "DB_PASSWORD",
			  "an empty password over TCP is refused in production");

	good &= check(c->statement_timeout < c->request_timeout, c, err, "STATEMENT_TIMEOUT_MS",
		      "must be below REQUEST_TIMEOUT_MS");
	return good;
}

static bool check_redis(const struct conf *c, FILE *err)
{
	const char *wrong = sentinels_wrong(c->redis_sentinels);

	return check(!wrong, c, err, "REDIS_SENTINELS", wrong);
}

static bool (*const checks[])(const struct conf *c, FILE *err) = {
	check_origins, check_calls, check_keys, check_database, check_redis, check_channels, check_providers,
	check_ai,
};

bool conf_load(struct conf *c, const char *file, FILE *err)
{
	struct source s = {.n = 0};
	bool good = !file || load_file(&s, file, err);

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < COUNT(rows); i++) {
		good &= load_row(c, &rows[i], &s, c->production, err);
		/* ENVIRONMENT is the first row, so that the others know it */
		c->production = c->environment && !strcmp(c->environment, "production");
	}
	bool loaded = good;

	/* each is told of, but only of values that are of their kind */
	for (size_t i = 0; i < COUNT(checks); i++)
		good &= loaded && checks[i](c, err);
	return good;
}

bool conf_lists_origin(const struct conf *c, const char *origin)
{
	size_t n = strlen(origin);

	for (const char *p = c->cors_origins; *p; p += strcspn(p, ","), p += *p == ',')
		if (strcspn(p, ",") == n && !strncmp(p, origin, n))
			return true;
	return false;
}

void conf_print(const struct conf *c, FILE *out)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		const void *member = (const char *)c + r->offset;

		if (r->kind == KIND_INT)
			fprintf(out, "%s=%lld\n", r->key, (long long)*(const int64_t *)member);
		else if (r->kind == KIND_SECRET)
			fprintf(out, "%s=%s\n", r->key,
				**(const char *const *)member ? "(set)" : "(empty)");
		else
			fprintf(out, "%s=%s\n", r->key, *(const char *const *)member);
	}
}

void conf_document(FILE *out)
{
	fputs("| key | default | meaning |\n|---|---|---|\n", out);
	for (size_t i = 0; i < COUNT(rows); i++)
		fprintf(out, "| `%s`%s | %s%s%s | %s |\n", rows[i].key,
			rows[i].kind == KIND_SECRET ? " (or `_FILE`)" : "",
			rows[i].dflt && *rows[i].dflt ? "`" : "",
			rows[i].dflt ? rows[i].dflt : "required",
			rows[i].dflt && *rows[i].dflt ? "`" : "", rows[i].doc);
}

const char *conf_on_site(struct arena *a, const struct conf *c, const char *page)
{
	size_t n = strlen(c->site_url);

	while (n && c->site_url[n - 1] == '/')
		n--;
	return arena_printf(a, "%.*s%s", (int)n, c->site_url, page);
}

enum log_level conf_log_level(const struct conf *c)
{
	static const char *const names[] = {
		[LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"};
	enum log_level level = LOG_DEBUG;

	while (strcmp(names[level], c->log_level) != 0) /* it is one of them */
		level++;
	return level;
}

struct conf_args conf_args(int argc, char **argv, const char *usage)
{
	struct conf_args a = {.file = getenv("STUDYMATE_CONFIG")};
	int i = 1;

	if (argc > 2 && !strcmp(argv[1], "--config")) {
		a.file = argv[2];
		i = 3;
	}
	if (a.file && !*a.file)
		a.file = NULL;
	if (i < argc)
		a.command = argv[i++];
	a.n = MAX(argc - i, 0);
	a.v = argv + MIN(i, argc);
	if (a.command && !strcmp(a.command, "--help"))
		exit(fputs(usage, stdout) < 0);
	if (a.command && !strcmp(a.command, "--version"))
		exit(puts(VERSION) < 0);
	return a;
}
