#include "domain/admin/admin_users.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "domain/admin/admin_users_sql.h"
#include "domain/user/user.h"

enum { EDIT_MAX = 4000 }; /* bytes: a name and an address, escaped */

SHAPE_TABLE(admin_user_counts, ADMIN_USER_COUNTS)
SHAPE_TABLE(admin_user_stats, ADMIN_USER_STATS)
SHAPE_TABLE(admin_last_warning, ADMIN_LAST_WARNING)
SHAPE_TABLE(admin_active_sanction, ADMIN_ACTIVE_SANCTION)
SHAPE_TABLE(admin_user_item, ADMIN_USER_ITEM)
SHAPE_TABLE(admin_sanction, ADMIN_SANCTION)
SHAPE_TABLE(admin_warning, ADMIN_WARNING)
SHAPE_TABLE(admin_warned, ADMIN_WARNED)
SHAPE_TABLE(admin_grant, ADMIN_GRANT)
SHAPE_TABLE(admin_user_totals, ADMIN_USER_TOTALS)
SHAPE_TABLE(admin_user_detail, ADMIN_USER_DETAIL)

/* ---- rows as the clients see them ---------------------------------------------------------- */

#define COPY(S, k, nm, ...) (S)->nm = row->nm;
#define PLAIN(out)                                                                                 \
	do {                                                                                       \
		ADMIN_USER_PLAIN(COPY, out)                                                        \
		*AS_LIST(&(out)->restrictedActions) = admin_words_of(c, row->restricted);                \
	} while (0)

static void show(struct ctx *c, const struct admin_user_row *row, struct admin_user_item *out)
{
	struct admin_user_counts *n = arena_new_of(c->arena, struct admin_user_counts);
	struct admin_user_stats *stats = arena_new_of(c->arena, struct admin_user_stats);

	PLAIN(out);
	ADMIN_USER_COUNTS(COPY, n)
	*stats = (struct admin_user_stats){
		.studiesOwned = n->ownedStudies,
		.studiesJoined = n->studyMembers,
		.messagesCount = n->messages,
		.warningsCount = n->receivedWarnings,
		.activeSanctions = n->sanctions,
	};
	out->_count = n;
	out->stats = stats;
	if (row->warning) {
		struct admin_last_warning *w = arena_new_of(c->arena, struct admin_last_warning);

		*w = (struct admin_last_warning){
			.id = row->warning, .severity = row->severity, .createdAt = row->warnedAt};
		out->lastWarning = w;
	}
	if (row->sanction) {
		struct admin_active_sanction *x = arena_new_of(c->arena, struct admin_active_sanction);

		*x = (struct admin_active_sanction){
			.id = row->sanction, .type = row->sanctionType, .expiresAt = row->sanctionEnds};
		out->activeSanction = x;
	}
}

static enum status note(struct ctx *c, const char *action, uint64_t user_id, const struct admin_place *at)
{
	return admin_record(c, &(struct admin_act){.action = action,
						   .target_type = user_id ? "USER" : NULL,
						   .target_id = user_id,
						   .place = *at});
}

enum status admin_users_list(struct ctx *c, const struct admin_user_filter *f, const struct admin_place *at,
			     struct list *items, int64_t *total)
{
	struct list rows;
	enum status st = admin_users_sql_list(c, f, &rows);

	if (st == OK && !rows.n && f->page > 1) { /* past the end: only a page with rows says how many there are */
		struct admin_user_filter first = *f;
		struct list some;

		first.page = first.size = 1;
		st = admin_users_sql_list(c, &first, &some);
		*total = st == OK && some.n ? ((const struct admin_user_row *)some.v)->total : 0;
	} else if (st == OK) {
		*total = rows.n ? ((const struct admin_user_row *)rows.v)->total : 0;
	}
	if (st == OK)
		st = note(c, "USER_SEARCH", 0, at);
	if (st != OK)
		return st;
	const struct admin_user_row *row = rows.v;
	struct admin_user_item *all = arena_array(c->arena, struct admin_user_item, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		show(c, &row[i], &all[i]);
	*items = (struct list){all, rows.n};
	return OK;
}

enum status admin_user_get(struct ctx *c, uint64_t id, const struct admin_place *at, struct admin_user_detail *out)
{
	struct admin_user_row found = {0};
	const struct admin_user_row *row = &found;
	struct admin_user_totals *n = arena_new_of(c->arena, struct admin_user_totals);
	enum status st = admin_users_sql_get(c, id, &found);

