/* Says who is connected here: changes soon, and now and then that this gateway is alive. */
#ifndef REALTIME_PRESENCE_H
#define REALTIME_PRESENCE_H

#include "base/base.h"

struct gateway;
struct presence;
struct user;

enum told { UNTOLD, TELLING, TOLD };

struct presence *presence_open(struct gateway *gw);
void presence_close(struct presence *p);

/* A user's first socket came; its last one went, and the user is about to be freed. */
void presence_came(struct presence *p, struct user *u);
void presence_went(struct presence *p, const struct user *u);

/* Everything was told. */
bool presence_settled(const struct presence *p);
#endif
