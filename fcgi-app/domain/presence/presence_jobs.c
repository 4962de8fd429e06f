#include "domain/job.h"
#include "domain/presence/presence.h"

enum { EVERY_S = 5 };

const struct schedule presence_schedules[] = {
	{"presence.clear", EVERY_S, presence_clear},
	{0},
};
