/* Files: /studies/{id}/files of the study groups' client. */
#include "domain/registry.h"
#include "domain/study/study_files.h"
#include "domain/study/study_shapes.h"

enum { FOLDER_MAX = 64 };

#define STUDY_FILES_IN(F, S)                                                                       \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, STR, folderId, .from = FROM_QUERY, .max = FOLDER_MAX, .fmt = FMT_WORD,                \
	  .doc = "none: what is in no folder")                                                     \
	F(S, INT, page, .from = FROM_QUERY, .dflt = "1", .min = 1, .max = 10000)                   \
	F(S, INT, limit, .from = FROM_QUERY, .dflt = "20", .min = 1, .max = STUDY_FILES_MAX)
SHAPE(study_files_in, STUDY_FILES_IN)
#define STUDY_FILES_OUT(F, S)                                                                      \
	F(S, BOOL, success)                                                                        \
	F(S, LIST(study_file), data)                                                               \
	F(S, OBJ(coup_pages), pagination)
SHAPE(study_files_out, STUDY_FILES_OUT)

#define STUDY_FILE_POST_IN(F, S)                                                                   \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, FILES, file, .required = true, .max = 1)                                              \
	F(S, STR, folderId, .max = FOLDER_MAX, .fmt = FMT_WORD)                                    \
	F(S, STR, category, .one_of = STORE_CATEGORIES, .doc = "what it has to be")
SHAPE(study_file_post_in, STUDY_FILE_POST_IN)
#define STUDY_FILE_OUT(F, S)                                                                       \
	COUP_DONE(F, S)                                                                            \
	F(S, OBJ(study_file_added), data)
SHAPE(study_file_out, STUDY_FILE_OUT)
#define STUDY_FILE_IN(F, S)                                                                        \
	F(S, ID, id, .from = FROM_PATH)                                                            \
	F(S, ID, fileId, .from = FROM_PATH)
SHAPE(study_file_in, STUDY_FILE_IN)
#define STUDY_FILE_ONE_OUT(F, S)                                                                   \
	F(S, BOOL, success)                                                                        \
	F(S, OBJ(study_file), data)
SHAPE(study_file_one_out, STUDY_FILE_ONE_OUT)

HANDLER(study_files_get, struct study_files_in, struct study_files_out)
{
	const struct study_files_page p = {in->id, in->folderId, in->page, in->limit};
	int64_t total = 0;
	enum status st = study_files(&r->ctx, &p, AS_LIST(&out->data), &total);

	out->success = true;
	out->pagination = coup_pages(&r->ctx, in->page, in->limit, total);
	return st;
}

HANDLER(study_file_post, struct study_file_post_in, struct study_file_out)
{
	struct study_file_added *f = arena_new_of(r->ctx.arena, struct study_file_added);

	out->success = true;
	out->message = say(&r->ctx, "파일을 올렸습니다", "The file is uploaded");
	out->data = f;
	return study_file_add(&r->ctx, in->id, in->folderId, in->category, in->file.v[0], f);
}

HANDLER(study_file_one, struct study_file_in, struct study_file_one_out)
{
	struct study_file *f = arena_new_of(r->ctx.arena, struct study_file);

	out->success = true;
	out->data = f;
	return study_file_known(&r->ctx, in->id, in->fileId, f);
}

HANDLER(study_file_get, struct study_file_in, struct nothing)
{
	struct ctx *c = &r->ctx;
	struct file_sent f;
	enum status st = study_file_take(c, in->id, in->fileId, &f);

	if (st != OK)
		return st;
	file_send(r, &f, "attachment");
	req_header(r, "X-File-Id", arena_printf(c->arena, "%llu", (unsigned long long)f.id));
	req_header(r, "X-Uploader", arena_printf(c->arena, "%llu", (unsigned long long)f.owner_id));
	return OK;
}

HANDLER(study_file_remove, struct study_file_in, struct study_gone)
{
	out->success = true;
	out->message = say(&r->ctx, "파일을 삭제했습니다", "The file is deleted");
	return study_file_delete(&r->ctx, in->id, in->fileId);
}

static const struct code_row codes[] = {
	{E_FILE_TOO_LARGE, NULL, "STUDY-123"},
	{E_FILE_TYPE, NULL, "STUDY-124"},
	{0},
};

#define STUDY .auth = AUTH_SESSION, .envelope = COUP, .codes = codes
static const struct route routes[] = {
	ROUTE(study_files_get, study_files_in, study_files_out, .on = {"GET /studies/{id}/files"}, STUDY,
	      .rate = RATE_READ, .statements = 3, .doc = "A page of a group's files, the newest first.",
	      .fails = {E_STUDY_NOT_MEMBER}),
	ROUTE(study_file_post, study_file_post_in, study_file_out, .on = {"POST /studies/{id}/files"}, STUDY,
	      .rate = RATE_UPLOAD, .ok = 201, .statements = 7, .file_max = STORE_MIB(FILE_STUDY_MIB),
	      .body_max = STORE_MIB(FILE_STUDY_MIB + 1),
	      .doc = "Upload a file to a group, whose files are 1 GiB at most. Members are told. Its name and its "
		     "bytes must agree on what it is.",
	      .fails = {E_STUDY_NOT_MEMBER, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_STUDY_QUOTA, E_BAD_FORM,
		E_RESTRICTED, E_SITE_OFF}),
	ROUTE(study_file_one, study_file_in, study_file_one_out, .on = {"GET /studies/{id}/files/{fileId}"}, STUDY,
	      .rate = RATE_READ, .statements = 2, .doc = "One of a group's files: what is known of it.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_FILE}),
	ROUTE(study_file_get, study_file_in, nothing, .on = {"GET /studies/{id}/files/{fileId}/download"}, STUDY,
	      .rate = RATE_READ, .raw = true, .media = "application/octet-stream", .statements = 2,
	      .doc = "A file's bytes, to be saved; counts a download. Range is served.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_FILE}),
	ROUTE(study_file_remove, study_file_in, study_gone, .on = {"DELETE /studies/{id}/files/{fileId}"}, STUDY,
	      .rate = RATE_WRITE, .statements = 2,
	      .doc = "Delete a file: mine, or as an admin or the owner anyone's. Messages that showed it stay.",
	      .fails = {E_STUDY_NOT_MEMBER, E_STUDY_NO_FILE, E_STUDY_NOT_UPLOADER}),
};

extern const struct stmt *const study_files_stmts[];
const struct domain study_files_domain = {
	.name = "study group files",
	.doc = "What members of a study group share: /api/studies/{id}/files, with the session cookie of its client",
	.routes = routes,
	.n_routes = COUNT(routes),
	.stmts = study_files_stmts,
};
