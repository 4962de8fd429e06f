#include "sec/token.h"

#include "base/buf.h"
#include "base/hex.h"
#include "base/memory.h"
#include "sec/digest.h"
#include "sec/random.h"
#include "sec/jwe.h"

#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { KEY_BYTES = 32, TOKEN_MAX = 2048 };

static const char *const type_names[] = {"access", "refresh"};
static const char *const role_names[] = {"NONE", "USER", "ADMIN"};

static struct {
	char kid[17];
	unsigned char key[KEY_BYTES];
} keys[TOKEN_KEYS_MAX];
static size_t n_keys;
static const char *issuer;
static int64_t access_ttl; /* s */

/*
 * Verified tokens by their SHA-256, shared by the pool: taking one apart again costs more than all
 * the rest of a simple request. What is remembered is what the signature vouches for; times, type
 * and whether the login was ended are looked at each time. seq is odd while an entry is written: a
 * reader that sees it odd, or changed, has seen nothing.
 */
struct known {
	_Atomic uint32_t seq;
	unsigned char sum[SHA256_BYTES];
	struct claims claims;
};
enum { KNOWN = 1 << 15 };
static struct known *known;

void token_share(void)
{
	known = mmap(NULL, sizeof(*known) * KNOWN, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (known == MAP_FAILED)
		abort();
}

static struct known *entry_of(const unsigned char sum[SHA256_BYTES])
{
	uint32_t at;

	memcpy(&at, sum, sizeof(at));
	return &known[at % KNOWN];
}

static bool recall(const unsigned char sum[SHA256_BYTES], struct claims *out)
{
	struct known *k = entry_of(sum);
	uint32_t seq = atomic_load_explicit(&k->seq, memory_order_acquire);
	bool same = !(seq & 1) && seq && !memcmp(k->sum, sum, SHA256_BYTES);

	if (same)
		*out = k->claims;
	atomic_thread_fence(memory_order_acquire);
	return same && atomic_load_explicit(&k->seq, memory_order_relaxed) == seq;
}

static void remember(const unsigned char sum[SHA256_BYTES], const struct claims *c)
{
	struct known *k = entry_of(sum);
	uint32_t seq = atomic_load(&k->seq);

	if ((seq & 1) || !atomic_compare_exchange_strong(&k->seq, &seq, seq + 1))
		return; /* somebody else writes here */
	memcpy(k->sum, sum, SHA256_BYTES);
	k->claims = *c;
	atomic_store_explicit(&k->seq, seq + 2, memory_order_release);
}

void token_init(const struct conf *conf)
{
	n_keys = 0;
	issuer = conf->token_issuer;
	access_ttl = conf->access_ttl;
	jwe_init(conf);
	for (const char *p = conf->token_keys; *p && n_keys < TOKEN_KEYS_MAX; n_keys++) {
		size_t kid = strcspn(p, ":");

		assert(kid > 0 && kid < sizeof(keys[0].kid) && strlen(p) >= kid + 1 + 64);
		memcpy(keys[n_keys].kid, p, kid);
		keys[n_keys].kid[kid] = '\0';
		p += kid + 1;
		for (size_t i = 0; i < KEY_BYTES; i++, p += 2)
			keys[n_keys].key[i] =
				(unsigned char)strtoul((char[]){p[0], p[1], '\0'}, NULL, 16);
		p += *p == ',';
	}
	assert(n_keys > 0);
}

static void free_jwt(jwt_t **j)
{
	jwt_free(*j);
}

const char *token_make(struct arena *a, const struct claims *c)
{
	AUTO(free_jwt) jwt_t *j = NULL;
	char number[24];

	if (jwt_new(&j) != 0)
		out_of_memory("jwt_new failed");
	int bad = jwt_add_header(j, "kid", keys[0].kid);

	bad |= jwt_add_grant(j, "iss", issuer);
	bad |= jwt_add_grant(j, "aud", "studymate-api");
	bad |= jwt_add_grant(j, "typ", type_names[c->type]);
	bad |= jwt_add_grant(j, "role", role_names[c->role]);
	(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)c->user_id);
	bad |= jwt_add_grant(j, "sub", number);
	(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)c->session_id);
	bad |= jwt_add_grant(j, "sid", number);
	bad |= jwt_add_grant_int(j, "iat", (long)c->issued);
	bad |= jwt_add_grant_int(j, "exp", (long)c->expires);
	if (c->type == TOKEN_REFRESH)
		bad |= jwt_add_grant_int(j, "gen", (long)c->generation);
	bad |= jwt_set_alg(j, JWT_ALG_HS256, keys[0].key, KEY_BYTES);
	char *text = bad ? NULL : jwt_encode_str(j);

	if (!text)
		out_of_memory("a token cannot be made");
	const char *copy = arena_strdup(a, text);

	free(text);
	return copy;
}

