#include "domain/analytics/analytics.h"

#include <math.h>

const char *const analytics_levels[ANALYTICS_LEVELS] = {"A1", "A2", "B1", "B2", "C1", "C2"};

int64_t analytics_level(const char *name)
{
	for (int64_t i = 0; i < ANALYTICS_LEVELS; i++)
		if (!strcmp(analytics_levels[i], name))
			return i;
	return 0;
}

double analytics_hours(int64_t minutes)
{
	return round((double)minutes / 6) / 10;
}

double analytics_consistency(const struct meeting_figures *f)
{
	return round((double)f->days30 * 100 / MEETING_CONSISTENCY_DAYS) / 100;
}
