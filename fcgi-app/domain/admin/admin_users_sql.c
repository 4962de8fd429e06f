#include "domain/admin/admin_users_sql.h"
#include "domain/admin/admin_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(admin_user_row, ADMIN_USER_ROW)
SHAPE_TABLE(admin_held_row, ADMIN_HELD_ROW)
SHAPE_TABLE(admin_warned_row, ADMIN_WARNED_ROW)

#define IN_FORCE(x) x ".is_active AND COALESCE(" x ".expires_at > NOW(3), TRUE)"
#define PROVIDER                                                                                   \
	"COALESCE((SELECT UPPER(i.provider) FROM user_identities i WHERE i.user_id = u.id LIMIT 1), 'CREDENTIALS')"
#define PLAIN                                                                                      \
	"u.id, u.email, u.name, u.profile_image AS avatar, u.bio, u.role, u.status, " PROVIDER " AS provider," \
	" u.suspended_until AS suspendedUntil, u.suspend_reason AS suspendReason,"                 \
	" u.restricted_until AS restrictedUntil, u.created_at AS createdAt, u.updated_at AS updatedAt," \
	" u.active_at AS lastLoginAt, u.restricted_actions AS restricted,"                         \
	" (SELECT COUNT(*) FROM studies s WHERE s.owner_id = u.id AND NOT s.gone) AS ownedStudies," \
	" (SELECT COUNT(*) FROM study_members m WHERE m.user_id = u.id AND m.status = 'ACTIVE') AS studyMembers," \
	" (SELECT COUNT(*) FROM study_messages c WHERE c.user_id = u.id) AS messages,"             \
	" (SELECT COUNT(*) FROM warnings w WHERE w.user_id = u.id) AS receivedWarnings,"           \
	" (SELECT COUNT(*) FROM sanctions x WHERE x.user_id = u.id AND " IN_FORCE("x") ") AS sanctions"

/* ---- the list ----------------------------------------------------------------------------- */

/* O(name, key of enum admin_user_order, direction, index, all of it, columns) */
#define EVERY_STATUS "u.status IN ('ACTIVE', 'SUSPENDED', 'DELETED')"
#define ORDERS(O) \
	O(CREATED_UP, BY_CREATED, 1, "users_created", "u.created_at > 0", "u.created_at, u.id") \
	O(CREATED_DOWN, BY_CREATED, 0, "users_created", "u.created_at > 0", "u.created_at DESC, u.id DESC") \
	O(ACTIVE_UP, BY_ACTIVE, 1, "users_active", "u.active_at > 0", "u.active_at, u.id") \
	O(ACTIVE_DOWN, BY_ACTIVE, 0, "users_active", "u.active_at > 0", "u.active_at DESC, u.id DESC") \
	O(EMAIL_UP, BY_EMAIL, 1, "email", "(u.email IS NULL OR u.email > '')", "u.email, u.id") \
	O(EMAIL_DOWN, BY_EMAIL, 0, "email", "(u.email IS NULL OR u.email > '')", "u.email DESC, u.id DESC") \
	O(NAME_UP, BY_NAME, 1, "users_name", "u.name >= ''", "u.name, u.id") \
	O(NAME_DOWN, BY_NAME, 0, "users_name", "u.name >= ''", "u.name DESC, u.id DESC") \
	O(STATUS_UP, BY_STATUS, 1, "users_status", EVERY_STATUS, "u.status, u.id") \
	O(STATUS_DOWN, BY_STATUS, 0, "users_status", EVERY_STATUS, "u.status DESC, u.id DESC")

/* Where the people of a list come from: the first in its order, those of a status, the newest of them first, or those
 * whose number, e-mail address or name begins with what was looked for. */
#define ALL(index, where, order)                                                                   \
	"(SELECT u.id FROM users u FORCE INDEX (" index ") WHERE " where " ORDER BY " order " LIMIT ?)"
