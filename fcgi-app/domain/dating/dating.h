/*
 * The dating app: whom it recommends, and what a day holds. Requests and matches are those of matching.h, chats those
 * of chat.h. Only people who have opened the app are in it; nobody else's birth is compared.
 */
#ifndef DOMAIN_DATING_H
#define DOMAIN_DATING_H

#include "base/ctx.h"
#include "base/shape.h"
#include "domain/matching/matching.h"

enum { DATING_A_DAY = 5 };

#define DATING_CARD(F, S)                                                                          \
	F(S, ID, user_id, .as_number = true)                                                       \
	F(S, STR, name)                                                                            \
	F(S, INT, age, .zero_null = true, .doc = "completed years on this day in Korea; null if it is hidden") \
	F(S, STR, location)                                                                        \
	F(S, STR, bio)                                                                             \
	F(S, STR, profile_img_url)                                                                 \
	F(S, INT, compatibility_score, .doc = "0 to 100")
SHAPE_STRUCT(dating_card, DATING_CARD)

/*
 * The caller's people of the day, at most DATING_A_DAY: those of another gender whose pillars fit best, out of a part
 * of them that changes from day to day. Whom a day has named it keeps naming, until they hide, are blocked or asked.
 * A day in Korea. E_DATING_PROFILE without a birth or gender, E_DATING_ADULTS for the young.
 */
MUST_USE enum status dating_recommend(struct ctx *c, struct list *cards);

/* How the caller and another fit. E_MATCH_SELF_SCORE; E_MATCH_NO_USER also for who is not in the app. */
MUST_USE enum status dating_fit(struct ctx *c, uint64_t other, int64_t *score);

/* Asks another for a match. E_DATING_ASKED: a request is waiting, or they are matched. */
MUST_USE enum status dating_ask(struct ctx *c, uint64_t other, struct match_state *out);

struct fortune {
	const char *date, *day_pillar, *day_master, *ten_god, *overall, *tip;
};

/* What today is for who was born on the caller's day. Errors of dating_recommend(). */
MUST_USE enum status dating_fortune(struct ctx *c, struct fortune *out);
#endif
