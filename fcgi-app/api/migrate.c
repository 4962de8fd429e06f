#include "api/migrate.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/clock.h"
#include "db/db.h"
#include "sec/digest.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { MIGRATIONS_MAX = 1000, FILE_MAX_BYTES = 8 << 20, ARENA_CAP = 64 << 20, DEADLINE_S = 3600 };

struct migration {
	int64_t version;
	char *name;
	const char *up, *down;
	char sum[2 * SHA256_BYTES + 1];
};

#define APPLIED_ROW(F, S)                                                                          \
	F(S, INT, version)                                                                         \
	F(S, STR, checksum)                                                                        \
	F(S, INT, got)
SHAPE(applied_row, APPLIED_ROW)

READ(LOCK, applied_row, "SELECT COALESCE(GET_LOCK('studymate_migrate', 30), 0) AS got")
READ(APPLIED, applied_row, "SELECT version, checksum FROM schema_migrations ORDER BY version")
WRITE(MARK_UP, "INSERT INTO schema_migrations (version, name, checksum) VALUES (?, ?, ?)")
WRITE(MARK_DOWN, "DELETE FROM schema_migrations WHERE version = ?")

static struct migration found[MIGRATIONS_MAX];
static size_t n_found;
static const struct applied_row *applied;
static size_t n_applied;

