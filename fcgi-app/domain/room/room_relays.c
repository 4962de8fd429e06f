/*
 * Credentials for relays, as coturn's use-auth-secret wants them: the name is "expiry:who", the
 * password its HMAC under the secret that both know. Nothing is stored, nobody is asked.
 *
 * The shipped client asks before it joins, and shows no token. So a guest needs to know a room that
 * exists; what keeps them from using us as a relay for anything are the limits per address (RATE_CALL),
 * the short life, and that "who" is the same for all guests of an address: coturn's user-quota and
 * max-bps then hold for all they open together.
 */
#include "base/hex.h"
#include "domain/room/room.h"
#include "domain/room/room_sql.h"
#include "sec/digest.h"

enum { URLS_MAX = 16, WHO_BYTES = 8, STUN_ONLY_TTL_S = 3600 };

static struct list words(struct ctx *c, const char *text)
{
	const char **v = arena_array(c->arena, const char *, URLS_MAX);
	size_t n = 0;

	for (const char *p = text; *p && n < URLS_MAX; p += strcspn(p, ","), p += *p == ',')
		v[n++] = arena_strndup(c->arena, p, strcspn(p, ","));
	return (struct list){v, n};
}

static const char *who(struct ctx *c, const char *address)
{
	const char *secret = c->conf->turn_secret;
	unsigned char mac[HMAC_SHA1_BYTES];
	char hex[2 * WHO_BYTES + 1];

	if (c->me.user_id)
		return arena_printf(c->arena, "u%llu", (unsigned long long)c->me.user_id);
	hmac_sha1(secret, strlen(secret), address, strlen(address), mac);
	hex_encode(hex, mac, WHO_BYTES);
	return arena_printf(c->arena, "g%s", hex);
}

enum status room_relays(struct ctx *c, const char *room_id, const char *address, struct room_relays *out)
{
	const struct conf *conf = c->conf;
	bool good;
	unsigned char mac[HMAC_SHA1_BYTES];

	*out = (struct room_relays){.stun = words(c, conf->stun_urls), .ttl = STUN_ONLY_TTL_S};
	enum status st = room_sql_exists(c, room_id, address, &good);

	if (st != OK || !(good || c->me.user_id) || !*conf->turn_urls || !*conf->turn_secret)
		return st;
	out->turn = words(c, conf->turn_urls);
	out->ttl = conf->turn_ttl;
	out->username = arena_printf(c->arena, "%lld:%s", (long long)(c->now / 1000 + conf->turn_ttl),
				     who(c, address));
	hmac_sha1(conf->turn_secret, strlen(conf->turn_secret), out->username, strlen(out->username), mac);
	out->credential = base64(c->arena, mac, sizeof(mac));
	return OK;
}
