/* Accounts and logins: signing up, tokens, ending a login. */
#ifndef DOMAIN_AUTH_H
#define DOMAIN_AUTH_H

#include "base/ctx.h"
#include "base/shape.h"

struct new_account {
	const char *email, *password, *name;
	const char *gender, *birth_date, *avatar; /* may be NULL; birth_date as YYYY-MM-DD */
	const char *request_key;                  /* Idempotency-Key, or NULL */
};

/* A login as its owner gets it. Texts live in the context's arena. */
struct login {
	uint64_t user_id, session_id;
	const char *email, *name;
	const char *access, *refresh;
	int64_t expires_in; /* of the access token, s */
	int64_t ends;	    /* s since 1970 */
	enum role role;
	int64_t suspended_until;    /* ms; with E_ACCOUNT_SUSPENDED, 0: for good */
	const char *suspend_reason; /* with it, or NULL */
};

struct device {
	const char *user_agent, *ip;
};

/* Somebody as a provider vouches for them: never found by their e-mail address, which whoever has an account here need
 * not have proved to be theirs. */
struct vouched {
	const char *provider, *subject; /* their number there */
	const char *email, *picture;	/* may be NULL */
	bool proved;			/* they say that the address is that person's */
	const char *name;
};

/* What is kept of it: the start of a long user_agent. */
struct device auth_device(struct ctx *c, const char *user_agent, const char *ip);

/* E_EMAIL_TAKEN when there is an account, unless the same request_key and password made it: then
 * its owner is logged in again (a retry of a lost answer). */
MUST_USE enum status auth_signup(struct ctx *c, const struct new_account *in, const struct device *d,
				 struct login *out);

/*
 * The second factor, codes of an app: set up, then on from its first code to the next one that says otherwise. A code
 * is good once; ten others, of eight digits, stand in for a lost device. E_FACTOR_ON, E_FACTOR_OFF, E_CODE_WRONG,
 * E_RATE_LIMITED, E_USER_NOT_FOUND
 */
enum { BACKUP_CODES = 10, BACKUP_DIGITS = 8 };
struct factor {
	bool enabled;
	const char *secret, *uri; /* of one that waits for its first code; otherwise NULL */
	const char *codes[BACKUP_CODES]; /* of a new one */
	int64_t codes_left, used_at, since;
};
MUST_USE enum status auth_factor(struct ctx *c, struct factor *out);
MUST_USE enum status auth_factor_new(struct ctx *c, struct factor *out);
/* *enabled: whether it is on now. */
MUST_USE enum status auth_factor_toggle(struct ctx *c, const char *code, bool *enabled);
/* For a login: sealed as it is stored. E_CODE_REQUIRED when there is no code. */
MUST_USE enum status auth_factor_check(struct ctx *c, uint64_t user_id, const char *sealed, const char *code);

/* E_BAD_CREDENTIALS for an unknown e-mail and a wrong password alike, in the same time;
 * E_ACCOUNT_SUSPENDED, E_CODE_REQUIRED and E_CODE_WRONG only to who knows the password (code: of the second factor, or
 * NULL); E_RATE_LIMITED after several tries. A suspension whose time is over ends here. */
MUST_USE enum status auth_login(struct ctx *c, const char *email, const char *password, const char *code,
				const struct device *d, struct login *out);

/* Logs them in, with a new account if they have none. E_ACCOUNT_SUSPENDED */
MUST_USE enum status auth_vouched(struct ctx *c, const struct vouched *who, const struct device *d, struct login *out,
				  bool *created);

/*
 * The successor of a refresh token. All who present the same token get the same successor; a
 * replaced token stays good for REFRESH_GRACE_S, the direct parent of the current one for as long
 * as that was not used (its owner never got the answer). Anything older ends the login.
 */
MUST_USE enum status auth_refresh(struct ctx *c, const char *token, struct login *out);

/*
 * Gives the caller another password, which must be none of the last three, ends all other logins and tells them.
 * first: an account without a password gets one; otherwise that is E_PASSWORD_NONE. E_PASSWORD_WRONG,
 * E_PASSWORD_REUSED, E_RATE_LIMITED after several tries.
 */
MUST_USE enum status auth_change_password(struct ctx *c, const char *current, const char *fresh, bool first);

/*
 * A forgotten password. Whoever asks learns nothing: with an account or without, the same is done and answered, and
 * the jobs send the mail. Its link is good once, for RESET_TTL_S, until the password or the address is another.
 * E_MAIL_OFF, E_RATE_LIMITED after several for one address.
 */
