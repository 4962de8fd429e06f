#include "domain/admin/admin_cases_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(admin_case_row, ADMIN_CASE_ROW)
SHAPE_TABLE(admin_case_target_row, ADMIN_CASE_TARGET_ROW)
SHAPE_TABLE(admin_case_held, ADMIN_CASE_HELD)
SHAPE_TABLE(admin_case_least, ADMIN_CASE_LEAST)

#define COLUMNS                                                                                    \
	"r.id, r.reporter_id AS reporterId, r.target_type AS targetType, r.target_id AS targetId," \
	" r.target_name AS targetName, r.type, r.reason, r.evidence, r.status, r.priority,"        \
	" r.processed_by AS processedBy, r.processed_at AS processedAt, r.resolution, r.created_at AS createdAt," \
	" u.name AS reporterName, u.email AS reporterEmail, u.profile_image AS reporterAvatar,"    \
	" u.status AS reporterStatus"
#define REPORTER " STRAIGHT_JOIN users u ON u.id = r.reporter_id"

/* ---- the list ----------------------------------------------------------------------------- */

/* O(key of enum admin_case_order, direction, columns) */
#define ORDERS(O)                                                                                  \
	O(CASE_BY_CREATED, 0, "r.created_at DESC, r.id DESC")                                      \
	O(CASE_BY_CREATED, 1, "r.created_at, r.id")                                                \
	O(CASE_BY_PRIORITY, 0, "r.priority DESC, r.created_at DESC, r.id DESC")                    \
	O(CASE_BY_PRIORITY, 1, "r.priority, r.created_at DESC, r.id DESC")                         \
	O(CASE_BY_STATUS, 0, "r.status DESC, r.created_at DESC, r.id DESC")                        \
	O(CASE_BY_STATUS, 1, "r.status, r.created_at DESC, r.id DESC")

/* Those that wait must be found however old they are, so a status has a list of its own. */
#define NEWEST "(SELECT q.id FROM reports q WHERE q.id > 0 ORDER BY q.id DESC LIMIT ?)"
#define OF_STATUS                                                                                  \
	"(SELECT q.id FROM reports q FORCE INDEX (reports_state) WHERE q.status = ?"               \
	" ORDER BY q.created_at DESC, q.id DESC LIMIT ?)"

/* The page first, then what is shown of those on it alone. assigned: NULL for any, 0 for nobody. */
#define PAGE(from, order)                                                                          \
	"SELECT p.total, " COLUMNS " FROM (SELECT r.id, COUNT(*) OVER () AS total FROM " from " f" \
	"  STRAIGHT_JOIN reports r ON r.id = f.id"                                                 \
	"  WHERE (? IS NULL OR LOCATE(?, r.reason) > 0 OR LOCATE(?, r.target_name) > 0 OR EXISTS"  \
	"    (SELECT 1 FROM users w WHERE w.id = r.reporter_id"                                    \
	"      AND (LOCATE(?, w.name) > 0 OR LOCATE(LOWER(?), w.email) > 0)))"                     \
	"  AND r.type = COALESCE(?, r.type) AND r.priority = COALESCE(?, r.priority)"              \
	"  AND r.target_type = COALESCE(?, r.target_type)"                                         \
	"  AND COALESCE(r.processed_by, 0) = COALESCE(?, r.processed_by, 0)"                       \
	"  AND r.created_at >= COALESCE(?, '1970-01-01')"                                          \
	"  AND r.created_at < COALESCE(? + INTERVAL 1 DAY, '9999-01-01')"                          \
	"  ORDER BY " order " LIMIT ? OFFSET ?) p STRAIGHT_JOIN reports r ON r.id = p.id" REPORTER " ORDER BY " order
