#include "domain/room/room.h"
#include "base/clock.h"
#include "domain/group_session/group_session.h"
#include "domain/live/live.h"
#include "domain/meeting/meeting.h"
#include "domain/room/room_sql.h"
#include "http/render.h"
#include "sec/random.h"

enum { HOUR_MS = 3600 * 1000, PLANNED_DAYS = 30, CARD_MAX = 16 * 1024 };

SHAPE_TABLE(room_person_out, ROOM_PERSON_OUT)
SHAPE_TABLE(room_counts_out, ROOM_COUNTS_OUT)
SHAPE_TABLE(room_out, ROOM_OUT)
SHAPE_TABLE(room_entered_out, ROOM_ENTERED_OUT)
SHAPE_TABLE(room_metadata, ROOM_METADATA)
SHAPE_TABLE(room_created_out, ROOM_CREATED_OUT)
SHAPE_TABLE(room_joined_out, ROOM_JOINED_OUT)
SHAPE_TABLE(room_active_out, ROOM_ACTIVE_OUT)
SHAPE_TABLE(rooms_out, ROOMS_OUT)
SHAPE_TABLE(room_recording, ROOM_RECORDING)
SHAPE_TABLE(room_settings_in, ROOM_SETTINGS_IN)
SHAPE_TABLE(room_present_out, ROOM_PRESENT_OUT)
SHAPE_TABLE(room_kind_out, ROOM_KIND_OUT)
SHAPE_TABLE(room_analytics_out, ROOM_ANALYTICS_OUT)
SHAPE_TABLE(room_metrics_out, ROOM_METRICS_OUT)

/* What is posted to LIVE_CALL. */
#define ROOM_JOINED_TOLD(F, S)                                                                     \
	F(S, OBJ(room_person_out), participant)                                                    \
	F(S, STR, socket)                                                                          \
	F(S, BOOL, resumed)
SHAPE(room_joined_told, ROOM_JOINED_TOLD)

/* The socket is named when somebody else gave its seat back: its gateway closes it. */
#define ROOM_LEFT_TOLD(F, S)                                                                       \
	F(S, STR, userId)                                                                          \
	F(S, STR, gateway, .skip_null = true)                                                      \
	F(S, STR, socket, .skip_null = true)
SHAPE(room_left_told, ROOM_LEFT_TOLD)

/* To every gateway, for the sockets of that name in that room, those that are on their way in included. */
#define ROOM_KICKED_TOLD(F, S)                                                                     \
	F(S, STR, room)                                                                            \
	F(S, STR, userId)
SHAPE(room_kicked_told, ROOM_KICKED_TOLD)

#define ROOM_UPDATED_TOLD(F, S) F(S, OBJ(room_person_out), participant)
SHAPE(room_updated_told, ROOM_UPDATED_TOLD)

#define ROOM_SETTINGS_TOLD(F, S) F(S, RAW, settings)
SHAPE(room_settings_told, ROOM_SETTINGS_TOLD)

/* At once: news of a call have no numbers, and the last one is what others go on with. */
static void tell(struct ctx *c, int64_t key, const char *event, const struct shape *s, const void *data)
{
	live_post(c, (struct live){LIVE_CALL, (uint64_t)key, event, 0}, s, data);
	live_flush(c);
}

/* ---- rooms as clients see them ------------------------------------------------------------ */

/* To everybody when it is, so that pages can warn before it ends; whatever is personal, only to its people. */
#define COPY(S, k, nm, ...) card.nm = call->nm;

static const char *card_of(struct ctx *c, const struct meeting_call *call)
{
	struct buf b = buf_new(c->arena, 512, CARD_MAX);
	struct meeting_card card;

	MEETING_CARD(COPY, )
	render_value(&b, &meeting_card_shape, &card);
	return b.data;
}

/* What a room is that nobody created: an id that a client brought along. Clients use the ids of sessions so. Once a
 * session is over its id is like any other, but still of its people alone. */
static enum status plan_of(struct ctx *c, const char *room_id, const struct meeting_caller *who, struct room_plan *out)
{
	struct meeting_call call;
	enum status st = group_is(room_id) ? group_call(c, room_id, who, &call) : meeting_call(c, room_id, who, &call);