	if (st == E_NO_ROW)
		return fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)id);
	if (st == OK)
		st = admin_users_sql_sanctions(c, id, AS_LIST(&out->sanctions));
	if (st == OK)
		st = admin_users_sql_warnings(c, id, AS_LIST(&out->receivedWarnings));
	if (st == OK)
		st = note(c, "USER_VIEW", id, at);
	if (st != OK)
		return st;
	PLAIN(out);
	ADMIN_USER_TOTALS(COPY, n)
	out->_count = n;
	if (row->adminRole) {
		struct admin_grant *g = arena_new_of(c->arena, struct admin_grant);

		*g = (struct admin_grant){.role = row->adminRole,
					  .grantedBy = row->grantedBy,
					  .grantedAt = row->grantedAt,
					  .expiresAt = row->roleEnds};
		out->adminRole = g;
	}
	return OK;
}

/* ---- suspending ---------------------------------------------------------------------------- */

/* Ends an object: until when (ms) that holds, 0 for good. */
static void add_until(struct buf *b, const char *name, int64_t until)
{
	buf_printf(b, ",\"%s\":", name);
	if (until)
		buf_int(b, until);
	else
		buf_str(b, "null");
	buf_char(b, '}');
}

static const char *state_of(struct ctx *c, const char *status, int64_t until)
{
	struct buf b = buf_new(c->arena, 100, 200);

	buf_printf(&b, "{\"status\":\"%s\"", status);
	add_until(&b, "suspendedUntil", until);
	return b.data;
}

/* The account as it is from now on, and the record of what it was. */
static enum status changed(struct ctx *c, uint64_t id, const char *action, const struct admin_held_row *was,
			   const char *reason, const struct admin_place *at, struct admin_user_item *out)
{
	struct admin_user_row now = {0};
	enum status st = admin_users_sql_get(c, id, &now);

	if (st != OK)
		return st;
	show(c, &now, out);
	return admin_record(c, &(struct admin_act){.action = action,
						   .target_type = "USER",
						   .target_id = id,
						   .was = state_of(c, was->status, was->until),
						   .became = state_of(c, now.status, now.suspendedUntil),
						   .reason = reason,
						   .place = *at});
}

static enum status change(struct ctx *c, uint64_t id, enum account_change what)
{
	struct account_state state;

	return auth_change_account(c, arena_printf(c->arena, "%llu", (unsigned long long)id), what, &state);
}

struct suspending {
	const struct admin_suspension *s;
	struct admin_user_item *out;
};

/* Locks the account of somebody to whom something is done. */
static enum status hold(struct ctx *c, uint64_t id, struct admin_held_row *was)
{
	enum status st = admin_users_sql_hold(c, id, was);

	if (st == E_NO_ROW || (st == OK && !strcmp(was->status, "DELETED")))
		return fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)id);
	return st == OK && was->admin ? E_ADMIN_PROTECTED : st;
}

static enum status show_now(struct ctx *c, uint64_t id, struct admin_user_item *out)
{
	struct admin_user_row now = {0};
	enum status st = admin_users_sql_get(c, id, &now);

	if (st == OK)
		show(c, &now, out);
	return st;
}

static bool lasts_longer(const struct ctx *c, const struct admin_held_row *was, int64_t days)
{
	return !was->until || (days && was->until >= c->now + days * DAY_MS);
}

static enum status suspend(struct ctx *c, void *arg)
{
	const struct suspending *w = arg;
	const struct admin_suspension *s = w->s;
	struct admin_held_row was = {0};
	enum status st = hold(c, s->user_id, &was);
	bool already = st == OK && !strcmp(was.status, "SUSPENDED");

