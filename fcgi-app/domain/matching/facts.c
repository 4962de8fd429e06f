#include "domain/matching/facts.h"

enum { WORD = 32 };

uint64_t facts_number(const char **s)
{
	uint64_t n = 0;

	while (**s >= '0' && **s <= '9')
		n = n * 10 + (uint64_t)(*(*s)++ - '0');
	*s += **s != '\0';
	return n;
}

/* What of the text at *s up to the next tab fits; *s then stands behind the tab. */
static const char *word(const char **s, char *out, size_t size)
{
	const char *end = strchrnul(*s, '\t');
	size_t n = MIN((size_t)(end - *s), size - 1);

	memcpy(out, *s, n);
	out[n] = '\0';
	*s = end + (*end != '\0');
	return out;
}

static uint8_t said(const char **s)
{
	char text[WORD];

	return (uint8_t)score_said(word(s, text, sizeof(text)));
}

void facts_read(uint64_t id, int64_t active_at, const char *facts, struct person *p)
{
	const char *at = facts ? facts + WEEK_BYTES : "";

	*p = (struct person){.id = id, .active_at = active_at};
	if (facts)
		memcpy(p->week, facts, WEEK_BYTES);
	p->native = (uint16_t)facts_number(&at);
	p->topics = facts_number(&at);
	p->motivations = facts_number(&at);
	p->styles = facts_number(&at);
	p->expectations = facts_number(&at);
	p->personalities = facts_number(&at);
	p->group_sizes = facts_number(&at);
	p->birth_year = (uint16_t)facts_number(&at);
	p->show_age = facts_number(&at);
	p->show_online = facts_number(&at);
	word(&at, p->birth_monthday, sizeof(p->birth_monthday));
	p->gender = said(&at);
	p->partner_gender = said(&at);
	p->communication = said(&at);
	while (*at && p->tongues < TONGUES_MAX) {
		struct tongue *t = &p->tongue[p->tongues++];

		t->id = (uint16_t)facts_number(&at);
		t->learning = facts_number(&at);
		t->level = (uint8_t)facts_number(&at);
		t->wish = (uint8_t)facts_number(&at);
	}
}
