/* Writes JSON from structs by their shapes: the only writer of answers. */
#ifndef HTTP_RENDER_H
#define HTTP_RENDER_H

#include "base/buf.h"
#include "base/shape.h"

/* The value of a whole struct: an object, or the value itself when its one field is bare. */
void render_value(struct buf *b, const struct shape *s, const void *v);

/* The fields that stand in that place alone, without braces: "\"a\":1,\"b\":2". False if there were
 * none. */
bool render_fields(struct buf *b, const struct shape *s, const void *v, enum place place);

/* An object of the fields an input held, in their own names: what is stored of it. */
void render_given(struct buf *b, const struct shape *s, const void *v);

void render_time(struct buf *b, int64_t ms); /* "…Z", null for 0 */
#endif
