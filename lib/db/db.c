#include "db/db.h"
#include "base/clock.h"
#include "sec/random.h"

#include <ctype.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <errmsg.h>
#include <poll.h>

enum {
	COLUMNS_MAX = 96,
	PREPARED_MAX = 1024, /* a power of two, well above the number of statements */
	CELL_BYTES = 256,
	TRIES = 4,
	RECONNECT_US = 50 * 1000, /* at most one attempt in this time */
};

union cell {
	int64_t i;
	double d;
	MYSQL_TIME t;
	char s[CELL_BYTES];
};

struct prepared {
	const struct stmt *stmt;
	MYSQL_STMT *handle;
	unsigned columns;
	const struct field **field; /* by column */
	MYSQL_BIND *bind;
	union cell *cell;
	unsigned long *length;
	my_bool *null;
};

struct after {
	struct after *next;
	void (*fn)(const void *arg);
	const void *arg;
};

struct db {
	MYSQL *mysql; /* NULL: not connected */
	pid_t owner;
	const struct conf *conf;
	int64_t next_try; /* monotonic µs */
	char refusal[200]; /* why the last connection was not to be had */
	unsigned tx_depth;
	enum status tx_failed; /* a statement of the open transaction lost a race */
	struct after *after;   /* what is to be done when it has ended, in an arena */
	struct prepared *prepared; /* open addressing by statement address */
};

/* ---- values ------------------------------------------------------------------------------- */

const char *db_beginning(struct arena *a, const char *words)
{
	if (!words)
		return NULL;
	char *out = arena_alloc_raw(a, 2 * strlen(words) + 2), *p = out;

	for (const char *s = words; *s; s++) {
		if (strchr("%_\\", *s))
			*p++ = '\\';
		*p++ = (char)tolower((unsigned char)*s);
	}
	memcpy(p, "%", 2);
	return out;
}

struct db_val db_str(const char *s)
{
	return s ? (struct db_val){.type = DB_STR, .n = strlen(s), .p = s} : (struct db_val){0};
}

struct db_val db_int(int64_t v)
{
	return (struct db_val){.type = DB_INT, .i = v};
}

struct db_val db_uint(uint64_t v)
{
	return (struct db_val){.type = DB_UINT, .u = v};
}

struct db_val db_num(double v)
{
	return (struct db_val){.type = DB_NUM, .d = v};
}

struct db_val db_id(uint64_t v)
{
	return v ? db_uint(v) : (struct db_val){0};
}

struct db_val db_bin(const void *p, size_t n)
{
	return p ? (struct db_val){.type = DB_BIN, .n = n, .p = p} : (struct db_val){0};
}

struct db_val db_time(int64_t ms)
{
	return ms ? (struct db_val){.type = DB_TIME, .i = ms} : (struct db_val){0};
}

static MYSQL_TIME to_mysql_time(int64_t ms)
{
	int64_t days = (ms >= 0 ? ms : ms - 86399999) / 86400000, rest = ms - days * 86400000, year;
	unsigned month, day;

	clock_civil(days, &year, &month, &day);
	return (MYSQL_TIME){
		.year = (unsigned)year,
		.month = month,
		.day = day,
		.hour = (unsigned)(rest / 3600000),
		.minute = (unsigned)(rest / 60000 % 60),
		.second = (unsigned)(rest / 1000 % 60),
		.second_part = (unsigned long)(rest % 1000 * 1000),
		.time_type = MYSQL_TIMESTAMP_DATETIME,
	};
}

static int64_t from_mysql_time(const MYSQL_TIME *t)
{
	return ((clock_days(t->year, t->month, t->day) * 24 + t->hour) * 60 + t->minute) * 60000 +
	       t->second * 1000 + (int64_t)(t->second_part / 1000);
}

/* ---- connection --------------------------------------------------------------------------- */

/* The slot stays its own: others may stand behind it. */
static void unprepare(struct prepared *p)
{
	if (p->handle)
		mysql_stmt_close(p->handle);
	free(p->field);
	free(p->bind);
	free(p->cell);
	free(p->length);
	free(p->null);
	*p = (struct prepared){.stmt = p->stmt};
}

static void forget_prepared(struct db *db)
{
	for (size_t i = 0; i < PREPARED_MAX; i++)
		unprepare(&db->prepared[i]);
}

