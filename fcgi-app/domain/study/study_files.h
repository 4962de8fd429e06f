/* Files of a study group: its members read and upload; who uploaded one deletes it, as do admins and the owner. */
#ifndef DOMAIN_STUDY_FILES_H
#define DOMAIN_STUDY_FILES_H

#include "domain/file/file.h"
#include "domain/study/study_chat_shapes.h"

enum { STUDY_FILES_MAX = 100 };

#define STUDY_FILE_FIELDS(F, S)                                                                    \
	F(S, ID, id)                                                                               \
	F(S, ID, studyId)                                                                          \
	F(S, ID, uploaderId)                                                                       \
	F(S, STR, name)                                                                            \
	F(S, INT, size)                                                                            \
	F(S, STR, type, .doc = "its content type")                                                 \
	F(S, STR, url, .doc = "a path on this server, for members with their session cookie")      \
	F(S, STR, folderId)                                                                        \
	F(S, INT, downloads)                                                                       \
	F(S, TIME, createdAt)
#define STUDY_FILE(F, S)                                                                           \
	STUDY_FILE_FIELDS(F, S)                                                                    \
	F(S, OBJ(study_person), uploader)
SHAPE_STRUCT(study_file, STUDY_FILE)

#define STUDY_STORAGE(F, S)                                                                        \
	F(S, INT, used, .doc = "bytes of the group's files")                                       \
	F(S, INT, quota)                                                                           \
	F(S, INT, usagePercentage)
SHAPE_STRUCT(study_storage, STUDY_STORAGE)
#define STUDY_FILE_ADDED(F, S)                                                                     \
	STUDY_FILE(F, S)                                                                           \
	F(S, OBJ(study_storage), storage)
SHAPE_STRUCT(study_file_added, STUDY_FILE_ADDED)

/* The newest first; folder NULL: the topmost. */
struct study_files_page {
	uint64_t study_id;
	const char *folder;
	int64_t page, limit; /* page: from 1 */
};
MUST_USE enum status study_files(struct ctx *c, const struct study_files_page *p, struct list *out, int64_t *total);

/* E_STUDY_NO_FILE: also when it is another group's. */
MUST_USE enum status study_file_known(struct ctx *c, uint64_t study_id, uint64_t id, struct study_file *out);

/* Fails as file_add_study(). */
MUST_USE enum status study_file_add(struct ctx *c, uint64_t study_id, const char *folder, const char *category,
				    struct store_file *f, struct study_file_added *out);
MUST_USE enum status study_file_take(struct ctx *c, uint64_t study_id, uint64_t id, struct file_sent *out);
MUST_USE enum status study_file_delete(struct ctx *c, uint64_t study_id, uint64_t id);
#endif
