#include "sec/webpush.h"
#include "base/b64.h"
#include "base/buf.h"
#include "sec/random.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

enum { SHA = 32, TAG = 16, CEK = 16, NONCE = 12, CLAIMS_MAX = 4000 };

/* Of what can only fail without memory. */
#define SURE(x)                                                                                    \
	do {                                                                                       \
		if (!(x))                                                                          \
			abort();                                                                   \
	} while (0)

/* ---- the curve ---------------------------------------------------------------------------- */

static const EC_GROUP *curve(void)
{
	static EC_GROUP *group;

	if (!group)
		group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	SURE(group);
	return group;
}

static EC_POINT *read_point(const unsigned char p[WEBPUSH_PUBLIC])
{
	EC_POINT *point = EC_POINT_new(curve());

	SURE(point);
	/* this also asks whether it lies on the curve */
	if (p[0] == POINT_CONVERSION_UNCOMPRESSED && EC_POINT_oct2point(curve(), point, p, WEBPUSH_PUBLIC, NULL))
		return point;
	EC_POINT_free(point);
	return NULL;
}

bool webpush_is_point(const unsigned char p[WEBPUSH_PUBLIC])
{
	EC_POINT *point = read_point(p);

	EC_POINT_free(point);
	return point != NULL;
}

/* scalar times point (NULL: the generator); false when the scalar is none. */
static bool times(const unsigned char scalar[WEBPUSH_PRIVATE], const EC_POINT *point,
		  unsigned char out[WEBPUSH_PUBLIC])
{
	BIGNUM *n = BN_bin2bn(scalar, WEBPUSH_PRIVATE, NULL);
	EC_POINT *r = EC_POINT_new(curve());

	SURE(n && r);
	bool good = !BN_is_zero(n) && BN_cmp(n, EC_GROUP_get0_order(curve())) < 0;

	if (good) {
		SURE(EC_POINT_mul(curve(), r, point ? NULL : n, point, point ? n : NULL, NULL));
		SURE(EC_POINT_point2oct(curve(), r, POINT_CONVERSION_UNCOMPRESSED, out, WEBPUSH_PUBLIC, NULL) ==
		     WEBPUSH_PUBLIC);
	}
	BN_clear_free(n);
	EC_POINT_free(r);
	return good;
}

void webpush_new_keys(struct webpush_keys *out)
{
	do
		random_bytes(out->private, sizeof(out->private));
	while (!times(out->private, NULL, out->public));
}

bool webpush_is_pair(const struct webpush_keys *k)
{
	unsigned char public[WEBPUSH_PUBLIC];

	return times(k->private, NULL, public) && !memcmp(public, k->public, sizeof(public));
}

/* ---- RFC 8291 ----------------------------------------------------------------------------- */

static void hmac(const void *key, size_t key_n, const void *p, size_t n, unsigned char out[SHA])
{
	SURE(HMAC(EVP_sha256(), key, (int)key_n, p, n, out, NULL));
}

/* The only block of HKDF's second step. info with its closing zero, if it has one. */
static void expand(const unsigned char key[SHA], const void *info, size_t n, unsigned char out[SHA])
{
	unsigned char text[200];

	assert(n < sizeof(text));
	memcpy(text, info, n);
	text[n] = 1;
	hmac(key, SHA, text, n + 1, out);
}

static void shared_key(const struct webpush_to *to, const struct webpush_keys *own, unsigned char out[SHA])
{
	static const char label[] = "WebPush: info";
	unsigned char secret[WEBPUSH_PUBLIC], key[SHA], info[sizeof(label) + 2 * WEBPUSH_PUBLIC];
	EC_POINT *theirs = read_point(to->p256dh);

	SURE(theirs && times(own->private, theirs, secret));
	EC_POINT_free(theirs);
	memcpy(info, label, sizeof(label));
	memcpy(info + sizeof(label), to->p256dh, WEBPUSH_PUBLIC);
	memcpy(info + sizeof(label) + WEBPUSH_PUBLIC, own->public, WEBPUSH_PUBLIC);
	hmac(to->auth, sizeof(to->auth), secret + 1, WEBPUSH_PRIVATE, key); /* x alone */
	expand(key, info, sizeof(info), out);
}

