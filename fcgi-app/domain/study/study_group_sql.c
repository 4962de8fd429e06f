#include "domain/study/study_group_sql.h"
#include "base/buf.h"
#include "domain/admin/admin.h"
#include "domain/sql.h"
#include "domain/study/study_locks.h"

SHAPE_TABLE(study_row, STUDY_ROW)
SHAPE_TABLE(study_seat_row, STUDY_SEAT_ROW)
SHAPE_TABLE(study_total_row, STUDY_TOTAL_ROW)
SHAPE_TABLE(study_gone_row, STUDY_GONE_ROW)
SHAPE_TABLE(study_held_row, STUDY_HELD_ROW)

#define COLUMNS                                                                                    \
	"s.id, s.owner_id AS ownerId, s.name, s.emoji, s.description, s.category,"                 \
	" s.sub_category AS subCategory, s.max_members AS maxMembers, s.is_public AS isPublic,"    \
	" s.auto_approve AS autoApprove, s.is_recruiting AS isRecruiting, s.rating,"               \
	" s.review_count AS reviewCount, s.tags, s.created_at AS createdAt, s.updated_at AS updatedAt," \
	" s.member_count AS members, o.name AS ownerName, o.profile_image AS ownerAvatar"
#define OWNER " STRAIGHT_JOIN users o ON o.id = s.owner_id"

/* ---- the list ----------------------------------------------------------------------------- */

/* Ids first, from an index alone: what a page shows is then read of that page only. */
#define PAGE(ids)                                                                                  \
	"SELECT " COLUMNS " FROM (" ids " LIMIT ? OFFSET ?) w STRAIGHT_JOIN studies s ON s.id = w.id" OWNER \
	" ORDER BY s.created_at DESC, s.id DESC"
#define COUNT_OF(ids) "SELECT COUNT(*) AS total FROM (" ids " LIMIT ?) w"
#define NEWEST_FIRST " ORDER BY p.created_at DESC, p.id DESC"
#define PUBLIC(index, where) "SELECT p.id FROM studies p FORCE INDEX (" index ") WHERE p.is_public = TRUE" where

#define ANY PUBLIC("studies_public", "")
#define OPEN PUBLIC("studies_public_open", " AND p.open_now = ?")
#define OF PUBLIC("studies_public_of", " AND p.category = ?")
#define OPEN_OF PUBLIC("studies_public_open_of", " AND p.category = ? AND p.open_now = ?")

/* No index finds words inside texts, so a search looks at the newest. */
#define FOUND(newest)                                                                              \
	"SELECT f.id FROM (" newest NEWEST_FIRST " LIMIT ?) n STRAIGHT_JOIN studies f ON f.id = n.id" \
	" WHERE (LOCATE(?, f.name) > 0 OR LOCATE(?, f.description) > 0 OR JSON_CONTAINS(f.tags, ?))"
#define FOUND_FIRST " ORDER BY f.created_at DESC, f.id DESC"

#define LISTS(L)                                                                                   \
	L(STUDIES, ANY, NEWEST_FIRST)                                                              \
	L(STUDIES_OPEN, OPEN, NEWEST_FIRST)                                                        \
	L(STUDIES_OF, OF, NEWEST_FIRST)                                                            \
	L(STUDIES_OPEN_OF, OPEN_OF, NEWEST_FIRST)                                                  \
	L(FOUND_ANY, FOUND(ANY), FOUND_FIRST)                                                      \
	L(FOUND_OPEN, FOUND(OPEN), FOUND_FIRST)                                                    \
	L(FOUND_OF, FOUND(OF), FOUND_FIRST)                                                        \
	L(FOUND_OPEN_OF, FOUND(OPEN_OF), FOUND_FIRST)
