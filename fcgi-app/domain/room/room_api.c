/* Call rooms by REST. Clients send no token with most of them: the room's id is
 * what lets one in. */
#include "base/address.h"
#include "base/buf.h"
#include "domain/file/file.h"
#include "domain/registry.h"
#include "domain/room/room.h"
#include "http/render.h"

enum { METADATA_MAX = 32 * 1024, RECORDING_MIB = 100 };

#define ROOM_ID(F, S) F(S, STR, roomId, .from = FROM_PATH, .min = 1, .max = 128, .fmt = FMT_WORD)
SHAPE(room_id_in, ROOM_ID)

#define ROOM_CREATE_IN(F, S)                                                                       \
	F(S, STR, roomType, .aka = "type", .one_of = "audio video", .dflt = "audio")               \
	F(S, INT, maxParticipants, .lax = true, .min = ROOM_SEATS_MIN, .max = ROOM_SEATS_MAX, .dflt = "4") \
	F(S, OBJ(room_metadata), metadata)
SHAPE(room_create_in, ROOM_CREATE_IN)

#define ROOM_JOIN_IN(F, S)                                                                         \
	ROOM_ID(F, S)                                                                              \
	F(S, STR, userId, .required = true, .min = 1, .max = 64)                                   \
	F(S, STR, userName, .required = true, .min = 1, .max = 100)
SHAPE(room_join_in, ROOM_JOIN_IN)

#define ROOM_PART_IN(F, S)                                                                         \
	ROOM_ID(F, S)                                                                              \
	F(S, STR, userId, .required = true, .min = 1, .max = 64)
SHAPE(room_part_in, ROOM_PART_IN)

#define ROOM_UPLOAD_IN(F, S)                                                                       \
	ROOM_ID(F, S)                                                                              \
	F(S, FILES, recording, .aka = "file", .required = true, .max = 1)                          \
	F(S, STR, userId, .max = 64, .doc = "not used: anybody could say that") \
	F(S, STR, filename, .max = 255, .doc = "not used: the part has a name")                    \
	F(S, INT, duration, .lax = true, .min = 0, .max = 86400, .doc = "s")
SHAPE(room_upload_in, ROOM_UPLOAD_IN)

#define ROOM_DONE_OUT(F, S) F(S, BOOL, success)
SHAPE(room_done_out, ROOM_DONE_OUT)

#define ICE_SERVER_OUT(F, S)                                                                       \
	F(S, STRS, urls)                                                                           \
	F(S, STR, username, .skip_null = true)                                                     \
	F(S, STR, credential, .skip_null = true)
SHAPE(ice_server_out, ICE_SERVER_OUT)

#define ICE_SERVERS_OUT(F, S)                                                                      \
	F(S, LIST(ice_server_out), iceServers)                                                     \
	F(S, INT, ttl, .doc = "s; how long the credentials are good for opening a relay")          \
	F(S, STR, source, .doc = "turn-rest, or fallback: no relays for this caller")              \
	F(S, LIST(ice_server_out), stunServers)                                                    \
	F(S, LIST(ice_server_out), turnServers)
SHAPE(ice_servers_out, ICE_SERVERS_OUT)

#define ROOM_UPLOAD_OUT(F, S)                                                                      \
	F(S, STR, uploadedTo)                                                                      \
	F(S, INT, size)                                                                            \
	F(S, STR, contentType)                                                                     \
	F(S, TIME, uploadedAt)
SHAPE(room_upload_out, ROOM_UPLOAD_OUT)

HANDLER(room_create_post, struct room_create_in, struct room_created_out)
{
	const struct room_metadata *m = in->metadata;
	struct buf b = buf_new(r->ctx.arena, 1024, METADATA_MAX);
	struct room_plan p = {
		.type = in->roomType,
		.seats = in->maxParticipants,
		.metadata = "{}",
		.listed = !(m && m->isPrivate),
		.recording = m && m->allowRecording,
		.ends = m ? m->scheduledEndTime : NULL,
	};

	if (m) {
		render_given(&b, &room_metadata_shape, m);
		p.metadata = b.data;
	}
	return room_create(&r->ctx, &p, out);
}

