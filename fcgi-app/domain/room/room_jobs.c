/* Nobody waits for these: reads leave out what is dead or expired at once. */
#include "domain/job.h"
#include "domain/room/room.h"
#include "domain/room/room_sql.h"

enum { EVERY_S = 5 };

/* Gives back the seats of gateways that are dead. */
static enum status free_dead(struct ctx *c)
{
	struct list rows;
	enum status st = room_sql_dead(c, &rows);
	const struct room_dead_row *row = rows.v;

	for (size_t i = 0; i < rows.n && st == OK; i++) {
		const struct room_exit x = {
			.seat = {row[i].public_id, row[i].gateway, row[i].socket, row[i].user_id},
			.dead = true,
		};
		bool left;

		st = room_leave(c, &x, &left);
	}
	return st;
}

static enum status clear(struct ctx *c)
{
	enum status st = free_dead(c);

	return st == OK ? room_sql_clear(c) : st;
}

const struct schedule room_schedules[] = {
	{"room.clear", EVERY_S, clear},
	{0},
};
