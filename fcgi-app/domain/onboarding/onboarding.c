#include "domain/onboarding/onboarding.h"
SHAPE_TABLE(language_choice, LANGUAGE_CHOICE)
enum status onboarding_languages(struct ctx *c, uint64_t user_id, struct list *out) { (void)c; (void)user_id; *out = (struct list){0}; return OK; }
