/* studymate-api: the FastCGI pool and its tools. */
#include "api/master.h"
#include "api/migrate.h"
#include "api/router.h"
#include "api/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/score.h"
#include "db/db.h"
#include "domain/auth/auth.h"
#include "domain/matching/matching.h"
#include "domain/notification/delivery.h"
#include "domain/registry.h"
#include "http/openapi.h"
#include "sec/token.h"
#include "store/store.h"

#include <signal.h>
#include <sys/socket.h>

enum { DOCUMENT_MAX = 16 << 20, DOCUMENT_ARENA = 128 << 20, TOOL_US = 60 * 1000000, USAGE = 64, FATAL = 2 };

static const char usage[] =
	"studymate-api [--config FILE] [COMMAND]\n"
	"  (none)               serve: a pool on LISTEN, or one worker when fd 0 is a listening socket\n"
	"  --migrate [up|down|to N|status]   change the database schema; default: up\n"
	"  --account ID|EMAIL [suspend|restore|log-out|admin|user]   who that is; all but restore end their logins\n"
	"  --account ID|EMAIL reset-link     where they can choose another password within the hour, once\n"
	"  --check-config       check settings and route tables, then exit\n"
	"  --print-config       settings in force, secrets hidden\n"
	"  --document-config    table of all settings (Markdown)\n"
	"  --openapi            the API's description\n"
	"  --list-statements    every SQL statement, one JSON object a line\n"
	"  --check-statements   prepare every statement against the database\n"
	"  --version, --help\n";

static int print_openapi(void)
{
	struct arena *a = arena_new(DOCUMENT_ARENA);
	struct buf b = buf_new(a, 1 << 20, DOCUMENT_MAX);

	openapi_write(&b, VERSION);
	(void)fwrite(b.data, 1, b.len, stdout);
	(void)fputc('\n', stdout);
	arena_free(a);
	return b.over;
}

static int list_statements(void)
{
	struct arena *a = arena_new(DOCUMENT_ARENA);
	size_t n;
	const struct stmt *const *s = registry_stmts(&n);

	for (size_t i = 0; i < n; i++) {
		struct buf b = buf_new(a, 4096, 1 << 20);

		buf_str(&b, "{\"name\":");
		buf_json(&b, s[i]->name, strlen(s[i]->name));
		buf_str(&b, ",\"sql\":");
		buf_json(&b, s[i]->sql, strlen(s[i]->sql));
		buf_str(&b, s[i]->writes ? ",\"writes\":true}" : ",\"writes\":false}");
		(void)puts(b.data);
		arena_reset(a);
	}
	arena_free(a);
	return 0;
}

static int check_statements(struct ctx *c)
{
	size_t n;
	const struct stmt *const *s = registry_stmts(&n);
	bool good = db_check(c, s, n, stderr);

	printf("%zu statements %s\n", n, good ? "prepare" : "checked, with errors");
	return !good;
}

static int account(struct ctx *c, int n, char **v)
{
	static const char *const verbs[] = {
		[ACCOUNT_SUSPEND] = "suspend", [ACCOUNT_RESTORE] = "restore", [ACCOUNT_LOG_OUT] = "log-out",
		[ACCOUNT_TO_ADMIN] = "admin", [ACCOUNT_TO_USER] = "user"};
	const bool reset = n == 2 && !strcmp(v[1], "reset-link");
	size_t what = n == 2 && !reset ? ACCOUNT_SUSPEND : ACCOUNT_AS_IT_IS;
	struct account_state now;
	const char *link = NULL;

	while (n == 2 && !reset && what < COUNT(verbs) && strcmp(verbs[what], v[1]) != 0)
		what++;
	if (!n || n > 2 || what == COUNT(verbs)) {
		fputs("studymate-api: --account ID|EMAIL [suspend|restore|log-out|admin|user|reset-link]\n", stderr);
		return USAGE;
	}
	enum status st = auth_change_account(c, v[0], (enum account_change)what, &now);

	if (st == OK && reset)
		st = auth_reset_link(c, now.id, &link);
	if (st == E_USER_NOT_FOUND)
		fprintf(stderr, "studymate-api: there is no account %s\n", v[0]);
	else if (st != OK)
		fprintf(stderr, "studymate-api: %s: %s\n", error_row(st)->name, c->why ? c->why : "");
	else if (link)
		(void)puts(link);
	else
		printf("%llu %s %s %s %s, logins ended: %lld\n", (unsigned long long)now.id, now.status, now.role,
		       now.email ? now.email : "-", now.name, (long long)now.logins);
	return st != OK;
}

/* What needs the database. */
static int tool(const struct conf *conf, const struct conf_args *args)
{
	struct ctx c = {.conf = conf, .arena = arena_new(DOCUMENT_ARENA), .request_id = "tool", .now = clock_ms()};
	int code = FATAL;

	c.deadline = clock_mono() + TOOL_US;
	token_init(conf);
	c.db = db_open(conf);
	if (db_ready(&c) != OK)
		fprintf(stderr, "studymate-api: the database is away: %s\n", c.why ? c.why : "");
	else
		code = strcmp(args->command, "--account") ? check_statements(&c) : account(&c, args->n, args->v);
	db_close(c.db);
	arena_free(c.arena);
	return code;
}

static bool is_listening(int fd)
{
	int yes = 0;
	socklen_t n = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 && yes;
}

static int serve(const struct conf *conf)
{
	struct gate *gate = gate_new(conf);

	if (!store_open(conf->storage_dir, stderr))
		return FATAL;
	(void)score(); /* mapped before the first fork */
	token_share();
	if (is_listening(STDIN_FILENO)) { /* spawn-fcgi gave us its socket */
		sigset_t stop;

		(void)sigemptyset(&stop);
		(void)sigaddset(&stop, SIGTERM);
		(void)sigaddset(&stop, SIGINT);
		(void)sigprocmask(SIG_BLOCK, &stop, NULL);
		return worker_run(conf, gate, STDIN_FILENO, 0, clock_mono());
	}
	matching_share(); /* what spawn-fcgi starts has nothing in common */
	return master_run(conf, gate);
}

int main(int argc, char **argv)
{
	static struct conf conf; /* its texts live as long as the process */
	const struct conf_args args = conf_args(argc, argv, usage);
	const char *command = args.command;

	if (command && !strcmp(command, "--document-config"))
		return conf_document(stdout), 0;
	openapi_source(registry_documented);
	if (!registry_check(stderr) || !router_init(stderr))
		return FATAL;
	if (command && !strcmp(command, "--openapi"))
		return print_openapi();
	if (command && !strcmp(command, "--list-statements"))
		return list_statements();
	if (!conf_load(&conf, args.file, stderr) || !channels_check(&conf, stderr))
		return FATAL;
	log_init("api", conf_log_level(&conf));
	if (!command)
		return serve(&conf);
	if (!strcmp(command, "--check-config"))
		return puts("settings and route tables are good") < 0;
	if (!strcmp(command, "--print-config"))
		return conf_print(&conf, stdout), 0;
	if (!strcmp(command, "--migrate"))
		return migrate_run(&conf, args.n, args.v);
	if (!strcmp(command, "--check-statements") || !strcmp(command, "--account"))
		return tool(&conf, &args);
	fputs(usage, stderr);
	return USAGE;
}
