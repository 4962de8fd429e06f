#ifndef DOMAIN_MATCHING_SQL_H
#define DOMAIN_MATCHING_SQL_H

#include "db/db.h"

enum { PARTNER_TONGUES = 5, NAMES_MAX = 1024 };

/* A person. facts: the column of matching_profiles, NULL when there is nothing yet, see facts.h. speaks: the
 * language they were found by, where one was asked for. */
#define CANDIDATE_ROW(F, S)                                                                        \
	F(S, ID, id)                                                                               \
	F(S, TIME, active_at)                                                                      \
	F(S, STR, facts)                                                                           \
	F(S, ID, speaks)

/* The one who looks. excluded: ids of who is blocked either way, matched or asked, separated by
 * commas. */
#define VIEWER_ROW(F, S)                                                                           \
	CANDIDATE_ROW(F, S)                                                                        \
	F(S, STR, time_zone)                                                                       \
	F(S, STR, excluded)

/* One of two people. hidden: no active account, or a block between them; private: shows the other
 * nothing; open: takes requests. */
#define PAIR_ROW(F, S)                                                                             \
	CANDIDATE_ROW(F, S)                                                                        \
	F(S, BOOL, hidden)                                                                         \
	F(S, BOOL, private)                                                                        \
	F(S, BOOL, open)
SHAPE_STRUCT(candidate_row, CANDIDATE_ROW)
SHAPE_STRUCT(viewer_row, VIEWER_ROW)
SHAPE_STRUCT(pair_row, PAIR_ROW)

/* What a card shows. card: ids, as in matching_profiles. listed: account and privacy still allow to
 * recommend them. */
#define CARD_ROW(F, S)                                                                             \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, profile_image)                                                                   \
	F(S, STR, bio)                                                                             \
	F(S, STR, residence)                                                                       \
	F(S, ID, location)                                                                         \
	F(S, ID, native)                                                                           \
	F(S, STR, card)                                                                            \
	F(S, ID, topics)                                                                           \
	F(S, STR, gender)                                                                          \
	F(S, INT, birth_year)                                                                      \
	F(S, STR, birth_monthday)                                                                  \
	F(S, BOOL, show_age)                                                                       \
	F(S, BOOL, show_online)                                                                    \
	F(S, BOOL, show_last)                                                                      \
	F(S, STR, status)                                                                          \
	F(S, TIME, active_at)                                                                      \
	F(S, BOOL, listed)
SHAPE_STRUCT(card_row, CARD_ROW)

#define REQUEST_ROW(F, S)                                                                          \
	F(S, INT, total)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, sender_id)                                                                        \
	F(S, ID, receiver_id)                                                                      \
	F(S, STR, status)                                                                          \
	F(S, STR, message)                                                                         \
	F(S, STR, response_message)                                                                \
	F(S, NUM, score)                                                                           \
	F(S, TIME, responded_at)                                                                   \
	F(S, TIME, expires_at)                                                                     \
	F(S, TIME, created_at)                                                                     \
	F(S, STR, sender_name)                                                                     \
	F(S, STR, sender_image)                                                                    \
	F(S, STR, receiver_name)                                                                   \
	F(S, STR, receiver_image)
SHAPE_STRUCT(request_row, REQUEST_ROW)

#define MATCH_ROW(F, S)                                                                            \
	F(S, INT, total)                                                                           \
	F(S, ID, id)                                                                               \
	F(S, ID, partner_id)                                                                       \
	F(S, NUM, score)                                                                           \
	F(S, TIME, matched_at)                                                                     \
	F(S, BOOL, is_active)                                                                      \
	F(S, TIME, deactivated_at)                                                                 \
	F(S, ID, room_id)                                                                          \
	F(S, INT, sessions)
SHAPE_STRUCT(match_row, MATCH_ROW)

#define STATS_ROW(F, S)                                                                            \
	F(S, INT, total_matches)                                                                   \
	F(S, INT, active_matches)                                                                  \
	F(S, INT, pending_sent)                                                                    \
	F(S, INT, pending_received)                                                                \
	F(S, INT, sent_accepted)                                                                   \
	F(S, INT, sent_answered)
SHAPE_STRUCT(stats_row, STATS_ROW)

/* What somebody chose from, in both languages. kind: enum name_kind. */
#define NAME_ROW(F, S)                                                                             \
	F(S, INT, kind)                                                                            \
	F(S, INT, id)                                                                              \
	F(S, STR, code)                                                                            \
	F(S, STR, ko)                                                                              \
	F(S, STR, en)
SHAPE_STRUCT(name_row, NAME_ROW)

/* must_answer: the other one asked before, id is their request. */
#define CREATED_ROW(F, S)                                                                          \
	F(S, ID, id)                                                                               \
	F(S, BOOL, must_answer)
SHAPE_STRUCT(created_row, CREATED_ROW)

#define ANSWERED_ROW(F, S)                                                                         \
	F(S, ID, request_id)                                                                       \
	F(S, ID, partner_id)                                                                       \
	F(S, ID, match_id)                                                                         \
	F(S, ID, room_id)                                                                          \
	F(S, NUM, score)                                                                           \
	F(S, BOOL, fresh)
