/*
 * The floor of the bench: a bare FastCGI program that runs the same prepared statements over the same nginx
 * and MariaDB, and does nothing else: no routing, no token, no limit, no validation, no envelope, no log.
 *
 *	floor SOCKET WORKERS DB_SOCKET STATEMENTS
 *
 * STATEMENTS: lines "name<TAB>sql". A request "/floor/a+b?p=i5&p=shello&p=n|p=…" runs a with the values up to
 * the bar, then b with the rest: i integer, s text, n NULL, k a fresh random text (a new key each time).
 */
#include <errno.h>
#include <fcgiapp.h>
#include <mysql.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUES = 64, COLUMNS = 64, CELL = 512, OUT = 1 << 20 };

static struct {
	char name[64], *sql;
	MYSQL_STMT *handle;
} *statement;
static int n_statements;
static MYSQL *db;
static char out[OUT];
static size_t out_n;
static bool failed;

static void die(const char *what)
{
	fprintf(stderr, "floor: %s: %s\n", what, db ? mysql_error(db) : strerror(errno));
	exit(1);
}

static void load(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!f)
		die(path);
	while ((n = getline(&line, &size, f)) > 0) {
		char *tab = strchr(line, '\t');
		void *grown;

		line[n - 1] = '\0';
		if (!tab || tab - line >= 64)
			continue;
		grown = realloc(statement, (size_t)(n_statements + 1) * sizeof(*statement));
		if (!grown)
			die("out of memory");
		statement = grown;
		memset(&statement[n_statements], 0, sizeof(*statement));
		memcpy(statement[n_statements].name, line, (size_t)(tab - line));
		statement[n_statements++].sql = strdup(tab + 1);
	}
	free(line);
	(void)fclose(f);
}

static MYSQL_STMT *prepared(const char *name, size_t n)
{
	for (int i = 0; i < n_statements; i++) {
		if (strlen(statement[i].name) != n || memcmp(statement[i].name, name, n) != 0)
			continue;
		if (!statement[i].handle) {
			statement[i].handle = mysql_stmt_init(db);
			if (mysql_stmt_prepare(statement[i].handle, statement[i].sql, strlen(statement[i].sql)))
				die(mysql_stmt_error(statement[i].handle));
		}
		return statement[i].handle;
	}
	die("unknown statement");
	return NULL;
}

static int unhex(int c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Reads values until '|' or the end; returns where it stopped. */
static const char *values(const char *q, MYSQL_BIND *bind, char (*text)[CELL], long long *number, unsigned *n)
{
	for (*n = 0; *q && *q != '|' && *n < VALUES; q += *q == '&') {
		char *t = text[*n];
		size_t len = 0;

		q += 2; /* "p=" */
		char type = *q++;

		for (; *q && *q != '&' && *q != '|' && len < CELL - 1; q++) {
			if (*q == '%' && q[1] && q[2]) {
				t[len++] = (char)(unhex(q[1]) * 16 + unhex(q[2]));
				q += 2;
			} else {
				t[len++] = *q;
			}
		}
		t[len] = '\0';
		memset(&bind[*n], 0, sizeof(*bind));
		if (type == 'k')
			len = (size_t)snprintf(t, CELL, "%08x%08x%08x%08x", (unsigned)random(), (unsigned)random(),
					       (unsigned)random(), (unsigned)random());
		if (type == 'i') {
			number[*n] = strtoll(t, NULL, 10);
			bind[*n].buffer_type = MYSQL_TYPE_LONGLONG;
			bind[*n].buffer = &number[*n];
		} else if (type == 'n') {
			bind[*n].buffer_type = MYSQL_TYPE_NULL;
		} else {
			bind[*n].buffer_type = MYSQL_TYPE_STRING;
			bind[*n].buffer = t;
			bind[*n].buffer_length = len;
		}
		(*n)++;
	}
	return *q == '|' ? q + 1 : q;
}

static void rows(MYSQL_STMT *s)
{
	static char cell[COLUMNS][CELL];
	static unsigned long length[COLUMNS];
	static my_bool null[COLUMNS];
	MYSQL_BIND bind[COLUMNS];
	unsigned n = mysql_stmt_field_count(s);

	memset(bind, 0, sizeof(bind));
	for (unsigned i = 0; i < n; i++) {
		bind[i].buffer_type = MYSQL_TYPE_STRING;
		bind[i].buffer = cell[i];
		bind[i].buffer_length = CELL;
		bind[i].length = &length[i];
		bind[i].is_null = &null[i];
	}
	mysql_stmt_bind_result(s, bind);
	int rc;

	while ((rc = mysql_stmt_fetch(s)) == 0 || rc == MYSQL_DATA_TRUNCATED)
		for (unsigned i = 0; i < n && out_n < OUT - 2 * CELL; i++)
			out_n += (size_t)snprintf(out + out_n, OUT - out_n, "\"%.*s\",",
						  null[i] ? 0 : (int)(length[i] < CELL ? length[i] : CELL), cell[i]);
	mysql_stmt_free_result(s);
}

static void run(const char *name, size_t n, const char **query)
{
	static char text[VALUES][CELL];
	static long long number[VALUES];
	MYSQL_BIND bind[VALUES];
	unsigned count;
	MYSQL_STMT *s = prepared(name, n);

	*query = values(*query, bind, text, number, &count);
	if (mysql_stmt_bind_param(s, bind) || mysql_stmt_execute(s)) {
		out_n += (size_t)snprintf(out + out_n, OUT - out_n, "%s", mysql_stmt_error(s));
		failed = true;
		return;
	}
	do
		if (mysql_stmt_field_count(s))
			rows(s);
	while (mysql_stmt_next_result(s) == 0);
}

static void serve(int fd, const char *db_socket)
{
	FCGX_Request r;

	srandom((unsigned)getpid());
	db = mysql_init(NULL);
	mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(db, MYSQL_INIT_COMMAND, "SET SESSION innodb_snapshot_isolation=ON, time_zone='+00:00'");
	if (!mysql_real_connect(db, NULL, "root", NULL, "studymate", 0, db_socket, CLIENT_MULTI_RESULTS))
		die("connect");
	FCGX_Init();
	FCGX_InitRequest(&r, fd, 0);
	while (FCGX_Accept_r(&r) == 0) {
		const char *uri = FCGX_GetParam("DOCUMENT_URI", r.envp), *query = FCGX_GetParam("QUERY_STRING", r.envp);
		const char *name = strrchr(uri, '/') + 1;

		failed = false;
		while (*name) {
			size_t n = strcspn(name, "+");

			out_n = 0; /* of several statements the last one makes the answer */
			run(name, n, &query);
			name += n + (name[n] == '+');
		}
		FCGX_FPrintF(r.out, "Status: %d\r\nContent-Type: text/plain\r\n\r\n", failed ? 500 : 200);
		FCGX_PutStr(out, (int)out_n, r.out);
		FCGX_Finish_r(&r);
	}
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 64;
	load(argv[4]);
	unlink(argv[1]);
	umask(0);
	int fd = FCGX_OpenSocket(argv[1], 1024);

	for (int i = 0; i < atoi(argv[2]); i++)
		if (fork() == 0) {
			serve(fd, argv[3]);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	return 0;
}
