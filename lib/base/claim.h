/* A path that one process alone may use, such as that of its listening socket. */
#ifndef BASE_CLAIM_H
#define BASE_CLAIM_H

#include "base/base.h"

/*
 * Locks PATH.lock (0600; never deleted, or two could hold one each) until this process and the children that keep its
 * descriptor have ended. False with a line on stderr that names the setting, when it is held or cannot be made.
 */
MUST_USE bool claim(const char *path, const char *setting);
#endif
