#include "domain/study/study_member.h"
#include "base/buf.h"
#include "domain/study/study_member_sql.h"
#include "domain/study/study_rules.h"

SHAPE_TABLE(study_member_out, STUDY_MEMBER_OUT)
SHAPE_TABLE(study_joined_out, STUDY_JOINED_OUT)
SHAPE_TABLE(study_named, STUDY_NAMED)
SHAPE_TABLE(study_elsewhere, STUDY_ELSEWHERE)
SHAPE_TABLE(study_applicant, STUDY_APPLICANT)
SHAPE_TABLE(study_request_out, STUDY_REQUEST_OUT)
SHAPE_TABLE(study_heir, STUDY_HEIR)
SHAPE_TABLE(study_transfer, STUDY_TRANSFER)
SHAPE_TABLE(study_invite, STUDY_INVITE)

#define COPY(S, k, nm, ...) (S)->nm = row->nm;

static const struct study_face *face(struct ctx *c, const struct study_member_row *row)
{
	struct study_face *f = arena_new_of(c->arena, struct study_face);

	*f = (struct study_face){.id = row->userId, .name = row->name, .email = row->email, .avatar = row->avatar};
	return f;
}

static void show(struct ctx *c, const struct study_member_row *row, struct study_member_out *out)
{
	STUDY_MEMBER_PLAIN(COPY, out)
	out->user = face(c, row);
}

/* ---- reading ------------------------------------------------------------------------------ */

