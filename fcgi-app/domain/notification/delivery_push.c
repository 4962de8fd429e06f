/* Web push: subscriptions, and what a push service is given. */
#include "base/address.h"
#include "base/b64.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "domain/notification/delivery_rules.h"
#include "json/jin.h"

enum {
	TITLE_CHARS = 100,
	TEXT_CHARS = 300,
	ICON_BYTES = 256,
	ENDPOINT_MAX = 2000,
	PROOF_S = 12 * 3600, /* a proof of who sends may be good for a day */
};

/* ---- subscriptions ------------------------------------------------------------------------ */

static bool endpoint_is_good(const struct conf *conf, const char *s)
{
	bool https = !strncmp(s, "https://", 8), http = !strncmp(s, "http://", 7);
	const char *host = s + (https ? 8 : 7);

	if ((!https && !http) || strlen(s) > ENDPOINT_MAX || !host[strspn(host, "/?#")])
		return false;
	for (const char *p = host; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("<>\"'\\`", *p))
			return false;
	if (memchr(host, '@', strcspn(host, "/?#"))) /* a name and password would go into a header */
		return false;
	return strcspn(host, "/?#:") > 0 && (https || (!conf->production && address_is_loopback(host)));
}

const char *push_subscription_wrong(struct ctx *c, const char *endpoint, const char *p256dh, const char *auth,
				    struct push_subscription *out)
{
	out->endpoint = endpoint;
	if (!endpoint_is_good(c->conf, endpoint))
		return "endpoint";
	if (!b64_read(p256dh, out->to.p256dh, sizeof(out->to.p256dh)) || !webpush_is_point(out->to.p256dh))
		return "keys.p256dh";
	return b64_read(auth, out->to.auth, sizeof(out->to.auth)) ? NULL : "keys.auth";
}

static const char *text_of(const struct jval *o, const char *name)
{
	const struct jval *v = NULL;
	size_t n;

	return jin_type(o) == J_OBJ && jin_get(o, name, &v) && jin_type(v) == J_STR ? jin_str(v, &n) : NULL;
}

bool push_subscription_read(struct ctx *c, const char *token, struct push_subscription *out)
{
	const struct jval *keys = NULL, *o;
	const char *why;
	size_t at;

	o = jin_parse(c->arena, token, strlen(token), &why, &at);
	if (!o || jin_type(o) != J_OBJ || !jin_get(o, "keys", &keys))
		return false;
	const char *endpoint = text_of(o, "endpoint"), *p256dh = text_of(keys, "p256dh"), *auth = text_of(keys, "auth");

	/* kept beyond the document */
	return endpoint && p256dh && auth &&
	       !push_subscription_wrong(c, arena_strdup(c->arena, endpoint), p256dh, auth, out);
}

/* ---- what the service worker gets --------------------------------------------------------- */

/* Adds at most `chars` characters as a JSON string. */
static void add_text(struct buf *b, const char *s, size_t chars)
{
	size_t n = 0, len = strlen(s), next;

	while (chars-- && (next = utf8_next(s + n, len - n)))
		n += next;
	buf_json(b, s, n);
}

/* A member of the notification's data under the name the service worker knows, as a text. */
static void add_id(struct buf *b, const struct jval *data, const char *from, const char *name)
{
	const struct jval *v = NULL;
	uint64_t id = jin_type(data) == J_OBJ && jin_get(data, from, &v) ? jin_id(v) : 0;

	if (id)
		buf_printf(b, ",\"%s\":\"%llu\"", name, (unsigned long long)id);
}

static void add_data(struct ctx *c, struct buf *b, const struct delivery *d)
{
	const char *why, *url = d->click_url ? d->click_url : "/notifications";
	const char *second = !strcmp(d->category, "chat")	  ? "chatUrl"
			     : !strcmp(d->category, "matching") ? "matchUrl"
			     : !strcmp(d->category, "session")  ? "sessionUrl"
								   : NULL;
	size_t at;
	const struct jval *data = jin_parse(c->arena, d->data, strlen(d->data), &why, &at);

	buf_str(b, "\"data\":{\"url\":");
	buf_json(b, url, strlen(url));
	if (second)
		buf_member(b, second, url);
	buf_printf(b, ",\"notificationId\":\"%llu\"", (unsigned long long)d->notification_id);
	add_id(b, data, "chatRoomId", "roomId");
	add_id(b, data, strcmp(d->category, "chat") ? "userId" : "senderId", "userId");
	add_id(b, data, "learningSessionId", "sessionId");
	buf_char(b, '}');
}

static struct buf payload(struct ctx *c, const struct delivery *d)
{
	struct buf b = buf_new(c->arena, 1024, WEBPUSH_TEXT_MAX);

	buf_str(&b, "{\"title\":");
	add_text(&b, d->title, TITLE_CHARS);
	buf_str(&b, ",\"body\":");
	add_text(&b, d->message, TEXT_CHARS);
	if (d->icon_url && strlen(d->icon_url) <= ICON_BYTES) {
		buf_str(&b, ",\"icon\":");
		buf_json(&b, d->icon_url, strlen(d->icon_url));
	}
	/* one that is sent again takes the place of the first */
	buf_printf(&b, ",\"tag\":\"n%llu\",\"type\":", (unsigned long long)d->notification_id);
	buf_json(&b, d->type, strlen(d->type));
	buf_char(&b, ',');
	add_data(c, &b, d);
	buf_printf(&b, ",\"requireInteraction\":%s,\"silent\":%s", d->priority == 4 ? "true" : "false",
		   d->sound ? "false" : "true");
	if (d->sound) /* browsers refuse a pattern with silent */
		buf_str(&b, d->vibration ? ",\"vibrate\":[200,100,200]" : ",\"vibrate\":[]");
	buf_char(&b, '}');
	return b;
}

/* ---- the request -------------------------------------------------------------------------- */

static const char *audience(struct ctx *c, const char *endpoint)
{
	const char *host = strstr(endpoint, "://") + 3;

	return arena_strndup(c->arena, endpoint, (size_t)(host - endpoint) + strcspn(host, "/?#"));
}

bool push_make(struct ctx *c, const struct delivery *d, int64_t ttl, struct outgoing *out)
{
	const char *urgency = d->priority >= 3 ? "high" : d->priority == 1 ? "low" : "normal";
	const char **headers = arena_array(c->arena, const char *, 7);
	unsigned char *body = arena_alloc_raw(c->arena, WEBPUSH_BODY_MAX);
	struct push_subscription to;
	struct webpush_keys keys;
	struct buf text = payload(c, d);

	if (text.over || !push_subscription_read(c, d->address, &to) ||
	    !b64_read(c->conf->vapid_public_key, keys.public, sizeof(keys.public)) ||
	    !b64_read(c->conf->vapid_private_key, keys.private, sizeof(keys.private)))
		return false;
	headers[0] = "Content-Type: application/octet-stream";
	headers[1] = "Content-Encoding: aes128gcm";
	headers[2] = arena_printf(c->arena, "TTL: %lld", (long long)ttl);
	headers[3] = arena_printf(c->arena, "Urgency: %s", urgency);
	headers[4] = arena_printf(c->arena, "Topic: n%llu", (unsigned long long)d->notification_id);
	headers[5] = arena_printf(c->arena, "Authorization: %s",
				  webpush_vapid(c->arena, &keys, audience(c, to.endpoint), c->conf->vapid_subject,
						c->now / 1000 + PROOF_S));
	*out = (struct outgoing){
		.url = to.endpoint,
		.headers = headers,
		.body = body,
		.n = webpush_body(&to.to, text.data, text.len, body),
	};
	return true;
}
