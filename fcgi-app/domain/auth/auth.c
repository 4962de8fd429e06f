#include "domain/auth/auth.h"
#include "base/clock.h"
#include "base/hex.h"
#include "domain/auth/auth_sql.h"
#include "domain/matching/matching.h"
#include "domain/once/once.h"
#include "domain/user/user.h"
#include "kv/gate.h"
#include "sec/password.h"
#include "sec/random.h"
#include "sec/token.h"

enum { REVOKED_BATCH = 5000, AGENT_MAX = 200 };

static enum role role_of(const char *name)
{
	return name && !strcmp(name, "ADMIN") ? ROLE_ADMIN : ROLE_USER;
}

/* Signs both tokens. The refresh token depends on its claims alone, so everyone who is told about
 * one generation gets the same text. */
static void sign(struct ctx *c, enum role role, int64_t generation, int64_t issued, int64_t expires,
		 struct login *l)
{
	int64_t now = clock_ms() / 1000;
	struct claims access = {
		.type = TOKEN_ACCESS,
		.user_id = l->user_id,
		.session_id = l->session_id,
		.role = role,
		.issued = now,
		.expires = MIN(now + c->conf->access_ttl, expires / 1000),
	};
	struct claims refresh = access;

	refresh.type = TOKEN_REFRESH;
	refresh.generation = generation;
	refresh.issued = issued / 1000;
	refresh.expires = expires / 1000;
	l->access = token_make(c->arena, &access);
	l->refresh = token_make(c->arena, &refresh);
	l->expires_in = access.expires - now;
	l->ends = expires / 1000;
	l->role = role;
}

struct device auth_device(struct ctx *c, const char *user_agent, const char *ip)
{
	const char *agent = user_agent ? user_agent : "";

	return (struct device){arena_strndup(c->arena, agent, MIN(strlen(agent), (size_t)AGENT_MAX)), ip};
}

static struct new_session new_session(const struct ctx *c, uint64_t user_id, const char *method,
				      const struct device *d)
{
	struct new_session s = {
		.id = random_u64() >> 1 | 1, /* positive in every signed 64-bit reader */
		.user_id = user_id,
		.now = clock_ms(),
		.method = method,
		.device = *d,
	};

	s.expires = s.now + c->conf->refresh_ttl * 1000;
	return s;
}

static enum status begin(struct ctx *c, const struct new_session *s, const char *new_hash, const char *role,
			 struct login *out)
{
	enum status st = auth_sql_start(c, s, new_hash);

	if (st != OK)
		return st;
	out->user_id = s->user_id;
	out->session_id = s->id;
	sign(c, role_of(role), 1, s->now, s->expires, out);
	return OK;
}

static enum status start(struct ctx *c, const struct account_row *a, const char *new_hash,
			 const struct device *d, struct login *out)
{
	struct new_session s = new_session(c, a->id, "password", d);

	s.password_id = a->password_id;
	*out = (struct login){.email = a->email, .name = a->name};
	return begin(c, &s, new_hash, a->role, out);
}

static bool made_by_key(const struct account_row *a, const unsigned char key[32])
{
	char hex[65];

	hex_encode(hex, key, 32);
	return a->created_by_key && !strcasecmp(a->created_by_key, hex);
}

/* The e-mail is taken: by this very request, sent again? Then its first answer stands. */
static enum status signup_again(struct ctx *c, const struct new_account *in,
				const unsigned char *key, const struct device *d, struct login *out)
{
	struct account_row a;
	enum status st = auth_sql_account(c, in->email, &a);

	if (st != OK)
		return st == E_NO_ROW ? E_EMAIL_TAKEN : st;
	if (!key || a.factor || !made_by_key(&a, key) || strcmp(a.status, "ACTIVE") != 0)
		return fail(c, E_EMAIL_TAKEN, "account %llu has it", (unsigned long long)a.id);
	if (strcmp(a.name, in->name) != 0 || !password_verify(c->conf, a.hash, in->password))
		return fail(c, E_KEY_REUSED, "same Idempotency-Key, other sign-up");
	return start(c, &a, NULL, d, out);
}

enum status auth_signup(struct ctx *c, const struct new_account *in, const struct device *d,
			struct login *out)
{
	struct new_session s = new_session(c, 0, "password", d);
	unsigned char key[32], *once = NULL;
	const char *hash = password_hash(c->arena, c->conf, in->password);
	enum status st;

	if (in->request_key) {
		once_hash("signup", in->request_key, key);
		once = key;
	}
	*out = (struct login){.session_id = s.id, .email = in->email, .name = in->name};
	st = hash ? auth_sql_signup(c, in, hash, once, &s, &out->user_id)
		  : fail(c, E_OVERLOADED, "no memory to hash a password");
	if (st == E_DUPLICATE)
		st = signup_again(c, in, once, d, out);
	else if (st == OK)
		sign(c, ROLE_USER, 1, s.now, s.expires, out);
	return st;
}

