#include "domain/onboarding/onboarding_sql.h"
#include "base/buf.h"
#include "domain/notification/notification.h"
#include "domain/registry.h"

SHAPE_TABLE(language_choice, LANGUAGE_CHOICE)
SHAPE_TABLE(onboarding_option_item, OPTION_ITEM)
SHAPE_TABLE(onboarding_person_row, PERSON_ROW)
SHAPE_TABLE(onboarding_choice_row, CHOICE_ROW)
SHAPE_TABLE(onboarding_schedule_item, SCHEDULE_ITEM)
SHAPE_TABLE(onboarding_slot_item, SLOT_ITEM)
SHAPE_TABLE(onboarding_zone_item, ZONE_ITEM)
SHAPE_TABLE(onboarding_available_item, AVAILABLE_ITEM)
SHAPE_TABLE(onboarding_count_row, COUNT_ROW)
SHAPE_TABLE(onboarding_refused_row, REFUSED_ROW)

/* Korean or English, by the first placeholder of each pair: 1 is English. */
#define IN_LANG(table, column) "IF(?, " table "." column "_en, " table "." column "_ko)"

/* ---- lists -------------------------------------------------------------------------------- */

READ(LANGUAGES, onboarding_option_item,
     "SELECT l.id, l.code, " IN_LANG("l", "name") " AS name, " IN_LANG("l", "name") " AS description"
     " FROM languages l ORDER BY name")

READ(OPTIONS, onboarding_option_item,
     "SELECT o.kind, o.id, o.code, " IN_LANG("o", "name") " AS name,"
     " " IN_LANG("o", "description") " AS description,"
     " UPPER(NULLIF(SUBSTRING_INDEX(o.kind, 'level_', -1), o.kind)) AS category,"
     " ROW_NUMBER() OVER (PARTITION BY o.kind ORDER BY o.id) AS position"
     " FROM options o WHERE o.kind IN (?, ?) ORDER BY o.kind, o.id")

READ(OPTION, onboarding_option_item,
     "SELECT o.kind, o.id, o.code, " IN_LANG("o", "name") " AS name,"
     " " IN_LANG("o", "description") " AS description"
     " FROM options o WHERE o.kind = ? AND (o.code = ? OR o.id = ?) ORDER BY o.code = ? DESC LIMIT 1")

READ(SLOTS, onboarding_slot_item,
     "SELECT o.id AS scheduleId, SUBSTRING_INDEX(o.code, '_', 1) AS dayOfWeek,"
     " " IN_LANG("o", "name") " AS scheduleName, o.description_en AS timeSlot"
     " FROM options o WHERE o.kind = 'schedule_slot' ORDER BY o.id")

READ(ZONES, onboarding_zone_item,
     "SELECT MIN(l.id) AS id, l.time_zone AS timezone FROM locations l GROUP BY l.time_zone ORDER BY id")

READ(AVAILABLE, onboarding_available_item,
     "SELECT 'language' AS kind, l.id, " IN_LANG("l", "name") " AS name FROM languages l"
     " UNION ALL SELECT o.kind, o.id, " IN_LANG("o", "name") " AS name FROM options o"
     " ORDER BY kind, id")

/* ---- what a person said ------------------------------------------------------------------- */

#define CHOSE(kind) "EXISTS (SELECT 1 FROM user_options x WHERE x.user_id = u.id AND x.kind = '" kind "')"

READ(PERSON, onboarding_person_row,
     "SELECT u.id, u.name, u.english_name, u.profile_image,"
     " COALESCE(u.residence, " IN_LANG("p", "city") ") AS residence, u.bio,"
     " u.communication_method, u.daily_minute, u.partner_gender, u.native_language_id,"
     " " IN_LANG("n", "name") " AS native_name, n.code AS native_code,"
     " u.onboarding_steps AS steps, u.onboarded_at IS NOT NULL AS onboarded,"
     " u.location_id IS NOT NULL AS located,"
     " u.english_name IS NOT NULL AND u.birth_year IS NOT NULL AND u.gender IS NOT NULL AS introduced,"
     " EXISTS (SELECT 1 FROM user_languages x WHERE x.user_id = u.id) AS languages,"
     " " CHOSE("topic") " AS interests, " CHOSE("personality") " AS partners,"
     " " CHOSE("group_size") " AS `groups`,"
     " EXISTS (SELECT 1 FROM user_schedules x WHERE x.user_id = u.id) AS times, u.updated_at"
     " FROM users u LEFT JOIN languages n ON n.id = u.native_language_id"
     " LEFT JOIN locations p ON p.id = u.location_id"
     " WHERE u.id = ? AND u.status <> 'DELETED'")

