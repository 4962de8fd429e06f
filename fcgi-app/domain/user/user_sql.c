#include "domain/user/user_sql.h"
#include "domain/file/file.h"
#include "domain/matching/matching.h"
#include "domain/meeting/meeting.h"
#include "domain/presence/presence.h"
#include "domain/registry.h"
#include "domain/sql.h"
#include "domain/user/user_shapes.h"

SHAPE_TABLE(user_row, USER_ROW)
SHAPE_TABLE(user_numbers_row, USER_NUMBERS_ROW)
SHAPE_TABLE(replaced_row, REPLACED_ROW)
SHAPE_TABLE(profile_figures, PROFILE_FIGURES)

/* A suspension that is over is lifted when its owner logs in. */
READ(USER_FIND, user_row,
     "SELECT u.id, u.email, u.name, u.english_name, u.role, u.gender, u.birth_year,"
     " IF(u.status = 'SUSPENDED' AND u.suspended_until <= NOW(3), 'ACTIVE', u.status) AS status,"
     " u.birth_monthday, u.residence, COALESCE(u.residence NOT IN (l.city_ko, l.city_en), FALSE) AS elsewhere,"
     " u.time_zone, u.job, u.bio, u.profile_image,"
     " u.communication_method, u.daily_minute, u.partner_gender, u.location_id,"
     " " IN_LANG("?", "l.country") " AS country, " IN_LANG("?", "l.city") " AS city,"
     " l.time_zone AS location_zone, u.native_language_id,"
     " " IN_LANG("?", "n.name") " AS native_name, n.code AS native_code,"
     " u.onboarded_at IS NOT NULL AS onboarded, u.created_at, u.updated_at, u.active_at,"
     " " PRESENCE_STATUS("u.id") " AS online_status, " PRESENCE_LAST("u.active_at") " AS last_active,"
     " COALESCE(a.role, IF(u.role = 'ADMIN', 'SUPER_ADMIN', NULL)) AS admin_role, a.expires_at AS role_ends,"
     " IF(COALESCE(u.restricted_until > NOW(3), TRUE), u.restricted_actions, '') AS restricted, u.restricted_until,"
     " COALESCE(p.show_age, TRUE) AS show_age, COALESCE(p.show_location, TRUE) AS show_location,"
     " COALESCE(p.show_email, FALSE) AS show_email, COALESCE(p.show_online_status, TRUE) AS show_online,"
     " COALESCE(p.show_online_status, TRUE) AND COALESCE(p.show_last_seen, TRUE) AS show_last,"
     " u.id <> v.id AND (u.status <> 'ACTIVE' OR " CONCEALED("u.id", "v.id", "p") ") AS hidden"
     " FROM users u JOIN (SELECT CAST(? AS UNSIGNED) AS id) v"
     " LEFT JOIN locations l ON l.id = u.location_id"
     " LEFT JOIN languages n ON n.id = u.native_language_id"
     " LEFT JOIN user_privacy p ON p.user_id = u.id LEFT JOIN user_status s ON s.user_id = u.id"
     " LEFT JOIN admin_roles a ON a.user_id = u.id"
     " WHERE u.id = ? AND u.status <> 'DELETED'")

#define OF_ME(table, also) "(SELECT COUNT(*) FROM " table " x WHERE x.user_id = v.id" also ")"
READ(USER_NUMBERS, user_numbers_row,
     "SELECT " OF_ME("study_members", " AND x.status IN ('ACTIVE', 'PENDING')") " AS seats,"
     " " OF_ME("study_members", " AND x.status = 'ACTIVE'") " AS studies, " OF_ME("tasks", "") " AS tasks,"
     " " OF_ME("notifications", " AND x.status IN ('UNREAD', 'READ') AND x.category = 'study'") " AS told,"
     " " OF_ME("notifications", " AND x.status = 'UNREAD' AND x.category = 'study'") " AS unread"
     " FROM (SELECT CAST(? AS UNSIGNED) AS id) v")

READ(USER_ZONE, user_row, "SELECT time_zone FROM users WHERE id = ?")
READ(USER_NAME, user_row, "SELECT name, english_name FROM users WHERE id = ? AND status <> 'DELETED'")

/* NULL leaves a column as it is, '' empties it. Of a place and a text that says where somebody lives the last one
 * counts: who chooses a place has no text any more, unless both came at once. */
#define KEEP(column) #column " = NULLIF(COALESCE(?, " #column "), '')"

WRITE(USER_UPDATE,
      "UPDATE users SET name = COALESCE(NULLIF(?, ''), name), " KEEP(english_name) ", " KEEP(gender) ", "
      KEEP(birth_monthday) ", residence = NULLIF(COALESCE(?, IF(?, '', residence)), ''), " KEEP(job) ", " KEEP(bio) ", "
      KEEP(communication_method) ", " KEEP(daily_minute) ", " KEEP(partner_gender) ","
      " birth_year = COALESCE(?, birth_year), native_language_id = COALESCE(?, native_language_id),"
      " time_zone = COALESCE((SELECT l.time_zone FROM locations l WHERE l.id = ?), time_zone),"
      " location_id = COALESCE(?, location_id)"
      " WHERE id = ? AND status = 'ACTIVE'")

