/* Texts of people that pages put into themselves: without tags, or with a few that do nothing but form. */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/arena.h"

/* Without what a browser would take for a tag. What remains is text, to be escaped by whoever shows it: "a < b"
 * stays. */
const char *html_plain(struct arena *a, const char *s);

/*
 * HTML that shows the same and can do nothing: of tags those of a short list, without attributes but the href of an
 * <a> to http or https; all else is text, escaped. Well-formed, and the same again from itself. Nor can it do anything
 * when a page makes links and pictures of what looks so in Markdown. At most HTML_GROWTH times as long as s, and the
 * tags it closes at the end.
 */
enum { HTML_GROWTH = 6, HTML_DEPTH = 24 };
const char *html_rich(struct arena *a, const char *s);
#endif
