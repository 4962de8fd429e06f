#include "domain/study/study_chat_sql.h"
#include "domain/admin/admin.h"
#include "domain/file/file.h"
#include "domain/notification/notification.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(study_message_row, STUDY_MESSAGE_ROW)
SHAPE_TABLE(study_read_row, STUDY_READ_ROW)
SHAPE_TABLE(study_number_row, STUDY_NUMBER_ROW)
SHAPE_TABLE(study_taken_row, STUDY_TAKEN_ROW)

#define READERS(study, message)                                                                    \
	"(SELECT GROUP_CONCAT(x.user_id ORDER BY x.read_at, x.user_id) FROM study_message_readers x" \
	" WHERE x.study_id = " study " AND x.message_id = " message ")"

/* Messages c. A file's row outlives its bytes. */
#define COLUMNS(fresh, same)                                                                       \
	"SELECT c.id, c.seq, c.study_id AS studyId, c.user_id AS userId, c.content,"               \
	" " READERS("c.study_id", "c.id") " AS readers, c.created_at AS createdAt,"                \
	" c.updated_at AS updatedAt, u.name, u.profile_image AS avatar, f.id AS fileId, f.name AS fileName," \
	" " FILE_URL("f") " AS fileUrl, f.content_type AS fileType,"                                 \
	" f.size AS fileSize, " fresh " AS fresh, " same " AS same"
#define WHOSE                                                                                      \
	" STRAIGHT_JOIN users u ON u.id = c.user_id"                                               \
	" LEFT JOIN files f ON f.id = c.file_id AND f.deleted_at IS NULL"
#define ONE(fresh, same) COLUMNS(fresh, same) " FROM study_messages c" WHOSE " WHERE c.study_id = study AND c.id ="

/* ---- reading ------------------------------------------------------------------------------ */

READ(STUDY_MESSAGES, study_message_row,
     COLUMNS("FALSE", "TRUE") " FROM study_members m"
     " STRAIGHT_JOIN study_messages c ON c.study_id = m.study_id AND c.id < ?" WHOSE
     " WHERE m.study_id = ? AND m.user_id = ? AND m.status = 'ACTIVE' ORDER BY c.id DESC LIMIT ?")

READ(STUDY_MISSED, study_message_row,
     COLUMNS("FALSE", "TRUE") " FROM study_members m"
     " STRAIGHT_JOIN study_messages c FORCE INDEX (study_messages_seq) ON c.study_id = m.study_id AND c.seq > ?" WHOSE
     " WHERE m.study_id = ? AND m.user_id = ? AND m.status = 'ACTIVE' ORDER BY c.seq LIMIT ?")

/* No index finds words inside texts, so a search looks at a stretch of the primary key; when days are asked for, at
 * the newest messages of those. */
READ(STUDY_BOTTOM, study_number_row,
     "SELECT COALESCE((SELECT c.id FROM study_messages c WHERE c.study_id = m.study_id"
     "  ORDER BY c.id DESC LIMIT 1 OFFSET ?), 0) AS n FROM study_members m"
     " WHERE m.study_id = ? AND m.user_id = ? AND m.status = 'ACTIVE'")
#define FOUND " LOCATE(COALESCE(?, ''), c.content) > 0 AND c.user_id = COALESCE(?, c.user_id)"
#define NEWEST " FROM study_messages c"
#define OF_NEWEST " WHERE c.study_id = ? AND c.id > ? AND" FOUND
#define OF_DAYS                                                                                    \
	" FROM (SELECT d.study_id, d.id FROM study_messages d FORCE INDEX (study_messages_day)"    \
	"  WHERE d.study_id = ?"                                                                   \
	"  AND d.created_at >= COALESCE(CONVERT_TZ(?, '+09:00', '+00:00'), '1970-01-01')"          \
	"  AND d.created_at < COALESCE(CONVERT_TZ(? + INTERVAL 1 DAY, '+09:00', '+00:00'), '9999-01-01')" \
	"  ORDER BY d.created_at DESC, d.id DESC LIMIT ?) w"                                       \
	" STRAIGHT_JOIN study_messages c ON c.study_id = w.study_id AND c.id = w.id"
