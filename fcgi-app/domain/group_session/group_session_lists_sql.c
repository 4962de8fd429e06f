/* Group sessions, one and many, as their caller sees them. */
#include "domain/group_session/group_session_item.h"
#include "domain/group_session/group_session_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(group_item, GROUP_ITEM)
SHAPE_TABLE(group_person, GROUP_PERSON)
SHAPE_TABLE(group_left, GROUP_LEFT)
SHAPE_TABLE(group_cancelled, GROUP_CANCELLED)
SHAPE_TABLE(group_kicked, GROUP_KICKED)
SHAPE_TABLE(group_rated, GROUP_RATED)
SHAPE_TABLE(group_count_row, GROUP_COUNT_ROW)

READ(GROUP_GET, group_item,
     "SELECT " GROUP_ITEM_SQL " FROM " CALLER " STRAIGHT_JOIN group_sessions s" MY_SEAT ITS_HOST
     " WHERE s.id = ? AND (COALESCE(x.status, '') = 'JOINED' OR"
     "  ((s.is_public OR (x.status = 'INVITED' AND x.invited_until > NOW(3)))"
     "   AND NOT " BLOCKED("v.me", "s.host_id") "))")

READ(GROUP_PEOPLE, group_person,
     "SELECT o.id AS participantId, o.user_id AS userId, " NAME_OF("u") " AS userName,"
     " u.profile_image AS profileImage, o.role, o.status, o.joined_at AS joinedAt, o.mic AS micEnabled,"
     " o.camera AS cameraEnabled, NOT o.mic AS isMuted, f.code AS language, " LEVEL_OF("u", "k") " AS level"
     " FROM " CALLER " STRAIGHT_JOIN group_sessions s" MY_SEAT
     " STRAIGHT_JOIN group_seats o ON o.session_id = s.id AND o.status = 'JOINED'"
     " STRAIGHT_JOIN users u ON u.id = o.user_id"
     " LEFT JOIN languages g ON g.code = s.language LEFT JOIN languages f ON f.id = u.native_language_id"
     " LEFT JOIN user_languages k ON k.user_id = u.id AND k.language_id = g.id"
     " LEFT JOIN user_privacy w ON w.user_id = u.id"
     " WHERE s.id = ? AND (? OR o.role <> 'HOST') AND (x.status = 'JOINED' OR NOT " CONCEALED("u.id", "v.me", "w") ")"
     " ORDER BY o.role, o.id LIMIT 10")

/* ---- lists -------------------------------------------------------------------------------- */

/*
 * The next thousand, whatever the number of all: that many entries of an index that has the level are read. What began
 * longer ago than any may take is none of them, whatever its state.
 */
#define OPEN(index, only)                                                                          \
	CALLER " STRAIGHT_JOIN (SELECT q.id FROM group_sessions q FORCE INDEX (" index ")"         \
	" WHERE q.listed = 1" only " AND q.starts_at > NOW(3) - INTERVAL 3 HOUR AND q.level = COALESCE(?, q.level)" \
	" ORDER BY q.starts_at, q.id LIMIT 1000) n STRAIGHT_JOIN group_sessions s ON s.id = n.id"
#define ONE_OF_OURS                                                                                \
	" AND q.language = (SELECT COALESCE((SELECT l.code FROM languages l"                       \
	"  WHERE p.lang IN (l.code, l.name_ko, l.name_en) LIMIT 1), p.lang) FROM (SELECT ? AS lang) p)"
/* Tags are compared without regard to case. */
#define FOR_ME                                                                                     \
	" WHERE h.status = 'ACTIVE' AND (s.status = 'ONGOING' OR s.ends_at > NOW(3))"              \
	" AND NOT " BLOCKED("v.me", "s.host_id") " AND s.topic = COALESCE(?, s.topic)"             \
	" AND (? IS NULL OR JSON_OVERLAPS(LOWER(s.tags), LOWER(?)))" \
	" AND (? IS NULL OR LOCATE(?, s.title) OR LOCATE(?, s.description) OR LOCATE(?, s.topic))" \
	" AND (NOT ? OR EXISTS (SELECT 1 FROM user_languages e STRAIGHT_JOIN languages d ON d.id = e.language_id" \
	"  WHERE e.user_id = v.me AND e.learning AND d.code = s.language))"
