#include "domain/study/study_member_sql.h"
#include "domain/admin/admin.h"
#include "domain/sql.h"
#include "domain/study/study_locks.h"

SHAPE_TABLE(study_member_row, STUDY_MEMBER_ROW)
SHAPE_TABLE(study_elsewhere_row, STUDY_ELSEWHERE_ROW)

#define COLUMNS                                                                                    \
	"SELECT m.id, m.study_id AS studyId, m.user_id AS userId, m.role, m.status, m.introduction," \
	" m.motivation, m.level, m.joined_at AS joinedAt, m.approved_at AS approvedAt, u.name, u.email," \
	" u.profile_image AS avatar"
#define WHO " FROM study_members m STRAIGHT_JOIN users u ON u.id = m.user_id"
#define SHOW(user, changed)                                                                        \
	" " COLUMNS ", " changed " AS changed" WHO " WHERE m.study_id = study AND m.user_id = " user ";"

/* ---- reading ------------------------------------------------------------------------------ */

#define LISTED " WHERE m.study_id = ? AND m.status = ? AND m.role = COALESCE(?, m.role)"
READ(STUDY_MEMBERS, study_member_row,
     COLUMNS WHO LISTED " ORDER BY m.role, m.joined_at, m.user_id LIMIT ? OFFSET ?")
READ(STUDY_MEMBERS_N, study_total_row, "SELECT COUNT(*) AS total FROM study_members m" LISTED)
READ(STUDY_REQUESTS, study_member_row,
     COLUMNS ", u.bio" WHO " WHERE m.study_id = ? AND m.status = 'PENDING' AND m.role = 'MEMBER'"
     " ORDER BY m.joined_at DESC, m.user_id DESC LIMIT ? OFFSET ?")
READ(STUDY_ELSEWHERE_OF, study_elsewhere_row,
     "SELECT x.id, x.userId, x.studyId, x.role, x.status, x.joinedAt, x.name, x.emoji, x.category FROM"
     " (SELECT m.id, m.user_id AS userId, m.study_id AS studyId, m.role, m.status, m.joined_at AS joinedAt, s.name,"
     "   s.emoji, s.category, ROW_NUMBER() OVER (PARTITION BY m.user_id ORDER BY m.joined_at DESC, m.id DESC) AS nth"
     "  FROM " IDS_OF("?") " j STRAIGHT_JOIN study_members m ON m.user_id = j.id AND m.status = 'ACTIVE'"
     "  STRAIGHT_JOIN studies s ON s.id = m.study_id AND s.is_public) x"
     " WHERE x.nth <= ? ORDER BY x.userId, x.nth LIMIT ?")

#define INVITE                                                                                     \
	"SELECT s.id AS studyId, s.name AS studyName, s.invite_code AS inviteCode,"                \
	" s.invite_expires_at AS expiresAt, COALESCE(s.invite_max_uses, 0) AS maxUses, s.invite_used AS usedCount," \
	" s.max_members - s.member_count AS availableSlots,"                                       \
	" CASE WHEN s.invite_code IS NULL OR s.invite_expires_at <= NOW(3) THEN 'expired'"         \
	"  WHEN s.invite_used >= s.invite_max_uses THEN 'exhausted' ELSE 'active' END AS status"   \
	" FROM studies s WHERE s.id = "
READ(STUDY_INVITE_GET, study_invite, INVITE "?")

/* ---- joining ------------------------------------------------------------------------------ */

#define REFUSE_FULL " IF people >= chairs THEN " REFUSE("STUDY_FULL") "; END IF;"

