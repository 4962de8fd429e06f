/* Names of languages, places and choices in both languages, kept by the process: they change with a
 * release only, and joining them took as long as all the rest of a card. */
#ifndef DOMAIN_MATCHING_NAMES_H
#define DOMAIN_MATCHING_NAMES_H

#include "base/ctx.h"
#include "base/shape.h"

enum name_kind {
	NAME_LANGUAGE, NAME_PLACE, NAME_LEVEL, NAME_TOPIC, NAME_PERSONALITY, NAME_MOTIVATION, NAME_KINDS
};

/* To be called before the others: the first call of a process asks the database. */
MUST_USE enum status names_load(struct ctx *c);

/* In the caller's language; NULL when there is none of that id. */
const char *names_of(const struct ctx *c, enum name_kind kind, uint64_t id);
const char *names_language_code(uint64_t id);

/* The language with that code or name, 0: none. */
unsigned names_language(const char *text);

/* Names of the ids whose bits (id mod 64) are set, by id. */
struct list names_of_mask(struct ctx *c, enum name_kind kind, uint64_t mask);
#endif