struct failed {
	uint64_t user_id;
	const char *reason;
	struct device device;
};

static void write_failed(struct ctx *c, const void *arg)
{
	const struct failed *f = arg;

	(void)!auth_sql_failed(c, f->user_id, c->now, f->reason, &f->device); /* the answer stands without it */
}

/* Its owner shall see it. After the answer, whose time would tell that there is such an account. */
static void note_failed(struct ctx *c, uint64_t user_id, const char *reason, const struct device *d)
{
	struct failed *f = arena_new_of(c->arena, struct failed);

	*f = (struct failed){user_id, reason, {arena_strdup(c->arena, d->user_agent), arena_strdup(c->arena, d->ip)}};
	c->later = write_failed;
	c->later_arg = f;
}

static enum status lift(struct ctx *c, void *arg)
{
	const struct account_row *a = arg;
	enum status st = auth_sql_lift(c, a->id, c->now);

	return st == OK ? matching_refresh(c, a->id) : st;
}

static bool is_over(const struct ctx *c, int64_t until)
{
	return until && until <= c->now;
}

/* What is over ends when its owner comes back; until then nobody would notice. */
static enum status lift_what_is_over(struct ctx *c, struct account_row *a)
{
	const bool suspended = !strcmp(a->status, "SUSPENDED");

	if (!(suspended && is_over(c, a->suspended_until)) && !is_over(c, a->restricted_until))
		return OK;
	enum status st = db_tx(c, lift, a);

	if (st == OK && suspended && is_over(c, a->suspended_until))
		a->status = "ACTIVE";
	return st;
}

enum status auth_login(struct ctx *c, const char *email, const char *password, const char *code,
		       const struct device *d, struct login *out)
{
	struct account_row a = {0};
	struct gate_answer limit;
	const char *new_hash = NULL;
	enum status st;

	if (!gate_take(c, RATE_ACCOUNT, email, &limit)) {
		c->retry_after = (int)(limit.retry_ms / 1000 + 1);
		return fail(c, E_RATE_LIMITED, "too many tries at one account");
	}
	st = auth_sql_account(c, email, &a);
	if (st != OK && st != E_NO_ROW)
		return st;
	/* an unknown account costs the same time as a known one */
	bool good = password_verify(c->conf, a.hash, password);

	if (good && password_outdated(c->conf, a.hash))
		new_hash = password_hash(c->arena, c->conf, password);
	st = good ? lift_what_is_over(c, &a) : OK;
	if (st != OK)
		return st;
	if (a.id && (!good || !strcmp(a.status, "SUSPENDED")))
		note_failed(c, a.id, good ? "suspended" : "password", d);
	if (!good || !strcmp(a.status, "DELETED"))
		return fail(c, E_BAD_CREDENTIALS, "account %llu", (unsigned long long)a.id);
	*out = (struct login){.suspended_until = a.suspended_until, .suspend_reason = a.suspend_reason};
	if (!strcmp(a.status, "SUSPENDED"))
		return fail(c, E_ACCOUNT_SUSPENDED, "account %llu", (unsigned long long)a.id);
	st = a.factor ? auth_factor_check(c, a.id, a.factor, code) : OK;
	if (st == E_CODE_WRONG)
		note_failed(c, a.id, "code", d);
	return st == OK ? start(c, &a, new_hash, d, out) : st;
}

enum status auth_vouched(struct ctx *c, const struct vouched *who, const struct device *d, struct login *out,
			 bool *created)
{
	struct vouched_row row = {0};
	enum status st = auth_sql_vouched(c, who, &row);

	if (st == E_DUPLICATE) /* two at once: there it is */
		st = auth_sql_vouched(c, who, &row);
	struct account_row a = {
		.id = row.id,
		.status = row.status,
		.suspended_until = row.suspended_until,
		.restricted_until = row.restricted_until,
	};

	if (st == OK)
		st = lift_what_is_over(c, &a);
	if (st != OK)
		return st;
	struct new_session s = new_session(c, row.id, arena_printf(c->arena, "oauth_%s", who->provider), d);

	*out = (struct login){.email = row.email, .name = row.name};
	*created = row.created;
	return begin(c, &s, NULL, row.role, out);
}

/* Guessing passwords with somebody's token takes as long as without one. */
static enum status limit_tries(struct ctx *c)
{
	struct gate_answer limit;

