/*
 * Every way a request can fail, once. A row is
 *   E(name, HTTP status, public code, log level, Korean text, English text)
 * Codes are those of the API guide where it has one, else those the shipped clients know.
 * 401 is for tokens only, 403 only for a missing role: the shipped client ends the login on both. (Study groups and
 * call rooms have clients of their own, which do not.)
 */
#ifndef BASE_ERRORS_H
#define BASE_ERRORS_H

#include "base/base.h"

#define ERROR_TABLE(E)                                                                             \
	E(OK, 200, "OK", INFO, "성공", "Success")                                                  \
	/* the request itself */                                                                   \
	E(BAD_JSON, 400, "INVALID_PAYLOAD", INFO, "요청 본문이 올바른 JSON이 아닙니다",            \
	  "The body is not valid JSON")                                                            \
	E(BODY_CUT, 400, "INCOMPLETE_BODY", INFO, "요청 본문이 중간에 끊겼습니다",                 \
	  "The body ended before its declared length")                                             \
	E(VALIDATION, 400, "VALIDATION_ERROR", INFO, "입력값을 확인해 주세요",                     \
	  "Please check the marked fields")                                                        \
	E(NO_ROUTE, 404, "NOT_FOUND", INFO, "요청한 주소를 찾을 수 없습니다", "No such address")   \
	E(BAD_METHOD, 405, "METHOD_NOT_ALLOWED", INFO, "지원하지 않는 요청 방식입니다",            \
	  "This address does not take that method")                                                \
	E(TOO_LARGE, 413, "PAYLOAD_TOO_LARGE", INFO, "요청이 너무 큽니다",                         \
	  "The request is too large")                                                              \
	E(BAD_TYPE, 415, "UNSUPPORTED_MEDIA_TYPE", INFO,                                           \
	  "이 주소에서 지원하지 않는 Content-Type입니다", "This Content-Type is not taken here")   \
	E(KEY_REUSED, 422, "IDEMPOTENCY_KEY_REUSED", INFO,                                         \
	  "같은 Idempotency-Key로 다른 요청을 보낼 수 없습니다",                                   \
	  "This Idempotency-Key was used with another body")                                       \
	E(UPGRADE, 426, "UPGRADE_REQUIRED", INFO, "WebSocket으로 연결해야 하는 주소입니다",            \
	  "This address is for WebSockets")                                                        \
	E(RATE_LIMITED, 429, "TOO_MANY_REQUESTS", INFO,                                            \
	  "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요",                                      \
	  "Too many requests; try again later")                                                    \
	/* files */                                                                                \
	E(BAD_FORM, 400, "INVALID_FORM_DATA", INFO, "multipart/form-data 형식이 올바르지 않습니다", \
	  "The body is not valid multipart/form-data")                                             \
	E(FILE_TOO_LARGE, 400, "FILE_TOO_LARGE", INFO, "파일이 너무 큽니다", "The file is too large") \
	E(FILE_TYPE, 400, "INVALID_FILE_TYPE", INFO, "지원하지 않는 파일 형식입니다",              \
	  "This type of file is not taken here, or the file is not what its name says")            \
	E(FILE_QUOTA, 409, "STORAGE_QUOTA_EXCEEDED", INFO,                                         \
	  "저장 공간이 부족합니다. 파일을 삭제한 후 다시 시도해 주세요",                           \
	  "Your storage is full; delete some files first")                                         \
	E(UPLOADS_FULL, 503, "UPLOADS_FULL", INFO, "지금은 사진을 올릴 수 없습니다. 나중에 다시 시도해 주세요", \
	  "No pictures are taken for the moment; try again later")                                 \
	E(UPLOAD_URL, 400, "INVALID_UPLOAD_URL", INFO, "업로드 주소가 올바르지 않거나 만료되었습니다",   \
	  "This upload address is not valid, or not any more")                                     \
	E(UPLOAD_USED, 409, "UPLOAD_URL_USED", INFO, "이미 사용된 업로드 주소입니다",              \
	  "This upload address has been used")                                                     \
	E(NO_FILE, 404, "FILE_NOT_FOUND", INFO, "파일을 찾을 수 없습니다", "No such file")         \
	E(NO_EXPORT, 404, "EXPORT_NOT_FOUND", INFO, "내보낸 데이터가 없습니다", "There is no such export") \
	E(EXPORT_OVER, 410, "EXPORT_EXPIRED", INFO, "다운로드 기간이 만료되었습니다",              \
	  "This link has expired")                                                                 \
	E(EXPORT_AGAIN, 429, "EXPORT_LIMIT_EXCEEDED", INFO, "데이터 내보내기는 30일에 한 번만 요청할 수 있습니다", \
	  "You may ask for your data once in 30 days")                                             \
	/* tokens */                                                                               \
	E(NO_TOKEN, 401, "AUTH_001", INFO, "로그인이 필요합니다", "Please log in")                 \
	E(TOKEN_EXPIRED, 401, "AUTH_002", INFO, "로그인이 만료되었습니다",                         \
	  "The login has expired")                                                                 \
	E(TOKEN_INVALID, 401, "AUTH_003", INFO, "로그인 정보가 올바르지 않습니다",                 \
	  "The token is not valid")                                                                \
	E(FORBIDDEN, 403, "USER_002", INFO, "권한이 없습니다", "You may not do this")              \
	/* the server's own state */                                                               \
	E(OVERLOADED, 503, "SERVER_BUSY", INFO, "접속이 많습니다. 잠시 후 다시 시도해 주세요",     \
	  "The server is busy; try again shortly")                                                 \
	E(UNAVAILABLE, 503, "SERVICE_UNAVAILABLE", WARN,                                           \
	  "일시적으로 서비스를 이용할 수 없습니다", "The service is unavailable for the moment")   \
	E(CONFLICT_RETRY, 503, "TRY_AGAIN", WARN, "잠시 후 다시 시도해 주세요",                    \
	  "Lost a race with another request; try again")                                           \
	E(UNCERTAIN, 503, "RESULT_UNKNOWN", WARN,                                                  \
	  "처리 결과를 확인할 수 없습니다. 새로고침 후 확인해 주세요",                             \
	  "The connection was lost while saving; check before you try again")                      \
	E(DEADLINE, 503, "TIMEOUT", WARN, "처리 시간이 초과되었습니다", "The request took too long") \
	E(INTERNAL, 500, "SERVER_ERROR", ERROR, "서버 오류가 발생했습니다", "Internal error")      \
	/* internal answers of lib that a handler turns into one of the others */                  \
	E(NO_ROW, 404, "NOT_FOUND", INFO, "찾을 수 없습니다", "Not found")                         \
	E(DUPLICATE, 409, "DUPLICATE_ENTRY", INFO, "이미 존재합니다", "It exists already")         \
	E(NO_PARENT, 400, "INVALID_PARAMETER", INFO, "존재하지 않는 항목입니다",                   \
	  "It refers to something that does not exist")                                            \
	/* accounts */                                                                             \
	E(BAD_CREDENTIALS, 400, "INVALID_CREDENTIALS", INFO,                                       \
	  "이메일 또는 비밀번호가 올바르지 않습니다", "Wrong e-mail or password")                  \
	E(BAD_CREDENTIALS_401, 401, "INVALID_CREDENTIALS", INFO, "Invalid credentials",            \
	  "Invalid credentials")                                                                   \
	E(OAUTH_CALLBACK, 400, "INVALID_OAUTH_CALLBACK", INFO,                                     \
	  "로그인 요청이 만료되었거나 올바르지 않습니다. 다시 시도해 주세요",                      \
	  "This log-in has expired or was begun elsewhere; please try again")                      \
	E(LOGIN_DENIED, 400, "access_denied", INFO, "로그인이 취소되었습니다", "The log-in was cancelled") \
	E(PROVIDER_OFF, 400, "AUTH_PROVIDER_UNAVAILABLE", INFO, "지원하지 않는 로그인 방식입니다",   \
	  "One cannot log in that way here")                                                       \
	E(PROVIDER_FAILED, 502, "AUTH_PROVIDER_FAILED", WARN,                                      \
	  "로그인 서비스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요",                         \
	  "The log-in service does not answer; try again shortly")                                 \
	E(LOGIN_EMPTY, 400, "AUTH_002", INFO, "이메일과 비밀번호를 입력해 주세요",                 \
	  "Enter your e-mail address and password")                                                \
	E(LOGIN_ACTION, 400, "UNKNOWN_ACTION", INFO, "지원하지 않는 로그인 요청입니다",              \
	  "Logging in knows no such action")                                                       \
	E(ACCOUNT_SUSPENDED, 403, "AUTH_005", INFO, "정지된 계정입니다",                           \
	  "This account is suspended")                                                             \
	E(ACCOUNT_DELETED, 403, "AUTH_004", INFO, "삭제된 계정입니다",                             \
	  "This account was deleted")                                                              \
	E(EMAIL_TAKEN, 409, "AUTH_013", INFO, "이미 사용 중인 이메일입니다",                       \
	  "Email already exists")                                                                  \
	E(EMAIL_FORMAT, 400, "AUTH_014", INFO, "올바른 이메일 형식이 아닙니다",                    \
	  "Not a valid e-mail address")                                                            \
	E(PASSWORD_SHORT, 400, "AUTH_015", INFO, "비밀번호는 8자 이상이어야 합니다",               \
	  "The password needs at least 8 characters")                                              \
	E(PASSWORD_WEAK, 400, "AUTH_016", INFO, "너무 쉬운 비밀번호입니다",                        \
	  "This password is too easy to guess")                                                    \
	E(PASSWORD_WRONG, 400, "INVALID_CREDENTIALS", INFO, "비밀번호가 올바르지 않습니다",         \
	  "Wrong password")                                                                        \
	E(PASSWORD_WRONG_401, 401, "PROFILE-046", INFO, "현재 비밀번호가 올바르지 않습니다",       \
	  "The current password is wrong")                                                         \
	E(PASSWORD_REUSED, 400, "PASSWORD_REUSED", INFO,                                           \
	  "최근 사용한 3개의 비밀번호는 다시 사용할 수 없습니다",                                  \
	  "None of the last three passwords may be used again")                                    \
	E(PASSWORD_MISMATCH, 400, "PROFILE-050", INFO, "새 비밀번호가 서로 다릅니다",              \
	  "The new passwords differ")                                                              \
	E(LINK, 400, "LINK_INVALID", INFO, "사용할 수 없는 링크입니다. 다시 요청해 주세요",  \
	  "This link cannot be used any more; ask for another one")                                \
	E(MAIL_OFF, 503, "MAIL_NOT_CONFIGURED", INFO, "메일을 보낼 수 없습니다. 고객센터에 문의해 주세요", \
	  "No mail can be sent here; ask whoever runs this site")                                  \
	E(PASSWORD_NONE, 400, "PROFILE-048", INFO, "비밀번호가 없는 계정입니다",                   \
	  "This account has no password")                                                          \
	E(CODE_REQUIRED, 400, "TWO_FACTOR_REQUIRED", INFO, "2단계 인증 코드를 입력해 주세요",      \
	  "Enter the code of your second factor")                                                  \
	E(CODE_WRONG, 400, "TWO_FACTOR_INVALID", INFO, "인증 코드가 올바르지 않습니다",            \
	  "The code is not valid, or was used before")                                             \
	E(FACTOR_ON, 409, "TWO_FACTOR_ENABLED", INFO, "2단계 인증이 이미 활성화되어 있습니다",     \
	  "The second factor is on already")                                                       \
	E(FACTOR_OFF, 409, "TWO_FACTOR_DISABLED", INFO, "2단계 인증이 설정되어 있지 않습니다",     \
	  "There is no second factor")                                                             \
	E(USER_NOT_FOUND, 404, "USER_001", INFO, "사용자를 찾을 수 없습니다", "No such user")      \
	/* as the study groups' client knows it */                                                  \
	E(PROFILE_SCRIPT, 400, "PROFILE-012", INFO, "허용되지 않는 내용이 포함되어 있습니다",      \
	  "It holds something a browser would run")                                                \
	E(ERASE_MISMATCH, 400, "PROFILE-054", INFO, "확인 문구가 일치하지 않습니다",               \
	  "Confirm with your e-mail address or DELETE")                                            \
	E(ERASE_OWNER, 409, "PROFILE-051", INFO, "스터디장으로 있는 스터디를 먼저 위임하거나 삭제해 주세요", \
	  "Hand over or delete the studies you own first")                                         \
	E(PROFILE_NO_PICTURE, 404, "PROFILE-032", INFO, "업로드한 프로필 사진이 없습니다",          \
	  "There is no picture that was uploaded here")                                            \
	E(PROFILE_SQL, 400, "PROFILE-013", INFO, "허용되지 않는 문자열이 포함되어 있습니다",       \
	  "It holds words or signs that are not allowed")                                          \
	/* onboarding */                                                                           \
	E(ONBOARDING_OPEN, 400, "ONBOARD_001", INFO, "온보딩을 먼저 완료해 주세요",                \
	  "Finish onboarding first")                                                               \
	E(UNKNOWN_OPTION, 400, "INVALID_PARAMETER", INFO, "선택할 수 없는 항목이 있습니다",        \
	  "One of the chosen options does not exist")                                              \
	E(BAD_COMMUNICATION_METHOD, 400, "INVALID_COMMUNICATION_METHOD", INFO,                     \
	  "올바르지 않은 소통 방식입니다", "Unknown communication method")                         \
	E(BAD_DAILY_MINUTE, 400, "INVALID_DAILY_MINUTE_OPTION", INFO,                              \
	  "올바르지 않은 학습 시간입니다", "Unknown daily minutes option")                         \
	/* matching; the client's card knows these two by 중복 and 매칭된 in the text, whatever the language */ \
	E(MATCH_SELF, 400, "MATCHING_SELF_REQUEST", INFO, "자신에게는 매칭을 요청할 수 없습니다",  \
	  "You cannot request yourself")                                                           \
	E(MATCH_NO_USER, 404, "MATCHING_USER_NOT_FOUND", INFO, "상대방을 찾을 수 없습니다",        \
	  "No such partner")                                                                       \
	E(MATCH_DUPLICATE, 409, "MATCHING_DUPLICATE_REQUEST", INFO,                                \
	  "이미 보낸 요청이 있습니다 (중복 요청)", "A request is already pending (중복)")          \
	E(MATCH_DONE, 409, "MATCHING_ALREADY_MATCHED", INFO, "이미 매칭된 파트너입니다",           \
	  "You are already matched (매칭된)")                                                      \
	E(MATCH_NO_REQUEST, 404, "MATCHING_REQUEST_NOT_FOUND", INFO, "매칭 요청을 찾을 수 없습니다", \
	  "No such request")                                                                       \
	E(MATCH_ANSWERED, 409, "MATCHING_ALREADY_ANSWERED", INFO, "이미 처리된 매칭 요청입니다",   \
	  "This request was answered before")                                                      \
	E(MATCH_EXPIRED, 409, "MATCHING_REQUEST_EXPIRED", INFO, "만료된 매칭 요청입니다",          \
	  "This request has expired")                                                              \
	E(MATCH_NO_MATCH, 404, "MATCHING_NOT_FOUND", INFO, "매칭을 찾을 수 없습니다", "No such match")  \
	E(MATCH_SELF_SCORE, 400, "MATCHING_SELF_COMPATIBILITY", INFO,                              \
	  "자신과의 궁합은 볼 수 없습니다", "There is no score with yourself")                     \
	/* the dating app: one text in every language, its document has it that way */            \
	E(DATING_ASKED, 409, "MATCH_EXISTS", INFO, "Match request already exists",                 \
	  "Match request already exists")                                                          \
	E(DATING_PROFILE, 400, "PROFILE_INCOMPLETE", INFO, "생년월일과 성별을 먼저 입력해 주세요", \
	  "Enter your date of birth and gender first")                                             \
	E(DATING_ADULTS, 400, "ADULTS_ONLY", INFO, "만 19세 이상만 이용할 수 있습니다",            \
	  "Only for adults of 19 years or more")                                                   \
	/* chat */                                                                                 \
	E(CHAT_NO_ROOM, 404, "CHAT_001", INFO, "채팅방을 찾을 수 없습니다", "No such room")        \
	E(CHAT_EMPTY, 400, "EMPTY_MESSAGE", INFO, "메시지를 입력해 주세요",                        \
	  "The message is empty")                                                                  \
	E(CHAT_BAD_AUDIO, 400, "INVALID_AUDIO_DATA", INFO, "음성 데이터가 올바르지 않습니다",      \
	  "audioData is not a base64 data URL of a recording")                                     \
	E(CHAT_BAD_FILE, 400, "INVALID_ATTACHMENT", INFO, "첨부할 수 없는 파일입니다",             \
	  "An attachment is not a file you uploaded to this room, or was sent before")             \
	E(CHAT_NO_PEER, 404, "USER_NOT_FOUND", INFO, "초대할 사용자를 찾을 수 없습니다",           \
	  "One of the invited users does not exist")                                               \
	E(CHAT_ROOM_FULL, 409, "CHAT_ROOM_FULL", INFO, "채팅방 정원을 초과했습니다",               \
	  "The room is full")                                                                      \
	E(CHAT_CLOSED, 409, "CHAT_ROOM_CLOSED", INFO, "이 채팅방에는 메시지를 보낼 수 없습니다",   \
	  "Nothing can be sent to this room")                                                      \
	E(CHAT_OWNER_STAYS, 409, "ROOM_CREATOR_CANNOT_LEAVE", INFO,                                \
	  "다른 참여자가 있는 동안 방장은 나갈 수 없습니다",                                       \
	  "The owner cannot leave while others are in the room")                                   \
	/* study groups, as their client knows it */                                                \
	E(STUDY_NOT_MEMBER, 403, "STUDY_NOT_MEMBER", INFO, "스터디 멤버가 아닙니다",               \
	  "You are not a member of this study")                                                    \
	E(STUDY_ROLE, 403, "STUDY_FORBIDDEN", INFO, "권한이 부족합니다",                           \
	  "Your role in this study does not allow that")                                           \
	E(STUDY_NONE, 404, "NOT_FOUND", INFO, "스터디를 찾을 수 없습니다", "Study not found")      \
	E(STUDY_NAME_TAKEN, 409, "STUDY-004", INFO, "같은 이름의 스터디가 이미 있습니다",           \
	  "You have a study of this name already")                                                 \
	E(STUDY_TOO_SMALL, 400, "STUDY-010", INFO, "최대 인원은 현재 멤버 수보다 작을 수 없습니다", \
	  "There are more members than that")                                                      \
	E(STUDY_JOINED, 400, "ALREADY_MEMBER", INFO, "이미 스터디 멤버입니다",                     \
	  "You are a member of this study already")                                                \
	E(STUDY_KICKED, 403, "KICKED_MEMBER", INFO, "강퇴된 스터디에는 다시 가입할 수 없습니다",   \
	  "You were removed from this study")                                                      \
	E(STUDY_ASKED, 400, "APPLICATION_ALREADY_EXISTS", INFO, "이미 가입 신청을 했습니다",       \
	  "You have asked to join already")                                                        \
	E(STUDY_FULL, 400, "STUDY_FULL", INFO, "스터디 정원이 가득 찼습니다", "The study is full")  \
	E(STUDY_CLOSED, 400, "NOT_RECRUITING", INFO, "모집이 마감된 스터디입니다",                 \
	  "The study takes no new members")                                                        \
	E(STUDY_NO_REQUEST, 404, "JOIN_REQUEST_NOT_FOUND", INFO, "가입 신청을 찾을 수 없습니다",   \
	  "No such request to join")                                                               \
	E(STUDY_NOBODY, 404, "MEMBER_NOT_FOUND", INFO, "멤버를 찾을 수 없습니다", "No such member") \
	E(STUDY_KICK_SELF, 400, "CANNOT_KICK_SELF", INFO, "자기 자신은 내보낼 수 없습니다",        \
	  "You cannot remove yourself")                                                            \
	E(STUDY_KICK_OWNER, 400, "CANNOT_KICK_OWNER", INFO, "스터디장은 내보낼 수 없습니다",       \
	  "The owner cannot be removed")                                                           \
	E(STUDY_RANK, 403, "ROLE_HIERARCHY_VIOLATION", INFO, "관리자는 스터디장만 내보낼 수 있습니다", \
	  "Only the owner can remove an admin")                                                    \
	E(STUDY_OWNER_ROLE, 400, "STUDY-032", INFO, "스터디장의 역할은 소유권 이전으로만 바꿀 수 있습니다", \
	  "To change who is the owner, transfer the ownership")                                    \
	E(STUDY_OWNER_STAYS, 400, "OWNER_CANNOT_LEAVE", INFO, "스터디장은 탈퇴할 수 없습니다",     \
	  "Owner cannot leave study")                                                              \
	E(STUDY_NO_HEIR, 400, "INVALID_TRANSFER_TARGET", INFO, "관리자에게만 소유권을 이전할 수 있습니다", \
	  "The new owner must be another member who is an admin")                                  \
	E(STUDY_FILE, 400, "INVALID_FILE", INFO, "이 스터디의 파일이 아닙니다",                    \
	  "That is no file of this study")                                                         \
	E(STUDY_CHAT_FAST, 429, "CHAT-MSG-005", INFO, "메시지를 너무 빠르게 보내고 있습니다",      \
	  "You are sending messages too fast")                                                     \
	E(STUDY_NO_MESSAGE, 404, "CHAT-MSG-010", INFO, "메시지를 찾을 수 없습니다", "No such message") \
	E(STUDY_NOT_AUTHOR, 403, "CHAT-MSG-008", INFO, "자신의 메시지만 수정할 수 있습니다",       \
	  "Only its author can change a message")                                                  \
	E(STUDY_MAY_NOT_DELETE, 403, "CHAT-MSG-009", INFO, "메시지를 삭제할 권한이 없습니다",      \
	  "You may not delete this message")                                                       \
	/* what a study group has besides its chat; the codes are its client's */                    \
	E(STUDY_ELSEWHERE, 403, "STUDY-026", INFO, "이 스터디의 것이 아닙니다",                    \
	  "That is not of this study")                                                             \
	E(STUDY_NO_NOTICE, 404, "STUDY-119", INFO, "공지사항을 찾을 수 없습니다", "No such notice") \
	E(STUDY_PINS, 400, "STUDY-121", INFO, "공지사항은 3개까지 고정할 수 있습니다",              \
	  "Three notices may be pinned at once")                                                   \
	E(STUDY_NO_EVENT, 404, "STUDY-114", INFO, "일정을 찾을 수 없습니다", "No such event")      \
	E(STUDY_EVENT_PAST, 400, "STUDY-110", INFO, "지난 날짜에는 일정을 만들 수 없습니다",       \
	  "That day is over")                                                                      \
	E(STUDY_EVENT_ORDER, 400, "STUDY-109", INFO, "종료 시간은 시작 시간보다 늦어야 합니다",    \
	  "It must end after it begins")                                                           \
	E(STUDY_NO_FILE, 404, "STUDY-093", INFO, "파일을 찾을 수 없습니다", "No such file")        \
	E(STUDY_NOT_UPLOADER, 403, "STUDY-094", INFO, "파일을 삭제할 권한이 없습니다",              \
	  "You may not delete this file")                                                          \
	E(STUDY_QUOTA, 507, "STUDY-090", INFO, "스터디의 저장 공간이 부족합니다",                   \
	  "The storage of this study is full")                                                     \
	E(STUDY_NO_TASK, 404, "STUDY-114", INFO, "할일을 찾을 수 없습니다", "No such task")        \
	E(STUDY_TASK_PAST, 400, "STUDY-103", INFO, "지난 날짜로 할일을 만들 수 없습니다",           \
	  "That day is over")                                                                      \
	E(STUDY_TASK_PEOPLE, 400, "STUDY-104", INFO, "스터디 멤버에게만 할일을 줄 수 있습니다",     \
	  "Tasks are given to members of the study")                                               \
	E(STUDY_TASK_STEP, 400, "STUDY-025", INFO, "그 상태로는 바꿀 수 없습니다",                  \
	  "A task does not go from its state to that one")                                         \
	E(TASK_NONE, 404, "TASK_NOT_FOUND", INFO, "할일을 찾을 수 없습니다", "No such task")       \
	/* notifications */                                                                        \
	E(NOTIFICATION_NONE, 404, "NOTIFICATION_NOT_FOUND", INFO, "알림을 찾을 수 없습니다",       \
	  "No such notification")                                                                  \
	/* as the study groups' client knows it; the others are deleted */                           \
	E(NOTIFICATION_PARTLY, 500, "NOTI-BIZ-011", INFO, "일부 알림을 삭제하지 못했습니다",        \
	  "Some of the notifications could not be deleted")                                         \
	E(SCHEDULED_NONE, 404, "SCHEDULED_NOTIFICATION_NOT_FOUND", INFO,                           \
	  "예약된 알림을 찾을 수 없습니다", "No such scheduled notification")                      \
	E(SCHEDULED_MANY, 409, "TOO_MANY_SCHEDULED", INFO, "예약 알림은 100개까지 만들 수 있습니다", \
	  "A hundred notifications may be scheduled at once; cancel one first")                    \
	E(TEMPLATE_NONE, 404, "TEMPLATE_NOT_FOUND", INFO, "알림 템플릿을 찾을 수 없습니다",        \
	  "No such template")                                                                      \
	E(TEMPLATE_TAKEN, 409, "TEMPLATE_EXISTS", INFO, "같은 ID의 알림 템플릿이 있습니다",          \
	  "There is a template of that id")                                                        \
	E(TEMPLATES_MANY, 409, "TOO_MANY_TEMPLATES", INFO, "알림 템플릿은 200개까지 만들 수 있습니다", \
	  "Two hundred templates may be there; delete one first")                                  \
	/* achievements */                                                                         \
	E(ACHIEVEMENT_NONE, 404, "ACHIEVEMENT_NOT_FOUND", INFO, "업적을 찾을 수 없습니다", "No such achievement") \
	E(ACHIEVEMENT_NOT_MINE, 404, "USER_ACHIEVEMENT_NOT_FOUND", INFO, "사용자 업적을 찾을 수 없습니다", \
	  "You have no such achievement")                                                          \
	E(ACHIEVEMENT_KEY, 400, "INVALID_ACHIEVEMENT_KEY", INFO, "올바르지 않은 업적 키입니다",    \
	  "That is no achievement key")                                                            \
	E(ACHIEVEMENT_PROGRESS, 400, "INVALID_PROGRESS", INFO, "올바르지 않은 진행도입니다",       \
	  "progress must be a whole number from 0")                                                \
	E(ACHIEVEMENT_INCREMENT, 400, "INVALID_INCREMENT", INFO, "올바르지 않은 증가량입니다",     \
	  "increment must be a whole number from 1")                                               \
	E(ACHIEVEMENT_OPEN, 400, "ACHIEVEMENT_NOT_COMPLETED", INFO,                                \
	  "업적을 먼저 완료해야 보상을 받을 수 있습니다.", "Complete the achievement first")       \
	E(ACHIEVEMENT_CLAIMED, 400, "REWARD_ALREADY_CLAIMED", INFO, "이미 보상을 수령한 업적입니다.", \
	  "You have claimed this reward before")                                                   \
	/* analytics */                                                                            \
	E(MONTHS_BACK, 400, "INVALID_MONTHS_BACK", INFO, "monthsBack은 1부터 12까지입니다", "monthsBack is 1 to 12") \
	E(EVENTS, 400, "INVALID_INPUT", INFO, "events는 100개 이하의 배열이어야 합니다",             \
	  "events must be an array of at most a hundred")                                          \
	/* call rooms */                                                                           \
	E(ROOM_NONE, 404, "ROOM_NOT_FOUND", INFO, "통화방을 찾을 수 없습니다", "No such room")     \
	E(ROOM_FULL, 400, "SESSION_002", INFO, "정원이 가득 찼습니다", "Room is full")             \
	E(ROOM_SEAT_HELD, 400, "SEAT_TAKEN", INFO, "다른 참여자가 사용 중인 아이디입니다",         \
	  "Somebody who is logged in sits in the room under this id")                              \
	E(ROOM_KICKED, 403, "ROOM_KICKED", INFO, "방장이 이 방에서 내보냈습니다",                  \
	  "The host has put you out of this room")                                                 \
	E(ROOM_NOT_HOST, 403, "ROOM_NOT_HOST", INFO, "방을 만든 사람만 내보낼 수 있습니다",        \
	  "Only who created the room may put somebody out")                                        \
	E(ROOM_NOBODY, 404, "PARTICIPANT_NOT_FOUND", INFO, "참여자를 찾을 수 없습니다",            \
	  "Nobody in the room has this id")                                                        \
	E(ROOM_KICK_SELF, 409, "CANNOT_KICK_SELF", INFO, "자기 자신은 내보낼 수 없습니다",         \
	  "You cannot put yourself out")                                                           \
	E(ROOM_NO_SEAT, 404, "SEAT_NOT_FOUND", INFO, "참여 중인 방이 아닙니다",                    \
	  "This socket has no seat in the room")                                                   \
	E(ROOM_NO_RECORDING, 409, "RECORDING_NOT_ALLOWED", INFO, "이 방에서는 녹화할 수 없습니다", \
	  "Recording is not allowed in this room") \
	/* learning sessions */                                                                    \
	E(SESSION_NONE, 404, "SESSION_NOT_FOUND", INFO, "세션을 찾을 수 없습니다", "No such session") \
	E(SESSION_OVER, 410, "SESSION_001", INFO, "이미 지난 세션입니다", "This session is over")  \
	E(SESSION_FULL, 400, "SESSION_002", INFO, "세션 정원이 가득 찼습니다", "The session is full") \
	E(SESSION_NOT_HOST, 400, "SESSION_NOT_HOST", INFO, "세션을 만든 사람만 할 수 있습니다",    \
	  "Only the host of the session may do this")                                              \
	E(SESSION_STATE, 409, "SESSION_INVALID_STATE", INFO, "지금 상태의 세션에서는 할 수 없습니다", \
	  "The session is not in a state for this")                                                \
	E(SESSION_BOOKED, 409, "SESSION_ALREADY_BOOKED", INFO, "이미 참여 중인 세션입니다",        \
	  "You take part in this session already")                                                 \
	E(SESSION_MANY, 409, "TOO_MANY_SESSIONS", INFO, "예정된 세션은 200개까지 만들 수 있습니다", \
	  "Two hundred sessions may be planned at once; cancel one first")                         \
	E(SESSION_NO_BOOKING, 404, "BOOKING_NOT_FOUND", INFO, "예약을 찾을 수 없습니다", "No such booking") \
	E(SESSION_BAD_INVITE, 400, "INVALID_INVITE_TOKEN", INFO, "초대가 올바르지 않거나 이미 사용되었습니다", \
	  "This invitation is not valid, or was used before")                                      \
	E(SESSION_INVITE_OVER, 410, "INVITE_EXPIRED", INFO, "만료된 초대입니다", "This invitation has expired") \
	/* administration; the codes are its client's */                                           \
	E(ADMIN_SELF, 400, "ADMIN-025", INFO, "자기 자신에게는 할 수 없습니다", "You cannot do this to yourself") \
	E(ADMIN_PROTECTED, 403, "ADMIN-026", INFO, "다른 관리자에게는 할 수 없습니다",             \
	  "You cannot do this to another administrator")                                           \
	E(ADMIN_SUSPENDED, 400, "ADMIN-024", INFO, "이미 정지된 사용자입니다", "They are suspended already") \
	E(ADMIN_OWNER, 400, "ADMIN-029", INFO, "스터디장은 삭제할 수 없습니다. 소유권을 먼저 이전해야 합니다", \
	  "They own a study, which somebody else has to take over first")                          \
	E(STUDY_HIDDEN, 400, "ADMIN-058", INFO, "이미 숨겨진 스터디입니다", "The study is hidden already") \
	E(STUDY_SHUT, 400, "ADMIN-059", INFO, "이미 종료된 스터디입니다", "The study is closed already") \
	E(RESTRICTED, 403, "ACTION_RESTRICTED", INFO, "운영진이 이 기능의 이용을 제한했습니다",   \
	  "The administrators have closed this to you for now")                                    \
	E(SITE_OFF, 403, "FEATURE_DISABLED", INFO, "운영진이 이 기능을 잠시 꺼 두었습니다",        \
	  "The administrators have switched this off for now")                                     \
	E(SITE_UNKNOWN, 404, "ADMIN-071", INFO, "존재하지 않는 설정입니다", "There is no such setting") \
	E(REPORT_NONE, 404, "ADMIN-041", INFO, "신고를 찾을 수 없습니다", "No such report")        \
	E(REPORT_CLOSED, 400, "ADMIN-042", INFO, "이미 처리된 신고입니다", "This report is closed already") \
	E(REPORT_NO_TARGET, 404, "REPORT_TARGET_NOT_FOUND", INFO, "신고할 대상을 찾을 수 없습니다", \
	  "There is nothing of that kind to report")                                               \
	E(REPORT_SELF, 400, "CANNOT_REPORT_SELF", INFO, "자기 자신은 신고할 수 없습니다", "That is your own") \
	E(REPORT_OPEN, 409, "REPORT_EXISTS", INFO, "이미 신고했습니다. 처리를 기다려 주세요",      \
	  "You have reported it already; it is being looked at")                                   \
	E(REPORT_MANY, 429, "TOO_MANY_REPORTS", INFO, "하루에 신고할 수 있는 횟수를 넘었습니다",   \
	  "You have made all the reports of a day")                                               \
	/* group sessions */                                                                       \
	E(GROUP_NOT_HOST, 400, "UNAUTHORIZED", INFO, "호스트만 할 수 있습니다.",                   \
	  "Only the host of the session may do this")                                              \
	E(GROUP_BAD_CODE, 400, "INVALID_JOIN_CODE", INFO, "유효하지 않은 참가 코드입니다.",        \
	  "No session has this code")                                                              \
	E(GROUP_KICKED, 409, "KICKED_FROM_SESSION", INFO, "강퇴된 세션에는 다시 참가할 수 없습니다", \
	  "The host has put you out of this session")                                              \
	E(GROUP_HOSTED, 409, "TOO_MANY_SESSIONS", INFO, "예정된 그룹 세션은 3개까지 만들 수 있습니다", \
	  "Three group sessions of one's own may be planned at once; cancel one first")            \
	E(GROUP_JOINED, 409, "TOO_MANY_SESSIONS_JOINED", INFO, "그룹 세션은 2개까지 참가할 수 있습니다", \
	  "You take part in two group sessions that are to come; leave one first")                 \
	E(GROUP_NOBODY, 404, "PARTICIPANT_NOT_FOUND", INFO, "세션에 참가하고 있지 않습니다",       \
	  "They do not take part in this session")                                                 \
	E(GROUP_TOO_SMALL, 400, "MAX_PARTICIPANTS_TOO_SMALL", INFO, "현재 참가자 수보다 작게 할 수 없습니다", \
	  "More people than that take part")                                                       \
	E(GROUP_NO_INVITE, 404, "INVITATION_NOT_FOUND", INFO, "초대를 찾을 수 없습니다",           \
	  "There is no invitation, or none any more")                                              \
	E(GROUP_INVITED, 409, "TOO_MANY_INVITATIONS", INFO, "대기 중인 초대는 50개까지 보낼 수 있습니다", \
	  "Fifty people may be invited at once")                                                   \
	E(GROUP_OWN, 400, "CANNOT_RATE_SELF", INFO, "자신의 세션은 평가할 수 없습니다",            \
	  "The host cannot rate the session")                                                      \
	/* level tests */                                                                          \
	E(LT_QUESTION, 400, "LEVEL_TEST_INVALID_QUESTION", INFO, "올바르지 않은 문항 번호입니다",  \
	  "There is no such question, or it was answered twice")                                   \
	E(LT_NO_RESULT, 404, "RESULT_NOT_FOUND", INFO, "레벨 테스트 결과가 없습니다",              \
	  "There is no result of a level test")                                                    \
	E(LT_NONE, 404, "LEVEL_TEST_NOT_FOUND", INFO, "레벨 테스트를 찾을 수 없습니다", "No such level test") \
	E(LT_NO_AUDIO, 400, "LEVEL_TEST_AUDIO_REQUIRED", INFO, "녹음을 보내 주세요", "Send a recording")      \
	E(LT_OVER, 400, "LEVEL_TEST_ALREADY_COMPLETED", INFO, "이미 끝난 레벨 테스트입니다",       \
	  "This level test is over")                                                               \
	E(LT_EMPTY, 400, "LEVEL_TEST_NO_SUBMISSIONS", INFO, "제출된 답변이 없습니다", "Nothing was answered yet") \
	E(LT_NOT_READY, 404, "LEVEL_TEST_RESULT_NOT_READY", INFO, "아직 레벨 테스트 결과가 없습니다", \
	  "This level test has no result yet")                                                     \
	E(LT_SUBMISSION, 400, "LEVEL_TEST_INVALID_SUBMISSION", INFO, "답변 내용이나 녹음을 보내 주세요", \
	  "Send what was said, or a recording")                                                    \
	E(LT_FEW, 400, "INSUFFICIENT_SUBMISSIONS", INFO, "두 문항 이상 답해 주세요", "Answer two questions or more") \
	E(LT_NO_SOUND, 404, "LEVEL_TEST_AUDIO_NOT_FOUND", INFO, "녹음을 찾을 수 없습니다", \
	  "There is no such recording") \
	E(LT_NO_ANSWER, 404, "ANSWER_NOT_FOUND", INFO, "답변을 찾을 수 없습니다", "This question was not answered") \
	E(LT_NO_DETAIL, 404, "DETAILED_EVALUATION_NOT_FOUND", INFO, "받아쓴 내용이 없어 자세히 평가할 수 없습니다", \
	  "Nobody wrote down what was said, so there is nothing to look at")                       \
	E(LT_OPEN, 400, "TEST_NOT_COMPLETED", INFO, "아직 완료되지 않은 레벨 테스트입니다",        \
	  "This level test is not completed yet")                                                  \
	/* language model and speech recognition */                                                 \
	E(AI_OFF, 503, "AI_NOT_CONFIGURED", INFO, "이 기능에 필요한 AI 서비스가 설정되어 있지 않습니다", \
	  "No provider is configured for this")                                                    \
	E(AI_FAILED, 503, "AI_UNAVAILABLE", INFO, "AI 서비스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요", \
	  "The provider does not answer; try again later")

#define ERROR_ENUM(name, ...) E_##name,
enum status { ERROR_TABLE(ERROR_ENUM) E_MAX };
#undef ERROR_ENUM

/* The one success value reads better without a prefix. */
#define OK E_OK

enum lang { LANG_KO, LANG_EN };

/* Of an Accept-Language header, which may be NULL: Korean unless something else is preferred to it. */
enum lang lang_of(const char *accept);
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct error_row {
	const char *name; /* as in the table, for logs and the route document */
	int http;
	const char *code;
	enum log_level level;
	const char *text[2]; /* by enum lang */
};

const struct error_row *error_row(enum status st);
#endif