#define TARGET ONBOARDING_TARGET("u")

READ(LANGUAGES_OF, language_choice,
     "SELECT u.language_id AS languageId, " IN_LANG("l", "name") " AS languageName,"
     " l.code AS languageCode, u.current_level_id AS currentLevelId,"
     " " IN_LANG("c", "name") " AS currentLevelName, " TARGET " AS targetLevelId,"
     " " IN_LANG("t", "name") " AS targetLevelName, u.learning"
     " FROM user_languages u JOIN languages l ON l.id = u.language_id"
     " LEFT JOIN options c ON c.kind = 'level_language' AND c.id = u.current_level_id"
     " LEFT JOIN options t ON t.kind IN ('level_language', 'level_partner') AND t.id = " TARGET
     " WHERE u.user_id = ? ORDER BY u.learning DESC, u.created_at, u.language_id")

READ(CHOICES_OF, onboarding_choice_row,
     "SELECT u.kind, u.option_id AS id, u.position, u.detail, " IN_LANG("o", "name") " AS name"
     " FROM user_options u JOIN options o ON o.kind = u.kind AND o.id = u.option_id"
     " WHERE u.user_id = ? ORDER BY u.kind, u.position, u.option_id")

READ(TIMES_OF, onboarding_schedule_item,
     "SELECT s.id AS scheduleId, o.code AS dayOfWeek,"
     " TIME_FORMAT(SEC_TO_TIME(s.minute * 60), '%H:%i') AS classTime"
     " FROM user_schedules s JOIN options o ON o.kind = 'day_of_week' AND o.id = s.day + 1"
     " WHERE s.user_id = ? ORDER BY s.day, s.minute")

/* Two ranges, since one OR over both columns could use neither index. */
#define PARTNERS_OF(mine, other)                                                                   \
	"(SELECT COUNT(*) FROM user_matches m STRAIGHT_JOIN users u ON u.id = m." other " AND u.status = 'ACTIVE'" \
	" WHERE m." mine " = ? AND m.is_active)"
READ(COUNTS_OF, onboarding_count_row,
     "SELECT " PARTNERS_OF("user1_id", "user2_id") " + " PARTNERS_OF("user2_id", "user1_id") " AS total,"
     " " NOTIFICATION_UNREAD_OF("?") " AS unread")

/* ---- saving ------------------------------------------------------------------------------- */

#define CHOSEN                                                                                     \
	"JSON_TABLE(chosen, '$[*]' COLUMNS (ord FOR ORDINALITY, kind VARCHAR(24) PATH '$.k',"      \
	" id INT UNSIGNED PATH '$.i', position INT PATH '$.p', detail VARCHAR(32) PATH '$.d')) c"
#define LEVELS                                                                                     \
	"JSON_TABLE(levels, '$[*]' COLUMNS (ord FOR ORDINALITY, language INT UNSIGNED PATH '$.l'," \
	" current_id INT UNSIGNED PATH '$.c', target_id INT UNSIGNED PATH '$.t',"                  \
	" spoken INT UNSIGNED PATH '$.s', goal INT UNSIGNED PATH '$.g',"                           \
	" partner INT UNSIGNED PATH '$.p', learning INT PATH '$.n')) l"
#define TIMES                                                                                      \
	"JSON_TABLE(times, '$[*]' COLUMNS (day INT UNSIGNED PATH '$.d', minute INT UNSIGNED PATH '$.m')) t"
#define LEVEL(as, column)                                                                          \
	" LEFT JOIN options " as " ON " as ".kind IN ('level_language', 'level_partner')"           \
	" AND " as ".id = l." column

/*
 * All that onboarding ever writes, in one round trip inside the caller's transaction; a NULL leaves
 * its table as it is. The row of the person comes first and is what parallel saves wait for. Rows
 * that go are looked up without locks and removed by their whole key: a DELETE over a range would
 * lock the gaps next to it, and newcomers who save at the same time would deadlock there.
 */
