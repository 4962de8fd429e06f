#include "domain/study/study_attendance_sql.h"
#include "domain/study/study_rules.h"

SHAPE_TABLE(attended_row, ATTENDED_ROW)
SHAPE_TABLE(attendance_row, ATTENDANCE_ROW)
SHAPE_TABLE(attended_day, ATTENDED_DAY)
SHAPE_TABLE(my_stats_row, MY_STATS_ROW)

/* READ COMMITTED: what is read for the rows is not locked, since whoever leaves locks in another order. */
WRITE_ROW(ATTENDANCE_CHECK_IN, attended_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE today DATE DEFAULT " STUDY_TODAY ";"
	  " DECLARE fresh INT;"
	  " SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
	  " START TRANSACTION;"
	  " INSERT IGNORE INTO study_attendance (user_id, study_id, day)"
	  "  SELECT m.user_id, m.study_id, today FROM study_members m WHERE m.user_id = me AND m.status = 'ACTIVE';"
	  " SET fresh = ROW_COUNT();"
	  " COMMIT;"
	  " SELECT s.id, s.name, s.emoji, a.created_at AS attendedAt, fresh AS fresh, COUNT(*) OVER () AS total"
	  "  FROM study_members m STRAIGHT_JOIN study_attendance a"
	  "   ON a.user_id = m.user_id AND a.study_id = m.study_id AND a.day = today"
	  "  STRAIGHT_JOIN studies s ON s.id = m.study_id WHERE m.user_id = me AND m.status = 'ACTIVE'"
	  "  ORDER BY m.joined_at DESC, m.id DESC LIMIT ?;"
	  " END")

/* Days since somebody joined, that day too: in a group they came back to, since they came back. */
READ(ATTENDANCE, attendance_row,
     "SELECT CAST(COALESCE(SUM(q.possible), 0) AS SIGNED) AS possible,"
     " CAST(COALESCE(SUM(q.attended), 0) AS SIGNED) AS attended FROM (SELECT"
     "  LEAST(?, DATEDIFF(" STUDY_TODAY ", " KOREA_DAY("MAX(m.joined_at)") ") + 1) AS possible, COUNT(a.id) AS attended"
     "  FROM study_members m LEFT JOIN study_attendance a ON a.user_id = m.user_id AND a.study_id = m.study_id"
     "   AND a.day > " STUDY_TODAY " - INTERVAL ? DAY AND a.day >= " KOREA_DAY("m.joined_at")
     "  WHERE m.user_id = ? AND m.status = 'ACTIVE' GROUP BY m.study_id) q")

READ(ATTENDED_DAYS, attended_day,
     "SELECT DISTINCT DATEDIFF(" STUDY_TODAY ", a.day) AS ago FROM study_attendance a"
     " WHERE a.user_id = ? AND a.day > " STUDY_TODAY " - INTERVAL ? DAY ORDER BY a.day DESC")

READ(MY_STATS_NUMBERS, my_stats_row,
     "SELECT (SELECT COUNT(*) FROM tasks t FORCE INDEX (tasks_done) WHERE t.user_id = u.id AND t.completed = TRUE"
     "  AND t.completed_at >= ?) AS completedTasks,"
     " (SELECT COUNT(*) FROM study_notices n WHERE n.author_id = u.id AND n.created_at >= ?) AS createdNotices,"
     " (SELECT COUNT(*) FROM files f WHERE f.owner_id = u.id AND f.deleted_at IS NULL AND f.purpose = 'STUDY'"
     "  AND f.created_at >= ?) AS uploadedFiles,"
     " (SELECT COUNT(*) FROM study_messages c FORCE INDEX (study_messages_pace) WHERE c.user_id = u.id"
     "  AND c.created_at >= ?) AS chatMessages,"
     " (SELECT COUNT(*) FROM study_members m WHERE m.user_id = u.id AND m.status = 'ACTIVE') AS studies,"
     " (SELECT COUNT(*) FROM study_members m WHERE m.user_id = u.id AND m.status = 'ACTIVE'"
     "  AND m.role IN ('OWNER', 'ADMIN')) AS managing,"
     " (SELECT COUNT(*) FROM tasks t WHERE t.user_id = u.id AND t.completed = TRUE) AS completed,"
     " u.created_at AS joined_at FROM users u WHERE u.id = ? AND u.status = 'ACTIVE'")

const struct stmt *const study_attendance_stmts[] = {
	&ATTENDANCE_CHECK_IN, &ATTENDANCE, &ATTENDED_DAYS, &MY_STATS_NUMBERS, NULL,
};

#define ME P(c->me.user_id)
enum status study_sql_check_in(struct ctx *c, struct list *rows)
{
	return db_list(c, &ATTENDANCE_CHECK_IN, rows, ATTENDANCE_STUDIES, ARGS(ME, P((int)ATTENDANCE_STUDIES)));
}

enum status study_sql_attendance(struct ctx *c, struct attendance_row *out)
{
	return db_one(c, &ATTENDANCE, out, ARGS(P((int)ATTENDANCE_DAYS), P((int)ATTENDANCE_DAYS), ME));
}

enum status study_sql_attended_days(struct ctx *c, struct list *rows)
{
	return db_list(c, &ATTENDED_DAYS, rows, ATTENDANCE_STREAK, ARGS(ME, P((int)ATTENDANCE_STREAK)));
}

enum status study_sql_stats(struct ctx *c, int64_t since, struct my_stats_row *out)
{
	return db_one(c, &MY_STATS_NUMBERS, out,
		      ARGS(db_time(since), db_time(since), db_time(since), db_time(since), ME));
}
