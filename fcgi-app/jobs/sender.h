/*
 * Sends deliveries: pushes and mails, many at a time, while the jobs go on. A channel that is slow or
 * dead keeps nobody waiting but its own: each has a number of slots, and a transfer has a time-out.
 */
#ifndef JOBS_SENDER_H
#define JOBS_SENDER_H

#include "base/ctx.h"

struct sender;
struct sender *sender_open(const struct conf *conf);
/* What is under way is cut off, and sent again when its lease ends. */
void sender_close(struct sender *s);

/* Writes down what has ended and, if more, takes what is due. Does not wait. */
MUST_USE enum status sender_turn(struct sender *s, struct ctx *c, bool more);

/* Whether something is under way or not written down yet. */
bool sender_busy(const struct sender *s);

/* Moves on what is under way, without MariaDB. */
void sender_look(struct sender *s);

/* Until something goes on, at most ms. */
void sender_wait(struct sender *s, int ms);
#endif
