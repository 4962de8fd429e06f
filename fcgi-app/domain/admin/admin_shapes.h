/* What the rows of administrators have in common: their codes, and people as they see them. */
#ifndef DOMAIN_ADMIN_SHAPES_H
#define DOMAIN_ADMIN_SHAPES_H

#include "domain/admin/admin.h"
#include "domain/auth/auth.h"
#include "domain/coup.h"
#include "http/route.h"

#define ADMIN_CODES                                                                                \
	{E_NO_TOKEN, NULL, "AUTH_006"}, {E_TOKEN_EXPIRED, NULL, "AUTH_007"}, {E_TOKEN_INVALID, NULL, "AUTH_008"}, \
	{E_FORBIDDEN, NULL, "ADMIN-002"}

#define ADMIN_PERSON(F, S)                                                                         \
	F(S, ID, id)                                                                               \
	F(S, STR, name)                                                                            \
	F(S, STR, email)                                                                           \
	F(S, STR, avatar)                                                                          \
	F(S, STR, status)
SHAPE_STRUCT(admin_person, ADMIN_PERSON)

#define ADMIN_NAME(F, S)                                                                           \
	F(S, STR, name)                                                                            \
	F(S, STR, email)
SHAPE_STRUCT(admin_name, ADMIN_NAME)

/* A literal of a shape, in the arena. */
#define NEW(c, shape, ...)                                                                         \
	memcpy(arena_new_of((c)->arena, struct shape), &(struct shape){__VA_ARGS__}, sizeof(struct shape))

/* For filters: NULL is any. */
static inline const char *unless_all(const char *word)
{
	return strcmp(word, "ALL") != 0 ? word : NULL;
}

/* Which of the words it is, in the order of their enum: of those a shape lets through. */
static inline int admin_word(const char *word, const char *const *words, size_t n)
{
	size_t i = 0;

	while (i + 1 < n && strcmp(words[i], word) != 0)
		i++;
	return (int)i;
}
#endif