	*out = (struct room_plan){.type = "audio", .seats = 4, .metadata = "{}"};
	if (st != OK)
		return st == E_SESSION_NONE ? OK : st;
	out->host = call.host_id;
	out->shut = !call.admits;
	if (!call.going)
		return OK;
	out->type = call.type;
	out->seats = call.seats;
	out->card = card_of(c, &call);
	return OK;
}

/* As plan_of(), for who wants to be let in. */
static enum status plan_for(struct ctx *c, const char *room_id, const struct meeting_caller *who, struct room_plan *out)
{
	enum status st = plan_of(c, room_id, who, out);

	return st == OK && out->shut ? fail(c, E_SESSION_NONE, "the session of room %s is of others", room_id) : st;
}

static const char *first_settings(struct ctx *c, const struct room_plan *p)
{
	return arena_printf(c->arena,
			    "{\"allowScreenShare\":true,\"allowRecording\":%s,\"autoMuteOnJoin\":false,"
			    "\"stunServers\":[],\"turnServers\":[],\"recordingSettings\":{\"enabled\":true,"
			    "\"autoStart\":false,\"maxDuration\":60,\"format\":\"webm\",\"quality\":\"medium\","
			    "\"audioOnly\":false}}", p->recording ? "true" : "false");
}

static struct room_person_out person(const struct room_row *row)
{
	return (struct room_person_out){
		.userId = row->userId,
		.userName = row->userName,
		.avatar = row->avatar,
		.level = row->level,
		.nativeLanguage = row->nativeLanguage,
		.learningLanguage = row->learningLanguage,
		.audioEnabled = row->audioEnabled,
		.videoEnabled = row->videoEnabled,
		.isScreenSharing = row->isScreenSharing,
		.joinedAt = row->joinedAt,
	};
}

/* The people of the rows, of which an empty room has one without anybody. */
static size_t people(struct ctx *c, const struct list *rows, const struct room_person_out **out)
{
	const struct room_row *row = rows->v;
	struct room_person_out *all = arena_array(c->arena, struct room_person_out, rows->n);
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (row[i].userId)
			all[n++] = person(&row[i]);
	*out = all;
	return n;
}

static const struct room_counts_out *counts(struct ctx *c, const struct room_row *row)
{
	struct room_counts_out *n = arena_new_of(c->arena, struct room_counts_out);
	int64_t until = row->userId ? c->now : row->last_activity_at;

	n->totalParticipants = row->total_participants;
	n->peakParticipants = row->peak_participants;
	n->messagesExchanged = row->messages;
	n->connectionErrors = row->errors;
	n->lastActivity = row->last_activity_at;
	n->sessionDuration = MAX((until - row->created_at) / 1000, (int64_t)0);
	return n;
}

static void show(struct ctx *c, const struct list *rows, const struct room_plan *p, struct room_out *out)
{
	const struct room_row *row = rows->v;

	out->roomId = row->public_id;
	out->roomType = row->type;
	out->maxParticipants = row->max_participants;
	out->createdAt = row->created_at;
	out->metadata = p->card ? p->card : row->metadata;
	out->settings = row->settings;
	out->participants.n = people(c, rows, &out->participants.v);
	out->metrics = counts(c, row);
}

static const char *socket_path(struct ctx *c, const char *room_id)
{
	return arena_printf(c->arena, "/api/v1/room/%s/ws", room_id);
}

/* Until when a planned room is kept though nobody is in; 0: not longer than others. Clients write local times,
 * without a zone. */
static int64_t planned_until(struct ctx *c, const char *ends)
{
	int64_t at;

	if (!ends || (!clock_parse(ends, &at) && !clock_parse(arena_printf(c->arena, "%s+09:00", ends), &at)))
		return 0;
	at = MIN(at + HOUR_MS, c->now + PLANNED_DAYS * DAY_MS);
	return at > c->now ? at : 0;
}

enum status room_create(struct ctx *c, const struct room_plan *p, struct room_created_out *out)
{
	char hex[33];

	random_hex(hex, 16);
	out->roomId = arena_printf(c->arena, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
	out->roomType = p->type;
	out->maxParticipants = p->seats;
	out->metadata = p->metadata;
	out->websocketUrl = socket_path(c, out->roomId);
	out->joinUrl = arena_printf(c->arena, "/api/v1/room/%s/join", out->roomId);
	out->createdAt = c->now;
	return room_sql_create(c, out->roomId, p, first_settings(c, p), planned_until(c, p->ends));
}

enum status room_info(struct ctx *c, const char *room_id, struct room_out *out)
{
	struct room_plan plan;
	enum status st = plan_of(c, room_id, &(struct meeting_caller){.account = c->me.user_id}, &plan);

