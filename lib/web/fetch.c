#include "web/fetch.h"

#include "base/buf.h"
#include "base/memory.h"

#include <curl/curl.h>

static size_t take(char *p, size_t one, size_t n, void *arg)
{
	struct buf *b = arg;

	buf_add(b, p, one * n);
	return b->over ? 0 : one * n;
}

static CURL *handle(void)
{
	static CURL *kept; /* with its connections; one a process */

	if (!kept) {
		if (curl_global_init(CURL_GLOBAL_DEFAULT))
			out_of_memory("libcurl cannot start");
		kept = must(curl_easy_init());
	}
	curl_easy_reset(kept);
	return kept;
}

long web_fetch(struct arena *a, const struct fetch *f, const char **body, const char **why)
{
	CURL *curl = handle();
	struct buf b = buf_new(a, 4096, FETCH_ANSWER_MAX);
	struct curl_slist *headers = must(curl_slist_append(NULL, "Accept: application/json"));
	long status = 0;

	if (f->authorization)
		headers = must(curl_slist_append(headers, arena_printf(a, "Authorization: %s", f->authorization)));
	(void)curl_easy_setopt(curl, CURLOPT_URL, f->url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)f->timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &b);
	if (f->form)
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->form);
	CURLcode code = curl_easy_perform(curl);

	if (code == CURLE_OK)
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	*body = b.len ? b.data : "";
	*why = code == CURLE_OK ? "" : b.over ? "the answer is too long" : curl_easy_strerror(code);
	return status;
}
