/*
 * Settings: one typed table. Values come from KEY=VALUE lines of a file, then from the environment
 * (which wins); a secret may also be named by KEY_FILE, a file only its owner can read.
 * Everything is checked before a socket is opened; every mistake is one line on stderr.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"
#include "base/base.h"
#include "base/errors.h"

/* C(kind, member, KEY, default, min, max, what it is): INT and MS are numbers, WORD is one of the
 * words in `max`'s place, SECRET is a STR that is never printed. NULL as default: required. */
#define CONF_TABLE(C)                                                                              \
	C(WORD, environment, ENVIRONMENT, "development", 0, "development production",              \
	  "production refuses demo secrets, readable secret files and plain-HTTP origins")         \
	C(STR, listen, LISTEN, "run/api.sock", 1, 107, "unix socket of the API pool")              \
	C(INT, workers, WORKERS, "8", 1, 200, "worker processes of the API pool")                  \
	C(STR, login_listen, LOGIN_LISTEN, "run/login.sock", 1, 107,                               \
	  "unix socket for log-in and sign-up, whose hashing must not hold up the pool")           \
	C(INT, login_workers, LOGIN_WORKERS, "2", 1, 50, "worker processes of that socket")        \
	C(INT, max_requests, MAX_REQUESTS, "200000", 0, 100000000,                                 \
	  "requests after which a worker is replaced; 0: never")                                   \
	C(STR, realtime_listen, REALTIME_LISTEN, "run/realtime.sock", 1, 107,                      \
	  "unix socket of the WebSocket gateway")                                                  \
	C(INT, sockets_per_user, SOCKETS_PER_USER, "20", 1, 1000,                                  \
	  "WebSockets one user may have open on one gateway")                                      \
	C(INT, sockets_per_address, SOCKETS_PER_ADDRESS, "500", 1, 1000000,                        \
	  "WebSockets from one client address on one gateway")                                     \
	C(STR, db_socket, DB_SOCKET, "", 0, 107, "unix socket of MariaDB; empty: DB_HOST")         \
	C(STR, db_host, DB_HOST, "127.0.0.1", 1, 255, "MariaDB host")                              \
	C(INT, db_port, DB_PORT, "3306", 1, 65535, "MariaDB port")                                 \
	C(STR, db_name, DB_NAME, "studymate", 1, 64, "database")                                   \
	C(STR, db_user, DB_USER, "studymate", 1, 80, "database user")                              \
	C(SECRET, db_password, DB_PASSWORD, "", 0, 255, "database password")                       \
	C(WORD, db_snapshot, DB_SNAPSHOT_ISOLATION, "on", 0, "on off",                             \
	  "off: innodb_snapshot_isolation is left as the server has it")                           \
	C(STR, redis_socket, REDIS_SOCKET, "", 0, 107, "unix socket of Redis; empty: REDIS_HOST")  \
	C(STR, redis_host, REDIS_HOST, "127.0.0.1", 1, 255, "Redis host")                          \
	C(INT, redis_port, REDIS_PORT, "6379", 1, 65535, "Redis port")                             \
	C(SECRET, redis_password, REDIS_PASSWORD, "", 0, 255, "Redis password")                    \
	C(STR, redis_sentinels, REDIS_SENTINELS, "", 0, 1000,                                      \
	  "Sentinels that name the master of Redis, host:port, comma-separated; then socket and host do not count") \
	C(STR, redis_sentinel_name, REDIS_SENTINEL_NAME, "mymaster", 1, 64,                        \
	  "what the Sentinels call that master")                                                   \
	C(SECRET, redis_sentinel_password, REDIS_SENTINEL_PASSWORD, "", 0, 255,                    \
	  "password of the Sentinels")                                                             \
	C(STR, redis_prefix, REDIS_PREFIX, "sm:", 1, 32, "prefix of every Redis key")              \
	C(SECRET, token_keys, TOKEN_KEYS, NULL, 66, 2000,                                          \
	  "kid:64 hex digits, comma-separated; the first signs, all verify")                       \
	C(STR, token_issuer, TOKEN_ISSUER, "studymate", 1, 64, "iss claim of our tokens")          \
	C(SECRET, session_secret, SESSION_SECRET, "", 0, 200,                                      \
	  "seals the session cookie of the study groups' pages: NEXTAUTH_SECRET of the Next.js server in front of " \
	  "them, which reads it; empty: derived from TOKEN_KEYS")                                  \
	C(STR, google_client, GOOGLE_CLIENT_ID, "", 0, 200, "log-in with Google: its client id; empty: off")   \
	C(SECRET, google_secret, GOOGLE_CLIENT_SECRET, "", 0, 200, "log-in with Google: the client's secret")  \
	C(STR, google_urls, GOOGLE_URLS,                                                           \
	  "https://accounts.google.com/o/oauth2/v2/auth https://oauth2.googleapis.com/token "      \
	  "https://openidconnect.googleapis.com/v1/userinfo", 1, 1000,                             \
	  "log-in with Google: where users, codes and profiles are asked for")                     \
	C(STR, naver_client, NAVER_CLIENT_ID, "", 0, 200, "log-in with Naver: its client id; empty: off")      \
	C(SECRET, naver_secret, NAVER_CLIENT_SECRET, "", 0, 200, "log-in with Naver: the client's secret")     \
	C(STR, naver_urls, NAVER_URLS,                                                             \
	  "https://nid.naver.com/oauth2.0/authorize https://nid.naver.com/oauth2.0/token "         \
	  "https://openapi.naver.com/v1/nid/me", 1, 1000,                                          \
	  "log-in with Naver: where users, codes and profiles are asked for")                      \
	C(STR, login_return, LOGIN_RETURN_URL, "", 0, 300,                                         \
	  "where Google and Naver send browsers back to, up to the provider's name; empty: /api/v1/auth/callback/ of " \
	  "the site that was asked; https://…/login/oauth2/code/ when the web client is to take the codes")  \
	C(STR, ai_url, AI_URL, "", 0, 300,                                                         \
	  "language model and speech recognition: a server that speaks as OpenAI's API does, https://…/v1 (http on " \
	  "127.0.0.1); empty: none, and rules answer where they can")                              \
	C(SECRET, ai_key, AI_KEY, "", 0, 300, "its key")                                           \
	C(STR, ai_model, AI_MODEL, "", 0, 100, "its model for texts (/chat/completions); empty: none")         \
	C(STR, ai_speech_model, AI_SPEECH_MODEL, "", 0, 100,                                       \
	  "its model for speech (/audio/transcriptions), such as whisper-1; empty: none")          \
	C(WORD, ai_guests, AI_GUESTS, "no", 0, "no yes",                                           \
	  "yes: people who are not logged in may use it as well, within their address's limits: the shipped call " \
	  "pages send no token for subtitles and their translation")                               \
	C(INT, ai_timeout, AI_TIMEOUT_MS, "3000", 100, 60000,                                      \
	  "longest wait for it, ms, within REQUEST_TIMEOUT_MS; a quarter of the workers may wait at a time") \
	C(INT, ai_text_cents, AI_TEXT_CENTS, "0", 0, 1000000,                                      \
	  "what a million tokens of texts cost, US cents, for what users are told of it")          \
	C(INT, ai_speech_cents, AI_SPEECH_CENTS, "0", 0, 1000000, "the same for an hour of speech")            \
	C(INT, access_ttl, ACCESS_TTL_S, "3600", 60, 86400, "life of an access token, s")          \
	C(INT, refresh_ttl, REFRESH_TTL_S, "604800", 3600, 7776000, "life of a login, s")          \
	C(INT, refresh_grace, REFRESH_GRACE_S, "60", 0, 600,                                       \
	  "how long a rotated refresh token stays good, s")                                        \
	C(INT, argon2_memory, ARGON2_MEMORY_KIB, "19456", 8, 1048576, "argon2id memory, KiB")      \
	C(INT, argon2_passes, ARGON2_PASSES, "2", 1, 20, "argon2id passes")                        \
	C(STR, cors_origins, CORS_ORIGINS, "", 0, 2000,                                            \
	  "origins of other hosts that may call us, comma-separated")                              \
	C(INT, statement_timeout, STATEMENT_TIMEOUT_MS, "3000", 100, 60000,                        \
	  "longest statement, ms")                                                                 \
	C(INT, request_timeout, REQUEST_TIMEOUT_MS, "8000", 200, 120000,                           \
	  "a worker busy longer than this is ended, ms")                                           \
	C(INT, shed_after, SHED_AFTER_MS, "1000", 0, 60000,                                        \
	  "a request that waited longer than this is answered 503 at once, ms; 0: never")          \
	C(INT, login_shed_after, LOGIN_SHED_AFTER_MS, "3000", 0, 60000,                            \
	  "the same for log-in and sign-up")                                                       \
	C(INT, rate_percent, RATE_PERCENT, "100", 1, 10000000,                                     \
	  "scales every rate limit (load tests)")                                                  \
	C(STR, storage_dir, STORAGE_DIR, "run/files", 1, 400,                                      \
	  "folder of uploaded files; nginx must be able to read it")                               \
	C(INT, storage_quota, STORAGE_QUOTA_MIB, "1024", 1, 10000000, "what one user may store, MiB") \
	C(STR, image_hosts, IMAGE_HOSTS,                                                           \
	  "googleusercontent.com pstatic.net kakaocdn.net githubusercontent.com", 0, 1000,         \
	  "where pictures of people may stand, for /images/transform: hosts with all below them, with blanks between") \
	C(STR, stun_urls, STUN_URLS, "stun:stun.cloudflare.com:3478,stun:stun.l.google.com:19302", 0, 1000, \
	  "STUN servers for calls, comma-separated: stun:host:port")                               \
	C(STR, turn_urls, TURN_URLS, "", 0, 1000,                                                  \
	  "TURN servers for calls, comma-separated: turn:host:port?transport=udp or turns:…")      \
	C(SECRET, turn_secret, TURN_SECRET, "", 0, 200,                                            \
	  "static-auth-secret of the TURN servers; empty: calls have STUN only")                   \
	C(INT, turn_ttl, TURN_TTL, "600", 60, 600, "life of credentials for TURN, s")              \
	C(SECRET, metrics_token, METRICS_TOKEN, "", 0, 200,                                        \
	  "bearer token that may read /metrics from other hosts")                                  \
	C(STR, vapid_public_key, VAPID_PUBLIC_KEY, "", 0, 87,                                      \
	  "web push: public key (studymate-jobs --vapid-keys), as the web client was built with; empty: no push") \
	C(SECRET, vapid_private_key, VAPID_PRIVATE_KEY, "", 0, 43, "web push: its private key")    \
	C(STR, vapid_subject, VAPID_SUBJECT, "", 0, 200,                                           \
	  "web push: mailto: or https: of whom push services tell when something is wrong")        \
	C(WORD, push_private, PUSH_PRIVATE, "no", 0, "no yes",                                     \
	  "yes: push services may stand at private addresses (tests); refused in production")      \
	C(STR, smtp_url, SMTP_URL, "", 0, 300,                                                     \
	  "mail server, smtp://host:587 (STARTTLS, but on loopback) or smtps://host; empty: no mail") \
	C(STR, smtp_user, SMTP_USER, "", 0, 200, "user name at the mail server")                   \
	C(SECRET, smtp_password, SMTP_PASSWORD, "", 0, 200, "password at the mail server")         \
	C(STR, smtp_ca, SMTP_CA, "", 0, 400,                                                       \
	  "file with the authorities that vouch for the mail server; empty: those of the system")  \
	C(STR, mail_from, MAIL_FROM, "", 0, 200, "sender of mails: a@b.c or Name <a@b.c>")         \
	C(STR, site_url, SITE_URL, "", 0, 300, "address of the web client, for links in mails")    \
	C(STR, reset_url, RESET_URL, "", 0, 300,                                                   \
	  "page where a forgotten password is replaced, which the mail leads to; empty: /reset-password/ of SITE_URL") \
	C(STR, confirm_url, CONFIRM_URL, "", 0, 300,                                               \
	  "page where an address is confirmed, which the mail leads to; empty: /confirm-email/ of SITE_URL") \
	C(STR, sql_dir, SQL_DIR, "sql", 1, 500, "folder with migrations/ and seed/")               \
	C(WORD, log_level, LOG_LEVEL, "info", 0, "debug info warn error", "lowest level logged")

