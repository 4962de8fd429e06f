#include "domain/dating/dating_sql.h"
#include "domain/sql.h"

SHAPE_TABLE(dating_me_row, DATING_ME_ROW)
SHAPE_TABLE(dating_person_row, DATING_PERSON_ROW)
SHAPE_TABLE(dating_places_row, DATING_PLACES_ROW)
SHAPE_TABLE(dating_pick_row, DATING_PICK_ROW)

READ(DATING_ME, dating_me_row,
     "SELECT NULLIF(u.gender, 'NONE') AS gender, u.birth_year, u.birth_monthday, d.gender AS known_gender,"
     " d.year_pillar, d.month_pillar, d.day_pillar FROM users u LEFT JOIN dating_people d ON d.user_id = u.id"
     " WHERE u.id = ? AND u.status = 'ACTIVE'")

/* Whether u may be shown to v; w: its row of user_privacy, or none. */
#define SHOWN(u, v, w)                                                                             \
	"(" u ".status = 'ACTIVE' AND COALESCE(" w ".allow_matching, TRUE)"                        \
	" AND NOT " CONCEALED(u ".id", v, w) ")"
#define TAKEN(v, u)                                                                                \
	"EXISTS (SELECT 1 FROM matching_taken t WHERE t.user_id = " v " AND t.other_id = " u      \
	" AND t.until > NOW(3))"
#define PERSON "SELECT d.user_id, d.year_pillar, d.month_pillar, d.day_pillar"
#define OF_PERSON                                                                                  \
	" STRAIGHT_JOIN users u ON u.id = d.user_id LEFT JOIN user_privacy w ON w.user_id = d.user_id"

READ(DATING_PERSON, dating_person_row,
     PERSON " FROM (SELECT CAST(? AS UNSIGNED) AS id) v STRAIGHT_JOIN dating_people d" OF_PERSON
     " WHERE d.user_id = ? AND " SHOWN("u", "v.id", "w"))
/* The index has all it takes to step over the wrong gender; the others are looked up one by one. */
READ(DATING_WINDOW_OF, dating_person_row,
     PERSON " FROM (SELECT CAST(? AS UNSIGNED) AS id) v"
     " STRAIGHT_JOIN " IDS_OF("?") " j"
     " STRAIGHT_JOIN dating_people d FORCE INDEX (dating_people_day)"
     "  ON d.day_pillar = j.id AND d.spot BETWEEN ? AND ?" OF_PERSON
     " WHERE d.user_id <> v.id AND (d.gender = 'OTHER' OR d.gender <> ?) AND " SHOWN("u", "v.id", "w")
     " AND NOT " TAKEN("v.id", "d.user_id")
     " AND NOT EXISTS (SELECT 1 FROM dating_picks p WHERE p.user_id = v.id AND p.other_id = d.user_id AND p.day = ?)"
     " LIMIT ?")
READ(DATING_PLACES, dating_places_row,
     "SELECT COALESCE(MAX(p.place), 0) AS places FROM dating_picks p WHERE p.user_id = ? AND p.day = ?")
READ(DATING_PICKS, dating_pick_row,
     "SELECT p.place, p.score, u.id AS user_id, u.name, u.bio, u.profile_image AS image,"
     " IF(COALESCE(w.show_age, TRUE), u.birth_year, NULL) AS birth_year,"
     " IF(COALESCE(w.show_age, TRUE), u.birth_monthday, NULL) AS birth_monthday,"
     " IF(COALESCE(w.show_location, TRUE), COALESCE(u.residence, " IN_LANG("?", "l.city") "), NULL) AS location,"
     " " SHOWN("u", "p.user_id", "w") " AND NOT " TAKEN("p.user_id", "u.id") " AS shown"
     " FROM dating_picks p STRAIGHT_JOIN users u ON u.id = p.other_id"
     " LEFT JOIN user_privacy w ON w.user_id = u.id LEFT JOIN locations l ON l.id = u.location_id"
     " WHERE p.user_id = ? AND p.day = ? ORDER BY p.place")

WRITE(DATING_ENTER,
      "INSERT INTO dating_people (user_id, gender, year_pillar, month_pillar, day_pillar, spot)"
      " VALUES (?, ?, ?, ?, ?, FLOOR(RAND() * 4294967296))"
      " ON DUPLICATE KEY UPDATE gender = VALUES(gender), year_pillar = VALUES(year_pillar),"
      "  month_pillar = VALUES(month_pillar), day_pillar = VALUES(day_pillar)")
WRITE(DATING_FORGET, "DELETE FROM dating_picks WHERE user_id = ? AND day <> ?")
WRITE(DATING_PICK,
      "INSERT INTO dating_picks (user_id, place, other_id, score, day)"
      " SELECT ?, j.place, j.id, j.score, ? FROM JSON_TABLE(?, '$[*]' COLUMNS (place INT PATH '$.place',"
      "  id BIGINT UNSIGNED PATH '$.id', score INT PATH '$.score')) j")

const struct stmt *const dating_stmts[] = {
	&DATING_ME,    &DATING_PERSON, &DATING_WINDOW_OF, &DATING_PLACES,
	&DATING_PICKS, &DATING_ENTER,  &DATING_FORGET,	  &DATING_PICK,	  NULL,
};

enum status dating_sql_me(struct ctx *c, struct dating_me_row *out)
{
	return db_one(c, &DATING_ME, out, ARGS(P(c->me.user_id)));
}

enum status dating_sql_person(struct ctx *c, uint64_t user_id, struct dating_person_row *out)
{
	return db_one(c, &DATING_PERSON, out, ARGS(P(c->me.user_id), P(user_id)));
}

enum status dating_sql_window(struct ctx *c, const char *gender, const char *pillars, const char *day, uint32_t from,
			      uint32_t to, struct list *out)
{
	return db_list(c, &DATING_WINDOW_OF, out, DATING_WINDOW,
		       ARGS(P(c->me.user_id), P(pillars), P(from), P(to), P(gender), P(day), P((int)DATING_WINDOW)));
}

enum status dating_sql_enter(struct ctx *c, const char *gender, const struct pillars *p)
{
	return db_exec(c, &DATING_ENTER, NULL,
		       ARGS(P(c->me.user_id), P(gender), P(p->year), P(p->month), P(p->day)));
}

enum status dating_sql_places(struct ctx *c, const char *day, int64_t *places)
{
	struct dating_places_row row = {0};
	enum status st = db_exec(c, &DATING_FORGET, NULL, ARGS(P(c->me.user_id), P(day)));

	if (st == OK)
		st = db_one(c, &DATING_PLACES, &row, ARGS(P(c->me.user_id), P(day)));
	*places = row.places;
	return st;
}

enum status dating_sql_pick(struct ctx *c, const char *day, const char *picks)
{
	return db_exec(c, &DATING_PICK, NULL, ARGS(P(c->me.user_id), P(day), P(picks)));
}

enum status dating_sql_picks(struct ctx *c, const char *day, struct list *out)
{
	return db_list(c, &DATING_PICKS, out, DATING_A_DAY, ARGS(P(c->lang == LANG_EN), P(c->me.user_id), P(day)));
}
