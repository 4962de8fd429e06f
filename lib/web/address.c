#include "web/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct range {
	uint32_t start;
	unsigned bits;
};

#define V4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/* IANA's registry of special addresses, and multicast. */
static const struct range closed[] = {
	{V4(0, 0, 0, 0), 8},	  {V4(10, 0, 0, 0), 8},	    {V4(100, 64, 0, 0), 10},  {V4(127, 0, 0, 0), 8},
	{V4(169, 254, 0, 0), 16}, {V4(172, 16, 0, 0), 12},  {V4(192, 0, 0, 0), 24},   {V4(192, 0, 2, 0), 24},
	{V4(192, 88, 99, 0), 24}, {V4(192, 168, 0, 0), 16}, {V4(198, 18, 0, 0), 15},  {V4(198, 51, 100, 0), 24},
	{V4(203, 0, 113, 0), 24}, {V4(224, 0, 0, 0), 3},
};

/* 2000::/3 is all that is given out; in it 2001::/23 (protocols, Teredo), 2001:db8::/32 and 3fff::/20
 * (documentation), 2002::/16 (6to4, with an IPv4 address inside). First 32 bits. */
static const struct range closed6[] = {
	{0x20010000, 23}, {0x20010db8, 32}, {0x20020000, 16}, {0x3fff0000, 20},
};

static bool in_any(uint32_t a, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((a ^ r[i].start) >> (32 - r[i].bits) == 0)
			return true;
	return false;
}

bool web_is_public(const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	uint32_t first;

	if (a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof(v4));
		return !in_any(ntohl(v4.sin_addr.s_addr), closed, COUNT(closed));
	}
	if (a->sa_family != AF_INET6)
		return false;
	memcpy(&v6, a, sizeof(v6));
	memcpy(&first, v6.sin6_addr.s6_addr, sizeof(first));
	first = ntohl(first);
	return first >> 29 == 1 && !in_any(first, closed6, COUNT(closed6));
}