#define LIST_AND_COUNT(name, index, only)                                                          \
	READ(name, group_item, "SELECT " GROUP_ITEM_SQL " FROM " OPEN(index, only) MY_SEAT ITS_HOST FOR_ME \
	     " ORDER BY s.starts_at, s.id LIMIT ? OFFSET ?")                                       \
	READ(name##_COUNT, group_count_row, "SELECT COUNT(*) AS n FROM " OPEN(index, only)         \
	     " STRAIGHT_JOIN users h ON h.id = s.host_id" FOR_ME)

LIST_AND_COUNT(GROUPS_OPEN, "group_sessions_listed", "")
LIST_AND_COUNT(GROUPS_OF_LANGUAGE, "group_sessions_language", ONE_OF_OURS)

#define MINE                                                                                       \
	CALLER " STRAIGHT_JOIN group_seats x ON x.user_id = v.me AND x.status = 'JOINED' AND FIND_IN_SET(x.role, ?)" \
	" STRAIGHT_JOIN group_sessions s ON s.id = x.session_id AND FIND_IN_SET(s.status, ?)"
READ(GROUPS_MINE, group_item,
     "SELECT " GROUP_ITEM_SQL " FROM " MINE ITS_HOST " ORDER BY s.starts_at DESC, s.id DESC LIMIT ? OFFSET ?")
READ(GROUPS_MINE_COUNT, group_count_row, "SELECT COUNT(*) AS n FROM " MINE)

const struct stmt *const group_lists_stmts[] = {
	&GROUP_GET, &GROUP_PEOPLE, &GROUPS_OPEN, &GROUPS_OPEN_COUNT, &GROUPS_OF_LANGUAGE, &GROUPS_OF_LANGUAGE_COUNT,
	&GROUPS_MINE, &GROUPS_MINE_COUNT, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status group_sql_item(struct ctx *c, uint64_t id, struct group_item *out)
{
	enum status st = db_one(c, &GROUP_GET, out, ARGS(P(c->me.user_id), P(id)));

	return st == E_NO_ROW ? E_SESSION_NONE : st;
}

enum status group_sql_people(struct ctx *c, uint64_t id, bool with_host, struct list *out)
{
	return db_list(c, &GROUP_PEOPLE, out, GROUP_SEATS_MAX, ARGS(P(c->me.user_id), P(id), P(with_host)));
}

/* A list and how many there are; the last two values are of the list alone. */
static enum status paged(struct ctx *c, const struct stmt *list, const struct stmt *count, const struct db_val *v,
			 size_t n, struct list *out, int64_t *total)
{
	struct group_count_row row = {0};
	enum status st = db_one(c, count, &row, v, n - 2);

	*total = row.n;
	return st == OK ? db_list(c, list, out, (size_t)v[n - 2].i, v, n) : st;
}

enum status group_sql_list(struct ctx *c, const struct group_filter *f, struct list *out, int64_t *total)
{
	const struct db_val v[] = {P(c->me.user_id), P(f->language), P(f->level), P(f->topic), P(f->tags), P(f->tags),
				   P(f->keyword), P(f->keyword), P(f->keyword), P(f->keyword), P(f->learning), P(f->n),
				   P(f->offset)};
	struct db_val any[COUNT(v) - 1];

	if (f->language)
		return paged(c, &GROUPS_OF_LANGUAGE, &GROUPS_OF_LANGUAGE_COUNT, v, COUNT(v), out, total);
	any[0] = v[0];
	memcpy(any + 1, v + 2, sizeof(v) - 2 * sizeof(*v));
	return paged(c, &GROUPS_OPEN, &GROUPS_OPEN_COUNT, any, COUNT(any), out, total);
}

enum status group_sql_mine(struct ctx *c, const char *states, const char *roles, int64_t offset, int64_t n,
			   struct list *out, int64_t *total)
{
	const struct db_val v[] = {P(c->me.user_id), P(roles), P(states), P(n), P(offset)};

	return paged(c, &GROUPS_MINE, &GROUPS_MINE_COUNT, v, COUNT(v), out, total);
}
