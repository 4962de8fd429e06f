#include "base/address.h"

#include <arpa/inet.h>

const char *address_owner(struct arena *arena, const char *ip)
{
	struct in6_addr a;
	char text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, ip, &a) != 1 || IN6_IS_ADDR_V4MAPPED(&a))
		return ip;
	memset(a.s6_addr + 8, 0, 8);
	return inet_ntop(AF_INET6, &a, text, sizeof(text)) ? arena_strdup(arena, text) : ip;
}

bool address_is_loopback(const char *host)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t n = strlen(names[i]);

		if (!strncmp(host, names[i], n) && (!host[n] || host[n] == ':' || host[n] == '/'))
			return true;
	}
	return false;
}
