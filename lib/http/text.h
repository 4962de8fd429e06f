/* What a text of a request becomes before it is looked at. */
#ifndef HTTP_TEXT_H
#define HTTP_TEXT_H

#include "base/arena.h"
#include "base/shape.h"

/* Composed (NFC), trimmed and in the case its field wants; in the arena, or s itself. */
const char *text_tidy(struct arena *a, const struct field *f, const char *s);

/* Whether it has control characters that its field does not take. */
bool text_has_control(const struct field *f, const char *s);
#endif
