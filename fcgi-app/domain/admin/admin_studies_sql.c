#include "domain/admin/admin_studies_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(admin_study_row, ADMIN_STUDY_ROW)
SHAPE_TABLE(admin_study_seat_row, ADMIN_STUDY_SEAT_ROW)

#define NEWEST_MESSAGE "(SELECT c.created_at FROM study_messages c WHERE c.study_id = s.id ORDER BY c.id DESC LIMIT 1)"
#define COLUMNS                                                                                    \
	"s.id, s.name, s.emoji, s.description, s.category, s.sub_category AS subCategory,"         \
	" COALESCE(" NEWEST_MESSAGE ", s.updated_at) AS lastActivityAt, s.created_at AS createdAt," \
	" s.updated_at AS updatedAt, s.max_members AS maxMembers, s.is_public AS isPublic,"        \
	" s.auto_approve AS autoApprove, s.is_recruiting AS isRecruiting,"                         \
	" FIND_IN_SET('HIDDEN', s.held) > 0 AS isHidden, FIND_IN_SET('CLOSED', s.held) > 0 AS isClosed," \
	" s.member_count AS memberCount,"                                                          \
	" s.last_seq AS messageCount, s.rating, s.review_count AS reviewCount, s.tags, s.invite_code AS inviteCode," \
	" (SELECT COUNT(*) FROM files f WHERE f.study_id = s.id AND f.deleted_at IS NULL) AS fileCount," \
	" (SELECT COUNT(*) FROM study_notices n WHERE n.study_id = s.id) AS noticeCount,"          \
	" o.id AS ownerId, o.name AS ownerName, o.email AS ownerEmail, o.profile_image AS ownerAvatar," \
	" o.status AS ownerStatus"
#define OWNER " STRAIGHT_JOIN users o ON o.id = s.owner_id"

/* O(key of enum admin_study_order, direction, columns) */
#define ORDERS(O)                                                                                  \
	O(STUDY_BY_CREATED, 0, "s.created_at DESC, s.id DESC")                                     \
	O(STUDY_BY_CREATED, 1, "s.created_at, s.id")                                               \
	O(STUDY_BY_UPDATED, 0, "s.updated_at DESC, s.id DESC")                                     \
	O(STUDY_BY_UPDATED, 1, "s.updated_at, s.id")                                               \
	O(STUDY_BY_NAME, 0, "s.name DESC, s.id DESC")                                              \
	O(STUDY_BY_NAME, 1, "s.name, s.id")                                                        \
	O(STUDY_BY_MEMBERS, 0, "s.member_count DESC, s.id DESC")                                   \
	O(STUDY_BY_MEMBERS, 1, "s.member_count, s.id")                                             \
	O(STUDY_BY_RATING, 0, "s.rating DESC, s.id DESC")                                          \
	O(STUDY_BY_RATING, 1, "s.rating, s.id")

/* Of the newest groups those that fit; the page first, then what is shown of those on it alone. */
#define PAGE(order)                                                                                \
	"SELECT p.total, " COLUMNS " FROM (SELECT s.id, COUNT(*) OVER () AS total FROM"            \
	"  (SELECT q.id FROM studies q WHERE q.id > 0 ORDER BY q.id DESC LIMIT ?) f"               \
	"  STRAIGHT_JOIN studies s ON s.id = f.id WHERE NOT s.gone"                                \
	"  AND (s.id = ? OR LOCATE(COALESCE(?, ''), s.name) > 0 OR LOCATE(COALESCE(?, ''), s.description) > 0)" \
	"  AND s.category = COALESCE(?, s.category) AND s.is_public = COALESCE(?, s.is_public)"    \
	"  AND s.is_recruiting = COALESCE(?, s.is_recruiting) AND s.member_count BETWEEN ? AND ?"  \
	"  AND s.created_at >= COALESCE(?, '1970-01-01')"                                          \
	"  AND s.created_at < COALESCE(? + INTERVAL 1 DAY, '9999-01-01')"                          \
	"  ORDER BY " order " LIMIT ? OFFSET ?) p STRAIGHT_JOIN studies s ON s.id = p.id" OWNER " ORDER BY " order
#define LIST_STATEMENT(key, up, order) READ(LIST_##key##_##up, admin_study_row, PAGE(order))
ORDERS(LIST_STATEMENT)
#define LIST_ROW(key, up, order) [key][up] = &LIST_##key##_##up,
static const struct stmt *const lists[STUDY_ORDERS][2] = {ORDERS(LIST_ROW)};

READ(ADMIN_STUDY_SUMS, admin_study_sums,
     "SELECT (SELECT COUNT(*) FROM studies s WHERE s.gone = FALSE) AS total,"
     " (SELECT COUNT(*) FROM studies s WHERE s.is_public = TRUE) AS public,"
     " (SELECT COUNT(*) FROM studies s WHERE s.gone = FALSE AND s.is_recruiting = TRUE) AS recruiting")
