/* Pieces of the compound statements that change a group or its members. All of them lock the group's row first: what
 * they read after that is as new as the lock, and of two at once the second finds what the first did. For db_tx(). */
#ifndef DOMAIN_STUDY_LOCKS_H
#define DOMAIN_STUDY_LOCKS_H

#define STUDY_AND_ME                                                                               \
	" DECLARE study BIGINT UNSIGNED DEFAULT ?;"                                                \
	" DECLARE me BIGINT UNSIGNED DEFAULT ?;"                                                   \
	" DECLARE grade INT;"                                                                      \
	" DECLARE chairs, people INT UNSIGNED;"
#define LOCK_STUDY                                                                                 \
	" SELECT s.max_members, s.member_count INTO chairs, people FROM studies s WHERE s.id = study FOR UPDATE;"

/* n: of enum study_role. */
#define AT_LEAST(n)                                                                                \
	" SELECT FIELD(m.role, 'MEMBER', 'ADMIN', 'OWNER') INTO grade FROM study_members m"        \
	"  WHERE m.study_id = study AND m.user_id = me AND m.status = 'ACTIVE';"                   \
	" IF grade IS NULL THEN " REFUSE("STUDY_NOT_MEMBER") "; END IF;"                           \
	" IF grade < " n " THEN " REFUSE("STUDY_ROLE") "; END IF;"

/* One more or less; who asked looked first, and the table's check holds in any case. */
#define COUNT_MEMBER(more)                                                                         \
	" UPDATE studies SET member_count = member_count " more " 1, updated_at = updated_at WHERE id = study;"

/* A task is nobody's who is no member: their form gives it to all who had it again. */
#define TAKE_TASKS_OF(user)                                                                        \
	" DELETE a FROM study_task_assignees a STRAIGHT_JOIN study_tasks t ON t.id = a.task_id"    \
	"  WHERE a.user_id = " user " AND t.study_id = study;"
#endif