	if (gate_take(c, RATE_ACCOUNT, arena_printf(c->arena, "u%llu", (unsigned long long)c->me.user_id), &limit))
		return OK;
	c->retry_after = (int)(limit.retry_ms / 1000 + 1);
	return fail(c, E_RATE_LIMITED, "too many tries at one account");
}

/* rows: those of the caller that are kept, or one without an id. */
static enum status confirm(struct ctx *c, const char *current, struct list *rows)
{
	enum status st = limit_tries(c);

	if (st == OK)
		st = auth_sql_passwords(c, c->me.user_id, rows);
	if (st != OK)
		return st;
	if (!rows->n)
		return E_USER_NOT_FOUND;
	const struct password_row *p = rows->v;

	if (p->id && (!current || !password_verify(c->conf, p->hash, current)))
		return fail(c, E_PASSWORD_WRONG, "account %llu", (unsigned long long)c->me.user_id);
	return OK;
}

enum status auth_confirm(struct ctx *c, const char *password, uint64_t *password_id)
{
	struct list rows;
	enum status st = confirm(c, password, &rows);

	if (st == OK)
		*password_id = ((const struct password_row *)rows.v)->id;
	return st;
}

enum status auth_change_password(struct ctx *c, const char *current, const char *fresh, bool first)
{
	struct list rows;
	enum status st = confirm(c, current, &rows);

	if (st != OK)
		return st;
	const struct password_row *p = rows.v;

	if (!p->id && !first)
		return E_PASSWORD_NONE;
	for (size_t i = 0; p->id && i < rows.n; i++)
		if (i == 0 ? !strcmp(fresh, current) : password_verify(c->conf, p[i].hash, fresh))
			return E_PASSWORD_REUSED;
	const char *hash = password_hash(c->arena, c->conf, fresh);

	return hash ? auth_sql_password(c, c->me.user_id, p->id, hash, c->me.session_id, false)
		    : fail(c, E_OVERLOADED, "no memory to hash a password");
}

/* When the given generation of the login was replaced, ms; 0: too long ago to be remembered. */
static int64_t replaced_at(const struct session_row *s, int64_t generation)
{
	size_t back = (size_t)(s->generation - 1 - generation);
	char digits[17] = "";

	if (strlen(s->rotations) < (back + 1) * 16)
		return 0;
	memcpy(digits, s->rotations + back * 16, 16);
	return (int64_t)strtoull(digits, NULL, 16);
}

/* How long after its end a login has access tokens that would still be good, s. */
static int64_t outlived_by(const struct ctx *c)
{
	return c->conf->access_ttl + TOKEN_AHEAD_S;
}

static void know_ended(struct ctx *c, uint64_t id)
{
	gate_revoke(c->gate, id, c->now / 1000 + outlived_by(c));
}

static enum status end_login(struct ctx *c, uint64_t id, const char *why)
{
	enum status st = auth_sql_revoke(c, id, c->now, why);

	if (st == OK)
		know_ended(c, id);
	return st;
}

void auth_ended_by_me(struct ctx *c)
{
	know_ended(c, c->me.session_id);
}

/* As in users.role. */
static const char *role_name(enum role role)
{
	return role == ROLE_ADMIN ? "ADMIN" : "USER";
}

/* The token is not the current one: may its owner still have the current one? */
static enum status refresh_replaced(struct ctx *c, const struct claims *token, struct login *out)
{
	struct session_row s;
	enum status st = auth_sql_session(c, token->session_id, &s);

	if (st == E_NO_ROW)
		return fail(c, E_TOKEN_INVALID, "no such login");
	if (st != OK)
		return st;
	if (s.revoked_at || s.expires_at <= c->now || s.user_id != token->user_id)
		return fail(c, E_TOKEN_INVALID, "the login has ended");
	if (strcmp(s.role, role_name(token->role)) != 0) { /* tokens say it, so they end with it */
		st = end_login(c, s.id, "another role");
		return st == OK ? fail(c, E_TOKEN_INVALID, "the role is another by now") : st;
	}
	if (token->generation >= s.generation)
		return fail(c, E_TOKEN_INVALID, "a generation that was never issued");
	bool parent = token->generation == s.generation - 1;
	int64_t age = c->now - replaced_at(&s, token->generation), grace = c->conf->refresh_grace * 1000;

	/* a clock that was set back makes the time of grace no longer */
	if (!parent && (age > grace || age < -grace)) {
		st = end_login(c, s.id, "token reuse");
		return st == OK ? fail(c, E_TOKEN_INVALID, "generation %lld of %lld was used again",
				       (long long)token->generation, (long long)s.generation)
				: st;
	}
	sign(c, token->role, s.generation, s.issued_at, s.expires_at, out);
	return OK;
}