static void encrypt(const unsigned char key[CEK], const unsigned char nonce[NONCE], const void *text, size_t n,
		    unsigned char *out)
{
	static const unsigned char last = 2; /* the delimiter of the last record */
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len = 0, more = 0, end = 0;

	SURE(c && EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, key, nonce));
	SURE(EVP_EncryptUpdate(c, out, &len, text, (int)n));
	SURE(EVP_EncryptUpdate(c, out + len, &more, &last, 1));
	SURE(EVP_EncryptFinal_ex(c, out + len + more, &end));
	SURE(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out + n + 1));
	EVP_CIPHER_CTX_free(c);
}

size_t webpush_seal(const struct webpush_to *to, const struct webpush_keys *own,
		    const unsigned char salt[WEBPUSH_SALT], const void *text, size_t n,
		    unsigned char out[WEBPUSH_BODY_MAX])
{
	static const char for_key[] = "Content-Encoding: aes128gcm", for_nonce[] = "Content-Encoding: nonce";
	unsigned char shared[SHA], base[SHA], key[SHA], nonce[SHA], *p = out;

	assert(n <= WEBPUSH_TEXT_MAX);
	shared_key(to, own, shared);
	hmac(salt, WEBPUSH_SALT, shared, SHA, base);
	expand(base, for_key, sizeof(for_key), key);
	expand(base, for_nonce, sizeof(for_nonce), nonce);
	memcpy(p, salt, WEBPUSH_SALT);
	p += WEBPUSH_SALT;
	*p++ = 0; /* the size of a record: one, as large as it may be */
	*p++ = 0;
	*p++ = WEBPUSH_BODY_MAX >> 8;
	*p++ = WEBPUSH_BODY_MAX & 255;
	*p++ = WEBPUSH_PUBLIC;
	memcpy(p, own->public, WEBPUSH_PUBLIC);
	p += WEBPUSH_PUBLIC;
	encrypt(key, nonce, text, n, p);
	return (size_t)(p - out) + n + 1 + TAG;
}

size_t webpush_body(const struct webpush_to *to, const void *text, size_t n, unsigned char out[WEBPUSH_BODY_MAX])
{
	unsigned char salt[WEBPUSH_SALT];
	struct webpush_keys own;

	random_bytes(salt, sizeof(salt));
	webpush_new_keys(&own);
	return webpush_seal(to, &own, salt, text, n, out);
}

/* ---- RFC 8292 ----------------------------------------------------------------------------- */

static EVP_PKEY *signing_key(const struct webpush_keys *k)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	BIGNUM *private = BN_bin2bn(k->private, WEBPUSH_PRIVATE, NULL);
	EVP_PKEY *key = NULL;

	SURE(b && c && private);
	SURE(OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0));
	SURE(OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, k->public, WEBPUSH_PUBLIC));
	SURE(OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, private));
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);

	SURE(params && EVP_PKEY_fromdata_init(c) > 0 && EVP_PKEY_fromdata(c, &key, EVP_PKEY_KEYPAIR, params) > 0);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(b);
	EVP_PKEY_CTX_free(c);
	BN_clear_free(private);
	return key;
}

/* As JWT wants it: both numbers, 32 bytes each. */
static void sign(const struct webpush_keys *k, const char *text, size_t n, unsigned char out[64])
{
	EVP_PKEY *key = signing_key(k);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char der[80];
	const unsigned char *p = der;
	size_t len = sizeof(der);

	SURE(c && EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) > 0);
	SURE(EVP_DigestSign(c, der, &len, (const unsigned char *)text, n) > 0);
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)len);

	SURE(sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
	     BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32);
	ECDSA_SIG_free(sig);
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(key);
}

const char *webpush_vapid(struct arena *a, const struct webpush_keys *k, const char *audience,
			  const char *subject, int64_t expires)
{
	static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
	struct buf claims = buf_new(a, 256, CLAIMS_MAX);
	unsigned char sum[64];

	buf_str(&claims, "{\"aud\":");
	buf_json(&claims, audience, strlen(audience));
	buf_printf(&claims, ",\"exp\":%lld,\"sub\":", (long long)expires);
	buf_json(&claims, subject, strlen(subject));
	buf_char(&claims, '}');
	const char *text = arena_printf(a, "%s.%s", b64_url(a, head, sizeof(head) - 1),
					b64_url(a, claims.data, claims.len));

	sign(k, text, strlen(text), sum);
	return arena_printf(a, "vapid t=%s.%s, k=%s", text, b64_url(a, sum, sizeof(sum)),
			    b64_url(a, k->public, WEBPUSH_PUBLIC));
}
