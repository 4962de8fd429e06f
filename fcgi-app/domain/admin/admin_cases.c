#include "domain/admin/admin_cases.h"
#include "domain/admin/admin_cases_sql.h"
#include "domain/admin/admin_studies.h"
#include "domain/study/study.h"

SHAPE_TABLE(admin_case_item, ADMIN_CASE_ITEM)
SHAPE_TABLE(admin_case_sums, ADMIN_CASE_SUMS)
SHAPE_TABLE(admin_case_counts, ADMIN_CASE_COUNTS)
SHAPE_TABLE(admin_case_named, ADMIN_CASE_NAMED)
SHAPE_TABLE(admin_case_target, ADMIN_CASE_TARGET)
SHAPE_TABLE(admin_case_rank, ADMIN_CASE_RANK)
SHAPE_TABLE(admin_case_handler, ADMIN_CASE_HANDLER)
SHAPE_TABLE(admin_case_history, ADMIN_CASE_HISTORY)
SHAPE_TABLE(admin_case_detail, ADMIN_CASE_DETAIL)
SHAPE_TABLE(admin_case_removed, ADMIN_CASE_REMOVED)
SHAPE_TABLE(admin_case_result, ADMIN_CASE_RESULT)

/* ---- rows as the clients see them ---------------------------------------------------------- */

#define COPY(S, k, nm, ...) (S)->nm = row->nm;

static const struct admin_person *reporter_of(struct ctx *c, const struct admin_case_row *row)
{
	struct admin_person *p = arena_new_of(c->arena, struct admin_person);

	*p = (struct admin_person){.id = row->reporterId,
				   .name = row->reporterName,
				   .email = row->reporterEmail,
				   .avatar = row->reporterAvatar,
				   .status = row->reporterStatus};
	return p;
}

static void show(struct ctx *c, const struct admin_case_row *row, struct admin_case_item *out)
{
	ADMIN_CASE_PLAIN(COPY, out)
	out->reporter = reporter_of(c, row);
}

static void show_all(struct ctx *c, const struct list *rows, struct list *items)
{
	const struct admin_case_row *row = rows->v;
	struct admin_case_item *all = arena_array(c->arena, struct admin_case_item, rows->n);

	for (size_t i = 0; i < rows->n; i++)
		show(c, &row[i], &all[i]);
	*items = (struct list){all, rows->n};
}

/* ---- looking ------------------------------------------------------------------------------- */

static int64_t total_of(const struct list *rows)
{
	return rows->n ? ((const struct admin_case_row *)rows->v)->total : 0;
}

enum status admin_cases_list(struct ctx *c, const struct admin_case_filter *f, struct list *items,
			     struct admin_case_sums *sums)
{
	struct list rows, some;
	enum status st = admin_cases_sql_sums(c, sums);

	if (st == OK)
		st = admin_cases_sql_list(c, f, &rows);
	if (st != OK)
		return st;
	some = rows;
	if (!rows.n && f->page > 1) { /* past the end: only a page with rows says how many there are */
		struct admin_case_filter first = *f;

		first.page = first.size = 1;
		st = admin_cases_sql_list(c, &first, &some);
		if (st != OK)
			return st;
	}
	sums->total = total_of(&some);
	show_all(c, &rows, items);
	return OK;
}

static enum status find(struct ctx *c, uint64_t id, struct admin_case_row *out)
{
	enum status st = admin_cases_sql_get(c, id, out);

	return st == E_NO_ROW ? fail(c, E_REPORT_NONE, "report %llu", (unsigned long long)id) : st;
}

/* What belongs to the target: its owner or author, its group, what was counted of it. */
static void show_around(struct ctx *c, const struct admin_case_target_row *row, struct admin_case_target *out)
{
	struct admin_person *who = arena_new_of(c->arena, struct admin_person);
	struct admin_case_named *study = arena_new_of(c->arena, struct admin_case_named);
	struct admin_case_counts *n = arena_new_of(c->arena, struct admin_case_counts);

	*who = (struct admin_person){.id = row->ownerId ? row->ownerId : row->userId,
				     .name = row->whoName,
				     .email = row->whoEmail,
				     .avatar = row->whoAvatar,
				     .status = row->whoStatus};
	*study = (struct admin_case_named){.id = row->studyId, .name = row->studyName, .emoji = row->studyEmoji};
	ADMIN_CASE_COUNTS(COPY, n)
	out->owner = row->ownerId ? who : NULL;
	out->user = row->userId ? who : NULL;
	out->study = row->studyId ? study : NULL;
	out->_count = row->userId ? NULL : n;
}

