#include "http/text.h"
#include "base/utf8.h"

#include <ctype.h>

const char *text_tidy(struct arena *a, const struct field *f, const char *s)
{
	const char *nfc = utf8_nfc(a, s);
	const bool breaks = f->lines && strpbrk(nfc, "\v\f");

	/* recordings are texts, too: copying those costs megabytes */
	if (!f->trim && !f->lower && !f->upper && !breaks)
		return nfc;
	char *copy = arena_strdup(a, nfc);

	/* what word processors have for a line break, which comes with a paste */
	for (char *p = copy; breaks && (p = strpbrk(p, "\v\f"));)
		*p = '\n';
	if (f->trim) {
		while (isspace((unsigned char)*copy))
			copy++;
		for (size_t n = strlen(copy); n && isspace((unsigned char)copy[n - 1]);)
			copy[--n] = '\0';
	}
	for (char *p = copy; *p && (f->lower || f->upper); p++)
		if ((unsigned char)*p < 0x80)
			*p = (char)(f->lower ? tolower(*p) : toupper(*p));
	return copy;
}

bool text_has_control(const struct field *f, const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 && !(f->lines && (*s == '\n' || *s == '\t' || *s == '\r')))
			return true;
	return false;
}
