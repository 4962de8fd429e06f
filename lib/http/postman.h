/* The API as a Postman collection (format 2.1): a folder for each domain, a request for each route by its first path.
 * Logging in keeps the tokens for the rest. */
#ifndef HTTP_POSTMAN_H
#define HTTP_POSTMAN_H

#include "base/buf.h"

/* Of the routes of openapi_source(). */
void postman_write(struct buf *b, const char *version);
#endif