static void disconnect(struct db *db)
{
	forget_prepared(db);
	if (db->mysql)
		mysql_close(db->mysql);
	db->mysql = NULL;
}

static bool connect_now(struct db *db)
{
	const struct conf *conf = db->conf;
	unsigned connect_s = 1, io_s = (unsigned)(conf->statement_timeout / 1000 + 2);
	my_bool off = 0;
	char init[500];

	/* A subquery of ours asks for each row with another value: to remember its answers makes and fills a table in
	 * memory, which is never of use and was an eighth of the work for the cards of a partners list. */
	(void)snprintf(init, sizeof(init),
		       "SET SESSION sql_mode='STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,"
		       "NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
		       "time_zone='+00:00',optimizer_switch='subquery_cache=off',"
		       "%sinnodb_lock_wait_timeout=%lld,max_statement_time=%.3f",
		       !strcmp(conf->db_snapshot, "on") ? "innodb_snapshot_isolation=ON," : "",
		       (long long)MAX(conf->statement_timeout / 2000, (int64_t)1),
		       (double)conf->statement_timeout / 1000.0);
	db->mysql = mysql_init(NULL);
	if (!db->mysql)
		return false;
	mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_options(db->mysql, MYSQL_OPT_READ_TIMEOUT, &io_s);
	mysql_options(db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_s);
	mysql_options(db->mysql, MYSQL_OPT_RECONNECT, &off);
	mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(db->mysql, MYSQL_INIT_COMMAND, init);
	if (mysql_real_connect(db->mysql, *conf->db_socket ? NULL : conf->db_host, conf->db_user,
			       conf->db_password, conf->db_name, (unsigned)conf->db_port,
			       *conf->db_socket ? conf->db_socket : NULL,
			       CLIENT_FOUND_ROWS | CLIENT_MULTI_RESULTS | CLIENT_REMEMBER_OPTIONS))
		return true;
	(void)snprintf(db->refusal, sizeof(db->refusal), "MariaDB: %s (%u)", mysql_error(db->mysql),
		       mysql_errno(db->mysql));
	disconnect(db);
	return false;
}

struct db *db_open(const struct conf *conf)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db)
		db->prepared = calloc(PREPARED_MAX, sizeof(*db->prepared));
	if (!db || !db->prepared)
		abort();
	db->owner = getpid();
	db->conf = conf;
	(void)connect_now(db);
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	disconnect(db);
	free(db->prepared);
	free(db);
	mysql_thread_end();
}

bool db_connected(const struct db *db)
{
	return db->mysql != NULL;
}

enum status db_ready(struct ctx *c)
{
	struct db *db = c->db;
	int64_t now;

	if (db->owner != getpid())
		abort();
	if (db->mysql) {
		/* nothing is outstanding, so anything to read here is the end of the connection */
		struct pollfd p = {.fd = mysql_get_socket(db->mysql), .events = POLLIN | POLLRDHUP};

		if (poll(&p, 1, 0) == 0)
			return OK;
		disconnect(db);
	}
	now = clock_mono();
	if (now < db->next_try)
		return fail(c, E_UNAVAILABLE, "%s", db->refusal);
	if (connect_now(db))
		return OK;
	db->next_try = now + RECONNECT_US;
	return fail(c, E_UNAVAILABLE, "%s", db->refusal);
}

/* ---- errors ------------------------------------------------------------------------------- */

static enum status signalled(const char *text)
{
	for (int st = 0; st < E_MAX; st++)
		if (!strcmp(error_row((enum status)st)->name, text))
			return (enum status)st;
	return E_INTERNAL;
}

static bool lost_race(unsigned err)
{
	return err == ER_LOCK_DEADLOCK || err == ER_LOCK_WAIT_TIMEOUT || err == ER_CHECKREAD ||
	       err == ER_AUTOINC_READ_FAILED || /* a deadlock over the counter of a table, rolled back as any */
	       err == ER_UNKNOWN_COM_ERROR;	/* 1047: a Galera node that is not ready */
}

static bool must_prepare_again(unsigned err)
{
	return err == ER_NEED_REPREPARE || err == ER_UNKNOWN_STMT_HANDLER ||
	       err == CR_NEW_STMT_METADATA;
}

static enum status map_error(struct ctx *c, const struct stmt *s, unsigned err, const char *text)
{
	enum status st = E_INTERNAL;

