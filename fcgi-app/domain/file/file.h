/* Files that users have uploaded. */
#ifndef DOMAIN_FILE_H
#define DOMAIN_FILE_H

#include "base/ctx.h"
#include "domain/file/file_shapes.h"
#include "store/store.h"

enum { FILE_PAGE_MAX = 200 };

/* Takes n uploads of these kinds (bits) as the caller's, into a room the caller is in (0: none);
 * rows: a file_out each, in their order. All or none. E_FILE_TYPE, E_FILE_TOO_LARGE, E_FILE_QUOTA,
 * E_CHAT_NO_ROOM. duration: s, or 0. */
MUST_USE enum status file_add(struct ctx *c, uint64_t room_id, struct store_file *const *v, size_t n,
			      unsigned kinds, int64_t duration, struct list *rows);

/* Takes an upload as a file of that account, whoever sends it: E_FILE_TYPE, E_FILE_TOO_LARGE, E_FILE_QUOTA. */
MUST_USE enum status file_add_for(struct ctx *c, uint64_t owner, struct store_file *f, unsigned kinds,
				  int64_t duration, struct list *rows);

/* Takes one upload of any kind, once only for that key (32 bytes): E_UPLOAD_USED. */
MUST_USE enum status file_add_once(struct ctx *c, struct store_file *f, const unsigned char *key, struct list *rows);

/* Takes an upload as the caller's picture of themselves; url: its address. Fails like file_add(). */
MUST_USE enum status file_add_picture(struct ctx *c, struct store_file *f, const char **url);

/* The same of somebody who is signing up, and nobody yet. Whoever signs up with it has it; others go after a day.
 * E_UPLOADS_FULL: there are too many bytes of such. */
enum { FILE_NEWCOMERS_MIB = 1024 };
MUST_USE enum status file_add_newcomer(struct ctx *c, struct store_file *f, const char **url);

/* A picture of a kind the study groups' pages take: JPEG, PNG, GIF or WebP by its declared type and, if it has one, its
 * extension. Whether its bytes are that is looked at when it is added. E_FILE_TYPE */
enum { FILE_AVATAR_MIB = 5 };
MUST_USE enum status file_check_avatar(struct ctx *c, const struct store_file *f);

/* An upload for a group: E_FILE_TYPE, E_FILE_TOO_LARGE, E_FILE_QUOTA, E_STUDY_QUOTA. Whether the caller may is the
 * group's to know. */
enum { FILE_STUDY_MIB = 50, FILE_STUDY_QUOTA_MIB = 1024 };
struct file_share {
	uint64_t study_id;
	const char *folder, *category; /* may be NULL */
	struct store_file *file;
	enum status (*then)(struct ctx *c, const struct file_share *s); /* in the same transaction */
	uint64_t id;	    /* set */
	int64_t used;	    /* set: bytes of the group's files */
};
MUST_USE enum status file_add_study(struct ctx *c, struct file_share *s);

/* Counts a download. E_STUDY_NO_FILE. */
#define FILE_SENT(F, S)                                                                            \
	F(S, ID, id)                                                                               \
	F(S, ID, owner_id)                                                                         \
	F(S, STR, storage_key)                                                                     \
	F(S, STR, name)                                                                            \
	F(S, STR, content_type)
SHAPE_STRUCT(file_sent, FILE_SENT)
MUST_USE enum status file_take_study(struct ctx *c, uint64_t study_id, uint64_t id, struct file_sent *out);

/* What is at a key, for file_send(). E_NO_FILE. */
MUST_USE enum status file_find(struct ctx *c, const char *key, struct file_sent *out);

/* The answer to a request is that file: nginx sends the bytes. how: "inline" or "attachment". */
struct req;
void file_send(struct req *r, const struct file_sent *f, const char *how);

/* any: also what others uploaded; E_STUDY_NO_FILE, E_STUDY_NOT_UPLOADER. */
MUST_USE enum status file_delete_study(struct ctx *c, uint64_t study_id, uint64_t id, bool any);

