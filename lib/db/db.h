/*
 * MariaDB: typed, prepared statements on one connection a process. The only user of mysql.h.
 *
 * A statement is a static object with its text; it is prepared on first use and again after a
 * reconnect. Values are bound by P() according to their C type, rows land in shape structs by
 * column name, strings in the context's arena.
 *
 * A statement may be a whole transaction in one round trip: `BEGIN NOT ATOMIC … END` takes
 * placeholders. In it `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'CHAT_NO_ROOM'` fails with
 * E_CHAT_NO_ROOM; whatever it left open is rolled back here.
 *
 * Lost races (deadlock 1213 and 1467, lock wait 1205, snapshot 1020, Galera 1047) are retried with jitter:
 * a statement outside db_tx() by itself, inside db_tx() the whole function. A connection lost while
 * a write ran gives E_UNCERTAIN, and that is never retried.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/conf.h"
#include "base/ctx.h"
#include "base/shape.h"

struct stmt {
	const char *name;
	const struct shape *row; /* NULL: gives no rows */
	bool writes;
	const char *sql;
};

/* READ(NAME, row_shape, "SELECT …") and WRITE(NAME, "INSERT …") define a static statement;
 * WRITE_ROW is a write that also gives rows. */
#define READ(NAME, shape, text)                                                                    \
	static const struct stmt NAME = {.name = #NAME, .row = &shape##_shape, .sql = text};
#define WRITE(NAME, text) static const struct stmt NAME = {.name = #NAME, .writes = true, .sql = text};
#define WRITE_ROW(NAME, shape, text)                                                               \
	static const struct stmt NAME = {                                                          \
		.name = #NAME, .row = &shape##_shape, .writes = true, .sql = text};

enum db_type { DB_NULL, DB_INT, DB_UINT, DB_NUM, DB_STR, DB_BIN, DB_TIME };

struct db_val {
	enum db_type type;
	size_t n;
	union {
		int64_t i;
		uint64_t u;
		double d;
		const void *p;
	};
};

/* For LIKE: what begins with `words`, in lower case, as e-mail addresses are kept; NULL is NULL. */
const char *db_beginning(struct arena *a, const char *words);
struct db_val db_str(const char *s);                /* NULL is NULL */
struct db_val db_int(int64_t v);
struct db_val db_uint(uint64_t v);
struct db_val db_num(double v);
struct db_val db_id(uint64_t v);                    /* 0 is NULL */
struct db_val db_bin(const void *p, size_t n);
struct db_val db_time(int64_t ms);                  /* 0 is NULL */

#define P(x)                                                                                       \
	_Generic((x),                                                                              \
		const char *: db_str,                                                              \
		char *: db_str,                                                                    \
		bool: db_int,                                                                      \
		int: db_int,                                                                       \
		unsigned: db_uint,                                                                 \
		int64_t: db_int,                                                                   \
		uint64_t: db_uint,                                                                 \
		double: db_num)(x)
#define ARGS(...)                                                                                  \
	(const struct db_val[]){__VA_ARGS__}, COUNT(((const struct db_val[]){__VA_ARGS__}))
#define NO_ARGS NULL, 0

/* Connects at once if the server is there; if not, the next db_ready() tries again. Aborts if used
 * in another process than the one that opened it. */
struct db *db_open(const struct conf *conf);
void db_close(struct db *db);

/* Before a request's first statement: finds a dead connection without a round trip and replaces it.
 * E_UNAVAILABLE when there is no server. */
MUST_USE enum status db_ready(struct ctx *c);
bool db_connected(const struct db *db);

/* Exactly the first row, or E_NO_ROW. *out is one struct of the statement's shape. */
MUST_USE enum status db_one(struct ctx *c, const struct stmt *s, void *out,
			    const struct db_val *args, size_t n);

/* All rows, at most max of them (more is a programmer's error and fails). */
MUST_USE enum status db_list(struct ctx *c, const struct stmt *s, struct list *out, size_t max,
			     const struct db_val *args, size_t n);

/* affected may be NULL; it counts rows matched, changed or not. */
MUST_USE enum status db_exec(struct ctx *c, const struct stmt *s, int64_t *affected,
			     const struct db_val *args, size_t n);

/*
 * BEGIN, fn, COMMIT. fn may run up to four times and must have no effect outside SQL and the
 * arena. Anything but OK from fn rolls back and is returned. Inside another db_tx() it just joins.
 */
MUST_USE enum status db_tx(struct ctx *c, enum status (*fn)(struct ctx *c, void *arg), void *arg);

/*
 * Calls fn(arg) when the transaction under way was committed, before db_tx() returns, also when nobody can tell whether
 * it was; never when it was rolled back. Outside a transaction at once. arg must live as long as the arena.
 */
void db_after(struct ctx *c, void (*fn)(const void *arg), const void *arg);

/* Runs text that is not prepared: migrations only. */
MUST_USE enum status db_script(struct ctx *c, const char *sql, const char **why);

/* Whether every statement prepares against this schema and fills its shape; complains to out. */
bool db_check(struct ctx *c, const struct stmt *const *stmts, size_t n, FILE *out);
#endif
