#include "domain/file/file_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(file_key_row, FILE_KEY_ROW)
SHAPE_TABLE(file_served_row, FILE_SERVED_ROW)
SHAPE_TABLE(file_shared_row, FILE_SHARED_ROW)
SHAPE_TABLE(file_sent, FILE_SENT)

enum { FILES_AT_ONCE = 20, FILES_OF_PAGE = 4000 };

#define URL "CONCAT('/api/v1/upload/file/', f.storage_key)"
#define COLUMNS                                                                                    \
	"f.id AS fileId, " URL " AS url, f.name AS fileName, f.content_type AS contentType,"       \
	" f.kind AS fileType, f.size AS fileSize,"                                                 \
	" IF(f.size >= 1048576, CONCAT(ROUND(f.size / 1048576, 1), ' MB'),"                        \
	"  IF(f.size >= 1024, CONCAT(ROUND(f.size / 1024), ' KB'), CONCAT(f.size, ' B'))) AS displaySize," \
	" IF(f.kind = 'IMAGE', " URL ", NULL) AS thumbnailUrl, f.duration,"                        \
	" f.kind <> 'DOCUMENT' AS previewable, f.room_id AS roomId, f.message_seq AS messageSeq,"  \
	" f.created_at AS uploadedAt"

#define NEW_FILES                                                                                  \
	"JSON_TABLE(added, '$[*]' COLUMNS (n FOR ORDINALITY,"                                      \
	" storage_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin PATH '$.key',"             \
	" name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci PATH '$.name',"       \
	" content_type VARCHAR(100) PATH '$.type', kind VARCHAR(10) PATH '$.kind',"                \
	" purpose VARCHAR(10) PATH '$.purpose',"                                                   \
	" size BIGINT UNSIGNED PATH '$.size', duration INT UNSIGNED PATH '$.duration',"            \
	" sha VARCHAR(64) PATH '$.sha')) j"

/* The user's row is locked while the sum is taken, so that two uploads at once cannot both fit into
 * what is left for one. */
WRITE_ROW(FILE_ADD, file_out,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE room BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE added TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE quota BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE once BINARY(32) DEFAULT ?;"
	  " DECLARE used, more BIGINT UNSIGNED;"
	  " IF room IS NOT NULL AND NOT EXISTS"
	  "  (SELECT 1 FROM chat_members m WHERE m.room_id = room AND m.user_id = me) THEN"
	  "  " REFUSE("CHAT_NO_ROOM") "; END IF;"
	  " START TRANSACTION;"
	  " IF once IS NOT NULL THEN"
	  "  INSERT INTO request_keys (user_id, key_hash, body_hash) VALUES (me, once, once); END IF;"
	  /* rooms before people, as sending does */
	  " SELECT r.id INTO used FROM chat_rooms r WHERE r.id = room LOCK IN SHARE MODE;"
	  " SELECT u.id INTO used FROM users u WHERE u.id = me FOR UPDATE;"
	  " SELECT COALESCE(SUM(f.size), 0) INTO used FROM files f"
	  "  WHERE f.owner_id <=> me AND f.deleted_at IS NULL;"
	  " SELECT SUM(j.size) INTO more FROM " NEW_FILES ";"
	  " IF used + more > quota THEN " REFUSE("FILE_QUOTA") "; END IF;"
	  " INSERT INTO files (storage_key, owner_id, room_id, name, content_type, kind, purpose, size, duration,"
	  "  sha256)"
	  "  SELECT j.storage_key, me, room, j.name, j.content_type, j.kind, j.purpose, j.size, NULLIF(j.duration, 0),"
	  "   UNHEX(j.sha) FROM " NEW_FILES ";"
	  " COMMIT;"
	  " SELECT STRAIGHT_JOIN " COLUMNS " FROM " NEW_FILES
	  "  JOIN files f ON f.storage_key = j.storage_key ORDER BY j.n;"
	  " END")