	if (st != OK)
		return st;
	struct room_row unused = {
		.public_id = room_id,
		.type = plan.type,
		.max_participants = plan.seats,
		.metadata = plan.metadata,
		.settings = first_settings(c, &plan),
		.created_at = c->now,
		.last_activity_at = c->now,
	};
	struct list rows;

	st = room_sql_find(c, room_id, &rows);
	if (st == OK)
		show(c, rows.n ? &rows : &(struct list){&unused, 1}, &plan, out);
	return st;
}

enum status room_join(struct ctx *c, const char *room_id, const char *user_id, const char *address,
		      struct room_joined_out *out)
{
	struct room_plan plan;
	struct room_out *room = arena_new_of(c->arena, struct room_out);
	struct list rows;
	enum status st = plan_for(c, room_id, &(struct meeting_caller){c->me.user_id, user_id}, &plan);

	if (st == OK)
		st = room_sql_join(c, room_id, user_id, address, &plan, first_settings(c, &plan), &rows);
	if (st == OK && !rows.n)
		st = fail(c, E_CONFLICT_RETRY, "the room has gone meanwhile");
	if (st != OK)
		return st;
	show(c, &rows, &plan, room);
	out->success = true;
	out->roomData = room;
	out->websocketUrl = socket_path(c, room_id);
	return OK;
}

enum status room_list(struct ctx *c, bool all, struct list *out)
{
	struct list rows;
	enum status st = room_sql_list(c, all, &rows);
	struct room_active_out *rooms = arena_array(c->arena, struct room_active_out, rows.n);

	for (size_t i = 0; i < rows.n; i++) {
		rooms[i] = ((const struct room_active_out *)rows.v)[i];
		rooms[i].status = rooms[i].currentParticipants ? "active" : "waiting";
	}
	*out = (struct list){rooms, rows.n};
	return st;
}

enum status room_set(struct ctx *c, const struct room_settings_in *in)
{
	struct room_settings_in patch = *in;
	struct buf b = buf_new(c->arena, 256, 4096);
	struct room_row row = {0};

	patch.has.roomId = ABSENT;
	render_given(&b, &room_settings_in_shape, &patch);
	enum status st = room_sql_set(c, in->roomId, b.data, &row);

	if (st == OK)
		tell(c, row.room_key, "room.settings", &room_settings_told_shape,
		     &(struct room_settings_told){.settings = row.settings});
	return st;
}

static enum status find(struct ctx *c, const char *room_id, struct list *rows)
{
	enum status st = room_sql_find(c, room_id, rows);

	return st == OK && !rows->n ? fail(c, E_ROOM_NONE, "no room %s", room_id) : st;
}

/* Sums are of those who left; those who are in count until now. */
static const struct room_analytics_out *analyse(struct ctx *c, const struct room_row *row,
						const struct room_metrics_out *m)
{
	struct room_analytics_out *a = arena_new_of(c->arena, struct room_analytics_out);
	double ms = (double)MAX(c->now - row->created_at, (int64_t)1), sat = (double)row->person_ms;

	for (size_t i = 0; i < m->participants.n; i++)
		sat += (double)MAX(c->now - m->participants.v[i].joinedAt, (int64_t)0);
	a->uptimeHours = ms / 3600e3;
	a->averageParticipants = sat / ms;
	a->messagesPerMinute = (double)row->messages / (ms / 60e3);
	return a;
}

enum status room_metrics(struct ctx *c, const char *room_id, struct room_metrics_out *out)
{
	struct list rows;
	enum status st = find(c, room_id, &rows);

	if (st != OK)
		return st;
	const struct room_row *row = rows.v;
	const struct room_person_out *all;
	size_t n = people(c, &rows, &all);
	struct room_present_out *present = arena_array(c->arena, struct room_present_out, n);
	struct room_kind_out *kind = arena_new_of(c->arena, struct room_kind_out);

