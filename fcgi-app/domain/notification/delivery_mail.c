/* Mails: a notification in an envelope, in the person's language. */
#include "base/buf.h"
#include "domain/notification/delivery_rules.h"
#include "json/jin.h"
#include "mail/mime.h"

enum { TEXT_MAX = 16000, MAIL_MAX = 100000 };

/* By whether it is Korean. */
static const struct {
	const char *hello_before, *hello_after, *open, *fetch, *why, *settings;
} words[2] = {
	{"Hello ", ",", "Open StudyMate", "Download: ", "You get this mail because of your notification settings.",
	 "Change them"},
	{"", "님, 안녕하세요.", "StudyMate 열기", "다운로드 링크: ", "알림 설정에 따라 보내 드린 메일입니다.",
	 "설정 바꾸기"},
};

/* Where it leads to on the site; *fetch: to a file, and not to a page of the client. */
static const char *leads_to(struct ctx *c, const struct delivery *d, bool *fetch)
{
	const struct jval *data, *v = NULL;
	const char *why;
	size_t at;

	*fetch = !strcmp(d->type, "data_export") && (data = jin_parse(c->arena, d->data, strlen(d->data), &why, &at)) &&
		 jin_get(data, "downloadUrl", &v) && jin_type(v) == J_STR;
	if (*fetch)
		return arena_strdup(c->arena, jin_str(v, &at));
	return d->click_url ? d->click_url : "/notifications";
}

static void add_html(struct buf *b, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&': buf_str(b, "&amp;"); break;
		case '<': buf_str(b, "&lt;"); break;
		case '>': buf_str(b, "&gt;"); break;
		case '"': buf_str(b, "&quot;"); break;
		case '\'': buf_str(b, "&#39;"); break;
		case '\n': buf_str(b, "<br>\r\n"); break;
		case '\r': break;
		default: buf_char(b, *s);
		}
}

static void add_link(struct buf *b, const char *url, const char *text)
{
	buf_str(b, "<a href=\"");
	add_html(b, url);
	buf_str(b, "\">");
	add_html(b, text);
	buf_str(b, "</a>");
}

static struct buf html(struct ctx *c, const struct delivery *d, const char *link, bool fetch, const char *settings)
{
	struct buf b = buf_new(c->arena, 2048, TEXT_MAX);

	buf_printf(&b, "<!DOCTYPE html>\r\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
		   d->korean ? "ko" : "en");
	add_html(&b, d->title);
	buf_str(&b, "</title></head>\r\n<body style=\"font-family:sans-serif;line-height:1.6\">\r\n<p>");
	buf_str(&b, words[d->korean].hello_before);
	add_html(&b, d->name);
	buf_printf(&b, "%s</p>\r\n<p><strong>", words[d->korean].hello_after);
	add_html(&b, d->title);
	buf_str(&b, "</strong></p>\r\n<p>");
	add_html(&b, d->message);
	buf_str(&b, "</p>\r\n<p>");
	buf_str(&b, fetch ? words[d->korean].fetch : "");
	add_link(&b, link, fetch ? link : words[d->korean].open);
	buf_printf(&b, "</p>\r\n<hr>\r\n<p><small>%s ", words[d->korean].why);
	add_link(&b, settings, words[d->korean].settings);
	buf_str(&b, "</small></p>\r\n</body></html>\r\n");
	return b;
}

static struct buf plain(struct ctx *c, const struct delivery *d, const char *link, bool fetch, const char *settings)
{
	struct buf b = buf_new(c->arena, 1024, TEXT_MAX);

	buf_printf(&b, "%s%s%s\r\n\r\n%s\r\n\r\n%s%s\r\n\r\n-- \r\n%s\r\n%s\r\n", words[d->korean].hello_before,
		   d->name, words[d->korean].hello_after, d->message, fetch ? words[d->korean].fetch : "", link,
		   words[d->korean].why, settings);
	return b;
}

bool mail_make(struct ctx *c, const struct delivery *d, struct outgoing *out)
{
	const struct conf *conf = c->conf;
	size_t site = strlen(conf->site_url);
	struct buf mail = buf_new(c->arena, 4096, MAIL_MAX);

	while (site && conf->site_url[site - 1] == '/')
		site--;
	bool fetch;
	const char *place = leads_to(c, d, &fetch);
	const char *link = arena_printf(c->arena, "%.*s%s", (int)site, conf->site_url, place);
	const char *settings = arena_printf(c->arena, "%.*s/settings/notifications", (int)site, conf->site_url);
	struct buf text = plain(c, d, link, fetch, settings), page = html(c, d, link, fetch, settings);
	const struct mime m = {
		.from = conf->mail_from,
		.to = d->address,
		.subject = d->title,
		.id = arena_printf(c->arena, "n%llu.%lld", (unsigned long long)d->notification_id,
				   (long long)d->shown_at),
		.unsubscribe = settings,
		.text = text.data,
		.html = page.data,
		.date = c->now,
	};

	if (text.over || page.over || !mime_write(&mail, &m) || mail.over)
		return false;
	*out = (struct outgoing){
		.url = conf->smtp_url,
		.from = mime_address(c->arena, conf->mail_from),
		.to = d->address,
		.body = mail.data,
		.n = mail.len,
	};
	return true;
}