static enum status show_target(struct ctx *c, const struct admin_case_row *of, struct admin_case_detail *out)
{
	struct admin_case_target *t = arena_new_of(c->arena, struct admin_case_target);
	struct admin_case_target_row found = {0};
	const struct admin_case_target_row *row = &found;
	enum status st = admin_cases_sql_target(c, of->targetType, of->targetId, &found);

	if (st != OK)
		return st == E_NO_ROW ? OK : st;
	ADMIN_CASE_TARGET_PLAIN(COPY, t)
	show_around(c, row, t);
	out->target = t;
	return OK;
}

static const struct admin_case_handler *handler_of(struct ctx *c, const struct admin_case_row *row)
{
	struct admin_case_handler *h = arena_new_of(c->arena, struct admin_case_handler);
	struct admin_case_rank *rank = arena_new_of(c->arena, struct admin_case_rank);

	if (!row->processedBy)
		return NULL;
	rank->role = row->handlerRole;
	*h = (struct admin_case_handler){.id = row->processedBy,
					 .name = row->handlerName,
					 .email = row->handlerEmail,
					 .adminRole = row->handlerRole ? rank : NULL};
	return h;
}

enum status admin_case_get(struct ctx *c, uint64_t id, const struct admin_place *at, struct admin_case_detail *out,
			   struct list *related)
{
	struct admin_case_history *history = arena_new_of(c->arena, struct admin_case_history);
	struct admin_case_row found = {0};
	const struct admin_case_row *row = &found;
	struct list others;
	enum status st = find(c, id, &found);

	if (st == OK)
		st = admin_cases_sql_related(c, row, &others);
	if (st == OK)
		st = show_target(c, row, out);
	if (st == OK)
		st = admin_record(c, &(struct admin_act){.action = "REPORT_VIEW",
							 .target_type = "REPORT",
							 .target_id = id,
							 .place = *at});
	if (st != OK)
		return st;
	ADMIN_CASE_PLAIN(COPY, out)
	out->reporter = reporter_of(c, row);
	out->processedAdmin = handler_of(c, row);
	history->totalReports = row->totalReports;
	out->reporterHistory = history;
	out->targetReportCount = row->targetReportCount;
	show_all(c, &others, related);
	return OK;
}

/* ---- what assigning and answering have in common ------------------------------------------- */

/* Locked, so of two at once the second finds what the first did. */
static enum status hold(struct ctx *c, uint64_t id, struct admin_case_held *was)
{
	enum status st = admin_cases_sql_hold(c, id, was);

	if (st == E_NO_ROW)
		return fail(c, E_REPORT_NONE, "report %llu", (unsigned long long)id);
	if (st == OK && (!strcmp(was->status, "RESOLVED") || !strcmp(was->status, "REJECTED")))
		return fail(c, E_REPORT_CLOSED, "report %llu is %s", (unsigned long long)id, was->status);
	return st;
}

static const char *state_of(struct ctx *c, const char *status, uint64_t handler)
{
	return handler ? arena_printf(c->arena, "{\"status\":\"%s\",\"processedBy\":%llu}", status,
				      (unsigned long long)handler)
		       : arena_printf(c->arena, "{\"status\":\"%s\",\"processedBy\":null}", status);
}

/* The report as it is from now on, and the record of what it was. */
static enum status changed(struct ctx *c, uint64_t id, const char *action, const struct admin_case_held *was,
			   const char *reason, const struct admin_place *at, struct admin_case_item *out)
{
	struct admin_case_row now = {0};
	enum status st = find(c, id, &now);

	if (st != OK)
		return st;
	show(c, &now, out);
	return admin_record(c, &(struct admin_act){.action = action,
						   .target_type = "REPORT",
						   .target_id = id,
						   .was = state_of(c, was->status, was->handler),
						   .became = state_of(c, now.status, now.processedBy),
						   .reason = reason,
						   .place = *at});
}

/* ---- assigning ----------------------------------------------------------------------------- */

struct assigning {
	uint64_t id;
	int64_t to;
	const struct admin_place *place;
	struct admin_case_item *out;
};

