#include "domain/export/export.h"
#include "base/clock.h"
#include "domain/export/export_rules.h"
#include "domain/export/export_sql.h"
#include "domain/notification/notification.h"
#include "sec/random.h"

SHAPE_TABLE(export_out, EXPORT_OUT)

#define USUALLY_MS (5 * INT64_C(60000))
#define PAUSE_MS (EXPORT_EVERY_DAYS * DAY_MS)

static void fill(struct ctx *c, const char *code, int64_t requested_at, const char *email, struct export_out *out)
{
	out->exportId = arena_printf(c->arena, "export_%s", code);
	out->requestedAt = requested_at;
	out->estimatedCompletionTime = requested_at + USUALLY_MS;
	out->email = notification_mails(c) ? email : NULL;
	out->nextRequestAt = requested_at + PAUSE_MS;
}

static enum status ask(struct ctx *c, void *arg)
{
	struct export_asked_row row = {0};
	struct export_out *out = arg;
	char code[EXPORT_HEX + 1];

	random_hex(code, EXPORT_LINK_BYTES);
	enum status st = export_sql_ask(c, code, &row);

	if (st == OK && row.asked_at) {
		c->retry_after = (int)((row.asked_at + PAUSE_MS - row.requested_at) / 1000 + 1);
		return E_EXPORT_AGAIN;
	}
	fill(c, arena_strdup(c->arena, code), row.requested_at, row.email, out);
	return st;
}

enum status export_ask(struct ctx *c, struct export_out *out)
{
	enum status st = db_tx(c, ask, out);

	out->status = "processing";
	out->message =
		out->email ? say(c, "데이터 추출이 시작되었습니다. 완료되면 이메일로 다운로드 링크를 전송합니다.",
				 "Your data is being put together. A link will be mailed to you.")
			   : say(c, "데이터 추출이 시작되었습니다. 완료되면 알림으로 다운로드 링크를 알려 드립니다.",
				 "Your data is being put together. A notification will bring you a link.");
	return st;
}

enum status export_new_link(struct ctx *c, uint64_t user_id)
{
	char link[EXPORT_HEX + 1];

	random_hex(link, EXPORT_LINK_BYTES);
	return export_sql_new_link(c, user_id, link);
}

const char *export_url(struct ctx *c, const char *link)
{
	return arena_printf(c->arena, "/api/v1/settings/export/download?link=%s", link);
}

const char *export_name(struct ctx *c, int64_t requested_at)
{
	int64_t year;
	unsigned month, day;

	clock_civil(requested_at / DAY_MS, &year, &month, &day);
	return arena_printf(c->arena, "studymate-data-%lld-%02u-%02u.zip", (long long)year, month, day);
}

enum status export_newest(struct ctx *c, struct export_out *out)
{
	struct export_row row;
	enum status st = export_sql_newest(c, &row);

	if (st != OK)
		return st == E_NO_ROW ? E_NO_EXPORT : st;
	fill(c, row.code, row.requested_at, row.email, out);
	out->completedAt = row.ready_at;
	out->expiresAt = row.expires_at;
	out->fileSize = row.size;
	if (!strcmp(row.status, "READY")) {
		out->status = "completed";
		out->downloadUrl = export_url(c, row.link);
		out->filename = export_name(c, row.requested_at);
		out->message = say(c, "데이터 내보내기가 완료되었습니다.", "Your data is ready.");
	} else if (!strcmp(row.status, "PROCESSING")) {
		out->status = "processing";
		out->message = say(c, "데이터를 추출하고 있습니다.", "Your data is being put together.");
	} else if (!strcmp(row.status, "EXPIRED")) {
		out->status = "expired";
		out->message = say(c, "다운로드 기간이 만료되었습니다.", "Its time to be fetched is over.");
	} else {
		out->status = "failed";
		out->nextRequestAt = c->now;
		out->message = say(c, "데이터를 추출하지 못했습니다. 다시 요청해 주세요.",
				   "Your data could not be put together. Please ask again.");
	}
	return OK;
}