#define LIST_STATEMENTS(name, ids, order)                                                          \
	READ(name, study_row, PAGE(ids order))                                                     \
	READ(name##_N, study_total_row, COUNT_OF(ids))
LISTS(LIST_STATEMENTS)

/* By [words][category][open]. */
static const struct stmt *const pages[2][2][2] = {
	{{&STUDIES, &STUDIES_OPEN}, {&STUDIES_OF, &STUDIES_OPEN_OF}},
	{{&FOUND_ANY, &FOUND_OPEN}, {&FOUND_OF, &FOUND_OPEN_OF}},
};
static const struct stmt *const totals[2][2][2] = {
	{{&STUDIES_N, &STUDIES_OPEN_N}, {&STUDIES_OF_N, &STUDIES_OPEN_OF_N}},
	{{&FOUND_ANY_N, &FOUND_OPEN_N}, {&FOUND_OF_N, &FOUND_OPEN_OF_N}},
};

/* ---- one ---------------------------------------------------------------------------------- */

READ(STUDY_GET, study_row,
     "SELECT " COLUMNS ", s.invite_code AS inviteCode, m.role AS myRole, m.status AS myStatus,"
     " m.joined_at AS myJoinedAt FROM studies s" OWNER
     " LEFT JOIN study_members m ON m.study_id = s.id AND m.user_id = ? WHERE s.id = ?")
READ(STUDY_SEATS, study_seat_row,
     "SELECT m.id, m.user_id AS userId, m.role, m.status, m.joined_at AS joinedAt, u.name, u.email,"
     " u.profile_image AS avatar FROM study_members m STRAIGHT_JOIN users u ON u.id = m.user_id"
     " WHERE m.study_id = ? AND m.status = 'ACTIVE' ORDER BY m.role, m.joined_at, m.user_id LIMIT ?")
#define SHOWN(id)                                                                                  \
	" SELECT " COLUMNS ", s.invite_code AS inviteCode FROM studies s" OWNER " WHERE s.id = " id ";"

/* Of two groups of one name only the first comes to be: before anything is read, their owner's row is locked. */
#define LOCK_ME " SELECT u.id INTO held FROM users u WHERE u.id = me FOR UPDATE;"
#define UNTAKEN(but)                                                                               \
	" SELECT COUNT(*) INTO taken FROM studies s WHERE s.owner_id = me AND s.name = called"     \
	"  AND NOT s.gone AND s.id <> " but ";"                                                    \
	" IF taken > 0 THEN " REFUSE("STUDY_NAME_TAKEN") "; END IF;"

WRITE_ROW(STUDY_CREATE, study_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE called VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT ?;"
	  " DECLARE held, made BIGINT UNSIGNED;"
	  " DECLARE taken, barred INT;"
	  LOCK_ME REFUSE_BARRED("me", "STUDY_CREATE", "STUDY_CREATE_BAN")
	  REFUSE_OFF("allow_study_creation") UNTAKEN("0")
	  " INSERT INTO studies (owner_id, name, emoji, description, category, sub_category, tags, max_members,"
	  "   is_public, auto_approve, is_recruiting, invite_code, created_at, updated_at)"
	  "  VALUES (me, called, ?, ?, ?, NULLIF(?, ''), ?, ?, ?, ?, ?, ?, SYSDATE(3), created_at);"
	  " SET made = LAST_INSERT_ID();"
	  " INSERT INTO study_members (study_id, user_id, role, status, joined_at, approved_at)"
	  "  VALUES (made, me, 'OWNER', 'ACTIVE', SYSDATE(3), joined_at);"
	  SHOWN("made")
	  " END")

WRITE_ROW(STUDY_CHANGE, study_row,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME
	  " DECLARE called VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT ?;"
	  " DECLARE seats INT DEFAULT ?;"
	  " DECLARE shown, taking BOOL;"
	  " DECLARE held BIGINT UNSIGNED;"
	  " DECLARE taken, barred INT;"
	  " SET shown = ?, taking = ?;"
	  " IF called IS NOT NULL THEN" LOCK_ME " END IF;"
	  LOCK_STUDY AT_LEAST("3")
	  " IF called IS NOT NULL THEN" UNTAKEN("study") " END IF;"
	  " IF seats < people THEN " REFUSE("STUDY_TOO_SMALL") "; END IF;"
	  " IF shown OR taking THEN"
	  "  SELECT s.held + 0 INTO barred FROM studies s WHERE s.id = study;"
	  "  IF barred > 0 THEN " REFUSE("RESTRICTED") "; END IF;"
	  " END IF;"
	  " UPDATE studies SET name = COALESCE(called, name), max_members = COALESCE(seats, max_members),"
	  "   emoji = COALESCE(?, emoji), description = COALESCE(?, description), category = COALESCE(?, category),"
	  "   sub_category = NULLIF(COALESCE(?, sub_category), ''), tags = COALESCE(?, tags),"
	  "   is_public = COALESCE(shown, is_public), auto_approve = COALESCE(?, auto_approve),"
	  "   is_recruiting = COALESCE(taking, is_recruiting), updated_at = SYSDATE(3) WHERE id = study;"
	  SHOWN("study")
	  " END")

/* Without members nobody is told anything of it any more, and it is on no list; what it holds may be much. */
#define TAKE_AWAY                                                                                  \
	" SELECT JSON_ARRAYAGG(m.user_id) INTO ids FROM study_members m"                           \
	"  WHERE m.study_id = study AND m.status = 'ACTIVE';"                                      \
	" UPDATE studies SET gone = TRUE, is_public = FALSE, is_recruiting = FALSE, invite_code = NULL," \
	"  member_count = 0 WHERE id = study;"                                                     \
	" DELETE FROM study_members WHERE study_id = study;"                                       \
	" INSERT INTO outbox (event, subject_id, actor_id, payload)"                               \
	"  VALUES ('study.deleted', study, me, CONCAT('{\"members\":', COALESCE(ids, '[]'), '}'));"
WRITE_ROW(STUDY_DELETE_ALL, study_gone_row,
	  "BEGIN NOT ATOMIC" STUDY_AND_ME
	  " DECLARE ids LONGTEXT CHARACTER SET utf8mb4;"
	  LOCK_STUDY AT_LEAST("3")
	  TAKE_AWAY
	  " SELECT ids AS members;"
	  " END")
WRITE(STUDY_REMOVE,
      "BEGIN NOT ATOMIC"
      " DECLARE study BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE ids LONGTEXT CHARACTER SET utf8mb4;"
      " DECLARE there BOOL;"
      " SELECT NOT s.gone INTO there FROM studies s WHERE s.id = study FOR UPDATE;"
      " IF NOT COALESCE(there, FALSE) THEN " REFUSE("STUDY_NONE") "; END IF;"
      TAKE_AWAY
      " END")
/* bit: of enum study_hold. The columns are set from left to right. */
WRITE_ROW(STUDY_HOLD, study_held_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE study BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE bit INT UNSIGNED DEFAULT ?;"
	  " DECLARE had, has INT UNSIGNED;"
	  " DECLARE there, wanted, shown, taking BOOL;"
	  " SET wanted = ?;"
	  " SELECT NOT s.gone, s.held + 0, s.is_public, s.is_recruiting INTO there, had, shown, taking"
	  "  FROM studies s WHERE s.id = study FOR UPDATE;"
	  " IF NOT COALESCE(there, FALSE) THEN " REFUSE("STUDY_NONE") "; END IF;"
	  " SET has = IF(wanted, had | bit, had & ~bit);"
	  " IF had = 0 AND has > 0 THEN"
	  "  UPDATE studies SET was_public = is_public, was_recruiting = is_recruiting, is_public = FALSE,"
	  "   is_recruiting = FALSE, held = has WHERE id = study;"
	  " ELSEIF had > 0 AND has = 0 THEN"
	  "  UPDATE studies SET is_public = was_public, is_recruiting = was_recruiting, held = has WHERE id = study;"
	  " ELSE"
	  "  UPDATE studies SET held = has, updated_at = updated_at WHERE id = study;"
	  " END IF;"
	  " SELECT had <> has AS changed, shown AS wasPublic, taking AS wasRecruiting, s.owner_id AS owner,"
	  "  s.member_count AS members FROM studies s WHERE s.id = study;"
	  " END")
WRITE(STUDY_CLEAR_MESSAGES, "DELETE FROM study_messages WHERE study_id = ? ORDER BY id LIMIT ?")
WRITE(STUDY_CLEAR_ATTENDANCE, "DELETE FROM study_attendance WHERE study_id = ? ORDER BY id LIMIT ?")
WRITE(STUDY_CLEAR, "DELETE FROM studies WHERE id = ? AND gone")

#define LISTED(name, ids, order) &name, &name##_N,
const struct stmt *const study_group_stmts[] = {
	LISTS(LISTED) &STUDY_GET, &STUDY_SEATS, &STUDY_CREATE, &STUDY_CHANGE,
	&STUDY_DELETE_ALL, &STUDY_REMOVE, &STUDY_HOLD, &STUDY_CLEAR_MESSAGES,
	&STUDY_CLEAR_ATTENDANCE, &STUDY_CLEAR, NULL,
};

/* ---- functions ---------------------------------------------------------------------------- */

enum { FILTER_ARGS = 10 };

/* What is asked for, in the order of the question marks; how many there are. */
static size_t filter(struct ctx *c, const struct study_filter *f, struct db_val *v)
{
	size_t n = 0;

	if (f->category)
		v[n++] = db_str(f->category);
	if (f->recruiting != STUDY_ALL)
		v[n++] = db_int(f->recruiting == STUDY_RECRUITING);
	if (!f->words)
		return n;
	struct buf tag = buf_new(c->arena, 64, 4096);

	buf_json(&tag, f->words, strlen(f->words));
	v[n++] = db_int(STUDY_SEARCH_MAX);
	v[n++] = db_str(f->words);
	v[n++] = db_str(f->words);
	v[n++] = db_str(tag.data);
	return n;
}

#define BY(f) [(f)->words != NULL][(f)->category != NULL][(f)->recruiting != STUDY_ALL]

enum status study_sql_list(struct ctx *c, const struct study_filter *f, struct list *rows)
{
	struct db_val v[FILTER_ARGS];
	size_t n = filter(c, f, v);

	v[n++] = db_int(f->size);
	v[n++] = db_int((f->page - 1) * f->size);
	return db_list(c, pages BY(f), rows, STUDY_LIST_MAX, v, n);
}

enum status study_sql_total(struct ctx *c, const struct study_filter *f, int64_t *total)
{
	struct db_val v[FILTER_ARGS];
	size_t n = filter(c, f, v);
	struct study_total_row row = {0};

	v[n++] = db_int(STUDY_COUNTED_MAX);
	enum status st = db_one(c, totals BY(f), &row, v, n);

	*total = row.total;
	return st;
}

enum status study_sql_get(struct ctx *c, uint64_t study_id, struct study_row *out)
{
	return db_one(c, &STUDY_GET, out, ARGS(P(c->me.user_id), P(study_id)));
}

enum status study_sql_seats(struct ctx *c, uint64_t study_id, struct list *rows)
{
	return db_list(c, &STUDY_SEATS, rows, STUDY_SEATS_MAX, ARGS(P(study_id), P((int)STUDY_SEATS_MAX)));
}

/* -1: as it is. */
static struct db_val given(int64_t v)
{
	return v < 0 ? (struct db_val){0} : db_int(v);
}

enum status study_sql_create(struct ctx *c, const struct study_plan *p, const char *invite_code,
			     struct study_row *out)
{
	return db_one(c, &STUDY_CREATE, out,
		      ARGS(P(c->me.user_id), P(p->name), P(p->emoji), P(p->description), P(p->category),
			   P(p->sub_category), P(p->tags), P(p->max_members), P(p->is_public), P(p->auto_approve),
			   P(p->is_recruiting), P(invite_code)));
}

enum status study_sql_change(struct ctx *c, uint64_t study_id, const struct study_plan *p, struct study_row *out)
{
	return db_one(c, &STUDY_CHANGE, out,
		      ARGS(P(study_id), P(c->me.user_id), P(p->name), given(p->max_members), given(p->is_public),
			   given(p->is_recruiting), P(p->emoji), P(p->description), P(p->category),
			   P(p->sub_category), P(p->tags), given(p->auto_approve)));
}

enum status study_sql_delete(struct ctx *c, uint64_t study_id, struct study_gone_row *out)
{
	return db_one(c, &STUDY_DELETE_ALL, out, ARGS(P(study_id), P(c->me.user_id)));
}

enum status study_sql_remove(struct ctx *c, uint64_t study_id)
{
	return db_exec(c, &STUDY_REMOVE, NULL, ARGS(P(study_id), P(c->me.user_id)));
}

enum status study_sql_hold(struct ctx *c, uint64_t study_id, enum study_hold what, bool on,
			   struct study_held_row *out)
{
	return db_one(c, &STUDY_HOLD, out, ARGS(P(study_id), P((int)what), P(on)));
}

enum status study_sql_clear_messages(struct ctx *c, uint64_t study_id, int64_t *n)
{
	return db_exec(c, &STUDY_CLEAR_MESSAGES, n, ARGS(P(study_id), P((int)STUDY_PIECE)));
}

enum status study_sql_clear_attendance(struct ctx *c, uint64_t study_id, int64_t *n)
{
	return db_exec(c, &STUDY_CLEAR_ATTENDANCE, n, ARGS(P(study_id), P((int)STUDY_PIECE)));
}

enum status study_sql_clear(struct ctx *c, uint64_t study_id)
{
	return db_exec(c, &STUDY_CLEAR, NULL, ARGS(P(study_id)));
}
