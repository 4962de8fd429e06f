/*
 * Notifications: telling people what happened. A domain that wants somebody told consumes an event
 * of the outbox (domain/job.h), fills a notice from a template and calls notify_user() and the like:
 * a row in the person's list, once per event and person however often the job runs, in the person's
 * language, unless they switched that category off or a block stands between them and who did it;
 * then the row goes to their open sockets, and to their devices and mailbox (delivery.h). Quiet hours
 * do not matter here: they silence push and mail.
 */
#ifndef DOMAIN_NOTIFICATION_H
#define DOMAIN_NOTIFICATION_H

#include "base/ctx.h"
#include "base/shape.h"
#include "domain/job.h"

/* T(name, id, type, category, priority, page, Korean title and message, English title and message).
 * {words} are parameters. */
#define NOTIFY_TEMPLATES(T)                                                                        \
	T(MATCH_REQUEST, "match_request", "match_request", "matching", 2, "/matching/requests/received", \
	  "새로운 매칭 요청", "{name}님이 매칭을 요청했습니다",                                    \
	  "New match request", "{name} would like to be your partner")                             \
	T(MATCH_ACCEPTED, "match_accepted", "match_accepted", "matching", 3, "/chat",              \
	  "매칭 성사", "{name}님과 매칭되었습니다", "It is a match", "You and {name} are partners now") \
	T(MATCH_REJECTED, "match_rejected", "match_rejected", "matching", 1, "/matching",          \
	  "매칭 요청 결과", "{name}님이 매칭 요청을 거절했습니다",                                 \
	  "Match request declined", "{name} declined your request")                                \
	T(CHAT_TEXT, "chat_text", "chat", "chat", 2, "/chat", "{room}", "{name}: {text}", "{room}", \
	  "{name}: {text}")                                                                        \
	T(CHAT_IMAGE, "chat_image", "chat", "chat", 2, "/chat", "{room}", "{name}: 사진을 보냈습니다", \
	  "{room}", "{name}: sent a photo")                                                        \
	T(CHAT_AUDIO, "chat_audio", "chat", "chat", 2, "/chat", "{room}",                          \
	  "{name}: 음성 메시지를 보냈습니다", "{room}", "{name}: sent a voice message")            \
	T(CHAT_FILE, "chat_file", "chat", "chat", 2, "/chat", "{room}", "{name}: 파일을 보냈습니다", \
	  "{room}", "{name}: sent a file")                                                         \
	T(STUDY_CHAT, "study_chat", "chat", "study", 2, NULL, "{room}", "{name}님이 메시지를 보냈습니다", \
	  "{room}", "{name} sent a message")                                                       \
	T(STUDY_JOINED, "study_joined", "join_approved", "study", 2, NULL, "{room}",                \
	  "{room} 가입이 승인되었습니다", "{room}", "You are a member of {room} now")              \
	T(STUDY_NOTICE, "study_notice", "notice", "study", 2, NULL, "{room}", "새 공지사항: {title}", \
	  "{room}", "New notice: {title}")                                                         \
	T(STUDY_FILE, "study_file", "file", "study", 2, NULL, "{room}", "새 파일: {title}", "{room}", \
	  "New file: {title}")                                                                     \
	T(STUDY_EVENT, "study_event", "event", "study", 2, NULL, "{room}", "새 일정: {title}", "{room}", \
	  "New event: {title}")                                                                    \
	T(STUDY_TASK, "study_task", "task", "study", 2, NULL, "{room}", "새 할일: {title}", "{room}", \
	  "New task: {title}")                                                                     \
	T(STUDY_ENTRY, "study_entry", "member", "study", 2, NULL, "{room}", "새 멤버가 가입했습니다", \
	  "{room}", "A new member has joined")                                                     \
	T(STUDY_REQUEST, "study_request", "member", "study", 2, NULL, "{room}", "새 가입 신청이 있습니다", \
	  "{room}", "Somebody would like to join")                                                 \
	T(STUDY_RANK, "study_rank", "member", "study", 2, NULL, "{room}", "멤버의 역할이 변경되었습니다", \
	  "{room}", "Your role has changed")                                                       \
	T(STUDY_KICK, "study_kick", "kick", "study", 3, NULL, "{room}", "{room} 스터디에서 내보내졌습니다", \
	  "{room}", "You were removed from {room}")                                                \
	T(STUDY_KICK_WHY, "study_kick_why", "kick", "study", 3, NULL, "{room}",                     \
	  "{room} 스터디에서 내보내졌습니다: {title}", "{room}", "You were removed from {room}: {title}") \
	T(STUDY_EXIT, "study_exit", "member", "study", 1, NULL, "{room}", "멤버가 탈퇴했습니다",    \
	  "{room}", "A member has left")                                                           \
	T(SESSION_REMINDER, "session_reminder", "session_reminder", "session", 3, "/schedule",     \
	  "세션 알림", "'{title}' 세션이 {time}에 시작합니다",                                     \
	  "Session reminder", "\"{title}\" starts at {time}")                                      \
	/* of who wants no mail of it: another type, since the type is what decides that */        \
	T(SESSION_PUSH_REMINDER, "session_push_reminder", "session_push_reminder", "session", 3, "/schedule", \
	  "세션 알림", "'{title}' 세션이 {time}에 시작합니다",                                     \
	  "Session reminder", "\"{title}\" starts at {time}")                                      \
	T(SESSION_CANCELLED, "session_cancelled", "session_cancelled", "session", 3, "/schedule",  \
	  "세션 취소", "'{title}' 세션이 취소되었습니다",                                          \
	  "Session cancelled", "\"{title}\" has been cancelled")                                   \
	T(SESSION_INVITATION, "session_invitation", "session_invitation", "session", 3, "/schedule", \
	  "새로운 세션", "{name}님이 {time}에 '{title}' 세션을 예약했습니다",                      \
	  "New session", "{name} has planned \"{title}\" with you, {time}")                        \
	T(SESSION_BOOKED, "session_booked", "session_booked", "session", 2, "/schedule",           \
	  "세션 참가", "{name}님이 '{title}' 세션에 참가합니다",                                   \
	  "Somebody joins your session", "{name} takes part in \"{title}\"")                       \
	T(SESSION_LEFT, "session_left", "session_left", "session", 3, "/schedule",                 \
	  "세션 참가 취소", "{name}님이 '{title}' 세션에 참가하지 않습니다",                       \
	  "Somebody leaves your session", "{name} does not take part in \"{title}\" any more")     \
	T(SESSION_MOVED, "session_moved", "session_moved", "session", 3, "/schedule",              \
	  "세션 시간 변경", "'{title}' 세션이 {time}(으)로 변경되었습니다",                        \
	  "Session moved", "\"{title}\" takes place at {time} now")                                \
	T(GROUP_JOINED, "group_session_joined", "group_session_joined", "session", 1, "/sessions", \
	  "그룹 세션 참가", "{name}님이 '{title}' 그룹 세션에 참가했습니다",                       \
	  "Somebody joins your group session", "{name} takes part in \"{title}\"")                 \
	T(GROUP_STARTED, "group_session_started", "group_session_started", "session", 3, "/sessions", \
	  "그룹 세션 시작", "'{title}' 그룹 세션이 시작되었습니다",                                \
	  "Group session", "\"{title}\" has begun")                                                \
	T(GROUP_CANCELLED, "group_session_cancelled", "group_session_cancelled", "session", 2, "/sessions", \
	  "그룹 세션 취소", "'{title}' 그룹 세션이 취소되었습니다",                                \
	  "Group session cancelled", "\"{title}\" has been cancelled")                             \
	T(GROUP_UPDATED, "group_session_updated", "group_session_updated", "session", 2, "/sessions", \
	  "그룹 세션 변경", "'{title}' 그룹 세션의 정보가 변경되었습니다",                         \
	  "Group session changed", "Something about \"{title}\" has changed")                      \
	T(GROUP_INVITE, "group_session_invite", "group_session_invite", "session", 2, "/sessions", \
	  "그룹 세션 초대", "{name}님이 '{title}' 그룹 세션에 초대했습니다",                       \
	  "Invitation to a group session", "{name} invites you to \"{title}\"")                    \
	T(LEVEL_TEST_RESULT, "level_test_result", "level_test_result", "level_test", 2, "/profile", \
	  "레벨 테스트 결과", "레벨 테스트 결과는 {level}입니다",                                  \
	  "Level test result", "Your level is {level}")                                            \
	T(ACHIEVEMENT, "achievement", "achievement", "achievement", 2, "/achievements",            \
	  "업적 달성", "'{title}' 업적을 달성했습니다", "Achievement", "You have earned \"{title}\"") \
	T(DAILY_STREAK, "daily_streak", "daily_streak", "goal", 2, "/analytics",                   \
	  "연속 학습", "{count}일 연속으로 학습했습니다", "Streak", "{count} days in a row")       \
	T(PASSWORD_CHANGED, "password_changed", "password_changed", "system", 4, "/settings",      \
	  "비밀번호 변경", "비밀번호가 변경되었습니다. 본인이 아니라면 바로 알려 주세요",          \
	  "Password changed", "Your password was changed. If that was not you, tell us at once")   \
	/* asked for by who cannot log in; a link that is good once stands below it */             \
	T(PASSWORD_RESET, "password_reset", "password_reset", "system", 4, NULL,                   \
	  "비밀번호 재설정", "아래 링크에서 새 비밀번호를 정할 수 있습니다. "                         \
	  "링크는 한 시간 동안, 한 번만 쓸 수 있습니다.\n"                                         \
	  "요청하신 적이 없다면 이 메일을 무시해 주세요. 비밀번호는 그대로입니다.",                   \
	  "Choose another password",                                                               \
	  "With the link below you can choose another password. It is good for an hour, and once.\n" \
	  "If you did not ask for that, ignore this mail: your password stays what it is.")        \
	/* to an address that nobody has confirmed, with a link */                                 \
	T(EMAIL_CONFIRM, "email_confirm", "email_confirm", "system", 4, NULL,                      \
	  "이메일 주소 확인", "StudyMate 계정에 이 이메일 주소가 등록되었습니다. "                        \
	  "회원님의 계정이라면 아래 링크에서 주소를 확인해 주세요. "                                     \
	  "링크는 일주일 동안 쓸 수 있습니다.\n"                                                    \
	  "가입하신 적이 없다면 이 메일을 무시해 주세요. 확인하지 않은 주소로는 소식을 보내지 않습니다.", \
	  "Confirm your address",                                                                  \
	  "A StudyMate account has this address as its own. If the account is yours, say so with the link below, " \
	  "which is good for a week.\n"                                                            \
	  "If you did not sign up, ignore this mail: no news goes to an address that nobody has confirmed.") \
	/* decisions about an account are mailed whatever was switched off; these to the address it was before */ \
	T(EMAIL_CHANGED, "email_changed", "email_changed", "system", 4, "/settings",               \
	  "이메일 주소 변경", "운영진이 회원님의 이메일 주소를 변경했습니다. 요청하신 적이 없다면 바로 알려 주세요", \
	  "E-mail address changed",                                                                \
	  "The administrators have changed your e-mail address. If you did not ask for that, tell us at once") \
	T(ADDRESS_CHANGED, "address_changed", "email_changed", "system", 4, "/settings",           \
	  "이메일 주소 변경", "계정의 이메일 주소가 변경되었습니다. 본인이 아니라면 바로 알려 주세요", \
	  "E-mail address changed",                                                                \
	  "The e-mail address of your account was changed. If that was not you, tell us at once")  \
	/* of the study groups' list, whose client knows the type */                               \
	T(ADMIN_WARNED, "admin_warned", "notice", "study", 4, NULL,                                \
	  "운영진 안내", "경고를 받았습니다: {title}\n유효 기간: {time}",                          \
	  "From the administrators", "You were warned: {title}\nIt counts: {time}")                \
	T(ADMIN_RESTRICTED, "admin_restricted", "notice", "study", 4, NULL,                        \
	  "운영진 안내", "일부 기능의 이용이 제한되었습니다: {title}\n제한된 기능: {text}\n기간: {time}", \
	  "From the administrators", "Some things are closed to you: {title}\nWhich: {text}\nHow long: {time}") \
	T(ADMIN_UNRESTRICTED, "admin_unrestricted", "notice", "study", 4, NULL,                    \
	  "이용 제한 해제", "기능의 이용 제한이 해제되었습니다\n사유: {title}",                     \
	  "Nothing is closed to you", "What was closed to you is open again\nReason: {title}")      \
	T(ADMIN_SUSPENDED, "admin_suspended", "notice", "study", 4, NULL,                          \
	  "계정 이용 정지", "계정의 이용이 정지되었습니다\n사유: {title}\n기간: {time}",           \
	  "Your account is suspended", "Your account is suspended\nReason: {title}\nHow long: {time}") \
	T(ADMIN_DELETED_USER, "admin_deleted_user", "notice", "study", 4, NULL,                    \
	  "계정 삭제", "운영진이 계정을 삭제했습니다\n사유: {title}\n기간: {time}",                \
	  "Your account was deleted",                                                              \
	  "The administrators have deleted your account\nReason: {title}\nHow long: {time}")       \
	T(ADMIN_RESTORED, "admin_restored", "notice", "study", 4, NULL,                            \
	  "계정 복구", "계정을 다시 이용할 수 있습니다\n사유: {title}",                              \
	  "Your account is restored", "You can use your account again\nReason: {title}")           \
	T(ADMIN_DELETED_MESSAGE, "admin_deleted_message", "notice", "study", 4, NULL,              \
	  "운영진 안내", "운영 원칙에 어긋나는 메시지가 삭제되었습니다: {title}",                  \
	  "From the administrators", "A message of yours was deleted: {title}")                    \
	T(ADMIN_DELETED_STUDY, "admin_deleted_study", "notice", "study", 4, NULL,                  \
	  "운영진 안내", "운영 원칙에 어긋나는 스터디가 삭제되었습니다: {title}",                  \
	  "From the administrators", "A study of yours was deleted: {title}")                      \
	T(STUDY_HIDDEN, "study_hidden", "notice", "study", 3, NULL, "{room}",                      \
	  "운영진이 {room} 스터디를 숨겼습니다: {title}", "{room}",                                \
	  "The administrators have hidden {room}: {title}")                                        \
	T(STUDY_SHUT, "study_shut", "notice", "study", 3, NULL, "{room}",                          \
	  "운영진이 {room} 스터디를 종료했습니다: {title}", "{room}",                              \
	  "The administrators have closed {room}: {title}")                                        \
	T(STUDY_BACK, "study_back", "notice", "study", 3, NULL, "{room}",                          \
	  "{room} 스터디의 이용 제한이 해제되었습니다", "{room}", "{room} is as it was before")    \
	T(REPORT_RESOLVED, "report_resolved", "notice", "study", 2, NULL,                          \
	  "신고 결과", "신고하신 내용을 확인하고 조치했습니다: {title}",                           \
	  "Your report", "Your report was found right and acted upon: {title}")                    \
	T(REPORT_REJECTED, "report_rejected", "notice", "study", 2, NULL,                          \
	  "신고 결과", "신고하신 내용을 검토했으나 조치하지 않았습니다: {title}",                  \
	  "Your report", "Your report was looked at, and nothing was done: {title}")               \
	/* asked for, so it comes whatever was switched off; the last word in data is what the mail leads to */ \
	T(DATA_EXPORT, "data_export", "data_export", "system", 4, "/settings/data",                \
	  "[STUDYMATE] 데이터 내보내기 완료",                                                        \
	  "요청하신 데이터 내보내기가 완료되었습니다.\n\n유효기간: 7일 ({time}까지)\n파일 크기: {text}\n\n"   \
	  "포함된 데이터:\n- 프로필 정보\n- 세션 기록 (1:1, 그룹)\n- 채팅 메시지\n- 학습 분석 데이터\n"         \
	  "- 업적 및 통계\n- 설정 정보\n\n※ 보안을 위해 비밀번호는 포함되지 않습니다.", \
	  "[STUDYMATE] Your data is ready",                                                        \
	  "The export of your data you asked for is ready.\n\nGood for: 7 days (until {time})\nSize: {text}\n\n" \
	  "What it holds:\n- your profile\n- sessions (of two, of groups)\n- chat messages\n- learning statistics\n" \
	  "- achievements\n- settings\n\nPasswords are not in it, so that they stay safe.")        \
	T(SYSTEM_MAINTENANCE, "system_maintenance", "system_maintenance", "system", 3, "/notifications", \
	  "점검 안내", "{time}에 서비스 점검이 있습니다", "Maintenance", "The service pauses at {time}") \
	T(TEST, "test", "test", "test", 2, "/notifications", "테스트 알림", "알림이 정상적으로 동작합니다", \
	  "Test notification", "Notifications work")