static uint64_t number_claim(jwt_t *j, const char *name)
{
	const char *s = jwt_get_grant(j, name);

	if (!s || !*s || strlen(s) > 19 || strspn(s, "0123456789") != strlen(s))
		return 0;
	return strtoull(s, NULL, 10);
}

static bool claim_is(jwt_t *j, const char *name, const char *want)
{
	const char *s = jwt_get_grant(j, name);

	return s && !strcmp(s, want);
}

/* The base64url alphabet and two dots, or four: anything else never reaches a library. */
static bool looks_like_token(const char *t)
{
	int dots = 0;
	size_t n = 0;

	for (; t[n]; n++) {
		char c = t[n];

		dots += c == '.';
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_' || c == '.') || n >= TOKEN_MAX)
			return false;
	}
	return n > 0 && (dots == 2 || dots == 4);
}

static enum status refuse(const char **why, const char *text)
{
	*why = text;
	return E_TOKEN_INVALID;
}

/* What does not depend on the moment: form, key, algorithm, signature, issuer, audience, claims. */
static enum status verify(const char *token, struct claims *out, const char **why)
{
	AUTO(free_jwt) jwt_t *j = NULL;

	/* the signature decides which key it is; the kid only says where to begin, so it is not
	 * trusted and not needed: there are few keys */
	for (size_t i = 0; i < n_keys && !j; i++) {
		if (jwt_decode(&j, token, keys[i].key, KEY_BYTES) != 0)
			j = NULL;
		else if (jwt_get_alg(j) != JWT_ALG_HS256) /* "none" and the RSA/HMAC swap end here */
			return refuse(why, "algorithm is not HS256");
	}
	if (!j)
		return refuse(why, "signature does not match");
	if (!claim_is(j, "iss", issuer) || !claim_is(j, "aud", "studymate-api"))
		return refuse(why, "issuer or audience is another");
	bool refresh = claim_is(j, "typ", type_names[TOKEN_REFRESH]);

	if (!refresh && !claim_is(j, "typ", type_names[TOKEN_ACCESS]))
		return refuse(why, "token of another type");
	*out = (struct claims){
		.type = refresh ? TOKEN_REFRESH : TOKEN_ACCESS,
		.user_id = number_claim(j, "sub"),
		.session_id = number_claim(j, "sid"),
		.issued = jwt_get_grant_int(j, "iat"),
		.expires = jwt_get_grant_int(j, "exp"),
		.generation = refresh ? jwt_get_grant_int(j, "gen") : 0,
		.role = claim_is(j, "role", "ADMIN") ? ROLE_ADMIN : ROLE_USER,
	};
	if (!out->user_id || !out->session_id || out->issued <= 0 || out->expires <= 0)
		return refuse(why, "a claim is missing");
	return OK;
}

/* ---- sealed sessions ---------------------------------------------------------------------- */

/* Ours among the members: user, login, role, issued, expires. No text can hold it, its quotes would be escaped. */
#define OURS "\"sm\":\""
#define OURS_FORM OURS "%llu.%llu.%u.%lld.%lld\""