WRITE_ROW(SAVE, onboarding_refused_row,
	  "BEGIN NOT ATOMIC"
	  " DECLARE who BIGINT UNSIGNED DEFAULT ?;"
	  " DECLARE chosen, levels, times, gone MEDIUMTEXT;"
	  " DECLARE only_these BOOL DEFAULT ?;"
	  " DECLARE done DATETIME(3) DEFAULT ?;"
	  " DECLARE refused INT;"
	  " DECLARE part, what VARCHAR(32);"
	  " SET chosen = ?, levels = ?, times = ?;"
	  " UPDATE users SET english_name = COALESCE(?, english_name), residence = COALESCE(?, residence),"
	  "  bio = COALESCE(?, bio),"
	  "  communication_method = COALESCE(?, communication_method),"
	  "  daily_minute = COALESCE(?, daily_minute), partner_gender = COALESCE(?, partner_gender),"
	  "  native_language_id = COALESCE(?, native_language_id),"
	  "  onboarding_steps = onboarding_steps | ?,"
	  "  onboarded_at = COALESCE(onboarded_at, done) WHERE id = who AND status = 'ACTIVE';"
	  " IF ROW_COUNT() = 0 THEN"
	  "  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'USER_NOT_FOUND';"
	  " END IF;"
	  " IF chosen IS NOT NULL THEN"
	  "  SELECT MIN(c.ord), 'choice' INTO refused, part FROM " CHOSEN
	  "   LEFT JOIN options o ON o.kind = c.kind AND o.id = c.id WHERE o.id IS NULL;"
	  " END IF;"
	  " IF levels IS NOT NULL AND refused IS NULL THEN"
	  "  SELECT l.ord, 'level', CASE WHEN n.id IS NULL THEN 'languageId'"
	  "    WHEN l.current_id IS NOT NULL AND a.id IS NULL THEN 'currentLevelId'"
	  "    ELSE 'targetLevelId' END INTO refused, part, what"
	  "   FROM " LEVELS " LEFT JOIN languages n ON n.id = l.language"
	  LEVEL("a", "current_id") LEVEL("b", "target_id")
	  "   WHERE n.id IS NULL OR (l.current_id IS NOT NULL AND a.id IS NULL)"
	  "    OR (l.target_id IS NOT NULL AND b.id IS NULL) ORDER BY l.ord LIMIT 1;"
	  " END IF;"
	  " IF chosen IS NOT NULL AND refused IS NULL THEN"
	  "  SELECT JSON_ARRAYAGG(JSON_OBJECT('k', u.kind, 'i', u.option_id)) INTO gone"
	  "   FROM user_options u WHERE u.user_id = who AND u.kind IN (SELECT c.kind FROM " CHOSEN ")"
	  "   AND NOT EXISTS (SELECT 1 FROM " CHOSEN " WHERE c.kind = u.kind AND c.id = u.option_id);"
	  "  IF gone IS NOT NULL THEN"
	  "   DELETE u FROM JSON_TABLE(gone, '$[*]' COLUMNS (kind VARCHAR(24) PATH '$.k',"
	  "    id INT UNSIGNED PATH '$.i')) g STRAIGHT_JOIN user_options u"
	  "    ON u.user_id = who AND u.kind = g.kind AND u.option_id = g.id;"
	  "  END IF;"
	  "  INSERT INTO user_options (user_id, kind, option_id, position, detail)"
	  "   SELECT who, c.kind, c.id, MIN(c.position), MIN(c.detail) FROM " CHOSEN
	  "   GROUP BY c.kind, c.id"
	  "   ON DUPLICATE KEY UPDATE position = VALUES(position), detail = VALUES(detail);"
	  " END IF;"
	  " IF levels IS NOT NULL AND refused IS NULL THEN"
	  "  INSERT INTO user_languages (user_id, language_id, current_level_id, target_level_id,"
	  "   partner_level_id, learning)"
	  "   SELECT who, l.language, l.spoken, l.goal, l.partner, l.learning FROM " LEVELS
	  "   ON DUPLICATE KEY UPDATE"
	  "   current_level_id = COALESCE(VALUES(current_level_id), current_level_id),"
	  "   target_level_id = COALESCE(VALUES(target_level_id), target_level_id),"
	  "   partner_level_id = COALESCE(VALUES(partner_level_id), partner_level_id),"
	  "   learning = user_languages.learning OR VALUES(learning);"
	  "  IF only_these THEN"
	  "   DELETE FROM user_languages WHERE user_id = who AND learning AND current_level_id IS NULL"
	  "    AND language_id NOT IN (SELECT l.language FROM " LEVELS ");"
	  "   UPDATE user_languages SET learning = FALSE, target_level_id = NULL, partner_level_id = NULL"
	  "    WHERE user_id = who AND learning AND language_id NOT IN (SELECT l.language FROM " LEVELS ");"
	  "  END IF;"
	  " END IF;"
	  " IF times IS NOT NULL AND refused IS NULL THEN"
	  "  SELECT JSON_ARRAYAGG(JSON_OBJECT('d', s.day, 'm', s.minute)) INTO gone"
	  "   FROM user_schedules s WHERE s.user_id = who"
	  "   AND NOT EXISTS (SELECT 1 FROM " TIMES " WHERE t.day = s.day AND t.minute = s.minute);"
	  "  IF gone IS NOT NULL THEN"
	  "   DELETE s FROM JSON_TABLE(gone, '$[*]' COLUMNS (day INT UNSIGNED PATH '$.d',"
	  "    minute INT UNSIGNED PATH '$.m')) g STRAIGHT_JOIN user_schedules s"
	  "    ON s.user_id = who AND s.day = g.day AND s.minute = g.minute;"
	  "  END IF;"
	  "  INSERT INTO user_schedules (user_id, day, minute)"
	  "   SELECT DISTINCT who, t.day, t.minute FROM " TIMES
	  "   ON DUPLICATE KEY UPDATE minute = VALUES(minute);"
	  " END IF;"
	  " IF done IS NOT NULL AND refused IS NULL THEN" /* for the first time */
	  "  INSERT INTO outbox (event, subject_id, actor_id, payload)"
	  "   SELECT 'onboarding.completed', u.id, u.id, '{}' FROM users u WHERE u.id = who AND u.onboarded_at = done;"
	  " END IF;"
	  " SELECT refused AS position, part, what;"
	  " END")