SHAPE_STRUCT(answered_row, ANSWERED_ROW)

/* slots: minutes of the week in the user's zone, separated by commas. */
#define TIMES_ROW(F, S)                                                                            \
	F(S, STR, time_zone)                                                                       \
	F(S, STR, slots)
SHAPE_STRUCT(times_row, TIMES_ROW)

/* A person, and what they learned and spoke before and where they can be found now: ids, separated by spaces. */
#define REBUILT_ROW(F, S)                                                                          \
	CANDIDATE_ROW(F, S)                                                                        \
	F(S, STR, before_pairs)                                                                    \
	F(S, STR, now_pairs)
SHAPE_STRUCT(rebuilt_row, REBUILT_ROW)

/* Where to look for partners. Unused languages are 0; texts may be NULL. */
struct partner_search {
	int64_t learns, speaks[PARTNER_TONGUES];
	const char *query;  /* in name, introduction or job */
	const char *place;  /* in city, country or residence */
	bool abroad;	    /* not in South Korea */
	const char *nations; /* names of countries, separated by commas */
	const char *words;  /* JSON array: parts of topic names, one of which must fit */
};

enum partner_tier {
	TIER_NAMED, /* whose name begins with query, whenever they were here last */
	TIER_MUTUAL, /* learns mine and speaks one of speaks */
	TIER_TEACHES, /* speaks one of speaks */
	TIER_LEARNS, /* learns mine */
	TIER_RECENT, /* anyone */
	TIER_MAX
};

enum direction { RECEIVED, SENT };

struct new_request {
	uint64_t me, other;
	const char *message;
	double score;
	bool closed; /* only an answer to their own request is allowed */
	int64_t now, expires;
};

/* Schedule and zone; the row stays locked, so that two rebuilds of one person follow each other. */
MUST_USE enum status matching_sql_times(struct ctx *c, uint64_t id, struct times_row *out);
/* week: WEEK_BYTES of half hours, see score.h, or NULL. */
MUST_USE enum status matching_sql_rebuild(struct ctx *c, uint64_t id, const void *week, struct rebuilt_row *out);

MUST_USE enum status matching_sql_viewer(struct ctx *c, uint64_t id, struct viewer_row *out);
/* me first; one row only when other does not exist. */
MUST_USE enum status matching_sql_pair(struct ctx *c, uint64_t me, uint64_t other, struct list *out);
/* The parts of a tier: one for each of speaks, or a single one. out: struct candidate_row, one part after the other, of
 * each the `limit` who were active last, newest activity first, among them the caller and whom they exclude. Who learns
 * several languages may stand there several times, side by side. */
MUST_USE enum status matching_sql_search(struct ctx *c, enum partner_tier tier, const struct partner_search *search,
					 const int64_t limit[PARTNER_TONGUES], struct list *out);
/* Whether it asks for more than an index of languages tells. */
bool matching_sql_filters(const struct partner_search *search);
/* All parts of a tier in one: of the `limit` who were active last those who pass. */
MUST_USE enum status matching_sql_filter(struct ctx *c, enum partner_tier tier, const struct partner_search *search,
					 int64_t limit, struct list *out);
/* ids: JSON array. out: struct card_row in any order. */
MUST_USE enum status matching_sql_cards(struct ctx *c, const char *ids, size_t n, struct list *out);
/* Those who are there, whether they show it or not. out: struct candidate_row, ids alone, ascending. */
MUST_USE enum status matching_sql_online(struct ctx *c, const char *ids, size_t n, struct list *out);
/* out: struct name_row by kind and id. */
MUST_USE enum status matching_sql_names(struct ctx *c, struct list *out);

/* E_CONFLICT_RETRY: somebody changed something about these two; try again. */
MUST_USE enum status matching_sql_create(struct ctx *c, const struct new_request *n,
					 struct created_row *out);
MUST_USE enum status matching_sql_answer(struct ctx *c, uint64_t ref, bool accept,
					 const char *message, struct answered_row *out);
/* Notes the room of a new match and what others must hear of it. */
MUST_USE enum status matching_sql_room(struct ctx *c, const struct answered_row *a, uint64_t room_id);
/* E_MATCH_NO_MATCH */
MUST_USE enum status matching_sql_end(struct ctx *c, uint64_t match_id);
/* At most limit of those that were over before then; n: how many. */
MUST_USE enum status matching_sql_forget(struct ctx *c, int64_t until, int64_t limit, int64_t *n);

/* status: one of the five in small letters, or NULL for all. */
MUST_USE enum status matching_sql_requests(struct ctx *c, enum direction d, const char *status,
					   int64_t offset, int64_t limit, struct list *out);
MUST_USE enum status matching_sql_matches(struct ctx *c, bool active_only, int64_t offset,
					  int64_t limit, struct list *out);
MUST_USE enum status matching_sql_stats(struct ctx *c, struct stats_row *out);
#endif
