#ifndef DOMAIN_DATING_SQL_H
#define DOMAIN_DATING_SQL_H

#include "db/db.h"
#include "domain/dating/dating.h"
#include "domain/dating/pillars.h"

#define DATING_ME_ROW(F, S)                                                                        \
	F(S, STR, gender)                                                                          \
	F(S, INT, birth_year)                                                                      \
	F(S, STR, birth_monthday)                                                                  \
	F(S, STR, known_gender, .doc = "as the app has them; NULL: not at all")                    \
	F(S, INT, year_pillar)                                                                     \
	F(S, INT, month_pillar)                                                                    \
	F(S, INT, day_pillar)
SHAPE_STRUCT(dating_me_row, DATING_ME_ROW)
MUST_USE enum status dating_sql_me(struct ctx *c, struct dating_me_row *out);

/* Somebody who may be recommended to the caller. */
#define DATING_PERSON_ROW(F, S)                                                                    \
	F(S, ID, user_id)                                                                          \
	F(S, INT, year_pillar)                                                                     \
	F(S, INT, month_pillar)                                                                    \
	F(S, INT, day_pillar)
SHAPE_STRUCT(dating_person_row, DATING_PERSON_ROW)

/* E_NO_ROW also for who has not opened the app, or shows the caller nothing. */
MUST_USE enum status dating_sql_person(struct ctx *c, uint64_t user_id, struct dating_person_row *out);

/* Up to DATING_WINDOW people whose day of birth is one of pillars, a JSON array, in its order and then by their spot
 * from `from` to `to`; neither asked nor matched nor picked on `day`. gender: the caller's. */
enum { DATING_WINDOW = 200 };
MUST_USE enum status dating_sql_window(struct ctx *c, const char *gender, const char *pillars, const char *day,
				       uint32_t from, uint32_t to, struct list *out);

/* Enters the caller, or what changed of them, and keeps everybody else from picking for them until the transaction
 * ends. Picks of other days than `day` go; *places is how many of that one are taken. */
#define DATING_PLACES_ROW(F, S) F(S, INT, places)
SHAPE_STRUCT(dating_places_row, DATING_PLACES_ROW)
MUST_USE enum status dating_sql_enter(struct ctx *c, const char *gender, const struct pillars *p);
MUST_USE enum status dating_sql_places(struct ctx *c, const char *day, int64_t *places);

/* picks: a JSON array of {place, id, score}. */
MUST_USE enum status dating_sql_pick(struct ctx *c, const char *day, const char *picks);

#define DATING_PICK_ROW(F, S)                                                                      \
	F(S, INT, place)                                                                           \
	F(S, INT, score)                                                                           \
	F(S, ID, user_id)                                                                          \
	F(S, STR, name)                                                                            \
	F(S, INT, birth_year)                                                                      \
	F(S, STR, birth_monthday)                                                                  \
	F(S, STR, location)                                                                        \
	F(S, STR, bio)                                                                             \
	F(S, STR, image)                                                                           \
	F(S, BOOL, shown)
SHAPE_STRUCT(dating_pick_row, DATING_PICK_ROW)

/* The picks of that day in their order; `shown` is false of who must not be shown any more. What somebody hides of
 * themselves is null. */
MUST_USE enum status dating_sql_picks(struct ctx *c, const char *day, struct list *out);
#endif