/* *to: whom it goes to, 0 for nobody. */
static enum status choose(struct ctx *c, int64_t wish, uint64_t *to)
{
	struct admin_case_least least = {0};
	enum admin_role role;

	if (wish == ASSIGN_TO_LEAST_LOADED) {
		enum status st = admin_cases_sql_least(c, &least);

		*to = least.id;
		return st;
	}
	*to = (uint64_t)wish;
	if (wish == ASSIGN_TO_NOBODY || *to == c->me.user_id)
		return OK;
	enum status st = admin_role_of(c, *to, &role);

	if (st != OK || admin_may(role, MAY_REPORT_RESOLVE))
		return st;
	fail_field(c, "adminId", "one_of",
		   say(c, "신고를 처리할 수 있는 관리자가 아닙니다", "may not answer reports"));
	return E_VALIDATION;
}

static enum status assign(struct ctx *c, void *arg)
{
	const struct assigning *w = arg;
	struct admin_case_held was = {0};
	uint64_t to = 0;
	enum status st = hold(c, w->id, &was);

	if (st == OK)
		st = choose(c, w->to, &to);
	if (st == OK)
		st = admin_cases_sql_assign(c, w->id, to);
	return st == OK ? changed(c, w->id, "REPORT_ASSIGN", &was, NULL, w->place, w->out) : st;
}

enum status admin_case_assign(struct ctx *c, uint64_t id, int64_t to, const struct admin_place *at,
			      struct admin_case_item *out)
{
	struct assigning w = {id, to, at, out};

	return db_tx(c, assign, &w);
}

/* ---- the measures -------------------------------------------------------------------------- */

struct deciding {
	const struct admin_decision *d;
	enum admin_role role;
	struct admin_case_held was;
	struct admin_case_item *out;
	struct admin_case_result *result;
};

static enum status do_warn(struct ctx *c, struct deciding *w)
{
	const struct admin_decision *d = w->d;
	struct admin_warned done = {0};
	const struct admin_warned *row = &done;
	enum status st = admin_warn(
		c,
		&(struct admin_warning_draft){
			.user_id = w->was.targetId,
			.report_id = d->report_id,
			.reason = d->reason,
			.severity = d->severity,
			.related = arena_printf(c->arena, "report:%llu", (unsigned long long)d->report_id),
			.expires_at = d->warning_ends,
			.place = d->place,
		},
		&done);

	ADMIN_WARNED(COPY, w->result)
	return st;
}

static enum status do_suspend(struct ctx *c, struct deciding *w)
{
	struct admin_user_item *user = arena_new_of(c->arena, struct admin_user_item);

	w->result->user = user;
	return admin_suspend(c,
			     &(struct admin_suspension){
				     .user_id = w->was.targetId,
				     .report_id = w->d->report_id,
				     .reason = w->d->reason,
				     .days = w->d->days,
				     .again = true,
				     .place = w->d->place,
			     },
			     user);
}

static enum status do_restrict(struct ctx *c, struct deciding *w)
{
	struct admin_user_item *user = arena_new_of(c->arena, struct admin_user_item);

	w->result->user = user;
	return admin_restrict(c,
			      &(struct admin_restriction){
				      .user_id = w->was.targetId,
				      .report_id = w->d->report_id,
				      .actions = w->d->actions,
				      .reason = w->d->reason,
				      .days = w->d->days,
				      .place = w->d->place,
			      },
			      user);
}

/* whose: of what was deleted. E_NO_ROW: it was gone before. */
static enum status take_away(struct ctx *c, const struct deciding *w, uint64_t *whose)
{
	struct admin_study_gone study = {0};
	struct study_taken message = {0};
	enum status st;

	if (*w->was.targetType == 'S') {
		st = admin_study_delete(c, w->was.targetId, w->d->reason, &w->d->place, &study);
		*whose = study.ownerId;
		return st == E_STUDY_NONE ? E_NO_ROW : st;
	}
	st = study_take_message(c, w->was.targetId, &message);
	*whose = message.author_id;
	return st == E_STUDY_NO_MESSAGE ? E_NO_ROW : st;
}

static enum status do_delete(struct ctx *c, struct deciding *w)
{
	const bool study = *w->was.targetType == 'S';
	struct admin_case_removed *gone = arena_new_of(c->arena, struct admin_case_removed);
	uint64_t whose = 0;
	enum status st = take_away(c, w, &whose);