	if (lost_race(err))
		st = E_CONFLICT_RETRY;
	switch (err) {
	case ER_DUP_ENTRY:
		st = E_DUPLICATE;
		break;
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
		st = E_NO_PARENT;
		break;
	case ER_STATEMENT_TIMEOUT:
	case ER_QUERY_INTERRUPTED:
		st = E_DEADLINE;
		break;
	case ER_SIGNAL_EXCEPTION:
		st = signalled(text);
		break;
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_SERVER_GONE_ERROR: /* nothing of it was executed */
	case ER_SERVER_SHUTDOWN:
	case ER_CON_COUNT_ERROR:
	case ER_OPTION_PREVENTS_STATEMENT: /* --read-only */
	case ER_DISK_FULL:
	case ER_RECORD_FILE_FULL:
	case ER_OUT_OF_RESOURCES:
		st = E_UNAVAILABLE;
		break;
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case ER_CONNECTION_KILLED:
		st = s && s->writes ? E_UNCERTAIN : E_UNAVAILABLE;
		break;
	default:
		break;
	}
	return fail(c, st, "%s: %u %s", s ? s->name : "transaction", err, text);
}

/* A connection that ends between the rows of an answer leaves its error with the connection alone. */
static unsigned error_of(const struct ctx *c, MYSQL_STMT *h)
{
	unsigned err = mysql_stmt_errno(h);

	return err || !c->db->mysql ? err : mysql_errno(c->db->mysql);
}

static const char *words_of(const struct ctx *c, MYSQL_STMT *h)
{
	return mysql_stmt_errno(h) || !c->db->mysql ? mysql_stmt_error(h) : mysql_error(c->db->mysql);
}

static enum status handle_error(struct ctx *c, struct prepared *p)
{
	return map_error(c, p->stmt, error_of(c, p->handle), words_of(c, p->handle));
}

static bool connection_gone(unsigned err)
{
	return err == CR_SERVER_GONE_ERROR || err == CR_SERVER_LOST || err == CR_SERVER_LOST_EXTENDED ||
	       err == CR_CONNECTION_ERROR || err == ER_CONNECTION_KILLED ||
	       err == ER_SERVER_SHUTDOWN || err == CR_COMMANDS_OUT_OF_SYNC;
}

/* ---- statements --------------------------------------------------------------------------- */

static struct prepared *slot_of(struct db *db, const struct stmt *s)
{
	size_t i = ((uintptr_t)s / sizeof(*s)) & (PREPARED_MAX - 1);

	while (db->prepared[i].stmt && db->prepared[i].stmt != s)
		i = (i + 1) & (PREPARED_MAX - 1);
	return &db->prepared[i];
}

/* After a failure the handle still tells why; then it has to go, since it would pass for a prepared one. */
static unsigned prepare(struct db *db, const struct stmt *s, struct prepared **out)
{
	struct prepared *p = *out = slot_of(db, s);

	if (p->handle)
		return 0;
	MYSQL_STMT *handle = mysql_stmt_init(db->mysql);

	if (!handle)
		abort();
	p->stmt = s;
	p->handle = handle;
	if (mysql_stmt_prepare(handle, s->sql, strlen(s->sql)) == 0)
		return 0;
	return mysql_stmt_errno(handle);
}

/* Called once a statement gives rows: binds every column to the field of its name. */
static bool map_columns(struct ctx *c, struct prepared *p)
{
	unsigned n = mysql_stmt_field_count(p->handle);

	if (p->columns == n)
		return true;
	MYSQL_RES *meta = mysql_stmt_result_metadata(p->handle);
	const MYSQL_FIELD *cols = meta ? mysql_fetch_fields(meta) : NULL;
	bool good = cols && n <= COLUMNS_MAX && !p->columns;

	if (good) {
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
		p->field = calloc(n, sizeof(*p->field));
		p->bind = calloc(n, sizeof(*p->bind));
		p->cell = calloc(n, sizeof(*p->cell));
		p->length = calloc(n, sizeof(*p->length));
		p->null = calloc(n, sizeof(*p->null));
		if (!p->field || !p->bind || !p->cell || !p->length || !p->null)
			abort();
	}
	for (unsigned i = 0; good && i < n; i++) {
		const struct field *f = shape_find(p->stmt->row, cols[i].name, strlen(cols[i].name));
		MYSQL_BIND *b = &p->bind[i];

		if (!f || f->kind >= K_INTS) {
			c->why = arena_printf(c->arena, "%s: column %s fits no field of %s", p->stmt->name,
					      cols[i].name, p->stmt->row->name);
			good = false;
			break;
		}
		p->field[i] = f;
		b->length = &p->length[i];
		b->is_null = &p->null[i];
		b->buffer = &p->cell[i];
		b->buffer_length = sizeof(p->cell[i]);
		b->is_unsigned = f->kind == K_ID;
		b->buffer_type = f->kind == K_TIME  ? MYSQL_TYPE_DATETIME
				 : f->kind == K_NUM ? MYSQL_TYPE_DOUBLE
				 : f->kind == K_STR || f->kind == K_RAW ? MYSQL_TYPE_STRING
									: MYSQL_TYPE_LONGLONG;
	}
	if (meta)
		mysql_free_result(meta);
	if (good)
		p->columns = n;
	return good;
}

