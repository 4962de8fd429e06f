/* What the study groups' pages upload outside of groups: the picture of somebody who is signing up, first of all. */
#include "base/address.h"
#include "domain/admin/admin.h"
#include "domain/file/file.h"
#include "domain/registry.h"
#include "kv/gate.h"

/* The type is no folder here, as it was on their own server. */
#define COUP_UPLOAD_IN(F, S)                                                                       \
	F(S, FILES, file, .required = true, .max = 1)                                              \
	F(S, STR, type, .one_of = "general avatar", .dflt = "general", .doc = "without a login: avatar")
SHAPE(coup_upload_in, COUP_UPLOAD_IN)
#define COUP_UPLOAD_OUT(F, S)                                                                      \
	F(S, BOOL, success)                                                                        \
	F(S, STR, url)                                                                             \
	F(S, STR, fileName)                                                                        \
	F(S, INT, size)                                                                            \
	F(S, STR, type, .doc = "as in Content-Type")
SHAPE(coup_upload_out, COUP_UPLOAD_OUT)

/* Of an address few, whatever they are: strangers could fill the disk. */
static enum status add_newcomer(struct req *r, struct store_file *f, const char **url)
{
	struct ctx *c = &r->ctx;
	struct gate_answer limit;

	if (!gate_take(c, RATE_VISITOR, address_owner(c->arena, r->client_ip), &limit)) {
		c->retry_after = (int)(limit.retry_ms / 1000 + 1);
		return fail(c, E_RATE_LIMITED, "pictures of people who are signing up");
	}
	return file_add_newcomer(c, f, url);
}

static enum status add_general(struct ctx *c, struct store_file *f, const char **url)
{
	struct list rows;
	enum status st = admin_may_upload(c);

	if (st == OK)
		st = file_add(c, 0, &f, 1, STORE_ANY, 0, &rows);
	if (st == OK)
		*url = ((const struct file_out *)rows.v)->url;
	return st;
}

HANDLER(coup_upload, struct coup_upload_in, struct coup_upload_out)
{
	struct ctx *c = &r->ctx;
	struct store_file *f = in->file.v[0];
	const bool avatar = !strcmp(in->type, "avatar");
	enum status st = avatar ? file_check_avatar(c, f) : OK;

	if (!c->me.user_id && !avatar)
		return E_NO_TOKEN;
	if (st == OK)
		st = !c->me.user_id ? add_newcomer(r, f, &out->url)
		     : avatar	    ? file_add_picture(c, f, &out->url)
				    : add_general(c, f, &out->url);
	if (st != OK)
		return st;
	out->success = true;
	out->url = file_upload_url(c, out->url, in->type);
	out->fileName = f->name;
	out->size = f->size;
	out->type = f->content_type;
	return OK;
}

static const struct route routes[] = {
	ROUTE(coup_upload, coup_upload_in, coup_upload_out, .on = {"POST /coup/upload"}, .auth = AUTH_VISITOR,
	      .rate = RATE_UPLOAD, .envelope = COUP, .statements = 2, .file_max = STORE_MIB(FILE_AVATAR_MIB),
	      .body_max = STORE_MIB(FILE_AVATAR_MIB + 1),
	      .doc = "Upload a file of 5 MB at most (study groups). Without a login only an avatar, ten an hour and "
		     "address: signing up with its url keeps it. Pictures that are nobody's go after a day.",
	      .fails = {E_NO_TOKEN, E_FILE_TOO_LARGE, E_FILE_TYPE, E_FILE_QUOTA, E_UPLOADS_FULL, E_BAD_FORM,
			E_RESTRICTED, E_SITE_OFF}),
};

const struct domain file_coup_domain = {
	.name = "files",
	.doc = "Uploaded files",
	.routes = routes,
	.n_routes = COUNT(routes),
};
