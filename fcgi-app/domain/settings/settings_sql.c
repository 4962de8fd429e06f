#include "domain/settings/settings_sql.h"
#include "domain/registry.h"
#include "domain/sql.h"

SHAPE_TABLE(privacy_row, PRIVACY_ROW)
SHAPE_TABLE(account_address_row, ACCOUNT_ADDRESS_ROW)
SHAPE_TABLE(language_row, LANGUAGE_ROW)
SHAPE_TABLE(code_id_row, CODE_ROW)
SHAPE_TABLE(user_settings_row, USER_SETTINGS_ROW)
SHAPE_TABLE(account_settings_row, ACCOUNT_SETTINGS_ROW)

/* Without a row the defaults of the table hold. */
#define SET(row, column, otherwise) "COALESCE(" row "." column ", " otherwise ")"
#define YES(column) SET("p", column, "TRUE")
#define NO(column) SET("p", column, "FALSE")

READ(PRIVACY, privacy_row,
     "SELECT " SET("p", "profile_visibility", "'public'") " AS profileVisibility, " YES("show_age") " AS showAge,"
     " " YES("show_location") " AS showLocation, " YES("show_online_status") " AS showOnlineStatus,"
     " " YES("show_last_seen") " AS showLastSeen, " YES("allow_matching") " AS allowMatching,"
     " " SET("p", "matching_radius", "'50'") " AS matchingRadius, " YES("show_in_search") " AS showInSearch,"
     " " SET("p", "direct_message", "'everyone'") " AS allowDirectMessage,"
     " " SET("p", "group_invite", "'everyone'") " AS allowGroupInvite, " NO("show_email") " AS showEmail,"
     " " NO("show_phone") " AS showPhoneNumber, " YES("show_learning_stats") " AS showLearningStats,"
     " " YES("show_achievements") " AS showAchievements, " NO("show_session_history") " AS showSessionHistory,"
     " " YES("allow_analytics") " AS allowAnalytics, " YES("allow_personalization") " AS allowPersonalization,"
     " " NO("allow_marketing") " AS allowMarketing, " NO("allow_third_party") " AS allowThirdPartySharing,"
     " (SELECT GROUP_CONCAT(b.blocked_id ORDER BY b.created_at DESC, b.blocked_id SEPARATOR ' ' LIMIT 500)"
     "  FROM blocks b WHERE b.user_id = u.id) AS blocked"
     " FROM users u LEFT JOIN user_privacy p ON p.user_id = u.id WHERE u.id = ? AND u.status = 'ACTIVE'")

#define KEEP(column) column " = COALESCE(?, " column ")"
/* Locked, so that saving ends before or after the account does. */
#define LOCK_ME                                                                                    \
	" SELECT u.id INTO found FROM users u WHERE u.id = me AND u.status = 'ACTIVE' FOR UPDATE;" \
	" IF found IS NULL THEN " REFUSE("USER_NOT_FOUND") "; END IF;"

WRITE(PRIVACY_SAVE,
      "BEGIN NOT ATOMIC"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE found BIGINT UNSIGNED;"
      " DECLARE invited BOOL DEFAULT ?;"
      LOCK_ME
      " INSERT INTO user_privacy (user_id) VALUES (me) ON DUPLICATE KEY UPDATE user_id = me;"
      " UPDATE user_privacy SET " KEEP("profile_visibility") ", " KEEP("show_age") ", " KEEP("show_location") ","
      "  " KEEP("show_online_status") ", " KEEP("show_last_seen") ", " KEEP("allow_matching") ","
      "  " KEEP("matching_radius") ", " KEEP("show_in_search") ", " KEEP("direct_message") ","
      "  group_invite = COALESCE(?, CASE WHEN invited IS NULL THEN group_invite WHEN NOT invited THEN 'none'"
      "   WHEN group_invite = 'none' THEN 'everyone' ELSE group_invite END),"
      "  " KEEP("show_email") ", " KEEP("show_phone") ", " KEEP("show_learning_stats") ","
      "  " KEEP("show_achievements") ", " KEEP("show_session_history") ", " KEEP("allow_analytics") ","
      "  " KEEP("allow_personalization") ", " KEEP("allow_marketing") ", " KEEP("allow_third_party")
      "  WHERE user_id = me;"
      " END")

