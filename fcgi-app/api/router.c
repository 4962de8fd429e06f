#include "api/router.h"
#include "domain/registry.h"

enum { METHODS = 5, NODES = 4096 };

static const char *const methods[METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* A node of the tree of path segments. Children are a linked list: there are few of each. */
struct node {
	struct text name; /* of the segment; empty for a parameter */
	struct node *child, *next;
	const struct route *route[METHODS];
	const char *pattern[METHODS]; /* the path as declared, for the parameters' names */
};

static struct node nodes[NODES];
static size_t n_nodes = 1; /* the root */

static bool same(const struct text *a, const char *s, size_t n)
{
	return a->n == n && !memcmp(a->s, s, n);
}

static struct node *child_of(struct node *up, const char *s, size_t n)
{
	for (struct node *c = up->child; c; c = c->next)
		if (same(&c->name, s, n))
			return c;
	assert(n_nodes < NODES);
	struct node *c = &nodes[n_nodes++];

	c->name = (struct text){s, n};
	c->next = up->child;
	up->child = c;
	return c;
}

static int method_index(const char *s, size_t n)
{
	if (n == 4 && !memcmp(s, "HEAD", 4))
		return 0;
	for (int i = 0; i < METHODS; i++)
		if (strlen(methods[i]) == n && !memcmp(methods[i], s, n))
			return i;
	return -1;
}

static bool add(const struct route *r, const char *on, FILE *out)
{
	const char *path = strchr(on, ' ') + 1;
	struct node *node = nodes;
	bool good = true;

	for (const char *p = path; *p;) {
		size_t n = strcspn(++p, "/");

		node = *p == '{' ? child_of(node, "", 0) : child_of(node, p, n);
		p += n;
	}
	for (const char *m = on; *m && *m != ' ';) {
		size_t n = strcspn(m, ", ");
		int i = method_index(m, n);

		if (i < 0 || node->route[i]) {
			fprintf(out, "route %s: %.*s %s is %s\n", r->name, (int)n, m, path,
				i < 0 ? "no method we serve" : node->route[i]->name);
			good = false;
		} else {
			node->route[i] = r;
			node->pattern[i] = path;
		}
		m += n + (m[n] == ',');
	}
	return good;
}

bool router_init(FILE *out)
{
	const struct route *r;
	bool good = true;

	for (size_t i = 0; (r = registry_route(i, NULL)); i++)
		FOR_EACH_PATH(r, k)
			good &= add(r, r->on[k], out);
	return good;
}

static bool has_route(const struct node *n)
{
	for (int i = 0; i < METHODS; i++)
		if (n->route[i])
			return true;
	return false;
}

/* Depth first, literals before the parameter; depth is bounded by the declared paths. */
static const struct node *walk(const struct node *node, const char *p, const char *end,
			       struct text values[], size_t *n_values)
{
	if (p == end)
		return has_route(node) ? node : NULL;
	p++; /* the slash */
	const char *slash = memchr(p, '/', (size_t)(end - p));
	size_t n = (size_t)((slash ? slash : end) - p);
	size_t before = *n_values;

	if (!n)
		return NULL;
	for (int literal = 1; literal >= 0; literal--)
		for (const struct node *c = node->child; c; c = c->next) {
			if (literal ? !same(&c->name, p, n) : c->name.n != 0)
				continue;
			if (!literal) {
				if (before == PATH_PARAMS_MAX)
					return NULL;
				values[before] = (struct text){p, n};
				*n_values = before + 1;
			}
			const struct node *found = walk(c, p + n, end, values, n_values);

			if (found)
				return found;
			*n_values = before;
		}
	return NULL;
}

static void name_params(struct req *r, const char *pattern, const struct text values[])
{
	const char *p = pattern;

	for (size_t i = 0; i < r->n_path_params; i++) {
		p = strchr(p, '{') + 1;
		r->path_params[i] = (struct param){{p, strcspn(p, "}")}, values[i]};
	}
}

static void allow(struct req *r, const struct node *n)
{
	struct buf b = buf_new(r->ctx.arena, 64, 200);

	for (int i = 0; i < METHODS; i++)
		if (n->route[i]) {
			buf_str(&b, methods[i]);
			buf_str(&b, i == 0 ? ", HEAD, " : ", ");
		}
	buf_str(&b, "OPTIONS");
	req_header(r, "Allow", b.data);
}

enum status router_find(struct req *r, const char *path, size_t n)
{
	struct text values[PATH_PARAMS_MAX];
	const char *end = path + n;

	if (n > 1 && end[-1] == '/') /* one slash too many is forgiven */
		end--;
	r->n_path_params = 0;
	const struct node *node = n && *path == '/' ? walk(nodes, path, end, values, &r->n_path_params) : NULL;

	if (!node)
		return E_NO_ROUTE;
	int m = method_index(r->method, strlen(r->method));

	if (m < 0 || !node->route[m]) {
		allow(r, node);
		return E_BAD_METHOD;
	}
	r->route = node->route[m];
	name_params(r, node->pattern[m], values);
	return OK;
}