static bool store_cell(struct ctx *c, struct prepared *p, unsigned i, char *row)
{
	const struct field *f = p->field[i];
	const union cell *cell = &p->cell[i];
	void *member = row + f->offset;

	switch (f->kind) {
	case K_STR:
	case K_RAW:
		if (p->null[i]) {
			*(const char **)member = NULL;
			break;
		}
		char *s = arena_alloc_raw(c->arena, p->length[i] + 1);

		s[p->length[i]] = '\0';
		if (p->length[i] <= CELL_BYTES) {
			memcpy(s, cell->s, p->length[i]);
		} else {
			unsigned long length;
			my_bool null;
			MYSQL_BIND b = {.buffer_type = MYSQL_TYPE_STRING, .buffer = s, .length = &length,
					.is_null = &null, .buffer_length = p->length[i]};

			if (mysql_stmt_fetch_column(p->handle, &b, i, 0) != 0)
				return false;
		}
		*(const char **)member = s;
		break;
	case K_NUM:
		*(double *)member = p->null[i] ? __builtin_nan("") : cell->d;
		break;
	case K_TIME:
		*(int64_t *)member = p->null[i] ? 0 : from_mysql_time(&cell->t);
		break;
	case K_BOOL:
		*(bool *)member = !p->null[i] && cell->i != 0;
		break;
	default:
		*(int64_t *)member = p->null[i] ? 0 : cell->i;
	}
	*(row + f->has) = p->null[i] ? GIVEN_NULL : GIVEN;
	return true;
}

/* Reads the rows of the current result set into rows of the shape. */
static enum status fetch_rows(struct ctx *c, struct prepared *p, struct list *out, size_t max)
{
	size_t size = p->stmt->row->size, n = 0, room = 0;
	char *rows = NULL;
	int rc;

	if (!map_columns(c, p))
		return E_INTERNAL;
	if (mysql_stmt_bind_result(p->handle, p->bind) != 0)
		return handle_error(c, p);
	while ((rc = mysql_stmt_fetch(p->handle)) == 0 || rc == MYSQL_DATA_TRUNCATED) {
		if (n == max)
			return fail(c, E_INTERNAL, "%s: more than %zu rows", p->stmt->name, max);
		if (n == room) {
			size_t more = MIN(MAX(room * 2, (size_t)4), max);
			char *bigger = arena_alloc(c->arena, more * size);

			if (n)
				memcpy(bigger, rows, n * size);
			rows = bigger;
			room = more;
		}
		for (unsigned i = 0; i < p->columns; i++)
			if (!store_cell(c, p, i, rows + n * size))
				return fail(c, E_INTERNAL, "%s: cannot read a column", p->stmt->name);
		n++;
	}
	if (rc == 1)
		return handle_error(c, p);
	*out = (struct list){rows, n};
	return OK;
}

static void bind_value(MYSQL_BIND *b, const struct db_val *v, MYSQL_TIME *t)
{
	union {
		const void *in;
		void *out; /* the library reads it only */
	} u = {.in = &v->i};

	b->buffer = u.out;
	switch (v->type) {
	case DB_NULL:
		b->buffer_type = MYSQL_TYPE_NULL;
		break;
	case DB_INT:
	case DB_UINT:
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->is_unsigned = v->type == DB_UINT;
		break;
	case DB_NUM:
		b->buffer_type = MYSQL_TYPE_DOUBLE;
		break;
	case DB_TIME:
		*t = to_mysql_time(v->i);
		b->buffer_type = MYSQL_TYPE_DATETIME;
		b->buffer = t;
		break;
	case DB_STR:
	case DB_BIN:
		u.in = v->p;
		b->buffer_type = v->type == DB_STR ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
		b->buffer = u.out;
		b->buffer_length = v->n;
		break;
	}
}