#define LIST_STATEMENTS(key, up, order)                                                            \
	READ(LIST_##key##_##up, admin_case_row, PAGE(NEWEST, order))                               \
	READ(LIST_OF_##key##_##up, admin_case_row, PAGE(OF_STATUS, order))
ORDERS(LIST_STATEMENTS)
#define LIST_ROW(key, up, order) [key][up] = {&LIST_##key##_##up, &LIST_OF_##key##_##up},
static const struct stmt *const lists[CASE_ORDERS][2][2] = {ORDERS(LIST_ROW)};

#define HOW_MANY(status) "(SELECT COUNT(*) FROM reports r WHERE r.status = '" status "')"
READ(CASE_SUMS, admin_case_sums,
     "SELECT " HOW_MANY("PENDING") " AS pending, " HOW_MANY("IN_PROGRESS") " AS in_progress,"
     " " HOW_MANY("RESOLVED") " AS resolved, " HOW_MANY("REJECTED") " AS rejected")

/* ---- one ---------------------------------------------------------------------------------- */

READ(CASE_GET, admin_case_row,
     "SELECT " COLUMNS ", a.name AS handlerName, a.email AS handlerEmail, " ADMIN_ROLE_OF("a", "g") " AS handlerRole,"
     " (SELECT COUNT(*) FROM reports x WHERE x.reporter_id = r.reporter_id) AS totalReports,"
     " (SELECT COUNT(*) FROM reports x WHERE x.target_type = r.target_type AND x.target_id = r.target_id)"
     "  AS targetReportCount"
     " FROM reports r" REPORTER " LEFT JOIN users a ON a.id = r.processed_by"
     " LEFT JOIN admin_roles g ON g.user_id = a.id WHERE r.id = ?")
READ(CASE_RELATED, admin_case_row,
     "SELECT " COLUMNS " FROM reports r" REPORTER
     " WHERE r.target_type = ? AND r.target_id = ? AND r.id <> ? ORDER BY r.id DESC LIMIT ?")

#define WHO                                                                                        \
	" u.name AS whoName, u.email AS whoEmail, u.profile_image AS whoAvatar, u.status AS whoStatus"
READ(CASE_USER, admin_case_target_row,
     "SELECT u.id, u.name, u.email, u.profile_image AS avatar, u.status, u.created_at AS createdAt,"
     " u.suspended_until AS suspendedUntil, u.suspend_reason AS suspendReason,"
     " (SELECT COUNT(*) FROM studies s WHERE s.owner_id = u.id AND NOT s.gone) AS ownedStudies,"
     " (SELECT COUNT(*) FROM study_members m WHERE m.user_id = u.id AND m.status = 'ACTIVE') AS studyMembers,"
     " (SELECT COUNT(*) FROM study_messages c WHERE c.user_id = u.id) AS messages,"
     " (SELECT COUNT(*) FROM warnings w WHERE w.user_id = u.id) AS receivedWarnings FROM users u WHERE u.id = ?")
READ(CASE_STUDY, admin_case_target_row,
     "SELECT s.id, s.name, s.emoji, s.category, s.description, s.owner_id AS ownerId, s.created_at AS createdAt,"
     " s.member_count AS members, (SELECT COUNT(*) FROM study_messages c WHERE c.study_id = s.id) AS messages,"
     " (SELECT COUNT(*) FROM study_notices n WHERE n.study_id = s.id) AS notices," WHO
     " FROM studies s STRAIGHT_JOIN users u ON u.id = s.owner_id WHERE s.id = ? AND NOT s.gone")
READ(CASE_MESSAGE, admin_case_target_row,
     "SELECT m.id, m.content, m.study_id AS studyId, m.user_id AS userId, m.created_at AS createdAt,"
     " s.name AS studyName, s.emoji AS studyEmoji," WHO
     " FROM study_messages m STRAIGHT_JOIN users u ON u.id = m.user_id STRAIGHT_JOIN studies s ON s.id = m.study_id"
     " WHERE m.id = ?")

/* ---- answering ---------------------------------------------------------------------------- */

READ(CASE_HOLD, admin_case_held,
     "SELECT r.reporter_id AS reporter, r.target_type AS targetType, r.target_id AS targetId,"
     " r.target_name AS targetName, r.status, r.processed_by AS handler FROM reports r WHERE r.id = ? FOR UPDATE")
/* Who has no row of admin_roles but users.role is one, too; see ADMIN_ROLE_OF. */
READ(CASE_LEAST, admin_case_least,
     "SELECT w.id FROM (SELECT g.user_id AS id FROM admin_roles g WHERE g.role IN ('MODERATOR', 'ADMIN', 'SUPER_ADMIN')"
     "  AND COALESCE(g.expires_at > NOW(3), TRUE) UNION SELECT v.id FROM users v WHERE v.role = 'ADMIN'"
     "  AND NOT EXISTS (SELECT 1 FROM admin_roles h WHERE h.user_id = v.id)) w"
     " STRAIGHT_JOIN users u ON u.id = w.id AND u.status = 'ACTIVE'"
     " ORDER BY (SELECT COUNT(*) FROM reports q WHERE q.processed_by = w.id AND q.status = 'IN_PROGRESS'), w.id"
     " LIMIT 1")
WRITE(CASE_ASSIGN, "UPDATE reports SET processed_by = ?, status = ? WHERE id = ?")
WRITE(CASE_CLOSE,
      "UPDATE reports SET status = ?, processed_by = ?, processed_at = SYSDATE(3), resolution = ? WHERE id = ?")

#define LISTED(key, up, order) &LIST_##key##_##up, &LIST_OF_##key##_##up,
const struct stmt *const admin_cases_stmts[] = {
	ORDERS(LISTED) &CASE_SUMS, &CASE_GET, &CASE_RELATED, &CASE_USER, &CASE_STUDY, &CASE_MESSAGE, &CASE_HOLD,
	&CASE_LEAST, &CASE_ASSIGN, &CASE_CLOSE, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum { FILTER_ARGS = 16 };

enum status admin_cases_sql_list(struct ctx *c, const struct admin_case_filter *f, struct list *rows)
{
	struct db_val v[FILTER_ARGS];
	size_t n = 0;

	if (f->status)
		v[n++] = db_str(f->status);
	v[n++] = db_int(f->words ? CASES_FOUND_MAX : CASES_SEEN_MAX);
	for (int i = 0; i < 5; i++)
		v[n++] = db_str(f->words);
	v[n++] = db_str(f->type);
	v[n++] = db_str(f->priority);
	v[n++] = db_str(f->target_type);
	v[n++] = f->assigned < 0 ? (struct db_val){0} : db_int(f->assigned);
	v[n++] = db_str(f->created_from);
	v[n++] = db_str(f->created_to);
	v[n++] = db_int(f->size);
	v[n++] = db_int((f->page - 1) * f->size);
	return db_list(c, lists[f->order][f->ascending][f->status != NULL], rows, CASES_PAGE_MAX, v, n);
}

enum status admin_cases_sql_sums(struct ctx *c, struct admin_case_sums *out)
{
	return db_one(c, &CASE_SUMS, out, NO_ARGS);
}

enum status admin_cases_sql_get(struct ctx *c, uint64_t id, struct admin_case_row *out)
{
	return db_one(c, &CASE_GET, out, ARGS(P(id)));
}

enum status admin_cases_sql_related(struct ctx *c, const struct admin_case_row *of, struct list *rows)
{
	return db_list(c, &CASE_RELATED, rows, CASES_RELATED_MAX,
		       ARGS(P(of->targetType), P(of->targetId), P(of->id), P((int)CASES_RELATED_MAX)));
}

enum status admin_cases_sql_target(struct ctx *c, const char *type, uint64_t id, struct admin_case_target_row *out)
{
	const struct stmt *s = *type == 'U' ? &CASE_USER : *type == 'S' ? &CASE_STUDY : &CASE_MESSAGE;

	return db_one(c, s, out, ARGS(P(id)));
}

enum status admin_cases_sql_hold(struct ctx *c, uint64_t id, struct admin_case_held *out)
{
	return db_one(c, &CASE_HOLD, out, ARGS(P(id)));
}

enum status admin_cases_sql_least(struct ctx *c, struct admin_case_least *out)
{
	return db_one(c, &CASE_LEAST, out, NO_ARGS);
}

enum status admin_cases_sql_assign(struct ctx *c, uint64_t id, uint64_t to)
{
	return db_exec(c, &CASE_ASSIGN, NULL, ARGS(db_id(to), P(to ? "IN_PROGRESS" : "PENDING"), P(id)));
}

enum status admin_cases_sql_close(struct ctx *c, uint64_t id, const char *status, const char *resolution)
{
	return db_exec(c, &CASE_CLOSE, NULL, ARGS(P(status), P(c->me.user_id), P(resolution), P(id)));
}