READ(STUDY_COUNT_FOUND, study_number_row, "SELECT COUNT(*) AS n" NEWEST OF_NEWEST)
READ(STUDY_FOUND, study_message_row,
     COLUMNS("FALSE", "TRUE") NEWEST WHOSE OF_NEWEST " ORDER BY c.id DESC LIMIT ? OFFSET ?")
READ(STUDY_COUNT_DAYS, study_number_row, "SELECT COUNT(*) AS n" OF_DAYS " WHERE" FOUND)
/* by w: so it is sorted before texts are joined to it */
READ(STUDY_FOUND_DAYS, study_message_row,
     COLUMNS("FALSE", "TRUE") OF_DAYS WHOSE " WHERE" FOUND " ORDER BY w.id DESC LIMIT ? OFFSET ?")

/* ---- writing ------------------------------------------------------------------------------ */

#define FIRST_OF_KEY                                                                               \
	" SELECT c.id, c.study_id = study AND BINARY c.content = BINARY words AND c.file_id <=> added" \
	"  INTO got, same FROM study_messages c WHERE c.user_id = me AND c.client_key = once_key;"

/* One round trip. The member's row is locked while their last messages are counted, so that two at once are
 * not both the fifth, and a repeated one finds the first; it is also the word on membership. The group's row, whose
 * number becomes the message's, comes last: what is refused stands in nobody's way. READ COMMITTED, since others may
 * have taken numbers after the first look at anything. */
WRITE_ROW(STUDY_SAY, study_message_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE study BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE words TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE added BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE once_key BINARY(32) DEFAULT ?;"
	  " DECLARE recent, barred INT;"
	  " DECLARE got, nth BIGINT UNSIGNED;"
	  " DECLARE fresh BOOL DEFAULT FALSE;"
	  " DECLARE same BOOL DEFAULT TRUE;"
	  " BEGIN"
	  /* the same key in another group at once */
	  "  DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; SET fresh = FALSE;" FIRST_OF_KEY " END;"
	  "  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
	  "  START TRANSACTION;"
	  "  IF NOT (SELECT m.status FROM study_members m WHERE m.study_id = study AND m.user_id = me FOR UPDATE)"
	  "   <=> 'ACTIVE' THEN " REFUSE("STUDY_NOT_MEMBER") "; END IF;"
	  "  IF once_key IS NOT NULL THEN" FIRST_OF_KEY " END IF;"
	  "  IF got IS NULL THEN"
	  REFUSE_BARRED("me", "MESSAGE", "CHAT_BAN")
	  "   IF added IS NOT NULL AND NOT EXISTS (SELECT 1 FROM files f"
	  "    WHERE f.id = added AND f.study_id = study AND f.deleted_at IS NULL) THEN"
	  "    " REFUSE("STUDY_FILE") "; END IF;"
	  /* SELECT INTO and not IF (SELECT): that one would lock what it reads, and the gap others write into */
	  "   SELECT COUNT(*) INTO recent FROM (SELECT 1 FROM study_messages c FORCE INDEX (study_messages_pace)"
	  "    WHERE c.user_id = me AND c.study_id = study AND c.created_at > NOW(3) - INTERVAL ? SECOND LIMIT ?) l;"
	  "   IF recent >= ? THEN"
	  "    " REFUSE("STUDY_CHAT_FAST") "; END IF;"
	  "   UPDATE studies SET last_seq = LAST_INSERT_ID(last_seq + 1), updated_at = updated_at WHERE id = study;"
	  "   SET nth = LAST_INSERT_ID();"
	  "   INSERT INTO study_messages"
	  "    (study_id, seq, user_id, content, file_id, client_key, created_at, updated_at)"
	  "    VALUES (study, nth, me, words, added, once_key, SYSDATE(3), created_at);"
	  "   SET got = LAST_INSERT_ID(), fresh = TRUE;"
	  "   INSERT INTO study_message_readers (study_id, message_id, user_id) VALUES (study, got, me);"
	  "   INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "    VALUES ('study.message', got, me, JSON_OBJECT('studyId', study, 'seq', nth));"
	  "  END IF;"
	  "  COMMIT;"
	  " END;"
	  /* a repeated one may be in another group */
	  " SET study = COALESCE((SELECT c.study_id FROM study_messages c WHERE c.id = got), study);"
	  " " ONE("fresh", "same") " got;"
	  " END")

