/* What is left of people's HTML. */
#include "base/html.h"

#include <setjmp.h>
#include <cmocka.h>

static struct arena *a;

static void becomes(const char *in, const char *want)
{
	const char *got = html_rich(a, in);

	assert_string_equal(got, want);
	assert_string_equal(html_rich(a, got), want);
	arena_reset(a);
}

static void form_stays(void **state)
{
	(void)state;
	becomes("", "");
	becomes("오늘은 3장\n끝", "오늘은 3장\n끝");
	becomes("<p>하나</p><P class=\"x\">두<BR/>리</p>", "<p>하나</p><p>두<br>리</p>");
	becomes("<ul><li>a<li>b</ul><hr>", "<ul><li>a</li><li>b</li></ul><hr>");
	becomes("<p>a<p>b", "<p>a</p><p>b</p>");
	becomes("<h1><strong>x</h1>y", "<h1><strong>x</strong></h1>y");
	becomes("</b>x</ul><b>y", "x<b>y</b>");
	becomes("<b-c>x</b-c><bold>y<b\t>z", "xy<b>z</b>");
	becomes("<div><span style='color:red'>x</span></div>", "x");
}

static void text_is_escaped(void **state)
{
	(void)state;
	becomes("1 < 2 > 1 & <3", "1 &lt; 2 &gt; 1 &amp; &lt;3");
	becomes("&amp; &#39; &#x1F600; &nbsp &; &#; &#x;", "&amp; &#39; &#x1F600; &amp;nbsp &amp;; &amp;#; &amp;#x;");
	becomes("&lt;script&gt;", "&lt;script&gt;");
	becomes("a <b", "a &lt;b");
	becomes("<b>\"'`", "<b>\"'`</b>");
}

static void nothing_acts(void **state)
{
	(void)state;
	becomes("<script>alert(1)</script>x", "x");
	becomes("<SCRIPT src=x>a</b></scripted></Script >x", "x");
	becomes("<script>alert(1)", "");
	becomes("a<style>*{}</style>b<!-- <b> > -->c<!doctype x>d<?php e>f<!-- g>h", "abcdfh");
	becomes("<img src=x onerror=alert(1)>y<svg onload=x><iframe src=javascript:x>", "y");
	becomes("<p onclick=\"x\">y<p/onmouseover=z>", "<p>y</p><p></p>");
	becomes("<scr<b>ipt>alert(1)</scr</b>ipt>", "ipt&gt;alert(1)ipt&gt;");
	becomes("<<b>script>", "&lt;<b>script&gt;</b>");
	becomes("<b title=\">\"><script>x</script>", "<b>\"&gt;</b>");
}

static void links_lead_to_the_web(void **state)
{
	(void)state;
	becomes("<a href=\"https://a.example/?b=1&c=2\" onclick=x>y</a>",
		"<a href=\"https://a.example/?b=1&amp;c=2\" rel=\"nofollow noopener\">y</a>");
	becomes("<A target=_blank HREF = 'HTTP://x'>y", "<a href=\"HTTP://x\" rel=\"nofollow noopener\">y</a>");
	becomes("<a data-href=http://x href=http://z/ >y</a>", "<a href=\"http://z/\" rel=\"nofollow noopener\">y</a>");
	becomes("<a href=javascript:alert(1)>y</a>", "y");
	becomes("<a href=\"&#106;avascript:x\">y</a><a href=\"java\tscript:x\">z</a>", "yz");
	becomes("<a href=//evil>y</a><a href=/x>z</a><a href=http://>w</a><a>v</a><a href>u</a>", "yzwvu");
	becomes("<a href='http://x\"onmouseover=y'>z</a><a href=\"http://x y\">w</a>", "zw");
	becomes("<a href=ftp://x href=http://x>y</a>", "y"); /* browsers take the first */
}