enum status study_members(struct ctx *c, uint64_t study_id, const struct study_members_query *q, struct list *out,
			  int64_t *total)
{
	struct list rows;
	bool active = !strcmp(q->status, "ACTIVE");
	enum status st = study_need(c, study_id, active ? STUDY_MEMBER : STUDY_ADMIN, NULL);

	if (st == OK)
		st = study_sql_members(c, study_id, q, &rows);
	if (st == OK)
		st = study_sql_members_total(c, study_id, q, total);
	if (st != OK)
		return st;
	const struct study_member_row *row = rows.v;
	struct study_member_out *items = arena_array(c->arena, struct study_member_out, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show(c, &row[i], &items[i]);
	*out = (struct list){items, rows.n};
	return OK;
}

/* The rows of one user, from *at on. */
static void show_elsewhere(struct ctx *c, const struct list *rows, uint64_t user_id, struct list *out)
{
	const struct study_elsewhere_row *row = rows->v;
	struct study_elsewhere *items = arena_array(c->arena, struct study_elsewhere, STUDY_OTHERS_MAX);
	struct study_named *groups = arena_array(c->arena, struct study_named, STUDY_OTHERS_MAX);
	size_t n = 0;

	for (size_t i = 0; i < rows->n && n < STUDY_OTHERS_MAX; i++) {
		if (row[i].userId != user_id)
			continue;
		groups[n] = (struct study_named){.id = row[i].studyId,
						 .name = row[i].name,
						 .emoji = row[i].emoji,
						 .category = row[i].category};
		items[n] = (struct study_elsewhere){.id = row[i].id,
						    .studyId = row[i].studyId,
						    .role = row[i].role,
						    .status = row[i].status,
						    .joinedAt = row[i].joinedAt,
						    .study = &groups[n]};
		n++;
	}
	*out = (struct list){items, n};
}

static enum status show_requests(struct ctx *c, const struct list *rows, struct list *out)
{
	const struct study_member_row *all = rows->v;
	struct study_request_out *items = arena_array(c->arena, struct study_request_out, rows->n);
	struct list others;
	enum status st = study_sql_elsewhere(
		c, buf_ids(c->arena, (const int64_t *)&all->userId, rows->n, sizeof(*all)), &others);

	for (size_t i = 0; st == OK && i < rows->n; i++) {
		const struct study_member_row *row = &all[i];
		struct study_request_out *item = &items[i];
		struct study_applicant *who = arena_new_of(c->arena, struct study_applicant);

		STUDY_MEMBER_PLAIN(COPY, item)
		*who = (struct study_applicant){.id = row->userId,
						.name = row->name,
						.email = row->email,
						.avatar = row->avatar,
						.bio = row->bio};
		show_elsewhere(c, &others, row->userId, AS_LIST(&who->studyMembers));
		item->user = who;
	}
	*out = (struct list){items, rows->n};
	return st;
}

enum status study_requests(struct ctx *c, uint64_t study_id, int64_t page, int64_t size, struct list *out,
			   int64_t *total)
{
	const struct study_members_query q = {.role = "MEMBER", .status = "PENDING"};
	struct list rows = {0};
	enum status st = study_need(c, study_id, STUDY_ADMIN, NULL);

	if (st == OK)
		st = study_sql_requests(c, study_id, page, size, &rows);
	if (st == OK)
		st = study_sql_members_total(c, study_id, &q, total);
	if (st != OK || !rows.n)
		return st;
	return show_requests(c, &rows, out);
}

/* ---- changing ----------------------------------------------------------------------------- */

struct act {
	uint64_t study_id, request_id, user_id;
	const struct study_wish *wish;
	const char *text; /* a role, or a reason */
	struct study_member_row row;
	struct list heirs;
};

static enum status join(struct ctx *c, void *arg)
{
	struct act *a = arg;
	enum status st = study_sql_join(c, a->study_id, a->wish, &a->row);

	if (st != OK)
		return st;
	if (!a->row.changed)
		return study_tell_all(c, a->study_id, NOTIFY_STUDY_REQUEST, STUDY_ADMIN, 0, NULL);
	st = study_moved(c, a->study_id, c->me.user_id);
	return st == OK ? study_tell_all(c, a->study_id, NOTIFY_STUDY_ENTRY, STUDY_MEMBER, 0, NULL) : st;
}

enum status study_join(struct ctx *c, uint64_t study_id, const struct study_wish *w, struct study_joined_out *out)
{
	struct act a = {.study_id = study_id, .wish = w};
	enum status st = db_tx(c, join, &a);
	const struct study_member_row *row = &a.row;

	if (st != OK)
		return st;
	STUDY_MEMBER_PLAIN(COPY, out)
	out->user = face(c, row);
	out->autoApproved = row->changed;
	return OK;
}

static enum status approve(struct ctx *c, void *arg)
{
	struct act *a = arg;
	enum status st = study_sql_approve(c, a->study_id, a->request_id, a->user_id, &a->row);

	if (st == OK)
		st = study_moved(c, a->study_id, a->row.userId);
	if (st == OK)
		st = study_tell(c, a->study_id, NOTIFY_STUDY_JOINED, a->row.userId, NULL);
	return st == OK ? study_tell_all(c, a->study_id, NOTIFY_STUDY_ENTRY, STUDY_MEMBER, a->row.userId, NULL) : st;
}

enum status study_approve(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id,
			  struct study_member_out *out)
{
	struct act a = {.study_id = study_id, .request_id = request_id, .user_id = user_id};
	enum status st = db_tx(c, approve, &a);

	if (st == OK)
		show(c, &a.row, out);
	return st;
}

static enum status reject(struct ctx *c, void *arg)
{
	const struct act *a = arg;

	return study_sql_reject(c, a->study_id, a->request_id, a->user_id);
}

enum status study_reject(struct ctx *c, uint64_t study_id, uint64_t request_id, uint64_t user_id)
{
	struct act a = {.study_id = study_id, .request_id = request_id, .user_id = user_id};

	return db_tx(c, reject, &a);
}

static enum status set_role(struct ctx *c, void *arg)
{
	struct act *a = arg;
	enum status st = study_sql_set_role(c, a->study_id, a->user_id, a->text, &a->row);

	if (st != OK || !a->row.changed)
		return st;
	return study_tell(c, a->study_id, NOTIFY_STUDY_RANK, a->user_id, NULL);
}

enum status study_set_role(struct ctx *c, uint64_t study_id, uint64_t user_id, const char *role,
			   struct study_member_out *out, bool *changed)
{
	struct act a = {.study_id = study_id, .user_id = user_id, .text = role};
	enum status st = db_tx(c, set_role, &a);

	*changed = a.row.changed;
	if (st == OK)
		show(c, &a.row, out);
	return st;
}

static enum status kick(struct ctx *c, void *arg)
{
	const struct act *a = arg;
	enum status st = study_sql_kick(c, a->study_id, a->user_id);

	if (st == OK)
		st = study_moved(c, a->study_id, a->user_id);
	return st == OK ? study_tell(c, a->study_id, a->text ? NOTIFY_STUDY_KICK_WHY : NOTIFY_STUDY_KICK, a->user_id,
				     a->text)
			: st;
}

enum status study_kick(struct ctx *c, uint64_t study_id, uint64_t user_id, const char *reason)
{
	struct act a = {.study_id = study_id, .user_id = user_id, .text = reason};

	return db_tx(c, kick, &a);
}

static enum status leave(struct ctx *c, void *arg)
{
	const struct act *a = arg;
	enum status st = study_sql_leave(c, a->study_id);

	if (st == OK)
		st = study_moved(c, a->study_id, c->me.user_id);
	return st == OK ? study_tell(c, a->study_id, NOTIFY_STUDY_EXIT, 0, NULL) : st;
}

enum status study_leave(struct ctx *c, uint64_t study_id)
{
	struct act a = {.study_id = study_id};

	return db_tx(c, leave, &a);
}

static enum status hand_over(struct ctx *c, void *arg)
{
	struct act *a = arg;
	enum status st = study_sql_hand_over(c, a->study_id, a->user_id, &a->heirs);

	return st == OK ? study_tell(c, a->study_id, NOTIFY_STUDY_RANK, a->user_id, NULL) : st;
}

enum status study_hand_over(struct ctx *c, uint64_t study_id, uint64_t to, struct study_transfer *out)
{
	struct act a = {.study_id = study_id, .user_id = to};
	enum status st = db_tx(c, hand_over, &a);
	const struct study_heir *heirs = a.heirs.v;

	if (st == OK)
		*out = (struct study_transfer){.newOwner = &heirs[0], .oldOwner = &heirs[1]};
	return st;
}

/* ---- invitations -------------------------------------------------------------------------- */

static void complete(struct ctx *c, struct study_invite *v)
{
	v->isActive = !strcmp(v->status, "active");
	if (v->inviteCode)
		v->inviteUrl = arena_printf(c->arena, "/studies/%llu/join?code=%s", (unsigned long long)v->studyId,
					    v->inviteCode);
}

enum status study_invite_show(struct ctx *c, uint64_t study_id, struct study_invite *out)
{
	enum status st = study_need(c, study_id, STUDY_ADMIN, NULL);

	if (st == OK)
		st = study_sql_invite(c, study_id, out);
	if (st == OK)
		complete(c, out);
	return st;
}

struct invitation {
	uint64_t study_id;
	int64_t hours, uses;
	struct study_invite *out;
};

static enum status invite_new(struct ctx *c, void *arg)
{
	const struct invitation *v = arg;
	char code[STUDY_CODE + 1];

	study_new_code(code);
	return study_sql_invite_new(c, v->study_id, code, v->hours, v->uses, v->out);
}

enum status study_invite_new(struct ctx *c, uint64_t study_id, int64_t hours, int64_t uses, struct study_invite *out)
{
	struct invitation v = {study_id, hours, uses, out};
	enum status st = db_tx(c, invite_new, &v);

	if (st == OK)
		complete(c, out);
	return st;
}
