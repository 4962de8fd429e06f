/* SQL of the languages of u, a row of users: n the native one, l the first one they learn, o how well. */
#ifndef DOMAIN_TONGUES_H
#define DOMAIN_TONGUES_H

#define TONGUES(u)                                                                                 \
	" LEFT JOIN languages n ON n.id = " u ".native_language_id"                                \
	" LEFT JOIN user_languages t ON t.user_id = " u ".id AND t.language_id ="                  \
	"  (SELECT MIN(k.language_id) FROM user_languages k WHERE k.user_id = " u ".id AND k.learning)" \
	" LEFT JOIN languages l ON l.id = t.language_id"                                           \
	" LEFT JOIN options o ON o.kind = 'level_language' AND o.id = t.current_level_id"
#endif
