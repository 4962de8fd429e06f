/* Which addresses of other servers may be called when users name them. */
#ifndef WEB_ADDRESS_H
#define WEB_ADDRESS_H

#include "base/base.h"

#include <sys/socket.h>

/* Whether it is an address of the public Internet: no loopback, private network, link, group,
 * documentation or translation range, in IPv4 or inside IPv6. */
bool web_is_public(const struct sockaddr *a);
#endif
