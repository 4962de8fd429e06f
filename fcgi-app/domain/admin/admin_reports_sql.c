#include "domain/admin/admin_reports_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

/* The reporter's row is locked first: of several at once each finds those before it. A group is there for whom it
 * would be shown to, a message for whoever is or was a member. */
WRITE_ROW(REPORT_ADD, report,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE kind VARCHAR(7) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE target BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE held, whose, made BIGINT UNSIGNED;"
	  " DECLARE called VARCHAR(100) CHARACTER SET utf8mb4;"
	  " DECLARE shot LONGTEXT CHARACTER SET utf8mb4;"
	  " DECLARE recent, waiting INT;"
	  " SELECT u.id INTO held FROM users u WHERE u.id = me FOR UPDATE;"
	  " IF kind = 'USER' THEN"
	  "  SELECT u.id, u.name, JSON_OBJECT('name', u.name, 'bio', u.bio, 'avatar', u.profile_image)"
	  "   INTO whose, called, shot FROM users u WHERE u.id = target AND u.status <> 'DELETED';"
	  " END IF;"
	  " IF kind = 'STUDY' THEN"
	  "  SELECT s.owner_id, s.name,"
	  "   JSON_OBJECT('name', s.name, 'description', s.description, 'ownerId', s.owner_id)"
	  "   INTO whose, called, shot FROM studies s LEFT JOIN study_members m ON m.study_id = s.id AND m.user_id = me"
	  "   WHERE s.id = target AND NOT s.gone AND (s.is_public OR m.user_id IS NOT NULL);"
	  " END IF;"
	  " IF kind = 'MESSAGE' THEN"
	  "  SELECT c.user_id, u.name, JSON_OBJECT('content', c.content, 'userId', c.user_id, 'userName', u.name,"
	  "    'studyId', c.study_id, 'fileId', c.file_id, 'createdAt', c.created_at)"
	  "   INTO whose, called, shot FROM study_messages c STRAIGHT_JOIN study_members m ON m.study_id = c.study_id"
	  "   AND m.user_id = me AND m.status <> 'PENDING' STRAIGHT_JOIN users u ON u.id = c.user_id"
	  "   WHERE c.id = target;"
	  " END IF;"
	  " IF whose IS NULL THEN " REFUSE("REPORT_NO_TARGET") "; END IF;"
	  " IF whose = me THEN " REFUSE("REPORT_SELF") "; END IF;"
	  " SELECT COUNT(*), COALESCE(SUM(r.target_type = kind AND r.open_target = target), 0) INTO recent, waiting"
	  "  FROM reports r WHERE r.reporter_id = me AND (r.created_at > NOW(3) - INTERVAL 1 DAY"
	  "   OR (r.target_type = kind AND r.open_target = target));"
	  " IF waiting > 0 THEN " REFUSE("REPORT_OPEN") "; END IF;"
	  " IF recent >= ? THEN " REFUSE("REPORT_MANY") "; END IF;"
	  " INSERT INTO reports (reporter_id, target_type, target_id, target_name, type, reason, evidence, created_at)"
	  "  VALUES (me, kind, target, called, ?, ?, JSON_INSERT(shot, '$.given', JSON_COMPACT(?)), SYSDATE(3));"
	  " SET made = LAST_INSERT_ID();"
	  " SELECT r.id, r.reporter_id AS reporterId, r.target_type AS targetType, r.target_id AS targetId,"
	  "  r.target_name AS targetName, r.type, r.reason, r.status, r.priority, r.created_at AS createdAt"
	  "  FROM reports r WHERE r.id = made;"
	  " END")

const struct stmt *const admin_reports_stmts[] = {&REPORT_ADD, NULL};

enum status report_sql_add(struct ctx *c, const struct report_draft *d, struct report *out)
{
	return db_one(c, &REPORT_ADD, out,
		      ARGS(P(c->me.user_id), P(d->target_type), P(d->target_id), P((int)REPORTS_A_DAY), P(d->type),
			   P(d->reason), P(d->given)));
}
