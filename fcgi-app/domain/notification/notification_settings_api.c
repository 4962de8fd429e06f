/* What people want to be told, and where to. */
#include "base/buf.h"
#include "base/clock.h"
#include "domain/notification/delivery_rules.h"
#include "domain/notification/notification_rules.h"
#include "domain/registry.h"
#include "sec/digest.h"

SHAPE_TABLE(notification_settings_out, NOTIFICATION_SETTINGS_OUT)
SHAPE_TABLE(quiet_hours_in, QUIET_HOURS_IN)
SHAPE_TABLE(notification_settings_in, NOTIFICATION_SETTINGS_IN)
SHAPE_TABLE(topics_out, TOPICS_OUT)
SHAPE_TABLE(push_keys_in, PUSH_KEYS_IN)
SHAPE_TABLE(push_subscription_in, PUSH_SUBSCRIPTION_IN)
SHAPE_TABLE(push_token_in, PUSH_TOKEN_IN)
SHAPE_TABLE(subscribe_in, SUBSCRIBE_IN)

#define TOPICS_IN(F, S) F(S, STRS, topics, .required = true, .max = 20, .one_of = TOPICS)
SHAPE(topics_in, TOPICS_IN)
#define TOKEN_IN(F, S) F(S, STR, token, .required = true, .max = 4000)
SHAPE(push_token_drop_in, TOKEN_IN)

enum { TOKEN_MAX = 20000, USER_AGENT_MAX = 255 };

/* ---- where to push, and what about -------------------------------------------------------- */

static void split_topics(struct ctx *c, const char *words, struct list *out)
{
	const char **all = arena_array(c->arena, const char *, words ? strlen(words) / 2 + 1 : 0), *w;
	size_t n = 0, len;

	while ((w = next_word(&words, &len)))
		all[n++] = arena_strndup(c->arena, w, len);
	*out = (struct list){all, n};
}

static enum status change_topics(struct ctx *c, const char *add, const char *drop, struct topics_out *out)
{
	const char *topics;
	enum status st = notification_sql_topics(c, add, drop, &topics);

	split_topics(c, topics, AS_LIST(&out->topics));
	return st;
}

/* One device is one row, however its subscription is written: a browser is told by its endpoint. */
static void hash_of(struct ctx *c, const char *token, unsigned char out[SHA256_BYTES])
{
	struct push_subscription sub;
	const char *name = push_subscription_read(c, token, &sub) ? sub.endpoint : token;

	sha256(name, strlen(name), out);
}

static enum status save_push(struct ctx *c, const char *token, const char *device, const char *user_agent)
{
	struct push_subscription sub;
	unsigned char hash[SHA256_BYTES];

	if (!strcmp(device, "web") && !push_subscription_read(c, token, &sub))
		return notification_refuse(c, "token", "format", "푸시 구독 정보가 올바르지 않습니다",
					   "must be the JSON text of a PushSubscription with an https endpoint and "
					   "both its keys");
	hash_of(c, token, hash);
	if (user_agent && strlen(user_agent) > USER_AGENT_MAX)
		user_agent = NULL; /* it only helps to tell devices apart */
	return notification_sql_push_save(c, hash, token, device, user_agent);
}

HANDLER(notification_push_token_post, struct push_token_in, struct notification_done_out)
{
	out->success = true;
	out->count = 1;
	return save_push(&r->ctx, in->token, in->deviceType, in->userAgent);
}

HANDLER(notification_push_token_delete, struct push_token_drop_in, struct notification_done_out)
{
	unsigned char hash[SHA256_BYTES];

	hash_of(&r->ctx, in->token, hash);
	out->success = true;
	return notification_sql_push_drop(&r->ctx, hash, &out->count);
}

/* As browsers write it. */
static const char *subscription_text(struct ctx *c, const char *endpoint, const struct push_keys_in *keys)
{
	struct buf b = buf_new(c->arena, 512, TOKEN_MAX);

	buf_str(&b, "{\"endpoint\":");
	buf_json(&b, endpoint, strlen(endpoint));
	buf_str(&b, ",\"expirationTime\":null,\"keys\":{\"p256dh\":");
	buf_json(&b, keys->p256dh, strlen(keys->p256dh));
	buf_str(&b, ",\"auth\":");
	buf_json(&b, keys->auth, strlen(keys->auth));
	buf_str(&b, "}}");
	return b.data;
}

