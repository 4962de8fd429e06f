#ifndef DOMAIN_STUDY_FILES_SQL_H
#define DOMAIN_STUDY_FILES_SQL_H

#include "db/db.h"
#include "domain/study/study_files.h"

#define STUDY_FILE_ROW(F, S)                                                                       \
	STUDY_FILE_FIELDS(F, S)                                                                    \
	F(S, STR, person)                                                                          \
	F(S, STR, avatar)                                                                          \
	F(S, BOOL, deleted)                                                                        \
	F(S, INT, n)
SHAPE_STRUCT(study_file_row, STUDY_FILE_ROW)

MUST_USE enum status study_sql_files(struct ctx *c, const struct study_files_page *p, struct list *rows);
MUST_USE enum status study_sql_files_n(struct ctx *c, const struct study_files_page *p, int64_t *n);
MUST_USE enum status study_sql_file(struct ctx *c, uint64_t id, struct study_file_row *out);
#endif
