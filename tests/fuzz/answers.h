/* What a pool in which all goes well says of rooms, study groups and calls. */
#ifndef TESTS_FUZZ_ANSWERS_H
#define TESTS_FUZZ_ANSWERS_H

#include "base/buf.h"
#include "formed.h"
#include "json/cut.h"

/* The place in a list of rooms and groups that a path is about; 0: none. */
static inline size_t place_of(const char *uri)
{
	const char *room = strstr(uri, "/rooms/"), *study = strstr(uri, "/studies/");
	size_t id = room ? strtoull(room + 7, NULL, 10) : study ? strtoull(study + 9, NULL, 10) : 0;

	if (room)
		return id < ROOMS ? id : 0;
	return id && id < PLACES - ROOMS + 1 ? ROOMS + id - 1 : 0;
}

/* A message of that place; text: JSON. */
static inline void add_message(struct buf *b, size_t place, int64_t seq, const char *text, size_t n)
{
	long long nth = (long long)seq;

	if (place < ROOMS)
		buf_printf(b, "{\"messageId\":%lld,\"roomId\":%zu,\"senderId\":\"1\",\"seq\":%lld,\"sentAt\":\"x\","
			      "\"message\":", nth, place, nth);
	else
		buf_printf(b, "{\"id\":\"%lld\",\"studyId\":\"%zu\",\"userId\":\"1\",\"seq\":%lld,\"" TRUE_WORD "\":1,"
			      "\"content\":", nth, place - ROOMS + 1, nth);
	buf_add(b, text, n);
	buf_char(b, '}');
}

/* Those behind a number: {"data": […]} */
static inline void add_messages(struct buf *b, size_t place, int64_t after, int64_t last)
{
	buf_str(b, "{\"data\":[");
	for (int64_t i = after + 1; i > 0 && i <= last && i <= after + 100; i++) {
		if (i > after + 1)
			buf_char(b, ',');
		add_message(b, place, i, "\"old\"", 5);
	}
	buf_str(b, "]}");
}

/* Of one user: what they sit in. */
static inline void add_seats(struct buf *b, const int64_t last[PLACES])
{
	buf_str(b, "\"rooms\":[");
	for (size_t i = 1; i < PLACES; i++) {
		if (i == ROOMS)
			buf_str(b, "],\"studies\":[");
		else if (i > 1)
			buf_char(b, ',');
		buf_printf(b, "{\"%s\":%zu,\"lastSeq\":%lld}", i < ROOMS ? "roomId" : "studyId",
			   i < ROOMS ? i : i - ROOMS + 1, (long long)last[i]);
	}
	buf_char(b, ']');
}

static inline void add_call(struct buf *b, struct cut body)
{
	struct cut user = cut_member(body, "userId");

	if (!user.s)
		user = (struct cut){"\"a\"", 3};
	buf_printf(b, "{\"data\":{\"key\":7,\"participant\":{\"userId\":%.*s,\"isScreenSharing\":true},\"participants\":[",
		   (int)user.n, user.s);
	buf_printf(b, "{\"userId\":%.*s},{\"userId\":\"b\"}],\"room\":{\"settings\":{\"allowRecording\":true,"
		      "\"recordingSettings\":{\"enabled\":true}},\"participants\":[{\"userId\":\"b\"}]}}}",
		   (int)user.n, user.s);
}
#endif