const char *token_seal(struct arena *a, const struct claims *c, const char *members)
{
	struct buf b = buf_new(a, JWE_TEXT, JWE_TEXT);
	char id[33];

	random_hex(id, 16);
	buf_printf(&b, "{" OURS_FORM ",\"iat\":%lld,\"exp\":%lld,\"jti\":\"%s\",%s}",
		   (unsigned long long)c->user_id, (unsigned long long)c->session_id, (unsigned)c->role,
		   (long long)c->issued, (long long)c->expires, (long long)c->issued, (long long)c->expires, id,
		   members);
	return b.over ? NULL : jwe_seal(a, b.data);
}

/* Ours come first, so that what follows jti is what was said of the session. */
static bool read_sealed(const char *text, struct claims *out, const char **members)
{
	unsigned long long user, session;
	unsigned role;
	long long issued, expires;
	const char *rest = strstr(text, "\"jti\":");

	if (sscanf(text, "{" OURS_FORM, &user, &session, &role, &issued, &expires) != 5 || !rest ||
	    !(rest = strchr(rest, ',')))
		return false;
	*out = (struct claims){
		.type = TOKEN_ACCESS,
		.user_id = user,
		.session_id = session,
		.role = (enum role)role,
		.issued = issued,
		.expires = expires,
		.sealed = true,
	};
	*members = rest + 1;
	return true;
}

const char *token_renew(struct arena *a, const char *sealed, int64_t now)
{
	char text[JWE_TEXT + 1];
	const char *members;
	struct claims c;

	if (!jwe_open(sealed, text) || !read_sealed(text, &c, &members))
		return NULL;
	c.issued = now;
	return token_seal(a, &c, arena_strndup(a, members, strlen(members) - 1));
}

static enum status verify_sealed(const char *token, struct claims *out, const char **why)
{
	char text[JWE_TEXT + 1];
	const char *members;

	if (!jwe_open(token, text))
		return refuse(why, "not sealed by us");
	return read_sealed(text, out, &members) ? OK : refuse(why, "a claim is missing");
}

/* ---- checking ----------------------------------------------------------------------------- */

enum status token_check(const char *token, enum token_type want, int64_t now, struct claims *out,
			const char **why)
{
	unsigned char sum[SHA256_BYTES];

	if (!looks_like_token(token))
		return refuse(why, "not in the form of a token");
	if (known)
		sha256(token, strlen(token), sum);
	if (!known || !recall(sum, out)) {
		enum status st = jwe_is(token) ? verify_sealed(token, out, why) : verify(token, out, why);

		if (st != OK)
			return st;
		if (known)
			remember(sum, out);
	}
	if (out->type != want)
		return refuse(why, "token of another type");
	if (out->issued > now + TOKEN_AHEAD_S)
		return refuse(why, "issued in the future");
	if (out->expires <= now || (out->sealed && out->issued + access_ttl <= now)) {
		*why = "expired";
		return E_TOKEN_EXPIRED;
	}
	return OK;
}

static void sign_by(const unsigned char *key, const char *text, char hex[SIGNATURE_HEX + 1])
{
	unsigned char mac[SHA256_BYTES];

	assert(n_keys > 0);
	if (!HMAC(EVP_sha256(), key, KEY_BYTES, (const unsigned char *)text, strlen(text), mac, NULL))
		out_of_memory("HMAC failed");
	hex_encode(hex, mac, sizeof(mac));
}

void token_sign_text(const char *text, char hex[SIGNATURE_HEX + 1])
{
	sign_by(keys[0].key, text, hex);
}

bool token_store_key(const char *purpose, size_t i, unsigned char key[TOKEN_STORE_KEY])
{
	char text[200];

	if (i >= n_keys || snprintf(text, sizeof(text), "stored\n%s", purpose) >= (int)sizeof(text))
		return false;
	if (!HMAC(EVP_sha256(), keys[i].key, KEY_BYTES, (const unsigned char *)text, strlen(text), key, NULL))
		out_of_memory("HMAC failed");
	return true;
}

bool token_signed_text(const char *text, const char *hex)
{
	char want[SIGNATURE_HEX + 1];
	bool good = false;

	if (strlen(hex) != SIGNATURE_HEX)
		return false;
	for (size_t i = 0; i < n_keys; i++) {
		sign_by(keys[i].key, text, want);
		good |= equal_secret(want, hex, SIGNATURE_HEX);
	}
	return good;
}