	if (st != OK || (already && !s->again))
		return st == OK ? E_ADMIN_SUSPENDED : st;
	if (already && lasts_longer(c, &was, s->days))
		return show_now(c, s->user_id, w->out);
	st = change(c, s->user_id, ACCOUNT_SUSPEND);
	if (st == OK)
		st = admin_users_sql_suspended(c, s);
	if (st == OK)
		st = changed(c, s->user_id, "USER_SUSPEND", &was, s->reason, &s->place, w->out);
	return st == OK ? admin_tell(c, &(struct admin_told){.user_id = s->user_id,
							     .template = NOTIFY_ADMIN_SUSPENDED,
							     .title = s->warnings ? s->last : s->reason,
							     .warnings = s->warnings,
							     .until = w->out->suspendedUntil})
			: st;
}

enum status admin_suspend(struct ctx *c, const struct admin_suspension *s, struct admin_user_item *out)
{
	struct suspending w = {s, out};

	return s->user_id == c->me.user_id ? E_ADMIN_SELF : db_tx(c, suspend, &w);
}

/* ---- what is closed to somebody ------------------------------------------------------------- */

/* As a JSON array. */
static void add_words(struct buf *b, const struct list *words)
{
	const char *const *w = words->v;

	buf_char(b, '[');
	for (size_t i = 0; i < words->n; i++)
		buf_printf(b, "%s\"%s\"", i ? "," : "", w[i]);
	buf_char(b, ']');
}

static const char *restrictions_of(struct ctx *c, const struct list *words, int64_t until)
{
	struct buf b = buf_new(c->arena, 200, 400);

	buf_str(&b, "{\"restrictedActions\":");
	add_words(&b, words);
	add_until(&b, "restrictedUntil", until);
	return b.data;
}

/* now: the account as it is from now on. */
static enum status note_restrictions(struct ctx *c, const char *action, const struct admin_held_row *was,
				     const char *reason, const struct admin_place *at, struct admin_user_item *now)
{
	const struct list before = admin_words_of(c, was->restricted);

	return admin_record(c, &(struct admin_act){
				       .action = action,
				       .target_type = "USER",
				       .target_id = now->id,
				       .was = restrictions_of(c, &before, was->restrictedUntil),
				       .became = restrictions_of(c, AS_LIST(&now->restrictedActions),
								 now->restrictedUntil),
				       .reason = reason,
				       .place = *at,
			       });
}

/* ---- deleting and restoring ---------------------------------------------------------------- */

struct restoring {
	uint64_t id;
	const char *reason;
	const struct admin_place *place;
	struct admin_user_item *out;
	bool lifts; /* restrictions, too */
};

static enum status tell(struct ctx *c, const struct restoring *w, enum notify_template t)
{
	return admin_tell(c, &(struct admin_told){.user_id = w->id, .template = t, .title = w->reason});
}

/* There is no other way to end restrictions before their time. */
static enum status lift(struct ctx *c, const struct restoring *w, const struct admin_held_row *was)
{
	const bool some = w->lifts && *was->restricted;
	enum status st = some ? admin_users_sql_unrestrict(c, w->id, w->reason) : OK;

	if (st == OK)
		st = show_now(c, w->id, w->out);
	if (st != OK || !some)
		return st;
	st = note_restrictions(c, "USER_UNSUSPEND", was, w->reason, w->place, w->out);
	return st == OK ? tell(c, w, NOTIFY_ADMIN_UNRESTRICTED) : st;
}

static enum status restore(struct ctx *c, void *arg)
{
	const struct restoring *w = arg;
	struct admin_held_row was = {0};
	enum status st = admin_users_sql_hold(c, w->id, &was);

	if (st == E_NO_ROW)
		return fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)w->id);
	if (st == OK && !strcmp(was.status, "ACTIVE"))
		return lift(c, w, &was);
	if (st == OK)
		st = admin_users_sql_restore(c, w->id, w->reason);
	if (st == OK)
		st = change(c, w->id, ACCOUNT_RESTORE);
	if (st == OK)
		st = changed(c, w->id, *was.status == 'D' ? "USER_RESTORE" : "USER_UNSUSPEND", &was, w->reason,
			     w->place, w->out);
	return st == OK ? tell(c, w, NOTIFY_ADMIN_RESTORED) : st;
}