/* One execution: sends the values and reads every result set; rows come from the first with any. */
static enum status execute(struct ctx *c, struct prepared *p, const struct db_val *args, size_t n,
			   struct list *rows, size_t max, int64_t *affected, unsigned *err)
{
	MYSQL_BIND *bind = arena_array(c->arena, MYSQL_BIND, n);
	MYSQL_TIME *times = arena_array(c->arena, MYSQL_TIME, n);
	enum status st = OK;

	if (mysql_stmt_param_count(p->handle) != n)
		return fail(c, E_INTERNAL, "%s: %zu values for %lu placeholders", p->stmt->name, n,
			    mysql_stmt_param_count(p->handle));
	for (size_t i = 0; i < n; i++)
		bind_value(&bind[i], &args[i], &times[i]);
	if ((n && mysql_stmt_bind_param(p->handle, bind) != 0) || mysql_stmt_execute(p->handle) != 0) {
		*err = error_of(c, p->handle);
		return handle_error(c, p);
	}
	for (bool got = false;;) {
		if (mysql_stmt_field_count(p->handle) > 0) {
			if (st == OK && rows && !got) {
				st = fetch_rows(c, p, rows, max);
				*err = error_of(c, p->handle);
				got = true;
			}
			mysql_stmt_free_result(p->handle);
		} else if (affected && !got)
			*affected = (int64_t)mysql_stmt_affected_rows(p->handle);
		int more = mysql_stmt_next_result(p->handle);

		if (more < 0)
			break;
		if (more > 0) {
			*err = error_of(c, p->handle);
			return handle_error(c, p);
		}
	}
	return st;
}

/* A failed compound statement leaves its transaction open, and an error packet does not say so. */
static bool is_compound(const struct stmt *s)
{
	return !strncmp(s->sql, "BEGIN", 5);
}

static void clean_up(struct db *db, const struct stmt *s, unsigned err)
{
	if (must_prepare_again(err))
		forget_prepared(db);
	else if (connection_gone(err) || (!db->tx_depth && is_compound(s) && mysql_rollback(db->mysql) != 0))
		disconnect(db);
}

static void pause_before_retry(int try)
{
	uint64_t us = 500 + random_u64() % (2000U << try);

	(void)usleep((useconds_t)us);
}

static enum status run(struct ctx *c, const struct stmt *s, const struct db_val *args, size_t n,
		       struct list *rows, size_t max, int64_t *affected)
{
	struct db *db = c->db;
	enum status st = E_INTERNAL;

	for (int try = 0; try < TRIES; try++) {
		int64_t start = clock_mono();
		struct prepared *p;
		unsigned err;

		c->retries += try > 0;
		if (start > c->deadline)
			return fail(c, E_DEADLINE, "no time left for %s", s->name);
		if (!db->mysql) {
			if (db->tx_depth) /* what came before it is lost */
				return fail(c, E_UNAVAILABLE, "connection lost in a transaction");
			st = db_ready(c);
			if (st != OK)
				return st;
		}
		err = prepare(db, s, &p);
		if (err) {
			st = map_error(c, s, err, mysql_stmt_error(p->handle));
			if (st == E_UNCERTAIN) /* nothing was carried out yet */
				st = E_UNAVAILABLE;
			unprepare(p);
		} else {
			st = execute(c, p, args, n, rows, max, affected, &err);
		}
		c->db_trips++;
		c->db_us += clock_mono() - start;
		if (st == OK)
			return OK;
		clean_up(db, s, err);
		if (db->tx_depth) {
			db->tx_failed = st;
			return st;
		}
		if (lost_race(err))
			pause_before_retry(try);
		else if (!must_prepare_again(err) && !(err == CR_SERVER_GONE_ERROR && try == 0))
			return st;
	}
	return st;
}

enum status db_one(struct ctx *c, const struct stmt *s, void *out, const struct db_val *args, size_t n)
{
	struct list rows = {0};
	enum status st = run(c, s, args, n, &rows, 1, NULL);

