/* SQL that sessions of two (meeting/) and of groups (group_session/) share. Statements have the variables sid,
 * me, state and past; queries a row v with the caller as `me`. */
#ifndef DOMAIN_LESSONS_H
#define DOMAIN_LESSONS_H

#include "domain/sql.h"

#define CALLER "(SELECT CAST(? AS UNSIGNED) AS me) v"
#define NAME_OF(u) "COALESCE(NULLIF(" u ".english_name, ''), " u ".name)"

#define ONLY_WHEN(states) " IF state NOT IN (" states ") THEN " REFUSE("SESSION_STATE") "; END IF;"
#define NOT_OVER " IF past THEN " REFUSE("SESSION_OVER") "; END IF;"
#define SAY(event) " INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('" event "', sid, me, '{}');"

/* A language is known by its code wherever it is one of ours: clients tell Korean and English apart by it. */
#define CODE_OF(lang)                                                                              \
	" SELECT COALESCE(MIN(l.code), " lang ") INTO " lang " FROM languages l"                   \
	"  WHERE " lang " IN (l.code, l.name_ko, l.name_en);"

/* What achievements count: who was there until the end, and for how long. about: a variable for it. */
#define SAY_COMPLETED(sessions, seats, there)                                                      \
	" SELECT JSON_OBJECT('participants', JSON_ARRAYAGG(x.user_id ORDER BY x.id),"              \
	"   'minutes', MAX(s.actual_minutes)) INTO about FROM " sessions " s"                      \
	"  STRAIGHT_JOIN " seats " x ON x.session_id = s.id AND " there " WHERE s.id = sid;"       \
	" INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES ('session.completed', sid, me, about);"
#endif