enum status admin_restore(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
			  struct admin_user_item *out)
{
	struct restoring w = {id, reason, at, out, .lifts = false};

	return db_tx(c, restore, &w);
}

enum status admin_unsuspend(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
			    struct admin_user_item *out)
{
	struct restoring w = {id, reason, at, out, .lifts = true};

	return db_tx(c, restore, &w);
}

static enum status delete_user(struct ctx *c, void *arg)
{
	const struct restoring *w = arg;
	struct admin_held_row was = {0};
	enum status st = hold(c, w->id, &was);

	if (st == OK)
		st = change(c, w->id, ACCOUNT_SUSPEND);
	if (st == OK)
		st = admin_users_sql_delete(c, w->id);
	if (st == OK)
		st = changed(c, w->id, "USER_DELETE", &was, w->reason, w->place, w->out);
	return st == OK ? tell(c, w, NOTIFY_ADMIN_DELETED_USER) : st;
}

enum status admin_delete(struct ctx *c, uint64_t id, const char *reason, const struct admin_place *at,
			 struct admin_user_item *out)
{
	struct restoring w = {id, reason, at, out, .lifts = false};

	return id == c->me.user_id ? E_ADMIN_SELF : db_tx(c, delete_user, &w);
}

/* ---- changing ------------------------------------------------------------------------------ */

struct editing {
	const struct admin_edit *e;
	struct admin_user_item *out;
	bool renamed;
};

/* What is not the same as before; or NULL. */
static const char *if_other(const char *wish, const char *was)
{
	return wish && !(was && !strcmp(wish, was)) ? wish : NULL;
}

/* "k***@example.com": the record is kept for two years, also when the account is gone. */
static const char *masked(struct ctx *c, const char *email)
{
	return email ? arena_printf(c->arena, "%s***%s", utf8_start(c->arena, email, 1), strchrnul(email, '@')) : NULL;
}

/* What changes of it, as JSON of what it was and of what it becomes; e: only that. */
static void note_changes(struct ctx *c, const struct admin_edit *e, const struct admin_held_row *was,
			 struct admin_act *act)
{
	const struct {
		const char *name, *was, *becomes;
	} all[] = {
		{"name", was->name, e->name},
		{"email", masked(c, was->email), masked(c, e->email)},
		{"role", was->role, e->role},
		{"status", was->status, e->status},
	};
	struct buf before = buf_new(c->arena, 512, EDIT_MAX), after = buf_new(c->arena, 512, EDIT_MAX);

	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i].becomes) {
			buf_member(&before, all[i].name, all[i].was);
			buf_member(&after, all[i].name, all[i].becomes);
		}
	buf_char(&before, '}');
	buf_char(&after, '}');
	before.data[0] = after.data[0] = '{'; /* in place of the first comma */
	act->was = before.data;
	act->became = after.data;
}

static enum status rename_user(struct ctx *c, const struct admin_edit *e, const struct admin_held_row *was)
{
	enum status st = admin_users_sql_rename(c, e->user_id, e->name, e->email);

	if (st == E_DUPLICATE) {
		fail_field(c, "email", "unique", say(c, "다른 계정이 쓰고 있습니다", "is that of another account"));
		return E_EMAIL_TAKEN;
	}
	return st == OK && e->email ? admin_address_left(c, e->user_id, was->email, NOTIFY_EMAIL_CHANGED) : st;
}

/* By the functions that do it alone, in their order: back to life before anything else, out of it after all. */
static enum status change_status(struct ctx *c, const struct admin_edit *e, struct admin_user_item *out)
{
	return *e->status == 'A'   ? admin_restore(c, e->user_id, e->reason, &e->place, out)
	       : *e->status == 'D' ? admin_delete(c, e->user_id, e->reason, &e->place, out)
				   : admin_suspend(c,
						   &(struct admin_suspension){.user_id = e->user_id,
									      .reason = e->reason ? e->reason : "",
									      .place = e->place},
						   out);
}

