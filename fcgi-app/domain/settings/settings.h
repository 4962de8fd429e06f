/* What people set for themselves, as they are shown it. */
#ifndef DOMAIN_SETTINGS_H
#define DOMAIN_SETTINGS_H

#include "base/ctx.h"
#include "domain/settings/settings_shapes.h"

/* The caller's. E_USER_NOT_FOUND. */
MUST_USE enum status settings_privacy(struct ctx *c, struct privacy_out *out);
MUST_USE enum status settings_language(struct ctx *c, struct language_out *out);
#endif