	for (size_t i = 0; i < n; i++)
		present[i] = (struct room_present_out){
			.id = all[i].userId,
			.name = all[i].userName,
			.joinedAt = all[i].joinedAt,
			.audioEnabled = all[i].audioEnabled,
			.videoEnabled = all[i].videoEnabled,
			.isScreenSharing = all[i].isScreenSharing,
		};
	kind->type = row->type;
	kind->maxParticipants = row->max_participants;
	kind->createdAt = row->created_at;
	out->roomId = row->public_id;
	out->currentParticipants = (int64_t)n;
	out->metrics = counts(c, row);
	out->roomSettings = kind;
	out->participants.v = present;
	out->participants.n = n;
	out->analytics = analyse(c, row, out);
	return OK;
}

enum status room_may_record(struct ctx *c, const char *room_id, uint64_t *owner)
{
	struct list rows;
	enum status st = find(c, room_id, &rows);
	const struct room_row *row = rows.v;

	if (st != OK)
		return st;
	*owner = c->me.user_id ? c->me.user_id : row->creator;
	return row->recording && *owner ? OK : E_ROOM_NO_RECORDING;
}

/* ---- seats -------------------------------------------------------------------------------- */

static const struct room_row *row_of(const struct list *rows, const char *user_id)
{
	const struct room_row *row = rows->v;

	for (size_t i = 0; i < rows->n; i++)
		if (row[i].userId && !strcmp(row[i].userId, user_id))
			return &row[i];
	return NULL;
}

enum status room_enter(struct ctx *c, const struct room_seat *s, const struct room_visitor *who,
		       struct room_entered_out *out)
{
	struct room_plan plan;
	struct room_person_out *self = arena_new_of(c->arena, struct room_person_out);
	struct room_out *room = arena_new_of(c->arena, struct room_out);
	struct list rows;
	enum status st = plan_for(c, s->room_id, &(struct meeting_caller){who->account, s->user_id}, &plan);

	if (st == OK)
		st = room_sql_enter(c, s, who, &plan, first_settings(c, &plan), &rows);
	if (st != OK)
		return st;
	const struct room_row *row = row_of(&rows, s->user_id);

	if (!row) /* its gateway is taken for dead */
		return fail(c, E_CONFLICT_RETRY, "the seat has gone meanwhile");
	*self = person(row);
	show(c, &rows, &plan, room);
	out->key = row->room_key;
	out->resumed = row->resumed;
	out->participant = self;
	out->room = room;
	tell(c, out->key, "room.joined", &room_joined_told_shape,
	     &(struct room_joined_told){.participant = self, .socket = s->socket,
					.resumed = out->resumed});
	return OK;
}

enum status room_leave(struct ctx *c, const struct room_exit *x, bool *left)
{
	struct list rows;
	enum status st = room_sql_leave(c, x, &rows);

	*left = st == OK && rows.n;
	if (!*left)
		return st;
	const struct room_row *row = rows.v;
	struct room_left_told told = {.userId = row->userId};

	if (!x->seat.gateway) {
		told.gateway = row->gateway;
		told.socket = row->socket;
	}
	tell(c, row->room_key, "room.left", &room_left_told_shape, &told);
	return OK;
}

enum status room_part(struct ctx *c, const char *room_id, const char *user_id)
{
	bool left;

	return room_leave(c, &(struct room_exit){.seat = {.room_id = room_id, .user_id = user_id}}, &left);
}

enum status room_kick(struct ctx *c, const char *room_id, const char *user_id)
{
	struct room_row row = {0};

	if (!strcmp(user_id, arena_printf(c->arena, "%llu", (unsigned long long)c->me.user_id)))
		return E_ROOM_KICK_SELF;
	enum status st = room_sql_kick(c, room_id, user_id, &row);

	if (st != OK)
		return st;
	tell(c, row.room_key, "room.kicked", &room_kicked_told_shape,
	     &(struct room_kicked_told){.room = room_id, .userId = user_id});
	if (row.sat)
		tell(c, row.room_key, "room.left", &room_left_told_shape, &(struct room_left_told){.userId = user_id});
	return OK;
}

enum status room_change(struct ctx *c, const struct room_seat *s, const struct room_state *now,
			struct room_person_out *out)
{
	struct room_row row = {0};
	enum status st = room_sql_change(c, s, now, &row);

	if (st != OK)
		return st;
	*out = person(&row);
	if (now->audio >= 0 || now->video >= 0 || now->screen >= 0) /* not of a gateway that looks for its seat */
		tell(c, row.room_key, "room.updated", &room_updated_told_shape,
		     &(struct room_updated_told){.participant = out});
	return OK;
}
