#include "domain/study/study_notices_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(notice_row, NOTICE_ROW)
SHAPE_TABLE(notice_count_row, NOTICE_COUNT_ROW)

#define COLUMNS(views)                                                                                  \
	"SELECT o.id, o.study_id AS studyId, o.author_id AS authorId, o.title, o.content, o.is_pinned AS isPinned," \
	" o.is_important AS isImportant, " views " AS views, o.created_at AS createdAt, o.updated_at AS updatedAt," \
	" u.name, u.profile_image AS avatar FROM study_notices o"
#define AUTHOR " STRAIGHT_JOIN users u ON u.id = o.author_id"
#define ONE COLUMNS("o.views") AUTHOR " WHERE o.id = notice;"

#define PAGE " WHERE o.study_id = ? AND o.is_pinned >= ?"
READ(NOTICE_LIST, notice_row,
     COLUMNS("o.views") AUTHOR PAGE " ORDER BY o.is_pinned DESC, o.created_at DESC, o.id DESC LIMIT ? OFFSET ?")
READ(NOTICE_COUNT, notice_count_row, "SELECT COUNT(*) AS n FROM study_notices o" PAGE)
READ(NOTICE_LOCK, notice_count_row, "SELECT 1 AS n FROM studies s WHERE s.id = ? FOR UPDATE")

#define ME                                                                                         \
	"BEGIN NOT ATOMIC"                                                                         \
	" DECLARE study BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE notice BIGINT UNSIGNED DEFAULT ?;"                                               \
	" DECLARE its BIGINT UNSIGNED;"                                                            \
	" DECLARE place, was TINYINT UNSIGNED;"
#define FOUND                                                                                      \
	" SELECT o.study_id, o.pin INTO its, was FROM study_notices o WHERE o.id = notice;"        \
	" IF its IS NULL THEN " REFUSE("STUDY_NO_NOTICE") "; END IF;"                              \
	" IF its <> study THEN " REFUSE("STUDY_ELSEWHERE") "; END IF;"
/* The first of three that is free: a group has no more, whoever else is at it. */
#define TAKE_PLACE                                                                                 \
	" SELECT MIN(p.seq) INTO place FROM (SELECT 1 AS seq UNION ALL SELECT 2 UNION ALL SELECT 3) p" \
	"  WHERE NOT EXISTS (SELECT 1 FROM study_notices o WHERE o.study_id = study AND o.pin = p.seq);" \
	" IF place IS NULL THEN " REFUSE("STUDY_PINS") "; END IF;"

/* Each view has a number of its own. */
WRITE_ROW(NOTICE_OPEN, notice_row,
	  ME FOUND
	  " UPDATE study_notices SET views = LAST_INSERT_ID(views + 1) WHERE id = notice;"
	  " " COLUMNS("LAST_INSERT_ID()") AUTHOR " WHERE o.id = notice;"
	  " END")
WRITE_ROW(NOTICE_ADD, notice_row,
	  ME
	  " IF ? THEN" TAKE_PLACE " END IF;"
	  " INSERT INTO study_notices (study_id, author_id, title, content, pin, is_important, created_at, updated_at)"
	  "  VALUES (study, ?, ?, ?, place, ?, SYSDATE(3), created_at);"
	  " SET notice = LAST_INSERT_ID(); " ONE
	  " END")
WRITE_ROW(NOTICE_CHANGE, notice_row,
	  ME
	  " DECLARE pinned, important BOOL DEFAULT NULL;"
	  " SET pinned = ?, important = ?;"
	  FOUND
	  " SET place = IF(pinned IS NOT NULL AND NOT pinned, NULL, was);"
	  " IF pinned AND was IS NULL THEN" TAKE_PLACE " END IF;"
	  " UPDATE study_notices SET title = COALESCE(?, title), content = COALESCE(?, content), pin = place,"
	  "  is_important = COALESCE(important, is_important), updated_at = IF(?, SYSDATE(3), updated_at)"
	  "  WHERE id = notice; " ONE
	  " END")
WRITE_ROW(NOTICE_TURN, notice_row,
	  ME FOUND
	  " IF was IS NULL THEN" TAKE_PLACE " END IF;"
	  " UPDATE study_notices SET pin = place WHERE id = notice; " ONE
	  " END")
WRITE(NOTICE_DELETE, ME FOUND " DELETE FROM study_notices WHERE id = notice; END")

const struct stmt *const study_notices_stmts[] = {
	&NOTICE_LIST, &NOTICE_COUNT, &NOTICE_LOCK, &NOTICE_OPEN, &NOTICE_ADD, &NOTICE_CHANGE, &NOTICE_TURN,
	&NOTICE_DELETE, NULL,
};

enum status notice_sql_list(struct ctx *c, const struct notice_page *p, struct list *rows)
{
	return db_list(c, &NOTICE_LIST, rows, NOTICE_PAGE_MAX,
		       ARGS(P(p->study_id), P(p->pinned), P(p->limit), P((p->page - 1) * p->limit)));
}

enum status notice_sql_count(struct ctx *c, const struct notice_page *p, int64_t *n)
{
	struct notice_count_row row = {0};
	enum status st = db_one(c, &NOTICE_COUNT, &row, ARGS(P(p->study_id), P(p->pinned)));

	*n = row.n;
	return st;
}

enum status notice_sql_open(struct ctx *c, uint64_t study_id, uint64_t id, struct notice_row *out)
{
	return db_one(c, &NOTICE_OPEN, out, ARGS(P(study_id), P(id)));
}

enum status notice_sql_lock(struct ctx *c, uint64_t study_id)
{
	struct notice_count_row row;
	enum status st = db_one(c, &NOTICE_LOCK, &row, ARGS(P(study_id)));

	return st == E_NO_ROW ? OK : st; /* no group: whoever asks is no member */
}

enum status notice_sql_add(struct ctx *c, const struct notice_draft *d, struct notice_row *out)
{
	return db_one(c, &NOTICE_ADD, out,
		      ARGS(P(d->study_id), db_id(0), P(d->pinned && *d->pinned), P(c->me.user_id), P(d->title),
			   P(d->text), P(d->important && *d->important)));
}

static struct db_val perhaps(const bool *b)
{
	return b ? db_int(*b) : db_str(NULL);
}

enum status notice_sql_change(struct ctx *c, const struct notice_draft *d, struct notice_row *out)
{
	return db_one(c, &NOTICE_CHANGE, out,
		      ARGS(P(d->study_id), P(d->id), perhaps(d->pinned), perhaps(d->important), P(d->title), P(d->text),
			   P(d->title || d->text || d->important)));
}

enum status notice_sql_turn(struct ctx *c, uint64_t study_id, uint64_t id, struct notice_row *out)
{
	return db_one(c, &NOTICE_TURN, out, ARGS(P(study_id), P(id)));
}

enum status notice_sql_delete(struct ctx *c, uint64_t study_id, uint64_t id)
{
	return db_exec(c, &NOTICE_DELETE, NULL, ARGS(P(study_id), P(id)));
}