	if (st == OK)
		st = admin_tell(
			c,
			&(struct admin_told){
				.user_id = whose,
				.template = study ? NOTIFY_ADMIN_DELETED_STUDY : NOTIFY_ADMIN_DELETED_MESSAGE,
				.title = study ? w->was.targetName : w->d->reason,
			});
	if (st != OK)
		return st == E_NO_ROW ? OK : st;
	*gone = (struct admin_case_removed){.targetType = w->was.targetType, .targetId = w->was.targetId};
	w->result->deleted = gone;
	return admin_record(c, &(struct admin_act){
				       .action = "CONTENT_DELETE",
				       .target_type = w->was.targetType,
				       .target_id = w->was.targetId,
				       .was = arena_printf(c->arena, "{\"userId\":%llu}", (unsigned long long)whose),
				       .reason = w->d->reason,
				       .place = w->d->place,
			       });
}

/* Of which kinds of target, by whom (a group goes with all it holds, so that is not a moderator's). */
static const struct {
	const char *name;
	enum permission of_user, of_study, of_message;
	enum status (*take)(struct ctx *c, struct deciding *w);
} measures[MEASURES] = {
	[MEASURE_WARN] = {"warn_user", .of_user = MAY_USER_WARN, .take = do_warn},
	[MEASURE_SUSPEND] = {"suspend_user", .of_user = MAY_USER_SUSPEND, .take = do_suspend},
	[MEASURE_RESTRICT] = {"restrict_user", .of_user = MAY_USER_SUSPEND, .take = do_restrict},
	[MEASURE_DELETE] = {"delete_content", .of_study = MAY_STUDY_DELETE, .of_message = MAY_CONTENT_DELETE,
			    .take = do_delete},
};

static enum status take_measure(struct ctx *c, struct deciding *w)
{
	const enum measure m = w->d->measure;
	const char kind = *w->was.targetType;
	const enum permission need = kind == 'U'   ? measures[m].of_user
				     : kind == 'S' ? measures[m].of_study
						   : measures[m].of_message;

	if (need == MAY_NOTHING) {
		fail_field(c, "linkedAction", "one_of",
			   say(c, "이 대상에는 할 수 없는 조치입니다", "cannot be done to what was reported"));
		return E_VALIDATION;
	}
	if (!admin_may(w->role, need))
		return fail(c, E_FORBIDDEN, "%s as role %d", measures[m].name, (int)w->role);
	w->result = arena_new_of(c->arena, struct admin_case_result);
	w->result->action = measures[m].name;
	return measures[m].take(c, w);
}

/* ---- answering ----------------------------------------------------------------------------- */

static const struct {
	const char *status, *action;
} verdicts[] = {
	[VERDICT_APPROVE] = {"RESOLVED", "REPORT_RESOLVE"},
	[VERDICT_REJECT] = {"REJECTED", "REPORT_REJECT"},
	[VERDICT_HOLD] = {"PENDING", "REPORT_REJECT"}, /* the contract has no word of its own for it */
};

static enum status decide(struct ctx *c, void *arg)
{
	struct deciding *w = arg;
	const struct admin_decision *d = w->d;
	enum status st = hold(c, d->report_id, &w->was);

	w->result = NULL;
	if (st == OK && d->verdict == VERDICT_APPROVE && d->measure != MEASURE_NONE)
		st = take_measure(c, w);
	if (st == OK)
		st = admin_cases_sql_close(c, d->report_id, verdicts[d->verdict].status, d->resolution);
	if (st == OK && d->verdict != VERDICT_HOLD)
		st = admin_tell(c, &(struct admin_told){
					   .user_id = w->was.reporter,
					   .template = d->verdict == VERDICT_APPROVE ? NOTIFY_REPORT_RESOLVED
										     : NOTIFY_REPORT_REJECTED,
					   .title = w->was.targetName,
				   });
	return st == OK ? changed(c, d->report_id, verdicts[d->verdict].action, &w->was, d->reason, &d->place, w->out)
			: st;
}

enum status admin_case_decide(struct ctx *c, const struct admin_decision *d, struct admin_case_item *out,
			      struct admin_case_result **result)
{
	struct deciding w = {.d = d, .out = out};
	enum status st = d->measure == MEASURE_NONE ? OK : admin_role_of(c, c->me.user_id, &w.role);

	if (st == OK)
		st = db_tx(c, decide, &w);
	*result = w.result;
	return st;
}