/* The guide sends a push subscription, the client topics: whatever is there counts. */
HANDLER(notification_subscribe, struct subscribe_in, struct topics_out)
{
	struct ctx *c = &r->ctx;
	const char *endpoint = in->subscription ? in->subscription->endpoint : in->endpoint;
	const struct push_keys_in *keys = in->subscription ? in->subscription->keys : in->keys;
	const char *token = in->token, *topics = NULL, *wrong;
	struct push_subscription sub;

	if (endpoint && !keys)
		return notification_refuse(c, "keys", "required", "필수 항목입니다", "is required");
	wrong = endpoint ? push_subscription_wrong(c, endpoint, keys->p256dh, keys->auth, &sub) : NULL;
	if (wrong)
		return notification_refuse(c, wrong, "format", "푸시 구독 정보가 올바르지 않습니다",
					   "is no https endpoint, or no key of a push subscription");
	if (endpoint)
		token = subscription_text(c, endpoint, keys);
	if (in->topics.n)
		topics = notification_json_words(c, in->topics.v, in->topics.n);
	if (!token && !topics)
		return notification_refuse(c, "topics", "required", "topics 또는 푸시 구독이 필요합니다",
					   "topics or a push subscription must be given");
	enum status st = token ? save_push(c, token, in->deviceType, in->userAgent) : OK;

	return st == OK ? change_topics(c, topics, NULL, out) : st;
}

HANDLER(notification_unsubscribe, struct topics_in, struct topics_out)
{
	const char *drop = notification_json_words(&r->ctx, in->topics.v, in->topics.n);

	return change_topics(&r->ctx, NULL, drop, out);
}

/* ---- settings ----------------------------------------------------------------------------- */

static void fill_settings(struct ctx *c, const struct notification_settings_row *row,
			  struct notification_settings_out *out)
{
	static_assert(offsetof(struct notification_settings_out, subscriptionTopics) ==
			      offsetof(struct notification_settings_row, topics),
		      "the row is the answer but for the topics");
	memcpy(out, row, offsetof(struct notification_settings_row, topics));
	split_topics(c, row->topics, AS_LIST(&out->subscriptionTopics));
}

bool notification_mails(const struct ctx *c)
{
	return channel_on(c->conf, CHANNEL_MAIL);
}

enum status notification_settings(struct ctx *c, struct notification_settings_out *out)
{
	struct notification_settings_row row;
	enum status st = notification_sql_settings(c, &row);

	if (st == OK)
		fill_settings(c, &row, out);
	return st;
}

HANDLER(notification_settings_get, struct nothing, struct notification_settings_out)
{
	return notification_settings(&r->ctx, out);
}

HANDLER(notification_settings_patch, struct notification_settings_in, struct notification_settings_out)
{
	struct notification_settings_in s = *in;
	struct notification_settings_row row;
	const char *topics = NULL;

	if (s.timezone && !clock_is_zone(s.timezone))
		return notification_refuse(&r->ctx, "timezone", "format", "형식이 올바르지 않습니다",
					   "is no IANA time zone");
	if (s.quietHours && !s.quietHoursStart)
		s.quietHoursStart = s.quietHours->start;
	if (s.quietHours && !s.quietHoursEnd)
		s.quietHoursEnd = s.quietHours->end;
	if (s.has.subscriptionTopics)
		topics = notification_json_words(&r->ctx, s.subscriptionTopics.v, s.subscriptionTopics.n);
	enum status st = notification_sql_settings_save(&r->ctx, &s, topics, &row);

	if (st == OK)
		fill_settings(&r->ctx, &row, out);
	return st;
}

static const struct route routes[] = {
	ROUTE(notification_push_token_post, push_token_in, notification_done_out,
	      .on = {BOTH("POST", "/push-token")}, WRITES, .statements = 1,
	      .doc = "Register a device; it belongs to whoever did so last."),
	ROUTE(notification_push_token_delete, push_token_drop_in, notification_done_out,
	      .on = {BOTH("DELETE", "/push-token")}, WRITES, .statements = 1,
	      .doc = "Forget a device of mine; again changes nothing."),
	ROUTE(notification_subscribe, subscribe_in, topics_out, .on = {BOTH("POST", "/subscribe")}, WRITES,
	      .statements = 2, .doc = "Subscribe to topics, or register a browser for push."),
	ROUTE(notification_unsubscribe, topics_in, topics_out, .on = {BOTH("POST", "/unsubscribe")}, WRITES,
	      .statements = 1, .doc = "Leave topics."),
	ROUTE(notification_settings_get, nothing, notification_settings_out, .on = {BOTH("GET", "/settings")},
	      READS, .statements = 1, .doc = "What I want to be told."),
	ROUTE(notification_settings_patch, notification_settings_in, notification_settings_out,
	      .on = {BOTH("PATCH,PUT", "/settings")}, WRITES, .statements = 1,
	      .doc = "Change what is given; the answer is all of it."),
};

const struct domain notification_settings_domain = {
	.name = "notifications",
	.doc = "What people were told, and what they want to be told",
	.routes = routes,
	.n_routes = COUNT(routes),
};