/* SQL: the address of a row of files f. Of a group's files its members alone can use it, by their session cookie. */
#define FILE_URL(f)                                                                                \
	"IF(" f ".purpose = 'STUDY', CONCAT('/api/studies/', " f ".study_id, '/files/', " f ".id, '/download')," \
	" CONCAT('/api/v1/upload/file/', " f ".storage_key))"

/* SQL: deletes what is at the address `replaced`, if that was uploaded as a picture of user me and is not
 * what is at `picture`; gone (VARCHAR(40)) is then its key, whose bytes store_remove() takes. */
#define FILE_KEY_AT(address)                                                                       \
	"IF(COALESCE(" address ", '') RLIKE '^[ -~]+$',"                                             \
	" CONVERT(LEFT(SUBSTRING_INDEX(SUBSTRING_INDEX(" address ", '?', 1), '/', -1), 40) USING ascii), '')"
#define FILE_PICTURE_REPLACED                                                                      \
	" SET gone = " FILE_KEY_AT("replaced") ";"                                                   \
	" UPDATE files SET deleted_at = SYSDATE(3) WHERE storage_key = gone AND gone <> " FILE_KEY_AT("picture") \
	"  AND owner_id = me AND purpose = 'PROFILE' AND deleted_at IS NULL;"                        \
	" IF ROW_COUNT() = 0 THEN SET gone = NULL; END IF;"

/* SQL: what a newcomer uploaded and is at the address `picture` is that person's from now on. */
#define FILE_PICTURE_ADOPTED(who)                                                                  \
	" IF picture RLIKE '/upload(/file|s/[a-z]+)/' THEN"                                        \
	"  UPDATE files SET owner_id = " who " WHERE storage_key = " FILE_KEY_AT("picture")        \
	"   AND owner_id IS NULL AND purpose = 'PROFILE' AND deleted_at IS NULL;"                  \
	" END IF;"

/* The study groups' pages know a picture they may take away by its address: below /uploads/. What is kept and told to
 * all others is the one of GET /upload/file/{key}. Addresses of nothing of ours come back as they are, NULL as NULL. */
const char *file_upload_url(struct ctx *c, const char *url, const char *folder);
const char *file_kept_url(struct ctx *c, const char *url);

/* The key of a file's URL, or of a key itself; NULL if it is neither. */
const char *file_key_of(struct ctx *c, const char *url);

/* Which page of a list, newest first; kind: NULL for all. */
struct file_page {
	const char *kind;
	int64_t page, size;
};
/* Mine does not hold my pictures of myself. */
MUST_USE enum status file_list_mine(struct ctx *c, const struct file_page *p, struct list *rows);
MUST_USE enum status file_list_room(struct ctx *c, uint64_t room_id, const struct file_page *p,
				    struct list *rows);

/* Files of a room's messages; seqs: their numbers as a JSON array (at most FILE_PAGE_MAX). In that order. */
MUST_USE enum status file_of_messages(struct ctx *c, uint64_t room_id, const char *seqs, struct list *rows);

/* Deletes some files of a study group; left: there may be more. */
MUST_USE enum status file_clear_study(struct ctx *c, uint64_t study_id, bool *left);

/* For the jobs: a piece of an account's files, rows and all. *left: there are more. */
MUST_USE enum status file_clear_user(struct ctx *c, uint64_t user_id, bool *left);

/* Deletes the caller's file, the last one only what file_add_picture() took; E_NO_FILE. */
MUST_USE enum status file_delete_id(struct ctx *c, uint64_t id);
MUST_USE enum status file_delete_key(struct ctx *c, const char *key);
MUST_USE enum status file_delete_picture(struct ctx *c, const char *key);

/* The same as file_delete_key() of somebody's, for the jobs. */
MUST_USE enum status file_delete_of(struct ctx *c, uint64_t owner, const char *key);
#endif