READ(LANGUAGE, language_row,
     "SELECT " SET("f", "interface_language", "'ko'") " AS appLanguage, n.code AS nativeLanguage,"
     " (SELECT GROUP_CONCAT(l.code ORDER BY x.created_at, x.language_id SEPARATOR ' ') FROM user_languages x"
     "  JOIN languages l ON l.id = x.language_id WHERE x.user_id = u.id AND x.learning) AS learning,"
     " " SET("f", "auto_translate", "TRUE") " AS autoTranslate,"
     " " SET("f", "auto_detect", "TRUE") " AS autoDetectLanguage,"
     " f.voice, CAST(" SET("f", "speech_speed", "1") " AS DOUBLE) AS speed,"
     " " SET("f", "show_romanization", "FALSE") " AS showRomanization,"
     " " SET("f", "translation_service", "'google'") " AS translationService,"
     " " SET("f", "speech_language", "'en-US'") " AS speechLanguage,"
     " " SET("f", "voice_gender", "'female'") " AS voiceGender"
     " FROM users u LEFT JOIN user_preferences f ON f.user_id = u.id"
     " LEFT JOIN languages n ON n.id = u.native_language_id"
     " WHERE u.id = ? AND u.status = 'ACTIVE'")

/* What is told to somebody is told in the language of their app, until they ask for another one. */
#define TELL_IN(language)                                                                          \
	" IF " language " IS NOT NULL AND " language " <> COALESCE((SELECT f.interface_language"   \
	"   FROM user_preferences f WHERE f.user_id = me), 'ko') THEN"                             \
	"  INSERT INTO notification_settings (user_id, language) VALUES (me, " language ")"        \
	"   ON DUPLICATE KEY UPDATE language = " language ";"                                      \
	" END IF;"                                                                                 \
	" INSERT INTO user_preferences (user_id) VALUES (me) ON DUPLICATE KEY UPDATE user_id = me;"
#define LEARNT "JSON_TABLE(learnt, '$[*]' COLUMNS (ord FOR ORDINALITY, id INT UNSIGNED PATH '$')) j"

/* A voice belongs to a language. Languages that are learnt no longer are treated as onboarding does. */
WRITE(LANGUAGE_SAVE,
      "BEGIN NOT ATOMIC"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE found BIGINT UNSIGNED;"
      " DECLARE app VARCHAR(2) CHARACTER SET ascii DEFAULT ?;"
      " DECLARE learnt TEXT CHARACTER SET utf8mb4 DEFAULT ?;"
      " DECLARE now DATETIME(3) DEFAULT SYSDATE(3);"
      LOCK_ME
      " UPDATE users SET " KEEP("native_language_id") " WHERE id = me;"
      TELL_IN("app")
      " UPDATE user_preferences SET voice = COALESCE(?, IF(app <> interface_language, NULL, voice)),"
      "  interface_language = COALESCE(app, interface_language), " KEEP("auto_translate") ", " KEEP("auto_detect") ","
      "  " KEEP("speech_speed") ", " KEEP("show_romanization") ", " KEEP("translation_service") ","
      "  " KEEP("speech_language") ", " KEEP("voice_gender") " WHERE user_id = me;"
      " IF learnt IS NOT NULL THEN"
      "  DELETE FROM user_languages WHERE user_id = me AND learning AND current_level_id IS NULL"
      "   AND language_id NOT IN (SELECT j.id FROM " LEARNT ");"
      "  UPDATE user_languages SET learning = FALSE, target_level_id = NULL, partner_level_id = NULL"
      "   WHERE user_id = me AND learning AND language_id NOT IN (SELECT j.id FROM " LEARNT ");"
      "  INSERT INTO user_languages (user_id, language_id, learning, created_at)"
      "   SELECT me, j.id, TRUE, now + INTERVAL MIN(j.ord) * 1000 MICROSECOND FROM " LEARNT " GROUP BY j.id"
      "   ON DUPLICATE KEY UPDATE learning = TRUE, created_at = VALUES(created_at);"
      " END IF;"
      " END")

