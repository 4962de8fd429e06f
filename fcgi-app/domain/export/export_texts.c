/* The files of an export that are no table of the database. */
#include "domain/export/export_parts.h"
#include "domain/notification/notification.h"
#include "domain/notification/notification_shapes.h"
#include "domain/settings/settings.h"
#include "http/render.h"

enum status export_readme(struct ctx *c UNUSED, struct buf *b)
{
	buf_str(b,
		"StudyMate 데이터 내보내기\n\n"
		"이 파일에는 회원님의 계정에 저장된 데이터가 JSON 형식(UTF-8)으로 들어 있습니다.\n"
		"시간은 모두 UTC입니다.\n"
		"보안을 위해 비밀번호, 2단계 인증 정보, 로그인 토큰은 포함되지 않습니다.\n\n"
		"profile.json     프로필 정보\n"
		"sessions/        1:1 세션(one_on_one), 그룹 세션(group), 직접 만든 통화(calls)\n"
		"chats/           채팅방별 메시지. 나간 방은 직접 쓴 메시지만 들어 있습니다.\n"
		"analytics/       학습 통계, 레벨 테스트, AI 사용 기록, 업적\n"
		"settings/        설정, 개인정보 공개 범위, 차단한 사람\n"
		"matching/, saju/ 매칭 요청과 파트너, 사주 프로필\n"
		"studies/         스터디, 스터디 채팅, 공지, 일정, 할일\n"
		"tasks.json       내 할일\n"
		"files.json       업로드한 파일 목록 (파일 자체는 주소에서 받을 수 있습니다)\n"
		"notifications.json  알림\n"
		"account/         로그인 기록, 기기, 신고, 경고와 제재, 내보내기 기록\n\n"
		"내용이 많으면 이름 뒤에 _2, _3이 붙은 파일로 나뉩니다.\n\n"
		"----------------------------------------------------------------------\n\n"
		"StudyMate data export\n\n"
		"What is stored for your account, as JSON in UTF-8. All times are UTC.\n"
		"Passwords, second factors and tokens are not in it, so that they stay safe.\n\n"
		"profile.json     your profile\n"
		"sessions/        sessions of two (one_on_one) and of groups (group), calls you opened\n"
		"chats/           messages, room by room; of rooms you have left, only your own\n"
		"analytics/       learning statistics, level tests, uses of AI, achievements\n"
		"settings/        preferences, privacy, people you blocked\n"
		"matching/, saju/ requests and partners, your saju profile\n"
		"studies/         study groups, their chats, what you wrote there\n"
		"tasks.json       your tasks\n"
		"files.json       a list of your files; each can be fetched from its address\n"
		"notifications.json  what you were told\n"
		"account/         logins, devices, reports you made, warnings and sanctions, exports\n\n"
		"What is long goes on in files whose names end in _2, _3 and so on.\n");
	return OK;
}

enum status export_preferences(struct ctx *c, struct buf *b)
{
	struct language_out *language = arena_new_of(c->arena, struct language_out);
	struct notification_settings_out *told = arena_new_of(c->arena, struct notification_settings_out);
	enum status st = settings_language(c, language);

	if (st == OK)
		st = notification_settings(c, told);
	if (st != OK)
		return st;
	buf_str(b, "{\"language\":");
	render_value(b, &language_out_shape, language);
	buf_str(b, ",\n\"notifications\":");
	render_value(b, &notification_settings_out_shape, told);
	buf_char(b, '}');
	return OK;
}

enum status export_privacy(struct ctx *c, struct buf *b)
{
	struct privacy_out *out = arena_new_of(c->arena, struct privacy_out);
	enum status st = settings_privacy(c, out);

	if (st == OK)
		render_value(b, &privacy_out_shape, out);
	return st;
}