static void markdown_leads_to_the_web(void **state)
{
	(void)state;
	becomes("[책](https://a.example/?b=1&c) ![표](/a/b.png) [m](mailto:a@b.example) [x](#y) [z](HTTP://x) [](a:b)",
		"[책](https://a.example/?b=1&amp;c) ![표](/a/b.png) [m](mailto:a@b.example) [x](#y) [z](HTTP://x) [](#)");
	becomes("[공지](오늘 3:00, 2층) [시간](3:00) [문의](Q&A: b) a[0](\n) b](x\"y)", /* remarks */
		"[공지](오늘 3:00, 2층) [시간](3:00) [문의](Q&amp;A: b) a[0](\n) b](x\"y)");
	becomes("[b](javascript:x) ![b](JaVaScript:x) [b]( \tdata:x) [b](vbscript&colon;x) [b](\x01java\n\tscript:x)",
		"[b](#) ![b](#) [b](#) [b](#) [b](#)");
	becomes("[b](&#106;avascript:x) [b](java&Tab;script:x) [b](java&NewLine;script:x) [b](ftp://x) [b](x.y+z-1:w)",
		"[b](#) [b](#) [b](#) [b](#) [b](#)");
	becomes("[b](averyveryveryverylongscheme:x) [b](httpsx:y) [b](:x) [b](/a:b) [b](?a:b) [b](a b:c)",
		"[b](#) [b](#) [b](:x) [b](/a:b) [b](?a:b) [b](a b:c)");
}

static void markdown_cannot_act(void **state)
{
	(void)state;
	becomes("![a](x\" onerror=\"alert(1))", "![a](x%22 onerror=%22alert%281))");
	becomes("[a](x'y`z\\w\x01\x7f)", "[a](x%27y%60z%5Cw%01%7F)");
	/* a link in the target or label of another one would end its attribute */
	becomes("![a](b[c](onerror=x//) (d)", "![a](b%5Bc%5D%28onerror=x//) (d)");
	becomes("![a[b](u) c](x/onerror=y//)", "![a&#91;b](u) c](x/onerror=y//)");
	becomes("![a\" onerror='x`](u)", "![a&quot; onerror=&#39;x&#96;](u)");
	becomes("![a ![b \"c\"](u) [\"d\"](v)", "![a !&#91;b &quot;c&quot;](u) [\"d\"](v)");
	/* a tag in between has quotes of its own */
	becomes("<a href=\"https://x/[c](y)\">z</a>", "<a href=\"https://x/%5Bc%5D%28y%29\" rel=\"nofollow noopener\">z</a>");
	becomes("![<a href=\"https://x/onerror=y\">z</a>](u)",
		"!&#91;<a href=\"https://x/onerror=y\" rel=\"nofollow noopener\">z</a>](u)");
	becomes("![x<b>![y\"</b>![z\"](u)", "!&#91;x<b>!&#91;y\"</b>![z&quot;](u)");
	becomes("[x](<b>y)</b>", "[x&#93;(<b>y)</b>");
	becomes("![a](b<i>[c](d)</i>", "!&#91;a&#93;(b<i>[c](d)</i>");
	becomes("]<script></script>(x\"y) [a]<script>]</script>(x\"y)", "](x\"y) [a](x%22y)");
	becomes("[a](b\"", "[a](b\"");
}

static void depth_is_bounded(void **state)
{
	char in[3 * 1000 + 1] = "";
	const char *out;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		memcpy(in + 3 * i, "<b>", 4);
	out = html_rich(a, in);
	assert_int_equal(strlen(out), HTML_DEPTH * strlen("<b></b>"));
	arena_reset(a);
}

static void plain_has_no_tag(void **state)
{
	(void)state;
	assert_string_equal(html_plain(a, "a <b>x</b> < c > d <i"), "a x < c > d <i");
	assert_string_equal(html_plain(a, "<<b>script>x"), "x");
	arena_reset(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_stays),	       cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(nothing_acts),	       cmocka_unit_test(links_lead_to_the_web),
		cmocka_unit_test(depth_is_bounded),    cmocka_unit_test(plain_has_no_tag),
		cmocka_unit_test(markdown_leads_to_the_web), cmocka_unit_test(markdown_cannot_act),
	};

	a = arena_new(1 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(a);
	return failed;
}
