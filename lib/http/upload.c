#include "http/upload.h"
#include "http/fcgi.h"
#include "http/route.h"
#include "store/store.h"

struct reading {
	struct req *r;
	struct form *form;
	struct store_writer writer;
	struct buf value;
	const char *name;
	int64_t size;
	enum { SKIP, TEXT, STORE } what;
	enum status st;
	char buffer[64 * 1024];
	struct multipart parser;
};

static size_t count_of(const struct form *form, const struct field *f)
{
	size_t n = 0;

	for (size_t i = 0; i < form->n_files; i++)
		n += form->files[i].field == f->name;
	return n;
}

static enum status begin_file(struct reading *g, const struct field *f, const struct multipart_part *p)
{
	struct ctx *c = &g->r->ctx;
	size_t before = count_of(g->form, f);

	if ((int64_t)before >= f->max) {
		fail_field(c, f->name, "max",
			   arena_printf(c->arena, "%s: %lld", say(c, "최대 파일 수", "most files allowed"),
					(long long)f->max));
		return E_VALIDATION;
	}
	g->what = STORE;
	g->size = 0;
	g->form->files[g->form->n_files].field = f->name;
	enum status st = store_begin(c, &g->writer, p->filename, p->content_type);

	g->writer.file->field = f->max == 1 ? f->name : arena_printf(c->arena, "%s[%zu]", f->name, before);
	return st;
}

static bool begin(void *arg, const struct multipart_part *p)
{
	struct reading *g = arg;
	const struct field *f = shape_find(g->r->route->in, p->name, strlen(p->name));

	g->what = SKIP;
	if (!p->filename) {
		g->what = TEXT;
		g->name = arena_strdup(g->r->ctx.arena, p->name);
		g->value = buf_new(g->r->ctx.arena, 64, MULTIPART_VALUE_MAX + 1);
	} else if (f && f->kind == K_FILES && *p->filename) {
		g->st = begin_file(g, f, p);
	}
	return g->st == OK;
}

static bool data(void *arg, const char *s, size_t n)
{
	struct reading *g = arg;

	if (g->what == TEXT)
		buf_add(&g->value, s, n);
	if (g->what != STORE)
		return true;
	g->size += (int64_t)n;
	g->st = g->size > g->r->route->file_max ? E_FILE_TOO_LARGE
						: store_write(&g->r->ctx, &g->writer, s, n);
	return g->st == OK;
}

static bool end(void *arg)
{
	struct reading *g = arg;
	struct form *form = g->form;

	if (g->what == TEXT)
		form->texts[form->n_texts++] = (struct param){
			{g->name, strlen(g->name)},
			{g->value.data ? g->value.data : "", g->value.len},
		};
	if (g->what == STORE) {
		g->st = store_end(&g->r->ctx, &g->writer);
		form->files[form->n_files++].file = g->writer.file;
	}
	return g->st == OK;
}

/* Even after a failure the body is read to its end: whoever sends it need not learn by a broken
 * connection. */
enum status upload_read(struct req *r)
{
	struct reading *g = arena_alloc_raw(r->ctx.arena, sizeof(*g));
	int64_t left = r->content_length;

	g->r = r;
	g->st = OK;
	g->what = SKIP;
	g->form = arena_new_of(r->ctx.arena, struct form);
	bool good = multipart_init(&g->parser, r->content_type, (struct multipart_sink){begin, data, end, g});

	while (left) {
		size_t want = (size_t)MIN(left, (int64_t)sizeof(g->buffer)), got = fcgi_read(g->buffer, want);

		if (got < want)
			return fail(&r->ctx, E_BODY_CUT, "%lld bytes are missing",
				    (long long)(left - (int64_t)got));
		left -= (int64_t)got;
		good = good && multipart_feed(&g->parser, g->buffer, got);
	}
	if (good)
		good = multipart_finish(&g->parser);
	if (!good && g->parser.why) {
		fail_field(&r->ctx, "body", "multipart", g->parser.why);
		return fail(&r->ctx, E_BAD_FORM, "%s", g->parser.why);
	}
	r->form = g->form;
	return g->st;
}

static const struct field *files_field(const struct shape *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->fields[i].kind == K_FILES)
			return &s->fields[i];
	abort(); /* the registry has checked that */
}

enum status upload_read_raw(struct req *r)
{
	struct ctx *c = &r->ctx;
	struct reading *g = arena_alloc_raw(c->arena, sizeof(*g));
	int64_t left = r->content_length;
	enum status st = store_begin(c, &g->writer, NULL, r->content_type);

	while (left) {
		size_t want = (size_t)MIN(left, (int64_t)sizeof(g->buffer)), got = fcgi_read(g->buffer, want);

		if (got < want)
			return fail(c, E_BODY_CUT, "%lld bytes are missing", (long long)(left - (int64_t)got));
		left -= (int64_t)got;
		if (st == OK)
			st = store_write(c, &g->writer, g->buffer, got);
	}
	if (st == OK)
		st = store_end(c, &g->writer);
	if (st != OK)
		return st;
	r->form = arena_new_of(c->arena, struct form);
	r->form->files[0].field = files_field(r->route->in)->name;
	r->form->files[0].file = g->writer.file;
	r->form->n_files = 1;
	return OK;
}