/* e: what changes alone. */
static enum status carry_out(struct ctx *c, const struct admin_edit *e, const struct admin_held_row *was,
			     struct admin_user_item *out)
{
	const bool back = e->status && *e->status == 'A';
	enum status st = back ? change_status(c, e, out) : OK;

	if (st == OK && (e->name || e->email))
		st = rename_user(c, e, was);
	if (st == OK && e->role)
		st = change(c, e->user_id, *e->role == 'A' ? ACCOUNT_TO_ADMIN : ACCOUNT_TO_USER);
	if (st == OK && e->status && !back)
		st = change_status(c, e, out);
	return st;
}

static enum status edit(struct ctx *c, void *arg)
{
	struct editing *w = arg;
	struct admin_edit e = *w->e;
	struct admin_held_row was = {0};
	struct admin_act act = {.action = "USER_UPDATE",
				.target_type = "USER",
				.target_id = e.user_id,
				.reason = e.reason,
				.place = e.place};
	enum status st = admin_users_sql_hold(c, e.user_id, &was);

	if (st == E_NO_ROW || (st == OK && *was.status == 'D' && !(e.status && *e.status == 'A')))
		return fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)e.user_id);
	if (st != OK || was.admin)
		return st == OK ? E_ADMIN_PROTECTED : st;
	e.name = if_other(e.name, was.name);
	e.email = if_other(e.email, was.email);
	e.role = if_other(e.role, was.role);
	e.status = if_other(e.status, was.status);
	w->renamed = e.name != NULL;
	if (!e.name && !e.email && !e.role && !e.status)
		return show_now(c, e.user_id, w->out);
	note_changes(c, &e, &was, &act);
	st = carry_out(c, &e, &was, w->out);
	if (st == OK)
		st = admin_record(c, &act);
	return st == OK ? show_now(c, e.user_id, w->out) : st;
}

/* users.role ADMIN is a SUPER_ADMIN and, which that alone is not, the operator of AUTH_ADMIN: nobody gives what they do
 * not have themselves. */
static enum status may_give(struct ctx *c, const char *role)
{
	if (!role || strcmp(role, "ADMIN") != 0)
		return OK;
	return c->me.role == ROLE_ADMIN ? admin_need(c, MAY_ADMIN_GRANT) : fail(c, E_FORBIDDEN, "gives the role ADMIN");
}

enum status admin_edit(struct ctx *c, const struct admin_edit *e, struct admin_user_item *out)
{
	struct editing w = {.e = e, .out = out};
	enum status st = e->user_id == c->me.user_id ? E_ADMIN_SELF : may_give(c, e->role);

	if (st == OK)
		st = db_tx(c, edit, &w);
	if (st == OK && w.renamed)
		user_tell_changed(c, e->user_id);
	return st;
}

/* ---- warning ------------------------------------------------------------------------------- */

/* What so many warnings lead to. */
static int64_t days_for(int64_t warnings)
{
	static const int64_t days[] = {0, 0, 0, 7, 14, 30};

	return days[MIN(warnings, (int64_t)COUNT(days) - 1)];
}

static enum status note_warning(struct ctx *c, const struct admin_warning_draft *w, const struct admin_warned_row *made)
{
	return admin_record(c, &(struct admin_act){
				       .action = "USER_WARN",
				       .target_type = "USER",
				       .target_id = w->user_id,
				       .was = arena_printf(c->arena, "{\"warnings\":%lld}", (long long)made->total - 1),
				       .became = arena_printf(c->arena, "{\"warnings\":%lld,\"severity\":\"%s\"}",
							      (long long)made->total, made->severity),
				       .reason = w->reason,
				       .place = w->place,
			       });
}

static enum status suspend_for_warnings(struct ctx *c, const struct admin_warning_draft *w, int64_t warnings,
					struct admin_user_item *out)
{
	const char *why = arena_printf(c->arena, "경고 %lld회 누적: %s", (long long)warnings, w->reason);