static enum status list(struct req *r, bool all, struct rooms_out *out)
{
	return room_list(&r->ctx, all, AS_LIST(&out->items));
}

HANDLER(room_active_get, struct nothing, struct rooms_out)
{
	return list(r, false, out);
}

HANDLER(room_list_get, struct nothing, struct rooms_out)
{
	return list(r, true, out);
}

HANDLER(room_join_post, struct room_join_in, struct room_joined_out)
{
	return room_join(&r->ctx, in->roomId, in->userId, address_owner(r->ctx.arena, r->client_ip), out);
}

HANDLER(room_leave_post, struct room_part_in, struct room_done_out)
{
	out->success = true;
	return room_part(&r->ctx, in->roomId, in->userId);
}

HANDLER(room_kick_post, struct room_part_in, struct room_done_out)
{
	out->success = true;
	return room_kick(&r->ctx, in->roomId, in->userId);
}

HANDLER(room_info_get, struct room_id_in, struct room_out)
{
	return room_info(&r->ctx, in->roomId, out);
}

HANDLER(room_settings_patch, struct room_settings_in, struct room_done_out)
{
	out->success = true;
	return room_set(&r->ctx, in);
}

HANDLER(room_metrics_get, struct room_id_in, struct room_metrics_out)
{
	return room_metrics(&r->ctx, in->roomId, out);
}

/* One entry a kind: browsers try all addresses of it. */
static struct list server(struct ctx *c, const struct list *urls, const char *username, const char *credential)
{
	struct ice_server_out *s = arena_new_of(c->arena, struct ice_server_out);

	*AS_LIST(&s->urls) = *urls;
	s->username = username;
	s->credential = credential;
	return (struct list){s, urls->n ? 1 : 0};
}

HANDLER(room_ice_get, struct room_id_in, struct ice_servers_out)
{
	struct ctx *c = &r->ctx;
	struct ice_server_out *both = arena_array(c->arena, struct ice_server_out, 2);
	struct room_relays relays = {0};
	enum status st = room_relays(c, in->roomId, address_owner(c->arena, r->client_ip), &relays);
	struct list kinds[] = {
		server(c, &relays.stun, NULL, NULL),
		server(c, &relays.turn, relays.username, relays.credential),
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].n)
			both[out->iceServers.n++] = *(const struct ice_server_out *)kinds[i].v;
	out->iceServers.v = both;
	*AS_LIST(&out->stunServers) = kinds[0];
	*AS_LIST(&out->turnServers) = kinds[1];
	out->ttl = relays.ttl;
	out->source = relays.credential ? "turn-rest" : "fallback";
	return st;
}

HANDLER(room_recording_post, struct room_upload_in, struct room_upload_out)
{
	struct ctx *c = &r->ctx;
	struct list rows = {0};
	uint64_t owner;
	enum status st = room_may_record(c, in->roomId, &owner);

	if (st == OK)
		st = file_add_for(c, owner, in->recording.v[0], STORE_AUDIO | STORE_VIDEO | STORE_RECORDED,
				  in->duration, &rows);
	if (st != OK)
		return st;
	const struct file_out *f = rows.v;

	out->uploadedTo = f->url;
	out->size = f->fileSize;
	out->contentType = f->contentType;
	out->uploadedAt = f->uploadedAt;
	return OK;
}