	if (st != OK)
		return st;
	if (!rows.n)
		return fail(c, E_NO_ROW, "%s: no row", s->name);
	memcpy(out, rows.v, s->row->size);
	return OK;
}

enum status db_list(struct ctx *c, const struct stmt *s, struct list *out, size_t max,
		    const struct db_val *args, size_t n)
{
	*out = (struct list){0};
	return run(c, s, args, n, out, max, NULL);
}

enum status db_exec(struct ctx *c, const struct stmt *s, int64_t *affected, const struct db_val *args,
		    size_t n)
{
	int64_t unused;

	return run(c, s, args, n, NULL, 0, affected ? affected : &unused);
}

/* ---- transactions ------------------------------------------------------------------------- */

static enum status control(struct ctx *c, const char *sql)
{
	int64_t start = clock_mono();
	int rc = mysql_real_query(c->db->mysql, sql, strlen(sql));

	c->db_trips++;
	c->db_us += clock_mono() - start;
	if (rc == 0)
		return OK;
	unsigned err = mysql_errno(c->db->mysql);
	enum status st = map_error(c, NULL, err, mysql_error(c->db->mysql));

	if (connection_gone(err))
		disconnect(c->db);
	return st;
}

void db_after(struct ctx *c, void (*fn)(const void *arg), const void *arg)
{
	if (!c->db->tx_depth) {
		fn(arg);
		return;
	}
	struct after *a = arena_new_of(c->arena, struct after);

	*a = (struct after){c->db->after, fn, arg};
	c->db->after = a;
}

static void do_what_follows(struct db *db)
{
	for (struct after *a = db->after; a; a = a->next)
		a->fn(a->arg);
	db->after = NULL;
}

enum status db_tx(struct ctx *c, enum status (*fn)(struct ctx *c, void *arg), void *arg)
{
	struct db *db = c->db;
	enum status st = E_INTERNAL;

	if (db->tx_depth)
		return fn(c, arg);
	for (int try = 0; try < TRIES; try++) {
		c->retries += try > 0;
		if (!db->mysql && (st = db_ready(c)) != OK)
			return st;
		st = control(c, "START TRANSACTION");
		if (st != OK)
			return st;
		db->tx_depth = 1;
		db->tx_failed = OK;
		db->after = NULL;
		st = fn(c, arg);
		db->tx_depth = 0;
		if (!db->mysql)
			return st == OK ? E_UNAVAILABLE : st;
		/* a lost race has ended the transaction, whatever fn made of it */
		if (db->tx_failed == E_CONFLICT_RETRY)
			st = E_CONFLICT_RETRY;
		if (st == OK) {
			st = control(c, "COMMIT");
			if (st == OK || !db->mysql)
				do_what_follows(db);
			if (st == OK)
				return OK;
			if (!db->mysql)
				return fail(c, E_UNCERTAIN, "connection lost at COMMIT");
		}
		if (mysql_rollback(db->mysql) != 0)
			disconnect(db);
		if (st != E_CONFLICT_RETRY)
			return st;
		pause_before_retry(try);
	}
	return st;
}

/* ---- migrations and checks ---------------------------------------------------------------- */

enum status db_script(struct ctx *c, const char *sql, const char **why)
{
	struct db *db = c->db;
	enum status st = db->mysql ? OK : db_ready(c);

	if (st == OK && mysql_real_query(db->mysql, sql, strlen(sql)) == 0) {
		MYSQL_RES *res = mysql_store_result(db->mysql);

		if (res)
			mysql_free_result(res);
		return OK;
	}
	*why = db->mysql ? arena_printf(c->arena, "%u %s", mysql_errno(db->mysql), mysql_error(db->mysql))
			 : "MariaDB is away";
	return E_INTERNAL;
}

bool db_check(struct ctx *c, const struct stmt *const *stmts, size_t n, FILE *out)
{
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		struct prepared *p;

		if (db_ready(c) != OK)
			return false;
		if (prepare(c->db, stmts[i], &p) != 0) {
			fprintf(out, "%s: %s\n", stmts[i]->name, mysql_stmt_error(p->handle));
			good = false;
			unprepare(p);
			continue;
		}
		/* a compound statement tells its columns only when it runs */
		if (mysql_stmt_field_count(p->handle) > 0 && stmts[i]->row && !map_columns(c, p)) {
			fprintf(out, "%s\n", c->why);
			good = false;
		}
	}
	return good;
}
