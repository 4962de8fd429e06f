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

static curl_mime *parts_of(CURL *curl, const struct fetch *f)
{
	curl_mime *m = f->n_parts ? must(curl_mime_init(curl)) : NULL;

	for (size_t i = 0; i < f->n_parts; i++) {
		const struct fetch_part *p = &f->parts[i];
		curl_mimepart *part = must(curl_mime_addpart(m));

		(void)curl_mime_name(part, p->name);
		if (p->text) {
			(void)curl_mime_data(part, p->text, CURL_ZERO_TERMINATED);
			continue;
		}
		(void)curl_mime_filedata(part, p->path);
		(void)curl_mime_filename(part, p->filename);
		(void)curl_mime_type(part, p->type);
	}
	return m;
}

static struct curl_slist *headers_of(struct arena *a, const struct fetch *f)
{
	/* no waiting for 100 Continue before a file */
	struct curl_slist *h = must(curl_slist_append(NULL, "Expect:"));

	h = must(curl_slist_append(h, "Accept: application/json"));
	if (f->json)
		h = must(curl_slist_append(h, "Content-Type: application/json"));
	if (f->authorization)
		h = must(curl_slist_append(h, arena_printf(a, "Authorization: %s", f->authorization)));
	return h;
}

long web_fetch(struct arena *a, const struct fetch *f, const char **body, const char **why)
{
	CURL *curl = handle();
	struct buf b = buf_new(a, 4096, FETCH_ANSWER_MAX);
	struct curl_slist *headers = headers_of(a, f);
	curl_mime *parts = parts_of(curl, f);
	long status = 0;

	(void)curl_easy_setopt(curl, CURLOPT_URL, f->url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)f->timeout_ms);
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &b);
	if (f->form || f->json)
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->form ? f->form : f->json);
	if (parts)
		(void)curl_easy_setopt(curl, CURLOPT_MIMEPOST, parts);
	CURLcode code = curl_easy_perform(curl);

	if (code == CURLE_OK)
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_mime_free(parts);
	*body = b.len ? b.data : "";
	*why = code == CURLE_OK ? "" : b.over ? "the answer is too long" : curl_easy_strerror(code);
	return status;
}
