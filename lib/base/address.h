/* Addresses of clients and servers. */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/arena.h"

/* IPv6 callers own a /64 at least: of such an address, that. */
const char *address_owner(struct arena *a, const char *ip);

/* Whether an address, from its host on ("localhost:25/x"), names this machine. */
bool address_is_loopback(const char *host);
#endif
