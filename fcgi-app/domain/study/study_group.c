#include "domain/study/study_group.h"
#include "domain/study/study_group_sql.h"
#include "domain/study/study_rules.h"
#include "json/jin.h"
#include "sec/random.h"

SHAPE_TABLE(study_count, STUDY_COUNT)
SHAPE_TABLE(study_card, STUDY_CARD)
SHAPE_TABLE(study_face, STUDY_FACE)
SHAPE_TABLE(study_seat, STUDY_SEAT)
SHAPE_TABLE(study_detail, STUDY_DETAIL)

/* ---- rows as the clients see them ---------------------------------------------------------- */

#define COPY(S, k, nm, ...) (S)->nm = row->nm;
/* Two shapes begin alike, each with its own type. */
#define SHOW(c, out, of)                                                                           \
	do {                                                                                       \
		const struct study_row *row = of;                                                  \
		struct study_count *n = arena_new_of((c)->arena, struct study_count);              \
		struct study_person *by = arena_new_of((c)->arena, struct study_person);           \
                                                                                                   \
		n->members = row->members;                                                         \
		*by = (struct study_person){.id = row->ownerId, .name = row->ownerName, .avatar = row->ownerAvatar}; \
		STUDY_PLAIN(COPY, out)                                                             \
		(out)->currentMembers = row->members;                                              \
		(out)->_count = n;                                                                 \
		(out)->owner = by;                                                                 \
		jin_texts(c->arena, row->tags, AS_LIST(&(out)->tags));                           \
	} while (0)

enum status study_list(struct ctx *c, const struct study_filter *f, struct list *out, int64_t *total)
{
	struct list rows;
	enum status st = study_sql_list(c, f, &rows);

	if (st == OK)
		st = study_sql_total(c, f, total);
	if (st != OK)
		return st;
	const struct study_row *all = rows.v;
	struct study_card *cards = arena_array(c->arena, struct study_card, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		SHOW(c, &cards[i], &all[i]);
	*out = (struct list){cards, rows.n};
	return OK;
}

/* mine: as what its reader is in the group. */
static enum status show_seats(struct ctx *c, uint64_t study_id, bool mine, struct list *out)
{
	struct list rows;
	enum status st = study_sql_seats(c, study_id, &rows);

	if (st != OK)
		return st;
	const struct study_seat_row *row = rows.v;
	struct study_seat *seats = arena_array(c->arena, struct study_seat, rows.n);
	struct study_face *faces = arena_array(c->arena, struct study_face, rows.n);

	for (size_t i = 0; i < rows.n; i++) {
		faces[i] = (struct study_face){.id = row[i].userId,
					       .name = row[i].name,
					       .email = mine ? row[i].email : NULL,
					       .avatar = row[i].avatar};
		seats[i] = (struct study_seat){.id = row[i].id,
					       .userId = row[i].userId,
					       .role = row[i].role,
					       .status = row[i].status,
					       .joinedAt = row[i].joinedAt,
					       .user = &faces[i]};
	}
	*out = (struct list){seats, rows.n};
	return OK;
}

enum status study_get(struct ctx *c, uint64_t study_id, struct study_detail *out)
{
	struct study_row s = {0};
	enum status st = study_sql_get(c, study_id, &s);
	bool active = st == OK && s.myStatus && !strcmp(s.myStatus, "ACTIVE");
	bool asked = st == OK && s.myStatus && !strcmp(s.myStatus, "PENDING");

	if (st == E_NO_ROW || (st == OK && !s.isPublic && !active && !asked))
		return fail(c, E_STUDY_NONE, "study %llu", (unsigned long long)study_id);
	if (st != OK)
		return st;
	SHOW(c, out, &s);
	out->memberCount = s.members;
	out->myRole = active ? s.myRole : NULL;
	out->myJoinedAt = active ? s.myJoinedAt : 0;
	out->myMembershipStatus = s.myStatus;
	if (!active || !strcmp(s.myRole, "MEMBER"))
		out->inviteCode = NULL;
	return show_seats(c, study_id, active, AS_LIST(&out->members));
}

/* ---- changing ----------------------------------------------------------------------------- */

void study_new_code(char out[STUDY_CODE + 1])
{
	static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* none that are mistaken for each other */
	unsigned char bytes[STUDY_CODE];

	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < STUDY_CODE; i++)
		out[i] = letters[bytes[i] % (sizeof(letters) - 1)];
	out[STUDY_CODE] = '\0';
}

struct change {
	uint64_t study_id;
	const struct study_plan *plan;
	struct study_row row;
};

static enum status create(struct ctx *c, void *arg)
{
	struct change *x = arg;
	char code[STUDY_CODE + 1];

	study_new_code(code);
	enum status st = study_sql_create(c, x->plan, code, &x->row);

	return st == OK ? study_moved(c, x->row.id, c->me.user_id) : st;
}

enum status study_create(struct ctx *c, const struct study_plan *p, struct study_card *out)
{
	struct change x = {.plan = p};
	enum status st = db_tx(c, create, &x);

	if (st != OK)
		return st;
	SHOW(c, out, &x.row);
	return OK;
}

static enum status change(struct ctx *c, void *arg)
{
	struct change *x = arg;

	return study_sql_change(c, x->study_id, x->plan, &x->row);
}

enum status study_change(struct ctx *c, uint64_t study_id, const struct study_plan *p, struct study_card *out)
{
	struct change x = {.study_id = study_id, .plan = p};
	enum status st = db_tx(c, change, &x);

	if (st != OK)
		return st;
	SHOW(c, out, &x.row);
	return OK;
}

struct removal {
	uint64_t study_id;
	struct study_gone_row row;
};

static enum status remove_group(struct ctx *c, void *arg)
{
	struct removal *x = arg;

	return study_sql_delete(c, x->study_id, &x->row);
}

enum status study_delete(struct ctx *c, uint64_t study_id)
{
	struct removal x = {.study_id = study_id};
	enum status st = db_tx(c, remove_group, &x);

	if (st == OK)
		study_post_gone(c, study_id, x.row.members);
	return st;
}

enum status study_take_away(struct ctx *c, uint64_t study_id)
{
	return study_sql_remove(c, study_id);
}

enum status study_hold(struct ctx *c, uint64_t study_id, enum study_hold what, bool on, struct study_held *out)
{
	struct study_held_row row = {0};
	enum status st = study_sql_hold(c, study_id, what, on, &row);

	*out = (struct study_held){
		.changed = row.changed,
		.was_public = row.wasPublic,
		.was_recruiting = row.wasRecruiting,
		.owner_id = row.owner,
		.members = row.members,
	};
	return st;
}

void study_post_gone(struct ctx *c, uint64_t study_id, const char *ids)
{
	const char *why;
	size_t at;
	const struct jval *doc = ids ? jin_parse(c->arena, ids, strlen(ids), &why, &at) : NULL;

	for (size_t i = 0; i < jin_len(doc); i++)
		study_post_moved(c, study_id, jin_id(jin_at(doc, i)));
}