READ(LANGUAGE_CODES, code_id_row, "SELECT l.id, l.code FROM languages l ORDER BY l.id LIMIT 100")

READ(USER_SETTINGS, user_settings_row,
     "SELECT " SET("s", "email", "TRUE") " AS email, " SET("s", "push", "TRUE") " AS push,"
     " " SET("s", "sms", "FALSE") " AS sms,"
     " " SET("p", "profile_visibility", "'public'") " AS visibility, " YES("show_online_status") " AS shows,"
     " " SET("p", "direct_message", "'everyone'") " AS messages,"
     " " SET("f", "interface_language", "'ko'") " AS language,"
     " u.time_zone AS zone, " SET("f", "theme", "'auto'") " AS theme"
     " FROM users u LEFT JOIN notification_settings s ON s.user_id = u.id"
     " LEFT JOIN user_privacy p ON p.user_id = u.id LEFT JOIN user_preferences f ON f.user_id = u.id"
     " WHERE u.id = ? AND u.status = 'ACTIVE'")

/* Of two values only: what is finer than that stays, when it is no contradiction. */
WRITE(USER_SETTINGS_SAVE,
      "BEGIN NOT ATOMIC"
      " DECLARE me BIGINT UNSIGNED DEFAULT ?;"
      " DECLARE found BIGINT UNSIGNED;"
      " DECLARE app VARCHAR(2) CHARACTER SET ascii DEFAULT ?;"
      " DECLARE open, messages BOOL;"
      " SET open = ?, messages = ?;"
      LOCK_ME
      " UPDATE users SET " KEEP("time_zone") " WHERE id = me;"
      TELL_IN("app")
      " UPDATE user_preferences SET voice = IF(app <> interface_language, NULL, voice),"
      "  interface_language = COALESCE(app, interface_language), " KEEP("theme") " WHERE user_id = me;"
      " INSERT INTO notification_settings (user_id) VALUES (me) ON DUPLICATE KEY UPDATE user_id = me;"
      " UPDATE notification_settings SET " KEEP("email") ", " KEEP("push") ", " KEEP("sms") " WHERE user_id = me;"
      " INSERT INTO user_privacy (user_id) VALUES (me) ON DUPLICATE KEY UPDATE user_id = me;"
      " UPDATE user_privacy SET " KEEP("show_online_status") ","
      "  profile_visibility = CASE WHEN open THEN 'public'"
      "   WHEN NOT open AND profile_visibility = 'public' THEN 'private' ELSE profile_visibility END,"
      "  direct_message = CASE WHEN NOT messages THEN 'none'"
      "   WHEN messages AND direct_message = 'none' THEN 'everyone' ELSE direct_message END"
      "  WHERE user_id = me;"
      " END")

READ(ACCOUNT, account_settings_row,
     "SELECT u.id, u.email, u.name, u.english_name, u.residence, u.profile_image, u.bio, u.phone, u.gender,"
     " u.birth_year, u.birth_monthday, u.email_confirmed_at, u.created_at FROM users u"
     " WHERE u.id = ? AND u.status = 'ACTIVE'")
WRITE(ACCOUNT_SAVE,
      "UPDATE users SET " KEEP("email") ", phone = NULLIF(COALESCE(?, phone), '') WHERE id = ? AND status = 'ACTIVE'")

READ(ACCOUNT_ADDRESS, account_address_row, "SELECT email FROM users WHERE id = ? AND status = 'ACTIVE' FOR UPDATE")

const struct stmt *const settings_stmts[] = {
	&ACCOUNT, &ACCOUNT_SAVE, &ACCOUNT_ADDRESS,
	&PRIVACY, &PRIVACY_SAVE, &LANGUAGE, &LANGUAGE_SAVE, &LANGUAGE_CODES, &USER_SETTINGS, &USER_SETTINGS_SAVE, NULL,
};