/* Locked, so that of two at once each replaces another one. */
WRITE_ROW(USER_PICTURE, replaced_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE picture, replaced VARCHAR(2048) CHARACTER SET utf8mb4;"
	  " DECLARE gone VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin;"
	  " DECLARE ours BOOL;"
	  " SET picture = NULLIF(?, ''), ours = ?;"
	  " START TRANSACTION;"
	  " SELECT u.profile_image INTO replaced FROM users u WHERE u.id = me FOR UPDATE;"
	  " UPDATE users SET profile_image = picture WHERE id = me AND status = 'ACTIVE';"
	  " IF ROW_COUNT() = 0 THEN " REFUSE("USER_NOT_FOUND") "; END IF;"
	  FILE_PICTURE_REPLACED
	  " IF ours AND gone IS NULL THEN " REFUSE("PROFILE_NO_PICTURE") "; END IF;"
	  " COMMIT;"
	  " SELECT gone AS storage_key;"
	  " END")

READ(USER_FIGURES, profile_figures,
     "SELECT " MEETING_COUNT_OF("v.id") " AS completedSessions, " MEETING_RATING_OF("v.id") " AS rating,"
     " " MATCHING_ANSWERED_OF("v.id") " AS responseRate FROM (SELECT CAST(? AS UNSIGNED) AS id) v")

READ(LOCATIONS, location_out,
     "SELECT l.id, " IN_LANG("?", "l.country") " AS country, " IN_LANG("?", "l.city") " AS city,"
     " l.time_zone AS timeZone FROM locations l ORDER BY l.id")

READ(GENDERS, gender_out,
     "SELECT o.id, o.code, " IN_LANG("?", "o.name") " AS description FROM options o"
     " WHERE o.kind = 'gender' ORDER BY o.id")

const struct stmt *const user_stmts[] = {
	&USER_FIND, &USER_NUMBERS, &USER_NAME, &USER_ZONE, &USER_UPDATE, &USER_PICTURE, &USER_FIGURES, &LOCATIONS,
	&GENDERS, NULL,
};

enum status user_sql_find(struct ctx *c, uint64_t id, uint64_t viewer, struct user_row *out)
{
	int en = c->lang == LANG_EN;

	return db_one(c, &USER_FIND, out, ARGS(P(en), P(en), P(en), P(viewer), P(id)));
}

enum status user_sql_numbers(struct ctx *c, struct user_numbers_row *out)
{
	return db_one(c, &USER_NUMBERS, out, ARGS(P(c->me.user_id)));
}

enum status user_sql_name(struct ctx *c, uint64_t id, struct user_row *out)
{
	return db_one(c, &USER_NAME, out, ARGS(P(id)));
}

enum status user_sql_update(struct ctx *c, uint64_t id, const struct user_patch *p)
{
	int64_t matched = 0;
	enum status st = db_exec(
		c, &USER_UPDATE, &matched,
		ARGS(P(p->name), P(p->english_name), P(p->gender), P(p->birth_monthday), P(p->residence),
		     P(p->location_id != 0), P(p->job), P(p->bio), P(p->communication_method),
		     P(p->daily_minute), P(p->partner_gender), db_id((uint64_t)p->birth_year),
		     db_id((uint64_t)p->native_language_id), db_id((uint64_t)p->location_id),
		     db_id((uint64_t)p->location_id), P(id)));

	if (st == OK && !matched)
		return fail(c, E_NO_ROW, "no active account %llu", (unsigned long long)id);
	return st;
}

enum status user_sql_zone(struct ctx *c, struct user_row *out)
{
	return db_one(c, &USER_ZONE, out, ARGS(P(c->me.user_id)));
}

enum status user_sql_picture(struct ctx *c, const char *url, bool ours, const char **gone)
{
	struct replaced_row row = {0};
	enum status st = db_one(c, &USER_PICTURE, &row, ARGS(P(c->me.user_id), P(url), P(ours)));

	*gone = row.storage_key;
	return st;
}

enum status user_figures(struct ctx *c, uint64_t id, struct profile_figures *out)
{
	return db_one(c, &USER_FIGURES, out, ARGS(P(id)));
}

enum status user_sql_locations(struct ctx *c, struct list *out, size_t max)
{
	int en = c->lang == LANG_EN;

	return db_list(c, &LOCATIONS, out, max, ARGS(P(en), P(en)));
}

enum status user_sql_genders(struct ctx *c, struct list *out, size_t max)
{
	return db_list(c, &GENDERS, out, max, ARGS(P(c->lang == LANG_EN ? 1 : 0)));
}