#define OF_STATUS                                                                                  \
	"(SELECT u.id FROM users u FORCE INDEX (users_status) WHERE u.status = ? ORDER BY u.id DESC LIMIT ?)"
#define FOUND                                                                                      \
	"((SELECT u.id FROM users u WHERE u.id = ?)"                                               \
	" UNION (SELECT u.id FROM users u FORCE INDEX (email) WHERE u.email LIKE ? ORDER BY u.email LIMIT ?)" \
	" UNION (SELECT u.id FROM users u FORCE INDEX (users_name) WHERE u.name LIKE ? ORDER BY u.name LIMIT ?))"

/* The page first, then what is shown of those on it alone. */
#define PAGE(from, order)                                                                          \
	"SELECT p.total, " PLAIN ", w.id AS warning, w.severity, w.created_at AS warnedAt, x.id AS sanction," \
	" x.type AS sanctionType, x.expires_at AS sanctionEnds"                                    \
	" FROM (SELECT u.id, COUNT(*) OVER () AS total FROM " from " f STRAIGHT_JOIN users u ON u.id = f.id" \
	"  WHERE u.status = COALESCE(?, u.status)"                                                 \
	"  AND COALESCE(" PROVIDER " = ?, TRUE)"                                                   \
	"  AND COALESCE((u.status = 'SUSPENDED') = ?, TRUE)"                                       \
	"  AND COALESCE(EXISTS (SELECT 1 FROM warnings y WHERE y.user_id = u.id) = ?, TRUE)"       \
	"  AND u.created_at >= COALESCE(?, '1970-01-01')"                                          \
	"  AND u.created_at < COALESCE(? + INTERVAL 1 DAY, '9999-01-01')"                          \
	"  AND u.active_at >= COALESCE(?, '1970-01-01') AND u.active_at < COALESCE(? + INTERVAL 1 DAY, '9999-01-01')" \
	"  ORDER BY " order " LIMIT ? OFFSET ?) p STRAIGHT_JOIN users u ON u.id = p.id"            \
	" LEFT JOIN warnings w ON w.id = (SELECT MAX(z.id) FROM warnings z WHERE z.user_id = u.id)" \
	" LEFT JOIN sanctions x ON x.id ="                                                         \
	"  (SELECT MAX(z.id) FROM sanctions z WHERE z.user_id = u.id AND " IN_FORCE("z") ")"       \
	" ORDER BY " order

