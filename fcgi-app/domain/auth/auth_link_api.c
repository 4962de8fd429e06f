/* Mails with a link are asked for; and by one of them an address is its account's. */
#include "domain/auth/auth.h"
#include "domain/registry.h"

#define LINK_ASK_IN(F, S)                                                                          \
	F(S, STR, email, .required = true, .max = 255, .trim = true, .lower = true, .fmt = FMT_EMAIL)
SHAPE(link_ask_in, LINK_ASK_IN)
#define LINK_ASK_OUT(F, S) F(S, INT, expiresIn, .doc = "how long the link in the mail is good, s")
SHAPE(link_ask_out, LINK_ASK_OUT)

HANDLER(password_forgot, struct link_ask_in, struct link_ask_out)
{
	out->expiresIn = RESET_TTL_S;
	r->message = say(&r->ctx, "가입된 주소라면 비밀번호 재설정 링크를 보내 드립니다",
			 "If there is an account with that address, a mail with a link is on its way to it");
	return auth_forgot(&r->ctx, in->email);
}

HANDLER(address_ask, struct link_ask_in, struct link_ask_out)
{
	out->expiresIn = CONFIRM_TTL_S;
	r->message = say(&r->ctx, "확인이 필요한 주소라면 확인 링크를 보내 드립니다",
			 "If that address waits to be confirmed, a mail with a link is on its way to it");
	return auth_ask_address(&r->ctx, in->email);
}

#define ADDRESS_CONFIRM_IN(F, S)                                                                   \
	F(S, STR, token, .required = true, .max = 200, .secret = true, .doc = "what the link has behind `#token=`")
SHAPE(address_confirm_in, ADDRESS_CONFIRM_IN)
#define ADDRESS_CONFIRM_OUT(F, S)                                                                  \
	F(S, STR, email)                                                                           \
	F(S, BOOL, verified, .doc = "always true")
SHAPE(address_confirm_out, ADDRESS_CONFIRM_OUT)

HANDLER(address_confirm, struct address_confirm_in, struct address_confirm_out)
{
	out->verified = true;
	r->message = say(&r->ctx, "이메일 주소가 확인되었습니다", "Your address is confirmed");
	return auth_confirm_address(&r->ctx, in->token, &out->email);
}

#define BY_LINK .rate = RATE_LOGIN, .envelope = FLAT
static const struct route routes[] = {
	ROUTE(password_forgot, link_ask_in, link_ask_out, .on = {"POST /auth/password/forgot"}, BY_LINK,
	      .statements = 1,
	      .doc = "Mail me a link for another password. Whether there is such an account, the answer does not tell.",
	      .fails = {E_MAIL_OFF}),
	ROUTE(address_ask, link_ask_in, link_ask_out, .on = {"POST /auth/email/send"}, BY_LINK, .statements = 1,
	      .doc = "Mail me the link once more with which I say that this address is mine. Whether it waits for "
		     "that, the answer does not tell.",
	      .fails = {E_MAIL_OFF}),
	ROUTE(address_confirm, address_confirm_in, address_confirm_out, .on = {"POST /auth/email/confirm"}, BY_LINK,
	      .statements = 2, .doc = "By the link of that mail: this address is mine. Again: the same answer.",
	      .fails = {E_LINK}),
};

const struct domain auth_link_domain = {
	.name = "auth",
	.doc = "Accounts and logins",
	.routes = routes,
	.n_routes = COUNT(routes),
};