#define CONF_C_STR const char *
#define CONF_C_SECRET const char *
#define CONF_C_WORD const char *
#define CONF_C_INT int64_t
#define CONF_MEMBER(kind, member, ...) CONF_C_##kind member;
enum { TOKEN_KEYS_MAX = 8, SENTINELS_MAX = 8 };

struct conf {
	CONF_TABLE(CONF_MEMBER)
	bool production;
};

/* file may be NULL. Returns false after writing one line per mistake to err. Strings live as long
 * as the process. */
MUST_USE bool conf_load(struct conf *c, const char *file, FILE *err);

/* The line about a setting that is wrong, or proves to be in use: who speaks, KEY="value", why, and what to do. */
void conf_wrong(FILE *err, const char *key, const char *value, const char *why, const char *todo);

/* Whether CORS_ORIGINS has it. */
bool conf_lists_origin(const struct conf *c, const char *origin);

/* A page of the web client below SITE_URL, whether that ends with / or not; the page begins with one. In the arena. */
const char *conf_on_site(struct arena *a, const struct conf *c, const char *page);

/* KEY=VALUE lines with secrets as "(set)" or "(empty)". */
void conf_print(const struct conf *c, FILE *out);

/* A Markdown table of every key, for the README. */
void conf_document(FILE *out);

enum log_level conf_log_level(const struct conf *c);

/* How our programs are called: [--config FILE] [COMMAND [ARGUMENT …]]. Without that option the file is
 * what STUDYMATE_CONFIG names, or none (NULL). --help and --version are answered here and end the process. */
struct conf_args {
	const char *file, *command; /* NULL: none */
	int n;
	char **v;
};
struct conf_args conf_args(int argc, char **argv, const char *usage);
#endif