#define NOTIFY_ENUM(name, ...) NOTIFY_##name,
enum notify_template { NOTIFY_TEMPLATES(NOTIFY_ENUM) NOTIFY_MAX };
#undef NOTIFY_ENUM

/* One per template, by its number. */
struct template_row {
	const char *id, *type, *category;
	int64_t priority;
	const char *page;
	const char *title[2], *message[2]; /* by enum lang */
};
extern const struct template_row notify_templates[NOTIFY_MAX];

/* NOTIFY_MAX: none has that id. */
enum notify_template notify_template_of(const char *id);

struct notify_param {
	const char *name, *value;
};

struct notice {
	const char *type, *category;
	int64_t priority; /* 1 to 4; 4 and the category urgent pass by what people switched off */
	const char *title[2], *message[2]; /* by enum lang */
	const char *click_url; /* NULL, or a page that notify_page_exists() */
	const char *data;      /* a JSON object, or NULL; rooms and sessions as chatRoomId and learningSessionId:
				* the web client would open roomId and sessionId as pages it does not have */
	bool absent;	       /* also who is suspended, or was deleted by an administrator */
	bool mail_alone;       /* in no list and to no device; only with a mail that MAILED lets through */
	uint64_t actor_id;     /* whose doing it is, for blocks; 0: nobody's */
	int64_t expires_at;
};

