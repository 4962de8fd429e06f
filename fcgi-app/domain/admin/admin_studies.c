#include "domain/admin/admin_studies.h"
#include "base/buf.h"
#include "domain/admin/admin_studies_sql.h"
#include "domain/study/study.h"
#include "json/jin.h"

SHAPE_TABLE(admin_study_settings, ADMIN_STUDY_SETTINGS)
SHAPE_TABLE(admin_study_stats, ADMIN_STUDY_STATS)
SHAPE_TABLE(admin_study_item, ADMIN_STUDY_ITEM)
SHAPE_TABLE(admin_study_sums, ADMIN_STUDY_SUMS)
SHAPE_TABLE(admin_study_seat, ADMIN_STUDY_SEAT)
SHAPE_TABLE(admin_study_seats, ADMIN_STUDY_SEATS)
SHAPE_TABLE(admin_study_activity, ADMIN_STUDY_ACTIVITY)
SHAPE_TABLE(admin_study_detail, ADMIN_STUDY_DETAIL)
SHAPE_TABLE(admin_study_gone, ADMIN_STUDY_GONE)

#define COPY(S, k, nm, ...) (S)->nm = row->nm;
static const struct admin_study_stats *stats_of(struct ctx *c, const struct admin_study_row *row)
{
	struct admin_study_stats *n = arena_new_of(c->arena, struct admin_study_stats);

	ADMIN_STUDY_STATS(COPY, n)
	return n;
}

/* Two shapes begin alike, each with its own type. */
#define SHOW(c, row, out)                                                                          \
	do {                                                                                       \
		struct admin_study_settings *set = arena_new_of((c)->arena, struct admin_study_settings); \
		struct admin_person *by = arena_new_of((c)->arena, struct admin_person);           \
                                                                                                   \
		ADMIN_STUDY_PLAIN(COPY, out)                                                       \
		ADMIN_STUDY_SETTINGS(COPY, set)                                                    \
		*by = (struct admin_person){.id = (row)->ownerId,                                  \
					    .name = (row)->ownerName,                              \
					    .email = (row)->ownerEmail,                            \
					    .avatar = (row)->ownerAvatar,                          \
					    .status = (row)->ownerStatus};                         \
		(out)->owner = by;                                                                 \
		(out)->settings = set;                                                             \
		(out)->stats = stats_of(c, row);                                                   \
		jin_texts(c->arena, (row)->tags, AS_LIST(&(out)->tags));                         \
	} while (0)

enum status admin_studies_list(struct ctx *c, const struct admin_study_filter *f, struct list *items, int64_t *total,
			       struct admin_study_sums *sums)
{
	struct list rows;
	enum status st = admin_studies_sql_list(c, f, &rows);

	*total = st == OK && rows.n ? ((const struct admin_study_row *)rows.v)->total : 0;
	if (st == OK && !rows.n && f->page > 1) { /* past the end: only a page with rows says how many there are */
		struct admin_study_filter first = *f;
		struct list some;

		first.page = first.size = 1;
		st = admin_studies_sql_list(c, &first, &some);
		*total = st == OK && some.n ? ((const struct admin_study_row *)some.v)->total : 0;
	}
	if (st == OK)
		st = admin_studies_sql_sums(c, sums);
	if (st != OK)
		return st;
	const struct admin_study_row *row = rows.v;
	struct admin_study_item *all = arena_array(c->arena, struct admin_study_item, rows.n);

	for (size_t i = 0; i < rows.n; i++, row++)
		SHOW(c, row, &all[i]);
	*items = (struct list){all, rows.n};
	return OK;
}

static enum status show_members(struct ctx *c, uint64_t id, struct list *out)
{
	struct list rows;
	enum status st = admin_studies_sql_members(c, id, &rows);

	if (st != OK)
		return st;
	const struct admin_study_seat_row *row = rows.v;
	struct admin_study_seat *seats = arena_array(c->arena, struct admin_study_seat, rows.n);
	struct admin_person *people = arena_array(c->arena, struct admin_person, rows.n);

	for (size_t i = 0; i < rows.n; i++) {
		people[i] = (struct admin_person){.id = row[i].userId,
						  .name = row[i].name,
						  .email = row[i].email,
						  .avatar = row[i].avatar,
						  .status = row[i].userStatus};
		seats[i] = (struct admin_study_seat){.id = row[i].id,
						     .user = &people[i],
						     .role = row[i].role,
						     .status = row[i].status,
						     .joinedAt = row[i].joinedAt,
						     .approvedAt = row[i].approvedAt};
	}
	*out = (struct list){seats, rows.n};
	return OK;
}

static enum status find(struct ctx *c, uint64_t id, struct admin_study_row *out)
{
	enum status st = admin_studies_sql_get(c, id, out);

	return st == E_NO_ROW ? fail(c, E_STUDY_NONE, "study %llu", (unsigned long long)id) : st;
}

enum status admin_study_get(struct ctx *c, uint64_t id, const struct admin_place *at, struct admin_study_detail *out)
{
	struct admin_study_row found = {0};
	const struct admin_study_row *row = &found;
	struct admin_study_seats *seats = arena_new_of(c->arena, struct admin_study_seats);
	struct admin_study_activity *activity = arena_new_of(c->arena, struct admin_study_activity);
	enum status st = find(c, id, &found);