#define LIST_STATEMENTS(name, key, up, index, where, order)                                               \
	READ(USERS_##name, admin_user_row, PAGE(ALL(index, where, order), order))                         \
	READ(USERS_OF_##name, admin_user_row, PAGE(OF_STATUS, order))                \
	READ(USERS_FOUND_##name, admin_user_row, PAGE(FOUND, order))
ORDERS(LIST_STATEMENTS)

enum source { FROM_ALL, FROM_STATUS, FROM_WORDS, SOURCES };
#define LIST_ROW(name, key, up, index, where, order) [key][up] = {&USERS_##name, &USERS_OF_##name, &USERS_FOUND_##name},
static const struct stmt *const lists[USER_ORDERS][2][SOURCES] = {ORDERS(LIST_ROW)};

/* ---- one ---------------------------------------------------------------------------------- */

READ(ADMIN_USER, admin_user_row,
     "SELECT " PLAIN ", (SELECT COUNT(*) FROM reports q WHERE q.reporter_id = u.id) AS reports,"
     " (SELECT COUNT(*) FROM notifications n WHERE n.user_id = u.id) AS notifications,"
     " " ADMIN_ROLE_OF("u", "r") " AS adminRole, r.granted_by AS grantedBy, r.granted_at AS grantedAt,"
     " r.expires_at AS roleEnds, w.id AS warning, w.severity, w.created_at AS warnedAt, x.id AS sanction,"
     " x.type AS sanctionType, x.expires_at AS sanctionEnds FROM users u LEFT JOIN admin_roles r ON r.user_id = u.id"
     " LEFT JOIN warnings w ON w.id = (SELECT MAX(z.id) FROM warnings z WHERE z.user_id = u.id)"
     " LEFT JOIN sanctions x ON x.id = (SELECT MAX(z.id) FROM sanctions z WHERE z.user_id = u.id AND " IN_FORCE("z") ")"
     " WHERE u.id = ?")
READ(ADMIN_USER_SANCTIONS, admin_sanction,
     "SELECT x.id, x.user_id AS userId, x.admin_id AS adminId, x.type, x.reason, x.duration, x.expires_at AS expiresAt,"
     " x.report_id AS relatedReportId, " IN_FORCE("x") " AS isActive, x.ended_by AS unsuspendedBy,"
     " x.end_reason AS unsuspendReason, x.ended_at AS unsuspendedAt, x.created_at AS createdAt"
     " FROM sanctions x WHERE x.user_id = ? ORDER BY x.id DESC LIMIT ?")
#define WARNING                                                                                    \
	"w.id, w.user_id AS userId, w.admin_id AS adminId, w.reason, w.severity,"                  \
	" w.related_content AS relatedContent, w.expires_at AS expiresAt, w.created_at AS createdAt"
READ(ADMIN_USER_WARNINGS, admin_warning,
     "SELECT " WARNING " FROM warnings w WHERE w.user_id = ? ORDER BY w.id DESC LIMIT ?")

READ(ADMIN_HOLD, admin_held_row,
     "SELECT u.name, u.email, u.role, u.status, u.suspended_until AS until, u.restricted_actions AS restricted,"
     " u.restricted_until AS restrictedUntil,"
     " u.role = 'ADMIN' OR EXISTS (SELECT 1 FROM admin_roles r WHERE r.user_id = u.id) AS admin"
     " FROM users u WHERE u.id = ? FOR UPDATE")
WRITE(ADMIN_RENAME, "UPDATE users SET name = COALESCE(?, name), email = COALESCE(?, email) WHERE id = ?")
WRITE(ADMIN_SUSPENDED,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE why VARCHAR(500) CHARACTER SET utf8mb4 DEFAULT ?;"
      " DECLARE days INT DEFAULT ?;"
      " DECLARE ends DATETIME(3);"
      " IF days > 0 THEN SET ends = SYSDATE(3) + INTERVAL days DAY; END IF;"
      " UPDATE users SET suspended_until = ends, suspend_reason = NULLIF(why, '') WHERE id = who;"
      " INSERT INTO sanctions (user_id, admin_id, type, reason, duration, expires_at, report_id, created_at)"
      "  VALUES (who, me, 'SUSPENSION', why, IF(days > 0, CONCAT(days, 'd'), 'permanent'), ends, ?, SYSDATE(3));"
      " END")
/* Counted with a lock: what others wrote just before the account was locked counts, too. */
WRITE_ROW(ADMIN_WARN, admin_warned_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE made BIGINT UNSIGNED;"
	  " DECLARE n INT;"
	  " INSERT INTO warnings (user_id, admin_id, reason, severity, related_content, expires_at, created_at)"
	  "  VALUES (who, ?, ?, ?, ?, ?, SYSDATE(3));"
	  " SET made = LAST_INSERT_ID();"
	  " SELECT COUNT(*) INTO n FROM warnings w WHERE w.user_id = who AND COALESCE(w.expires_at > NOW(3), TRUE)"
	  "  LOCK IN SHARE MODE;"
	  " SELECT " WARNING ", n AS total FROM warnings w WHERE w.id = made;"
	  " END")
/* Bits of a SET, in the order of enum restriction. */
WRITE(ADMIN_RESTRICT,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE days INT DEFAULT ?;"
      " DECLARE wanted, had INT UNSIGNED;"
      " DECLARE ends, before_ DATETIME(3);"
      " SET wanted = ?;"
      " IF days > 0 THEN SET ends = SYSDATE(3) + INTERVAL days DAY; END IF;"
      " INSERT INTO sanctions"
      "  (user_id, admin_id, type, reason, duration, expires_at, report_id, metadata, created_at) VALUES"
      "  (who, ?, 'RESTRICTION', ?, IF(days > 0, CONCAT(days, 'd'), 'permanent'), ends, ?, ?, SYSDATE(3));"
      " SELECT u.restricted_actions + 0, u.restricted_until INTO had, before_ FROM users u WHERE u.id = who FOR UPDATE;"
      " IF had > 0 AND COALESCE(before_ > SYSDATE(3), TRUE) THEN"
      "  SET wanted = wanted | had, ends = IF(before_ IS NULL OR ends IS NULL, NULL, GREATEST(before_, ends));"
      " END IF;"
      " UPDATE users SET restricted_actions = wanted, restricted_until = ends WHERE id = who;"
      " END")
#define SANCTIONS_END(kind)                                                                        \
	" UPDATE sanctions SET is_active = FALSE, ended_at = SYSDATE(3), ended_by = me, end_reason = why" \
	"  WHERE user_id = who AND is_active AND type = '" kind "';"
#define WHO_ME_WHY                                                                                 \
	" DECLARE who BIGINT UNSIGNED DEFAULT ?;"                                                  \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE why VARCHAR(500) CHARACTER SET utf8mb4 DEFAULT ?;"
WRITE(ADMIN_UNRESTRICT,
      "BEGIN NOT ATOMIC" WHO_ME_WHY
      SANCTIONS_END("RESTRICTION")
      " UPDATE users SET restricted_actions = '', restricted_until = NULL WHERE id = who;"
      " END")
WRITE(ADMIN_DELETE,
      "BEGIN NOT ATOMIC"
      " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE owned INT;"
      " SELECT COUNT(*) INTO owned FROM study_members m"
      "  WHERE m.user_id = who AND m.status = 'ACTIVE' AND m.role = 'OWNER' LOCK IN SHARE MODE;"
      " IF owned > 0 THEN " REFUSE("ADMIN_OWNER") "; END IF;"
      " UPDATE users SET status = 'DELETED' WHERE id = who;"
      " END")
/* Who deleted themselves is gone: there is nothing left to restore. */
WRITE(ADMIN_RESTORE,
      "BEGIN NOT ATOMIC" WHO_ME_WHY
      SANCTIONS_END("SUSPENSION")
      " UPDATE users SET status = 'SUSPENDED' WHERE id = who AND status = 'DELETED' AND email IS NOT NULL;"
      " END")

#define LISTED(name, key, up, index, where, order) &USERS_##name, &USERS_OF_##name, &USERS_FOUND_##name,
const struct stmt *const admin_users_stmts[] = {
	ORDERS(LISTED) &ADMIN_USER, &ADMIN_USER_SANCTIONS, &ADMIN_USER_WARNINGS, &ADMIN_HOLD, &ADMIN_SUSPENDED,
	&ADMIN_RESTORE, &ADMIN_WARN, &ADMIN_RESTRICT, &ADMIN_UNRESTRICT, &ADMIN_DELETE, &ADMIN_RENAME, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

/* -1: either. */
static struct db_val either(int v)
{
	return v < 0 ? (struct db_val){0} : db_int(v);
}

enum { FILTER_ARGS = 16 };

enum status admin_users_sql_list(struct ctx *c, const struct admin_user_filter *f, struct list *rows)
{
	const enum source from = f->words ? FROM_WORDS : f->status ? FROM_STATUS : FROM_ALL;
	const char *begins = db_beginning(c->arena, f->words);
	struct db_val v[FILTER_ARGS];
	size_t n = 0;

	if (from == FROM_WORDS) {
		v[n++] = db_uint(f->words[strspn(f->words, "0123456789")] ? 0 : strtoull(f->words, NULL, 10));
		v[n++] = db_str(begins);
		v[n++] = db_int(ADMIN_FOUND_MAX);
		v[n++] = db_str(begins);
		v[n++] = db_int(ADMIN_FOUND_MAX);
	} else {
		if (from == FROM_STATUS)
			v[n++] = db_str(f->status);
		v[n++] = db_int(ADMIN_SEEN_MAX);
	}
	v[n++] = db_str(f->status);
	v[n++] = db_str(f->provider);
	v[n++] = either(f->suspended);
	v[n++] = either(f->warned);
	v[n++] = db_str(f->created_from);
	v[n++] = db_str(f->created_to);
	v[n++] = db_str(f->active_from);
	v[n++] = db_str(f->active_to);
	v[n++] = db_int(f->size);
	v[n++] = db_int((f->page - 1) * f->size);
	return db_list(c, lists[f->order][f->ascending][from], rows, ADMIN_PAGE_MAX, v, n);
}

enum status admin_users_sql_get(struct ctx *c, uint64_t id, struct admin_user_row *out)
{
	return db_one(c, &ADMIN_USER, out, ARGS(P(id)));
}

enum status admin_users_sql_sanctions(struct ctx *c, uint64_t id, struct list *rows)
{
	return db_list(c, &ADMIN_USER_SANCTIONS, rows, ADMIN_RECORD_MAX, ARGS(P(id), P((int)ADMIN_RECORD_MAX)));
}

enum status admin_users_sql_warnings(struct ctx *c, uint64_t id, struct list *rows)
{
	return db_list(c, &ADMIN_USER_WARNINGS, rows, ADMIN_RECORD_MAX, ARGS(P(id), P((int)ADMIN_RECORD_MAX)));
}

enum status admin_users_sql_hold(struct ctx *c, uint64_t id, struct admin_held_row *out)
{
	return db_one(c, &ADMIN_HOLD, out, ARGS(P(id)));
}

enum status admin_users_sql_rename(struct ctx *c, uint64_t id, const char *name, const char *email)
{
	return db_exec(c, &ADMIN_RENAME, NULL, ARGS(P(name), P(email), P(id)));
}

enum status admin_users_sql_suspended(struct ctx *c, const struct admin_suspension *s)
{
	return db_exec(c, &ADMIN_SUSPENDED, NULL,
		       ARGS(P(s->user_id), P(c->me.user_id), P(s->reason), P(s->days), db_id(s->report_id)));
}

enum status admin_users_sql_restore(struct ctx *c, uint64_t id, const char *reason)
{
	return db_exec(c, &ADMIN_RESTORE, NULL, ARGS(P(id), P(c->me.user_id), P(reason)));
}

enum status admin_users_sql_warn(struct ctx *c, const struct admin_warning_draft *w, struct admin_warned_row *out)
{
	return db_one(c, &ADMIN_WARN, out,
		      ARGS(P(w->user_id), P(c->me.user_id), P(w->reason), P(w->severity), P(w->related),
			   db_time(w->expires_at)));
}

enum status admin_users_sql_restrict(struct ctx *c, const struct admin_restriction *r, const char *metadata)
{
	return db_exec(c, &ADMIN_RESTRICT, NULL,
		       ARGS(P(r->user_id), P(r->days), P(r->actions), P(c->me.user_id), P(r->reason),
			    db_id(r->report_id), P(metadata)));
}

enum status admin_users_sql_unrestrict(struct ctx *c, uint64_t id, const char *reason)
{
	return db_exec(c, &ADMIN_UNRESTRICT, NULL, ARGS(P(id), P(c->me.user_id), P(reason)));
}

enum status admin_users_sql_delete(struct ctx *c, uint64_t id)
{
	return db_exec(c, &ADMIN_DELETE, NULL, ARGS(P(id)));
}
