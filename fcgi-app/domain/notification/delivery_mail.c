/* Mails: a notification in an envelope, in the person's language. */
#include "base/buf.h"
#include "domain/auth/auth.h"
#include "domain/notification/delivery_rules.h"
#include "json/jin.h"
#include "mail/mime.h"

enum { TEXT_MAX = 16000, MAIL_MAX = 100000 };

/* By whether it is Korean. */
static const struct {
	const char *hello, *hello_before, *hello_after, *open, *fetch, *choose, *object, *not_me, *mine;
	const char *why, *why_decided, *why_reset, *why_safe, *why_confirm, *settings;
} words[2] = {
	{"Hello,", "Hello ", ",", "Open StudyMate", "Download: ", "Choose another password: ",
	 "If you object, write to: ", "If that was not you, ask for another password: ", "This is my address: ",
	 "You get this mail because of your notification settings.",
	 "What is decided about an account is mailed whatever its settings say.",
	 "You get this mail because somebody gave this address as theirs, and their password as forgotten.",
	 "What keeps an account safe is mailed whatever its settings say.",
	 "You get this mail because an account has this address, and nobody has confirmed that yet.",
	 "Change them"},
	{"안녕하세요.", "", "님, 안녕하세요.", "StudyMate 열기", "다운로드 링크: ", "새 비밀번호 정하기: ",
	 "이의가 있으면 다음 주소로 알려 주세요: ", "본인이 아니라면 비밀번호를 재설정해 주세요: ",
	 "제 이메일 주소가 맞습니다: ",
	 "알림 설정에 따라 보내 드린 메일입니다.",
	 "계정에 관한 결정은 알림 설정과 관계없이 보내 드립니다.",
	 "이 주소로 비밀번호 재설정이 요청되어 보내 드린 메일입니다.",
	 "계정 보안에 관한 안내는 알림 설정과 관계없이 보내 드립니다.",
	 "아직 확인되지 않은 이메일 주소여서 보내 드린 메일입니다.", "설정 바꾸기"},
};

/* What stands below the message: where it leads to, and why this mail came. */
struct below {
	const char *before, *link, *shown; /* shown: in place of the link; NULL: the link itself */
	const char *why, *settings;	   /* settings: where that is changed; NULL: nowhere */
};

/* A text of its data, or NULL. */
static const char *said(struct ctx *c, const struct jval *data, const char *key)
{
	const struct jval *v;
	size_t n;

	return data && jin_get(data, key, &v) && jin_type(v) == J_STR ? arena_strdup(c->arena, jin_str(v, &n)) : NULL;
}

/* Whoever a decision is about may be unable to log in: no page of the site helps them, but somebody to write to. */
static struct below of_decision(struct ctx *c, const struct delivery *d, const char *contact)
{
	if (!contact || !mime_is_address(contact))
		contact = mime_address(c->arena, c->conf->mail_from);
	return (struct below){.before = words[d->korean].object,
			      .link = arena_printf(c->arena, "mailto:%s", contact),
			      .shown = contact,
			      .why = words[d->korean].why_decided};
}

bool mail_is_asked_for(const struct delivery *d)
{
	return !strcmp(d->type, "password_reset");
}

/* The link is made only now: what is stored opens nothing. */
static struct below of_reset(struct ctx *c, const struct delivery *d, const char *password_id)
{
	const struct reset r = {d->user_id, strtoull(password_id, NULL, 10), d->expires_at, true};

	return (struct below){.before = words[d->korean].choose,
			      .link = auth_reset_url(c, &r, d->address),
			      .why = words[d->korean].why_reset};
}

static struct below of_address(struct ctx *c, const struct delivery *d)
{
	return (struct below){.before = words[d->korean].mine,
			      .link = auth_confirm_url(c, d->user_id, d->expires_at, d->address),
			      .why = words[d->korean].why_confirm};
}