/* Whose message it is and what I am in its group, read once; or why nobody may change it. */
#define AUTHOR                                                                                     \
	" SET my_role = (SELECT m.role FROM study_members m WHERE m.study_id = study AND m.user_id = me" \
	"  AND m.status = 'ACTIVE');"                                                              \
	" IF my_role IS NULL THEN " REFUSE("STUDY_NOT_MEMBER") "; END IF;"                         \
	" SET author = (SELECT c.user_id FROM study_messages c WHERE c.study_id = study AND c.id = message);" \
	" IF author IS NULL THEN " REFUSE("STUDY_NO_MESSAGE") "; END IF;"
#define STUDY_MESSAGE_ME                                                                           \
	" DECLARE study BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE message BIGINT UNSIGNED DEFAULT ?;"                                              \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE author BIGINT UNSIGNED;"                                                         \
	" DECLARE my_role VARCHAR(6);"

WRITE_ROW(STUDY_EDIT, study_message_row,
	  "BEGIN NOT ATOMIC" STUDY_MESSAGE_ME
	  " DECLARE barred INT;"
	  AUTHOR
	  " IF author <> me THEN " REFUSE("STUDY_NOT_AUTHOR") "; END IF;"
	  REFUSE_BARRED("me", "MESSAGE", "CHAT_BAN")
	  " UPDATE study_messages SET content = ?, updated_at = SYSDATE(3) WHERE study_id = study AND id = message;"
	  " " ONE("FALSE", "TRUE") " message;"
	  " END")

WRITE(STUDY_DELETE,
      "BEGIN NOT ATOMIC" STUDY_MESSAGE_ME
      AUTHOR
      " IF author <> me AND my_role NOT IN ('OWNER', 'ADMIN') THEN " REFUSE("STUDY_MAY_NOT_DELETE") "; END IF;"
      " DELETE FROM study_messages WHERE study_id = study AND id = message;"
      " END")

WRITE_ROW(STUDY_TAKE_MESSAGE, study_taken_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE message BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE study, author BIGINT UNSIGNED;"
	  " SELECT c.study_id, c.user_id INTO study, author FROM study_messages c WHERE c.id = message FOR UPDATE;"
	  " IF study IS NULL THEN " REFUSE("STUDY_NO_MESSAGE") "; END IF;"
	  " DELETE FROM study_messages WHERE study_id = study AND id = message;"
	  " SELECT study AS studyId, author AS userId;"
	  " END")

/* Whoever reads the newest needs no notification of this chat. */
WRITE_ROW(STUDY_READ, study_read_row,
	  "BEGIN NOT ATOMIC" STUDY_MESSAGE_ME
	  " DECLARE moved BOOL DEFAULT FALSE;"
	  " IF study IS NULL THEN"
	  "  SET study = (SELECT c.study_id FROM study_messages c WHERE c.id = message);"
	  "  IF study IS NULL THEN " REFUSE("STUDY_NO_MESSAGE") "; END IF;"
	  " END IF;"
	  AUTHOR
	  " INSERT IGNORE INTO study_message_readers (study_id, message_id, user_id) VALUES (study, message, me);"
	  " SET moved = ROW_COUNT() > 0;"
	  " IF NOT EXISTS (SELECT 1 FROM study_messages c WHERE c.study_id = study AND c.id > message) THEN"
	  "  UPDATE study_members SET told_at = NULL WHERE study_id = study AND user_id = me AND told_at IS NOT NULL;"
	  NOTIFICATION_SEEN("open_study", "study")
	  " END IF;"
	  " SELECT study AS studyId, " READERS("study", "message") " AS readers, moved;"
	  " END")

