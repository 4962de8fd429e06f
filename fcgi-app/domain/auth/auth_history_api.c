/* The caller's logins, those that failed among them. */
#include "domain/auth/auth_sql.h"
#include "domain/registry.h"

#include <ctype.h>

enum { HOUR_MS = 3600000, TRIES_SUSPICIOUS = 5 };

#define LOGIN_ITEM(F, S)                                                                           \
	F(S, STR, id)                                                                              \
	F(S, TIME, loginTime, .aka = "timestamp")                                                  \
	F(S, STR, ipAddress)                                                                       \
	F(S, STR, userAgent)                                                                       \
	F(S, STR, device, .doc = "browser and system, never null")                                 \
	F(S, STR, browser)                                                                         \
	F(S, STR, os)                                                                              \
	F(S, STR, location, .doc = "null: nothing here knows where an address is")                 \
	F(S, STR, countryCode)                                                                     \
	F(S, BOOL, suspicious, .doc = "it came after five or more that failed within an hour")     \
	F(S, STR, suspiciousReason)                                                                \
	F(S, STR, status, .doc = "success or failed")                                              \
	F(S, STR, method, .doc = "password, oauth_google, oauth_naver or oauth_kakao")             \
	F(S, STR, failureReason)
SHAPE(login_item, LOGIN_ITEM)
#define LOGINS_OUT(F, S) F(S, LIST(login_item), items, .bare = true)
SHAPE(logins_out, LOGINS_OUT)

/* The first that is found counts: most browsers say that they are others, too. */
static const struct needle {
	const char *text, *name;
} browsers[] = {
	{"Edg/", "Edge"},     {"EdgA/", "Edge"},      {"EdgiOS/", "Edge"},   {"OPR/", "Opera"},
	{"SamsungBrowser/", "Samsung Internet"},      {"Whale/", "Whale"},   {"CriOS/", "Chrome"},
	{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"},
}, systems[] = {
	{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
	{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
};

static const struct needle *find(const struct needle *n, size_t count, const char *text, const char **at)
{
	for (size_t i = 0; i < count; i++)
		if ((*at = strstr(text, n[i].text)))
			return &n[i];
	return NULL;
}

static void fill_device(struct ctx *c, const char *agent, struct login_item *out)
{
	const char *at;
	const struct needle *b = find(browsers, COUNT(browsers), agent, &at);

	if (b) {
		at += strlen(b->text);
		int digits = (int)strspn(at, "0123456789");

		out->browser = arena_printf(c->arena, "%s%s%.*s", b->name, digits ? " " : "", digits, at);
	}
	const struct needle *s = find(systems, COUNT(systems), agent, &at);

	out->os = s ? s->name : NULL;
	out->device = !out->browser && !out->os
			      ? say(c, "알 수 없는 기기", "Unknown device")
			      : arena_printf(c->arena, "%s%s%s", out->browser ? out->browser : "",
					     out->browser && out->os ? " on " : "", out->os ? out->os : "");
}

static const char *reason_of(const struct ctx *c, const char *reason)
{
	if (!reason)
		return NULL;
	if (!strcmp(reason, "code"))
		return say(c, "인증 코드 불일치", "Invalid code");
	return !strcmp(reason, "password") ? say(c, "비밀번호 불일치", "Invalid password")
					   : say(c, "정지된 계정", "Suspended account");
}

/* rows: newest first, so what came before stands behind. */
static bool is_suspicious(const struct login_row *row, size_t n)
{
	size_t failed = 0;

	for (size_t i = 1; !row->reason && i < n && row[i].at > row->at - HOUR_MS; i++)
		failed += row[i].reason != NULL;
	return failed >= TRIES_SUSPICIOUS;
}

HANDLER(settings_login_history, struct nothing, struct logins_out)
{
	struct ctx *c = &r->ctx;
	struct list rows;
	enum status st = auth_sql_logins(c, c->me.user_id, &rows);

	if (st != OK)
		return st;
	const struct login_row *row = rows.v;
	struct login_item *items = arena_array(c->arena, struct login_item, rows.n);

	for (size_t i = 0; i < rows.n; i++) {
		struct login_item *o = &items[i];

		o->id = arena_printf(c->arena, "%s_%llu", row[i].reason ? "failed" : "login",
				     (unsigned long long)row[i].id);
		o->loginTime = row[i].at;
		o->ipAddress = row[i].ip;
		o->userAgent = row[i].user_agent;
		fill_device(c, row[i].user_agent ? row[i].user_agent : "", o);
		o->suspicious = is_suspicious(&row[i], rows.n - i);
		if (o->suspicious)
			o->suspiciousReason = say(c, "여러 번 실패한 뒤의 로그인입니다",
						  "It came after several that failed");
		o->status = row[i].reason ? "failed" : "success";
		o->method = row[i].method;
		o->failureReason = reason_of(c, row[i].reason);
	}
	out->items.v = items;
	out->items.n = rows.n;
	return OK;
}

static const struct route routes[] = {
	ROUTE(settings_login_history, nothing, logins_out, .on = {"GET /settings/login-history"}, .auth = AUTH_USER,
	      .rate = RATE_READ, .statements = 1,
	      .doc = "My logins of the last 90 days and those that failed, the newest hundred, newest first."),
};

const struct domain auth_history_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
};