/* What somebody uploaded as a picture of themselves is no file of a chat: it goes when another takes its place. */
READ(FILE_MINE, file_out,
     "SELECT " COLUMNS " FROM files f WHERE f.owner_id = ? AND f.purpose = 'CHAT' AND f.deleted_at IS NULL"
     " ORDER BY f.id DESC LIMIT ? OFFSET ?")
/* What was uploaded to a room and not sent (yet) is its owner's alone. */
READ(FILE_ROOM, file_out,
     "SELECT " COLUMNS " FROM files f WHERE f.room_id = ? AND f.deleted_at IS NULL"
     " AND (f.message_seq IS NOT NULL OR f.owner_id = ?)"
     " AND f.kind = COALESCE(?, f.kind) ORDER BY f.id DESC LIMIT ? OFFSET ?")
READ(FILE_MESSAGES, file_out,
     "SELECT STRAIGHT_JOIN " COLUMNS
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, seq BIGINT UNSIGNED PATH '$')) j"
     " JOIN files f ON f.room_id = ? AND f.message_seq = j.seq"
     " WHERE f.deleted_at IS NULL ORDER BY j.n, f.id LIMIT 4000")

#define DELETE_FILE(column, type)                                                                  \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE which " type " DEFAULT ?;"                                                       \
	" DECLARE used_as VARCHAR(10) DEFAULT ?;"                                                  \
	" UPDATE files SET deleted_at = SYSDATE(3)"                                                \
	"  WHERE " column " = which AND owner_id = me AND purpose = used_as AND deleted_at IS NULL;" \
	" IF ROW_COUNT() = 0 THEN " REFUSE("NO_FILE") "; END IF;"                                  \
	" SELECT f.id, f.storage_key FROM files f WHERE f." column " = which;"                           \
	" END"
WRITE_ROW(FILE_DELETE_ID, file_key_row, DELETE_FILE("id", "BIGINT UNSIGNED"))
WRITE_ROW(FILE_DELETE_KEY, file_key_row,
	  DELETE_FILE("storage_key", "VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin"))

READ(FILE_SERVED, file_served_row,
     "SELECT f.name, f.content_type, f.kind FROM files f WHERE f.storage_key = ? AND f.deleted_at IS NULL"
     " AND f.purpose <> 'STUDY'")

/* ---- of groups ---------------------------------------------------------------------------- */

/* The group's row is locked while its sum is taken, the user's while theirs is. */
WRITE_ROW(FILE_ADD_STUDY, file_shared_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE study BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE place VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT ?;"
	  " DECLARE added TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
	  " DECLARE used, own, more BIGINT UNSIGNED;"
	  " SELECT s.id INTO used FROM studies s WHERE s.id = study FOR UPDATE;"
	  " SELECT u.id INTO own FROM users u WHERE u.id = me FOR UPDATE;"
	  " SELECT SUM(j.size) INTO more FROM " NEW_FILES ";"
	  " SELECT COALESCE(SUM(f.size), 0) + more INTO used FROM files f"
	  "  WHERE f.purpose = 'STUDY' AND f.study_id = study AND f.deleted_at IS NULL;"
	  " IF used > ? THEN " REFUSE("STUDY_QUOTA") "; END IF;"
	  " SELECT COALESCE(SUM(f.size), 0) + more INTO own FROM files f"
	  "  WHERE f.owner_id = me AND f.deleted_at IS NULL;"
	  " IF own > ? THEN " REFUSE("FILE_QUOTA") "; END IF;"
	  " INSERT INTO files"
	  "  (storage_key, owner_id, study_id, folder, name, content_type, kind, purpose, size, sha256)"
	  "  SELECT j.storage_key, me, study, place, j.name, j.content_type, j.kind, j.purpose, j.size, UNHEX(j.sha)"
	  "   FROM " NEW_FILES ";"
	  " SELECT LAST_INSERT_ID() AS id, used;"
	  " END")

