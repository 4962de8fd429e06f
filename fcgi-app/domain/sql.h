/* Pieces of SQL that statements of several domains share. */
#ifndef DOMAIN_SQL_H
#define DOMAIN_SQL_H

/* Many ids in one parameter: a JSON array (buf_ids()) as a table with the column id. */
#define IDS_OF(json) "JSON_TABLE(" json ", '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$'))"

/* The day of a moment in Korea, whose days those of study groups and of the site's figures are. */
#define KOREA_DAY(time) "DATE(" time " + INTERVAL 9 HOUR)"

/* Ends a compound statement with a status of errors.h: REFUSE("CHAT_NO_ROOM"). */
#define REFUSE(status) "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '" status "'"

/* Two people who must not reach each other: one has blocked the other. */
#define BLOCKED(a, b)                                                                              \
	"(EXISTS (SELECT 1 FROM blocks b1 WHERE b1.user_id = " a " AND b1.blocked_id = " b ")"     \
	" OR EXISTS (SELECT 1 FROM blocks b2 WHERE b2.user_id = " b " AND b2.blocked_id = " a "))"

/* Two people who are partners now. */
#define MATCHED(a, b)                                                                              \
	"EXISTS (SELECT 1 FROM user_matches um WHERE um.user1_id = LEAST(" a ", " b ")"            \
	" AND um.user2_id = GREATEST(" a ", " b ") AND um.is_active)"

/* Whether v may see no profile of u: w is the row of user_privacy of u, or of nobody. */
#define CONCEALED(u, v, w)                                                                         \
	"(COALESCE(" w ".profile_visibility, 'public') = 'private'"                                \
	" OR (COALESCE(" w ".profile_visibility, 'public') = 'friends' AND NOT " MATCHED(u, v) ")" \
	" OR " BLOCKED(u, v) ")"

/* A gateway that is alive. NOW() and not SYSDATE() where times are compared: only a constant finds its way through an
 * index. */
#define BEATS(g) g ".beat_at > NOW(3) - INTERVAL 30 SECOND"

/* A text of a table that has it in both languages; english: what is true for readers of English. */
#define IN_LANG(english, column) "IF(" english ", " column "_en, " column "_ko)"
#endif