WRITE(CLEAR_TIMES,
      "DELETE FROM user_schedules WHERE user_id = ? AND day = COALESCE(?, day) AND (? IS NULL OR id IN"
      " (SELECT j.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j))")

WRITE(SET_LEVEL,
      "UPDATE user_languages SET current_level_id = ? WHERE user_id = ? AND learning"
      " AND language_id = (SELECT l.id FROM languages l WHERE l.code = ?) AND NOT current_level_id <=> ?")

const struct stmt *const onboarding_stmts[] = {
	&LANGUAGES,    &OPTIONS,    &OPTION,   &SLOTS,	    &ZONES, &AVAILABLE,	  &PERSON,
	&LANGUAGES_OF, &CHOICES_OF, &TIMES_OF, &COUNTS_OF, &SAVE,  &CLEAR_TIMES, &SET_LEVEL, NULL,
};

static int english(const struct ctx *c)
{
	return c->lang == LANG_EN;
}

enum status onboarding_sql_languages(struct ctx *c, struct list *out)
{
	return db_list(c, &LANGUAGES, out, OPTIONS_MAX, ARGS(P(english(c)), P(english(c))));
}

enum status onboarding_sql_options(struct ctx *c, const char *kind, const char *also, struct list *out)
{
	return db_list(c, &OPTIONS, out, OPTIONS_MAX,
		       ARGS(P(english(c)), P(english(c)), P(kind), P(also)));
}

enum status onboarding_sql_option(struct ctx *c, const char *kind, const char *code, int64_t id,
				  struct onboarding_option_item *out)
{
	return db_one(c, &OPTION, out,
		      ARGS(P(english(c)), P(english(c)), P(kind), P(code), P(id), P(code)));
}

enum status onboarding_sql_slots(struct ctx *c, struct list *out)
{
	return db_list(c, &SLOTS, out, OPTIONS_MAX, ARGS(P(english(c))));
}

enum status onboarding_sql_zones(struct ctx *c, struct list *out)
{
	return db_list(c, &ZONES, out, ZONES_MAX, NO_ARGS);
}

enum status onboarding_sql_available(struct ctx *c, struct list *out)
{
	return db_list(c, &AVAILABLE, out, AVAILABLE_MAX, ARGS(P(english(c)), P(english(c))));
}

enum status onboarding_sql_person(struct ctx *c, uint64_t id, struct onboarding_person_row *out)
{
	enum status st = db_one(c, &PERSON, out, ARGS(P(english(c)), P(english(c)), P(id)));

	return st == E_NO_ROW ? fail(c, E_USER_NOT_FOUND, "user %llu", (unsigned long long)id) : st;
}