#define STUDY_FILE                                                                                 \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE study BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE which BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE owner BIGINT UNSIGNED;"                                                          \
	" SELECT f.owner_id INTO owner FROM files f"                                               \
	"  WHERE f.id = which AND f.study_id = study AND f.deleted_at IS NULL;"                    \
	" IF owner IS NULL THEN " REFUSE("STUDY_NO_FILE") "; END IF;"
WRITE_ROW(FILE_TAKE_STUDY, file_sent,
	  STUDY_FILE
	  " UPDATE files SET downloads = downloads + 1 WHERE id = which;"
	  " SELECT f.id, f.owner_id, f.storage_key, f.name, f.content_type FROM files f WHERE f.id = which;"
	  " END")
WRITE_ROW(FILE_DELETE_STUDY, file_key_row,
	  STUDY_FILE
	  " IF owner <> ? AND NOT ? THEN " REFUSE("STUDY_NOT_UPLOADER") "; END IF;"
	  " UPDATE files SET deleted_at = SYSDATE(3) WHERE id = which AND deleted_at IS NULL;"
	  " SELECT f.id, f.storage_key FROM files f WHERE f.id = which;"
	  " END")

/* ---- for the jobs ------------------------------------------------------------------------- */

READ(FILE_UNSHOWN, file_key_row,
     "SELECT f.id, f.storage_key FROM files f FORCE INDEX (files_message)"
     " WHERE f.room_id IS NULL AND f.message_seq > 0 LIMIT 100")
/* the address may have been put together with a host, or with parameters */
READ(FILE_UNUSED, file_key_row,
     "SELECT f.id, f.storage_key FROM files f FORCE INDEX (files_purpose) LEFT JOIN users u ON u.id = f.owner_id"
     " WHERE f.purpose = 'PROFILE' AND f.created_at BETWEEN ? AND ? AND f.deleted_at IS NULL"
     " AND COALESCE(INSTR(u.profile_image, f.storage_key), 0) = 0 LIMIT 100")
READ(FILE_OF_STUDY, file_key_row,
     "SELECT f.id, f.storage_key FROM files f WHERE f.study_id = ? AND f.deleted_at IS NULL LIMIT 100")
READ(FILE_OF_USER, file_key_row, "SELECT f.id, f.storage_key FROM files f WHERE f.owner_id = ? LIMIT 100")
READ(FILE_DELETED, file_key_row,
     "SELECT f.id, f.storage_key FROM files f WHERE f.deleted_at < ? ORDER BY f.deleted_at LIMIT 100")

#define GIVEN_FILES IDS_OF("?") " j STRAIGHT_JOIN files f ON f.id = j.id"
/* no message any more: it is not found again */
WRITE(FILE_DELETE_ALL,
      "UPDATE " GIVEN_FILES " SET f.deleted_at = COALESCE(f.deleted_at, SYSDATE(3)), f.message_seq = NULL")
WRITE(FILE_PURGE, "DELETE f FROM " GIVEN_FILES)

const struct stmt *const file_stmts[] = {
	&FILE_ADD,	 &FILE_MINE,	   &FILE_ROOM,	 &FILE_MESSAGES,
	&FILE_DELETE_ID, &FILE_DELETE_KEY, &FILE_SERVED,
	&FILE_ADD_STUDY, &FILE_TAKE_STUDY, &FILE_DELETE_STUDY,
	&FILE_UNSHOWN,	 &FILE_UNUSED,	   &FILE_OF_STUDY, &FILE_OF_USER, &FILE_DELETED,
	&FILE_DELETE_ALL, &FILE_PURGE,	   NULL,
};

enum status file_sql_add(struct ctx *c, const uint64_t *owner, uint64_t room_id, const char *files,
			 const unsigned char *once, struct list *rows)
{
	return db_list(c, &FILE_ADD, rows, FILES_AT_ONCE,
		       ARGS(owner ? db_uint(*owner) : (struct db_val){0}, db_id(room_id), P(files),
			    P(STORE_MIB(owner ? c->conf->storage_quota : FILE_NEWCOMERS_MIB)),
			    db_bin(once, once ? 32 : 0)));
}

