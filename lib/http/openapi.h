/* The OpenAPI 3.1 document, written from the route rows and their shapes. */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "http/route.h"

/* Where the routes come from: the i-th, its domain's name and description; NULL past the last. */
void openapi_source(const struct route *(*nth)(size_t i, const char **tag, const char **doc));

/* The i-th of them. */
const struct route *openapi_route(size_t i, const char **tag, const char **doc);

void openapi_write(struct buf *b, const char *version);
#endif
