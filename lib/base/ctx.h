/*
 * What a piece of work carries: passed first, explicitly, through rules, statements and helpers.
 * Requests embed it (http/req.h); jobs make their own.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include "base/arena.h"
#include "base/errors.h"

struct db;
struct kv;
struct gate;
struct conf;

enum role { ROLE_NONE, ROLE_USER, ROLE_ADMIN };

/* Who asks, after the token was checked; zero for guests. */
struct identity {
	uint64_t user_id;
	uint64_t session_id;
	enum role role;
	int64_t expires; /* of what was shown, s since 1970 */
};

/* One refused input field. */
struct bad_field {
	struct bad_field *next;
	const char *field; /* as on the wire, "languages[2].languageId" for nested ones */
	const char *rule;  /* required, type, min, max, length, format, one_of, … */
	const char *text;  /* for people, in the caller's language */
};

/* A message for other processes, sent when the work is done; see domain/live/live.h. */
struct ctx_post {
	struct ctx_post *next;
	const char *text;
	size_t n;
};

struct ctx {
	struct arena *arena;
	const struct conf *conf;
	struct db *db;
	struct kv *kv;
	struct gate *gate;
	const char *request_id;
	enum lang lang;
	int64_t now;      /* wall clock at the start, ms */
	int64_t deadline; /* monotonic, µs */
	struct identity me;

	/* why it failed: for the log only, never for the answer */
	const char *why;
	struct bad_field *bad_fields;
	const char *details; /* for the answer: more about it, members of an object as JSON (http/openapi.c) */
	int retry_after; /* seconds, for the Retry-After header; 0: the default */

	struct ctx_post *posts, *last_post;

	/* Carried out when the answer has been sent: nobody waits for it, and its time tells nobody anything. What
	 * belongs to the request itself is gone by then; the arena is not. */
	void (*later)(struct ctx *c, const void *arg);
	const void *later_arg;

	/* counted for the log, the metrics and the statement budget of a route */
	unsigned db_trips, kv_trips;
	unsigned login_trips; /* those of db_trips that asked whether the login still stands */
	unsigned retries; /* statements and transactions that were run again */
	int64_t db_us, kv_us;
};

/* Notes the private reason and returns st: `return fail(c, E_CHAT_NO_ROOM, "room %llu", id);` */
enum status fail(struct ctx *c, enum status st, const char *why, ...) PRINTF(3, 4);

/* Adds a refused field; text may be NULL (the validator then words it). */
void fail_field(struct ctx *c, const char *field, const char *rule, const char *text);

/* The text for the caller's language. */
const char *say(const struct ctx *c, const char *ko, const char *en);
#endif
