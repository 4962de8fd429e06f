/* Settings of the study groups' site: which there are, and what they are set to. */
#ifndef DOMAIN_ADMIN_SITE_H
#define DOMAIN_ADMIN_SITE_H

#include "domain/admin/admin.h"

enum { SITE_TEXT_MAX = 500, SITE_KEY_MAX = 60 };

enum site_kind { SITE_STRING, SITE_NUMBER, SITE_BOOLEAN };

/*
 * S(category, name, kind, default, least, most, heeded, Korean, English). least and most: of a number, or characters.
 * heeded: the server goes by it; the rest is kept for the pages. A name is in one category alone.
 */
#define SITE_SETTINGS(S)                                                                           \
	S(general, site_name, STRING, "CoUp", 1, 100, false, "사이트 이름", "Name of the site")    \
	S(general, site_description, STRING, "", 0, SITE_TEXT_MAX, false, "사이트 설명", "What the site is") \
	S(general, contact_email, STRING, "", 0, 255, true, "문의 이메일", "E-mail address for questions") \
	S(security, min_password_length, NUMBER, "8", 8, 128, false, "비밀번호 최소 길이", "Shortest password") \
	S(security, max_login_attempts, NUMBER, "5", 1, 100, false, "로그인 시도 제한", "Log-ins tried at once") \
	S(security, session_timeout, NUMBER, "30", 1, 1440, false, "세션 만료 시간(분)", "End of a session, minutes") \
	S(security, enable_ip_blocking, BOOLEAN, "true", 0, 0, false, "IP 차단 사용", "Block addresses") \
	S(notification, enable_email_notification, BOOLEAN, "true", 0, 0, false, "이메일 알림", "E-mails") \
	S(notification, enable_report_alert, BOOLEAN, "true", 0, 0, false, "신고 알림", "Tell of reports") \
	S(notification, enable_system_alert, BOOLEAN, "true", 0, 0, false, "시스템 알림", "Tell of the system") \
	S(feature, allow_signup, BOOLEAN, "true", 0, 0, true, "회원가입 허용", "New accounts, of all three products") \
	S(feature, allow_study_creation, BOOLEAN, "true", 0, 0, true, "스터디 생성 허용", "New study groups") \
	S(feature, allow_file_upload, BOOLEAN, "true", 0, 0, true, "파일 업로드 허용", "Files of study groups")  \
	S(feature, max_file_size, NUMBER, "10", 1, 100, false, "최대 파일 크기(MB)", "Largest file, MB")     \
	S(feature, max_study_members, NUMBER, "20", 2, 100, false, "스터디 최대 인원", "Most members of a group")

#define SITE_SETTING(F, S)                                                                         \
	F(S, RAW, value, .doc = "of its type")                                                     \
	F(S, STR, type, .one_of = "string number boolean")                                         \
	F(S, STR, description)                                                                     \
	F(S, BOOL, heeded, .doc = "whether the server goes by it; the rest is kept for the pages") \
	F(S, TIME, updatedAt, .doc = "null: never changed")                                        \
	F(S, ID, updatedBy, .zero_null = true)
SHAPE_STRUCT(site_setting, SITE_SETTING)

#define SITE_GENERAL(F, S)                                                                         \
	F(S, OBJ(site_setting), site_name)                                                         \
	F(S, OBJ(site_setting), site_description)                                                  \
	F(S, OBJ(site_setting), contact_email)
SHAPE_STRUCT(site_general, SITE_GENERAL)
#define SITE_SECURITY(F, S)                                                                        \
	F(S, OBJ(site_setting), min_password_length)                                               \
	F(S, OBJ(site_setting), max_login_attempts)                                                \
	F(S, OBJ(site_setting), session_timeout)                                                   \
	F(S, OBJ(site_setting), enable_ip_blocking)
SHAPE_STRUCT(site_security, SITE_SECURITY)
#define SITE_NOTIFICATION(F, S)                                                                    \
	F(S, OBJ(site_setting), enable_email_notification)                                         \
	F(S, OBJ(site_setting), enable_report_alert)                                               \
	F(S, OBJ(site_setting), enable_system_alert)
SHAPE_STRUCT(site_notification, SITE_NOTIFICATION)
#define SITE_FEATURE(F, S)                                                                         \
	F(S, OBJ(site_setting), allow_signup)                                                      \
	F(S, OBJ(site_setting), allow_study_creation)                                              \
	F(S, OBJ(site_setting), allow_file_upload)                                                 \
	F(S, OBJ(site_setting), max_file_size)                                                     \
	F(S, OBJ(site_setting), max_study_members)
SHAPE_STRUCT(site_feature, SITE_FEATURE)
#define SITE_DATA(F, S)                                                                            \
	F(S, OBJ(site_general), general)                                                           \
	F(S, OBJ(site_security), security)                                                         \
	F(S, OBJ(site_notification), notification)                                                 \
	F(S, OBJ(site_feature), feature)
SHAPE_STRUCT(site_data, SITE_DATA)

/* One of those that are to be set: key is its name, alone or as category.name. */
#define SITE_CHANGE(F, S)                                                                          \
	F(S, STR, key, .required = true, .max = SITE_KEY_MAX, .trim = true)                        \
	F(S, STR, value, .required = true, .lax = true, .yes_no = true, .keep_empty = true, .max = SITE_TEXT_MAX, \
	  .doc = "of its type, or as a text")
SHAPE_STRUCT(site_change, SITE_CHANGE)

/* All of them, in the caller's language. */
MUST_USE enum status site_get(struct ctx *c, struct site_data *out);

/* All or none. changes: of struct site_change. reason: may be NULL. E_SITE_UNKNOWN; E_VALIDATION: settings[i].value. */
MUST_USE enum status site_set(struct ctx *c, const struct list *changes, const char *reason,
			      const struct admin_place *at);
#endif
