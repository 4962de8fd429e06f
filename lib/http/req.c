#include "http/req.h"

void req_header(struct req *r, const char *name, const char *value)
{
	assert(!strpbrk(value, "\r\n"));
	buf_str(&r->headers, name);
	buf_str(&r->headers, ": ");
	buf_str(&r->headers, value);
	buf_str(&r->headers, "\r\n");
}