/* Who left before has a row still. changed: a member at once. */
WRITE_ROW(STUDY_JOIN, study_member_row,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME
	  " DECLARE words TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE why TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE stage VARCHAR(50) CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE invite CHAR(8) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE known VARCHAR(8) CHARACTER SET ascii;"
	  " DECLARE shown, taking, at_once, invited, full BOOL;"
	  " DECLARE barred INT;"
	  " SELECT s.is_public, s.is_recruiting, s.auto_approve, s.member_count >= s.max_members,"
	  "   COALESCE(s.invite_code = invite AND COALESCE(s.invite_expires_at > NOW(3), TRUE)"
	  "    AND COALESCE(s.invite_used < s.invite_max_uses, TRUE), FALSE)"
	  "  INTO shown, taking, at_once, full, invited FROM studies s WHERE s.id = study FOR UPDATE;"
	  " SELECT m.status INTO known FROM study_members m WHERE m.study_id = study AND m.user_id = me;"
	  " IF shown IS NULL THEN " REFUSE("STUDY_NONE") "; END IF;"
	  " IF known = 'ACTIVE' THEN " REFUSE("STUDY_JOINED") "; END IF;"
	  " IF known = 'KICKED' THEN " REFUSE("STUDY_KICKED") "; END IF;"
	  " IF known = 'PENDING' THEN " REFUSE("STUDY_ASKED") "; END IF;"
	  " IF NOT shown AND NOT invited THEN " REFUSE("STUDY_NONE") "; END IF;"
	  REFUSE_BARRED("me", "STUDY_JOIN", "")
	  " IF full THEN " REFUSE("STUDY_FULL") "; END IF;"
	  " IF NOT taking THEN " REFUSE("STUDY_CLOSED") "; END IF;"
	  " INSERT INTO study_members (study_id, user_id, role, status, introduction, motivation, level, joined_at,"
	  "   approved_at) VALUES (study, me, 'MEMBER', IF(at_once, 'ACTIVE', 'PENDING'), words, why, stage,"
	  "   SYSDATE(3), IF(at_once, SYSDATE(3), NULL))"
	  "  ON DUPLICATE KEY UPDATE role = 'MEMBER', status = VALUES(status), introduction = words, motivation = why,"
	  "   level = stage, joined_at = VALUES(joined_at), approved_at = VALUES(approved_at), told_seq = 0,"
	  "   told_at = NULL;"
	  " UPDATE studies SET member_count = member_count + at_once, invite_used = invite_used + invited,"
	  "  updated_at = updated_at WHERE id = study;"
	  SHOW("me", "at_once")
	  " END")

/* Whose request it is: named by its number or by the user. */
#define ASKED                                                                                      \
	" DECLARE request BIGINT UNSIGNED DEFAULT ?;"                                              \
	" DECLARE who BIGINT UNSIGNED DEFAULT ?;"                                                  \
	" DECLARE known VARCHAR(8) CHARACTER SET ascii;"                                           \
	LOCK_STUDY AT_LEAST("2")                                                                   \
	" IF who IS NULL THEN"                                                                     \
	"  SELECT m.user_id INTO who FROM study_members m WHERE m.id = request AND m.study_id = study;" \
	" END IF;"                                                                                 \
	" SELECT m.status INTO known FROM study_members m WHERE m.study_id = study AND m.user_id = who;" \
	" IF NOT known <=> 'PENDING' THEN " REFUSE("STUDY_NO_REQUEST") "; END IF;"

WRITE_ROW(STUDY_APPROVE, study_member_row,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME ASKED
	  REFUSE_FULL
	  " UPDATE study_members SET status = 'ACTIVE', approved_at = SYSDATE(3)"
	  "  WHERE study_id = study AND user_id = who;"
	  COUNT_MEMBER("+")
	  SHOW("who", "TRUE")
	  " END")
WRITE(STUDY_REJECT,
      "BEGIN NOT ATOMIC" STUDY_AND_ME ASKED
      " DELETE FROM study_members WHERE study_id = study AND user_id = who;"
      " END")

/* ---- members ------------------------------------------------------------------------------ */

#define TARGET                                                                                     \
	" DECLARE who BIGINT UNSIGNED DEFAULT ?;"                                                  \
	" DECLARE theirs INT;"
