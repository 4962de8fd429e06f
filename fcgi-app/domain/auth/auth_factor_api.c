/* The second factor as the pages of the settings have it. */
#include "base/buf.h"
#include "domain/auth/auth.h"
#include "domain/registry.h"
#include "media/qr.h"
#include "sec/digest.h"

#define FACTOR_OUT(F, S)                                                                           \
	F(S, BOOL, enabled)                                                                        \
	F(S, STR, qrCode, .place = AT_TOP, .skip_null = true, .doc = "while it waits for its first code") \
	F(S, STR, method, .place = IN_DATA, .doc = "totp")                                         \
	F(S, INT, backupCodesRemaining, .place = IN_DATA)                                          \
	F(S, TIME, lastUsedAt, .place = IN_DATA)                                                   \
	F(S, TIME, createdAt, .place = IN_DATA, .skip_null = true)
SHAPE(factor_out, FACTOR_OUT)

#define FACTOR_NEW_OUT(F, S)                                                                       \
	F(S, STR, qrCode, .place = AT_TOP)                                                         \
	F(S, STR, secret, .place = IN_DATA, .doc = "base32")                                       \
	F(S, STR, qrCodeUrl, .place = IN_DATA, .doc = "a picture: data:image/png")                 \
	F(S, STRS, backupCodes, .place = IN_DATA, .doc = "shown this once")                        \
	F(S, STR, manualEntryKey, .place = IN_DATA)
SHAPE(factor_new_out, FACTOR_NEW_OUT)

#define FACTOR_IN(F, S)                                                                            \
	F(S, STR, code, .required = true, .lax = true, .max = 20, .trim = true, .secret = true,    \
	  .doc = "of the app, or a backup code")
SHAPE(factor_in, FACTOR_IN)
#define FACTOR_TOGGLED_OUT(F, S)                                                                   \
	F(S, BOOL, enabled)                                                                        \
	F(S, TIME, disabledAt, .skip_null = true)
SHAPE(factor_toggled_out, FACTOR_TOGGLED_OUT)

static const char *picture(struct ctx *c, const char *uri)
{
	size_t n;
	const void *png = uri ? qr_png(c->arena, uri, &n) : NULL;

	return png ? arena_printf(c->arena, "data:image/png;base64,%s", base64(c->arena, png, n)) : NULL;
}

HANDLER(settings_two_factor, struct nothing, struct factor_out)
{
	struct factor f;
	enum status st = auth_factor(&r->ctx, &f);

	if (st != OK)
		return st;
	out->enabled = f.enabled;
	out->qrCode = picture(&r->ctx, f.uri);
	out->method = f.enabled ? "totp" : NULL;
	out->backupCodesRemaining = f.codes_left;
	out->lastUsedAt = f.used_at;
	out->createdAt = f.since;
	return OK;
}

HANDLER(settings_two_factor_enable, struct nothing, struct factor_new_out)
{
	struct ctx *c = &r->ctx;
	struct buf key = buf_new(c->arena, 64, 200);
	struct factor *f = arena_new_of(c->arena, struct factor);
	enum status st = auth_factor_new(c, f);

	if (st != OK)
		return st;
	for (size_t i = 0; f->secret[i]; i++)
		buf_printf(&key, i && i % 4 == 0 ? " %c" : "%c", f->secret[i]);
	out->qrCode = out->qrCodeUrl = picture(c, f->uri);
	out->secret = f->secret;
	out->backupCodes.v = f->codes;
	out->backupCodes.n = BACKUP_CODES;
	out->manualEntryKey = key.data;
	return OK;
}

HANDLER(settings_two_factor_disable, struct factor_in, struct factor_toggled_out)
{
	enum status st = auth_factor_toggle(&r->ctx, in->code, &out->enabled);

	if (st != OK)
		return st;
	out->disabledAt = out->enabled ? 0 : r->ctx.now;
	r->message = out->enabled ? say(&r->ctx, "2단계 인증이 활성화되었습니다.", "The second factor is on.")
				  : say(&r->ctx, "2단계 인증이 비활성화되었습니다.", "The second factor is off.");
	return OK;
}

#define MINE .auth = AUTH_USER, .envelope = FLAT
static const struct route routes[] = {
	ROUTE(settings_two_factor, nothing, factor_out, .on = {"GET /settings/two-factor"}, MINE, .rate = RATE_READ,
	      .statements = 1, .doc = "Whether logins need a code of my app.", .fails = {E_USER_NOT_FOUND}),
	ROUTE(settings_two_factor_enable, nothing, factor_new_out, .on = {"POST /settings/two-factor/enable"}, MINE,
	      .rate = RATE_WRITE, .statements = 2,
	      .doc = "Set up a second factor. It is on once its first code was sent to `disable`, as the shipped "
		     "client does; until then it can be set up anew.",
	      .fails = {E_USER_NOT_FOUND, E_FACTOR_ON}),
	ROUTE(settings_two_factor_disable, factor_in, factor_toggled_out,
	      .on = {"POST /settings/two-factor/disable", "POST /settings/two-factor/verify"}, MINE, .rate = RATE_WRITE,
	      .statements = 2,
	      .doc = "Switch on the factor that was set up, or off the one that is on, with its code.",
	      .fails = {E_USER_NOT_FOUND, E_FACTOR_OFF, E_CODE_WRONG}),
};

const struct domain auth_factor_domain = {
	.name = "settings",
	.doc = "What people set for themselves",
	.routes = routes,
	.n_routes = COUNT(routes),
};
