/* Recordings and transcripts of sessions: nothing makes any on this server, and that is what is answered. Media go
 * between the browsers; what a browser records itself it may upload to the call room (domain/room). */
#include "domain/meeting/meeting.h"
#include "domain/registry.h"

#define RECORD_IN(F, S)                                                                            \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, BOOL, recordAudio, .lax = true)                                                       \
	F(S, BOOL, recordVideo, .lax = true)                                                       \
	F(S, BOOL, recordTranscript, .lax = true)                                                  \
	F(S, STR, language, .max = 40, .trim = true)                                               \
	F(S, STR, targetLanguage, .max = 40, .trim = true)
SHAPE(meeting_record_in, RECORD_IN)
SHAPE(meeting_recording_in, MEETING_ID_IN)
#define TRANSCRIPT_IN(F, S)                                                                        \
	MEETING_ID_IN(F, S)                                                                        \
	F(S, STR, language, .from = FROM_QUERY, .max = 40, .trim = true)
SHAPE(meeting_transcript_in, TRANSCRIPT_IN)

#define RECORDING_OUT(F, S)                                                                        \
	F(S, ID, sessionId, .as_number = true)                                                     \
	F(S, STR, status, .doc = "idle: nothing records")                                          \
	F(S, BOOL, recordAudio)                                                                    \
	F(S, BOOL, recordVideo)                                                                    \
	F(S, BOOL, recordTranscript)                                                               \
	F(S, STR, language)                                                                        \
	F(S, STR, targetLanguage)                                                                  \
	F(S, STR, downloadUrl)                                                                     \
	F(S, STR, message)                                                                         \
	F(S, TIME, updatedAt)
SHAPE(meeting_recording_out, RECORDING_OUT)
#define SEGMENT_OUT(F, S)                                                                          \
	F(S, STR, speaker)                                                                         \
	F(S, STR, content)                                                                         \
	F(S, NUM, startTime)                                                                       \
	F(S, NUM, endTime)
SHAPE(meeting_segment, SEGMENT_OUT)
#define TRANSCRIPT_OUT(F, S)                                                                       \
	F(S, ID, sessionId, .as_number = true)                                                     \
	F(S, STR, language)                                                                        \
	F(S, LIST(meeting_segment), segments)                                                      \
	F(S, TIME, generatedAt, .doc = "null: there is none")
SHAPE(meeting_transcript_out, TRANSCRIPT_OUT)

/* For those who take part; by_host: for the host alone. */
static enum status for_its_people(struct ctx *c, uint64_t id, bool by_host)
{
	struct meeting_item s;
	enum status st = meeting_get(c, id, &s);

	if (st != OK)
		return st;
	if (by_host && !s.isHost)
		return E_SESSION_NOT_HOST;
	return s.isParticipant ? OK : E_SESSION_NONE;
}

static enum status idle(struct req *r, uint64_t id, bool by_host, struct meeting_recording_out *out)
{
	out->sessionId = id;
	out->status = "idle";
	out->message = say(&r->ctx, "이 서버에는 녹화가 설정되어 있지 않습니다",
			   "Recording is not configured on this server");
	return for_its_people(&r->ctx, id, by_host);
}

HANDLER(meeting_record, struct meeting_record_in, struct meeting_recording_out)
{
	return idle(r, in->sessionId, true, out);
}

HANDLER(meeting_record_stop, struct meeting_recording_in, struct meeting_recording_out)
{
	return idle(r, in->sessionId, true, out);
}

HANDLER(meeting_recording, struct meeting_recording_in, struct meeting_recording_out)
{
	return idle(r, in->sessionId, false, out);
}

HANDLER(meeting_transcript, struct meeting_transcript_in, struct meeting_transcript_out)
{
	out->sessionId = in->sessionId;
	out->language = in->language;
	return for_its_people(&r->ctx, in->sessionId, false);
}

#define ROW .auth = AUTH_USER, .statements = 1
static const struct route routes[] = {
	ROUTE(meeting_record, meeting_record_in, meeting_recording_out, .on = {"POST /sessions/{sessionId}/recording"},
	      ROW, .rate = RATE_WRITE, .doc = "Nothing records on this server: says so.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST}),
	ROUTE(meeting_record_stop, meeting_recording_in, meeting_recording_out,
	      .on = {"POST /sessions/{sessionId}/recording/stop"}, ROW, .rate = RATE_WRITE, .doc = "The same.",
	      .fails = {E_SESSION_NONE, E_SESSION_NOT_HOST}),
	ROUTE(meeting_recording, meeting_recording_in, meeting_recording_out,
	      .on = {"GET /sessions/{sessionId}/recording"}, ROW, .rate = RATE_READ,
	      .doc = "The same, for all its people.", .fails = {E_SESSION_NONE}),
	ROUTE(meeting_transcript, meeting_transcript_in, meeting_transcript_out,
	      .on = {"GET /sessions/{sessionId}/transcript"}, ROW, .rate = RATE_READ,
	      .doc = "There are none: no segments.", .fails = {E_SESSION_NONE}),
};

const struct domain meeting_recording_domain = {
	.name = "sessions",
	.doc = "Recordings and transcripts, of which there are none",
	.routes = routes,
	.n_routes = COUNT(routes),
};