enum status onboarding_languages(struct ctx *c, uint64_t user_id, struct list *out)
{
	int en = english(c);

	return db_list(c, &LANGUAGES_OF, out, OPTIONS_MAX, ARGS(P(en), P(en), P(en), P(user_id)));
}

enum status onboarding_sql_choices(struct ctx *c, uint64_t id, struct list *out)
{
	return db_list(c, &CHOICES_OF, out, CHOICES_MAX, ARGS(P(english(c)), P(id)));
}

enum status onboarding_sql_times(struct ctx *c, uint64_t id, struct list *out)
{
	return db_list(c, &TIMES_OF, out, TIMES_MAX, ARGS(P(id)));
}

enum status onboarding_sql_counts(struct ctx *c, uint64_t id, struct onboarding_count_row *out)
{
	return db_one(c, &COUNTS_OF, out, ARGS(P(id), P(id), P(id)));
}

/* ---- lists as JSON, the one form in which a statement takes many rows -------------------- */

enum { JSON_ROW_BYTES = 120 };

static struct buf json_begin(struct ctx *c, size_t rows)
{
	return buf_new(c->arena, 256, (rows + 1) * JSON_ROW_BYTES);
}

static const char *json_end(struct buf *b)
{
	if (!b->len)
		return NULL;
	b->data[0] = '['; /* every row was written with a comma before it */
	buf_char(b, ']');
	assert(!b->over);
	return b->data;
}

static void json_int(struct buf *b, const char *name, int64_t v)
{
	if (v)
		buf_printf(b, ",\"%s\":%lld", name, (long long)v);
}

static const char *choices_json(struct ctx *c, const struct answers *a)
{
	struct buf b = json_begin(c, a->n_choices);

	for (size_t i = 0; i < a->n_choices; i++) {
		const struct choice *o = &a->choices[i];

		buf_printf(&b, ",{\"k\":\"%s\"", o->kind);
		json_int(&b, "i", o->id);
		json_int(&b, "p", o->position);
		if (o->detail)
			buf_printf(&b, ",\"d\":\"%s\"", o->detail);
		buf_char(&b, '}');
	}
	return json_end(&b);
}

static const char *levels_json(struct ctx *c, const struct answers *a)
{
	struct buf b = json_begin(c, a->n_levels);

	for (size_t i = 0; i < a->n_levels; i++) {
		const struct level *l = &a->levels[i];

		buf_printf(&b, ",{\"n\":%d", l->learning);
		json_int(&b, "l", l->language);
		json_int(&b, "c", l->current_id);
		json_int(&b, "t", l->target_id);
		json_int(&b, "s", l->spoken);
		json_int(&b, "g", l->goal);
		json_int(&b, "p", l->partner);
		buf_char(&b, '}');
	}
	return json_end(&b);
}

static const char *times_json(struct ctx *c, const struct answers *a)
{
	struct buf b = json_begin(c, a->n_times);

	for (size_t i = 0; i < a->n_times; i++)
		buf_printf(&b, ",{\"d\":%d,\"m\":%d}", (int)a->times[i].day, (int)a->times[i].minute);
	return json_end(&b);
}

enum status onboarding_sql_save(struct ctx *c, const struct answers *a, struct onboarding_refused_row *out)
{
	return db_one(c, &SAVE, out,
		      ARGS(P(c->me.user_id), P(a->only_these), db_time(a->complete ? c->now : 0),
			   P(choices_json(c, a)), P(levels_json(c, a)),
			   P(times_json(c, a)), P(a->english_name), P(a->residence), P(a->bio),
			   P(a->communication_method), P(a->daily_minute), P(a->partner_gender),
			   db_id((uint64_t)a->native_language_id), P(a->steps)));
}

enum status onboarding_sql_clear(struct ctx *c, int day, const int64_t *ids, size_t n, int64_t *removed)
{
	struct buf b = json_begin(c, n);

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, ",%lld", (long long)ids[i]);
	const char *json = json_end(&b);

	return db_exec(c, &CLEAR_TIMES, removed,
		       ARGS(P(c->me.user_id), day < 0 ? (struct db_val){0} : P(day), P(json), P(json)));
}

enum status onboarding_sql_level(struct ctx *c, const char *language, int64_t level, int64_t *changed)
{
	return db_exec(c, &SET_LEVEL, changed, ARGS(P(level), P(c->me.user_id), P(language), P(level)));
}