static struct below of_new_password(struct ctx *c, const struct delivery *d)
{
	return (struct below){.before = words[d->korean].not_me,
			      .link = auth_reset_page(c),
			      .why = words[d->korean].why_safe};
}

static struct below below(struct ctx *c, const struct delivery *d)
{
	const char *why, *file;
	size_t at;
	const struct jval *data = jin_parse(c->arena, d->data, strlen(d->data), &why, &at);

	if (d->priority == 4 && said(c, data, "decision") && !strcmp(d->type, "password_changed"))
		return of_new_password(c, d);
	if (d->priority == 4 && said(c, data, "decision"))
		return of_decision(c, d, said(c, data, "contact"));
	if (mail_is_asked_for(d) && said(c, data, "passwordId"))
		return of_reset(c, d, said(c, data, "passwordId"));
	if (!strcmp(d->type, "email_confirm"))
		return of_address(c, d);
	file = strcmp(d->type, "data_export") != 0 ? NULL : said(c, data, "downloadUrl");
	return (struct below){.before = file ? words[d->korean].fetch : "",
			      .link = conf_on_site(c->arena, c->conf,
						   file ? file : d->click_url ? d->click_url : "/notifications"),
			      .shown = file ? NULL : words[d->korean].open,
			      .why = words[d->korean].why,
			      .settings = conf_on_site(c->arena, c->conf, "/settings/notifications")};
}

/* Not by the name that somebody gave who may not have this mailbox: it could say anything. */
static const char *greeting(struct ctx *c, const struct delivery *d)
{
	return d->confirmed ? arena_printf(c->arena, "%s%s%s", words[d->korean].hello_before, d->name,
					   words[d->korean].hello_after)
			    : words[d->korean].hello;
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

static struct buf html(struct ctx *c, const struct delivery *d, const struct below *under)
{
	struct buf b = buf_new(c->arena, 2048, TEXT_MAX);

	buf_printf(&b, "<!DOCTYPE html>\r\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>",
		   d->korean ? "ko" : "en");
	add_html(&b, d->title);
	buf_str(&b, "</title></head>\r\n<body style=\"font-family:sans-serif;line-height:1.6\">\r\n<p>");
	add_html(&b, greeting(c, d));
	buf_str(&b, "</p>\r\n<p><strong>");
	add_html(&b, d->title);
	buf_str(&b, "</strong></p>\r\n<p>");
	add_html(&b, d->message);
	buf_printf(&b, "</p>\r\n<p>%s", under->before);
	add_link(&b, under->link, under->shown ? under->shown : under->link);
	buf_printf(&b, "</p>\r\n<hr>\r\n<p><small>%s", under->why);
	if (under->settings) {
		buf_char(&b, ' ');
		add_link(&b, under->settings, words[d->korean].settings);
	}
	buf_str(&b, "</small></p>\r\n</body></html>\r\n");
	return b;
}

static struct buf plain(struct ctx *c, const struct delivery *d, const struct below *under)
{
	struct buf b = buf_new(c->arena, 1024, TEXT_MAX);

	buf_printf(&b, "%s\r\n\r\n%s\r\n\r\n%s%s\r\n\r\n-- \r\n%s\r\n", greeting(c, d), d->message,
		   under->before, under->settings || !under->shown ? under->link : under->shown, under->why);
	if (under->settings)
		buf_printf(&b, "%s\r\n", under->settings);
	return b;
}

bool mail_make(struct ctx *c, const struct delivery *d, struct outgoing *out)
{
	const struct conf *conf = c->conf;
	struct buf mail = buf_new(c->arena, 4096, MAIL_MAX);
	const struct below under = below(c, d);
	struct buf text = plain(c, d, &under), page = html(c, d, &under);
	const struct mime m = {
		.from = conf->mail_from,
		.to = d->address,
		.subject = d->title,
		.id = arena_printf(c->arena, "n%llu.%lld", (unsigned long long)d->notification_id,
				   (long long)d->shown_at),
		.unsubscribe = under.settings,
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