enum status auth_refresh(struct ctx *c, const char *token, struct login *out)
{
	int64_t expires = c->now + c->conf->refresh_ttl * 1000;
	struct claims t;
	const char *why = NULL;
	bool rotated = false;
	enum status st = token_check(token, TOKEN_REFRESH, c->now / 1000, &t, &why);

	if (st != OK)
		return fail(c, st, "refresh token: %s", why);
	*out = (struct login){.user_id = t.user_id, .session_id = t.session_id};
	st = auth_sql_rotate(c, t.session_id, t.generation, role_name(t.role), c->now, expires, &rotated);
	if (st != OK)
		return st;
	if (!rotated)
		return refresh_replaced(c, &t, out);
	sign(c, t.role, t.generation + 1, c->now, expires, out);
	return OK;
}

enum status auth_logout(struct ctx *c)
{
	return end_login(c, c->me.session_id, "logout");
}

struct account_work {
	uint64_t id;
	const char *status, *role, *why; /* NULL: it stays; they go on */
	struct changed_row row;
};

static enum status change_account(struct ctx *c, void *arg)
{
	struct account_work *w = arg;
	enum status st = auth_sql_change(c, w->id, w->status, w->role, w->why, &w->row);

	return st == OK && w->status ? matching_refresh(c, w->id) : st;
}

enum status auth_change_account(struct ctx *c, const char *who, enum account_change what, struct account_state *out)
{
	static const struct account_work changes[] = {
		[ACCOUNT_SUSPEND] = {.status = "SUSPENDED", .why = "suspended"},
		[ACCOUNT_RESTORE] = {.status = "ACTIVE"},
		[ACCOUNT_LOG_OUT] = {.why = "logged out by an operator"},
		[ACCOUNT_TO_ADMIN] = {.role = "ADMIN", .why = "another role"},
		[ACCOUNT_TO_USER] = {.role = "USER", .why = "another role"},
	};
	struct account_row found = {0};
	struct account_work work = changes[what];
	char *end;
	uint64_t id = strtoull(who, &end, 10);
	enum status st = *end ? auth_sql_account(c, who, &found) : OK;

	work.id = *end ? found.id : id;
	if (st == OK)
		st = db_tx(c, change_account, &work);
	if (st == OK)
		*out = (struct account_state){work.id, work.row.email, work.row.name, work.row.status, work.row.role,
					      work.row.logins};
	return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
}

enum status auth_session_alive(struct ctx *c, uint64_t session_id)
{
	struct session_row s;
	enum status st = auth_sql_session(c, session_id, &s);

	if (st == E_NO_ROW || (st == OK && (s.revoked_at || s.expires_at <= c->now)))
		return fail(c, E_TOKEN_INVALID, "the login has ended");
	return st;
}

enum status auth_why_ended(struct ctx *c, uint64_t user_id)
{
	struct user_brief b;
	enum status st = user_brief(c, user_id, &b);

	if (st == E_USER_NOT_FOUND)
		return fail(c, E_ACCOUNT_DELETED, "account %llu", (unsigned long long)user_id);
	if (st == OK && !strcmp(b.status, "SUSPENDED"))
		return fail(c, E_ACCOUNT_SUSPENDED, "account %llu", (unsigned long long)user_id);
	return st == OK ? fail(c, E_TOKEN_INVALID, "the login has ended") : st;
}

enum status auth_sync_revoked(struct ctx *c, int64_t since)
{
	struct ended at = {.at = since};
	struct list rows;
	enum status st;

	do {
		st = auth_sql_revoked_since(c, at, &rows, REVOKED_BATCH);
		const struct session_row *s = rows.v;

		for (size_t i = 0; st == OK && i < rows.n; i++) {
			gate_revoke(c->gate, s[i].id, s[i].revoked_at / 1000 + outlived_by(c));
			at = (struct ended){s[i].revoked_at, s[i].id};
		}
	} while (st == OK && rows.n == REVOKED_BATCH);
	return st;
}

enum status auth_ended(struct ctx *c, struct ended *at, struct list *ids)
{
	struct list rows;
	enum status st = auth_sql_revoked_since(c, *at, &rows, REVOKED_BATCH);

	if (st != OK)
		return st;
	const struct session_row *s = rows.v;
	const char **texts = arena_array(c->arena, const char *, rows.n);

	for (size_t i = 0; i < rows.n; i++)
		texts[i] = arena_printf(c->arena, "%llu", (unsigned long long)s[i].id);
	*ids = (struct list){.v = texts, .n = rows.n};
	*at = rows.n == REVOKED_BATCH ? (struct ended){s[rows.n - 1].revoked_at, s[rows.n - 1].id}
				      : (struct ended){.at = c->now};
	return OK;
}