static char *read_file(struct ctx *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > FILE_MAX_BYTES) {
		fprintf(stderr, "migrate: cannot read %s: %s\n", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	char *text = arena_alloc(c->arena, (size_t)st.st_size + 1);
	ssize_t n = read(fd, text, (size_t)st.st_size);

	close(fd);
	return n == st.st_size ? text : NULL;
}

static int by_version(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	return (x->version > y->version) - (x->version < y->version);
}

static bool load_one(struct ctx *c, const char *dir, const char *file)
{
	struct migration *m = &found[n_found];
	unsigned char sum[SHA256_BYTES];
	char *text = read_file(c, arena_printf(c->arena, "%s/migrations/%s", dir, file));
	char *up = text ? strstr(text, "-- up\n") : NULL, *down = text ? strstr(text, "-- down\n") : NULL;

	if (!up || !down || down < up) {
		fprintf(stderr, "migrate: %s has no \"-- up\" part followed by a \"-- down\" part\n", file);
		return false;
	}
	sha256(text, strlen(text), sum);
	hex_encode(m->sum, sum, SHA256_BYTES);
	*down = '\0';
	m->version = strtol(file, NULL, 10);
	m->name = arena_strndup(c->arena, file, strcspn(file, "."));
	m->up = up + 6;
	m->down = down + 8;
	n_found++;
	return true;
}

static bool load_all(struct ctx *c, const char *dir)
{
	char *path = arena_printf(c->arena, "%s/migrations", dir);
	DIR *d = opendir(path);
	bool good = d != NULL;

	if (!d)
		fprintf(stderr, "migrate: cannot open %s: %s; set SQL_DIR\n", path, strerror(errno));
	for (struct dirent *e; good && (e = readdir(d));) {
		size_t n = strlen(e->d_name);

		if (n < 10 || strcmp(e->d_name + n - 4, ".sql") != 0 || strspn(e->d_name, "0123456789") != 4)
			continue;
		good = n_found < MIGRATIONS_MAX && load_one(c, dir, e->d_name);
	}
	if (d)
		closedir(d);
	qsort(found, n_found, sizeof(*found), by_version);
	return good;
}

/* Statements end with a semicolon at the end of a line; lines that start with -- are comments. */
static bool run_script(struct ctx *c, const char *name, const char *sql)
{
	struct buf b = buf_new(c->arena, 4096, FILE_MAX_BYTES);
	int number = 0;

	for (const char *line = sql; *line;) {
		size_t n = strcspn(line, "\n");
		const char *why = NULL;

		if (strncmp(line, "--", 2) != 0) {
			buf_add(&b, line, n);
			buf_char(&b, '\n');
		}
		line += n + (line[n] == '\n');
		if (b.len < 2 || b.data[b.len - 2] != ';')
			continue;
		number++;
		if (db_script(c, b.data, &why) != OK) {
			fprintf(stderr, "migrate: %s, statement %d: %s\nmigrate: correct the cause and run it "
				"again; what was done stays done\n", name, number, why);
			return false;
		}
		b.len = 0;
	}
	return true;
}

static bool is_applied(int64_t version)
{
	for (size_t i = 0; i < n_applied; i++)
		if (applied[i].version == version)
			return true;
	return false;
}

static bool load_applied(struct ctx *c)
{
	static const char table[] =
		"CREATE TABLE IF NOT EXISTS schema_migrations (version INT UNSIGNED NOT NULL PRIMARY KEY,"
		" name VARCHAR(100) NOT NULL, checksum CHAR(64) NOT NULL,"
		" applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3))"
		" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci";
	const char *why = NULL;
	struct list rows;

	if (db_script(c, table, &why) != OK) {
		fprintf(stderr, "migrate: %s; is MariaDB running and DB_USER allowed to change %s?\n", why,
			c->conf->db_name);
		return false;
	}
	if (db_list(c, &APPLIED, &rows, MIGRATIONS_MAX, NO_ARGS) != OK) {
		fprintf(stderr, "migrate: %s\n", c->why);
		return false;
	}
	applied = rows.v;
	n_applied = rows.n;
	return true;
}

static bool check_sums(void)
{
	bool good = true;

	for (size_t i = 0; i < n_applied; i++) {
		const struct migration *m = NULL;

		for (size_t k = 0; k < n_found && !m; k++)
			if (found[k].version == applied[i].version)
				m = &found[k];
		if (m && strcmp(m->sum, applied[i].checksum) != 0) {
			fprintf(stderr, "migrate: %s was changed after it had been applied; restore it and put "
				"the change into a new migration\n", m->name);
			good = false;
		}
	}
	return good;
}

static bool step(struct ctx *c, const struct migration *m, bool up)
{
	int64_t start = clock_mono();
	enum status st;

	printf("%s %s … ", up ? "apply" : "revert", m->name);
	(void)fflush(stdout);
	if (!run_script(c, m->name, up ? m->up : m->down))
		return false;
	st = up ? db_exec(c, &MARK_UP, NULL, ARGS(P(m->version), P(m->name), P((const char *)m->sum)))
		: db_exec(c, &MARK_DOWN, NULL, ARGS(P(m->version)));
	if (st != OK) {
		fprintf(stderr, "migrate: %s\n", c->why);
		return false;
	}
	printf("%lld ms\n", (long long)((clock_mono() - start) / 1000));
	return true;
}

static bool move_to(struct ctx *c, int64_t target)
{
	for (size_t i = n_found; i-- > 0;)
		if (found[i].version > target && is_applied(found[i].version) && !step(c, &found[i], false))
			return false;
	for (size_t i = 0; i < n_found; i++)
		if (found[i].version <= target && !is_applied(found[i].version) && !step(c, &found[i], true))
			return false;
	return true;
}

static bool reference_data(struct ctx *c)
{
	char *sql = read_file(c, arena_printf(c->arena, "%s/seed/reference.sql", c->conf->sql_dir));

	return sql && run_script(c, "reference.sql", sql);
}

static bool carry_out(struct ctx *c, int argc, char **argv)
{
	const char *command = argc > 0 ? argv[0] : "up";
	int64_t newest = n_found ? found[n_found - 1].version : 0;

	if (!strcmp(command, "status")) {
		for (size_t i = 0; i < n_found; i++)
			printf("%s %s\n", is_applied(found[i].version) ? "applied" : "pending", found[i].name);
		return true;
	}
	if (!strcmp(command, "up"))
		return move_to(c, newest) && reference_data(c);
	if (!strcmp(command, "down")) {
		if (!n_applied)
			return true;
		return move_to(c, n_applied > 1 ? applied[n_applied - 2].version : 0);
	}
	if (!strcmp(command, "to") && argc > 1 && strspn(argv[1], "0123456789") == strlen(argv[1]))
		return move_to(c, strtol(argv[1], NULL, 10));
	fprintf(stderr, "migrate: unknown command; it is up, down, to N, or status\n");
	return false;
}

int migrate_run(const struct conf *base, int argc, char **argv)
{
	struct conf conf = *base;
	struct applied_row lock = {0};
	bool good;

	conf.statement_timeout = DEADLINE_S * 1000;
	struct ctx c = {.conf = &conf, .arena = arena_new(ARENA_CAP), .request_id = "migrate"};

	c.now = clock_ms();
	c.deadline = clock_mono() + (int64_t)DEADLINE_S * 1000000;
	c.db = db_open(&conf);
	if (db_ready(&c) != OK) {
		fprintf(stderr, "migrate: %s; check DB_SOCKET or DB_HOST, DB_USER and DB_PASSWORD\n", c.why);
		good = false;
	} else if (db_one(&c, &LOCK, &lock, NO_ARGS) != OK || !lock.got) {
		fprintf(stderr, "migrate: another migration is running; wait for it\n");
		good = false;
	} else {
		good = load_all(&c, conf.sql_dir) && load_applied(&c) && check_sums() &&
		       carry_out(&c, argc, argv);
	}
	db_close(c.db);
	arena_free(c.arena);
	return good ? 0 : 1;
}