#define FIND_TARGET                                                                                \
	" SELECT FIELD(m.role, 'MEMBER', 'ADMIN', 'OWNER') INTO theirs FROM study_members m"       \
	"  WHERE m.study_id = study AND m.user_id = who AND m.status = 'ACTIVE';"                  \
	" IF theirs IS NULL THEN " REFUSE("STUDY_NOBODY") "; END IF;"

WRITE_ROW(STUDY_SET_ROLE, study_member_row,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME TARGET
	  " DECLARE rank_ INT DEFAULT FIELD(?, 'MEMBER', 'ADMIN', 'OWNER');"
	  LOCK_STUDY AT_LEAST("3") FIND_TARGET
	  " IF theirs = 3 OR rank_ = 3 THEN " REFUSE("STUDY_OWNER_ROLE") "; END IF;"
	  " UPDATE study_members SET role = IF(rank_ = 2, 'ADMIN', 'MEMBER') WHERE study_id = study AND user_id = who;"
	  SHOW("who", "theirs <> rank_")
	  " END")

WRITE(STUDY_KICK,
      "BEGIN NOT ATOMIC" STUDY_AND_ME TARGET
      LOCK_STUDY AT_LEAST("2")
      " IF who = me THEN " REFUSE("STUDY_KICK_SELF") "; END IF;"
      FIND_TARGET
      " IF theirs = 3 THEN " REFUSE("STUDY_KICK_OWNER") "; END IF;"
      " IF theirs >= grade THEN " REFUSE("STUDY_RANK") "; END IF;"
      " UPDATE study_members SET status = 'KICKED', role = 'MEMBER' WHERE study_id = study AND user_id = who;"
      TAKE_TASKS_OF("who")
      COUNT_MEMBER("-")
      " END")

WRITE(STUDY_LEAVE,
      "BEGIN NOT ATOMIC" STUDY_AND_ME
      LOCK_STUDY AT_LEAST("1")
      " IF grade = 3 THEN " REFUSE("STUDY_OWNER_STAYS") "; END IF;"
      " UPDATE study_members SET status = 'LEFT', role = 'MEMBER' WHERE study_id = study AND user_id = me;"
      TAKE_TASKS_OF("me")
      COUNT_MEMBER("-")
      " END")

/* The old owner first: there is never a second one. */
WRITE_ROW(STUDY_HAND_OVER, study_heir,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME TARGET
	  LOCK_STUDY AT_LEAST("3") FIND_TARGET
	  " IF theirs <> 2 THEN " REFUSE("STUDY_NO_HEIR") "; END IF;"
	  " UPDATE study_members SET role = 'ADMIN' WHERE study_id = study AND user_id = me;"
	  " UPDATE study_members SET role = 'OWNER' WHERE study_id = study AND user_id = who;"
	  " UPDATE studies SET owner_id = who, updated_at = SYSDATE(3) WHERE id = study;"
	  " SELECT m.user_id AS userId, u.name, m.role FROM study_members m STRAIGHT_JOIN users u ON u.id = m.user_id"
	  "  WHERE m.study_id = study AND m.user_id IN (me, who) ORDER BY m.role LIMIT 2;"
	  " END")

WRITE_ROW(STUDY_INVITE_NEW, study_invite,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME
	  " DECLARE fresh CHAR(8) CHARACTER SET ascii DEFAULT ?;"
	  " DECLARE hours INT DEFAULT ?;"
	  " DECLARE most INT DEFAULT ?;"
	  LOCK_STUDY AT_LEAST("2") REFUSE_FULL
	  " UPDATE studies SET invite_code = fresh, invite_expires_at = SYSDATE(3) + INTERVAL hours HOUR,"
	  "  invite_max_uses = LEAST(most, chairs - people), invite_used = 0, updated_at = updated_at WHERE id = study;"
	  " " INVITE "study;"
	  " END")