/* What of an input is given; NULL leaves a column as it is. */
#define FLAG(name) (in->has.name == GIVEN ? db_int(in->name) : (struct db_val){0})

enum status settings_sql_privacy(struct ctx *c, struct privacy_row *out)
{
	return db_one(c, &PRIVACY, out, ARGS(P(c->me.user_id)));
}

/* The guide's names count where the client's own are not there. */
static struct db_val shared(bool own, bool value, const struct data_sharing_in *d, bool of_d, bool value_of_d)
{
	if (own)
		return db_int(value);
	return d && of_d ? db_int(value_of_d) : (struct db_val){0};
}

enum status settings_sql_privacy_save(struct ctx *c, const struct privacy_in *in)
{
	static const struct data_sharing_in nothing_said;
	const struct data_sharing_in *d = in->dataSharing ? in->dataSharing : &nothing_said;

	return db_exec(c, &PRIVACY_SAVE, NULL,
		       ARGS(P(c->me.user_id), FLAG(allowGroupInvites), P(in->profileVisibility), FLAG(showAge),
			    FLAG(showLocation), FLAG(showOnlineStatus), FLAG(showLastSeen), FLAG(allowMatching),
			    P(in->matchingRadius), FLAG(showInSearch), P(in->allowDirectMessage),
			    P(in->allowGroupInvite), FLAG(showEmail), FLAG(showPhoneNumber),
			    FLAG(showLearningStats), FLAG(showAchievements), FLAG(showSessionHistory),
			    shared(in->has.allowAnalytics, in->allowAnalytics, d, d->has.analytics, d->analytics),
			    FLAG(allowPersonalization), FLAG(allowMarketing),
			    shared(in->has.allowThirdPartySharing, in->allowThirdPartySharing, d, d->has.thirdParty,
				   d->thirdParty)));
}

enum status settings_sql_language(struct ctx *c, struct language_row *out)
{
	return db_one(c, &LANGUAGE, out, ARGS(P(c->me.user_id)));
}

enum status settings_sql_language_save(struct ctx *c, const struct language_in *in, const struct db_val *speed,
				       uint64_t native, const char *learning)
{
	return db_exec(c, &LANGUAGE_SAVE, NULL,
		       ARGS(P(c->me.user_id), P(in->appLanguage), P(learning), db_id(native), P(in->preferredVoice),
			    FLAG(autoTranslate), FLAG(autoDetectLanguage), *speed, FLAG(showRomanization),
			    P(in->translationService), P(in->speechLanguage), P(in->voiceGender)));
}

enum status settings_sql_account(struct ctx *c, struct account_settings_row *out)
{
	return db_one(c, &ACCOUNT, out, ARGS(P(c->me.user_id)));
}

enum status settings_sql_address(struct ctx *c, struct account_address_row *out)
{
	enum status st = db_one(c, &ACCOUNT_ADDRESS, out, ARGS(P(c->me.user_id)));

	return st == E_NO_ROW ? E_USER_NOT_FOUND : st;
}

enum status settings_sql_account_save(struct ctx *c, const char *email, const char *phone)
{
	int64_t n = 0;
	enum status st = db_exec(c, &ACCOUNT_SAVE, &n, ARGS(P(email), P(phone), P(c->me.user_id)));

	if (st == E_DUPLICATE)
		return E_EMAIL_TAKEN;
	return st == OK && !n ? E_USER_NOT_FOUND : st;
}

enum status settings_sql_codes(struct ctx *c, struct list *out)
{
	return db_list(c, &LANGUAGE_CODES, out, CODES_MAX, NO_ARGS);
}

enum status settings_sql_user(struct ctx *c, struct user_settings_row *out)
{
	return db_one(c, &USER_SETTINGS, out, ARGS(P(c->me.user_id)));
}

enum status settings_sql_user_save(struct ctx *c, const struct user_settings_patch *p)
{
	return db_exec(c, &USER_SETTINGS_SAVE, NULL,
		       ARGS(P(c->me.user_id), P(p->language), p->profile_public, p->messages, P(p->zone), P(p->theme),
			    p->email, p->push, p->sms, p->shows));
}
