#include "base/buf.h"
#include "base/hex.h"
#include "domain/auth/auth.h"
#include "domain/auth/auth_sql.h"
#include "kv/gate.h"
#include "sec/random.h"
#include "sec/seal.h"
#include "sec/token.h"
#include "sec/totp.h"

enum { CODE_SPACE = 100000000, HASHES_MAX = 2000 };

static const char *purpose(struct ctx *c, uint64_t user_id)
{
	return arena_printf(c->arena, "two-factor %llu", (unsigned long long)user_id);
}

/* Eight digits are soon tried out by who has the table alone, so the hash needs a key: the i-th of the ring. NULL:
 * there are no more. */
static const char *hash_of(struct ctx *c, uint64_t user_id, const char *code, size_t i)
{
	unsigned char mac[TOKEN_STORE_KEY];
	char *hex = arena_alloc(c->arena, 2 * TOKEN_STORE_KEY + 1);

	if (!token_store_key(arena_printf(c->arena, "backup-code %llu %s", (unsigned long long)user_id, code), i, mac))
		return NULL;
	hex_encode(hex, mac, sizeof(mac));
	return hex;
}

/* By every key, with commas between. */
static const char *hashes_of(struct ctx *c, uint64_t user_id, const char *code)
{
	struct buf b = buf_new(c->arena, 512, HASHES_MAX);
	const char *hash;

	for (size_t i = 0; (hash = hash_of(c, user_id, code, i)); i++)
		buf_printf(&b, "%s%s", i ? "," : "", hash);
	return b.data;
}

static const char *uri_of(struct ctx *c, const char *email, const char *secret)
{
	struct buf b = buf_new(c->arena, 256, 2000);

	buf_str(&b, "otpauth://totp/STUDYMATE:");
	for (const char *p = email ? email : ""; *p; p++)
		buf_printf(&b, strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_@", *p) ? "%c" : "%%%02X",
			   (unsigned char)*p);
	buf_printf(&b, "?secret=%s&issuer=STUDYMATE&algorithm=SHA1&digits=6&period=30", secret);
	return b.data;
}

enum status auth_factor(struct ctx *c, struct factor *out)
{
	struct factor_row row;
	enum status st = auth_sql_factor(c, c->me.user_id, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	*out = (struct factor){
		.enabled = row.enabled_at != 0,
		.codes_left = row.enabled_at ? row.codes : 0,
		.used_at = row.last_used_at,
		.since = row.enabled_at,
	};
	if (row.secret && !row.enabled_at)
		out->secret = seal_open(c->arena, purpose(c, c->me.user_id), row.secret);
	if (out->secret)
		out->uri = uri_of(c, row.email, out->secret);
	return OK;
}

enum status auth_factor_new(struct ctx *c, struct factor *out)
{
	struct buf hashes = buf_new(c->arena, 1024, 2000);
	char *secret = arena_alloc(c->arena, TOTP_SECRET + 1);
	struct factor_row row;
	uint64_t me = c->me.user_id;

	*out = (struct factor){.secret = secret};
	totp_secret(secret);
	for (size_t i = 0; i < BACKUP_CODES; i++) {
		out->codes[i] = arena_printf(c->arena, "%0*u", BACKUP_DIGITS, (unsigned)(random_u64() % CODE_SPACE));
		for (size_t k = 0; k < i; k++)
			if (!strcmp(out->codes[k], out->codes[i])) {
				i--; /* it fell twice */
				break;
			}
	}
	for (size_t i = 0; i < BACKUP_CODES; i++)
		buf_printf(&hashes, "%c\"%s\"", i ? ',' : '[', hash_of(c, me, out->codes[i], 0));
	buf_char(&hashes, ']');
	enum status st = auth_sql_factor(c, me, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	out->uri = uri_of(c, row.email, secret);
	return auth_sql_factor_new(c, me, seal_text(c->arena, purpose(c, me), secret), hashes.data);
}

static enum status use(struct ctx *c, uint64_t user_id, const char *sealed, const char *code, bool toggle)
{
	struct gate_answer limit;
	size_t n = strlen(code);

	if (!gate_take(c, RATE_CODE, arena_printf(c->arena, "u%llu", (unsigned long long)user_id), &limit)) {
		c->retry_after = (int)(limit.retry_ms / 1000 + 1);
		return fail(c, E_RATE_LIMITED, "too many codes of one account");
	}
	if (code[strspn(code, "0123456789")] || (n != TOTP_DIGITS && n != BACKUP_DIGITS))
		return E_CODE_WRONG;
	if (n == BACKUP_DIGITS)
		return auth_sql_factor_use(c, user_id, 0, hashes_of(c, user_id, code), toggle);
	const char *secret = seal_open(c->arena, purpose(c, user_id), sealed);

	if (!secret)
		return fail(c, E_INTERNAL, "the second factor of %llu was sealed by a key that is gone",
			    (unsigned long long)user_id);
	int64_t step = totp_step(secret, code, c->now / 1000);

	return step ? auth_sql_factor_use(c, user_id, step, NULL, toggle) : E_CODE_WRONG;
}

enum status auth_factor_toggle(struct ctx *c, const char *code, bool *enabled)
{
	struct factor_row row;
	enum status st = auth_sql_factor(c, c->me.user_id, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
	if (!row.secret)
		return E_FACTOR_OFF;
	*enabled = !row.enabled_at;
	return use(c, c->me.user_id, row.secret, code, true);
}

enum status auth_factor_check(struct ctx *c, uint64_t user_id, const char *sealed, const char *code)
{
	return code ? use(c, user_id, sealed, code, false) : E_CODE_REQUIRED;
}