const struct stmt *const study_member_stmts[] = {
	&STUDY_MEMBERS,	 &STUDY_MEMBERS_N, &STUDY_REQUESTS, &STUDY_ELSEWHERE_OF, &STUDY_INVITE_GET, &STUDY_JOIN,
	&STUDY_APPROVE,	 &STUDY_REJECT,	   &STUDY_SET_ROLE, &STUDY_KICK,	 &STUDY_LEAVE,	    &STUDY_HAND_OVER,
	&STUDY_INVITE_NEW, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

#define HERE P(study_id), P(c->me.user_id)

enum status study_sql_members(struct ctx *c, uint64_t study_id, const struct study_members_query *q,
			      struct list *rows)
{
	return db_list(c, &STUDY_MEMBERS, rows, STUDY_SEATS_MAX,
		       ARGS(P(study_id), P(q->status), P(q->role), P(q->size), P((q->page - 1) * q->size)));
}

enum status study_sql_members_total(struct ctx *c, uint64_t study_id, const struct study_members_query *q,
				    int64_t *total)
{
	struct study_total_row row = {0};
	enum status st = db_one(c, &STUDY_MEMBERS_N, &row, ARGS(P(study_id), P(q->status), P(q->role)));

	*total = row.total;
	return st;
}

enum status study_sql_requests(struct ctx *c, uint64_t study_id, int64_t page, int64_t size, struct list *rows)
{
	return db_list(c, &STUDY_REQUESTS, rows, STUDY_SEATS_MAX, ARGS(P(study_id), P(size), P((page - 1) * size)));
}

enum status study_sql_elsewhere(struct ctx *c, const char *ids, struct list *rows)
{
	enum { ALL = STUDY_SEATS_MAX * STUDY_OTHERS_MAX };

	return db_list(c, &STUDY_ELSEWHERE_OF, rows, ALL, ARGS(P(ids), P((int)STUDY_OTHERS_MAX), P((int)ALL)));
}

enum status study_sql_invite(struct ctx *c, uint64_t study_id, struct study_invite *out)
{
	return db_one(c, &STUDY_INVITE_GET, out, ARGS(P(study_id)));
}

enum status study_sql_join(struct ctx *c, uint64_t study_id, const struct study_wish *w, struct study_member_row *out)
{
	return db_one(c, &STUDY_JOIN, out,
		      ARGS(HERE, P(w->introduction), P(w->motivation), P(w->level), P(w->code)));
}

enum status study_sql_approve(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id,
			      struct study_member_row *out)
{
	return db_one(c, &STUDY_APPROVE, out, ARGS(HERE, db_id(request_id), db_id(user_id)));
}

enum status study_sql_reject(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id)
{
	return db_exec(c, &STUDY_REJECT, NULL, ARGS(HERE, db_id(request_id), db_id(user_id)));
}

enum status study_sql_set_role(struct ctx *c, uint64_t study_id, uint64_t user_id, const char *role,
			       struct study_member_row *out)
{
	return db_one(c, &STUDY_SET_ROLE, out, ARGS(HERE, P(user_id), P(role)));
}

enum status study_sql_kick(struct ctx *c, uint64_t study_id, uint64_t user_id)
{
	return db_exec(c, &STUDY_KICK, NULL, ARGS(HERE, P(user_id)));
}

enum status study_sql_leave(struct ctx *c, uint64_t study_id)
{
	return db_exec(c, &STUDY_LEAVE, NULL, ARGS(HERE));
}

enum status study_sql_hand_over(struct ctx *c, uint64_t study_id, uint64_t to, struct list *heirs)
{
	return db_list(c, &STUDY_HAND_OVER, heirs, 2, ARGS(HERE, P(to)));
}

enum status study_sql_invite_new(struct ctx *c, uint64_t study_id, const char *code, int64_t hours, int64_t uses,
				 struct study_invite *out)
{
	return db_one(c, &STUDY_INVITE_NEW, out, ARGS(HERE, P(code), P(hours), P(uses)));
}
