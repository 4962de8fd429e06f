#ifndef DOMAIN_SETTINGS_SQL_H
#define DOMAIN_SETTINGS_SQL_H

#include "db/db.h"
#include "domain/settings/settings_shapes.h"

/* blocked: ids, newest first, at most BLOCKS_SHOWN. */
#define PRIVACY_ROW(F, S)                                                                          \
	PRIVACY_BOTH(F, S)                                                                         \
	F(S, STR, blocked)
SHAPE_STRUCT(privacy_row, PRIVACY_ROW)

/* native: a code; learning: codes with blanks between; voice: NULL, that of the interface language. */
#define LANGUAGE_ROW(F, S)                                                                         \
	LANGUAGE_BOTH(F, S)                                                                        \
	F(S, STR, learning)                                                                        \
	F(S, BOOL, autoDetectLanguage)                                                             \
	F(S, STR, voice)                                                                           \
	F(S, NUM, speed)
SHAPE_STRUCT(language_row, LANGUAGE_ROW)

#define CODE_ROW(F, S)                                                                             \
	F(S, INT, id)                                                                              \
	F(S, STR, code)
SHAPE_STRUCT(code_id_row, CODE_ROW)
enum { CODES_MAX = 100 };

#define USER_SETTINGS_ROW(F, S)                                                                    \
	F(S, BOOL, email)                                                                          \
	F(S, BOOL, push)                                                                           \
	F(S, BOOL, sms)                                                                            \
	F(S, STR, visibility)                                                                      \
	F(S, BOOL, shows)                                                                          \
	F(S, STR, messages)                                                                        \
	F(S, STR, language)                                                                        \
	F(S, STR, zone)                                                                            \
	F(S, STR, theme)
SHAPE_STRUCT(user_settings_row, USER_SETTINGS_ROW)

#define ACCOUNT_SETTINGS_ROW(F, S)                                                                 \
	F(S, ID, id)                                                                               \
	F(S, STR, email)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, english_name)                                                                    \
	F(S, STR, residence)                                                                       \
	F(S, STR, profile_image)                                                                   \
	F(S, STR, bio)                                                                             \
	F(S, STR, phone)                                                                           \
	F(S, STR, gender)                                                                          \
	F(S, INT, birth_year)                                                                      \
	F(S, STR, birth_monthday)                                                                  \
	F(S, TIME, email_confirmed_at)                                                             \
	F(S, TIME, created_at)
SHAPE_STRUCT(account_settings_row, ACCOUNT_SETTINGS_ROW)

/* Of the caller. E_NO_ROW: no such active account. Saving is a part of the caller's transaction. */
MUST_USE enum status settings_sql_privacy(struct ctx *c, struct privacy_row *out);
MUST_USE enum status settings_sql_privacy_save(struct ctx *c, const struct privacy_in *in);
MUST_USE enum status settings_sql_language(struct ctx *c, struct language_row *out);
/* learning: a JSON array of ids, the first the one that matters most, or NULL: as they are; native: 0 the same. */
MUST_USE enum status settings_sql_language_save(struct ctx *c, const struct language_in *in, const struct db_val *speed,
						uint64_t native, const char *learning);
MUST_USE enum status settings_sql_account(struct ctx *c, struct account_settings_row *out);
/* Inside db_tx(): locks the account. E_USER_NOT_FOUND */
#define ACCOUNT_ADDRESS_ROW(F, S) F(S, STR, email)
SHAPE_STRUCT(account_address_row, ACCOUNT_ADDRESS_ROW)
MUST_USE enum status settings_sql_address(struct ctx *c, struct account_address_row *out);
/* NULL: as it is; phone "": none. E_EMAIL_TAKEN */
MUST_USE enum status settings_sql_account_save(struct ctx *c, const char *email, const char *phone);
MUST_USE enum status settings_sql_codes(struct ctx *c, struct list *out);
MUST_USE enum status settings_sql_user(struct ctx *c, struct user_settings_row *out);

struct user_settings_patch {
	struct db_val email, push, sms, shows, profile_public, messages; /* DB_NULL: as it is */
	const char *language, *zone, *theme;
};
MUST_USE enum status settings_sql_user_save(struct ctx *c, const struct user_settings_patch *p);
#endif
