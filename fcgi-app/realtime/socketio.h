/* What the files of the Socket.IO skin share. */
#ifndef REALTIME_SOCKETIO_H
#define REALTIME_SOCKETIO_H

#include "json/cut.h"
#include "json/jin.h"
#include "realtime/circle.h"
#include "realtime/hub.h"
#include "realtime/ids.h"
#include "realtime/sock.h"

struct buf;
struct call;
struct echo;
struct pair;
struct roster;

enum { SENT = 16, SOCKET_ID = 20 };

/* A call of a study group, as one socket takes part in it. */
struct video {
	struct place *place; /* NULL: in none */
	bool muted, hidden, sharing, speaking;
	int64_t spoke; /* monotonic ms: when that was told last */
	char since[32];
};

struct session {
	bool waits; /* until it is known where its user belongs */
	char *token, *cookie; /* of the request, until CONNECT */
	bool connected;
	char id[SOCKET_ID + 1]; /* of the socket, as its client and its peers know it */

	/* what is being answered */
	struct call *call;
	bool wants_ack;
	uint64_t ack, room; /* room: a message is being sent there */
	struct echo *echoes;
	int64_t sent[SENT]; /* ids of the last messages sent here */
	unsigned n_sent;

	/* of study groups */
	struct ids away; /* those it has left, though its user is a member */
	struct ids open; /* those it has said study:join for, and not left since */
	struct roster *rosters;
	struct video video;
	struct pair *pairs; /* to whom it has said something to connect with them, in whichever call */
};

/* What came with an event. */
struct asked {
	const char *event;
	const struct jval *arg; /* the first argument */
	bool wants_ack;
	uint64_t ack;
};

struct socketio_event {
	const char *name;
	void (*run)(struct sock *s, const struct asked *q);
};

#define TEXT_PART(text) PART(text, strlen(text))

void socketio_emit(struct sock *s, enum weight w, const char *event, const char *json, size_t n);
void socketio_acknowledge(struct sock *s, uint64_t ack, const char *json, size_t n);

/* An event that could not be done: to whoever waits for its acknowledgement, else as an event of its own.
 * why: JSON. */
void socketio_complain(struct sock *s, const struct asked *q, const char *why, size_t n);
void socketio_refuse(struct sock *s, const struct asked *q, const char *ko, const char *en);
#define COMPLAIN(s, q, ...) socketio_refuse(s, q, __VA_ARGS__)
#define TOO_LARGE "너무 큽니다", "That is too large"
#define NO_FILE_OF_IT "이 스터디의 파일이 아닙니다", "Not a file of this study"
#define NOT_A_MEMBER "스터디 멤버가 아닙니다", "You are not a member of this study"

/* POSTs to the pool as the socket's user, once however often it is sent; body: JSON or NULL. Nothing more is read of
 * the socket until done(), whose arg it is, has called sock_busy(s, false); x->ack and x->wants_ack are those of q. */
typedef void socketio_answered(void *arg, int status, const char *body, size_t n);
void socketio_ask(struct sock *s, const struct asked *q, const char *uri, const struct buf *body,
		  socketio_answered *done);

/* The same for a GET, which only reads. */
void socketio_look(struct sock *s, const struct asked *q, const char *uri, socketio_answered *done);

/* A complaint of what the pool refused. status: 0 if it did not answer; why: a JSON string of its answer, or nothing.
 * socketio_why(): what is said then. */
struct cut socketio_why(const struct sock *s, int status, struct cut why);
void socketio_failed(struct sock *s, const struct asked *q, int status, struct cut why);

/* Its messages are heard in their order from the number {after} on; without it, from the next one on. q is told when
 * that begins. Again begins anew; one that is left before it has caught up is told to reload. */
void socketio_follow(struct sock *s, enum room_kind kind, uint64_t room, const struct asked *q);
void socketio_unfollow(struct sock *s, enum room_kind kind, uint64_t room);
bool socketio_follows(const struct sock *s, enum room_kind kind, uint64_t room);

/* ---- study_chat.c: what is said in study groups ---- */
extern const struct socketio_event study_chat_events[]; /* ends with a name of NULL */
void study_chat_heard(struct sock *s, uint64_t study, const struct said *what);

/* ---- study_session.c: the other events of study groups ---- */
uint64_t study_in(const struct jval *arg); /* the id of {studyId: "5"}, or of "5"; 0: none */
extern const struct socketio_event study_events[]; /* ends with a name of NULL */
void study_known(struct sock *s);
void study_heard(struct place *p, const char *from, const struct said *what);
void study_closed(struct sock *s);

/* The study of the call it is in; 0: in none, and q was told so. */
uint64_t study_of_call(struct sock *s, const struct asked *q);
/* A word or a file (JSON) inside that call, to all in it. q is told what became of it. */
void study_call_word(struct sock *s, const struct asked *q, bool file, const char *json, size_t n);
#endif
