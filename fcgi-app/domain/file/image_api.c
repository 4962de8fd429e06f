/* Pictures that stand elsewhere. The shipped client asks its own origin for each, to be made smaller: it is sent on to
 * the picture as it is, and only to places that are known, or this would send anybody anywhere. */
#include "domain/file/file.h"
#include "domain/registry.h"

#define IMAGE_AT_IN(F, S)                                                                          \
	F(S, STR, url, .from = FROM_QUERY, .required = true, .max = 2048, .fmt = FMT_URL)          \
	F(S, STR, w, .from = FROM_QUERY, .max = 10, .doc = "w, h, q and f are not looked at")
SHAPE(image_at_in, IMAGE_AT_IN)

/* Whether the n letters at host are one of the hosts of the list or end with a dot and it. */
static bool listed(const char *list, const char *host, size_t n)
{
	const char *w;
	size_t len;

	while ((w = next_word(&list, &len)))
		if (n >= len && !memcmp(host + n - len, w, len) && (n == len || host[n - len - 1] == '.'))
			return true;
	return false;
}

static bool may_go_to(const struct req *r, const char *url)
{
	static const char https[] = "https://";
	const char *site = req_site(r), *host = url + sizeof(https) - 1;

	if (strpbrk(url, "\\@")) /* browsers read the one as /, and what is before the other is no host */
		return false;
	if (*url == '/')
		return url[1] != '/';
	if (!strncmp(url, site, strlen(site)) && url[strlen(site)] == '/')
		return true;
	return !strncmp(url, https, sizeof(https) - 1) && listed(r->ctx.conf->image_hosts, host, strcspn(host, "/:?#"));
}

HANDLER(image_elsewhere, struct image_at_in, struct nothing)
{
	if (!may_go_to(r, in->url))
		return fail(&r->ctx, E_NO_FILE, "not a place of IMAGE_HOSTS");
	r->go_to = in->url;
	return OK;
}

static const struct route routes[] = {
	ROUTE(image_elsewhere, image_at_in, nothing, .on = {"GET /images/transform"}, .sends_on = true,
	      .unlimited = "nothing of the database is touched",
	      .doc = "Sends a browser on to a picture of this site or of IMAGE_HOSTS, as it is.", .fails = {E_NO_FILE}),
};

const struct domain file_image_domain = {
	.name = "files",
	.doc = "Uploaded files",
	.routes = routes,
	.n_routes = COUNT(routes),
};
