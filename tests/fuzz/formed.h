/* What clients are sent, whatever others did: each text is one message of its protocol, its JSON read by json-c. */
#ifndef FUZZ_FORMED_H
#define FUZZ_FORMED_H

#include "fuzz.h"
#include "realtime/stomp.h"

#include <json-c/json.h>

enum { DEEP = 40 };

/* The JSON of exactly n bytes; to be put. */
static inline json_object *json_of(const char *text, size_t n)
{
	struct json_tokener *t = must(json_tokener_new_ex(DEEP));
	json_object *o;

	json_tokener_set_flags(t, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(t, text, (int)n);
	if (json_tokener_get_error(t) == json_tokener_continue) /* a number ends with what follows it */
		o = json_tokener_parse_ex(t, "", 1);
	if (json_tokener_get_error(t) != json_tokener_success)
		fprintf(stderr, "%s: %.*s\n", json_tokener_error_desc(json_tokener_get_error(t)), (int)n, text);
	HOLDS(json_tokener_get_error(t) == json_tokener_success);
	HOLDS(json_tokener_get_parse_end(t) <= n);
	json_tokener_free(t);
	return o;
}

static inline void is_json(const char *text, size_t n, enum json_type type)
{
	json_object *o = json_of(text, n);

	HOLDS(json_object_is_type(o, type));
	json_object_put(o);
}

/* Whoever is named as the one it comes from. */
static inline void is_somebody(const json_object *o, const char *member, bool (*is_name)(const char *))
{
	json_object *v;

	HOLDS(!json_object_object_get_ex(o, member, &v) || is_name(json_object_get_string(v)));
}

/* A message in a call; is_name: whether somebody has entered under that name. */
static inline void check_call(const char *text, size_t n, bool (*is_name)(const char *))
{
	json_object *o = json_of(text, n), *type, *payload;

	HOLDS(json_object_object_get_ex(o, "type", &type) && json_object_is_type(type, json_type_string));
	is_somebody(o, "from", is_name);
	if (strncmp(json_object_get_string(type), "participant", 11) != 0) /* which the pool says */
		is_somebody(o, "userId", is_name);
	if (json_object_object_get_ex(o, "payload", &payload))
		is_somebody(payload, "userId", is_name);
	json_object_put(o);
}

/* A packet of Engine.IO or Socket.IO. */
static inline void check_packet(const char *text, size_t n)
{
	const char *end = text + n, *at = text;

	HOLDS(n);
	if (*at == '0' || !strncmp(at, "40", MIN(n, (size_t)2)) || !strncmp(at, "44", MIN(n, (size_t)2))) {
		if (n > 2 && at[2] == '/') /* a namespace, up to its comma */
			at = memchr(at, ',', n);
		at = at ? memchr(at, '{', (size_t)(end - at)) : NULL;
		HOLDS(at);
		is_json(at, (size_t)(end - at), json_type_object);
	} else if (*at == '4') {
		HOLDS(n > 4 && (at[1] == '2' || at[1] == '3'));
		for (at += 2; at < end && *at >= '0' && *at <= '9';)
			at++;
		is_json(at, (size_t)(end - at), json_type_array);
	} else {
		HOLDS(n == 1 && strchr("126", *at));
	}
}

/* Chat rooms 1 and 2, and from ROOMS on study groups 1 and 2: the last number of each that a client of Socket.IO
 * knows of; -1: it is not connected yet. */
enum { ROOMS = 3, PLACES = 5 };
struct seen {
	int64_t seq[PLACES];
	bool chose; /* it has left a group, or asked for a number: what it hears of groups is its own choice */
};

/* A member of messages that were really said: anything may be on the bus. */
#define TRUE_WORD "qx7sEaid"

static inline int64_t number_in(const json_object *o, const char *member)
{
	json_object *v;

	return json_object_object_get_ex(o, member, &v) ? json_object_get_int64(v) : 0;
}

/* Once it is connected it misses nothing: of each room it gets one number after the other, or is told to reload. */
static inline void check_gap(struct seen *k, const int64_t last[PLACES], const char *text, size_t n)
{
	json_object *list, *m;

	if (!strncmp(text, "40", MIN(n, (size_t)2)))
		memcpy(k->seq, last, sizeof(k->seq));
	if (k->seq[1] < 0 || n < 3 || strncmp(text, "42", 2) != 0)
		return;
	list = json_of(text + 2, n - 2);
	m = json_object_array_get_idx(list, 1);
	const char *event = json_object_get_string(json_object_array_get_idx(list, 0));
	int64_t room = number_in(m, "chat_id"), seq = number_in(m, "seq"), group = number_in(m, "studyId") + ROOMS - 1;

	if (!strcmp(event, "receive_message") && room > 0 && room < ROOMS) {
		HOLDS(seq <= k->seq[room] + 1);
		k->seq[room] = MAX(k->seq[room], seq);
	} else if (!strcmp(event, "reload") && (room = number_in(m, "roomId")) > 0 && room < ROOMS) {
		k->seq[room] = MAX(k->seq[room], number_in(m, "lastSeq"));
	} else if (!strcmp(event, "chat:new-message") && number_in(m, TRUE_WORD) && !k->chose) {
		HOLDS(group >= ROOMS && group < PLACES && seq <= k->seq[group] + 1);
		k->seq[group] = MAX(k->seq[group], seq);
	}
	json_object_put(list);
}

/* A frame of STOMP, or a heart-beat. */
static inline void check_frame(const char *text, size_t n)
{
	struct stomp_frame f;
	const char *why = NULL, *length;
	size_t used = 0, looked = 0;

	if (n == 1 && *text == '\n')
		return;
	char *copy = exact_copy(text, n);

	HOLDS(stomp_read(copy, n, n, &f, &used, &looked, &why) == STOMP_FRAME && used == n);
	length = stomp_header(&f, "content-length");
	if (!strcmp(f.command, "MESSAGE")) {
		HOLDS(f.n_headers == 5 + !!stomp_header(&f, "reload")); /* none that a client has put into another */
		HOLDS(stomp_header(&f, "subscription") && length && strtoull(length, NULL, 10) == f.n_body);
		is_json(f.body, f.n_body, json_type_object);
	} else {
		HOLDS(!f.n_body && f.n_headers == (!strcmp(f.command, "CONNECTED") ? 4 : 1));
		HOLDS(f.n_headers == 4 || stomp_header(&f, !strcmp(f.command, "ERROR") ? "message" : "receipt-id"));
	}
	free(copy);
}
#endif