READ(ADMIN_STUDY, admin_study_row, "SELECT " COLUMNS " FROM studies s" OWNER " WHERE s.id = ? AND NOT s.gone")
READ(ADMIN_STUDY_MEMBERS, admin_study_seat_row,
     "SELECT m.id, u.id AS userId, u.name, u.email, u.profile_image AS avatar, u.status AS userStatus, m.role,"
     " m.status, m.joined_at AS joinedAt, m.approved_at AS approvedAt"
     " FROM study_members m STRAIGHT_JOIN users u ON u.id = m.user_id WHERE m.study_id = ?"
     " ORDER BY FIELD(m.status, 'ACTIVE', 'PENDING', 'KICKED', 'LEFT'), m.role, m.joined_at, m.user_id LIMIT ?")
READ(ADMIN_STUDY_SEATS, admin_study_seats,
     "SELECT COUNT(*) AS total, COALESCE(SUM(m.status = 'ACTIVE'), 0) AS active,"
     " COALESCE(SUM(m.status = 'PENDING'), 0) AS pending, COALESCE(SUM(m.status = 'KICKED'), 0) AS kicked,"
     " COALESCE(SUM(m.status = 'LEFT'), 0) AS `left` FROM study_members m WHERE m.study_id = ?")

/* By days: the index of study_chat's search for days. */
#define SAID(what, days)                                                                           \
	"(SELECT " what " FROM study_messages c FORCE INDEX (study_messages_day)"                  \
	" WHERE c.study_id = s.id AND c.created_at > NOW(3) - INTERVAL " days " DAY)"
#define COUNT_OF(table, more) "(SELECT COUNT(*) FROM " table " x WHERE x.study_id = s.id" more ")"
READ(ADMIN_STUDY_ACTIVITY, admin_study_activity,
     "SELECT " COUNT_OF("study_messages", "") " AS messages, " SAID("COUNT(*)", "30") " AS recentMessages,"
     " " SAID("COUNT(*)", "7") " AS weeklyMessages, " SAID("ROUND(COUNT(*) / 30, 1)", "30") " AS avgMessagesPerDay,"
     " " COUNT_OF("files", " AND x.deleted_at IS NULL") " AS files,"
     " " COUNT_OF("files", " AND x.deleted_at IS NULL AND x.created_at > NOW(3) - INTERVAL 30 DAY") " AS recentFiles,"
     " " COUNT_OF("study_notices", "") " AS notices, " COUNT_OF("study_events", "") " AS events,"
     " " COUNT_OF("tasks", "") " AS tasks, " COUNT_OF("study_tasks", "") " AS studyTasks,"
     " " SAID("COUNT(DISTINCT c.user_id)", "7") " AS activeMembers,"
     " COALESCE(" NEWEST_MESSAGE ", s.updated_at) AS lastActivityAt FROM studies s WHERE s.id = ?")

#define LISTED(key, up, order) &LIST_##key##_##up,
const struct stmt *const admin_studies_stmts[] = {
	ORDERS(LISTED) &ADMIN_STUDY_SUMS, &ADMIN_STUDY, &ADMIN_STUDY_MEMBERS, &ADMIN_STUDY_SEATS, &ADMIN_STUDY_ACTIVITY,
	NULL,
};

/* -1: either. */
static struct db_val either(int v)
{
	return v < 0 ? (struct db_val){0} : db_int(v);
}

enum status admin_studies_sql_list(struct ctx *c, const struct admin_study_filter *f, struct list *rows)
{
	const bool digits = f->words && !f->words[strspn(f->words, "0123456789")];
	const uint64_t number = digits ? strtoull(f->words, NULL, 10) : 0;

	return db_list(c, lists[f->order][f->ascending], rows, STUDIES_PAGE_MAX,
		       ARGS(P(f->words ? (int)STUDIES_FOUND_MAX : (int)STUDIES_SEEN_MAX), P(number), P(f->words),
			    P(f->words),
			    P(f->category), either(f->is_public), either(f->is_recruiting), P(f->min_members),
			    P(f->max_members), P(f->created_from), P(f->created_to), P(f->size),
			    P((f->page - 1) * f->size)));
}

enum status admin_studies_sql_sums(struct ctx *c, struct admin_study_sums *out)
{
	return db_one(c, &ADMIN_STUDY_SUMS, out, NO_ARGS);
}

enum status admin_studies_sql_get(struct ctx *c, uint64_t id, struct admin_study_row *out)
{
	return db_one(c, &ADMIN_STUDY, out, ARGS(P(id)));
}

enum status admin_studies_sql_members(struct ctx *c, uint64_t id, struct list *rows)
{
	return db_list(c, &ADMIN_STUDY_MEMBERS, rows, STUDIES_SEATS_MAX, ARGS(P(id), P((int)STUDIES_SEATS_MAX)));
}

enum status admin_studies_sql_seats(struct ctx *c, uint64_t id, struct admin_study_seats *out)
{
	return db_one(c, &ADMIN_STUDY_SEATS, out, ARGS(P(id)));
}

enum status admin_studies_sql_activity(struct ctx *c, uint64_t id, struct admin_study_activity *out)
{
	return db_one(c, &ADMIN_STUDY_ACTIVITY, out, ARGS(P(id)));
}