enum status file_sql_mine(struct ctx *c, const struct file_page *p, struct list *rows)
{
	return db_list(c, &FILE_MINE, rows, FILE_PAGE_MAX,
		       ARGS(P(c->me.user_id), P(p->size), P(p->page * p->size)));
}

enum status file_sql_room(struct ctx *c, uint64_t room_id, const struct file_page *p, struct list *rows)
{
	return db_list(c, &FILE_ROOM, rows, FILE_PAGE_MAX,
		       ARGS(P(room_id), P(c->me.user_id), P(p->kind), P(p->size), P(p->page * p->size)));
}

enum status file_sql_messages(struct ctx *c, uint64_t room_id, const char *seqs, struct list *rows)
{
	return db_list(c, &FILE_MESSAGES, rows, FILES_OF_PAGE, ARGS(P(seqs), P(room_id)));
}

enum status file_sql_delete_id(struct ctx *c, uint64_t id, const char *purpose, struct file_key_row *out)
{
	return db_one(c, &FILE_DELETE_ID, out, ARGS(P(c->me.user_id), P(id), P(purpose)));
}

enum status file_sql_delete_key(struct ctx *c, uint64_t owner, const char *key, const char *purpose,
				struct file_key_row *out)
{
	return db_one(c, &FILE_DELETE_KEY, out, ARGS(P(owner), P(key), P(purpose)));
}

enum status file_sql_served(struct ctx *c, const char *key, struct file_served_row *out)
{
	return db_one(c, &FILE_SERVED, out, ARGS(P(key)));
}

enum status file_sql_add_study(struct ctx *c, const struct file_share *s, const char *files,
			       struct file_shared_row *out)
{
	return db_one(c, &FILE_ADD_STUDY, out,
		      ARGS(P(s->study_id), P(c->me.user_id), P(s->folder), P(files),
			   P(STORE_MIB(FILE_STUDY_QUOTA_MIB)), P(STORE_MIB(c->conf->storage_quota))));
}

enum status file_sql_take_study(struct ctx *c, uint64_t study_id, uint64_t id, struct file_sent *out)
{
	return db_one(c, &FILE_TAKE_STUDY, out, ARGS(P(study_id), P(id)));
}

enum status file_sql_delete_study(struct ctx *c, uint64_t study_id, uint64_t id, bool any, struct file_key_row *out)
{
	return db_one(c, &FILE_DELETE_STUDY, out, ARGS(P(study_id), P(id), P(c->me.user_id), P(any)));
}

enum status file_sql_unshown(struct ctx *c, struct list *rows)
{
	return db_list(c, &FILE_UNSHOWN, rows, FILE_PIECE, NO_ARGS);
}

enum status file_sql_unused(struct ctx *c, int64_t from, int64_t to, struct list *rows)
{
	return db_list(c, &FILE_UNUSED, rows, FILE_PIECE, ARGS(db_time(from), db_time(to)));
}

enum status file_sql_of_study(struct ctx *c, uint64_t study_id, struct list *rows)
{
	return db_list(c, &FILE_OF_STUDY, rows, FILE_PIECE, ARGS(P(study_id)));
}

enum status file_sql_of_user(struct ctx *c, uint64_t user_id, struct list *rows)
{
	return db_list(c, &FILE_OF_USER, rows, FILE_PIECE, ARGS(P(user_id)));
}

enum status file_sql_deleted(struct ctx *c, int64_t before, struct list *rows)
{
	return db_list(c, &FILE_DELETED, rows, FILE_PIECE, ARGS(db_time(before)));
}

enum status file_sql_delete_all(struct ctx *c, const char *ids)
{
	return db_exec(c, &FILE_DELETE_ALL, NULL, ARGS(P(ids)));
}

enum status file_sql_purge(struct ctx *c, const char *ids)
{
	return db_exec(c, &FILE_PURGE, NULL, ARGS(P(ids)));
}