const struct stmt *const study_chat_stmts[] = {
	&STUDY_MESSAGES,   &STUDY_MISSED, &STUDY_BOTTOM, &STUDY_COUNT_FOUND, &STUDY_FOUND, &STUDY_COUNT_DAYS,
	&STUDY_FOUND_DAYS, &STUDY_SAY,	  &STUDY_EDIT,	 &STUDY_DELETE,	     &STUDY_READ,
	&STUDY_TAKE_MESSAGE, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum status study_sql_messages(struct ctx *c, uint64_t study_id, uint64_t before, int64_t n, struct list *out)
{
	return db_list(c, &STUDY_MESSAGES, out, STUDY_PAGE_MAX,
		       ARGS(P(before ? before : (uint64_t)INT64_MAX), P(study_id), P(c->me.user_id), P(n)));
}

enum status study_sql_missed(struct ctx *c, uint64_t study_id, int64_t after, int64_t n, struct list *out)
{
	return db_list(c, &STUDY_MISSED, out, STUDY_PAGE_MAX, ARGS(P(after), P(study_id), P(c->me.user_id), P(n)));
}

static enum status number(struct ctx *c, const struct stmt *s, const struct db_val *args, size_t n, int64_t *out)
{
	struct study_number_row row = {0};
	enum status st = db_one(c, s, &row, args, n);

	*out = row.n;
	return st;
}

enum status study_sql_bottom(struct ctx *c, uint64_t study_id, int64_t *bottom)
{
	return number(c, &STUDY_BOTTOM, ARGS(P((int)STUDY_SEARCH_SPAN), P(study_id), P(c->me.user_id)), bottom);
}

#define WORDS_ARGS P(q->words), db_id(q->author)
#define NEWEST_ARGS P(study_id), P(bottom), WORDS_ARGS
#define DAYS_ARGS P(study_id), P(q->from), P(q->to), P((int)STUDY_SEARCH_SPAN), WORDS_ARGS

enum status study_sql_count_found(struct ctx *c, uint64_t study_id, const struct study_query *q, int64_t bottom,
				  int64_t *n)
{
	return q->from || q->to ? number(c, &STUDY_COUNT_DAYS, ARGS(DAYS_ARGS), n)
				: number(c, &STUDY_COUNT_FOUND, ARGS(NEWEST_ARGS), n);
}

enum status study_sql_found(struct ctx *c, uint64_t study_id, const struct study_query *q, int64_t bottom,
			    struct list *out)
{
	int64_t skip = (q->page - 1) * q->size;

	return q->from || q->to
		       ? db_list(c, &STUDY_FOUND_DAYS, out, STUDY_PAGE_MAX, ARGS(DAYS_ARGS, P(q->size), P(skip)))
		       : db_list(c, &STUDY_FOUND, out, STUDY_PAGE_MAX, ARGS(NEWEST_ARGS, P(q->size), P(skip)));
}

enum status study_sql_say(struct ctx *c, const struct study_draft *d, const char *text, const unsigned char *key,
			  struct study_message_row *out)
{
	return db_one(c, &STUDY_SAY, out,
		      ARGS(P(d->study_id), P(c->me.user_id), P(text), db_id(d->file_id), db_bin(key, key ? 32 : 0),
			   P((int)STUDY_PACE_S), P((int)STUDY_PACE_N), P((int)STUDY_PACE_N)));
}

enum status study_sql_edit(struct ctx *c, uint64_t study_id, uint64_t message_id, const char *text,
			   struct study_message_row *out)
{
	return db_one(c, &STUDY_EDIT, out, ARGS(P(study_id), P(message_id), P(c->me.user_id), P(text)));
}

enum status study_sql_delete_message(struct ctx *c, uint64_t study_id, uint64_t message_id)
{
	return db_exec(c, &STUDY_DELETE, NULL, ARGS(P(study_id), P(message_id), P(c->me.user_id)));
}

enum status study_sql_take_message(struct ctx *c, uint64_t message_id, struct study_taken_row *out)
{
	return db_one(c, &STUDY_TAKE_MESSAGE, out, ARGS(P(message_id)));
}

enum status study_sql_read(struct ctx *c, uint64_t study_id, uint64_t message_id, struct study_read_row *out)
{
	return db_one(c, &STUDY_READ, out, ARGS(db_id(study_id), P(message_id), P(c->me.user_id)));
}
