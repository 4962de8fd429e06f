/*
 * What becomes of WebSockets when the gateway is killed: a child holds each of them a second time and ends them one
 * after the other, because ten thousand that end at once keep nginx from everything else. Whoever says something
 * meanwhile is ended at once, so that nobody believes it was heard.
 */
#ifndef REALTIME_HOLDER_H
#define REALTIME_HOLDER_H

#include "base/base.h"

struct holder;

/* Forks, so first of all: the child has no other file of this process. NULL: without it sockets end as they do. */
struct holder *holder_start(void);
void holder_close(struct holder *h); /* its child ends with this process */

/* The child hears of a socket with the next flush; what it cannot take is not held. */
void holder_keep(struct holder *h, int fd);
void holder_flush(struct holder *h);

/* Before a socket that was kept is closed: to its peer that is the end, whoever holds it. */
void holder_let_go(struct holder *h, int fd);
#endif