	if (st == OK)
		st = show_members(c, id, AS_LIST(&out->members));
	if (st == OK)
		st = admin_studies_sql_seats(c, id, seats);
	if (st == OK)
		st = admin_studies_sql_activity(c, id, activity);
	if (st == OK)
		st = admin_record(c, &(struct admin_act){.action = "STUDY_VIEW",
							 .target_type = "STUDY",
							 .target_id = id,
							 .place = *at});
	if (st != OK)
		return st;
	SHOW(c, row, out);
	out->inviteCode = row->inviteCode;
	out->rating = row->rating;
	out->reviewCount = row->reviewCount;
	out->memberStats = seats;
	out->activityStats = activity;
	return OK;
}

struct holding {
	const struct admin_holding *h;
	struct admin_study_item *out;
	struct study_held held;
};

static const struct {
	enum status already;
	enum notify_template told;
	const char *on, *off;
} holds[] = {
	[STUDY_HOLD_HIDDEN] = {E_STUDY_HIDDEN, NOTIFY_STUDY_HIDDEN, "STUDY_HIDE", "STUDY_UNHIDE"},
	[STUDY_HOLD_CLOSED] = {E_STUDY_SHUT, NOTIFY_STUDY_SHUT, "STUDY_CLOSE", "STUDY_REOPEN"},
};

static const char *settings_of(struct ctx *c, const struct admin_study_row *row)
{
#define WORD(field) row->field ? "true" : "false"
	return arena_printf(c->arena, "{\"isPublic\":%s,\"isRecruiting\":%s,\"isHidden\":%s,\"isClosed\":%s}",
			    WORD(isPublic), WORD(isRecruiting), WORD(isHidden), WORD(isClosed));
}

static enum status tell_held(struct ctx *c, const struct holding *w)
{
	const struct admin_holding *h = w->h;
	const enum notify_template t = h->on ? holds[h->what].told : NOTIFY_STUDY_BACK;
	enum status st = OK;

	if (h->tell_owner)
		st = study_tell(c, h->id, t, w->held.owner_id, h->reason);
	if (st == OK && h->tell_members)
		st = study_tell_all(c, h->id, t, STUDY_MEMBER, w->held.owner_id, h->reason);
	return st;
}

static enum status hold(struct ctx *c, void *arg)
{
	struct holding *w = arg;
	const struct admin_holding *h = w->h;
	struct admin_study_row was = {0}, now = {0};
	const struct admin_study_row *row = &now;
	enum status st = study_hold(c, h->id, h->what, h->on, &w->held);

	if (st == OK && h->on && !w->held.changed)
		return holds[h->what].already;
	if (st == OK)
		st = find(c, h->id, &now);
	if (st != OK)
		return st;
	SHOW(c, row, w->out);
	if (!w->held.changed)
		return OK;
	was = now;
	was.isPublic = w->held.was_public;
	was.isRecruiting = w->held.was_recruiting;
	*(h->what == STUDY_HOLD_HIDDEN ? &was.isHidden : &was.isClosed) = !h->on;
	st = tell_held(c, w);
	return st == OK ? admin_record(c, &(struct admin_act){.action = h->on ? holds[h->what].on : holds[h->what].off,
							      .target_type = "STUDY",
							      .target_id = h->id,
							      .was = settings_of(c, &was),
							      .became = settings_of(c, &now),
							      .reason = h->reason,
							      .place = h->place})
			: st;
}

enum status admin_study_hold(struct ctx *c, const struct admin_holding *h, struct admin_study_item *out, int64_t *told)
{
	struct holding w = {.h = h, .out = out};
	enum status st = db_tx(c, hold, &w);

	*told = w.held.changed ? h->tell_owner + (h->tell_members ? w.held.members - 1 : 0) : 0;
	return st;
}

struct deleting {
	uint64_t id;
	const char *reason;
	const struct admin_place *place;
	struct admin_study_row row;
};

static enum status delete_study(struct ctx *c, void *arg)
{
	struct deleting *w = arg;
	struct buf was = buf_new(c->arena, 200, 2000);
	enum status st = find(c, w->id, &w->row);

	if (st == OK)
		st = study_take_away(c, w->id);
	if (st != OK)
		return st;
	buf_printf(&was, "{\"ownerId\":\"%llu\",\"memberCount\":%lld", (unsigned long long)w->row.ownerId,
		   (long long)w->row.memberCount);
	buf_member(&was, "name", w->row.name);
	buf_char(&was, '}');
	return admin_record(c, &(struct admin_act){.action = "STUDY_DELETE",
						   .target_type = "STUDY",
						   .target_id = w->id,
						   .was = was.data,
						   .reason = w->reason,
						   .place = *w->place});
}

enum status admin_study_delete(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
			       struct admin_study_gone *out)
{
	struct deleting w = {.id = id, .reason = reason, .place = at};
	enum status st = db_tx(c, delete_study, &w);

	if (st == OK)
		*out = (struct admin_study_gone){.id = id,
						 .name = w.row.name,
						 .ownerId = w.row.ownerId,
						 .ownerEmail = w.row.ownerEmail,
						 .memberCount = w.row.memberCount,
						 .stats = stats_of(c, &w.row),
						 .createdAt = w.row.createdAt};
	return st;
}