/* With the texts administrators gave it, as they were a second ago at most: that asks MariaDB once a second. params: up
 * to one without a name. */
struct notice notify_notice(struct ctx *c, enum notify_template t, const struct notify_param *params);

/* Tells one person, or the people of a JSON array of at most NOTIFY_BATCH ids. One statement. */
enum { NOTIFY_BATCH = 500 };
MUST_USE enum status notify_user(struct ctx *c, uint64_t event_id, uint64_t user_id, const struct notice *n);
MUST_USE enum status notify_people(struct ctx *c, uint64_t event_id, const char *ids, const struct notice *n);

/* Tells as many as there are, a batch each time the job is called. next: the ids greater than
 * e->progress, ascending, at most NOTIFY_BATCH of them, as rows of notify_id. */
#define NOTIFY_ID(F, S) F(S, ID, id)
SHAPE_STRUCT(notify_id, NOTIFY_ID)
MUST_USE enum status notify_many(struct ctx *c, struct event *e, const struct notice *n,
				 enum status (*next)(struct ctx *c, const struct event *e, struct list *ids));

/* SQL: who has read a chat to its end needs no notification of it. open: open_room or open_study; chat and me:
 * variables of the statement. */
#define NOTIFICATION_SEEN(open, chat)                                                              \
	" IF EXISTS (SELECT 1 FROM notifications n WHERE n.user_id = me AND n." open " = " chat ") THEN" \
	"  UPDATE notifications SET status = 'READ', read_at = SYSDATE(3) WHERE user_id = me AND " open " = " chat ";" \
	" END IF;"

/* Whether mails are sent at all. */
bool notification_mails(const struct ctx *c);

/* What the caller wants to be told. */
struct notification_settings_out; /* notification_shapes.h */
MUST_USE enum status notification_settings(struct ctx *c, struct notification_settings_out *out);

/* Whether the web client has that page: others would show as blank. */
bool notify_page_exists(const char *path);

/* In statements of other domains: how many notifications of that user are unread. */
#define NOTIFICATION_UNREAD_OF(user)                                                               \
	"(SELECT COUNT(*) FROM notifications n WHERE n.user_id = " user " AND n.status = 'UNREAD')"
#endif