enum { RESET_TTL_S = 3600, RESET_TTL_MS = RESET_TTL_S * 1000 };
MUST_USE enum status auth_forgot(struct ctx *c, const char *email);

/* What such a link is for; signed with the address, none of it is stored. password_id: 0 where there is no password.
 * mailed: who uses it has that mailbox. */
struct reset {
	uint64_t user_id, password_id;
	int64_t until; /* ms since 1970 */
	bool mailed;
};
/* The address of the page; and with the token behind #. In the arena. */
const char *auth_reset_page(struct ctx *c);
const char *auth_reset_url(struct ctx *c, const struct reset *r, const char *email);
/* One made now, for an operator to hand over: the path alone when SITE_URL and RESET_URL are empty. E_USER_NOT_FOUND,
 * too, for who has no e-mail address to log in with. */
MUST_USE enum status auth_reset_link(struct ctx *c, uint64_t user_id, const char **link);

/* Gives whoever has the link that password; all logins end. If it was mailed, and nobody had confirmed the address, the
 * account's owner is who reads its mail from now on: whoever else could log in by a provider cannot any more.
 * E_LINK, E_PASSWORD_REUSED: none of the last three */
MUST_USE enum status auth_reset(struct ctx *c, const char *token, const char *fresh);

/*
 * Whether an address is its account's. The jobs mail a link to who comes to have one, and up to three times, a week
 * apart, to who is there without having said so. Until somebody does only what has to reach them is mailed there.
 */
enum { CONFIRM_TTL_S = 7 * 86400, CONFIRM_TTL_MS = CONFIRM_TTL_S * 1000 };
/* The link once more, to whoever has that address: as auth_forgot(). */
MUST_USE enum status auth_ask_address(struct ctx *c, const char *email);
/* In the arena; until: ms since 1970. */
const char *auth_confirm_url(struct ctx *c, uint64_t user_id, int64_t until, const char *email);
/* By the link of that mail, any number of times. *email: which. E_LINK */
MUST_USE enum status auth_confirm_address(struct ctx *c, const char *token, const char **email);
/* In the transaction that gives an account another address: nobody has confirmed that. */
MUST_USE enum status auth_address_new(struct ctx *c, uint64_t user_id);

/* Whether that is the caller's password; of an account that has none (*password_id 0), anything is.
 * E_PASSWORD_WRONG, E_USER_NOT_FOUND, E_RATE_LIMITED after several tries. */
MUST_USE enum status auth_confirm(struct ctx *c, const char *password, uint64_t *password_id);

/* The caller's login was ended in the database: here it is known at once. */
void auth_ended_by_me(struct ctx *c);

/* Ends the caller's login; its tokens fail from now on. Again: OK. */
MUST_USE enum status auth_logout(struct ctx *c);

/* What an operator does to an account. While it is suspended nobody logs in. All but restoring it end its logins:
 * within a second none of its tokens is good, which say its role, and none of its sockets open. */
enum account_change {
	ACCOUNT_AS_IT_IS,
	ACCOUNT_SUSPEND,
	ACCOUNT_RESTORE,
	ACCOUNT_LOG_OUT, /* its logins alone */
	ACCOUNT_TO_ADMIN,
	ACCOUNT_TO_USER,
};
struct account_state {
	uint64_t id;
	const char *email, *name, *status, *role;
	int64_t logins; /* that were ended */
};

/* who: its id or e-mail address. A suspension is for good, and one that was for a time or restored leaves none of it.
 * Again: OK. E_USER_NOT_FOUND, too, for an account that was deleted. */
MUST_USE enum status auth_change_account(struct ctx *c, const char *who, enum account_change what,
					 struct account_state *out);

/* E_TOKEN_INVALID when the login was ended or has expired. */
MUST_USE enum status auth_session_alive(struct ctx *c, uint64_t session_id);

/* What became of the account whose login has ended: E_ACCOUNT_DELETED, E_ACCOUNT_SUSPENDED, or, if it is as good as
 * before, E_TOKEN_INVALID. */
MUST_USE enum status auth_why_ended(struct ctx *c, uint64_t user_id);

/* Puts logins ended since `since` (ms) into the gate. */
MUST_USE enum status auth_sync_revoked(struct ctx *c, int64_t since);

/* Where one stands in the list of ended logins: of those of the same ms, the ones up to this id are done with. */
struct ended {
	int64_t at; /* ms */
	uint64_t id;
};

/* The same as a list of ids (texts), the oldest behind *at; moves it to where to go on, with an id while there are
 * more, without one at the present. */
MUST_USE enum status auth_ended(struct ctx *c, struct ended *at, struct list *ids);
#endif