	return admin_suspend(c,
			     &(struct admin_suspension){
				     .user_id = w->user_id,
				     .report_id = w->report_id,
				     .reason = utf8_start(c->arena, why, ADMIN_REASON_MAX),
				     .days = days_for(warnings),
				     .warnings = warnings,
				     .last = w->reason,
				     .again = true,
				     .place = w->place,
			     },
			     out);
}

struct warning {
	const struct admin_warning_draft *draft;
	struct admin_warned *out;
};

static enum status warn(struct ctx *c, void *arg)
{
	const struct warning *x = arg;
	const struct admin_warning_draft *w = x->draft;
	struct admin_user_item *user = arena_new_of(c->arena, struct admin_user_item);
	struct admin_warning *shown = arena_new_of(c->arena, struct admin_warning);
	struct admin_held_row was = {0};
	struct admin_warned_row made = {0};
	const struct admin_warned_row *row = &made;
	enum status st = hold(c, w->user_id, &was);

	if (st == OK)
		st = admin_users_sql_warn(c, w, &made);
	if (st == OK)
		st = note_warning(c, w, &made);
	if (st == OK)
		st = admin_tell(c, &(struct admin_told){.user_id = w->user_id,
							.template = NOTIFY_ADMIN_WARNED,
							.title = w->reason,
							.until = w->expires_at});
	if (st == OK)
		st = days_for(made.total) ? suspend_for_warnings(c, w, made.total, user)
					  : show_now(c, w->user_id, user);
	if (st != OK)
		return st;
	ADMIN_WARNING(COPY, shown)
	*x->out = (struct admin_warned){
		.warning = shown,
		.totalWarnings = made.total,
		.suspendedDays = days_for(made.total),
		.user = user,
	};
	return OK;
}

enum status admin_warning_ends(struct ctx *c, const char *field, int64_t at)
{
	if (!at || at > c->now)
		return OK;
	fail_field(c, field, "min", say(c, "이미 지난 시각입니다", "is over already"));
	return E_VALIDATION;
}

enum status admin_warn(struct ctx *c, const struct admin_warning_draft *w, struct admin_warned *out)
{
	struct warning x = {w, out};

	return w->user_id == c->me.user_id ? E_ADMIN_SELF : db_tx(c, warn, &x);
}

/* ---- restricting --------------------------------------------------------------------------- */

static const char *metadata_of(struct ctx *c, int64_t actions)
{
	static const char *const names[] = {"STUDY_CREATE", "STUDY_JOIN", "MESSAGE"};
	const char *some[COUNT(names)];
	struct list words = {some, 0};
	struct buf b = buf_new(c->arena, 100, 200);

	for (size_t i = 0; i < COUNT(names); i++)
		if (actions & (1 << i))
			some[words.n++] = names[i];
	buf_str(&b, "{\"restrictions\":");
	add_words(&b, &words);
	buf_char(&b, '}');
	return b.data;
}

struct restricting {
	const struct admin_restriction *r;
	struct admin_user_item *out;
};

static enum status restrict_user(struct ctx *c, void *arg)
{
	const struct restricting *x = arg;
	const struct admin_restriction *r = x->r;
	struct admin_held_row was = {0};
	enum status st = hold(c, r->user_id, &was);

	if (st == OK)
		st = admin_users_sql_restrict(c, r, metadata_of(c, r->actions));
	if (st == OK)
		st = show_now(c, r->user_id, x->out);
	if (st == OK)
		st = admin_tell(c, &(struct admin_told){.user_id = r->user_id,
							.template = NOTIFY_ADMIN_RESTRICTED,
							.title = r->reason,
							.until = x->out->restrictedUntil,
							.closed = AS_LIST(&x->out->restrictedActions)});
	return st == OK ? note_restrictions(c, "USER_UPDATE", &was, r->reason, &r->place, x->out) : st;
}

enum status admin_restrict(struct ctx *c, const struct admin_restriction *r, struct admin_user_item *out)
{
	struct restricting x = {r, out};

	return r->user_id == c->me.user_id ? E_ADMIN_SELF : db_tx(c, restrict_user, &x);
}
