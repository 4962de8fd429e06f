/*
 * How far messages have come: once they were written to a socket of a member, the pool is told, and by it the others.
 * One statement a second of a fixed size, however much is said: of what came in between only the last counts, and when
 * more people than that have received something, some are told of later.
 */
#ifndef REALTIME_RECEIPTS_H
#define REALTIME_RECEIPTS_H

#include "base/base.h"

struct gateway;
struct receipts;

struct receipts *receipts_open(struct gateway *gw);
void receipts_close(struct receipts *r);

/* A message of that number was written to a socket of the user. */
void receipts_note(struct receipts *r, uint64_t room_id, uint64_t user_id, int64_t seq);

/* Once a second. What the pool did not take is tried again; what this process holds when it dies is not known, until
 * the next message. */
void receipts_second(struct receipts *r);
#endif