static const struct route routes[] = {
	ROUTE(room_create_post, room_create_in, room_created_out, .on = {"POST /room/create"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_CALL, .ok = 201, .statements = 1,
	      .doc = "Open a call room. It vanishes when nobody came for an hour, or a minute after the last left; "
		     "with a scheduledEndTime (of Korea, if it names no zone) an hour after that, in 30 days at most."),
	ROUTE(room_active_get, nothing, rooms_out, .on = {"GET /room/active", "GET /webrtc/rooms/active"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_READ, .statements = 1,
	      .doc = "Rooms that somebody created and did not make private, the one used last first; at most 100."),
	ROUTE(room_list_get, nothing, rooms_out, .on = {"GET /room/list"}, .auth = AUTH_ADMIN, .rate = RATE_READ,
	      .statements = 1, .doc = "All rooms, the one used last first; at most 100."),
	ROUTE(room_join_post, room_join_in, room_joined_out, .on = {"POST /room/{roomId}/join"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_CALL, .statements = 2,
	      .doc = "Ask whether there is a seat; the socket takes it. A room of an unknown id is made, with the "
		     "seats of the session where it is the id of one; of a session that is not public of all accounts "
		     "only its people's may come.",
	      .fails = {E_ROOM_FULL, E_ROOM_KICKED, E_SESSION_NONE}),
	ROUTE(room_leave_post, room_part_in, room_done_out, .on = {"POST /room/{roomId}/leave"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_WRITE, .statements = 1,
	      .doc = "Give a seat back, and have its socket closed; nothing if there is none. The seat of somebody "
		     "whose socket came with a token only with a token of theirs."),
	ROUTE(room_kick_post, room_part_in, room_done_out, .on = {"POST /room/{roomId}/kick"}, .auth = AUTH_USER,
	      .rate = RATE_WRITE, .statements = 1,
	      .doc = "Put a participant out of a room that I created with a token, or whose session I planned: their "
		     "seat is given back, their socket closed (1008), and while the room is there neither they nor a "
		     "guest of their address comes back. Once more is no failure. Of a room that a guest created "
		     "nobody is put out.",
	      .fails = {E_ROOM_NONE, E_ROOM_NOT_HOST, E_ROOM_NOBODY, E_ROOM_KICK_SELF}),
	ROUTE(room_info_get, room_id_in, room_out, .on = {"GET /room/{roomId}/info"}, .auth = AUTH_OPTIONAL,
	      .rate = RATE_READ, .statements = 2,
	      .doc = "A room; of an unknown id, what it would be. Of a session's room metadata says when that is, and "
		     "to who takes part, by their token, title, language, hostName and the partner."),
	ROUTE(room_ice_get, room_id_in, ice_servers_out, .on = {"GET /room/{roomId}/ice-servers"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_CALL, .envelope = FLAT, .statements = 1,
	      .doc = "STUN and TURN servers for a call. Credentials for TURN need a login, or a room that exists.",
	      .fails = {E_ROOM_KICKED}),
	ROUTE(room_settings_patch, room_settings_in, room_done_out, .on = {"PATCH /room/{roomId}/settings"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_WRITE, .statements = 1,
	      .doc = "Change some settings; of a room that was created with a token, only by that account.",
	      .fails = {E_ROOM_NONE}),
	ROUTE(room_metrics_get, room_id_in, room_metrics_out, .on = {"GET /room/{roomId}/metrics"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_READ, .statements = 1, .doc = "Figures of a room.",
	      .fails = {E_ROOM_NONE}),
	ROUTE(room_recording_post, room_upload_in, room_upload_out, .on = {"POST /room/{roomId}/recording/upload"},
	      .auth = AUTH_OPTIONAL, .rate = RATE_UPLOAD, .ok = 201, .statements = 2,
	      .file_max = STORE_MIB(RECORDING_MIB), .body_max = STORE_MIB(RECORDING_MIB + 1),
	      .doc = "Store a recording of a call, if the room's settings allow recording: as a file of mine, or "
		     "without a token of whose account created the room. Of a room without one: not allowed.",
	      .fails = {E_ROOM_NONE, E_ROOM_NO_RECORDING, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_BAD_FORM}),
};

extern const struct schedule room_schedules[];
const struct domain room_domain = {
	.name = "rooms",
	.doc = "Call rooms",
	.routes = routes,
	.n_routes = COUNT(routes),
	.schedules = room_schedules,
};
