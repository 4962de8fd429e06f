#include "domain/study/study_files_sql.h"
#include "domain/registry.h"

SHAPE_TABLE(study_file_row, STUDY_FILE_ROW)

#define COLUMNS                                                                                    \
	"SELECT f.id, f.study_id AS studyId, f.owner_id AS uploaderId, f.name, f.size, f.content_type AS type," \
	" " FILE_URL("f") " AS url, f.folder AS folderId, f.downloads, f.created_at AS createdAt," \
	" f.deleted_at IS NOT NULL AS deleted, u.name AS person, u.profile_image AS avatar"         \
	" FROM files f STRAIGHT_JOIN users u ON u.id = f.owner_id"
#define PAGE " WHERE f.study_id = ? AND f.folder <=> ? AND f.deleted_at IS NULL"

READ(STUDY_FILES, study_file_row, COLUMNS PAGE " ORDER BY f.id DESC LIMIT ? OFFSET ?")
READ(STUDY_FILES_N, study_file_row, "SELECT COUNT(*) AS n FROM files f" PAGE)
READ(STUDY_FILE_ONE, study_file_row, COLUMNS " WHERE f.id = ?")

const struct stmt *const study_files_stmts[] = {&STUDY_FILES, &STUDY_FILES_N, &STUDY_FILE_ONE, NULL};

enum status study_sql_files(struct ctx *c, const struct study_files_page *p, struct list *rows)
{
	return db_list(c, &STUDY_FILES, rows, STUDY_FILES_MAX,
		       ARGS(P(p->study_id), P(p->folder), P(p->limit), P((p->page - 1) * p->limit)));
}

enum status study_sql_files_n(struct ctx *c, const struct study_files_page *p, int64_t *n)
{
	struct study_file_row row = {0};
	enum status st = db_one(c, &STUDY_FILES_N, &row, ARGS(P(p->study_id), P(p->folder)));

	*n = row.n;
	return st;
}

enum status study_sql_file(struct ctx *c, uint64_t id, struct study_file_row *out)
{
	return db_one(c, &STUDY_FILE_ONE, out, ARGS(P(id)));
}
