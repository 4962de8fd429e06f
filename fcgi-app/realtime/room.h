/*
 * Chat rooms and study groups with somebody of here in them: hands on their messages in the order of their numbers and
 * without a gap, whatever the bus loses, doubles or swaps. Of hub.c; nobody else needs it.
 */
#ifndef REALTIME_ROOM_H
#define REALTIME_ROOM_H

#include "realtime/hub.h"

struct held;
struct past;
struct rooms;

struct seat {
	struct seat *next; /* of the user */
	struct seat *prev_of_room, *next_of_room;
	struct user *user;
	struct room *room;
	bool seen; /* in the answer that is being read */
};

struct room {
	enum room_kind kind;
	uint64_t id;
	int64_t last;  /* newest number handed on, or that nobody here needed */
	int64_t known; /* newest number that exists, as far as we know */
	int64_t asked_known; /* known, when the call was made */
	struct seat *seats;
	struct sub *subs;
	struct held *held; /* by number */
	size_t n_held;
	struct past *first, *newest; /* messages that went by lately, without a gap */
	size_t n_past;
	struct call *call; /* fetches what is missing */
	int64_t due;	   /* monotonic ms: when to fetch; 0: nothing is missing */
	struct rooms *all;
	struct room *prev_gap, *next_gap; /* in the list of those with `due` */
	UT_hash_handle hh;
};

struct rooms *rooms_open(struct gateway *gw);
void rooms_close(struct rooms *all);

struct room *rooms_find(struct rooms *all, enum room_kind kind, uint64_t id);

/* Takes its place in the room, which is made if it is not there. last: the room's newest number when the
 * pool read it, which was when rooms_heard() was `since`, or later. */
void room_take(struct rooms *all, struct seat *seat, enum room_kind kind, uint64_t id, int64_t last, uint64_t since);
void room_known(struct room *r, int64_t last);
void room_give_up(struct seat *seat);

size_t rooms_count(const struct rooms *all);

/* How many numbers went by so far. */
uint64_t rooms_heard(const struct rooms *all);

/* Something about a room came over the bus. */
void rooms_hear(struct rooms *all, enum room_kind kind, const struct said *what);

/* The room's message `seq`, if it was not handed on before. */
void room_message(struct room *r, int64_t seq, const char *data, size_t n);

/* Tells a subscription that has just got its room what it missed. */
void room_catch_up(struct sub *sub);

/* A subscription leaves its room: others may wait for what it has asked for. */
void room_left(struct room *r, struct sub *sub);

/* Tells it to look for itself. */
void room_reload(struct sub *sub);
#endif
